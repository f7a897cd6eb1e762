"""What kind of message it is, before anybody asks whose mailbox was full."""

from __future__ import annotations

import re
from collections.abc import Sequence

from mailkit.bounce.announcements import is_answer, is_forward
from mailkit.bounce.autoreply import gives_up, is_auto_reply, is_challenge, is_receipt
from mailkit.bounce.dialects.engine import Dialect
from mailkit.bounce.extract import Case
from mailkit.bounce.lines import lists_recipient
from mailkit.bounce.notice import Notice
from mailkit.bounce.replies import best_reply
from mailkit.bounce.result import Action, Kind
from mailkit.bounce.wordings import SALUTATIONS
from mailkit.syntax.address import find_addresses
from mailkit.syntax.params import decode_raw

_KINDS: dict[Action, Kind] = {"failed": "failure", "delayed": "delay"}
_FOR_POSTMASTERS = (
    "postfix smtp server: errors from",  # notify_classes, Postfix postconf(5)
    "postfix smtp client: errors from",
    "postfix sendmail: ",
    "virus (",  # amavisd-new, notifications to the administrator and to the recipient; so are the next three
    "banned (",
    "spam (",
    "virus in mail for you",
)
"""Beginnings of the subjects under which mail systems tell their postmaster, or a recipient, what they did."""
_MAILERS = (
    *("thunderbird", "betterbird", "mutt", "apple mail", "iphone mail", "ipad mail", "microsoft outlook "),
    *("microsoft office outlook", "outlook express", "windows live mail", "microsoft-macoutlook"),
    *("roundcube", "squirrelmail", "horde", "internet messaging program", "rainloop", "snappymail", "sogo"),
    *("evolution", "kmail", "claws mail", "sylpheed", "becky!", "the bat!", "eudora", "gnus/", "alpine", "pine."),
    *("foxmail", "k-9 mail", "fairemail", "mailmate", "airmail", "yahoomail", "mail.ru mailer", "shuriken", "winbiff"),
)
"""Programs in which people write, as X-Mailer and User-Agent name them."""
_TICKET = re.compile(
    r"\[[^\[\]]{0,60}#\s?\d{1,20}\]|\b(?:ticket|case|request|incident|vorgang|anfrage)\s?(?:#|no\.|nr\.)\s?\d",
    re.IGNORECASE,
)
"""The number that a help desk puts into the subject."""
_SYSTEMS = (
    *("mailer-daemon@", "postmaster@", "daemon@", "mail-daemon@", "mailerdaemon@", "mailer_daemon@", "post_master@"),
    *("postmast@", "microsoftexchange329e71ec88ae", "bounce@", "bounces@", "mailer@"),
)
"""Beginnings of the addresses of mail systems."""
_OF_LISTS = ("list-post", "list-unsubscribe")
_TOLD = frozenset({("failure", "text"), ("delay", "text")})
_TITLED = frozenset({("failure", "subject"), ("delay", "subject")})
_BEGUN = frozenset({("failure", "begin"), ("delay", "begin")})


def kind_without_report(notice: Notice, dialect: Dialect | None) -> Kind:
    """Tell the kind of a message that has no delivery report in it, by its fields and words."""
    if is_receipt(notice):
        return "receipt"
    sure = has_report(notice, dialect)
    if not sure and is_challenge(notice):
        return "challenge"
    if sure or _is_bounce(notice, dialect):
        return _KINDS.get(announced(notice, dialect) or "failed", "success")
    if is_auto_reply(notice):
        return "failure" if gives_up(notice) else "auto-reply"
    return "other"


def has_report(notice: Notice, dialect: Dialect | None) -> bool:
    """Say whether a message is a delivery report by its form, and not one that a person passes on."""
    if notice.is_report or "x-failed-recipients" in notice.header:
        return True
    return bool(notice.reports) and not passes_on(notice, dialect)


def passes_on(notice: Notice, dialect: Dialect | None) -> bool:
    """Say whether a person passes a report on, answers one, or writes about them."""
    if notice.is_report or "x-failed-recipients" in notice.header:
        return False
    mailer = (notice.value("x-mailer") or notice.value("user-agent")).lower()
    written = any(name in mailer for name in _MAILERS)
    if notice.null_sender:
        return not notice.daemon_name and (written or is_forward(notice.subject))
    if is_forward(notice.subject):
        return written or not notice.daemon_name or "return-path" in notice.header
    answers = _answers(notice) and is_answer(notice.subject)
    if notice.daemon_name:  # a postmaster answers as well, but not in the form of a mail system
        return dialect is None and "daemon" not in notice.sender and (answers or written)
    return written or answers or (not _writes_so(dialect) and _TITLED.isdisjoint(notice.announced))


def _writes_so(dialect: Dialect | None) -> bool:
    """Say whether a format comes from addresses that are no mail system's."""
    return dialect is not None and dialect.anyone


def _answers(notice: Notice) -> bool:
    return any(name in notice.header for name in ("in-reply-to", "references", "thread-index"))


def _is_bounce(notice: Notice, dialect: Dialect | None) -> bool:
    """Say whether a message without a report tells of a delivery: who wrote it, and in which words."""
    if notice.subject.lower().startswith(_FOR_POSTMASTERS) or passes_on(notice, dialect):
        return False
    known = dialect is not None
    worded = not _TOLD.isdisjoint(notice.announced)
    if not notice.from_daemon:
        return _writes_so(dialect) or _is_titled(notice, known=known, worded=worded)
    if not notice.daemon_name:
        return _is_returned(notice, known=known, worded=worded)
    return _is_daemons(notice, known=known, worded=worded)


