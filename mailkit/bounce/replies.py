"""SMTP replies in running text (RFC 5321 section 4.2): code, enhanced code, and at which command.

What looks like a code and is none stays out: addresses of hosts, versions, dates, sizes, ports.
"""

from __future__ import annotations

import re

import msgspec

from mailkit.bounce.result import Stage
from mailkit.status import Status

_NO_MORE = r"(?!\d|\.\d|\.[\w\-]{1,63}\.[a-zA-Z]|[\w.+\-']{0,64}@)"
"""What must not follow an enhanced code: it would be an address of a host or a mailbox, or a host's name."""
_NO_NUMBER = r"(?![.,](?![45]\.\d)\d|[.\- ]\d{3}[.\-]\d{4}|-\d{4}(?![\w.])|\)\s?\d{3}[\- ]\d{4})"
"""What must not follow a code: it would be an amount or the number of a telephone."""
_ENHANCED = rf"[45]\.[0-7]\.\d{{1,3}}{_NO_MORE}"


def _reply(code: str, enhanced: str) -> re.Pattern[str]:
    """Make the expression for a reply: its code, repeated on each line, with or without an enhanced code."""
    return re.compile(
        # What stands before comes after the digits, so that the search can run for their first characters.
        rf"(?P<code>{code})(?<![\w.\-/#]\d\d\d)(?<!\d:\d\d\d)(?:(?:[ \-]|\s{{1,20}})(?P=code)(?=[ \-]))*"
        rf"(?:(?:[ \-]|\r?\n[ \t]{{0,20}})['\"(\[<#]{{0,3}}\s{{0,20}}#?(?P<enhanced>{enhanced})"
        rf"|(?P<end>(?=[ \-:;,.'\"\])]|$|\s){_NO_NUMBER}))",
        re.ASCII,
    )


_REPLY = _reply(r"[245][0-7]\d", _ENHANCED)
_YES = rf"2\.[0-7]\.\d{{1,3}}{_NO_MORE}"
_ACCEPTED = _reply(r"[23][0-5]\d", _YES)
_BARE_YES = re.compile(rf"\s{{0,20}}(?P<enhanced>{_YES})(?=\s|$)", re.ASCII)
_TAGGED = re.compile(rf"#\s?(?P<code>[245]\d\d)?[ \-]?(?P<enhanced>{_ENHANCED})", re.ASCII)
_LOOSE = re.compile(
    r"[45]\.(?<![\w.\-/:=@\[][45]\.)[0-7]\.\d{1,3}" + _NO_MORE + r"(?![\w@%/\-]|\s?[KMGkmg]i?[Bb]\b|\s\d{1,2}:\d\d)",
    re.ASCII,
)
# A number behind one of these is a version, a port, a size; behind one of those, or a mark, a reply.
_NO_REPLY_BEHIND = re.compile(
    r"(?<![a-z])(?:exim|sendmail|postfix|qmail|mdaemon|powermta|mailenable|communigate pro smtp|merak|icewarp|kerio"
    r"|hmailserver|haraka|zimbra|domino|exchange(?: server)?|dovecot|cyrus|james|clamav|spamassassin|amavis|openssl"
    r"|linux|python|php|version|ver\.?|v|release|build|sections?|chapter|\u00a7|rfc ?\d{0,5}|port|size|[ug]?id|days"
    r"|hours|phone|tel\.?|fax|line(?!:))[ :#=]{0,3}\Z"
)
_REPLY_BEHIND = (
    *("said", "returned", "response", "responded", "was", "error", "code", "reply", "with", "got", "smtp", "status"),
    *("<<<", "<--", "---", "...", "],", ":", ";", "<", ">", "'", '"', "(", "[", "|", "=", "]"),
)
_COUNTED = re.compile(
    r"\s?(?:bytes|kb|mb|byte|messages|hours|days|minutes|seconds|recipients|octets|%)\b", re.IGNORECASE
)

_BLANKS = dict.fromkeys((0xA0, 0x202F, 0x2007, 0x3000), " ")

_LINE_CODE = re.compile(r"\n[245]\d\d[ \-](?:[245]\.\d\.\d{1,3} )?", re.ASCII)
"""What a reply of several lines repeats on each (RFC 5321 section 4.2.1)."""

_STAGES: dict[Stage, tuple[str, ...]] = {
    "data": (
        "end of data",
        "after data",
        "data command",
        "reply to data",
        "after i sent the message",
        "end-of-data",
        "message data",
        "data stage",
        "data phase",
        ">>> data",
        ">>> .",
        "after pipelined data",
        "smtp error, dot",
    ),
    "rcpt": (
        "rcpt to",
        "rcpt_to",
        "rcpt command",
        "does not like recipient",
        ">>> rcpt",
        "rejected recipient",
        "in rcpt",
    ),
    "mail": ("mail from", "mail command", "sender was rejected", "does not like sender", ">>> mail"),
    "helo": (
        "in reply to helo",
        "in reply to ehlo",
        "my name was rejected",
        ">>> helo",
        ">>> ehlo",
        "after helo",
        "after ehlo",
        "starttls",
    ),
    "connect": (
        "refused to talk to me",
        "initial connection",
        "initial greeting",
        "while connecting",
        "but greeting failed",
        "session opening",
    ),
}
"""The words by which MTAs name the command that was refused."""
_BEFORE_RCPT: tuple[Stage, ...] = ("mail", "helo", "connect")


