"""What a content is against its name and its declared type: what is told, and what everybody sends."""

from __future__ import annotations

import pytest

from mailkit.attachments.mismatch import INSTALLERS, PROGRAMS, SCRIPTS, check_type
from mailkit.attachments.types import Sniffed


def codes(kinds: str, names: str, media_type: str = "application/octet-stream", inside: str = "") -> list[str]:
    """Give the codes for kinds and names that blanks divide."""
    found = check_type(Sniffed(tuple(kinds.split())), names.split(), media_type, inside=inside)
    return [one.note.code for one in found if one.severity != "info"]


PROGRAM, SCRIPT, MISMATCH = "MAGIC_EXECUTABLE", "MAGIC_SCRIPT", "MAGIC_MISMATCH"


@pytest.mark.parametrize(
    ("kinds", "names", "media_type", "inside", "wanted"),
    [
        pytest.param("pe", "setup.exe", "application/octet-stream", "", [PROGRAM], id="a program that says so"),
        pytest.param("pe", "", "application/octet-stream", "", [PROGRAM], id="a program without a name"),
        pytest.param("pe", "data.dat", "application/octet-stream", "", [PROGRAM], id="a program as anything"),
        pytest.param("pe", "photo.jpg", "image/jpeg", "", [PROGRAM, MISMATCH], id="a program as a picture"),
        pytest.param("elf", "invoice.pdf", "application/pdf", "", [PROGRAM, MISMATCH], id="a program as a PDF"),
        pytest.param("macho", "letter.docx", "", "zip", [PROGRAM, MISMATCH], id="a program as a letter, in an archive"),
        pytest.param("class", "photos.zip", "", "", [PROGRAM, MISMATCH], id="a program as an archive"),
        pytest.param("pe", "a.exe a.txt", "", "", [PROGRAM, MISMATCH], id="a program of two names"),
        pytest.param("pe", "setup.exe", "text/plain", "", [PROGRAM, MISMATCH], id="a program declared as a text"),
        pytest.param("pe", "a.exe", "audio/x-wav", "", [PROGRAM, "TYPE_AUTORUN", MISMATCH], id="nimda"),
        pytest.param("pe", "a.exe", "Audio/X-MIDI", "", [PROGRAM, "TYPE_AUTORUN", MISMATCH], id="nimda, large"),
        pytest.param("", "readme.exe", "audio/x-wav", "", ["TYPE_AUTORUN"], id="nimda by name"),
        pytest.param("jpeg pe", "a.jpg", "image/jpeg", "", [PROGRAM], id="a program behind a picture"),
        pytest.param("lnk", "readme.txt", "text/plain", "", ["MAGIC_SHORTCUT", MISMATCH], id="a shortcut as a text"),
        pytest.param("lnk", "readme.lnk", "application/octet-stream", "", ["MAGIC_SHORTCUT"], id="a shortcut"),
        pytest.param("rpm", "a.rpm", "", "", ["MAGIC_INSTALLER"], id="an installer"),
        pytest.param("xar", "a.pdf", "", "", ["MAGIC_INSTALLER", MISMATCH], id="an installer as a PDF"),
        pytest.param("script", "run.txt", "text/plain", "", [SCRIPT], id="a script as a text"),
        pytest.param("script", "run", "application/octet-stream", "", [SCRIPT], id="a script without an extension"),
        pytest.param("script", "", "application/octet-stream", "", [SCRIPT], id="a script without a name"),
        pytest.param("bat", "a.jpg", "image/jpeg", "", [SCRIPT, MISMATCH], id="a script as a picture"),
        pytest.param("vbs", "a.pdf", "", "zip", [SCRIPT, MISMATCH], id="a script as a PDF, in an archive"),
        pytest.param("hta", "", "", "onenote", [SCRIPT], id="a script in a document"),
        pytest.param("gif js", "a.gif", "image/gif", "", [SCRIPT], id="a script that is a picture"),
        pytest.param("zip", "notes.txt", "text/plain", "", [MISMATCH], id="an archive as a text"),
        pytest.param("zip", "photo.jpg", "image/jpeg", "", [MISMATCH], id="an archive as a picture"),
        pytest.param("rar5", "letter.docx", "", "", [MISMATCH], id="an archive as a letter"),
        pytest.param("iso", "scan.pdf", "application/pdf", "", [MISMATCH], id="a disk as a PDF"),
        pytest.param("gzip", "song.mp3", "audio/mpeg", "", [MISMATCH], id="an archive as a sound"),
        pytest.param("7z", "", "image/png", "", [MISMATCH], id="an archive declared as a picture"),
        pytest.param("zip", "", "application/pdf", "", [MISMATCH], id="an archive declared as a PDF"),
        pytest.param("onenote", "notes.dat", "", "", [MISMATCH], id="a notebook as anything"),
        pytest.param("chm", "help.doc", "", "", [PROGRAM, MISMATCH], id="help as a letter"),
        pytest.param("ole", "photo.png", "image/png", "", [MISMATCH], id="a document as a picture"),
        pytest.param("rtf", "photo.jpg", "image/jpeg", "", [MISMATCH], id="a letter as a picture"),
        pytest.param("html", "invoice.pdf", "application/pdf", "", [MISMATCH], id="a page as a PDF"),
        pytest.param("ps", "photo.jpg", "image/jpeg", "", [MISMATCH], id="PostScript as a picture"),
    ],
)
def test_what_is_told(kinds: str, names: str, media_type: str, inside: str, wanted: list[str]) -> None:
    assert codes(kinds, names, media_type, inside) == wanted


