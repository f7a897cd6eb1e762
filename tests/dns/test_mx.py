"""Mail exchangers from zones in memory: every kind of target, in every combination; order, limits, questions asked."""

from __future__ import annotations

import itertools
import json
import random
from collections.abc import Callable, Sequence
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailkit.dns.core import Question, Record, Reply, answer
from mailkit.dns.mx import MAX_ADDRESSES, MAX_HOSTS, MailHosts, exchangers, host_itself
from tests.dns.zones import Zones
from tests.strategies import shared

HEAD = "$TTL 300\n@ SOA n h 1 1 1 1 60\n"
TARGETS = {
    "good": ("good", "A 192.0.2.1"),
    "six": ("six", "AAAA 2001:db8::1"),
    "private": ("private", "A 10.0.0.1"),
    "alias": ("alias", "CNAME good"),
    "ghost": ("ghost", None),
    "no-address": ("empty", "TXT x"),
    "is-address": ("192.0.2.77.", None),
    "loopback": ("lo", "A 127.0.0.1"),
    "unspecified": ("zero", "A 0.0.0.0"),
    "temporary": ("x.timeout.test.", None),
    "own": ("own", "A 192.0.2.9"),
    "null": (".", None),
}
"""What an exchanger may be -> its name in the zone, and what stands there."""
USABLE = {"good", "six", "private", "alias"}


def zone(*kinds: str, preferences: tuple[int, ...] | None = None) -> Zones:
    """Make a zone whose domain ``d.test`` has these exchangers."""
    lines = [f"{name} {record}" for name, record in TARGETS.values() if record]
    ranks = preferences or tuple(10 * number for number in range(1, len(kinds) + 1))
    lines += [f"d MX {rank} {TARGETS[kind][0]}" for kind, rank in zip(kinds, ranks, strict=True)]
    return Zones({"test": HEAD + "\n".join(lines) + "\n"})


def hosts_of(
    zones: Zones,
    domain: str = "d.test",
    *,
    me: Sequence[str] = (),
    fallback: Sequence[str] = (),
    rng: random.Random | None = None,
) -> MailHosts:
    return answer(exchangers(domain, me=me, fallback=fallback, rng=rng), zones)


def model(kinds: tuple[str, ...]) -> tuple[str, str | None]:
    """Say what must come of exchangers of rising preference, by the clauses of RFC 5321 section 5.1 and RFC 7505."""
    if set(kinds) == {"null"}:
        return "null", "5.1.10"
    better = kinds[: kinds.index("own")] if "own" in kinds else kinds
    if USABLE.intersection(better):
        return "mx", None
    if "temporary" in better:
        return "error", "4.4.3"
    return ("loop", "5.4.6") if "own" in kinds and not set(better) - {"null"} else ("unusable", "5.4.4")


@pytest.mark.parametrize("count", [1, 2, 3])
def test_every_combination(count: int) -> None:
    """All kinds of targets in all orders: kind, status, and which are tried in which order."""
    for kinds in itertools.product(TARGETS, repeat=count):
        if len(set(kinds)) < count:
            continue
        found = hosts_of(zone(*kinds), me=("own.test",))
        assert (found.kind, found.status) == model(kinds), kinds
        better = kinds[: kinds.index("own")] if "own" in kinds else kinds
        assert [host.name for host in found.hosts] == [f"{kind}.test" for kind in better if kind in USABLE], kinds
        assert ("null-beside-others" in found.problems) == ("null" in kinds and count > 1), kinds


@pytest.mark.parametrize("ranks", [(10, 10, 10), (10, 10, 20), (10, 20, 20)])
def test_every_combination_with_equal_preferences(ranks: tuple[int, ...]) -> None:
    """What is as good as the own host is no better: it goes, however the names are sorted or shuffled."""
    for kinds in itertools.permutations(("good", "alias", "ghost", "temporary", "own", "null"), 3):
        own = ranks[kinds.index("own")] if "own" in kinds else max(ranks) + 1
        better = tuple(kind for kind, rank in zip(kinds, ranks, strict=True) if rank < own)
        expected = model((*better, "own") if "own" in kinds else kinds)
        for rng in (None, random.Random(1)):
            found = hosts_of(zone(*kinds, preferences=ranks), me=("own.test",), rng=rng)
            assert (found.kind, found.status) == expected, kinds
            assert {host.name for host in found.hosts} == {f"{kind}.test" for kind in better if kind in USABLE}, kinds
            assert [host.preference for host in found.hosts] == sorted(host.preference or 0 for host in found.hosts)


