"""MTAs of Unix systems, as they are shipped."""

from __future__ import annotations

from mailkit.bounce.dialects.engine import Clue, Dialect
from mailkit.bounce.dialects.forms import ANGLE, ANGLE_COLON, FLUSH, PLAIN_COLON, PLAIN_LINE

_LOCAL = r"\"?\|[^\n]{1,300}|\\[^\s@<>]{1,64}|/[^\s<>]{1,200}"
"""A program, a mailbox or a file, as sendmail names them in the place of an address."""

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
        name="axigen",
        source="AXIGEN Mail Server, by the boundary that its web mail has; seen in bounces",
        clues=(
            Clue("body", "    this is an automatically generated delivery status notification.    "),
            Clue("body", "    this message was created automatically by mail delivery software.    "),
            Clue("body", "to the following recipients was aborted after "),
        ),
        recipient=(r"[ \t]{1,4}\* <?{address}>?",),
        action="failed",
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
            r"[ \t]{1,8}+(?!\d{3}[ \-])[^\n<>]{1,100}+<{address}>: ",
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
        name="james",
        source="Apache James, RemoteDelivery, DSNBounce and NotifySender; knowledge of the product, seen in bounces",
        clues=(
            Clue("body", "this is the james mail server at"),
            Clue("report", "x-james;"),
            Clue("body", "\n  size (in bytes): "),
        ),
        begin=("failed recipient(s):", "unable to deliver\nyour message.", "unable to deliver\r\nyour message."),
        end=("error message:", "error message below:"),
        recipient=(PLAIN_LINE, r"[ \t]{2}RCPT TO: {address}"),
        action="failed",
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
        delayed=("delivery attempts will continue", "do not need to resend", "will keep trying", "still in the queue"),
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
        name="chasquid",
        source="chasquid, its delivery status notifications; corpora/unix",
        clues=(Clue("message-id", "<chasquid-dsn-"),),
        begin=("technical details:",),
        recipient=(r"- \"{address}\" \([A-Z]{1,12}\) (?:failed permanently with error|last failure|failed)",),
        action="failed",
    ),
    Dialect(
        name="dovecot",
        source="Dovecot, settings rejection_reason and rejection_subject; corpora/unix",
        clues=(
            Clue("body", "> was automatically rejected:"),
            Clue("message-id", "<dovecot-"),
            Clue("subject", "automatically rejected mail"),
        ),
        need=2,
        recipient=(r"Your message to <{address}> was automatically rejected:",),
        action="failed",
    ),
    Dialect(
        name="cyrus",
        source="Cyrus IMAP, Sieve reject of lmtpd; corpora/unix",
        clues=(
            Clue("field", "x-sieve-action"),
            Clue("from", "mail sieve subsystem"),
            Clue("body", "your message was automatically rejected by sieve, a mail"),
        ),
        need=2,
        action="failed",
    ),
    Dialect(
        name="maddy",
        source="maddy, internal/dsn; knowledge of the product, not seen in a message",
        clues=(
            Clue("report", "x-maddy-"),
            Clue(
                "body", "unfortunately, your message could not be delivered to one or more\nrecipients. the usual cause"
            ),
            Clue(
                "body",
                "unfortunately, your message could not be delivered to one or more\r\nrecipients. the usual cause",
            ),
        ),
        recipient=(r"Delivery to <?{address}>? failed with error:",),
        action="failed",
    ),
    Dialect(
        name="mox",
        source="mox, queue/dsn.go; knowledge of the product, not seen in a message",
        clues=(
            Clue("body", "delivery has failed permanently for your email to:"),
            Clue("body", "delivery has been delayed of your email to:"),
            Clue("subject", "mail delivery failed"),
            Clue("subject", "mail delivery delayed"),
        ),
        need=2,
        begin=("for your email to:", "of your email to:"),
        recipient=(r"[ \t]{1,8}<?{address}>?[ \t]*\r?$",),
        delayed=("delivery has been delayed of your email",),
    ),
    Dialect(
        name="stalwart",
        source="Stalwart Mail Server, its delivery status notifications; knowledge of the product, not seen in a message",
        clues=(
            Clue("body", "your message could not be delivered to the following recipients:"),
            Clue("body", "there was a temporary problem delivering your message to the following recipients:"),
            Clue("body", "your message has been successfully delivered to the following recipients:"),
            Clue("subject", "failed to deliver message"),
            Clue("subject", "warning: delay in message delivery"),
            Clue("subject", "successfully delivered message"),
            Clue("subject", "partially delivered message"),
        ),
        need=2,
        recipient=(r"<{address}> \(",),
    ),
    Dialect(
        name="zmailer",
        source="ZMailer manual, delivery reports; knowledge of the product, seen in bounces",
        clues=(
            Clue("body", "this is a collection of reports about email delivery"),
            Clue("subject", "delivery reports about your email"),
            Clue("subject", "delivery reports about your message"),
        ),
        begin=("failed:", "delayed:", "delivered:", "relayed:"),
        recipient=(
            r"[ \t]{1,8}Original Recipient:\s{1,12}rfc822;[ \t]?{address}",
            r"[ \t]{0,8}<smtp \S{1,255} {address} [^\s>]{1,40}>",
        ),
        delayed=("delayed:",),
    ),
    Dialect(
        name="smail",
        source="smail 3.2, its error messages to senders; knowledge of the product, seen in bounces",
        clues=(
            Clue("body", "message log follows: ----"),
            Clue("body", "failed addresses follow: ----"),
            Clue("subject", "mail failed, returning to sender"),
        ),
        need=2,
        begin=("failed addresses follow:",),
        end=("message text follows:", "message header follows:"),
        recipient=(r"[ \t]{1,8}<?{address}>? ?\.{3}",),
        action="failed",
    ),
    Dialect(
        name="mmdf",
        source="MMDF II, its notices of undeliverable mail; knowledge of the product, not seen in a message",
        clues=(
            Clue("subject", "failed mail  (msg."),
            Clue("subject", "failed mail (msg."),
            Clue("subject", "waiting mail  (msg."),
            Clue("subject", "waiting mail (msg."),
            Clue("body", ") (queue: "),
        ),
        need=2,
        recipient=(r"[ \t]{0,8}'<?{address}>? \(host: [^)\n]{1,255}\) \(queue: [^)\n]{1,40}\)'",),
        delayed=("has not yet been delivered", "waiting mail"),
    ),
    Dialect(
        name="pp",
        source="PP and Isode M-Switch, X.400 delivery reports of RFC 2156; knowledge of the product, not seen in a message",
        clues=(
            Clue("subject", "delivery report (failure) for "),
            Clue("subject", "delivery report (success) for "),
            Clue("body", "this report relates to your message: "),
        ),
        need=2,
        end=("***** the following information is directed",),
        recipient=(
            r"(?:Your message|It) was not delivered to:?\s{1,12}<?{address}>?",
            r"(?:Your message|It) was delivered to:?\s{1,12}<?{address}>?",
        ),
    ),
    Dialect(
        name="ibm-smtp",
        source="IBM TCP/IP for VM and MVS, SMTP server; knowledge of the product, not seen in a message",
        clues=(
            Clue("body", "unable to deliver following mail to recipient(s):"),
            Clue("body", "** text of mail follows **"),
        ),
        begin=("unable to deliver following mail to recipient(s):",),
        end=("** text of mail follows **",),
        recipient=(ANGLE,),
        action="failed",
    ),
    Dialect(
        name="mx-vms",
        source="MX for OpenVMS, its delivery errors; knowledge of the product, not seen in a message",
        clues=(Clue("body", "error occurred sending to the following user(s):"),),
        begin=("error occurred sending to the following user(s):",),
        recipient=(ANGLE_COLON,),
        action="failed",
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
        recipient=(
            ANGLE + r"(?!\.\.\. ?expanded to)",
            PLAIN_LINE,
            rf"(?:{_LOCAL})[ \t]*\r?\n(?=(?:[ \t]+\(reason: [^\n]{{1,300}}\n)?[ \t]+\(expanded from: <?{{address}}>?\))",
            rf"(?P<addr>{_LOCAL})[ \t]*\r?\n(?=[ \t]+\((?:reason|expanded from): )",
        ),
        reader="transcript",
        delayed=("warning message only", "transient non-fatal errors", "will keep trying until message is"),
    ),
    Dialect(
        name="pmdf",
        source="PMDF 4 for VMS, before it wrote reports; knowledge of the product, not seen in a message",
        clues=(
            Clue("body", "\naddressee: "),
            Clue("body", "message could not be delivered to:"),
            Clue("from", "pmdf mail server"),
        ),
        need=2,
        recipient=(r"Addressee: <?{address}>?",),
        action="failed",
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
            r"[ \t]{1,8}Recipient address: <?{address}>?(?:[ \t]*\r?\n[ \t]{1,8}Original address: [^\n]{1,400})?",
            r"[ \t]{1,8}Original address: <?{address}>?",
        ),
    ),
)
