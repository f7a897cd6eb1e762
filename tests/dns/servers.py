"""Real DNS servers on loopback: started for a test, ready when they answer, ended by their process ids."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import dns.exception
import dns.message
import dns.query
import pytest

READY_SECONDS = 5.0


def free_port() -> int:
    """Give a port that is free for UDP and TCP."""
    with socket.socket() as tcp, socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as udp:
        tcp.bind(("127.0.0.1", 0))
        udp.bind(tcp.getsockname())
        port: int = tcp.getsockname()[1]
        return port


@contextmanager
def started(port: int, program: str, *words: str, zone: str) -> Iterator[int]:
    """Start a server in the foreground, wait until it answers for a zone, and end it by its id; give that."""
    path = shutil.which(program, path=os.environ.get("PATH", "") + ":/usr/sbin")
    if path is None:
        pytest.skip(f"{program} is not installed")
    server = subprocess.Popen([path, *words], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        ends = time.monotonic() + READY_SECONDS
        while not _answers(port, zone):
            assert server.poll() is None, f"{program} has ended"
            assert time.monotonic() < ends, f"{program} is not ready"
        yield server.pid
    finally:
        server.terminate()
        server.wait(READY_SECONDS)


def _answers(port: int, zone: str) -> bool:
    try:
        dns.query.udp(dns.message.make_query(zone, "SOA"), "127.0.0.1", timeout=0.1, port=port)
    except (dns.exception.Timeout, OSError):
        time.sleep(0.02)
        return False
    return True


@contextmanager
def nsd_of(corpus: Path, folder: Path, zones: Mapping[str, str]) -> Iterator[int]:
    """Serve the zones of the corpus, and others, with NSD; give the port. Its configuration is the corpus's own."""
    port = free_port()
    shutil.copytree(corpus / "zones", folder / "zones")
    (folder / "run").mkdir()
    text = (corpus / "nsd5300.conf").read_text().replace("@5300", f"@{port}").replace("./", f"{folder}/")
    for name, zone in zones.items():
        (folder / "zones" / name).write_text(zone)
        text += f'zone:\n  name: "{name}"\n  zonefile: "{name}"\n'
    (folder / "nsd.conf").write_text(text)
    with started(port, "nsd", "-d", "-c", str(folder / "nsd.conf"), zone="mail.test"):
        yield port


@contextmanager
def unbound_of(corpus: Path, folder: Path, nsd: int, more: str = "") -> Iterator[int]:
    """Ask NSD through Unbound, as a mail server does; give the port. `more` is added to its configuration."""
    port = free_port()
    text = (corpus / "unbound.conf").read_text().replace("5302", str(port)).replace("@5300", f"@{nsd}")
    text = text.replace('"./run"', f'"{folder}"').replace("./run/", f"{folder}/") + more
    (folder / "unbound.conf").write_text(text)
    with started(port, "unbound", "-d", "-c", str(folder / "unbound.conf"), zone="mail.test"):
        yield port
