"""Blocklists and names of addresses on real servers: NSD with the shared zones, Unbound before it, rbldnsd."""

from __future__ import annotations

import json
import os
import shutil
import signal
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from mailkit.cli import main
from mailkit.dns.blocklist import Blocklist, check_all, kind_of
from mailkit.dns.confirm import confirm
from mailkit.dns.resolver import Waits
from mailkit.dns.reverse import MAX_NAMES, reverse
from tests.dns.servers import READY_SECONDS, free_port, nsd_of, started, unbound_of
from tests.dns.test_asking import Driver, both
from tests.dns.test_confirm import bounce, recipient
from tests.strategies import shared

SHORT = Waits(total=4.0, question=0.5, once=0.3)
SOA = "$TTL 60\n@ SOA ns1.mail.test. h.mail.test. 1 3600 600 60 60\n@ NS ns1.mail.test.\n"
SIX = "7.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.8.b.d.0.1.0.0.2"
OWN_ZONES = {
    "six.test": SOA + f"2.0.0.0.0.0.f.7.f.f.f.f{20 * '.0'} A 127.0.0.2\n{SIX} A 127.0.0.4\n{SIX} TXT six\n",
    "six-all.test": SOA + "*.0.0.0.0.0.0.0.0 A 127.0.0.2\n*.8.b.d.0.1.0.0.2 A 127.0.0.2\n",
    "rhsbl-all.test": SOA + "test A 127.0.0.2\ninvalid A 127.0.0.2\nspammers.net A 127.0.0.2\n",
    "8.b.d.0.1.0.0.2.ip6.arpa": SOA + f"{SIX.removesuffix('.8.b.d.0.1.0.0.2')} PTR six.names.test.\n",
    "113.0.203.in-addr.arpa": SOA + "".join(f"1 PTR n{number}.names.test.\n" for number in range(40)),
    "names.test": SOA + "six AAAA 2001:db8::7\nn39 A 203.0.113.1\nn0 A 203.0.113.1\n",
}


@pytest.fixture(scope="module")
def nsd(tmp_path_factory: pytest.TempPathFactory) -> Iterator[int]:
    """Serve the shared zones and our own; give the port."""
    with nsd_of(shared("mx"), tmp_path_factory.mktemp("nsd"), OWN_ZONES) as port:
        yield port


@pytest.fixture(scope="module")
def unbound(nsd: int, tmp_path_factory: pytest.TempPathFactory) -> Iterator[int]:
    """Give the port of a resolver in front of them."""
    with unbound_of(shared("mx"), tmp_path_factory.mktemp("unbound"), nsd) as port:
        yield port


Drivers = Callable[[], Driver]


@pytest.fixture(params=["sync", "async"])
def drivers(request: pytest.FixtureRequest, unbound: int) -> Drivers:
    """Make drivers of either kind, each with a cache of its own, that ask Unbound."""
    return lambda: Driver(request.param, unbound, SHORT)


