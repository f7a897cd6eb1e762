"""Base64 as mail has it (RFC 2045 section 6.8): whole, in pieces, with junk, and with text behind it.

Line ends and blanks are no fault. Other foreign bytes are passed over and counted. Padding ends a
quantum, not the body: what follows is decoded too, as some readers do; others stop there, which
`stop_at_padding` does ("Inbox Invasion", CCS 2024). Text behind the base64, as mailing lists add it,
is told by lines (`Base64Decoder._is_trailer`); where base64 follows it, that is decoded again: a line
of text hides no more than lines of under 20 characters.
"""

from __future__ import annotations

import binascii
import re
import string

from mailkit.content.decoder import WINDOW, Decoder

_ALPHABET = (string.ascii_letters + string.digits + "+/").encode()
_BLANKS = b" \t\r\n"
_OTHERS = bytes(set(range(256)) - set(_ALPHABET + b"="))
_TO_STANDARD = bytes.maketrans(b"-_", b"+/")  # the alphabet of RFC 4648 section 5

_JUNK = re.compile(rb"[^A-Za-z0-9+/= \t\r\n]")
_PADDING = re.compile(rb"=[^A-Za-z0-9+/]*+")
# Where something is to be decided: until the alphabet is known, once it is, and among lines with padding.
_UNDECIDED = re.compile(rb"[=_-]|\n[ \t\r]*+\n")
_UNSETTLED = re.compile(rb"=|\n[ \t\r]*+(?:\n|--|__)")
_NOT_PADDED = re.compile(rb"[^A-Za-z0-9+/=\r\n]|\n\r*+\n")
_DECIDES = re.compile(rb"[ \t\r]*+(?:--|__)")
_BLANK_LINES = re.compile(rb"(?:[ \t\r]*+\n)++")
_RESUMED = re.compile(
    rb"^[ \t\r]*+(?=[A-Za-z0-9+/_-]{20}|(?:[A-Za-z0-9+/_-]{4}){0,5}+[A-Za-z0-9+/_-]{2,3}=)", re.MULTILINE
)
_FILL = (b"", b"", b"==", b"=")
_PADDINGS = re.compile(rb"==+")
_DASHES = re.compile(rb"^\r*+(?:--|__)", re.MULTILINE)
# A line that is base64 wherever it stands: a long one, or a short one that ends in its padding.
_DATA = re.compile(rb"[A-Za-z0-9+/]{20,}+={0,2}|(?:[A-Za-z0-9+/]{4})*+(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)")
_URL_SAFE = re.compile(rb"[A-Za-z0-9_-]++={0,2}")
_WORD = re.compile(rb"[\"'(]?[A-Za-z][a-z'-]*+[.,:;!?)\"']*")

JUNK = "content.base64.junk"
PADDING_INSIDE = "content.base64.padding-inside"
PADDING_MISSING = "content.base64.padding-missing"
LENGTH = "content.base64.length"
URL_SAFE = "content.base64.url-safe"
TRAILER = "content.base64.trailer"


def clean_base64(body: bytes) -> bytes | None:
    """Decode base64 that is nothing but whole quanta in lines; None where it is anything else."""
    try:
        return binascii.a2b_base64(body.translate(None, b"\r\n"), strict_mode=True)
    except binascii.Error:
        return None


def decode_base64(body: bytes) -> bytes:
    """Decode base64: foreign bytes passed over, padding in the middle survived, a cut end used."""
    content = clean_base64(body)
    if content is None and b"=" not in body:
        content = clean_base64(body + _FILL[len(body) & 3])
    if content is not None:
        return content
    decoder = Base64Decoder()
    return decoder.feed(body) + decoder.close()


