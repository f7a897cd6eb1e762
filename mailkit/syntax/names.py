"""Names of files as a mail gives them, made fit to be written to a disk."""

from __future__ import annotations

import re
import unicodedata

_SEPARATORS = re.compile(r"[/\\]")
_UNFIT = re.compile(
    r'[<>:"|?*'  # reserved in Windows
    r"\u00a5\u20a9\u2044\u2215\u2216\u29f5\u29f8\u29f9\ufe68\uff0f\uff3c"  # become separators in other charsets
    r"\u2028\u2029\ufdd0-\ufdef\ufffe\uffff]"
)
_RESERVED = re.compile(
    r"(?:CON|PRN|AUX|NUL|CLOCK\$|CONIN\$|CONOUT\$|(?:COM|LPT)[0-9\u00b9\u00b2\u00b3])[ .]*(?:\.|\Z)", re.IGNORECASE
)
_HIDDEN = frozenset({"Cc", "Cf", "Cs"})
_ENDS = re.compile(r"(?<![\s.])[\s.]++\Z")
MAX_NAME_BYTES = 255
"""Bytes of a name in UTF-8; what ext4, XFS, NTFS and APFS allow is no less."""
MAX_CHARACTERS = 1_000
NAMELESS = "unnamed"


def safe_name(name: str) -> str:
    r"""Give a file name that is safe to write: one component, of no more than 255 bytes, never empty.

    Of a path the last component counts. Control, bidirectional and other invisible characters go; what
    Windows reserves, or what turns into a separator in another charset, becomes an underscore; the rest is
    in normal form C. Applied to its own answer it changes nothing.

    >>> safe_name("C:\\TEMP\\a\u202egnp.exe"), safe_name("../.."), safe_name("nul.txt")
    ('agnp.exe', 'unnamed', '_nul.txt')
    """
    last = _last_component(name)
    if len(last) > MAX_CHARACTERS:
        last = last[: MAX_CHARACTERS // 2] + last[-MAX_CHARACTERS // 2 :]
    shown = "".join([letter for letter in last if unicodedata.category(letter) not in _HIDDEN])
    fit = unicodedata.normalize("NFC", _UNFIT.sub("_", unicodedata.normalize("NFC", shown)))
    fit = _cut(_ENDS.sub("", fit.strip()).lstrip())
    if not fit:
        return NAMELESS
    return _cut(f"_{fit}") if _RESERVED.match(fit) else fit


def _last_component(name: str) -> str:
    """Give what stands behind the last separator that has something behind it."""
    for piece in reversed(_SEPARATORS.split(name[-65_536:])):
        if piece.strip(" ."):
            return piece
    return ""


def _cut(name: str) -> str:
    """Shorten a name to what file systems take, but keep its extension."""
    if len(name.encode("utf-8")) <= MAX_NAME_BYTES:
        return name
    stem, dot, extension = name.rpartition(".")
    tail = f"{dot}{extension}".encode()
    if not stem or len(tail) > MAX_NAME_BYTES // 4:
        stem, tail = name, b""
    head = stem.encode("utf-8")[: MAX_NAME_BYTES - len(tail)].decode("utf-8", "ignore")
    return _ENDS.sub("", head + tail.decode("utf-8"))
