"""Queue messages in a real MTA that delivers none of them, and copy its queue files.

    spool.py postfix --into ../spool/postfix     root; the MTA of this machine, by its sendmail command
    spool.py exim --into ../spool/exim
    spool.py sendmail --into ../spool/sendmail

Each MTA is a private instance: settings, queue and log are in a temporary folder, nothing listens on a network,
and only done.test is ever delivered (thrown away). Postfix needs its daemons for that; they are ended by pid.
Existing files are overwritten.
"""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from milter import Milter

WAIT_SECONDS = 20.0
PLAIN = (
    'From: Joe <joe@example.test>\nTo: ann@example.test\nCc: "odd local"@example.test\nSubject: plain\n'
    "X-Folded: one\n two\n\nGr\u00fc\u00dfe\n.\n.one dot\n..two dots\nlast line\n"
)
NULL = "From: Mail <mailer-daemon@example.test>\nTo: joe@example.test\nSubject: null\n\n" + "long " * 700 + "\nno end"
OPTIONS = "From: list@example.test\r\nTo: ann@example.test\r\nSubject: options\r\n\r\n.dot\r\nlast line\r\n"
RECIPIENTS = ["ann@example.test", '"odd local"@example.test', "hidden@example.test"]
MAIL = "MAIL FROM:<list-bounces+ann=example.test@example.test> RET=HDRS ENVID=QQ314 BODY=8BITMIME"
RCPT = [
    "RCPT TO:<ann@example.test> NOTIFY=SUCCESS,DELAY ORCPT=rfc822;anna+2Bold@example.test",
    "RCPT TO:<bob@done.test>",
    "RCPT TO:<eve@done.test> NOTIFY=NEVER",
    "RCPT TO:<all@alias.test>",
]
POSTFIX = """\
compatibility_level = 3.6
queue_directory = {work}/queue
data_directory = {work}/data
myhostname = mx.example.test
mydestination =
mynetworks = 127.0.0.0/8
inet_interfaces = loopback-only
default_transport = error
error_delivery_slot_cost = 0
defer_transports = smtp
transport_maps = inline:{{ {{done.test=discard:}}, {{example.test=smtp:}}, {{alias.test=smtp:}} }}
virtual_alias_maps = inline:{{ {{all@alias.test=one@example.test}} }}
alias_maps =
maillog_file = {work}/log
maillog_file_prefixes = {work}
smtpd_relay_restrictions = permit_mynetworks, reject
milter_default_action = tempfail
"""
POSTFIX_SERVICES = """\
pickup unix n - n 60 1 pickup
cleanup unix n - n - 0 cleanup
qmgr unix n - n 300 1 qmgr
rewrite unix - - n - - trivial-rewrite
bounce unix - - n - 0 bounce
defer unix - - n - 0 bounce
trace unix - - n - 0 bounce
retry unix - - n - - error
error unix - - n - - error
discard unix - - n - - discard
smtp unix - - n - - smtp
proxymap unix - - n - - proxymap
anvil unix - - n - 1 anvil
postlog unix-dgram n - n - 1 postlogd
"""
EXIM = """\
primary_hostname = mx.example.test
spool_directory = {work}/queue
log_file_path = {work}/queue/%slog
trusted_users = root
acl_smtp_rcpt = accept
acl_smtp_data = all
acl_not_smtp = all
dsn_advertise_hosts = *
spool_wireformat = true
keep_environment =
queue_only = true
begin acl
all:
  accept set acl_m0 = seen
         set acl_m_note = two\\nlines
         remove_header = X-Folded
         add_header = X-Added: yes
begin routers
done:
  driver = redirect
  domains = done.test
  data = :blackhole:
alias:
  driver = redirect
  domains = alias.test
  one_time
  errors_to = owner@example.test
  data = one@example.test, two@example.test
later:
  driver = redirect
  allow_defer
  data = :defer: later
begin retry
* * F,4d,1h
"""
SENDMAIL = """\
V10/Berkeley
Djmx.example.test
DnMAILER-DAEMON
Troot
O QueueDirectory={work}/queue
O DeliveryMode=q
O SuperSafe=True
O HelpFile=/dev/null
O AliasFile=
O PidFile={work}/pid
O OperatorChars=.:%@!^/[]+
H?P?Return-Path: <$g>
HReceived: $?sfrom $s $.by $j ($v/$Z)$?r with $r$. id $i; $b
H?D?Date: $a
H?F?From: $?x$x <$g>$|$g$.
H?M?Message-Id: <$t.$i@$j>
DZ8.17
S3
R$* < $* > $*\t$@ $2
S0
R$* @ $*\t$#esmtp $@ $2 $: $1 @ $2
R$*\t$#local $: $1
S4
S1
S2
Mlocal, P=/bin/true, F=lsDFMAw5:/|@q, A=true $u
Mprog, P=/bin/sh, F=lsDFMoqeu9, A=sh -c $u
Mesmtp, P=[IPC], F=mDFMuXa, E=\\r\\n, L=990, A=TCP $h
"""


def run(*command: str | Path, data: str = "", wanted: bool = True) -> None:
    """Run a command; what it says is shown only where it fails and must not."""
    # Root runs this by hand or in a test, with words of this file; no shell reads them.
    done = subprocess.run(  # noqa: S603
        [str(word) for word in command], input=data.encode(), capture_output=True, check=False, timeout=WAIT_SECONDS
    )
    if done.returncode and wanted:
        sys.exit(f"{command[0]}: {done.stdout.decode()}{done.stderr.decode()}")


