"""What a file without a telling name or beginning is taken for: by its declared type, by its code, by its encoding."""

from __future__ import annotations

import base64
import binascii

import pytest

from mailkit import check_attachments
from mailkit.attachments.naming import declared_names
from mailkit.attachments.types import is_raw_code

HELLO = b"\xb4\x09\xba\x0b\x01\xcd\x21\xb8\x00\x4c\xcd\x21MAILKIT-BENIGN-LOOKALIKE-PAYLOAD$"
PDF = b"%PDF-1.4\n1 0 obj<<>>endobj\ntrailer<<>>\nstartxref\n0\n%%EOF\n"


def verdict(content: bytes, name: str = "", media_type: str = "application/octet-stream") -> str:
    """Check a message of one part."""
    named = f"; name={name}" if name else ""
    head = f"Subject: x\nContent-Type: {media_type}{named}\nContent-Disposition: attachment\n"
    return check_attachments(
        head.encode() + b"Content-Transfer-Encoding: base64\n\n" + base64.encodebytes(content)
    ).verdict


@pytest.mark.parametrize(
    "media_type",
    [
        *("application/hta", "text/vbscript", "text/javascript", "application/javascript", "application/x-msdownload"),
        *("application/x-msdos-program", "application/x-bat", "application/java-archive", "APPLICATION/HTA"),
    ],
)
@pytest.mark.parametrize("name", ["", "document"])
def test_a_declared_program_without_an_ending(media_type: str, name: str) -> None:
    assert verdict(b"x = 1\n", name, media_type) == "dangerous"


@pytest.mark.parametrize(
    ("content", "name", "media_type"),
    [
        (PDF, "a.pdf", "application/x-msdownload"),
        (PDF, "", "application/x-msdownload"),
        (b"hello\n", "a.txt", "application/x-msdownload"),
        (b"hello\n", "", "text/plain"),
        (b"hello\n", "README", "application/octet-stream"),
    ],
)
def test_what_else_is_declared_so(content: bytes, name: str, media_type: str) -> None:
    assert verdict(content, name, media_type) == "clean"


def test_names_with_an_ending_are_left() -> None:
    assert declared_names(["a.txt"], "application/hta") == ["a.txt"]
    assert declared_names(["a"], "application/hta") == ["a.hta"]


@pytest.mark.parametrize(
    "code",
    [
        pytest.param(HELLO, id="registers"),
        pytest.param(b"\xeb\x10" + bytes(16) + HELLO, id="a short jump"),
        pytest.param(b"\xe9\x20\x00" + bytes(32) + HELLO, id="a jump"),
        pytest.param(b"\x0e\x1f" + HELLO, id="segments"),
    ],
)
def test_a_program_of_dos(code: bytes) -> None:
    assert is_raw_code(code)
    assert verdict(code, "www.example.com") == "dangerous"


@pytest.mark.parametrize(
    "content",
    [
        b"www.example.com\n",
        b"<html><body>" + b"The pages of www.example.com, all of them. " * 9,
        b"\x89PNG\r\n\x1a\n" + bytes(99),
        b"\xeb\x7f" + bytes(9),
        b"\xe9\xfe\xff" + bytes(9),
        HELLO + bytes(65_536),
        b"\xb4" + bytes(99),
        b"",
    ],
)
def test_what_goes_by_a_domain(content: bytes) -> None:
    assert not is_raw_code(content)
    assert verdict(content, "www.example.com") == "clean"


UU = b"begin 644 setup.exe\n" + binascii.b2a_uu(b"MAILKIT") + b"`\nend\n"


@pytest.mark.parametrize(
    "text",
    [
        pytest.param(("Hi\n" + UU.decode()).encode("utf-16"), id="UTF-16"),
        pytest.param(("Hi\n" + UU.decode()).encode("utf-16-be"), id="UTF-16 without a mark"),
        pytest.param(b"\0\nHi\n" + UU, id="a zero before it"),
        pytest.param(b"H\0i\n" + UU.replace(b"begin", b"be\0gin"), id="a zero in it"),
        pytest.param((b"Hi\n" + UU).replace(b"\n", b"\r"), id="carriage returns"),
        pytest.param(b"> " + UU.replace(b"\n", b"\n> "), id="quoted"),
        pytest.param(UU.replace(b" ", b"\t", 2).replace(b"644", b"100644"), id="tabs and a long mode"),
    ],
)
def test_an_encoded_file_in_a_text(text: bytes) -> None:
    found = check_attachments(
        b"Content-Type: text/plain\nContent-Transfer-Encoding: base64\n\n" + base64.encodebytes(text)
    )
    assert {"UU_IN_TEXT", "EXT_EXECUTABLE"} <= {finding.code for finding in found.findings}
