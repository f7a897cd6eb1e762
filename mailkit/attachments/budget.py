"""What a walk through a message may still spend: one budget for MIME, archives and documents together."""

from __future__ import annotations

from collections.abc import Callable

from mailkit.limits import MIB, Limits

FREE_BYTES = MIB
"""A member may unpack to so much whatever its ratio."""
SLOW_STEPS = 1 << 19
"""Symbols of a message that are decoded in Python, with what tables cost: half a second."""


class Budget:
    """Members, bytes and time that are left. Every reader that unpacks or lists asks here first.

    >>> budget = Budget(Limits(member_count=1), clock=lambda: 0.0)
    >>> budget.take_member(), budget.take_member()
    (True, False)
    """

    def __init__(self, limits: Limits, clock: Callable[[], float]) -> None:
        self.limits = limits
        self._clock = clock
        self._end = clock() + limits.walk_seconds
        self._members = limits.member_count
        self._bytes = limits.unpacked_bytes
        self.slow_steps = SLOW_STEPS
        """What is left of them; who decodes in Python takes from it."""

    def is_late(self) -> bool:
        """Say whether the time is over; ask between steps that may each take a millisecond."""
        return self._clock() > self._end

    def take_member(self) -> bool:
        """Count one more member; False where there may be none (`Limits.member_count`): say so in a `Gap` of PARTS."""
        if self._members <= 0:
            return False
        self._members -= 1
        return True

    def room(self, packed: int) -> int:
        """Say to how many bytes something of `packed` bytes may unpack."""
        by_ratio = max(FREE_BYTES, packed * self.limits.unpack_ratio)
        return max(0, min(self.limits.member_bytes, self._bytes, by_ratio))

    def spend(self, size: int) -> None:
        """Count bytes that were unpacked."""
        self._bytes -= size
