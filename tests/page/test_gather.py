"""Counting: each row once, in bounded memory and linear time, with bounds that are true."""

from __future__ import annotations

import time
import tracemalloc
from collections import Counter
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mailkit.page import dead_addresses, gather
from mailkit.page.heavy import Heavy
from mailkit.page.result import Count, Number
from mailkit.page.texts import normal_form, redacted, visible, without_people
from mailkit.page.times import MOST_HELD, Clock
from mailkit.page.waits import _bucket, _quantile
from mailkit.rows import HopRow, RecipientRow, Row
from tests.page.made import HOSTILE, NEW_YEAR, genuine, recipient, row


@given(names=st.lists(st.integers(0, 12), max_size=60), most=st.integers(1, 8))
def test_what_was_counted_is_a_lower_bound_and_missed_an_upper_one(names: list[int], most: int) -> None:
    heavy = Heavy(most)
    true = Counter(map(str, names))
    for number in names:
        heavy.add(str(number))
    assert len(heavy.tallies) <= most
    for name, tally in heavy.tallies.items():
        assert tally.total <= true[name] <= tally.total + tally.missed
    for name in true.keys() - heavy.tallies.keys():
        assert true[name] <= heavy.lost
    assert heavy.names() == len(true)
    if len(true) <= most:
        assert {name: tally.total for name, tally in heavy.tallies.items()} == true


def test_the_most_frequent_are_found_among_many() -> None:
    heavy = Heavy(1_000)
    for number in range(60_000):
        heavy.add(f"once-{number}")
        if number % 20 == 0:
            heavy.add(f"often-{number % 60}")
    assert [name for name, _ in heavy.ranking(3)] == ["often-0", "often-20", "often-40"]
    assert all(tally.total + tally.missed >= 1_000 >= tally.total for _, tally in heavy.ranking(3))
    assert heavy.names() == pytest.approx(60_003, rel=0.05)
    assert not heavy.others(3).exact


def test_an_estimate_counts_a_name_once_that_came_again() -> None:
    heavy = Heavy(500)
    for number in range(60_000):
        heavy.add(str(number % 20_000))
    assert heavy.names() == pytest.approx(20_000, rel=0.05)


FORMS = [
    pytest.param("550 5.1.1 <joe@x> unknown", "550 5.1.1 <{address}> unknown", id="address"),
    pytest.param("550-5.1.1 no. 550 5.1.1 end", "550-5.1.1 no. 550 5.1.1 end", id="codes stay"),
    pytest.param("452 4.2.2 12,345 of 10 MB", "452 4.2.2 {n} of {n} MB", id="numbers"),
    pytest.param("host mx.a.example[192.0.2.1]:25 said", "host {host}[{ip}]:{n} said", id="host"),
    pytest.param("[IPv6:2001:db8::1] and 2001:db8::2.", "[{ip}] and {ip}.", id="IPv6"),
    pytest.param("see https://a.example/x?y=1.", "see {url}", id="link"),
    pytest.param("id=4Zx9kQ71zab client-ip=192.0.2.9;", "id={id} client-ip={ip};", id="pairs"),
    pytest.param("a640c23a62f3a-aa54fb0af01si123456.789 - gsmtp", "{id} - gsmtp", id="id"),
    pytest.param("(S3140) OU-002 TSS04", "(S3140) OU-002 TSS04", id="codes of providers"),
    pytest.param('unknown user: "nosuchuser"', 'unknown user: "{name}"', id="name"),
    pytest.param("RESOLVER.ADR.RecipNotFound; not found", "RESOLVER.ADR.RecipNotFound; not found", id="no host"),
    pytest.param("宛先が見つかりません", "宛先が見つかりません", id="Japanese"),
    pytest.param("", "", id="nothing"),
    pytest.param("@ @@ = :: . # ://", None, id="marks alone"),
]


@pytest.mark.parametrize(("text", "form"), FORMS)
def test_normal_form(text: str, form: str | None) -> None:
    found = normal_form(text)
    assert form is None or found == form


