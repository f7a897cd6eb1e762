"""Pages, drawings and data in XML that are attached: what runs when they are opened, and the files that they hide."""

from __future__ import annotations

import html
import importlib
import re
from collections.abc import Iterator
from itertools import islice

from mailkit.attachments.budget import Budget
from mailkit.attachments.pages.objects import controls_in
from mailkit.attachments.pages.scripts import LONG_LITERAL, ends_of, frames_of, is_long, plain, scripts_of
from mailkit.attachments.pages.smuggling import files_in, has_codes
from mailkit.attachments.pieces import Member, Note, Piece, Reader

_I = re.IGNORECASE
_TAG = re.compile(r"<[^<>]*+>")
_HIDDEN = re.compile(r"<(script|style|title|head)\b.*?(?:</\1|\Z)", _I | re.DOTALL)
_DECODES = re.compile(
    r"\batob\b|fromCharCode|\bunescape\b(?!\s*\(\s*[\"']%3Cscript\s)|charCodeAt|decodeURIComponent\s*\(\s*[\"'`]", _I
)
"""What undoes an encoding; not how a counter of visits writes its own script, and not the reading of an address."""
_USUAL = re.compile(r"\bdataLayer\b|/gtag/js\?id=|\b_gaq\b|\b_paq\b|\bfbq\(|\bfnUpdateTabs\b")
_USUAL_SIZE = 9_000
_PERCENTS = re.compile(r"(?:%[0-9a-fA-F]{2}){30}")
_DECODE_WORDS = ("atob", "fromcharcode", "unescape", "charcodeat", "decodeuricomponent")
_BYTES = re.compile(r"Uint8Array|base64", _I)
_SAVES = re.compile(
    r"(?<!Worker\()(?<!Worker\(URL\.)(?<!Worker\(window\.URL\.)createObjectURL|msSave(?:OrOpen)?Blob|\.download\b|\bdownload\s*=|"
    r"[\"']download[\"']|\bsaveAs\s*\(|new\s+(?:Blob|File)\b(?![^)]{0,200}javascript)",
    _I,
)
_SAVE_WORDS = ("createobjecturl", "mssave", "download", "saveas", "blob", "file")
"""Words of the two rules in small letters, without which they need not be tried."""
_WRITES = re.compile(
    r"document\s*\.\s*write|\beval\s*\(|innerHTML|(?-i:\bFunction)\s*\(|insertAdjacentHTML|"
    r"\blocation(?:\s*\.\s*href)?\s*=(?!=)|\blocation\s*\.\s*(?:replace|assign)\s*\(",
    _I,
)
_LITERAL_BYTES = 1_000
"""Of a literal in a script that stands in an address, where it may be a file."""
_LINK_FILE = re.compile(
    r"data:(?:application/(?!json|pdf|xml|x-font|font|vnd\.ms-font|vnd\.openxml|(?:x-)?javascript)[\w.+-]{1,80}|text/html)[;,]"
)
_LINKED = re.compile(r"(?:href|src|data)\s{0,9}=\s{0,9}[\"']?\s{0,9}\Z")
_REFRESH = re.compile(r"<meta\b[^<>]*?http-equiv\s*=\s*[\"']?\s*refresh[^<>]*+>", _I)
_REFRESH_AWAY = re.compile(
    r"(?:url\s*=\s*[\"']?|content\s*=\s*[\"']?[\s\d.]{0,20}[;,\s]|[;,])\s*(?:[a-z][a-z0-9+.-]{1,20}:|//|\\\\)[^\"'>]{0,200}",
    _I,
)
_MOVE = re.compile(
    r"\blocation(?:\s*\.\s*href|\s*\[\s*[\"']href[\"']\s*\])?\s*=\s*(?![=\s])([^;\n]{1,200})|\blocation\s*\.\s*(?:replace|assign)\s*\(([^;\n]{1,200})"
)
_MOVE_AWAY = re.compile(r"\A\s*[\"'`](?:https?:|//|data:|file:|ftp:|search-ms:|ms-)|atob|unescape|fromCharCode", _I)
_BESIDE = re.compile(
    r"\s*(?:window\.)?location(?:\.href)?(?:\s*=|\.replace\()\s*[\"'](?![a-z]+:|//|\\\\)[\w./%#?=&+-]*+[\"'][^;]{0,80}+;?\s*\Z",
    _I,
)
"""A page that has moved within its site: software documentation is full of them."""
_PASSWORD = re.compile(r"<input\b[^<>]*?type\s*=\s*[\"']?password", _I)
_SENDS = re.compile(
    r"<base\b[^<>]*?href\s*=\s*[\"']?\s*(?:https?:)?//|<form\b[^<>]*?action\s*=\s*[\"']?\s*(?:https?:)?//|formaction\s*=\s*[\"']?\s*(?:https?:)?//|\bfetch\s*\(|XMLHttpRequest|\.ajax\s*\(|\$\.post|sendBeacon",
    _I,
)
_RUNS = (
    (("<hta:",), re.compile(r"<hta:application", _I)),
    (
        ("activexobject",),
        re.compile(
            r"ActiveXObject\s*\(\s*[\"'](?!microsoft\.xml|msxml|shockwave|acropdf|pdf\.|quicktime|agcontrol)", _I
        ),
    ),
    (
        ("vbscript", "=vbs", '="vbs', "='vbs", "jscript.encode"),
        re.compile(r"(?:language|type)\s*=\s*[\"']?(?:text/)?vbs(?:cript)?\b|vbscript:|jscript\.encode", _I),
    ),
    (("createobject",), re.compile(r"\bCreateObject\s*\(\s*[\"'](?:wscript|shell|adodb|scripting|schedule)", _I)),
    (
        (
            "ms-msdt",
            "search-ms",
            "ms-officecmd",
            "ms-appinstaller",
            "ms-cxh-full",
            "ms-word:",
            "ms-excel:",
            "ms-powerpoint:",
        ),
        re.compile(
            r"\b(?:ms-msdt|search-ms|ms-officecmd|ms-appinstaller|ms-cxh-full|ms-(?:word|excel|powerpoint):of[evt])\b:?\S{2}",
            _I,
        ),
    ),
    (
        ("file:/", "=\\\\", '="\\\\', "='\\\\"),
        re.compile(
            r"<(?:img|iframe|frame|link|script|embed|object|input|body|bgsound|source|image)\b[^<>]*?"
            r"(?:src|href|data|background)\s*=\s*[\"']?\s*(?:file:(?://|/{4,5})(?!localhost)[\w.-]|\\\\[\w.-]{1,80}[\\@])",
            _I,
        ),
    ),
)
"""Words without which a rule need not be tried, and the rule."""
_COMMENT = re.compile(r"<!--.*?(?:-->|\Z)", re.DOTALL)
_SVG_SCRIPT = re.compile(r"<(?:[\w.-]{1,40}:)?script[\s>/]", _I)
_OTHER_SCRIPT = re.compile(r"<(?!office:)(?:[\w.-]{1,40}:)?script[\s>/]", _I)
_ODF_PREFIX = re.compile(r"xmlns:office\s{0,9}=", _I)
_ODF = 'xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0"'
_SVG_HANDLER = re.compile(r"<[a-z][^<>]*?[\s/\"']on[a-z]{3,30}\s{0,9}=", _I)
_SVG_LINK = re.compile(
    r"(?:href|src|to|from|values|action|data)\s{0,9}=\s{0,9}[\"']?[\s\x00-\x20]{0,40}(?:[\w#.,]{0,80};[\s\x00-\x20]{0,40})?"
    r"(?:j\s*a\s*v\s*a\s*s\s*c\s*r\s*i\s*p\s*t\s*:|vbscript:|data:(?:text/html|application/(?:x-)?(?:java|ecma)script|text/javascript|application/xhtml|image/svg))",
    _I,
)
_FOREIGN = re.compile(r"<(?:[\w.-]{1,40}:)?foreignobject\b", _I)
_FOREIGN_RUNS = re.compile(
    r"<(?:[\w.-]{1,40}:)?(?:iframe|script|object|embed|form|meta|frame|link|applet|audio|video)[\s>/]", _I
)
_ENTITY = re.compile(r"<!ENTITY\s+(?:%\s+)?[\w.:-]{1,200}\s+(SYSTEM\s+[\"'][^\"'>]{1,300}|[\"'][^\"'<>]{0,2000})", _I)
_ENTITY_USE = re.compile(r"&[\w.:-]{1,100};|%[\w.:-]{1,100};")
_AWAY = re.compile(r"SYSTEM\s+[\"']\s*(?:[a-z][a-z0-9+.-]{1,20}:|//|\\\\|/)", _I)
_XML_ACTIVE = (
    "urn:schemas-microsoft-com:xslt",
    "http://www.w3.org/1999/xhtml",
    "http://www.w3.org/2000/svg",
    "XSL/Transform",
)
_OFFICE = re.compile(
    r"<\?mso-application|schemas\.microsoft\.com/office/word/2003|urn:schemas-microsoft-com:office:|xmlPackage|"
    r"urn:oasis:names:tc:opendocument:xmlns:office:"
)
_HOST_SCRIPT = re.compile(r"<(?:job|package|scriptlet|component|registration)\b", _I)
_PROGRAMS = (b"MZ", b"\x7fELF", b"Rar!", b"7z\xbc\xaf", b"MSCF", b"L\0\0\0\x01\x14\x02")
"""Programs, shortcuts, and archives that no report holds."""
_FEW_WORDS = 128
"""Characters of visible text: a page that is no more than its script has fewer."""
_DETAIL = 100


