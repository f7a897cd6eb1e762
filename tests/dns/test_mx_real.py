"""Mail exchangers and routes on real servers: NSD with the shared zones and some of our own, Unbound in front of it.

The same lookups are driven by both drivers; what the servers say must be what the zones in memory say.
"""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Iterator

import dns.resolver
import pytest

from mailkit.dns.cache import Cache
from mailkit.dns.core import Question, answer
from mailkit.dns.mx import MAX_HOSTS, MailHosts, exchangers
from mailkit.dns.resolver import AsyncResolver, Resolver, Waits
from mailkit.dns.route import route
from mailkit.errors import SourceError
from mailkit.tables.mailertable import Routes, parse_mailertable
from tests.dns.servers import free_port, nsd_of, unbound_of
from tests.dns.test_asking import Driver
from tests.dns.test_mx import agree, oracle, state_of, verdicts
from tests.dns.zones import Zones
from tests.strategies import shared

SHORT = Waits(total=4.0, question=0.6, once=0.3)
SOA = "$TTL 60\n@ SOA ns1.mail.test. h.mail.test. 1 3600 600 60 60\n@ NS ns1.mail.test.\n"
BIG, HUGE = 40, 1_000
OWN = {
    "ours.test": SOA
    + "d MX 10 a\nd MX 20 b.mail.test.\na A 192.0.2.201\nd2 MX 10 a.nowhere.test.\nd3 MX 10 a.timeout.test.\n"
    + "long MX 10 "
    + ".".join(["x" * 60] * 3)
    + "\n"
    + "txt TXT only\nout CNAME mail.example.org.\nsub.cut NS ns.cut\nns.cut A 127.0.0.1\n"
    + "".join(f"huge MX {number} h{number}\nh{number} A 198.51.100.{number % 250}\n" for number in range(HUGE)),
}


@pytest.fixture(scope="module")
def nsd(tmp_path_factory: pytest.TempPathFactory) -> Iterator[int]:
    with nsd_of(shared("mx"), tmp_path_factory.mktemp("nsd"), OWN) as port:
        yield port


@pytest.fixture(scope="module")
def unbound(nsd: int, tmp_path_factory: pytest.TempPathFactory) -> Iterator[int]:
    with unbound_of(shared("mx"), tmp_path_factory.mktemp("unbound"), nsd) as port:
        yield port


@pytest.fixture(params=["sync", "async"])
def driver(request: pytest.FixtureRequest, unbound: int) -> Driver:
    """Give a driver of either kind that asks Unbound, with a cache of its own."""
    return Driver(request.param, unbound, SHORT)


@pytest.fixture(params=["sync", "async"])
def direct(request: pytest.FixtureRequest, nsd: int) -> Driver:
    """Give a driver of either kind that asks NSD itself."""
    return Driver(request.param, nsd, SHORT)


def names(found: MailHosts) -> list[str]:
    return [host.name for host in found.hosts]


def test_verdicts_of_exim_and_sendmail(driver: Driver) -> None:
    """33 domains: where Exim and sendmail agree so do we, and each other one is explained; as in memory."""
    zones = Zones(shared("mx") / "zones")
    for domain, verdict in oracle().items():
        found, both = driver.run(exchangers(domain)), agree(verdict)
        assert (*both, state_of(found)) == verdicts(domain, both), domain
        memory = answer(exchangers(domain), zones)
        assert (found.kind, found.status, names(found)) == (memory.kind, memory.status, names(memory)), domain


@pytest.mark.parametrize(
    ("domain", "kind", "questions"),
    [
        pytest.param("equal.mail.test", "mx", 1, id="two exchangers: one question, not five"),
        pytest.param("big.mail.test", "mx", 1, id="forty exchangers, over TCP: one question, not 81"),
        pytest.param("mxcname.mail.test", "mx", 3, id="an alias is asked for"),
        pytest.param("implicit.mail.test", "implicit", 3, id="no MX: both addresses"),
        pytest.param("nope.mail.test", "none", 1, id="no name"),
        pytest.param("null.mail.test", "null", 1, id="null MX"),
        pytest.param("[192.0.2.1]", "literal", 0, id="literal"),
    ],
)
def test_questions(direct: Driver, domain: str, kind: str, questions: int) -> None:
    found = direct.run(exchangers(domain))
    assert (found.kind, direct.sent) == (kind, questions)
    assert direct.run(exchangers(domain)) == found
    assert direct.sent == questions  # the rest came from the cache


