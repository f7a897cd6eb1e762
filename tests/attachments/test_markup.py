"""Pages, drawings and XML: what runs is told, what everybody sends is not."""

from __future__ import annotations

import random
from functools import partial

import pytest

from mailkit.attachments.pages.markup import read_html, read_svg, read_xml
from mailkit.attachments.pieces import Reader
from tests.attachments.builders_web import PROGRAM, PROGRAM_64, codes, members, pieces
from tests.timing import assert_linear, flood

WORDS = "<p>" + "The figures of the last quarter, with all that belongs to them. " * 6 + "</p>"
SMUGGLE = f'<script>var d=atob("{PROGRAM_64}");var b=new Blob([d]);a.href=URL.createObjectURL(b);a.download="setup.exe"</script>'


@pytest.mark.parametrize(
    ("page", "code"),
    [
        pytest.param(SMUGGLE, "HTML_SMUGGLING", id="blob"),
        pytest.param(WORDS + SMUGGLE, "HTML_SMUGGLING", id="blob and words"),
        pytest.param(f'<a download="x.exe" href="data:application/octet-stream;base64,{PROGRAM_64}">x</a>', "HTML_SMUGGLING", id="data"),
        pytest.param(WORDS + "<script>var a=[77,90,0];navigator.msSaveBlob(new Blob([a]),'x')</script>", "HTML_SMUGGLING", id="numbers"),
        pytest.param(WORDS + f"<script>var x='{PROGRAM.hex()}'</script>", "", id="hexadecimal"),
        pytest.param("<html><script>alert(1)</script></html>", "HTML_SCRIPT", id="only script"),
        pytest.param("<body onload='x()'>", "HTML_SCRIPT", id="handler"),
        pytest.param("<a href='jav&#97;script:x()'>a</a>", "HTML_SCRIPT", id="entity"),
        pytest.param(WORDS + "<script>document.write(unescape('%3Cb%3E'))</script>", "HTML_SCRIPT", id="written"),
        pytest.param(WORDS + '<META HTTP-EQUIV="refresh" CONTENT="0;URL=https://example.org/">', "HTML_REDIRECT", id="refresh"),
        pytest.param(WORDS + "<script>window.location.href = 'https://example.org/'</script>", "HTML_REDIRECT", id="location"),
        pytest.param("<form action=https://example.org/a><input type='password'></form>", "HTML_FORM", id="form"),
        pytest.param(WORDS + "<hta:application id=a>", "HTML_OBJECT", id="hta"),
        pytest.param(WORDS + "<script>new ActiveXObject('WScript.Shell')</script>", "HTML_OBJECT", id="ActiveX"),
        pytest.param(WORDS + "<script language=vbscript>x</script>", "HTML_OBJECT", id="VBScript"),
        pytest.param(WORDS + "<script>location.href='ms-msdt:/id x'</script>", "HTML_OBJECT", id="msdt"),
        pytest.param(WORDS + "<img src='file://example.org/a.png'>", "HTML_OBJECT", id="file"),
        pytest.param(WORDS + "<object classid='clsid:72C24DD5-D70A-438B-8A42-98424B88AFB8'>", "HTML_OBJECT", id="control"),
    ],
)  # fmt: skip
@pytest.mark.parametrize("codec", ["latin-1", "utf-16", "utf-7"])
def test_pages(page: str, code: str, codec: str) -> None:
    data = page.encode(codec)
    assert code in codes(read_html, data) or (not code and members(read_html, data)[0].data == PROGRAM)


@pytest.mark.parametrize(
    "page",
    [
        pytest.param(WORDS, id="words"),
        pytest.param(WORDS + "<script>document.title = 'x'</script>", id="a report"),
        pytest.param("<div id=p></div><script src='https://cdn.plot.ly/p.js'></script><script>Plotly.newPlot('p')</script>", id="chart"),
        pytest.param('<script type="application/ld+json">{}</script>', id="data"),
        pytest.param('<meta http-equiv="refresh" content="0; url=../index.html">', id="moved beside"),
        pytest.param(WORDS + "<script>new ActiveXObject('Microsoft.XMLHTTP')</script>", id="an old library"),
        pytest.param(WORDS + "<img src='file:///C:/a.png'><img src='data:image/png;base64,iVBORw0KGgo='>", id="saved by Office"),
        pytest.param(WORDS + "<form action=https://example.org/><input name=q></form>", id="search"),
    ],
)  # fmt: skip
def test_everyday_pages(page: str) -> None:
    assert pieces(read_html, page.encode()) == []


