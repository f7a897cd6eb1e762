"""What ``postcat`` prints of a queue file of Postfix (postcat(1)), one message or several."""

from __future__ import annotations

import re
from collections.abc import Iterator

from mailkit.limits import DEFAULT, Limits
from mailkit.sources.spool.postfix import Reader
from mailkit.sources.spool.queued import Draft, Queued
from mailkit.syntax.params import decode_raw
from mailkit.syntax.paths import quoted

_MARK = re.compile(
    rb"^\*\*\* (ENVELOPE RECORDS|MESSAGE CONTENTS|HEADER EXTRACTED|MESSAGE FILE END) ([^\r\n]{1,1000}?) \*\*\*\r?(?:\n|\Z)",
    re.MULTILINE,
)
_BEGIN = b"ENVELOPE RECORDS"
_MESSAGE = b"MESSAGE CONTENTS"
_RECIPIENTS = {"recipient": False, "done_recipient": True}


def read_postcat(data: bytes, *, limits: Limits = DEFAULT) -> Iterator[Queued]:
    """Give every message that was printed. Never raises.

    A message may quote such a print, so what ends a section is the last mark of its file.
    """
    last: dict[tuple[bytes, bytes], re.Match[bytes]] = {}
    for mark in _MARK.finditer(data):
        if mark[1] not in {_BEGIN, _MESSAGE} or (mark[1], mark[2]) not in last:
            last[mark[1], mark[2]] = mark
    at = 0
    while at < len(data):
        begin = _MARK.search(data, at)
        if begin is None:
            return
        end = last.get((b"MESSAGE FILE END", begin[2]))
        at = end.end() if end and end.start() > begin.start() else len(data)
        if begin[1] == _BEGIN:
            yield _one(data, begin, last, at, limits)


def _one(
    data: bytes, begin: re.Match[bytes], last: dict[tuple[bytes, bytes], re.Match[bytes]], end: int, limits: Limits
) -> Queued:
    name = begin[2]
    reader = Reader(Draft(limits, decode_raw(name).rpartition("/")[2]))
    content, extracted = last.get((_MESSAGE, name)), last.get((b"HEADER EXTRACTED", name))
    final = last.get((b"MESSAGE FILE END", name))
    stop = extracted or final
    if final is None:
        reader.draft.fault("spool.end.missing", end)
    _fields(reader, data[begin.end() : content.start() if content else stop.start() if stop else end])
    if content and content.start() > begin.start():
        reader.content = [data[content.end() : stop.start() if stop and stop.start() >= content.end() else end]]
    if extracted and final:
        _fields(reader, data[extracted.end() : final.start()])
    return reader.queued("postcat", begin.start())


def _fields(reader: Reader, text: bytes) -> None:
    """Take the lines of a section, a record each."""
    for line in decode_raw(text).split("\n"):
        key, _, value = line.partition(":")
        value = value.strip()
        if key == "sender":
            reader.draft.sender = quoted(value)
        elif key in _RECIPIENTS:
            reader.recipient(value, done=_RECIPIENTS[key])
        elif key == "canceled_recipient":
            reader.next.clear()
        elif key == "original_recipient":
            reader.next["original"] = value
        elif key == "named_attribute":
            name, _, word = value.partition("=")
            reader.attribute(name, word)
