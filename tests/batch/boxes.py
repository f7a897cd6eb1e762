"""Sources of every kind, made of the messages of the benchmarks, and what they must give: each read by itself."""

from __future__ import annotations

import bz2
import gzip
import io
import json
import lzma
import os
import tarfile
import zipfile
from base64 import b64encode
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

from benchmarks.bigbox import mbox, messages
from mailkit.batch.frames import Choices
from mailkit.limits import DEFAULT, Limits
from mailkit.message import parse
from mailkit.report import Report, analyze
from mailkit.rows import Row, row_of
from mailkit.sinks import read_rows
from mailkit.sources.files import read_raw, walk

CHOICES = Choices()


def one_by_one(names: Sequence[str], limits: Limits = DEFAULT) -> list[Report]:
    """Give the report of every message: read and analysed one after the other; what a folder holds beside mail is left out."""
    found = []
    for raw in read_raw([file for name in names for file in _files(name)], limits):
        if raw.data is not None:
            found.append(analyze(parse(raw.data, limits=limits), limits=limits, want=CHOICES.want, source=raw.name))
        elif raw.error is not None and not (raw.is_no_mail and any(raw.name.startswith(f"{name}/") for name in names)):
            found.append(Report(source=raw.name, error=raw.error.what))
    return found


def _files(name: str) -> Iterable[str]:
    return [str(file) for file, _ in walk(Path(name))] if os.path.isdir(name) else [name]  # noqa: PTH112 - also of no name


def rows(reports: Iterable[Report]) -> list[Row]:
    """Give the rows of reports."""
    return [row_of(report) for report in reports]


def answered(folder: Path) -> list[Row]:
    """Give the rows of a folder, and see that no temporary file is left there."""
    left = [
        path.name
        for path in folder.iterdir()
        if path.name.startswith(".") or path.suffix in {".tmp", ".sqlite-journal"}
    ]
    assert not left
    return list(read_rows(folder))


def _mbox(path: Path, count: int) -> None:
    path.write_bytes(b"".join(mbox(count)))


def _maildir(path: Path, count: int) -> None:
    for name in ("new", "cur", "tmp"):
        (path / name).mkdir(parents=True)
    (path / "dovecot.index").write_bytes(b"\0\1")
    (path / "tmp" / "half").write_bytes(b"Subject: half")
    for number, data in enumerate(messages(count)):
        place = f"new/{number:06}.M1.host" if number % 3 else f"cur/{number:06}.M1.host:2,S"
        (path / place).write_bytes(data)


def _mh(path: Path, count: int) -> None:
    path.mkdir()
    (path / ".mh_sequences").write_text("unseen: 1-3\n")
    (path / "notes.txt").write_text("no mail")
    for number, data in enumerate(messages(count), 1):
        (path / str(number)).write_bytes(data)


def _files_of(path: Path, count: int) -> None:
    path.mkdir()
    for number, data in enumerate(messages(count)):
        (path / f"{number:05}.eml").write_bytes(data)


def _mixed(path: Path, count: int) -> None:
    """Make a folder with messages, small mailboxes, packed ones and what is no mail."""
    _files_of(path, count // 2)
    (path / "00003.mbox").write_bytes(b"".join(mbox(4)))
    (path / "00007.mbox").write_bytes(b"".join(mbox(1)))
    (path / "below").mkdir()
    (path / "below" / "a.mbox.gz").write_bytes(gzip.compress(b"".join(mbox(3))))
    (path / "below" / "picture.png").write_bytes(b"\x89PNG\r\n\x1a\n\0\0")
    (path / "below" / "empty.eml").write_bytes(b"")
    (path / "large.mbox").write_bytes(b"".join(mbox(count)))


def _jsonl(path: Path, count: int) -> None:
    lines = [json.dumps({"id": number, "raw": b64encode(data).decode()}) for number, data in enumerate(messages(count))]
    path.write_text("\n".join(lines) + "\n", "ascii")


def _zip(path: Path, count: int) -> None:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as file:
        for number, data in enumerate(messages(count)):
            file.writestr(f"{number:05}.eml", data)


def _tar(path: Path, count: int) -> None:
    with tarfile.open(path, "w") as file:
        for number, data in enumerate(messages(count)):
            member = tarfile.TarInfo(f"{number:05}.eml")
            member.size = len(data)
            file.addfile(member, io.BytesIO(data))


def _parquet(path: Path, count: int) -> None:
    import pyarrow as pa  # noqa: PLC0415 - an extra
    from pyarrow import parquet  # noqa: PLC0415 - likewise

    parquet.write_table(pa.table({"raw": list(messages(count))}), path, row_group_size=13)


def _packed(pack: Callable[[bytes], bytes]) -> Callable[[Path, int], None]:
    return lambda path, count: _write(path, pack(b"".join(mbox(count))))


def _write(path: Path, data: bytes) -> None:
    path.write_bytes(data)


MAKERS: dict[str, Callable[[Path, int], None]] = {
    "box.mbox": _mbox,
    "maildir": _maildir,
    "mh": _mh,
    "files": _files_of,
    "mixed": _mixed,
    "box.mbox.gz": _packed(gzip.compress),
    "box.mbox.bz2": _packed(bz2.compress),
    "box.mbox.xz": _packed(lzma.compress),
    "lines.jsonl": _jsonl,
    "all.zip": _zip,
    "all.tar": _tar,
    "all.parquet": _parquet,
}
"""Name -> what makes such a source with so many messages, more or less."""


def made(folder: Path, name: str, count: int) -> str:
    """Make a source in a folder, and give its name."""
    path = folder / name
    MAKERS[name](path, count)
    return str(path)
