"""Dialects of one's own: read, checked, tried before ours; errors name file, row, key and cure."""

from __future__ import annotations

import typing
from pathlib import Path

import msgspec
import pytest

from mailkit import classify, parse
from mailkit.bounce.dialects import DIALECTS, Dialect, load_dialects
from mailkit.bounce.dialects.engine import Where
from mailkit.bounce.dialects.trial import try_dialects
from mailkit.errors import RuleError
from tests.strategies import OWN, ROOT, mails

ROW = {
    "name": '"acme"',
    "source": '"the manual"',
    "clues": '[["from", "postmaster@acme"], ["body", "acme mail could not deliver"]]',
    "need": "2",
    "begin": '["could not deliver to"]',
    "end": '["your message follows"]',
    "recipient": "['[ \\t]{0,8}\\* {address} -']",
}
MAIL = b"""\
From: postmaster@acme.example
To: list-bounces@lists.example
Subject: Mail problem

Acme Mail could not deliver to
  * joe@example.org - 552 mailbox full
  * ann@example.org - 550 no such user
Your message follows.
  * not@example.org - 550 in the copy
"""


def written(folder: Path, **changes: str | None) -> Path:
    """Write a file with one row; a key that is None is left out."""
    row = {key: value for key, value in {**ROW, **changes}.items() if value is not None}
    path = folder / "acme.toml"
    path.write_text("[[dialect]]\n" + "".join(f"{key} = {value}\n" for key, value in row.items()))
    return path


def test_a_row_of_ones_own_reads_a_notice(tmp_path: Path) -> None:
    own = load_dialects(written(tmp_path))
    bounce = classify(MAIL, dialects=(*own, *DIALECTS))
    assert bounce.dialect == "acme"
    assert [(one.address, one.status) for one in bounce.recipients] == [
        ("joe@example.org", "5.2.2"),
        ("ann@example.org", "5.1.1"),
    ]


@pytest.mark.parametrize(
    ("change", "words"),
    [
        pytest.param({"clue": "[]"}, "the key 'clue' is unknown: did you mean 'clues'?", id="mistyped key"),
        pytest.param({"clues": None}, "the key 'clues' is missing", id="missing"),
        pytest.param({"clues": "[]"}, "has no clues", id="no clues"),
        pytest.param(
            {"clues": '[["form", "x@y.example"]]', "need": "1"},
            "the key 'clues[0][0]' is wrong: invalid enum value 'form': write one of subject, from",
            id="place",
        ),
        pytest.param({"clues": '["from"]', "need": "1"}, "the key 'clues[0]' is wrong", id="no pair"),
        pytest.param({"clues": '[["from", "Acme"]]', "need": "1"}, "write 'acme'", id="capitals"),
        pytest.param({"clues": '[["body", "a"]]', "need": "1"}, "too short", id="short"),
        pytest.param({"need": "3"}, "need = 3, but there are 2 clues", id="more than there are"),
        pytest.param({"need": "0"}, "need = 0", id="none needed"),
        pytest.param({"need": '"all"'}, "the key 'need' is wrong", id="no number"),
        pytest.param({"source": '""'}, "the source is empty", id="no source"),
        pytest.param({"begin": '["Could"]'}, "write 'could'", id="begin in capitals"),
        pytest.param({"reader": '"magic"'}, "the key 'reader' is wrong", id="no reader"),
        pytest.param({"action": '"lost"'}, "write one of failed, delayed", id="no action"),
        pytest.param({"silence": '"fool"'}, "write one of bad-mailbox", id="no reason"),
        pytest.param({"recipient": "['[^:]*{address}']"}, "unbounded", id="unbounded"),
        pytest.param({"recipient": "['(?:x{1,9}){1,9}{address}']"}, "ways", id="nested"),
        pytest.param({"recipient": "['(']"}, "no expression", id="broken"),
        pytest.param({"recipient": "['to: ']"}, "write {address} where it stands", id="no address"),
        pytest.param({"recipient": "['(?P<host>x) {address}']"}, "one named group", id="another group"),
    ],
)
def test_a_fault_is_named(tmp_path: Path, change: dict[str, str | None], words: str) -> None:
    path = written(tmp_path, **change)
    with pytest.raises(RuleError) as raised:
        load_dialects(path)
    assert str(raised.value).startswith(f"{path}: dialect acme: ")
    assert words in str(raised.value)


def test_names_stand_once(tmp_path: Path) -> None:
    path = written(tmp_path)
    path.write_text(path.read_text() * 2)
    with pytest.raises(RuleError, match="the name stands twice"):
        load_dialects(path)


@pytest.mark.parametrize(("text", "words"), [(None, "cannot be read"), ("[[", "is not TOML"), ("", "has no row")])
def test_a_file_that_is_none(tmp_path: Path, text: str | None, words: str) -> None:
    path = tmp_path / "acme.toml"
    if text is not None:
        path.write_text(text)
    with pytest.raises(RuleError, match=words):
        load_dialects(path)


def test_what_a_trial_tells(tmp_path: Path) -> None:
    own = load_dialects(written(tmp_path))
    trial = try_dialects(parse(MAIL), (*own, *DIALECTS))
    assert trial.winner == own[0]
    first = trial.rows[0]
    assert (first.dialect.name, first.enough, first.missing) == ("acme", True, ())
    for hit in first.hits[1:]:
        assert hit.offset is not None
        assert MAIL[hit.offset :].lower().startswith(hit.clue.text.encode())
    assert [(said.address, said.text.strip()) for said in trial.recipients] == [
        ("joe@example.org", "552 mailbox full"),
        ("ann@example.org", "550 no such user"),
    ]
    assert [MAIL[said.offset :].lstrip()[:3] for said in trial.recipients] == [b"552", b"550"]
    assert trial.region is not None
    assert b"not@example.org" not in MAIL[slice(*trial.region)]


def test_a_trial_of_a_stranger() -> None:
    trial = try_dialects(parse(b"From: joe@example.org\nSubject: hi\n\nhello\n"), DIALECTS)
    assert (trial.winner, trial.region, trial.recipients) == (None, None, ())
    assert not any(row.enough for row in trial.rows)


@pytest.mark.parametrize("dialect", DIALECTS, ids=lambda row: row.name)
def test_a_missing_clue_is_told(dialect: Dialect) -> None:
    clue = dialect.clues[0]
    if clue.where != "body":
        return
    trial = try_dialects(parse(f"Subject: x\n\nwords {clue.text}\n".encode()), (dialect,))
    (row,) = trial.rows
    assert {hit.clue for hit in row.hits} | set(row.missing) == set(dialect.clues)
    assert clue in {hit.clue for hit in row.hits}


def test_clues_of_genuine_bounces_are_where_they_are_said_to_be() -> None:
    looked = 0
    for path in mails(OWN):
        data = path.read_bytes()
        for row in try_dialects(parse(data), DIALECTS).rows:
            for clue, offset in row.hits:
                if clue.where in {"body", "report"} and offset is not None:
                    looked += 1
                    if b"base64" not in data and b"quoted-printable" not in data:
                        assert data[offset : offset + len(clue.text)].lower() == clue.text.encode(), path
    assert looked > 100


def test_every_key_and_place_is_documented() -> None:
    text = (ROOT / "docs" / "dialects.md").read_text("utf-8")
    words = [field.name for field in msgspec.structs.fields(Dialect)] + list(typing.get_args(Where))
    assert [word for word in words if f"`{word}`" not in text and f"\n{word} = " not in text] == []
