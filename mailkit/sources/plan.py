"""The plan of a run: every input as numbered units, in order, made while they are worked on.

A plan that was written down can be taken up again: units that were not done come again under their numbers, and what
follows is planned from where it ended. A Maildir whose messages have moved from new/ to cur/ since is the same; a file that
was cut and has changed is refused, for its places hold no longer.
"""

from __future__ import annotations

import os
import stat
import time
from collections import Counter, deque
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from itertools import chain, islice
from pathlib import Path
from typing import BinaryIO, NamedTuple

import msgspec

from mailkit.errors import SourceError
from mailkit.limits import KIB, MIB, Limits
from mailkit.sources.cut import CUTTERS
from mailkit.sources.files import expanded, raw_file, raw_handle, walk
from mailkit.sources.items import Raw, unreadable
from mailkit.sources.maildir import FOLDERS, unique_part
from mailkit.sources.sniff import HEAD_BYTES, kind_of, why_no_mail
from mailkit.sources.units import Size, Unit, read_unit

SMALL_BYTES = 512 * KIB
"""A file of so much is read by the worker, whatever it is; of a larger one it is seen first whether it can be cut."""
SENT_BYTES = 16 * MIB
"""Messages that go to a worker in one piece are in its memory, and in that of who plans: no more at once, however large units are."""
_CHANGED = "has changed since the run began, and cannot be taken up again; put it back, or begin in another folder"


Recorded = list[tuple[int, Unit]]
"""Units with their numbers."""


class Planned(NamedTuple):
    """One unit of the plan."""

    number: int
    unit: Unit
    sent: tuple[Raw, ...] | None = None
    """Its messages, where the worker cannot read them itself."""


