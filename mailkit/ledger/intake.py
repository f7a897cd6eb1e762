"""From a message to the ledger: classified, written and committed, or put aside with the reason; then acknowledged."""

from __future__ import annotations

import contextlib
import hashlib
import mmap
import os
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import msgspec

from mailkit.bounce.classify import classify
from mailkit.bounce.member import Told, Verp
from mailkit.bounce.result import Bounce
from mailkit.errors import OutputError
from mailkit.ledger.events import Event, events_of, is_kept
from mailkit.message import Message, parse

if TYPE_CHECKING:
    from mailkit.ledger.store import Ledger

_NO_BOUNCE = {
    "auto-reply": "an automatic reply",
    "challenge": "a challenge, which asks to confirm",
    "receipt": "a receipt",
    "other": "no bounce",
}


class Taken(NamedTuple):
    """What became of a message."""

    bounce: Bounce
    events: tuple[Event, ...] = ()
    new: int = 0
    """Events that the ledger did not have."""
    aside: str = ""
    """Why it was put aside; empty where it was counted."""


class Intake:
    """Takes messages for a ledger: whatever `take` gave back is committed, or stands in quarantine, or is no bounce."""

    def __init__(
        self,
        ledger: Ledger,
        *,
        verp: Verp | None = None,
        signed: bool = False,
        list: str = "",  # noqa: A002 - the field's name
        quarantine: Path | None = None,
    ) -> None:
        """Take a ledger, a reader of return paths, and a folder for what is no bounce or cannot be counted.

        With `signed` nothing is counted but what comes to a return path of ours with a good token. The list is that
        of the return path, else `list`, else the List-Id of the message that came back.
        """
        self.ledger, self.verp, self.signed, self.list, self.quarantine = ledger, verp, signed, list, quarantine

    def take(self, data: bytes, *, at: int, envelope_to: Sequence[str] = (), source: str | None = None) -> Taken:
        """Take one message that came at an instant; return only when it is safe.

        Raises LedgerError or OutputError where it could not be made safe: then whoever gave it must keep it.
        """
        envelope_to = [_readable(address) for address in envelope_to]
        source = source and _readable(source)
        message = parse(data)
        bounce = classify(message, verp=self.verp, envelope_to=envelope_to, source=source)
        found = {one.code: one.detail for one in bounce.findings}
        told = self.verp(found["bounce.verp.member"]) if self.verp and "bounce.verp.member" in found else None
        events: tuple[Event, ...] = ()
        why = _NO_BOUNCE.get(bounce.kind) or _refused(found, told, signed=self.signed)
        if not why:
            name = getattr(told, "list", "") or self.list or _identifier(bounce.original.list_id or "")
            name = name if is_kept(name) else ""
            events = tuple(events_of(bounce, report=_report(message), at=at, list=name))
            why = "" if events else "it names nobody"
        if why:
            self.put_aside(data, why, bounce=bounce, source=source)
            return Taken(bounce, aside=why)
        return Taken(bounce, events, self.ledger.record(events))

    def put_aside(
        self, data: bytes | mmap.mmap, why: str, *, bounce: Bounce | None = None, source: str | None = None
    ) -> None:
        """Keep a message in quarantine, where there is one, with the reason beside it. Raises OutputError."""
        if self.quarantine is None:
            return
        name = hashlib.blake2b(data, digest_size=16).hexdigest()
        kind = bounce.kind if bounce else None
        told = msgspec.json.encode({"why": why, "kind": kind, "source": source, "bounce": bounce})
        _write(self.quarantine / f"{name}.json", told)
        _write(self.quarantine / f"{name}.eml", data)


def _refused(found: dict[str, str], told: Told | None, *, signed: bool) -> str:
    """Say why a bounce is not counted, whatever it says."""
    if "bounce.internal" in found:
        return "mailkit failed at it"
    if "bounce.verp.forged" in found:
        return f"its return path is not genuine: {found['bounce.verp.forged']}"
    return "it came to no signed return path" if signed and not (told and told.genuine) else ""


def _identifier(field: str) -> str:
    """Give what a List-Id holds in its angle brackets (RFC 2919 section 3)."""
    return field.rpartition("<")[2].partition(">")[0].strip()


def _readable(text: str) -> str:
    """Replace halves of surrogate pairs, as which Python has what was no UTF-8 on a command line or in an envelope."""
    return text.encode("utf-8", "surrogatepass").decode(
        "utf-8", "replace"
    )  # never into another address: ? may be in one


def _report(message: Message) -> str:
    """Identify a report: by its Message-ID, else by date and body, for trace fields differ from copy to copy.

    Some programs write the same body each time, so that the date alone tells one report from the next.
    """
    raw = message.root.header.get("message-id")
    if raw and raw.strip(b" \t\r\n<>"):
        return raw.decode("utf-8", "replace").strip()
    date = b"".join((message.root.header.get("date") or b"").split())
    body = message.source[message.root.body_start : message.root.body_end].replace(b"\r\n", b"\n")
    return hashlib.blake2b(b"%b\n%b" % (date, body), digest_size=16).hexdigest()  # LMTP has CR LF, a pipe LF


def _write(target: Path, data: bytes | mmap.mmap) -> None:
    """Write a file so that it is there, whole, even if the power fails now."""
    part = ""
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile(dir=target.parent, prefix=".", suffix=".part", delete=False) as file:
            part = file.name
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        Path(part).replace(target)
        folder = os.open(target.parent, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)
    except OSError as error:
        with contextlib.suppress(OSError):
            if part:
                Path(part).unlink(missing_ok=True)  # where the disk is full, pieces would keep it so
        raise OutputError(str(target), error.strerror or str(error)) from error
