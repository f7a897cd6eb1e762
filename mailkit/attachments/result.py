"""What `check_attachments` answers: frozen values, to be written as JSON."""

from __future__ import annotations

from typing import Literal

import msgspec

from mailkit.attachments.codes import Danger
from mailkit.attachments.pieces import Reason

Kept = Literal["ambiguous", "structure", "remains"]
"""Why a part was not taken out; see `Refusal.reason`."""
Verdict = Literal["dangerous", "suspicious", "clean", "unscannable"]
"""dangerous and suspicious as the worst finding; clean only where all was looked at, else unscannable."""


class AttachmentFinding(msgspec.Struct, frozen=True, kw_only=True):
    """One thing noticed in an attachment, or in how the message holds it."""

    code: str
    """What it is; stable, never reworded. `mailkit explain CODE` tells what it means."""
    severity: Danger
    """info, suspicious or dangerous; by the site's policy where one is given."""
    path: str
    """Where: the part as it stands in the tree (``2``, ``1.2``), and behind each ``!`` a member of what stands before
    it: ``2!setup.exe``. A message of one part is ``1``."""
    offset: int
    """Where the part, or the header that is at fault, begins: bytes into the message."""
    at: int = 0
    """Where in what `path` names: bytes into the content as decoded and unpacked."""
    detail: str = ""
    """What was seen there: a name, a figure, a value, fit to be printed."""
    source: str = ""
    """Where it is known from that this is dangerous."""
    reading: str = ""
    """Of an ambiguous message, the reading that shows it where the usual one does not, as ``after_close=True``."""


class Unscanned(msgspec.Struct, frozen=True, kw_only=True):
    """Something that was not looked at, or not to its end."""

    path: str
    """Where, as `AttachmentFinding.path`."""
    reason: Reason
    """DEPTH, PARTS, BYTES, RATIO, TIME: a limit. ENCRYPTED. UNSUPPORTED: a format or method that is not read. MALFORMED:
    damaged. PARTIAL: a piece of something larger. EXTERNAL: it lies elsewhere. AMBIGUOUS: more readings than are tried."""
    bytes: int | None = None
    """How many were not looked at; None where nobody knows."""
    detail: str = ""
    """Which limit with its value (``member_bytes 32 MiB``), method or extra."""


class Attachment(msgspec.Struct, frozen=True, kw_only=True):
    """One file that was looked at: a leaf of the message, or a member of one."""

    path: str
    """Where, as `AttachmentFinding.path`."""
    name: str | None
    """The best of its names, decoded and fit to be printed: controls by their code, without the middle of a long one. None
    where it has none. For one to save it by see `mailkit.syntax.names.safe_name`."""
    type: str
    """The declared media type; empty for a member of an archive."""
    kinds: tuple[str, ...]
    """What its content is, by its bytes: ``("jpeg", "zip")``; empty where it is nothing known."""
    bytes: int | None
    """Of its content; None where it was not unpacked."""
    severity: Danger
    """The worst that was found in it, and in what stands inside it."""
    offset: int
    """Where its body begins in the message."""


class AttachmentReport(msgspec.Struct, frozen=True, kw_only=True):
    """What the attachments of a message are.

    >>> AttachmentReport(verdict="clean").complete
    True
    """

    v: int = 1
    """The version of this form: a key that goes or changes its meaning makes a new one."""
    source: str | None = None
    """The file or message that it was read from, as the command names it."""
    verdict: Verdict
    """dangerous and suspicious as the worst finding; clean only where all was looked at, else unscannable."""
    complete: bool = True
    """Whether all was looked at to its end."""
    findings: tuple[AttachmentFinding, ...] = ()
    """The worst first, and then in the order in which they were found."""
    unscanned: tuple[Unscanned, ...] = ()
    """What was not looked at, and why."""
    attachments: tuple[Attachment, ...] = ()
    """All files that were looked at, with those inside them; texts of the message that have no name are left out."""
    ambiguous: bool = False
    """Whether readers of the message see different files in it."""


class Removed(msgspec.Struct, frozen=True, kw_only=True):
    """A part that made way for a notice."""

    path: str
    """Where it stood in the tree: of what is signed or encoded as a whole, the whole."""
    name: str | None
    """The name of the file for which it went; None where it has none."""
    codes: tuple[str, ...]
    """What was found in it, or why it could not be looked at."""
    offset: int
    """Where in the message that was given the change begins."""
    length: int
    """In bytes of that message."""


class Refusal(msgspec.Struct, frozen=True, kw_only=True):
    """A part that should go and stayed: hold or reject the message."""

    path: str
    """Where it stands in the tree."""
    reason: Kept
    """ambiguous: readers see the part in different places, so no byte range is right for all. structure: it is no part
    that stands by itself. remains: it would be found again, or another part would move, in the message without it."""
    codes: tuple[str, ...] = ()
    """What was found in it, or why it could not be looked at."""


class StripReport(msgspec.Struct, frozen=True, kw_only=True):
    """What was taken out of a message. Where anything is refused nothing was changed."""

    v: int = 1
    """The version of this form: a key that goes or changes its meaning makes a new one."""
    source: str | None = None
    """The file or message that it was read from, as the command names it."""
    removed: tuple[Removed, ...] = ()
    """The parts that made way for notices, in order."""
    refused: tuple[Refusal, ...] = ()
    """The parts that should have gone and stayed."""
    breaks: tuple[str, ...] = ()
    """Fields of the message that no longer hold: DKIM-Signature, Content-Length and the like."""
    report: AttachmentReport
    """What the attachments of the message are without what was removed."""


class Stripped(StripReport, frozen=True, kw_only=True):
    """A message without its dangerous parts, and what was taken out of it."""

    data: bytes
    """The message; but for what was removed, byte for byte the one that was given."""

    @property
    def changed(self) -> bool:
        """Whether anything was removed."""
        return bool(self.removed)
