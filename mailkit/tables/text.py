"""Text tables as `makemap` of sendmail reads them: a key, white space, a value.

A line that begins with ``#`` is a comment, an empty line is nothing, and no line goes on in the next one. Keys are
folded to lower case. A key that stands twice, a line that begins with a blank and a key without a value are errors
there and here (measured with makemap of sendmail 8.17.1); a line of blanks alone is an error there and nothing here.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

import msgspec

from mailkit.errors import TableError

LEADING = "the line begins with a blank: makemap knows no continuation; put key and value on one line"
NO_VALUE = "the key {key!r} has no value: write the key, a blank or tab, and the value"
TWICE = "the key {key!r} stands in line {first} already: keep one of the two"


class Entry(msgspec.Struct, frozen=True):
    """One line of a table."""

    key: str
    """In lower case."""
    value: str
    """Without the blanks around it."""
    line: int
    """1-based."""


class Table(msgspec.Struct, frozen=True):
    """A text table: its entries by key."""

    name: str
    """For messages: the path of the file, or what the caller calls it."""
    entries: Mapping[str, Entry]


def parse_table(text: str, *, name: str = "table") -> Table:
    r"""Read a table from its text.

    >>> parse_table("Example.ORG\tREJECT\n# a comment\n").entries["example.org"]
    Entry(key='example.org', value='REJECT', line=1)
    >>> parse_table("example.org REJECT\nexample.org OK\n")
    Traceback (most recent call last):
    mailkit.errors.TableError: table:2: the key 'example.org' stands in line 1 already: keep one of the two

    Raises TableError for a line that `makemap` would refuse.
    """
    if not isinstance(text, str):
        message = (
            f"a table is read from its text (str), not from {type(text).__name__}; for a file use the read function"
        )
        raise TypeError(message)
    entries: dict[str, Entry] = {}
    for number, line in enumerate(text.removeprefix("\ufeff").split("\n"), 1):
        if line.startswith("#") or not line.strip():
            continue
        if line[0].isspace():
            raise TableError(name, number, LEADING)
        key, *rest = line.split(maxsplit=1)
        if not rest:
            raise TableError(name, number, NO_VALUE.format(key=key))
        folded = key.lower()
        if folded in entries:
            raise TableError(name, number, TWICE.format(key=key, first=entries[folded].line))
        entries[folded] = Entry(folded, rest[0].strip(), number)
    return Table(name, entries)


def read_table(path: str | os.PathLike[str]) -> Table:
    """Read a table from a file in UTF-8; bytes that are none of it are kept.

    Raises TableError for a line that `makemap` would refuse, OSError where the file cannot be read.
    """
    return parse_table(Path(path).read_text("utf-8", "surrogateescape"), name=os.fspath(path))
