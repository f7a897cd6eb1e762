"""What an input is, told by its first bytes and never by its name."""

from __future__ import annotations

import re
from typing import Literal

from mailkit.sources.items import EMPTY, NO_MAIL

HEAD_BYTES = 8192
"""What is looked at of an input."""
Kind = Literal["packed", "zip", "tar", "parquet", "jsonl", "mbox", "message"]
_FIELD = re.compile(rb"From |>From |[A-Za-z][!-9;-~]{0,75}[ \t]{0,4}:")
_LOG = re.compile(rb"(?:<\d{1,3}>)?(?:[A-Z][a-z]{2} [ \d]\d \d\d:\d\d:|\d{4}-\d\d-\d\d[T ]\d\d:)")
_ROW = re.compile(rb"\s{0,99}\{[^\n]*(?:\}[ \t\r]*\n|\Z)")
"""A line that is an object: JSON over several lines is no mail."""
_TAR_SUM = re.compile(rb" {0,6}([0-7]{1,7})(?:[ \0]|\Z)")
TAR_BYTES = 512
"""A header, and what everything in an archive is a multiple of."""
_PACKED = (b"\x1f\x8b", b"BZh", b"\xfd7zXZ\x00")
_MAGIC: tuple[tuple[bytes, str], ...] = (
    (b"7z\xbc\xaf", "a 7z archive; unpack it"),
    (b"%PDF-", "a PDF document"),
    (b"\x89PNG", "a PNG picture"),
    (b"\xff\xd8\xff", "a JPEG picture"),
    (b"GIF8", "a GIF picture"),
    (b"\x7fELF", "a program"),
    (b"MZ", "a Windows program"),
    (b"SQLite format 3", "a SQLite database"),
    (b"\x28\xb5\x2f\xfd", "zstd data; pipe it: zstdcat FILE | mailkit classify -"),
    (b"{", "JSON, but not lines that have each a message in a column called raw"),
    (b"!BDN", "an Outlook .pst file; readpst makes mboxes of it"),
    (b"\xd0\xcf\x11\xe0", "an Outlook .msg or Office file; save it as .eml"),
)


def kind_of(head: bytes) -> Kind:
    r"""Tell a container from a message.

    >>> kind_of(b"PK\x03\x04..."), kind_of(b"From a@b Sat Jan  3 01:02:03 2026\nSubject: hi\n\n"), kind_of(b"Subject: hi\n\n")
    ('zip', 'mbox', 'message')
    """
    if is_tar(head):
        return "tar"
    if begins_with_field(head):
        from mailkit.sources.mbox import begins_mbox  # noqa: PLC0415 - 10 ms that one message does not need

        return "mbox" if b"From " in head[:64] and begins_mbox(head) else "message"
    if head.startswith(_PACKED):
        return "packed"
    if head.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        return "zip"
    if head.startswith(b"PAR1"):
        return "parquet"
    return "jsonl" if _begins_with_row(head) else "message"


def _begins_with_row(head: bytes) -> bool:
    """Say whether the first line is a JSON object with a message, or may be one where it is longer than what is looked at."""
    line = _ROW.match(head)
    if line is None:
        return False
    from mailkit.sources.lines import COLUMNS  # noqa: PLC0415 - most mail is in no JSON

    is_cut = len(head) >= HEAD_BYTES and line.end() == len(head)
    return is_cut or any(b'"%s"' % column.encode() in line[0] for column in COLUMNS)


def begins_with_field(head: bytes) -> bool:
    """Say whether the first line may be a header field or a From line; a byte order mark and blank lines before it count not."""
    return _FIELD.match(head.removeprefix(b"\xef\xbb\xbf").lstrip(b"\r\n")) is not None


def is_tar(head: bytes) -> bool:
    """Say whether the first bytes are the header of a tar archive's member, by its checksum: old archives have no other mark.

    It has neither a line end nor fewer than a hundred zeros; a mail has no such first 512 bytes, however its name begins.
    """
    block = head[:TAR_BYTES]
    return is_tar_header(block) and b"\n" not in block and block.count(0) >= 100


def is_tar_header(block: bytes) -> bool:
    """Say whether 512 bytes have the checksum of a tar header; its own bytes count as blanks in it (POSIX.1-2017, pax, ustar)."""
    stated = _TAR_SUM.match(block, 148, 156)
    if stated is None or len(block) != TAR_BYTES:
        return False
    found = sum(block) - sum(block[148:156]) + 8 * 32
    if found == int(stated[1], 8):
        return True
    return found - 256 * sum(byte > 127 for byte in block[:148] + block[156:]) == int(stated[1], 8)  # bytes with a sign


def is_packed(head: bytes) -> bool:
    """Say whether the first bytes of a file are those of a packed one, which is unpacked as it is read."""
    return kind_of(head) == "packed"


def why_no_mail(head: bytes) -> str:
    r"""Say why the first bytes of a file are not those of a message; empty where they may be.

    >>> why_no_mail(b"Subject: hi\n\n"), why_no_mail(b"%PDF-1.4 ...")
    ('', 'is no mail: a PDF document')
    """
    if not head.strip():
        return EMPTY
    for magic, what in _MAGIC:
        if head.startswith(magic) and not _FIELD.match(head):
            return f"{NO_MAIL}: {what}"
    if b"\0" in head and not _begins_with_fields(head):
        return f"{NO_MAIL}: binary data"
    if _LOG.match(head):
        return f"{NO_MAIL}: lines of a log; `mailkit reply --log` reads those"
    if not _begins_with_fields(head):
        return f"{NO_MAIL}: it does not begin with header fields; give a message as it came, with its header"
    return ""


def _begins_with_fields(head: bytes) -> bool:
    """Say whether most lines of the first paragraph are header fields; a few may be damaged."""
    text = head.removeprefix(b"\xef\xbb\xbf").lstrip(b" \t\r\n").replace(b"\r\n", b"\n").replace(b"\r", b"\n")
    lines = [line for line in text.split(b"\n\n", 1)[0].split(b"\n") if line[:1] not in (b" ", b"\t")]
    fields = sum(bool(_FIELD.match(line)) for line in lines)
    return fields > 0 and fields * 2 >= len(lines)
