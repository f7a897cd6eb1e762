"""What all decoders of transfer encodings have in common."""

from __future__ import annotations

from mailkit.limits import DEFAULT

WINDOW = DEFAULT.content_window_bytes
PIECE_BYTES = 16_384
"""What is decoded at once: a flood of one-byte runs takes some hundred bytes of memory each."""


class Decoder:
    """Undoes a transfer encoding piece by piece; this one has nothing to undo (``7bit``, ``8bit``, ``binary``).

    How the body is cut makes no difference to the content or the faults. What cannot be decoded is
    passed over and counted, never raised. A few kB are kept at most, however long a line is.

    >>> one = Decoder()
    >>> one.feed(b"hel") + one.feed(b"lo") + one.close()
    b'hello'
    """

    def __init__(self) -> None:
        self.faults: dict[str, tuple[int, int]] = {}
        """Finding code -> how often it was met, and the offset in the encoded body of the first."""
        self.trailer: int | None = None
        """Where, in the encoded body, text begins that is not encoded, such as a list's footer; None for nowhere."""
        self._closed = False

    def feed(self, data: bytes | memoryview) -> bytes:
        """Take the next bytes of the body; give the content that is now certain."""
        if len(data) <= PIECE_BYTES:
            return self._take(bytes(data), final=False)
        pieces = range(0, len(data), PIECE_BYTES)
        return b"".join([self._take(bytes(data[start : start + PIECE_BYTES]), final=False) for start in pieces])

    def close(self) -> bytes:
        """Say that the body ends here; give the last of the content."""
        if self._closed:
            return b""
        self._closed = True
        return self._take(b"", final=True)

    def _take(self, data: bytes, *, final: bool) -> bytes:  # noqa: ARG002 - for those who keep something back
        return data

    def _note(self, code: str, offset: int, count: int = 1) -> None:
        """Count a fault; the offset of the first stays."""
        before, first = self.faults.get(code, (0, offset))
        self.faults[code] = (before + count, first)
