"""What servers say in each language: the reason, however it is wrapped, written and encoded; what takes it back; what subjects announce.

The sentences are in ``languages.toml``: none of them is a rule's sample.
"""

from __future__ import annotations

import tomllib
import unicodedata
from collections.abc import Iterator
from pathlib import Path

import pytest

from mailkit import classify, classify_reply
from mailkit.bounce.announcements import announcements
from mailkit.bounce.doubts import LOOKED_BACK, doubtful
from mailkit.bounce.fold import fold_literal
from mailkit.bounce.matcher import RuleSet

TABLE = tomllib.loads((Path(__file__).parent / "languages.toml").read_text("utf-8"))
ORDINARY: list[str] = TABLE.pop("ordinary")
CAUSELESS: list[str] = TABLE.pop("causeless")
assert len(TABLE) > 35, "languages.toml has lost its languages"
REPLIES = [
    pytest.param(lang, reason, text, id=f"{lang} {reason} {number}")
    for lang, row in TABLE.items()
    for reason, texts in row["reply"].items()
    for number, text in enumerate(texts, 1)
]
CHARSETS = {
    **dict.fromkeys(("de", "fr", "es", "pt", "it", "nl", "sv", "da", "nb", "fi"), ("iso-8859-1", "windows-1252")),
    **dict.fromkeys(("pl", "cs", "sk", "hu", "hr", "sl"), ("iso-8859-2", "windows-1250")),
    **dict.fromkeys(("et", "lv", "lt"), ("windows-1257", "iso-8859-13")),
    **dict.fromkeys(("bg", "sr"), ("windows-1251", "iso-8859-5")),
    "ru": ("koi8-r", "windows-1251", "iso-8859-5"),
    "uk": ("koi8-u", "windows-1251"),
    "el": ("iso-8859-7", "windows-1253"),
    "tr": ("iso-8859-9", "windows-1254"),
    "he": ("windows-1255", "iso-8859-8"),
    "ar": ("windows-1256",),
    "ja": ("iso-2022-jp", "shift_jis", "euc-jp"),
    "zh-Hans": ("gb2312", "gb18030"),
    "zh-Hant": ("big5",),
    "ko": ("euc-kr",),
    "th": ("tis-620",),
}
"""Charsets that mail in a language is written in, besides UTF-8."""
WITHOUT_BLANKS = ("ja", "zh-Hans", "zh-Hant")
STROKES = str.maketrans("łŁøØđĐı", "lLoOdDi")


def reason_of(text: str) -> str | None:
    """Give the reason that the shipped rules read in a text."""
    match = RuleSet.default().match(text)
    return match.rule.reason if match else None


@pytest.mark.parametrize(("lang", "reason", "text"), REPLIES)
def test_reason(lang: str, reason: str, text: str) -> None:
    assert reason_of(text) == reason, lang


def test_every_rule_of_a_language_has_a_reply_that_is_not_its_sample() -> None:
    rules = [rule for rule in RuleSet.default().rules if rule.lang in TABLE and rule.id.startswith(f"{rule.lang}.")]
    assert len(rules) > 600
    for rule in rules:
        texts = TABLE[rule.lang]["reply"].get(rule.reason, ())
        assert any(text != rule.sample for text in texts), f"{rule.id}: languages.toml has no reply of its reason"


@pytest.mark.parametrize("lang", TABLE)
def test_wrapping_changes_nothing(lang: str) -> None:
    for reason, texts in TABLE[lang]["reply"].items():
        for text in texts:
            for wrapped in rewrapped(text, lang):
                assert reason_of(wrapped) == reason, wrapped


def rewrapped(text: str, lang: str) -> Iterator[str]:
    """Give a text wrapped at every blank in turn; where a language has none, between any two of its characters."""
    for place in range(1, len(text)):
        if text[place] == " ":
            yield f"{text[:place]}\r\n {text[place + 1 :]}"
        elif lang in WITHOUT_BLANKS and all(c.isalpha() and not c.isascii() for c in text[place - 1 : place + 1]):
            yield f"{text[:place]}\r\n{text[place:]}"


@pytest.mark.parametrize("lang", TABLE)
def test_case_changes_nothing(lang: str) -> None:
    for reason, texts in TABLE[lang]["reply"].items():
        for text in texts:
            assert reason_of(text.upper()) == reason, text.upper()


@pytest.mark.parametrize("lang", TABLE)
def test_diacritics_may_be_left_out(lang: str) -> None:
    """Servers take ASCII alone, so people leave them out; in other scripts they are letters."""
    for reason, texts in TABLE[lang]["reply"].items():
        for text in texts:
            plain = "".join(c for c in unicodedata.normalize("NFD", text) if not unicodedata.combining(c))
            plain = plain.translate(STROKES)
            if plain.replace("æ", "").replace("ß", "").isascii():
                assert reason_of(plain) == reason, plain


