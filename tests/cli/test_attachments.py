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
from tests.cli.running import Run, assert_one_clear_line, command, shell
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


@pytest.mark.parametrize(("text", "code"), [('accept = ["BYTES"]', 0), ('accept = ["TIME"]', 1)])
def test_what_is_accepted_unscanned_does_not_fail(mail: Path, tmp_path: Path, here: Run, text: str, code: int) -> None:
    policy = tmp_path / "site.toml"
    policy.write_text(text, "utf-8")
    words = ("--policy", policy, "--limit", "unpacked_bytes=1", "--fail-on", "unscannable", mail)
    assert here("attachments", *words).returncode == code


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


def test_a_hard_link_is_parted_from_the_message(mail: Path, tmp_path: Path) -> None:
    target = tmp_path / "other.eml"
    target.hardlink_to(mail)
    assert command("strip", mail, "-o", target).returncode == 0
    assert mail.read_bytes() == MAIL
    assert b"may be dangerous" in target.read_bytes()
    assert mail.stat().st_nlink == target.stat().st_nlink == 1


def test_a_symbolic_link_is_followed(mail: Path, tmp_path: Path) -> None:
    target, link, none = tmp_path / "real.eml", tmp_path / "link.eml", tmp_path / "new.eml"
    target.write_bytes(b"old")
    target.chmod(0o640)
    link.symlink_to(target)
    none.symlink_to(tmp_path / "later.eml")
    for one in (link, none):
        assert command("strip", mail, "-o", one).returncode == 0
        assert one.is_symlink()
        assert b"may be dangerous" in one.read_bytes()
    assert stat.S_IMODE(target.stat().st_mode) == 0o640


def test_the_message_itself_is_written_anew(mail: Path) -> None:
    assert command("strip", mail, "-o", mail).returncode == 0
    assert b"may be dangerous" in mail.read_bytes()
    assert [one.name for one in mail.parent.iterdir()] == [mail.name]


def test_a_link_where_the_file_is_written_first_is_not_followed(mail: Path, tmp_path: Path) -> None:
    victim = tmp_path / "victim"
    victim.write_bytes(b"mine")
    (tmp_path / ".b.eml.part").symlink_to(victim)
    assert command("strip", mail, "-o", tmp_path / "b.eml").returncode == 0
    assert victim.read_bytes() == b"mine"


@pytest.mark.parametrize("device", ["/dev/stdout", "/dev/fd/1"])
def test_standard_output_by_its_name(mail: Path, device: str) -> None:
    done = command("strip", mail, "-o", device)
    assert done.returncode == 0
    assert "may be dangerous" in done.stdout


def test_standard_output_that_is_a_file_is_written_on(mail: Path, tmp_path: Path) -> None:
    log = tmp_path / "log"
    log.write_bytes(b"before\n")
    assert shell(f'"$@" --quiet >> {log}', "strip", mail, "-o", "/dev/stdout").returncode == 0
    assert log.read_bytes().startswith(b"before\n" + HEAD)


def test_a_device_is_written_into(mail: Path) -> None:
    assert command("strip", mail, "-o", "/dev/null").returncode == 0
    assert stat.S_ISCHR(Path("/dev/null").stat().st_mode)
    if Path("/dev/full").exists():
        assert_one_clear_line(command("strip", mail, "-o", "/dev/full"), 3, "/dev/full")


def test_a_folder_is_not_written(mail: Path, tmp_path: Path) -> None:
    assert_one_clear_line(command("strip", mail, "-o", tmp_path), 3, str(tmp_path))


@pytest.mark.parametrize("verb", ["attachments", "strip"])
@pytest.mark.parametrize(
    ("wanted", "said"),
    [
        ("member_byte=1M", "did you mean member_bytes?"),
        ("depth=3", "give one of container_depth"),
        ("member_bytes", "'' is no value of member_bytes; give bytes, as 64MiB above 0"),
        ("member_count=many", "give a whole number above 0"),
    ],
)
def test_a_limit_that_is_none(mail: Path, here: Run, verb: str, wanted: str, said: str) -> None:
    done = here(verb, mail, "--limit", wanted)
    assert (done.returncode, said in done.stderr) == (2, True)


def test_a_limit_counts(mail: Path, here: Run) -> None:
    few = json.loads(here("attachments", mail, "--limit", "unpacked_bytes=1", "--limit", "member_count=7").stdout)
    assert [gap["detail"] for gap in few["unscanned"]] == ["unpacked_bytes 1"] * 2
    again = json.loads(here("attachments", mail, "--limit", "unpacked_bytes=1KiB").stdout)
    assert again["unscanned"] == []


def test_a_limit_counts_where_parts_are_taken_out(mail: Path) -> None:
    mail.write_bytes(HEAD + TEXT + BAD.replace(b"a.pdf.exe", b"a.txt").replace(b"MZ", b"text " * 500) + b"--x--\r\n")
    assert command("strip", mail, "--unscannable").stdout == mail.read_bytes().decode()
    done = command("strip", mail, "--limit", "unpacked_bytes=2KiB", "--unscannable")
    assert "could not be examined" in done.stdout
    assert "Reason: too large" in done.stdout


def test_not_everything_is_taken_out(mail: Path, here: Run) -> None:
    done = here("strip", mail, "--least", "info")
    assert (done.returncode, "invalid choice: 'info'" in done.stderr) == (2, True)


@pytest.mark.parametrize("word", ["ENCRYPTED", "ratio", "unscannable", "ambiguous"])
def test_words_of_the_answers_are_explained(here: Run, word: str) -> None:
    done = here("explain", word)
    assert done.returncode == 0
    assert "(attachments: " in done.stdout
