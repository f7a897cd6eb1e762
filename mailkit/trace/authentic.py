"""Authentication-Results and Received-SPF: what they say, and whether a host of ours wrote them (RFC 8601 section 5).

What stands above the field of the oldest hop that can be believed was added by a trusted host, for a stranger's field
never gets above it. Directly below it stands what that host itself may have added, or the stranger: there the name
decides, and it is true only where the host removes fields in its own name from what comes in.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from mailkit.syntax.authres import MethodResult, parse_authentication_results, parse_received_spf
from mailkit.syntax.fields import Field
from mailkit.trace.origin import Trusts, Walk
from mailkit.trace.result import Stated, TraceHop, Trust
from mailkit.trace.sites import same_site

_CHECKER = re.compile(r"([A-Za-z0-9._\-]{1,255}): ")
"""How the comment of Received-SPF names the host (RFC 7208 section 9.1); Google names it nowhere else."""


def stated_in(fields: Sequence[Field], hops: Sequence[TraceHop], way: Walk, trust: Trusts) -> tuple[Stated, ...]:
    """Read the fields, in the order in which they stand."""
    return tuple(_stated(field, hops, way, trust) for field in sorted(fields, key=lambda field: field.offset))


def _stated(field: Field, hops: Sequence[TraceHop], way: Walk, trust: Trusts) -> Stated:
    fault: str | None = None
    results: tuple[MethodResult, ...]
    if field.name.lower() == b"received-spf":
        spf = parse_received_spf(field.value)
        said = _CHECKER.match(spf.comment or "")
        name, results = spf.receiver or (said[1] if said else None), (spf.as_result(),)
    else:
        read = parse_authentication_results(field.value)
        name, results, fault = read.authserv_id, read.results, read.fault
    return Stated(
        field="received-spf" if field.name.lower() == b"received-spf" else "authentication-results",
        authserv_id=name,
        trust=_trust(field.offset, name, hops, way, trust),
        offset=field.value_offset,
        results=results,
        fault=fault,
    )


def _trust(offset: int, name: str | None, hops: Sequence[TraceHop], way: Walk, trust: Trusts) -> Trust:
    if not way.last:
        return "none"
    last = hops[way.last - 1]
    if offset < last.offset:
        return "boundary"
    older = hops[way.last - 2].offset if way.last > 1 else None
    if name is None or (older is not None and offset > older):
        return "none"
    return "edge" if trust.has_name(name) or same_site(name, last.by or "") else "none"
