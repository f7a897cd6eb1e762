"""Routes: which step decides, and what becomes of it."""

from __future__ import annotations

import pytest

from mailkit.dns.core import answer
from mailkit.dns.route import Route, route
from mailkit.tables.mailertable import Routes, parse_mailertable
from tests.dns.zones import Zones

ZONES = {
    "test": "$TTL 300\n@ SOA n h 1 1 1 1 60\nd MX 10 mx\nmx A 192.0.2.1\nplain A 192.0.2.2\nnull MX 0 .\nbad MX 1 ghost\n"
    "smart MX 5 mx\n",
}
TABLE = parse_mailertable(
    ".sub.test\tsmtp:[plain.test]\nbymx.test\tesmtp:d.test\nlit.test\tsmtp:[192.0.2.9]\nno.test\terror:5.1.2:550 Gone\n"
    "later.test\terror:4.7.0:450 Wait\nprog.test\tprocmail:/etc/x\nlost.test\tsmtp:[ghost.test]\nnil.test\tsmtp:null.test\n"
)
ROUTES = Routes(local=frozenset({"gw.test"}), mailertable=TABLE)
SMART = Routes(local=frozenset({"gw.test"}), mailertable=TABLE, smart_host="smtp:smart.test")


def way(address: str, routes: Routes | None = ROUTES) -> tuple[Route, int]:
    zones = Zones(ZONES)
    return answer(route(address, routes, fallback=("fb.test",) if address.startswith("fb") else ()), zones), len(
        zones.asked
    )


@pytest.mark.parametrize(
    ("address", "kind", "status", "hosts", "end"),
    [
        pytest.param("joe@gw.test", "local", None, [], ("local", 0), id="local"),
        pytest.param("joe", "local", None, [], ("local", 0), id="no domain"),
        pytest.param("joe@a.sub.test", "static", None, ["plain.test"], ("mailertable", 2), id="a host in brackets"),
        pytest.param("joe@bymx.test", "static", None, ["mx.test"], ("mailertable", 1), id="a host by its MX"),
        pytest.param("joe@lit.test", "static", None, ["[192.0.2.9]"], ("mailertable", 0), id="an address in brackets"),
        pytest.param("joe@prog.test", "static", None, [], ("mailertable", 0), id="a program"),
        pytest.param("joe@lost.test", "none", "5.1.2", [], ("error", 1), id="a host that is not there"),
        pytest.param("joe@nil.test", "null", "5.1.10", [], ("error", 1), id="a host that takes no mail"),
        pytest.param("joe@no.test", "error", "5.1.2", [], ("error", 0), id="an error"),
        pytest.param("joe@later.test", "error", "4.7.0", [], ("error", 0), id="an error for a while"),
        pytest.param("joe@d.test", "mx", None, ["mx.test"], ("mx", 1), id="MX"),
        pytest.param("joe@plain.test", "implicit", None, ["plain.test"], ("implicit", 3), id="implicit"),
        pytest.param("joe@[192.0.2.3]", "literal", None, ["[192.0.2.3]"], ("mx", 0), id="literal"),
        pytest.param("joe@null.test", "null", "5.1.10", [], ("error", 1), id="null MX"),
        pytest.param("joe@bad.test", "unusable", "5.4.4", [], ("error", 2), id="unusable"),
        pytest.param("joe@ghost.test", "none", "5.1.2", [], ("error", 1), id="none"),
        pytest.param("joe@x.timeout.test", "error", "4.4.3", [], ("error", 1), id="nobody can say"),
        pytest.param("fb@ghost.test", "none", None, ["fb.test"], ("mx", 1), id="fallback"),
        pytest.param("fb@null.test", "null", "5.1.10", [], ("error", 1), id="no fallback for a null MX"),
    ],
)
def test_steps(address: str, kind: str, status: str | None, hosts: list[str], end: tuple[str, int]) -> None:
    """What decided, and after how many questions."""
    found, asked = way(address)
    assert (found.kind, found.status, [host.name for host in found.hosts]) == (kind, status, hosts)
    assert (found.steps[-1], asked) == end
    assert found.deliverable is (status is None)
    assert found.temporary is (status is not None and status.startswith("4"))


@pytest.mark.parametrize(
    ("address", "kind", "hosts"),
    [
        pytest.param("joe@elsewhere.example", "smart-host", ["mx.test"], id="all else goes there, by its MX"),
        pytest.param("joe@a.sub.test", "static", ["plain.test"], id="but for the mailertable"),
        pytest.param("joe@gw.test", "local", [], id="and for local names"),
    ],
)
def test_smart_host(address: str, kind: str, hosts: list[str]) -> None:
    found, _ = way(address, SMART)
    assert (found.kind, [host.name for host in found.hosts]) == (kind, hosts)


@pytest.mark.parametrize(
    ("value", "kind", "hosts"),
    [
        pytest.param("smtp:[plain.test]:[mx.test]", "static", ["plain.test", "mx.test"], id="two in brackets"),
        pytest.param("smtp:plain.test:d.test", "static", ["plain.test", "mx.test", "fb.test"], id="two by their MX"),
        pytest.param("smtp:d.test:[plain.test]", "static", ["mx.test", "plain.test"], id="one of each kind"),
        pytest.param("smtp:d.test:smart.test", "static", ["mx.test", "fb.test"], id="two with the same MX"),
        pytest.param("smtp:[ghost.test]:[plain.test]", "static", ["plain.test"], id="the first is not there"),
        pytest.param("smtp:[ghost.test]:[x.timeout.test]", "error", [], id="none now, one perhaps later"),
        pytest.param("smtp:[ghost.test]:[gone.test]", "none", [], id="none is there"),
        pytest.param(
            "smtp:[192.0.2.9]:[IPv6:2001:db8::9]", "static", ["[192.0.2.9]", "[IPv6:2001:db8::9]"], id="addresses"
        ),
        pytest.param("smtp:d.test:", "static", ["mx.test", "fb.test"], id="a colon at the end"),
    ],
)
def test_several_hosts(value: str, kind: str, hosts: list[str]) -> None:
    """Hosts of a table are tried in its order; the fallback comes behind the last whose MX were asked for."""
    routes = Routes(mailertable=parse_mailertable(f"many.test\t{value}\n"))
    found = answer(route("joe@many.test", routes, fallback=("fb.test",)), Zones(ZONES))
    assert (found.kind, [host.name for host in found.hosts]) == (kind, hosts)
    assert found.deliverable is bool(hosts)


@pytest.mark.parametrize(
    "address", ["joe@", "@", "", "a@b@c", "joe@a..b", "x" * 5_000 + "@d.test", "joe@\x00", "<>", '"@d.test']
)
def test_any_text_has_an_answer(address: str) -> None:
    found, asked = way(address, None)
    assert asked < 4
    assert found.address == address
