"""`mailkit classify`: formats, exit codes, bad inputs, and what reaches a terminal."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from mailkit.cli import main
from tests.cli.running import CONTROLS, Run, assert_one_clear_line, command, on_a_terminal, shell
from tests.strategies import OWN, ROOT, mails

FULL = OWN / "postfix-full.eml"
JAPANESE = OWN / "dma-japanese.eml"
SEVERAL = OWN / "dma-multi.eml"
PLAIN = b"From: joe@example.org\nTo: list@example.com\nSubject: hello\n\nhow are you?\n"
LIMIT = 150 * 1024 * 1024
SPARSE = 200 * 1024 * 1024
COLOUR = re.compile(r"\x1b\[[0-9;]*m")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Make a folder of inputs that are none."""
    (tmp_path / "binary").write_bytes(bytes(range(256)) * 20)
    (tmp_path / "empty").write_bytes(b"")
    (tmp_path / "blank").write_bytes(b"\r\n \n\n")
    (tmp_path / "prose").write_bytes(b"Dear all\n\nthis is no message\n")
    (tmp_path / "archive.eml").write_bytes(b"PK\x03\x04" + bytes(100))
    (tmp_path / "document.eml").write_bytes(b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n")
    (tmp_path / "hollow").mkdir()
    (tmp_path / "other").mkdir()
    (tmp_path / "other" / "picture.eml").write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(100))
    with (tmp_path / "sparse").open("wb") as file:
        file.truncate(SPARSE)
    with (tmp_path / "sparse.eml").open("wb") as file:
        file.write(PLAIN * 200)
        file.truncate(SPARSE)
    return tmp_path


@pytest.mark.parametrize(
    ("name", "words"),
    [
        pytest.param("missing", "no such file", id="missing"),
        pytest.param("missing/x.eml", "no such file", id="missing folder"),
        pytest.param("empty/x.eml", "no such file", id="a file for a folder"),
        pytest.param("binary", "binary data", id="binary"),
        pytest.param("empty", "empty", id="empty"),
        pytest.param("blank", "empty", id="blank lines only"),
        pytest.param("prose", "header field", id="text"),
        pytest.param("archive.eml", "zip", id="zip"),
        pytest.param("document.eml", "PDF", id="PDF"),
        pytest.param("hollow", "empty folder", id="empty folder"),
        pytest.param("other", "folder without mail", id="folder without mail"),
        pytest.param("sparse", "is no mail", id="200 MB of nothing"),
        pytest.param("sparse.eml", "too large: 209,715,200 bytes", id="200 MB message"),
    ],
)
def test_bad_inputs(folder: Path, name: str, words: str, here: Run) -> None:
    done = here("classify", folder / name)
    assert done.stdout == ""
    assert_one_clear_line(done, 3, words)
    assert str(folder / name) in done.stderr


@pytest.mark.parametrize("name", ["missing", "sparse.eml"])
def test_bad_inputs_as_a_process(folder: Path, name: str) -> None:
    assert_one_clear_line(command("classify", folder / name), 3, name)


def test_a_bad_input_does_not_stop_the_others(folder: Path, capfd: pytest.CaptureFixture[str]) -> None:
    code = main(["classify", str(folder / "missing"), str(FULL), str(folder / "binary")])
    out, err = capfd.readouterr()
    assert code == 3
    assert [json.loads(line)["kind"] for line in out.splitlines()] == ["failure"]
    assert len(err.splitlines()) == 2


NOBODY = 65534
AS_NOBODY = f"""
import os, sys
from mailkit.cli import main
out = os.dup(1), os.dup(2)
os.dup2(os.open(os.devnull, os.O_WRONLY), 1), os.dup2(1, 2)
main(["classify", {str(FULL)!r}, "missing"])  # loads all that is loaded on first use
os.dup2(out[0], 1), os.dup2(out[1], 2)
if os.geteuid() == 0:
    os.setuid({NOBODY})
sys.exit(main(["classify", *sys.argv[1:]]))
"""


