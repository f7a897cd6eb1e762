"""What one record of a webhook tells, in the words of `classify`, and how it becomes a fact of the ledger."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Literal

import msgspec

from mailkit.adapters.webhooks.values import MAX_WORD_CHARS, text
from mailkit.bounce.decide import decide
from mailkit.bounce.evidence import Facts
from mailkit.bounce.extract import Case
from mailkit.bounce.matcher import RuleSet
from mailkit.bounce.reasons import REASONS, Reason, canonical
from mailkit.bounce.result import Bounce, Feedback, Kind, Original, Recipient
from mailkit.bounce.vocabularies import VOCABULARIES, under_keys
from mailkit.findings import Finding, finding
from mailkit.ledger.events import Event, delivery, event_id, events_of, list_of

Name = Literal["ses", "sendgrid", "mailgun", "postmark", "sparkpost", "kumomta", "powermta"]
"""The providers, by the word of their vocabulary (`mailkit.bounce.vocabularies`)."""
LIST_KEYS = ("list", "list_id", "list-id", "list-address", "mailing_list", "mailing-list")
"""Under one of these a driver puts the list into the metadata of a message."""
_OUTCOMES: dict[str, Kind] = {"failed": "failure", "delayed": "delay"}


class Told(msgspec.Struct, frozen=True, kw_only=True):
    """One record: what happened, to whom, when, and by which name the provider knows it."""

    provider: Name | None
    """Whose it is; None where nobody's could be recognised."""
    event: str = ""
    """What the provider calls it: Bounce, spamreport, message_event/delay."""
    id: str = ""
    """The provider's own name for the event; a digest of its facts where it has none. The same each time it is sent."""
    time: datetime | None = None
    """When, as the provider says."""
    bounce: Bounce
    """The answer. Offsets of its evidence are bytes of the diagnostic; `names` has what the provider calls the cause."""
    message: str = ""
    """The Message-ID of what was sent; where that is not told, the provider's name for it."""
    list: str = ""
    """The list, where its List-Id or the metadata tells it (`LIST_KEYS`)."""
    tags: tuple[str, ...] = ()
    """Tags and categories that the sender gave the message."""
    metadata: dict[str, str] = {}
    """What else the sender gave it; values that are no words are left out."""
    confirm: str = ""
    """The URL that SNS wants to be asked, once, before it sends anything. Nobody here asks it."""
    aside: str = ""
    """Why the record stands for nothing: an opened mail, a record that cannot be read; empty where it counts."""
    place: int = 0
    """Which record of the body, or line of the file, it is, from 1."""


class Cause(msgspec.Struct, frozen=True, kw_only=True):
    """What a provider makes of a failure itself."""

    name: str = ""
    """Its name in the provider's vocabulary, the parts apart by slashes."""
    permanent: bool = True
    """Whether the provider has given up."""
    reason: Reason | None = None
    """What it means, for what has no name in the vocabulary."""


def put_aside(provider: Name | None, why: str, event: str = "") -> Told:
    """Give a record that stands for nothing, with the reason."""
    return Told(provider=provider, event=event, bounce=Bounce(kind="other", source=_source(provider)), aside=why)


def _source(provider: Name | None) -> str:
    return f"webhook:{provider or 'unknown'}"


class Record(msgspec.Struct, frozen=True, kw_only=True):
    """What a record says of itself, and of the message that was sent."""

    provider: Name
    event: str
    id: str = ""
    """Empty where the provider gives no name."""
    time: datetime | None = None
    original: Original = Original()
    message: str = ""
    tags: tuple[str, ...] = ()
    metadata: Mapping[str, str] = {}
    list: str = ""
    cut: int = 0
    """How many recipients were read, where there were more."""


