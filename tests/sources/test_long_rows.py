"""Long rows of JSON lines and Parquet: the same messages as short ones, in the memory of the line and the message."""

from __future__ import annotations

import io
import json
import re
from base64 import b64encode, encodebytes
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mailkit.limits import Limits
from mailkit.sources import lines
from mailkit.sources.lines import raw_lines
from tests.memory import NOT_TOLD, STATUS, numbers_of
from tests.strategies import joined

pa = pytest.importorskip("pyarrow", reason="pyarrow is not installed: pip install pyarrow")
pq = pytest.importorskip("pyarrow.parquet", reason="pyarrow is not installed: pip install pyarrow")
HEAD = "Subject: hi\n\n"
TOKENS = [
    "\\",
    "\\\\",
    '"',
    "\n",
    "\r\n",
    "\t",
    "/",
    "\U0001f600",
    "é",
    "日本",
    "a",
    "\x01",
    "\u2028",
    "=",
    "AAAA",
    "ud83d",
]
texts = joined(TOKENS, 30)
armoured = joined(["A", "AA", "AAA", "B/", "+", "\n", "\r\n", "=", "==", " ", "\t", "/"], 30)
values = st.one_of(
    texts,
    texts.map(HEAD.__add__),
    texts.map(lambda text: b64encode((HEAD + text).encode()).decode()),
    texts.map(lambda text: encodebytes((HEAD + text).encode()).decode()),
    armoured,
    armoured.map(lambda text: b64encode(HEAD.encode()).decode() + text),
)


def read(line: bytes, most: int) -> list[tuple[str, bytes | None, str | None, str | None]]:
    """Read a line; what JSON is not, is said in other words of a piece, and then the id may be known."""
    raws = raw_lines("x", io.BytesIO(line), Limits(message_bytes=most), 1, "id")
    return [
        (
            raw.name,
            bytes(raw.data) if raw.data is not None else None,
            raw.id if raw.data else None,
            _plain(raw.error.what) if raw.error else None,
        )
        for raw in raws
    ]


def _plain(what: str) -> str:
    return re.sub(r"(?<=is no JSON) \(.*|there is .*", "", what)


@settings(max_examples=1_500, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    value=values,
    ascii_only=st.booleans(),
    slashes=st.booleans(),
    harm=st.none() | st.tuples(st.integers(0, 99), st.binary(max_size=2)),
)
def test_in_pieces_a_row_is_what_it_is_as_a_whole(
    value: str, harm: tuple[int, bytes] | None, *, ascii_only: bool, slashes: bool
) -> None:
    line = json.dumps({"id": 7, "raw": value, "more": 1}, ensure_ascii=ascii_only).encode()
    line = line.replace(b"/", b"\\/") if slashes else line
    if harm is not None and b"\n" not in harm[1]:
        at = line.index(b'"raw": ') + 8 + harm[0]
        line = line[:at] + harm[1] + line[at + 1 :]
    for most in (10, 100_000):
        expected = read(line, most)
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(lines, "PIECE_BYTES", 16)
            assert read(line, most) == expected


OTHERS = {
    "an array": (b'{"raw": [' + b"1," * 40 + b"1]}", "has no message in its column but list"),
    "an object": (b'{"raw": {"a": "' + b"x" * 40 + b'"}}', "has no message in its column but dict"),
    "a number": (b'{"raw": ' + b"1" * 40 + b"}", "has no message in its column but int"),
    "no message": (b'{"data": null, "x": "' + b"x" * 40 + b'"}', "has no message: no column raw, or it is null; "),
    "no object": (b'  ["' + b"x" * 40 + b'"]', "is no JSON object but list"),
    "cut": (b'{"raw": "' + b"x" * 40, "is no JSON"),
}


@pytest.mark.parametrize(("line", "what"), OTHERS.values(), ids=OTHERS)
def test_long_rows_that_hold_no_text(line: bytes, what: str, monkeypatch: pytest.MonkeyPatch) -> None:
    assert [error for *_, error in read(line, 1_000)] == [what]
    monkeypatch.setattr(lines, "PIECE_BYTES", 16)
    assert [error for *_, error in read(line, 1_000)] == [what]


