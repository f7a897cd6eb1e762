"""`mailkit ingest --pipe` ends with 0 or 75, whatever happens, what it loads included."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from mailkit._guard import is_pipe
from tests.adapters.bounces import bounces, ids_in
from tests.adapters.servers import dead, waits_for
from tests.strategies import ROOT

BOUNCE, IDS = bounces(1)[0]
PIPE = ("ingest", "--pipe", "--ledger", "db", "--list", "news@lists.test")


@pytest.fixture
def box(tmp_path: Path) -> Path:
    """Give a folder in which Python finds mailkit, and before everything else what a test puts there."""
    (tmp_path / "mailkit").symlink_to(ROOT / "mailkit")
    return tmp_path


def run(
    box: Path, *words: str, data: bytes = BOUNCE, before: str = "", redirect: str = ""
) -> subprocess.CompletedProcess[bytes]:
    """Run the command as a mail server does."""
    line = f'{before} exec "$0" -m mailkit "$@" {redirect}'
    return subprocess.run(
        ["/bin/sh", "-c", line, sys.executable, *words],
        input=data,
        capture_output=True,
        check=False,
        cwd=box,
        env={**os.environ, "PYTHONPATH": str(box), "PYTHONDONTWRITEBYTECODE": "1"},
        timeout=60,
    )


def test_it_is_taken_in_silence(box: Path) -> None:
    done = run(box, *PIPE)
    assert (done.returncode, done.stdout, done.stderr) == (0, b"", b"")
    assert ids_in(box / "db") == IDS
    assert run(box, *PIPE).returncode == 0
    assert ids_in(box / "db") == IDS


FAULTS = {
    "a file that is half written": "def f(:\n",
    "a library that is not there": "raise ImportError('no such library')\n",
    "no memory": "raise MemoryError\n",
    "interrupted": "raise KeyboardInterrupt\n",
    "an exit code of its own": "raise SystemExit(3)\n",
    "an exit code that means done": "raise SystemExit(0)\n",
    "a signal": "import os, signal\nos.kill(os.getpid(), signal.SIGTERM)\n",
    "what would be a reason to bounce": "raise ValueError('5.1.1 gone')\n",
}


@pytest.mark.parametrize("module", ["msgspec", "argparse", "sqlalchemy"])
@pytest.mark.parametrize("fault", FAULTS)
def test_whatever_it_loads_may_fail(fault: str, module: str, box: Path) -> None:
    (box / f"{module}.py").write_text(FAULTS[fault])
    done = run(box, *PIPE)
    assert done.returncode == 75, done.stderr
    assert not done.stdout
    assert not (box / "db").exists() or not ids_in(box / "db")
    assert b"Traceback" not in done.stderr
    assert done.stderr[:1] in {b"", b"m"}  # Postfix takes words that begin with a code for the reason


@pytest.mark.parametrize(
    ("words", "redirect", "code"),
    [
        pytest.param([*PIPE, "--no-such-option"], "", 75, id="an option that is unknown"),
        pytest.param(["ingest", "--pip", "--ledger", "db"], "", 75, id="an option that is mistyped"),
        pytest.param(["ingest"], "", 75, id="no option"),
        pytest.param(["ingset", "--pipe"], "", 75, id="a verb that is mistyped"),
        pytest.param([*PIPE, "--help"], "", 75, id="help in place of work"),
        pytest.param([*PIPE, "--signed"], "", 75, id="signed without keys"),
        pytest.param([*PIPE, "--keys", "nowhere"], "", 75, id="no file of keys"),
        pytest.param([*PIPE, "--once"], "", 75, id="an option of another way"),
        pytest.param([*PIPE[:3], "no/such/folder/db"], "", 75, id="no place for the ledger"),
        pytest.param([*PIPE[:3], "oracle://db"], "", 75, id="no such database"),
        pytest.param([*PIPE, "--max-bytes", "9"], "", 75, id="too large"),
        pytest.param([*PIPE, "--max-bytes", "9", "--quarantine", "aside"], "", 0, id="too large, with a quarantine"),
        pytest.param(PIPE, "<&-", 75, id="standard input closed"),
        pytest.param(PIPE, "</dev/null", 75, id="nothing on standard input"),
        pytest.param(PIPE, "</proc/self/mem", 75, id="standard input that cannot be read"),
        pytest.param(PIPE, ">&-", 0, id="standard output closed"),
        pytest.param(PIPE, ">&- 2>&-", 0, id="both outputs closed"),
        pytest.param([*PIPE, "--format", "jsonl"], ">/dev/full", 0, id="standard output full"),
        pytest.param([*PIPE, "--nothing"], "2>/dev/full", 75, id="standard error full"),
    ],
)
def test_exit_codes(words: list[str], redirect: str, code: int, box: Path) -> None:
    done = run(box, *words, redirect=redirect)
    assert done.returncode == code, done.stderr
    assert b"Traceback" not in done.stderr
    if code == 0:
        assert len([*(box / "aside").glob("*.eml")]) == 1 if "--quarantine" in words else ids_in(box / "db") == IDS


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT, signal.SIGHUP, signal.SIGALRM])
def test_a_signal_while_it_waits(number: int, box: Path) -> None:
    process = subprocess.Popen([sys.executable, "-m", "mailkit", *PIPE], cwd=box, stdin=subprocess.PIPE)
    try:
        waits_for("the ledger", (box / "db").exists)
        time.sleep(0.2)
        process.send_signal(number)
        assert process.wait(20) == 75
    finally:
        dead(process)
        assert process.stdin is not None
        process.stdin.close()


@pytest.mark.parametrize(
    ("given", "words", "answer"),
    [
        pytest.param(["python3", "-m", "mailkit", "ingest", "--pipe"], ["-m", "ingest", "--pipe"], True, id="-m"),
        pytest.param(["python3", "-Im", "mailkit", "ingest", "--pipe"], ["-m", "ingest", "--pipe"], True, id="-Im"),
        pytest.param(["python3", "-mmailkit", "ingest"], ["-m", "ingest"], True, id="in one word"),
        pytest.param(["/x/mailkit", "ingest"], ["/x/mailkit", "ingest"], True, id="the script"),
        pytest.param(["/x/mailkit", "classify"], ["/x/mailkit", "classify"], False, id="another verb"),
        pytest.param(["/x/mailkit", "ingest", "-h"], ["/x/mailkit", "ingest", "-h"], False, id="help"),
        pytest.param(["/x/mailkit", "ingest", "--lmtp=x"], ["/x/mailkit", "ingest", "--lmtp=x"], False, id="lmtp"),
        pytest.param(["python3", "-m", "other", "ingest"], ["-m", "ingest"], False, id="another program"),
        pytest.param(["/x/other", "ingest", "--pipe"], ["/x/other", "ingest", "--pipe"], False, id="another script"),
        pytest.param(["python3"], [""], False, id="at the prompt"),
    ],
)
def test_when_it_watches(given: list[str], words: list[str], answer: bool) -> None:  # noqa: FBT001 - a case
    assert is_pipe(given, words) is answer
