"""What `check_text` answers: frozen values, to be written as JSON."""

from __future__ import annotations

from typing import Literal

import msgspec

from mailkit.charsets import Basis
from mailkit.findings import Finding, Severity

Policy = Literal["modern", "strict-jp-2001"]
"""modern = UTF-8 is right, and so is ISO-2022-JP with what RFC 1468 allows; strict-jp-2001 = ISO-2022-JP alone, and
nothing that JIS X 0208 does not have."""
Reason = Literal[
    "no-suggestion",
    "unsafe",
    "signed",
    "encoding",
    "charset",
    "word",
    "parameter",
    "syntax",
    "structure",
    "allowed",
    "limit",
]


class TextFinding(msgspec.Struct, frozen=True, kw_only=True):
    """One thing noticed in the text of a part or of a field: a character, a run of kana, a fault of the encoding."""

    class_: str = msgspec.field(name="class")
    """What it is; stable, never reworded. `mailkit explain text.CLASS` tells what it means."""
    severity: Severity
    """By the policy that was asked."""
    part: str
    """Where the part stands in the tree: ``1.2`` is the second of the first; empty for the message itself."""
    field: str | None = None
    """The name of the header field, as written; None where it is the part's body."""
    line: int
    """1 is the first, of the body as decoded from its transfer encoding, or of the field's value as it is folded."""
    column: int
    """In characters of that line, 1 is the first; of a field, of its decoded value."""
    offset: int
    """In bytes of the body as decoded from its transfer encoding; of a field, in those of its value as it stands. The
    character itself, but in an encoded word the whole word. About there, in charsets with states of other countries."""
    length: int
    """In bytes, from `offset` on; 0 where something is missing there."""
    text: str = ""
    """The characters; empty where it is none that can be shown."""
    cell: str | None = None
    """Row and cell in JIS X 0208, NEC's and IBM's rows among them: ``13-1``."""
    suggestion: str | None = None
    """What to write instead, in JIS X 0208 or ASCII; empty for what is best left out. None: nothing is known."""
    safe: bool = False
    """Whether the suggestion may stand there unasked. False for other forms of a name's character."""
    also: tuple[str, ...] = ()
    """Other classes that it may be of: two carriers gave one code to two pictures, and the sender tells which."""
    detail: str = ""
    """What was found: a sequence, a label, a figure."""

    @property
    def code(self) -> str:
        """The class as a code of findings: ``text.nec-row13``."""
        return f"text.{self.class_}"


class TextPart(msgspec.Struct, frozen=True, kw_only=True):
    """How the text of one part was read."""

    part: str
    """Where it stands in the tree."""
    type: str
    """Its media type."""
    encoding: str
    """Its transfer encoding in lower case; empty where none is declared."""
    declared: str | None
    """The charset that the Content-Type names; None where it names none."""
    charset: str
    """The charset that it is in, by its name for mail."""
    basis: Basis
    """How that was found: declared, by being UTF-8, by escapes, by kana, or guessed."""
    bytes: int
    """Of the body as decoded from its transfer encoding."""


class TextReport(msgspec.Struct, frozen=True, kw_only=True):
    """What stands in the text of a message, and should not.

    >>> TextReport(policy="modern").clean
    True
    """

    v: int = 1
    source: str | None = None
    """The file or message that it was read from, as the command names it."""
    policy: Policy
    parts: tuple[TextPart, ...] = ()
    """Those of type text that are no attachments, in the order in which they stand."""
    findings: tuple[TextFinding, ...] = ()
    """In the order of the message, fields before the body; at most `Limits.finding_count`."""
    counts: dict[str, int] = {}
    """Class -> how often it was found, also of what is not in `findings`."""
    worst: Severity | None = None
    """The greatest severity among all that was found; None where nothing was."""
    limits: tuple[Finding, ...] = ()
    """The limits that were met."""
    complete: bool = True
    """False where a limit was met: then there may be more."""

    @property
    def clean(self) -> bool:
        """Whether nothing was found that is worse than information."""
        return self.worst in {None, "info"}


class Left(msgspec.Struct, frozen=True, kw_only=True):
    """Something that was found and not replaced."""

    finding: TextFinding
    reason: Reason
    """no-suggestion = nothing is known to write instead; unsafe = it may be another character to the writer, a name's for
    one; signed = it is in what a signature or an encryption covers; encoding = the transfer encoding cannot be written
    again, or is one of a message inside; charset = it is not sure what charset the text is in, or the charset has not what
    to write; word = the encoded word cannot be read by itself, or not be made longer; parameter = it is in a parameter;
    syntax = in a field, in an address of the web or in markup, where characters have a meaning; allowed = the policy does not
    mind it; limit = there are more than `Limits.text_edit_count`; structure = the message might fall into parts or fields elsewhere."""


class Fixed(msgspec.Struct, frozen=True, kw_only=True):
    """A message that was written again."""

    data: bytes
    """The whole message; the input itself where nothing was replaced."""
    changed: bool
    replaced: tuple[TextFinding, ...] = ()
    """What was replaced, at its place in the old message; at most `Limits.finding_count`."""
    counts: dict[str, int] = {}
    """Class -> how often it was replaced, also of what is not in `replaced`."""
    left: tuple[Left, ...] = ()
    """What was found and stays; at most `Limits.finding_count`."""
    breaks: tuple[str, ...] = ()
    """Names of fields that no longer hold: signatures over what was changed (RFC 6376, RFC 8617), and Content-Length,
    Lines and Content-MD5 (RFC 1864) of a body that is another now. They stay as they are."""
