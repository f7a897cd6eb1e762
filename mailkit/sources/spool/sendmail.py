"""Queue files of sendmail: `qf` with envelope and header, `df` with the body.

Source: "Sendmail Installation and Operation Guide", appendix B, "The queue file": one letter a line, folds
begin with white space.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import ClassVar

from mailkit.envelope import Rcpt
from mailkit.limits import DEFAULT, Limits
from mailkit.sources.spool.queued import Draft, Queued, epoch
from mailkit.syntax.params import decode_raw
from mailkit.syntax.paths import DAEMON, original_recipient, parse_smtp_path

_LINE = re.compile(rb"([^\n]*+)((?:\n[ \t][^\n]*+)*+)(?:\n|\Z)")
_FLAGGED = re.compile(rb"([A-Za-z]*+):")
_CONDITION = re.compile(rb"\?([^?\n]*+)\?")
KNOWN = frozenset(b"VTKNPIFDdSREQrHBZAMCqXYGL!$_")
"""Lines whose meaning is known; of most only the letter matters here."""
ABSENT = frozenset(b"Px")
"""Conditions under which a header is written for a few mailers only: Return-Path and Full-Name."""
NOTIFY = {"S": "SUCCESS", "F": "FAILURE", "D": "DELAY"}


def read_sendmail(control: bytes, body: bytes | None, *, name: str = "", limits: Limits = DEFAULT) -> Queued:
    r"""Read a `qf` file and its `df` file, None where that is missing. Never raises.

    >>> one = read_sendmail(b"V8\nS<>\nRPFD:<joe@example.org>\nH??Subject: hi\n.\n", b"hello\n")
    >>> one.envelope.sender, one.envelope.recipients, one.data
    ('', ('joe@example.org',), b'Subject: hi\n\nhello\n')
    """
    reader = _Control(Draft(limits, name))
    reader.read(control)
    return reader.draft.queued(
        "sendmail", None if body is None else b"".join([*reader.fields, b"\n", body]), len(control)
    )


class _Control:
    """What a control file says, line by line."""

    def __init__(self, draft: Draft) -> None:
        self.draft = draft
        self.version = 0
        self.original: str | None = None
        self.fields: list[bytes] = []

    def read(self, control: bytes) -> None:
        """Take the whole file."""
        at, ended = 0, False
        while at < len(control) and not ended:
            match = _LINE.match(control, at)
            assert match is not None
            ended = match[0].rstrip(b"\r\n") == b"."
            if not ended and match[0].strip():
                self._line(match[1].rstrip(b"\r"), match[2], at)
            at = match.end()
        if not ended:
            self.draft.fault("spool.end.missing", len(control))

    def _line(self, line: bytes, folds: bytes, offset: int) -> None:
        letter, value = line[:1], line[1:]
        take = self.LINES.get(letter)
        if letter == b"H":
            self._field(value + folds)
        elif take:
            take(self, value)
        elif not letter or letter[0] not in KNOWN:
            self.draft.fault("spool.record.malformed", offset)

    def _version(self, value: bytes) -> None:
        self.version = int(value) if value.isdigit() and len(value) < 4 else 0

    def _sender(self, value: bytes) -> None:
        path = parse_smtp_path(value).address
        self.draft.sender = "" if path is None or path.lower() == DAEMON else path

    def _original(self, value: bytes) -> None:
        self.original = decode_raw(value)

    def _time(self, value: bytes) -> None:
        self.draft.date = epoch(value)

    def _body(self, value: bytes) -> None:
        self.draft.parameters["BODY"] = decode_raw(value)

    def _envelope_id(self, value: bytes) -> None:
        self.draft.parameters["ENVID"] = decode_raw(value)

    def _flags(self, value: bytes) -> None:
        """Read what concerns the whole: `d` says that RET was given, `n` that it was HDRS."""
        if b"d" in value:
            self.draft.parameters["RET"] = "HDRS" if b"n" in value else "FULL"

    def _reason(self, value: bytes) -> None:
        self.draft.note(f"queued because: {decode_raw(value[:200])}")

    def _quarantine(self, value: bytes) -> None:
        self.draft.note(f"in quarantine: {decode_raw(value[:200])}")

    def _recipient(self, value: bytes) -> None:
        """Read a recipient; its flags begin the line since version 1."""
        flagged = _FLAGGED.match(value) if self.version else None
        flags = decode_raw(flagged[1]) if flagged else ""
        rest = value[flagged.end() :] if flagged else value
        address = parse_smtp_path(rest).address if b"@" in rest else decode_raw(rest.strip())
        parameters: list[tuple[str, str | None]] = []
        if "N" in flags:
            parameters.append(("NOTIFY", ",".join(NOTIFY[one] for one in flags if one in NOTIFY) or "NEVER"))
        if self.original:
            parameters.append(("ORCPT", self.original))
        if address:
            original = original_recipient(self.original)
            self.draft.paths.append(Rcpt(address=address, original=original, parameters=tuple(parameters)))
        self.original = None

    def _field(self, text: bytes) -> None:
        """Keep a header field, unless only a mailer that asks for it would get it."""
        condition = _CONDITION.match(text)
        if condition and condition[1] and condition[1][0] in ABSENT:
            return
        self.fields.append((text[condition.end() :] if condition else text) + b"\n")

    LINES: ClassVar[Mapping[bytes, Callable[[_Control, bytes], None]]] = {
        b"V": _version,
        b"S": _sender,
        b"Q": _original,
        b"R": _recipient,
        b"T": _time,
        b"B": _body,
        b"Z": _envelope_id,
        b"F": _flags,
        b"M": _reason,
        b"q": _quarantine,
    }
