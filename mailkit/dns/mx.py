"""Which hosts take the mail of a domain, in which order (RFC 5321 section 5.1), and what is wrong with them.

Problems are told and, where mail gets through nevertheless, not punished: that is what Exim, sendmail and Postfix do.
"""

from __future__ import annotations

import random
import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Literal

import msgspec

from mailkit.dns.core import Asking, Question, RdataType, Record, Reply, question
from mailkit.trace.networks import address_of, network_of

MailKind = Literal["mx", "implicit", "literal", "null", "none", "unusable", "loop", "error"]
Problem = Literal[
    "alias", "ghost", "no-address", "is-address", "underscore", "loopback", "unspecified", "private", "temporary", "own"
]
DomainProblem = Literal["malformed", "null-beside-others", "null-preference", "too-many", "wildcard"]

MAX_HOSTS = 50
"""Exchangers whose addresses are looked up; the largest sets in the field have some 20. The rest are left out."""
MAX_ADDRESSES = 20
"""Addresses of one host that are kept, the lowest first: servers rotate them, and nobody tries more."""
PROBE = "mailkit-wildcard-probe"
"""A name that nobody has, where no random one is given."""
_ADDRESSES: tuple[RdataType, ...] = ("A", "AAAA")
_LOCALHOST = re.compile(r"(?:.*\.)?localhost|localhost\.localdomain")
_DEADLY = frozenset({"ghost", "no-address", "is-address", "temporary", "own"})
_PROBLEM_OF: dict[str | None, Problem] = {
    "loopback": "loopback",
    "unspecified": "unspecified",
    "private": "private",
    "link-local": "private",
    "shared": "private",
}


class Host(msgspec.Struct, frozen=True, kw_only=True):
    """One host that takes mail, or should."""

    name: str
    preference: int | None = None
    """The lowest is tried first; None for a fallback."""
    addresses: tuple[str, ...] = ()
    """Of an exchanger whose addresses came with the answer these may be some of them: one is enough to connect to, and
    each more costs two questions. Empty for a fallback, which is not looked up."""
    problems: tuple[Problem, ...] = ()
    """alias = it is a CNAME (RFC 2181 section 10.3); ghost = there is no such name; no-address; is-address = an address
    stands where a name must; underscore = no name of a host (RFC 1123 section 2.1); loopback, unspecified, private = some
    address is of this kind; temporary = its addresses cannot be looked up at present; own = the asking host itself."""

    @property
    def usable(self) -> bool:
        """Whether one can connect to it from elsewhere: it has an address that is neither loopback nor unspecified."""
        return not _DEADLY.intersection(self.problems) and any(
            network_of(one) not in {"loopback", "unspecified"} for one in self.addresses
        )


class MailHosts(msgspec.Struct, frozen=True, kw_only=True):
    """Where the mail of a domain goes.

    >>> MailHosts(domain="example.org", kind="null", status="5.1.10").deliverable
    False
    """

    domain: str
    kind: MailKind
    """mx; implicit = no MX, so the domain's own addresses; literal = an address in brackets; null = it takes no mail
    (RFC 7505); none = there is no such domain, or nothing that takes mail; unusable = there are MX, and none of them works;
    loop = the best is the asking host itself; error = nobody can say at present."""
    status: str | None = None
    """RFC 3463: 5.1.2 none, 5.1.10 null, 5.4.4 unusable, 5.4.6 loop, 4.4.3 error; None where mail can be sent."""
    hosts: tuple[Host, ...] = ()
    """In the order in which they are to be tried; fallbacks come last."""
    refused: tuple[Host, ...] = ()
    """Those that nobody can connect to, or that come behind the asking host."""
    aliases: tuple[str, ...] = ()
    """The names that the domain is an alias of."""
    problems: tuple[DomainProblem, ...] = ()
    """malformed = no name of the DNS, or an address without brackets; null-beside-others = a null MX is not alone;
    null-preference = it is not 0 (both RFC 7505 section 3); too-many = not all exchangers were looked up; wildcard =
    `wildcard` is true."""
    wildcard: bool | None = None
    """Whether the MX are those of a wildcard (RFC 4592): then any name has them. None where it was not asked."""
    why: str = ""
    """Of an error: ``timeout``, ``SERVFAIL``, ``REFUSED`` or another word."""

    @property
    def deliverable(self) -> bool:
        """Whether there is a host to try, be it a fallback."""
        return bool(self.hosts)

    @property
    def temporary(self) -> bool:
        """Whether it is worth asking again later."""
        return self.status is not None and self.status.startswith("4")


