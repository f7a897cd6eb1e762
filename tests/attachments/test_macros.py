"""What macros do: whether they run by themselves, whether they act, and whether either can be told."""

from __future__ import annotations

import random

import pytest

from mailkit.attachments.budget import Budget
from mailkit.attachments.documents.macros import judge_project, judge_source
from mailkit.attachments.documents.ole import Ole
from mailkit.attachments.pieces import Gap
from mailkit.limits import DEFAULT
from tests.attachments.builders_archives import codes, pieces, reasons
from tests.attachments.builders_ole import compound, module, packed, project
from tests.timing import assert_linear, flood

PLAIN = 'Sub Hello()\nMsgBox "hello"\nEnd Sub\n'
AUTO = 'Sub AutoOpen()\nMsgBox "hello"\nEnd Sub\n'
ACTS = 'Sub Go()\nShell "none"\nEnd Sub\n'
BOTH = AUTO.replace("MsgBox", "Shell")
VBA, RUNS = "OFFICE_VBA", "OFFICE_VBA_AUTO"


@pytest.mark.parametrize(
    ("sources", "found"),
    [
        pytest.param([PLAIN], {VBA}, id="plain"),
        pytest.param([BOTH], {VBA, RUNS}, id="runs and acts"),
        pytest.param([AUTO], {VBA}, id="runs"),
        pytest.param([ACTS], {VBA}, id="acts"),
        pytest.param([AUTO, ACTS], {VBA, RUNS}, id="one runs, another acts"),
        pytest.param([""], set(), id="nothing"),
        pytest.param(["Option Explicit\n' Shell AutoOpen\nRem Shell\n"], set(), id="comments"),
        pytest.param([AUTO + "' Shell is not called here\n"], {VBA}, id="a comment on Shell"),
        pytest.param([AUTO + 'Rem CreateObject("x")\n'], {VBA}, id="Rem CreateObject"),
        pytest.param(["Sub AutoOpen _\n()\nDim a: a = _\n  Shell _\n (1)\nEnd Sub"], {VBA, RUNS}, id="continued"),
        pytest.param(["Private Sub Document_Open()\nOpen a For Output As #1\nEnd Sub"], {VBA, RUNS}, id="writes"),
        pytest.param(["Sub Workbook_Open()\nSet a = CreateObject(b)\nEnd Sub"], {VBA, RUNS}, id="workbook"),
        pytest.param(["sub AUTO_OPEN()\nSHELL 1\nend sub"], {VBA, RUNS}, id="any case"),
        pytest.param(["Sub a_Painted()\nDeclare PtrSafe Function b Lib c\nEnd Sub"], {VBA, RUNS}, id="control, API"),
        pytest.param(["Sub AutoOpening()\nShelling 1\nEnd Sub"], {VBA}, id="parts of words"),
    ],
)
@pytest.mark.parametrize("how", [{}, {"copies": True}, {"raw": True}], ids=["letters", "copies", "raw"])
def test_what_is_told(sources: list[str], found: set[str], how: dict[str, bool]) -> None:
    assert codes(judge_project, project(*sources, **how)) == found  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("streams", "found"),
    [
        pytest.param({"VBA/Module1": packed(module(BOTH))}, {VBA, RUNS}, id="no dir"),
        pytest.param({"VBA/dir": b"\x01junk", "VBA/M": b"x" * 9 + packed(module(BOTH))}, {VBA, RUNS}, id="dir damaged"),
        pytest.param({"Macros/VBA/M": packed(module(BOTH))}, {VBA, RUNS}, id="in a document"),
        pytest.param({"_VBA_PROJECT_CUR/VBA/M": packed(module(BOTH))}, {VBA, RUNS}, id="in a workbook"),
        pytest.param({"VBA/dir": packed(b"x"), "VBA/Module1": b"\x01\x16\x01" * 300}, {VBA}, id="stomped"),
        pytest.param({"VBA/Sheet1": packed(module("", "Sheet1"))}, set(), id="only what the editor writes"),
        pytest.param({"WordDocument": b"the VBA of a text"}, set(), id="no project"),
    ],
)
def test_projects(streams: dict[str, bytes], found: set[str]) -> None:
    assert codes(judge_project, compound(streams)) == found


def test_more_source_than_is_read() -> None:
    lines = [f"Sub A{number}()\n{'x = 1: ' * 400}\nEnd Sub\n" * 20 for number in range(30)]
    assert reasons(judge_project, project(*lines, copies=False)) == {"BYTES"}


@pytest.mark.parametrize(
    ("text", "code"),
    [("", None), ("Option Explicit\r\n", None), (PLAIN, VBA), (BOTH, RUNS), ("'" + BOTH.replace("\n", "\n'"), None)],
)
def test_one_source(text: str, code: str | None) -> None:
    note = judge_source(text, "M")
    assert (note.code if note else None) == code


def test_every_prefix_and_flips() -> None:
    data = project(BOTH, copies=True)
    for end in range(len(data)):
        assert codes(judge_project, data[:end]) <= {VBA, RUNS}
    chance = random.Random(8)
    for _ in range(1500):
        hurt = bytearray(data)
        for _ in range(chance.randrange(1, 6)):
            hurt[chance.randrange(len(hurt))] = chance.randrange(256)
        assert codes(judge_project, bytes(hurt)) <= {VBA, RUNS}


@pytest.mark.parametrize(
    "unit",
    [
        pytest.param("a", id="a long word"),
        pytest.param(" _\n", id="continued lines"),
        pytest.param(" _" + " " * 20, id="nearly continued"),
        pytest.param("For  ", id="For"),
        pytest.param("Declare " + " " * 20, id="Declare"),
        pytest.param("aaaa_", id="underscores"),
        pytest.param("SlideShow", id="slide show"),
        pytest.param("\n", id="empty lines"),
        pytest.param(" \t", id="blanks"),
        pytest.param("'\n", id="comments"),
    ],
)
def test_floods(unit: str) -> None:
    assert_linear(lambda text: judge_source(text, "M"), flood(unit))


def test_many_modules() -> None:
    code = packed(module(BOTH))
    data = compound({f"VBA/M{number}": code for number in range(300)})
    assert len(pieces(judge_project, data)) < 30
    assert Ole(data).damage == ""
    late = iter([0.0, *[1e9] * 10_000])
    assert any(isinstance(one, Gap) for one in judge_project(data, Budget(DEFAULT, lambda: next(late))))
