"""Figures and names that replies carry: when to come back, which list blocks, how large is too large.

Every expression is bounded and runs only where one of its words is in the text, so that most replies
cost a few look-ups.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Iterable, Iterator
from datetime import timedelta

import ahocorasick
import msgspec

MAX_URLS = 10
MAX_IDS = 5
_NUMBER = r"(?P<{0}>\d[\d,.]{{0,15}})[ \t]{{0,2}}(?P<{0}_unit>[kmgt]i?b?|bytes|octets|b)?\b"


class Details(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What the words about a recipient tell besides the cause; what they do not tell is absent."""

    retry_after: timedelta | None = None
    """After which time the server asks to come back; in JSON an ISO 8601 duration."""
    blocklist: str | None = None
    """The blocklist that the server asked: its zone where the words name it, else its name."""
    client_ip: str | None = None
    """The address of the sending host that the server complains about."""
    quota_bytes: int | None = None
    """How much the mailbox may hold."""
    used_bytes: int | None = None
    """How much it holds."""
    size_limit_bytes: int | None = None
    """The largest message that the server takes."""
    size_bytes: int | None = None
    """The size of the message as the server counted it."""
    urls: tuple[str, ...] = ()
    """Pages that the words point to."""
    support_ids: tuple[str, ...] = ()
    """What to quote when asking the provider: its own error codes, incidents, sessions."""


NOTHING = Details()


class _Pattern:
    """An expression, and words of which one must be in the text, in lower case; two are the same only if they are one."""

    __slots__ = ("expression", "words")

    def __init__(self, words: Iterable[str], expression: str = "") -> None:
        self.words = tuple(words)
        self.expression = expression


def _pattern(words: str, expression: str) -> _Pattern:
    return _Pattern(words.split("|"), expression)


_TIME_UNIT = r"(?P<unit>s|secs?|seconds?|m|mins?|minutes?|h|hrs?|hours?|d|days?|sekunden|minuten|stunden|secondes|minutos|horas|秒|分|時間)(?![a-z])"
_RETRY = (
    _pattern(
        "again|retry|wait|come back|greylist|graylist|defer|delay|minutes|erneut|秒|分後",
        r"(?:again|retry\w{0,4}|wait|come back|gr[ae]y-?list\w{0,4}|deferr?e?d?|delay(?:ed)?|erneut)\D{0,40}?(?P<number>\d{1,6})[ \t]{0,2}"
        + _TIME_UNIT,
    ),
    _pattern(
        "back|again|retry",
        r"(?:back|again|retry)\D{0,20}?(?P<hours>\d{1,2}):(?P<minutes>[0-5]\d):(?P<seconds>[0-5]\d)\b",
    ),
    _pattern("秒|分後|時間後", r"(?P<number>\d{1,6})[ \t]{0,2}(?P<unit>秒|分|時間)後"),
)
_SECONDS = {"s": 1, "秒": 1, "m": 60, "分": 60, "h": 3600, "時": 3600, "d": 86400}

_ZONE = r"(?:[a-z0-9][a-z0-9\-]{0,40}\.){1,5}[a-z]{2,12}"
_LISTED = _pattern(
    "blocked using|listed|found in|found on|rbl|dnsbl|blacklist|blocklist|block list|black list|according to|rejected by",
    r"(?:blocked using|blocked by|rejected by|listed (?:in|on|by|at|with)|found (?:in|on)|(?:rbl|dnsbl|blacklists?|blocklists?|block list|black list)"
    rf"[ :=\-]{{1,3}}(?:at |by |on |in |server |list )?|according to)[ \t]{{0,2}}(?:the )?[\"'(\[]?(?P<zone>{_ZONE})\b",
)
_LISTS = {
    "spamhaus": "Spamhaus",
    "spamcop": "SpamCop",
    "barracudacentral": "Barracuda",
    "sorbs": "SORBS",
    "uceprotect": "UCEPROTECT",
    "invaluement": "Invaluement",
    "abusix": "Abusix",
    "mailspike": "Mailspike",
    "surbl": "SURBL",
    "uribl": "URIBL",
    "psbl": "PSBL",
    "spamrats": "SpamRATS",
    "senderscore": "Sender Score",
    "cloudmark": "Cloudmark CSI",
    "manitu": "NiX Spam",
    "nixspam": "NiX Spam",
    "0spam": "0Spam",
    "backscatterer": "Backscatterer",
    "lashback": "LashBack",
    "s5h.net": "S5H",
    "justspam": "JustSpam",
    "hostkarma": "Hostkarma",
    "spameatingmonkey": "Spam Eating Monkey",
    "truncate.gbudb": "Truncate",
    "trendmicro.com/reputation": "Trend Micro ERS",
    "mail-abuse.com": "Trend Micro ERS",
}
"""A word of a list's zone or page -> its name."""

_NAMED = _Pattern(_LISTS)
_WEB = _Pattern(("http://", "https://"))

