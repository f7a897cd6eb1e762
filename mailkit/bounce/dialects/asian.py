"""Gateways and providers of Japan, Korea and China."""

from __future__ import annotations

from mailkit.bounce.dialects.engine import Clue, Dialect
from mailkit.bounce.dialects.forms import ANGLE, ANGLE_COLON

ASIAN: tuple[Dialect, ...] = (
    Dialect(
        name="activehunter",
        source="TransWARE Active!hunter; seen in bounces",
        clues=(Clue("field", "x-ahmailid"),),
        recipient=(r">>> [^\n<>]{0,200}<{address}>", r">>> {address}"),
        reader="transcript",
    ),
    Dialect(
        name="kddi",
        source="au (KDDI) mail gateways; seen in bounces",
        clues=(
            Clue("from", "no-reply@app.auone-net.jp"),
            Clue("from", "postmaster@ezweb.ne.jp"),
            Clue("from", "@ezweb.ne.jp"),
            Clue("body", "could not be delivered to one or more of its recipients by ezweb"),
            Clue("body", "your mail sent on:"),
        ),
        recipient=(
            ANGLE_COLON,
            ANGLE,
            r"Could not be delivered to: <{address}>",
            r"Your mail attachment[^\n]{0,200}{address}",
        ),
        reader="transcript",
    ),
    Dialect(
        name="m-filter",
        source="Digital Arts m-FILTER; seen in bounces",
        clues=(Clue("mailer", "m-filter"), Clue("body", "m-filter")),
        begin=("-------server message",),
        recipient=(r"{address}\r?$",),
    ),
)
