"""Blocklists over a socket, with both drivers: questions that are sent, lists that change, one time limit for all."""

from __future__ import annotations

import asyncio
import time
from typing import TypeVar

import pytest

from mailkit.dns.blocklist import Blocklist, check_all
from mailkit.dns.core import Asking, Question, Reply
from mailkit.dns.resolver import AsyncResolver, Resolver, Waits
from tests.dns.loopback import serving
from tests.dns.test_blocklist import REPLIES, ZONE, Asked, table_of

T = TypeVar("T")
LIST = Blocklist(ZONE)
SHORT = Waits(total=2.0, question=0.15, once=0.1)


class Driver:
    """Either driver, driven to the end of one lookup."""

    def __init__(self, kind: str, port: int, waits: Waits = SHORT) -> None:
        make = Resolver if kind == "sync" else AsyncResolver
        self.later = 0.0
        self.resolver = make(("127.0.0.1",), port=port, waits=waits, clock=lambda: time.monotonic() + self.later)

    def run(self, asking: Asking[T], total_seconds: float | None = None) -> T:
        """Drive a lookup."""
        if isinstance(self.resolver, Resolver):
            return self.resolver.run(asking, total_seconds=total_seconds)
        return asyncio.run(self.resolver.run(asking, total_seconds=total_seconds))

    def ask(self, wanted: Question) -> Reply:
        """Ask one question."""
        if isinstance(self.resolver, Resolver):
            return self.resolver.ask(wanted)
        return asyncio.run(self.resolver.ask(wanted))

    @property
    def sent(self) -> int:
        """Count the questions that went to a server."""
        return self.resolver.sent


class Fails:
    """Answers nothing, for one reason."""

    def __init__(self, why: str) -> None:
        self.reply = Reply(state="temporary", why=why)

    def __call__(self, _wanted: Question) -> Reply:
        """Fail to answer one question."""
        return self.reply


both = pytest.mark.parametrize("kind", ["sync", "async"])


@both
def test_health_is_remembered(kind: str) -> None:
    ask = Asked(table_of("listed", "listed", "no-name"))
    with serving(ask) as port:
        driver = Driver(kind, port)
        (first,) = driver.run(check_all([LIST], "192.0.2.7"))
        assert (first.state, first.texts, driver.sent) == ("listed", ("spam seen",), 4)
        (second,) = driver.run(check_all([LIST], "192.0.2.8"))
        assert (second.state, driver.sent) == ("clear", 5)
        assert driver.run(check_all([LIST], "192.0.2.7")) == (first,)
        assert driver.run(LIST.health()).state == "ok"
    assert driver.sent == len(ask.asked) == 5


@both
def test_what_is_not_asked_sends_nothing(kind: str) -> None:
    ask = Asked({})
    with serving(ask) as port:
        driver = Driver(kind, port)
        states = {driver.run(check_all([LIST], about))[0].state for about in ("10.0.0.1", "::1", "127.0.0.2", "a..b")}
    assert (states, driver.sent, ask.asked) == ({"unasked"}, 0, [])


@both
@pytest.mark.parametrize("later", [name for name in REPLIES if name != "listed"])
def test_a_list_that_dies_between_two_addresses(kind: str, later: str) -> None:
    dead = False

    def ask(wanted: Question) -> Reply:
        return REPLIES[later] if dead else Asked(table_of("listed", "listed", "no-name"))(wanted)

    with serving(ask) as port:
        driver = Driver(kind, port)
        assert driver.run(check_all([LIST], "192.0.2.7"))[0].state == "listed"
        dead = True
        (found,) = driver.run(check_all([LIST], "192.0.2.9"))
    expected = {"dead": "broken", "refused": "refused", "timeout": "unknown"}
    assert found.state == expected.get(later, "clear")  # its health is remembered, until its time is over


