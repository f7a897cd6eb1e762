r"""JSON lines with a message in each: in a column named ``raw``, or one of `COLUMNS`, as text or in base64.

Of a row nothing is read but the column with the message and that with the id. What is long is turned into bytes in pieces: a
row takes as much memory as its line and its message.

>>> import io
>>> [raw.data for raw in raw_lines("a.jsonl", io.BytesIO(b'{"id": 1, "raw": "Subject: hi\\n\\n"}\n'), Limits())]
[b'Subject: hi\n\n']
"""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Iterable, Iterator
from contextlib import suppress
from functools import lru_cache
from io import BytesIO
from itertools import count
from typing import Any, BinaryIO

import msgspec

from mailkit.limits import KIB, MIB, Limits
from mailkit.sources.items import NO_MAIL, Raw, failed, printable, too_large
from mailkit.sources.sniff import HEAD_BYTES, why_no_mail

COLUMNS = ("raw", "raw_message", "message", "eml", "email", "content", "data")
"""Where a row may have its message: the first of these that is there."""
PIECE_BYTES = 1 * MIB
"""What is read or decoded as a whole; of more, a piece after the other."""
ID_BYTES = 4 * KIB
"""A longer id is left out."""
LONG_ID = f"has an id of more than {ID_BYTES:,} bytes, which is left out"
LOOKED_AT = 100
"""Rows among whose columns that of the ids is looked for before a file is said to have none."""
_BASE64 = re.compile(rb"[A-Za-z0-9+/\r\n]+={0,2}\s*")
_BASE64_CELL = re.compile(rb'"(?:[A-Za-z0-9+/]++|\\[nr/])++={0,2}(?: |\\[nrtf])*+"')
"""The same as JSON writes it."""
_WHOLE = re.compile(
    rb"(?:[^\\]++|\\[^u]|\\u(?![Dd][89ABab])[0-9A-Fa-f]{4}|\\u[Dd][89ABab][0-9A-Fa-f]{2}\\u[0-9A-Fa-f]{4})*+"
)
"""Text of JSON up to an escape that is cut, also between the two halves of a character (RFC 8259 section 7)."""
_LEAST_LINE = 65_536
_TYPES = {b"{": "dict", b"[": "list", b'"': "str", b"t": "bool", b"f": "bool", b"n": "NoneType"}


def raw_lines(name: str, file: BinaryIO, limits: Limits, first: int = 1, ids: str | None = None) -> Iterator[Raw]:
    """Give the message of each line as ``name#1``, ``name#2`` and so on: the number is that of the line, from `first` on.

    `ids` is the column with the ids. A line that holds no message is an error of its own. A message in base64 is told from
    text by the colon that no header lacks. Raises OSError where the file cannot be read.
    """
    most = row_bytes(limits)
    for number in count(first):
        line = _line(file, most)
        if line == b"":
            return
        if line is None:
            yield too_large(f"{name}#{number}", most, limits, least=True)
        elif not line.isspace():
            raw = _row(f"{name}#{number}", line, limits, ids)
            del line  # whoever reads the message has the room of the line
            yield raw
            del raw


def row_bytes(limits: Limits) -> int:
    """Give what a row may be: text with escapes, or base64, beside other columns."""
    return limits.message_bytes * 2 + _LEAST_LINE


def _line(file: BinaryIO, most: int) -> bytes | None:
    """Give the next line, which is empty at the end; None for one that is longer than allowed, of which all is read."""
    piece = file.readline(min(PIECE_BYTES, most))
    if piece.endswith(b"\n"):
        return piece
    held = BytesIO()  # it grows where it is, while `readline` joins pieces
    while piece:
        held.write(piece)
        if piece.endswith(b"\n") or held.tell() >= most:
            break
        piece = file.readline(min(PIECE_BYTES, most - held.tell()))
    if held.tell() < most or piece.endswith(b"\n"):
        return held.getvalue()
    while (piece := file.readline(_LEAST_LINE)) and not piece.endswith(b"\n"):
        pass
    return None


