"""Texts of corpora/text/ in the charsets of their languages: what detection is measured with.

Python's codecs fold them into bytes. What they refuse is done here by arithmetic of rows and cells: ISO-2022-JP and
EUC-JP with the characters of NEC and IBM, of which only cp932 has the places, and ISO-2022-JP with half-width kana.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

FOLDER = Path(__file__).resolve().parents[2] / "corpora" / "text"
CHARSETS = {
    "ja": ("iso-2022-jp", "cp932", "euc-jp", "utf-8"),
    "zh": ("gb2312", "hz", "utf-8"),
    "tw": ("big5", "utf-8"),
    "ko": ("euc-kr", "iso-2022-kr", "utf-8"),
    "ru": ("koi8-r", "windows-1251", "utf-8"),
    "en": ("us-ascii",),
}
"""Language -> the charsets that its texts are written in."""
WESTERN = ("windows-1252", "utf-8")
SHIFTS = {"ascii": b"\x1b(B", "kana": b"\x1b(I", "wide": b"\x1b$B"}
SHORT, MEDIUM = 24, 200
"""Characters that a short and a medium text have at the most."""
_RUN = re.compile(r"(?P<ascii>[\x00-\x7f]+)|(?P<kana>[｡-ﾟ]+)|(?P<wide>[^\x00-\x7f｡-ﾟ]+)")


class Sample(NamedTuple):
    """Bytes, and the text that they are."""

    language: str
    charset: str
    length: str
    text: str
    data: bytes


def texts(half: str) -> list[tuple[str, str]]:
    """Give language and text of each line of a file, and last, of each language, all its texts in one."""
    lines = (FOLDER / f"{half}.txt").read_text("utf-8").splitlines()
    rows = [(line[:2], line[3:].replace("\\n", "\n")) for line in lines if line and line[0] != "#"]
    whole = [
        (language, "\n".join(text for _, text in group))
        for language, group in itertools.groupby(sorted(rows, key=lambda row: row[0]), key=lambda row: row[0])
    ]
    return rows + whole


def samples(half: str) -> Iterator[Sample]:
    """Give the texts of a file, each in the charsets of its language."""
    for language, text in texts(half):
        length = "short" if len(text) <= SHORT else "medium" if len(text) <= MEDIUM else "long"
        for charset in CHARSETS.get(language, WESTERN):
            yield Sample(language, charset, length, text, encode(text, charset))


def encode(text: str, charset: str) -> bytes:
    """Write a text in a charset, with the characters of vendors too."""
    if charset == "iso-2022-jp":
        return iso2022jp(text)
    if charset == "euc-jp":
        return b"".join(
            b"".join(b"\x8e" + bytes([ord(one) - 0xFF61 + 0xA1]) for one in run)
            if kind == "kana"
            else run.encode("ascii")
            if kind == "ascii"
            else bytes(byte | 0x80 for byte in cells(run))
            for kind, run in runs(text)
        )
    return text.encode(charset)


def iso2022jp(text: str) -> bytes:
    """Write ISO-2022-JP as mail programs do: a run of half-width kana behind ESC ( I, any other behind ESC $ B."""
    written, before = [], "ascii"
    for kind, run in runs(text):
        written.append(SHIFTS[kind] if kind != before else b"")
        before = kind
        if kind == "ascii":
            written.append(run.encode("ascii"))
        elif kind == "kana":
            written.append(bytes(ord(one) - 0xFF61 + 0x21 for one in run))
        else:
            written.append(cells(run))
    written.append(SHIFTS["ascii"] if before != "ascii" else b"")
    return b"".join(written)


def runs(text: str) -> Iterator[tuple[str, str]]:
    """Cut a text into runs of ASCII, of half-width kana, and of others."""
    return ((match.lastgroup or "", match[0]) for match in _RUN.finditer(text))


def cells(run: str) -> bytes:
    """Give row and cell, each from 0x21 on, of characters that cp932 has; IBM's at the places that NEC chose."""
    written = bytearray()
    for one in run:
        lead, trail = NEC.get(one) or one.encode("cp932")
        row = (lead - (0x70 if lead < 0xA0 else 0xB0)) * 2
        if trail < 0x9F:
            written += bytes([row - 1, trail - 0x1F - (trail > 0x7F)])
        else:
            written += bytes([row, trail - 0x7E])
    return bytes(written)


NEC = {
    bytes([lead, trail]).decode("cp932"): bytes([lead, trail])
    for lead in (0xED, 0xEE)
    for trail in (*range(0x40, 0x7F), *range(0x80, 0xFD))
    if (lead, trail) not in {(0xEE, 0xED), (0xEE, 0xEE)}
}
"""Characters that NEC chose from IBM's -> their bytes in cp932, rows 89 to 92."""