# What a list says about what, and why; its health; questions that are sent for the one, and for the other alone.
@pytest.mark.parametrize(
    ("zone", "about", "said", "questions"),
    [
        pytest.param("bl.test", "192.0.2.7", ("listed", "", "ok"), (4, 2), id="ok"),
        pytest.param("bl.test", "192.0.2.9", ("clear", "", "ok"), (3, 2), id="ok, clear"),
        pytest.param("dead.test", "192.0.2.7", ("broken", "dead", "dead"), (1, 1), id="dead"),
        pytest.param("all.test", "192.0.2.7", ("broken", "lists-all", "lists-all"), (3, 2), id="lists everybody"),
        pytest.param("blocked.test", "192.0.2.7", ("refused", "refused", "refused"), (1, 1), id="refused"),
        pytest.param("notest.test", "192.0.2.7", ("broken", "no-test", "no-test"), (4, 3), id="no test entry"),
        pytest.param("nx.test", "192.0.2.7", ("broken", "no-zone", "no-zone"), (4, 3), id="no such zone"),
        pytest.param("nosuch.test", "192.0.2.7", ("unknown", "SERVFAIL", "unknown"), (1, 1), id="zone of nobody"),
        pytest.param("servfail.test", "192.0.2.7", ("unknown", "SERVFAIL", "unknown"), (1, 1), id="SERVFAIL"),
        pytest.param("refused.test", "192.0.2.7", ("unknown", "REFUSED", "unknown"), (1, 1), id="REFUSED"),
        pytest.param("timeout.test", "192.0.2.7", ("unknown", "timeout", "unknown"), (1, 1), id="no answer"),
        pytest.param("six.test", "2001:db8::7", ("listed", "", "ok"), (4, 2), id="IPv6"),
        pytest.param("six.test", "2001:db8::8", ("clear", "", "ok"), (3, 2), id="IPv6, clear"),
        pytest.param("six-all.test", "2001:db8::7", ("broken", "lists-all", "lists-all"), (3, 2), id="IPv6, everybody"),
        pytest.param("six.test", "192.0.2.7", ("broken", "no-test", "no-test"), (4, 3), id="IPv6 alone"),
        pytest.param("bl.test", "::ffff:192.0.2.7", ("listed", "", "ok"), (4, 2), id="IPv4 in IPv6"),
        pytest.param("rhsbl.test", "spammers.net", ("listed", "", "ok"), (4, 2), id="domain"),
        pytest.param("rhsbl.test", "mail.Spammers.NET", ("listed", "", "ok"), (4, 2), id="below a domain"),
        pytest.param("rhsbl.test", "friends.net", ("clear", "", "ok"), (3, 2), id="domain, clear"),
        pytest.param(
            "rhsbl-all.test", "spammers.net", ("broken", "lists-all", "lists-all"), (3, 2), id="INVALID is listed"
        ),
    ],
)
def test_lists_are_told_apart(
    drivers: Drivers, zone: str, about: str, said: tuple[str, str, str], questions: tuple[int, int]
) -> None:
    asking, alone = drivers(), drivers()
    (found,) = asking.run(check_all([Blocklist(zone)], about))
    health = alone.run(Blocklist(zone).health(kind_of(about)))
    assert (found.state, found.why, health.state) == said
    assert (asking.sent, alone.sent) == questions


def test_what_a_list_says(drivers: Drivers) -> None:
    """Codes and texts of the shared zone, whose test entry for IPv6 is not that of RFC 5782 section 5."""
    lists = [Blocklist("bl.test"), Blocklist("bl.test", ("127.0.0.10",)), Blocklist("bl.test", mask=3)]
    found = drivers().run(check_all(lists, "192.0.2.8"))
    assert [(one.state, one.why, one.codes) for one in found] == [
        ("listed", "", ("127.0.0.4", "127.0.0.10")),
        ("listed", "", ("127.0.0.4", "127.0.0.10")),
        ("listed", "", ("127.0.0.4", "127.0.0.10")),
    ]
    assert drivers().run(Blocklist("bl.test", mask=1).check("192.0.2.8")).why == "other-codes"
    assert drivers().run(Blocklist("bl.test").check("192.0.2.7")).texts == ("https://bl.test/q?192.0.2.7",)
    assert drivers().run(Blocklist("bl.test").health("ipv6")).state == "no-test"


def test_nine_lists_within_one_time_limit(drivers: Drivers) -> None:
    zones = ("bl", "dead", "all", "blocked", "notest", "nx", "servfail", "refused", "timeout")
    driver = drivers()
    began = time.monotonic()
    found = driver.run(check_all([Blocklist(f"{zone}.test") for zone in zones], "192.0.2.7"), total_seconds=3.0)
    assert time.monotonic() - began < 4.0
    assert [one.state for one in found if one.state != "unknown"] == [
        *("listed", "broken", "broken", "refused", "broken", "broken"),
    ]
    assert [one.why for one in found if one.state == "unknown"] == ["SERVFAIL", "REFUSED", "timeout"]
    assert driver.sent == 20


# Names of addresses.


