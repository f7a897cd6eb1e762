"""Answers as JSON: one object a line, or one value for a person or a program that wants it whole."""

from __future__ import annotations

import sys
from collections.abc import Iterable

import msgspec


def write_lines(answers: Iterable[object]) -> None:
    """Write each answer as it comes, one object a line."""
    encoder = msgspec.json.Encoder()
    out = sys.stdout.buffer
    for answer in answers:
        out.write(encoder.encode(answer) + b"\n")
        out.flush()  # who reads along (`tail -f mail.log |`) waits for no other answer


def write_array(answers: Iterable[object]) -> None:
    """Write all answers as one indented value: the object itself where there is one, else an array."""
    rows = list(answers)
    value = rows[0] if len(rows) == 1 else rows
    sys.stdout.buffer.write(msgspec.json.format(msgspec.json.encode(value), indent=2) + b"\n")
