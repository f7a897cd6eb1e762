"""Answer a mailbox with one process, with batch and with flufl.bounce; print messages a second, CPU and memory, in one run.

    python benchmarks/batch.py [--messages N] [--repeat N] [--also maildir] [--also zip] [--format FORMAT]

The mailbox is that of `bigbox.py`. Every subject is a program of its own that reads the same file and writes a line for each
message. "one process" is the loop that a caller would write: `read_items` and `classify`. flufl.bounce reads with `mailbox`
and `email` of the standard library, and the addresses that it finds are written. CPU is that of all processes together,
memory the largest resident set of any of them. Best of N rounds, taken in turn, by the clock.
"""

from __future__ import annotations

import argparse
import mailbox
import os
import platform
import shutil
import subprocess
import sys
import tempfile
import time
import zipfile
from pathlib import Path
from typing import NamedTuple

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent

ONE = """
import sys, msgspec
from mailkit import classify
from mailkit.sources.files import read_items
encode = msgspec.json.Encoder().encode
with open(sys.argv[2], "wb") as out:
    for item in read_items([sys.argv[1]]):
        out.write(encode(classify(item.message, source=item.name)) + b"\\n")
"""
FLUFL = """
import email, mailbox, sys
from flufl.bounce import all_failures
with open(sys.argv[2], "w", errors="backslashreplace") as out:
    for key, message in mailbox.mbox(sys.argv[1], email.message_from_binary_file, create=False).iteritems():
        try:
            found = all_failures(message)
        except Exception as error:
            found = error
        print(key, found, file=out)
"""


class Cost(NamedTuple):
    """What a program took."""

    seconds: float
    cpu: float
    memory: float
    """MB."""


def cost(words: list[str]) -> Cost:
    """Run a program and give what it took, with all that it started."""
    start = time.perf_counter()
    with tempfile.TemporaryFile() as said:
        process = subprocess.Popen(words, cwd=ROOT, stdout=said, stderr=said)
        _, status, used = os.wait4(process.pid, 0)
        seconds = time.perf_counter() - start
        process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode:
            said.seek(0)
            message = f"{words[:4]} ended with {process.returncode}: {said.read().decode()[-2000:]}"
            raise SystemExit(message)
    return Cost(seconds, used.ru_utime + used.ru_stime, used.ru_maxrss / 1024)


def batch(source: Path, out: Path, jobs: int, style: str = "jsonl", want: str = "bounce") -> list[str]:
    """Give the command line of batch."""
    words = [sys.executable, "-m", "mailkit", "batch", str(source), "-o", str(out), "--jobs", str(jobs)]
    return [*words, "--format", style, "--want", want, "--progress", "never"]


def subjects(box: Path, folder: Path, styles: list[str]) -> dict[str, list[str]]:
    """Give what is measured, by name."""
    out = folder / "out"
    found = {
        "one process": [sys.executable, "-c", ONE, str(box), str(folder / "one.jsonl")],
        "batch --jobs 1": batch(box, out, 1),
        "batch --jobs 2": batch(box, out, 2),
        "batch --jobs 2 --want bounce,trace": batch(box, out, 2, want="bounce,trace"),
    }
    found |= {f"batch --jobs 2 --format {style}": batch(box, out, 2, style) for style in styles}
    found |= {f"{name}, batch --jobs 2": batch(source, out, 2) for name, source in others(folder)}
    found["flufl.bounce, mailbox, email"] = [sys.executable, "-c", FLUFL, str(box), str(folder / "flufl.txt")]
    return found


def others(folder: Path) -> list[tuple[str, Path]]:
    """Give the same messages in other forms, where they were made."""
    return [(name, folder / name) for name in ("maildir", "zip") if (folder / name).exists()]


def make_others(box: Path, folder: Path, names: list[str]) -> None:
    """Put the messages of an mbox into a Maildir or a zip archive."""
    if "maildir" in names:
        for part in ("cur", "new", "tmp"):
            (folder / "maildir" / part).mkdir(parents=True)
    archive = zipfile.ZipFile(folder / "zip", "w", zipfile.ZIP_DEFLATED) if "zip" in names else None
    for number, message in enumerate(mailbox.mbox(box, create=False)):
        data = message.as_bytes()
        if "maildir" in names:
            (folder / "maildir" / "new" / f"{1764150000 + number}.M{number}P1.host").write_bytes(data)
        if archive:
            archive.writestr(f"mail/{number}.eml", data)
    if archive:
        archive.close()


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--messages", type=int, default=20_000)
    parser.add_argument("--repeat", type=int, default=1)
    parser.add_argument("--also", action="append", default=[], choices=("maildir", "zip"))
    parser.add_argument("--format", action="append", default=[], choices=("csv", "sqlite", "parquet"))
    args = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        box = folder / "box"
        subprocess.run([sys.executable, str(HERE / "bigbox.py"), str(args.messages), str(box)], check=True)
        make_others(box, folder, args.also)
        best: dict[str, Cost] = {}
        for _ in range(args.repeat):
            for subject, words in subjects(box, folder, args.format).items():
                shutil.rmtree(folder / "out", ignore_errors=True)
                took = cost(words)
                best[subject] = min(best.get(subject, took), took)
        print(
            f"{args.messages:,} messages, {box.stat().st_size / 1e6:.0f} MB; Python {platform.python_version()}, {os.cpu_count()} cores"
        )
        print(f"{'':42} {'messages/s':>10} {'us CPU':>8} {'MB':>5} {'x flufl':>8} {'x jobs 1':>8}")
        peer, single = best["flufl.bounce, mailbox, email"].seconds, best["batch --jobs 1"].seconds
        for subject, took in best.items():
            rate, cpu = args.messages / took.seconds, took.cpu / args.messages * 1e6
            print(
                f"{subject:42} {rate:10,.0f} {cpu:8,.0f} {took.memory:5.0f} {peer / took.seconds:8.2f} {single / took.seconds:8.2f}"
            )


if __name__ == "__main__":
    main()
