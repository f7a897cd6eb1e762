"""What a filter in front of the parser gives for an input, in a form that does not depend on how it was cut."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from mailkit.stream.filters import Filter, FilterEvent, FrontNoticed, Rest, Stretch

WITH_DATA = (Stretch, Rest)


def events_of(front: Filter, pieces: Iterable[bytes]) -> list[FilterEvent]:
    """Feed pieces; give the events, each run of stretches as one that keeps its bytes."""
    out: list[FilterEvent] = []
    for event in _given(front, pieces):
        if not isinstance(event, WITH_DATA):
            out.append(event)
            continue
        last = out[-1] if out else None
        offset, data = event.offset, bytes(event.data)
        if isinstance(last, WITH_DATA) and type(last) is type(event) and last.end == offset:
            offset, data = last.offset, bytes(last.data) + data
            out.pop()
        out.append(type(event)(offset, event.end, memoryview(data)))
    return out


def _given(front: Filter, pieces: Iterable[bytes]) -> Iterator[FilterEvent]:
    for piece in pieces:
        yield from front.feed(piece)
    yield from front.close()


def assert_covers(events: list[FilterEvent], data: bytes) -> None:
    """Check that the spans follow each other without a gap, and that they are the input."""
    position = 0
    raw: list[bytes | memoryview] = []
    for event in events:
        if not isinstance(event, FrontNoticed):
            assert event.offset == position, events
            position = event.end
            raw.append(event.data if isinstance(event, WITH_DATA) else event.raw)
    assert b"".join(raw) == data


def joined_data(events: list[FilterEvent], kind: type[Stretch | Rest]) -> bytes:
    """Give the bytes of all events of a kind."""
    return b"".join(event.data for event in events if isinstance(event, WITH_DATA) and type(event) is kind)


def noticed(events: list[FilterEvent]) -> list[tuple[str, int]]:
    """Give code and offset of what was noticed."""
    return [(event.finding.code, event.offset) for event in events if isinstance(event, FrontNoticed)]
