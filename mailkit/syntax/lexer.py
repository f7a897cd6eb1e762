"""Structured field values, token by token: atoms, quoted strings, comments, specials (RFC 5322 section 3.2).

One pass over the bytes, by index, without recursion. What never ends is no error: a quote that is
not closed is passed over, and a comment that is not closed ends before the next comma, semicolon or
angle bracket.
"""

from __future__ import annotations

import re
from typing import Literal

import msgspec

from mailkit.syntax.comments import comment_end

Kind = Literal["atom", "quoted", "word", "literal", "angle", "@", "<", ">", ",", ";", ":", ")"]
"""``word`` is an encoded word (RFC 2047), ``literal`` a domain literal, ``angle`` what a parser has put in one."""

# An encoded word may hold specials: that is against RFC 2047 section 5 (3), and mail is full of it.
# Japanese in escapes (ISO-2022-JP) is one word as well: its bytes are those of specials, too.
_JAPANESE = rb"\x1b\$\(?[@A-D][!-~]*+\x1b\([BJ]"
_PIECE = re.compile(
    rb"([\0 \t\r\n]++)|(=\?[^\s?]{1,100}+\?[BbQq]\?[^?]*+\?=|%b)|([^\0\x1b \t\r\n\"(),:;<>@\\]++)|(.)" % _JAPANESE,
    re.DOTALL,
)
_QUOTED = re.compile(rb'"((?:[^"\\\x1b]++|\\.|%b|\x1b)*+)"' % _JAPANESE, re.DOTALL)
_LITERAL = re.compile(rb"\[(?:[^\[\]\\]++|\\.)*+\]", re.DOTALL)
_OPEN_COMMENT = re.compile(rb"\(([^(),;<>]*+)\)?")
_PAIR = re.compile(rb"(%b)|\\(.)" % _JAPANESE, re.DOTALL)
_BLANK, _ATOM, _SPECIAL = 1, 3, 4
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


def unquote(content: bytes) -> bytes:
    r"""Undo quoted pairs and folds of what stands between quotes or parentheses (RFC 5322 section 3.2.4).

    >>> unquote(b'a \\"b\\"\r\n c')
    b'a "b" c'
    """
    if b"\n" in content or b"\r" in content:
        content = content.replace(b"\r", b"").replace(b"\n", b"")
    return _PAIR.sub(rb"\1\2", content) if b"\\" in content else content


class Lexer:
    r"""Gives the tokens of a value, one by one; the comments between them are gathered.

    >>> lexer = Lexer(b'"Joe\\"s" (x) <')
    >>> [token.text for token in (lexer.next(), lexer.next(), lexer.next(), lexer.next(), lexer.next()) if token]
    [b'Joe"s', b'<']
    >>> lexer.comments
    [(9, b'x')]
    """

    __slots__ = ("_after_at", "_apart", "_open_comment", "_open_quote", "comments", "end", "faults", "position", "raw")

    def __init__(self, raw: bytes) -> None:
        self.raw = raw
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
        if self._after_at and (literal := _LITERAL.match(self.raw, start)):
            return self._token("literal", b"".join(unquote(literal[0]).split()), literal.end())
        match = _PIECE.match(self.raw, start)
        assert match is not None
        text, end = match[0], match.end()
        if match.lastindex == _BLANK:
            self.position = end
            self._apart = True
            return None
        if match.lastindex != _SPECIAL:
            return self._token("atom" if match.lastindex == _ATOM else "word", text, end)
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
        match = None if self._open_quote else _QUOTED.match(self.raw, self.position)
        if match:
            return self._token("quoted", unquote(match[1]), match.end())
        self._open_quote = True
        self.note("address.quote.unclosed", self.position)
        self.position += 1
        return None

    def _comment(self) -> None:
        """Pass over a comment and keep its text; comments nest (RFC 5322 section 3.2.2)."""
        start = self.position
        end = -1 if self._open_comment else comment_end(self.raw, start)
        self._apart = True
        if end < 0:
            self._open_comment = True
            self.note("address.comment.unbalanced", start)
            match = _OPEN_COMMENT.match(self.raw, start)
            assert match is not None
            self.position = match.end()
            self.comments.append((start, unquote(match[1])))
            return
        self.position = end
        self.comments.append((start, unquote(self.raw[start + 1 : end - 1])))

    def _pair(self) -> Token:
        """Read a backslash outside quotes: it quotes a special, else it stands for itself (RFC 5322 section 4.1)."""
        pair = self.raw[self.position : self.position + 2]
        if len(pair) == 2 and pair[1] in _PAIRED:
            return self._token("atom", pair[1:], self.position + 2)
        size = 2 if pair == b"\\\\" else 1
        return self._token("atom", pair[:size], self.position + size)
