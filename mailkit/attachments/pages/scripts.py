"""The scripts of a page: where they stand, which of them run, and what is left of the page without them."""

from __future__ import annotations

import html
import re
import zlib
from collections.abc import Iterator
from itertools import islice
from typing import NamedTuple
from urllib.parse import unquote

from mailkit.attachments.pages.smuggling import from_base64
from mailkit.attachments.pages.tags import attributes_of, tag_end

_I = re.IGNORECASE
_OPENS = re.compile(r"<script(?=[\s/>])", _I)
_CLOSES = re.compile(r"</script", _I)
_RUNS = re.compile(r"\A\s*(?:\Z|module\s*\Z)|script|babel", _I)
"""Types that run; all others hold data (HTML section 4.12.1)."""
_HANDLER = re.compile(r"[\s/\"']on[a-z]{3,30}\s{0,9}=\s{0,9}(?:\"([^\"]*+)\"|'([^']*+)'|([^\s>\"'][^\s>]*+))", _I)
_LINK = re.compile(
    r"(?:href|src|to|from|values|action|data)\s{0,9}=\s{0,9}[\"']?[\s\x00-\x20]{0,40}(?:[\w#.,]{0,80};[\s\x00-\x20]{0,40})?"
    r"(?:j\s*a\s*v\s*a\s*s\s*c\s*r\s*i\s*p\s*t\s*:|vbscript:|data:(?:text/html|application/(?:x-)?(?:java|ecma)script|text/javascript|application/xhtml|image/svg))",
    _I,
)
_FRAMED = re.compile(r"\bsrcdoc\s{0,9}=\s{0,9}(?:\"([^\"]*+)\"|'([^']*+)')", _I)
_MOST_LINKS = 100
_LINK_SIZE = 2_000
_FRAMES_DEPTH = 3
_LIBRARIES = (
    *("plotly", "vega", "echarts", "highcharts", "leaflet", "mathjax", "katex", "mermaid", "d3js.org"),
    *("reveal.js", "jquery", "plot.ly", "bokeh", "chart.js", "chart.umd", "gstatic.com/charts", "/d3.", "highlight.js"),
)
"""What draws charts and formulas: a page of one has script and few words."""
_LIBRARY_SIZE = 20_000
"""Characters that a script has at least which is a library itself; a name in a shorter one says nothing."""
_IMPORTED = re.compile(r"\bfrom\s{0,9}[\"']([^\"'\n]{1,300})[\"']")
_BESIDE = re.compile(r"\A\s*(?![a-z][a-z0-9+.-]{0,20}:|//|\\\\)[^\s]", _I)
"""The address of a file beside the page: who gets the page alone has none."""
_SOURCE_DATA = re.compile(r"\A\s*data:[\w/+.-]{0,80}(?:;(?!base64,)[\w=-]{1,40}){0,4}(;base64)?,", _I)
_COMMENTS = re.compile(r"/\*[^*]*+(?:\*(?!/)[^*]*+)*+(?:\*/|\Z)")
LONG_LITERAL = re.compile(r"\"[^\"\\\n]{200,}+\"|'[^'\\\n]{200,}+'|`[^`]{200,}+`")
_BLANKS = re.compile(r"\s{2,}")
_JOINED = re.compile(r"[\"']\s{0,20}\+\s{0,20}[\"']")
_ESCAPED = re.compile(r"\\(?:x([0-9a-f]{2})|u([0-9a-f]{4}))", _I)
_CODE = 80_000
"""Characters of a script without comments and long literals: libraries have more, and all that pages can do."""
_SAMPLE = 200_000
_REPEATS = 16
"""To so small a part packs what says one thing again and again; libraries pack to a third or a fifth."""
_ENDS = 4_000
"""Characters at either end of a longer one, where something may be put before a library or behind it."""


class Scripts(NamedTuple):
    """What a page has of script."""

    codes: list[tuple[str, int]]
    """Each script with where it stands, those of handlers and links too."""
    outside: str
    """The page without them."""
    has_library: bool
    """Whether one is a library, or loads one."""
    loaded: list[str]
    """Those that stand in an address."""


