"""What kind of message it is, before anybody asks whose mailbox was full."""

from __future__ import annotations

from collections.abc import Sequence

from mailkit.bounce.announcements import is_answer, is_forward
from mailkit.bounce.autoreply import is_auto_reply, is_challenge, is_receipt
from mailkit.bounce.dialects.engine import Dialect
from mailkit.bounce.extract import Case
from mailkit.bounce.notice import Notice
from mailkit.bounce.replies import best_reply
from mailkit.bounce.result import Action, Kind

_KINDS: dict[Action, Kind] = {"failed": "failure", "delayed": "delay"}
_LOGS = ("postfix smtp server: errors from", "postfix smtp client: errors from", "postfix sendmail: ")
"""Subjects of session logs that Postfix sends to its postmaster (notify_classes)."""
_TOLD = frozenset({("failure", "text"), ("delay", "text")})
_TITLED = frozenset({("failure", "subject"), ("delay", "subject")})


def kind_without_report(notice: Notice, dialect: Dialect | None) -> Kind:
    """Tell the kind of a message that has no delivery report in it, by its fields and words."""
    if is_receipt(notice):
        return "receipt"
    sure = "x-failed-recipients" in notice.header or notice.is_report or bool(notice.reports)
    if not sure and is_challenge(notice):
        return "challenge"
    if sure or _is_bounce(notice, dialect):
        return _KINDS.get(announced(notice, dialect) or "failed", "success")
    return "auto-reply" if is_auto_reply(notice) else "other"


def _is_bounce(notice: Notice, dialect: Dialect | None) -> bool:
    """Say whether a message without a report tells of a delivery: who wrote it, and in which words."""
    if notice.subject.lower().startswith(_LOGS):
        return False
    worded = not _TOLD.isdisjoint(notice.announced)
    titled = not _TITLED.isdisjoint(notice.announced)
    known = dialect is not None
    if notice.from_daemon:
        if titled or worded or known:
            return True
        if is_auto_reply(notice) or not notice.daemon_name:
            return False
        machine = notice.null_sender or "daemon" in notice.sender
        return bool(notice.returned) or (machine and best_reply(notice.words) is not None)
    return titled and (worded or known) and not _from_person(notice, known=known)


def _from_person(notice: Notice, *, known: bool) -> bool:
    """Say whether a sender without a mail system's name passes a bounce on, answers one, or writes about them."""
    answers = "in-reply-to" in notice.header or "references" in notice.header
    if is_forward(notice.subject) or (answers and is_answer(notice.subject)):
        return True
    return not known and (answers or "list-post" in notice.header or "list-unsubscribe" in notice.header)


def announced(notice: Notice, dialect: Dialect | None) -> Action | None:
    """Give the outcome that the notice announces for all its recipients, by its dialect or in its words."""
    if dialect is not None and dialect.action:
        return dialect.action
    if dialect is not None and dialect.delayed:
        lower = notice.words + "\n" + notice.subject.lower()
        if any(word in lower for word in dialect.delayed):
            return "delayed"
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
