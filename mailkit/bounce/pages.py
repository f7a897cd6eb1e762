"""The words of an HTML page, line by line as a reader sees them."""

from __future__ import annotations

import html
import re

_INVISIBLE = re.compile(r"<(?:(script|style|head|title)\b|!--)", re.IGNORECASE)
_LINE_ENDS = re.compile(r"[\r\n]+")
_BREAK = re.compile(
    r"<(?:br|p|/p|div|/div|tr|/tr|td|li|h[1-6]|/h[1-6]|hr|pre|/pre|table|/table)\b[^<>]{0,2000}/?>[ ]?", re.IGNORECASE
)
# An address in angle brackets is no tag: <joe@example.org>
_TAG = re.compile(r"<(?![^\s<>@=]{1,128}@[^\s<>]{1,255}>)/?[A-Za-z!][^<>]{0,4000}>")


def strip_html(text: str) -> str:
    """Take the words out of a page; breaks become line ends."""
    text = _visible(text)
    text = _flowed(text)
    text = _BREAK.sub("\n", text)
    return html.unescape(_TAG.sub("", text))


def _visible(text: str) -> str:
    """Take out scripts, styles, heads and comments, in one pass; one that never ends stays."""
    lower = text.lower()
    if len(lower) != len(text):
        return text
    kept = []
    done = 0
    endless: set[str] = set()
    for match in _INVISIBLE.finditer(lower):
        name = match[1] or ""
        if match.start() < done or name in endless:
            continue
        end = lower.find(f"</{name}" if name else "-->", match.end())
        if end < 0:
            endless.add(name)
            continue
        kept.append(text[done : match.start()])
        done = lower.find(">", end) + 1 or len(text)
    kept.append(text[done:])
    return " ".join(kept)


def _flowed(text: str) -> str:
    """Make blanks of line ends, as they are in a page but where it is preformatted."""
    lower = text.lower() if "<" in text else ""
    kept = []
    done = 0
    while len(lower) == len(text) and (start := lower.find("<pre", done)) >= 0:
        end = lower.find("</pre", start)
        if end < 0:
            break
        kept += [_LINE_ENDS.sub(" ", text[done:start]), text[start:end]]
        done = end
    kept.append(_LINE_ENDS.sub(" ", text[done:]))
    return "".join(kept)


def looks_like_html(text: str) -> bool:
    """Say whether a text that is not called HTML is a page all the same."""
    return "<" in text[:400] and text[:400].lstrip().lower().startswith(
        ("<html", "<!doctype html", "<div", "<p>", "<table")
    )
