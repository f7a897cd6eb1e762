"""Read Received fields and print fields per second beside two peers, in one run.

    python benchmarks/received.py [FOLDER ...] [--repeat N]

The fields are the distinct ones of all messages in the folders, of those that came back inside them as well; folders
that are not there are left out, and it is said. The peers read the same fields in the same process: mail-parser, which
gives the clauses as texts, and eml-parser, which gives the names and addresses of the from- and by-clause as one list
each. Neither says which is the client's word. A reader fails on a field where it raises or gives nothing of it but the
raw text; its time counts all the same. Best of N rounds each, in CPU seconds, rounds taken in turn.
"""

from __future__ import annotations

import argparse
import logging
import platform
import sys
import time
from collections.abc import Callable
from pathlib import Path

from mailkit import parse
from mailkit.syntax.received import Hop, parse_received

HERE = Path(__file__).resolve().parent
DEFAULT = [HERE.parent / "corpora", HERE.parent.parent / "shared" / "corpora"]
Subject = tuple[Callable[[bytes], object], Callable[[object], bool]]


def fields(folders: list[Path]) -> list[bytes]:
    """Give the distinct Received fields of all messages."""
    found: dict[bytes, None] = {}
    for folder in folders:
        if not folder.is_dir():
            print(f"{folder}: not there", file=sys.stderr)
            continue
        for path in sorted(folder.rglob("*.eml")):
            for part in parse(path.read_bytes()).walk():
                found |= dict.fromkeys(part.header.all("received"))
    return list(found)


def subjects() -> dict[str, Subject]:
    """Give what is measured, and what says whether an answer is one, by name."""
    chosen: dict[str, Subject] = {"mailkit": (parse_received, lambda answer: answer != Hop(kind="internal"))}
    try:
        from mailparser.utils import receiveds_parsing  # type: ignore[import-untyped]  # noqa: PLC0415
    except ImportError:
        print("mail-parser is not installed: pip install mail-parser==4.8.0", file=sys.stderr)
    else:
        chosen["mail-parser"] = (
            lambda raw: receiveds_parsing([raw.decode("latin-1")]),
            lambda answer: isinstance(answer, list) and len(answer) == 1 and "raw" not in answer[0],
        )
    try:
        from eml_parser.routing import parserouting  # noqa: PLC0415
    except ImportError:
        print("eml-parser is not installed: pip install eml-parser==4.4.0", file=sys.stderr)
    else:
        chosen["eml-parser"] = (
            lambda raw: parserouting(raw.decode("latin-1")),
            lambda answer: isinstance(answer, dict) and bool(answer.keys() - {"src", "warning"}),
        )
    return chosen


def failures(subject: Subject, values: list[bytes]) -> int:
    """Count the fields of which a subject makes nothing."""
    read, sound = subject
    count = 0
    for raw in values:
        try:
            count += not sound(read(raw))
        except Exception:  # noqa: BLE001 - whatever a peer raises is a failure
            count += 1
    return count


def seconds(read: Callable[[bytes], object], values: list[bytes]) -> float:
    """Give the CPU time of one round."""
    start = time.process_time()
    for raw in values:
        try:
            read(raw)
        except Exception:  # noqa: BLE001, S112 - counted by failures()
            continue
    return time.process_time() - start


def main() -> int:
    """Print the table."""
    ap = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    ap.add_argument("folders", nargs="*", type=Path, default=DEFAULT)
    ap.add_argument("--repeat", type=int, default=9)
    args = ap.parse_args()
    values = fields(args.folders)
    if not values:
        print("no Received fields there", file=sys.stderr)
        return 2
    logging.disable()  # mail-parser logs every field
    chosen = subjects()
    failed = {name: failures(subject, values) for name, subject in chosen.items()}
    best = dict.fromkeys(chosen, float("inf"))
    for _ in range(args.repeat):
        for name, (read, _) in chosen.items():
            best[name] = min(best[name], seconds(read, values))
    size = sum(map(len, values)) / len(values)
    print(f"{len(values)} distinct Received fields, {size:.0f} bytes on average")
    print(f"Python {platform.python_version()}, {platform.machine()}, best of {args.repeat} rounds, CPU time")
    for name, used in best.items():
        rate = len(values) / used
        ratio = best["mailkit"] and used / best["mailkit"]
        print(
            f"  {name:12} {rate:9.0f} fields/s {1e6 / rate:6.1f} us each {failed[name]:5} failed  mailkit is {ratio:.2f} x"
        )
    return 0


if __name__ == "__main__":
    sys.exit(main())