def text_of(data: bytes) -> str:
    """Read a page in whatever it is written in; Latin where it does not say, so that places stay what they were."""
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return data.decode("utf-16", "replace")
    if data.startswith(b"\0\0"):
        data = data.lstrip(b"\0")
    head = data[:400]
    if head.count(b"\0") > len(head) // 3:
        return data.decode("utf-16-be" if head[:1] == b"\0" else "utf-16-le", "replace")
    if b"+ADw-" in data or (b"+AD" in data and b"utf-7" in head.lower()):
        return data.decode("utf-7", "replace")
    return (data.replace(b"\0", b"") if b"\0" in data else data).decode("latin-1")


def read_html(data: bytes, budget: Budget) -> Iterator[Piece]:
    """Read a page that is attached, and the pages in its frames."""
    text = text_of(data)
    yield from _page(text, budget)
    for framed in frames_of(text) if "srcdoc" in text else ():
        yield from _page(framed, budget, is_framed=True)


def _page(text: str, budget: Budget, *, is_framed: bool = False) -> Iterator[Piece]:
    """Read a page."""
    low = text.lower()
    yield from islice(_started(text, low), 1)
    for refresh in _REFRESH.finditer(text) if "refresh" in low else ():
        if away := _REFRESH_AWAY.search(html.unescape(refresh[0])):
            yield Note("HTML_REDIRECT", away[0][:_DETAIL], refresh.start())
            break
    if "password" in low and (found := _PASSWORD.search(text)) and _SENDS.search(text):
        yield Note("HTML_FORM", at=found.start())
    yield from _smuggled(text, low, budget)
    yield from _scripts(text, low, budget, is_framed=is_framed)


