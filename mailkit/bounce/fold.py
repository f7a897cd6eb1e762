"""Text made comparable: what the rules are matched against.

A folded text is NFKC-normalised, case-folded and squeezed, so that one literal finds a wording in
every typography. Addresses become ``@``, host names ``~`` and IP addresses ``#``, because a mailbox
named *userunknown* or a host named *spam.example* must not decide anything. The host names that
were masked follow the text after a line feed, each with ``~`` before it, for the rules that do
mean a host (``~zen.spamhaus.org``). White space between two ideographs or kana is removed, since
Japanese and Chinese mail wraps in mid-word. Diacritics are off, because people leave them out where a
server takes ASCII alone (*buzon lleno*), and so are the marks and variants of Arabic and Hebrew. The codes that a reply of several lines repeats on each
of them (RFC 5321 section 4.2.1) are left out after the first.

Positions in the folded text lead back to the original by `Folded.origin`.
"""

from __future__ import annotations

import functools
import re
import unicodedata

MAX_CHARS = 4096
"""Characters of a text that are looked at; a reply is seldom over 512 (RFC 5321 section 4.5.3.1.5)."""

_IP = re.compile(r"\b\d{1,3}(?:\.\d{1,3}){3}\b|\b[0-9a-f]{0,4}(?::[0-9a-f]{0,4}){3,7}\b", re.ASCII)
_HOST = re.compile(r"\b(?:[a-z0-9_][a-z0-9_\-]{0,62}\.){1,8}[a-z][a-z\-]{1,61}\b", re.ASCII)
_CODES = re.compile(r"(?<!\S)([245]\d\d)-")
_JOINED = r"\u2e80-\u9fff\uf900-\ufaff\uff01-\uffef"  # Hangul is spaced by words, so its blanks stay
# Where a script writes no blanks, what stands before an address is no part of it.
_ADDRESS = re.compile(rf"<?(?:[^\s<>\"'()\[\],;:@/|{_JOINED}]|(?<=\w)'(?=\w)){{1,128}}+@[\w.\-]{{1,255}}+>?", re.ASCII)
_WRAPPED = re.compile(rf"(?<=[{_JOINED}]) (?=[{_JOINED}])")
_QUOTES = {0x2018: "'", 0x2019: "'", 0x201C: '"', 0x201D: '"', 0x2010: "-", 0x2011: "-", 0x2013: "-"}
_LETTERS = (range(0xC0, 0x250), range(0x370, 0x400), range(0x1E00, 0x2000))  # Latin and Greek
_STROKES = str.maketrans("łøđħŧıё", "lodhtiе")  # noqa: RUF001 - the last one is Cyrillic
_ARABIC = str.maketrans("آأإةىیک", "ااا\u0647ييك", "\u0640")  # noqa: RUF001
# Combining marks; vowel points of Hebrew and Arabic; joiners, direction marks and the soft hyphen, which are not seen.
_UNSEEN = (range(0x300, 0x370), range(0x591, 0x5C8), range(0x64B, 0x653), range(0x200B, 0x2010), (0xAD, 0xFEFF))


def _alike() -> dict[int, int | str | None]:
    """Give for each character what it is compared as: quotes straight, letters without their marks."""
    table: dict[int, int | str | None] = dict.fromkeys((code for codes in _UNSEEN for code in codes), None)
    for code in (code for codes in _LETTERS for code in codes):
        parts = unicodedata.normalize("NFD", chr(code))
        if len(parts) > 1 and all(unicodedata.combining(mark) for mark in parts[1:]):
            table[code] = parts[0]
    return table | _QUOTES | _STROKES | _ARABIC


_ALIKE = _alike()
_ACCENT = re.compile(r"(?<=[aeiou])'(?=[ .,;:!)]|$)")  # an accent as Italian writes it in ASCII: e' piena
_MASKS = re.compile(r"[ @~#\n]+")


