r"""What a text is: told from how it begins, and only where that is certain.

Prose that speaks of scripts, a patch, a log or a list of commands is text. What a kind is worth says `mismatch`.
"""

from __future__ import annotations

import re
from binascii import a2b_base64
from typing import NamedTuple

from mailkit.attachments.plain import HEAD, as_ascii, head_of, is_text

_BLANKS = b" \t\r\n\x0b\x0c"


class Told(NamedTuple):
    """What a text is."""

    kind: str
    detail: str = ""
    at: int = 0


_STARTS: tuple[tuple[bytes, str, str], ...] = (
    (b"{\\rt", "rtf", ""),  # RTF 1.9.1; Word asks for no more
    (b"%!ps", "ps", ""),
    (b"begin:vcalendar", "ics", ""),  # RFC 5545 section 3.4
    (b"begin:vcard", "vcf", ""),  # RFC 6350 section 6.1.1
    (b"id;p", "slk", ""),  # SYLK
    (b"regedit4", "reg", ""),
    (b"windows registry editor version", "reg", ""),
    (b"xlodbc\r\n1", "iqy", "dqy"),  # Excel queries of the other sorts
    (b"xlodbc\n1", "iqy", "dqy"),
    (b"querytype=", "iqy", "oqy"),
    (b"#@~^", "vbs", "encoded"),  # Windows Script Encoder; JScript looks the same
    (b'msgbox "', "vbs", ""),
    (b"wscript.", "vbs", ""),
    (b"-----begin pgp ", "pgp", "armor"),  # RFC 9580 section 6.2
    (b"-----begin pkcs7-----", "p7", "pem"),  # RFC 7468 section 8
    (b"-----begin cms-----", "p7", "pem"),  # RFC 7468 section 9
    (b"=ybegin line=", "yenc", ""),
    (b"(this file must be converted with binhex", "binhex", ""),
    (b"<?php", "php", ""),
    (b"<%@", "asp", ""),
    (b"d8:announce", "torrent", ""),
)
"""What a text begins with, in small letters, behind white space -> kind, detail."""
_HASH_BANG = re.compile(
    rb"#![ \t]{0,8}(?:/[^\s\x00/]{0,64}){1,12}|#![ \t]{0,8}[a-z]:[\\/][^\r\n]{1,200}", re.IGNORECASE
)
_ENV = re.compile(rb"#![ \t]{0,8}\S{0,200}env(?:[ \t]{1,8}-\S{1,20}){0,4}[ \t]{1,8}([\w.+-]{1,40})")
_BATCH = re.compile(
    rb"(?:&?@?cls[ \t]{0,8}(?:&|\r?\n)[ \t\r\n]{0,8})?"  # as it follows a mark of UTF-16 that is none
    rb"(?:@(?:echo|setlocal|cls|powershell|cmd|start|mshta|rem)(?:[ \t\r\n.:(]|\.exe))"
)
_WEB_QUERY = re.compile(rb"web[ \t]{0,8}\r?\n1[ \t]{0,8}\r?\n[ \t]{0,8}(?:https?|ftp|file|\\\\)")
_UU = re.compile(rb"begin(?:-base64)? [0-7]{3,4} \S")
_SECTION = re.compile(rb"^[ \t]{0,8}\[(internetshortcut|desktop entry|version|autorun)\]", re.MULTILINE)
_INF = re.compile(rb"^[ \t]{0,8}signature[ \t]{0,8}=[ \t]{0,8}\"?\$(?:windows nt|chicago|windows 95)\$", re.MULTILINE)
_AUTORUN = re.compile(rb"^[ \t]{0,8}(?:open|shellexecute|icon|action|shell\\[^=\r\n]{1,60})[ \t]{0,8}=", re.MULTILINE)
_BASE64_PROGRAM = re.compile(
    rb"(?:-----BEGIN [A-Z ]{1,40}-----[ \t]{0,8}\r?\n[ \t\r\n]{0,8})?(TV[opqr][A-Za-z0-9+/]{37})"
)
"""The letters M and Z in base64, and enough behind them; certutil puts a line around them."""


