"""A PDF as a whole: its objects by number, in all versions, and what its streams hold."""

from __future__ import annotations

from collections.abc import Iterator

from mailkit.attachments.budget import Budget
from mailkit.attachments.pdf.objects import Name, Ref, Spot, Value, parse, spots
from mailkit.attachments.pdf.streams import Decoded, decode
from mailkit.limits import KIB

_STEPS = 20
"""References that lead to a reference."""
_VERSIONS = 5
"""Objects of one number that are looked at."""


class PdfFile:
    """The objects of a file. Nothing is read before it is asked for."""

    def __init__(self, data: bytes, budget: Budget) -> None:
        self.data = data
        self.budget = budget
        self.spots = list(spots(data))
        self._by_number: dict[int, list[Spot]] = {}
        for spot in self.spots:
            self._by_number.setdefault(spot.number, []).append(spot)
        self._read: dict[tuple[bool, int, int, int], list[Value]] = {}
        self.is_encrypted = False
        self._copied = 0
        self._end = (0, 0)  # from where the end of a stream was last looked for, and where it was

    def values(self, spot: Spot) -> list[Value]:
        """Read what stands in the place of an object: one value, or several where it is damaged."""
        key = (spot.source is self.data, spot.place, spot.start, spot.end)
        if key not in self._read:
            self._read[key] = parse(spot.source, spot.start, spot.end)[0]
        return self._read[key]

    def add(self, spot: Spot) -> None:
        """Take an object of an object stream to the others."""
        self._by_number.setdefault(spot.number, []).append(spot)

    def find(self, value: Value) -> Iterator[tuple[Value, Spot | None]]:
        """Give what a value is: itself, or all versions of the object that it refers to, the last first."""
        waiting: list[tuple[Value, Spot | None]] = [(value, None)]
        for _ in range(_STEPS):
            if not waiting:
                return
            one, spot = waiting.pop()
            if not isinstance(one, Ref):
                yield one, spot
                continue
            versions = self._by_number.get(one.number, [])[-_VERSIONS:]
            waiting.extend((next(iter(self.values(found)), None), found) for found in versions)

    def first(self, value: Value) -> Value:
        """Give what a value is, in its last version."""
        return next(self.find(value), (None, None))[0]

    def stream(self, spot: Spot) -> Decoded:
        """Give what the stream of an object holds."""
        top = next(iter(self.values(spot)), None)
        if spot.stream < 0 or not isinstance(top, dict):
            return Decoded(b"", "MALFORMED", "a stream that is none")
        end = self._stream_end(spot, self.first(top.get(b"Length")))
        self._copied += end - spot.stream
        if self._copied > 2 * len(self.data) + 64 * KIB or self.budget.is_late():
            return Decoded(b"", "BYTES", "streams that overlap")
        filters = self._list(top.get(b"Filter", top.get(b"F")))
        return decode(
            self.data[spot.stream : end], filters, self._list(top.get(b"DecodeParms", top.get(b"DP"))), self.budget
        )

    def _list(self, value: Value) -> list[Value]:
        """Give an array of what may be an array, one value or nothing."""
        found = self.first(value)
        several = found if isinstance(found, list) else [] if found is None else [found]
        return [self.first(one) for one in several[:50]]

    def _stream_end(self, spot: Spot, length: Value) -> int:
        """Give where a stream ends: by its length where that leads to the keyword, or else where the keyword is."""
        if isinstance(length, int) and 0 <= length <= len(self.data) - spot.stream:
            end = spot.stream + length
            if self.data[end : end + 20].lstrip().startswith(b"endstream"):
                return end
        since, end = self._end
        if not since <= spot.stream <= end:
            end = self.data.find(b"endstream", spot.stream)
            end = end if end >= 0 else len(self.data)
            self._end = (spot.stream, end)
        return end


def inner_spots(spot: Spot, first: Value, text: bytes) -> Iterator[Spot]:
    """Give the objects of an object stream (ISO 32000-1 section 7.5.7): pairs of number and offset stand before them."""
    first = first if isinstance(first, int) and 0 <= first <= len(text) else 0
    pairs = text[:first].split()[:200_000]
    numbers = [int(one) if len(one) < 11 and one.isdigit() else -1 for one in pairs]
    places = sorted({(first + at, number) for number, at in zip(numbers[::2], numbers[1::2], strict=False) if at >= 0})
    if not places or places[0][0] > first:
        places.insert(0, (first, -1))
    for (start, number), (end, _) in zip(places, [*places[1:], (len(text), -1)], strict=True):
        if start < len(text):
            yield Spot(number, text, start, end, spot.place)


def name_of(value: Value) -> bytes:
    """Give a name; nothing of what is none."""
    return bytes(value) if isinstance(value, Name) else b""
