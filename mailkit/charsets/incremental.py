"""Text from bytes that come in pieces."""

from __future__ import annotations

import codecs
import re
from typing import Any

from mailkit.charsets.codec import ISO2022_JP, decode_replacing, whole
from mailkit.charsets.iso2022jp import Iso2022Jp
from mailkit.charsets.japanese import EUC_JP, handler, windows
from mailkit.charsets.labels import codec_of

_RESYNCHRONISING = frozenset({"cp932", "euc_jp", "euc_jp_ms"})
"""Codecs in which a fault at the end leaves bytes that are to be read again, which Python's decoders drop."""
_ESCAPE_CUT = re.compile(rb"\x1b[$().&]{0,2}\Z")
_NO_ESCAPE = re.compile(rb"\x1b(?=[$().&])(?![$().&]{1,2}[@-Z])")


class IncrementalText:
    r"""Text from bytes that come in pieces: the same text however they are cut. Never raises.

    Bytes that the charset does not have are U+FFFD. Where no charset is declared, or none that is known,
    the bytes are read as UTF-8 up to the first that is not, and as Windows-1252 from there.

    >>> text = IncrementalText("utf-8")
    >>> text.feed(b"\xe3\x81"), text.feed(b"\x82"), text.close()
    ('', 'あ', '')
    """

    __slots__ = ("_codec", "_decoder", "_half", "_held")

    def __init__(self, label: str = "") -> None:
        codec = codec_of(label)
        self._codec = "" if codec is None or codec == "ascii" else codec
        """The codec; empty while the bytes have been UTF-8 that nobody declared."""
        self._held = b""
        """Bytes that wait for the next: the first of UTF-16, those of an escape, or as many as an open run of UTF-7 has."""
        self._half = ""
        """Half a character of UTF-7, until its other half comes."""
        self._decoder = _incremental(self._codec or "utf-8", "replace" if self._codec else "strict")

    def feed(self, data: bytes) -> str:
        """Give the text that is whole with these bytes."""
        return self._take(data, final=False)

    def close(self) -> str:
        """Give what is left; half a character is U+FFFD."""
        return self._take(b"", final=True)

    def _take(self, data: bytes, *, final: bool) -> str:
        if isinstance(self._decoder, Iso2022Jp):
            return self._decoder.close() if final else self._decoder.feed(data)
        if final and self._codec in _RESYNCHRONISING:
            left = self._decoder.getstate()[0]
            self._decoder.reset()
            return decode_replacing(left, self._codec)
        if self._codec == "utf-16-le":
            data = self._ordered(data, final=final)
        elif self._codec == "iso2022_kr":
            data = self._escaped(data, final=final)
        elif self._codec == "utf-7":
            data, self._held = self._held + data, b""
            if not final and len(data) < len(self._decoder.buffer):  # it reads an open run from its beginning each time
                self._held = data
                return ""
        try:
            text: str = self._decoder.decode(data, final)
        except UnicodeDecodeError as fault:  # only the codec that was not declared is strict
            self._codec = "cp1252"
            self._decoder = _incremental("cp1252", "replace")
            return fault.object[: fault.start].decode("utf-8") + self._take(fault.object[fault.start :], final=final)
        if self._codec == "utf-7":
            text, self._half = self._half + text, ""
            if not final and "\ud800" <= text[-1:] <= "\udbff":
                text, self._half = text[:-1], text[-1]
            return whole(text)
        return windows(text) if self._codec == "cp932" else text

    def _ordered(self, data: bytes, *, final: bool) -> bytes:
        """Hold back the first two bytes: a mark of the other byte order changes the codec (RFC 2781 section 3.2)."""
        data, self._held = self._held + data, b""
        if len(data) < 2 and not final:
            self._held = data
            return b""
        self._codec = "utf-16"
        if data[:2] == b"\xfe\xff":
            self._decoder = _incremental("utf-16-be", "replace")
        return data

    def _escaped(self, data: bytes, *, final: bool) -> bytes:
        """Hold back an escape until it is whole, and spoil one that is none: Python's decoder waits for its end."""
        data, self._held = self._held + data, b""
        if not final and (cut := _ESCAPE_CUT.search(data)):
            data, self._held = data[: cut.start()], cut[0]
        return _NO_ESCAPE.sub(b"\xff", data)


def incremental_decoder(label: str) -> IncrementalText:
    """Give a decoder for text that comes in pieces; see `IncrementalText`."""
    return IncrementalText(label)


def _incremental(codec: str, errors: str) -> Any:  # noqa: ANN401 - `codecs` has no common type for them
    if codec in ISO2022_JP:
        return Iso2022Jp(private=codec == "iso2022_jp_ms")
    if codec in _RESYNCHRONISING:
        codec, errors = "cp932" if codec == "cp932" else EUC_JP, handler(codec)
    return codecs.lookup(codec).incrementaldecoder(errors)