@pytest.fixture
def closed() -> Iterator[Path]:
    """Make files and folders that are then closed to everybody; root's tests ask as nobody."""
    folder = Path(tempfile.mkdtemp())  # tmp_path is open to its owner alone
    for name in ("nothing", "names"):
        (folder / name).mkdir()
        (folder / name / "a.eml").write_bytes(PLAIN)
    (folder / "file.eml").write_bytes(PLAIN)
    (folder / "open.eml").write_bytes(PLAIN)
    if os.geteuid() == 0:
        for path in [folder, *folder.rglob("*")]:
            os.chown(path, NOBODY, NOBODY)
    (folder / "nothing").chmod(0)
    (folder / "names").chmod(0o400)
    (folder / "file.eml").chmod(0)
    yield folder
    for path in folder.iterdir():
        path.chmod(0o700)
    shutil.rmtree(folder)


@pytest.mark.parametrize(
    "name",
    [
        pytest.param("nothing", id="a folder"),
        pytest.param("names", id="a folder's files"),
        pytest.param("file.eml", id="a file"),
    ],
)
def test_without_permission(closed: Path, name: str) -> None:
    done = subprocess.run(
        [sys.executable, "-c", AS_NOBODY, str(closed / name), str(closed / "open.eml")],
        capture_output=True,
        text=True,
        check=False,
        cwd=ROOT,
        timeout=60,
    )
    assert_one_clear_line(done, 3, name)
    assert "ermission" in done.stderr
    assert "cannot write" not in done.stderr
    assert json.loads(done.stdout)["kind"] == "other"


@pytest.mark.parametrize(
    ("line", "words"),
    [
        pytest.param('"$@" <&-', "standard input is closed", id="closed"),
        pytest.param('"$@" </dev/null', "empty", id="empty"),
        pytest.param('head -c 5000 /dev/zero | "$@"', "binary data", id="binary"),
        pytest.param(
            f"yes 'Subject: x' | head -c {LIMIT + 1000} | \"$@\"", "too large", id="endless", marks=pytest.mark.slow
        ),
    ],
)
def test_bad_standard_input(line: str, words: str) -> None:
    assert_one_clear_line(shell(line, "classify", "-"), 3, words)


@pytest.mark.parametrize("style", ["jsonl", "json", "table"])
def test_closed_pipe(style: str) -> None:
    reading, writing = os.pipe()
    os.close(reading)
    done = subprocess.run(
        [sys.executable, "-m", "mailkit", "classify", "--format", style, *map(str, mails(OWN))],
        stdout=writing,
        stderr=subprocess.PIPE,
        text=True,
        check=False,
        timeout=60,
        cwd=ROOT,
    )
    os.close(writing)
    assert (done.returncode, done.stderr) == (141, "")


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no /dev/full here")
@pytest.mark.parametrize("style", ["jsonl", "json", "table"])
def test_full_disk(style: str) -> None:
    done = shell('"$@" >/dev/full', "classify", "--format", style, FULL)
    assert_one_clear_line(done, 3, "cannot write the output")


@pytest.mark.parametrize("style", ["jsonl", "json", "table"])
def test_closed_standard_output(style: str) -> None:
    done = shell('"$@" >&-', "classify", "--format", style, FULL)
    assert_one_clear_line(done, 3, "output")


@pytest.mark.parametrize(
    "words",
    [
        pytest.param([], id="nothing"),
        pytest.param(["classify"], id="no file"),
        pytest.param(["nonsense"], id="unknown verb"),
        pytest.param(["classify", "--format", "xml", str(FULL)], id="unknown format"),
        pytest.param(["classify", "--fail-on", "nothing", str(FULL)], id="unknown outcome"),
        pytest.param(["classify", "--max-bytes", "many", str(FULL)], id="no number"),
        pytest.param(["classify", "--max-bytes", "0", str(FULL)], id="zero"),
        pytest.param(["classify", "--nonsense", str(FULL)], id="unknown option"),
    ],
)
def test_usage(words: list[str], here: Run) -> None:
    done = here(*words)
    assert done.returncode == 2
    assert "usage: mailkit" in done.stderr
    assert "Traceback" not in done.stderr
    assert done.stdout == ""


