"""A real Postfix that delivers to `mailkit ingest --lmtp`, whatever goes wrong meanwhile."""

from __future__ import annotations

import contextlib
import json
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.adapters import killed
from tests.adapters.bounces import bounces, expected, ids_at, ids_in
from tests.adapters.servers import Postfix, dead, open_folder, postfix, waits_for
from tests.servers_sql import cluster, free_port
from tests.strategies import ROOT

pytestmark = pytest.mark.slow
PLAIN = [sys.executable, "-m", "mailkit"]


@pytest.fixture
def folder() -> Iterator[Path]:
    """Give a folder that Postfix may enter."""
    with open_folder("lmtp") as path:
        yield path


@contextlib.contextmanager
def serving(place: str, ledger: str, command: list[str], log: Path, *more: str) -> Iterator[subprocess.Popen[bytes]]:
    """Run the server until it is not needed any more, or is dead."""
    words = [*command, "ingest", "--lmtp", place, "--ledger", ledger, "--list", "news@lists.test", *more]
    before = log.read_text().count("listening") if log.exists() else 0
    with log.open("ab") as out:
        server = subprocess.Popen([*words, "--format", "jsonl"], cwd=ROOT, stdout=out, stderr=out)
    try:
        waits_for("the server", lambda: log.read_text().count("listening") > before or server.poll() is not None)
        yield server
    finally:
        dead(server)


def answers(log: Path) -> list[dict[str, object]]:
    """Give what the server told of each message."""
    return [json.loads(line) for line in log.read_text().splitlines() if line.startswith("{")]


def send(server: Postfix, count: int) -> None:
    server.send(*((data, f"news-bounces-{number}@lists.test") for number, (data, _) in enumerate(bounces(count))))


@pytest.mark.parametrize("kind", ["inet", "unix"])
def test_three_hundred(kind: str, folder: Path) -> None:
    ledger, log, path = folder / "db", folder / "log", folder / "lmtp"
    place = f"127.0.0.1:{free_port()}" if kind == "inet" else f"unix:{path}"
    with (
        serving(place, str(ledger), PLAIN, log) as process,
        postfix(f"lmtp:{'inet:' if kind == 'inet' else ''}{place}") as server,
    ):
        send(server, 300)
        server.settle()
        assert (server.waiting(), server.count("sent")) == (0, 300), server.said()[-3_000:]
        process.send_signal(signal.SIGTERM)
        assert process.wait(30) == 0
    assert ids_in(ledger) == expected(300)
    assert [one["outcome"] for one in answers(log)] == ["counted"] * 300
    assert "300 messages: 300 counted" in log.read_text()
    assert not path.exists()


@pytest.mark.parametrize("point", ["before", "during", "after"])
def test_killed(point: str, folder: Path) -> None:
    ledger, log, place = folder / "db", folder / "log", f"127.0.0.1:{free_port()}"
    environment = {"PYTHONPATH": str(ROOT)}
    (folder / "mortal").mkdir()
    command = killed.make(folder / "mortal", sys.executable, environment)
    mode, count = command.with_name("mode"), 20
    with postfix(f"lmtp:inet:{place}") as server:
        with serving(place, str(ledger), [str(command)], log) as process:
            mode.write_text(f"{point} once")
            send(server, count)
            server.settle()
            assert process.wait(30) == -signal.SIGKILL
        assert server.count("deferred") > 0
        assert server.count("bounced") == 0
        with serving(place, str(ledger), [str(command)], log):
            server.flush()
            assert (server.waiting(), server.count("sent")) == (0, count), server.said()[-3_000:]
    assert ids_in(ledger) == expected(count)


def test_killed_again_and_again(folder: Path) -> None:
    ledger, log, place, count = folder / "db", folder / "log", f"127.0.0.1:{free_port()}", 120
    with postfix(f"lmtp:inet:{place}") as server:
        for turn in range(5):
            with serving(place, str(ledger), PLAIN, log):
                if turn == 0:
                    send(server, count)
                else:
                    server.run("postqueue", "-f")
                time.sleep(0.15 + turn * 0.1)
        with serving(place, str(ledger), PLAIN, log):
            server.flush()
            server.flush()
            assert (server.waiting(), server.count("sent")) == (0, count), server.said()[-3_000:]
        assert server.count("deferred") > 0
        assert server.count("bounced") == 0
    assert ids_in(ledger) == expected(count)


@pytest.mark.parametrize("fault", ["locked", "full", "postgresql"])
def test_a_ledger_that_fails(fault: str, folder: Path) -> None:
    log, place, count = folder / "log", f"127.0.0.1:{free_port()}", 2 if fault == "locked" else 8
    breaks: Callable[[], object]
    heals: Callable[[], object]
    with contextlib.ExitStack() as all_of_it:
        if fault == "postgresql":
            database = all_of_it.enter_context(cluster())
            url, breaks, heals = database.url, database.stop, database.start
        else:
            url, breaks, heals = _sqlite(fault, folder, all_of_it)
        all_of_it.enter_context(serving(place, url, PLAIN, log))
        server = all_of_it.enter_context(postfix(f"lmtp:inet:{place}"))
        first, *rest = [(data, "bounces@lists.test") for data, _ in bounces(count)]
        server.send(first)
        server.settle()
        assert server.count("sent") == 1
        breaks()
        server.send(*rest)
        server.settle()
        assert (server.count("deferred"), server.count("sent")) == (len(rest), 1), server.said()[-3_000:]
        assert "said: 451 4.3.0 not taken" in server.said()
        heals()
        server.flush()
        server.flush()  # the first to ask a server that was away may find a connection that is broken
        assert (server.waiting(), server.count("bounced")) == (0, 0), server.said()[-3_000:]
        assert (ids_at(url) if fault == "postgresql" else ids_in(Path(url))) == expected(count)


def _sqlite(
    fault: str, folder: Path, clean: contextlib.ExitStack
) -> tuple[str, Callable[[], object], Callable[[], object]]:
    """Give a ledger on SQLite, what makes it fail, and what heals it."""
    disk = folder / "disk"
    disk.mkdir()
    if fault == "locked":
        holders: list[sqlite3.Connection] = []

        def lock() -> None:
            holders.append(sqlite3.connect(disk / "db", isolation_level=None))
            holders[0].execute("BEGIN IMMEDIATE")

        def unlock() -> None:
            holders[0].close()

        return str(disk / "db"), lock, unlock
    words = ["/usr/bin/mount", "-t", "tmpfs", "-o", "size=768k", "tmpfs", str(disk)]
    if subprocess.run(words, capture_output=True, check=False).returncode:
        pytest.skip("no tmpfs can be mounted here")
    clean.callback(subprocess.run, ["/usr/bin/umount", str(disk)], check=True, capture_output=True)
    filler = disk / "filler"

    def fill() -> None:
        with contextlib.suppress(OSError), filler.open("wb", buffering=0) as file:
            while file.write(b"x" * 4096):
                pass

    return str(disk / "db"), fill, filler.unlink
