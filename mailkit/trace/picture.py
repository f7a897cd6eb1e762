"""The chain as a picture of text: one line a hop, oldest first, a bar for each wait, a line where it came from outside."""

from __future__ import annotations

import math
from collections.abc import Iterator
from datetime import datetime

from mailkit.syntax.widths import width_of
from mailkit.trace.check import held_by, span
from mailkit.trace.checked import checked_lines
from mailkit.trace.networks import address_of
from mailkit.trace.result import Trace, TraceHop

BAR = 16
"""Columns of the longest bar. Bars grow with the logarithm: a wait of years would hide all others."""
_EIGHTHS = " ▏▎▍▌▋▊▉█"
CLOCK = "◄ clock"
MINUS = "\N{MINUS SIGN}"
NAME_COLUMNS = 60
LEAST_NAMES = 72
"""Columns to which the two names are cut in the line of their hop; where there are fewer, they get a line of their own."""
LEAST_COLUMNS = 60
_FROM, _BY = 4, 6
"""Columns of the names."""
_LEAST_CUT = 8
_SHOWN = frozenset({"notice", "warning", "error"})
_UNSAFE = dict.fromkeys((*range(32), *range(127, 160), *range(0x202A, 0x202F), *range(0x2066, 0x206A)), "�")


def draw(trace: Trace, columns: int | None = None) -> str:
    """Draw a chain for a terminal, a ticket or a log; ends without a line end.

    `columns` is the width of a terminal: long names are cut in the middle, and stand in lines of their own where it is
    narrow. Without it each hop is a line, and a name has up to 60 columns.

    >>> draw(Trace())
    'no Received field'
    """
    if not trace.hops:
        return "no Received field"
    return "\n".join(line.rstrip().translate(_UNSAFE) for line in _lines(trace, columns))


def _lines(trace: Trace, columns: int | None) -> Iterator[str]:
    longest = max((hop.delay_seconds or 0 for hop in trace.hops), default=0)
    rows: list[tuple[str, ...]] = [("#", "time (own zone)", "wait", "", "from", "", "by", "how")]
    rows += [_row(hop, longest) for hop in trace.hops]
    full = sum(_widths(rows)) + 2 * (len(rows[0]) - 1)
    room = max(columns, LEAST_COLUMNS) if columns is not None and columns < full else full
    apart = room < full and room - (full - sum(_widths(rows)[column] for column in (_FROM, _BY))) < LEAST_NAMES
    if apart:
        lines = _two_lines(rows, room)
    else:
        rows = _narrowed(rows, full - room)
        widths = _widths(rows)
        lines = [(_line(row, widths),) for row in rows]
    yield from lines[0]
    for hop, drawn in zip(trace.hops, lines[1:], strict=True):
        if hop.number == trace.boundary:
            words = "─── outside, above: claims of strangers " if hop.number > 1 else "─── outside "
            yield words + "─" * max(3, min(room, full - _widths(rows)[-1]) - len(words))
        yield from drawn
    yield ""
    yield _summary(trace)
    yield from checked_lines(trace)
    for one in trace.findings:
        if one.severity in _SHOWN:
            yield f"{one.severity}: {one.detail or one.code} ({one.code})"


def _widths(rows: list[tuple[str, ...]]) -> list[int]:
    return [max(width_of(row[column]) for row in rows) for column in range(len(rows[0]))]


