"""Why a message is of its kind: each kind names the field or the words that speak for it."""

from __future__ import annotations

import typing

import pytest

from mailkit import classify
from mailkit.bounce.result import Kind
from mailkit.bounce.whykind import _SPEAKS
from tests.strategies import OWN, mails

HEAD = "From: {sender}\nTo: list@example.org\n"


def mail(head: str, body: str = "hello\n", sender: str = "joe@example.com") -> bytes:
    """Give a message."""
    return f"From: {sender}\nTo: list@example.org\n{head}\n{body}".encode()


@pytest.mark.parametrize(
    ("data", "kind", "words"),
    [
        pytest.param(mail("Auto-Submitted: auto-replied\n"), "auto-reply", "the field Auto-Submitted says", id="field"),
        pytest.param(
            mail("Subject: Out of office: hi\n"), "auto-reply", "the Subject has 'out of office", id="Subject"
        ),
        pytest.param(mail("X-TMDA-Confirm: 1\n"), "challenge", "the field X-Tmda-Confirm", id="challenge"),
        pytest.param(
            mail(
                "Content-Type: multipart/report; report-type=disposition-notification; boundary=x\n", "--x\n\n--x--\n"
            ),
            "receipt",
            "report-type=disposition-notification",
            id="receipt",
        ),
        pytest.param(
            mail("Content-Type: message/feedback-report\n", "Feedback-Type: abuse\n"),
            "feedback",
            "a feedback report is in it",
            id="feedback",
        ),
        pytest.param(
            mail(
                "Subject: Undelivered Mail Returned to Sender\nX-Failed-Recipients: a@b.example\n",
                sender="MAILER-DAEMON",
            ),
            "failure",
            "X-Failed-Recipients",
            id="failure",
        ),
        pytest.param(mail("Subject: hello\n"), "other", "its sender is no mail system", id="a person"),
        pytest.param(
            mail("Subject: Fwd: Undelivered Mail Returned to Sender\n"),
            "other",
            "forwarded mail",
            id="a person forwards",
        ),
        pytest.param(mail("Subject: hello\nList-Id: <a.example>\n"), "other", "the field List-ID", id="a list"),
    ],
)
def test_why(data: bytes, kind: Kind, words: str) -> None:
    bounce = classify(data, explain=True)
    assert bounce.kind == kind
    assert isinstance(bounce.why, str)
    assert words in bounce.why


def test_every_kind_has_reasons() -> None:
    assert set(_SPEAKS) == set(typing.get_args(Kind))


def test_genuine_bounces_are_explained() -> None:
    for path in mails(OWN):
        why = classify(path.read_bytes(), explain=True).why
        assert isinstance(why, str)
        assert "no single field" not in why, path


def test_it_is_not_asked_for_by_default() -> None:
    assert not isinstance(classify(mail("Subject: hello\n")).why, str)
