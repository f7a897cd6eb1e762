"""Sections of OneNote: the files that stand in them (MS-ONESTORE section 2.6.13)."""

from __future__ import annotations

import re
from collections.abc import Iterator

from mailkit.attachments.budget import Budget
from mailkit.attachments.entries import PARTS
from mailkit.attachments.pieces import Gap, Member, Note, Piece
from mailkit.attachments.types import sniff

_OBJECT = b"\xe7\x16\xe3\xbd\x65\x26\x11\x45\xa4\xc4\x8d\x4d\x0b\x7a\x9e\xac"
"""The GUID that heads a file: BDE316E7-2665-4511-A4C4-8D4D0B7A9EAC."""
_HEAD_BYTES = 36
"""The GUID, the length in eight bytes, twelve that are not used."""
_SHOWN = frozenset({"png", "jpeg", "gif", "bmp", "tiff", "webp", "emf", "wmf", "ico", "mp3", "mp4", "riff-wav", "asf"})
"""Pictures and recordings that a section shows by itself."""
_RUN = re.compile(rb"(?:[^\x00-\x1f\"*/:<>?\\|]\x00){3,200}+")
"""Letters that a name may hold, in UTF-16."""
_NAME = re.compile(r".{1,190}\.[0-9A-Za-z]{1,8}")
_NAME_BYTES = 1 << 22
"""Of a section, so much is looked through for names."""


def read_onenote(data: bytes, budget: Budget) -> Iterator[Piece]:
    """Give the files of a section; what it shows by itself is none."""
    runs = (found[0].decode("utf-16-le", "replace") for found in _RUN.finditer(data, 0, _NAME_BYTES))
    names = list(dict.fromkeys(name for name in runs if _NAME.fullmatch(name)))
    at = data.find(_OBJECT)
    number = 0
    while at >= 0:
        if not budget.take_member() or budget.is_late():
            yield PARTS
            return
        size = int.from_bytes(data[at + 16 : at + 24], "little")
        body = at + _HEAD_BYTES
        content = data[body : body + size]
        if not _SHOWN.intersection(sniff(content).kinds[:1]) and content:
            name = names[number] if number < len(names) else ""
            number += 1
            yield Note("ONENOTE_EMBEDDED", name, at)
            yield Member(name, content, body)
        if len(content) < size:
            yield Gap("MALFORMED", "a file is cut", size - len(content), at=at)
        at = data.find(_OBJECT, body + len(content) if len(content) == size else body)
