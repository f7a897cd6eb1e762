"""Files that a spreadsheet opens as its own: comma-separated values, SYLK, queries."""

from __future__ import annotations

import re
from collections.abc import Iterator

from mailkit.attachments.budget import Budget
from mailkit.attachments.documents.opc import as_bytes
from mailkit.attachments.pieces import Note, Piece

_BAR = re.compile(rb"\|(?<=[A-Za-z0-9\"' \t\0]\|)[ \t\0]{0,40}(?:['\"/]|[\w.\\$:]{1,100}!)")
"""The bar of a link by DDE, with the topic behind it: quoted, a switch, or up to the ``!`` before the item."""
_TOPIC = re.compile(rb"\|[ \t\0]{0,40}(?:'[^'\r\n]{0,400}'|\"[^\"\r\n]{0,400}\")[ \t\0'\"]{0,40}!")
_LONG = 400
"""Bytes before a bar or a bracket that are looked at."""
_NAME = 60
"""Bytes in which the name of a program or a function stands."""
_WORD = re.compile(rb"(?:\A|[=+@*(&/^<>-])['\"]{0,9}([a-z0-9]{1,20})(?:\.exe)?['\"]{0,9}\Z")
_PROGRAMS = frozenset(
    {
        *(
            b"cmd",
            b"msexcel",
            b"excel",
            b"winword",
            b"powerpnt",
            b"outlook",
            b"powershell",
            b"pwsh",
            b"mshta",
            b"rundll32",
        ),
        *(
            b"regsvr32",
            b"regasm",
            b"installutil",
            b"wscript",
            b"cscript",
            b"certutil",
            b"bitsadmin",
            b"explorer",
            b"calc",
        ),
        *(
            b"notepad",
            b"iexplore",
            b"chrome",
            b"msiexec",
            b"hh",
            b"wmic",
            b"forfiles",
            b"pcalua",
            b"conhost",
            b"msbuild",
        ),
        *(b"schtasks", b"cmstp", b"curl", b"ftp", b"finger", b"control", b"sh", b"bash", b"zsh", b"python", b"perl"),
        *(b"osascript", b"java"),
    }
)
"""What is started that way, as it stands after the sign of a formula."""
_CELL = re.compile(rb"(?:\A|[,;\t\"'|])[ \t\0\"']{0,40}[=+@-]")
_CALL = re.compile(rb"(?<![a-z0-9_.])(DDE|WEBSERVICE|IMPORT[a-z]{2,8})\Z", re.IGNORECASE)
_BRACKET = re.compile(rb"\((?<=[EADLeadl \t]\()[ \t]{0,9}(?:[\"'&]|[A-Za-z]{1,3}\$?[0-9])")
"""The bracket of a function of those, with its first value."""
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
    bar = next(_links(text.replace(b"\r", b"\n")), None) if b"|" in text else None
    if bar is not None:
        yield Note("CSV_DDE", _shown(text, bar), bar)
        return
    for bracket in _BRACKET.finditer(text):
        before = _before(text, bracket.start())
        if (call := _CALL.search(before, max(0, len(before) - _NAME))) and _CELL.search(before):
            code = "CSV_DDE" if call[1].upper() == b"DDE" else "OFFICE_EXTERNAL_LINK"
            yield Note(code, _shown(text, bracket.start()), bracket.start())
            return


def _links(text: bytes) -> Iterator[int]:
    """Give where the bars of links by DDE stand: each line with a bar is looked at once for the sign of a formula."""
    at = 0
    while (bar := text.find(b"|", at)) >= 0:
        begin = text.rfind(b"\n", at, bar) + 1 or at
        end = text.find(b"\n", bar)
        line = text[begin : end if end >= 0 else len(text)]
        if cell := _CELL.search(line):
            yield from (begin + one.start() for one in _BAR.finditer(line, cell.end()) if _is_link(line, one.start()))
        at = begin + len(line)


def _is_link(line: bytes, bar: int) -> bool:
    """Say whether a program stands before a bar; any word is one where topic and item follow."""
    before = _before(line, bar)
    word = _WORD.search(before[-_NAME:].lower())
    return b":\\" in before or (word is not None and word[1] in _PROGRAMS) or bool(before and _TOPIC.match(line, bar))


def _before(text: bytes, at: int) -> bytes:
    """Give what stands before a place on its line, without blanks, which programs do not mind there."""
    piece = text[max(0, at - _LONG) : at].replace(b"\r", b"\n").rpartition(b"\n")[2]
    return piece.replace(b" ", b"").replace(b"\0", b"")


def _shown(text: bytes, at: int) -> str:
    """Give a formula for the eye."""
    return _before(text, at).decode("utf-8", "replace")[-80:] + text[at : at + 80].partition(b"\n")[0].decode(
        "utf-8", "replace"
    )


def read_slk(data: bytes, budget: Budget) -> Iterator[Piece]:
    """Tell of macros in SYLK: a sheet of them, a name that runs by itself, a call in a cell."""
    text = as_bytes(data)
    macro, auto = _SLK_MACRO.search(text), _SLK_AUTO.search(text)
    runs = next((cell for cell in _SLK_CELL.finditer(text) if _SLK_RUNS.search(cell[0])), None)
    if macro or auto or runs:
        found = auto or runs or macro
        assert found is not None  # one of them was met
        yield Note("SLK_MACRO", found[0].decode("latin-1"), found.start())
    yield from read_csv(text.replace(b";E", b";="), budget)  # a formula has no sign of its own there


def read_iqy(data: bytes, _budget: Budget) -> Iterator[Piece]:
    """Tell of a query: it loads what it names, and a cell of that may start a program."""
    found = _QUERY.match(as_bytes(data))
    if found:
        yield Note("QUERY_FILE", as_bytes(data)[:80].decode("latin-1"))
