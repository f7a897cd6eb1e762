"""Random tables and addresses, asked of the real sendmail and of us; the seeds are fixed."""

from __future__ import annotations

import random
import re
from pathlib import Path

import pytest

from mailkit.dns.checks import check_client, check_sender
from mailkit.dns.core import Reply, answer
from mailkit.tables.access import Decision, parse_access
from mailkit.tables.gate import Client, Gate, Lookup
from mailkit.tables.mailertable import Routes, Way, parse_mailertable
from mailkit.tables.masquerade import Masquerade, Place
from tests.tables.real import Said, ask, build, missing, returned, rewritten

WHY = missing()
pytestmark = [pytest.mark.slow, pytest.mark.skipif(WHY is not None, reason=WHY or "")]

HOST = "gw.example.org"
CW = ("localhost", "own.test")
LOCAL = frozenset({HOST, "[127.0.0.1]", *CW})
NAMES = ("a.test", "b.a.test", "c.b.a.test", "b.test", "example", "xa.test", "sub.own.test", "own.test", "A.TEST")
USERS = ("u", "v", "U", "u+x", "u+", "u+x+y", "u.v", '"u"', '"u v"', "ov", "root")
NETS = ("192.0.2.7", "192.0.2", "192.0", "198.51.100.9", "198.51", "IPv6:2001:db8", "IPv6:2001:db8:0:0:0:0:0:7", "10")
VALUES = (
    *("OK", "RELAY", "REJECT", "reject", "DISCARD", "SKIP", "QUARANTINE:look at it", "NONSENSE", "550 go away"),
    *("ERROR:5.7.1:551 no", "ERROR:550 no", "error:4.7.1:450 later", "451 later", 'ERROR:"552 full up"'),
)
TRIPLES = (
    *(
        "smtp:[in.test]",
        "esmtp:mx.test",
        "smtp:%1.in.test",
        "relay:x%0y",
        "error:5.1.2:550 gone",
        "error:nohost:no host",
    ),
    *("error:550 no way", "local:joe", "local:", "smtp:joe@hub.test", "smtp:hub.test:2525", "error:4.3.0:450 later"),
)
PLACES: dict[str, Place] = {
    "HS": "header-sender",
    "HR": "header-recipient",
    "ES": "envelope-sender",
    "ER": "envelope-recipient",
}
# No comma: test mode asks for every address of a list by itself.
ODD = (
    *(
        "u@",
        "@a.test",
        "u@b@a.test",
        "u@@a.test",
        "u@.a.test",
        "u@a..test",
        "u@a.test.",
        "u@[192.0.2.7]",
        "u@[192.0.2.7]x",
    ),
    *(
        "u@[IPv6:2001:db8::7]",
        "u@[127.0.0.1]",
        "@own.test:u@a.test",
        "@a.test,@b.test:u@c.test",
        "h!u",
        "h.test!u",
        "h!g!u",
    ),
    *("u%a.test", "u%a.test%own.test", '""@own.test', "u@x:a.test", "u@localhost", "h!u%a"),
    *("u@a.test@", "u@own.test.", "[u]@own.test", "u@h.UUCP", "u@new.test.REDIRECT"),
)


ODD_TO_TRY = re.compile(r"^@|:a|@$|@@|\\]x|\\.\\.|u@b@|@\\.")
"""Addresses that ``/try`` takes apart before any rule set, as the value of a header field."""


def pick_address(rng: random.Random) -> str:
    """Make an address, a routed one now and then, or an odd one."""
    if rng.random() < 0.15:
        return rng.choice(ODD)
    user, domain = rng.choice(USERS), rng.choice(NAMES)
    return rng.choices(
        [
            f"{user}@{domain}",
            user,
            f"{user}%{domain}@{rng.choice(NAMES)}",
            f"{user}%{domain}@own.test",
            f"@{rng.choice(NAMES)}:{user}@{domain}",
            f'"{user.replace(chr(34), "")}@{domain}"@own.test',
            f"{domain}!{user}@own.test",
        ],
        weights=[10, 1, 2, 2, 1, 1, 1],
    )[0]


