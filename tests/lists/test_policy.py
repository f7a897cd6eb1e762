"""Who made a message, and may one answer it: each sign, RFC 3834 section 2, and every message of the corpora."""

from __future__ import annotations

import collections
import json
from pathlib import Path

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailkit import parse
from mailkit.lists import REASONS, Automatic, MayReply, automatic, may_reply, precedence
from mailkit.lists.policy import TELLING
from mailkit.lists.signs import MAX_SAME
from tests.strategies import ROOT, SHARED, joined, mails
from tests.timing import assert_linear, flood

FROM = b"From: Ann <ann@a.example>\n"
TO = b"To: Bob <bob@b.example>\n"
LETTER = FROM + TO + b"Subject: hi\n\nhello\n"
REPORT = b"Content-Type: multipart/report; report-type=%b; boundary=x\n"


def codes(answer: Automatic | MayReply) -> list[str]:
    """Give the codes of an answer's reasons."""
    return [one.code for one in (answer.why if isinstance(answer, Automatic) else answer.reasons)]


def test_an_ordinary_letter_is_a_persons_and_may_be_answered() -> None:
    assert automatic(LETTER) == Automatic(kind=None, why=())
    assert may_reply(LETTER, own=("bob@b.example", "b.example")) == MayReply(allowed=True, reasons=())
    assert may_reply(LETTER).allowed


# Signs. Each stands alone on top of an ordinary letter.

