"""Delivery reports: every field, and how real MTAs write them."""

from __future__ import annotations

import base64
import quopri

import pytest
from hypothesis import given

from mailkit import Bounce, Recipient, classify
from mailkit.bounce.dsn import addresses, diagnostic, host_of, read_report, unescape_octal
from mailkit.bounce.notice import TextView
from mailkit.message import parse
from tests.strategies import joined

MESSAGE = (
    "Reporting-MTA: dns; mx.example.net\nOriginal-Envelope-Id: QQ314159\nDSN-Gateway: dns; gw.example.net\n"
    "Received-From-MTA: dns; client.example.org\nArrival-Date: Tue, 24 Nov 2026 20:10:46 +0900\n"
)
RECIPIENT = (
    "Original-Recipient: rfc822; old@example.org\nFinal-Recipient: rfc822; joe@example.com\nAction: failed\n"
    "Status: 5.1.1\nRemote-MTA: dns; mx.example.com\nDiagnostic-Code: smtp; 550 5.1.1 User unknown\n"
    "Last-Attempt-Date: Tue, 24 Nov 2026 20:11:46 +0900\nWill-Retry-Until: Sun, 29 Nov 2026 20:10:46 +0900\n"
    "Final-Log-ID: 4711\n"
)


def mail(report: str | bytes, kind: str = "message/delivery-status", encoding: str = "") -> bytes:
    """Put a report into a bounce."""
    body = report.encode() if isinstance(report, str) else report
    encode = f"Content-Transfer-Encoding: {encoding}\n" if encoding else ""
    head = (
        "From: MAILER-DAEMON@mx.example.net\nTo: list@example.org\nSubject: Delivery report\nMIME-Version: 1.0\n"
        "Content-Type: multipart/report; report-type=delivery-status; boundary=x\n\n"
        f"--x\n\nThis is the mail system.\n\n--x\nContent-Type: {kind}\n{encode}\n"
    )
    tail = "\n--x\nContent-Type: text/rfc822-headers\n\nFrom: list@example.org\nSubject: news\n\n--x--\n"
    return head.encode() + body + tail.encode()


def answer(report: str | bytes, kind: str = "message/delivery-status", encoding: str = "") -> Bounce:
    """Classify a bounce with a report."""
    return classify(mail(report, kind, encoding))


def one(report: str) -> Recipient:
    """Classify a report of one recipient."""
    (recipient,) = answer(MESSAGE + "\n" + report).recipients
    return recipient


def test_every_field() -> None:
    bounce = answer(MESSAGE + "\n" + RECIPIENT)
    assert bounce.kind == "failure"
    assert bounce.reporting_mta == "mx.example.net"
    assert bounce.arrival_date is not None
    assert bounce.arrival_date.isoformat() == "2026-11-24T20:10:46+09:00"
    assert (bounce.original.envelope_id, bounce.original.subject) == ("QQ314159", "news")
    (recipient,) = bounce.recipients
    assert (recipient.address, recipient.original_address) == ("joe@example.com", "old@example.org")
    assert (recipient.action, recipient.status, recipient.reported_status) == ("failed", "5.1.1", "5.1.1")
    assert (recipient.remote_mta, recipient.diagnostic) == ("mx.example.com", "550 5.1.1 User unknown")
    assert recipient.retry_until is not None
    assert recipient.retry_until.isoformat() == "2026-11-29T20:10:46+09:00"


def block(name: str, code: str = "550 5.1.1 User unknown") -> str:
    """Give a recipient's block."""
    return (
        f"Final-Recipient: rfc822; {name}@example.com\nAction: failed\nStatus: {code.split()[1]}\n"
        f"Diagnostic-Code: smtp; {code}\n"
    )


FULL = "552 5.2.2 Mailbox full"


