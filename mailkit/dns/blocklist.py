"""Blocklists in the DNS, and whether they can be believed (RFC 5782, operated as RFC 6471 says).

Which lists are asked is the caller's choice alone: none is built in, for lists are closed, sold and turned into ones that
list everybody (RFC 6471 section 3.4), and what a list counts as a fault is its owner's policy.
"""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Sequence
from typing import Literal, NoReturn

import msgspec

from mailkit.dns.core import Asking, Question, Reply, State, question
from mailkit.errors import ParseError
from mailkit.trace.networks import IPAddress, address_of, network_of

ListingState = Literal["listed", "clear", "unknown", "refused", "broken", "unasked"]
HealthState = Literal["ok", "dead", "lists-all", "refused", "no-test", "no-zone", "unknown"]
Kind = Literal["ipv4", "ipv6", "domain"]

MAX_CODES, MAX_TEXTS, MAX_TEXT = 32, 8, 500
"""Codes and texts that are kept of one listing, and characters of a text: they are a stranger's words."""
ASKED_NETWORKS = frozenset({"global", "documentation"})
"""Addresses of the Internet; the others are nobody's or one's own, and no list knows them. Examples live on the second."""
CODES = ipaddress.IPv4Network("127.0.0.0/8")
"""Where the addresses lie that a list answers with (RFC 5782 section 2.1); others mean that it is no list any more."""
REFUSALS = (ipaddress.IPv4Network("127.255.255.0/24"), ipaddress.IPv4Network("127.0.0.1/32"))
"""Answers that say no to the asker and nothing of what was asked about: Spamhaus documents .252, .254 and .255 of the
first; the second is what URIBL and SURBL give (knowledge, not seen)."""
HOST_BITS = 0xFF_FF_FF
TESTS: dict[Kind, tuple[str, str]] = {
    "ipv4": ("2.0.0.127", "1.0.0.127"),
    "ipv6": ("2.0.0.0.0.0.f.7.f.f.f.f" + 20 * ".0", "1.0.0.0.0.0.f.7.f.f.f.f" + 20 * ".0"),
    "domain": ("test", "invalid"),
}
"""What a list must have, and what it must not (RFC 5782 section 5): 127.0.0.2 and 127.0.0.1; ::FFFF:7F00:2 and
::FFFF:7F00:1, which as addresses to be checked would be asked as IPv4; TEST and INVALID."""
_DOMAIN = re.compile(r"(?:[a-z0-9_-]+\.)*(?![0-9]+\Z)[a-z0-9_-]+")
_HEALTH: dict[ListingState, HealthState] = {
    "listed": "ok",
    "broken": "dead",
    "refused": "refused",
    "unknown": "unknown",
}
_NO_ENTRIES: dict[State, HealthState] = {
    "answer": "no-test",
    "no-data": "no-test",
    "no-name": "no-zone",
    "temporary": "unknown",
}
"""What a list without test entries is, by the reply about its zone; where there is no name, there is none below it
(RFC 8020)."""
_WORSE: dict[HealthState, ListingState] = {"refused": "refused", "unknown": "unknown"}
"""What a list says that does not work so; for every other reason it is broken."""


class Listing(msgspec.Struct, frozen=True, kw_only=True):
    """What one list says of one address or domain."""

    about: str
    """The address or domain, as it was given."""
    zone: str
    """The list."""
    state: ListingState
    """listed = it has an entry that counts; clear = it has none; unknown = nobody can say at present, ask again later;
    refused = it does not answer this asker; broken = it is no list any more, or does not work as one; unasked = it was
    not asked, and `why` says the reason."""
    codes: tuple[str, ...] = ()
    """The addresses of the answer, lowest first: the list's own code for its reasons."""
    texts: tuple[str, ...] = ()
    """What the list says about its entry (TXT); asked for only after a hit."""
    question: str | None = None
    """The name that was asked for; None where none was."""
    why: str = ""
    """Of a state other than listed and clear, a word: ``timeout``, ``SERVFAIL``; the state of its health; the network of
    an address that is not asked; ``malformed``. Of clear: ``other-codes`` where there is an entry that does not count."""


