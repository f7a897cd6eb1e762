"""What earlier lines told about a queue id; bounded, the oldest is forgotten first."""

from __future__ import annotations

from collections import OrderedDict
from typing import Generic, TypeVar

from msgspec.structs import replace

from mailkit.bounce.logs.attempt import Told

MAX_IDS = 100_000
"""Messages whose sender is remembered; some 20 MB. A busy host queues as many in an hour."""
MAX_WAITING = 20_000
"""Deferred recipients that are remembered until their message expires."""
MAX_TEXT_CHARS = 500
"""What is kept of the words about a deferred recipient."""

Value = TypeVar("Value")


class Table(Generic[Value]):
    """A mapping of bounded size.

    >>> table = Table(1)
    >>> table["a"] = 1
    >>> table["b"] = 2
    >>> table.get("a"), table.get("b")
    (None, 2)
    """

    __slots__ = ("_rows", "size")

    def __init__(self, size: int) -> None:
        self.size = size
        self._rows: OrderedDict[str, Value] = OrderedDict()

    def __len__(self) -> int:
        return len(self._rows)

    def __setitem__(self, key: str, value: Value) -> None:
        self._rows[key] = value
        self._rows.move_to_end(key)
        if len(self._rows) > self.size:
            self._rows.popitem(last=False)

    def get(self, key: str) -> Value | None:
        """Give what is remembered of a key."""
        return self._rows.get(key)

    def pop(self, key: str) -> Value | None:
        """Give it and forget it."""
        return self._rows.pop(key, None)


class Memory:
    """What is known of the messages that a log is about."""

    def __init__(self, ids: int = MAX_IDS, waiting: int = MAX_WAITING) -> None:
        self.senders: Table[str] = Table(ids)
        self.deliveries: Table[tuple[str, str, bool]] = Table(ids)
        """qmail's numbers: message, recipient, whether it is local."""
        self.columns: dict[str, tuple[str, ...]] = {}
        """The header line of a log of columns, by form."""
        self._waiting: OrderedDict[str, dict[str, Told]] = OrderedDict()
        self._most = waiting
        self._count = 0

    def keep(self, key: str, told: Told) -> None:
        """Remember a recipient whose message waits, or that it waits no longer.

        A line about one that has expired says only that the MTA gave up: it is given what was said before.
        """
        rows = self._waiting.get(key)
        if told.outcome != "deferred":
            before = rows.pop(told.recipient or "", None) if rows else None
            if before is not None:
                self._count -= 1
                if told.outcome == "expired":
                    told.text, told.reply, told.dsn = before.text, before.reply, before.dsn
                    told.relay, told.relay_ip = before.relay, before.relay_ip
            return
        if rows is None:
            rows = self._waiting[key] = {}
        self._waiting.move_to_end(key)
        if (told.recipient or "") not in rows:
            if len(rows) >= self._most // 2:
                return  # one message never takes all of the room
            self._count += 1
        reply = (told.reply or "")[:MAX_TEXT_CHARS]
        rows[told.recipient or ""] = replace(told, text=told.text[:MAX_TEXT_CHARS], reply=reply)
        while self._count > self._most:
            self._count -= len(self._waiting.popitem(last=False)[1])

    def waiting(self, key: str) -> list[Told]:
        """Give the recipients of a message that waited, and forget them."""
        rows = self._waiting.pop(key, {})
        self._count -= len(rows)
        return list(rows.values())

    def forget(self, key: str) -> None:
        """Forget a message that is done."""
        self.senders.pop(key)
        self.waiting(key)
