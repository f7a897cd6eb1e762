"""The two drivers of `core` on dnspython: one waits, one lets others run. Both share cache, time limit and counting.

dnspython takes some 45 ms to load; that is done when a driver asks, and not when this module is imported.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Generator, Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Any, TypeVar

import msgspec

from mailkit.dns.cache import Cache
from mailkit.dns.core import Asking, Question, Reply, T
from mailkit.errors import SourceError
from mailkit.trace.networks import address_of

if TYPE_CHECKING:
    import dns.asyncresolver
    import dns.resolver


class Waits(msgspec.Struct, frozen=True, kw_only=True):
    """How long what may take, in seconds."""

    total: float = 20.0
    """A whole lookup; the rest of its questions are answered ``temporary``."""
    question: float = 6.0
    """One question, with all servers and tries; the resolvers of systems give up after 5 to 30 s."""
    once: float = 2.0
    """One server, before the next is asked."""


WAITS = Waits()
SYSTEM = "the system's resolver configuration"


BaseT = TypeVar("BaseT", bound="dns.resolver.BaseResolver")


class _Driver:
    """What both drivers have: where to ask, what is known already, how many questions went out."""

    def __init__(
        self,
        nameservers: Sequence[str] = (),
        *,
        port: int = 53,
        waits: Waits = WAITS,
        cache: Cache | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        if isinstance(nameservers, str):
            message = f"nameservers takes several addresses, not one: ({nameservers!r},)"
            raise TypeError(message)
        for one in nameservers:
            if address_of(one) is None:
                message = f"{one!r} is no address of a server; give one like 192.0.2.53 or 2001:db8::53"
                raise ValueError(message)
        self.nameservers, self.port = tuple(nameservers), port
        self.waits = waits
        self.cache = Cache() if cache is None else cache
        self.clock = clock
        self.sent = 0
        """Questions that went to a server; what the cache answered is not among them."""
        self._counting = threading.Lock()

    def _ends(self, asking: object, total_seconds: float | None) -> float:
        """Say when a lookup is to be over."""
        if not isinstance(asking, Generator):
            message = f'run() takes a lookup, as in run(exchangers("example.org")), not {asking!r}'
            raise TypeError(message)
        return self.clock() + (self.waits.total if total_seconds is None else total_seconds)

    def _set_up(self, make: Callable[..., BaseT]) -> BaseT:
        """Make dnspython's resolver, which several threads may share."""
        from dns.resolver import NoResolverConfiguration  # noqa: PLC0415 - see above

        try:
            resolver = make(configure=not self.nameservers)
        except NoResolverConfiguration as error:
            what = "names no DNS server, and none was given: give nameservers=, or --server"
            raise SourceError(SYSTEM, what) from error
        if self.nameservers:
            resolver.nameservers = list(self.nameservers)
            resolver.port = self.port
        resolver.timeout, resolver.cache = self.waits.once, None
        return resolver

    def _known(self, wanted: Question, ends: float) -> Reply | float:
        """Give what is known already, or for how long a server may be asked, in seconds."""
        now = self.clock()
        found = self.cache.get(wanted, now)
        if found is not None:
            return found
        if now >= ends:
            return Reply(state="temporary", why="timeout")
        with self._counting:
            self.sent += 1
        return min(ends - now, self.waits.question)

    def _keep(self, wanted: Question, reply: Reply, seconds: float) -> Reply:
        """Keep a reply, but not that nobody answered within less time than a question has: the next lookup may wait longer."""
        if reply.why != "timeout" or seconds >= self.waits.question:
            self.cache.put(wanted, reply, self.clock())
        return reply


class Resolver(_Driver):
    """Asks servers and waits for them; several threads may share one.

    Without `nameservers` the system's own are asked. `port` is for them; `cache` may be shared between resolvers.
    """

    def run(self, asking: Asking[T], *, total_seconds: float | None = None) -> T:
        """Drive a lookup to its end. What takes longer than the time limit is answered ``temporary``; never raises on it."""
        ends = self._ends(asking, total_seconds)
        try:
            wanted = next(asking)
            while True:
                wanted = asking.send(self._ask(wanted, ends))
        except StopIteration as end:
            found: T = end.value
            return found

    def ask(self, wanted: Question) -> Reply:
        """Ask one question."""
        return self._ask(wanted, self.clock() + self.waits.total)

    def _ask(self, wanted: Question, ends: float) -> Reply:
        known = self._known(wanted, ends)
        if isinstance(known, Reply):
            return known
        from mailkit.dns.replies import DNSException, reply_of_answer, reply_of_error  # noqa: PLC0415 - see above

        try:
            found = self._resolver.resolve(
                wanted.name + ".", wanted.rdtype, **_options(self._resolver, self.waits.once, known)
            )
        except DNSException as error:
            return self._keep(wanted, reply_of_error(error), known)
        return self._keep(wanted, reply_of_answer(found), known)

    @cached_property
    def _resolver(self) -> dns.resolver.Resolver:
        import dns.resolver  # noqa: PLC0415 - see above

        return self._set_up(dns.resolver.Resolver)


class AsyncResolver(_Driver):
    """Asks servers and lets others run meanwhile (asyncio or trio); arguments as of `Resolver`."""

    async def run(self, asking: Asking[T], *, total_seconds: float | None = None) -> T:
        """Drive a lookup to its end, as `Resolver.run` does."""
        ends = self._ends(asking, total_seconds)
        try:
            wanted = next(asking)
            while True:
                wanted = asking.send(await self._ask(wanted, ends))
        except StopIteration as end:
            found: T = end.value
            return found

    async def ask(self, wanted: Question) -> Reply:
        """Ask one question."""
        return await self._ask(wanted, self.clock() + self.waits.total)

    async def _ask(self, wanted: Question, ends: float) -> Reply:
        known = self._known(wanted, ends)
        if isinstance(known, Reply):
            return known
        from mailkit.dns.replies import DNSException, reply_of_answer, reply_of_error  # noqa: PLC0415 - see above

        try:
            found = await self._resolver.resolve(
                wanted.name + ".", wanted.rdtype, **_options(self._resolver, self.waits.once, known)
            )
        except DNSException as error:
            return self._keep(wanted, reply_of_error(error), known)
        return self._keep(wanted, reply_of_answer(found), known)

    @cached_property
    def _resolver(self) -> dns.asyncresolver.Resolver:
        import dns.asyncresolver  # noqa: PLC0415 - see above

        return self._set_up(dns.asyncresolver.Resolver)


def lifetime_of(seconds: float, round_seconds: float) -> float:
    """Give the time after which dnspython is to begin no further try, so that it is over in `seconds`.

    It waits a while behind each round of all servers, 0.1 s and then twice as long each time, and behind the last one as
    well.

    >>> lifetime_of(6.0, 2.0), lifetime_of(0.3, 0.15)
    (5.6, 0.15)
    """
    spent, pause = 0.0, 0.1
    while spent + round_seconds + pause < seconds:
        spent, pause = spent + round_seconds + pause, min(2 * pause, 2.0)
    return max(seconds - pause, seconds / 2)


def _options(resolver: dns.resolver.BaseResolver, once: float, seconds: float) -> dict[str, Any]:
    """Give what dnspython is to know of one question."""
    lifetime = lifetime_of(seconds, once * len(resolver.nameservers))
    return {"raise_on_no_answer": False, "search": False, "lifetime": lifetime}
