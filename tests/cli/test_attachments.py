"""`mailkit attachments` and `mailkit strip`: formats, policies, exit codes, files written."""

from __future__ import annotations

import json
import os
import stat
import subprocess
from pathlib import Path

import pytest

from mailkit.attachments import check_attachments
from mailkit.cli.schema import schema_of
from tests.cli.running import Run, assert_one_clear_line, command
from tests.cli.test_schema import faults

HEAD = b'From: a@example.org\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary="x"\r\n\r\n'
TEXT = b"--x\r\nContent-Type: text/plain\r\n\r\nSee the file.\r\n"
BAD = b'--x\r\nContent-Type: application/octet-stream; name="a.pdf.exe"\r\n\r\nMZ\r\n'
MAIL = HEAD + TEXT + BAD + b"--x--\r\n"


@pytest.fixture
def mail(tmp_path: Path) -> Path:
    """Write a message with a program."""
    path = tmp_path / "mail.eml"
    path.write_bytes(MAIL)
    return path


def test_a_pipe_gets_json_lines(mail: Path) -> None:
    done = command("attachments", mail, mail)
    assert (done.returncode, done.stderr) == (0, "")
    rows = [json.loads(line) for line in done.stdout.splitlines()]
    assert [(row["source"], row["verdict"], row["complete"]) for row in rows] == [(str(mail), "dangerous", True)] * 2
    assert [(one["code"], one["path"]) for one in rows[0]["findings"]] == [
        ("EXT_EXECUTABLE", "2"),
        ("NAME_DOUBLE_EXT", "2"),
    ]
    assert rows[0]["attachments"][0]["name"] == "a.pdf.exe"


def test_a_table_for_people(mail: Path, here: Run) -> None:
    done = here("attachments", "--format", "text", mail)
    assert done.returncode == 0
    first, second, *rest = done.stdout.splitlines()
    assert first == f"{mail}: dangerous"
    assert second.startswith("  2  a.pdf.exe  application/octet-stream")
    assert [line.split()[:3] for line in rest] == [
        ["severity", "code", "where"],
        ["dangerous", "EXT_EXECUTABLE", "2"],
        ["suspicious", "NAME_DOUBLE_EXT", "2"],
    ]


@pytest.mark.parametrize(
    ("wanted", "code"),
    [
        pytest.param(["dangerous"], 1, id="a verdict"),
        pytest.param(["suspicious"], 1, id="a lesser one"),
        pytest.param(["ext_executable"], 1, id="a code"),
        pytest.param(["EICAR"], 0, id="another code"),
        pytest.param(["unscannable"], 0, id="another verdict"),
        pytest.param(["EICAR", "NAME_DOUBLE_EXT"], 1, id="one of two"),
    ],
)
def test_what_fails(mail: Path, here: Run, wanted: list[str], code: int) -> None:
    flags = [word for one in wanted for word in ("--fail-on", one)]
    assert here("attachments", *flags, mail).returncode == code


def test_what_is_neither_verdict_nor_code_is_said(mail: Path) -> None:
    done = command("attachments", "--fail-on", "EXT_EXECUTABEL", mail)
    assert done.returncode == 2
    assert "did you mean EXT_EXECUTABLE?" in done.stderr


def test_a_policy_counts(mail: Path, tmp_path: Path, here: Run) -> None:
    policy = tmp_path / "site.toml"
    policy.write_text('[extensions]\nexe = "info"\n[codes]\nNAME_DOUBLE_EXT = "info"\n', "utf-8")
    assert json.loads(here("attachments", "--policy", policy, mail).stdout)["verdict"] == "clean"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        pytest.param(b"[extensions", "it is no TOML", id="no TOML"),
        pytest.param(b"\xff", "it is not in UTF-8", id="no UTF-8"),
        pytest.param(b'[codes]\nX = "info"', "key codes.X: 'X' is unknown", id="an unknown code"),
    ],
)
@pytest.mark.parametrize("verb", ["attachments", "strip"])
def test_a_broken_policy_is_one_line(mail: Path, tmp_path: Path, verb: str, text: bytes, said: str) -> None:
    policy = tmp_path / "site.toml"
    policy.write_bytes(text)
    done = command(verb, "--policy", policy, mail)
    assert done.returncode == 2
    assert_one_clear_line(done, 2, str(policy))
    assert said in done.stderr


def test_a_policy_that_is_not_there(mail: Path, tmp_path: Path) -> None:
    done = command("attachments", "--policy", tmp_path / "none.toml", mail)
    assert done.returncode == 2
    assert_one_clear_line(done, 2, "none.toml")


