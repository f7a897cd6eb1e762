"""The charts: what altair describes and vl-convert draws, at the size of the page, with no room left to chance.

All places are given, and none is measured: fonts are the reader's. Labels are drawn as text beside the bars, so two names
that are cut to the same letters stay two bars. Colours are those of `mailkit.page.svg.COLOR`.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

from mailkit.errors import MailkitError
from mailkit.page.svg import COLOR, clean
from mailkit.page.words import ADVICE
from mailkit.syntax.widths import width_of

_NEEDS = "{} is not installed; pip install 'mailkit-bounce[page]'"
WIDTH, ROW, BAR = 400, 22, 12
"""Units of a chart's width, of a row, and of a bar's height; a unit is a pixel where the page is wide."""
TALL = 180
"""Units of the highest column."""
FONT, LETTER = 13, 7.4
"""Height of the letters, and the width of one that is of middle width."""
FIGURES = 58
"""Units for the figures behind bars."""
LEVELS = 5
"""Lines behind columns, at most, the ground not counted."""


class Bar(NamedTuple):
    """A row of a chart, or a column."""

    label: str
    parts: tuple[int, ...]
    """Figures, stacked in this order."""
    shown: str = ""
    """The sum as it is written behind the bar."""


class Span(NamedTuple):
    """A row of a chart with a line from one figure to another."""

    label: str
    low: float
    high: float
    shown: str


def check_installed() -> None:
    """Raise MailkitError where a package lacks that charts are made with."""
    _altair()
    _vl_convert()


def bars(rows: Sequence[Bar], said: Sequence[str], *, name: str, title: str, colors: Sequence[str] = ()) -> str:
    """Draw horizontal bars, one a row, in the order given; `said` names the parts, for who points at one."""
    alt = _altair()
    left = _left([row.label for row in rows])
    x, y = _axis(alt, "x", [0, max((sum(row.parts) for row in rows), default=1)]), _rows(alt, len(rows))
    cells = [{"y": at, **cell} for at, row in enumerate(rows) for cell in _cells(row, said, colors or tuple(ADVICE))]
    texts = [{"y": at, "name": row.label, "end": sum(row.parts), "shown": row.shown} for at, row in enumerate(rows)]
    drawn = _chart(alt, cells).mark_bar(height=BAR).encode(x=x("from"), x2="to:Q", y=y, **_painted(alt))
    figures = _text(_chart(alt, texts), "muted", align="left", dx=6).encode(x=x("end"), y=y, text="shown:N")
    size = WIDTH - left - FIGURES, ROW * len(rows)
    return _drawn(drawn + _labels(alt, texts, y) + figures, name, title, size, (left, FIGURES, 2, 2))


def columns(  # noqa: PLR0913 - what stands at either axis is the caller's
    rows: Sequence[Bar],
    ticks: Sequence[tuple[int, str]],
    said: Sequence[str],
    *,
    name: str,
    title: str,
    width: int,
    number: Callable[[int], str],
) -> str:
    """Draw upright bars side by side, for what follows in time; `ticks` are the columns that bear a label below."""
    alt = _altair()
    most = max((sum(row.parts) for row in rows), default=1)
    levels = [{"y": level, "shown": number(level)} for level in _levels(most)]
    left = _left([number(level) for level in _levels(most)])
    x, y = _axis(alt, "x", [0, len(rows)]), _axis(alt, "y", [0, most])
    gap = min(1.0, 0.1 * (width - left) / max(1, len(rows)))
    cells = [
        {"x": at, "x2": at + 1, **cell} for at, row in enumerate(rows) for cell in _cells(row, said, tuple(ADVICE))
    ]
    drawn = _chart(alt, cells).mark_rect(xOffset=gap, x2Offset=-gap)
    drawn = drawn.encode(x=x("x"), x2="x2:Q", y=y("from"), y2="to:Q", **_painted(alt))
    lines = _chart(alt, levels).mark_rule(color=COLOR["grid"]).encode(y=y("y"))
    heights = _text(_chart(alt, levels), "muted", align="right").encode(x=alt.value(-8), y=y("y"), text="shown:N")
    below = _below(alt, [{"x": at + 0.5, "shown": label} for at, label in ticks], x, TALL)
    return _drawn(lines + drawn + heights + below, name, title, (width - left - 24, TALL), (left, 24, 10, 26))


def spans(rows: Sequence[Span], ticks: Sequence[tuple[float, str]], *, name: str, title: str) -> str:
    """Draw a dot at the lower figure and a line to the higher, on a scale of logarithms; `ticks` are marks on it."""
    alt = _altair()
    left, height = _left([row.label for row in rows]), ROW * len(rows)
    end = math.log10(1 + max([row.high for row in rows] + [10.0]) * 1.2)
    x, y = _axis(alt, "x", [0, end]), _rows(alt, len(rows))
    values = [
        {"y": at, "name": row.label, "said": f"{row.label}: {row.shown}"}
        | {"from": math.log10(1 + row.low), "to": math.log10(1 + max(row.low, row.high))}
        for at, row in enumerate(rows)
    ]
    shown = [_chart(alt, some) for some in ([one for one in values if one["from"] != one["to"]], values)]
    lines, dots = (one.encode(y=y, x=x("from"), description="said:N") for one in shown)
    lines = lines.mark_bar(height=4, color=COLOR["one"]).encode(x2="to:Q")
    dots = dots.mark_point(filled=True, shape="circle", size=70, opacity=1, color=COLOR["one"])
    marks: list[dict[str, object]] = []
    free = -1.0
    for at, label in ticks:
        place = math.log10(1 + at)
        if free < place <= end:
            marks.append({"x": place, "shown": label})
            free = place + (LETTER * width_of(label) + 16) / (WIDTH - left - 24) * end
    grid = _chart(alt, marks).mark_rule(color=COLOR["grid"]).encode(x=x("x"))
    drawn = grid + lines + dots + _labels(alt, values, y) + _below(alt, marks, x, height)
    return _drawn(drawn, name, title, (WIDTH - left - 24, height), (left, 24, 2, 26))


def _cells(row: Bar, said: Sequence[str], colors: Sequence[str]) -> list[dict[str, object]]:
    """Give the parts of a bar that are not empty, each with its place."""
    found: list[dict[str, object]] = []
    start = 0
    for part, what, color in zip(row.parts, said, colors, strict=False):
        if part:
            words = ", ".join(filter(None, (row.label, what)))
            found.append({"from": start, "to": start + part, "color": COLOR[color], "said": f"{words}: {part:,}"})
        start += part
    return found


def _left(labels: Sequence[str]) -> int:
    """Give the room that labels need."""
    return 14 + math.ceil(LETTER * max((width_of(label) for label in labels), default=0))


def _levels(most: int) -> list[int]:
    """Give round figures from 0 on for the lines behind columns."""
    power = 10 ** int(math.log10(max(most, 1)))
    steps = (power // 5, power // 2, power, power * 2)
    step = next(one for one in steps if one >= 1 and most // one <= LEVELS)
    return [*range(0, most + 1, step)]


def _altair() -> Any:  # noqa: ANN401 - an extra, and slow to load
    try:
        import altair  # noqa: ICN001, PLC0415
    except ImportError:
        raise MailkitError(_NEEDS.format("altair")) from None
    return altair


def _vl_convert() -> Any:  # noqa: ANN401 - likewise
    try:
        import vl_convert  # noqa: PLC0415
    except ImportError:
        raise MailkitError(_NEEDS.format("vl-convert-python")) from None
    return vl_convert


def _chart(alt: Any, values: Sequence[dict[str, object]]) -> Any:  # noqa: ANN401 - altair's
    return alt.Chart(alt.Data(values=[*values]))


def _axis(alt: Any, channel: str, domain: Sequence[float]) -> Callable[[str], Any]:  # noqa: ANN401 - altair's
    """Give what puts a field on an axis that is not drawn."""
    kind = alt.X if channel == "x" else alt.Y
    return lambda field: kind(f"{field}:Q", axis=None, scale=alt.Scale(domain=[*domain], nice=False))


def _rows(alt: Any, count: int) -> Any:  # noqa: ANN401 - altair's
    """Put what has the field y into rows of one height."""
    return alt.Y("y:O", axis=None, scale=alt.Scale(domain=[*range(count)], paddingInner=0, paddingOuter=0))


def _painted(alt: Any) -> dict[str, object]:  # noqa: ANN401 - altair's
    """Take colours as the values name them, and the words for who points at a bar."""
    return {"color": alt.Color("color:N", scale=None, legend=None), "description": alt.Description("said:N")}


def _text(chart: Any, color: str, **places: object) -> Any:  # noqa: ANN401 - altair's
    return chart.mark_text(**{"baseline": "middle", "fontSize": FONT, "color": COLOR[color], **places})


def _labels(alt: Any, values: Sequence[dict[str, object]], y: Any) -> Any:  # noqa: ANN401 - altair's
    """Write the names before the bars."""
    return _text(_chart(alt, values), "ink", align="right").encode(x=alt.value(-8), y=y, text="name:N")


def _below(alt: Any, marks: Sequence[dict[str, object]], x: Callable[[str], Any], height: int) -> Any:  # noqa: ANN401
    """Write what stands under an axis."""
    words = _text(_chart(alt, marks), "muted", align="center", baseline="top")
    return words.encode(x=x("x"), y=alt.value(height + 8), text="shown:N")


def _drawn(chart: Any, name: str, title: str, size: tuple[int, int], pad: tuple[int, int, int, int]) -> str:  # noqa: ANN401
    """Draw a chart and take it apart."""
    around = dict(zip(("left", "right", "top", "bottom"), pad, strict=True))
    chart = chart.properties(width=size[0], height=size[1], autosize="none", padding=around)
    spec = chart.configure_view(stroke=None).to_dict(validate=False)
    try:
        drawing = _vl_convert().vegalite_to_svg(spec, allowed_base_urls=[])
    except ValueError as error:
        message = f"the chart {name} cannot be drawn ({str(error).splitlines()[0]})"
        raise MailkitError(message) from None
    return clean(drawing, name=name, title=title)
