"""How a message holds its parts: what of that hides files from some readers, under the codes of attachments."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator
from typing import NamedTuple

from mailkit.attachments.codes import Danger
from mailkit.attachments.pieces import Gap, Reason
from mailkit.findings import Finding, finding
from mailkit.message import Message
from mailkit.part import Part

_MALFORMED = "MIME_HEADER_MALFORMED"
_STRUCTURE: dict[str, str] = {
    "header.field.duplicate": "MIME_DUP_HEADER",
    "header.line.junk": _MALFORMED,
    "mime.param.duplicate": "MIME_DUP_PARAM",
    "mime.param.ambiguous": _MALFORMED,
    "mime.param.empty": _MALFORMED,
    "mime.param.unnamed": _MALFORMED,
    "mime.param.unclosed": _MALFORMED,
    "mime.param.unquoted": _MALFORMED,
    "mime.param.unseparated": _MALFORMED,
    "mime.param.extended": _MALFORMED,
    "mime.param.segment": _MALFORMED,
    "mime.param.gap": _MALFORMED,
    "mime.type.invalid": _MALFORMED,
    "mime.disposition.invalid": _MALFORMED,
    "mime.comment.unclosed": _MALFORMED,
    "mime.boundary.malformed": _MALFORMED,
    "mime.boundary.missing": "MIME_BOUNDARY_MISSING",
    "mime.boundary.unused": "MIME_BOUNDARY_MISMATCH",
    "mime.boundary.reused": "MIME_BOUNDARY_MISMATCH",
    "mime.delimiter.junk": "MIME_BOUNDARY_MISMATCH",
    "mime.part.after-close": "MIME_AFTER_CLOSE",
    "mime.preamble.part": "MIME_PREAMBLE_PART",
    "mime.encoding.composite": "MIME_CTE_ON_COMPOSITE",
    "mime.encoding.unknown": "MIME_CTE_UNKNOWN",
    "mime.encoding.malformed": "MIME_CTE_MALFORMED",
}
"""Finding of the parser -> code."""
_LIMITS: dict[str, tuple[str, Reason]] = {
    "limit.depth": ("MIME_DEPTH", "DEPTH"),
    "limit.message_depth": ("MIME_DEPTH", "DEPTH"),
    "limit.encoded_depth": ("MIME_DEPTH", "DEPTH"),
    "limit.part_count": ("MIME_PARTS", "PARTS"),
    "limit.finding_count": ("MIME_LIMIT", "AMBIGUOUS"),
    "limit.delimiter_line_bytes": ("MIME_LIMIT", "AMBIGUOUS"),
    "limit.message_bytes": ("MIME_LIMIT", "BYTES"),
    "limit.header_block_bytes": ("MIME_LIMIT", "BYTES"),
    "limit.header_total_bytes": ("MIME_LIMIT", "BYTES"),
    "limit.field_count": ("MIME_LIMIT", "PARTS"),
    "limit.media_field_bytes": (_MALFORMED, "BYTES"),
    "limit.param_count": (_MALFORMED, "PARTS"),
    "limit.segment_count": (_MALFORMED, "PARTS"),
}
"""Limit that the parser met -> code, and why something was not looked at."""
_SHOWN = frozenset({"text", "message", "multipart"})
"""What readers show by themselves."""
_TOKEN = re.compile(rb"\s{0,99}[A-Za-z0-9._\-]{1,99}\s{0,99}")
_JUNK = frozenset(f"content.base64.{fault}" for fault in ("junk", "url-safe", "padding-inside", "trailer"))


class Oddity(NamedTuple):
    """Something odd about how a message holds its parts."""

    code: str
    path: str
    offset: int
    detail: str
    severity: Danger | None = None
    """Where it is graver than the code is by itself."""
    gap: Gap | None = None
    """What was not looked at for it."""


def oddities(message: Message) -> Iterator[Oddity]:
    """Give what the parser found, each code once for a part."""
    parts = [part for part in message.walk() if not part.encoded_depth]
    starts = [part.start for part in parts]
    seen: set[tuple[str, str]] = set()
    dispositions = (one for part in parts for one in _disposition_faults(part))
    for found in sorted((*message.findings, *dispositions), key=lambda found: found.code not in _LIMITS):
        limit = _LIMITS.get(found.code)
        code = limit[0] if limit else _STRUCTURE.get(found.code)
        if code is None:
            continue
        part = parts[max(0, bisect_right(starts, found.offset) - 1)]
        path = path_of(part)
        if code == "MIME_CTE_MALFORMED" and _TOKEN.fullmatch(part.header.get("content-transfer-encoding") or b""):
            code = "MIME_CTE_UNKNOWN"  # well written, and no encoding that there is: it only resembles one
        if (code, path) in seen:
            continue
        seen.add((code, path))
        gap = Gap(limit[1], found.code, name=found.detail) if limit else None
        yield Oddity(code, path, found.offset, found.detail or found.code, "suspicious" if limit else None, gap)


def _disposition_faults(part: Part) -> Iterator[Finding]:
    """Give what is odd about a Content-Disposition: the parser does not read it, for a tree needs none."""
    disposition = part.disposition
    if disposition and disposition.faults:
        field = part.header.field("content-disposition")
        start = field.value_offset if field else part.start
        for code, at in disposition.faults:
            yield finding(code, start + at)


def encoding_fault(faults: list[tuple[str, int]]) -> tuple[str, int] | None:
    """Give what of a base64 body makes readers differ, with its offset; None where nothing does."""
    return next((fault for fault in faults if fault[0] in _JUNK), None)


def path_of(part: Part) -> str:
    """Give the path of a part; a message is its own first part where it has no others (RFC 3501 section 6.4.5)."""
    return part.path or "1"


def files_of(message: Message) -> frozenset[tuple[str, str, int, int, int]]:
    """Give what a reader shows as files: the leaves that have a name, or are neither text nor report."""
    return frozenset(
        (part.encoding, part.filename or "", part.body_start, part.body_end, part.encoded_depth)
        for part in message.walk()
        if not part.parts and (part.filename or part.content_type.maintype not in _SHOWN)
    )


def is_body(part: Part) -> bool:
    """Say whether a leaf is a text that readers show as the message itself."""
    if part.content_type.maintype != "text" or part.filename is not None:
        return False
    disposition = part.disposition
    return disposition is None or disposition.type != "attachment"


def texts_of(root: Part) -> Iterator[Part]:
    """Give the texts that every reader shows as the message: the first one, in all its alternatives.

    Those of the messages inside are theirs, and are given too.
    """
    waiting = [(root, True)]
    while waiting:
        part, is_first = waiting.pop()
        if not part.parts:
            if is_first and is_body(part):
                yield part
        elif part.content_type.maintype != "multipart":
            waiting += [(inner, True) for inner in part.parts]
        elif part.type == "multipart/alternative":
            waiting += [(inner, is_first) for inner in part.parts]
        else:
            text = next((inner for inner in part.parts if _has_text(inner)), None)
            waiting += [(inner, is_first and inner is text) for inner in part.parts]


def _has_text(part: Part) -> bool:
    """Say whether a part is a text of the message, or has one that stands first."""
    while part.parts and part.content_type.maintype == "multipart":
        part = part.parts[0]
    return not part.parts and is_body(part)
