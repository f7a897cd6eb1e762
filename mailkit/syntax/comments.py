"""Comments and white space between tokens (RFC 5322 section 3.2.2)."""

from __future__ import annotations

import re

_MARK = re.compile(rb"[()]|\\.?", re.DOTALL)
_BLANK = re.compile(rb"[ \t\r\n]*+")
_PLAIN = re.compile(rb'[^("]++|"(?:[^"\\]++|\\.)*+"?', re.DOTALL)


def comment_end(raw: bytes, position: int) -> int:
    """Give the place behind a comment that begins here; -1 where it never ends. Comments nest."""
    depth = 0
    for match in _MARK.finditer(raw, position):
        mark = match[0]
        if mark == b"(":
            depth += 1
        elif mark == b")":
            depth -= 1
            if not depth:
                return match.end()
    return -1


def skip_comment(raw: bytes, position: int) -> int:
    """Give the place behind a comment that begins here; the end of all where it never ends."""
    stop = comment_end(raw, position)
    return len(raw) if stop < 0 else stop


def skip_blanks(raw: bytes, position: int) -> int:
    """Give the place behind white space and folds that begin here."""
    match = _BLANK.match(raw, position)
    assert match is not None
    return match.end()


def strip_comments(raw: bytes) -> bytes:
    """Take comments out, each for a blank; what looks like one inside quotes is none.

    >>> strip_comments(b'base64 (of course (really)) "(not this)"')
    b'base64   "(not this)"'
    """
    if b"(" not in raw:
        return raw
    pieces = []
    position = 0
    while position < len(raw):
        plain = _PLAIN.match(raw, position)
        if plain:
            pieces.append(plain[0])
            position = plain.end()
        else:
            pieces.append(b" ")
            position = skip_comment(raw, position)
    return b"".join(pieces)
