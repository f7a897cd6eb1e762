"""Writers of the encodings, made for these tests alone, and ways to feed a decoder."""

from __future__ import annotations

import binascii
import re
import zlib

from mailkit.content import decoder
from tests.strategies import cut

BASE64 = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
BINHEX = b"!\"#$%&'()*+,-012345689@ABCDEFGHIJKLMNPQRSTUVXYZ[`abcdefhijklmpqr"
MARK = b"(This file must be converted with BinHex 4.0)\n"
EVERY_BYTE = bytes(range(256))
SAMPLES = [
    b"",
    b"a",
    b"ab",
    b"abc",
    b"hello world\n" * 20,
    EVERY_BYTE * 3,
    b"\x90" * 7,
    b"\0" * 700,
    b"=\r\n.\x90=" * 50,
]


def uu(content: bytes, name: bytes = b"a.bin", *, zero: bytes = b"`", ending: bytes = b"\n") -> bytes:
    """Write a uuencoded file; `zero` stands for the value zero."""
    lines = [binascii.b2a_uu(content[at : at + 45]).rstrip(b"\n") for at in range(0, len(content), 45)]
    lines = [line.replace(b"`", b" ").replace(b" ", zero) for line in lines]
    return ending.join([b"begin 644 " + name, *lines, zero, b"end", b""])


def uu64(content: bytes, name: bytes = b"a.bin") -> bytes:
    """Write a file as ``begin-base64``."""
    lines = [binascii.b2a_base64(content[at : at + 45]) for at in range(0, len(content), 45)]
    return b"begin-base64 644 " + name + b"\n" + b"".join(lines) + b"====\n"


def yenc_lines(content: bytes, width: int = 128, ending: bytes = b"\r\n") -> bytes:
    """Write the data lines of yEnc: no line but the last is shorter than `width`, an escape may be one too long."""
    out = bytearray()
    column = 0
    for byte in content:
        code = (byte + 42) % 256
        if code in b"\0\n\r=":
            out += bytes([0x3D, (code + 64) % 256])
            column += 2
        else:
            out.append(code)
            column += 1
        if column >= width:
            out += ending
            column = 0
    return bytes(out + (ending if column else b""))


def yenc(content: bytes, name: bytes = b"a.bin", *, width: int = 128, ending: bytes = b"\r\n") -> bytes:
    """Write a yEnc file in one part."""
    first = b"=ybegin line=%d size=%d name=%b" % (width, len(content), name)
    last = b"=yend size=%d crc32=%08x" % (len(content), zlib.crc32(content))
    return first + ending + yenc_lines(content, width, ending) + last + ending


def yenc_part(content: bytes, part: int, start: int, stop: int) -> bytes:
    """Write one part of a yEnc file of several."""
    piece = content[start:stop]
    return b"".join(
        (
            b"=ybegin part=%d total=2 line=64 size=%d name=a.bin\r\n" % (part, len(content)),
            b"=ypart begin=%d end=%d\r\n" % (start + 1, stop),
            yenc_lines(piece, 64),
            b"=yend size=%d part=%d pcrc32=%08x crc32=%08x\r\n"
            % (len(piece), part, zlib.crc32(piece), zlib.crc32(content)),
        )
    )


def crc16(data: bytes) -> bytes:
    """Compute BinHex's checksum bit by bit."""
    crc = 0
    for byte in data:
        crc ^= byte << 8
        for _ in range(8):
            crc = crc << 1 ^ (0x1021 if crc & 0x8000 else 0)
        crc &= 0xFFFF
    return crc.to_bytes(2, "big")


def runs(data: bytes) -> bytes:
    """Run-length encode: a byte, 0x90, how often it stands there; 0x90 itself is 0x90 and zero."""

    def shorter(run: re.Match[bytes]) -> bytes:
        first = b"\x90\0" if run[0][0] == 0x90 else run[0][:1]
        return first + b"\x90" + bytes([len(run[0])]) if run[1] else first

    return re.sub(rb"(.)\1{2,254}|\x90", shorter, data, flags=re.DOTALL)


def binhex(content: bytes, name: bytes = b"a.bin", resource: bytes = b"", *, ending: bytes = b"\n") -> bytes:
    """Write a BinHex 4.0 file."""
    sizes = len(content).to_bytes(4, "big") + len(resource).to_bytes(4, "big")
    head = bytes([len(name)]) + name + b"\0TEXTttxt\0\0" + sizes
    raw = b"".join(block + crc16(block) for block in (head, content, resource))
    return MARK.replace(b"\n", ending) + ending + hqx(runs(raw), ending)


def hqx(raw: bytes, ending: bytes = b"\n") -> bytes:
    """Write the lines of BinHex, colons included."""
    letters = binascii.b2a_base64(raw, newline=False).rstrip(b"=").translate(bytes.maketrans(BASE64, BINHEX))
    return ending.join(cut(b":" + letters + b":", 64)) + ending


Answer = tuple[bytes, dict[str, tuple[int, int]], int | None]


def stream(encoding: str, body: bytes, size: int, *, stop_at_padding: bool = False) -> Answer:
    """Feed a body in pieces of a size; give content, faults and trailer."""
    one = decoder(encoding, stop_at_padding=stop_at_padding)
    content = b"".join([one.feed(piece) for piece in cut(body, size)]) + one.close()
    return content, one.faults, one.trailer