@pytest.mark.parametrize("piece", [16, 1 << 20])
def test_a_line_is_as_long_as_it_may_be(piece: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """One that is longer is passed over, and the next one is read."""
    monkeypatch.setattr(lines, "PIECE_BYTES", piece)
    limits = Limits(message_bytes=100)
    most = lines.row_bytes(limits)
    row = json.dumps({"raw": HEAD}).encode()
    for more, whole in ((0, True), (1, False), (100_000, False)):
        long = row + b" " * (most - len(row) - 1 + more) + b"\n"
        for data, count in ((long + row, 2), (long, 1), (long.removesuffix(b"\n") + b" " * (not whole), 1)):
            found = [*raw_lines("x", io.BytesIO(data), limits)]
            assert [raw.name for raw in found] == ["x#1", "x#2"][:count]
            assert [raw.data is not None for raw in found] == [whole, True][:count], (more, count)
            assert whole or str(found[0].error).startswith(
                f"x#1: is too large: more than {most:,} bytes, the limit is 100"
            )


def test_the_line_is_gone_when_its_message_is_read() -> None:
    line = json.dumps({"id": 7, "raw": HEAD + "y" * 3_000_000}).encode()
    raws = raw_lines("x", io.BytesIO(line), Limits(), 1, "id")
    assert len(next(raws).data or b"") == len(HEAD) + 3_000_000
    assert "line" not in raws.gi_frame.f_locals  # type: ignore[attr-defined] # it is a generator


MEMORY = """
import sys
from mailkit.limits import Limits
from mailkit.sources.files import raw_file
from tests.memory import resident
small, path, most = sys.argv[1], sys.argv[2], int(sys.argv[3])
[*raw_file(small, Limits(message_bytes=most), "id")]
before, messages, errors, ids = resident("VmRSS"), 0, 0, 0
for raw in raw_file(path, Limits(message_bytes=most), "id"):
    messages, errors, ids = messages + (raw.data is not None), errors + (raw.error is not None), ids + (raw.id is not None)
    del raw
print(messages, errors, ids, resident("VmHWM") - before)
"""
MOST = 20_000_000
LAST = b'\n{"id": 2, "raw": "Subject: hi\\n\\n"}\n'
MARGIN = 8_000_000
"""What allocators keep."""


def _text(size: int, first: str = "") -> bytes:
    return b'"' + json.dumps(HEAD + first, ensure_ascii=False).encode()[1:-1] + b"x" * size + b'"'


def _many(count: int) -> bytes:
    return b"".join(b'"%d":%d,' % (number, number) for number in range(count))


ROWS: dict[str, tuple[Callable[[], bytes], tuple[int, int, int], int]] = {
    "beyond the limit": (lambda: b'{"id": 1, "raw": ' + _text(150_000_000) + b"}", (1, 1, 1), 2),
    "a text": (lambda: b'{"id": 1, "raw": ' + _text(19_000_000) + b"}", (2, 0, 2), 2),
    "a text of wide letters": (lambda: b'{"id": 1, "raw": ' + _text(19_000_000, "\U0001f4a9") + b"}", (2, 0, 2), 2),
    "escapes": (lambda: b'{"id": 1, "raw": "Subject: hi\\n\\n' + b"\\u0041" * 3_300_000 + b'"}', (2, 0, 2), 2),
    "base64": (lambda: b'{"id": 1, "raw": "' + b64encode(HEAD.encode() + bytes(19_000_000)) + b'"}', (2, 0, 2), 3),
    "a text that is too large": (lambda: b'{"id": 1, "raw": ' + _text(39_000_000) + b"}", (1, 1, 2), 3),
    "other columns": (lambda: b'{"id": 1, "raw": "A: b", "body": ' + _text(39_000_000) + b"}", (2, 0, 2), 2),
    "a long id": (lambda: b'{"raw": "A: b", "id": ' + _text(39_000_000) + b"}", (2, 0, 1), 2),
    "very many columns": (lambda: b"{" + _many(2_000_000) + b'"id": 1, "raw": "A: b"}', (2, 0, 2), 2),
    "a list": (lambda: b'{"id": 1, "raw": [' + b"[]," * 10_000_000 + b"[]]}", (1, 1, 2), 2),
}
"""A row, what is found in a file of it and a short one, and how many times the limit of a message it may take."""


@pytest.mark.skipif(not STATUS.exists(), reason=NOT_TOLD)
@pytest.mark.parametrize(("row", "found", "times"), ROWS.values(), ids=ROWS)
def test_memory_is_that_of_the_line_and_the_message(
    row: Callable[[], bytes], found: tuple[int, int, int], times: int, tmp_path: Path
) -> None:
    """A line is up to twice the limit of a message, and then there is the message."""
    (tmp_path / "small").write_bytes(LAST * 100)
    (tmp_path / "long").write_bytes(row() + LAST)
    *counts, peak = numbers_of(MEMORY, tmp_path / "small", tmp_path / "long", MOST)
    assert tuple(counts) == found
    assert peak < times * MOST + MARGIN


def _group(
    path: Path, ids: Sequence[object], raws: Sequence[bytes], places: Sequence[int], *, of_its_own: bool
) -> None:
    """Write a row group with a dictionary, which is the reader's concern or is not seen by him."""
    columns = [pa.DictionaryArray.from_arrays(pa.array(places, pa.int32()), pa.array(one)) for one in (ids, raws)]
    table = pa.table(columns, names=["id", "raw"])
    pq.write_table(table, path, compression="zstd", store_schema=of_its_own)


WHOLE = 8_000_000
"""The limit of a message; a row may be twice as large."""
LARGE = HEAD.encode() + bytes(20_000_000)
MAIL = HEAD.encode()
MANY = [0] * 200
GROUPS: dict[str, tuple[Sequence[object], Sequence[bytes], Sequence[int], tuple[int, int, int], int]] = {
    "one row": ([7], [LARGE], [0], (0, 1, 0), 0),
    "one of two": (["7", "8"], [MAIL, LARGE * 2], [0, 1], (0, 1, 0), 0),
    "the same ones": ([7], [LARGE], MANY, (0, 1, 0), 0),
    "an id": (["x" * 20_000_000], [MAIL], [0], (0, 1, 0), 0),
    "many that are as large as they may be": ([7], [LARGE[:WHOLE]], MANY, (200, 0, 200), 500_000_000),
    "many large ids": (["x" * 4_000_000], [MAIL], MANY, (200, 0, 0), 500_000_000),
}
"""Ids and messages of a row group, which of them its rows are, what is found in it, and what memory it may take."""


@pytest.mark.skipif(not STATUS.exists(), reason=NOT_TOLD)
@pytest.mark.parametrize("of_its_own", [True, False])
@pytest.mark.parametrize("name", GROUPS)
def test_memory_of_parquet(name: str, tmp_path: Path, *, of_its_own: bool) -> None:
    """What its metadata tells to be too large is not read; what is there many times is held few times at once."""
    ids, raws, places, found, most = GROUPS[name]
    _group(tmp_path / "small", [7], [MAIL], [0], of_its_own=of_its_own)
    _group(tmp_path / "large", ids, raws, places, of_its_own=of_its_own)
    *counts, peak = numbers_of(MEMORY, tmp_path / "small", tmp_path / "large", WHOLE)
    assert tuple(counts) == found
    assert peak < most + MARGIN
