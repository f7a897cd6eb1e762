"""Files that a page makes by script (MITRE ATT&CK T1027.006): base64 in its text whose bytes begin as a program does.

The beginnings are those of the signatures in `types`, as base64 writes them: knowledge, not seen.
"""

from __future__ import annotations

import binascii
import re
from collections.abc import Iterator

from mailkit.attachments.budget import Budget
from mailkit.attachments.pieces import Gap, Member, Piece

_BEGINS = (
    r"TV[opqr][A-Za-z0-9+/]|UEsDB|UEsFB|UmFyIRo|N3q8ryc|TVNDRg|TAAAAAEUAg|0M8R4KGxGuE|f0VMRg|H4sI|"
    r"e1xydGY|W0ludGVybmV0|PGh0bWw|PEhUTUw|PHNjcmlwdD"
)
"""MZ, zip, rar, 7z, cab, lnk, OLE, ELF, gzip, RTF, shortcut, page, script."""
_LITERAL = re.compile(rf"[\"'`,>]\s{{0,20}}((?:{_BEGINS})[A-Za-z0-9+/=_\s\\-]*+)")
_NOT_BASE64 = re.compile(r"[^A-Za-z0-9+/]+")
_HEX = re.compile(r"[\"'`](4[dD]5[aA](?:[0-9a-fA-F]{2}){6,}|504[bB]0304(?:[0-9a-fA-F]{2}){4,})[\"'`]")
_CODES = re.compile(
    r"[\[(]\s{0,9}((?:0x4[dD]|77)\s{0,9},\s{0,9}(?:0x5[aA]|90)|(?:0x50|80)\s{0,9},\s{0,9}(?:0x4[bB]|75))\s{0,9},"
)
_MEMBERS = 50


def files_in(text: str, budget: Budget) -> Iterator[Piece]:
    """Give the files that stand in a text in base64 or hexadecimal digits."""
    for number, found in enumerate(_literals(text)):
        data, at = found
        if number >= _MEMBERS or not budget.take_member():
            yield Gap(
                "PARTS", f"more than {_MEMBERS} files in a page" if number >= _MEMBERS else "files in a page", at=at
            )
            return
        if len(data) > budget.room(len(data)):
            yield Gap("BYTES", "files in a page", len(data), at=at)
            continue
        budget.spend(len(data))
        yield Member("", data, at)


def has_codes(text: str) -> bool:
    """Say whether an array of numbers begins as a program or archive does."""
    return bool(_CODES.search(text))


def _literals(text: str) -> Iterator[tuple[bytes, int]]:
    """Give what literals decode to, and where they stand."""
    for found in _LITERAL.finditer(text):
        data = from_base64(found[1])
        if len(data) >= 3:
            yield data, found.start(1)
    for found in _HEX.finditer(text):
        yield binascii.unhexlify(found[1]), found.start(1)


def from_base64(text: str) -> bytes:
    r"""Decode base64, whatever stands between its letters, up to where it ends.

    >>> from_base64("TV qQ==")
    b'MZ\x90'
    """
    letters = _NOT_BASE64.sub(
        "", text.replace("\\n", "").replace("\\r", "").translate({45: 43, 95: 47}).partition("=")[0]
    )
    letters = letters[: len(letters) - 1] if len(letters) % 4 == 1 else letters
    return binascii.a2b_base64(letters + "=" * (-len(letters) % 4))
