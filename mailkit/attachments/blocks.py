r"""Files that stand in a text in base64 or hexadecimal digits, without a line that says so.

A program that somebody pastes, an attachment that lost its header, a file that was encoded twice. Keys, certificates,
signatures and armour are such blocks too: what counts is what a block decodes to. A bounce that quotes an attachment
often cuts it: there a document or an archive counts only where it is whole, a program always does.
"""

from __future__ import annotations

import binascii
import re
import string
from collections.abc import Iterator
from itertools import chain
from typing import NamedTuple

from mailkit.attachments.budget import Budget
from mailkit.attachments.pieces import Gap, Member, Note, Piece
from mailkit.attachments.plain import HEAD, is_text
from mailkit.attachments.types import sniff
from mailkit.content.embedded import with_feeds

_BEGINS = (
    rb"TV[opqr]|f0VMRg|SVRTRg|TAAAAAEUAg|UEsDB|UEsFB|UmFyIRo|N3q8ry|TVNDRg|H4sI|QlpoO|/Td6WFoA|"
    rb"0M8R4KGxGuE|5FJcex|JVBERi0|e1xydG|VFZ[vwxy]|VUVzREJ|SDRzSU|TjNxOHJ5|VW1GeUlS"
)
"""MZ, ELF, help, shortcut; zip, rar, 7z, cab, gzip, bz2, xz; OLE, OneNote, PDF, RTF; some of them in base64 once more."""
_BEGIN = re.compile(rb"\n[ \t>|]{0,20}(?=" + _BEGINS + rb")")
_ADDRESS = b";base64,"
_IN_ADDRESS = re.compile(rb"[ \t\r\n]{0,9}((?:" + _BEGINS + rb")(?:[A-Za-z0-9+/]++|%2[bBfF]|[ \t\r\n]++)*+)")
"""What an address of the scheme data holds (RFC 2397)."""
_PROGRAM_LETTERS = (b"TVqQAA", b"TVpQAA", b"TVoAAA")
"""The first bytes of programs as compilers and linkers write them."""
_RUN = re.compile(rb"[A-Za-z0-9+/]++")
_LONG_RUN = 400
"""Letters in a row: whoever writes about programs quotes fewer."""
_LETTERS = (string.ascii_letters + string.digits + "+/").encode()
_TO_STANDARD = bytes.maketrans(b"-_", b"+/")
_BETWEEN = b" \t\r\n>|"
_WHOLE_LINE = re.compile(rb"[A-Za-z0-9+/_-]{20,}+={0,2}[ \t]{0,8}(?:\r?\n|\Z)")
_HEX_LINE = re.compile(
    rb"(?:0[xX])?(?:4[dD]5[aA]|504[bB]0304|7[fF]454[cC]46|[dD]0[cC][fF]11|526172211)[0-9a-fA-F \t]{16,}"
)
_HEX_BEGIN = re.compile(rb"\n[ \t>|]{0,20}(?=(?:4[dD]5[aA]|504[bB]0304|7[fF]454[cC]46)[0-9a-fA-F]{16})")
_HEX_DIGITS = string.hexdigits.encode()
_LEAST = 64
"""Letters of a block that is looked at."""
_MOST = 200
"""Blocks of a text that are decoded; those that cannot be one cost a look."""
_PROGRAMS = frozenset({"pe", "elf", "lnk", "chm"})
_STUB = b"This program"
_ZEROS = 8
"""Of the 62 bytes behind the letters of a program; by chance there is one in four."""
_FIELDS_BYTES = 1_000
"""Before a quoted attachment, in which its fields stand."""
_LEAST_OLE = 3 * 512
"""Bytes of a compound file: its header, its table and its directory (MS-CFB section 2.1)."""
_BEHIND_BYTES = 200
"""Behind a block, in which something follows where nothing was cut."""


class _Block(NamedTuple):
    """Where a block stands."""

    start: int
    end: int
    is_padded: bool


def read_blocks(data: bytes, budget: Budget) -> Iterator[Piece]:
    """Give the files that stand in a text, or that a text is as a whole."""
    if not is_text(data[:HEAD]):
        return
    whole = _as_a_whole(data)
    found = [whole] if whole else chain(_blocks(data), _digits(data), _addressed(data), _within_lines(data))
    for number, (content, at) in enumerate(found):
        if number >= _MOST or not budget.take_member() or budget.is_late():
            yield Gap("PARTS", f"more than {_MOST} files in a text" if number >= _MOST else "files in a text", at=at)
            return
        if len(content) > budget.room(len(content)):
            yield Gap("BYTES", "files in a text", len(content), at=at)
            continue
        budget.spend(len(content))
        yield Note("UU_IN_TEXT", "without a first line", at)
        yield Member("", content, at)


def _as_a_whole(data: bytes) -> tuple[bytes, int] | None:
    """Decode a text that is nothing but letters of base64, or digits; None for any other."""
    text = data.strip(b"\xef\xbb\xbf \t\r\n")
    if len(text) < _LEAST:
        return None
    if _HEX_LINE.match(text):
        digits = text.removeprefix(b"0x").removeprefix(b"0X").translate(None, b" \t\r\n")
        if not digits.translate(None, _HEX_DIGITS):
            return binascii.unhexlify(digits[: len(digits) & -2]), 0
    if _WHOLE_LINE.match(text):
        letters = text.translate(_TO_STANDARD, b" \t\r\n").rstrip(b"=")
        if not letters.translate(None, _LETTERS):
            content = _from_base64(letters)
            return (content, 0) if _is_known(content) else None
    return None


