"""A message around a bounce: a relay has put the report into a text of its own, or into an envelope of certified mail."""

from __future__ import annotations

from typing import NamedTuple

import msgspec

from mailkit.bounce.notice import HEADER_LINE, MESSAGES, Notice, TextView
from mailkit.bounce.result import Bounce, Evidence, Recipient
from mailkit.content import IDENTITY


class Wrapped(NamedTuple):
    """A report that was found inside a text."""

    data: bytes
    offset: int
    """Where it begins in the outer message."""
    exact: bool
    """Whether places inside lead back to bytes of the outer message; else the part as a whole is the place."""


def find_wrapped(notice: Notice) -> Wrapped | None:
    """Give the delivery report that stands as text where the returned message does; None where there is none."""
    for view in notice.views:
        rest = view.text[view.end :]
        lower = rest.lower()
        if "final-recipient:" not in lower or "multipart/report" not in lower:
            continue
        match = HEADER_LINE.search(rest)
        if match and match.start() < lower.find("multipart/report"):
            return _bytes_of(view, view.end + match.start())
    return None


def find_enclosed(notice: Notice) -> Wrapped | None:
    """Give the message in an envelope of Italian certified mail (D.M. 2 novembre 2005, X-Trasporto); None where there is none.

    Mail from outside, and so every bounce of another provider, comes in such an envelope ("ANOMALIA MESSAGGIO").
    """
    if "x-trasporto" not in notice.header:
        return None
    part = next((part for part in notice.returned if part.type in MESSAGES), None)
    if part is None:
        return None
    if part.encoding in IDENTITY:
        return Wrapped(part.body, part.body_start, exact=True)
    return Wrapped(part.content(notice.limits.notice_bytes), part.body_start, exact=False)


def _bytes_of(view: TextView, start: int) -> Wrapped:
    part = view.part
    offset = view.locate(start, len(view.text))[0]
    if part.encoding in IDENTITY and not view.is_html:
        return Wrapped(part.body[offset - part.body_start :], offset, exact=True)
    return Wrapped(view.text[start:].encode("utf-8", "replace"), part.body_start, exact=False)


def moved(bounce: Bounce, found: Wrapped) -> tuple[Recipient, ...]:
    """Give the recipients of a wrapped report with places in the outer message."""
    return tuple(_moved(recipient, found) for recipient in bounce.recipients)


def _moved(recipient: Recipient, found: Wrapped) -> Recipient:
    evidence = tuple(_place(one, found) for one in recipient.evidence)
    if isinstance(recipient.weighed, msgspec.UnsetType):
        return msgspec.structs.replace(recipient, evidence=evidence)
    weighed = tuple(
        msgspec.structs.replace(one, evidence=_place(one.evidence, found) if one.evidence else None)
        for one in recipient.weighed
    )
    return msgspec.structs.replace(recipient, evidence=evidence, weighed=weighed)


def _place(one: Evidence, found: Wrapped) -> Evidence:
    if found.exact:
        return Evidence(one.what, one.offset + found.offset, one.length)
    return Evidence(one.what, found.offset, len(found.data))
