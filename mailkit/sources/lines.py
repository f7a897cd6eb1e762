r"""JSON lines with a message in each: in a column named ``raw``, or one of `COLUMNS`, as text or in base64.

>>> import io
>>> [raw.data for raw in raw_lines("a.jsonl", io.BytesIO(b'{"id": 1, "raw": "Subject: hi\\n\\n"}\n'), Limits())]
[b'Subject: hi\n\n']
"""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Iterator, Mapping
from typing import BinaryIO

import msgspec

from mailkit.limits import Limits
from mailkit.sources.items import NO_MAIL, Raw, failed, printable, too_large
from mailkit.sources.sniff import HEAD_BYTES, why_no_mail

COLUMNS = ("raw", "raw_message", "message", "eml", "email", "content", "data")
"""Where a row may have its message: the first of these that is there."""
_BASE64 = re.compile(rb"[A-Za-z0-9+/\r\n]+={0,2}\s*")
_LEAST_LINE = 65_536


def raw_lines(name: str, file: BinaryIO, limits: Limits, first: int = 1) -> Iterator[Raw]:
    """Give the message of each line as ``name#1``, ``name#2`` and so on: the number is that of the line, from `first` on.

    A line that holds none is an error of its own. A message in base64 is told from text by the colon that no header lacks.
    Raises OSError where the file cannot be read.
    """
    most = limits.message_bytes * 2 + _LEAST_LINE  # text with escapes, or base64, beside other columns
    number = first
    while line := file.readline(most):
        if len(line) >= most and not line.endswith(b"\n"):
            while line and not line.endswith(b"\n"):
                line = file.readline(_LEAST_LINE)
            yield too_large(f"{name}#{number}", most, limits, least=True)
        elif not line.isspace():
            yield _row(f"{name}#{number}", line, limits)
        number += 1


def _row(name: str, line: bytes, limits: Limits) -> Raw:
    try:
        row = msgspec.json.decode(line)
    except (msgspec.DecodeError, ValueError, RecursionError) as error:
        return failed(name, f"is no JSON ({error})")
    if not isinstance(row, dict):
        return failed(name, f"is no JSON object but {type(row).__name__}")
    return raw_row(name, row, limits)


def raw_row(name: str, row: Mapping[str, object], limits: Limits) -> Raw:
    """Give the message of a row."""
    value = next((row[column] for column in COLUMNS if column in row), None)
    if value is None:
        return failed(
            name, f"has no message: no column {COLUMNS[0]}, or it is null; there is {', '.join(row) or 'none'}"[:300]
        )
    if isinstance(value, str):
        value = value.encode("utf-8", "surrogateescape")
    if not isinstance(value, bytes):
        return failed(name, f"has no message in its column but {type(value).__name__}")
    data = _unarmoured(value)
    fault = why_no_mail(data[:HEAD_BYTES])
    if fault:
        return failed(name, fault.replace(NO_MAIL, "holds no mail", 1))
    if len(data) > limits.message_bytes:
        return too_large(name, len(data), limits)
    return Raw(printable(name), data, None)


def _unarmoured(data: bytes) -> bytes:
    """Undo base64."""
    if b":" in data[:4096] or not _BASE64.fullmatch(data):
        return data
    try:
        return base64.b64decode(data)
    except binascii.Error:
        return data