@pytest.mark.parametrize(
    ("text", "form"),
    [
        pytest.param(
            "User Heinz_Schmitt (heinz_schmitt@a.example) not listed", "User {name} ({address}) not listed", id="name"
        ),
        pytest.param("quota of /var/mail/heinz_schmitt", "quota of /var/mail/{name}", id="path"),
        pytest.param("HEINZ_SCHMITT is full", "{name} is full", id="other case"),
        pytest.param("heinz_schmitts is full", "heinz_schmitts is full", id="part of a word"),
        pytest.param("heinz is full", "heinz is full", id="part of the name"),
    ],
)
def test_a_normal_form_names_nobody(text: str, form: str) -> None:
    assert normal_form(text, ["Heinz_Schmitt@a.example"]) == form


@given(text=st.text(st.sampled_from("a1.@<>[]:;=\"'/# é\u0301\u202e{"), max_size=60))
def test_a_normal_form_is_short_and_never_fails(text: str) -> None:
    assert len(normal_form(text * 40)) <= 300
    assert visible(without_people(text, [text])).isprintable()


@pytest.mark.parametrize("name", HOSTILE)
def test_nothing_is_hidden(name: str) -> None:
    shown = visible(HOSTILE[name])
    assert shown.isprintable()
    assert len(shown) < 3_000
    shown.encode()


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        pytest.param("a\u202eb", "a\\u202eb", id="direction"),
        pytest.param("a\tb\r\nc", "a b  c", id="white space"),
        pytest.param("\u0301a\u0301", "◌\u0301a\u0301", id="a mark alone"),
        pytest.param("Z\u0335\u0335\u0335\u0335", "Z\u0335\u0335\u0335\\u0335", id="a pile of marks"),
        pytest.param("全角\u3000空白", "全角 空白", id="wide blank"),
        pytest.param("\ud800", "\\ud800", id="surrogate"),
        pytest.param("é日本👍", "é日本👍", id="letters stay"),
        pytest.param(None, "", id="none"),
    ],
)
def test_visible(text: str | None, shown: str) -> None:
    assert visible(text) == shown


@pytest.mark.parametrize(
    ("text", "address", "shown"),
    [
        pytest.param("550 <joe@x.example> no", None, "550 <j…@x.example> no", id="any address"),
        pytest.param("user joe.doe unknown", "joe.doe@x.example", "user j… unknown", id="local part alone"),
        pytest.param("JOE@X.EXAMPLE: no", "joe@x.example", "J…@X.EXAMPLE: no", id="other case"),
        pytest.param("joey is not joe", "joe@x.example", "joey is not j…", id="part of a word"),
        pytest.param("mailbox full", "full@x.example", "mailbox full", id="a word of servers"),
        pytest.param("see http://a.example/?e=joe%40x.example", None, "see http://a.example/?…", id="query"),
        pytest.param("see http://a.example/u/joe@x.example/y", None, "see http://a.example/u/…/y", id="in a path"),
        pytest.param("a@b@c.example", None, "a…@c.example", id="two signs"),
        pytest.param("RCPT TO:<joe=x.example@list.example>", None, "RCPT TO:<j…@list.example>", id="VERP"),
    ],
)
def test_people_are_hidden(text: str, address: str | None, shown: str) -> None:
    assert without_people(text, [address] if address else []) == shown


def test_redacted() -> None:
    assert [redacted(one) for one in ("joe@a.example", None, "", "a@b@c")] == ["j…@a.example", "…", "…", "a…@c"]


