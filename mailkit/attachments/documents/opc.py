"""The XML of office documents, read for what matters: relationships, fields, tags; whatever prefix or encoding it has."""

from __future__ import annotations

import codecs
import heapq
import html
import re
from collections.abc import Collection, Iterator
from functools import cache
from typing import NamedTuple
from urllib.parse import unquote_to_bytes
from xml.parsers import expat

_QUOTED = re.compile(rb"\"([^\"]*)\"|'([^']*)'")
_ELEMENT = re.compile(rb"<[^!?]")
_PREFIX_BYTES = 2_000
"""Bytes between the beginning of a tag and its name, at most."""
_DDE = re.compile(r"DDE(?:AUTO)?\b\s*\S", re.IGNORECASE)
_QUOTE = re.compile(r"\bQUOTE((?:\s+[0-9]{1,5})+)", re.IGNORECASE)
_NESTED_FIELDS = 30
"""Fields in fields; Word refuses more than twenty (knowledge, not seen)."""
_SCHEME = re.compile(rb"[a-z][a-z0-9+.-]+:")
_DRIVE = re.compile(rb"[a-z][:|]")
_HERE = (b"localhost/", b"127.0.0.1/", b"./", b"?/")

KNOWN = re.compile(
    r"\.(?:xml|rels|png|jpe?g|gif|emf|wmf|svm|tiff?|bmp|svg|wdp|jxr|webp|vml|psmdcp|odttf|fntdata|ttf|otf|mp[34]|wav|m4a|"
    r"mov|avi|wmv|xsd|tmp|dat|data|pict|glox|thmx|key|sigs|p7s|fpage|fdoc|fdseq|fassets|model|vrml|json|txt|rdf)\Z"
)
"""Endings of parts that stand in ordinary packages and run nothing."""
PROGRAM = (b"MZ", b"\x7fELF")
"""How a program begins, whatever its name is."""


class Tag(NamedTuple):
    """A start tag."""

    name: str
    """Without its prefix."""
    values: dict[str, str]
    """Its attributes, by their names as they stand there."""
    start: int
    end: int

    def all(self, name: str) -> list[str]:
        """Give the values of the attributes of one name, under whatever prefix."""
        return [value for key, value in self.values.items() if key.rpartition(":")[2] == name]


class Elements(NamedTuple):
    """Elements of a part, and whether all of it could be read."""

    tags: list[Tag]
    is_whole: bool


class Relationship(NamedTuple):
    """A line of a .rels part (ECMA-376 part 2, 6.5.3)."""

    kind: str
    """The last step of its type, in lower case: ``hyperlink``, ``attachedtemplate``."""
    target: str
    is_external: bool


def as_bytes(data: bytes) -> bytes:
    r"""Give a text in an encoding of one byte a character where it is in UTF-16, without a mark of its encoding.

    >>> as_bytes("<a/>".encode("utf-16")), as_bytes(b"\xef\xbb\xbf<a/>")
    (b'<a/>', b'<a/>')
    """
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return data.decode("utf-16", "replace").encode("utf-8", "replace")
    if data[:4] in {b"<\0?\0", b"<\0w\0"}:
        return data.decode("utf-16-le", "replace").encode("utf-8", "replace")
    if data[:4] == b"\0<\0?":
        return data.decode("utf-16-be", "replace").encode("utf-8", "replace")
    return data.removeprefix(codecs.BOM_UTF8)


def as_xml(data: bytes) -> bytes:
    """Give the text of XML without comments, and with its CDATA sections as text (XML 1.0, sections 2.5 and 2.7).

    >>> as_xml(b"<a>D<!-- -->D<![CDATA[E<]]></a>")
    b'<a>DDE&lt;</a>'
    """
    text = as_bytes(data)
    if b"<!--" not in text and b"<![CDATA[" not in text:
        return text
    found, at = [], 0
    while (begin := text.find(b"<!", at)) >= 0:
        is_comment, is_data = text.startswith(b"<!--", begin), text.startswith(b"<![CDATA[", begin)
        end = text.find(b"-->" if is_comment else b"]]>" if is_data else b"<!", begin + 2)
        if end < 0:
            break
        found.append(text[at:begin])
        if is_data:
            found.append(text[begin + 9 : end].replace(b"&", b"&amp;").replace(b"<", b"&lt;"))
        elif not is_comment:
            found.append(b"<!")
            end = begin - 1
        at = end + 3
    return b"".join([*found, text[at:]])


@cache
def _pattern(names: tuple[str, ...]) -> re.Pattern[bytes]:
    """Give what finds start tags: a value holds no ``<`` (XML 1.0, section 3.1), so that none reads on into the next."""
    choice = "|".join(names).encode()
    return re.compile(
        rb"<(?:[^\s<>/:=\"'!?]++:)?(" + choice + rb")(?=[\s/>])((?:[^<>\"']++|\"[^\"<]*+\"|'[^'<]*+')*+)>"
    )


def tags(text: bytes, *names: str) -> Iterator[Tag]:
    """Give the start tags of some names, whatever their prefix.

    >>> [tag.all("b") for tag in tags(b"<x:a y:b='&#49;' c='>'/>", "a")]
    [['1']]
    """
    pattern, last = _pattern(names), -1
    for start in heapq.merge(*(_places(text, name.encode()) for name in names)):
        found = pattern.match(text, start) if start > last else None
        last = start
        if found:
            yield Tag(found[1].decode(), _values(found[2]), found.start(), found.end())


