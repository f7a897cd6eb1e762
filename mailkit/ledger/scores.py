"""From the events of one address to what follows: a score day by day, a state, and what is due.

Only days count, never the order of events within one: a day has the points of its worst failure. The result depends on
the events, the policy and today, and on nothing that was derived before.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta
from typing import Literal

import msgspec

from mailkit.ledger.events import Event
from mailkit.ledger.policy import Policy

State = Literal["active", "probing", "suppressed", "released"]
Cause = Literal["hard", "soft", "complaint", "suppress"]
Due = Literal["probe", "warn", "remove"]
_FIRST, _LAST = -62_135_596_800, 253_402_300_799
"""The years 1 and 9999."""


class Standing(msgspec.Struct, frozen=True, kw_only=True):
    """How it stands with one address of one list."""

    list: str
    """The list; empty for all."""
    address: str
    """The member."""
    state: State
    """active: send; probing: send a probe and wait; suppressed: do not send; released: send, somebody said so."""
    score: float
    """Points today."""
    since: date | None = None
    """The day on which this state began."""
    until: date | None = None
    """The day on which it ends by itself."""
    cause: Cause | None = None
    """What led to it."""
    due: Due | None = None
    """What the driver has to do now: send a probe, warn the member, end the membership."""
    warnings: int = 0
    """How often the member was told since the suppression began."""
    last: date | None = None
    """The last day with a failure that has points."""


class Step(msgspec.Struct, frozen=True, kw_only=True):
    """A day on which the points of an address changed."""

    day: date
    """The day, in UTC."""
    change: float
    """Points that it brought, or took off."""
    score: float
    """Points behind it."""
    state: State
    """The state behind it."""


class _Day:
    """What one day brought."""

    __slots__ = ("delivered", "failed", "points")

    def __init__(self) -> None:
        self.points, self.failed, self.delivered = 0.0, False, False


def moment_of(at: int) -> datetime:
    """Give an instant, in UTC; one that no calendar has is the first, or the last, that has a date."""
    return datetime.fromtimestamp(min(max(at, _FIRST), _LAST), UTC)


def day_of(at: int) -> date:
    """Give the day of an instant, in UTC."""
    return moment_of(at).date()


def derive(events: Iterable[Event], policy: Policy, today: date) -> Standing:
    """Tell how it stands with an address, from all events of it in one list.

    >>> from mailkit.ledger.events import Event
    >>> gone = [Event(id=str(n), address="joe@example.org", at=n * 86_400, what="hard") for n in range(5)]
    >>> standing = derive(gone, Policy(), date(1970, 1, 6))
    >>> standing.state, standing.score, standing.since
    ('suppressed', 5.0, datetime.date(1970, 1, 5))
    """
    return course_of(events, policy, today)[0]


def course_of(events: Iterable[Event], policy: Policy, today: date) -> tuple[Standing, tuple[Step, ...]]:
    """Tell how it stands with an address, and the days that led to it.

    >>> from mailkit.ledger.events import Event
    >>> once = Event(id="1", address="joe@example.org", at=0, what="hard")
    >>> [(step.day.isoformat(), step.change, step.score) for step in course_of([once], Policy(), date(1970, 2, 1))[1]]
    [('1970-01-01', 1.0, 1.0), ('1970-02-01', -1.0, 0.0)]
    """
    known = [event for event in events if day_of(event.at) <= today]
    if not known:
        message = "no events up to that day: an address without any has no standing"
        raise ValueError(message)
    course = _Course(policy, today, max((event.at for event in known if event.what == "release"), default=None))
    for day, brought in sorted(_days(known, policy, course.freed).items()):
        course.step(day, brought)
    course.pass_to(today)
    course.acts(known)
    return course.standing(known[0].list, known[0].address, known), tuple(course.steps)


def _days(events: list[Event], policy: Policy, freed: date | None) -> dict[date, _Day]:
    """Sort by days what has points or takes them off; what a release has cleared is gone, its own day included."""
    gone = {
        event.message for event in events if event.what == "hard" and event.message and event.confidence != "guessed"
    }
    days: dict[date, _Day] = {}
    for event in events:
        day = day_of(event.at)
        if event.what not in {"hard", "soft", "delivery"} or event.confidence == "guessed" or (freed and day <= freed):
            continue
        if event.what == "soft" and event.message in gone:
            continue  # the same message failed for good later
        brought = days.setdefault(day, _Day())
        if event.what == "delivery":
            brought.delivered = True
        else:
            brought.points = max(brought.points, policy.hard if event.what == "hard" else policy.soft)
            brought.failed |= event.what == "hard"
    return days


class _Course:
    """The way of one address through its days."""

    def __init__(self, policy: Policy, today: date, release: int | None) -> None:
        self.policy, self.today, self.release = policy, today, release
        self.freed = day_of(release) if release is not None else None
        self.state: State = "active"
        self.score = 0.0
        self.failed = False  # whether a failure for good is among the points
        self.cause: Cause | None = None
        self.since: date | None = None
        self.until: date | None = None
        self.last: date | None = None
        self.steps: list[Step] = []

    def step(self, day: date, brought: _Day) -> None:
        """Go on to a day and count what it brought."""
        self.pass_to(day)
        before = self.score
        self._count(day, brought)
        self._note(day, before)

    def _note(self, day: date, before: float) -> None:
        if self.score != before:
            self.steps.append(Step(day=day, change=self.score - before, score=self.score, state=self.state))

    def _count(self, day: date, brought: _Day) -> None:
        if self.state == "suppressed":
            return  # what still comes back was sent before
        if brought.points:
            self.score, self.last = self.score + brought.points, day
            self.failed |= brought.failed
            if self.state == "probing":
                self._suppress(day)
            elif self.score >= self.policy.threshold:
                self._reach(day)
        elif brought.delivered:
            self.score = max(0.0, self.score - self.policy.erosion)

    def pass_to(self, day: date) -> None:
        """Let time pass: what ends by itself ends, what is stale goes."""
        before = self.score
        if self.until is not None and day >= self.until:
            self.since, self.state, self.until, self.cause = self.until, "active", None, None
            self.score, self.failed = 0.0, False
        stale = self.policy.stale_days
        if stale and self.state == "active" and self.last and (day - self.last).days > stale:
            self.score, self.failed = 0.0, False
        self._note(day, before)

    def _reach(self, day: date) -> None:
        """Probe where the policy asks for it, else suppress."""
        if self.policy.probe_days:
            self.state, self.since, self.cause = "probing", day, "hard" if self.failed else "soft"
            self.until = day + timedelta(days=self.policy.probe_days)
        else:
            self._suppress(day)

    def _suppress(self, day: date) -> None:
        days = self.policy.hard_days if self.failed else self.policy.soft_days
        self.state, self.since, self.cause = "suppressed", day, "hard" if self.failed else "soft"
        self.until = day + timedelta(days=days) if days else None

    def acts(self, events: list[Event]) -> None:
        """Let a complaint, or who suppressed by hand, have the last word: no time heals it, a later release does."""
        for cause in ("complaint", "suppress"):
            after = [event.at for event in events if event.what == cause and event.at > (self.release or -1)]
            if after:
                self.state, self.since, self.until = "suppressed", day_of(min(after)), None
                self.cause = "complaint" if cause == "complaint" else "suppress"
                return

    def standing(self, name: str, address: str, events: list[Event]) -> Standing:
        """Give the answer."""
        state: State = self.state
        since = self.since
        if state == "active" and self.freed and self.last is None:
            state, since = "released", self.freed
        told = self._told(events) if state == "suppressed" else []
        return Standing(
            list=name,
            address=address,
            state=state,
            score=self.score,
            since=since,
            until=self.until,
            cause=self.cause,
            due=self._due(state, told, events),
            warnings=len(told),
            last=self.last,
        )

    def _told(self, events: list[Event]) -> list[date]:
        """Give the days since the suppression on which the member was told."""
        since = self.since or self.today
        return sorted(day_of(event.at) for event in events if event.what == "warning" and day_of(event.at) >= since)

    def _due(self, state: State, told: list[date], events: list[Event]) -> Due | None:
        """Say what the driver has to do today; nobody is removed who was not told so often, and so long ago."""
        if state == "probing":
            sent = any(event.what == "probe" and self.since and day_of(event.at) >= self.since for event in events)
            return None if sent else "probe"
        if state != "suppressed" or not self.policy.warnings or self.cause in {"complaint", "suppress"}:
            return None
        if told and (self.today - told[-1]).days < self.policy.warning_days:
            return None
        return "remove" if len(told) >= self.policy.warnings else "warn"
