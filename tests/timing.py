"""What twice as much costs: the measure of linear time."""

from __future__ import annotations

import gc
import time
from collections.abc import Callable

TIMES = 3.5
"""Twice the size may take so many times as long; work that grows with the square takes four times."""
LITTLE_SECONDS = 0.01


def seconds(work: Callable[[bytes], object], data: bytes) -> float:
    """Give the processor time of one piece of work."""
    gc.disable()  # a full collection visits all that the test run holds, and falls on whom it likes
    try:
        start = time.process_time()
        work(data)
        return time.process_time() - start
    finally:
        gc.enable()


def assert_linear(work: Callable[[bytes], object], make: Callable[[int], bytes], floor: float, most: int) -> None:
    """Grow an input until it takes a time that can be measured, then double it.

    Where a limit lies between the two, the work changes its kind and may jump, but once: the next two
    doublings tell. Work that is not linear fails at every size.
    """
    n = 512
    while n < most and seconds(work, make(n)) < floor:
        n *= 2
    for size in (n, 2 * n, 4 * n):
        times, last = _doubled(work, make(size), make(2 * size))
        if times < TIMES or last < LITTLE_SECONDS:
            return
    message = f"{size} bytes, then twice as many: {times:.1f} times as long, {last:.2f} s"
    raise AssertionError(message)


def _doubled(work: Callable[[bytes], object], once: bytes, twice: bytes) -> tuple[float, float]:
    best_once = best_twice = float("inf")
    for _ in range(6):  # noise only adds: take the least of each, and stop once they fit
        best_once = min(best_once, seconds(work, once))
        best_twice = min(best_twice, seconds(work, twice))
        if best_twice < (TIMES - 0.5) * best_once or best_twice > 2.0:
            break
    return best_twice / max(best_once, 1e-4), best_twice
