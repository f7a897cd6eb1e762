"""Pages, drawings and XML: what runs is told, what everybody sends is not."""

from __future__ import annotations

import base64
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


CLSID = "<object classid='clsid:%s' %s width=1><param name=src value=a></object>"
SAVES = "var b=new Blob([atob(x)]);URL.createObjectURL(b)"


@pytest.mark.parametrize(
    ("page", "code"),
    [
        pytest.param("<!-- jquery --><script>document.write(atob('aGk='))</script>" + WORDS, "HTML_SCRIPT", id="a library in a comment"),
        pytest.param("<script>/* jquery */document.write(atob('aGk='))</script>" + WORDS, "HTML_SCRIPT", id="and in the script"),
        pytest.param(f"<script data-type='application/json'>{SAVES}</script>" + WORDS, "HTML_SMUGGLING", id="data-type"),
        pytest.param(f"<script x=' type=application/json'>{SAVES}</script>" + WORDS, "HTML_SMUGGLING", id="a type in a value"),
        pytest.param(f"<script type=text/javascript type=application/json>{SAVES}</script>" + WORDS, "HTML_SMUGGLING", id="two types"),
        pytest.param(f"<script x='>' y='<'>{SAVES}</script>" + WORDS, "HTML_SMUGGLING", id="signs in values"),
        pytest.param(f"<script\n/>{SAVES}</script>" + WORDS, "HTML_SMUGGLING", id="a slash"),
        pytest.param(f"<script>/*{'a b ' * 25_000}*/{SAVES}</script>" + WORDS, "HTML_SMUGGLING", id="a long comment in it"),
        pytest.param(f"<script>{' ' * 90_000}{SAVES}</script>" + WORDS, "HTML_SMUGGLING", id="blanks in it"),
        pytest.param(f"<script>{'var a=1;' * 12_000}{SAVES}</script>" + WORDS, "HTML_SMUGGLING", id="padded before"),
        pytest.param(f"<script>{SAVES};{'var a=1;' * 12_000}</script>" + WORDS, "HTML_SMUGGLING", id="padded behind"),
        pytest.param(f"<script>{'var a=1;' * 12_000}{SAVES};{'var a=1;' * 12_000}</script>" + WORDS, "HTML_SMUGGLING", id="padded on both sides"),
        pytest.param(f"<!--{'x' * 70_000}--><script>go()</script>", "HTML_SCRIPT", id="a comment is no text"),
        pytest.param(f"<style>{'x' * 70_000}</style><script>go()</script>", "HTML_SCRIPT", id="nor is a style"),
        pytest.param(f"<img src='data:image/png;base64,{'iVBO' * 20_000}'><script>go()</script>", "HTML_SCRIPT", id="nor a picture"),
        pytest.param("<svg onload=\"location='https://example.org/'\">" + WORDS, "HTML_REDIRECT", id="onload of a drawing"),
        pytest.param("<svg/onload=document.write(atob(x))>" + WORDS, "HTML_SCRIPT", id="onload with a slash"),
        pytest.param("<details open ontoggle=location.replace('//example.org')>" + WORDS, "HTML_REDIRECT", id="a value without quotes"),
        pytest.param("<body onload=&#108;ocation='https://example.org/'>" + WORDS, "HTML_REDIRECT", id="an entity in a handler"),
        pytest.param(f'<iframe srcdoc="&lt;script&gt;{SAVES}&lt;/script&gt;"></iframe>' + WORDS, "HTML_SMUGGLING", id="a page in a frame"),
        pytest.param("<iframe srcdoc=\"<script>location='https://example.org/'</script>\"></iframe>" + WORDS, "HTML_REDIRECT", id="which leads on"),
        pytest.param("<iframe srcdoc='&lt;iframe srcdoc=&quot;&amp;lt;script&amp;gt;location=`https://example.org`&amp;lt;/script&amp;gt;&quot;&gt;'>" + WORDS, "HTML_REDIRECT", id="a frame in a frame"),
        pytest.param("<iframe src=\"javascript:document.write(atob('x'))\">" + WORDS, "HTML_SCRIPT", id="a script as the address of a frame"),
        pytest.param("<script>location['href'] = 'https://example.org/'</script>" + WORDS, "HTML_REDIRECT", id="in brackets"),
        pytest.param("<meta http-equiv=refresh content='0;https://example.org/'>" + WORDS, "HTML_REDIRECT", id="refresh without url"),
        pytest.param("<meta content='0;data:text/html,x' http-equiv=refresh>" + WORDS, "HTML_REDIRECT", id="refresh with data"),
        pytest.param("<meta http-equiv='refresh' content='0 ; URL = //example.org/'>" + WORDS, "HTML_REDIRECT", id="refresh without a scheme"),
        pytest.param("<base href=https://example.org/><form action=a.php><input type=password></form>", "HTML_FORM", id="a form by its base"),
        pytest.param("<script>document.location='htt'+'ps://example.org'</script>" + WORDS, "HTML_REDIRECT", id="an address taken apart"),
        pytest.param("<script>let u=URL['create'+'ObjectURL'](new window['Bl'+'ob']([window['at'+'ob'](x)]))</script>" + WORDS, "HTML_SMUGGLING", id="names taken apart"),
        pytest.param(r"<script>let u=URL['\x63reateObjectURL'](window['\u0061tob'](x))</script>" + WORDS, "HTML_SMUGGLING", id="names escaped"),
        pytest.param(f"<script>document.write(decodeURIComponent(x='{'%3c' * 40}'))</script>" + WORDS, "HTML_SCRIPT", id="percent signs"),
        pytest.param(f"<script src='data:text/javascript;base64,{base64.b64encode(SMUGGLE.encode()).decode()}'></script>" + WORDS, "HTML_SMUGGLING", id="a script in an address"),
        pytest.param(CLSID % ("0D43FE01-F093-11CF-8940-00A0C9054228", ""), "HTML_OBJECT", id="a class that is not known"),
        pytest.param(CLSID % ("D27CDB6E-AE6D-11cf-96B8-444553540000", "codebase='http://example.org/swflash.cab'"), "HTML_OBJECT", id="a player from elsewhere"),
        pytest.param(CLSID % ("D27CDB6E-AE6D-11cf-96B8-444553540000", "codebase='http://adobe.com.example.org/a.cab'"), "HTML_OBJECT", id="from one that is called like its maker"),
        pytest.param("<object codebase=a.exe></object>" + WORDS, "HTML_OBJECT", id="a program"),
        pytest.param("<object x='>' classid=clsid&#58;0D43FE01-F093-11CF-8940-00A0C9054228>" + WORDS, "HTML_OBJECT", id="a class in entities"),
    ],
)  # fmt: skip
@pytest.mark.parametrize("codec", ["latin-1", "utf-16", "utf-16-le", "utf-16-be"])
def test_pages_that_hide_it(page: str, code: str, codec: str) -> None:
    assert code in codes(read_html, page.encode(codec))