def test_whom_to_drop() -> None:
    later = NEW_YEAR + timedelta(days=3)
    rows = [
        row(recipient("Ann@example.org"), recipient("joe@example.org"), when=later),
        row(recipient("list+1@example.org", original_address="ann@EXAMPLE.org"), when=NEW_YEAR),
        row(recipient("guess@example.org", confidence="guessed"), recipient(None)),
        row(
            recipient("full@example.org", advice="soft", reason="full"), recipient("late@example.org", action="delayed")
        ),
    ]
    found = gather(rows)
    assert [(one.address, one.count, one.last) for one in found.drops] == [
        ("ann@example.org", 2, later),
        ("joe@example.org", 1, later),
    ]
    assert (found.drops_all, found.guessed, found.nameless, found.delayed) == (Number(2), 1, 1, 1)
    assert found.failed == Count(name=None, hard=5, soft=1)


@pytest.mark.parametrize(
    "address", ["", "joe@a.example\njim@a.example", "joe\x1b[31m@a.example", "\ud800@a", "a" * 1_001]
)
def test_what_is_no_address_is_not_listed(address: str) -> None:
    rows = [row(recipient(address), recipient(" ann@a.example "))]
    found = gather(rows)
    assert [one.address for one in found.drops] == dead_addresses(rows) == ["ann@a.example"]
    assert found.nameless == 1


RECIPIENTS = st.builds(
    lambda address, original, action, advice, confidence: recipient(
        address, original_address=original, action=action, advice=advice, confidence=confidence
    ),
    st.sampled_from([None, "", "Joe@a.example", "joe@A.example", "ann@a.example", "a\nb@a.example"]),
    st.sampled_from([None, "", "joe@a.example", "kim@b.example"]),
    st.sampled_from(["failed", "delayed", "delivered"]),
    st.sampled_from(["hard", "block", "soft", "none"]),
    st.sampled_from(["stated", "inferred", "guessed"]),
)


@given(st.lists(RECIPIENTS, max_size=12))
def test_the_list_is_what_the_figures_count(recipients: list[RecipientRow]) -> None:
    rows = [row(one) for one in recipients]
    found, listed = gather(rows, top=100), dead_addresses(rows)
    assert Number(len(listed)) == found.drops_all
    assert sorted(listed) == sorted(one.address for one in found.drops)
    assert sum(one.count for one in found.drops) + found.guessed + found.nameless == found.failed.hard
    assert sum(one.count for one in found.drops_domains) == len(listed)


def test_addresses_to_drop_by_domain_and_age() -> None:
    rows = [row(recipient(f"joe{n}@a.example"), when=NEW_YEAR) for n in range(3)]
    rows += [row(recipient("ann@a.example", reason="disabled"), when=NEW_YEAR - timedelta(days=366))]
    rows += [row(recipient("kim@b.example"), when=None), row(recipient("lee@c.example"), when=NEW_YEAR)]
    found = gather(rows, top=2)
    assert [(one.domain, one.count, one.reasons, one.last) for one in found.drops_domains] == [
        ("a.example", 4, (("bad-mailbox", 3), ("disabled", 1)), NEW_YEAR),
        ("b.example", 1, (("bad-mailbox", 1),), None),
    ]
    assert (found.drops_domains_others, found.drops_rest, found.drops_old) == (Number(1), 1, 1)
    assert [one.address for one in gather(rows).drops if one.old] == ["ann@a.example"]


@pytest.mark.parametrize("year", [1, 2, 999, 9999])
def test_no_date_is_too_early_or_too_late(year: int) -> None:
    (one,) = gather([row(recipient(), when=datetime(year, 1, 1, tzinfo=UTC))]).drops
    assert (one.last, one.old) == (datetime(year, 1, 1, tzinfo=UTC), False)


def test_what_the_sender_has_to_repair() -> None:
    said = {"advice": "block", "reason": "auth-failed", "diagnostic": "550 5.7.26 <joe@x.example> no"}
    rows = [
        row(recipient("joe@gmail.com", provider="google", **said)),
        row(recipient("ann@gmail.com", provider="google", action="delayed", **said), kind="delay"),
        row(recipient("joe@x.example", **said), recipient(advice="soft", reason="full")),
    ]
    found = gather(rows)
    (trouble,) = found.problems
    assert (trouble.reason, trouble.failed, trouble.delayed, trouble.rest) == ("auth-failed", 2, 1, (0, 0))
    assert [(one.name, one.failed, one.delayed) for one in trouble.rows] == [("google", 1, 1), ("x.example", 1, 0)]
    assert trouble.rows[0].example
    assert trouble.rows[0].example.text == "550 5.7.26 <joe@x.example> no"
    assert [(one.reason, one.rows[0].name) for one in found.waiting] == [("full", "example.org")]