@both
@pytest.mark.parametrize("later", [*REPLIES, "stopped"])
@pytest.mark.parametrize("sound", [0, 1, 2])
def test_a_list_that_dies_between_two_questions(kind: str, later: str, sound: int) -> None:
    healthy = Asked(table_of("listed", "listed", "no-name"))

    def ask(wanted: Question) -> Reply:
        if len(healthy.asked) < sound:
            return healthy(wanted)
        return Reply(state="temporary", why="timeout") if later == "stopped" else REPLIES[later]

    with serving(ask) as port:
        (found,) = Driver(kind, port).run(check_all([LIST], "192.0.2.7"))
    still_sound = sound == 2 and later in {"no-name", "no-data"}
    assert (found.state == "listed") == still_sound
    assert (found.state == "clear") is False
    assert bool(found.why) != still_sound


@both
def test_a_list_that_begins_to_list_everybody_is_found_out_when_its_health_is_forgotten(kind: str) -> None:
    everybody = False

    def ask(wanted: Question) -> Reply:
        return REPLIES["listed"] if everybody else Asked(table_of("listed", "listed", "no-name"))(wanted)

    with serving(ask, ttl=60) as port:
        driver = Driver(kind, port)
        assert driver.run(check_all([LIST], "192.0.2.8"))[0].state == "clear"
        everybody = True
        driver.later = 61.0
        (found,) = driver.run(check_all([LIST], "192.0.2.8"))
    assert (found.state, found.why) == ("broken", "lists-all")


@both
def test_a_server_that_stops(kind: str) -> None:
    with serving(Asked(table_of("listed", "listed", "no-name"))) as port:
        driver = Driver(kind, port)
        assert driver.run(check_all([LIST], "192.0.2.7"))[0].state == "listed"
    (found,) = driver.run(check_all([LIST], "192.0.2.9"))
    assert found.state == "unknown"
    assert found.why


@both
def test_one_time_limit_holds_for_all_lists(kind: str) -> None:
    lists = [Blocklist(f"l{number}.example") for number in range(30)]
    with serving(Fails("timeout")) as port:
        driver = Driver(kind, port)
        began = time.monotonic()
        found = driver.run(check_all(lists, "192.0.2.7"), total_seconds=0.7)
        took = time.monotonic() - began
    assert [(one.state, one.why) for one in found] == [("unknown", "timeout")] * 30
    assert took < 1.5
    assert driver.sent <= 5


def test_lists_may_be_asked_side_by_side() -> None:
    """Thirty lists that do not answer take as long as one."""

    async def ask_all(port: int) -> list[str]:
        resolver = AsyncResolver(("127.0.0.1",), port=port, waits=SHORT)
        lists = [Blocklist(f"l{number}.example") for number in range(30)]
        found = await asyncio.gather(*(resolver.run(check_all([one], "192.0.2.7")) for one in lists))
        return [listing.state for (listing,) in found]

    with serving(Fails("timeout")) as port:
        began = time.monotonic()
        assert asyncio.run(ask_all(port)) == ["unknown"] * 30
        assert time.monotonic() - began < 1.5


@both
@pytest.mark.parametrize("why", ["SERVFAIL", "REFUSED", "timeout"])
def test_a_temporary_failure_says_its_reason(kind: str, why: str) -> None:
    with serving(Fails(why)) as port:
        driver = Driver(kind, port)
        (found,) = driver.run(check_all([LIST], "192.0.2.7"))
        health = driver.run(LIST.health())
    assert (found.state, found.why) == (health.state, health.why) == ("unknown", why)
    assert driver.sent == 2


@both
def test_wrong_words_are_told(kind: str) -> None:
    make = Resolver if kind == "sync" else AsyncResolver
    with pytest.raises(ValueError, match="no address of a server"):
        make(("localhost",))
    with pytest.raises(TypeError, match="several"):
        make("192.0.2.53")
    with pytest.raises(TypeError, match="takes a lookup"):
        Driver(kind, 1).run("example.org")  # type: ignore[arg-type]
