"""Classify a folder and print messages per second beside two peers, in one run.

    python benchmarks/run.py [FOLDER ...] [--repeat N] [--json]

The peers read the same messages in the same process: the standard library's parser (compat32), which
only parses, and flufl.bounce, which parses with it and finds addresses. Best of N rounds each, in CPU
seconds, rounds taken in turn so that the load of the machine falls on all alike. Machines differ by
more than any change to the code: the ratios are what counts.
"""

from __future__ import annotations

import argparse
import email
import json
import platform
import resource
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

from mailkit import classify, parse
from mailkit.bounce.matcher import RuleSet

HERE = Path(__file__).resolve().parent
DEFAULT = HERE.parent / "corpora" / "mta"


def subjects() -> dict[str, Callable[[bytes], object]]:
    """Give what is measured, by name."""
    chosen: dict[str, Callable[[bytes], object]] = {
        "mailkit classify": classify,
        "mailkit parse": parse,
        "email compat32 parse": email.message_from_bytes,
    }
    try:
        from flufl.bounce import all_failures  # noqa: PLC0415
    except ImportError:
        print("flufl.bounce is not installed: pip install flufl.bounce==6.0.0", file=sys.stderr)
    else:
        chosen["flufl.bounce all_failures"] = lambda data: all_failures(email.message_from_bytes(data))
    return chosen


def measure(messages: list[bytes], repeat: int) -> dict[str, float]:
    """Give the best CPU seconds of a round over all messages, by subject."""
    best: dict[str, float] = {}
    for name, subject in subjects().items():
        for data in messages[:50]:  # warm
            subject(data)
        best[name] = float("inf")
    for _ in range(repeat):
        for name, subject in subjects().items():
            RuleSet.default().forget()  # what an earlier round has met must not help
            start = time.process_time()
            for data in messages:
                subject(data)
            best[name] = min(best[name], time.process_time() - start)
    return best


def cold_start(path: Path, repeat: int) -> float:
    """Give the best CPU seconds of the command with one message, as a process of its own."""
    best = float("inf")
    for _ in range(repeat):
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        subprocess.run([sys.executable, "-m", "mailkit", "classify", path], stdout=subprocess.DEVNULL, check=True)
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        best = min(best, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime)
    return best


def main() -> int:
    """Print the table."""
    ap = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    ap.add_argument("folders", nargs="*", type=Path, default=[DEFAULT])
    ap.add_argument("--repeat", type=int, default=5)
    ap.add_argument("--json", action="store_true")
    args = ap.parse_args()
    for folder in args.folders:
        files = sorted(path for path in folder.rglob("*") if path.suffix in {".eml", ".txt"}) if folder.is_dir() else []
        if not files:
            print(f"{folder}: no messages there", file=sys.stderr)
            return 2
        messages = [path.read_bytes() for path in files]
        best = measure(messages, args.repeat)
        size = sum(map(len, messages))
        if args.json:
            print(json.dumps({"folder": folder.name, "messages": len(messages), "bytes": size, "seconds": best}))
            continue
        print(f"{folder.name}: {len(messages)} messages, {size / len(messages):.0f} bytes on average")
        print(f"Python {platform.python_version()}, {platform.machine()}, best of {args.repeat} rounds, CPU time")
        peer = best.get("flufl.bounce all_failures")
        for name, seconds in best.items():
            rate = len(messages) / seconds
            ratio = f"{peer / seconds:6.2f} x flufl.bounce" if peer else ""
            print(
                f"  {name:28} {rate:9.0f} messages/s {1e6 / rate:9.1f} us each {size / seconds / 1e6:7.1f} MB/s {ratio}"
            )
        print(f"  {'mailkit classify, cold start':28} {cold_start(files[0], args.repeat):9.3f} s of one message")
    return 0


if __name__ == "__main__":
    sys.exit(main())
