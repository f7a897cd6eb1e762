"""One Spark for all tests of the folder."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from typing import Any

import pytest

from tests.engines.sessions import session


@pytest.fixture(scope="session")
def spark() -> Iterator[Any]:
    """Start Spark, where it and Java are installed."""
    needs_spark()
    with session() as started:
        yield started


def needs_spark() -> None:
    """Skip a test where Spark cannot be started, saying what lacks."""
    pytest.importorskip("pyspark", reason="pyspark is not installed: pip install pyspark pandas")
    if shutil.which("java") is None:
        pytest.skip("no Java: apt-get install openjdk-17-jre-headless")
