"""Check attachments and print MB of mail per second beside the standard library, in one run.

    python benchmarks/attachments.py [--repeat N] [--scale N]

The mail is ordinary: a text and three attachments, a PDF whose pages are pictures, a DOCX with a picture, and a photo;
in three sizes. The peer only parses and decodes (`email`, compat32, every payload); mailkit parses, decodes, tells the
types, opens the DOCX and reads the PDF. The hostile rows are what a scanner is slowed down with. Best of N rounds in
CPU seconds; of the peer the same. Files are made from a fixed seed.
"""

from __future__ import annotations

import argparse
import base64
import email
import io
import platform
import random
import sys
import time
import zipfile
import zlib
from collections.abc import Callable
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from mailkit.attachments import check_attachments

KIB = 1024


def part(name: str, kind: str, content: bytes) -> bytes:
    """Give a part of a multipart, in base64."""
    fields = f'Content-Type: {kind}; name="{name}"\r\nContent-Disposition: attachment; filename="{name}"\r\n'
    body = base64.encodebytes(content).replace(b"\n", b"\r\n")
    return fields.encode() + b"Content-Transfer-Encoding: base64\r\n\r\n" + body


def mail(*parts: bytes) -> bytes:
    """Give a message with a text and files."""
    head = b'From: a@example.org\r\nSubject: files\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary="=_x"\r\n\r\n'
    text = b"Content-Type: text/plain; charset=utf-8\r\n\r\nPlease find the files attached.\r\n"
    return head + b"".join(b"--=_x\r\n" + one for one in (text, *parts)) + b"--=_x--\r\n"


def pdf(noise: random.Random, size: int) -> bytes:
    """Give a PDF whose pages are pictures, with some text, of about a size."""
    out = [
        b"%PDF-1.5\n1 0 obj\n<</Type/Catalog/Pages 2 0 R>>\nendobj\n2 0 obj\n<</Type/Pages/Kids[3 0 R]/Count 1>>\nendobj\n"
    ]
    pages = max(1, size // (200 * KIB))
    for page in range(pages):
        picture = noise.randbytes(size // pages)
        head = b"<</Type/XObject/Subtype/Image/Width 640/Height 480/Filter/DCTDecode/Length %d>>" % len(picture)
        out.append(b"%d 0 obj\n%b\nstream\n%b\nendstream\nendobj\n" % (10 + 2 * page, head, picture))
        words = zlib.compress(b"BT /F1 12 Tf (Quarterly figures) Tj ET\n" * 60)
        out.append(
            b"%d 0 obj\n<</Filter/FlateDecode/Length %d>>\nstream\n%b\nendstream\nendobj\n"
            % (11 + 2 * page, len(words), words)
        )
    return b"".join(out) + b"trailer\n<</Root 1 0 R>>\n%%EOF\n"


def docx(noise: random.Random, size: int) -> bytes:
    """Give a document of Word with a picture, of about a size."""
    out = io.BytesIO()
    words = ("delivery", "recipient", "mailbox", "list", "figures", "quarter", "report", "meeting")
    runs = "".join(
        f"<w:p><w:r><w:t>{' '.join(noise.choices(words, k=12))}</w:t></w:r></w:p>" for _ in range(size // 400)
    )
    types = (
        '<Types><Default Extension="xml" ContentType="application/xml"/><Override PartName="/word/document.xml" '
        'ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"/></Types>'
    )
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", types)
        archive.writestr(
            "_rels/.rels",
            '<Relationships><Relationship Id="1" Type="x/officeDocument" Target="word/document.xml"/></Relationships>',
        )
        archive.writestr("word/document.xml", f"<w:document><w:body>{runs}</w:body></w:document>")
        archive.writestr("word/media/image1.jpeg", b"\xff\xd8\xff\xe0" + noise.randbytes(size * 3 // 4))
    return out.getvalue()


def ordinary(size: int) -> bytes:
    """Give a message with three attachments of about a size each."""
    noise = random.Random(size)
    return mail(
        part("report.pdf", "application/pdf", pdf(noise, size)),
        part(
            "minutes.docx", "application/vnd.openxmlformats-officedocument.wordprocessingml.document", docx(noise, size)
        ),
        part("photo.jpg", "image/jpeg", b"\xff\xd8\xff\xe0\x00\x10JFIF\x00" + noise.randbytes(size) + b"\xff\xd9"),
    )


def hostile() -> dict[str, bytes]:
    """Give what a scanner is slowed down with."""
    bomb, many = io.BytesIO(), io.BytesIO()
    with zipfile.ZipFile(bomb, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a.txt", bytes(200_000_000))
    with zipfile.ZipFile(many, "w") as archive:
        for number in range(30_000):
            archive.writestr(f"{number}.txt", b"")
    nested = b"hello"
    for _ in range(60):
        inner = io.BytesIO()
        with zipfile.ZipFile(inner, "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr("a.zip", nested)
        nested = inner.getvalue()
    deep = b"".join(
        b'Content-Type: multipart/mixed; boundary="%d"\r\n\r\n--%d\r\n' % (level, level) for level in range(2_000)
    )
    return {
        "a bomb of 200 MB": mail(part("a.zip", "application/zip", bomb.getvalue())),
        "30,000 members": mail(part("a.zip", "application/zip", many.getvalue())),
        "60 archives nested": mail(part("a.zip", "application/zip", nested)),
        "2,000 multiparts nested": b"MIME-Version: 1.0\r\n" + deep,
        "1 MB of a name": mail(part("a" * 1_000_000 + ".exe", "application/octet-stream", b"MZ")),
    }


def decode_all(data: bytes) -> None:
    """Parse and decode with the standard library, and do nothing with it."""
    for one in email.message_from_bytes(data).walk():
        if not one.is_multipart():
            one.get_payload(decode=True)


def seconds(work: Callable[[bytes], object], data: bytes, repeat: int) -> float:
    """Give the least CPU time of some rounds."""
    best = float("inf")
    for _ in range(repeat):
        start = time.process_time()
        work(data)
        best = min(best, time.process_time() - start)
    return best


def main() -> int:
    """Print a row for each size, and for each kind of hostile message."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--repeat", type=int, default=5)
    parser.add_argument("--scale", type=int, default=1, help="how many times as large the ordinary mail is")
    args = parser.parse_args()
    print(f"Python {platform.python_version()}, {platform.machine()}, best of {args.repeat} in CPU seconds")
    for kib in (30, 300, 1_500):
        data = ordinary(kib * KIB * args.scale)
        assert check_attachments(data).verdict == "clean", "ordinary mail has to be clean"
        ours, theirs = seconds(check_attachments, data, args.repeat), seconds(decode_all, data, args.repeat)
        megabytes = len(data) / 1e6
        print(f"{megabytes:6.2f} MB of mail: {megabytes / ours:6.1f} MB/s, email parses and decodes {megabytes / theirs:6.1f} MB/s, "
              f"{theirs / ours:4.2f} x")  # fmt: skip
    for name, data in hostile().items():
        report = check_attachments(data)
        print(f"{name}: {seconds(check_attachments, data, 1):.3f} s for {len(data)} bytes, {report.verdict}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
