"""The compression of MS-OVBA, and the modules of a project."""

from __future__ import annotations

import random
import time

import pytest

from mailkit.attachments.budget import Budget
from mailkit.attachments.documents.ole import Ole
from mailkit.attachments.documents.vba import decompress, is_project, sources
from mailkit.limits import DEFAULT
from tests.attachments.builders_ole import compound, module, packed, project
from tests.timing import assert_linear

TEXT = module("Sub Hello()\n    MsgBox 1\n    MsgBox 1\n    MsgBox 1\nEnd Sub\n" * 90)


def read(data: bytes) -> list[str]:
    return [text for _, text in sources(Ole(data), Budget(DEFAULT, time.monotonic))]


@pytest.mark.parametrize(
    ("data", "text"),
    [
        pytest.param(packed(TEXT, copies=True), TEXT, id="copies"),
        pytest.param(packed(TEXT[:3000]), TEXT[:3000], id="letters"),
        pytest.param(packed(TEXT[:4096], raw=True), TEXT[:4096], id="raw"),
        pytest.param(packed(b"a" * 9000, copies=True), b"a" * 9000, id="overlapping copies"),
        pytest.param(b"", b"", id="empty"),
        pytest.param(b"\x02" + packed(b"abc")[1:], b"", id="no container"),
        pytest.param(b"\x01\x05\xb0\x02a\xff\xff", b"a", id="copy from before the start"),
        pytest.param(b"\x01\x03\x80\x00abc", b"", id="no signature"),
    ],
)
def test_decompress(data: bytes, text: bytes) -> None:
    assert decompress(data) == text


def test_every_cut_is_a_prefix() -> None:
    data = packed(TEXT, copies=True)
    for end in range(len(data)):
        assert TEXT.startswith(decompress(data[:end]))


@pytest.mark.parametrize(
    "how", [{}, {"copies": True}, {"raw": True}, {"cache": b""}], ids=["letters", "copies", "raw", "no cache"]
)
def test_modules(how: dict[str, bool]) -> None:
    data = project("Sub A()\nEnd Sub", "Sub B()\nEnd Sub", **how)  # type: ignore[arg-type]
    assert [text.splitlines()[1].rstrip("\0") for text in read(data)] == ["Sub A()", "Sub B()"]
    assert is_project(Ole(data))


def test_what_is_no_project() -> None:
    data = compound({"WordDocument": b"An Attribute of the text", "Data": bytes(5000)})
    assert (read(data), is_project(Ole(data))) == ([], False)


def test_noise_never_raises() -> None:
    chance = random.Random(4)
    for _ in range(3000):
        assert len(decompress(b"\x01" + chance.randbytes(60))) <= 30 * 4096
    data = packed(TEXT, copies=True)
    for at in range(len(data)):
        assert len(decompress(data[:at] + b"\xff" + data[at + 1 :])) < 3 * len(TEXT) + 4096


def test_floods() -> None:
    bomb = b"\x05\xb0\x02a\xff\x0f\xff\x0f"  # a letter, then a copy of 4,095
    assert_linear(decompress, lambda size: b"\x01" + bomb * (size // len(bomb)))
    assert_linear(decompress, lambda size: b"\x01" + b"\0\xb0\0" * (size // 3))
    letters = packed(bytes(range(256)) * 14)[1:]
    assert_linear(decompress, lambda size: b"\x01" + letters * (size // len(letters)))
    assert len(decompress(b"\x01" + bomb * 10_000)) <= (1 << 20) + 4096
