"""Groupware and mail servers of Windows."""

from __future__ import annotations

from mailkit.bounce.dialects.engine import Clue, Dialect
from mailkit.bounce.dialects.forms import ANGLE, INDENTED, PLAIN_LINE

_ADMINISTRATORS = (
    "diagnostic information for administrators",
    "diagnoseinformationen für administratoren",
    "informations de diagnostic pour les administrateurs",
    "información de diagnóstico para administradores",
    "informazioni di diagnostica per gli amministratori",
    "informações de diagnóstico para administradores",
    "diagnostische gegevens voor beheerders",
    "informacje diagnostyczne dla administratorów",
    "diagnostikinformation för administratörer",
    "管理者向けの診断情報",
    "管理员诊断信息",
    "供管理员使用的诊断信息",
    "系統管理員診斷資訊",
)
"""What Exchange writes over the lines that are not for the sender.

English, French and Italian were seen in bounces, the others are remembered.
"""
_ANSWERED = r"{address}[ \t]*\r?\n(?=[^\n]{0,300}?(?:#|returned|\b[245]\d\d[ \-])|[ \t]{0,8}[\w.\-]{1,253}[ \t]*\r?\n)"
"""A recipient of Exchange 2007 and later, with the server's answer, or its name and then its answer, on the next line."""
_REACHED = (
    "the following recipient(s) could not be reached:",
    "the following recipient(s) cannot be reached:",
    "folgende(r) empfänger kann/können nicht erreicht werden:",
    "impossible de contacter le(s) destinataire(s) suivant(s)",
    "no se puede localizar a los siguientes destinatarios:",
    "impossibile raggiungere i seguenti destinatari:",
)
"""What Exchange 2000 and 2003 write over the recipients; where the language is another, their Content-Class tells."""
_ON = r" (?:[^\W\d]{1,6} )?(?=(?:[^\W\d]{2,9}[.,]{0,2} )?\d{1,4}[./ \-])"
_LINES = (
    rf"[ \t]{{0,12}}['\"<]?{{address}}['\">]?{_ON}",  # joe@example.org on 1/2/2004 3:04 PM
    rf"[ \t]{{0,12}}['\"]?[^\n@<>]{{0,80}}<{{address}}>['\"]?{_ON}",
    rf"[ \t]{{0,12}}(?P<addr>[^\s@<>:][^\n@<>:]{{1,80}}?){_ON}",  # a name: its address stands in the report, or nowhere
    PLAIN_LINE,
)
"""How Exchange names a recipient up to 2003."""

