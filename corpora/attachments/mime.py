"""Put messages together, and say what is expected of them."""

from __future__ import annotations

import base64
from collections.abc import Iterable
from typing import NamedTuple
from urllib.parse import quote

EOL = b"\r\n"
HARMLESS = b"MAILKIT-BENIGN-LOOKALIKE-PAYLOAD\r\n"
"""What stands in every file that looks dangerous."""
ACCEPTED = {"dangerous": ["dangerous"], "suspicious": ["suspicious", "dangerous"], "clean": ["clean"]}


class Case(NamedTuple):
    """A message with what has to be said of it."""

    name: str
    """That of its file, without the ending; the first letter is its group."""
    message: bytes
    expected: str
    """``dangerous``, ``suspicious`` or ``clean``."""
    findings: tuple[str, ...] = ()
    """``CODE PATH``; the path as mailkit counts parts, with the member of an archive behind ``!``."""
    opaque: bool = False
    """Something of it cannot be looked at."""
    note: str = ""
    language: str = ""
    """Of a harmless letter."""

    def row(self) -> dict[str, object]:
        """Give the row of expected.json."""
        pairs = [finding.split(" ", 1) for finding in self.findings]
        row: dict[str, object] = {
            "file": f"{self.name}.eml",
            "group": self.name[0],
            "expected": self.expected,
            "accept": ACCEPTED[self.expected],
            "unscannable": self.opaque,
            "findings": [{"code": code, "path": path} for code, path in pairs],
            "note": self.note,
        }
        return row | {"language": self.language} if self.language else row


def b64(data: bytes, width: int = 76) -> bytes:
    """Encode in base64, with lines."""
    text = base64.b64encode(data)
    return EOL.join(text[start : start + width] for start in range(0, len(text), width))


def qp(data: bytes, width: int = 72) -> bytes:
    """Encode in quoted-printable whatever is not a letter, a digit or harmless; every line breaks softly."""
    units = [bytes((byte,)) if chr(byte).isalnum() and byte < 128 else b"=%02X" % byte for byte in data]
    lines, line = [], b""
    for unit in units:
        if len(line) + len(unit) > width:
            lines.append(line + b"=")
            line = b""
        line += unit
    return EOL.join([*lines, line])


def octets(text: str | bytes) -> bytes:
    """Give text as UTF-8; what is bytes already stays."""
    return text.encode() if isinstance(text, str) else text


def part(fields: Iterable[str | bytes], body: bytes | str = b"") -> bytes:
    """Put the fields of a part before its body."""
    return (
        b"".join(octets(field) + EOL for field in fields)
        + EOL
        + octets(body).replace(b"\n", EOL).replace(b"\r\r", b"\r")
    )


def raw(fields: Iterable[str | bytes], body: bytes) -> bytes:
    """Do the same where the body is bytes that must stay as they are."""
    return b"".join(octets(field) + EOL for field in fields) + EOL + body


def multipart(parts: Iterable[bytes], boundary: str = "=_mk", close: bytes | None = None) -> bytes:
    """Join parts with their delimiters; `close` replaces the last one."""
    mark = b"--" + boundary.encode()
    body = b"".join(mark + EOL + one + EOL for one in parts)
    return body + (mark + b"--" + EOL if close is None else close)


def mixed(parts: Iterable[bytes], boundary: str = "=_mk", kind: str = "mixed") -> bytes:
    """Give a multipart as a part of another one."""
    return raw([f'Content-Type: multipart/{kind}; boundary="{boundary}"'], multipart(parts, boundary))


WORDS = part(
    ["Content-Type: text/plain; charset=us-ascii"],
    "Good morning,\n\nthe file that we spoke about is attached.\n\nKind regards\nD. Marlow\n",
)
"""The first part of every hostile message."""


def head(name: str, subject: str = "The file you asked for") -> list[str | bytes]:
    """Give the fields of a message before its Content-Type."""
    return [
        "From: Dora Marlow <dora@sender.example>",
        "To: Board <board@lists.example>",
        f"Subject: {subject}",
        "Date: Tue, 04 Jun 2024 09:12:00 +0200",
        f"Message-ID: <{name}@sender.example>",
        "MIME-Version: 1.0",
    ]


def message(name: str, parts: Iterable[bytes], boundary: str = "=_mk") -> bytes:
    """Give a message of these parts behind the words."""
    fields = [*head(name), f'Content-Type: multipart/mixed; boundary="{boundary}"']
    return raw(fields, multipart([WORDS, *parts], boundary))


def attachment(
    data: bytes, name: str = "", media_type: str = "application/octet-stream", disposition: str = "attachment"
) -> bytes:
    """Attach a file in the usual way; a name that is not ASCII is written as RFC 2231 has it."""
    if not name:
        value = ""
    elif name.isascii() and not set(name) & set('"\\') and name.isprintable():
        value = f'; filename="{name}"'
    else:
        value = "; filename*=utf-8''" + quote(name, safe="")
    fields = [f"Content-Type: {media_type}", "Content-Transfer-Encoding: base64"]
    return raw([*fields, f"Content-Disposition: {disposition}{value}"], b64(data))


def case(  # noqa: PLR0913 - a row of a table
    name: str,
    data: bytes,
    filename: str,
    expected: str,
    *findings: str,
    media_type: str = "application/octet-stream",
    opaque: bool = False,
    note: str = "",
) -> Case:
    """Give the case of one attached file."""
    return Case(name, message(name, [attachment(data, filename, media_type)]), expected, findings, opaque, note)
