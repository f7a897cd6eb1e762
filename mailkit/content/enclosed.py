"""A file between a first and a last line, in a body that may hold other text: uuencode, yEnc, BinHex."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import ClassVar

from mailkit.content.decoder import WINDOW, Decoder
from mailkit.limits import DEFAULT

PROLOGUE = DEFAULT.content_prologue_bytes


class Enclosed(Decoder):
    """What these encodings have in common.

    Text before the first line is dropped. A body without one is no such file and is given as it is,
    and so is one with more than `PROLOGUE` bytes of text before. The first file is the content;
    others are counted and left to `embedded_files`.
    """

    AREA: ClassVar[str]
    """The first words of the finding codes."""
    BEGIN: ClassVar[re.Pattern[bytes]]
    """What stands before the data."""
    FIRST: ClassVar[re.Pattern[bytes]]
    """The first line of a file."""

    def __init__(self, *, strict: bool = False) -> None:
        super().__init__()
        self.strict = strict
        """Whether a line that can be no data ends the file, as text around it does; else it is passed over."""
        self.name = b""
        """The file's name, as written."""
        self.end: int | None = None
        """Offset in the encoded body behind the last line of the file."""
        self.complete = False
        """Whether the end was met, and size and checksum are right where they are given."""
        self._held = b""
        self._at = 0  # offset of what is held
        self._midline = False  # what comes next is not the beginning of a line
        self._begun = False
        self._raw = False

    def _take(self, data: bytes, *, final: bool) -> bytes:
        if self._raw:
            return data
        text, start = self._held + data, self._at
        if not self._begun:
            begin = self.BEGIN.search(text)
            if begin is None or begin.start() > PROLOGUE:
                return self._without(text, final=final)
            self._begun = True
            self._begin(begin)
            text, start = text[begin.end() :], start + begin.end()
        self._held, self._at = b"", start + len(text)
        content = self._inside(text, start, final=final)
        if final and self.end is None:
            self._note(self.AREA + ".end-missing", start + len(text))
        return content

    def _without(self, text: bytes, *, final: bool) -> bytes:
        """Wait for the first line, or give up."""
        if not final and len(text) <= PROLOGUE + WINDOW:
            self._held = text
            return b""
        self._raw = True
        self._note(self.AREA + ".begin-missing", 0)
        return text

    def _begin(self, begin: re.Match[bytes]) -> None:
        """Take what the first line says."""
        raise NotImplementedError

    def _inside(self, text: bytes, start: int, *, final: bool) -> bytes:
        """Decode what follows the first line; keep a rest in `_held` and its offset in `_at`."""
        raise NotImplementedError

    def _lines(self, text: bytes, start: int, *, final: bool) -> Iterator[tuple[bytes, int, bool]]:
        """Give whole lines, and pieces of long ones, with their offset and whether a line begins there."""
        at, size = 0, len(text)
        while at < size:
            stop = text.find(b"\n", at) + 1
            if not stop:
                if not final and not self._midline and size - at < WINDOW:
                    break
                stop = size
            begins, self._midline = not self._midline, text[stop - 1] != 0x0A
            yield text[at:stop], start + at, begins
            at = stop
        self._held, self._at = text[at:], start + at

    def _stop(self, end: int, *, complete: bool) -> None:
        """End the file."""
        self.end = end
        self.complete = complete

    def _behind(self, line: bytes, at: int, *, begins: bool) -> None:
        """Look at a line, or a piece of one, behind the file."""
        if self.trailer is None:
            text = line.lstrip()
            self.trailer = at + len(line) - len(text) if text else None
        if begins and self.FIRST.match(line):
            self._note(self.AREA + ".several", at)
