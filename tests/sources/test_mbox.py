"""Every message of an mbox, a Maildir or standard input, one at a time; none ends the reading."""

from __future__ import annotations

import io
import mmap
import os
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mailkit.limits import DEFAULT, Limits
from mailkit.sources.files import read_items
from mailkit.sources.items import Item, as_file
from mailkit.sources.mbox import begins_mbox, read_mbox
from tests.memory import NOT_TOLD, STATUS, numbers_of
from tests.strategies import ROOT, cut, joined

LINE = b"From a@b Sat Jan  3 01:02:03 2026\n"
GROWTH_BYTES = 16 * 1024 * 1024


def mail(number: int, body: bytes = b"hi\n") -> bytes:
    """Make a message with a number."""
    return b"Subject: %d\n\n" % number + body


def mbox(*messages: bytes) -> bytes:
    """Make an mbox of messages."""
    return b"".join(LINE + message + b"\n" for message in messages)


def read(path: Path, data: bytes, limits: Limits = DEFAULT) -> list[Item]:
    """Write a file and read it."""
    path.write_bytes(data)
    return list(read_items([str(path)], limits))


def subjects(items: list[Item]) -> list[str | None]:
    """Give the subjects of what could be read; the reason in place of others."""
    return [item.message.subject if item.message else str(item.error) for item in items]


def test_every_message_has_its_number(tmp_path: Path) -> None:
    path = tmp_path / "box.mbox"
    items = read(path, mbox(mail(1), mail(2), mail(3)))
    assert [item.name for item in items] == [f"{path}#1", f"{path}#2", f"{path}#3"]
    assert subjects(items) == ["1", "2", "3"]
    assert [bytes(item.message) for item in items if item.message] == [LINE + mail(number) for number in (1, 2, 3)]
    assert {item.message.envelope_line for item in items if item.message} == {LINE.strip()}


@pytest.mark.parametrize("data", [mbox(mail(1)), LINE + mail(1), mail(1), b"From a@b 1\n" + mail(1)], ids=range(4))
def test_one_message_has_the_name_of_the_file(tmp_path: Path, data: bytes) -> None:
    (item,) = read(tmp_path / "box.mbox", data)
    assert item.name == str(tmp_path / "box.mbox")
    assert item.message is not None
    assert item.message.subject == "1"


@pytest.mark.parametrize(
    "data",
    [
        pytest.param(mbox(mail(1), mail(2)).replace(b"\n", b"\r\n"), id="CRLF"),
        pytest.param(b"\n\n" + mbox(mail(1), mail(2)), id="blank lines first"),
        pytest.param(b"\xef\xbb\xbf" + mbox(mail(1), mail(2)), id="byte order mark first"),
        pytest.param(mbox(mail(1), mail(2))[:-1], id="no blank line at the end"),
        pytest.param(mbox(mail(1, b"From here on\n\nFrom there on\n"), mail(2)), id="prose"),
    ],
)
def test_forms(tmp_path: Path, data: bytes) -> None:
    assert subjects(read(tmp_path / "box", data)) == ["1", "2"]


@pytest.mark.parametrize(
    "broken",
    [
        pytest.param(b"", id="empty"),
        pytest.param(b"\n", id="a blank line"),
        pytest.param(b"no header at all\nnor here\n", id="prose"),
        pytest.param(bytes(range(256)) * 40 + b"\n", id="binary"),
        pytest.param(b"\0" * 5000 + b"\n", id="NUL"),
        pytest.param(b"Content-Type: multipart/mixed; boundary=x\n\n--x\n\n", id="cut multipart"),
        pytest.param(b"Content-Length: 99999999999999999999\n\nhi\n", id="a length without end"),
        pytest.param(b"Content-Length: 5000\n\nhi\n", id="a wrong length"),
        pytest.param(b"A" * 100_000 + b"\n", id="a long line"),
    ],
)
def test_a_broken_message_ends_nothing(tmp_path: Path, broken: bytes) -> None:
    for messages, place in (((mail(1), broken, mail(3)), 1), ((broken, mail(2), mail(3)), 0)):
        items = read(tmp_path / "box", mbox(*messages))
        assert [item.error for item in items] == [None] * 3
        assert [subject for number, subject in enumerate(subjects(items)) if number != place] == [
            str(number + 1) for number in range(3) if number != place
        ]


