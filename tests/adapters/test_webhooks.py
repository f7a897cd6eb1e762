"""What providers post, read as `classify` reads a mail: every kind of event, and whatever else may be posted."""

from __future__ import annotations

import io
import json
import time

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mailkit.adapters.webhooks import PROVIDERS, Told, convert, ledger_events, read_events
from mailkit.adapters.webhooks import mailgun as mailgun_words
from mailkit.adapters.webhooks import sendgrid as sendgrid_words
from mailkit.adapters.webhooks import sparkpost as sparkpost_words
from mailkit.adapters.webhooks.values import MAX_BODY_BYTES
from mailkit.bounce.logs import kumomta as kumomta_words
from mailkit.bounce.matcher import RuleSet
from mailkit.bounce.reply import classify_reply
from mailkit.errors import MailkitError
from tests.adapters.payloads import (
    AT,
    JOE,
    POSTS,
    Post,
    dump,
    kumomta,
    mailgun,
    mailgun_form,
    postmark,
    powermta,
    sendgrid,
    ses,
    ses_bounce,
    sns,
    sparkpost,
)
from tests.strategies import ROOT

ROWS = [pytest.param(post, id=f"{post.provider}: {post.name}") for post in POSTS]


def one(provider: str | None, body: bytes) -> Told:
    (told,) = read_events(provider, body)
    return told


def summary(told: Told) -> tuple[str, ...]:
    """Give what a post told, as the table has it."""
    bounce = told.bounce
    if told.aside:
        return ("aside", told.aside)
    if bounce.feedback:
        return (bounce.kind, bounce.feedback.type)
    (row,) = bounce.recipients
    if bounce.kind == "success":
        return ("success",)
    return (bounce.kind, row.reason, row.advice, row.basis, row.confidence)


@pytest.mark.parametrize("post", ROWS)
def test_every_kind_of_event(post: Post) -> None:
    told = one(post.provider, post.body)
    found = summary(told)
    if post.told[0] == "aside":
        assert found[0] == "aside"
        assert post.told[1] in told.aside
    else:
        assert found == post.told


@pytest.mark.parametrize("post", ROWS)
def test_whom_it_is_about_and_what_the_provider_calls_it(post: Post) -> None:
    told = one(post.provider, post.body)
    assert told.provider == post.provider
    if post.id:
        assert told.id == post.id
    if post.address and not told.aside:
        feedback = told.bounce.feedback
        found = [feedback.original_recipient] if feedback else [row.address for row in told.bounce.recipients]
        assert found == [post.address]
        assert told.time is not None
        assert int(told.time.timestamp()) == AT
        assert told.list in {"news", "news.lists.example"}
        assert told.message
        assert told.id


@pytest.mark.parametrize("post", ROWS)
def test_the_content_tells_the_provider(post: Post) -> None:
    assert one(None, post.body) == one(post.provider, post.body)


