"""Batched SMTP: commands and messages in one file, without replies (RFC 2442; `exim -bS`)."""

from __future__ import annotations

import re
from collections.abc import Iterator

from mailkit.envelope import Rcpt
from mailkit.limits import DEFAULT, Limits
from mailkit.sources.spool.queued import Draft, Queued
from mailkit.syntax.paths import Path, original_recipient, parse_smtp_path

_END = re.compile(rb"^\.\r?(?:\n|\Z)", re.MULTILINE)
_DOT = re.compile(rb"^\.", re.MULTILINE)
_MAIL = re.compile(rb"MAIL[ \t]++FROM[ \t]*+:", re.IGNORECASE)
_RCPT = re.compile(rb"RCPT[ \t]++TO[ \t]*+:", re.IGNORECASE)
_BDAT = re.compile(rb"BDAT[ \t]++(\d{1,12})(?:[ \t]++(LAST))?[ \t\r]*+\Z", re.IGNORECASE)
IDLE = frozenset({b"HELO", b"EHLO", b"LHLO", b"RSET", b"NOOP", b"HELP", b"VRFY", b"EXPN", b"VERB", b"QUIT", b"TURN"})
"""Commands that begin no message; RSET and the greetings end one that was begun."""


def mail_path(line: bytes) -> Path | None:
    """Read a MAIL command; None where the line is none."""
    match = _MAIL.match(line)
    return parse_smtp_path(line[match.end() :]) if match else None


def rcpt_path(line: bytes) -> Rcpt | None:
    """Read a RCPT command; None where the line is none or names nobody."""
    match = _RCPT.match(line)
    path = parse_smtp_path(line[match.end() :]) if match else Path(None)
    if not path.address:
        return None
    return Rcpt(address=path.address, original=original_recipient(path.parameter("ORCPT")), parameters=path.parameters)


def unstuff(data: bytes) -> bytes:
    """Take away the dot that begins a line, with whatever line end a file has (RFC 5321 section 4.5.2)."""
    return _DOT.sub(b"", data)


def read_bsmtp(data: bytes, *, limits: Limits = DEFAULT) -> Iterator[Queued]:
    r"""Give every message of a batch. Never raises; what is no command is reported and passed over.

    >>> one, = read_bsmtp(b"MAIL FROM:<>\nRCPT TO:<joe@example.org>\nDATA\nSubject: hi\n\n..\n.\nQUIT\n")
    >>> one.envelope.sender, one.envelope.recipients, one.data
    ('', ('joe@example.org',), b'Subject: hi\n\n.\n')
    """
    batch = _Batch(data, limits)
    while batch.at < len(data):
        message = batch.step()
        if message:
            yield message
    left = batch.rest()
    if left:
        yield left


class _Batch:
    """Reads command after command."""

    def __init__(self, data: bytes, limits: Limits) -> None:
        self.data, self.limits = data, limits
        self.at = 0
        self.reset()

    def reset(self) -> None:
        self.draft = Draft(self.limits)
        self.chunks: list[bytes] = []

    def step(self) -> Queued | None:
        """Read one command; give the message that it completes."""
        start = self.at
        end = self.data.find(b"\n", start)
        self.at = end = len(self.data) if end < 0 else end + 1
        line = self.data[start:end].strip()
        verb = line[:4].upper()
        if verb == b"DATA" and len(line) == 4:
            return self._message(self._stuffed())
        chunk = _BDAT.match(line) if verb == b"BDAT" else None
        if chunk:
            return self._chunk(int(chunk[1]), last=bool(chunk[2]))
        mail = mail_path(line) if verb == b"MAIL" else None
        rcpt = rcpt_path(line) if verb == b"RCPT" else None
        if mail and mail.address is not None:
            self.reset()
            self.draft.sender, self.draft.parameters = mail.address, dict(mail.parameters)
        elif rcpt:
            self.draft.paths.append(rcpt)
        elif verb in IDLE:
            if verb in {b"RSET", b"HELO", b"EHLO", b"LHLO"}:
                self.reset()
        elif line:
            self.draft.fault("spool.record.malformed", start)
        return None

    def _stuffed(self) -> bytes:
        """Give the data up to the line with the dot."""
        start = self.at
        end = _END.search(self.data, start)
        if end is None:
            self.draft.fault("spool.end.missing", len(self.data))
        self.at = end.end() if end else len(self.data)
        return unstuff(self.data[start : end.start() if end else len(self.data)])

    def _chunk(self, size: int, *, last: bool) -> Queued | None:
        """Take a chunk as it is (RFC 3030 section 2)."""
        chunk = self.data[self.at : self.at + size]
        self.at += len(chunk)
        self.chunks.append(chunk)
        if len(chunk) < size:
            self.draft.fault("spool.end.missing", len(self.data))
        return self._message(b"".join(self.chunks)) if last or len(chunk) < size else None

    def _message(self, data: bytes | None) -> Queued:
        queued = self.draft.queued("bsmtp", data, self.at)
        self.reset()
        return queued

    def rest(self) -> Queued | None:
        """Give what was begun when the file ended."""
        if not self.draft.paths and not self.chunks:
            return None
        self.draft.fault("spool.end.missing", len(self.data))
        return self._message(b"".join(self.chunks) if self.chunks else None)
