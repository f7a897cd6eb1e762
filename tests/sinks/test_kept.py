"""A folder of copies: every copy has one line and every line its copy, whoever keeps at the same time or is killed."""

from __future__ import annotations

import json
import os
import random
import subprocess
import sys
import time
from pathlib import Path

import pytest

from mailkit.errors import MailkitError, OutputError
from mailkit.sinks.kept import BLOCK_BYTES, INDEX, Folder
from tests.strategies import ROOT

WHY = ("took more than 10 seconds",)


def index(folder: Path) -> list[dict[str, object]]:
    """Read the index, which must be whole: each line has its copy, each copy its line."""
    rows = [json.loads(line) for line in (folder / INDEX).read_text().splitlines()]
    copies = sorted(path.name for path in folder.glob("[!.]*.eml"))
    assert sorted(row["file"] for row in rows) == copies
    return rows


def test_a_copy_and_a_line(tmp_path: Path) -> None:
    folder = Folder(tmp_path / "deep" / "out")
    assert folder.keep(b"a\xff", "in/a b.eml", WHY, {"seconds": 10})
    assert folder.keep(memoryview(b"b"), None, WHY, {})
    first, second = index(folder.path)
    assert first == {
        "v": 1,
        "file": f"a_b-{str(first['sha256'])[:16]}.eml",
        "source": "in/a b.eml",
        "sha256": first["sha256"],
        "why": [*WHY],
        "seconds": 10,
    }
    assert (folder.path / str(first["file"])).read_bytes() == b"a\xff"
    assert second["source"] is None
    assert folder.kept == 2
    (tmp_path / "other").touch()
    modes = {(folder.path / name).stat().st_mode for name in (str(first["file"]), INDEX)}
    assert modes == {(tmp_path / "other").stat().st_mode}


def test_the_same_message_twice(tmp_path: Path) -> None:
    folder, other = Folder(tmp_path), Folder(tmp_path)
    assert [one.keep(b"a", "a.eml", WHY, {}) for one in (folder, other, folder)] == [True, False, False]
    assert (folder.kept, other.kept) == (1, 0)
    assert len(index(tmp_path)) == 1


@pytest.mark.parametrize(
    "tail",
    [
        pytest.param(b'{"v":1,"file":"b', id="torn"),
        pytest.param(b'{"v":1,"file":"b-0123.eml"}\n', id="without its copy"),
        pytest.param(b'{"v":1,"file":"b-0123.eml","x":"' + b"y" * 3 * BLOCK_BYTES + b'"}\n', id="long"),
        pytest.param(b"{}\n", id="no file"),
        pytest.param(b"[]\n", id="no object"),
        pytest.param(b"\xff\n", id="no JSON"),
        pytest.param(b"\n", id="empty"),
    ],
)
@pytest.mark.parametrize("before", [0, 1, 3])
def test_what_a_killed_process_began_is_taken_away(before: int, tail: bytes, tmp_path: Path) -> None:
    folder = Folder(tmp_path)
    for number in range(before):
        folder.keep(b"%d" % number, "x" * 20, WHY, {"long": "z" * BLOCK_BYTES})
    with (tmp_path / INDEX).open("ab") as file:
        file.write(tail)
    (tmp_path / f".b-0123.eml.{os.getpid()}-0.tmp").touch()
    assert Folder(tmp_path).keep(b"new", "new.eml", WHY, {})
    assert [row["source"] for row in index(tmp_path)] == ["x" * 20] * before + ["new.eml"]
    assert len([*tmp_path.iterdir()]) == before + 2


def test_a_folder_that_is_read(tmp_path: Path) -> None:
    with pytest.raises(MailkitError, match="name a folder outside of it"):
        Folder(tmp_path / "out", [str(tmp_path)])
    assert not [*tmp_path.iterdir()]


def test_an_index_that_cannot_be_written(tmp_path: Path) -> None:
    folder = Folder(tmp_path)
    (tmp_path / INDEX).mkdir()
    with pytest.raises(OutputError, match=r"a-.*\.eml: cannot be written .* 0 messages were kept before"):
        folder.keep(b"a", "a.eml", WHY, {})
    assert [path.name for path in tmp_path.iterdir()] == [INDEX]


def test_a_disk_without_second_names(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """FAT has no hard links, as on the stick that a mailbox was brought on."""
    monkeypatch.delattr(os, "link")
    folder = Folder(tmp_path)
    assert [folder.keep(b"a", "a.eml", WHY, {}) for _ in range(2)] == [True, False]
    assert [path.name for path in tmp_path.iterdir() if path.name != INDEX] == ["a-ca978112ca1bbdca.eml"]


KEEPER = """
import sys
from pathlib import Path
from mailkit.sinks.kept import Folder
folder = Folder(Path(sys.argv[1]))
print("ready", flush=True)
sys.stdin.readline()
kept = [number for number in range(300) if folder.keep(b"%d" % number, f"{number}.eml", ("slow",), {"n": number})]
print(len(kept), flush=True)
"""


def keepers(folder: Path, count: int) -> list[subprocess.Popen[str]]:
    """Start processes that keep the same messages, and let them go."""
    pipe = subprocess.PIPE
    words = [sys.executable, "-c", KEEPER, str(folder)]
    started = [subprocess.Popen(words, stdin=pipe, stdout=pipe, text=True, cwd=ROOT) for _ in range(count)]
    for one in started:
        assert one.stdout is not None
        assert one.stdout.readline() == "ready\n"
    for one in started:
        assert one.stdin is not None
        one.stdin.write("go\n")
        one.stdin.flush()
    return started


def test_several_at_the_same_time(tmp_path: Path) -> None:
    told = [int(one.communicate(timeout=60)[0]) for one in keepers(tmp_path, 3)]
    assert sum(told) == 300
    assert sorted(int(str(row["n"])) for row in index(tmp_path)) == [*range(300)]


def killed(folder: Path, seed: int) -> None:
    """Kill one of two at some moment, and start again."""
    first, second = keepers(folder, 2)
    time.sleep(random.Random(seed).random() * 0.15)
    first.kill()
    first.communicate(timeout=20)
    assert second.communicate(timeout=60)[0]
    again = Folder(folder)
    for number in range(300):
        again.keep(b"%d" % number, f"{number}.eml", ("slow",), {"n": number})
    assert sorted(int(str(row["n"])) for row in index(folder)) == [*range(300)]
    assert len([*folder.iterdir()]) == 301


@pytest.mark.parametrize("seed", [1, 2])
def test_one_is_killed(seed: int, tmp_path: Path) -> None:
    killed(tmp_path, seed)


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(20))
def test_one_is_killed_at_any_moment(seed: int, tmp_path: Path) -> None:
    killed(tmp_path, seed)
