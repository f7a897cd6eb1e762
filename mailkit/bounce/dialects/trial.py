"""What dialects make of one message: whose clues are there and where, who wins, and what each recipient gets."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from mailkit.bounce.dialects.engine import FIELDS, Clue, Dialect, Places, read_blocks, recognise, region
from mailkit.bounce.notice import LOOKED_AT, Notice
from mailkit.content import raw_offset
from mailkit.message import Message
from mailkit.syntax.fields import Header

_FIELD_OF = {"subject": ("subject",), "from": ("from",), "boundary": ("content-type",), **FIELDS}


class Hit(NamedTuple):
    """A clue that is there."""

    clue: Clue
    offset: int | None
    """Byte offset into the message; None where the words stand in no single place."""


class Tried(NamedTuple):
    """A row of which at least one clue is there."""

    dialect: Dialect
    hits: tuple[Hit, ...]
    missing: tuple[Clue, ...]

    @property
    def enough(self) -> bool:
        """Whether as many clues are there as the row needs."""
        return len(self.hits) >= self.dialect.need


class Said(NamedTuple):
    """What the winner's lines say of one recipient."""

    address: str | None
    text: str
    offset: int


class Trial(NamedTuple):
    """What came of it."""

    rows: tuple[Tried, ...]
    winner: Dialect | None
    region: tuple[int, int] | None
    """The bytes of the message in which the winner looks for recipients."""
    recipients: tuple[Said, ...]


def try_dialects(message: Message, dialects: Sequence[Dialect]) -> Trial:
    """Try dialects on a message."""
    notice = Notice(message)
    places = Places(notice)
    rows = []
    for dialect in dialects:
        there = [clue for clue in dialect.clues if clue.text in _words(notice, places, clue)]
        if there:
            hits = tuple(Hit(clue, _place(notice, clue)) for clue in there)
            rows.append(Tried(dialect, hits, tuple(clue for clue in dialect.clues if clue not in there)))
    winner = recognise(notice, tuple(dialects))
    blocks = read_blocks(notice, winner, notice.limits.recipient_count)
    said = tuple(Said(block.address, block.text, block.view.locate(block.start, block.stop)[0]) for block in blocks)
    stretch = None
    views = [block.view for block in blocks[:1]] or list(notice.views[:1])
    if winner and views:
        offset, length = views[0].locate(*region(views[0], winner))
        stretch = offset, offset + length
    return Trial(tuple(rows), winner, stretch, said)


def _words(notice: Notice, places: Places, clue: Clue) -> str | Header:
    return notice.words if clue.where == "body" else places[clue.where]


def _place(notice: Notice, clue: Clue) -> int | None:
    """Say where a clue stands in the bytes of the message."""
    where, text = clue
    if where == "body":
        for view in notice.views:
            index = view.lower.find(text, 0, LOOKED_AT)
            if index >= 0:
                return view.locate(index, index + len(text))[0]
        return None
    if where in {"report", "reporter"}:
        for part in notice.reports:
            index = part.content(8192).lower().find(text.encode("latin-1", "replace"))
            if index >= 0:
                return part.body_start + raw_offset(part.body, part.encoding, index)
        return None
    names = (text,) if where == "field" else _FIELD_OF[where]
    fields = (notice.header.field(name) for name in names)
    return next((field.offset for field in fields if field is not None), None)
