"""`mailkit classify --dns`: findings on the domains that a bounce blames, and nothing asked or loaded without it."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from mailkit.cli.schema import schema_of
from tests.cli.running import Run
from tests.cli.test_schema import faults
from tests.dns.loopback import serving
from tests.dns.test_confirm import ZONES
from tests.dns.zones import Zones
from tests.strategies import ROOT

DSN = """From: MAILER-DAEMON@mx.example
To: ann@mx.example
Subject: Undelivered Mail
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary=x

--x
Content-Type: text/plain

Sorry.

--x
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.example

{recipients}
--x
Content-Type: text/rfc822-headers

From: Ann <ann@gone.example>
Subject: hello

--x--
"""
RECIPIENT = "Final-Recipient: rfc822; joe@{domain}\nAction: failed\nStatus: {status}\n"


@pytest.fixture(scope="module")
def zones() -> Zones:
    """Give the zones that answer, with the questions that they were asked."""
    return Zones(ZONES)


@pytest.fixture(scope="module")
def server(zones: Zones) -> Iterator[str]:
    """Serve the zones."""
    with serving(zones) as port:
        yield f"127.0.0.1:{port}"


@pytest.fixture
def ask(server: str, here: Run) -> Run:
    """Run the verb with the DNS of the zones."""
    return lambda *words: here("classify", *words, "--dns", "--dns-server", server, "--dns-timeout", "0.5")


def mail(folder: Path, *recipients: tuple[str, str]) -> Path:
    """Write a report on recipients."""
    blocks = "\n".join(RECIPIENT.format(domain=domain, status=status) for domain, status in recipients)
    path = folder / "bounce.eml"
    path.write_text(DSN.format(recipients=blocks))
    return path


@pytest.mark.parametrize(
    ("domain", "status", "code"),
    [
        pytest.param("gone.example", "5.1.2", "confirmed", id="no such domain"),
        pytest.param("null.example", "5.1.10", "confirmed", id="null MX"),
        pytest.param("mx.example", "5.1.2", "contradicted", id="takes mail"),
        pytest.param("mx.example", "5.1.8", "confirmed", id="the sender's domain is gone"),
        pytest.param("x.timeout.test", "5.4.4", "unknown", id="nobody answers"),
        pytest.param("mx.example", "4.4.1", "unknown", id="hosts"),
    ],
)
def test_findings(ask: Run, tmp_path: Path, domain: str, status: str, code: str) -> None:
    path = mail(tmp_path, (domain, status))
    done = ask(path, "--format", "jsonl")
    assert (done.returncode, done.stderr) == (0, "")
    bounce = json.loads(done.stdout)
    assert list(faults(bounce, schema_of("classify"), schema_of("classify"))) == []
    (finding,) = [one for one in bounce["findings"] if one["code"].startswith("bounce.domain.")]
    assert finding["code"] == f"bounce.domain.{code}"
    assert path.read_bytes()[finding["offset"] :].startswith(status.encode())
    explained = ask(path, "--explain", "--format", "table").stdout
    assert f"finding bounce.domain.{code} at byte {finding['offset']}: {finding['detail']}" in explained


def test_a_domain_is_asked_about_once_over_many_messages(ask: Run, zones: Zones, tmp_path: Path) -> None:
    for number in range(5):
        folder = tmp_path / str(number)
        folder.mkdir()
        mail(folder, ("nothing.example", "5.1.2"), ("nothing.example", "5.4.4"))
    before = len(zones.asked)
    done = ask(tmp_path, "--format", "jsonl")
    assert done.stdout.count("bounce.domain.confirmed") == 10
    assert [wanted.rdtype for wanted in zones.asked[before:]] == ["MX", "A", "AAAA"]


def test_nothing_is_asked_without(zones: Zones, tmp_path: Path, here: Run) -> None:
    before = len(zones.asked)
    assert (
        "bounce.domain" not in here("classify", mail(tmp_path, ("gone.example", "5.1.2")), "--format", "jsonl").stdout
    )
    assert len(zones.asked) == before


def test_nothing_of_dns_is_loaded_without(tmp_path: Path) -> None:
    code = (
        "import sys\nfrom mailkit.cli import main\n"
        f"main(['classify', {str(mail(tmp_path, ('gone.example', '5.1.2')))!r}, '--format', 'jsonl'])\n"
        "print(sorted(name for name in sys.modules if name.split('.')[0] == 'dns' or name.startswith('mailkit.dns')))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT, timeout=60
    )
    assert done.stdout.splitlines()[-1] == "[]"


@pytest.mark.parametrize("words", [("--dns-server", "127.0.0.1"), ("--dns-timeout", "3")])
def test_options_without_dns_are_a_mistake(tmp_path: Path, here: Run, words: tuple[str, ...]) -> None:
    done = here("classify", mail(tmp_path, ("gone.example", "5.1.2")), *words)
    assert done.returncode == 2
    assert "are for --dns: add it" in done.stderr
