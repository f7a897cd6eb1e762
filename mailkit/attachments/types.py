"""What a content is by its bytes: by its first ones, its last ones, and where a format begins further in."""

from __future__ import annotations

import re
import struct
from collections.abc import Callable, Iterator
from typing import NamedTuple

from mailkit.attachments.plain import is_text
from mailkit.attachments.signatures import SIGNATURES, Signature
from mailkit.attachments.textual import text_kinds

HEAD_BYTES = 4_096
_TAIL_BYTES = 65_536
_LATE_BYTES = 1_024
"""How far into a file readers of PDF look for its beginning (ISO 32000-1 annex H.3, note 13)."""
_EOCD = b"PK\x05\x06"
_EOCD_BYTES = 22
_COMMENT_BYTES = 65_535
_TRAILER_BYTES = 512
_ISO_SECTORS = (32_769, 34_817, 36_865, 37_633)
"""Where ``CD001`` of a volume descriptor may stand: sectors 16 to 18 (ECMA-119 section 6.7), and in raw sectors."""
_STUBS = (b"This program cannot be run in DOS mode", b"This program must be run under Win")
_EICAR = b"X5O!P%@AP[4" + b"\\PZX54(P^)7CC)7}$" + b"EICAR-STANDARD-" + b"ANTIVIRUS-TEST-FILE!" + b"$H+H*"
_BLANKS = b"\xef\xbb\xbf \t\r\n\x0b\x0c\x00"
_PDF = re.compile(rb"%PDF-[0-9]")
_PAGE = re.compile(rb"<(?:script|html|hta:application|\?php)(?=[\s>:]|\?xml)", re.IGNORECASE)
_PKCS = b"\x2a\x86\x48\x86\xf7\x0d\x01\x07"
_MHT = (b"mime-version:", b"multipart/")
"""What stands in a PDF that Word opens as a page of several parts (JPCERT/CC, August 2023)."""
_TEXTUAL = frozenset({"pdf", "ps", "rtf", "ar", "zip"})
"""Kinds whose first letters are enough, though a text might begin with them."""
MEDIA = frozenset(
    {
        *("png", "jpeg", "gif", "bmp", "tiff", "webp", "ico", "ani", "icns", "psd", "jp2", "jxl", "emf", "wmf", "xcf"),
        *("pcx", "riff", "riff-wav", "avi", "mp3", "aac", "mp4", "ogg", "flac", "midi", "au", "aiff", "flv", "mkv"),
        *("asf", "mpeg", "amr"),
    }
)
"""Pictures, sounds and films."""
_CARRIERS = frozenset(
    {
        *("ar", "cab", "tar", "cpio", "iso", "udf", "tnef", "applesingle", "macbinary", "crx", "eml", "mht", "lzh"),
        *("ole", "onenote", "mdb", "pst", "sqlite", "vhd", "vhdx", "wim", "fat", "pcap", "p7"),
    }
)
"""Kinds in which a file may stand last, whole and as it is."""
_BEHIND = (("rar4", b"Rar!\x1a\x07\x00"), ("rar5", b"Rar!\x1a\x07\x01\x00"), ("7z", b"7z\xbc\xaf\x27\x1c\x00"))
"""Archives that their programs find behind something else."""
_BEHIND_BYTES = 8 << 20
_STUB_BYTES = 1 << 20
_ENDS = {"png": (b"IEND\xae\x42\x60\x82",), "jpeg": (b"\xff\xd9",), "gif": (b"\x3b",)}
"""How a picture ends that has nothing behind it."""
_CODE_BYTES = 0xFF00
"""A program without a header fits into one segment, behind 256 bytes of DOS."""
_JUMPS = {0xEB: (2, 1), 0xE9: (3, 2), 0xE8: (3, 2)}
"""Instructions that go elsewhere -> what they take, and the bytes that say how far (Intel SDM volume 2)."""
_STARTS = frozenset(
    b"\xb0\xb1\xb2\xb3\xb4\xb5\xb6\xb7\xb8\xb9\xba\xbb\xbc\xbd\xbe\xbf\x0e\x06\x1e\x16\x31\x33\x8b\x8c\x8d\x90\xfa\xfc\xcd\x2b\x50\x60"
)
"""How programs of DOS begin: they load registers, save them, or call at once."""
_CALL_DOS = re.compile(rb"\xcd[\x10-\x16\x20\x21\x27\x2f\x33]")
_BY_BYTES: dict[bytes, list[Signature]] = {}
_FURTHER_IN: list[Signature] = []
for _one in sorted(SIGNATURES, key=lambda one: -len(one.magic) - len(one.also)):
    (_BY_BYTES.setdefault(_one.magic[:2], []) if not _one.at else _FURTHER_IN).append(_one)