def test_truncated_answers_come_whole(direct: Driver) -> None:
    found = direct.run(exchangers("big.mail.test"))
    assert len(found.hosts) == BIG
    assert all(host.addresses for host in found.hosts)


def test_a_huge_answer_is_bounded(driver: Driver) -> None:
    found = driver.run(exchangers("huge.ours.test"))
    assert [host.preference for host in found.hosts] == list(range(MAX_HOSTS))
    assert found.problems == ("too-many",)
    assert driver.sent <= 1 + 2 * MAX_HOSTS


@pytest.mark.parametrize(
    ("domain", "kind", "why"),
    [
        ("servfail.test", "error", "SERVFAIL"),
        ("refused.test", "error", "REFUSED"),
        ("timeout.test", "error", "timeout"),
        ("lame.test", "error", None),
        ("nobody.test", "error", None),
        ("cl1.mail.test", "error", None),
        ("nx.test", "none", ""),
        ("d3.ours.test", "error", "exchanger"),
        ("txt.ours.test", "none", ""),
    ],
)
def test_failures(driver: Driver, domain: str, kind: str, why: str | None) -> None:
    begin = time.monotonic()
    found = driver.run(exchangers(domain))
    assert (found.kind, found.temporary) == (kind, kind == "error")
    assert why is None or found.why == why
    assert time.monotonic() - begin < SHORT.total


@pytest.mark.parametrize(
    ("domain", "kind"), [("servfail.test", "error"), ("example.org", "error"), ("cl1.mail.test", "error")]
)
def test_an_authority_that_fails_or_is_not_one(direct: Driver, domain: str, kind: str) -> None:
    """NSD itself: SERVFAIL of a zone that cannot be loaded, REFUSED of one that it does not have, an alias of itself."""
    assert direct.run(exchangers(domain)).kind == kind


def test_a_delegation_is_no_answer(direct: Driver) -> None:
    """A server that refers to another one does not say that there is nothing."""
    found = direct.run(exchangers("x.sub.cut.ours.test"))
    assert found.kind == "error"


def test_an_alias_that_leads_out_of_the_zones_of_an_authority_is_no_answer(direct: Driver) -> None:
    """It says nothing of what stands there; a resolver would have asked on."""
    found = direct.run(exchangers("out.ours.test"))
    assert (found.kind, found.why, found.aliases) == ("error", "lame", ("mail.example.org",))