def _is_titled(notice: Notice, *, known: bool, worded: bool) -> bool:
    """Say whether a message of an ordinary sender is a bounce: one in a known form, or with all the signs of one.

    Parcels and invitations are delivered, too, and who writes about bounces uses their words.
    """
    if known:
        return not _TITLED.isdisjoint(notice.announced)
    if any(name in notice.header for name in _OF_LISTS) or _answers(notice):
        return False
    if _BEGUN.isdisjoint(notice.announced) or _asks(notice):
        return False
    return _gives_back(notice) or (worded and lists_recipient(notice, _correspondents(notice)))


def _gives_back(notice: Notice) -> bool:
    """Say whether a message is returned, and the notice names whom it was for."""
    header = notice.original_header
    if header is None:
        return False
    return any(address.lower() in notice.words for address in find_addresses(decode_raw(header.get("to") or b"")))


def _asks(notice: Notice) -> bool:
    """Say whether a text is a person's: it greets, or has a question."""
    return notice.folded.startswith(SALUTATIONS) or "?" in notice.folded


def _is_daemons(notice: Notice, *, known: bool, worded: bool) -> bool:
    """Say whether a message under a mail system's name is a bounce, and not what its people or programs write else."""
    if known:
        return True
    by_address = _by_address(notice)
    if any(name in notice.header for name in _OF_LISTS) and not (notice.null_sender or "daemon" in notice.sender):
        return False
    if not _TITLED.isdisjoint(notice.announced):
        replied = best_reply(notice.words) is not None
        return by_address or replied or (worded and lists_recipient(notice, _correspondents(notice)))
    told = worded or ("success", "text") in notice.announced
    if told and (notice.null_sender or "return-path" not in notice.header or "daemon" in notice.sender):
        return True
    return not is_auto_reply(notice) and _refuses(notice)


def _correspondents(notice: Notice) -> set[str]:
    return {address.lower() for address in find_addresses(f"{notice.sender}, {notice.value('to')}")}


def _by_address(notice: Notice) -> bool:
    """Say whether the envelope is empty or the sender's address a mail system's, and not a name beside it alone."""
    if notice.null_sender:
        return True
    return any(address.startswith(_SYSTEMS) for address in find_addresses(notice.sender)) or "@" not in notice.sender


def _is_returned(notice: Notice, *, worded: bool, known: bool) -> bool:
    """Say whether a message with an empty envelope tells of a delivery, though no mail system's name is on it.

    The envelope of automatic answers is empty, too, and a help desk repeats the subject that it was sent.
    """
    shown = bool(notice.returned) or best_reply(notice.words) is not None
    begun = not _BEGUN.isdisjoint(notice.announced)
    if is_auto_reply(notice) or _TICKET.search(notice.subject):
        named = ("auto-reply", "subject") in notice.announced or _TICKET.search(notice.subject)
        return (known and not named) or (begun and (worded or shown))
    if known or (begun and worded):
        return True
    titled = not _TITLED.isdisjoint(notice.announced)
    if not (titled or worded):
        return False
    if _names_another(notice) and not is_answer(notice.subject):
        return True
    return shown or lists_recipient(notice, _correspondents(notice))


def _refuses(notice: Notice) -> bool:
    """Say whether a mail system that uses no known words gives something back: a message, a reply, an address."""
    if notice.returned:
        return True
    if not (notice.null_sender or "daemon" in notice.sender):
        return False
    if best_reply(notice.words) is not None:
        return True
    if "mailer-daemon@" not in notice.sender or not (notice.null_sender or "return-path" not in notice.header):
        return False
    return _names_another(notice)


def _names_another(notice: Notice) -> bool:
    """Say whether a text names an address besides those that it comes from and goes to."""
    own = _correspondents(notice)
    return any(address.lower() not in own for address in find_addresses(notice.words[:4096]))


def announced(notice: Notice, dialect: Dialect | None) -> Action | None:
    """Give the outcome that the notice announces for all its recipients, by its dialect or in its words."""
    if dialect is not None and dialect.delayed:
        lower = notice.words + "\n" + notice.subject.lower()
        if any(word in lower for word in dialect.delayed):
            return "delayed"
    if dialect is not None and dialect.action:
        return dialect.action
    words = {what for what, _ in notice.announced}
    if "delay" in words:
        return "delayed"
    if "failure" in words:
        return "failed"
    return "delivered" if "success" in words else None


def fill_actions(notice: Notice, dialect: Dialect | None, cases: Sequence[Case]) -> None:
    """Give an action to the recipients whose report has none: from the Status class and the words."""
    missing = [case for case in cases if case.action is None]
    if not missing:
        return
    words = announced(notice, dialect)
    for case in missing:
        class_ = case.reported.strip()[:1]
        if class_ == "2":
            case.action = "delivered"
        elif words in {"delayed", "failed"} or not class_:
            case.action = words or "failed"
        else:
            case.action = "failed"


def kind_of_report(cases: Sequence[Case]) -> Kind:
    """Tell the kind of a delivery report: the worst outcome counts."""
    actions = {case.action for case in cases}
    if "failed" in actions or None in actions:
        return "failure"
    return "delay" if "delayed" in actions else "success"
