"""Lists of tags, and DKIM-Signature."""

from __future__ import annotations

from datetime import UTC, datetime

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailkit.syntax.taglist import MAX_VALUE_BYTES, DkimSignature, parse_dkim_signature, parse_tag_list
from tests.strategies import joined
from tests.timing import assert_linear, flood

FULL = (
    b" v=1; a=RSA-SHA256; c=relaxed/simple; d=a.example;\r\n\ts=k1; i=@news.a.example; l=120; t=1790000000;\r\n"
    b" x=1790003600; h=From : To:\r\n  List-Unsubscribe:List-Unsubscribe-Post:from; bh=aG\r\n k=; b=aG=k=\r\n"
)
READ = DkimSignature(
    domain="a.example",
    selector="k1",
    algorithm="rsa-sha256",
    identity="@news.a.example",
    signed=("from", "to", "list-unsubscribe", "list-unsubscribe-post", "from"),
    length=120,
    time=datetime(2026, 9, 21, 14, 13, 20, tzinfo=UTC),
    expires=datetime(2026, 9, 21, 15, 13, 20, tzinfo=UTC),
    body_hash=True,
)


@pytest.mark.parametrize(
    ("raw", "tags", "fault"),
    [
        pytest.param(b"a=1; b=2", {"a": "1", "b": "2"}, None, id="two"),
        pytest.param(b" a =\r\n\t1 ; b= 2 3 ;", {"a": "1", "b": "2 3"}, None, id="folds, blanks, a last semicolon"),
        pytest.param(b"a=b=c==", {"a": "b=c=="}, None, id="equals signs in a value"),
        pytest.param(b"a=; A=1", {"a": "", "A": "1"}, None, id="an empty value; case counts"),
        pytest.param(b"a=1; a=2", {"a": "1"}, "a= stands twice", id="twice"),
        pytest.param(b"a=1;; b=2", {"a": "1", "b": "2"}, "no tag between two semicolons", id="an empty tag"),
        pytest.param(b"a=1; ...", {"a": "1"}, "no tag between two semicolons", id="no equals sign"),
        pytest.param(b"1=1; a=2", {"a": "2"}, "no tag between two semicolons", id="no name"),
        pytest.param(b"a b=1", {}, "no tag between two semicolons", id="a blank in the name"),
        pytest.param(b"", {}, "no tag", id="nothing"),
        pytest.param(b" ;", {}, "no tag between two semicolons", id="a semicolon"),
        pytest.param(b"a=\xe9", {"a": "\u00e9"}, None, id="eight bits"),
        pytest.param(b"a=" + b"1" * MAX_VALUE_BYTES, None, "longer than what is read", id="too long"),
    ],
)
def test_tags(raw: bytes, tags: dict[str, str] | None, fault: str | None) -> None:
    found = parse_tag_list(raw)
    assert found.fault == fault
    assert tags is None or found.tags == tags


def test_numbers_and_times() -> None:
    found = parse_tag_list("a=7; b=-7; c=7.5; d=253402300800; e=253402300799; f=1234567890123; g=\u0667".encode())
    assert [found.number(name) for name in "abcg"] == [7, None, None, None]
    assert [found.time(name) is None for name in "defgh"] == [True, False, True, True, True]


def test_a_whole_signature() -> None:
    assert parse_dkim_signature(FULL) == READ


@pytest.mark.parametrize(
    ("old", "new", "fault"),
    [
        pytest.param(b"d=a.example;", b"", "no d=", id="no domain"),
        pytest.param(b"bh=aG\r\n k=;", b"bh=;", "no bh=", id="an empty hash"),
        pytest.param(b"From :", b"", None, id="from is there twice"),
        pytest.param(b" v=1;", b" v=1; v=1;", "v= stands twice", id="a tag twice"),
    ],
)
def test_what_makes_a_signature_invalid(old: bytes, new: bytes, fault: str | None) -> None:
    assert old in FULL
    assert parse_dkim_signature(FULL.replace(old, new)).fault == fault


def test_from_must_be_signed() -> None:
    assert parse_dkim_signature(b"v=1;a=x;b=y;bh=z;d=a.example;s=k;h=to:from-me").fault == "From is not signed"
    assert parse_dkim_signature(b"").signed == ()


@given(joined(["a", "h", "d", "=", ";", ":", " ", "\r\n ", "from", "1", "\u3042", "\0", "(", '"'], 14))
def test_any_tokens_are_read(text: str) -> None:
    msgspec.json.encode(parse_dkim_signature(text.encode())).decode()
    found = parse_tag_list(text.encode())
    assert all(value == value.strip() for value in found.tags.values())
    assert found.tags or found.fault


@given(st.integers(0, 3), st.sampled_from(["\r\n ", "\n\t", " ", "\t \r\n "]))
def test_folds_never_change_tags(place: int, fold: str) -> None:
    pieces = ["a=1", "b=x y", "c=", "d==="]
    pieces[place] = fold + pieces[place].replace(" ", fold) + fold
    assert parse_tag_list(";".join(pieces).encode()).tags == {"a": "1", "b": "x y", "c": "", "d": "=="}


@pytest.mark.parametrize("unit", ["a=1;", ";", "=", "a", " ", "\r\n ", "h=:;", ":"])
def test_floods_cost_linear_time(unit: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("mailkit.syntax.taglist.MAX_VALUE_BYTES", 1 << 30)
    assert_linear(parse_dkim_signature, flood(unit.encode(), b"h="))