class Sniffed(NamedTuple):
    """What a content was found to be."""

    kinds: tuple[str, ...] = ()
    """What it begins as, then what else it is; empty where it is plain text or nothing known."""
    polyglot: bool = False
    """Whether two programs would open it as two formats."""
    eicar: bool = False
    """Whether it is the test file of the makers of virus scanners."""


def sniff(data: bytes) -> Sniffed:
    r"""Say what a content is. Looks at the head, the tail and few places between, whatever its size.

    >>> sniff(b"\x89PNG\r\n\x1a\n").kinds, sniff(b"<html><body>hi").kinds, sniff(b"hello").kinds
    (('png',), ('html',), ())
    """
    head = data[:HEAD_BYTES]
    if _is_eicar(head):
        return Sniffed(("com-eicar",), eicar=True)
    first = _first(data, head)
    kinds = [first] if first else list(text_kinds(data))
    primary = kinds[0] if kinds else ""
    kinds = list(dict.fromkeys((*kinds, *_others(data, head, primary))))
    if kinds[1:] and kinds[1] in {"dmg", "vhd", "iso", "udf"} and primary in {"bz2", "fat", "lzma", "z", "gzip"}:
        del kinds[0]  # the image's own first bytes
    return Sniffed(tuple(kinds), _is_polyglot(kinds))


def is_raw_code(data: bytes) -> bool:
    r"""Say whether bytes may be a program of DOS without a header; ask where the name says so.

    >>> is_raw_code(b"\xb4\x09\xba\x09\x01\xcd\x21\xcd\x20hi$"), is_raw_code(b"example.com")
    (True, False)
    """
    if not 2 <= len(data) < _CODE_BYTES or is_text(data[:HEAD_BYTES]):
        return False
    if jump := _JUMPS.get(data[0]):
        length, size = jump
        target = length + int.from_bytes(data[1 : 1 + size], "little", signed=size == 1)
        return length <= (target & 0xFFFF) < len(data)
    return data[0] in _STARTS and _CALL_DOS.search(data) is not None


def _is_eicar(head: bytes) -> bool:
    """Say whether a file begins with the text that virus scanners are tested with, in one byte a letter or in two."""
    body = head.lstrip(_BLANKS)
    if body.startswith(_EICAR):
        return True
    return head[:2] in {b"\xff\xfe", b"\xfe\xff", b"X\0", b"\0X"} and _EICAR in head[:512].replace(b"\0", b"")


def _first(data: bytes, head: bytes) -> str:
    """Give the format that the first bytes are of."""
    if _is_tar(head):
        return "tar"
    plain: bool | None = None
    for one in (*_BY_BYTES.get(head[:2], ()), *_FURTHER_IN):
        if not head.startswith(one.magic, one.at) or (one.also and not head.startswith(one.also, one.also_at)):
            continue
        if len(one.magic) + len(one.also) < 6 and one.magic.isascii() and one.kind not in _TEXTUAL:
            plain = is_text(head) if plain is None else plain
            if plain:
                continue
        check = _CHECKS.get(one.kind)
        if check is None or check(head):
            return "macho" if one.kind == "class" and _is_fat(head) else one.kind
    return _unsigned(data, head)


