"""`mailkit explain`: every word of an answer has an explanation; what is unknown gets help."""

from __future__ import annotations

import typing
from pathlib import Path

import pytest

from mailkit.adapters.result import Outcome
from mailkit.attachments.codes import CODES as ATTACHMENT_CODES
from mailkit.attachments.names import EXTENSIONS
from mailkit.attachments.pieces import Reason
from mailkit.attachments.result import Kept, Verdict
from mailkit.bounce.dialects import DIALECTS
from mailkit.bounce.matcher import RuleSet
from mailkit.bounce.reasons import REASONS, Advice
from mailkit.bounce.result import Action, Basis, Confidence, Kind, Stage
from mailkit.bounce.vocabularies import VOCABULARIES
from mailkit.cli import main
from mailkit.cli.words import WORDS
from mailkit.dns import blocklist
from mailkit.envelope import result as envelope
from mailkit.findings import CODES
from mailkit.ledger.scores import Cause, Due, State
from mailkit.status import REPLY_CODES
from tests.cli.running import Run, assert_one_clear_line, command, shell


@pytest.mark.parametrize(
    ("code", "words"),
    [
        pytest.param("5.2.2", ["Mailbox full", "RFC3463", "reason full", "advice soft"], id="status"),
        pytest.param(" 4.7.28 ", ["Mail flood", "rate-limited"], id="status with blanks"),
        pytest.param("2.1.5", ["Destination address valid", "Success"], id="success"),
        pytest.param("5.7.606", ["not registered", "policy"], id="a provider's own"),
        pytest.param("550", ["Mailbox unavailable", "RFC 5321"], id="reply code"),
        pytest.param("full", ["4.2.2", "5.2.2", "soft"], id="reason"),
        pytest.param("block", ["never count it against the recipient"], id="advice"),
        pytest.param("trace", ["Received"], id="basis"),
        pytest.param("mime.close.missing", ["close delimiter", "RFC 2046"], id="finding"),
        pytest.param("postfix", ["bounce format", "source"], id="dialect"),
        pytest.param("en.full", ["mailbox full", "5.2.2", "sample"], id="rule"),
        pytest.param("delay", ["goes on trying", "kind of a message"], id="kind"),
        pytest.param("guessed", ["confidence"], id="confidence"),
        pytest.param("rcpt", ["RCPT", "stage"], id="stage"),
        pytest.param("relayed", ["action"], id="action"),
        pytest.param("from-line", ["mbox", "envelope"], id="envelope"),
        pytest.param("none", ["advice", "basis", "trust"], id="a word of several groups"),
        pytest.param("full", ["sisimai: mailboxfull", "ses: Transient/MailboxFull"], id="what others call it"),
        pytest.param("quota-issues", ["PowerMTA's name for full"], id="a name of another product"),
        pytest.param("NoEmail", ["Permanent/NoEmail", "Amazon SES"], id="a part of such a name"),
    ],
)
def test_known(code: str, words: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["explain", code]) == 0
    out, err = capsys.readouterr()
    assert [word for word in words if word not in out] == []
    assert err == ""


@pytest.mark.parametrize(
    ("code", "words"),
    [
        pytest.param("ful", "did you mean full", id="mistyped"),
        pytest.param("5.2", "unknown", id="no status"),
        pytest.param("6.1.1", "unknown", id="no class"),
        pytest.param("", "unknown", id="empty"),
        pytest.param("\x1b[31m", "unknown", id="control characters"),
    ],
)
def test_unknown(code: str, words: str, here: Run) -> None:
    done = here("explain", code)
    assert_one_clear_line(done, 2, words)
    assert "\x1b" not in done.stderr


def test_every_word_of_an_answer_is_explained(capsys: pytest.CaptureFixture[str]) -> None:
    words = [*REASONS, *CODES, *REPLY_CODES, *typing.get_args(Advice), *(one.name for one in DIALECTS)]
    words += [rule.id for rule in RuleSet.default().rules]
    kinds = (Kind, Action, Basis, Confidence, Stage, envelope.Kind, envelope.Role, envelope.Trust, envelope.State)
    kinds += (envelope.DifferenceKind, blocklist.ListingState, blocklist.HealthState, State, Cause, Due)
    words += [word for kind in (*kinds, Outcome) for word in typing.get_args(kind)]
    words += [*ATTACHMENT_CODES, *(f".{extension}" for extension in EXTENSIONS)]
    words += [name for vocabulary in VOCABULARIES.values() for name in vocabulary.reasons]
    assert [word for word in words if main(["explain", word]) != 0] == []
    capsys.readouterr()


def test_no_word_is_explained_that_no_answer_has() -> None:
    types = [Kind, Advice, Basis, Confidence, Action, Stage]
    types += [envelope.Kind, envelope.Role, envelope.Trust, envelope.State, envelope.DifferenceKind]
    types += [blocklist.ListingState, blocklist.HealthState, Outcome, State, Cause, Due, Verdict, Reason, Kept]
    assert [set(words) for words in WORDS.values()] == [set(typing.get_args(one)) for one in types]


def test_rules_and_dialects_of_ones_own(tmp_path: Path, here: Run) -> None:
    rules = tmp_path / "rules.toml"
    rules.write_text(
        '[[rule]]\nid = "house.full"\nany = ["is full"]\nstatus = ["4.2.2", "5.2.2"]\nreason = "full"\n'
        'source = "the house"\nsample = "552 is full"\n'
    )
    dialects = tmp_path / "dialects.toml"
    dialects.write_text('[[dialect]]\nname = "acme"\nsource = "the manual"\nclues = [["from", "acme.example"]]\n')
    assert "source: the house" in here("explain", "--rules", rules, "house.full").stdout
    assert "from has 'acme.example'" in here("explain", "--dialects", dialects, "acme").stdout
    assert_one_clear_line(here("explain", "house.full"), 2, "unknown")


@pytest.mark.parametrize("line", ['"$@" >&-', '"$@" >/dev/full'], ids=["closed", "full"])
def test_an_output_that_takes_nothing(line: str) -> None:
    assert_one_clear_line(shell(line, "explain", "5.1.1"), 3, "output")


@pytest.mark.parametrize("code", ["ja.full", "5.1.1"])
def test_an_output_that_is_ascii(code: str) -> None:
    done = command("explain", code, PYTHONIOENCODING="ascii")
    assert "Traceback" not in done.stderr
