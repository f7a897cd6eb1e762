"""Brotli (RFC 7932), where the extra `archives` is installed."""

from __future__ import annotations

from typing import Any

from mailkit.attachments.budget import Budget
from mailkit.attachments.extras import BROTLI, ask, load
from mailkit.attachments.unpack import Packed, Unpacked, drain


class _Stream:
    """A decompressor with the interface of `bz2.BZ2Decompressor`."""

    unused_data = b""

    def __init__(self, one: Any) -> None:  # noqa: ANN401 - of a package that may lack
        self._one = one

    @property
    def eof(self) -> bool:
        return bool(self._one.is_finished())

    @property
    def needs_input(self) -> bool:
        return bool(self._one.can_accept_more_data())

    def decompress(self, data: Packed, /, max_length: int = -1) -> bytes:
        return bytes(self._one.process(bytes(data), output_buffer_limit=max_length))


def unpack_brotli(packed: Packed, budget: Budget) -> Unpacked | None:
    """Undo one stream; None where nothing on this machine can, and where what is there (before 1.2) knows no bound."""
    module = load(BROTLI)
    if module is None or not hasattr(module.Decompressor, "can_accept_more_data"):
        return None
    return ask(lambda: drain(_Stream(module.Decompressor()), packed, budget)) or Unpacked(b"", "MALFORMED", 0)
