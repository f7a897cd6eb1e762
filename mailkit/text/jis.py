"""The spots of text in ISO-2022-JP: line by line, and only a line that is not clean goes through the machine."""

from __future__ import annotations

import re
from collections.abc import Iterator

from mailkit.charsets.cells import SIDE, UNDEFINED, table
from mailkit.charsets.iso2022jp import Iso2022Jp, Span
from mailkit.text.spots import Place, Spot, cell_spot, kana_spot, vendor_spot

_STRANGE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]+|[¥‾]")
CONTROLS = bytes([*range(9), 11, 12, *range(14, 27), *range(28, 32), 127])
"""Control characters that text does not have, but ESC."""
_VENDOR = re.compile(rb"[\x2d\x75-\x7e]")
"""Rows 13, and 85 and up."""
_JIS78: dict[str, str] = {
    **dict.fromkeys("∈∋⊆⊇⊂⊃∪∩∧∨¬⇒⇔∀∃∠⊥⌒∂∇≡≒≪≫√∽∝∵∫∬Å‰♯♭♪†‡¶◯─│┌┐┘└├┬┤┴┼━┃┏┓┛┗┣┳┫┻╋┠┯┨┷┿┝┰┥┸╂堯槇遙瑤凜熙", "jis78-undefined"),  # noqa: RUF001
    **dict.fromkeys("鯵鰺鴬鶯蛎蠣撹攪竃竈潅灌諌諫頚頸砿礦蕊蘂靭靱賎賤壷壺砺礪梼檮涛濤迩邇蝿蠅桧檜侭儘薮藪篭籠尭槙遥瑶", "jis78-swap"),
}  # fmt: skip
"""What ESC $ @ makes of characters of JIS X 0208: 75 came in 1983 and two in 1990, and nothing is there; of 22 pairs the
two changed places in 1983 and 4 moved, so that another form is meant (which pairs is knowledge, not seen in a table).
No decoder converts them, and neither do we."""


def is_clean(data: bytes) -> bool:
    """Say whether text is as RFC 1468 has it in ASCII and JIS X 0208, with nothing that any reader may stumble over.

    It costs little more than decoding: cut at ESC, runs of two bytes and of one take turns.
    """
    if len(data.translate(None, CONTROLS)) != len(data):
        return False
    first, *pieces = data.split(b"\x1b")
    two_byte, single = pieces[::2], pieces[1::2]
    sound = (
        first.isascii()
        and len(two_byte) == len(single)
        and {piece[:2] for piece in two_byte} <= {b"$B"}
        and {piece[:2] for piece in single} <= {b"(B"}
        and b"\n" not in b"".join(two_byte)
        and min(map(len, pieces[:-1]), default=3) > 2
    )
    if not sound:
        return False
    try:
        data.decode("iso2022_jp")
    except UnicodeDecodeError:
        return False
    return True


def jis_spots(data: bytes, sender: str | None = None, *, private: bool = False) -> Iterator[Spot]:
    r"""Give the spots of text in ISO-2022-JP and its relatives, in order.

    >>> [(spot.class_, spot.text, spot.suggestion) for spot in jis_spots(b"\x1b$B-!\x1b(I6^\x1b(B")]
    [('nec-row13', '①', '(1)'), ('kana-halfwidth', 'ｶﾞ', 'ガ')]
    """
    if is_clean(data):
        return
    machine = Iso2022Jp(private=private)
    start, number, column = 0, 0, 1
    for number, line in enumerate(lines_of(data), 1):
        if machine.charset != "ascii" or not is_clean(line):
            column = 1
            for span in machine.spans(line):
                place = Place(start + span.start, start + span.end, number, column)
                yield from _span_spots(span, place, line, sender)
                column += len(span.text)
        start += len(line)
    if machine.charset != "ascii":
        number, column = (number + 1, 1) if data.endswith(b"\n") else (number, column)
        yield Spot(start, start, number, column, "end-not-ascii", detail=machine.charset)


