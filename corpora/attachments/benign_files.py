"""Files that everybody sends: small, valid and harmless."""

from __future__ import annotations

import base64
import struct
import zlib

from corpora.attachments import archives, offices, ole2, pdfs, zips
from corpora.attachments.deflate import gzip


def png() -> bytes:
    """Give an image of eight by eight grey pixels. RFC 2083."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    rows = b"".join(b"\0" + bytes(range(at, at + 8)) for at in range(0, 64, 8))
    head = chunk(b"IHDR", struct.pack(">IIBBBBB", 8, 8, 8, 0, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + head + chunk(b"IDAT", pdfs.zlib_stream(rows)) + chunk(b"IEND", b"")


def gif() -> bytes:
    """Give an image of one pixel. GIF89a."""
    start = b"GIF89a" + struct.pack("<HHBBB", 1, 1, 0x80, 0, 0) + b"\xff\xff\xff\0\0\0"
    return start + b"\x2c" + struct.pack("<HHHHB", 0, 0, 1, 1, 0) + b"\x02\x02\x44\x01\x00\x3b"


def jpeg(comment: bytes = b"") -> bytes:
    """Give a grey image of eight by eight pixels. ITU T.81, annex B."""

    def segment(mark: int, data: bytes) -> bytes:
        return bytes((0xFF, mark)) + struct.pack(">H", len(data) + 2) + data

    body = b"\xff\xd8" + segment(0xE0, b"JFIF\0\x01\x01\0" + struct.pack(">HHBB", 72, 72, 0, 0))
    body += segment(0xFE, comment) if comment else b""
    body += segment(0xDB, b"\0" + b"\x10" * 64) + segment(0xC0, struct.pack(">BHHB", 8, 8, 8, 1) + b"\x01\x11\0")
    body += segment(0xC4, b"\0\x01" + bytes(15) + b"\0") + segment(0xC4, b"\x10\x01" + bytes(15) + b"\0")
    return body + segment(0xDA, b"\x01\x01\0\0\x3f\0") + b"\x3f\xff\xd9"


def pdf(text: str) -> bytes:
    return pdfs.pdf(text)


def pdf_links(text: str) -> bytes:
    """Give a document with links that a reader may follow."""
    link = b"<< /Type /Annot /Subtype /Link /Rect [72 700 200 715] /A << /S /URI /URI (https://www.shop.example/terms) >> >>"
    return pdfs.pdf(text, page=b"/Annots [6 0 R 7 0 R]", objects=(link, link.replace(b"terms", b"contact")))


def pdf_form(text: str) -> bytes:
    """Give a form to fill in."""
    field = b"<< /Type /Annot /Subtype /Widget /FT /Tx /T (Name) /V () /Rect [72 600 300 620] /DA (/F1 12 Tf 0 g) >>"
    return pdfs.pdf(text, catalog=b"/AcroForm << /Fields [6 0 R] >>", page=b"/Annots [6 0 R]", objects=(field,))


def pdf_open(text: str) -> bytes:
    """Give a document that opens at its first page, and with an outline."""
    outline = b"<< /Type /Outlines /First 7 0 R /Last 7 0 R /Count 1 >>"
    entry = b"<< /Title (Start) /Parent 6 0 R /Dest [3 0 R /Fit] >>"
    return pdfs.pdf(text, catalog=b"/OpenAction [3 0 R /FitH null] /Outlines 6 0 R", objects=(outline, entry))


def zugferd(text: str) -> bytes:
    """Give an invoice that holds its own data. ZUGFeRD 2, Factur-X."""
    data = (
        '<?xml version="1.0" encoding="UTF-8"?>\n<rsm:CrossIndustryInvoice xmlns:rsm='
        '"urn:un:unece:uncefact:data:standard:CrossIndustryInvoice:100"><rsm:ExchangedDocument/>'
        f"<!-- {text} --></rsm:CrossIndustryInvoice>\n"
    )
    return pdfs.with_file("factur-x.xml", data.encode(), catalog=b"/AF [6 0 R]")


def docx(text: str) -> bytes:
    return offices.docx(text)


def docx_links(text: str) -> bytes:
    """Give a document with links to pages and to an address."""
    links: list[offices.Rel] = [
        ("hyperlink", "https://www.association.example/statutes?id=7", True),
        ("hyperlink", "mailto:office@association.example", True),
    ]
    inside = '<w:hyperlink r:id="rId1"><w:r><w:t>statutes</w:t></w:r></w:hyperlink>'
    return offices.docx(text, links, inside=inside)


def docx_fields(text: str) -> bytes:
    """Give a document with the fields that templates have: page, date, contents."""
    inside = "".join(
        f'<w:fldSimple w:instr=" {code} "><w:r><w:t>1</w:t></w:r></w:fldSimple>'
        for code in ("PAGE", 'DATE \\@ "d. MMMM yyyy"', 'TOC \\o "1-3" \\h', 'HYPERLINK "https://www.shop.example/"')
    )
    return offices.docx(text, inside=inside)


def xlsx(text: str) -> bytes:
    return offices.xlsx([[text, "2024"], ["+49 30 555 0134", "-12,50"]])


def pptx(text: str) -> bytes:
    return offices.pptx(text, [("hyperlink", "https://www.shop.example/", True)])


def odt(text: str) -> bytes:
    inside = '<text:p><text:a xlink:type="simple" xlink:href="https://www.shop.example/">shop</text:a></text:p>'
    return offices.odf("text", text, inside=inside)


def ods(text: str) -> bytes:
    table = f'<table:table table:name="A"><table:table-row><table:table-cell><text:p>{text}</text:p></table:table-cell></table:table-row></table:table>'
    return offices.odf("spreadsheet", text, inside=table)


def doc(text: str) -> bytes:
    """Give a document of the old Word."""
    note = text.encode("utf-16-le").ljust(4096, b"\0")
    return ole2.compound({"WordDocument": ole2.fib(), "1Table": note, "\x05SummaryInformation": bytes(64)}, ole2.WORD)


def xls(text: str) -> bytes:
    """Give a workbook of the old Excel with one label."""
    raw = text.encode("utf-16-le")
    label = ole2.record(0x204, struct.pack("<HHHHB", 0, 0, 15, len(raw) // 2, 1) + raw)
    return ole2.compound({"Workbook": ole2.workbook([("Sheet1", 0, label)]).ljust(4096, b"\0")}, ole2.EXCEL)


def text_file(text: str) -> bytes:
    return (text + "\r\n").encode()


def csv(text: str) -> bytes:
    """Give a table with what looks like formulas and is none."""
    rows = [
        f"{text};phone;balance;note",
        "Marlow;+49 30 555 0134;-12,50;- none -",
        "Okoro;+44 20 5550 1345;+3,00;@home",
    ]
    return ("\r\n".join(rows) + "\r\n").encode()


def log(text: str) -> bytes:
    lines = [f"2024-06-0{day} 09:00:00 INFO started backup.sh and cmd.exe /c dir: {text}" for day in range(1, 8)]
    return ("\n".join(lines) + "\n").encode()


def ics(text: str) -> bytes:
    """Give an invitation. RFC 5545, RFC 5546."""
    rows = [
        "BEGIN:VCALENDAR", "PRODID:-//Example//Calendar 1.0//EN", "VERSION:2.0", "METHOD:REQUEST", "BEGIN:VEVENT",
        "UID:meeting-17@sender.example", "DTSTAMP:20240604T070000Z", "DTSTART:20240611T120000Z", "DTEND:20240611T130000Z",
        f"SUMMARY:{text}", "ORGANIZER;CN=Dora:mailto:dora@sender.example", "ATTENDEE;RSVP=TRUE:mailto:board@lists.example",
        "URL:https://meet.example/17", "BEGIN:VALARM", "ACTION:DISPLAY", "DESCRIPTION:soon", "TRIGGER:-PT15M", "END:VALARM",
        "END:VEVENT", "END:VCALENDAR",
    ]  # fmt: skip
    return ("\r\n".join(rows) + "\r\n").encode()


def vcf(text: str) -> bytes:
    """Give a card with a photo. RFC 2426."""
    photo = base64.b64encode(jpeg()).decode()
    folded = "\r\n ".join(photo[at : at + 70] for at in range(0, len(photo), 70))
    rows = [
        "BEGIN:VCARD",
        "VERSION:3.0",
        f"FN:{text}",
        f"N:{text};;;;",
        f"PHOTO;ENCODING=b;TYPE=JPEG:{folded}",
        "END:VCARD",
    ]
    return ("\r\n".join(rows) + "\r\n").encode()


def zipped(text: str) -> bytes:
    """Give an archive of documents in folders."""
    return zips.of(
        {f"{text}/notes.txt": text_file(text), f"{text}/plan.docx": docx(text), f"{text}/img/a.v2.jpg": jpeg()}
    )


def sources(text: str) -> bytes:
    """Give a release of a program in its sources."""
    files = {
        "tool-1.4.2/README.md": f"# tool\n\n{text}\n".encode(),
        "tool-1.4.2/setup.py": b"from setuptools import setup\n\nsetup(name='tool')\n",
        "tool-1.4.2/src/main.c": b"int main(void) { return 0; }\n",
        "tool-1.4.2/bin/build.sh": b"#!/bin/sh\nset -e\nmake all\n",
        "tool-1.4.2/web/app.min.js": b"(function(){'use strict';var a=1;})();\n",
        "tool-1.4.2/tests/test_tool.py": b"def test_tool():\n    assert True\n",
    }
    return gzip(archives.tar(files), "tool-1.4.2.tar")


def gz_log(text: str) -> bytes:
    return gzip(log(text), "backup.log")


def patch(text: str) -> bytes:
    rows = ["--- a/src/main.c", "+++ b/src/main.c", "@@ -1 +1,2 @@", f"+/* {text} */", " int main(void) { return 0; }"]
    return ("\n".join(rows) + "\n").encode()


def html(text: str) -> bytes:
    """Give a report with a script that sorts its table."""
    words = "".join(
        f"<p>{text}: in week {week} all backups ended well and no host was late.</p>" for week in range(1, 12)
    )
    script = "document.querySelectorAll('th').forEach(function (cell) { cell.title = 'sort'; });"
    return (
        f"<!DOCTYPE html>\n<html><head><meta charset=utf-8><title>{text}</title><style>th{{color:#036}}</style></head><body>"
        f"<h1>{text}</h1>{words}<table><tr><th>host</th></tr><tr><td>a1</td></tr></table><script>{script}</script></body></html>\n"
    ).encode()


def html_plain(text: str) -> bytes:
    return (
        f"<html><body><h1>{text}</h1><p>Read <a href='https://www.shop.example/'>more</a>.</p></body></html>\n".encode()
    )


def svg(text: str) -> bytes:
    """Give a logo as drawing programs write it, with the declaration of SVG 1.1."""
    return (
        '<?xml version="1.0" encoding="UTF-8" standalone="no"?>\n<!DOCTYPE svg PUBLIC "-//W3C//DTD SVG 1.1//EN" '
        '"http://www.w3.org/Graphics/SVG/1.1/DTD/svg11.dtd">\n<svg xmlns="http://www.w3.org/2000/svg" width="40" height="40">'
        f'<title>{text}</title><style>.a{{fill:#036}}</style><circle class="a" cx="20" cy="20" r="18"/></svg>\n'
    ).encode()


def xml(text: str) -> bytes:
    return (
        f'<?xml version="1.0" encoding="UTF-8"?>\n<invoice><number>17</number><text>{text}</text></invoice>\n'.encode()
    )


def rtf(text: str) -> bytes:
    """Give a letter with a picture. RTF 1.9.1."""
    words = "".join(letter if letter.isascii() else f"\\u{ord(letter)}?" for letter in text if ord(letter) < 0x8000)
    picture = png().hex()
    return f"{{\\rtf1\\ansi\\deff0{{\\fonttbl{{\\f0 Times;}}}}\\f0 {words}\\par {{\\pict\\pngblip {picture}}}}}\r\n".encode()


def der(tag: int, body: bytes) -> bytes:
    """Give a value with its length. X.690, section 8.1."""
    size = len(body)
    if size < 128:
        return bytes((tag, size)) + body
    raw = size.to_bytes((size.bit_length() + 7) // 8, "big")
    return bytes((tag, 0x80 | len(raw))) + raw + body


def p7(kind: int, body: bytes = b"") -> bytes:
    """Give the outside of a CMS message: 2 signed, 3 enveloped. RFC 5652, section 3."""
    oid = der(6, bytes.fromhex("2a864886f70d0107") + bytes((kind,)))
    inner = (
        der(2, b"\x01")
        + der(0x31, b"")
        + der(0x30, der(6, bytes.fromhex("2a864886f70d010701")))
        + body
        + der(0x31, b"")
    )
    return der(0x30, oid + der(0xA0, der(0x30, inner)))


def pem(text: str) -> bytes:
    """Give what looks like a certificate."""
    body = base64.b64encode(der(0x30, der(0x30, der(2, b"\x11") + der(12, text.encode()) + bytes(range(160)))))
    lines = b"\n".join(body[at : at + 64] for at in range(0, len(body), 64))
    return b"-----BEGIN CERTIFICATE-----\n" + lines + b"\n-----END CERTIFICATE-----\n"


def mat(text: str) -> bytes:
    """Give the header of a file of MATLAB with an empty matrix. MAT-File Format, level 5."""
    head = f"MATLAB 5.0 MAT-file, {text}".encode("ascii", "replace")[:116].ljust(124, b" ")
    return head + struct.pack("<H", 0x0100) + b"IM" + struct.pack("<II", 14, 8) + bytes(8)


def sql(text: str) -> bytes:
    return f"-- {text}\nCREATE TABLE member (id INTEGER PRIMARY KEY, name TEXT);\nINSERT INTO member VALUES (1, 'Marlow');\n".encode()


def epub(text: str) -> bytes:
    """Give a book. OCF 3, section 4."""
    box = '<container version="1.0" xmlns="urn:oasis:names:tc:opendocument:xmlns:container"><rootfiles/></container>'
    page = f'<html xmlns="http://www.w3.org/1999/xhtml"><head><title>{text}</title></head><body><p>{text}</p></body></html>'
    first = zips.Entry("mimetype", b"application/epub+zip", zips.STORED)
    rows = {"META-INF/container.xml": box.encode(), "OEBPS/ch1.xhtml": page.encode()}
    return zips.make([first, *(zips.Entry(name, data) for name, data in rows.items())])


def wav(_: str) -> bytes:
    """Give a tenth of a second of silence."""
    data = b"\x80" * 800
    form = b"fmt " + struct.pack("<IHHIIHH", 16, 1, 1, 8000, 8000, 1, 8)
    return b"RIFF" + struct.pack("<I", 36 + len(data)) + b"WAVE" + form + b"data" + struct.pack("<I", len(data)) + data


def mp4(_: str) -> bytes:
    """Give the first boxes of a film. ISO 14496-12."""
    return (
        struct.pack(">I", 24)
        + b"ftypisom"
        + struct.pack(">I", 512)
        + b"isommp42"
        + struct.pack(">I", 16)
        + b"mdat"
        + bytes(8)
    )


def bmp(_: str) -> bytes:
    return b"BM" + struct.pack("<IIIIiiHHIIiiII", 58, 0, 54, 40, 1, 1, 1, 24, 0, 4, 2835, 2835, 0, 0) + bytes(4)


def tiff(_: str) -> bytes:
    """Give a scan of one pixel. TIFF 6.0, section 2."""
    tags = ((256, 1), (257, 1), (258, 8), (259, 1), (262, 1), (273, 8), (277, 1), (278, 1), (279, 1))
    rows = b"".join(struct.pack("<HHII", tag, 4, 1, value) for tag, value in tags)
    return b"II*\0" + struct.pack("<I", 12) + bytes(4) + struct.pack("<H", len(tags)) + rows + bytes(4)
