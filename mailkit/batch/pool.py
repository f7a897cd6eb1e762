"""Worker processes: each has one unit at a time; one that dies or hangs is replaced.

A message that takes too long is named and passed over. One at which a process was killed may be innocent, as where another
program took the memory, and so may a file that takes too long to be read, as where a disk slept: the unit is begun once more
while no other is worked on, and only then it is passed over.
"""

from __future__ import annotations

import fcntl
import os
import selectors
import signal
import site
import subprocess
import sys
import tempfile
import time
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import suppress
from io import RawIOBase
from pathlib import Path
from types import TracebackType
from typing import NamedTuple, Self, cast

from mailkit.batch.beacon import IDLE, Beacon
from mailkit.batch.frames import Again, Answers, Done, Failed, Setup, Task, receive, send
from mailkit.errors import MailkitError
from mailkit.sources.items import Raw
from mailkit.sources.plan import Planned

_PACKAGE = str(Path(__file__).parent.parent.parent)
_TICK_SECONDS = 0.25
_DEATHS = 2
"""How many workers may be killed at the same place; a third one says that leaving it out does not help."""
_START_SECONDS = 60.0
STILL_SECONDS = 1.0
"""Who waits so much longer than he asked for was stopped, as by Ctrl-Z or with the whole machine, and so were the workers."""
_END_SECONDS = 5.0
"""How long a process whose output has ended may take to end itself, and so to say why."""


class Tick(NamedTuple):
    """Some time has passed."""

    read: int
    """Bytes of units that are not done, but behind the workers."""


Event = Done | Answers | Again | Tick


class _Worker:
    """One process with its pipes."""

    def __init__(self, setup: Setup) -> None:
        env = {
            "ARROW_DEFAULT_MEMORY_POOL": "system",
            **os.environ,
            "PYTHONPATH": _path(),
        }
        self.slot = setup.slot
        self.task: Task | None = None
        ours, theirs = os.pipe()
        theirs = _above_standard(theirs)
        mask = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})  # Ctrl-C is for us; the process inherits it
        try:
            self.process = subprocess.Popen(  # noqa: S603 - a number of ours
                [sys.executable, "-P", "-m", "mailkit.batch.worker", str(theirs)],
                stdin=subprocess.PIPE,
                stdout=subprocess.DEVNULL,  # on which anything may be printed before a worker is one
                pass_fds=(setup.beacon, theirs),
                env=env,
                bufsize=0,  # what is read ahead would not be seen by who waits
            )
        except OSError:
            os.close(ours)
            raise
        finally:
            signal.pthread_sigmask(signal.SIG_SETMASK, mask)
            os.close(theirs)
        self.input = cast("RawIOBase", self.process.stdin)
        self.output: RawIOBase = os.fdopen(ours, "rb", 0)
        self.heard = time.monotonic()
        """When it last said something, or was given something: one that waits for us to listen does not hang."""
        self._send(setup)

    def give(self, task: Task) -> None:
        """Give it a unit."""
        self.task, self.heard = task, time.monotonic()
        self._send(task)

    def _send(self, value: Setup | Task) -> None:
        """Say something. Where it is gone, its output ends, and is seen to."""
        with suppress(BrokenPipeError):
            send(self.input, value)

    def end(self, seconds: float = 0.0) -> int:
        """Wait so long for it to end, then end it, and give its exit code."""
        try:
            code = self.process.wait(seconds)
        except subprocess.TimeoutExpired:
            self.process.kill()
            code = self.process.wait()
        for pipe in (self.input, self.output):
            with suppress(BrokenPipeError):
                pipe.close()
        return code


