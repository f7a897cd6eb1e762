"""Group D, macros: Visual Basic and Excel 4, in old files and in packages. MS-OVBA, MS-XLS, ECMA-376.

The macros say what they would do in names alone: nothing in them can run to an end.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator

from corpora.attachments import offices, ole2
from corpora.attachments.mime import Case, case

D, S = "dangerous", "suspicious"
IDLE = 'Sub Report()\r\n    MsgBox "MAILKIT-BENIGN-LOOKALIKE-PAYLOAD"\r\nEnd Sub\r\n'
OPENS = 'Sub {}()\r\n    x = Shell("MAILKIT-BENIGN-LOOKALIKE-PAYLOAD", 0)\r\nEnd Sub\r\n'
Row = tuple[str, bytes, str, str, tuple[str, ...]]


def cases() -> Iterator[Case]:
    """Give them all."""
    for make in (macros, sheets):
        for name, data, filename, verdict, findings in make():
            yield case(name, data, filename, verdict, *findings)


def project(source: str, module: str = "ThisDocument") -> bytes:
    """Give a vbaProject.bin."""
    return ole2.compound(ole2.vba(source, module))


def word(source: str, more: dict[str, bytes] | None = None) -> bytes:
    """Give a document of the old Word with macros."""
    streams = {
        "WordDocument": ole2.fib(),
        "1Table": bytes(4096),
        **ole2.under("Macros", ole2.vba(source)),
        **(more or {}),
    }
    return ole2.compound(streams, ole2.WORD)


def excel(streams: dict[str, bytes]) -> bytes:
    """Give a workbook of the old Excel with more streams."""
    return ole2.compound({"Workbook": ole2.workbook([("Sheet1", 0, b"")]).ljust(4096, b"\0"), **streams}, ole2.EXCEL)


def macros() -> Iterator[Row]:
    """Visual Basic in all the files that hold it."""
    vba, auto, ending = "OFFICE_VBA 2", "OFFICE_VBA_AUTO 2", "EXT_MACRO 2"
    yield "D-doc-macro", word(IDLE), "letter.doc", S, (vba,)
    for name in ("AutoOpen", "Document_Open", "AutoExec", "Document_Close"):
        yield f"D-doc-{name.lower().replace('_', '-')}", word(OPENS.format(name)), "letter.doc", D, (auto,)
    yield (
        "D-doc-no-dir",
        ole2.compound({"WordDocument": ole2.fib(), **ole2.under("Macros", ole2.vba(IDLE, with_dir=False))}, ole2.WORD),
        "letter.doc",
        S,
        (vba,),
    )
    yield "D-doc-named-rtf", word(OPENS.format("AutoOpen")), "letter.rtf", D, (auto,)
    for name in ("Workbook_Open", "Auto_Open"):
        streams = ole2.under("_VBA_PROJECT_CUR", ole2.vba(OPENS.format(name), "ThisWorkbook"))
        yield f"D-xls-{name.lower().replace('_', '-')}", excel(streams), "figures.xls", D, (auto,)
    yield "D-xls-macro", excel(ole2.under("_VBA_PROJECT_CUR", ole2.vba(IDLE, "ThisWorkbook"))), "figures.xls", S, (vba,)
    kind = "http://schemas.microsoft.com/office/2006/relationships/vbaProject"
    link: list[offices.Rel] = [(kind, "vbaProject.bin", False)]
    yield (
        "D-docm-macro",
        offices.docx("Letter", link, {"word/vbaProject.bin": project(IDLE)}, form="docm"),
        "letter.docm",
        S,
        (vba, ending),
    )
    whole = offices.docx("Letter", link, {"word/vbaProject.bin": project(OPENS.format("AutoOpen"))}, form="docm")
    yield "D-docm-autoopen", whole, "letter.docm", D, (auto, ending)
    yield "D-docm-as-docx", whole, "letter.docx", D, (auto,)
    odd: list[offices.Rel] = [(kind, "../data/item1.dat", False)]
    moved = offices.docx("Letter", odd, {"data/item1.dat": project(OPENS.format("AutoOpen"))}, form="docm")
    yield "D-docm-project-elsewhere", moved, "letter.docm", D, (auto,)
    book = {"xl/vbaProject.bin": project(OPENS.format("Workbook_Open"), "ThisWorkbook")}
    yield "D-xlsm-workbook-open", offices.xlsx([["a"]], link, book, form="xlsm"), "figures.xlsm", D, (auto, ending)
    deck = {"ppt/vbaProject.bin": project(IDLE, "Module1")}
    yield "D-pptm-macro", offices.pptx("Deck", None, deck, form="pptm"), "deck.pptm", S, (vba, ending)
    split = "Sub AutoOpen()\r\n    x = She _\r\n" + "ll(1)\r\nEnd Sub\r\n"
    yield "D-doc-comment-only", word("' AutoOpen and Shell are words of a comment\r\n" + IDLE), "letter.doc", S, (vba,)
    yield "D-doc-upper-case", word(OPENS.format("AUTOOPEN").upper()), "letter.doc", D, (auto,)
    yield "D-doc-continued-line", word(split), "letter.doc", S, (vba,)
    create = 'Sub AutoOpen()\r\n    Set x = CreateObject("WScript.Shell")\r\n    x.Run "MAILKIT-BENIGN-LOOKALIKE-PAYLOAD"\r\nEnd Sub\r\n'
    yield "D-doc-create-object", word(create), "letter.doc", D, (auto,)
    yield "D-dot-template", word(OPENS.format("AutoNew")), "letter.dot", D, (auto,)
    yield "D-doc-no-name-of-it", word(OPENS.format("AutoOpen")), "letter", D, (auto,)


def sheets() -> Iterator[Row]:
    """Macros of Excel 4. MS-XLS, sections 2.4.28, 2.4.150 and 2.5.114; MS-XLSB has other names for the same."""
    xlm, auto = "OFFICE_XLM 2", "OFFICE_XLM_AUTO 2"

    def book(sheets: list[tuple[str, int, bytes]], names: bytes = b"") -> bytes:
        return ole2.compound({"Workbook": ole2.workbook(sheets, names).ljust(4096, b"\0")}, ole2.EXCEL)

    formula = b"\x3a\0\0\0\0\0\0"
    built_in = ole2.record(
        0x18, struct.pack("<HBBHHHBBBB", 0x20, 0, 1, len(formula), 0, 2, 0, 0, 0, 0) + b"\0\x01" + formula
    )
    yield "D-xls-macro-sheet", book([("Sheet1", 0, b""), ("Macro1", 1, b"")]), "figures.xls", S, (xlm,)
    yield "D-xls-macro-sheet-auto", book([("Sheet1", 0, b""), ("Macro1", 1, b"")], built_in), "figures.xls", D, (auto,)
    kind = "http://schemas.microsoft.com/office/2006/relationships/xlMacrosheet"
    link: list[offices.Rel] = [(kind, "macrosheets/sheet1.xml", False)]
    sheet = b'<xm:macrosheet xmlns:xm="http://schemas.microsoft.com/office/excel/2006/main"><sheetData><row r="1"><c r="A1"><f>HALT()</f></c></row></sheetData></xm:macrosheet>'
    parts = {"xl/macrosheets/sheet1.xml": sheet}
    types = {"/xl/macrosheets/sheet1.xml": "application/vnd.ms-excel.macrosheet+xml"}
    yield "D-xlsm-macro-sheet", offices.xlsx([["a"]], link, parts, types, form="xlsm"), "figures.xlsm", S, (xlm,)
    names = '<definedNames><definedName name="_xlnm.Auto_Open">Macro1!$A$1</definedName></definedNames>'
    yield (
        "D-xlsm-macro-sheet-auto",
        offices.xlsx([["a"]], link, parts, types, names=names, form="xlsm"),
        "figures.xlsm",
        D,
        (auto,),
    )