SIGNS = [
    pytest.param(b"Return-Path: <>\n", "bounce", ["path.null"], id="null sender"),
    pytest.param(b"Return-Path: <MAILER-DAEMON>\n", "bounce", ["path.null"], id="a name for the null sender"),
    pytest.param(b"From MAILER-DAEMON Sat Jan  3 01:02:03 2026\n", "bounce", ["path.null"], id="From line"),
    pytest.param(b"From MAILER-DAEMON@x Sat Jan  3 01:02:03 2026\n", "bounce", ["path.null"], id="From line with host"),
    pytest.param(b"From joe@x.example Sat Jan  3 01:02:03 2026\n", None, [], id="From line of a person"),
    pytest.param(b"From joe Sat Jan  3 01:02:03 2026\n", None, [], id="From line with a word"),
    pytest.param(b"Return-Path: <ann@a.example>\nReturn-Path: <>\n", None, [], id="the top Return-Path counts"),
    pytest.param(b"Return-Path:\n", None, [], id="an empty Return-Path is unknown"),
    pytest.param(b"Return-Path: <>\nIn-Reply-To: <1@b>\n", "reply", ["path.null"], id="null sender of an answer"),
    pytest.param(b"Return-Path: <>\nReferences: <1@b>\n", "reply", ["path.null"], id="null sender with References"),
    pytest.param(
        b"Return-Path: <>\nX-Auto-Response-Suppress: All\n", "reply", ["path.null", "suppress"], id="out of office"
    ),
    pytest.param(REPORT % b"delivery-status", "bounce", ["report"], id="delivery report"),
    pytest.param(b"Content-Type: multipart/report; boundary=x\n", "bounce", ["report"], id="report without a type"),
    pytest.param(REPORT % b"disposition-notification", "notice", ["report"], id="receipt"),
    pytest.param(REPORT % b"feedback-report", "notice", ["report"], id="feedback"),
    pytest.param(REPORT % b"tlsrpt", "notice", ["report"], id="TLS report"),
    pytest.param(b"X-Failed-Recipients: joe@x.example\n", "bounce", ["failed-recipients"], id="Exim"),
    pytest.param(b"X-MS-Exchange-Message-Is-Ndr:\n", "bounce", ["ndr"], id="Exchange"),
    pytest.param(b"Auto-Submitted: auto-replied\n", "reply", ["auto-submitted"], id="auto-replied"),
    pytest.param(b"Auto-Submitted: Auto-Replied (vacation)\n", "reply", ["auto-submitted"], id="case, comment"),
    pytest.param(
        b"Auto-Submitted: (why) auto-replied; owner-token=1\n", "notice", ["auto-submitted"], id="comment first"
    ),
    pytest.param(b"Auto-Submitted: auto-generated\n", "notice", ["auto-submitted"], id="auto-generated"),
    pytest.param(b"Auto-Submitted: auto-notified; owner-email=a@b\n", "notice", ["auto-submitted"], id="auto-notified"),
    pytest.param(b"Auto-Submitted: auto-generated (failure)\n", "bounce", ["auto-submitted"], id="sendmail, failure"),
    pytest.param(
        b"Auto-Submitted: auto-generated (warning-timeout)\n", "bounce", ["auto-submitted"], id="sendmail, delay"
    ),
    pytest.param(b"Auto-Submitted: auto-replied (rejected)\n", "bounce", ["auto-submitted"], id="Sieve"),
    pytest.param(b"Auto-Submitted: x-something\n", "notice", ["auto-submitted"], id="a value to come"),
    pytest.param(b"Auto-Submitted: no\n", None, [], id="no"),
    pytest.param(b"Auto-Submitted: No (really)\n", None, [], id="no with a comment"),
    pytest.param(b"Auto-Submitted:\n", None, [], id="an empty value"),
    pytest.param(b"Precedence: bulk\n", "list", ["precedence"], id="bulk"),
    pytest.param(b"Precedence: LIST\n", "list", ["precedence"], id="list"),
    pytest.param(b"Precedence: junk\n", "list", ["precedence"], id="junk"),
    pytest.param(b"Precedence: list\nPrecedence: bulk\n", "list", ["precedence", "precedence"], id="Sympa's two"),
    pytest.param(b"X-Precedence: bulk\n", "list", ["precedence"], id="X-Precedence"),
    pytest.param(b"Precedence: first-class\n", None, [], id="first-class"),
    pytest.param(b"Precedence: special-delivery\n", None, [], id="special-delivery"),
    pytest.param(b"Precedence: auto_reply\n", "reply", ["answer.precedence"], id="auto_reply"),
    pytest.param(b"X-Auto-Response-Suppress: All\n", "notice", ["suppress"], id="suppress all"),
    pytest.param(b"X-Auto-Response-Suppress: DR, OOF\n", "notice", ["suppress"], id="suppress OOF"),
    pytest.param(b"X-Auto-Response-Suppress: NDR,AutoReply\n", "notice", ["suppress"], id="suppress AutoReply"),
    pytest.param(b"X-Auto-Response-Suppress: DR, RN, NRN\n", None, [], id="suppress receipts"),
    pytest.param(b"X-Auto-Response-Suppress: None\n", None, [], id="suppress none"),
    pytest.param(b"X-Cron-Env: <SHELL=/bin/sh>\n", "notice", ["cron"], id="cron"),
    pytest.param(b"X-Ricevuta: avvenuta-consegna\n", "notice", ["certified"], id="certified mail"),
    pytest.param(b"X-Ricevuta: errore-consegna\n", "bounce", ["certified"], id="certified mail, failure"),
    pytest.param(b"X-Trasporto: errore\n", "notice", ["certified"], id="certified mail, from outside"),
    pytest.param(b"X-Trasporto: posta-certificata\n", None, [], id="certified mail of a person"),
    pytest.param(b"X-List-Administrivia: yes\n", "notice", ["list.administrivia"], id="Mailman's own"),
    pytest.param(b"X-List-Administrivia: no\n", None, [], id="administrivia, no"),
    pytest.param(b"List-Id: <hoe.ml.example>\n", "list", ["list.field"], id="List-Id"),
    pytest.param(b"List-Unsubscribe: <mailto:u@x>\nList-Id: <a.b>\n", "list", ["list.field"], id="two list fields"),
    pytest.param(b"Mailing-List: contact a-help@b; run by ezmlm\n", "list", ["list.field"], id="ezmlm"),
    pytest.param(b"X-MLServer: fml\n", "list", ["list.field"], id="fml"),
    pytest.param(b"X-BeenThere: a@b\n", "list", ["list.field"], id="X-BeenThere"),
    pytest.param(b"Return-Path: <>\nList-Id: <a.b>\n", "list", ["path.null", "list.field"], id="null sender of a list"),
    pytest.param(b"Return-Path: <>\nPrecedence: bulk\n", "bounce", ["path.null", "precedence"], id="MDaemon"),
    pytest.param(b"Sender: owner-hoe@ml.example\n", "list", ["sender.list"], id="owner- sends"),
    pytest.param(b"Return-Path: <hoe-bounces+ann=a@ml.example>\n", "list", ["sender.list"], id="VERP"),
    pytest.param(b"Return-Path: <MAILER-DAEMON@x.example>\n", "bounce", ["sender.role"], id="a daemon sends"),
    pytest.param(b"Return-Path: <bounces@esp.example>\n", "notice", ["sender.role"], id="a mailer's bounces"),
    pytest.param(b"Return-Path: <prvs=012345678a=ann@a.example>\n", None, [], id="BATV of a person"),
    pytest.param(b"Return-Path: <SRS0=HHH=TT=a.example=ann@f.example>\n", None, [], id="SRS of a person"),
    pytest.param(
        b"Return-Path: <SRS0=HHH=TT=l.example=a-bounces@f.example>\n", "list", ["sender.list"], id="SRS of a list"
    ),
    *[
        pytest.param(name.encode() + b": yes\n", "reply", ["answer.field"], id=name)
        for name, code in TELLING.items()
        if code == "answer.field"
    ],
    pytest.param(b"X-Autoreply: no\n", None, [], id="x-autoreply, no"),
]


