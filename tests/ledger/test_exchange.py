"""Suppression lists: what is written is read back, in every format, and what providers write is understood."""

from __future__ import annotations

from datetime import date

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailkit.errors import SourceError
from mailkit.ledger import Ledger, Standing
from mailkit.ledger.exchange import FORMATS, Name, read, write

NOW = 1_795_000_000


def gone(number: int, cause: str = "hard", *, name: str = "news", state: str = "suppressed") -> Standing:
    """Give an address that is suppressed."""
    return Standing(
        list=name,
        address=f"u{number}@x.test",
        state=state,  # type: ignore[arg-type]
        score=5.0,
        since=date(2026, 3, 5),
        cause=cause,  # type: ignore[arg-type]
    )


EXPECTED: dict[Name, bytes] = {
    "csv": b"list,address,cause,since,until\r\nnews,u1@x.test,hard,2026-03-05,\r\nnews,u2@x.test,complaint,2026-03-05,\r\n",
    "jsonl": b'{"list":"news","address":"u1@x.test","cause":"hard","since":"2026-03-05","until":null}\n'
    b'{"list":"news","address":"u2@x.test","cause":"complaint","since":"2026-03-05","until":null}\n',
    "ses": b"u1@x.test,BOUNCE\r\nu2@x.test,COMPLAINT\r\n",
    "mailgun-bounces": b'address,code,error,created_at\r\nu1@x.test,550,mailkit: hard,"Thu, 05 Mar 2026 00:00:00 UTC"\r\n',
    "mailgun-complaints": b'address,created_at\r\nu2@x.test,"Thu, 05 Mar 2026 00:00:00 UTC"\r\n',
    "sendgrid": b"email\r\nu1@x.test\r\nu2@x.test\r\n",
    "postmark": b"EmailAddress,SuppressionReason,CreatedAt\r\nu1@x.test,HardBounce,2026-03-05T00:00:00Z\r\n"
    b"u2@x.test,SpamComplaint,2026-03-05T00:00:00Z\r\n",
}


@pytest.mark.parametrize("name", FORMATS)
def test_written(name: Name) -> None:
    standings = [gone(1), gone(2, "complaint"), gone(3, state="active"), gone(4, state="probing")]
    assert [*write(standings, name)] == [EXPECTED[name]]
    assert [*write([gone(3, state="released")], name)] == []


@pytest.mark.parametrize("name", FORMATS)
def test_read_back(name: Name) -> None:
    told = [*read(EXPECTED[name], at=NOW, list="news")]
    whats = {event.address: event.what for event in told}
    if name == "mailgun-complaints":
        assert [*whats] == ["u2@x.test"]
    elif name in {"sendgrid", "mailgun-bounces"}:
        assert set(whats.values()) == {"suppress"}
    else:
        assert whats == {"u1@x.test": "suppress", "u2@x.test": "complaint"}
    dated = name not in {"ses", "sendgrid"}
    assert {event.at for event in told} == ({1_772_668_800} if dated else {NOW})


@pytest.mark.parametrize("name", [name for name, form in FORMATS.items() if form.most < 200_000])
def test_cut_at_the_limit(name: Name) -> None:
    most = FORMATS[name].most
    cause = "complaint" if name == "mailgun-complaints" else "hard"
    files = [*write((gone(n, cause) for n in range(2 * most + 1)), name)]
    head = int(FORMATS[name].header)
    assert [file.count(b"\n") - head for file in files] == [most, most, 1]
    assert sum(1 for file in files for _ in read(file, at=NOW)) == 2 * most + 1


def test_an_address_stands_once_in_a_providers_file() -> None:
    both = [gone(1, name="a"), gone(1, "complaint", name="b"), gone(1, name="c")]
    assert [*write(both, "ses")] == [b"u1@x.test,COMPLAINT\r\n"]
    assert next(write(both, "csv")).count(b"u1@x.test") == 3


PROVIDERS = [
    pytest.param(
        b"status,reason,email,created\n5.1.1,550 no such user,joe@x.test,1772668800\n",
        "suppress",
        id="sendgrid-bounces",
    ),
    pytest.param(b"email,created\r\njoe@x.test,2026-03-05 00:00:00\r\n", "suppress", id="sendgrid-blocks"),
    pytest.param(
        b'{"EmailAddress":"joe@x.test","Reason":"COMPLAINT","LastUpdateTime":"2026-03-05T00:00:00.000Z"}\n',
        "complaint",
        id="ses-export",
    ),
    pytest.param(
        b'[{"address":"joe@x.test","created_at":"Thu, 05 Mar 2026 00:00:00 UTC"}]', "suppress", id="mailgun-json"
    ),
    pytest.param(
        b'\xef\xbb\xbf"Email Address","Reason","Created At"\n"joe@x.test","Spam Complaint","2026-03-05"\n',
        "complaint",
        id="byte-order-mark",
    ),
    pytest.param(b"JOE@x.test\n", "suppress", id="bare"),
    pytest.param(b'["Joe@x.test"]', "suppress", id="json-strings"),
    pytest.param(b"\n\njoe@x.test,spam\n\n", "complaint", id="blank-lines"),
]