class Reply(msgspec.Struct, frozen=True):
    """One reply that was found in a text."""

    code: str
    """Three digits; empty where only an enhanced code stands there."""
    enhanced: str
    """X.Y.Z; empty where none stands there."""
    start: int
    stop: int
    """Where the codes stand in the text."""

    @property
    def status(self) -> Status | None:
        """The enhanced code as a value."""
        return Status.parse(self.enhanced) if self.enhanced else None


def find_replies(text: str, limit: int = 20) -> list[Reply]:
    """Give the failure replies of a text, in order: codes of class 4 and 5 that are replies by their place."""
    found: list[Reply] = []
    text = _blanked(text)
    for match in _REPLY.finditer(text):
        code, enhanced = match["code"], match["enhanced"] or ""
        if code[0] == "2" or (not enhanced and not _is_reply(text, match)):
            continue
        found.append(Reply(code, enhanced, match.start(), match.end()))
        if len(found) >= limit:
            break
    return found


def find_accepted(text: str) -> Reply | None:
    """Give the reply by which a server said yes (RFC 5321 section 4.2.1), where a text has no other reply.

    >>> find_accepted("status=sent (250 2.0.0 Ok: queued as 4Bx1)")
    Reply(code='250', enhanced='2.0.0', start=13, stop=22)
    """
    if find_replies(text, 1):
        return None
    text = _blanked(text)
    for match in _ACCEPTED.finditer(text):
        if match["enhanced"] or _is_reply(text, match):
            return Reply(match["code"], match["enhanced"] or "", match.start(), match.end())
    bare = _BARE_YES.match(text)
    return Reply("", bare["enhanced"], *bare.span("enhanced")) if bare else None


def best_reply(text: str) -> Reply | None:
    """Give the reply that says most: one with its enhanced code beside it, else a code, else an enhanced code alone.

    >>> best_reply("host mx.example [192.0.2.5] said: 550-5.1.1 no such user")
    Reply(code='550', enhanced='5.1.1', start=34, stop=43)
    >>> best_reply("Exim 4.96 on 10.0.0.1") is None
    True
    """
    text = _blanked(text)
    replies = find_replies(text)
    told = [reply for reply in replies if reply.enhanced]
    if len(told) > 1 and told[0].enhanced.endswith(".4.7") and text[told[1].start - 1 : told[1].start] == "<":
        return told[1]  # Amazon's: message expired, and in angle brackets what the server had said
    if told:
        return next((reply for reply in told if Status.parse(reply.enhanced).weakness < 2), told[0])  # type: ignore[union-attr]
    tagged = _TAGGED.search(text)
    if tagged:  # qmail's (#5.1.1), Exchange's #5.1.1
        code = tagged["code"] or (replies[0].code if replies else "")
        return Reply(code, tagged["enhanced"], tagged.start(), tagged.end())
    loose = next((m for m in _LOOSE.finditer(text) if not _follows_a_name(text, m.start())), None)
    if replies:
        # sendmail's own line quotes the reason behind its dots: 554 <joe@example.org>... 550 Host unknown
        first = next((one for one in replies if text[max(0, one.start - 4) : one.start] == "... "), replies[0])
        if loose and (first.code[0] == loose[0][0]):
            return Reply(first.code, loose[0], loose.start(), loose.end())
        return first
    return Reply("", loose[0], loose.start(), loose.end()) if loose else None


def stage_of(text: str) -> Stage | None:
    """Say at which command a text places the refusal: of DATA and RCPT the one it names first, else what it names.

    >>> stage_of("host mx.example[192.0.2.1] said: 550 no (in reply to RCPT TO command)")
    'rcpt'
    """
    if "\n" in text:
        text = _LINE_CODE.sub(" ", _blanked(text))
    lower = " ".join(text.lower().split())  # MTAs wrap: "in reply to RCPT\\n    TO command"
    data = _first(lower, _STAGES["data"]) if "data" in lower or "message" in lower or ">>> ." in lower else -1
    rcpt = _first(lower, _STAGES["rcpt"]) if "rcpt" in lower or "recipient" in lower else -1
    if data >= 0 or rcpt >= 0:
        return "data" if data >= 0 and (rcpt < 0 or data < rcpt) else "rcpt"
    for stage in _BEFORE_RCPT:
        for word in _STAGES[stage]:
            if word in lower:
                return stage
    return None


def _blanked(text: str) -> str:
    """Put a blank for each blank of another kind (no-break, ideographic), so that every place stays."""
    return text if text.isascii() else text.translate(_BLANKS)


def _first(text: str, words: tuple[str, ...]) -> int:
    """Give the earliest place at which one of the words stands; -1 where none does."""
    best = -1
    for word in words:
        place = text.find(word)
        if place >= 0 and (best < 0 or place < best):
            best = place
    return best


def _follows_a_name(text: str, place: int) -> bool:
    """Say whether a program's name or the like stands before a place."""
    return _NO_REPLY_BEHIND.search(text[max(0, place - 24) : place].lower()) is not None


def _is_reply(text: str, match: re.Match[str]) -> bool:
    """Say whether a bare number of three digits is a reply, by what stands before and behind it."""
    before = text[max(0, match.start() - 48) : match.start()]
    told = before.rstrip().lower()
    if before.endswith(":") and ("." in (word := before.rsplit(None, 1)[-1]) or "]" in word):
        return False  # a port: mx.example.org:587
    if _NO_REPLY_BEHIND.search(told) or _COUNTED.match(text, match.end()):
        return False
    return not told or told.endswith(_REPLY_BEHIND) or not before.rsplit("\n", 1)[-1].strip()
