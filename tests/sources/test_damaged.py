"""Archives that are damaged, hostile or unusual: an error names the place, what can be read is read, nothing raises."""

from __future__ import annotations

import io
import struct
import tarfile
import zipfile
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mailkit.limits import DEFAULT, Limits
from mailkit.sources.files import read_raw
from mailkit.sources.sniff import HEAD_BYTES, kind_of
from mailkit.sources.units import Size, read_unit
from mailkit.sources.zips import raw_zip
from tests.sources.splitting import assert_any_split, in_units, units, whole
from tests.sources.test_archives import MAIL, PACKS, parquet

FEW = {"a.eml": MAIL, "b.eml": b"Subject: b\n\nhi\n", "c.txt": b"no mail\n", "d.eml": MAIL}


def zip_of(members: dict[str, bytes], method: int = zipfile.ZIP_DEFLATED, comment: bytes = b"") -> bytes:
    """Make a zip archive."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", method) as archive:
        archive.comment = comment
        for name, data in members.items():
            archive.writestr(name, data)
    return file.getvalue()


def tar_of(*members: tuple[str, bytes, bytes], form: int = tarfile.GNU_FORMAT) -> bytes:
    """Make a tar archive of names, types and contents."""
    file = io.BytesIO()
    with tarfile.open(fileobj=file, mode="w", format=form) as archive:
        for name, kind, data in members:
            member = tarfile.TarInfo(name)
            member.type, member.size, member.linkname = kind, len(data), "target"
            archive.addfile(member, io.BytesIO(data))
    return file.getvalue()


def patched(data: bytes, name: bytes, at: int, value: bytes) -> bytes:
    """Write over a field of an entry in the directory."""
    place = data.rindex(name, 0, data.rindex(b"PK\x05\x06")) - 46 + at
    return data[:place] + value + data[place + len(value) :]


def read(tmp_path: Path, data: bytes, limits: Limits = DEFAULT) -> list[str]:
    """Give the names of what could be read in an archive, or the errors; check that every split gives the same."""
    path = tmp_path / "it"
    path.write_bytes(data)
    found = assert_any_split(path, limits)
    return [
        name[len(str(path)) :] if isinstance(what, bytes) else f"{name[len(str(path)) :]}: {what}"
        for name, what, _ in found
    ]


ZIP = zip_of(FEW)
ALL = ["/a.eml", "/b.eml", "/d.eml"]


@pytest.mark.parametrize(
    ("data", "found"),
    [
        pytest.param(zip_of(FEW, comment=b"PK\x05\x06" + bytes(30)), ALL, id="a comment like an end"),
        pytest.param(ZIP + b"more behind it", ALL, id="bytes behind the end"),
        pytest.param(
            patched(ZIP, b"b.eml", 8, b"\1"), "/b.eml: is encrypted; unpack the archive with its", id="encrypted"
        ),
        pytest.param(patched(ZIP, b"b.eml", 10, b"\x5d"), "/b.eml: is packed by method zstd; unpack", id="zstd"),
        pytest.param(patched(ZIP, b"b.eml", 10, b"\x40"), "/b.eml: is packed by method 64; unpack", id="unknown"),
        pytest.param(
            patched(ZIP, b"b.eml", 16, b"\1\2"), "/b.eml: cannot be read (it is damaged: checksum)", id="checksum"
        ),
        pytest.param(patched(ZIP, b"b.eml", 24, b"\1\0"), "/b.eml: cannot be read (it is larger than", id="larger"),
        pytest.param(patched(ZIP, b"b.eml", 24, b"\xff"), "/b.eml: cannot be read (it is damaged: it is", id="smaller"),
        pytest.param(patched(ZIP, b"b.eml", 20, b"\2\0"), "/b.eml: cannot be read (it is", id="packed size"),
        pytest.param(patched(ZIP, b"b.eml", 42, b"\1\0"), "/b.eml: cannot be read (there is no member", id="place"),
        pytest.param(
            patched(ZIP, b"b.eml", 42, b"\xf0\xff\xff\x7f"), "/b.eml: cannot be read (there is no", id="far place"
        ),
    ],
)
def test_zips(data: bytes, found: list[str] | str, tmp_path: Path) -> None:
    seen = read(tmp_path, data)
    if isinstance(found, list):
        assert seen == found
    else:
        assert (seen[0], seen[2]) == ("/a.eml", "/d.eml")
        assert seen[1].startswith(found)


@pytest.mark.parametrize(
    ("data", "said"),
    [
        pytest.param(ZIP[:-30], ": cannot be read (it is no whole zip archive: there is no directory", id="cut"),
        pytest.param(ZIP[:100], ": cannot be read (it is no whole zip archive: there is no directory", id="cut early"),
        pytest.param(
            ZIP[:-18] + b"\1\0\1\0" + ZIP[-14:], ": cannot be read (it is one of several parts; join", id="parts"
        ),
    ],
)
def test_what_is_no_whole_zip(data: bytes, said: str, tmp_path: Path) -> None:
    (seen,) = read(tmp_path, data)
    assert seen.startswith(said)


def test_a_directory_that_is_damaged_is_read_up_to_there(tmp_path: Path) -> None:
    seen = read(tmp_path, patched(ZIP, b"b.eml", 0, b"XX"))
    assert seen[0] == "/a.eml"
    assert seen[1].startswith(": cannot be read further (its directory is damaged at byte ")
    assert len(seen) == 2


def test_an_empty_zip_is_no_mail(tmp_path: Path) -> None:
    path = tmp_path / "it"
    path.write_bytes(zip_of({}))
    (raw,) = read_raw([str(path)])
    assert str(raw.error).endswith("it: is no mail: an empty zip archive")


def test_bytes_before_a_zip(tmp_path: Path) -> None:
    path = tmp_path / "it"
    path.write_bytes(b"#!/bin/sh\nexit\n" + ZIP)
    with path.open("rb") as file:
        assert [raw.name for raw in raw_zip("z", file, DEFAULT) if raw.data] == [f"z{name}" for name in ALL]


def test_what_the_header_before_a_member_says_counts_not(tmp_path: Path) -> None:
    place = ZIP.index(b"b.eml") - 30
    assert read(tmp_path, ZIP[: place + 6] + b"\xff" * 20 + ZIP[place + 26 :]) == ALL


def test_members_that_overlap_are_read_once(tmp_path: Path) -> None:
    body = zip_of({"a.eml": b"Subject: a\n\n" + b"x" * 9_000}, zipfile.ZIP_STORED)
    start, end = body.index(b"PK\x01\x02"), body.index(b"PK\x05\x06")
    entries = body[start:end] * 400
    data = body[:start] + entries + struct.pack("<4s4H2LH", b"PK\x05\x06", 0, 0, 400, 400, len(entries), start, 0)
    *members, last = read(tmp_path, data)
    assert members == ["/a.eml"] * 3
    assert last.startswith(": cannot be read further (its members overlap one another, from a.eml on")


def test_more_members_than_16_bits_count(tmp_path: Path) -> None:
    path = tmp_path / "it"
    with zipfile.ZipFile(path, "w") as archive:
        for number in range(65_600):
            archive.writestr(zipfile.ZipInfo(f"{number}.eml"), b"" if number % 100 else b"Subject: hi\n\n")
    assert b"PK\x06\x06" in path.read_bytes()
    found = units(path, Size(messages=30_000))
    assert [unit.count for unit in found] == [30_000, 30_000, 5_600]
    expected = whole(path)
    assert [name for name, _, _ in expected] == [f"{path}/{number}.eml" for number in range(0, 65_600, 100)]
    assert in_units(found) == expected


def test_a_member_of_zip64(tmp_path: Path) -> None:
    path = tmp_path / "it"
    with zipfile.ZipFile(path, "w") as archive, archive.open("a.eml", "w", force_zip64=True) as member:
        member.write(MAIL)
    data = path.read_bytes()
    start = data.index(b"PK\x01\x02")
    extra = struct.pack("<2H3Q", 1, 24, len(MAIL), len(MAIL), 0)
    entry = data[start : start + 20] + b"\xff" * 8 + struct.pack("<3H", 5, len(extra), 0)
    entry += data[start + 34 : start + 42] + b"\xff" * 4 + b"a.eml" + extra
    head = struct.pack("<4sQ2H2L4Q", b"PK\x06\x06", 44, 45, 45, 0, 0, 1, 1, len(entry), start)
    locator = struct.pack("<4sLQL", b"PK\x06\x07", 0, start + len(entry), 1)
    assert read(
        tmp_path, data[:start] + entry + head + locator + b"PK\x05\x06" + b"\0" * 4 + b"\xff" * 12 + b"\0\0"
    ) == ["/a.eml"]


def bomb(size: int) -> bytes:
    """Make a mail of zeros."""
    return b"Subject: a bomb\n\n" + bytes(size)


@pytest.mark.parametrize("method", [zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA], ids=["8", "12", "14"])
def test_a_message_that_is_too_large_when_it_is_unpacked(method: int, tmp_path: Path) -> None:
    data = zip_of({"a.eml": bomb(9_000_000), "b.eml": MAIL}, method)
    first, second = read(tmp_path, data, Limits(message_bytes=100_000, memory_bytes=50_000))
    assert first.startswith("/a.eml: is too large: more than 100,000 bytes")
    assert second == "/b.eml"


def test_a_dictionary_that_takes_too_much_memory(tmp_path: Path) -> None:
    data = zip_of({"a.eml": MAIL}, zipfile.ZIP_LZMA)
    place = data.index(b"a.eml") + 5 + 5
    data = patched(data[:place] + b"\xff" * 4 + data[place + 4 :], b"a.eml", 24, b"\xff\xff\xff\x7f")
    (seen,) = read(tmp_path, data)
    assert seen.startswith("/a.eml: cannot be read (it needs 2,147,483,647 bytes of memory")


# -- tar


def header(name: str, kind: bytes, size: bytes) -> bytes:
    """Make the header of a tar archive's member, with a size as it is written."""
    member = tarfile.TarInfo(name)
    member.type = kind
    block = bytearray(member.tobuf(tarfile.GNU_FORMAT))
    block[124:136] = size
    block[148:156] = b" " * 8
    block[148:156] = b"%06o\0 " % sum(block)
    return bytes(block)


