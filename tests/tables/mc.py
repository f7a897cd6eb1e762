"""A small reader of sendmail's .mc files: just the words that name what mailkit.tables knows."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Literal, NamedTuple

from mailkit.dns.checks import Dnsbl
from mailkit.tables.access import Access, read_access
from mailkit.tables.gate import Gate
from mailkit.tables.mailertable import Routes, read_mailertable
from mailkit.tables.masquerade import Masquerade

CALL = re.compile(r"^(?!dnl)([A-Za-z_]+)\((.*)\)")
"""One macro of a line; what follows behind it is a comment."""
ARGUMENT = re.compile(r"`((?:[^`']|`[^`']*')*)'|([^,`']+)")
MESSAGE = re.compile(r'"([^"]*)"|\$&\{client_addr\}')
FILE = re.compile(r"(?:^|\s)-o\s+(\S+)\s*$|(\S+)\s*$")


class Config(NamedTuple):
    """What a .mc file says."""

    gate: Gate
    routes: Routes
    masks: Masquerade
    lists: tuple[Dnsbl, ...]
    unresolvable: bool
    canonify: bool
    """Without FEATURE(nocanonify): names that are aliases are replaced."""


def arguments(text: str) -> list[str]:
    """Split the arguments of a macro; quotes are taken away."""
    found = []
    while text:
        match = ARGUMENT.match(text)
        found.append((match[1] if match[1] is not None else match[2]).strip() if match else "")
        text = text[match.end() if match else 0 :].partition(",")[2].lstrip() if match else text[1:].lstrip()
    return found


def read_mc(path: Path) -> Config:
    """Read a .mc file and the tables that it names, in its own folder."""
    calls = [(match[1], arguments(match[2])) for line in path.read_text().splitlines() if (match := CALL.match(line))]
    names = dict(match.groups() for match in re.finditer(r"^D([jm])(\S+)$", path.read_text(), re.MULTILINE))
    features = {words[0]: words[1:] for name, words in calls if name == "FEATURE"}
    settings = {words[0]: words[1] for name, words in calls if name == "define"}
    host = names["j"]
    local = {host, "localhost", "[127.0.0.1]"} | ({"localhost." + names["m"]} if "m" in names else set())
    if "use_cw_file" in features or ("DOMAIN", ["generic"]) in calls:
        own = path.parent / "local-host-names"
        local |= set(own.read_text().lower().split()) if own.exists() else set()
    words = {
        name: {one for call, rest in calls if call == name for one in rest[0].lower().split()} for name, _ in calls
    }
    access = _access(path.parent, features)
    table = path.parent / _file(features["mailertable"]) if "mailertable" in features else None
    generic = {"root"} if ("DOMAIN", ["generic"]) in calls else set()
    gate = Gate(
        access=access,
        local=frozenset(local),
        host=host,
        relay_domains=frozenset(words.get("RELAY_DOMAIN", ())),
        blocklist_recipients=not {"blocklist_recipients", "blacklist_recipients"}.isdisjoint(features),
    )
    routes = Routes(
        local=gate.local,
        mailertable=read_mailertable(table) if table else None,
        smart_host=settings.get("SMART_HOST"),
        redirects="redirect" in features or ("DOMAIN", ["generic"]) in calls,
    )
    masks = Masquerade(
        host=host,
        name=next((rest[0] for name, rest in calls if name == "MASQUERADE_AS"), None),
        local=gate.local,
        domains=frozenset(words.get("MASQUERADE_DOMAIN", ())),
        exceptions=frozenset(words.get("MASQUERADE_EXCEPTION", ())),
        exposed=frozenset(generic | words.get("EXPOSED_USER", set())),
        entire="masquerade_entire_domain" in features,
        limited="limited_masquerade" in features,
        envelope="masquerade_envelope" in features,
        everywhere="allmasquerade" in features,
    )
    lists = tuple(_list(*rest) for name, rest in calls if name == "FEATURE" and rest[0] in {"dnsbl", "enhdnsbl"})
    return Config(
        gate, routes, masks, lists, "accept_unresolvable_domains" in features, canonify="nocanonify" not in features
    )


def _access(folder: Path, features: dict[str, list[str]]) -> Access | None:
    if "access_db" not in features:
        return None
    words = features["access_db"]
    return read_access(folder / _file(words), skip="skip" in map(str.lower, words[1:]))


def _file(words: list[str]) -> str:
    match = FILE.search(words[0])
    assert match
    return match[1] or match[2]


def _list(feature: str, zone: str, text: str = "", unknown: str = "", *match: str) -> Dnsbl:
    """Read the arguments of FEATURE(dnsbl) and FEATURE(enhdnsbl)."""
    actions: dict[str, Literal["discard", "quarantine"]] = {"discard": "discard", "quarantine": "quarantine"}
    said = "".join(one[1] or "(address)" for one in MESSAGE.finditer(text))
    return Dnsbl(
        zone=zone,
        match=match if feature == "enhdnsbl" else (),
        text=said or None,
        action=actions.get(text, "reject"),
        unknown=unknown or None,
    )