class Health(msgspec.Struct, frozen=True, kw_only=True):
    """Whether a list works (RFC 5782 section 5)."""

    zone: str
    """The list."""
    kind: Kind
    """Of which entries: a list may serve some only."""
    state: HealthState
    """ok = it has what it must have, and has not what it must not; dead = answers lie outside 127.0.0.0/8, as those of a
    parked domain do; lists-all = it has what no list may have; refused = it does not answer this asker; no-test = what it
    must have is not there: it is empty, or keeps no such entries; no-zone = there is no such zone; unknown = nobody can say
    at present."""
    codes: tuple[str, ...] = ()
    """The addresses of the answer that tells."""
    why: str = ""
    """Of unknown, a word: ``timeout``, ``SERVFAIL``, ``REFUSED``."""


class Blocklist(msgspec.Struct, frozen=True):
    """A list in the DNS, by its zone. All entries count, or those that `match` and `mask` name.

    >>> from mailkit.dns.core import Record, Reply, answer
    >>> entry = Reply(state="answer", records=(Record(name="", rdtype="A", text="127.0.0.2"),))
    >>> answer(Blocklist("bl.example").check("192.0.2.7"), lambda wanted: entry).question
    '7.2.0.192.bl.example'
    """

    zone: str
    match: tuple[str, ...] = ()
    """Codes that count, as ``127.0.0.2``; as the arguments of sendmail's enhdnsbl."""
    mask: int = 0
    """Bits that count, of the last three octets of a code, for lists whose codes are sums (RFC 5782 section 2.1)."""

    def __post_init__(self) -> None:
        wanted = question(self.zone, "A")
        if wanted is None or not _DOMAIN.fullmatch(wanted.name):
            _complain("the zone of a blocklist is a name like bl.example; this is none", self.zone)
        if isinstance(self.match, str):
            message = f"match takes several codes, not one: ({self.match!r},)"
            raise TypeError(message)
        for code in self.match:
            if not _is_code(code):
                _complain("a code of a blocklist is an address in 127.0.0.0/8, like 127.0.0.2; this is none", code)
        if not 0 <= self.mask <= HOST_BITS:
            _complain("the mask of a blocklist is a sum of bits, 24 at most; this is none", str(self.mask))
        msgspec.structs.force_setattr(self, "zone", wanted.name)

    def check(self, about: str) -> Asking[Listing]:
        """Ask whether an address or a domain is listed (RFC 5782 sections 2 and 3).

        Whether the list can be believed, `health` says; `check_all` asks for both. An IPv4 address inside an IPv6 one is
        asked as IPv4. What is private, loopback or reserved is never asked.
        """
        found = yield from self._entry(about)
        return (yield from _with_texts(found))

    def health(self, kind: Kind = "ipv4") -> Asking[Health]:
        """Ask for what the list must have and must not have (RFC 5782 section 5, RFC 6471 section 3.3).

        Two questions; one where the first says all, three where the list has neither.
        """
        has, has_not = TESTS[kind]
        state, codes, why = _read((yield Question(f"{has}.{self.zone}", "A")))
        if state in {"listed", "clear"}:
            worse, others, why = _read((yield Question(f"{has_not}.{self.zone}", "A")))
            if worse == "listed":
                return Health(zone=self.zone, kind=kind, state="lists-all", codes=others[:MAX_CODES])
            if worse != "clear":
                state, codes = worse, others
        if state == "clear":
            reply = yield Question(self.zone, "A")  # rbldnsd refuses SOA and NS where its files have none
            empty = _NO_ENTRIES[reply.state]
            return Health(zone=self.zone, kind=kind, state=empty, why=reply.why)
        return Health(
            zone=self.zone,
            kind=kind,
            state=_HEALTH[state],
            codes=codes[:MAX_CODES],
            why=why if state == "unknown" else "",
        )

    def _entry(self, about: str) -> Asking[Listing]:
        """Ask for the codes of an entry, without its texts."""
        wanted, why = _question(about, self.zone)
        if wanted is None:
            return Listing(about=about, zone=self.zone, state="unasked", why=why)
        state, codes, why = _read((yield wanted), self.match)
        if state == "listed" and not self._counts(codes):
            state, why = "clear", "other-codes"
        return Listing(about=about, zone=self.zone, state=state, codes=codes[:MAX_CODES], question=wanted.name, why=why)

    def _counts(self, codes: Sequence[str]) -> bool:
        if not self.match and not self.mask:
            return True
        return any(code in self.match or int(ipaddress.IPv4Address(code)) & self.mask for code in codes)