FIRST = tar_of(("a.eml", b"0", MAIL))[: 512 + -(-len(MAIL) // 512) * 512]
REST = tar_of(("b.eml", b"0", MAIL))


@pytest.mark.parametrize(
    ("data", "found"),
    [
        pytest.param(FIRST + bytes(10_240) + REST, ["/a.eml", "/b.eml"], id="two joined"),
        pytest.param(FIRST + bytes(1024) + b"garbage" * 300, ["/a.eml"], id="garbage behind the end"),
        pytest.param(FIRST, ["/a.eml"], id="no end"),
        pytest.param(FIRST[:-512], ["/a.eml: cannot be read (it is cut short)"], id="cut in a member"),
        pytest.param(
            FIRST + REST[:300], ["/a.eml", ": cannot be read further (the header at byte"], id="cut in a header"
        ),
        pytest.param(FIRST + b"x" * 512 + REST, ["/a.eml", ": cannot be read further (the header at"], id="no header"),
        pytest.param(
            FIRST + header("b", b"L", b"%011o\0" % (7 << 30)) + REST,
            ["/a.eml", ": cannot be read further (the header at byte"],
            id="a name of 7 GB",
        ),
        pytest.param(
            FIRST + header("b", b"0", b"\xff" * 12) + REST,
            ["/a.eml", ": cannot be read further (the header at byte"],
            id="a negative size",
        ),
        pytest.param(
            FIRST + header("b.eml", b"0", b"\x80" + b"\x7f" * 11) + MAIL,
            ["/a.eml", "/b.eml: cannot be read (it is cut short)"],
            id="a size without end",
        ),
        pytest.param(
            FIRST + header("b", b"x", b"%011o\0" % 9) + b"9 size=9\n".ljust(512, b"\0"),
            ["/a.eml", ": cannot"],
            id="records",
        ),
        pytest.param(
            FIRST + header("s.eml", b"S", b"%011o\0" % 512) + MAIL[:512] + REST,
            ["/a.eml", "/s.eml: is a file with holes", "/b.eml"],
            id="holes",
        ),
        pytest.param(
            (header("n", b"L", b"%011o\0" % 2) + b"x\0".ljust(512, b"\0")) * 5_000 + FIRST,
            ["/x"],
            id="5,000 names for one",
        ),
        pytest.param(
            tar_of(("l", b"1", b""), ("s", b"2", b""), ("p", b"6", b""), ("c", b"3", b""), ("d", b"5", b"")) + FIRST,
            ["/a.eml"],
            id="what has no bytes",
        ),
    ],
)
def test_tars(data: bytes, found: list[str], tmp_path: Path) -> None:
    seen = read(tmp_path, data)
    assert len(seen) == len(found)
    assert all(one.startswith(start) for one, start in zip(seen, found, strict=True))


def test_what_has_no_bytes_is_named(tmp_path: Path) -> None:
    path = tmp_path / "it"
    path.write_bytes(tar_of(("l.eml", b"1", b""), ("s.eml", b"2", b""), ("p", b"6", b"")))
    (raw,) = read_raw([str(path)])
    assert str(raw.error).endswith("is no mail: a tar archive without mail (3 files: l.eml, s.eml, p)")
    found = [str(raw.error) for unit in units(path, Size(messages=1)) for raw in read_unit(unit, DEFAULT)]
    assert [what.rpartition(": ")[2] for what in found] == ["a link to target", "a link to target", "a pipe"]


def test_a_tar_in_a_tar_in_a_zip(tmp_path: Path) -> None:
    inner = tar_of(("in.tar", b"0", REST), ("c.eml", b"0", MAIL))
    assert read(tmp_path, zip_of({"a.tar": inner, "z.zip": ZIP})) == ["/a.tar/in.tar/b.eml", "/a.tar/c.eml"]


# -- any damage

DAMAGES = st.lists(
    st.tuples(st.sampled_from(["set", "cut", "drop", "copy"]), st.integers(0, 1 << 20), st.integers(0, 1 << 20)),
    min_size=1,
    max_size=3,
)


def damaged(data: bytes, damages: list[tuple[str, int, int]]) -> bytes:
    """Damage bytes, more often near their end, where the directories are."""
    changed = bytearray(data)
    for what, first, second in damages:
        size = max(1, len(changed))
        place = first % size if first & 1 else max(0, size - 1 - first % 400)
        if what == "set":
            changed[place : place + 1] = bytes([second & 255])
        elif what == "cut":
            del changed[place:]
        elif what == "drop":
            del changed[place : place + second % 300]
        else:
            changed[place : place + 46] = changed[second % size :][:46]
    return bytes(changed)


def columns(path: Path, members: dict[str, bytes]) -> None:
    """Write members as Parquet."""
    parquet(path, list(members.values()), group=2)


@pytest.mark.parametrize("form", ["deflate", "lzma", "gnu", "pax", "parquet"])
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(damages=DAMAGES)
def test_any_damage(tmp_path: Path, form: str, damages: list[tuple[str, int, int]]) -> None:
    path = tmp_path / "it"
    {**PACKS, "parquet": columns}[form](path, FEW)
    data = damaged(path.read_bytes(), damages)
    path.write_bytes(data)
    if kind_of(data[:HEAD_BYTES]) in {"zip", "tar", "parquet"}:
        assert_any_split(path, sizes=(Size(bytes=1), Size(messages=2)))
    else:
        whole(path)
