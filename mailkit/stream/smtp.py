r"""Un-stuffs the data of SMTP: in goes what follows DATA, out comes the message (RFC 5321 section 4.5.2).

A line begins where the data begin and behind CRLF, and nowhere else. Of a line that begins with a
dot the dot is taken away, and a line that is a dot alone ends the data: only CRLF, dot, CRLF does.
A server that takes LF or CR for a line end as well sees an end where there is none for us, and
commands where we see text (SMTP smuggling, CVE-2023-51764, -51765, -51766): each lone dot between
line ends of which one is no CRLF is reported.

`stuff` is the way back. BDAT needs neither: its chunks say their length (RFC 3030 section 3).
"""

from __future__ import annotations

import re

from mailkit.limits import DEFAULT, Limits
from mailkit.stream.filters import FilterEvent, FrontNoticed, MessageEnd, Removed, Rest, Stretch
from mailkit.stream.front import Front

_CRLF = b"\r\n"
_DOT = re.compile(rb"(?:\r\n|\n|\r)\.")
_LINE_END = re.compile(rb"\r\n|\n|\r")
_TAIL = re.compile(rb"(?:\r\n?|\n)(?:\.\r?)?\Z")
_TAIL_BYTES = 4  # CR LF . CR
_BARE_LF = re.compile(rb"(?<!\r)\n")
_BARE_CR = re.compile(rb"\r(?!\n)")


class SmtpUnstuffer(Front):
    r"""The data of one message, without dots and without the line that ends them.

    >>> unstuffer = SmtpUnstuffer()
    >>> events = unstuffer.feed(b"A: b\r\n\r\n..\r\n.\r\nQUIT\r\n") + unstuffer.close()
    >>> b"".join(event.data for event in events if isinstance(event, Stretch))
    b'A: b\r\n\r\n.\r\n'
    >>> [bytes(event.data) for event in events if isinstance(event, Rest)]
    [b'QUIT\r\n']
    """

    def __init__(self, limits: Limits = DEFAULT) -> None:
        super().__init__(limits)
        self.ended = False
        """Whether the line that ends the data was met; what comes behind it is given as `Rest`."""
        self._buffer = b""
        self._base = 0  # offset of the buffer's first byte
        self._at = 0  # how far the buffer is used up
        self._removed = 0
        self._rest = False  # bytes behind the end were noticed
        self._bare = {"smtp.line.bare-lf": _BARE_LF, "smtp.line.bare-cr": _BARE_CR}  # not noticed yet

    def _run(self, chunk: bytes, *, final: bool) -> list[FilterEvent]:
        self._out = []
        left = self._buffer[self._at :]
        self._base += self._at
        self._buffer = left + chunk if left else chunk
        self._at = 0
        if not self.ended:
            self._data(final=final)
        if self.ended:
            self._give_rest()
        return self._out

    def _data(self, *, final: bool) -> None:
        """Pass on the message, dot by dot."""
        buffer, size = self._buffer, len(self._buffer)
        pairs = buffer.count(_CRLF)
        odd = buffer.count(b"\n") != pairs or buffer.count(b"\r") != pairs
        stop = size if final else self._held()
        start, dot = self._next_dot(0, odd=odd)
        while dot >= 0 and start < stop:
            if self._pass_dot(start, dot, odd=odd):
                return
            start, dot = self._next_dot(dot + 1, odd=odd)
        self._emit(stop, odd=odd)
        if final:
            here = self._base + size
            self._notice("smtp.end.missing", here)
            self._out.append(MessageEnd(here, here, b""))

    def _held(self) -> int:
        """Give where the end of the buffer begins that may be the beginning of a line with a dot."""
        buffer, size = self._buffer, len(self._buffer)
        if self._base == 0 and buffer in (b".", b".\r"):
            return 0
        match = _TAIL.search(buffer, max(0, size - _TAIL_BYTES))
        return match.start() if match else size

    def _next_dot(self, place: int, *, odd: bool) -> tuple[int, int]:
        """Give the next dot behind a line end of any kind, and where that line end begins; -1 where there is none."""
        buffer = self._buffer
        if self._base == 0 and place == 0 and buffer[:1] == b".":
            return 0, 0
        if odd:
            match = _DOT.search(buffer, place)
            return (match.start(), match.end() - 1) if match else (-1, -1)
        start = buffer.find(b"\r\n.", place) if b"." in buffer else -1
        return start, start + 2 if start >= 0 else -1

    def _pass_dot(self, start: int, dot: int, *, odd: bool) -> bool:
        """Take a dot away, or leave it; say whether it ends the data."""
        buffer = self._buffer
        before = buffer[start:dot]
        behind = _LINE_END.match(buffer, dot + 1)
        strict = before in (_CRLF, b"")  # the data begin behind the CRLF of the command
        if strict and behind and behind[0] == _CRLF:
            self._emit(dot, odd=odd)
            self._out.append(MessageEnd(self._base + dot, self._base + dot + 3, b".\r\n"))
            self._at = dot + 3
            self.ended = True
            return True
        if behind:
            self._emit(start, odd=odd)
            self._notice("smtp.end.smuggled", self._base + start, repr(buffer[start : behind.end()])[2:-1])
        if strict:
            self._emit(dot, odd=odd)
            here = self._base + dot
            self._out.append(Removed(here, here + 1, b".", here - self._removed))
            self._removed += 1
            self._at = dot + 1
        return False

    def _emit(self, stop: int, *, odd: bool) -> None:
        """Give the message's bytes up to a place; of each kind of odd line end the first is noticed where it stands."""
        if odd and self._bare:
            matches = [(pattern.search(self._buffer, self._at, stop), code) for code, pattern in self._bare.items()]
            for place, code in sorted((match.start(), code) for match, code in matches if match):
                self._stretch(place)
                self._notice(code, self._base + place)
                del self._bare[code]
        self._stretch(stop)

    def _stretch(self, stop: int) -> None:
        at = self._at
        if stop > at:
            self._out.append(Stretch(self._base + at, self._base + stop, memoryview(self._buffer)[at:stop]))
            self._at = stop

    def _give_rest(self) -> None:
        at, size = self._at, len(self._buffer)
        if size > at:
            if not self._rest:
                self._notice("smtp.end.rest", self._base + at)
            self._rest = True
            self._out.append(Rest(self._base + at, self._base + size, memoryview(self._buffer)[at:]))
            self._at = size

    def _notice(self, code: str, offset: int, detail: str = "") -> None:
        found = self._finding(code, offset, detail)
        if found:
            self._out.append(FrontNoticed(offset, offset, -1, found))


def stuff(data: bytes) -> bytes:
    r"""Write a message as SMTP sends it behind DATA, with the line that ends it (RFC 5321 section 4.5.2).

    Every line end becomes CRLF, for others must not be sent (section 2.3.8) and would let text end
    the data; the last line gets one where it has none.

    >>> stuff(b"A: b\r\n\r\n.\r\n")
    b'A: b\r\n\r\n..\r\n.\r\n'
    """
    pairs = data.count(_CRLF)
    if data.count(b"\n") != pairs or data.count(b"\r") != pairs:
        data = _LINE_END.sub(_CRLF, data)
    data = data.replace(b"\r\n.", b"\r\n..")
    if data[:1] == b".":
        data = b"." + data
    if data and not data.endswith(_CRLF):
        data += _CRLF
    return data + b".\r\n"
