"""Files in the form of Outlook. MS-OXTNEF, section 2.1.3."""

from __future__ import annotations

import struct


def tnef(files: dict[str, bytes], *, wrong: bool = False, long_names: dict[str, str] | None = None) -> bytes:
    """Give a winmail.dat; `wrong`: its checksums are; `long_names`: as MAPI properties of the attachments."""
    body = struct.pack("<IH", 0x223E9F78, 1)
    body += _attribute(1, 0x00089006, struct.pack("<I", 0x10000), wrong=wrong)
    body += _attribute(1, 0x00069007, struct.pack("<II", 1252, 0), wrong=wrong)
    body += _attribute(1, 0x00078008, b"IPM.Microsoft Mail.Note\0", wrong=wrong)
    for name, data in files.items():
        body += _attribute(2, 0x00069002, struct.pack("<HIHHI", 1, 0, 0x20, 0x20, 0), wrong=wrong)
        body += _attribute(2, 0x0006800F, data, wrong=wrong)
        body += _attribute(2, 0x00018010, name.encode("latin-1", "replace") + b"\0", wrong=wrong)
        if long_names and name in long_names:
            body += _attribute(2, 0x00069005, _long(long_names[name]), wrong=wrong)
    return body


def _attribute(level: int, kind: int, data: bytes, *, wrong: bool) -> bytes:
    check = (sum(data) + wrong) & 0xFFFF
    return struct.pack("<BII", level, kind, len(data)) + data + struct.pack("<H", check)


def _long(name: str) -> bytes:
    """Give PidTagAttachLongFilename in UTF-16. Section 2.1.3.4."""
    text = name.encode("utf-16-le") + b"\0\0"
    return struct.pack("<IHHII", 1, 0x1F, 0x3707, 1, len(text)) + text + bytes(-len(text) % 4)
