"""What the tokens of an address field mean: addresses and phrases (RFC 5322 sections 3.2.5 and 3.4.1)."""

from __future__ import annotations

import re

from mailkit.syntax.lexer import Lexer, Token

_DOT_ATOM = re.compile(rb"[!#-'*+\-/0-9=?A-Z^-~\x80-\xff]++(?:\.[!#-'*+\-/0-9=?A-Z^-~\x80-\xff]++)*+")


def local_start(tokens: list[Token], place: int, low: int) -> int:
    """Find the local part before an at sign: what touches, or an obsolete chain of dots that takes in all.

    Before an at sign that stands apart all words are of it.
    """
    if place == low or tokens[place].apart:
        return low
    first = place - 1
    while first > low and not tokens[first].apart:
        first -= 1
    chain = first
    while chain > low and (not tokens[chain].apart or _dotted(tokens[chain - 1], tokens[chain])):
        chain -= 1
    return low if chain == low else first


def domain_stop(tokens: list[Token], place: int) -> int:
    """Find the end of a domain behind an at sign."""
    stop = place + 1
    while stop < len(tokens) and tokens[stop].kind != "quoted":
        first = stop == place + 1 and tokens[stop].kind != "@"
        if not first and tokens[stop].apart and not _dotted(tokens[stop - 1], tokens[stop]):
            break
        stop += 1
    return stop


def is_account(words: list[Token]) -> bool:
    """Say whether words without an address are one word, as the name of an account is, and not that of a person."""
    return all(
        word.kind == "atom" and word.text.isascii() and b"\x1b" not in word.text and (number == 0 or not word.apart)
        for number, word in enumerate(words)
    )


def phrase(words: list[Token]) -> bytes:
    """Join the words of a name: one blank between words, none in what was written as one."""
    pieces: list[bytes] = []
    before: Token | None = None
    for word in words:
        if before and (word.apart or "quoted" in (before.kind, word.kind)):
            pieces.append(b" ")
        pieces.append(word.text)
        before = word
    return b"".join(pieces)


def text_start(words: list[Token]) -> int:
    """Give the offset of the first character of a name."""
    return words[0].offset + (words[0].kind == "quoted")


def without_route(tokens: list[Token]) -> tuple[list[bytes], list[Token]]:
    """Give the domains of a source route and what stands behind it; a scheme (mailto) is taken off, too."""
    colon = next((place for place, token in enumerate(tokens) if token.kind == ":"), 0)
    if colon == 1 and tokens[0].text.lower() == b"mailto":
        return [], tokens[2:]
    if not colon or tokens[0].kind != "@":
        return [], tokens
    hops = b"".join([b"," if token.kind == "@" else token.text for token in tokens[:colon]]).split(b",")
    return [hop for hop in hops if hop], tokens[colon + 1 :]


def spelled(lexer: Lexer, tokens: list[Token]) -> bytes:
    """Write an address as short as it may be: no white space, quotes only where they must be."""
    if not tokens:
        return b""
    ats = [place for place, token in enumerate(tokens) if token.kind == "@"]
    place = ats[-1] if ats else len(tokens)
    local, domain = tokens[:place], b"".join([token.text for token in tokens[place + 1 :]])
    pieces = []
    for number, token in enumerate(local):
        if number and token.apart and not _dotted(local[number - 1], token):
            pieces.append(b" ")
        pieces.append(_quote(token.text) if token.kind == "quoted" and len(ats) > 1 else token.text)
    text = b"".join(pieces)
    quoted = any(token.kind == "quoted" for token in local)
    if not ats:
        lexer.note("address.domain.missing", tokens[0].offset)
        return text
    if len(ats) > 1 or not local or not domain or domain[-1:] in b".'" or (b" " in pieces and not quoted):
        lexer.note("address.mailbox.malformed", tokens[0].offset)
    elif any(token.apart for token in tokens[1:]):
        lexer.note("address.form.obsolete", tokens[0].offset)
    if len(ats) == 1 and (quoted or b" " in pieces) and not _DOT_ATOM.fullmatch(text):
        text = _quote(text)
    elif text[:1] == domain[-1:] == b"'":
        text, domain = text[1:], domain[:-1]
    return text + b"@" + domain.rstrip(b".")


def _dotted(before: Token, token: Token) -> bool:
    """Say whether a dot is between two words, which may stand apart then (RFC 5322 section 4.4)."""
    return (before.kind == "atom" and before.text.endswith(b".")) or (token.kind == "atom" and token.text[:1] == b".")


def _quote(text: bytes) -> bytes:
    return b'"' + text.replace(b"\\", b"\\\\").replace(b'"', b'\\"') + b'"'
