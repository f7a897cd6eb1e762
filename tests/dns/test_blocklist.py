"""Blocklists without a socket: question names, every combination of replies, and that doubt never says listed."""

from __future__ import annotations

import ipaddress
from collections.abc import Callable
from itertools import product

import dns.name
import dns.reversename
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailkit.dns.blocklist import ASKED_NETWORKS, TESTS, Blocklist, Kind, Listing, check_all, kind_of, name_of
from mailkit.dns.core import Question, Record, Reply, answer
from mailkit.errors import ParseError
from mailkit.trace.networks import network_of

ZONE = "bl.example"
LIST = Blocklist(ZONE)


def reply_of(*codes: str) -> Reply:
    """Make the reply with these addresses, or without any."""
    if not codes:
        return Reply(state="no-name")
    return Reply(state="answer", records=tuple(Record(name="x", rdtype="A", text=code) for code in codes))


REPLIES = {
    "listed": reply_of("127.0.0.2"),
    "no-name": Reply(state="no-name"),
    "no-data": Reply(state="no-data"),
    "dead": reply_of("203.0.113.99"),
    "refused": reply_of("127.255.255.254"),
    "timeout": Reply(state="temporary", why="timeout"),
}
NONE = {"no-name", "no-data"}


class Asked:
    """Answers from a table of names; counts what is asked."""

    def __init__(self, table: dict[str, Reply], texts: tuple[str, ...] = ("spam seen",)) -> None:
        self.table, self.texts = table, texts
        self.asked: list[Question] = []

    def __call__(self, wanted: Question) -> Reply:
        """Answer one question."""
        self.asked.append(wanted)
        if wanted.rdtype == "TXT":
            return Reply(
                state="answer", records=tuple(Record(name="x", rdtype="TXT", text=text) for text in self.texts)
            )
        return self.table.get(wanted.name, Reply(state="no-name"))


def table_of(entry: str, has: str, has_not: str, apex: str = "no-data", kind: Kind = "ipv4") -> dict[str, Reply]:
    """Give the replies of a list by name."""
    names = (f"{name}.{ZONE}" for name in TESTS[kind])
    entries = {"7.2.0.192." + ZONE: REPLIES[entry], ZONE: REPLIES[apex]}
    return {**dict(zip(names, (REPLIES[has], REPLIES[has_not]), strict=True)), **entries}


# The name that is asked for.


@pytest.mark.parametrize(
    ("about", "name"),
    [
        pytest.param("192.0.2.7", "7.2.0.192.bl.example", id="IPv4"),
        pytest.param("[192.0.2.7]", "7.2.0.192.bl.example", id="literal"),
        pytest.param("::ffff:192.0.2.7", "7.2.0.192.bl.example", id="IPv4 in IPv6"),
        pytest.param("[IPv6:::FFFF:c000:0207]", "7.2.0.192.bl.example", id="IPv4 in an IPv6 literal"),
        pytest.param(
            "2001:db8::7",
            "7.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.8.b.d.0.1.0.0.2.bl.example",
            id="IPv6",
        ),
        pytest.param("Spam.Example.", "spam.example.bl.example", id="domain"),
        pytest.param("bücher.example", "xn--bcher-kva.example.bl.example", id="U-labels"),
        pytest.param("_dmarc.a-b.example", "_dmarc.a-b.example.bl.example", id="underscore and hyphen"),
        pytest.param("TEST", "test.bl.example", id="one label"),
    ],
)
def test_what_is_asked(about: str, name: str) -> None:
    ask = Asked({name: reply_of("127.0.0.2")})
    found = answer(LIST.check(about), ask)
    assert (found.state, found.question, found.about) == ("listed", name, about)
    assert ask.asked == [Question(name, "A"), Question(name, "TXT")]