def lines_of(data: bytes) -> Iterator[bytes]:
    """Give the lines of a text with their ends; LF ends one."""
    start = 0
    while start < len(data):
        end = data.find(b"\n", start) + 1 or len(data)
        yield data[start:end]
        start = end


def _span_spots(span: Span, place: Place, line: bytes, sender: str | None) -> Iterator[Spot]:
    """Give the spots of one span."""
    charset = span.charset
    if span.fault == "kana-halfwidth" or (charset == "kana" and not span.fault):
        if span.text:  # the escape to kana says no more than the kana do
            yield kana_spot(place, span.text)
    elif span.fault:
        yield _fault_spot(span, place, line)
    elif charset in {"jisx0208", "jis78"}:
        yield from _pair_spots(line[span.start : span.end], place, span, sender)
    elif charset.startswith("jisx021"):
        yield from _other_set(span, place, line)
    elif charset in {"ascii", "roman"}:
        yield from single_spots(span.text, place)


def _fault_spot(span: Span, place: Place, line: bytes) -> Spot:
    """Give the spot of what the machine found at fault."""
    if span.fault == "emoji-softbank":
        return Spot(*place, span.fault, span.text)
    found = line[span.start : span.end]
    if span.escape is not None:
        detail = f"{_shown(span.escape.sequence)}: {span.escape.name}"
    elif span.fault in {"line-not-ascii", "empty-segment"}:
        detail = span.charset
    elif span.fault == "cut-escape":
        detail = _shown(line[span.start : span.start + 4])
    else:
        detail = found[:16].hex(" ")
    return Spot(*place, span.fault, detail=detail)


def _shown(sequence: bytes) -> str:
    """Write an escape sequence as the field does: ESC $ B."""
    return " ".join("ESC" if byte == 0x1B else chr(byte) if 0x20 < byte < 0x7F else f"{byte:02X}" for byte in sequence)


def _pair_spots(run: bytes, place: Place, span: Span, sender: str | None) -> Iterator[Spot]:
    """Give the spots of a run of JIS X 0208, of 1983 or of 1978."""
    leads = run[::2]
    if not _VENDOR.search(leads) and UNDEFINED not in span.text and span.charset != "jis78":
        return
    for at, text in enumerate(span.text):
        lead = leads[at]
        here = Place(place.start + 2 * at, place.start + 2 * at + 2, place.line, place.column + at)
        if lead == 0x2D or lead >= 0x75 or text == UNDEFINED:
            yield cell_spot(here, lead - 32, run[2 * at + 1] - 32, text, sender)
        elif span.charset == "jis78" and text in _JIS78:
            yield Spot(*here, _JIS78[text], text, f"{lead - 32}-{run[2 * at + 1] - 32}")


def _other_set(span: Span, place: Place, line: bytes) -> Iterator[Spot]:
    """Give the spots of a run of JIS X 0212 or 0213: every character is one, which may be two code points."""
    class_ = span.charset[:8]
    column = place.column
    for at in range(span.start, span.end, 2):
        row, cell = line[at] - 32, line[at + 1] - 32
        text = table(span.charset)[(row - 1) * SIDE + cell - 1]
        start = place.start + at - span.start
        here = Place(start, start + 2, place.line, column)
        kind = "undefined-cell" if text == UNDEFINED else "ibm-ext" if class_ == "jisx0212" and row >= 83 else class_
        yield vendor_spot(here, kind, text, None)
        column += len(text)


def single_spots(text: str, place: Place) -> Iterator[Spot]:
    """Give the spots of characters of one byte each: controls, and the yen sign and overline of Roman."""
    for found in _STRANGE.finditer(text):
        start = place.start + found.start()
        here = Place(start, start + len(found[0]), place.line, place.column + found.start())
        if found[0] in "¥‾":
            yield vendor_spot(here, "jisx0201-roman", found[0], None)
        else:
            yield Spot(*here, "control", detail=found[0][:16].encode().hex(" "))
