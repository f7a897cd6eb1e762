"""What twice as much costs: the measure of linear time. No test asserts how long anything takes."""

from __future__ import annotations

import gc
import time
from collections.abc import Callable
from typing import AnyStr, TypeVar

Input = TypeVar("Input")

TIMES = 3.5
"""Twice the size may take so many times as long; work that grows with the square takes four times."""
FLOOR_SECONDS = 0.003
"""What takes less is not compared: by then, noise is a part of it."""
LEAST = 512
MOST = 1 << 20


def repeat(unit: AnyStr, size: int) -> AnyStr:
    """Give at least one unit, about `size` letters or bytes in all."""
    return unit * max(1, size // len(unit))


def flood(unit: AnyStr, start: AnyStr | None = None, end: AnyStr | None = None) -> Callable[[int], AnyStr]:
    """Give a maker of inputs that are one unit again and again."""
    none = unit[:0]
    return lambda size: (start or none) + repeat(unit, size) + (end or none)


def seconds(work: Callable[[Input], object], data: Input) -> float:
    """Give the processor time of one piece of work."""
    gc.disable()  # a full collection visits all that the test run holds, and falls on whom it likes
    try:
        start = time.process_time()
        work(data)
        return time.process_time() - start
    finally:
        gc.enable()


def assert_linear(
    work: Callable[[Input], object], make: Callable[[int], Input], floor: float = FLOOR_SECONDS, most: int = MOST
) -> None:
    """Grow an input until its work takes `floor` seconds or its size is `most`, then double it.

    Where a limit lies between the two, the work changes its kind and may jump, but once: the next two
    doublings tell. Work that is not linear fails at every size.
    """
    n = LEAST
    work(make(n))  # what is loaded or compiled on first use
    while n < most and seconds(work, make(n)) < floor:
        n *= 2
    for size in (n, 2 * n, 4 * n):
        times, last = _doubled(work, make(size), make(2 * size))
        if times < TIMES or last < floor:
            return
    message = f"a size of {size}, then twice as much: {times:.1f} times as long, {last:.2f} s"
    raise AssertionError(message)


def _doubled(work: Callable[[Input], object], once: Input, twice: Input) -> tuple[float, float]:
    best_once = best_twice = float("inf")
    for _ in range(6):  # noise only adds: take the least of each, and stop once they fit
        best_once = min(best_once, seconds(work, once))
        best_twice = min(best_twice, seconds(work, twice))
        if best_twice < (TIMES - 0.5) * best_once or best_twice > 2.0:
            break
    return best_twice / max(best_once, 1e-4), best_twice
