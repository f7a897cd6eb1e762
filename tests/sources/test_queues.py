"""Queue files by name: which files belong together, what a folder gives, and what cannot be read."""

from __future__ import annotations

import io
import sys
from pathlib import Path

import pytest

from mailkit import Limits
from mailkit.sources.queues import Entry, read_entries
from tests.strategies import ROOT

SPOOL = ROOT / "corpora" / "spool"
LETTER = b"From: a@x\nTo: b@y\nSubject: hi\n\nhello\n"
BATCH = b"MAIL FROM:<a@x>\nRCPT TO:<b@y>\nDATA\n" + LETTER + b".\n"
QF = b"V8\nT1767402123\nSa@x\nRPFD:b@y\nH??Subject: hi\n.\n"


def entries(*names: Path | str, limits: Limits | None = None) -> list[Entry]:
    """Read all that is named."""
    return list(read_entries([str(name) for name in names], limits or Limits()))


def errors(found: list[Entry]) -> list[str]:
    """Give why inputs could not be read."""
    return [entry.item.error.what for entry in found if entry.item is not None and entry.item.error is not None]


def body_of(entry: Entry) -> bytes | None:
    """Give the message of a queue file."""
    assert entry.queued is not None, entry.item
    return entry.queued.data


def test_a_message_is_of_no_queue(tmp_path: Path) -> None:
    (tmp_path / "a.eml").write_bytes(LETTER)
    (entry,) = entries(tmp_path / "a.eml")
    assert entry.queued is None
    assert entry.item is not None
    assert entry.item.message is not None
    assert entry.item.message.subject == "hi"


def test_a_file_of_several_messages_numbers_them(tmp_path: Path) -> None:
    (tmp_path / "b").write_bytes(BATCH * 2)
    assert [entry.name for entry in entries(tmp_path / "b")] == [f"{tmp_path / 'b'}#1", f"{tmp_path / 'b'}#2"]


@pytest.mark.parametrize(
    "place", [pytest.param("dfAB1", id="beside"), pytest.param("../df/dfAB1", id="in its own folder")]
)
def test_sendmail_finds_the_body(tmp_path: Path, place: str) -> None:
    for folder in ("qf", "df"):
        (tmp_path / folder).mkdir()
    (tmp_path / "qf" / "qfAB1").write_bytes(QF)
    (tmp_path / "qf" / place).resolve().write_bytes(b"hello\n")
    (entry,) = entries(tmp_path)
    assert entry.queued is not None
    assert (entry.queued.data, entry.queued.envelope.queue_id) == (b"Subject: hi\n\nhello\n", "AB1")


@pytest.mark.parametrize("box", ["info", "todo"])
@pytest.mark.parametrize("split", [pytest.param("7", id="split"), pytest.param("", id="one folder")])
def test_qmail_finds_all_files(tmp_path: Path, box: str, split: str) -> None:
    files = {"mess": LETTER, "info": b"Fa@x\0", "local": b"Tb@y\0", "remote": b"Dc@z\0"}
    if box == "todo":
        files = {"mess": LETTER, "todo": b"u1\0p2\0Fa@x\0Tb@y\0Tc@z\0"}
    for folder, data in files.items():
        path = tmp_path / "queue" / folder / (split or "0") / "123"
        path.parent.mkdir(parents=True)
        path.write_bytes(data)
    (entry,) = entries(tmp_path / "queue" / box / (split or "0") / "123")
    assert entry.queued is not None
    assert entry.queued.envelope.sender == "a@x"
    assert set(entry.queued.envelope.recipients) == {"b@y", "c@z"}
    assert (entry.queued.data, entry.queued.envelope.queue_id) == (LETTER, "123")
    if box == "info":
        assert [one.name for one in entries(tmp_path)] == [entry.name]


