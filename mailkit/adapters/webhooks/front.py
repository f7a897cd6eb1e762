"""The front door: bytes in, records out. Which provider's they are, their content tells where the caller does not.

body -> a form, lines, or JSON -> a provider's reader, for each record -> Told
"""

from __future__ import annotations

import io
from collections.abc import Callable, Iterable, Iterator, Mapping
from itertools import chain
from typing import BinaryIO, NamedTuple

import msgspec

from mailkit.adapters.webhooks import logs, mailgun, postmark, sendgrid, sparkpost
from mailkit.adapters.webhooks import ses as amazon
from mailkit.adapters.webhooks.told import Name, Told, put_aside
from mailkit.adapters.webhooks.values import MAX_BODY_BYTES, Object, load
from mailkit.bounce.logs import columns
from mailkit.bounce.logs.memory import Memory
from mailkit.errors import SourceError
from mailkit.limits import MIB


class _Provider(NamedTuple):
    name: Name
    fits: Callable[[Object], bool]
    read: Callable[[Object], Iterator[Told]]


_PROVIDERS = (
    _Provider("ses", amazon.fits, amazon.read),
    _Provider("sparkpost", sparkpost.fits, sparkpost.read),
    _Provider("postmark", postmark.fits, postmark.read),
    _Provider("mailgun", mailgun.fits, mailgun.read),
    _Provider("sendgrid", sendgrid.fits, sendgrid.read),
)
"""Whose posts are objects or arrays; what one needs to be recognised, none above it has."""
_BY_NAME = {one.name: one for one in _PROVIDERS}
_LINES: dict[Name, Callable[[bytes, Memory], Iterator[Told]]] = {
    "kumomta": logs.read_kumomta,
    "powermta": logs.read_powermta,
}
PROVIDERS: tuple[Name, ...] = (*_BY_NAME, *_LINES)
"""The words for `provider`."""
_TOO_LONG = f"it is longer than {MAX_BODY_BYTES} bytes"
_NO_JSON = "it is no JSON, or nested too deeply"
_OPENING = frozenset({b"[", b"{"})
"""How a post begins that is laid out in lines."""


def read_events(provider: str | None, body: bytes, *, headers: Mapping[str, str] | None = None) -> Iterator[Told]:
    """Read one post: everything that it tells, in its order. Never raises for what is in it.

    `provider` is one of `PROVIDERS`; None asks the content. `headers` are those of the request: a Mailgun form of several
    parts has its boundary there. Check the signature before (`mailkit.adapters.webhooks.signatures`): nothing here does.
    """
    if not isinstance(body, bytes | bytearray | memoryview):
        message = f"read_events() takes the bytes of a body, not {type(body).__name__}; do not decode them"
        raise TypeError(message)
    kind = next((value for key, value in (headers or {}).items() if key.lower() == "content-type"), "")
    return _read(_known(provider), io.BytesIO(body), kind if "multipart" in kind.lower() else "")


def convert(provider: str | None, file: BinaryIO) -> Iterator[Told]:
    """Read a file: one post, posts one a line, or a log of KumoMTA's or PowerMTA's. Never raises for what is in it.

    A file of lines is read as it comes, whatever its length.
    """
    if isinstance(file, io.TextIOBase):
        message = "convert() takes a file of bytes; open it with 'rb'"
        raise TypeError(message)
    return _read(_known(provider), file, "")


def _known(provider: str | None) -> Name | None:
    if provider is None:
        return None
    name = next((one for one in PROVIDERS if one == provider), None)
    if name is None:
        what = f"it is no provider that is known; give one of {', '.join(PROVIDERS)}"
        raise SourceError(str(provider), what)
    return name


def _read(provider: Name | None, file: BinaryIO, content_type: str) -> Iterator[Told]:
    for place, told in enumerate(_records(provider, file, content_type), start=1):
        yield told if told.place else msgspec.structs.replace(told, place=place)


