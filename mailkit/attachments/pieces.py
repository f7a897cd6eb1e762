"""What the reader of a format tells of a file: what it found, what stands inside, what it could not look at.

A reader is a function ``read(data, budget)`` that gives these in any order and never raises on content. It does not
judge: how grave a code is stands in `codes`, what becomes of a member is the walk's business.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Literal, NamedTuple

from mailkit.attachments.budget import Budget

Reason = Literal[
    "DEPTH",
    "PARTS",
    "BYTES",
    "RATIO",
    "TIME",
    "ENCRYPTED",
    "UNSUPPORTED",
    "MALFORMED",
    "PARTIAL",
    "EXTERNAL",
    "AMBIGUOUS",
]
"""Why something was not looked at."""


class Note(NamedTuple):
    """Something noticed in a file."""

    code: str
    """A key of `codes.CODES`."""
    detail: str = ""
    """A name, a figure, a value that was seen; as it stands, the walk makes it safe to print."""
    at: int = 0
    """Where: bytes into the file."""


class Member(NamedTuple):
    """A file inside a file."""

    name: str
    """As the container gives it, not made safe; empty where it has none."""
    data: bytes | None
    """Its content; None where it is known by name only (then a `Gap` says why)."""
    at: int = 0
    """Where it stands: bytes into the container."""
    also: tuple[str, ...] = ()
    """Other names that another reader sees."""
    media_type: str = ""
    """What the container says it is, for example ``text/html``."""


class Gap(NamedTuple):
    """Something that was not looked at, or not to its end."""

    reason: Reason
    detail: str = ""
    """What is missing: the method, the extra that could read it, the limit."""
    size: int | None = None
    """How many bytes were not looked at, where that is known."""
    name: str = ""
    """The member that it concerns; empty for the file itself."""
    at: int = 0


Piece = Note | Member | Gap
Reader = Callable[[bytes, Budget], Iterator[Piece]]