GROUPWARE: tuple[Dialect, ...] = (
    Dialect(
        name="hmailserver",
        source="hMailServer, server messages MESSAGE_UNDELIVERABLE; knowledge of the product, not seen in a message",
        clues=(
            Clue("body", "   error type: smtp"),
            Clue("body", "hmailserver sent: "),
        ),
        begin=(_REACHED[0],),
        end=("\nhmailserver\r", "\nhmailserver\n"),
        recipient=(r"{address}[ \t]*\r?$",),
        action="failed",
    ),
    Dialect(
        name="smartermail",
        source="SmarterMail; knowledge of the product, not seen in a message",
        clues=(
            Clue("body", "\nfailed recipient: "),
            Clue("body", "could not deliver message to the following recipient(s):"),
        ),
        need=2,
        end=("-- the header and top",),
        recipient=(r"Failed Recipient: <?{address}>?",),
        action="failed",
    ),
    Dialect(
        name="mailenable",
        source="MailEnable; knowledge of the product, not seen in a message",
        clues=(Clue("body", "mailenable: message delivery failure"), Clue("body", "recipient: [smtp:")),
        recipient=(r"[ \t]{0,8}Recipient: \[SMTP:{address}\]",),
        action="failed",
    ),
    Dialect(
        name="communigate",
        source="CommuniGate Pro guide, Queue and Delivery Reports; knowledge of the product, not seen in a message",
        clues=(
            Clue("body", "smtp module(domain "),
            Clue("body", "local module(account "),
            Clue("body", "failed to deliver to '"),
        ),
        recipient=(
            r"Failed to deliver to '{address}'",
            r"Message delivery to '{address}' delayed",
            r"Message delivered to '{address}'",
        ),
        delayed=("' delayed",),
    ),
    Dialect(
        name="firstclass",
        source="OpenText FirstClass Internet Services; knowledge of the product, not seen in a message",
        clues=(
            Clue("body", "sorry. your message could not be delivered to:"),
            Clue("body", "the name was not found at the remote site."),
            Clue("subject", "ndn: "),
        ),
        need=2,
        begin=("your message could not be delivered to:",),
        recipient=(r"[^\n(]{0,100}?{address}[^\n(]{0,100}(?=\()",),
        action="failed",
    ),
    Dialect(
        name="xmail",
        source="XMail, the readme's section on notification messages; knowledge of the product, not seen in a message",
        clues=(
            Clue("body", "xmail bounce: rcpt=["),
            Clue("body", "[<02>] the reason of the delivery failure was:"),
        ),
        end=("[<04>]", "[<05>]"),
        recipient=(r"\[<\d\d>\] XMail bounce: Rcpt=\[{address}\]",),
        action="failed",
    ),
    Dialect(
        name="mercury",
        source="Mercury/32 and Mercury for NetWare, failure template; knowledge of the product, not seen in a message",
        clues=(
            Clue("body", "the following error report or reports were given"),
            Clue("body", "was received by this mail system from your"),
            Clue("mailer", "mercury"),
            Clue("from", "electronic postmaster"),
        ),
        need=2,
        recipient=(r"[ \t]{0,8}\*\*\* <?{address}>?",),
        action="failed",
    ),
    Dialect(
        name="mdaemon",
        source="MDaemon, delivery failure notice and session transcript; knowledge of the product, not seen in a message",
        clues=(
            Clue("body", "the attached message had permanent fatal delivery errors"),
            Clue("body", "the attached message had transient non-fatal delivery errors"),
        ),
        recipient=(
            r"Failed address: <?{address}>?",
            r"[^\n]{0,60}--> RCPT To: ?<{address}>",
        ),
        delayed=("transient non-fatal delivery errors",),
    ),
    Dialect(
        name="citadel",
        source="Citadel, the SMTP client's bounces; knowledge of the product, not seen in a message",
        clues=(
            Clue("body", "a message you sent could not be delivered to some or all of its recipients"),
            Clue("from", "citadel"),
            Clue("body", "the following addresses were undeliverable:"),
            Clue("body", "giving up on the following addresses:"),
        ),
        need=2,
        begin=("the following addresses were undeliverable:", "giving up on the following addresses:"),
        recipient=(r"[ \t]{0,8}{address}:?",),
        action="failed",
    ),
    Dialect(
        name="exchange-online",
        source="Microsoft, Email non-delivery reports in Exchange Online; seen in bounces",
        clues=(
            Clue("reporter", ".outlook.com"),
            Clue("reporter", ".exchangelabs.com"),
            Clue("body", "dsn generated by:"),
        ),
        begin=_ADMINISTRATORS,
        recipient=(_ANSWERED, r"Recipient Address:\s{0,40}{address}"),
        delayed=("delivery is delayed to these recipients",),
    ),
    Dialect(
        name="outlook-com",
        source="Outlook.com and Hotmail before 2015; seen in bounces",
        clues=(Clue("reporter", ".hotmail."), Clue("reporter", "-omc"), Clue("boundary", "?omc")),
        begin=("delivery to the following recipients failed", "delivery to the following recipients has been delayed"),
        recipient=(INDENTED,),
        delayed=("recipients has been delayed",),
    ),
    Dialect(
        name="iis-smtp",
        source="SMTP service of IIS, also under Exchange 2000 and 2003; seen in bounces",
        clues=(
            Clue("boundary", "9b095b5adsn="),
            Clue("field", "x-dsncontext"),
            Clue("body", "this is an automatically generated delivery status notification."),
        ),
        begin=(
            "delivery to the following recipients failed",
            "delivery to the following recipients has been delayed",
            "to the following recipients",
            "an folgende empfänger",
        ),
        recipient=(INDENTED,),
        delayed=("recipients has been delayed", "this is a warning message only"),
    ),
    Dialect(
        name="exchange-5.5",
        source="Exchange 4.0 to 5.5, Internet Mail Service; seen in bounces",
        clues=(
            Clue("body", "msexch:im"),
            Clue("body", "did not reach the following recipient(s)"),
            Clue("body", "was delivered to the following recipient(s):"),
        ),
        begin=(
            "did not reach the following recipient(s):",
            "was delivered to the following recipient(s):",
            *_REACHED[:2],
        ),
        recipient=_LINES,
    ),
    Dialect(
        name="exchange-2003",
        source="Exchange 2000 and 2003, non-delivery reports; knowledge of the product and its languages, not seen in a message",
        clues=(
            Clue("report", "x-supplementary-info:"),
            Clue("mailer", "urn:content-classes:dsn"),
            *(Clue("body", words) for words in _REACHED),
        ),
        begin=_REACHED,
        recipient=_LINES,
    ),
    Dialect(
        name="exchange",
        source="Microsoft Exchange 2007 to 2019, NDR format; seen in bounces",
        clues=(
            *(Clue("body", words) for words in _ADMINISTRATORS),
            Clue("report", "x-display-name:"),
            Clue("body", "resolver.adr."),
            Clue("body", "resolver.rst."),
            Clue("report", "resolver.adr."),
            Clue("field", "x-ms-exchange-message-is-ndr"),
        ),
        begin=_ADMINISTRATORS,
        recipient=(_ANSWERED,),
    ),
    Dialect(
        name="lotus-domino",
        source="HCL Domino delivery failure reports; seen in bounces",
        clues=(
            Clue("report", "x-notes;"),
            Clue("boundary", "==ifjrglkfgir"),
            Clue("body", "domino directory"),
            Clue("body", "domino-verzeichnis"),
            Clue("body", "annuaire domino"),
            Clue("body", "domino ディレクトリ"),
            Clue("body", "\nbecause:\n"),
            Clue("body", "\nbecause:\r"),
        ),
        begin=(
            "was not delivered to:",
            "could not be delivered to:",
            "konnte nicht zugestellt werden an:",
            "n'a pas été remis à :",
        ),
        recipient=(PLAIN_LINE, ANGLE),
    ),
    Dialect(
        name="lotus-smtp-mta",
        source="Lotus Notes 4, SMTP MTA; seen in bounces",
        clues=(Clue("body", "------- failure reasons "),),
        begin=("------- failure reasons  --------", "------- failure reasons"),
        recipient=(PLAIN_LINE,),
        action="failed",
    ),
    Dialect(
        name="groupwise",
        source="Novell GroupWise Internet Agent; seen in bounces",
        clues=(Clue("body", "the message that you sent was undeliverable to the following"),),
        begin=("undeliverable to the following:",),
        recipient=(PLAIN_LINE, r"[ \t]{1,12}{address} ?(?=\()"),
        action="failed",
    ),
    Dialect(
        name="imail",
        source="Ipswitch IMail Server; seen in bounces",
        clues=(
            Clue("mailer", "<smtp32 v"),  # what IMail delivers with; what people and answering rules write has <IMail v
            Clue("body", "invalid final delivery userid: "),
            Clue("body", "user mailbox exceeds allowed size: "),
        ),
        recipient=(
            r"Undeliverable to <?{address}>?",
            r"Unknown user: {address}",
            r"User mailbox exceeds allowed size: {address}",
            r"Invalid final delivery userid: {address}",
            r"undeliverable to {address}",
            r"Delivery failed[^\n]{0,80}: {address}",
        ),
        whole=True,
        action="failed",
    ),
)
