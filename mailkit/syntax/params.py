"""Values with parameters: Content-Type and Content-Disposition (RFC 2045 section 5.1, RFC 2183, RFC 2231).

Most of them are as the grammar has it: one expression takes them apart. What it does not match is read
step by step, by `attributes` (what stands there) and `continuations` (what it means).
"""

from __future__ import annotations

import functools
import re

import msgspec

from mailkit.charsets import WESTERN, decode_raw
from mailkit.limits import DEFAULT
from mailkit.syntax.attributes import MAX_PARAMS, Attribute, read_attributes
from mailkit.syntax.comments import comment_end, skip_blanks, skip_comment, strip_comments
from mailkit.syntax.continuations import Alternative, combine

__all__ = [
    "MAX_KEPT",
    "MAX_PARAMS",
    "MESSAGE",
    "TEXT_PLAIN",
    "Alternative",
    "ContentType",
    "Disposition",
    "decode_raw",
    "parse_content_type",
    "parse_disposition",
    "parse_params",
    "skip_comment",
    "strip_comments",
]

_BLANKS = r"[ \t\r\n]*+"
_LETTERS = r"[!#$%&'*+.0-9A-Z^_`a-z{|}~-]++"
_PARAM = (
    rf"(?:;{_BLANKS}([!#$%&*+.0-9A-Z^_`a-z{{|}}~-]++)="
    rf"(?:\"([\t !#-\[\]-~\x80-\xff]*+)\"|((?!'(?!')){_LETTERS})){_BLANKS})?+"
)
_PLAIN = re.compile(rf"{_BLANKS}({_LETTERS})(?:/({_LETTERS}))?+{_BLANKS}{_PARAM * 4};?+{_BLANKS}")
"""A type and parameters by the grammar; few have more than four."""
_LOOSE = rb"[^\x00-\x20\x7f()<>@,;:\\\"/\[\]?=]++"
_WORD = re.compile(_LOOSE)
_KNOWN = re.compile(
    rb"(?<![^\s<\"'=:,)])(text|image|audio|video|application|multipart|message|model|font)/(" + _LOOSE + rb")(?!/)",
    re.IGNORECASE,
)
_MARKS = b"\"'<>=:, \t\r\n"
_ASTERISK = 0x2A
MAX_KEPT = 64
"""Bytes of a value that is remembered; longer ones mostly hold a boundary, which is never met again."""
MAX_BOUNDARY = 70
"""Characters of a boundary (RFC 2046 section 5.1.1)."""


class ContentType(msgspec.Struct, frozen=True):
    """A media type and its parameters; names are lower case, values as written but for the quoting."""

    maintype: str
    subtype: str
    params: dict[str, str]
    valid: bool = True
    """False where no type could be read, and this is the default."""
    boundary: bytes = b""
    """The boundary's bytes, whatever their charset, without blanks behind."""
    faults: tuple[tuple[str, int], ...] = ()
    """(finding code, offset in the value): what is not as the grammar has it, each once."""
    languages: dict[str, str] = {}
    """Parameter -> the language that it is in, where it says so (RFC 2231 section 4)."""
    alternatives: tuple[Alternative, ...] = ()
    """Further values of parameters that stand twice or can be read in two ways."""

    @property
    def type(self) -> str:
        """The type and subtype, for example ``text/plain``."""
        return f"{self.maintype}/{self.subtype}"


class Disposition(msgspec.Struct, frozen=True):
    """A Content-Disposition (RFC 2183): its type in lower case, and its parameters."""

    type: str
    """Empty where only parameters stand there."""
    params: dict[str, str]
    faults: tuple[tuple[str, int], ...] = ()
    """(finding code, offset in the value): what is not as the grammar has it, each once."""
    languages: dict[str, str] = {}
    """Parameter -> the language that it is in, where it says so (RFC 2231 section 4)."""
    alternatives: tuple[Alternative, ...] = ()
    """Further values of parameters that stand twice or can be read in two ways."""


TEXT_PLAIN = ContentType("text", "plain", {})
MESSAGE = ContentType("message", "rfc822", {})


