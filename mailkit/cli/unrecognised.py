"""``mailkit classify --unrecognised FOLDER``: copies of the messages for which a dialect or a rule is missing."""

from __future__ import annotations

import hashlib
import os
import re
import tempfile
from collections.abc import Sequence
from pathlib import Path

import msgspec

from mailkit.bounce.notice import Notice
from mailkit.bounce.result import Bounce
from mailkit.errors import MailkitError, OutputError
from mailkit.message import Message

INDEX = "index.jsonl"
_UNSAFE = re.compile(r"[^A-Za-z0-9._\-]{1,80}")


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


class Folder:
    """A folder of copies with an index; a message that is there already is not kept again."""

    def __init__(self, path: Path, inputs: Sequence[str]) -> None:
        self.path = path
        self.kept = 0
        for name in inputs:
            if Path(name).is_dir() and path.resolve().is_relative_to(Path(name).resolve()):
                message = f"{path} lies in {name}, which is read: name a folder outside of it"
                raise MailkitError(message)
        try:
            path.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise OutputError(str(path), f"cannot be made ({error.strerror or error}); name another folder") from error

    def keep(self, message: Message, bounce: Bounce) -> None:
        """Keep a message for which something is missing; whole or not at all."""
        why = why_unrecognised(bounce)
        if bounce.kind == "other" and Notice(message).from_daemon:
            why = ("a mail system's message of no known kind",)
        if not why:
            return
        digest = hashlib.sha256(message.source).hexdigest()
        stem = _UNSAFE.sub("_", Path(bounce.source or "").name.removesuffix(".eml"))[:80].strip("-.")
        target = self.path / f"{stem or 'message'}-{digest[:16]}.eml"
        row = {
            "v": 1,
            "file": target.name,
            "source": bounce.source,
            "sha256": digest,
            "why": why,
            "kind": bounce.kind,
            "dialect": bounce.dialect,
            "recipients": [
                {"address": one.address, "status": one.status, "reason": one.reason, "confidence": one.confidence}
                for one in bounce.recipients
            ],
        }
        try:
            if target.exists():
                return
            _write_whole(target, message)
            _append(self.path / INDEX, msgspec.json.encode(row) + b"\n", target)
        except OSError as error:
            what = f"cannot be written ({error.strerror or error}); {self.kept} messages were kept before"
            raise OutputError(str(target), what) from error
        self.kept += 1


def _write_whole(target: Path, message: Message) -> None:
    """Write a new file under another name first, so that nobody meets a part of it; never over another one."""
    handle, name = tempfile.mkstemp(dir=target.parent, prefix=".", suffix=".part")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(message.source)
        Path(name).chmod(0o666 & ~_umask())
        os.link(name, target)
    finally:
        Path(name).unlink()


def _umask() -> int:
    """Give the mask of new files, which can only be read by setting it."""
    mask = os.umask(0o077)
    os.umask(mask)
    return mask


def _append(index: Path, line: bytes, copy: Path) -> None:
    """Add a line to the index; where that fails the index is as it was, and the copy is taken away again."""
    try:
        with index.open("ab", buffering=0) as file:
            size = file.seek(0, os.SEEK_END)
            try:
                written = file.write(line)
                if written != len(line):
                    file.write(line[written:])
            except OSError:
                file.truncate(size)
                raise
    except OSError:
        copy.unlink()
        raise