def test_exim_finds_body_and_journal(tmp_path: Path) -> None:
    for letter in "HD":
        (tmp_path / f"x-{letter}").write_bytes((SPOOL / "exim" / f"plain-{letter}").read_bytes())
    (tmp_path / "x-J").write_bytes(b"hidden@example.test\n")
    (entry,) = entries(tmp_path)
    assert entry.queued is not None
    assert [path.state for path in entry.queued.envelope.paths] == ["accepted", "accepted", "delivered"]


def test_a_folder_gives_queues_and_messages(tmp_path: Path) -> None:
    (tmp_path / "a.eml").write_bytes(LETTER)
    (tmp_path / "b").write_bytes(BATCH)
    (tmp_path / "c").write_bytes(b"\0" * 99)
    found = entries(tmp_path)
    assert [entry.name for entry in found] == [str(tmp_path / "a.eml"), str(tmp_path / "b"), str(tmp_path)]
    assert found[2].item is not None
    assert found[2].item.note == "1 file passed over, no mail: c"


def test_files_that_have_no_control_file_are_looked_at(tmp_path: Path) -> None:
    (tmp_path / "dfAB1").write_bytes(LETTER)
    (tmp_path / "y-D").write_bytes(LETTER)
    assert [entry.name for entry in entries(tmp_path)] == [str(tmp_path / "dfAB1"), str(tmp_path / "y-D")]


@pytest.mark.parametrize(
    ("name", "data", "words"),
    [
        pytest.param("gone", None, "no such file", id="missing"),
        pytest.param("x-D", b"1xWFxA-0006DZ-18-D\nhello\n", "name the file that ends in -H", id="the body of Exim"),
        pytest.param("z", b"\0" * 99, "is no mail", id="binary"),
        pytest.param("empty", b"", "is no mail: empty", id="empty"),
        pytest.param("b", b"HELO h\nQUIT\n", "has no message (bsmtp)", id="no message in it"),
    ],
)
def test_what_cannot_be_read(tmp_path: Path, name: str, data: bytes | None, words: str) -> None:
    if data is not None:
        (tmp_path / name).write_bytes(data)
    (what,) = errors(entries(tmp_path / name))
    assert words in what


def test_folders_without_mail(tmp_path: Path) -> None:
    assert errors(entries(tmp_path)) == ["an empty folder"]
    (tmp_path / "z").write_bytes(b"\0" * 99)
    assert errors(entries(tmp_path)) == ["a folder without mail (1 file: z)"]


def test_a_queue_file_that_is_too_large(tmp_path: Path) -> None:
    (tmp_path / "b").write_bytes(BATCH)
    (what,) = errors(entries(tmp_path / "b", limits=Limits(message_bytes=50)))
    assert what.startswith("is too large")


def test_a_body_that_is_too_large_is_missing(tmp_path: Path) -> None:
    (tmp_path / "qfA").write_bytes(QF)
    (tmp_path / "dfA").write_bytes(b"x" * 500)
    (entry,) = entries(tmp_path / "qfA", limits=Limits(message_bytes=100))
    assert body_of(entry) is None


@pytest.mark.parametrize(
    ("data", "names", "words"),
    [
        pytest.param(BATCH, ["-"], [], id="one"),
        pytest.param(BATCH * 2, ["-#1", "-#2"], [], id="two"),
        pytest.param(LETTER, ["-"], [], id="a message"),
        pytest.param(QF, ["-"], ["is one file of several (sendmail); name the file"], id="one of two files"),
        pytest.param(b"HELO h\n" + BATCH * 100, ["-"], ["is too large"], id="too large"),
        pytest.param(b"", ["-"], ["is no mail: empty"], id="empty"),
    ],
)
def test_standard_input(monkeypatch: pytest.MonkeyPatch, data: bytes, names: list[str], words: list[str]) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BufferedReader(io.BytesIO(data))))
    found = entries("-", limits=Limits(message_bytes=1000))
    assert [entry.name for entry in found] == names
    assert [what[: len(word)] for what, word in zip(errors(found), words, strict=True)] == words