class Plan:
    """The units of some inputs.

    `recorded` are the units of a run that was stopped, by number, and `done` the numbers of those that need not come again.
    With `most` no more messages are planned than so many; mailboxes and archives are then read here, to be counted. Iterating
    raises SourceError where a recorded input has changed, or is not given any more; inputs that cannot be read are units
    with an error. `ids` is the column with the ids, for what is read here.
    """

    def __init__(  # noqa: PLR0913 - a plan is taken up from several things
        self,
        names: Iterable[str],
        limits: Limits,
        size: Size,
        *,
        recorded: dict[int, Unit] | None = None,
        done: Collection[int] = (),
        most: int | None = None,
        ids: str | None = None,
    ) -> None:
        self.names, self.limits, self.size, self.ids = names, limits, size, ids
        self.recorded, self.done = recorded or {}, frozenset(done)
        self.left = None if most is None else most - sum(unit.count or 0 for unit in self.recorded.values())
        self._number = max(self.recorded, default=-1) + 1
        self._earlier = _by_name(self.recorded)
        self._open = sum(map(len, self._earlier.values()))  # of them, what was not come to again
        self._known = Counter(_identity(name) for unit in self.recorded.values() for name in unit.files)
        self._waiting: list[str] = []  # files that make the next unit
        self._weight = 0

    def __iter__(self) -> Iterator[Planned]:
        for number, unit in sorted(self.recorded.items()):
            if unit.stamp and unit.stamp != _stamp(unit.name):
                raise SourceError(unit.name, _CHANGED)
            if number not in self.done and unit.kind != "sent":
                yield Planned(number, unit)
        yield from self._members()
        for name in expanded(self.names):
            if self._is_full():
                break
            if os.path.isdir(name):  # noqa: PTH112 - a name is kept as it was given
                yield from self._flush("")
                yield from self._folder(name)
            elif not self._is_known(name):
                yield from self._file(name, "")
        yield from self._flush("")
        for number, unit in chain.from_iterable(chain.from_iterable(self._earlier.values())):
            if unit.kind == "sent" and unit.within is None and unit.start >= 0 and number not in self.done:
                raise SourceError(unit.name, _CHANGED)  # nobody could read it any more

    def _members(self) -> Iterator[Planned]:
        """Send again what is lacking of large members of archives."""
        for earlier in chain.from_iterable(self._earlier.values()):
            for place in dict.fromkeys(_place(unit) for _, unit in earlier):
                if place is not None:
                    yield from self._sent(read_unit(place, self.limits, self.ids), place, None, earlier)

    def _is_known(self, name: str) -> bool:
        """Say whether a file is in a unit that was recorded: as often as it is, where it is named several times."""
        identity = _identity(name)
        if not self._known[identity]:
            return False
        self._known[identity] -= 1
        return True

    def _taken_up(self, name: str) -> Recorded:
        """Give the units that were recorded of a file; where it is named several times, those of each in turn."""
        found = self._earlier.get(_identity(name))
        if not found:
            return []
        self._open -= 1
        return found.popleft()

    def _is_full(self) -> bool:
        """Say whether there are as many messages as wanted."""
        return self.left is not None and self.left <= len(self._waiting) and not self._open

    def _folder(self, name: str) -> Iterator[Planned]:
        for path, error in walk(Path(name)):
            if self._is_full():
                break
            if error is not None:
                yield from self._flush(name)
                yield from self._unreadable(str(path), error, self._taken_up(str(path)))
            elif not self._is_known(str(path)):
                yield from self._file(str(path), name)
        yield from self._flush(name)

    def _file(self, name: str, folder: str) -> Iterator[Planned]:
        """Plan a file: small ones together, a large one cut or, where it can only be read from its beginning, sent."""
        if not folder and (is_handed(name) or (self.left is not None and not is_regular(name))):
            yield from self._flush(folder)
            yield from self._sent(
                raw_file(name, self.limits, self.ids), Unit(kind="sent", name=name), None, self._taken_up(name)
            )
            return
        try:
            weight = os.stat(name).st_size  # noqa: PTH116 - likewise
            if self.left is not None and not self._is_letter(name, weight):
                yield from self._counted(name, weight, folder)
                return
            if weight > SMALL_BYTES:
                with open(name, "rb") as file:  # noqa: PTH123 - likewise
                    kind = kind_of(file.read(HEAD_BYTES))
                    if kind in CUTTERS or kind == "packed":
                        yield from self._flush(folder)
                        yield from self._large(name, kind, file, is_folder=bool(folder))
                        return
        except (OSError, ValueError):  # whoever reads it says what is wrong
            weight = 0
        self._waiting.append(name)
        self._weight += weight
        if self._weight >= self.size.bytes or len(self._waiting) >= self.size.messages:
            yield from self._flush(folder)

    def _is_letter(self, name: str, weight: int) -> bool:
        """Say whether a file is one small message, for sure."""
        if weight > SMALL_BYTES:
            return False
        with open(name, "rb") as file:  # noqa: PTH123 - a name is kept as it was given
            head = file.read(HEAD_BYTES)
        return kind_of(head) == "message" and not why_no_mail(head)

    def _counted(self, name: str, weight: int, folder: str) -> Iterator[Planned]:
        """Plan a file whose messages must be counted: they are read here."""
        stamp = _stamp(name) if weight > SMALL_BYTES else ""
        fresh = Unit(kind="sent", name=name, is_folder=bool(folder), stamp=stamp)
        raws = _messages(raw_file(name, self.limits, self.ids), fresh)
        first = next(raws, None)
        if first is not None:
            yield from self._flush(folder)
            yield from self._sent(chain((first,), raws), fresh, None, self._taken_up(name))

    def _large(self, name: str, kind: str, file: BinaryIO, *, is_folder: bool) -> Iterator[Planned]:
        """Plan a large file."""
        earlier = self._taken_up(name)
        fresh = Unit(kind="sent", name=name, count=0, is_folder=is_folder, stamp=_stamp(name))
        try:
            if kind in CUTTERS:
                yield from self._cut(file, msgspec.structs.replace(fresh, kind=kind), earlier)
            else:
                file.seek(0)
                yield from self._sent(raw_handle(name, file, self.limits, self.ids), fresh, file, earlier)
        except OSError as error:
            yield from self._unreadable(name, error, earlier)

    def _unreadable(self, name: str, error: OSError, earlier: Recorded) -> Iterator[Planned]:
        """Plan what says that something cannot be read."""
        place = Unit(kind="sent", name=name, start=-1)
        yield from self._sent(iter((unreadable(name, error),)), place, None, earlier)

    def _flush(self, folder: str) -> Iterator[Planned]:
        """Give the files that wait as a unit."""
        if self._waiting:
            files, weight = tuple(self._waiting), self._weight
            self._waiting, self._weight = [], 0
            unit = Unit(kind="files", name=folder, files=files, size=weight, count=len(files), is_folder=bool(folder))
            yield self._next(unit)

    def _cut(self, file: BinaryIO, fresh: Unit, earlier: Recorded) -> Iterator[Planned]:
        """Cut a file, from where the plan ended."""
        last = next((unit for _, unit in reversed(earlier) if unit.start >= 0), fresh)
        last = last if last.within is None else msgspec.structs.replace(last, kind=last.within)
        for unit in CUTTERS[fresh.kind](last, file, self.size, self.limits):
            placed = msgspec.structs.replace(unit, stamp=fresh.stamp, is_folder=unit.is_folder or fresh.is_folder)
            if unit.count is None:  # it can only be read from its beginning
                yield from self._sent(read_unit(unit, self.limits, self.ids), placed, None, ())
            else:
                yield self._next(placed)

    def _sent(
        self, raws: Iterator[Raw], place: Unit, file: BinaryIO | None, earlier: Sequence[tuple[int, Unit]]
    ) -> Iterator[Planned]:
        """Plan what is read here, and sent; what was sent and done before is passed over."""
        within = None if place.kind == "sent" else place.kind
        fresh = msgspec.structs.replace(place, kind="sent", within=within)
        key = (fresh.kind, fresh.within, fresh.start)
        old = [(number, unit) for number, unit in reversed(earlier) if (unit.kind, unit.within, unit.start) == key]
        if self.left is not None:
            raws = islice(_messages(raws, place), max(self.left, 0) + sum(unit.count or 0 for _, unit in old))
        first, at, weight = 1, 0, 0
        waiting: list[Raw] = []
        for raw in raws:
            waiting.append(raw)
            weight += len(raw.data or b"")
            is_full = weight >= min(self.size.bytes, SENT_BYTES) or len(waiting) >= self.size.messages
            if len(waiting) == old[-1][1].count if old else is_full:
                here = file.tell() if file else at + weight
                unit = msgspec.structs.replace(fresh, first=first, count=len(waiting), size=here - at)
                yield from self._send(unit, waiting, old)
                first, at, waiting, weight = first + len(waiting), here, [], 0
        lacks = old if not waiting or (old and len(waiting) != old[-1][1].count) else old[:-1]
        if any(number not in self.done for number, _ in lacks):
            raise SourceError(place.name, _CHANGED)
        if waiting:
            size = (file.tell() if file else at + weight) - at
            yield from self._send(
                msgspec.structs.replace(fresh, first=first, count=len(waiting), size=size), waiting, old
            )

    def _send(self, unit: Unit, raws: list[Raw], old: list[tuple[int, Unit]]) -> Iterator[Planned]:
        """Send messages: under the number that they had, unless they are done, else under a new one."""
        if not old:
            yield self._next(unit, tuple(raws))
            return
        number, recorded = old.pop()
        if number not in self.done:
            yield Planned(number, recorded, tuple(raws))

    def _next(self, unit: Unit, sent: tuple[Raw, ...] | None = None) -> Planned:
        """Give the next number to a unit."""
        number = self._number
        self._number += 1
        if self.left is not None:
            self.left -= unit.count or 0
        return Planned(number, unit, sent)


