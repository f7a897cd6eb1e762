"""The table of dialects: rows that can work, in an order that does, on genuine bounces."""

from __future__ import annotations

import collections
import re

import pytest

from mailkit import classify, parse
from mailkit.bounce.dialects import DIALECTS, Dialect, recognise
from mailkit.bounce.dialects.engine import Clue
from mailkit.bounce.notice import Notice
from mailkit.bounce.reasons import REASONS
from mailkit.syntax.address import ADDRESS
from tests.strategies import OWN, mails

PLACES = {"subject", "from", "body", "report", "reporter", "boundary", "field", "message-id", "mailer"}


@pytest.mark.parametrize("dialect", DIALECTS, ids=lambda dialect: dialect.name)
def test_a_row_can_work(dialect: object) -> None:
    row = next(one for one in DIALECTS if one is dialect)
    assert row.source
    assert row.clues
    assert row.need <= len(row.clues)
    for clue in row.clues:
        assert isinstance(clue, Clue)
        assert clue.where in PLACES
        assert clue.text == clue.text.lower(), "clues are compared in lower case"
    for word in (*row.begin, *row.end, *row.delayed):
        assert word == word.lower()
    for expression in row.recipient:
        re.compile(expression.replace("{address}", rf"(?P<addr>{ADDRESS})"))
        assert "{address}" in expression or "(?P<addr>" in expression
    assert row.silence is None or row.silence in REASONS


def test_names_are_unique() -> None:
    assert not [name for name, count in collections.Counter(row.name for row in DIALECTS).items() if count > 1]


def test_genuine_bounces_are_known_by_their_mta() -> None:
    wrong = []
    for path in mails(OWN):
        dialect = recognise(Notice(parse(path.read_bytes())), DIALECTS)
        if dialect is None or dialect.name != path.name.partition("-")[0]:
            wrong.append((path.name, dialect.name if dialect else None))
    assert wrong == []


def test_without_any_dialect_genuine_bounces_are_still_read() -> None:
    # The engine finds recipients and replies by their form; a row only makes it sure.
    same = total = 0
    for path in mails(OWN):
        data = path.read_bytes()
        known, bare = classify(data), classify(data, dialects=())
        total += 1
        same += [(r.address, r.status) for r in known.recipients] == [(r.address, r.status) for r in bare.recipients]
    assert same / total > 0.9, f"{same} of {total}"


def test_a_clue_counts_in_its_own_place_alone() -> None:
    rows = (
        Dialect(name="by-subject", source="a test", clues=(Clue("subject", "undelivered"),)),
        Dialect(name="by-mailer", source="a test", clues=(Clue("mailer", "acme"),)),
        Dialect(name="by-both", source="a test", clues=(Clue("from", "acme"), Clue("subject", "acme")), need=2),
    )

    def name(head: bytes) -> str | None:
        found = recognise(Notice(parse(head + b"\n\n")), rows)
        return found.name if found else None

    assert name(b"Subject: Undelivered mail\nX-Mailer: acme") == "by-subject"
    assert name(b"Subject: x\nX-Mailer: Acme 1.0") == "by-mailer"
    assert name(b"Subject: acme\nFrom: undelivered@x") is None
    assert name(b"Subject: acme\nFrom: postmaster@acme") == "by-both"
    assert name(b"From: acme\nTo: acme") is None


def test_a_sure_place_decides_only_where_it_is_enough() -> None:
    rows = (
        Dialect(name="two", source="a test", clues=(Clue("boundary", "acme"), Clue("subject", "failed")), need=2),
        Dialect(name="one", source="a test", clues=(Clue("subject", "failed"),)),
    )
    head = b"Subject: failed\nContent-Type: multipart/mixed; boundary=%s\n\n"
    assert [recognise(Notice(parse(head % value)), rows) for value in (b"acme", b"other")] == list(rows)
