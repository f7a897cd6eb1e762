"""Let a real MTA deliver to the sink, and keep its log.

    logs.py postfix --into ../logs/postfix.log     root; the MTA of this machine, by its sendmail command
    logs.py exim --into ../logs/exim.log
    logs.py sendmail --into ../logs/sendmail.log
    logs.py opensmtpd --into ../logs/opensmtpd.log
    logs.py haraka --into ../logs/haraka.log       the command of its npm package must be in PATH

Each MTA is a private instance: settings, queue and log are in a temporary folder, and it speaks to the sink on
127.0.0.1 alone. One message is sent for each case of cases.toml, one to an alias, one to a mailbox here, and one
recipient is refused. sendmail and OpenSMTPD speak to syslog: this program is it, on /dev/log, and writes what they
say as rsyslog does. OpenSMTPD looks for its settings and queue where they always are: give it a root of its own.
"""

from __future__ import annotations

import argparse
import contextlib
import os
import re
import shutil
import signal
import smtplib
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Self

from cases import read_cases
from spool import POSTFIX_SERVICES, run

HERE = Path(__file__).resolve().parent
WAIT_SECONDS = 30.0
HOST = "mx.example.test"
SENDER = "sender@example.test"
MORE = ("all@local.test", "root@local.test", "nobody.here@local.test", "joe@refused.test", "Odd.Local+tag@sink.test")
"""An alias of two, a mailbox, an address without one, a host that does not listen, and one that is taken."""
REFUSED = ("HELO client.example.test", f"MAIL FROM:<{SENDER}>", "RCPT TO:<nobody.here@elsewhere.test>", "QUIT")
TEXT = f"From: {SENDER}\nTo: undisclosed-recipients:;\nSubject: for the log\n\nhello\n"
POSTFIX = """\
compatibility_level = 3.6
queue_directory = {work}/queue
data_directory = {work}/data
mail_spool_directory = {work}/mail/
myhostname = mx.example.test
mydestination = local.test
mynetworks =
inet_interfaces = loopback-only
inet_protocols = ipv4
maximal_queue_lifetime = 0
bounce_queue_lifetime = 0
local_recipient_maps =
alias_maps =
virtual_alias_maps = inline:{{ {{ all@local.test = root@local.test, full@sink.test }} }}
transport_maps = inline:{{ {{ sink.test = smtp:[127.0.0.1]:{port} }}, {{ refused.test = smtp:[127.0.0.1]:9 }},
  {{ nohost.test = error:5.1.2 Host or domain name not found. Name service error for name=nohost.test type=A: Host not found }},
  {{ suspended.test = error:5.2.1 mailbox suspended }}, {{ soft.test = retry:4.3.2 service down for maintenance }},
  {{ example.test = discard: }} }}
smtp_host_lookup = native
disable_dns_lookups = yes
smtpd_peername_lookup = no
smtputf8_enable = yes
default_destination_concurrency_failed_cohort_limit = 1000
smtpd_relay_restrictions = reject_unauth_destination
maillog_file = {work}/log
maillog_file_prefixes = {work}
"""
SERVICES = f"127.0.0.1:{{listen}} inet n - n - - smtpd\n{POSTFIX_SERVICES}local unix - n n - - local\n"
EXIM = """\
primary_hostname = mx.example.test
spool_directory = {work}/queue
log_file_path = {work}/queue/%slog
trusted_users = root
acl_smtp_rcpt = rcpt
log_selector = +queue_time +deliver_time
keep_environment =
never_users =
begin acl
rcpt:
  deny message = relay not permitted
begin routers
sink:
  driver = manualroute
  domains = sink.test
  transport = sink
  route_list = * 127.0.0.1
  self = send
refused:
  driver = manualroute
  domains = refused.test : soft.test
  transport = nobody
  route_list = * 127.0.0.1
  self = send
suspended:
  driver = redirect
  domains = suspended.test
  allow_fail
  data = :fail: mailbox suspended
alias:
  driver = redirect
  domains = local.test
  local_parts = all
  data = root@local.test, full@sink.test
here:
  driver = accept
  domains = local.test
  local_parts = root
  transport = mailbox
away:
  driver = redirect
  domains = example.test
  data = :blackhole:
begin transports
sink:
  driver = smtp
  port = {port}
  allow_localhost
nobody:
  driver = smtp
  port = 9
  allow_localhost
mailbox:
  driver = appendfile
  file = {work}/mail/root
  user = Debian-exim
begin retry
* * F,1s,1s
"""
SENDMAIL = """\
V10/Berkeley
Djmx.example.test
DnMAILER-DAEMON
Troot
O LogLevel=9
O QueueDirectory={work}/queue
O DeliveryMode=i
O SuperSafe=True
O HelpFile=/dev/null
O AliasFile=
O PidFile={work}/pid
O Timeout.queuereturn=2s
O OperatorChars=.:%@!^/[]+
H?P?Return-Path: <$g>
HReceived: $?sfrom $s $.by $j ($v/$Z)$?r with $r$. id $i; $b
H?D?Date: $a
H?F?From: $?x$x <$g>$|$g$.
H?M?Message-Id: <$t.$i@$j>
DZ8.17
Scheck_rcpt
R$* nobody.here $*\t$#error $@ 5.7.1 $: 550 Relaying denied
S3
R$* < $* > $*\t$@ $2
S0
Rall @ local.test\t$#esmtp $@ [127.0.0.1] $: full @ sink.test
R$- @ local.test\t$#local $: $1
R$* @ refused.test\t$#nobody $@ [127.0.0.1] $: $1 @ refused.test
R$* @ example.test\t$#away $: $1
R$* @ suspended.test\t$#error $@ 5.2.1 $: "550 mailbox suspended"
R$* @ $*\t$#esmtp $@ [127.0.0.1] $: $1 @ $2
R$*\t$#local $: $1
S4
S1
S2
Mlocal, P=/bin/true, F=lsDFMAw5:/|@q, A=true $u
Maway, P=/bin/true, F=lsDFMq, A=true $u
Mprog, P=/bin/sh, F=lsDFMoqeu9, A=sh -c $u
Mesmtp, P=[IPC], F=mDFMuXa, E=\\r\\n, L=990, A=TCP $h {port}
Mnobody, P=[IPC], F=mDFMuXa, E=\\r\\n, L=990, A=TCP $h 9
"""
OPENSMTPD = """\
listen on lo port {listen} hostname mx.example.test
table aliases {{ all = "root, full@sink.test" }}
bounce warn-interval 1s
queue ttl 4s
action sink relay host smtp://127.0.0.1:{port}
action nobody relay host smtp://127.0.0.1:9
action here mbox alias <aliases>
match from local for domain local.test action here
match from local for domain refused.test action nobody
match from local for any action sink
"""
HARAKA = {
    "me": "mx.example.test",
    "loglevel": "INFO",
    "log_timestamps": "true",
    "plugins": "sink",
    "smtp.ini": "listen=127.0.0.1:{listen}\nnodes=0\n",
    "outbound.ini": "temp_fail_intervals=5s\nlocal_mx_ok=true\nalways_split=true\n",
    "outbound.bounce_message": "From: <>\n\nbounced\n",
}
"""Its settings, a file each."""
HARAKA_PLUGIN = """\
exports.hook_rcpt = function (next, connection, params) {{
    connection.relaying = params[0].host !== 'elsewhere.test'
    next(connection.relaying ? OK : DENY, 'relaying denied')
}}
exports.hook_get_mx = function (next, hmail, domain) {{
    if (domain === 'nohost.test') return next()
    next(OK, `127.0.0.1:${{domain === 'refused.test' ? 9 : {port}}}`)
}}
"""


