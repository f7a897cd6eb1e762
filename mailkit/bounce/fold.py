"""Text made comparable: what the rules are matched against.

A folded text is NFKC-normalised, case-folded and squeezed, so that one literal finds a wording in
every typography. Addresses become ``@``, host names ``~`` and IP addresses ``#``, because a mailbox
named *userunknown* or a host named *spam.example* must not decide anything. The host names that
were masked follow the text after a line feed, each with ``~`` before it, for the rules that do
mean a host (``~zen.spamhaus.org``). White space between two ideographs or kana is removed, since
Japanese and Chinese mail wraps in mid-word. The codes that a reply of several lines repeats on each
of them (RFC 5321 section 4.2.1) are left out after the first.

Positions in the folded text lead back to the original by `Folded.origin`.
"""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_right

MAX_CHARS = 4096
"""Characters of a text that are looked at; a reply is seldom over 512 (RFC 5321 section 4.5.3.1.5)."""

_TOKEN = re.compile(
    r"(?P<space>[\s\u200b\ufeff]+)"
    r"|(?P<code>(?<!\S)[245]\d\d[\- ](?:[245]\.\d{1,3}\.\d{1,3}\s)?)"
    r"|(?P<address><?[^\s<>\"'()\[\],;:@=/|]{1,128}@[\w.\-]{1,255}\w>?)"
    r"|(?P<ip>\b\d{1,3}(?:\.\d{1,3}){3}\b|\b[0-9a-f]{0,4}(?::[0-9a-f]{0,4}){3,7}\b)"
    r"|(?P<host>\b(?:[a-z0-9_](?:[a-z0-9_\-]{0,62})\.){1,8}[a-z][a-z\-]{1,61}\b)",
    re.IGNORECASE | re.ASCII,
)
_SPACE = re.compile(r"[\s\u200b\ufeff]+")
# Hangul is spaced by words, so its blanks stay.
_JOINED = re.compile(r"[\u2e80-\u9fff\uf900-\ufaff\uff01-\uffef]")


class Folded:
    """One text in its comparable form.

    >>> Folded("550 5.1.1  <Joe@Example.ORG>:\\r\\n User Unknown at mx.example.org").text
    '550 5.1.1 @: user unknown at ~\\n~mx.example.org'
    """

    __slots__ = ("_ends", "_starts", "length", "original", "text")

    def __init__(self, original: str, limit: int = MAX_CHARS) -> None:
        self.original = original[:limit]
        out: list[str] = []
        hosts: list[str] = []
        codes: list[str] = []
        starts: list[int] = [0]  # position in the folded text at which a piece begins ...
        ends: list[int] = [0]  # ... and the position in the original that it came from
        done = size = 0
        source = self.original
        for match in _TOKEN.finditer(source):
            start, stop = match.span()
            if start > done:
                size = _plain(source, done, start, out, starts, ends, size)
            piece = _replacement(match, source, start, stop, hosts, codes)
            starts.append(size)
            ends.append(start)
            out.append(piece)
            size += len(piece)
            done = stop
        if done < len(source):
            size = _plain(source, done, len(source), out, starts, ends, size)
        self.length = size
        if hosts:
            out.extend("\n~" + host for host in hosts)
        self.text = "".join(out)
        self._starts, self._ends = starts, ends

    def origin(self, start: int, stop: int) -> tuple[int, int]:
        """Give the span of the original text that a span of the folded text came from.

        A span among the appended host names has no single origin: the whole text is given.
        """
        if start >= self.length:
            return 0, len(self.original)
        first = bisect_right(self._starts, start) - 1
        begin = self._ends[first] + (start - self._starts[first])
        last = bisect_right(self._starts, max(start, stop - 1)) - 1
        end = self._ends[last] + (stop - self._starts[last])
        if last + 1 < len(self._ends):
            end = min(end, self._ends[last + 1]) if stop < self._starts[last + 1] else self._ends[last + 1]
        return min(begin, len(self.original)), min(max(end, begin), len(self.original))


def _plain(source: str, start: int, stop: int, out: list[str], starts: list[int], ends: list[int], size: int) -> int:
    """Fold a stretch without tokens; note where its characters came from, one by one only where lengths change."""
    raw = source[start:stop]
    folded = raw.lower() if raw.isascii() else unicodedata.normalize("NFKC", raw).casefold()
    if len(folded) == len(raw):
        starts.append(size)
        ends.append(start)
        out.append(folded)
        return size + len(folded)
    for index, character in enumerate(raw):  # composition across characters is rare: fold each on its own
        piece = unicodedata.normalize("NFKC", character).casefold()
        starts.append(size)
        ends.append(start + index)
        out.append(piece)
        size += len(piece)
    return size


def _replacement(  # noqa: PLR0913
    match: re.Match[str], source: str, start: int, stop: int, hosts: list[str], codes: list[str]
) -> str:
    kind = match.lastgroup
    if kind == "code":
        return _code(match[0], codes)
    if kind == "space":
        between = _JOINED.match(source, start - 1) if start else None
        return "" if between and _JOINED.match(source, stop) else " "
    if kind == "address":
        return "@"
    if kind == "ip":
        return "#"
    if len(hosts) < 32:
        hosts.append(match[0].lower())
    return "~"


def _code(text: str, codes: list[str]) -> str:
    """Give a reply's codes, or nothing where they are those of an earlier line of the same reply."""
    if codes and codes[0] == text[:3]:
        return ""
    if text[3] == "-":
        codes[:] = [text[:3]]
    return text.lower().replace("\n", " ")


def fold_literal(text: str) -> str:
    """Fold a rule's literal the way a text is folded, but for the masks, which the literal writes itself."""
    text = unicodedata.normalize("NFKC", text).casefold()
    return _SPACE.sub(lambda m: "" if _joined_at(text, m) else " ", text)


def _joined_at(text: str, match: re.Match[str]) -> bool:
    start, stop = match.span()
    return bool(start and _JOINED.match(text, start - 1) and _JOINED.match(text, stop))