@pytest.mark.parametrize(("head", "kind", "reasons"), SIGNS)
def test_a_sign(head: bytes, kind: str | None, reasons: list[str]) -> None:
    data = head + LETTER
    answer = automatic(data)
    assert (answer.kind, codes(answer)) == (kind, reasons)
    assert codes(may_reply(data)) == reasons
    assert may_reply(data).allowed is (not reasons)
    for one in answer.why:
        assert one.source == REASONS[one.code][1]
        assert one.offset is None or data[one.offset :].partition(b"\n")[0] in head.split(b"\n")
    assert automatic(data.replace(b"\n", b"\r\n")).kind == kind


@pytest.mark.parametrize(
    ("author", "kind", "reasons"),
    [
        pytest.param(b"MAILER-DAEMON@a.example", "bounce", ["sender.role"], id="MAILER-DAEMON"),
        pytest.param(b"MAILER-DAEMON <>", "bounce", ["sender.role"], id="DragonFly Mail Agent"),
        pytest.param(b"MAILER-DAEMON (Mail System)", "bounce", ["sender.role"], id="a name alone"),
        pytest.param(b"postmaster@a.example", "notice", ["sender.role"], id="postmaster"),
        pytest.param(b"no-reply@a.example", "notice", ["sender.role"], id="no-reply"),
        pytest.param(b"root@a.example", "notice", ["sender.role"], id="root"),
        pytest.param(b"root", "notice", ["sender.role"], id="root without domain"),
        pytest.param(b"hoe-owner@ml.example", "notice", ["sender.list"], id="a list manager"),
        pytest.param(b"hoe-request@ml.example", "list", ["sender.list"], id="a digest"),
        pytest.param(b"info@a.example", None, [], id="info"),
        pytest.param(b"abuse@a.example", None, [], id="abuse"),
        pytest.param(b"customer-help@a.example", None, [], id="a help address may be a person's"),
        pytest.param(b"ann+hoe@a.example", None, [], id="subaddress"),
        pytest.param(b"ann@a.example, hoe-owner@ml.example", "list", ["sender.list"], id="the second author"),
    ],
)
def test_an_author(author: bytes, kind: str | None, reasons: list[str]) -> None:
    data = b"From: " + author + b"\n" + TO + b"\n"
    assert (automatic(data).kind, codes(automatic(data))) == (kind, reasons)
    assert codes(may_reply(data)) == reasons


@pytest.mark.parametrize(
    ("sign", "kind"),
    [
        pytest.param(b"Return-Path: <>\n", "bounce", id="null sender"),
        pytest.param(b"Auto-Submitted: auto-replied\n", "bounce", id="auto-replied"),
        pytest.param(b"Auto-Submitted: auto-generated\n", "bounce", id="auto-generated"),
        pytest.param(b"X-Autoreply: yes\n", "reply", id="x-autoreply"),
        pytest.param(b"Return-Path: <joe@x.example>\n", "notice", id="another sender"),
    ],
)
def test_a_postmaster_with_a_sign_is_a_mail_system(sign: bytes, kind: str) -> None:
    for name in (b"postmaster@x.example", b"MicrosoftExchange329e71ec88ae4615bbc36ab6ce41109e@x.example"):
        assert automatic(sign + b"From: " + name + b"\n\n").kind == kind


# What only the answer asks.


