"""A real Dovecot, from which `mailkit ingest --imap` takes bounces, whatever goes wrong meanwhile."""

from __future__ import annotations

import imaplib
import json
import os
import ssl
import subprocess
import sys
import time
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest

from tests.adapters.bounces import bounces, expected, ids_in
from tests.adapters.servers import Dovecot, dead, dovecot, waits_for
from tests.cli.running import Done
from tests.strategies import ROOT

pytestmark = pytest.mark.slow
PERSON = b"From: ann@example.org\nTo: joe@lists.test\nMessage-ID: <1@example.org>\nSubject: hi\n\nhello\n"


@pytest.fixture
def server() -> Iterator[Dovecot]:
    """Run a Dovecot."""
    with dovecot() as running:
        yield running


def words(server: Dovecot, ledger: Path, *more: str, plain: bool = False) -> list[str]:
    """Give the command."""
    user = server.user.replace("@", "%40")
    url = f"imap://{user}@127.0.0.1:{server.port}" if plain else f"imaps://{user}@127.0.0.1:{server.tls}/INBOX"
    named = ["--ca-file", str(server.certificate), "--list", "news@lists.test", "--ledger", str(ledger)]
    return [sys.executable, "-m", "mailkit", "ingest", "--imap", url, *named, *more]


def environment(server: Dovecot) -> dict[str, str]:
    return {**os.environ, "MAILKIT_IMAP_PASSWORD": server.password, "PYTHONPATH": str(ROOT)}


def once(server: Dovecot, ledger: Path, *more: str, plain: bool = False) -> Done:
    """Take what is there."""
    return subprocess.run(
        words(server, ledger, "--once", *more, plain=plain),
        env=environment(server),
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )


def told(done: Done) -> list[dict[str, object]]:
    assert "Traceback" not in done.stderr, done.stderr
    return [json.loads(line) for line in done.stdout.splitlines()]


def fill(server: Dovecot, count: int) -> None:
    for number, (data, _) in enumerate(bounces(count)):
        server.deliver(number, data)


def flags(server: Dovecot) -> list[str]:
    """Give the flags of all messages, as another client sees them."""
    context = ssl.create_default_context(cafile=str(server.certificate))
    with imaplib.IMAP4_SSL("127.0.0.1", server.tls, ssl_context=context, timeout=30) as client:
        client.authenticate("PLAIN", lambda _: f"\0{server.user}\0{server.password}".encode())
        client.select("INBOX", readonly=True)
        _, lines = client.fetch("1:*", "(FLAGS)")
        return sorted(line.decode().partition("FLAGS ")[2] for line in lines if isinstance(line, bytes))


@pytest.mark.parametrize("plain", [False, True], ids=["imaps", "STARTTLS"])
def test_all_is_taken_once_and_marked_and_left(plain: bool, server: Dovecot, tmp_path: Path) -> None:  # noqa: FBT001 - a case
    ledger = tmp_path / "db"
    fill(server, 30)
    server.deliver(99, PERSON)
    first = told(once(server, ledger, "--quarantine", str(tmp_path / "aside"), plain=plain))
    assert [one["outcome"] for one in first] == ["counted"] * 30 + ["aside"]
    assert first[0]["at"] == "2025-11-26T09:40:00+00:00"  # what the Maildir says, as INTERNALDATE
    assert ids_in(ledger) == expected(30)
    assert len([*(tmp_path / "aside").glob("*.eml")]) == 1
    assert [one.count("$MailkitSeen") for one in flags(server)] == [1] * 31
    assert not any("Seen" in one.replace("$MailkitSeen", "") for one in flags(server))
    assert told(once(server, ledger, plain=plain)) == []


def test_what_is_safe_is_deleted_when_that_is_asked_for(server: Dovecot, tmp_path: Path) -> None:
    fill(server, 3)
    server.deliver(99, PERSON)
    assert len(told(once(server, tmp_path / "db", "--expunge"))) == 4
    assert len(flags(server)) == 1  # of the person's mail there is no other copy


