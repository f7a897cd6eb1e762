"""A page read as a browser reads it, as far as the standard library goes: elements, attributes, texts."""

from __future__ import annotations

from html.parser import HTMLParser

VOID = frozenset({"meta", "wbr", "link", "br", "img", "input", "base"})


class Element:
    """An element with what is in it."""

    def __init__(self, tag: str, attributes: dict[str, str | None]) -> None:
        self.tag, self.attributes = tag, attributes
        self.children: list[Element] = []
        self.texts: list[str] = []
        self.pieces: list[str | Element] = []

    def all(self, *tags: str) -> list[Element]:
        """Give the elements below with one of some names; all where none is given."""
        found = []
        for child in self.children:
            found += [child] if not tags or child.tag in tags else []
            found += child.all(*tags)
        return found

    def text(self) -> str:
        """Give all text below."""
        return "".join(piece if isinstance(piece, str) else piece.text() for piece in self.pieces)

    def find(self, name: str) -> Element:
        """Give the element with an id."""
        return next(one for one in self.all() if one.attributes.get("id") == name)


class Reader(HTMLParser):
    """Builds the tree, and notes what is not closed in its order."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.root = Element("", {})
        self.open = [self.root]
        self.faults: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Open an element."""
        element = Element(tag, dict(attrs))
        if len(element.attributes) != len(attrs):
            self.faults.append(f"{tag} has an attribute twice")
        self.open[-1].children.append(element)
        self.open[-1].pieces.append(element)
        if tag not in VOID:
            self.open.append(element)

    def handle_endtag(self, tag: str) -> None:
        """Close it."""
        if self.open[-1].tag != tag:
            self.faults.append(f"</{tag}> in {self.open[-1].tag}")
            return
        self.open.pop()

    def handle_data(self, data: str) -> None:
        """Take text."""
        self.open[-1].pieces.append(data)

    def handle_comment(self, data: str) -> None:
        """Note a comment: the page has none."""
        self.faults.append(f"comment {data!r}")


def read(page: str) -> Element:
    """Give a page as a tree; it must be closed as it was opened."""
    reader = Reader()
    reader.feed(page)
    reader.close()
    assert reader.faults == []
    assert len(reader.open) == 1
    return reader.root
