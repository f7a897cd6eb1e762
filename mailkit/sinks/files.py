"""A file that gets its name when it is whole: written beside its place, synced, renamed."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Callable
from contextlib import suppress
from itertools import count
from pathlib import Path
from typing import BinaryIO, Protocol

import msgspec

from mailkit.errors import OutputError, SourceError
from mailkit.report import Report

BUFFER_BYTES = 1 << 17
"""What is gathered before the system is called."""
_TEMPORARY = re.compile(r"\.(?:part-\d+\.[a-z]+|.+\.eml)\.\d+-\d+\.tmp")
"""The name of a part or of a copy, the process that writes it, and a number that makes it the only one."""
_SURROGATE = re.compile("[\ud800-\udfff]")
CURE = "make room or mend the permissions, and run it again with --resume: what was done before is safe"


class Form(Protocol):
    """How answers become the bytes of a file. An answer that cannot be written must leave no trace."""

    def add(self, report: Report) -> None:
        """Write an answer."""

    def finish(self) -> None:
        """Write what stands at the end."""

    def drop(self) -> None:
        """Let go of what holds the file."""


class FilePart:
    """A part that is a file of its own."""

    def __init__(self, target: Path, make: Callable[[BinaryIO], Form]) -> None:
        self._target = target
        self._form: Form | None = None
        try:
            self._temporary, self._file = open_beside(target)
        except OSError as error:
            raise failure(target, error) from error
        try:
            self._form = make(self._file)
        except BaseException as error:
            self.discard()
            if isinstance(error, OSError):
                raise failure(target, error) from error
            raise  # as where a package lacks

    def write(self, report: Report) -> None:
        """Add an answer."""
        if self._form is None:
            raise closed(self._target)
        try:
            self._form.add(report)
        except (OSError, ValueError, TypeError) as error:  # the latter two are those of pyarrow
            self.discard()
            raise failure(self._target, error) from error

    def commit(self) -> int:
        """Put the file where it belongs; give its bytes."""
        if self._form is None:
            raise closed(self._target)
        try:
            self._form.finish()
            self._file.flush()
            os.fsync(self._file.fileno())
            size = os.fstat(self._file.fileno()).st_size
            self._temporary.replace(self._target)
            self._form = None
            self._file.close()
            sync_folder(self._target.parent)
        except (OSError, ValueError, TypeError) as error:
            self.discard()
            raise failure(self._target, error) from error
        return size

    def discard(self) -> None:
        """Take away what was written."""
        if self._form is not None:
            self._form.drop()
            self._form = None
        with suppress(OSError):
            self._file.close()  # what stands in its buffer may find no room
        with suppress(OSError):
            self._temporary.unlink(missing_ok=True)


def failure(target: Path, error: Exception) -> OutputError:
    """Say that a part could not be written."""
    why = (error.strerror if isinstance(error, OSError) else None) or error
    return OutputError(str(target), f"cannot be written ({why}); {CURE}")


def closed(target: Path) -> OutputError:
    """Say that a part is at its end."""
    return OutputError(str(target), "was committed or discarded before; open the part again")


def damaged(path: Path, line: int, error: Exception) -> SourceError:
    """Say that a part does not hold what was written; line 0 where it has no lines."""
    place = f"{path}:{line}" if line else str(path)
    return SourceError(place, f"is no answer of mailkit ({error}); take the folder away and run the batch again")


def open_beside(target: Path) -> tuple[Path, BinaryIO]:
    """Open a new file beside a target, locked while its process lives; its mode is as the umask has it."""
    for number in count():
        path = target.with_name(f".{target.name}.{os.getpid()}-{number}.tmp")
        try:
            file = path.open("xb", BUFFER_BYTES)
        except FileExistsError:  # of a killed process that had this number, or a second one of this process
            continue
        lock(file, wait=True)
        if os.fstat(file.fileno()).st_nlink:
            break
        file.close()  # `remove_abandoned` had it before it was locked
    return path, file


def remove_abandoned(folder: Path) -> int:
    """Take away the files that killed processes left; give their number. Raises OutputError."""
    removed = 0
    try:
        for path in sorted(folder.iterdir()):
            if _TEMPORARY.fullmatch(path.name) and _unlink_abandoned(path):
                removed += 1
    except OSError as error:
        raise OutputError(str(folder), f"cannot be tidied ({error.strerror or error}); mend its permissions") from error
    return removed


def _unlink_abandoned(path: Path) -> bool:
    """Take a file away that nobody holds the lock of; the number of a process alone may be that of another by now."""
    try:
        with path.open("rb") as file:
            if not lock(file, wait=False):
                return False
            path.unlink()
    except FileNotFoundError:  # it got its name, or another one tidies
        return False
    return True


def lock(file: BinaryIO, *, wait: bool) -> bool:
    """Lock a file until it is closed or its process ends; say whether that was done."""
    import fcntl  # noqa: PLC0415 - not everywhere

    try:
        fcntl.flock(file, fcntl.LOCK_EX | (0 if wait else fcntl.LOCK_NB))
    except OSError:  # it is locked; or this file system has no locks, and nothing is tidied there
        return False
    return True


def sync_folder(folder: Path) -> None:
    """Let the names of a folder outlast a power cut."""
    place = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(place)
    finally:
        os.close(place)


_ENCODER = msgspec.json.Encoder()


def encoded(value: msgspec.Struct) -> bytes:
    r"""Give a value as JSON; a lone surrogate, which UTF-8 does not have, is U+FFFD.

    >>> encoded(Report(error="a\udcffb"))
    b'{"v":1,"source":null,"size":null,"date":null,"error":"a\xef\xbf\xbdb"}'
    """
    try:
        return _ENCODER.encode(value)
    except UnicodeEncodeError:
        text = json.dumps(msgspec.to_builtins(value), ensure_ascii=False, separators=(",", ":"))
        return _SURROGATE.sub("\ufffd", text).encode()