@pytest.mark.parametrize(
    ("kinds", "names", "media_type", "inside"),
    [
        pytest.param("", "notes.txt", "text/plain", "", id="a text"),
        pytest.param("", "photo.jpg", "image/jpeg", "", id="nothing known as a picture"),
        pytest.param("pdf", "invoice.pdf", "application/octet-stream", "", id="a PDF declared as anything"),
        pytest.param("pdf", "scan.jpg", "image/jpeg", "", id="a PDF as a picture"),
        pytest.param("png", "photo.jpg", "image/jpeg", "", id="a picture under the name of another"),
        pytest.param("mp4", "film.mov", "video/quicktime", "", id="a film"),
        pytest.param("zip", "letter.docx", "application/octet-stream", "", id="docx declared as anything"),
        pytest.param("zip", "letter.doc", "application/msword", "", id="docx as doc"),
        pytest.param("zip", "book.epub", "application/epub+zip", "", id="a book"),
        pytest.param("zip", "drawing.vsdx", "", "", id="a drawing"),
        pytest.param("zip", "a.zip", "text/plain", "", id="an archive that is declared wrong"),
        pytest.param("rar5", "photos.zip", "application/zip", "", id="an archive under the name of another"),
        pytest.param("gzip", "a.tgz", "application/gzip", "", id="tgz"),
        pytest.param("gzip", "logo.svg", "image/svg+xml", "", id="svgz as svg"),
        pytest.param("ole", "book.xlsx", "", "", id="an encrypted xlsx"),
        pytest.param("ole", "list.csv", "text/csv", "", id="a table under another name"),
        pytest.param("ole", "letter.doc", "application/msword", "", id="a letter"),
        pytest.param("rtf", "letter.doc", "application/msword", "", id="RTF as doc"),
        pytest.param("html", "report.xls", "application/vnd.ms-excel", "", id="a page as xls"),
        pytest.param("html", "report.doc", "application/msword", "", id="a page as doc"),
        pytest.param("html", "page.txt", "text/plain", "", id="the source of a page"),
        pytest.param("html", "", "text/html", "", id="a mail"),
        pytest.param("svg", "logo.svg", "image/svg+xml", "", id="a logo"),
        pytest.param("xml", "invoice.xml", "text/xml", "", id="an invoice"),
        pytest.param("csv", "list.xls", "", "", id="a table as xls"),
        pytest.param("script", "tool.py", "text/x-python", "", id="a script that says what it is"),
        pytest.param("script", "", "text/plain", "", id="a mail that begins with a script"),
        pytest.param("script", "src/configure", "", "tar", id="a script among sources"),
        pytest.param("script", "src/test/data.txt", "", "zip", id="a script as a text among sources"),
        pytest.param("bat", "docs/make.bat", "", "zip", id="a batch file among sources"),
        pytest.param("onenote", "notes.one", "application/onenote", "", id="a notebook"),
        pytest.param("onenote", "", "application/onenote", "", id="a notebook without a name"),
        pytest.param("p7", "smime.p7s", "application/pkcs7-signature", "", id="a signature"),
        pytest.param("ps", "paper.ps", "application/postscript", "", id="a paper"),
        pytest.param("pyc", "a.pyc", "", "zip", id="bytecode among sources"),
        pytest.param("script", "run.sh", "", "", id="a shell script that says what it is"),
        pytest.param("script", "run.sh.txt", "text/plain", "", id="a shell script sent as a text that says what it is"),
        pytest.param("script", "Makefile", "application/octet-stream", "", id="a makefile"),
        pytest.param("script", ".bashrc", "application/octet-stream", "", id="a profile"),
        pytest.param("script", "haproxy.conf", "text/plain", "", id="a script made by a template"),
        pytest.param("ps1", "notes.txt", "text/plain", "", id="notes on commands"),
        pytest.param("ps1", "README", "application/octet-stream", "", id="a manual of commands"),
    ],
)
def test_what_everybody_sends(kinds: str, names: str, media_type: str, inside: str) -> None:
    assert codes(kinds, names, media_type, inside) == []


