"""Whether a domain's state today bears out a bounce: every code on every kind of domain, each asked once."""

from __future__ import annotations

from itertools import product

import msgspec
import pytest

from mailkit import classify
from mailkit.bounce.result import Bounce, Evidence, Original, Recipient
from mailkit.dns.confirm import HOSTS, MAX_DOMAINS, RECIPIENT, SENDER, confirm
from mailkit.dns.core import Question, Reply, answer
from mailkit.findings import Finding
from tests.dns.zones import Zones
from tests.strategies import OWN, mails

ZONES = {
    "example": """$TTL 60
@ SOA ns h 1 1 1 1 60
mx MX 10 a
two MX 10 a
two MX 20 ghost
a A 192.0.2.1
implicit A 192.0.2.2
six AAAA 2001:db8::2
null MX 0 .
nothing TXT "no mail"
ghost-mx MX 10 gone
alias CNAME mx
dangling CNAME gone
xn--bcher-kva MX 10 a
""",
}
TAKES_MAIL = ("mx", "two", "implicit", "six", "alias", "bücher")
TAKES_NONE = ("null", "nothing", "gone", "ghost-mx", "dangling")
FAILS = ("x.timeout.test", "x.servfail.test", "x.refused.test")
DOMAINS = {
    **dict.fromkeys((f"{name}.example" for name in TAKES_MAIL), True),
    **dict.fromkeys((f"{name}.example" for name in TAKES_NONE), False),
    **dict.fromkeys(FAILS),
}


def recipient(address: str | None, status: str, **more: object) -> Recipient:
    """Make a recipient of whom a report says a status."""
    base = Recipient(
        address=address,
        action="failed",
        status=status,
        basis="dsn",
        reason="bad-domain",
        advice="hard",
        confidence="stated",
        evidence=(Evidence(what="Status: " + status, offset=1234, length=13),),
    )
    return msgspec.structs.replace(base, **more)


def bounce(*recipients: Recipient, sender: str | None = None) -> Bounce:
    """Make a report on recipients."""
    return Bounce(kind="failure", recipients=recipients, original=Original(from_=sender))


def found(report: Bounce, zones: Zones | None = None, me: tuple[str, ...] = ()) -> tuple[Finding, ...]:
    """Ask the zones about a report."""
    return answer(confirm(report, me=me), zones or Zones(ZONES))


def verdict(takes_mail: bool | None, code: str) -> str:  # noqa: FBT001 - a row of the table
    """Say what the state of a domain makes of a code."""
    if takes_mail is None or (takes_mail and code in HOSTS):
        return "bounce.domain.unknown"
    return "bounce.domain.contradicted" if takes_mail else "bounce.domain.confirmed"


def test_every_code_on_every_domain() -> None:
    seen = set()
    for code, (domain, takes_mail), letter in product(sorted(RECIPIENT), DOMAINS.items(), "45"):
        (one,) = found(bounce(recipient(f"joe@{domain}", f"{letter}.{code}")))
        assert one.code == verdict(takes_mail, code), (code, domain, one)
        assert one.severity == ("notice" if one.code.endswith("contradicted") else "info")
        assert one.offset == 1234
        assert domain in one.detail
        seen.add(one.code)
    assert len(seen) == 3


def test_every_code_of_the_sender() -> None:
    for code, (domain, takes_mail) in product(sorted(SENDER), DOMAINS.items()):
        report = bounce(recipient("joe@mx.example", f"5.{code}"), sender=f"Ann <ann@{domain}>")
        (one,) = found(report)
        assert one.code == verdict(takes_mail, code), (code, domain, one)
        assert domain in one.detail


@pytest.mark.parametrize(
    "status",
    [
        "5.1.1",
        "5.1.3",
        "5.1.0",
        "5.2.2",
        "4.2.2",
        "5.7.1",
        "4.4.2",
        "4.4.7",
        "5.4.6",
        "5.0.0",
        "4.7.0",
        "2.1.5",
        "5.1.21",
    ],
)
def test_other_codes_ask_nothing(status: str) -> None:
    zones = Zones(ZONES)
    assert found(bounce(recipient("joe@gone.example", status), sender="a@gone.example"), zones) == ()
    assert zones.asked == []


