"""The tree is what the events say: the shortest way to it and the longest agree, on anything."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailkit.findings import Finding
from mailkit.limits import Limits
from mailkit.message import parse
from mailkit.stream.events import Data, Delimiter, EntityBegin, EntityEnd, Epilogue, Fields, Noticed, Preamble
from mailkit.stream.parser import StreamParser
from mailkit.stream.reading import FIRST, Reading
from mailkit.tree import Tree
from tests.strategies import MULTIPART, joined, mail, mails, shared
from tests.stream.test_parser import READINGS

Row = tuple[str, str, str, int, int, int]


def of_events(data: bytes, limits: Limits) -> tuple[list[Row], list[Finding], bool]:
    """Build rows of parts, and findings, from the events of a message that is fed in small pieces."""
    parser = StreamParser(limits)
    events = [event for start in range(0, len(data), 50) for event in parser.feed(data[start : start + 50])]
    events += parser.close()
    stack: list[tuple[int, str]] = []
    fields: dict[int, tuple[Fields, str]] = {}
    children: dict[int, int] = {}
    order: list[int] = []
    ends: dict[int, int] = {}
    findings = []
    for event in events:
        if isinstance(event, EntityBegin):
            path = ""
            if stack:
                number, above = stack[-1]
                children[number] = children.get(number, 0) + 1
                path = f"{above}.{children[number]}".lstrip(".")
            stack.append((event.entity, path))
            order.append(event.entity)
        elif isinstance(event, Fields):
            fields[event.entity] = (event, stack[-1][1])
        elif isinstance(event, EntityEnd):
            ends[event.entity] = event.offset
            stack.pop()
        elif isinstance(event, Noticed):
            findings.append(event.finding)
        else:
            assert not isinstance(event, Delimiter) or event.entity == stack[-1][0]
    rows = []
    for number in order:
        head, path = fields[number]
        end = ends[number]
        rows.append((path, head.content_type.type, head.encoding, head.offset, min(head.end, end), end))
    return rows, findings, parser.complete


def of_tree(data: bytes, limits: Limits) -> tuple[list[Row], list[Finding], bool]:
    """Build the same rows from the tree, without what is decoded from a transfer encoding."""
    message = parse(data, limits=limits)
    rows = [
        (part.path, part.type, part.encoding, part.start, part.body_start, part.body_end)
        for part in message.walk()
        if part.encoded_depth == 0
    ]
    assert all(part.depth == part.path.count(".") + bool(part.path) for part in message.walk())
    return rows, [found for found in message.findings if "of the decoded" not in found.detail], message.complete


HEADERS = [
    b"\n",
    b"Content-Type: text/plain\n\n",
    b"Content-Type: image/png; name=a.png\r\nContent-Transfer-Encoding: base64\r\n\r\n",
    b"Content-Type: message/rfc822\n\nA: b\n\n",
    b"Content-Type: text/html; a=b; a=c\n\n",
    b"A: b\njunk\n\n",
    b"Content-Transfer-Encoding: x\n\n",
    b"A: b\n",
    b"Content-Type: multipart/digest; boundary=xx\n\n--xx\n\n",
]
PIECES = [
    *HEADERS,
    b"--x\n",
    b"\n--x\n",
    b"\r\n--x\r\n",
    b"--x--\n",
    b"--x y\n",
    b"\n--xx\n",
    b"hi\n",
    b"hi",
    b"\r",
    b"--\n",
]


def test_every_short_run_of_parts() -> None:
    limits = Limits()
    for first, second, third in itertools.product(PIECES, repeat=3):
        data = MULTIPART + b"--x\n\n1\n--x\n" + first + second + third
        assert of_tree(data, limits) == of_events(data, limits), data


@given(parts=joined(PIECES, 16), most=st.sampled_from([3, 10_000]))
def test_tree_and_events_agree(parts: bytes, most: int) -> None:
    data = MULTIPART + b"--x\n" + parts
    limits = Limits(part_count=most)
    assert of_tree(data, limits) == of_events(data, limits)


@given(data=mail)
def test_they_agree_on_anything(data: bytes) -> None:
    assert of_tree(data, Limits()) == of_events(data, Limits())


def stretches(data: bytes, kind: type[Data], reading: Reading) -> list[bytes]:
    """Join what the events have of a kind, of each entity behind its last delimiter."""
    parser = StreamParser(reading=reading)
    found: list[bytes] = []
    for event in parser.feed(data) + parser.close():
        if isinstance(event, EntityBegin):
            found.append(b"")
        elif type(event) is kind:
            found[event.entity] += event.data
        elif isinstance(event, Delimiter) and kind is Epilogue:
            found[event.entity] = b""
    return found


def assert_surroundings(data: bytes, reading: Reading) -> None:
    """Check that parts have the preamble and the epilogue that the events have."""
    tree = Tree(data, Limits(), reading)
    tree.build()
    for root in (tree.root, parse(data).root) if reading == FIRST else (tree.root,):
        parts = [part for part in root.walk() if part.encoded_depth == 0]
        assert [part.preamble for part in parts] == stretches(data, Preamble, reading)
        assert [part.epilogue for part in parts] == stretches(data, Epilogue, reading)


@pytest.mark.parametrize(
    ("data", "preamble", "epilogue"),
    [
        pytest.param(b"pre\n--x\n\n1\n--x--\nepi\n", b"pre", b"epi\n", id="LF"),
        pytest.param(b"pre\r\n--x\r\n\r\n1\r\n--x--\r\nepi\r\n", b"pre", b"epi\r\n", id="CRLF"),
        pytest.param(b"pre\r\r\n--x\r\r\n\r\r\n1\r\r\n--x--\r\r\nepi\r\r\n", b"pre", b"epi\r\r\n", id="CR CR LF"),
        pytest.param(b"pre\r--x\r\r1\r", b"pre\r--x\r\r1\r", b"", id="CR is data"),
        pytest.param(b"pre\n--x--\nepi\n", b"pre", b"epi\n", id="no parts"),
        pytest.param(b"pre\n", b"pre\n", b"", id="no delimiter"),
        pytest.param(b"--x\n\n1\n--x--", b"", b"", id="nothing there"),
        pytest.param(b"--x\n\n1\n--x-- " + b"y" * 70_000 + b"\nepi", b"", b"", id="a line too long to close"),
        pytest.param(b"--x\n\n1\n--x-- y\nepi", b"", b"epi", id="text behind the close delimiter"),
    ],
)
def test_what_stands_around_the_parts(data: bytes, preamble: bytes, epilogue: bytes) -> None:
    part = parse(MULTIPART + data).root
    assert (part.preamble, part.epilogue) == (preamble, epilogue)
    assert_surroundings(MULTIPART + data, FIRST)


def test_what_stands_around_the_parts_of_an_old_macintosh() -> None:
    part = parse(b"Content-Type: multipart/mixed; boundary=x\r\rpre\r--x\r\r1\r--x--\repi\r").root
    assert (part.preamble, part.epilogue) == (b"pre", b"epi\r")


@given(parts=joined(PIECES, 16), reading=st.sampled_from(READINGS))
def test_what_stands_around_any_parts(parts: bytes, reading: Reading) -> None:
    assert_surroundings(MULTIPART + parts, reading)


@pytest.mark.parametrize("name", ["mta", "sisimai-public", "flufl-public", "mime-public", "attachments-public"])
def test_they_agree_on_genuine_mail(name: str) -> None:
    for path in mails(shared(name)):
        data = path.read_bytes()
        assert of_tree(data, Limits()) == of_events(data, Limits()), path
