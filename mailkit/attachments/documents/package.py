"""Office packages: what their content types, relationships and parts hold that runs or loads something.

OOXML as ECMA-376 part 2 packs it; OpenDocument is read by `odf`. Content types and relationships decide, for the names
of parts are the writer's choice.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Sequence

from mailkit.attachments.budget import Budget
from mailkit.attachments.documents.macros import judge_project
from mailkit.attachments.documents.odf import read_odf
from mailkit.attachments.documents.opc import (
    KNOWN,
    PROGRAM,
    Relationship,
    as_xml,
    dde_field,
    elements,
    has_doctype,
    is_away,
    relationships,
    tags,
)
from mailkit.attachments.pieces import Gap, Member, Note, Piece

CONTENT_TYPES = "[content_types].xml"
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_PROJECT = "vbaproject"
_CONTROL = re.compile(r"/activex[^/]*/[^/]*\.(?:bin|xml)\Z|/activex[0-9]*\.(?:bin|xml)\Z")
_MACRO_SHEET = re.compile(rb"<(?:[^\s<>/:]++:)?macrosheet[\s/>]", re.IGNORECASE)
_ROOT_BYTES = 4_096
_SHOWN = frozenset({"image", "hyperlink", "video", "audio", "media"})
"""Relationships whose target is shown or clicked, as in any page."""
_OBJECTS = ("oleobject", "frame", "subdocument", "package", "control", "webextension", "afchunk")
_CODES = {**dict.fromkeys(_OBJECTS, "OFFICE_EXTERNAL_OLE"), "attachedtemplate": "OFFICE_TEMPLATE"}
_INSTALLERS = frozenset({"appxmanifest.xml", "appxmetadata/appxbundlemanifest.xml"})
_AUTO_NAME = re.compile(r"auto_?(?:open|close|activate|deactivate)", re.IGNORECASE)
_AUTO_WIDE = re.compile(
    rb"a\0u\0t\0o\0(?:_\0)?(?:o\0p\0e\0n\0|c\0l\0o\0s\0e\0|a\0c\0t\0i\0v\0a\0t\0e\0|d\0e\0a\0c\0t\0i\0v\0a\0t\0e\0)",
    re.IGNORECASE,
)
"""The same in a binary workbook, whose texts are UTF-16 (MS-XLSB section 2.5.168)."""
_TRICKS = re.compile(r"mhtml:|!x-usc:|ms-msdt:|search-ms:|script:|javascript:|vbscript:", re.IGNORECASE)


def is_package(names: Collection[str]) -> bool:
    """Say whether the names are those of an office package.

    >>> is_package(["[Content_Types].xml"]), is_package(["a.txt"])
    (True, False)
    """
    lower = {name.lower() for name in names}
    return CONTENT_TYPES in lower or "mimetype" in lower


def read_package(members: Sequence[Member], budget: Budget) -> Iterator[Piece]:
    """Tell what a package holds besides text and pictures; files that are no parts of one are given as members."""
    names = {_name(member): member for member in members}
    if CONTENT_TYPES not in names:
        yield from read_odf(members, budget)
        return
    types: dict[str, str] = {}
    for member in members:
        if _name(member) == CONTENT_TYPES:
            yield from _content_types(member, types)
    yield from _manifest(names)
    yield from _twice(members)
    has_sheet = any(_is_macro_sheet(member, _type_of(_name(member), types)) for member in members)
    for member in members:
        if budget.is_late():
            yield Gap("TIME", "walk_seconds", name=member.name)
            return
        yield from _part(member, _type_of(_name(member), types), budget)
        if has_sheet and member.data and _runs_a_sheet(_name(member), member.data):
            yield Note("OFFICE_XLM_AUTO", "Auto_Open", member.at)


def _name(member: Member) -> str:
    """Give the name of a part: names that differ by case only are one (ECMA-376 part 2, 6.2.2.3)."""
    return member.name.lower().replace("\\", "/").lstrip("/")


def _manifest(names: dict[str, Member]) -> Iterator[Piece]:
    """Tell an app that installs itself."""
    for name in _INSTALLERS & names.keys():
        yield Note("MAGIC_INSTALLER", name, names[name].at)


def _twice(members: Sequence[Member]) -> Iterator[Piece]:
    """Tell the first part that stands there twice and differs: readers take one or the other."""
    seen: dict[str, bytes | None] = {}
    for member in members:
        if seen.setdefault(_name(member), member.data) != member.data:
            yield Note("OFFICE_MALFORMED", f"twice: {member.name}", member.at)
            return


def _content_types(member: Member, types: dict[str, str]) -> Iterator[Piece]:
    """Read the content types: part, or extension with a dot, in lower case -> type (ECMA-376 part 2, 6.2.3)."""
    found = elements(member.data or b"", "Override", "Default")
    for tag in found.tags:
        values = tag.values
        key = values.get("PartName", "").strip().lstrip("/") or "." + values.get("Extension", "").strip()
        types[key.lower()] = values.get("ContentType", "").strip().lower()
    yield from _oddities(member, is_whole=found.is_whole)


def _oddities(member: Member, *, is_whole: bool) -> Iterator[Piece]:
    """Tell a document type, and any other fault for which a parser refuses a part."""
    if not is_whole and has_doctype(as_xml(member.data or b"")):
        yield Note("XML_ENTITY", member.name, member.at)
    elif not is_whole:
        yield Note("OFFICE_MALFORMED", member.name, member.at)


def _type_of(name: str, types: dict[str, str]) -> str:
    return types.get(name) or types.get("." + name.rpartition(".")[2], "")


def _is_macro_sheet(member: Member, kind: str) -> bool:
    return "macrosheet" in kind or bool(_MACRO_SHEET.search(member.data or b"", 0, _ROOT_BYTES))


def _runs_a_sheet(name: str, data: bytes) -> bool:
    """Say whether a part defines a name by which a workbook starts a macro (ECMA-376 part 1, 18.2.5)."""
    if name.endswith(".bin"):
        return bool(_AUTO_WIDE.search(data))
    if b"definedName" not in data and b"d\0e\0f\0i\0n\0e\0d\0N" not in data:
        return False
    found = (one for tag in tags(as_xml(data), "definedName") for one in tag.all("name"))
    return any(_AUTO_NAME.search(one) for one in found)


def _part(member: Member, kind: str, budget: Budget) -> Iterator[Piece]:
    """Look at one part."""
    name, data = _name(member), member.data
    if data is None or data.startswith(PROGRAM):
        if data or not KNOWN.search(name):
            yield member
    elif name.endswith(".rels"):
        yield from _related(member)
    elif code := _code_that_runs(member, kind):
        found = list(judge_project(data, budget)) if code == "OFFICE_VBA" else [Note(code, member.name, member.at)]
        yield from found or [member]  # what is called a project and is none
        if not kind:
            yield Note("OFFICE_MALFORMED", f"no content type: {member.name}", member.at)
    elif data.startswith(_OLE) or "/embeddings/" in name or not _is_part(name, kind):
        yield member
    elif (name.endswith((".xml", ".vml")) or kind.endswith("xml")) and name != CONTENT_TYPES:
        yield from _xml(member, kind)


def _code_that_runs(member: Member, kind: str) -> str:
    """Give the code of a part that runs; empty for all others."""
    name = _name(member)
    if _PROJECT in kind or (_PROJECT in name and (member.data or b"").startswith(_OLE)):
        return "OFFICE_VBA"
    if _is_macro_sheet(member, kind):
        return "OFFICE_XLM"
    return "OFFICE_ACTIVEX" if "activex" in kind or _CONTROL.search(name) else ""


def _is_part(name: str, kind: str) -> bool:
    """Say whether something is a part of a package, and not a file that was put there; workbooks have binary ones, too."""
    if KNOWN.search(name) or kind.endswith("xml"):
        return True
    return name.endswith(".bin") and (kind.startswith("application/vnd.") or name.startswith(("xl/", "word/", "ppt/")))


def relation_notes(text: bytes) -> Iterator[Piece]:
    """Tell what the relationships in a document of one file load from elsewhere."""
    for one in relationships(elements(text, "Relationship").tags):
        yield from _relationship(one, Member("", None))


def _related(member: Member) -> Iterator[Piece]:
    """Tell what the parts load from elsewhere (ECMA-376 part 2, 6.5)."""
    found = elements(member.data or b"", "Relationship")
    yield from _oddities(member, is_whole=found.is_whole)
    for one in relationships(found.tags):
        yield from _relationship(one, member)


def _relationship(one: Relationship, member: Member) -> Iterator[Piece]:
    """Judge one relationship; what lies on the same machine is everyday."""
    if one.kind == _PROJECT or not one.is_external:
        return
    detail = f"{one.kind}: {one.target}"
    if _TRICKS.search(one.target) and one.kind not in _SHOWN:
        yield Note("OFFICE_EXTERNAL_OLE", detail, member.at)
    elif one.kind in _SHOWN:
        if _TRICKS.match(one.target):
            yield Note("OFFICE_EXTERNAL_LINK", detail, member.at)
    elif is_away(one.target):
        yield Note(_CODES.get(one.kind, _linked(one)), detail, member.at)


def _linked(one: Relationship) -> str:
    """Give the code of data from elsewhere: workbooks take figures from others in a cloud every day."""
    is_everyday = one.kind.startswith("externallinkpath") and one.target.strip().lower().startswith("https://")
    return "OFFICE_LINKED_BOOK" if is_everyday else "OFFICE_EXTERNAL_LINK"


def _xml(member: Member, kind: str) -> Iterator[Piece]:
    """Look for fields and links in the XML of a part that start something."""
    text = as_xml(member.data or b"")
    if has_doctype(text) and "svg" not in kind:  # pictures have one by custom
        yield Note("XML_ENTITY", member.name, member.at)
    if (field := dde_field(text)) is not None:
        yield Note("OFFICE_DDE", field, member.at)
    if b"ddeLink" in text:
        yield from _first("OFFICE_DDE", (tag.values for tag in tags(text, "ddeLink")), member)
    if b"onLoad" in text:
        yield from _first(
            "OFFICE_CUSTOM_UI", (one for tag in tags(text, "customUI") for one in tag.all("onLoad")), member
        )


def _first(code: str, found: Iterable[object], member: Member) -> Iterator[Piece]:
    """Tell the first of several."""
    for one in found:
        yield Note(code, str(one), member.at)
        return
