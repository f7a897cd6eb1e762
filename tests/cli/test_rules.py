"""`mailkit rules`: the list, what lint refuses, and what a file of one's own changes."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from mailkit.bounce.matcher import RuleSet
from mailkit.cli.rules import SHIPPED
from tests.cli.running import Run, assert_one_clear_line, on_a_terminal
from tests.strategies import OWN

GOOD = """
[[rule]]
id = "house.full"
any = ["mailbox is full"]
status = ["4.2.1", "5.2.1"]
reason = "disabled"
source = "the house"
sample = "552 the mailbox is full"
"""
TWIN = GOOD.replace("house.full", "house.twin")


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """Write a file of one good rule."""
    path = tmp_path / "house.toml"
    path.write_text(GOOD)
    return path


def test_list_in_a_pipe_is_json(here: Run) -> None:
    done = here("rules", "list")
    rows = [json.loads(line) for line in done.stdout.splitlines()]
    assert [row["id"] for row in rows] == [rule.id for rule in RuleSet.default().rules]
    assert {"id", "reason", "status", "source", "sample"} <= set(rows[0])


@pytest.mark.parametrize(
    ("words", "key", "value"),
    [(["--reason", "greylisted"], "reason", "greylisted"), (["--lang", "ja"], "lang", "ja")],
    ids=["reason", "language"],
)
def test_list_can_be_narrowed(words: list[str], key: str, value: str, here: Run) -> None:
    rows = [json.loads(line) for line in here("rules", "list", *words).stdout.splitlines()]
    wanted = [rule.id for rule in RuleSet.default().rules if getattr(rule, key) == value]
    assert [row["id"] for row in rows] == wanted
    assert 0 < len(rows) < len(RuleSet.default().rules)


def test_a_language_that_no_rule_has(here: Run) -> None:
    assert_one_clear_line(here("rules", "list", "--lang", "jp"), 2, "'jp': write one of ar, bg")


def test_list_on_a_terminal_is_a_table(file: Path) -> None:
    head, first, *_ = on_a_terminal("rules", "list", "--rules", file, "--reason", "disabled").splitlines()
    assert head.split() == ["id", "lang", "reason", "status", "where", "sample"]
    assert first.split()[:5] == ["house.full", "en", "disabled", "5.2.1", "everywhere"]


def test_lint_of_a_good_file(file: Path, here: Run) -> None:
    done = here("rules", "lint", file)
    assert (done.returncode, done.stdout, done.stderr) == (0, "1 rule, nothing wrong\n", "")


@pytest.mark.parametrize(
    ("text", "words"),
    [
        pytest.param(GOOD + "nonsense = 1\n", "rule house.full: the key 'nonsense' is unknown", id="unknown key"),
        pytest.param(GOOD.replace('["mailbox is full"]', '"x"'), "rule house.full: the key 'any' is wrong", id="type"),
        pytest.param(GOOD.replace("house.full", "en.full"), "the id is that of a rule of ours", id="an id of ours"),
        pytest.param(GOOD + 'regex = "(?:x{1,9}){1,9}"\n', "more than 2,000 ways", id="nested"),
        pytest.param(GOOD + "regex = 'x*'\n", "unbounded", id="unbounded"),
        pytest.param("[[rule]", "is not TOML", id="no TOML"),
    ],
)
def test_lint_of_a_bad_file(file: Path, text: str, words: str, here: Run) -> None:
    file.write_text(text)
    assert_one_clear_line(here("rules", "lint", file), 2, words)
    assert_one_clear_line(here("classify", "--rules", file, OWN / "exim-full.eml"), 2, words)


def test_lint_takes_our_own_files(here: Run) -> None:
    done = here("rules", "lint", *sorted(SHIPPED.glob("*.toml")))
    assert "the id is that of a rule of ours" not in done.stderr


def test_lint_tells_every_fault_of_every_file(file: Path, tmp_path: Path, here: Run) -> None:
    other = tmp_path / "other.toml"
    other.write_text(TWIN)
    done = here("rules", "lint", file, other)
    lines = done.stderr.splitlines()
    assert (done.returncode, len(lines)) == (2, 2)
    assert f"{other}: rule house.twin: its sample is answered by house.full" in lines[0]
    assert "'mailbox is full' can never win" in lines[1]


def test_test_says_who_answers(file: Path, here: Run) -> None:
    done = here("rules", "test", file)
    assert done.returncode == 0
    assert done.stdout == (
        "house.full: ok, house.full answers: 5.2.1 disabled; without the file en.full answers: 5.2.2 full\n"
    )


def test_test_of_a_rule_that_another_answers(file: Path, here: Run) -> None:
    file.write_text(GOOD + TWIN)
    done = here("rules", "test", file)
    assert done.returncode == 2
    assert "house.twin: NOT ITS OWN, house.full answers" in done.stdout


def test_test_against_messages(file: Path, here: Run) -> None:
    done = here("rules", "test", file, "--against", OWN)
    *changes, last = done.stdout.splitlines()[1:]
    assert f"{OWN / 'exim-full.eml'}: full@sink.test: 5.2.2 full soft -> 5.2.2 disabled hard (house.full)" in changes
    assert all("disabled" in line for line in changes)
    assert last.endswith("of 184 messages answered otherwise")
    assert not any("userunknown.eml" in line for line in changes)
    assert here("rules", "test", file, "--against", OWN / "missing").returncode == 3


@pytest.mark.parametrize("words", [[], ["list", "--reason", "fool"], ["lint"], ["nonsense"]], ids=str)
def test_usage(words: list[str], here: Run) -> None:
    done = here("rules", *words)
    assert done.returncode == 2
    assert "usage: mailkit rules" in done.stderr