def test_lines(capfd: pytest.CaptureFixture[str]) -> None:
    assert main(["classify", str(FULL), str(JAPANESE)]) == 0
    out, err = capfd.readouterr()
    rows = [json.loads(line) for line in out.splitlines()]
    assert [row["source"] for row in rows] == [str(FULL), str(JAPANESE)]
    assert rows[0]["recipients"][0]["status"] == "5.2.2"
    assert err == ""


def test_json_of_one_is_an_object_of_several_an_array(capfd: pytest.CaptureFixture[str]) -> None:
    assert main(["classify", "--format", "json", str(FULL)]) == 0
    assert json.loads(capfd.readouterr().out)["kind"] == "failure"
    assert main(["classify", "--format", "json", str(FULL), str(JAPANESE)]) == 0
    assert len(json.loads(capfd.readouterr().out)) == 2


def test_json_of_none_is_json(folder: Path, capfd: pytest.CaptureFixture[str]) -> None:
    assert main(["classify", "--format", "json", str(folder / "missing")]) == 3
    assert json.loads(capfd.readouterr().out) == []


def test_a_folder_is_walked(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "deep" / "er").mkdir(parents=True)
    (tmp_path / "b.eml").write_bytes(PLAIN)
    (tmp_path / "deep" / "er" / "a.eml").write_bytes(FULL.read_bytes())
    (tmp_path / "deep" / "picture").write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(100))
    assert main(["classify", str(tmp_path)]) == 0
    out, err = capfd.readouterr()
    assert sorted(json.loads(line)["kind"] for line in out.splitlines()) == ["failure", "other"]
    assert "1 file passed over, no mail: deep/picture" in err


@pytest.mark.parametrize(
    ("count", "words"), [(5, "5 files passed over, no mail: 0, 1, 2, 3, 4\n"), (6, "3, 4 and more\n")]
)
def test_what_is_passed_over_is_named(tmp_path: Path, count: int, words: str, here: Run) -> None:
    for number in range(count):
        (tmp_path / str(number)).write_bytes(b"\x89PNG\r\n\x1a\n")
    (tmp_path / "a.eml").write_bytes(PLAIN)
    assert words in here("classify", tmp_path).stderr


def test_standard_input() -> None:
    done = command("classify", "-", stdin=FULL.read_bytes())
    assert done.returncode == 0, done.stderr
    answer = json.loads(done.stdout)
    assert (answer["source"], answer["recipients"][0]["reason"]) == ("-", "full")


def test_table(capfd: pytest.CaptureFixture[str]) -> None:
    assert main(["classify", "--format", "table", str(FULL), str(SEVERAL)]) == 0
    head, first, *more = capfd.readouterr().out.splitlines()
    assert head.split()[:6] == ["file", "kind", "recipient", "status", "reason", "advice"]
    assert first.split()[:6] == [str(FULL), "failure", "full@sink.test", "5.2.2", "full", "soft"]
    assert more
    assert all(line.startswith(str(SEVERAL)) for line in more)


@pytest.mark.parametrize(
    ("words", "environment", "colour"),
    [
        pytest.param([], {}, True, id="a terminal"),
        pytest.param([], {"NO_COLOR": "1"}, False, id="NO_COLOR"),
        pytest.param([], {"TERM": "dumb"}, False, id="a dumb terminal"),
        pytest.param(["--color", "always"], {"NO_COLOR": "1"}, True, id="always"),
        pytest.param(["--color", "never"], {}, False, id="never"),
    ],
)
def test_a_terminal_gets_a_table(words: list[str], environment: dict[str, str], *, colour: bool) -> None:
    out = on_a_terminal("classify", *words, FULL, environment=environment)
    assert "recipient" in out.splitlines()[0]
    assert bool(COLOUR.search(out)) == colour