@pytest.mark.parametrize(
    "report",
    [
        pytest.param(MESSAGE + "\n" + block("joe") + "\n" + block("ann", FULL), id="as RFC 3464 has it"),
        pytest.param(MESSAGE + block("joe") + block("ann", FULL), id="no blank lines"),
        pytest.param(MESSAGE + "\n" + block("joe") + block("ann", FULL), id="no blank line between recipients"),
        pytest.param(MESSAGE + block("joe") + "\n" + block("ann", FULL), id="no blank line behind the message's"),
        pytest.param(MESSAGE + "\n\n" + block("joe") + "\n\n\n" + block("ann", FULL) + "\n\n", id="double blank lines"),
        pytest.param(MESSAGE + "\n \t\n" + block("joe") + "  \n" + block("ann", FULL), id="blank lines of blanks"),
        pytest.param((MESSAGE + "\n" + block("joe") + "\n" + block("ann", FULL)).replace("\n", "\r\n"), id="CRLF"),
        pytest.param("\n\n" + MESSAGE + "\n" + block("joe") + "\n" + block("ann", FULL), id="blank lines first"),
        pytest.param(block("joe") + "\n" + block("ann", FULL), id="no block of the message"),
        pytest.param(block("joe") + "\n" + block("ann", FULL) + "\n" + MESSAGE, id="the message's block last"),
        pytest.param((MESSAGE + "\n" + block("joe") + "\n" + block("ann", FULL)).upper(), id="capitals"),
        pytest.param(
            (MESSAGE + "\n" + block("joe") + "\n" + block("ann", FULL)).replace(": ", ":").replace("; ", ";"),
            id="no blanks",
        ),
        pytest.param(
            (MESSAGE + "\n" + block("joe") + "\n" + block("ann", FULL)).replace(": ", " :\n  "), id="everything folded"
        ),
        pytest.param(
            MESSAGE + "\n" + block("joe").replace("Action", "X-More: y\nAction") + "\n" + block("ann", FULL),
            id="fields of its own",
        ),
    ],
)
def test_two_recipients(report: str) -> None:
    bounce = answer(report)
    rows = [((row.address or "").lower(), row.status, row.reason) for row in bounce.recipients]
    assert rows == [("joe@example.com", "5.1.1", "bad-mailbox"), ("ann@example.com", "5.2.2", "full")]


def test_mixed_outcomes() -> None:
    delayed = "Final-Recipient: rfc822; ann@example.com\nAction: delayed\nStatus: 4.4.1\n"
    delivered = "Final-Recipient: rfc822; bob@example.com\nAction: delivered\nStatus: 2.0.0\n"
    bounce = answer("\n".join([MESSAGE, block("joe"), delayed, delivered]))
    assert bounce.kind == "failure"
    assert [(row.action, row.status, row.advice) for row in bounce.recipients] == [
        ("failed", "5.1.1", "hard"),
        ("delayed", "4.4.1", "soft"),
        ("delivered", "2.0.0", "none"),
    ]


def test_two_members_behind_one_original_recipient() -> None:
    original = "Original-Recipient: rfc822; team@example.com\n"
    bounce = answer(f"{MESSAGE}\n{original}{block('joe')}\n{original}{block('ann', FULL)}")
    assert [(row.address, row.original_address) for row in bounce.recipients] == [
        ("joe@example.com", "team@example.com"),
        ("ann@example.com", "team@example.com"),
    ]


@pytest.mark.parametrize(
    "report",
    [
        pytest.param(
            "Action: failed\nStatus: 5.1.1\nFinal-Recipient: rfc822; joe@example.com\nDiagnostic-Code: smtp; 550 5.1.1 no\n",
            id="Action first",
        ),
        pytest.param(
            "Action: failed\n\nFinal-Recipient: rfc822; joe@example.com\nStatus: 5.1.1\nDiagnostic-Code: smtp; 550 5.1.1 no\n",
            id="a blank line behind Action",
        ),
        pytest.param(
            "Final-Recipient: rfc822; joe@example.com\n\nAction: failed\nStatus: 5.1.1\nDiagnostic-Code: smtp; 550 5.1.1 no\n",
            id="a blank line before Action",
        ),
    ],
)
def test_order_of_fields(report: str) -> None:
    recipient = one(report)
    assert (recipient.address, recipient.action, recipient.status) == ("joe@example.com", "failed", "5.1.1")


