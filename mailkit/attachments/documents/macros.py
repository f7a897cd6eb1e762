"""What macros do: whether they run by themselves, and whether they write files, start programs or load from elsewhere.

The words are those of the language and of its hosts (Visual Basic for Applications reference; events of Word, Excel,
PowerPoint, Outlook and of ActiveX controls). A macro that does both is dangerous; any other is suspicious.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from mailkit.attachments.budget import Budget
from mailkit.attachments.documents.ole import Ole
from mailkit.attachments.documents.pcode import pcode
from mailkit.attachments.documents.vba import PROJECT_BYTES, is_project, sources
from mailkit.attachments.extras import PCODE, hint
from mailkit.attachments.pieces import Gap, Note, Piece

_AUTO = re.compile(
    r"\b(?:Auto_?(?:Open|Close|Exec|Exit|New|Activate|Deactivate)"
    r"|Document_(?:Open|Close|New|BeforeClose|BeforePrint|BeforeSave|ContentControlOnEnter|XMLAfterInsert)"
    r"|DocumentOpen|DocumentChange|DocumentBeforeClose|NewDocument"
    r"|Work(?:book|Book)_(?:Open|Close|Activate|BeforeClose|BeforeSave|BeforePrint|Deactivate|SheetActivate|SheetCalculate)"
    r"|Worksheet_(?:Activate|Calculate|Change|SelectionChange)"
    r"|App_(?:PresentationOpen|DocumentOpen|WorkbookOpen)|Presentation_(?:Open|Close)|OnSlideShowPageChange|SlideShow\w{1,20}"
    r"|Application_(?:Startup|NewMail|ItemLoad|Quit)"
    r"|\w{1,40}_(?:Layout|Resize|GotFocus|LostFocus|MouseMove|MouseHover|Painted|BeforeNavigate2|NavigateComplete2|"
    r"DocumentComplete|DownloadBegin|DownloadComplete|FileDownload|ProgressChange|StatusTextChange|TitleChange|"
    r"PropertyChange|OnConnecting|Initialize|Terminate))\b",
    re.IGNORECASE,
)
_ACTS = re.compile(
    r"\b(?:Shell|ShellExecute(?:A|W|Ex)?|CreateObject|GetObject|CallByName|Application\.Run|ExecuteExcel4Macro|MacScript|"
    r"AppleScriptTask|WScript|Win32_Process|WinExec|CreateProcess\w{0,20}|CreateThread|VirtualAlloc\w{0,5}|RtlMoveMemory|"
    r"URLDownloadToFile\w?|XMLHTTP|WinHttp|ADODB|FileSystemObject|CreateTextFile|FileCopy|CopyFile|Kill|MkDir|RmDir|SetAttr|"
    r"SaveToFile|SaveAs2?|SendKeys|RegWrite|RegRead|Environ|AddFromString|ExportAsFixedFormat|FollowHyperlink|"
    r"PowerShell|cmd\.exe|mshta|rundll32|regsvr32|certutil|bitsadmin|wmic|schtasks)\b"
    r"|\bFor[ \t]{1,20}(?:Output|Append|Binary|Random)\b"  # the end of an Open statement
    r"|\bDeclare[ \t]{1,20}(?:PtrSafe[ \t]{1,20})?(?:Function|Sub)\b",
    re.IGNORECASE,
)
_CONTINUED = re.compile(r"[ \t]_[ \t]{0,20}\r?\n[ \t]{0,200}")
_PLAIN_LINES = re.compile(
    r"^[ \t]*(?:Attribute VB_[^\n]*|Option [^\n]*|'[^\n]*|Rem [^\n]*)?\r?$", re.MULTILINE | re.IGNORECASE
)


def judge_source(text: str, where: str) -> Note | None:
    r"""Say what the source of a module does; None where there is none but what the editor writes by itself.

    >>> judge_source("Sub AutoOpen()\n Shell 1\nEnd Sub", "Module1").code
    'OFFICE_VBA_AUTO'
    >>> judge_source('Attribute VB_Name = "Sheet1"\r\n', "Sheet1")
    """
    code = _code(text)
    if not code:
        return None
    auto, acts = _AUTO.search(code), _ACTS.search(code)
    if auto and acts:
        return Note("OFFICE_VBA_AUTO", f"{where}: {auto[0]}, {acts[0]}")
    return Note("OFFICE_VBA", f"{where}: {(auto or acts or [code.splitlines()[0]])[0]}")


def _code(text: str) -> str:
    """Give what runs of a source: lines that go on are joined; comments and what the editor writes are left out."""
    return _PLAIN_LINES.sub("", _CONTINUED.sub(" ", text)).strip(" \t\r\n\0")


def judge_modules(texts: list[tuple[str, str]]) -> Iterator[Note]:
    """Judge the modules of one project together: one may run by itself, another act."""
    notes = [note for name, text in texts if (note := judge_source(text, name))]
    codes = [_code(text) for _, text in texts]
    auto = next((found[0] for code in codes if (found := _AUTO.search(code))), "")
    acts = next((found[0] for code in codes if (found := _ACTS.search(code))), "")
    if auto and acts and notes:
        yield Note("OFFICE_VBA_AUTO", f"{auto}, {acts}")
    yield from [note._replace(code="OFFICE_VBA") for note in notes[:20]]


def judge_ole(ole: Ole, budget: Budget) -> Iterator[Piece]:
    """Judge the project in a compound file; one whose source cannot be read is told, too."""
    texts = [(entry.name, text) for entry, text in sources(ole, budget)]
    notes = list(judge_modules(texts))
    yield from notes
    if notes and notes[0].code == "OFFICE_VBA":
        yield from _beside_source(ole, budget)
    if sum(len(text) for _, text in texts) >= PROJECT_BYTES or budget.is_late():
        yield Gap("BYTES", f"more than {PROJECT_BYTES >> 20} MiB of the source of macros")
    elif not texts and is_project(ole):
        yield from _without_source(ole, budget)


def _beside_source(ole: Ole, budget: Budget) -> Iterator[Note]:
    """Tell macros that run by themselves and act in the p-code only: the source was exchanged."""
    found = pcode(ole, budget)
    for note in judge_modules([("p-code", found.text)] if found else []):
        if note.code == "OFFICE_VBA_AUTO":
            yield note._replace(detail=f"in the p-code only: {note.detail}")


def _without_source(ole: Ole, budget: Budget) -> Iterator[Piece]:
    """Judge a project by its p-code; that the source lacks is told in any case."""
    found = pcode(ole, budget)
    yield Note("OFFICE_VBA", "a project whose source cannot be read")
    yield from judge_modules([("p-code", found.text)] if found else [])
    if found is None:
        yield Gap("UNSUPPORTED", hint(PCODE))
    elif not found.text:
        yield Gap("UNSUPPORTED", "macros without source")
    elif not found.is_whole:
        yield Gap("BYTES", f"more than is read of {PCODE}")


def judge_project(data: bytes, budget: Budget) -> Iterator[Piece]:
    """Judge vbaProject.bin of a package in OOXML: a compound file that is nothing but a project."""
    yield from judge_ole(Ole(data), budget)
