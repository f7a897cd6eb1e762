"""The tree is what the events say: the shortest way to it and the longest agree, on anything."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mailkit.findings import Finding
from mailkit.limits import Limits
from mailkit.message import parse
from mailkit.stream.events import Delimiter, EntityBegin, EntityEnd, Fields, Noticed
from mailkit.stream.parser import StreamParser
from tests.strategies import MULTIPART, joined, mail, mails, shared

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


@settings(max_examples=2000, deadline=None)
@given(parts=joined(PIECES, 16), most=st.sampled_from([3, 10_000]))
def test_tree_and_events_agree(parts: bytes, most: int) -> None:
    data = MULTIPART + b"--x\n" + parts
    limits = Limits(part_count=most)
    assert of_tree(data, limits) == of_events(data, limits)


@settings(max_examples=1000, deadline=None)
@given(data=mail)
def test_they_agree_on_anything(data: bytes) -> None:
    assert of_tree(data, Limits()) == of_events(data, Limits())


@pytest.mark.parametrize("name", ["mta", "sisimai-public", "flufl-public", "mime-public", "attachments-public"])
def test_they_agree_on_genuine_mail(name: str) -> None:
    for path in mails(shared(name)):
        data = path.read_bytes()
        assert of_tree(data, Limits()) == of_events(data, Limits()), path
