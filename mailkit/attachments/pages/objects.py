"""Controls that a page starts: players and old furniture are known by their class, all others are not.

The class identifiers are those that the makers give for embedding: knowledge, not seen, but for what the comment says.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterator

from mailkit.attachments.pages.tags import attributes_of, tag_end

_KNOWN = frozenset(
    {
        "d27cdb6e-ae6d-11cf-96b8-444553540000",  # Flash
        "166b1bca-3f9c-11cf-8075-444553540000",  # Shockwave
        "02bf25d5-8c17-4b23-bc80-d3488abddc6b",  # QuickTime
        "cfcdaa03-8be4-11cf-b84b-0020afbbccfa",  # RealPlayer
        "22d6f312-b0f6-11d0-94ab-0080c74c7e95",  # Media Player 6
        "6bf52a52-394a-11d3-b153-00c04f79faa6",  # Media Player 7
        "05589fa1-c356-11ce-bf01-00aa0055595a",  # ActiveMovie
        "dfeaf541-f3e1-4c24-acac-99c30715084a",  # Silverlight
        "ca8a9780-280d-11cf-a24d-444553540000",  # Acrobat
        "8ad9c840-044e-11d1-b3e9-00805f499d93",  # Java
        "cafeefac-0014-0000-0000-abcdeffedcba",  # Java 1.4
        "8e27c92b-1264-101c-8a2f-040224009c02",  # the calendar of Office
        "38481807-ca0e-42d2-bf39-b33af135cc4d",  # smart tags, as Word writes them into every page
        "10072cec-8cc1-11d1-986e-00a0c955b42e",  # VML
        "b7fc355e-8ce7-11cf-9754-00aa00c00908",  # a page in a page, 1996; seen in mail of 1998
        "d4be8632-0c85-11d2-91b1-00c04f8c8761",  # labels of the same years
        "99b42120-6ec7-11cf-a6c7-00aa00a47dd2",  # labels
        "eae50eb0-4a62-11ce-bed6-00aa00611080",  # tabs
        "8bd21d10-ec42-11ce-9e0d-00aa006002f3",  # a text field of Forms 2.0
        "d7053240-ce69-11cd-a777-00dd01143c57",  # a button of Forms 2.0
        "978c9e23-d4b0-11ce-bf2d-00aa003f40d0",  # a label of Forms 2.0
        "8bd21d40-ec42-11ce-9e0d-00aa006002f3",  # a box to tick of Forms 2.0
        "0002e510-0000-0000-c000-000000000046",  # a sheet of Office 2000, as Excel publishes it
        "0002e541-0000-0000-c000-000000000046",  # a sheet of Office XP
        "0002e559-0000-0000-c000-000000000046",  # a sheet of Office 2003
        "0002e500-0000-0000-c000-000000000046",  # a chart of Office 2000
        "0002e546-0000-0000-c000-000000000046",  # a chart of Office XP
        "0002e55d-0000-0000-c000-000000000046",  # a chart of Office 2003
        "0002e520-0000-0000-c000-000000000046",  # a pivot table of Office 2000
        "0002e542-0000-0000-c000-000000000046",  # a pivot table of Office XP
        "0002e55a-0000-0000-c000-000000000046",  # a pivot table of Office 2003
    }
)
_MAKERS = re.compile(
    r"\A\s*(?:https?:)?//(?:[\w-]{1,60}\.){0,5}"
    r"(?:macromedia|adobe|apple|real|microsoft|sun|java|msn)\.com(?:[/:?#]|\Z)|\A\s*(?:file:///?[a-z]:)?[^:/\\]*msowc[^/\\]*\Z",
    re.IGNORECASE,
)
"""Where they say that a control is to be had from."""
_CLASS = re.compile(r"\A\s*clsid:\s*\{?([0-9a-f-]{1,40})", re.IGNORECASE)
_RUNS = re.compile(r"\.(?:exe|hta|jar|cab|scr|dll|ocx|msi|inf)(?:[?#\s]|\Z)", re.IGNORECASE)
_ELEMENT = re.compile(r"<(object|embed|applet)\b", re.IGNORECASE)


def controls_in(text: str) -> Iterator[tuple[str, int]]:
    """Give what starts a control that is not known, or a program; and where."""
    at = 0
    while found := _ELEMENT.search(text, at):
        at = tag_end(text, found.end())
        if at < 0:
            return
        attributes = attributes_of(html.unescape(text[found.end() : at]))
        classes = [_CLASS.match(attributes.get(name, "")) for name in ("classid", "classtype")]
        named = [one[1].lower() for one in classes if one]
        places = [attributes.get(name, "") for name in ("codebase", "data", "src", "archive")]
        starts = any(_RUNS.search(place) and not _MAKERS.match(place) for place in places)
        if starts or any(one not in _KNOWN for one in named):
            yield text[found.start() : at], found.start()