@lru_cache(maxsize=8)
def _reader(ids: str | None, *, is_long: bool) -> msgspec.json.Decoder[Any]:
    """Give what reads `COLUMNS` and the column with the ids of a row, and passes over all others.

    An id stays as it stands there, and so does what may be long.
    """
    columns = dict.fromkeys((*COLUMNS, *(() if ids is None else (ids,))))
    kinds = [
        (f"column{at}", msgspec.Raw if is_long or name == ids else Any, msgspec.UNSET)
        for at, name in enumerate(columns)
    ]
    names = {field: name for (field, *_), name in zip(kinds, columns, strict=True)}
    return msgspec.json.Decoder(msgspec.defstruct("Cells", kinds, rename=names))


def _row(name: str, line: bytes, limits: Limits, ids: str | None) -> Raw:
    """Read a row."""
    own, note = None, ""
    try:
        values = msgspec.structs.astuple(_reader(ids, is_long=len(line) > PIECE_BYTES).decode(line))
        if ids is not None:
            own, note = _id(_own(values, ids))
        value = values[0]
        if value is msgspec.UNSET:
            value = next((one for one in values[1 : len(COLUMNS)] if one is not msgspec.UNSET), None)
        if isinstance(value, msgspec.Raw) and len(memoryview(value)) <= PIECE_BYTES:
            value = msgspec.json.decode(value)
        raw = _without(name, line) if value is None else _message(name, value, limits)
    except msgspec.ValidationError:
        raw = failed(name, f"is no JSON object but {_type(line[:HEAD_BYTES].lstrip())}")
    except (msgspec.DecodeError, ValueError, RecursionError) as error:
        raw = failed(name, f"is no JSON ({error})")
    return raw._replace(id=own, note=note) if own is not None or note else raw


def _own(values: tuple[Any, ...], ids: str) -> msgspec.Raw | msgspec.UnsetType:
    """Give the cell of the id: it may be one of `COLUMNS`, else it is the last."""
    cell: msgspec.Raw | msgspec.UnsetType = values[COLUMNS.index(ids) if ids in COLUMNS else -1]
    return cell


def _id(cell: msgspec.Raw | msgspec.UnsetType) -> tuple[str | None, str]:
    """Give an id as text, as JSON writes it, or why it is left out."""
    text = b"null" if isinstance(cell, msgspec.UnsetType) else memoryview(cell)
    if len(text) > ID_BYTES:
        return None, LONG_ID
    if bytes(text[:1]) == b'"':
        try:
            return msgspec.json.decode(text, type=str), ""
        except ValueError:  # no UTF-8; the message is none the worse for it
            text = text[1:-1]
    return None if text == b"null" else str(text, "utf-8", "replace"), ""


def _without(name: str, line: bytes) -> Raw:
    """Say that a row has no message."""
    return without(name, _columns(line))


def _columns(line: bytes) -> Iterable[str]:
    """Give the columns of a row. Raises ValueError or DecodeError."""
    if len(line) > PIECE_BYTES:
        return ("more than can be named here",)
    return msgspec.json.decode(line, type=dict[str, msgspec.Raw])


def without(name: str, there: Iterable[str]) -> Raw:
    """Say that there is no message, and which columns there are."""
    what = f"has no message: no column {COLUMNS[0]}, or it is null; there is {', '.join(there) or 'none'}"
    return failed(name, what[:300])


def _type(text: bytes) -> str:
    """Give the name of the type of a value, by its first byte."""
    return _TYPES.get(text[:1], "float" if any(byte in b".eE" for byte in text) else "int")