_SIZES = (
    _pattern(
        "exceed|too big|too large|larger",
        r"size[ \t]{0,2}[:=(]?[ \t]{0,2}"
        + _NUMBER.format("size_bytes")
        + r"[^\d\n]{0,40}?exceeds[^\d\n]{0,60}?"
        + _NUMBER.format("size_limit_bytes"),
    ),
    _pattern(
        "size|too big|too large",
        r"(?:limit|max(?:imum)?(?: allowed)?(?: message)?(?: size)?|larger than|limits)(?: is| of|[ \t]{0,2}[:=(])?[ \t(]{0,3}"
        + _NUMBER.format("size_limit_bytes"),
    ),
    _pattern(
        "size",
        r"(?:(?<!mum )(?<!max )message size|(?<!mum )(?<!max )(?<!message )size)[ \t]{0,2}(?:is|of|[:=(])?[ \t]{0,2}"
        + _NUMBER.format("size_bytes"),
    ),
)
_QUOTAS = (
    _pattern(
        "quota|storage|mailbox",
        _NUMBER.format("used_bytes")
        + r"[ \t]{0,2}(?:/|of|out of|von|sur|de)[ \t]{0,2}"
        + _NUMBER.format("quota_bytes"),
    ),
    _pattern(
        "quota|storage",
        r"(?:quota|storage limit|mailbox limit)(?: limit| size)?(?: is| of|[ \t]{0,2}[:=(])?[ \t(]{0,3}"
        + _NUMBER.format("quota_bytes"),
    ),
    _pattern(
        "quota|storage",
        r"(?:used|usage|current(?:ly)?)(?: is|[ \t]{0,2}[:=(])?[ \t(]{0,3}" + _NUMBER.format("used_bytes"),
    ),
)
_FACTORS = {"k": 1024, "m": 1024**2, "g": 1024**3, "t": 1024**4}
_ENOUGH_BYTES = 10_000
"""A bare number below this is a count, a percentage or a code, and no size."""

_URL = re.compile(r"\bhttps?://[^\s<>\"'`{}|\\^\[\]]{3,500}", re.IGNORECASE)
_URL_END = ".,;:!?)*"
_IP = r"(?:\d{1,3}\.){3}\d{1,3}|(?:[0-9a-f]{1,4}:){2,7}[0-9a-f:]{0,4}"
_CLIENT = _pattern(
    "block|listed|reputation|reverse|ptr|rdns|banned|spf|client host|lookup failed|messages from| ip |ip=|ip address|rate limit",
    r"(?:\b(?:client(?: host)?|host|ip|ip address|(?:mails?|messages?|connections?) from|lookup failed|(?:mail )?server)"
    rf"[^\d\n\[.;]{{0,24}}[\[(]?|(?<![a-z] )(?<![a-z>])\[)(?P<ip>{_IP})\b",
)
_IDS = (
    # Google: a1-20020a170902d50100b001c3e5da3a5esi123.45 - gsmtp
    _pattern("gsmtp", r"(?P<id>[a-z0-9][a-z0-9.\-]{8,90}) - gsmtp"),
    # Microsoft: [DB5EUR01FT011.eop-EUR01.prod.protection.outlook.com 2026-01-02T03:04:05.678Z 08DC1F2E3D4C5B6A]
    _pattern(
        "outlook.com", r"\[(?P<id>[A-Z0-9]{6,24}\.[\w.\-]{1,80}outlook\.com(?: [0-9TZ:.\-]{10,40} [0-9A-F]{8,40})?)\]"
    ),
    # Microsoft's (S3140), (AS7701); Yahoo's [TSS04]; Orange's OFR_506; Apple's [CS01], [HM08]; GMX's
    _pattern(
        "(s|(as|[ts|[t|[c|[h|[d|[p|rbl|(rbl|[ib|(ib|(dm|(a|[a",
        r"[\[(](?P<id>(?:AS|S)\d{3,12}|TSS?\d{2,4}|[CHD][SMC]\d{2}|PH\d{2}|RBL\d{3}|IB\d{3}[a-z]?|DM\d{3}|A\d{3})[\])]",
    ),
    _pattern("ofr|lpn|bl0|rlm", r"\b(?P<id>(?:OFR|LPN)\d{0,4}[_ ]\d{3}(?:_\d{2,4})?|BL\d{6,9}|RLM\d{6,9})\b"),
    _pattern(
        "id:|id=|id #|id[| id |ref|incident|ticket|number|code",
        r"\b(?:(?:reference|ref|incident|ticket|case|request|session|transaction|event|support|tracking|rejection|error|message)"
        r"[ _\-]?(?:id|no\.|number|code|#)|incident|ticket|reference)[ \t]{0,2}[:=#][ \t]{0,2}[\[(<]?"
        r"(?P<id>(?![245]\.\d\.|[245]\d\d\b)(?=[\w.\-]{0,60}\d)[A-Za-z0-9][\w.\-]{4,80})",
    ),
)


