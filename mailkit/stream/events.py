"""What the stream parser reports, in order.

Every event has `offset` and `end`, bytes into the message, half-open, and `entity`: a number that
counts the entities in the order in which they begin. Entity 0 is the message; a part of a multipart
is an entity, and so is a message inside a message/rfc822 part.

The order is a grammar:

    entity    = EntityBegin Fields body EntityEnd
    body      = *Data                                       ; a leaf
              / *Preamble *(Delimiter entity) [Delimiter *Epilogue]   ; a multipart
              / entity                                      ; a message in a part
"""

from __future__ import annotations

import msgspec

from mailkit.findings import Finding
from mailkit.syntax.fields import Header
from mailkit.syntax.params import ContentType


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
    composite: bool
    """Whether entities follow inside this one."""


class Data(msgspec.Struct, frozen=True):
    """A stretch of a leaf's body, still encoded; valid until the next call of `feed`."""

    offset: int
    end: int
    entity: int
    data: memoryview


class Preamble(Data, frozen=True):
    """A stretch before the first delimiter of a multipart."""


class Epilogue(Data, frozen=True):
    """A stretch behind the close delimiter of a multipart."""


class Delimiter(msgspec.Struct, frozen=True, gc=False):
    """A delimiter line, with the line end before it, which belongs to it (RFC 2046 section 5.1.1)."""

    offset: int
    end: int
    entity: int
    """The multipart whose delimiter it is."""
    closing: bool


class EntityEnd(msgspec.Struct, frozen=True, gc=False):
    """An entity ends."""

    offset: int
    end: int
    entity: int
    complete: bool
    """False where the input ended, or a limit was met, before the entity was whole."""


class Noticed(msgspec.Struct, frozen=True):
    """A finding or a limit that was met, at the place where it was."""

    offset: int
    end: int
    entity: int
    finding: Finding


Event = EntityBegin | Fields | Data | Preamble | Epilogue | Delimiter | EntityEnd | Noticed
