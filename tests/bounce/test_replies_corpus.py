"""Single replies of all providers and MTAs (corpora/replies): what each means, and what must not change that."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from typing import NamedTuple

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mailkit import classify_reply
from mailkit.bounce.reasons import REASONS
from mailkit.bounce.replies import best_reply, find_accepted
from mailkit.bounce.result import Verdict
from mailkit.status import REPLY_CODES, Status
from tests.strategies import ROOT


class Row(NamedTuple):
    """One reply, and what is right."""

    id: str
    provider: str
    host: str | None
    reply: str
    reasons: list[str]
    status: str | None
    hard: bool | None
    source: str

    def verdict(self, text: str | None = None) -> Verdict:
        """Classify the reply, or another text in its place."""
        return classify_reply(self.reply if text is None else text, host=self.host)


def read(name: str) -> list[Row]:
    lines = (ROOT / "corpora" / "replies" / name).read_text("utf-8").splitlines()
    return [Row(**json.loads(line)) for line in lines]


ROWS = read("replies.jsonl")
HOLDOUT = read("holdout.jsonl")
ALL = ROWS + HOLDOUT
DISAGREEMENTS: dict[str, str] = {}
"""Rows that mailkit answers otherwise, with the reason; strict: a row that is right by now must leave the list."""

PROVIDERS = """
google microsoft-consumer microsoft-365 yahoo aol apple comcast spectrum cox att verizon orange laposte sfr free ovh
gmx webde ionos t-online freenet hetzner mailru yandex rambler qq exmail netease 126 sina aliyun naver daum docomo
kddi softbank yahoo-jp biglobe nifty ocn mimecast proofpoint proofpoint-essentials barracuda ironport symantec
trendmicro sophos forcepoint trellix spamexperts mailchannels cloudflare zoho godaddy rackspace namecheap fastmail
proton libero virgilio tiscali aruba seznam wp onet interia uol terra telstra optus shaw rogers bell ziggo kpn
telenet bluewin telia earthlink centurylink windstream postfix exim cpanel sendmail qmail netqmail vpopmail simscan
courier opensmtpd exchange domino groupwise mdaemon kerio hmailserver communigate zimbra icewarp smartermail
mailenable james haraka zonemta postal powermta momentum kumomta stalwart mox maddy chasquid dovecot cyrus rspamd
amavis spamassassin opendmarc policyd-spf postgrey milter-greylist postscreen
"""


def test_the_table_is_whole() -> None:
    assert len(ROWS) >= 400
    assert len({row.id for row in ALL}) == len(ALL)
    assert len({row.reply for row in ALL}) == len(ALL)
    assert {row.provider for row in ROWS} >= set(PROVIDERS.split())
    assert all(row.source and row.reasons and REASONS.keys() >= set(row.reasons) for row in ALL)
    assert all(row.status is None or Status.parse(row.status) for row in ALL)
    readme = (ROOT / "corpora" / "README.md").read_text("utf-8")
    assert re.findall(r"^\| `replies/` \| (\d+) \|", readme, re.MULTILINE) == [str(len(ALL))]
    assert DISAGREEMENTS.keys() <= {row.id for row in ALL}


def test_few_are_undefined() -> None:
    undefined = [row.id for row in ALL if row.verdict().reason == "undefined"]
    assert len(undefined) <= 0.03 * len(ALL), undefined


@pytest.mark.parametrize("row", [pytest.param(row, id=row.id) for row in ALL])
def test_reply(row: Row) -> None:
    verdict = row.verdict()
    right = (
        verdict.reason in row.reasons
        and (row.status is None or row.status in {verdict.status, verdict.reported_status})
        and (row.hard is None or (verdict.advice == "hard") == row.hard)
    )
    assert right == (row.id not in DISAGREEMENTS), verdict


# What a reply is written in changes nothing of what it says.

_LINE = re.compile(r"(?P<code>[245]\d\d)[ -](?P<enhanced>(?:[245]\.\d{1,3}\.\d{1,3}(?![\d.]) )?)")
_ADDRESS = re.compile(r"[\w.+\-]+@[\w\-]+\.example\b")
_IP = re.compile(r"\b192\.0\.2\.\d+\b")
_HOST = re.compile(r"(?<![@.\w\-])(?:[a-z0-9\-]+\.){0,3}(?:firm|sender|inner|elsewhere|member|lists|shop)\.example\b")


def told(verdict: Verdict) -> tuple[str, str, str]:
    return verdict.status, verdict.reason, verdict.advice


def wrapped(text: str, words: int, *, repeat: bool = True) -> str:
    """Write a reply as one of several lines (RFC 5321 section 4.2.1); a text without a code is folded."""
    first = _LINE.match(text)
    code, enhanced = (first["code"], first["enhanced"]) if first else ("", "")
    own = re.compile(rf"{code}[ -](?:{re.escape(enhanced)})?" if first else "")
    told = " ".join(line[match.end() :] if (match := own.match(line)) else line for line in text.split("\r\n")).split()
    lines = [" ".join(told[at : at + words]) for at in range(0, len(told), words)] or [""]
    if not first:
        return "\r\n ".join(lines)
    last = len(lines) - 1
    return "\r\n".join(
        f"{code}{' ' if at == last else '-'}{enhanced if repeat or not at else ''}{line}"
        for at, line in enumerate(lines)
    )


def folded(text: str, words: int, fold: str) -> str:
    told = text.replace("\r\n", " ").split(" ")
    return fold.join(" ".join(told[at : at + words]) for at in range(0, len(told), words))


WRITINGS: dict[str, Callable[[str], str]] = {
    "upper case": str.upper,
    "lower case": str.lower,
    "swapped case": str.swapcase,
    "one line": lambda text: text.replace("\r\n", " "),
    "bare LF": lambda text: text.replace("\r\n", "\n"),
    "a word a line": lambda text: wrapped(text, 1),
    "three words a line": lambda text: wrapped(text, 3),
    "the enhanced code on the first line alone": lambda text: wrapped(text, 5, repeat=False),
    "folded": lambda text: folded(text, 4, "\r\n "),
    "folded at each blank with a tab": lambda text: folded(text, 1, "\r\n\t"),
    "no-break blanks": lambda text: text.replace(" ", "\xa0"),
    "blanks around": lambda text: f"  {text} \r\n",
    "as a DSN has it": lambda text: f"smtp; {text}",
}


@pytest.mark.parametrize("write", [pytest.param(write, id=name) for name, write in WRITINGS.items()])
def test_writing_changes_nothing(write: Callable[[str], str]) -> None:
    changed = [(row.id, text) for row in ALL if told(row.verdict(text := write(row.reply))) != told(row.verdict())]
    assert not changed


WORDS = ["spam", "user-unknown", "mailbox-full", "virus", "dmarc", "blocked", "550", "5-1-1", "mx1", "greylist", "a"]
names = st.lists(st.sampled_from(WORDS), min_size=1, max_size=3).map(lambda words: ".".join([*words, "test"]))
mailboxes = st.lists(st.sampled_from([*WORDS, "o'hara", "x+y", "5.1.1", "a_b"]), min_size=1, max_size=3).map("".join)
rows = st.sampled_from(ALL)


@settings(max_examples=400)
@given(row=rows, words=st.integers(1, 12), upper=st.booleans(), blank=st.sampled_from(" \xa0\u3000"))
def test_wrapping_case_and_blanks_together(row: Row, *, words: int, upper: bool, blank: str) -> None:
    text = wrapped(row.reply, words).replace(" ", blank)
    assert told(row.verdict(text.upper() if upper else text)) == told(row.verdict())


@settings(max_examples=400)
@given(row=rows, mailbox=mailboxes, name=names, ip=st.ip_addresses(v=4).map(str))
def test_other_addresses_and_hosts_change_nothing(row: Row, mailbox: str, name: str, ip: str) -> None:
    text = _ADDRESS.sub(f"{mailbox}@{name}", row.reply)
    text = _IP.sub(ip, _HOST.sub(name, text))
    assert told(row.verdict(text)) == told(row.verdict())


AROUND = [
    "host {name}[{ip}] said: {text} (in reply to RCPT TO command)",
    "SMTP error from remote mail server after RCPT TO:<x@{name}>: {text}",
    "<<< {text}",
    "{ip} does not like recipient.\nRemote host said: {text}\nGiving up on {ip}.",
]
"""What Postfix, Exim, sendmail and qmail set around a reply."""
OWN_WORDS = {"qmail-11"}
"""What is a line of qmail's itself does not stand among its lines."""