@pytest.mark.parametrize("post", ROWS)
def test_the_same_record_has_the_same_id(post: Post) -> None:
    first, again = one(post.provider, post.body), one(post.provider, post.body)
    assert first == again
    events = [*ledger_events(first, at=AT + 50, list="other")]
    assert [event.id for event in events] == [event.id for event in ledger_events(again, at=AT + 900, list="other")]
    assert len(events) == (0 if first.aside else 1)
    for event in events:
        assert event.list == first.list  # what is told comes before what is given
        assert event.at == (AT // 86_400 * 86_400 if event.what == "delivery" else AT)


def test_what_a_record_becomes_in_a_ledger() -> None:
    whats = {"hard", "soft", "block", "delay", "complaint", "delivery"}
    found = {event.what for post in POSTS for event in ledger_events(one(post.provider, post.body), at=AT)}
    assert found == whats


def test_a_time_to_come_counts_from_when_it_came() -> None:
    body = sendgrid("bounce", reason="550 5.1.1 no such user", timestamp=AT + 10**8)
    assert [event.at for event in ledger_events(one("sendgrid", body), at=AT)] == [AT]


def test_a_record_without_time_or_list_takes_what_is_given() -> None:
    body = dump([{"event": "bounce", "email": JOE, "reason": "550 5.1.1 no such user"}])
    (event,) = ledger_events(one("sendgrid", body), at=AT, list="News@Lists.example")
    assert (event.at, event.list) == (AT, "news.lists.example")


def test_several_who_may_have_complained_are_guessed() -> None:
    rows = [{"emailAddress": JOE}, {"emailAddress": "ann@example.org"}]
    body = dump(ses("Complaint", {"feedbackId": "f", "complainedRecipients": rows}))
    told = [*read_events("ses", body)]
    events = [event for row in told for event in ledger_events(row, at=AT)]
    assert [(event.address, event.what, event.confidence) for event in events] == [
        (JOE, "complaint", "guessed"),
        ("ann@example.org", "complaint", "guessed"),
    ]
    assert len({event.id for event in events}) == 2


def test_recipients_of_one_bounce_each_have_an_event() -> None:
    rows = [
        {"emailAddress": "<joe@example.org>", "status": "5.1.1", "diagnosticCode": "smtp; 550 5.1.1 user unknown"},
        {"emailAddress": "ann@example.org", "status": "5.2.2", "diagnosticCode": "smtp; 552 5.2.2 mailbox full"},
    ]
    body = dump(ses("Bounce", {"bounceType": "Permanent", "feedbackId": "f", "bouncedRecipients": rows}))
    events = [*ledger_events(one("ses", body), at=AT)]
    assert [(event.address, event.what) for event in events] == [(JOE, "hard"), ("ann@example.org", "soft")]


def test_what_the_provider_stated_is_kept() -> None:
    body = dump(ses("Bounce", ses_bounce("Permanent", "General", "smtp; 552 5.2.2 mailbox full", "5.0.0")))
    (row,) = one("ses", body).bounce.recipients
    assert (row.status, row.reported_status) == ("5.2.2", "5.0.0")
    assert row.names == {"ses": {"bounceType": "Permanent", "bounceSubType": "General"}}
    assert (row.evidence[0].what, row.evidence[0].offset) == ("552 5.2.2", 0)


@pytest.mark.parametrize(("kind", "status"), [("Transient", "4.0.0"), ("Undetermined", "5.0.0")])
def test_a_failure_of_no_told_cause_is_of_the_class_that_is_told(kind: str, status: str) -> None:
    (row,) = one("ses", dump(ses("Bounce", ses_bounce(kind, "General")))).bounce.recipients
    assert (row.status, row.reason, row.confidence) == (status, "undefined", "guessed")


def test_a_thousand_who_complain_cost_little() -> None:
    rows = [{"emailAddress": JOE}] * 100_000
    body = dump(ses("Complaint", {"feedbackId": "f", "complainedRecipients": rows}))
    start = time.process_time()
    told = [*read_events("ses", body)]
    assert (len(told), told[0].bounce.complete) == (1_000, False)
    assert [one.code for one in told[0].bounce.findings] == ["bounce.recipient.guessed", "limit.recipient_count"]
    assert time.process_time() - start < 2


@pytest.mark.parametrize(("count", "complete"), [(1_000, True), (1_001, False)])
def test_recipients_past_the_limit_are_told(count: int, complete: bool) -> None:  # noqa: FBT001 - a row of a table
    (told,) = read_events("kumomta", kumomta("Delivery", recipient=[JOE] * count))
    assert (len(told.bounce.recipients), told.bounce.complete) == (1_000, complete)


def test_what_the_sender_gave_the_message() -> None:
    told = [one(post.provider, post.body) for post in POSTS if post.name in {"bounce", "bounce, raw", "hard"}]
    assert {row.provider: (row.tags, row.metadata) for row in told} == {
        "ses": (("campaign",), {"ses:configuration-set": "main", "campaign": "may"}),
        "sendgrid": (("may",), {"list": "news"}),
        "postmark": (("may",), {"MessageStream": "news", "list": "news"}),
        "sparkpost": (("may",), {"list": "news"}),
        "kumomta": (("acme",), {"list": "news"}),
        "powermta": (("job7",), {}),
    }
    for row in told:
        assert [event.message for event in ledger_events(row, at=AT)] == [row.message]


def test_when_the_provider_gives_up() -> None:
    (row,) = one("ses", next(post.body for post in POSTS if post.name == "delay")).bounce.recipients
    assert row.retry_until is not None
    assert row.retry_until.isoformat() == "2026-05-29T20:26:40+00:00"


def test_an_address_is_given_as_it_was_written() -> None:
    told = one("sparkpost", sparkpost("bounce", raw_reason="550 5.1.1 no", raw_rcpt_to="Joe@Example.org"))
    assert told.bounce.recipients[0].address == "Joe@Example.org"


def test_the_words_are_the_servers() -> None:
    (row,) = one("postmark", next(post.body for post in POSTS if post.name == "hard")).bounce.recipients
    assert (row.diagnostic, row.reply) == ("550 5.1.1 User unknown", "550")
    (row,) = one("mailgun", next(post.body for post in POSTS if post.name == "suppressed")).bounce.recipients
    assert (row.diagnostic, row.reply) == ("Not delivering to previously bounced address", None)


def test_what_is_tried_again_may_heal_whatever_the_provider_calls_it() -> None:
    body = kumomta("TransientFailure", 0, "", bounce_classification="InvalidRecipient")
    assert summary(one("kumomta", body)) == ("delay", "bad-mailbox", "soft", "provider", "inferred")


def test_a_subscription_is_told_and_not_answered() -> None:
    told = one("ses", next(post.body for post in POSTS if post.name == "subscription asked"))
    assert told.confirm == "https://sns.example/?a=1"


@pytest.mark.parametrize("name", ["a", "ses ", "SES", ""])
def test_an_unknown_provider_is_the_callers_mistake(name: str) -> None:
    with pytest.raises(MailkitError, match="give one of ses, sparkpost"):
        read_events(name, b"{}")


def test_a_body_that_is_text_is_the_callers_mistake() -> None:
    with pytest.raises(TypeError, match="do not decode"):
        read_events("ses", "{}")  # type: ignore[arg-type]
    with pytest.raises(TypeError, match="'rb'"):
        convert("ses", io.StringIO("{}"))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("provider", "body", "why"),
    [
        pytest.param(None, b"", "empty", id="nothing"),
        pytest.param(None, b" \n\n ", "empty", id="blanks"),
        pytest.param("ses", b"", "empty", id="nothing of a known one"),
        pytest.param(None, b"hello", "no JSON", id="words"),
        pytest.param(None, b"null", "no JSON", id="null"),
        pytest.param(None, b'"text"', "no object", id="a text"),
        pytest.param(None, b"{}", "no provider", id="an empty object"),
        pytest.param(None, b"[7]", "no object", id="an array of numbers"),
        pytest.param("sendgrid", b"{}", "no event", id="an event without its name"),
        pytest.param("ses", b"{}", "no eventType", id="ses"),
        pytest.param("mailgun", b"{}", "no event-data", id="mailgun"),
        pytest.param("postmark", b"{}", "no RecordType", id="postmark"),
        pytest.param("sparkpost", b"{}", "no event", id="sparkpost"),
        pytest.param("kumomta", b"{}", "no type", id="kumomta"),
        pytest.param("kumomta", b"550 no", "no object", id="kumomta, words"),
        pytest.param("powermta", b"what,is,this", "no row", id="powermta"),
        pytest.param("sendgrid", b'[{"event": "bounce", "email": 7}]', "names nobody", id="a number as an address"),
        pytest.param("sendgrid", b'[{"event": ["bounce"]}]', "no event", id="an array as an event"),
        pytest.param("ses", b'{"Type": "Notification", "Message": {}}', "no object", id="an object as a message"),
        pytest.param("mailgun", b"a=b", "no event-data", id="another form"),
        pytest.param("sendgrid", b"event=bounce", "no JSON", id="a form of nobody's"),
        pytest.param("ses", b"[" * 100_000, "no JSON, or nested too deeply", id="deep"),
        pytest.param("ses", b'{"mail":' * 100_000 + b"1" + b"}" * 100_000, "nested too deeply", id="deep, and closed"),
        pytest.param("mailgun", b"event=" + b"%41" * 400_000, "nor a form that can be read", id="a form too long"),
        pytest.param("mailgun", b"a=1&" * 1_001, "nor a form that can be read", id="a form of too many fields"),
        pytest.param("ses", b" " * (MAX_BODY_BYTES + 1), "longer than", id="too long"),
        pytest.param("ses", b"{\n" + b" " * MAX_BODY_BYTES, "longer than", id="too long, in lines"),
    ],
)
def test_what_cannot_be_read_is_told(provider: str | None, body: bytes, why: str) -> None:
    told = one(provider, body)
    assert why in told.aside
    assert told.bounce.kind == "other"
    assert [*ledger_events(told, at=AT)] == []


