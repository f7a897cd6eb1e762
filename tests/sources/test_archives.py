"""Mail in zip and tar archives and in columns: the same messages as in plain files, whatever is around them."""

from __future__ import annotations

import bz2
import gzip
import io
import json
import lzma
import sys
import tarfile
import zipfile
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from mailkit.limits import Limits
from mailkit.sources.files import read_raw
from mailkit.sources.sniff import HEAD_BYTES, kind_of
from mailkit.sources.units import Size, read_unit
from tests.memory import NOT_TOLD, STATUS, numbers_of
from tests.sources.splitting import SIZES, answers, assert_any_split, units
from tests.strategies import OWN, ROOT

if TYPE_CHECKING:
    from _typeshed import ReadableBuffer as Buffer

MAILS = {path.name: path.read_bytes() for path in sorted(OWN.glob("*.eml"))[:40]}
MAIL = (OWN / "exim-full.eml").read_bytes()
LINE = b"From a@b Sat Jan  3 01:02:03 2026\n"
BOX = b"".join(LINE + mail + b"\n" for mail in list(MAILS.values())[:5])
ROWS = b"".join(json.dumps({"raw": f"Subject: {number}\n\nhi\n"}).encode() + b"\n" for number in range(3))
MEMBERS = {
    **{f"inner/{name}": mail for name, mail in MAILS.items()},
    "inner/box": BOX,
    "rows.jsonl": ROWS,
    "deep/a.eml.gz": gzip.compress(MAIL),
    "x" * 150 + "/größe.eml": b"Subject: a long name\n\n",
    "paper.pdf": b"%PDF-1.4\n",
    "empty": b"",
}
Pack = Callable[[Path, Mapping[str, bytes]], None]


def zipped(method: int) -> Pack:
    """Give what makes a zip archive by a method."""

    def pack(path: Path, members: Mapping[str, bytes]) -> None:
        with zipfile.ZipFile(path, "w", method) as archive:
            archive.writestr("inner/", b"")
            for name, data in members.items():
                archive.writestr(name, data)

    return pack