def _narrowed(rows: list[tuple[str, ...]], excess: int) -> list[tuple[str, ...]]:
    """Cut the names until a line has so many columns less; a third of the rest is the server's at least."""
    if excess <= 0:
        return rows
    widths = _widths(rows)
    client, server = widths[_FROM], widths[_BY]
    total = client + server - excess
    server = min(server, max(total - client, total // 3))
    sizes = {_FROM: total - server, _BY: server}
    return [
        tuple(middle(cell, sizes[column]) if column in sizes else cell for column, cell in enumerate(row))
        for row in rows
    ]


def _two_lines(rows: list[tuple[str, ...]], room: int) -> list[tuple[str, ...]]:
    """Give time, wait and protocol of a hop, and below them who handed the message to whom."""
    short = [(*row[:_FROM], row[-1]) for row in rows]
    widths = _widths(short)
    indent = " " * (widths[0] + 2)
    rest = room - sum(widths[:-1]) - 2 * (len(widths) - 1)
    lines: list[tuple[str, ...]] = [(_line(short[0], widths),)]
    for row, cells in zip(rows[1:], short[1:], strict=True):
        client, server = row[_FROM], row[_BY]
        free = room - len(indent) - 3
        size = min(width_of(server), max(free - width_of(client), free // 3))
        names = f"{middle(client, free - size)} → {middle(server, size)}"
        lines.append((_line((*cells[:-1], middle(cells[-1], rest)), widths), indent + names))
    return lines


def middle(text: str, size: int) -> str:
    """Cut a text to so many columns: out of its middle, and out of that of its name where an address is behind it.

    >>> middle("mail-westeurope.outbound.protection.example.com [192.0.2.1]", 36)
    'mail-westeur…example.com [192.0.2.1]'
    """
    if width_of(text) <= size:
        return text
    name, mark, address = text.partition(" [")
    free = size - width_of(mark + address) - 1
    if mark and free >= _LEAST_CUT:
        return middle(name, free + 1) + mark + address
    if mark and (bare := f"[{address.partition(' ')[0].rstrip(']')}]") and len(bare) <= size:
        return f"[{address}" if width_of(address) < size else bare
    head = (size - 1) // 2
    return f"{text[: size - 1 - head]}…{text[len(text) - head :]}" if head else text[:size]


def _row(hop: TraceHop, longest: float) -> tuple[str, ...]:
    delay = hop.delay_seconds
    wait = "" if delay is None else f"{MINUS if delay < 0 else '+'}{span(delay)}"
    bar = "" if not delay else CLOCK if delay < 0 else bar_of(delay, longest)
    return (str(hop.number), time_of(hop.date), wait, bar, client_of(hop), "→", _cut(hop.by or "?"), how(hop))


def _line(row: tuple[str, ...], widths: list[int]) -> str:
    cells = [
        " " * (width - width_of(cell)) + cell if column in {0, 2} else cell + " " * (width - width_of(cell))
        for column, (cell, width) in enumerate(zip(row, [*widths[:-1], 0], strict=True))
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
    if hop.ip and hop.helo and address_of(hop.helo) == address_of(hop.ip):
        name = hop.rdns or ""
    return " ".join(filter(None, (_cut(name), address)))


def how(hop: TraceHop) -> str:
    """Give protocol, encryption and authentication of a hop."""
    words = [hop.protocol or hop.via or hop.kind]
    if hop.tls is not None:
        words.append((hop.tls.version or "TLS").replace("_", "."))
    if hop.auth is not None and (hop.number == 1 or not words[0].startswith("HTTP")):  # else from server to server
        words.append("auth")
    return " ".join(words)


def _summary(trace: Trace) -> str:
    """Say the whole in one line."""
    count = len(trace.hops)
    parts = [f"{count} hop{'s' if count != 1 else ''}"]
    if trace.total_seconds is not None:
        parts.append(total_of(trace.total_seconds))
    line = ", ".join(parts)
    if trace.slowest is not None:
        hop = trace.hops[trace.slowest - 1]
        line += f"; waited longest ({span(hop.delay_seconds or 0)}) at {' or '.join(held_by(trace.hops, hop))}"
        line += ", as strangers claim" if trace.boundary is not None and hop.number < trace.boundary else ""
    if trace.boundary is not None:
        origin = trace.hops[trace.boundary - 1]
        line += f"; came from {client_of(origin)}"
    return line


def total_of(seconds: float) -> str:
    """Say how long the way took, or that the clocks do not tell.

    >>> total_of(78), total_of(-32_396)
    ('1m18s', 'its clocks 8h59m apart')
    """
    return span(seconds) if seconds >= 0 else f"its clocks {span(seconds)} apart"


def _cut(text: str) -> str:
    return text if len(text) <= NAME_COLUMNS else text[: NAME_COLUMNS - 1] + "…"
