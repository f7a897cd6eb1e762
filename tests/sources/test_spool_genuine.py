"""Queue files that real MTAs wrote (corpora/spool), and, with -m slow, ones that they write now."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from mailkit import envelope, parse
from mailkit.sources.queues import read_entries
from mailkit.sources.spool import Queued
from tests.strategies import ROOT

SPOOL = ROOT / "corpora" / "spool"
VERP = "list-bounces+ann=example.test@example.test"
PLAIN = ("ann@example.test", '"odd local"@example.test', "hidden@example.test")
BODIES = {
    "plain": "Grüße\n.\n.one dot\n..two dots\nlast line\n".encode(),
    "null": b"long " * 700 + b"\nno end",
    "options": b".dot\nlast line\n",
    "milter": b"another body\n.\nand its end\n",
}
SUBJECTS = {"milter": "changed by a milter, and longer than it was before"}
DIFFERENCES = {"plain": ["bcc"], "null": [], "options": ["list"], "milter": ["bcc"]}


def read(path: Path) -> Queued:
    """Read one queue file with those beside it."""
    (entry,) = read_entries([str(path)])
    assert entry.queued is not None, entry.item
    return entry.queued


def control_files(folder: Path) -> list[Path]:
    """Give the files that stand for a message."""
    found = [path for path in folder.rglob("*") if path.is_file() and path.name[-2:] != "-D" and path.name[:2] != "df"]
    assert found, f"{folder} has no queue files"
    return sorted(found)


def check(path: Path, mta: str) -> None:
    """Check that a queue file says what was put into the MTA."""
    name = path.name.removeprefix("qf").removesuffix("-H").partition(".")[0]
    one = read(path)
    assert one.envelope.findings == ()
    assert one.data is not None
    message = parse(one.data)
    assert message.subject == SUBJECTS.get(name, name)
    body = message.root.body.replace(b"\r\n", b"\n")
    assert body.removesuffix(b"\n") == BODIES[name].removesuffix(b"\n")  # some MTAs end the last line
    assert one.format == ("postcat" if path.suffix == ".postcat" else mta)
    assert (one.envelope.date is None) == (one.format == "postcat")
    checks = {"plain": check_plain, "null": check_null, "options": check_options, "milter": check_milter}
    checks[name](one, mta)
    answer = envelope(message, given=one.envelope)
    assert (answer.sender, answer.recipients) == (one.envelope.sender, one.envelope.recipients)
    assert [found.kind for found in answer.differences] == DIFFERENCES[name]


def check_plain(one: Queued, mta: str) -> None:
    """Check the message with a recipient that is blind, and its header."""
    del mta
    assert (one.envelope.sender, one.envelope.recipients) == ("joe@example.test", PLAIN)
    assert {path.state for path in one.envelope.paths} == {"accepted"}
    assert one.data is not None
    assert b"\x81" not in one.data
    assert parse(one.data).header.get("return-path") is None


def check_null(one: Queued, mta: str) -> None:
    """Check the bounce."""
    del mta
    assert (one.envelope.sender, one.envelope.recipients) == ("", ("joe@example.test",))


def check_options(one: Queued, mta: str) -> None:
    """Check DSN options, delivered recipients and an alias; sendmail tries nothing here, Postfix expands at once."""
    paths = {path.address: path for path in one.envelope.paths}
    assert one.envelope.sender == VERP
    assert (
        set(paths)
        == {
            "exim": {
                "ann@example.test",
                "bob@done.test",
                "eve@done.test",
                "all@alias.test",
                "one@example.test",
                "two@example.test",
            },
            "postfix": {"ann@example.test", "bob@done.test", "eve@done.test", "one@example.test"},
            "sendmail": {"ann@example.test", "bob@done.test", "eve@done.test", "all@alias.test"},
        }[mta]
    )
    assert paths["ann@example.test"].original == "anna+old@example.test" or mta == "postfix"  # it keeps both apart
    assert dict(paths["ann@example.test"].parameters)["NOTIFY"] == "SUCCESS,DELAY"
    assert "anna" in (dict(paths["ann@example.test"].parameters)["ORCPT"] or "")
    assert dict(paths["eve@done.test"].parameters)["NOTIFY"] == "NEVER"
    done = "accepted" if mta == "sendmail" else "delivered"
    assert [paths[f"{name}@done.test"].state for name in ("bob", "eve")] == [done, done]
    if mta != "sendmail":
        assert paths["one@example.test"].original == "all@alias.test"
    if mta != "postfix":  # what its sendmail -bs does not pass on
        assert dict(one.envelope.parameters)["RET"] == "HDRS"
        assert dict(one.envelope.parameters)["ENVID"] == "QQ314"


def check_milter(one: Queued, mta: str) -> None:
    """Check what a milter has changed: Postfix keeps it behind pointers."""
    assert mta == "postfix"
    assert (one.envelope.sender, one.envelope.recipients) == (
        "changed@example.test",
        (*PLAIN[:2], "added@example.test"),
    )
    assert one.envelope.paths[-1].original is None
    assert one.data is not None
    fields = parse(one.data).header.fields
    assert (fields[0].name, fields[-1].name) == (b"X-First", b"X-Milter")
    assert b"X-Folded" not in one.data


@pytest.mark.parametrize("path", control_files(SPOOL), ids=lambda path: f"{path.parent.name}-{path.name}")
def test_the_corpus(path: Path) -> None:
    check(path, path.parent.name)


def test_postcat_prints_what_the_file_says() -> None:
    for name in BODIES:
        file, printed = read(SPOOL / "postfix" / name), read(SPOOL / "postfix" / f"{name}.postcat")
        assert file.data == printed.data
        assert file.envelope.paths == printed.envelope.paths
        assert (file.envelope.sender, file.envelope.parameters) == (
            printed.envelope.sender,
            printed.envelope.parameters,
        )


def test_the_readme_counts_the_messages() -> None:
    assert f"| `spool/` | {len(BODIES) * 3 - 2} |" in (ROOT / "corpora" / "README.md").read_text("utf-8")
    names = {path.name.removeprefix("qf").removesuffix("-H") for path in control_files(SPOOL) if not path.suffix}
    assert names == set(BODIES)


def test_git_never_touches_queue_files() -> None:
    assert "corpora/spool/** -text" in (ROOT / ".gitattributes").read_text("utf-8").splitlines()


@pytest.mark.slow
@pytest.mark.parametrize(
    ("mta", "program"),
    [
        pytest.param("postfix", "/usr/sbin/postfix", id="postfix"),
        pytest.param("exim", "/usr/sbin/exim4", id="exim"),
        pytest.param("sendmail", "/usr/sbin/sendmail-mta", id="sendmail"),  # of its package alone
    ],
)
def test_what_the_mta_writes_now(mta: str, program: str, tmp_path: Path) -> None:
    if not Path(program).exists():
        pytest.skip(f"{program} is not installed")
    if os.geteuid():
        pytest.skip("needs root, because the MTAs change their user")
    command = [sys.executable, str(ROOT / "corpora" / "foundry" / "spool.py"), mta, "--into", str(tmp_path / mta)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stderr
    paths = control_files(tmp_path / mta)
    assert len(paths) == {"postfix": 9, "exim": 3, "sendmail": 3}[mta]
    for path in paths:
        check(path, mta)