def test_one_bad_record_costs_no_other() -> None:
    good = json.loads(sendgrid("spamreport"))
    told = [*read_events("sendgrid", dump([7, {"event": None}, *good, {"event": "what"}]))]
    assert [bool(row.aside) for row in told] == [True, True, False, True]
    assert [row.place for row in told] == [1, 2, 3, 4]


def test_half_a_character_and_bytes_that_are_no_utf8_are_read() -> None:
    body = b'[{"event": "spamreport", "email": "joe@example.org", "category": "\\ud83d", "list": "caf\xe9"}]'
    told = one("sendgrid", body)
    assert (told.tags, told.list) == (("\ufffd",), "caf\ufffd")
    assert json.loads(msgspec.json.encode(told))["tags"] == ["\ufffd"]


def test_a_form_of_several_parts_is_read() -> None:
    fields = {"event": "bounced", "recipient": JOE, "code": "550", "error": "5.1.1 no such user", "token": "t"}
    parts = [f'--x7\r\nContent-Disposition: form-data; name="{key}"\r\n\r\n{one}\r\n' for key, one in fields.items()]
    body = ("".join(parts) + "--x7--\r\n").encode()
    headers = {"Content-Type": "multipart/form-data; boundary=x7"}
    for told in (*read_events("mailgun", body, headers=headers), *read_events(None, body)):
        assert summary(told) == ("failure", "bad-mailbox", "hard", "diagnostic", "stated")
        assert told.id == "t"


