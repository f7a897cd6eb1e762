# ruff: noqa: RUF001 - characters that look like others are what the group is about
"""Group A: names that hide what a file is. The content is a line of text where the name alone has to tell."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import quote

from corpora.attachments.mime import HARMLESS, Case, attachment, b64, message, octets, raw
from corpora.attachments.programs import pe

EXE, DOUBLE, TRAIL = "EXT_EXECUTABLE 2", "NAME_DOUBLE_EXT 2", "NAME_TRAILING_DOT 2"
SCRIPT, MAGIC = "EXT_SCRIPT 2", "MAGIC_EXECUTABLE 2"
SPACES, INVISIBLE, RTLO = "NAME_LONG_SPACES 2", "NAME_INVISIBLE 2", "NAME_RTLO 2"
HOMOGLYPH, CONTROL, ADS = "NAME_HOMOGLYPH 2", "NAME_CONTROL 2", "NAME_ADS 2"
CLSID, PATH, CONFLICT = "NAME_CLSID 2", "NAME_PATH 2", "NAME_CONFLICT 2"
MALFORMED, TWICE = "MIME_HEADER_MALFORMED 2", "MIME_DUP_PARAM 2"
D, S = "dangerous", "suspicious"

# How the case is called, the name, the verdict, the codes; the name is written as RFC 2231 has it where it is not plain.
NAMES: list[tuple[str, str, str, tuple[str, ...]]] = [
    ("A-exe", "rechnung.exe", D, (EXE,)),
    ("A-upper-case", "SETUP.EXE", D, (EXE,)),
    ("A-mixed-case", "Holiday.ScR", D, (EXE,)),
    ("A-double-pdf-scr", "invoice.pdf.scr", D, (DOUBLE, EXE)),
    ("A-double-docx-vbs", "Vertrag.docx.vbs", D, (DOUBLE, SCRIPT)),
    ("A-double-jpg-js", "foto_0231.jpg.js", D, (DOUBLE, SCRIPT)),
    ("A-double-one-blank", "minutes.pdf .cmd", D, (DOUBLE, SCRIPT)),
    ("A-date-before-exe", "statement.2024.01.31.exe", D, (EXE,)),
    ("A-spaces", "photo.jpg" + " " * 80 + ".pif", D, (SPACES, DOUBLE, EXE)),
    ("A-spaces-no-double", "report" + " " * 60 + ".bat", D, (SPACES, SCRIPT)),
    ("A-nbsp", "photo.jpg" + "\xa0" * 40 + ".exe", D, (SPACES, DOUBLE, EXE)),
    ("A-ideographic-spaces", "請求書.pdf" + "\u3000" * 24 + ".exe", D, (SPACES, DOUBLE, EXE)),
    ("A-braille-blanks", "report.pdf" + "\u2800" * 24 + ".exe", D, (DOUBLE, EXE)),
    ("A-hangul-fillers", "scan.png" + "\u3164" * 16 + ".scr", D, (DOUBLE, EXE)),
    ("A-trailing-dot", "setup.exe.", D, (TRAIL, EXE)),
    ("A-trailing-dots-blanks", "setup.exe. . .", D, (TRAIL, EXE)),
    ("A-trailing-blank", "update.pif ", D, (TRAIL, EXE)),
    ("A-trailing-dots-script", "liste.txt.vbe...", D, (TRAIL, DOUBLE, SCRIPT)),
    ("A-ads-stream", "readme.txt:setup.exe", S, (ADS,)),
    ("A-ads-zone", "report.js:Zone.Identifier", D, (ADS, SCRIPT)),
    ("A-ads-data-type", "setup.exe::$DATA", D, (ADS, EXE)),
    ("A-ads-index", "setup.exe:$INDEX_ALLOCATION", D, (ADS, EXE)),
    ("A-clsid-hta", "letter.txt.{3050f4d8-98B5-11CF-BB82-00AA00BDCE0B}", S, (CLSID,)),
    ("A-clsid-scrap", "notes.{00020C01-0000-0000-C000-000000000046}", S, (CLSID,)),
    ("A-clsid-blank-behind", "notes.rtf.{00020c01-0000-0000-c000-000000000046} ", S, (CLSID,)),
    ("A-rtlo", "annual_\u202efdp.exe", D, (RTLO, EXE)),
    ("A-rtlo-first", "\u202egpj.scr", D, (RTLO, EXE)),
    ("A-rtlo-hebrew", "חשבונית\u202efdp.scr", D, (RTLO, EXE)),
    ("A-rli-isolate", "photo\u2067gpj\u2069.exe", D, (RTLO, EXE)),
    ("A-lro", "summary\u202d.txt\u202c.bat", D, (RTLO, SCRIPT)),
    ("A-zero-width-in-ending", "setup.e\u200bxe", S, (INVISIBLE,)),
    ("A-soft-hyphen", "setup.exe\u00ad", S, (INVISIBLE,)),
    ("A-bom-first", "\ufeffsetup.exe", D, (INVISIBLE, EXE)),
    ("A-word-joiner", "invoice.pdf\u2060.exe", D, (INVISIBLE, EXE)),
    ("A-tag-blank", "invoice.pdf\U000e0020.exe", D, (INVISIBLE, EXE)),
    ("A-cyrillic-bat", "run.b\u0430t", S, (HOMOGLYPH,)),
    ("A-cyrillic-scr", "bild.jpg.\u0455\u0441r", S, (HOMOGLYPH,)),
    ("A-greek-com", "update.c\u03bfm", S, (HOMOGLYPH,)),
    ("A-dotless-pif", "letter.p\u0131f", S, (HOMOGLYPH,)),
    ("A-nul", "setup.exe\0.jpg", D, (CONTROL, EXE)),
    ("A-line-break", "invoice\r\n.exe", D, (CONTROL, EXE)),
    ("A-backspaces", "setup.exe\b\b\btxt", S, (CONTROL,)),
    ("A-escape", "list\x1b[8m.vbs", D, (CONTROL, SCRIPT)),
    ("A-path-up", "..\\..\\Start Menu\\Programs\\Startup\\run.bat", D, (PATH, SCRIPT)),
    ("A-path-unix", "../../../home/dora/.profile", S, (PATH,)),
    ("A-path-drive", "C:\\Windows\\Temp\\helper.exe", D, (EXE,)),
    ("A-path-unc", "\\\\files.sender.example\\share\\helper.exe", D, (EXE,)),
    ("A-device-name", "aux.exe", D, (EXE,)),
    ("A-very-long", "very-" * 60 + "long.exe", D, (EXE, "NAME_LONG 2")),
    ("A-full-width-stem", "ｓｅｔｕｐ.exe", D, (EXE,)),
    ("A-ending-cpl", "display.cpl", D, (EXE,)),
    ("A-ending-xll", "analysis.xll", D, (EXE,)),
    ("A-ending-ps1", "backup.ps1", D, (SCRIPT,)),
    ("A-ending-wsf", "task.wsf", D, (SCRIPT,)),
    ("A-ending-hta", "form.hta", D, (SCRIPT,)),
    ("A-ending-jar", "viewer.jar", D, (SCRIPT,)),
    ("A-ending-jnlp", "start.jnlp", D, (SCRIPT,)),
    ("A-ending-reg", "settings.reg", D, ("EXT_CONFIG 2",)),
    ("A-ending-inf", "driver.inf", D, ("EXT_CONFIG 2",)),
    ("A-ending-chm", "manual.chm", D, ("EXT_CONFIG 2",)),
    ("A-ending-msi", "client.msi", D, ("EXT_INSTALLER 2",)),
    ("A-ending-apk", "parcel.apk", D, ("EXT_INSTALLER 2",)),
    ("A-ending-appinstaller", "tool.appinstaller", D, ("EXT_INSTALLER 2",)),
    ("A-ending-diagcab", "fix.diagcab", D, ("EXT_INSTALLER 2",)),
    ("A-ending-scf", "desktop.scf", D, ("EXT_SHORTCUT 2",)),
    ("A-ending-library-ms", "Documents.library-ms", D, ("EXT_SHORTCUT 2",)),
    ("A-ending-settingcontent", "open.SettingContent-ms", D, ("EXT_SHORTCUT 2",)),
    ("A-ending-webloc", "page.webloc", S, ("EXT_SHORTCUT 2",)),
    ("A-ending-vhdx", "backup.vhdx", S, ("EXT_CONTAINER 2",)),
    ("A-ending-img", "disk.img", S, ("EXT_CONTAINER 2",)),
    ("A-ending-ace", "pictures.ace", S, ("EXT_CONTAINER 2",)),
    ("A-ending-xlam", "tools.xlam", S, ("EXT_MACRO 2",)),
    ("A-ending-mdb", "members.mdb", S, ("EXT_DATABASE 2",)),
]

OCTETS = "Content-Type: application/octet-stream"
ATTACHED = b"Content-Disposition: attachment; "
JAPANESE = "表示一覧.exe"

# The fields of the part as they stand, for what is in the writing and not in the name.
FIELDS: list[tuple[str, list[str | bytes], str, tuple[str, ...]]] = [
    ("A-name-only", ["Content-Type: application/octet-stream; name=run.bat"], D, (SCRIPT,)),
    ("A-inline", [OCTETS, 'Content-Disposition: inline; filename="view.hta"'], D, (SCRIPT,)),
    ("A-odd-disposition", [OCTETS, 'Content-Disposition: x-unknown; filename="setup.exe"'], D, (EXE,)),
    ("A-no-disposition-word", [OCTETS, 'Content-Disposition: filename="setup.exe"'], D, (EXE,)),
    ("A-no-semicolon", [OCTETS, 'Content-Disposition: attachment filename="setup.exe"'], D, (EXE, MALFORMED)),
    ("A-filename-exe", [OCTETS + '; name="notes.txt"', ATTACHED + b'filename="notes.exe"'], D, (EXE, CONFLICT)),
    ("A-name-exe", [OCTETS + '; name="notes.exe"', ATTACHED + b'filename="notes.txt"'], D, (EXE, CONFLICT)),
    ("A-plain-and-2231", [OCTETS, ATTACHED + b"filename=\"a.txt\"; filename*=utf-8''a.exe"], D, (EXE, CONFLICT)),
    ("A-2231-and-plain", [OCTETS, ATTACHED + b"filename*=utf-8''a.txt; filename=\"a.exe\""], D, (EXE, CONFLICT)),
    ("A-filename-twice", [OCTETS, ATTACHED + b'filename="a.txt"; filename="a.exe"'], D, (EXE, TWICE)),
    ("A-filename-twice-first", [OCTETS, ATTACHED + b'filename="a.exe"; filename="a.txt"'], D, (EXE, TWICE)),
    (
        "A-disposition-twice",
        [OCTETS, ATTACHED + b'filename="a.txt"', ATTACHED + b'filename="a.exe"'],
        D,
        (EXE, "MIME_DUP_HEADER 2"),
    ),
    (
        "A-type-twice",
        ['Content-Type: text/plain; name="a.txt"', 'Content-Type: application/octet-stream; name="a.exe"'],
        D,
        (EXE, "MIME_DUP_HEADER 2"),
    ),
    ("A-continued", [OCTETS, ATTACHED + b'filename*0="set"; filename*1="up.e"; filename*2="xe"'], D, (EXE,)),
    ("A-continued-order", [OCTETS, ATTACHED + b'filename*2="xe"; filename*0="set"; filename*1="up.e"'], D, (EXE,)),
    (
        "A-continued-encoded",
        [OCTETS, ATTACHED + b"filename*0*=utf-8''set%75p; filename*1*=%2Ee; filename*2=xe"],
        D,
        (EXE,),
    ),
    ("A-continued-gap", [OCTETS, ATTACHED + b'filename*0="notes.txt"; filename*2=".exe"'], S, (EXE,)),
    (
        "A-continued-and-plain",
        [OCTETS, ATTACHED + b'filename="notes.txt"; filename*0="notes"; filename*1=".exe"'],
        D,
        (EXE, CONFLICT),
    ),
    ("A-continued-name", [OCTETS + '; name*0="se"; name*1="tup"; name*2=".scr"'], D, (EXE,)),
    ("A-2231-language", [OCTETS, ATTACHED + b"filename*=iso-8859-1'en'setup%2Eexe"], D, (EXE,)),
    ("A-2231-no-charset", [OCTETS, ATTACHED + b"filename*=setup%2Eexe"], D, (EXE,)),
    ("A-2231-quoted", [OCTETS, ATTACHED + b"filename*=\"utf-8''setup%2Eexe\""], D, (EXE,)),
    ("A-word-q", [OCTETS, ATTACHED + b'filename="=?iso-8859-1?Q?setup=2Eexe?="'], D, (EXE,)),
    ("A-word-unquoted", [OCTETS + "; name==?utf-8?B?c2V0dXAuZXhl?="], D, (EXE,)),
    ("A-word-two", [OCTETS, ATTACHED + b'filename="=?utf-8?B?c2V0dXA=?= =?utf-8?B?LmV4ZQ==?="'], D, (EXE,)),
    ("A-word-inside", [OCTETS, ATTACHED + b'filename="invoice=?utf-8?Q?=2Ee?=xe"'], S, ()),
    ("A-word-utf-7", [OCTETS, ATTACHED + b'filename="=?utf-7?Q?setup+AC4-exe?="'], S, ()),
    ("A-word-no-padding", [OCTETS, ATTACHED + b'filename="=?utf-8?B?c2V0dXAxLmV4ZQ?="'], D, (EXE,)),
    ("A-raw-utf-8", [OCTETS, ATTACHED + 'filename="Überweisung.exe"'.encode()], D, (EXE,)),
    ("A-raw-shift-jis", [OCTETS, ATTACHED + f'filename="{JAPANESE}"'.encode("shift_jis")], D, (EXE,)),
    ("A-raw-iso-2022-jp", [OCTETS, ATTACHED + f'filename="{JAPANESE}"'.encode("iso2022_jp")], D, (EXE,)),
    ("A-raw-euc-kr", [OCTETS, ATTACHED + 'filename="견적서.scr"'.encode("euc_kr")], D, (EXE,)),
    ("A-raw-gb18030", [OCTETS, ATTACHED + 'filename="发票.pdf.exe"'.encode("gb18030")], D, (EXE, DOUBLE)),
    ("A-raw-windows-1251", [OCTETS, ATTACHED + 'filename="счёт.exe"'.encode("cp1251")], D, (EXE,)),
    ("A-raw-nul", [OCTETS, ATTACHED + b'filename="setup.exe\0.txt"'], D, (EXE, CONTROL)),
    ("A-comment", [OCTETS, ATTACHED + b'filename=(photo.jpg)"setup.exe"'], D, (EXE,)),
    ("A-comment-behind", [OCTETS, ATTACHED + b"filename=setup.exe(.txt)"], D, (EXE,)),
    ("A-no-quotes", [OCTETS, ATTACHED + b"filename=my invoice.exe"], D, (EXE, MALFORMED)),
    ("A-open-quote", [OCTETS, ATTACHED + b'filename="setup.exe'], D, (EXE, MALFORMED)),
    ("A-single-quotes", [OCTETS, ATTACHED + b"filename='setup.exe'"], D, (EXE,)),
    ("A-quoted-pairs", [OCTETS, ATTACHED + b'filename="se\\tup\\.e\\xe"'], D, (EXE,)),
    ("A-blanks-at-equals", [OCTETS, ATTACHED + b'filename = "setup.exe"'], D, (EXE,)),
    ("A-folded", [OCTETS, ATTACHED + b'\r\n\tfilename="the set\r\n up.exe"'], D, (EXE,)),
    ("A-case-of-parameter", [OCTETS, ATTACHED + b'FileName="setup.exe"'], D, (EXE,)),
    ("A-blank-before-colon", [OCTETS, b'Content-Disposition : attachment; filename="setup.exe"'], D, (EXE,)),
]


def cases() -> Iterator[Case]:
    """Give the cases of the group."""
    for name, filename, verdict, findings in NAMES:
        if filename.isascii() and filename.isprintable() and "\\" not in filename:
            yield Case(name, message(name, [attachment(HARMLESS, filename)]), verdict, findings)
        else:
            yield _fields(
                name, [OCTETS, ATTACHED + b"filename*=utf-8''" + quote(filename, safe="").encode()], verdict, findings
            )
    for row in FIELDS:
        yield _fields(*row)
    # Here only the content tells.
    for name, filename in (("A-full-width-ending", "setup．ｅｘｅ"), ("A-one-dot-leader", "setup\u2024exe")):
        yield Case(name, message(name, [attachment(pe(), filename)]), D, (MAGIC,))
    folded: list[str | bytes] = [OCTETS, ATTACHED + b'filename="setup.\r\n exe"']
    yield _fields("A-folded-ending", folded, D, (MAGIC,), pe())


def _fields(
    name: str, fields: list[str | bytes], verdict: str, findings: tuple[str, ...], data: bytes = HARMLESS
) -> Case:
    encoded = [octets(field) for field in fields]
    return Case(
        name, message(name, [raw([*encoded, b"Content-Transfer-Encoding: base64"], b64(data))]), verdict, findings
    )
