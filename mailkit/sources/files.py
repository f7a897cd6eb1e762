"""Files, folders, mailboxes, archives and standard input: each message with its name, or the reason why it is none.

What a file is, is told by its bytes and not by its name. An mbox gives all its messages, and so do an archive, the rows of
JSON lines or Parquet, and a Maildir or MH folder. `mailkit.sources.units` gives the same in pieces, for several processes.
"""

from __future__ import annotations

import errno
import glob
import mmap
import os
import re
import sys
from collections.abc import Iterable, Iterator, Sequence
from functools import partial
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

from mailkit.limits import DEFAULT, Limits
from mailkit.message import load
from mailkit.sources.items import NO_MAIL, Item, Passed, Raw, as_file, failed, item_of, printable, too_large, unreadable
from mailkit.sources.maildir import FOLDERS, found_again, unique_part
from mailkit.sources.sniff import HEAD_BYTES, Kind, begins_with_field, kind_of, why_no_mail

if TYPE_CHECKING:
    from mailkit.stream.mbox import Peek

CHUNK_BYTES = 65536
NESTED = 4
"""Containers inside one another: a packed archive of packed mailboxes is three."""
_REPLY = re.compile(r"\s{0,9}[245]\d\d[ \-]|\s{0,9}[245]\.\d{1,3}\.\d{1,3}\b")
_PATTERN = re.compile(r"[*?\[]")
_MH = ".mh_sequences"


def read_items(names: Sequence[str], limits: Limits = DEFAULT) -> Iterator[Item]:
    """Give every message that the names stand for; ``-`` is standard input. Never raises for an input."""
    return (item_of(raw, limits) for raw in read_raw(names, limits))


def read_raw(names: Sequence[str], limits: Limits = DEFAULT) -> Iterator[Raw]:
    """Give what `read_items` gives, unread."""
    for name in expanded(names):
        if os.path.isdir(name):  # noqa: PTH112 - a name is kept as it was given
            yield from _folder(name, limits)
        else:
            yield from raw_file(name, limits)


def expanded(names: Iterable[str]) -> Iterator[str]:
    """Give the names that patterns stand for, sorted; a pattern that is a file's name, or matches nothing, stays."""
    for name in names:
        yield from (_PATTERN.search(name) and not os.path.lexists(name) and _matches(name)) or (name,)


def _matches(pattern: str) -> list[str]:
    """Give the names that a pattern stands for; its folders that are there have their own names: ``[Gmail]/*.eml``."""
    there = pattern
    while there and not os.path.lexists(there):
        there = os.path.dirname(there)  # noqa: PTH120 - a name is kept as it was given
    return sorted(glob.glob(glob.escape(there) + pattern[len(there) :], recursive=True))  # noqa: PTH207 - likewise


def raw_file(name: str, limits: Limits, ids: str | None = None) -> Iterator[Raw]:
    """Give the messages of a file; ``-`` is standard input. `ids` is the column with the ids, where there are columns."""
    if name == "-":
        yield from _standard_input(limits, ids)
        return
    try:
        handle = open(name, "rb")  # noqa: PTH123, SIM115 - closed below, where what is not about its name is caught
    except (FileNotFoundError, NotADirectoryError):
        moved = found_again(name)
        is_moved = moved is not None and moved != name  # a link that leads nowhere is where it was
        yield from raw_file(str(moved), limits, ids) if is_moved else (failed(name, _missing(name)),)
    except OSError as error:
        yield failed(name, _missing(name)) if error.errno == errno.ENAMETOOLONG else unreadable(name, error)
    except ValueError as error:  # a name with a NUL
        yield failed(repr(name), f"is no name of a file ({error})")
    else:
        with handle:
            yield from raw_handle(name, handle, limits, ids)


def _missing(name: str) -> str:
    """Say that there is no such file; a reply of a server in place of one is for another verb."""
    if _REPLY.match(name):
        return "no such file, but it looks like an SMTP reply: `mailkit reply` classifies those"
    if os.path.islink(name):  # noqa: PTH114 - a name is kept as it was given
        return f"{NO_MAIL}: a link that leads nowhere"
    return "no such file or folder; check the path"


def raw_handle(name: str, handle: BinaryIO, limits: Limits, ids: str | None = None) -> Iterator[Raw]:
    """Give the messages of a file that is open."""
    try:
        head = handle.read(HEAD_BYTES)
        kind = kind_of(head)
        if kind == "message":
            yield _whole_file(name, head, handle, limits)
        elif kind in {"zip", "parquet"}:
            yield from _by_place(kind, name, handle, limits, ids)
        else:
            peek = partial(peek_at, handle, 0) if kind == "mbox" and handle.seekable() else None
            yield from raw_stream(name, head, chain((head,), chunks_of(handle)), limits, peek, ids=ids)
    except OSError as error:
        yield unreadable(name, error)


