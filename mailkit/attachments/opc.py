"""The XML of office packages, read for what matters: relationships, fields, entities; whatever prefix or encoding it has."""

from __future__ import annotations

import codecs
import html
import re
from collections.abc import Iterator
from typing import NamedTuple

_TAG = re.compile(rb"<(?:\w{1,40}:)?Relationship\s[^>]{0,8000}>")
_VALUE = re.compile(rb"([\w:]{1,40})\s*=\s*(?:\"([^\"]{0,6000})\"|'([^']{0,6000})')")
_FIELD = re.compile(
    rb"<(?:\w{1,40}:)?(?:(instrText)(?:\s[^>]{0,200})?>([^<]{0,20000})<|(fldSimple)\s([^>]{0,20000})>|(fldChar)\s([^>]{0,500})>)"
)
_DDE = re.compile(r"\bDDE(?:AUTO)?\b\s*\S", re.IGNORECASE)
_QUOTE = re.compile(r"\bQUOTE((?:\s+[0-9]{1,5})+)", re.IGNORECASE)
_DOCTYPE = re.compile(rb"<!(?:DOCTYPE|ENTITY)\b")
_PROLOGUE_BYTES = 4_096


class Relationship(NamedTuple):
    """A line of a .rels part (ECMA-376 part 2, 6.5.3)."""

    kind: str
    """The last step of its type, in lower case: ``hyperlink``, ``attachedtemplate``."""
    target: str
    is_external: bool


def as_bytes(data: bytes) -> bytes:
    r"""Give XML in an encoding of one byte a character where it is in UTF-16.

    >>> as_bytes("<a/>".encode("utf-16"))
    b'<a/>'
    """
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return data.decode("utf-16", "replace").encode("utf-8", "replace")
    if data[:4] in {b"<\0?\0", b"<\0w\0"}:
        return data.decode("utf-16-le", "replace").encode("utf-8", "replace")
    if data[:4] == b"\0<\0?":
        return data.decode("utf-16-be", "replace").encode("utf-8", "replace")
    return data


def relationships(data: bytes) -> Iterator[Relationship]:
    """Give the relationships of a part.

    >>> list(relationships(b'<Relationship Id="1" Type="http://x/hyperlink" Target="http://e.example/" TargetMode="External"/>'))
    [Relationship(kind='hyperlink', target='http://e.example/', is_external=True)]
    """
    for tag in _TAG.finditer(as_bytes(data)):
        values = {key.lower(): one or two for key, one, two in _VALUE.findall(tag[0])}
        kind = values.get(b"type", b"").decode("utf-8", "replace").rpartition("/")[2].lower()
        target = html.unescape(values.get(b"target", b"").decode("utf-8", "replace")).strip()
        yield Relationship(kind, target, values.get(b"targetmode", b"").strip().lower() == b"external")


def instructions(text: bytes) -> Iterator[str]:
    """Give the codes of fields, each joined over the runs that it is split over (ECMA-376 part 1, 17.16.5)."""
    open_: list[bytes] = []
    for found in _FIELD.finditer(text):
        if found[1]:
            open_.append(found[2])
        elif found[3]:
            values = {key.rpartition(b":")[2]: one or two for key, one, two in _VALUE.findall(found[4])}
            yield _decoded(values.get(b"instr", b""))
        elif b"begin" not in found[6]:  # a separator or an end
            yield _decoded(b"".join(open_))
            open_ = []
    if open_:
        yield _decoded(b"".join(open_))


def _decoded(raw: bytes) -> str:
    """Give a field's code as it is evaluated: QUOTE makes characters of numbers."""
    text = html.unescape(raw.decode("utf-8", "replace"))
    return _QUOTE.sub(lambda found: "".join(chr(int(one) % 0x10000) for one in found[1].split()), text)


def is_dde(field: str) -> bool:
    r"""Say whether a field starts a conversation with a program.

    >>> is_dde(" DDEAUTO c:\\windows\\cmd.exe '/k calc' "), is_dde(" PAGE "), is_dde(" DDE ")
    (True, False, False)
    """
    return bool(_DDE.match(field.strip()))


def has_entities(text: bytes) -> bool:
    """Say whether XML declares a type or entities, which no part of a package may (ECMA-376 part 2, 6.1.2)."""
    return bool(_DOCTYPE.search(text, 0, _PROLOGUE_BYTES))
