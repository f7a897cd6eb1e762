"""Sizes as on the wire: line ends of every kind, windows, mapped files; limits."""

from __future__ import annotations

import io

import pytest
from hypothesis import given

from mailkit import Limits, parse, read
from mailkit.lists import size as module
from mailkit.lists import too_large, wire_size
from tests.strategies import joined


def sent(data: bytes) -> int:
    """Count what an SMTP client sends: each line without its end, then CRLF; a CR alone is a byte of its line."""
    lines = data.split(b"\n")
    if lines[-1] == b"":
        lines.pop()
    return sum(len(line) - line.endswith(b"\r") * (place < data.count(b"\n")) + 2 for place, line in enumerate(lines))


@pytest.mark.parametrize(
    ("data", "octets"),
    [
        pytest.param(b"", 0, id="empty"),
        pytest.param(b"\n", 2, id="a line end"),
        pytest.param(b"\r\n", 2, id="CRLF"),
        pytest.param(b"a: b\n\nc\n", 11, id="LF"),
        pytest.param(b"a: b\r\n\r\nc\r\n", 11, id="CRLF lines"),
        pytest.param(b"a: b\r\n\nc", 11, id="mixed, no end"),
        pytest.param(b"a: b\n\nc\rd\n", 13, id="a CR alone stays"),
        pytest.param(b"a: b\n\nc\r", 12, id="a CR at the end"),
        pytest.param(b"a: b\n\nc\r\r\n", 12, id="CR CR LF"),
        pytest.param(b"a: b\n\n.\n", 11, id="a dot is not doubled"),
        pytest.param(b"From a@b Sat Jan  3 01:02:03 2026\na: b\n\nc\n", 11, id="a From line is none"),
    ],
)
def test_octets_on_the_wire(data: bytes, octets: int) -> None:
    assert wire_size(data) == octets == wire_size(parse(data))


@given(data=joined([b"\r", b"\n", b"\r\n", b"a", b"a: b"], 12))
def test_octets_are_what_a_client_sends(data: bytes) -> None:
    assert wire_size(data) == sent(data)


@pytest.mark.parametrize("window", [1, 2, 3, 5])
def test_the_windows_do_not_matter(window: int, monkeypatch: pytest.MonkeyPatch) -> None:
    data = b"a: b\r\n\r\nc\nd\r\r\n\n\r\ne\r"
    monkeypatch.setattr(module, "_WINDOW", window)
    assert wire_size(data) == sent(data)


def test_a_mapped_message() -> None:
    data = b"a: b\n\n" + b"hello\r\nthere\n" * 1_000
    assert wire_size(read(io.BytesIO(data), limits=Limits(memory_bytes=100))) == sent(data)


@pytest.mark.parametrize(
    ("octets", "system", "mailbox", "status"),
    [
        pytest.param(100, None, None, None, id="no limit"),
        pytest.param(100, 0, 0, None, id="zero is no limit"),
        pytest.param(100, 100, 100, None, id="just as large"),
        pytest.param(101, 100, None, "5.3.4", id="too large for the system"),
        pytest.param(101, None, 100, "5.2.3", id="too large for the mailbox"),
        pytest.param(101, 100, 50, "5.3.4", id="the system comes first"),
        pytest.param(101, 200, 100, "5.2.3", id="only the mailbox"),
    ],
)
def test_limits(octets: int, system: int | None, mailbox: int | None, status: str | None) -> None:
    found = too_large(octets, system=system, mailbox=mailbox)
    assert (found and str(found)) == status
    data = b"a: b\r\n\r\n" + b"x" * (octets - 10) + b"\r\n"
    assert (
        too_large(data, system=system, mailbox=mailbox)
        == found
        == too_large(parse(data), system=system, mailbox=mailbox)
    )


def test_bad_usage_names_the_cure() -> None:
    with pytest.raises(ValueError, match="give None or 0 for no limit"):
        too_large(1, system=-1)
