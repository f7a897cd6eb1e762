"""Packed files: undone as they are read; what they are is told by their first bytes."""

from __future__ import annotations

import bz2
import errno
import gzip
import lzma
import zlib
from collections.abc import Callable, Iterator
from typing import BinaryIO, Protocol


class Unpacked(Protocol):
    """What gives the bytes of a packed file."""

    def read(self, size: int = -1, /) -> bytes:
        """Give so many bytes, or fail."""

    def read1(self, size: int = -1, /) -> bytes:
        """Give what there is, so many bytes at most."""

    def readline(self, size: int = -1, /) -> bytes:
        """Give a line, or so many bytes of it."""


OPENERS: tuple[tuple[bytes, Callable[[BinaryIO], Unpacked]], ...] = (
    (b"\x1f\x8b", lambda file: gzip.GzipFile(fileobj=file)),
    (b"BZh", bz2.BZ2File),
    (b"\xfd7zXZ\x00", lzma.LZMAFile),
)
DAMAGED = (EOFError, zlib.error, lzma.LZMAError, gzip.BadGzipFile)
"""What is raised where a file is not what its first bytes say, or not whole."""


def unpacked(head: bytes, file: BinaryIO, sizes: tuple[int, int]) -> Iterator[bytes]:
    """Give the bytes of a packed file, the first chunk of one size and those behind it of another. Raises OSError."""
    opener = next(opener for magic, opener in OPENERS if head.startswith(magic))
    first, size = sizes
    held = b""
    try:
        inner = opener(file)
        while len(held) < first and (chunk := inner.read1(first - len(held))):
            held += chunk
        while held:
            yield held
            held = b""
            held = inner.read1(size)
    except DAMAGED as error:
        if held:
            yield held  # what stands before damage is given
        raise OSError(errno.EIO, f"it is damaged: {error}") from error
