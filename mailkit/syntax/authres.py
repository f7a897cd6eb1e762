"""Authentication-Results and Received-SPF: what a host says that it has checked (RFC 8601, RFC 7208 section 9.1).

A field is read in three steps: comments are taken out and kept with their places, pairs of name and value
are found one by one, and the pairs are put together into results. What hosts write instead of the grammar
is read as it is meant: no name of the host, no semicolons or too many, properties without a type. Nothing
here says whether the field can be believed: anybody may write one (RFC 8601 section 7.1).
"""

from __future__ import annotations

import re
from typing import NamedTuple

import msgspec

from mailkit.charsets import decode_raw
from mailkit.syntax.fields import unfold
from mailkit.syntax.words import decode_words

MAX_VALUE_BYTES = 16_384
"""Bytes of one field that are read; real ones have up to some 2,000."""
MAX_RESULTS = 100
"""Results of one field; a message has one for each method and signature, and a relay some ten."""

METHODS = frozenset(
    {"arc", "auth", "bimi", "compauth", "dkim", "dkim-adsp", "dkim-atps", "dmarc", "domainkeys", "iprev", "rrvs"}
    | {"sender-id", "smime", "spf", "vbr"}
)
"""The registered methods (RFC 8601 section 6.3, IANA), and those of Google and Microsoft: they begin a result anywhere."""
LOOSE = frozenset(
    {"action", "client-ip", "envelope-from", "helo", "identity", "mechanism", "problem", "reason", "receiver"}
)
"""Names that are a property of the result before them, even behind a semicolon; written by Microsoft, Amazon and others."""
AHEAD = "from"
"""What Yahoo writes before the result that it belongs to: ``from=a.example; domainkeys=neutral``."""
_SPF_PLACES = {"envelope-from": ("smtp", "mailfrom"), "helo": ("smtp", "helo"), "client-ip": ("smtp", "remote-ip")}

_NAME = r"[^\s;=.\"/()]{1,100}+"
_QUOTED = r"\"(?:[^\"\\]++|\\.)*+\""
# Outside quotes a backslash matters before a quote and a backslash only. So a quote that nothing closes is tried once.
_VALUE = rf"(?:[^\s;\"\\]++|\\[\"\\]?|{_QUOTED}|\")"
_NO_VALUE = rf"\s++{_NAME}(?:\.[^\s;=\"/()]{{1,100}}+)?=(?![=\s;]|\Z)"
_PAIR = re.compile(
    rf"({_NAME})(?:\s*+\.\s*+([^\s;=\"/()]{{1,100}}+)|\s*+/\s*+(\d{{1,9}}+))?\s*+=(?:(?={_NO_VALUE})|\s*+({_VALUE}*+))",
    re.DOTALL,
)
_WORD = re.compile(rf"{_VALUE}++", re.DOTALL)
_STRING = re.compile(_QUOTED, re.DOTALL)
_MARK = re.compile(r"[()\"]|\\.", re.DOTALL)
_GAP = re.compile(r"[\s;]*+")
_VERSION = re.compile(r"\s++(\d{1,9}+)(?=\s*+(?:;|\Z))")
_ESCAPED = re.compile(r"\\(.)", re.DOTALL)


class Property(msgspec.Struct, frozen=True, kw_only=True):
    """What a result is about, or what it rests on (RFC 8601 section 2.3)."""

    ptype: str | None
    """smtp, header, body or policy, in lower case; None where a name stands alone, which no document allows."""
    name: str
    """In lower case."""
    value: str
    """As it is written, but for the quotes; empty where nothing is."""