class Pool:
    """Some workers, for as long as the block runs."""

    def __init__(self, setup: Setup, jobs: int, seconds: float) -> None:
        """Prepare so many workers; a message may take so many seconds. They are started when they are needed."""
        self.setup, self.jobs, self.seconds = setup, jobs, seconds
        with tempfile.TemporaryFile(buffering=0) as file:
            self._file = _above_standard(os.dup(file.fileno()))
        self._beacon = Beacon(self._file, jobs)
        self._workers: dict[int, _Worker] = {}
        self._selector = selectors.DefaultSelector()
        self._deaths: dict[tuple[int, int | None], int] = {}
        self._suspects: set[int] = set()
        """Units that are begun once more, each alone."""

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for worker in self._workers.values():
            worker.end()
        self._selector.close()
        self._beacon.close()
        os.close(self._file)

    def run(self, plan: Iterator[Planned], may_start: Callable[[int], bool] = lambda _: True) -> Iterator[Event]:
        """Work on a plan, and give what is done, in the order in which it is done.

        No more of the plan is taken than the workers need next; a unit waits until `may_start` of its number is true.
        Raises what the plan raises, and what a worker could not write.
        """
        waiting: deque[Task] = deque()
        ended = False
        while True:
            while waiting and self._is_free() and may_start(waiting[0].number):
                self._start(waiting.popleft())
            seconds = _TICK_SECONDS
            if not ended and len(waiting) < self.jobs:
                planned = next(plan, None)
                ended = planned is None
                if planned is not None:
                    waiting.append(Task(planned.number, planned.unit, _plain(planned.sent), {}))
                seconds = 0.0
            elif not waiting and not self._busy():
                return
            yield from self._seen(waiting, seconds)

    def _busy(self) -> list[_Worker]:
        return [worker for worker in self._workers.values() if worker.task is not None]

    def _is_free(self) -> bool:
        """Say whether a unit can be begun; one that is suspected stands first, and has the machine for itself."""
        return len(self._busy()) < (1 if self._suspects else self.jobs)

    def _start(self, task: Task) -> None:
        """Give a task to a worker that waits, or to a new one. Raises MailkitError where there cannot be one more."""
        worker = next((one for one in self._workers.values() if one.task is None), None)
        if worker is None:
            slot = next(slot for slot in range(self.jobs) if slot not in self._workers)
            self._beacon.set(slot, IDLE)
            try:
                worker = _Worker(self.setup._replace(beacon=self._file, slot=slot))
            except OSError as error:
                message = f"{slot + 1} processes cannot be started ({error.strerror or error}); give fewer with --jobs"
                raise MailkitError(message) from error
            self._workers[slot] = worker
            self._selector.register(worker.output, selectors.EVENT_READ, worker)
        worker.give(task)

    def _seen(self, waiting: deque[Task], seconds: float) -> Iterator[Event]:
        """Wait for workers, and give what they say; put back at the front what one could not end.

        All is looked at before anything is given: whoever takes it may take his time, which is no worker's fault.
        """
        events: list[Event] = []
        asked = time.monotonic()
        ready = self._selector.select(seconds) if self._workers else ()
        if time.monotonic() - asked > seconds + STILL_SECONDS:
            for worker in self._workers.values():
                worker.heard = time.monotonic()
        for key, _ in ready:
            worker = key.data
            worker.heard = time.monotonic()
            try:
                said = receive(worker.output)
            except EOFError:
                events += self._replace(worker, None, waiting)
                continue
            if isinstance(said, Failed):
                raise said.error
            if isinstance(said, Done):
                worker.task = None
                self._suspects.discard(said.number)
            events.append(said)
        read = 0
        now = time.monotonic()
        for worker in self._busy():
            place = self._beacon.get(worker.slot)
            assert worker.task is not None
            at_work = place.number == worker.task.number
            read += place.read if at_work else 0
            since = max(place.since, worker.heard) if at_work else worker.heard + _START_SECONDS
            if now - since > self.seconds:
                events += self._replace(worker, f"took more than {self.seconds:g} seconds", waiting)
        yield from (*events, Tick(read))

    def _replace(self, worker: _Worker, slow: str | None, waiting: deque[Task]) -> Iterator[Again]:
        """End a worker, and let its unit be begun again: without the message that it was at, where it is that one's fault.

        Raises MailkitError where that did not help before.
        """
        self._selector.unregister(worker.output)
        code = worker.end(0.0 if slow else _END_SECONDS)
        del self._workers[worker.slot]
        task, place = worker.task, self._beacon.get(worker.slot)
        if task is None:
            return
        at = place.ordinal if place.number == task.number else None
        deaths = self._deaths[task.number, at] = self._deaths.get((task.number, at), 0) + 1
        name = (at is not None and place.name) or task.unit.name or "a message"
        why = f"the process that read it {slow or _why(code)}"
        if deaths > _DEATHS:
            message = f"{name}: {why}, also {'without this message' if at is not None else 'twice before'}; leave this input out"
            raise MailkitError(message)
        is_over = at is not None and ((slow is not None and at >= 0) or deaths == _DEATHS)
        if at is not None and is_over:
            task = task._replace(skip={**task.skip, at: why})
        else:
            self._suspects.add(task.number)
        waiting.appendleft(task)
        yield Again(
            task.number, task.unit, name, f"{why}; {'the others go on without it' if is_over else 'it is tried again'}"
        )


def _above_standard(file: int) -> int:
    """Give an open file a number that no standard stream has: those are others' in a worker. Here they may be free."""
    number = fcntl.fcntl(file, fcntl.F_DUPFD_CLOEXEC, 3)
    os.close(file)
    return number


def _path() -> str:
    """Give where a worker looks first: where this copy of mailkit is, unless that is among the packages of this Python.

    Those it looks for behind Python's own modules, of which a package may bear the name.
    """
    packages = {*site.getsitepackages(), site.getusersitepackages()}
    return os.pathsep.join(filter(None, ("" if _PACKAGE in packages else _PACKAGE, os.environ.get("PYTHONPATH"))))


def _why(code: int) -> str:
    """Say how a process ended that should not have."""
    if code == -9:
        return "was killed (signal 9): was there no memory left?"
    return f"was killed (signal {-code})" if code < 0 else f"ended with exit code {code}"


def _plain(sent: tuple[Raw, ...] | None) -> tuple[Raw, ...] | None:
    """Give messages as they can be sent."""
    if sent is None:
        return None
    return tuple(
        raw if raw.data is None or isinstance(raw.data, bytes) else raw._replace(data=raw.data[:]) for raw in sent
    )
