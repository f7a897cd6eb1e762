"""What the extras add where they are installed, and that the answer names them where they are not."""

from __future__ import annotations

import io
import random
import struct
import subprocess
import sys
import zipfile
from typing import Any

import pytest

from mailkit.attachments import extras
from mailkit.attachments.archives.brotli import unpack_brotli
from mailkit.attachments.archives.sevenzip import read_sevenzip
from mailkit.attachments.archives.streams import read_zst
from mailkit.attachments.archives.ziparchive import read_zip
from mailkit.attachments.archives.zstd import unpack_zstd
from mailkit.attachments.budget import Budget
from mailkit.attachments.documents.compound import read_ole
from mailkit.attachments.documents.macros import judge_project
from mailkit.attachments.documents.ole import Ole
from mailkit.attachments.documents.pcode import pcode
from mailkit.attachments.pieces import Gap, Note, Reader
from mailkit.limits import DEFAULT
from tests.attachments.builders_archives import (
    FILES,
    PROGRAM,
    codes,
    contents,
    pieces,
    reasons,
    seven,
)
from tests.attachments.builders_ole import compound, module, packed

pytestmark = pytest.mark.filterwarnings("ignore")  # of packages that are not ours

CONTENT = b"".join(data for _, data in FILES)
ZSTD, BROTLI = b"\x04\xf7\x11\x01", b"\x04\xf7\x11\x02"
BOMB = bytes(200 << 20)
_LITERAL = 182
_COMMENT = 224
"""LitStr and QuoteRem, as 32-bit Office 2010 and later number them."""


def line(word: bytes) -> bytes:
    """Write a line of p-code that does nothing but name a word."""
    return struct.pack("<HH", _LITERAL, len(word)) + word + bytes(len(word) % 2)


def compiled(lines: list[bytes], size: int | None = None) -> bytes:
    """Write a module without source: where its tables stand, empty ones, and its lines (as pcodedmp reads them)."""
    head = bytearray(0x90)
    struct.pack_into("<I", head, 0x11, 0x84 - 10)
    struct.pack_into("<I", head, 0x19, 0x94 - 0x3C)
    table, at = b"", 0
    for one in lines:
        table += struct.pack("<4xHxxI", len(one) if size is None else size, at)
        at += len(one)
    head += bytes(4) + struct.pack("<HHH", 0xCAFE, 0, len(lines))
    return bytes(head) + table + bytes(10) + b"".join(lines)


def stomped(code: bytes) -> bytes:
    """Write a project that has p-code only."""
    about = struct.pack("<HH", 0x61CC, 0x97) + bytes(300)
    return compound({"VBA/_VBA_PROJECT": about, "VBA/dir": b"", "VBA/Module1": code, "PROJECT": b"x"})


def misread(data: bytes) -> bytes:
    """Write the size of sectors as nobody else does: ours takes 512 for it, olefile what stands there."""
    return data[:30] + b"\x0a" + data[31:]


def wide_sectors(streams: dict[str, bytes]) -> bytes:
    """Write a compound file of sectors of 1,024 bytes, which the specification does not know."""
    data = compound(streams)
    body = b"".join(data[at : at + 512].ljust(1024, b"\xff") for at in range(512, len(data), 512))
    return misread(data[:512] + bytes(512) + body)


STOMPED = stomped(compiled([line(b"AutoOpen"), line(b"Shell")]))


