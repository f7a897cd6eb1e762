"""`mailkit reply`: replies, lines and logs in, answers out."""

from __future__ import annotations

import bz2
import gzip
import json
import lzma
import subprocess
import sys
from pathlib import Path
from typing import Any

import msgspec
import pytest

from mailkit.bounce.logs import Attempt
from mailkit.bounce.logs.forms import BY_NAME
from mailkit.cli.reply import joined
from tests.cli.running import CONTROLS, Run, assert_one_clear_line, command, on_a_terminal, shell
from tests.cli.test_schema import faults
from tests.strategies import ROOT

LOGS = ROOT / "corpora" / "logs"
EXIM = LOGS / "exim.log"
LINE = (
    "Nov 25 10:00:00 mx postfix/smtp[1]: 4FD1: to=<joe@example.org>, relay=mx.example.org[192.0.2.1]:25, delay=1, "
    "delays=0/0/0/1, dsn=5.1.1, status=bounced (host mx.example.org[192.0.2.1] said: 550 5.1.1 <joe@example.org>: "
    "User unknown (in reply to RCPT TO command))"
)
SENT = LINE.partition("dsn=")[0] + "dsn=2.0.0, status=sent (250 Ok)"
REJECTED = (
    "Nov 25 10:00:00 mx postfix/smtpd[1]: NOQUEUE: reject: RCPT from unknown[198.51.100.9]: 554 5.7.1 <joe@example.net>: "
    "Relay access denied; from=<eve@example.com> to=<joe@example.net> proto=ESMTP helo=<x>"
)


def rows(out: str) -> list[dict[str, Any]]:
    """Give the answers of JSON lines."""
    return [json.loads(line) for line in out.splitlines()]


@pytest.fixture
def log(tmp_path: Path) -> Path:
    """Make a log of a delivery, a bounce and a refusal."""
    path = tmp_path / "mail.log"
    path.write_text(f"{SENT}\n{LINE}\n{REJECTED}\n")
    return path


def test_replies(here: Run) -> None:
    done = here("reply", "550 5.1.1 User unknown", "452 4.2.2 Mailbox full", "250 2.0.0 Ok")
    assert (done.returncode, done.stderr) == (0, "")
    found = rows(done.stdout)
    assert [(row["line"], row["form"], row["outcome"], row["action"]) for row in found] == [
        (1, "reply", "bounced", "failed"),
        (2, "reply", "deferred", "delayed"),
        (3, "reply", "sent", "relayed"),
    ]
    assert [(row["verdict"]["status"], row["verdict"]["reason"]) for row in found[:2]] == [
        ("5.1.1", "bad-mailbox"),
        ("4.2.2", "full"),
    ]
    assert found[2]["verdict"]["advice"] == "none"


def test_the_host_counts(here: Run) -> None:
    words = ["reply", "550 5.4.1 Recipient address rejected: Access denied"]
    (alone,) = rows(here(*words).stdout)
    (scoped,) = rows(here(*words, "--host", "b-example.mail.protection.outlook.com").stdout)
    assert alone["relay"] is None
    assert scoped["relay"] == "b-example.mail.protection.outlook.com"
    assert scoped["verdict"]["status"] == "5.1.1"


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        pytest.param(
            ["550-5.1.1 No such", "550 5.1.1 user"], [(1, "550-5.1.1 No such\n550 5.1.1 user")], id="two lines"
        ),
        pytest.param(
            ["550-a\n", "550-b\n", "550 c\n", "451 d\n"], [(1, "550-a\n550-b\n550 c"), (4, "451 d")], id="of a file"
        ),
        pytest.param(["550-a", "451 b"], [(1, "550-a"), (2, "451 b")], id="never ended"),
        pytest.param(
            [r"550-a\n550 b", r"451-a\r\n451 b"], [(1, "550-a\n550 b"), (2, "451-a\n451 b")], id="written out"
        ),
        pytest.param(["550-a\n550 b"], [(1, "550-a\n550 b")], id="one text of two lines"),
        pytest.param(["", " ", "550 a", "", "451 b"], [(3, "550 a"), (5, "451 b")], id="empty lines"),
        pytest.param([r"550 see C:\new"], [(1, r"550 see C:\new")], id="no line end"),
        pytest.param([], [], id="nothing"),
    ],
)
def test_lines_of_one_reply_are_joined(lines: list[str], expected: list[tuple[int, str]]) -> None:
    assert list(joined(lines)) == expected


def test_a_reply_that_never_ends() -> None:
    found = list(joined(["550-x"] * 1000))
    assert 1 < len(found) < 1000