def _started(text: str, low: str) -> Iterator[Note]:
    """Tell the controls and programs that a page starts."""
    for words, rule in _RUNS:
        if any(word in low for word in words) and (found := rule.search(text)):
            yield Note("HTML_OBJECT", found[0][:_DETAIL], found.start())
    if "<object" in low or "<embed" in low or "<applet" in low:
        for tag, at in controls_in(text):
            yield Note("HTML_OBJECT", tag[:_DETAIL], at)


def _smuggled(text: str, low: str, budget: Budget) -> Iterator[Piece]:
    """Give the files that stand in a page; no report has a program, and a table to take along is made by no script."""
    for piece in files_in(text, budget):
        if isinstance(piece, Member) and piece.data and piece.data.startswith(_PROGRAMS):
            yield Note("HTML_SMUGGLING", at=piece.at)
        yield piece
    for found in _LINK_FILE.finditer(low):
        if _LINKED.search(low, max(0, found.start() - 40), found.start()):
            yield Note("HTML_SMUGGLING", found[0][:_DETAIL], found.start())
            return


def _scripts(text: str, low: str, budget: Budget, *, is_framed: bool) -> Iterator[Piece]:
    """Judge the scripts of a page: reports and charts have some every day, which make no file and lead nowhere."""
    found = scripts_of(text, low)
    for code in found.loaded:
        yield from _loaded(code, budget)
    if not found.codes:
        return
    small: list[tuple[str, int]] = []
    long: list[str] = []
    for code, at in found.codes:
        if is_long(code := plain(code)):
            long.append(ends_of(code))
        else:
            small.append((code, at))
    for code in long:
        if (saves := _SAVES.search(code)) and _DECODES.search(code) and not found.has_library:
            yield Note("HTML_SMUGGLING", saves[0])
        yield from _moved(code, 0)
    yield from _acts(
        "\n".join(code for code, _ in small), small[0][1] if small else 0, text, has_library=found.has_library
    )
    acting = [(code, at) for code, at in small if code.strip() and not _is_usual(code)]
    if acting and not (is_framed or long or found.has_library) and _says_little(found.outside):
        yield Note("HTML_SCRIPT", acting[0][0].strip()[:_DETAIL], acting[0][1])


