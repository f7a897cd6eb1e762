"""Groupware and mail servers of Windows."""

from __future__ import annotations

from mailkit.bounce.dialects.engine import Clue, Dialect
from mailkit.bounce.dialects.forms import ANGLE, INDENTED, PLAIN_LINE

GROUPWARE: tuple[Dialect, ...] = (
    Dialect(
        name="exchange-online",
        source="Microsoft, Email non-delivery reports in Exchange Online; seen in bounces",
        clues=(
            Clue("reporter", ".outlook.com"),
            Clue("body", "protection.outlook.com"),
            Clue("body", ".prod.outlook.com"),
            Clue("field", "x-ms-exchange-message-is-ndr"),
        ),
        recipient=(r"{address}\r?$",),
    ),
    Dialect(
        name="outlook-com",
        source="Outlook.com; seen in bounces",
        clues=(
            Clue("reporter", ".hotmail."),
            Clue("boundary", "9b095b5adsn="),
            Clue("from", "postmaster@mail.hotmail."),
        ),
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
