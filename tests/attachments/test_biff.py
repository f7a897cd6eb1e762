"""Workbooks: sheets of macros, names that run, links to programs, encryption."""

from __future__ import annotations

import random

import pytest

from mailkit.attachments.documents.biff import read_biff
from tests.attachments.builders_archives import codes, pieces, reasons
from tests.attachments.builders_ole import BOF5, BOF8, EOF, book, label, record, sheet
from tests.timing import assert_linear, flood

XLM, RUNS, DDE = "OFFICE_XLM", "OFFICE_XLM_AUTO", "OFFICE_DDE"
BOF4 = record(0x409, b"\0\0\x40\0\0\0")


def extern(text: str) -> bytes:
    """Build a record of type EXTERNSHEET as Excel 2 to 95 write it."""
    return record(0x17, bytes([len(text)]) + text.encode("latin-1"))


@pytest.mark.parametrize(
    ("data", "found"),
    [
        pytest.param(BOF8 + sheet("A") + sheet("B") + EOF, set(), id="sheets"),
        pytest.param(BOF8 + sheet("A", 2) + sheet("B", 6) + EOF, set(), id="chart and module"),
        pytest.param(BOF8 + sheet("M", 1) + EOF, {XLM}, id="macros"),
        pytest.param(BOF8 + sheet("M", 1, 2) + EOF, {XLM}, id="macros, very hidden"),
        pytest.param(BOF8 + sheet("M", 1) + label(1) + EOF, {XLM, RUNS}, id="built-in Auto_Open"),
        pytest.param(BOF8 + sheet("M", 1) + label(2) + EOF, {XLM, RUNS}, id="built-in Auto_Close"),
        pytest.param(BOF8 + sheet("M", 1) + label("auto_OPEN1") + EOF, {XLM, RUNS}, id="plain Auto_Open"),
        pytest.param(BOF8 + sheet("M", 1) + label("Auto_Open", wide=True) + EOF, {XLM, RUNS}, id="wide Auto_Open"),
        pytest.param(BOF8 + sheet("M", 1) + label(6) + EOF, {XLM}, id="print area"),
        pytest.param(BOF8 + sheet("A") + label(1) + EOF, set(), id="name alone"),
        pytest.param(BOF8 + sheet("A") + label("Total") + EOF, set(), id="a name"),
        pytest.param(BOF8 + book("cmd\x03/c calc") + EOF, {DDE}, id="DDE"),
        pytest.param(BOF8 + book("\x01\x01CFolder\x03Other.xls", ["A"]) + EOF, set(), id="a workbook"),
        pytest.param(BOF8 + book("\x01\x01CFolder\x03Other.xls") + EOF, set(), id="a workbook without sheets"),
        pytest.param(BOF8 + record(0x1AE, b"\1\0\1\4") + EOF, set(), id="itself"),
        pytest.param(BOF8 + record(0x1AE, b"\1\0\1\x3a") + EOF, set(), id="add-in functions"),
        pytest.param(BOF5 + extern("cmd\x03/c calc") + EOF, {DDE}, id="DDE of Excel 95"),
        pytest.param(BOF5 + extern("\x03Sheet1") + EOF, set(), id="own sheet of Excel 95"),
        pytest.param(BOF5 + extern("\x01Folder\x03[A.XLS]Sheet1") + EOF, set(), id="workbook of Excel 95"),
        pytest.param(BOF8 + record(0x17, b"\3\0ab\x03cdefghijklmnopq") + EOF, set(), id="Excel 97 has another record"),
        pytest.param(BOF4 + EOF, {XLM}, id="Excel 4"),
        pytest.param(record(0x409, b"\0\0\x10\0\0\0") + EOF, set(), id="sheet of Excel 4"),
        pytest.param(BOF8 + record(0x2F, bytes(6)) + sheet("M", 1) + EOF, {"OFFICE_ENCRYPTED"}, id="encrypted"),
    ],
)
def test_what_is_told(data: bytes, found: set[str]) -> None:
    assert codes(read_biff, data) == found
    assert reasons(read_biff, data) == ({"ENCRYPTED"} if "OFFICE_ENCRYPTED" in found else set())


def test_every_prefix_and_flips() -> None:
    data = BOF8 + sheet("M", 1) + label(1) + label("Auto_Open") + book("cmd\x03/c calc") + BOF5 + extern("a\x03b") + EOF
    for end in range(len(data)):
        assert codes(read_biff, data[:end]) <= {XLM, RUNS, DDE}
    chance = random.Random(3)
    for _ in range(3000):
        hurt = bytearray(data)
        for _ in range(chance.randrange(1, 6)):
            hurt[chance.randrange(len(hurt))] = chance.randrange(256)
        assert len(pieces(read_biff, bytes(hurt))) <= 3


@pytest.mark.parametrize("unit", [bytes(4), sheet("M", 1), label("Auto_Open"), book("a.b\x03c" * 20), BOF5], ids=str)
def test_floods(unit: bytes) -> None:
    assert_linear(lambda data: pieces(read_biff, data), flood(unit))
