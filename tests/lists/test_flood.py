"""Loop, duplicate or bomb: against a simple model that forgets nothing, in any order of time; bounds; whole messages."""

from __future__ import annotations

import sys
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from mailkit.lists import Flood, Verdict
from tests.timing import assert_linear

NOW = datetime(2026, 1, 3, 1, 2, 3, tzinfo=UTC)
SECOND = timedelta(seconds=1)
LIMIT, PER, SIZE_LIMIT = 3, 10, 1_000


def at(seconds: int) -> datetime:
    """Give a time."""
    return NOW + seconds * SECOND


class Model:
    """The same, forgetting nothing: what `Flood` must say while its bounds are not met."""

    def __init__(self) -> None:
        self.counted: dict[str, list[tuple[int, int]]] = {}
        self.hops: dict[tuple[str, str], int] = {}

    def add(self, key: str, when: int, size: int, message_id: str | None, hops: int, *, own_seen: bool) -> str:  # noqa: PLR0913
        before = self.hops.get((key, message_id)) if message_id else None
        if message_id:
            self.hops[key, message_id] = max(hops, before or 0)
        if own_seen or (before is not None and hops > before):
            return "loop"
        if before is not None:
            return "duplicate"
        counted = self.counted.setdefault(key, [])
        counted.append((when, size))
        inside = self.inside(key)
        if len(inside) > LIMIT:
            return "count"
        return "size" if sum(octets for _, octets in inside) > SIZE_LIMIT else "ok"

    def inside(self, key: str) -> list[tuple[int, int]]:
        """Give what lies in the span before the latest."""
        latest = max(when for when, _ in self.counted[key])
        return [one for one in self.counted[key] if one[0] > latest - PER]


class Against(RuleBasedStateMachine):
    """Feeds both the same."""

    def __init__(self) -> None:
        super().__init__()
        self.flood = Flood(LIMIT, PER * SECOND, size_limit=SIZE_LIMIT)
        self.model = Model()
        self.time = 0
        self.last: Verdict | None = None

    @rule(seconds=st.sampled_from([0, 1, 4, 9, 10, 11, 100]))
    def time_goes_on(self, seconds: int) -> None:
        self.time += seconds

    @rule(
        key=st.sampled_from("ab"),
        back=st.sampled_from([0, 0, 0, 1, 9, 10, 11, 50]),
        size=st.sampled_from([0, 100, 400, 1_000, 1_001]),
        message_id=st.sampled_from([None, None, "<1>", "<2>", "<3>", "<4>", "<5>", "<6>"]),
        hops=st.integers(0, 3),
        own_seen=st.sampled_from([False] * 9 + [True]),
    )
    def a_message_comes(  # noqa: PLR0913, PLR0917 - as `Flood.add`
        self,
        key: str,
        back: int,
        size: int,
        message_id: str | None,
        hops: int,
        own_seen: bool,  # noqa: FBT001
    ) -> None:
        when = self.time - back
        expected = self.model.add(key, when, size, message_id, hops, own_seen=own_seen)
        self.last = self.flood.add(key, at(when), size, message_id, hops=hops, own_seen=own_seen)
        assert self.last.kind == expected
        if self.model.counted.get(key):
            inside = self.model.inside(key)
            assert self.last.count == min(len(inside), LIMIT + 1)
            if len(inside) <= LIMIT:
                assert self.last.octets == sum(octets for _, octets in inside)

    @precondition(lambda self: self.last)
    @invariant()
    def no_more_is_kept_than_needed(self) -> None:
        assert all(len(window.events) <= LIMIT + 1 for window in self.flood._windows.values())


TestAgainstTheModel = Against.TestCase
TestAgainstTheModel.settings = settings(max_examples=60, stateful_step_count=30)


# The kinds, one by one.