@pytest.mark.parametrize("lang", TABLE)
def test_the_charset_changes_nothing(lang: str) -> None:
    for charset in ("utf-8", *CHARSETS.get(lang, ())):
        told = 0
        for reason, texts in TABLE[lang]["reply"].items():
            try:
                message = notice(texts[0], charset)
            except UnicodeEncodeError:
                continue  # the charset lacks a letter of the sentence
            told += 1
            assert [one.reason for one in classify(message).recipients] == [reason], (charset, texts[0])
        assert told >= 2, f"{charset} cannot say anything in {lang}"


def notice(text: str, charset: str) -> bytes:
    """Compose a notice without a report, as old MTAs send it."""
    return (
        b"From: MAILER-DAEMON@mx.example\nTo: jane@example.org\nSubject: Undelivered Mail Returned to Sender\n"
        b"MIME-Version: 1.0\nContent-Transfer-Encoding: 8bit\nContent-Type: text/plain; charset="
        + charset.encode("ascii")
        + b"\n\n<joe@example.com>:\n"
        + text.encode(charset)
        + b"\n"
    )


def test_a_reply_alone_gives_the_reason_as_well() -> None:
    for lang, row in TABLE.items():
        for reason, texts in row["reply"].items():
            if texts[0][:3].isdecimal():
                assert classify_reply(texts[0]).reason == reason, (lang, texts[0])


@pytest.mark.parametrize(
    ("lang", "text"),
    [
        pytest.param(lang, text, id=f"{lang} {what} {number}")
        for lang, row in TABLE.items()
        for what, texts in row.get("doubt", {}).items()
        for number, text in enumerate(texts, 1)
    ],
)
def test_what_is_negated_or_a_condition_says_nothing(lang: str, text: str) -> None:
    assert reason_of(text) is None, lang


@pytest.mark.parametrize("text", CAUSELESS)
def test_a_notice_without_a_cause_has_none(text: str) -> None:
    assert reason_of(text) is None


def test_the_larger_languages_have_two_negations_and_two_conditions() -> None:
    doubts = {lang: row["doubt"] for lang, row in TABLE.items() if "doubt" in row}
    assert len(doubts) > 25
    for lang, row in doubts.items():
        assert len(row["negated"]) >= 2, lang
        assert len(row["conditional"]) >= 2, lang


@pytest.mark.parametrize("lang", ["de", "ru", "zh-Hans"])
def test_only_what_is_near_is_looked_at(lang: str) -> None:
    opens = {"de": "wenn ", "ru": "если ", "zh-Hans": "如果"}[lang]
    near, far = opens + "x" * LOOKED_BACK, opens + "x" * 40
    assert doubtful(far, len(far), len(far), lang)
    assert not doubtful(near, len(near), len(near), lang)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        pytest.param("Das Konto ist nicht gesperrt, aber das Postfach ist voll.", "full", id="German, another thing"),
        pytest.param("Si vous avez des questions, écrivez-nous. La boîte est pleine.", "full", id="French, another clause"),
        pytest.param("Se ha bloqueado: el buzón está lleno", "full", id="Spanish se is no condition"),
        pytest.param("A conta encontra-se bloqueada", "disabled", id="Portuguese se is no condition"),
        pytest.param("Non e' possibile consegnare: la casella e' piena", "full", id="Italian accents in ASCII"),
        pytest.param("Het bericht wordt als spam beschouwd: geweigerd als spam", "spam", id="Dutch als is as"),
        pytest.param("용량 초과로 전달되지 않았습니다", "full", id="Korean, the delivery is negated"),
        pytest.param("メールボックスがいっぱいのため配信できませんでした", "full", id="Japanese, the delivery is negated"),
        pytest.param("host mx.example.de said: 550 Empfänger unbekannt", "bad-mailbox", id="what stands before a reply"),
        pytest.param("Der Server war voll beschäftigt. Konto gesperrt", "disabled", id="two sentences"),
        pytest.param("收件人邮箱已满，不能投递", "full", id="Chinese, the delivery is negated"),
        pytest.param("Posta kutusu dolu, ileti teslim edilmedi", "full", id="Turkish, the delivery is negated"),
    ],
)  # fmt: skip
def test_a_doubt_reaches_no_further_than_its_clause(text: str, reason: str) -> None:
    assert reason_of(text) == reason


@pytest.mark.parametrize(
    ("what", "subject"),
    [
        pytest.param(what, subject, id=f"{lang} {what} {number}")
        for lang, row in TABLE.items()
        for what, subjects in row.get("subject", {}).items()
        for number, subject in enumerate(subjects, 1)
    ],
)
def test_subject(what: str, subject: str) -> None:
    assert (what, "subject") in announcements(subject, "")


@pytest.mark.parametrize(
    ("what", "text"),
    [
        pytest.param(what, text, id=f"{lang} {what}")
        for lang, row in TABLE.items()
        for what, text in row.get("text", {}).items()
    ],
)
def test_text(what: str, text: str) -> None:
    said = {one for one, place in announcements("", fold_literal(text)) if place == "text"}
    assert what in said
    assert "delay" not in said or what == "delay"  # a delay is asked for first


@pytest.mark.parametrize("subject", ORDINARY)
def test_an_ordinary_subject_announces_nothing(subject: str) -> None:
    assert not announcements(subject, "")
    assert not announcements(f"Re: {subject}", "")
