"""Scores: tables of courses day by day, and what holds for every order of events."""

from __future__ import annotations

from datetime import date, timedelta

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailkit.ledger import PRESETS, Event, Policy, derive
from mailkit.ledger.scores import Standing, course_of

START = date(2026, 3, 1)
NOON = 1_772_366_400  # of START, in seconds since 1970
DAY = 86_400
LIST, ESP = PRESETS["list"], PRESETS["esp"]
PROBING = Policy(probe_days=7, warnings=3)


def course(text: str) -> list[Event]:
    """Read events from words like ``0:hard 3:soft/m1``: the day, what happened, the message."""
    events = []
    for number, word in enumerate(text.split()):
        day, _, rest = word.partition(":")
        what, _, message = rest.partition("/")
        fields = {"id": str(number), "list": "news", "address": "joe@x.test", "what": what, "message": message}
        events.append(msgspec.convert({**fields, "at": NOON + int(day) * DAY + number}, Event))
    return events


def after(text: str, day: int, policy: Policy = LIST) -> Standing:
    """Give the standing on a day."""
    return derive(course(text), policy, START + timedelta(days=day))


@pytest.mark.parametrize(
    ("text", "day", "policy", "expected"),
    [
        pytest.param("0:hard", 0, LIST, ("active", 1.0), id="one"),
        pytest.param("0:hard 0:hard 0:soft", 0, LIST, ("active", 1.0), id="one-point-a-day"),
        pytest.param("0:soft", 0, LIST, ("active", 0.25), id="soft"),
        pytest.param("0:block 1:block 2:block 3:block 4:block 5:block", 5, LIST, ("active", 0.0), id="blocks"),
        pytest.param("0:delay 1:delay 2:delay", 5, LIST, ("active", 0.0), id="delays"),
        pytest.param("0:hard 1:hard 2:hard 3:hard", 3, LIST, ("active", 4.0), id="four-days"),
        pytest.param("0:hard 1:hard 2:hard 3:hard 4:hard", 4, LIST, ("suppressed", 5.0), id="five-days"),
        pytest.param("0:hard 1:hard 2:hard 3:hard 11:hard", 11, LIST, ("active", 1.0), id="stale-after-a-week"),
        pytest.param("0:hard 1:hard 2:hard 3:hard 10:hard", 10, LIST, ("suppressed", 5.0), id="not-yet-stale"),
        pytest.param("0:hard", 8, LIST, ("active", 0.0), id="stale-today"),
        pytest.param("0:soft/m 5:hard/m", 5, LIST, ("active", 1.0), id="the-same-message-for-good"),
        pytest.param("0:soft/m 5:hard/n", 5, LIST, ("active", 1.25), id="another-message"),
        pytest.param("0:hard 1:hard 2:release 3:hard", 3, LIST, ("active", 1.0), id="released-and-again"),
        pytest.param("0:hard 1:hard 1:release", 3, LIST, ("released", 0.0), id="released"),
        pytest.param("0:hard 0:release 0:hard", 0, LIST, ("released", 0.0), id="late-failures-of-that-day"),
        pytest.param("0:complaint", 9_000, LIST, ("suppressed", 0.0), id="complaint"),
        pytest.param("0:complaint 1:release", 2, LIST, ("released", 0.0), id="complaint-released"),
        pytest.param("0:release 0:complaint", 2, LIST, ("suppressed", 0.0), id="complaint-after-release"),
        pytest.param("0:suppress", 2, LIST, ("suppressed", 0.0), id="by-hand"),
        pytest.param("0:hard", 0, ESP, ("suppressed", 1.0), id="esp-at-once"),
        pytest.param("0:hard", 900, ESP, ("suppressed", 1.0), id="esp-for-good"),
        pytest.param("0:soft 1:soft 2:soft 3:soft", 3, ESP, ("suppressed", 1.0), id="esp-four-soft"),
        pytest.param("0:soft 1:soft 2:soft 3:soft", 16, ESP, ("suppressed", 1.0), id="esp-soft-last-day"),
        pytest.param("0:soft 1:soft 2:soft 3:soft", 17, ESP, ("active", 0.0), id="esp-soft-over"),
        pytest.param("0:soft 1:soft 2:delivery 3:soft 4:soft", 4, ESP, ("active", 0.75), id="erosion"),
        pytest.param("0:soft 0:delivery 1:soft", 1, ESP, ("active", 0.5), id="no-erosion-on-a-day-with-a-failure"),
        pytest.param("0:hard 1:hard 2:hard 3:hard 4:hard", 4, PROBING, ("probing", 5.0), id="probing"),
        pytest.param("0:hard 1:hard 2:hard 3:hard 4:hard 6:hard", 6, PROBING, ("suppressed", 6.0), id="probe-failed"),
        pytest.param("0:hard 1:hard 2:hard 3:hard 4:hard", 11, PROBING, ("active", 0.0), id="probe-went-well"),
    ],
)
def test_standing(text: str, day: int, policy: Policy, expected: tuple[str, float]) -> None:
    found = after(text, day, policy)
    assert (found.state, found.score) == expected


GONE = "0:hard 1:hard 2:hard 3:hard 4:hard"


