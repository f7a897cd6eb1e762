"""Figures and names in replies: retry times, blocklists, sizes, pages, support ids."""

from __future__ import annotations

from datetime import timedelta

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailkit import classify, classify_reply
from mailkit.bounce.details import NOTHING, Details, details_of
from tests.bounce.test_hard_cases import BLOCK, report
from tests.timing import assert_linear, flood

KIB, MIB = 1024, 1024 * 1024


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("550 5.1.1 User unknown", NOTHING, id="nothing to tell"),
        pytest.param("", NOTHING, id="no words"),
        pytest.param(
            "451 4.7.1 Greylisted for 300 seconds", Details(retry_after=timedelta(seconds=300)), id="for 300 seconds"
        ),
        pytest.param(
            "451 4.7.1 Greylisting in action, please come back in 00:04:59",
            Details(retry_after=timedelta(seconds=299)),
            id="a clock's form",
        ),
        pytest.param("450 try again in 5 minutes", Details(retry_after=timedelta(minutes=5)), id="minutes"),
        pytest.param("421 Please retry after 2 hours", Details(retry_after=timedelta(hours=2)), id="hours"),
        pytest.param("450 300秒後に再送してください", Details(retry_after=timedelta(seconds=300)), id="Japanese"),
        pytest.param(
            "554 5.7.1 Service unavailable; Client host [192.0.2.1] blocked using zen.spamhaus.org",
            Details(blocklist="zen.spamhaus.org", client_ip="192.0.2.1"),
            id="Postfix's words for a list",
        ),
        pytest.param(
            "550 Mail from 192.0.2.1 refused, see RBL server bl.spamcop.net",
            Details(blocklist="bl.spamcop.net"),
            id="a list behind server",
        ),
        pytest.param(
            "554 rejected, see https://www.spamhaus.org/query/ip/192.0.2.1",
            Details(blocklist="Spamhaus", urls=("https://www.spamhaus.org/query/ip/192.0.2.1",)),
            id="a list by its page alone",
        ),
        pytest.param(
            "450 4.7.1 IP name lookup failed [2001:db8::25]", Details(client_ip="2001:db8::25"), id="an IPv6 address"
        ),
        pytest.param(
            "552 5.3.4 Message size 12345678 exceeds size limit 10240000 of server",
            Details(size_bytes=12345678, size_limit_bytes=10240000),
            id="Postfix's sizes",
        ),
        pytest.param(
            "552 5.3.4 Message size exceeds fixed limit 52428800",
            Details(size_limit_bytes=52428800),
            id="a limit alone",
        ),
        pytest.param(
            "552 Message size exceeds fixed maximum message size (10485760)",
            Details(size_limit_bytes=10485760),
            id="sendmail's limit",
        ),
        pytest.param(
            "552 message too large, the limit is 25 MB", Details(size_limit_bytes=25 * MIB), id="a limit with a unit"
        ),
        pytest.param(
            "552 5.2.2 Quota exceeded: used 51,200 KB of 50 MB",
            Details(used_bytes=51200 * KIB, quota_bytes=50 * MIB),
            id="used and quota",
        ),
        pytest.param("552 5.2.2 quota exceeded (102%)", NOTHING, id="a percentage is no size"),
        pytest.param(
            "550 5.7.1 messages from [192.0.2.7] weren't sent, part of their network is on our block list (S3150).",
            Details(client_ip="192.0.2.7", support_ids=("S3150",)),
            id="Microsoft's list code",
        ),
        pytest.param(
            "421 4.7.0 [TSS04] temporarily deferred - 4.16.55.1; see https://postmaster.example/codes.",
            Details(support_ids=("TSS04",), urls=("https://postmaster.example/codes",)),
            id="Yahoo's code; the sentence's dot is not the page's",
        ),
        pytest.param(
            "550 5.1.1 see https://support.example/?p=NoSuchUser a1-20020a17si123.45 - gsmtp",
            Details(urls=("https://support.example/?p=NoSuchUser",), support_ids=("a1-20020a17si123.45",)),
            id="Google's session",
        ),
        pytest.param("554 rejected, incident id: 4F3A-2211", Details(support_ids=("4F3A-2211",)), id="an incident"),
        pytest.param("550 error code: 5.1.1", NOTHING, id="a status is no support id"),
        pytest.param("550 Le compte est bloque LPN007_426", Details(support_ids=("LPN007_426",)), id="Orange's code"),
    ],
)
def test_details(text: str, expected: Details) -> None:
    assert details_of([text]) == expected
    assert classify_reply(text).details == expected


def test_the_host_that_speaks_is_not_the_one_it_complains_about() -> None:
    text = b"host mx.example[192.0.2.9] said: 554 5.7.1 blocked, your IP address 192.0.2.1 is listed"
    bounce = classify(report(BLOCK % (b"a@b.example", b"5.7.1", text)))
    assert bounce.recipients[0].details == Details(client_ip="192.0.2.1")


def test_what_is_not_told_is_absent_from_json() -> None:
    bounce = classify(report(BLOCK % (b"a@b.example", b"4.7.1", b"451 greylisted, try again in 90 seconds")))
    (row,) = msgspec.to_builtins(bounce)["recipients"]
    assert row["details"] == {"retry_after": "PT90S"}


@given(
    st.lists(
        st.sampled_from(
            [
                "again",
                " 300 ",
                "seconds",
                "size",
                "limit",
                "(",
                "[",
                "192.0.2.1",
                "quota",
                "of",
                "/",
                "MB",
                "http://",
                "a.b",
                "id:",
                "gsmtp",
                "-",
                "9" * 30,
                ",",
                "2001:db8::1",
                "\u0661",
            ]
        ),
        max_size=12,
    )
)
def test_any_words_are_read(words: list[str]) -> None:
    details_of(["".join(words), " ".join(words)])


@pytest.mark.parametrize(
    "unit",
    [
        "again ",
        "again 1",
        "size 9",
        "limit(",
        "9,",
        "[1.1.1.",
        "a.",
        "http://a",
        "listed in a.",
        "id:a",
        "(S",
        "quota:9 of ",
        "1:",
    ],
)
def test_floods_cost_linear_time(unit: str) -> None:
    assert_linear(lambda text: details_of([text]), flood(unit))