COUNTER = """<script type="text/javascript">var gaJsHost = (("https:" == document.location.protocol) ? "https://ssl." : "http://www.");
document.write(unescape("%3Cscript src='" + gaJsHost + "example.org/ga.js' type='text/javascript'%3E%3C/script%3E"));</script>"""
TAGS = """<script async src="https://www.example.org/gtag/js?id=G-1"></script><script>window.dataLayer = window.dataLayer || [];
function gtag(){dataLayer.push(arguments);} gtag('js', new Date()); var m = decodeURIComponent(location.search.replace(/[+]/g, " "));</script>"""
EMOJI = """<script>!function(e,n){var t=new Blob([n],{type:"text/javascript"}),a=new Worker(URL.createObjectURL(t),{name:"w"});
function p(e){return String.fromCharCode.apply(this,e)}p([55356,56806])}(window,"x")</script>"""
CHANCE = random.Random(3)
LIBRARY = (
    "!function(e){'plotly.js v2';"
    + "".join(f"e.z{CHANCE.random()}=[0];" for _ in range(1_000))
    + "".join(f"e.a{CHANCE.random()}=atob;createObjectURL=1;" for _ in range(2_000))
    + "".join(f"e.y{CHANCE.random()}=[0];" for _ in range(1_000))
    + "}(window)"
)


