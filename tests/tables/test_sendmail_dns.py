"""The checks that ask the DNS, compared with the real sendmail in a network of its own, where only our zones are."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from mailkit.dns.checks import Dnsbl, check_client, check_sender
from mailkit.dns.core import answer
from mailkit.tables.access import Decision, parse_access
from mailkit.tables.gate import Client, Gate
from tests.dns.zones import Zones
from tests.strategies import ROOT
from tests.tables.real import ask, build, missing, returned
from tests.tables.test_sendmail_real import CW, HOST, LOCAL, same_decision

WORDS = 'hostname gw.example.org; ip link set lo up; mount --bind resolv.conf /etc/resolv.conf; exec "$@"'
ALONE = ("unshare", "--uts", "--net", "--mount", "sh", "-c", WORDS, "sh")
SOA = "$TTL 300\n@ SOA ns.mail.test. h.mail.test. 1 1 1 1 1\n@ NS ns.mail.test.\n"
ZONES = {
    "mail.test": (
        f"{SOA}a A 192.0.2.10\nv6 AAAA 2001:db8::1\nmx MX 10 ghost\nnull MX 0 .\ntxt TXT x\nalias CNAME mx\n"
        "dangling CNAME nowhere\n*.wild MX 10 a\nhost.wild A 192.0.2.11\n"
    ),
    "bl.test": f"{SOA}7.2.0.192 A 127.0.0.2\n8.2.0.192 A 127.0.0.4\n",
    "dead.test": f"{SOA}* A 203.0.113.99\n",
    "2.0.192.in-addr.arpa": f"{SOA}10 PTR a.mail.test.\n",
}
ACCESS = "listed.mail.test REJECT\nok@nope.mail.test OK\nconnect:good.test OK\n"
DOMAINS = (
    *("a", "v6", "mx", "null", "txt", "alias", "dangling", "x.wild", "wild", "host.wild", "nope", "listed"),
    *("ghost", "b.a"),
)
SENDERS = (
    *(f"u@{domain}.mail.test" for domain in DOMAINS),
    *("ok@nope.mail.test", "u@timeout.test", "u@servfail.test", "u@x.refused.test", "u@[192.0.2.10]", "u@[192.0.2.11]"),
    *("u", f"u@{HOST}", "u@nx.test", "", "u%nope.mail.test@own.test"),
)
LISTS = [
    pytest.param("FEATURE(`dnsbl',`bl.test')dnl\n", Dnsbl(zone="bl.test"), id="dnsbl"),
    pytest.param("FEATURE(`dnsbl',`dead.test')dnl\n", Dnsbl(zone="dead.test"), id="lapsed"),
    pytest.param("FEATURE(`dnsbl',`servfail.test')dnl\n", Dnsbl(zone="servfail.test"), id="fails"),
    pytest.param(
        "FEATURE(`dnsbl',`servfail.test',`',`t')dnl\n", Dnsbl(zone="servfail.test", unknown="t"), id="fails, t"
    ),
    pytest.param(
        "FEATURE(`dnsbl',`refused.test',`',`t')dnl\n", Dnsbl(zone="refused.test", unknown="t"), id="refused, t"
    ),
    pytest.param("FEATURE(`dnsbl',`bl.test',`discard')dnl\n", Dnsbl(zone="bl.test", action="discard"), id="discard"),
    pytest.param("FEATURE(`dnsbl',`bl.test',`\"554 no\"')dnl\n", Dnsbl(zone="bl.test", text="554 no"), id="words"),
    pytest.param(
        "FEATURE(`dnsbl',`bl.test',`quarantine')dnl\n", Dnsbl(zone="bl.test", action="quarantine"), id="quarantine"
    ),
    pytest.param(
        "FEATURE(`enhdnsbl',`bl.test',`',`t',`127.0.0.2.')dnl\n",
        Dnsbl(zone="bl.test", unknown="t", match=("127.0.0.2.",)),
        id="enhdnsbl",
    ),
    pytest.param(
        "FEATURE(`enhdnsbl',`bl.test',`',`t',`127.0.0.2')dnl\n",
        Dnsbl(zone="bl.test", unknown="t", match=("127.0.0.2",)),
        id="no dot",
    ),
    pytest.param(
        "FEATURE(`enhdnsbl',`bl.test',`',`t',`127.0.0.9.',`127.0.0.4.')dnl\n",
        Dnsbl(zone="bl.test", unknown="t", match=("127.0.0.9.", "127.0.0.4.")),
        id="two values",
    ),
    pytest.param(
        "FEATURE(`enhdnsbl',`dead.test',`',`t',`127.0.0.2.')dnl\n",
        Dnsbl(zone="dead.test", unknown="t", match=("127.0.0.2.",)),
        id="enhdnsbl, lapsed",
    ),
    pytest.param("FEATURE(`enhdnsbl',`servfail.test')dnl\n", Dnsbl(zone="servfail.test"), id="enhdnsbl, fails"),
]


def why_not() -> str | None:
    """Say why there can be no network of our own."""
    if shutil.which("ip") is None or shutil.which("unshare") is None:
        return "ip or unshare is not installed"
    done = subprocess.run([*ALONE[:4], "ip", "link", "set", "lo", "up"], capture_output=True, text=True, check=False)
    return f"no network of its own: {done.stderr.strip()[:200]}" if done.returncode else None


WHY = missing() or why_not()
pytestmark = [pytest.mark.slow, pytest.mark.skipif(WHY is not None, reason=WHY or "")]


def compared(tmp_path: Path, words: str, asked: list[tuple[str, Decision | None]]) -> list[str]:
    """Ask sendmail before our zones; say what it answers differently. Lines without a decision set a macro."""
    folder = tmp_path / "zones"
    folder.mkdir()
    for name, text in ZONES.items():
        (folder / name).write_text(text)
    (tmp_path / "resolv.conf").write_text("nameserver 127.0.0.1\nsearch nx.test\noptions timeout:1 attempts:1\n")
    build(tmp_path, "FEATURE(`access_db',`hash -T<TMPF> -o ./access')dnl\n" + words, {"access": ACCESS}, CW, maps="")
    code = f"import sys; sys.path.insert(0, {str(ROOT)!r}); from tests.tables.named import main; sys.exit(main())"
    around = (*ALONE, sys.executable, "-c", code, str(folder))
    wrong = []
    for (line, ours), printed in zip(asked, ask(tmp_path, [line for line, _ in asked], around), strict=True):
        if ours is not None:
            said = returned(printed, line.split()[0].removeprefix("trans,"))
            if not same_decision(said, ours):
                wrong.append(f"{line}: {said} but {ours}")
    return wrong


GATE = Gate(access=parse_access(ACCESS, skip=False), local=LOCAL, host=HOST)
CLIENT = Client(ip="198.51.100.9", name="mail.far.test")
MACROS = (f".D{{client_addr}}{CLIENT.ip}", f".D{{client_name}}{CLIENT.name}", ".D{client_resolve}OK")


def test_senders(tmp_path: Path) -> None:
    zones = Zones(ZONES)
    asked: list[tuple[str, Decision | None]] = [(line, None) for line in MACROS]
    for sender in SENDERS:
        asked += [(f".Df{sender}", None), (f"check_mail <{sender}>", answer(check_sender(GATE, sender, CLIENT), zones))]
    assert not compared(tmp_path, "", asked)


@pytest.mark.parametrize(("words", "rule"), LISTS)
def test_clients(tmp_path: Path, words: str, rule: Dnsbl) -> None:
    zones = Zones(ZONES)
    asked: list[tuple[str, Decision | None]] = [(line, None) for line in MACROS]
    for ip in ("192.0.2.7", "192.0.2.8", "192.0.2.9", "127.0.0.2", "IPv6:2001:db8:0:0:0:0:0:7"):
        for name in ("mail.far.test", "good.test", "x.listed.mail.test"):
            found = answer(check_client(GATE, Client(ip=ip, name=name), (rule,)), zones)
            asked += [(f".D{{client_addr}}{ip}", None), (f"trans,check_relay {name} $| {ip}", found)]
    assert not compared(tmp_path, words, asked)