@pytest.mark.parametrize(
    ("about", "why"),
    [
        pytest.param("10.1.2.3", "private", id="private"),
        pytest.param("192.168.0.1", "private", id="private, 16 bits"),
        pytest.param("fd00::1", "private", id="private, IPv6"),
        pytest.param("127.0.0.2", "loopback", id="loopback"),
        pytest.param("::1", "loopback", id="loopback, IPv6"),
        pytest.param("::ffff:127.0.0.2", "loopback", id="loopback in IPv6"),
        pytest.param("::ffff:10.0.0.1", "private", id="private in IPv6"),
        pytest.param("100.64.0.1", "shared", id="carrier's own"),
        pytest.param("169.254.1.1", "link-local", id="link-local"),
        pytest.param("fe80::1%eth0", "link-local", id="link-local with its link"),
        pytest.param("0.0.0.0", "unspecified", id="unspecified"),  # noqa: S104 - an address to read, no socket
        pytest.param("224.0.0.1", "multicast", id="multicast"),
        pytest.param("255.255.255.255", "reserved", id="broadcast"),
        pytest.param("240.0.0.1", "reserved", id="reserved"),
        pytest.param("192.0.2.256", "malformed", id="no octet"),
        pytest.param("192.0.2", "malformed", id="three octets"),
        pytest.param("1.2.3.4.5", "malformed", id="five octets"),
        pytest.param("", "malformed", id="nothing"),
        pytest.param("a..example", "malformed", id="empty label"),
        pytest.param("joe@spam.example", "malformed", id="mail address"),
        pytest.param("http://spam.example/", "malformed", id="URL"),
        pytest.param("spam example", "malformed", id="blank"),
        pytest.param("*.example", "malformed", id="wildcard"),
        pytest.param("a." * 122 + "example", "malformed", id="too long with the zone"),
        pytest.param("x" * 64 + ".example", "malformed", id="label too long"),
        pytest.param("a\0.example", "malformed", id="NUL"),
    ],
)
def test_what_is_not_asked(about: str, why: str) -> None:
    ask = Asked({})
    for found in (answer(LIST.check(about), ask), *answer(check_all([LIST], about), ask)):
        assert (found.state, found.why, found.question) == ("unasked", why, None)
    assert ask.asked == []


addresses = st.one_of(st.ip_addresses(v=4), st.ip_addresses(v=6)).map(str)


@given(text=addresses)
def test_the_name_is_what_dnspython_makes_of_it(text: str) -> None:
    address = ipaddress.ip_address(text)
    zone = dns.name.from_text(ZONE)
    expected = dns.reversename.from_address(text, v4_origin=zone, v6_origin=zone).to_text(omit_final_dot=True)
    mapped = getattr(address, "ipv4_mapped", None)
    assert f"{name_of(mapped or address)}.{ZONE}" == expected
    assert (kind_of(text) == "ipv4") == (len(expected.split(".")) == 4 + 2)
    found = answer(LIST.check(text), Asked({}))
    assert found.question == (expected if network_of(text) in ASKED_NETWORKS else None)


@given(octets=st.lists(st.integers(0, 255), min_size=4, max_size=4))
def test_an_ipv4_address_is_asked_the_same_in_each_of_its_forms(octets: list[int]) -> None:
    plain = ".".join(map(str, octets))
    forms = [
        plain,
        f"[{plain}]",
        f"::ffff:{plain}",
        f"::FFFF:{octets[0]:x}{octets[1]:02x}:{octets[2]:x}{octets[3]:02x}",
    ]
    names = {answer(LIST.check(form), Asked({})).question for form in forms}
    assert len(names) == 1
    assert names <= {None, ".".join(map(str, reversed(octets))) + "." + ZONE}


@given(about=st.text(st.sampled_from("a1.-_:[]@%* \tü"), max_size=12))
def test_no_text_raises(about: str) -> None:
    found = answer(LIST.check(about), Asked({}))
    assert (found.state == "unasked") == (found.question is None) == bool(found.why)


def test_the_test_entries_of_ipv6_are_those_addresses() -> None:
    names = tuple(name_of(ipaddress.IPv6Address(text)) for text in ("::FFFF:7F00:2", "::FFFF:7F00:1"))
    assert TESTS["ipv6"] == names
    assert TESTS["ipv4"] == tuple(name_of(ipaddress.IPv4Address(text)) for text in ("127.0.0.2", "127.0.0.1"))


# One answer.


