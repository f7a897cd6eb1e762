"""Packed mail: read as what is in it, whatever it is called; damage is said, and what stands before it is read."""

from __future__ import annotations

import bz2
import gzip
import lzma
from collections.abc import Callable
from pathlib import Path

import pytest

from mailkit.limits import Limits
from mailkit.sources.files import NESTED, read_items
from mailkit.sources.plan import SENT_BYTES, Plan
from mailkit.sources.units import Size
from tests.cli.running import assert_one_clear_line, command
from tests.strategies import OWN

PACK: dict[str, Callable[[bytes], bytes]] = {"gzip": gzip.compress, "bzip2": bz2.compress, "xz": lzma.compress}
MAIL = (OWN / "exim-full.eml").read_bytes()
LINE = b"From MAILER-DAEMON Tue Nov 24 20:12:11 2026\n"
BOX = (LINE + MAIL + b"\n") * 3


def deep(times: int) -> bytes:
    """Pack a mail so many times."""
    data = MAIL
    for _ in range(times):
        data = gzip.compress(data)
    return data


@pytest.fixture(params=PACK)
def pack(request: pytest.FixtureRequest) -> Callable[[bytes], bytes]:
    """Give each way to pack."""
    return PACK[request.param]


def test_a_packed_message(pack: Callable[[bytes], bytes], tmp_path: Path) -> None:
    path = tmp_path / "1764000000.M1.mx,S=2009:2,S"
    path.write_bytes(pack(MAIL))
    (item,) = read_items([str(path)])
    assert item.message is not None
    assert (item.name, bytes(item.message)) == (str(path), MAIL)


def test_a_packed_mbox(pack: Callable[[bytes], bytes], tmp_path: Path) -> None:
    path = tmp_path / "box"
    path.write_bytes(pack(BOX))
    assert [item.name for item in read_items([str(path)]) if item.message] == [
        f"{path}#{number}" for number in (1, 2, 3)
    ]


@pytest.mark.parametrize("times", [2, NESTED])
def test_mail_that_is_packed_more_than_once(times: int, tmp_path: Path) -> None:
    path = tmp_path / "it.gz"
    path.write_bytes(deep(times))
    (item,) = read_items([str(path)])
    assert item.message is not None
    assert bytes(item.message) == MAIL


def test_packed_mail_on_standard_input(pack: Callable[[bytes], bytes]) -> None:
    done = command("classify", "-", stdin=pack(MAIL))
    assert '"full@sink.test"' in done.stdout
    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.parametrize("cut", [12, 300])
def test_a_message_that_is_cut(cut: int, tmp_path: Path) -> None:
    path = tmp_path / "cut.gz"
    path.write_bytes(gzip.compress(MAIL)[:cut])
    (item,) = read_items([str(path)])
    assert "cannot be read (it is damaged: " in str(item.error)


def test_a_box_that_is_cut_is_read_up_to_there(tmp_path: Path) -> None:
    path = tmp_path / "box.gz"
    whole = gzip.compress(BOX * 4, compresslevel=0)
    path.write_bytes(whole[: len(whole) - 1000])
    *read, last = read_items([str(path)])
    assert [item.error for item in read] == [None] * 11
    assert "cannot be read further (it is damaged: " in str(last.error)


@pytest.mark.parametrize(
    "data",
    [
        pytest.param(gzip.compress(BOX, compresslevel=0)[:-500], id="cut off"),
        pytest.param(gzip.compress(BOX) + b"not packed", id="something behind it"),
    ],
)
def test_a_small_box_that_is_damaged_is_read_up_to_there(data: bytes, tmp_path: Path) -> None:
    """Also where all of it is less than what is looked at to tell what it is."""
    path = tmp_path / "box.gz"
    path.write_bytes(data)
    *read, last = read_items([str(path)])
    assert [item.error for item in read] == [None] * 2
    assert "cannot be read further (it is damaged: " in str(last.error)


@pytest.mark.parametrize(
    ("data", "said"),
    [
        pytest.param(gzip.compress(b""), "is no mail: empty", id="empty"),
        pytest.param(gzip.compress(b"some words\n"), "does not begin with header fields", id="text"),
        pytest.param(
            gzip.compress(b"Nov 24 03:14:07 mx postfix/qmgr[1]: 4X: removed\n"), "`mailkit reply --log`", id="log"
        ),
        pytest.param(deep(5), "is no mail: a packed file inside others; unpack it", id="five times"),
        pytest.param(b"\x28\xb5\x2f\xfd" + bytes(9), "zstdcat FILE | mailkit classify -", id="zstd"),
    ],
)
def test_what_is_no_mail(data: bytes, said: str, tmp_path: Path) -> None:
    path = tmp_path / "it"
    path.write_bytes(data)
    assert_one_clear_line(command("classify", path), 3, said)


def test_the_limit_is_that_of_what_was_packed(tmp_path: Path) -> None:
    path = tmp_path / "large.gz"
    path.write_bytes(gzip.compress(MAIL + b"more\n" * 20_000))
    (item,) = read_items([str(path)], Limits(message_bytes=50_000, memory_bytes=10_000))
    assert "is too large: more than 50,000 bytes" in str(item.error)


def test_no_more_is_sent_at_once_than_memory_is_for(tmp_path: Path) -> None:
    """What is packed comes to a worker through the memory of who plans; so it is cut smaller than what each opens himself."""
    path = tmp_path / "box.gz"
    path.write_bytes(gzip.compress((LINE + MAIL + b"more\n" * 1_200_000 + b"\n") * 6, compresslevel=0))
    plan = Plan([str(path)], Limits(), Size(bytes=64 * SENT_BYTES))
    assert [planned.unit.count for planned in plan] == [3, 3]


def test_a_field_that_begins_like_a_packed_file(tmp_path: Path) -> None:
    path = tmp_path / "it.eml"
    path.write_bytes(b"BZh: x\n" + MAIL)
    (item,) = read_items([str(path)])
    assert item.message is not None
