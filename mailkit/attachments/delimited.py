"""Files that a spreadsheet opens as its own: comma-separated values, SYLK, queries."""

from __future__ import annotations

import re
from collections.abc import Iterator

from mailkit.attachments.budget import Budget
from mailkit.attachments.opc import as_bytes
from mailkit.attachments.pieces import Note, Piece

_DDE = re.compile(
    rb"(?:^|[,;\t\"'])[ \t\"']{0,9}[=+@-][^\r\n]{0,200}?"
    rb"\b(?:cmd|msexcel|excel|powershell|mshta|rundll32|regsvr32|wscript|cscript|certutil|bitsadmin|explorer|calc|sh|bash|"
    rb"winword|iexplore|[a-z]:\\[^|\r\n]{1,200})(?:\.exe)?[ \t]{0,9}\|[ \t]{0,9}['\"/\\A-Za-z]",
    re.IGNORECASE | re.MULTILINE,
)
"""A cell that is a formula: program, bar, topic (as Excel writes a link by DDE)."""
_WEB = re.compile(
    rb"(?:^|[,;\t\"])[ \t\"]{0,9}[=+@-][^\r\n]{0,80}?\b(?:WEBSERVICE|IMPORTXML|IMPORTDATA)[ \t]{0,9}\(",
    re.IGNORECASE | re.MULTILINE,
)
_SLK_MACRO = re.compile(rb"^O;(?:[^\r\n]{0,80};)?E(?:;|\r?$)", re.MULTILINE)
_SLK_RUNS = re.compile(rb"(?:EXEC|CALL|REGISTER|FOPEN|RUN|FORMULA)\(", re.IGNORECASE)
_SLK_AUTO = re.compile(rb"^NN;N[^\r\n;]{0,9}Auto_?(?:open|close|activate)", re.IGNORECASE | re.MULTILINE)
_SLK_CELL = re.compile(rb"^C;[^\r\n]{0,4000};E[^\r\n]{0,4000}", re.MULTILINE)
_QUERY = re.compile(rb"\s*(?:WEB\r?\n[0-9]{1,3}\r?\n|XLODBC\r?\n|QueryType=)", re.IGNORECASE)


def read_csv(data: bytes, _budget: Budget) -> Iterator[Piece]:
    r"""Tell of cells that start a program; numbers with a sign, dates and formulas that count are everyday.

    >>> from mailkit.limits import DEFAULT
    >>> budget = Budget(DEFAULT, lambda: 0.0)
    >>> [note.code for note in read_csv(b"a,=cmd|'/c calc'!A1\n", budget)], list(read_csv(b"a,-5,+49 30 1|2,=A1+B1\n", budget))
    (['CSV_DDE'], [])
    """
    text = as_bytes(data)
    if b"|" in text and (found := _DDE.search(text)):
        yield Note("CSV_DDE", found[0].decode("utf-8", "replace"), found.start())
    elif b"(" in text and (found := _WEB.search(text)):
        yield Note("OFFICE_EXTERNAL_LINK", found[0].decode("utf-8", "replace"), found.start())


def read_slk(data: bytes, budget: Budget) -> Iterator[Piece]:
    """Tell of macros in SYLK: a sheet of them, a name that runs by itself, a call in a cell."""
    text = as_bytes(data)
    macro, auto = _SLK_MACRO.search(text), _SLK_AUTO.search(text)
    runs = next((cell for cell in _SLK_CELL.finditer(text) if _SLK_RUNS.search(cell[0])), None)
    if macro or auto or runs:
        found = auto or runs or macro
        assert found is not None  # one of them was met
        yield Note("SLK_MACRO", found[0].decode("latin-1"), found.start())
    yield from read_csv(data, budget)


def read_iqy(data: bytes, _budget: Budget) -> Iterator[Piece]:
    """Tell of a query: it loads what it names, and a cell of that may start a program."""
    found = _QUERY.match(as_bytes(data))
    if found:
        yield Note("QUERY_FILE", as_bytes(data)[:80].decode("latin-1"))