STATUS: dict[MailKind, str] = {
    "none": "5.1.2",
    "null": "5.1.10",
    "unusable": "5.4.4",
    "loop": "5.4.6",
    "error": "4.4.3",
}


def exchangers(
    domain: str,
    *,
    me: Sequence[str] = (),
    fallback: Sequence[str] = (),
    rng: random.Random | None = None,
    wildcard: bool = False,
) -> Asking[MailHosts]:
    """Look up where the mail of a domain goes (RFC 5321 section 5.1).

    `me` are names and addresses of the asking host: it and every host that is not better are left out. `fallback` hosts
    come last, whatever the DNS says, but for a null MX and for a loop. Equal preferences are shuffled by `rng`, and stand
    in the order of their names without one. `wildcard` asks about a name that nobody has, to see whether it has the same MX.

    >>> from mailkit.dns.core import Record, Reply, answer
    >>> def ask(wanted):
    ...     return Reply(state="answer", records=(Record(name="a.example", rdtype="MX", text=".", preference=0),))
    >>> found = answer(exchangers("a.example"), ask)
    >>> found.kind, found.status
    ('null', '5.1.10')
    """
    names = frozenset(map(_plain, me))
    if domain.startswith("["):
        return _literal(domain, names)
    wanted = question(domain, "MX")
    if wanted is None or address_of(wanted.name) is not None:  # an address stands in brackets
        return MailHosts(domain=domain, kind="none", status=STATUS["none"], problems=("malformed",))
    found = yield from _asked(wanted, names, rng)
    if wildcard and found.kind in {"mx", "unusable", "loop", "null"}:
        same = yield from _is_wildcard(wanted, rng)
        problems = (*found.problems, "wildcard") if same else found.problems
        found = msgspec.structs.replace(found, wildcard=same, problems=problems)
    if fallback and found.kind not in {"null", "loop"}:
        more = tuple(Host(name=name) for name in dict.fromkeys(map(_plain, fallback)) if name not in names)
        found = msgspec.structs.replace(found, hosts=found.hosts + more, status=None if more else found.status)
    return msgspec.structs.replace(found, domain=domain)


def _plain(host: str) -> str:
    """Write a name or an address as the DNS has it, so that it can be compared."""
    address, wanted = address_of(host), question(host, "A")
    return str(address) if address is not None else wanted.name if wanted is not None else host


def _literal(domain: str, me: frozenset[str]) -> MailHosts:
    """Read an address literal (RFC 5321 section 4.1.3); no DNS is needed."""
    address = address_of(domain) if domain.endswith("]") else None
    if address is None:
        return MailHosts(domain=domain, kind="none", status=STATUS["none"], problems=("malformed",))
    text = str(address)
    own: tuple[Problem, ...] = ("own",) if text in me else ()
    host = Host(name=domain, preference=0, addresses=(text,), problems=(*own, *_networks((text,))))
    return _judged(domain, "literal", [host], (), ())


