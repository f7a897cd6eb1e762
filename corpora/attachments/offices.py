"""Documents of Office as packages: the least that is one, and whatever more a case needs. ECMA-376, ODF 1.2 part 3."""

from __future__ import annotations

from corpora.attachments import zips

XML = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\r\n'
TYPES = "http://schemas.openxmlformats.org/package/2006/content-types"
RELS = "http://schemas.openxmlformats.org/package/2006/relationships"
KIND = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/"
WORD = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
SHEET = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
SLIDE = "http://schemas.openxmlformats.org/presentationml/2006/main"
R = 'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"'
MAIN = {
    "docx": ("word/document.xml", "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"),
    "docm": ("word/document.xml", "application/vnd.ms-word.document.macroEnabled.main+xml"),
    "xlsx": ("xl/workbook.xml", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"),
    "xlsm": ("xl/workbook.xml", "application/vnd.ms-excel.sheet.macroEnabled.main+xml"),
    "pptx": (
        "ppt/presentation.xml",
        "application/vnd.openxmlformats-officedocument.presentationml.presentation.main+xml",
    ),
    "pptm": ("ppt/presentation.xml", "application/vnd.ms-powerpoint.presentation.macroEnabled.main+xml"),
}
Rel = tuple[str, str, bool]
"""Kind, target, whether it lies outside."""


def rels(rows: list[Rel]) -> bytes:
    """Write relationships. ECMA-376 part 2, section 9.3."""
    out = "".join(
        f'<Relationship Id="rId{index}" Type="{kind if ":" in kind else KIND + kind}" Target="{target}"'
        + (' TargetMode="External"' if outside else "")
        + "/>"
        for index, (kind, target, outside) in enumerate(rows, 1)
    )
    return f'{XML}<Relationships xmlns="{RELS}">{out}</Relationships>'.encode()


def opc(form: str, parts: dict[str, bytes], overrides: dict[str, str] | None = None) -> bytes:
    """Put the parts of a package together."""
    main, kind = MAIN[form]
    rows = {f"/{main}": kind} | (overrides or {})
    types = "".join(f'<Override PartName="{name}" ContentType="{value}"/>' for name, value in rows.items())
    macros = any(name.endswith("vbaProject.bin") for name in parts)
    defaults = "".join(
        f'<Default Extension="{ending}" ContentType="{value}"/>'
        for ending, value in (
            ("rels", "application/vnd.openxmlformats-package.relationships+xml"),
            ("xml", "application/xml"),
            (
                "bin",
                "application/vnd.ms-office.vbaProject"
                if macros
                else "application/vnd.openxmlformats-officedocument.oleObject",
            ),
            ("png", "image/png"),
        )
    )
    files = {
        "[Content_Types].xml": f'{XML}<Types xmlns="{TYPES}">{defaults}{types}</Types>'.encode(),
        "_rels/.rels": rels([("officeDocument", main, False)]),
    }
    return zips.of(files | parts)


def docx(  # noqa: PLR0913 - one for each thing that differs
    text: str, links: list[Rel] | None = None, extra: dict[str, bytes] | None = None,
    *, inside: str = "", types: dict[str, str] | None = None, form: str = "docx",
) -> bytes:  # fmt: skip
    """Give a document of one paragraph; `inside`: more XML behind its words."""
    body = f"<w:p><w:r><w:t>{text}</w:t></w:r>{inside}</w:p>"
    page = f'{XML}<w:document xmlns:w="{WORD}" {R}><w:body>{body}</w:body></w:document>'
    parts = {"word/document.xml": page.encode()}
    if links:
        parts["word/_rels/document.xml.rels"] = rels(links)
    return opc(form, parts | (extra or {}), types)


def xlsx(  # noqa: PLR0913 - one for each thing that differs
    cells: list[list[str]], links: list[Rel] | None = None, extra: dict[str, bytes] | None = None,
    types: dict[str, str] | None = None, *, names: str = "", state: str = "", form: str = "xlsx",
) -> bytes:  # fmt: skip
    """Give a workbook of one sheet with texts."""
    rows = "".join(
        f'<row r="{at}">' + "".join(f'<c t="inlineStr"><is><t>{text}</t></is></c>' for text in row) + "</row>"
        for at, row in enumerate(cells, 1)
    )
    sheet = f'{XML}<worksheet xmlns="{SHEET}"><sheetData>{rows}</sheetData></worksheet>'
    book = f'{XML}<workbook xmlns="{SHEET}" {R}><sheets><sheet name="Sheet1" sheetId="1" {state}r:id="rId1"/></sheets>{names}</workbook>'
    parts = {
        "xl/workbook.xml": book.encode(),
        "xl/_rels/workbook.xml.rels": rels([("worksheet", "worksheets/sheet1.xml", False), *(links or [])]),
        "xl/worksheets/sheet1.xml": sheet.encode(),
    }
    return opc(form, parts | (extra or {}), types)


def pptx(
    text: str, links: list[Rel] | None = None, extra: dict[str, bytes] | None = None, *, form: str = "pptx"
) -> bytes:
    """Give a presentation of one slide."""
    a = 'xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main"'
    slide = (
        f'{XML}<p:sld xmlns:p="{SLIDE}" {a} {R}><p:cSld><p:spTree><p:sp><p:txBody><a:p><a:r><a:t>{text}</a:t></a:r></a:p>'
        "</p:txBody></p:sp></p:spTree></p:cSld></p:sld>"
    )
    deck = f'{XML}<p:presentation xmlns:p="{SLIDE}" {R}><p:sldIdLst><p:sldId id="256" r:id="rId1"/></p:sldIdLst></p:presentation>'
    parts = {
        "ppt/presentation.xml": deck.encode(),
        "ppt/_rels/presentation.xml.rels": rels([("slide", "slides/slide1.xml", False)]),
        "ppt/slides/slide1.xml": slide.encode(),
    }
    if links:
        parts["ppt/slides/_rels/slide1.xml.rels"] = rels(links)
    return opc(form, parts | (extra or {}))


def odf(form: str, text: str, extra: dict[str, bytes] | None = None, *, inside: str = "", scripts: str = "") -> bytes:
    """Give a document of OpenDocument: `text`, `spreadsheet`, `presentation`."""
    mimetype = f"application/vnd.oasis.opendocument.{form}"
    ns = "".join(
        f' xmlns:{short}="urn:oasis:names:tc:opendocument:xmlns:{long}:1.0"'
        for short, long in (
            ("office", "office"),
            ("text", "text"),
            ("table", "table"),
            ("draw", "drawing"),
            ("script", "script"),
        )
    )
    ns += ' xmlns:xlink="http://www.w3.org/1999/xlink"'
    body = f"<text:p>{text}</text:p>{inside}"
    content = (
        f'<?xml version="1.0" encoding="UTF-8"?>\n<office:document-content{ns} office:version="1.2">{scripts}'
        f"<office:body><office:{form}>{body}</office:{form}></office:body></office:document-content>"
    )
    rows = {"/": mimetype, "content.xml": "text/xml"} | dict.fromkeys(extra or {}, "text/xml")
    manifest = "".join(
        f'<manifest:file-entry manifest:full-path="{name}" manifest:media-type="{kind}"/>'
        for name, kind in rows.items()
    )
    files = {
        "content.xml": content.encode(),
        **(extra or {}),
        "META-INF/manifest.xml": (
            '<?xml version="1.0" encoding="UTF-8"?>\n<manifest:manifest xmlns:manifest='
            f'"urn:oasis:names:tc:opendocument:xmlns:manifest:1.0" manifest:version="1.2">{manifest}</manifest:manifest>'
        ).encode(),
    }
    first = zips.Entry("mimetype", mimetype.encode(), zips.STORED)
    return zips.make([first, *(zips.Entry(name, data) for name, data in files.items())])
