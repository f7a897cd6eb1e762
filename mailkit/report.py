r"""Everything for one message: all answers, or those that are wanted, in one frozen value.

>>> report = analyze(b"Received: by mx.example; Thu, 1 Jan 2026 00:00:00 +0000\nSubject: hi\n\nhello\n", want=("bounce", "trace"))
>>> report.bounce.kind, report.date.isoformat(), report.size
('other', '2026-01-01T00:00:00+00:00', 75)
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Literal, TypeVar, get_args

import msgspec

from mailkit.arrival import date_of
from mailkit.attachments import AttachmentReport, check_attachments
from mailkit.bounce.classify import classify
from mailkit.bounce.dialects import Dialect
from mailkit.bounce.matcher import RuleSet
from mailkit.bounce.origin import Ours
from mailkit.bounce.result import Bounce
from mailkit.envelope import Envelope, envelope
from mailkit.limits import DEFAULT, Limits
from mailkit.message import Message, Source, parse
from mailkit.text import TextReport, check_text
from mailkit.trace import Trace, trace

T = TypeVar("T", Envelope, Trace, TextReport, AttachmentReport)
Answer = Literal["bounce", "envelope", "trace", "text", "attachments"]
ANSWERS: tuple[Answer, ...] = get_args(Answer)
"""All that can be asked of a message."""
BOUNCE: tuple[Answer, ...] = ("bounce",)


class Report(msgspec.Struct, frozen=True, kw_only=True):
    """All answers for one message; of those that were not wanted there is no key in the JSON.

    >>> Report(source="a.eml", error="is no mail: empty").bounce
    UNSET
    """

    v: int = 1
    """The version of this form: a key that goes or changes its meaning makes a new one."""
    source: str | None = None
    """The name of the input: a file, `box.mbox#3`, or - for standard input."""
    id: str | msgspec.UnsetType = msgspec.UNSET
    """What its owner calls it: of a row of JSON lines or Parquet, where the column of its id was named."""
    size: int | None = None
    """Bytes of the message, a From line of an mbox among them; None where it was not read."""
    date: datetime | None = None
    """When the newest host took it in, by its Received field (RFC 5321 section 4.4), else its Date; UTC. None: neither."""
    error: str | msgspec.UnsetType = msgspec.UNSET
    """Why there are no answers: it could not be read, took too long, or mailkit failed."""
    bounce: Bounce | msgspec.UnsetType = msgspec.UNSET
    """What it says of a delivery."""
    envelope: Envelope | msgspec.UnsetType = msgspec.UNSET
    """Who it was really from and for."""
    trace: Trace | msgspec.UnsetType = msgspec.UNSET
    """Its way, hop by hop."""
    text: TextReport | msgspec.UnsetType = msgspec.UNSET
    """What stands in its text and should not."""
    attachments: AttachmentReport | msgspec.UnsetType = msgspec.UNSET
    """What its attachments are."""


def analyze(  # noqa: PLR0913 - each is a choice of the caller
    data: Message | Source,
    *,
    limits: Limits = DEFAULT,
    want: Collection[Answer] = ANSWERS,
    source: str | None = None,
    rules: RuleSet | None = None,
    dialects: Sequence[Dialect] | None = None,
    ours: Ours | None = None,
) -> Report:
    """Give all answers for a message, or those of them that are wanted; it is read once. Never raises on content.

    `source` is the name that the answers bear; `rules`, `dialects` and `ours` are those of `classify`. Raises ValueError
    where something is wanted that is no answer.
    """
    check_wanted(want)
    message = data if isinstance(data, Message) else parse(data, limits=limits)
    bounce = classify(message, rules=rules, dialects=dialects, source=source, ours=ours) if "bounce" in want else None
    way = _named(trace(message), source) if "trace" in want else None
    return Report(
        source=source,
        size=len(message),
        date=(way.hops[-1].date if way and way.hops else None) or date_of(message),
        bounce=bounce or msgspec.UNSET,
        envelope=_named(envelope(message), source) if "envelope" in want else msgspec.UNSET,
        trace=way or msgspec.UNSET,
        text=_named(check_text(message), source) if "text" in want else msgspec.UNSET,
        attachments=(
            _named(check_attachments(message, limits=limits), source) if "attachments" in want else msgspec.UNSET
        ),
    )


def check_wanted(want: Collection[str]) -> None:
    """Refuse what is no answer. Raises ValueError."""
    wrong = [name for name in ([want] if isinstance(want, str) else want) if name not in ANSWERS]
    if wrong or isinstance(want, str):
        message = f"want={want!r}: give a tuple of {', '.join(ANSWERS)}"
        raise ValueError(message)


def _named(answer: T, source: str | None) -> T:
    return msgspec.structs.replace(answer, source=source)
