"""Counts over time, in steps that grow with the span, so that any number of any dates takes bounded memory."""

from __future__ import annotations

from datetime import UTC, datetime

from mailkit.page.result import Count, Slot, Step, Times

STEPS: tuple[Step, ...] = ("hour", "day", "month", "year")
MOST_HELD = 10_000
"""Slots that are held before they are put together: more than a year of hours."""
MOST_SHOWN: dict[Step, int] = {"hour": 72, "day": 92, "month": 120, "year": 10_000}
"""Bars of a step; where there are more, the next step is taken."""
STRAYS = 200
"""One message in so many may have a date that is left out, at each end, where that makes the span a third."""
_COUNTS, _MESSAGES, _FIRST, _LAST = 4, 4, 5, 6
"""What a slot is: recipients that failed by advice, messages, and the first and last day of these."""


class Clock:
    """Recipients that failed, by advice, and messages: in slots of a step."""

    def __init__(self) -> None:
        self.step: Step = "hour"
        self.slots: dict[int, list[int]] = {}
        self.undated = 0

    def add(self, when: datetime | None, failed: list[int]) -> None:
        """Count a message with its recipients that failed."""
        if when is None:
            self.undated += 1
            return
        day = when.toordinal()
        _add(self.slots, _key(when, self.step), [*failed, 1, day, day])
        if len(self.slots) > MOST_HELD and self.step != "year":
            self.slots, self.step = _coarser(self.slots, self.step)

    def times(self) -> Times:
        """Give what was counted, in the step that fits its span."""
        kept, outside = _without_strays(self.slots)
        at: Step = self.step
        while kept and max(kept) - min(kept) + 1 > MOST_SHOWN[at] and at != "year":
            kept, at = _coarser(kept, at)
        if not kept:
            return Times(undated=self.undated)
        return Times(
            step=at,
            slots=tuple(_slot(key, kept.get(key), at) for key in range(min(kept), max(kept) + 1)),
            first=_start(min(slot[_FIRST] for slot in kept.values()), "day"),
            last=_start(max(slot[_LAST] for slot in kept.values()), "day"),
            outside=outside,
            undated=self.undated,
        )


def _key(when: datetime, step: Step) -> int:
    """Give the number of a slot: slots are numbered one after the other."""
    if step == "hour":
        return when.toordinal() * 24 + when.hour
    return when.toordinal() if step == "day" else when.year * 12 + when.month - 1 if step == "month" else when.year


def _start(key: int, step: Step) -> datetime:
    """Give when a slot begins."""
    if step == "hour":
        return datetime.fromordinal(key // 24).replace(hour=key % 24, tzinfo=UTC)
    if step == "day":
        return datetime.fromordinal(key).replace(tzinfo=UTC)
    year, month = divmod(key, 12) if step == "month" else (key, 0)
    return datetime(year, month + 1, 1, tzinfo=UTC)


def _coarser(slots: dict[int, list[int]], step: Step) -> tuple[dict[int, list[int]], Step]:
    """Put slots together into those of the next step."""
    wider = STEPS[STEPS.index(step) + 1]
    found: dict[int, list[int]] = {}
    for key, slot in slots.items():
        _add(found, _key(_start(key, step), wider), slot)
    return found, wider


def _add(slots: dict[int, list[int]], key: int, more: list[int]) -> None:
    """Add to a slot, which may be new."""
    slot = slots.get(key)
    if slot is None:
        slots[key] = [*more]
        return
    for column in range(_MESSAGES + 1):
        slot[column] += more[column]
    slot[_FIRST], slot[_LAST] = min(slot[_FIRST], more[_FIRST]), max(slot[_LAST], more[_LAST])


def _without_strays(slots: dict[int, list[int]]) -> tuple[dict[int, list[int]], int]:
    """Leave out the few messages at either end without which the span is much shorter; say how many."""
    keys = sorted(slots)
    most = sum(slot[_MESSAGES] for slot in slots.values()) // STRAYS
    low, high, left, right = 0, len(keys) - 1, 0, 0
    while low < high and left + slots[keys[low]][_MESSAGES] <= most:
        left += slots[keys[low]][_MESSAGES]
        low += 1
    while high > low and right + slots[keys[high]][_MESSAGES] <= most:
        right += slots[keys[high]][_MESSAGES]
        high -= 1
    if not keys or (keys[high] - keys[low] + 1) * 3 > keys[-1] - keys[0] + 1:
        return slots, 0
    return {key: slots[key] for key in keys[low : high + 1]}, left + right


def _slot(key: int, counts: list[int] | None, step: Step) -> Slot:
    hard, block, soft, none = counts[:_COUNTS] if counts else [0] * _COUNTS
    return Slot(start=_start(key, step), count=Count(name=None, hard=hard, block=block, soft=soft, none=none))
