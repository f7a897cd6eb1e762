"""Values with parameters: Content-Type and Content-Disposition (RFC 2045 section 5.1, RFC 2183, RFC 2231)."""

from __future__ import annotations

import functools
import re
from urllib.parse import unquote_to_bytes

import msgspec

from mailkit.charsets import decode_label
from mailkit.limits import DEFAULT

_SIMPLE = re.compile(rb"\s*([!#-'*+.0-9A-Z^-~-]+)/([!#-'*+.0-9A-Z^-~-]+)\s*", re.IGNORECASE)
_PARAM = re.compile(rb";\s*([!#$%&'+.0-9A-Za-z^_`{|}~-]+)=(?:\"([^\"\\]*)\"|([^\s;\"()\\,=]+))\s*")
_NAME = re.compile(rb"[^\s;=\"()<>,]+")
_QUOTED = re.compile(rb'"((?:[^"\\]|\\.)*)"?', re.DOTALL)
_PLAIN = re.compile(rb"[^;\s(\"]+")
_SKIP = re.compile(rb"[\s;]*")
_SEGMENT = re.compile(r"([^*]+)(?:\*(\d{1,4}))?(\*)?")
MAX_PARAMS = DEFAULT.param_count
MAX_KEPT = 64
"""Bytes of a value that is remembered; longer ones mostly hold a boundary, which is never met again."""


class ContentType(msgspec.Struct, frozen=True):
    """A media type and its parameters; names are lower case, values as written but for the quoting."""

    maintype: str
    subtype: str
    params: dict[str, str]
    valid: bool = True
    boundary: bytes = b""
    """The boundary's bytes, whatever their charset."""
    faults: tuple[tuple[str, int], ...] = ()

    @property
    def type(self) -> str:
        """The type and subtype, for example ``text/plain``."""
        return f"{self.maintype}/{self.subtype}"


class Disposition(msgspec.Struct, frozen=True):
    """A Content-Disposition (RFC 2183): its type in lower case, and its parameters."""

    type: str
    params: dict[str, str]
    faults: tuple[tuple[str, int], ...] = ()


TEXT_PLAIN = ContentType("text", "plain", {})
MESSAGE = ContentType("message", "rfc822", {})


def parse_content_type(raw: bytes | None, default: ContentType = TEXT_PLAIN) -> ContentType:
    """Read a Content-Type; a missing or unreadable one is the default (RFC 2045 section 5.2).

    >>> parse_content_type(b'Text/HTML; charset="utf-8" (a comment); boundary=x').params
    {'charset': 'utf-8', 'boundary': 'x'}
    """
    if raw is None:
        return default
    return _short(raw, default.maintype) if len(raw) < MAX_KEPT else _parse(raw[:65536], default)


def parse_disposition(raw: bytes | None) -> Disposition | None:
    """Read a Content-Disposition; None where there is none."""
    if raw is None:
        return None
    kind, _, rest = raw.strip().partition(b";")
    return Disposition(kind.strip().lower().decode("latin-1"), _texts(parse_params(rest)))


@functools.lru_cache(maxsize=512)
def _short(raw: bytes, maintype: str) -> ContentType:
    """Remember short values: most parts of most mail have one of a few."""
    return _parse(raw, MESSAGE if maintype == "message" else TEXT_PLAIN)


def _parse(raw: bytes, default: ContentType) -> ContentType:
    raw = raw.rstrip()
    match = _SIMPLE.match(raw)
    if not match:
        raw = strip_comments(raw)
        raw = raw.rstrip()
    match = _SIMPLE.match(raw)
    if not match:
        params = parse_params(raw.partition(b";")[2])
        return ContentType(default.maintype, default.subtype, _texts(params), valid=False)
    params = parse_params(raw[match.end() :]) if match.end() < len(raw) else {}
    texts = _texts(params) if params else {}
    boundary = params.get("boundary", b"")
    if not boundary and "boundary" in texts:
        boundary = texts["boundary"].encode("utf-8", "surrogateescape")
    return ContentType(
        match[1].lower().decode("ascii"), match[2].lower().decode("ascii"), texts, boundary=boundary.rstrip()
    )