def _records(provider: Name | None, file: BinaryIO, content_type: str) -> Iterator[Told]:
    blanks, first = _next(file)
    while first is None and provider not in _LINES:
        yield put_aside(provider, _TOO_LONG)
        blanks, first = _next(file)
        if first == b"":
            return
    value = load(first) if first else None
    provider = provider or (_sniffed_lines(first, value) if first else None)
    if provider in _LINES:
        yield from _of_lines(provider, chain([first], _lines(file)), blanks)
    elif isinstance(value, dict | list):
        yield from _of_posts(provider, value, file)
    else:
        first = first or b""
        second = file.readline(MAX_BODY_BYTES + 1) if first.strip() not in _OPENING else b""
        following = load(second) if second else None
        if isinstance(following, dict | list):  # posts one a line, of which the first is damaged
            yield put_aside(provider, _NO_JSON)
            yield from _of_posts(provider, following, file)
        else:
            yield from _of_one(provider, first + second, file, content_type)


def _line(file: BinaryIO) -> bytes | None:
    """Read a line, at most a body's length; None where it is longer, and the rest of it is passed over."""
    line = file.readline(MAX_BODY_BYTES + 1)
    if len(line) <= MAX_BODY_BYTES:
        return line
    while line and not line.endswith(b"\n"):
        line = file.readline(MIB)
    return None


def _lines(file: BinaryIO) -> Iterator[bytes | None]:
    return iter(lambda: _line(file), b"")


def _next(file: BinaryIO) -> tuple[int, bytes | None]:
    """Give the next line that is not blank, and how many were; an empty one at the end."""
    for blanks, line in enumerate(_lines(file)):
        if line is None or line.strip():
            return blanks, line
    return 0, b""


def _sniffed_lines(first: bytes, value: object) -> Name | None:
    """Say whose log begins with a line."""
    if isinstance(value, dict):
        return "kumomta" if logs.fits_kumomta(value) and _sniffed(value) is None else None
    return "powermta" if columns.fits_powermta(first[:4_096].decode("utf-8", "replace")) else None


def _sniffed(value: Object) -> _Provider | None:
    return next((one for one in _PROVIDERS if one.fits(value)), None)


def _of_lines(provider: Name, lines: Iterable[bytes | None], before: int) -> Iterator[Told]:
    """Read a log: a line that cannot be read is put aside, and the next is read."""
    read, memory = _LINES[provider], Memory()
    for place, line in enumerate(lines, start=before + 1):
        if line is None or line.strip():
            for told in _safely(provider, read, line or b"", memory):
                yield msgspec.structs.replace(told, place=place)


def _of_posts(provider: Name | None, value: object, file: BinaryIO) -> Iterator[Told]:
    """Read the post of the first line, then those of the lines behind it."""
    line: bytes | None = b""
    while True:
        yield from _of_value(provider, value) if line is not None else [put_aside(provider, _TOO_LONG)]
        _, line = _next(file)
        if line == b"":
            return
        value = load(line) if line else None


def _of_one(provider: Name | None, first: bytes, file: BinaryIO, content_type: str) -> Iterator[Told]:
    """Read a post of several lines: JSON that is laid out, or a form."""
    body = first + file.read(MAX_BODY_BYTES + 1 - len(first))
    if len(body) > MAX_BODY_BYTES:
        yield put_aside(provider, _TOO_LONG)
        return
    value = load(body)
    if value is None and provider in {None, "mailgun"}:
        value = mailgun.form(body, content_type)
    if value is None:
        why = "it is neither JSON nor a form that can be read" if provider == "mailgun" else _NO_JSON
        yield put_aside(provider, why if body.strip() else "it is empty")
    else:
        yield from _of_value(provider, value)


def _of_value(provider: Name | None, value: object) -> Iterator[Told]:
    """Read one post: an object, or an array of them."""
    for record in value if isinstance(value, list) else [value]:
        if not isinstance(record, dict):
            yield put_aside(provider, "it is no object")
            continue
        found = _BY_NAME[provider] if provider in _BY_NAME else _sniffed(record)
        if found is None:
            yield put_aside(provider, "no provider writes such an object")
        else:
            yield from _safely(found.name, found.read, record)


def _safely(provider: Name, read: Callable[..., Iterator[Told]], *record: object) -> Iterator[Told]:
    """Read a record so that a mistake of ours costs that one and not the rest of the post."""
    try:
        yield from read(*record)
    except Exception as error:  # noqa: BLE001 - a post is acknowledged as a whole, so it is read as one
        yield put_aside(provider, f"mailkit failed at it ({type(error).__name__}); please report it")
