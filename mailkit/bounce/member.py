"""VERP: the member that a report is about, told by the address it came to, whatever the report itself says."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Protocol

from mailkit.bounce.extract import Case
from mailkit.bounce.notice import Notice
from mailkit.bounce.origin import sent_to
from mailkit.findings import Finding, finding
from mailkit.syntax.address import clean


class Told(Protocol):
    """What a return path tells; `mailkit.lists.Returned` is one."""

    @property
    def recipient(self) -> str:
        """The member."""

    @property
    def genuine(self) -> bool | None:
        """True: signed by us; False: it has our form, and is forged or too old; None: nobody vouches for it."""

    @property
    def why(self) -> str:
        """What is wrong with it."""


Verp = Callable[[str], Told | None]
"""Asked with each address that a message came to; None: the address is no return path."""


def find_member(notice: Notice, verp: Verp, envelope_to: Sequence[str] = ()) -> tuple[str | None, Finding | None]:
    """Give the member that a message is about, and a finding that says what told it.

    Asked are the addresses that the message came to, those of the SMTP dialogue first, then the envelope sender of the
    message that came back: reports of complaints go to one address for all. A signed return path goes before one that
    anybody can write.
    """
    told = [(found, address) for address in [*envelope_to, *_places(notice)] if (found := verp(address)) is not None]
    best = next((one for one in told if one[0].genuine), None)
    best = best or next((one for one in told if one[0].genuine is None and one[0].recipient), None)
    start = notice.message.root.start
    forged = next((found for found, _ in told if found.genuine is False), None)
    if forged is not None and (best is None or not best[0].genuine):
        return None, finding("bounce.verp.forged", start, forged.why)
    if best is None:
        return None, None
    return best[0].recipient, finding("bounce.verp.member", start, best[1])


def _places(notice: Notice) -> list[str]:
    header = notice.original_header
    raw = header.get("return-path") if header is not None else None
    returned = clean(raw.decode("utf-8", "replace")) if raw else None
    return [*sent_to(notice), *([returned] if returned else [])]


def about(member: str, cases: list[Case]) -> list[Case]:
    """Make recipients those of a member: one that nobody names is the member, any other is where its mail went on to.

    Whom the report itself calls the original recipient counts for nothing: a member could name another there.
    """
    cases = cases or [Case(None)]
    for case in cases:
        if case.address is None or case.guessed:
            case.address, case.guessed = member, False
        case.original_address = None if case.address.lower() == member.lower() else member
    return cases
