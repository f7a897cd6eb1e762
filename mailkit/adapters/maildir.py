"""A Maildir: what lies in new/ is taken and then moved to cur/, seen.

Source: maildir(5) of qmail and "Using maildir format" (cr.yp.to/proto/maildir.html).
"""

from __future__ import annotations

import os
import stat
from collections.abc import Callable, Iterator
from pathlib import Path

from mailkit.adapters.result import Ingested, cut, failed, now, take
from mailkit.errors import SourceError
from mailkit.ledger.intake import Intake

SEEN = ":2,S"
_DAY = 86_400
_MOST_DIGITS = 11


def take_new(
    intake: Intake, folder: Path, *, most: int, stopped: Callable[[], bool] = lambda: False
) -> Iterator[Ingested]:
    """Take what lies in new/ now, the oldest first; what is taken is moved to cur/ behind the commit.

    Killed between the two, a message is taken again, and counted once. Of one that is larger than `most` bytes the
    beginning is taken: it stays in the Maildir whole. Raises SourceError where the folder is no Maildir, and LedgerError
    or OutputError where nothing can be made safe.
    """
    new, cur = folder / "new", folder / "cur"
    if not (new.is_dir() and cur.is_dir()):
        raise SourceError(str(folder), "it is no Maildir: it has no folders new and cur")
    try:
        names = sorted(path.name for path in new.iterdir() if not path.name.startswith("."))
    except OSError as error:
        raise SourceError(str(new), f"it cannot be read ({error.strerror or error})") from error
    for name in names:
        if stopped():
            return
        yield from _one(intake, new / name, cur, most)


def _one(intake: Intake, path: Path, cur: Path, most: int) -> Iterator[Ingested]:
    """Take one file; nothing where another program has taken it away."""
    source = os.fsencode(path).decode("utf-8", "replace")
    try:
        data, size, at = _read(path, most)
    except FileNotFoundError:
        return
    except OSError as error:
        yield failed(source, f"it cannot be read ({error.strerror or error})", at=now())
        return
    answer = take(intake, data, at=at, source=source)
    if size > most and answer.outcome != "failed":
        answer = cut(answer, size, most)
    if answer.outcome != "failed":
        try:
            path.rename(_free(cur, path.name))
        except OSError as error:
            why = f"it is safe, but cannot be moved to cur ({error.strerror or error})"
            answer = failed(source, why, at=at)
    yield answer


def _read(path: Path, most: int) -> tuple[bytes, int, int]:
    """Give the beginning of a file, its size, and when its message came; follow no link, and wait for no pipe."""
    place = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
    with open(place, "rb") as file:  # noqa: PTH123 - it is open
        found = os.fstat(place)
        if not stat.S_ISREG(found.st_mode):
            raise OSError(0, "it is no file")
        return file.read(most), found.st_size, arrival(path.name, int(found.st_mtime))


def arrival(name: str, changed: int) -> int:
    """Give when a message came: the seconds before the first dot of its name, else when its file was changed.

    >>> arrival("1764150000.M1P2.mx.example", 0), arrival("letter", 5)
    (1764150000, 5)
    """
    digits = name.partition(".")[0]
    at = int(digits) if digits.isascii() and digits.isdigit() and len(digits) <= _MOST_DIGITS else 0
    return at if 0 < at <= now() + _DAY else changed


def _free(cur: Path, name: str) -> Path:
    """Give a name in cur/ that is free: nothing there is written over."""
    base = name.partition(":")[0]
    target, number = cur / f"{base}{SEEN}", 0
    while os.path.lexists(target):
        number += 1
        target = cur / f"{base}_{number}{SEEN}"
    return target
