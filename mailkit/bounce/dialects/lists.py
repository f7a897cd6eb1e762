"""Mailing-list managers.

They write in the name of a list and not of a mail system. Rows are for the refusal of a post: whoever is told that a
post is held, that a command was not understood, or that mail to him bounced, is told of no delivery.
"""

from __future__ import annotations

from mailkit.bounce.dialects.engine import Clue, Dialect

LISTS: tuple[Dialect, ...] = (
    Dialect(
        name="fml",
        source="fml 4 and 8 mailing list server; seen in bounces",
        clues=(Clue("subject", "loop alert"), Clue("body", "duplicated message-id in <"), Clue("body", "fml uri")),
        recipient=(r"Duplicated Message-ID in <{address}>", r"Loop[^\n]{0,60}<{address}>"),
        action="failed",
    ),
    Dialect(
        name="sympa",
        source="Sympa 6, mail template delivery_status_notification; not seen in a message",
        clues=(
            Clue("report", "x-sympa;"),
            Clue("body", "this is an automatic response sent by sympa mailing lists manager"),
        ),
        recipient=(
            r"Impossible to distribute your message for list '{address}'",
            r"List '{address}' does not exist",
            r"[ \t]{1,8}{address}[ \t]*\r?$",
        ),
    ),
    Dialect(
        name="sympa-refusal",
        source="Sympa 6.2, mail template reject in its languages, and messages to posters before 6.2; not seen in a message",
        clues=(
            Clue("from", "sympa@"),
            Clue("subject", "your message has been rejected"),
            Clue("subject", "rejet de votre message"),
            Clue("subject", "ihre nachricht wurde abgelehnt"),
            Clue("subject", "se ha rechazado tu mensaje"),
            Clue("subject", "il tuo messaggio è stato rifiutato"),
            Clue("subject", "twoja wiadomość została odrzucona"),
            Clue("subject", "メッセージは拒否されました"),
            Clue("body", "(attached below) was rejected"),
            Clue("body", "has been rejected by the moderator ("),
            Clue("body", "a été rejeté."),
            Clue("body", "a été rejeté par "),
            Clue("body", "wurde durch den moderator ("),
            Clue("body", "fue rechazado por el moderador ("),
            Clue("body", "è stato rifiutato dal moderatore ("),
            Clue("body", "została odrzucona przez moderatora ("),
            Clue("body", "へ送ったメッセージは、モデレータ ("),
        ),
        need=2,
        recipient=(r"[^\n@]{3,60}[ '\"]{address}(?=[ '\"])",),
        action="failed",
        anyone=True,
    ),
    Dialect(
        name="mailman",
        source="Mailman 2.1 and 3.3, templates of notices to users; corpora/lists",
        clues=(
            Clue("from", "-owner@"),
            Clue("from", "-bounces@"),
            Clue("body", "has been rejected by the list moderator."),
            Clue("body", "mailing-list was rejected for the following"),
            Clue("body", "you are not allowed to post to this mailing list"),
            Clue("body", "[no bounce details are available]"),
            Clue("body", "your message was too big; please trim it to less than"),
            Clue("body", "your urgent message to the"),
        ),
        need=2,
        recipient=(r"Your (?:message|request) to the {address} mailing[ -]list",),
        action="failed",
        anyone=True,
    ),
    Dialect(
        name="mlmmj",
        source="mlmmj 1.3.0, list texts deny-post in its languages; corpora/lists",
        clues=(
            Clue("message-id", "-mlmmj-"),
            Clue("subject", " denied: "),
            Clue("subject", " wurde abgewiesen: "),
            Clue("subject", " refusé : "),
            Clue("subject", " recusada: "),
            Clue("subject", " negato: "),
            Clue("subject", " hylättiin: "),
            Clue("subject", " denegáu: "),
            Clue("subject", " není možné ("),
            Clue("subject", " απορρίφθηκε απο τη "),
        ),
        need=2,
        action="failed",
        anyone=True,
    ),
    Dialect(
        name="listserv",
        source="LISTSERV list owner's manual, messages to posters; knowledge of the product, not seen in a message",
        clues=(
            Clue("from", "listserv@"),
            Clue("subject", "rejected posting to "),
            Clue("body", "not  authorized to  send mail  to the"),
            Clue("body", "not authorized to send mail to the"),
            Clue("body", "message is being returned to you unprocessed"),
            Clue("body", "your message is being returned to you"),
        ),
        need=2,
        recipient=(r"Rejected posting to {address}",),
        action="failed",
        anyone=True,
    ),
    Dialect(
        name="ezmlm",
        source="ezmlm-idx, ezmlm-reject(1) and ezmlm-store(1), text/mod-reject; knowledge of the product, not seen in a message",
        clues=(
            Clue("body", "this is the ezmlm program."),
            Clue("body", "i'm sorry, your message (enclosed) was not accepted by the moderator"),
        ),
        need=2,
        recipient=(r"[ \t]{0,8}{address} mailing list",),
        action="failed",
        anyone=True,
    ),
    Dialect(
        name="discourse",
        source="Discourse, texts of rejected e-mail (email_reject_*); knowledge of the product, not seen in a message",
        clues=(
            Clue("subject", "] email issue -- "),
            Clue("body", "we're sorry, but your email message to"),
        ),
        need=2,
        recipient=(r"We're sorry, but your email message to \[?\"?{address}\"?\]?",),
        action="failed",
        anyone=True,
    ),
)