@pytest.mark.parametrize(
    ("codes", "state"),
    [
        pytest.param((), "clear", id="none"),
        pytest.param(("127.0.0.2",), "listed", id="usual"),
        pytest.param(("127.0.0.10", "127.0.0.4"), "listed", id="two reasons"),
        pytest.param(("127.1.2.3",), "listed", id="another net of the loopback"),
        pytest.param(("127.0.0.1",), "refused", id="refusal, old"),
        pytest.param(("127.255.255.252",), "refused", id="refusal, typing error"),
        pytest.param(("127.255.255.254",), "refused", id="refusal, open resolver"),
        pytest.param(("127.255.255.255",), "refused", id="refusal, volume"),
        pytest.param(("127.255.254.255",), "listed", id="near a refusal"),
        pytest.param(("127.0.0.2", "127.255.255.254"), "refused", id="a refusal beside a code"),
        pytest.param(("203.0.113.99",), "broken", id="parked"),
        pytest.param(("127.0.0.2", "203.0.113.99"), "broken", id="parked beside a code"),
        pytest.param(("0.0.0.0",), "broken", id="unspecified"),  # noqa: S104 - likewise
        pytest.param(("126.255.255.255",), "broken", id="just below"),
        pytest.param(("128.0.0.0",), "broken", id="just above"),
    ],
)
def test_what_codes_mean(codes: tuple[str, ...], state: str) -> None:
    ask = Asked({"7.2.0.192." + ZONE: reply_of(*codes)})
    found = answer(LIST.check("192.0.2.7"), ask)
    assert found.state == state
    assert found.codes == tuple(sorted(codes, key=ipaddress.ip_address))
    assert found.texts == (("spam seen",) if state == "listed" else ())
    assert [wanted.rdtype for wanted in ask.asked] == (["A", "TXT"] if state == "listed" else ["A"])


@pytest.mark.parametrize(
    ("match", "mask", "codes", "state"),
    [
        pytest.param((), 0, ("127.0.0.4",), "listed", id="all count"),
        pytest.param(("127.0.0.2",), 0, ("127.0.0.2",), "listed", id="the one that counts"),
        pytest.param(("127.0.0.2",), 0, ("127.0.0.4", "127.0.0.2"), "listed", id="one of two"),
        pytest.param(("127.0.0.2",), 0, ("127.0.0.4",), "clear", id="another"),
        pytest.param(("127.0.0.2",), 0, ("127.255.255.254",), "refused", id="a refusal is none"),
        pytest.param(("127.0.0.2",), 0, ("127.0.0.2", "203.0.113.99"), "broken", id="parked all the same"),
        pytest.param(("127.0.0.1",), 0, ("127.0.0.1",), "listed", id="a refusal that is named counts"),
        pytest.param((), 6, ("127.0.0.4",), "listed", id="bit"),
        pytest.param((), 6, ("127.0.0.3",), "listed", id="bit beside another"),
        pytest.param((), 6, ("127.0.0.8",), "clear", id="another bit"),
        pytest.param((), 0x0100, ("127.0.1.2",), "listed", id="bit of the third octet"),
        pytest.param((), 0xFFFFFF, ("127.0.0.2",), "listed", id="all bits"),
        pytest.param(("127.0.0.8",), 1, ("127.0.0.8",), "listed", id="code or bit"),
    ],
)
def test_some_codes_count(match: tuple[str, ...], mask: int, codes: tuple[str, ...], state: str) -> None:
    found = answer(Blocklist(ZONE, match, mask).check("192.0.2.7"), Asked({"7.2.0.192." + ZONE: reply_of(*codes)}))
    assert found.state == state
    assert (found.why == "other-codes") == (state == "clear")
    assert found.codes


def test_a_flood_of_codes_and_texts_is_bounded() -> None:
    codes = [f"127.0.{third}.{fourth}" for third in range(1, 3) for fourth in range(256)]
    ask = Asked({"7.2.0.192." + ZONE: reply_of(*codes)}, texts=("x" * 60_000,) * 100)
    found = answer(LIST.check("192.0.2.7"), ask)
    assert (len(found.codes), len(found.texts), {*map(len, found.texts)}) == (32, 8, {500})


