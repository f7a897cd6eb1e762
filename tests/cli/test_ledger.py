"""``mailkit ledger``, run as its users run it."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from mailkit.ledger import Event, Ledger, event_id
from tests.cli.running import command

NOON = 1_772_366_400  # 2026-03-01 12:00
DAY = 86_400


@pytest.fixture
def ledger(tmp_path: Path) -> Path:
    """Give a ledger in which one address is suppressed and one has points."""
    path = tmp_path / "ledger.db"
    detail = json.dumps({"recipient": {"diagnostic": "550 5.1.1 no such user"}})
    with Ledger(str(path)) as one:
        one.record(
            Event(
                id=event_id(str(n), address),
                list="news",
                address=address,
                at=NOON + n * DAY,
                what="hard",
                status="5.1.1",
                reason="bad-mailbox",
                detail=detail,
            )
            for n in range(5)
            for address in (("joe@x.test", "sue@x.test") if n < 2 else ("joe@x.test",))
        )
    return path


def rows(text: str) -> list[dict[str, object]]:
    """Read JSON lines."""
    return [json.loads(line) for line in text.splitlines()]


def test_show(ledger: Path) -> None:
    done = command("ledger", "show", "--ledger", ledger, "--today", "2026-03-06")
    assert [(row["address"], row["state"], row["score"]) for row in rows(done.stdout)] == [
        ("joe@x.test", "suppressed", 5.0),
        ("sue@x.test", "active", 2.0),
    ]
    one = command(
        "ledger", "show", "--ledger", ledger, "--today", "2026-03-06", "--state", "active", "--format", "table"
    )
    assert one.stdout.splitlines() == [
        "list  address     state   score  since  until  cause  due",
        "news  sue@x.test  active  2",
    ]
    assert rows(command("ledger", "show", "JOE@x.test", "--ledger", ledger).stdout)[0]["address"] == "joe@x.test"


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        pytest.param([], ["joe@x.test"], id="suppressed"),
        pytest.param(["--due", "warn"], ["joe@x.test"], id="to-warn"),
        pytest.param(["--due", "remove"], [], id="to-remove"),
        pytest.param(["--due", "remove", "--today", "2026-04-01"], [], id="to-remove-was-never-told"),
        pytest.param(["--policy", "esp"], ["joe@x.test", "sue@x.test"], id="another-policy"),
        pytest.param(["--list", "chat"], [], id="another-list"),
        pytest.param(["--today", "2026-03-04"], [], id="as-of-a-day"),
    ],
)
def test_drop(ledger: Path, words: list[str], expected: list[str]) -> None:
    base = [] if "--today" in words else ["--today", "2026-03-06"]
    done = command("ledger", "drop", "--ledger", ledger, "--format", "addresses", *base, *words)
    assert (done.stdout.split(), done.returncode) == (expected, 0)


def test_an_unknown_list_is_said(ledger: Path) -> None:
    done = command("ledger", "drop", "--ledger", ledger, "--list", "newz")
    assert (done.stdout, done.returncode) == ("", 0)
    assert "knows no list newz; it knows news" in done.stderr
    assert command("ledger", "lists", "--ledger", ledger).stdout == "news\n"


@pytest.mark.parametrize(("word", "state"), [("release", "released"), ("suppress", "suppressed")])
def test_an_act_without_a_list(ledger: Path, word: str, state: str) -> None:
    """What releases finds the lists of the address; what suppresses holds for all."""
    done = command("ledger", word, "joe@x.test", "--ledger", ledger)
    assert done.stdout == f"joe@x.test: {word} in {'news' if word == 'release' else 'all lists'}\n"
    rows_ = rows(command("ledger", "show", "joe@x.test", "--list", "news", "--ledger", ledger).stdout)
    assert state in {row["state"] for row in rows_}
    dropped = command(
        "ledger", "drop", "--list", "news", "--today", "2099-01-01", "--ledger", ledger, "--format", "addresses"
    )
    assert dropped.stdout.split() == (["joe@x.test"] if word == "suppress" else [])
    nobody = command("ledger", "release", "ann@x.test", "--ledger", ledger)
    assert nobody.returncode != 0
    assert "nothing is known of ann@x.test" in nobody.stderr


def test_policy_file(ledger: Path, tmp_path: Path) -> None:
    policy = tmp_path / "policy.toml"
    policy.write_text('preset = "list"\nthreshold = 2\n')
    done = command(
        "ledger", "drop", "--ledger", ledger, "--policy", policy, "--today", "2026-03-06", "--format", "addresses"
    )
    assert done.stdout.split() == ["joe@x.test", "sue@x.test"]
    policy.write_text("treshold = 2\n")
    done = command("ledger", "drop", "--ledger", ledger, "--policy", policy)
    assert done.returncode == 2
    assert "treshold" in done.stderr
    assert "threshold" in done.stderr


def test_policy_of_the_ledger(ledger: Path) -> None:
    assert json.loads(command("ledger", "policy", "--ledger", ledger).stdout)["threshold"] == 5.0
    assert json.loads(command("ledger", "policy", "esp", "--ledger", ledger).stdout)["threshold"] == 1.0
    done = command("ledger", "drop", "--ledger", ledger, "--today", "2026-03-06", "--format", "addresses")
    assert done.stdout.split() == ["joe@x.test", "sue@x.test"]


def test_why(ledger: Path) -> None:
    done = command("ledger", "why", "joe@x.test", "--ledger", ledger, "--today", "2026-03-06", "--format", "table")
    assert done.stdout.count("\n    550 5.1.1 no such user\n") == 5
    (account,) = rows(command("ledger", "why", "joe@x.test", "--ledger", ledger, "--today", "2026-03-06").stdout)
    assert account["standing"]["cause"] == "hard"  # type: ignore[index]
    assert account["events"][0]["detail"]["recipient"]["diagnostic"] == "550 5.1.1 no such user"  # type: ignore[index]
    assert [(step["change"], step["score"], step["state"]) for step in account["course"]][3:] == [  # type: ignore[attr-defined]
        (1.0, 4.0, "active"),
        (1.0, 5.0, "suppressed"),
    ]
    assert "2026-03-05  +1 = 5  suppressed" in done.stdout
    nobody = command("ledger", "why", "ann@x.test", "--ledger", ledger)
    assert nobody.returncode != 0
    assert "nothing is known of ann@x.test" in nobody.stderr


def test_acts(ledger: Path) -> None:
    def state() -> tuple[object, object]:
        (row,) = rows(command("ledger", "show", "joe@x.test", "--ledger", ledger).stdout)
        return row["state"], row["cause"]

    for word, expected in (
        ("release", ("released", None)),
        ("complaint", ("suppressed", "complaint")),
    ):
        assert (
            command("ledger", word, "joe@x.test", "--list", "news", "--ledger", ledger, "--why", "asked").returncode
            == 0
        )
        assert state() == expected
    assert '"asked"' in command("ledger", "why", "joe@x.test", "--ledger", ledger).stdout


def test_suppress_makes_a_ledger(tmp_path: Path) -> None:
    path = tmp_path / "new.db"
    assert command("ledger", "suppress", "joe@x.test", "--ledger", path).returncode == 0
    assert command("ledger", "drop", "--ledger", path, "--format", "addresses").stdout == "joe@x.test\n"


def test_delivered(ledger: Path) -> None:
    sent = b"joe@x.test\n\nSue@x.test\n"
    for _ in range(2):
        assert command("ledger", "delivered", "-", "--list", "news", "--ledger", ledger, stdin=sent).returncode == 0
    with Ledger(str(ledger)) as one:
        today = datetime.now(UTC).date()
        days = [datetime.fromtimestamp(e.at, UTC).date() for e in one.events("sue@x.test") if e.what == "delivery"]
    assert days == [today]


def test_delivered_takes_addresses_alone(ledger: Path) -> None:
    done = command("ledger", "delivered", "-", "--ledger", ledger, stdin=b"joe@x.test\nJoe <joe@x.test>\n")
    assert done.returncode != 0
    assert "is no address; nothing was noted" in done.stderr


def test_export_and_import(ledger: Path, tmp_path: Path) -> None:
    folder, other = tmp_path / "out", tmp_path / "other.db"
    done = command("ledger", "export", "csv", "--ledger", ledger, "--today", "2026-03-06", "-o", folder)
    (file,) = folder.iterdir()
    assert done.stdout == f"{file}\n"
    assert command("ledger", "import", file, "--ledger", other).stdout == "1 addresses, 1 of them new\n"
    assert command("ledger", "import", file, "--ledger", other).stdout == "1 addresses, 0 of them new\n"
    assert command("ledger", "export", "ses", "--ledger", other).stdout == "joe@x.test,BOUNCE\r\n"


def test_a_broken_list_is_taken_not_at_all(tmp_path: Path) -> None:
    path = tmp_path / "ledger.db"
    done = command("ledger", "import", "-", "--ledger", path, stdin=b"email\njoe@x.test\noops\n")
    assert done.returncode == 2
    assert "-:3: 'oops' is no address" in done.stderr
    assert not path.exists()


def test_too_many_for_one_file(tmp_path: Path) -> None:
    path = tmp_path / "ledger.db"
    many = "".join(f"u{n}@x.test\n" for n in range(51)).encode()
    command("ledger", "import", "-", "--ledger", path, stdin=many)
    done = command("ledger", "export", "postmark", "--ledger", path)
    assert (done.returncode, done.stdout) == (2, "")
    assert "give -o FOLDER" in done.stderr
    done = command("ledger", "export", "postmark", "--ledger", path, "-o", tmp_path / "out")
    assert [Path(line).name for line in done.stdout.split()] == ["postmark-1.csv", "postmark-2.csv"]


def test_forget_and_prune(ledger: Path) -> None:
    assert command("ledger", "prune", "--ledger", ledger, "--today", "2027-06-01").stdout == "2 events erased\n"
    assert command("ledger", "forget", "JOE@x.test", "--ledger", ledger).stdout == "JOE@x.test: 5 events erased\n"
    assert command("ledger", "show", "--ledger", ledger).stdout == ""


@pytest.mark.parametrize(
    "word", ["show", "drop", "why joe@x.test", "release joe@x.test", "export csv", "prune", "forget a@x.test"]
)
def test_no_ledger_is_made_by_asking(tmp_path: Path, word: str) -> None:
    path = tmp_path / "none.db"
    done = command("ledger", *word.split(), "--ledger", path)
    assert done.returncode == 2
    assert "there is no ledger" in done.stderr
    assert not path.exists()


@pytest.mark.parametrize(
    "words",
    [
        ["why", "joe"],
        ["export", "excel"],
        ["show", "--today", "yesterday"],
        ["drop", "--policy", "no-such"],
        ["dropp"],
        [],
    ],
)
def test_usage(words: list[str]) -> None:
    done = command("ledger", *words)
    assert done.returncode == 2
    assert done.stdout == ""
    assert "Traceback" not in done.stderr


def test_letters_of_a_list_do_not_differ(ledger: Path) -> None:
    assert command("ledger", "release", "joe@x.test", "--list", "NEWS", "--ledger", ledger).returncode == 0
    assert [
        (row["list"], row["state"]) for row in rows(command("ledger", "show", "joe@x.test", "--ledger", ledger).stdout)
    ] == [("news", "released")]


def test_an_address_takes_one_line_and_commands_no_terminal(tmp_path: Path) -> None:
    path = tmp_path / "ledger.db"
    with Ledger(str(path)) as one:
        one.record([Event(id="1", address="x\nvictim@y\x1b[31m", at=NOON, what="suppress")])
    done = command("ledger", "drop", "--format", "addresses", "--ledger", path)
    assert done.stdout == "x victim@y\ufffd[31m\n"


def test_a_day_before_all_events(ledger: Path) -> None:
    done = command("ledger", "why", "joe@x.test", "--today", "2020-01-01", "--ledger", ledger)
    assert (done.returncode, "nothing is known of joe@x.test" in done.stderr) == (2, True)


@pytest.mark.parametrize(("days", "code"), [("99999999", 0), ("0", 2), ("-5", 2), ("x", 2)])
def test_prune_takes_days_that_there_are(ledger: Path, days: str, code: int) -> None:
    assert command("ledger", "prune", "--days", days, "--ledger", ledger).returncode == code
