"""Shortcuts: where each leads."""

from __future__ import annotations

import struct
from functools import partial

import pytest

from mailkit.attachments.pages.shortcuts import read_desktop, read_lnk, read_place, read_reg, read_setup, read_url
from mailkit.attachments.pieces import Note, Reader
from tests.attachments.builders_web import codes, pieces
from tests.timing import assert_linear, flood


def shell_link(target: str, arguments: str) -> bytes:
    """Make a shell link with a relative path and arguments (MS-SHLLINK)."""
    head = struct.pack("<I16sI", 76, bytes.fromhex("0114020000000000c000000000000046"), 0x08 | 0x20 | 0x80)
    strings = b"".join(struct.pack("<H", len(text)) + text.encode("utf-16-le") for text in (target, arguments))
    return head.ljust(76, b"\0") + strings


def test_a_link() -> None:
    data = shell_link("..\\cmd.exe", "/c echo test")
    assert pieces(read_lnk, data) == [Note("MAGIC_SHORTCUT", "..\\cmd.exe /c echo test")]
    for end in range(len(data)):
        assert codes(read_lnk, data[:end]) == {"MAGIC_SHORTCUT"}


@pytest.mark.parametrize(
    ("value", "is_told"),
    [
        ("URL=file://example.org/a.exe", True),
        ("URL=\\\\example.org\\a", True),
        ("URL=C:\\Windows\\System32\\calc.exe", True),
        ("URL=https://example.org/setup.exe?a", True),
        ("IconFile=\\\\example.org\\a.ico", True),
        ("URL=https://example.org/page.html", False),
        ("URL=https://example.com", False),
        ("URL=https://example.org/\r\nIconFile=C:\\Windows\\a.ico", False),
    ],
)
def test_internet_shortcuts(value: str, *, is_told: bool) -> None:
    data = f"[InternetShortcut]\r\n{value}\r\n".encode()
    assert codes(read_url, data) == ({"URL_FILE"} if is_told else set())


@pytest.mark.parametrize(
    ("reader", "text"),
    [
        (read_desktop, "[Desktop Entry]\nName=a\nExec=sh -c x\n"),
        (read_place, "<libraryDescription><simpleLocation><url>\\\\example.org\\a</url></simpleLocation></libraryDescription>"),
        (read_place, "<PCSettings><SearchableContent><ApplicationInformation><DeepLink>%windir%\\a.exe</DeepLink>"),
        (read_place, "<plist><dict><key>URL</key><string>file:///Applications/a.app</string></dict></plist>"),
        (read_setup, "[Shell]\r\nCommand=2\r\nIconFile=\\\\example.org\\a.ico\r\n"),
        (read_setup, "[AutoRun]\r\nopen=setup.exe\r\n"),
        (read_reg, "Windows Registry Editor Version 5.00\r\n\r\n[HKEY_CURRENT_USER\\Software\\A]\r\n"),
    ],
)  # fmt: skip
def test_what_others_lead_to(reader: Reader, text: str) -> None:
    for codec in ("utf-8", "utf-16"):
        assert codes(reader, text.encode(codec)) == {"URL_FILE"}


@pytest.mark.parametrize(
    "text",
    [
        "<plist><dict><key>URL</key><string>https://example.org/</string></dict></plist>",
        "<urlset><url>https://example.org/</url></urlset>",
        "<libraryDescription><simpleLocation><url>knownfolder:{FDD39AD0}</url></simpleLocation></libraryDescription>",
    ],
)
def test_places_that_are_everyday(text: str) -> None:
    assert pieces(read_place, text.encode()) == []


@pytest.mark.parametrize("unit", [b"URL=", b"URL=a\n", b"Exec", b"<url>", b" ", b"[HKEY_"])
def test_floods_are_linear(unit: bytes) -> None:
    for reader in (read_url, read_desktop, read_place, read_setup, read_reg):
        assert_linear(partial(pieces, reader), flood(unit), most=1 << 16)
