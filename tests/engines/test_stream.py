"""A stream of which the driver is killed in the middle and started again: every message has one answer."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.engines.boxes import varied
from tests.engines.sessions import ROOT, environment

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

pa = pytest.importorskip("pyarrow", reason="pyarrow is not installed: pip install pyarrow")
pq = pytest.importorskip("pyarrow.parquet", reason="pyarrow is not installed: pip install pyarrow")
pytestmark = pytest.mark.slow
FILES = 16
IN_A_FILE = 250
KILLS = 3
DRIVER = [sys.executable, str(Path(__file__).with_name("stream.py"))]


def arrive(folder: Path, first: int, messages: Iterator[bytes]) -> None:
    """Write one more file of messages, whole or not at all."""
    ids = range(first, first + IN_A_FILE)
    raws = [None if number % 100 == 7 else next(messages) for number in ids]  # some are bad
    table = pa.table({"id": pa.array(ids, pa.int64()), "raw": pa.array(raws, pa.binary())})
    pq.write_table(table, folder / f".{first}")
    (folder / f".{first}").rename(folder / f"{first:06}.parquet")


def committed(folder: Path) -> int:
    """Count the batches that are done."""
    return len(list((folder / "checkpoint" / "commits").glob("[0-9]*")))


def run(folder: Path, *, kill: bool) -> str:
    """Run the driver, perhaps to kill it and its JVM in the midst of a batch, once it has committed one. Give what it says."""
    before = committed(folder)
    with (folder / "said").open("wb") as said:
        driver = subprocess.Popen(
            [*DRIVER, str(folder)], stderr=said, start_new_session=True, env=os.environ | environment(), cwd=ROOT
        )
        end = time.monotonic() + 240
        while driver.poll() is None and time.monotonic() < end:
            if kill and committed(folder) > before:
                time.sleep(random.random() * 0.5)
                os.killpg(driver.pid, signal.SIGKILL)
            time.sleep(0.01)
        if driver.poll() is None:
            os.killpg(driver.pid, signal.SIGKILL)
        code = driver.wait()
    assert code == (-signal.SIGKILL if kill else 0)
    return (folder / "said").read_text()


def test_a_driver_that_is_killed_loses_nothing_and_counts_nothing_twice(spark: SparkSession, tmp_path: Path) -> None:
    messages = varied(FILES * IN_A_FILE)
    (tmp_path / "in").mkdir()
    for number in range(FILES):
        arrive(tmp_path / "in", number * IN_A_FILE, messages)
    for _ in range(KILLS):
        run(tmp_path, kill=True)
    assert KILLS <= committed(tmp_path) < FILES // 2
    arrive(tmp_path / "in", FILES * IN_A_FILE, varied(IN_A_FILE))
    said = run(tmp_path, kill=False)
    assert " ERROR " not in said
    assert "Traceback" not in said
    found = spark.read.parquet(str(tmp_path / "out"))
    ids = [row[0] for row in found.select("id").collect()]
    assert sorted(ids) == list(range((FILES + 1) * IN_A_FILE))
    bad = [row[0] for row in found.where("error is not null").select("id").collect()]
    assert sorted(bad) == [number for number in range((FILES + 1) * IN_A_FILE) if number % 100 == 7]
