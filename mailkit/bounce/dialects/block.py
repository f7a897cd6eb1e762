"""What a notice says of one recipient."""

from __future__ import annotations

from typing import NamedTuple

from mailkit.bounce.notice import TextView


class Block(NamedTuple):
    """What a notice says of one recipient."""

    address: str | None
    text: str
    view: TextView
    start: int
    stop: int
    """Where the text stands in the view."""
