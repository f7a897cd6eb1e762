"""The ledger: bounces and complaints as facts, and from them whom to drop, and why.

Events are kept in SQLite or PostgreSQL through SQLAlchemy (``pip install 'mailkit-bounce[ledger]'``). Scores and states
are derived when they are asked for, by a policy that is data: with another policy the same events give another answer.
"""

from __future__ import annotations

try:
    import sqlalchemy as _needed  # noqa: F401 - asked for first, so that the cure is named
except ImportError as error:
    message = "the ledger needs SQLAlchemy: pip install 'mailkit-bounce[ledger]'"
    raise ImportError(message) from error

from mailkit.ledger.events import Event, act, delivery, event_id, events_of, key_of
from mailkit.ledger.policy import PRESETS, Policy, parse_policy
from mailkit.ledger.scores import Standing, derive
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
