"""What is inside a body: transfer encodings, whole and streamed, and files that hide in text."""

from mailkit.content.b64 import decode_base64
from mailkit.content.decoder import Decoder
from mailkit.content.embedded import Embedded, embedded_files
from mailkit.content.encoding import parse_encoding
from mailkit.content.transfer import BINHEX, IDENTITY, KNOWN, decode_transfer, decoder, raw_offset

__all__ = [
    "BINHEX",
    "IDENTITY",
    "KNOWN",
    "Decoder",
    "Embedded",
    "decode_base64",
    "decode_transfer",
    "decoder",
    "embedded_files",
    "parse_encoding",
    "raw_offset",
]