def talk(command: list[str], data: str, *, chunks: bool = False) -> None:
    """Hold an SMTP dialogue on the standard input and output of a command, one line at a time."""
    ending = [f"BDAT {len(data)} LAST\r\n{data}"] if chunks else ["DATA", data.replace("\r\n.", "\r\n..") + "."]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as server:  # noqa: S603 - see run
        assert server.stdin is not None
        assert server.stdout is not None
        for line in ["", "EHLO client.example.test", MAIL, *RCPT, *ending, "QUIT"]:
            if line:
                server.stdin.write(line.encode() + (b"" if line.startswith("BDAT") else b"\r\n"))
                server.stdin.flush()
            reply = server.stdout.readline()
            while reply[3:4] == b"-":
                reply = server.stdout.readline()
            if reply[:1] not in (b"2", b"3"):
                sys.exit(f"{line}: {reply.decode()}")


def inject(sendmail: list[str], *, chunks: bool = False) -> Iterator[str]:
    """Queue the messages; give the name of each when it is queued."""
    run(*sendmail, "-odq", "-oi", "-f", "joe@example.test", *RECIPIENTS, data=PLAIN)
    yield "plain"
    run(*sendmail, "-odq", "-oi", "-f", "<>", "joe@example.test", data=NULL)
    yield "null"
    talk([*sendmail, "-bs", "-odq"], OPTIONS, chunks=chunks)
    yield "options"


def newest(folder: Path, pattern: str, known: set[Path]) -> Path:
    """Give the file of a pattern that was not there before."""
    end = time.monotonic() + WAIT_SECONDS
    while time.monotonic() < end:
        found = {path for path in folder.glob(pattern) if path.is_file()} - known
        if found:
            known |= found
            return found.pop()
        time.sleep(0.1)
    sys.exit(f"nothing new in {folder}")


def postfix(work: Path, into: Path) -> None:
    """Queue in Postfix: first in the maildrop, then, with the daemons up, in the deferred queue."""
    conf, queue = work / "conf", work / "queue"
    for folder in (conf, queue, work / "data"):
        folder.mkdir()
    shutil.chown(work / "data", "postfix")
    (conf / "main.cf").write_text(POSTFIX.format(work=work))
    (conf / "master.cf").write_text(POSTFIX_SERVICES)
    run("postfix", "-c", conf, "check")
    known: set[Path] = set()
    sendmail = ["/usr/sbin/sendmail", "-C", str(conf)]
    messages = inject(sendmail)

    def keep(name: str) -> None:
        path = newest(queue, "deferred/*/*", known)
        time.sleep(1)  # until the recipients that are done are marked
        shutil.copyfile(path, into / name)
        postcat = ["/usr/sbin/postcat", "-c", str(conf), "-q", path.name]
        shown = subprocess.run(postcat, capture_output=True, check=True)  # noqa: S603 - see run
        (into / f"{name}.postcat").write_bytes(shown.stdout)

    name = next(messages)  # the daemons are not up yet, so it stays in the maildrop
    shutil.copyfile(newest(queue / "maildrop", "*", set()), into / f"{name}.maildrop")
    run("postfix", "-c", conf, "start")
    try:
        while name:
            keep(name)
            name = next(messages, "")
        with Milter() as milter:
            run("postconf", "-c", conf, "-e", f"non_smtpd_milters=inet:127.0.0.1:{milter.port}")
            run("postfix", "-c", conf, "reload")
            run(*sendmail, "-oi", "-f", "joe@example.test", *RECIPIENTS, data=PLAIN)
            keep("milter")
    finally:
        run("postfix", "-c", conf, "stop")  # by the pid in its own queue


def exim(work: Path, into: Path) -> None:
    """Queue in Exim, then try once what can be delivered."""
    queue = work / "queue"
    queue.mkdir()
    shutil.chown(queue, "Debian-exim", "Debian-exim")
    (work / "conf").write_text(EXIM.format(work=work))
    command = ["/usr/sbin/exim4", "-C", str(work / "conf")]
    known: set[Path] = set()
    for name in inject(command, chunks=True):
        path = newest(queue, "input/*-H", known)
        run(*command, "-odi", "-M", path.name.removesuffix("-H"))
        for kind in "HD":
            shutil.copyfile(f"{str(path)[:-1]}{kind}", into / f"{name}-{kind}")


def sendmail(work: Path, into: Path) -> None:
    """Queue in sendmail."""
    queue = work / "queue"
    queue.mkdir(mode=0o700)
    (work / "cf").write_text(SENDMAIL.format(work=work))
    known: set[Path] = set()
    # A host whose own name has no domain makes sendmail wait a minute for one, so it is given a name of its own.
    named = ["unshare", "--uts", "sh", "-c", 'hostname mx.example.test && exec "$0" "$@"']
    for name in inject([*named, "/usr/sbin/sendmail", "-C", str(work / "cf")]):
        path = newest(queue, "qf*", known)
        for kind in ("qf", "df"):
            shutil.copyfile(path.with_name(kind + path.name[2:]), into / f"{kind}{name}")


def main() -> None:
    """Make the queue files of one MTA."""
    makers: dict[str, Callable[[Path, Path], None]] = {"postfix": postfix, "exim": exim, "sendmail": sendmail}
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("mta", choices=makers)
    parser.add_argument("--into", type=Path, required=True)
    args = parser.parse_args()
    if os.geteuid():
        sys.exit("run it as root: the MTAs change their user")
    args.into.mkdir(parents=True, exist_ok=True)
    os.umask(0o022)
    with tempfile.TemporaryDirectory(prefix="spool-") as folder:
        work = Path(folder)
        work.chmod(0o755)
        makers[args.mta](work, args.into)


if __name__ == "__main__":
    main()
