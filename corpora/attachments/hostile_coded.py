"""Groups G, I and J: files behind encodings that are broken, in plain text, and in the form of Outlook."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Iterator
from urllib.parse import quote

from corpora.attachments import tnefs
from corpora.attachments.mime import EOL, HARMLESS, Case, attachment, b64, case, head, message, qp, raw
from corpora.attachments.programs import BATCH, JSCRIPT, lnk, pe

D, S = "dangerous", "suspicious"


def cases() -> Iterator[Case]:
    """Give them all."""
    yield from encodings()
    yield from in_text()
    yield from outlook()


def encodings() -> Iterator[Case]:
    """Give files whose names say nothing: only the bytes that come out do. RFC 2045, section 6."""
    whole = b64(pe())
    junk = "MIME_B64_JUNK 2"
    rows: list[tuple[str, bytes, str, tuple[str, ...]]] = [
        ("G-b64-spaces", whole.replace(b"A", b"A ", 400), "base64", ()),
        ("G-b64-no-lines", base64.b64encode(pe()), "base64", ()),
        ("G-b64-bare-lf", whole.replace(EOL, b"\n"), "base64", ()),
        ("G-b64-one-a-line", EOL.join(bytes((one,)) for one in base64.b64encode(pe()[:600])), "base64", ()),
        ("G-b64-stars", whole.replace(EOL, b"*" + EOL), "base64", (junk,)),
        ("G-b64-padding-inside", b64(pe()[:100]) + EOL + b64(pe()[100:]), "base64", (junk,)),
        ("G-b64-no-padding", b64(pe()[:1000]).rstrip(b"="), "base64", ()),
        (
            "G-b64-text-behind",
            whole + b"====" + EOL + EOL + b"The file ends here, kind regards." + EOL,
            "base64",
            (junk,),
        ),
        ("G-b64-line-of-junk-first", b"!!!!" + EOL + whole, "base64", (junk,)),
        ("G-b64-nul-between", whole.replace(EOL, b"\0" + EOL, 3), "base64", (junk,)),
        ("G-b64-blank-line-first", EOL + EOL + whole, "base64", ()),
        ("G-b64-upper-case", whole, "BASE64", ()),
        ("G-b64-blank-behind-cte", whole, "base64 ", ()),
        ("G-b64-comment-in-cte", whole, "(as usual) base64", ()),
        ("G-qp-lower-hex", EOL.join(map(_lower, qp(pe()).split(EOL))), "quoted-printable", ()),
        ("G-binary", pe(HARMLESS.strip()), "binary", ()),
    ]
    for name, body, encoding, more in rows:
        fields = ["Content-Type: application/octet-stream; name=photo.jpg", f"Content-Transfer-Encoding: {encoding}"]
        one = raw([*fields, "Content-Disposition: attachment; filename=photo.jpg"], body)
        yield Case(name, message(name, [one]), D, ("MAGIC_EXECUTABLE 2", "MAGIC_MISMATCH 2", *more))
    uu = _uu(pe(), "photo.jpg")
    for token in ("x-uuencode", "uuencode", "x-uu"):
        fields = ["Content-Type: application/octet-stream; name=setup.exe", f"Content-Transfer-Encoding: {token}"]
        one = raw([*fields, "Content-Disposition: attachment; filename=setup.exe"], uu)
        yield Case(f"G-cte-{token}", message(f"G-cte-{token}", [one]), D, ("EXT_EXECUTABLE 2",))
    lines = b"=ybegin line=128 size=1024 name=setup.exe\r\n" + _yenc(pe()) + b"=yend size=1024\r\n"
    fields = ["Content-Type: application/octet-stream; name=setup.exe", "Content-Transfer-Encoding: x-yenc"]
    yield Case("G-cte-yenc", message("G-cte-yenc", [raw(fields, lines)]), D, ("EXT_EXECUTABLE 2",))


def _lower(line: bytes) -> bytes:
    """Write the digits of quoted-printable small; everything else stays."""
    units = line.split(b"=")
    return units[0] + b"".join(b"=" + unit[:2].lower() + unit[2:] for unit in units[1:])


def _uu(data: bytes, name: str, mode: str = "644") -> bytes:
    """Encode as uuencode does. POSIX, uuencode."""
    lines = [binascii.b2a_uu(data[at : at + 45], backtick=True).rstrip(b"\n") for at in range(0, len(data), 45)]
    return EOL.join([f"begin {mode} {name}".encode(), *lines, b"`", b"end", b""])


def _yenc(data: bytes) -> bytes:
    """Encode as yEnc 1.3 does."""
    out, line = b"", b""
    for byte in data:
        value = byte + 42 & 255
        line += (
            bytes((0x3D, value + 64 & 255))
            if value in (0, 10, 13, 0x3D) or (not line and value == 0x2E)
            else bytes((value,))
        )
        if len(line) >= 128:
            out += line + EOL
            line = b""
    return out + line + EOL


def in_text() -> Iterator[Case]:
    """Files that stand in a text as they did before MIME, and as readers still take them out."""
    said = b"Good morning,\r\n\r\nthe file is below.\r\n\r\n"
    start = "UU_IN_TEXT 1"
    bodies: list[tuple[str, bytes, str, tuple[str, ...]]] = [
        ("I-uu-exe", said + _uu(pe(), "setup.exe"), D, ("UU_IN_TEXT 1!setup.exe", "EXT_EXECUTABLE 1!setup.exe")),
        ("I-uu-program-as-picture", said + _uu(pe(), "photo.jpg"), D, ("MAGIC_EXECUTABLE 1!photo.jpg", start)),
        ("I-uu-script", said + _uu(JSCRIPT, "invoice.js"), D, ("EXT_SCRIPT 1!invoice.js", start)),
        ("I-uu-no-end", said + _uu(pe(), "setup.exe")[:-8], D, (start,)),
        ("I-uu-two-files", said + _uu(HARMLESS, "notes.txt") + EOL + _uu(pe(), "run.scr"), D, ("EXT_EXECUTABLE 1!run.scr", start)),
        ("I-uu-mode-0755", said + _uu(BATCH, "start.bat", "0755"), D, ("EXT_SCRIPT 1!start.bat", start)),
        ("I-uu-double", said + _uu(pe(), "invoice.pdf.exe"), D, ("NAME_DOUBLE_EXT 1!invoice.pdf.exe", start)),
        ("I-uu-blanks-for-ticks", said + _uu(pe(), "setup.exe").replace(b"`", b" "), D, (start,)),
        (
            "I-begin-base64",
            said + b"begin-base64 644 setup.exe\r\n" + b64(pe()) + b"\r\n====\r\n",
            D,
            ("UU_IN_TEXT 1!setup.exe",),
        ),
        ("I-yenc", said + b"=ybegin line=128 size=1024 name=setup.exe\r\n" + _yenc(pe()) + b"=yend size=1024\r\n", D, ("EXT_EXECUTABLE 1!setup.exe",)),
    ]  # fmt: skip
    for name, body, verdict, findings in bodies:
        fields = [*head(name), "Content-Type: text/plain; charset=us-ascii"]
        yield Case(name, raw(fields, body), verdict, findings)
    yield Case(
        "I-uu-no-type", raw(head("I-uu-no-type")[:4], said + _uu(pe(), "setup.exe")), D, ("UU_IN_TEXT 1!setup.exe",)
    )
    one = raw(["Content-Type: text/plain"], said + _uu(pe(), "setup.exe"))
    yield Case("I-uu-in-second-part", message("I-uu-in-second-part", [one]), D, ("UU_IN_TEXT 2!setup.exe",))


def outlook() -> Iterator[Case]:
    """Give what hides in a winmail.dat."""
    member = "TNEF_MEMBER 2!"
    kind = "application/ms-tnef"

    def one(name: str, data: bytes, *findings: str, filename: str = "winmail.dat", media: str = kind) -> Case:
        return case(name, data, filename, D, *findings, media_type=media)

    yield one("J-tnef-exe", tnefs.tnef({"setup.exe": pe()}), member + "setup.exe")
    yield one("J-tnef-script", tnefs.tnef({"notes.txt": HARMLESS, "invoice.js": JSCRIPT}), member + "invoice.js")
    yield one("J-tnef-program-as-picture", tnefs.tnef({"photo.jpg": pe()}), "MAGIC_EXECUTABLE 2!photo.jpg")
    yield one("J-tnef-shortcut", tnefs.tnef({"report.lnk": lnk()}), member + "report.lnk")
    yield one(
        "J-tnef-other-name",
        tnefs.tnef({"setup.exe": pe()}),
        member + "setup.exe",
        filename="letter.dat",
        media="application/octet-stream",
    )
    yield one(
        "J-tnef-long-name",
        tnefs.tnef({"INVOIC~1.TXT": HARMLESS}, long_names={"INVOIC~1.TXT": "invoice.pdf.exe"}),
        "TNEF_MEMBER 2!invoice.pdf.exe",
    )
    yield one("J-tnef-checksum", tnefs.tnef({"setup.exe": pe()}, wrong=True), member + "setup.exe", "TNEF_CHECKSUM 2")
    yield case(
        "J-tnef-cut", tnefs.tnef({"setup.exe": pe()})[:600], "winmail.dat", S, "TNEF_MALFORMED 2", media_type=kind
    )
    inner = tnefs.tnef({"inner.dat": tnefs.tnef({"setup.exe": pe()})})
    yield one("J-tnef-in-tnef", inner, "EXT_EXECUTABLE 2!inner.dat!setup.exe")
    header = "filename*=utf-8''" + quote("письмо.dat")
    fields = [
        f"Content-Type: {kind}",
        "Content-Transfer-Encoding: base64",
        f"Content-Disposition: attachment; {header}",
    ]
    whole = raw(fields, b64(tnefs.tnef({"run.bat": BATCH})))
    yield Case("J-tnef-named-in-russian", message("J-tnef-named-in-russian", [whole]), D, (member + "run.bat",))
    again = attachment(tnefs.tnef({"setup.exe": pe()}), "winmail.dat", kind)
    both = attachment(tnefs.tnef({"notes.txt": HARMLESS}), "winmail.dat", kind)
    yield Case("J-tnef-second-of-two", message("J-tnef-second-of-two", [both, again]), D, ("TNEF_MEMBER 3!setup.exe",))
