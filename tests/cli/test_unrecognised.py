"""`classify --unrecognised`: exact copies with an index, whole or not at all, never over another file."""

from __future__ import annotations

import json
import os
import re
import resource
import subprocess
import sys
from pathlib import Path

import pytest

from mailkit import classify, parse
from mailkit.sinks.kept import Folder, why_unrecognised
from tests.cli.running import Run, assert_one_clear_line
from tests.strategies import OWN, ROOT

STRANGE = b"From: MAILER-DAEMON@mx.example\r\nSubject: Undelivered mail\r\n\r\nYour mail \xff to <joe@example.org> could not be delivered. It is lost.\r\n"


@pytest.fixture
def strange(tmp_path: Path) -> Path:
    """Write a message that no dialect knows."""
    path = tmp_path / "in" / "a strange.eml"
    path.parent.mkdir()
    path.write_bytes(STRANGE)
    return path


def index(folder: Path) -> list[dict[str, object]]:
    """Read the index of a folder."""
    return [json.loads(line) for line in (folder / "index.jsonl").read_text().splitlines()]


def test_a_copy_and_a_line(strange: Path, tmp_path: Path, here: Run) -> None:
    out = tmp_path / "deep" / "out"
    done = here("classify", "--unrecognised", out, strange, OWN / "exim-full.eml")
    assert done.returncode == 0
    assert done.stderr == f"mailkit: 1 message kept in {out}\n"
    assert len(done.stdout.splitlines()) == 2
    (row,) = index(out)
    assert row["source"] == str(strange)
    assert row["kind"] == "failure"
    assert "no dialect" in str(row["why"])
    assert (out / str(row["file"])).read_bytes() == STRANGE
    assert {path.name for path in out.iterdir()} == {row["file"], "index.jsonl"}


def test_names_are_unique_and_the_same_message_is_kept_once(strange: Path, tmp_path: Path, here: Run) -> None:
    other = tmp_path / "other" / strange.name
    other.parent.mkdir()
    other.write_bytes(STRANGE.replace(b"lost", b"gone"))
    out = tmp_path / "out"
    assert here("classify", "--unrecognised", out, strange, other, strange).returncode == 0
    assert len({row["file"] for row in index(out)}) == 2
    assert "0 messages kept" in here("classify", "--unrecognised", out, strange, other).stderr
    assert len(index(out)) == 2


def test_messages_of_an_mbox(tmp_path: Path, here: Run) -> None:
    box = tmp_path / "box.mbox"
    line = b"From a@b.example Tue Nov 24 20:10:46 2026\n"
    box.write_bytes(b"".join(line + STRANGE.replace(b"\r", b"") + b"%d\n\n" % number for number in range(3)))
    out = tmp_path / "out"
    here("classify", "--unrecognised", out, box)
    assert [row["source"] for row in index(out)] == [f"{box}#{number}" for number in (1, 2, 3)]


@pytest.mark.parametrize("name", ["-", "..eml", "--help.eml", "a\nb.eml", "x" * 200 + ".eml"], ids=repr)
def test_a_copy_has_a_tame_name(name: str, tmp_path: Path) -> None:
    folder = Folder(tmp_path / "out", [])
    folder.keep_unrecognised(parse(STRANGE), classify(STRANGE, source=f"somewhere/{name}"))
    (copy,) = (tmp_path / "out").glob("*.eml")
    assert re.fullmatch(r"\w[\w.\-]{0,100}\.eml", copy.name)


@pytest.mark.parametrize(
    ("data", "why"),
    [
        pytest.param((OWN / "postfix-full.eml").read_bytes(), [], id="recognised"),
        pytest.param(b"Subject: hi\n\nhello\n", [], id="no bounce"),
        pytest.param(
            STRANGE,
            ["no dialect", "a status is guessed", "a reason is undefined"],
            id="strange",
        ),
        pytest.param(
            b"From: MAILER-DAEMON\nSubject: Undelivered mail\n\nUser unknown: 550 5.1.1 <joe@example.org> no such user\n",
            ["no dialect"],
            id="no dialect alone",
        ),
    ],
)
def test_why(data: bytes, why: list[str]) -> None:
    assert list(why_unrecognised(classify(data))) == why


def test_a_folder_that_is_read_itself(strange: Path, here: Run) -> None:
    done = here("classify", "--unrecognised", strange.parent / "out", strange.parent)
    assert_one_clear_line(done, 2, "name a folder outside of it")


def test_a_folder_that_cannot_be_made(strange: Path, tmp_path: Path, here: Run) -> None:
    (tmp_path / "file").write_bytes(b"")
    done = here("classify", "--unrecognised", tmp_path / "file" / "out", strange)
    assert_one_clear_line(done, 3, "cannot be made")


NO_ROOM = """
import errno, os, sys
from mailkit.cli import main
def full(*args, **more):
    raise OSError(errno.ENOSPC, "No space left on device")
setattr(os, {"copy": "replace", "index": "write"}[sys.argv[1]], full)
sys.exit(main(sys.argv[2:]))
"""


@pytest.mark.parametrize("what", ["copy", "index"])
def test_a_full_disk_leaves_nothing_half_written(what: str, strange: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    words = ["classify", "--unrecognised", str(out), str(strange)]
    done = subprocess.run(
        [sys.executable, "-c", NO_ROOM, what, *words], capture_output=True, text=True, check=False, cwd=ROOT, timeout=60
    )
    assert_one_clear_line(done, 3, "No space left on device")
    assert [path.name for path in out.iterdir() if path.stat().st_size] == []
    assert not list(out.glob("*.eml"))
    assert not list(out.glob(".*"))


def test_a_file_that_may_not_grow(strange: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"

    def small() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (20, 20))

    done = subprocess.run(
        [sys.executable, "-m", "mailkit", "classify", "--unrecognised", str(out), str(strange)],
        capture_output=True,
        text=True,
        check=False,
        cwd=ROOT,
        timeout=60,
        preexec_fn=small,
        env={**os.environ, "PYTHONDONTWRITEBYTECODE": "1"},
    )
    assert_one_clear_line(done, 3, "too large")
    assert list(out.iterdir()) == []


@pytest.mark.parametrize(
    ("sender", "kept"),
    [
        pytest.param(b"MAILER-DAEMON@mx.example", 1, id="a mail system"),
        pytest.param(b"joe@example.org", 0, id="a person"),
    ],
)
def test_a_mail_systems_message_of_no_known_kind(sender: bytes, kept: int, tmp_path: Path) -> None:
    message = parse(b"From: " + sender + b"\r\nSubject: Weekly figures\r\n\r\nAll is well.\r\n")
    assert classify(message).kind == "other"
    folder = Folder(tmp_path, [])
    folder.keep_unrecognised(message, classify(message))
    assert folder.kept == kept