def tell(data: bytes) -> Told | None:
    r"""Tell what a text is; None for what is no text.

    >>> tell(b"#!/bin/sh\necho hi\n"), tell(b"Dear all,\n\n#!/bin/sh\n"), tell(b"\x00\x01")
    (Told(kind='script', detail='sh', at=0), Told(kind='text', detail='', at=0), None)
    """
    head, begin = head_of(data)
    text, at = as_ascii(head)
    if text is None:
        return None
    at += begin
    body = text.lstrip(_BLANKS)
    at += len(text) - len(body)
    small = body.lower()
    told = _script(body) or _by_start(small) or _by_section(small) or _markup(small) or _program(body)
    told = told or _message(small) or _code(small) or _columns(body) or Told("text")
    return told._replace(at=at)


def _script(body: bytes) -> Told | None:
    """Tell a script that names its interpreter in its first line."""
    found = _HASH_BANG.match(body)
    if not found:
        return None
    through = _ENV.match(body)
    path = found[0].rstrip().replace(b"\\", b"/")
    name = through[1] if through else path.rpartition(b"/")[2]
    return Told("script", name.decode("ascii", "replace") or "sh")


def _by_start(small: bytes) -> Told | None:
    """Tell a text by its first bytes."""
    for start, kind, detail in _STARTS:
        if small.startswith(start):
            return Told(kind, detail)
    if _BATCH.match(small):
        return Told("bat")
    if _WEB_QUERY.match(small):
        return Told("iqy")
    if _UU.match(small):
        return Told("uu")
    return None


def _by_section(small: bytes) -> Told | None:
    """Tell a text that is made of sections in brackets."""
    if small[:1] not in (b"[", b";", b"#"):
        return None
    for found in _SECTION.finditer(small):
        name = found[1]
        if name == b"internetshortcut":
            return Told("url")
        if name == b"desktop entry":
            return Told("desktop")
        if name == b"version" and _INF.search(small):
            return Told("inf")
        if name == b"autorun" and _AUTORUN.search(small):
            return Told("inf", "autorun")
    return None


_SKIPPED = re.compile(rb"(?:[ \t\r\n]{1,1000}|<\?[^>]{0,1000}>|<!--|<!doctype)")
_DOCTYPE = re.compile(rb"<!doctype[ \t\r\n]{1,100}([\w:.-]{1,40})")
_ROOT = re.compile(rb"<([a-z_][\w.-]{0,40}:)?([a-z_][\w.-]{0,60})(?=[\s/>]|\Z)")
_PAGES = frozenset(
    b"html head body script iframe h1 h2 h3 div font table a style title b br p center form meta img span pre strong "
    b"link basefont base frameset object embed ul ol i em u hr marquee details input".split()
)
"""Elements that a page may begin with; the first are those of WHATWG MIME sniffing section 7.1."""
_SCRIPT_ROOTS = {b"job": "wsf", b"package": "wsf", b"scriptlet": "sct", b"component": "sct"}
"""Root elements of Windows Script Files and Components."""


def _markup(small: bytes) -> Told | None:
    """Tell pages, images and other XML by the first element."""
    if small[:1] != b"<":
        return None
    if b"<hta:application" in small:
        return Told("hta")
    at, doctype = _prolog(small)
    root = _ROOT.match(small, at)
    name = root[2] if root else doctype
    if name in _SCRIPT_ROOTS and b"<script" in small[at:]:
        return Told("script", _SCRIPT_ROOTS[name])
    if b"svg" in {name, doctype}:
        return Told("svg")
    declared = small.startswith(b"<?xml")
    if b"html" in {name, doctype} or (name in _PAGES and not declared) or (not root and _has_page(small)):
        return Told("html")
    is_xml = declared or doctype or (root and (b"xmlns" in small[at : at + 1_000] or b"</" + name in small[at:]))
    return Told("xml", name.decode("ascii", "replace")) if is_xml else None