@pytest.mark.parametrize("kind", ["sync", "async"])
def test_answers_do_not_depend_on_the_additional_section(
    kind: str, nsd: int, unbound: int, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """A server that leaves it out is asked more, and the hosts are the same."""
    domains = (
        "equal",
        "big",
        "three",
        "mxcname",
        "mxghost2",
        "mxloop",
        "mxv6",
        "mxout",
        "nullbad",
        "x.wild",
        "owncname",
    )
    minimal = "server:\n  minimal-responses: yes\n"
    full = Driver(kind, unbound, SHORT)
    with unbound_of(shared("mx"), tmp_path_factory.mktemp("minimal"), nsd, minimal) as port:
        sparse = Driver(kind, port, SHORT)
        for domain in domains:
            assert sparse.run(exchangers(f"{domain}.mail.test")) == full.run(exchangers(f"{domain}.mail.test"))
        alone = Driver(kind, port, SHORT)
        alone.run(exchangers("equal.mail.test"))
        alone.run(exchangers("big.mail.test"))
    assert alone.sent == 5 + 81


def test_nobody_listens(request: pytest.FixtureRequest) -> None:
    for kind in ("sync", "async"):
        found = Driver(kind, free_port(), SHORT).run(exchangers("mail.test"), total_seconds=0.3)
        assert (found.kind, found.status) == ("error", "4.4.3"), request.node.name


def test_a_system_without_servers_is_told(monkeypatch: pytest.MonkeyPatch, unbound: int) -> None:
    def none(*, configure: bool) -> dns.resolver.Resolver:
        raise dns.resolver.NoResolverConfiguration(str(configure))

    named = Resolver(("127.0.0.1",), port=unbound)
    assert named.run(exchangers("equal.mail.test")).kind == "mx"
    monkeypatch.setattr(dns.resolver, "Resolver", none)
    with pytest.raises(SourceError, match="names no DNS server"):
        Resolver().run(exchangers("equal.mail.test"))


@pytest.mark.parametrize("seconds", [0.2, 0.5, 1.2])
def test_the_total_time_is_kept(driver: Driver, seconds: float) -> None:
    begin = time.monotonic()
    found = driver.run(exchangers("timeout.test"), total_seconds=seconds)
    assert time.monotonic() - begin < seconds + 0.15
    assert (found.kind, found.why) == ("error", "timeout")


def test_a_failure_is_kept_for_a_while(driver: Driver) -> None:
    driver.run(exchangers("servfail.test"))
    sent = driver.sent
    driver.run(exchangers("servfail.test"))
    assert driver.sent == sent
    driver.later = 31.0
    driver.run(exchangers("servfail.test"))
    assert driver.sent == sent + 1


def test_a_negative_answer_is_kept_as_long_as_its_zone_says(direct: Driver) -> None:
    direct.run(exchangers("nope.mail.test"))
    direct.later = 59.0
    direct.run(exchangers("nope.mail.test"))
    assert direct.sent == 1
    direct.later = 61.0
    direct.run(exchangers("nope.mail.test"))
    assert direct.sent == 2


def test_two_hundred_at_once(unbound: int) -> None:
    """One asynchronous resolver answers many lookups at once, each right."""
    domains = ["equal.mail.test", "null.mail.test", "nope.mail.test", "implicit.mail.test", "x.wild.mail.test"] * 40

    async def ask() -> list[MailHosts]:
        resolver = AsyncResolver(("127.0.0.1",), port=unbound, waits=Waits(total=20, question=10, once=5))
        return await asyncio.gather(*[resolver.run(exchangers(domain)) for domain in domains])

    found = asyncio.run(ask())
    assert [one.kind for one in found] == ["mx", "null", "none", "implicit", "mx"] * 40


def test_a_lookup_can_be_cancelled(unbound: int) -> None:
    async def ask() -> float:
        resolver = AsyncResolver(("127.0.0.1",), port=unbound, waits=Waits(total=20, question=10, once=5))
        begin = time.monotonic()
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(resolver.run(exchangers("timeout.test")), 0.2)
        assert (await resolver.run(exchangers("equal.mail.test"))).kind == "mx"
        return time.monotonic() - begin

    assert asyncio.run(ask()) < 2


def test_threads_share_a_resolver(unbound: int) -> None:
    """Each of their questions is answered and counted, without a cache, too."""
    resolver = Resolver(("127.0.0.1",), port=unbound, waits=SHORT, cache=Cache(max_replies=0))
    found: list[str] = []
    threads = [
        threading.Thread(target=lambda: found.append(resolver.run(exchangers("equal.mail.test")).kind))
        for _ in range(20)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(10)
    assert (found, resolver.sent) == (["mx"] * 20, 20)


def test_resolvers_share_a_cache(unbound: int) -> None:
    cache = Cache()
    first, second = (Resolver(("127.0.0.1",), port=unbound, waits=SHORT, cache=cache) for _ in range(2))
    first.run(exchangers("equal.mail.test"))
    second.run(exchangers("equal.mail.test"))
    assert (first.sent, second.sent) == (1, 0)


def test_a_cache_forgets_the_oldest_and_what_is_over() -> None:
    cache, zones = Cache(max_replies=2), Zones({"test": SOA + "a A 192.0.2.1\nb A 192.0.2.1\nc A 192.0.2.1\n"})
    wanted = [Question(f"{name}.test", "A") for name in "abc"]
    for one in wanted:
        cache.put(one, zones(one), 0.0)
    assert [cache.get(one, 1.0) is not None for one in wanted] == [False, True, True]
    assert [cache.get(one, 301.0) is not None for one in wanted] == [False, False, False]
    assert len(cache) == 0


def test_a_route_asks_no_more_than_it_must(driver: Driver) -> None:
    table = parse_mailertable("sub.example\tsmtp:[a.mail.test]\nmx.example\tesmtp:equal.mail.test\n")
    routes = Routes(local=frozenset({"gw.test"}), mailertable=table)
    kinds = [driver.run(route(address, routes)).kind for address in ("joe@gw.test", "joe")]
    assert (kinds, driver.sent) == (["local", "local"], 0)
    static = driver.run(route("joe@sub.example", routes))
    assert (static.kind, [host.name for host in static.hosts], driver.sent) == ("static", ["a.mail.test"], 2)
    assert driver.run(route("joe@mx.example", routes)).hosts[0].name == "a.mail.test"
    assert driver.run(route("joe@null.mail.test", routes)).status == "5.1.10"
