"""The names of a file, all of them: what each says, and where they contradict each other."""

from __future__ import annotations

import re
from collections.abc import Sequence

from mailkit.attachments.codes import DANGERS, Danger
from mailkit.attachments.names import Surroundings, check_name
from mailkit.attachments.pieces import Member, Note

_STREAMS = frozenset({"gzip", "bz2", "xz", "lzma", "zst", "lz4", "z"})
"""Kinds that hold one file, whose name is that of the container without its end."""
_PACKED_END = re.compile(r"\.(?:gz|bz2?|xz|lzma|zst|lz4|z|tgz|tbz2?|txz)\Z", re.IGNORECASE)
_TARRED = {"tgz": ".tar", "tbz": ".tar", "tbz2": ".tar", "txz": ".tar"}


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
