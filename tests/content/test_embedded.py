"""Files that hide in text: found, measured, decoded; prose is none."""

from __future__ import annotations

import mmap
import random
import tracemalloc
from pathlib import Path

import pytest
from hypothesis import given

from mailkit.content import embedded_files
from mailkit.limits import Limits
from mailkit.message import parse
from tests.content.vectors import EVERY_BYTE, MARK, SAMPLES, binhex, uu, uu64, yenc, yenc_part
from tests.strategies import joined
from tests.timing import assert_linear, flood

HELLO = b"%:&5L;&\\\n"
END = b"`\nend\n"
WRITERS = {"uuencode": uu, "base64": uu64, "yenc": yenc, "binhex": binhex}


@pytest.mark.parametrize("kind", WRITERS)
@pytest.mark.parametrize("content", SAMPLES, ids=lambda content: f"{len(content)} bytes")
def test_a_file_between_text(kind: str, content: bytes) -> None:
    body = WRITERS[kind](content)
    text = b"Hi,\n\nhere it is:\n" + body + b"\nBye\n"
    (found,) = embedded_files(text)
    assert (found.kind, found.name, found.complete, found.faults) == (kind, "a.bin", True, ())
    assert text[found.offset : found.end].strip() == body.strip()
    assert (found.content(), found.size) == (content, len(content))
    assert b"".join(found.iter_content(7)) == content


def test_several_of_all_kinds() -> None:
    text = b"\n".join([b"Hi", *(write(EVERY_BYTE * 30) for write in WRITERS.values()), uu(b"x", b"last.txt")])
    found = list(embedded_files(text.replace(b"\n", b"\r\n").replace(b"\r\r", b"\r")))
    assert [one.kind for one in found] == [*WRITERS, "uuencode"]
    assert [one.complete for one in found] == [True] * 5
    assert [one.content() for one in found] == [EVERY_BYTE * 30] * 4 + [b"x"]
    assert found[-1].name == "last.txt"


def test_parts_of_a_yenc_file() -> None:
    content = EVERY_BYTE * 5
    text = yenc_part(content, 1, 0, 700) + yenc_part(content, 2, 700, len(content))
    found = list(embedded_files(text))
    assert [(one.part, one.part_offset, one.size) for one in found] == [(1, 0, 700), (2, 700, 580)]
    assert b"".join(one.content() for one in found) == content


@pytest.mark.parametrize(
    ("line", "name"),
    [
        pytest.param(b"begin 644 my letter.doc    .exe", "my letter.doc    .exe", id="blanks"),
        pytest.param("begin 644 Grüße.txt".encode(), "Grüße.txt", id="UTF-8"),
        pytest.param("begin 644 Grüße.txt".encode("cp1252"), "Grüße.txt", id="Windows-1252"),
        pytest.param(b"begin 0755 ../../etc/passwd", "../../etc/passwd", id="a path is left as it is"),
        pytest.param(b"begin-encoded 644 c2V0dXAuZXhl", "setup.exe", id="encoded"),
        pytest.param(b"begin 644 \xed\xa0\x80", None, id="half characters"),
    ],
)
def test_names(line: bytes, name: str | None) -> None:
    (found,) = embedded_files(line + b"\n" + HELLO + END)
    assert found.content() == b"hello"
    assert name is None or found.name == name
    assert found.name.encode("utf-8")


@pytest.mark.parametrize(
    "text",
    [
        pytest.param(b"begin 2024 with a smile\nand so on\n", id="a year"),
        pytest.param(b"begin 644 with a smile\nand so on\n", id="a number that is a mode"),
        pytest.param(b"begin 644 with a smile\nAND SO ON, HE SAID LOUDLY\n", id="capitals"),
        pytest.param(b"begin 644\nTHE MEETING\n", id="no name, and capitals"),
        pytest.param(b"begin 888 a\n" + HELLO + END, id="no octal number"),
        pytest.param(b"begin 644 a\n\nend of the story\n", id="a blank line"),
        pytest.param(b"to begin 644 a\n" + HELLO + END, id="not at the beginning of the line"),
        pytest.param(b"> begin 644 the work\n> and so on\n", id="quoted prose"),
        pytest.param(b"> begin 644 a\n> " + HELLO, id="quoted"),
        pytest.param(b"beginning 644 a\n" + HELLO + END, id="another word"),
        pytest.param(b"begin 644 a", id="at the end"),
        pytest.param(b"begin-base64 644 a\nand so on, he said\n", id="base64 that is none"),
        pytest.param(b"=ybegin\nabc\n", id="yEnc without numbers"),
        pytest.param(b"=ybegin line=x size=y name=z\n", id="yEnc with words"),
        pytest.param(MARK + b"\nBut where is it?\n", id="BinHex without a colon"),
        pytest.param(b"He wrote: (This file must be converted with BinHex 4.0)\n\n:", id="BinHex inside a line"),
        pytest.param(b"", id="nothing"),
    ],
)
def test_prose_is_no_file(text: bytes) -> None:
    assert list(embedded_files(text)) == []