def answer(  # noqa: PLR0913 - each is a fact
    record: Record,
    cases: Sequence[Case] = (),
    *,
    cause: Cause = Cause(),  # noqa: B008 - frozen
    feedback: Feedback | None = None,
    guessed: bool = False,
    kind: Kind | None = None,
) -> Told:
    """Answer for one record. The SMTP text decides; where it says nothing, what the provider makes of it does.

    The kind is that of the cases' actions; it is given for a record that is neither a delivery nor a complaint.
    `guessed` says that the one who complains is one of several who may.
    """
    named = [case for case in cases if case.address or case.original_address]
    facts = Facts(day=record.time.date() if record.time else None)
    recipients = tuple(_recipient(record.provider, case, cause, facts) for case in named)
    who = (feedback.original_recipient if feedback else None) or ""
    aside = f"{kind}: no word about a delivery" if kind else "" if recipients or who else "it names nobody"
    told = dict(record.metadata)
    return Told(
        provider=record.provider,
        event=record.event,
        id=record.id or _digest(record, cases, feedback),
        time=record.time,
        bounce=Bounce(
            source=_source(record.provider),
            kind=kind or ("other" if aside else "feedback" if feedback else _kind(recipients)),
            original=record.original,
            recipients=recipients,
            feedback=feedback,
            findings=_findings(record, who if guessed else None),
            complete=not record.cut,
        ),
        message=(record.original.message_id or record.message)[:MAX_WORD_CHARS],
        list=identifier(record.original.list_id or "") or record.list[:MAX_WORD_CHARS] or text(told, *LIST_KEYS),
        tags=record.tags,
        metadata=told,
        aside=aside,
    )


def _findings(record: Record, guessed: str | None) -> tuple[Finding, ...]:
    doubt = [] if guessed is None else [finding("bounce.recipient.guessed", 0, guessed)]
    limit = [finding("limit.recipient_count", 0, str(record.cut))] if record.cut else []
    return (*doubt, *limit)


def _kind(recipients: Sequence[Recipient]) -> Kind:
    kinds = {_OUTCOMES.get(one.action, "success") for one in recipients}
    return next((kind for kind in ("failure", "delay") if kind in kinds), "success")


def _recipient(provider: Name, case: Case, cause: Cause, facts: Facts) -> Recipient:
    """Decide for one recipient."""
    row = decide(case, facts, RuleSet.default(), explain=False)
    if row.action not in {"failed", "delayed"}:
        return row
    vocabulary = VOCABULARIES[provider]
    if cause.name:
        row = msgspec.structs.replace(row, names={provider: under_keys(vocabulary, cause.name[:MAX_WORD_CHARS])})
    reason = cause.reason or vocabulary.reasons.get(cause.name)
    if row.confidence != "guessed" and row.reason != "undefined":
        return row
    if not reason or reason == "undefined":
        healing = row.basis == "action" and not cause.permanent
        return msgspec.structs.replace(row, status=str(canonical("undefined", 4))) if healing else row
    class_ = 4 if row.action == "delayed" or not cause.permanent or row.status.startswith("4") else 5
    advice = REASONS[reason].advice
    return msgspec.structs.replace(
        row,
        status=str(canonical(reason, class_)),
        basis="provider",
        reason=reason,
        advice="soft" if advice == "hard" and class_ == 4 else advice,  # what the provider tries again may heal
        confidence="inferred",
    )


def _digest(record: Record, cases: Sequence[Case], feedback: Feedback | None) -> str:
    """Name an event that the provider does not name, by what it says: no rule of ours has a part in it."""
    facts = [record.provider, record.event, record.time, record.original.message_id or record.message]
    facts += [part for case in cases for part in (case.address, case.action, *(span.text for span in case.spans))]
    facts += [feedback.type, feedback.original_recipient] if feedback else []
    return event_id(*(str(fact or "") for fact in facts))


def identifier(field: str) -> str:
    """Give what a List-Id holds in its angle brackets (RFC 2919 section 3), in lower case.

    >>> identifier("News of the day <news.lists.example>")
    'news.lists.example'
    """
    return (field.rpartition("<")[2].partition(">")[0].strip().lower() if "<" in field else "")[:MAX_WORD_CHARS]


def ledger_events(told: Told, *, at: int, list: str = "") -> Iterator[Event]:  # noqa: A002 - the field's name
    """Give the events of the ledger that a record stands for; none for what was put aside.

    `at` is when it came, and holds for a record without a time, or with one that is still to come. `list` is for
    records that tell none. An id is made of the provider's own: sent twice, a record counts once. Deliveries count once
    a day, as `mailkit.ledger.events.delivery` has them. Where the provider says only who may have complained, the
    event is guessed, and has no points.
    """
    if told.aside:
        return
    when = min(int(told.time.timestamp()), at) if told.time else at
    name = list_of(told.list or list)
    guessed = any(one.code == "bounce.recipient.guessed" for one in told.bounce.findings)
    for event in events_of(told.bounce, report=f"{told.provider}:{told.id}", at=max(0, when), list=name):
        if event.what == "delivery":
            yield delivery(event.address, at=event.at, list=name)
            continue
        confidence = "guessed" if guessed else event.confidence
        yield msgspec.structs.replace(event, message=event.message or told.message, confidence=confidence)