def test_a_file_of_posts_is_read_line_by_line() -> None:
    file = io.BytesIO(sendgrid("spamreport") + b"\n\n" + sendgrid("bounce", reason="552 5.2.2 full") + b"\nnonsense\n")
    told = [*convert(None, file)]
    assert [summary(row)[0] for row in told] == ["feedback", "failure", "aside"]


def test_a_first_line_that_is_damaged_costs_no_other() -> None:
    file = io.BytesIO(b'[{"event": "spamrep\n' + sendgrid("spamreport") + b"\n" + sendgrid("delivered"))
    assert [summary(row)[0] for row in convert("sendgrid", file)] == ["aside", "feedback", "success"]


def test_a_line_that_is_too_long_costs_no_other() -> None:
    long = b'{"a": "' + b"x" * MAX_BODY_BYTES + b'"}\n'
    for posts in ([long, sendgrid("spamreport")], [sendgrid("spamreport") + b"\n", long]):
        found = [summary(row) for row in convert("sendgrid", io.BytesIO(b"".join(posts)))]
        assert sorted(row[0] for row in found) == ["aside", "feedback"]
    told = [*convert("kumomta", io.BytesIO(long + kumomta("Delivery", 250)))]
    assert [(row.place, bool(row.aside)) for row in told] == [(1, True), (2, False)]


