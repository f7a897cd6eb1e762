"""What the extras add: which of them reads what, and one guarded way to ask it.

Nothing of theirs is imported before a file needs it, and ordinary mail never does. They read what no reader of this
package can; what they make of hostile bytes, errors and all, is only more or less of an answer. Where one lacks, the
gap names it.

One thing is not asked, on purpose: PPMd in a 7z. The decoder that py7zr rests on (pyppmd 1.3.1) writes over memory that
is not its own when a stream is cut or changed, and takes the process with it. And with rarfile a program is started;
how it is held stands in `archives.rarextra`.
"""

from __future__ import annotations

import importlib
from collections.abc import Callable
from types import ModuleType
from typing import NamedTuple, TypeVar

_PACKAGE = "mailkit-bounce"
"""What pip knows this package by."""
_Found = TypeVar("_Found")


class _Extra(NamedTuple):
    """Who reads something."""

    name: str
    """The extra."""
    module: str
    """What it brings."""
    beside: str = ""
    """What it cannot bring."""


ZSTANDARD, BROTLI, PCODE = "Zstandard", "Brotli", "the p-code of macros"
DAMAGED_OLE = "a damaged compound file"
RAR = "compressed RAR"
_EXTRAS = {
    ZSTANDARD: _Extra("archives", "backports.zstd"),  # what py7zr rests on; asked itself, it gives its bytes in steps
    BROTLI: _Extra("archives", "brotli"),  # likewise
    PCODE: _Extra("office", "pcodedmp.pcodedmp"),  # what olevba of oletools rests on; olevba wants a file on disk
    DAMAGED_OLE: _Extra("attach", "olefile"),
    RAR: _Extra("attach", "rarfile", " and unrar, bsdtar or 7z"),
}


def hint(what: str) -> str:
    """Say which extra reads something, in the words of every gap.

    >>> hint(ZSTANDARD)
    'Zstandard is read with mailkit-bounce[archives]'
    >>> hint(RAR)
    'compressed RAR is read with mailkit-bounce[attach] and unrar, bsdtar or 7z'
    """
    return f"{what} is read with {_PACKAGE}[{_EXTRAS[what].name}]{_EXTRAS[what].beside}"


def load(what: str) -> ModuleType | None:
    """Import what reads something; None where it is not installed or does not start."""
    try:
        return importlib.import_module(_EXTRAS[what].module)
    except Exception:  # noqa: BLE001 - another's code
        return None


def ask(call: Callable[[], _Found]) -> _Found | None:
    """Let an extra read hostile bytes; None where it fails at them."""
    try:
        return call()
    except Exception:  # noqa: BLE001 - another's code on hostile bytes; RecursionError and MemoryError are among them
        return None
