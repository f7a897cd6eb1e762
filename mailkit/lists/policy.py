"""Whether a program made a message, and whether one may answer it automatically (RFC 3834)."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import Literal

import msgspec

from mailkit.lists.headers import LIST_FIELDS
from mailkit.lists.roles import role_of
from mailkit.lists.signs import RECIPIENTS, SUPPRESS, Reason, Signs, been_here, names_of, reason
from mailkit.message import Message, parse
from mailkit.syntax.answers import ANSWER_FIELDS, ANSWER_PRECEDENCES

Kind = Literal["bounce", "reply", "list", "notice"]

_BULK = frozenset({"bulk", "list", "junk"})
_SUPPRESSED = frozenset({"all", "oof", "autoreply"})
_RETURNED = ("(fail", "(reject", "(bounce", "(returned", "(undeliver", "(warning", "(delay", "(postmaster-notif")
"""Comments of Auto-Submitted by which an MTA says that the message is about a delivery: sendmail, and others."""
_UNDELIVERED = frozenset({"non-accettazione", "errore-consegna", "preavviso-errore-consegna", "rilevazione-virus"})
"""Kinds of the receipts of Italian certified mail that tell of no delivery (RFC 6109)."""
_NOTHING = frozenset({"no", "false", "0", "posta-certificata"})  # the last: what carries a person's certified mail
TELLING: dict[str, str] = {
    **dict.fromkeys(ANSWER_FIELDS, "answer.field"),
    "x-failed-recipients": "failed-recipients",
    "x-ms-exchange-message-is-ndr": "ndr",
    "x-ricevuta": "certified",
    "x-trasporto": "certified",
    "x-cron-env": "cron",
    "x-list-administrivia": "list.administrivia",
    "x-mlserver": "list.field",
}
"""Field -> the code of what it tells by standing there."""


class Automatic(msgspec.Struct, frozen=True, kw_only=True):
    """Whether a program made a message, as far as its header tells.

    >>> Automatic(kind=None, why=()).kind is None
    True
    """

    kind: Kind | None
    """bounce = it is about a delivery; reply = it answers by itself; list = it went to many; notice = a program wrote it
    for another reason; None: nothing tells, a person may have written it."""
    why: tuple[Reason, ...]
    """All that tells, whichever kind it speaks for."""


class MayReply(msgspec.Struct, frozen=True, kw_only=True):
    """Whether one may answer a message automatically.

    >>> MayReply(allowed=True, reasons=()).allowed
    True
    """

    allowed: bool
    reasons: tuple[Reason, ...]
    """All that forbids it; empty where it is allowed."""


def precedence(message: Message | bytes) -> str | None:
    r"""Give the word in Precedence, in lower case: ``bulk``, ``list``, ``junk``, ``first-class``; None where there is none.

    No standard defines it; RFC 3834 section 2 takes it for one sign among others. Of several fields, the first counts.

    >>> precedence(b"Precedence: Bulk\n\n")
    'bulk'
    """
    signs = Signs(message if isinstance(message, Message) else parse(message))
    return next((word for word, _ in signs.words("precedence")), None)


def automatic(message: Message | bytes) -> Automatic:
    r"""Say whether a program made a message, by its header alone; who wants to know why a bounce came asks `classify`.

    >>> automatic(b"Return-Path: <>\nFrom: MAILER-DAEMON@example.org\n\n").kind
    'bounce'
    >>> automatic(b"Auto-Submitted: auto-replied\n\n").why[0].code
    'auto-submitted'
    """
    signs = Signs(message if isinstance(message, Message) else parse(message))
    why = (*_signs_of_programs(signs), *_sender(signs))
    return Automatic(kind=_kind(signs, {one.code for one in why}), why=why)


def may_reply(message: Message | bytes, *, own: Collection[str] = ()) -> MayReply:
    r"""Say whether one may answer a message automatically: a vacation notice, a confirmation, a bounce of a list.

    `own` are addresses of ours, and List-Ids and hosts: with addresses, one must be among the recipients, as
    RFC 3834 section 2 asks of personal responders, with or without a subaddress; with any, what was here before is
    not answered.

    >>> may_reply(b"From: ann@example.com\nTo: hoe@example.gr.jp\n\n", own=("hoe@example.gr.jp",)).allowed
    True
    >>> [one.code for one in may_reply(b"From: ann@example.com\nPrecedence: bulk\n\n").reasons]
    ['precedence']
    """
    names = names_of(own)
    signs = Signs(message if isinstance(message, Message) else parse(message))
    reasons = [*_signs_of_programs(signs), *_sender(signs)]
    sender = signs.sender()
    authors = list(signs.addresses("from", limit=20))
    if sender is None and not authors and not any(signs.addresses("reply-to", limit=1)):
        reasons.append(reason("sender.missing"))
    mine = next((one for one in ((sender or "").lower(), *authors) if one in names and "@" in one), None)
    if mine:
        reasons.append(reason("sender.own", mine))
    addresses = {one for one in names if "@" in one}
    if addresses and not any(one in addresses or _base(one) in addresses for one in signs.addresses(*RECIPIENTS)):
        reasons.append(reason("recipient.absent"))
    reasons += been_here(signs, names)
    return MayReply(allowed=not reasons, reasons=tuple(reasons))


def _base(address: str) -> str:
    """Take a subaddress off (RFC 5233)."""
    local, at, domain = address.rpartition("@")
    return local.partition("+")[0] + at + domain


def _signs_of_programs(signs: Signs) -> Iterator[Reason]:
    """Find what tells that a program made a message, or sent it to many."""
    if signs.sender() == "":
        field = signs.field("return-path")
        yield reason("path.null", offset=field.offset if field else None)
    root = signs.message.root
    if root.type == "multipart/report":
        yield reason("report", root.content_type.params.get("report-type", ""))
    for word, offset in signs.words("auto-submitted"):
        if word != "no":
            yield reason("auto-submitted", signs.text("auto-submitted"), offset)
            break
    for name, code in TELLING.items():
        field = signs.field(name)
        if field and signs.text(name) not in _NOTHING:
            yield reason(code, name, field.offset)
    yield from _precedences(signs)
    field = next((fields[0] for name, fields in signs.found.items() if name in LIST_FIELDS), None)
    if field:  # one is enough
        yield reason("list.field", field.name.decode("latin-1").lower(), field.offset)
    field = signs.field(SUPPRESS)
    if field and not _SUPPRESSED.isdisjoint(signs.text(SUPPRESS).replace(",", " ").split()):
        yield reason("suppress", signs.text(SUPPRESS), field.offset)


def _precedences(signs: Signs) -> Iterator[Reason]:
    for name in ("precedence", "x-precedence"):
        for word, offset in signs.words(name):
            if word in _BULK or word in ANSWER_PRECEDENCES:
                yield reason("precedence" if word in _BULK else "answer.precedence", word, offset)


def _sender(signs: Signs) -> Iterator[Reason]:
    """Find a sender that reads no automatic answers: a role under which programs send, or an address beside a list."""
    for address in dict.fromkeys([signs.sender() or "", *signs.addresses("from", "sender", limit=20)]):
        role = role_of(address)
        if role and role.purpose in {"srs", "batv"}:
            role = role_of(role.address)
        if role and role.machine:
            yield reason("sender.list" if role.group == "list" else "sender.role", address)


_KINDS: tuple[tuple[Kind, frozenset[str]], ...] = (
    ("notice", frozenset({"report of another kind"})),
    ("bounce", frozenset({"report", "failed-recipients", "ndr", "given back", "a mail system"})),
    ("reply", frozenset({"replied", "answer.field", "answer.precedence"})),
    ("notice", frozenset({"generated", "list.administrivia", "certified", "a list manager"})),
    ("list", frozenset({"list.field", "a list's sender"})),
    ("reply", frozenset({"an answer"})),
    ("bounce", frozenset({"path.null"})),
    ("list", frozenset({"precedence"})),
)
"""Kind -> codes and marks that speak for it, the surest first; any other code makes a notice."""


def _kind(signs: Signs, codes: set[str]) -> Kind | None:
    """Say of which kind a message is."""
    told = codes | set(_marks(signs, codes))
    return next((kind for kind, signs_of in _KINDS if signs_of & told), "notice" if codes else None)


def _marks(signs: Signs, codes: set[str]) -> Iterator[str]:
    """Give what several signs tell together, or one of them in its value."""
    report = signs.message.root.content_type.params.get("report-type", "").lower()
    if "report" in codes and report not in {"", "delivery-status"}:
        yield "report of another kind"
    submitted = signs.text("auto-submitted")
    if any(mark in submitted for mark in _RETURNED) or signs.text("x-ricevuta") in _UNDELIVERED:
        yield "given back"
    if "auto-submitted" in codes:
        yield "replied" if submitted.startswith("auto-replied") else "generated"
    role = role_of(next(signs.addresses("from", limit=1), None))
    purposes = {one.purpose for one in (role, role_of(signs.sender())) if one}
    if "mailer-daemon" in purposes or ("postmaster" in purposes and codes & {"path.null", "auto-submitted"}):
        yield "a mail system"
    if codes and role and role.group == "list" and role.purpose != "request":  # in whose name digests come
        yield "a list manager"
    elif "sender.list" in codes:
        yield "a list's sender"
    if "path.null" in codes and ("suppress" in codes or signs.found.keys() & {"in-reply-to", "references"}):
        yield "an answer"
