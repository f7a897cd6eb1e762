"""Folders: MH, Maildir, patterns, and what stands in a folder that is no file to be read."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from mailkit.limits import DEFAULT
from mailkit.sources.files import expanded, read_raw, walk
from mailkit.sources.maildir import found_again
from mailkit.sources.units import Unit, read_unit
from tests.strategies import ROOT


def mail(number: int) -> bytes:
    """Make a message with a number."""
    return b"Subject: %d\n\nhi\n" % number


def fill(folder: Path, *names: str) -> None:
    """Write a message under each name."""
    for number, name in enumerate(names):
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(mail(number))


def read(*names: Path | str) -> list[str]:
    """Give the names of what could be read, and the errors of others."""
    raws = [*read_raw([str(name) for name in names])]
    return [raw.name if raw.data is not None else str(raw.error or raw.note) for raw in raws]


def below(folder: Path) -> list[str]:
    """Give the names of the files below a folder in the order in which they are read."""
    return [str(path.relative_to(folder)) for path, error in walk(folder) if error is None]


def test_mh(tmp_path: Path) -> None:
    fill(tmp_path, "inbox/10", "inbox/9", "inbox/100", "inbox/,8", "inbox/9.bak", "inbox/.xmhcache", "inbox/sub/2")
    (tmp_path / "inbox" / ".mh_sequences").write_bytes(b"unseen: 9-10\ncur: 9\n")
    (tmp_path / "inbox" / "sub" / ".mh_sequences").write_bytes(b"")
    assert below(tmp_path) == ["inbox/9", "inbox/10", "inbox/100", "inbox/sub/2"]
    assert read(tmp_path) == [str(tmp_path / name) for name in below(tmp_path)]


def test_numbers_are_sorted_as_numbers_before_names(tmp_path: Path) -> None:
    fill(tmp_path, "10", "9", "a", "100", "b10", "b9", "٣")
    assert below(tmp_path) == ["9", "10", "100", "a", "b10", "b9", "٣"]


def test_a_maildir(tmp_path: Path) -> None:
    fill(
        tmp_path,
        "cur/1764000001.M2P3.mx,S=20,W=21:2,RS",
        "cur/1764000000.M1P3.mx:2,",
        "new/1764000002.4711.mx",
        "new/1764000003.4712_0.mx",
        "tmp/1764000004.4713.mx",
        "courierimapuiddb",
        ".Sent/cur/1764000005.4714.mx:2,S",
        ".Sent/new/.keep",
        ".Sent/maildirfolder",
        "later/a.eml",
    )
    assert below(tmp_path) == [
        ".Sent/cur/1764000005.4714.mx:2,S",
        ".Sent/new/.keep",
        "cur/1764000000.M1P3.mx:2,",
        "cur/1764000001.M2P3.mx,S=20,W=21:2,RS",
        "new/1764000002.4711.mx",
        "new/1764000003.4712_0.mx",
        "later/a.eml",
    ]


@pytest.mark.parametrize(
    "data", [b"", b"\x28\xb5\x2f\xfd" + bytes(9), b"CRYPTED\x03\x07" + bytes(9)], ids=["empty", "zstd", "binary"]
)
@pytest.mark.parametrize("form", ["Maildir", "MH", "folder"])
def test_what_lies_where_messages_lie_is_meant_as_one(
    form: str, data: bytes, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In a Maildir or a folder of MH nothing that cannot be read is passed over as no mail: it was delivered there."""
    for name in ("new", "cur") if form == "Maildir" else ("new",):
        (tmp_path / name).mkdir()
    if form == "MH":
        (tmp_path / "new" / ".mh_sequences").touch()
    (tmp_path / "new" / "1").write_bytes(data)
    (tmp_path / "new" / "2").write_bytes(b"Subject: hi\n\nhello\n")
    monkeypatch.chdir(tmp_path)
    lost, found = read_raw(["new/1", "new/2"])
    assert found.data
    assert lost.is_no_mail == (form == "folder")
    assert f"{'is' if form == 'folder' else 'was delivered here, but is'} no mail: " in str(lost.error)


def test_what_moves_to_cur_while_it_is_listed_is_given_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    fill(tmp_path, "new/1.a.mx", "new/2.b.mx", "cur/0.c.mx:2,S")
    scan = os.scandir

    def moving(path: Path) -> object:
        if Path(path).name == "cur" and (tmp_path / "new" / "1.a.mx").exists():
            (tmp_path / "new" / "1.a.mx").rename(tmp_path / "cur" / "1.a.mx:2,S")
        return scan(path)

    monkeypatch.setattr(os, "scandir", moving)
    assert below(tmp_path) == ["cur/0.c.mx:2,S", "cur/1.a.mx:2,S", "new/2.b.mx"]


@pytest.mark.parametrize("now", ["cur/1.a.mx:2,", "cur/1.a.mx:2,FRS", "cur/1.a.mx:2,Sab", "new/1.a.mx", "cur/1.a.mx"])
@pytest.mark.parametrize("planned", ["new/1.a.mx", "cur/1.a.mx:2,T"])
def test_a_message_that_has_moved_is_found_again(planned: str, now: str, tmp_path: Path) -> None:
    fill(tmp_path, "cur/2.b.mx:2,S", "new/3.c.mx", now)
    unit = Unit(kind="files", name=str(tmp_path), files=(str(tmp_path / planned),))
    (raw,) = read_unit(unit, DEFAULT)
    assert (raw.name, raw.data) == (str(tmp_path / now), mail(2))


