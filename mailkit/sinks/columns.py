"""The columns of flat tables, made of the fields of `mailkit.rows`."""

from __future__ import annotations

from collections.abc import Container
from types import UnionType
from typing import Any, NamedTuple, get_args, get_origin, get_type_hints

import msgspec

from mailkit.rows import HopRow, RecipientRow, Row


class Column(NamedTuple):
    """One column."""

    name: str
    """As the table has it."""
    key: str
    """As the JSON of the struct has it."""
    kind: type
    """str, int, float, bool, datetime; tuple stands for a list, as JSON."""


def _kind(hint: Any) -> type:  # noqa: ANN401 - an annotation
    if isinstance(hint, UnionType):
        hint = next(one for one in get_args(hint) if one is not type(None))
    kind: type = get_origin(hint) or hint
    return kind


def _columns(struct: type[msgspec.Struct], prefix: str = "", taken: Container[str] = ()) -> tuple[Column, ...]:
    """Give the columns of a struct; those whose names are taken bear a prefix."""
    hints = get_type_hints(struct)
    names = [(one.encode_name, _kind(hints[one.name])) for one in msgspec.structs.fields(struct)]
    return tuple(Column(f"{prefix}{name}" if name in taken else name, name, kind) for name, kind in names)


MESSAGE = tuple(column for column in _columns(Row) if column.key != "recipients")
"""Of a message, all but its recipients."""
RECIPIENT = _columns(RecipientRow, "recipient_", {column.name for column in MESSAGE})
HOP = _columns(HopRow)
