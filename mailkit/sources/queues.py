"""Queue files and messages by their names: each with what its queue says of the envelope."""

from __future__ import annotations

import io
import os
import re
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import BinaryIO, NamedTuple

from mailkit.errors import SourceError
from mailkit.limits import DEFAULT, Limits
from mailkit.sources.files import read_items, walk
from mailkit.sources.items import NO_MAIL, Item, Passed, Raw, failed, printable, too_large, unreadable
from mailkit.sources.sniff import HEAD_BYTES
from mailkit.sources.spool import (
    Format,
    Queued,
    is_exim_body,
    read_exim,
    read_postfix,
    read_qmail,
    read_sendmail,
    read_single,
    sniff,
)

_CONTROL_OF = re.compile(r"df|xf|tf")
QMAIL = ("info", "local", "remote", "todo")


class Entry(NamedTuple):
    """One message of a queue, or one input that is of none."""

    name: str
    queued: Queued | None = None
    item: Item | None = None
    """What `read_items` gives of it, where it is of no queue."""


def read_entries(names: Sequence[str], limits: Limits = DEFAULT) -> Iterator[Entry]:
    """Give every message that the names stand for, from queues and as files. Never raises for an input."""
    for name in names:
        if name == "-":
            yield from _standard_input(limits)
        elif os.path.isdir(name):  # noqa: PTH112 - a name is kept as it was given
            yield from _folder(name, limits)
        else:
            yield from _file(name, limits)


def _standard_input(limits: Limits) -> Iterator[Entry]:
    stream = None if sys.stdin is None or sys.stdin.closed else sys.stdin.buffer
    try:
        form = sniff(stream.peek(HEAD_BYTES)[:HEAD_BYTES]) if isinstance(stream, io.BufferedReader) else None
        data = stream.read(limits.message_bytes + 1) if form and stream else b""
    except OSError:
        form = None
    if form is None:
        yield from _plain("-", limits)
    elif len(data) > limits.message_bytes:
        yield _item(too_large("-", limits.message_bytes, limits, least=True))
    elif form in _PARTED:
        yield _item(failed("-", f"is one file of several ({form}); name the file, so that the others can be found"))
    else:
        yield from _numbered("-", list(read_single(form, data, limits=limits)), form)


def _folder(name: str, limits: Limits) -> Iterator[Entry]:
    """Give the messages of a folder and those below it; files that are no mail are passed over."""
    passed = Passed(name)
    found = False
    for path, error in walk(Path(name)):
        if _belongs_to_another(path):
            continue
        for entry in (_item(unreadable(str(path), error)),) if error else _file(str(path), limits):
            if entry.item is not None and entry.item.error is not None and entry.item.error.what.startswith(NO_MAIL):
                passed.add(str(path.relative_to(name)))
                continue
            found = True
            yield entry
    report = passed.report(mail=found)
    if report is not None:
        yield _item(report)


def _belongs_to_another(path: Path) -> bool:
    """Say whether a file of a folder is read with its control file: `df` with `qf`, `-D` and `-J` with `-H`, and so on."""
    name = path.name
    if name[-2:] in {"-D", "-J"}:
        return path.with_name(name[:-1] + "H").exists()
    if _CONTROL_OF.match(name):
        return _beside(path, "qf" + name[2:], "qf") is not None
    info = path.parent.parent.with_name("info") / path.parent.name / name
    return path.parent.parent.name in {"local", "remote", "mess"} and info.exists()


def _file(name: str, limits: Limits) -> Iterator[Entry]:
    try:
        with open(name, "rb") as file:  # noqa: PTH123 - a name is kept as it was given
            head = file.read(HEAD_BYTES)
            form = sniff(head)
            if form is None and not is_exim_body(head):
                yield from _plain(name, limits)
                return
            yield from _queued(Path(name), form, head, file, limits)
    except (OSError, ValueError):  # whoever reads it as a message says what is wrong
        yield from _plain(name, limits)
    except SourceError as error:
        yield _item(Item(printable(name), None, error))


def _queued(path: Path, form: Format | None, head: bytes, file: BinaryIO, limits: Limits) -> Iterator[Entry]:
    """Read a queue file with those that belong to it."""
    name = printable(str(path))
    if form is None:
        raise SourceError(name, "is the body of an Exim message; name the file that ends in -H")
    size = os.fstat(file.fileno()).st_size
    if size > limits.message_bytes:
        yield _item(too_large(name, size, limits))
        return
    data = head + file.read(limits.message_bytes)
    if form in _NAMED:
        yield Entry(name, _NAMED[form](path, data, limits))
    else:
        yield from _numbered(name, list(read_single(form, data, limits=limits)), form)


def _numbered(name: str, found: list[Queued], form: Format) -> Iterator[Entry]:
    """Name each message of a file that has several."""
    if not found:
        yield _item(failed(name, f"has no message ({form}); check that the file is whole"))
    for number, one in enumerate(found, 1):
        yield Entry(f"{name}#{number}" if len(found) > 1 else name, one)


def _exim(path: Path, data: bytes, limits: Limits) -> Queued:
    stem = path.name.removesuffix("H")
    body, journal = (_bytes(path.with_name(stem + letter), limits) for letter in "DJ")
    return read_exim(data, body, journal, limits=limits)


def _sendmail(path: Path, data: bytes, limits: Limits) -> Queued:
    stem = path.name[2:]
    body = _beside(path, f"df{stem}", "df")
    return read_sendmail(data, _bytes(body, limits) if body else None, name=printable(stem), limits=limits)


def _qmail(path: Path, data: bytes, limits: Limits) -> Queued:
    """Read the records of all folders; those of `todo` are in one file."""
    queue, split, number = path.parent.parent.parent, path.parent.name, path.name
    records = [data]
    message = _bytes(queue / "mess" / split / number, limits)
    if path.parent.parent.name in QMAIL:
        others = (queue / folder / split / number for folder in QMAIL if folder != path.parent.parent.name)
        records += [more for other in others if (more := _bytes(other, limits)) is not None]
    return read_qmail(*records, message=message, name=printable(number), limits=limits)


def _postfix(path: Path, data: bytes, limits: Limits) -> Queued:
    return read_postfix(data, name=printable(path.name), limits=limits)


_PARTED = {"exim": _exim, "sendmail": _sendmail, "qmail": _qmail}
"""Forms that keep a message in several files."""
_NAMED = {**_PARTED, "postfix": _postfix}
"""Forms in which the file's name says something."""


def _beside(path: Path, name: str, folder: str) -> Path | None:
    """Find a file in the same folder, or in that of its kind beside it, as queue groups of sendmail have it."""
    for other in (path.with_name(name), path.parent.with_name(folder) / name):
        if other.is_file():
            return other
    return None


def _bytes(path: Path, limits: Limits) -> bytes | None:
    """Read a file that belongs to another; None where it is not there, cannot be read or is too large."""
    try:
        with path.open("rb") as file:
            data = file.read(limits.message_bytes + 1)
    except OSError:
        return None
    return data if len(data) <= limits.message_bytes else None


def _plain(name: str, limits: Limits) -> Iterator[Entry]:
    for item in read_items([name], limits):
        yield _item(item)


def _item(item: Item | Raw) -> Entry:
    return Entry(item.name, None, Item(item.name, None, item.error, item.note) if isinstance(item, Raw) else item)
