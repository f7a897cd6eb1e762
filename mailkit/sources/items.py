"""What a source gives: a message with its name, or the reason why there is none."""

from __future__ import annotations

import io
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, NamedTuple

from mailkit.errors import SourceError
from mailkit.limits import Limits
from mailkit.message import Message

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer


NAMED = 5
"""Files that are named where they are passed over."""


class Item(NamedTuple):
    """One input."""

    name: str
    message: Message | None
    error: SourceError | None
    note: str = ""
    """Something that its owner should know though it could be read."""
    mark: bytes | None = None
    """What an mbox has behind the message, mostly a blank line; None where it is no message of an mbox."""


def failed(name: str, what: str) -> Item:
    """Say why a name gives no message."""
    return Item(printable(name), None, SourceError(printable(name), what))


def unreadable(name: str, error: OSError) -> Item:
    """Say that the system does not let a name be read."""
    return failed(name, f"cannot be read ({error.strerror or error}); check its permissions")


def too_large(name: str, size: int, limits: Limits, *, least: bool = False) -> Item:
    """Say that a message is larger than allowed; `least` where reading stopped at `size`."""
    what = "more than " if least else ""
    return failed(
        name, f"is too large: {what}{size:,} bytes, the limit is {limits.message_bytes:,}; raise it with --max-bytes"
    )


class Passed:
    """Files of a folder that are no mail: the first ones are named, all are counted."""

    def __init__(self, folder: str) -> None:
        self.folder = folder
        self.names: list[str] = []
        self.count = 0

    def add(self, path: Path) -> None:
        """Note a file."""
        self.count += 1
        if self.count <= NAMED:
            self.names.append(str(path.relative_to(self.folder)))

    def report(self, *, mail: bool) -> Item | None:
        """Say what was passed over in a folder with mail or without; None where there is nothing to say."""
        names = ", ".join(self.names) + (" and more" if self.count > NAMED else "")
        files = f"{self.count} file{'s' * (self.count != 1)}"
        if not mail:
            return failed(self.folder, f"a folder without mail ({files}: {names})" if self.count else "an empty folder")
        if not self.count:
            return None
        return Item(printable(self.folder), None, None, printable(f"{files} passed over, no mail: {names}"))


def printable(name: str) -> str:
    """Spell a name that is not UTF-8 so that it can be written."""
    return name.encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace")


class _Chunks(io.RawIOBase):
    """Chunks as a raw file."""

    def __init__(self, chunks: Iterator[bytes | memoryview]) -> None:
        self._chunks = chunks
        self._left = memoryview(b"")

    def readable(self) -> bool:
        return True

    def readinto(self, target: WriteableBuffer, /) -> int:
        while not self._left:
            chunk = next(self._chunks, None)
            if chunk is None:
                return 0
            self._left = memoryview(chunk)
        view = memoryview(target)
        size = min(len(view), len(self._left))
        view[:size] = self._left[:size]
        self._left = self._left[size:]
        return size


def as_file(chunks: Iterator[bytes | memoryview]) -> BinaryIO:
    """Give chunks as a file to read from."""
    return io.BufferedReader(_Chunks(chunks))
