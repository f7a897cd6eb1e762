"""What a ZIP member is packed with: the methods of APPNOTE 6.3.10 section 4.4.5 that are undone, under the budget."""

from __future__ import annotations

from collections.abc import Callable

from mailkit.attachments.archives.inflate64 import inflate64
from mailkit.attachments.archives.zstd import unpack_zstd
from mailkit.attachments.budget import Budget
from mailkit.attachments.unpack import Unpacked, copied, unpack

EOS = 1 << 1
"""The bit of the flags that says of LZMA that a marker ends it (4.4.4)."""


def unpack_member(method: int, packed: memoryview, size: int, flags: int, budget: Budget) -> Unpacked | None:
    """Undo a method; None where it is not one that is undone here."""
    if method == 14:
        return _lzma(packed, size, flags, budget)
    undo = _UNDO.get(method)
    return undo(packed, budget) if undo else None


def _lzma(packed: memoryview, size: int, flags: int, budget: Budget) -> Unpacked:
    """Undo LZMA (5.8.8): two bytes of version, the length of the properties, and these; then put as LZMA alone has it."""
    length = int.from_bytes(packed[2:4], "little")
    if length != 5 or len(packed) < 9:
        return Unpacked(b"", "MALFORMED", 0)
    sizes = (None, size) if flags & EOS else (size, None)
    found = Unpacked(b"", "MALFORMED", 0)
    for each in sizes:
        told = b"\xff" * 8 if each is None else each.to_bytes(8, "little")
        more = unpack("lzma", bytes(packed[4:9]) + told + bytes(packed[9:]), budget)
        used = max(0, more.used - 4)  # nine bytes became thirteen
        if more.reason != "MALFORMED" or len(more.data) > len(found.data):
            found = Unpacked(more.data, more.reason, used)
        if more.reason is None:
            break
    return found


_UNDO: dict[int, Callable[[memoryview, Budget], Unpacked | None]] = {
    0: copied,
    8: lambda packed, budget: unpack("deflate", packed, budget),
    9: inflate64,
    12: lambda packed, budget: unpack("bz2", packed, budget),
    20: unpack_zstd,
    93: unpack_zstd,
    95: lambda packed, budget: unpack("xz", packed, budget),
}