def _unsigned(data: bytes, head: bytes) -> str:
    """Give the formats that no fixed bytes tell."""
    if head[:1] == b"\x30" and head.find(_PKCS, 0, 32) >= 0:
        return "p7"
    if (
        head[:1] == b"\0"
        and head[122:124] in {b"\x81\x81", b"\x82\x81"}
        and 0 < head[1] < 64
        and not head[74] | head[82]
    ):
        return "macbinary"  # the older versions, without a name of the format
    if head[2:4] == b"\r\n" and head[4:16].count(0) >= 3 and int.from_bytes(head[:2], "little") >= 3_000:
        return "pyc"  # PEP 552
    body = head[:256].lstrip(_BLANKS)
    begin = len(head[:256]) - len(body)
    if begin and body.startswith(b"MZ") and not is_text(head):
        return "pe" if any(stub in head for stub in _STUBS) or _leads_on(data, begin) else ""
    return ""


def _is_fat(head: bytes) -> bool:
    """Tell several Mach-O programs in one from a Java class: a number of programs is less than any version."""
    return head.startswith(b"\xca\xfe\xba\xbe") and int.from_bytes(head[4:8], "big") < 45


def _leads_on(data: bytes, begin: int = 0) -> bool:
    """Say whether the header of DOS leads to a newer one (PE format, section MS-DOS stub)."""
    where = begin + int.from_bytes(data[begin + 60 : begin + 64], "little")
    return data[where : where + 2] in {b"PE", b"NE", b"LE", b"LX"}


def _is_tar(head: bytes) -> bool:
    """Say whether the header block of a member of a tar adds up (POSIX pax, ustar interchange format)."""
    field = head[148:156].strip(b" \0")
    if len(head) < 512 or not field.isdigit() or len(field) > 7 or not head[:1].strip(b"\0"):
        return False
    try:
        wanted = int(field, 8)
    except ValueError:
        return False
    return wanted == sum(head[:148]) + 8 * 32 + sum(head[156:512])


def _is_swf(head: bytes) -> bool:
    return head[3:4] < b"\x40" and 8 < int.from_bytes(head[4:8], "little") < 1 << 28


def _is_lzma(head: bytes) -> bool:
    size = head[5:13]
    return len(head) > 13 and head[13] == 0 and (size == b"\xff" * 8 or size[5:] == bytes(3)) and any(head[1:5])


_CHECKS: dict[str, Callable[[bytes], bool]] = {
    "ar": lambda head: len(head) == 8 or head[66:68] == b"`\n",
    "arj": lambda head: len(head) > 11 and 30 <= int.from_bytes(head[2:4], "little") <= 2_600,
    "bmp": lambda head: len(head) > 26 and (head[6:10] == bytes(4) or head[14:18] in {b"\x28\0\0\0", b"\x0c\0\0\0"}),
    "bz2": lambda head: head[3:4].isdigit() and head[4:10] in {b"1AY&SY", b"\x17\x72\x45\x38\x50\x90"},
    "cpio": lambda head: len(head) >= 26 and not is_text(head),
    "fat": lambda head: head[:1] in {b"\xeb", b"\xe9"} and len(head) == HEAD_BYTES,
    "gzip": lambda head: head[2:3] == b"\x08" and head[3:4] < b"\x40",
    "hlp": lambda head: len(head) > 100,
    "ico": lambda head: 0 < int.from_bytes(head[4:6], "little") < 200 and len(head) > 20,
    "jxl": lambda head: len(head) > 12 and b"\0" in head[:64],
    "lzma": _is_lzma,
    "macbinary": lambda head: head[:1] == b"\0" and 0 < head[1] < 64,
    "mp3": lambda head: head[:3] == b"ID3" or (len(head) > 3 and head[2] & 0xF0 not in {0x00, 0xF0}),
    "swf": _is_swf,
    "tar": lambda head: head[:1] not in b"\0",
    "ttf": lambda head: len(head) > 12 and (0 < int.from_bytes(head[4:6], "big") < 100 or head[34:36] == b"LP"),
    "wk": lambda head: len(head) > 100,
    "xar": lambda head: 28 <= int.from_bytes(head[4:6], "big") <= 64,
    "z": lambda head: len(head) > 3,
}
"""Where the first bytes are few: what else has to be so."""