@pytest.mark.parametrize("name", ["new/9.x.mx", "other/1.a.mx", "a.eml", "new/"])
def test_a_message_that_is_gone_is_an_error(name: str, tmp_path: Path) -> None:
    fill(tmp_path, "cur/1.a.mx:2,S", "new/2.b.mx")
    gone = f"{tmp_path}/{name.rstrip('/') + 'x' * name.endswith('/')}"
    assert found_again(gone) is None
    (raw,) = read_unit(Unit(kind="files", name=str(tmp_path), files=(gone,)), DEFAULT)
    assert str(raw.error) == f"{gone}: no such file or folder; check the path"


def test_names_that_are_not_utf_8(tmp_path: Path) -> None:
    name = os.fsencode(tmp_path) + b"/gr\xfc\xdfe.eml"
    Path(os.fsdecode(name)).write_bytes(mail(1))
    expected = [f"{tmp_path}/gr\\xfc\\xdfe.eml"]
    assert read(tmp_path) == read(f"{tmp_path}/*.eml") == read(os.fsdecode(name)) == expected


def test_what_is_no_file_is_not_opened(tmp_path: Path) -> None:
    fill(tmp_path, "a.eml", "deep/b.eml")
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "link to a pipe").symlink_to("pipe")
    (tmp_path / "zero").symlink_to("/dev/zero")
    (tmp_path / "again").symlink_to("deep")
    with socket.socket(socket.AF_UNIX) as server:
        server.bind(os.path.relpath(tmp_path / "socket"))
    done = subprocess.run(
        [
            sys.executable,
            "-c",
            "import sys; from tests.sources.test_folders import read; print(*read(sys.argv[1]))",
            tmp_path,
        ],
        capture_output=True,
        text=True,
        cwd=ROOT,
        timeout=30,
        check=True,
    )
    assert done.stdout.split() == [str(tmp_path / "a.eml"), str(tmp_path / "deep" / "b.eml")]


def test_links(tmp_path: Path) -> None:
    fill(tmp_path, "a.eml")
    (tmp_path / "b.eml").symlink_to("a.eml")
    (tmp_path / ".#c.eml").symlink_to("joe@host.1234:1")
    assert read(tmp_path) == [f"{tmp_path}/a.eml", f"{tmp_path}/b.eml", "1 file passed over, no mail: .#c.eml"]
    assert read(tmp_path / ".#c.eml") == [f"{tmp_path}/.#c.eml: is no mail: a link that leads nowhere"]


def test_a_link_that_leads_round_costs_nothing_else(tmp_path: Path) -> None:
    fill(tmp_path, "a.eml")
    (tmp_path / "b.eml").symlink_to("b.eml")
    first, second = read(tmp_path)
    assert first == f"{tmp_path}/a.eml"
    assert second.startswith(f"{tmp_path}/b.eml: cannot be read (Too many levels of symbolic links)")


@pytest.mark.parametrize(
    ("pattern", "found"),
    [
        pytest.param("*.eml", ["a.eml", "b.eml", "c1.eml", "c[1].eml"], id="star"),
        pytest.param("?.eml", ["a.eml", "b.eml"], id="one character"),
        pytest.param("[ab].eml", ["a.eml", "b.eml"], id="a class"),
        pytest.param("[!a].eml", ["b.eml"], id="not of a class"),
        pytest.param("c[1].eml", ["c[1].eml"], id="a name that is a pattern"),
        pytest.param("c[[]1].eml", ["c[1].eml"], id="a bracket in a class"),
        pytest.param("c[1.eml", ["c[1.eml"], id="a class that does not end"),
        pytest.param(
            "**/*.eml", ["[Gmail]/e.eml", "a.eml", "b.eml", "c1.eml", "c[1].eml", "deep/er/d.eml"], id="below"
        ),
        pytest.param("[Gmail]/?.eml", ["[Gmail]/e.eml"], id="in a folder whose name is a pattern"),
        pytest.param("none*.eml", ["none*.eml"], id="nothing"),
        pytest.param("a.eml", ["a.eml"], id="a name"),
    ],
)
def test_patterns(pattern: str, found: list[str], tmp_path: Path) -> None:
    fill(tmp_path, "b.eml", "a.eml", "c[1].eml", "c1.eml", "deep/er/d.eml", "[Gmail]/e.eml")
    assert [*expanded([f"{tmp_path}/{pattern}"])] == [f"{tmp_path}/{name}" for name in found]


def test_a_pattern_that_matches_nothing_is_an_error(tmp_path: Path) -> None:
    assert read(f"{tmp_path}/*.eml") == [f"{tmp_path}/*.eml: no such file or folder; check the path"]


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_a_folder_that_may_not_be_read_costs_nothing_else(tmp_path: Path) -> None:
    fill(tmp_path, "a/a.eml", "b/b.eml")
    (tmp_path / "a").chmod(0)
    first, second = read(tmp_path)
    (tmp_path / "a").chmod(0o755)
    assert "cannot be read (Permission denied)" in first
    assert second == f"{tmp_path}/b/b.eml"


def test_sidecars_in_json_are_passed_over(tmp_path: Path) -> None:
    fill(tmp_path, "a.eml")
    (tmp_path / "a.json").write_bytes(b'{"subject": "0"}\n')
    (tmp_path / "all.json").write_bytes(b'{\n  "a.eml": {"raw": 1}\n}\n')
    assert read(tmp_path) == [f"{tmp_path}/a.eml", "2 files passed over, no mail: a.json, all.json"]
