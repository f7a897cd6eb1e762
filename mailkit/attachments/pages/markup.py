"""Pages, drawings and data in XML that are attached: what runs when they are opened, and the files that they hide."""

from __future__ import annotations

import html
import importlib
import re
from collections.abc import Iterator

from mailkit.attachments.budget import Budget
from mailkit.attachments.pages.smuggling import files_in, has_codes
from mailkit.attachments.pieces import Member, Note, Piece, Reader

_I = re.IGNORECASE
_SCRIPT = re.compile(r"<script\b([^<>]{0,5000}+)>(.*?)(?:</script|\Z)", _I | re.DOTALL)
_HANDLER = re.compile(r"[\s/\"']on[a-z]{3,30}\s{0,9}=\s{0,9}(?:\"([^\"]*+)\"|'([^']*+)'|([^\s>\"']++))", _I)
_DATA_SCRIPT = re.compile(r"type\s*=\s*[\"']?(?:application/(?:ld\+)?json|text/(?:template|x-)|application/vnd)", _I)
_LIBRARIES = (
    *("plotly", "bokeh", "vega", "echarts", "highcharts", "leaflet", "mathjax", "katex", "mermaid", "d3js.org"),
    *("reveal.js", "jquery"),
)
"""What draws charts and formulas: a page of one has script and few words."""
_TAG = re.compile(r"<[^<>]*+>")
_HIDDEN = re.compile(r"<(script|style|title|head)\b.*?(?:</\1|\Z)", _I | re.DOTALL)
_DECODES = re.compile(r"\batob\b|fromCharCode|\bunescape\b|Uint8Array|charCodeAt|decodeURIComponent|base64", _I)
_SAVES = re.compile(
    r"createObjectURL|msSave(?:OrOpen)?Blob|\.download\b|\bdownload\s*=|[\"']download[\"']|new\s+(?:Blob|File)\b", _I
)
_WRITES = re.compile(r"document\s*\.\s*write|\beval\s*\(|innerHTML|\bFunction\s*\(|insertAdjacentHTML|location", _I)
_LONG_LITERAL = re.compile(r"\"[^\"\\\n]{200,}+\"|'[^'\\\n]{200,}+'|`[^`]{200,}+`")
_LINK_FILE = re.compile(
    r"data:(?:application/(?!json|pdf|xml|x-font|font|vnd\.ms-font|vnd\.openxml|(?:x-)?javascript)[\w.+-]{1,80}|text/html)[;,]"
)
_LINKED = re.compile(r"(?:href|src|data)\s{0,9}=\s{0,9}[\"']?\s{0,9}\Z")
_REFRESH = re.compile(r"<meta\b[^<>]*?http-equiv\s*=\s*[\"']?\s*refresh[^<>]*+>", _I)
_REFRESH_AWAY = re.compile(r"url\s*=\s*[\"']?\s*(?:[a-z][a-z0-9+.-]{1,20}:|//|\\\\)[^\"'>]{0,200}", _I)
_MOVE = re.compile(
    r"\blocation(?:\s*\.\s*href)?\s*=\s*(?![=\s])([^;\n]{1,200})|\blocation\s*\.\s*(?:replace|assign)\s*\(([^;\n]{1,200})"
)
_MOVE_AWAY = re.compile(r"\A\s*[\"'`](?:https?:|//|data:|file:|ftp:|search-ms:|ms-)|atob|unescape|fromCharCode", _I)
_BESIDE = re.compile(
    r"\s*(?:window\.)?location(?:\.href)?(?:\s*=|\.replace\()\s*[\"'](?![a-z]+:|//|\\\\)[\w./%#?=&+-]*+[\"'][^;]{0,80}+;?\s*\Z",
    _I,
)
"""A page that has moved within its site: software documentation is full of them."""
_PASSWORD = re.compile(r"<input\b[^<>]*?type\s*=\s*[\"']?password", _I)
_SENDS = re.compile(
    r"<form\b[^<>]*?action\s*=\s*[\"']?\s*(?:https?:)?//|formaction\s*=\s*[\"']?\s*(?:https?:)?//|\bfetch\s*\(|XMLHttpRequest|\.ajax\s*\(|\$\.post|sendBeacon",
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
        ("classid", "classtype"),
        re.compile(
            r"<object\b[^<>]*?class(?:id|type)\s*=\s*[\"']?clsid:(?!d27cdb6e|6bf52a52|22d6f312|02bf25d5|05589fa1|cfcdaa03|ca8a9780)",
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
    (
        ("<object", "<embed", "<applet"),
        re.compile(
            r"<(?:object|embed|applet)\b[^<>]*?(?:codebase|data|src|archive)\s*=\s*[\"']?[^\"'>\s]{1,300}\.(?:exe|hta|jar|cab|scr|dll|ocx)\b",
            _I,
        ),
    ),
)
"""Words without which a rule need not be tried, and the rule."""
_COMMENT = re.compile(r"<!--.*?(?:-->|\Z)", re.DOTALL)
_SVG_SCRIPT = re.compile(r"<(?:[\w.-]{1,40}:)?script[\s>/]", _I)
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
    rb"<\?mso-application|schemas\.microsoft\.com/office/word/2003|urn:schemas-microsoft-com:office:|xmlPackage"
)
_HOST_SCRIPT = re.compile(r"<(?:job|package|scriptlet|component|registration)\b", _I)
_PROGRAMS = (b"MZ", b"\x7fELF", b"Rar!", b"7z\xbc\xaf", b"MSCF", b"L\0\0\0\x01\x14\x02")
"""Programs, shortcuts, and archives that no report holds."""
_FEW_WORDS = 128
"""Characters of visible text: a page that is no more than its script has fewer."""
_LONG_PAGE = 64_000
"""Characters of a page without its scripts; a longer one shows something."""
_CODE = 80_000
"""Characters of a script without its long literals: libraries for charts are longer, and have all that pages can do."""
_DETAIL = 100