@pytest.mark.parametrize(
    ("kind", "problems"),
    [
        *((kind, (kind,)) for kind in ("ghost", "no-address", "is-address", "loopback", "unspecified", "temporary")),
        *((kind, (kind,)) for kind in ("private", "alias")),
        *((kind, ()) for kind in ("good", "six")),
    ],
)
def test_what_is_wrong_with_a_host(kind: str, problems: tuple[str, ...]) -> None:
    found = hosts_of(zone(kind))
    (host,) = found.hosts + found.refused
    assert (host.problems, host.usable) == (problems, kind in USABLE)


@pytest.mark.parametrize(
    ("me", "names", "kind"),
    [
        pytest.param((), ["a.test", "b.test", "c.test"], "mx", id="another host"),
        pytest.param(("B.test.",), ["a.test"], "mx", id="by name: it and what is not better goes"),
        pytest.param(("192.0.2.2",), ["a.test"], "mx", id="by address"),
        pytest.param(("[192.0.2.2]",), ["a.test"], "mx", id="by literal"),
        pytest.param(("a.test",), [], "loop", id="the best"),
        pytest.param(("c.test",), ["a.test", "b.test"], "mx", id="the worst"),
        pytest.param(("mx.example",), ["a.test", "b.test", "c.test"], "mx", id="nobody"),
        pytest.param((" b.test",), ["a.test"], "mx", id="with a blank"),
        pytest.param(("::ffff:192.0.2.2",), ["a.test"], "mx", id="by IPv4 in IPv6"),
    ],
)
def test_the_own_host(me: tuple[str, ...], names: list[str], kind: str) -> None:
    text = HEAD + "d MX 10 a\nd MX 20 b\nd MX 30 c\na A 192.0.2.1\nb A 192.0.2.2\nc A 192.0.2.3\n"
    found = hosts_of(Zones({"test": text}), me=me)
    assert ([host.name for host in found.hosts], found.kind) == (names, kind)


OWN_TEXT = "d MX 10 a\nd MX 20 b\na A 192.0.2.1\nb A 192.0.2.2\nb AAAA 2001:db8::2\n"


def half_of_them(zones: Zones) -> Callable[[Question], Reply]:
    """Answer as a server whose additional section has the IPv4 addresses alone."""

    def ask(wanted: Question) -> Reply:
        reply = zones(wanted)
        kept = tuple(record for record in reply.additional if record.rdtype == "A")
        return msgspec.structs.replace(reply, additional=kept)

    return ask


@pytest.mark.parametrize(
    ("me", "names", "questions"),
    [
        pytest.param(("192.0.2.9",), ["a.test", "b.test"], 1, id="another IPv4: both have theirs"),
        pytest.param(("2001:db8::9",), ["a.test", "b.test"], 3, id="another IPv6: asked for"),
        pytest.param(("2001:DB8:0::2",), ["a.test"], 3, id="the own IPv6, which did not come"),
        pytest.param(("[IPv6:2001:db8::2]",), ["a.test"], 3, id="as a literal"),
        pytest.param(("b.test", "2001:db8::2"), ["a.test"], 2, id="known by its name"),
    ],
)
def test_what_did_not_come_may_be_the_own_address(me: tuple[str, ...], names: list[str], questions: int) -> None:
    zones = Zones({"test": HEAD + OWN_TEXT})
    found = answer(exchangers("d.test", me=me), half_of_them(zones))
    assert [host.name for host in found.hosts] == names
    assert len(zones.asked) == questions


def test_an_exchanger_may_be_an_alias_of_the_own_host() -> None:
    found = hosts_of(Zones({"test": HEAD + "d MX 10 x\nx CNAME y\ny CNAME own\nown A 192.0.2.9\n"}), me=("own.test",))
    assert (found.kind, found.refused[0].problems) == ("loop", ("alias", "own"))


