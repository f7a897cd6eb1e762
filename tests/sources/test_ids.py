"""Ids of an owner's own, in JSON lines and Parquet: as text, whatever they are, and however a file is cut."""

from __future__ import annotations

import gzip
import io
import json
import tarfile
import zipfile
from collections.abc import Iterable
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from mailkit.errors import SourceError
from mailkit.limits import DEFAULT, Limits
from mailkit.sources.cut import CUTTERS
from mailkit.sources.files import raw_file
from mailkit.sources.ids import check_ids
from mailkit.sources.items import Raw
from mailkit.sources.lines import ID_BYTES, LONG_ID, raw_lines
from mailkit.sources.plan import Plan
from mailkit.sources.units import Size, read_unit
from tests.sources.splitting import SIZES, units

pa = pytest.importorskip("pyarrow", reason="pyarrow is not installed: pip install pyarrow")
pq = pytest.importorskip("pyarrow.parquet", reason="pyarrow is not installed: pip install pyarrow")
MAIL = b"Subject: hi\n\nhello\n"
OWN = UUID("0192f0c1-2b3c-7d4e-8f5a-6b7c8d9e0f1a")

CELLS: dict[str, tuple[str, str | None]] = {
    "a number": ("7", "7"),
    "a large number": ("123456789012345678901234567890", "123456789012345678901234567890"),
    "as it is written": ("1.50e3", "1.50e3"),
    "a text": ('"a \\u00e9\\n\\ud83d\\ude00"', "a é\n\U0001f600"),
    "an empty text": ('""', ""),
    "a UUID": (f'"{OWN}"', str(OWN)),
    "no UTF-8": ('"a\udcff"', "a\ufffd"),
    "yes": ("true", "true"),
    "null": ("null", None),
    "an object": ('{"$oid": "65f"}', '{"$oid": "65f"}'),
    "the longest": (f'"{"x" * (ID_BYTES - 2)}"', "x" * (ID_BYTES - 2)),
}


def rows(*cells: str, key: str = "own") -> bytes:
    """Make JSON lines of ids as they stand there."""
    return b"".join(
        f'{{"{key}":{cell},"raw":{json.dumps(MAIL.decode())}}}\n'.encode("utf-8", "surrogateescape") for cell in cells
    )


def ids_of(raws: Iterable[Raw]) -> list[str | None]:
    """Give the ids; all must be messages."""
    found = [*raws]
    assert all(raw.data == MAIL for raw in found)
    return [raw.id for raw in found]


@pytest.mark.parametrize(("cell", "own"), CELLS.values(), ids=CELLS)
def test_ids_of_json_lines(cell: str, own: str | None) -> None:
    for key in ("own", "ö w.n", "data", "email"):  # also one that may name the message, behind `raw`
        assert ids_of(raw_lines("x", io.BytesIO(rows(cell, key=key)), DEFAULT, 1, key)) == [own]
    for other in (None, "other"):
        assert ids_of(raw_lines("x", io.BytesIO(rows(cell)), DEFAULT, 1, other)) == [None]


def test_an_id_that_is_too_long_is_left_out() -> None:
    (raw,) = raw_lines("x", io.BytesIO(rows(f'"{"x" * ID_BYTES}"')), DEFAULT, 1, "own")
    assert (raw.data, raw.id, raw.note) == (MAIL, None, LONG_ID)
    table = pa.table({"own": ["x" * (ID_BYTES + 1)], "raw": [MAIL]})
    file = io.BytesIO()
    pq.write_table(table, file)
    from mailkit.sources.parquet import raw_parquet  # noqa: PLC0415 - where pyarrow lacks, all is skipped

    (raw,) = raw_parquet("x", file, DEFAULT, ids="own")
    assert (raw.data, raw.id, raw.note) == (MAIL, None, LONG_ID)


FAULTS = {
    "no message": b'{"own": 7}',
    "null": b'{"own": 7, "raw": null}',
    "no text": b'{"own": 7, "raw": 1}',
    "no mail": b'{"own": 7, "raw": "%PDF-1.4"}',
    "too large": b'{"own": 7, "raw": "Subject: ' + b"x" * 2_000 + b'"}',
}


