"""Classify the same messages in Spark and in one Python process, and print the cost of one message in each, in one run.

    python benchmarks/spark.py [FOLDER ...] [--messages N] [--repeat N]

The messages are those of the folders (corpora/mta without any), again and again under Message-IDs and addresses of their own,
in Parquet. Plain: one process reads them and gives record batches of answers (`mailkit.arrow`). Spark: `local[2]` reads them,
`mailkit.spark.classify` answers, and nothing is written (`noop`). Cost is the time of the clock, times two
for two cores, and that of all cores, by message; the least of N rounds taken in turn, after one that warms. Where other work
is running, only the second says something.
"""

from __future__ import annotations

import argparse
import contextlib
import os
import platform
import re
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, NamedTuple

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

import pyarrow as pa
import pyarrow.parquet as pq

from mailkit.arrow import classify_batches
from mailkit.spark import classify

ROOT = Path(__file__).resolve().parent.parent
CORES = 2
FILES = 8
BATCH_BYTES = 8 << 20


def messages(folders: list[Path], count: int) -> list[bytes]:
    """Give so many messages, no two the same."""
    found = [path.read_bytes() for folder in folders for path in sorted(folder.rglob("*.eml"))]
    found = [one for one in found if len(one) < 100_000]
    return [varied(found[number % len(found)], number) for number in range(count)]


def varied(message: bytes, number: int) -> bytes:
    """Give a message another Message-ID, and its hosts and users other numbers."""
    message = re.sub(rb"(?im)^(message-id:\s*<)", rb"\g<1>%d." % number, message)
    return re.sub(rb"(?i)\b(user|nosuchuser|userunknown)\b", rb"\g<1>%d" % number, message)


def store(raws: list[bytes], folder: Path) -> None:
    """Write messages as Parquet."""
    size = -(-len(raws) // FILES)
    for number in range(FILES):
        part = raws[number * size : (number + 1) * size]
        ids = range(number * size, number * size + len(part))
        pq.write_table(
            pa.table({"id": pa.array(ids, pa.int64()), "raw": pa.array(part, pa.binary())}),
            folder / f"{number}.parquet",
        )


class Cost(NamedTuple):
    """What a work has cost, of two kinds."""

    clock: float
    """Seconds of the clock."""
    cpu: float
    """Seconds of all cores, of this process and those below it: of Spark, the JVM and its Python workers."""


def in_turn(works: Sequence[Callable[[], object]], repeat: int) -> list[Cost]:
    """Give the least cost of each of several works, in rounds taken in turn, after one that warms."""
    costs: list[list[Cost]] = [[] for _ in works]
    for _ in range(repeat + 1):
        for place, work in enumerate(works):
            began = time.perf_counter(), cpu_seconds(os.getpid())
            work()
            costs[place].append(Cost(time.perf_counter() - began[0], cpu_seconds(os.getpid()) - began[1]))
    return [Cost(*map(min, zip(*rounds[1:], strict=True))) for rounds in costs]


def cpu_seconds(pid: int) -> float:
    """Give what a process and all below it have taken, those that have ended among them, as Linux tells it."""
    taken, below = {}, dict[int, list[int]]()
    for stat in Path("/proc").glob("[0-9]*/stat"):
        with contextlib.suppress(OSError):
            words = stat.read_text("utf-8").rpartition(")")[2].split()
            taken[int(stat.parent.name)] = sum(map(int, words[11:15])) / os.sysconf("SC_CLK_TCK")
            below.setdefault(int(words[1]), []).append(int(stat.parent.name))
    waiting, total = [pid], 0.0
    while waiting:
        one = waiting.pop()
        total += taken.get(one, 0.0)
        waiting += below.get(one, [])
    return total


def plain(folder: Path) -> None:
    """Classify in this process."""
    for path in sorted(folder.glob("*.parquet")):
        batches = pq.ParquetFile(path).iter_batches(batch_size=1_000)
        for _ in classify_batches(batches, keep=("id",)):
            pass


def session() -> Any:  # noqa: ANN401 - Spark's
    """Start Spark as docs/spark.md says."""
    os.environ["PYSPARK_PYTHON"] = sys.executable
    os.environ["PYTHONPATH"] = str(ROOT)
    from pyspark.sql import SparkSession  # noqa: PLC0415 - it looks for the environment

    builder = SparkSession.builder.master(f"local[{CORES}]").config("spark.ui.enabled", "false")
    for key, value in {
        "spark.driver.host": "127.0.0.1",
        "spark.driver.bindAddress": "127.0.0.1",
        "spark.sql.execution.arrow.maxBytesPerBatch": str(BATCH_BYTES),
        "spark.ui.showConsoleProgress": "false",
        "spark.log.level": "ERROR",
    }.items():
        builder = builder.config(key, value)
    return builder.getOrCreate()


def main() -> None:
    """Measure both."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folders", nargs="*", type=Path, default=[ROOT / "corpora" / "mta"])
    parser.add_argument("--messages", type=int, default=24_000)
    parser.add_argument("--repeat", type=int, default=3)
    args = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        raws = messages(args.folders, args.messages)
        size = sum(map(len, raws)) // len(raws)
        store(raws, folder)
        del raws
        spark = session()
        try:
            table = spark.read.parquet(str(folder))
            answers = classify(table, keep=("id",))
            scan, work = (one.write.format("noop").mode("overwrite").save for one in (table, answers))
            alone, read, there = in_turn((lambda: plain(folder), scan, work), args.repeat)
        finally:
            spark.stop()
    print(f"{args.messages:,} messages of {size:,} bytes; Python {platform.python_version()}")
    for name, cost, cores in (
        ("plain, one process", alone, 1),
        (f"Spark local[{CORES}]", there, CORES),
        ("Spark, read alone", read, CORES),
    ):
        clock, cpu = cost.clock * cores / args.messages * 1e6, cost.cpu / args.messages * 1e6
        print(f"{name:20} {clock:7.0f} us of the clock, by core, and {cpu:7.0f} us of CPU a message")
    clock, cpu = there.clock * CORES / alone.clock, there.cpu / alone.cpu
    print(f"Spark / plain        {clock:7.2f} by the clock, {cpu:.2f} by CPU")


if __name__ == "__main__":
    main()