def test_a_mistake_of_ours_costs_one_record(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(_: object) -> str:
        raise RuntimeError

    monkeypatch.setattr("mailkit.adapters.webhooks.logs.case_of", fail)
    lines = [kumomta("Bounce", 550, "no"), kumomta("Feedback", feedback_report={"original_rcpt_to": [JOE]})]
    told = [*convert("kumomta", io.BytesIO(b"".join(lines)))]
    assert [row.aside.partition(";")[0] for row in told] == ["mailkit failed at it (RuntimeError)", ""]


def test_a_form_that_is_posted_again_has_the_same_id() -> None:
    first, again = (one("mailgun", mailgun_form("bounced", code="550", token=token)) for token in ("a", "b"))
    assert first.id == again.id


def test_a_file_that_is_one_post_laid_out_is_read() -> None:
    file = io.BytesIO(json.dumps(json.loads(postmark("Delivery", Recipient=JOE)), indent=2).encode())
    assert [summary(row) for row in convert("postmark", file)] == [("success",)]


def test_a_log_is_read_as_it_comes() -> None:
    lines = [b"\n", kumomta("Bounce", 550, "User unknown", "5.1.1"), b"no json\n", b"\n", kumomta("Delivery", 250)]
    told = [*convert("kumomta", io.BytesIO(b"".join(lines)))]
    assert [(row.place, bool(row.aside)) for row in told] == [(2, False), (3, True), (5, False)]


def test_every_header_of_an_accounting_file_names_the_rows_behind_it() -> None:
    other = (
        b"type,rcpt,timeLogged,dsnDiag\r\nb,ann@example.org,2026-05-28 20:26:40+0000,smtp;550 5.1.1 no such user\r\n"
    )
    told = [*convert(None, io.BytesIO(powermta("d", "relayed", "2.0.0", "smtp;250 ok") + other))]
    assert [summary(row)[0] for row in told] == ["success", "failure"]
    assert told[1].bounce.recipients[0].address == "ann@example.org"


GARBAGE = {
    "one line": b"x" * 10_000_000,
    "lines": b"x\n" * 20_000 + b"y" * 9_000_000,
    "brackets": b"[" * 10_000_000,
    "objects": b'{"msys":' * 1_000_000,
    "zeros": bytes(10_000_000),
    "pairs": b"a=b&" * 2_500_000,
    "commas": b"b," * 5_000_000,
    "parts": b"--x\r\n" * 300_000 + b"--" * 4_000_000,
    "quotes": b'"' * 10_000_000,
    "escapes": b'{"event": "' + b"\\ud800" * 1_600_000,
}


@pytest.mark.parametrize("provider", [None, *PROVIDERS])
@pytest.mark.parametrize("name", GARBAGE)
def test_ten_megabytes_of_nonsense_cost_little(provider: str | None, name: str) -> None:
    start = time.process_time()
    told = [*read_events(provider, GARBAGE[name])]
    assert all(row.aside for row in told)
    assert not any("mailkit failed" in row.aside for row in told)
    assert time.process_time() - start < 5


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20) | st.just(JOE),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=8,
)


def spoil(value: object, draw: st.DataObject) -> object:
    """Put any value somewhere into a record."""
    if isinstance(value, dict) and value and draw.draw(st.booleans()) | (len(value) == 1):
        key = draw.draw(st.sampled_from(sorted(value)))
        return {**value, key: spoil(value[key], draw)}
    if isinstance(value, list) and value:
        return [spoil(value[0], draw), *value[1:]]
    if isinstance(value, str) and value.startswith("{"):
        return json.dumps(spoil(json.loads(value), draw))
    return draw.draw(JSON)


def read_all(provider: str | None, body: bytes) -> None:
    for told in read_events(provider, body):
        assert "mailkit failed" not in told.aside
        assert bool(told.aside) == (not [*ledger_events(told, at=AT)]) or told.bounce.feedback
        msgspec.json.encode(told)


@given(st.sampled_from([None, *PROVIDERS]), JSON)
def test_any_json_is_read(provider: str | None, value: object) -> None:
    read_all(provider, json.dumps(value).encode())


