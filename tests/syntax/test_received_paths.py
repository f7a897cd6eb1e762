"""The short ways of reading a Received field say what the long one says."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from mailkit.syntax import received, received_cut
from mailkit.syntax.received import Hop, parse_received
from tests.strategies import OWN, SHARED, joined
from tests.timing import assert_linear, flood

DATE = "; Tue, 24 Nov 2026 20:10:46 +0100"
FIELD = re.compile(rb"^Received:((?:[^\n]|\n[ \t])*)", re.IGNORECASE | re.MULTILINE)


def token_by_token(text: str) -> Hop:
    """Read a field the long way."""
    return received.read_clauses(text, lambda _: None)


def assert_same(text: str) -> int:
    """Read a field in every way that takes it; say how many did."""
    text = " ".join(text.split())
    expected = token_by_token(text)
    usual = received_cut.cut_usual(text)
    if usual is not None:
        assert usual == received_cut.cut_any(text)
        assert received.read_clauses(text, received_cut.cut_usual) == expected
    straight = received._straight(text)
    if straight is not None:
        assert straight == expected
    return (usual is not None) + (straight is not None)


PEERS = (
    *("", "from a.example ", "from [192.0.2.1] ", "from A (b.example [192.0.2.1]) ", "from a ([192.0.2.1]) "),
    *("from ([192.0.2.1]) ", "from a (unknown [192.0.2.1]) ", "from a (b. [192.0.2.1] (may be forged)) "),
    *("from a (joe@b.example [192.0.2.1]) ", "from a (HELO b) (joe@192.0.2.1) ", "from a (192.0.2.1) "),
    *(
        "from b.example ([192.0.2.1]:25 helo=a ident=c) ",
        "from a (b [IPv6:2001:db8::1]) (using TLSv1.3 with cipher X (1/2 bits)) ",
    ),
    *(
        "from a (HELO [192.0.2.9]) ",
        "from a, (b [192.0.2.1]) ",
        "from a (account [192.0.2.1]) ",
        "from a (b [192.0.2.256]) ",
    ),
    *("from unknown (unknown [192.0.2.1]) ", "from a [192.0.2.1] ", "from joe (uid 100) ", "from a (localhost) "),
    *(
        "(from joe@localhost) ",
        "from a id 7 (x) ",
        "from a(192.0.2.1) ",
        "from a (b [192.0.2.1]) (Authenticated sender: joe) ",
    ),
)
SERVERS = (
    *(
        "by c.example",
        "by c (Postfix)",
        "by c (8.17.1/8.17.1)",
        "by c (Exim)",
        "by c ([198.51.100.1]) (amavisd-new, port 1)",
    ),
    *(
        "by c (TLS)",
        "by c over TLS with x",
        "by c(1.2.3.4)",
        "by c (Sun (built 1)) (Exim 4.96)",
        "by c, via smap (1)",
        "by id",
        "",
    ),
    *("by c (localhost)", "by c (fetchmail-6.3)", "by c (envelope-from <x@y>)", "by c with (TLS) SMTP"),
)
WAYS = (
    *(
        "",
        " with ESMTP",
        " with esmtpsa (TLS1.3) tls TLS_X (Exim 4.96)",
        " with local",
        " with HTTP",
        " with Microsoft SMTP Server (TLS)",
    ),
    *(" with ESMTP id 1", " with ESMTPS id <1@c> for <j@d>", " id 1 for j@d", " with SMTP id 1 via Frontend Transport"),
    *(
        " with SMTP id 1 for <j@d> (version=TLS1 cipher=X)",
        " with SMTP id 1 envelope-from <x@y>",
        " with SMTP id 1 for <a@b>, <c@d>",
    ),
    *(
        " with POP3 (fetchmail-6)",
        " with ESMTP/TLS",
        " id 1 id 2",
        " with from",
        " for <>",
        " id,",
        " with SMTP state x",
    ),
)
ENDS = (
    *(DATE, DATE + " (CET)", " " + DATE, DATE + " (envelope-from x@y)", "; 1 Jan 26 10:00 GMT", "", ";", "; x; y"),
    *(
        " Tue, 24 Nov 2026 20:10:46 +0100",
        DATE + " (a",
        "; (a;b) 1 Jan 2026 00:00:00 -0000",
        DATE + " )",
        DATE + " (TLS)",
        "; 1 Jan 26 1:00 (x; (y) 1 Jan 2025 00:00:00 +0000)",
    ),
)


def test_every_combination_is_read_alike() -> None:
    taken = [assert_same("".join(parts)) for parts in itertools.product(PEERS, SERVERS, WAYS, ENDS[:3])]
    taken += [assert_same("".join(parts)) for parts in itertools.product(PEERS, SERVERS[:3], WAYS[:8], ENDS[3:])]
    assert taken.count(2) > 500
    assert taken.count(1) > 2_000
    assert taken.count(0) > 1_000


WORDS = [
    *("from ", "by ", "with ", "id ", "for ", "via ", "tls ", "state ", "envelope-from ", "From ", "(", ")", "[", "]"),
    *(
        "192.0.2.1",
        "HELO ",
        "a.example",
        "@",
        "<",
        ">",
        ";",
        " ",
        "ESMTPS",
        "unknown",
        "\\",
        '"',
        ",",
        "\u3042",
        "=",
        "x ",
    ),
    *("(b [192.0.2.1]) ", "(Postfix) ", "(TLS) ", "from a (b [192.0.2.1]) by c ", DATE, "\r\n\t", "\x1c", "\xa0"),
]


@settings(max_examples=600)
@given(joined(WORDS, 16))
@example("from (a [192.0.2.1]) by from with SMTP;")
@example('from "a" (b [192.0.2.1]) by c;')
def test_any_tokens_are_read_alike(text: str) -> None:
    assert_same(text)


@settings(max_examples=300)
@given(joined(WORDS, 6), st.sampled_from(PEERS), st.sampled_from(SERVERS), st.sampled_from(WAYS), st.integers(0, 4))
def test_a_sound_field_with_a_fault_is_read_alike(fault: str, peer: str, server: str, way: str, place: int) -> None:
    parts = [peer, server, way, DATE]
    assert_same("".join([*parts[:place], fault, *parts[place:]]))


def fields(folders: Iterator[Path]) -> list[bytes]:
    """Give the distinct Received fields of messages, those that bounces return included."""
    found: dict[bytes, None] = {}
    for folder in folders:
        for path in sorted(folder.rglob("*.eml")):
            found |= dict.fromkeys(FIELD.findall(path.read_bytes().replace(b"\r\n", b"\n")))
    return list(found)


def assert_corpus(folder: Path, least: int) -> None:
    """Read the fields of a folder in every way, with every kind of folds."""
    found = fields(iter([folder]))
    assert len(found) >= least
    taken = 0
    for raw in found:
        taken += assert_same(raw.decode("utf-8", "replace")) > 0
        plain = parse_received(raw)
        blank = b" ".join(raw.split())
        for fold in (b" ", b"\r\n ", b"\n\t", b"\r\n\t "):
            assert parse_received(blank.replace(b" ", fold)) == plain
    assert taken > 0.9 * len(found)


def test_own_corpora_are_read_alike() -> None:
    assert_corpus(OWN.parent, 1_000)


def test_shared_corpora_are_read_alike() -> None:
    if not SHARED.is_dir():
        pytest.skip("the shared corpora are not beside the project")
    assert_corpus(SHARED, 700)


@pytest.mark.parametrize(
    ("start", "unit"),
    [
        *[
            ("from a (", "x "),
            ("from a ", "(b) "),
            ("from a ", "((b)) "),
            ("by c", " (x)"),
            ("by c", " ((x))"),
            ("from a ", "("),
        ],
        *[
            ("by c", " (("),
            ("by c id 1", " (x"),
            ("by c with", " a"),
            ("by c;", " (a)"),
            ("by c;", "(a"),
            ("by c; ", "1 Jan "),
        ],
        *[("from a (b [", "1."), ("from a (HELO ", "x"), ("from a (", "x@"), ("(from ", "a"), ("by c (", "8.")],
        *[("from ", "a, "), ("", "x, 1 Jan 2026 "), ("by c (authenticated ", "a "), ("from a (AUTH: ", "a")],
    ],
)
def test_floods_of_clauses_cost_linear_time(start: str, unit: str) -> None:
    """The bound on the bytes of a field is not what holds this: the text is given as it is."""
    assert_linear(lambda text: received.read_clauses(text, received_cut.cut_usual), flood(unit, start))
    assert_linear(received._straight, flood(unit, start))


def test_five_thousand_parentheses_and_twenty_thousand_fields() -> None:
    assert parse_received(b"from a " + b"(" * 5_000 + b" by c.example; 1 Jan 2026 00:00:00 +0000").by == "c.example"
    raw = b"from a (b [192.0.2.1]) by c.example with ESMTP id 1; 1 Jan 2026 00:00:00 +0000"
    assert {parse_received(raw).ip for _ in range(20_000)} == {"192.0.2.1"}