def test_every_reason_appears_with_its_total() -> None:
    rows = [row(recipient(f"joe@d{n}.example", advice="block", reason="blocked")) for n in range(30)]
    rows += [row(recipient(f"joe@d{n}.example", advice="block", reason="spam", action="delayed")) for n in range(7)]
    rows += [row(recipient(advice="block", reason="rdns"))]
    found = gather(rows, top=20).problems
    assert [(one.reason, one.failed, one.delayed, len(one.rows), one.others, one.rest) for one in found] == [
        ("blocked", 30, 0, 5, Number(25), (25, 0)),
        ("spam", 0, 7, 5, Number(2), (0, 2)),
        ("rdns", 1, 0, 1, Number(0), (0, 0)),
    ]


@pytest.mark.parametrize(
    ("said", "kept"),
    [
        pytest.param(["===== our footer", "550 5.1.1 no"], 1, id="a banner"),
        pytest.param(["we are sorry", "host said: 5.7.1 no"], 1, id="no code"),
        pytest.param(["===== our footer", "we are sorry"], 1, id="words"),
        pytest.param(["550 first", "550 5.7.1 second"], 0, id="the first of equals"),
        pytest.param(["550 no", "===== our footer"], 0, id="none that is worse"),
    ],
)
def test_the_example_is_the_one_that_tells_most(said: list[str], kept: int) -> None:
    rows = [row(recipient(advice="block", reason="spam", diagnostic=text)) for text in said]
    example = gather(rows).problems[0].rows[0].example
    assert example
    assert example.text == said[kept]


def test_complaints_count_as_often_as_they_say() -> None:
    plain = {"kind": "feedback", "feedback_type": "abuse", "feedback_reported_domain": "a.example"}
    rows = [Row(**plain, feedback_incidents=count) for count in (None, 5, 0, -3)]  # type: ignore[arg-type] # keys of the row
    found = gather([*rows, Row(kind="feedback", feedback_type="fraud", feedback_source_ip="192.0.2.1")])
    assert [(one.type, one.domain, one.source_ip, one.count) for one in found.complaints] == [
        ("abuse", "a.example", None, 8),
        ("fraud", None, "192.0.2.1", 1),
    ]
    assert (found.complaints_all, found.complaints_reports) == (9, 5)


@pytest.mark.parametrize(
    ("type_", "is_complaint"),
    [
        *(("abuse", True), ("Fraud", True), ("opt-out", True), ("opt-out-list", True), ("x-new", True), (None, True)),
        *(("not-spam", False), ("Not-Spam", False), ("auth-failure", False), ("virus", False)),
    ],
)
def test_who_complains_and_who_does_not(type_: str | None, *, is_complaint: bool) -> None:
    one = Row(kind="feedback", feedback_type=type_, feedback_original_recipient="Joe@example.org")
    found = gather([one, one])
    assert (found.complaints_all, found.complaints_reports) == ((2, 2) if is_complaint else (0, 0))
    assert [(one.address, one.count) for one in found.complainers] == [("joe@example.org", 2)] * is_complaint
    assert found.complainers_all == Number(int(is_complaint))
    assert found.feedback_others == (() if is_complaint else ((str(type_).lower(), 2),))


def test_what_a_complaint_says_stays_in_its_column() -> None:
    found = gather([Row(kind="feedback", feedback_type="abuse\x1fa.example", feedback_source_ip="192.0.2.1\x1fx")])
    assert [(one.type, one.domain, one.source_ip) for one in found.complaints] == [
        ("abuse a.example", None, "192.0.2.1 x")
    ]


