"""Shift_JIS and EUC-JP as mail has them: Python's codecs, which go on behind a fault as the WHATWG standard does.

Shift_JIS is Windows-31J (cp932), EUC-JP is CP51932 with JIS X 0212; both with NEC's row 13 and NEC's selection of
IBM's characters (WHATWG Encoding Standard sections 12.1 and 12.3). A lead byte that has no character with what
follows is one U+FFFD; the byte that follows goes with it, unless it is ASCII.
"""

from __future__ import annotations

import codecs
import functools

from mailkit.charsets.cells import SIDE, UNDEFINED, character_at, table, users_character

EUC_JP, EUC_JP_MS, CP932 = "euc_jp", "euc_jp_ms", "cp932"
_NOT_WINDOWS = "\xa0\uf8f0\uf8f1\uf8f2\uf8f3"
"""What Python's cp932 makes of the bytes A0, FD, FE and FF, which are none."""
_BY_TEXT = str.maketrans(dict.fromkeys(_NOT_WINDOWS, UNDEFINED))


def decode_cp932(data: bytes) -> str:
    r"""Decode Shift_JIS as Windows has it.

    >>> decode_cp932(b"\x87\x40\x81\x3f")
    '①�?'
    """
    return windows(data.decode(CP932, handler(CP932)))


def windows(text: str) -> str:
    """Put U+FFFD where Python's cp932 has characters that are none of Windows-31J."""
    return text.translate(_BY_TEXT) if any(one in text for one in _NOT_WINDOWS) else text


def decode_euc_jp(data: bytes, *, private: bool = False) -> str:
    r"""Decode EUC-JP; with `private` as eucJP-ms has it, where rows 85 to 94 are for users.

    >>> decode_euc_jp(b"\xad\xa1\xf9\xa1"), decode_euc_jp(b"\xf9\xa1", private=True)
    ('①纊', '\ue178')
    """
    return data.decode(EUC_JP, handler(EUC_JP_MS if private else EUC_JP))


@functools.cache
def handler(name: str) -> str:
    """Give the error handler of Python's codecs that goes on as the standard does; registered when first wanted."""
    label = f"mailkit-{name.replace('_', '-')}"
    codecs.register_error(label, _HANDLERS[name])
    return label


def _behind_sjis(fault: UnicodeError) -> tuple[str, int]:
    """Go on behind two bytes that are no character of Shift_JIS."""
    assert isinstance(fault, UnicodeDecodeError)
    lead, trail = fault.object[fault.start], fault.object[fault.start + 1 : fault.start + 2]
    leads = 0x81 <= lead <= 0x9F or 0xE0 <= lead <= 0xFC
    return UNDEFINED, fault.start + (2 if leads and trail and trail[0] >= 0x80 else 1)


def _behind_euc(fault: UnicodeError, *, private: bool = False) -> tuple[str, int]:
    """Read what Python's euc_jp does not have, or go on behind it."""
    assert isinstance(fault, UnicodeDecodeError)
    start = fault.start
    lead, second, third = fault.object[start : start + 3].ljust(3, b"\0")
    pair = 0xA1 <= second <= 0xFE
    if lead == 0x8F and pair:
        if 0xA1 <= third <= 0xFE:
            return _character(second - 0xA0, third - 0xA0, "jisx0212-euc", private=private), start + 3
        return UNDEFINED, start + (3 if third >= 0x80 else 2)
    if 0xA1 <= lead <= 0xFE and pair:
        return _character(lead - 0xA0, second - 0xA0, "jisx0208", private=private), start + 2
    leads = lead in {0x8E, 0x8F} or 0xA1 <= lead <= 0xFE
    return UNDEFINED, start + (2 if leads and second >= 0x80 else 1)


def _behind_euc_ms(fault: UnicodeError) -> tuple[str, int]:
    return _behind_euc(fault, private=True)


def _character(row: int, cell: int, name: str, *, private: bool) -> str:
    """Give the character of a cell that Python's euc_jp does not have."""
    if private and row >= 85:
        return users_character(name, row, cell)
    return character_at(row, cell) if name == "jisx0208" else table(name)[(row - 1) * SIDE + cell - 1]


_HANDLERS = {CP932: _behind_sjis, EUC_JP: _behind_euc, EUC_JP_MS: _behind_euc_ms}
