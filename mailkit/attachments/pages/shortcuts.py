"""Shortcuts of Windows and of Unix desktops: what each leads to."""

from __future__ import annotations

import re
import struct
from collections.abc import Iterator

from mailkit.attachments.budget import Budget
from mailkit.attachments.pages.markup import text_of
from mailkit.attachments.pieces import Note, Piece

_DETAIL = 200
_HEAD = 76
_HAS_IDS, _HAS_LINK_INFO, _IS_UNICODE = 0x01, 0x02, 0x80
_STRINGS = ((0x04, "name"), (0x08, "target"), (0x10, "folder"), (0x20, "arguments"), (0x40, "icon"))
"""Flags of the strings of a shell link, in their order (MS-SHLLINK sections 2.1.1 and 2.4)."""
_URL = re.compile(
    r"^[ \t]{0,20}(URL|BaseURL|IconFile|WorkingDirectory|Command|ToggleDesktop)[ \t]{0,20}=[ \t]{0,20}([^\r\n]{0,2000})",
    re.IGNORECASE | re.MULTILINE,
)
_REMOTE = re.compile(
    r"\A(?:file:|\\\\|//|smb:|search-ms:|ms-|javascript:|vbscript:|data:|shell:|[a-z]:[\\/]|%)", re.IGNORECASE
)
_RUNS = re.compile(
    r"\.(?:exe|scr|com|pif|bat|cmd|vbs|vbe|jse?|wsf|hta|lnk|msi|ps1|iso|img|jar|cpl|dll|chm|zip|rar|7z)(?:[?#]|\Z)",
    re.IGNORECASE,
)
_LOCAL = re.compile(r"[a-z]:|%|file:///", re.IGNORECASE)
_WEB = re.compile(r"\Ahttps?://[^/]{1,300}(/[^?#]{0,2000})?", re.IGNORECASE)
_EXEC = re.compile(
    r"^[ \t]{0,20}(Exec|TryExec|URL)[ \t]{0,20}=[ \t]{0,20}([^\r\n]{1,2000})", re.IGNORECASE | re.MULTILINE
)
_PLACES = re.compile(r"<(?:libraryDescription|searchConnectorDescription|PCSettings|plist)\b", re.IGNORECASE)
_PLACE = re.compile(
    r"<(?:url|DeepLink)\s*>\s*([^<]{1,2000})|<key>\s*URL\s*</key>\s*<string>\s*([^<]{1,2000})", re.IGNORECASE
)
_ROOT = 4_000
"""Characters among which the root of a document stands."""
_LEADS = re.compile(r"^[ \t]{0,20}(IconFile|Command|RunPreSetupCommands?\w{0,20}|RegisterOCXs|UnRegisterOCXs|Open|ShellExecute|shell\\[\w\\]{1,40})[ \t]{0,20}=[ \t]{0,20}([^\r\n]{1,2000})", re.IGNORECASE | re.MULTILINE)  # fmt: skip
_KEYS = re.compile(r"^\[-?(HKEY_[^\]\r\n]{1,500})\]", re.IGNORECASE | re.MULTILINE)


def read_lnk(data: bytes, _budget: Budget) -> Iterator[Piece]:
    """Read a shell link: its target and arguments, as far as they can be read."""
    yield Note("MAGIC_SHORTCUT", " ".join(filter(None, _link_strings(data)))[:_DETAIL])


def _link_strings(data: bytes) -> list[str]:
    """Give the target, the arguments and the icon of a shell link."""
    found: dict[str, str] = {}
    if len(data) < _HEAD:
        return []
    flags, at = struct.unpack_from("<I", data, 20)[0], _HEAD
    if flags & _HAS_IDS and at + 2 <= len(data):
        at += 2 + struct.unpack_from("<H", data, at)[0]
    if flags & _HAS_LINK_INFO and at + 4 <= len(data):
        size = struct.unpack_from("<I", data, at)[0]
        found["path"] = _local_path(data[at : at + min(size, 4096)])
        at += size
    for flag, key in _STRINGS:
        if flags & flag and at + 2 <= len(data):
            count = struct.unpack_from("<H", data, at)[0] * (2 if flags & _IS_UNICODE else 1)
            text = data[at + 2 : at + 2 + count]
            found[key] = text.decode("utf-16-le" if flags & _IS_UNICODE else "latin-1", "replace")
            at += 2 + count
    return [found.get("path") or found.get("target", ""), found.get("arguments", ""), found.get("icon", "")]


def _local_path(info: bytes) -> str:
    """Give the path in the link information (section 2.3)."""
    if len(info) < 20:
        return ""
    start = struct.unpack_from("<I", info, 16)[0]
    return info[start:].partition(b"\0")[0].decode("latin-1") if 0 < start < len(info) else ""


def read_url(data: bytes, _budget: Budget) -> Iterator[Piece]:
    """Read an Internet shortcut; one that leads to a page is what browsers make of a link."""
    for found in _URL.finditer(text_of(data)):
        key, value = found[1].lower(), found[2].strip().strip('"')
        web = _WEB.match(value)
        runs = web and key in {"url", "baseurl"} and _RUNS.search(web[1] or "")
        if (_REMOTE.match(value) and not (key == "iconfile" and _LOCAL.match(value))) or runs:
            yield Note("URL_FILE", value[:_DETAIL], found.start())
            return


def read_desktop(data: bytes, _budget: Budget) -> Iterator[Piece]:
    """Read a desktop entry (freedesktop.org): the command that it starts."""
    for found in _EXEC.finditer(text_of(data)):
        yield Note("URL_FILE", found[2].strip()[:_DETAIL], found.start())
        return


def read_place(data: bytes, _budget: Budget) -> Iterator[Piece]:
    """Read a library, a search connector, a settings page or a webloc, where XML is one: where it leads."""
    text = text_of(data)
    if not _PLACES.search(text, 0, _ROOT):
        return
    for found in _PLACE.finditer(text):
        value = (found[1] or found[2]).strip()
        if _REMOTE.match(value) or (_WEB.match(value) and not found[2]):
            yield Note("URL_FILE", value[:_DETAIL], found.start())
            return


def read_setup(data: bytes, _budget: Budget) -> Iterator[Piece]:
    """Read a command file of the shell or a setup script (scf, inf): the file or program that it names."""
    for found in _LEADS.finditer(text_of(data)):
        yield Note("URL_FILE", found[2].strip()[:_DETAIL], found.start())
        return


def read_reg(data: bytes, _budget: Budget) -> Iterator[Piece]:
    """Read a file that changes the registry: the first key."""
    if found := _KEYS.search(text_of(data)):
        yield Note("URL_FILE", found[1][:_DETAIL], found.start())
