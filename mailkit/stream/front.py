"""What the filters in front of the parser have in common: their calls, and how many findings they give."""

from __future__ import annotations

from mailkit.findings import Finding, finding
from mailkit.limits import Limits
from mailkit.stream.filters import FilterEvent


class Front:
    """Bytes in, events out; what becomes of the bytes, subclasses say in `_run`."""

    def __init__(self, limits: Limits) -> None:
        self.limits = limits
        self._finding_count = 0
        self._closed = False
        self._out: list[FilterEvent] = []

    def feed(self, chunk: bytes | bytearray | memoryview) -> list[FilterEvent]:
        """Take the next bytes; give the events that are now certain. Raises ValueError after `close`."""
        if self._closed:
            message = "feed() after close()"
            raise ValueError(message)
        return self._run(bytes(chunk) if isinstance(chunk, bytearray | memoryview) else chunk, final=False)

    def close(self) -> list[FilterEvent]:
        """Say that the input ends here; give the last events."""
        if self._closed:
            return []
        self._closed = True
        return self._run(b"", final=True)

    def _run(self, chunk: bytes, *, final: bool) -> list[FilterEvent]:
        raise NotImplementedError

    def _finding(self, code: str, offset: int, detail: str) -> Finding | None:
        """Give a finding; the first one too many says just that, and the rest are None."""
        self._finding_count += 1
        if self._finding_count <= self.limits.finding_count:
            return finding(code, offset, detail)
        over = self._finding_count == self.limits.finding_count + 1
        return finding("limit.finding_count", offset) if over else None