def _acts(code: str, place: int, text: str, *, has_library: bool) -> Iterator[Note]:
    """Tell what the scripts of a page do together, those that are no library."""
    low = code.lower()
    decodes = _DECODES.search(code) if any(word in low for word in _DECODE_WORDS) else None
    saves = _SAVES.search(code) if any(word in low for word in _SAVE_WORDS) else None
    if not decodes and "decodeURIComponent" in code:
        decodes = _PERCENTS.search(text)
    if saves and (decodes or _BYTES.search(code) or has_codes(code)):
        yield Note("HTML_SMUGGLING", saves[0], place)
    elif decodes and (writes := _WRITES.search(code)) and not has_library:
        yield Note("HTML_SCRIPT", f"{decodes[0]} {writes[0]}", place)
    yield from _moved(code, place)


def _is_usual(code: str) -> bool:
    """Say whether a script leads beside its page, counts visits or turns the sheets of Excel, and does nothing else."""
    if _BESIDE.match(code):
        return True
    return bool(_USUAL.search(code)) and len(code) < _USUAL_SIZE and not _DECODES.search(code)


def _loaded(code: str, budget: Budget) -> Iterator[Piece]:
    """Judge a script that stands in an address, as converters of reports write them."""
    yield from _smuggled(code, code.lower(), budget)
    short = plain(code)
    if is_long(short):
        return
    yield from _moved(short, 0)
    has_literal = any(len(found[0]) > _LITERAL_BYTES for found in LONG_LITERAL.finditer(code))
    if has_literal and _SAVES.search(short) and _DECODES.search(short):
        yield Note("HTML_SMUGGLING", "a script in an address")


def _moved(code: str, place: int) -> Iterator[Note]:
    """Tell a script that leads elsewhere."""
    for found in _MOVE.finditer(code) if "location" in code else ():
        if away := _MOVE_AWAY.search(found[1] or found[2]):
            yield Note("HTML_REDIRECT", f"location {away.string[:_DETAIL]}", place)
            return


def _says_little(outside: str) -> bool:
    """Say whether a page without its scripts shows hardly a word."""
    words = _TAG.sub(" ", _HIDDEN.sub("", _COMMENT.sub("", outside)))
    return len("".join(words.split())) < _FEW_WORDS


def read_svg(data: bytes, budget: Budget) -> Iterator[Piece]:
    """Read a drawing: script, handlers, links to script, and pages inside (SVG 2 sections 12.4 and 15)."""
    text = _COMMENT.sub("", text_of(data))
    plain = html.unescape(text) if "&" in text else text
    found = _SVG_SCRIPT.search(plain) or _SVG_HANDLER.search(text) or _SVG_LINK.search(plain)
    if not found and (foreign := _FOREIGN.search(plain)):
        found = _FOREIGN_RUNS.search(plain, foreign.end())
    if found:
        yield Note("SVG_SCRIPT", found[0][-_DETAIL:], found.start())
        yield from files_in(text, budget)
    yield from _entities(text)


def read_xml(data: bytes, budget: Budget) -> Iterator[Piece]:
    """Read data in XML: script in style sheets and pages, entities, and documents of Office in one file."""
    text = text_of(data)
    active = [name for name in _XML_ACTIVE if name in text]
    if found := (_OTHER_SCRIPT if _is_flat_odf(text) else _SVG_SCRIPT).search(text):
        if _HOST_SCRIPT.search(text):
            yield Note("MAGIC_SCRIPT", found[0], found.start())
        elif active and "<rss" not in text and "<feed" not in text:
            yield Note("XML_SCRIPT", active[0], found.start())
            yield from files_in(text, budget)
    yield from _entities(text)
    if _OFFICE.search(text):
        reader: Reader = importlib.import_module("mailkit.attachments.documents.flatxml").read_xml_document
        yield from reader(data, budget)


def _is_flat_odf(text: str) -> bool:
    """Say whether a prefix is that of OpenDocument and of nothing else: each of its documents has `office:script`."""
    return _ODF in text and len(_ODF_PREFIX.findall(text)) == 1


def _entities(text: str) -> Iterator[Piece]:
    """Give entities that load a file, or that grow: some that are made of many others each."""
    if "<!ENTITY" not in text:
        return
    grow = 0
    for found in _ENTITY.finditer(text):
        if _AWAY.match(found[1]):
            yield Note("XML_ENTITY", found[1][:_DETAIL], found.start())
            return
        grow += sum(1 for _ in _ENTITY_USE.finditer(found[1])) >= 4
    if grow >= 2:
        yield Note("XML_ENTITY", f"{grow} entities made of others")
