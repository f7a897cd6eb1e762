"""`mailkit dialects`: the list, a row as TOML, and a file of one's own tried on messages."""

from __future__ import annotations

import gzip
import json
from pathlib import Path

import pytest

from mailkit.bounce.dialects import DIALECTS, load_dialects
from tests.bounce.test_dialect_files import MAIL, written
from tests.cli.running import Run, assert_one_clear_line
from tests.strategies import OWN


def test_list(here: Run) -> None:
    rows = [json.loads(line) for line in here("dialects", "list").stdout.splitlines()]
    assert [row["name"] for row in rows] == [row.name for row in DIALECTS]
    table = here("dialects", "list", "--format", "table").stdout.splitlines()
    assert table[0].split() == ["name", "clues", "need", "reader", "source"]
    assert len(table) == len(DIALECTS) + 1


def test_every_row_can_be_shown_and_read_again(tmp_path: Path, here: Run) -> None:
    path = tmp_path / "all.toml"
    path.write_text("\n".join(here("dialects", "show", row.name).stdout for row in DIALECTS), "utf-8")
    assert load_dialects(path) == DIALECTS


def test_a_name_that_is_mistyped(here: Run) -> None:
    assert_one_clear_line(here("dialects", "show", "postfx"), 2, "did you mean postfix")


def test_try(tmp_path: Path, here: Run) -> None:
    message = tmp_path / "a.eml"
    message.write_bytes(MAIL)
    done = here("dialects", "--try", written(tmp_path), message, OWN / "exim-full.eml")
    assert (done.returncode, done.stderr) == (0, "")
    first, second = done.stdout.split(str(OWN / "exim-full.eml"))
    assert first.startswith(f"{message}: acme (yours) wins\n")
    for words in (
        "acme (yours): 2 of 2 clues, needs 2: enough",
        f"body has 'acme mail could not deliver' at byte {MAIL.find(b'Acme Mail')}",
        "recipients are looked for from byte ",
        "joe@example.org at byte ",
        "| 552 mailbox full",
        "answer: failure, 2 recipients",
        "ann@example.org: 5.1.1 bad-mailbox, advice hard",
    ):
        assert words in first
    assert ": exim wins\n" in second


def test_try_a_message_on_ours(here: Run) -> None:
    done = here("dialects", "--try", OWN / "postfix-full.eml")
    assert done.stdout.startswith(f"{OWN / 'postfix-full.eml'}: postfix wins\n")


def test_try_a_file_alone_checks_it(tmp_path: Path, here: Run) -> None:
    assert "1 dialect, nothing wrong" in here("dialects", "--try", written(tmp_path)).stdout
    assert_one_clear_line(here("dialects", "--try", written(tmp_path, need="9")), 2, "need = 9")


def test_try_a_packed_message_on_ours(tmp_path: Path, here: Run) -> None:
    path = tmp_path / "it.eml.gz"
    path.write_bytes(gzip.compress((OWN / "exim-full.eml").read_bytes()))
    assert here("dialects", "--try", path).stdout.startswith(f"{path}: exim wins\n")


@pytest.mark.parametrize(("name", "code"), [("missing.eml", 3), ("missing.toml", 2)])
def test_try_what_is_missing(tmp_path: Path, name: str, code: int, here: Run) -> None:
    words = [written(tmp_path)] if code == 3 else []
    assert_one_clear_line(here("dialects", "--try", *words, tmp_path / name), code, "check the path")


def test_classify_takes_a_file(tmp_path: Path, here: Run) -> None:
    message = tmp_path / "a.eml"
    message.write_bytes(MAIL)
    path = written(tmp_path)
    answer = json.loads(here("classify", "--dialects", path, message).stdout)
    assert (answer["dialect"], [one["status"] for one in answer["recipients"]]) == ("acme", ["5.2.2", "5.1.1"])
    assert_one_clear_line(here("classify", "--dialects", written(tmp_path, need="9"), message), 2, "need = 9")


def test_nothing_to_do(here: Run) -> None:
    done = here("dialects")
    assert done.returncode == 2
    assert "list, show NAME or --try" in done.stderr
