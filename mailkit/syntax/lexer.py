"""Structured field values, token by token: atoms, quoted strings, comments, specials (RFC 5322 section 3.2).

One pass over the bytes, by index, without recursion. What never ends is no error: a quote that is
not closed is passed over, and a comment that is not closed ends before the next comma, semicolon or
angle bracket.
"""

from __future__ import annotations

import re
from typing import Literal

import msgspec

from mailkit.charsets import WESTERN
from mailkit.syntax.comments import comment_end
from mailkit.syntax.opaque import neutral, shown, unfolded

Kind = Literal["atom", "quoted", "word", "literal", "angle", "@", "<", ">", ",", ";", ":", ")"]
"""``word`` is an encoded word (RFC 2047), ``literal`` a domain literal, ``angle`` what a parser has put in one."""

# An encoded word may hold specials: that is against RFC 2047 section 5 (3), and mail is full of it.
# Japanese in escapes (ISO-2022-JP) is one word as well.
_PIECE = re.compile(
    rb"([\0 \t\r\n]++)|(=\?[^\s?]{1,100}+\?[BbQq]\?[^?]*+\?=|\x1b\x80++)|([^\0\x1b \t\r\n\"(),:;<>@\\]++)|(.)",
    re.DOTALL,
)
_QUOTED = re.compile(rb'"((?:[^"\\]++|\\.)*+)"', re.DOTALL)
_LITERAL = re.compile(rb"\[(?:[^\[\]\\]++|\\.)*+\]", re.DOTALL)
_OPEN_COMMENT = re.compile(rb"\(([^(),;<>]*+)\)?")
_DROPPED = re.compile(rb"\\[\r\n]*+([^\r\n])|[\r\n]++")
_BLANK, _ATOM, _SPECIAL = 1, 3, 4
_BACKSLASH, _LF, _CR, _ESC = b"\\\n\r\x1b"
_KINDS: dict[bytes, Kind] = {b"@": "@", b"<": "<", b">": ">", b",": ",", b";": ";", b":": ":", b")": ")"}
_PAIRED = frozenset(b'()<>[]:;@,."')


class Token(msgspec.Struct, frozen=True, gc=False):
    """One token of a value."""

    kind: Kind
    text: bytes
    """What it says: quotes and the backslashes of quoted pairs are gone, folds too."""
    apart: bool
    """Whether white space or a comment stands before it."""
    offset: int
    end: int


def unquote(content: bytes, mask: bytes | None = None) -> bytes:
    r"""Undo quoted pairs and folds of what stands between quotes or parentheses (RFC 5322 section 3.2.4).

    `mask` is the content with Japanese made neutral, where that is known.

    >>> unquote(b'a \\"b\\"\r\n c')
    b'a "b" c'
    """
    mask = neutral(content) if mask is None else mask
    if _BACKSLASH not in mask and _LF not in mask and _CR not in mask and _ESC not in mask:
        return content
    pieces = []
    position = 0
    for match in _DROPPED.finditer(mask):
        pieces.append(content[position : match.start()])
        position = match.end() - (match[1] is not None)
    return unfolded(b"".join([*pieces, content[position:]]))


class Lexer:
    r"""Gives the tokens of a value, one by one; the comments between them are gathered.

    >>> lexer = Lexer(b'"Joe\\"s" (x) <')
    >>> [token.text for token in (lexer.next(), lexer.next(), lexer.next(), lexer.next(), lexer.next()) if token]
    [b'Joe"s', b'<']
    >>> lexer.comments
    [(9, b'x')]
    """

    __slots__ = (
        "_after_at",
        "_apart",
        "_open_comment",
        "_open_quote",
        "comments",
        "end",
        "fallback",
        "faults",
        "mask",
        "position",
        "raw",
    )

    def __init__(self, raw: bytes, fallback: str = WESTERN) -> None:
        self.raw = raw
        self.fallback = shown(raw, fallback)
        """How bytes are read that name no charset."""
        self.mask = neutral(raw, self.fallback)
        """The value with Japanese made neutral: there structure is looked for."""
        self.position = 0
        self.end = len(raw)
        self.comments: list[tuple[int, bytes]] = []
        """Offset and text of each comment since the list was last emptied."""
        self.faults: dict[str, int] = {}
        """Finding code -> offset of the first place where it is met."""
        self._apart = True
        self._after_at = False
        self._open_quote = False
        self._open_comment = False

    def note(self, code: str, offset: int) -> None:
        """Note a fault; the first of a kind counts."""
        self.faults.setdefault(code, offset)

    def next(self) -> Token | None:
        """Read on: a token, or None for what is none. To be asked while `position` is below `end`."""
        start = self.position
        if self._after_at and (literal := _LITERAL.match(self.mask, start)):
            return self._token("literal", b"".join(self._unquoted(*literal.span()).split()), literal.end())
        match = _PIECE.match(self.mask, start)
        assert match is not None
        end = match.end()
        text = self.raw[start:end]
        if match.lastindex == _BLANK:
            self.position = end
            self._apart = True
            return None
        if match.lastindex == _ATOM:
            return self._token("atom", text, end)
        if match.lastindex != _SPECIAL:
            return self._token("word", unfolded(text) if text[:1] == b"\x1b" else text, end)
        return self._special(text, end)

    def _special(self, char: bytes, end: int) -> Token | None:
        if char == b'"':
            return self._quoted()
        if char == b"(":
            self._comment()
            return None
        if char == b"\\":
            return self._pair()
        return self._token(_KINDS.get(char, "atom"), char, end)

    def _token(self, kind: Kind, text: bytes, end: int) -> Token:
        token = Token(kind, text, self._apart, self.position, end)
        self.position = end
        self._apart = False
        self._after_at = kind == "@"
        return token

    def _quoted(self) -> Token | None:
        """Read a quoted string; once one is not closed, no later quote can be (RFC 5322 section 3.2.4)."""
        match = None if self._open_quote else _QUOTED.match(self.mask, self.position)
        if match:
            return self._token("quoted", self._unquoted(*match.span(1)), match.end())
        self._open_quote = True
        self.note("address.quote.unclosed", self.position)
        self.position += 1
        return None

    def _unquoted(self, start: int, end: int) -> bytes:
        content = self.raw[start:end]
        return unquote(content, content if self.mask is self.raw else self.mask[start:end])

    def _comment(self) -> None:
        """Pass over a comment and keep its text; comments nest (RFC 5322 section 3.2.2)."""
        start = self.position
        end = -1 if self._open_comment else comment_end(self.mask, start)
        self._apart = True
        if end < 0:
            self._open_comment = True
            self.note("address.comment.unbalanced", start)
            match = _OPEN_COMMENT.match(self.mask, start)
            assert match is not None
            self.position = match.end()
            self.comments.append((start, self._unquoted(*match.span(1))))
            return
        self.position = end
        self.comments.append((start, self._unquoted(start + 1, end - 1)))

    def _pair(self) -> Token:
        """Read a backslash outside quotes: it quotes a special, else it stands for itself (RFC 5322 section 4.1)."""
        pair = self.mask[self.position : self.position + 2]
        if len(pair) == 2 and pair[1] in _PAIRED:
            return self._token("atom", pair[1:], self.position + 2)
        size = 2 if pair == b"\\\\" else 1
        return self._token("atom", pair[:size], self.position + size)