def _by_place(kind: Kind, name: str, handle: BinaryIO, limits: Limits, ids: str | None) -> Iterator[Raw]:
    """Give the messages of what is read from its end: no pipe."""
    if kind == "zip":
        from mailkit.sources.zips import raw_zip  # noqa: PLC0415 - most mail is in no archive

        return raw_zip(name, handle, limits, ids=ids)
    from mailkit.sources.parquet import raw_parquet  # noqa: PLC0415 - likewise

    return raw_parquet(name, handle, limits, ids=ids)


def raw_stream(  # noqa: PLR0913, PLR0917 - a stream is its name, its beginning and what follows
    name: str,
    head: bytes,
    chunks: Iterator[bytes],
    limits: Limits,
    peek: Peek | None = None,
    depth: int = 0,
    ids: str | None = None,
) -> Iterator[Raw]:
    """Give the messages of what is read once, from its beginning: a pipe, a packed file, a member of an archive.

    `chunks` gives all of it, with its `head`; `depth` says how many containers it is in.
    """
    kind = kind_of(head)
    if kind in {"zip", "parquet"} or (kind in {"packed", "tar"} and depth >= NESTED):
        yield failed(name, _nested(kind, depth))
        return
    try:
        if kind == "packed":
            from mailkit.sources.packed import unpacked  # noqa: PLC0415 - most mail is not packed

            chunks = unpacked(head, as_file(chunks), (HEAD_BYTES, CHUNK_BYTES))
            head = next(chunks, b"")
            yield from raw_stream(name, head, chain((head,), chunks), limits, None, depth + 1, ids)
        elif kind == "tar":
            from mailkit.sources.tars import raw_tar  # noqa: PLC0415 - likewise

            yield from raw_tar(name, as_file(chunks), limits, depth, ids=ids)
        elif kind == "jsonl":
            from mailkit.sources.lines import raw_lines  # noqa: PLC0415 - likewise

            yield from raw_lines(name, as_file(chunks), limits, ids=ids)
        elif kind == "mbox":
            from mailkit.sources.mbox import raw_mbox  # noqa: PLC0415 - likewise

            yield from raw_mbox(name, chunks, limits, peek)
        else:
            yield _one_message(name, head, chunks, limits)
    except OSError as error:
        yield failed(name, f"{'standard input ' if name == '-' else ''}cannot be read ({error.strerror or error})")


def _nested(kind: Kind, depth: int) -> str:
    """Say that a container is where it is not read."""
    what = f"{NO_MAIL}: {'a packed file' if kind == 'packed' else f'a {kind} archive'} inside others"
    return f"{what}; unpack it" if depth else f"{what}, or in a pipe; name the file"


def _whole_file(name: str, head: bytes, handle: BinaryIO, limits: Limits) -> Raw:
    """Read a file that is one message."""
    fault = _queue_file(head) or why_no_mail(head)
    size = os.fstat(handle.fileno()).st_size
    if fault:
        return failed(name, f"was delivered here, but {fault}" if _is_delivered(name) else fault)
    if size > limits.message_bytes:
        return too_large(name, size, limits)
    if size > limits.memory_bytes:
        return Raw(printable(name), mmap.mmap(handle.fileno(), 0, access=mmap.ACCESS_READ), None)
    return Raw(printable(name), head + handle.read(), None)


def _is_delivered(name: str) -> bool:
    """Say whether a file lies where the messages of a Maildir or of MH lie, and is none of the files beside them."""
    folder, base = os.path.split(name)
    above, last = os.path.split(folder)
    beside = [os.path.join(above, one) for one in FOLDERS]  # noqa: PTH118 - a name is kept as it was given
    if last in FOLDERS and not base.startswith(".") and all(map(os.path.isdir, beside)):
        return True
    return base.isdecimal() and os.path.exists(os.path.join(folder, _MH))  # noqa: PTH110, PTH118 - likewise


def _queue_file(head: bytes) -> str:
    """Say that a file is one of an MTA's queue; empty where it is none."""
    if begins_with_field(head):
        return ""
    from mailkit.sources.spool import sniff  # noqa: PLC0415 - one message does without

    form = sniff(head)
    return f"is a queue file or record of SMTP ({form}); `mailkit envelope` reads it" if form else ""