def test_a_file_in_a_page() -> None:
    assert [one.data for one in members(read_html, SMUGGLE.encode())] == [PROGRAM]


SVG = '<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink">%s</svg>'


@pytest.mark.parametrize(
    "inner",
    [
        "<script>x</script>",
        "<svg:script/>",
        "<rect onclick='x()'/>",
        "<g/onload=x()>",
        "<a xlink:href='java&#x73;cript:x()'>a</a>",
        "<a href='java\nscript:x()'>a</a>",
        "<foreignObject><iframe src='https://example.org/'/></foreignObject>",
        "<set attributeName='href' to='javascript:x()'/>",
        "<use href='data:text/html,x'/>",
    ],
)
def test_drawings(inner: str) -> None:
    assert codes(read_svg, (SVG % inner).encode()) == {"SVG_SCRIPT"}


@pytest.mark.parametrize(
    "drawing",
    [
        SVG % "<style>a{b:c}</style><a xlink:href='https://example.org/'><path d='M0 0'/></a>",
        SVG % "<!-- <script>x</script> --><image href='data:image/png;base64,iVBORw0KGgo='/>",
        SVG % "<foreignObject><div>a</div></foreignObject>",
        "<!DOCTYPE svg [<!ENTITY ns_svg 'http://www.w3.org/2000/svg'>]>" + SVG % "<g/>",
    ],
)
def test_everyday_drawings(drawing: str) -> None:
    assert pieces(read_svg, drawing.encode()) == []


@pytest.mark.parametrize(
    ("data", "code"),
    [
        ("<x xmlns:m='urn:schemas-microsoft-com:xslt'><m:script language='JScript'>1</m:script></x>", "XML_SCRIPT"),
        ("<x xmlns:h='http://www.w3.org/1999/xhtml'><h:script>1</h:script></x>", "XML_SCRIPT"),
        ("<!DOCTYPE x [<!ENTITY a SYSTEM 'file:///etc/passwd'>]><x>&a;</x>", "XML_ENTITY"),
        ("<!DOCTYPE x [<!ENTITY b '&a;&a;&a;&a;'><!ENTITY c '&b;&b;&b;&b;'>]><x>&c;</x>", "XML_ENTITY"),
        ("<job id='a'><script language='JScript'>1</script></job>", "MAGIC_SCRIPT"),
        ("<?xml version='1.0'?><scriptlet><script>1</script></scriptlet>", "MAGIC_SCRIPT"),
        ("<feedback xmlns='urn:ietf:params:xml:ns:dmarc-2.0'><record/></feedback>", ""),
        ("<?xml-stylesheet type='text/xsl' href='a.xsl'?><rss><item/></rss>", ""),
    ],
)
def test_xml(data: str, code: str) -> None:
    assert codes(read_xml, data.encode()) == ({code} if code else set())


@pytest.mark.parametrize("reader", [read_html, read_svg, read_xml])
def test_damage_never_raises(reader: Reader) -> None:
    data = (SMUGGLE + SVG % "<a href='java&#x73;cript:x()'>" + "<!ENTITY a SYSTEM 'file:x'>").encode()
    chance = random.Random(7)
    for end in range(len(data)):
        pieces(reader, data[:end])
    for _ in range(300):
        broken = bytearray(data)
        for _ in range(4):
            broken[chance.randrange(len(data))] = chance.randrange(256)
        pieces(reader, bytes(broken))


@pytest.mark.parametrize(
    "unit",
    [
        *(b"<script", b"<script>", b"<meta ", b"<object ", b"<!ENTITY a 'b", b"<!--", b"<form <input password ", b" on"),
        *(b"location = ", b'"TVqQAAMA', b"<svg:foreignobject ", b"file:<img src=", b"<title>", b" onabc='", b"refresh<meta a="),
    ],
)  # fmt: skip
def test_floods_are_linear(unit: bytes) -> None:
    for reader in (read_html, read_svg, read_xml):
        assert_linear(partial(pieces, reader), flood(unit), most=1 << 15)