@pytest.mark.parametrize(
    ("text", "words"),
    [
        pytest.param("smtp; 550 5.1.1 User unknown", "550 5.1.1 User unknown", id="plain"),
        pytest.param("smtp; 550 5.1.1 User\n    unknown", "550 5.1.1 User unknown", id="folded"),
        pytest.param("smtp; 550 5.1.1 User\nunknown", "550 5.1.1 User unknown", id="not indented"),
        pytest.param("smtp; 550-5.1.1 User\n550 5.1.1 unknown", "550-5.1.1 User 550 5.1.1 unknown", id="lines of a reply"),
        pytest.param("smtp;550 5.1.1 User unknown", "550 5.1.1 User unknown", id="no blank"),
        pytest.param("SMTP; 550 5.1.1 a; b", "550 5.1.1 a; b", id="semicolon inside"),
        pytest.param("550 5.1.1 User unknown", "550 5.1.1 User unknown", id="no type"),
        pytest.param("550 5.1.1 User unknown; sorry", "550 5.1.1 User unknown; sorry", id="no type, semicolon inside"),
        pytest.param("X-Postfix; 5.1.1 unknown user", "5.1.1 unknown user", id="type of its own"),
        pytest.param(r"smtp; 550 5.1.1 \320\237\321\200", "550 5.1.1 Пр", id="octal"),
        pytest.param("smtp; 550 5.1.1 ユーザー不明", "550 5.1.1 ユーザー不明", id="raw UTF-8"),
        pytest.param("\n smtp; 550 5.1.1 no", "550 5.1.1 no", id="folded at once"),
    ],
)  # fmt: skip
def test_diagnostic(text: str, words: str) -> None:
    recipient = one(
        f"Final-Recipient: rfc822; joe@example.com\nAction: failed\nStatus: 5.0.0\nDiagnostic-Code: {text}\n"
    )
    assert recipient.diagnostic == words
    assert (recipient.status, recipient.basis, recipient.reported_status) == ("5.1.1", "diagnostic", "5.0.0")


@pytest.mark.parametrize("newline", [b"\n", b"\r\n"], ids=["LF", "CRLF"])
@pytest.mark.parametrize(
    ("kind", "encoding"),
    [
        pytest.param("message/delivery-status", "base64", id="base64"),
        pytest.param("message/delivery-status", "quoted-printable", id="quoted-printable"),
        pytest.param("message/delivery-status", "8bit", id="8bit"),
        pytest.param("message/delivery-status; charset=utf-8", "", id="with a charset"),
        pytest.param("message/global-delivery-status", "base64", id="global, base64"),
        pytest.param("message/x-delivery-status", "", id="x-delivery-status"),
        pytest.param("text/plain", "", id="text/plain"),
        pytest.param("text/plain; name=delivery-status.txt", "base64", id="text/plain, base64"),
    ],
)
def test_ways_to_carry_a_report(kind: str, encoding: str, newline: bytes) -> None:
    report = (MESSAGE + "\n" + block("joe", "552 5.2.2 Mailbox full")).encode().replace(b"\n", newline)
    if encoding == "base64":
        report = base64.encodebytes(report)
    elif encoding == "quoted-printable":
        report = quopri.encodestring(report)
    data = mail(report, kind, encoding)
    bounce = classify(data)
    (recipient,) = bounce.recipients
    assert (recipient.address, recipient.status, recipient.reply) == ("joe@example.com", "5.2.2", "552")
    assert bounce.reporting_mta == "mx.example.net"
    codes = [found.code for found in bounce.findings]
    assert ("bounce.report.mislabelled" in codes) == kind.startswith("text/plain")
    for found in recipient.evidence:
        raw = data[found.offset : found.offset + found.length]
        if encoding == "base64":
            assert raw.strip() in data
        else:
            assert found.what in " ".join(raw.decode().replace("=\n", "").split())


@pytest.mark.parametrize("encoding", ["", "8bit", "base64", "quoted-printable"])
@pytest.mark.parametrize(
    "text", ["utf-8; 宛先@例え.jp", r"utf-8; \x{5B9B}\x{5148}@例え.jp"], ids=["raw", "utf-8-addr-xtext"]
)
def test_addresses_of_eai(text: str, encoding: str) -> None:
    report = (
        f"{MESSAGE}\nFinal-Recipient: {text}\nAction: failed\nStatus: 5.1.1\n"
        "Localized-Diagnostic-Code: ja; ユーザー不明\nDiagnostic-Code: smtp; 550 5.1.1 no\n"
    ).encode()
    coded = {"base64": base64.encodebytes, "quoted-printable": quopri.encodestring}.get(encoding, bytes)(report)
    bounce = answer(coded, "message/global-delivery-status", encoding)
    assert [row.address for row in bounce.recipients] == ["宛先@例え.jp"]


