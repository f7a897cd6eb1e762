"""Counters that hold the most frequent of any number of names in bounded memory, and know what they may have missed.

Misra and Gries, "Finding repeated elements", 1982: where the room is full, all lose so much that half of them go. What
occurred more often than that loss in total is there at the end, whatever the order. Beside the weight that decides who
stays, each keeps what was really seen of it since it came in: a lower bound that is never more than `missed` too low.

How many names there were in all is told by the smallest of their hashes: where the k-th smallest of numbers that lie evenly
between 0 and 1 is h, there are some k / h of them (Bar-Yossef and others, "Counting distinct elements in a data stream", 2002).
"""

from __future__ import annotations

import hashlib
import math
from bisect import bisect_left

import msgspec

from mailkit.page.result import Number

KEPT = 4_096
"""Hashes that are kept: the estimate is then mostly within 3 in 100."""
_ALL = 1 << 64


class Tally(msgspec.Struct):
    """What was seen under one name."""

    weight: int
    """What it has against the others."""
    missed: int
    """How many of it may have been let go before, at most."""
    counts: list[int]
    """What was seen, by whatever the owner counts."""
    about: tuple[str | None, ...] = ()
    """What the owner keeps of the first, or the last, that came."""
    least: float = math.inf
    most: float = 0.0
    """Between these lies what was seen, where the owner counts values."""

    @property
    def total(self) -> int:
        """All that was seen."""
        return sum(self.counts)


class Heavy:
    """Names with their counts, `most` of them at a time.

    >>> heavy = Heavy(most=4)
    >>> for name in "abacadaeafag":
    ...     _ = heavy.add(name)
    >>> heavy.ranking(1)[0][0], heavy.ranking(1)[0][1].total, heavy.lost
    ('a', 6, 1)
    """

    def __init__(self, most: int, width: int = 1) -> None:
        self.most, self.width = most, width
        self.tallies: dict[str, Tally] = {}
        self.lost = 0
        """How often a name that is not here may have occurred, at most; 0: all are here, and exact."""
        self._hashes: list[int] = []

    def add(self, name: str, count: int = 1, column: int = 0) -> Tally:
        """Count a name."""
        tally = self.tallies.get(name)
        if tally is None:
            if len(self.tallies) >= self.most:
                self._make_room()
            self._hash(name)
            tally = self.tallies[name] = Tally(0, self.lost, [0] * self.width)
        tally.weight += count
        tally.counts[column] += count
        return tally

    def ranking(self, top: int) -> list[tuple[str, Tally]]:
        """Give the most frequent names, the first of equals first by name."""
        return sorted(self.tallies.items(), key=lambda pair: (-pair[1].total, pair[0]))[:top]

    def names(self) -> int:
        """Give how many names there were, those that were let go among them: an estimate where they are many."""
        if not self.lost:
            return len(self.tallies)
        return (KEPT - 1) * _ALL // self._hashes[-1] if self._is_estimate() else len(self._hashes)

    def others(self, shown: int) -> Number:
        """Give how many names there were besides those that are shown."""
        return Number(max(0, self.names() - shown), exact=not self._is_estimate())

    def _is_estimate(self) -> bool:
        return self.lost > 0 and len(self._hashes) == KEPT

    def _hash(self, name: str) -> None:
        """Keep the hash of a name that is new, or comes again after it was let go, if it is among the smallest."""
        found = int.from_bytes(hashlib.blake2b(name.encode("utf-8", "surrogatepass"), digest_size=8).digest(), "big")
        if len(self._hashes) == KEPT and found >= self._hashes[-1]:
            return
        at = bisect_left(self._hashes, found)
        if at == len(self._hashes) or self._hashes[at] != found:
            self._hashes.insert(at, found)
            del self._hashes[KEPT:]

    def _make_room(self) -> None:
        """Take from all what half of them do not have more than; those with nothing left go."""
        weights = sorted(tally.weight for tally in self.tallies.values())
        loss = weights[(len(weights) - 1) // 2]
        self.lost += loss
        self.tallies = {name: tally for name, tally in self.tallies.items() if tally.weight > loss}
        for tally in self.tallies.values():
            tally.weight -= loss
