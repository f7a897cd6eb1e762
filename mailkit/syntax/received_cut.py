"""Cut a Received field into its clauses (RFC 5321 section 4.4).

There are two ways to the same clauses. A field in the usual order is cut by one expression; every other is read
token by token. The first takes nothing of which the second would say anything else; it is there for speed.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime

import msgspec

from mailkit.syntax.dates import parse_date

MAX_PIECES = 400
_BEHIND = {"tls": "with", "state": "by", "envelope-from": "by"}
"""Additional clauses (RFC 8314 section 4.3, RFC 6729; the last is Haraka's) -> the keyword behind which they count."""
KEYWORDS = ("from", "by", "via", "with", "id", "for", *_BEHIND)
# A word has no parentheses in it but behind a backslash, so that a piece that begins with one is a comment.
_APART, _GLUED = "(", ")"
_MARKS = frozenset({_APART, _GLUED})
"""What the piece of a comment begins with: whether a blank stands before it, or a word."""
_SEPARATORS = frozenset(" ()<>;")
_PARENTHESES = re.compile(r"[()]|\\.", re.DOTALL)
_PIECE = re.compile(r"(?:\\.|[^()<>;\s\\])++|;", re.DOTALL)

# The first letters are sets, so that most words are told from a keyword by one look.
KEYWORD = (
    r"(?:[fF](?i:rom|or)|[bB][yY]|[vV](?i:ia)|[wW](?i:ith)|[iI][dD]|[tT](?i:ls)|[sS](?i:tate)|[eE](?i:nvelope-from))"
)
_WORD = rf'(?!{KEYWORD}(?![^ ()<>;\\"]))[^ ()<>;\\"]++'
_COMMENT = r"\((?:[^()\\]++|\([^()\\]*+\))*+\)"
_COMMENTS = rf"(?: ?{_COMMENT}){{0,9}}+"
_USUAL = re.compile(
    rf"(?:(?P<head>\((?i:from) [^ ()\\]++\) )|[fF]rom (?:(?P<name>{_WORD}) (?P<words>(?:{_WORD} ){{0,3}}+))?"
    rf"(?:\((?P<peer>[^()\\]*+)\) )?(?P<said>(?:{_COMMENT} ){{0,9}}+)"
    rf"(?:id <?(?P<early>{_WORD})>? (?P<mark>(?:{_COMMENT} ){{0,9}}+))?)?"
    rf"by (?P<by>{_WORD})(?P<more>(?: {_WORD}){{0,5}}+)(?: ?\((?P<program>[^()\\]*+)\))?(?P<place>{_COMMENTS})"
    rf"(?: via (?P<via>{_WORD})(?: {_WORD}){{0,3}}+{_COMMENTS})?"
    rf"(?: with (?P<way>{_WORD}(?: {_WORD}){{0,5}}+){_COMMENTS}(?: tls (?P<tls>{_WORD}){_COMMENTS})?)?"
    rf"(?: (?:id|ID) <?(?P<id>{_WORD})>?{_COMMENTS})?"
    rf"(?: for <?(?P<recipient>{_WORD})>?{_COMMENTS})?"
    rf"(?: via (?P<route>{_WORD})(?: {_WORD}){{0,3}}+{_COMMENTS})?"
    rf" ?;(?P<date>[^()<>;\\]*+)(?P<behind>{_COMMENTS}) ?\Z"
)
_AT_END = re.compile(
    r" (?:[A-Z][a-z]{2}, \d{1,2} [A-Z][a-z]{2} \d{2,4}|\d{4}-\d\d-\d\d) \d\d?:\d\d(?::\d\d(?:\.\d{1,9})?)?(?: [+\-]\d{4})?"
    r"(?P<behind>(?: \([\w ]{1,40}\))?|(?: [A-Z]{2,5})?(?: m=[+\-]\d{1,18}\.\d{1,9})?)\Z",  # Go's time, as it is printed
    re.ASCII,
)
_ALONE = re.compile(rf"({_COMMENT}) ?;((?: {_WORD})*+)\Z")
_NOTE = re.compile(r"\(((?:[^()\\]++|\([^()\\]*+\))*+)\)")


class Clauses(msgspec.Struct, gc=False):
    """The words of each clause, and the comments."""

    text: str
    """The whole field, its white space single blanks."""
    name: str = ""
    """The first word behind ``from``."""
    words: tuple[str, ...] = ()
    """Further words of that clause."""
    said: tuple[str, ...] = ()
    """Its comments."""
    glued: bool = False
    """Whether its first comment stands at the name, without a blank."""
    by: str | None = None
    place: tuple[str, ...] = ()
    """The other words of the by-clause, and its comments."""
    via: str | None = None
    way: str = ""
    """The words behind ``with``, up to its first comment."""
    id: str | None = None
    recipient: str | None = None
    tls: str | None = None
    state: str | None = None
    sender: str | None = None
    """Behind ``envelope-from``, outside of comments."""
    notes: tuple[str, ...] = ()
    """Every comment that is not of the from-clause."""
    date: datetime | None = None


def cut_usual(text: str) -> Clauses | None:
    """Cut a field that has its clauses in the usual order; None where it may be otherwise."""
    match = _USUAL.match(text)
    if match is None:
        alone = _ALONE.match(text)
        return Clauses(text, notes=_comments_in(alone[1]), date=read_date(alone[2], text)) if alone else None
    groups = match.groups()
    head, name, words, peer, said, early, mark, by, more, program, place = groups[:11]
    via, way, tls, identity, recipient, route, date, _ = groups[11:]
    if (early and identity) or (via and route):
        return None  # the first counts
    start = match.end("place")
    first = _comments_in(place) if place else ()
    if program is not None:
        first = (program.strip(), *first)
    notes = first + _comments_in(text[start:]) if text.find("(", start) >= 0 else first
    if head or mark:
        notes = _comments_in(head or mark) + notes
    return Clauses(
        text,
        name=name.rstrip(",") if name else "",
        words=tuple(words.split()) if words else (),
        said=() if peer is None and not said else _said(peer, said),
        by=by.strip(",") or None,
        place=first + tuple(more.split()) if more else first,
        via=(via or route or "").strip(",") or None,
        way=way or "",
        id=(identity or early or "").strip(",") or None,
        recipient=(recipient or "").strip(",") or None,
        tls=(tls or "").strip(",") or None,
        notes=notes,
        date=read_date(date, text),
    )


def _said(peer: str | None, said: str) -> tuple[str, ...]:
    """Give the comments of the from-clause, of which the first is cut already."""
    rest = _comments_in(said) if said else ()
    return rest if peer is None else (peer.strip(), *rest)


def _comments_in(text: str) -> tuple[str, ...]:
    """Give the comments of a text whose parentheses are paired."""
    if text.count("(") == 1:
        return (text.partition("(")[2].partition(")")[0].strip(),)
    return tuple([one.strip() for one in _NOTE.findall(text)])


def read_date(end: str, text: str) -> datetime | None:
    """Read the date behind the last semicolon, or wherever else one is."""
    found = parse_date(end)
    if found is None and (bare := _AT_END.search(text)):  # before the whole: a number in an id is no day
        found = parse_date(bare[0][: bare.start("behind") - bare.start()])
    return found or parse_date(text)


def cut_any(text: str) -> Clauses:
    """Cut a field token by token; only the first of each keyword counts."""
    found: dict[str, list[str]] = {name: [] for name in KEYWORDS}
    clauses = Clauses(text)
    said, place, notes = list[str](), list[str](), list[str]()
    peer, server = found["from"], found["by"]
    current: list[str] = []
    seen: set[str] = set()
    pieces = _pieces(text)
    for index, piece in enumerate(pieces):
        if piece[:1] in _MARKS:
            if current is peer:
                clauses.glued = clauses.glued or (piece[0] == _GLUED and len(said) + len(peer) == 1)
                said.append(piece[1:].strip())
                continue
            notes.append(piece[1:].strip())
            if current is server:
                place.append(notes[-1])
        elif piece == ";":
            if "by" in seen and not _goes_on(pieces[index + 1 : index + 3]):
                notes += [one[1:].strip() for one in pieces[index:] if one[:1] in _MARKS]
                break
        elif (word := piece.lower()) in found and (word not in _BEHIND or _BEHIND[word] in seen):
            current = [] if word in seen else found[word]
            seen.add(word)
        else:
            current.append(piece)
    clauses.said, clauses.place, clauses.notes = tuple(said), (*place, *server[1:]), tuple(notes)
    return _filled(clauses, found)


def _filled(clauses: Clauses, found: dict[str, list[str]]) -> Clauses:
    """Take over the words behind each keyword."""
    peer, sender = found["from"], found["envelope-from"]
    clauses.name = peer[0].rstrip(",") if peer else ""
    clauses.words = tuple(peer[1:])
    clauses.by = _first(found["by"])
    clauses.via = _first(found["via"])
    clauses.way = " ".join(found["with"])
    clauses.id = _first(found["id"])
    clauses.recipient = _first(found["for"])
    clauses.tls = _first(found["tls"])
    clauses.state = _first(found["state"])
    clauses.sender = sender[0] if sender else None
    clauses.date = read_date(_end(clauses.text), clauses.text)
    return clauses


def _end(text: str) -> str:
    """Give what stands behind the last semicolon; nothing where that may be in a comment, or where there is none."""
    _, mark, end = text.rpartition(";")
    return end if mark and end.count("(") == end.count(")") and ")" not in end.partition("(")[0] else ""


def _goes_on(pieces: Sequence[str]) -> bool:
    """Say whether the field goes on behind a semicolon, as old sendmails have it: by host; (5.65/1.37) id 1; date."""
    return len(pieces) == 2 and pieces[0][:1] in _MARKS and pieces[1].lower() == "id"


def _first(words: Sequence[str]) -> str | None:
    return (words[0].strip(",<>") or None) if words else None


def _pieces(text: str) -> list[str]:
    """Cut a field into words, semicolons and comments; a comment begins with a mark and has no end."""
    pieces: list[str] = []
    position = 0
    for start, end in _comments(text):
        pieces += _PIECE.findall(text, position, start)
        glued = start > position and text[start - 1] not in _SEPARATORS
        pieces.append((_GLUED if glued else _APART) + text[start + 1 : end])
        position = end + 1
        if len(pieces) >= MAX_PIECES:
            break
    else:
        pieces += _PIECE.findall(text, position)
    if '"' in text:
        pieces = [one if one[:1] in _MARKS else one.strip('"') for one in pieces]
    return pieces[:MAX_PIECES]


def _comments(text: str) -> list[tuple[int, int]]:
    """Give where each comment of the top level begins and where it ends; one that never ends is none."""
    found: list[tuple[int, int]] = []
    opened: list[int] = []
    for match in _PARENTHESES.finditer(text):
        if match[0] == "(":
            opened.append(match.start())
        elif match[0] == ")" and opened:
            start = opened.pop()
            while found and found[-1][0] > start:  # inside of this one
                found.pop()
            found.append((start, match.start()))
    return found
