"""Proof that an expression costs little on every text: no repeat without end, few ways to read the same stretch.

The expression is taken apart by Python's own parser. Each piece tells with which characters it may begin
and in how many ways it may be tried from one place. A repeat whose next piece begins with other
characters can be read in one way only; else each of its lengths is a way, and pieces in a row
multiply. What nests, or alternates over the same characters, multiplies fast and is refused. The count
is never too small; it may be too large, and then the expression can be written more plainly.
"""

from __future__ import annotations

import functools
import importlib
import re
from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

MAX_WAYS = 2_000
"""Ways to read one stretch of text: two gaps of 40 characters multiply to 1,681."""
MAX_WIDTH = 4_096
"""Characters that one match may take; no more of a text is looked at (`mailkit.bounce.fold.MAX_CHARS`)."""

_Node = Any
"""A node of Python's parser of expressions, or what it holds: they have no types."""
# Characters are the first 256, and behind them four kinds of all others, and the end of the expression.
_DIGIT, _WORD, _SPACE, _REST, _END = range(256, 261)
_OTHERS = frozenset((_DIGIT, _WORD, _SPACE, _REST))
_ALL = frozenset(range(260))
_AT_END = frozenset((_END,))
_NONE: frozenset[int] = frozenset()
_BLANKS = frozenset((9, 32))
"""These alone may repeat without end: they do not leave their line, and of a folded text there is one in a row."""
_LINE_END = frozenset((10,))
_ENDLESS = importlib.import_module("re._constants").MAXREPEAT


class _Piece(NamedTuple):
    """What is known of a piece of an expression."""

    begins: frozenset[int]
    """Characters with which it may begin."""
    empty: bool
    """Whether it may match nothing."""
    ways: int
    width: int = 0
    """Characters that it takes at most; blanks that repeat without end are not counted."""


class _Fault(Exception):  # noqa: N818 - it carries a sentence, not an error
    """Why an expression is refused."""


def faults(regex: str) -> Iterator[str]:
    r"""Say why an expression may cost too much, or is none; nothing where it is fine.

    >>> list(faults(r"quota of \d{1,9} ?mb")), list(faults("(?:a{1,9}){1,9}x"))[0][:41]
    ([], "'(?:a{1,9}){1,9}x' can be read in more th")
    """
    try:
        re.compile(regex)
        parsed = importlib.import_module("re._parser").parse(regex)
        whole = _sequence(list(parsed), _AT_END)
    except (re.error, RecursionError, OverflowError) as error:
        yield f"{regex!r} is no expression: {error}"
        return
    except _Fault as fault:
        yield f"{regex!r} {fault}"
        return
    if whole.ways > MAX_WAYS:
        yield (
            f"{regex!r} can be read in more than {MAX_WAYS:,} ways: let what follows a repeat begin with other "
            "characters, or make the bounds smaller"
        )
    elif whole.width > MAX_WIDTH:
        yield f"{regex!r} may match more than {MAX_WIDTH:,} characters: make the bounds smaller"


def _sequence(nodes: Sequence[_Node], follow: frozenset[int]) -> _Piece:
    """Weigh pieces in a row, the last one first, for each asks what follows it."""
    begins, own, empty, ways, width = follow, _NONE, True, 1, 0
    for node in reversed(nodes):
        piece = _piece(node, begins)
        ways = min(ways * piece.ways, MAX_WAYS + 1)
        begins = piece.begins | begins if piece.empty else piece.begins
        own = piece.begins | own if piece.empty else piece.begins
        empty = empty and piece.empty
        width += piece.width
    return _Piece(own, empty, ways, width)


def _piece(node: _Node, follow: frozenset[int]) -> _Piece:
    name, value = str(node[0]), node[1]
    if name in _CHARACTERS:
        return _Piece(_characters(node), empty=False, ways=1, width=1)
    if name == "BRANCH":
        return _branch(value[1], follow)
    if name == "SUBPATTERN":
        return _sequence(list(value[3]), follow)
    if name == "ATOMIC_GROUP":
        return _sequence(list(value), _AT_END)
    if name in {"MAX_REPEAT", "MIN_REPEAT", "POSSESSIVE_REPEAT"}:
        return _repeat(value[0], value[1], value[2], _AT_END if name == "POSSESSIVE_REPEAT" else follow)
    if name in {"AT", "ASSERT", "ASSERT_NOT"}:
        return _assertion(name, value, follow)
    what = f"uses {name.lower()}, whose cost cannot be told: write it without references to groups"
    raise _Fault(what)


def _assertion(name: str, value: _Node, follow: frozenset[int]) -> _Piece:
    """Weigh what takes no characters: before the end it may fail; elsewhere what follows must be there as well."""
    if name == "AT":
        inner, ahead = _Piece(_LINE_END, empty=False, ways=1), str(value) in {"AT_END", "AT_END_STRING"}
    else:
        inner = _sequence(list(value[1]), _AT_END)
        ahead = name == "ASSERT" and value[0] > 0 and not inner.empty
    if _END not in follow:
        return _Piece(_NONE, empty=True, ways=inner.ways)
    return _Piece(inner.begins if ahead else _ALL, empty=False, ways=inner.ways)