class Syslog:
    """A syslogd of one log."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self._thread = threading.Thread(target=self._write, daemon=True)

    def __enter__(self) -> Self:
        self._socket.bind("/dev/log")
        Path("/dev/log").chmod(0o666)
        self._thread.start()
        return self

    def __exit__(self, *error: object) -> None:
        time.sleep(1)
        Path("/dev/log").unlink()
        self._socket.close()

    def _write(self) -> None:
        """Write each line as rsyslog's traditional file format has it: time, host, the rest."""
        with self._path.open("ab") as log, contextlib.suppress(OSError):
            while line := self._socket.recv(65536):
                stamp, rest = re.sub(rb"^<\d+>", b"", line)[:15], re.sub(rb"^<\d+>", b"", line)[16:]
                log.write(stamp + b" " + HOST.encode() + b" " + rest.rstrip(b"\0\n") + b"\n")
                log.flush()


@contextlib.contextmanager
def sink(work: Path) -> Iterator[int]:
    """Run the sink; give its port."""
    command = [sys.executable, str(HERE / "sink.py"), "--port", "0", "--store", str(work / "sink")]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as server:  # noqa: S603 - see run
        assert server.stdout is not None
        try:
            yield int(re.findall(r"127\.0\.0\.1\D(\d+)", server.stdout.readline())[0])
        finally:
            server.send_signal(signal.SIGTERM)
            server.communicate(timeout=WAIT_SECONDS)


