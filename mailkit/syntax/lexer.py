"""Structured field values, token by token: atoms, quoted strings, comments, specials (RFC 5322 section 3.2).

One pass over the bytes, by index, without recursion. What never ends is no error: a quote that is
not closed is passed over, and a comment that is not closed ends before the next comma, semicolon or
angle bracket.
"""

from __future__ import annotations

import re
from typing import Literal

import msgspec

from mailkit.limits import DEFAULT

Kind = Literal["atom", "quoted", "word", "literal", "@", "<", ">", ",", ";", ":"]

_PARENTHESIS = re.compile(rb"[()]|\\.", re.DOTALL)
# An encoded word may hold specials: that is against RFC 2047 section 5 (3), and mail is full of it.
_PIECE = re.compile(
    rb"([\0 \t\r\n]++)|(=\?[^\s?]{1,100}+\?[BbQq]\?[^?]*+\?=)|([^\0 \t\r\n\"(),:;<>@\\]++)|(.)", re.DOTALL
)
_QUOTED = re.compile(rb'"((?:[^"\\]++|\\.)*+)"', re.DOTALL)
_LITERAL = re.compile(rb"\[(?:[^\[\]\\]++|\\.)*+\]", re.DOTALL)
_OPEN_COMMENT = re.compile(rb"\(([^(),;<>]*+)\)?")
_PAIR = re.compile(rb"\\(.)", re.DOTALL)
_PAIRED = frozenset(b'()<>[]:;@\\,." \t')


class Token(msgspec.Struct, frozen=True, gc=False):
    """One token of a value."""

    kind: Kind
    text: bytes
    """What it says: quotes and the backslashes of quoted pairs are gone, folds too."""
    apart: bool
    """Whether white space or a comment stands before it."""
    offset: int


def comment_end(raw: bytes, start: int) -> tuple[int | None, int]:
    r"""Give the place behind a comment, None where it is not closed, and how deep comments are nested in it.

    >>> comment_end(b"a (b (c\\)) d) e", 2)
    (13, 2)
    """
    depth = deepest = 0
    for match in _PARENTHESIS.finditer(raw, start):
        if match[0] == b"(":
            depth += 1
            deepest = max(deepest, depth)
        elif match[0] == b")":
            depth -= 1
            if not depth:
                return match.end(), deepest
    return None, deepest


def unquote(content: bytes) -> bytes:
    r"""Undo quoted pairs and folds of what stands between quotes or parentheses (RFC 5322 section 3.2.4).

    >>> unquote(b'a \\"b\\"\r\n c')
    b'a "b" c'
    """
    if b"\n" in content or b"\r" in content:
        content = content.replace(b"\r", b"").replace(b"\n", b"")
    return _PAIR.sub(rb"\1", content) if b"\\" in content else content


class Lexer:
    r"""Gives the tokens of a value, one by one; the comments between them are gathered.

    >>> lexer = Lexer(b'"Joe\\"s" (x) <')
    >>> [token.text for token in (lexer.next(), lexer.next(), lexer.next(), lexer.next(), lexer.next()) if token]
    [b'Joe"s', b'<']
    >>> lexer.comments
    [b'x']
    """

    __slots__ = ("_after_at", "_apart", "_open_comment", "_open_quote", "comments", "end", "faults", "position", "raw")

    def __init__(self, raw: bytes) -> None:
        self.raw = raw
        self.position = 0
        self.end = len(raw)
        self.comments: list[bytes] = []
        """Comments since the list was last emptied."""
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
        group = match.lastindex
        if group == 3:
            return self._token("atom", match[0], match.end())
        if group == 1:
            self.position = match.end()
            self._apart = True
            return None
        if group == 2:
            return self._token("word", match[0], match.end())
        char = match[0]
        if char == b'"':
            return self._quoted()
        if char == b"(":
            return self._comment()
        if char == b"\\":
            return self._pair()
        if char == b")":
            return self._token("atom", char, start + 1)
        return self._token(char.decode("ascii"), char, start + 1)  # type: ignore[arg-type]  # one of the specials

    def _token(self, kind: Kind, text: bytes, end: int) -> Token:
        token = Token(kind, text, self._apart, self.position)
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
        end, depth = (None, 0) if self._open_comment else comment_end(self.raw, start)
        self._apart = True
        if end is None:
            self._open_comment = True
            self.note("address.comment.unclosed", start)
            match = _OPEN_COMMENT.match(self.raw, start)
            assert match is not None
            self.position = match.end()
            self.comments.append(unquote(match[1]))
            return
        self.position = end
        if depth > DEFAULT.comment_depth:
            self.note("limit.comment_depth", start)
        else:
            self.comments.append(unquote(self.raw[start + 1 : end - 1]))

    def _pair(self) -> Token:
        """Read a backslash outside quotes: it quotes a special, else it stands for itself (RFC 5322 section 4.1)."""
        behind = self.raw[self.position + 1 : self.position + 2]
        if behind and behind[0] in _PAIRED:
            return self._token("atom", behind, self.position + 2)
        return self._token("atom", b"\\", self.position + 1)
