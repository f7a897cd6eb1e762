"""Office packages: what their content types, relationships and parts hold that runs or loads something.

OOXML as ECMA-376 part 2 packs it; OpenDocument is read by `odf`. Content types and relationships decide, for the names
of parts are the writer's choice.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence

from mailkit.attachments.budget import Budget
from mailkit.attachments.macros import judge_project
from mailkit.attachments.odf import read_odf
from mailkit.attachments.opc import Relationship, as_bytes, has_entities, instructions, is_dde, relationships
from mailkit.attachments.pieces import Gap, Member, Note, Piece

CONTENT_TYPES = "[content_types].xml"
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_PROJECT = "vbaproject"
_KNOWN = re.compile(
    r"\.(?:xml|rels|png|jpe?g|gif|emf|wmf|tiff?|bmp|svg|wdp|jxr|webp|vml|psmdcp|odttf|fntdata|ttf|otf|mp[34]|wav|m4a|mov|avi|"
    r"wmv|xsd|tmp|dat|data|pict|glox|thmx|key|sigs|p7s|fpage|fdoc|fdseq|fassets|model|vrml|json|txt)\Z"
)
"""Endings of parts that stand in ordinary packages and run nothing."""
_CONTROL = re.compile(r"/activex[^/]*/[^/]*\.(?:bin|xml)\Z|/activex[0-9]*\.(?:bin|xml)\Z")
_DATA = re.compile(r"\A(?:xl/printersettings/|customxml/|docprops/|_xmlsignatures/|ppt/changesinfos/|word/people)")
_PICTURES = frozenset({"image", "hyperlink", "video", "audio", "media"})
"""Relationships whose target is shown or clicked, as in any page."""
_OBJECTS = frozenset({"oleobject", "frame", "subdocument", "package", "control", "webextension", "afchunk"})
_INSTALLERS = frozenset({"appxmanifest.xml", "appxmetadata/appxbundlemanifest.xml"})
_AUTO_NAME = re.compile(rb"(?:_xlnm\.)?auto_?(?:open|close|activate|deactivate)", re.IGNORECASE)
_AWAY = re.compile(r"(?:https?:|ftp:|file:|mhtml:|ms-[a-z-]+:|javascript:|vbscript:|[\\/]{2}|!)", re.IGNORECASE)
_TRICKS = re.compile(r"(?:mhtml:|!x-usc:|ms-msdt:|search-ms:|script:|javascript:|vbscript:)", re.IGNORECASE)
_WEB = re.compile(r"https?:|ftp:|[\\/]{2}[^\\/]|file:/{0,3}[\\/]{2}|file://[^/]", re.IGNORECASE)


def is_package(names: Collection[str]) -> bool:
    """Say whether the names are those of an office package.

    >>> is_package(["[Content_Types].xml"]), is_package(["a.txt"])
    (True, False)
    """
    lower = {name.lower() for name in names}
    return CONTENT_TYPES in lower or "mimetype" in lower


def read_package(members: Sequence[Member], budget: Budget) -> Iterator[Piece]:
    """Tell what a package holds besides text and pictures; files that are no parts of one are given as members."""
    names = {member.name.lower(): member for member in members}
    if CONTENT_TYPES not in names:
        yield from read_odf(members, budget)
        return
    types = _types(names[CONTENT_TYPES].data or b"")
    yield from _manifest(names)
    for member in members:
        if budget.is_late():
            yield Gap("TIME", "walk_seconds", name=member.name)
            return
        yield from _part(member, types, budget)


def _manifest(names: dict[str, Member]) -> Iterator[Piece]:
    """Tell an app that installs itself."""
    for name in _INSTALLERS & names.keys():
        yield Note("MAGIC_INSTALLER", name, names[name].at)


def _types(data: bytes) -> dict[str, str]:
    """Read the content types: part, or extension with a dot, in lower case -> type (ECMA-376 part 2, 7.2)."""
    found: dict[str, str] = {}
    for tag in re.finditer(rb"<(?:\w{1,40}:)?(?:Override|Default)\s[^>]{0,2000}>", as_bytes(data)):
        values = dict(re.findall(rb"(\w{1,20})\s*=\s*[\"']([^\"']{0,1000})", tag[0]))
        key = values.get(b"PartName", b"").lstrip(b"/") or b"." + values.get(b"Extension", b"")
        found[key.decode("latin-1").lower()] = values.get(b"ContentType", b"").decode("latin-1").lower()
    return found


def _type_of(name: str, types: dict[str, str]) -> str:
    return types.get(name) or types.get("." + name.rpartition(".")[2], "")


def _part(member: Member, types: dict[str, str], budget: Budget) -> Iterator[Piece]:
    """Look at one part."""
    name, data = member.name.lower().lstrip("/").replace("\\", "/"), member.data
    kind = _type_of(name, types)
    if data is None:
        if not _KNOWN.search(name):
            yield member
        return
    if _PROJECT in kind or (_PROJECT in name and data.startswith(_OLE)):
        yield from judge_project(data, budget)
        return
    if "macrosheet" in kind:
        yield Note("OFFICE_XLM", member.name, member.at)
    if _CONTROL.search(name) and "/_rels/" not in name:
        yield Note("OFFICE_ACTIVEX", member.name, member.at)
    elif name.endswith(".rels"):
        yield from _related(member, data)
    elif data.startswith(_OLE) or "/embeddings/" in name or not _is_part(name, data, kind):
        yield member
    elif name.endswith((".xml", ".vml")) or kind.endswith("xml"):
        yield from _xml(member, data, kind)


def _is_part(name: str, data: bytes, kind: str) -> bool:
    """Say whether something is a part of a package, and not a file that was put there; workbooks have binary ones, too."""
    if _KNOWN.search(name) or _DATA.match(name) or kind.endswith("xml"):
        return True
    binary = name.endswith(".bin") and data[:2] != b"MZ"
    return binary and (kind.startswith("application/vnd.") or name.startswith(("xl/", "word/", "ppt/")))


def relation_notes(text: bytes) -> Iterator[Piece]:
    """Tell what the relationships in a document of one file load from elsewhere."""
    for one in relationships(text):
        yield from _relationship(one, Member("", None))


def _related(member: Member, data: bytes) -> Iterator[Piece]:
    """Tell what the parts load from elsewhere (ECMA-376 part 2, 6.5)."""
    for one in relationships(data):
        yield from _relationship(one, member)


def _relationship(one: Relationship, member: Member) -> Iterator[Piece]:
    if one.kind == _PROJECT or not one.is_external:
        return
    detail = f"{one.kind}: {one.target}"
    if _TRICKS.search(one.target) and one.kind not in _PICTURES:
        yield Note("OFFICE_EXTERNAL_OLE", detail, member.at)
    elif one.kind == "attachedtemplate":
        if _WEB.match(one.target):
            yield Note("OFFICE_TEMPLATE", detail, member.at)
    elif one.kind in _OBJECTS:
        yield Note("OFFICE_EXTERNAL_OLE" if _AWAY.match(one.target) else "OFFICE_EXTERNAL_LINK", detail, member.at)
    elif _WEB.match(one.target) if one.kind not in _PICTURES else _TRICKS.match(one.target):
        yield Note("OFFICE_EXTERNAL_LINK", detail, member.at)


def _xml(member: Member, data: bytes, kind: str) -> Iterator[Piece]:
    """Look for fields and links in the XML of a part that start something."""
    text = as_bytes(data)
    if has_entities(text):
        yield Note("XML_ENTITY", member.name, member.at)
    if b"instrText" in text or b"fldSimple" in text:
        field = next((one for one in instructions(text) if is_dde(one)), None)
        if field is not None:
            yield Note("OFFICE_DDE", field, member.at)
    if b"ddeLink" in text and (service := re.search(rb"ddeLink\s[^>]{0,1000}", text)):
        yield Note("OFFICE_DDE", service[0].decode("utf-8", "replace"), member.at)
    if b"definedName" in text and _AUTO_NAME.search(text) and "workbook" in kind:
        names = re.findall(rb"<(?:\w{1,40}:)?definedName\s[^>]{0,500}>", text[: 1 << 20])
        if any(_AUTO_NAME.search(one) for one in names):
            yield Note("OFFICE_XLM_AUTO", "Auto_Open", member.at)