def _has_page(small: bytes) -> bool:
    """Say whether elements of a page stand in a text, behind a comment that does not end or the like."""
    return any(b"<" + page + end in small for page in _PAGES for end in (b">", b" "))


def _prolog(small: bytes) -> tuple[int, bytes]:
    """Give where the first element of a document begins, and what its type declaration names."""
    at, doctype = 0, b""
    while found := _SKIPPED.match(small, at):
        at = found.end()
        if found[0] == b"<!--":
            end = small.find(b"-->", at)
            at = len(small) if end < 0 else end + 3
        elif found[0] == b"<!doctype":
            named = _DOCTYPE.match(small, found.start())
            doctype = named[1] if named else b"?"
            closed = small.find(b">", at)
            subset = small.find(b"[", at)
            if 0 <= subset < closed:
                closed = small.find(b"]", subset)
                closed = small.find(b">", closed) if closed >= 0 else -1
            at = len(small) if closed < 0 else closed + 1
    return at, doctype


def _program(body: bytes) -> Told | None:
    """Tell a program that stands in base64; a certificate never begins so."""
    found = _BASE64_PROGRAM.match(body)
    return Told("pe", "base64") if found and not is_text(a2b_base64(found[1])) else None


_FIELD = re.compile(
    rb"([a-z][a-z0-9-]{1,60}):(?:[ \t]|\r?\n[ \t])[^\r\n]{0,1000}\r?\n(?:[ \t][^\r\n]{0,1000}\r?\n){0,100}"
)
_MBOX = re.compile(rb">?from [^\r\n]{1,200}\d\d:\d\d[^\r\n]{0,40}\r?\n")
_MAIL_FIELDS = frozenset(
    b"from to cc subject date message-id received return-path mime-version content-type delivered-to sender reply-to "
    b"dkim-signature authentication-results content-transfer-encoding x-mailer arc-seal received-spf list-id".split()
)


def _message(small: bytes) -> Told | None:
    """Tell a mail, or a page of several parts that was saved, by its header."""
    start = _MBOX.match(small)
    at = start.end() if start else 0
    seen: set[bytes] = set()
    content = b""
    while len(seen) < 40 and (field := _FIELD.match(small, at)):
        seen.add(field[1])
        if field[1] == b"content-type":
            content = field[0]
        at = field.end()
    known = seen & _MAIL_FIELDS
    if b"multipart/related" in content and not known & {b"received", b"return-path", b"to", b"message-id"}:
        return Told("mht")
    if known & {b"received", b"return-path", b"message-id", b"mime-version"} and len(known) >= 3:
        return Told("eml")
    if b"mime-version" in known and content:
        return Told("mht")
    return None


_FIRST = {
    "js": re.compile(
        rb"(?:var |let |const |function\b|//|/\*|try\b|if ?\(|for ?\(|[\w$.]{1,40} ?[=(]|[!;(+]|wscript\.)"
    ),
    "vbs": re.compile(
        rb"(?:'|rem |dim |set |on error |option explicit|const |(?:private |public )?(?:sub|function) |wscript\.|"
        rb"createobject|execute|with |if |for |[\w.]{1,40} ?= ?createobject)"
    ),
    "ps1": re.compile(rb"(?:#|param ?\(|function |\$|\[|\(|iex\b|powershell|&|try ?\{|(?:invoke|start|set|new)-[a-z])"),
}
"""How the first line of a script may begin."""
_CALLS: dict[str, tuple[bytes, ...]] = {
    "js": (b"new activexobject(", b"wscript.createobject(", b"wscript.echo(", b"wscript.quit("),
    "vbs": (b"wscript.", b'createobject("wscript.shell"', b'createobject("shell.application"'),
    "ps1": (
        *(b"invoke-expression", b"iex(", b"iex ", b"downloadstring(", b"downloadfile(", b"frombase64string("),
        *(
            b"invoke-webrequest",
            b"start-bitstransfer",
            b"start-process",
            b" -encodedcommand ",
            b" -enc ",
            b"write-host",
        ),
    ),
}
"""What scripts call that nothing but Windows runs."""
_CALLED = 300
"""Bytes in which such a call has to come."""