def _others(data: bytes, head: bytes, primary: str) -> Iterator[str]:
    """Give what else a content is."""
    if primary not in _CARRIERS and primary != "zip" and _has_directory(data):
        yield "zip"
    yield from _images(data)
    if primary not in _CARRIERS and primary != "pdf" and _has_pdf(data, head, primary):
        yield "pdf"
    if primary in {"macbinary", "applesingle"}:
        yield from filter(None, [_first(*_data_fork(data, primary))])
    elif primary == "pdf":
        yield from _in_pdf(data, head)
    elif primary in MEDIA:
        yield from _in_media(data, head, primary)
    elif primary == "pe":
        yield from (kind for kind, magic in _BEHIND if data.find(magic, 64, _STUB_BYTES) >= 0)


def _images(data: bytes) -> Iterator[str]:
    """Give the disk images that a content is, by its sectors or its trailer."""
    for sector in _ISO_SECTORS:
        if data.startswith(b"CD001", sector):
            yield "iso"
            break
        if data.startswith((b"BEA01", b"NSR02", b"NSR03"), sector):
            yield "udf"
            break
    if len(data) > _TRAILER_BYTES and data.startswith((b"koly\0\0\0\x04", b"conectix"), len(data) - _TRAILER_BYTES):
        yield "dmg" if data.startswith(b"koly", len(data) - _TRAILER_BYTES) else "vhd"


def _has_directory(data: bytes) -> bool:
    """Say whether a ZIP ends where the content does: its last record says so (APPNOTE 6.3.10 section 4.3.16)."""
    at = data.rfind(_EOCD, max(0, len(data) - _EOCD_BYTES - _COMMENT_BYTES))
    if at < 0 or len(data) < at + _EOCD_BYTES:
        return False
    size, comment = int.from_bytes(data[at + 12 : at + 16], "little"), int.from_bytes(data[at + 20 : at + 22], "little")
    behind = data[at + _EOCD_BYTES + comment :]
    return len(behind) <= 4 and not behind.strip() and (not size or data.startswith(b"PK\x01\x02", max(0, at - size)))


def _has_pdf(data: bytes, head: bytes, primary: str) -> bool:
    """Say whether a PDF begins within the first kilobyte; not where it is the first member of a ZIP."""
    found = _PDF.search(head, 0, _LATE_BYTES)
    if not found:
        return False
    at = found.start()
    if primary == "zip":
        local = head.rfind(b"PK\x03\x04", 0, at)
        names = int.from_bytes(head[local + 26 : local + 28], "little") + int.from_bytes(
            head[local + 28 : local + 30], "little"
        )
        return local + 30 + names != at
    if is_text(head[:at]):  # it may be a text about PDF
        return head[at - 1 : at] in {b"", b"\n", b"\r"} and b"startxref" in data[-_LATE_BYTES:]
    return True


def _in_pdf(data: bytes, head: bytes) -> Iterator[str]:
    """Give what other programs would open a PDF as."""
    if _PAGE.search(head, 0, _LATE_BYTES):
        yield "html"
    for window in (data[:_TAIL_BYTES], data[-_TAIL_BYTES:]):
        small = window.lower()
        if all(mark in small for mark in _MHT):
            yield "mht"
            break
    if _holds_program(data[max(data.rfind(b"%%EOF"), len(data) - _TAIL_BYTES, 0) :]):
        yield "pe"


