"""Adapters by which the shared scorers ask mailkit; each takes and gives plain values.

python ../shared/score/mime.py tests.scoring:mime
python ../shared/score/fields.py received tests.scoring:received
python ../shared/score/fields.py japanese tests.scoring:japanese
python ../shared/score/fields.py sendmail tests.scoring:sendmail
"""

from __future__ import annotations

import functools
import re
from pathlib import Path
from typing import Any

from mailkit.charsets import codec_of, decode_as
from mailkit.dns.checks import canonical, check_client, check_sender
from mailkit.dns.core import Question, Reply, answer
from mailkit.message import parse
from mailkit.part import Part
from mailkit.syntax.mailboxes import AddressList
from mailkit.syntax.params import parse_content_type, parse_disposition
from mailkit.syntax.received import parse_received
from mailkit.syntax.words import decode_words
from mailkit.tables.access import Decision
from mailkit.tables.address import split
from mailkit.tables.gate import Client
from mailkit.tables.masquerade import Place
from mailkit.text.look import spots_of
from tests.dns.zones import NO_NAME, Zones
from tests.tables.mc import Config, read_mc


def _tree(part: Part) -> list[Any]:
    return [part.type, *map(_tree, part.parts)]


def _leaf(part: Part) -> dict[str, Any]:
    return {
        "type": part.type,
        "data": part.content(),
        "text": part.text() if part.content_type.maintype == "text" else None,
        "filename": part.filename,
        "charset": part.charset,
    }


def _mailboxes(addresses: AddressList | None) -> list[tuple[str | None, str]]:
    return [(one.name, one.address) for one in addresses.mailboxes] if addresses else []


def mime(raw: bytes) -> dict[str, Any]:
    """Give what a message holds: tree, leaves, and the fields that everyone reads.

    Of bytes in a header that no charset is named for, mailkit guesses one; the expected answers do not.
    """
    root = parse(raw).root
    date = root.date
    kind = parse_content_type(root.header.first(b"content-type"), fallback="utf-8")
    disposition = parse_disposition(root.header.first(b"content-disposition"), fallback="utf-8")
    return {
        "tree": _tree(root),
        "leaves": [_leaf(part) for part in root.walk() if not part.parts and part.content_type.maintype != "multipart"],
        "subject": decode_words(root.header.get("subject"), fallback="utf-8"),
        "from": _mailboxes(root.addresses("from", fallback="utf-8")),
        "to": _mailboxes(root.addresses("to", fallback="utf-8")),
        "date": None if date is None else int(date.timestamp()),
        "root": {"type": kind.type, "params": dict(kind.params)},
        "disposition": {"type": disposition.type, "params": dict(disposition.params)} if disposition else None,
    }


def received(value: str) -> dict[str, str] | None:
    """Give what a Received field says of its hop; None where it names no client's address."""
    hop = parse_received(value.encode())
    if hop.ip is None or hop.kind in {"internal", "retrieval"}:
        return None
    found = {"ip": hop.ip, "rdns": hop.rdns, "helo": hop.helo, "by": hop.by, "id": hop.id, "ident": hop.ident}
    return {name: text or "" for name, text in (found | {"envfrom": hop.envelope_from, "auth": hop.auth}).items()}


def japanese(raw: bytes, declared: str, kind: str) -> dict[str, Any]:
    """Give how bytes in a charset are read, what stands in them, and what to write instead of the first of it.

    The cases call two tables of one library by names that mail does not have: -strict is left out. A code that two
    carriers have is of both, for nobody says who sent it.
    """
    if kind == "header":
        return {"text": decode_words(raw)}
    label = declared.removesuffix("-strict")
    text = decode_as(raw, label)
    spots = list(spots_of(raw, codec_of(label) or "ascii"))
    return {
        "text": text,
        "classes": sorted({class_ for spot in spots for class_ in (spot.class_, *spot.also)}),
        "malformed": "\ufffd" in text,
        "suggest": next((spot.suggestion for spot in spots if spot.suggestion is not None), None),
    }


PLACES: dict[str, Place] = {
    "HS": "header-sender",
    "HR": "header-recipient",
    "ES": "envelope-sender",
    "ER": "envelope-recipient",
}


@functools.cache
def _zones(folder: Path) -> Zones:
    return Zones(folder)


def _ask(zones: Zones, wanted: Question) -> Reply:
    """Answer from the zones; what lies outside of them is there."""
    reply = zones(wanted)
    return Reply(state="answer") if reply.state == "no-name" and not _covered(zones, wanted.name) else reply


def _covered(zones: Zones, name: str) -> bool:
    """Say whether a name lies in one of the zones."""
    origins = [*(origin.to_text(omit_final_dot=True) for origin in zones.zones), *NO_NAME]
    return any(f".{name.lower()}".endswith("." + origin) for origin in origins)


def sendmail(row: dict[str, Any], folder: Path) -> dict[str, str | None]:
    """Give what the tables of a folder, and a row's config there, say for its rule set and input."""
    config = read_mc(folder / f"{row['config']}.mc")
    zones = _zones(folder.parent / "mx" / "zones")
    macros = dict(match.groups() for one in row["macros"] if (match := re.fullmatch(r"\.D\{(\w+)\}(.*)", one)))
    client = Client(
        ip=macros.get("client_addr", ""), name=macros.get("client_name", ""), lookup=macros.get("client_resolve", "")
    )
    command, _, given = row["command"].partition(" ")
    if config.canonify and not command.endswith("check_relay"):
        words = given.split(" ")
        address = split(words[-1])
        if address.domain:
            words[-1] = f"<{address.user}@{answer(canonical(address.domain), zones)}>"
            given = " ".join(words)
    if command == "/try":
        place = next(one for one in row["macros"] if one.startswith("/tryflags")).split()[1]
        return {"address": config.masks.of(given.partition(" ")[2], PLACES[place])}
    if command == "3,0":
        return _way(config, given)
    if command.endswith("check_relay"):
        name, _, ip = (part.strip() for part in given.partition("$|"))
        client = Client(ip=macros.get("client_addr", ip), name=name, lookup=client.lookup)
        return _decided(answer(check_client(config.gate, client, config.lists), zones))
    if command.endswith("check_mail"):
        checked = check_sender(config.gate, given, client, unresolvable=config.unresolvable)
        return _decided(answer(checked, lambda wanted: _ask(zones, wanted)))
    return _decided(config.gate.recipient(given, client))


def _way(config: Config, given: str) -> dict[str, str | None]:
    """Give a route as sendmail's triple; a host without a step of its own is sent to by esmtp."""
    way = config.routes.of(given)
    if way.step == "error":
        kind = "tempfail" if (way.status or way.text or "")[:1] == "4" else "reject"
        return {"action": kind, "mailer": "error", "host": None, "dsn": way.status}
    host = f"[{way.host}]" if way.no_mx else way.host
    return {"action": "deliver", "mailer": way.mailer or "esmtp", "host": host, "dsn": None}


def _decided(decision: Decision) -> dict[str, str | None]:
    action = "accept" if decision.action == "none" else decision.action
    return {"action": action, "dsn": decision.status}
