"""Base64 with all that mail does to it: junk, padding anywhere, other alphabets, text behind it."""

from __future__ import annotations

import base64
import binascii

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from mailkit.content import decode_base64, decode_transfer
from tests.content.vectors import BASE64, EVERY_BYTE, Answer, stream
from tests.strategies import joined

JUNK, INSIDE, MISSING = "content.base64.junk", "content.base64.padding-inside", "content.base64.padding-missing"
LENGTH, URL_SAFE, TRAILER = "content.base64.length", "content.base64.url-safe", "content.base64.trailer"


@pytest.mark.parametrize(
    ("body", "content", "faults"),
    [
        pytest.param(b"aGVs\r\nbG8=\r\n", b"hello", {}, id="lines"),
        pytest.param(b"\r\n\r\n \t\r\naGVsbG8=", b"hello", {}, id="leading blank lines"),
        pytest.param(b"  aG Vs\t\n bG8=  \n", b"hello", {}, id="blanks are no junk"),
        pytest.param(b"aGVs\n\nbG8=", b"hello", {}, id="a blank line inside"),
        pytest.param(b"!aGVs\x00\xff\nbG8=", b"hello", {JUNK: (3, 0)}, id="junk is counted"),
        pytest.param(b"aGVs\x9fbG8=\nd29y\x9fbGQ=", b"helloworld", {JUNK: (2, 4), INSIDE: (1, 8)}, id="junk in lines"),
        pytest.param(b"aGU=bGxv", b"hello", {INSIDE: (1, 3)}, id="padding inside"),
        pytest.param(b"aA==ZQ==\nbGxv", b"hello", {INSIDE: (2, 2)}, id="padding inside, twice"),
        pytest.param(b"aA=\n=ZWxs!=bw", b"hello", {INSIDE: (2, 2), JUNK: (1, 9), MISSING: (1, 13)}, id="all kinds"),
        pytest.param(b"=aGVsbG8=", b"hello", {}, id="padding before the data"),
        pytest.param(b"aGVs=bG8=", b"hello", {INSIDE: (1, 4)}, id="padding that is not needed"),
        pytest.param(b"aGVsbG8===\n=\n", b"hello", {}, id="too much padding"),
        pytest.param(b"aGVsbG8", b"hello", {MISSING: (1, 7)}, id="no padding"),
        pytest.param(b"aGVsbA", b"hell", {MISSING: (1, 6)}, id="no padding of two"),
        pytest.param(b"aGVsbG8xY\n", b"hello1", {LENGTH: (1, 10)}, id="one character over"),
        pytest.param(b"aGVsa=bG8=", b"hello", {LENGTH: (1, 5), INSIDE: (1, 5)}, id="one character before padding"),
        pytest.param(b"A=B=C=", b"", {LENGTH: (3, 1), INSIDE: (2, 1)}, id="single characters"),
        pytest.param(b"", b"", {}, id="empty"),
        pytest.param(b"\n \n", b"", {}, id="blank"),
    ],
)
def test_content_and_faults(body: bytes, content: bytes, faults: dict[str, tuple[int, int]]) -> None:
    assert stream("base64", body, len(body) or 1) == (content, faults, None)
    assert decode_base64(body) == content


@pytest.mark.parametrize(
    ("body", "content"),
    [
        pytest.param(b"aGU=bGxv", b"he", id="padding inside"),
        pytest.param(b"aGVs=bG8=", b"hel", id="padding that is not needed"),
        pytest.param(b"aGVs\nbG8=\n!!!bG8=\n", b"hello", id="junk behind is not seen"),
        pytest.param(b"aGVsbG8=", b"hello", id="padding at the end"),
        pytest.param(b"aGVsbG8", b"hello", id="no padding"),
    ],
)
def test_the_reading_that_stops_at_padding(body: bytes, content: bytes) -> None:
    for size in (1, 3, len(body)):
        found, faults, trailer = stream("base64", body, size, stop_at_padding=True)
        assert (found, trailer) == (content, None)
        assert JUNK not in faults
    assert decode_transfer(body, "base64", stop_at_padding=True) == content


