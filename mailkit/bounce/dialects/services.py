"""E-mail services that send for others."""

from __future__ import annotations

from mailkit.bounce.dialects.engine import Clue, Dialect
from mailkit.bounce.dialects.forms import ANGLE, PLAIN_LINE

SERVICES: tuple[Dialect, ...] = (
    Dialect(
        name="amazon-ses",
        source="Amazon SES developer guide, bounce notifications; seen in bounces",
        clues=(Clue("from", ".amazonses.com"), Clue("reporter", "amazonses.com"), Clue("message-id", "amazonses.com")),
        begin=("following recipients:", "following recipients"),
        recipient=(PLAIN_LINE, ANGLE),
    ),
    Dialect(
        name="amazon-workmail",
        source="Amazon WorkMail; seen in bounces",
        clues=(Clue("mailer", "amazon workmail"), Clue("reporter", "awsapps.com"), Clue("from", ".awsapps.com")),
        begin=("technical report:",),
    ),
)
