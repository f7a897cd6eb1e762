"""Calendars and address cards (RFC 5545, RFC 6350): files that they hold, and what they lead to."""

from __future__ import annotations

import re
from collections.abc import Iterator

from mailkit.attachments.budget import Budget
from mailkit.attachments.pages.markup import text_of
from mailkit.attachments.pages.smuggling import from_base64
from mailkit.attachments.pieces import Gap, Member, Note, Piece
from mailkit.attachments.plain import HEAD, is_text
from mailkit.attachments.types import MEDIA, sniff

_FOLD = re.compile(r"\n[ \t]")
_LINE = re.compile(
    r"^(?:[\w-]{1,60}\.)?(ATTACH|IMAGE|STRUCTURED-DATA|PHOTO|LOGO|SOUND|KEY|AGENT|URL|CONFERENCE|X-[\w-]{1,60})"
    r"([;:][^\r\n]*+)",
    re.IGNORECASE | re.MULTILINE,
)
"""Properties that hold a file or lead to one (RFC 5545 section 3.8.1.1, RFC 7986 section 5.10, RFC 6350 section 6)."""
_PARAMETER = re.compile(r";([\w-]{1,60})(?:=(?:\"([^\"\r\n]{0,2000})\"|([^;:\"\r\n]{0,2000})))?")
_NAMES = ("X-FILENAME", "FILENAME", "X-APPLE-FILENAME", "X-LABEL", "X-ORACLE-FILENAME", "X-EVOLUTION-CALDAV-NAME")
_RUNS = re.compile(
    r"\.(?:exe|scr|pif|bat|cmd|vbs|vbe|jse?|wsf|hta|lnk|msi|ps1|iso|img|jar|url|cpl|dll|chm|appinstaller)(?:[?#]|\Z)",
    re.IGNORECASE,
)
_AWAY = re.compile(
    r"\A\s*(?:file:(?!/{1,3}[a-z]:[/\\])|\\\\|smb:|search-ms:|ms-|javascript:|vbscript:|data:)", re.IGNORECASE
)
_LEADING = frozenset({"ATTACH", "URL", "CONFERENCE"})
_INLINE = re.compile(r"\s{0,9}data:([\w.+/-]{0,200})[^,]{0,200};base64,", re.IGNORECASE)
_EVERYDAY = ("image/", "audio/", "application/pdf", "application/vnd.", "application/msword", "text/")
"""Declared types of what people put into an appointment; a program in it is told by its own name and content."""
_EVERYDAY_KINDS = MEDIA | {"pdf", "zip", "ole", "rtf", "csv", "ics", "vcf", "eml", "json", "xml"}
"""What they put there whatever its declared type."""
_OF_CARDS = MEDIA | {"p7", "pgp"}
"""What stands in every card: pictures, sounds and keys."""
_LEAST = 64
"""Letters of what stands in another property than an attachment; no program is shorter."""
_BARE = re.compile(r"\s{0,9}[A-Za-z0-9+/]{100}")
_SCRIPT = re.compile(r"<script\b|javascript:|\son[a-z]{3,30}\s{0,9}=|<iframe\b|<object\b", re.IGNORECASE)


def read_ics(data: bytes, budget: Budget) -> Iterator[Piece]:
    """Read a calendar or cards; lines that are folded are put together first (RFC 5545 section 3.1)."""
    text = _FOLD.sub("", text_of(data).replace("\r\n", "\n").replace("\r", "\n"))
    for found in _LINE.finditer(text):
        if budget.is_late():
            yield Gap("TIME", "lines of a calendar")
            return
        name, (parameters, value) = found[1].upper(), _split(found[2])
        if name == "X-ALT-DESC":
            if _SCRIPT.search(value):
                yield Note("ICS_ATTACH", name, found.start())
        elif (inline := _INLINE.match(value)) is not None:
            parameters.setdefault("FMTTYPE", inline[1])
            yield from _file(name, parameters, value[inline.end() :], found.start(), budget)
        elif _is_encoded(name, parameters, value):
            yield from _file(name, parameters, value, found.start(), budget)
        elif (name in _LEADING or "ATTACH" in name) and (
            _AWAY.search(value) or (name == "ATTACH" and _RUNS.search(value.strip()))
        ):
            yield Note("ICS_ATTACH", value.strip()[:100], found.start())


def _is_encoded(name: str, parameters: dict[str, str], value: str) -> bool:
    """Say whether a value is a file: by its parameters, those of vCard 2.1 too, or where it can be nothing else."""
    said = parameters.get("VALUE", "").upper() == "BINARY" or parameters.get("ENCODING", "").upper() in {"BASE64", "B"}
    return said or "BASE64" in parameters or (name == "ATTACH" and _BARE.match(value) is not None)


def _split(rest: str) -> tuple[dict[str, str], str]:
    """Take the parameters of a line from its value."""
    parameters: dict[str, str] = {}
    at = 0
    while found := _PARAMETER.match(rest, at):
        parameters.setdefault(found[1].upper(), found[2] or found[3] or "")
        at = found.end()
    return parameters, rest[at:].partition(":")[2]


def _file(prop: str, parameters: dict[str, str], value: str, at: int, budget: Budget) -> Iterator[Piece]:
    """Give a file that stands in a calendar or a card; of a card only what nobody puts there."""
    name = next(filter(None, (parameters.get(key) for key in _NAMES)), "")
    media_type = parameters.get("FMTTYPE", "")
    if "ATTACH" not in prop and len(value) < _LEAST:
        return
    content = from_base64(value)
    kinds = frozenset(sniff(content).kinds)
    if "ATTACH" not in prop and kinds <= _OF_CARDS:
        return
    if not budget.take_member():
        yield Gap("PARTS", name=name, at=at)
        return
    if len(content) > budget.room(len(content)):
        yield Gap("BYTES", "a file in a calendar", len(content), name, at)
        return
    budget.spend(len(content))
    is_everyday = media_type.lower().startswith(_EVERYDAY) or not kinds.isdisjoint(_EVERYDAY_KINDS)
    if not is_everyday and (kinds or not is_text(content[:HEAD])):
        yield Note("ICS_ATTACH", name or media_type or prop, at)
    yield Member(name, content, at, (), media_type)
