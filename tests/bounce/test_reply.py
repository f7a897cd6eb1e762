"""One reply or log line without a mail."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mailkit import classify_reply


@pytest.mark.parametrize(
    ("text", "host", "expected"),
    [
        pytest.param(
            "550 5.1.1 <a@b.example>: User unknown", None, ("5.1.1", "bad-mailbox", "hard"), id="user unknown"
        ),
        pytest.param("552 Mailbox full", None, ("5.2.2", "full", "soft"), id="no enhanced code"),
        pytest.param("450 4.2.2 over quota", None, ("4.2.2", "full", "soft"), id="transient"),
        pytest.param(
            "550 5.4.1 Recipient address rejected: Access denied",
            "b-example.mail.protection.outlook.com",
            ("5.1.1", "bad-mailbox", "hard"),
            id="a provider means something else by its code",
        ),
        pytest.param(
            "554 5.7.1 Client host [192.0.2.1] blocked using zen.example.org",
            None,
            ("5.7.1", "blocked", "block"),
            id="blocked",
        ),
        pytest.param("550 5.1.1 Benutzer unbekannt", None, ("5.1.1", "bad-mailbox", "hard"), id="German"),
        pytest.param("550 メールボックスが一杯です", None, ("5.2.2", "full", "soft"), id="Japanese"),
        pytest.param(
            "550 the mailbox is not over quota", None, ("5.1.1", "bad-mailbox", "hard"), id="a negation is no quota"
        ),
        pytest.param("", None, ("5.0.0", "undefined", "soft"), id="nothing"),
        pytest.param("451", None, ("4.3.0", "system", "soft"), id="a bare code"),
    ],
)
def test_replies(text: str, host: str | None, expected: tuple[str, str, str]) -> None:
    verdict = classify_reply(text, host=host)
    assert (verdict.status, verdict.reason, verdict.advice) == expected


def test_the_words_are_given() -> None:
    verdict = classify_reply("smtp; 550 5.1.1 User  Unknown here")
    assert (verdict.reply, verdict.matched, verdict.basis, verdict.confidence) == (
        "550",
        "User  Unknown",
        "diagnostic",
        "stated",
    )


@settings(max_examples=300)
@given(text=st.text(max_size=300))
def test_any_text_has_a_verdict(text: str) -> None:
    verdict = classify_reply(text)
    assert (verdict.status[0] == "2") == (verdict.advice == "none")
