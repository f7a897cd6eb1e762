"""Replies that are known already, each until its time is over (RFC 2308)."""

from __future__ import annotations

import threading
from collections import OrderedDict
from typing import NamedTuple

from mailkit.dns.core import Question, Reply

MAX_REPLIES = 50_000
"""Replies that are kept, some 500 bytes each; then the one that was asked for longest ago goes."""
MAX_SECONDS = 3_600
"""How long a reply is kept at most, whatever its owner says: a batch runs for hours."""


class _Kept(NamedTuple):
    reply: Reply
    until: float


class Cache:
    """Keeps replies; several resolvers and threads may share one. The clock is the caller's."""

    def __init__(self, max_replies: int = MAX_REPLIES, max_seconds: float = MAX_SECONDS) -> None:
        self.max_replies, self.max_seconds = max_replies, max_seconds
        self._kept: OrderedDict[Question, _Kept] = OrderedDict()
        self._lock = threading.Lock()

    def __len__(self) -> int:
        return len(self._kept)

    def get(self, wanted: Question, now: float) -> Reply | None:
        """Give a reply that is still good at a time in seconds; None where there is none."""
        with self._lock:
            kept = self._kept.get(wanted)
            if kept is None:
                return None
            if kept.until <= now:
                del self._kept[wanted]
                return None
            self._kept.move_to_end(wanted)
            return kept.reply

    def put(self, wanted: Question, reply: Reply, now: float) -> None:
        """Keep a reply; one with a time to live of 0 is not kept (RFC 1035 section 3.2.1)."""
        seconds = min(reply.ttl_seconds, self.max_seconds)
        if seconds <= 0 or self.max_replies <= 0:
            return
        with self._lock:
            self._kept[wanted] = _Kept(reply, now + seconds)
            self._kept.move_to_end(wanted)
            if len(self._kept) > self.max_replies:
                self._kept.popitem(last=False)