@pytest.mark.parametrize(
    "page",
    [
        pytest.param(WORDS + COUNTER, id="a counter of visits"),
        pytest.param("<div id=content></div><script src=app.js></script>" + TAGS, id="a report whose script is not there"),
        pytest.param("<pre class=mermaid>A</pre><script type=module>import m from 'https://example.org/mermaid.mjs';m.run()</script>", id="a diagram"),
        pytest.param("<script>if (window.name!='frSheet') fnUpdateTabs();</script><frameset><frame src=sheet001.htm></frameset>", id="sheets of Excel"),
        pytest.param(WORDS + TAGS, id="a newer one"),
        pytest.param(WORDS + EMOJI + TAGS, id="a page of a blog, saved"),
        pytest.param(f"<div id=p></div><script>{LIBRARY}</script><script>Plotly.newPlot('p', [])</script>", id="a chart with its library"),
        pytest.param(WORDS + "<script src='jquery.min.js'></script><script>$(function(){$('a').html(decodeURIComponent(x))})</script>", id="jQuery"),
        pytest.param("<html xmlns:v='urn:schemas-microsoft-com:vml'><!--[if !mso]>" + CLSID % ("38481807-CA0E-42D2-BF39-B33AF135CC4D", "id=ieooui") + "<![endif]-->" + WORDS, id="Word with smart tags"),
        pytest.param("<html xmlns:x='urn:schemas-microsoft-com:office:excel'><script language='JavaScript'>if (window.name!='frSheet') window.location.replace('book.htm');</script>" + WORDS, id="a sheet of Excel"),
        pytest.param("<html xmlns:x='urn:schemas-microsoft-com:office:excel'>" + CLSID % ("0002E559-0000-0000-C000-000000000046", "") + WORDS, id="a sheet that Excel publishes"),
        pytest.param(CLSID % ("D27CDB6E-AE6D-11cf-96B8-444553540000", "codebase='http://download.macromedia.com/pub/shockwave/cabs/flash/swflash.cab#version=6,0,0,0'") + "<embed src=a.swf>", id="Flash"),
        pytest.param(CLSID % ("02BF25D5-8C17-4B23-BC80-D3488ABDDC6B", "codebase='http://www.apple.com/qtactivex/qtplugin.cab'"), id="QuickTime"),
        pytest.param(CLSID % ("22D6F312-B0F6-11D0-94AB-0080C74C7E95", "codebase='http://activex.microsoft.com/activex/controls/mplayer/en/nsmp2inf.cab#Version=5,1,52,701'"), id="Media Player"),
        pytest.param(CLSID % ("CFCDAA03-8BE4-11cf-B84B-0020AFBBCCFA", "id=RVOCX"), id="RealPlayer"),
        pytest.param(CLSID % ("8E27C92B-1264-101C-8A2F-040224009C02", ""), id="a calendar of 1998"),
        pytest.param("<table><tr><td>Invoice 4711</td></tr></table>" + WORDS + "<a href='javascript:window.print()'>Print</a>", id="an invoice to print"),
        pytest.param(WORDS + "<button onclick='window.print()'>Print</button>", id="and one with a button"),
        pytest.param(WORDS + "<script>function csv(){var b=new Blob([t]);a.href=URL.createObjectURL(b);a.download='report.csv'}</script>", id="a table to take along"),
        pytest.param("<div id=content></div><script>jquery</script>" + f"<script>{LIBRARY.replace('plotly', 'react')}</script>", id="a report that is all script"),
        pytest.param(WORDS + "<iframe srcdoc='&lt;div id=map&gt;&lt;script src=https://cdn.example.org/leaflet.js&gt;&lt;/script&gt;&lt;script&gt;L.map(1)&lt;/script&gt;'></iframe>", id="a map in a notebook"),
        pytest.param(WORDS + "<script type='text/x-mathjax-config'>MathJax.Hub.Config({})</script><script type='text/template'><b>atob createObjectURL</b></script>", id="a notebook with formulas"),
        pytest.param(WORDS + "<script>var q=decodeURIComponent(window.location.hash);document.getElementById('a').innerHTML=q;if(location.hash=='#a'){}</script>", id="documentation with a search"),
        pytest.param("<base href=https://example.org/>" + WORDS + "<form action=/search><input name=q></form>", id="a page with its base"),
        pytest.param("<!-- saved from url=(0020)https://example.org/ -->" + WORDS + TAGS, id="saved by a browser"),
        pytest.param("<script src='data:application/javascript;base64,Ly8gYSBsaWJyYXJ5Cg=='></script>" + WORDS, id="a report of R"),
        pytest.param("<center><font color=red><blink>Newsletter!</blink></font>" + WORDS + "<img src=https://example.org/a.gif></center>", id="a newsletter"),
        pytest.param("<meta http-equiv=refresh content=300>" + WORDS, id="a page that loads itself again"),
        pytest.param("<meta http-equiv='refresh' content='0;url=index.html'>" + WORDS, id="one that leads beside itself"),
    ],
)  # fmt: skip
@pytest.mark.parametrize("codec", ["latin-1", "utf-16"])
def test_pages_that_people_send(page: str, codec: str) -> None:
    assert pieces(read_html, page.encode(codec)) == []


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
        *(b'<script a="', b"<script =", b"<object a='", b"<object>", b"srcdoc='", b'srcdoc="<script>"', b"<script src=data:,a>", b"<script>/*", b"'+'"),
    ],
)  # fmt: skip
def test_floods_are_linear(unit: bytes) -> None:
    for reader in (read_html, read_svg, read_xml):
        assert_linear(partial(pieces, reader), flood(unit), most=1 << 15)
