"""Write text again with other characters at some places, in the charset that it is in; all else byte for byte.

In ISO-2022-JP what is written instead may be of another set than what stood there (RFC 1468): then escapes go round
it, and those that stood next to it go where they have become idle.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from mailkit.charsets import decode
from mailkit.charsets.cells import high, to_sjis
from mailkit.charsets.codec import ISO2022_JP, JAPANESE, decode_replacing
from mailkit.charsets.escapes import ESCAPES, MUST_BE_USED
from mailkit.charsets.iso2022jp import RUN, Iso2022Jp, Span
from mailkit.edits import Edit, apply, difference
from mailkit.text.jis import is_clean, lines_of
from mailkit.text.spots import Spot

SEQUENCES = {row.charset: row.sequence for row in reversed(ESCAPES)}
"""Set of ISO-2022-JP -> the escape that leads to it; where there are several, the first is the right one."""
_SOON = RUN + 4
"""How far a fault may reach, in bytes: SO, or an escape that is none, and the characters of which it could be one."""
STATEFUL = frozenset({"utf-7", "hz", "iso2022_kr"})
"""Codecs in which the bytes of a character depend on those before, and are not measured here."""


def edits_of(data: bytes, label: str, codec: str, spots: Sequence[Spot]) -> list[Edit] | None:
    r"""Give what to change in a text so that each spot's suggestion stands in its place; None where that cannot be done.

    `label` is what the charset is declared as, for the new text must be read as the old one was; `codec` is what it is.

    >>> from mailkit.text.jis import jis_spots
    >>> data = b"\x1b$BF|-!\x1b(B\n"
    >>> apply(data, edits_of(data, "iso-2022-jp", "iso2022_jp", list(jis_spots(data))))
    b'\x1b$BF|\x1b(B(1)\n'
    """
    found = _jis_edits(data, spots, private=codec == "iso2022_jp_ms") if codec in ISO2022_JP else None
    edits = _plain_edits(data, codec, spots) if found is None else list(found)
    if edits is None or any(text is None for *_, text in edits):
        return None
    sure = [(start, end, text) for start, end, text in edits if text is not None]
    new = apply(data, sure)
    text, read_as, _ = decode(new, label)
    sound = read_as in {codec, "ascii"} or (read_as == "utf-8" and new.isascii())
    if not sound or (found is None and text != _expected(data, codec, sure)):
        return None
    return sure


def encoded(text: str, codec: str) -> bytes | None:
    r"""Encode text of ASCII and JIS X 0208, or of Unicode; None where the charset does not have it.

    Python's own codecs make a backslash of a yen sign in EUC-JP, and do not know a wave dash in cp932.

    >>> encoded("〜", "cp932"), encoded("¥", "euc_jp"), encoded("ガ", "cp1252")
    (b'\x81`', None, None)
    """
    if codec not in {"cp932", "euc_jp", "euc_jp_ms"}:
        try:
            return text.encode(codec)
        except (UnicodeEncodeError, LookupError):
            return None
    runs = runs_of(text)
    if runs is None:
        return None
    pairs = _sjis if codec == "cp932" else high
    return b"".join([pairs(run) if wide else run for wide, run in runs])


def can_write(text: str, codec: str) -> bool:
    """Say whether a charset has text of ASCII and JIS X 0208.

    >>> can_write("ガ", "iso2022_jp"), can_write("ガ", "cp1252")
    (True, False)
    """
    return codec in JAPANESE or encoded(text, codec) is not None


def runs_of(text: str) -> list[tuple[bool, bytes]] | None:
    """Cut text into runs of ASCII and, marked, of JIS X 0208, two bytes a character; None where it has other characters.

    >>> runs_of("(株)")
    [(False, b'('), (True, b'3t'), (False, b')')]
    """
    try:
        data = text.encode("iso2022_jp")
    except UnicodeEncodeError:
        return None
    if b"\x1b(J" in data:  # a yen sign, which is none in ASCII
        return None
    runs = [(run.startswith(b"$B"), run[2:]) for run in (b"(B" + data).split(b"\x1b")]
    return [(wide, run) for wide, run in runs if run]


def _sjis(pairs: bytes) -> bytes:
    """Give pairs of JIS X 0208 as Shift_JIS has them."""
    return b"".join([to_sjis(row - 32, cell - 32) for row, cell in zip(pairs[::2], pairs[1::2], strict=True)])


def _plain_edits(data: bytes, codec: str, spots: Sequence[Spot]) -> list[tuple[int, int, bytes | None]] | None:
    """Give the changes in a charset without states; None where a spot is not what stands at its place."""
    if codec in STATEFUL or any(decode_replacing(data[one.start : one.end], codec) != one.text for one in spots):
        return None
    return [(one.start, one.end, encoded(one.suggestion or "", codec)) for one in spots]


def _expected(data: bytes, codec: str, edits: Sequence[Edit]) -> str:
    """Give the text that the changes lead to, read piece by piece: nothing may grow together that was apart."""
    out, done = [], 0
    for start, end, text in edits:
        out += [decode_replacing(data[done:start], codec), decode_replacing(text, codec)]
        done = end
    return "".join([*out, decode_replacing(data[done:], codec)])


def _jis_edits(data: bytes, spots: Sequence[Spot], *, private: bool) -> Iterator[tuple[int, int, bytes | None]]:
    """Give the changes in ISO-2022-JP: of each line that has a spot, what differs."""
    machine = Iso2022Jp(private=private)
    start = first = 0
    for line in lines_of(data):
        last = first
        while last < len(spots) and spots[last].start < start + len(line):
            last += 1
        if last > first or machine.charset != "ascii" or not is_clean(line):
            before = machine.charset
            spans = list(machine.spans(line))
            if last > first:
                here = [spot._replace(start=spot.start - start, end=spot.end - start) for spot in spots[first:last]]
                new = _written(line, spans, here, before)
                yield (start, start + len(line), None) if new is None else difference(line, new, start)
        start, first = start + len(line), last


def _written(line: bytes, spans: Iterable[Span], spots: Iterable[Spot], charset: str) -> bytes | None:
    """Write a line of ISO-2022-JP again; None where it cannot be."""
    out = _Line(charset)
    waiting = iter(spots)
    spot = next(waiting, None)
    for span in spans:
        raw = line[span.start : span.end]
        if span.escape is not None and not span.text:
            out.escape(raw, span.escape.charset)
            continue
        if raw.endswith(b"\n"):
            out.end(raw)
            return bytes(out.bytes) if out.sound else None
        done = span.start
        while spot is not None and spot.start < span.end:
            out.keep(line[done : spot.start], span.fault)
            runs = runs_of(spot.suggestion or "")
            if runs is None:
                return None
            out.write(runs)
            done, spot = spot.end, next(waiting, None)
        out.keep(line[done : span.end], span.fault)
    out.end(b"")
    return bytes(out.bytes) if out.sound else None


class _Line:
    """A line of ISO-2022-JP that is written again.

    Escapes wait for the character behind them. Where nothing was changed since the last one that was kept, they are
    written as they stood; where something was, as few as it takes. But soon behind a fault what is written has one of
    its own, or it might be read together with that.
    """

    def __init__(self, charset: str) -> None:
        self.bytes = bytearray()
        self.sound = True
        """False where a fault would be read otherwise: it stood in a set to which there is no way back in front of it."""
        self._read = charset
        self._written = charset
        self._waiting: list[tuple[bytes, bool]] = []
        self._changed = False
        self._behind_fault = _SOON

    def escape(self, raw: bytes, charset: str) -> None:
        """Read an escape, which may be one into G2: that has nothing to do with the set in force."""
        is_shift = not charset.startswith("g2:")
        self._waiting.append((raw, is_shift))
        if is_shift:
            self._read = charset

    def keep(self, raw: bytes, fault: str) -> None:
        """Write what stays, in the set in which it stood."""
        if raw:
            self.sound = self.sound and not (self._changed and fault and self._read in MUST_BE_USED)
            self._go_to(self._read)
            self.bytes += raw
            self._behind_fault = 0 if fault else self._behind_fault + len(raw)

    def write(self, runs: Iterable[tuple[bool, bytes]]) -> None:
        """Write runs of ASCII and JIS X 0208."""
        self._changed = True
        for wide, run in runs:
            self._go_to("jisx0208" if wide else "ascii")
            self._changed = True
            self.bytes += run

    def end(self, raw: bytes) -> None:
        """Write the end of the line, or end the text: what was changed before it leads back to ASCII."""
        stays = not self._changed or (raw and self._read == "roman")  # which goes on in the next line
        self._go_to(self._read if stays else "ascii")
        self.bytes += raw

    def _go_to(self, charset: str) -> None:
        """Write the escapes that wait, or the one that is needed instead."""
        for raw, is_shift in self._waiting:
            if not (self._changed and is_shift):
                self.bytes += raw
                self._behind_fault = _SOON
        if self._changed and (charset != self._written or self._behind_fault < _SOON):
            self.bytes += SEQUENCES[charset]
            self._behind_fault = _SOON
        self._waiting.clear()
        self._written, self._changed = charset, False