def _by_name(recorded: Mapping[int, Unit]) -> dict[str, deque[Recorded]]:
    """Give the units of each file that was cut or sent, in order; where a file was named several times, those of each."""
    found: dict[str, deque[Recorded]] = {}
    for number, unit in sorted(recorded.items()):
        if unit.kind != "files":
            rows = found.setdefault(_identity(unit.name), deque([[]]))
            last = rows[-1][-1][1] if rows[-1] else None
            if last and (unit.start, unit.first) <= (last.start, last.first) and unit.start >= 0:
                rows.append([])
            rows[-1].append((number, unit))
    return found


def _messages(raws: Iterable[Raw], place: Unit) -> Iterator[Raw]:
    """Give what has an answer."""
    return (raw for raw in raws if (raw.data is not None or raw.error) and not (raw.is_no_mail and place.is_folder))


def _place(unit: Unit) -> Unit | None:
    """Give the member of an archive of which a unit was sent; None where it was not."""
    if unit.within is None:
        return None
    return Unit(
        kind=unit.within, name=unit.name, start=unit.start, end=unit.end, is_folder=unit.is_folder, stamp=unit.stamp
    )


def _identity(name: str) -> str:
    """Give what a file is known by: a message of a Maildir keeps the part of its name before the colon (maildir(5))."""
    folder, _, base = name.rpartition(os.sep)
    above, _, last = folder.rpartition(os.sep)
    return f"{above}{os.sep}{unique_part(base)}" if last in FOLDERS else name


def is_handed(name: str) -> bool:
    """Say whether a name is that of what this process was handed: ``/dev/stdin``, or ``/dev/fd/63`` where a shell had ``<(...)``.

    Another process has something else under such a name.
    """
    return name == "-" or name.startswith(("/dev/", "/proc/self/"))


def is_regular(name: str) -> bool:
    """Say whether a name is no pipe, which can be read but once; one that is not there is none."""
    try:
        return stat.S_ISREG(os.stat(name).st_mode)  # noqa: PTH116 - a name is kept as it was given
    except (OSError, ValueError):
        return True


def _stamp(name: str) -> str:
    """Give size and time of change of a file; empty where there is none."""
    try:
        found = os.stat(name)  # noqa: PTH116 - a name is kept as it was given
    except (OSError, ValueError):
        return ""
    return f"{found.st_size}-{found.st_mtime_ns}"


def weigh(names: Sequence[str], seconds: float = 3.0) -> int | None:
    """Give the bytes of all inputs, for the progress; None where that takes longer, or nobody knows."""
    end = time.monotonic() + seconds
    total = 0
    for name in expanded(names):
        if name == "-":
            return None
        for path, error in walk(Path(name)) if os.path.isdir(name) else [(name, None)]:  # noqa: PTH112 - likewise
            try:
                total += 0 if error else os.stat(path).st_size  # noqa: PTH116 - likewise
            except (OSError, ValueError):
                continue
            if time.monotonic() > end:
                return None
    return total
