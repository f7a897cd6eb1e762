"""List header fields: which list a message came from, and how to leave it (RFC 2919, RFC 2369, RFC 8058, RFC 5064)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple
from urllib.parse import unquote

import msgspec

from mailkit.findings import Finding, finding
from mailkit.lists.drivers import DRIVERS, Confidence, Driver
from mailkit.lists.drivers import FIELDS as DRIVER_FIELDS
from mailkit.lists.roles import role_of
from mailkit.message import Message, parse
from mailkit.syntax.comments import comment_end
from mailkit.syntax.fields import Field
from mailkit.syntax.mailboxes import parse_addresses
from mailkit.syntax.params import decode_raw
from mailkit.syntax.words import decode_words

LIST_FIELDS = frozenset(
    {
        *("list-id", "list-post", "list-help", "list-subscribe", "list-unsubscribe", "list-owner", "list-archive"),
        *("mailing-list", "x-mailing-list", "x-beenthere", "x-list", "x-ml-name"),
    }
)
"""Fields each of which says that a message came from a list."""
MAX_SAME = 20
"""Fields of one name that are read; real mail has one, and Received some ten."""
MAX_VALUE_BYTES = 8_192
"""Bytes of one value that are read; real ones have under 500."""
MAX_URIS = 20
"""Addresses of one kind that are kept; real fields have one or two."""
_SEQUENCES = ("x-mail-count", "x-ml-count", "x-sequence-number", "x-sequence", "x-groupsio-msgnum")
_READ = (
    LIST_FIELDS
    | DRIVER_FIELDS
    | {"list-unsubscribe-post", "archived-at", "x-archived-at", "x-ml-info", "errors-to", *_SEQUENCES}
)
_NUMBER = re.compile(rb"[ \t]*(\d{1,18})")
_BEHIND = re.compile(rb"[/\-](\d{1,18})[ \t]*\Z")
_PATH_NUMBER = re.compile(rb"(?:-return-|[+\-]bounces-)(\d{1,18})[\-@]")
_URI = re.compile(r"[A-Za-z][A-Za-z0-9+.\-]{1,20}:[^\s,<>]{1,2000}")
_MARK = re.compile(rb"[<(]")
_CONTACT = re.compile(rb"(?:\A|;)[ \t]*(list|contact)[ \t]+([^\s;,]{1,320})", re.IGNORECASE)
_CONTROL = re.compile(rb"mailto:([^\s<>;?]{1,320})", re.IGNORECASE)
_BLANKS = re.compile(rb"\s+")


class MailingList(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The list or bulk mailing from which a message came, as its header says; any sender may write that.

    >>> MailingList(id="hoe.example.gr.jp").one_click is None
    True
    """

    id: str | None = None
    """List-Id without brackets, as written; compared without case (RFC 2919 section 6)."""
    name: str | None = None
    """What stands before List-Id's brackets, decoded; else the name in X-ML-Name or X-List."""
    address: str | None = None
    """Where posts go: List-Post, else what the program writes, else what an address beside it shows; None: nothing does."""
    open: bool | None = None
    """Whether one may post: False for ``List-Post: NO``, None where there is no List-Post (RFC 2369 section 3.4)."""
    help: tuple[str, ...] = ()
    """URIs in the order of preference (RFC 2369 section 2), without comments; so are all below."""
    subscribe: tuple[str, ...] = ()
    unsubscribe: tuple[str, ...] = ()
    post: tuple[str, ...] = ()
    owner: tuple[str, ...] = ()
    archive: tuple[str, ...] = ()
    archived_at: str | None = None
    """Where this message is in the archive (RFC 5064)."""
    one_click: str | None = None
    """The https URI to which ``List-Unsubscribe=One-Click`` may be posted: both fields stand there (RFC 8058 section 3.1).
    That a valid DKIM signature covers them, as section 4 asks, is not checked."""
    sequence: int | None = None
    """The number of the message in the list, where the program counts."""
    driver: str | None = None
    """The program: fml, mailman, ezmlm, mlmmj, sympa, majordomo, listserv, ...; None where nothing tells."""
    version: str | None = None
    """Its version as it writes it."""
    confidence: Confidence | None = None
    """stated = the program names itself; inferred = the form of an address or of an id tells; None: no driver."""
    source: str | None = None
    """By which field the program is known, and where that is known from."""
    fields: tuple[str, ...] = ()
    """Names of the list fields that stand there, in lower case, in order."""
    findings: tuple[Finding, ...] = ()