def test_a_message_is_stripped_to_standard_output(mail: Path) -> None:
    done = command("strip", mail)
    assert done.returncode == 0
    assert "part 2 (a.pdf.exe) is taken out" in done.stderr
    assert "MZ" not in done.stdout
    assert "may be dangerous" in done.stdout


def test_a_message_is_stripped_into_a_file(mail: Path, tmp_path: Path) -> None:
    target = tmp_path / "clean.eml"
    done = command("strip", "-o", target, "--language", "ja", "--language", "en", mail)
    assert (done.returncode, done.stdout) == (0, "")
    data = target.read_bytes()
    assert data.startswith(HEAD + TEXT + b"--x\r\n")
    assert data.endswith(b"--x--\r\n")


def test_a_clean_message_is_written_as_it_is(tmp_path: Path) -> None:
    path, target = tmp_path / "a.eml", tmp_path / "b.eml"
    path.write_bytes(HEAD + TEXT + b"--x--\r\n")
    done = command("strip", path, "-o", target)
    assert (done.returncode, done.stderr) == (0, "")
    assert target.read_bytes() == path.read_bytes()


def test_what_readers_see_differently_is_not_written(tmp_path: Path) -> None:
    path, target = tmp_path / "a.eml", tmp_path / "b.eml"
    path.write_bytes(MAIL + BAD + b"--x--\r\n")
    done = command("strip", path, "-o", target)
    assert done.returncode == 1
    assert "readers see it in different places" in done.stderr
    assert "hold or reject the message" in done.stderr
    assert not target.exists()


LINE = b"From a@example.org Thu Nov 26 00:00:00 2026\n"
CLEAN = (HEAD + TEXT + b"--x--\r\n").replace(b"\r", b"")


@pytest.mark.parametrize("tail", [b"", b"\n", b"\n\n"])
@pytest.mark.parametrize("count", [1, 2, 3])
def test_a_clean_mbox_is_written_as_it_is(tmp_path: Path, count: int, tail: bytes) -> None:
    path, target = tmp_path / "a.mbox", tmp_path / "b.mbox"
    path.write_bytes(b"\n".join([LINE + CLEAN + b">From here\n"] * count) + tail)
    assert command("strip", path, "-o", target).returncode == 0
    assert target.read_bytes() == path.read_bytes()


def test_of_an_mbox_each_message_is_stripped(tmp_path: Path) -> None:
    path, target = tmp_path / "a.mbox", tmp_path / "b.mbox"
    mail = MAIL.replace(b"\r", b"")
    path.write_bytes(b"\n".join([LINE + CLEAN, LINE + mail, LINE + CLEAN, LINE + mail]) + b"\n")
    done = command("strip", path, "-o", target)
    assert done.returncode == 0
    assert [f"a.mbox#{number}: part 2" in done.stderr for number in (1, 2, 3, 4)] == [False, True, False, True]
    data = target.read_bytes()
    assert data.startswith(LINE + CLEAN + b"\n" + LINE)
    assert data.count(b"\n\n" + LINE + CLEAN + b"\n" + LINE) == 1
    assert data.endswith(b"--x--\n\n")
    assert command("attachments", target).stdout.count('"verdict":"clean"') == 4


def test_an_mbox_with_a_message_that_is_refused_is_not_written(tmp_path: Path) -> None:
    path, target = tmp_path / "a.mbox", tmp_path / "b.mbox"
    mail = MAIL.replace(b"\r", b"")
    path.write_bytes(LINE + mail + b"\n" + LINE + (MAIL + BAD + b"--x--\r\n").replace(b"\r", b""))
    done = command("strip", path, "-o", target)
    assert done.returncode == 1
    assert "nothing was written" in done.stderr
    assert not target.exists()


def test_a_folder_is_no_mbox(tmp_path: Path) -> None:
    for name in ("a.eml", "b.eml"):
        (tmp_path / name).write_bytes(MAIL)
    assert_one_clear_line(command("strip", tmp_path), 2, "several messages")


def test_what_could_not_be_written_is_not_said_to_be_gone(mail: Path, tmp_path: Path) -> None:
    assert "taken out" not in command("strip", mail, "-o", tmp_path / "none" / "b.eml").stderr


def test_what_went_is_not_said_where_that_is_not_wanted(mail: Path) -> None:
    done = command("strip", "--quiet", mail)
    assert (done.returncode, done.stderr) == (0, "")
    assert "may be dangerous" in done.stdout


