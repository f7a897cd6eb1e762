"""Rows of a user's own TOML file, each read by itself, so that an error names the row, the key and the cure."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, TypeVar, get_args, get_type_hints

import msgspec

from mailkit.errors import RuleError

T = TypeVar("T", bound=msgspec.Struct)
_PLACE = re.compile(r"^(?P<what>.*?)(?: - at `\$(?P<place>[^`]*)`)?$", re.DOTALL)


def read_rows(path: Path | str, kind: type[T], table: str, name: str) -> tuple[list[T], list[RuleError]]:
    """Read the rows of one table of a TOML file; give those that are whole, and what is wrong with the others.

    `table` is the word in double brackets, `name` the key by which a row is known.
    """
    try:
        text = Path(path).read_text("utf-8-sig")  # some editors begin a file with a byte order mark
    except OSError as error:
        return [], [RuleError(str(path), "", f"cannot be read ({error.strerror}); check its path and permissions")]
    except UnicodeDecodeError as error:
        what = f"is not TOML: it is not UTF-8 ({error.reason} at byte {error.start}); save it as UTF-8"
        return [], [RuleError(str(path), "", what)]
    return _read(str(path), text, kind, table, name)


def _read(path: str, text: str, kind: type[T], table: str, name: str) -> tuple[list[T], list[RuleError]]:
    import tomllib  # noqa: PLC0415 - the shipped rules are packed; only files of one's own are TOML

    try:
        whole = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        return [], [RuleError(path, "", f"is not TOML: {error}")]
    except RecursionError:
        return [], [RuleError(path, "", "is not TOML that can be read: it is nested too deeply")]
    faults = [
        RuleError(path, "", f"the key {key!r} is unknown: a file has [[{table}]] and `about`")
        for key in whole
        if key not in {table, "about"}
    ]
    found: list[T] = []
    rows = whole.get(table)
    if not isinstance(rows, list) or not rows:
        faults.append(RuleError(path, "", f"has no row: begin each with [[{table}]]"))
        rows = []
    for number, row in enumerate(rows, 1):
        if not isinstance(row, Mapping):
            faults.append(RuleError(path, f"number {number}", f"is no table: begin it with [[{table}]]", table))
            continue
        label = str(row.get(name) or f"number {number}")
        wrong = [*_wrong_keys(row, kind), *_wrong_values(row, kind)]
        if not wrong:
            found.append(msgspec.convert(row, kind))
        faults.extend(RuleError(path, label, what, table) for what in wrong)
    return found, faults


def _wrong_keys(row: Mapping[str, Any], kind: type[msgspec.Struct]) -> Iterator[str]:
    """Say which keys are unknown and which are missing."""
    import difflib  # noqa: PLC0415 - only for a file of one's own

    fields = {field.encode_name: field for field in msgspec.structs.fields(kind)}
    for key in row:
        if key not in fields:
            near = difflib.get_close_matches(key, fields, 1)
            yield f"the key {key!r} is unknown: " + (f"did you mean {near[0]!r}?" if near else "take it out")
    for key, field in fields.items():
        if field.required and key not in row:
            yield f"the key {key!r} is missing: add it"


def _wrong_values(row: Mapping[str, Any], kind: type[msgspec.Struct]) -> Iterator[str]:
    """Say which keys have a wrong value, and what would be right."""
    for field in msgspec.structs.fields(kind):
        key = field.encode_name
        try:
            if key in row:
                msgspec.convert(row[key], field.type)
        except msgspec.ValidationError as error:
            match = _PLACE.match(str(error))
            what, place = (match["what"], match["place"] or "") if match else (str(error), "")
            words = _words(field.type) if not place or "enum" in what else ()
            cure = (
                f": write one of {', '.join(words)}" if words else "; docs/rules.md and docs/dialects.md list the keys"
            )
            yield f"the key {key + place!r} is wrong: {what[:1].lower()}{what[1:]}{cure}"


def _words(kind: object) -> tuple[str, ...]:
    """Give the words that a key, or a part of it, may have, where they are few and fixed."""
    found: list[str] = []
    for one in get_args(kind) or (get_type_hints(kind).values() if isinstance(kind, type) else ()):
        found.extend((one,) if isinstance(one, str) else _words(one))
    return tuple(found)
