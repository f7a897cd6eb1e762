"""The objects of a PDF, found by their keyword: no cross-reference table is needed, and none is trusted.

ISO 32000-1 section 7.3 has the syntax, section 7.5.7 the object streams. What the file says of where its objects
stand, how long its streams are and which version counts may be wrong or a lie: all objects are read that there are.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple, Union

_SPACE = rb"\0\t\n\f\r "
_TOKEN = re.compile(
    rb"(?:[" + _SPACE + rb"]++|%[^\r\n]*+)*+"
    rb"(?:(?P<open><<|\[)|(?P<close>>>|\])|/(?P<name>[^" + _SPACE + rb"()<>\[\]{}/%]*+)|\((?P<plain>[^()\\]*+)\)"
    rb"|(?P<string>\()|<(?P<hex>[^<>]*+)>|(?P<number>[+-]?[0-9]{1,18})(?![0-9.])"
    rb"|(?P<word>[^" + _SPACE + rb"()<>\[\]{}/%]++)|(?P<stray>[()<>\[\]{}/%]))"
)
_IN_STRING = re.compile(rb"[()]|\\[\x00-\xff]?")
_ESCAPE = re.compile(rb"\\([0-7]{1,3}|\r\n|[\x00-\xff])")
_ESCAPES = {b"n": b"\n", b"r": b"\r", b"t": b"\t", b"b": b"\b", b"f": b"\f", b"\n": b"", b"\r": b"", b"\r\n": b""}
_HEX_NAME = re.compile(rb"#([0-9A-Fa-f]{2})")
_NUMBER = re.compile(rb"([0-9]{1,10})[" + _SPACE + rb"]{1,20}[0-9]{1,5}[" + _SPACE + rb"]{0,20}\Z")
_STREAM = re.compile(rb"(?<!end)stream(?=[\r\n \t])")
_NOT_HEX = bytes(byte for byte in range(256) if byte not in b"0123456789abcdefABCDEF")
_LOOK_BACK = 60
_DEPTH = 100
"""Dictionaries and arrays inside one another; deeper ones are taken as standing beside them."""


class Name(bytes):
    """A name, without its slash and with its ``#xx`` undone."""

    __slots__ = ()


class Ref(NamedTuple):
    """A reference to an object."""

    number: int


Value = Union[Name, bytes, int, Ref, list["Value"], dict[bytes, "Value"], None]  # noqa: UP007 - it names itself
"""A string is bytes; what is none of these, as a real number or a keyword, is None."""


class Spot(NamedTuple):
    """Where an object stands."""

    number: int
    """-1 where it is not known."""
    source: bytes
    """The file, or what an object stream held."""
    start: int
    """Behind the keyword ``obj``."""
    end: int
    """Where the next begins, or its stream."""
    place: int
    """Bytes into the file: of the object, or of the object stream that it stands in."""
    stream: int = -1
    """Where the data of its stream begin; -1 where it has none."""


def spots(data: bytes) -> Iterator[Spot]:
    """Find the objects of a file, and as further ones what stands behind their streams, where a trailer may be."""
    at = _next_object(data, 0)
    if at != 0:
        yield Spot(-1, data, 0, at if at >= 0 else len(data), 0)
    while at >= 0:
        start = at + 3
        at = _next_object(data, start)
        end = at if at >= 0 else len(data)
        found = _NUMBER.search(data, max(0, start - 3 - _LOOK_BACK), start - 3)
        number = int(found[1]) if found else -1
        keyword = _stream_keyword(data, start, end)
        if keyword < 0:
            yield Spot(number, data, start, end, start)
            continue
        begin = keyword + 6
        begin += 2 if data.startswith(b"\r\n", begin) else 1
        yield Spot(number, data, start, keyword, start, begin)
        behind = data.rfind(b"endstream", begin, end)
        behind = begin if behind < 0 else behind + 9  # without an end it may be none, but words in a string
        if data.find(b"/", behind, end) >= 0:
            yield Spot(-1, data, behind, end, behind)


def _next_object(data: bytes, at: int) -> int:
    """Give where the next ``obj`` stands that is not an ``endobj``; -1 where there is none."""
    at = data.find(b"obj", at)
    while at >= 3 and data.startswith(b"end", at - 3):
        at = data.find(b"obj", at + 3)
    return at


def _stream_keyword(data: bytes, start: int, end: int) -> int:
    """Give where the stream of an object begins; one that stands in a string or a comment is none."""
    found = _STREAM.search(data, start, end)
    if not found:
        return -1
    if data.find(b"(", start, found.start()) < 0 and data.find(b"%", start, found.start()) < 0:
        return found.start()
    closed = parse(data, start, end)[1]
    found = _STREAM.search(data, max(start, closed), end) if closed >= 0 else found
    return found.start() if found else -1


