"""Files, folders, mailboxes and standard input: each message with its name, or the reason why it is none.

What a file is, is told by its bytes and not by its name. An mbox gives all its messages, and so does
a Maildir, which is a folder.
"""

from __future__ import annotations

import errno
import mmap
import os
import re
import sys
from collections.abc import Iterator, Sequence
from functools import partial
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

from mailkit.limits import DEFAULT, Limits
from mailkit.message import Message, parse, read
from mailkit.sources.items import Item, Passed, as_file, failed, printable, too_large, unreadable

if TYPE_CHECKING:
    from mailkit.stream.mbox import Peek

HEAD_BYTES = 8192
CHUNK_BYTES = 65536
_FIELD = re.compile(rb"From |>From |[A-Za-z][!-9;-~]{0,75}[ \t]{0,4}:")
_REPLY = re.compile(r"\s{0,9}[245]\d\d[ \-]|\s{0,9}[245]\.\d{1,3}\.\d{1,3}\b")
_LOG = re.compile(rb"(?:<\d{1,3}>)?(?:[A-Z][a-z]{2} [ \d]\d \d\d:\d\d:|\d{4}-\d\d-\d\d[T ]\d\d:)")
_PACKED = (b"\x1f\x8b", b"BZh", b"\xfd7zXZ\x00")
_MAGIC: tuple[tuple[bytes, str], ...] = (
    (b"PK\x03\x04", "a zip archive; unpack it"),
    (b"\x1f\x8b", "gzip data, packed twice; unpack it"),
    (b"BZh", "bzip2 data, packed twice; unpack it"),
    (b"\xfd7zXZ\x00", "xz data, packed twice; unpack it"),
    (b"7z\xbc\xaf", "a 7z archive; unpack it"),
    (b"%PDF-", "a PDF document"),
    (b"\x89PNG", "a PNG picture"),
    (b"\xff\xd8\xff", "a JPEG picture"),
    (b"GIF8", "a GIF picture"),
    (b"\x7fELF", "a program"),
    (b"MZ", "a Windows program"),
    (b"SQLite format 3", "a SQLite database"),
    (b"\x28\xb5\x2f\xfd", "zstd data; pipe it: zstdcat FILE | mailkit classify -"),
    (b"!BDN", "an Outlook .pst file; readpst makes mboxes of it"),
    (b"\xd0\xcf\x11\xe0", "an Outlook .msg or Office file; save it as .eml"),
)


def read_items(names: Sequence[str], limits: Limits = DEFAULT) -> Iterator[Item]:
    """Give every message that the names stand for; ``-`` is standard input. Never raises for an input."""
    for name in names:
        if name == "-":
            yield from _standard_input(limits)
        elif os.path.isdir(name):  # noqa: PTH112 - a name is kept as it was given
            yield from _folder(name, limits)
        else:
            yield from _file(name, limits)


def _file(name: str, limits: Limits) -> Iterator[Item]:
    try:
        handle = open(name, "rb")  # noqa: PTH123, SIM115 - closed below, where what is not about its name is caught
    except (FileNotFoundError, NotADirectoryError):
        yield failed(name, _missing(name))
    except OSError as error:
        yield failed(name, _missing(name)) if error.errno == errno.ENAMETOOLONG else unreadable(name, error)
    except ValueError as error:  # a name with a NUL
        yield failed(repr(name), f"is no name of a file ({error})")
    else:
        with handle:
            yield from _open_file(name, handle, limits)


def _missing(name: str) -> str:
    """Say that there is no such file; a reply of a server in place of one is for another verb."""
    if _REPLY.match(name):
        return "no such file, but it looks like an SMTP reply: `mailkit reply` classifies those"
    return "no such file or folder; check the path"


def _open_file(name: str, handle: BinaryIO, limits: Limits) -> Iterator[Item]:
    try:
        head = handle.read(HEAD_BYTES)
        if is_packed(head):
            yield from _stream(name, head, handle, limits)
            return
        peek = partial(_peek, handle) if handle.seekable() else None
        several = _mbox(name, head, _chunks(head, handle), limits, peek)
        if several is None:
            yield _whole_file(name, head, handle, limits)
    except OSError as error:
        yield unreadable(name, error)
        return
    yield from several or ()


def _mbox(
    name: str, head: bytes, chunks: Iterator[bytes], limits: Limits, peek: Peek | None = None
) -> Iterator[Item] | None:
    """Give the messages of an mbox; None where its first bytes are not those of one."""
    if not head.lstrip(b"\xef\xbb\xbf\r\n").startswith(b"From "):
        return None
    from mailkit.sources.mbox import begins_mbox, read_mbox  # noqa: PLC0415 - 10 ms that one message does not need

    return read_mbox(name, chunks, limits, peek) if begins_mbox(head) else None