LINE = b"VGhpcyBpcyBhIHdob2xlIGxpbmUgb2YgYmFzZTY0Lg=="  # 31 bytes
TEXT = b"This is a whole line of base64."
FULL = base64.b64encode(TEXT[:30])


@pytest.mark.parametrize("ending", [b"\n", b"\r\n"], ids=["LF", "CRLF"])
@pytest.mark.parametrize(
    "footer",
    [
        pytest.param(b"\n_______\nlist mailing list\n", id="underscores behind a blank line"),
        pytest.param(b"__________________\nlist mailing list\nhttps://example.org/list\n", id="underscores"),
        pytest.param(b"-- \nYou received this message\n", id="signature"),
        pytest.param(b"\n--\nTo unsubscribe, send a mail\n", id="dashes behind a blank line"),
        pytest.param(b"\nThis e-mail is confidential, and so on.\n", id="words behind a blank line"),
        pytest.param(b"--=_boundary--\n", id="a delimiter of another multipart"),
    ],
)
@pytest.mark.parametrize(("body", "content"), [(LINE, TEXT), (FULL, TEXT[:30])], ids=["padded", "whole"])
def test_text_behind_is_a_trailer(body: bytes, content: bytes, footer: bytes, ending: bytes) -> None:
    data = (body + b"\n" + footer).replace(b"\n", ending)
    place = len(body + ending) + (len(ending) if footer.startswith(b"\n") else 0)
    assert stream("base64", data, len(data)) == (content, {TRAILER: (1, place)}, place)


@pytest.mark.parametrize(
    ("footer", "place"),
    [
        pytest.param(b"\nBye!\n", 46, id="a short word"),
        pytest.param(b"\nThanks\n", 46, id="a word of the alphabet"),
        pytest.param(b"\n\r\n \n\x1b$B$3$s\n", 50, id="Japanese"),
        pytest.param(b"\n<p>Footer</p>\n", 46, id="HTML"),
        pytest.param(b"This was checked by a scanner.\n", 45, id="words on the next line"),
        pytest.param(b"======\nThis was checked by a scanner.\n", 52, id="behind a rule"),
    ],
)
def test_more_is_a_trailer_behind_padding(footer: bytes, place: int) -> None:
    body = LINE + b"\n" + footer
    content, faults, trailer = stream("base64", body, len(body))
    assert (content, trailer) == (TEXT, place)
    assert faults == {TRAILER: (1, place)}


@pytest.mark.parametrize(
    ("body", "content"),
    [
        pytest.param(LINE + b"\n" + LINE, TEXT * 2, id="two bodies"),
        pytest.param(LINE + b"\n\n" + LINE, TEXT * 2, id="two bodies with a blank line between"),
        pytest.param(LINE + b"\n\naGVsbG8=\n", TEXT + b"hello", id="a short body behind a blank line"),
        pytest.param(LINE + b"\n!!!!\n" + LINE, TEXT * 2, id="junk between"),
        pytest.param(FULL + b"\n\n" + b" ".join([FULL[:8], FULL[8:]]), TEXT[:30] * 2, id="blanks inside"),
    ],
)
def test_base64_behind_base64_is_none(body: bytes, content: bytes) -> None:
    found, faults, trailer = stream("base64", body, len(body))
    assert (found, trailer) == (content, None)
    assert TRAILER not in faults


def test_nothing_hides_behind_a_trailer() -> None:
    body = LINE + b"\n-- \nfooter\n" + LINE + b"\n--\nend\n"
    assert stream("base64", body, len(body))[::2] == (TEXT * 2, len(body) - 7)


