"""What must not be written again though it is text: addresses of the web, and what has a meaning in HTML and tables.

A character of an address is a part of it, whatever it looks like. In HTML, CSV and their kind a quote or an angle
bracket that stands there in another form would begin to mean something if it were written in ASCII.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from heapq import merge

from mailkit.charsets.codec import decode_replacing
from mailkit.text.spots import Spot

_REST = r"[^\s<>\"'「」『』（）【】、。]*+"
_ADDRESS = re.compile(
    rf"(?:[A-Za-z][A-Za-z0-9+.-]{{1,20}}:/|mailto:|www\.|[A-Za-z0-9-]{{1,63}}\.[A-Za-z]{{2,20}}/){_REST}"
    r"|[^\s<>\"'@]{1,64}@(?=[A-Za-z0-9])"
)
_TAG = re.compile(
    r"<(?:!--(?:(?!-->).)*+(?:-->)?|(?=(?:script|style)\b)(?:(?!</(?:script|style)).)*+>?"
    r"|[A-Za-z/!?](?:\"[^\"]*+(?:\"|\Z)|'[^']*+(?:'|\Z)|[^<>\"'])*+>?)",
    re.DOTALL | re.IGNORECASE,
)
_MEANT = re.compile("[\"'<>&,;:=\\\\/`%@#\t\r\n]")
_LF = re.compile("\n")


def guarded(data: bytes, codec: str, kind: str, spots: Sequence[Spot]) -> set[int]:
    """Give the offsets of the spots that stay, of text of a media type; the spots are in order.

    >>> from mailkit.text.look import spots_of
    >>> data = "① http://a.example/①".encode()
    >>> guarded(data, "utf-8", "text/plain", list(spots_of(data, "utf-8")))
    {21}
    """
    text = data.decode("utf-8", "surrogateescape") if codec == "utf-8" else decode_replacing(data, codec)
    plain = kind == "text/plain"
    lines = [0, *(found.end() for found in _LF.finditer(text))]
    spans = _spans(text, markup=not plain)
    begin, end = next(spans, (len(text), len(text)))
    stays = set()
    for spot in spots:
        place = lines[min(spot.line, len(lines)) - 1] + spot.column - 1
        while end <= place and end < len(text):
            begin, end = next(spans, (len(text), len(text)))
        if begin <= place < end or (not plain and spot.suggestion and _MEANT.search(spot.suggestion)):
            stays.add(spot.start)
    return stays


def _spans(text: str, *, markup: bool) -> Iterator[tuple[int, int]]:
    """Give where addresses and tags stand, in order of their beginnings, none of which ends before the one in front of it."""
    tags = _TAG.finditer(text) if markup else iter(())
    done = 0
    for begin, end in merge((found.span() for found in _ADDRESS.finditer(text)), (found.span() for found in tags)):
        if end > done:
            yield max(begin, done), end
            done = end