def streamed(path: Path, members: Mapping[str, bytes]) -> None:
    """Make a zip archive as it is made in a pipe: with sizes behind the members."""
    with path.open("wb") as file, zipfile.ZipFile(Forwards(file), "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members.items():
            archive.writestr(name, data)


class Forwards(io.RawIOBase):
    """A file that cannot be sought in."""

    def __init__(self, file: io.BufferedWriter) -> None:
        self._file = file

    def writable(self) -> bool:
        """Say that it can be written."""
        return True

    def write(self, data: Buffer, /) -> int:
        """Write bytes."""
        return self._file.write(data)


def tarred(form: int) -> Pack:
    """Give what makes a tar archive of a form."""

    def pack(path: Path, members: Mapping[str, bytes]) -> None:
        with tarfile.open(path, "w", format=form) as archive:
            folder = tarfile.TarInfo("inner")
            folder.type = tarfile.DIRTYPE
            archive.addfile(folder)
            for name, data in members.items():
                member = tarfile.TarInfo(name)
                member.size = len(data)
                archive.addfile(member, io.BytesIO(data))

    return pack


def v7(path: Path, members: Mapping[str, bytes]) -> None:
    """Make a tar archive as before ustar: no mark, short names."""
    blocks = []
    for name, data in members.items():
        fields = [name.encode().ljust(100, b"\0"), b"000644 \0", b"000000 \0", b"000000 \0", b"%011o " % len(data)]
        header = b"".join(fields) + b"00000000000 " + b" " * 8 + b"\0" * 356
        header = header[:148] + b"%06o\0 " % sum(header) + header[156:]
        blocks.append(header + data + b"\0" * (-len(data) % 512))
    path.write_bytes(b"".join(blocks) + bytes(1024))


PACKS: dict[str, Pack] = {
    "stored": zipped(zipfile.ZIP_STORED),
    "deflate": zipped(zipfile.ZIP_DEFLATED),
    "bzip2": zipped(zipfile.ZIP_BZIP2),
    "lzma": zipped(zipfile.ZIP_LZMA),
    "streamed": streamed,
    "ustar": tarred(tarfile.USTAR_FORMAT),
    "gnu": tarred(tarfile.GNU_FORMAT),
    "pax": tarred(tarfile.PAX_FORMAT),
}


def plain(folder: Path, members: Mapping[str, bytes]) -> list[tuple[str, bytes]]:
    """Give the messages of plain files in a folder: their names below it, and their bytes."""
    for name, data in members.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
    return sorted((raw.name[len(str(folder)) :], bytes(raw.data)) for raw in read_raw([str(folder)]) if raw.data)


def of_archive(path: Path) -> list[tuple[str, bytes]]:
    """Give the messages of an archive: their names in it, and their bytes."""
    return sorted((raw.name[len(str(path)) :], bytes(raw.data)) for raw in read_raw([str(path)]) if raw.data)


@pytest.fixture(params=PACKS)
def pack(request: pytest.FixtureRequest) -> Pack:
    """Give each way to make an archive."""
    return PACKS[request.param]


def test_an_archive_gives_what_its_files_give(pack: Pack, tmp_path: Path) -> None:
    path = tmp_path / "it"
    pack(path, MEMBERS)
    expected = plain(tmp_path / "plain", MEMBERS)
    assert len(expected) == len(MAILS) + 5 + 3 + 1 + 1
    assert of_archive(path) == expected
    assert ("/inner/box#3", LINE + list(MAILS.values())[2]) in expected


def test_an_archive_is_the_same_in_any_split(pack: Pack, tmp_path: Path) -> None:
    path = tmp_path / "it"
    pack(path, MEMBERS)
    assert len(assert_any_split(path)) == len(MAILS) + 5 + 3 + 1 + 1


def test_what_is_passed_over_is_said_once(pack: Pack, tmp_path: Path) -> None:
    path = tmp_path / "it"
    pack(path, MEMBERS)
    *_, last = read_raw([str(path)])
    assert (last.name, last.note) == (str(path), "2 files passed over, no mail: paper.pdf, empty")
    (unit,) = units(path, Size(messages=100))
    assert [*read_unit(unit, Limits())][-1] == last


def test_in_pieces_each_says_what_it_passes_over(pack: Pack, tmp_path: Path) -> None:
    path = tmp_path / "it"
    pack(path, MEMBERS)
    raws = [raw for unit in units(path, Size(messages=7)) for raw in read_unit(unit, Limits())]
    assert [raw.name for raw in raws if raw.is_no_mail] == [f"{path}/paper.pdf", f"{path}/empty"]
    assert not any(raw.note for raw in raws)


def test_a_large_member_is_a_unit_without_a_count(pack: Pack, tmp_path: Path) -> None:
    path = tmp_path / "it"
    pack(path, {"a.eml": MAIL, "box": BOX * 9, "b.eml": MAIL})
    found = units(path, Size(bytes=len(BOX) * 8))
    assert [unit.count for unit in found] == [1, None, 1]
    assert len([*read_unit(found[1], Limits())]) == 5 * 9


def test_an_archive_without_mail_is_no_mail(pack: Pack, tmp_path: Path) -> None:
    (tmp_path / "folder").mkdir()
    path = tmp_path / "folder" / "it"
    pack(path, {"word/document.xml": b"<?xml version='1.0'?>", "media/1.png": b"\x89PNG\r\n"})
    (raw,) = read_raw([str(path)])
    assert raw.is_no_mail
    assert "archive without mail (2 files: word/document.xml, media/1.png)" in str(raw.error)
    (unit,) = units(path, Size())
    assert [str(one.error) for one in read_unit(unit, Limits())] == [str(raw.error)]
    (tmp_path / "folder" / "a.eml").write_bytes(MAIL)
    assert [raw.note for raw in read_raw([str(tmp_path / "folder")])] == ["", "1 file passed over, no mail: it"]


@pytest.mark.parametrize("squeeze", [gzip.compress, bz2.compress, lzma.compress], ids=["gz", "bz2", "xz"])
def test_a_packed_tar(squeeze: Callable[[bytes], bytes], tmp_path: Path) -> None:
    path = tmp_path / "it"
    PACKS["gnu"](path, MEMBERS)
    expected = of_archive(path)
    path.write_bytes(squeeze(path.read_bytes()))
    assert kind_of(path.read_bytes()[:HEAD_BYTES]) == "packed"
    assert of_archive(path) == expected


def test_an_old_tar(tmp_path: Path) -> None:
    path = tmp_path / "it"
    v7(path, {name: mail for name, mail in MEMBERS.items() if len(name) < 90})
    assert kind_of(path.read_bytes()[:HEAD_BYTES]) == "tar"
    assert len(assert_any_split(path)) == len(MAILS) + 5 + 3 + 1


@pytest.mark.parametrize("name", ["cur/1764000000.M1.mx:2,S", "Mail:a", "From here.eml"])
def test_a_tar_whose_first_name_looks_like_a_field(name: str, tmp_path: Path) -> None:
    path = tmp_path / "it"
    PACKS["gnu"](path, {name: MAIL})
    assert of_archive(path) == [(f"/{name}", MAIL)]


@pytest.mark.parametrize(
    ("head", "kind"),
    [
        pytest.param(b"Subject: ustar\n" + b"x" * 242 + b"ustar\x0000" + b"x" * 300, "message", id="a word"),
        pytest.param(b"Subject: " + b"0" * 139 + b"0000000 \n" + b"x" * 400, "message", id="digits"),
        pytest.param(b"PK\x05\x06" + bytes(18), "zip", id="an empty zip"),
        pytest.param(b'{"a": {\n "raw": 1}\n}\n', "message", id="JSON over lines"),
        pytest.param(b'{"level": "info", "text": "hi"}\n' * 3, "message", id="a log in JSON"),
        pytest.param(b'{"id": 1, "raw": "A: b"}', "jsonl", id="one row without a line end"),
        pytest.param(b'{"id": "' + b"x" * HEAD_BYTES, "jsonl", id="a long row"),
    ],
)
def test_what_a_file_is(head: bytes, kind: str) -> None:
    assert kind_of(head[:HEAD_BYTES]) == kind


def test_no_mail_of_the_corpora_is_taken_for_a_container() -> None:
    found = {kind_of(path.read_bytes()[:HEAD_BYTES]) for path in (ROOT / "corpora").rglob("*.eml")}
    assert found == {"message", "mbox"}


# -- columns


def parquet(
    path: Path, values: Sequence[bytes | None], kind: str = "binary", column: str = "raw", group: int = 7
) -> None:
    """Write messages as Parquet."""
    types = {
        "binary": pa.binary(),
        "string": pa.string(),
        "large": pa.large_binary(),
        "words": pa.dictionary(pa.int32(), pa.binary()),
    }
    array = pa.array([value.decode() if value and kind == "string" else value for value in values], types[kind])
    table = pa.table({"id": range(len(values)), column: array, "other": ["x"] * len(values)})
    pq.write_table(table, path, row_group_size=group)


@pytest.mark.parametrize("kind", ["binary", "string", "large", "words"])
@pytest.mark.parametrize("column", ["raw", "eml"])
def test_rows_of_parquet(kind: str, column: str, tmp_path: Path) -> None:
    path = tmp_path / "it"
    ascii_mails = [mail for mail in MAILS.values() if mail.isascii()]
    parquet(path, ascii_mails, kind, column)
    expected = assert_any_split(path, sizes=(*SIZES, Size(messages=20)))
    assert expected == [(f"{path}#{number}", mail, None) for number, mail in enumerate(ascii_mails, 1)]


def test_a_folder_as_spark_writes_it(tmp_path: Path) -> None:
    mails = list(MAILS.values())
    parquet(tmp_path / "part-00000-x.snappy.parquet", mails[:20])
    parquet(tmp_path / "part-00001-x.snappy.parquet", mails[20:])
    parquet(tmp_path / "part-00002-x.snappy.parquet", [])
    (tmp_path / "_SUCCESS").touch()
    (tmp_path / ".part-00000-x.snappy.parquet.crc").write_bytes(b"crc\0\0\0\2\0" + bytes(9))
    raws = [*read_raw([str(tmp_path)])]
    assert [bytes(raw.data) for raw in raws if raw.data] == mails
    assert raws[-1].note.startswith("2 files passed over")


def test_a_row_that_holds_no_message_is_an_error_of_its_own(tmp_path: Path) -> None:
    path = tmp_path / "it"
    mail = MAIL
    parquet(path, [mail, b"", None, b"%PDF-1.4", mail])
    raws = [*read_raw([str(path)])]
    assert [raw.name for raw in raws if raw.data] == [f"{path}#1", f"{path}#5"]
    assert len(raws) == 5
    assert "null" in str(raws[2].error)


def test_parquet_without_messages_is_no_mail(tmp_path: Path) -> None:
    path = tmp_path / "it"
    parquet(path, list(MAILS.values()), column="picture")
    (raw,) = read_raw([str(path)])
    assert raw.is_no_mail
    assert "without a column raw of binary or text; there is id, picture, other" in str(raw.error)
    (unit,) = units(path, Size())
    assert [str(one.error) for one in read_unit(unit, Limits())] == [str(raw.error)]


def test_without_pyarrow_it_is_said_what_to_install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "it"
    parquet(path, list(MAILS.values()))
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    (raw,) = read_raw([str(path)])
    assert "pip install 'mailkit-bounce[parquet]'" in str(raw.error)
    (unit,) = units(path, Size())
    assert answers(read_unit(unit, Limits())) == answers([raw])


MEASURE = """
import sys
from pathlib import Path
from mailkit.sources.units import Size
from tests.memory import resident
from tests.memory import NOT_TOLD, STATUS, numbers_of
from tests.sources.splitting import units
from mailkit.limits import DEFAULT
from mailkit.sources.cut import CUTTERS
from mailkit.sources.files import read_raw
from mailkit.sources.units import Size, Unit, read_unit

kind, small, large = sys.argv[1:]
for raw in read_raw([small]):
    pass
before = resident("VmRSS")
with open(large, "rb") as file:
    found = list(CUTTERS[kind](Unit(kind=kind, name=large), file, Size(), DEFAULT))
count = sum(raw.data is not None for unit in found for raw in read_unit(unit, DEFAULT))
print(count, len(found), resident("VmHWM") - before)
"""


@pytest.mark.slow
@pytest.mark.skipif(not STATUS.exists(), reason=NOT_TOLD)
@pytest.mark.parametrize("form", ["deflate", "gnu", "parquet"])
def test_memory_for_many_members(form: str, tmp_path: Path) -> None:
    small, large = tmp_path / "small", tmp_path / "large"
    many = {f"{number}.eml": b"Subject: %d\n\n" % number + b"line\n" * 300 for number in range(100_000)}
    for path, members in ((small, {"a.eml": MAIL}), (large, many)):
        if form == "parquet":
            parquet(path, list(members.values()), group=1_000_000)
        else:
            PACKS[form](path, members)
    count, pieces, growth = numbers_of(MEASURE, {"deflate": "zip", "gnu": "tar"}.get(form, form), small, large)
    assert count == len(many)
    assert pieces > 30 or form == "parquet"
    assert growth < (48 if form == "parquet" else 16) * 1024 * 1024 < sum(map(len, many.values()))