@pytest.mark.parametrize("form", ["json", "jsonl"])
def test_what_went_as_json(mail: Path, tmp_path: Path, form: str) -> None:
    mail.write_bytes(b"DKIM-Signature: v=1\r\nContent-Length: 9\r\n" + MAIL)
    target = tmp_path / "b.eml"
    done = command("strip", mail, "--format", form, "-o", target)
    assert (done.returncode, done.stderr) == (0, "")
    answer = json.loads(done.stdout)
    assert list(faults(answer, schema_of("strip"), schema_of("strip"))) == []
    assert answer["source"] == str(mail)
    (one,) = answer["removed"]
    assert (one["path"], one["name"], one["codes"]) == ("2", "a.pdf.exe", ["EXT_EXECUTABLE"])
    data = mail.read_bytes()
    assert data[one["offset"] :][: one["length"]] == BAD.removeprefix(b"--x\r\n").removesuffix(b"\r\n")
    assert (answer["refused"], answer["breaks"]) == ([], ["DKIM-Signature", "Content-Length"])
    assert answer["report"]["verdict"] == "clean"
    assert target.exists()


def test_what_was_refused_as_json(tmp_path: Path) -> None:
    path, target = tmp_path / "a.eml", tmp_path / "b.eml"
    path.write_bytes(MAIL + BAD + b"--x--\r\n")
    done = command("strip", path, "-o", target, "--format", "jsonl")
    assert done.returncode == 1
    answer = json.loads(done.stdout)
    assert list(faults(answer, schema_of("strip"), schema_of("strip"))) == []
    assert {one["reason"] for one in answer["refused"]} == {"ambiguous"}
    assert answer["removed"] == []
    assert done.stderr == f"mailkit: {path}: nothing was written\n"
    assert not target.exists()


def test_of_an_mbox_each_message_is_an_object(tmp_path: Path) -> None:
    path, target = tmp_path / "a.mbox", tmp_path / "b.mbox"
    path.write_bytes(b"\n".join([LINE + CLEAN, LINE + MAIL.replace(b"\r", b""), LINE + CLEAN]))
    done = command("strip", path, "-o", target, "--format", "jsonl")
    assert [len(json.loads(line)["removed"]) for line in done.stdout.splitlines()] == [0, 1, 0]


@pytest.mark.parametrize("output", [(), ("-o", "-")])
def test_json_and_message_are_not_mixed(mail: Path, output: tuple[str, ...]) -> None:
    assert_one_clear_line(command("strip", mail, "--format", "json", *output), 2, "with -o")


def test_a_language_that_there_is_not(mail: Path) -> None:
    done = command("strip", mail, "--language", "xx")
    assert done.returncode == 2
    assert "there is no notice in 'xx'; give one or more of en" in done.stderr


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    assert command("strip", tmp_path / "none.eml").returncode == 3
    assert command("attachments", tmp_path / "none.eml").returncode == 3


def test_a_folder_that_is_not_there(mail: Path, tmp_path: Path) -> None:
    done = command("strip", mail, "-o", tmp_path / "none" / "b.eml")
    assert done.returncode == 3
    assert "none" in done.stderr


def test_codes_are_explained(here: Run) -> None:
    done = here("explain", "archive_bomb")
    assert done.returncode == 0
    assert "ARCHIVE_BOMB: A file unpacks to many times its size." in done.stdout


@pytest.mark.parametrize("extension", ["SCR", "com", "url", "xml", "html", "pub", "docm", "ace", "zip"])
def test_extensions_are_explained_as_the_check_takes_them(here: Run, extension: str) -> None:
    mail = f'Content-Type: application/octet-stream; name="file.{extension}"\n\n'.encode()
    found = [one.severity for one in check_attachments(mail).findings if one.code.startswith("EXT_")] or ["info"]
    done = here("explain", f".{extension}")
    assert done.returncode == 0
    assert done.stdout.startswith(f".{extension.lower()}: {found[0]} by name alone in attachments, class ")
    assert ("what is in it counts" in done.stdout) == (found[0] == "info")


def test_who_lists_an_extension_is_told(here: Run) -> None:
    assert "Mailman 2.1" in here("explain", ".SCR").stdout


def test_a_pipe_is_written_into_and_not_replaced(mail: Path, tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    reader = subprocess.Popen(["/bin/cat", str(pipe)], stdout=subprocess.PIPE)
    done = command("strip", mail, "-o", pipe)
    assert done.returncode == 0
    assert b"may be dangerous" in reader.communicate(timeout=30)[0]
    assert stat.S_ISFIFO(pipe.stat().st_mode)


@pytest.mark.parametrize("word", ["ENCRYPTED", "ratio", "unscannable", "ambiguous"])
def test_words_of_the_answers_are_explained(here: Run, word: str) -> None:
    done = here("explain", word)
    assert done.returncode == 0
    assert "(attachments: " in done.stdout
