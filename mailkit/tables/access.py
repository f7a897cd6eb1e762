"""sendmail's access table: what it says of a sender, a recipient, a client.

For every key the one with the question's tag (``From:``, ``To:``, ``Connect:``) is looked for first, then the one
without a tag; so ``example.net REJECT`` refuses senders, clients and, with blocklist_recipients, recipients.
Keys with other tags (``Spam:``, ``GreetPause:``, ``ClientRate:`` ...) answer other questions and are never found here.
Order of keys and meaning of values: measured with ``sendmail -bt`` of 8.17.1 and the rules of its ``sendmail-cf``.
"""

from __future__ import annotations

import os
import re
from collections.abc import Collection, Iterator
from ipaddress import AddressValueError, IPv6Address
from typing import Literal, NamedTuple

import msgspec

from mailkit.tables.address import Address, Fault, bare, mask, resolve
from mailkit.tables.text import Entry, Table, parse_table, read_table

Tag = Literal["From", "To", "Connect"]
Action = Literal["none", "accept", "relay", "reject", "tempfail", "discard", "quarantine"]

DENIED = ("5.7.1", "550 Access denied")
DISABLED = ("5.2.1", "550 Mailbox disabled for this recipient")
"""What REJECT says to senders and clients, and to recipients."""

WORDS: dict[str, Action] = {"OK": "accept", "RELAY": "relay", "DISCARD": "discard"}
PASSED = frozenset({"OK", "RELAY"})
"""Values that refuse nobody."""

_ERROR = re.compile(r"error:\s*(\d+)\.(\d+)\.(\d+)\s*:\s*(.+)", re.IGNORECASE | re.DOTALL)
_REPLY = re.compile(r"([2-5]\d\d)(?:[ -]|$)")


class Decision(msgspec.Struct, frozen=True, kw_only=True):
    """What becomes of a sender, a recipient or a client."""

    action: Action
    """none = nothing speaks against it and nothing for it; accept = accepted; relay = mail may go through to other
    hosts; reject and tempfail = refused, for good or for now; discard = accepted and thrown away; quarantine = held."""
    key: str | None = None
    """The key of the access table that decided; None where another rule did."""
    value: str | None = None
    """What stands beside it."""
    line: int | None = None
    """Its line."""
    status: str | None = None
    """RFC 3463 code of a refusal; None where the table gives none."""
    reply: int | None = None
    """SMTP reply code of a refusal (RFC 5321 section 4.2); None where the table gives none."""
    text: str | None = None
    """What the refusal says, without its codes; of a quarantine the reason."""


def refusal(status: str | None, text: str, found: Entry | None = None) -> Decision:
    """Make a refusal of a status and a text; a text that begins with a reply code loses it."""
    text = text.replace('"', "").strip()
    match = _REPLY.match(text)
    reply = int(match[1]) if match else None
    kind = (status or text[:1])[:1]
    return Decision(
        action="tempfail" if kind == "4" else "reject",
        key=found.key if found else None,
        value=found.value if found else None,
        line=found.line if found else None,
        status=status,
        reply=reply,
        text=text[match.end() :].strip() if match else text,
    )


def decision(found: Entry | None, *, rejected: tuple[str, str] = DENIED) -> Decision:
    """Say what a value of an access table means.

    >>> decision(Entry("example.net", "ERROR:5.7.1:551 No relaying", 3))
    Decision(action='reject', key='example.net', value='ERROR:5.7.1:551 No relaying', line=3, status='5.7.1', \
reply=551, text='No relaying')
    """
    if found is None:
        return Decision(action="none")
    head, colon, rest = found.value.partition(":")
    word, rest = head.strip().upper(), rest.strip()
    if not colon and word in WORDS:
        return Decision(action=WORDS[word], key=found.key, value=found.value, line=found.line)
    if word == "QUARANTINE" and rest:
        reason = rest.strip('"')
        return Decision(action="quarantine", key=found.key, value=found.value, line=found.line, text=reason)
    match = _ERROR.fullmatch(found.value)
    if match:
        return refusal(".".join(match.groups()[:3]), match[4], found)
    if word == "REJECT" and not colon:
        return refusal(*rejected, found)
    return refusal(None, rest if word == "ERROR" and rest else found.value, found)


class Search(NamedTuple):
    """One name to look for, and how: its detail, its parents, or it alone."""

    kind: Literal["full", "user", "domain", "address"]
    name: str


