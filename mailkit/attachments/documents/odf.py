"""OpenDocument: macros, events that start them, objects and data from elsewhere (OASIS OpenDocument 1.3)."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator, Sequence

from mailkit.attachments.budget import Budget
from mailkit.attachments.documents.macros import judge_modules
from mailkit.attachments.documents.opc import KNOWN, PROGRAM, as_xml, is_away, tags
from mailkit.attachments.pieces import Gap, Member, Note, Piece

_OBJECTS = ("object", "object-ole", "plugin", "applet", "floating-frame")
_LINKS = ("dde-source", "dde-connection-decl", "dde-link")
_LOADING = re.compile(
    r"dom:(?:load|unload|focus)|office:(?:load|open|view-created|start-app|prepare-view|new)", re.IGNORECASE
)
"""Events that come without a click (OpenDocument 1.3 part 3, 14.4)."""
_SCRIPTED = re.compile(r"vnd\.sun\.star\.script:|macro:|javascript:", re.IGNORECASE)
_SCRIPTED_LINK = re.compile(
    rb":href\s{0,9}=\s{0,9}[\"']\s{0,9}(?:vnd\.sun\.star\.script:|macro:|javascript:)", re.IGNORECASE
)
_ENCRYPTED = b"encryption-data"
_PLAIN = (
    *("meta-inf/", "pictures/", "thumbnails/", "configurations2/", "objectreplacements/", "layout-cache", "media/"),
    "dialogs/",
)
"""Where pictures and settings stand, some without an ending."""


def read_odf(members: Sequence[Member], budget: Budget) -> Iterator[Piece]:
    """Tell what a package of OpenDocument holds besides text and pictures."""
    modules: list[tuple[str, str]] = []
    starts = False
    for member in members:
        if budget.is_late():
            yield Gap("TIME", "walk_seconds", name=member.name)
            return
        name, data = member.name.lower(), member.data or b""
        if name == "meta-inf/manifest.xml" and _ENCRYPTED in data:
            yield Note("OFFICE_ENCRYPTED", "OpenDocument", member.at)
            yield Gap("ENCRYPTED", "OpenDocument", sum(len(one.data or b"") for one in members))
            return
        if data.startswith(PROGRAM):
            yield member
        elif name.startswith("basic/") or "/basic/" in name:
            modules += _modules(member.name, data)
        elif name.startswith("scripts/") and not name.endswith("/") and data.strip():
            modules.append((member.name, data.decode("utf-8", "replace")))
        elif name.endswith(".xml") and not name.startswith(_PLAIN):
            text = as_xml(data)
            starts = starts or _starts(text)
            yield from _loads(member, text)
        elif not _is_part(name):
            yield member
    yield from _judged(modules, starts=starts)


def _is_part(name: str) -> bool:
    """Say whether something belongs to a document, and is not a file that was put there."""
    if KNOWN.search(name) or name.endswith(("mimetype", "/")):
        return True
    return name.startswith(_PLAIN) and "." not in name.rpartition("/")[2]


def _modules(name: str, data: bytes) -> Iterator[tuple[str, str]]:
    """Give the source of the modules of Basic in one part."""
    return ((name, source) for source in _texts(as_xml(data), "module"))


def _texts(text: bytes, name: str) -> Iterator[str]:
    """Give what stands in the elements of a name; of the last, where its end tag lacks, all that is there."""
    at = 0
    for tag in tags(text, name):
        if tag.start < at:
            continue
        at = end if (end := text.find(b"</", tag.end)) >= 0 else len(text)
        yield html.unescape(text[tag.end : at].decode("utf-8", "replace"))


def _starts(text: bytes) -> bool:
    """Say whether an event of the document starts a macro by itself."""
    if b"event-listener" not in text:
        return False
    events = (one for tag in tags(text, "event-listener") for one in tag.all("event-name"))
    return any(_LOADING.match(one.strip()) for one in events)


def _loads(member: Member, text: bytes) -> Iterator[Note]:
    """Tell what comes from elsewhere."""
    if b":href" in text:
        found = (one for tag in tags(text, *_OBJECTS) for one in tag.all("href"))
        if (away := next((one for one in found if _is_elsewhere(one)), None)) is not None:
            yield Note("OFFICE_EXTERNAL_OLE", away, member.at)
        yield from _scripted(member, text)
    if b":dde-" in text and (link := next(tags(text, *_LINKS), None)):
        yield Note("OFFICE_DDE", str(link.values), member.at)


def _is_elsewhere(target: str) -> bool:
    """Say whether an object comes from elsewhere; a script is told as one."""
    return is_away(target) and not _SCRIPTED.match(target.strip())


def _scripted(member: Member, text: bytes) -> Iterator[Note]:
    """Tell a link that starts a script, where no event does."""
    if b"event-listener" not in text and (script := _SCRIPTED_LINK.search(text)):
        yield Note("OFFICE_VBA", script[0].decode("utf-8", "replace"), member.at)


def _judged(modules: list[tuple[str, str]], *, starts: bool) -> Iterator[Note]:
    """Judge the macros; an event that starts one makes up for a name that does."""
    notes = list(judge_modules(modules))
    if starts and notes:
        yield Note("OFFICE_VBA_AUTO", f"an event of the document starts it; {notes[0].detail}")
    elif starts:
        yield Note("OFFICE_VBA", "an event of the document starts a macro from elsewhere")
    else:
        yield from notes


def flat_odf(text: bytes, _budget: Budget) -> Iterator[Piece]:
    """Tell what a document of OpenDocument in one file of XML holds besides text (OpenDocument 1.3 part 3, 3.13)."""
    yield from _loads(Member("", None), text)
    modules = [("Basic", source) for name in ("module", "source-code") for source in _texts(text, name)]
    yield from _judged(modules, starts=_starts(text))