def test_a_fallback_that_is_the_own_host_is_none() -> None:
    zones = Zones({"test": HEAD + "d TXT x\n"})
    found = hosts_of(zones, me=("fb.test",), fallback=("FB.test.",))
    assert (found.hosts, found.status) == ((), "5.1.2")
    more = hosts_of(zones, me=("fb.test",), fallback=("FB.test.", "gb.test", "GB.test"))
    assert ([host.name for host in more.hosts], more.status) == (["gb.test"], None)


@pytest.mark.parametrize("name", ["localhost", "localhost.localdomain", "mail.localhost"])
def test_nobody_is_asked_for_localhost(name: str) -> None:
    zones = Zones({"test": HEAD + f"d MX 10 {name}.\n"})
    found = hosts_of(zones)
    assert (found.kind, found.refused[0].problems, len(zones.asked)) == ("unusable", ("loopback",), 1)


@pytest.mark.parametrize("domain", ["[192.0.2.9]", "[IPv6:::ffff:192.0.2.9]"])
def test_a_literal_may_be_the_own_address(domain: str) -> None:
    found = hosts_of(zone("good"), domain, me=("192.0.2.9",), fallback=("fb.test",))
    assert (found.kind, found.status, found.hosts) == ("loop", "5.4.6", ())


@pytest.mark.parametrize("name", ["own.test", "192.0.2.9"])
def test_a_host_itself_may_be_the_own_one(name: str) -> None:
    assert answer(host_itself(name, me=("own.test", "192.0.2.9")), zone("own")).kind == "loop"
    assert answer(host_itself(name), zone("own")).kind in {"implicit", "literal"}


def test_an_equal_preference_is_not_better_than_the_own() -> None:
    found = hosts_of(zone("good", "own", preferences=(10, 10)), me=("own.test",))
    assert (found.kind, found.hosts) == ("loop", ())


def test_an_implicit_exchanger_may_be_the_own_host() -> None:
    found = hosts_of(Zones({"test": HEAD + "d A 192.0.2.1\n"}), me=("d.test",))
    assert (found.kind, found.status) == ("loop", "5.4.6")


@pytest.mark.parametrize(
    ("text", "kind", "status", "addresses"),
    [
        pytest.param("d A 192.0.2.1", "implicit", None, ("192.0.2.1",), id="A"),
        pytest.param("d AAAA 2001:db8::1", "implicit", None, ("2001:db8::1",), id="AAAA"),
        pytest.param("d A 192.0.2.1\nd AAAA 2001:db8::1", "implicit", None, ("192.0.2.1", "2001:db8::1"), id="both"),
        pytest.param("d TXT x", "none", "5.1.2", (), id="neither"),
        pytest.param("e TXT x", "none", "5.1.2", (), id="no name"),
        pytest.param("d A 127.0.0.1", "unusable", "5.4.4", (), id="loopback"),
        pytest.param("d CNAME e\ne A 192.0.2.1", "implicit", None, ("192.0.2.1",), id="an alias"),
        pytest.param("d CNAME e\ne MX 1 f\nf A 192.0.2.1", "mx", None, ("192.0.2.1",), id="an alias of one with MX"),
        pytest.param("d CNAME e", "none", "5.1.2", (), id="an alias of nothing"),
        pytest.param("d CNAME e\ne CNAME d", "error", "4.4.3", (), id="an alias of itself"),
    ],
)
def test_domains_without_mx(text: str, kind: str, status: str | None, addresses: tuple[str, ...]) -> None:
    found = hosts_of(Zones({"test": HEAD + text + "\n"}))
    assert (found.kind, found.status) == (kind, status)
    assert tuple(itertools.chain.from_iterable(host.addresses for host in found.hosts)) == addresses
    assert bool(found.aliases) == ("CNAME" in text and kind != "error")


def test_an_implicit_exchanger_is_named_as_the_alias_has_it() -> None:
    found = hosts_of(Zones({"test": HEAD + "d CNAME e\ne A 192.0.2.1\n"}))
    assert ([host.name for host in found.hosts], found.aliases) == (["e.test"], ("e.test",))