def test_standard_input() -> None:
    done = command(
        "reply", "-", stdin=b"550-5.1.1 No such\r\n550 5.1.1 user\r\n\r\n451 4.7.1 gr\xc3\xbcn\n\xff\n" + LINE.encode()
    )
    assert (done.returncode, done.stderr) == (0, "")
    found = rows(done.stdout)
    assert [(row["source"], row["line"], row["form"]) for row in found] == [
        ("-", 1, "reply"),
        ("-", 4, "reply"),
        ("-", 5, "reply"),
        ("-", 6, "postfix"),
    ]
    assert found[0]["reply"] == "550-5.1.1 No such\n550 5.1.1 user"
    assert found[1]["reply"] == "451 4.7.1 grün"
    assert found[3]["recipient"] == "joe@example.org"


def test_a_pasted_line(here: Run) -> None:
    (row,) = rows(here("reply", LINE).stdout)
    assert (row["form"], row["recipient"], row["relay"], row["outcome"]) == (
        "postfix",
        "joe@example.org",
        "mx.example.org",
        "bounced",
    )
    assert row["verdict"]["reason"] == "bad-mailbox"


def test_a_pasted_line_with_a_year(here: Run) -> None:
    (row,) = rows(here("reply", LINE, "--year", "2026").stdout)
    assert row["time"] == "2026-11-25T10:00:00Z"


def test_a_pasted_line_that_tells_of_none(here: Run) -> None:
    done = here("reply", "Nov 25 10:00:00 mx postfix/smtpd[1]: connect from x[192.0.2.1]")
    assert done.stdout == ""
    assert_one_clear_line(done, 3, "tells of no delivery attempt")


def test_a_log(log: Path, here: Run) -> None:
    done = here("reply", "--log", log, "--year", "2026")
    assert (done.returncode, done.stderr) == (0, "")
    (row,) = rows(done.stdout)
    assert (row["source"], row["line"], row["outcome"]) == (str(log), 2, "bounced")
    assert row["time"] == "2026-11-25T10:00:00Z"
    assert row["stamp"] == "Nov 25 10:00:00"


def test_all_of_a_log(log: Path, here: Run) -> None:
    found = rows(here("reply", "--all", "--log", log).stdout)
    assert [(row["line"], row["outcome"], row["action"], row["time"]) for row in found] == [
        (1, "sent", "relayed", None),
        (2, "bounced", "failed", None),
        (3, "rejected", None, None),
    ]
    assert found[0]["verdict"] is None


def test_a_time_zone(log: Path, here: Run) -> None:
    (row,) = rows(here("reply", "--log", log, "--year", "2026", "--zone", "Asia/Tokyo").stdout)
    assert row["time"] == "2026-11-25T10:00:00+09:00"


@pytest.mark.parametrize(
    "pack",
    [
        pytest.param(gzip.compress, id="gzip"),
        pytest.param(bz2.compress, id="bzip2"),
        pytest.param(lzma.compress, id="xz"),
    ],
)
def test_compressed_logs(tmp_path: Path, pack: Any, here: Run) -> None:  # noqa: ANN401 - each has a signature of its own
    path = tmp_path / "mail.log.1"  # what it is, its bytes tell
    path.write_bytes(pack(EXIM.read_bytes()))
    packed, plain = here("reply", "--log", path), here("reply", "--log", EXIM)
    assert packed.stdout.replace(str(path), str(EXIM)) == plain.stdout
    assert len(plain.stdout.splitlines()) > 50


def test_a_compressed_log_on_standard_input() -> None:
    done = command("reply", "--log", "-", stdin=gzip.compress(EXIM.read_bytes()))
    assert len(done.stdout.splitlines()) > 50
    assert rows(done.stdout)[0]["source"] == "-"


def test_a_compressed_log_that_is_cut(tmp_path: Path, here: Run) -> None:
    path = tmp_path / "mail.log.gz"
    path.write_bytes(gzip.compress(EXIM.read_bytes() * 20)[:-2000])
    done = here("reply", "--log", path)
    assert len(done.stdout.splitlines()) > 50
    assert_one_clear_line(done, 3, "is damaged")


def test_what_one_file_tells_holds_for_the_next(tmp_path: Path, here: Run) -> None:
    old, new = tmp_path / "mail.log.1", tmp_path / "mail.log"
    old.write_text("Nov 25 10:00:00 mx postfix/qmgr[1]: 4FD1: from=<ann@example.com>, size=1, nrcpt=1 (queue active)\n")
    new.write_text(LINE + "\n")
    (alone,) = rows(here("reply", "--log", new).stdout)
    (row,) = rows(here("reply", "--log", old, new).stdout)
    assert (alone["sender"], row["sender"], row["line"]) == (None, "ann@example.com", 1)


@pytest.mark.parametrize(
    ("name", "words"),
    [
        pytest.param("missing", "no such file", id="missing"),
        pytest.param("mail.log/x", "no such file", id="a file for a folder"),
        pytest.param(".", "is a folder", id="a folder"),
    ],
)
def test_bad_logs(log: Path, name: str, words: str, here: Run) -> None:
    done = here("reply", "--log", log.parent / name)
    assert done.stdout == ""
    assert_one_clear_line(done, 3, words)


