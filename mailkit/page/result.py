"""What `gather` answers: the figures of a run, frozen, in the order of the page."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

import msgspec

Step = Literal["hour", "day", "month", "year"]
WAIT_ENDS: tuple[int, ...] = (1, 10, 60, 600, 3_600, 21_600, 86_400, 259_200)
"""Seconds at which the bins of the whole way end; the last has no end."""


class Number(msgspec.Struct, frozen=True):
    """How many there are of something."""

    count: int = 0
    exact: bool = True
    """False: it is estimated."""


class Count(msgspec.Struct, frozen=True, kw_only=True):
    """How many recipients failed under one name, by what is advised."""

    name: str | None
    """A reason, a domain, a provider; None: that there is none."""
    hard: int = 0
    block: int = 0
    soft: int = 0
    none: int = 0
    missed: int = 0
    """How many more there may be, at most: above 0 the figures are lower bounds."""

    @property
    def parts(self) -> tuple[int, int, int, int]:
        """The figures in the order in which they are stacked."""
        return self.hard, self.block, self.soft, self.none

    @property
    def total(self) -> int:
        """All that failed."""
        return sum(self.parts)


class Ranking(msgspec.Struct, frozen=True, kw_only=True):
    """The most frequent names, and what stands behind them."""

    rows: tuple[Count, ...] = ()
    nameless: Count | None = None
    """What has no name."""
    others: Number = Number()
    """How many more names there are."""
    rest: int = 0
    """How many recipients failed under those."""


class Words(msgspec.Struct, frozen=True, kw_only=True):
    """What a server said, once."""

    text: str
    """Cut, and otherwise as it stands: who shows it hides the addresses."""
    addresses: tuple[str, ...] = ()
    """Of whom it speaks."""


class Drop(msgspec.Struct, frozen=True, kw_only=True):
    """An address that is dead."""

    address: str
    status: str
    reason: str
    count: int
    missed: int = 0
    first: datetime | None = None
    """When it first failed."""
    last: datetime | None = None
    """When it last failed."""
    old: bool = False
    """That was more than a year before the newest message."""


class Emptied(msgspec.Struct, frozen=True, kw_only=True):
    """A domain with addresses that are dead."""

    domain: str | None
    count: int
    """Addresses."""
    reasons: tuple[tuple[str, int], ...]
    """Why, the most frequent first."""
    missed: int = 0
    last: datetime | None = None
    is_new: bool = False
    """Several addresses there failed because there is no such domain, and none before the last day: it may come back."""


class Problem(msgspec.Struct, frozen=True, kw_only=True):
    """Deliveries to one provider, or domain where it is with nobody well known, that did not happen for one reason."""

    name: str | None
    reason: str
    failed: int
    delayed: int
    missed: int = 0
    example: Words | None = None


class Trouble(msgspec.Struct, frozen=True, kw_only=True):
    """All deliveries that did not happen for one reason."""

    reason: str
    failed: int
    delayed: int
    rows: tuple[Problem, ...] = ()
    """The most frequent of them."""
    others: Number = Number()
    """How many more providers and domains there are."""

    @property
    def rest(self) -> tuple[int, int]:
        """What failed and what is delayed with those others."""
        shown = [(row.failed, row.delayed) for row in self.rows]
        return self.failed - sum(one for one, _ in shown), self.delayed - sum(one for _, one in shown)


class Complaint(msgspec.Struct, frozen=True, kw_only=True):
    """Complaints of one type about one domain from one source."""

    type: str
    domain: str | None
    source_ip: str | None
    count: int
    missed: int = 0


class Complainer(msgspec.Struct, frozen=True, kw_only=True):
    """Who complains."""

    address: str
    count: int
    missed: int = 0


class Diagnostic(msgspec.Struct, frozen=True, kw_only=True):
    """One sentence of servers, without what differs from mail to mail, where it was taken for the same."""

    form: str
    count: int
    missed: int = 0
    reason: str
    advice: str
    example: Words


class Slot(msgspec.Struct, frozen=True, kw_only=True):
    """An hour, a day, a month or a year."""

    start: datetime
    count: Count


class Times(msgspec.Struct, frozen=True, kw_only=True):
    """Failures over time, without gaps."""

    step: Step = "day"
    slots: tuple[Slot, ...] = ()
    first: datetime | None = None
    """The first day on which a message came."""
    last: datetime | None = None
    outside: int = 0
    """Messages whose dates are far from all others."""
    undated: int = 0
    """Messages without a date."""


class Host(msgspec.Struct, frozen=True, kw_only=True):
    """How long mail waited before one host took it."""

    by: str
    count: int
    median: float
    """Seconds; within a twentieth."""
    high: float
    """Seconds that 95 of 100 mails did not wait; likewise."""
    missed: int = 0


class Hops(msgspec.Struct, frozen=True, kw_only=True):
    """The ways of the messages."""

    messages: int = 0
    """That have hops."""
    hosts: tuple[Host, ...] = ()
    others: Number = Number()
    """Hosts that are not shown."""
    rest: int = 0
    """How many messages those took."""
    skewed: int = 0
    """Hops whose clocks run against each other."""
    totals: tuple[int, ...] = ()
    """Messages by the time of their whole way, in the bins of `WAIT_ENDS`."""
    backwards: int = 0
    """Messages that came before they were sent, by their clocks."""


class Unread(msgspec.Struct, frozen=True, kw_only=True):
    """Why something could not be read."""

    why: str
    """As it was said; with marks for what differs where that is not the same for all."""
    count: int
    example: str | None
    """The name of one."""


class Summary(msgspec.Struct, frozen=True, kw_only=True):
    """A run in figures."""

    messages: int = 0
    """All rows, unread ones among them."""
    kinds: tuple[tuple[str, int], ...] = ()
    failed: Count = Count(name=None)
    """Recipients that failed."""
    delayed: int = 0
    """Recipients that are waited for."""
    unread: int = 0
    unread_why: tuple[Unread, ...] = ()
    incomplete: int = 0
    """Messages that lack their end, or met a limit."""
    drops: tuple[Drop, ...] = ()
    drops_all: Number = Number()
    """How many addresses there are to drop."""
    drops_old: int = 0
    """How many of those failed last more than a year before the newest message."""
    drops_domains: tuple[Emptied, ...] = ()
    """The same by domain."""
    drops_domains_others: Number = Number()
    drops_rest: int = 0
    """How many addresses those have."""
    drops_new: tuple[str, ...] = ()
    """Domains that are gone since the last day only."""
    guessed: int = 0
    """Failures that look like such an address, by a guess."""
    nameless: int = 0
    """Failures for good that name no address."""
    problems: tuple[Trouble, ...] = ()
    """What the sender has to repair, by reason."""
    waiting: tuple[Trouble, ...] = ()
    """What may heal, by reason."""
    complaints: tuple[Complaint, ...] = ()
    complaints_others: Number = Number()
    complaints_all: int = 0
    """How many incidents the reports of complaints stand for."""
    complaints_reports: int = 0
    """How many such reports there are."""
    complainers: tuple[Complainer, ...] = ()
    complainers_all: Number = Number()
    feedback_others: tuple[tuple[str, int], ...] = ()
    """Reports that are no complaints, by type."""
    reasons: Ranking = Ranking()
    domains: Ranking = Ranking()
    providers: Ranking = Ranking()
    times: Times = Times()
    diagnostics: tuple[Diagnostic, ...] = ()
    diagnostics_others: Number = Number()
    hops: Hops = Hops()
    held: int = 0
    """How many names are held at once, where that was too few for some table; else 0."""