def kinds(flood: Flood, *rows: tuple[int, int, str | None, int]) -> list[str]:
    """Feed rows of time, size, id and hops; give the kinds."""
    return [flood.add("hoe", at(when), size, name, hops=hops).kind for when, size, name, hops in rows]


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        pytest.param([(0, 1, "a", 1), (1, 1, "a", 1)], ["ok", "duplicate"], id="the same again"),
        pytest.param([(0, 1, "a", 3), (1, 1, "a", 1)], ["ok", "duplicate"], id="a shorter way"),
        pytest.param([(0, 1, "a", 1), (1, 1, "a", 4)], ["ok", "loop"], id="more hops"),
        pytest.param([(0, 1, "a", 1), (1, 1, "a", 4), (2, 1, "a", 7)], ["ok", "loop", "loop"], id="round and round"),
        pytest.param([(0, 1, "a", 1), (1, 1, "a", 4), (2, 1, "a", 4)], ["ok", "loop", "duplicate"], id="a loop, then as many"),
        pytest.param([(0, 1, "a", 1), (9_999, 1, "a", 4)], ["ok", "loop"], id="a slow loop"),
        pytest.param([(0, 1, None, 1), (1, 1, None, 4)], ["ok", "ok"], id="no id, no memory"),
        pytest.param([(0, 1, "", 1), (1, 1, "", 4)], ["ok", "ok"], id="an empty id is none"),
        pytest.param([(n, 1, str(n), 1) for n in range(5)], ["ok"] * 3 + ["count"] * 2, id="too many"),
        pytest.param([(4 * n, 1, str(n), 1) for n in range(5)], ["ok"] * 5, id="slow enough"),
        pytest.param([(n, 1, "a", 1) for n in range(5)], ["ok"] + ["duplicate"] * 4, id="duplicates do not count"),
        pytest.param([(0, 1_001, "a", 1)], ["size"], id="too large"),
        pytest.param([(0, 1_000, "a", 1)], ["ok"], id="just as large"),
        pytest.param([(0, 600, "a", 1), (1, 600, "b", 1), (12, 600, "c", 1)], ["ok", "size", "ok"], id="too much in all"),
        pytest.param([(n, 900, str(n), 1) for n in range(4)], ["ok", "size", "size", "count"], id="both: count comes first"),
        pytest.param([(9, 1, "a", 1), (5, 1, "b", 1), (7, 1, "c", 1), (6, 1, "d", 1)], ["ok"] * 3 + ["count"], id="out of order"),
        pytest.param([(99, 1, "a", 1), *[(n, 1, str(n), 1) for n in range(5)]], ["ok"] * 6, id="long ago"),
    ],
)  # fmt: skip
def test_kinds(rows: list[tuple[int, int, str | None, int]], expected: list[str]) -> None:
    assert kinds(Flood(LIMIT, PER * SECOND, size_limit=SIZE_LIMIT), *rows) == expected


def test_keys_do_not_touch_each_other() -> None:
    flood = Flood(limit=1)
    assert flood.add("a", NOW, 1, "<1>").kind == "ok"
    assert flood.add("b", NOW, 1, "<1>").kind == "ok"
    assert flood.add(("a", 1), NOW, 1, "<1>").kind == "ok"
    assert flood.add("a", NOW, 1, "<2>").kind == "count"


def test_time_zones_are_one_time() -> None:
    flood = Flood(limit=1)
    japan = timezone(timedelta(hours=9))
    assert flood.add("a", NOW, 1).kind == "ok"
    assert flood.add("a", NOW.astimezone(japan) + 61 * SECOND, 1).kind == "ok"
    assert flood.add("a", NOW + 62 * SECOND, 1).kind == "count"


# Bounds.


def test_ids_that_were_not_used_for_longest_go_first() -> None:
    flood = Flood(max_ids=2)
    for name in ("<1>", "<2>", "<1>", "<3>"):
        flood.add("a", NOW, 1, name)
    assert flood.add("a", NOW, 1, "<1>").kind == "duplicate"
    assert flood.add("a", NOW, 1, "<2>").kind == "ok"


def test_keys_that_were_not_used_for_longest_go_first() -> None:
    flood = Flood(limit=1, max_keys=2)
    for key in ("a", "b", "a", "c"):
        flood.add(key, NOW, 1)
    assert flood.add("a", NOW, 1).kind == "count"
    assert flood.add("b", NOW, 1).count == 1


@given(rows=st.lists(st.tuples(st.integers(0, 9), st.integers(0, 99), st.integers(0, 9)), max_size=60))
def test_memory_is_bounded(rows: list[tuple[int, int, int]]) -> None:
    flood = Flood(limit=2, max_keys=3, max_ids=4)
    for key, when, name in rows:
        flood.add(key, at(when), 1, str(name))
        assert len(flood._windows) <= 3
        assert len(flood._hops) <= 4
        assert all(1 <= len(window.events) <= 3 or not window.events for window in flood._windows.values())


def test_many_messages_cost_no_more_each() -> None:
    def feed(size: int) -> None:
        flood = Flood(limit=1_000)
        for number in range(size):
            flood.add(number % 7, at(number % 100), 1, str(number))

    assert_linear(feed, lambda size: size, most=1 << 16)


def test_what_an_id_costs() -> None:
    """Less than 400 bytes, key and Message-ID included: the bound of the documentation holds."""
    flood = Flood()
    flood.add("hoe@ml.example", NOW, 1, "<20260103010203.4711.0001@mail.example.org>")
    key, name = next(iter(flood._hops))
    assert sys.getsizeof((key, name)) + sys.getsizeof(name) + 150 < 400


@pytest.mark.parametrize(
    "call",
    [
        pytest.param(lambda: Flood(limit=0), id="limit"),
        pytest.param(lambda: Flood(per=timedelta(0)), id="per"),
        pytest.param(lambda: Flood(max_keys=0), id="max_keys"),
        pytest.param(lambda: Flood(max_ids=-1), id="max_ids"),
    ],
)
def test_limits_are_above_zero(call: object) -> None:
    assert callable(call)
    with pytest.raises(ValueError, match="must all be above zero"):
        call()


