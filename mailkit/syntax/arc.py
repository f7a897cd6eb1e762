"""The Authenticated Received Chain: what its fields say, and whether they form a chain (RFC 8617).

No signature is checked here, and nothing is looked up: a chain that is whole may still be forged. What it
is worth depends on whom the reader trusts (RFC 8617 section 9).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import TypeVar

import msgspec

from mailkit.syntax.authres import AuthenticationResults, MethodResult, parse_authentication_results
from mailkit.syntax.comments import comment_end, skip_blanks
from mailkit.syntax.fields import Header
from mailkit.syntax.taglist import parse_tag_list

MAX_INSTANCE = 50
"""Sets of one chain (RFC 8617 section 4.2.1)."""
MAX_FIELDS = 3 * MAX_INSTANCE
"""Fields that are read: those of the longest chain."""
SEAL, SIGNATURE, RESULTS = "ARC-Seal", "ARC-Message-Signature", "ARC-Authentication-Results"
_NAMES = {name.lower().encode(): name for name in (SEAL, SIGNATURE, RESULTS)}
_INSTANCE = re.compile(rb"[ \t\r\n]*+[iI][ \t\r\n]*+=[ \t\r\n]*+([0-9]{1,4}+)(?![0-9])")


class ArcTags(msgspec.Struct, frozen=True, kw_only=True):
    """What an ARC-Seal or ARC-Message-Signature says (RFC 8617 sections 4.1.2 and 4.1.3)."""

    instance: int | None = None
    """From 1 to 50; None where it is missing or none of these."""
    cv: str | None = None
    """What the sealer says of the chain that he was given: none, pass or fail, in lower case; only in a seal."""
    domain: str | None = None
    selector: str | None = None
    algorithm: str | None = None
    time: datetime | None = None
    fault: str | None = None
    """What is not as the grammar has it, in words; None where nothing is seen."""


class ArcResults(msgspec.Struct, frozen=True, kw_only=True):
    """An ARC-Authentication-Results (RFC 8617 section 4.1.1)."""

    instance: int | None
    read: AuthenticationResults
    """What stands behind the instance."""


Found = TypeVar("Found", ArcTags, ArcResults)


class ArcSet(msgspec.Struct, frozen=True, kw_only=True):
    """The three fields of one instance; of those that are missing, nothing is said."""

    instance: int
    domain: str | None = None
    """Who has sealed (``d=`` of the ARC-Seal)."""
    cv: str | None = None
    time: datetime | None = None
    """When it was sealed."""
    authserv_id: str | None = None
    results: tuple[MethodResult, ...] = ()
    """What the sealer had found, by his own words."""


class ArcChain(msgspec.Struct, frozen=True, kw_only=True):
    """All ARC fields of a message. No signature is checked."""

    instance: int
    """The highest; 0 where no field has any."""
    cv: str | None
    """What the last sealer says of the chain before him."""
    sets: tuple[ArcSet, ...]
    """From the oldest to the newest."""
    whole: bool
    """Whether the fields form a chain that is not known to be broken (RFC 8617 section 5.2, but for the signatures)."""
    fault: str | None = None
    """Why not, in words."""


def parse_arc_tags(raw: bytes) -> ArcTags:
    """Read an ARC-Seal or an ARC-Message-Signature. Never raises, and checks no signature.

    Source: RFC 8617 sections 4.1.2 and 4.1.3.

    >>> parse_arc_tags(b"i=2; a=rsa-sha256; t=1790000000; cv=pass; d=a.example; s=k1; b=aGk=").cv
    'pass'
    """
    found = parse_tag_list(raw)
    tags = found.tags
    return ArcTags(
        instance=_in_range(found.number("i")),
        cv=tags["cv"].lower() if "cv" in tags else None,
        domain=tags.get("d"),
        selector=tags.get("s"),
        algorithm=tags["a"].lower() if "a" in tags else None,
        time=found.time("t"),
        fault=found.fault or ("h= in a seal" if "cv" in tags and "h" in tags else None),
    )


def parse_arc_results(raw: bytes) -> ArcResults:
    """Read an ARC-Authentication-Results. Never raises.

    Source: RFC 8617 section 4.1.1.

    >>> found = parse_arc_results(b"i=1; mx.example; spf=pass smtp.mailfrom=a.example")
    >>> found.instance, found.read.authserv_id
    (1, 'mx.example')
    """
    match = _INSTANCE.match(raw)
    if match is None:
        return ArcResults(instance=None, read=parse_authentication_results(raw))
    position = skip_blanks(raw, match.end())
    while raw[position : position + 1] == b"(" and (stop := comment_end(raw, position)) >= 0:
        position = skip_blanks(raw, stop)
    position += raw[position : position + 1] == b";"
    return ArcResults(instance=_in_range(int(match[1])), read=parse_authentication_results(raw[position:]))


def arc_chain(header: Header) -> ArcChain | None:
    r"""Read all ARC fields of a header; None where there is none. Never raises, and checks no signature.

    Source: RFC 8617 section 5.2: instances from 1 to N, each with one field of each kind; cv=none in the
    first seal, cv=pass in those above.

    >>> arc_chain(Header(b"ARC-Seal: i=1; cv=none; d=a.example\n", 0)).fault
    'no ARC-Message-Signature of instance 1'
    """
    faults: list[str] = []
    seals: dict[int, ArcTags] = {}
    signatures: dict[int, ArcTags] = {}
    results: dict[int, ArcResults] = {}
    for count, (name, raw) in enumerate(_fields(header)):
        if count >= MAX_FIELDS:
            faults.append("too many ARC fields")
            break
        if name == RESULTS:
            _keep(name, parse_arc_results(raw), results, faults)
        else:
            _keep(name, parse_arc_tags(raw), seals if name == SEAL else signatures, faults)
    numbers = sorted(seals.keys() | signatures.keys() | results.keys())
    if not numbers and not faults:
        return None
    faults += _gaps(numbers, {SEAL: seals, SIGNATURE: signatures, RESULTS: results})
    faults += _seal_faults(seals, signatures)
    sets = tuple(_set(number, seals.get(number), results.get(number)) for number in numbers)
    return ArcChain(
        instance=numbers[-1] if numbers else 0,
        cv=sets[-1].cv if sets else None,
        sets=sets,
        whole=not faults,
        fault=faults[0] if faults else None,
    )


def _keep(name: str, found: Found, kept: dict[int, Found], faults: list[str]) -> None:
    """Keep what a field says, the first of each instance."""
    if found.instance is None:
        faults.append(f"{name} without an instance from 1 to {MAX_INSTANCE}")
    elif found.instance in kept:
        faults.append(f"{name} of instance {found.instance} stands twice")
    else:
        kept[found.instance] = found


def _fields(header: Header) -> Iterator[tuple[str, bytes]]:
    """Give the ARC fields, in the order in which they stand."""
    for field in header:
        name = _NAMES.get(field.name.lower())
        if name is not None:
            yield name, field.raw


def _in_range(number: int | None) -> int | None:
    return number if number is not None and 1 <= number <= MAX_INSTANCE else None


def _set(number: int, seal: ArcTags | None, found: ArcResults | None) -> ArcSet:
    return ArcSet(
        instance=number,
        domain=seal.domain if seal else None,
        cv=seal.cv if seal else None,
        time=seal.time if seal else None,
        authserv_id=found.read.authserv_id if found else None,
        results=found.read.results if found else (),
    )


def _gaps(numbers: list[int], kinds: Mapping[str, Mapping[int, object]]) -> Iterator[str]:
    """Say which fields are missing."""
    for number in range(1, numbers[-1] + 1 if numbers else 1):
        for name, found in kinds.items():
            if number not in found:
                yield f"no {name} of instance {number}"


def _seal_faults(seals: dict[int, ArcTags], signatures: dict[int, ArcTags]) -> Iterator[str]:
    """Say which seals and signatures are malformed, or tell of a chain that is broken."""
    for number, seal in sorted(seals.items()):
        wanted = "none" if number == 1 else "pass"
        if seal.cv != wanted:
            yield f"cv={seal.cv or ''} in the seal of instance {number}"
        if seal.fault:
            yield f"{SEAL} of instance {number}: {seal.fault}"
    for number, signature in sorted(signatures.items()):
        if signature.fault:
            yield f"{SIGNATURE} of instance {number}: {signature.fault}"