@pytest.mark.parametrize(
    ("head", "own", "reasons"),
    [
        pytest.param(FROM + TO, ("bob@b.example",), [], id="to me"),
        pytest.param(FROM + TO, ("BOB@B.example",), [], id="case"),
        pytest.param(FROM + b"Cc: x@y, <bob@b.example>\n", ("bob@b.example",), [], id="copy"),
        pytest.param(FROM + b"Bcc: bob@b.example\n", ("bob@b.example",), [], id="blind copy"),
        pytest.param(FROM + b"Resent-To: bob@b.example\n", ("bob@b.example",), [], id="resent"),
        pytest.param(FROM + b"Resent-Cc: bob@b.example\n", ("x@y", "bob@b.example"), [], id="one of two"),
        pytest.param(FROM + b"To: all:x@y, bob@b.example;\n", ("bob@b.example",), [], id="in a group"),
        pytest.param(FROM + b"To: bob+hoe@b.example\n", ("bob@b.example",), [], id="to a subaddress of mine"),
        pytest.param(FROM + b"To: bob@b.example\n", ("bob+hoe@b.example",), ["recipient.absent"], id="another subaddress"),
        pytest.param(FROM + b"To: x@y\n", ("bob@b.example",), ["recipient.absent"], id="to another"),
        pytest.param(FROM + b"To: bob@b.example.org\n", ("bob@b.example",), ["recipient.absent"], id="part of a name"),
        pytest.param(FROM + b"Reply-To: bob@b.example\n", ("bob@b.example",), ["recipient.absent"], id="Reply-To is none"),
        pytest.param(FROM, ("b.example",), [], id="a host is no recipient"),
        pytest.param(TO, (), ["sender.missing"], id="nobody"),
        pytest.param(TO + b"From:\n", (), ["sender.missing"], id="empty From"),
        pytest.param(TO + b"Reply-To: a@b\n", (), [], id="Reply-To alone"),
        pytest.param(TO + b"Return-Path: <a@b>\n", (), [], id="Return-Path alone"),
        pytest.param(b"From: bob@b.example\n" + TO, ("bob@b.example",), ["sender.own"], id="from me"),
        pytest.param(b"Return-Path: <Bob@b.example>\n" + FROM + TO, ("bob@b.example",), ["sender.own"], id="sent by me"),
        pytest.param(FROM + TO + b"X-Loop: bob@b.example\n", ("bob@b.example",), ["loop.x-loop"], id="X-Loop"),
        pytest.param(FROM + TO + b"X-Loop: x@y\nX-Loop: <bob@b.example>\n", ("bob@b.example",), ["loop.x-loop"], id="second X-Loop"),
        pytest.param(FROM + TO + b"X-Loop: x@y\n", ("bob@b.example",), [], id="X-Loop of another"),
        pytest.param(FROM + TO + b"X-Loop: yes\n", ("bob@b.example",), [], id="X-Loop, a word"),
        pytest.param(FROM + TO + b"Delivered-To: bob@b.example\n", ("bob@b.example",), [], id="delivered just now"),
        pytest.param(FROM + TO + b"Delivered-To: bob@b.example\nDelivered-To: x@y\nDelivered-To: bob@b.example\n", ("bob@b.example",), ["loop.delivered-to"], id="delivered before"),
        pytest.param(FROM + TO + b"Delivered-To: x@y\nDelivered-To: x@y\n", ("bob@b.example",), [], id="delivered twice to another"),
        pytest.param(FROM + TO + b"List-Id: B <Bob.b.example>\n", ("bob.b.example",), ["list.field", "loop.list"], id="own List-Id"),
        pytest.param(FROM + TO + b"List-Id: <x.bob.b.example>\n", ("bob.b.example",), ["list.field"], id="a List-Id below"),
        pytest.param(FROM + TO + b"X-BeenThere: bob@b.example\n", ("bob@b.example",), ["list.field", "loop.list"], id="own X-BeenThere"),
        pytest.param(FROM + TO + b"List-Post: <mailto:bob@b.example?a=b>\n", ("bob@b.example",), ["list.field", "loop.list"], id="own List-Post"),
        pytest.param(FROM + TO + b"X-Mailing-List: <bob@b.example> archive/latest/1\n", ("bob@b.example",), ["list.field", "loop.list"], id="own X-Mailing-List"),
    ],
)  # fmt: skip
def test_what_forbids_an_answer(head: bytes, own: tuple[str, ...], reasons: list[str]) -> None:
    answer = may_reply(head + b"\nhello\n", own=own)
    assert codes(answer) == reasons
    assert answer.allowed is (not reasons)


def hops(*names: bytes) -> bytes:
    """Write Received fields, the newest first."""
    return b"".join(b"Received: from x by %b; Sat, 3 Jan 2026 01:02:03 +0000\n" % name for name in names)