@settings(max_examples=600)
@given(row=rows, around=st.sampled_from(AROUND), name=names, ip=st.ip_addresses(v=4), line=st.booleans())
def test_the_log_around_changes_nothing(row: Row, *, around: str, name: str, ip: str, line: bool) -> None:
    if row.verdict().confidence == "guessed" or row.id in OWN_WORDS:
        return  # the command that was refused says more than such a reply
    text = row.reply.replace("\r\n", " ") if line else row.reply
    assert told(row.verdict(around.format(name=name, ip=ip, text=text))) == told(row.verdict())


@pytest.mark.parametrize(
    ("text", "status"),
    [
        pytest.param("250 2.1.5 Ok", "2.1.5", id="RCPT"),
        pytest.param("250-2.1.5 Ok\r\n250 2.1.5 indeed", "2.1.5", id="several lines"),
        pytest.param("250 Ok: queued as 4F1A2B", "2.0.0", id="no enhanced code"),
        pytest.param("354 End data with <CR><LF>.<CR><LF>", "2.0.0", id="DATA may come"),
        pytest.param("220 mx.example ESMTP Exim 4.96", "2.0.0", id="greeting"),
        pytest.param("252 2.0.0 Cannot VRFY user, but will try", "2.0.0", id="VRFY"),
        pytest.param("251 2.1.5 User not local; will forward", "2.1.5", id="will forward"),
        pytest.param("221 2.0.0 Bye", "2.0.0", id="QUIT"),
        pytest.param("250", "2.0.0", id="a code alone"),
        pytest.param("250 OK, mailbox full of joy", "2.0.0", id="words of a failure"),
        pytest.param("2.0.0 OK 1764100000 a1si2 - gsmtp", "2.0.0", id="an enhanced code alone"),
        pytest.param("smtp; 250 2.1.5 ok", "2.1.5", id="as a DSN has it"),
        pytest.param("dsn=2.0.0, status=sent (250 2.0.0 Ok: queued as 450)", "2.0.0", id="Postfix"),
        pytest.param("host mx.example[192.0.2.1] said: 250 2.6.0 taken", "2.6.0", id="in a log"),
    ],
)
def test_a_yes_is_no_failure(text: str, status: str) -> None:
    verdict = classify_reply(text)
    assert told(verdict) == (status, "undefined", "none")
    assert (verdict.confidence, verdict.rule) == ("stated", None)
    assert verdict.reply is None or verdict.reply in REPLY_CODES


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("250 2.1.5 Ok, then 550 5.1.1 no such user", id="a no behind a yes"),
        pytest.param("550 5.1.1 no such user, 250 others were fine", id="a yes behind a no"),
        pytest.param("user unknown, 250 messages were tried", id="an amount"),
        pytest.param("2.1.5.4 is not a host of ours: no such user", id="an address"),
    ],
)
def test_a_no_is_a_failure(text: str) -> None:
    assert classify_reply(text).advice != "none"


