"""What the ledger keeps: facts, each with an id of its own, so that the same mail twice counts once.

An event says what happened to one address of one list at one instant. Points, states and decisions are no facts: a
policy derives them (`mailkit.ledger.scores`), and may be changed afterwards.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from typing import Literal, TypeGuard, get_args

import msgspec

from mailkit.bounce.result import Bounce, Confidence, Recipient

What = Literal["hard", "soft", "block", "delay", "complaint", "delivery", "probe", "warning", "release", "suppress"]
"""hard, soft and block are failures, by their advice; the last four are acts of the list driver or of a person."""
_ABOUT_A_MESSAGE = frozenset({"failure", "delay", "success"})
_COMPLAINTS = frozenset({"abuse", "fraud", "opt-out", "opt-out-list"})
"""Types of feedback (RFC 5965 section 7.3, draft-kumaran-marf-opt-out) after which nothing more is to be sent."""
_BY_ACTION: dict[str, What] = {
    "delayed": "delay",
    "delivered": "delivery",
    "relayed": "delivery",
    "expanded": "delivery",
}
_BY_ADVICE: dict[str, What] = {"hard": "hard", "soft": "soft", "block": "block"}
_DAY = 86_400
DETAIL_BYTES = 16_384
"""Of one event's evidence, in JSON; of longer words the beginning is kept."""
LONGEST_BYTES = 1_000
"""Of an address, and of the name of a list: an entry of an index of PostgreSQL holds 2,704 of both. RFC 5321 allows 320."""


class Event(msgspec.Struct, frozen=True, kw_only=True):
    """One fact about one address of one list."""

    id: str
    """The same for the same fact, however often it comes (`event_id`)."""
    list: str = ""
    """Of which list, as `list_of` writes it; empty for what holds for all lists, or where there are none."""
    address: str
    """The member, as `key_of` writes it."""
    at: int
    """When: seconds since 1970, UTC."""
    what: What
    """What happened."""
    confidence: Confidence = "stated"
    """How sure; what is guessed has no points."""
    message: str = ""
    """The Message-ID of what was sent to the address: a failure of it replaces delays of the same."""
    status: str = ""
    """The enhanced status code, RFC 3463."""
    reason: str = ""
    """Why, in one of the words of `mailkit explain`, or in the words of who released or suppressed."""
    detail: str = ""
    """The evidence: JSON, as `classify` gives a recipient, with dialect and source."""


def key_of(address: str) -> str:
    """Give the form under which an address is kept: lower case, no blanks around.

    RFC 5321 section 2.4 has local parts differ by case; no list manager and no large provider does.

    >>> key_of(" Joe.User@Example.ORG ")
    'joe.user@example.org'
    """
    return address.strip().lower()


def list_of(name: str) -> str:
    """Give the form under which a list is kept: that of its List-Id (RFC 2919), whether its address is given or that.

    >>> list_of("News@Lists.example"), list_of("<news.lists.example>")
    ('news.lists.example', 'news.lists.example')
    """
    return name.strip().strip("<>").lower().replace("@", ".")


def is_kept(address: str | None) -> TypeGuard[str]:
    """Say whether there is an address, and it is not longer than any can be."""
    return bool(address) and len((address or "").encode("utf-8", "replace")) <= LONGEST_BYTES


def event_id(*facts: str) -> str:
    """Give an id for what identifies a fact: 32 hexadecimal digits, the same for the same facts.

    >>> event_id("news@lists.example", "joe@example.org", "failed")
    'b91f79f8647cd098a7bee1410740e093'
    """
    digest = hashlib.blake2b(digest_size=16)
    for fact in facts:
        raw = fact.encode("utf-8", "surrogatepass")
        digest.update(len(raw).to_bytes(4, "big") + raw)  # ("a", "bc") and ("ab", "c") differ
    return digest.hexdigest()


def act(what: What, address: str, *, at: int, list: str = "", why: str = "") -> Event:  # noqa: A002 - the field's name
    """Give the event for what a driver or a person did: a probe, a release, a suppression, a complaint by hand.

    >>> act("release", "joe@example.org", at=0, list="news", why="asked by telephone").what
    'release'
    """
    if what not in get_args(What) or "@" not in address.strip("@ "):
        message = f"{what!r} of {address!r}: give one of {', '.join(get_args(What))}, and an address"
        raise ValueError(message)
    key, list = key_of(address), list_of(list)  # noqa: A001 - the field's name
    return Event(id=event_id(what, list, key, str(at)), list=list, address=key, at=at, what=what, reason=why)


def delivery(address: str, *, at: int, list: str = "") -> Event:  # noqa: A002 - the field's name
    """Give the event for mail that was taken: one a day, list and address, however much was sent.

    >>> delivery("joe@example.org", at=5) == delivery("joe@example.org", at=86_399)
    True
    """
    key, day, list = key_of(address), at // _DAY, list_of(list)  # noqa: A001 - the field's name
    return Event(id=event_id("delivery", list, key, str(day)), list=list, address=key, at=day * _DAY, what="delivery")


def events_of(bounce: Bounce, *, report: str, at: int, list: str = "") -> Iterator[Event]:  # noqa: A002 - the field's name
    """Give the events that a bounce or a complaint stands for; none for what is neither.

    `report` identifies the mail itself: its Message-ID, or a digest where it has none. `at` is when it came. Counted is
    the address that was written to, where it is known: what failed may be where the member's mail is forwarded to.
    """
    if bounce.kind == "feedback":
        told = bounce.feedback
        if told and is_kept(told.original_recipient) and told.type in _COMPLAINTS:
            yield _event(bounce, told.original_recipient, "complaint", report=report, at=at, name=list)
        return
    if bounce.kind not in _ABOUT_A_MESSAGE:
        return
    for recipient in bounce.recipients:
        what = _BY_ACTION.get(recipient.action) or _BY_ADVICE.get(recipient.advice)
        address = recipient.original_address or recipient.address
        if what and is_kept(address):
            yield _event(bounce, address, what, recipient, report=report, at=at, name=list)


def _event(  # noqa: PLR0913 - each is a fact
    bounce: Bounce, address: str, what: What, recipient: Recipient | None = None, *, report: str, at: int, name: str
) -> Event:
    key, name, message = key_of(address), list_of(name), bounce.original.message_id or ""
    action = recipient.action if recipient else "complaint"
    return Event(
        id=event_id(message, name, key, action, report),
        list=name,
        address=key,
        at=at,
        what=what,
        confidence=recipient.confidence if recipient else "stated",
        message=message,
        status=recipient.status if recipient else "",
        reason=recipient.reason if recipient else (bounce.feedback.type if bounce.feedback else ""),
        detail=_evidence(bounce, recipient, report),
    )


def _evidence(bounce: Bounce, recipient: Recipient | None, report: str) -> str:
    """Write down why, at most `DETAIL_BYTES` of it."""
    facts = {
        "kind": bounce.kind,
        "dialect": bounce.dialect,
        "reporting_mta": bounce.reporting_mta,
        "source": bounce.source,
        "report": report,
        "original": bounce.original,
        "recipient": recipient,
        "feedback": bounce.feedback,
    }
    told = {key: value for key, value in facts.items() if value is not None}
    raw = msgspec.json.encode(told)
    if len(raw) > DETAIL_BYTES and recipient is not None:
        short = msgspec.structs.replace(recipient, diagnostic=(recipient.diagnostic or "")[:1_000], evidence=())
        raw = msgspec.json.encode({**told, "recipient": short, "original": None})
    return raw.decode() if len(raw) <= DETAIL_BYTES else ""
