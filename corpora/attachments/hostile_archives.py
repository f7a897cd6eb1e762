"""Group C, all archives but zip: a program in each of them, and what cannot be opened."""

from __future__ import annotations

import bz2
import lzma
import struct
import tarfile
from collections.abc import Iterator

from corpora.attachments import archives, zips
from corpora.attachments.deflate import gzip, gzip_zeros
from corpora.attachments.mime import HARMLESS, Case, case
from corpora.attachments.programs import BATCH, JSCRIPT, elf, pe

D, S = "dangerous", "suspicious"
INSIDE, NAMED = "ARCHIVE_MEMBER 2!setup.exe", "EXT_EXECUTABLE 2!setup.exe"
LOCKED, BOX = "ARCHIVE_ENCRYPTED 2", "EXT_CONTAINER 2"
FILES = {"setup.exe": pe()}
Row = tuple[str, bytes, str, str, tuple[str, ...], bool]


def cases() -> Iterator[Case]:
    """Give them all."""
    for make in (streams, tapes, packers, discs):
        for name, data, filename, verdict, findings, opaque in make():
            yield case(name, data, filename, verdict, *findings, opaque=opaque)


def streams() -> Iterator[Row]:
    """One file, compressed. RFC 1952 and the formats of bzip2, xz and the rest."""
    raw = pe()
    inside = (INSIDE,)
    yield "C-gz-program", gzip(raw, "setup.exe"), "setup.exe.gz", D, inside, False
    yield "C-gz-program-no-name", gzip(raw), "setup.exe.gz", D, inside, False
    yield "C-gz-names-differ", gzip(raw, "setup.exe"), "notes.txt.gz", D, (), False
    yield "C-gz-program-as-text", gzip(raw), "notes.txt.gz", D, ("MAGIC_EXECUTABLE 2!notes.txt",), False
    yield "C-gz-second-member", gzip(HARMLESS, "notes.txt") + gzip(raw, "setup.exe"), "files.gz", S, (), False
    yield (
        "C-gz-in-gz",
        gzip(gzip(JSCRIPT, "invoice.js"), "invoice.js.gz"),
        "invoice.js.gz.gz",
        D,
        ("EXT_SCRIPT 2!invoice.js.gz!invoice.js",),
        False,
    )
    yield "C-gz-cut", gzip(raw, "setup.exe")[:-20], "setup.exe.gz", D, (NAMED,), False
    yield "C-gz-wrong-sum", gzip(raw, "setup.exe", crc=0), "setup.exe.gz", D, (NAMED,), False
    yield "C-gz-junk-behind", gzip(raw, "setup.exe") + bytes(600), "setup.exe.gz", D, inside, False
    yield "C-gz-bomb", gzip_zeros(20_000_000, "notes.txt"), "notes.txt.gz", S, ("ARCHIVE_BOMB 2",), True
    yield "C-bz2-program", bz2.compress(raw), "setup.exe.bz2", D, inside, False
    yield "C-bz2-two-streams", bz2.compress(HARMLESS) + bz2.compress(raw), "files.bz2", S, (), False
    yield "C-xz-program", lzma.compress(raw, check=lzma.CHECK_CRC32, preset=0), "setup.exe.xz", D, inside, False
    yield "C-lzma-program", lzma.compress(raw, lzma.FORMAT_ALONE, preset=0), "setup.exe.lzma", D, inside, False
    stored = raw[:512]
    frame = bytes.fromhex("28b52ffd") + bytes((0x60,)) + struct.pack("<H", len(stored) - 256)
    frame += (len(stored) << 3 | 1).to_bytes(3, "little") + stored
    yield "C-zst-program", frame, "setup.exe.zst", S, (), True
    block = (
        struct.pack("<I", 0x184D2204)
        + bytes((0x60, 0x40, 0x82))
        + struct.pack("<I", 0x80000000 | len(stored))
        + stored
        + bytes(4)
    )
    yield "C-lz4-program", block, "setup.exe.lz4", S, (), True


