"""Figures, times and names as a language and the room for them have it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime

from mailkit.page.result import Number, Step
from mailkit.page.words import Language
from mailkit.syntax.widths import width_of

MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
ROOM = 26
"""Columns that the label of a bar may take."""
UNITS = ((1, 100, "{n} s"), (60, 6_000, "{n} min"), (3_600, 172_800, "{n} h"), (86_400, float("inf"), "{n} d"))
"""Seconds of a unit, seconds below which it is used, and how it is written."""
EVERY: dict[Step, tuple[int, ...]] = {
    "hour": (1, 3, 6, 12, 24),
    "day": (1, 2, 7, 14, 28),
    "month": (1, 3, 6, 12, 24, 60),
    "year": (1, 2, 5, 10, 20, 50, 100, 500, 1_000, 5_000),
}
"""Steps between labels under columns."""


def number_in(count: int, missed: int = 0) -> str:
    """Write a figure; one that may be too low with a sign of it.

    >>> number_in(12345), number_in(12, missed=3)
    ('12,345', '≥ 12')
    """
    return f"≥ {count:,}" if missed else f"{count:,}"


def about(number: Number) -> str:
    """Write how many there are; an estimate with a sign of it, and no more of it than is sure.

    >>> about(Number(12345)), about(Number(12345, exact=False))
    ('12,345', '≈ 12,300')
    """
    if number.exact:
        return f"{number.count:,}"
    size = 10 ** max(0, len(str(number.count)) - 3)
    return f"≈ {round(number.count / size) * size:,}"


def percent_of(part: int, whole: int) -> str:
    """Write a share; a figure behind the point where it is small.

    >>> percent_of(1, 3), percent_of(1, 30), percent_of(1, 3000), percent_of(0, 0)
    ('33%', '3.3%', '< 0.1%', '–')
    """
    if not whole:
        return "–"
    share = 100 * part / whole
    if 0 < share < 0.1:
        return "< 0.1%"
    return f"{share:.0f}%" if share >= 10 or not part else f"{share:.1f}%"


def date_in(lang: Language, when: datetime) -> str:
    """Write a day.

    >>> date_in("en", datetime(2026, 3, 5)), date_in("ja", datetime(2026, 3, 5))
    ('5 Mar 2026', '2026年3月5日')
    """
    return moment_in(lang, "day", when)


def moment_in(lang: Language, step: Step, when: datetime) -> str:
    """Write an hour, a day, a month or a year.

    >>> moment_in("en", "hour", datetime(2026, 3, 5, 9)), moment_in("ja", "month", datetime(2026, 3, 5))
    ('5 Mar 2026, 09:00', '2026年3月')
    """
    year, month, day = when.year, when.month, when.day
    forms = {
        "hour": (f"{day} {MONTHS[month - 1]} {year}, {when.hour:02}:00", f"{year}年{month}月{day}日 {when.hour}時"),
        "day": (f"{day} {MONTHS[month - 1]} {year}", f"{year}年{month}月{day}日"),
        "month": (f"{MONTHS[month - 1]} {year}", f"{year}年{month}月"),
        "year": (f"{year}", f"{year}年"),
    }
    return forms[step][lang == "ja"]


def ticks_of(lang: Language, step: Step, starts: Sequence[datetime], most: int) -> list[tuple[int, str]]:
    """Give the columns that bear a label, `most` at most, at round times.

    >>> ticks_of("en", "year", [datetime(year, 1, 1) for year in range(1998, 2011)], 4)
    [(2, '2000'), (7, '2005'), (12, '2010')]
    """
    for every in EVERY[step]:
        found = [at for at, start in enumerate(starts) if _round(step, start, at) % every == 0]
        if len(found) <= most:
            break
    return [(at, _short(lang, step, starts[at])) for at in found[:: 1 + len(found) // (most + 1)]]


def _round(step: Step, start: datetime, at: int) -> int:
    """Give the number that must be divisible for a label to stand there."""
    numbers = {"hour": start.hour, "day": at, "month": start.year * 12 + start.month - 1, "year": start.year}
    return numbers[step]


def _short(lang: Language, step: Step, when: datetime) -> str:
    """Write what fits under a column."""
    if step == "hour" and when.hour:
        return f"{when.hour}時" if lang == "ja" else f"{when.hour:02}:00"
    if step in {"hour", "day"}:
        return f"{when.month}/{when.day}" if lang == "ja" else f"{when.day} {MONTHS[when.month - 1]}"
    return moment_in(lang, step, when)


def wait_in(t: Callable[..., str], seconds: float) -> str:
    """Write how long something took.

    >>> from functools import partial
    >>> from mailkit.page.words import words_of
    >>> [wait_in(partial(words_of, "en"), seconds) for seconds in (0, 7.2, 600, 5400, 200_000)]
    ['0 s', '7.2 s', '10 min', '90 min', '2.3 d']
    """
    size, text = next((size, text) for size, below, text in UNITS if seconds < below)
    figure = f"{seconds / size:.1f}".removesuffix(".0") if seconds / size < 10 else f"{seconds / size:,.0f}"
    return t(text, n=figure)


def cut_name(name: str, room: int = ROOM) -> str:
    """Cut a name so that it fits before a bar, from its front and between its parts: who it belongs to stands at its end.

    >>> cut_name("mail.protection.of.everybody.example.co.jp"), cut_name("joe.example.org")
    ('…everybody.example.co.jp', 'joe.example.org')
    """
    if width_of(name) <= room:
        return name
    parts = name.split(".")
    while len(parts) > 1 and width_of(".".join(parts[1:])) >= room:
        parts = parts[1:]
    rest = ".".join(parts[1:])
    if rest:
        return f"…{rest}"
    while width_of(name) >= room:
        name = name[:-1]
    return f"{name}…"
