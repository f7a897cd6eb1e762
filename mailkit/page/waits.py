"""How long mail waited before each host: medians and 95th percentiles of any number of waits, in bounded memory."""

from __future__ import annotations

import math
from bisect import bisect_right

from mailkit.page.heavy import Heavy, Tally
from mailkit.page.result import WAIT_ENDS, Hops, Host
from mailkit.rows import Row

HOSTS = 2_000
"""Hosts that are held at once."""
FEW = 3
"""Hosts that took fewer messages than this are not shown: a quantile of two says nothing."""
_GROWTH = math.log(1.1)
"""Each bucket ends a tenth above the one before, so its middle is within a twentieth of all in it."""
_LAST = 200
"""The last bucket: some six years, and whatever is longer."""


class Waits:
    """What the hops of messages tell."""

    def __init__(self) -> None:
        self.hosts = Heavy(HOSTS, width=_LAST + 1)
        self.messages = self.skewed = self.backwards = self.taken = 0
        self.totals = [0] * (len(WAIT_ENDS) + 1)

    def add(self, row: Row) -> None:
        """Count the hops of a message."""
        if not row.hops:
            return
        self.messages += 1
        for hop in row.hops:
            if hop.delay_seconds is not None and hop.delay_seconds < 0:
                self.skewed += 1
            elif hop.delay_seconds is not None and hop.by:
                self.taken += 1
                tally = self.hosts.add(hop.by[:255].lower().rstrip("."), column=_bucket(hop.delay_seconds))
                tally.least, tally.most = min(tally.least, hop.delay_seconds), max(tally.most, hop.delay_seconds)
        if row.total_seconds is not None and row.total_seconds < 0:
            self.backwards += 1
        elif row.total_seconds is not None:
            self.totals[bisect_right(WAIT_ENDS, row.total_seconds)] += 1

    def hops(self, top: int) -> Hops:
        """Give the hosts that were passed most often, and the times of the whole ways."""
        hosts = tuple(
            Host(
                by=name,
                count=tally.total,
                median=_within(tally, 0.5),
                high=_within(tally, 0.95),
                missed=tally.missed,
            )
            for name, tally in self.hosts.ranking(top)
            if tally.total + tally.missed >= FEW
        )
        return Hops(
            messages=self.messages,
            hosts=hosts,
            others=self.hosts.others(len(hosts)),
            rest=self.taken - sum(host.count for host in hosts),
            skewed=self.skewed,
            totals=tuple(self.totals) if any(self.totals) else (),
            backwards=self.backwards,
        )


def _bucket(seconds: float) -> int:
    """Give the number of the bucket of a wait; that of less than a second is 0."""
    return 0 if seconds < 1 else min(_LAST, 1 + int(math.log(seconds) / _GROWTH))


def _within(tally: Tally, share: float) -> float:
    """Give a quantile, which is no less than the least wait and no more than the longest."""
    return max(tally.least, min(tally.most, _quantile(tally.counts, share)))


def _quantile(counts: list[int], share: float) -> float:
    """Give the middle of the bucket in which so much of all lies below."""
    left = share * sum(counts)
    for bucket, count in enumerate(counts):
        left -= count
        if left <= 0:
            return 0.0 if bucket == 0 else math.exp((bucket - 0.5) * _GROWTH)
    return 0.0