def tapes() -> Iterator[Row]:
    """Give archives that do not compress, alone and compressed. POSIX pax, cpio, ar."""
    inside = (INSIDE,)
    tar = archives.tar(FILES)
    yield "C-tar-program", tar, "files.tar", D, inside, False
    yield "C-tar-gz-program", gzip(tar, "files.tar"), "files.tar.gz", D, (), False
    yield "C-tgz-program", gzip(tar), "files.tgz", D, (), False
    yield "C-tar-bz2-program", bz2.compress(tar), "files.tar.bz2", D, (), False
    yield "C-tar-xz-program", lzma.compress(tar, check=lzma.CHECK_CRC32, preset=0), "files.tar.xz", D, (), False
    long = "a" * 120 + "/setup.exe"
    yield (
        "C-tar-gnu-long-name",
        archives.tar({long: pe()}, tarfile.GNU_FORMAT),
        "files.tar",
        D,
        (f"EXT_EXECUTABLE 2!{long}",),
        False,
    )
    yield (
        "C-tar-pax-name",
        archives.tar({"приложение.exe": pe()}, tarfile.PAX_FORMAT),
        "files.tar",
        D,
        ("EXT_EXECUTABLE 2!приложение.exe",),
        False,
    )
    yield (
        "C-tar-link-out",
        archives.tar({"notes.txt": HARMLESS}, links={"start": (tarfile.SYMTYPE, "../../../start")}),
        "files.tar",
        S,
        ("ARCHIVE_LINK 2",),
        False,
    )
    yield (
        "C-tar-hard-link-out",
        archives.tar({"notes.txt": HARMLESS}, links={"start": (tarfile.LNKTYPE, "/etc/passwd")}),
        "files.tar",
        S,
        ("ARCHIVE_LINK 2",),
        False,
    )
    yield (
        "C-tar-dots",
        archives.tar({"../../start/notes.txt": HARMLESS}),
        "files.tar",
        S,
        ("ARCHIVE_TRAVERSAL 2",),
        False,
    )
    yield (
        "C-tar-elf-as-text",
        archives.tar({"notes.txt": elf()}),
        "files.tar",
        D,
        ("MAGIC_EXECUTABLE 2!notes.txt",),
        False,
    )
    yield (
        "C-tar-second-archive",
        tar[:-1024] + bytes(1024) + archives.tar({"start.bat": BATCH}),
        "files.tar",
        D,
        inside,
        False,
    )
    yield "C-cpio-program", archives.cpio(FILES), "files.cpio", D, inside, False
    yield "C-ar-program", archives.ar(FILES), "files.a", D, inside, False
    control = gzip(
        archives.tar(
            {"./control": b"Package: look-alike\n", "./postinst": b"#!/bin/sh\n# MAILKIT-BENIGN-LOOKALIKE-PAYLOAD\n"}
        )
    )
    package = archives.ar({"debian-binary": b"2.0\n", "control.tar.gz": control, "data.tar.gz": gzip(archives.tar({}))})
    yield "C-deb", package, "tool.deb", D, (), False


