"""Loop, duplicate or bomb: what a list or a mailbox is to do with mail that comes too often or is too much.

A message that comes again with more hops goes in a circle; with as many or fewer it was sent twice; and many
different ones in a short time, or a few large ones, are a bomb. Nothing here asks a clock: the caller says when.
"""

from __future__ import annotations

import hashlib
import heapq
from collections import OrderedDict
from collections.abc import Collection, Hashable
from datetime import datetime, timedelta
from typing import Literal

import msgspec

from mailkit.lists.roles import role_of
from mailkit.lists.signs import Signs, been_here, names_of
from mailkit.lists.size import wire_size
from mailkit.message import Message, parse
from mailkit.syntax.params import decode_raw

Kind = Literal["ok", "count", "size", "loop", "duplicate"]

MINUTE = timedelta(minutes=1)
BODY_BYTES = 64 * 1024
"""Bytes of a body that tell messages without a Message-ID apart."""


class Verdict(msgspec.Struct, frozen=True, kw_only=True):
    """What a message is among those before it.

    >>> Verdict(kind="ok", count=1, octets=500).kind
    'ok'
    """

    kind: Kind
    """loop = it was here before and went on; duplicate = it was here before; count = too many different ones; size = too
    much in all; ok = none of these."""
    count: int
    """Different messages of the key in the time span up to the latest, this one included; at most one more than the
    limit."""
    octets: int
    """Their size in all; exact while the count is within the limit."""


class _Window:
    """The newest messages of one key."""

    __slots__ = ("events", "latest", "octets")

    def __init__(self, when: datetime) -> None:
        self.events: list[tuple[datetime, int]] = []
        """When and how large: a heap, the oldest first; never more than one beyond the limit."""
        self.latest = when
        self.octets = 0


