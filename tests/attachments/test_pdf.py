"""PDF: names, references, streams and files; what is everyday stays clean."""

from __future__ import annotations

import base64
import random
import zlib

import pytest

from mailkit.attachments.pdf.document import read_pdf
from mailkit.attachments.pdf.objects import Ref, parse
from tests.attachments.builders_web import PROGRAM, codes, members, object_stream, pdf, pieces, reasons, stream
from tests.timing import assert_linear, flood

ACTION = b"<</S/JavaScript/JS(app.alert\\(1\\))>>"
FILE = b"<</Type/Filespec/F(setup.exe)/UF(setup.exe)/EF<</F 4 0 R>>>>"
NAMES = b"/Names<</EmbeddedFiles<</Names[(setup.exe) 5 0 R]>>>>"


def embedded(data: bytes, words: bytes) -> bytes:
    """Make a file that holds one, its stream under some filters."""
    return pdf(NAMES, stream(data, b"/Type/EmbeddedFile" + words), FILE)


@pytest.mark.parametrize(
    ("data", "code"),
    [
        pytest.param(pdf(b"/OpenAction" + ACTION), "PDF_JAVASCRIPT", id="in place"),
        pytest.param(pdf(b"/OpenAction<</S/J#61vaScript/J#53(x.y\\(1\\))>>"), "PDF_JAVASCRIPT", id="hex names"),
        pytest.param(
            pdf(b"/OpenAction 4 0 R", b"<</S 5 0 R/K 6 0 R>>", b"/JavaScript"), "PDF_JAVASCRIPT", id="kind apart"
        ),
        pytest.param(pdf(b"/OpenAction 4 0 R", ACTION), "PDF_JAVASCRIPT", id="by reference"),
        pytest.param(
            pdf(b"/OpenAction 4 0 R", b"<</S/JavaScript/JS 5 0 R>>", stream(b"app.alert(1)")),
            "PDF_JAVASCRIPT",
            id="stream",
        ),
        pytest.param(pdf(b"/OpenAction 5 0 R", object_stream((5, ACTION))), "PDF_JAVASCRIPT", id="object stream"),
        pytest.param(
            pdf(b"", object_stream((5, ACTION), words=b"")).replace(b"ObjStm", b"Obj#53tm"),
            "PDF_JAVASCRIPT",
            id="#ObjStm",
        ),
        pytest.param(pdf(b"/T(1 0 obj >>stream\n)/OpenAction" + ACTION), "PDF_JAVASCRIPT", id="keywords in a string"),
        pytest.param(pdf(b"\n%>>stream\n/OpenAction" + ACTION), "PDF_JAVASCRIPT", id="keywords in a comment"),
        pytest.param(pdf(b"/OpenAction<<\n/S\t%x\n/JavaScript\r/JS<612E622829>>>"), "PDF_JAVASCRIPT", id="white space"),
        pytest.param(pdf(b"/OpenAction<</S/JavaScript/S/URI/T(a)>>"), "PDF_JAVASCRIPT", id="two kinds"),
        pytest.param(pdf(b"/OpenAction" + b"[" * 5_000 + ACTION), "PDF_JAVASCRIPT", id="deep"),
        pytest.param(b"junk" * 300 + pdf(b"/AA<</WC" + ACTION + b">>"), "PDF_JAVASCRIPT", id="junk before"),
        pytest.param(pdf(b"").replace(b"%PDF-1.7\n", b"") + b"9 0 obj" + ACTION, "PDF_JAVASCRIPT", id="appended"),
        pytest.param(
            pdf(b"/AcroForm<</XFA[(template)4 0 R]>>", stream(b"<t><event><script>x</script></event></t>")),
            "PDF_JAVASCRIPT",
            id="XFA",
        ),
        pytest.param(pdf(b"/OpenAction<</S/Launch/Win<</F(cmd.exe)/P(/c)>>>>"), "PDF_LAUNCH", id="launch"),
        pytest.param(pdf(b"/OpenAction<</S/Launch/F<</F(cmd.exe)>>>>"), "PDF_LAUNCH", id="launch a file"),
        pytest.param(pdf(b"/OpenAction<</S/URI/URI(http://example.org/)>>"), "PDF_ACTION", id="page opened"),
        pytest.param(pdf(b"/OpenAction<</S/GoToR/F(\\\\\\\\example.org\\\\a)>>"), "PDF_ACTION", id="remote"),
        pytest.param(pdf(b"/AA<</O<</S/SubmitForm/F(http://example.org/)>>>>"), "PDF_ACTION", id="submit"),
        pytest.param(pdf(b"", trailer=b"/Encrypt 4 0 R"), "PDF_ENCRYPTED", id="encrypted"),
        pytest.param(embedded(PROGRAM, b""), "PDF_EMBEDDED", id="embedded"),
    ],
)
def test_hostile(data: bytes, code: str) -> None:
    assert code in codes(read_pdf, data)