@pytest.mark.parametrize("columns", [80, 100, 200])
def test_a_terminal_of_any_width_shows_who_and_why(columns: int) -> None:
    out = on_a_terminal("classify", "--color", "never", FULL, columns=columns)
    assert "full@sink.test" in out
    assert "5.2.2" in out
    assert max(map(len, out.splitlines())) <= columns


def test_explain(capfd: pytest.CaptureFixture[str]) -> None:
    assert main(["classify", "--format", "table", "--explain", str(FULL)]) == 0
    out = capfd.readouterr().out
    assert "full@sink.test: failed, 5.2.2 full, advice soft" in out
    assert "decided by diagnostic (stated)" in out
    data = FULL.read_bytes()
    offset, length = map(int, re.findall(r"at byte (\d+), (\d+) long", out)[0])
    assert b"5.2.2" in data[offset : offset + length]


def test_explain_in_json_has_what_was_weighed(capfd: pytest.CaptureFixture[str]) -> None:
    assert main(["classify", "--format", "json", "--explain", str(FULL)]) == 0
    recipient = json.loads(capfd.readouterr().out)["recipients"][0]
    assert any(row["outcome"].startswith("decided") for row in recipient["weighed"])
    assert main(["classify", "--format", "json", str(FULL)]) == 0
    assert "weighed" not in json.loads(capfd.readouterr().out)["recipients"][0]


@pytest.mark.parametrize(
    ("wanted", "code"),
    [
        pytest.param(["failure"], 1, id="kind"),
        pytest.param(["soft"], 1, id="advice"),
        pytest.param(["hard"], 0, id="another advice"),
        pytest.param(["delay", "other"], 0, id="other kinds"),
        pytest.param(["delay", "soft"], 1, id="one of two"),
    ],
)
def test_fail_on(wanted: list[str], code: int, capfd: pytest.CaptureFixture[str]) -> None:
    words = [word for one in wanted for word in ("--fail-on", one)]
    assert main(["classify", *words, str(FULL)]) == code
    assert json.loads(capfd.readouterr().out)["kind"] == "failure"


def test_unread_outweighs_found(folder: Path) -> None:
    assert main(["classify", "--fail-on", "failure", str(FULL), str(folder / "missing")]) == 3


