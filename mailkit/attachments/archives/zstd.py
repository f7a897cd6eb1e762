"""Zstandard (RFC 8878), where Python or a package can undo it."""

from __future__ import annotations

import importlib
from typing import Any

from mailkit.attachments.budget import Budget
from mailkit.attachments.pieces import Reason
from mailkit.attachments.unpack import Packed, Unpacked, drain

_STREAMING = ("compression.zstd", "backports.zstd")
"""Modules that have a decompressor like that of `bz2`: Python 3.14 and its port to older ones."""
_WINDOW_BITS = 27
"""A frame may ask for a window of so many bits (RFC 8878 section 3.1.1.1.2): 128 MiB, what the zstd tool allows."""


_FEED = 64
"""Bytes that may hold 21 blocks of 128 KiB (RFC 8878 section 3.1.1.2), no more."""


def unpack_zstd(packed: Packed, budget: Budget) -> Unpacked | None:
    """Undo one frame; None where nothing on this machine can."""
    for name in _STREAMING:
        module = _module(name)
        if module is not None:
            try:
                one = module.ZstdDecompressor(options={module.DecompressionParameter.window_log_max: _WINDOW_BITS})
                return drain(one, packed, budget)
            except (AttributeError, TypeError, module.ZstdError):
                return Unpacked(b"", "MALFORMED", len(packed))
    module = _module("zstandard")
    return None if module is None else _by_package(module, packed, budget)


def _by_package(module: Any, packed: Packed, budget: Budget) -> Unpacked:  # noqa: ANN401 - a package that may lack
    """Undo a frame with the package zstandard, which knows no bound: it is fed so little that not much comes out."""
    room = budget.reach(len(packed))
    found = bytearray()
    reason: Reason | None = None
    fed = 0
    try:
        one = module.ZstdDecompressor(max_window_size=1 << _WINDOW_BITS).decompressobj()
        while not one.eof and reason is None:
            found += one.decompress(bytes(packed[fed : fed + _FEED]))
            fed = min(fed + _FEED, len(packed))
            if len(found) > room:
                reason = "RATIO" if len(found) > budget.usual(len(packed)) else "BYTES"
            elif fed == len(packed) and not one.eof:
                reason = "MALFORMED"  # it is cut
            elif budget.is_late():
                reason = "TIME"
        fed -= len(one.unused_data)
    except Exception:  # noqa: BLE001 - another's code on hostile bytes
        reason = "MALFORMED"
    data = bytes(found[:room])
    budget.spend(len(data), max(0, len(data) - budget.usual(len(packed))))
    return Unpacked(data, reason, fed, len(found))


def _module(name: str) -> Any:  # noqa: ANN401 - a module, or None where it is not installed
    """Import a module where it is installed."""
    try:
        return importlib.import_module(name)
    except ImportError:
        return None