@pytest.mark.parametrize(
    ("trace", "loops"),
    [
        pytest.param((b"mx.b.example",), False, id="it came here"),
        pytest.param((b"mx.b.example", b"mx.b.example", b"a"), False, id="a content filter"),
        pytest.param((b"mx.b.example", b"a", b"mx.b.example"), False, id="handed in here, forwarded outside"),
        pytest.param((b"mx.b.example", b"a", b"mx.b.example", b"c"), True, id="in, out and in again"),
        pytest.param((b"mx.b.example", b"a", b"MX.b.example.", b"mx.b.example", b"c"), True, id="case and final dot"),
        pytest.param((b"a", b"mx.b.example", b"c"), True, id="our own hop is not written yet"),
        pytest.param((b"a", b"c"), False, id="others"),
        pytest.param((b"mx.b.example", b"a", b"x.mx.b.example", b"c"), False, id="another host"),
    ],
)
def test_a_host_of_ours_between_others(trace: tuple[bytes, ...], loops: bool) -> None:  # noqa: FBT001
    answer = may_reply(hops(*trace) + LETTER, own=("mx.b.example",))
    assert codes(answer) == ["loop.host"] * loops
    assert may_reply(hops(*trace) + LETTER).allowed


def test_every_code_is_met_above() -> None:
    met = {code for case in SIGNS for code in case.values[2]}  # type: ignore[union-attr]
    met |= {"sender.role", "loop.host"}
    marks = vars(test_what_forbids_an_answer)["pytestmark"]
    met |= {code for case in marks[0].args[1] for code in case.values[2]}
    assert met == REASONS.keys()


def test_bad_usage_names_the_cure() -> None:
    with pytest.raises(TypeError, match="own= takes several names"):
        may_reply(LETTER, own="bob@b.example")


@pytest.mark.parametrize(
    ("value", "word"),
    [
        pytest.param(b"Bulk", "bulk", id="word"),
        pytest.param(b" first-class ", "first-class", id="dash"),
        pytest.param(b"auto_reply", "auto_reply", id="underscore"),
        pytest.param(b"list (hoe)", "list", id="comment"),
        pytest.param(b"list\nPrecedence: bulk", "list", id="the first counts"),
        pytest.param(b"", None, id="empty"),
    ],
)
def test_precedence(value: bytes, word: str | None) -> None:
    assert precedence(b"Precedence: " + value + b"\n\n") == word
    assert precedence(LETTER) is None


# As values; any input; floods.


def test_the_answers_are_json_and_back() -> None:
    data = b"Return-Path: <>\nPrecedence: bulk\n" + LETTER
    for answer in (automatic(data), may_reply(data)):
        assert msgspec.json.decode(msgspec.json.encode(answer), type=type(answer)) == answer


TOKENS = [
    *(
        b"Return-Path: ",
        b"From: ",
        b"To: ",
        b"Sender: ",
        b"Auto-Submitted: ",
        b"Precedence: ",
        b"X-Loop: ",
        b"List-Id: ",
    ),
    *(
        b"Received: from a by ",
        b"Delivered-To: ",
        b"X-Auto-Response-Suppress: ",
        b"X-Autoreply: ",
        b"<>",
        b"<",
        b">",
        b"(",
    ),
    *(
        b"a@b.example",
        b"owner-a@b",
        b"MAILER-DAEMON",
        b"auto-replied",
        b"no",
        b"bulk",
        b"\n",
        b"\r\n ",
        b" ",
        b"\xff",
        b"\0",
    ),
]


@given(data=joined(TOKENS, 14) | st.binary(max_size=40))
def test_any_bytes_have_an_answer(data: bytes) -> None:
    own = ("a@b.example", "b.example")
    made, answer = automatic(data), may_reply(data, own=own)
    assert (made.kind is None) == (not made.why)
    assert set(codes(made)) <= set(codes(answer))
    assert answer.allowed is (not answer.reasons)
    assert may_reply(data).allowed >= answer.allowed
    assert {*codes(made), *codes(answer)} <= REASONS.keys()


