"""The p-code of macros, which Office runs and which stays where somebody took the source away ("VBA stomping").

Its form is that of one version of Office and nowhere documented; pcodedmp of the extra `office` writes it as text, in
which the names stand that a source would hold.
"""

from __future__ import annotations

import contextlib
import io
import threading
from functools import partial
from types import ModuleType, SimpleNamespace
from typing import NamedTuple

from mailkit.attachments.budget import Budget
from mailkit.attachments.documents.ole import Entry, Ole
from mailkit.attachments.documents.vba import decompress
from mailkit.attachments.extras import PCODE, ask, load

_PROJECT = "_vba_project"
_DIR = "dir"
_TEXT = 1 << 19
"""Letters that are written of one project; a line may ask for many."""
_STREAM_BYTES = 1 << 20
_MODULES = 200
_WIN64 = b"\x01\x00\x04\x00\x00\x00\x03\x00\x00\x00"
"""The first record of the dir stream where a project was made for 64 bits (MS-OVBA section 2.3.4.2.1.1)."""
_LEFT_OUT = ("Line #", "\tQuoteRem ", "\tRem ")
"""Lines that say nothing of what runs: numbers, comments."""
_ONE = threading.Lock()
"""What is not ours reports on the error output of the whole process: one at a time may have it."""


class _Enough(BaseException):
    """Nothing more may be written; no handler of another's code holds it up."""


class _Sink(io.StringIO):
    """A text that stops its writer where it is long or late."""

    def __init__(self, budget: Budget) -> None:
        super().__init__()
        self._budget = budget
        self._size = 0
        self.is_full = False

    def write(self, text: str) -> int:
        self._size += len(text) + 1
        if self._size > _TEXT or self._budget.is_late():
            self.is_full = True
            raise _Enough
        return super().write(text)


class Pcode(NamedTuple):
    """What the modules of a file run."""

    text: str
    is_whole: bool


def pcode(ole: Ole, budget: Budget) -> Pcode | None:
    """Give the p-code of the modules beside every project, as text; None where the extra lacks."""
    module = load(PCODE)
    if module is None:
        return None
    sink = _Sink(budget)
    with _ONE, contextlib.suppress(_Enough), contextlib.redirect_stderr(io.StringIO()):
        for entry in list(ole.entries.values()):
            if entry.name.lower() == _PROJECT and not entry.is_storage and not budget.is_late():
                ask(partial(_project, module, ole, entry, sink))
    lines = sink.getvalue().splitlines()
    text = "\n".join(line.lstrip() for line in lines if not line.startswith(_LEFT_OUT))
    return Pcode(text, not sink.is_full)


def _project(module: ModuleType, ole: Ole, project: Entry, sink: _Sink) -> None:
    """Write the p-code of what stands in one storage: every stream may be a module."""
    beside = ole.storages[project.parent]
    data = ole.read(project, _STREAM_BYTES)
    names = module.getTheIdentifiers(data)
    about = decompress(ole.read(beside[_DIR], _STREAM_BYTES), 0, 64) if _DIR in beside else b""
    options = SimpleNamespace(disasmOnly=True, verbose=False)
    for name, entry in list(beside.items())[:_MODULES]:
        if not entry.is_storage and name not in {_PROJECT, _DIR} and not name.startswith("__srp_"):
            code = ole.read(entry, _STREAM_BYTES)
            is_wide = about.startswith(_WIN64)
            ask(partial(module.pcodeDump, code, data, b"", names, is_wide, options, output_file=sink))
