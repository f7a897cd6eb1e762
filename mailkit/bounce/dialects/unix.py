"""MTAs of Unix systems, as they are shipped."""

from __future__ import annotations

from mailkit.bounce.dialects.engine import Clue, Dialect
from mailkit.bounce.dialects.forms import ANGLE, ANGLE_COLON, FLUSH, PLAIN_COLON, PLAIN_LINE

UNIX: tuple[Dialect, ...] = (
    Dialect(
        name="postfix",
        source="Postfix bounce(5); corpora/mta",
        clues=(
            Clue("report", "x-postfix-queue-id"),
            Clue("report", "x-postfix;"),
            Clue("body", "this is the mail system at host"),
            Clue("body", "this is the postfix program at host"),
        ),
        begin=("the mail system\n", "the mail system\r\n", "the postfix program", "your own text from the"),
        recipient=(FLUSH, r"<{address}> \(expanded from [^)\n]{1,300}\):"),
        delayed=("delayed mail", "####################", "could not be delivered for more than"),
    ),
    Dialect(
        name="exim",
        source="Exim specification, chapter 49, customizing messages; corpora/mta",
        clues=(
            Clue("boundary", "eximdsn"),
            Clue("body", "created automatically by mail delivery software"),
            Clue("body", "a message that you sent contained one or more recipient addresses that were"),
            Clue("body", "a message that you sent contained no recipient addresses"),
        ),
        begin=(
            "address(es) failed:",
            "addresses failed:",
            "has not yet been delivered to",
            "is:\n",
            "incorrectly constructed:",
            "errors in delivery to",
            "not been delivered are:",
            "delivered is:",
            "delivered are:",
            "message identifier",
        ),
        end=(
            "the following text was generated during the delivery attempt",
            "no action is required on your part",
            "this address has been ignored",
        ),
        recipient=(
            r"[ \t]{1,8}<?{address}>?(?=:?[ \t]*\r?$|:[ \t]|[ \t]*\r?\n[ \t]{2,})",
            r"[ \t]{1,8}(?!\d{3}[ \-])[^\n<>]{1,100}+<{address}>: ",
            r"[ \t]{1,8}(?P<addr>pipe to \|[^\n]{1,400}|save to [^\n]{1,400})\r?$",
        ),
        silence="network",  # no server was reached: the routers gave up
        delayed=(
            "warning: message",
            "has not been delivered to all of its recipients after",
            "delivery attempts will continue",
        ),
    ),
    Dialect(
        name="qmail",
        source="https://cr.yp.to/proto/qsbmf.txt; seen in bounces",
        clues=(
            Clue("body", "qmail-send program at"),
            Clue("body", "i'm afraid i wasn't able to deliver your message to the following addresses"),
            Clue("body", "this is the machine generated message from mail service"),
            Clue("body", "hi. this is the"),
            Clue("body", "--- below this line is a copy of the message"),
        ),
        end=(
            "--- below this line is",
            "--- enclosed is a copy",
            "--- undelivered message follows",
            "--- original message follows",
        ),
        recipient=(FLUSH, r"{address}:[ \t]*\r?$"),
        action="failed",
    ),
    Dialect(
        name="opensmtpd",
        source="OpenSMTPD smtpd/bounce.c output; corpora/mta",
        clues=(Clue("body", "this is the mailer-daemon, please do not reply to this"),),
        begin=("list of recipients:",),
        end=("below is a copy of the original message", "please note that this is only a temporary"),
        recipient=(PLAIN_COLON,),
        delayed=("a message is delayed for more than", "your message has been delayed"),
        final=("envelope expired",),
    ),
    Dialect(
        name="dma",
        source="DragonFly Mail Agent output; corpora/mta",
        clues=(Clue("body", "this is the dragonfly mail agent"),),
        recipient=(r"There was an error delivering your mail to <?{address}>?\.?",),
        action="failed",
    ),
    Dialect(
        name="nullmailer",
        source="nullmailer-send(8), nullmailer-dsn(1) and its output; corpora/mta",
        clues=(Clue("body", "this is the nullmailer delivery system"),),
        recipient=(r"[ \t]{1,8}<{address}>[ \t]*\r?$",),
        # Sent when the message has moved to failed/, though it promises another notice where the last reply was 4.x.x.
        final=("a final delivery status notification will be generated",),
        action="failed",
    ),
    Dialect(
        name="courier",
        source="Courier MTA, courierd(8) and submit; seen in bounces",
        clues=(
            Clue("boundary", "=_courier"),
            Clue("body", "this is a delivery status notification from"),
            Clue("body", "the courier mail server"),
        ),
        begin=("the original message was received on",),
        recipient=(ANGLE_COLON,),
        delayed=("this is not a failure", "delayed"),
    ),
    Dialect(
        name="sendmail",
        source="sendmail 8 operations guide, error messages; corpora/mta",
        clues=(
            Clue("body", "----- the following addresses had"),
            Clue("body", "----- transcript of session follows -----"),
            Clue("body", "-- transcript of session follows --"),
            Clue("subject", "returned mail: see transcript for details"),
        ),
        begin=(
            "the following addresses had permanent fatal errors",
            "the following addresses had permanent delivery errors",
            "the following addresses had transient non-fatal errors",
            "the following addresses had transient",
            "the following addresses had delivery problems",
            "the following addresses have delivery notifications",
            "the following addresses had successful delivery notifications",
        ),
        recipient=(ANGLE, PLAIN_LINE, r"\"?\|[^\n]{1,300}\"?[ \t]*\r?\n[ \t]+\(expanded from: <?{address}>?\)"),
        reader="transcript",
        delayed=("warning message only", "transient non-fatal errors", "will keep trying until message is"),
    ),
    Dialect(
        name="messaging-server",
        source="Sun/Oracle Messaging Server, PMDF; seen in bounces",
        clues=(
            Clue("body", "your message cannot be delivered to the following recipients"),
            Clue("body", "this report relates to a message you sent with the following header fields"),
        ),
        begin=("cannot be delivered to the following recipients:", "is being returned to you", "recipients"),
        recipient=(
            r"[ \t]{1,8}Recipient address: <?{address}>?",
            r"[ \t]{1,8}Original address: <?{address}>?(?![\s\S]{0,400}Recipient address)",
        ),
    ),
)