@pytest.mark.parametrize(
    ("kinds", "names", "severity"),
    [
        ("script", "howto.txt", "suspicious"),
        ("bat", "howto.txt", "suspicious"),
        ("script", "view", "suspicious"),
        ("script", "view.jpg", "dangerous"),
        ("script", "data.dat", "dangerous"),
        ("script", "run.sh.pdf", "dangerous"),
        ("ps1", "notes.txt", "info"),
        ("script", "run.sh.txt", "info"),
        ("script", "Makefile", "info"),
    ],
)
def test_a_script_is_as_grave_as_what_its_name_makes_of_it(kinds: str, names: str, severity: str) -> None:
    assert [one.severity for one in check_type(Sniffed((kinds,)), [names], "")][:1] == [severity]


def test_eicar_and_two_formats() -> None:
    assert [one.note.code for one in check_type(Sniffed(("com-eicar",), eicar=True), ["a.txt"], "")] == ["EICAR"]
    found = check_type(Sniffed(("pdf", "zip"), polyglot=True), ["a.pdf"], "application/pdf")
    assert [(note.code, note.detail) for note, _ in found] == [("POLYGLOT", "pdf and zip")]


def test_the_name_is_as_windows_has_it() -> None:
    for name in ("photo.jpg.", "photo.JPG ", "a/b/photo.jpg", "photo.exe.jpg"):
        assert MISMATCH in codes("pe", name.replace(" ", "\u00a0")), name


@pytest.mark.parametrize("kind", sorted(PROGRAMS | INSTALLERS | SCRIPTS))
def test_nothing_that_runs_goes_as_a_picture(kind: str) -> None:
    found = codes(kind, "photo.png", "image/png")
    assert found[-1] == MISMATCH
    assert len(found) == 2


def test_odd_names_and_types_are_taken() -> None:
    for name in ("", ".", "..", "a.", ".jpg", "\0", "a" * 100_000, "." * 100_000, "\ud800.jpg"):
        for media_type in ("", "/", "image", "x" * 100_000, "image/"):
            assert check_type(Sniffed(("pe",)), [name], media_type)[0].note.code == PROGRAM
