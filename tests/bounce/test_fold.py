"""Folding: one literal finds a wording in every typography, and places lead back to the original."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mailkit.bounce.fold import MAX_CHARS, Folded, fold_literal
from tests.strategies import joined


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        pytest.param("User Unknown", "user unknown", id="case"),
        pytest.param("user\r\n\t  unknown ", "user unknown", id="white space"),
        pytest.param("", "", id="empty"),
        pytest.param("Ｕｓｅｒ　ｕｎｋｎｏｗｎ", "user unknown", id="full width"),
        pytest.param("ﬁle ½", "file 1⁄2", id="compatibility"),
        pytest.param("Straße", "strasse", id="sharp s"),
        pytest.param("can’t “do”", 'can\'t "do"', id="quotes"),
        pytest.param("no\u2013one no\u2010one", "no-one no-one", id="dashes"),
        pytest.param("user\u00a0unknown", "user unknown", id="no-break space"),
        pytest.param("user\u200bunknown", "userunknown", id="zero width"),
        pytest.param("Boîte À Łódź Ünü, buzón", "boite a lodz unu, buzon", id="Latin diacritics"),
        pytest.param("ALICI İzin ılık", "alici izin ilik", id="Turkish i with and without its dot"),
        pytest.param("boi\u0302te", "boite", id="a mark of its own"),
        pytest.param("La casella e' piena: non c'e'.", "la casella e piena: non c'e.", id="an accent in ASCII"),
        pytest.param("ΆΓΝΩΣΤΟΣ χρήστης", "αγνωστοσ χρηστησ", id="Greek accents"),
        pytest.param("Ещё ящик, свой", "еще ящик, свой", id="yo is ye, short i stays"),
        pytest.param("إذا كانت العلبة ممتلئةً", "اذا كانت العلبه ممتلئه", id="Arabic variants"),
        pytest.param("נִמְצָא", "נמצא", id="Hebrew points"),
        pytest.param("がぎ ば", "がぎば", id="kana keep their marks"),
        pytest.param("<joe@example.org>: no", "@: no", id="address in brackets"),
        pytest.param("joe@example.org is unknown", "@ is unknown", id="address"),
        pytest.param("userunknown@spam.example", "@", id="words in an address"),
        pytest.param("届かないため、joe@example.org宛", "届かないため、@宛", id="address among letters without blanks"),
        pytest.param("from 192.0.2.1", "from #", id="IPv4"),
        pytest.param("[192.0.2.1]:25", "[#]:25", id="IPv4 with a port"),
        pytest.param("from 2001:db8:0:1:2:3:4:5", "from #", id="IPv6"),
        pytest.param("host mx.example.org said", "host ~ said\n~mx.example.org", id="host"),
        pytest.param("a.example b.example", "~ ~\n~a.example\n~b.example", id="two hosts"),
        pytest.param("550 5.1.1 no", "550 5.1.1 no", id="codes stay"),
        pytest.param("550-5.1.1 no\r\n550-5.1.1 such\r\n550 5.1.1 user", "550 5.1.1 no such user", id="repeated codes"),
        pytest.param("550-no\n550-such\n550 user", "550 no such user", id="repeated codes without enhanced ones"),
        pytest.param("550-no\n550- such\n550 user", "550 no such user", id="a blank behind a repeated code"),
        pytest.param("550-no user\n550-", "550 no user", id="a repeated code alone"),
        pytest.param("ユーザーは\r\n存在しません", "ユーザーは存在しません", id="Japanese joined"),
        pytest.param("メール ボックス満杯", "メールボックス満杯", id="Japanese joined at a blank"),
        pytest.param("550-5.1.1 宛先不\r\n550 5.1.1 明", "550 5.1.1 宛先不明", id="Japanese joined at repeated codes"),
        pytest.param("ﾒｰﾙ", "メール", id="half width"),
        pytest.param("메일 사서함", "메일 사서함", id="Hangul keeps blanks"),
        pytest.param("邮箱 full 已满", "邮箱 full 已满", id="blanks at Latin words stay"),
    ],
)
def test_folded(text: str, folded: str) -> None:
    assert Folded(text).text == folded


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        pytest.param("User  Unknown", "user unknown", id="case and blanks"),
        pytest.param(" a ", " a ", id="blanks around stay"),
        pytest.param("p=overquota*", "p=overquota*", id="star"),
        pytest.param("@ is ~ #", "@ is ~ #", id="masks stay"),
        pytest.param("ユーザー は", "ユーザーは", id="Japanese"),
        pytest.param("", "", id="empty"),
    ],
)
def test_literals(text: str, folded: str) -> None:
    assert fold_literal(text) == folded


def test_a_text_is_cut() -> None:
    assert len(Folded("a" * (3 * MAX_CHARS)).original) == MAX_CHARS


@pytest.mark.parametrize(
    ("text", "words", "original"),
    [
        pytest.param("550 5.1.1 User\r\n Unknown", "user unknown", "User\r\n Unknown", id="over a fold"),
        pytest.param("550 <joe@example.org>: User Unknown", "user unknown", "User Unknown", id="behind an address"),
        pytest.param("mx.example.org said: Mailbox FULL", "mailbox full", "Mailbox FULL", id="behind a host"),
        pytest.param("ユーザーは\r\n存在しません", "存在しません", "存在しません", id="Japanese"),
        pytest.param("ユーザーは存在\r\n しません", "は存在しません", "は存在\r\n しません", id="Japanese over a fold"),
        pytest.param("Ｕｓｅｒ unknown", "user unknown", "Ｕｓｅｒ unknown", id="full width"),
        pytest.param("can’t deliver", "can't deliver", "can’t deliver", id="quote"),
        pytest.param("a user. user unknown", "user unknown", "user unknown", id="the nearer of two"),
    ],
)
def test_origin(text: str, words: str, original: str) -> None:
    folded = Folded(text)
    start = folded.text.index(words)
    begin, end = folded.origin(start, start + len(words))
    assert text[begin:end] == original


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("blocked using ZEN.spamhaus.org today", id="ASCII"),
        pytest.param("прислал ZEN.spamhaus.org today", id="other letters"),
        pytest.param("\u0130\u0130 ZEN.spamhaus.org", id="a letter that is longer in lower case"),
    ],
)
def test_origin_of_a_host_is_the_host(text: str) -> None:
    folded = Folded(text)
    start = folded.text.index("~zen.spamhaus.org")
    begin, end = folded.origin(start, start + len("~zen.spamhaus.org"))
    assert text[begin:end] == "ZEN.spamhaus.org"


WORDS = ["User", "unknown", "mailbox", "FULL", "550", "5.1.1", "joe@example.org", "mx.example.org", "192.0.2.1", "満杯"]
WORDS += ["Straße", "can’t", "ｆｕｌｌ", "İ", "ﬁ", "\u0301", "-", "@", "~", "#", "550-5.1.1"]
BLANKS = [" ", "\r\n", "\n ", "\t", "", "\u3000"]
texts = joined([word + blank for word in WORDS for blank in BLANKS], 10)


@given(text=st.one_of(texts, st.text(max_size=80)), data=st.data())
def test_origin_of_any_span_is_inside(text: str, data: st.DataObject) -> None:
    folded = Folded(text)
    start = data.draw(st.integers(0, len(folded.text)))
    stop = data.draw(st.integers(start, len(folded.text)))
    begin, end = folded.origin(start, stop)
    assert 0 <= begin <= end <= len(text)


PLAIN = ["user", "Unknown", "MAILBOX", "full", "quota", "over", "the"]


@settings(max_examples=800)
@given(
    before=st.lists(st.sampled_from(WORDS[:9]), max_size=4),
    words=st.lists(st.sampled_from(PLAIN), min_size=1, max_size=4),
    blank=st.sampled_from([" ", "\r\n ", "\t"]),
)
def test_what_was_found_folds_to_the_words(before: list[str], words: list[str], blank: str) -> None:
    text = blank.join([*before, *words])
    folded = Folded(text)
    wanted = " ".join(words).lower()
    start = folded.text.index(wanted)
    begin, end = folded.origin(start, start + len(wanted))
    assert Folded(text[begin:end]).text == wanted


@given(texts)
def test_folding_twice_changes_no_words(text: str) -> None:
    once = Folded(text).text.split("\n")[0]
    assert "  " not in once
    assert once == once.strip()
    assert fold_literal(once) == once


@given(st.text(max_size=200))
def test_any_text_folds(text: str) -> None:
    Folded(text)
    fold_literal(text)