def test_a_code_that_counts_is_seen_behind_many_others() -> None:
    codes = [f"127.0.1.{fourth}" for fourth in range(256)] + ["127.0.2.2"]
    found = answer(Blocklist(ZONE, ("127.0.2.2",)).check("192.0.2.7"), Asked({"7.2.0.192." + ZONE: reply_of(*codes)}))
    assert found.state == "listed"
    late = answer(LIST.check("192.0.2.7"), Asked({"7.2.0.192." + ZONE: reply_of(*codes, "203.0.113.9")}))
    assert late.state == "broken"


# Health: every combination of what a list says of its test entries.


def state_of(has: str, has_not: str, apex: str) -> str:
    """Say what RFC 5782 section 5 makes of the replies, one sentence each, worst first in the order of asking."""
    for reply in (has, has_not):
        if reply == "timeout":
            return "unknown"
        if reply in {"dead", "refused"}:
            return reply
    if has_not == "listed":
        return "lists-all"
    if has == "listed":
        return "ok"
    return {"timeout": "unknown", "no-name": "no-zone"}.get(apex, "no-test")


@pytest.mark.parametrize("kind", TESTS)
def test_health_of_every_list(kind: Kind) -> None:
    seen = set()
    for has, has_not, apex in product(REPLIES, repeat=3):
        ask = Asked(table_of("listed", has, has_not, apex, kind))
        found = answer(LIST.health(kind), ask)
        assert found.state == state_of(has, has_not, apex), (has, has_not, apex)
        assert (found.zone, found.kind) == (ZONE, kind)
        assert (found.why == "timeout") == (found.state == "unknown")
        neither = has in NONE and has_not in NONE
        assert len(ask.asked) == (3 if neither else 2 if has in {"listed", *NONE} else 1)
        seen.add(found.state)
    assert seen == {"ok", "dead", "lists-all", "refused", "no-test", "no-zone", "unknown"}


def test_doubt_never_says_listed_nor_clear() -> None:
    counts = {"listed": 0, "clear": 0}
    for entry, has, has_not, apex in product(REPLIES, repeat=4):
        ask = Asked(table_of(entry, has, has_not, apex))
        (found,) = answer(check_all([LIST], "192.0.2.7"), ask)
        works = state_of(has, has_not, apex) == "ok"
        assert (found.state == "listed") == (entry == "listed" and works), (entry, has, has_not, apex)
        assert (found.state == "clear") == (entry in NONE and works)
        assert bool(found.texts) == (found.state == "listed")
        assert bool(found.why) == (found.state not in {"listed", "clear"})
        if entry == "timeout":
            assert (found.state, len(ask.asked)) == ("unknown", 1)
        if found.state in counts:
            counts[found.state] += 1
    assert counts == {"listed": 12, "clear": 24}


@pytest.mark.parametrize(
    ("has", "has_not", "apex", "state", "why"),
    [
        pytest.param("dead", "dead", "dead", "broken", "dead", id="dead"),
        pytest.param("listed", "listed", "no-data", "broken", "lists-all", id="lists everybody"),
        pytest.param("refused", "refused", "refused", "refused", "refused", id="refused"),
        pytest.param("no-name", "no-name", "no-data", "broken", "no-test", id="no test entry"),
        pytest.param("no-name", "no-name", "no-name", "broken", "no-zone", id="no such zone"),
        pytest.param("timeout", "timeout", "timeout", "unknown", "timeout", id="nobody answers"),
    ],
)
def test_what_an_unsound_list_says(has: str, has_not: str, apex: str, state: str, why: str) -> None:
    (found,) = answer(check_all([LIST], "192.0.2.7"), Asked(table_of("listed", has, has_not, apex)))
    assert (found.state, found.why, found.codes, found.texts) == (state, why, ("127.0.0.2",), ())


@pytest.mark.parametrize(
    ("about", "kind"),
    [
        pytest.param("192.0.2.7", "ipv4", id="IPv4"),
        pytest.param("::ffff:192.0.2.7", "ipv4", id="IPv4 in IPv6"),
        pytest.param("2001:db8::7", "ipv6", id="IPv6"),
        pytest.param("spam.example", "domain", id="domain"),
    ],
)
def test_the_health_is_that_of_its_kind(about: str, kind: Kind) -> None:
    """A list may work for some kinds of entries and not for others."""
    wanted = answer(LIST.check(about), Asked({})).question
    for serves in TESTS:
        table = {
            f"{TESTS[serves][0]}.{ZONE}": REPLIES["listed"],
            str(wanted): REPLIES["listed"],
            ZONE: REPLIES["no-data"],
        }
        (found,) = answer(check_all([LIST], about), Asked(table))
        assert (found.state, found.why) == (("listed", "") if serves == kind else ("broken", "no-test"))


