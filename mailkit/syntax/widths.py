"""How wide a text is on a terminal."""

from __future__ import annotations

import unicodedata


def width_of(text: str) -> int:
    """Count the columns that a text takes on a terminal.

    >>> width_of("mail"), width_of("日本")
    (4, 4)
    """
    if text.isascii():
        return len(text)
    return sum(0 if unicodedata.combining(c) else 2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in text)
