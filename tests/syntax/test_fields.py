"""Header blocks: every field with its place, whatever stands between them."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from mailkit.syntax.fields import Header, unfold
from tests.strategies import joined
from tests.timing import assert_linear, flood

Pair = tuple[bytes, bytes]


def pairs(raw: bytes) -> list[Pair]:
    """Give names and unfolded values."""
    return [(field.name, field.value) for field in Header(raw, 0)]


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        pytest.param(b"A: b\n", [(b"A", b"b")], id="plain"),
        pytest.param(b"A: b\r\nC: d\r\n", [(b"A", b"b"), (b"C", b"d")], id="CRLF"),
        pytest.param(b"A: b", [(b"A", b"b")], id="no line end"),
        pytest.param(b"A:b\n", [(b"A", b"b")], id="no blank"),
        pytest.param(b"A:\n", [(b"A", b"")], id="no value"),
        pytest.param(b"A:", [(b"A", b"")], id="no value, no line end"),
        pytest.param(b"A: b\n c\n\td\n", [(b"A", b"b c d")], id="folded"),
        pytest.param(b"A: b\r\n c\r\n", [(b"A", b"b c")], id="folded with CRLF"),
        pytest.param(b"A:\n b\n", [(b"A", b"b")], id="folded at once"),
        pytest.param(b"A: b\n \nC: d\n", [(b"A", b"b"), (b"C", b"d")], id="a fold of blanks"),
        pytest.param(b"A : b\n", [(b"A", b"b")], id="blank before the colon"),
        pytest.param(b"A\t :b\n", [(b"A", b"b")], id="tab and blank before the colon"),
        pytest.param(b"A: b: c\n", [(b"A", b"b: c")], id="colon in the value"),
        pytest.param(b"\xe3\x81\x82: b\n", [("あ".encode(), b"b")], id="name of eight bits"),
        pytest.param(b"A: \xff\x00b\n", [(b"A", b"\xff\x00b")], id="value of any bytes"),
        pytest.param(b"A: b\njunk\nC: d\n", [(b"A", b"b"), (b"C", b"d")], id="junk between"),
        pytest.param(b"A: b\nC: d\nA: e\n", [(b"A", b"b"), (b"C", b"d"), (b"A", b"e")], id="one name twice"),
        pytest.param(b"", [], id="empty"),
        pytest.param(b"junk\nmore\n", [], id="no field"),
        pytest.param(b": b\n", [], id="no name"),
    ],
)
def test_fields(raw: bytes, expected: list[Pair]) -> None:
    assert pairs(raw) == expected


@pytest.mark.parametrize(
    ("raw", "faults", "consumed"),
    [
        pytest.param(b"A: b\n", [], 5, id="fine"),
        pytest.param(b"A: b\njunk\nC: d\n", [("header.line.junk", 105)], 15, id="junk"),
        pytest.param(b"A: b\njunk\nmore\n", [("header.end.missing", 105)], 5, id="two lines of junk"),
        pytest.param(b"junk\nmore\n", [("header.end.missing", 100)], 0, id="no header at all"),
        pytest.param(b"A: b\0\n", [("stream.null-byte", 104)], 6, id="NUL"),
    ],
)
def test_faults(raw: bytes, faults: list[tuple[str, int]], consumed: int) -> None:
    header = Header(raw, 100)
    assert header.faults == tuple(faults)
    assert header.consumed == consumed


def test_access() -> None:
    header = Header(b"Subject: a\n b\nTO: c\nto: d\n", 7)
    assert header.get("subject") == b"a b"
    assert header.get("to") == b"c"
    assert header.get("cc") is None
    assert header.all("to") == [b"c", b"d"]
    assert header.all("cc") == []
    assert (header.count("to"), header.count("subject"), header.count("cc")) == (2, 1, 0)
    assert header.repeats
    assert "subject" in header
    assert "Subject" in header
    assert header.get("SUBJECT") == header.get("subject")
    assert header.count("To") == 2
    field = header.field("to")
    assert field is not None
    assert (field.name, field.offset, field.value_offset, field.raw) == (b"TO", 21, 24, b" c\n")
    assert header.field("cc") is None
    assert len(header) == 3


def test_a_count_that_is_too_large_is_cut() -> None:
    header = Header(b"A: b\n" * 20, 3, max_fields=5)
    assert len(header.fields) == 5
    assert ("limit.field_count", 3) in header.faults


@pytest.mark.parametrize(
    ("raw", "text"),
    [
        pytest.param(b" a\r\n b\r\n", b"a b", id="CRLF"),
        pytest.param(b" a\n\tb\n", b"a b", id="tab"),
        pytest.param(b" a\n   b\n", b"a   b", id="more blanks stay"),
        pytest.param(b"a", b"a", id="nothing to do"),
        pytest.param(b"\n\n", b"", id="line ends only"),
    ],
)
def test_unfold(raw: bytes, text: bytes) -> None:
    assert unfold(raw) == text


def test_line_ends_cut_short_are_unfolded_in_linear_time() -> None:
    assert_linear(unfold, flood(b"\r", b"a\n b"))


TOKENS = [b"A", b":", b" ", b"\t", b"\n", b"\r\n", b"\r", b"Subject", b"x y", b"\0", b"\xe3\x81", b"--"]
blocks = st.one_of(joined(TOKENS, 24), st.binary(max_size=200))


@given(raw=blocks, offset=st.integers(0, 9))
@example(raw=b"A: b\njunk\nC: d\n", offset=1)
def test_offsets_are_right_for_any_bytes(raw: bytes, offset: int) -> None:
    header = Header(raw, offset)
    whole = b"." * offset + raw
    last = offset
    for field in header:
        assert whole[field.offset :].startswith(field.name)
        assert whole[field.value_offset - 1 : field.value_offset] == b":"
        assert whole[field.value_offset :].startswith(field.raw)
        assert field.offset >= last
        last = field.value_offset + len(field.raw)
        assert b"\n" not in field.value.replace(b"\r\n", b"")
        assert header.get(field.name.lower().decode("latin-1")) is not None if field.name.isascii() else True
    assert header.consumed <= len(raw)
    assert all(offset <= place <= offset + len(raw) for _, place in header.faults)
    assert len(header.all("subject")) == header.count("subject") == ("subject" in header) * header.count("subject")


@given(raw=blocks, most=st.sampled_from([0, 1, 2, 3, 5]))
@example(raw=b"Content-Type: a\n b\nA: b\njunk\nC: d\n", most=1)
def test_a_large_block_is_read_like_a_small_one(raw: bytes, most: int) -> None:
    small, large = Header(raw, 7), Header(raw, 7, max_fields=most)
    more = [fault for fault in large.faults if fault[0] == "limit.field_count"]
    assert [fault for fault in large.faults if fault not in more] == list(small.faults)
    assert large.consumed == small.consumed
    assert large.mime() == small.mime()
    assert large.fields == small.fields[: len(large.fields)]
    assert len(large.fields) == len(small.fields) or more