def check_all(lists: Sequence[Blocklist], about: str) -> Asking[tuple[Listing, ...]]:
    """Ask several lists about an address or a domain, and each whether it works; one answer a list, in their order.

    A list that does not work says neither ``listed`` nor ``clear``. The entry is asked for first, and the health then, so
    that a list that begins to list everybody between the two is found out. The cache of the resolver remembers the health
    as long as the list's owner allows, an hour at most; the time limit of its `run` is for all lists together.

    >>> from mailkit.dns.core import Record, Reply, answer
    >>> everybody = Reply(state="answer", records=(Record(name="", rdtype="A", text="127.0.0.2"),))
    >>> listing, = answer(check_all([Blocklist("closed.example")], "192.0.2.7"), lambda wanted: everybody)
    >>> listing.state, listing.why
    ('broken', 'lists-all')
    """
    answers = []
    for one in lists:
        found = yield from one._entry(about)  # noqa: SLF001 - of this module's own class
        if found.state in {"listed", "clear"}:
            health = yield from one.health(kind_of(about))
            if health.state != "ok":
                state = _WORSE.get(health.state, "broken")
                found = msgspec.structs.replace(found, state=state, why=health.why or health.state)
        answers.append((yield from _with_texts(found)))
    return tuple(answers)


def kind_of(about: str) -> Kind:
    """Say of which kind an entry is.

    >>> kind_of("192.0.2.7"), kind_of("2001:db8::7"), kind_of("::ffff:192.0.2.7"), kind_of("spam.example")
    ('ipv4', 'ipv6', 'ipv4', 'domain')
    """
    address = address_of(about.strip())
    return "domain" if address is None else "ipv4" if address.version == 4 else "ipv6"


def name_of(address: IPAddress) -> str:
    """Give the name of an address without its zone: octets or nibbles from the end (RFC 5782 sections 2.1 and 2.4).

    >>> name_of(ipaddress.ip_address("192.0.2.7"))
    '7.2.0.192'
    """
    if isinstance(address, ipaddress.IPv4Address):
        return ".".join(reversed(str(address).split(".")))
    return ".".join(reversed(address.packed.hex()))


def _question(about: str, zone: str) -> tuple[Question | None, str]:
    """Make the question about an address or a domain; None, and why, where there is none to be asked."""
    address = address_of(about.strip())
    if address is not None:
        network = network_of(str(address)) or "reserved"
        return (Question(f"{name_of(address)}.{zone}", "A"), "") if network in ASKED_NETWORKS else (None, network)
    plain = question(about, "A")
    if plain is None or not _DOMAIN.fullmatch(plain.name):
        return None, "malformed"
    return question(f"{plain.name}.{zone}", "A"), "malformed"


def _read(reply: Reply, match: Sequence[str] = ()) -> tuple[ListingState, tuple[str, ...], str]:
    """Read the reply to a question for an entry: state, codes, and why it is no answer."""
    if reply.state == "temporary":
        return "unknown", (), reply.why
    codes = tuple(sorted({record.text for record in reply.records}, key=_rank))
    if not codes:
        return "clear", (), ""
    if not all(map(_is_code, codes)):
        return "broken", codes, "dead"
    if any(ipaddress.IPv4Address(code) in network for code in {*codes} - {*match} for network in REFUSALS):
        return "refused", codes, "refused"
    return "listed", codes, ""


def _with_texts(found: Listing) -> Asking[Listing]:
    """Add what the list says about a hit."""
    if found.state != "listed" or found.question is None:
        return found
    reply = yield Question(found.question, "TXT")
    texts = tuple(record.text[:MAX_TEXT] for record in reply.records[:MAX_TEXTS])
    return msgspec.structs.replace(found, texts=texts)


def _rank(text: str) -> tuple[int, str]:
    """Give what puts codes in order; what is none comes last."""
    return (int(ipaddress.IPv4Address(text)), "") if _is_code(text) else (2**32, text)


def _is_code(text: str) -> bool:
    try:
        return ipaddress.IPv4Address(text) in CODES
    except ValueError:
        return False


def _complain(what: str, value: str) -> NoReturn:
    raise ParseError(what, value.encode("utf-8", "replace"), 0, "RFC 5782 section 2.1")
