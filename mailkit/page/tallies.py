"""The rows of a run, counted in one pass and in bounded memory."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from functools import partial

from mailkit.page.dead import address_of, is_dead
from mailkit.page.heavy import Heavy, Tally
from mailkit.page.result import (
    Complainer,
    Complaint,
    Count,
    Diagnostic,
    Drop,
    Emptied,
    Number,
    Problem,
    Ranking,
    Summary,
    Times,
    Trouble,
    Unread,
    Words,
)
from mailkit.page.texts import READ, SHOWN, TELLING, normal_form, telling
from mailkit.page.times import Clock
from mailkit.page.waits import Waits
from mailkit.page.words import ADVICE, KINDS, OTHER_FEEDBACK, REASONS
from mailkit.rows import RecipientRow, Row

HELD = 50_000
"""Names of a table that are held at once."""
FORMS = 5_000
"""Sentences of servers that are held at once: they are long, and few."""
GROUP = 5
"""Providers and domains that are shown of one reason."""
OLD = timedelta(days=365)
"""A failure that lies so far before the newest message says little about today."""
_COLUMN = {advice: column for column, advice in enumerate(ADVICE)}
_NONE = ""
"""The name of what has none; no domain and no provider is called so."""
_BETWEEN = "\x1f"
"""Joins the parts of a name; what is behind the last may hold it."""


class Tallies:
    """What is counted while the rows pass."""

    def __init__(self) -> None:
        self.messages = self.unread = self.incomplete = self.delayed = self.guessed = self.nameless = 0
        self.complained = self.complaint_reports = 0
        self.failed = [0] * len(ADVICE)
        wide = partial(Heavy, width=len(ADVICE))
        self.kinds, self.reasons = Heavy(100), wide(100)
        self.domains, self.providers = wide(HELD), wide(HELD)
        self.drops, self.complaints, self.unread_why = Heavy(HELD), Heavy(FORMS), Heavy(1_000)
        self.complainers, self.feedback_others = Heavy(HELD), Heavy(100)
        self.problems, self.waiting = Heavy(FORMS, width=2), Heavy(FORMS, width=2)
        self.problem_reasons, self.waiting_reasons = Heavy(100, width=2), Heavy(100, width=2)
        self.diagnostics = Heavy(FORMS)
        self.clock, self.waits = Clock(), Waits()

    def held(self) -> int:
        """Give the room of the smallest table that was too small; 0: none was."""
        tables = (self.domains, self.providers, self.drops, self.complaints, self.complainers)
        small = [
            one.most for one in (*tables, self.problems, self.waiting, self.diagnostics, self.waits.hosts) if one.lost
        ]
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
        _take_unread(tallies, row.error[:READ], row.source)
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
    if row.feedback_type is not None or row.kind == "feedback":
        _take_feedback(tallies, row)
    for column, count in enumerate(failed):
        tallies.failed[column] += count
    tallies.clock.add(row.date, failed)
    tallies.waits.add(row)


def _take_unread(tallies: Tallies, why: str, source: str | None) -> None:
    """Count what could not be read; its words stay as they are as long as those that count as the same do not differ."""
    tally = tallies.unread_why.add(normal_form(why))
    first, said = tally.about or (source and source[:SHOWN], why)
    tally.about = (first, why if why == said else None)


def _take_feedback(tallies: Tallies, row: Row) -> None:
    """Count a complaint, or a report of another kind."""
    type_ = (row.feedback_type or _NONE).strip().lower()
    incidents = max(1, row.feedback_incidents or 1)
    if type_ in OTHER_FEEDBACK:
        tallies.feedback_others.add(type_, incidents)
        return
    about = (type_, row.feedback_reported_domain, row.feedback_source_ip)
    key = _BETWEEN.join((one or _NONE).replace(_BETWEEN, " ") for one in about)
    tallies.complained += incidents
    tallies.complaint_reports += 1
    tallies.complaints.add(key[:SHOWN], incidents)
    if row.feedback_original_recipient:
        tallies.complainers.add(row.feedback_original_recipient[:READ].lower(), incidents)


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
        _note_words(tallies.diagnostics.add(key), one)


def _take_hard(tallies: Tallies, one: RecipientRow, when: datetime | None) -> None:
    """Count an address that is dead, if that is sure and it has a name."""
    address = address_of(one)
    if not is_dead(one):
        tallies.guessed += 1
    elif address is None:
        tallies.nameless += 1
    else:
        tally = tallies.drops.add(address)
        at = when.isoformat() if when else _NONE
        first, last, *_ = tally.about or (at, _NONE)
        tally.about = (min(first or at, at or first or _NONE), max(last or _NONE, at), one.status, one.reason)


def _take_problem(tallies: Tallies, one: RecipientRow, column: int) -> None:
    """Count what the sender has to repair, and what has to be waited for."""
    tables = {
        "block": (tallies.problem_reasons, tallies.problems),
        "soft": (tallies.waiting_reasons, tallies.waiting),
    }.get(one.advice)
    if tables is not None:
        reasons, table = tables
        reason = one.reason[:SHOWN].replace(_BETWEEN, " ")
        reasons.add(reason, 1, column)
        tally = table.add(f"{reason}{_BETWEEN}{(one.provider or one.domain or _NONE)[:255]}", 1, column)
        if one.diagnostic:
            _note_words(tally, one)


def _whose(one: RecipientRow) -> tuple[str, ...]:
    """Give the addresses of a recipient, each once."""
    return tuple(dict.fromkeys(address[:READ] for address in (one.address, one.original_address) if address))


def _note_words(tally: Tally, one: RecipientRow) -> None:
    """Keep the first example that tells most."""
    if tally.about and tally.about[0] == TELLING:
        return
    text = (one.diagnostic or _NONE)[:READ]
    worth = telling(text)
    if not tally.about or worth > (tally.about[0] or _NONE):
        tally.about = (worth, text, *_whose(one))


def _summary(tallies: Tallies, top: int) -> Summary:
    """Give what was counted."""
    times = tallies.clock.times()
    before = times.last - OLD if times.last and times.last.year > 1 else None
    emptied = _emptied(tallies.drops, times)
    return Summary(
        messages=tallies.messages,
        kinds=_kinds(tallies.kinds),
        failed=_count(_NONE, tallies.failed),
        delayed=tallies.delayed,
        unread=tallies.unread,
        unread_why=_unread(tallies.unread_why, top),
        incomplete=tallies.incomplete,
        drops=tuple(_drop(name, tally, before) for name, tally in tallies.drops.ranking(top)),
        drops_all=tallies.drops.others(0),
        drops_old=sum(_drop(name, tally, before).old for name, tally in tallies.drops.tallies.items()),
        drops_domains=emptied[:top],
        drops_domains_others=Number(len(emptied[top:]), exact=not tallies.drops.lost),
        drops_rest=sum(row.count for row in emptied[top:]),
        drops_new=tuple(row.domain for row in emptied if row.is_new and row.domain)[:top],
        guessed=tallies.guessed,
        nameless=tallies.nameless,
        problems=_troubles(tallies.problem_reasons, tallies.problems, min(top, GROUP)),
        waiting=_troubles(tallies.waiting_reasons, tallies.waiting, min(top, GROUP)),
        complaints=tuple(_complaint(name, tally) for name, tally in tallies.complaints.ranking(top)),
        complaints_others=tallies.complaints.others(top),
        complaints_all=tallies.complained,
        complaints_reports=tallies.complaint_reports,
        complainers=_complainers(tallies.complainers, top),
        complainers_all=tallies.complainers.others(0),
        feedback_others=tuple((name, tally.total) for name, tally in tallies.feedback_others.ranking(top)),
        reasons=_ranking(tallies.reasons, 100, sum(tallies.failed)),
        domains=_ranking(tallies.domains, top, sum(tallies.failed)),
        providers=_ranking(tallies.providers, top, sum(tallies.failed)),
        times=times,
        diagnostics=tuple(_diagnostic(name, tally) for name, tally in tallies.diagnostics.ranking(top)),
        diagnostics_others=tallies.diagnostics.others(top),
        hops=tallies.waits.hops(top),
        held=tallies.held(),
    )


def _kinds(heavy: Heavy) -> tuple[tuple[str, int], ...]:
    """Give the kinds of messages in the order of their table."""
    order = {name: place for place, name in enumerate(KINDS)}
    kinds = [(name, tally.total) for name, tally in heavy.tallies.items()]
    return tuple(sorted(kinds, key=lambda pair: order.get(pair[0], len(order))))


def _unread(heavy: Heavy, top: int) -> tuple[Unread, ...]:
    return tuple(
        Unread(why=tally.about[1] or name, count=tally.total, example=tally.about[0])
        for name, tally in heavy.ranking(top)
    )


def _complainers(heavy: Heavy, top: int) -> tuple[Complainer, ...]:
    return tuple(Complainer(address=name, count=tally.total, missed=tally.missed) for name, tally in heavy.ranking(top))


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


def _drop(name: str, tally: Tally, before: datetime | None) -> Drop:
    first, last, status, reason = tally.about
    when = datetime.fromisoformat(last).astimezone(UTC) if last else None
    return Drop(
        address=name,
        status=status or "",
        reason=reason or "",
        count=tally.total,
        missed=tally.missed,
        first=datetime.fromisoformat(first).astimezone(UTC) if first else None,
        last=when,
        old=when is not None and before is not None and when < before,
    )


def _emptied(drops: Heavy, times: Times) -> tuple[Emptied, ...]:
    """Give the domains of the addresses that are held, that of most first."""
    found: dict[str, list[Drop]] = {}
    for name, tally in drops.tallies.items():
        found.setdefault(name.rpartition("@")[2] if "@" in name else _NONE, []).append(_drop(name, tally, None))
    rows = [
        Emptied(
            domain=domain or None,
            count=len(dropped),
            reasons=tuple(Counter(one.reason for one in dropped).most_common(len(REASONS))),
            missed=drops.lost,
            last=max((one.last for one in dropped if one.last), default=None),
            is_new=len(dropped) > 1 and all(_is_new(one, times) for one in dropped),
        )
        for domain, dropped in found.items()
    ]
    return tuple(sorted(rows, key=lambda row: (-row.count, row.domain or _NONE)))


def _is_new(one: Drop, times: Times) -> bool:
    """Say whether an address failed on the last of several days only, because its domain is gone."""
    if one.reason != "bad-domain" or not (one.first and times.first and times.last):
        return False
    return times.first.date() < times.last.date() <= one.first.date()


def _troubles(reasons: Heavy, problems: Heavy, top: int) -> tuple[Trouble, ...]:
    """Give what went wrong by reason, each with its most frequent names; no reason is left out."""
    found: dict[str, list[Problem]] = {}
    for key, tally in problems.ranking(len(problems.tallies)):
        reason, _, name = key.partition(_BETWEEN)
        failed, delayed = tally.counts
        example = _words(tally) if tally.about else None
        one = Problem(
            name=name or None, reason=reason, failed=failed, delayed=delayed, missed=tally.missed, example=example
        )
        found.setdefault(reason, []).append(one)
    return tuple(
        Trouble(
            reason=reason,
            failed=tally.counts[0],
            delayed=tally.counts[1],
            rows=tuple(found.get(reason, [])[:top]),
            others=Number(len(found.get(reason, [])[top:]), exact=not problems.lost),
        )
        for reason, tally in reasons.ranking(100)
    )


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
    _, text, *addresses = tally.about
    return Words(text=text or "", addresses=tuple(filter(None, addresses)))