def test_words_that_were_taken_for_different_things_are_told_apart() -> None:
    said = {"diagnostic": "550 Unknown user"}
    rows = [row(recipient(**said), recipient(**said), recipient(reason="blocked", advice="block", **said))]
    found = gather(rows).diagnostics
    assert [(one.form, one.reason, one.advice, one.count) for one in found] == [
        ("550 Unknown user", "bad-mailbox", "hard", 2),
        ("550 Unknown user", "blocked", "block", 1),
    ]


def test_what_could_not_be_read() -> None:
    rows = [Row(error=f"larger than {number} bytes", source=f"{number}.eml") for number in (10, 20)]
    found = gather([*rows, Row(kind="other", complete=False)])
    assert (found.messages, found.unread, found.incomplete) == (3, 2, 1)
    assert [(one.why, one.count, one.example) for one in found.unread_why] == [("larger than {n} bytes", 2, "10.eml")]


def test_rankings_hold_all_that_failed() -> None:
    rows = [row(recipient(f"joe@d{number % 30}.example")) for number in range(90)] + [row(recipient(None))]
    found = gather(rows, top=10).domains
    assert len(found.rows) == 10
    assert (found.others, found.rest) == (Number(20), 60)
    assert found.nameless
    assert sum(one.total for one in found.rows) + found.rest + found.nameless.total == 91


def test_genuine_rows_are_counted_like_a_counter_counts_them() -> None:
    rows = [*genuine()]
    failed = [one for message in rows for one in message.recipients if one.action == "failed"]
    found = gather(rows, top=1_000)
    assert len(failed) > 100
    assert dict(found.kinds) == Counter(message.kind for message in rows)
    assert {one.name: one.total for one in found.reasons.rows} == Counter(one.reason for one in failed)
    assert {one.name: one.total for one in found.domains.rows} == Counter(one.domain for one in failed if one.domain)
    assert found.failed.total == len(failed) == sum(one.total for one in found.reasons.rows)
    assert sum(one.count for one in found.diagnostics) == sum(1 for one in failed if one.diagnostic)
    slots = sum(slot.count.total for slot in found.times.slots)
    assert slots == sum(one.action == "failed" for message in rows if message.date for one in message.recipients)
    assert found.held == 0


@pytest.mark.parametrize(
    ("span", "step", "slots"),
    [
        pytest.param(timedelta(0), "hour", 1, id="one moment"),
        pytest.param(timedelta(hours=5), "hour", 6, id="hours"),
        pytest.param(timedelta(days=20), "day", 21, id="days"),
        pytest.param(timedelta(days=400), "month", 14, id="months"),
        pytest.param(timedelta(days=366 * 40), "year", 41, id="years"),
    ],
)
def test_steps_follow_the_span(span: timedelta, step: str, slots: int) -> None:
    found = gather([row(recipient()), row(recipient(), when=NEW_YEAR + span), row(recipient(), when=None)]).times
    assert (found.step, len(found.slots), found.undated) == (step, slots, 1)
    assert (found.first, found.last) == (NEW_YEAR, NEW_YEAR + timedelta(days=span.days))
    assert sum(slot.count.total for slot in found.slots) == 2


def test_a_date_far_from_all_others_does_not_stretch_the_span() -> None:
    rows = [row(recipient(), when=NEW_YEAR + timedelta(hours=number)) for number in range(48)] * 10
    found = gather([*rows, row(recipient(), when=datetime(1970, 1, 1, tzinfo=UTC))]).times
    assert (found.step, len(found.slots), found.outside) == ("hour", 48, 1)


def test_any_dates_take_bounded_room() -> None:
    clock = Clock()
    start = datetime(1, 1, 1, tzinfo=UTC)
    for number in range(40_000):
        clock.add(start + timedelta(hours=number * 2_000), [1, 0, 0, 0])
    assert len(clock.slots) <= MOST_HELD
    times = clock.times()
    assert times.step == "year"
    assert sum(slot.count.hard for slot in times.slots) == 40_000


