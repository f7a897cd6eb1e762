"""Zone files as an authority in memory: what NSD and Unbound of the shared settings answer, without a socket."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

import dns.name
import dns.rdataset
import dns.rdatatype
import dns.zone

from mailkit.dns.core import Question, Record, Reply

TEMPORARY = {"timeout.test": "timeout", "refused.test": "REFUSED", "servfail.test": "SERVFAIL", "lame.test": "lame"}
"""Zones that do not answer, as nsd5300.conf and unbound.conf have them."""
NO_NAME = frozenset({"nx.test"})
MAX_ALIASES = 16
_NAMED = {"CNAME": "target", "PTR": "target", "NS": "target", "MX": "exchange"}


class Zones:
    """Answers questions from all zone files of a folder; names outside of them get the state `outside`."""

    def __init__(self, folder: Path | Mapping[str, str], *, additional: bool = True) -> None:
        texts = folder if isinstance(folder, Mapping) else {path.name: path.read_text() for path in folder.iterdir()}
        self.zones = {
            dns.name.from_text(name): dns.zone.from_text(text, origin=name, relativize=False, check_origin=False)
            for name, text in texts.items()
        }
        assert self.zones
        self.additional = additional
        self.asked: list[Question] = []

    def __call__(self, wanted: Question) -> Reply:
        """Answer one question."""
        self.asked.append(wanted)
        owner = dns.name.from_text(wanted.name)
        aliases: list[str] = []
        while True:
            text = _text(owner)
            for zone, why in TEMPORARY.items():
                if text == zone or text.endswith("." + zone):
                    return Reply(state="temporary", why=why, ttl_seconds=30)
            found = self._node(owner)
            if found is None:
                return Reply(state="no-name", aliases=tuple(aliases), ttl_seconds=60)
            cname = found.get(dns.rdatatype.CNAME)
            if cname is None or wanted.rdtype == "CNAME":
                break
            owner = cname[0].target
            if _text(owner) in aliases or len(aliases) >= MAX_ALIASES:
                return Reply(state="temporary", why="alias-loop", ttl_seconds=30)
            aliases.append(_text(owner))
        rdataset = found.get(dns.rdatatype.from_text(wanted.rdtype))
        records = tuple(_records(_text(owner), rdataset)) if rdataset is not None else ()
        return Reply(
            state="answer" if records else "no-data",
            records=records,
            aliases=tuple(aliases),
            additional=tuple(self._additional(records)) if self.additional and wanted.rdtype == "MX" else (),
            ttl_seconds=300,
        )

    def _node(self, owner: dns.name.Name) -> dict[dns.rdatatype.RdataType, dns.rdataset.Rdataset] | None:
        """Give what stands at a name: its own records, or those of the wildcard above it (RFC 4592)."""
        zone = next((zone for origin, zone in self.zones.items() if owner.is_subdomain(origin)), None)
        if zone is None or _text(owner) in NO_NAME:
            return None
        name = owner
        while True:
            if zone.get_node(name) is not None or any(one.is_subdomain(name) for one in zone.nodes):
                break  # the closest encloser: a name with records, or with names below it
            name = name.parent()
        if name == owner:
            return {rdataset.rdtype: rdataset for rdataset in zone.get_node(owner) or ()}
        node = zone.get_node(dns.name.Name((b"*", *name.labels)))
        return None if node is None else {rdataset.rdtype: rdataset for rdataset in node}

    def _additional(self, records: tuple[Record, ...]) -> Iterator[Record]:
        for record in records:
            node = self._node(dns.name.from_text(record.text)) if record.text != "." else None
            for rdtype in (dns.rdatatype.A, dns.rdatatype.AAAA):
                if node and rdtype in node:
                    yield from _records(record.text, node[rdtype])


def _records(name: str, rdataset: dns.rdataset.Rdataset) -> Iterator[Record]:
    rdtype = dns.rdatatype.to_text(rdataset.rdtype)
    for rdata in rdataset:
        if rdtype == "TXT":
            text = b"".join(rdata.strings).decode()
        else:
            text = _text(getattr(rdata, _NAMED[rdtype])) if rdtype in _NAMED else rdata.to_text()
        yield Record(name=name, rdtype=rdtype, text=text, preference=getattr(rdata, "preference", 0))


def _text(name: dns.name.Name) -> str:
    return name.to_text(omit_final_dot=True).lower()