def _branch(rows: Sequence[_Node], follow: frozenset[int]) -> _Piece:
    """Weigh alternatives: only those that may begin alike can be read at the same place."""
    pieces = [_sequence(list(row), follow) for row in rows]
    leads = [_lead(list(row), piece, follow) for row, piece in zip(rows, pieces, strict=True)]
    ways = max(
        sum(piece.ways for other, piece in zip(leads, pieces, strict=True) if not _apart(lead, other)) for lead in leads
    )
    begins = frozenset[int]().union(*(piece.begins for piece in pieces))
    empty = any(piece.empty for piece in pieces)
    return _Piece(begins, empty, min(ways, MAX_WAYS + 1), max(piece.width for piece in pieces))


def _lead(nodes: Sequence[_Node], piece: _Piece, follow: frozenset[int]) -> list[frozenset[int]]:
    """Give the characters that an alternative takes first, place by place, as far as each takes one."""
    found = []
    for node in nodes:
        if str(node[0]) in _CHARACTERS:
            found.append(_characters(node))
        elif str(node[0]) != "AT":
            break
    return found or [piece.begins | follow if piece.empty else piece.begins]


def _apart(one: Sequence[frozenset[int]], other: Sequence[frozenset[int]]) -> bool:
    return any(here.isdisjoint(there) for here, there in zip(one, other, strict=False))


def _repeat(least: int, most: _Node, body: _Node, follow: frozenset[int]) -> _Piece:
    """Weigh a repeat: every length is a way, unless the character behind it tells where it ends."""
    nodes = list(body)
    first = _sequence(nodes, follow)
    if most is _ENDLESS:
        single = len(nodes) == 1 and str(nodes[0][0]) in _CHARACTERS
        if single and first.begins <= _BLANKS and first.begins.isdisjoint(follow):
            return _Piece(first.begins, empty=least == 0, ways=1)
        what = "is unbounded: write {0,40} for * and {1,40} for +"
        raise _Fault(what)
    inner = _sequence(nodes, first.begins | follow) if most > 1 else first
    if inner.empty and most > 1:
        what = "repeats what may be nothing: take the inner {0,...} or ? out"
        raise _Fault(what)
    # What takes no characters can be taken or left at every place.
    told = least == most or (not inner.empty and first.begins.isdisjoint(follow))
    ways, power = 0, 1
    for count in range(min(most, MAX_WIDTH) + 1):
        ways = (power if told else ways + power) if count >= least else 0
        power *= inner.ways
        if max(ways, power) > MAX_WAYS and inner.ways > 1:
            ways = MAX_WAYS + 1
            break
    return _Piece(first.begins, least == 0 or first.empty, min(ways, MAX_WAYS + 1), most * first.width)


_CHARACTERS = frozenset({"LITERAL", "NOT_LITERAL", "ANY", "IN"})


def _characters(node: _Node) -> frozenset[int]:
    """Give what one character may be, in either case: expressions are compiled with and without IGNORECASE."""
    name, value = str(node[0]), node[1]
    rows = list(value) if name == "IN" else [node]
    if name == "ANY":
        return _ALL
    negated = name == "NOT_LITERAL" or str(rows[0][0]) == "NEGATE"
    found: set[int] = set()
    for kind, what in rows:
        if str(kind) in {"LITERAL", "NOT_LITERAL"}:
            found |= {what} if negated else _both_cases(what)
        elif str(kind) == "RANGE":
            for code in range(what[0], min(what[1], 255) + 1):
                found |= {code} if negated else _both_cases(code)
            found |= _OTHERS if what[1] > 255 else set()
        elif str(kind) == "CATEGORY":
            found |= _category(str(what))
    if not negated:
        return frozenset(found)
    whole = {kind for kind in _OTHERS if any(str(k) == "CATEGORY" and kind in _category(str(w)) for k, w in rows)}
    # Of the others a class leaves out single members, or all of a kind where it names the kind.
    return _ALL - frozenset(code for code in found if code < 256) - whole


def _both_cases(code: int) -> set[int]:
    """Give a character in either case; behind the first 256 its kind."""
    character = chr(code)
    cases = {code, *(ord(c) for form in (character.lower(), character.upper()) for c in form)}
    found = {case for case in cases if case < 256}
    if character.lower() in _MORE_CASES:
        found.add(_WORD)
    for case in cases - found:
        other = chr(case)
        found.add(_DIGIT if other.isdecimal() else _SPACE if other.isspace() else _WORD if other.isalnum() else _REST)
    return found


_MORE_CASES = frozenset("skiåßµÿ")
"""Letters that have a third case behind the first 256, as s has the long s and k the sign of Kelvin."""


@functools.cache
def _category(name: str) -> frozenset[int]:
    """Give the characters of a category: digits, letters, white space, or what they leave out."""
    letter = {"DIGIT": "d", "SPACE": "s", "WORD": "w"}[name.rpartition("_")[2]]
    fits = re.compile(f"\\{letter}").match
    found = {code for code in range(256) if fits(chr(code))}
    found |= {"d": {_DIGIT}, "s": {_SPACE}, "w": {_DIGIT, _WORD}}[letter]
    return _ALL - found if "NOT" in name else frozenset(found)
