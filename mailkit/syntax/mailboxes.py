"""Address fields: bytes in, mailboxes and groups out (RFC 5322 sections 3.4 and 4.4, RFC 6532).

The ordinary list is read by one expression, mailbox by mailbox. Every other one is cut into tokens and
the tokens into elements, each of which ends at a comma, semicolon or colon; an element says only as a
whole what its words are: an address, a name, or the name of a group. Nothing is looked up twice.
"""

from __future__ import annotations

import re

import msgspec

from mailkit.charsets import WESTERN, decode_raw, decode_strict
from mailkit.limits import DEFAULT
from mailkit.syntax.addr_spec import domain_stop, is_account, local_start, phrase, spelled, text_start, without_route
from mailkit.syntax.domains import to_ascii, to_unicode
from mailkit.syntax.lexer import Lexer, Token
from mailkit.syntax.words import decode_words

_BLANK = rb"[ \t\r\n]*+"
_ADDRESS = rb"[!#-'*+\-./0-9=?A-Z^_`a-z{|}~]++@[A-Za-z0-9_\-]++(?:\.[A-Za-z0-9_\-]++)*+"
_ORDINARY = re.compile(
    rb"%b(?:(?:\"([ !#-\[\]-~]*+)\"%b|((?:[!#-'*+\-./0-9=?A-Z^_`a-z{|}~]++ ?)*+)%b)<(%b)>|(%b)(?:[ \t]*+\(((?:[!-'*-\[\]-~]++ ?)*+)\))?)%b(?:,|\Z)"
    % (_BLANK, _BLANK, _BLANK, _ADDRESS, _ADDRESS, _BLANK)
)
MAX_WORDS = DEFAULT.address_word_count
_WHOLE = re.compile(rb"[^\s\"<>()\[\],;:@]++@[^\s\"<>()\[\],;:@]++")


class Mailbox(msgspec.Struct, frozen=True):
    """One mailbox of an address field."""

    name: str | None
    """The display name, decoded; of the old form ``joe@example.org (Joe)`` the comment. None where there is none."""
    address: str
    """The address without white space and comments, quoted only where it must be; empty where there is none."""
    route: tuple[str, ...] = ()
    """The domains of a source route (RFC 5322 section 4.4), which no one follows any more."""
    comments: tuple[str, ...] = ()
    """All comments, decoded, in order."""

    @property
    def local(self) -> str:
        """The local part; the whole address where there is no at sign."""
        return self.address.rpartition("@")[0] if "@" in self.address else self.address

    @property
    def domain(self) -> str:
        """The domain as it is written; empty where there is none."""
        return self.address.rpartition("@")[2] if "@" in self.address else ""

    @property
    def ascii_domain(self) -> str:
        """The domain with A-labels (RFC 5890); as it is written where it has no such form."""
        return to_ascii(self.domain)

    @property
    def unicode_domain(self) -> str:
        """The domain with U-labels (RFC 5890); as it is written where it has no such form."""
        return to_unicode(self.domain)


class Group(msgspec.Struct, frozen=True):
    """A named group of mailboxes (RFC 5322 section 3.4); often it is empty."""

    name: str
    mailboxes: tuple[Mailbox, ...]


class AddressList(msgspec.Struct, frozen=True):
    """What an address field holds."""

    mailboxes: tuple[Mailbox, ...] = ()
    """All mailboxes in order, those of groups too."""
    groups: tuple[Group, ...] = ()
    faults: tuple[tuple[str, int], ...] = ()
    """Finding code and offset into the value of the first place where it is met."""


def parse_addresses(raw: bytes, *, limit: int = DEFAULT.address_count, fallback: str = WESTERN) -> AddressList:
    """Read an address field as it stands, folds included; at most `limit` mailboxes and as many groups.

    Bytes that are no UTF-8 are read as the charset `fallback`, as `decode_words` has it.

    >>> parse_addresses(b'"Doe, Joe" <joe@example.org>, sue@example.org (Sue)').mailboxes[1].name
    'Sue'
    """
    mailboxes: list[Mailbox] = []
    faults: dict[str, int] = {}
    position, end = 0, len(raw)
    while position < end and len(mailboxes) < limit:
        match = _ORDINARY.match(raw, position)
        if not match:
            break
        mailboxes.append(_ordinary(match, faults))
        position = match.end()
    if position < end or raw[-1:] == b",":
        return _Reader(raw, limit, fallback).read()
    return AddressList(tuple(mailboxes), (), tuple(faults.items()))