def test_a_message_that_is_too_large_ends_nothing(tmp_path: Path) -> None:
    limits = Limits(message_bytes=1000, memory_bytes=500)
    items = read(tmp_path / "box", mbox(mail(1), mail(2, b"x" * 5_000_000 + b"\n"), mail(3)), limits)
    assert [item.error is None for item in items] == [True, False, True]
    assert "too large" in str(items[1].error)
    assert items[1].name.endswith("box#2")


def test_the_limit_is_that_of_a_message_not_of_the_box(tmp_path: Path) -> None:
    size = len(mail(1))
    box = mbox(*(mail(1) for _ in range(50)))
    assert all(item.message for item in read(tmp_path / "box", box, Limits(message_bytes=size)))
    assert not any(item.message for item in read(tmp_path / "box", box, Limits(message_bytes=size - 1)))


def test_large_messages_are_spooled(tmp_path: Path) -> None:
    large = mail(2, b"line\n" * 1000)
    items = read(tmp_path / "box", mbox(mail(1), large, mail(3)), Limits(memory_bytes=1000))
    assert [type(item.message.source) for item in items if item.message] == [bytes, mmap.mmap, bytes]
    assert bytes(items[1].message) == LINE + large  # type: ignore[arg-type]


def test_a_length_is_looked_up_in_the_file(tmp_path: Path) -> None:
    body = mail(7) + b"\n" + LINE + b"x" * 500_000 + b"\n"
    data = mbox(b"Subject: 1\nContent-Length: %d\n\n" % len(body) + body, mail(2))
    assert subjects(read(tmp_path / "box", data)) == ["1", "2"]


def test_a_pipe_has_no_place_to_look_up(tmp_path: Path) -> None:
    path = tmp_path / "pipe"
    os.mkfifo(path)
    writer = threading.Thread(target=path.write_bytes, args=(mbox(mail(1), mail(2)),))
    writer.start()
    items = list(read_items([str(path)]))
    writer.join()
    assert subjects(items) == ["1", "2"]


@pytest.mark.parametrize(
    ("data", "names", "found"),
    [
        pytest.param(mbox(mail(1), mail(2)), ["-#1", "-#2"], ["1", "2"], id="an mbox"),
        pytest.param(mbox(mail(1)), ["-"], ["1"], id="an mbox of one"),
        pytest.param(mail(1, b"x" * 100_000), ["-"], ["1"], id="one message"),
    ],
)
def test_standard_input(monkeypatch: pytest.MonkeyPatch, data: bytes, names: list[str], found: list[str]) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(data)))
    items = list(read_items(["-"]))
    assert [item.name for item in items] == names
    assert subjects(items) == found


def test_an_input_that_breaks_off() -> None:
    def chunks(last: bytes) -> Iterator[bytes]:
        yield mbox(mail(1), mail(2)) + last
        raise OSError(5, "Input/output error")

    items = list(read_mbox("box", chunks(b""), DEFAULT))
    assert [item.name for item in items] == ["box#1", "box#2"]
    assert [item.error is None for item in items] == [True, False]
    assert "Input/output error" in str(items[1].error)
    (only,) = list(read_mbox("box", iter_of_error(), DEFAULT))
    assert only.error is not None


def iter_of_error() -> Iterator[bytes]:
    """Give half a message, then an error."""
    yield LINE + b"Subj"
    raise OSError(5, "Input/output error")


def test_a_maildir_is_a_folder(tmp_path: Path) -> None:
    for folder in ("cur", "new", "tmp", ".Sent/cur", ".Sent/new", ".Sent/tmp"):
        (tmp_path / folder).mkdir(parents=True)
    (tmp_path / "new" / "1000.a.host").write_bytes(mail(2))
    (tmp_path / "cur" / "999.b.host:2,S").write_bytes(mail(1))
    (tmp_path / "tmp" / "1001.c.host").write_bytes(mail(8))
    (tmp_path / ".Sent" / "cur" / "1002.d.host:2,").write_bytes(mail(0))
    (tmp_path / "dovecot.index").write_bytes(b"Subject: 9\n\n")
    (tmp_path / "dovecot-uidlist").write_bytes(b"3 V1 N2\n1 :999.b.host\n")
    items = list(read_items([str(tmp_path)]))
    assert subjects(items) == ["0", "1", "2"]
    assert not any(item.note for item in items)