@pytest.mark.parametrize(
    ("field", "address"),
    [
        pytest.param("rfc822; joe@example.com", "joe@example.com", id="plain"),
        pytest.param("RFC822;<joe@example.com>", "joe@example.com", id="brackets"),
        pytest.param("joe@example.com", "joe@example.com", id="no type"),
        pytest.param("rfc822; a..b.@docomo.ne.jp", "a..b.@docomo.ne.jp", id="outside RFC 5322"),
        pytest.param("rfc822; IMCEASMTP-joe+40example+2Ecom@gw.example", "joe@example.com", id="encapsulated"),
        pytest.param('rfc822; "joe doe"@example.com', '"joe doe"@example.com', id="quoted"),
        pytest.param("rfc822; joe@[192.0.2.1]", "joe@[192.0.2.1]", id="literal"),
        pytest.param("rfc822; joe", "joe", id="local part alone"),
        pytest.param("rfc822;\n joe@example.com", "joe@example.com", id="folded"),
    ],
)
def test_recipients(field: str, address: str) -> None:
    recipient = one(f"Final-Recipient: {field}\nAction: failed\nStatus: 5.1.1\n")
    assert recipient.address == address


@pytest.mark.parametrize(
    ("fields", "address", "original"),
    [
        pytest.param("Original-Recipient: rfc822; joe@example.com\n", "joe@example.com", None, id="the same"),
        pytest.param("Original-Recipient: rfc822; JOE@example.com\n", "joe@example.com", None, id="the same but for case"),
        pytest.param("Original-Recipient: rfc822;old+2Btag@example.org\n", "joe@example.com", "old+tag@example.org", id="xtext"),
        pytest.param("X-Actual-Recipient: rfc822; new@example.net\n", "new@example.net", "joe@example.com", id="actual"),
        pytest.param("Original-Recipient: rfc822; unknown\n", "joe@example.com", None, id="unknown"),
        pytest.param("Original-Recipient:\n", "joe@example.com", None, id="empty"),
    ],
)  # fmt: skip
def test_final_against_original(fields: str, address: str, original: str | None) -> None:
    recipient = one(f"{fields}Final-Recipient: rfc822; joe@example.com\nAction: failed\nStatus: 5.1.1\n")
    assert (recipient.address, recipient.original_address) == (address, original)


@pytest.mark.parametrize(
    ("status", "answer_", "reported", "invalid"),
    [
        pytest.param("5.1.1", "5.1.1", "5.1.1", False, id="plain"),
        pytest.param("5.2.2 (mailbox full)", "5.2.2", "5.2.2", False, id="comment"),
        pytest.param("5.0.0 (permanent failure)", "5.0.0", "5.0.0", False, id="comment that says nothing"),
        pytest.param("", "5.0.0", None, True, id="empty"),
        pytest.param("5.x.y", "5.0.0", None, None, id="letters"),
        pytest.param("5", "5.0.0", None, None, id="class alone"),
        pytest.param("nonsense", "5.0.0", None, True, id="word"),
        pytest.param("4.2.2", "4.2.2", "4.2.2", False, id="failed with 4"),
        pytest.param("5.7.606", "5.7.606", "5.7.606", False, id="a provider's own"),
    ],
)
def test_status(status: str, answer_: str, reported: str | None, *, invalid: bool | None) -> None:
    bounce = answer(f"{MESSAGE}\nFinal-Recipient: rfc822; joe@example.com\nAction: failed\nStatus: {status}\n")
    (recipient,) = bounce.recipients
    assert (recipient.status, recipient.reported_status) == (answer_, reported)
    codes = {found.code for found in bounce.findings}
    assert invalid is None or ("bounce.status.invalid" in codes) == invalid
    assert ("bounce.status.class" in codes) == status.startswith("4")