def test_a_large_message_is_cut(server: Dovecot, tmp_path: Path) -> None:
    (data, ids), *_ = bounces(1)
    server.deliver(0, data + b"x" * 70 + b"\n" + b"y" * 500_000)
    (one,) = told(once(server, tmp_path / "db", "--max-bytes", str(len(data) + 200), "--expunge"))
    assert one["outcome"] == "counted"
    assert "read are the first" in str(one["why"])
    assert ids_in(tmp_path / "db") == ids
    assert len(flags(server)) == 1


def test_uids_that_are_new_ones(server: Dovecot, tmp_path: Path) -> None:
    ledger, state = tmp_path / "db", tmp_path / "state"
    fill(server, 10)
    assert len(told(once(server, ledger, "--state", str(state)))) == 10
    before = json.loads(state.read_text())
    server.stop()
    for path in (server.work / "mail").glob("dovecot*"):  # all that it knows of the Maildir, keywords included
        path.unlink()
    for path in (server.work / "mail" / "cur").iterdir():
        path.rename(server.work / "mail" / "new" / path.name.partition(":")[0])
    time.sleep(1.1)  # a UIDVALIDITY is a time
    server.start()
    again = told(once(server, ledger, "--state", str(state)))
    assert [one["outcome"] for one in again] == ["known"] * 10
    assert json.loads(state.read_text())["uidvalidity"] != before["uidvalidity"]
    assert ids_in(ledger) == expected(10)


def _told_more_than(log: Path, least: int) -> bool:
    return log.read_bytes().count(b'"outcome"') > least


def test_the_server_is_killed_in_the_middle(server: Dovecot, tmp_path: Path) -> None:
    ledger, log, count = tmp_path / "db", tmp_path / "log", 200
    fill(server, count)
    with log.open("wb") as out:
        process = subprocess.Popen(
            words(server, ledger, "--interval", "0.2", "--format", "jsonl"),
            env=environment(server),
            stdout=out,
            stderr=out,
        )
    try:
        for least in (count // 5, count * 3 // 5):
            waits_for("some messages", partial(_told_more_than, log, least))
            server.stop()
            time.sleep(0.3)
            server.start()
        waits_for("the rest", lambda: ids_in(ledger) == expected(count))
        process.terminate()
        assert process.wait(30) == 0
    finally:
        dead(process)
    said = log.read_text()
    assert "again in" in said
    assert "Traceback" not in said
    assert told(once(server, ledger)) == []


def test_the_client_is_killed_in_the_middle(server: Dovecot, tmp_path: Path) -> None:
    ledger, count, turns = tmp_path / "db", 200, 0
    fill(server, count)
    while not ledger.exists() or ids_in(ledger) != expected(count):
        turns += 1
        assert turns < 60
        process = subprocess.Popen(
            words(server, ledger, "--once"),
            env=environment(server),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        time.sleep(0.7 + turns * 0.05)
        dead(process)
    assert turns > 1
    assert {one["outcome"] for one in told(once(server, ledger))} <= {"known"}
    assert ids_in(ledger) == expected(count)


@pytest.mark.parametrize(
    ("more", "said"),
    [
        pytest.param({"ca": False}, "certificate", id="a certificate that nobody vouches for"),
        pytest.param({"password": "wrong"}, "uthentication", id="a wrong password"),
        pytest.param({"folder": "Nowhere"}, "cannot be opened", id="no such folder"),
        pytest.param({"port": 9}, "refused", id="nobody there"),
    ],
)
def test_faults_are_one_line(more: dict[str, object], said: str, server: Dovecot, tmp_path: Path) -> None:
    given = words(server, tmp_path / "db", "--once")
    if more.get("ca") is False:
        del given[given.index("--ca-file") : given.index("--ca-file") + 2]
    given = [word.replace("INBOX", str(more.get("folder", "INBOX"))) for word in given]
    given = [word.replace(f":{server.tls}/", f":{more.get('port', server.tls)}/") for word in given]
    here = {**environment(server), "MAILKIT_IMAP_PASSWORD": str(more.get("password", server.password))}
    done = subprocess.run(given, env=here, capture_output=True, text=True, check=False, timeout=60)
    assert done.returncode == 2, done.stderr
    (last,) = done.stderr.splitlines()
    assert said in last
    assert last.startswith("mailkit: imaps://joe@lists.test@127.0.0.1")