def free_port() -> int:
    """Give a port on which nobody listens."""
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        port: int = one.getsockname()[1]
    return port


def messages() -> Iterator[list[str]]:
    """Give the recipients of each message."""
    for case in sorted(read_cases().values(), key=lambda case: case.name == "drop"):  # some then wait with that host
        yield list(case.recipients)
    for recipient in MORE:
        yield [recipient]


def refuse(port: int) -> None:
    """Have a recipient refused."""
    with smtplib.SMTP("127.0.0.1", port, local_hostname="client.example.test", timeout=WAIT_SECONDS) as client:
        client.helo()
        client.mail(SENDER)
        client.rcpt("nobody.here@elsewhere.test")


def settle(log: Path, quiet_seconds: float = 4.0) -> None:
    """Wait until nothing is written any more."""
    end = time.monotonic() + WAIT_SECONDS
    size, since = -1, time.monotonic()
    while time.monotonic() < end and time.monotonic() - since < quiet_seconds:
        now = log.stat().st_size if log.exists() else 0
        if now != size:
            size, since = now, time.monotonic()
        time.sleep(0.2)


def postfix(work: Path, port: int) -> Path:
    """Deliver by Postfix."""
    conf, listen = work / "conf", free_port()
    for folder in (conf, work / "queue", work / "data", work / "mail"):
        folder.mkdir()
    shutil.chown(work / "data", "postfix")
    (work / "mail").chmod(0o1777)
    (conf / "main.cf").write_text(POSTFIX.format(work=work, port=port))
    (conf / "master.cf").write_text(SERVICES.format(listen=listen))
    run("postfix", "-c", conf, "start")
    try:
        for recipients in messages():
            run("/usr/sbin/sendmail", "-C", conf, "-oi", "-f", SENDER, *recipients, data=TEXT)
        refuse(listen)
        settle(work / "log")
    finally:
        run("postfix", "-c", conf, "stop")  # by the pid in its own queue
    return work / "log"


def exim(work: Path, port: int) -> Path:
    """Deliver by Exim: each message at once, and once more, when what was deferred is too old."""
    queue = work / "queue"
    for folder in (queue, work / "mail"):
        folder.mkdir()
        shutil.chown(folder, "Debian-exim", "Debian-exim")
    with Path("/etc/exim4/exim4.conf").open("x") as conf:  # never that of the machine
        conf.write(EXIM.format(work=work, port=port))
    command = ["/usr/sbin/exim4"]
    for recipients in messages():
        run(*command, "-odi", "-oi", "-f", SENDER, *recipients, data=TEXT, wanted=False)
    run(*command, "-bs", "-oMa", "127.0.0.1", data="".join(f"{line}\r\n" for line in REFUSED), wanted=False)
    time.sleep(3)
    run(*command, "-qff")
    return queue / "mainlog"


