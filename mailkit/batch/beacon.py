"""What each worker is at, in memory that the parent sees: a worker that hangs or was killed can say nothing any more."""

from __future__ import annotations

import mmap
import os
import struct
import time
from typing import NamedTuple

_SLOT = struct.Struct("<qqqdH470s")
_NAME_BYTES = 470


class Place(NamedTuple):
    """Where a worker is."""

    number: int
    """Of the unit; -1 where it waits."""
    ordinal: int
    """Of the message in the unit, from 0; below 0 while it reads: -1 minus the number of the file, or of the next message."""
    read: int
    """Bytes of the unit that are behind it."""
    since: float
    """When it came there, by the clock of `time.monotonic`; infinite while it writes, which may take its time."""
    name: str
    """The message, or the file that is being read."""


IDLE = Place(-1, 0, 0, 0.0, "")


class Beacon:
    """A file in memory with a slot for each worker. It has no name, so that nothing is left of it."""

    def __init__(self, file: int, slots: int = 0) -> None:
        """Use a file that is open, or give it so many slots. Raises OSError."""
        if slots:
            os.write(file, _SLOT.pack(*IDLE[:4], 0, b"") * slots)
        self._memory = mmap.mmap(file, 0)

    def set(self, slot: int, place: Place) -> None:
        """Say where a worker is now."""
        name = place.name.encode("utf-8", "backslashreplace")[:_NAME_BYTES]
        _SLOT.pack_into(self._memory, slot * _SLOT.size, *place[:3], place.since or time.monotonic(), len(name), name)

    def get(self, slot: int) -> Place:
        """Give where a worker was when it said so last."""
        number, ordinal, read, since, size, name = _SLOT.unpack_from(self._memory, slot * _SLOT.size)
        return Place(number, ordinal, read, since, name[:size].decode("utf-8", "replace"))

    def close(self) -> None:
        """Let go of the memory."""
        self._memory.close()
