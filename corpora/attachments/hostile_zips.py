"""Group C, zip: archives whose fields lie, and archives that are something else besides. APPNOTE 6.3.10."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterator

from corpora.attachments import archives, benign_files, zips
from corpora.attachments.deflate import zeros
from corpora.attachments.mime import HARMLESS, Case, case
from corpora.attachments.programs import BATCH, JSCRIPT, java_class, lnk, pe
from corpora.attachments.zips import Entry

D, S = "dangerous", "suspicious"
INSIDE = ("ARCHIVE_MEMBER 2!setup.exe",)
NAMED = ("EXT_EXECUTABLE 2!setup.exe",)
ODD, BAD, LOCKED = "ARCHIVE_AMBIGUOUS 2", "ARCHIVE_MALFORMED 2", "ARCHIVE_ENCRYPTED 2"
NOTES = Entry("notes.txt", HARMLESS)
Row = tuple[str, bytes, str, tuple[str, ...], bool]


def cases() -> Iterator[Case]:
    """Give them all."""
    for make in (members, fields, names, sealed, growing, polyglots):
        for name, data, verdict, findings, opaque in make():
            kind = "application/zip"
            yield case(name, data, "documents.zip", verdict, *findings, media_type=kind, opaque=opaque)
    yield case("C-zip-no-ending", zips.one("setup.exe", pe()), "documents", D, *INSIDE)
    yield case("C-zip-as-pdf", zips.one("setup.exe", pe()), "documents.pdf", D, *INSIDE, "MAGIC_MISMATCH 2")
    yield case(
        "C-jar",
        zips.of({"META-INF/MANIFEST.MF": b"Main-Class: Lookalike\r\n", "Lookalike.class": java_class()}),
        "tool.jar",
        D,
    )
    yield case(
        "C-apk", zips.of({"AndroidManifest.xml": bytes(8), "classes.dex": b"dex\n035\0" + bytes(104)}), "tool.apk", D
    )


def members() -> Iterator[Row]:
    """Give a dangerous member, in all the ways to store one."""
    for name, entries in {
        "C-zip-program": [Entry("setup.exe", pe())],
        "C-zip-stored": [Entry("setup.exe", pe(), zips.STORED)],
        "C-zip-bzip2": [Entry("setup.exe", pe(), zips.BZIP2)],
        "C-zip-lzma": [Entry("setup.exe", pe(), zips.LZMA)],
        "C-zip-xz": [Entry("setup.exe", pe(), zips.XZ)],
        "C-zip-descriptor": [Entry("setup.exe", pe(), descriptor=True)],
        "C-zip-last-of-many": [
            *(Entry(f"note{at}.txt", HARMLESS, zips.STORED) for at in range(60)),
            Entry("setup.exe", pe()),
        ],
    }.items():
        yield name, zips.make(entries), D, INSIDE, False
    yield "C-zip-zip64", zips.make([Entry("setup.exe", pe())], zip64=True), D, INSIDE, False
    yield (
        "C-zip-script",
        zips.one("invoice.js", JSCRIPT),
        D,
        ("ARCHIVE_MEMBER 2!invoice.js", "EXT_SCRIPT 2!invoice.js"),
        False,
    )
    yield "C-zip-shortcut", zips.one("invoice.pdf.lnk", lnk()), D, ("EXT_SHORTCUT 2!invoice.pdf.lnk",), False
    yield "C-zip-program-as-picture", zips.one("photo.jpg", pe()), D, ("MAGIC_EXECUTABLE 2!photo.jpg",), False
    yield (
        "C-zip-in-zip",
        zips.one("inner.zip", zips.one("setup.exe", pe())),
        D,
        ("EXT_EXECUTABLE 2!inner.zip!setup.exe",),
        False,
    )
    yield "C-zip-in-folder", zips.one("a/b/c/setup.exe", pe()), D, ("EXT_EXECUTABLE 2!a/b/c/setup.exe",), False
    for name, method in (
        ("deflate64", zips.DEFLATE64),
        ("imploded", zips.IMPLODED),
        ("zstd", zips.ZSTD),
        ("ppmd", zips.PPMD),
    ):
        noise = bytes(index * 73 % 251 for index in range(300))
        yield f"C-zip-{name}", zips.make([Entry("setup.exe", pe(), method, packed=noise)]), D, NAMED, True
    noise = bytes(index * 73 % 251 for index in range(300))
    yield "C-zip-method-unknown", zips.make([Entry("notes.txt", HARMLESS, 77, packed=noise)]), S, (), True
    tar = archives.tar({"setup.exe": pe()})
    yield "C-zip-tar", zips.one("files.tar", tar), D, ("EXT_EXECUTABLE 2!files.tar!setup.exe",), False


def fields() -> Iterator[Row]:
    """Let the two headers of a member differ, or what counts stand in neither. Sections 4.3.6 to 4.3.16."""
    program = Entry("setup.exe", pe())
    yield "C-zip-names-differ", zips.make([Entry("notes.txt", pe(), local_name="setup.exe")]), D, (ODD,), False
    yield (
        "C-zip-names-differ-other-way",
        zips.make([Entry("setup.exe", pe(), local_name="notes.txt")]),
        D,
        (ODD, *NAMED),
        False,
    )
    yield (
        "C-zip-methods-differ",
        zips.make([Entry("setup.exe", pe(), zips.STORED, local_method=zips.DEFLATED)]),
        D,
        (ODD,),
        False,
    )
    yield "C-zip-not-in-directory", zips.make([NOTES, Entry("setup.exe", pe(), hidden=True)]), D, (ODD, *INSIDE), False
    yield (
        "C-zip-same-name-twice",
        zips.make([Entry("a.txt", HARMLESS), Entry("a.txt", pe())]),
        D,
        ("MAGIC_EXECUTABLE 2!a.txt",),
        False,
    )
    yield "C-zip-no-directory", zips.make([NOTES, program], directory=False), D, (*INSIDE, BAD), False
    yield "C-zip-cut", zips.make([program, NOTES])[:-40], D, INSIDE, False
    yield "C-zip-size-lies", zips.make([Entry("setup.exe", pe(), size=3)]), D, NAMED, False
    yield "C-zip-overlap", zips.make([program, Entry("notes.txt", pe(), offset=0)]), D, ("ARCHIVE_OVERLAP 2",), False
    yield "C-zip-two-ends", zips.make([NOTES]) + zips.make([program]), D, INSIDE, False
    yield "C-zip-two-ends-other-way", zips.make([program]) + zips.make([NOTES]), D, INSIDE, False
    yield "C-zip-in-comment", zips.make([NOTES], comment=zips.make([program])), D, INSIDE, False
    yield "C-zip-junk-behind", zips.make([program]) + b"\0" * 3000, D, INSIDE, False
    yield "C-zip-junk-before", zips.make([program], prefix=b"\0" * 3000, adjusted=False), D, INSIDE, False
    broken = bytearray(zips.make([program]))
    broken[-22 + 8 : -22 + 12] = bytes(4)
    yield "C-zip-directory-says-none", bytes(broken), D, INSIDE, False
    name = b"\x01" + struct.pack("<I", zlib.crc32(b"notes.txt")) + b"setup.exe"
    extra = struct.pack("<HH", 0x7075, len(name)) + name
    yield "C-zip-unicode-path", zips.make([Entry("notes.txt", pe(), extra=extra)]), D, (), False
    yield "C-zip-flag-encrypted-lies", zips.make([Entry("setup.exe", pe(), zips.STORED, flags=1)]), D, NAMED, False


def names() -> Iterator[Row]:
    """Where a member would be written. Section 4.4.17."""
    out = "ARCHIVE_TRAVERSAL 2"
    for name, path in {
        "C-zip-dots": "../../start/notes.txt",
        "C-zip-dots-backslash": "..\\..\\start\\notes.txt",
        "C-zip-absolute": "/etc/notes.txt",
        "C-zip-drive": "C:\\start\\notes.txt",
        "C-zip-share": "\\\\files.sender.example\\notes.txt",
    }.items():
        yield name, zips.one(path, HARMLESS), S, (out,), False
    link = Entry("notes", b"../../etc/passwd", zips.STORED, attributes=0o120777 << 16)
    yield "C-zip-link", zips.make([link]), S, ("ARCHIVE_LINK 2",), False
    yield "C-zip-nul", zips.one(b"setup.exe\0.txt", pe()), D, (), False
    yield "C-zip-rtlo", zips.one("invoice\u202efdp.exe", pe()), D, ("NAME_RTLO 2!invoice\u202efdp.exe",), False
    yield "C-zip-double", zips.one("invoice.pdf.exe", pe()), D, ("NAME_DOUBLE_EXT 2!invoice.pdf.exe",), False
    yield (
        "C-zip-spaces",
        zips.one("invoice.pdf" + " " * 60 + ".exe", pe()),
        D,
        ("NAME_LONG_SPACES 2!invoice.pdf",),
        False,
    )
    yield "C-zip-dot-behind", zips.one("setup.exe.", pe()), D, ("EXT_EXECUTABLE 2!setup.exe.",), False
    yield "C-zip-shift-jis", zips.one("請求書.exe".encode("shift_jis"), pe()), D, ("EXT_EXECUTABLE 2!...",), False


def sealed() -> Iterator[Row]:
    """Give what only a password opens. Sections 6, 7 and 4.3.13."""
    noise = bytes(index * 73 % 251 for index in range(400))
    yield "C-zip-encrypted", zips.make([Entry("notes.txt", HARMLESS, flags=1, packed=noise)]), S, (LOCKED,), True
    yield (
        "C-zip-encrypted-program",
        zips.make([Entry("setup.exe", pe(), flags=1, packed=noise)]),
        D,
        (LOCKED, *NAMED),
        True,
    )
    aes = struct.pack("<HHHBBBH", 0x9901, 7, 2, 0x41, 0x45, 3, 8)
    yield (
        "C-zip-aes",
        zips.make([Entry("notes.txt", HARMLESS, zips.AES, flags=1, packed=noise, extra=aes)]),
        S,
        (LOCKED,),
        True,
    )
    strong = zips.make([Entry("notes.txt", HARMLESS, flags=0x41, packed=noise)])
    yield "C-zip-strong", strong, S, (LOCKED,), True
    whole = zips.one("inner.zip", zips.make([Entry("notes.txt", HARMLESS, flags=1, packed=noise)]))
    yield "C-zip-encrypted-inside", whole, S, ("ARCHIVE_ENCRYPTED 2!inner.zip",), True
    both = zips.make([Entry("notes.txt", HARMLESS, flags=1, packed=noise), Entry("setup.exe", pe())])
    yield "C-zip-half-encrypted", both, D, (LOCKED, *INSIDE), True


def growing() -> Iterator[Row]:
    """Little that unpacks to much."""
    size = 20_000_000
    big = Entry("notes.txt", bytes(size), packed=zeros(size))
    yield "C-zip-bomb", zips.make([big]), S, ("ARCHIVE_BOMB 2",), True
    yield "C-zip-bomb-before-program", zips.make([big, Entry("setup.exe", pe())]), D, ("ARCHIVE_BOMB 2", *INSIDE), True
    yield (
        "C-zip-bomb-size-lies",
        zips.make([Entry("notes.txt", bytes(size), packed=zeros(size), size=100)]),
        S,
        (),
        True,
    )
    yield "C-zip-bomb-in-zip", zips.one("inner.zip", zips.make([big])), S, ("ARCHIVE_BOMB 2!inner.zip",), True


def polyglots() -> Iterator[Row]:
    """Put the archive behind something else, that the name does not tell of."""
    packed = zips.one("setup.exe", pe())
    yield "C-zip-behind-picture", benign_files.png() + packed, D, ("POLYGLOT 2", *INSIDE), False
    yield "C-zip-behind-gif", benign_files.gif() + packed, D, ("POLYGLOT 2", *INSIDE), False
    yield "C-zip-behind-pdf", benign_files.pdf("Invoice") + packed, D, ("POLYGLOT 2", *INSIDE), False
    yield "C-zip-behind-program", pe() + zips.one("notes.txt", HARMLESS), D, ("MAGIC_EXECUTABLE 2",), False
    rar = archives.rar4({"start.bat": BATCH})
    yield "C-rar-before-zip", rar + zips.one("notes.txt", HARMLESS), D, (), False
