"""Routes, what a host lets in, masquerading; measured with sendmail -bt."""

from __future__ import annotations

import pytest

from mailkit.tables.access import parse_access
from mailkit.tables.gate import Client, Gate
from mailkit.tables.mailertable import Routes, parse_mailertable
from mailkit.tables.masquerade import Masquerade, Place

TABLE = """\
exact.test      smtp:[in.test]
.exact.test     esmtp:mx.test
deep.exact.test relay:deep
.args.test      smtp:%1.in.test
e1.test         error:5.1.2:550 gone
e2.test         error:nohost:no such host
e3.test         error:450 later
l1.test         local:joe
l2.test         local:
user.test       smtp:joe@hub.test
two.test        smtp:[192.0.2.1]:[192.0.2.2]
"""
LOCAL = frozenset({"gw.test", "localhost", "[127.0.0.1]"})


@pytest.mark.parametrize(
    ("address", "way"),
    [
        ("u@exact.test", ("mailertable", "smtp", "in.test", True, "u@exact.test")),
        ("u@Exact.TEST", ("mailertable", "smtp", "in.test", True, "u@Exact.TEST")),
        ("u@b.exact.test", ("mailertable", "esmtp", "mx.test", False, "u@b.exact.test")),
        ("u@c.b.exact.test", ("mailertable", "esmtp", "mx.test", False, "u@c.b.exact.test")),
        ("u@deep.exact.test", ("mailertable", "relay", "deep", False, "u@deep.exact.test")),
        ("u@B.c.args.test", ("mailertable", "smtp", "B.c.in.test", False, "u@B.c.args.test")),
        ("u@user.test", ("mailertable", "smtp", "hub.test", False, "joe@hub.test")),
        ("u@two.test", ("mailertable", "smtp", "[192.0.2.1]:[192.0.2.2]", False, "u@two.test")),
        ("u@args.test", ("dns", None, "args.test", False, "u@args.test")),
        ("u@[192.0.2.1]", ("dns", None, "192.0.2.1", True, "u@[192.0.2.1]")),
        ("u@l1.test", ("local", "local", None, False, "joe")),
        ("u@l2.test", ("local", "local", None, False, "u")),
        ("u%exact.test@l1.test", ("mailertable", "smtp", "in.test", True, "u@exact.test")),
        ("u@gw.test", ("local", "local", None, False, "u")),
        ("u%exact.test@gw.test", ("mailertable", "smtp", "in.test", True, "u@exact.test")),
    ],
)
def test_routes(address: str, way: tuple[object, ...]) -> None:
    found = Routes(local=LOCAL, mailertable=parse_mailertable(TABLE)).of(address)
    assert (found.step, found.mailer, found.host, found.no_mx, found.user) == way


@pytest.mark.parametrize(
    ("address", "status", "text"),
    [
        ("u@e1.test", "5.1.2", "550 gone"),
        ("u@e2.test", "5.1.2", "no such host"),
        ("u@e3.test", None, "450 later"),
        ("u@", "5.1.3", "553 Hostname required"),
        ("u@new.test.REDIRECT", "5.1.1", "551 User has moved; please try <u@new.test>"),
    ],
)
def test_errors(address: str, status: str | None, text: str) -> None:
    found = Routes(local=LOCAL, mailertable=parse_mailertable(TABLE), redirects=True).of(address)
    assert (found.step, found.mailer, found.status, found.text) == ("error", "error", status, text)


@pytest.mark.parametrize(
    ("smart_host", "way"),
    [
        ("out.test", ("smart-host", "relay", "out.test", False)),
        ("[out.test]", ("smart-host", "relay", "out.test", True)),
        ("smtp:[192.0.2.9]", ("smart-host", "smtp", "192.0.2.9", True)),
        ("gw.test", ("dns", None, "far.test", False)),
        (None, ("dns", None, "far.test", False)),
    ],
)
def test_smart_host(smart_host: str | None, way: tuple[object, ...]) -> None:
    routes = Routes(local=LOCAL, mailertable=parse_mailertable(TABLE), smart_host=smart_host)
    found = routes.of("u@far.test")
    assert (found.step, found.mailer, found.host, found.no_mx) == way
    assert routes.of("u@exact.test").step == "mailertable"
    assert routes.of("u@exact.test").line == 1


def test_a_table_that_sends_to_itself_ends() -> None:
    routes = Routes(mailertable=parse_mailertable(". local:\n"))
    assert routes.of("u" + "%a.test" * 3_000 + "@b.test").step in {"local", "error"}


ACCESS = parse_access("bad.test REJECT\nTo:friend.test RELAY\nConnect:198.51.100 RELAY\nconnect:peer.test RELAY\n")
GATE = Gate(access=ACCESS, local=LOCAL, host="gw.test", relay_domains=frozenset({"ours.test", "203.0.113"}))
OUTSIDE = Client(ip="192.0.2.1", name="mail.far.test")