def half_known(wanted: Question) -> Reply:
    """Know the A of a name without MX, and not its AAAA, or neither."""
    if wanted.rdtype == "MX":
        return Reply(state="no-data")
    if wanted.rdtype == "A" and wanted.name == "a.test":
        return Reply(state="answer", records=(Record(name="a.test", rdtype="A", text="192.0.2.1"),))
    return Reply(state="temporary", why="SERVFAIL") if wanted.rdtype == "AAAA" else Reply(state="no-data")


@pytest.mark.parametrize(("domain", "kind"), [("a.test", "implicit"), ("b.test", "error")])
def test_one_kind_of_address_is_enough_and_none_is_final_while_another_is_unknown(domain: str, kind: str) -> None:
    assert answer(exchangers(domain), half_known).kind == kind


@pytest.mark.parametrize(
    ("domain", "kind", "address"),
    [
        ("[192.0.2.1]", "literal", "192.0.2.1"),
        ("[IPv6:2001:db8::1]", "literal", "2001:db8::1"),
        ("[ipv6:2001:DB8::1]", "literal", "2001:db8::1"),
        ("[127.0.0.1]", "unusable", None),
        ("[300.0.0.1]", "none", None),
        ("[192.0.2.1", "none", None),
        ("[x]", "none", None),
    ],
)
def test_literals_ask_nothing(domain: str, kind: str, address: str | None) -> None:
    zones = zone("good")
    found = hosts_of(zones, domain)
    assert (found.kind, [host.addresses for host in found.hosts]) == (kind, [(address,)] if address else [])
    assert zones.asked == []


@pytest.mark.parametrize(
    "domain",
    [
        "",
        ".",
        "a..b",
        "a\\300.test",
        "a\\.b.test",
        "joe@",
        "@",
        "192.0.2.1",
        "2001:db8::1",
        "x" * 64 + ".test",
        "a b.test",
        "é" * 300,
        "a." * 130 + "b",
    ],
)
def test_what_is_no_name_asks_nothing(domain: str) -> None:
    zones = zone("good")
    found = hosts_of(zones, domain)
    assert (found.kind, found.status, found.problems, zones.asked) == ("none", "5.1.2", ("malformed",), [])


def test_names_are_asked_as_the_dns_has_them() -> None:
    zones = zone("good")
    assert hosts_of(zones, "D.TEST.").kind == "mx"
    hosts_of(zones, "Bücher.test")
    assert zones.asked[-1] == Question("xn--bcher-kva.test", "MX")


@pytest.mark.parametrize(
    ("text", "names"),
    [
        pytest.param("d MX 1 good\ngood A 192.0.2.1", ["good.test", "fb.example"], id="behind the exchangers"),
        pytest.param("d A 192.0.2.1", ["d.test", "fb.example"], id="behind the domain itself"),
        pytest.param("e TXT x", ["fb.example"], id="no name"),
        pytest.param("d TXT x", ["fb.example"], id="no data"),
        pytest.param("d MX 1 ghost", ["fb.example"], id="unusable"),
        pytest.param("d CNAME d", ["fb.example"], id="error"),
        pytest.param("d MX 0 .", [], id="not for a null MX"),
        pytest.param("d MX 0 own\nown A 192.0.2.9", [], id="not for a loop"),
    ],
)
def test_fallback(text: str, names: list[str]) -> None:
    found = hosts_of(Zones({"test": HEAD + text + "\n"}), me=("own.test",), fallback=("fb.example",))
    assert [host.name for host in found.hosts] == names
    assert (found.status is None) is found.deliverable is bool(names)


def test_a_null_mx_with_another_preference_is_one_and_is_told() -> None:
    found = hosts_of(Zones({"test": HEAD + "d MX 10 .\n"}))
    assert (found.kind, found.problems) == ("null", ("null-preference",))


def test_names_with_underscores_work_and_are_told() -> None:
    (host,) = hosts_of(Zones({"test": HEAD + "d MX 1 _b\n_b A 192.0.2.1\n"})).hosts
    assert host.problems == ("underscore",)


