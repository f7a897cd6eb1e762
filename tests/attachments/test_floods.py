"""Floods of what the walk loops over: time grows with the size, nothing raises, no reader fails."""

from __future__ import annotations

import base64
import gzip
import io
import tarfile
import zipfile
from collections.abc import Callable

import pytest

from mailkit.attachments import check_attachments, strip_attachments
from mailkit.attachments.walk import FAILED
from tests.attacks import ATTACKS
from tests.timing import assert_linear, flood

HEAD = b'MIME-Version: 1.0\nContent-Type: multipart/mixed; boundary="xx"\n\n'


def attached(name: str, make: Callable[[int], bytes]) -> Callable[[int], bytes]:
    """Give a maker of messages with one file."""
    fields = (
        f'--xx\nContent-Type: application/octet-stream; name="{name}"\nContent-Transfer-Encoding: base64\n\n'.encode()
    )
    return lambda size: HEAD + fields + base64.encodebytes(make(size)) + b"--xx--\n"


def zipped(size: int) -> bytes:
    """Give an archive of many members."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for number in range(max(1, size // 120)):
            archive.writestr(f"{number}.txt", b"")
    return out.getvalue()


def tarred(size: int) -> bytes:
    """Give a tar of many members."""
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w") as archive:
        for number in range(max(1, size // 512)):
            archive.addfile(tarfile.TarInfo(f"{number}.txt"))
    return out.getvalue()


def overlapping(size: int) -> bytes:
    """Give an archive whose directory names one member again and again."""
    data = zipped(120)
    at = data.index(b"PK\x01\x02")
    end = data.index(b"PK\x05\x06")
    row, count = data[at:end], max(1, size // 51)
    tail = data[end : end + 8] + min(count, 0xFFFF).to_bytes(2, "little") * 2
    return (
        data[:at] + row * count + tail + (len(row) * count).to_bytes(4, "little") + at.to_bytes(4, "little") + b"\0\0"
    )


FLOODS: dict[str, Callable[[int], bytes]] = {
    "parts": flood(b'--xx\nContent-Type: a/b; name="a.exe"\n\nMZ\n', HEAD, b"--xx--\n"),
    "names of one part": flood(
        b'Content-Disposition: attachment; filename="a.exe"\n', b"MIME-Version: 1.0\n", b"\nMZ\n"
    ),
    "parameters": flood(b"; name=a.exe", b"Content-Type: a/b", b"\n\nMZ\n"),
    "uuencoded files": flood(b"begin 644 a.exe\n!80``\n`\nend\n", b"\n"),
    "begin lines": flood(b"begin 644 a\n", b"\n"),
    "zip": attached("a.zip", zipped),
    "zip, overlapping": attached("a.zip", overlapping),
    "zip, local headers alone": attached("a.zip", flood(b"PK\x03\x04" + bytes(22) + b"\x01\0\0\0a")),
    "zip, ends alone": attached("a.zip", flood(b"PK\x05\x06" + bytes(18))),
    "tar": attached("a.tar", tarred),
    "gzip members": attached("a.gz", flood(gzip.compress(b"a", mtime=0))),
    "gzip heads": attached("a.gz", flood(b"\x1f\x8b\x08\0")),
    "7z": attached("a.7z", flood(b"7z\xbc\xaf\x27\x1c")),
    "rar4": attached("a.rar", flood(b"\0\0\x74\0\0\x07\0", b"Rar!\x1a\x07\0")),
    "rar5": attached("a.rar", flood(b"\0\0\0\0\x02\x02\0", b"Rar!\x1a\x07\x01\0")),
    "cab": attached("a.cab", flood(b"\0", b"MSCF\0\0\0\0" + b"\xff" * 28)),
    "iso": attached("a.iso", flood(b"\x22" + b"\1" * 33, bytes(32_768) + b"\1CD001\1")),
    "lzh": attached("a.lzh", flood(b"\x16\0-lh0-" + bytes(13) + b"\x20\0\0\0")),
    "arj": attached("a.arj", flood(b"\x60\xea\x1e\0" + bytes(36))),
    "ole": attached(
        "a.doc",
        flood(b"\xff\xff\xff\xff", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(22) + b"\x09\0\x06\0" + bytes(34)),
    ),
    "ole, a chain to itself": attached(
        "a.doc", flood(b"\0\0\0\0", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(22) + b"\x09\0\x06\0" + bytes(468))
    ),
    "rtf objects": attached("a.rtf", flood(b"{\\object{\\*\\objdata 0105}}", b"{\\rtf1")),
    "rtf groups": attached("a.rtf", flood(b"{\\*", b"{\\rtf1{\\object\\objdata ")),
    "rtf fields": attached("a.rtf", flood(b"{\\field{\\*\\fldinst", b"{\\rtf1")),
    "onenote": attached(
        "a.one",
        flood(
            b"\xe7\x16\xe3\xbd\x65\x26\x11\x45\xa4\xc4\x8d\x4d\x0b\x7a\x9e\xac" + bytes(20),
            bytes.fromhex("e4525c7b8cd8a74daeb15378d02996d3"),
        ),
    ),
    "tnef": attached("winmail.dat", flood(b"\2\x02\x90\6\0\0\0\0\0\0\0", b"\x78\x9f\x3e\x22\0\0")),
    "pdf objects": attached("a.pdf", flood(b"1 0 obj\n<</JS (a)>>\nendobj\n", b"%PDF-1.4\n")),
    "html": attached("a.html", flood(b"<script>a</script>", b"<html>")),
    "svg": attached("a.svg", flood(b"<a onclick='", b"<svg>")),
    "xml": attached("a.xml", flood(b"<!ENTITY a 'b'>", b"<?xml version='1.0'?><!DOCTYPE a [")),
    "ics": attached("a.ics", flood(b"ATTACH;VALUE=BINARY:AAAA\r\n", b"BEGIN:VCALENDAR\r\n")),
    "csv": attached("a.csv", flood(b"=a|", b"a,b\n")),
    "slk": attached("a.slk", flood(b"C;Y1;X1;E", b"ID;P\n")),
    "bare braces": attached("a.dat", flood(b"{\\rt")),
}


def checked(data: bytes) -> None:
    """Check, and look that no reader failed."""
    report = check_attachments(data)
    assert not [gap for gap in report.unscanned if gap.detail.startswith(FAILED)]


@pytest.mark.parametrize("name", FLOODS)
def test_time_grows_with_the_size(name: str) -> None:
    assert_linear(checked, FLOODS[name], most=1 << 17)


@pytest.mark.slow
@pytest.mark.parametrize("name", FLOODS)
def test_time_grows_with_the_size_of_large_floods(name: str) -> None:
    assert_linear(checked, FLOODS[name], 0.15, 8 << 20)


@pytest.mark.parametrize("name", ATTACKS)
def test_attacks_on_the_parser_are_checked_and_stripped(name: str) -> None:
    data = ATTACKS[name].make(20_000)
    checked(data)
    stripped = strip_attachments(data)
    assert stripped.changed or stripped.data == data