class _Header(NamedTuple):
    """The fields that are asked for, each with its first few."""

    found: dict[str, list[Field]]

    def value(self, name: str) -> bytes | None:
        fields = self.found.get(name)
        return fields[0].value[:MAX_VALUE_BYTES] if fields else None

    def values(self, name: str) -> Iterator[bytes]:
        return (field.value[:MAX_VALUE_BYTES] for field in self.found.get(name, ()))

    def offset(self, name: str) -> int:
        return self.found[name][0].offset


def mailing_list(message: Message | bytes) -> MailingList | None:
    r"""Read what the header says of the list from which a message came; None where nothing does. Never raises.

    >>> found = mailing_list(b"List-Id: Hoe! <hoe.example.gr.jp>\nX-MLServer: fml [fml 4.0.3 release]\n\n")
    >>> found.id, found.name, found.driver, found.version
    ('hoe.example.gr.jp', 'Hoe!', 'fml', '4.0.3')
    """
    header = _collect(message if isinstance(message, Message) else parse(message))
    driver, version = _driver(header)
    if driver is None and not LIST_FIELDS & header.found.keys():
        return None
    findings: list[Finding] = []
    identifier, name = _list_id(header, findings)
    unsubscribe = _uris(header, "list-unsubscribe", findings)
    post = header.value("list-post")
    return MailingList(
        id=identifier,
        name=name or _text(header, "x-ml-name") or _text(header, "x-list"),
        address=_address(header) or (_beside(header) if driver else None),
        open=None if post is None else not _is_no(post),
        help=_uris(header, "list-help", findings),
        subscribe=_uris(header, "list-subscribe", findings),
        unsubscribe=unsubscribe,
        post=() if post is None or _is_no(post) else _uris(header, "list-post", findings),
        owner=_uris(header, "list-owner", findings),
        archive=_uris(header, "list-archive", findings),
        archived_at=next(iter(_uris(header, "archived-at", [])), None),
        one_click=_one_click(header, unsubscribe, findings),
        sequence=_sequence(header),
        driver=driver and driver.name,
        version=version,
        confidence=driver and driver.confidence,
        source=driver and f"{driver.field}: {driver.source}",
        fields=tuple(one for one in header.found if one in LIST_FIELDS),
        findings=tuple(findings),
    )


def _collect(message: Message) -> _Header:
    """Read the header once; of one name no more than a few are kept."""
    found: dict[str, list[Field]] = {}
    for field in message.header:
        name = field.name.lower().decode("latin-1")
        if name in _READ:
            same = found.setdefault(name, [])
            if len(same) < MAX_SAME:
                same.append(field)
    return _Header(found)


def _driver(header: _Header) -> tuple[Driver | None, str | None]:
    """Find the program: the first row of the table that fits."""
    for row in DRIVERS:
        if row.field not in header.found or (row.also and row.also not in header.found):
            continue
        if row.pattern is None:
            return row, None
        for value in header.values(row.field):
            match = row.pattern.search(value)
            if match:
                version = match.groupdict().get("version")
                return row, version.decode("ascii", "replace") if version else None
    return None, None


def _text(header: _Header, name: str) -> str | None:
    return decode_words(header.value(name)) or None


def _list_id(header: _Header, findings: list[Finding]) -> tuple[str | None, str | None]:
    """Read List-Id: a phrase and the id in brackets (RFC 2919 section 3)."""
    raw = header.value("list-id")
    if raw is None:
        return None, None
    start = raw.rfind(b"<")
    stop = raw.find(b">", start)
    bracketed = 0 <= start < stop
    inner = raw[start + 1 : stop] if bracketed else raw
    text = decode_raw(_BLANKS.sub(b"", inner) if bracketed else inner.strip(b' "<>'))
    usable = bool(text) and not re.search(r"\s", text)
    if not bracketed or not usable or "." not in text or "@" in text:
        findings.append(finding("list.id.malformed", header.offset("list-id"), text[:100]))
    name = (decode_words(raw[:start]) or "").strip(' "\t') if bracketed else ""
    if not usable:
        return None, name or text or None
    return text, name or None