@pytest.mark.parametrize(
    ("ip", "result", "confirmed", "questions"),
    [
        pytest.param("192.0.2.10", "pass", ("a.mail.test",), 2, id="leads back"),
        pytest.param("192.0.2.20", "fail", (), 2, id="forged"),
        pytest.param("192.0.2.30", "pass", ("c.mail.test",), 3, id="one of two"),
        pytest.param("192.0.2.99", "permerror", (), 1, id="no name"),
    ],
)
def test_names(drivers: Drivers, ip: str, result: str, confirmed: tuple[str, ...], questions: int) -> None:
    driver = drivers()
    found = driver.run(reverse(ip))
    assert (found.result, found.confirmed, driver.sent) == (result, confirmed, questions)


@pytest.mark.parametrize(
    ("ip", "result", "confirmed", "questions"),
    [
        pytest.param("2001:db8::7", "pass", ("six.names.test",), 2, id="IPv6"),
        pytest.param("203.0.113.1", "pass", ("n0.names.test",), 11, id="forty names, ten are looked up"),
        pytest.param("198.51.100.1", "temperror", (), 1, id="zone of nobody"),
    ],
)
def test_names_from_the_authority(nsd: int, ip: str, result: str, confirmed: tuple[str, ...], questions: int) -> None:
    driver = Driver("sync", nsd, SHORT)
    found = driver.run(reverse(ip))
    assert (found.result, found.confirmed, driver.sent) == (result, confirmed, questions)
    assert len(found.names) <= MAX_NAMES


# What a bounce says of a domain.


@pytest.mark.parametrize(
    ("domain", "status", "code", "questions"),
    [
        pytest.param("null.mail.test", "5.1.10", "confirmed", 1, id="null MX"),
        pytest.param("equal.mail.test", "5.1.10", "contradicted", 1, id="no null MX any more"),
        pytest.param("nosuch.mail.test", "5.1.2", "confirmed", 1, id="no such domain"),
        pytest.param("nothing.mail.test", "5.1.2", "confirmed", 3, id="nothing that takes mail"),
        pytest.param("implicit.mail.test", "5.1.2", "contradicted", 3, id="an address"),
        pytest.param("owndangling.mail.test", "5.4.4", "confirmed", 1, id="alias of nobody"),
        pytest.param("mxghost.mail.test", "5.4.4", "confirmed", 2, id="MX that is not there"),
        pytest.param("equal.mail.test", "4.4.1", "unknown", 1, id="whether hosts answer"),
        pytest.param("x.servfail.test", "4.4.3", "unknown", 1, id="SERVFAIL"),
        pytest.param("x.timeout.test", "4.4.3", "unknown", 1, id="no answer"),
    ],
)
def test_domains_of_bounces(drivers: Drivers, domain: str, status: str, code: str, questions: int) -> None:
    driver = drivers()
    report = bounce(recipient(f"joe@{domain}", status), recipient(f"ann@{domain}", status))
    codes = [one.code for one in driver.run(confirm(report))]
    assert codes == [f"bounce.domain.{code}"] * 2
    assert driver.sent == questions


# rbldnsd, and lists that die.


class Rbldnsd:
    """A list of rbldnsd whose file can be changed."""

    def __init__(self, folder: Path, port: int) -> None:
        self.file, self.port = folder / "zone", port
        self.pid = 0

    def write(self, *entries: str) -> None:
        """Change what is listed."""
        self.file.write_text("\n".join((":127.0.0.2:why $", *entries, "")))
        if self.pid:
            os.kill(self.pid, signal.SIGHUP)


@pytest.fixture
def rbldnsd() -> Iterator[Rbldnsd]:
    """Serve one list with rbldnsd, which drops the rights of root."""
    folder, port = Path(tempfile.mkdtemp()), free_port()
    folder.chmod(0o755)
    served = Rbldnsd(folder, port)
    served.write("127.0.0.2", "192.0.2.7")
    words = ("-n", "-b", f"127.0.0.1/{port}", "-t", "60", *(("-u", "nobody") if os.geteuid() == 0 else ()))
    with started(port, "rbldnsd", *words, f"r.test:ip4set:{served.file}", zone="r.test") as served.pid:
        yield served
    shutil.rmtree(folder)


def until(met: Callable[[], bool]) -> None:
    """Wait until a server has read its file again."""
    ends = time.monotonic() + READY_SECONDS
    while not met():
        assert time.monotonic() < ends
        time.sleep(0.02)


