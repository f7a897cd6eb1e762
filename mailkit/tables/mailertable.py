"""Where sendmail sends a recipient's mail before it asks the DNS: local names, mailertable, smart host.

The order is that of sendmail's rule set 0: names of the host itself, address literals, the mailertable, the smart
host, the DNS (measured with ``sendmail -bt`` of 8.17.1 and the rules of its ``sendmail-cf``).
"""

from __future__ import annotations

import os
import re
from typing import Literal, NamedTuple

import msgspec

from mailkit.errors import TableError
from mailkit.tables.address import MAX_STEPS, TOO_DEEP, Address, Fault, resolve, routed
from mailkit.tables.text import Table, parse_table, read_table

Step = Literal["local", "mailertable", "smart-host", "dns", "error"]

NO_MAILER = "the value {value!r} names no mailer, so sendmail never finds it: write 'smtp:{value}' or 'error:...'"

_STATUS = re.compile(r"(\d+)\.(\d+)\.(\d+)\s*:\s*(.*)", re.DOTALL)
_LITERAL = re.compile(r"\[[^\[\]]*\]")
_ARGUMENT = re.compile("%([0-9])")
KEYWORDS = {
    "usage": "5.5.4",
    "nouser": "5.1.1",
    "nohost": "5.1.2",
    "unavailable": "4.4.1",
    "software": "5.3.0",
    "tempfail": "4.0.0",
    "protocol": "5.5.0",
    "config": "5.3.5",
    "quarantine": "5.7.1",
}
"""The words that may stand for a status behind ``error:``, as sendmail's manual has them: knowledge, not seen."""


class Way(msgspec.Struct, frozen=True, kw_only=True):
    """How a recipient's mail leaves a host, as far as its own tables tell."""

    step: Step
    """What decided: local = the name is the host's own; mailertable; smart-host; dns = no table knows the domain, ask
    for its MX (RFC 5321 section 5.1); error = the mail is refused."""
    mailer: str | None
    """``local``, ``smtp``, ``esmtp``, ``relay`` or another name of the configuration, ``error`` for error; None where
    the table names none: for dns, and where an address literal goes to a smart host."""
    host: str | None = None
    """Without brackets; None where none is asked: for local and error. For dns the recipient's domain."""
    no_mx: bool = False
    """The host stood in brackets: take its own addresses and ask for no MX."""
    user: str | None = None
    """The recipient that is handed on; of local mail the local part."""
    status: str | None = None
    """RFC 3463 code of an error; None where the table gives none."""
    text: str | None = None
    """What the error says."""
    key: str | None = None
    """The key of the mailertable that matched."""
    line: int | None = None
    """Its line."""


class Routes(msgspec.Struct, frozen=True, kw_only=True):
    r"""What a host knows of routes.

    >>> table = parse_mailertable(".example.org\tsmtp:[in.example.org]\nold.example\terror:5.1.2:550 Gone\n")
    >>> routes = Routes(local=frozenset({"gw.example.org"}), mailertable=table, smart_host="out.example.org")
    >>> routes.of("user@sub.example.org").host
    'in.example.org'
    >>> routes.of("user@example.org").step  # a key that begins with a dot does not cover the domain itself
    'smart-host'
    >>> routes.of("user@old.example").text
    '550 Gone'
    """

    local: frozenset[str] = frozenset()
    """The host's own names (sendmail's class w) in lower case, literals in their brackets."""
    mailertable: Table | None = None
    smart_host: str | None = None
    """As SMART_HOST has it: ``host``, ``[host]`` or ``mailer:host``; None for MX."""
    redirects: bool = False
    """FEATURE(redirect): ``user@new.example.REDIRECT``, as an alias may have it, says where somebody has moved."""

    def of(self, address: str) -> Way:
        """Say how the mail for an address leaves; asks no DNS."""
        for _ in range(MAX_STEPS):
            whom = resolve(address, self.local)
            if isinstance(whom, Fault):
                return _error(whom.status, whom.text)
            if whom.domain is None or whom.domain.lower() in self.local or whom.domain == "localhost":
                return Way(step="local", mailer="local", user=whom.user)
            way = self._away(whom, whom.domain)
            if way is not None:
                return way
            address = whom.user
        return _error("5.4.6", f"553 {TOO_DEEP}")

    def _away(self, whom: Address, domain: str) -> Way | None:
        """Say how mail leaves for a domain that is not the host's own; None if it is to be unwrapped and asked again."""
        if self.redirects and domain.lower().endswith(".redirect"):
            return _error("5.1.1", f"551 User has moved; please try <{whom.user}@{domain[: -len('.redirect')]}>")
        if domain.startswith("["):
            return self._literal(whom, domain)
        found = _lookup(self.mailertable, domain) if self.mailertable is not None else None
        if found is not None:
            way = _triple(found.value, whom, "mailertable")
            return way and msgspec.structs.replace(way, key=found.key, line=found.line)
        if self.smart_host and self.smart_host.lower() not in self.local:
            return _triple(self.smart_host, whom, "smart-host")
        return Way(step="dns", mailer=None, host=domain, user=whom.text)

    def _literal(self, whom: Address, domain: str) -> Way:
        """Send to an address literal (RFC 5321 section 4.1.3), or give it to the smart host."""
        if self.smart_host:
            mailer, _, host = self.smart_host.rpartition(":") if ":" in self.smart_host else ("", "", self.smart_host)
            return _send("smart-host", mailer or None, host, whom.text)
        return Way(step="dns", mailer=None, host=domain.strip("[]"), no_mx=True, user=whom.text)