@given(seed=st.integers(0, 99), order=st.permutations(["a", "b", "c", "d", "e"]))
def test_equal_ones_are_shuffled_and_the_servers_order_is_no_order(seed: int, order: list[str]) -> None:
    ranks = {"a": 10, "b": 10, "c": 10, "d": 20, "e": 20}
    text = HEAD + "".join(f"d MX {ranks[name]} {name}\n{name} A 192.0.2.1\n" for name in order)
    zones = Zones({"test": text})
    plain = [host.name for host in hosts_of(zones).hosts]
    drawn = [host.name for host in hosts_of(zones, rng=random.Random(seed)).hosts]
    assert plain == ["a.test", "b.test", "c.test", "d.test", "e.test"]
    assert sorted(drawn[:3]) == plain[:3]
    assert sorted(drawn[3:]) == plain[3:]
    assert drawn == [host.name for host in hosts_of(zone_in(sorted(order), ranks), rng=random.Random(seed)).hosts]


def zone_in(order: list[str], ranks: dict[str, int]) -> Zones:
    return Zones({"test": HEAD + "".join(f"d MX {ranks[name]} {name}\n{name} A 192.0.2.1\n" for name in order)})


def test_all_orders_of_equal_ones_come_about_equally_often() -> None:
    zones, rng = zone_in(["a", "b", "c"], dict.fromkeys("abc", 5)), random.Random(1)
    counts: dict[tuple[str, ...], int] = {}
    for _ in range(1_200):
        order = tuple(host.name for host in hosts_of(zones, rng=rng).hosts)
        counts[order] = counts.get(order, 0) + 1
    assert len(counts) == 6
    assert all(130 < count < 270 for count in counts.values())


@pytest.mark.parametrize(
    ("kinds", "additional", "questions"),
    [
        pytest.param(("good", "private"), True, 1, id="two, with addresses"),
        pytest.param(("good", "private"), False, 5, id="two, without"),
        pytest.param(("good", "alias"), True, 3, id="an alias comes without"),
        pytest.param(("good", "ghost"), True, 2, id="a ghost is asked for once"),
        pytest.param(("is-address",), True, 1, id="an address is not asked for"),
    ],
)
def test_questions(kinds: tuple[str, ...], questions: int, *, additional: bool) -> None:
    zones = zone(*kinds)
    zones.additional = additional
    hosts_of(zones)
    assert len(zones.asked) == questions


def test_addresses_of_others_are_not_taken_from_the_additional_section() -> None:
    def ask(wanted: Question) -> Reply:
        if wanted.rdtype == "MX":
            return Reply(
                state="answer",
                records=(Record(name="d.test", rdtype="MX", text="a.test", preference=1),),
                additional=(Record(name="evil.test", rdtype="A", text="203.0.113.66"),),
            )
        return Reply(state="no-data")

    assert answer(exchangers("d.test"), ask).kind == "unusable"


def test_addresses_are_bounded_and_in_an_order_of_their_own() -> None:
    lines = "".join(f"a A 192.0.2.{number}\n" for number in range(200, 100, -1)) + "a AAAA 2001:db8::1\n"
    (host,) = hosts_of(Zones({"test": HEAD + "d MX 1 a\n" + lines})).hosts
    assert host.addresses == tuple(f"192.0.2.{number}" for number in range(101, 101 + MAX_ADDRESSES))


def test_a_flood_of_exchangers_is_bounded() -> None:
    lines = "".join(f"d MX {number} h{number}\nh{number} A 192.0.2.1\n" for number in range(MAX_HOSTS + 20))
    zones = Zones({"test": HEAD + lines}, additional=False)
    found = hosts_of(zones)
    assert len(found.hosts) == MAX_HOSTS
    assert found.problems == ("too-many",)
    assert len(zones.asked) == 1 + 2 * MAX_HOSTS


