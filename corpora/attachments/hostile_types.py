"""Group B: content that is not what name and type say, two formats at once, and what runs by itself."""

from __future__ import annotations

from collections.abc import Iterator

from corpora.attachments import archives, pages, programs, zips
from corpora.attachments.mime import HARMLESS, Case, attachment, case, message, part, qp, raw

D, S = "dangerous", "suspicious"
EXE, MISMATCH, POLYGLOT = "MAGIC_EXECUTABLE 2", "MAGIC_MISMATCH 2", "POLYGLOT 2"
INSIDE = "ARCHIVE_MEMBER 2!setup.exe"

# Name of the case, name and type of the file, content, codes. All are dangerous.
DISGUISED: list[tuple[str, str, str, bytes, tuple[str, ...]]] = [
    ("B-exe-as-jpeg", "photo.jpg", "image/jpeg", programs.pe(), (EXE, MISMATCH)),
    ("B-exe-as-pdf", "invoice.pdf", "application/pdf", programs.pe(), (EXE, MISMATCH)),
    ("B-exe-as-text", "readme.txt", "text/plain", programs.pe(), (EXE, MISMATCH)),
    ("B-exe-as-docx", "minutes.docx", "application/octet-stream", programs.pe(), (EXE, MISMATCH)),
    ("B-exe-as-dat", "archive.dat", "application/octet-stream", programs.pe(), (EXE,)),
    ("B-exe-no-ending", "setup", "application/octet-stream", programs.pe(), (EXE,)),
    ("B-exe-no-name", "", "application/octet-stream", programs.pe(), (EXE,)),
    ("B-exe-no-name-text", "", "text/plain", programs.pe(), (EXE, MISMATCH)),
    ("B-dll-as-gif", "logo.gif", "image/gif", programs.pe(dll=True), (EXE, MISMATCH)),
    ("B-wav-exe", "readme.exe", "audio/x-wav", programs.pe(), ("TYPE_AUTORUN 2", "EXT_EXECUTABLE 2", EXE)),
    ("B-wav-harmless-name", "sound.wav", "audio/x-wav", programs.pe(), ("TYPE_AUTORUN 2", EXE, MISMATCH)),
    ("B-midi-exe", "tune.pif", "audio/x-midi", programs.pe(), ("TYPE_AUTORUN 2", "EXT_EXECUTABLE 2", EXE)),
    ("B-wav-scr-name-only", "new.scr", "audio/x-wav", HARMLESS, ("EXT_EXECUTABLE 2",)),
    ("B-elf-as-png", "chart.png", "image/png", programs.elf(), (EXE, MISMATCH)),
    ("B-elf-no-ending", "installer", "application/octet-stream", programs.elf(), (EXE,)),
    ("B-macho-as-dat", "notes.dat", "application/octet-stream", programs.macho(), (EXE,)),
    ("B-class-as-txt", "list.txt", "text/plain", programs.java_class(), (EXE, MISMATCH)),
    ("B-dex-as-mp3", "song.mp3", "audio/mpeg", programs.dex(), (EXE, MISMATCH)),
    ("B-lnk-as-doc", "Application.doc", "application/msword", programs.lnk(), ("MAGIC_SHORTCUT 2", MISMATCH)),
    ("B-lnk-no-name", "", "application/octet-stream", programs.lnk(), ("MAGIC_SHORTCUT 2",)),
    ("B-shell-as-jpeg", "view.jpg", "image/jpeg", programs.SHELL, ("MAGIC_SCRIPT 2", MISMATCH)),
    ("B-python-as-pdf", "paper.pdf", "application/pdf", programs.PYTHON, ("MAGIC_SCRIPT 2", MISMATCH)),
    ("B-chm-as-pdf", "manual.pdf", "application/pdf", programs.chm(), (MISMATCH,)),
    ("B-zip-as-jpeg", "scan.jpg", "image/jpeg", zips.one("setup.exe", programs.pe()), (MISMATCH, INSIDE)),
    ("B-rar-as-pdf", "offer.pdf", "application/pdf", archives.rar4({"setup.exe": programs.pe()}), (MISMATCH, INSIDE)),
    (
        "B-7z-as-docx",
        "offer.docx",
        "application/octet-stream",
        archives.sevenzip("setup.exe", programs.pe()),
        (MISMATCH, INSIDE),
    ),
    ("B-tar-as-txt", "notes.txt", "text/plain", archives.tar({"setup.exe": programs.pe()}), (MISMATCH, INSIDE)),
    ("B-jpeg-zip", "beach.jpg", "image/jpeg", pages.jpeg() + zips.one("setup.exe", programs.pe()), (POLYGLOT, INSIDE)),
    ("B-png-zip", "plan.png", "image/png", pages.png() + zips.one("setup.exe", programs.pe()), (POLYGLOT, INSIDE)),
    (
        "B-gif-jar",
        "banner.gif",
        "image/gif",
        pages.gif()
        + zips.of({"META-INF/MANIFEST.MF": b"Manifest-Version: 1.0\r\n", "Lookalike.class": programs.java_class()}),
        (POLYGLOT,),
    ),
    ("B-jpeg-rar", "beach2.jpg", "image/jpeg", pages.jpeg() + archives.rar4({"setup.exe": programs.pe()}), (POLYGLOT,)),
    (
        "B-pdf-zip",
        "report.pdf",
        "application/pdf",
        pages.pdf() + zips.one("setup.exe", programs.pe()),
        (POLYGLOT, INSIDE),
    ),
    (
        "B-zip-sfx",
        "album.exe",
        "application/octet-stream",
        programs.pe() + zips.one("setup.exe", programs.pe()),
        (EXE,),
    ),
    (
        "B-rar-sfx-as-pdf",
        "album.pdf",
        "application/pdf",
        programs.pe() + archives.rar4({"a.txt": b"a"}),
        (EXE, MISMATCH),
    ),
]

