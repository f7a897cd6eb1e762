"""OpenDocument: macros, events that start them, objects and data from elsewhere (OASIS OpenDocument 1.3)."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator, Sequence

from mailkit.attachments.budget import Budget
from mailkit.attachments.macros import judge_modules
from mailkit.attachments.opc import as_bytes
from mailkit.attachments.pieces import Gap, Member, Note, Piece

_MODULE = re.compile(rb"<script:module\b[^>]{0,2000}>(.{0,1000000}?)</script:module>", re.DOTALL)
_SOURCE = re.compile(
    rb"<(?:ooo|script):source-code\b[^>]{0,200}>(.{0,1000000}?)</(?:ooo|script):source-code>", re.DOTALL
)
_EVENT = re.compile(rb"<script:event-listener\b[^>]{0,4000}>")
_LOADING = re.compile(
    rb"event-name\s*=\s*[\"'](?:dom:load|office:(?:load|open|view-created|start-app|prepare-view|new)|dom:unload|dom:focus)",
    re.IGNORECASE,
)
_SCRIPTED = re.compile(rb"xlink:href\s*=\s*[\"'](?:vnd\.sun\.star\.script:|macro:|javascript:)", re.IGNORECASE)
_OBJECT = re.compile(
    rb"<draw:(?:object|object-ole|plugin|applet|floating-frame)\b[^>]{0,4000}?xlink:href\s*=\s*[\"']((?:https?:|ftp:|file://[^/]|//|\\\\)[^\"']{0,2000})",
    re.IGNORECASE,
)
_DDE = re.compile(rb"<(?:office|text|table):dde-(?:source|connection-decl|link)\b[^>]{0,2000}", re.IGNORECASE)
_ENCRYPTED = b"manifest:encryption-data"
_PLAIN = (
    "meta-inf/",
    "pictures/",
    "thumbnails/",
    "configurations2/",
    "objectreplacements/",
    "layout-cache",
    "media/",
    "dialogs/",
)
_PARTS = ("content.xml", "styles.xml", "meta.xml", "settings.xml", "mimetype", "manifest.rdf")


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
        if name.startswith("basic/") or "/basic/" in name:
            modules += _modules(member.name, data)
        elif name.startswith("scripts/") and not name.endswith("/") and data.strip():
            modules.append((member.name, data.decode("utf-8", "replace")))
        elif name.endswith(".xml") and not name.startswith(_PLAIN):
            text = as_bytes(data)
            starts = starts or _starts(text)
            yield from _loads(member, text)
        elif member.data is not None and not name.startswith(_PLAIN) and not name.endswith(_PARTS):
            yield member
    yield from _judged(modules, starts=starts)


def _modules(name: str, data: bytes) -> Iterator[tuple[str, str]]:
    """Give the source of the modules of Basic in one part."""
    for found in _MODULE.finditer(data):
        yield name, html.unescape(found[1].decode("utf-8", "replace"))


def _starts(text: bytes) -> bool:
    """Say whether an event of the document starts a macro by itself."""
    if b"event-listener" not in text:
        return False
    return any(_LOADING.search(found[0]) for found in _EVENT.finditer(text))


def _loads(member: Member, text: bytes) -> Iterator[Note]:
    """Tell what comes from elsewhere."""
    if b"xlink:href" in text:
        found = _OBJECT.search(text)
        if found:
            yield Note("OFFICE_EXTERNAL_OLE", found[1].decode("utf-8", "replace"), member.at)
        script = _SCRIPTED.search(text)
        if script and b"event-listener" not in text:
            yield Note("OFFICE_VBA", script[0].decode("utf-8", "replace"), member.at)
    if b":dde-" in text and (dde := _DDE.search(text)):
        yield Note("OFFICE_DDE", dde[0].decode("utf-8", "replace"), member.at)


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
    """Tell what a document of OpenDocument in one file of XML holds besides text."""
    yield from _loads(Member("", None), text)
    yield from _judged(list(_modules("", text)) + list(_flat_modules(text)), starts=_starts(text))


def _flat_modules(text: bytes) -> Iterator[tuple[str, str]]:
    """Give the source of modules as a flat document has it (OpenDocument 1.3 part 3, 3.13)."""
    for found in _SOURCE.finditer(text):
        yield "Basic", html.unescape(found[1].decode("utf-8", "replace"))
