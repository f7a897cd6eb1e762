"""The files inside a PDF (ISO 32000-1 section 7.11), each given once and under all its names."""

from __future__ import annotations

from collections.abc import Iterator

from mailkit.attachments.pdf.file import PdfFile, name_of
from mailkit.attachments.pdf.objects import Ref, Spot, Value, to_text
from mailkit.attachments.pieces import Gap, Member, Note, Piece

NAME_KEYS = (b"UF", b"F", b"Unix", b"DOS", b"Mac")
"""The names of a file specification, the best first (section 7.11.3)."""
_NODES = 2_000
"""Nodes of a name tree."""


class PdfFiles:
    """The files inside, each given once."""

    def __init__(self, file: PdfFile) -> None:
        self._file = file
        self._given: set[tuple[int, int]] = set()
        self._tree: dict[int, str] = {}

    def name_tree(self, value: Value) -> None:
        """Take the names that the tree of embedded files gives (section 7.9.6)."""
        waiting: list[Value] = [value]
        seen: set[int] = set()
        while waiting and len(seen) < _NODES:
            node = waiting.pop()
            if isinstance(node, Ref):
                if node.number in seen:
                    continue
                seen.add(node.number)
            for one, _ in self._file.find(node):
                if isinstance(one, dict):
                    kids, names = (self._file.first(one.get(key)) for key in (b"Kids", b"Names"))
                    waiting += kids if isinstance(kids, list) else []
                    for name, leads in zip(names[::2], names[1::2], strict=False) if isinstance(names, list) else ():
                        if isinstance(leads, Ref):
                            self._tree[leads.number] = to_text(name)

    def specified(self, one: dict[bytes, Value], number: int) -> Iterator[Piece]:
        """Give the files of a file specification, under all names that it has."""
        given = [to_text(self._file.first(one.get(key))) for key in NAME_KEYS]
        names = tuple(dict.fromkeys(filter(None, [*given, self._tree.get(number, "")])))
        for embedded, _ in self._file.find(one.get(b"EF")):
            for value in embedded.values() if isinstance(embedded, dict) else ():
                for _, spot in self._file.find(value):
                    if spot and spot.stream >= 0:
                        yield from self.member(spot, names or ("",))

    def member(self, spot: Spot, names: tuple[str, ...]) -> Iterator[Piece]:
        """Give one file, and the first of its names as a finding."""
        if (spot.place, spot.start) in self._given:
            return
        self._given.add((spot.place, spot.start))
        if self._file.is_encrypted:
            names = tuple(name for name in names if name.isprintable() and name.isascii()) or ("",)
        if not self._file.budget.take_member():
            yield Gap("PARTS", name=names[0], at=spot.place)
            return
        found = self._file.stream(spot)
        top = next(iter(self._file.values(spot)), None)
        subtype = name_of(top.get(b"Subtype")).decode("latin-1") if isinstance(top, dict) else ""
        reason = "ENCRYPTED" if self._file.is_encrypted and found.reason else found.reason
        yield Note("PDF_EMBEDDED", names[0], spot.place)
        yield Member(names[0], found.data if found.data or not reason else None, spot.place, names[1:], subtype)
        if reason:
            yield Gap(reason, found.detail, name=names[0], at=spot.place)