@pytest.mark.parametrize(
    ("recipient", "client", "action", "status"),
    [
        ("u@far.test", OUTSIDE, "reject", "5.7.1"),
        ("u@gw.test", OUTSIDE, "relay", None),
        ("postmaster", OUTSIDE, "relay", None),
        ("u@sub.ours.test", OUTSIDE, "relay", None),
        ("u@yours.test", OUTSIDE, "reject", "5.7.1"),
        ("u@friend.test", OUTSIDE, "relay", None),
        ("u@bad.test", OUTSIDE, "reject", "5.2.1"),
        ("u%far.test@gw.test", OUTSIDE, "reject", "5.7.1"),
        ("u%far.test@friend.test", OUTSIDE, "reject", "5.7.1"),
        ('"u@far.test"@gw.test', OUTSIDE, "reject", "5.7.1"),
        ("@gw.test:u@far.test", OUTSIDE, "reject", "5.7.1"),
        ("<>", OUTSIDE, "reject", "5.1.1"),
        ("u@far.test", Client(), "relay", None),
        ("u@far.test", Client(ip="127.0.0.1"), "relay", None),
        ("u@far.test", Client(ip="::1"), "relay", None),
        ("u@far.test", Client(ip="203.0.113.9"), "relay", None),
        ("u@far.test", Client(ip="203.0.1130.9"), "reject", "5.7.1"),
        ("u@far.test", Client(ip="198.51.100.9", lookup="FORGED"), "relay", None),
        ("u@far.test", Client(ip="192.0.2.1", name="a.peer.test"), "relay", None),
        ("u@far.test", Client(ip="192.0.2.1", name="a.peer.test", lookup="FORGED"), "reject", "5.7.1"),
        ("u@far.test", Client(ip="192.0.2.1", lookup="FAIL"), "reject", "5.7.1"),
        ("u@far.test", Client(ip="192.0.2.1", lookup="TEMP"), "tempfail", "4.4.0"),
        ("u@gw.test", Client(ip="192.0.2.1", lookup="TEMP"), "relay", None),
    ],
)
def test_recipients(recipient: str, client: Client, action: str, status: str | None) -> None:
    found = GATE.recipient(recipient, client)
    assert (found.action, found.status) == (action, status)


@pytest.mark.parametrize(
    ("sender", "domain", "action", "status"),
    [
        ("<>", "no", "accept", None),
        ("u@far.test", "found", "accept", None),
        ("u@far.test", "no", "reject", "5.1.8"),
        ("u@far.test", "temporary", "tempfail", "4.1.8"),
        ("u@bad.test", "no", "reject", "5.7.1"),
        ("u@localhost", "found", "reject", "5.5.4"),
        ("u@[127.0.0.1]", "found", "reject", "5.5.4"),
        ("u", "found", "reject", "5.5.4"),
        ("u@", "found", "reject", "5.5.4"),
    ],
)
def test_senders(sender: str, domain: str, action: str, status: str | None) -> None:
    found = GATE.sender(sender, OUTSIDE, domain=domain)  # type: ignore[arg-type]
    assert (found.action, found.status) == (action, status)


def test_without_an_access_table_nothing_is_blocked() -> None:
    assert Gate(local=LOCAL).recipient("u@bad.test", Client(ip="127.0.0.1")).action == "relay"
    assert Gate(local=LOCAL).client(OUTSIDE).action == "none"


MASKS = Masquerade(
    host="pc.own.test",
    name="mask.test",
    local=frozenset({"pc.own.test", "alias.test"}),
    domains=frozenset({"own.test"}),
    exposed=frozenset({"root"}),
)


@pytest.mark.parametrize(
    ("changes", "address", "shown"),
    [
        ({}, "u", "u@mask.test"),
        ({}, "u@own.test", "u@mask.test"),
        ({}, "u@sub.own.test", "u@sub.own.test"),
        ({"entire": True}, "u@sub.own.test", "u@mask.test"),
        ({"entire": True, "exceptions": frozenset({"sub.own.test"})}, "u@a.sub.own.test", "u@a.sub.own.test"),
        ({}, "u@alias.test", "u@mask.test"),
        ({"limited": True}, "u@alias.test", "u@alias.test"),
        ({"limited": True}, "u", "u@mask.test"),
        ({}, "root", "root@pc.own.test"),
        ({}, "Root@own.test", "Root@own.test"),
        ({}, "root@alias.test", "root@alias.test"),
        ({}, "u@far.test", "u@far.test"),
        ({}, "u@localhost", "u@mask.test"),
        ({"name": None}, "u", "u@pc.own.test"),
        ({}, "<>", ""),
        ({}, "@far.test", "@far.test"),
        ({}, "h!u", "h!u@mask.test"),
    ],
)
def test_masquerade(changes: dict[str, object], address: str, shown: str) -> None:
    fields = {name: getattr(MASKS, name) for name in MASKS.__struct_fields__}
    assert Masquerade(**(fields | changes)).of(address) == shown


@pytest.mark.parametrize(
    ("place", "envelope", "everywhere", "masked"),
    [
        ("header-sender", False, False, True),
        ("header-recipient", True, False, False),
        ("header-recipient", False, True, True),
        ("envelope-sender", False, True, False),
        ("envelope-sender", True, False, True),
        ("envelope-recipient", True, True, False),
    ],
)
def test_places(place: Place, *, envelope: bool, everywhere: bool, masked: bool) -> None:
    masks = Masquerade(host="pc.own.test", name="mask.test", envelope=envelope, everywhere=everywhere)
    assert masks.of("u", place) == ("u@mask.test" if masked else "u@pc.own.test")
