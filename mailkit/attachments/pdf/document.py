"""PDF (ISO 32000-1): scripts, actions that start or send something, and the files inside.

Only what can act is read: dictionaries, object streams, and the streams that scripts, forms and files refer to. The
content of pages, pictures and fonts is passed over, so that a page that writes of JavaScript is not one that has it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import NamedTuple

from mailkit.attachments.budget import Budget
from mailkit.attachments.pdf.file import PdfFile, inner_spots, name_of
from mailkit.attachments.pdf.members import NAME_KEYS, PdfFiles
from mailkit.attachments.pdf.objects import Name, Spot, Value, pairs, to_text, undo_name
from mailkit.attachments.pdf.scripts import is_everyday
from mailkit.attachments.pieces import Gap, Note, Piece
from mailkit.limits import MIB

_WORDS = re.compile(
    rb"/(?:J(?:S|avaScript)|Launch|E(?:mbeddedFiles?|F|ncrypt)|RichMedia|GoTo[RE]|SubmitForm|ImportData|XFA"
    rb"|O(?:penAction|bjStm)|AA)(?![0-9A-Za-z_+-])"
)
"""Names of what can act, and of what may hold such: an object without any is not read."""
_TRIGGERS = (b"OpenAction", b"AA")
"""What starts an action by itself (sections 7.7.2 and 12.6.3)."""
_DOCUMENTS = (
    *(".pdf", ".doc", ".docx", ".xls", ".xlsx", ".ppt", ".pptx", ".odt", ".ods", ".odp", ".txt", ".csv"),
    *(".jpg", ".jpeg", ".png", ".gif", ".tif", ".tiff"),
)
_AWAY = ("\\\\", "//", "http:", "https:", "ftp:", "file:", "smb:")
_SCRIPT_IN_FORM = re.compile(rb"<(?:[\w.-]{1,40}:)?script[\s>/]", re.IGNORECASE)
_OBJECTS = 4_000
"""Objects with such names that are read; forms with a script for each field have some hundred."""
_INSIDE = 200_000
"""Objects in object streams."""
_DETAIL = 100
_NOTES = 50
"""Different findings of one file that are told."""


class _Action(NamedTuple):
    """A dictionary that does something."""

    one: dict[bytes, Value]
    at: int
    is_started: bool
    """Whether it does so by itself, and not on a click."""


def read_pdf(data: bytes, budget: Budget) -> Iterator[Piece]:
    """Read a PDF."""
    file = PdfFile(data, budget)
    told: set[tuple[str, str]] = set()
    for piece in _pieces(file):
        if isinstance(piece, Note):
            if (piece.code, piece.detail) in told or len(told) >= _NOTES:
                continue
            told.add((piece.code, piece.detail))
        yield piece


def _pieces(file: PdfFile) -> Iterator[Piece]:
    """Give what is found, a thing perhaps more than once."""
    worth: list[Spot] = []
    for found in _candidates(file):
        if isinstance(found, Gap):
            yield found
        else:
            worth.append(found)
    files = PdfFiles(file)
    for one in [one for spot in worth for one, _ in _dictionaries(file.values(spot))]:
        file.is_encrypted |= _is_encrypted(one)
        if b"EmbeddedFiles" in one:
            files.name_tree(one[b"EmbeddedFiles"])
    if file.is_encrypted:
        yield Note("PDF_ENCRYPTED")
        yield Gap("ENCRYPTED", "PDF")
    for spot in worth:
        if file.budget.is_late():
            yield Gap("TIME", "PDF")
            return
        yield from _object_pieces(file, spot, files)
    for spot in worth:
        top = next(iter(file.values(spot)), None)
        if isinstance(top, dict) and spot.stream >= 0 and name_of(top.get(b"Type")) == b"EmbeddedFile":
            yield from files.member(spot, ("",))


def _candidates(file: PdfFile) -> Iterator[Spot | Gap]:
    """Give the objects that are worth reading, those of the file and then those of its object streams."""
    worth, gap = _worth(file.spots)
    if gap:
        yield gap
    yield from worth
    inside: list[Spot] = []
    for spot in worth:
        inner, gap = _object_stream(file, spot)
        inside += inner
        if gap:
            yield gap
        if len(inside) > _INSIDE or file.budget.is_late():
            yield Gap("PARTS", f"more than {_INSIDE} objects in streams")
            break
    inside, gap = _worth(inside)
    if gap:
        yield gap
    yield from inside


def _worth(spots: list[Spot]) -> tuple[list[Spot], Gap | None]:
    """Give the objects that are worth reading, as many as are read."""
    found: list[Spot] = []
    size = 0
    for spot in spots:
        if _is_worth(spot):
            size += spot.end - spot.start
            if len(found) >= _OBJECTS or size > MIB:
                return found, Gap("PARTS", f"more than {_OBJECTS} objects or 1 MiB of them", at=spot.place)
            found.append(spot)
    return found, None


def _is_worth(spot: Spot) -> bool:
    """Say whether an object has a name of what can act."""
    if spot.source.find(b"#", spot.start, spot.end) < 0:
        return bool(_WORDS.search(spot.source, spot.start, spot.end))
    return bool(_WORDS.search(undo_name(spot.source[spot.start : spot.end])))


def _object_stream(file: PdfFile, spot: Spot) -> tuple[list[Spot], Gap | None]:
    """Take the objects of an object stream to the others, and give them."""
    top = next(iter(file.values(spot)), None)
    if spot.stream < 0 or not isinstance(top, dict) or name_of(file.first(top.get(b"Type"))) != b"ObjStm":
        return [], None
    found = file.stream(spot)
    inner = list(inner_spots(spot, file.first(top.get(b"First")), found.data))
    for one in inner:
        file.add(one)
    gap = Gap(found.reason, found.detail, at=spot.place) if found.reason else None
    return inner, gap


def _is_encrypted(one: dict[bytes, Value]) -> bool:
    """Say whether a dictionary is the trailer of an encrypted file (section 7.5.5)."""
    return one.get(b"Encrypt") is not None and (b"Root" in one or b"Size" in one or b"ID" in one)


def _dictionaries(values: list[Value], *, is_started: bool = False) -> Iterator[tuple[dict[bytes, Value], bool]]:
    """Give all dictionaries in some values, and of each whether it is started by itself."""
    waiting: list[tuple[Value, bool]] = [(value, is_started) for value in values]
    if len(values) > 1 and any(isinstance(value, Name) for value in values):
        waiting.append((pairs(values), is_started))  # a piece of a damaged one
    while waiting:
        value, started = waiting.pop()
        if isinstance(value, dict):
            yield value, started
            waiting += [(inner, started or key in _TRIGGERS) for key, inner in value.items()]
        elif isinstance(value, list):
            waiting += [(inner, started) for inner in value]


def _object_pieces(file: PdfFile, spot: Spot, files: PdfFiles) -> Iterator[Piece]:
    """Give what stands in one object."""
    values = file.values(spot)
    for value in values[:1]:  # an action may refer to its own kind
        if name_of(value) in _ALONE:
            yield Note(_ALONE[name_of(value)], at=spot.place)
    for one, started in _dictionaries(values):
        yield from _dictionary_pieces(file, one, spot, files, started=started)
        for key in _TRIGGERS:
            for value, _ in file.find(one.get(key)):
                for inner, _ in _dictionaries([value], is_started=True):
                    yield from _dictionary_pieces(file, inner, spot, files, started=True)


def _dictionary_pieces(
    file: PdfFile, one: dict[bytes, Value], spot: Spot, files: PdfFiles, *, started: bool
) -> Iterator[Piece]:
    """Give what one dictionary tells."""
    kind = name_of(file.first(one.get(b"S")))
    if b"JS" in one or kind == b"JavaScript":
        yield from _script(file, one.get(b"JS"), spot)
    elif kind in _ACTIONS:
        yield from _ACTIONS[kind](file, _Action(one, spot.place, started))
    if b"XFA" in one:
        yield from _form(file, one[b"XFA"], spot)
    if b"EF" in one:
        yield from files.specified(one, spot.number)
    if name_of(one.get(b"Subtype")) == b"RichMedia":
        yield Note("PDF_EMBEDDED", "RichMedia", spot.place)


def _script(file: PdfFile, value: Value, spot: Spot) -> Iterator[Piece]:
    """Give a script, unless it is one that forms have every day; of a file that is encrypted, nobody knows."""
    found = list(file.find(value))
    if not found:
        yield Note("PDF_JAVASCRIPT", at=spot.place)
    for script, at in found:
        text = to_text(file.stream(at).data if at and at.stream >= 0 else script)
        if file.is_encrypted or not is_everyday(text):
            yield Note("PDF_JAVASCRIPT", "" if file.is_encrypted else text[:_DETAIL], spot.place)


def _form(file: PdfFile, value: Value, spot: Spot) -> Iterator[Piece]:
    """Give the scripts of an XFA form: one stream, or an array of names and streams (section 12.7.8)."""
    several = [part for found, at in file.find(value) for part in (found if isinstance(found, list) else [value])]
    for part in several[:_NOTES]:
        for found, at in file.find(part):
            text = file.stream(at).data if at and at.stream >= 0 else found
            if isinstance(text, bytes) and _SCRIPT_IN_FORM.search(text):
                yield Note("PDF_JAVASCRIPT", "XFA", spot.place)


def _target(file: PdfFile, one: dict[bytes, Value]) -> str:
    """Give what an action leads to: a file specification is a string or a dictionary."""
    value = file.first(one.get(b"F"))
    if isinstance(value, dict):
        names = [to_text(file.first(value.get(key))) for key in NAME_KEYS]
        return next(filter(None, names), "")
    return to_text(value)


def _launch(file: PdfFile, action: _Action) -> Iterator[Piece]:
    """Judge an action that opens a file or starts a program; links to documents beside the file are made by Office."""
    windows = file.first(action.one.get(b"Win"))
    name = _target(file, action.one)
    detail = name
    if isinstance(windows, dict):
        words = [to_text(file.first(windows.get(key))) for key in (b"F", b"P")]
        detail = " ".join(filter(None, words)) or name
    elif not action.is_started and name.lower().endswith(_DOCUMENTS):
        if name.lower().startswith(_AWAY[:4]):
            yield Note("PDF_ACTION", f"Launch {name}"[:_DETAIL], action.at)
        return
    yield Note("PDF_LAUNCH", detail[:_DETAIL], action.at)


def _go_to(file: PdfFile, action: _Action) -> Iterator[Piece]:
    """Judge a jump into another file; between the parts of a manual, beside each other, it is everyday."""
    name = _target(file, action.one)
    if name.lower().startswith(_AWAY if action.is_started else _AWAY[:2]):
        yield Note("PDF_ACTION", f"{name_of(file.first(action.one.get(b'S'))).decode()} {name}"[:_DETAIL], action.at)


def _submit(file: PdfFile, action: _Action) -> Iterator[Piece]:
    """Judge an action that sends a form; a button that makes a mail of it is everyday."""
    name = _target(file, action.one)
    if action.is_started or not name.lower().startswith("mailto:"):
        yield Note("PDF_ACTION", f"SubmitForm {name}"[:_DETAIL], action.at)


def _import(file: PdfFile, action: _Action) -> Iterator[Piece]:
    """Judge an action that reads a file into a form."""
    yield Note("PDF_ACTION", f"ImportData {_target(file, action.one)}"[:_DETAIL], action.at)


def _uri(file: PdfFile, action: _Action) -> Iterator[Piece]:
    """Judge a link; one to a page is everyday, unless it is opened with the file."""
    link = to_text(file.first(action.one.get(b"URI"))).strip()
    if link.lower().startswith(("javascript:", "vbscript:")):
        yield Note("PDF_JAVASCRIPT", link[:_DETAIL], action.at)
    elif action.is_started:
        yield Note("PDF_ACTION", f"URI {link}"[:_DETAIL], action.at)


_ACTIONS: dict[bytes, Callable[[PdfFile, _Action], Iterator[Piece]]] = {
    b"Launch": _launch,
    b"GoToR": _go_to,
    b"GoToE": _go_to,
    b"SubmitForm": _submit,
    b"ImportData": _import,
    b"URI": _uri,
}
"""Table 198 of the specification; the others stay inside the page."""
_ALONE = {b"Launch": "PDF_LAUNCH", b"JavaScript": "PDF_JAVASCRIPT", b"ImportData": "PDF_ACTION"}
