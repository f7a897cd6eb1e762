"""tar in all its forms (POSIX pax, GNU tar's basic format), cpio(5) and ar(5)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from mailkit.attachments.archives.sparse import decimal, filled, number, old_map, pax_map
from mailkit.attachments.budget import Budget
from mailkit.attachments.entries import PARTS, TIME, legible, path_notes, stored
from mailkit.attachments.pieces import Gap, Member, Note, Piece

BLOCK = 512
_LINKS = frozenset(b"12")
_LONG_NAME, _LONG_LINK, _PAX, _PAX_GLOBAL = b"L", b"K", b"xX", b"g"
_META = _LONG_NAME + _LONG_LINK + _PAX + _PAX_GLOBAL
_HARD_LINK, _SPARSE = b"1S"
_KEYS = frozenset({b"path", b"linkpath", b"size"})
_META_BYTES = 1 << 20
_CUT = "it ends inside a member"
_NO_HEADER = "something stands where a header should be"
_CHECKSUM = "a checksum of tar is wrong"


class _Entry(NamedTuple):
    """A header of tar."""

    name: str
    size: int
    kind: int
    link: str
    sound: bool
    """Whether its checksum is right."""


def read_tar(data: bytes, budget: Budget) -> Iterator[Piece]:
    """Give the files of a tar archive, and of those that follow behind its end; links and names that lead out are told."""
    at, said, is_over = 0, set[str](), False
    extra: dict[str, str] = {}
    while at + BLOCK <= len(data):
        if budget.is_late():
            yield TIME
            return
        header = data[at : at + BLOCK]
        entry = _entry(header) if header.strip(b"\0") else None
        is_over = is_over or not header.strip(b"\0")
        odd = _NO_HEADER if entry is None and not is_over else _CHECKSUM if entry and not entry.sound else ""
        if odd and odd not in said:
            said.add(odd)
            yield Note("ARCHIVE_MALFORMED", odd, at)
        if entry is None:
            at += BLOCK
        elif entry.kind in _META:
            body, size = at + BLOCK, _size(entry, extra)
            extra |= _more(entry.kind, data[body : body + min(size, _META_BYTES)])
            at = body + -(-size // BLOCK) * BLOCK
        elif budget.take_member():
            yield from _content(data, at, entry, extra, budget)
            at = _next(data, at, entry, extra)
            extra = {}
        else:
            yield PARTS
            return


def _size(entry: _Entry, extra: dict[str, str]) -> int:
    """Give the size of an entry: a pax record goes before the header (POSIX pax, "pax Extended Header")."""
    return decimal(extra.get("size", ""), entry.size)


def _next(data: bytes, at: int, entry: _Entry, extra: dict[str, str]) -> int:
    """Say where the next header stands. Of links, folders and devices the size counts for some readers only."""
    body = old_map(data, at).body if entry.kind == _SPARSE else at + BLOCK
    if entry.kind in b"123456" and entry.size and _entry(data[body : body + BLOCK]):
        return body
    return body + -(-_size(entry, extra) // BLOCK) * BLOCK


def _content(data: bytes, at: int, entry: _Entry, extra: dict[str, str], budget: Budget) -> Iterator[Piece]:
    """Give what an entry holds, and say where it leads."""
    name = extra.get("GNU.sparse.name", extra.get("path", entry.name))
    link = extra.get("linkpath", entry.link) if entry.kind in _LINKS else None
    yield from path_notes(name, at, link, "" if entry.kind == _HARD_LINK else None)
    if entry.kind in b"123456" or name.endswith("/"):
        return
    body, size = at + BLOCK, _size(entry, extra)
    sparse = old_map(data, at) if entry.kind == _SPARSE else pax_map(data, body, extra)
    if sparse:
        found = filled(data, sparse, size, budget)
        yield Member(name, found.data, at)
        if found.reason:
            yield Gap(found.reason, "a file with holes", sparse.size - len(found.data), name, at)
        return
    if entry.size not in {0, size}:  # pax and the header differ
        yield Note("ARCHIVE_AMBIGUOUS", f"{entry.size} or {size} bytes: {name}", at)
    for each in dict.fromkeys((size, entry.size or size)):
        yield from stored(data, [(body, each)], name, budget)
    if body + size > len(data):
        yield Note("ARCHIVE_MALFORMED", _CUT, at)


def _entry(header: bytes) -> _Entry | None:
    """Read a header of tar: v7, ustar with its prefix, GNU; None for what is none."""
    raw = header[:100].partition(b"\0")[0]
    stated = number(header[148:156])
    is_ustar = header[257:262] == b"ustar" and bool(raw)
    if len(header) < BLOCK or not (stated or is_ustar):
        return None
    total = sum(header) - sum(header[148:156]) + 8 * 0x20
    sound = stated == total or stated == total - 256 * sum(byte > 127 for byte in header[:148] + header[156:])
    if not (sound or is_ustar):
        return None
    prefix = header[345:500].partition(b"\0")[0] if header[257:263] == b"ustar\0" else b""
    name = legible(prefix) + "/" + legible(raw) if prefix else legible(raw)
    kind = header[156] or 0x30
    if name.endswith("/") and kind == 0x30:
        kind = 0x35
    return _Entry(name, number(header[124:136]), kind, legible(header[157:257].partition(b"\0")[0]), sound)


def _more(kind: int, body: bytes) -> dict[str, str]:
    """Read what a header of its own says of the next: a long name of GNU, or records of pax."""
    if kind in _LONG_NAME + _LONG_LINK:
        return {"path" if kind in _LONG_NAME else "linkpath": legible(body.partition(b"\0")[0])}
    found: dict[str, str] = {}
    at = 0
    while at < len(body):
        blank = body.find(b" ", at, at + 20)
        size = body[at:blank] if blank > 0 else b""
        if not size.isdigit() or not 0 < int(size) <= len(body) - at:
            break
        key, _, value = body[blank + 1 : at + int(size) - 1].partition(b"=")
        if key in _KEYS or key.startswith(b"GNU.sparse."):
            found[legible(key)] = legible(value)
        at += int(size)
    return found


def read_cpio(data: bytes, budget: Budget) -> Iterator[Piece]:
    """Give the files of a cpio archive in one of its forms with digits; the old binary one is read in both orders."""
    at = 0
    while at < len(data):
        found = _cpio(data, at)
        if found is None:
            if data[at:].strip(b"\0"):
                yield Note("ARCHIVE_MALFORMED", "a header of cpio is damaged", at)
            return
        name, mode, body, size, step = found
        if name == "TRAILER!!!":
            return
        if not budget.take_member() or budget.is_late():
            yield PARTS
            return
        target = legible(data[body : body + min(size, 4_096)]) if mode & 0o170000 == 0o120000 else None
        yield from path_notes(name, at, target)
        if mode & 0o170000 == 0o100000:
            yield Member(name, data[body : body + size], at)
        if body + size > len(data):
            yield Note("ARCHIVE_MALFORMED", _CUT, at)
            return
        at = step


def _cpio(data: bytes, at: int) -> tuple[str, int, int, int, int] | None:
    """Read a header of cpio: name, mode, where the content is, its size, where the next header is."""
    magic = data[at : at + 6]
    if magic in {b"070701", b"070702"}:
        fields = [_hex(data[at + 6 + 8 * number : at + 14 + 8 * number]) for number in range(13)]
        mode, size, name_size, head, pad = fields[1], fields[6], fields[11], 110, 4
    elif magic == b"070707":
        mode, name_size, size = (
            number(data[at + 18 : at + 24]),
            number(data[at + 59 : at + 65]),
            number(data[at + 65 : at + 76]),
        )
        head, pad = 76, 1
    elif magic[:2] in {b"\xc7\x71", b"\x71\xc7"}:
        order = "little" if magic[:2] == b"\xc7\x71" else "big"
        words = [int.from_bytes(data[at + 2 * n : at + 2 * n + 2], order) for n in range(13)]  # type: ignore[arg-type]
        mode, name_size, size, head, pad = words[3], words[10], words[11] << 16 | words[12], 26, 2
    else:
        return None
    name = data[at + head : at + head + min(name_size, 4_096)].partition(b"\0")[0]
    body = at + -(-(head + name_size) // pad) * pad
    if name_size <= 0 or body > len(data):
        return None
    return legible(name), mode, body, size, body + -(-size // pad) * pad


def _hex(field: bytes) -> int:
    return int(field, 16) if field and not field.strip(b"0123456789abcdefABCDEF") else 0


def read_ar(data: bytes, budget: Budget) -> Iterator[Piece]:
    """Give the files of an archive of ar(1): a Debian package is one."""
    at = 8
    if data.startswith(b"debian-binary", at):
        yield Note("MAGIC_INSTALLER", "a Debian package", at)
    while at + 60 <= len(data) and data[at + 58 : at + 60] == b"`\n":
        if not budget.take_member() or budget.is_late():
            yield PARTS
            return
        digits = data[at + 48 : at + 58].strip()
        size = int(digits) if digits.isdigit() else 0
        yield Member(legible(data[at : at + 16].rstrip(b" /")), data[at + 60 : at + 60 + size], at)
        if at + 60 + size > len(data):
            yield Note("ARCHIVE_MALFORMED", _CUT, at)
        at += 60 + size + size % 2