def _whole_file(name: str, head: bytes, handle: BinaryIO, limits: Limits) -> Item:
    """Read a file that is one message."""
    fault = _queue_file(head) or why_no_mail(head)
    size = os.fstat(handle.fileno()).st_size
    if fault:
        return failed(name, fault)
    if size > limits.message_bytes:
        return too_large(name, size, limits)
    if size > limits.memory_bytes:
        mapped = mmap.mmap(handle.fileno(), 0, access=mmap.ACCESS_READ)
        return Item(printable(name), parse(mapped, limits=limits), None)
    return Item(printable(name), parse(head + handle.read(), limits=limits), None)


def _queue_file(head: bytes) -> str:
    """Say that a file is one of an MTA's queue; empty where it is none."""
    if _FIELD.match(head):
        return ""
    from mailkit.sources.spool import sniff  # noqa: PLC0415 - one message does without

    form = sniff(head)
    return f"is a queue file or record of SMTP ({form}); `mailkit envelope` reads it" if form else ""


def _peek(handle: BinaryIO, offset: int, size: int) -> bytes:
    """Read at a place and go back."""
    here = handle.tell()
    handle.seek(offset)
    data = handle.read(size)
    handle.seek(here)
    return data


def _chunks(head: bytes, handle: BinaryIO) -> Iterator[bytes]:
    return chain((head,), iter(partial(handle.read, CHUNK_BYTES), b""))


def _standard_input(limits: Limits) -> Iterator[Item]:
    if sys.stdin is None or sys.stdin.closed:
        yield failed("-", "standard input is closed; pipe a message into it or name a file")
        return
    try:
        head = sys.stdin.buffer.read(HEAD_BYTES)
    except OSError as error:
        yield failed("-", f"standard input cannot be read ({error.strerror or error})")
        return
    yield from _stream("-", head, sys.stdin.buffer, limits)


def is_packed(head: bytes) -> bool:
    """Say whether the first bytes of a file are those of a packed one, which is unpacked as it is read."""
    return head.startswith(_PACKED) and not _FIELD.match(head)


def _stream(name: str, head: bytes, handle: BinaryIO, limits: Limits) -> Iterator[Item]:
    """Give the messages of what cannot be measured or mapped: a pipe, or a packed file, which is undone."""
    chunks = _chunks(head, handle)
    try:
        if is_packed(head):
            from mailkit.sources.packed import unpacked  # noqa: PLC0415 - most mail is not packed

            chunks = unpacked(head, as_file(chunks), (HEAD_BYTES, CHUNK_BYTES))
            head = next(chunks, b"")
            chunks = chain((head,), chunks)
        several = _mbox(name, head, chunks, limits)
        if several is None:
            yield _one_message(name, head, read(as_file(chunks), limits=limits), limits)
    except OSError as error:
        yield failed(name, f"{'standard input ' if name == '-' else ''}cannot be read ({error.strerror or error})")
        return
    yield from several or ()


def _one_message(name: str, head: bytes, message: Message, limits: Limits) -> Item:
    fault = why_no_mail(head)
    if fault:
        return failed(name, fault)
    if len(message) > limits.message_bytes:
        return too_large(name, limits.message_bytes, limits, least=True)
    return Item(printable(name), message, None)


def _folder(name: str, limits: Limits) -> Iterator[Item]:
    """Give the messages of a folder and those below it, by name; files that are no mail are passed over."""
    passed = Passed(name)
    found = False
    for path, error in walk(Path(name)):
        for item in (unreadable(str(path), error),) if error else _file(str(path), limits):
            if item.error is not None and item.error.what.startswith("is no mail"):
                passed.add(path)
                continue
            found = True
            yield item
    report = passed.report(mail=found)
    if report is not None:
        yield report


def walk(folder: Path) -> Iterator[tuple[Path, OSError | None]]:
    """Give the files below a folder in order, without recursion, and the folders that cannot be read.

    Links to folders are not followed. Of a Maildir what stands in ``tmp`` is not whole yet, and the
    files beside its folders are its indexes.
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
        if {"cur", "new"} <= {entry.name for entry in folders}:
            folders = [entry for entry in folders if entry.name != "tmp"]
            files = []
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
    if b"\0" in head and not _begins_with_fields(head):
        return "is no mail: binary data"
    if _LOG.match(head):
        return "is no mail: lines of a log; `mailkit reply --log` reads those"
    if not _begins_with_fields(head):
        return "is no mail: it does not begin with header fields; give a message as it came, with its header"
    return ""


def _begins_with_fields(head: bytes) -> bool:
    """Say whether most lines of the first paragraph are header fields; a few may be damaged."""
    text = head.removeprefix(b"\xef\xbb\xbf").lstrip(b" \t\r\n").replace(b"\r\n", b"\n").replace(b"\r", b"\n")
    lines = [line for line in text.split(b"\n\n", 1)[0].split(b"\n") if line[:1] not in (b" ", b"\t")]
    fields = sum(bool(_FIELD.match(line)) for line in lines)
    return fields > 0 and fields * 2 >= len(lines)