def pick_access(rng: random.Random) -> str:
    """Make an access table: every key once."""
    keys = set()
    for _ in range(rng.randint(3, 14)):
        user, domain = rng.choice(("u", "v", "u+*", "u+x", "u.v", "ov")), rng.choice(NAMES)
        key = rng.choice([domain, domain, f"{user}@{domain}", f"{user}@", rng.choice(NETS), f"[{rng.choice(NETS)}]"])
        keys.add(rng.choice(["", "", "From:", "To:", "Connect:", "Spam:"]) + key)
    unique = {key.lower(): key for key in sorted(keys)}
    return "".join(f"{key}\t{rng.choice(VALUES)}\n" for key in unique.values())


def pick_client(rng: random.Random) -> Client:
    ip = rng.choice(("192.0.2.7", "192.0.2.8", "198.51.100.9", "203.0.113.1", "127.0.0.1", "IPv6:2001:db8:0:0:0:0:0:7"))
    name = rng.choice((*NAMES, f"[{ip}]", HOST, "mail.b.a.test", "x.example.net"))
    lookup: Lookup = rng.choice(("OK", "OK", "OK", "TEMP", "FORGED", "FAIL"))
    return Client(ip=ip, name=name, lookup=lookup)


def same_decision(said: Said, ours: Decision) -> bool:
    """Compare what sendmail returned with a decision."""
    if said.mailer is None:
        return ours.action in ({"relay"} if said.rest == "RELAY" else {"accept", "none"})
    if said.mailer in {"discard", "OK", "RELAY"}:
        return ours.action == {"discard": "discard"}.get(said.mailer, "accept")
    if said.host == "quarantine":
        return ours.action == "quarantine" and (ours.text or "").replace(" ", "") == said.rest.replace(" ", "")
    text = said.rest.replace('"', "").replace(" ", "")
    status = "5.1.1" if said.host == "nouser" else said.host
    temporary = (status or text)[:1] == "4"
    told = f"{ours.reply or ''}{(ours.text or '').replace(' ', '')}"
    known = text.startswith(told)  # of some refusals sendmail's words end with the sender or the client
    return ours.action == ("tempfail" if temporary else "reject") and ours.status == status and known


def same_way(said: Said, ours: Way) -> bool:
    """Compare sendmail's triple with a way."""
    host = said.host.rstrip(".") if said.host else None
    if said.mailer == "error":
        text, told = (said.rest.replace('"', "").replace(" ", ""), (ours.text or "").replace(" ", ""))
        status = {"nohost": "5.1.2"}.get(host or "", host)
        return ours.step == "error" and ours.status == status and told == text
    user = said.rest.replace(" ", "").replace("<@", "@").replace(".>", "").replace(">", "")
    if said.mailer == "local":
        return ours.mailer == "local" and user == (ours.user or "").replace(" ", "")
    shown = f"[{ours.host}]" if ours.no_mx else ours.host
    mailer = ours.mailer or "esmtp"
    return (said.mailer, host, user) == (mailer, shown, (ours.user or "").replace(" ", ""))


@pytest.mark.parametrize("seed", range(40))
def test_access(tmp_path: Path, seed: int) -> None:
    rng = random.Random(seed)
    table, skip = pick_access(rng), rng.random() < 0.5
    block, relay = rng.random() < 0.7, rng.choice(["", "b.test", "b.a.test 198.51"])
    words = "".join(
        [
            "FEATURE(`access_db',`hash -T<TMPF> -o ./access'" + (",`skip')dnl\n" if skip else ")dnl\n"),
            "FEATURE(`blocklist_recipients')dnl\n" if block else "",
            "FEATURE(`accept_unresolvable_domains')dnl\n",
            "".join(f"RELAY_DOMAIN(`{one}')dnl\n" for one in relay.split()),
        ]
    )
    build(tmp_path, words, {"access": table}, CW)
    gate = Gate(
        access=parse_access(table, skip=skip),
        local=LOCAL,
        host=HOST,
        relay_domains=frozenset(relay.split()),
        blocklist_recipients=block,
    )
    lines, wanted = [], []
    for _ in range(150):
        client, address = pick_client(rng), pick_address(rng)
        macros = [
            f".D{{client_addr}}{client.ip}",
            f".D{{client_name}}{client.name}",
            f".D{{client_resolve}}{client.lookup}",
        ]
        lines += [*macros, f"check_mail <{address}>", f"check_rcpt <{address}>"]
        lines.append(f"trans,check_relay {client.name} $| {client.ip}")
        wanted += [
            (len(lines) - 3, answer(check_sender(gate, f"<{address}>", client, unresolvable=True), _nothing)),
            (len(lines) - 2, gate.recipient(f"<{address}>", client)),
            (len(lines) - 1, answer(check_client(gate, client), _nothing)),
        ]
    printed = ask(tmp_path, lines)
    wrong = []
    for at, ours in wanted:
        said = returned(printed[at], lines[at].split()[0].removeprefix("trans,"))
        if not same_decision(said, ours):
            wrong.append(f"{lines[at]}: {said} but {ours}")
    assert not wrong, f"{table}\nskip={skip} block={block} relay={relay}\n{len(wrong)}:\n" + "\n".join(wrong[:10])


