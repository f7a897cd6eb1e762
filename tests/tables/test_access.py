"""The access table: order of keys, meaning of values; measured with sendmail -bt."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailkit.tables.access import Access, Decision, Search, decision, parse_access, written
from mailkit.tables.text import Entry

LOCAL = frozenset({"own.test", "localhost"})


def keys(access: Access, *searches: Search) -> list[str]:
    """Give the keys that are looked for, in order: with every key there, one after the other is taken away."""
    found, entries = [], dict(access.table.entries)
    while entry := Access(table=type(access.table)("t", entries), skip=False).find("To", *searches):
        found.append(entry.key)
        del entries[entry.key]
    return found


@pytest.mark.parametrize(
    ("search", "order"),
    [
        (("full", "u+d@a.test"), "to:u+d@a.test u+d@a.test to:u+*@a.test u+*@a.test to:u@a.test u@a.test"),
        (("full", "u@a.test"), "to:u@a.test u@a.test"),
        (("user", "u+d"), "to:u+d@ u+d@ to:u+*@ u+*@ to:u@ u@"),
        (("domain", "b.a.test"), "to:b.a.test b.a.test to:a.test a.test to:test test"),
        (("domain", "[192.0.2.7]"), "[192.0.2.7] [192.0.2] [192]"),
        (("domain", "[IPv6:2001:db8::7]"), "[ipv6:2001:db8::7] [ipv6:2001:db8]"),
        (("address", "192.0.2.7"), "192.0.2.7 192.0 192"),
        (("address", "IPv6:2001:db8:0:0:0:0:0:7"), "ipv6:2001:db8 ipv6:2001 ipv6"),
        (("full", '"u"@A.test'), "to:u@a.test u@a.test"),
    ],
)
def test_order_of_keys(search: tuple[str, str], order: str) -> None:
    every = (
        "to:u+d@a.test u+d@a.test to:u+*@a.test u+*@a.test to:u@a.test u@a.test to:u+d@ u+d@ to:u+*@ u+*@ to:u@ u@ "
        "to:b.a.test b.a.test to:a.test a.test to:test test [192.0.2.7] [192.0.2] [192] [ipv6:2001:db8::7] [ipv6:2001:db8] "
        "192.0.2.7 192.0 192 ipv6:2001:db8 ipv6:2001 ipv6 from:a.test connect:192.0 spam:a.test .a.test *@a.test @a.test"
    )
    access = parse_access("".join(f"{key} OK\n" for key in every.split()))
    assert keys(access, Search(*search)) == order.split()  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("value", "action", "status", "reply", "text"),
    [
        ("OK", "accept", None, None, None),
        ("relay", "relay", None, None, None),
        ("REJECT", "reject", "5.7.1", 550, "Access denied"),
        ("DISCARD", "discard", None, None, None),
        ("QUARANTINE:look at it", "quarantine", None, None, "look at it"),
        ("ERROR:5.7.1:551 no", "reject", "5.7.1", 551, "no"),
        ("error:4.7.1:450 later", "tempfail", "4.7.1", 450, "later"),
        ("ERROR:550 no", "reject", None, 550, "no"),
        ('ERROR:"552 full up"', "reject", None, 552, "full up"),
        ("550 go away", "reject", None, 550, "go away"),
        ("451 later", "tempfail", None, 451, "later"),
        ("NONSENSE", "reject", None, None, "NONSENSE"),
        ("SKIP", "reject", None, None, "SKIP"),
        ("QUARANTINE", "reject", None, None, "QUARANTINE"),
    ],
)
def test_values(value: str, action: str, status: str | None, reply: int | None, text: str | None) -> None:
    found = decision(Entry("k", value, 7))
    assert (found.action, found.status, found.reply, found.text) == (action, status, reply, text)
    assert (found.key, found.value, found.line) == ("k", value, 7)


TABLE = """\
a.test          REJECT
from:b.test     DISCARD
to:c.test       ERROR:5.1.1:550 nobody
connect:192.0.2 REJECT
friend@a.test   OK
ok.a.test       SKIP
joe@            REJECT
spam:d.test     FRIEND
2001:db8        REJECT
"""


@pytest.mark.parametrize(
    ("question", "action", "key"),
    [
        (("sender", "u@a.test"), "reject", "a.test"),
        (("sender", "u@x.a.test"), "reject", "a.test"),
        (("sender", "u@xa.test"), "none", None),
        (("sender", "friend@a.test"), "accept", "friend@a.test"),
        (("sender", "u@ok.a.test"), "none", None),
        (("sender", "u@b.test"), "discard", "from:b.test"),
        (("recipient", "u@b.test"), "none", None),
        (("recipient", "u@c.test"), "reject", "to:c.test"),
        (("sender", "u@c.test"), "none", None),
        (("sender", "u@d.test"), "none", None),
        (("sender", "joe@far.test"), "reject", "joe@"),
        (("recipient", "joe@far.test"), "none", None),
        (("recipient", "joe@own.test"), "reject", "joe@"),
        (("recipient", "joe+x@own.test"), "reject", "joe@"),
        (("recipient", "joe"), "reject", "joe@"),
        (("recipient", "friend@a.test"), "none", None),
        (("recipient", "u%a.test@own.test"), "reject", "a.test"),
        (("recipient", "u@"), "reject", None),
        (("sender", "<>"), "none", None),
    ],
)
def test_questions(question: tuple[str, str], action: str, key: str | None) -> None:
    access = parse_access(TABLE)
    found = getattr(access, question[0])(question[1], local=LOCAL)
    assert (found.action, found.key) == (action, key)


@pytest.mark.parametrize(
    ("ip", "name", "action"),
    [
        ("192.0.2.7", None, "reject"),
        ("192.0.21.7", None, "none"),
        ("::ffff:192.0.2.7", None, "reject"),
        ("198.51.100.1", "mail.a.test", "reject"),
        ("198.51.100.1", "ok.a.test", "none"),
        ("192.0.2.7", "ok.a.test", "reject"),
        ("2001:db8::7", None, "none"),
    ],
)
def test_clients(ip: str, name: str | None, action: str) -> None:
    assert parse_access(TABLE).client(ip, name).action == action


def test_recipients_are_refused_in_words_of_their_own() -> None:
    found = parse_access(TABLE).recipient("u@a.test")
    assert (found.status, found.text) == ("5.2.1", "Mailbox disabled for this recipient")


def test_skip_is_a_word_only_where_it_is_switched_on() -> None:
    access = parse_access(TABLE, skip=False)
    assert access.sender("u@ok.a.test").text == "SKIP"
    assert parse_access("u@a.test SKIP\n").sender("u@a.test").text == "SKIP"
    assert parse_access("u@a.test SKIP\n").recipient("u@a.test").action == "none"


@given(st.sampled_from(["a.test", "from:a.test", "to:a.test", "connect:a.test"]), st.sampled_from(["u", "v+w"]))
def test_a_tag_is_of_its_own_question(key: str, user: str) -> None:
    access = parse_access(f"{key} REJECT\n")
    asked = {
        "from": access.sender(f"{user}@a.test"),
        "to": access.recipient(f"{user}@a.test"),
        "connect": access.client("192.0.2.1", "a.test"),
    }
    tag = key.rpartition(":")[0]
    refused = {name for name, found in asked.items() if found != Decision(action="none")}
    assert refused == ({tag} if tag else set(asked))


def test_addresses_are_written_as_sendmail_does() -> None:
    assert [written(ip) for ip in ("IPv6:2001:db8::7", "0::1", "", "no:address")] == [
        "IPv6:2001:db8::7",
        "IPv6:0:0:0:0:0:0:0:1",
        "",
        "no:address",
    ]