def _asked(wanted: Question, me: frozenset[str], rng: random.Random | None) -> Asking[MailHosts]:
    """Ask for the MX of a name, and for the addresses that did not come with them."""
    domain = wanted.name
    reply = yield wanted
    if reply.state == "temporary":
        return MailHosts(domain=domain, kind="error", status=STATUS["error"], aliases=reply.aliases, why=reply.why)
    if reply.state == "no-name":
        return MailHosts(domain=domain, kind="none", status=STATUS["none"], aliases=reply.aliases)
    if reply.state == "no-data":
        return (yield from _implicit(domain, reply, me))
    targets = _targets(reply.records)
    nulls = [preference for name, preference in targets.items() if name == "."]
    if len(targets) == len(nulls):
        problems: tuple[DomainProblem, ...] = ("null-preference",) if nulls != [0] else ()
        return MailHosts(domain=domain, kind="null", status=STATUS["null"], aliases=reply.aliases, problems=problems)
    targets.pop(".", None)
    problems = (*(("null-beside-others",) if nulls else ()), *(("too-many",) if len(targets) > MAX_HOSTS else ()))
    ordered = _ordered(targets, rng)[:MAX_HOSTS]
    hosts: list[Host] = []
    for name, preference in ordered:
        hosts.append((yield from _host(name, preference, reply.additional, me)))
    return _judged(domain, "mx", hosts, reply.aliases, problems)


def _implicit(domain: str, reply: Reply, me: frozenset[str]) -> Asking[MailHosts]:
    """Take the domain itself for its only exchanger, with preference 0."""
    name = reply.aliases[-1] if reply.aliases else domain
    host = yield from _host(name, 0, (), me)
    if {"ghost", "no-address"}.intersection(host.problems):
        return MailHosts(domain=domain, kind="none", status=STATUS["none"], aliases=reply.aliases)
    return _judged(domain, "implicit", [host], reply.aliases, ())


def _judged(
    domain: str, kind: MailKind, hosts: Sequence[Host], aliases: tuple[str, ...], problems: tuple[DomainProblem, ...]
) -> MailHosts:
    """Leave out the asking host and what is not better than it, then what nobody can connect to."""
    own = min((host.preference or 0 for host in hosts if "own" in host.problems), default=None)
    better = [host for host in hosts if own is None or (host.preference or 0) < own]
    usable = tuple(host for host in better if host.usable)
    refused = tuple(host for host in hosts if host not in usable)
    if not usable:
        if any("temporary" in host.problems for host in better):
            kind = "error"
        else:
            kind = "loop" if own is not None and not better else "unusable"
    return MailHosts(
        domain=domain,
        kind=kind,
        status=STATUS.get(kind),
        hosts=usable,
        refused=refused,
        aliases=aliases,
        problems=problems,
        why="exchanger" if kind == "error" else "",
    )


def _targets(records: Sequence[Record]) -> dict[str, int]:
    """Give each exchanger with its best preference."""
    found: dict[str, int] = {}
    for record in records:
        found[record.text] = min(record.preference, found.get(record.text, record.preference))
    return found


def _ordered(targets: dict[str, int], rng: random.Random | None) -> list[tuple[str, int]]:
    """Put exchangers in their order: servers rotate their records, so equal ones are sorted before they are shuffled."""
    rows = sorted(targets.items())
    if rng is not None:
        rng.shuffle(rows)
    return sorted(rows, key=lambda row: row[1])


def _host(name: str, preference: int, additional: Sequence[Record], me: frozenset[str]) -> Asking[Host]:
    """Look up a host; what came in the additional section is not asked for again (RFC 1035 section 3.3.9).

    Where some address came, that is enough: that another is not there proves nothing, and one address is what it takes. Only
    where `me` has an address of a kind that did not come, it is asked for: it might be the own one.
    """
    if address_of(name) is not None:
        return Host(name=name, preference=preference, problems=("is-address",))
    problems: list[Problem] = ["own"] if name in me else []
    addresses = tuple(record.text for record in additional if record.name == name)
    if _LOCALHOST.fullmatch(name):  # nobody's server is asked for it (RFC 6761 section 6.3)
        addresses = ("127.0.0.1",)
    elif not problems:
        missing = _missing(addresses, me)
        if missing:
            more, seen = yield from _addresses(name, missing, me)
            problems += (one for one in seen if not addresses or one in {"alias", "own"})
            addresses += more
    addresses = tuple(sorted(set(addresses), key=_rank)[:MAX_ADDRESSES])
    if not me.isdisjoint(addresses) and "own" not in problems:
        problems.append("own")
    problems += _networks(addresses)
    if "_" in name:
        problems.append("underscore")
    return Host(name=name, preference=preference, addresses=addresses, problems=tuple(problems))


