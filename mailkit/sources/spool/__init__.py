"""Queues of MTAs and records of SMTP dialogues: the envelope as the machine has it, and the message with it.

Each module reads one form and none raises on content. Told apart are they by their first bytes, never by name;
only the other files of the same message (`df`, `-D`, `mess`) are looked for by name.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from mailkit.limits import DEFAULT, Limits
from mailkit.sources.spool.bsmtp import read_bsmtp
from mailkit.sources.spool.exim import read_exim
from mailkit.sources.spool.haraka import read_haraka
from mailkit.sources.spool.metadata import read_metadata
from mailkit.sources.spool.postcat import read_postcat
from mailkit.sources.spool.postfix import read_postfix
from mailkit.sources.spool.qmail import read_qmail
from mailkit.sources.spool.queued import Format, Queued
from mailkit.sources.spool.sendmail import read_sendmail
from mailkit.sources.spool.transcript import read_transcript

__all__ = [
    "Format",
    "Queued",
    "is_exim_body",
    "read_bsmtp",
    "read_exim",
    "read_haraka",
    "read_metadata",
    "read_postcat",
    "read_postfix",
    "read_qmail",
    "read_sendmail",
    "read_single",
    "read_transcript",
    "sniff",
]

HEAD_BYTES = 8192
"""What is looked at to tell a form."""
_EXIM_ID = rb"[0-9A-Za-z]{6}-(?:[0-9A-Za-z]{6}-[0-9A-Za-z]{2}|[0-9A-Za-z]{11}-[0-9A-Za-z]{4})"
_EXIM_BODY = re.compile(_EXIM_ID + rb"-D\r?\n")
_FORMS: tuple[tuple[Format, re.Pattern[bytes]], ...] = (
    ("postcat", re.compile(rb"\*\*\* ENVELOPE RECORDS [^\r\n]{1,1000} \*\*\*\r?\n")),
    ("postfix", re.compile(rb"C[\x10-\x7f] *+\d++ ++\d++ ++\d|T[\x09-\x20]\d{9,12}(?: \d{1,6})?[A-Za-z]")),
    ("exim", re.compile(_EXIM_ID + rb"-H\r?\n[^\n]{1,1000} -?\d{1,10} -?\d{1,10}\r?\n<")),
    ("sendmail", re.compile(rb"(?:V\d{1,3}|P\d{1,9}|T\d{8,10})\r?\n(?:[A-Za-z$!{][^\n]*+\n){0,40}?S[^\n]*+\n")),
    ("qmail", re.compile(rb"(?:u\d{1,10}\0p\d{1,10}\0)?+[FTD][^\0-\x1f]{0,1000}\0(?:[FTD]|\Z)")),
    ("haraka", re.compile(rb"\0[\s\S]{3}\{[\s\S]{0,8000}?\"(?:rcpt_to|mail_from)\"")),
    (
        "bsmtp",
        re.compile(
            rb"\s{0,100}+(?:(?:HELO|EHLO|LHLO)[ \t][^\n]*+\n|MAIL[ \t]++FROM[ \t]*+:|VERB[ \t]+ON)", re.IGNORECASE
        ),
    ),
    (
        "transcript",
        re.compile(
            rb"(?:(?:===|\*)[^\n]*+\n|\s){0,100}+"
            rb"(?:(?:S:|SMTP<<|<<<|<-|<~|<)[ \t]++220[ \-]|(?:C:|SMTP>>|>>>|->|~>|>)[ \t]++(?:EHLO|HELO|LHLO|MAIL FROM:))",
            re.IGNORECASE,
        ),
    ),
)
_JSON_KEYS: tuple[tuple[Format, tuple[re.Pattern[bytes], ...]], ...] = (
    ("ses", (re.compile(rb"\\?\"(?:mail|receipt)\\?\"\s*+:\s*+\{"),)),
    ("kumomta", (re.compile(rb"\"envelope_sender\"\s*+:"),)),
    ("kumomta", (re.compile(rb"\"sender\"\s*+:"), re.compile(rb"\"recipient\"\s*+:"))),
    ("zonemta", (re.compile(rb"\"meta\"\s*+:\s*+\{"),)),
    ("envelope", (re.compile(rb"\"envelope\"\s*+:\s*+\{"),)),
)
"""Keys that all stand in the documents of a service."""
_SINGLE: dict[str, Callable[..., Queued | Iterator[Queued]]] = {
    "bsmtp": read_bsmtp,
    "transcript": read_transcript,
    "postfix": read_postfix,
    "postcat": read_postcat,
    "haraka": read_haraka,
    **dict.fromkeys(("ses", "kumomta", "zonemta", "envelope"), read_metadata),
}
"""Forms of which one file is enough."""


def sniff(head: bytes) -> Format | None:
    r"""Tell by the first bytes which queue or dialogue they are from; None where they are from none.

    >>> sniff(b"EHLO a.example\r\nMAIL FROM:<>\r\n"), sniff(b"Subject: hi\n\n")
    ('bsmtp', None)
    """
    head = head[:HEAD_BYTES]
    for form, pattern in _FORMS:
        if pattern.match(head):
            return form
    if head.lstrip()[:1] in (b"{", b"["):
        return next((form for form, keys in _JSON_KEYS if all(key.search(head) for key in keys)), None)
    return None


def is_exim_body(head: bytes) -> bool:
    """Say whether a file is the body of an Exim message, which belongs to the file that ends in ``-H``."""
    return bool(_EXIM_BODY.match(head))


def read_single(form: Format, data: bytes, *, limits: Limits = DEFAULT) -> Iterator[Queued]:
    """Read a form that needs one file only; Exim, sendmail and qmail have functions of their own."""
    found = _SINGLE[form](data, limits=limits)
    if isinstance(found, Queued):
        yield found
    else:
        yield from found
