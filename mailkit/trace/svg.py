"""The waits of a chain as SVG: for a page, without script and without any reference to elsewhere."""

from __future__ import annotations

import math
from collections.abc import Iterator
from xml.sax.saxutils import escape, quoteattr

from mailkit.trace.check import span
from mailkit.trace.picture import MINUS, client_of, how, middle, time_of, total_of
from mailkit.trace.result import Trace, TraceHop

WIDTH, ROW, TOP, BAR = 880, 46, 10, 14
"""Pixels of the picture, of a row, above the first and of a bar's height."""
LINE = 22
"""Pixels of the line where a message came in from outside, with its words."""
NAMES, ROOM = 430, 330
"""Pixels before the bars, and of the longest bar. The names stand above both, for they are long."""
CLIENT, SERVER, HOW = 62, 44, 36
"""Characters of names, and of protocol and the like, that fit at 8 and 7 pixels each."""
MAX_ROWS = 60
"""Hops that are drawn; no sound chain has more (RFC 5321 section 6.3 speaks of 100)."""
_STYLE = (
    "text{font:13px system-ui,sans-serif;fill:#1a1a1a}.s{font-size:11px;fill:#595959}.b{fill:#2b6cb0}.c{fill:#b7791f}"
    ".l{stroke:#9b2c2c;stroke-dasharray:5 4}.o{font-size:11px;fill:#9b2c2c}.t{fill:none;stroke:#d0d0d0}"
    "@media(prefers-color-scheme:dark){text{fill:#e8e8e8}.s{fill:#b0b0b0}.b{fill:#63a4e8}.c{fill:#ecc94b}.o{fill:#fc8181}"
    ".l{stroke:#fc8181}.t{stroke:#555}}"
)


def draw_svg(trace: Trace) -> str:
    """Draw the waits as an SVG document of its own: a row for each hop, oldest first, bars by the logarithm.

    >>> draw_svg(Trace()).startswith('<svg xmlns="http://www.w3.org/2000/svg"')
    True
    """
    hops = trace.hops[-MAX_ROWS:]
    height = _top(trace, hops, max(1, len(hops))) + 26
    body = "\n".join(_rows(trace, hops))
    said = f"{len(trace.hops)} hop{'s' if len(trace.hops) != 1 else ''}" + (
        f", {total_of(trace.total_seconds)}" if trace.total_seconds is not None else ""
    )
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" width="{WIDTH}" height="{height}" '
        f'role="img" aria-label={quoteattr("Hop delays: " + said)}>\n<style>{_STYLE}</style>\n'
        f"<title>Hop delays: {_text(said)}</title>\n{body}\n</svg>\n"
    )


def _rows(trace: Trace, hops: tuple[TraceHop, ...]) -> Iterator[str]:
    if not hops:
        yield f'<text x="8" y="{TOP + 12}">no Received field</text>'
        return
    longest = max((hop.delay_seconds or 0 for hop in hops), default=0)
    tops = [_top(trace, hops, row) for row in range(len(hops))]
    yield from _axis(longest, tops)
    for hop, top in zip(hops, tops, strict=True):
        if hop.number == trace.boundary:
            words = "outside, above: claims of strangers" if hop.number > 1 else "outside"
            yield f'<line class="l" x1="8" x2="{WIDTH - 8}" y1="{top - 4}" y2="{top - 4}"/>'
            yield f'<text class="o" x="{WIDTH - 8}" y="{top - 9}" text-anchor="end">{words}</text>'
        client, server = client_of(hop), hop.by or "?"
        yield f"<g><title>{_text(_said(hop))}</title>"
        yield f'<text x="8" y="{top + 14}">{hop.number}. {_text(middle(client, CLIENT))} → {_text(middle(server, SERVER))}</text>'
        yield f'<text class="s" x="8" y="{top + 31}">{_text(time_of(hop.date))}  {_text(middle(how(hop), HOW))}</text>'
        yield from _bar(hop, top + 20, longest)
        yield "</g>"


def _top(trace: Trace, hops: tuple[TraceHop, ...], row: int) -> int:
    """Give where a row begins: lower from the hop on that came from outside, which has a line above it."""
    below = any(hop.number == trace.boundary for hop in hops[: row + 1])
    return TOP + ROW * row + (LINE if below else 0)


def _bar(hop: TraceHop, top: int, longest: float) -> Iterator[str]:
    delay = hop.delay_seconds
    if delay is None:
        return
    if delay < 0:
        yield f'<path class="c" d="M{NAMES} {top + BAR // 2}l10 -{BAR // 2}v{BAR}z"/>'
        yield f'<text class="s" x="{NAMES + 16}" y="{top + 11}">{MINUS}{span(delay)}, clock</text>'
        return
    width = max(1, round(_length(delay, longest)))
    yield f'<rect class="b" x="{NAMES}" y="{top}" width="{width}" height="{BAR}" rx="2"/>'
    yield f'<text class="s" x="{NAMES + width + 6}" y="{top + 11}">{span(delay)}</text>'


def _axis(longest: float, tops: list[int]) -> Iterator[str]:
    """Draw lines at round times, for the scale is none that people expect; they leave out the names."""
    bottom = tops[-1] + ROW
    drawn = -40.0
    for seconds in (0, 1, 10, 60, 600, 3_600, 86_400, 604_800, 31_536_000):
        x = _length(seconds, longest)
        if x > ROOM or x - drawn < 36:
            continue
        drawn = x
        strokes = "".join(f"M{NAMES + x:.0f} {top + 18}v{BAR + 4}" for top in tops)
        yield f'<path class="t" d="{strokes}"/>'
        yield f'<text class="s" x="{NAMES + x:.0f}" y="{bottom + 14}" text-anchor="middle">{span(seconds)}</text>'


def _length(seconds: float, longest: float) -> float:
    return ROOM * math.log1p(seconds) / math.log1p(max(longest, 1.0))


def _said(hop: TraceHop) -> str:
    """Give all that is known of a hop, for who points at it."""
    parts = (
        f"{client_of(hop)} → {hop.by or '?'}",
        how(hop),
        time_of(hop.date),
        f"id {hop.id}" if hop.id else "",
        f"for {hop.recipient}" if hop.recipient else "",
        hop.software or "",
    )
    return "; ".join(filter(None, parts))


def _text(text: str) -> str:
    """Make a text safe in SVG: no markup, and no character that XML does not have."""
    return escape("".join(char if char.isprintable() else "�" for char in text))
