"""A real Postfix that starts `mailkit ingest --pipe` for each message, whatever goes wrong meanwhile."""

from __future__ import annotations

import contextlib
import shutil
import sqlite3
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.adapters import killed
from tests.adapters.bounces import bounces, expected, ids_at, ids_in
from tests.adapters.servers import USER, Postfix, open_folder, postfix, python_of_everybody
from tests.servers_sql import cluster

pytestmark = pytest.mark.slow


@pytest.fixture
def folder() -> Iterator[Path]:
    """Give a folder in which the user of the transport may write."""
    with open_folder("pipe") as path:
        (path / "ledger").mkdir()
        shutil.chown(path / "ledger", USER, "nogroup")
        yield path


def program(folder: Path) -> Path:
    """Make a mailkit that every user may run."""
    found = python_of_everybody()
    if found is None:
        pytest.skip(f"no Python here may be run by {USER} and finds mailkit")
    return killed.command(folder / "plain", [found[0], "-m", "mailkit"], found[1])


def mortal(folder: Path) -> Path:
    """Make one that can be killed."""
    found = python_of_everybody()
    if found is None:
        pytest.skip(f"no Python here may be run by {USER} and finds mailkit")
    (folder / "mortal").mkdir()
    return killed.make(folder / "mortal", *found)


def words(command: Path, ledger: str) -> str:
    """Give the argv of the transport."""
    return f"{command} ingest --pipe --ledger {ledger} --list news@lists.test --recipient ${{recipient}}"


def send(server: Postfix, count: int) -> None:
    server.send(*((data, f"news-bounces-{number}@lists.test") for number, (data, _) in enumerate(bounces(count))))


def test_three_hundred(folder: Path) -> None:
    ledger = folder / "ledger" / "db"
    with postfix("mailkit:", command=words(program(folder), str(ledger))) as server:
        send(server, 300)
        server.settle()
        assert (server.waiting(), server.count("sent")) == (0, 300), server.said()[-3_000:]
    assert ids_in(ledger) == expected(300)


def test_as_an_alias(folder: Path) -> None:
    ledger = folder / "ledger" / "db"
    line = f"{program(folder)} ingest --pipe --ledger {ledger} --list news@lists.test --recipient $RECIPIENT || exit 75"
    with postfix("error:") as server:
        (server.work / "aliases").write_text(f'bounces "|{line}"\n')
        (data, ids), *_ = bounces(1)
        server.send((data, "bounces@alias.test"))
        server.settle()
        assert server.count("sent") == 1, server.said()
    assert ids_in(ledger) == ids


@pytest.mark.parametrize("point", ["before", "during", "after", "random"])
def test_killed(point: str, folder: Path) -> None:
    ledger, command = folder / "ledger" / "db", mortal(folder)
    mode, (first, *rest) = command.with_name("mode"), bounces(13)
    with postfix("mailkit:", command=words(command, str(ledger))) as server:
        server.send((first[0], "bounces@lists.test"))  # makes the tables
        server.settle()
        assert server.count("sent") == 1
        mode.write_text(point)
        server.send(*((data, "bounces@lists.test") for data, _ in rest))
        server.settle()
        deferred = server.count("deferred")
        assert server.waiting() == deferred
        assert deferred > 0
        assert server.count("bounced") == 0
        assert "Command died with signal 9" in server.said()
        if point != "random":
            assert deferred == len(rest)
            assert ids_in(ledger) == (expected(13) if point == "after" else first[1])
        mode.write_text("never")
        server.flush()
        assert (server.waiting(), server.count("sent")) == (0, 13), server.said()[-3_000:]
    assert ids_in(ledger) == expected(13)