@pytest.mark.parametrize("line", FAULTS.values(), ids=FAULTS)
def test_what_is_no_message_has_its_id(line: bytes) -> None:
    (raw,) = raw_lines("x", io.BytesIO(line), Limits(message_bytes=1_000), 1, "own")
    assert raw.error is not None
    assert (raw.data, raw.id) == (None, "7")


WHEN = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)
COLUMNS: dict[str, tuple[Any, list[str | None]]] = {
    "numbers": (pa.array([7, None]), ["7", None]),
    "large numbers": (pa.array([2**64 - 1, None], pa.uint64()), ["18446744073709551615", None]),
    "broken numbers": (pa.array([7.0, 0.5, float("nan")]), ["7", "0.5", None]),
    "decimals": (pa.array([Decimal("1.50"), None]), ["1.50", None]),
    "texts": (pa.array(["a b", "", None]), ["a b", "", None]),
    "large texts": (pa.array(["a b", None], pa.large_string()), ["a b", None]),
    "views": (pa.array(["a b", None], pa.string_view()), ["a b", None]),
    "a dictionary": (pa.array(["a", None, "a"]).dictionary_encode(), ["a", None, "a"]),
    "binary": (pa.array([b"a \xc3\xa9", b"\xff\x00", b"\x01", None]), ["a é", "ff00", "01", None]),
    "binary of a size": (pa.array([OWN.bytes, b"0123456789abcdef"], pa.binary(16)), [OWN.hex, "0123456789abcdef"]),
    "UUIDs": (pa.array([OWN.bytes, None], pa.uuid()), [str(OWN), None]),
    "yes and no": (pa.array([True, False, None]), ["true", "false", None]),
    "days": (pa.array([date(2026, 1, 2), None]), ["2026-01-02", None]),
    "times": (pa.array([WHEN.replace(tzinfo=None), None]), ["2026-01-02T03:04:05.000000", None]),
    "times of a zone": (pa.array([WHEN, None], pa.timestamp("ms", "Asia/Tokyo")), ["2026-01-02T03:04:05.000Z", None]),
    "times of no zone": (pa.array([WHEN], pa.timestamp("ms", "No/Where")), ["2026-01-02T03:04:05.000Z"]),
    "fine times": (pa.array([1], pa.timestamp("ns", "UTC")), ["1970-01-01T00:00:00.000000001Z"]),
    "nothing": (pa.nulls(2), [None, None]),
}


@pytest.mark.parametrize(("cells", "found"), COLUMNS.values(), ids=COLUMNS)
def test_ids_of_parquet(cells: Any, found: list[str | None], tmp_path: Path) -> None:  # noqa: ANN401 - pyarrow ships no types
    path = tmp_path / "it"
    pq.write_table(pa.table({"x": [b"x"] * len(cells), "own": cells, "raw": [MAIL] * len(cells)}), path)
    assert ids_of(raw_file(str(path), DEFAULT, "own")) == found
    assert ids_of(raw_file(str(path), DEFAULT)) == [None] * len(found)


def test_the_column_of_the_messages_may_be_that_of_the_ids(tmp_path: Path) -> None:
    pq.write_table(pa.table({"raw": [MAIL]}), tmp_path / "it")
    assert ids_of(raw_file(str(tmp_path / "it"), DEFAULT, "raw")) == [MAIL.hex()]
    line = json.dumps({"raw": MAIL.decode()}).encode()
    assert ids_of(raw_lines("x", io.BytesIO(line), DEFAULT, 1, "raw")) == [MAIL.decode()]


MISSING = {"other": pa.array([1, 2, 3, 4]), "raw": [MAIL] * 4}
NO_IDS: dict[str, tuple[dict[str, Any], str]] = {
    "no such column": (MISSING, "has no ids: no column own; there is other, raw"),
    "lists": ({**MISSING, "own": [[1]] * 4}, "has no ids: its column own holds list<element: int64>"),
}


@pytest.mark.parametrize(("columns", "what"), NO_IDS.values(), ids=NO_IDS)
def test_parquet_without_ids_is_one_error_in_any_cut(columns: dict[str, Any], what: str, tmp_path: Path) -> None:
    path = tmp_path / "it"
    pq.write_table(pa.table(columns), path, row_group_size=1)
    for size in SIZES:
        found = [raw for unit in units(path, size) for raw in read_unit(unit, DEFAULT, "own")]
        assert [(raw.name, raw.error and raw.error.what) for raw in found] == [(str(path), what)]


