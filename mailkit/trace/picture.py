"""The chain as a picture of text: one line a hop, oldest first, a bar for each wait, a line where it came from outside."""

from __future__ import annotations

import math
import unicodedata
from collections.abc import Iterator
from datetime import datetime

from mailkit.trace.check import span
from mailkit.trace.checked import checked_lines
from mailkit.trace.result import Trace, TraceHop

BAR = 16
"""Columns of the longest bar. Bars grow with the logarithm: a wait of years would hide all others."""
_EIGHTHS = " ▏▎▍▌▋▊▉█"
CLOCK = "◄ clock"
MINUS = "\N{MINUS SIGN}"
NAME_COLUMNS = 60
_SHOWN = frozenset({"notice", "warning", "error"})
_UNSAFE = dict.fromkeys((*range(32), *range(127, 160), *range(0x202A, 0x202F), *range(0x2066, 0x206A)), "�")


def draw(trace: Trace) -> str:
    """Draw a chain for a terminal, a ticket or a log; ends without a line end.

    >>> draw(Trace())
    'no Received field'
    """
    if not trace.hops:
        return "no Received field"
    return "\n".join(line.rstrip().translate(_UNSAFE) for line in _lines(trace))


def _lines(trace: Trace) -> Iterator[str]:
    longest = max((hop.delay_seconds or 0 for hop in trace.hops), default=0)
    rows: list[tuple[str, ...]] = [("#", "time (own zone)", "wait", "", "from", "", "by", "how")]
    rows += [_row(hop, longest) for hop in trace.hops]
    widths = [max(width_of(row[column]) for row in rows) for column in range(len(rows[0]) - 1)]
    yield _line(rows[0], widths)
    for hop, row in zip(trace.hops, rows[1:], strict=True):
        if hop.number == trace.boundary:
            words = "─── outside, above: claims of strangers " if hop.number > 1 else "─── outside "
            yield words + "─" * max(3, sum(widths) + 2 * len(widths) - len(words))
        yield _line(row, widths)
    yield ""
    yield _summary(trace)
    yield from checked_lines(trace)
    for one in trace.findings:
        if one.severity in _SHOWN:
            yield f"{one.severity}: {one.detail or one.code} ({one.code})"


def _row(hop: TraceHop, longest: float) -> tuple[str, ...]:
    delay = hop.delay_seconds
    wait = "" if delay is None else f"{MINUS if delay < 0 else '+'}{span(delay)}"
    bar = "" if not delay else CLOCK if delay < 0 else bar_of(delay, longest)
    return (str(hop.number), time_of(hop.date), wait, bar, client_of(hop), "→", _cut(hop.by or "?"), how(hop))


def _line(row: tuple[str, ...], widths: list[int]) -> str:
    cells = [
        " " * (width - width_of(cell)) + cell if column in {0, 2} else cell + " " * (width - width_of(cell))
        for column, (cell, width) in enumerate(zip(row, [*widths, 0], strict=True))
    ]
    return "  ".join(cells)


def bar_of(delay: float, longest: float) -> str:
    """Give the bar of a wait beside the longest one.

    >>> bar_of(1, 80), bar_of(80, 80), bar_of(80, 3_600 * 24 * 365)
    ('██▌', '████████████████', '████▏')
    """
    eighths = max(1, round(8 * BAR * math.log1p(delay) / math.log1p(longest)))
    return "█" * (eighths // 8) + _EIGHTHS[eighths % 8].strip()


def time_of(date: datetime | None) -> str:
    """Give a time in the zone that it was written in."""
    return date.strftime("%Y-%m-%d %H:%M:%S %z") if date is not None else "no date"


def client_of(hop: TraceHop) -> str:
    """Give who handed the message over: the name that was found, else the one that was claimed, with the address."""
    name = hop.rdns or (f"“{hop.helo}”" if hop.helo and hop.ip else hop.helo) or hop.ident or hop.envelope_from or ""
    kind = "" if hop.network in {None, "global"} else f" {hop.network}"
    address = f"[{hop.ip}{kind}]" if hop.ip else ""
    if not name and not address:
        return f"({hop.kind})"
    if hop.ip and hop.helo and hop.helo.strip("[]") == hop.ip:
        name = hop.rdns or ""
    return " ".join(filter(None, (_cut(name), address)))


def how(hop: TraceHop) -> str:
    """Give protocol, encryption and authentication of a hop."""
    words = [hop.protocol or hop.via or hop.kind]
    if hop.tls is not None:
        words.append((hop.tls.version or "TLS").replace("_", "."))
    if hop.auth is not None:
        words.append("auth")
    return " ".join(words)


def _summary(trace: Trace) -> str:
    """Say the whole in one line."""
    count = len(trace.hops)
    parts = [f"{count} hop{'s' if count != 1 else ''}"]
    if trace.total_seconds is not None:
        parts.append((MINUS if trace.total_seconds < 0 else "") + span(trace.total_seconds))
    line = ", ".join(parts)
    if trace.slowest is not None:
        hop = trace.hops[trace.slowest - 1]
        before = next((one for one in reversed(trace.hops[: trace.slowest - 1]) if one.date is not None), None)
        line += f"; waited longest ({span(hop.delay_seconds or 0)}) at {(before and before.by) or 'the host before'}"
    if trace.boundary is not None:
        origin = trace.hops[trace.boundary - 1]
        line += f"; came from {client_of(origin)}"
    return line


def width_of(text: str) -> int:
    """Count the columns of a text on a terminal."""
    return sum(
        2 if unicodedata.east_asian_width(char) in "WF" else 0 if unicodedata.combining(char) else 1 for char in text
    )


def _cut(text: str) -> str:
    return text if len(text) <= NAME_COLUMNS else text[: NAME_COLUMNS - 1] + "…"
