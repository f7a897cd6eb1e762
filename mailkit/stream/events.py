"""What the stream parser reports, in order.

Every event has `offset` and `end`, bytes into the message, half-open, and `entity`: a number that
counts the entities in the order in which they begin. Entity 0 is the message; a part of a multipart
is an entity, and so is a message inside a message/rfc822 part.

The order is a grammar; Noticed and LimitMet may stand anywhere in it:

    message   = *Prologue entity
    entity    = EntityBegin [Prologue] Fields body EntityEnd
    body      = *(Data / ChildEvent)                                      ; a leaf
              / *Preamble *(Delimiter [entity]) [Delimiter *Epilogue]   ; a multipart
              / entity                                                  ; a message in a part

`Prologue`, `Fields`, `Preamble`, `Data`, `Delimiter` and `Epilogue` have `data`, the bytes as they
came: joined, they are the message.
"""

from __future__ import annotations

from typing import Any

import msgspec

from mailkit.findings import Finding
from mailkit.syntax.fields import Header
from mailkit.syntax.params import ContentType

NOTHING = memoryview(b"")


class EntityBegin(msgspec.Struct, frozen=True, gc=False):
    """An entity begins: the message, a part, or a message inside a part."""

    offset: int
    end: int
    entity: int
    parent: int
    """The entity around it; -1 for the message itself."""
    is_message: bool


class Fields(msgspec.Struct, frozen=True):
    """A whole header block, blank line included in `end`."""

    offset: int
    end: int
    entity: int
    header: Header
    content_type: ContentType
    encoding: str
    """The transfer encoding, in lower case; empty where none is declared."""
    composite: bool = False
    """Whether entities follow inside this one."""
    embedded: bool = False
    """Whether the body is a message in a transfer encoding (a child stream, see `ChildEvent`)."""
    data: memoryview = NOTHING
    """The block with its blank line; empty where a tree is built."""


class Data(msgspec.Struct, frozen=True):
    """A stretch of a leaf's body, still encoded; valid until the next call of `feed`."""

    offset: int
    end: int
    entity: int
    data: memoryview


class Prologue(Data, frozen=True):
    """What stands before a header: a byte order mark, blank lines, an mbox From line; -1 is no entity yet."""


class Preamble(Data, frozen=True):
    """A stretch before the first delimiter of a multipart."""


class Epilogue(Data, frozen=True):
    """A stretch behind the close delimiter of a multipart."""


class Delimiter(msgspec.Struct, frozen=True):
    """A delimiter line, with the line end before it, which belongs to it (RFC 2046 section 5.1.1)."""

    offset: int
    end: int
    entity: int
    """The multipart whose delimiter it is."""
    closing: bool
    data: bytes


class ChildEvent(msgspec.Struct, frozen=True):
    """An event of a message that stands in a leaf in a transfer encoding (against RFC 2046 section 5.2.1)."""

    offset: int
    """Where the encoded body begins; the inner event's own offsets are bytes of the decoded message."""
    end: int
    entity: int
    """The leaf."""
    event: Any


class EntityEnd(msgspec.Struct, frozen=True, gc=False):
    """An entity ends."""

    offset: int
    end: int
    entity: int
    complete: bool
    """False where the input ended, or a limit was met, before the entity was whole."""


class Noticed(msgspec.Struct, frozen=True):
    """A finding, at the place where it was made."""

    offset: int
    end: int
    entity: int
    finding: Finding


class LimitMet(Noticed, frozen=True):
    """A limit that was met: what lies behind it was not taken apart."""

    name: str
    """The field of `Limits`."""
    value: int


Event = (
    EntityBegin
    | Fields
    | Data
    | Prologue
    | Preamble
    | Epilogue
    | Delimiter
    | ChildEvent
    | EntityEnd
    | Noticed
    | LimitMet
)
