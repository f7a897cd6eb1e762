"""What a walk through a message may still spend: one budget for MIME, archives and documents together."""

from __future__ import annotations

from collections.abc import Callable

from mailkit.limits import MIB, Limits

FREE_BYTES = MIB
"""A member may unpack to so much whatever its ratio."""
ABOVE_BYTES = 8 * MIB
"""All members together may unpack to so much above the ratio: repetitive logs do, and bombs go on."""
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
        self._above = min(ABOVE_BYTES, limits.member_bytes)
        """What is left for bytes above the ratio: of logs and empty images, which pack better, one may be whole."""
        self.slow_steps = SLOW_STEPS
        """What is left of them; who decodes in Python takes from it."""

    def is_late(self) -> bool:
        """Say whether the time is over; ask between steps that may each take a millisecond."""
        return self._clock() > self._end

    def seconds(self) -> float:
        """Say how much time is left, for what cannot ask between its steps."""
        return max(0.0, self._end - self._clock())

    def take_member(self) -> bool:
        """Count one more member; False where there may be none (`Limits.member_count`): say so in a `Gap` of PARTS."""
        if self._members <= 0:
            return False
        self._members -= 1
        return True

    def usual(self, packed: int) -> int:
        """Say to how many bytes something of `packed` bytes unpacks within the ratio."""
        return max(FREE_BYTES, packed * self.limits.unpack_ratio)

    def room(self, packed: int) -> int:
        """Say to how many bytes something of `packed` bytes may unpack."""
        return max(0, min(self.limits.member_bytes, self._bytes, self.usual(packed)))

    def reach(self, packed: int) -> int:
        """Say to how many bytes it may unpack with what is left for those above the ratio."""
        return max(0, min(self.limits.member_bytes, self._bytes, self.usual(packed) + max(0, self._above)))

    def spend(self, size: int, above: int = 0) -> None:
        """Count bytes that were unpacked, and how many more than these came out or were above the ratio."""
        self._bytes -= size
        self._above -= above
