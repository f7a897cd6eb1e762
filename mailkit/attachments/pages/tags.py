"""The tags of a page as browsers read them: where they end, and what their attributes are (HTML section 13.2.5)."""

from __future__ import annotations

import re

_END = re.compile(r"(?:[^>=]++|=\s*+(?:\"[^\"]*+\"|'[^']*+')?+)*+>")
_ATTRIBUTE = re.compile(r"(?<![^\s/\"'])([^\s=/>\"']{1,60})\s*+=\s*+(?:\"([^\"]*+)\"|'([^']*+)'|([^\s>]++))")


def tag_end(text: str, at: int) -> int:
    """Give where a tag ends, of which `at` is behind the name; -1 where it does not. A quoted value may hold the sign.

    >>> tag_end("<a b='>' c>d", 2)
    11
    """
    found = _END.match(text, at)
    return found.end() if found else -1


def attributes_of(tag: str) -> dict[str, str]:
    """Give the attributes of a tag, names in small letters; of two of one name the first counts.

    >>> attributes_of(" data-type='a' TYPE=b type=c")
    {'data-type': 'a', 'type': 'b'}
    """
    found: dict[str, str] = {}
    for one in _ATTRIBUTE.finditer(tag):
        found.setdefault(one[1].lower(), one[2] or one[3] or one[4] or "")
    return found
