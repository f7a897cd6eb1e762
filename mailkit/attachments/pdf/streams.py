"""The filters of a PDF's streams (ISO 32000-1 section 7.4), undone under the budget."""

from __future__ import annotations

import base64
from collections.abc import Callable
from typing import NamedTuple

from mailkit.attachments.budget import Budget
from mailkit.attachments.pdf.objects import Value, from_hex
from mailkit.attachments.pieces import Reason
from mailkit.attachments.unpack import unpack
from mailkit.limits import MIB

_SLOW_BYTES = MIB
"""What is undone byte by byte is undone so far; it is text and tables, as files inside a PDF are deflated."""
_FILTERS = 8
"""Filters in a row; more are not undone."""
_WHITE = b"\0\t\n\v\f\r "


class Decoded(NamedTuple):
    """What a stream holds."""

    data: bytes
    reason: Reason | None
    """Why it is not all of it; None where it is whole."""
    detail: str = ""


def decode(packed: bytes, filters: list[Value], parameters: list[Value], budget: Budget) -> Decoded:
    """Undo the filters of a stream, in order."""
    data, reason, detail = packed, None, ""
    for number, name in enumerate(filters):
        undo = _UNDO.get(name) if isinstance(name, bytes) else None
        if undo is None or number >= _FILTERS:
            word = name.decode("latin-1") if isinstance(name, bytes) else "?"
            return Decoded(b"", "UNSUPPORTED", f"PDF {word}")
        given = parameters[number] if number < len(parameters) else None
        data, failed = undo(data, given if isinstance(given, dict) else {}, budget)
        if failed:
            reason = reason or failed
            detail = detail or f"PDF {name.decode('latin-1')}" if isinstance(name, bytes) else detail
    return Decoded(data, reason, detail)


_Parameters = dict[bytes, Value]
_Result = tuple[bytes, "Reason | None"]


def _number(parameters: _Parameters, key: bytes, default: int) -> int:
    """Read a parameter that is a number."""
    value = parameters.get(key)
    return value if isinstance(value, int) else default


def _flate(packed: bytes, parameters: _Parameters, budget: Budget) -> _Result:
    r"""Undo zlib; where its head is damaged, what stands behind it.

    Writers put line ends in front of it or leave the checksum off, and readers take that.
    """
    start = len(packed) - len(packed.lstrip(b"\r\n"))
    found = unpack("zlib", packed[start:] if start < 3 else packed, budget)
    if found.reason == "MALFORMED":
        bare = unpack("deflate", packed[start + 2 :], budget)
        found = bare if bare.reason is None or len(bare.data) > len(found.data) else found
    return _predicted(found.data, found.reason, parameters, budget)


def _lzw(packed: bytes, parameters: _Parameters, budget: Budget) -> _Result:
    """Undo LZW (section 7.4.4): codes of 9 to 12 bits, 256 clears the table, 257 ends."""
    early = 1 if _number(parameters, b"EarlyChange", 1) else 0
    room = budget.room(len(packed))
    table = _first_codes()
    found: list[bytes] = []
    size = bits = held = 0
    width, last = 9, b""
    for byte in packed[:_SLOW_BYTES]:
        held, bits = (held << 8 | byte) & 0xFFFFFFFF, bits + 8
        if bits < width:
            continue
        bits -= width
        code = held >> bits & ((1 << width) - 1)
        if code == 256:
            table, width, last = _first_codes(), 9, b""
            continue
        if code == 257 or size > room:
            break
        entry = table[code] if code < len(table) else last + last[:1]
        if not entry or code > len(table):
            return _predicted(b"".join(found), "MALFORMED", parameters, budget)
        found.append(entry)
        size += len(entry)
        if last and len(table) < 4096:
            table.append(last + entry[:1])
        last = entry
        width = min(12, max(9, (len(table) + early).bit_length()))
    budget.spend(min(size, room))
    over: Reason | None = "BYTES" if size > room or len(packed) > _SLOW_BYTES else None
    return _predicted(b"".join(found)[:room], over, parameters, budget)


def _first_codes() -> list[bytes]:
    """Give the table as it begins: the bytes, and two codes that stand for none."""
    return [*(bytes((byte,)) for byte in range(256)), b"", b""]


