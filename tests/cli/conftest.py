"""What the tests of the command share."""

from __future__ import annotations

from pathlib import Path

import pytest

from mailkit.cli import main
from tests.cli.running import Done, Run


@pytest.fixture
def here(capfd: pytest.CaptureFixture[str]) -> Run:
    """Run the command in this process: for what does not depend on being one of its own."""

    def run(*words: str | Path) -> Done:
        try:
            code = main([*map(str, words)])
        except SystemExit as stopped:  # that is how argparse says no
            code = int(stopped.code or 0)
        return Done([], code, *capfd.readouterr())

    return run
