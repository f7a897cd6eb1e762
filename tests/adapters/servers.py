"""A Postfix and a Dovecot of the test's own: on loopback, in a temporary folder, on free ports, stopped by their pids."""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import smtplib
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from functools import cache
from pathlib import Path

import pytest

from tests.servers_sql import free_port
from tests.strategies import ROOT

WAIT_SECONDS = 60.0
USER = "nobody"
"""As whom Postfix runs programs: never as root."""
_SITE = os.pathsep.join(path for path in sys.path if path.endswith("site-packages"))
_MAIN = """\
compatibility_level = 3.6
queue_directory = {work}/queue
data_directory = {work}/data
myhostname = mx.lists.test
mydestination = alias.test
inet_interfaces = loopback-only
inet_protocols = ipv4
alias_maps = texthash:{work}/aliases
virtual_alias_maps =
local_recipient_maps =
mynetworks = 127.0.0.0/8
smtpd_relay_restrictions = permit_mynetworks, reject
smtpd_peername_lookup = no
transport_maps = inline:{{ {{ lists.test = {transport} }} }}
default_transport = error:5.7.1 nothing leaves this machine
default_destination_concurrency_failed_cohort_limit = 1000
minimal_backoff_time = 600s
queue_run_delay = 600s
smtputf8_enable = yes
disable_dns_lookups = yes
maillog_file = {work}/log
maillog_file_prefixes = {work}
export_environment = TZ
default_privs = nobody
{more}
"""
_SERVICES = """\
postlog unix-dgram n - n - 1 postlogd
127.0.0.1:{port} inet n - n - - smtpd
pickup unix n - n 60 1 pickup
cleanup unix n - n - 0 cleanup
qmgr unix n - n 300 1 qmgr
rewrite unix - - n - - trivial-rewrite
bounce unix - - n - 0 bounce
defer unix - - n - 0 bounce
trace unix - - n - 0 bounce
error unix - - n - - error
retry unix - - n - - error
local unix - n n - - local
lmtp unix - - n - - lmtp
anvil unix - - n - 1 anvil
mailkit unix - n n - {jobs} pipe
  flags=DRhu user=nobody argv={command}
"""


def waits_for(what: str, is_so: Callable[[], bool], seconds: float = WAIT_SECONDS) -> None:
    """Wait until something is so."""
    ends = time.monotonic() + seconds
    while not is_so():
        assert time.monotonic() < ends, f"{what}: not after {seconds:.0f} seconds"
        time.sleep(0.05)


def _program(name: str, package: str) -> str:
    found = shutil.which(name, path=os.environ.get("PATH", "") + ":/usr/sbin")
    if found is None:
        pytest.skip(f"{name} is not installed (Debian: {package})")
    return found


def _as_root() -> None:
    if os.geteuid():
        pytest.skip("only root may start a mail server: it changes its user")


@cache
def python_of_everybody() -> tuple[str, Mapping[str, str]] | None:
    """Give a Python that every user may run, with what it needs in the environment to find mailkit; None: there is none."""
    for path in (sys.executable, f"/usr/bin/python3.{sys.version_info.minor}"):
        environment = {"PYTHONPATH": os.pathsep.join((str(ROOT), _SITE)), "PYTHONDONTWRITEBYTECODE": "1"}
        with contextlib.suppress(OSError, subprocess.SubprocessError):
            subprocess.run(
                [path, "-c", "import mailkit.ledger.store"],
                user=USER,
                group="nogroup",
                env=environment,
                cwd="/",
                check=True,
                capture_output=True,
                timeout=60,
            )
            return path, environment
    return None


@contextlib.contextmanager
def open_folder(prefix: str) -> Iterator[Path]:
    """Give a temporary folder that every user may enter."""
    folder = Path(tempfile.mkdtemp(prefix=f"mailkit-{prefix}-"))
    folder.chmod(0o755)
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


class Postfix:
    """A Postfix whose mail for lists.test goes to one transport."""

    def __init__(self, work: Path, transport: str, command: str, jobs: int, more: str) -> None:
        self.work, self.conf, self.log = work, work / "conf", work / "log"
        self.port = free_port()
        for folder in (self.conf, work / "queue", work / "data"):
            folder.mkdir()
        shutil.chown(work / "data", "postfix")
        (work / "aliases").write_text("")
        (self.conf / "main.cf").write_text(_MAIN.format(work=work, transport=transport, more=more))
        (self.conf / "master.cf").write_text(_SERVICES.format(command=command, jobs=jobs, port=self.port))

    def run(self, name: str, *words: str) -> str:
        """Run a command of Postfix for this instance."""
        line = [_program(name, "postfix"), "-c", str(self.conf), *words]
        done = subprocess.run(line, check=False, capture_output=True, timeout=60)
        assert done.returncode == 0, (line, done.stderr, self.said())
        return done.stdout.decode("utf-8", "replace")

    def send(self, *messages: tuple[bytes, str]) -> None:
        """Give it messages, with their recipients, from nobody, as bounces are."""
        with smtplib.SMTP("127.0.0.1", self.port, timeout=60) as client:
            for data, recipient in messages:
                assert client.sendmail("", [recipient], data) == {}

    def said(self) -> str:
        """Give its log."""
        return self.log.read_text("utf-8", "replace") if self.log.exists() else ""

    def count(self, status: str) -> int:
        """Count attempts of delivery by what became of them."""
        return self.said().count(f"status={status}")

    def waiting(self) -> int:
        """Count the messages that it has."""
        return sum(
            path.is_file()
            for name in ("incoming", "active", "deferred")
            for path in (self.work / "queue" / name).rglob("*")
        )

    def settle(self) -> None:
        """Wait until every message is delivered, or has been tried."""

        def idle() -> bool:
            queue = self.work / "queue"
            names = ("incoming", "active")
            return not any(path.is_file() for name in names for path in (queue / name).rglob("*"))

        waits_for("an empty active queue", idle, 300)
        time.sleep(0.3)  # until the log is written

    def flush(self) -> None:
        """Let it try again what it keeps, until each message was tried."""
        self.run("postqueue", "-f")
        time.sleep(1.0)
        self.settle()