@pytest.mark.parametrize(
    "report",
    [
        pytest.param(bounce(), id="no recipient"),
        pytest.param(bounce(recipient(None, "5.1.2")), id="no address"),
        pytest.param(bounce(recipient("joe", "5.1.2")), id="no domain"),
        pytest.param(bounce(recipient("joe@", "5.1.2")), id="empty domain"),
        pytest.param(bounce(recipient("joe@[192.0.2.1]", "5.4.4")), id="address literal"),
        pytest.param(bounce(recipient("joe@gone.example", "5.1.8")), id="sender unknown"),
        pytest.param(bounce(recipient("joe@gone.example", "5.1.8"), sender="Ann"), id="sender without an address"),
        pytest.param(bounce(recipient("joe@gone.example", "5.1.2", action="delivered")), id="delivered"),
        pytest.param(bounce(recipient("joe@gone.example", "4.1.2", action="relayed")), id="relayed"),
    ],
)
def test_what_names_no_domain_asks_nothing(report: Bounce) -> None:
    zones = Zones(ZONES)
    assert (found(report, zones), zones.asked) == ((), [])


def test_the_address_that_was_written_to_stands_in() -> None:
    (one,) = found(bounce(recipient(None, "5.1.2", original_address="joe@gone.example")))
    assert "gone.example" in one.detail


def test_evidence_may_be_missing() -> None:
    (one,) = found(bounce(recipient("joe@gone.example", "5.1.2", evidence=())))
    assert one.offset == 0


def test_each_domain_is_asked_once() -> None:
    alone, many = Zones(ZONES), Zones(ZONES)
    found(bounce(recipient("joe@mx.example", "5.1.2")), alone)
    report = bounce(*(recipient(f"u{number}@MX.example", "5.1.2") for number in range(500)))
    findings = found(report, many)
    assert len(findings) == 500
    assert {one.code for one in findings} == {"bounce.domain.contradicted"}
    assert many.asked == alone.asked
    assert many.asked


def test_a_report_on_many_domains_is_bounded() -> None:
    asked: list[Question] = []

    def ask(wanted: Question) -> Reply:
        asked.append(wanted)
        return Reply(state="no-name")

    report = bounce(*(recipient(f"u@d{number}.example", "5.1.2") for number in range(500)))
    findings = answer(confirm(report), ask)
    codes = [one.code for one in findings]
    assert codes == ["bounce.domain.confirmed"] * MAX_DOMAINS + ["bounce.domain.unknown"] * (500 - MAX_DOMAINS)
    assert len({wanted.name for wanted in asked}) == MAX_DOMAINS
    assert "not asked" in findings[-1].detail


def test_a_domain_of_ones_own_host_takes_mail() -> None:
    (one,) = found(bounce(recipient("joe@mx.example", "5.1.2")), me=("a.example",))
    assert one.code == "bounce.domain.contradicted"
    assert "own host" in one.detail


@pytest.mark.parametrize(
    ("address", "words"),
    [
        pytest.param("joe@null.example", "null MX", id="null MX"),
        pytest.param("joe@gone.example", "does not exist", id="no name"),
        pytest.param("joe@nothing.example", "nothing there takes mail", id="no mail"),
        pytest.param("joe@ghost-mx.example", "can be reached today: ghost", id="ghost"),
        pytest.param(
            "joe@mx.example", "has mail exchangers today: it was mended since, or the bounce is wrong", id="mx"
        ),
        pytest.param("joe@implicit.example", "address", id="implicit"),
        pytest.param("joe@x.servfail.test", "SERVFAIL", id="failure"),
        pytest.param("joe@a..b.example", "no name of the DNS", id="no name at all"),
    ],
)
def test_words(address: str, words: str) -> None:
    (one,) = found(bounce(recipient(address, "5.1.2")))
    assert words in one.detail


def test_real_bounces() -> None:
    """Whatever stands in messages, nothing raises, and only the codes above ask."""
    asked = 0
    for path in mails(OWN):
        report = classify(path.read_bytes())
        zones = Zones(ZONES)
        findings = found(report, zones)
        blamed = [one for one in report.recipients if one.status.partition(".")[2] in RECIPIENT | SENDER]
        assert len(findings) <= len(blamed)
        asked += len(zones.asked)
    assert asked
