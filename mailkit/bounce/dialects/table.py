"""The dialects, in the order in which they are tried: the unmistakable before the general.

To add a format: put the message and its expected answer into the corpus, add a row, run the tests.
"""

from __future__ import annotations

from mailkit.bounce.dialects.engine import Clue, Dialect

# The forms in which MTAs begin what they say of a recipient.
ANGLE_COLON = r"[ \t]{0,8}<{address}>[ \t]*:"  # <joe@example.org>: host said ...
FLUSH = r"<{address}>[ \t]*:"  # the same, where indented lines are what the server said
ANGLE = r"[ \t]{0,12}<{address}>"
PLAIN_COLON = r"[ \t]{0,8}{address}[ \t]*:(?!//)"
PLAIN_LINE = r"[ \t]{0,12}{address}[ \t]*\r?$"
INDENTED = r"[ \t]{1,12}<?{address}>?(?=[ \t]*\r?$|:|[ \t]+\()"

DIALECTS: tuple[Dialect, ...] = (
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
        name="amazon-ses",
        source="Amazon SES developer guide, bounce notifications; seen in bounces",
        clues=(Clue("from", ".amazonses.com"), Clue("report", "amazonses.com"), Clue("message-id", "amazonses.com")),
        begin=("following recipients:", "following recipients"),
        recipient=(PLAIN_LINE, ANGLE),
    ),
    Dialect(
        name="amazon-workmail",
        source="Amazon WorkMail; seen in bounces",
        clues=(Clue("mailer", "amazon workmail"), Clue("report", "awsapps.com"), Clue("from", ".awsapps.com")),
        begin=("technical report:",),
    ),
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
        name="activehunter",
        source="TransWARE Active!hunter; seen in bounces",
        clues=(Clue("field", "x-ahmailid"),),
        recipient=(r">>> [^\n<>]{0,200}<{address}>", r">>> {address}"),
        reader="transcript",
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
            Clue("report", "reporting-mta: dns; googlemail.com"),
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
        name="fml",
        source="fml 4 and 8 mailing list server; seen in bounces",
        clues=(Clue("subject", "loop alert"), Clue("body", "duplicated message-id in <"), Clue("body", "fml uri")),
        recipient=(r"Duplicated Message-ID in <{address}>", r"Loop[^\n]{0,60}<{address}>"),
        action="failed",
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
        source="nullmailer output; corpora/mta",
        clues=(Clue("body", "this is the nullmailer delivery system"),),
        recipient=(r"[ \t]{1,8}<{address}>[ \t]*\r?$",),
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
        name="exchange-online",
        source="Microsoft, Email non-delivery reports in Exchange Online; seen in bounces",
        clues=(
            Clue("report", ".outlook.com"),
            Clue("body", "protection.outlook.com"),
            Clue("body", ".prod.outlook.com"),
            Clue("field", "x-ms-exchange-message-is-ndr"),
        ),
        recipient=(r"{address}\r?$",),
    ),
    Dialect(
        name="outlook-com",
        source="Outlook.com; seen in bounces",
        clues=(Clue("report", ".hotmail."), Clue("boundary", "9b095b5adsn="), Clue("from", "postmaster@mail.hotmail.")),
        begin=("delivery to the following recipients failed", "delivery to the following recipients has been delayed"),
        recipient=(INDENTED,),
    ),
    Dialect(
        name="exchange",
        source="Microsoft Exchange 2007 to 2019, NDR format; seen in bounces",
        clues=(
            Clue("body", "sent by microsoft exchange server"),
            Clue("body", "diagnostic information for administrators"),
            Clue("body", "resolver.adr."),
            Clue("report", "resolver.adr."),
            Clue("body", "informations de diagnostic pour les administrateurs"),
            Clue("body", "diagnoseinformationen für administratoren"),
            Clue("body", "informazioni di diagnostica per gli amministratori"),
            Clue("body", "información de diagnóstico para administradores"),
            Clue("body", "管理者向けの診断情報"),
        ),
        begin=(
            "diagnostic information for administrators",
            "informations de diagnostic pour les administrateurs",
            "diagnoseinformationen für administratoren",
            "informazioni di diagnostica per gli amministratori",
            "información de diagnóstico para administradores",
            "管理者向けの診断情報",
        ),
        recipient=(r"{address}\r?$",),
    ),
    Dialect(
        name="exchange-5.5",
        source="Exchange 5.5 and 2000/2003, Internet Mail Service; seen in bounces",
        clues=(
            Clue("body", "msexch:im"),
            Clue("mailer", "internet mail service"),
            Clue("mailer", "internet mail connector"),
            Clue("body", "did not reach the following recipient(s)"),
            Clue("body", "the following recipient(s) could not be reached"),
            Clue("body", "the following recipient(s) cannot be reached"),
        ),
        begin=(
            "did not reach the following recipient(s):",
            "the following recipient(s) could not be reached:",
            "the following recipient(s) cannot be reached:",
        ),
        recipient=(
            r"[ \t]{0,12}['\"]?{address}['\"]? (?:on|le|am|el|il) ",
            r"[ \t]{0,12}['\"]?[^\n@<>]{0,80}<{address}>['\"]? on ",
            PLAIN_LINE,
        ),
        action="failed",
    ),
    Dialect(
        name="lotus-domino",
        source="HCL Domino delivery failure reports; seen in bounces",
        clues=(
            Clue("body", "domino directory"),
            Clue("subject", "delivery failure:"),
            Clue("mailer", "lotus domino"),
            Clue("mailer", "lotus notes"),
        ),
        begin=("could not be delivered to:",),
        recipient=(PLAIN_LINE, ANGLE),
    ),
    Dialect(
        name="groupwise",
        source="Novell GroupWise Internet Agent; seen in bounces",
        clues=(
            Clue("mailer", "groupwise"),
            Clue("body", "the message that you sent was undeliverable to the following"),
        ),
        begin=("undeliverable to the following:",),
        recipient=(PLAIN_LINE, r"[ \t]{1,12}{address} ?\("),
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
            r"[ \t]{1,8}Recipient address: <?{address}>?",
            r"[ \t]{1,8}Original address: <?{address}>?(?![\s\S]{0,400}Recipient address)",
        ),
    ),
    Dialect(
        name="imail",
        source="Ipswitch IMail Server; seen in bounces",
        clues=(
            Clue("mailer", "<smtp32 v"),
            Clue("body", "undeliverable to "),
            Clue("body", "user mailbox exceeds allowed size"),
        ),
        recipient=(
            r"Undeliverable to <?{address}>?",
            r"Unknown user: {address}",
            r"User mailbox exceeds allowed size: {address}",
            r"undeliverable to {address}",
            r"Delivery failed[^\n]{0,80}: {address}",
        ),
        action="failed",
    ),
)
"""Every dialect, in order; the first whose clues are there reads the notice."""