def scripts_of(text: str, low: str) -> Scripts:
    """Take the scripts out of a page."""
    codes: list[tuple[str, int]] = []
    between: list[str] = []
    loaded: list[str] = []
    at, has_library = 0, False
    for start, attributes, begin, end in _elements(text):
        between.append(text[at:start])
        at = end
        source, code = attributes.get("src", ""), text[begin:end]
        has_library = has_library or _is_library(source, code)
        if inline := _SOURCE_DATA.match(source):
            loaded.append(_decoded(source[inline.end() :], is_base64=bool(inline[1])))
        if _RUNS.search(attributes.get("type") or "") and (code.strip() or not _BESIDE.match(source)):
            codes.append((code if code.strip() else text[start + len("<script") : begin], start))
    outside = "".join((*between, text[at:]))
    if "on" in outside:
        codes += [(html.unescape(found[1] or found[2] or found[3]), 0) for found in _HANDLER.finditer(outside)]
    if "script" in outside.lower() or "&#" in low:
        codes += [(link, 0) for link in islice(_links(html.unescape(outside)), _MOST_LINKS)]
    return Scripts(codes, outside, has_library, loaded)


def _links(text: str) -> Iterator[str]:
    """Give the addresses that are script."""
    for link in _LINK.finditer(text):
        end = text.find(">", link.end(), link.end() + _LINK_SIZE)
        yield text[link.start() : link.end() + _LINK_SIZE if end < 0 else end]


def _elements(text: str) -> Iterator[tuple[int, dict[str, str], int, int]]:
    """Give the elements of script: where each begins, its attributes, and where its text begins and ends."""
    at = 0
    while opens := _OPENS.search(text, at):
        begin = tag_end(text, opens.end())
        if begin < 0:
            begin = len(text)
        closes = _CLOSES.search(text, begin)
        at = closes.start() if closes else len(text)
        yield opens.start(), attributes_of(text[opens.end() : begin]), begin, at


def _is_library(source: str, code: str) -> bool:
    """Say whether a script loads a library, or is one."""
    if source:
        words = source[:1_000].lower()
    elif len(code) > _LIBRARY_SIZE:
        words = code.lower()
    else:
        words = " ".join(_IMPORTED.findall(code)).lower()
    return bool(words) and any(word in words for word in _LIBRARIES)


def _decoded(data: str, *, is_base64: bool) -> str:
    return from_base64(unquote(data)).decode("latin-1") if is_base64 else unquote(data, "latin-1")


def frames_of(text: str) -> list[str]:
    """Give the pages that stand in a page as the content of a frame, and in those (HTML section 4.8.5)."""
    found: list[str] = []
    level = [text]
    for _ in range(_FRAMES_DEPTH):
        level = [html.unescape(one[1] or one[2] or "") for page in level for one in _FRAMED.finditer(page)]
        found += level
    return found


def plain(code: str) -> str:
    r"""Give a script without its long literals, with strings put together that were taken apart.

    >>> plain("URL['create'+'\\x4fbjectURL']")
    "URL['createObjectURL']"
    """
    code = _JOINED.sub("", LONG_LITERAL.sub("''", code))
    if "\\x" in code or "\\u" in code:
        code = _ESCAPED.sub(lambda found: chr(int(found[1] or found[2], 16)), code)
    return code


def is_long(code: str) -> bool:
    """Say whether a script that `plain` gave is as long as libraries are, without what pads it."""
    if len(code) <= _CODE:
        return False
    code = _BLANKS.sub(" ", _COMMENTS.sub("", code))
    sample = code[:_SAMPLE].encode("utf-8", "replace")
    return len(code) > _CODE and len(zlib.compress(sample, 1)) * _REPEATS > len(sample)


def ends_of(code: str) -> str:
    """Give both ends of a long script."""
    return f"{code[:_ENDS]}\n{code[-_ENDS:]}"
