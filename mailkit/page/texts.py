"""Words of strangers, made fit for a page: what cannot be seen is spelt out, people are hidden, what differs is left out."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable

SHOWN = 300
"""Characters of an example that are shown."""
READ = 1_000
"""Characters of a diagnostic that are looked at, however long it is: its sense is in its beginning."""
MARKS = 3
"""Combining marks on one letter that are shown as such: no script has more, and a pile of them covers other lines."""
_SPACES = {" ", "\u00a0", "\u3000"}
_UNSEEN = frozenset("\u115f\u1160\u3164\uffa0\u2800\u034f")
"""Characters that Unicode counts among letters, symbols and marks, and that show nothing."""


def visible(text: str | None, most: int = SHOWN) -> str:
    r"""Give a text in which nothing is hidden and nothing moves what stands around it, cut to its first characters.

    Control characters, directions, zero widths, unassigned and private characters and lone surrogates are spelt out;
    a mark without a letter stands on a circle.

    >>> visible("a\u202eb\x00"), visible("\u0301x"), visible("abcdef", 3)
    ('a\\u202eb\\x00', '◌́x', 'abc…')
    """
    if not text:
        return ""
    kept, end = text[:most], "…" if len(text) > most else ""
    return (kept if kept.isascii() and kept.isprintable() else "".join(_spelt(kept))) + end


def _spelt(text: str) -> list[str]:
    """Give each character as it is shown."""
    out, marks, before = [], 0, " "
    for char in text:
        marks = marks + 1 if unicodedata.category(char)[0] == "M" else 0
        if char in _SPACES or char in "\t\r\n":
            out.append(" ")
        elif not char.isprintable() or char in _UNSEEN or marks > MARKS:
            out.append(char.encode("unicode_escape").decode("ascii"))
        elif marks and (before in _SPACES or not before.isprintable()):
            out.append("◌" + char)
        else:
            out.append(char)
        before = char
    return out


def redacted(address: str | None) -> str:
    """Give an address without its owner: the first letter and the domain.

    >>> redacted("joe@example.org"), redacted("@example.org"), redacted("joe")
    ('j…@example.org', '…@example.org', 'j…')
    """
    local, at, domain = (address or "").rpartition("@")
    return f"{local[:1]}…@{domain}" if at else f"{(address or '')[:1]}…"


def without_people(text: str, addresses: Iterable[str] = ()) -> str:
    """Hide the addresses in a text, those that it is about wherever their local parts stand, and the queries of its links.

    >>> without_people("550 <joe@example.org>: unknown user: joe", ["joe@example.org"])
    '550 <j…@example.org>: unknown user: j…'
    """
    text = text[:READ]
    for address in addresses:
        text = _without_name(text, address, f"{address[:1]}…")
    return "".join(map(_hidden, _PIECES.split(text)))


def _without_name(text: str, address: str, mark: str) -> str:
    """Put a mark in the place of a local part, where it stands alone and is no word of servers."""
    local = address.rpartition("@")[0].strip('"').lower()
    if not 2 < len(local) <= READ or local in _COMMON or local not in text.lower():
        return text
    return re.sub(rf"(?<![^\W_]){re.escape(local)}(?![^\W_]|@)", lambda _: mark, text, flags=re.IGNORECASE)


_COMMON = frozenset(
    (
        *("abuse", "accepted", "account", "address", "admin", "agent", "all", "and", "any", "are", "blocked"),
        *("can", "cannot", "contact", "content", "could", "delivery", "deny", "disabled", "does", "domain"),
        *("drop", "email", "error", "exist", "exists", "expired", "failed", "file", "for", "found", "from"),
        *("full", "has", "have", "help", "host", "info", "invalid", "limit", "list", "lists", "local", "loop"),
        *("mail", "mailbox", "many", "message", "moved", "network", "new", "nobody", "not", "office", "only"),
        *("over", "permission", "pipe", "please", "policy", "post", "postmaster", "quota", "recipient"),
        *("refused", "reject", "rejected", "relay", "root", "sales", "sender", "server", "service", "size"),
        *("some", "someone", "spam", "staff", "success", "such", "support", "syntax", "system", "test", "that"),
        *("the", "this", "time", "timeout", "too", "unable", "unknown", "user", "valid", "virus", "was"),
        *("webmaster", "will", "with", "wrong", "you", "your"),
    )
)
"""Local parts that are words of servers: hidden alone they would spoil the sentence, and they name nobody."""


def _hidden(piece: str) -> str:
    """Hide the address that a word is, or that stands in a link."""
    if "://" in piece:
        scheme, _, rest = piece.partition("://")
        path, mark, _ = rest.partition("?")
        return f"{scheme}://{_IN_PATH.sub('…', path)}{mark and '?…'}"
    core = piece.rstrip(".:!?")
    if "@" in core.strip("@") and "…@" not in core:
        return redacted(core) + piece[len(core) :]
    return piece


_IN_PATH = re.compile(r"[^/=]*(?:@|%40)[^/]*")
_MARKS = re.compile(r"\{(?:address|host|id|ip|n|name|url)\}")


def without_marks(form: str) -> str:
    """Give a normal form for people: a gap where something differs.

    >>> without_marks("a line break at byte {n} of {name}")
    'a line break at byte … of …'
    """
    return _MARKS.sub("…", form)


_PIECES = re.compile(r"((?:[\s<>()\[\]{}\"';|]|,(?!\d))+)")
_STATUS = re.compile(r"(?:[45]\d\d[- ]?)?#?[245]\.\d{1,3}\.\d{1,3}|[45]\d\d")
_IP = re.compile(
    r"(?:IPv6:)?(?:\d{1,3}(?:\.\d{1,3}){3}|(?=[^:]*:[^:]*:)[0-9A-Fa-f:]+(?:\d{1,3}(?:\.\d{1,3}){3})?)(?:/\d+)?",
    re.IGNORECASE,
)
_HOST = re.compile(r"(?:[\w-]+\.)+(?:[a-z]{2,}|[A-Z]{2,}|xn--[\w-]+)")
_NUMBER = re.compile(r"[+-]?\d[\d.,:/-]*(?:[kKmMgG]?i?[bB]|s|m|h|d|ms|%)?")
_CODE = re.compile(r"[A-Za-z]{1,5}[-_]?\d{1,4}")
"""Short names with a figure are codes that servers give their refusals (S3140, OU-002), and make a difference."""


def normal_form(text: str, addresses: Iterable[str] = ()) -> str:
    """Give the words of a server without what differs from mail to mail and without the names of those they are about.

    >>> normal_form("550 5.1.1 <joe@x.example>: unknown, id 4Zx9kQ71z"), normal_form("450 4.7.1 [192.0.2.1] 7 of 9 KB (S3140)")
    ('550 5.1.1 <{address}>: unknown, id {id}', '450 4.7.1 [{ip}] {n} of {n} KB (S3140)')
    """
    text = text[:READ]
    for address in addresses:
        text = _without_name(text, address, "{name}")
    pieces = _PIECES.split(text)
    said = [piece if piece.isalpha() else " " if piece.isspace() else _mark(piece) for piece in pieces]
    for at in range(2, len(pieces) - 2, 2):  # a single word in quotation marks is a name
        if pieces[at - 1][-1:] in "\"'" and pieces[at + 1][:1] == pieces[at - 1][-1:] and pieces[at].isalnum():
            said[at] = "{name}"
    return "".join(said).strip()[:SHOWN]


def telling(text: str) -> str:
    """Say how much a text tells, as a word that sorts: one with a code of SMTP most, a line that is drawn least.

    >>> [telling(text) for text in ("===== our footer", "no such user", "host said: 550 5.1.1 unknown")]
    ['0', '1', '2']
    """
    return TELLING if _SMTP.search(text) else "1" if text.lstrip()[:1].isalnum() else "0"


TELLING = "2"
_SMTP = re.compile(r"(?<![\w.])(?:[245]\d\d(?=[- ]\D|[- ][245]\.\d)|[245]\.\d{1,3}\.\d{1,3})(?![\w.]\d)")
"""A reply code before words, or an enhanced status (RFC 5321, RFC 3463)."""


def _mark(piece: str) -> str:  # noqa: PLR0911 - a case a line
    """Give a word, or a mark for what it is."""
    if not piece or piece.isalpha():
        return piece
    core = piece.strip("#.:!?*") or piece
    around = piece.partition(core)
    if "://" in piece or piece.startswith("www."):
        return "{url}"
    if "@" in core:
        return around[0] + "{address}" + around[2]
    if "=" in core and len(core) < READ:
        return "=".join(map(_mark, piece.split("=")))
    if _STATUS.fullmatch(core) or not any(map(str.isalnum, core)):
        return piece
    for pattern, mark in ((_IP, "{ip}"), (_HOST, "{host}"), (_NUMBER, "{n}")):
        if pattern.fullmatch(core):
            return around[0] + mark + around[2]
    if any(map(str.isdigit, core)) and not _CODE.fullmatch(core):
        return around[0] + "{id}" + around[2]
    return piece