def parse_params(raw: bytes) -> dict[str, bytes]:
    """Read ``; name=value`` pairs in one pass; the first of two of the same name wins."""
    rows = _PARAM.findall(raw) if len(raw) < 1000 else []
    if rows and b"".join(_PARAM.split(raw)[::4]) == b"":  # nothing but well-formed parameters: the common case
        return {name.decode("ascii").lower(): quoted or plain for name, quoted, plain in reversed(rows)}
    params: dict[str, bytes] = {}
    position, end = 0, len(raw)
    while position < end and len(params) < MAX_PARAMS:
        skipped = _SKIP.match(raw, position)
        assert skipped is not None
        position = skipped.end()
        if raw[position : position + 1] == b"(":
            position = skip_comment(raw, position)
            continue
        name = _NAME.match(raw, position)
        if not name:
            position += 1
            continue
        position = _blank(raw, name.end())
        if raw[position : position + 1] != b"=":
            continue
        value, position = _value(raw, _blank(raw, position + 1))
        params.setdefault(name[0].decode("latin-1").lower(), value)
    return params


def _value(raw: bytes, position: int) -> tuple[bytes, int]:
    """Read one value: quoted, or all up to a semicolon that is not white space or a comment."""
    if raw[position : position + 1] == b'"':
        match = _QUOTED.match(raw, position)
        assert match is not None
        text = match[1]
        if b"\\" in text:
            text = re.sub(rb"\\(.)", rb"\1", text, flags=re.DOTALL)
        return text, match.end()
    pieces = []
    while match := _PLAIN.match(raw, position):  # an unquoted value may hold blanks: take them in
        pieces.append(match[0])
        position = _blank(raw, match.end())
        if (
            raw[position : position + 1] in (b"(", b"", b";", b'"')
            or b"=" in raw[position : position + 40].split(b" ")[0]
        ):
            break
    return b" ".join(pieces), position


def _blank(raw: bytes, position: int) -> int:
    end = len(raw)
    while position < end and raw[position] in b" \t\r\n":
        position += 1
    return position


def skip_comment(raw: bytes, position: int) -> int:
    """Give the place behind a comment that begins here; comments nest (RFC 5322 section 3.2.2)."""
    depth, end = 0, len(raw)
    while position < end:
        byte = raw[position]
        if byte == 0x5C:
            position += 1
        elif byte == 0x28:
            depth += 1
        elif byte == 0x29:
            depth -= 1
            if not depth:
                return position + 1
        position += 1
    return end


def strip_comments(raw: bytes) -> bytes:
    """Take comments out, each for a blank."""
    pieces = []
    position = 0
    while (start := raw.find(b"(", position)) >= 0:
        pieces.append(raw[position:start])
        position = skip_comment(raw, start)
    pieces.append(raw[position:])
    return b" ".join(pieces)


def _texts(params: dict[str, bytes]) -> dict[str, str]:
    """Decode values and join RFC 2231 continuations and extended values."""
    plain: dict[str, str] = {}
    segments: dict[str, dict[int, tuple[bytes, bool]]] = {}
    for name, value in params.items():
        if "*" not in name:
            plain[name] = decode_raw(value)
            continue
        match = _SEGMENT.fullmatch(name)
        if match is None:
            plain[name] = decode_raw(value)
        else:
            segments.setdefault(match[1], {})[int(match[2] or 0)] = (value, bool(match[3]))
    for name, pieces in segments.items():
        plain[name] = _join(pieces)
    return plain


def _join(pieces: dict[int, tuple[bytes, bool]]) -> str:
    out: list[bytes] = []
    charset = ""
    for number in range(len(pieces)):  # a gap ends the value (RFC 2231 section 3)
        if number not in pieces:
            break
        value, extended = pieces[number]
        if extended:
            if number == 0 and value.count(b"'") >= 2:
                label, _, value = value.split(b"'", 2)
                charset = label.decode("latin-1")
            value = unquote_to_bytes(value)
        out.append(value)
    return decode_label(b"".join(out), charset)


def decode_raw(value: bytes) -> str:
    """Decode bytes that should be ASCII: UTF-8 where they are, else Windows-1252; never surrogates."""
    try:
        return value.decode("utf-8")
    except UnicodeDecodeError:
        return value.decode("cp1252", "replace")