@pytest.mark.parametrize(
    ("domain", "wildcard"),
    [
        pytest.param("x.w.test", True, id="below a wildcard"),
        pytest.param("d.test", False, id="no wildcard"),
        pytest.param("same.w2.test", False, id="its own MX beside another wildcard"),
        pytest.param("w.test", False, id="the domain above"),
    ],
)
@pytest.mark.parametrize("seed", [None, 1])
def test_wildcards(domain: str, seed: int | None, *, wildcard: bool) -> None:
    text = "*.w MX 10 a\nw MX 10 a\n*.w2 MX 10 a\nsame.w2 MX 10 b\nd MX 10 a\na A 192.0.2.1\nb A 192.0.2.2\n"
    rng = random.Random(seed) if seed else None
    found = answer(exchangers(domain, wildcard=True, rng=rng), Zones({"test": HEAD + text}))
    assert found.wildcard is wildcard
    assert ("wildcard" in found.problems) is wildcard


def test_a_name_below_a_wildcard_that_exists_has_no_mx() -> None:
    text = "*.w MX 10 a\nhost.w A 192.0.2.3\na A 192.0.2.1\n"
    found = hosts_of(Zones({"test": HEAD + text}), "host.w.test")
    assert (found.kind, [host.name for host in found.hosts]) == ("implicit", ["host.w.test"])


@pytest.mark.parametrize(
    ("name", "kind", "addresses"),
    [
        ("good.test", "implicit", ("192.0.2.1",)),
        ("192.0.2.5", "literal", ("192.0.2.5",)),
        ("ghost.test", "none", ()),
        ("a..b", "none", ()),
    ],
)
def test_a_host_itself(name: str, kind: str, addresses: tuple[str, ...]) -> None:
    found = answer(host_itself(name), zone("good"))
    assert found.kind == kind
    assert tuple(itertools.chain.from_iterable(host.addresses for host in found.hosts)) == addresses


LATER = "sendmail lists exchangers without looking up addresses: it fails when it connects"
EXPLAINED = {
    "mxlocalhost.mail.test": ("temp", "ok", "perm", "to Exim it is itself; to anybody else it is no host"),
    "null10.mail.test": ("perm", "ok", "perm", "RFC 7505 wants preference 0; it is meant all the same"),
    "owncname2.mail.test": ("ok", "perm", "ok", "RFC 5321 section 5.1: the alias is followed first"),
    "mxghost.mail.test": ("perm", "ok", "perm", LATER),
    "mxip.mail.test": ("perm", "ok", "perm", LATER),
    "mxloop.mail.test": ("perm", "ok", "perm", LATER),
    "mxzero.mail.test": ("perm", "ok", "perm", LATER),
}
"""Where Exim and sendmail differ: what Exim says, sendmail, mailkit, and why; docs/dns.md has the table."""


def oracle() -> dict[str, Any]:
    found: dict[str, Any] = json.loads((shared("mx") / "oracle.json").read_text())
    return found


def agree(verdict: dict[str, Any]) -> tuple[str, str]:
    """Give what Exim says, and what sendmail does, as one of ok, perm, temp."""
    sendmail = verdict["sendmail"]
    count = sendmail["count"] or 0
    return verdict["exim"]["state"], "ok" if count > 0 else "temp" if count < 0 else "perm"


def state_of(found: MailHosts) -> str:
    return "ok" if found.deliverable else "temp" if found.temporary else "perm"


def verdicts(domain: str, exim_and_sendmail: tuple[str, str]) -> tuple[str, str, str]:
    """Give what Exim, sendmail and mailkit have to say: all the same, but for what is explained."""
    return EXPLAINED[domain][:3] if domain in EXPLAINED else (exim_and_sendmail[0],) * 3


def test_verdicts_of_exim_and_sendmail() -> None:
    """Where both agree, so do we, on the addresses too; each difference is explained and stays as it is."""
    zones = Zones(shared("mx") / "zones")
    for domain, verdict in oracle().items():
        found = hosts_of(zones, domain)
        both = agree(verdict)
        assert (*both, state_of(found)) == verdicts(domain, both), domain
        if both == ("ok", "ok"):
            addresses = {row[1] for row in verdict["exim"]["hosts"] if row[1] != "unknown"}
            ours = set(itertools.chain.from_iterable(host.addresses for host in found.hosts))
            assert ours == addresses, domain
    assert len(oracle()) == 33
    assert {domain for domain in oracle() if len(set(agree(oracle()[domain]))) > 1} == set(EXPLAINED)