@pytest.mark.parametrize(
    ("told", "day", "due", "warnings"),
    [
        pytest.param("", 4, "warn", 0, id="at once"),
        pytest.param("", 900, "warn", 0, id="nobody is removed who was never told"),
        pytest.param("4:warning", 4, None, 1, id="told today"),
        pytest.param("4:warning", 10, None, 1, id="and this week"),
        pytest.param("4:warning", 11, "warn", 1, id="the second time"),
        pytest.param("4:warning 11:warning 18:warning", 24, None, 3, id="the last week"),
        pytest.param("4:warning 11:warning 18:warning", 25, "remove", 3, id="the end"),
        pytest.param("0:warning 4:warning", 11, "warn", 1, id="what was told before it does not count"),
    ],
)
def test_warnings(told: str, day: int, due: str | None, warnings: int) -> None:
    found = after(f"{GONE} {told}", day)
    assert (found.due, found.warnings, found.since) == (due, warnings, START + timedelta(days=4))


def test_course() -> None:
    """Each day on which the points changed; what is stale, or has ended by itself, goes on the day on which it is seen."""
    events = course("0:hard 0:hard 2:soft 4:block 20:soft 21:delivery")
    steps = course_of(events, msgspec.structs.replace(LIST, erosion=0.1), START + timedelta(days=40))[1]
    assert [((step.day - START).days, round(step.change, 2), round(step.score, 2)) for step in steps] == [
        (0, 1.0, 1.0),
        (2, 0.25, 1.25),
        (20, -1.25, 0.0),
        (20, 0.25, 0.25),
        (21, -0.1, 0.15),
        (40, -0.15, 0.0),
    ]


def test_probe_is_due_until_it_is_sent() -> None:
    assert after("0:hard 1:hard 2:hard 3:hard 4:hard", 5, PROBING).due == "probe"
    assert after("0:hard 1:hard 2:hard 3:hard 4:hard 4:probe", 5, PROBING).due is None


def test_who_complained_is_not_warned() -> None:
    assert after("0:complaint", 40).due is None


WHATS = ("hard", "soft", "block", "delay", "complaint", "delivery", "probe", "warning", "release", "suppress")
POLICIES = st.builds(
    Policy,
    hard=st.sampled_from((0.1, 1.0, 7.0)),
    soft=st.sampled_from((0.0, 0.1, 0.25, 7.0)),
    threshold=st.sampled_from((0.25, 1.0, 5.0)),
    stale_days=st.integers(0, 9),
    erosion=st.sampled_from((0.0, 0.1, 1.0)),
    probe_days=st.integers(0, 4),
    hard_days=st.integers(0, 4),
    soft_days=st.integers(0, 4),
    warnings=st.integers(0, 3),
    warning_days=st.integers(0, 3),
)


def events(
    whats: tuple[str, ...], confidences: tuple[str, ...] = ("stated", "inferred", "guessed")
) -> st.SearchStrategy[list[Event]]:
    """Give events of one address over three weeks."""
    one = st.builds(
        Event,
        id=st.uuids().map(str),
        list=st.just("news"),
        address=st.just("joe@x.test"),
        at=st.integers(NOON, NOON + 21 * DAY),
        what=st.sampled_from(whats),
        confidence=st.sampled_from(confidences),
        message=st.sampled_from(("", "m1", "m2")),
    )
    return st.lists(one, min_size=1, max_size=30)


@given(events(WHATS), POLICIES, st.randoms(use_true_random=False))
def test_order_of_writing_does_not_matter(found: list[Event], policy: Policy, random: object) -> None:
    today = START + timedelta(days=22)
    shuffled = [*found]
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    assert derive(shuffled, policy, today) == derive(found, policy, today)


@given(events(("hard", "soft", "block", "delay", "delivery")), POLICIES, st.data())
def test_order_within_a_day_does_not_matter(found: list[Event], policy: Policy, data: st.DataObject) -> None:
    moved = [
        Event(**{**{name: getattr(event, name) for name in Event.__struct_fields__}, "at": _same_day(event.at, data)})
        for event in found
    ]
    today = START + timedelta(days=22)
    assert derive(moved, policy, today) == derive(found, policy, today)


def _same_day(at: int, data: st.DataObject) -> int:
    return at - at % DAY + data.draw(st.integers(0, DAY - 1))


@given(
    events(("block", "delay", "delivery", "probe")),
    events(("hard", "soft", "block"), ("guessed",)),
    POLICIES,
    st.integers(0, 60),
)
def test_blocks_and_guesses_suppress_nobody(
    blocks: list[Event], guesses: list[Event], policy: Policy, day: int
) -> None:
    """Whatever the policy: no member is dropped for the sender's fault, or for a guess."""
    known = [event for event in [*blocks, *guesses] if event.at < NOON + day * DAY]
    if known:
        found = derive(known, policy, START + timedelta(days=day + 1))
        assert (found.state, found.score, found.due) == ("active", 0.0, None)


@given(events(WHATS), events(("block", "delay"), ("stated", "guessed")), POLICIES)
def test_blocks_change_nothing(found: list[Event], blocks: list[Event], policy: Policy) -> None:
    today = START + timedelta(days=22)
    assert derive([*found, *blocks], policy, today) == derive(found, policy, today)
