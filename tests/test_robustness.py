"""No message raises, none hangs: corpora whole, cut and mutated; attacks whose time must grow with their size."""

from __future__ import annotations

import random
from collections.abc import Callable
from pathlib import Path

import msgspec
import pytest

from mailkit import classify, classify_reply
from mailkit.bounce.matcher import RuleSet
from tests.strategies import OWN, SHARED, mails, shared
from tests.timing import assert_linear, flood

CORPORA = (
    "attachments-public",
    "flufl-public",
    "japanese-public",
    "mime-public",
    "mta",
    "mx",
    "received-public",
    "sendmail",
    "sisimai-public",
)
SMALL_BYTES = 64 * 1024
STEP = 31
"""Bytes between two cuts of a file; each file begins at another place."""
MUTATIONS = 1_000
SEED = 20_261_124


def assert_answers(data: bytes, name: object) -> None:
    """Classify, with and without grounds, and write JSON; an exception names the input."""
    for explain in (False, True):
        try:
            text = msgspec.json.encode(classify(data, explain=explain))
        except Exception as error:  # noqa: BLE001 - whatever it is, it must not be
            pytest.fail(f"{name}, explain={explain}: {error!r}")
        text.decode("utf-8")


def files_of(corpus: str) -> list[Path]:
    """Give every file of a corpus, mail or not."""
    found = sorted(path for path in shared(corpus).rglob("*") if path.is_file())
    assert found, f"{corpus} is empty"
    return found


def small_mails() -> list[Path]:
    """Give the messages that are cut and mutated: ours, and the shared ones where they are here."""
    found = mails(OWN)
    if SHARED.is_dir():
        found += mails(SHARED)
    return [path for path in found if path.stat().st_size <= SMALL_BYTES]


def _flip(rng: random.Random, data: bytearray) -> None:
    for _ in range(rng.randint(1, 12)):
        data[rng.randrange(len(data))] ^= 1 << rng.randrange(8)


def _overwrite(rng: random.Random, data: bytearray) -> None:
    for _ in range(rng.randint(1, 40)):
        data[rng.randrange(len(data))] = rng.choice(b'\0\r\n =:;<>@"\\(-?*\x1b\x80\xff')


def _move(rng: random.Random, data: bytearray) -> None:
    for _ in range(rng.randint(1, 6)):
        start, place = rng.randrange(len(data)), rng.randrange(len(data))
        data[place:place] = data[start : start + rng.randrange(80)]


def _drop(rng: random.Random, data: bytearray) -> None:
    for _ in range(rng.randint(1, 6)):
        start = rng.randrange(len(data))
        del data[start : min(start + rng.randrange(1, 80), len(data) - 1)]


MUTATE: tuple[Callable[[random.Random, bytearray], None], ...] = (_flip, _flip, _overwrite, _move, _drop)


@pytest.mark.parametrize("corpus", CORPORA)
def test_every_file_whole(corpus: str) -> None:
    for path in files_of(corpus):
        assert_answers(path.read_bytes(), path)


def test_our_own_corpus_whole() -> None:
    for path in mails(OWN):
        assert_answers(path.read_bytes(), path)


def test_cuts_of_a_sample() -> None:
    rng = random.Random(SEED)
    paths = small_mails()
    for path in rng.sample(paths, min(150, len(paths))):
        data = path.read_bytes()
        for place in sorted(rng.sample(range(len(data) + 1), min(30, len(data)))):
            assert_answers(data[:place], f"{path} cut at {place}")


@pytest.mark.slow
@pytest.mark.parametrize("corpus", CORPORA)
def test_cuts_everywhere(corpus: str) -> None:
    for number, path in enumerate(files_of(corpus)):
        data = path.read_bytes()
        for place in range(number % STEP, len(data), STEP) if len(data) <= SMALL_BYTES else ():
            assert_answers(data[:place], f"{path} cut at {place}")


def test_mutations() -> None:
    rng = random.Random(SEED)
    paths = small_mails()
    for number in range(MUTATIONS):
        path = rng.choice(paths)
        data = bytearray(path.read_bytes())
        rng.choice(MUTATE)(rng, data)
        assert_answers(bytes(data), f"{path} mutation {number} of seed {SEED}")


def test_mutations_of_replies() -> None:
    rng = random.Random(SEED)
    samples = [rule.sample for rule in RuleSet.default().rules]
    for _ in range(MUTATIONS):
        data = bytearray(rng.choice(samples).encode())
        rng.choice(MUTATE)(rng, data)
        verdict = classify_reply(data.decode("utf-8", "replace"), host=rng.choice((None, "mx.example", "google.com")))
        msgspec.json.encode(verdict)


REPORT = (
    b"From: MAILER-DAEMON@mx.example\nTo: list@example.org\nSubject: Undelivered Mail Returned to Sender\n"
    b"MIME-Version: 1.0\nContent-Type: multipart/report; report-type=delivery-status; boundary=x\n\n"
    b"--x\n\nThe mail could not be delivered.\n\n"
    b"--x\nContent-Type: message/delivery-status\n\nReporting-MTA: dns; mx.example\n\n"
)
NOTICE = b"From: MAILER-DAEMON@mx.example\nTo: list@example.org\nSubject: Undelivered Mail Returned to Sender\n"