class Flood:
    """Counts messages by key in a sliding span of time, in bounded memory.

    A loop or a duplicate is not counted: it says nothing of how much different mail there is. Copies of one message
    that took different ways look like a loop where the longer way comes last; neither is to be sent on.

    >>> from datetime import datetime, timedelta, timezone
    >>> now = datetime(2026, 1, 1, tzinfo=timezone.utc)
    >>> flood = Flood(limit=2, per=timedelta(minutes=1))
    >>> [flood.add("hoe", now, 500, f"<{number}@a.example>").kind for number in range(3)]
    ['ok', 'ok', 'count']
    >>> flood.add("hoe", now, 500, "<0@a.example>").kind, flood.add("hoe", now, 500, "<0@a.example>", hops=3).kind
    ('duplicate', 'loop')
    """

    def __init__(
        self,
        limit: int = 50,
        per: timedelta = MINUTE,
        *,
        size_limit: int | None = None,
        max_keys: int = 10_000,
        max_ids: int = 100_000,
    ) -> None:
        """Set the limits.

        `limit` different messages of a key in `per`, and `size_limit` octets: 50 a minute are more than the busiest
        lists distribute. `max_keys` and `max_ids` bound the memory; what was not used for longest goes first. A loop
        comes back within minutes, and 100,000 ids are what a busy host takes in hours.
        """
        if not isinstance(per, timedelta):
            message = f"per={per!r} is no span of time; give one, for example timedelta(minutes=1)"
            raise TypeError(message)
        if limit < 1 or max_keys < 1 or max_ids < 1 or per <= timedelta(0):
            message = f"limit={limit}, per={per}, max_keys={max_keys} and max_ids={max_ids} must all be above zero"
            raise ValueError(message)
        self.limit, self.per, self.size_limit = limit, per, size_limit
        self.max_keys, self.max_ids = max_keys, max_ids
        self._windows: OrderedDict[Hashable, _Window] = OrderedDict()
        self._hops: OrderedDict[tuple[Hashable, str], int] = OrderedDict()

    def add(  # noqa: PLR0913 - facts of one message, each of which a caller may have from elsewhere
        self,
        key: Hashable,
        when: datetime,
        size: int,
        message_id: str | None = None,
        *,
        hops: int = 0,
        own_seen: bool = False,
    ) -> Verdict:
        """Take a message in and say what it is.

        `key` is what is to be protected or watched: a list, a recipient, a sender. `message_id` tells messages apart,
        be it the Message-ID or a digest; without one no message is known again. `hops` is the number of Received
        fields; `own_seen` says that a mark of our own stands in the message. Times may come out of order; what is
        older than the span before the latest one is not counted.
        """
        if when.tzinfo is None:
            message = f"when={when!r} has no time zone; give an aware datetime, for example datetime.now(timezone.utc)"
            raise ValueError(message)
        again = self._seen(key, message_id, hops)
        window = self._window(key, when)
        if not own_seen and again is None:
            self._count(window, when, size)
        count, octets = len(window.events), window.octets
        if own_seen or again:
            kind: Kind = "loop" if own_seen or again == "loop" else "duplicate"
        elif count > self.limit:
            kind = "count"
        else:
            kind = "size" if self.size_limit is not None and octets > self.size_limit else "ok"
        return Verdict(kind=kind, count=count, octets=octets)

    def look(
        self, message: Message | bytes, when: datetime, *, key: Hashable = None, own: Collection[str] = ()
    ) -> Verdict:
        r"""Take a message in, with all that `add` asks read from it.

        The key is the sender where none is given: who sends too much. `own` are addresses, List-Ids and hosts of ours.
        Without a Message-ID, From, Date, Subject and the beginning of the body tell messages apart.

        >>> from datetime import datetime, timezone
        >>> now, data = datetime(2026, 1, 1, tzinfo=timezone.utc), b"From: a@b.example\nList-Id: <hoe.example>\n\n"
        >>> Flood().look(data, now, own=("hoe.example",)).kind
        'loop'
        """
        names = names_of(own)
        message = message if isinstance(message, Message) else parse(message)
        signs = Signs(message)
        if key is None:
            key = _key(signs)
        return self.add(
            key,
            when,
            wire_size(message),
            _identity(message),
            hops=message.header.count("received"),
            own_seen=any(been_here(signs, names)),
        )

    def _seen(self, key: Hashable, message_id: str | None, hops: int) -> Kind | None:
        """Remember a message by its id, and say what it is if it was here before."""
        if not message_id:
            return None
        ids, identity = self._hops, (key, message_id)
        before = ids.pop(identity, None)
        ids[identity] = hops if before is None else max(before, hops)
        if len(ids) > self.max_ids:
            ids.popitem(last=False)
        if before is None:
            return None
        return "loop" if hops > before else "duplicate"

    def _window(self, key: Hashable, when: datetime) -> _Window:
        """Give the messages of a key, and let go the key that was not used for longest."""
        window = self._windows.pop(key, None) or _Window(when)
        self._windows[key] = window
        if len(self._windows) > self.max_keys:
            self._windows.popitem(last=False)
        return window

    def _count(self, window: _Window, when: datetime, size: int) -> None:
        """Count a message, and let go what is too old, or older than a window that is full needs."""
        window.latest = max(window.latest, when) if window.events else when
        heapq.heappush(window.events, (when, size))
        window.octets += size
        while len(window.events) > self.limit + 1 or window.events[0][0] <= window.latest - self.per:
            window.octets -= heapq.heappop(window.events)[1]  # never the latest: it is neither old nor the oldest


def _key(signs: Signs) -> str:
    """Give who sent a message: the list of a VERP address, whose number changes with each message, or the sender."""
    sender = signs.sender() or next(signs.addresses("from", limit=1), "")
    role = role_of(sender)
    if role and role.group in {"list", "address"}:
        sender = (role.list if role.group == "list" else role.address) or sender
    return sender.lower()


def _identity(message: Message) -> str:
    """Give what tells a message from others: its Message-ID, else a digest."""
    raw = message.header.get("message-id")
    text = decode_raw(raw).strip() if raw else ""
    if text:
        return text[:1_000]
    digest = hashlib.sha256()
    for name in ("from", "date", "subject"):
        digest.update((message.header.get(name) or b"") + b"\0")
    root = message.root
    digest.update(bytes(message.source[root.body_start : min(root.body_end, root.body_start + BODY_BYTES)]))
    return digest.hexdigest()
