"""What a source gives: a message with its name, or the reason why there is none."""

from __future__ import annotations

import io
import mmap
from collections.abc import Iterator
from typing import TYPE_CHECKING, BinaryIO, NamedTuple

from mailkit.errors import SourceError
from mailkit.limits import Limits
from mailkit.message import Message, parse

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer


NO_MAIL = "is no mail"
"""How the reason begins why something is passed over in a folder or an archive."""
EMPTY = f"{NO_MAIL}: empty"
"""The reason where there is nothing at all."""
NAMED = 5
"""Files that are named where they are passed over."""


class Raw(NamedTuple):
    """One input that is not read yet."""

    name: str
    data: bytes | mmap.mmap | None
    """The message, with its From line where it comes from an mbox."""
    error: SourceError | None
    note: str = ""
    """Something that its owner should know though it could be read."""
    mark: bytes | None = None
    """What an mbox has behind the message, mostly a blank line; None where it is no message of an mbox."""
    id: str | None = None
    """What its owner calls it: the value of the column with the ids, in JSON lines and Parquet."""

    @property
    def is_no_mail(self) -> bool:
        """Whether it is no mail at all, as many a file beside mail; not that it could not be read."""
        return self.error is not None and self.error.what.startswith(NO_MAIL)

    @property
    def is_empty(self) -> bool:
        """Whether nothing is there, as in a mailbox to which nobody has written."""
        return self.error is not None and self.error.what == EMPTY


class Item(NamedTuple):
    """One input, read."""

    name: str
    message: Message | None
    error: SourceError | None
    note: str = ""
    """Something that its owner should know though it could be read."""
    mark: bytes | None = None
    """What an mbox has behind the message, mostly a blank line; None where it is no message of an mbox."""


def item_of(raw: Raw, limits: Limits) -> Item:
    """Read an input."""
    message = None if raw.data is None else parse(raw.data, limits=limits)
    return Item(raw.name, message, raw.error, raw.note, raw.mark)


def failed(name: str, what: str) -> Raw:
    """Say why a name gives no message."""
    return Raw(printable(name), None, SourceError(printable(name), what))


def unreadable(name: str, error: OSError) -> Raw:
    """Say that the system does not let a name be read."""
    return failed(name, f"cannot be read ({error.strerror or error}); check its permissions")


def too_large(name: str, size: int, limits: Limits, *, least: bool = False) -> Raw:
    """Say that a message is larger than allowed; `least` where reading stopped at `size`."""
    what = "more than " if least else ""
    return failed(
        name, f"is too large: {what}{size:,} bytes, the limit is {limits.message_bytes:,}; raise it with --max-bytes"
    )


class Passed:
    """Files of a folder or an archive that are no mail: the first ones are named, all are counted."""

    def __init__(self, folder: str, what: str = "a folder") -> None:
        self.folder, self.what = folder, what
        self.names: list[str] = []
        self.count = 0

    def add(self, name: str) -> None:
        """Note a file."""
        self.count += 1
        if self.count <= NAMED:
            self.names.append(name.removeprefix(self.folder).removeprefix("/"))

    def report(self, *, mail: bool) -> Raw | None:
        """Say what was passed over in a folder with mail or without; None where there is nothing to say."""
        names = ", ".join(self.names) + (" and more" if self.count > NAMED else "")
        files = f"{self.count} file{'s' * (self.count != 1)}"
        if not mail:
            return failed(self.folder, f"{self.what} without mail ({files}: {names})" if self.count else self._empty())
        if not self.count:
            return None
        return Raw(printable(self.folder), None, None, printable(f"{files} passed over, no mail: {names}"))

    def _empty(self) -> str:
        return self.what.replace("a ", "an empty ", 1)


def sorted_out(name: str, what: str, raws: Iterator[Raw]) -> Iterator[Raw]:
    """Give what an archive holds but what is no mail, and at its end what was passed over."""
    passed = Passed(name, f"{NO_MAIL}: {what}")
    found = False
    for raw in raws:
        if raw.is_no_mail:
            passed.add(raw.name)
        else:
            found = True
            yield raw
    report = passed.report(mail=found)
    if report is not None:
        yield report


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
