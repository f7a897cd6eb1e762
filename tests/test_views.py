"""The other readings of an ambiguous message: each ambiguity is found, with both places, and read both ways."""

from __future__ import annotations

import base64
import re

import pytest
from hypothesis import given

from mailkit.findings import CODES
from mailkit.limits import Limits
from mailkit.message import Message, parse
from mailkit.stream.reading import Reading
from mailkit.tree import Tree
from mailkit.views import _GUESS, _OTHERWISE
from tests.strategies import ROOT, mail, mails, shared

EXE = (
    b"Content-Type: application/octet-stream\nContent-Disposition: attachment; filename=a.exe\n"
    b"Content-Transfer-Encoding: base64\n\nTVqQAAMAAAAEAAAA\n"
)
TEXT = b"\nhello\n"
RFC822 = b"Content-Type: message/rfc822\nContent-Transfer-Encoding: base64\n\n"
MIXED = b"Content-Type: multipart/mixed; boundary=xx\n"


def names(message: Message) -> list[str]:
    """Give the names of the files that a reader sees, those in messages inside too."""
    return [part.filename for part in message.walk() if part.filename]


def contents(message: Message) -> list[bytes]:
    """Give the contents of all leaves."""
    return [part.content() for part in message.walk() if not part.parts]


HIDDEN = [
    pytest.param(
        b"Content-Type: text/plain\n" + MIXED + b"\n--xx\n" + EXE + b"--xx--\n",
        "header.field.duplicate",
        id="the second Content-Type",
    ),
    pytest.param(
        b"Content-Type: multipart/mixed; boundary=a; boundary=xx\n\n--xx\n" + EXE + b"--xx--\n",
        "mime.param.duplicate",
        id="the second boundary",
    ),
    pytest.param(
        MIXED + b"\n--xx\n" + TEXT + b"--xx more\n" + EXE + b"--xx--\n",
        "mime.delimiter.junk",
        id="text behind a boundary",
    ),
    pytest.param(MIXED + b"\n--xx--\n--xx\n" + EXE + b"--xx--\n", "mime.part.after-close", id="behind the close"),
    pytest.param(MIXED + b"\n" + EXE + b"--xx\n" + TEXT + b"--xx--\n", "mime.preamble.part", id="in the preamble"),
    pytest.param(
        b"Content-Type: multipart/mixed\n\n--xx\n" + EXE + b"--xx--\n", "mime.boundary.missing", id="no boundary named"
    ),
    pytest.param(
        b"Content-Type: multipart/mixed; boundary=zz\n\n--xx\n" + EXE + b"--xx--\n",
        "mime.boundary.unused",
        id="another boundary named",
    ),
    pytest.param(
        MIXED + b"Content-Transfer-Encoding: base64\n\n" + base64.encodebytes(b"--xx\n" + EXE + b"--xx--\n"),
        "mime.encoding.composite",
        id="an encoded multipart",
    ),
    pytest.param(
        b"Subject: hi\njunk\nmore\n" + MIXED + b"\n--xx\n" + EXE + b"--xx--\n", "header.end.missing", id="junk lines"
    ),
    pytest.param(
        b"Subject: hi\r" + MIXED + b"\n--xx\n" + EXE + b"--xx--\n", "stream.bare-cr", id="a field behind CR alone"
    ),
    pytest.param(
        b"Content-Type: text/plain\n"
        + MIXED
        + b"Content-Transfer-Encoding: base64\n\n"
        + base64.encodebytes(b"--xx\n" + EXE + b"--xx--\n"),
        "header.field.duplicate",
        id="an encoded multipart that the second Content-Type names",
    ),
    pytest.param(
        RFC822 + base64.encodebytes(b"Content-Type: multipart/mixed\n\n--xx\n" + EXE + b"--xx--\n"),
        "mime.boundary.missing",
        id="no boundary named in an encoded message",
    ),
]


@pytest.mark.parametrize(
    "data",
    [
        pytest.param(MIXED + b"\n--xx\n" + TEXT + b"\r--xx\n" + EXE + b"--xx--\n", id="in a message"),
        pytest.param(
            RFC822 + base64.encodebytes(MIXED + b"\n--xx\n" + TEXT + b"\r--xx\n" + EXE + b"--xx--\n"),
            id="in an encoded message",
        ),
    ],
)
def test_a_delimiter_behind_cr_alone(data: bytes) -> None:
    message = parse(data)
    assert names(message) == []
    [view] = message.views()
    assert names(view.message) == ["a.exe"]
    assert [cause.code for cause in view.causes] == ["stream.bare-cr"]
    assert data[view.causes[0].offset :].startswith((b"\r--xx", base64.b64encode(MIXED)[:20]))


@pytest.mark.parametrize(("data", "code"), HIDDEN)
def test_what_one_reader_hides_another_shows(data: bytes, code: str) -> None:
    message = parse(data)
    assert code in [found.code for found in message.findings]
    assert names(message) == []
    shown = [view for view in message.views() if names(view.message) == ["a.exe"]]
    assert shown
    assert all(code in [cause.code for cause in view.causes] for view in shown)


