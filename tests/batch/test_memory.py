"""Memory of a batch: of who plans, and of the largest worker, told by the kernel."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.batch.boxes import made
from tests.memory import NOT_TOLD, STATUS, numbers_of

MOST = 150_000_000
COUNT = 20_000
CODE = """
import resource, sys
from pathlib import Path
from mailkit.batch import runs
from tests.memory import resident
found = runs.run([sys.argv[1]], Path(sys.argv[2]), style=sys.argv[3], jobs=2)
workers = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss * 1024
print(found.tally.messages, found.tally.errors, resident("VmHWM"), workers)
"""
CASES = (
    ("box.mbox", "jsonl"),
    ("box.mbox", "parquet"),
    ("box.mbox", "sqlite"),
    ("maildir", "jsonl"),
    ("all.zip", "jsonl"),
    ("box.mbox.gz", "jsonl"),
)


@pytest.mark.slow
@pytest.mark.skipif(not STATUS.exists(), reason=NOT_TOLD)
@pytest.mark.parametrize(("name", "style"), CASES, ids=[f"{name} to {style}" for name, style in CASES])
def test_every_process_is_small(name: str, style: str, tmp_path: Path) -> None:
    source = made(tmp_path, name, COUNT)
    messages, errors, parent, workers = numbers_of(CODE, source, tmp_path / "out", style)
    assert (messages, errors) == (COUNT, 0)
    print(f"{name} to {style}: {parent / 1e6:.0f} MB, workers {workers / 1e6:.0f} MB")  # noqa: T201 - a measurement
    assert max(parent, workers) < MOST
