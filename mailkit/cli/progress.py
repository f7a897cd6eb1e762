"""How far a run is, on standard error: a bar on a terminal, a line a minute elsewhere."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from mailkit.cli import complain, complaint

if TYPE_CHECKING:
    from mailkit.batch.runs import Progress

_LINE_SECONDS = 60.0
_DRAW_SECONDS = 0.5
_MOST_NOTES = 20
_STEPS = ((1e9, "GB"), (1e6, "MB"), (1e3, "kB"))

Told = Callable[["Progress"], None]


@contextmanager
def watch(style: str, every: float = _LINE_SECONDS) -> Iterator[Told]:
    """Give what is to be told of the progress; notes are written at once, the first twenty of them.

    Where there is no terminal a line is written every so many seconds.
    """
    if style == "never" or sys.stderr is None:
        yield _Notes(complain)
    elif not sys.stderr.isatty():
        yield _Lines(every)
    else:
        try:
            from rich.console import Console  # noqa: PLC0415 - an extra, and on a terminal only
        except ImportError:
            try:
                yield _Line()
            finally:
                sys.stderr.write("\r\x1b[K")
            return
        with _bar(Console(stderr=True)) as told:
            yield told


class _Notes:
    """Says what happens, and nothing of the progress."""

    def __init__(self, say: Callable[[str], None]) -> None:
        self._say, self._count = say, 0

    def __call__(self, progress: Progress) -> None:
        if not progress.note:
            return
        self._count += 1
        if self._count <= _MOST_NOTES:
            self._say(progress.note)
        elif self._count == _MOST_NOTES + 1:
            self._say("and more, which is told no further: the answers say for each message why it was not read")


class _Lines(_Notes):
    """Says a line now and then."""

    def __init__(self, every: float) -> None:
        super().__init__(complain)
        self._every = every
        self._last = time.monotonic()

    def __call__(self, progress: Progress) -> None:
        super().__call__(progress)
        now = time.monotonic()
        if now - self._last >= self._every:
            self._last = now
            complain(described(progress))


class _Line(_Notes):
    """Writes one line again and again."""

    def __init__(self) -> None:
        super().__init__(complain)
        self._last = 0.0

    def __call__(self, progress: Progress) -> None:
        if progress.note:
            sys.stderr.write("\r\x1b[K")
        super().__call__(progress)
        now = time.monotonic()
        if now - self._last >= _DRAW_SECONDS:
            self._last = now
            columns = os.get_terminal_size(sys.stderr.fileno()).columns or 80
            sys.stderr.write(f"\r\x1b[K{described(progress)[: columns - 1]}")  # what is wrapped is not wiped out
            sys.stderr.flush()


@contextmanager
def _bar(console: object) -> Iterator[Told]:
    """Draw a bar with rich, which is gone at the end."""
    from rich.console import Console  # noqa: PLC0415 - likewise
    from rich.progress import BarColumn, TextColumn  # noqa: PLC0415 - likewise
    from rich.progress import Progress as Bars  # noqa: PLC0415 - likewise

    assert isinstance(console, Console)
    bars = Bars(BarColumn(), TextColumn("{task.description}"), console=console, transient=True, auto_refresh=False)
    notes = _Notes(lambda note: console.print(complaint(note), markup=False, highlight=False, soft_wrap=True))
    with bars:
        task = bars.add_task("", total=None)
        last = 0.0

        def told(progress: Progress) -> None:
            nonlocal last
            notes(progress)
            now = time.monotonic()
            if now - last >= _DRAW_SECONDS:
                last = now
                bars.update(task, completed=progress.read, total=progress.total, description=described(progress))
                bars.refresh()

        yield told


def described(progress: Progress) -> str:
    """Say how far a run is: bytes, how many a second, how long it will take, and what was answered."""
    rate = (progress.read - progress.before) / progress.seconds if progress.seconds > 0 else 0.0
    words = size_of(progress.read)
    if progress.total:
        words = f"{words} of {size_of(progress.total)} ({min(progress.read / progress.total, 1.0):.0%})"
    words = f"{words}, {size_of(rate)}/s"
    if progress.total and rate > 0 and progress.seconds >= 1:
        words = f"{words}, {time_of(max(progress.total - progress.read, 0) / rate)} left"
    words = f"{words}; {progress.tally.messages:,} messages"
    return f"{words}, {progress.tally.errors:,} not read" if progress.tally.errors else words


def size_of(size: float) -> str:
    """Write a number of bytes.

    >>> size_of(450_000_000), size_of(999)
    ('450.0 MB', '999 B')
    """
    return next((f"{size / step:.1f} {unit}" for step, unit in _STEPS if size >= step), f"{size:.0f} B")


def time_of(seconds: float) -> str:
    """Write a time to come.

    >>> time_of(59.9), time_of(61), time_of(7_260)
    ('60 s', '1 min 01 s', '2 h 01 min')
    """
    whole = round(seconds)
    if whole <= 60:
        return f"{whole} s"
    return f"{whole // 60} min {whole % 60:02} s" if whole < 3600 else f"{whole // 3600} h {whole % 3600 // 60:02} min"