class Folded:
    r"""One text in its comparable form.

    >>> Folded("550 5.1.1  <Joe@Example.ORG>:\r\n User Unknown at mx.example.org").text
    '550 5.1.1 @: user unknown at ~\n~mx.example.org'
    """

    __slots__ = ("length", "original", "text")

    def __init__(self, original: str, limit: int = MAX_CHARS) -> None:
        self.original = original = original[:limit]
        text, hosts = _fold(original)
        self.length = len(text)
        self.text = "\n~".join([text, *hosts[:32]]) if hosts else text

    def origin(self, start: int, stop: int) -> tuple[int, int]:
        """Give the span of the original text that a span of the folded text came from.

        A span among the appended host names has no single origin: the whole text is given. Where a
        wording stands twice, the first place is given.
        """
        words = self.text[start:stop]
        if start < self.length:
            lower = _folded_letters(self.original)
            pieces = [piece for piece in _MASKS.split(words) if piece]
            if pieces and len(lower) == len(self.original):
                return self._find(lower, pieces, words)
        elif len(words) > 1:
            place = _folded_letters(self.original).find(words.strip("~\n"))
            if place >= 0:
                return place, place + len(words.strip("~\n"))
        return 0, len(self.original)

    def _find(self, lower: str, pieces: list[str], words: str) -> tuple[int, int]:
        """Find the pieces of a wording in the original, one behind the other, as close as in the folded text."""
        best: tuple[int, int] | None = None
        begin = lower.find(pieces[0])
        for _ in range(16):
            if begin < 0:
                break
            end = begin + len(pieces[0])
            for piece in pieces[1:]:
                place = lower.find(piece, end)
                if place < 0:
                    return best or (0, len(self.original))
                end = place + len(piece)
            if best is None or end - begin < best[1] - best[0]:
                best = begin, end
            if end - begin <= len(words):
                break
            begin = lower.find(pieces[0], begin + 1)
        return best or self._spread(lower, pieces)

    def _spread(self, lower: str, pieces: list[str]) -> tuple[int, int]:
        """Find a wording whose letters stand apart in the original, as Japanese wraps; else give all."""
        letters = "".join(pieces)
        kept = [index for index, character in enumerate(lower) if not character.isspace()]
        place = "".join(lower[index] for index in kept).find(letters)
        if place < 0:
            return 0, len(self.original)
        return kept[place], kept[place + len(letters) - 1] + 1


def _folded_letters(text: str) -> str:
    """Fold letters one by one where that keeps their number; else leave the text as it is."""
    if text.isascii():
        return text.lower()
    folded = [unicodedata.normalize("NFKC", character).casefold().translate(_ALIKE) for character in text]
    return "".join(piece if len(piece) == 1 else character for piece, character in zip(folded, text, strict=True))


def _fold(text: str) -> tuple[str, list[str]]:
    """Fold a text; give it and the host names that were masked."""
    plain = text.isascii()
    text = text.lower() if plain else unicodedata.normalize("NFKC", text).casefold().translate(_ALIKE)
    hosts: list[str] = []
    # Most words hold nothing to mask, and looking at a word is cheaper than searching the whole text.
    text = " ".join(
        [
            _mask(word, hosts) if "@" in word or "." in word[:-1] or word.count(":") > 2 else word
            for word in text.split()
        ]
    )
    if "-" in text:
        text = _unrepeat(text)
    if "'" in text:
        text = _ACCENT.sub("", text)
    return (text if plain else _WRAPPED.sub("", text)), hosts


def _mask(word: str, hosts: list[str]) -> str:
    """Put marks for the addresses and hosts of a word; the code of a line of several is no part of them."""
    code, word = (word[:4], word[4:]) if _CODES.match(word) else ("", word)
    if "@" in word:
        word = _ADDRESS.sub("@", word)
    word = _IP.sub("#", word)
    found = _HOST.findall(word)
    if found:
        hosts.extend(found)
        word = _HOST.sub("~", word)
    return code + word


def _unrepeat(text: str) -> str:
    """Take out the codes that a reply of several lines repeats on each; the first reads as that of one line."""
    first = _CODES.search(text)
    if not first:
        return text
    head, rest = text[: first.end() - 1] + " ", text[first.end() :].lstrip(" ")
    enhanced = _ENHANCED.match(rest)
    if enhanced:
        head, rest = head + enhanced[0], rest[enhanced.end() :]
    return (head + _repeated(first[1]).sub("", rest)).rstrip(" ")


@functools.lru_cache(maxsize=128)
def _repeated(code: str) -> re.Pattern[str]:
    return re.compile(rf"(?<!\S){code}(?:- ?| )(?:[245]\.\d{{1,3}}\.\d{{1,3}} )?")


_ENHANCED = re.compile(r"[245]\.\d{1,3}\.\d{1,3} ")
_SPACE = re.compile(r"\s+")


def unmarked(text: str) -> str:
    """Take the diacritics off a text that is folded otherwise.

    >>> unmarked("boîte pleine")
    'boite pleine'
    """
    if not text.isascii():
        text = text.translate(_ALIKE)
    return _ACCENT.sub("", text) if "'" in text else text


def fold_literal(text: str) -> str:
    """Fold a rule's literal the way a text is folded, but for the masks, which the literal writes itself."""
    if text.isascii() and not (text[:1].isspace() or text[-1:].isspace()):
        return unmarked(" ".join(text.lower().split()))
    text = unmarked(_SPACE.sub(" ", unicodedata.normalize("NFKC", text).casefold()))
    return text if text.isascii() else _WRAPPED.sub("", text)
