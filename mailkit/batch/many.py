"""Many messages, one report after the other."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from itertools import count, groupby
from typing import Any

import msgspec

from mailkit.batch.frames import Again, Answers, Choices, Done, Setup
from mailkit.batch.pool import Pool
from mailkit.report import Answer, Report
from mailkit.sources.items import Raw
from mailkit.sources.plan import Plan, Planned
from mailkit.sources.units import Size, Unit

_AHEAD = 4
"""Units for each worker that may be begun before an earlier one is given."""


def jobs_of(jobs: int | None) -> int:
    """Give how many workers there are to be: one for each processor that this process may use. Raises ValueError."""
    if jobs is not None and jobs < 1:
        message = f"jobs={jobs}: give a number from 1 on, or None for one for each processor"
        raise ValueError(message)
    if jobs is not None:
        return jobs
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def chosen(choices: Choices | None, want: tuple[Answer, ...]) -> Choices:
    """Give the choices with the answers that are wanted."""
    return msgspec.structs.replace(choices or Choices(), want=want)


def reports(  # noqa: PLR0913 - each is a choice of the caller
    sources: Iterable[str | os.PathLike[str] | bytes],
    choices: Choices,
    jobs: int,
    seconds: float,
    *,
    ordered: bool,
    most: int | None = None,
) -> Iterator[Report]:
    """Give the reports of `analyze_many`; where all sources are names, of no more than so many messages, the first ones."""
    decode = msgspec.msgpack.Decoder(Report).decode
    answers: dict[int, list[bytes]] = {}
    done: set[int] = set()
    given = 0  # the number of the unit that is given next, where they are ordered

    def may_start(number: int) -> bool:
        return not ordered or number < given + _AHEAD * jobs

    with Pool(Setup(choices, 0, 0), jobs, seconds) as pool:
        for event in pool.run(_planned(sources, choices, most), may_start):
            if isinstance(event, Answers):
                answers.setdefault(event.number, []).extend(event.reports)
            elif isinstance(event, Again):
                answers.pop(event.number, None)
            elif isinstance(event, Done):
                done.add(event.number)
                ready = [event.number] if not ordered else []
                while ordered and given in done:
                    done.remove(given)
                    ready.append(given)
                    given += 1
                for number in ready:
                    yield from map(decode, answers.pop(number, ()))


def _planned(
    sources: Iterable[str | os.PathLike[str] | bytes], choices: Choices, most: int | None
) -> Iterator[Planned]:
    """Give the units of all sources, numbered through."""
    numbers = count()
    size = Size()
    for is_bytes, group in groupby(sources, lambda source: isinstance(source, bytes)):
        alike: Iterator[Any] = group
        plan = None if is_bytes else Plan(map(os.fspath, alike), choices.limits, size, most=most, ids=choices.id)
        for planned in _of_bytes(alike, size) if plan is None else plan:
            yield planned._replace(number=next(numbers))


def _of_bytes(messages: Iterable[bytes], size: Size) -> Iterator[Planned]:
    """Give messages that are in memory as units."""
    waiting: list[Raw] = []
    weight = 0
    for data in messages:
        waiting.append(Raw("", data, None))
        weight += len(data)
        if weight >= size.bytes or len(waiting) >= size.messages:
            yield Planned(0, Unit(kind="sent", name="", size=weight), tuple(waiting))
            waiting, weight = [], 0
    if waiting:
        yield Planned(0, Unit(kind="sent", name="", size=weight), tuple(waiting))