def test_a_time_without_a_zone_names_the_cure() -> None:
    with pytest.raises(ValueError, match=r"give an aware datetime, for example datetime\.now\(timezone\.utc\)"):
        Flood().add("a", datetime(2026, 1, 1), 1)  # noqa: DTZ001
    with pytest.raises(TypeError, match="own= takes several names"):
        Flood().look(b"", NOW, own="hoe")


# Whole messages.

HEAD = b"From: Ann <ann@a.example>\nTo: hoe@ml.example\n"
NAMED = HEAD + b"Message-ID: <1@a.example>\n"
OWN = ("hoe@ml.example", "hoe.ml.example", "mx.ml.example")


def hops(count: int) -> bytes:
    """Write so many Received fields."""
    return b"Received: from a by b.example; Sat, 3 Jan 2026 01:02:03 +0000\n" * count


def looks(*messages: bytes, key: str | None = "hoe") -> list[str]:
    """Look at messages one after the other; give the kinds."""
    flood = Flood(limit=2, size_limit=10_000)
    return [flood.look(message, NOW, key=key, own=OWN).kind for message in messages]


@pytest.mark.parametrize(
    ("messages", "expected"),
    [
        pytest.param([NAMED + b"\n1"], ["ok"], id="one"),
        pytest.param([NAMED + b"\n1", NAMED + b"\n2"], ["ok", "duplicate"], id="the Message-ID tells"),
        pytest.param([hops(1) + NAMED + b"\n", hops(4) + NAMED + b"\n"], ["ok", "loop"], id="more hops"),
        pytest.param([HEAD + b"\n1", HEAD + b"\n1"], ["ok", "duplicate"], id="without: the same body"),
        pytest.param([HEAD + b"\n1", hops(2) + HEAD + b"\n1"], ["ok", "loop"], id="without: the same body, more hops"),
        pytest.param([HEAD + b"\n1", HEAD + b"\n2"], ["ok", "ok"], id="without: another body"),
        pytest.param([HEAD + b"Subject: 1\n\n1", HEAD + b"Subject: 2\n\n1"], ["ok", "ok"], id="without: another subject"),
        pytest.param([HEAD + b"\n%d" % n for n in range(4)], ["ok", "ok", "count", "count"], id="a bomb"),
        pytest.param([HEAD + b"\n" + b"x" * 10_000], ["size"], id="a large one"),
        pytest.param([b"X-Loop: hoe@ml.example\n" + NAMED + b"\n"], ["loop"], id="own X-Loop"),
        pytest.param([b"List-Id: <hoe.ml.example>\n" + NAMED + b"\n"], ["loop"], id="own List-Id"),
        pytest.param([b"Delivered-To: hoe@ml.example\n" + NAMED + b"\n"], ["ok"], id="delivered just now"),
        pytest.param([b"Delivered-To: hoe@ml.example\n" * 2 + NAMED + b"\n"], ["loop"], id="delivered before"),
        pytest.param([hops(1) + b"Received: by mx.ml.example\n" + hops(1) + NAMED + b"\n"], ["loop"], id="own host between others"),
        pytest.param([b"Received: by mx.ml.example\n" + hops(1) + NAMED + b"\n"], ["ok"], id="own host at the top"),
        pytest.param([b"", b"\n", b"\xff\0"], ["ok", "duplicate", "ok"], id="nothing at all"),
    ],
)  # fmt: skip
def test_messages(messages: list[bytes], expected: list[str]) -> None:
    assert looks(*messages) == expected


@pytest.mark.parametrize(
    ("head", "key"),
    [
        pytest.param(b"Return-Path: <Ann@a.example>\n", "ann@a.example", id="envelope sender"),
        pytest.param(b"Return-Path: <>\n", "ann@a.example", id="null sender: the author"),
        pytest.param(b"", "ann@a.example", id="no envelope: the author"),
        pytest.param(b"Return-Path: <x-return-5-hoe=ml.example@l.example>\n", "x@l.example", id="VERP: the list"),
        pytest.param(b"Return-Path: <prvs=012345678a=ann@a.example>\n", "ann@a.example", id="BATV: who signed"),
        pytest.param(b"Return-Path: <bounces-77@esp.example>\n", "bounces-77@esp.example", id="a mailer"),
    ],
)
def test_the_key_is_who_sent_it(head: bytes, key: str) -> None:
    flood = Flood()
    flood.look(head + NAMED + b"\n", NOW)
    assert list(flood._windows) == [key]


def test_a_span_of_time_is_one() -> None:
    with pytest.raises(TypeError, match="timedelta"):
        Flood(per=60)  # type: ignore[arg-type]
