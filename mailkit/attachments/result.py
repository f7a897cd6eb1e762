"""What `check_attachments` answers: frozen values, to be written as JSON."""

from __future__ import annotations

from typing import Literal

import msgspec

from mailkit.attachments.codes import Danger
from mailkit.attachments.pieces import Reason

Kept = Literal["ambiguous", "structure", "remains"]
"""ambiguous: readers of the message see the part in different places, so no byte range is right for all. structure: it is no part
that stands by itself. remains: it was found again in the message without the part."""
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
    reason: Reason
    """DEPTH, PARTS, BYTES, RATIO, TIME: a limit. ENCRYPTED. UNSUPPORTED: a format or method that is not read. MALFORMED:
    damaged. PARTIAL: a piece of something larger. EXTERNAL: it lies elsewhere. AMBIGUOUS: more readings than are tried."""
    bytes: int | None = None
    """How many were not looked at; None where nobody knows."""
    detail: str = ""
    """Which limit, method or extra."""


class Attachment(msgspec.Struct, frozen=True, kw_only=True):
    """One file that was looked at: a leaf of the message, or a member of one."""

    path: str
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
    source: str | None = None
    """The file or message that it was read from, as the command names it."""
    verdict: Verdict
    complete: bool = True
    """Whether all was looked at to its end."""
    findings: tuple[AttachmentFinding, ...] = ()
    """The worst first, and then in the order in which they were found."""
    unscanned: tuple[Unscanned, ...] = ()
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
    reason: Kept
    """Why it stayed."""
    codes: tuple[str, ...] = ()


class Stripped(msgspec.Struct, frozen=True, kw_only=True):
    """A message without its dangerous parts. Where anything is refused nothing was changed."""

    v: int = 1
    source: str | None = None
    data: bytes
    """The message; but for what was removed, byte for byte the one that was given."""
    removed: tuple[Removed, ...] = ()
    refused: tuple[Refusal, ...] = ()
    breaks: tuple[str, ...] = ()
    """Fields of the message that no longer hold: DKIM-Signature, Content-Length and the like."""
    report: AttachmentReport
    """What the attachments of `data` are."""

    @property
    def changed(self) -> bool:
        """Whether anything was removed."""
        return bool(self.removed)