def _run_length(packed: bytes, _parameters: _Parameters, budget: Budget) -> _Result:
    """Undo runs (section 7.4.5): 0 to 127 copies so many and one more, 129 to 255 repeats the next, 128 ends."""
    room = budget.room(len(packed))
    found: list[bytes] = []
    at = size = 0
    end = min(len(packed), _SLOW_BYTES)
    while at < end and packed[at] != 128 and size <= room:
        count = packed[at]
        run = packed[at + 1 : at + 2 + count] if count < 128 else packed[at + 1 : at + 2] * (257 - count)
        at += 2 + count if count < 128 else 2
        found.append(run)
        size += len(run)
    budget.spend(min(size, room))
    over: Reason | None = "BYTES" if size > room or len(packed) > _SLOW_BYTES else None
    return b"".join(found)[:room], over


def _ascii_hex(packed: bytes, _parameters: _Parameters, _budget: Budget) -> _Result:
    """Undo hexadecimal digits (section 7.4.2)."""
    return from_hex(packed.partition(b">")[0]), None


def _ascii_85(packed: bytes, _parameters: _Parameters, _budget: Budget) -> _Result:
    """Undo base 85 (section 7.4.3); what is none of its letters is passed over."""
    text = packed[:_SLOW_BYTES].partition(b"~")[0].translate(None, _NOT_85)
    try:
        data = base64.a85decode(text, ignorechars=_WHITE)
    except ValueError:
        return b"", "MALFORMED"
    return data, "BYTES" if len(packed) > _SLOW_BYTES else None


_NOT_85 = bytes(byte for byte in range(256) if not 0x21 <= byte <= 0x75 and byte != 0x7A)


def _same(packed: bytes, _parameters: _Parameters, _budget: Budget) -> _Result:
    """Give what an identity crypt filter gives."""
    return packed, None


_UNDO: dict[bytes, Callable[[bytes, _Parameters, Budget], _Result]] = {
    b"FlateDecode": _flate,
    b"Fl": _flate,
    b"LZWDecode": _lzw,
    b"LZW": _lzw,
    b"RunLengthDecode": _run_length,
    b"RL": _run_length,
    b"ASCIIHexDecode": _ascii_hex,
    b"AHx": _ascii_hex,
    b"ASCII85Decode": _ascii_85,
    b"A85": _ascii_85,
    b"Crypt": _same,
}
"""Table 6 and, for the abbreviations, table 94. Pictures (DCT, JPX, CCITTFax, JBIG2) are not looked into."""


def _predicted(data: bytes, reason: Reason | None, parameters: _Parameters, budget: Budget) -> _Result:
    """Undo a predictor (section 7.4.4.4): 2 is TIFF's, 10 and above are PNG's."""
    predictor = _number(parameters, b"Predictor", 1)
    if predictor < 2 or not data:
        return data, reason
    colors, bits = _number(parameters, b"Colors", 1), _number(parameters, b"BitsPerComponent", 8)
    columns = _number(parameters, b"Columns", 1)
    if not (0 < colors <= 64 and bits in {1, 2, 4, 8, 16} and 0 < columns <= MIB):
        return b"", "MALFORMED"
    step, width = max(1, colors * bits // 8), (colors * bits * columns + 7) // 8
    if predictor == 2 and bits != 8:
        return b"", "UNSUPPORTED"
    if len(data) > _SLOW_BYTES:
        data, reason = data[:_SLOW_BYTES], reason or "BYTES"
    lines: list[bytes] = []
    above = bytes(width)
    kind = 1  # TIFF's is as PNG's first
    for at in range(0, len(data), width + (predictor != 2)):
        if budget.is_late():
            return b"".join(lines), "TIME"
        if predictor != 2:
            kind = data[at]
            at += 1  # noqa: PLW2901 - past the byte that names the kind of the line
        above = _line(kind, data[at : at + width], above, step)
        lines.append(above)
    return b"".join(lines), reason


def _line(kind: int, line: bytes, above: bytes, step: int) -> bytes:
    """Undo the filter of one line (PNG section 9.2)."""
    if kind == 2:
        return bytes((now + up) & 0xFF for now, up in zip(line, above, strict=False))
    if kind not in {1, 3, 4}:
        return line
    found = bytearray(line)
    for at, now in enumerate(line):
        left = found[at - step] if at >= step else 0
        up = above[at] if at < len(above) else 0
        if kind == 1:
            add = left
        elif kind == 3:
            add = (left + up) // 2
        else:
            corner = above[at - step] if step <= at < len(above) + step else 0
            add = _nearest(left, up, corner)
        found[at] = (now + add) & 0xFF
    return bytes(found)


def _nearest(left: int, up: int, corner: int) -> int:
    """Give which of three is nearest to what a plane through them would have (PNG section 9.4)."""
    plane = left + up - corner
    return min((left, up, corner), key=lambda one: abs(plane - one))
