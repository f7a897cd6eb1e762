"""Lists of tags: DKIM-Signature and the fields of ARC (RFC 6376 section 3.2)."""

from __future__ import annotations

import re
from datetime import UTC, datetime

import msgspec

from mailkit.charsets import decode_raw
from mailkit.syntax.fields import unfold

MAX_VALUE_BYTES = 16_384
"""Bytes of one field that are read; real ones have up to some 2,000, of which a signature of 4,096 bits is 700."""
_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_]*+")
_DIGITS = re.compile(r"[0-9]{1,12}+")
_LAST_SECOND = 253_402_300_799
"""The end of the year 9999, in seconds since 1970."""


class TagList(msgspec.Struct, frozen=True, kw_only=True):
    """Tags in order, names in their case; of two of one name the first."""

    tags: dict[str, str]
    """White space around a value is gone, that inside is one blank."""
    fault: str | None = None
    """The first thing that is not as the grammar has it, in words; then no verifier takes the list."""

    def number(self, name: str) -> int | None:
        """Give the number of a tag; None where there is none."""
        value = self.tags.get(name, "")
        return int(value) if _DIGITS.fullmatch(value) else None

    def time(self, name: str) -> datetime | None:
        """Give the time of a tag, which counts seconds since 1970 (RFC 6376 section 3.5); None where there is none."""
        seconds = self.number(name)
        return None if seconds is None or seconds > _LAST_SECOND else datetime.fromtimestamp(seconds, UTC)


class DkimSignature(msgspec.Struct, frozen=True, kw_only=True):
    """What a DKIM-Signature says (RFC 6376 section 3.5). The signature itself is not checked."""

    domain: str | None = None
    """Who signs (``d=``)."""
    selector: str | None = None
    algorithm: str | None = None
    """In lower case, for example ``rsa-sha256``."""
    identity: str | None = None
    """For whom (``i=``)."""
    signed: tuple[str, ...] = ()
    """The names of the fields that are signed, in lower case and in order; one may stand there several times."""
    length: int | None = None
    """How many bytes of the body are signed (``l=``); None: all of it."""
    time: datetime | None = None
    expires: datetime | None = None
    body_hash: bool = False
    """Whether there is a hash of the body (``bh=``)."""
    fault: str | None = None
    """What makes the field invalid, in words (RFC 6376 section 6.1.1); None where nothing is seen."""


_REQUIRED = ("v", "a", "b", "bh", "d", "h", "s")


def parse_tag_list(raw: bytes) -> TagList:
    """Read a list of tags. Never raises.

    Source: RFC 6376 section 3.2; a name that stands twice makes the list invalid.

    >>> parse_tag_list(b" a=rsa-sha256; d=a.example;").tags
    {'a': 'rsa-sha256', 'd': 'a.example'}
    """
    fault = "longer than what is read" if len(raw) > MAX_VALUE_BYTES else None
    tags: dict[str, str] = {}
    pieces = decode_raw(unfold(raw[:MAX_VALUE_BYTES])).split(";")
    if not pieces[-1].strip():
        pieces.pop()
    for piece in pieces:
        name, sign, value = piece.partition("=")
        name = name.strip()
        if not sign or not _NAME.fullmatch(name):
            fault = fault or "no tag between two semicolons"
        elif name in tags:
            fault = fault or f"{name}= stands twice"
        else:
            tags[name] = " ".join(value.split())
    return TagList(tags=tags, fault=fault or (None if tags else "no tag"))


def parse_dkim_signature(raw: bytes) -> DkimSignature:
    """Read a DKIM-Signature. Never raises, and checks no signature.

    Source: RFC 6376 section 3.5.

    >>> read = parse_dkim_signature(b"v=1; a=rsa-sha256; d=a.example; s=k1; h=From:List-Unsubscribe; bh=aGk=; b=aGk=")
    >>> read.domain, read.selector, read.signed, read.fault
    ('a.example', 'k1', ('from', 'list-unsubscribe'), None)
    """
    found = parse_tag_list(raw)
    tags = found.tags
    signed = tuple(name.strip().lower() for name in tags.get("h", "").split(":") if name.strip())
    missing = next((name for name in _REQUIRED if not tags.get(name)), None)
    fault = found.fault or (f"no {missing}=" if missing else None)
    if fault is None and "from" not in signed:
        fault = "From is not signed"
    return DkimSignature(
        domain=tags.get("d"),
        selector=tags.get("s"),
        algorithm=tags["a"].lower() if "a" in tags else None,
        identity=tags.get("i"),
        signed=signed,
        length=found.number("l"),
        time=found.time("t"),
        expires=found.time("x"),
        body_hash=bool(tags.get("bh")),
        fault=fault,
    )
