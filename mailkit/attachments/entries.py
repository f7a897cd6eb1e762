"""What the readers of archives share: numbers and names in bytes, where a name leads to, content that is stored."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Protocol

from mailkit.attachments.budget import Budget
from mailkit.attachments.pieces import Gap, Member, Note, Piece, Reason

_DRIVE = re.compile(r"[A-Za-z]:")
_SEPARATOR = re.compile(r"[/\\]")
PARTS = Gap("PARTS", "member_count")
"""There are more members than are listed."""
TIME = Gap("TIME", "walk_seconds")


def number(data: bytes, at: int, size: int) -> int:
    r"""Read a number, its least byte first; what stands behind the end of the data counts as nothing.

    >>> number(b"\x01\x02", 0, 2), number(b"\x01\x02", 1, 4), number(b"", 9, 2)
    (513, 2, 0)
    """
    return int.from_bytes(data[at : at + size], "little")


def legible(name: bytes) -> str:
    r"""Decode a name in whatever the writer's machine had: ASCII is the same in all, so its end is right.

    >>> legible(b"setup.exe"), legible(b"\x8e\x91\x97\xbf.exe"), legible(b"caf\xe9")
    ('setup.exe', '資料.exe', 'café')
    """
    for codec in ("utf-8", "cp932"):
        try:
            return name.decode(codec)
        except UnicodeDecodeError:
            continue
    return name.decode("latin-1")


def leads_out(name: str, start: str = "") -> bool:
    r"""Say whether a path leads out of the folder that it is unpacked into; a link's target begins where the link is.

    >>> [leads_out(name) for name in ("a/b", "a/../b", "..\\b", "a/../../b", "/b", "C:\\b", "c:b")]
    [False, False, True, True, True, True, True]
    >>> leads_out("../b", "a/link"), leads_out("../b", "link")
    (False, True)
    """
    if name[:1] in {"/", "\\"} or _DRIVE.match(name):
        return True
    depth = len([part for part in _SEPARATOR.split(start) if part not in {"", "."}][:-1])
    for part in _SEPARATOR.split(name):
        depth += -1 if part.strip(" ") == ".." else part not in {"", "."}
        if depth < 0:
            return True
    return False


def path_notes(name: str, at: int, target: str | None = None, base: str | None = None) -> Iterator[Note]:
    """Tell of a name that leads out of the folder, and of a link whose target does, from `base` or where the link is."""
    if leads_out(name):
        yield Note("ARCHIVE_TRAVERSAL", name, at)
    if target is not None and leads_out(target, name if base is None else base):
        yield Note("ARCHIVE_LINK", f"{name} -> {target}", at)


def stored(
    data: bytes, spans: Sequence[tuple[int, int]], name: str, budget: Budget, also: tuple[str, ...] = ()
) -> Iterator[Piece]:
    """Give a member whose bytes stand in the archive as they are, in spans of start and size."""
    size = sum(length for _, length in spans)
    room = min(budget.room(size), size)
    pieces: list[bytes] = []
    left = room
    for start, length in spans:
        pieces.append(data[start : start + min(length, left)])
        left -= len(pieces[-1])
    content = b"".join(pieces)
    budget.spend(len(content))
    yield Member(name, content, spans[0][0] if spans else 0, also)
    missing = sum(max(0, start + length - max(start, len(data))) for start, length in spans)
    if missing:
        yield Gap("MALFORMED", "it is cut", missing, name)
    if room < size - missing:
        yield Gap("BYTES", "member_bytes or unpacked_bytes", size - missing - room, name)


class Content(Protocol):
    """What came out of a member, and why it is not all of it: `unpack.Unpacked` is one."""

    @property
    def data(self) -> bytes: ...

    @property
    def reason(self) -> Reason | None: ...


def unpacked(name: str, found: Content, size: int, also: tuple[str, ...] = (), at: int = 0) -> Iterator[Piece]:
    """Give a member that was unpacked, and what of its bytes did not come out."""
    yield Member(name, found.data, at, also)
    if found.reason is not None:
        yield Gap(found.reason, "it did not unpack to its end", max(0, size - len(found.data)) or None, name, at)