def parse_content_type(raw: bytes | None, default: ContentType = TEXT_PLAIN, fallback: str = "") -> ContentType:
    """Read a Content-Type; a missing or unreadable one is the default (RFC 2045 section 5.2).

    Bytes that no charset is named for and that are no UTF-8 are read in the charset `fallback`; where
    none is given, in the one that the field declares for the body.

    >>> parse_content_type(b'Text/HTML; charset="utf-8" (a comment); boundary=x').params
    {'charset': 'utf-8', 'boundary': 'x'}
    """
    if raw is None:
        return default
    if len(raw) < MAX_KEPT and not fallback:
        return _short(raw, default.maintype)
    return _read_content_type(raw, default, fallback) if fallback else _parse(raw, default)


def parse_disposition(raw: bytes | None, fallback: str = WESTERN) -> Disposition | None:
    """Read a Content-Disposition; None where there is none (RFC 2183 section 2).

    Bytes that no charset is named for and that are no UTF-8 are read in the charset `fallback`.

    >>> parse_disposition(b"attachment; filename*=utf-8''a%20b.txt").params["filename"]
    'a b.txt'
    """
    if raw is None:
        return None
    if len(raw) < MAX_KEPT // 2 and fallback == WESTERN:
        return _short_disposition(raw)
    return _parse_disposition(raw, fallback)


def parse_params(raw: bytes) -> dict[str, bytes]:
    """Read ``; name=value`` pairs as they stand; the first of two of the same name wins."""
    return {row.name: row.value for row in reversed(read_attributes(raw, 0, {}, separated=True))}


@functools.lru_cache(maxsize=512)
def _short(raw: bytes, maintype: str) -> ContentType:
    """Remember short values: most parts of most mail have one of a few."""
    return _parse(raw, MESSAGE if maintype == "message" else TEXT_PLAIN)


@functools.lru_cache(maxsize=256)
def _short_disposition(raw: bytes) -> Disposition:
    return _parse_disposition(raw, WESTERN)


def _parse(raw: bytes, default: ContentType) -> ContentType:
    match = _PLAIN.fullmatch(raw.decode("latin-1")) if len(raw) <= DEFAULT.media_field_bytes else None
    groups = match.groups() if match else (None, None)
    main, sub = groups[:2]
    if match is None or main is None or sub is None:
        return _read_content_type(raw, default)
    main, sub = main.lower(), sub.lower()
    params = _plain_params(raw, groups)
    if params is None:
        return _content_type(main, sub, _rows(match), {})
    boundary = params.get("boundary")
    if boundary is None:
        return ContentType(main, sub, params)
    if len(boundary) > MAX_BOUNDARY or boundary[-1:] in {" ", "\t"}:
        return _content_type(main, sub, _rows(match), {})
    return ContentType(main, sub, params, boundary=boundary.encode("ascii"))


def _parse_disposition(raw: bytes, fallback: str) -> Disposition:
    match = _PLAIN.fullmatch(raw.decode("latin-1")) if len(raw) <= DEFAULT.media_field_bytes else None
    if match is None or match[2] is not None:
        return _read_disposition(raw, fallback)
    params = _plain_params(raw, match.groups())
    if params is None:
        return _disposition(match[1].lower(), _rows(match), {}, fallback)
    return Disposition(match[1].lower(), params)


def _plain_params(raw: bytes, groups: tuple[str | None, ...]) -> dict[str, str] | None:
    """Give the parameters that an expression found; None where they need more than quoting undone."""
    if not raw.isascii() or _ASTERISK in raw or raw.find(b"=?") >= 0:
        return None
    params: dict[str, str] = {}
    for index in range(2, len(groups), 3):
        name = groups[index]
        if name is None:
            break
        name = name.lower()
        if name in params:
            return None
        params[name] = groups[index + 1] or groups[index + 2] or ""
    return params


def _rows(match: re.Match[str]) -> list[Attribute]:
    """Give the parameters that an expression found, with their places."""
    rows = []
    for number in range(3, match.re.groups, 3):
        name, quoted, bare = match.group(number, number + 1, number + 2)
        if name is None:
            break
        value = (bare if quoted is None else quoted).encode("latin-1")
        rows.append(Attribute(name.lower(), value, match.start(number)))
    return rows


