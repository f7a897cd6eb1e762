"""A worker: reads the units that it is given, answers each message, and writes a part for each unit.

It is a program of its own, so that it can be ended at any moment, and neither a main module nor a notebook is loaded twice.
It ends when its parent is gone.
"""

from __future__ import annotations

import math
import os
import select
import sys
import threading
from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC
from importlib.abc import MetaPathFinder
from pathlib import Path
from typing import BinaryIO

import msgspec

from mailkit.arrival import date_of
from mailkit.batch.beacon import IDLE, Beacon, Place
from mailkit.batch.frames import Answers, Done, Failed, Setup, Tally, Task, receive, send
from mailkit.bounce.dialects import DIALECTS, Dialect, load_dialects
from mailkit.bounce.matcher import RuleSet
from mailkit.bounce.origin import Ours
from mailkit.errors import MailkitError
from mailkit.message import Message, parse
from mailkit.report import Report, analyze
from mailkit.sinks import Part, open_part, part_name
from mailkit.sinks.kept import Folder
from mailkit.sources.files import raw_file
from mailkit.sources.items import Raw, failed
from mailkit.sources.units import lost, read_unit

_BUNDLE = 128
"""Reports that go to the parent at once."""
_MOST_NOTES = 20
"""Notes of one unit."""
_FIRST = (
    b"Received: by b.example; Thu, 1 Jan 2026 00:00:00 +0000\nSubject: failure\n\n<a@b.example>: 550 no such user\n"
)
_MOST_PASSED = 3
"""Names of one unit that are passed over."""
_UNUSED = frozenset({"numpy", "pandas", "pyarrow._s3fs", "pyarrow._gcsfs", "pyarrow._azurefs", "pyarrow._hdfs"})


def main() -> None:
    """Work until there is nothing more to do."""
    threading.Thread(target=_end_with_parent, daemon=True).start()
    pipe = os.fdopen(int(sys.argv[1]), "wb")
    with suppress(OSError):  # standard error is closed
        os.dup2(2, 1)  # what anybody prints
    sys.meta_path.insert(0, _Without())
    try:
        setup = receive(sys.stdin.buffer)
        beacon = Beacon(setup.beacon)
        try:
            analyzer = Analyzer(setup)
        except MailkitError as error:
            send(pipe, Failed(-1, error))
            return
        while True:
            beacon.set(setup.slot, IDLE)
            task = receive(sys.stdin.buffer)
            send(pipe, _guarded(task, setup, beacon, analyzer, pipe))
    except (EOFError, BrokenPipeError):
        return


class _Without(MetaPathFinder):
    """Finds nothing of what pyarrow loads where it is there, and does without elsewhere: some 75 MB, all unused.

    numpy and pandas it loads to see that a list is none of theirs, the others for files that are in no worker's reach.
    """

    def find_spec(self, fullname: str, *_: object) -> None:
        if fullname in _UNUSED:
            raise ModuleNotFoundError(fullname)


def _end_with_parent() -> None:
    """End where the parent has gone, whatever is being read: what was not committed is not there."""
    poll = select.poll()
    poll.register(0, 0)  # says alone that nobody can write any more
    poll.poll()
    os._exit(1)


class Analyzer:
    """Gives the answers that were chosen."""

    def __init__(self, setup: Setup) -> None:
        """Load the rules. Raises RuleError where a file of them is broken, OutputError where a folder cannot be made."""
        choices = setup.choices
        own: list[Dialect] = [row for path in choices.dialects for row in load_dialects(path)]
        self.choices = choices
        self.rules = RuleSet.from_files(choices.rules, before=RuleSet.default()) if choices.rules else RuleSet.default()
        self.dialects = (*own, *DIALECTS) if own else None
        self.ours = Ours(domains=choices.ours, hosts=choices.ours) if choices.ours else None
        self.quarantine = Folder(Path(setup.quarantine)) if setup.quarantine else None
        self.report(None, parse(_FIRST))  # what is loaded with the first message must not count as its time
        self.unrecognised = Folder(Path(setup.unrecognised)) if setup.unrecognised else None

    def is_older(self, message: Message) -> bool:
        """Say whether a message came before the day that was named."""
        since = self.choices.since
        came = date_of(message) if since else None
        return since is not None and came is not None and came < since.astimezone(UTC)

    def report(self, name: str | None, message: Message) -> Report:
        """Answer a message."""
        return analyze(
            message,
            limits=self.choices.limits,
            want=self.choices.want,
            source=name,
            rules=self.rules,
            dialects=self.dialects,
            ours=self.ours,
        )


def _guarded(task: Task, setup: Setup, beacon: Beacon, analyzer: Analyzer, pipe: BinaryIO) -> Done | Failed:
    """Work on a unit; what cannot be written leaves nothing behind."""
    number = task.number
    try:
        part = open_part(Path(setup.folder), setup.style, number) if setup.folder else _Sent(pipe, number)
    except MailkitError as error:
        return Failed(number, error)
    try:
        done = _Work(task, setup, beacon, analyzer, part).run()
        size = part.commit()
    except MailkitError as error:
        part.discard()
        return Failed(number, error)
    except BaseException:
        part.discard()
        raise
    return done._replace(part=part_name(setup.style, number) if setup.folder else None, size=size)