@pytest.mark.parametrize(
    ("action", "expected", "kind"),
    [
        pytest.param("failed", "failed", "failure", id="failed"),
        pytest.param("Failed", "failed", "failure", id="case"),
        pytest.param("failed (bad mailbox)", "failed", "failure", id="comment"),
        pytest.param("failure", "failed", "failure", id="failure"),
        pytest.param("delayed", "delayed", "delay", id="delayed"),
        pytest.param("deferred", "delayed", "delay", id="deferred"),
        pytest.param("delivered", "delivered", "success", id="delivered"),
        pytest.param("relayed", "relayed", "success", id="relayed"),
        pytest.param("expanded", "expanded", "success", id="expanded"),
        pytest.param("nonsense", "failed", "failure", id="nonsense"),
        pytest.param("", "failed", "failure", id="empty"),
    ],
)
def test_action(action: str, expected: str, kind: str) -> None:
    class_ = {"failure": "5", "delay": "4", "success": "2"}[kind]
    bounce = answer(f"{MESSAGE}\nFinal-Recipient: rfc822; joe@example.com\nAction: {action}\nStatus: {class_}.0.0\n")
    assert bounce.kind == kind
    assert [row.action for row in bounce.recipients] == [expected]


def test_a_report_that_is_missing_is_said() -> None:
    data = mail("").replace(b"Content-Type: message/delivery-status", b"Content-Type: application/octet-stream")
    assert "bounce.report.part-missing" in [found.code for found in classify(data).findings]


def test_codes_of_the_diagnostic_outrank_status() -> None:
    bounce = answer(MESSAGE + "\n" + block("joe", FULL).replace("Status: 5.2.2", "Status: 5.1.1"))
    (recipient,) = bounce.recipients
    assert (recipient.status, recipient.reported_status, recipient.basis) == ("5.2.2", "5.1.1", "diagnostic")
    assert "bounce.status.contradiction" in [found.code for found in bounce.findings]


@pytest.mark.parametrize(
    ("value", "host"),
    [
        pytest.param("dns; mx.example.org", "mx.example.org", id="plain"),
        pytest.param("dns;mx.example.org.", "mx.example.org", id="root"),
        pytest.param("mx.example.org", "mx.example.org", id="no type"),
        pytest.param("dns; mx.example.org (192.0.2.1)", "mx.example.org", id="address"),
        pytest.param("dns; mx.example.org[192.0.2.1]", "mx.example.org", id="address in brackets"),
        pytest.param("smtp; mx.example.org:25", "mx.example.org", id="port"),
        pytest.param("dns; [192.0.2.1]", "192.0.2.1", id="literal"),
        pytest.param("dns; [2001:db8::1]", "2001:db8::1", id="IPv6"),
        pytest.param("dns;", None, id="empty"),
        pytest.param("", None, id="nothing"),
    ],
)
def test_host(value: str, host: str | None) -> None:
    assert host_of(value) == host


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        pytest.param(r"\320\237\321\200", "Пр", id="UTF-8"),
        pytest.param(r"a \320\237 b", "a П b", id="text around"),
        pytest.param(r"\320", r"\320", id="one byte"),
        pytest.param(r"\320\320", r"\320\320", id="no UTF-8"),
        pytest.param(r"\999\888", r"\999\888", id="no octal"),
        pytest.param("plain", "plain", id="plain"),
    ],
)
def test_octal(text: str, plain: str) -> None:
    assert unescape_octal(text) == plain


LINES = [
    *("Final-Recipient: rfc822; joe@example.com\n", "Original-Recipient: rfc822;a+20b@example.org\n", "Action: failed\n"),
    *("Status: 5.1.1\n", "Status:\n", "Diagnostic-Code: smtp; 550\n", " folded\n", "not folded\n", "\n", " \n", "\r\n", ":\n"),
    *("Reporting-MTA: dns; a\n", "X-A: b\n", "Action: delayed", "Final-Recipient:;\n", "\0", "é", "Remote-MTA:\n", "Status: 5.x\n"),
]  # fmt: skip


@given(joined(LINES, 14))
def test_any_lines_are_a_report(text: str) -> None:
    view = TextView(parse(b"Content-Type: message/delivery-status\n\n" + text.encode()).root, 10_000)
    report = read_report(view, 5)
    assert len(report.recipients) <= 5
    for row in report.recipients:
        addresses(row)
        diagnostic(row)
        for value in row.values():
            assert 0 <= value.start <= value.stop <= len(view.text)
    data = mail(text)
    for recipient in classify(data, explain=True).recipients:
        for found in recipient.evidence:
            assert 0 <= found.offset <= found.offset + found.length <= len(data)
