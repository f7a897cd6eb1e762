"""Adapters by which the shared scorers ask mailkit; each takes and gives plain values.

python ../shared/score/mime.py tests.scoring:mime
python ../shared/score/fields.py received tests.scoring:received
"""

from __future__ import annotations

from typing import Any

from mailkit.message import parse
from mailkit.part import Part
from mailkit.syntax.mailboxes import AddressList
from mailkit.syntax.params import parse_content_type, parse_disposition
from mailkit.syntax.received import parse_received
from mailkit.syntax.words import decode_words


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