class _Sent:
    """A part that goes to the parent."""

    def __init__(self, pipe: BinaryIO, number: int) -> None:
        self._pipe, self._number = pipe, number
        self._encoder = msgspec.msgpack.Encoder()
        self._waiting: list[bytes] = []

    def write(self, report: Report) -> None:
        self._waiting.append(self._encoder.encode(report))
        if len(self._waiting) >= _BUNDLE:
            self.commit()

    def commit(self) -> int:
        send(self._pipe, Answers(self._number, tuple(self._waiting)))
        self._waiting.clear()
        return 0

    def discard(self) -> None:
        self._waiting.clear()


class _Work:
    """One unit while it is worked on."""

    def __init__(self, task: Task, setup: Setup, beacon: Beacon, analyzer: Analyzer, part: Part) -> None:
        self.task, self.setup, self.beacon, self.analyzer, self.part = task, setup, beacon, analyzer, part
        self.tally = Tally()
        self.notes: list[str] = []
        self.passed: list[str] = []
        self.ordinal = 0

    def run(self) -> Done:
        """Answer every message of the unit."""
        for raw in self._raws():
            self._at(self.ordinal, raw.name)
            self._one(raw)
            self.ordinal += 1
        changed = None if self.task.skip else lost(self.task.unit, self.ordinal)
        if changed is not None:
            self._one(changed)
        self.beacon.set(self.setup.slot, Place(self.task.number, self.ordinal, self.tally.bytes, math.inf, ""))
        return Done(self.task.number, self.tally, None, 0, tuple(self.notes[:_MOST_NOTES]), tuple(self.passed))

    def _raws(self) -> Iterator[Raw]:
        """Give the messages. What is being read has a place below 0, at which it ends where nobody came past it before."""
        task, unit = self.task, self.task.unit
        limits, ids = self.analyzer.choices.limits, self.analyzer.choices.id
        if task.sent is not None:
            yield from task.sent
            return
        files = [(name, raw_file(name, limits, ids)) for name in unit.files] or [
            (unit.name, read_unit(unit, limits, ids))
        ]
        for number, (name, raws) in enumerate(files):
            while True:
                place = -1 - (number if unit.files else self.ordinal)
                if place in task.skip:
                    yield failed(name, task.skip[place])
                    break
                self._at(place, name)
                raw = next(raws, None)
                if raw is None:
                    break
                yield raw

    def _at(self, ordinal: int, name: str) -> None:
        self.beacon.set(self.setup.slot, Place(self.task.number, ordinal, self.tally.bytes, 0.0, name))

    def _one(self, raw: Raw) -> None:
        """Answer one message, or say why there is no answer."""
        if raw.note:
            self.notes.append(f"{raw.name}: {raw.note}")
        if raw.is_no_mail and self.task.unit.is_folder:
            self.tally.passed += 1
            if len(self.passed) < _MOST_PASSED:
                self.passed.append(raw.name)
            return
        if raw.is_empty and raw.name and self.setup.folder is not None:  # as a mailbox on a quiet day
            self.notes.append(f"{raw.name}: is empty")
            return
        why = str(raw.error.what) if raw.error else self.task.skip.get(self.ordinal)
        if why is None and raw.data is None:
            return
        report = (
            Report(source=raw.name or None, error=why, size=len(raw.data) if raw.data else None)
            if why
            else self._read(raw)
        )
        if report is None:
            self.tally.older += 1
            return
        if raw.id is not None:
            report = msgspec.structs.replace(report, id=raw.id)
        if report.error:
            self.tally.errors += 1
            if report.error not in self.task.skip.values():  # the parent has said it
                self.notes.append(f"{raw.name}: {report.error}")
        self._keep(raw, report)
        self.tally.bytes += len(raw.data or b"")
        self.part.write(report)
        self._count(report)

    def _read(self, raw: Raw) -> Report | None:
        """Read a message; None where it is older than wanted."""
        assert raw.data is not None
        name = raw.name or None
        try:
            message = parse(raw.data, limits=self.analyzer.choices.limits)
            if self.analyzer.is_older(message):
                return None
            report = self.analyzer.report(name, message)
        except (Exception, RecursionError, MemoryError) as error:  # noqa: BLE001 - a message must not cost the others
            why = f"mailkit failed: {type(error).__name__}: {error}"[:500]
            return Report(source=name, size=len(raw.data), error=why)
        if self.analyzer.unrecognised is not None and report.bounce:
            self.tally.kept += self.analyzer.unrecognised.keep_unrecognised(message, report.bounce)
        return report

    def _keep(self, raw: Raw, report: Report) -> None:
        """Keep a copy of a message that took too long, or on which mailkit failed."""
        folder = self.analyzer.quarantine
        if folder is None or raw.data is None:
            return
        found = report.bounce.findings if report.bounce else ()
        why = (
            [report.error]
            if report.error
            else [f"{one.code}: {one.detail}" for one in found if one.severity == "error"]
        )
        if why:
            self.tally.kept += folder.keep(raw.data, raw.name, why, {})

    def _count(self, report: Report) -> None:
        tally, bounce = self.tally, report.bounce
        tally.messages += 1
        if not bounce:
            return
        tally.kinds[bounce.kind] = tally.kinds.get(bounce.kind, 0) + 1
        for one in bounce.recipients:
            if one.action == "failed":
                tally.advices[one.advice] = tally.advices.get(one.advice, 0) + 1
                tally.reasons[one.reason] = tally.reasons.get(one.reason, 0) + 1


if __name__ == "__main__":
    main()
