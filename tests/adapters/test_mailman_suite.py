"""Mailman 3.3.10 itself with mailkit in it: its own bounce tests, and a site of its own whose bounces go into a ledger."""

from __future__ import annotations

import os
import re
import sqlite3
import subprocess
import tarfile
import time
from contextlib import closing
from pathlib import Path

import pytest

from tests.adapters.venvs import installed, pip, run
from tests.strategies import OWN

pytestmark = pytest.mark.slow
NEEDS = ("mailman==3.3.10", "nose2==0.16.0", "flufl.testing>=0.8")
PLUG = '''
"""Puts mailkit's runner in the place of Mailman's own, and counts what it asks."""
import atexit, importlib.abc, importlib.util, os, pathlib, sys

NAME = "mailman.runners.bounce"


class Plug(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    def find_spec(self, name, path=None, target=None):
        if name != NAME:
            return None
        sys.meta_path.remove(self)
        self.own = importlib.util.find_spec(name)
        return importlib.util.spec_from_loader(name, self, origin=self.own.origin)

    def create_module(self, spec):
        return None

    def exec_module(self, module):
        self.own.loader.exec_module(module)
        from mailkit.adapters import mailman

        answer, asked = mailman.classify, []

        def counted(data, **choices):
            asked.append(data)
            return answer(b"" if os.environ["PLUG"] == "broken" else data, **choices)

        mailman.classify = counted
        if os.environ["PLUG"] != "none":
            module.BounceRunner = mailman.BounceRunner
        atexit.register(lambda: pathlib.Path(os.environ["ASKED"]).write_text(str(len(asked))))


sys.meta_path.insert(0, Plug())
'''
"""After Mailman's module has been read, and not before: what imports Mailman early changes its languages."""


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give a folder with Mailman in a virtual environment, mailkit beside it, its source and the plug."""
    folder = installed(tmp_path_factory, "mailman", *NEEDS)
    source = folder / "mailman-3.3.10"
    if not source.exists():
        python = folder / "venv" / "bin" / "python"
        pip(python, "download", "--no-binary", "mailman", "--no-deps", "-d", folder, NEEDS[0])
        with tarfile.open(folder / "mailman-3.3.10.tar.gz") as archive:
            archive.extractall(folder, filter="data")
    (folder / "plug").mkdir(exist_ok=True)
    (folder / "plug" / "sitecustomize.py").write_text(PLUG)
    return folder


def suite(site: Path, pattern: str, plug: str, asked: Path) -> tuple[int, str, int]:
    """Run tests of Mailman's own; give how many ran, how it ended and how often mailkit was asked."""
    source = site / "mailman-3.3.10"
    places = f"{site / 'plug'}{os.pathsep}{source / 'src'}"
    words = (site / "venv" / "bin" / "python", "-m", "nose2", "-v", "-P", pattern)
    done = run(*words, folder=source, PYTHONPATH=places, PLUG=plug, ASKED=str(asked))
    ran = re.search(r"^Ran (\d+) tests", done.stderr, re.MULTILINE)
    assert ran, done.stderr
    return int(ran[1]), done.stderr.strip().splitlines()[-1], int(asked.read_text())


RUNNER = "mailman.runners.tests.test_bounce"


def test_mailmans_tests_of_the_runner_pass(site: Path, tmp_path: Path) -> None:
    assert suite(site, RUNNER, "mailkit", tmp_path / "asked") == (20, "OK", 9)


def test_mailmans_tests_of_bounces_pass(site: Path, tmp_path: Path) -> None:
    ran, ended, _ = suite(site, "mailman.(model|app).tests.test_bounce", "mailkit", tmp_path / "asked")
    assert (ran, ended) == (42, "OK")


def test_without_the_plug_mailkit_is_not_asked(site: Path, tmp_path: Path) -> None:
    assert suite(site, RUNNER, "none", tmp_path / "asked") == (20, "OK", 0)


def test_mailmans_tests_see_a_classifier_that_finds_nothing(site: Path, tmp_path: Path) -> None:
    ran, ended, _ = suite(site, RUNNER, "broken", tmp_path / "asked")
    assert ran == 20
    assert ended.startswith("FAILED (failures=")


LIST = "news@lists.example"
CONFIGURATION = """
[mailman]
site_owner: owner@lists.example
layout: here
[paths.here]
var_dir: {folder}/var
[mta]
incoming: mailman.mta.null.NullMTA
[runner.bounces]
class: mailkit.adapters.mailman.BounceRunner
[plugin.mailkit]
enabled: no
configuration: {folder}/mailkit.cfg
"""


