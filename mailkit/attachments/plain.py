"""Bytes as a text: in an encoding that has ASCII in it, and from where on they say what they are."""

from __future__ import annotations

import re

HEAD = 4096
"""Bytes from which a text is told."""
_BOMS = ((b"\xef\xbb\xbf", "utf-8"), (b"\xff\xfe", "utf-16-le"), (b"\xfe\xff", "utf-16-be"))
_TEXT = bytes({*range(7, 14), 26, 27, *range(32, 256)})
_LEADING = re.compile(rb"[\s\x00]*+(?:\xef\xbb\xbf[\s\x00]*+)*+")
_COMMENTS = tuple(
    (begin.encode(codec), end.encode(codec))
    for begin, end in (("<!--", "-->"), ("<?xml", ">"))
    for codec in ("ascii", "utf-16-le", "utf-16-be")
)
"""What may stand before the first element of a page, however long."""


def head_of(data: bytes) -> tuple[bytes, int]:
    """Give the bytes from which a text is told, and where they stand: behind blanks and comments that fill the first ones."""
    mark = 2 if data.startswith((b"\xff\xfe", b"\xfe\xff")) else 0
    at = _passed(data, mark)
    while kind := next((pair for pair in _COMMENTS if data.startswith(pair[0], at)), None):
        end = data.find(kind[1], at)
        if end < 0:
            break
        at = _passed(data, end + len(kind[1]))
    if at < HEAD // 2:
        return data[:HEAD], 0
    at -= (at - mark) % 2 if b"\0" in data[:HEAD] else 0
    return data[:mark] + data[at : at + HEAD - mark], at - mark


def _passed(data: bytes, at: int) -> int:
    """Give where blanks end."""
    blanks = _LEADING.match(data, at)
    return blanks.end() if blanks else at


def is_text(data: bytes) -> bool:
    r"""Say whether bytes hold no control characters but those of texts.

    >>> is_text(b"caf\xe9\r\n"), is_text(b"MZ\x90\x00")
    (True, False)
    """
    return not data.translate(None, _TEXT)


def as_text(data: bytes) -> bytes | None:
    r"""Give a file in an encoding that has ASCII in it; None for what is no text. A few zeros are left out.

    >>> as_text("hi".encode("utf-16")), as_text(b"hi\0"), as_text(b"\0\1\2")
    (b'hi', b'hi', None)
    """
    head = data[:HEAD]
    for bom, codec in _BOMS[1:]:
        if head.startswith(bom):
            return data[2:].decode(codec, "replace").encode("utf-8", "replace")
    if b"\0" not in head:
        return data
    for codec, zeros in (("utf-16-le", head[1::2]), ("utf-16-be", head[::2])):
        if zeros.count(0) > 0.9 * len(zeros) and as_ascii(head)[0]:
            return data.decode(codec, "replace").encode("utf-8", "replace")
    kept = head.replace(b"\0", b"")
    return data.replace(b"\0", b"") if kept and is_text(kept) else None


def as_ascii(head: bytes) -> tuple[bytes | None, int]:
    """Give a text in an encoding that has ASCII in it, and what its mark takes; None for what is no text."""
    for bom, codec in _BOMS:
        if head.startswith(bom):
            rest = head[len(bom) :]
            if codec != "utf-8" and (b"\x00" in rest or not is_text(rest) or not _is_ascii(rest)):
                rest = rest.decode(codec, "replace").encode("utf-8", "replace")
            return (rest if is_text(rest) else None), len(bom)
    if is_text(head):
        return head, 0
    for codec, zeros in (("utf-16-le", head[1::2]), ("utf-16-be", head[::2])):
        if len(head) >= 8 and zeros.count(0) > 0.9 * len(zeros):  # without a mark
            rest = head.decode(codec, "replace").encode("utf-8", "replace")
            return (rest if is_text(rest) else None), 0
    if head.rstrip(b"\x00") and is_text(head.rstrip(b"\x00")):  # padded
        return head.rstrip(b"\x00"), 0
    return None, 0


def _is_ascii(data: bytes) -> bool:
    return len(data) > 1 and data.isascii()
