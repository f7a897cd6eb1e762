"""Rows and cells: what two bytes of a Japanese set stand for, by arithmetic and Python's own tables.

A cell is written row-cell, both from 1 to 94: two bytes of ISO-2022-JP less 0x20 each, of EUC-JP less
0xA0 each. Shift_JIS has rows up to 120 (JIS X 0208:1997 appendix 1; rows 95 to 114 are for users, 115 to
119 IBM's). Measured: cp932 of CPython and the index jis0208 of the WHATWG Encoding Standard agree in all
of the 7,336 cells that they define.
"""

from __future__ import annotations

import functools
from typing import Literal

CellClass = Literal["jisx0208", "nec-row13", "nec-ibm", "ibm-ext", "gaiji", "undefined-cell"]

SIDE = 94
"""Rows of a set, and cells of a row."""
UNDEFINED = "\ufffd"
GETA = "〓"
"""What Japanese print has where a type is missing: here it stands for a carrier's emoji."""
_HIGH = bytes(byte | 0x80 for byte in range(256))
_IBM_CELLS = {"jisx0212": 1, "jisx0212-euc": 83}
"""Where IBM's characters begin in row 83 of JIS X 0212's plane: ISO-2022-JP-MS (seen in a text of libiconv's tests),
eucJP-ms (measured with glibc 2.36). Nobody else has anything there."""


def high(run: bytes) -> bytes:
    """Give two-byte characters of ISO-2022-JP as EUC-JP has them: with the eighth bit."""
    return run.translate(_HIGH)


def to_sjis(row: int, cell: int) -> bytes:
    """Give the two bytes of Shift_JIS for a row of 1 to 120 and a cell of 1 to 94.

    >>> to_sjis(13, 1).decode("cp932")
    '①'
    """
    lead = (row + 1 >> 1) + (0x80 if row < 63 else 0xC0)
    trail = cell + 0x9E if row % 2 == 0 else cell + 0x3F + (cell > 63)
    return bytes((lead, trail))


def from_sjis(lead: int, trail: int) -> tuple[int, int]:
    """Give row and cell of two bytes of Shift_JIS.

    >>> from_sjis(0x87, 0x40)
    (13, 1)
    """
    row = (lead - (0x80 if lead < 0xA0 else 0xC0)) * 2
    if trail >= 0x9F:
        return row, trail - 0x9E
    return row - 1, trail - 0x3F - (trail > 0x7F)


def class_of(row: int, *, defined: bool = True) -> CellClass:
    """Say to which part of the tables a cell of a row belongs; `defined` says whether a character stands there.

    >>> class_of(13), class_of(92), class_of(95), class_of(9, defined=False)
    ('nec-row13', 'nec-ibm', 'gaiji', 'undefined-cell')
    """
    if not defined:
        return "undefined-cell"
    if row == 13:
        return "nec-row13"
    if row <= 84:
        return "jisx0208"
    if row <= 94:
        return "nec-ibm"
    return "gaiji" if row <= 114 else "ibm-ext"


def character_at(row: int, cell: int) -> str:
    r"""Give the character of a cell, NEC's and IBM's among them; U+FFFD where there is none, U+E000 and up for users' own.

    >>> character_at(92, 66), character_at(9, 1)
    ('髙', '�')
    """
    if row <= SIDE:
        return table("jisx0208")[(row - 1) * SIDE + cell - 1]
    return to_sjis(row, cell).decode("cp932", "replace")


def users_character(name: str, row: int, cell: int) -> str:
    """Give the private character of a cell for users, rows 85 to 94: U+E000 on in JIS X 0208's plane, U+E3AC on in 0212's.

    >>> users_character("jisx0212", 85, 1)
    '\ue3ac'
    """
    return chr((0xE000 if name == "jisx0208" else 0xE3AC) + (row - 85) * SIDE + cell - 1)


@functools.cache
def table(name: str) -> tuple[str, ...]:
    """Give the 8,836 characters of a set, row by row; U+FFFD for a cell without one.

    jisx0208 has NEC's row 13 and NEC's selection of IBM's characters (rows 89 to 92), jisx0212 IBM's others from row
    83 on; jisx0212-euc has them where eucJP-ms does.
    """
    codec, escape = _SOURCES[name.removesuffix("-euc")]
    cells = [
        _decoded(codec, escape + bytes((row, cell)) + b"\x1b(B")
        for row in range(0x21, 0x7F)
        for cell in range(0x21, 0x7F)
    ]
    if name == "jisx0208":
        for row in (13, 89, 90, 91, 92):
            for cell in range(1, SIDE + 1):
                cells[(row - 1) * SIDE + cell - 1] = _decoded("cp932", to_sjis(row, cell))
    elif name in _IBM_CELLS:
        start = 82 * SIDE + _IBM_CELLS[name] - 1
        extensions = _ibm_in_0212()
        cells[start : start + len(extensions)] = extensions
    return tuple(cells)


_SOURCES = {
    "jisx0208": ("iso2022_jp", b"\x1b$B"),
    "jisx0212": ("iso2022_jp_1", b"\x1b$(D"),
    "gb2312": ("iso2022_jp_2", b"\x1b$A"),
    "ksx1001": ("iso2022_jp_2", b"\x1b$(C"),
    "jisx0213-1:2000": ("iso2022_jp_3", b"\x1b$(O"),
    "jisx0213-1": ("iso2022_jp_2004", b"\x1b$(Q"),
    "jisx0213-2": ("iso2022_jp_2004", b"\x1b$(P"),
}
"""Set -> Python's codec that has it, and its escape there."""


def _decoded(codec: str, data: bytes) -> str:
    try:
        return data.decode(codec)
    except UnicodeDecodeError:
        return UNDEFINED


def _ibm_in_0212() -> list[str]:
    """Give IBM's characters that neither JIS X 0208 nor 0212 has, in IBM's order; the numero sign is there twice."""
    found = []
    for row in range(115, 120):
        for cell in range(1, SIDE + 1):
            text = _decoded("cp932", to_sjis(row, cell))
            known = text in _NOT_IN_0212 or (_encodes(text) and text != "№")
            if text != UNDEFINED and not known:
                found.append(text)
    return found


_NOT_IN_0212 = frozenset("￢￤")


def _encodes(text: str) -> bool:
    """Say whether JIS X 0208 or 0212 has a character."""
    try:
        text.encode("euc_jp")
    except UnicodeEncodeError:
        return False
    return True
