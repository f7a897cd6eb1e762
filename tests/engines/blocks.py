"""Blocks of code of a page of the documentation, so that what stands there is what is run."""

from __future__ import annotations

import re
from pathlib import Path

_HEADING = re.compile(r"^## (?P<name>.+)$")
_FENCE = re.compile(r"^```(?P<lang>\w*)$")


def blocks(page: Path, lang: str) -> dict[str, list[str]]:
    """Give the blocks of a language below each heading that has some; those with ``>>>`` are run as doctests."""
    found: dict[str, list[str]] = {}
    heading, inside, lines = "", "", list[str]()
    for line in page.read_text("utf-8").splitlines():
        fence = _FENCE.match(line)
        if fence and not inside:
            inside, lines = fence["lang"] or "none", []
        elif fence:
            text = "\n".join(lines)
            if inside == lang and ">>>" not in text:
                found.setdefault(heading, []).append(text)
            inside = ""
        elif inside:
            lines.append(line)
        elif match := _HEADING.match(line):
            heading = match["name"]
    assert found, f"{page} has no block of {lang}"
    return found