@pytest.mark.parametrize(
    ("data", "code", "first", "second"),
    [
        pytest.param(
            b"A: b\nContent-Type: text/plain\nContent-Type: text/html\n\n",
            "header.field.duplicate",
            b"Content-Type: text/plain",
            b"Content-Type: text/html",
            id="fields",
        ),
        pytest.param(
            b"Content-Type: multipart/mixed; boundary=a; boundary=b\n\n--a--\n",
            "mime.param.duplicate",
            b"boundary=a",
            b"boundary=b",
            id="parameters",
        ),
        pytest.param(
            b"Content-Type: multipart/mixed; xboundary=1; name=a; name=b; boundary=a; boundary=b\n\n--a--\n",
            "mime.param.duplicate",
            b"boundary=a",
            b"boundary=b",
            id="the boundary before other parameters",
        ),
        pytest.param(
            b"Content-Type: text/plain; xname=1; name=a; name=b\n\n",
            "mime.param.duplicate",
            b"name=a",
            b"name=b",
            id="names",
        ),
    ],
)
def test_both_places_are_named(data: bytes, code: str, first: bytes, second: bytes) -> None:
    found = next(found for found in parse(data).findings if found.code == code)
    assert (found.also, found.offset) == (data.index(first), data.index(second))


def test_faults_of_the_last_field_have_their_place() -> None:
    encodings = b"Content-Transfer-Encoding: 7bit\nContent-Transfer-Encoding: '8bit\n"
    data = b"Content-Type: a/b\nContent-Type: c/d;;e=f\n" + encodings + b"\n"
    tree = Tree(data, Limits(), Reading(fields="last"))
    tree.build()
    places = {found.code: data[found.offset :][:4] for found in tree.findings}
    assert places["mime.param.unseparated"] == b";;e="
    assert places["mime.encoding.malformed"] == b"'8bi"
    assert tree.root.type == "c/d"


def test_padding_in_an_encoded_message_has_its_place() -> None:
    inner = b"Content-Transfer-Encoding: base64\n\n" + b"\n" * 99 + b"QQ==QUJD\n"
    [view] = parse(RFC822 + base64.encodebytes(inner)).views()
    assert [(cause.code, cause.offset) for cause in view.causes] == [("content.base64.padding-inside", len(RFC822))]


def test_encodings_are_read_otherwise() -> None:
    unknown = parse(b"Content-Transfer-Encoding: x-base64\n\naGVsbG8=\n")
    assert contents(unknown) == [b"aGVsbG8=\n"]
    assert [contents(view.message) for view in unknown.views()] == [[b"hello"]]
    malformed = parse(b"Content-Transfer-Encoding: base64; x\n\naGVsbG8=\n")
    assert contents(malformed) == [b"hello"]
    assert [contents(view.message) for view in malformed.views()] == [[b"aGVsbG8=\n"]]


def test_base64_that_goes_on_behind_its_padding() -> None:
    message = parse(b"Content-Transfer-Encoding: base64\n\naGVsbG8=d29ybGQ=\n")
    assert contents(message) == [b"helloworld"]
    assert [contents(view.message) for view in message.views()] == [[b"hello"]]


def test_padding_in_an_encoded_message() -> None:
    inner = base64.b64encode(b"Subject: hi\n\nhello!\n") + b"\n" + base64.encodebytes(b"more\n")
    message = parse(b"Content-Type: message/rfc822\nContent-Transfer-Encoding: base64\n\n" + inner)
    assert contents(message) == [b"hello!\nmore\n"]
    assert [contents(view.message) for view in message.views()] == [[b"hello!\n"]]


def test_a_footer_behind_base64_is_no_other_reading() -> None:
    assert parse(b"Content-Transfer-Encoding: base64\n\naGVsbG8=\n\n-- \nA list\n").views() == ()


def test_one_boundary_twice() -> None:
    inner = MIXED + b"\n--xx\n" + TEXT + b"--xx--\n"
    message = parse(MIXED + b"\n--xx\n" + inner + b"--xx\n" + EXE + b"--xx--\n")
    assert [part.path for part in message.walk()] == ["", "1", "1.1", "2"]
    assert "mime.boundary.reused" in [found.code for found in message.findings]
    shapes = [[part.path for part in view.message.walk()] for view in message.views()]
    assert shapes == [["", "1", "2"], ["", "1", "2", "3"]]  # the outer multipart is closed early, and goes on


def test_several_ambiguities_are_read_together() -> None:
    data = b"Content-Type: text/plain\nContent-Type: multipart/mixed; boundary=xx\n\n--xx--\n--xx\n" + EXE
    assert ["a.exe"] in [names(view.message) for view in parse(data).views()]


@pytest.mark.parametrize(
    "data",
    [
        pytest.param(b"A: b\n\nhi\n", id="plain"),
        pytest.param(MIXED + b"\npreamble\n--xx\n" + EXE + b"--xx--\nepilogue\n", id="multipart"),
        pytest.param(b"Content-Type: message/rfc822\n\nA: b\n\nhi\n", id="message inside"),
    ],
)
def test_sound_messages_have_one_reading(data: bytes) -> None:
    assert parse(data).views() == ()
    assert parse(data).findings == ()


@given(data=mail)
def test_views_of_anything(data: bytes) -> None:
    for view in parse(data).views():
        assert bytes(view.message) == data
        assert view.causes


@pytest.mark.parametrize("name", ["mta", "sisimai-public", "mime-public"])
def test_genuine_mail_has_few_readings(name: str) -> None:
    paths = mails(shared(name))
    several = [path for path in paths if parse(path.read_bytes()).views()]
    assert len(several) <= max(2, len(paths) // 10), several


def test_the_readings_are_documented() -> None:
    text = (ROOT / "docs" / "reading.md").read_text("utf-8")
    table = text.partition("## The first reading")[2].partition("## Limits")[0]
    rows = set(re.findall(r"^\| `([a-z0-9.\-]+)` \|", table, re.MULTILINE))
    assert rows == set(_OTHERWISE) | _GUESS | {"content.base64.padding-inside"}
    assert rows <= set(CODES)
