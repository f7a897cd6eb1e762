"""Mailing-list managers."""

from __future__ import annotations

from mailkit.bounce.dialects.engine import Clue, Dialect

LISTS: tuple[Dialect, ...] = (
    Dialect(
        name="fml",
        source="fml 4 and 8 mailing list server; seen in bounces",
        clues=(Clue("subject", "loop alert"), Clue("body", "duplicated message-id in <"), Clue("body", "fml uri")),
        recipient=(r"Duplicated Message-ID in <{address}>", r"Loop[^\n]{0,60}<{address}>"),
        action="failed",
    ),
)
