"""Content-Length in an mbox: what a header states, and whether it leads to the end of its message."""

from __future__ import annotations

import re
from typing import NamedTuple

from mailkit.syntax.from_line import FromLine, parse_from_line

CONTEXT_BYTES = 4
"""Bytes before a place that tell whether a blank line ends there: LF CR CR LF."""
GAP_BYTES = 6
"""Two line ends, the most that may stand between the place and the separator."""

_LENGTH = re.compile(rb"^content-length[ \t]*+:[ \t]*+([^\n]*+)", re.MULTILINE)
_DIGITS = re.compile(rb"\d{1,18}")
_GAP = re.compile(rb"(?:\r{0,2}\n){0,2}+")
_BLANK = re.compile(rb"\n\r{0,2}\n\Z")


class Landing(NamedTuple):
    """What stands at the place to which a length leads."""

    right: bool
    """Whether the message ends there."""
    gap: int = 0
    """Bytes of line ends between the place and the separator."""
    size: int = 0
    """Bytes of the separator; none where the input ends."""
    line: FromLine | None = None


WRONG = Landing(right=False)


def stated_length(header: bytes) -> tuple[int, int] | None:
    r"""Give the first Content-Length of a header block, -1 where it is no number, and where it stands.

    >>> stated_length(b"A: b\nContent-Length: 300\n\n")
    (300, 5)
    """
    folded = header.lower()
    place = folded.find(b"content-length")
    match = _LENGTH.search(folded, place) if place >= 0 else None
    if not match:
        return None
    digits = match[1].strip()
    return (int(digits) if _DIGITS.fullmatch(digits) else -1), match.start()


def landing(text: bytes, place: int, limit: int, *, ended: bool) -> Landing | None:
    r"""Say what stands at a place of `text`; None where more of the input must be seen.

    The text has CONTEXT_BYTES before the place, or what there is since a line began. `ended` says
    that the input ends with the text, `limit` is the most that a separator may have.

    >>> landing(b"hi\n\nFrom a@b Sat Jan  3 01:02:03 2026\n", 3, 1000, ended=False)[:3]
    (True, 1, 34)
    """
    if place > len(text):
        return WRONG if ended else None
    if text[place - 1 : place] == b"\r" and text[place : place + 1] in (b"\r", b"\n"):
        return WRONG
    match = _GAP.match(text, place)
    assert match is not None  # it may be empty
    start = match.end()
    word = text[start : start + 5]
    if not word and ended:
        return Landing(right=True, gap=start - place)
    if word != b"From ":
        return None if not ended and _may_begin(word) else WRONG
    return _separator(text, start, start - place, limit, ended=ended)


def _separator(text: bytes, start: int, gap: int, limit: int, *, ended: bool) -> Landing | None:
    """Read the separator that should begin at a place of the text."""
    end = text.find(b"\n", start, start + limit) + 1
    if not end and len(text) - start < limit:
        if not ended:
            return None
        end = len(text)
    line = parse_from_line(text[start:end]) if end else None
    if line is None or not _BLANK.search(text, max(0, start - CONTEXT_BYTES), start):
        return WRONG
    return Landing(right=True, gap=gap, size=end - start, line=line)


def _may_begin(word: bytes) -> bool:
    """Say whether the last bytes that were seen may begin a line end or a separator."""
    return b"From ".startswith(word) or word in (b"\r", b"\r\r")
