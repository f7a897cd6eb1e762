"""Files, folders and standard input: each message with its name, or the reason why it is none.

What a file is, is told by its bytes and not by its name.
"""

from __future__ import annotations

import mmap
import os
import re
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import BinaryIO, NamedTuple

from mailkit.errors import SourceError
from mailkit.limits import DEFAULT, Limits
from mailkit.message import Message, parse, read

HEAD_BYTES = 8192
_FIELD = re.compile(rb"From |>From |[A-Za-z][!-9;-~]{0,75}[ \t]{0,4}:")
_MBOX = re.compile(rb"\n\r?\nFrom [^\r\n]{0,300}\d\d:\d\d")
_MAGIC: tuple[tuple[bytes, str], ...] = (
    (b"PK\x03\x04", "a zip archive"),
    (b"\x1f\x8b", "gzip data"),
    (b"BZh", "bzip2 data"),
    (b"\xfd7zXZ\x00", "xz data"),
    (b"7z\xbc\xaf", "a 7z archive"),
    (b"%PDF-", "a PDF document"),
    (b"\x89PNG", "a PNG picture"),
    (b"\xff\xd8\xff", "a JPEG picture"),
    (b"GIF8", "a GIF picture"),
    (b"\x7fELF", "a program"),
    (b"MZ", "a Windows program"),
    (b"SQLite format 3", "a SQLite database"),
    (b"\xd0\xcf\x11\xe0", "an Outlook .msg or Office file; save it as .eml"),
)


class Item(NamedTuple):
    """One input."""

    name: str
    message: Message | None
    error: SourceError | None
    note: str = ""
    """Something that its owner should know though it could be read."""
    partial: bool = False
    """Whether something of it was left unread."""


def read_items(names: Sequence[str], limits: Limits = DEFAULT) -> Iterator[Item]:
    """Give every message that the names stand for; ``-`` is standard input. Never raises for an input."""
    for name in names:
        if name == "-":
            yield _standard_input(limits)
        elif os.path.isdir(name):  # noqa: PTH112 - a name is kept as it was given
            yield from _folder(name, limits)
        else:
            yield _file(name, limits)


def _file(name: str, limits: Limits) -> Item:
    try:
        with open(name, "rb") as file:  # noqa: PTH123
            return _open_file(name, file, limits)
    except (FileNotFoundError, NotADirectoryError):
        return _failed(name, "no such file or folder; check the path")
    except OSError as error:
        return _unreadable(name, error)
    except ValueError as error:  # a name with a NUL
        return _failed(repr(name), f"is no name of a file ({error})")


def _open_file(name: str, handle: BinaryIO, limits: Limits) -> Item:
    head = handle.read(HEAD_BYTES)
    fault = why_no_mail(head)
    if fault:
        return _failed(name, fault)
    size = os.fstat(handle.fileno()).st_size
    if size > limits.message_bytes:
        return _failed(name, _too_large(size, limits))
    if size > limits.memory_bytes:
        mapped = mmap.mmap(handle.fileno(), 0, access=mmap.ACCESS_READ)
        return Item(printable(name), parse(mapped, limits=limits), None)
    data = head + handle.read()
    note = ""
    if data[:5] == b"From " and _MBOX.search(data):
        note = "is an mbox of several messages; only the first was read: split it, one message a file"
    return Item(printable(name), parse(data, limits=limits), None, note, partial=bool(note))


def _standard_input(limits: Limits) -> Item:
    if sys.stdin is None or sys.stdin.closed:
        return _failed("-", "standard input is closed; pipe a message into it or name a file")
    try:
        message = read(sys.stdin.buffer, limits=limits)
    except OSError as error:
        return _failed("-", f"standard input cannot be read ({error.strerror or error})")
    fault = why_no_mail(bytes(message.source[:HEAD_BYTES]))
    if not fault and len(message) > limits.message_bytes:
        fault = f"is too large: more than {limits.message_bytes:,} bytes; raise the limit with --max-bytes"
    return _failed("-", fault) if fault else Item("-", message, None)


def _folder(name: str, limits: Limits) -> Iterator[Item]:
    """Give the messages of a folder and those below it, by name; files that are no mail are counted."""
    passed = found = 0
    for path, error in _walk(Path(name)):
        item = _unreadable(str(path), error) if error else _file(str(path), limits)
        if item.error is not None and item.error.what.startswith("is no mail"):
            passed += 1
            continue
        found += 1
        yield item
    if not found:
        what = f"a folder without mail ({passed} other files)" if passed else "an empty folder"
        yield _failed(name, what)
    elif passed:
        yield Item(printable(name), None, None, f"{passed} files that are no mail were passed over")


def _walk(folder: Path) -> Iterator[tuple[Path, OSError | None]]:
    """Give the files below a folder in order, without recursion, and the folders that cannot be read.

    Links to folders are not followed.
    """
    waiting = [folder]
    while waiting:
        here = waiting.pop()
        try:
            with os.scandir(here) as rows:
                entries = sorted(rows, key=lambda entry: entry.name)
            folders = [entry for entry in entries if entry.is_dir(follow_symlinks=False)]
            files = [entry for entry in entries if entry.is_file()]
        except OSError as error:
            yield here, error
            continue
        waiting.extend(Path(entry.path) for entry in reversed(folders))
        for entry in files:
            yield Path(entry.path), None


def why_no_mail(head: bytes) -> str:
    r"""Say why the first bytes of a file are not those of a message; empty where they may be.

    >>> why_no_mail(b"Subject: hi\n\n"), why_no_mail(b"%PDF-1.4 ...")
    ('', 'is no mail: a PDF document')
    """
    if not head.strip():
        return "is no mail: empty"
    for magic, what in _MAGIC:
        if head.startswith(magic) and not _FIELD.match(head):
            return f"is no mail: {what}"
    if head.count(b"\0") > len(head) // 20 or (b"\0" in head and not _begins_with_fields(head)):
        return "is no mail: binary data"
    if not _begins_with_fields(head):
        return "is no mail: it does not begin with header fields; give a message as it came, with its header"
    return ""


def _begins_with_fields(head: bytes) -> bool:
    """Say whether most lines of the first paragraph are header fields; a few may be damaged."""
    text = head.removeprefix(b"\xef\xbb\xbf").lstrip(b" \t\r\n").replace(b"\r\n", b"\n").replace(b"\r", b"\n")
    lines = [line for line in text.split(b"\n\n", 1)[0].split(b"\n") if line[:1] not in (b" ", b"\t")]
    fields = sum(bool(_FIELD.match(line)) for line in lines)
    return fields > 0 and fields * 2 >= len(lines)


def _too_large(size: int, limits: Limits) -> str:
    return f"is too large: {size:,} bytes, the limit is {limits.message_bytes:,}; raise it with --max-bytes"


def _unreadable(name: str, error: OSError) -> Item:
    return _failed(name, f"cannot be read ({error.strerror or error}); check its permissions")


def printable(name: str) -> str:
    """Spell a name that is not UTF-8 so that it can be written."""
    return name.encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace")


def _failed(name: str, what: str) -> Item:
    return Item(printable(name), None, SourceError(printable(name), what))
