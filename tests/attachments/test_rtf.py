"""Objects in RTF, however their digits are hidden; templates, fields and links that load or start something."""

from __future__ import annotations

import random
import struct

import pytest

from mailkit.attachments.documents.rtf import read_rtf
from mailkit.attachments.pieces import Gap, Member
from tests.attachments.builders_archives import PROGRAM, codes, contents, pieces, reasons
from tests.attachments.builders_ole import compound, native, object_group, one, rtf
from tests.timing import assert_linear, flood

COMPOUND = compound({"WordDocument": b"x"})
WORD = one("Word.Document.8", COMPOUND)
PACKAGE = one("Package", native("a.exe", PROGRAM)[4:])
FORMULA = one("Equation.3", COMPOUND)
OBJECT, EQUATION = "RTF_OBJECT", "OFFICE_EQUATION"


@pytest.mark.parametrize(
    ("text", "found", "files"),
    [
        pytest.param(rtf(object_group(WORD)), set(), [COMPOUND], id="document"),
        pytest.param(rtf(object_group(PACKAGE)), {OBJECT, "OFFICE_OLE_PACKAGE"}, [PROGRAM], id="Package"),
        pytest.param(rtf(object_group(FORMULA)), {OBJECT, EQUATION}, [COMPOUND], id="Equation.3"),
        pytest.param(rtf(object_group(one("eQuAtIoN.2", COMPOUND))), {OBJECT, EQUATION}, [COMPOUND], id="any case"),
        pytest.param(rtf(object_group(one("otkloadr.WRAssembly.1", COMPOUND))), {OBJECT}, [COMPOUND], id="loader"),
        pytest.param(rtf(object_group(one("x", b"abc"))), {OBJECT}, [b"abc"], id="another class"),
        pytest.param(rtf(object_group(WORD)) * 2, set(), [COMPOUND] * 2, id="two"),
        pytest.param(rtf(object_group(bytes(20))), {OBJECT}, [], id="nothing"),
    ],
)
def test_objects(text: bytes, found: set[str], files: list[bytes]) -> None:
    assert codes(read_rtf, text) == found
    assert [one.data for one in pieces(read_rtf, text) if isinstance(one, Member)] == files


@pytest.mark.parametrize(
    "between",
    ["\r\n", " ", "\t \n", "{\\*\\x ab}", "{\\b}", "\\par ", "\\'", "{{}}", "\\bin0 ", "xyz"],
    ids=["lines", "blanks", "white space", "ignored", "group", "word", "quote", "groups", "bin", "letters"],
)
@pytest.mark.parametrize("data", [PACKAGE, PACKAGE + b"\0"], ids=["even", "odd"])
def test_what_stands_between_digits(data: bytes, between: str) -> None:
    if between in {"\\'", "\\par ", "xyz"}:
        between += "\r\n" if between != "\\par " else ""
    assert contents(read_rtf, rtf(object_group(data, between))) == {"a.exe": PROGRAM}


def test_bytes_as_they_are() -> None:
    text = rtf("{\\object{\\*\\objdata " + PACKAGE[:8].hex() + f"\\bin{len(PACKAGE) - 8} ")[:-1] + PACKAGE[8:] + b"}}}"
    assert contents(read_rtf, text) == {"a.exe": PROGRAM}
    braces = one("Package", native("a.exe", b"MZ}}}{\\}" * 9)[4:])
    text = rtf("{\\object{\\*\\objdata" + f"\\bin{len(braces)} ")[:-1] + braces + b"}}}"
    assert contents(read_rtf, text) == {"a.exe": b"MZ}}}{\\}" * 9}


@pytest.mark.parametrize(
    ("group", "found"),
    [
        pytest.param("{\\*\\template http://example.com/a.dotm}", {"OFFICE_TEMPLATE"}, id="template by http"),
        pytest.param("{\\*\\template \\\\\\\\192.0.2.1\\\\a.dot}", {"OFFICE_TEMPLATE"}, id="template of a share"),
        pytest.param("{\\*\\template \\u104?\\u116?\\u116?\\u112?://a}", {"OFFICE_TEMPLATE"}, id="by numbers"),
        pytest.param("{\\*\\template C:\\\\Normal.dot}", set(), id="own template"),
        pytest.param("{\\field{\\*\\fldinst DDEAUTO c:\\\\a.exe}}", {"OFFICE_DDE"}, id="DDEAUTO"),
        pytest.param("{\\field{\\*\\fldinst {\\b D}{\\i DE}AUTO a}}", {"OFFICE_DDE"}, id="DDE in pieces"),
        pytest.param('{\\field{\\*\\fldinst {HYPERLINK "http://example.com"}}}', set(), id="hyperlink"),
        pytest.param("{\\field{\\*\\fldinst PAGE}}", set(), id="page"),
        pytest.param("{\\object\\objautlink}", {"OFFICE_EXTERNAL_OLE"}, id="link"),
        pytest.param("{\\object\\objlink\\objupdate}", {"OFFICE_EXTERNAL_OLE"}, id="link that is updated"),
        pytest.param("{\\pict\\pngblip 89504e470d0a1a0a}", set(), id="picture"),
        pytest.param("{\\pict\\wmetafile8\\bin4 }{\\x}", set(), id="picture in bytes"),
        pytest.param("{\\info{\\title DDE and templates http://x}}", set(), id="words"),
    ],
)  # fmt: skip
def test_what_is_told(group: str, found: set[str]) -> None:
    assert codes(read_rtf, rtf(group)) == found
    assert reasons(read_rtf, rtf(group)) == set()


def test_every_prefix_and_flips() -> None:
    data = rtf(
        object_group(PACKAGE), "{\\*\\template http://x}", "{\\field{\\*\\fldinst DDE x}}", object_group(FORMULA[:99])
    )
    for end in range(len(data)):
        assert len(pieces(read_rtf, data[:end])) < 20
    for end in range(data.index(b"objdata") + 80, data.index(b"}}", 50) - 20):
        assert any(isinstance(one, Gap) for one in pieces(read_rtf, data[:end]))
    chance = random.Random(6)
    for _ in range(3000):
        hurt = bytearray(data)
        for _ in range(chance.randrange(1, 6)):
            hurt[chance.randrange(len(hurt))] = chance.choice(b"{}\\*0f \xff\0'")
        assert len(pieces(read_rtf, bytes(hurt))) < 30


def test_absurd_lengths() -> None:
    for size in (0xFFFFFFFF, 0x7FFFFFFF, 1 << 31):
        data = struct.pack("<III", 0x501, 2, size) + b"Package\0" + bytes(20)
        assert reasons(read_rtf, rtf(object_group(data))) == {"MALFORMED"}


@pytest.mark.parametrize(
    "unit",
    [b"{", b"{\\rtf1{", b"{\\*\\objdata ", b"\\objdata 01}", b"{\\*\\x", b"\\bin1 ", b"\\bin999999999 ", b"\\'", b"\\a",
     b"\\fldinst ", b"\\fldinst{\\u1 ", b"\\*\\template ", b"\\*\\template{ ", b"OBJDATA", b"objlink", b"00 ", b"{\\*" + b"a" * 4000],
    ids=lambda unit: unit[:12].decode(),
)  # fmt: skip
@pytest.mark.parametrize("start", [b"{\\rtf1 ", b"{\\rtf1{\\*\\objdata "], ids=["text", "object"])
def test_floods(unit: bytes, start: bytes) -> None:
    assert_linear(lambda data: pieces(read_rtf, data), flood(unit, start))
