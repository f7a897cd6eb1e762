"""Why a message is of its kind: the fields and words that speak for it, for a person who asks."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import msgspec

from mailkit.bounce.announcements import is_answer, is_forward, wording
from mailkit.bounce.arf import BEFORE_ARF
from mailkit.bounce.autoreply import AUTORESPONDER, CHALLENGE_FIELDS
from mailkit.bounce.dialects.engine import Dialect, recognise
from mailkit.bounce.notice import Notice
from mailkit.bounce.replies import best_reply
from mailkit.bounce.result import Bounce, Kind
from mailkit.bounce.ses import read_ses
from mailkit.syntax.answers import ANSWER_FIELDS

_ANSWERING = (
    "auto-submitted",
    *ANSWER_FIELDS,
    "x-auto-response-suppress",
    "x-ms-exchange-generated-message-source",
    "x-ms-exchange-inbox-rules-loop",
    "precedence",
    "x-precedence",
)
_BULK = ("list-id", "list-post", "list-unsubscribe", "references", "in-reply-to")


def why_kind(notice: Notice, dialect: Dialect | None, kind: Kind) -> str:
    r"""Say what speaks for the kind of a message; for a message that is none of ours, what it lacks.

    >>> from mailkit import parse
    >>> why_kind(Notice(parse(b"Auto-Submitted: auto-replied\nSubject: Re: hello\n\nI am away.\n")), None, "auto-reply")
    "the field Auto-Submitted says 'auto-replied'"
    """
    found = list(_SPEAKS[kind](notice, dialect))
    return "; ".join(found) or "no single field or word: the whole of its form"


def with_why(bounce: Bounce, notice: Notice, dialects: tuple[Dialect, ...]) -> Bounce:
    """Add to an answer what speaks for its kind."""
    dialect = AUTORESPONDER if bounce.dialect == AUTORESPONDER.name else recognise(notice, dialects)
    return msgspec.structs.replace(bounce, why=why_kind(notice, dialect, bounce.kind))


def _report(notice: Notice, dialect: Dialect | None) -> Iterator[str]:
    """Give what speaks for a report on a delivery."""
    for part in notice.reports[:1]:
        yield f"a delivery report is in it (part {part.path or 'message'}, {part.type})"
    if "x-failed-recipients" in notice.header:
        yield "it has the field X-Failed-Recipients"
    if dialect is AUTORESPONDER:
        yield "it is an automatic answer which says that the address is given up"
    elif dialect is not None:
        yield f"it has the form of {dialect.name}"
    if read_ses(notice) is not None:
        yield "it is a notification of Amazon SES in JSON"
    yield from _words(notice, ("failure", "delay", "success"))
    if notice.null_sender:
        yield "the envelope's sender is empty"
    elif notice.daemon_name:
        yield "its sender is a mail system by name"


def _auto_reply(notice: Notice, dialect: Dialect | None) -> Iterator[str]:
    del dialect
    yield from _fields(notice, _ANSWERING)
    yield from _words(notice, ("auto-reply",))
    if notice.null_sender and is_answer(notice.subject):
        yield "a mailbox answers with an empty envelope, as machines do"


def _challenge(notice: Notice, dialect: Dialect | None) -> Iterator[str]:
    del dialect
    yield from _fields(notice, CHALLENGE_FIELDS)
    yield from _words(notice, ("challenge",))


def _receipt(notice: Notice, dialect: Dialect | None) -> Iterator[str]:
    del dialect
    for part in notice.receipts[:1]:
        yield f"a disposition notification is in it (part {part.path or 'message'}, {part.type})"
    if notice.message.root.content_type.params.get("report-type", "").lower() == "disposition-notification":
        yield "its Content-Type says report-type=disposition-notification"
    yield from _words(notice, ("receipt",))


def _feedback(notice: Notice, dialect: Dialect | None) -> Iterator[str]:
    del dialect
    for part in notice.feedback[:1]:
        yield f"a feedback report is in it (part {part.path or 'message'}, {part.type})"
    yield from _fields(notice, BEFORE_ARF)
    yield from _words(notice, ("feedback",))
    if not notice.feedback and "feedback-type:" in notice.words:
        yield "its text has the fields of a feedback report"
    if read_ses(notice) is not None:
        yield "it is a notification of Amazon SES in JSON"
    if not notice.feedback and "unsubscribe" in notice.subject.casefold():
        yield "its Subject asks to be unsubscribed"


def _other(notice: Notice, dialect: Dialect | None) -> Iterator[str]:
    """Give what a message lacks to be a report, and what speaks against it where some words are those of one."""
    yield "no delivery, feedback or disposition report is in it"
    said = [*_words(notice, ("failure", "delay", "success"))]
    if dialect is not None:
        said.append(f"it has the form of {dialect.name}")
    if not said:
        yield "neither Subject nor text has words that announce one"
    yield from (f"{one}, which is not enough" for one in said)
    if said and best_reply(notice.words) is None:
        yield "it quotes no reply of a server"
    if not notice.from_daemon:
        yield "its sender is no mail system"
    if is_forward(notice.subject) or is_answer(notice.subject):
        yield "its Subject is that of an answer or of forwarded mail"
    yield from (f"it has the field {_name(name)}" for name in _BULK if name in notice.header)


_SPEAKS: dict[Kind, Callable[[Notice, Dialect | None], Iterator[str]]] = {
    "failure": _report,
    "delay": _report,
    "success": _report,
    "feedback": _feedback,
    "auto-reply": _auto_reply,
    "challenge": _challenge,
    "receipt": _receipt,
    "other": _other,
}


def _fields(notice: Notice, names: tuple[str, ...]) -> Iterator[str]:
    for name in names:
        if name in notice.header:
            yield f"the field {_name(name)} says {notice.value(name)[:60]!r}"


def _words(notice: Notice, announced: tuple[str, ...]) -> Iterator[str]:
    for what in announced:
        for place in ("subject", "text"):
            if (what, place) in notice.announced:
                words = wording(what, place, notice.subject, notice.folded)
                yield f"the {'Subject' if place == 'subject' else 'text'} has {words!r}"


def _name(name: str) -> str:
    """Write a field's name as people do."""
    return "-".join(word.capitalize() for word in name.split("-")).replace("-Id", "-ID")