class Access(msgspec.Struct, frozen=True, kw_only=True):
    r"""An access table.

    >>> access = parse_access("example.net REJECT\nTo:list+*@example.org\tERROR:5.1.1:550 No such list\n")
    >>> access.sender("user@sub.example.net").status
    '5.7.1'
    >>> access.recipient("list+7@example.org", local={"example.org"}).text
    'No such list'
    >>> access.client("192.0.2.1", "mail.example.net").line
    1
    """

    table: Table
    skip: bool = True
    """Whether SKIP ends a search for a domain or an address without an answer, as with the argument `skip` of
    FEATURE(access_db); without it sendmail takes SKIP for the text of an error."""

    def sender(self, address: str, *, local: Collection[str] = (), host: str | None = None) -> Decision:
        """Say what the table says of the address of MAIL FROM.

        `local` are the host's own names (class w) in lower case; `host` is the name that stands for ``localhost``.
        """
        whom = resolve(address, local, host=host)
        if not address.strip(" <>") or isinstance(whom, Fault):
            return Decision(action="none")
        return decision(self.find("From", *senders(whom)))

    def recipient(self, address: str, *, local: Collection[str] = (), host: str | None = None) -> Decision:
        """Say what the table says of the address of RCPT TO, with FEATURE(blocklist_recipients).

        ``user@`` holds for the host's own domains alone; a value that accepts is none here.
        """
        whom = resolve(address, local, host=host)
        if isinstance(whom, Fault):
            return refusal(whom.status, whom.text)
        return self.blocked(whom, local)

    def blocked(self, whom: Address, local: Collection[str]) -> Decision:
        """Say whether the table refuses a recipient whose address is unwrapped already."""
        found = self.find("To", *recipients(whom, local))
        if found is not None and (found.value.upper() in PASSED or (self.skip and found.value.upper() == "SKIP")):
            found = None
        return decision(found, rejected=DISABLED)

    def client(self, ip: str, name: str | None = None) -> Decision:
        """Say what the table says of a client that connects: its name and the name's parents, then its address."""
        found = self.find("Connect", Search("domain", name)) if name else None
        return decision(found or self.find("Connect", Search("address", written(ip))))

    def relays_to(self, domain: str) -> Entry | None:
        """Give the entry by which mail for a domain may be relayed, if any."""
        return self._relay("To", Search("domain", domain))

    def relays_from(self, kind: Literal["domain", "address"], client: str) -> Entry | None:
        """Give the entry by which a client may relay, if any."""
        return self._relay("Connect", Search(kind, client))

    def _relay(self, tag: Tag, search: Search) -> Entry | None:
        found = self.find(tag, search)
        return found if found is not None and found.value.upper() == "RELAY" else None

    def find(self, tag: Tag, *searches: Search) -> Entry | None:
        """Give the first entry that one of the searches finds."""
        entries = self.table.entries
        for kind, name in searches:
            for written_key in _KEYS[kind](name.lower()):
                key = bare(written_key)
                found = entries.get(f"{tag.lower()}:{key}") or entries.get(key)
                if found is None:
                    continue
                if self.skip and kind in {"domain", "address"} and found.value.upper() == "SKIP":
                    break
                return found
        return None


def senders(whom: Address) -> tuple[Search, ...]:
    """Give what is looked for of a sender, in order."""
    if whom.domain is None:
        return (Search("user", whom.user),)
    return (Search("full", whom.text), Search("user", whom.user), Search("domain", whom.domain))


def recipients(whom: Address, local: Collection[str]) -> tuple[Search, ...]:
    """Give what is looked for of a recipient, in order."""
    if whom.domain is None:
        return (Search("user", whom.user),)
    own = whom.domain.lower() in local
    user = (Search("user", whom.user),) if own else ()
    return (Search("full", whom.text), *user, Search("domain", whom.domain))


def written(ip: str) -> str:
    """Write a client's address as sendmail does: IPv6 behind ``IPv6:``, all eight parts, without leading zeros.

    >>> written("2001:db8::7"), written("::ffff:192.0.2.7"), written("192.0.2.7")
    ('IPv6:2001:db8:0:0:0:0:0:7', '192.0.2.7', '192.0.2.7')
    """
    if ":" not in ip or ip[:5].lower() == "ipv6:":
        return ip
    try:
        address = IPv6Address(ip)
    except AddressValueError:
        return ip
    if address.ipv4_mapped:
        return str(address.ipv4_mapped)
    return "IPv6:" + ":".join(f"{int(part, 16):x}" for part in address.exploded.split(":"))


def _full(name: str) -> Iterator[str]:
    """Give ``user+detail@domain``, ``user+*@domain``, ``user@domain``."""
    yield name
    at = name.rfind("@")
    plus = mask(name).find("+", 1, at)
    if plus > 0:
        yield f"{name[:plus]}+*{name[at:]}"
        yield name[:plus] + name[at:]


def _user(name: str) -> Iterator[str]:
    """Give ``user+detail@``, ``user+*@``, ``user@``."""
    yield from _full(name + "@")


def _domain(name: str) -> Iterator[str]:
    """Give a domain and every parent; an address literal loses its parts from the right, within its brackets."""
    while True:
        yield name
        if name.startswith("["):
            cut = max(name.rfind("."), name.rfind(":"))
            if cut < 2:
                return
            name = name[:cut].rstrip(":") + "]"
        elif "." in name:
            name = name[name.find(".", 1) + 1 :] if "." in name[1:] else ""
        else:
            return
        if not name:
            return


def _address(name: str) -> Iterator[str]:
    """Give an address and every network that is a prefix of it, by octets or by the parts of IPv6."""
    while name:
        yield name
        cut = max(name.rfind("."), name.rfind(":"))
        if cut < 1:
            return
        name = name[:cut].rstrip(":")


_KEYS = {"full": _full, "user": _user, "domain": _domain, "address": _address}


def parse_access(text: str, *, name: str = "access", skip: bool = True) -> Access:
    """Read an access table from its text.

    Raises TableError for a line that `makemap` would refuse.
    """
    return Access(table=parse_table(text, name=name), skip=skip)


def read_access(path: str | os.PathLike[str], *, skip: bool = True) -> Access:
    """Read an access table from a file; like `parse_access`."""
    return Access(table=read_table(path), skip=skip)