def _nothing(_: object) -> Reply:
    raise AssertionError


@pytest.mark.parametrize("seed", range(40))
def test_routes(tmp_path: Path, seed: int) -> None:
    rng = random.Random(seed)
    keys = {rng.choice((name, "." + name, ".test", ".")).lower() for name in rng.choices(NAMES, k=rng.randint(1, 8))}
    table = "".join(f"{key}\t{rng.choice(TRIPLES)}\n" for key in sorted(keys))
    smart = rng.choice(["", "", "out.test", "[out.test]", "smtp:[192.0.2.9]", "own.test", "[own.test]"])
    words = "FEATURE(`mailertable',`hash -o ./mt')dnl\n" + (f"define(`SMART_HOST',`{smart}')dnl\n" if smart else "")
    build(tmp_path, words, {"mt": table}, CW)
    routes = Routes(local=LOCAL, mailertable=parse_mailertable(table), smart_host=smart or None)
    lines = [f"3,0 {pick_address(rng)}" for _ in range(250)]
    wrong = []
    for line, printed in zip(lines, ask(tmp_path, lines), strict=True):
        said, ours = returned(printed, "parse"), routes.of(line[4:])
        if not same_way(said, ours):
            wrong.append(f"{line}: {said} but {ours}")
    assert not wrong, f"{table}\nsmart={smart}\n{len(wrong)}:\n" + "\n".join(wrong[:10])


@pytest.mark.parametrize("seed", range(40))
def test_masquerade(tmp_path: Path, seed: int) -> None:
    rng = random.Random(seed)
    name = rng.choice(["", "mask.test", "mask.test", "a.test"])
    domains = rng.sample(["a.test", "b.test", "own.test", HOST], rng.randint(0, 3))
    exceptions = rng.choice([[], [], ["b.a.test"]])
    exposed = rng.choice(["", "root", "u v", "ov"])
    flags = {one: rng.random() < 0.5 for one in ("entire_domain", "limited", "envelope", "all")}
    features = {
        "entire_domain": "masquerade_entire_domain",
        "limited": "limited_masquerade",
        "envelope": "masquerade_envelope",
        "all": "allmasquerade",
    }
    words = "".join(f"FEATURE(`{features[one]}')dnl\n" for one, there in flags.items() if there)
    words += f"MASQUERADE_AS(`{name}')dnl\n" if name else ""
    words += "".join(f"MASQUERADE_DOMAIN(`{one}')dnl\n" for one in domains)
    words += "".join(f"MASQUERADE_EXCEPTION(`{one}')dnl\n" for one in exceptions)
    words += f"EXPOSED_USER(`{exposed}')dnl\n" if exposed else ""
    build(tmp_path, words, {}, CW)
    masks = Masquerade(
        host=HOST,
        name=name or None,
        local=LOCAL,
        domains=frozenset(domains),
        exceptions=frozenset(exceptions),
        exposed=frozenset(exposed.split()),
        entire=flags["entire_domain"],
        limited=flags["limited"],
        envelope=flags["envelope"],
        everywhere=flags["all"],
    )
    pairs = [(rng.choice(list(PLACES)), pick_address(rng)) for _ in range(250)]
    pairs = [pair for pair in pairs if not ODD_TO_TRY.search(pair[1])]
    lines = [line for place, address in pairs for line in (f"/tryflags {place}", f"/try esmtp {address}")]
    printed = ask(tmp_path, lines)
    found = [(place, address, rewritten(said)) for (place, address), said in zip(pairs, printed[1::2], strict=True)]
    wrong = [(*one, masks.of(one[1], PLACES[one[0]])) for one in found if masks.of(one[1], PLACES[one[0]]) != one[2]]
    assert not wrong, f"{words}{len(wrong)}: " + "\n".join(map(str, wrong[:12]))
