"""``mailkit ingest --files`` and ``--webhook``: what lies there already, and what a provider has posted."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from mailkit import parse
from mailkit.adapters.result import arrived
from mailkit.ledger import Ledger
from tests.adapters.bounces import bounces
from tests.cli.running import command

NOW = 1_795_000_000
RECEIVED = b"Received: from a.test by b.test; Tue, 3 Mar 2026 10:00:00 +0100\n"
OLDER = b"Received: from c.test by a.test; Tue, 3 Mar 2026 08:00:00 +0000\n"
DATE = b"Date: Mon, 2 Mar 2026 00:00:00 +0000\n"


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        pytest.param(RECEIVED + OLDER + DATE, "2026-03-03T09:00:00", id="first received"),
        pytest.param(DATE, "2026-03-02T00:00:00", id="date"),
        pytest.param(b"Received: from a by b\n" + DATE, "2026-03-02T00:00:00", id="received without a date"),
        pytest.param(b"", "2026-11-18T11:06:40", id="neither"),
        pytest.param(b"Date: Mon, 2 Mar 2099 00:00:00 +0000\n", "2026-11-18T11:06:40", id="to come"),
        pytest.param(b"Date: Mon, 2 Mar 1901 00:00:00 +0000\n", "1970-01-01T00:00:00", id="before all time"),
    ],
)
def test_when_it_came(header: bytes, expected: str) -> None:
    at = arrived(parse(header + b"Subject: x\n\n"), NOW)
    assert datetime.fromtimestamp(at, UTC).strftime("%Y-%m-%dT%H:%M:%S") == expected


def test_an_mbox_and_a_folder(tmp_path: Path) -> None:
    found = [data for data, _ in bounces(12)]
    box, folder, ledger = tmp_path / "box", tmp_path / "folder", tmp_path / "db"
    box.write_bytes(b"".join(b"From a@x.test Sat Jan  3 01:02:03 2026\n" + data + b"\n" for data in found[:8]))
    folder.mkdir()
    for number, data in enumerate(found[8:]):
        (folder / f"{number}.eml").write_bytes(data)
    words = ("ingest", "--ledger", ledger, "--list", "news", "--files", box, folder)
    first, again = command(*words), command(*words)
    assert [json.loads(line)["outcome"] for line in first.stdout.splitlines()] == ["counted"] * 12
    assert {json.loads(line)["outcome"] for line in again.stdout.splitlines()} == {"known"}
    assert (first.returncode, again.returncode) == (0, 0)
    assert "12 messages: 12 known; 0 new events" in again.stderr


def test_what_cannot_be_read_is_named(tmp_path: Path) -> None:
    done = command("ingest", "--ledger", tmp_path / "db", "--files", tmp_path / "none")
    assert done.returncode == 3
    assert json.loads(done.stdout)["outcome"] == "failed"


POST = [
    {
        "event": "bounce",
        "email": "joe@x.test",
        "reason": "550 5.1.1 no such user",
        "sg_event_id": "1",
        "timestamp": 1_772_366_400,
    },
    {"event": "open", "email": "sue@x.test", "sg_event_id": "2", "timestamp": 1_772_366_400},
]


def test_a_post(tmp_path: Path) -> None:
    post, ledger = tmp_path / "post.json", tmp_path / "db"
    post.write_text(json.dumps(POST))
    for expected in ("counted", "known"):
        done = command("ingest", "--ledger", ledger, "--list", "news", "--webhook", post)
        assert [json.loads(line)["outcome"] for line in done.stdout.splitlines()] == [expected, "aside"]
    done = command(
        "ingest", "--ledger", ledger, "--webhook", "-", "--provider", "sendgrid", stdin=json.dumps(POST).encode()
    )
    assert done.returncode == 0
    with Ledger(str(ledger)) as one:
        assert {(event.what, event.list, event.at) for event in one.events("joe@x.test")} >= {
            ("hard", "news", 1_772_366_400)
        }
        assert one.events("sue@x.test") == []


@pytest.mark.parametrize(
    "words",
    [["--webhook", "none.json"], ["--webhook", "x", "--provider", "nobody"], ["--files", "x", "--provider", "ses"]],
)
def test_usage(tmp_path: Path, words: list[str]) -> None:
    done = command("ingest", "--ledger", tmp_path / "db", *words)
    assert done.returncode != 0
    assert "Traceback" not in done.stderr
