"""What the DNS says of the host that a message came from: its name, and the lists that it stands on.

Only the origin is asked about, never every hop: that costs, tells strangers about one's own hosts, and lists private ones.
"""

from __future__ import annotations

from collections.abc import Sequence

from mailkit.dns.blocklist import Blocklist, check_all
from mailkit.dns.core import Asking
from mailkit.dns.reverse import reverse
from mailkit.findings import Finding, finding
from mailkit.trace import Trace
from mailkit.trace.networks import network_of

_REVERSE = {"pass": "dns.reverse.pass", "fail": "dns.reverse.fail", "permerror": "dns.reverse.fail"}
_LISTED = {
    "listed": "dns.list.listed",
    "clear": "dns.list.clear",
    "refused": "dns.list.broken",
    "broken": "dns.list.broken",
}


def check_origin(trace: Trace, lists: Sequence[Blocklist] = ()) -> Asking[tuple[Finding, ...]]:
    """Look up the name of the host that a message came from (iprev, RFC 8601 section 3) and ask blocklists about it.

    Nothing is asked where the message never was outside, or its origin's address is none of the Internet.
    """
    if trace.boundary is None:
        return ()
    hop = trace.hops[trace.boundary - 1]
    if hop.ip is None or network_of(hop.ip) not in {"global", "documentation"}:
        return ()
    found = yield from reverse(hop.ip)
    code = _REVERSE.get(found.result, "dns.reverse.unknown")
    names = ", ".join(found.confirmed or found.names) or "no name"
    answers = [finding(code, hop.offset, f"{hop.ip}: {names}")]
    if lists:
        for listing in (yield from check_all(lists, hop.ip)):
            words = "; ".join(filter(None, (listing.why, *listing.codes, *listing.texts)))
            answers.append(
                finding(
                    _LISTED.get(listing.state, "dns.list.unknown"),
                    hop.offset,
                    f"{hop.ip} at {listing.zone}: {listing.state}{words and ', ' + words}",
                )
            )
    return tuple(answers)
