"""Signed return paths: what we signed is read, anything else is nobody's word."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailkit.lists import Tokens
from mailkit.lists import verp as forms
from mailkit.lists.tokens import reader

DAY = date(2026, 11, 1)
OLD, NEW = b"an old key of 20 byte", b"a new key of 20 bytes"
TOKENS = Tokens({"a": OLD, "b": NEW}, days=30)
PATH = TOKENS.encode("News@Lists.Example", "Joe@Example.org", today=DAY)


def test_round_trip() -> None:
    told = TOKENS.decode(PATH, today=DAY)
    assert told is not None
    assert (told.recipient, told.list, told.form, told.genuine, told.why) == (
        "joe@example.org",
        "news@Lists.Example",
        "token",
        True,
        "",
    )


@pytest.mark.parametrize("path", [PATH.upper(), PATH.lower(), PATH.title(), f"<{PATH}>", f"prvs=0123456789={PATH}"])
def test_what_mail_servers_do_to_it(path: str) -> None:
    told = TOKENS.decode(path, today=DAY)
    assert told is not None
    assert told.genuine


def test_every_changed_letter_voids_it() -> None:
    """Whatever is changed, the address is no return path any more, or its token is refused."""
    for place, letter in enumerate(PATH):
        for other in "a7z=+-.@":
            changed = PATH[:place] + other + PATH[place + 1 :]
            if other not in {letter, letter.lower()}:
                told = TOKENS.decode(changed, today=DAY)
                assert told is None or told.genuine is False, changed


def test_another_list_or_domain_cannot_use_it() -> None:
    for changed in (PATH.replace("news", "chat"), PATH.replace("Lists", "other")):
        told = TOKENS.decode(changed, today=DAY)
        assert told is not None
        assert (told.genuine, told.recipient) == (False, "")


@pytest.mark.parametrize(
    ("days", "genuine", "why"),
    [
        (-2, False, "it is of 2026-11-01, which is to come"),
        (-1, True, ""),
        (0, True, ""),
        (30, True, ""),
        (31, False, "it is of 2026-11-01, 31 days ago"),
    ],
)
def test_expiry(days: int, genuine: bool, why: str) -> None:  # noqa: FBT001 - a column of the table
    told = TOKENS.decode(PATH, today=DAY + timedelta(days=days))
    assert told is not None
    assert (told.genuine, told.why) == (genuine, why)


def test_rotation() -> None:
    """A key is added, signs from then on, and the old one is taken out when its last token has expired."""
    before = Tokens({"a": OLD}).encode("news@l.example", "joe@example.org", today=DAY)
    for keys, genuine in (({"a": OLD, "b": NEW}, True), ({"b": NEW}, False), ({"a": NEW}, False)):
        told = Tokens(keys).decode(before, today=DAY)
        assert told is not None
        assert told.genuine is genuine
    after = Tokens({"a": OLD, "b": NEW}).encode("news@l.example", "joe@example.org", today=DAY)
    told = Tokens({"b": NEW}).decode(after, today=DAY)
    assert told is not None
    assert told.genuine


@pytest.mark.parametrize(
    ("keys", "days", "says"),
    [
        ({}, 30, "need a key"),
        ({"a": b"short"}, 30, "has 5 bytes"),
        ({"A": OLD}, 30, "names no key"),
        ({"ab": OLD}, 30, "names no key"),
        ({"1": OLD}, 30, "names no key"),
        ({"a": OLD}, 0, "days of 1 or more"),
    ],
)
def test_bad_keys(keys: dict[str, bytes], days: int, says: str) -> None:
    with pytest.raises(ValueError, match=says):
        Tokens(keys, days=days)


@given(st.text(min_size=1, max_size=60).filter(lambda text: text.strip()))
def test_every_name_of_a_member_comes_back(member: str) -> None:
    path = TOKENS.encode("news@l.example", member, today=DAY)
    told = TOKENS.decode(path, today=DAY)
    assert told is not None
    assert told.recipient == member.strip().lower()
    assert path.isascii()


@pytest.mark.parametrize(
    "member", ["x--abc@example.org", "x--abc", "4711", "a=b@example.org", '"a b"@example.org', "ü@例え.jp"]
)
def test_odd_members(member: str) -> None:
    told = TOKENS.decode(TOKENS.encode("news@l.example", member, today=DAY), today=DAY)
    assert told is not None
    assert told.recipient == member


@given(st.text(max_size=200))
def test_nothing_raises(text: str) -> None:
    assert TOKENS.decode(text, today=DAY) is None
    TOKENS.decode(f"news-bounces+{text}=baaaaaaaaaaaaaaaaaaaa@l.example", today=DAY)


def test_reader_asks_in_turn() -> None:
    read = reader(TOKENS.decode, forms.decode)
    plain = read("news-bounces+joe=example.org@l.example")
    forged = read("news-bounces+joe=example.org=baaaaaaaaaaaaaaaaaaaa@l.example")
    assert plain is not None
    assert forged is not None
    assert (plain.genuine, forged.genuine) == (None, False)
    assert read("joe@example.org") is None


@pytest.mark.parametrize("name", ["news+de@lists.example", "a+b+c@lists.example", "news-bounces@lists.example"])
@pytest.mark.parametrize("mark", ["-bounces", "-Bounces", "."])
def test_lists_with_a_plus_in_their_name(name: str, mark: str) -> None:
    tokens = Tokens({"a": OLD}, mark=mark)
    told = tokens.decode(tokens.encode(name, "joe+x@example.org", today=DAY), today=DAY)
    assert told is not None
    assert (told.genuine, told.list, told.recipient) == (True, name, "joe+x@example.org")


def test_blanks_are_no_member() -> None:
    with pytest.raises(ValueError, match="and a member"):
        TOKENS.encode("news@lists.example", " \t")