# Numbers that are no codes.


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("host 5.1.1.2 is down", id="an IPv4 address"),
        pytest.param("[5.7.1.1] is not welcome", id="an IPv4 address in brackets"),
        pytest.param("5.4.1.3: no", id="an IPv4 address at the beginning"),
        pytest.param("mx 4.7.1.example.org", id="a host's name"),
        pytest.param("10.0.0.550", id="what is nearly an address"),
        pytest.param("Exim 4.96.2", id="Exim"),
        pytest.param("Exim 4.7.1 (Debian)", id="an old Exim"),
        pytest.param("postfix-5.1.1", id="a package"),
        pytest.param("Haraka/2.8.5", id="a product and its version"),
        pytest.param("MDaemon 5.4.0", id="MDaemon"),
        pytest.param("PowerMTA(TM) v4.5.1", id="v"),
        pytest.param("PowerMTA 5.0.1", id="PowerMTA"),
        pytest.param("Microsoft SMTPSVC(5.0.2195.6713)", id="IIS"),
        pytest.param("CommuniGate Pro SMTP 5.4.10", id="CommuniGate"),
        pytest.param("Version 5.1.1 of it", id="version"),
        pytest.param("RFC 5321 4.2.1 says so", id="a section of an RFC"),
        pytest.param("section 4.2.2 of RFC 5321", id="a section"),
        pytest.param("on 5.1.2026", id="a date"),
        pytest.param("24.5.199", id="a short date"),
        pytest.param("Date: 5.7.26 10:00", id="a date and a time"),
        pytest.param("2026-05-01 10:00", id="an ISO date"),
        pytest.param("size 550 bytes", id="bytes"),
        pytest.param("message of 552 kB", id="kilobytes"),
        pytest.param("4.7.1 MB", id="a broken size"),
        pytest.param("limit 450 recipients", id="an amount"),
        pytest.param("550,000", id="a large number"),
        pytest.param("550.00", id="a price"),
        pytest.param("421 seconds", id="seconds"),
        pytest.param("mx.example:587", id="a port"),
        pytest.param("[192.0.2.1]:550", id="a port behind an address"),
        pytest.param("port: 550", id="a named port"),
        pytest.param("queued as 550ABC", id="a queue id"),
        pytest.param("queue id 4550A1", id="a queue id with a code inside"),
        pytest.param("id=550-123", id="an id with a hyphen"),
        pytest.param("1tX550-0005.1.1-AB", id="Exim's id"),
        pytest.param("msgid <550@example.org>", id="a Message-ID"),
        pytest.param("<4.2.2@example.org>", id="a Message-ID like a status"),
        pytest.param("user5.1.1@example.org", id="a mailbox"),
        pytest.param("ticket #550", id="a ticket"),
        pytest.param("call +1 555 550 1234", id="a telephone"),
        pytest.param("555-550-1234", id="a telephone with hyphens"),
        pytest.param("(555) 550-1212", id="a telephone with its area in parentheses"),
        pytest.param("555.550.1212", id="a telephone with dots"),
        pytest.param("450-1234", id="a local telephone"),
        pytest.param("https://x.example/5.1.1", id="a path"),
        pytest.param("https://x.example/?c=550&d=5.1.1", id="a query"),
        pytest.param("error-codes#550", id="a fragment"),
        pytest.param("5.8.1", id="a subject that is none"),
        pytest.param("6.1.1", id="a class that is none"),
    ],
)
def test_a_number_that_is_no_code(text: str) -> None:
    assert best_reply(text) is None
    assert find_accepted(text) is None
    assert classify_reply(f"554 5.7.0 refused: {text}").reported_status == "5.7.0"
