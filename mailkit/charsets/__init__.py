"""Charsets: what labels stand for, and bytes to text."""

from mailkit.charsets.decoding import (
    decode,
    decode_as,
    decode_field,
    decode_label,
    decode_raw,
    decode_strict,
)
from mailkit.charsets.detect import Basis
from mailkit.charsets.incremental import IncrementalText, incremental_decoder
from mailkit.charsets.labels import CODECS, NAMES, NO_ASCII, WESTERN, codec_of

__all__ = [
    "CODECS",
    "NAMES",
    "NO_ASCII",
    "WESTERN",
    "Basis",
    "IncrementalText",
    "codec_of",
    "decode",
    "decode_as",
    "decode_field",
    "decode_label",
    "decode_raw",
    "decode_strict",
    "incremental_decoder",
]
