"""Files that a verb writes."""

from __future__ import annotations

import contextlib
import os
import stat
from collections.abc import Iterable
from pathlib import Path

from mailkit.errors import OutputError

_OPENED = ("/dev/std", "/dev/fd/", "/proc/")
"""How names begin of what is open already: it may be a file, and is written on at its end."""


def write_file(target: Path, data: bytes | Iterable[bytes]) -> None:
    """Write a file whole or not at all, with the rights and the owner of the one that stood there.

    A symbolic link is followed; of a file that has several names (hard links) the others keep what they have.
    """
    pieces = (data,) if isinstance(data, bytes) else data
    is_device = str(target.absolute()).startswith(_OPENED)
    if is_device or (target.exists() and not target.is_file()):  # a device or a pipe is written into, never replaced
        _write_into(target, pieces)
        return
    target = target.resolve()
    beside = target.with_name(f".{target.name}.part")
    try:
        old = target.stat() if target.exists() else None
        mode = stat.S_IMODE(old.st_mode) if old else 0o666
        beside.unlink(missing_ok=True)  # what is left of a run that was killed; a link there leads nowhere of ours
        with os.fdopen(os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode), "wb") as file:
            file.writelines(pieces)
        if old:
            beside.chmod(mode)
            with contextlib.suppress(PermissionError):  # whoever may not give it away keeps it
                os.chown(beside, old.st_uid, old.st_gid)
        beside.replace(target)
    except OSError as error:
        with contextlib.suppress(OSError):
            beside.unlink(missing_ok=True)
        raise OutputError(str(target), error.strerror or str(error)) from None


def _write_into(target: Path, pieces: Iterable[bytes]) -> None:
    """Write into what is no regular file."""
    try:
        with target.open("ab") as file:
            file.writelines(pieces)
    except OSError as error:
        raise OutputError(str(target), error.strerror or str(error)) from None
