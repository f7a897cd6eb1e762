"""A folder of copies with an index: of messages for which a dialect or a rule is missing, or that something is wrong with.

Several processes keep into one folder at the same time. A line is added to the index and the copy gets its name while the
index is locked; so a line without a copy can only be the last, of a process that was killed between the two, and the next
takes it away. A copy without a line there is none.
"""

from __future__ import annotations

import hashlib
import os
import re
from collections.abc import Mapping, Sequence
from contextlib import closing
from pathlib import Path
from typing import BinaryIO

import msgspec

from mailkit.bounce.notice import Notice
from mailkit.bounce.result import Bounce
from mailkit.errors import MailkitError, OutputError
from mailkit.message import Message, Source
from mailkit.sinks.files import lock, open_beside, remove_abandoned

INDEX = "index.jsonl"
BLOCK_BYTES = 1 << 12
"""What is read at once of the end of the index."""
_UNSAFE = re.compile(r"[^A-Za-z0-9._\-]{1,80}")


class Folder:
    """A folder of copies with an index; a message that is there already under its name is not kept again."""

    def __init__(self, path: Path, inputs: Sequence[str] = ()) -> None:
        """Make it. Raises MailkitError where it lies in a folder that is read, OutputError where it cannot be made."""
        self.path = path
        self.kept = 0
        """Messages that this one has kept."""
        for name in inputs:
            if Path(name).is_dir() and path.resolve().is_relative_to(Path(name).resolve()):
                message = f"{path} lies in {name}, which is read: name a folder outside of it"
                raise MailkitError(message)
        try:
            path.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise OutputError(str(path), f"cannot be made ({error.strerror or error}); name another folder") from error
        remove_abandoned(path)

    def keep(self, data: Source, name: str | None, why: Sequence[str], extra: Mapping[str, object]) -> bool:
        """Keep a copy, whole or not at all, with a line in the index; say whether it was new. Raises OutputError."""
        digest = hashlib.sha256(data).hexdigest()
        stem = _UNSAFE.sub("_", Path(name or "").name.removesuffix(".eml"))[:80].strip("-.")
        target = self.path / f"{stem or 'message'}-{digest[:16]}.eml"
        row = {"v": 1, "file": target.name, "source": name, "sha256": digest, "why": why, **extra}
        try:
            new = not target.exists() and self._add(data, target, msgspec.json.encode(row) + b"\n")
        except OSError as error:
            what = f"cannot be written ({error.strerror or error}); {self.kept} messages were kept before"
            raise OutputError(str(target), what) from error
        self.kept += new
        return new

    def keep_unrecognised(self, message: Message, bounce: Bounce) -> bool:
        """Keep a message for which something is missing; say whether one was kept. Raises OutputError."""
        why = why_unrecognised(bounce)
        if bounce.kind == "other" and Notice(message).from_daemon:
            why = ("a mail system's message of no known kind",)
        if not why:
            return False
        recipients = [
            {"address": one.address, "status": one.status, "reason": one.reason, "confidence": one.confidence}
            for one in bounce.recipients
        ]
        extra = {"kind": bounce.kind, "dialect": bounce.dialect, "recipients": recipients}
        return self.keep(message.source, bounce.source, why, extra)

    def _add(self, data: Source, target: Path, line: bytes) -> bool:
        """Write the copy under another name first, so that nobody meets a part of it; never over another one."""
        temporary, copy = open_beside(target)
        try:
            with copy:
                copy.write(data)
            with closing(os.fdopen(os.open(self.path / INDEX, os.O_RDWR | os.O_CREAT, 0o666), "r+b", 0)) as index:
                lock(index, wait=True)
                size = _whole(index, self.path)
                if target.exists():  # by another process, meanwhile
                    return False
                try:
                    _write(index, line)
                    temporary.replace(target)
                except OSError:
                    index.truncate(size)
                    raise
        finally:
            temporary.unlink(missing_ok=True)
        return True


def _write(index: BinaryIO, line: bytes) -> None:
    """Write a line, or raise."""
    while line:
        line = line[os.write(index.fileno(), line) :]


def _whole(index: BinaryIO, folder: Path) -> int:
    """Cut off the last line where it is not whole or its copy is not there; give the size, at which the index then stands."""
    size = index.seek(0, os.SEEK_END)
    begin = _line_begin(index, size)
    index.seek(begin)
    try:
        row = msgspec.json.decode(index.read(size - begin) or b"{}")
        whole = not size or (folder / row["file"]).exists()
    except (msgspec.DecodeError, UnicodeDecodeError, KeyError, TypeError):
        whole = False
    if not whole:
        index.truncate(begin)
        size = begin
    return index.seek(size)


def _line_begin(index: BinaryIO, size: int) -> int:
    """Give where the last line begins; its own end does not count."""
    end = max(size - 1, 0)
    while end:
        begin = max(0, end - BLOCK_BYTES)
        index.seek(begin)
        found = index.read(end - begin).rfind(b"\n")
        if found >= 0:
            return begin + found + 1
        end = begin
    return 0


def why_unrecognised(bounce: Bounce) -> tuple[str, ...]:
    """Say what is missing in the answer to a failure or delay; empty where nothing is, and for other kinds.

    >>> why_unrecognised(Bounce(kind="failure", dialect="exim"))
    ('no recipient',)
    """
    if bounce.kind not in {"failure", "delay"}:
        return ()
    found = [] if bounce.dialect else ["no dialect"]
    if not bounce.recipients:
        found.append("no recipient")
    if any(one.address is None for one in bounce.recipients):
        found.append("a recipient without address")
    if any(one.code == "bounce.recipient.guessed" for one in bounce.findings):
        found.append("a recipient is guessed")
    if any(one.confidence == "guessed" for one in bounce.recipients):
        found.append("a status is guessed")
    if any(one.reason == "undefined" for one in bounce.recipients if one.action in {"failed", "delayed"}):
        found.append("a reason is undefined")
    return tuple(found)
