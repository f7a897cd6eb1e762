"""The ledger: bounces and complaints as facts, and from them whom to drop, and why.

Events are kept in SQLite or PostgreSQL through SQLAlchemy (``pip install 'mailkit-bounce[ledger]'``). Scores and states
are derived when they are asked for, by a policy that is data: with another policy the same events give another answer.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from mailkit.ledger.events import Event, act, delivery, event_id, events_of, key_of
from mailkit.ledger.policy import PRESETS, Policy, parse_policy
from mailkit.ledger.scores import Standing, derive

if TYPE_CHECKING:
    from mailkit.ledger.store import Ledger

__all__ = [
    "PRESETS",
    "Event",
    "Ledger",
    "Policy",
    "Standing",
    "act",
    "delivery",
    "derive",
    "event_id",
    "events_of",
    "key_of",
    "parse_policy",
]


def __getattr__(name: str) -> object:
    """Load the database when it is asked for: events, policies and standings need none."""
    if name != "Ledger":
        message = f"module {__name__!r} has no attribute {name!r}"
        raise AttributeError(message)
    try:
        from mailkit.ledger.store import Ledger  # noqa: PLC0415 - only for who keeps one
    except ImportError as error:
        message = f"the ledger needs SQLAlchemy ({error}): pip install 'mailkit-bounce[ledger]'"
        raise ImportError(message) from error
    return Ledger
