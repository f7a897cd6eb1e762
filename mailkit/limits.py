"""Every number that bounds work or memory, with its unit and its reason.

Reaching a limit ends that piece of work, not the reading: what was not looked at is said in a
`limit.<name>` finding, and the result is marked incomplete.
"""

from __future__ import annotations

import msgspec

KIB = 1024
MIB = 1024 * KIB


class Limits(msgspec.Struct, frozen=True, kw_only=True, repr_omit_defaults=True):
    """All bounds, one value. Precedents: Exchange Online, Dovecot, MimeKit, Haraka, RFC 5321, RFC 2046.

    >>> Limits(depth=8).depth
    8
    """

    message_bytes: int = 150 * MIB
    """Bytes of one message that is parsed whole; Exchange Online's largest setting is 150 MB. A stream may be longer."""
    depth: int = 64
    """Multiparts and messages inside one another; deeper ones are opaque leaves (rspamd 64, Dovecot 100)."""
    message_depth: int = 16
    """message/rfc822 inside message/rfc822."""
    encoded_depth: int = 3
    """Messages inside a transfer encoding inside one another (Stalwart 3); deeper ones are opaque leaves."""
    view_count: int = 24
    """Readings of an ambiguous message; each costs as much as the first. Genuine mail needs one or two."""
    part_count: int = 10_000
    """Parts of a message; the rest is one opaque part (Dovecot 10,000)."""
    header_block_bytes: int = 1 * MIB
    """One header block (Exim 1 MiB, go-message 1 MiB); the rest of it is body."""
    header_total_bytes: int = 16 * MIB
    """All header blocks of a message together (Dovecot 50 MiB)."""
    field_count: int = 10_000
    """Fields of one header block that are looked at (Haraka 1,000 lines; real mail has under 400)."""
    field_bytes: int = 256 * KIB
    """One field; of a longer one no more is read (Dovecot and Exim have one bound for all fields, 10 MiB and 1 MiB)."""
    media_field_bytes: int = 64 * KIB
    """A Content-Type or Content-Disposition; of a longer one no more is read. Every character may be one to weigh."""
    delimiter_line_bytes: int = 64 * KIB
    """A delimiter line: RFC 2046 section 5.1.1 allows boundaries of 70 characters, and any number of blanks behind them; of
    a longer line it is told that it may be one."""
    from_line_bytes: int = 1_000
    """A From line of an mbox; RFC 5322 section 2.1.1 allows lines of 998 characters. A longer one is text."""
    mbox_lookahead_bytes: int = 256 * KIB
    """What is kept of an mbox to see where a Content-Length leads; most messages are smaller."""
    param_count: int = 200
    """Parameters of one field."""
    segment_count: int = 200
    """Segments of one parameter (RFC 2231 section 3); of some 60 bytes each, that is a value of 12 kB."""
    address_count: int = 10_000
    """Mailboxes of one address field, and groups (Exchange Online and Postfix allow 1,000 recipients)."""
    address_word_count: int = 10_000
    """Words, specials and comments between two commas of an address field; real names have under 20."""
    encoded_word_count: int = 2_000
    """Encoded words of one field."""
    content_window_bytes: int = 1 * KIB
    """What a decoder may keep back of an encoded body to see what it is: a line (RFC 5322 section 2.1.1: 998)."""
    content_prologue_bytes: int = 4 * KIB
    """Text before the first line of a uuencoded, yEnc or BinHex body; behind more the body is not encoded."""
    embedded_count: int = 1_000
    """Files inside the text of one part (uuencode, yEnc, BinHex)."""
    finding_count: int = 1_000
    """Findings kept for one message; more are counted only."""
    text_edit_count: int = 100_000
    """Places of one text that are written again at once; a text with more stays as it is."""
    notice_bytes: int = 256 * KIB
    """Decoded text of a bounce that is searched; notices are under 64 KiB, the rest is the returned message."""
    report_bytes: int = 4 * MIB
    """Decoded bytes of a delivery or feedback report part."""
    recipient_count: int = 5_000
    """Recipients of one report that are answered; RFC 5321 section 4.5.3.1.8 asks for at least 100."""
    container_depth: int = 5
    """Archives, documents and messages inside one another that are opened (rspamd 1, SpamAssassin 2, ClamAV 17)."""
    member_count: int = 2_000
    """Members of all archives and documents of a message together (amavisd-new 1,500)."""
    member_bytes: int = 32 * MIB
    """What one attachment or member may be, decoded or unpacked, to be looked at to its end."""
    unpacked_bytes: int = 64 * MIB
    """What all attachments and members of a message together may be (ClamAV 400 MB)."""
    unpack_ratio: int = 200
    """How many times its packed size a member may unpack to, once past 1 MiB (amavisd-new 500 for the whole mail); what is
    above that may be 8 MiB in all, since logs pack better."""
    walk_seconds: float = 5.0
    """Time for the attachments of one message, checked between steps (MailScanner 50 s for each archive)."""
    memory_bytes: int = 8 * MIB
    """What a stream is kept in before it is spooled to a temporary file."""

    @classmethod
    def strict(cls) -> Limits:
        """Give bounds for a service that reads what strangers send, at volume."""
        return cls(message_bytes=32 * MIB, depth=20, message_depth=5, part_count=1_000, header_block_bytes=256 * KIB)


DEFAULT = Limits()
