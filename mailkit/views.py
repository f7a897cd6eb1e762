"""The other readings of an ambiguous message: which of them are worth a look.

One message, read by two programs, can hold two different sets of files ("Inbox Invasion", CCS 2024;
draft-chen-email-mime-ambiguity-defense). `Message.views` gives the message once in each reading that
some reader takes and that makes a difference here, so that a scanner can look at them all.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Any

import msgspec

from mailkit.findings import Finding
from mailkit.part import Part
from mailkit.stream.reading import FIRST, Reading

_PADDING_INSIDE = re.compile(rb"=[\s=]*+[A-Za-z0-9+/]")

# What is found -> what another reader does. Each is tried alone, then all together.
_OTHERWISE: dict[str, tuple[dict[str, Any], ...]] = {
    "header.field.duplicate": ({"fields": "last"},),
    "mime.param.duplicate": ({"parameters": "last"},),
    "mime.delimiter.junk": ({"delimiters": "exact"}, {"delimiters": "prefix"}),
    "mime.boundary.reused": ({"reused": "outer"},),
    "mime.part.after-close": ({"after_close": True},),
    "mime.preamble.part": ({"preamble": True},),
    "mime.encoding.composite": ({"composite_encoding": True},),
    "mime.encoding.malformed": ({"encodings": "literal"},),
    "mime.encoding.unknown": ({"encodings": "similar"},),
    "header.line.junk": ({"junk": "end"}, {"junk": "skip"}),
    "header.line.mbox": ({"junk": "end"},),
    "header.end.missing": ({"junk": "skip"},),
    "stream.bare-cr": ({"bare_cr": True},),
}
_GUESS = frozenset({"mime.boundary.missing", "mime.boundary.unused"})


def readings(findings: Iterable[Finding], parts: Iterable[Part]) -> Iterator[tuple[Reading, tuple[Finding, ...]]]:
    """Give the readings that a message's findings call for, each with the findings that do; last, all in one."""
    changes: dict[str, tuple[dict[str, Any], list[Finding]]] = {}
    guess: list[Finding] = []
    for found in findings:
        if found.code in _GUESS:
            guess.append(found)
        for change in _OTHERWISE.get(found.code, ()):
            changes.setdefault(repr(change), (change, []))[1].append(found)
    if guess:
        changes["guess"] = ({"guess_boundary": frozenset(found.offset for found in guess)}, guess)
    if any(_goes_on_behind_padding(part) for part in parts):
        changes["padding"] = ({"padding": "stop"}, [])
    together: dict[str, Any] = {}
    for change, causes in changes.values():
        for name, value in change.items():
            together.setdefault(name, value)
        yield msgspec.structs.replace(FIRST, **change), tuple(causes)
    if len(changes) > 1:
        everything = tuple({id(found): found for _, causes in changes.values() for found in causes}.values())
        yield msgspec.structs.replace(FIRST, **together), everything


def _goes_on_behind_padding(part: Part) -> bool:
    if part.encoding != "base64" or part.parts:
        return False
    body = part.body
    padding = body.find(b"=")
    return padding >= 0 and bool(_PADDING_INSIDE.search(body, padding))


def shape(root: Part) -> tuple[Any, ...]:
    """Give what a scanner would see differently: the leaves with their type, name, place and encoding."""
    return tuple(
        (part.type, part.filename, part.encoding, part.body_start, part.body_end, part.encoded_depth, len(part.parts))
        for part in root.walk()
    )
