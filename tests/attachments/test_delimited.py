"""What a spreadsheet opens: cells that start programs in CSV, macros in SYLK, queries."""

from __future__ import annotations

import pytest

from mailkit.attachments.budget import Budget
from mailkit.attachments.documents.delimited import read_csv, read_iqy, read_slk
from mailkit.attachments.pieces import Note, Reader
from mailkit.limits import DEFAULT
from tests.timing import assert_linear, flood


def codes(reader: Reader, data: bytes) -> list[str]:
    """Give the codes of what a reader tells."""
    return [piece.code for piece in reader(data, Budget(DEFAULT, lambda: 0.0)) if isinstance(piece, Note)]


@pytest.mark.parametrize(
    "text",
    [
        *("=cmd|'/c calc'!A1", "a,=cmd|'/c calc'!A1", "+cmd|'/c calc'!A0", "-2+3+cmd|'/c calc'!A0", "a;=cmd|'/c x'!A"),
        *("@SUM(1+1)*cmd|'/c calc'!A0", "\"=cmd|'/c calc'!A1\"", "a\t=cmd.exe|'/c calc'!A1", "  =  c m d  |  '/ c'!A1"),
        *("=msiexec|'/i x'!A0", "=hh|'x'!A0", "=rundll32|'URL.dll,OpenURL x'!A", "=powershell|'x'!A", "=cmd|calc!A1"),
        *("=MSEXCEL|'\\..\\..\\cmd.exe /c calc'!''", "=C:\\Windows\\cmd.exe|'/c x'!A", "=anything|'/x y'!A1"),
        *(
            '=DDE("cmd";"/C calc";"x")',
            '"=DDE(""cmd"";""/C calc"";""x"")"',
            "=A1+DDE('cmd';'x';'y')",
            "=1+1,=dde(A1;B1;C1)",
        ),
        *(
            "=cmd\0|'/c calc'!A1",
            "=cmd|\t'/c calc'!A1",
            "x\r\n=cmd|'/c calc'!A1\r\n",
            "=1" + "+1" * 700 + "*(1)*cmd|'/c'!A",
        ),
    ],
)
def test_cells_that_start_programs(text: str) -> None:
    """A formula that names a program, a bar and a topic; the function that does the same."""
    assert codes(read_csv, text.encode()) == ["CSV_DDE"]
    assert codes(read_csv, text.encode("utf-16")) == ["CSV_DDE"]
    assert codes(read_csv, b"a,b\n1,2\n" + text.encode() + b"\n3,4\n") == ["CSV_DDE"]


@pytest.mark.parametrize(
    "text",
    [
        *(
            "a,-5\n+49 30 12\n@max\n",
            "-old|x\n+new line | y\n",
            "- bash | shell\n- cmd | Windows\n",
            "=A1+B1,=SUM(A1:A9)",
        ),
        *(
            '=HYPERLINK("http://e.example","a")',
            "a|b|'c'|d",
            "-1|'2'|\"3\"",
            "| cmd | 'x' |",
            "cmd|'/c calc'!A1",
            "bash | sh",
        ),
        *("- see DDE (old)", "=SUM(DDE1)", '"x|y";"=A1+B1"', "-5|a|b!", "+1 (234) 567", "@user|https://e.example/"),
        *("- a DDE (1990) of x", 'Formula: DDE("a")', "-|-|-", '=IF(A1>0,"a|b","c")'),
    ],
)
def test_ordinary_tables(text: str) -> None:
    """Numbers with a sign, lists, tables with bars, formulas that count."""
    assert codes(read_csv, text.encode()) == []


@pytest.mark.parametrize("text", ['=WEBSERVICE("http://e.example/")', '"=1+importxml(""http://e.example/"",""a"")"'])
def test_cells_that_load(text: str) -> None:
    """Functions that send a cell away or load one."""
    assert codes(read_csv, text.encode()) == ["OFFICE_EXTERNAL_LINK"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param('ID;P\nO;E\nC;Y1;X1;EEXEC("x")\nE\n', ["SLK_MACRO"], id="call"),
        pytest.param("ID;P\nO;E\n", ["SLK_MACRO"], id="sheet of macros"),
        pytest.param("ID;P\nNN;NAuto_open;ER1C1\nE\n", ["SLK_MACRO"], id="name"),
        pytest.param("ID;P\nC;Y1;X1;K0;Ecmd|'/c calc'!A1\nE\n", ["CSV_DDE"], id="link by DDE"),
        pytest.param("ID;P\nC;Y1;X1;K0;E=cmd|'/c calc'!A1\nE\n", ["CSV_DDE"], id="link with a sign"),
        pytest.param("ID;PWXL;N;E\nC;Y1;X1;K1\nC;X2;K2;ER1C1+1\nE\n", [], id="table"),
    ],
)
def test_sylk(text: str, expected: list[str]) -> None:
    """Macros are told, tables are not."""
    assert codes(read_slk, text.encode()) == expected


@pytest.mark.parametrize("mark", ["", "\ufeff"])
def test_queries(mark: str) -> None:
    """A query is one behind a mark of its encoding, too."""
    assert codes(read_iqy, (mark + "WEB\n1\nhttp://e.example/\n").encode()) == ["QUERY_FILE"]
    assert codes(read_iqy, "WEB\r\n1\r\nhttp://e.example/\r\n".encode("utf-16")) == ["QUERY_FILE"]
    assert codes(read_iqy, (mark + "WEB is a word\n").encode()) == []


@pytest.mark.parametrize(
    "unit",
    [
        *(
            "-c:\\",
            "|",
            "|'",
            "cmd|'",
            "=cmd",
            "=cmd|",
            "c:\\a|'",
            "a|'/",
            "(",
            'E("',
            'DDE("',
            ",=DDE",
            "- DDE(A1",
            "=",
            " ",
        ),
        *(
            "\0",
            "a|' ",
            "=a|'b",
            "|aaaa!",
            "C;",
            "C;E",
            "C;;E\n",
            "O;",
            "\nO;",
            "O;E ",
            "NN;N",
            "\n",
            "\r",
            "WEB\n",
            "=A,",
        ),
        *("cmd", "WEBSERVICE(A1", "a!", "|\t", "x|" + "a" * 99, "''|'"),
    ],
)
@pytest.mark.parametrize("end", [b"", b"|", b"cmd|'"])
def test_floods(unit: str, end: bytes) -> None:
    """Twice as much takes twice as long."""
    assert_linear(whole, flood(unit.encode(), b"", end), most=1 << 17)


def whole(data: bytes) -> None:
    """Read data as each of the three."""
    for reader in (read_csv, read_slk, read_iqy):
        codes(reader, data)
