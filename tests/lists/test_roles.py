"""Addresses that are no person's: every name and form of the tables, with and without lists that are known."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailkit.lists import Role, expected_roles, role_of
from mailkit.lists.names import EVERYDAY, FORMS, NAMES, PREFIXES, SQUEEZED
from mailkit.syntax.rewrites import MAX_LOCAL
from tests.strategies import joined
from tests.timing import assert_linear, flood

RFC_2142 = {
    "business": {"info", "marketing", "sales", "support"},
    "network": {"abuse", "noc", "security"},
    "services": {"postmaster", "hostmaster", "usenet", "news", "webmaster", "www", "uucp", "ftp"},
}


def role(address: str, *lists: str) -> Role:
    """Give the role of an address that has one."""
    found = role_of(address, lists=lists)
    assert found is not None
    return found


# Names.


def test_the_names_of_rfc_2142_are_all_there() -> None:
    groups: dict[str, set[str]] = {}
    for name, row in NAMES.items():
        groups.setdefault(row.group, set()).add(name)
    assert groups == RFC_2142


@pytest.mark.parametrize("name", [*NAMES, *EVERYDAY, *SQUEEZED])
@pytest.mark.parametrize(
    "write",
    [
        pytest.param(str, id="alone"),
        pytest.param(lambda name: f"{name}@example.org", id="address"),
        pytest.param(lambda name: f"{name.upper()}@EXAMPLE.ORG", id="upper case"),
        pytest.param(lambda name: f"<{name.title()}@example.org>", id="path"),
        pytest.param(lambda name: f'"{name}"@example.org', id="quoted"),
    ],
)
def test_a_name_is_a_role_however_it_is_written(name: str, write: object) -> None:
    assert callable(write)
    found = role(write(name))
    row = NAMES.get(name) or EVERYDAY.get(name) or SQUEEZED[name]
    assert (found.group, found.purpose, found.certain) == (row.group, row.purpose or name, True)
    assert (found.machine, found.source, found.detail, found.name) == (row.machine, row.source, None, name)


@pytest.mark.parametrize(
    ("address", "group", "purpose"),
    [
        pytest.param("no-reply@example.org", "custom", "no-reply", id="dash"),
        pytest.param("No_Reply@example.org", "custom", "no-reply", id="underscore"),
        pytest.param("do-not-reply@example.org", "custom", "no-reply", id="three words"),
        pytest.param("ne-pas-repondre@example.fr", "custom", "no-reply", id="French"),
        pytest.param("noreply-dmarc@example.org", "custom", "no-reply", id="a word behind"),
        pytest.param("forwarding-no-reply@example.org", "custom", "no-reply", id="a word before"),
        pytest.param("auto.reply@example.org", "custom", "auto-reply", id="dot"),
        pytest.param("www@example.org", "services", "webmaster", id="the other name of webmaster"),
        pytest.param("news@example.org", "services", "usenet", id="the other name of usenet"),
        pytest.param("MAILER-DAEMON", "custom", "mailer-daemon", id="daemon"),
    ],
)
def test_other_spellings_are_the_same_role(address: str, group: str, purpose: str) -> None:
    found = role(address)
    assert (found.group, found.purpose) == (group, purpose)


@pytest.mark.parametrize(
    "address",
    [
        *("", "<>", " ", "@", "@example.org", "joe@example.org", "joe", "owner@example.org", "request@example.org"),
        *("-request@example.org", "owner-@example.org", "+@example.org", "joe+@example.org", "+shop@example.org"),
        *("postmasters@example.org", "abusebox@example.org", "joe.admin@example.org", "info-desk@example.org"),
        *(
            "nobodyreply@example.org",
            "join-us@example.org",
            "noreplyjoe@example.org",
            "joe-info@example.org",
            "a-list@example.org",
            "turn-off@example.org",
        ),
        "x" * (MAX_LOCAL + 1) + "-request@example.org",
    ],
)
def test_a_person_has_no_role(address: str) -> None:
    assert role_of(address) is None


def test_no_address_has_no_role() -> None:
    assert role_of(None) is None


# What stands around a list. (local part, purpose, list, detail, address inside, machine)

SIDES = [
    pytest.param("owner-hoe", "owner", "hoe", None, None, True, id="sendmail owner"),
    pytest.param(
        "owner-hoe*joe**example.com", "owner", "hoe", "joe**example.com", "joe@example.com", True, id="LISTSERV probe"
    ),
    pytest.param("hoe-owner", "owner", "hoe", None, None, True, id="Mailman owner"),
    pytest.param("hoe+owner", "owner", "hoe", None, None, True, id="mlmmj owner"),
    pytest.param("hoe+owners", "owner", "hoe", None, None, True, id="Google Groups owners"),
    pytest.param("hoe-request", "request", "hoe", None, None, True, id="RFC 2142"),
    pytest.param("HOE-REQUEST", "request", "HOE", None, None, True, id="upper case"),
    pytest.param("old-hoe-request", "request", "old-hoe", None, None, True, id="a dash in the name"),
    pytest.param("lets-join-us-request", "request", "lets-join-us", None, None, True, id="a word in the name"),
    pytest.param("hoe-admin", "admin", "hoe", None, None, True, id="fml admin"),
    pytest.param("hoe-ctl", "commands", "hoe", None, None, True, id="fml ctl"),
    pytest.param("hoe-errorsto", "errors", "hoe", None, None, True, id="errorsto"),
    pytest.param("hoe-errors-to", "errors", "hoe", None, None, True, id="errors-to"),
    pytest.param("hoe-error", "errors", "hoe", None, None, True, id="error"),
    pytest.param("hoe-errors", "errors", "hoe", None, None, True, id="errors"),
    pytest.param("hoe-bounces", "bounces", "hoe", None, None, True, id="Mailman bounces"),
    pytest.param("hoe-bounce", "bounces", "hoe", None, None, True, id="bounce"),
    pytest.param(
        "hoe-bounces+sue=example.com", "bounces", "hoe", "sue=example.com", "sue@example.com", True, id="Mailman VERP"
    ),
    pytest.param(
        "hoe-bounces+sue+x=example.com",
        "bounces",
        "hoe",
        "sue+x=example.com",
        "sue+x@example.com",
        True,
        id="VERP with a plus",
    ),
    pytest.param("hoe-bounces+0a1b2c3d4e5f", "bounces", "hoe", "0a1b2c3d4e5f", None, True, id="Mailman probe"),
    pytest.param(
        "hoe+bounces-12-sue=example.com",
        "bounces",
        "hoe",
        "12-sue=example.com",
        "sue@example.com",
        True,
        id="mlmmj VERP",
    ),
    pytest.param(
        "hoe-return-12-sue=example.com",
        "bounces",
        "hoe",
        "12-sue=example.com",
        "sue@example.com",
        True,
        id="ezmlm VERP",
    ),
    pytest.param("hoe-return-12-", "bounces", "hoe", "12-", None, True, id="ezmlm without VERP"),
    pytest.param("hoe-return-", "bounces", "hoe", None, None, True, id="ezmlm as it leaves"),
    pytest.param(
        "bounce+sue==a==example.com==hoe",
        "bounces",
        "hoe",
        "sue==a==example.com",
        "sue@example.com",
        True,
        id="Sympa VERP",
    ),
    pytest.param("bounce-hoe-12345", "bounces", "hoe", "12345", None, True, id="Lyris bounce"),
    pytest.param("bounces-12345", "bounces", None, "12345", None, True, id="a mailer's bounces"),
    pytest.param(
        "sentto-12-34-56-sue=example.com", "bounces", None, "12-34-56-sue=example.com", None, True, id="Yahoo! Groups"
    ),
    pytest.param("hoe+bncBCAAAAAAABBABCAAA", "bounces", "hoe", "bncBCAAAAAAABBABCAAA", None, True, id="Google Groups"),
    pytest.param("hoe-confirm", "confirm", "hoe", None, None, True, id="Mailman confirm"),
    pytest.param("hoe-confirm+0a1b2c", "confirm", "hoe", "0a1b2c", None, True, id="Mailman confirm with a token"),
    pytest.param(
        "hoe-sc.1234567890.abcdefghij-sue=example.com",
        "confirm",
        "hoe",
        "1234567890.abcdefghij-sue=example.com",
        None,
        True,
        id="ezmlm subscribe confirm",
    ),
    pytest.param(
        "hoe-uc.1234567890.abcdefghij-sue=example.com",
        "confirm",
        "hoe",
        "1234567890.abcdefghij-sue=example.com",
        None,
        True,
        id="ezmlm unsubscribe confirm",
    ),
    pytest.param("hoe+confsub-0a1b2c3d", "confirm", "hoe", "0a1b2c3d", None, True, id="mlmmj confirm"),
    pytest.param("hoe+confsub-digest-0a1b2c3d", "confirm", "hoe", "0a1b2c3d", None, True, id="mlmmj confirm digest"),
    pytest.param("hoe+confunsub-0a1b2c3d", "confirm", "hoe", "0a1b2c3d", None, True, id="mlmmj confirm leaving"),
    pytest.param("hoe-join", "subscribe", "hoe", None, None, False, id="Mailman join"),
    pytest.param("hoe-subscribe", "subscribe", "hoe", None, None, False, id="subscribe"),
    pytest.param("hoe+subscribe", "subscribe", "hoe", None, None, False, id="mlmmj subscribe"),
    pytest.param("hoe+subscribe-digest", "subscribe", "hoe", "digest", None, False, id="mlmmj subscribe digest"),
    pytest.param("hoe-digest-subscribe", "subscribe", "hoe", None, None, False, id="ezmlm digest subscribe"),
    pytest.param(
        "hoe-subscribe-sue=example.com", "subscribe", "hoe", "sue=example.com", None, False, id="ezmlm subscribe for"
    ),
    pytest.param("hoe-leave", "unsubscribe", "hoe", None, None, False, id="Mailman leave"),
    pytest.param("hoe-leave+0a1b", "unsubscribe", "hoe", "0a1b", None, False, id="Mailman leave with a token"),
    pytest.param("hoe-unsubscribe", "unsubscribe", "hoe", None, None, False, id="unsubscribe"),
    pytest.param("hoe+unsubscribe", "unsubscribe", "hoe", None, None, False, id="mlmmj unsubscribe"),
    pytest.param("hoe-signoff-request", "unsubscribe", "hoe", "request", None, False, id="LISTSERV signoff"),
    pytest.param("hoe-subscribe-request", "subscribe", "hoe", "request", None, False, id="LISTSERV subscribe"),
    pytest.param("hoe-accept-1234567890.abc", "accept", "hoe", "1234567890.abc", None, False, id="ezmlm accept"),
    pytest.param("hoe+release-0a1b", "accept", "hoe", "0a1b", None, False, id="mlmmj release"),
    pytest.param("hoe+moderate-0a1b", "accept", "hoe", "0a1b", None, False, id="mlmmj moderate"),
    pytest.param("hoe-reject-1234567890.abc", "reject", "hoe", "1234567890.abc", None, False, id="ezmlm reject"),
    pytest.param("hoe+reject-0a1b", "reject", "hoe", "0a1b", None, False, id="mlmmj reject"),
    pytest.param("hoe-get.12_15", "get", "hoe", "12_15", None, False, id="ezmlm get"),
    pytest.param("hoe+get-12", "get", "hoe", "12", None, False, id="mlmmj get"),
    pytest.param("hoe-index.12", "get", "hoe", "12", None, False, id="ezmlm index"),
    pytest.param("hoe-help", "help", "hoe", None, None, False, id="help"),
    pytest.param("hoe-digest", "digest", "hoe", None, None, False, id="digest"),
]
# What is said in ordinary words counts only where the list is known.
ORDINARY = [
    pytest.param("hoe-info", "help", id="ezmlm info"),
    pytest.param("hoe-faq", "help", id="faq"),
    pytest.param("hoe-get", "get", id="get"),
    pytest.param("hoe-index", "get", id="index"),
    pytest.param("hoe-list", "commands", id="ezmlm list"),
    pytest.param("hoe-query", "commands", id="ezmlm query"),
    pytest.param("hoe-server", "commands", id="server"),
    pytest.param("hoe-editor", "moderator", id="Sympa editor"),
    pytest.param("hoe+managers", "moderator", id="Google Groups managers"),
    pytest.param("hoe-moderators", "moderator", id="moderators"),
    pytest.param("hoe-approval", "moderator", id="Majordomo approval"),
    pytest.param("hoe-outgoing", "outgoing", id="Majordomo outgoing"),
    pytest.param("hoe-on", "commands", id="CommuniGate on"),
    pytest.param("hoe-off", "commands", id="CommuniGate off"),
    pytest.param("join-hoe", "subscribe", id="Lyris join"),
    pytest.param("subscribe-hoe", "subscribe", id="Lyris subscribe"),
    pytest.param("leave-hoe", "unsubscribe", id="Lyris leave"),
    pytest.param("leave-hoe-12345u", "unsubscribe", id="Lyris leave with a number"),
    pytest.param("unsubscribe-hoe", "unsubscribe", id="Lyris unsubscribe"),
]


@pytest.mark.parametrize(("local", "purpose", "name", "detail", "inside", "machine"), SIDES)
def test_an_address_beside_a_list(  # noqa: PLR0913, PLR0917 - one row of the table
    local: str,
    purpose: str,
    name: str | None,
    detail: str | None,
    inside: str | None,
    machine: bool,  # noqa: FBT001
) -> None:
    found = role(f"{local}@example.gr.jp")
    assert (found.group, found.purpose, found.certain) == ("list", purpose, False)
    assert found.list == (f"{name}@example.gr.jp" if name else None)
    assert (found.detail, found.address, found.machine) == (detail, inside, machine)
    if name:
        for lists in ({name}, {name.lower()}, {f"{name}@Example.gr.jp"}, {"other", f"<{name}>"}):
            assert role(f"{local}@example.gr.jp", *lists) == role(f"{local}@example.gr.jp", name)
            assert role(f"{local}@example.gr.jp", *lists).certain
        assert not role(f"{local}@example.gr.jp", "other", f"{name}@other.example").certain


@pytest.mark.parametrize(("local", "purpose"), ORDINARY)
def test_ordinary_words_count_for_known_lists_alone(local: str, purpose: str) -> None:
    found = role(f"{local}@example.gr.jp", "hoe")
    assert (found.group, found.purpose, found.certain, found.list) == ("list", purpose, True, "hoe@example.gr.jp")
    for lists in ((), ("other",)):
        other = role_of(f"{local}@example.gr.jp", lists=lists)
        assert other is None or other.purpose == "subaddress"


def test_every_form_is_the_answer_to_some_case_above() -> None:
    cases = [str(case.values[0]) for case in (*SIDES, *ORDINARY)]
    found = [role(f"{local}@x.example", "hoe", "old-hoe", "lets-join-us") for local in cases]
    answered = {(one.purpose, one.program, one.source) for one in found}
    assert {(form.purpose, form.program or None, form.source) for form in (*FORMS, *PREFIXES)} == answered


def test_the_list_itself() -> None:
    assert role("HOE@example.gr.jp", "hoe@example.gr.jp").list == "HOE@example.gr.jp"
    assert role("hoe@example.gr.jp", "hoe").purpose == "post"
    assert role_of("hoe@example.gr.jp", lists={"hoe@other.example"}) is None
    assert role_of("hoe@example.gr.jp") is None


def test_a_known_list_counts_before_what_its_name_looks_like() -> None:
    assert role("old-request-owner@x.example", "old-request").list == "old-request@x.example"
    assert role("owner-old-owner@x.example", "owner-old").list == "owner-old@x.example"
    assert not role("sentto-1-2-3-a=b@x.example", "b").certain
    assert role("bounce-a-12@x.example", "a-12").list == "a-12@x.example"
    assert role("info@x.example", "info").purpose == "post"


def test_a_name_without_domain() -> None:
    assert role("hoe-request").list == "hoe"
    assert role("hoe-request", "hoe").certain
    assert not role("hoe-request", "hoe@x.example").certain


@pytest.mark.parametrize(
    ("address", "purpose", "inside", "certain"),
    [
        pytest.param("SRS0=HHH=TT=example.org=joe@f.example", "srs", "joe@example.org", True, id="SRS0"),
        pytest.param("srs0+HHH=TT=example.org=joe@f.example", "srs", "joe@example.org", True, id="SRS0 with plus"),
        pytest.param("SRS1=HHH=f.example==HHH=TT=example.org=joe@g.example", "srs", "joe@example.org", True, id="SRS1"),
        pytest.param("prvs=012345678a=joe@x.example", "batv", "joe@x.example", True, id="BATV"),
        pytest.param(
            "prvs=012345678a=hoe-request@x.example", "batv", "hoe-request@x.example", True, id="BATV of a list"
        ),
        pytest.param("joe+shop@x.example", "subaddress", "joe@x.example", False, id="subaddress"),
        pytest.param("joe+a+b@x.example", "subaddress", "joe@x.example", False, id="subaddress with a plus"),
    ],
)
def test_an_address_that_holds_another(address: str, purpose: str, inside: str, certain: bool) -> None:  # noqa: FBT001
    found = role(address)
    assert (found.group, found.purpose, found.address, found.certain) == ("address", purpose, inside, certain)
    assert not found.machine


def test_a_role_with_a_subaddress() -> None:
    found = role("abuse+4711@example.org")
    assert (found.group, found.purpose, found.detail, found.certain) == ("network", "abuse", "4711", True)


# What ought to exist.


@pytest.mark.parametrize(
    ("services", "names"),
    [
        pytest.param((), [], id="none"),
        pytest.param(("smtp",), ["postmaster"], id="smtp"),
        pytest.param(("dns",), ["hostmaster"], id="dns"),
        pytest.param(("http",), ["webmaster", "www"], id="http"),
        pytest.param(("nntp",), ["usenet", "news"], id="nntp"),
        pytest.param(("uucp", "ftp"), ["uucp", "ftp"], id="uucp and ftp"),
        pytest.param(("network",), ["abuse", "noc", "security"], id="network"),
        pytest.param(("business",), ["info", "marketing", "sales", "support"], id="business"),
    ],
)
def test_roles_that_ought_to_exist(services: tuple[str, ...], names: list[str]) -> None:
    assert [one.name for one in expected_roles(*services)] == names  # type: ignore[arg-type]


def test_all_services_together_are_the_table() -> None:
    services = sorted({row.service for row in NAMES.values()})
    assert len(expected_roles(*services)) == len(NAMES)  # type: ignore[arg-type]


def test_a_list_ought_to_have_a_request_address() -> None:
    (found,) = expected_roles(lists=("hoe@example.gr.jp",))
    assert (found.purpose, found.name, found.list) == ("request", "hoe-request", "hoe@example.gr.jp")
    assert [one.name for one in expected_roles(lists={"b", "A", ""})] == ["a-request", "b-request"]


def test_bad_usage_names_the_cure() -> None:
    with pytest.raises(ValueError, match="'mail' is no service of RFC 2142; known are business, dns"):
        expected_roles("mail")  # type: ignore[arg-type]
    for call in (role_of, lambda _, lists: expected_roles(lists=lists)):
        with pytest.raises(TypeError, match="lists= takes several names"):
            call("x", lists="hoe")


# Properties.

TOKENS = [
    *("owner-", "hoe", "-request", "-bounces", "+bounces", "-return-", "12-", "sue=example.com", "@", "x.example"),
    *(
        "-confirm+",
        "SRS0=",
        "prvs=",
        "=",
        "==",
        "*",
        "**",
        "-",
        "+",
        ".",
        '"',
        "<",
        ">",
        "bounce+",
        "-help",
        "postmaster",
    ),
]


@given(address=joined(TOKENS, 12) | st.text(max_size=30))
def test_any_text_has_a_role_or_none(address: str) -> None:
    found = role_of(address)
    known = role_of(address, lists={"hoe"})
    assert (found is None) <= (known is None or known.certain)
    for one in filter(None, (found, known)):
        assert one.source
        assert one.purpose == one.purpose.lower()
        assert one.list is None or one.group == "list"
    assert role_of(address, lists={"no such list"}) == found


@pytest.mark.parametrize("unit", ["-", "+", "-a", "-request", "bounces-", "=", "*", "a=b-", "-return-1", "SRS0=", '"'])
def test_a_long_address_costs_no_more(unit: str) -> None:
    assert_linear(lambda text: role_of(text + "@x.example"), flood(unit))