def _rank(text: str) -> tuple[int, bytes]:
    """Give what puts addresses in order: IPv4 first, then by number."""
    address = address_of(text)
    return (address.version, address.packed) if address is not None else (9, text.encode())


def _missing(addresses: Sequence[str], me: frozenset[str]) -> tuple[RdataType, ...]:
    """Say which kinds of addresses are to be asked for: both where none is known, else those of `me` that did not come."""
    if not addresses:
        return _ADDRESSES
    return tuple(rdtype for rdtype in _ADDRESSES if _kinds(me) - _kinds(addresses) >= {rdtype})


def _kinds(hosts: Iterable[str]) -> frozenset[RdataType]:
    """Say of which kinds the addresses among names and addresses are."""
    versions = {address.version for one in hosts if (address := address_of(one)) is not None}
    return frozenset(rdtype for rdtype, version in zip(_ADDRESSES, (4, 6), strict=True) if version in versions)


def _addresses(
    name: str, rdtypes: Sequence[RdataType], me: frozenset[str]
) -> Asking[tuple[tuple[str, ...], list[Problem]]]:
    """Ask for addresses of a name."""
    found: list[str] = []
    problems: list[Problem] = []
    states = []
    for rdtype in rdtypes:
        wanted = question(name, rdtype)
        if wanted is None:
            return (), ["ghost"]
        reply = yield wanted
        states.append(reply.state)
        found += [record.text for record in reply.records]
        if reply.aliases and "alias" not in problems:
            problems += ["alias", "own"] if not me.isdisjoint(reply.aliases) else ["alias"]
        if reply.state == "no-name":  # then there is nothing of any type (RFC 8020)
            break
    if not found:
        problems.append("temporary" if "temporary" in states else "ghost" if states[-1] == "no-name" else "no-address")
    return tuple(found), problems


def _networks(addresses: Sequence[str]) -> Iterator[Problem]:
    """Say of which unusual kinds addresses are, each kind once."""
    yield from dict.fromkeys(problem for one in addresses if (problem := _PROBLEM_OF.get(network_of(one))) is not None)


def _is_wildcard(wanted: Question, rng: random.Random | None) -> Asking[bool | None]:
    """Ask for the MX of a sibling that nobody has; None where nobody can say, or a name at the top has no siblings."""
    _, dot, parent = wanted.name.partition(".")
    label = PROBE if rng is None else "".join(rng.choices("abcdefghijklmnopqrstuvwxyz", k=16))
    sibling = question(f"{label}.{parent}", "MX") if dot else None
    if sibling is None:
        return None
    mine = yield wanted
    theirs = yield sibling
    if "temporary" in {mine.state, theirs.state}:
        return None
    return theirs.state == "answer" and _targets(theirs.records) == _targets(mine.records)


def host_itself(name: str, *, me: Sequence[str] = ()) -> Asking[MailHosts]:
    """Look up the addresses of one host whose MX do not count: it stood in brackets, or is a fallback; `me` as above."""
    names = frozenset(map(_plain, me))
    if address_of(name) is not None:
        return _literal(f"[{name.strip('[]')}]", names)
    wanted = question(name, "MX")
    if wanted is None:
        return MailHosts(domain=name, kind="none", status=STATUS["none"], problems=("malformed",))
    return (yield from _implicit(wanted.name, Reply(state="no-data"), names))