@pytest.mark.parametrize(
    ("data", "words"),
    [
        pytest.param(b"\x28\xb5\x2f\xfd" + bytes(50), "zstdcat", id="zstd"),
        pytest.param(b"LPKSHHRH" + bytes(50), "journalctl", id="journal"),
        pytest.param(b"PK\x03\x04" + bytes(50), "unzip", id="zip"),
        pytest.param("\ufeffNov 25".encode("utf-16-le"), "iconv", id="UTF-16"),
    ],
)
def test_logs_that_another_program_must_unpack(tmp_path: Path, data: bytes, words: str, here: Run) -> None:
    path = tmp_path / "mail.log"
    path.write_bytes(data)
    done = here("reply", "--log", path)
    assert done.stdout == ""
    assert_one_clear_line(done, 3, words)


def test_a_bad_log_does_not_stop_the_others(log: Path, here: Run) -> None:
    done = here("reply", "--log", log.parent / "missing", log)
    assert len(rows(done.stdout)) == 1
    assert_one_clear_line(done, 3, "no such file")


def test_a_log_of_something_else(tmp_path: Path, here: Run) -> None:
    path = tmp_path / "auth.log"
    path.write_text("Nov 25 10:00:00 mx sshd[1]: Accepted publickey for joe\n")
    done = here("reply", "--log", path)
    assert done.stdout == ""
    assert_one_clear_line(done, 0, "tells of no attempt")


@pytest.mark.parametrize(
    ("words", "said"),
    [
        pytest.param([""], "reply 1 is empty; give its words", id="empty"),
        pytest.param(["README.md"], "`mailkit reply --log README.md` reads a log", id="file"),
    ],
)
def test_an_argument_that_is_no_reply_is_not_answered(words: list[str], said: str, here: Run) -> None:
    done = here("reply", *words)
    assert done.stdout == ""
    assert_one_clear_line(done, 3, said)


def test_standard_input_without_a_reply() -> None:
    assert_one_clear_line(command("reply", "-"), 0, "-: holds no reply")


def test_a_log_of_deliveries_alone_says_that_there_is_more(tmp_path: Path, here: Run) -> None:
    path = tmp_path / "mail.log"
    path.write_text(f"{SENT}\n")
    assert_one_clear_line(here("reply", "--log", path), 0, "no attempt that did not deliver; --all shows the others")
    assert len(rows(here("reply", "--all", "--log", path).stdout)) == 1


def test_standard_input_that_is_closed() -> None:
    assert_one_clear_line(shell('"$@" <&-', "reply", "--log", "-"), 3, "standard input is closed")


def test_a_line_without_end(tmp_path: Path, here: Run) -> None:
    path = tmp_path / "mail.log"
    path.write_bytes(b"x" * 3_000_000 + b"\n" + LINE.encode() + b"\n")
    (row,) = rows(here("reply", "--log", path).stdout)
    assert (row["line"], row["outcome"]) == (2, "bounced")


@pytest.mark.parametrize(
    ("words", "code"),
    [
        pytest.param(["--fail-on", "hard"], 1, id="an advice that is met"),
        pytest.param(["--fail-on", "bounced"], 1, id="an outcome that is met"),
        pytest.param(["--fail-on", "block"], 0, id="an advice that is not"),
        pytest.param(["--fail-on", "rejected"], 0, id="an outcome that is not shown"),
        pytest.param(["--all", "--fail-on", "rejected"], 1, id="an outcome that is shown"),
    ],
)
def test_fail_on(log: Path, words: list[str], code: int, here: Run) -> None:
    assert here("reply", "--log", log, *words).returncode == code


@pytest.mark.parametrize(
    ("words", "said"),
    [
        pytest.param([], "give a reply", id="nothing"),
        pytest.param(["550", "--year", "26"], "is not a year", id="year"),
        pytest.param(["550", "--year", "x"], "is not a year", id="no year"),
        pytest.param(["550", "--zone", "Nowhere/Land"], "no time zone", id="zone"),
        pytest.param(["550", "--zone", "../../etc/passwd"], "no time zone", id="a path for a zone"),
        pytest.param(["550", "--log-form", "lotus"], "invalid choice", id="form"),
        pytest.param(["550", "--fail-on", "sent"], "invalid choice", id="fail-on"),
    ],
)
def test_usage(words: list[str], said: str, here: Run) -> None:
    done = here("reply", *words)
    assert done.returncode == 2
    assert said in done.stderr
    assert "Traceback" not in done.stderr