@pytest.mark.parametrize(
    "unit",
    [
        *(
            b"Received: from a by b.example\n",
            b"X-Loop: a@b.example\n",
            b"Delivered-To: a\n",
            b"From: a@b\n",
            b"A: b\n",
        ),
        *(
            b"Precedence: (\n",
            b"Auto-Submitted: no\n",
            b"To: a@b, c@d\n",
            b"List-Post: <a@b>\n",
            b"Sender: owner-a@b\n",
        ),
    ],
)
def test_many_fields_cost_no_more(unit: bytes) -> None:
    assert_linear(lambda data: may_reply(data, own=("x@b.example", "b.example")), flood(unit))


@pytest.mark.parametrize("name", [b"To", b"From", b"X-Loop", b"Auto-Submitted", b"Precedence", b"List-Id", b"Received"])
@pytest.mark.parametrize("unit", [b"(", b"<", b"a@b,", b"a ", b"\\(", b'"', b"by b.example ", b"mailto:"])
def test_a_long_field_costs_no_more(name: bytes, unit: bytes) -> None:
    assert_linear(lambda data: may_reply(data, own=("x@b.example", "b.example")), flood(unit, name + b": ", b"\n\n"))


def test_what_stands_behind_many_fields_of_a_name_is_not_read() -> None:
    data = b"X-Loop: a@b\n" * MAX_SAME + b"X-Loop: bob@b.example\n" + LETTER
    assert may_reply(data, own=("bob@b.example",)).allowed


# Sweeps.

FAILED = {"failure", "delay", "success"}
# Bounces whose header has no sign of a program; only their text tells what they are.
UNTOLD = {
    *("bounce_02.txt", "simple_20.txt", "simple_22.txt", "simple_35.txt", "simple_36.txt", "lhost-sendmail-14.eml"),
    *("mmdf-failed.eml", "mmdf-waiting.eml", "ibm-smtp-host.eml", "ibm-smtp-unknown.eml"),
    *("webform-script-local.eml", "helpdesk-named-system-administrator.eml"),
}
# Messages that a person wrote under a name of a mail system, or in answer to it.
UNDER_A_SYSTEMS_NAME = {
    *("person-forwards-dsn-with-resent.eml", "person-postmaster-announces.eml", "person-postmaster-answers-user.eml"),
    *("person-postmaster-answers-user-top.eml",),
}


def labelled() -> dict[Path, set[str]]:
    """Give every message of the corpora of which its kind is known."""
    found: dict[Path, set[str]] = {}
    for base in (SHARED, ROOT / "corpora"):
        for path in sorted(base.glob("*/expected.json")):
            rows = json.loads(path.read_text("utf-8"))
            for name, row in rows.items() if isinstance(rows, dict) else ():
                kinds = row.get("kind")
                if kinds and (path.parent / name).is_file():
                    found[path.parent / name] = {kinds} if isinstance(kinds, str) else set(kinds)
    return found


LABELLED = labelled()


def test_no_bounce_is_answered_but_those_that_no_field_tells() -> None:
    bounces = {path for path, kinds in LABELLED.items() if kinds <= FAILED}
    assert len(bounces) > 1_000
    answers = {path: may_reply(path.read_bytes()) for path in bounces}
    assert {path.name for path, answer in answers.items() if answer.allowed} <= UNTOLD


def test_nearly_every_bounce_is_called_one() -> None:
    kinds = collections.Counter(
        automatic(path.read_bytes()).kind for path, kinds in LABELLED.items() if kinds <= FAILED
    )
    assert kinds["bounce"] > 0.93 * kinds.total()


def test_automatic_answers_are_not_answered_where_a_field_tells() -> None:
    answers = [may_reply(path.read_bytes()) for path, kinds in LABELLED.items() if kinds == {"auto-reply"}]
    assert sum([not answer.allowed for answer in answers]) > 0.8 * len(answers) > 60


def test_what_people_write_is_answered() -> None:
    people = [path for path in LABELLED if path.name.startswith("person-") and LABELLED[path] == {"other"}]
    assert len(people) > 40
    forbidden = {path.name for path in people if not may_reply(path.read_bytes()).allowed}
    assert forbidden >= UNDER_A_SYSTEMS_NAME
    assert len(forbidden - UNDER_A_SYSTEMS_NAME) <= 2, forbidden - UNDER_A_SYSTEMS_NAME


def test_every_message_beside_the_project_has_answers() -> None:
    if not SHARED.is_dir():
        pytest.skip("the corpora are not beside the project")
    for path in mails(SHARED):
        message = parse(path.read_bytes())
        assert (automatic(message).kind is None) == (not automatic(message).why), path
        assert may_reply(message, own=("bob@b.example",)).reasons, path
