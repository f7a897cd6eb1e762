"""Changes to a decoded body as changes to the body as it stands, in its transfer encoding (RFC 2045 section 6)."""

from __future__ import annotations

import binascii
import re
from collections.abc import Iterator, Sequence

from mailkit.content import IDENTITY, decode_transfer, decoder
from mailkit.edits import Edit, apply
from mailkit.part import Part

_LINE = 76
"""The longest line of an encoded body (RFC 2045 sections 6.7 and 6.8)."""
_SOFT = re.compile(rb"=[ \t]*+\r?+\n\Z")
_TOKEN = re.compile(rb"(?P<byte>=[0-9A-Fa-f]{2}|[^=])|(?P<soft>=[ \t]*+(?:\r?+\n|\Z))|(?P<bad>=)", re.DOTALL)
_WIDTHS = frozenset({"content.base64.padding-inside", "content.base64.padding-missing", "content.base64.trailer"})
"""What base64 may have at fault and still be written again."""
_NOTHING = b" \t\r\n"


def body_edits(part: Part, content: bytes, edits: Sequence[Edit]) -> list[Edit] | None:
    r"""Give the changes to the body of a part that change its content so; None where that cannot be done.

    Encoded again are, of quoted-printable, the lines from a change up to the next end of a line of the text; of base64,
    all lines from the first that changes.

    >>> from mailkit import parse
    >>> root = parse(b"Content-Transfer-Encoding: quoted-printable\n\na=E2=91=A0b\n").root
    >>> body_edits(root, root.content(), [(1, 4, b"(1)")])
    [(0, 11, b'a(1)b')]
    """
    if part.encoding in IDENTITY:
        return list(edits)
    body, stop = part.body, part.reading.padding == "stop"
    newline = b"\r\n" if bytes(part.source[part.start : part.body_start]).endswith(b"\r\n") else b"\n"
    if part.encoding == "quoted-printable":
        found = _quoted(body, content, edits, newline)
    elif part.encoding == "base64":
        found = _base64(body, content, edits, newline, stop_at_padding=stop)
    else:
        return None
    if found is None:
        return None
    new = decode_transfer(apply(body, found), part.encoding, stop_at_padding=stop)
    return found if new == apply(content, edits) else None


def _base64(
    body: bytes, content: bytes, edits: Sequence[Edit], newline: bytes, *, stop_at_padding: bool
) -> list[Edit] | None:
    """Give the change to base64: its lines stay as long as they are, and what stands behind the last."""
    reader = decoder("base64", stop_at_padding=stop_at_padding)
    reader.feed(body)
    reader.close()
    if not reader.faults.keys() <= _WIDTHS:
        return None
    core = body[: reader.trailer].rstrip(_NOTHING)
    lines = core.split(b"\n")
    size = len(lines[0].rstrip(b"\r"))
    regular = size % 4 == 0 and b"=" not in core[:-2] and all(len(line.rstrip(b"\r")) == size for line in lines[1:-1])
    if len(lines) > 1:
        newline = b"\r\n" if lines[0].endswith(b"\r") else b"\n"
        kept = min(edits[0][0] // 3 * 4 // size, len(lines) - 1) if regular and size else 0
        size = max(size & -4, 4) if regular else _LINE
    else:
        kept = 0
        size = max(size & -4, _LINE)
    begin = sum(len(line) + 1 for line in lines[:kept])
    text = binascii.b2a_base64(apply(content, edits)[kept * size // 4 * 3 :], newline=False)
    return [(begin, len(core), newline.join([text[at : at + size] for at in range(0, len(text), size)]))]


def _quoted(body: bytes, content: bytes, edits: Sequence[Edit], newline: bytes) -> list[Edit] | None:
    """Give the changes to quoted-printable."""
    found: list[Edit] = []
    place = 0  # in the content
    first = 0
    for start, end in _text_lines(body):
        line = body[start:end]
        size = len(decode_transfer(line, "quoted-printable"))
        last = first
        while last < len(edits) and edits[last][0] < place + size + (end == len(body)):
            last += 1
        if last > first:
            here = [(begin - place, stop - place, text) for begin, stop, text in edits[first:last]]
            if here[-1][1] > size or not (one := _quoted_line(line, here, newline)):
                return None
            found.append((start + one[0], start + one[1], one[2]))
        place, first = place + size, last
    return found if place == len(content) else None


def _text_lines(body: bytes) -> Iterator[tuple[int, int]]:
    """Give begin and end of each line of the text, with its soft ends inside."""
    start = stop = 0
    while stop < len(body):
        begin, stop = stop, body.find(b"\n", stop) + 1 or len(body)
        if stop == len(body) or not _SOFT.search(body, max(begin, stop - _LINE), stop):
            yield start, stop
            start = stop


def _quoted_line(line: bytes, edits: Sequence[Edit], newline: bytes) -> Edit | None:
    """Give the change to one line of the text: from the encoded line of the first change on it is written again."""
    if line.endswith(b"\n"):
        newline = b"\r\n" if line.endswith(b"\r\n") else b"\n"
    bare = line.removesuffix(b"\n").removesuffix(b"\r")
    bare = bare.rstrip(b" \t")  # which was added on the way, and stays
    places, tokens = [], []
    for found in _TOKEN.finditer(bare):
        if found["bad"]:
            return None
        if found["byte"]:
            places.append(found.start())
            tokens.append(found[0])
    first = edits[0][0]
    place = places[first] if first < len(places) else len(bare)
    begin = bare.rfind(b"\n", 0, place) + 1
    out, done = [], sum(1 for one in places if one < begin)
    for start, stop, text in edits:
        out += tokens[done:start] + [_token(byte) for byte in text]
        done = stop
    out += tokens[done:]
    if out and out[-1] in {b" ", b"\t"}:
        out[-1] = b"=%02X" % out[-1][0]
    if out and place == begin:
        out[0] = _at_line_start(out[0])
    return begin, len(bare), _folded(out, newline)


def _token(byte: int) -> bytes:
    return bytes((byte,)) if 0x21 <= byte <= 0x7E and byte != 0x3D else b"=%02X" % byte


def _at_line_start(token: bytes) -> bytes:
    """Encode what must not begin a line: it may be a delimiter, a From line of an mbox, or the end in SMTP."""
    return b"=%02X" % token[0] if token in {b"-", b"F", b"."} else token


def _folded(tokens: Sequence[bytes], newline: bytes) -> bytes:
    """Write tokens with soft ends where a line would be too long."""
    out: list[bytes] = []
    width = 0
    for number, token in enumerate(tokens, 1):
        size = len(token)
        if width + size > _LINE - (number < len(tokens)):
            out.append(b"=" + newline)
            width = 0
            one = _at_line_start(token)
            out.append(one)
            width = len(one)
        else:
            out.append(token)
            width += size
    return b"".join(out)
