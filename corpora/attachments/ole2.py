"""Compound files: the old documents of Office, and what stands in them. MS-CFB, version 3."""

from __future__ import annotations

import struct
from typing import NamedTuple

FREE, END, FAT = 0xFFFFFFFF, 0xFFFFFFFE, 0xFFFFFFFD
WORD = bytes.fromhex("0609020000000000c000000000000046")
EXCEL = bytes.fromhex("2008020000000000c000000000000046")
PACKAGE = bytes.fromhex("0c00030000000000c000000000000046")
EQUATION = bytes.fromhex("02ce020000000000c000000000000046")
INSTALLER = bytes.fromhex("84100c0000000000c000000000000046")


class _Node(NamedTuple):
    name: str
    data: bytes | None
    """None: a storage."""
    below: list[int]


def compound(streams: dict[str, bytes], clsid: bytes = bytes(16)) -> bytes:
    """Give a compound file of streams by their paths."""
    nodes = _nodes(streams)
    mini, body = bytearray(), bytearray()
    small: list[int] = []
    fat: list[int] = []
    starts: dict[int, int] = {}
    for index, node in enumerate(nodes):
        if index and node.data and len(node.data) < 4096:
            starts[index] = len(mini) // 64
            _chain(small, -(-len(node.data) // 64))
            mini += node.data + bytes(-len(node.data) % 64)
        elif index and node.data:
            starts[index] = _put(body, fat, node.data)
    starts[0] = _put(body, fat, bytes(mini)) if mini else END
    table = struct.pack(f"<{len(small)}I", *small)
    table += b"\xff" * (-len(table) % 512)
    mini_start = _put(body, fat, table) if small else END
    rows = _rows(nodes, starts, len(mini), clsid)
    directory = _put(body, fat, rows)
    count = 1
    while (len(fat) + count) > 128 * count:
        count += 1
    own = list(range(len(fat), len(fat) + count))
    fat += [FAT] * count
    fat += [FREE] * (-len(fat) % 128)
    body += struct.pack(f"<{len(fat)}I", *fat)
    head = bytes.fromhex("d0cf11e0a1b11ae1") + bytes(16) + struct.pack("<HHHHH", 0x3E, 3, 0xFFFE, 9, 6) + bytes(6)
    head += struct.pack("<IIIII", 0, count, directory, 0, 4096)
    head += struct.pack("<IIII", mini_start, len(table) // 512, END, 0)
    head += struct.pack("<109I", *own, *[FREE] * (109 - count))
    return head + bytes(body)


def _nodes(streams: dict[str, bytes]) -> list[_Node]:
    """Make the storages that the paths name."""
    nodes, places = [_Node("Root Entry", None, [])], {"": 0}
    for path, data in streams.items():
        steps = path.split("/")
        for depth, step in enumerate(steps, 1):
            whole = "/".join(steps[:depth])
            if whole not in places:
                places[whole] = len(nodes)
                nodes.append(_Node(step, data if depth == len(steps) else None, []))
                nodes[places["/".join(steps[: depth - 1])]].below.append(places[whole])
    return nodes


def _chain(table: list[int], count: int) -> int:
    first = len(table)
    table += [*range(first + 1, first + count), END]
    return first


def _put(body: bytearray, fat: list[int], data: bytes) -> int:
    body += data + bytes(-len(data) % 512)
    return _chain(fat, -(-len(data) // 512))


def _rows(nodes: list[_Node], starts: dict[int, int], mini: int, clsid: bytes) -> bytes:
    """Write the directory: the entries of a storage are a balanced tree, by length and then by name. Section 2.6."""
    links: dict[int, tuple[int, int]] = {}

    def tree(part: list[int]) -> int:
        if not part:
            return FREE
        middle = len(part) // 2
        links[part[middle]] = (tree(part[:middle]), tree(part[middle + 1 :]))
        return part[middle]

    tops = [tree(sorted(node.below, key=lambda at: (len(nodes[at].name), nodes[at].name.upper()))) for node in nodes]
    rows = b""
    for index, node in enumerate(nodes):
        name = node.name.encode("utf-16-le")
        kind = 5 if index == 0 else 1 if node.data is None else 2
        left, right = links.get(index, (FREE, FREE))
        row = name.ljust(64, b"\0") + struct.pack("<HBBIII", len(name) + 2, kind, 1, left, right, tops[index])
        row += (clsid if index == 0 else bytes(16)) + bytes(20)
        size = mini if index == 0 else len(node.data or b"")
        rows += row + struct.pack("<IQ", starts.get(index, END if index == 0 or node.data is not None else 0), size)
    unused = bytes(68) + struct.pack("<III", FREE, FREE, FREE) + bytes(48)
    return rows + unused * (-len(nodes) % 4)


def vba_compress(text: bytes) -> bytes:
    """Pack as the streams of macros are, with literals alone. MS-OVBA, section 2.4.1."""
    out = b"\x01"
    for start in range(0, len(text), 3600):
        piece = text[start : start + 3600]
        chunk = b"".join(b"\0" + piece[at : at + 8] for at in range(0, len(piece), 8))
        out += struct.pack("<H", 0xB000 | (len(chunk) - 1)) + chunk
    return out


def vba(source: str, module: str = "ThisDocument", *, with_dir: bool = True) -> dict[str, bytes]:
    """Give the streams of a project of one module. MS-OVBA, sections 2.2 and 2.3.4.2."""
    code = f'Attribute VB_Name = "{module}"\r\n{source}'.encode("latin-1")
    name = module.encode()

    def record(kind: int, data: bytes) -> bytes:
        return struct.pack("<HI", kind, len(data)) + data

    wide = module.encode("utf-16-le")
    rows = (
        record(1, struct.pack("<I", 1)) + record(2, struct.pack("<I", 0x409)) + record(0x14, struct.pack("<I", 0x409))
    )
    rows += record(3, struct.pack("<H", 1252)) + record(4, b"Project") + record(5, b"") + record(0x40, b"")
    rows += record(6, b"") + record(0x3D, b"") + record(7, bytes(4)) + record(8, bytes(4))
    rows += struct.pack("<HIIH", 9, 4, 1, 0) + record(0x0C, b"") + record(0x3C, b"")
    rows += record(0x0F, struct.pack("<H", 1)) + record(0x13, b"\xff\xff")
    rows += record(0x19, name) + record(0x47, wide) + record(0x1A, name) + record(0x32, wide)
    rows += record(0x1C, b"") + record(0x48, b"") + record(0x31, bytes(4)) + record(0x1E, bytes(4))
    rows += record(0x2C, b"\xff\xff") + record(0x22, b"") + record(0x2B, b"") + record(0x10, b"")
    project = f'ID="{{00000000-0000-0000-0000-000000000000}}"\r\nDocument={module}/&H00000000\r\nName="Project"\r\n'
    streams = {
        "PROJECT": project.encode(),
        "VBA/_VBA_PROJECT": b"\xcc\x61\xff\xff\0\0\0",
        f"VBA/{module}": vba_compress(code),
    }
    return streams | {"VBA/dir": vba_compress(rows)} if with_dir else streams


def under(folder: str, streams: dict[str, bytes]) -> dict[str, bytes]:
    """Give the streams in a storage."""
    return {f"{folder}/{name}": data for name, data in streams.items()}


def fib(*, encrypted: bool = False) -> bytes:
    """Give the stream of a Word document without text. MS-DOC, section 2.5.1: the header of the file and zeros."""
    start = struct.pack("<HHHHHHH", 0xA5EC, 0xC1, 0, 0x409, 0, 0x0100 if encrypted else 0, 0xBF)
    return start.ljust(4096, b"\0")


def record(kind: int, data: bytes = b"") -> bytes:
    """Give a record of a workbook. MS-XLS, section 2.1.4."""
    return struct.pack("<HH", kind, len(data)) + data


def workbook(sheets: list[tuple[str, int, bytes]], names: bytes = b"") -> bytes:
    """Give the stream of a workbook: name, kind (0 sheet, 1 macros) and records of each sheet. MS-XLS, 2.4.28."""
    bof = struct.pack("<HHHHII", 0x0600, 5, 0x0DBB, 0x07CC, 0x41, 6)
    fixed = record(0x809, bof) + record(0x42, struct.pack("<H", 1200))
    rows = [struct.pack("<BBBB", 0, kind, len(name), 0) + name.encode("latin-1") for name, kind, _ in sheets]
    at = len(fixed) + sum(8 + len(row) for row in rows) + len(names) + 4
    bounds, bodies = b"", b""
    for (_, kind, body), row in zip(sheets, rows, strict=True):
        bounds += record(0x85, struct.pack("<I", at + len(bodies)) + row)
        start = struct.pack("<HHHHII", 0x0600, 0x40 if kind else 0x10, 0x0DBB, 0x07CC, 0x41, 6)
        bodies += record(0x809, start) + body + record(0x0A)
    return fixed + bounds + names + record(0x0A) + bodies


def package(name: str, data: bytes) -> bytes:
    """Give the stream Ole10Native of a packed file. MS-OLEDS, section 2.3.6, and what Packager writes; knowledge."""
    plain = name.encode("latin-1") + b"\0"
    path = b"C:\\files\\" + plain
    body = struct.pack("<H", 2) + plain + path + struct.pack("<HHI", 0, 3, len(path)) + path
    body += struct.pack("<I", len(data)) + data
    return struct.pack("<I", len(body)) + body
