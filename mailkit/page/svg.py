"""A drawing, taken apart and written again: shapes and text, and nothing else that SVG may hold.

What vl-convert draws holds names of strangers. It is read as XML, and only what stands in the tables below is written again,
with classes in place of colours: so light, dark and paper are the page's business, and no attribute is left that a policy
against inline styles would have to allow.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import escape
from xml.etree import ElementTree as ET

from mailkit.errors import MailkitError

COLORS: dict[str, str] = {
    "#000001": "hard",
    "#000002": "block",
    "#000003": "soft",
    "#000004": "none",
    "#000005": "one",
    "#000006": "ink",
    "#000007": "muted",
    "#000008": "grid",
}
"""Colours of the drawing -> classes of the page."""
COLOR = {name: color for color, name in COLORS.items()}
_SHAPES = ("svg", "g", "path", "line", "rect", "circle", "text")
_KEPT = (
    *("d", "x", "y", "x1", "x2", "y1", "y2", "width", "height", "cx", "cy", "r"),
    *("transform", "text-anchor", "font-size"),
)
"""Attributes that place and shape; all others go."""
_PREFIX = "{http://www.w3.org/2000/svg}"
_FORBIDDEN = re.compile(r"url\(|@import|javascript:|data:|expression\(", re.IGNORECASE)
_LONG = re.compile(r"-?\d+\.\d{3,}")
_BARS = re.compile(r"\bmark-(?:rect|rule|symbol)\b")


def clean(drawing: str, *, name: str, title: str) -> str:
    """Give a drawing as an inline image of the page: `name` is its id, `title` says what it shows.

    Raises MailkitError where it holds what it must not: script, references, foreign objects, style.
    """
    if "<!" in drawing or "<?" in drawing:
        message = f"the chart {name} holds a declaration: it is not put into the page"
        raise MailkitError(message)
    try:
        root = ET.fromstring(drawing)  # noqa: S314 - no declaration, so no entity
    except ET.ParseError as error:
        message = f"the chart {name} is no XML ({error}): it is not put into the page"
        raise MailkitError(message) from None
    for node in root.iter():
        _check(node, name)
    box = root.get("viewBox", "0 0 0 0")
    body = "".join(_written(child, bars="") for child in root)
    return (
        f'<svg id="{escape(name)}" viewBox="{escape(box)}" role="img" aria-labelledby="{escape(name)}-title">'
        f'<title id="{escape(name)}-title">{escape(title)}</title>{body}</svg>'
    )


def _check(node: ET.Element, name: str) -> None:
    """Refuse an element or an attribute that could do anything."""
    tag = node.tag.removeprefix(_PREFIX) if isinstance(node.tag, str) else "?"
    wrong = [] if tag in _SHAPES else [tag]
    wrong += [key for key in node.attrib if key.startswith("on") or "href" in key or key == "style"]
    wrong += [key for key, value in node.attrib.items() if key != "aria-label" and _FORBIDDEN.search(value)]
    if wrong:
        message = f"the chart {name} holds {wrong[0][:40]!r}: it is not put into the page"
        raise MailkitError(message)


def _written(node: ET.Element, bars: str) -> str:
    """Write an element again with what it holds; what draws nothing goes."""
    tag = node.tag.removeprefix(_PREFIX)
    bars = "bar" if _BARS.search(node.get("class", "")) else bars
    if tag == "rect" or node.get("class") in {"background", "foreground"}:  # the ground is the page's
        return ""
    classes = " ".join(dict.fromkeys(_classes(node, tag, bars)))
    kept = [(key, node.get(key)) for key in _KEPT if node.get(key) is not None]
    said = node.get("aria-label") if tag == "path" and bars else None
    inner = f"<title>{escape(said)}</title>" if said else ""
    inner += "".join(_written(child, bars) for child in node) if tag == "g" else escape(node.text or "")
    if tag == "g" and not inner:
        return ""
    attributes = "".join(f' {key}="{escape(_short(value or ""))}"' for key, value in kept if value != "translate(0,0)")
    if tag == "g" and not attributes:
        return inner
    return f"<{tag}{f' class={chr(34)}{classes}{chr(34)}' if classes else ''}{attributes}>{inner}</{tag}>"


def _classes(node: ET.Element, tag: str, bars: str) -> Iterator[str]:
    if tag == "g":
        return
    if tag == "path" and bars:
        yield bars
    for key in ("fill", "stroke"):
        color = COLORS.get(node.get(key, ""))
        if color:
            yield color if key == "fill" else f"{color}-line"


def _short(value: str) -> str:
    """Round to hundredths of a pixel."""
    return _LONG.sub(lambda found: f"{float(found.group()):.2f}".rstrip("0").rstrip("."), value)
