"""Compound files: streams, storages, chains that are cut or that turn in circles."""

from __future__ import annotations

import random
import struct

import pytest

from mailkit.attachments.documents.ole import Ole, guid
from tests.attachments.builders_ole import WORD, compound
from tests.timing import assert_linear

STREAMS = {"short": b"abc", "a/b/deep": b"x" * 100, "a/long": bytes(range(256)) * 20, "empty": b"", "\x01Ole": b"1"}


def read_all(data: bytes) -> dict[str, bytes]:
    """Give what each stream holds, by its path."""
    ole = Ole(data)
    return {"/".join((*one.path, one.name)): ole.read(one) for one in ole.entries.values() if not one.is_storage}


def test_streams() -> None:
    data = compound(STREAMS, {"": WORD, "a/b": "0002CE02-0000-0000-C000-000000000046"})
    ole = Ole(data)
    assert read_all(data) == STREAMS
    assert ole.damage == ""
    assert ole.entries[0].class_id == WORD
    assert [one.class_id[:8] for one in ole.entries.values() if one.name == "b"] == ["0002CE02"]
    assert [ole.read(one, 2) for one in ole.entries.values() if one.name == "short"] == [b"ab"]


def test_many_storages() -> None:
    streams = {f"s{number}/t{number % 7}": bytes([number]) * number for number in range(150)}
    assert read_all(compound(streams)) == streams


@pytest.mark.parametrize(
    ("value", "text"), [(b"", ""), (bytes(16), ""), (b"\1" + bytes(15), "00000001-0000-0000-0000-000000000000")]
)
def test_guid(value: bytes, text: str) -> None:
    assert guid(value) == text


@pytest.mark.parametrize(
    ("at", "value"),
    [
        pytest.param(30, b"\x20", id="sectors of 4 GB"),
        pytest.param(32, b"\x1f", id="short sectors of 2 GB"),
        pytest.param(512 + 128 * 4 - 1, b"\0", id="last row of the FAT"),
    ],
)
def test_absurd_sizes(at: int, value: bytes) -> None:
    data = compound(STREAMS)
    ole = Ole(data[:at] + value + data[at + 1 :])
    assert sum(len(ole.read(one)) for one in ole.entries.values()) <= 4 * len(data) + (1 << 20)


def test_a_chain_that_turns_in_circles() -> None:
    data = bytearray(compound(STREAMS))
    fat = list(struct.unpack_from("<128I", data, 512))
    first = fat.index(0xFFFFFFFF) - 10  # the long stream stands last
    fat[first : first + 10] = range(first, first + 10)
    data[512:1024] = struct.pack("<128I", *fat)
    ole = Ole(bytes(data))
    long = next(one for one in ole.entries.values() if one.name == "long")
    assert ole.read(long) == STREAMS["a/long"][:512]
    assert ole.damage == "long is cut"


def test_a_directory_that_turns_in_circles() -> None:
    data = bytearray(compound(dict.fromkeys("abcdef", b"x")))
    start = 512 * (1 + int.from_bytes(data[48:52], "little"))
    for row in range(start, start + 128 * 7, 128):
        data[row + 68 : row + 80] = struct.pack("<III", 1, 2, 0)
    found = Ole(bytes(data)).entries.values()
    assert sorted(one.name for one in found) == ["Root Entry", *"abcdef"]


def test_every_prefix_and_flips() -> None:
    data = compound({"short": b"abc" * 9, "a/long": b"y" * 5000})
    for end in range(0, len(data), 7):
        assert set(read_all(data[:end])) <= {"short", "a/long", "long", ""}
    chance = random.Random(5)
    for _ in range(3000):
        hurt = bytearray(data)
        for _ in range(chance.randrange(1, 4)):
            hurt[chance.randrange(len(hurt))] = chance.randrange(256)
        assert sum(map(len, read_all(bytes(hurt)).values())) < 4 * len(data) + (1 << 20)


def many_entries(size: int) -> bytes:
    """Give a directory of streams that all share the sectors of the file."""
    head = bytearray(compound({"a": b"x"})[:512])
    count = max(1, size // 512)
    row = struct.pack("<64sHBBIII16s20xIQ", b"a\0", 4, 2, 1, *[0xFFFFFFFF] * 3, bytes(16), 1, 1 << 20)
    fat_size = -(-(count + 200) // 128)
    head[76 : 76 + 4 * fat_size] = struct.pack(f"<{fat_size}I", *range(fat_size))
    head[44:52] = struct.pack("<II", fat_size, fat_size)
    fat = struct.pack(f"<{fat_size * 128}I", *range(1, fat_size * 128 + 1))
    return bytes(head) + fat + row * 4 * count


def one_chain(size: int) -> bytes:
    return compound({"a": bytes(max(CUT, size))})


CUT = 4096


@pytest.mark.parametrize("make", [many_entries, one_chain], ids=["entries", "chain"])
def test_floods(make: object) -> None:
    assert callable(make)
    assert_linear(read_all, make)