def test_own_rules(tmp_path: Path, here: Run) -> None:
    path = tmp_path / "own.toml"
    path.write_text(
        '[[rule]]\nid = "own.1"\nany = ["purple haze"]\nstatus = ["4.2.1", "5.2.1"]\nreason = "disabled"\n'
        'source = "own"\nsample = "550 purple haze"\n'
    )
    (row,) = rows(here("reply", "550 Purple Haze", "--rules", path).stdout)
    assert (row["verdict"]["reason"], row["verdict"]["rule"]) == ("disabled", "own.1")


def test_a_form_that_is_given(log: Path, here: Run) -> None:
    assert rows(here("reply", "--log", log, "--log-form", "postfix").stdout)
    assert here("reply", "--log", log, "--log-form", "exim").stdout == ""


@pytest.mark.parametrize("form", BY_NAME)
def test_every_form_is_named_in_the_documents(form: str) -> None:
    assert f"`{form}`" in (ROOT / "docs" / "logs.md").read_text("utf-8")


def test_the_table(log: Path, here: Run) -> None:
    done = here("reply", "--format", "table", "--log", log, "--all")
    lines = done.stdout.splitlines()
    assert lines[0].split() == [
        "where",
        "outcome",
        "recipient",
        "status",
        "reason",
        "advice",
        "what",
        "the",
        "server",
        "said",
    ]
    assert lines[1].split()[:4] == [f"{log}:1", "sent", "joe@example.org", "2.0.0"]
    assert lines[2].split()[:6] == [f"{log}:2", "bounced", "joe@example.org", "5.1.1", "bad-mailbox", "hard"]
    assert "User unknown" in lines[2]


def test_the_grounds(log: Path, here: Run) -> None:
    out = here("reply", "--format", "table", "--explain", "--log", log).stdout
    assert f"{log}:2 (postfix): bounced" in out
    assert "5.1.1 bad-mailbox, advice hard" in out
    assert "decided by diagnostic (stated)" in out
    assert "words 'User unknown'" in out
    assert "decided: names a cause" in out


def test_the_grounds_as_json(here: Run) -> None:
    (row,) = rows(here("reply", "550 5.1.1 gr\u00fcn User unknown", "--explain").stdout)
    assert row["verdict"]["weighed"][0]["outcome"].startswith("decided")
    assert row["verdict"]["weighed"][0]["evidence"] == {"what": "550 5.1.1", "offset": 0, "length": 9}
    assert {"what": "User unknown", "offset": 16, "length": 12} in [
        one["evidence"] for one in row["verdict"]["weighed"]
    ]


def test_one_value_of_json(here: Run) -> None:
    assert json.loads(here("reply", "550 x", "--format", "json").stdout)["form"] == "reply"
    assert len(json.loads(here("reply", "550 x", "451 y", "--format", "json").stdout)) == 2


def test_answers_fit_their_schema(here: Run) -> None:
    schema = json.loads(here("schema", "reply").stdout)
    assert schema["$ref"] == "#/$defs/Attempt"
    for words in (["--log", *LOGS.glob("*.log"), "--all"], ["550 5.1.1 x", "--explain"]):
        for row in rows(here("reply", *words).stdout):
            assert list(faults(row, schema, schema)) == [], row


def test_the_keys_of_the_contract() -> None:
    assert set(Attempt.__struct_fields__) == {
        *("v", "source", "line", "form", "time", "stamp", "outcome", "action", "queue_id", "sender", "recipient"),
        *("original_recipient", "relay", "relay_ip", "reply", "dsn", "delay_seconds", "verdict"),
    }
    assert Attempt.__struct_config__.frozen
    assert issubclass(Attempt, msgspec.Struct)


EVIL = LINE.replace("User unknown", "\x1b[31m\x9b2J\u202euser\x07 unknown").replace("joe@", "jo\x1b]0;e@")


@pytest.mark.parametrize("words", [[], ["--explain"]], ids=["table", "explained"])
def test_no_control_character_reaches_the_terminal(tmp_path: Path, words: list[str], here: Run) -> None:
    path = tmp_path / "a\x1b[31m.log"
    path.write_text(EVIL + "\n")
    out = here("reply", "--format", "table", "--log", path, *words).stdout
    assert "unknown" in out
    assert CONTROLS.findall(out) == []


def test_a_terminal(log: Path) -> None:
    out = on_a_terminal("reply", "--log", log, columns=140)
    assert "bad-mailbox" in out
    assert "\x1b[31m" in out


def test_answers_come_as_the_lines_do() -> None:
    """Nothing waits for the end of a log: `tail -f mail.log | mailkit reply --log -`."""
    with subprocess.Popen(
        [sys.executable, "-m", "mailkit", "reply", "--log", "-"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        cwd=ROOT,
    ) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        process.stdin.write(LINE.encode() + b"\n")
        process.stdin.flush()
        assert json.loads(process.stdout.readline())["outcome"] == "bounced"
        process.stdin.close()
    assert process.returncode == 0