class Base64Decoder(Decoder):
    r"""Decodes base64.

    A line is looked at when it is whole, or when `WINDOW` bytes of it are there.

    >>> one = Base64Decoder()
    >>> one.feed(b"aGVs\n\nbG8=\n\n___") + one.feed(b"___\nthe list\n") + one.close(), one.trailer
    (b'hello', 12)
    """

    def __init__(self, *, stop_at_padding: bool = False) -> None:
        super().__init__()
        self.stop_at_padding = stop_at_padding
        self._held = b""  # the beginning of a line
        self._at = 0  # offset of what is held, and where nothing is, of what comes next
        self._quantum = b""  # up to three characters
        self._midline = False  # what comes next is not the beginning of a line
        self._blank = False  # the last line was blank
        self._any = False  # there was data
        self._standard = False  # there was a plus or a slash
        self._url_safe = False
        self._pad = -1  # where padding stands, as long as no data has followed it
        self._in_trailer = False
        self._stopped = False

    def _take(self, data: bytes, *, final: bool) -> bytes:
        if self._stopped:
            return b""
        text = self._held + data
        start, end = self._at, self._at + len(text)
        self._held = b""
        cut = text.rfind(b"\n") + 1
        if not final and (cut or not self._midline):
            rest = text[cut:].lstrip(_BLANKS)
            if len(rest) < WINDOW:
                self._held, text = rest, text[:cut]
        self._at = end - len(self._held)
        content = self._block(text, start)
        return content + self._finish(end) if final else content

    def _block(self, text: bytes, start: int) -> bytes:
        """Decode whole lines, or as much of a long one as there is."""
        content = self._clean(text)
        if content is not None:
            return content
        pieces = []
        at, size = 0, len(text)
        while at < size and not self._stopped:
            if not self._midline:
                at = self._pass_over(text, at)
                if at == size:
                    break
            stop = self._settled_until(text, at)
            if stop > at:
                self._midline, self._blank = text[stop - 1] != 0x0A, False
                pieces.append(self._letters(text[at:stop], start + at))
            else:
                stop = text.find(b"\n", at) + 1 or size
                pieces.append(self._line(text[at:stop], start + at))
            at = stop
        return b"".join(pieces)

    def _pass_over(self, text: bytes, at: int) -> int:
        """Pass over blank lines, or over text behind the base64 up to a line that looks like base64 again."""
        if not self._in_trailer:
            blank = _BLANK_LINES.match(text, at)
            self._blank = self._blank or blank is not None
            return blank.end() if blank else at
        found = _RESUMED.search(text, at)
        if found:
            return found.start()
        self._midline = not text.endswith(b"\n")
        return len(text)

    def _settled_until(self, text: bytes, at: int) -> int:
        """Give where the lines end at which nothing is to be decided.

        Without padding and blank lines text does not end the base64; nor does base64 behind padding.
        """
        if self._in_trailer or self._midline or (self._blank and self._pad >= 0) or _DECIDES.match(text, at):
            return at
        if self._pad < 0 and not self._blank:
            unsettled = _UNSETTLED if self._url_safe or self._standard else _UNDECIDED
            stop = _line_before(text, at, unsettled.search(text, at))
            if stop > at:
                return stop
        return _line_before(text, at, _NOT_PADDED.search(text, at))

    def _clean(self, text: bytes) -> bytes | None:
        """Decode lines that hold nothing but base64, the common case; None where something is to be decided."""
        if self._pad >= 0 or self._in_trailer or b"=" in text:
            return None
        if self._url_safe:
            if _DASHES.search(text):
                return None
            text = text.translate(_TO_STANDARD)
        letters = self._quantum + text.translate(None, b"\r\n")
        whole = len(letters) & -4
        if letters[whole:].translate(None, _ALPHABET):
            return None
        try:
            content = binascii.a2b_base64(letters[:whole], strict_mode=True)
        except binascii.Error:
            return None
        self._any = self._any or bool(letters)
        self._standard = self._standard or b"+" in text or b"/" in text
        self._quantum = letters[whole:]
        if text:
            core = len(text.rstrip(b"\r\n"))
            breaks = text.count(b"\n", core)
            self._blank = breaks > 1 or (breaks == 1 and not core and not self._midline)
            self._midline = not breaks
        return content

    def _line(self, line: bytes, start: int) -> bytes:
        """Decode a line, or a piece of a long one, in which there may be anything."""
        begins = not self._midline
        self._midline = not line.endswith(b"\n")
        if begins:
            rest = line.lstrip(_BLANKS)
            if not rest:
                self._blank = True
                return b""
            head = rest[:WINDOW].rstrip(_BLANKS)
            if self._in_trailer and self._is_data(head):
                self._in_trailer, self.trailer = False, None
            elif self._any and not self._in_trailer and self._is_trailer(head):
                return self._begin_trailer(start + len(line) - len(rest))
            if not (self._url_safe or self._standard) and self._is_url_safe(head, long=len(rest) >= WINDOW):
                self._url_safe = True
                self._note(URL_SAFE, start + len(line) - len(rest))
            self._blank = False
        return b"" if self._in_trailer else self._letters(line, start)

    def _is_trailer(self, head: bytes) -> bool:
        """Say whether a line begins text behind the base64.

        It does where it begins with two dashes or underscores; where padding and a blank line stand
        before it, unless it is base64; where either does, if it consists of words.
        """
        if head.startswith((b"--", b"__")):
            return not (self._url_safe and self._is_data(head))
        if self._blank and self._pad >= 0:
            return bool(head.strip(b"=")) and not self._is_data(head)
        if self._blank or self._pad >= 0:
            words = head.split()
            return len(words) > 2 and sum(map(bool, map(_WORD.fullmatch, words))) * 4 >= len(words) * 3
        return False

    def _is_data(self, head: bytes) -> bool:
        return bool(_DATA.fullmatch(head.translate(_TO_STANDARD) if self._url_safe else head))

    def _is_url_safe(self, head: bytes, *, long: bool) -> bool:
        """Say whether a line with dashes or underscores is base64 with these: it is nothing else, and fits."""
        if not ((b"-" in head or b"_" in head) and _URL_SAFE.fullmatch(head)):
            return False
        length = (len(self._quantum) + len(head)) % 4
        return long or length == 0 or (length > 1 and not self._any and b"=" not in head)

    def _begin_trailer(self, place: int) -> bytes:
        self._in_trailer, self._blank = True, False
        self.trailer = place
        self._note(TRAILER, place)
        return self._finish(place)

    def _letters(self, line: bytes, start: int) -> bytes:
        """Decode what is base64 in a line."""
        if self.stop_at_padding:
            line = line[: line.find(b"=") + 1 or len(line)]
        if self._url_safe:
            line = line.translate(_TO_STANDARD)
        self._standard = self._standard or b"+" in line or b"/" in line
        kept = line.translate(None, _OTHERS)
        junk = len(line.translate(None, _BLANKS)) - len(kept)
        if junk:
            first = _JUNK.search(line)
            self._note(JUNK, start + (first.start() if first else 0), junk)
        return self._padded(line, kept, start) if b"=" in kept else self._quanta(kept)

    def _padded(self, line: bytes, kept: bytes, start: int) -> bytes:
        """Decode what stands before, between and behind padding."""
        first, *inner, last = _PADDINGS.sub(b"=", kept).split(b"=")
        places = [start + found.start() for found in _PADDING.finditer(line)]
        pieces = [self._quanta(first), self._end_quantum(places[0])]
        if self.stop_at_padding:
            self._stopped = True
            return b"".join(pieces)
        if self._pad < 0:
            self._pad = places[0]
        if inner and not self._any:  # padding before all data is no padding inside
            pieces += [self._quanta(inner.pop(0)), self._end_quantum(places[1])]
            self._pad = places.pop(1)
            places[0] = self._pad
        if inner:
            self._note(PADDING_INSIDE, self._pad, len(inner))
            single = [place for run, place in zip(inner, places[1:], strict=True) if len(run) & 3 == 1]
            if single:
                self._note(LENGTH, single[0], len(single))
            whole = [run[:-1] if len(run) & 3 == 1 else run for run in inner]
            pieces += [binascii.a2b_base64(run + _FILL[len(run) & 3]) for run in whole]
            self._pad = places[-1]
        pieces.append(self._quanta(last))
        return b"".join(pieces)

    def _quanta(self, letters: bytes) -> bytes:
        """Decode quanta of four characters; what is over waits for more."""
        if not letters:
            return b""
        if self._pad >= 0:
            if self._any:
                self._note(PADDING_INSIDE, self._pad)
            self._pad = -1
        self._any = True
        letters = self._quantum + letters
        whole = len(letters) & -4
        self._quantum = letters[whole:]
        return binascii.a2b_base64(letters[:whole])

    def _end_quantum(self, place: int) -> bytes:
        """Decode a quantum that is not whole; of one character nothing can be had."""
        letters, self._quantum = self._quantum, b""
        if len(letters) == 1:
            self._note(LENGTH, place)
            return b""
        return binascii.a2b_base64(letters + _FILL[len(letters)])

    def _finish(self, place: int) -> bytes:
        """End the data where no padding does."""
        if len(self._quantum) > 1:
            self._note(PADDING_MISSING, place)
        return self._end_quantum(place)


def _line_before(text: bytes, at: int, odd: re.Match[bytes] | None) -> int:
    """Give where the line begins in which something odd stands; it may end the line before."""
    return max(at, text.rfind(b"\n", at, odd.start() + 1) + 1) if odd else len(text)
