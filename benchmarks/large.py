"""Large bounces: what classifying 10 MB costs beside reading them, in one run.

    python benchmarks/large.py [--repeat N]

Reading is the least that any program does: the bytes in pieces of 64 KiB, line ends counted. Parsing is mailkit's and
the standard library's; flufl.bounce, where it is installed, looks for addresses in the same message. Best of N rounds,
in CPU seconds.
"""

from __future__ import annotations

import argparse
import email
import io
import platform
import time
from collections.abc import Callable

import msgspec

from mailkit import classify, parse
from mailkit.bounce.matcher import RuleSet

SIZE = 10 * 1024 * 1024
HEAD = b"From: MAILER-DAEMON@mx.example\nTo: list@lists.example\nSubject: Undelivered Mail Returned to Sender\n"
BLOCK = b"Final-Recipient: rfc822; u%d@b.example\nAction: failed\nStatus: 5.1.1\nDiagnostic-Code: smtp; 550 5.1.1 User unknown\n\n"
SAID = b"<u%d@b.example>: host mx.b.example[192.0.2.9] said: 550 5.1.1 User unknown (in reply to RCPT TO command)\n\n"
WORDS = b"Your message could not be delivered, sorry.\n"


def report(text: bytes, blocks: bytes, returned: bytes) -> bytes:
    """Make a delivery report."""
    return (
        HEAD
        + b"Content-Type: multipart/report; report-type=delivery-status; boundary=x\n\n--x\n\n"
        + text
        + b"\n--x\nContent-Type: message/delivery-status\n\nReporting-MTA: dns; mx.example\n\n"
        + blocks
        + b"\n--x\nContent-Type: message/rfc822\n\nSubject: hi\n\n"
        + returned
        + b"\n--x--\n"
    )


def filled(unit: bytes) -> bytes:
    """Give about 10 MB of one unit; where it has a number, each its own."""
    count = SIZE // len(unit)
    return b"".join(unit % number for number in range(count)) if b"%d" in unit else unit * count


CASES: dict[str, Callable[[], bytes]] = {
    "the returned message": lambda: report(WORDS, BLOCK % 1, filled(WORDS)),
    "the notice": lambda: report(filled(WORDS), BLOCK % 1, WORDS),
    "one diagnostic": lambda: report(WORDS, BLOCK[:-2] % 1 + b"\n " + filled(b"mailbox full\n "), WORDS),
    "recipients in the report": lambda: report(WORDS, filled(BLOCK), WORDS),
    "recipients in the notice": lambda: HEAD + b"\nThis is the mail system at host mx.example.\n\n" + filled(SAID),
    "an unknown format": lambda: HEAD + b"\n" + filled(SAID),
}


def read(data: bytes) -> int:
    """Read a message as little as can be."""
    file = io.BytesIO(data)
    return sum(chunk.count(b"\n") for chunk in iter(lambda: file.read(65536), b""))


def subjects() -> dict[str, Callable[[bytes], object]]:
    """Give what is measured, by name."""
    chosen: dict[str, Callable[[bytes], object]] = {
        "read": read,
        "mailkit parse": parse,
        "mailkit classify": classify,
        "email compat32": email.message_from_bytes,
    }
    try:
        from flufl.bounce import all_failures  # noqa: PLC0415 - a peer that need not be there
    except ImportError:
        return chosen
    return chosen | {"flufl.bounce": lambda data: all_failures(email.message_from_bytes(data))}


def seconds(subject: Callable[[bytes], object], data: bytes, repeat: int) -> float:
    """Give the best CPU time of so many rounds."""
    best = float("inf")
    for _ in range(repeat):
        RuleSet.default().forget()
        start = time.process_time()
        subject(data)
        best = min(best, time.process_time() - start)
    return best


TEXTS = (
    "550 5.1.1 <joe@example.org>: Recipient address rejected: User unknown in virtual mailbox table",
    "host mx.example.org [192.0.2.9] said: 552 5.2.2 The mailbox of this user is full, try again later",
    "554 5.7.1 Service unavailable; Client host [192.0.2.1] blocked using zen.example.org",
    "451 4.3.0 Temporary lookup failure",
)


def per_text(rules: RuleSet, repeat: int) -> float:
    """Give the CPU time that a text takes, in microseconds."""
    best = float("inf")
    for _ in range(10 * repeat):
        start = time.process_time()
        for _ in range(20):
            rules.forget()
            for text in TEXTS:
                rules.match(text)
        best = min(best, time.process_time() - start)
    return 1e6 * best / (20 * len(TEXTS))


def many_rules(repeat: int) -> str:
    """Compare the shipped rules with ten times as many, the others in words that no text has."""
    shipped = RuleSet.default()
    rest = [
        msgspec.structs.replace(
            rule, id=f"{rule.id}.{n}", any=(f"no text has the words {n} {index}",), near=(), regex=""
        )
        for n in range(9)
        for index, rule in enumerate(shipped.rules)
    ]
    more = RuleSet([*rest, *shipped.rules])
    one, ten = per_text(shipped, repeat), per_text(more, repeat)
    return f"  {len(shipped.rules)} rules {one:.1f} us a text, {len(more.rules)} rules {ten:.1f} us: {ten / one:.2f} x"


def main() -> int:
    """Print a table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--repeat", type=int, default=3)
    args = parser.parse_args()
    names = subjects()
    print(
        f"10 MB bounces, milliseconds of CPU, best of {args.repeat}; Python {platform.python_version()}, {platform.machine()}"
    )
    print(f"  {'what is large':26}" + "".join(f"{name:>18}" for name in names) + "   classify / read   answers")
    classify(CASES["the notice"]()[:4096])  # warm
    for case, make in CASES.items():
        data = make()
        times = {name: seconds(subject, data, args.repeat) for name, subject in names.items()}
        ratio = times["mailkit classify"] / times["read"]
        row = "".join(f"{1000 * value:18.1f}" for value in times.values())
        print(f"  {case:26}{row}{ratio:14.1f} x{len(classify(data).recipients):12}")
    print(many_rules(args.repeat))
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
