"""Classify the same messages in Spark and in one Python process, and print the cost of one message in each, in one run.

    python benchmarks/spark.py [FOLDER ...] [--messages N] [--repeat N]

The messages are those of the folders (corpora/mta without any), again and again under Message-IDs and addresses of their own,
in Parquet. Plain: one process reads them and gives record batches of answers (`mailkit.arrow`). Spark: `local[2]` reads them,
`mailkit.spark.classify` answers, and nothing is written (`noop`). Cost is seconds of the clock, times two for two cores, by
message; best of N rounds taken in turn, after one that warms.
"""

from __future__ import annotations

import argparse
import os
import platform
import re
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

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


def in_turn(works: Sequence[Callable[[], object]], repeat: int) -> list[float]:
    """Give the best seconds of each of several works, in rounds taken in turn, after one that warms."""
    best = [float("inf")] * len(works)
    for number in range(repeat + 1):
        for place, work in enumerate(works):
            began = time.perf_counter()
            work()
            if number:
                best[place] = min(best[place], time.perf_counter() - began)
    return best


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
    alone, read, there = alone / args.messages, read * CORES / args.messages, there * CORES / args.messages
    print(f"{args.messages:,} messages of {size:,} bytes; Python {platform.python_version()}")
    print(f"plain, one process   {alone * 1e6:7.0f} us a message")
    print(
        f"Spark local[{CORES}]       {there * 1e6:7.0f} us of a core a message, of which reading alone {read * 1e6:.0f}"
    )
    print(f"ratio                {there / alone:7.2f}")


if __name__ == "__main__":
    main()