@settings(max_examples=400)
@given(st.sampled_from([post for post in POSTS if post.body[:1] in b"[{"]), st.data())
def test_a_record_that_is_spoilt_anywhere_is_read(post: Post, data: st.DataObject) -> None:
    read_all(post.provider, json.dumps(spoil(json.loads(post.body), data)).encode())


@given(st.sampled_from([None, *PROVIDERS]), st.sampled_from(POSTS), st.data())
def test_a_body_that_is_cut_or_damaged_is_read(provider: str | None, post: Post, data: st.DataObject) -> None:
    cut = data.draw(st.integers(0, len(post.body)))
    read_all(provider, post.body[:cut] + data.draw(st.binary(max_size=4)) + post.body[cut + 2 :])


def test_no_guess_about_a_failure_is_called_stated() -> None:
    for post in POSTS:
        for row in one(post.provider, post.body).bounce.recipients:
            assert row.basis != "provider" or row.confidence == "inferred"
            assert row.basis not in {"action", "none"} or row.confidence in {"guessed", "inferred"}


REPLIES = [rule.sample for rule in RuleSet.default().rules if rule.sample and not rule.provider][::7]
"""Of the replies that mailkit's rules carry as their samples."""


@pytest.mark.parametrize("reply", REPLIES)
def test_a_reply_means_the_same_whoever_passes_it_on(reply: str) -> None:
    verdict = classify_reply(reply)
    posts = {
        "sendgrid": sendgrid("bounce", type="bounce", reason=reply),
        "postmark": postmark("Bounce", ID=1, Type="Unknown", TypeCode=2048, Email=JOE, Details=reply),
        "sparkpost": sparkpost("bounce", raw_reason=reply),
    }
    for provider, body in posts.items():
        (row,) = one(provider, body).bounce.recipients
        if verdict.advice != "none":
            assert (row.reason, row.status, row.advice) == (verdict.reason, verdict.status, verdict.advice), provider


def test_the_host_that_refused_chooses_the_rules() -> None:
    status = {"code": 550, "message": "5.7.1 [S3150] not allowed", "mx-host": "x.mail.protection.outlook.com"}
    body = mailgun("failed", severity="permanent", reason="generic", **{"delivery-status": status})
    (row,) = one("mailgun", body).bounce.recipients
    assert row.remote_mta == "x.mail.protection.outlook.com"
    verdict = classify_reply("550 5.7.1 [S3150] not allowed", host="x.mail.protection.outlook.com")
    assert (row.rule, row.reason) == (verdict.rule, verdict.reason)


def test_the_page_has_every_word_of_the_providers() -> None:
    page = (ROOT / "docs" / "webhooks.md").read_text("utf-8")
    events = {one(post.provider, post.body).event.partition("/")[0] for post in POSTS} - {"Notification", ""}
    tables = (*mailgun_words._ACTIONS, *sendgrid_words._ACTIONS, *sparkpost_words._ACTIONS, *kumomta_words.OUTCOMES)
    assert {event for event in {*events, *tables} if f"`{event}`" not in page} <= {
        "SubscriptionConfirmation",
        "blocked",
    }


@pytest.mark.parametrize("provider", ["ses", None])
def test_what_a_function_of_amazon_is_given(provider: str | None) -> None:
    """Lambda hands on several envelopes of SNS, EventBridge one notification."""
    notice = ses("Bounce", ses_bounce("Permanent", "General", "smtp; 550 5.1.1 no such user", "5.1.1"))
    told = [*read_events(provider, dump({"Records": [{"EventSource": "aws:sns", "Sns": sns(notice)}] * 2}))]
    assert [(row.bounce.recipients[0].address, row.id) for row in told] == [(JOE, "f1")] * 2
    event = {"version": "0", "source": "aws.ses", "detail-type": "Email Bounced", "detail": notice}
    assert one(provider, dump(event)).bounce.recipients[0].status == "5.1.1"