def _content_type(
    main: str, sub: str, rows: list[Attribute], faults: dict[str, int], fallback: str = ""
) -> ContentType:
    params = combine(rows, faults, fallback)
    boundary = params.boundary.rstrip()
    if len(boundary) > MAX_BOUNDARY or boundary != params.boundary:
        faults.setdefault("mime.boundary.malformed", next(row.offset for row in rows if row.name[:8] == "boundary"))
    return ContentType(
        main,
        sub,
        params.texts,
        boundary=boundary,
        faults=_in_order(faults),
        languages=params.languages,
        alternatives=params.alternatives,
    )


def _disposition(kind: str, rows: list[Attribute], faults: dict[str, int], fallback: str) -> Disposition:
    params = combine(rows, faults, fallback)
    return Disposition(kind, params.texts, _in_order(faults), params.languages, params.alternatives)


def _read_content_type(raw: bytes, default: ContentType, fallback: str = "") -> ContentType:
    """Read a Content-Type that is not as the grammar has it, or makes full use of it."""
    faults: dict[str, int] = {}
    raw = _bounded(raw, faults)
    main, sub, position, separated = _type_of(raw, faults, fallback or WESTERN)
    rows = read_attributes(raw, position, faults, separated=separated)
    if not main:
        value = _content_type(default.maintype, default.subtype, rows, faults, fallback)
        return msgspec.structs.replace(value, valid=False)
    return _content_type(main, sub, rows, faults, fallback)


def _type_of(raw: bytes, faults: dict[str, int], fallback: str) -> tuple[str, str, int, bool]:
    """Find type and subtype, empty where there are none; say where the parameters begin, and if one may right there."""
    main = _WORD.match(raw, _filled(raw, 0))
    after = _filled(raw, main.end()) if main else 0
    if main and raw[after : after + 1] == b"/":
        sub = _WORD.match(raw, _filled(raw, after + 1))
        if sub and raw[sub.end() : sub.end() + 1] != b"/":
            if not (main[0].isascii() and sub[0].isascii()):
                faults["mime.type.invalid"] = main.start()
            return decode_raw(main[0], fallback).lower(), decode_raw(sub[0], fallback).lower(), sub.end(), False
    faults["mime.type.invalid"] = 0
    semicolon = raw.find(b";")
    known = _KNOWN.search(raw, 0, semicolon if semicolon >= 0 else len(raw))
    if known:
        position = known.end() + (raw[known.end() : known.end() + 1] in {b'"', b"'", b">"})
        return known[1].decode("ascii").lower(), decode_raw(known[2], fallback).lower(), position, False
    if main:
        bare = raw[after : after + 1] == b"="  # parameters without a type before them
        return "", "", main.start() if bare else main.end(), bare
    return "", "", semicolon if semicolon >= 0 else len(raw), False


def _read_disposition(raw: bytes, fallback: str) -> Disposition:
    faults: dict[str, int] = {}
    raw = _bounded(raw, faults)
    start = _filled(raw, 0)
    while raw[start : start + 1] and raw[start] in _MARKS:
        start += 1
    word = _WORD.match(raw, start)
    kind, position = (decode_raw(word[0]).lower(), word.end()) if word else ("", start)
    bare = bool(word) and raw[_filled(raw, position) :][:1] == b"="
    if bare:  # parameters without a type before them
        kind, position = "", start
    elif raw[position : position + 1] in {b'"', b"'"}:
        position += 1
    if not kind or (start and raw[start - 1] in b"\"'<>=:,") or raw[position : position + 1] == b"/":
        faults["mime.disposition.invalid"] = start
    return _disposition(kind, read_attributes(raw, position, faults, separated=bare), faults, fallback)


def _filled(raw: bytes, position: int) -> int:
    """Pass over blanks and comments; one that never ends is none."""
    position = skip_blanks(raw, position)
    while raw[position : position + 1] == b"(" and (stop := comment_end(raw, position)) >= 0:
        position = skip_blanks(raw, stop)
    return position


def _bounded(raw: bytes, faults: dict[str, int]) -> bytes:
    if len(raw) > DEFAULT.media_field_bytes:
        faults["limit.media_field_bytes"] = DEFAULT.media_field_bytes
        return raw[: DEFAULT.media_field_bytes]
    return raw


def _in_order(faults: dict[str, int]) -> tuple[tuple[str, int], ...]:
    if len(faults) < 2:
        return tuple(faults.items())
    return tuple(sorted(faults.items(), key=lambda fault: fault[1]))
