"""The escape sequences of ISO-2022-JP: those of RFC 1468, and all others that mail has.

Sources: RFC 1468 (the four), RFC 2237 (-1), RFC 1554 (-2), JIS X 0213:2000 and :2004 (-3, -2004), ISO IR for the
registered others; Microsoft's CP50221 and CP50222 (half-width kana), SoftBank's web code of phones.
"""

from __future__ import annotations

import re
from typing import NamedTuple

TWO_BYTE = frozenset(
    {"jisx0208", "jis78", "jisx0212", "gb2312", "ksx1001", "jisx0213-1:2000", "jisx0213-1", "jisx0213-2"}
)
"""Sets of two bytes a character."""
STANDARD = frozenset({"ascii", "roman", "jisx0208", "jis78"})
"""The sets of RFC 1468."""
MUST_BE_USED = TWO_BYTE - STANDARD
"""Sets that are believed only where a character of theirs stands behind the escape."""


class Escape(NamedTuple):
    """One escape sequence."""

    sequence: bytes
    charset: str
    """The set that is read from there on; empty where it is not one that is read."""
    fault: str
    """The class of the finding that it makes; empty for those of RFC 1468."""
    name: str


ESCAPES: tuple[Escape, ...] = (
    Escape(b"\x1b(B", "ascii", "", "ASCII"),
    Escape(b"\x1b(J", "roman", "", "JIS X 0201 Roman"),
    Escape(b"\x1b$@", "jis78", "", "JIS C 6226-1978"),
    Escape(b"\x1b$B", "jisx0208", "", "JIS X 0208-1983"),
    Escape(b"\x1b(I", "kana", "kana-halfwidth", "JIS X 0201 Katakana"),
    Escape(b"\x1b(H", "ascii", "wrong-escape", "Swedish, which old systems wrote for JIS X 0201 Roman"),
    Escape(b"\x1b(@", "ascii", "wrong-escape", "the old ISO 646 IRV"),
    Escape(b"\x1b$(B", "jisx0208", "wrong-escape", "JIS X 0208-1983 in a form that ISO 2022 gives to later sets"),
    Escape(b"\x1b$(@", "jis78", "wrong-escape", "JIS C 6226-1978 in a form that ISO 2022 gives to later sets"),
    Escape(b"\x1b&@\x1b$B", "jisx0208", "extra-escape", "JIS X 0208-1990 with its announcer"),
    Escape(b"\x1b$(D", "jisx0212", "extra-escape", "JIS X 0212-1990 (RFC 2237)"),
    Escape(b"\x1b$(O", "jisx0213-1:2000", "extra-escape", "JIS X 0213:2000 plane 1"),
    Escape(b"\x1b$(Q", "jisx0213-1", "extra-escape", "JIS X 0213:2004 plane 1"),
    Escape(b"\x1b$(P", "jisx0213-2", "extra-escape", "JIS X 0213 plane 2"),
    Escape(b"\x1b$A", "gb2312", "extra-escape", "GB 2312 (RFC 1554)"),
    Escape(b"\x1b$(C", "ksx1001", "extra-escape", "KS X 1001 (RFC 1554)"),
    Escape(b"\x1b.A", "g2:iso8859-1", "extra-escape", "ISO 8859-1's high half into G2 (RFC 1554)"),
    Escape(b"\x1b.F", "g2:iso8859-7", "extra-escape", "ISO 8859-7's high half into G2 (RFC 1554)"),
    Escape(b"\x1bN", "g2", "extra-escape", "single shift two (RFC 1554)"),
    Escape(b"\x1b$)C", "", "other-iso2022", "KS X 1001 into G1: ISO-2022-KR (RFC 1557)"),
    Escape(b"\x1b$)A", "", "other-iso2022", "GB 2312 into G1: ISO-2022-CN (RFC 1922)"),
    Escape(b"\x1b$)G", "", "other-iso2022", "CNS 11643 plane 1 into G1: ISO-2022-CN (RFC 1922)"),
)
"""Those that are sequences of ISO 2022. SO, SI and SoftBank's web code are runs, and stand in the machine."""
BY_SEQUENCE = {row.sequence: row for row in ESCAPES}
LEADS_OUT = re.compile(rb"\x1b(?:\$[@AB]|\$\([@BCDOPQ]|\([IJ]|\$\)[ACG]|\$[EFGOPQ][!-~]++\x0f)")
"""What shows that text is of seven bits and no ASCII, whatever is declared."""
SOFTBANK_GROUPS = b"EFGOPQ"
"""SoftBank's web code: ESC $, a group, codes, SI."""