@pytest.mark.parametrize(
    "text",
    [
        pytest.param(uu(EVERY_BYTE).replace(b" 644 ", b" 100644 "), id="the kind of file in the mode"),
        pytest.param(uu(EVERY_BYTE).replace(b"begin 644 ", b"begin\t644\t"), id="tabs"),
        pytest.param(b"begin 644\n" + uu(EVERY_BYTE).partition(b"\n")[2], id="no name"),
        pytest.param(b"begin 644 \n" + uu(EVERY_BYTE).partition(b"\n")[2], id="no name, a blank"),
        pytest.param(b"begin-base64 644\n" + uu64(EVERY_BYTE).partition(b"\n")[2], id="base64 without a name"),
        pytest.param(b"\xef\xbb\xbf" + uu(EVERY_BYTE), id="behind a mark of UTF-8"),
        pytest.param(b"\x0c" + uu(EVERY_BYTE), id="behind a form feed"),
        pytest.param(b"<pre class=a>" + uu(EVERY_BYTE) + b"</pre>", id="behind a tag"),
        pytest.param(b"  " + uu(EVERY_BYTE), id="the first line indented"),
        pytest.param(b"\t" + uu(EVERY_BYTE).replace(b"\n", b"\n\t"), id="all lines indented"),
        pytest.param(b"> > " + uu(EVERY_BYTE).replace(b"\n", b"\n> > "), id="quoted"),
        pytest.param(b"> " + uu64(EVERY_BYTE).replace(b"\n", b"\n> "), id="base64 quoted"),
        pytest.param(b"> " + uu(b"short").replace(b"\n", b"\n> "), id="one line quoted"),
        pytest.param(b"> " + uu(EVERY_BYTE).replace(b"\n", b"\r\n> "), id="quoted, with both line ends"),
        pytest.param(b"Hello\r" + uu(EVERY_BYTE).replace(b"\n", b"\r"), id="carriage returns"),
        pytest.param(b"Hello\n" + uu(EVERY_BYTE).replace(b"\n", b"\r"), id="carriage returns behind a line feed"),
    ],
)
def test_what_readers_take_for_a_file(text: bytes) -> None:
    (found,) = embedded_files(text)
    assert found.content() == (b"short" if b"%" + b"<VAO" in text else EVERY_BYTE)
    assert found.complete


@pytest.mark.parametrize(
    ("text", "content", "end", "code"),
    [
        pytest.param(uu(EVERY_BYTE)[:-6] + b"\nBye\n", EVERY_BYTE, -4, "content.uu.end-missing", id="text"),
        pytest.param(uu(EVERY_BYTE)[:-6], EVERY_BYTE, None, "content.uu.end-missing", id="the end of the text"),
        pytest.param(uu(EVERY_BYTE)[:-4] + b"-- \nBye\n", EVERY_BYTE, -8, "content.uu.end-missing", id="signature"),
        pytest.param(uu64(EVERY_BYTE)[:-5] + b"-- \nBye\n", EVERY_BYTE, -8, "content.uu.end-missing", id="base64"),
        pytest.param(yenc(b"abc")[:25] + b"\n\x8b", b"a", None, "content.yenc.end-missing", id="yEnc"),
        pytest.param(
            binhex(EVERY_BYTE)[:-2] + b"\n-- \nother\n", EVERY_BYTE, -6, "content.binhex.end-missing", id="BinHex"
        ),
    ],
)
def test_what_ends_a_file_that_has_no_end(text: bytes, content: bytes, end: int | None, code: str) -> None:
    (found,) = embedded_files(text)
    assert not found.complete
    assert code in [one for one, _ in found.faults]
    assert found.content() == content
    assert found.end == len(text[:end])


