"""Whether inputs have a column with ids: looked at before hours are spent on them."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator, Sequence
from itertools import chain
from pathlib import Path
from typing import BinaryIO

from mailkit.errors import SourceError
from mailkit.limits import Limits
from mailkit.sources import lines, parquet
from mailkit.sources.files import CHUNK_BYTES, expanded, walk
from mailkit.sources.items import as_file, printable
from mailkit.sources.packed import unpacked
from mailkit.sources.plan import is_handed, is_regular
from mailkit.sources.sniff import HEAD_BYTES, kind_of

_SECONDS = 3.0
"""For all inputs: a folder may have very many files."""


def check_ids(names: Sequence[str], ids: str, limits: Limits) -> bool:
    """Refuse JSON lines and Parquet that lack the column with the ids, and say whether any input may have ids.

    Of JSON lines the first rows are looked at. What is in an archive is not, nor what comes when the time is over: whose
    column lacks there has no ids. Raises SourceError.
    """
    end = time.monotonic() + _SECONDS
    may_have = False
    for name in _files(names):
        if time.monotonic() > end:
            return True
        if is_handed(name) or not is_regular(name):  # nothing would be left of it
            may_have = True
            continue
        try:
            with open(name, "rb") as file:  # noqa: PTH123 - a name is kept as it was given
                why = _why_none(file, ids, limits)
        except (OSError, ValueError):  # whoever reads it says what is wrong
            continue
        if why:
            raise SourceError(printable(name), f"{why}. Nothing was begun")
        may_have = may_have or why is not None
    return may_have


def _files(names: Sequence[str]) -> Iterator[str]:
    for name in expanded(names):
        if os.path.isdir(name):  # noqa: PTH112 - a name is kept as it was given
            yield from (str(path) for path, error in walk(Path(name)) if error is None)
        else:
            yield name


def _why_none(file: BinaryIO, ids: str, limits: Limits) -> str | None:
    """Say why there are no ids; empty where there may be, None where there is no column at all."""
    head = file.read(HEAD_BYTES)
    file.seek(0)
    kind = kind_of(head)
    if kind == "packed":
        chunks = unpacked(head, file, (HEAD_BYTES, CHUNK_BYTES))
        head = next(chunks, b"")
        kind = kind_of(head)
        file = as_file(chain((head,), chunks))
    match kind:
        case "jsonl":
            return lines.why_no_ids(file, ids, limits)
        case "parquet":
            return parquet.why_no_ids(file, ids)
    return "" if kind in {"zip", "tar", "packed"} else None