def test_a_folder_with_tmp_that_is_no_maildir(tmp_path: Path) -> None:
    (tmp_path / "tmp").mkdir()
    (tmp_path / "tmp" / "a.eml").write_bytes(mail(1))
    (tmp_path / "b.mbox").write_bytes(mbox(mail(2), mail(3)))
    assert sorted(map(str, subjects(list(read_items([str(tmp_path)]))))) == ["1", "2", "3"]


@pytest.mark.parametrize(
    ("head", "answer"),
    [
        pytest.param(LINE, True, id="a separator"),
        pytest.param(LINE[:-1], True, id="a separator alone"),
        pytest.param(b"\r\n\r\n" + LINE, True, id="blank lines first"),
        pytest.param(b"From a@b 1\nA: b\n", False, id="no date"),
        pytest.param(b"A: b\n\n" + LINE, False, id="later"),
        pytest.param(b"From: a@b\n", False, id="a field"),
        pytest.param(b"", False, id="nothing"),
        pytest.param(b"From " + b"x" * 8000, False, id="a long line"),
    ],
)
def test_what_begins_an_mbox(head: bytes, answer: bool) -> None:  # noqa: FBT001 - a column of the table
    assert begins_mbox(head) is answer


@settings(max_examples=300)
@given(pieces=st.lists(st.binary(max_size=40), max_size=8), sizes=st.lists(st.integers(1, 50), min_size=1, max_size=9))
def test_chunks_are_a_file(pieces: list[bytes], sizes: list[int]) -> None:
    file, other = as_file(iter(pieces)), io.BytesIO(b"".join(pieces))
    assert [file.read(size) for size in sizes] == [other.read(size) for size in sizes]
    assert file.read() == other.read()


@settings(max_examples=300)
@given(
    messages=joined([LINE, b"\n", b"\n" + LINE, b"A: b\n", b"x", b"Content-Length: 3\n"], 12), size=st.integers(1, 9)
)
def test_how_the_input_is_cut_makes_no_difference(messages: bytes, size: int) -> None:
    data = LINE + messages
    whole, parts = (list(read_mbox("a", pieces, DEFAULT)) for pieces in ([data], cut(data, size)))
    assert [(one.name, bytes(one.message)) for one in whole if one.message] == [
        (one.name, bytes(one.message)) for one in parts if one.message
    ]


MEASURE = """
import sys
from mailkit.sources.files import read_items
from tests.memory import resident

for item in read_items([sys.argv[1]]):
    pass
before = resident("VmRSS")
count = sum(item.message is not None for item in read_items([sys.argv[2]]))
print(count, resident("VmHWM") - before)
"""


@pytest.mark.skipif(not STATUS.exists(), reason=NOT_TOLD)
def test_memory(tmp_path: Path) -> None:
    small, large = tmp_path / "small", tmp_path / "large"
    small.write_bytes(mbox(*[mail(0, b"x" * 100 + b"\n")] * 10))
    with large.open("wb") as file:
        for number in range(20):
            file.writelines(
                [mbox(*[mail(number, b"line\n" * 500)] * 50), mbox(mail(number, b"QUJD" * 300_000 + b"\n") * 2)]
            )
    count, growth = numbers_of(MEASURE, small, large)
    assert count == 20 * 51
    assert growth < GROWTH_BYTES < large.stat().st_size / 3


def test_lines_that_were_no_separators_are_said(tmp_path: Path) -> None:
    line = b"From a@b Sat Jan  3 01:02:03 2026\n"
    box = tmp_path / "box"
    box.write_bytes(line + b"Subject: 1\n\none\n" + line + b"Subject: 2\n\ntwo\n")  # no blank line between the two
    items = list(read_items([str(box)]))
    assert len(items) == 1
    assert items[0].note.startswith("a From line was not taken for the beginning of a message: no blank line")
    box.write_bytes(line + b"Subject: 1\n\none\n\n" + line + b"Subject: 2\n\ntwo\n")
    assert [item.note for item in read_items([str(box)])] == ["", ""]


@pytest.mark.parametrize("name", ["postfix/null", "postfix/plain.postcat", "sendmail/qfplain", "exim/plain-H"])
def test_a_queue_file_is_no_message_but_has_its_verb(name: str) -> None:
    items = list(read_items([str(ROOT / "corpora" / "spool" / name)]))
    assert [item.message for item in items] == [None]
    assert "`mailkit envelope` reads it" in str(items[0].error)