def peek_at(file: BinaryIO, base: int, offset: int, size: int) -> bytes:
    """Read at a place of the file that is so many bytes behind `base`, and go back."""
    here = file.tell()
    file.seek(base + offset)
    data = file.read(size)
    file.seek(here)
    return data


def chunks_of(handle: BinaryIO) -> Iterator[bytes]:
    """Give what a file still has."""
    return iter(partial(handle.read, CHUNK_BYTES), b"")


def _standard_input(limits: Limits, ids: str | None) -> Iterator[Raw]:
    if sys.stdin is None or sys.stdin.closed:
        yield failed("-", "standard input is closed; pipe a message into it or name a file")
        return
    try:
        head = sys.stdin.buffer.read(HEAD_BYTES)
    except OSError as error:
        yield failed("-", f"standard input cannot be read ({error.strerror or error})")
        return
    yield from raw_stream("-", head, chain((head,), chunks_of(sys.stdin.buffer)), limits, ids=ids)


def _one_message(name: str, head: bytes, chunks: Iterator[bytes], limits: Limits) -> Raw:
    fault = why_no_mail(head)
    if fault:
        return failed(name, fault)
    data = load(as_file(chunks), limits)
    if len(data) > limits.message_bytes:
        return too_large(name, limits.message_bytes, limits, least=True)
    return Raw(printable(name), data, None)


def _folder(name: str, limits: Limits) -> Iterator[Raw]:
    """Give the messages of a folder and those below it, by name; files that are no mail are passed over."""
    passed = Passed(name)
    found = False
    for path, error in walk(Path(name)):
        for raw in (unreadable(str(path), error),) if error else raw_file(str(path), limits):
            if raw.is_no_mail:
                passed.add(str(path.relative_to(name)))
                continue
            found = True
            yield raw
    report = passed.report(mail=found)
    if report is not None:
        yield report


def walk(folder: Path) -> Iterator[tuple[Path, OSError | None]]:
    """Give the files below a folder in order, without recursion, and the folders that cannot be read.

    Links to folders are not followed. Names that are numbers come first, as numbers: those of MH, in whose folders no other
    file is mail. Of a Maildir what stands in ``tmp`` is not whole yet, and the files beside its folders are its indexes; its
    ``cur`` is listed behind its ``new``, so that what moves meanwhile is in one of them, and given before it.
    """
    waiting: list[tuple[Path, ...]] = [(folder,)]
    while waiting:
        here = waiting.pop()
        entries: list[os.DirEntry[str]] = []
        for one in reversed(here):
            try:
                with os.scandir(one) as rows:
                    entries[:0] = sorted(rows, key=_order)
            except OSError as error:
                yield one, error
        folders = [entry for entry in entries if entry.is_dir(follow_symlinks=False)]
        files = [entry for entry in entries if _is_file(entry)]
        below: list[tuple[Path, ...]] = [(Path(entry.path),) for entry in folders]
        if len(here) == 1 and set(FOLDERS) <= {entry.name for entry in folders}:
            below = [one for one in below if one[0].name not in {*FOLDERS, "tmp"}]
            below.append(tuple(here[0] / name for name in FOLDERS))
            below.sort(key=lambda one: one[0].name)
            files = []
        if any(entry.name == _MH for entry in files):
            files = [entry for entry in files if entry.name.isdecimal()]
        waiting.extend(reversed(below))
        yield from ((Path(entry.path), None) for entry in (_still_there(files) if len(here) > 1 else files))


def _is_file(entry: os.DirEntry[str]) -> bool:
    """Say whether an entry is to be opened: no pipe, socket or device, which may wait for ever; a link that is broken says so."""
    try:
        return entry.is_file() or (entry.is_symlink() and not os.path.exists(entry.path))  # noqa: PTH110 - a name is kept as it was given
    except OSError:
        return True


def _still_there(files: list[os.DirEntry[str]]) -> Iterator[os.DirEntry[str]]:
    """Give the files of ``cur`` and ``new`` but those that have moved from one to the other since they were listed."""
    seen: set[str] = set()
    for entry in files:
        unique = unique_part(entry.name)
        if unique not in seen or os.path.lexists(entry.path):
            yield entry
        seen.add(unique)


def _order(entry: os.DirEntry[str]) -> tuple[bool, int, str]:
    """Give what the entries of a folder are sorted by."""
    number = entry.name.isascii() and entry.name.isdecimal()
    return not number, len(entry.name) if number else 0, entry.name