class MethodResult(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The result of one check."""

    method: str
    """In lower case, as registered (RFC 8601 section 2.7) or not."""
    result: str
    """In lower case; empty where nothing is written."""
    method_version: int | None = None
    reason: str | None = None
    properties: tuple[Property, ...] = ()
    """In order; one name may stand there several times."""
    comments: tuple[str, ...] = ()
    """The comments that stand in or before this result, without their outer parentheses."""

    def get(self, ptype: str | None, name: str) -> str | None:
        """Give the value of the first property of a name; None where there is none."""
        return next((row.value for row in self.properties if (row.ptype, row.name) == (ptype, name)), None)


class AuthenticationResults(msgspec.Struct, frozen=True, kw_only=True):
    """One Authentication-Results field."""

    authserv_id: str | None = None
    """Who has checked, as he calls himself; None where he does not, as Exchange Online."""
    version: int | None = None
    results: tuple[MethodResult, ...] = ()
    """In order; empty where nothing was checked (``none``), and where nothing can be read."""
    fault: str | None = None
    """What is not as the grammar has it, in words, one thing of perhaps several; None where all is.

    A result that no semicolon separates may be what a stranger has put into a value, and is to be doubted."""


class ReceivedSpf(msgspec.Struct, frozen=True, kw_only=True):
    """One Received-SPF field (RFC 7208 section 9.1)."""

    result: str
    """In lower case; empty where nothing is written."""
    comment: str | None = None
    client_ip: str | None = None
    envelope_from: str | None = None
    """Without angle brackets; empty for the null path."""
    helo: str | None = None
    receiver: str | None = None
    """The host that has checked."""
    identity: str | None = None
    """What was checked: mailfrom or helo."""
    mechanism: str | None = None
    problem: str | None = None
    others: tuple[Property, ...] = ()
    """Pairs with other names."""

    def as_result(self) -> MethodResult:
        """Say the same as Authentication-Results would.

        >>> parse_received_spf(b"Pass client-ip=192.0.2.1").as_result().get("smtp", "remote-ip")
        '192.0.2.1'
        """
        known = ("envelope-from", "helo", "client-ip", "identity", "mechanism", "problem")
        rows = []
        for name in known:
            value: str | None = getattr(self, name.replace("-", "_"))
            if value is not None:
                ptype, plain = _SPF_PLACES.get(name, (None, name))
                rows.append(Property(ptype=ptype, name=plain, value=value))
        comments = (self.comment,) if self.comment else ()
        return MethodResult(method="spf", result=self.result, properties=(*rows, *self.others), comments=comments)


class _Pair(NamedTuple):
    """One ``name=value``."""

    start: int
    """Where it begins; behind a semicolon, where the statement does."""
    fresh: bool
    """Whether it is the first of a statement."""
    ptype: str | None
    name: str
    version: int | None
    value: str


class _Source(NamedTuple):
    """A value with its comments made blank."""

    text: str
    comments: list[tuple[int, str]]
    faults: list[str]


def parse_authentication_results(raw: bytes) -> AuthenticationResults:
    """Read an Authentication-Results field. Never raises.

    Source: RFC 8601 section 2.2, and what hosts write instead.

    >>> read = parse_authentication_results(b"mx.example; dkim=pass (2048-bit key) header.d=A.example; spf=none")
    >>> read.authserv_id, [(row.method, row.result, row.comments) for row in read.results]
    ('mx.example', [('dkim', 'pass', ('2048-bit key',)), ('spf', 'none', ())])
    >>> read.results[0].get("header", "d")
    'A.example'
    """
    source = _source(raw)
    text, faults = source.text, source.faults
    identity, version, position = _host(text, faults)
    pairs, words = _pairs(text, position, fresh=False)
    groups = _grouped(pairs, faults)
    if not groups and words[:1] != ["none"]:
        faults.append("no result")
    elif words[1 if not groups else 0 :]:
        faults.append("words that belong to nothing")
    if len(groups) > MAX_RESULTS:
        faults.append("too many results")
        source.comments[:] = [row for row in source.comments if row[0] < groups[MAX_RESULTS][0].start]
    results = _results(groups[:MAX_RESULTS], source.comments)
    return AuthenticationResults(
        authserv_id=identity, version=version, results=results, fault=faults[0] if faults else None
    )


def parse_received_spf(raw: bytes) -> ReceivedSpf:
    """Read a Received-SPF field. Never raises.

    Source: RFC 7208 section 9.1.

    >>> spf = parse_received_spf(b"Pass (a.example: sender is allowed) client-ip=192.0.2.1; helo=b.example;")
    >>> spf.result, spf.client_ip, spf.helo, spf.comment
    ('pass', '192.0.2.1', 'b.example', 'a.example: sender is allowed')
    """
    text, comments, _ = _source(raw)
    position = len(text) - len(text.lstrip())
    word = None if _PAIR.match(text, position) else _WORD.match(text, position)
    found: dict[str, str] = {}
    others = []
    for pair in _pairs(text, word.end() if word else position, fresh=True)[0]:
        name = f"{pair.ptype}.{pair.name}" if pair.ptype else pair.name
        if name in LOOSE and name not in found:
            found[name] = pair.value
        elif pair.value:
            others.append(Property(ptype=pair.ptype, name=pair.name, value=pair.value))
    sender = found.get("envelope-from")
    return ReceivedSpf(
        result=word[0].lower() if word else "",
        comment=next((text for _, text in comments), None),
        client_ip=found.get("client-ip"),
        envelope_from=sender[1:-1] if sender and sender[:1] == "<" and sender[-1:] == ">" else sender,
        helo=found.get("helo"),
        receiver=found.get("receiver"),
        identity=found.get("identity"),
        mechanism=found.get("mechanism"),
        problem=found.get("problem"),
        others=tuple(others),
    )


def _host(text: str, faults: list[str]) -> tuple[str | None, int | None, int]:
    """Read the name of the host that has checked, and the version; give where the results begin."""
    position = len(text) - len(text.lstrip())
    word = None if _PAIR.match(text, position) else _WORD.match(text, position)
    if word is None:
        faults.append("no name of the host")
        return None, None, position
    number = _VERSION.match(text, word.end())
    position = number.end() if number else word.end()
    gap = _GAP.match(text, position)
    if gap and gap.end() < len(text) and ";" not in gap[0]:
        faults.append("no semicolon behind the name of the host")
    return _unquoted(word[0]), int(number[1]) if number else None, position


def _source(raw: bytes) -> _Source:
    """Unfold and decode a value, take out its comments, and say what has no end."""
    faults = ["longer than what is read"] if len(raw) > MAX_VALUE_BYTES else []
    text = decode_raw(unfold(raw[:MAX_VALUE_BYTES]))
    spans, closed = _comments(text)
    if not closed:
        faults.append("a comment or quote has no end")
    pieces, comments, position = [], [], 0
    for start, end in spans:
        pieces += [text[position:start], " " * (end - start)]
        position = end
        words = _comment_text(text[start + 1 : end - 1])
        if words:
            comments.append((start, words))
    return _Source("".join([*pieces, text[position:]]), comments, faults)


def _comments(text: str) -> tuple[list[tuple[int, int]], bool]:
    """Give where the outermost comments begin and end, and whether all is closed; what never ends is none.

    Comments nest; inside quotes there are none (RFC 5322 section 3.2.2).
    """
    spans: list[tuple[int, int]] = []
    opened: list[int] = []
    closed = True
    match = _MARK.search(text)
    while match:
        mark, position = match[0], match.end()
        if mark == '"' and not opened:
            string = _STRING.match(text, match.start())
            closed = closed and string is not None
            position = string.end() if string else position
        elif mark == "(":
            opened.append(match.start())
        elif mark == ")" and opened:
            start = opened.pop()
            while spans and spans[-1][0] > start:
                spans.pop()
            spans.append((start, position))
        match = _MARK.search(text, position)
    return spans, closed and not opened


def _comment_text(text: str) -> str:
    """Write a comment in one line, encoded words and quoted pairs undone."""
    if "=?" in text:
        text = decode_words(text.encode("utf-8")) or ""
    return " ".join(_ESCAPED.sub(r"\1", text).split())


def _unquoted(value: str) -> str:
    """Undo quotes where they are around all of a value, else leave it as it stands: ``"a b"@a.example``."""
    return _ESCAPED.sub(r"\1", value[1:-1]) if _STRING.fullmatch(value) else value


def _pairs(text: str, position: int, *, fresh: bool) -> tuple[list[_Pair], list[str]]:
    """Give all pairs from here on, and the words between them."""
    pairs: list[_Pair] = []
    words: list[str] = []
    while True:
        gap = _GAP.match(text, position)
        assert gap is not None
        semicolon = gap[0].rfind(";")
        fresh = fresh or semicolon >= 0
        begin = gap.start() + semicolon + 1 if semicolon >= 0 else gap.end()
        if gap.end() == len(text):
            return pairs, words
        match = _PAIR.match(text, gap.end())
        if match:
            first, second, version, value = match.groups()
            ptype, name = (None, first) if second is None else (first, second)
            pairs.append(
                _Pair(
                    begin,
                    fresh,
                    ptype.lower() if ptype else None,
                    name.lower(),
                    int(version) if version else None,
                    _unquoted(value or ""),
                )
            )
            position = match.end()
        else:
            word = _WORD.match(text, gap.end())
            assert word is not None
            words.append(word[0].lower())
            position = word.end()
        fresh = False


def _grouped(pairs: list[_Pair], faults: list[str]) -> list[list[_Pair]]:
    """Put pairs together: those of one result, its method first; a pair before it (`AHEAD`) comes behind it."""
    groups: list[list[_Pair]] = []
    ahead: list[_Pair] = []
    for pair in pairs:
        plain = pair.ptype is None
        if plain and pair.name == AHEAD:
            ahead.append(pair)
            faults.append("a property without a type")
        elif plain and pair.name not in LOOSE and (pair.fresh or not groups or pair.name in METHODS):
            if not pair.fresh:
                faults.append("no semicolon before a result")
            start = ahead[0].start if ahead else pair.start
            groups.append([pair._replace(start=start), *ahead])
            ahead = []
        else:
            if plain and pair.name != "reason":
                faults.append("a property without a type")
            elif pair.fresh or not groups:
                faults.append("a property without a result")
            if groups:
                groups[-1].append(pair)
    if ahead and groups:
        groups[-1] += ahead
    return groups


def _results(groups: list[list[_Pair]], comments: list[tuple[int, str]]) -> tuple[MethodResult, ...]:
    """Make results; a comment belongs to the last result that begins before it."""
    results: list[MethodResult] = []
    texts: list[list[str]] = [[] for _ in groups]
    place = -1
    for position, text in comments:
        while place + 1 < len(groups) and groups[place + 1][0].start <= position:
            place += 1
        if place >= 0:
            texts[place].append(text)
    for (head, *rest), words in zip(groups, texts, strict=True):
        reason = next((row.value for row in rest if row.ptype is None and row.name == "reason"), None)
        properties = tuple(
            Property(ptype=row.ptype, name=row.name, value=row.value)
            for row in rest
            if row.ptype is not None or row.name != "reason"
        )
        results.append(
            MethodResult(
                method=head.name,
                result=head.value.lower(),
                method_version=head.version,
                reason=reason,
                properties=properties,
                comments=tuple(words),
            )
        )
    return tuple(results)
