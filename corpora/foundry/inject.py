"""Send one message per case into an MTA: by SMTP on loopback, or by the sendmail command inside a chroot.

    inject.py smtp --mta postfix --port 2600
    inject.py command --mta dma --root /srv/foundry/dma

The envelope sender names the case, so that the bounce does, too. Prints a line per case that was not simply
taken; exits 1 if one could not be sent at all. Ends after --seconds, whatever is left.
"""

from __future__ import annotations

import argparse
import collections
import smtplib
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Literal

from cases import RETURN_DOMAIN, TABLE, Case, read_cases

HOST = "127.0.0.1"
STEP_SECONDS = 20.0
Outcome = Literal["taken", "refused", "dropped", "skipped", "failed"]


def compose(case: Case, mta: str) -> bytes:
    """Write the message of a case, with bare LF.

    There is no Date field: the MTA adds it. List-Id and Message-ID are what a list looks for in a returned copy.
    """
    own = [
        f"From: List <list@{RETURN_DOMAIN}>",
        f"To: {', '.join(case.recipients)}",
        f"Subject: mailkit corpus {mta} {case.name}",
        f"Message-ID: <{case.name}.{mta}@{RETURN_DOMAIN}>",
        f"List-Id: <list.{RETURN_DOMAIN}>",
        "MIME-Version: 1.0",
        "Content-Type: text/plain; charset=utf-8",
    ]
    theirs = {line.partition(":")[0] for line in case.fields}
    lines = [line for line in own if line.partition(":")[0] not in theirs]
    lines += [*case.fields, "", f"Generated test message, case {case.name}.", ""]
    return "\n".join(lines).encode()


def send_smtp(case: Case, mta: str, port: int) -> Iterator[tuple[Outcome, str]]:
    """Send one message by SMTP; give what became of each recipient, and of the message."""
    try:
        with smtplib.SMTP(HOST, port, local_hostname=f"client.{RETURN_DOMAIN}", timeout=STEP_SECONDS) as client:
            client.ehlo()
            if (case.mail or case.rcpt) and not client.has_extn("dsn"):
                yield "skipped", "the server offers no DSN"
                return
            client.mail(case.sender, case.mail)
            taken = 0
            for recipient in case.recipients:
                code, words = client.rcpt(recipient, case.rcpt)
                taken += code < 300
                if code >= 300:
                    yield "refused", f"{recipient}: {_words(code, words)}"
            if taken:
                code, words = client.data(compose(case, mta).replace(b"\n", b"\r\n"))
                yield ("taken", "") if code < 300 else ("refused", f"DATA: {_words(code, words)}")
    except smtplib.SMTPServerDisconnected:
        yield "dropped", "the server closed the connection"
    except (OSError, smtplib.SMTPException) as error:
        yield "failed", repr(error)


def send_command(case: Case, mta: str, root: Path, extra: list[str]) -> Iterator[tuple[Outcome, str]]:
    """Send one message by the sendmail command of a chroot."""
    command = ["chroot", str(root), "/usr/sbin/sendmail", "-f", case.sender, *extra, *case.recipients]
    try:
        # The words come from cases.toml and from whoever runs this by hand as root; no shell reads them.
        done = subprocess.run(  # noqa: S603
            command, input=compose(case, mta), capture_output=True, timeout=STEP_SECONDS, check=False
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        yield "failed", repr(error)
        return
    if done.returncode:
        words = (done.stderr or done.stdout).decode("utf-8", "replace").strip()
        # 125 to 127 are chroot's own: the command did not run at all.
        yield "failed" if done.returncode in {125, 126, 127} else "refused", f"exit {done.returncode}: {words}"
    else:
        yield "taken", ""


def _words(code: int, words: bytes) -> str:
    return f"{code} {' / '.join(words.decode('utf-8', 'replace').splitlines())}"


def main() -> int:
    """Send the cases, count what became of them."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    ways = parser.add_subparsers(dest="way", required=True)
    by_smtp = ways.add_parser("smtp", help="by SMTP to 127.0.0.1")
    by_smtp.add_argument("--port", type=int, required=True)
    by_command = ways.add_parser("command", help="by ROOT/usr/sbin/sendmail; needs root")
    by_command.add_argument("--root", type=Path, required=True, help="the chroot")
    by_command.add_argument("--extra", action="append", default=[], help="one more argument for sendmail")
    for way in (by_smtp, by_command):
        way.add_argument("--mta", required=True, help="stands in the Subject and the Message-ID")
        way.add_argument("--table", type=Path, default=TABLE, help="the cases (default: cases.toml)")
        way.add_argument("--case", action="append", help="only this one; may be given again")
        way.add_argument("--seconds", type=float, default=300.0, help="for all of them (default: %(default)s)")
    args = parser.parse_args()

    cases = read_cases(args.table)
    if unknown := set(args.case or ()) - set(cases):
        parser.error(f"no such case: {', '.join(sorted(unknown))}")
    chosen = [case for name, case in cases.items() if not args.case or name in args.case]
    if args.way == "command":
        chosen = [case for case in chosen if case.command]
    counts: collections.Counter[Outcome] = collections.Counter()
    end = time.monotonic() + args.seconds
    for case in chosen:
        if time.monotonic() > end:
            print(f"{case.name}: the time is over", file=sys.stderr)
            counts["failed"] += 1
            break
        if args.way == "smtp":
            outcomes = send_smtp(case, args.mta, args.port)
        else:
            outcomes = send_command(case, args.mta, args.root, args.extra)
        for outcome, words in outcomes:
            counts[outcome] += 1
            if outcome != "taken":
                print(f"{case.name}: {outcome}, {words}")
    print(", ".join(f"{count} {outcome}" for outcome, count in sorted(counts.items())))
    return 1 if counts["failed"] or not counts else 0


if __name__ == "__main__":
    sys.exit(main())
