"""Spark on this machine, as docs/spark.md says how to set it up; what was started is ended, the JVM too."""

from __future__ import annotations

import contextlib
import os
import subprocess
import sys
import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent.parent
CONFIG = {
    "spark.driver.bindAddress": "127.0.0.1",
    "spark.driver.host": "127.0.0.1",
    "spark.log.level": "ERROR",
    "spark.sql.execution.arrow.maxBytesPerBatch": str(8 << 20),
    "spark.sql.session.timeZone": "Asia/Tokyo",
    "spark.sql.shuffle.partitions": "2",
    "spark.ui.enabled": "false",
    "spark.ui.showConsoleProgress": "false",
}


def environment() -> dict[str, str]:
    """Give what Spark's workers need to know: which Python, and where mailkit is."""
    return {"PYSPARK_PYTHON": sys.executable, "PYTHONPATH": str(ROOT), "SPARK_LOCAL_IP": "127.0.0.1"}


@contextlib.contextmanager
def session(master: str = "local[2]", **config: str) -> Iterator[Any]:
    """Start Spark, and end it and its JVM."""
    with warnings.catch_warnings():  # of pandas 3
        warnings.simplefilter("ignore", FutureWarning)
        from pyspark import SparkContext  # noqa: PLC0415 - an engine
        from pyspark.sql import SparkSession  # noqa: PLC0415 - likewise

        os.environ.update(environment())
        builder = SparkSession.builder.master(master)
        for key, value in {**CONFIG, **config}.items():
            builder = builder.config(key, value)
        spark = builder.getOrCreate()
    gateway: Any = SparkContext._gateway
    try:
        yield spark
    finally:
        spark.stop()
        gateway.shutdown()
        SparkContext._gateway = SparkContext._jvm = None
        gateway.proc.stdin.close()  # then it ends itself
        try:
            gateway.proc.wait(20)
        except subprocess.TimeoutExpired:
            gateway.proc.kill()
            gateway.proc.wait()


def peaks() -> list[int]:
    """Give the bytes that each Python worker of the running Spark has taken at most, as the kernel tells it (VmHWM)."""
    from pyspark import SparkContext  # noqa: PLC0415 - an engine

    gateway: Any = SparkContext._gateway
    found = []
    for status in Path("/proc").glob("[0-9]*/status"):
        with contextlib.suppress(OSError):
            words = status.read_text("utf-8").split()
            if gateway.proc.pid in _above(int(words[words.index("Pid:") + 1])) and "VmHWM:" in words:
                found.append((words[1], int(words[words.index("VmHWM:") + 1]) * 1024))
    return [peak for name, peak in found if name.startswith("python")]


def _above(pid: int) -> Iterator[int]:
    """Give the processes that a process descends from."""
    with contextlib.suppress(OSError):
        while pid > 1:
            pid = int(Path(f"/proc/{pid}/stat").read_text("utf-8").rpartition(")")[2].split()[1])
            yield pid
