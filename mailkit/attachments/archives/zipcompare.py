"""What two readers of a ZIP archive would see differently of one member; only headers are compared here."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from mailkit.attachments.archives.zipdirectory import (
    ENCRYPTED,
    MASKED,
    MAX32,
    METHODS,
    STREAMED,
    Header,
    name_of,
    unicode_name,
)

_HIGH = bytes(range(0x80, 0x100))
_UNKNOWN = frozenset({0, MAX32})


def is_open(local: Header) -> bool:
    """Say whether a local header leaves the sizes to the descriptor behind the content (4.4.4, bit 3)."""
    return bool(local.flags & STREAMED) and local.packed in _UNKNOWN


def differences(entry: Header, local: Header) -> Iterator[str]:
    """Say in what the two headers of a member differ."""
    if not local.flags & MASKED and _plain(entry.raw) != _plain(local.raw):
        yield f"name {name_of(local)!r}"
    if entry.method != local.method:
        yield f"method {METHODS.get(local.method, local.method)}"
    if (entry.flags ^ local.flags) & ENCRYPTED:
        yield "encrypted" if local.flags & ENCRYPTED else "not encrypted"
    if is_open(local):
        return
    if entry.packed != local.packed:
        yield f"packed {local.packed}"
    if entry.size != local.size:
        yield f"size {local.size}"
    if entry.crc != local.crc and not (local.flags & STREAMED and local.crc == 0):
        yield f"checksum {local.crc:08x}"


def _plain(raw: bytes) -> bytes:
    """Give what is the same in all code pages and systems."""
    return raw.translate(None, _HIGH).replace(b"\\", b"/")


def readings(entries: Iterable[Header], local: Header, rest: int) -> list[Header]:
    """Give the ways in which the content may be read: of each entry, and of the local header where that differs.

    `rest` is how many bytes there are for content whose size is not told; that has the size -1.
    """
    found: dict[tuple[int, ...], Header] = {}
    for each in (*entries, local):
        key = (each.method, each.flags & ENCRYPTED, each.packed, each.size)
        if each is local and is_open(local):
            if any(key[:2] == other[:2] for other in found):
                continue
            each = local._replace(packed=rest, size=-1)  # noqa: PLW2901 - the same header, with what it leaves open
        found.setdefault(key, each)
    return list(found.values())


def names(headers: Iterable[Header]) -> tuple[tuple[str, ...], str]:
    """Give the names of a member, that of the first header first, and what is ambiguous about them."""
    found: dict[str, None] = {}
    odd = ""
    for header in headers:
        name = name_of(header)
        found[name] = None
        before, nul, _ = name.partition("\0")
        if nul:
            odd = f"NUL in {name!r}"
            found[before] = None
        other = unicode_name(header)
        if other and other[0] != name:
            found[other[0]] = None
            if ending(other[0]) != ending(name):
                odd = f"{name!r} is {other[0]!r} in Unicode"
    return tuple(found), odd


def ending(name: str) -> str:
    r"""Give what stands behind the last dot of the last component, in small letters.

    >>> ending("a.b/Setup.EXE"), ending("a.b\\c")
    ('exe', '')
    """
    last = name.replace("\\", "/").rstrip("/").rpartition("/")[2]
    return last.rpartition(".")[2].lower() if "." in last else ""