class Lists:
    """A Mailman of its own in a folder, with one list."""

    def __init__(self, site: Path, folder: Path) -> None:
        self.programs, self.folder = site / "venv" / "bin", folder
        self.asks = {"MAILMAN_CONFIG_FILE": str(folder / "mailman.cfg")}
        (folder / "mailman.cfg").write_text(CONFIGURATION.format(folder=folder))
        (folder / "mailkit.cfg").write_text(f"[mailkit]\nledger: {folder}/bounces.db\n")
        (folder / "members").write_text("full@sink.test\nnosuchuser@local.test\nuserunknown@sink.test\n")
        self.mailman("create", LIST)
        self.mailman("addmembers", str(folder / "members"), LIST)

    def mailman(self, *words: str) -> None:
        done = run(self.programs / "mailman", "--run-as-root", *words, folder=self.folder, **self.asks)
        assert done.returncode == 0, done.stderr

    def bounce(self, number: int) -> None:
        """Put a report of four failures into the queue."""
        data = (OWN / "postfix-multi.eml").read_text()
        (self.folder / "bounce.eml").write_text(re.sub(r"(?m)^Message-Id: <", f"Message-Id: <{number}.", data))
        self.mailman("inject", "-q", "bounces", "-f", "bounce.eml", LIST)

    def queued(self, name: str) -> int:
        return len([*(self.folder / "var" / "queue" / name).glob("*.[pb][ca]k")])

    def work(self) -> None:
        """Run Mailman's bounce runner until its queue is empty and all is counted, and end it by its id."""
        words = (self.programs / "runner", "-r", "bounces")
        with (self.folder / "runner.log").open("w") as log:
            runner = subprocess.Popen(words, cwd=self.folder, env={**os.environ, **self.asks}, stdout=log, stderr=log)
            try:
                ends = time.monotonic() + 60
                quiet = 0  # a file that is renamed while the folder is read may be seen under neither name
                while quiet < 5:
                    assert runner.poll() is None, (self.folder / "runner.log").read_text()
                    assert time.monotonic() < ends, "the queue does not become empty"
                    time.sleep(0.1)
                    waits = self.queued("bounces") or self.ask(
                        "SELECT count(*) FROM bounceevent WHERE NOT processed"
                    ) != [0]
                    quiet = 0 if waits else quiet + 1
            finally:
                runner.terminate()
                runner.wait(30)

    def ask(self, query: str, database: str = "var/data/mailman.db") -> list[object]:
        with closing(sqlite3.connect(self.folder / database, timeout=30)) as connection, connection:
            return [row[0] for row in connection.execute(query)]

    def counted(self) -> tuple[list[object], list[object]]:
        """Give what is known to the ledger, and to Mailman."""
        known = "SELECT address || ' ' || what FROM mailkit_event ORDER BY 1"
        return self.ask(known, "bounces.db"), self.ask("SELECT email FROM bounceevent ORDER BY 1")


LEDGER = ["full@sink.test soft", "nosuchuser@local.test hard", "rbl@sink.test block", "userunknown@sink.test hard"]
MAILMAN = ["nosuchuser@local.test", "userunknown@sink.test"]


def test_bounces_go_into_a_ledger_and_none_is_lost_or_counted_twice(site: Path, tmp_path: Path) -> None:
    lists = Lists(site, tmp_path)
    lists.bounce(1)
    lists.work()
    assert lists.counted() == (LEDGER, MAILMAN)
    lists.ask(
        "CREATE TRIGGER full BEFORE INSERT ON mailkit_event BEGIN SELECT raise(ABORT, 'disk full'); END", "bounces.db"
    )
    lists.bounce(2)
    lists.work()
    assert lists.queued("shunt") == 1
    assert lists.counted() == (LEDGER, MAILMAN)
    lists.ask("DROP TRIGGER full", "bounces.db")
    lists.mailman("unshunt")
    lists.work()
    assert lists.queued("shunt") == 0
    assert lists.counted() == (sorted(LEDGER * 2), sorted(MAILMAN * 2))
    lists.bounce(2)  # the same mail once more
    lists.work()
    assert lists.counted()[0] == sorted(LEDGER * 2)


def test_a_runner_whose_ledger_cannot_be_opened_ends_and_leaves_the_queue(site: Path, tmp_path: Path) -> None:
    lists = Lists(site, tmp_path)
    (tmp_path / "bounces.db").mkdir()
    lists.bounce(1)
    with pytest.raises(AssertionError, match=r"bounces\.db: unable to open database file"):
        lists.work()
    assert lists.queued("bounces") == 1