def test_rules_of_the_user_come_first(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    rules = tmp_path / "rules.toml"
    rules.write_text(
        '[[rule]]\nid = "house.full"\nany = ["mailbox is full"]\nconditional = true\n'
        'status = ["4.2.1", "5.2.1"]\nreason = "disabled"\nsource = "the house"\nsample = "552 mailbox is full"\n'
    )
    assert main(["classify", "--rules", str(rules), str(FULL)]) == 0
    recipient = json.loads(capfd.readouterr().out)["recipients"][0]
    assert (recipient["rule"], recipient["reason"], recipient["advice"]) == ("house.full", "disabled", "hard")


GOOD = 'id = "a"\nany = ["quota"]\nstatus = ["4.2.2", "5.2.2"]\nreason = "full"\nsource = "b"\nsample = "552 a quota"\n'


@pytest.mark.parametrize(
    ("text", "words"),
    [
        pytest.param("[[rule]\n", "is not TOML", id="no TOML"),
        pytest.param("", "rule", id="empty"),
        pytest.param("[[rule]]\nnonsense = 1\n" + GOOD, "nonsense", id="unknown key"),
        pytest.param("[[rule]]\n" + GOOD.replace('"full"', '"fool"'), "reason", id="unknown reason"),
        pytest.param("[[rule]]\n" + GOOD.replace('id = "a"\n', ""), "id", id="no id"),
        pytest.param("[[rule]]\n" + GOOD + 'regex = "("\n', "a", id="broken expression"),
        pytest.param("[[rule]]\n" + GOOD + 'regex = "x*"\n', "unbounded", id="unbounded expression"),
        pytest.param("[[rule]]\n" + GOOD.replace('["quota"]', '[""]'), "too short", id="empty literal"),
        pytest.param("[[rule]]\n" + GOOD.replace('["quota"]', '["*"]'), "too short", id="a star alone"),
        pytest.param("[[rule]]\n" + GOOD.replace('["quota"]', '["Quota"]'), "not folded", id="unfolded literal"),
        pytest.param("[[rule]]\n" + GOOD.replace('"5.2.2"', '"nonsense"'), "nonsense", id="no status"),
    ],
)
def test_broken_rules(tmp_path: Path, text: str, words: str, here: Run) -> None:
    rules = tmp_path / "rules.toml"
    rules.write_text(text)
    done = here("classify", "--rules", rules, FULL)
    assert_one_clear_line(done, 2, words)
    assert str(rules) in done.stderr


@pytest.mark.parametrize("name", ["missing.toml", ""], ids=["missing", "a folder"])
def test_rules_that_cannot_be_read(tmp_path: Path, name: str, here: Run) -> None:
    assert_one_clear_line(here("classify", "--rules", tmp_path / name, FULL), 2, "cannot be read")


EVIL = (
    "From: MAILER-DAEMON@mx.example\nTo: list@example.org\nSubject: Undelivered\n"
    "Content-Type: multipart/report; report-type=delivery-status; boundary=x\n\n"
    "--x\n\nYour mail could not be delivered.\n\n--x\nContent-Type: message/delivery-status\n\n"
    "Reporting-MTA: dns; mx.example\n\n"
    "Original-Recipient: rfc822; old\x1b[2J@example.org\n"
    "Final-Recipient: rfc822; jo\x1b]0;evil\x07\x9b31m\u202ee@example.org\n"
    "Action: failed\nStatus: bad\x1b[31m\nDiagnostic-Code: smtp; 550 5.1.1 no\x1b[31m such\x08\x08 user\u2066\n\n--x--\n"
).encode()


@pytest.mark.parametrize("words", [[], ["--explain"], ["--color", "never", "--explain"]], ids=str)
def test_no_control_character_reaches_the_terminal(
    tmp_path: Path, words: list[str], capfd: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "evil.eml"
    path.write_bytes(EVIL)
    assert main(["classify", "--format", "table", *words, str(path)]) == 0
    out = capfd.readouterr().out
    assert "example.org" in out
    assert CONTROLS.findall(out) == []


@pytest.mark.parametrize("words", [[], ["--explain"]], ids=["table", "explained"])
def test_no_control_character_reaches_a_real_terminal(tmp_path: Path, words: list[str]) -> None:
    path = tmp_path / "evil.eml"
    path.write_bytes(EVIL)
    out = on_a_terminal("classify", *words, path, columns=200).replace("\r\n", "\n")
    assert "example.org" in out
    assert CONTROLS.findall(COLOUR.sub("", out)) == []
    assert set(COLOUR.findall(out)) <= {"\x1b[0m", "\x1b[1m", "\x1b[31m", "\x1b[1;31m", "\x1b[2m"}


def test_no_control_character_reaches_the_terminal_from_a_subject(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "a.eml"
    path.write_bytes(b"Subject: =?utf-8?Q?=1b[31m=c2=9b=e2=80=ae?=\n\nhi\n")
    assert main(["classify", "--format", "table", str(path)]) == 0
    assert CONTROLS.findall(capfd.readouterr().out) == []


def test_control_characters_are_escaped_in_json(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "evil.eml"
    path.write_bytes(EVIL)
    assert main(["classify", str(path)]) == 0
    assert not set(capfd.readouterr().out) & set(map(chr, range(9)))


def test_no_control_character_of_a_name_reaches_the_terminal(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    assert main(["classify", str(tmp_path / "a\x1b[31mb\nc")]) == 3
    err = capfd.readouterr().err
    assert CONTROLS.findall(err) == []
    assert len(err.splitlines()) == 1


@pytest.mark.parametrize("style", ["jsonl", "json", "table"])
def test_a_name_that_is_not_utf8(tmp_path: Path, style: str) -> None:
    path = os.fsdecode(bytes(tmp_path) + b"/\xff.eml")
    Path(path).write_bytes(FULL.read_bytes())
    done = command("classify", "--format", style, path)
    assert done.returncode == 0, done.stderr
    assert "full@sink.test" in done.stdout


@pytest.mark.parametrize("words", [["table"], ["table", "--explain"], ["jsonl"]], ids=str)
def test_an_output_that_is_ascii(words: list[str]) -> None:
    done = command("classify", "--format", *words, JAPANESE, PYTHONIOENCODING="ascii")
    assert done.returncode == 0, done.stderr
    assert "Traceback" not in done.stderr


def test_a_small_limit_is_told_in_bytes(capfd: pytest.CaptureFixture[str]) -> None:
    assert main(["classify", "--max-bytes", "10", str(FULL)]) == 3
    err = capfd.readouterr().err
    assert f"too large: {FULL.stat().st_size:,} bytes, the limit is 10;" in err


FROM = b"From a@b.example Tue Nov 24 20:10:46 2026\n"


def test_an_mbox_gives_an_answer_for_each_message(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "mbox"
    path.write_bytes(b"".join(FROM + data + b"\n" for data in (PLAIN, FULL.read_bytes(), b"\0\xff\n", PLAIN)))
    assert main(["classify", str(path)]) == 0
    out, err = capfd.readouterr()
    rows = [json.loads(line) for line in out.splitlines()]
    assert [row["source"] for row in rows] == [f"{path}#{number}" for number in (1, 2, 3, 4)]
    assert [row["kind"] for row in rows] == ["other", "failure", "other", "other"]
    assert rows[1]["recipients"][0]["reason"] == "full"
    assert err == ""


def test_a_message_of_an_mbox_that_is_too_large_is_told(tmp_path: Path, here: Run) -> None:
    path = tmp_path / "mbox"
    path.write_bytes(b"".join(FROM + data + b"\n" for data in (PLAIN, PLAIN + b"x" * 5000 + b"\n", PLAIN)))
    done = here("classify", "--max-bytes", "1000", path)
    assert [json.loads(line)["source"] for line in done.stdout.splitlines()] == [f"{path}#1", f"{path}#3"]
    assert_one_clear_line(done, 3, f"{path}#2: is too large")


@pytest.mark.parametrize("style", ["jsonl", "table"])
def test_an_mbox_on_standard_input(style: str) -> None:
    done = command("classify", "--format", style, "-", stdin=(FROM + FULL.read_bytes() + b"\n") * 2)
    assert done.returncode == 0, done.stderr
    rows = [line for line in done.stdout.splitlines() if "full@sink.test" in line]
    assert len(rows) == 2
    assert "-#1" in rows[0]
    assert "-#2" in rows[1]


@pytest.mark.parametrize(
    ("name", "origin"),
    [
        pytest.param("bounces.test", "unknown", id="our Message-ID, no trace of ours"),
        pytest.param("elsewhere.test", "forged", id="not ours"),
        pytest.param("127.0.0.1", "genuine", id="a host by its address"),
    ],
)
def test_whose_mail_came_back(name: str, origin: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["classify", "--format", "jsonl", "--ours", name, str(FULL)]) == 0
    assert f'"bounce.origin.{origin}"' in capsys.readouterr().out


@pytest.mark.parametrize("name", ["", ".", "*.example", "joe@lists.example"])
def test_a_name_of_ours_that_is_none(name: str, here: Run) -> None:
    done = here("classify", "--ours", name, OWN / "exim-full.eml")
    assert (done.returncode, done.stdout) == (2, "")
    assert "is no domain or host; give a name like lists.example" in done.stderr
