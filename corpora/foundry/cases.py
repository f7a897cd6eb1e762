"""The foundry's cases, read from cases.toml or an agent's own table: what the sink answers, what the injector sends."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, get_args

Stage = Literal["", "rcpt", "data", "drop"]

RETURN_DOMAIN = "bounces.test"
"""Mail to this domain is a bounce come home: the sink keeps it."""
SINK_DOMAIN = "sink.test"
TABLE = Path(__file__).with_name("cases.toml")
_SENDER = re.compile(r"sender\+([a-z0-9-]+)@bounces\.test", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """One way for a delivery to end."""

    name: str
    recipients: tuple[str, ...]
    stage: Stage = ""
    """Where the sink refuses; empty where the MTA itself decides."""
    reply: tuple[str, ...] = ()
    mail: tuple[str, ...] = ()
    rcpt: tuple[str, ...] = ()
    command: bool = False
    """Whether it also makes sense by the sendmail command."""
    fields: tuple[str, ...] = ()
    """Header lines of the message, besides those that each one has or instead of them."""

    @property
    def sender(self) -> str:
        """The envelope sender, by which a bounce names its case."""
        return f"sender+{self.name}@{RETURN_DOMAIN}"

    def answer(self, recipient: str) -> str:
        """Give the reply to one recipient, its lines joined by CRLF."""
        return "\r\n".join(self.reply).replace("{r}", recipient)


def read_cases(path: Path = TABLE) -> Mapping[str, Case]:
    """Read the table; the sink's cases come first, in the order of the file."""
    table: dict[str, dict[str, dict[str, Any]]] = tomllib.loads(path.read_text("utf-8"))
    cases: dict[str, Case] = {}
    for name, row in table.get("sink", {}).items():
        assert row["stage"] in get_args(Stage), name
        assert (row["stage"] == "drop") != bool(row.get("reply")), name
        cases[name] = Case(
            name=name,
            recipients=(f"{name}@{SINK_DOMAIN}",),
            stage=row["stage"],
            reply=tuple(row.get("reply", ())),
            command=True,
        )
    for name, row in table.get("route", {}).items():
        assert name not in cases, name
        cases[name] = Case(
            name=name,
            recipients=tuple(row["recipients"]),
            mail=tuple(row.get("mail", ())),
            rcpt=tuple(row.get("rcpt", ())),
            command=row.get("command", False),
            fields=tuple(row.get("fields", ())),
        )
    return cases


def case_of(address: str) -> str:
    """Tell by its address which case a bounce answers; ``other`` where it does not say."""
    found = _SENDER.fullmatch(address.strip())
    return found[1].lower() if found else "other"