# The same of texts, which run nowhere as they stand.
OPEN: list[tuple[str, str, str, bytes, tuple[str, ...]]] = [
    ("B-shell-as-text", "howto.txt", "text/plain", programs.SHELL, ("MAGIC_SCRIPT 2",)),
    ("B-shell-no-ending", "configure-mail", "application/octet-stream", programs.SHELL, ("MAGIC_SCRIPT 2",)),
]

SCRIPT_IN_FRONT = b"<html><script>/* MAILKIT-BENIGN-LOOKALIKE-PAYLOAD */</script></html>\n<!--\n"


def cases() -> Iterator[Case]:
    """Give the cases of the group."""
    for name, filename, media_type, data, findings in DISGUISED:
        yield case(name, data, filename, D, *findings, media_type=media_type)
    for name, filename, media_type, data, findings in OPEN:
        yield case(name, data, filename, S, *findings, media_type=media_type)
    quoted = ["Content-Type: text/plain; charset=us-ascii", "Content-Transfer-Encoding: quoted-printable"]
    inline = [*quoted, 'Content-Disposition: inline; filename="letter.txt"']
    yield Case(
        "B-exe-quoted-printable",
        message("B-exe-quoted-printable", [raw(inline, qp(programs.pe()))]),
        D,
        (EXE, MISMATCH),
    )
    body = [attachment(programs.pe(), "", "image/jpeg", "inline")]
    yield Case("B-exe-inline-picture", message("B-exe-inline-picture", body), D, (EXE, MISMATCH))
    eight = [
        "Content-Type: text/plain",
        "Content-Transfer-Encoding: 8bit",
        'Content-Disposition: attachment; filename="how.txt"',
    ]
    plain = message("B-shell-not-encoded", [part(eight, programs.SHELL)])
    yield Case("B-shell-not-encoded", plain, S, ("MAGIC_SCRIPT 2",))
    # What no system runs as it stands, but somebody hides.
    yield case(
        "B-html-pdf", SCRIPT_IN_FRONT + pages.pdf() + b"-->", "letter.pdf", S, POLYGLOT, media_type="application/pdf"
    )
    script = pages.gif(b"=1")[:6] + b"=1;/*" + pages.gif()[11:] + b"*/\n// MAILKIT-BENIGN-LOOKALIKE-PAYLOAD\n"
    yield case(
        "B-gif-script", script, "dot.gif", S, media_type="image/gif", note="a picture that is JavaScript as well"
    )
    behind = pages.jpeg() + programs.pe()
    yield case("B-jpeg-exe-behind", behind, "sunset.jpg", S, POLYGLOT, media_type="image/jpeg")
    yield case(
        "B-junk-before-exe", b"\r\n\r\n" + programs.pe(), "song.mp3", S, media_type="audio/mpeg", note="no head of MP3"
    )
