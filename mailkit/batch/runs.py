"""A run: every message answered once, into parts of a folder, whatever happens in between."""

from __future__ import annotations

import hashlib
import os
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any, NamedTuple

import msgspec

from mailkit.arrow import row_schema
from mailkit.batch import SECONDS
from mailkit.batch.frames import Again, Choices, Done, Setup, Tally
from mailkit.batch.manifest import Manifest
from mailkit.batch.many import jobs_of
from mailkit.batch.pool import Event, Pool, Tick
from mailkit.bounce.dialects import load_dialects
from mailkit.bounce.matcher import RuleSet
from mailkit.errors import MailkitError, OutputError, SourceError
from mailkit.sinks import FORMATS, remove_temporary
from mailkit.sources.files import expanded
from mailkit.sources.plan import Plan, Planned, weigh
from mailkit.sources.units import Size, Unit

_UNITS_OF_A_JOB = 64
_SMALLEST, _LARGEST = 1 << 20, 64 << 20
_MOST_NOTES = 1_000
"""Notes that are kept for the summary."""
_MOST_PASSED = 10
_MOST_TWICE = 3


class Progress(NamedTuple):
    """How far a run is."""

    read: int
    """Bytes of the inputs that are behind it, those of an earlier run too."""
    total: int | None
    """Bytes of all inputs; None where that is not known."""
    before: int
    """Bytes of an earlier run."""
    seconds: float
    """Since this run began."""
    tally: Tally
    """Of the units that are done."""
    note: str = ""
    """Something that has just happened."""


class Summary(msgspec.Struct, frozen=True, kw_only=True):
    """What came of a run."""

    folder: str
    tally: Tally
    """All that was counted, by an earlier run too."""
    parts: int
    """Parts that there are."""
    seconds: float
    """What this run took."""
    answered: int
    """Messages that this run has answered."""
    notes: tuple[str, ...] = ()
    """What was not read, and why; at most 1,000."""
    passed: tuple[str, ...] = ()
    """Names of files that were passed over as no mail; the first ten."""


def run(  # noqa: PLR0913 - each is a choice of the caller
    names: Sequence[str],
    folder: Path,
    *,
    style: str = "jsonl",
    jobs: int | None = None,
    resume: bool = False,
    choices: Choices | None = None,
    most: int | None = None,
    seconds: float = SECONDS,
    size: Size | None = None,
    quarantine: Path | None = None,
    unrecognised: Path | None = None,
    told: Callable[[Progress], None] = lambda _: None,
) -> Summary:
    """Answer every message of the inputs into a folder, and give what came of it.

    The folder gets parts in a format of `mailkit.sinks.FORMATS`, whose order is that of the inputs, and ``manifest.jsonl``.
    A run that was stopped, killed or that failed is taken up with ``resume=True`` and the same inputs and choices. `size` says
    how large units are, and so the parts. `most` ends the plan behind so many messages; `told` is called all the time.

    Raises OutputError where something cannot be written, SourceError where an input has changed, RuleError where a file of
    rules is broken, MailkitError where the folder is another run's.
    """
    jobs, choices = jobs_of(jobs), choices or Choices()
    _check_usable(style, choices)
    _check_apart((folder, quarantine, unrecognised), names)
    total = weigh(names)
    manifest = Manifest(folder, _asked(names, style, choices, most, size or _size(total, jobs)), resume=resume)
    try:
        remove_temporary(folder)
        work = _Run(manifest, total, told)
        setup = Setup(choices, 0, 0, str(folder), style, _text(quarantine), _text(unrecognised))
        if not manifest.ended:
            work.go(names, setup, jobs, seconds, most)
        return work.summary()
    finally:
        with suppress(OutputError):  # what went wrong before is said
            remove_temporary(folder)
        manifest.close()


def _check_usable(style: str, choices: Choices) -> None:
    """Refuse a format or a file that cannot be used, before anything is begun. Raises RuleError or MailkitError."""
    if style == "parquet":
        row_schema()
    if choices.rules:
        RuleSet.from_files(choices.rules)
    for path in choices.dialects:
        load_dialects(path)


def _check_apart(places: Sequence[Path | None], names: Sequence[str]) -> None:
    """Refuse a folder that lies in one that is read: what is written would be read. Raises MailkitError."""
    for name in filter(os.path.isdir, expanded(names)):
        for place in filter(None, places):
            if place.resolve().is_relative_to(Path(name).resolve()):
                message = f"{place} lies in {name}, which is read: name a folder outside of it"
                raise MailkitError(message)