def test_rbldnsd(rbldnsd: Rbldnsd) -> None:
    driver = Driver("sync", rbldnsd.port, SHORT)
    listed, clear = (driver.run(check_all([Blocklist("r.test")], about))[0] for about in ("192.0.2.7", "192.0.2.8"))
    assert (listed.state, listed.codes, listed.texts, clear.state) == (
        "listed",
        ("127.0.0.2",),
        ("why 192.0.2.7",),
        "clear",
    )
    assert driver.sent == 5
    assert driver.run(Blocklist("r.test").health("domain")).state == "no-test"
    assert driver.run(Blocklist("other.test").health()).why == "REFUSED"


@both
@pytest.mark.parametrize(
    ("entries", "said"),
    [
        pytest.param(("0.0.0.0/1", "128.0.0.0/1"), ("broken", "lists-all"), id="begins to list everybody"),
        pytest.param((), ("broken", "no-test"), id="is emptied"),
        pytest.param(("0.0.0.0/1:203.0.113.9:sold", "128.0.0.0/1:203.0.113.9:sold"), ("broken", "dead"), id="is sold"),
        pytest.param(
            ("0.0.0.0/1:127.255.255.254", "128.0.0.0/1:127.255.255.254"), ("refused", "refused"), id="refuses"
        ),
        pytest.param(("127.0.0.2", "192.0.2.9"), ("clear", ""), id="takes the entry out"),
    ],
)
def test_a_list_that_changes(rbldnsd: Rbldnsd, kind: str, entries: tuple[str, ...], said: tuple[str, str]) -> None:
    lists = [Blocklist("r.test")]
    driver = Driver(kind, rbldnsd.port, SHORT)
    (before,) = driver.run(check_all(lists, "192.0.2.7"))
    assert before.state == "listed"
    rbldnsd.write(*entries, "198.51.100.1")
    until(lambda: Driver(kind, rbldnsd.port, SHORT).run(lists[0].check("198.51.100.1")).state != "clear")
    driver.later = 3_600.0
    (after,) = driver.run(check_all(lists, "192.0.2.7"))
    assert (after.state, after.why) == said


@both
def test_a_list_whose_server_ends_between_two_addresses(rbldnsd: Rbldnsd, kind: str) -> None:
    driver = Driver(kind, rbldnsd.port, SHORT)
    assert driver.run(check_all([Blocklist("r.test")], "192.0.2.7"))[0].state == "listed"
    os.kill(rbldnsd.pid, signal.SIGTERM)
    until(lambda: Driver("sync", rbldnsd.port, SHORT).run(Blocklist("r.test").check("192.0.2.7")).state == "unknown")
    (found,) = driver.run(check_all([Blocklist("r.test")], "192.0.2.9"))
    assert (found.state, bool(found.why)) == ("unknown", True)


# The command.


def test_the_command(unbound: int, capfd: pytest.CaptureFixture[str]) -> None:
    zones = ("bl", "dead", "all", "blocked", "notest", "nx", "servfail", "refused", "timeout")
    words = [word for zone in zones for word in ("--list", f"{zone}.test")]
    words += ["--server", f"127.0.0.1:{unbound}", "--timeout", "1", "--format", "jsonl"]
    assert main(["blocklist", "192.0.2.7", *words, "--fail-on", "lists-all"]) == 1
    rows = [json.loads(line) for line in capfd.readouterr().out.splitlines()]
    assert [(row["zone"].removesuffix(".test"), row["state"], row["why"]) for row in rows] == [
        ("bl", "listed", ""),
        ("dead", "broken", "dead"),
        ("all", "broken", "lists-all"),
        ("blocked", "refused", "refused"),
        ("notest", "broken", "no-test"),
        ("nx", "broken", "no-zone"),
        ("servfail", "unknown", "SERVFAIL"),
        ("refused", "unknown", "REFUSED"),
        ("timeout", "unknown", "timeout"),
    ]
    assert main(["blocklist", "--health", "192.0.2.7", *words]) == 0
    rows = [json.loads(line) for line in capfd.readouterr().out.splitlines()]
    assert [row["state"] for row in rows] == [
        *("ok", "dead", "lists-all", "refused", "no-test", "no-zone"),
        *("unknown", "unknown", "unknown"),
    ]
