"""Sender addresses that hold another address: SRS, BATV and VERP.

A forwarder writes the sender anew so that SPF holds (Sender Rewriting Scheme), a sender signs it so that
forged bounces are told apart (BATV, draft-levine-smtp-batv), and a list writes the recipient into it so
that a bounce says whose it is (VERP). What is inside is a second reading, never the sender itself.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Literal

import msgspec

Scheme = Literal["srs", "batv", "verp"]

_SRS0 = re.compile(r"SRS0[=+\-][^=]{1,32}=[^=]{1,4}=([^=]{1,255})=(.{1,255})", re.IGNORECASE | re.DOTALL)
_SRS1 = re.compile(
    r"SRS1[=+\-][^=]{1,32}=[^=]{1,255}=[=+\-][^=]{1,32}=[^=]{1,4}=([^=]{1,255})=(.{1,255})", re.IGNORECASE | re.DOTALL
)
_BATV = (
    re.compile(r"prvs=[0-9A-Fa-f]{9,10}=(.{1,255})", re.IGNORECASE | re.DOTALL),
    re.compile(r"prvs=([^=/]{1,255})[=/][0-9A-Fa-f]{9,10}", re.IGNORECASE),  # the order of the first drafts
    re.compile(r"btv1==[^=]{1,32}==(.{1,255})", re.IGNORECASE | re.DOTALL),
    re.compile(r"msprvs1=[^=]{1,64}=(.{1,255})", re.IGNORECASE | re.DOTALL),
)
_DOMAIN = re.compile(r"[A-Za-z0-9\-_]{1,63}(?:\.[A-Za-z0-9\-_]{1,63}){1,20}")
_SYMPA = re.compile(r"(?:.{0,64}[+\-])?bounce\+([^@=]{1,255})==a==([^=]{1,255})==.{1,255}", re.IGNORECASE | re.DOTALL)
_NUMBERED = re.compile(r"(?:return|bounces?)(?:-\d{1,19}|\+\d{1,19}-[0-9a-f]{4})-(.{1,255})", re.IGNORECASE)
_BOUNCES = re.compile(
    r"(?:owner|bounces?|returns?|errors?)(?:[\-_.+=].*+)?|.*[\-_](?:bounces?|owner|errors?|return)(?:[\-+=].*+)?",
    re.IGNORECASE | re.DOTALL,
)
MAX_LOCAL = 512
"""Characters of a local part that is looked into; RFC 5321 section 4.5.3.1.1 allows 64."""
MAX_LAYERS = 4
"""Schemes around one another: two forwarders, a signature and a list."""


class Reading(msgspec.Struct, frozen=True):
    """What an address holds besides itself."""

    scheme: Scheme
    address: str | None
    """The address inside: with SRS and BATV the sender, with VERP the recipient; None where it is not certain."""


def readings(address: str | None, known: Sequence[str] = ()) -> tuple[Reading, ...]:
    """Read what is inside of an envelope sender, from the outside in; `known` recipients help with VERP.

    >>> readings("SRS0=HHH=TT=example.org=joe@forwarder.example")
    (Reading(scheme='srs', address='joe@example.org'),)
    >>> readings("list-bounces+sue=example.com@lists.example.org")
    (Reading(scheme='verp', address='sue@example.com'),)
    >>> readings("bounce+sue==a==example.com==list@lists.example.org")  # Sympa
    (Reading(scheme='verp', address='sue@example.com'),)
    """
    found: list[Reading] = []
    while address and "=" in address and len(found) < MAX_LAYERS:
        reading = _srs(address) or _batv(address) or _verp(address, known)
        if reading is None:
            break
        found.append(reading)
        address = None if reading.scheme == "verp" else reading.address
    return tuple(found)


def _srs(address: str) -> Reading | None:
    local = address.rpartition("@")[0][:MAX_LOCAL]
    match = _SRS0.fullmatch(local) or _SRS1.fullmatch(local)
    return Reading("srs", f"{match[2]}@{match[1]}") if match else None


def _batv(address: str) -> Reading | None:
    local, _, domain = address.rpartition("@")
    for form in _BATV:
        match = form.fullmatch(local[:MAX_LOCAL])
        if match:
            return Reading("batv", f"{match[1]}@{domain}")
    return None


def _verp(address: str, known: Sequence[str]) -> Reading | None:
    """Find ``joe=example.org`` at the end of a local part; which dash begins it, a known recipient may tell."""
    local = address.rpartition("@")[0][:MAX_LOCAL]
    sympa = _SYMPA.fullmatch(local)
    if sympa:
        return Reading("verp", f"{sympa[1]}@{sympa[2]}")
    front, _, domain = local.rpartition("=")
    if not front or not _DOMAIN.fullmatch(domain):
        return None
    for recipient in known:
        name, _, host = recipient.rpartition("@")
        if host.lower() == domain.lower() and front.lower().endswith(name.lower()) and len(front) > len(name):
            return Reading("verp", recipient)
    numbered = _NUMBERED.search(front)
    if numbered:
        return Reading("verp", f"{numbered[1]}@{domain}")
    if "+" in front:
        return Reading("verp", f"{front.partition('+')[2]}@{domain}")
    return Reading("verp", None) if "-" in front else None


def is_bounce_address(address: str | None) -> bool:
    """Say whether an address is one to which a list or a mailer wants its bounces, by its local part.

    >>> is_bounce_address("list-bounces@example.org"), is_bounce_address("joe@example.org")
    (True, False)
    """
    local = (address or "").rpartition("@")[0][:MAX_LOCAL]
    return bool(_BOUNCES.fullmatch(local))
