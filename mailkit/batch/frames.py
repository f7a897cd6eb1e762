"""What the parent and its workers say to each other, and how it goes through a pipe.

Both ends are the same program on the same machine, so pickle does; nobody else can write into the pipes.
"""

from __future__ import annotations

import pickle
import re
import struct
from datetime import datetime
from io import RawIOBase
from typing import Any, BinaryIO, NamedTuple

import msgspec

from mailkit.batch import WANT
from mailkit.limits import DEFAULT, Limits
from mailkit.report import Answer
from mailkit.sources.items import Raw
from mailkit.sources.units import Unit

_COLUMN = re.compile(r'[^"\\\x00-\x1f\ud800-\udfff]+')
_SIZE = struct.Struct("<Q")


class Choices(msgspec.Struct, frozen=True, kw_only=True):
    """What is done with each message; a run that is taken up again must be given the same."""

    want: tuple[Answer, ...] = WANT
    """The answers."""
    limits: Limits = DEFAULT
    """The bounds of reading."""
    rules: tuple[str, ...] = ()
    """Files of rules, read before ours."""
    dialects: tuple[str, ...] = ()
    """Files of dialects, tried before ours."""
    ours: tuple[str, ...] = ()
    """Domains and hosts of ours."""
    since: datetime | None = None
    """Messages that came before are passed over; those without a date are not."""
    id: str | None = None
    """The column of JSON lines and Parquet that has the ids; other inputs have none. It has no quotes or backslashes."""

    def __post_init__(self) -> None:
        """Refuse what JSON cannot name as it stands. Raises ValueError."""
        if self.id is not None and not _COLUMN.fullmatch(self.id):
            message = f"id={self.id!r}: give the name of a column, without quotes, backslashes or control characters"
            raise ValueError(message)


class Setup(NamedTuple):
    """What a worker is told once."""

    choices: Choices
    beacon: int
    """The file in memory, which it inherits."""
    slot: int
    """Its place there."""
    folder: str | None = None
    """Where the parts go; None: the answers go to the parent."""
    style: str = "jsonl"
    quarantine: str | None = None
    unrecognised: str | None = None


class Task(NamedTuple):
    """One unit to be worked on."""

    number: int
    unit: Unit
    sent: tuple[Raw, ...] | None
    skip: dict[int, str]
    """Places that are not to be read again, and why: see `mailkit.batch.beacon.Place.ordinal`."""


class Tally(msgspec.Struct, kw_only=True):
    """What was counted."""

    messages: int = 0
    """Answers, those that say why there is none among them."""
    errors: int = 0
    """Messages and inputs that could not be read, took too long, or on which mailkit failed."""
    passed: int = 0
    """Files of folders and archives that are no mail."""
    older: int = 0
    """Messages that came before the day that was named."""
    bytes: int = 0
    """Of the messages that were read."""
    kinds: dict[str, int] = {}
    """Kind -> messages."""
    advices: dict[str, int] = {}
    """Advice -> recipients that failed."""
    reasons: dict[str, int] = {}
    """Reason -> recipients that failed."""
    kept: int = 0
    """Messages in the folders of --quarantine and --unrecognised."""

    def add(self, other: Tally) -> None:
        """Add what another has counted."""
        for name in ("messages", "errors", "passed", "older", "bytes", "kept"):
            setattr(self, name, getattr(self, name) + getattr(other, name))
        for name in ("kinds", "advices", "reasons"):
            counts = getattr(self, name)
            for key, count in getattr(other, name).items():
                counts[key] = counts.get(key, 0) + count


class Done(NamedTuple):
    """A unit is answered, and its part is safe."""

    number: int
    tally: Tally
    part: str | None
    size: int
    """Bytes of the part."""
    notes: tuple[str, ...]
    """What an owner of the inputs should know: what was not read, and why."""
    passed: tuple[str, ...]
    """Some names of what was passed over as no mail."""


class Answers(NamedTuple):
    """Reports of a unit that is not done yet, each as MessagePack."""

    number: int
    reports: tuple[bytes, ...]


class Again(NamedTuple):
    """A unit is begun again: what was said of it does not count."""

    number: int
    unit: Unit
    name: str
    """The message at which the worker ended."""
    why: str


class Failed(NamedTuple):
    """A unit could not be answered: its part cannot be written, or a file of rules is broken."""

    number: int
    error: Exception


def send(pipe: BinaryIO | RawIOBase, value: Any) -> None:  # noqa: ANN401 - one of the above
    """Write a value into a pipe, which may take it in pieces."""
    data = pickle.dumps(value, protocol=5)
    for piece in (_SIZE.pack(len(data)), data):
        left = memoryview(piece)
        while left:
            left = left[pipe.write(left) or 0 :]
    pipe.flush()


def receive(pipe: BinaryIO | RawIOBase) -> Any:  # noqa: ANN401 - likewise
    """Read a value from a pipe, and nothing behind it: who waits for a pipe must not have read it before.

    Raises EOFError where the other end has gone.
    """
    (size,) = _SIZE.unpack(_exactly(pipe, _SIZE.size))
    return pickle.loads(_exactly(pipe, size))  # noqa: S301 - from a process of our own


def _exactly(pipe: BinaryIO | RawIOBase, size: int) -> bytearray:
    """Read so many bytes."""
    data = bytearray(size)
    left = memoryview(data)
    while left:
        count = pipe.readinto(left)  # type: ignore[union-attr] # all that is opened for reading has it
        if not count:
            raise EOFError
        left = left[count:]
    return data
