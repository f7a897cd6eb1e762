"""Names and values of a message made fit to be printed and to stand in a path."""

from __future__ import annotations

import re
import unicodedata

MAX_CHARACTERS = 120
_PLAIN = re.compile(r"[ -~]*")


def printable(text: str, limit: int = MAX_CHARACTERS) -> str:
    r"""Give a text of one line without controls, bidirectional marks and other invisible characters.

    Each of those is shown by its code; the middle of a long text goes.

    >>> printable("a\u202egnp.exe"), printable("x" * 200, 11)
    ('a<U+202E>gnp.exe', 'xxxxx…xxxxx')
    """
    if len(text) > limit:
        half = limit // 2
        text = f"{text[:half]}…{text[-half:]}"
    if _PLAIN.fullmatch(text):
        return text
    return "".join([_shown(character) for character in text])


def _shown(character: str) -> str:
    kind = unicodedata.category(character)
    return f"<U+{ord(character):04X}>" if kind[0] == "C" or kind in {"Zl", "Zp"} else character


def segment(name: str) -> str:
    """Give a name as one step of a path: ``!`` stands between the steps.

    >>> segment("docs/hi!.txt")
    'docs/hi_.txt'
    """
    return printable(name).replace("!", "_").strip() or "unnamed"