def packers() -> Iterator[Row]:
    """RAR, 7-Zip, cabinets, LHA, ARJ, ACE."""
    inside, named, locked = (INSIDE,), (NAMED,), (LOCKED,)
    yield "C-rar4-program", archives.rar4(FILES), "files.rar", D, inside, False
    yield "C-rar4-compressed", archives.rar4(FILES, method=0x33), "files.rar", D, named, True
    yield "C-rar4-encrypted", archives.rar4({"notes.txt": HARMLESS}, method=0x33, flags=4), "files.rar", S, locked, True
    yield "C-rar4-encrypted-program", archives.rar4(FILES, method=0x33, flags=4), "files.rar", D, (LOCKED, NAMED), True
    yield "C-rar4-headers-encrypted", archives.rar4({}, main=0x80), "files.rar", S, locked, True
    yield "C-rar4-as-zip", archives.rar4(FILES), "files.zip", D, inside, False
    yield "C-rar5-program", archives.rar5(FILES), "files.rar", D, inside, False
    yield (
        "C-rar5-program-as-picture",
        archives.rar5({"photo.jpg": pe()}),
        "files.rar",
        D,
        ("MAGIC_EXECUTABLE 2!photo.jpg",),
        False,
    )
    yield "C-rar5-headers-encrypted", archives.rar5({}, locked=True), "files.rar", S, locked, True
    yield (
        "C-rar-behind-program",
        pe() + archives.rar5({"notes.txt": HARMLESS}),
        "files.exe",
        D,
        ("MAGIC_EXECUTABLE 2",),
        False,
    )
    yield "C-7z-program", archives.sevenzip("setup.exe", pe()), "files.7z", D, inside, False
    yield "C-7z-lzma", archives.sevenzip_lzma("setup.exe", pe()), "files.7z", D, inside, False
    yield "C-7z-encrypted", archives.sevenzip_aes("notes.txt", HARMLESS), "files.7z", S, locked, True
    yield "C-7z-encrypted-program", archives.sevenzip_aes("setup.exe", pe()), "files.7z", D, (LOCKED, NAMED), True
    yield (
        "C-7z-headers-encrypted",
        archives.sevenzip_aes("notes.txt", HARMLESS, header=True),
        "files.7z",
        S,
        locked,
        True,
    )
    yield "C-cab-program", archives.cab(FILES), "files.cab", D, inside, False
    yield "C-cab-mszip", archives.cab(FILES, packed=True), "files.cab", D, inside, False
    yield (
        "C-cab-traversal",
        archives.cab({"..\\..\\start\\notes.txt": HARMLESS}),
        "files.cab",
        S,
        ("ARCHIVE_TRAVERSAL 2",),
        False,
    )
    for level in (0, 1, 2):
        yield f"C-lzh-level-{level}", archives.lzh("setup.exe", pe(), level), "files.lzh", D, inside, False
    yield "C-lzh-shift-jis", archives.lzh("表計算.exe", pe()), "files.lzh", D, ("EXT_EXECUTABLE 2!...",), False
    yield "C-lzh-compressed", archives.lzh("setup.exe", pe(), method=b"-lh7-"), "files.lzh", D, named, False
    yield "C-arj-program", archives.arj("setup.exe", pe()), "files.arj", D, named, False
    yield "C-arj-encrypted", archives.arj("setup.exe", pe(), locked=True), "files.arj", D, (LOCKED, NAMED), True
    yield "C-ace-program", archives.ace("setup.exe", pe()), "files.ace", D, named, False


def discs() -> Iterator[Row]:
    """Images of discs, that Windows opens by a double click. ECMA-119, ECMA-167, VHD 1.0."""
    yield (
        "C-iso-program",
        archives.iso(("SETUP.EXE", None), pe()),
        "files.iso",
        D,
        ("ARCHIVE_MEMBER 2!SETUP.EXE", BOX),
        False,
    )
    yield (
        "C-iso-joliet",
        archives.iso(("NOTES.TXT", "invoice.pdf.exe"), pe()),
        "files.iso",
        D,
        ("EXT_EXECUTABLE 2!invoice.pdf.exe", BOX),
        False,
    )
    yield (
        "C-iso-as-img",
        archives.iso(("START.JS", None), JSCRIPT),
        "files.img",
        D,
        ("EXT_SCRIPT 2!START.JS", BOX),
        False,
    )
    yield "C-iso-text", archives.iso(("NOTES.TXT", None), HARMLESS), "files.iso", S, (BOX,), False
    yield (
        "C-iso-as-pdf",
        archives.iso(("SETUP.EXE", None), pe()),
        "files.pdf",
        D,
        ("ARCHIVE_MEMBER 2!SETUP.EXE",),
        False,
    )
    footer = b"conectix" + struct.pack(">IIQ", 2, 0x10000, 0xFFFFFFFFFFFFFFFF) + bytes(488)
    yield "C-vhd", bytes(1024) + footer, "files.vhd", S, (BOX,), True
    yield "C-vhdx", b"vhdxfile" + "MAILKIT".encode("utf-16-le").ljust(512, b"\0"), "files.vhdx", S, (BOX,), True
    yield "C-dmg", bytes(1024) + b"koly" + struct.pack(">II", 4, 512) + bytes(500), "files.dmg", S, (), True
    yield "C-wim", b"MSWIM\0\0\0" + struct.pack("<II", 208, 0x10D00) + bytes(192), "files.wim", S, (), True
    inner = zips.one("files.iso", archives.iso(("SETUP.EXE", None), pe()))
    yield "C-iso-in-zip", inner, "files.zip", D, ("EXT_EXECUTABLE 2!files.iso!SETUP.EXE",), False