def _archive(path: Path, data: bytes, form: str) -> None:
    if form == "zip":
        with zipfile.ZipFile(path, "w") as archive:
            archive.writestr("in.jsonl", data)
    else:
        member = tarfile.TarInfo("in.jsonl")
        member.size = len(data)
        with tarfile.open(path, "w:gz" if form == "packed tar" else "w") as tape:
            tape.addfile(member, io.BytesIO(data))


@pytest.mark.parametrize("form", ["rows", "parquet", "gzip", "zip", "tar", "packed tar"])
def test_every_way_to_a_row_has_its_id(form: str, tmp_path: Path) -> None:
    path = tmp_path / "it"
    expected = [str(number) for number in range(20)]
    data = rows(*expected)
    if form == "parquet":
        pq.write_table(pa.table({"own": [*range(20)], "raw": [MAIL] * 20}), path, row_group_size=3)
    elif form in {"rows", "gzip"}:
        path.write_bytes(data if form == "rows" else gzip.compress(data))
    else:
        _archive(path, data, form)
    assert ids_of(raw for raw in raw_file(str(path), DEFAULT, "own") if not raw.note) == expected
    for size in (Size(messages=3), Size(bytes=100)):
        for most in (None, 7):
            plan = Plan([str(path)], DEFAULT, size, most=most, ids="own")
            found = [raw for one in plan for raw in (one.sent or read_unit(one.unit, DEFAULT, "own")) if not raw.note]
            assert ids_of(found) == expected[: len(found)]
            assert len(found) == 20 if most is None else len(found) >= 7
    assert set(CUTTERS) >= {"jsonl", "parquet", "zip", "tar"}


def test_inputs_are_looked_at_before(tmp_path: Path) -> None:
    texts = {"a.eml": MAIL, "a.jsonl": rows("7", "8"), "sparse.jsonl": rows("1", key="x") * 9 + rows("2"), "empty": b""}
    texts |= {"a.jsonl.gz": gzip.compress(rows("7")), "bad.gz": b"\x1f\x8b\x08\0", "bad.parquet": b"PAR1\0\0"}
    for name, data in texts.items():
        (tmp_path / name).write_bytes(data)
    pq.write_table(pa.table({"own": [7], "raw": [MAIL]}), tmp_path / "a.parquet")
    pq.write_table(pa.table({"picture": [b"x"]}), tmp_path / "picture.parquet")
    _archive(tmp_path / "a.zip", rows("7"), "zip")
    may = {"a.jsonl", "sparse.jsonl", "a.jsonl.gz", "a.parquet", "a.zip", "-", "bad.parquet", "picture.parquet"}
    for name in (*sorted(path.name for path in tmp_path.iterdir()), "-", "missing"):
        assert check_ids([name if name == "-" else str(tmp_path / name)], "own", DEFAULT) == (name in may), name
    assert check_ids([str(tmp_path)], "own", DEFAULT)
    assert not check_ids([str(tmp_path / "a.eml"), str(tmp_path / "*.nothing")], "own", DEFAULT)


LACKING = {
    "it.jsonl": rows("7", "8", key="x") + b'{"y": 1}\n',
    "it.jsonl.gz": gzip.compress(rows("7", "8", key="x") + b'{"y": 1}\n'),
}


@pytest.mark.parametrize(("name", "data"), LACKING.items(), ids=LACKING)
def test_rows_without_the_column_are_refused(name: str, data: bytes, tmp_path: Path) -> None:
    path = tmp_path / name
    path.write_bytes(data)
    what = rf"{name}: has no ids: no column own in its first rows; there is x, raw, y\. Nothing was begun"
    for source in (str(path), str(tmp_path)):
        with pytest.raises(SourceError, match=what):
            check_ids([source], "own", DEFAULT)


def test_parquet_without_the_column_is_refused(tmp_path: Path) -> None:
    pq.write_table(pa.table(MISSING), tmp_path / "it")
    with pytest.raises(SourceError, match=r"it: has no ids: no column own; there is other, raw\. Nothing was begun"):
        check_ids([str(tmp_path)], "own", DEFAULT)
