"""A PostgreSQL cluster of the test's own: on loopback, on a free port, in a temporary folder, stopped by its pid."""

from __future__ import annotations

import contextlib
import os
import pwd
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

_PLACES = ("/usr/lib/postgresql/*/bin", "/usr/local/bin", "/usr/bin")
WAIT_SECONDS = 30.0


def _tool(name: str) -> str:
    """Find a program of PostgreSQL; Debian keeps them out of the path."""
    found = [str(path) for place in _PLACES for path in Path("/").glob(f"{place[1:]}/{name}")]
    if not found:
        pytest.skip(f"{name} of PostgreSQL is not installed (Debian: postgresql)")
    return found[0]


def free_port() -> int:
    """Give a port of loopback that nobody has."""
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        port: int = one.getsockname()[1]
        return port


class Cluster:
    """A server that may be stopped and started again."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.port = folder, free_port()
        self._user = "postgres" if os.geteuid() == 0 else pwd.getpwuid(os.geteuid()).pw_name
        if os.geteuid() == 0:  # the server refuses to run as root
            folder.chmod(0o755)
            shutil.chown(folder, "postgres")
        self._run(
            _tool("initdb"),
            "-D",
            str(folder / "data"),
            "-U",
            "mailkit",
            "-A",
            "trust",
            "-N",
            "-E",
            "UTF8",
            "--locale=C.UTF-8",
        )
        self._server: subprocess.Popen[bytes] | None = None
        self.start()

    @property
    def url(self) -> str:
        """Give the URL of an empty database."""
        return f"postgresql+psycopg://mailkit@127.0.0.1:{self.port}/postgres"

    def _run(self, *words: str) -> None:
        user = self._user if os.geteuid() == 0 else None
        subprocess.run(words, cwd=self.folder, user=user, check=True, capture_output=True, timeout=120)

    def start(self) -> None:
        """Start the server and wait for it."""
        words = [
            _tool("postgres"),
            "-D",
            str(self.folder / "data"),
            "-p",
            str(self.port),
            "-k",
            "",
            "-c",
            "listen_addresses=127.0.0.1",
        ]
        user = self._user if os.geteuid() == 0 else None
        with (self.folder / "log").open("ab") as log:
            self._server = subprocess.Popen(words, cwd=self.folder, user=user, stdout=log, stderr=log)
        end = time.monotonic() + WAIT_SECONDS
        while time.monotonic() < end:
            with contextlib.suppress(subprocess.CalledProcessError):
                self._run(_tool("pg_isready"), "-h", "127.0.0.1", "-p", str(self.port))
                return
            time.sleep(0.1)
        message = (self.folder / "log").read_text(errors="replace")[-2_000:]
        raise TimeoutError(message)

    def stop(self) -> None:
        """Stop it at once, by its pid."""
        if self._server is not None:
            self._server.send_signal(signal.SIGINT)
            self._server.wait(WAIT_SECONDS)
            self._server = None


@contextlib.contextmanager
def cluster() -> Iterator[Cluster]:
    """Run a cluster as long as it is asked for."""
    folder = Path(tempfile.mkdtemp(prefix="mailkit-postgres-"))
    running: Cluster | None = None
    try:
        running = Cluster(folder)
        yield running
    finally:
        if running is not None:
            running.stop()
        shutil.rmtree(folder, ignore_errors=True)


@contextlib.contextmanager
def postgres_url() -> Iterator[str]:
    """Give the URL of an empty database of a cluster of its own."""
    with cluster() as running:
        yield running.url
