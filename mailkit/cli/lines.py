"""Lines of text files, as they come: plain, compressed, or from standard input."""

from __future__ import annotations

import io
import sys
from collections.abc import Iterator
from typing import BinaryIO, Protocol

from mailkit.errors import SourceError
from mailkit.sources.items import printable
from mailkit.sources.packed import DAMAGED, OPENERS

MAX_BYTES = 262_144
"""What is kept of one line; the rest of it is passed over."""


class _Readable(Protocol):
    """What gives lines."""

    def readline(self, size: int = -1, /) -> bytes:
        """Give a line, or so many bytes of it."""


_OTHERS: tuple[tuple[bytes, str], ...] = (
    (b"\x28\xb5\x2f\xfd", "is zstd data; pipe it: zstdcat FILE | mailkit reply --log -"),
    (b"LPKSHHRH", "is a journal of systemd; pipe it: journalctl --file FILE | mailkit reply --log -"),
    (b"PK\x03\x04", "is a zip archive; pipe it: unzip -p FILE | mailkit reply --log -"),
    (b"\xff\xfe", "is UTF-16 text; pipe it: iconv -f UTF-16 -t UTF-8 FILE | mailkit reply --log -"),
)
"""What this cannot undo, and who can."""


def read_lines(name: str) -> Iterator[str]:
    """Give the lines of a file, decoded from UTF-8; ``-`` is standard input. Raises `SourceError`."""
    if name == "-" and (sys.stdin is None or sys.stdin.closed):
        what = "standard input is closed; pipe something into it or name a file"
        raise SourceError(name, what)
    try:
        if name == "-":
            yield from _decoded(_plain(name, sys.stdin.buffer))
            return
        with open(name, "rb") as file:  # noqa: PTH123 - a name is kept as it was given
            yield from _decoded(_plain(name, file))
    except (FileNotFoundError, NotADirectoryError):
        raise SourceError(printable(name), "no such file; check the path") from None
    except IsADirectoryError:
        raise SourceError(printable(name), "is a folder; name the files in it") from None
    except DAMAGED as error:
        raise SourceError(printable(name), f"is damaged: {error}") from None
    except OSError as error:
        raise SourceError(
            printable(name), f"cannot be read ({error.strerror or error}); check its permissions"
        ) from None
    except ValueError as error:  # a name with a NUL
        raise SourceError(repr(name), f"is no name of a file ({error})") from None


def _plain(name: str, file: BinaryIO) -> _Readable:
    """Undo the compression, which the first bytes tell."""
    head = file.peek(8) if isinstance(file, io.BufferedReader) else b""
    for magic, what in _OTHERS:
        if head.startswith(magic):
            raise SourceError(printable(name), what)
    return next((opener(file) for magic, opener in OPENERS if head.startswith(magic)), file)


def _decoded(file: _Readable) -> Iterator[str]:
    while line := file.readline(MAX_BYTES):
        yield line.decode("utf-8", "replace")
        while line and len(line) == MAX_BYTES and not line.endswith(b"\n"):
            line = file.readline(MAX_BYTES)
