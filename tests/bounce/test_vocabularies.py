"""Names for exports: total over our reasons and over theirs, under the keys that each product uses."""

from __future__ import annotations

import typing

import pytest

from mailkit import Recipient
from mailkit.bounce.reasons import REASONS, Reason
from mailkit.bounce.result import Action
from mailkit.bounce.vocabularies import VOCABULARIES, Vocabulary, export_names, reason_named

KEYS = [pytest.param(key, id=key) for key in VOCABULARIES]


def recipient(reason: Reason, status: str = "5.0.0", action: Action = "failed") -> Recipient:
    """Give a recipient with a reason and its advice."""
    return Recipient(
        address="joe@example.org",
        action=action,
        status=status,
        basis="dsn",
        reason=reason,
        advice=REASONS[reason].advice,
        confidence="stated",
    )


def forms(vocabulary: Vocabulary) -> set[str]:
    """Give every name that we may write."""
    names = [name for value in vocabulary.names.values() for name in ([value] if isinstance(value, str) else value)]
    return {*names, *vocabulary.by_status.values()}


@pytest.mark.parametrize("key", KEYS)
def test_every_reason_has_a_name(key: str) -> None:
    vocabulary = VOCABULARIES[key]
    assert set(vocabulary.names) == set(typing.get_args(Reason))
    assert vocabulary.title
    assert vocabulary.source


@pytest.mark.parametrize("key", KEYS)
def test_every_name_that_we_write_is_one_of_theirs(key: str) -> None:
    vocabulary = VOCABULARIES[key]
    assert forms(vocabulary) <= set(vocabulary.reasons)
    assert {name.count("/") for name in vocabulary.reasons} == {len(vocabulary.fields) - 1}


@pytest.mark.parametrize("key", KEYS)
def test_every_name_of_theirs_is_a_reason_of_ours_or_none(key: str) -> None:
    assert {reason for reason in VOCABULARIES[key].reasons.values() if reason} <= set(REASONS)
    assert reason_named(key, "nonsense") is None


@pytest.mark.parametrize("key", KEYS)
def test_a_name_read_back_is_treated_alike(key: str) -> None:
    """What was hard stays hard, what was none of the recipient's fault does not become it."""
    vocabulary = VOCABULARIES[key]
    for reason, value in vocabulary.names.items():
        permanent = value if isinstance(value, str) else value[1]
        back = vocabulary.reasons[permanent]
        assert back is not None, (reason, permanent)
        if REASONS[back].advice == "hard":
            assert REASONS[reason].advice == "hard", (reason, permanent, back)


@pytest.mark.parametrize("key", KEYS)
@pytest.mark.parametrize("status", ["4.0.0", "5.0.0"])
@pytest.mark.parametrize("reason", REASONS)
def test_names_stand_under_their_keys(key: str, status: str, reason: Reason) -> None:
    (found,) = export_names(recipient(reason, status), [key]).values()
    assert tuple(found) == VOCABULARIES[key].fields
    assert all(found.values())


@pytest.mark.parametrize(
    ("reason", "status", "action", "key", "names"),
    [
        pytest.param("full", "5.2.2", "failed", "sisimai", {"reason": "mailboxfull"}, id="sisimai"),
        pytest.param("system", "4.3.1", "failed", "sisimai", {"reason": "systemfull"}, id="sisimai, by status"),
        pytest.param("policy", "5.7.10", "failed", "sisimai", {"reason": "failedstarttls"}, id="sisimai, TLS"),
        pytest.param("full", "5.2.2", "failed", "kumomta", {"bounce_classification": "QuotaIssues"}, id="kumomta"),
        pytest.param(
            "bad-mailbox",
            "5.1.1",
            "failed",
            "sparkpost",
            {"bounce_class": "10", "description": "Invalid Recipient"},
            id="sparkpost",
        ),
        pytest.param("bad-domain", "5.1.2", "failed", "powermta", {"bounceCat": "bad-domain"}, id="powermta"),
        pytest.param(
            "bad-mailbox", "5.1.1", "failed", "ses", {"bounceType": "Permanent", "bounceSubType": "General"}, id="ses"
        ),
        pytest.param(
            "bad-mailbox",
            "4.1.1",
            "delayed",
            "ses",
            {"bounceType": "Transient", "bounceSubType": "General"},
            id="delay",
        ),
        pytest.param("expired", "5.4.7", "failed", "mailgun", {"severity": "permanent", "reason": "old"}, id="mailgun"),
        pytest.param(
            "spam", "5.7.1", "failed", "postmark", {"TypeCode": 512, "Type": "SpamNotification"}, id="postmark"
        ),
        pytest.param(
            "disabled",
            "5.2.1",
            "failed",
            "sendgrid",
            {"bounce_classification": "Mailbox Unavailable", "type": "bounce"},
            id="sendgrid",
        ),
        pytest.param("bad-mailbox", "5.1.1", "failed", "mailman", {"category": "permanent"}, id="mailman"),
        pytest.param("bad-mailbox", "5.1.1", "delayed", "mailman", {"category": "temporary"}, id="mailman, delayed"),
        pytest.param("blocked", "5.7.1", "failed", "mailman", {"category": "temporary"}, id="mailman, blocked"),
        pytest.param("undefined", "5.0.0", "failed", "mailman", {"category": "permanent"}, id="mailman, no cause told"),
        pytest.param("undefined", "4.0.0", "failed", "mailman", {"category": "temporary"}, id="mailman, given up"),
    ],
)
def test_names(reason: Reason, status: str, action: Action, key: str, names: dict[str, str | int]) -> None:
    assert export_names(recipient(reason, status, action), [key]) == {key: names}


@pytest.mark.parametrize("action", ["delivered", "relayed", "expanded"])
def test_a_delivery_has_no_names(action: Action) -> None:
    assert export_names(recipient("undefined", "2.0.0", action)) == {}


def test_all_at_once() -> None:
    assert list(export_names(recipient("full", "5.2.2"))) == list(VOCABULARIES)