def _places(text: bytes, name: bytes) -> Iterator[int]:
    """Give where a tag of a name may begin."""
    at = text.find(name)
    while at >= 0:
        start = text.rfind(b"<", max(0, at - _PREFIX_BYTES), at)
        if start >= 0:
            yield start
        at = text.find(name, at + len(name))


def _values(raw: bytes) -> dict[str, str]:
    """Read the attributes of a tag."""
    values: dict[str, str] = {}
    at = 0
    for found in _QUOTED.finditer(raw):
        name = raw[at : found.start()].rstrip().removesuffix(b"=").split()
        at = found.end()
        if name:
            values[name[-1].decode("latin-1")] = html.unescape((found[1] or found[2] or b"").decode("utf-8", "replace"))
    return values


def elements(data: bytes, *names: str) -> Elements:
    """Give the elements of some names as a parser sees them; of what is not well-formed, what looks like them.

    A document type is refused, so that there are no entities.
    """
    found: list[Tag] = []

    def begin(name: str, values: dict[str, str]) -> None:
        local = name.rpartition(":")[2]
        if local in names:
            found.append(Tag(local, values, 0, 0))

    parser = expat.ParserCreate()
    parser.StartElementHandler = begin
    parser.StartDoctypeDeclHandler = _refuse
    try:
        parser.Parse(data, True)  # noqa: FBT003 - it takes no keywords
    except (expat.ExpatError, ValueError, LookupError):  # the two: encodings that it has not
        return Elements(list(tags(as_xml(data), *names)), is_whole=not data.strip())
    return Elements(found, is_whole=True)


def _refuse(*_: object) -> None:
    raise ValueError


def relationships(found: Collection[Tag]) -> Iterator[Relationship]:
    """Give the relationships among the elements of a part.

    >>> text = b'<Relationship Id="1" Type="http://x/hyperlink" Target="http://e.example/" TargetMode="External"/>'
    >>> list(relationships(elements(text, "Relationship").tags))
    [Relationship(kind='hyperlink', target='http://e.example/', is_external=True)]
    """
    for tag in found:
        kind = tag.values.get("Type", "").strip().rpartition("/")[2].lower()
        mode = tag.values.get("TargetMode", "").strip().lower()
        yield Relationship(kind, tag.values.get("Target", "").strip(), mode == "external")


def is_away(target: str) -> bool:
    r"""Say whether a target lies on another machine, or is no file at all: a scheme, a share; a drive is here.

    >>> [is_away(one) for one in ("a.dotm", "file:///C:\\a.dotm", "file://h/a", "\\\\h\\a", "https://e.example/")]
    [False, False, True, True, True]
    """
    raw = unquote_to_bytes(target[:4_000].strip()).replace(b"\\", b"/").lower()
    if raw.startswith(b"file:"):
        rest = raw[5:].lstrip(b"/")
        slashes = len(raw) - 5 - len(rest)
        return not _DRIVE.match(rest) and not rest.startswith(_HERE) and (slashes == 2 or slashes > 3) and rest != b""
    if raw.startswith(b"//"):
        rest = raw.lstrip(b"/")
        return not _DRIVE.match(rest.removeprefix(b"?/")) or rest.startswith(b"?/unc/")
    return bool(_SCHEME.match(raw)) or raw.startswith(b"!")


def instructions(text: bytes) -> Iterator[str]:
    """Give the codes of fields, each joined over the runs that it is split over (ECMA-376 part 1, 17.16.5)."""
    open_: list[list[str]] = [[]]
    at = 0
    for tag in tags(text, "instrText", "fldSimple", "fldChar"):
        if tag.start < at:
            continue
        kinds = tag.all("fldCharType")
        if tag.name == "instrText":
            at = end if (end := text.find(b"</", tag.end)) >= 0 else len(text)
            open_[-1].append(html.unescape(text[tag.end : at].decode("utf-8", "replace")))
        elif tag.name == "fldSimple":
            yield from map(_evaluated, tag.all("instr"))
        elif "begin" in kinds and len(open_) < _NESTED_FIELDS:
            open_.append([])
        elif "end" in kinds:
            code = _evaluated("".join(open_.pop()))
            open_ = open_ or [[]]
            open_[-1].append(code)
            yield code
    while open_:
        yield _evaluated("".join(open_.pop()))


def _evaluated(code: str) -> str:
    """Give a field's code as it is evaluated: QUOTE makes characters of numbers."""
    code = _QUOTE.sub(lambda found: "".join(chr(int(one) % 0x10000) for one in found[1].split()), code).strip()
    return code[5:].strip(" \"'") if code[:6].upper() == "QUOTE " else code


def is_dde(field: str) -> bool:
    r"""Say whether a field starts a conversation with a program.

    >>> is_dde(" DDEAUTO c:\\windows\\cmd.exe '/k calc' "), is_dde(" PAGE "), is_dde(" DDE ")
    (True, False, False)
    """
    return bool(_DDE.match(field.strip()))


def dde_field(text: bytes) -> str | None:
    """Give the first field of a document that starts a conversation with a program."""
    if b"instrText" not in text and b"fldSimple" not in text:
        return None
    return next((one for one in instructions(text) if is_dde(one)), None)


def has_doctype(text: bytes) -> bool:
    """Say whether XML declares a type, which no part of a package may (ECMA-376 part 2, 6.1.2); comments are gone."""
    at = text.find(b"<!DOCTYPE")
    return at >= 0 and not _ELEMENT.search(text, 0, at)
