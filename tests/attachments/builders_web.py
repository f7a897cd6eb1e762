"""Small files of the web's formats and of PDF, as harmless as they look."""

from __future__ import annotations

import base64
import time
import zlib

from mailkit.attachments.budget import Budget
from mailkit.attachments.pieces import Gap, Member, Note, Piece, Reader
from mailkit.limits import DEFAULT, Limits

PROGRAM = b"MZ" + bytes(58) + b"\x40\0\0\0PE\0\0 MAILKIT-BENIGN-LOOKALIKE-PAYLOAD"
PROGRAM_64 = base64.b64encode(PROGRAM).decode()


def pieces(reader: Reader, data: bytes, limits: Limits = DEFAULT) -> list[Piece]:
    """Read a file with a budget of its own."""
    return list(reader(data, Budget(limits, time.monotonic)))


def codes(reader: Reader, data: bytes) -> set[str]:
    """Give the codes that a reader tells."""
    return {piece.code for piece in pieces(reader, data) if isinstance(piece, Note)}


def members(reader: Reader, data: bytes) -> list[Member]:
    """Give the files that a reader finds."""
    return [piece for piece in pieces(reader, data) if isinstance(piece, Member)]


def reasons(reader: Reader, data: bytes) -> list[str]:
    """Give why something was not looked at."""
    return [piece.reason for piece in pieces(reader, data) if isinstance(piece, Gap)]


def pdf(catalog: bytes, *objects: bytes, trailer: bytes = b"") -> bytes:
    """Make a file: what stands in its catalog, and further objects, from number 4."""
    first = (b"<</Type/Catalog/Pages 2 0 R" + catalog + b">>", b"<</Type/Pages/Kids[3 0 R]/Count 1>>")
    page = b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 200 200]>>"
    written = [b"%d 0 obj\n%s\nendobj\n" % (number, one) for number, one in enumerate((*first, page, *objects), 1)]
    end = b"trailer\n<</Size %d/Root 1 0 R%s>>\nstartxref\n0\n%%%%EOF\n" % (len(written) + 1, trailer)
    return b"%PDF-1.7\n" + b"".join(written) + end


def stream(data: bytes, words: bytes = b"", length: int | None = None) -> bytes:
    """Make the object of a stream."""
    return b"<</Length %d%s>>stream\n%s\nendstream" % (len(data) if length is None else length, words, data)


def object_stream(*objects: tuple[int, bytes], words: bytes = b"/Filter/FlateDecode") -> bytes:
    """Make an object stream."""
    body, places = b"", b""
    for number, one in objects:
        places += b"%d %d " % (number, len(body))
        body += one + b" "
    text = places + body
    packed = zlib.compress(text) if b"Flate" in words else text
    return stream(packed, b"/Type/ObjStm/N %d/First %d%s" % (len(objects), len(places), words))