def _in_media(data: bytes, head: bytes, primary: str) -> Iterator[str]:
    """Give what other programs would open a picture, sound or film as."""
    if _is_scripted(head):
        yield "js"
    for window in (data[:_TAIL_BYTES], data[_TAIL_BYTES:][-_TAIL_BYTES:]):
        if _PAGE.search(window):
            yield "html"
        if _holds_program(window):
            yield "pe"
        if _holds_member(window):
            yield "zip"
    trimmed = data[-1_024:].rstrip(b"\0\r\n ")
    if (primary in _ENDS and not trimmed.endswith(_ENDS[primary])) or primary in {"bmp", "mp3", "riff-wav"}:
        yield from (kind for kind, magic in _BEHIND if data.find(magic, 8, _BEHIND_BYTES) >= 0)


def _is_scripted(head: bytes) -> bool:
    """Say whether a picture's first bytes go on as a comment or an assignment of JavaScript.

    As a width these would be of pictures wider than 8,000 dots.
    """
    if head.startswith((b"GIF8", b"BM")):
        at = 6 if head.startswith(b"GIF8") else 2
        is_assigned = at == 6 and head[6:7] == b"=" and head[7:8] >= b" " and b";" in head[:512]
        return is_assigned or (head.startswith(b"/*", at) and b"*/" in head)
    return False


def _holds_member(window: bytes) -> bool:
    """Say whether a member of a ZIP stands in a piece of something else, by its header (APPNOTE 6.3.10 section 4.3.7)."""
    at = window.find(b"PK\x03\x04")
    if at < 0:
        return False
    version, _, method = struct.unpack("<HHH", window[at + 4 : at + 10].ljust(6, b"\xff"))
    return (
        version < 100
        and (method < 20 or method in {93, 95, 98, 99})
        and 0 < int.from_bytes(window[at + 26 : at + 28], "little") < 512
    )


def _data_fork(data: bytes, kind: str) -> tuple[bytes, bytes]:
    """Give the content of a file of a Macintosh, and its head."""
    at, size = 128, int.from_bytes(data[83:87], "big")  # MacBinary
    if kind == "applesingle":  # RFC 1740 section 3
        entries = range(26, 26 + 12 * min(int.from_bytes(data[24:26], "big"), 16), 12)
        found = [struct.unpack(">III", data[entry : entry + 12].ljust(12, b"\0")) for entry in entries]
        at, size = next(((start, length) for number, start, length in found if number == 1), (0, 0))
    fork = data[at : at + size]
    return fork, fork[:HEAD_BYTES]


def _holds_program(window: bytes) -> bool:
    """Say whether a program for Windows stands in a piece of something else."""
    for stub in _STUBS:
        at = window.find(stub)
        if at >= 0:
            begin = window.rfind(b"MZ", max(0, at - 256), at)
            return begin >= 0
    at = window.find(b"PE\0\0")
    return (
        at >= 0
        and window[at + 4 : at + 6] in {b"\x4c\x01", b"\x64\x86", b"\x64\xaa"}
        and b"MZ" in window[max(0, at - 1_024) : at]
    )


_APART = frozenset({"zip", "pdf", "html", "js", "mht", "pe", "iso", "udf", "rar4", "rar5", "7z"})


def _is_polyglot(kinds: list[str]) -> bool:
    """Say whether a second format is one that another program would open; behind a program an archive is usual."""
    usual = _USUAL.get(kinds[0], frozenset()) if kinds else frozenset()
    return any(kind in _APART and kind not in usual for kind in kinds[1:])


_PACKED = frozenset({"zip", "rar4", "rar5", "7z"})
_USUAL: dict[str, frozenset[str]] = {
    **dict.fromkeys(("pe", "elf", "macho"), _PACKED | {"iso"}),
    **dict.fromkeys(("macbinary", "applesingle"), _APART),
    **dict.fromkeys(("iso", "dmg", "vhd"), frozenset({"iso", "udf", "zip"})),
}
"""Kind -> what stands behind it, in it or over it in files that nobody made to deceive."""