def refused_then_cured(server: Postfix, count: int, words_: str, cure: contextlib.ExitStack) -> None:
    """Check that all is deferred while something is wrong, and delivered when it is cured."""
    send(server, count)
    server.settle()
    assert (server.count("deferred"), server.count("sent"), server.count("bounced")) == (count, 0, 0), server.said()
    assert words_ in server.said()
    cure.close()
    server.flush()
    assert (server.waiting(), server.count("sent")) == (0, count), server.said()[-3_000:]


def test_a_locked_database(folder: Path) -> None:
    ledger = folder / "ledger" / "db"
    command = words(program(folder), str(ledger))
    with postfix("mailkit:", command=command) as server, contextlib.ExitStack() as cure:
        server.send((bounces(1)[0][0], "bounces@lists.test"))
        server.settle()
        assert server.count("sent") == 1
        holder = sqlite3.connect(ledger, isolation_level=None)
        cure.callback(holder.close)
        holder.execute("BEGIN IMMEDIATE")
        (data, _), (other, _) = bounces(3)[1:]
        server.send((data, "bounces@lists.test"), (other, "bounces@lists.test"))
        server.settle()
        assert (server.count("deferred"), server.count("sent")) == (2, 1)
        assert "database is locked" in server.said()
        cure.close()
        server.flush()
        assert (server.waiting(), server.count("sent")) == (0, 3)
    assert ids_in(ledger) == expected(3)


def test_a_full_disk(folder: Path) -> None:
    disk = folder / "ledger"
    made = subprocess.run(
        ["/usr/bin/mount", "-t", "tmpfs", "-o", "size=512k", "tmpfs", str(disk)], capture_output=True, check=False
    )
    if made.returncode:
        pytest.skip(f"no tmpfs can be mounted here: {made.stderr.decode()}")
    try:
        shutil.chown(disk, USER, "nogroup")
        filler = disk / "filler"
        with contextlib.suppress(OSError), filler.open("wb", buffering=0) as file:
            while file.write(b"x" * 4096):
                pass
        command = words(program(folder), str(disk / "db"))
        with postfix("mailkit:", command=command) as server, contextlib.ExitStack() as cure:
            cure.callback(filler.unlink)
            refused_then_cured(server, 6, "disk", cure)
        assert ids_in(disk / "db") == expected(6)
    finally:
        subprocess.run(["/usr/bin/umount", str(disk)], check=True, capture_output=True)


def test_postgresql_stopped(folder: Path) -> None:
    with cluster() as database, postfix("mailkit:", command=words(program(folder), database.url)) as server:
        database.stop()
        with contextlib.ExitStack() as cure:
            cure.callback(database.start)
            refused_then_cured(server, 8, "onnection", cure)
        assert ids_at(database.url) == expected(8)


@pytest.mark.parametrize(
    ("script", "status"),
    [
        pytest.param("exit 0", "sent", id="0"),
        pytest.param("exit 75", "deferred", id="75"),
        pytest.param("kill -9 $$", "deferred", id="a signal"),
        pytest.param("exit 1", "bounced", id="1"),
        pytest.param("exit 2", "bounced", id="2"),
        pytest.param("exit 127", "bounced", id="no such command"),
        pytest.param("echo mailkit: 5.1.1; exit 75", "deferred", id="75 with words"),
        pytest.param("echo 5.1.1 gone; exit 75", "bounced", id="75 with words that begin with a code"),
        pytest.param("sleep 9", "bounced", id="longer than command_time_limit"),
    ],
)
def test_what_postfix_makes_of_exit_codes(script: str, status: str, folder: Path) -> None:
    """Why it must be 0 or 75, with words that begin with no code, and soon."""
    path = folder / "script"
    path.write_text(f"#!/bin/sh\ncat >/dev/null\n{script}\n")
    path.chmod(0o755)
    with postfix("mailkit:", command=str(path), more="command_time_limit = 3s") as server:
        server.send((bounces(1)[0][0], "bounces@lists.test"))
        server.settle()
        assert [word for word in ("sent", "deferred", "bounced") if server.count(word)] == [status], server.said()