def test_offsets_are_those_of_the_text() -> None:
    body = yenc(b"abc").replace(b"crc32=", b"crc32=1")[:-1]
    text = b"Hi\n" + body.replace(b"crc32=1", b"crc32=").replace(b"size=3 crc", b"size=4 crc") + b"\n"
    (found,) = embedded_files(text)
    assert found.offset == 3
    assert found.faults == (("content.yenc.size", text.index(b"=yend")),)


def test_the_count_is_limited() -> None:
    text = b"\n".join([uu(b"x")] * 9)
    faults: list[tuple[str, int]] = []
    assert len(list(embedded_files(text, Limits(embedded_count=5), faults))) == 5
    assert faults == [("limit.embedded_count", 5 * (len(uu(b"x")) + 1))]
    faults.clear()
    assert len(list(embedded_files(text, Limits(embedded_count=9), faults))) == 9
    assert faults == []


FLOODS = [
    b"begin 644 x\n",
    b"begin 644 x\nM\n",
    b"begin 644 x\n" + HELLO,
    b"begin 644 x\nend\n",
    b"begin-base64 644 x\nQUJD\n",
    b"=ybegin line=1 size=1 name=x\n",
    b"=ybegin line=1 size=1 name=x\na\n=yend\n",
    b"=ybegin ",
    MARK,
    MARK + b":",
    MARK + b"\n" * 9,
    b"begin",
    b"\nbegin 644 " + b"x" * 500,
    b"M" + b"!" * 60 + b"\n",
]


@pytest.mark.parametrize("piece", FLOODS, ids=lambda piece: repr(piece[-40:]))
def test_floods_are_linear(piece: bytes) -> None:
    assert_linear(lambda text: list(embedded_files(text, Limits(embedded_count=10**9))), flood(piece, b"begin 644 a\n"))


TOKENS = [b"begin 644 a\n", b"begin-base64 644 a\n", HELLO, b"M\n", b"`\n", b"end\n", b"QUJD\n", b"====\n", b"\n", b"x"]
MORE = [b"=ybegin line=1 size=1 name=a\n", b"=yend size=1\n", b"=", MARK, b":", b"!", b"\r\n", b"\xff", b" "]


@given(text=joined(TOKENS + MORE, 14))
def test_files_stand_one_behind_the_other(text: bytes) -> None:
    end = 0
    for found in embedded_files(text):
        assert end <= found.offset < found.end <= len(text)
        end = found.end
        assert len(found.content()) == found.size
        assert found.complete <= all(not code.endswith(".end-missing") for code, _ in found.faults)


def test_a_part_gives_its_files() -> None:
    mail = b"Content-Transfer-Encoding: quoted-printable\n\n" + uu(b"hello=").replace(b"=", b"=3D")
    part = parse(mail).root
    (found,) = part.embedded()
    assert (found.kind, found.content()) == ("uuencode", b"hello=")
    assert list(part.embedded(Limits(embedded_count=0))) == []


@pytest.mark.parametrize("encoding", ["base64", "quoted-printable", "x-uuencode", "7bit", "x-unknown"])
def test_a_part_gives_its_content_in_pieces(encoding: str) -> None:
    body = b"Q=\nUJD\nbegin 644 a\n" + HELLO + b"end\nUUE=\n" * 50
    head = b"Content-Type: multipart/mixed; boundary=x\n\n--x\nContent-Transfer-Encoding: %b\n\n"
    part = parse(head % encoding.encode() + body + b"\n--x--\n").root.parts[0]
    assert part.body == body
    for chunk in (1, 5, 65_536):
        assert b"".join(part.iter_content(chunk)) == part.content()


def test_content_in_pieces_takes_little_memory(tmp_path: Path) -> None:
    path = tmp_path / "mail"
    with path.open("wb") as file:
        file.write(b"Content-Transfer-Encoding: base64\n\n")
        line = b"QUJD" * 19 + b"\r\n"
        for _ in range(64):
            file.write(line * 1000)
    with path.open("rb") as read, mmap.mmap(read.fileno(), 0, access=mmap.ACCESS_READ) as source:
        part = parse(source).root
        tracemalloc.start()
        try:
            size = sum(map(len, part.iter_content()))
            most = tracemalloc.get_traced_memory()[1]
        finally:
            tracemalloc.stop()
    assert size == 64 * 1000 * 57
    assert most < 1 << 20


def test_a_large_file_is_measured_in_one_pass() -> None:
    content = random.Random(5).randbytes(300_000)
    text = b"Hi\n" + uu(content) + uu(b"x")
    first, second = embedded_files(text)
    assert (first.content() == content, second.content()) == (True, b"x")
