"""Transcripts of SMTP dialogues: both sides with a mark before each line, as RFCs and test tools print them.

A recipient counts when the server has accepted it, a message when the line with the dot was answered with
2yz (RFC 5321 section 4.2.1). Replies are matched to commands in order, so pipelined ones are right, too
(RFC 2920); in LMTP each recipient has a reply of its own behind the message (RFC 2033 section 4.2).
"""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Iterator
from typing import NamedTuple

import msgspec

from mailkit.limits import DEFAULT, Limits
from mailkit.sources.spool.bsmtp import mail_path, rcpt_path
from mailkit.sources.spool.queued import Draft, Queued
from mailkit.syntax.params import decode_raw

_MARKS = re.compile(
    rb"[ \t]*+(?:(?P<client>C:|SMTP>>|>>>|->|~>|>)|(?P<server>S:|SMTP<<|<<<|<-|<~|<\*\*|<))(?:[ \t]{1,2}|(?=\r?\n|\Z))"
)
"""RFC examples, Exim's -v, sendmail's -v, swaks in plain text and TLS, curl."""
_REPLY = re.compile(rb"([2-5]\d\d)([ \-]|\r?\n|\Z)")


class Pending(NamedTuple):
    """A command that waits for its reply."""

    verb: bytes
    transaction: int
    number: int = -1
    """Which recipient a RCPT names."""


def read_transcript(data: bytes, *, limits: Limits = DEFAULT) -> Iterator[Queued]:
    r"""Give every message of a transcript. Never raises.

    >>> text = b"C: MAIL FROM:<>\nS: 250 ok\nC: RCPT TO:<a@b>\nS: 550 no\nC: RCPT TO:<c@b>\nS: 250 ok\n"
    >>> one, = read_transcript(text + b"C: DATA\nS: 354 go\nC: A: b\nC: .\nS: 250 taken\n")
    >>> one.envelope.recipients, one.data
    (('c@b',), b'A: b\r\n')
    """
    dialogue = _Dialogue(limits)
    at = 0
    while at < len(data):
        end = data.find(b"\n", at) + 1 or len(data)
        yield from dialogue.line(data[at:end], at)
        at = end
    yield from dialogue.close(at)


class _Dialogue:
    """Follows both sides."""

    def __init__(self, limits: Limits) -> None:
        self.limits = limits
        self.pending: deque[Pending] = deque()
        self.lmtp = False
        self.transaction = self.at = 0
        self.reset()

    def reset(self) -> None:
        self.transaction += 1
        self.draft = Draft(self.limits)
        self.lines: list[bytes] | None = None
        """The message's lines, while or after they are sent."""
        self.sending = False
        self.left = 0
        """Bytes of a BDAT chunk that are still to come."""

    def line(self, raw: bytes, offset: int) -> Iterator[Queued]:
        """Take one line of the file."""
        self.at = offset
        match = _MARKS.match(raw)
        if match is None:
            if self.sending:
                self._content(raw.rstrip(b"\r\n"))
        elif match["client"]:
            yield from self._client(raw[match.end() :].rstrip(b"\r\n"))
        else:
            yield from self._server(raw[match.end() :], offset)

    def _content(self, text: bytes) -> None:
        assert self.lines is not None
        if self.left:
            self.left = max(0, self.left - len(text) - 2)
            self.sending = self.left > 0
        elif text == b".":
            self.sending = False
            self._ask(b".", count=sum(self._open()) if self.lmtp else 1)
            return
        else:
            text = text.removeprefix(b".")
        self.lines.append(text + b"\r\n")

    def _open(self) -> list[bool]:
        return [path.state == "accepted" for path in self.draft.paths]

    def _client(self, text: bytes) -> Iterator[Queued]:
        if self.sending:
            self._content(text)
            return
        words = text.split(None, 2)
        verb = words[0].upper() if words else b""
        mail = mail_path(text)
        rcpt = rcpt_path(text)
        if mail is not None:
            yield from self._flush()
            self.draft.sender, self.draft.parameters = mail.address, dict(mail.parameters)
        elif rcpt is not None:
            self.draft.paths.append(msgspec.structs.replace(rcpt, state="refused"))  # until the server says otherwise
            self._ask(b"RCPT", number=len(self.draft.paths) - 1)
            return
        elif verb == b"BDAT" and len(words) > 1 and words[1].isdigit() and len(words[1]) < 13:
            self.lines = self.lines or []
            self.left = int(words[1])
            self.sending = self.left > 0
            verb = b"." if words[-1].upper() == b"LAST" else verb
        elif verb in {b"RSET", b"HELO", b"EHLO", b"LHLO", b"QUIT"}:
            yield from self._flush()
            self.lmtp |= verb == b"LHLO"
        self._ask(verb[:4])

    def _ask(self, verb: bytes, number: int = -1, count: int = 1) -> None:
        self.pending.extend([Pending(verb, self.transaction, number)] * count)

    def _server(self, text: bytes, offset: int) -> Iterator[Queued]:
        reply = _REPLY.match(text)
        if reply is None:
            self.draft.fault("spool.record.malformed", offset)
            return
        if reply[2] == b"-" or not self.pending:  # more to come; or the greeting
            return
        asked = self.pending.popleft()
        if asked.transaction != self.transaction:
            return
        good = reply[1][:1] == b"2"
        if asked.verb == b"RCPT" and good:
            self.draft.paths[asked.number] = msgspec.structs.replace(self.draft.paths[asked.number], state="accepted")
        elif asked.verb == b"MAIL" and not good:
            self._note("the server refused the sender", text)
        elif asked.verb == b"DATA" and reply[1] == b"354":
            self.lines, self.sending = [], True
        elif asked.verb == b".":
            yield from self._answered(text, good=good)

    def _note(self, what: str, text: bytes) -> None:
        self.draft.note(f"{what}: {decode_raw(text.strip()[:200])}")

    def _answered(self, text: bytes, *, good: bool) -> Iterator[Queued]:
        """Take the reply to a message; of LMTP, that of the next recipient."""
        if self.lmtp:
            place = self._open().index(True)
            self.draft.paths[place] = msgspec.structs.replace(
                self.draft.paths[place], state="delivered" if good else "refused"
            )
        if not good:
            self._note("the server refused the message", text)
        if not self.lmtp or not any(self._open()):
            yield self._message()

    def _message(self) -> Queued:
        queued = self.draft.queued("transcript", None if self.lines is None else b"".join(self.lines), self.at)
        self.reset()
        return queued

    def _flush(self) -> Iterator[Queued]:
        """Give what was begun and never sent."""
        if self.draft.paths:
            if self.lines is not None:
                self.draft.note("the message was not answered")
            yield self._message()
        self.reset()

    def close(self, offset: int) -> Iterator[Queued]:
        """Say that the transcript ends."""
        if self.draft.paths and (self.sending or self.pending):
            self.draft.fault("spool.end.missing", offset)
        yield from self._flush()
