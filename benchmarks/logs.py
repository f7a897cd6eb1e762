"""Read a delivery log and print lines per second beside a plain search, in one run.

    python benchmarks/logs.py [--lines N] [--repeat N]

The log is made up: a Postfix log of the shape of a busy host, in which one of five recipients is deferred or
bounced. The peer is one regular expression over every line: it finds the same attempts, and says nothing about them.
Best of N rounds each, in CPU seconds. The memory is what the kernel says the process took at most.
"""

from __future__ import annotations

import argparse
import platform
import random
import re
import resource
import sys
import time
from collections.abc import Iterator

from mailkit.bounce.logs import read_log
from mailkit.bounce.matcher import RuleSet

PLAIN = re.compile(
    r"postfix/\w+\[\d+\]: (\w+): to=<([^>]*)>, (?:orig_to=<[^>]*>, )?relay=([^,]+), .*?dsn=([\d.]+), status=(\w+) \((.*)\)$"
)
REFUSED = (
    (
        "bounced",
        "5.1.1",
        "host {h}[192.0.2.7] said: 550 5.1.1 <{a}>: Recipient address rejected: User unknown in virtual mailbox table (in reply to RCPT TO command)",
    ),
    (
        "bounced",
        "5.2.2",
        "host {h}[192.0.2.7] said: 552 5.2.2 The mailbox of {a} is over quota (in reply to end of DATA command)",
    ),
    (
        "deferred",
        "4.7.1",
        "host {h}[192.0.2.7] said: 450 4.7.1 <{a}>: Recipient address rejected: Greylisted, see https://postgrey.example/{n} (in reply to RCPT TO command)",
    ),
    ("deferred", "4.4.1", "connect to {h}[192.0.2.7]:25: Connection timed out"),
    (
        "bounced",
        "5.7.1",
        "host {h}[192.0.2.7] said: 554 5.7.1 Service unavailable; Client host [198.51.100.4] blocked using zen.example.org (in reply to RCPT TO command)",
    ),
)


def synthetic(lines: int) -> Iterator[str]:
    """Give the lines of a log: seven a message."""
    chance = random.Random(4)
    for number in range(lines // 7):
        stamp = f"Nov 25 {number // 3600 % 24:02}:{number // 60 % 60:02}:{number % 60:02} mx1 postfix/"
        queue_id, host, who = (
            f"{number:010X}",
            f"mx{chance.randrange(500)}.example.net",
            f"user{chance.randrange(10**6)}@example.net",
        )
        yield f"{stamp}smtpd[101]: connect from app.example.org[198.51.100.4]"
        yield f"{stamp}smtpd[101]: {queue_id}: client=app.example.org[198.51.100.4]"
        yield f"{stamp}cleanup[102]: {queue_id}: message-id=<{number}@example.org>"
        yield f"{stamp}qmgr[100]: {queue_id}: from=<bounces+{number}@example.org>, size=4711, nrcpt=1 (queue active)"
        status, dsn, text = "sent", "2.0.0", "250 2.0.0 Ok: queued as {n}"
        if chance.random() < 0.2:
            status, dsn, text = chance.choice(REFUSED)
        text = text.format(h=host, a=who, n=number)
        yield (
            f"{stamp}smtp[103]: {queue_id}: to=<{who}>, relay={host}[192.0.2.7]:25, delay=0.8, delays=0.1/0/0.3/0.4, "
            f"dsn={dsn}, status={status} ({text})"
        )
        yield f"{stamp}smtpd[101]: disconnect from app.example.org[198.51.100.4] ehlo=1 mail=1 rcpt=1 data=1 quit=1 commands=5"
        yield f"{stamp}qmgr[100]: {queue_id}: removed"


def scanned(lines: int) -> int:
    """Find the attempts by one regular expression."""
    return sum(PLAIN.search(line) is not None for line in synthetic(lines))


def answered(lines: int) -> int:
    """Answer every attempt."""
    return sum(1 for _ in read_log(synthetic(lines)))


def written(lines: int) -> int:
    """Only make the lines up: what both others have in their time."""
    return sum(1 for _ in synthetic(lines))


def main() -> int:
    """Print the table."""
    ap = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    ap.add_argument("--lines", type=int, default=1_000_000)
    ap.add_argument("--repeat", type=int, default=1)
    args = ap.parse_args()
    best = {}
    for name, subject in (("made up", written), ("one re over every line", scanned), ("mailkit read_log", answered)):
        best[name] = float("inf")
        for _ in range(args.repeat):
            RuleSet.default().forget()
            start = time.process_time()
            found = subject(args.lines)
            best[name] = min(best[name], time.process_time() - start)
        print(f"  {name:24} {found:9} found", file=sys.stderr)
    made = best.pop("made up")
    print(f"{args.lines} lines of a Postfix log, Python {platform.python_version()}, {platform.machine()}, CPU time")
    peer = best["one re over every line"] - made
    for name, seconds in best.items():
        left = seconds - made
        print(f"  {name:24} {args.lines / left:9.0f} lines/s {left:7.2f} s {left / peer:6.2f} x the re")
    print(f"  memory at most           {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:9.0f} MB")
    return 0


if __name__ == "__main__":
    sys.exit(main())