def sendmail(work: Path, port: int) -> Path:
    """Deliver by sendmail: each message at once, and once more, when what was deferred is too old."""
    log = work / "log"
    (work / "queue").mkdir(mode=0o700)
    (work / "cf").write_text(SENDMAIL.format(work=work, port=port))
    # A host whose own name has no domain makes sendmail wait a minute for one, so it is given a name of its own.
    named = ["unshare", "--uts", "sh", "-c", f'hostname {HOST} && exec "$0" "$@"']
    command = [*named, os.environ.get("SENDMAIL", "/usr/sbin/sendmail"), "-C", str(work / "cf")]
    with Syslog(log):
        for recipients in messages():
            run(*command, "-oi", "-f", SENDER, *recipients, data=TEXT, wanted=False)
        with subprocess.Popen([*command, "-bs"], stdin=subprocess.PIPE, stdout=subprocess.DEVNULL) as server:  # noqa: S603 - see run
            assert server.stdin is not None
            for line in ("", *REFUSED):  # it refuses clients that do not wait for its replies
                server.stdin.write(f"{line}\r\n".encode() if line else b"")
                server.stdin.flush()
                time.sleep(1)
        time.sleep(3)
        run(*command, "-q", wanted=False)
    return log


def opensmtpd(work: Path, port: int) -> Path:
    """Deliver by OpenSMTPD; its queue lives for four seconds."""
    log, listen = work / "log", free_port()
    conf = work / "smtpd.conf"
    conf.write_text(OPENSMTPD.format(port=port, listen=listen))
    with Syslog(log), subprocess.Popen(["/usr/sbin/smtpd", "-F", "-f", str(conf)]) as server:  # noqa: S603 - see run
        time.sleep(2)
        for recipients in messages():
            with (
                smtplib.SMTP("127.0.0.1", listen, timeout=WAIT_SECONDS) as client,
                contextlib.suppress(smtplib.SMTPException),
            ):
                client.sendmail(SENDER, recipients, TEXT.replace("\n", "\r\n"))
        settle(log, 9.0)
        server.terminate()
    return log


def haraka(work: Path, port: int) -> Path:
    """Deliver by Haraka; it tries twice."""
    log, listen = work / "log", free_port()
    program = shutil.which("haraka") or "haraka"
    work /= "haraka"
    run(program, "-i", work)
    (work / "plugins").mkdir(exist_ok=True)
    for name, text in HARAKA.items():
        (work / "config" / name).write_text(text.format(listen=listen) + "\n")
    (work / "plugins" / "sink.js").write_text(HARAKA_PLUGIN.format(port=port))
    command = [program, "-c", str(work)]
    with log.open("wb") as out, subprocess.Popen(command, stdout=out, stderr=subprocess.STDOUT) as server:  # noqa: S603 - see run
        time.sleep(4)
        for recipients in messages():
            with smtplib.SMTP("127.0.0.1", listen, timeout=WAIT_SECONDS) as client:
                client.sendmail(SENDER, recipients, TEXT.replace("\n", "\r\n"))
        refuse(listen)
        settle(log, 8.0)
        server.terminate()
    return log


def main() -> None:
    """Make the log of one MTA."""
    makers: dict[str, Callable[[Path, int], Path]] = {
        "postfix": postfix,
        "exim": exim,
        "sendmail": sendmail,
        "opensmtpd": opensmtpd,
        "haraka": haraka,
    }
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("mta", choices=makers)
    parser.add_argument("--into", type=Path, required=True)
    args = parser.parse_args()
    if os.geteuid():
        sys.exit("run it as root: the MTAs change their user")
    args.into.parent.mkdir(parents=True, exist_ok=True)
    os.umask(0o022)
    with tempfile.TemporaryDirectory(prefix="logs-") as folder:
        work = Path(folder)
        work.chmod(0o755)
        with sink(work) as port:
            log = makers[args.mta](work, port).read_bytes().splitlines(keepends=True)
        args.into.write_bytes(b"".join(line for line in log if os.fsencode(work) not in line))  # but for this folder


if __name__ == "__main__":
    main()
