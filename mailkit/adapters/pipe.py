"""One message on standard input, as a mail server gives it to a program that it starts."""

from __future__ import annotations

from collections.abc import Sequence
from typing import BinaryIO

from mailkit.adapters.result import CHUNK_BYTES, Ingested, failed, now, spool, take_file
from mailkit.ledger.intake import Intake


def take_pipe(intake: Intake, file: BinaryIO, *, most: int, envelope_to: Sequence[str] = ()) -> Ingested:
    """Take the message that a file gives, to its end; that its mail server can forget it, unless it failed."""
    at, source = now(), "-"
    try:
        with spool() as kept:
            while chunk := file.read(CHUNK_BYTES):
                kept.write(chunk)
            if not kept.tell():  # whoever writes has died; no mail is empty
                return failed(source, "standard input is empty", at=at)
            return take_file(intake, kept, most=most, at=at, source=source, envelope_to=envelope_to)
    except OSError as error:
        return failed(source, f"it cannot be read or kept ({error.strerror or error})", at=at)