def _is_no(raw: bytes) -> bool:
    """Say whether List-Post says that nobody may post (RFC 2369 section 3.4)."""
    return raw[:2].upper() == b"NO" and raw[2:3] in {b"", b" ", b"\t", b"("}


def _uris(header: _Header, name: str, findings: list[Finding]) -> tuple[str, ...]:
    """Give the URIs of all fields of a name, each once; what stands without brackets is a fault."""
    uris: dict[str, None] = {}
    for field in header.found.get(name, ()):
        value = field.value[:MAX_VALUE_BYTES]
        here = [uri for uri in _bracketed(value) if uri]
        if not here:
            here = [match[0] for match in _URI.finditer(decode_raw(value))]
            findings.append(finding("list.field.malformed", field.offset, name))
        uris.update(dict.fromkeys(here))
    return tuple(uris)[:MAX_URIS]


def _bracketed(raw: bytes) -> Iterator[str]:
    """Give what stands in angle brackets, comments left out; white space inside does not count (RFC 2369 section 2)."""
    position, comments = 0, True
    while match := _MARK.search(raw, position):
        start = match.start()
        if raw[start] == ord("("):
            stop = comment_end(raw, start) if comments else -1
            comments = comments and stop >= 0
            position = stop if stop >= 0 else start + 1
            continue
        stop = raw.find(b">", start)
        if stop < 0:
            return
        yield decode_raw(_BLANKS.sub(b"", raw[start + 1 : stop]))
        position = stop + 1


def _one_click(header: _Header, unsubscribe: tuple[str, ...], findings: list[Finding]) -> str | None:
    """Find the URI of a one-click unsubscription; both fields are needed (RFC 8058 section 3.1)."""
    raw = header.value("list-unsubscribe-post")
    if raw is None:
        return None
    uri = next((uri for uri in unsubscribe if uri[:8].lower() == "https://"), None)
    if raw.strip().lower() == b"list-unsubscribe=one-click" and uri:
        return uri
    findings.append(finding("list.one-click.incomplete", header.offset("list-unsubscribe-post")))
    return None


def mail_address(uri: str) -> str | None:
    """Give the first address of a mailto URI (RFC 6068 section 2); None for any other.

    >>> mail_address("mailto:hoe%2Bhelp@example.gr.jp?subject=help"), mail_address("https://example.gr.jp/")
    ('hoe+help@example.gr.jp', None)
    """
    scheme, _, rest = uri.partition(":")
    address = unquote(rest.partition("?")[0].partition(",")[0]).strip()
    return address if scheme.lower() == "mailto" and "@" in address[1:-1] else None


def _address(header: _Header) -> str | None:
    """Find where posts go."""
    for uri in _uris(header, "list-post", []):
        address = mail_address(uri)
        if address:
            return address
    for name in ("x-beenthere", "x-mailing-list"):
        address = _mailbox(header.value(name))
        if address:
            return address
    for what, address in _CONTACT.findall(header.value("mailing-list") or b""):
        found = decode_raw(address)
        if what.lower() == b"list":
            return found
        return _list_of(found)
    info = _CONTROL.search(header.value("x-ml-info") or b"")  # fml: elena-ctl@ml.example.jp
    if info:
        return _list_of(decode_raw(info[1]))
    return _mailbox(header.value("x-loop")) if "x-sequence" in header.found else None


def _beside(header: _Header) -> str | None:
    """Find the list by an address beside it under which its program sends."""
    for name in ("from", "sender", "errors-to", "return-path"):
        address = _mailbox(header.value(name))
        found = _list_of(address) if address else None
        if found:
            return found
    return None


def _list_of(address: str) -> str | None:
    role = role_of(address)
    return role.list if role else None


def _mailbox(raw: bytes | None) -> str | None:
    boxes = parse_addresses(raw, limit=1).mailboxes if raw else ()
    return boxes[0].address if boxes and "@" in boxes[0].address else None


def _sequence(header: _Header) -> int | None:
    """Find the number of the message: in a field of its own, behind an archive, or in the envelope sender."""
    for name in _SEQUENCES:
        match = _NUMBER.match(header.value(name) or b"")
        if match:
            return int(match[1])
    match = _BEHIND.search(header.value("x-mailing-list") or b"")
    if not match:
        match = _PATH_NUMBER.search(header.value("return-path") or b"")
    return int(match[1]) if match else None