def parse(data: bytes, start: int, end: int) -> tuple[list[Value], int]:
    r"""Read all values between two places, and say where the first dictionary was closed; -1 where it was not.

    >>> parse(b"<</S/J#53 /K[1 0 R(a)<4142>]>>", 0, 30)
    ([{b'S': b'JS', b'K': [Ref(number=1), b'a', b'AB']}], 30)
    """
    top: list[Value] = []
    stack: list[tuple[bytes, list[Value]]] = []
    values, closed, at, whole = top, -1, start, True
    while at < end and (found := _TOKEN.match(data, at, end)):
        kind, at = found.lastgroup, found.end()
        if kind == "open":
            if len(stack) >= _DEPTH:
                values = _close_all(stack, values)
            stack.append((found[0][-1:], values))
            values = []
        elif kind == "close" and stack:
            opened, above = stack.pop()
            above.append(pairs(values) if opened == b"<" else values)
            values = above
            closed = at if closed < 0 and not stack and opened == b"<" else closed
        elif kind == "string" and whole:
            text, at = _string(data, at, end)
            whole = text is not None
            values += [] if text is None else [text]
        elif kind == "word" and found["word"] == b"R" and len(values) > 1 and isinstance(values[-2], int):
            values[-2:] = [Ref(values[-2])]
        elif kind not in {"stray", "open", "close", "string"}:
            values.append(_scalar(found, kind))
    _close_all(stack, values)
    return top, closed


def _close_all(stack: list[tuple[bytes, list[Value]]], values: list[Value]) -> list[Value]:
    """End what is open, and give what stands around it all."""
    while stack:
        _, above = stack.pop()
        above.append(pairs(values))
        values = above
    return values


def _scalar(found: re.Match[bytes], kind: str | None) -> Value:
    """Give the value of a token."""
    if kind == "name":
        return Name(undo_name(found["name"]))
    if kind == "plain":
        return found["plain"]
    if kind == "hex":
        return from_hex(found["hex"])
    return int(found["number"]) if kind == "number" else None


def _string(data: bytes, at: int, end: int) -> tuple[bytes | None, int]:
    """Read a string with escapes or balanced parentheses in it, and say where it ends; None where it does not."""
    start, depth = at, 1
    while found := _IN_STRING.search(data, at, end):
        at = found.end()
        depth += (found[0] == b"(") - (found[0] == b")")
        if not depth:
            break
    else:
        return None, start  # what follows is looked at as if there were no string
    return _ESCAPE.sub(_unescape, data[start : at - 1]), at


def _unescape(found: re.Match[bytes]) -> bytes:
    """Undo one escape of a string."""
    if found[1][:1] in b"01234567":
        return bytes((int(found[1], 8) & 0xFF,))
    return _ESCAPES.get(found[1], found[1])


def pairs(values: list[Value]) -> dict[bytes, Value]:
    """Make a dictionary; what stands where a key should is passed over.

    Readers differ in which of two values of a key counts: the last does here, and those before make one more
    dictionary, under a key that is empty.
    """
    found: dict[bytes, Value] = {}
    before: dict[bytes, Value] = {}
    at = 0
    while at < len(values):
        key = values[at]
        if isinstance(key, Name):
            if key in found:
                before.setdefault(bytes(key), found[key])
            found[bytes(key)] = values[at + 1] if at + 1 < len(values) else None
            at += 1
        at += 1
    if before:
        plain = {key: value for key, value in found.items() if not isinstance(value, (dict, list))}
        found[b""] = {**plain, **before}
    return found


def undo_name(name: bytes) -> bytes:
    """Undo the ``#xx`` of a name (ISO 32000-1 section 7.3.5)."""
    return _HEX_NAME.sub(lambda found: bytes.fromhex(found[1].decode()), name) if b"#" in name else name


def from_hex(text: bytes) -> bytes:
    """Read digits; what is none is passed over, and a last one alone has a zero behind it (section 7.3.4.3)."""
    digits = text.translate(None, _NOT_HEX).decode("ascii")
    return bytes.fromhex(digits + "0" * (len(digits) % 2))


def to_text(value: Value) -> str:
    r"""Read a text string (section 7.9.2.2): UTF-16 or UTF-8 where a mark says so, or else Latin.

    >>> to_text(b"\xfe\xff\x00a"), to_text(Ref(1))
    ('a', '')
    """
    if not isinstance(value, bytes):
        return ""
    if value.startswith((b"\xfe\xff", b"\xff\xfe")):
        return value.decode("utf-16", "replace")
    if value.startswith(b"\xef\xbb\xbf"):
        return value[3:].decode("utf-8", "replace")
    return value.decode("latin-1")