@pytest.mark.parametrize(
    ("body", "url_safe"),
    [
        pytest.param(base64.urlsafe_b64encode(b"\xfb\xff\xbe" * 20) + b"\n", True, id="one line"),
        pytest.param(base64.urlsafe_b64encode(b"\xfb\xff\xbe\xff").rstrip(b"="), True, id="without padding"),
        pytest.param(base64.urlsafe_b64encode(b"\xfb\xff\xbe\xff") + b"\r\n", True, id="with padding"),
        pytest.param(base64.urlsafe_b64encode(EVERY_BYTE * 40), True, id="a long line"),
        pytest.param(b"aGVs\nd-_0\n", True, id="second line"),
        pytest.param(b"aGVs-bG8=", False, id="a dash that does not fit"),
        pytest.param(b"a+Vs\nd-_0\n", False, id="a plus before it"),
        pytest.param(b"aGVs\nd-!0\n", False, id="junk in the line"),
    ],
)
def test_the_alphabet_for_urls(body: bytes, *, url_safe: bool) -> None:
    content, faults, _ = stream("base64", body, len(body))
    assert (URL_SAFE in faults) is url_safe
    assert (JUNK in faults) is not url_safe
    if url_safe:
        text = body.translate(bytes.maketrans(b"-_", b"+/"), b"\r\n")
        assert content == base64.b64decode(text + b"=" * (-len(text) % 4))


def test_a_line_of_dashes_is_data_in_the_alphabet_for_urls() -> None:
    content = b"\xfb\xef\xbe" * 9
    body = b"ab-_\n" + base64.urlsafe_b64encode(content) + b"\n--\nfooter\n"
    assert body[5:9] == b"----"
    assert stream("base64", body, len(body))[::2] == (b"\x69\xbf\xbf" + content, body.rindex(b"--"))


def test_every_byte_in_every_width() -> None:
    for width in (4, 7, 60, 76, 1023, 1024, 1025, 5000):
        encoded = binascii.b2a_base64(EVERY_BYTE * 8, newline=False)
        body = b"".join(encoded[at : at + width] + b"\r\n" for at in range(0, len(encoded), width))
        assert stream("base64", body, 700) == (EVERY_BYTE * 8, {}, None)


VALUES = {letter: value for value, letter in enumerate(BASE64)}


class Reference:
    """Decodes one line without dashes character by character."""

    def __init__(self) -> None:
        self.out = bytearray()
        self.faults: dict[str, tuple[int, int]] = {}
        self.letters: list[int] = []
        self.padding = -1
        self.seen = False

    def note(self, code: str, at: int) -> None:
        count, first = self.faults.get(code, (0, at))
        self.faults[code] = (count + 1, first)

    def end(self, at: int) -> None:
        if len(self.letters) == 1:
            self.note(LENGTH, at)
        bits = sum(value << 18 - 6 * place for place, value in enumerate(self.letters))
        self.out.extend(bits.to_bytes(3, "big")[: len(self.letters) * 6 // 8])
        self.letters.clear()

    def letter(self, value: int, at: int) -> None:
        if self.padding >= 0 and self.seen:
            self.note(INSIDE, self.padding)
        self.padding, self.seen = -1, True
        self.letters.append(value)
        if len(self.letters) == 4:
            self.end(at)

    def read(self, body: bytes) -> Answer:
        for at, byte in enumerate(body):
            if byte == 0x3D:
                self.end(at)
                self.padding = at if self.padding < 0 else self.padding
            elif byte in VALUES:
                self.letter(VALUES[byte], at)
            elif byte not in b" \t\r\n":
                self.note(JUNK, at)
        if len(self.letters) > 1:
            self.note(MISSING, len(body))
        self.end(len(body))
        return bytes(self.out), self.faults, None


TOKENS = [b"A", b"QUJD", b"QQ", b"+", b"=", b"==", b"!", b"\0\xff", b" ", b"\r", b"aGVsbG8="]


@given(body=joined(TOKENS, 12), size=st.integers(1, 5))
@example(body=b"=A=A", size=1)
def test_a_line_is_read_as_character_by_character(body: bytes, size: int) -> None:
    assert stream("base64", body, size) == Reference().read(body)