@pytest.mark.parametrize(("data", "what"), PROVIDERS)
def test_of_providers(data: bytes, what: str) -> None:
    (event,) = read(data, at=1_772_668_800, list="news")
    assert (event.address, event.what, event.at, event.list) == ("joe@x.test", what, 1_772_668_800, "news")


@pytest.mark.parametrize(
    ("data", "place"),
    [
        (b"name,phone\njoe,1\n", "box:1"),
        (b"email\njoe@x.test\nsue\n", "box:3"),
        (b'{"email":"a@x.test"}\n{oops\n', "box:2"),
        (b"[1]", "box:1"),
        (b"[" * 100_000, "box:1"),
        (b'email\n"' + b"a" * 200_000, "box:"),
    ],
)
def test_what_is_no_list(data: bytes, place: str) -> None:
    with pytest.raises(SourceError, match=f"^{place}"):
        [*read(data, at=NOW, name="box")]


def test_twice_is_once() -> None:
    data = b"email\njoe@x.test\n"
    with Ledger("sqlite://") as ledger:
        assert ledger.record(read(data, at=NOW)) == 1
        assert ledger.record(read(data, at=NOW + 86_400)) == 0


def test_no_formula_for_a_spreadsheet() -> None:
    odd = Standing(list="=x", address="=cmd|calc!a1@x.test", state="suppressed", score=5.0, cause="hard")
    (file,) = write([odd], "csv")
    assert b"'=cmd" in file
    assert [event.address for event in read(file, at=NOW)] == ["=cmd|calc!a1@x.test"]


@given(st.binary(max_size=300) | st.text('[]{}",:@\n\r\0=aé1', max_size=80).map(str.encode))
def test_anything_is_read_or_refused(data: bytes) -> None:
    try:
        events = [*read(data, at=NOW)]
    except SourceError:
        return
    assert all("@" in event.address for event in events)


@pytest.mark.parametrize(
    "when",
    [
        "1700000000000000",
        "99999999999999999999",
        "9" * 300,
        "\u00b2",
        "9999-12-31T23:59:59-12:00",
        "0001-01-01",
        "1.2.3",
    ],
)
def test_a_time_that_is_none(when: str) -> None:
    (event,) = read(f"email,created_at\njoe@x.test,{when}\n".encode(), at=NOW)
    assert event.at == NOW


@pytest.mark.parametrize("address", ["x\nvictim@y", "a\x1b[31m@b", "x\u2028victim@y", "x" * 1_000 + "@y"])
def test_an_address_that_would_be_two(address: str) -> None:
    with pytest.raises(SourceError, match="is no address"):
        [*read(msgspec.json.encode({"address": address}), at=NOW)]


@pytest.mark.parametrize(
    "data", [b'{"address": {"of": "joe@x.test"}}', b'{"hello": 1}', b"[{}]", b'{"a": [1], "b": [2]}']
)
def test_what_names_no_address_is_told(data: bytes) -> None:
    with pytest.raises(SourceError, match="no key is any of address"):
        [*read(data, at=NOW)]


@pytest.mark.parametrize(
    "data",
    [
        b'{"Suppressions":[{"EmailAddress":"joe@x.test","SuppressionReason":"HardBounce"}]}',
        b'{"SuppressedDestinationSummaries":[{"EmailAddress":"joe@x.test","Reason":"BOUNCE"}],"NextToken":"x"}',
        b'{"items":[{"address":"joe@x.test","code":"550"}],"paging":{"next":"https://x.test"}}',
        b'[\n  {\n    "email": "joe@x.test"\n  }\n]',
    ],
)
def test_answers_of_interfaces(data: bytes) -> None:
    assert [event.address for event in read(data, at=NOW)] == ["joe@x.test"]


def test_one_list_however_it_is_written() -> None:
    (event,) = read(b"list,address\nNEWS@X,joe@x.test\n", at=NOW)
    assert event.list == "news.x"


@pytest.mark.parametrize(
    ("cell", "address"), [("'joe@x.test", "'joe@x.test"), ("'-joe@x.test", "-joe@x.test"), ("'@", "@")]
)
def test_a_quote_is_taken_off_where_we_put_it(cell: str, address: str) -> None:
    assert [event.address for event in read(f"email\n{cell}\n".encode(), at=NOW)] == [address]
