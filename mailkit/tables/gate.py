"""What a host lets in: the checks of sendmail at MAIL, RCPT and the opening of a connection, as far as tables tell.

The order is that of sendmail's check_mail, check_rcpt and check_relay (measured with ``sendmail -bt`` of 8.17.1).
What needs the DNS is in `mailkit.dns.checks`.
"""

from __future__ import annotations

from typing import Literal

import msgspec

from mailkit.tables.access import Access, Decision, decision, refusal, senders, written
from mailkit.tables.address import MAX_STEPS, TOO_DEEP, Address, Fault, dequote, is_localhost, resolve, routed, split

Lookup = Literal["", "OK", "TEMP", "FORGED", "FAIL"]
Domain = Literal["found", "no", "temporary"]

REAL_NAME = ("5.5.4", "553 Real domain name required for sender address")
QUALIFY = ("5.5.4", "553 Domain name required for sender address")
NOT_THERE = ("5.1.8", "553 Domain of sender address {} does not exist")
NOT_NOW = ("4.1.8", "451 Domain of sender address {} does not resolve")
NO_RELAY = ("5.7.1", "550 Relaying denied")
NO_USER = ("5.1.1", "553 User address required")
UNRESOLVED: dict[str, tuple[str, str]] = {
    "TEMP": ("4.4.0", "450 Relaying temporarily denied. Cannot resolve PTR record"),
    "FORGED": ("5.7.1", "550 Relaying denied. IP name possibly forged"),
    "FAIL": ("5.7.1", "550 Relaying denied. IP name lookup failed"),
}
"""What a client without a believable name hears that may not relay by its address."""
LOOPBACK = frozenset({"", "0", "127.0.0.1", "ipv6:0:0:0:0:0:0:0:1", "ipv6:::1"})
"""Clients that may relay without any table, as sendmail writes them; the empty one is a local submission."""
SELF = frozenset({"[127.0.0.1]", "[ipv6:0:0:0:0:0:0:0:1]", "[ipv6:::1]"})
"""Domains of a sender that no host outside may use."""


class Client(msgspec.Struct, frozen=True, kw_only=True):
    """Who is connected."""

    ip: str = ""
    """Empty for a local submission."""
    name: str = ""
    """What the address resolves to; the address in brackets where it has no name."""
    lookup: Lookup = "OK"
    """How that went: OK; TEMP = no answer at present; FORGED = the name does not lead back to the address; FAIL = the
    address has no name (sendmail's macro client_resolve)."""


class Gate(msgspec.Struct, frozen=True, kw_only=True):
    r"""What a host lets in.

    >>> from mailkit.tables.access import parse_access
    >>> access = parse_access("example.net REJECT\nTo:example.org RELAY\n")
    >>> gate = Gate(access=access, local=frozenset({"gw.example.org"}), host="gw.example.org")
    >>> outside = Client(ip="192.0.2.1", name="mail.example.com")
    >>> gate.recipient("user@example.org", outside).action
    'relay'
    >>> gate.recipient("user%example.com@gw.example.org", outside).text
    'Relaying denied'
    >>> gate.sender("user@sub.example.net", outside).text
    'Access denied'
    """

    access: Access | None = None
    local: frozenset[str] = frozenset()
    """The host's own names (class w) in lower case, literals in their brackets."""
    host: str | None = None
    """The host's full name (macro j); it stands for ``localhost``."""
    relay_domains: frozenset[str] = frozenset()
    """Domains with all below them, and address prefixes, that may relay (class R), in lower case."""
    blocklist_recipients: bool = True
    """Whether the access table holds for recipients, too."""

    def domain_to_check(self, sender: str) -> str | None:
        """Give the domain that must resolve for a sender to be taken; None where none has to."""
        whom = resolve(sender, self.local, host=self.host)
        if not sender.strip(" <>") or isinstance(whom, Fault) or whom.domain is None:
            return None
        lower = whom.domain.lower()
        known = lower == (self.host or "").lower() or lower.rpartition(".")[2] == "redirect"
        return None if known else whom.domain

    def sender(self, address: str, client: Client, *, domain: Domain = "found") -> Decision:
        """Say what becomes of MAIL FROM.

        `domain` says whether the sender's domain resolves (see `domain_to_check`).
        """
        if not address.strip(" <>"):
            return Decision(action="accept")  # RFC 5321 section 4.5.5: a bounce must arrive
        claimed = (split(address).domain or "").lower().removesuffix(".")
        ours = not client.name or client.name.lower() in self.local
        if (claimed in SELF or is_localhost(claimed, self.local)) and not ours:
            return refusal(*REAL_NAME)
        whom = resolve(address, self.local, host=self.host)
        if not isinstance(whom, Fault):
            found = self.access.find("From", *senders(whom)) if self.access else None
            if found is not None:
                stated = decision(found)
                return msgspec.structs.replace(stated, action="accept") if stated.action == "relay" else stated
        if isinstance(whom, Fault) or whom.domain is None:
            return refusal(*QUALIFY) if client.ip else Decision(action="accept")
        if domain == "found":
            return Decision(action="accept")
        status, text = NOT_THERE if domain == "no" else NOT_NOW
        return refusal(status, text.format(address.strip(" <>")))

    def recipient(self, address: str, client: Client) -> Decision:
        """Say what becomes of RCPT TO: whether the recipient is refused, is ours, or may be relayed."""
        if not address.strip(" <>"):
            return refusal(*NO_USER)
        whom = self._beyond(address)
        if isinstance(whom, Fault):
            return refusal(whom.status, whom.text)
        if self.access and self.blocklist_recipients:
            blocked = self.access.blocked(whom, self.local)
            if blocked.action != "none":
                return blocked
        if whom.domain is None or self._ours(whom.domain):
            return Decision(action="relay")
        found = self.access.relays_to(whom.domain) if self.access else None
        return decision(found) if found else self._relays(client)

    def client(self, client: Client) -> Decision:
        """Say what the access table says of a connection."""
        return self.access.client(client.ip, client.name) if self.access else Decision(action="none")

    def _beyond(self, address: str) -> Address | Fault:
        """Unwrap an address as far as it is routed through hosts that we are or relay for."""
        for _ in range(MAX_STEPS):
            whom = resolve(address, self.local, host=self.host)
            if isinstance(whom, Fault):
                return whom
            user, domain = dequote(whom.user), whom.domain
            relayed = domain is not None and (self._ours(domain) or (self.access and self.access.relays_to(domain)))
            if not routed(user) or not relayed:
                return Address(user, domain)
            address = user
        return Fault("5.4.6", f"553 {TOO_DEEP}")

    def _ours(self, domain: str) -> bool:
        """Say whether a domain is a name of the host, or in a domain that it relays for."""
        lower = domain.lower()
        return lower in self.local or any(lower == one or lower.endswith("." + one) for one in self.relay_domains)

    def _relays(self, client: Client) -> Decision:
        """Say whether a client may send to other hosts through this one."""
        ip = written(client.ip).lower()
        networks = (one for one in self.relay_domains if ip.startswith(one))
        if ip in LOOPBACK or f"[{ip}]" in self.local or any(ip[len(one) :][:1] in {"", ".", ":"} for one in networks):
            return Decision(action="relay")
        found = self.access.relays_from("address", ip) if self.access else None
        if found is None and client.lookup in UNRESOLVED:
            return refusal(*UNRESOLVED[client.lookup])
        if found is None and client.name:
            name = client.name.rstrip(".")
            if self._ours(name):
                return Decision(action="relay")
            found = self.access.relays_from("domain", name) if self.access else None
        return decision(found) if found else refusal(*NO_RELAY)
