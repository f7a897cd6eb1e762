"""The same answers in any split: the units of an mbox or of JSON lines, read one by one, give what the whole gives."""

from __future__ import annotations

import json
from functools import partial
from itertools import product
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mailkit.limits import DEFAULT, Limits
from mailkit.sources.files import read_raw
from mailkit.sources.mbox import raw_mbox
from mailkit.sources.sniff import HEAD_BYTES, kind_of
from mailkit.sources.units import Size, peek_at, read_unit
from tests.sources.splitting import SIZES, Answer, answers, assert_any_split, in_units, units
from tests.strategies import OWN, joined, mails, shared

LINE = b"From a@b Sat Jan  3 01:02:03 2026\n"
FEW = (LINE, b"\n", b"A: b\n", b"From you\n", b">From you\n", b"Content-Length: 0\n", b"Content-Length: 35\n", b"\r\n")
TOKENS = (
    *FEW,
    LINE.replace(b"\n", b"\r\n"),
    b"\n" + LINE,
    b"\n\n" + LINE,
    b"From a@b Sat Jan  3 01:02:03 2026 remote from x\n",
    b"From ",
    b"hi",
    b"hi\n",
    b"\r",
    b"Content-Length: 3\n",
    b"Content-Length: 3\n\nhi\n",
    b"Content-Length: 37\n\n",
    b"Content-Length: 72\n\n",
    b"Content-Length: 9999\n",
    b"Content-Length: 99999999999999999999\n",
    b"\xef\xbb\xbf",
    b"\0",
)
HEADS = (LINE, b"\xef\xbb\xbf" + LINE, b"\n" + LINE, b"\r\n" + LINE.replace(b"\n", b"\r\n"), b"")
SMALL = (
    DEFAULT,
    Limits(header_block_bytes=20),
    Limits(mbox_lookahead_bytes=10),
    Limits(from_line_bytes=40),
    Limits(message_bytes=40, memory_bytes=20),
)


def boxed(path: Path, data: bytes, limits: Limits) -> list[Answer]:
    """Read bytes as an mbox, whatever they begin with."""
    path.write_bytes(data)
    with path.open("rb") as file:
        return answers(raw_mbox(str(path), iter((data,)), limits, partial(peek_at, file, 0)))


def assert_box(path: Path, data: bytes, limits: Limits = DEFAULT, sizes: tuple[Size, ...] = SIZES) -> None:
    """Assert that every split of an mbox gives what the whole gives."""
    expected = boxed(path, data, limits)
    for size in sizes:
        found = units(path, size, limits, "mbox")
        assert in_units(found, limits) == expected, (data, size)
        assert sum(unit.count or 0 for unit in found) == len(expected)
        assert sum(unit.size for unit in found) == len(data)


@pytest.mark.parametrize("head", HEADS, ids=["line", "mark", "blank", "CRLF", "bare"])
def test_every_short_box(tmp_path: Path, head: bytes) -> None:
    for count in range(4):
        for tokens in product(FEW, repeat=count):
            assert_box(tmp_path / "box", head + b"".join(tokens), sizes=(Size(bytes=1),))


@settings(max_examples=400, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    head=st.sampled_from(HEADS),
    body=joined(TOKENS, 24),
    size=st.builds(lambda size, most: Size(bytes=size, messages=most), st.integers(1, 300), st.integers(1, 5)),
    limits=st.sampled_from(SMALL),
)
def test_any_box(tmp_path: Path, head: bytes, body: bytes, size: Size, limits: Limits) -> None:
    assert_box(tmp_path / "box", head + body, limits, (size,))


def test_the_boxes_of_others(tmp_path: Path) -> None:
    files = [path for path in sorted(shared("mime-public").parent.rglob("*")) if path.is_file()]
    sources = [path for path in files if kind_of(path.read_bytes()[:HEAD_BYTES]) == "mbox"]
    for source in sources:
        assert_any_split(source)
    joined_box = tmp_path / "box"
    joined_box.write_bytes(b"\n".join(source.read_bytes() for source in sources))
    assert len(assert_any_split(joined_box)) >= len(sources) > 20


def test_all_our_mail_in_one_box(tmp_path: Path) -> None:
    sources = mails(OWN)
    box = tmp_path / "box"
    box.write_bytes(b"".join(LINE + source.read_bytes() + b"\n" for source in sources))
    expected = assert_any_split(box, sizes=(*SIZES, Size(bytes=10_007), Size(messages=7)))
    assert [data for _, data, _ in expected] == [LINE + source.read_bytes() for source in sources]


@pytest.mark.parametrize(
    ("data", "count"),
    [
        pytest.param(LINE + b"A: b\n\nhi\n", 1, id="one message"),
        pytest.param(LINE, 1, id="a From line"),
        pytest.param(b"\xef\xbb\xbf" + (LINE + b"A: b\n\n") * 2, 2, id="byte order mark"),
        pytest.param((LINE + b"Content-Length: 4\n\nhi\n\n\n") * 3, 3, id="lengths that are right"),
        pytest.param((LINE + b"Content-Length: 9\n\nhi\n\n") * 3, 3, id="lengths that are wrong"),
        pytest.param(LINE + b"Content-Length: 77\n\nhi\n\n" + LINE + b"A: b\n" + LINE, 1, id="to the end"),
        pytest.param(LINE + b"Content-Length: 999\n\nhi\n\n" + LINE + b"A: b\n", 2, id="beyond"),
        pytest.param(LINE + b"A: b\n\nhi\n" + LINE + b"A: b\n\n" + LINE, 2, id="unquoted"),
    ],
)
def test_boxes(tmp_path: Path, data: bytes, count: int) -> None:
    path = tmp_path / "box"
    path.write_bytes(data)
    assert len(assert_any_split(path, sizes=[Size(bytes=size) for size in range(1, 99)])) == count


def test_a_note_says_where_in_the_box_it_is(tmp_path: Path) -> None:
    path = tmp_path / "box"
    path.write_bytes((LINE + b"A: b\n\n") * 3 + LINE + b"A: b\n\nhi\n" + LINE)
    (note,) = [raw.note for raw in read_raw([str(path)]) if raw.note]
    assert note.endswith(f"at byte {path.stat().st_size - len(LINE)}")
    assert [raw.note for unit in units(path, Size(messages=1)) for raw in read_unit(unit, DEFAULT)] == [
        "",
        "",
        "",
        note,
    ]


ROWS = (
    b"",
    b"  ",
    b'{"raw": "A: b\\n\\nhi"}',
    json.dumps({"id": 7, "raw": "QTogYgoKaGkK"}).encode(),
    b'{"raw": null}',
    b'{"id": 1}',
    b"[]",
    b"{",
    b'{"raw": "A: b\\n\\n' + b"x" * 99 + b'"}',
)


@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    rows=st.lists(st.sampled_from(ROWS), max_size=12),
    end=st.sampled_from([b"", b"\n"]),
    size=st.integers(1, 200),
    most=st.integers(1, 4),
)
def test_any_lines(tmp_path: Path, rows: list[bytes], end: bytes, size: int, most: int) -> None:
    path = tmp_path / "a.jsonl"
    path.write_bytes(b"\n".join((ROWS[2], *rows)) + end)
    assert_any_split(path, sizes=(Size(bytes=size, messages=most),))


def test_a_line_bears_its_number(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    path.write_bytes(b"\n".join(ROWS[2:4]) + b"\n\n" + ROWS[2])
    assert [name for name, _, _ in assert_any_split(path)] == [f"{path}#1", f"{path}#2", f"{path}#4"]
