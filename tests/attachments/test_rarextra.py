"""What RAR compresses: unpacked by a program that rarfile knows, never longer or larger than the budget says."""

from __future__ import annotations

import random
import shutil
import struct
import sys
import tempfile
import time
import zlib
from pathlib import Path

import pytest

from mailkit.attachments import extras
from mailkit.attachments.archives import rarextra
from mailkit.attachments.archives.rar import read_rar
from mailkit.attachments.pieces import Gap
from mailkit.limits import Limits
from tests.attachments.builders_archives import PROGRAM, contents, pieces, rar5, rar5_block, rar5_file, reasons, vint

TEXT = b"some text\n" * 50
CODES = 430
"""Code lengths of RAR 5: 306 for bytes and lengths, 64 and 16 for places, 44 for lengths that are repeated."""


def compress(data: bytes) -> bytes:
    """Write one block whose 256 bytes have codes of eight bits, which are then the bytes themselves."""
    rest = CODES - 256
    bits = "".join("0001" if code in {8, 19} else "0000" for code in range(20))
    bits += "0" * 256 + "".join("1" + format(run - 11, "07b") for run in (138, rest - 138))
    bits += "".join(format(byte, "08b") for byte in data)
    used = (len(bits) - 1) % 8
    body = int(bits.ljust(-(-len(bits) // 8) * 8, "0"), 2).to_bytes(-(-len(bits) // 8), "big")
    flags, size = 0xC0 | 2 << 3 | used, len(body).to_bytes(3, "little")
    return bytes([flags, 0x5A ^ flags ^ size[0] ^ size[1] ^ size[2]]) + size + body


def packed_file(name: str, data: bytes, size: int | None = None) -> bytes:
    raw, size = name.encode(), len(data) if size is None else size
    body = vint(4) + vint(size) + vint(0x20) + struct.pack("<I", zlib.crc32(data)) + vint(3 << 7)
    return rar5_block(2, body + vint(0) + vint(len(raw)) + raw, b"", compress(data))


ARCHIVE = rar5(packed_file("setup.exe", PROGRAM), rar5_file("b.txt", TEXT), packed_file("c/a.txt", TEXT))
ALL = {"setup.exe": PROGRAM, "b.txt": TEXT, "c/a.txt": TEXT}


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Give the folder for temporary files, which is empty again when a test ends."""
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    pytest.importorskip("rarfile", reason="the extra attach is not installed")
    return tmp_path


def tool(folder: Path, monkeypatch: pytest.MonkeyPatch, does: str) -> None:
    """Put a program in the place of unrar, and no other."""
    path = folder / "tool"
    path.write_text(f"#!{sys.executable}\nimport os, signal, subprocess, sys, time\nout = sys.stdout.buffer\n{does}\n")
    path.chmod(0o700)
    monkeypatch.setattr(sys.modules["rarfile"], "UNRAR_TOOL", str(path))
    monkeypatch.setattr(rarextra, "_TOOLS", ("UNRAR_CONFIG",))


@pytest.mark.parametrize("name", ["unar", "bsdtar"])
def test_genuine_programs(folder: Path, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    if shutil.which(name) is None:
        pytest.skip(f"{name} is not installed")
    monkeypatch.setattr(rarextra, "_TOOLS", (f"{name.upper()}_CONFIG",))
    assert (contents(read_rar, ARCHIVE), reasons(read_rar, ARCHIVE)) == (ALL, set())
    assert list(folder.iterdir()) == []


def test_without_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "rarfile", None)
    found = [one for one in pieces(read_rar, ARCHIVE) if isinstance(one, Gap)]
    assert {(one.reason, one.detail) for one in found} == {("UNSUPPORTED", extras.hint(extras.RAR))}
    assert contents(read_rar, ARCHIVE) == ALL | {"setup.exe": None, "c/a.txt": None}


def test_without_a_program(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(folder))
    assert reasons(read_rar, ARCHIVE) == {"UNSUPPORTED"}


@pytest.mark.parametrize(
    ("does", "why"),
    [
        pytest.param("time.sleep(60)", "TIME", id="hangs"),
        pytest.param("signal.signal(signal.SIGTERM, signal.SIG_IGN)\nsubprocess.call(['sleep', '60'])", "TIME", id="child"),
        pytest.param("sys.exit(3)", "UNSUPPORTED", id="fails"),
        pytest.param("out.write(b'x')", "UNSUPPORTED", id="complains"),
        pytest.param("while True: out.write(bytes(1 << 16))", "UNSUPPORTED", id="without end"),
    ],
)  # fmt: skip
def test_programs_that_fail(folder: Path, monkeypatch: pytest.MonkeyPatch, does: str, why: str) -> None:
    tool(folder, monkeypatch, does)
    begin = time.monotonic()
    assert reasons(read_rar, ARCHIVE, Limits(walk_seconds=0.6)) <= {why, "TIME"}
    assert why in reasons(read_rar, ARCHIVE, Limits(walk_seconds=0.6))
    assert time.monotonic() - begin < 4
    assert [one.name for one in folder.iterdir()] == ["tool"]


def test_what_is_too_large_starts_nothing(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    tool(folder, monkeypatch, f"open({str(folder / 'started')!r}, 'w')")
    assert reasons(read_rar, rar5(packed_file("a", b"x", 30 << 20))) == {"RATIO"}
    assert reasons(read_rar, rar5(packed_file("a", b"x", 900)), Limits(member_bytes=100)) == {"BYTES"}
    assert not (folder / "started").exists()


def test_starts_are_counted(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    tool(folder, monkeypatch, "")
    starts: list[int] = []
    monkeypatch.setattr(rarextra, "_run", lambda *_: starts.append(1))
    assert reasons(read_rar, rar5(*[packed_file("a", b"x")] * 200)) == {"UNSUPPORTED", "TIME"}
    assert len(starts) == 64


def test_mutations(folder: Path) -> None:
    chance = random.Random(5)
    seed = rar5(packed_file("setup.exe", PROGRAM))
    for _ in range(200):
        data = bytearray(seed)
        for _ in range(chance.choice((1, 3, 20))):
            data[chance.randrange(8, len(data))] = chance.randrange(256)
        assert len(pieces(read_rar, bytes(data), Limits(walk_seconds=1))) < 50
    assert list(folder.iterdir()) == []