def zipped(method: int) -> bytes:
    """Write a ZIP of one stored member, and say of it that it is packed otherwise."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        archive.writestr("a.txt", "text")
    data = bytearray(target.getvalue())
    for place in (8, data.index(b"PK\1\2") + 10):
        struct.pack_into("<H", data, place, method)
    return bytes(data)


def absent(monkeypatch: pytest.MonkeyPatch, *names: str) -> None:
    """Take packages away."""
    for name in names:
        monkeypatch.setitem(sys.modules, name, None)


def details(reader: Reader, data: bytes) -> set[str]:
    return {piece.detail for piece in pieces(reader, data) if isinstance(piece, Gap)}


def zstandard() -> Any:  # noqa: ANN401 - a module
    return pytest.importorskip("backports.zstd", reason="the extra archives is not installed")


def brotli() -> Any:  # noqa: ANN401 - a module
    return pytest.importorskip("brotli", reason="the extra archives is not installed")


def test_members_of_sevenzip() -> None:
    half = len(CONTENT) // 2
    frames = zstandard().compress(CONTENT[:half]) + zstandard().compress(CONTENT[half:])
    for archive in (
        seven(FILES, b"\x04" + ZSTD, zstandard().compress(CONTENT)),
        seven(FILES, b"\x04" + ZSTD, frames),
        seven(FILES, b"\x04" + BROTLI, brotli().compress(CONTENT)),
    ):
        assert contents(read_sevenzip, archive) == dict(FILES)
        assert (codes(read_sevenzip, archive), reasons(read_sevenzip, archive)) == (set(), set())


@pytest.mark.parametrize("method", [ZSTD, BROTLI], ids=["Zstandard", "Brotli"])
def test_bombs(method: bytes) -> None:
    packed = zstandard().compress(BOMB) if method == ZSTD else brotli().compress(BOMB, quality=3)
    assert len(packed) < 1 << 15
    budget = Budget(DEFAULT, lambda: 0.0)
    before = budget.reach(0)
    found = (unpack_zstd if method == ZSTD else unpack_brotli)(packed, budget)
    assert found is not None
    assert (found.reason, len(found.data)) == ("RATIO", budget.usual(len(packed)))
    assert budget.reach(0) < before


def test_without_archives(monkeypatch: pytest.MonkeyPatch) -> None:
    absent(monkeypatch, "compression.zstd", "backports.zstd", "zstandard", "brotli")
    for method, name in ((ZSTD, extras.ZSTANDARD), (BROTLI, extras.BROTLI)):
        archive = seven(FILES, b"\x04" + method, b"x")
        assert contents(read_sevenzip, archive) == dict.fromkeys(dict(FILES))
        assert reasons(read_sevenzip, archive) == {"UNSUPPORTED"}
        assert details(read_sevenzip, archive) == {extras.hint(name)}
    assert details(read_zip, zipped(93)) == {extras.hint(extras.ZSTANDARD)}
    assert details(read_zst, b"\x28\xb5\x2f\xfd" + bytes(9)) == {extras.hint(extras.ZSTANDARD)}


def test_nothing_is_named_where_nothing_helps() -> None:
    assert not any("mailkit-bounce[" in one for one in details(read_sevenzip, seven(FILES, b"\x03\x03\x04\x01")))


def test_macros_without_source() -> None:
    pytest.importorskip("pcodedmp", reason="the extra office is not installed")
    assert codes(judge_project, STOMPED) == {"OFFICE_VBA", "OFFICE_VBA_AUTO"}
    assert reasons(judge_project, STOMPED) == set()
    assert codes(judge_project, stomped(compiled([line(b"hello")]))) == {"OFFICE_VBA"}
    assert details(judge_project, stomped(b"no p-code")) == {"macros without source"}


def test_macros_with_another_source() -> None:
    """Somebody wrote a source that is not what was compiled; a comment in the p-code counts as little as elsewhere."""
    pytest.importorskip("pcodedmp", reason="the extra office is not installed")
    source = packed(module("Sub Hello()\nMsgBox 1\nEnd Sub"))
    acts = compiled([line(b"AutoOpen"), line(b"Shell")])
    assert codes(judge_project, stomped(acts + source)) == {"OFFICE_VBA", "OFFICE_VBA_AUTO"}
    comment = struct.pack("<HHH", _COMMENT, 0, 8) + b"Shell(1)"
    quiet = compiled([line(b"AutoOpen"), comment])
    assert codes(judge_project, stomped(quiet + source)) == {"OFFICE_VBA"}
    assert pcode(Ole(stomped(quiet)), Budget(DEFAULT, lambda: 0.0)) == ('LitStr 0x0008 "AutoOpen"', True)


def test_without_office(monkeypatch: pytest.MonkeyPatch) -> None:
    absent(monkeypatch, "pcodedmp", "pcodedmp.pcodedmp")
    assert codes(judge_project, STOMPED) == {"OFFICE_VBA"}
    assert reasons(judge_project, STOMPED) == {"UNSUPPORTED"}
    assert details(judge_project, STOMPED) == {extras.hint(extras.PCODE)}


def test_p_code_without_end(capsys: pytest.CaptureFixture[str]) -> None:
    """Each line may claim to hold a thousand of those behind it."""
    pytest.importorskip("pcodedmp", reason="the extra office is not installed")
    flood = stomped(compiled([line(b"ab")] * 9_000, size=6_000))
    found = pcode(Ole(flood), Budget(DEFAULT, lambda: 0.0))
    assert found is not None
    assert (len(found.text) <= 1 << 19, found.is_whole) == (True, False)
    assert (codes(judge_project, flood), reasons(judge_project, flood)) == ({"OFFICE_VBA"}, {"BYTES"})
    assert capsys.readouterr() == ("", "")


def test_a_damaged_compound_file() -> None:
    pytest.importorskip("olefile", reason="the extra attach is not installed")
    data = wide_sectors({"\x01Ole10Native": (len(PROGRAM)).to_bytes(4, "little") + PROGRAM + bytes(5_000)})
    assert PROGRAM in contents(read_ole, data).values()
    assert "MALFORMED" in reasons(read_ole, data)


def test_without_attach(monkeypatch: pytest.MonkeyPatch) -> None:
    absent(monkeypatch, "olefile")
    found = pieces(read_ole, wide_sectors({"a": bytes(5_000)}))
    assert any(isinstance(one, Gap) and extras.hint(extras.DAMAGED_OLE) in one.detail for one in found)
    assert {one.code for one in found if isinstance(one, Note)} <= {"OFFICE_MALFORMED"}


@pytest.mark.parametrize("topic", ["zstd", "brotli", "p-code", "olefile"])
def test_mutations(topic: str) -> None:
    """Nothing raises, whatever an extra is given."""
    reader: Reader = read_sevenzip
    if topic == "zstd":
        seed = seven(FILES, b"\x04" + ZSTD, zstandard().compress(CONTENT))
    elif topic == "brotli":
        seed = seven(FILES, b"\x04" + BROTLI, brotli().compress(CONTENT))
    else:
        pytest.importorskip("olefile" if topic == "olefile" else "pcodedmp", reason="the extra is not installed")
        seed, reader = (wide_sectors({"a/b": PROGRAM, "c": bytes(5_000)}), read_ole) if topic == "olefile" else (STOMPED, judge_project)  # fmt: skip
    chance = random.Random(11)
    for _ in range(300):
        data = bytearray(seed)
        for _ in range(chance.choice((1, 3, 40))):
            data[chance.randrange(len(data))] = chance.randrange(256)
        if not chance.randrange(3):
            del data[chance.randrange(len(data)) :]
        assert len(pieces(reader, bytes(data))) < 500


def test_an_extra_that_fails() -> None:
    def fails() -> None:
        raise RecursionError

    assert extras.ask(fails) is None


def test_ordinary_mail_asks_no_extra() -> None:
    code = (
        "import sys; from mailkit import check_attachments as check;"
        "import email.message as m; one = m.EmailMessage(); one.set_content('hi');"
        "one.add_attachment(b'%PDF-1.4 x', maintype='application', subtype='pdf', filename='a.pdf');"
        "print(check(one.as_bytes()).verdict);"
        "print(sorted({'py7zr', 'rarfile', 'olefile', 'oletools', 'pcodedmp', 'brotli', 'backports.zstd'} & {*sys.modules}))"
    )
    answer = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60)
    assert answer.stdout.splitlines()[-1] == "[]"
