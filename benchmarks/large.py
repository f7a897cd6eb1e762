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
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
