"""Small files in PDF with a true table of references. ISO 32000-1, section 7.5."""

from __future__ import annotations

import struct
import zlib

from corpora.attachments.deflate import deflate


def zlib_stream(data: bytes) -> bytes:
    """Compress as FlateDecode has it. RFC 1950."""
    return b"\x78\x01" + deflate(data) + struct.pack(">I", zlib.adler32(data))


def stream(data: bytes, entries: bytes = b"", *, packed: bool = False) -> bytes:
    """Give a stream object."""
    body = zlib_stream(data) if packed else data
    extra = b" /Filter /FlateDecode" if packed else b""
    return b"<< /Length %d%s %s >>\nstream\n%s\nendstream" % (len(body), extra, entries, body)


def pdf(
    text: str = "Invoice",
    *,
    catalog: bytes = b"",
    page: bytes = b"",
    objects: tuple[bytes, ...] = (),
    trailer: bytes = b"",
) -> bytes:
    """Give a document of one page; `objects` get the numbers from 6 on."""
    words = text.encode("latin-1", "replace").replace(b"(", b"").replace(b")", b"")
    every = [
        b"<< /Type /Catalog /Pages 2 0 R %s >>" % catalog,
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R "
        b"/Resources << /Font << /F1 5 0 R >> >> %s >>" % page,
        stream(b"BT /F1 12 Tf 72 720 Td (%s) Tj ET" % words, packed=True),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
        *objects,
    ]
    body, places = b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n", []
    for number, one in enumerate(every, 1):
        places.append(len(body))
        body += b"%d 0 obj\n%s\nendobj\n" % (number, one)
    table = b"xref\n0 %d\n0000000000 65535 f \n" % (len(every) + 1)
    table += b"".join(b"%010d 00000 n \n" % at for at in places)
    end = b"trailer\n<< /Size %d /Root 1 0 R %s >>\nstartxref\n%d\n%%%%EOF\n" % (len(every) + 1, trailer, len(body))
    return body + table + end


def with_file(name: str, data: bytes, subtype: str = "text/xml", catalog: bytes = b"") -> bytes:
    """Give a document that holds a file. Section 7.11.4."""
    kind = subtype.replace("/", "#2F").encode()
    label = name.encode("latin-1")
    spec = b"<< /Type /Filespec /F (%s) /UF (%s) /AFRelationship /Alternative /EF << /F 7 0 R >> >>" % (label, label)
    held = stream(data, b"/Type /EmbeddedFile /Subtype /%s" % kind, packed=True)
    names = b"/Names << /EmbeddedFiles << /Names [(%s) 6 0 R] >> >> %s" % (label, catalog)
    return pdf("Invoice with data", catalog=names, objects=(spec, held))