def _message(name: str, value: object, limits: Limits) -> Raw:
    """Give the message of a cell. Raises ValueError or DecodeError where its text is damaged."""
    if isinstance(value, str):
        data = unarmoured(value.encode())
        return message_of(name, data, len(data), limits)
    text = memoryview(value) if isinstance(value, msgspec.Raw) else memoryview(b"")
    if bytes(text[:1]) == b'"':
        return message_of(name, *_long(text, max(limits.message_bytes, HEAD_BYTES)), limits)
    kind = _type(bytes(text[:PIECE_BYTES])) if text else type(value).__name__
    return failed(name, f"has no message in its column but {kind}")


def message_of(name: str, data: bytes, size: int, limits: Limits) -> Raw:
    """Give a message of so many bytes, of which the first are there, or all; or say what it is in its place."""
    fault = why_no_mail(data[:HEAD_BYTES])
    if fault:
        return failed(name, fault.replace(NO_MAIL, "holds no mail", 1))
    if size > limits.message_bytes:
        return too_large(name, size, limits)
    return Raw(printable(name), data, None)


def unarmoured(data: bytes) -> bytes:
    """Undo base64."""
    if b":" in data[:4096] or not _BASE64.fullmatch(data):
        return data
    try:
        return base64.b64decode(data)
    except binascii.Error:
        return data


def why_no_ids(file: BinaryIO, ids: str, limits: Limits) -> str:
    """Say that none of the first rows has a column; empty where one has, or none can be read."""
    there: dict[str, None] = {}
    looked = size = 0
    while looked < LOOKED_AT and size < PIECE_BYTES and (line := _line(file, row_bytes(limits))):
        size += len(line)
        with suppress(msgspec.DecodeError, ValueError, RecursionError):
            values = msgspec.structs.astuple(_reader(ids, is_long=True).decode(line))
            if _own(values, ids) is not msgspec.UNSET:
                return ""
            looked += 1
            there |= dict.fromkeys(_columns(line))
    what = f"has no ids: no column {ids} in its first row{'s' * (looked > 1)}; there is {', '.join(there)}"
    return what[:300] if looked else ""


# -- long texts


def _long(text: memoryview, most: int) -> tuple[bytes, int]:
    """Give what a long string of JSON stands for, without base64, and its size; of more than is allowed not all is kept."""
    if _BASE64_CELL.fullmatch(text):
        try:
            return _held(_decoded(_pieces(text)), most)
        except binascii.Error:
            pass
    return _held(_pieces(text), most)


def _held(pieces: Iterable[bytes], most: int) -> tuple[bytes, int]:
    """Join pieces as long as there is room, and count them all."""
    held, size = BytesIO(), 0
    for piece in pieces:
        if size <= most:
            held.write(piece)
        size += len(piece)
    return held.getvalue(), size


def _pieces(text: memoryview) -> Iterator[bytes]:
    """Give what a string of JSON stands for. Raises ValueError or DecodeError where it is damaged."""
    at, end = 1, len(text) - 1
    while at < end:
        stop = _whole(text, at, min(at + PIECE_BYTES, end), end)
        yield msgspec.json.decode(b'"%b"' % bytes(text[at:stop]), type=str).encode()
        at = stop


def _whole(text: memoryview, at: int, stop: int, end: int) -> int:
    """Give the last place in a stretch of a string at which no character is cut."""
    if stop == end:
        return end
    found = _WHOLE.match(text, at, stop)
    last = found.end() if found else stop
    while last > at and text[last] & 0xC0 == 0x80:  # within a character of UTF-8 (RFC 3629 section 3)
        last -= 1
    return last if last > at else stop


def _decoded(pieces: Iterable[bytes]) -> Iterator[bytes]:
    """Undo base64. Raises binascii.Error at the end."""
    rest = b""
    for piece in pieces:
        rest += piece.translate(None, b" \t\r\n\f")
        whole = len(rest) - len(rest) % 4
        yield binascii.a2b_base64(rest[:whole])
        rest = rest[whole:]
    yield binascii.a2b_base64(rest)