def _nested(depth: int) -> bytes:
    return b"".join(b"Content-Type: multipart/mixed; boundary=b%d\n\n--b%d\n" % (i, i) for i in range(depth))


def _text(unit: bytes) -> Callable[[int], bytes]:
    return flood(unit, NOTICE + b"\n")


def _html(unit: bytes) -> Callable[[int], bytes]:
    return flood(unit, NOTICE + b"Content-Type: text/html\n\n<html>")


def _encoded(encoding: bytes, unit: bytes, start: bytes = b"", end: bytes = b"") -> Callable[[int], bytes]:
    return flood(unit, NOTICE + b"Content-Transfer-Encoding: " + encoding + b"\n\n" + start, end)


def _field(name: bytes, unit: bytes) -> Callable[[int], bytes]:
    return flood(unit, NOTICE + name + b": ", b"\n\nThe mail could not be delivered.\n")


def _report(unit: bytes, head: bytes = b"", tail: bytes = b"\n--x--\n") -> Callable[[int], bytes]:
    return flood(unit, REPORT + head, tail)


ONE = b"Final-Recipient: rfc822; joe@example.org\nAction: failed\nStatus: 5.0.0\n"
ATTACKS: dict[str, Callable[[int], bytes]] = {
    "near boundaries": flood(b"--x\n", b"Content-Type: multipart/mixed; boundary=xx\n\n--xx\n\n", b"--xx--\n"),
    "near boundaries of nested multiparts": flood(b"--b\n", _nested(60) + b"\n"),
    "parts without end": flood(b"--x\n\n", b"Content-Type: multipart/mixed; boundary=x\n\n"),
    "multiparts nested": lambda n: _nested(max(1, n // 54)),
    "multiparts nested, one boundary": flood(b"Content-Type: multipart/mixed; boundary=x\n\n--x\n"),
    "messages nested": flood(b"Content-Type: message/rfc822\n\n"),
    "parentheses in To": _field(b"To", b"((("),
    "parentheses in Content-Type": flood(b"(", b"Content-Type: ", b"\n\n"),
    "closed parentheses in Content-Type": flood(b"()", b"Content-Type: text/plain", b"\n\n"),
    "quotes in Content-Type": flood(b'"\\', b"Content-Type: text/plain; a=", b"\n\n"),
    "parameters": flood(b";a", b"Content-Type: text/plain", b"\n\n"),
    "parameter segments": lambda n: (
        b"Content-Type: text/plain" + b"".join(b"; a*%d=b" % i for i in range(n // 9)) + b"\n\n"
    ),
    "encoded words": _field(b"Subject", b"=?utf-8?Q?a?= "),
    "encoded words of changing charset": _field(b"Subject", b"=?utf-8?Q?a?= =?koi8-r?B?4Q==?= "),
    "encoded words that never end": _field(b"Subject", b"=?utf-8?Q?"),
    "question marks": _field(b"Subject", b"=?"),
    "spaces in Subject": _field(b"Subject", b" "),
    "answers in Subject": _field(b"Subject", b"re: "),
    "folded lines": _field(b"Subject", b"\n a"),
    "blank folded lines": _field(b"Subject", b"\n "),
    "header of junk lines": flood(b"junk\nA: b\n", NOTICE, b"\n\n"),
    "fields of one name": flood(b"Received: a\n", NOTICE, b"\n\nhi\n"),
    "colons": flood(b":"),
    "long field name": flood(b"a"),
    "carriage returns": flood(b"\r", b"A: b\r\r"),
    "blank lines first": flood(b" \n"),
    "spaces first": flood(b" "),
    "spaces": _text(b" "),
    "blank lines": _text(b"\n"),
    "blank lines of spaces": _text(b"          \n"),
    "tabs and returns": _text(b"\t\r"),
    "angle brackets": _text(b"<"),
    "angle brackets closed": _text(b"<>"),
    "angle brackets on lines": _text(b"<<<\n"),
    "codes": _text(b"5.1.1 "),
    "codes without blanks": _text(b"5.1.1"),
    "reply codes": _text(b"550 "),
    "reply codes in lines": _text(b"550-"),
    "reply code and spaces": _text(b"550 " + b" " * 60),
    "commands": _text(b">>> RCPT To:"),
    "commands on lines": _text(b">>> RCPT To:<a@b.example>\n"),
    "answers on lines": _text(b"<<< 550 5.1.1 no\n"),
    "transcripts": _text(b"----- Transcript of session follows -----\n550 5.1.1 <a@b.example>... no\n"),
    "ats": _text(b"a@"),
    "only ats": _text(b"@"),
    "addresses": _text(b"a@b.example "),
    "distinct addresses": lambda n: NOTICE + b"\n" + b"".join(b"<u%d@b.example>: 550 no\n" % i for i in range(n // 25)),
    "addresses without a break": _text(b"a@b.example"),
    "for an address": _text(b"for "),
    "quotes": _text(b'"'),
    "quotes with ats": _text(b'"@'),
    "backslashes in quotes": _text(b'"\\'),
    "dots": _text(b"."),
    "dotted letters": _text(b"a."),
    "dots and digits": _text(b"1."),
    "colons in text": _text(b"::"),
    "hyphens": _text(b"-"),
    "final recipients in a text": _text(b"Final-Recipient: rfc822; a@b.example\nAction: failed\n"),
    "to lines": _text(b"To: "),
    "received lines": _text(b"received:"),
    "octal": _text(b"\\320"),
    "mailbox words": _text(b"mailbox "),
    "if words": _text(b"if not the mailbox is full "),
    "wide letters": _text("満杯 ".encode()),
    "combining letters": _text(b"a" + "\u0301".encode() * 20),
    "growing letters": _text("\u0130\ufdfa".encode()),
    "eight bits": _text(b"\xe3\x81"),
    "escapes": _text(b"\x1b$B"),
    "braces": _text(b'{"notificationType":"Bounce"'),
    "SES": flood(b"[", NOTICE + b'\n{"notificationType":"Bounce","bounce":'),
    "SES escapes": flood(b"\\ud800", NOTICE + b'\n{"notificationType":"Bounce","bounce":"', b'"}'),
    "styles": _html(b"<style"),
    "styles and scripts": _html(b"<style><script>"),
    "styles closed": _html(b"<style></style>"),
    "comments": _html(b"<!--"),
    "tags": _html(b"<a "),
    "tags never closed": _html(b"<br"),
    "breaks": _html(b"<br>"),
    "brackets in HTML": _html(b"<"),
    "entities": _html(b"&amp"),
    "ampersands": _html(b"&#"),
    "diagnostic with continuations": _report(b"\n ab", ONE + b"Diagnostic-Code: smtp; 550 no"),
    "diagnostic broken without indentation": _report(b"\nab", ONE + b"Diagnostic-Code: smtp; 550 no"),
    "diagnostic of spaces": _report(b" ", ONE + b"Diagnostic-Code: smtp; 550 no"),
    "diagnostic of blank continuations": _report(b"\n ", ONE + b"Diagnostic-Code: smtp; 550 no"),
    "diagnostic of quotes": _report(b'"<', ONE + b"Diagnostic-Code: smtp; "),
    "recipients": _report(ONE + b"\n"),
    "recipients without blank lines": _report(ONE),
    "recipients without addresses": _report(b"Final-Recipient: rfc822;\nAction: failed\n\n"),
    "actions": _report(b"Action: failed\n"),
    "orphans": _report(b"Action: failed\n\nStatus: 5.1.1\n\n"),
    "report fields": _report(b"X-A: b\n", ONE),
    "report lines": _report(b"a\n", ONE),
    "report blank lines": _report(b"\n", ONE),
    "report of one line": _report(b"a", ONE),
    "reports": _report(b"--x\nContent-Type: message/delivery-status\n\n" + ONE + b"\n"),
    "original recipients": _report(b"Original-Recipient: rfc822; a+40b@c.example\n"),
    "status of digits": _report(b"5.", b"Final-Recipient: rfc822; joe@example.org\nAction: failed\nStatus: "),
    "failed recipients": _field(b"X-Failed-Recipients", b"a@b.example, "),
    "base64 body": _encoded(b"base64", b"QUJD" * 19 + b"\n"),
    "base64 padding": _encoded(b"base64", b"QQ=="),
    "base64 junk": _encoded(b"base64", b"-Q"),
    "base64 attachment": _report(b"QUJD" * 19 + b"\n", ONE + b"--x\nContent-Transfer-Encoding: base64\n\n", b"--x--\n"),
    "quoted-printable": _encoded(b"quoted-printable", b"="),
    "quoted-printable soft breaks": _encoded(b"quoted-printable", b"= \n"),
    "quoted-printable spaces": _encoded(b"quoted-printable", b" ", b"550 5.1.1 no", b"x"),
    "uuencode": _encoded(b"x-uuencode", b"#86)C\n", b"begin 644 a\n", b"end\n"),
    "uuencode without begin": _encoded(b"x-uuencode", b"begin 644 "),
    "chardet": _text(b"\xe4\xf6\xfc \x81"),
    "utf-7": flood(b"+AGE-", NOTICE + b"Content-Type: text/plain; charset=utf-7\n\n"),
}


def classified(data: bytes) -> None:
    """Classify, nothing remembered."""
    RuleSet.default().forget()
    classify(data, explain=True)


@pytest.mark.parametrize("name", ATTACKS)
def test_time_grows_with_the_size(name: str) -> None:
    assert_linear(classified, ATTACKS[name])


@pytest.mark.slow
@pytest.mark.parametrize("name", ATTACKS)
def test_time_grows_with_the_size_of_large_input(name: str) -> None:
    assert_linear(classified, ATTACKS[name], 0.15, 32 << 20)
