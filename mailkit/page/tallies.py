"""The rows of a run, counted in one pass and in bounded memory."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime
from functools import partial

from mailkit.page.heavy import Heavy, Tally
from mailkit.page.result import Complaint, Count, Diagnostic, Drop, Problem, Ranking, Summary, Unread, Words
from mailkit.page.texts import READ, SHOWN, normal_form
from mailkit.page.times import Clock
from mailkit.page.waits import Waits
from mailkit.page.words import ADVICE, KINDS
from mailkit.rows import RecipientRow, Row

HELD = 50_000
"""Names of a table that are held at once."""
FORMS = 5_000
"""Sentences of servers that are held at once: they are long, and few."""
_COLUMN = {advice: column for column, advice in enumerate(ADVICE)}
_NONE = ""
"""The name of what has none; no domain and no provider is called so."""
_BETWEEN = "\x1f"
"""Joins the parts of a name; what is behind the last may hold it."""


class Tallies:
    """What is counted while the rows pass."""

    def __init__(self) -> None:
        self.messages = self.unread = self.incomplete = self.delayed = self.guessed = self.nameless = 0
        self.complained = 0
        self.failed = [0] * len(ADVICE)
        wide = partial(Heavy, width=len(ADVICE))
        self.kinds, self.reasons = Heavy(100), wide(100)
        self.domains, self.providers = wide(HELD), wide(HELD)
        self.drops, self.complaints, self.unread_why = Heavy(HELD), Heavy(FORMS), Heavy(1_000)
        self.problems, self.waiting = Heavy(FORMS, width=2), Heavy(FORMS, width=2)
        self.diagnostics = Heavy(FORMS)
        self.clock, self.waits = Clock(), Waits()

    def held(self) -> int:
        """Give the room of the smallest table that was too small; 0: none was."""
        tables = (self.domains, self.providers, self.drops, self.complaints, self.problems, self.waiting)
        small = [one.most for one in (*tables, self.diagnostics, self.waits.hosts) if one.lost]
        return min(small, default=0)


def gather(rows: Iterable[Row], *, top: int = 20) -> Summary:
    """Count the rows of a run, each once; of long tables the first `top` rows are kept.

    Time grows with the rows and never with the length of what a server says; memory does not grow.

    >>> gather([Row(kind="other"), Row(error="is no mail: empty")]).unread
    1
    """
    tallies = Tallies()
    for row in rows:
        _take(tallies, row)
    return _summary(tallies, top)


def _take(tallies: Tallies, row: Row) -> None:
    """Count a message."""
    tallies.messages += 1
    if row.error is not None:
        tallies.unread += 1
        _note(tallies.unread_why.add(normal_form(row.error)), (row.source and row.source[:SHOWN],))
        return
    if row.kind:
        tallies.kinds.add(row.kind[:SHOWN])
    tallies.incomplete += row.complete is False
    failed = [0] * len(ADVICE)
    for one in row.recipients:
        if one.action == "failed":
            failed[_COLUMN.get(one.advice, 3)] += 1
            _take_failed(tallies, one, row)
        elif one.action == "delayed":
            tallies.delayed += 1
            _take_problem(tallies, one, column=1)
    if row.feedback_type is not None:
        about = (row.feedback_type, row.feedback_reported_domain, row.feedback_source_ip)
        key = _BETWEEN.join((one or "").replace(_BETWEEN, " ") for one in about)
        incidents = max(1, row.feedback_incidents or 1)
        tallies.complained += incidents
        tallies.complaints.add(key[:SHOWN], incidents)
    for column, count in enumerate(failed):
        tallies.failed[column] += count
    tallies.clock.add(row.date, failed)
    tallies.waits.add(row)


def _take_failed(tallies: Tallies, one: RecipientRow, row: Row) -> None:
    """Count a recipient that failed."""
    column = _COLUMN.get(one.advice, 3)
    tallies.reasons.add(one.reason[:SHOWN], 1, column)
    tallies.domains.add((one.domain or _NONE)[:255], 1, column)
    tallies.providers.add((one.provider or _NONE)[:255], 1, column)
    _take_problem(tallies, one, column=0)
    if one.advice == "hard":
        _take_hard(tallies, one, row.date)
    if one.diagnostic:
        key = _BETWEEN.join((one.reason[:40], one.advice[:40], normal_form(one.diagnostic, _whose(one))))
        _note(tallies.diagnostics.add(key), (one.diagnostic[:READ], *_whose(one)))


def _take_hard(tallies: Tallies, one: RecipientRow, when: datetime | None) -> None:
    """Count an address that is dead, if that is sure and it has a name."""
    address = one.original_address or one.address
    if one.confidence == "guessed":
        tallies.guessed += 1
    elif not address:
        tallies.nameless += 1
    else:
        tally = tallies.drops.add(address[:READ].lower())
        last = max((tally.about or (_NONE,))[0] or _NONE, when.isoformat() if when else _NONE)
        tally.about = (last, one.status, one.reason)


def _take_problem(tallies: Tallies, one: RecipientRow, column: int) -> None:
    """Count what the sender has to repair, and what has to be waited for."""
    table = {"block": tallies.problems, "soft": tallies.waiting}.get(one.advice)
    if table is not None:
        key = f"{one.reason}{_BETWEEN}{one.provider or one.domain or _NONE}"
        tally = table.add(key[:SHOWN], 1, column)
        if one.diagnostic:
            _note(tally, (one.diagnostic[:READ], *_whose(one)))


def _whose(one: RecipientRow) -> tuple[str, ...]:
    """Give the addresses of a recipient, each once."""
    return tuple(dict.fromkeys(address[:READ] for address in (one.address, one.original_address) if address))


def _note(tally: Tally, about: tuple[str | None, ...]) -> None:
    """Keep the first example."""
    tally.about = tally.about or about


def _summary(tallies: Tallies, top: int) -> Summary:
    """Give what was counted."""
    order = {name: place for place, name in enumerate(KINDS)}
    kinds = [(name, tally.total) for name, tally in tallies.kinds.tallies.items()]
    return Summary(
        messages=tallies.messages,
        kinds=tuple(sorted(kinds, key=lambda pair: order.get(pair[0], len(order)))),
        failed=_count(_NONE, tallies.failed),
        delayed=tallies.delayed,
        unread=tallies.unread,
        unread_why=tuple(
            Unread(why=name, count=tally.total, example=tally.about[0])
            for name, tally in tallies.unread_why.ranking(top)
        ),
        incomplete=tallies.incomplete,
        drops=tuple(_drop(name, tally) for name, tally in tallies.drops.ranking(top)),
        drops_all=tallies.drops.others(0),
        guessed=tallies.guessed,
        nameless=tallies.nameless,
        problems=_problems(tallies.problems, top),
        problems_others=tallies.problems.others(top),
        waiting=_problems(tallies.waiting, top),
        waiting_others=tallies.waiting.others(top),
        complaints=tuple(_complaint(name, tally) for name, tally in tallies.complaints.ranking(top)),
        complaints_all=tallies.complained,
        reasons=_ranking(tallies.reasons, 100, sum(tallies.failed)),
        domains=_ranking(tallies.domains, top, sum(tallies.failed)),
        providers=_ranking(tallies.providers, top, sum(tallies.failed)),
        times=tallies.clock.times(),
        diagnostics=tuple(_diagnostic(name, tally) for name, tally in tallies.diagnostics.ranking(top)),
        diagnostics_others=tallies.diagnostics.others(top),
        hops=tallies.waits.hops(top),
        held=tallies.held(),
    )


def _ranking(heavy: Heavy, top: int, failed: int) -> Ranking:
    """Give the most frequent names, and what has none apart from them."""
    nameless = heavy.tallies.get(_NONE)
    named = [pair for pair in heavy.ranking(top + 1) if pair[0] != _NONE][:top]
    rows = tuple(_count(name, tally.counts, tally.missed) for name, tally in named)
    none = _count(_NONE, nameless.counts, nameless.missed) if nameless else None
    return Ranking(
        rows=rows,
        nameless=none,
        others=heavy.others(len(rows) + (none is not None)),
        rest=failed - sum(row.total for row in (*rows, *([none] if none else ()))),
    )


def _count(name: str, counts: list[int], missed: int = 0) -> Count:
    hard, block, soft, none = counts
    return Count(name=name or None, hard=hard, block=block, soft=soft, none=none, missed=missed)


def _drop(name: str, tally: Tally) -> Drop:
    last, status, reason = tally.about
    when = datetime.fromisoformat(last).astimezone(UTC) if last else None
    return Drop(
        address=name, status=status or "", reason=reason or "", count=tally.total, missed=tally.missed, last=when
    )


def _problems(heavy: Heavy, top: int) -> tuple[Problem, ...]:
    found = []
    for key, tally in heavy.ranking(top):
        reason, _, name = key.partition(_BETWEEN)
        failed, delayed = tally.counts
        example = _words(tally) if tally.about else None
        found.append(
            Problem(
                name=name or None, reason=reason, failed=failed, delayed=delayed, missed=tally.missed, example=example
            )
        )
    return tuple(found)


def _complaint(name: str, tally: Tally) -> Complaint:
    type_, _, rest = name.partition(_BETWEEN)
    domain, _, source = rest.partition(_BETWEEN)
    return Complaint(
        type=type_, domain=domain or None, source_ip=source or None, count=tally.total, missed=tally.missed
    )


def _diagnostic(name: str, tally: Tally) -> Diagnostic:
    reason, advice, form = name.split(_BETWEEN, 2)
    return Diagnostic(
        form=form, count=tally.total, missed=tally.missed, reason=reason, advice=advice, example=_words(tally)
    )


def _words(tally: Tally) -> Words:
    text, *addresses = tally.about
    return Words(text=text or "", addresses=tuple(filter(None, addresses)))
