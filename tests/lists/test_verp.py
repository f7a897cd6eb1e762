"""Return paths: what each list manager writes is read back, and what only looks like one is not."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailkit.lists.verp import FORMS, MAX_ADDRESS, Form, decode, encode, unwrap
from tests.timing import seconds

WRITTEN: dict[Form, str] = {
    "mailman": "news-bounces+joe.user=example.org@lists.example",
    "sympa": "bounce+joe.user==a==example.org==news@lists.example",
    "ezmlm": "news-return-12-joe.user=example.org@lists.example",
    "mlmmj": "news+bounces-12-joe.user=example.org@lists.example",
    "qmail": "news-owner-joe.user=example.org@lists.example",
    "listserv": "owner-news*joe.user**example.org@lists.example",
}


@pytest.mark.parametrize("form", WRITTEN)
def test_form(form: Form) -> None:
    message = 12 if "{message}" in FORMS[form].write else ""
    assert encode("news@lists.example", "joe.user@example.org", form, message=message) == WRITTEN[form]
    told = decode(WRITTEN[form])
    assert told is not None
    assert (told.recipient, told.list, told.form, told.message, told.genuine) == (
        "joe.user@example.org",
        "news@lists.example",
        form,
        str(message),
        None,
    )


@pytest.mark.parametrize(
    ("address", "recipient"),
    [
        pytest.param("news-bounces+joe+tag=example.org@l.example", "joe+tag@example.org", id="plus-in-user"),
        pytest.param("news-bounces+a=b=example.org@l.example", "a=b@example.org", id="equals-in-user"),
        pytest.param("a-bounces-bounces+joe=example.org@l.example", "joe@example.org", id="bounces-in-list"),
        pytest.param("my-news-bounces+joe=example.org@l.example", "joe@example.org", id="dash-in-list"),
        pytest.param("bounce+joe==a==example.org==news==w@l.example", "joe@example.org", id="sympa-welcome"),
        pytest.param("bounce+a==b==a==example.org==news@l.example", "a==b@example.org", id="sympa-equals-in-user"),
        pytest.param("bounces+joe=example.org@l.example", "joe@example.org", id="plus-known-base"),
        pytest.param("NEWS-BOUNCES+JOE=EXAMPLE.ORG@L.EXAMPLE", "JOE@EXAMPLE.ORG", id="upper-case"),
        pytest.param("<news-bounces+joe=example.org@l.example>", "joe@example.org", id="brackets"),
        pytest.param("prvs=0123456789=news-bounces+joe=example.org@l.example", "joe@example.org", id="in-batv"),
        pytest.param("SRS0=abcd=TT=l.example=news-bounces+joe=example.org@f.example", "joe@example.org", id="in-srs"),
        pytest.param("news-return-3-joe-smith=example.org@l.example", "joe-smith@example.org", id="dash-in-user"),
        pytest.param("news-bounces+用户=例え.jp@l.example", "用户@例え.jp", id="utf-8"),
    ],
)
def test_read(address: str, recipient: str) -> None:
    told = decode(address)
    assert told is not None
    assert told.recipient == recipient


@pytest.mark.parametrize(
    "address",
    [
        "joe@example.org",
        "joe=smith@example.org",
        "joe+news=example.org@example.org",  # somebody's own detail, no bounce address
        "news-bounces@l.example",
        "news-bounces+0123abcd@l.example",  # a probe of Mailman: its token is known to Mailman alone
        "news-bounces+joe=localhost@l.example",
        "=@",
        "@",
        "",
        "news-bounces+joe=example.org",
        "news-bounces+joe=exa mple.org@l.example",
        "news-bounces+" + "a" * MAX_ADDRESS + "=example.org@l.example",
    ],
)
def test_no_return_path(address: str) -> None:
    assert decode(address) is None


@pytest.mark.parametrize("bases", ["reader", ("reader",), ("reader@l.example",), {"READER"}])
def test_own_base(bases: str) -> None:
    told = decode("reader+joe=example.org@l.example", bases=bases)
    assert told is not None
    assert (told.recipient, told.list, told.form) == ("joe@example.org", "", "plus")


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ("SRS0=HHH=TT=example.org=joe@f.example", "joe@example.org"),
        ("srs0+HHH=TT=example.org=joe=x@f.example", "joe=x@example.org"),
        ("SRS0-HHH=TT=example.org=joe@f.example", "joe@example.org"),
        ("SRS1=HHH=f1.example==HHH=TT=example.org=joe@f2.example", "joe@example.org"),
        ("SRS1=HHH=f1.example=+HHH=TT=example.org=joe@f2.example", "joe@example.org"),
        ("prvs=0123abcdef=joe@example.org", "joe@example.org"),
        ("prvs=joe/0123abcdef@example.org", "joe@example.org"),
        ("btv1==123abc456==joe@example.org", "joe@example.org"),
        ("prvs=0123abcdef=SRS0=HHH=TT=example.org=joe@f.example", "joe@example.org"),
        ("msprvs1=18abc_-=joe@example.org", "joe@example.org"),
        ("prvs=short=joe@example.org", "prvs=short=joe@example.org"),
        ("SRS0=HHH=TT=example.org@f.example", "SRS0=HHH=TT=example.org@f.example"),
        ("joe@example.org", "joe@example.org"),
    ],
)
def test_unwrap(address: str, expected: str) -> None:
    assert unwrap(address) == expected


@pytest.mark.parametrize(
    ("recipient", "form", "says"),
    [
        ('"joe user"@example.org', "mailman", "use mailkit.lists.Tokens"),
        ("joe@[192.0.2.1]", "mailman", "use mailkit.lists.Tokens"),
        ("joe", "mailman", "use mailkit.lists.Tokens"),
        ("joe@example.org", "ezmlm", "give message=12"),
        ("joe@example.org", "token", "is no form"),
    ],
)
def test_what_a_form_cannot_hold(recipient: str, form: Form, says: str) -> None:
    with pytest.raises(ValueError, match=says):
        encode("news@lists.example", recipient, form)


USERS = st.text("abzABZ019.+=-_!#$%&'*/?^`{|}~", min_size=1, max_size=20)
HOSTS = st.from_regex(r"[a-z0-9][a-z0-9\-]{0,8}(\.[a-z0-9\-]{1,8}){1,3}", fullmatch=True)


@given(USERS, HOSTS, st.sampled_from([*FORMS]), st.integers(0, 10**9))
def test_what_is_written_is_read_back(user: str, host: str, form: Form, message: int) -> None:
    """Or is refused: never another address than the one that was written."""
    try:
        written = encode("my-news@lists.example", f"{user}@{host}", form, message=message)
    except ValueError:
        return
    told = decode(written, bases=("my-news",))
    assert told is not None
    assert told.recipient == f"{user}@{host}"


@given(st.text(max_size=60), st.text(max_size=20))
def test_nothing_raises(local: str, domain: str) -> None:
    decode(f"{local}@{domain}")
    unwrap(f"{local}@{domain}")


@pytest.mark.parametrize("piece", ["=", "==a==", "-bounces+", "SRS1=a=b=", "prvs=0123456789=", "*", "a=b."])
def test_long_addresses_cost_little(piece: str) -> None:
    """Patterns have several ways through a local part: the longest that is read takes them a fraction of a second."""
    local = (piece * MAX_ADDRESS)[: MAX_ADDRESS - 30]
    for end in ("=x.example", "==a==x", "="):
        assert seconds(decode, f"{local}{end}@l.example") < 0.05