def _code(small: bytes) -> Told | None:
    """Tell the scripts that Windows runs, where the first line is one and they start at once."""
    small = small[:_CALLED]
    for kind, calls in _CALLS.items():
        if any(call in small for call in calls) and _FIRST[kind].match(small):
            return Told(kind)
    return None


def _columns(body: bytes) -> Told | None:
    """Tell JSON and tables with a delimiter from prose."""
    if body[:1] in (b"{", b"[") and body[1:].lstrip(_BLANKS)[:1] in (b'"', b"{", b"[", b"}", b"]"):
        return Told("json")
    lines = [line for line in body.splitlines()[:6] if line.strip()]
    if len(body) >= HEAD - 3:
        lines = lines[:-1] or lines
    if len(lines) < 2:
        return None
    for delimiter, least in ((b"\t", 1), (b";", 1), (b",", 1 if len(lines) > 3 else 2)):
        counts = {line.rstrip(b";, ").count(delimiter) for line in lines}
        if len(counts) == 1 and counts.pop() >= least:
            return Told("csv")
    return None


_CONTROL = re.compile(rb"[\x00-\x06\x0e-\x19\x1c-\x1f]")
_RUN = frozenset({"script", "bat", "vbs", "js", "hta", "html", "svg", "rtf", "mht", "eml"})
"""Kinds whose programs do not mind what is no text behind the beginning."""


def text_kinds(data: bytes) -> tuple[str, ...]:
    r"""Give what a text is, as kinds; none for plain text and for what is no text.

    >>> text_kinds(b"#!/bin/sh\n"), text_kinds(b"Dear all,\n")
    (('script',), ())
    """
    told = tell(data)
    if told is None and (control := _CONTROL.search(data, 0, HEAD)):
        told = tell(data[: control.start()])
        told = told if told and told.kind in _RUN else None
    return () if told is None or told.kind == "text" else (told.kind,)


HINTS: dict[str, str] = {
    **dict.fromkeys(("html", "htm", "xhtml", "xht", "shtml", "shtm", "hta", "htc"), "html"),
    **dict.fromkeys(("svg",), "svg"),
    **dict.fromkeys(("xml", "xsl", "xslt", "library-ms", "searchconnector-ms", "settingcontent-ms"), "xml"),
    **dict.fromkeys(("mht", "mhtml"), "mht"),
    **dict.fromkeys(("eml",), "eml"),
    **dict.fromkeys(("ics", "ical", "ifb", "vcs"), "ics"),
    **dict.fromkeys(("vcf", "vcard"), "vcf"),
    **dict.fromkeys(("csv", "tsv", "tab"), "csv"),
    **dict.fromkeys(("slk",), "slk"),
    **dict.fromkeys(("iqy", "oqy", "dqy", "rqy"), "iqy"),
    **dict.fromkeys(("url", "website"), "url"),
    **dict.fromkeys(("reg",), "reg"),
    **dict.fromkeys(("inf",), "inf"),
    **dict.fromkeys(("desktop",), "desktop"),
    **dict.fromkeys(("asc", "gpg", "pgp"), "pgp"),
}
"""Extension -> what a program takes a text for that goes by it, whatever it begins with."""
TYPES: dict[str, str] = {
    "text/html": "html",
    "application/xhtml+xml": "html",
    "image/svg+xml": "svg",
    "text/xml": "xml",
    "application/xml": "xml",
    "text/calendar": "ics",
    "text/vcard": "vcf",
    "text/x-vcard": "vcf",
    "text/directory": "vcf",
    "text/csv": "csv",
    "text/tab-separated-values": "csv",
    "message/rfc822": "eml",
}
"""Media type -> the same."""