def _ordinary(match: re.Match[bytes], faults: dict[str, int]) -> Mailbox:
    """Make a mailbox of the ordinary form."""
    quoted, phrase, angle, address, comment = match.groups()
    raw = comment if address else phrase.strip() if quoted is None else quoted
    if not raw:
        return Mailbox(None, (address or angle).decode("ascii"))
    if b"=?" in raw:
        found: list[tuple[str, int]] = []
        name = (decode_words(raw, found) or "").strip() or None
        start = match.start(5 if address else 1 if quoted else 2)
        for code, place in found:
            faults.setdefault(code, start + place)
    else:
        name = raw.decode("ascii").strip() or None
    if address:
        return Mailbox(name, address.decode("ascii"), (), (name,) if name else ())
    return Mailbox(name, angle.decode("ascii"))


class _Reader:
    """Reads a list that is not of the ordinary form."""

    def __init__(self, raw: bytes, limit: int, fallback: str) -> None:
        self.lexer, self.limit = Lexer(raw, fallback), limit
        self.full = False
        self.mailboxes: list[Mailbox] = []
        self.groups: list[Group] = []
        self.depth = 0
        """Groups that are open."""
        self.group_name = ""
        self.group_start = self.group_offset = 0
        self.tokens: list[Token] = []
        """The element while it is read."""
        self.addressed = self.several = False
        """Whether the element has an at sign or angle brackets; whether it has given a mailbox."""
        self.routes: dict[int, tuple[str, ...]] = {}
        """Offset of an angle bracket -> the route behind it."""
        self.taken = 0
        """Comments of the element that are some mailbox's already."""
        self.homeless = 0
        """Elements right before this one that have no address: they may be the beginning of its name."""
        self.missing: dict[str, int] = {}
        """The faults of these elements."""
        self.after_group = False
        """Whether a group has ended right before."""

    def read(self) -> AddressList:
        """Read the whole list."""
        lexer = self.lexer
        while lexer.position < lexer.end and not self.full:
            token = lexer.next()
            if token:
                self._take(token)
            if len(self.tokens) + len(lexer.comments) > MAX_WORDS:
                self._overflow("limit.address_word_count", lexer.position)
        self._finish()
        self._settle()
        if self.depth:
            if not self.full:
                lexer.note("address.group.unclosed", self.group_offset)
            self._close_group()
        return AddressList(tuple(self.mailboxes), tuple(self.groups), tuple(lexer.faults.items()))

    def _take(self, token: Token) -> None:
        kind = token.kind
        if kind == ",":
            if not self.tokens and not self.after_group:
                self.lexer.note("address.form.obsolete", token.offset)
            self.after_group = False
            self._finish()
        elif kind == ";":
            self._finish()
            self._semicolon(token)
        elif kind == ":":
            self._colon(token)
        elif kind == "<":
            self._angle(token)
        elif kind in (">", ")"):
            self.lexer.note(f"address.{'angle' if kind == '>' else 'comment'}.unbalanced", token.offset)
            if self.tokens and not self.addressed:
                self.tokens.append(token)
        else:
            self.addressed |= kind == "@"
            self.tokens.append(token)

    def _semicolon(self, token: Token) -> None:
        """End a group; where none is open, it stands for a comma."""
        self._settle()
        if not self.depth:
            self.lexer.note("address.separator.wrong", token.offset)
        else:
            self.depth -= 1
            self.after_group = True
            if not self.depth:
                self._close_group()

    def _close_group(self) -> None:
        if len(self.groups) >= self.limit:
            self._overflow("limit.address_count", self.group_offset)
        else:
            self.groups.append(Group(self.group_name, tuple(self.mailboxes[self.group_start :])))

    def _colon(self, token: Token) -> None:
        """Begin a group; groups in groups are made one."""
        tokens, lexer = self.tokens, self.lexer
        if self.addressed:
            lexer.note("address.separator.wrong", token.offset)
            self._finish()
        elif not tokens:
            lexer.note("address.group.nameless", token.offset)
        elif len(tokens) > 1 or tokens[0].text.lower() != b"mailto":
            self.depth += 1
            if self.depth > 1:
                lexer.note("address.group.nested", tokens[0].offset)
            else:
                self.group_name = self._text(phrase(tokens), text_start(tokens))
                self.group_start, self.group_offset = len(self.mailboxes), tokens[0].offset
        self._settle()
        self._forget()

    def _angle(self, opening: Token) -> None:
        """Take what stands in angle brackets; they are as if not there where they do not close, or hold a name."""
        lexer = self.lexer
        inner, closed = self._inside()
        addressed = any(token.kind == "@" for token in inner)
        if len(inner) > MAX_WORDS:
            self._overflow("limit.address_word_count", lexer.position)
        elif not closed:
            lexer.note("address.angle.unbalanced", opening.offset)
        if (inner and inner[0].kind != "@") and (not closed or not (addressed or is_account(inner))):
            self.addressed |= addressed
            self.tokens += [msgspec.structs.replace(inner[0], apart=True), *inner[1:]]
            return
        self.addressed = True
        route, inner = without_route(inner)
        if route:
            lexer.note("address.form.obsolete", opening.offset)
            self.routes[opening.offset] = tuple(self._plain(hop, opening.offset) for hop in route)
        self.tokens.append(Token("angle", spelled(lexer, inner), opening.apart, opening.offset, lexer.position))

    def _inside(self) -> tuple[list[Token], bool]:
        """Read on to the closing bracket; where a further one opens, what stands between them is nothing."""
        lexer = self.lexer
        inner: list[Token] = []
        routed = False
        while lexer.position < lexer.end and len(inner) + len(lexer.comments) <= MAX_WORDS:
            token = lexer.next()
            if token is None:
                continue
            kind = token.kind
            if kind == ">":
                return inner, True
            if kind == "<":
                lexer.note("address.angle.unbalanced", token.offset)
                inner, routed = [], False
            elif kind == ")":
                lexer.note("address.comment.unbalanced", token.offset)
            elif kind == ";" or (kind == "," and (routed or not inner or inner[0].kind != "@")):
                lexer.position = token.offset
                break
            else:
                routed |= kind == ":"
                inner.append(token)
        return inner, False

    def _finish(self) -> None:
        """End an element: see what it holds."""
        if self.addressed:
            self._addresses()
        elif self.tokens:
            self._words()
        self._forget()

    def _forget(self) -> None:
        self.tokens = []
        self.lexer.comments.clear()
        self.taken = 0
        self.addressed = self.several = False

    def _addresses(self) -> None:
        """Read an element with addresses: in angle brackets, with their names before them, or without."""
        tokens = self.tokens
        start = 0
        angles = [place for place, token in enumerate(tokens) if token.kind == "angle"]
        for place in angles:
            rest = place == angles[-1] and all(token.kind != "@" for token in tokens[place + 1 :])
            stop = len(tokens) if rest else place + 1
            self._add(tokens[start:place] + tokens[place + 1 : stop], tokens[place : place + 1], stop)
            self._settle()
            start = stop
        if start < len(tokens):
            self._bare(start)

    def _words(self) -> None:
        """Read an element without an address: one word is the name of an account, more are that of a person."""
        tokens, lexer = self.tokens, self.lexer
        unquoted = all(token.kind != "quoted" for token in tokens) and not lexer.comments
        start = tokens[0].offset
        if len(tokens) == 1 and tokens[0].kind == "quoted" and _WHOLE.fullmatch(tokens[0].text):
            lexer.note("address.mailbox.malformed", start)
            self._add([], [msgspec.structs.replace(tokens[0], kind="angle")], 1)
            self._settle()
            return
        count = len(self.mailboxes)
        if is_account(tokens):
            self.missing.setdefault("address.domain.missing", start)
            self._add([], tokens, len(tokens))
        else:
            self.missing.setdefault("address.mailbox.missing", start)
            self._add(tokens, [], len(tokens))
        self.homeless += len(self.mailboxes) - count
        if not unquoted:
            self._settle()

    def _bare(self, start: int) -> None:
        """Read addresses that stand without angle brackets, among words or alone."""
        tokens = self.tokens
        places = [place for place, token in enumerate(tokens) if token.kind == "@" and place >= start]
        for place in places:
            if place < start:  # part of the last one: joe@example.org@example.com
                continue
            first, stop = local_start(tokens, place, start), domain_stop(tokens, place)
            last = places[-1] < stop
            words = tokens[start:first] + tokens[stop:] if last else tokens[start:first]
            start = len(tokens) if last else stop
            self._add(words, tokens[first:stop], start)
            self._settle()

    def _settle(self) -> None:
        """Take what stands without an address for what it is."""
        for code, offset in self.missing.items():
            self.lexer.note(code, offset)
        self.missing.clear()
        self.homeless = 0

    def _add(self, words: list[Token], address: list[Token], stop: int) -> None:
        """Add a mailbox with the words of its name; `stop` is the first token that is not its own."""
        start = (address or words)[0].offset
        if len(self.mailboxes) >= self.limit:
            self._overflow("limit.address_count", start)
            return
        if self.several:
            self.lexer.note("address.separator.wrong", start)
        self.several = True
        raw = address[0].text if len(address) == 1 and address[0].kind != "@" else spelled(self.lexer, address)
        comments, beside = self._comments(stop, start, address[-1].end if address else 0)
        name = self._text(phrase(words), text_start(words)) if words else ""
        if not name:
            name = " ".join(beside)
        elif self.homeless and address:
            self.lexer.note("address.phrase.unquoted", start)
            parts = [one.name or one.address for one in self.mailboxes[-self.homeless :]]
            del self.mailboxes[-self.homeless :]
            name = ", ".join([*parts, name])
            self.missing.clear()
        text = self._plain(raw, start)
        if not name and not text and (raw or not address):  # nothing but quotes or escapes
            return
        if address and any(word.kind in ("@", ">") for word in words):
            self.lexer.note("address.phrase.unquoted", words[0].offset)
        self.mailboxes.append(Mailbox(name or None, text, self.routes.get(start, ()), comments))

    def _comments(self, stop: int, start: int, end: int) -> tuple[tuple[str, ...], list[str]]:
        """Give the comments up to a token, and those that do not stand inside of the address."""
        border = self.tokens[stop].offset if stop < len(self.tokens) else self.lexer.end
        found: list[str] = []
        beside: list[str] = []
        comments = self.lexer.comments
        while self.taken < len(comments) and comments[self.taken][0] < border:
            offset, raw = comments[self.taken]
            self.taken += 1
            text = self._text(b" ".join(raw.split()), offset + 1)
            if text:
                found.append(text)
                if not start < offset < end:
                    beside.append(text)
        return tuple(found), beside

    def _text(self, raw: bytes, offset: int) -> str:
        """Decode the text of a name or a comment."""
        if raw.isascii() and raw.isalnum():
            return raw.decode("ascii")
        found: list[tuple[str, int]] = []
        text = decode_words(raw, found, self.lexer.fallback) or ""
        for code, place in found:
            self.lexer.note(code, offset + place)
        return text.strip()

    def _plain(self, raw: bytes, offset: int) -> str:
        """Decode an address or a domain, which may be UTF-8 (RFC 6532 section 3.2)."""
        if not raw.isascii() and decode_strict(raw, "utf-8") is None:
            self.lexer.note("header.charset.undeclared", offset)
        text = decode_raw(raw, self.lexer.fallback)
        return text if text.isprintable() else text.translate({0: None, 10: None, 13: None})

    def _overflow(self, code: str, offset: int) -> None:
        self.full = True
        self.lexer.note(code, offset)