@pytest.mark.parametrize(
    "data",
    [
        pytest.param(pdf(b""), id="plain"),
        pytest.param(pdf(b"/OpenAction[3 0 R/Fit]/AcroForm<</Fields[]>>"), id="form and place"),
        pytest.param(pdf(b"", b"<</Subtype/Link/A<</S/URI/URI(https://example.org/)>>>>"), id="link"),
        pytest.param(pdf(b"", stream(b"BT (/S /JavaScript /JS) Tj ET")), id="text of a page"),
        pytest.param(pdf(b"", b"<</Title(<</S/JavaScript>>)>>"), id="text of a title"),
        pytest.param(
            pdf(b"", b'<</AA<</F<</S/JavaScript/JS(AFNumber_Format\\(2, 0, 0, 0, "", true\\);)>>>>>>'),
            id="number format",
        ),
        pytest.param(pdf(b"/OpenAction<</S/JavaScript/JS(this.print\\(true\\);)>>"), id="print"),
        pytest.param(pdf(b"", b"<</A<</S/GoToR/F(part2.pdf)/D[0/Fit]>>>>"), id="the next volume"),
        pytest.param(pdf(b"", b"<</A<</S/SubmitForm/F(mailto:a@example.org)>>>>"), id="form by mail"),
    ],
)
def test_everyday(data: bytes) -> None:
    assert pieces(read_pdf, data) == []


@pytest.mark.parametrize(
    ("packed", "words"),
    [
        pytest.param(PROGRAM, b"", id="none"),
        pytest.param(zlib.compress(PROGRAM), b"/Filter/FlateDecode", id="flate"),
        pytest.param(zlib.compress(PROGRAM), b"/F/Fl", id="abbreviated"),
        pytest.param(PROGRAM.hex().encode() + b">", b"/Filter[/ASCIIHexDecode]", id="hex"),
        pytest.param(base64.a85encode(PROGRAM) + b"~>", b"/Filter/ASCII85Decode", id="base 85"),
        pytest.param(
            base64.a85encode(zlib.compress(PROGRAM)) + b"~>", b"/Filter[/ASCII85Decode/Flate#44ecode]", id="chain"
        ),
        pytest.param(bytes((len(PROGRAM) - 1,)) + PROGRAM + b"\x80", b"/Filter/RunLengthDecode", id="runs"),
        pytest.param(
            zlib.compress(b"\x02" + PROGRAM),
            b"/Filter/FlateDecode/DecodeParms<</Predictor 12/Columns %d>>" % len(PROGRAM),
            id="predictor",
        ),
    ],
)
def test_filters(packed: bytes, words: bytes) -> None:
    found = members(read_pdf, embedded(packed, words))
    assert [(member.name, member.data) for member in found] == [("setup.exe", PROGRAM)]


def test_lzw_known_answer() -> None:
    """The example of ISO 32000-1 section 7.4.4.2."""
    packed = bytes.fromhex("800B6050220C0C8501")
    found = members(read_pdf, embedded(packed, b"/Filter/LZWDecode"))
    assert found[0].data == bytes((45, 45, 45, 45, 45, 65, 45, 45, 45, 66))


@pytest.mark.parametrize("length", [0, 5, 10**9], ids=str)
def test_a_wrong_length(length: int) -> None:
    data = pdf(NAMES, stream(PROGRAM, b"/Type/EmbeddedFile", length), FILE)
    content = members(read_pdf, data)[0].data
    assert content
    assert content.startswith(PROGRAM)


def test_what_cannot_be_read_is_told() -> None:
    assert reasons(read_pdf, embedded(b"x", b"/Filter/Nobody")) == ["UNSUPPORTED"]
    assert reasons(read_pdf, embedded(zlib.compress(PROGRAM)[:20], b"/Filter/FlateDecode")) == ["MALFORMED"]
    assert reasons(read_pdf, pdf(b"", trailer=b"/Encrypt 4 0 R")) == ["ENCRYPTED"]


def test_values() -> None:
    text = b"<</A#42 1 0 R/K[(a(b)\\051\\\n)<4>-3 .5 true]"
    assert parse(text, 0, len(text)) == ([{b"AB": Ref(1), b"K": [b"a(b))", b"@", -3, None, None]}], -1)


def test_damage_never_raises() -> None:
    data = embedded(zlib.compress(PROGRAM), b"/Filter/FlateDecode") + pdf(
        b"/OpenAction 5 0 R", object_stream((5, ACTION))
    )
    for end in range(len(data)):
        pieces(read_pdf, data[:end])
    chance = random.Random(7)
    for _ in range(1_000):
        broken = bytearray(data)
        for _ in range(4):
            broken[chance.randrange(len(data))] = chance.choice(b"0<>()[]/% \xff")
        pieces(read_pdf, bytes(broken))


@pytest.mark.parametrize(
    "unit",
    [
        b"1 0 obj<</Type/ObjStm>>stream\n",
        b"1 0 obj<</JS 1 0 R>>",
        b"1 0 obj<</JS(((",
        b"<<",
        b"1 0 obj<</JS<</A 1/A[",
        b"obj",
        b"1 0 obj<</Type/ObjStm/Filter/FlateDecode>>stream\nendstream ",
        b"1 0 obj<</OpenAction 1 0 R>>",
    ],
    ids=lambda unit: unit[:30].decode(),
)
def test_floods_are_linear(unit: bytes) -> None:
    assert_linear(lambda data: pieces(read_pdf, data), flood(unit), most=1 << 17)


def test_more_than_is_read_is_told() -> None:
    assert "PARTS" in reasons(read_pdf, pdf(b"", *(b"<</JS(print\\(\\))>>" for _ in range(4_100))))