def details_of(texts: Iterable[str]) -> Details:
    """Give what texts about one recipient tell besides the cause.

    >>> told = details_of(["552 5.3.4 Message size 12345678 exceeds size limit 10240000; see https://mx.example/limits."])
    >>> told.size_bytes, told.size_limit_bytes, told.urls
    (12345678, 10240000, ('https://mx.example/limits',))
    """
    text = "\n".join(texts)
    lower = text.lower()
    woken: set[_Pattern] = set()
    for _, patterns in _triggers().iter(lower):
        woken.update(patterns)
    if not woken:
        return NOTHING
    found: dict[str, object] = {}
    if _WEB in woken:
        found["urls"] = _urls(text)
        text = _URL.sub(" ", text)
    for name, value in (*_numbers(text, lower, woken), *_names(text, lower, woken)):
        found.setdefault(name, value)
    return Details(**found) if found else NOTHING  # type: ignore[arg-type]


@functools.cache
def _triggers() -> ahocorasick.Automaton:
    """Give all words that wake an expression: most replies have none of them."""
    owners: dict[str, list[_Pattern]] = {}
    for pattern in (*_RETRY, *_SIZES, *_QUOTAS, *_IDS, _LISTED, _NAMED, _CLIENT, _WEB):
        for word in pattern.words:
            owners.setdefault(word, []).append(pattern)
    automaton = ahocorasick.Automaton()
    for word, patterns in owners.items():
        automaton.add_word(word, tuple(patterns))
    automaton.make_automaton()
    return automaton


@functools.cache
def _compiled(expression: str) -> re.Pattern[str]:
    return re.compile(expression, re.IGNORECASE)


def _matches(patterns: Iterable[_Pattern], text: str, woken: set[_Pattern]) -> Iterator[re.Match[str]]:
    """Give the first match of each expression that is awake."""
    for pattern in patterns:
        if pattern in woken:
            match = _compiled(pattern.expression).search(text)
            if match:
                yield match


def _numbers(text: str, lower: str, woken: set[_Pattern]) -> Iterator[tuple[str, object]]:
    for match in _matches(_RETRY, text, woken):
        yield "retry_after", _duration(match)
    if "message size" not in lower and "message too" not in lower:
        yield from _bytes(_matches(_QUOTAS, text, woken))
    yield from _bytes(_matches(_SIZES, text, woken))


def _names(text: str, lower: str, woken: set[_Pattern]) -> Iterator[tuple[str, object]]:
    ids = tuple(dict.fromkeys(match["id"] for match in _matches(_IDS, text, woken)))[:MAX_IDS]
    if ids:
        yield "support_ids", ids
    listed = next(_matches((_LISTED,), text, woken), None)
    name = next((name for word, name in _LISTS.items() if word in lower), None) if _NAMED in woken else None
    zone = listed["zone"].lower() if listed else None
    if zone and (name is None or any(word in zone for word in _LISTS)):
        yield "blocklist", zone
    elif name:
        yield "blocklist", name
    for match in _matches((_CLIENT,), text, woken):
        yield "client_ip", match["ip"]


def _urls(text: str) -> tuple[str, ...]:
    found = (match[0].rstrip(_URL_END) for match in _URL.finditer(text))
    return tuple(dict.fromkeys(found))[:MAX_URLS]


def _duration(match: re.Match[str]) -> timedelta:
    groups = match.groupdict()
    if groups.get("hours"):
        return timedelta(hours=int(match["hours"]), minutes=int(match["minutes"]), seconds=int(match["seconds"]))
    return timedelta(seconds=int(match["number"]) * _SECONDS[match["unit"][0].lower()])


def _bytes(matches: Iterable[re.Match[str]]) -> Iterator[tuple[str, object]]:
    """Read sizes: a number with a unit, or a bare one that is large enough to be bytes."""
    for match in matches:
        for name in match.groupdict():
            if name.endswith("_bytes") and match[name]:
                size = _size(match[name], match[f"{name}_unit"] or "")
                if size is not None:
                    yield name, size


def _size(number: str, unit: str) -> int | None:
    factor = _FACTORS.get(unit[:1].lower(), 1)
    bare = number.rstrip(".,")
    value = float(re.sub(r"[.,]", "", bare)) if _grouped(bare, dots=factor == 1) else _decimal(bare)
    if value is None or (not unit and value < _ENOUGH_BYTES):
        return None
    return int(value * factor)


def _grouped(number: str, *, dots: bool) -> bool:
    """Say whether a number's marks set thousands apart; a single dot before a unit is a decimal point."""
    return bool(re.fullmatch(r"\d{1,3}(?:,\d{3}){1,4}|\d{1,3}(?:\.\d{3}){2,4}", number)) or (
        dots and bool(re.fullmatch(r"\d{1,3}\.\d{3}", number))
    )


def _decimal(number: str) -> float | None:
    try:
        return float(number.replace(",", "."))
    except ValueError:
        return None
