"""Whether a domain's state today bears out what a bounce says of it.

A bounce is believed before the DNS is: it tells of another day, and often of another resolver. But an address that is about
to be dropped for a domain that takes mail today is worth a second look.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from mailkit.bounce.result import Bounce, Recipient
from mailkit.dns.core import Asking
from mailkit.dns.mx import MailKind, exchangers
from mailkit.findings import Finding, finding
from mailkit.syntax.address import clean, domain_of

MAX_DOMAINS = 20
"""Domains of one message that are asked about: a report on a whole list is no reason to ask for an hour."""
RECIPIENT = frozenset({"1.2", "1.10", "4.1", "4.3", "4.4"})
"""Codes, without their class, by which the recipient's domain is at fault: no such domain, or none that takes mail (RFC 3463
section 3.2, RFC 7505 section 4); its hosts do not answer, the DNS does not, or no route leads there (RFC 3463 section 3.5)."""
SENDER = frozenset({"1.8", "7.27"})
"""Codes by which the domain of the sender is: it is unknown, or has a null MX (RFC 7505 section 4.2)."""
HOSTS = frozenset({"4.1"})
"""Codes that a sound DNS does not contradict: it cannot tell whether hosts answer."""
_TODAY: dict[MailKind, tuple[bool | None, str]] = {
    "mx": (True, "{} has mail exchangers today"),
    "implicit": (True, "{} has no mail exchanger today, but an address, to which mail goes"),
    "literal": (True, "{} is an address"),
    "loop": (True, "the own host takes the mail of {} today"),
    "null": (False, "{} has a null MX today"),
    "none": (False, "{} does not exist today, or nothing there takes mail"),
    "unusable": (False, "no host that should take the mail of {} can be reached today"),
    "error": (None, "{} cannot be looked up at present"),
}
"""Whether a domain takes mail, in words."""
MENDED = "it was mended since, or the bounce is wrong"


class _Claim(NamedTuple):
    domain: str
    code: str
    offset: int


class _Today(NamedTuple):
    """What the DNS says of a domain."""

    takes_mail: bool | None
    words: str


def confirm(bounce: Bounce, *, me: Sequence[str] = ()) -> Asking[tuple[Finding, ...]]:
    r"""Ask the DNS about each domain that a bounce says is at fault; one finding for each recipient of whom it says so.

    ``bounce.domain.confirmed``: no mail can be sent there today either; ``bounce.domain.contradicted``: the domain takes
    mail; ``bounce.domain.unknown``: nobody can say at present, or the DNS cannot tell. Each domain is asked about once. `me`
    are the names of the own host: a domain that these take mail for does take mail (RFC 5321 section 5.1).

    >>> from mailkit import classify
    >>> from mailkit.dns.core import Reply, answer
    >>> report = classify(
    ...     b"Content-Type: multipart/report; report-type=delivery-status; boundary=x\n\n"
    ...     b"--x\nContent-Type: message/delivery-status\n\nReporting-MTA: dns; mx.example\n\n"
    ...     b"Final-Recipient: rfc822; joe@example.org\nAction: failed\nStatus: 5.1.2\n\n--x--\n"
    ... )
    >>> [(one.code, one.detail) for one in answer(confirm(report), lambda wanted: Reply(state="no-name"))]
    [('bounce.domain.confirmed', 'example.org does not exist today, or nothing there takes mail')]
    """
    known: dict[str, _Today] = {}
    findings = []
    for claim in _claims(bounce):
        today = known.get(claim.domain)
        if today is None and len(known) < MAX_DOMAINS:
            today = known[claim.domain] = yield from _today(claim.domain, me)
        findings.append(_judge(claim, today))
    return tuple(findings)


def _claims(bounce: Bounce) -> Iterator[_Claim]:
    """Give which domain is said to be at fault, recipient for recipient."""
    for one in bounce.recipients:
        code = one.status.partition(".")[2]
        address = bounce.original.from_ if code in SENDER else one.address or one.original_address
        domain = domain_of(clean(address or ""))
        if one.action in {"failed", "delayed"} and code in RECIPIENT | SENDER and domain and domain[0] != "[":
            yield _Claim(domain, code, _place(one))


def _place(one: Recipient) -> int:
    return one.evidence[0].offset if one.evidence else 0


def _judge(claim: _Claim, today: _Today | None) -> Finding:
    if today is None:
        return finding("bounce.domain.unknown", claim.offset, f"{claim.domain} was not asked about: too many domains")
    if today.takes_mail is None:
        return finding("bounce.domain.unknown", claim.offset, today.words)
    if not today.takes_mail:
        return finding("bounce.domain.confirmed", claim.offset, today.words)
    if claim.code in HOSTS:
        return finding("bounce.domain.unknown", claim.offset, f"{today.words}; whether they answer was not tried")
    return finding("bounce.domain.contradicted", claim.offset, f"{today.words}: {MENDED}")


def _today(domain: str, me: Sequence[str]) -> Asking[_Today]:
    """Ask whether a domain takes mail."""
    found = yield from exchangers(domain, me=me)
    takes_mail, words = _TODAY[found.kind]
    if "malformed" in found.problems:
        words = "{} is no name of the DNS"
    reasons = [found.why] if found.why else dict.fromkeys(one for host in found.refused for one in host.problems)
    because = f": {', '.join(reasons)}" if reasons and not takes_mail else ""
    return _Today(takes_mail, words.format(domain) + because)