def text_of(data: bytes) -> str:
    """Read a page in whatever it is written in; Latin where it does not say, so that places stay what they were."""
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return data.decode("utf-16", "replace")
    head = data[:400]
    if head.count(b"\0") > len(head) // 3:
        return data.decode("utf-16-be" if head[:1] == b"\0" else "utf-16-le", "replace")
    if b"+ADw-" in data:
        return data.decode("utf-7", "replace")
    return (data.replace(b"\0", b"") if b"\0" in data else data).decode("latin-1")


def read_html(data: bytes, budget: Budget) -> Iterator[Piece]:
    """Read a page that is attached."""
    text = text_of(data)
    low = text.lower()
    for words, rule in _RUNS:
        if any(word in low for word in words) and (found := rule.search(text)):
            yield Note("HTML_OBJECT", found[0][:_DETAIL], found.start())
            break
    for refresh in _REFRESH.finditer(text) if "refresh" in low else ():
        if away := _REFRESH_AWAY.search(html.unescape(refresh[0])):
            yield Note("HTML_REDIRECT", away[0][:_DETAIL], refresh.start())
            break
    if "password" in low and (found := _PASSWORD.search(text)) and _SENDS.search(text):
        yield Note("HTML_FORM", at=found.start())
    yield from _smuggled(text, low, budget)
    yield from _scripts(text, low)


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


def _sources(text: str, low: str) -> tuple[list[tuple[str, int]], str]:
    """Give the scripts of a page with where they stand, those of handlers and links too, and the page without them."""
    scripts: list[tuple[str, int]] = []
    between: list[str] = []
    at = 0
    for found in _SCRIPT.finditer(text):
        between.append(text[at : found.start()])
        at = found.end()
        if not _DATA_SCRIPT.search(found[1]):
            scripts.append((found[2] if found[2].strip() else found[1], found.start()))
    outside = "".join((*between, text[at:]))
    if "on" in outside:
        scripts += [(html.unescape(found[1] or found[2] or found[3]), 0) for found in _HANDLER.finditer(outside)]
    if ("script" in outside.lower() or "&#" in low) and (link := _SVG_LINK.search(html.unescape(outside))):
        scripts.append((link[0], 0))
    return scripts, outside


def _scripts(text: str, low: str) -> Iterator[Piece]:
    """Judge the scripts of a page: reports and charts have some every day, which make no file and lead nowhere."""
    scripts, outside = _sources(text, low)
    if not scripts:
        return
    small = [
        (code, at) for code, at in ((_LONG_LITERAL.sub("''", code), at) for code, at in scripts) if len(code) <= _CODE
    ]
    has_library = any(word in low for word in _LIBRARIES)
    whole = "\n".join(code for code, _ in small)
    place = small[0][1] if small else 0
    decodes, saves = _DECODES.search(whole), _SAVES.search(whole)
    if saves and (decodes or has_codes(whole)):
        yield Note("HTML_SMUGGLING", saves[0], place)
    elif decodes and (found := _WRITES.search(whole)) and not has_library:
        yield Note("HTML_SCRIPT", f"{decodes[0]} {found[0]}", place)
    for found in _MOVE.finditer(whole):
        if away := _MOVE_AWAY.search(found[1] or found[2]):
            yield Note("HTML_REDIRECT", f"location {away.string[:_DETAIL]}", place)
            break
    if len(outside) > _LONG_PAGE or not whole.strip() or _BESIDE.match(whole) or has_library:
        return
    words = _TAG.sub(" ", _HIDDEN.sub("", _COMMENT.sub("", outside)))
    if len("".join(words.split())) < _FEW_WORDS:
        yield Note("HTML_SCRIPT", whole.strip()[:_DETAIL], place)


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
    if found := _SVG_SCRIPT.search(text):
        if _HOST_SCRIPT.search(text):
            yield Note("MAGIC_SCRIPT", found[0], found.start())
        elif active and "<rss" not in text and "<feed" not in text:
            yield Note("XML_SCRIPT", active[0], found.start())
            yield from files_in(text, budget)
    yield from _entities(text)
    if _OFFICE.search(data):
        reader: Reader = importlib.import_module("mailkit.attachments.documents.flatxml").read_xml_document
        yield from reader(data, budget)


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
