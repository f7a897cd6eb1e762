"""The names of a file, all of them: what each says, and where they contradict each other."""

from __future__ import annotations

import re
from collections.abc import Sequence

from mailkit.attachments.codes import DANGERS, Danger
from mailkit.attachments.names import Surroundings, check_name, extension_of
from mailkit.attachments.pieces import Member, Note

_STREAMS = frozenset({"gzip", "bz2", "xz", "lzma", "zst", "lz4", "z"})
"""Kinds that hold one file, whose name is that of the container without its end."""
_PACKED_END = re.compile(r"\.(?:gz|bz2?|xz|lzma|zst|lz4|z|tgz|tbz2?|txz)\Z", re.IGNORECASE)
_TARRED = {"tgz": ".tar", "tbz": ".tar", "tbz2": ".tar", "txz": ".tar"}

_BY_TYPE: dict[str, str] = {
    **dict.fromkeys(("application/hta", "application/x-hta"), "hta"),
    **dict.fromkeys(("text/vbscript", "text/vbs", "application/x-vbscript", "application/x-vbs"), "vbs"),
    **dict.fromkeys(("text/javascript", "application/javascript", "application/x-javascript"), "js"),
    **dict.fromkeys(("text/jscript", "text/ecmascript", "application/ecmascript", "text/x-javascript"), "js"),
    **dict.fromkeys(("application/x-msdownload", "application/x-msdos-program", "application/x-dosexec"), "exe"),
    **dict.fromkeys(("application/exe", "application/x-exe", "application/x-winexe", "application/dos-exe"), "exe"),
    **dict.fromkeys(("application/msdos-windows", "application/vnd.microsoft.portable-executable"), "exe"),
    **dict.fromkeys(("application/x-msi", "application/x-ms-installer", "application/x-windows-installer"), "msi"),
    **dict.fromkeys(("application/x-bat", "application/bat", "text/x-bat", "text/x-msdos-batch"), "bat"),
    **dict.fromkeys(("application/x-sh", "text/x-sh", "application/x-shellscript", "text/x-shellscript"), "sh"),
    **dict.fromkeys(("application/x-csh", "text/x-csh"), "csh"),
    **dict.fromkeys(("application/x-powershell", "text/x-powershell"), "ps1"),
    **dict.fromkeys(("application/x-ms-shortcut", "application/x-mslnk", "application/x-win-lnk"), "lnk"),
    **dict.fromkeys(("text/scriptlet", "text/x-scriptlet"), "sct"),
    **dict.fromkeys(("application/vnd.ms-htmlhelp", "application/x-chm"), "chm"),
    **dict.fromkeys(("text/x-ms-regedit", "application/x-ms-registry"), "reg"),
    "application/java-archive": "jar",
    "application/vnd.android.package-archive": "apk",
    "application/x-ms-application": "application",
    "application/x-ms-wsf": "wsf",
}
"""Media type -> the ending that mail programs give a file of it that has none (registry of Windows: knowledge, not seen)."""


def declared_names(names: Sequence[str], media_type: str) -> Sequence[str]:
    """Give the names of a file, or where none of them has an ending that by which its declared type would be saved.

    >>> declared_names([], "application/hta"), declared_names(["a.txt"], "application/hta")
    (['attachment.hta'], ['a.txt'])
    """
    ending = _BY_TYPE.get(media_type.strip().lower())
    if ending is None or any(map(extension_of, names)):
        return names
    return [f"{name}.{ending}" for name in names] or [f"attachment.{ending}"]


_VOLUME = re.compile(r"\.(?:(?:zip|7z|rar|tar|gz|arj)\.[0-9]{3}|[zr][0-9]{2}|part[0-9]{1,4}\.rar)\Z", re.IGNORECASE)
"""How the parts of a split archive are called; only the first and the last say so by their content, too."""


def is_volume(names: Sequence[str]) -> bool:
    """Say whether a file is called as a part of a split archive is.

    >>> is_volume(["photos.z02"]), is_volume(["photos.7z.002"]), is_volume(["report.2026.001"])
    (True, True, False)
    """
    return any(_VOLUME.search(name[-32:].strip()) for name in names)


def judge_names(names: Sequence[str], around: Surroundings) -> list[tuple[Note, Danger]]:
    """Say what the names of one file say; the worst counts, and that they differ where one hides the other."""
    if not names:
        return []
    each = [check_name(name, around) for name in names]
    found = {found.note.code: (found.note, found.severity) for one in reversed(each) for found in one}
    worst = [max((one.severity for one in some), key=DANGERS.index, default="info") for some in each]
    if "dangerous" in worst and "info" in worst:
        found["NAME_CONFLICT"] = (Note("NAME_CONFLICT", " / ".join(names[:3])), "suspicious")
    return list(found.values())


def member_names(member: Member, outer: Sequence[str], kind: str) -> tuple[str, ...]:
    """Give the names of a member: its own, and of a packed stream that of the file without the packer's ending.

    >>> member_names(Member("", b"", 0), ("setup.exe.bz2",), "bz2")
    ('setup.exe',)
    """
    names = [member.name, *member.also]
    if kind in _STREAMS:
        names += [_unpacked(name) for name in outer]
    return tuple(dict.fromkeys(filter(None, names)))


def _unpacked(name: str) -> str:
    """Give a name without the ending of a packer; nothing where it has none."""
    end = _PACKED_END.search(name.strip())
    return "" if end is None else name.strip()[: end.start()] + _TARRED.get(end[0][1:].lower(), "")