def _blocks(data: bytes) -> Iterator[tuple[bytes, int]]:
    """Give what the blocks decode to that begin as a file does, and where they stand."""
    at = 0
    text = b"\n" + with_feeds(data)
    while begin := _BEGIN.search(text, at):
        at = begin.end()
        if _goes_on(text, begin.start()):
            continue
        block = _block(text, begin.end())
        at = max(at, block.end)
        content = _from_base64(text[block.start : block.end].translate(None, _BETWEEN + b"="))
        if len(content) >= _LEAST * 3 // 4 and _counts(content, text, block):
            yield content, block.start - 1


def _digits(data: bytes) -> Iterator[tuple[bytes, int]]:
    """Give the files that stand in hexadecimal digits, in lines of one length."""
    at = 0
    text = b"\n" + with_feeds(data)
    while begin := _HEX_BEGIN.search(text, at):
        block = _block(text, begin.end(), _HEX_DIGITS)
        at = max(begin.end(), block.end)
        digits = text[block.start : block.end].translate(None, _BETWEEN + b"=")
        content = binascii.unhexlify(digits[: len(digits) & -2])
        if len(content) >= _LEAST and _is_known(content):
            yield content, block.start - 1


def _addressed(data: bytes) -> Iterator[tuple[bytes, int]]:
    """Give the files that stand in addresses, as of a link in the text of a mail; pictures there are everyday."""
    at = data.find(_ADDRESS)
    while at >= 0:
        at += len(_ADDRESS)
        if found := _IN_ADDRESS.match(data, at):
            letters = found[1].replace(b"%2B", b"+").replace(b"%2b", b"+").replace(b"%2F", b"/").replace(b"%2f", b"/")
            content = _from_base64(letters.translate(None, b" \t\r\n"))
            if _is_known(content):
                yield content, at
            at = found.end()
        at = data.find(_ADDRESS, at)


def _within_lines(data: bytes) -> Iterator[tuple[bytes, int]]:
    """Give the programs that stand further on in a line: in the source of a script, in JSON."""
    for letters in _PROGRAM_LETTERS:
        at = data.find(letters)
        while at >= 0:
            found = _RUN.match(data, at)
            end = found.end() if found else at + 1
            if end - at >= _LONG_RUN and not _begins_line(data, at) and data[at - 8 : at] != _ADDRESS:
                content = _from_base64(data[at:end])
                if content.startswith(b"MZ") and _is_program(content):
                    yield content, at
            at = data.find(letters, end)


def _begins_line(data: bytes, at: int) -> bool:
    """Say whether nothing but marks of a quotation stands before in a line; or a letter does, of the same block."""
    start = data.rfind(b"\n", max(0, at - 40), at) + 1
    return not data[start:at].strip(_BETWEEN) or data[at - 1 : at].isalnum()


def _goes_on(text: bytes, at: int) -> bool:
    """Say whether the line before is of the same block: armour, signatures and other files have every beginning."""
    start = text.rfind(b"\n", max(0, at - 200), at) + 1
    before = text[start:at].strip(_BETWEEN)
    return len(before) > 40 and not before.translate(None, _LETTERS)


def _block(text: bytes, start: int, alphabet: bytes = _LETTERS) -> _Block:
    """Find the lines of one length, and one that is shorter, as encoders write them."""
    at = end = start
    width = 0
    while at < len(text):
        stop = text.find(b"\n", at)
        stop = len(text) if stop < 0 else stop
        line = text[at:stop].strip(_BETWEEN)
        letters = line.rstrip(b"=")
        width = width or len(letters)
        if not letters or len(letters) > width or letters.translate(None, alphabet):
            break
        at, end = stop + 1, stop
        if letters != line or len(letters) < width:
            return _Block(start, end, letters != line)
    return _Block(start, end, is_padded=False)


def _from_base64(letters: bytes) -> bytes:
    """Decode letters, of which the last ones may be missing."""
    letters = letters[:-1] if len(letters) % 4 == 1 else letters
    return binascii.a2b_base64(letters + b"=" * (-len(letters) % 4))


def _is_known(content: bytes) -> bool:
    """Say whether a text that is base64 as a whole hides something: a format that is known, or base64 again."""
    kinds = sniff(content).kinds
    if ("pe" in kinds and not _is_program(content)) or ("ole" in kinds and len(content) < _LEAST_OLE):
        return False
    return bool(kinds) or bool(_WHOLE_LINE.match(content) and is_text(content[:HEAD]))


def _is_program(content: bytes) -> bool:
    """Tell a program from what begins with its two letters by chance."""
    return not content.startswith(b"MZ") or content[2:64].count(0) >= _ZEROS or _STUB in content[:1_024]


def _counts(content: bytes, text: bytes, block: _Block) -> bool:
    """Say whether a block is worth a look; what is cut is not, unless it is a program."""
    kinds = sniff(content).kinds
    if not _is_known(content) or not _PROGRAMS.isdisjoint(kinds):
        return _is_known(content)
    if "zip" in kinds:
        return content.rfind(b"PK\x05\x06") > 0
    if block.is_padded or len(text[block.start : block.end].translate(None, _BETWEEN)) % 4:
        return block.is_padded
    return bool(text[block.end : block.end + _BEHIND_BYTES].strip(_BETWEEN)) or not _has_fields(text, block)


def _has_fields(text: bytes, block: _Block) -> bool:
    """Say whether the fields of a part stand before a block: a quoted attachment, which bounces cut."""
    fields = text[max(0, block.start - _FIELDS_BYTES) : block.start].lower()
    return b"content-t" in fields or b"content-d" in fields