# A list that changes between two questions.


@pytest.mark.parametrize("later", [name for name in REPLIES if name != "listed"])
@pytest.mark.parametrize("sound", range(1, 4))
def test_a_list_that_dies_between_two_questions(later: str, sound: int) -> None:
    """The first questions find a sound list; then every name is answered alike."""
    healthy = Asked(table_of("listed", "listed", "no-name"))

    def ask(wanted: Question) -> Reply:
        return healthy(wanted) if len(healthy.asked) < sound else REPLIES[later]

    (found,) = answer(check_all([LIST], "192.0.2.7"), ask)
    assert (found.state == "listed") == (sound == 3 or (sound == 2 and later in NONE))


def test_a_list_that_begins_to_list_everybody_is_found_out() -> None:
    asked: list[Question] = []

    def ask(wanted: Question) -> Reply:
        asked.append(wanted)
        return REPLIES["listed"]

    (found,) = answer(check_all([LIST], "192.0.2.7"), ask)
    assert (found.state, found.why, len(asked)) == ("broken", "lists-all", 3)


def test_several_lists_keep_their_order_and_one_failure_is_of_one() -> None:
    lists = [Blocklist("dead.example"), LIST, Blocklist("timeout.example")]
    table = table_of("listed", "listed", "no-name")

    def ask(wanted: Question) -> Reply:
        for zone in ("dead", "timeout"):
            if wanted.name.endswith(f"{zone}.example"):
                return REPLIES[zone]
        return Asked(table)(wanted)

    found = answer(check_all(lists, "192.0.2.7"), ask)
    assert [(one.zone, one.state) for one in found] == [
        ("dead.example", "broken"),
        (ZONE, "listed"),
        ("timeout.example", "unknown"),
    ]
    assert answer(check_all([], "192.0.2.7"), ask) == ()


# A caller's mistakes.


@pytest.mark.parametrize(
    ("make", "words"),
    [
        pytest.param(lambda: Blocklist(""), "zone", id="no zone"),
        pytest.param(lambda: Blocklist("a..b"), "zone", id="empty label"),
        pytest.param(lambda: Blocklist("http://bl.example"), "zone", id="URL"),
        pytest.param(lambda: Blocklist("192.0.2.1"), "zone", id="address"),
        pytest.param(lambda: Blocklist(ZONE, match=("192.0.2.1",)), "127.0.0.0/8", id="code elsewhere"),
        pytest.param(lambda: Blocklist(ZONE, match=("2",)), "127.0.0.0/8", id="code in short"),
        pytest.param(lambda: Blocklist(ZONE, match=("127.0.0.2.",)), "127.0.0.0/8", id="code with a dot behind it"),
        pytest.param(lambda: Blocklist(ZONE, mask=-1), "24 at most", id="mask below 0"),
        pytest.param(lambda: Blocklist(ZONE, mask=1 << 24), "24 at most", id="mask too long"),
    ],
)
def test_a_mistake_is_named(make: Callable[[], Blocklist], words: str) -> None:
    with pytest.raises(ParseError, match=words):
        make()


def test_one_code_is_no_tuple() -> None:
    with pytest.raises(TypeError, match="several codes"):
        Blocklist(ZONE, match="127.0.0.2")  # type: ignore[arg-type]


def test_a_zone_is_kept_as_the_dns_has_it() -> None:
    assert Blocklist("BL.Example.") == LIST
    assert hash(Blocklist("BL.Example.")) == hash(LIST)
    assert Blocklist("bücher.example").zone == "xn--bcher-kva.example"


def test_no_list_is_built_in() -> None:
    with pytest.raises(TypeError):
        Blocklist()  # type: ignore[call-arg]
    assert isinstance(answer(LIST.check("192.0.2.7"), Asked({})), Listing)