@contextlib.contextmanager
def postfix(transport: str, *, command: str = "/bin/false", jobs: int = 2, more: str = "") -> Iterator[Postfix]:
    """Run a Postfix; `transport` is where mail for lists.test goes, and `command` what its transport mailkit: runs."""
    _as_root()
    _program("postfix", "postfix")
    with open_folder("postfix") as work:
        server = Postfix(work, transport, command, jobs, more)
        server.run("postfix", "start")
        try:
            yield server
        finally:
            server.run("postfix", "stop")  # by the pid in its own queue


def dead(process: subprocess.Popen[bytes]) -> None:
    """End a process of ours, by its id, at once."""
    if process.poll() is None:
        process.kill()
    process.wait(WAIT_SECONDS)


_DOVECOT = """\
base_dir = {work}/run
state_dir = {work}/run
log_path = {work}/log
protocols = imap
listen = 127.0.0.1
ssl = {ssl}
ssl_cert = <{work}/cert.pem
ssl_key = <{work}/key.pem
disable_plaintext_auth = no
auth_mechanisms = plain login
default_internal_user = dovecot
default_login_user = dovenull
mail_location = maildir:{work}/mail
mail_uid = nobody
mail_gid = nogroup
first_valid_uid = 1
first_valid_gid = 1
maildir_very_dirty_syncs = no
mailbox_list_index = no
service imap-login {{
  inet_listener imap {{
    port = {port}
  }}
  inet_listener imaps {{
    port = {tls}
    ssl = yes
  }}
}}
passdb {{
  driver = static
  args = password={password}
}}
userdb {{
  driver = static
  args = uid=nobody gid=nogroup home={work}
}}
"""


class Dovecot:
    """A Dovecot with one mailbox, a Maildir."""

    user, password = "joe@lists.test", "pass-word-\u00e4"

    def __init__(self, work: Path) -> None:
        self.work, self.port, self.tls = work, free_port(), free_port()
        self.certificate = work / "cert.pem"
        self._program = _program("dovecot", "dovecot-imapd")
        self._server: subprocess.Popen[bytes] | None = None
        (work / "run").mkdir()
        for folder in ("mail", "mail/new", "mail/cur", "mail/tmp"):
            (work / folder).mkdir()
            shutil.chown(work / folder, USER, "nogroup")
        _certify(work)
        (work / "conf").write_text(
            _DOVECOT.format(work=work, port=self.port, tls=self.tls, password=self.password, ssl="yes")
        )

    def start(self) -> None:
        """Start it and wait for it."""
        words = [self._program, "-F", "-c", str(self.work / "conf")]
        self._server = subprocess.Popen(words, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        waits_for("Dovecot", self._listens)

    def _listens(self) -> bool:
        assert self._server is not None
        assert self._server.poll() is None, (self.work / "log").read_text("utf-8", "replace")[-2_000:]
        import socket  # noqa: PLC0415 - for this alone

        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", self.port), 1) as one:
            return one.recv(5) == b"* OK "
        return False

    def stop(self) -> None:
        """Stop it at once, sessions included: it lets go of its children when it ends."""
        if self._server is not None:
            self._server.send_signal(signal.SIGTERM)
            self._server.wait(WAIT_SECONDS)
            self._server = None

    def deliver(self, number: int, data: bytes) -> None:
        """Put a message into the mailbox."""
        at = 1_764_150_000 + number
        name = f"{at}.M{number}P1.mx.lists.test"
        path = self.work / "mail" / "tmp" / name
        path.write_bytes(data)
        os.utime(path, (at, at))  # its INTERNALDATE
        shutil.chown(path, USER, "nogroup")
        path.rename(self.work / "mail" / "new" / name)


def _certify(work: Path) -> None:
    """Make a certificate for the loopback address."""
    words = ["req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2"]
    names = ["-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1"]
    files = ["-keyout", str(work / "key.pem"), "-out", str(work / "cert.pem")]
    done = [_program("openssl", "openssl"), *words, *names, *files]
    subprocess.run(done, check=True, capture_output=True, timeout=60)


@contextlib.contextmanager
def dovecot() -> Iterator[Dovecot]:
    """Run a Dovecot."""
    _as_root()
    _program("dovecot", "dovecot-imapd")
    with open_folder("dovecot") as work:
        server = Dovecot(work)
        server.start()
        try:
            yield server
        finally:
            server.stop()
