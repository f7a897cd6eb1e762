"""Status codes: what is one, and that registry and reasons are complete."""

from __future__ import annotations

import itertools
import json
import typing

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailkit._registry import CLASSES, CODES, SUBJECTS
from mailkit.bounce.reasons import REASONS, Advice, Reason, canonical, reason_of
from mailkit.bounce.result import Stage
from mailkit.bounce.weigh import REPLY_REASONS
from mailkit.status import REPLY_CODES, Status
from tests.strategies import ROOT

ADVICE = set(typing.get_args(Advice))
# Reasons that have no code of their own in the registry share one: the code alone says the sibling's reason.
SIBLINGS: dict[Reason, Reason] = {
    "relay-denied": "policy",
    "blocked": "policy",
    "spam": "policy",
    "greylisted": "policy",
    "virus": "content",
}


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        pytest.param("5.1.1", (5, 1, 1), id="plain"),
        pytest.param("4.2.2", (4, 2, 2), id="transient"),
        pytest.param("2.0.0", (2, 0, 0), id="success"),
        pytest.param(" 5.7.26 ", (5, 7, 26), id="blanks around"),
        pytest.param("5.7.606", (5, 7, 606), id="a provider's own"),
        pytest.param("5.999.999", (5, 999, 999), id="largest"),
        pytest.param("5.01.001", (5, 1, 1), id="leading zeros"),
        pytest.param("5.1.1\r\n", (5, 1, 1), id="line end behind"),
    ],
)
def test_parse_good(text: str, parts: tuple[int, int, int]) -> None:
    assert Status.parse(text) == parts


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("", id="empty"),
        pytest.param("5", id="class alone"),
        pytest.param("5.1", id="two parts"),
        pytest.param("5.1.1.1", id="four parts"),
        pytest.param("3.1.1", id="class 3"),
        pytest.param("6.1.1", id="class 6"),
        pytest.param("0.0.0", id="class 0"),
        pytest.param("5.x.y", id="letters"),
        pytest.param("5.1.1234", id="four digits"),
        pytest.param("5.1.", id="nothing behind the point"),
        pytest.param("5..1", id="nothing between"),
        pytest.param("-5.1.1", id="sign"),
        pytest.param("5.1.1 (permanent failure)", id="comment"),
        pytest.param("5. 1.1", id="blank inside"),
        pytest.param("5.1.¹", id="superscript"),
        pytest.param("٥.١.١", id="arabic digits"),
        pytest.param("5.1.1" + " " * 100, id="long"),
        pytest.param("550", id="reply code"),
        pytest.param("5.1.1\0", id="NUL"),
    ],
)
def test_parse_bad(text: str) -> None:
    assert Status.parse(text) is None


@given(st.text(max_size=100))
def test_any_text_is_a_status_or_none(text: str) -> None:
    status = Status.parse(text)
    assert status is None or Status.parse(str(status)) == status


@given(st.sampled_from([2, 4, 5]), st.integers(0, 999), st.integers(0, 999))
def test_what_is_written_is_read(class_: int, subject: int, detail: int) -> None:
    status = Status(class_, subject, detail)
    assert Status.parse(str(status)) == status
    assert status.title
    assert status.class_title
    assert status.weakness in {0, 1, 2}
    assert status.registered == bool(status.reference)


@pytest.mark.parametrize("code", CODES, ids=str)
def test_every_registered_code_is_whole(code: tuple[int, int]) -> None:
    title, replies, reference, reason = CODES[code]
    assert title
    assert reference
    assert reason in REASONS
    assert all(reply == "any" or (len(reply) == 3 and reply[0] in "245") for reply in replies)
    for class_ in CLASSES:
        status = Status(class_, *code)
        assert (status.registered, status.title, status.reference) == (True, title, reference)
        assert reason_of(status) == reason


def test_the_registry_is_the_one_of_iana() -> None:
    assert len(CODES) >= 70
    assert {subject for subject, _ in CODES} == set(SUBJECTS) == set(range(8))
    assert set(CLASSES) == {2, 4, 5}
    assert {(7, 30), (1, 10)} <= CODES.keys()
    assert list(CODES) == sorted(CODES)


def test_the_registry_is_what_the_data_say() -> None:
    path = ROOT.parent / "shared" / "data" / "iana_codes.json"
    if not path.exists():
        pytest.skip("the registry's data are not beside the project")
    text = json.dumps(json.loads(path.read_text("utf-8")))
    assert [code for code in CODES if f"{code[0]}.{code[1]}" not in text] == []


def test_reason_of_is_total() -> None:
    for subject, detail in itertools.product(range(8), range(1000)):
        for class_ in (4, 5):
            assert reason_of(Status(class_, subject, detail)) in REASONS
    assert reason_of(Status(5, 999, 999)) in REASONS


def test_reasons_are_those_of_the_type() -> None:
    assert set(REASONS) == set(typing.get_args(Reason))


@pytest.mark.parametrize("reason", REASONS)
def test_canonical_codes(reason: Reason) -> None:
    facts = REASONS[reason]
    assert facts.advice in ADVICE - {"none"}
    assert facts.title
    for class_, text in ((4, facts.transient), (5, facts.permanent)):
        status = canonical(reason, class_)
        assert str(status) == text
        assert status.class_ == class_
        assert status.registered
        assert reason_of(status) == SIBLINGS.get(reason, reason)
    assert canonical(reason, 4)[1:] == canonical(reason, 5)[1:]


@pytest.mark.parametrize(
    ("code", "weakness"),
    [
        pytest.param("5.0.0", 2, id="nothing"),
        pytest.param("5.5.0", 2, id="some protocol status"),
        pytest.param("5.1.0", 1, id="some address status"),
        pytest.param("5.7.1", 1, id="refused"),
        pytest.param("5.1.1", 0, id="no mailbox"),
        pytest.param("5.7.606", 0, id="a provider's own"),
    ],
)
def test_weakness(code: str, weakness: int) -> None:
    status = Status.parse(code)
    assert status is not None
    assert status.weakness == weakness


def test_reply_codes() -> None:
    assert all(len(code) == 3 and code[0] in "2345" and meaning for code, meaning in REPLY_CODES.items())
    assert set(REPLY_REASONS) <= set(REPLY_CODES)
    stages = {*typing.get_args(Stage), None}
    for rows in REPLY_REASONS.values():
        assert None in rows
        assert set(rows) <= stages
        assert set(rows.values()) <= set(REASONS)
