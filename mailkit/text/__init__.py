"""The text of a message: which characters stand in it that some reader cannot read, and what to write instead.

    Part -> charsets.decode -> spots (jis, pairs, points) -> policy -> check_text -> TextReport
                                                                       fix_text -> Fixed

The spots are told in the charset that the text is in; how grave each is, a policy says.
"""

from __future__ import annotations

from mailkit.message import Message, parse
from mailkit.text.result import Fixed, Left, Policy, TextFinding, TextPart, TextReport

__all__ = ["Fixed", "Left", "Policy", "TextFinding", "TextPart", "TextReport", "check_text", "fix_text"]


def check_text(message: Message | bytes, *, policy: Policy = "modern") -> TextReport:
    r"""Say what stands in the text of a message that some reader cannot read, where, and what to write instead.

    Every header field, and every body of type text that is no attachment, in the message and in those inside it.
    Never raises on content; raises ValueError for a policy that there is not.

    >>> from mailkit import parse
    >>> raw = b"Content-Type: text/plain; charset=iso-2022-jp\n\n\x1b$B-!F|\x1b(B\n"
    >>> [(one.class_, one.line, one.column, one.offset, one.text, one.suggestion) for one in check_text(parse(raw)).findings]
    [('nec-row13', 1, 1, 3, '①', '(1)')]
    """
    from mailkit.text.check import check  # noqa: PLC0415 - whoever reads bounces alone needs none of the tables

    return check(message if isinstance(message, Message) else parse(message), policy)


def fix_text(message: Message | bytes, *, policy: Policy = "modern") -> Fixed:
    r"""Write a message again with the safe replacements for what `check_text` warns of, in the same charset.

    Transfer encodings stay, and of encoded words charset and encoding (RFC 2047); every byte that has nothing to do with
    a replacement stays. Faults of the encoding are not repaired; addresses of the web, markup and what is signed stay. Never raises on content; raises ValueError for a policy
    that there is not. Lines of the body may become longer than RFC 5322 section 2.1.1 allows, where they were nearly so.

    >>> from mailkit import parse
    >>> fix_text(parse(b"Content-Type: text/plain; charset=iso-2022-jp\n\n\x1b$B-!F|\x1b(B\n")).data[-12:]
    b'(1)\x1b$BF|\x1b(B\n'
    """
    from mailkit.text.fix import fix  # noqa: PLC0415 - likewise

    return fix(message if isinstance(message, Message) else parse(message), policy)
