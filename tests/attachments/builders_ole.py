"""Small compound files, projects, workbooks, objects, sections and forms of Outlook, built field by field."""

from __future__ import annotations

import struct
import uuid
from collections.abc import Mapping, Sequence

_END, _FREE, _IS_FAT, _NONE = 0xFFFFFFFE, 0xFFFFFFFF, 0xFFFFFFFD, 0xFFFFFFFF
SECTOR, SHORT, CUTOFF = 512, 64, 4096
WORD = "00020906-0000-0000-C000-000000000046"


def _padded(data: bytes, size: int) -> bytes:
    return data + bytes(-len(data) % size)


def _chained(start: int, count: int) -> list[int]:
    """Give the row of a table for sectors that stand one behind the other."""
    return [*range(start + 1, start + count), _END] if count else []


def compound(streams: Mapping[str, bytes], class_ids: Mapping[str, str] | None = None) -> bytes:
    """Build a compound file of version 3 (MS-CFB); storages are the folders of the paths, the root is ``""``."""
    ids = class_ids or {}
    paths: dict[str, None] = {"": None}
    for path in [*streams, *ids]:
        parts = path.split("/")
        paths.update(dict.fromkeys("/".join(parts[: end + 1]) for end in range(len(parts))))
    order = list(paths)
    short = b"".join(_padded(data, SHORT) for data in streams.values() if len(data) < CUTOFF)
    mini_fat: list[int] = []
    bodies = [_padded(short, SECTOR)]
    starts: dict[str, int] = {}
    for path, data in streams.items():
        if len(data) < CUTOFF:
            starts[path] = len(mini_fat) if data else _END
            mini_fat += _chained(len(mini_fat), -(-len(data) // SHORT))
        else:
            bodies.append(_padded(data, SECTOR))
            starts[path] = -len(bodies) + 1
    mini_table = _padded(struct.pack(f"<{len(mini_fat)}I", *mini_fat), SECTOR)
    directory_size = -(-len(order) // 4)
    plain = [directory_size, len(mini_table) // SECTOR, *[len(body) // SECTOR for body in bodies]]
    fat_size = 1
    while fat_size * 128 < fat_size + sum(plain):
        fat_size += 1
    fat, places = [_IS_FAT] * fat_size, []
    for count in plain:
        places.append(len(fat) if count else _END)
        fat += _chained(len(fat), count)
    fat += [_FREE] * (fat_size * 128 - len(fat))
    rows = []
    for number, path in enumerate(order):
        inside = [one for one in order if one and one.rpartition("/")[0] == path] if path not in streams else []
        above = path.rpartition("/")[0]
        later = [one for one in order[number + 1 :] if path and one.rpartition("/")[0] == above]
        start = starts.get(path, 0)
        rows.append(
            _row(
                path.rpartition("/")[2] or "Root Entry",
                (5 if not path else 2 if path in streams else 1),
                (order.index(later[0]) if later else _NONE, order.index(inside[0]) if inside else _NONE),
                uuid.UUID(ids[path]).bytes_le if path in ids else bytes(16),
                (
                    places[2] if not path else places[2 - start] if start < 0 else start,
                    len(short) if not path else len(streams.get(path, b"")),
                ),
            )
        )
    directory = _padded(b"".join(rows), SECTOR)
    head = struct.pack(
        "<8s16xHHHHH6xIIIIIIIII",
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1",
        0x3E,
        3,
        0xFFFE,
        9,
        6,
        0,
        fat_size,
        places[0],
        0,
        CUTOFF,
        places[1],
        plain[1],
        _END,
        0,
    )
    head += struct.pack("<109I", *range(min(fat_size, 109)), *[_FREE] * (109 - min(fat_size, 109)))
    return head + struct.pack(f"<{len(fat)}I", *fat) + directory + mini_table + b"".join(bodies)


def _row(name: str, kind: int, near: tuple[int, int], class_id: bytes, place: tuple[int, int]) -> bytes:
    """Build an entry of a directory: the tree of its neighbours leans to the right."""
    text = name.encode("utf-16-le")
    return struct.pack("<64sHBBIII16s20xIQ", text, len(text) + 2, kind, 1, _NONE, *near, class_id, *place)


def packed(text: bytes, *, copies: bool = False, raw: bool = False) -> bytes:
    """Pack a source as MS-OVBA section 2.4.1 has it: letters only, with copies of what stood before, or as it is."""
    out = b"\x01"
    size = 4096 if raw or copies else 3584  # letters alone grow by an eighth
    for start in range(0, len(text), size):
        chunk = text[start : start + size]
        body = chunk.ljust(4096, b"\0") if raw else _tokens(chunk, copies=copies)
        out += struct.pack("<H", len(body) - 1 | 0x3000 | (0 if raw else 0x8000)) + body
    return out


def _tokens(chunk: bytes, *, copies: bool) -> bytes:
    tokens: list[bytes] = []
    flags: list[bool] = []
    at = 0
    while at < len(chunk):
        length = 0
        if copies and at:
            bits = max(4, (at - 1).bit_length())
            most = min(len(chunk) - at, (0xFFFF >> bits) + 3)
            back = 0
            for size in range(3, most + 1):
                found = chunk.rfind(chunk[at : at + size], 0, at + size - 1)
                if found < 0 or at - found > 1 << bits:
                    break
                length, back = size, at - found
        if length:
            tokens.append(struct.pack("<H", (back - 1) << (16 - bits) | (length - 3)))
        else:
            tokens.append(chunk[at : at + 1])
        flags.append(bool(length))
        at += length or 1
    groups = range(0, len(tokens), 8)
    return b"".join(
        bytes([sum(flag << bit for bit, flag in enumerate(flags[one : one + 8]))]) + b"".join(tokens[one : one + 8])
        for one in groups
    )


def module(code: str, name: str = "Module1") -> bytes:
    """Give the source of a module as the editor saves it."""
    return f'Attribute VB_Name = "{name}"\r\n{code}'.replace("\n", "\r\n").replace("\r\r", "\r").encode("cp1252")


def project(*codes: str, cache: bytes = b"\x01\x16\x01" + bytes(60), **how: bool) -> bytes:
    """Build vbaProject.bin with a module for each source."""
    streams = {"VBA/dir": packed(b"\x01\0\4\0\0\0\1\0\0\0"), "VBA/_VBA_PROJECT": b"\xcc\x61\xff\xff"}
    for number, code in enumerate(codes):
        streams[f"VBA/Module{number}"] = cache + packed(module(code), **how)
    return compound(streams | {"PROJECT": b'ID="{00}"\r\n'})


def native(label: str, data: bytes, path: str = "C:\\in\\a.bin", size: int | None = None) -> bytes:
    """Build a stream of OLE 1 with a file in it (MS-OLEDS section 2.3.6)."""
    other = path.encode() + b"\0"
    body = b"\x02\0" + label.encode() + b"\0" + path.encode() + b"\0\0\0\x03\0" + struct.pack("<I", len(other)) + other
    body += struct.pack("<I", len(data) if size is None else size) + data
    return struct.pack("<I", len(body)) + body


def record(kind: int, body: bytes = b"") -> bytes:
    """Build a record of a workbook."""
    return struct.pack("<HH", kind, len(body)) + body


BOF8 = record(0x809, struct.pack("<HHHHII", 0x600, 5, 0, 0, 0, 0))
BOF5 = record(0x809, struct.pack("<HHHH", 0x500, 5, 0, 0))
EOF = record(0x0A)


def sheet(name: str, kind: int = 0, hidden: int = 0) -> bytes:
    """Build a record of type BoundSheet8 (MS-XLS section 2.4.28)."""
    return record(0x85, struct.pack("<IBBBB", 0, hidden, kind, len(name), 0) + name.encode())


def label(name: str | int, *, wide: bool = False) -> bytes:
    """Build a record of type Lbl (MS-XLS section 2.4.150): a built-in name by number, another by its letters."""
    text = bytes([name]) if isinstance(name, int) else name.encode("utf-16-le" if wide else "ascii")
    count = 1 if isinstance(name, int) else len(name)
    return record(
        0x18, struct.pack("<HBBHHHI", 0x20 if isinstance(name, int) else 0, 0, count, 0, 0, 0, 0) + bytes([wide]) + text
    )


def book(path: str, sheets: Sequence[str] = ()) -> bytes:
    """Build a record of type SupBook (MS-XLS section 2.4.271): another workbook, or a link by DDE."""
    return record(0x1AE, struct.pack("<HHB", len(sheets), len(path), 0) + path.encode("latin-1"))


def one(class_: str, data: bytes) -> bytes:
    """Build an object of OLE 1 (MS-OLEDS section 2.2.5)."""
    name = class_.encode() + b"\0"
    return struct.pack("<III", 0x501, 2, len(name)) + name + bytes(8) + struct.pack("<I", len(data)) + data


def rtf(*groups: str) -> bytes:
    """Build a document of groups."""
    return ("{\\rtf1\\ansi hello " + "".join(groups) + "}").encode("latin-1")


def object_group(data: bytes, between: str = "", before: str = "") -> str:
    """Build the group of an object; its digits have something between each of its bytes."""
    return "{\\object\\objemb{\\*\\objdata " + before + between.join(f"{byte:02x}" for byte in data) + "}}"


def section(*files: tuple[str, bytes], size: int | None = None) -> bytes:
    """Build a section of OneNote (MS-ONESTORE): names, and the objects that hold the files."""
    data = bytes.fromhex("e4525c7b8cd8a74daeb15378d02996d3") + bytes(48)
    for name, _ in files:
        text = name.encode("utf-16-le")
        data += struct.pack("<I", len(text)) + text + bytes(4)
    for _, content in files:
        data += bytes.fromhex("e716e3bd65261145a4c48d4d0b7a9eac")
        data += struct.pack("<Q12x", len(content) if size is None else size) + content
        data += bytes.fromhex("22a7fb7179 0f0b4a bb1389925 6426b24".replace(" ", ""))
    return data


def attribute(level: int, number: int, kind: int, body: bytes, wrong: int = 0) -> bytes:
    """Build an attribute of TNEF (MS-OXTNEF section 2.1.3)."""
    return struct.pack("<BHHI", level, number, kind, len(body)) + body + struct.pack("<H", (sum(body) + wrong) & 0xFFFF)


def prop(number: int, kind: int, value: bytes) -> bytes:
    """Build a property that is counted (MS-OXTNEF section 2.1.3.3)."""
    return struct.pack("<HHII", kind, number, 1, len(value)) + _padded(value, 4)


def properties(*items: bytes) -> bytes:
    """Build a list of properties."""
    return attribute(2, 0x9005, 6, struct.pack("<I", len(items)) + b"".join(items))


def tnef(*attributes: bytes) -> bytes:
    """Build winmail.dat."""
    return b"\x78\x9f\x3e\x22\x01\x00" + attribute(1, 0x9006, 8, b"\0\0\1\0") + b"".join(attributes)


def tnef_file(name: str, data: bytes, *more: bytes, wrong: int = 0) -> bytes:
    """Build the attributes of one file."""
    return (
        attribute(2, 0x9002, 6, bytes(14))
        + attribute(2, 0x8010, 1, name.encode() + b"\0")
        + attribute(2, 0x800F, 6, data, wrong)
        + b"".join(more)
    )


def der(tag: int, *bodies: bytes, indefinite: bool = False) -> bytes:
    """Build a value of DER, or of BER with an indefinite length."""
    body = b"".join(bodies)
    if indefinite:
        return bytes([tag, 0x80]) + body + b"\0\0"
    size = len(body)
    head = bytes([size]) if size < 128 else b"\x84" + size.to_bytes(4, "big")
    return bytes([tag]) + head + body


OIDS = {2: "2a864886f70d010702", 3: "2a864886f70d010703", 9: "2a864886f70d0109100109", 23: "2a864886f70d0109100117"}
DATA = der(6, bytes.fromhex("2a864886f70d010701"))


def cms(kind: int, octets: bytes | None, *, indefinite: bool = False) -> bytes:
    """Build what S/MIME sends: SignedData and its like, around octets that are DER already; None where detached."""
    content = [] if octets is None else [der(0xA0, octets, indefinite=indefinite)]
    inner = der(0x30, DATA, *content, indefinite=indefinite)
    body = der(0x30, der(2, b"\1"), der(0x31), inner, indefinite=indefinite)
    return der(0x30, der(6, bytes.fromhex(OIDS[kind])), der(0xA0, body, indefinite=indefinite), indefinite=indefinite)