def named_twice(names: Sequence[str]) -> str:
    """Say which inputs are given twice, by their own name or by a folder above them; empty where none is."""
    places = [(name, os.path.abspath(name)) for name in expanded(names) if name != "-"]  # noqa: PTH100 - a link stays one
    folders = {place for _, place in places if os.path.isdir(place)}  # noqa: PTH112 - a name is kept as it was given
    seen: set[str] = set()
    twice = []
    for name, place in places:
        if place in seen or (folders and not folders.isdisjoint(map(str, Path(place).parents))):
            twice.append(name)
        seen.add(place)
    more = " and more" if len(twice) > _MOST_TWICE else ""
    return f"{', '.join(twice[:_MOST_TWICE])}{more}: named twice, and so answered and counted twice" if twice else ""


def _asked(names: Sequence[str], style: str, choices: Choices, most: int | None, size: Size) -> dict[str, Any]:
    """Give what a run must be given again; the size of the units is taken over."""
    if style not in FORMATS:
        message = f"style={style!r}: give one of {', '.join(FORMATS)}"
        raise ValueError(message)
    return {
        "inputs": list(names),
        "format": style,
        "limit": most,
        "choices": msgspec.to_builtins(choices),
        "files": {name: _digest(name) for name in (*choices.rules, *choices.dialects)},
        "size": msgspec.to_builtins(size),
    }


def _digest(name: str) -> str:
    """Give what tells a file of rules from what it is when it was changed. Raises MailkitError."""
    try:
        return hashlib.sha256(Path(name).read_bytes()).hexdigest()[:16]
    except OSError as error:
        raise SourceError(
            name, f"cannot be read ({error.strerror or error}); check its path and permissions"
        ) from error


def _size(total: int | None, jobs: int) -> Size:
    """Give units of which every worker gets many, and that are no larger than what is worth losing."""
    share = (total or 0) // (jobs * _UNITS_OF_A_JOB) if total else Size().bytes
    return Size(bytes=min(max(share, _SMALLEST), _LARGEST))


def _text(path: Path | None) -> str | None:
    return None if path is None else str(path)


class _Run:
    """A run while it goes on."""

    def __init__(self, manifest: Manifest, total: int | None, told: Callable[[Progress], None]) -> None:
        self.manifest, self.total, self.told = manifest, total, told
        self.began = time.monotonic()
        self.tally = manifest.tally()
        self.earlier = self.tally.messages
        self.sizes = {number: unit.size for number, unit in manifest.units.items()}
        self.before = self.read = sum(self.sizes[number] for number in manifest.done if number in self.sizes)
        self.notes: list[str] = []
        self.passed: list[str] = []

    def go(self, names: Sequence[str], setup: Setup, jobs: int, seconds: float, most: int | None) -> None:
        """Do all that is not done."""
        if twice := named_twice(names):
            self.note(twice)
        manifest = self.manifest
        size = Size(**manifest.size)
        limits, ids = setup.choices.limits, setup.choices.id
        plan = Plan(names, limits, size, recorded=manifest.units, done=manifest.done, most=most, ids=ids)
        with Pool(setup, jobs, seconds) as pool:
            for event in pool.run(self.noted(iter(plan))):
                self.see(event)
        manifest.write({"end": msgspec.to_builtins(manifest.tally())})

    def noted(self, plan: Iterator[Planned]) -> Iterator[Planned]:
        """Write the plan down while it is made; one without units gets one, so that there is a part that can be read."""
        known = self.manifest.units
        planned = next(plan, None if known else Planned(0, Unit(kind="files", name="")))
        while planned is not None:
            if planned.number not in known:
                self.manifest.plan(planned.number, planned.unit)
                self.sizes[planned.number] = planned.unit.size
            yield planned
            planned = next(plan, None)

    def see(self, event: Event) -> None:
        """Note what a worker says."""
        if isinstance(event, Done):
            self.manifest.finish(event)
            self.tally.add(event.tally)
            self.read += self.sizes.pop(event.number)
            self.passed += event.passed[: _MOST_PASSED - len(self.passed)]
            for note in event.notes:
                self.note(note)
        elif isinstance(event, Again):
            self.note(f"{event.name}: {event.why}")
        elif isinstance(event, Tick):
            self._tell(event.read)

    def note(self, note: str) -> None:
        """Keep something that its owner should know, and tell it."""
        if len(self.notes) < _MOST_NOTES:
            self.notes.append(note)
        self._tell(0, note)

    def _tell(self, more: int, note: str = "") -> None:
        read = self.read + more
        now = time.monotonic() - self.began
        self.told(Progress(read, self.total, self.before, now, self.tally, note))

    def summary(self) -> Summary:
        """Give what came of it."""
        return Summary(
            folder=str(self.manifest.folder),
            tally=self.tally,
            parts=len(self.manifest.done),
            seconds=time.monotonic() - self.began,
            answered=self.tally.messages - self.earlier,
            notes=tuple(self.notes),
            passed=tuple(self.passed),
        )
