"""One thing noticed in a message, with where and by which rule."""

from __future__ import annotations

from typing import Literal, get_args

import msgspec

Severity = Literal["info", "notice", "warning", "error"]
SEVERITIES: tuple[Severity, ...] = get_args(Severity)
"""From the least to the greatest."""


class Finding(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One thing noticed in a message.

    >>> Finding(code="mime.boundary.missing", severity="warning", offset=120).code
    'mime.boundary.missing'
    """

    code: str
    """Stable dotted name: area, thing, fault; never reworded."""
    severity: Severity
    """From info, which is harmless, to error: then mailkit itself failed."""
    offset: int
    """Byte offset into the original message, 0-based."""
    detail: str = ""
    """What was found there: a name, a figure, a value."""
    source: str = ""
    """The document that is departed from, with its section."""
    also: int | None = None
    """The other place, where two contradict each other: byte offset into the original message."""


class Facts(msgspec.Struct, frozen=True):
    """What a finding code means."""

    severity: Severity
    title: str
    source: str


CODES: dict[str, Facts] = {
    "stream.bom": Facts("info", "The message begins with a byte order mark", "RFC 5322 section 2.1"),
    "stream.blank-lines": Facts("info", "Blank lines stand before the header", "RFC 5322 section 3.5"),
    "stream.mbox-line": Facts("info", "An mbox From line stands before the header", "RFC 4155"),
    "stream.bare-cr": Facts("warning", "A CR stands alone: some readers end a line there", "RFC 5322 section 2.3"),
    "stream.cr-cr-lf": Facts("notice", "Lines end in CR CR LF", "RFC 5322 section 2.3"),
    "stream.null-byte": Facts("notice", "A NUL byte stands in a header", "RFC 5322 section 4"),
    "mbox.separator.missing": Facts("info", "An mbox begins without a From line", "RFC 4155 appendix A"),
    "mbox.from-line.unquoted": Facts("info", "A line begins with From but is no separator", "RFC 4155 appendix A"),
    "mbox.length.wrong": Facts("notice", "A Content-Length does not lead to the end of its message", "mboxcl"),
    "mbox.length.missing": Facts("notice", "A message of an mboxcl has no Content-Length", "mboxcl"),
    "smtp.end.smuggled": Facts(
        "warning", "A lone dot stands between line ends that are no CRLF", "RFC 5321 section 4.1.1.4"
    ),
    "smtp.end.missing": Facts("warning", "No line with a dot ends the data", "RFC 5321 section 4.1.1.4"),
    "smtp.end.rest": Facts("info", "Bytes follow the line with the dot that ends the data", "RFC 2920 section 3.1"),
    "smtp.line.bare-lf": Facts("notice", "A LF stands without CR in SMTP data", "RFC 5321 section 2.3.8"),
    "smtp.line.bare-cr": Facts("notice", "A CR stands without LF in SMTP data", "RFC 5321 section 2.3.8"),
    "header.line.junk": Facts("warning", "A line of the header is no field", "RFC 5322 section 2.2"),
    "header.line.mbox": Facts("notice", "An mbox From line stands inside the header", "RFC 4155"),
    "header.end.missing": Facts("warning", "No blank line ends the header", "RFC 5322 section 2.1"),
    "header.field.duplicate": Facts("warning", "A field stands twice that may stand once", "RFC 5322 section 3.6"),
    "header.charset.undeclared": Facts("notice", "Characters of an unnamed charset stand in a field", "RFC 2047"),
    "header.charset.unknown": Facts("notice", "A field names a charset that is on no list", "RFC 2047 section 2"),
    "header.text.control": Facts("warning", "A field holds control characters", "RFC 5322 section 3.2.5"),
    "header.word.adjacent": Facts("info", "An encoded word touches other text", "RFC 2047 section 5"),
    "header.word.encoding": Facts("notice", "An encoded word has an unknown encoding", "RFC 2047 section 4"),
    "header.word.malformed": Facts("notice", "The text of an encoded word is malformed", "RFC 2047 section 4"),
    "header.word.unclosed": Facts("notice", "An encoded word has no end", "RFC 2047 section 2"),
    "mime.boundary.missing": Facts("warning", "A multipart has no boundary", "RFC 2046 section 5.1.1"),
    "mime.boundary.unused": Facts("warning", "The boundary of a multipart never occurs", "RFC 2046 section 5.1.1"),
    "mime.boundary.reused": Facts(
        "warning", "Two multiparts inside one another have one boundary", "RFC 2046 section 5.1.2"
    ),
    "mime.preamble.part": Facts("warning", "A preamble looks like a part", "RFC 2046 section 5.1.1"),
    "mime.delimiter.junk": Facts("notice", "Text follows the boundary on a delimiter line", "RFC 2046 section 5.1.1"),
    "mime.close.missing": Facts("warning", "A multipart ends without its close delimiter", "RFC 2046 section 5.1.1"),
    "mime.part.after-close": Facts("warning", "A part stands behind the close delimiter", "RFC 2046 section 5.1.1"),
    "mime.encoding.composite": Facts(
        "warning", "A multipart or message claims a transfer encoding", "RFC 2045 section 6.4"
    ),
    "mime.encoding.malformed": Facts("warning", "A Content-Transfer-Encoding is malformed", "RFC 2045 section 6.1"),
    "mime.encoding.unknown": Facts("warning", "A Content-Transfer-Encoding is unknown", "RFC 2045 section 6.4"),
    "mime.type.invalid": Facts("notice", "A Content-Type is malformed", "RFC 2045 section 5.2"),
    "mime.disposition.invalid": Facts("notice", "A Content-Disposition is malformed", "RFC 2183 section 2"),
    "mime.boundary.malformed": Facts("notice", "A boundary is too long or ends in blanks", "RFC 2046 section 5.1.1"),
    "mime.comment.unclosed": Facts("notice", "A comment has no end", "RFC 5322 section 3.2.2"),
    "mime.param.duplicate": Facts("warning", "A parameter stands twice", "RFC 2045 section 5.1"),
    "mime.param.ambiguous": Facts("warning", "A parameter can be read in two ways", "RFC 2045 section 5.1"),
    "mime.param.empty": Facts("notice", "A parameter has no value", "RFC 2045 section 5.1"),
    "mime.param.unnamed": Facts("notice", "A parameter has no name", "RFC 2045 section 5.1"),
    "mime.param.unquoted": Facts("notice", "A parameter needs quotes and has none", "RFC 2045 section 5.1"),
    "mime.param.unclosed": Facts("warning", "A quote has no other", "RFC 2045 section 5.1"),
    "mime.param.unseparated": Facts(
        "notice", "Parameters are not separated by one semicolon each", "RFC 2045 section 5.1"
    ),
    "mime.param.encoded-word": Facts("notice", "An encoded word stands in a parameter", "RFC 2047 section 5"),
    "mime.param.extended": Facts("notice", "An extended parameter is malformed", "RFC 2231 section 4"),
    "mime.param.segment": Facts("notice", "A segment of a parameter has a wrong number", "RFC 2231 section 3"),
    "mime.param.gap": Facts("warning", "A segment of a parameter is missing", "RFC 2231 section 3"),
    "body.bare-cr": Facts("warning", "A CR stands alone in a body", "RFC 2046 section 4.1.1"),
    "body.null-byte": Facts("notice", "A NUL byte stands in a body", "RFC 5322 section 2.3"),
    "body.line.too-long": Facts("notice", "A line of a body is longer than 998 bytes", "RFC 5322 section 2.1.1"),
    "content.base64.junk": Facts("notice", "Characters stand in base64 that are none of it", "RFC 2045 section 6.8"),
    "content.base64.padding-inside": Facts("warning", "Data follows padding in base64", "RFC 2045 section 6.8"),
    "content.base64.padding-missing": Facts("notice", "Base64 ends without its padding", "RFC 4648 section 3.2"),
    "content.base64.length": Facts("warning", "Base64 ends in a single character", "RFC 4648 section 4"),
    "content.base64.url-safe": Facts("notice", "Base64 is in the alphabet for URLs", "RFC 4648 section 5"),
    "content.base64.trailer": Facts("notice", "Text stands behind the base64", "RFC 2045 section 6.8"),
    "content.qp.escape": Facts("notice", "An equals sign begins no escape", "RFC 2045 section 6.7"),
    "content.uu.begin-missing": Facts("warning", "A uuencoded body has no begin line", "POSIX uuencode"),
    "content.uu.end-missing": Facts("warning", "A uuencoded file has no end line", "POSIX uuencode"),
    "content.uu.line": Facts("notice", "A line in a uuencoded file is none of it", "POSIX uuencode"),
    "content.uu.character": Facts("notice", "Characters stand in uuencode that are none of it", "POSIX uuencode"),
    "content.uu.several": Facts("notice", "Another uuencoded file follows the first", "POSIX uuencode"),
    "content.yenc.begin-missing": Facts("warning", "A yEnc body has no =ybegin line", "yEnc 1.3"),
    "content.yenc.end-missing": Facts("warning", "A yEnc file has no =yend line", "yEnc 1.3"),
    "content.yenc.line": Facts("notice", "A yEnc line has not the length that was announced", "yEnc 1.3"),
    "content.yenc.size": Facts("warning", "A yEnc file has not the size that was announced", "yEnc 1.3"),
    "content.yenc.checksum": Facts("warning", "A yEnc file has another CRC-32 than announced", "yEnc 1.3"),
    "content.yenc.several": Facts("notice", "Another yEnc file follows the first", "yEnc 1.3"),
    "content.binhex.begin-missing": Facts("warning", "A BinHex body has no beginning", "RFC 1741 appendix A"),
    "content.binhex.end-missing": Facts("warning", "A BinHex file has no end", "RFC 1741 appendix A"),
    "content.binhex.character": Facts(
        "notice", "Characters stand in BinHex that are none of it", "RFC 1741 appendix A"
    ),
    "content.binhex.length": Facts("warning", "A BinHex file is shorter than its header says", "RFC 1741 appendix A"),
    "content.binhex.checksum": Facts("warning", "A BinHex file has another CRC-16 than given", "RFC 1741 appendix A"),
    "content.binhex.several": Facts("notice", "Another BinHex file follows the first", "RFC 1741 appendix A"),
    "address.angle.unbalanced": Facts("notice", "An angle bracket is missing, or one too many", "RFC 5322 section 3.4"),
    "address.comment.unbalanced": Facts(
        "notice", "A parenthesis is missing, or one too many", "RFC 5322 section 3.2.2"
    ),
    "address.domain.missing": Facts("notice", "A mailbox has no domain", "RFC 5322 section 3.4.1"),
    "address.form.obsolete": Facts("info", "An address is written as in former times", "RFC 5322 section 4.4"),
    "address.group.nameless": Facts("notice", "A group has no name", "RFC 5322 section 3.4"),
    "address.group.nested": Facts("notice", "A group stands in a group", "RFC 5322 section 3.4"),
    "address.group.unclosed": Facts("notice", "A group does not end", "RFC 5322 section 3.4"),
    "address.mailbox.malformed": Facts("notice", "An address is malformed", "RFC 5322 section 3.4.1"),
    "address.mailbox.missing": Facts("notice", "A name stands without an address", "RFC 5322 section 3.4"),
    "address.phrase.unquoted": Facts("notice", "A name holds specials without quotes", "RFC 5322 section 3.2.5"),
    "address.quote.unclosed": Facts("notice", "A quoted string does not end", "RFC 5322 section 3.2.4"),
    "address.separator.wrong": Facts("notice", "No comma stands between two mailboxes", "RFC 5322 section 3.4"),
    "date.end.junk": Facts("notice", "Text follows a date", "RFC 5322 section 3.3"),
    "date.form.odd": Facts("info", "A date is not of the form of mail", "RFC 5322 section 3.3"),
    "date.value.invalid": Facts("notice", "A date cannot be read", "RFC 5322 section 3.3"),
    "date.weekday.wrong": Facts("info", "The day of the week is another one", "RFC 5322 section 3.3"),
    "date.year.short": Facts("info", "A year has fewer than four digits", "RFC 5322 section 4.3"),
    "date.zone.local": Facts("info", "A date does not say which zone it is of (-0000)", "RFC 5322 section 3.3"),
    "date.zone.missing": Facts("notice", "A date has no zone", "RFC 5322 section 3.3"),
    "date.zone.obsolete": Facts("info", "The zone of a date is a name", "RFC 5322 section 4.3"),
    "date.zone.range": Facts("notice", "No place has the offset of a date", "RFC 5322 section 3.3"),
    "date.zone.unknown": Facts("notice", "The zone of a date is unknown", "RFC 5322 section 4.3"),
    "limit.message_bytes": Facts("warning", "The message is larger than allowed", "mailkit.limits"),
    "limit.from_line_bytes": Facts("notice", "A line that begins with From is longer than allowed", "mailkit.limits"),
    "limit.mbox_lookahead_bytes": Facts("notice", "A Content-Length leads too far to be looked up", "mailkit.limits"),
    "limit.depth": Facts("warning", "Parts are nested deeper than allowed", "mailkit.limits"),
    "limit.message_depth": Facts("warning", "Messages are nested deeper than allowed", "mailkit.limits"),
    "limit.encoded_depth": Facts("warning", "Encoded messages are nested deeper than allowed", "mailkit.limits"),
    "limit.delimiter_line_bytes": Facts(
        "warning", "A line that may divide parts is longer than allowed", "mailkit.limits"
    ),
    "limit.part_count": Facts("warning", "There are more parts than allowed", "mailkit.limits"),
    "limit.header_block_bytes": Facts("warning", "A header block is larger than allowed", "mailkit.limits"),
    "limit.header_total_bytes": Facts("warning", "The header blocks are larger than allowed", "mailkit.limits"),
    "limit.field_bytes": Facts("warning", "A field is larger than what is read of it", "mailkit.limits"),
    "limit.media_field_bytes": Facts("warning", "A Content-Type is larger than what is read of it", "mailkit.limits"),
    "limit.field_count": Facts("warning", "A header has more fields than allowed", "mailkit.limits"),
    "limit.embedded_count": Facts("warning", "A text holds more files than allowed", "mailkit.limits"),
    "limit.address_count": Facts("warning", "An address field has more mailboxes than allowed", "mailkit.limits"),
    "limit.address_word_count": Facts("warning", "A mailbox has more words than allowed", "mailkit.limits"),
    "limit.param_count": Facts("warning", "A field has more parameters than allowed", "mailkit.limits"),
    "limit.segment_count": Facts("warning", "A parameter has more segments than allowed", "mailkit.limits"),
    "limit.encoded_word_count": Facts("warning", "A field has more encoded words than allowed", "mailkit.limits"),
    "limit.finding_count": Facts("warning", "There is more to find fault with than is kept", "mailkit.limits"),
    "limit.notice_bytes": Facts("notice", "The notice is longer than what is searched", "mailkit.limits"),
    "limit.report_bytes": Facts("warning", "A report is longer than what is read", "mailkit.limits"),
    "limit.recipient_count": Facts("warning", "There are more recipients than are answered", "mailkit.limits"),
    "envelope.path.invalid": Facts("notice", "A field for an envelope address holds none", "RFC 5321 section 4.1.2"),
    "envelope.return-path.repeated": Facts("notice", "There are several Return-Path fields", "RFC 5321 section 4.4"),
    "envelope.sender.contradiction": Facts(
        "warning", "Two places that one host wrote name different senders", "RFC 5321 section 4.4"
    ),
    "spool.record.malformed": Facts(
        "notice", "A record or line of a queue file cannot be read", "mailkit.sources.spool"
    ),
    "spool.end.missing": Facts("warning", "A queue file or dialogue ends early", "mailkit.sources.spool"),
    "spool.message.missing": Facts("notice", "The message of an envelope is not there", "mailkit.sources.spool"),
    "bounce.report.part-missing": Facts("warning", "A multipart/report lacks its report part", "RFC 6522 section 3"),
    "bounce.report.mislabelled": Facts("notice", "A delivery report has another type", "RFC 3464 section 2"),
    "bounce.status.invalid": Facts("notice", "A Status field holds no status code", "RFC 3464 section 2.3.4"),
    "bounce.status.contradiction": Facts("notice", "Status and Diagnostic-Code disagree", "RFC 3464 section 2.3.6"),
    "bounce.status.class": Facts("notice", "The class of Status does not fit Action", "RFC 3464 section 2.3.4"),
    "bounce.reply.borrowed": Facts(
        "notice", "The reply beside a recipient names another one of the report", "RFC 3464 section 2.3.6"
    ),
    "bounce.recipient.guessed": Facts("notice", "The recipient is taken from the returned message", "bounce evidence"),
    "bounce.loop.trace": Facts(
        "notice", "The trace of the returned message shows that it went in a circle", "RFC 5321 section 6.3"
    ),
    "bounce.domain.confirmed": Facts("info", "No mail can be sent to the domain today either", "RFC 5321 section 5.1"),
    "bounce.domain.contradicted": Facts("notice", "The domain takes mail today", "RFC 5321 section 5.1"),
    "bounce.domain.unknown": Facts("info", "Nobody can say whether the domain takes mail", "RFC 5321 section 5.1"),
    "bounce.report.wrapped": Facts("info", "The report stands inside the text of another message", "bounce evidence"),
    "dns.reverse.pass": Facts("info", "A host's name leads back to its address", "RFC 8601 section 3"),
    "dns.reverse.fail": Facts("notice", "A host has no name that leads back to its address", "RFC 8601 section 3"),
    "dns.reverse.unknown": Facts("info", "The name of a host cannot be looked up at present", "RFC 8601 section 3"),
    "dns.list.listed": Facts("warning", "A blocklist has the host", "RFC 5782 section 2.1"),
    "dns.list.clear": Facts("info", "A blocklist does not have the host", "RFC 5782 section 2.1"),
    "dns.list.unknown": Facts("info", "A blocklist does not answer at present", "RFC 5782 section 2.1"),
    "dns.list.broken": Facts("notice", "A blocklist is out of order, or refuses to answer", "RFC 5782 section 5"),
    "text.8bit": Facts("error", "Bytes above 127 stand in a body of seven bits", "RFC 2045 section 2.7"),
    "text.charset-not-allowed": Facts("info", "The charset is none that the policy wants", "RFC 6532; RFC 1468"),
    "text.compat-symbol": Facts("error", "A symbol that JIS X 0208 does not have", "JIS X 0208; Unicode"),
    "text.control": Facts("warning", "A control character stands in the text", "RFC 1468"),
    "text.cut-escape": Facts("error", "ESC begins no known sequence", "RFC 1468; ISO 2022"),
    "text.declared-charset-mismatch": Facts(
        "error", "Text is not in the charset that is declared", "RFC 2045 section 5.1"
    ),
    "text.decomposed-kana": Facts("warning", "Kana and their marks stand apart", "Unicode, NFC"),
    "text.emoji": Facts("error", "An emoji, which JIS X 0208 does not have", "Unicode emoji-data"),
    "text.emoji-au": Facts("error", "A code of au's for an emoji", "KDDI's table of emoji"),
    "text.emoji-docomo": Facts("error", "A code of docomo's for an emoji", "docomo's table of emoji"),
    "text.emoji-softbank": Facts("error", "A code of SoftBank's for an emoji", "SoftBank's table of emoji"),
    "text.empty-segment": Facts("info", "Two escapes stand side by side", "RFC 1468"),
    "text.end-not-ascii": Facts(
        "warning", "Text or an encoded word ends in another set than ASCII", "RFC 1468; RFC 2047 section 5"
    ),
    "text.extra-escape": Facts("warning", "An escape that RFC 1468 does not have", "RFC 2237; RFC 1554; JIS X 0213"),
    "text.gaiji": Facts("error", "A code for users' own characters", "Windows-31J; Unicode private use"),
    "text.ibm-ext": Facts("warning", "One of IBM's extension characters", "Windows-31J rows 115 to 119"),
    "text.invisible": Facts("error", "A character that nobody sees", "Unicode"),
    "text.jis78-swap": Facts("info", "A character whose form changed in 1983", "JIS C 6226-1978"),
    "text.jis78-undefined": Facts("info", "A character that the set of 1978 does not have", "JIS C 6226-1978"),
    "text.jisx0201-roman": Facts("info", "A yen sign or overline of JIS X 0201", "JIS X 0201; RFC 1468"),
    "text.jisx0212": Facts("warning", "A character of JIS X 0212", "JIS X 0212; RFC 2237"),
    "text.jisx0213": Facts("warning", "A character of JIS X 0213", "JIS X 0213"),
    "text.kana-halfwidth": Facts("warning", "Half-width kana", "JIS X 0201; RFC 1468"),
    "text.line-not-ascii": Facts("warning", "A line ends in another set than ASCII", "RFC 1468"),
    "text.mapping-variant": Facts("info", "The other of two characters for one cell", "JIS X 0208; Windows-31J"),
    "text.nec-ibm": Facts("warning", "One of IBM's characters in NEC's rows", "Windows-31J rows 89 to 92"),
    "text.nec-row13": Facts("warning", "One of NEC's special characters", "Windows-31J row 13"),
    "text.noncharacter": Facts(
        "error", "A code that is no character, or stands for a lost one", "Unicode section 23.7"
    ),
    "text.not-in-jisx0208": Facts("error", "A character that JIS X 0208 does not have", "RFC 1468; JIS X 0208"),
    "text.odd-bytes": Facts("error", "A byte without its second in a set of two bytes", "RFC 1468"),
    "text.other-iso2022": Facts("warning", "An escape of another country's ISO-2022", "RFC 1557; RFC 1922"),
    "text.raw-header": Facts(
        "warning", "A field holds bytes above 127 or escapes outside of encoded words", "RFC 2047; RFC 6532"
    ),
    "text.split-character": Facts("warning", "A character is split between two encoded words", "RFC 2047 section 5"),
    "text.undecodable": Facts("error", "Bytes that are not of the charset", "RFC 2045 section 5.1"),
    "text.undefined-cell": Facts("error", "A cell in which no character stands", "JIS X 0208"),
    "text.variation-selector": Facts("info", "A selector of a character's form", "Unicode section 23.4"),
    "text.wrong-escape": Facts("warning", "An escape that old systems wrote by mistake", "RFC 1468"),
    "trace.arc.broken": Facts("notice", "The fields of an ARC chain do not form one", "RFC 8617 section 5.2"),
    "trace.by.missing": Facts("info", "A Received field does not name the server", "RFC 5321 section 4.4"),
    "trace.chain.gap": Facts("info", "A hop does not begin where the one before ended", "RFC 5321 section 4.4"),
    "trace.clock.behind": Facts("info", "A hop's clock is behind that of the hop before", "RFC 5321 section 4.4"),
    "trace.clock.wrong": Facts(
        "warning", "A hop's clock is more than five minutes behind that of the hop before", "RFC 5321 section 4.4"
    ),
    "trace.date.future": Facts("notice", "A hop's date lies in the future", "RFC 5321 section 4.4"),
    "trace.date.invalid": Facts("notice", "The date of a Received field cannot be read", "RFC 5322 section 3.3"),
    "trace.date.missing": Facts("info", "A Received field has no date", "RFC 5321 section 4.4"),
    "trace.helo.literal": Facts(
        "notice", "A client calls itself by an address that is not its own", "RFC 5321 section 4.1.4"
    ),
    "trace.helo.unqualified": Facts(
        "info", "A client calls itself by a name without a domain", "RFC 5321 section 4.1.1.1"
    ),
    "trace.hops.many": Facts("notice", "There are more hops than some servers accept", "RFC 5321 section 6.3"),
    "trace.ip.illegal": Facts("notice", "A client's address is none that can send", "RFC 6890"),
    "trace.loop.delivered": Facts("warning", "One address stands in two Delivered-To fields", "RFC 9228"),
    "trace.loop.found": Facts(
        "warning", "A hop occurs three times, recipient and all, or six times without one", "RFC 5321 section 6.3"
    ),
    "trace.loop.suspect": Facts("notice", "A hop occurs more than once", "RFC 5321 section 6.3"),
    "trace.rdns.forged": Facts("notice", "A client's name does not lead back to its address", "RFC 8601 section 3"),
    "trace.rdns.missing": Facts("info", "A client's address has no name", "RFC 8601 section 3"),
    "trace.tls.old": Facts("info", "A hop was encrypted by a version that is given up", "RFC 8996"),
    "trace.wait.long": Facts("notice", "A message waited for more than an hour", "RFC 5321 section 4.5.4.1"),
    "bounce.origin.genuine": Facts("info", "The bounce is about a message of ours", "RFC 3464 section 4"),
    "bounce.origin.forged": Facts("warning", "The bounce is about a message that was not ours", "RFC 3464 section 4"),
    "bounce.origin.unknown": Facts("info", "Nothing tells whether the message was ours", "RFC 3464 section 4"),
    "bounce.verp.member": Facts("info", "The address that the report came to names the member", "VERP"),
    "bounce.verp.forged": Facts("warning", "The return path is not one that we signed, or it is too old", "VERP"),
    "list.id.malformed": Facts("info", "A List-Id is not of its form", "RFC 2919 section 3"),
    "list.field.malformed": Facts("info", "A list field has no URI in angle brackets", "RFC 2369 section 2"),
    "list.one-click.incomplete": Facts(
        "info", "List-Unsubscribe-Post stands without what it needs", "RFC 8058 section 3.1"
    ),
    "bounce.internal": Facts("error", "mailkit failed on a part of the message; please report it", "mailkit"),
}
"""Every code that mailkit reports: severity, meaning, source."""


def finding(code: str, offset: int, detail: str = "", also: int | None = None) -> Finding:
    """Make a finding of a known code."""
    facts = CODES[code]
    return Finding(code=code, severity=facts.severity, offset=offset, detail=detail, source=facts.source, also=also)
