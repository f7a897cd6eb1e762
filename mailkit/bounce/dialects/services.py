"""E-mail services that send for others."""

from __future__ import annotations

from mailkit.bounce.dialects.engine import Clue, Dialect
from mailkit.bounce.dialects.forms import ANGLE, FLUSH, PLAIN_LINE

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
    Dialect(
        name="sendgrid",
        source="SendGrid; knowledge of the product, seen in bounces",
        clues=(
            Clue("body", "this is an automatically generated message from sendgrid"),
            Clue("from", "@sendgrid.net"),
            Clue("reporter", "sendgrid.net"),
        ),
        begin=("one of its intended recipients.", "please contact sendgrid support."),
        recipient=(r"<?{address}>?[ \t]*(?:\(|\r?$)",),
        action="failed",
    ),
    Dialect(
        name="powermta",
        source="PowerMTA user's guide, delivery reports; seen in bounces",
        clues=(
            Clue("report", "x-powermta-"),
            Clue("body", "i am sending you this message to inform you on the delivery status of a"),
        ),
        begin=("headers of the original\nmessage.", "headers of the original\r\nmessage."),
        recipient=(r"[ \t]{1,8}<{address}>",),
        delayed=("will continue trying", "delivery delayed"),
    ),
    Dialect(
        name="momentum",
        source="Momentum, once Ecelerity, its bounce messages; knowledge of the product, seen in bounces",
        clues=(Clue("body", "created automatically by the mail system (ecelerity)"),),
        recipient=(r">>> <?{address}>? ",),
    ),
    Dialect(
        name="kumomta",
        source="KumoMTA reference, generate_rfc3464_message; knowledge of the product, not seen in a message",
        clues=(
            Clue("body", "the message was received at "),
            Clue("body", "and addressed to "),
            Clue("body", "while communicating with "),
            Clue("body", "the message will be deleted from the queue"),
        ),
        need=3,
        recipient=(r" ?and addressed to <?{address}>?\.?\r?$",),
        delayed=("the message will be retried", "will try again"),
    ),
    Dialect(
        name="haraka",
        source="Haraka, docs of outbound and config/outbound.bounce_message; corpora/services",
        clues=(Clue("body", "this is the haraka mailer program at"),),
        end=("--- below this line is",),
        recipient=(
            FLUSH,
            r"Intended Recipients: <{address}>[ \t]*\r?\n(?=Failure Reason: (?!Error: Some recip|Error: Too many fail))",
        ),
        action="failed",
    ),
    Dialect(
        name="zonemta",
        source="ZoneMTA, plugins/core/email-bounce; corpora/services",
        clues=(Clue("report", "x-zonemta-queue-id"), Clue("report", "x-zonemta-sender")),
        begin=("failed permanently:",),
        end=("technical details of permanent failure",),
        recipient=(PLAIN_LINE,),
        delayed=("delivery will be retried",),
    ),
    Dialect(
        name="postal",
        source="Postal, its bounce messages; knowledge of the product, not seen in a message",
        clues=(
            Clue("body", "this is the mail delivery service responsible for delivering mail to"),
            Clue("subject", "mail delivery failed ("),
        ),
        need=2,
        recipient=(r"Rcpt To: <?{address}>?",),
        action="failed",
    ),
)
