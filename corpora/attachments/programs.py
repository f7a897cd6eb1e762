"""Files that look like programs and do nothing: enough of a header to be known by, and a text."""

from __future__ import annotations

import struct

from corpora.attachments.mime import HARMLESS


def pe(payload: bytes = HARMLESS, *, dll: bool = False) -> bytes:
    """Give what looks like a program of Windows: headers and one section that holds a text. PE format, section 3."""
    dos = bytearray(0x80)
    dos[:2] = b"MZ"
    dos[0x3C:0x40] = struct.pack("<I", 0x80)
    dos[0x40:0x6B] = b"Not a program: a look-alike to test mailkit"
    coff = struct.pack("<HHIIIHH", 0x14C, 1, 0, 0, 0, 0xE0, 0x2102 if dll else 0x102)
    optional = struct.pack("<HBBIIIIIIIII", 0x10B, 6, 0, 0, 0x200, 0, 0, 0x1000, 0x1000, 0x400000, 0x1000, 0x200)
    optional = optional.ljust(0xE0, b"\0")
    section = b".data\0\0\0" + struct.pack("<IIIIIIHHI", len(payload), 0x1000, 0x200, 0x200, 0, 0, 0, 0, 0x40000040)
    start = bytes(dos) + b"PE\0\0" + coff + optional + section
    return start.ljust(0x200, b"\0") + payload.ljust(0x200, b"\0")


def elf() -> bytes:
    """Give what looks like a program of Linux. System V ABI, chapter 4."""
    ident = b"\x7fELF" + bytes((2, 1, 1, 0)) + bytes(8)
    rest = struct.pack("<HHIQQQIHHHHHH", 2, 62, 1, 0x400000, 64, 0, 0, 64, 56, 1, 64, 0, 0)
    return ident + rest + struct.pack("<IIQQQQQQ", 1, 4, 0, 0x400000, 0x400000, 160, 160, 4096) + HARMLESS


def macho() -> bytes:
    """Give what looks like a program of macOS. mach-o/loader.h."""
    return struct.pack("<IIIIIIII", 0xFEEDFACF, 0x01000007, 3, 2, 0, 0, 0, 0) + HARMLESS


def java_class() -> bytes:
    """Give what looks like a class of Java. JVM specification, section 4.1."""
    name = b"Lookalike"
    pool = b"\x01" + struct.pack(">H", len(name)) + name + b"\x07\x00\x01"
    return b"\xca\xfe\xba\xbe" + struct.pack(">HHH", 0, 52, 3) + pool + struct.pack(">HHHHHHH", 0x21, 2, 2, 0, 0, 0, 0)


def dex() -> bytes:
    """Give what looks like code of Android. Dalvik executable format."""
    return (
        b"dex\n035\0"
        + bytes(24)
        + struct.pack("<II", 0x70 + len(HARMLESS), 0x70)
        + b"\x78\x56\x34\x12"
        + bytes(68)
        + HARMLESS
    )


def lnk() -> bytes:
    """Give a shortcut that names no target. MS-SHLLINK, section 2.1."""
    clsid = bytes.fromhex("0114020000000000c000000000000046")
    start = struct.pack("<I", 0x4C) + clsid + struct.pack("<II", 0x84, 0x20)
    words = "MAILKIT-BENIGN-LOOKALIKE-PAYLOAD"
    return start.ljust(0x4C, b"\0") + struct.pack("<H", len(words)) + words.encode("utf-16-le") + bytes(4)


def chm() -> bytes:
    """Give the header of a help file. ITSF, version 3; knowledge."""
    guids = bytes.fromhex("10fd017caa7bd0119e0c00a0c922e6ec11fd017caa7bd0119e0c00a0c922e6ec")
    return b"ITSF" + struct.pack("<IIII", 3, 0x60, 1, 0) + struct.pack("<I", 0x409) + guids + bytes(64)


SHELL = b"#!/bin/sh\n# MAILKIT-BENIGN-LOOKALIKE-PAYLOAD\nexit 0\n"
BATCH = b"@echo off\r\nrem MAILKIT-BENIGN-LOOKALIKE-PAYLOAD\r\n"
JSCRIPT = b"// MAILKIT-BENIGN-LOOKALIKE-PAYLOAD\r\nvar nothing = 0;\r\n"
VBSCRIPT = b"' MAILKIT-BENIGN-LOOKALIKE-PAYLOAD\r\nOption Explicit\r\n"
POWERSHELL = b"# MAILKIT-BENIGN-LOOKALIKE-PAYLOAD\r\n"
PYTHON = b"#!/usr/bin/env python3\n# MAILKIT-BENIGN-LOOKALIKE-PAYLOAD\n"
INI_URL = b"[InternetShortcut]\r\nURL=file://files.sender.example/share/setup.exe\r\n"
DESKTOP = b"[Desktop Entry]\nType=Application\nName=Look-alike\nExec=/bin/true MAILKIT-BENIGN-LOOKALIKE-PAYLOAD\n"
