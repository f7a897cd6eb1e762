"""The command as a whole: mistyped verbs, replies in place of files, names for other products, why a kind."""

from __future__ import annotations

import importlib
import json
from pathlib import Path

import pytest

from mailkit.bounce.vocabularies import VOCABULARIES
from mailkit.cli import VERBS
from tests.cli.running import Run, assert_one_clear_line
from tests.strategies import OWN

FULL = OWN / "postfix-full.eml"


@pytest.mark.parametrize("verb", VERBS)
def test_every_verb_is_a_module(verb: str) -> None:
    assert callable(importlib.import_module(f"mailkit.cli.{verb}").add)


@pytest.mark.parametrize(
    ("word", "words"),
    [
        pytest.param("clasify", "did you mean classify?", id="mistyped"),
        pytest.param("rule", "did you mean rules?", id="cut"),
        pytest.param(str(FULL), "did you mean mailkit classify", id="a file"),
        pytest.param("xyz", "give one of classify, ", id="nothing near"),
        pytest.param("\x1b[31m", "is no verb", id="control characters"),
    ],
)
def test_a_mistyped_verb(word: str, words: str, here: Run) -> None:
    done = here(word, "a.eml")
    assert (done.returncode, done.stdout) == (2, "")
    assert "usage: mailkit" in done.stderr
    assert words in done.stderr
    assert "\x1b" not in done.stderr


@pytest.mark.parametrize(
    "text",
    ["550 5.1.1 x", "550-5.1.1 x", " 421 try later", "5.1.1 unknown user", "550 " + "x" * 4000],
    ids=["reply", "of several lines", "blanks before", "a status", "longer than a name may be"],
)
def test_a_reply_in_place_of_a_file(text: str, here: Run) -> None:
    assert_one_clear_line(here("classify", text), 3, "`mailkit reply` classifies those")


def test_a_file_that_is_named_like_a_reply(tmp_path: Path, here: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("550 5.1.1 x").write_bytes(FULL.read_bytes())
    assert json.loads(here("classify", "550 5.1.1 x").stdout)["kind"] == "failure"


@pytest.mark.parametrize(
    ("words", "keys"),
    [
        pytest.param(["ses"], ["ses"], id="one"),
        pytest.param(["ses", "sisimai"], ["ses", "sisimai"], id="two"),
        pytest.param(["all"], list(VOCABULARIES), id="all"),
    ],
)
@pytest.mark.parametrize("style", ["json", "jsonl"])
def test_names(words: list[str], keys: list[str], style: str, here: Run) -> None:
    done = here("classify", *(word for one in words for word in ("--names", one)), "--format", style, FULL)
    (recipient,) = json.loads(done.stdout)["recipients"]
    assert list(recipient["names"]) == keys
    assert recipient["names"]["ses"] == {"bounceType": "Transient", "bounceSubType": "MailboxFull"}


def test_names_are_not_there_unasked_and_not_in_a_table(here: Run) -> None:
    assert "names" not in json.loads(here("classify", FULL).stdout)["recipients"][0]
    assert_one_clear_line(here("classify", "--names", "ses", "--format", "table", FULL), 2, "add --format jsonl")


def test_explain_says_why_a_message_is_of_its_kind(tmp_path: Path, here: Run) -> None:
    path = tmp_path / "a.eml"
    path.write_bytes(b"From: joe@example.org\nAuto-Submitted: auto-replied\nSubject: Re: hi\n\nI am away.\n")
    out = here("classify", "--explain", "--format", "table", path).stdout
    assert f"{path}: auto-reply\n  because the field Auto-Submitted says 'auto-replied'" in out
    assert "auto-replied" in json.loads(here("classify", "--explain", path).stdout)["why"]
    path.write_bytes(b"From: joe@example.org\nSubject: hi\n\nhello\n")
    assert "because no delivery" in here("classify", "--explain", "--format", "table", path).stdout