def _triple(value: str, whom: Address, step: Step) -> Way | None:
    """Read ``mailer:host`` and its other forms; None where local mail names another host in its local part."""
    mailer, colon, rest = value.partition(":")
    mailer, rest = mailer.strip().lower(), rest.strip()
    if not colon or value.startswith("["):
        return _send(step, "relay", value, whom.text)
    if mailer == "error":
        return _stated(rest)
    if mailer == "local":
        local = Way(step="local", mailer="local", user=rest.partition("@")[0] or whom.user)
        return None if routed(whom.user) else local
    user, at, host = rest.rpartition("@")
    return _send(step, mailer, host, f"{user}@{host}" if at else whom.text)


class Found(NamedTuple):
    """An entry of a mailertable with its arguments put in."""

    key: str
    value: str
    line: int


def _lookup(table: Table, domain: str) -> Found | None:
    """Look for the domain itself, then for its parents with a dot in front, the longest first, then for a lone dot."""
    lower = domain.lower()
    entry = table.entries.get(lower)
    if entry is not None:
        return Found(entry.key, _filled(entry.value, domain, ""), entry.line)
    at = lower.find(".")
    while at >= 0:
        entry = table.entries.get(lower[at:])
        if entry is not None:
            return Found(entry.key, _filled(entry.value, domain[at:], domain[:at]), entry.line)
        at = lower.find(".", at + 1)
    entry = table.entries.get(".")
    return Found(".", _filled(entry.value, ".", domain), entry.line) if entry else None


def _filled(value: str, key: str, rest: str) -> str:
    """Put in what a key with a dot left of the domain (``%1``), and the key (``%0``)."""
    return _ARGUMENT.sub(lambda match: {"0": key, "1": rest}.get(match[1], ""), value)


def _send(step: Step, mailer: str | None, host: str, user: str) -> Way:
    literal = _LITERAL.fullmatch(host) is not None
    return Way(step=step, mailer=mailer, host=host[1:-1] if literal else host, no_mx=literal, user=user)


def _error(status: str | None, text: str) -> Way:
    return Way(step="error", mailer="error", status=status, text=text)


def _stated(rest: str) -> Way:
    """Read what stands behind ``error:``: a status or a word for one, and the text."""
    match = _STATUS.fullmatch(rest)
    if match:
        return _error(".".join(match.groups()[:3]), match[4].strip('"'))
    word, colon, text = rest.partition(":")
    if colon and word.strip().isalpha():
        return _error(KEYWORDS.get(word.strip().lower()), text.strip().strip('"'))
    return _error(None, rest.strip('"'))


def parse_mailertable(text: str, *, name: str = "mailertable") -> Table:
    """Read a mailertable from its text.

    >>> parse_mailertable("example.org [in.example.org]", name="mt")
    Traceback (most recent call last):
    mailkit.errors.TableError: mt:1: the value '[in.example.org]' names no mailer, so sendmail never finds it: \
write 'smtp:[in.example.org]' or 'error:...'

    Raises TableError for a line that `makemap` would refuse, and for a value without a mailer.
    """
    return _checked(parse_table(text, name=name))


def read_mailertable(path: str | os.PathLike[str]) -> Table:
    """Read a mailertable from a file; like `parse_mailertable`."""
    return _checked(read_table(path))


def _checked(table: Table) -> Table:
    for entry in table.entries.values():
        if ":" not in entry.value or entry.value.startswith("["):
            raise TableError(table.name, entry.line, NO_MAILER.format(value=entry.value))
    return table
