"""Answers that machines give: auto-replies (RFC 3834), challenges, receipts (RFC 8098)."""

from __future__ import annotations

import re

from mailkit.bounce.announcements import is_answer, is_forward
from mailkit.bounce.dialects.engine import Dialect
from mailkit.bounce.fold import unmarked
from mailkit.bounce.notice import Notice
from mailkit.bounce.wordings import ABANDONED_BODIES, KEPT_BODIES
from mailkit.syntax.address import clean, find_addresses
from mailkit.syntax.answers import ANSWER_FIELDS, ANSWER_PRECEDENCES

_PRECEDENCES = ("precedence", "x-precedence")
CHALLENGE_FIELDS = (
    "x-boxbe-notice",
    "x-tmda-confirm",
    "x-tmda-fingerprint-challenge",
    "x-spamarrest",
    "x-bluebottle-request",
    "x-askversion",
)
"""Fields of programs that ask a sender to prove himself."""
AUTORESPONDER = Dialect(
    name="autoresponder",
    source="RFC 3834; the answer of an address that is given up, seen in bounces",
    clues=(),
    action="failed",
    silence="disabled",
)
"""What `gives_up` recognises: by fields and words of many programs, so it has no clues of its own."""
_ADDRESS = re.compile(r"[<(]?[^\s@<>()]{1,128}@[^\s@<>()]{1,255}[>)]?")
_TRIED = re.compile(r"\b(?:trying|tried) to (?:reach|contact),? (?:at )?([^\s@]{1,128}@[^\s@]{1,255}?),? (?:is|has) ")
"""How a text, folded, names the address that a message was for."""
_REFUSED = ("(reject", "(fail", "(bounce", "(returned", "(undeliver", "(warning")
"""Comments of Auto-Submitted by which a mail system says that it gives back or holds a message."""
_PROVE = tuple(map(unmarked, ("confirm", "verif", "authentif", "bestätig", "clique aqui", "確認", "认证")))
"""Words of what a challenge asks for, in its text."""
_YOURS = (
    *("your message", "your mail", "your email to", "your e-mail to", "messages from you", "mail from you"),
    *("ihre nachricht", "ihre e-mail an", "votre message", "su mensaje", "sua mensagem", "il tuo messaggio"),
    *("il suo messaggio", "送信されたメール", "您的邮件", "您發送的郵件"),
)
_SENT = tuple(map(unmarked, _YOURS))
"""Words by which it speaks of the message that it was sent; who signs up somewhere has sent none."""


def is_receipt(notice: Notice) -> bool:
    """Say whether a message is a disposition notification (RFC 8098), or a receipt in the words of one."""
    if is_refused(notice):
        return False  # the reject of Sieve before RFC 5429 came as a disposition notification
    root = notice.message.root.content_type
    if notice.receipts or root.params.get("report-type", "").lower() == "disposition-notification":
        return True
    return ("receipt", "subject") in notice.announced and not notice.daemon_name


def is_refused(notice: Notice) -> bool:
    """Say whether a mail store says that it took a message and gives it back (RFC 5429)."""
    return any(mark in notice.submitted for mark in _REFUSED) or ("refused", "text") in notice.announced


def is_challenge(notice: Notice) -> bool:
    """Say whether a message asks its reader to prove that the sender is a person."""
    if any(name in notice.header for name in CHALLENGE_FIELDS):
        return True
    if ("challenge", "text") in notice.announced:
        return True
    if ("challenge", "subject") not in notice.announced or "list-unsubscribe" in notice.header:
        return False
    if not any(word in notice.folded for word in _PROVE):
        return False
    return notice.from_daemon or _is_answer(notice) or any(word in notice.folded for word in _SENT)


def is_auto_reply(notice: Notice) -> bool:
    """Say whether a message is an answer that no person wrote (RFC 3834 section 5)."""
    submitted = notice.submitted
    if submitted.startswith(("auto-replied", "auto-notified")):
        return not any(mark in submitted for mark in _REFUSED)
    if any(name in notice.header for name in ANSWER_FIELDS):
        return True
    if not ANSWER_PRECEDENCES.isdisjoint({notice.value(name).strip().lower() for name in _PRECEDENCES}):
        return True
    if ("auto-reply", "subject") in notice.announced and not is_forward(notice.subject):
        return True
    if _is_exchange(notice) or _is_bare_answer(notice):
        return True
    return ("auto-reply", "text") in notice.announced and (notice.null_sender or _is_answer(notice))


def _is_exchange(notice: Notice) -> bool:
    """Say whether Exchange answered by a rule of the mailbox: what a rule passes on has the first field alone."""
    if "mailbox rules agent" in notice.value("x-ms-exchange-generated-message-source").lower():
        return True
    return "x-ms-exchange-inbox-rules-loop" in notice.header and "x-auto-response-suppress" in notice.header


def _is_bare_answer(notice: Notice) -> bool:
    """Say whether a mailbox answers with an empty envelope, in whatever words: so do machines alone (RFC 3834 section 3.3)."""
    if notice.daemon_name or is_forward(notice.subject) or "list-id" in notice.header:
        return False
    return notice.null_sender and _is_answer(notice)


def gives_up(notice: Notice) -> bool:
    """Say whether an automatic answer says in so many words that its address is given up, and nobody gets the mail.

    That is what a bounce says. Whoever is away, has left a company or no longer reads, has still a mailbox.
    """
    if notice.daemon_name or ("failure", "subject") in notice.announced or not is_auto_reply(notice):
        return False
    said = " ".join(_ADDRESS.sub(" ", notice.folded).split())
    return _has(said, ABANDONED_BODIES) and not _has(said, KEPT_BODIES)


def _has(said: str, table: tuple[str, ...]) -> bool:
    return any(unmarked(words) in said for words in table)


def own_address(notice: Notice) -> str | None:
    """Give the address that such an answer speaks of: what it says was tried, else its own.

    That is one in the text, the one to reply to, or the sender's; others in the text are whom to write to instead.
    """
    tried = _TRIED.search(notice.folded)
    if tried is not None and (address := clean(tried[1])):
        return address
    own = find_addresses(notice.value("reply-to")) + find_addresses(notice.sender)
    said = {address.lower(): address for address in find_addresses(notice.folded)}
    named = [address for address in own if address.lower() in said]
    usable = [address for address in own if not address.startswith(("no-reply@", "noreply@", "donotreply@"))]
    return next(iter([*named, *usable, *said.values()]), None)


def _is_answer(notice: Notice) -> bool:
    """Say whether something about a message tells that it answers another one."""
    if any(name in notice.header for name in ("in-reply-to", "references", "x-auto-response-suppress")):
        return True
    return is_answer(notice.subject) or notice.submitted.startswith("auto-replied")
