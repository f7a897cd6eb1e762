"""Taking a message apart: every part with its place, every fault with its offset."""

from __future__ import annotations

import base64
import hashlib
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailkit.inspection import LINE_BYTES, Lines, inspect
from mailkit.limits import Limits
from mailkit.message import parse
from tests.strategies import cut, joined, mail, mails, shared

MIXED = b"Content-Type: multipart/mixed; boundary=x\n\n"


def codes(data: bytes) -> list[str]:
    """Give the codes of what is found in a message."""
    return [found.code for found in inspect(parse(data)).findings]


def test_every_part_is_described() -> None:
    data = (
        b"Subject: =?utf-8?Q?=C3=A4?=\nFrom: A <a@b.example>\nTo: c@d.example, e@f.example\n"
        b"Date: Tue, 24 Nov 2026 20:10:46 +0900\nMessage-ID: <1@b.example>\n"
        + MIXED
        + b"--x\nContent-Type: text/plain; charset=iso-8859-1\n\nh\xe4\n"
        + b"--x\nContent-Disposition: attachment; filename=a.bin\nContent-Transfer-Encoding: base64\n\naGVsbG8=\n--x--\n"
    )
    seen = inspect(parse(data), source="it.eml")
    assert (seen.source, seen.bytes, seen.subject, seen.message_id) == ("it.eml", len(data), "ä", "<1@b.example>")
    assert [box.address for box in seen.from_ + seen.to] == ["a@b.example", "c@d.example", "e@f.example"]
    assert seen.date is not None
    assert seen.date.isoformat() == "2026-11-24T20:10:46+09:00"
    root, text, file = seen.parts
    assert (root.path, root.type, root.sha256, root.content_bytes) == ("", "multipart/mixed", None, 0)
    assert (text.path, text.charset, text.read_as, text.content_bytes) == ("1", "iso-8859-1", "cp1252", 2)
    assert (file.path, file.filename, file.disposition, file.encoding) == ("2", "a.bin", "attachment", "base64")
    assert file.sha256 == hashlib.sha256(b"hello").hexdigest()
    assert data[file.body_offset : file.end] == b"aGVsbG8="
    assert seen.findings == ()
    assert seen.complete


@pytest.mark.parametrize(
    ("data", "code", "place"),
    [
        pytest.param(b"A: b\n\nhi\rho\n", "body.bare-cr", b"\rho", id="CR alone in a body"),
        pytest.param(b"A: b\n\nhi\0ho\n", "body.null-byte", b"\0", id="NUL in a body"),
        pytest.param(b"A: b\n\nhi\n" + b"x" * 1000 + b"\n", "body.line.too-long", b"xxx", id="a long line"),
        pytest.param(MIXED + b"--x\n\nhi\n", "mime.close.missing", b"", id="what the parser finds"),
    ],
)
def test_faults_have_their_place(data: bytes, code: str, place: bytes) -> None:
    found = next(found for found in inspect(parse(data)).findings if found.code == code)
    assert data[found.offset :].startswith(place)


def test_faults_of_an_encoded_message_are_placed_at_its_wrapper() -> None:
    inner = b"A: b\n\nhi\0ho\n"
    data = b"Content-Type: message/rfc822\nContent-Transfer-Encoding: base64\n\n" + base64.encodebytes(inner)
    found = next(found for found in inspect(parse(data)).findings if found.code == "body.null-byte")
    assert found.offset == data.index(b"\n\n") + 2
    assert found.detail == f"at byte {inner.index(0)} of the decoded message"


def test_a_multipart_without_parts_has_content() -> None:
    [part] = inspect(parse(b"Content-Type: multipart/mixed\n\nhello")).parts
    assert (part.content_bytes, part.sha256) == (5, hashlib.sha256(b"hello").hexdigest())


def test_findings_are_counted() -> None:
    data = b"A: b\n" + MIXED + b"--x\n\nhi\r.\0\n" * 20 + b"--x--\n"
    seen = inspect(parse(data, limits=Limits(finding_count=10)))
    assert len(seen.findings) == 11
    assert seen.findings[-1].code == "limit.finding_count"
    assert not seen.complete


def test_views_are_shown_when_asked() -> None:
    message = parse(b"Content-Type: text/plain\n" + MIXED + b"--x\n\nhi\n--x--\n")
    assert inspect(message).views == ()
    assert [[part.type for part in view.parts] for view in inspect(message, views=True).views] == [
        ["multipart/mixed", "text/plain"]
    ]


def naive(body: bytes) -> dict[str, int]:
    """Find the first place of each fault the slow way."""
    places = {
        "body.null-byte": body.find(b"\0"),
        "body.bare-cr": next((at.start() for at in re.finditer(rb"\r(?!\n)", body)), -1),
        "body.line.too-long": -1,
    }
    position = 0
    for line in body.split(b"\n"):
        if len(line) > LINE_BYTES + 1:  # a CR may be its last byte
            places["body.line.too-long"] = position
            break
        position += len(line) + 1
    return {code: place for code, place in places.items() if place >= 0}


TOKENS = [b"x", b"\r", b"\n", b"\r\n", b"\0", b"y" * 997, b"y" * 998, b"y" * 999, b"y" * 1000]


@given(body=joined(TOKENS, 8), size=st.sampled_from([1, 2, 3, 500, 999, 1000, 1001, 4000]))
def test_lines_are_measured_alike_in_any_windows(body: bytes, size: int) -> None:
    lines = Lines()
    for window in cut(body, size):
        lines.look(window)
    lines.end()
    assert lines.found == naive(body)


@given(data=mail)
def test_anything_can_be_inspected(data: bytes) -> None:
    message = parse(data)
    seen = inspect(message, views=True)
    assert [part.path for part in seen.parts] == [part.path for part in message.walk()]
    for report, part in zip(seen.parts, message.walk(), strict=True):
        if report.sha256:
            assert report.content_bytes == len(part.content())
            assert report.sha256 == hashlib.sha256(part.content()).hexdigest()


@pytest.mark.parametrize("name", ["mta", "sisimai-public", "flufl-public", "mime-public", "attachments-public"])
def test_every_message_can_be_inspected(name: str) -> None:
    for path in mails(shared(name)):
        message = parse(path.read_bytes())
        seen = inspect(message)
        for report, part in zip(seen.parts, message.walk(), strict=True):
            assert not report.sha256 or report.content_bytes == len(part.content()), path
        assert all(0 <= found.offset <= len(message) for found in seen.findings), path
