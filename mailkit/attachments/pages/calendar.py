"""Calendars and address cards (RFC 5545, RFC 6350): files that they hold, and what they lead to."""

from __future__ import annotations

import re
from collections.abc import Iterator

from mailkit.attachments.budget import Budget
from mailkit.attachments.pages.markup import text_of
from mailkit.attachments.pages.smuggling import from_base64
from mailkit.attachments.pieces import Gap, Member, Note, Piece

_FOLD = re.compile(r"\n[ \t]")
_LINE = re.compile(
    r"^(?:[\w-]{1,60}\.)?(ATTACH|X-ALT-DESC|URL|CONFERENCE|X-[\w-]{1,60}ATTACH[\w-]{0,60})([;:][^\r\n]*+)",
    re.IGNORECASE | re.MULTILINE,
)
_PARAMETER = re.compile(r";([\w-]{1,60})=(?:\"([^\"\r\n]{0,2000})\"|([^;:\"\r\n]{0,2000}))")
_NAMES = ("X-FILENAME", "FILENAME", "X-APPLE-FILENAME", "X-LABEL", "X-ORACLE-FILENAME", "X-EVOLUTION-CALDAV-NAME")
_RUNS = re.compile(
    r"\.(?:exe|scr|pif|bat|cmd|vbs|vbe|jse?|wsf|hta|lnk|msi|ps1|iso|img|jar|url|cpl|dll|chm|appinstaller)(?:[?#]|\Z)",
    re.IGNORECASE,
)
_AWAY = re.compile(r"\A\s*(?:file:|\\\\|smb:|search-ms:|ms-|javascript:|vbscript:|data:)", re.IGNORECASE)
_INLINE = re.compile(r"\s{0,9}data:([\w.+/-]{0,200})[^,]{0,200};base64,", re.IGNORECASE)
_EVERYDAY = ("image/", "audio/", "application/pdf", "application/vnd.", "application/msword", "text/")
"""Declared types of what people put into an appointment; a program in it is told by its own name and content."""
_SCRIPT = re.compile(r"<script\b|javascript:|\son[a-z]{3,30}\s{0,9}=|<iframe\b|<object\b", re.IGNORECASE)
_LINES = 2_000


def read_ics(data: bytes, budget: Budget) -> Iterator[Piece]:
    """Read a calendar or cards; lines that are folded are put together first (RFC 5545 section 3.1)."""
    text = _FOLD.sub("", text_of(data).replace("\r\n", "\n").replace("\r", "\n"))
    for number, found in enumerate(_LINE.finditer(text)):
        if number >= _LINES or budget.is_late():
            yield Gap("PARTS", "lines of a calendar")
            return
        parameters, value = _split(found[2])
        if found[1].upper() == "X-ALT-DESC":
            if _SCRIPT.search(value):
                yield Note("ICS_ATTACH", "X-ALT-DESC", found.start())
        elif (inline := _INLINE.match(value)) is not None:
            parameters.setdefault("FMTTYPE", inline[1])
            yield from _file(parameters, value[inline.end() :], found.start(), budget)
        elif parameters.get("VALUE", "").upper() == "BINARY" or parameters.get("ENCODING", "").upper() in {
            "BASE64",
            "B",
        }:
            yield from _file(parameters, value, found.start(), budget)
        elif _AWAY.search(value) or (found[1].upper() == "ATTACH" and _RUNS.search(value.strip())):
            yield Note("ICS_ATTACH", value.strip()[:100], found.start())


def _split(rest: str) -> tuple[dict[str, str], str]:
    """Take the parameters of a line from its value."""
    parameters: dict[str, str] = {}
    at = 0
    while found := _PARAMETER.match(rest, at):
        parameters.setdefault(found[1].upper(), found[2] or found[3] or "")
        at = found.end()
    return parameters, rest[at:].partition(":")[2]


def _file(parameters: dict[str, str], value: str, at: int, budget: Budget) -> Iterator[Piece]:
    """Give a file that stands in a calendar (section 3.8.1.1)."""
    name = next(filter(None, (parameters.get(key) for key in _NAMES)), "")
    kind = parameters.get("FMTTYPE", "")
    if not budget.take_member():
        yield Gap("PARTS", name=name, at=at)
        return
    content = from_base64(value)
    if len(content) > budget.room(len(content)):
        yield Gap("BYTES", "a file in a calendar", len(content), name, at)
        return
    budget.spend(len(content))
    if not kind.lower().startswith(_EVERYDAY):
        yield Note("ICS_ATTACH", name or kind, at)
    yield Member(name, content, at, (), kind)
