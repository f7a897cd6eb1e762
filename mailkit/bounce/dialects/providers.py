"""Mailbox providers."""

from __future__ import annotations

from mailkit.bounce.dialects.engine import Clue, Dialect
from mailkit.bounce.dialects.forms import ANGLE, ANGLE_COLON, INDENTED, PLAIN_LINE

PROVIDERS: tuple[Dialect, ...] = (
    Dialect(
        name="zoho",
        source="Zoho Mail; seen in bounces",
        clues=(
            Clue("field", "x-zohomail"),
            Clue("from", "mailer-daemon@mail.zoho."),
            Clue("from", "zohomail"),
            Clue("mailer", "zoho mail"),
        ),
        recipient=(
            r"\[Status: Error, Address: <{address}>",
            r"<?{address}>?[,:]? (?=ResponseCode|Error|ERROR|Invalid|\d{3})",
            INDENTED,
        ),
        delayed=("warning message only", "will be retried"),
    ),
    Dialect(
        name="google-groups",
        source="Google Groups help, posting errors; seen in bounces",
        clues=(
            Clue("from", "mailer-daemon@googlemail.com"),
            Clue("body", "google groups"),
            Clue("body", "groups.google.com"),
        ),
        need=3,
        action="failed",
    ),
    Dialect(
        name="gmail",
        source="Gmail help, bounced messages; seen in bounces",
        clues=(
            Clue("from", "mailer-daemon@googlemail.com"),
            Clue("from", "mailer-daemon@google.com"),
            Clue("reporter", "googlemail.com"),
            Clue("field", "x-gm-message-state"),
        ),
        begin=(
            "delivery to the following recipient failed permanently:",
            "delivery to the following recipients failed permanently:",
            "delivery to the following recipient has been delayed:",
            "delivery to the following recipients has been delayed:",
            "message was not delivered to",
        ),
        recipient=(PLAIN_LINE,),
        delayed=("has been delayed", "message delayed", "temporary problem", "delivery incomplete"),
    ),
    Dialect(
        name="mailru",
        source="mail.ru (Exim); seen in bounces",
        clues=(
            Clue("from", "mailer-daemon@corp.mail.ru"),
            Clue("from", "@mail.ru"),
            Clue("field", "x-failed-recipients"),
        ),
        need=2,
        recipient=(INDENTED,),
    ),
    Dialect(
        name="yahoo",
        source="Yahoo Mail; seen in bounces",
        clues=(
            Clue("body", "sorry, we were unable to deliver your message to the following address"),
            Clue("from", "mailer-daemon@yahoo."),
        ),
        end=("--- below this line is", "--- enclosed is a copy"),
        recipient=(ANGLE_COLON, ANGLE),
        action="failed",
    ),
)
