"""Pictures, PDF files and pages, small and whole."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Mapping

from corpora.attachments.deflate import deflate


def jpeg(comment: bytes = b"MAILKIT test picture") -> bytes:
    """Give a grey picture of one block. ISO 10918-1, Annex B."""
    app0 = b"\xff\xe0" + struct.pack(">H", 16) + b"JFIF\0" + bytes((1, 1, 0, 0, 1, 0, 1, 0, 0))
    note = b"\xff\xfe" + struct.pack(">H", len(comment) + 2) + comment
    table = b"\xff\xdb" + struct.pack(">HB", 67, 0) + bytes(range(16, 80))
    frame = b"\xff\xc0" + struct.pack(">HBHHB", 11, 8, 8, 8, 1) + bytes((1, 0x11, 0))
    codes = b"".join(
        b"\xff\xc4" + struct.pack(">HB", 20, kind) + bytes((1, *[0] * 15)) + b"\0" for kind in (0x00, 0x10)
    )
    scan = b"\xff\xda" + struct.pack(">HB", 8, 1) + bytes((1, 0, 0, 63, 0)) + b"\x3f"
    return b"\xff\xd8" + app0 + note + table + frame + codes + scan + b"\xff\xd9"


def png(width: int = 8, height: int = 8) -> bytes:
    """Give a white picture. PNG, third edition, section 5."""
    rows = (b"\0" + b"\xff" * width) * height
    packed = b"\x78\x01" + deflate(rows) + struct.pack(">I", zlib.adler32(rows))
    body = b"\x89PNG\r\n\x1a\n"
    head = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    for kind, data in ((b"IHDR", head), (b"IDAT", packed), (b"IEND", b"")):
        body += struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
    return body


def gif(width: bytes = b"\x01\0") -> bytes:
    """Give a picture of one dot. GIF89a."""
    start = b"GIF89a" + width + b"\x01\0\x80\0\0\xff\xff\xff\0\0\0"
    return start + b",\0\0\0\0\x01\0\x01\0\0\x02\x02D\x01\0;"


def webp() -> bytes:
    """Give the container of a picture without loss. RFC 9649."""
    data = b"\x2f\0\0\0\0\x07\x10\x11\x11\x88\x88\xfe\x07\0"
    body = b"WEBPVP8L" + struct.pack("<I", len(data)) + data
    return b"RIFF" + struct.pack("<I", len(body)) + body


def heic() -> bytes:
    """Give the first boxes of a picture of a telephone. ISO 23008-12."""
    brands = b"heic\0\0\0\0mif1heic"
    data = bytes((index * 37 + 5) % 251 for index in range(700))
    boxes = ((b"ftyp", brands), (b"meta", bytes(4)), (b"mdat", data))
    return b"".join(struct.pack(">I", 8 + len(body)) + kind + body for kind, body in boxes)


def wave(seconds: float = 0.05) -> bytes:
    """Give a short silence. RIFF, Multimedia Programming Interface 1.0."""
    data = b"\x80" * int(8000 * seconds)
    form = struct.pack("<HHIIHH", 1, 1, 8000, 8000, 1, 8)
    body = b"WAVEfmt " + struct.pack("<I", 16) + form + b"data" + struct.pack("<I", len(data)) + data
    return b"RIFF" + struct.pack("<I", len(body)) + body


def pdf(
    objects: Mapping[int, bytes | str] | None = None,
    catalog: str = "",
    page: str = "",
    text: str = "",
    trailer: str = "",
) -> bytes:
    """Give a file of one page. ISO 32000-1, section 7.5; `objects` from number 6 on, the rest goes into the dictionaries."""
    shown = f"BT /F1 11 Tf 40 780 Td 14 TL ({text or 'A page.'}) Tj ET".replace("\n", ") Tj T* (")
    stock: dict[int, bytes | str] = {
        1: f"<</Type/Catalog/Pages 2 0 R{catalog}>>",
        2: "<</Type/Pages/Kids[3 0 R]/Count 1>>",
        3: f"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R/Resources<</Font<</F1 5 0 R>>>>{page}>>",
        4: stream(shown.encode("latin-1", "replace"), packed=True),
        5: "<</Type/Font/Subtype/Type1/BaseFont/Helvetica/Encoding/WinAnsiEncoding>>",
        **(objects or {}),
    }
    body, places = b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n", dict[int, int]()
    for number, value in stock.items():
        places[number] = len(body)
        body += b"%d 0 obj\n" % number + (value.encode("latin-1") if isinstance(value, str) else value) + b"\nendobj\n"
    size = max(places) + 1
    table = b"".join(
        b"%010d 00000 n \n" % places[n] if n in places else b"0000000000 00000 f \n" for n in range(1, size)
    )
    end = b"xref\n0 %d\n0000000000 65535 f \n" % size + table
    end += f"trailer\n<</Size {size}/Root 1 0 R{trailer}>>\nstartxref\n{len(body)}\n%%EOF\n".encode()
    return body + end


def stream(data: bytes, fields: str = "", *, packed: bool = False) -> bytes:
    """Give a stream with its dictionary."""
    stored = b"\x78\x01" + deflate(data) + struct.pack(">I", zlib.adler32(data)) if packed else data
    told = f"<<{fields}/Length {len(stored)}{'/Filter/FlateDecode' * packed}>>\nstream\n"
    return told.encode() + stored + b"\nendstream"


def html(body: str, head: str = "") -> bytes:
    """Give a page."""
    return f'<!DOCTYPE html>\n<html><head><meta charset="utf-8"><title>Page</title>{head}</head>\n<body>{body}</body></html>\n'.encode()


def svg(body: str, attributes: str = "") -> bytes:
    """Give a drawing."""
    start = '<?xml version="1.0" encoding="UTF-8"?>\n<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 40 40"'
    return f"{start}{attributes}>\n{body}\n</svg>\n".encode()


def calendar(*lines: str, method: str = "REQUEST") -> bytes:
    """Give an appointment. RFC 5545."""
    event = [
        "BEGIN:VEVENT",
        "UID:7c1e-4402@sender.example",
        "DTSTAMP:20240604T071200Z",
        "DTSTART:20240611T130000Z",
        "DTEND:20240611T140000Z",
        "ORGANIZER;CN=Dora Marlow:mailto:dora@sender.example",
        *lines,
        "END:VEVENT",
    ]
    start = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Example//Planner//EN", f"METHOD:{method}"]
    return "".join(f"{line}\r\n" for line in [*start, *event, "END:VCALENDAR"]).encode()