@given(waits=st.lists(st.floats(0, 1e9), min_size=1, max_size=80), share=st.sampled_from([0.5, 0.95]))
def test_quantiles_are_within_a_twentieth(waits: list[float], share: float) -> None:
    counts = [0] * 201
    for wait in waits:
        counts[_bucket(wait)] += 1
    ordered = sorted(waits)
    true = next(wait for at, wait in enumerate(ordered, 1) if at >= share * len(ordered))
    found = _quantile(counts, share)
    if true < 1:
        assert found == 0
    elif true < 1e8:
        assert found == pytest.approx(true, rel=0.05)


def test_hops() -> None:
    hops = (HopRow(by="MX.example."), HopRow(by="mx.example", delay_seconds=60.0), HopRow(by="b", delay_seconds=-5.0))
    rows = [Row(kind="other", hops=hops, total_seconds=seconds) for seconds in (55.0, -1.0, 55.0)]
    rows += [Row(kind="other", hops=(HopRow(by="rare", delay_seconds=1.0),))] * 2
    found = gather([*rows, Row(kind="other")]).hops
    assert (found.messages, found.skewed, found.backwards, found.totals) == (5, 3, 1, (0, 0, 2, 0, 0, 0, 0, 0, 0))
    assert [(one.by, one.count, one.median, one.high) for one in found.hosts] == [("mx.example", 3, 60, 60)]
    assert (found.others, found.rest) == (Number(1), 2)


@given(waits=st.lists(st.floats(0, 1e9), min_size=3, max_size=20))
def test_a_quantile_lies_between_the_least_and_the_longest_wait(waits: list[float]) -> None:
    (host,) = gather(Row(kind="other", hops=(HopRow(by="a", delay_seconds=wait),)) for wait in waits).hops.hosts
    assert min(waits) <= host.median <= host.high <= max(waits)


@pytest.mark.parametrize("text", ["x" * 1_000_000, "a@" * 500_000, "1." * 500_000, "<" * 1_000_000, "é:" * 500_000])
def test_what_a_server_says_costs_the_same_however_long(text: str) -> None:
    rows = [row(recipient(f"joe{number}@x.example", diagnostic=text)) for number in range(200)]
    start = time.process_time()
    found = gather(rows)
    assert time.process_time() - start < 1.5
    assert len(found.diagnostics[0].form) <= 300
    assert len(found.diagnostics[0].example.text) <= 1_000


def test_memory_does_not_grow_with_the_rows(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("mailkit.page.tallies.HELD", 1_000)
    monkeypatch.setattr("mailkit.page.tallies.FORMS", 300)

    def used(count: int) -> int:
        tracemalloc.start()
        try:
            gather(row(_unlike(number)) for number in range(count))
            return tracemalloc.get_traced_memory()[1]
        finally:
            tracemalloc.stop()

    assert used(16_000) < 1.2 * used(5_000)


def _unlike(number: int) -> RecipientRow:
    text = f"{number:x}words".translate(str.maketrans("0123456789", "ghijklmnop"))
    return recipient(f"joe{number}@d{number}.example", diagnostic=f"550 {text}", reason="bad-mailbox")


@settings(max_examples=200)
@given(
    st.lists(
        st.builds(
            lambda address, said, when, advice: row(recipient(address, diagnostic=said, advice=advice), when=when),
            st.none() | st.text(max_size=8),
            st.none() | st.text(max_size=30),
            st.none() | st.datetimes(timezones=st.just(UTC)),
            st.sampled_from(["hard", "soft", "block", "none", "?"]),
        ),
        max_size=8,
    )
)
def test_no_row_raises(rows: list[Row]) -> None:
    found = gather(rows, top=3)
    assert found.messages == len(rows)
    assert found.failed.total == len(rows)
