"""The mbox splitter: any chunking gives the same events, nothing is lost, and two plain readings agree with it."""

from __future__ import annotations

import itertools
import re
from datetime import UTC, datetime

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mailkit.findings import CODES
from mailkit.limits import DEFAULT, Limits
from mailkit.stream.filters import FilterEvent, MessageEnd, Removed, Separator, Stretch
from mailkit.stream.mbox import MboxSplitter, Peek, Variant
from mailkit.syntax.from_line import parse_from_line
from tests.strategies import cut, joined
from tests.stream.fronts import assert_covers, events_of, noticed
from tests.timing import assert_linear, flood, repeat

LINE = b"From a@b Sat Jan  3 01:02:03 2026\n"
OTHER = b"From c@d Sun, 4 Jan 2026 01:02:03 +0100\r\n"
WHEN = datetime(2026, 1, 3, 1, 2, 3, tzinfo=UTC)
TOKENS = [b"From ", LINE, b">From ", b"\n", b"\r\n", b"Content-Length: 3\n", b"x"]
MORE = [
    b"\n\n",
    b"\n" + LINE,
    b"\n\n" + LINE,
    b"\n\r\n" + OTHER,
    b"A: b\n",
    b"Content-Length: 0\n",
    b"content-length:36\r\n",
    b"Content-Length: 76\n\n",
    b"Content-Length: x\n\n",
    b">>From ",
    b">",
    b"F",
    b"From",
    b"\r",
    b"\r\r\n",
    b"\n\r\r\n" + LINE,
    b"\xef\xbb\xbf",
    b"yyyyyyyyy",
]
NARROW = Limits(from_line_bytes=36, mbox_lookahead_bytes=20, header_block_bytes=30)
NEAR = Limits(mbox_lookahead_bytes=50, finding_count=2)
FAR = Limits(mbox_lookahead_bytes=1 << 40)

mbox = st.builds(
    bytes.__add__, st.sampled_from([b"", LINE, LINE, LINE + b"Content-Length: 40\n\n"]), joined(TOKENS + MORE, 14)
)
variants = st.sampled_from(["auto", "auto", "mboxo", "mboxrd", "mboxcl", "mboxcl2"])


def rows(
    pieces: list[bytes], variant: Variant = "auto", limits: Limits = DEFAULT, peek: Peek | None = None
) -> list[FilterEvent]:
    """Split pieces; give the events."""
    return events_of(MboxSplitter(limits, variant=variant, peek=peek), pieces)


def assert_whole(events: list[FilterEvent], data: bytes) -> None:
    """Check that the events are the input, and that each message has a beginning and an end."""
    assert_covers(events, data)
    marks = [type(event) for event in events if isinstance(event, Separator | MessageEnd)]
    assert marks == [Separator, MessageEnd] * (len(marks) // 2)


def messages(events: list[FilterEvent]) -> list[bytes]:
    """Give the bytes of each message."""
    found: list[bytes] = []
    for event in events:
        if isinstance(event, Separator):
            found.append(b"")
        elif isinstance(event, Stretch):
            found[-1] += event.data
    return found


def codes(events: list[FilterEvent]) -> list[str]:
    """Give the codes of what was noticed."""
    return [code for code, _ in noticed(events)]


@pytest.mark.parametrize("head", [b"", LINE + b"Content-Length: 3\n\n"], ids=["nothing", "a body of a length"])
@pytest.mark.parametrize("variant", ["auto", "mboxrd"])
def test_every_short_mbox_in_every_chunking(head: bytes, variant: Variant) -> None:
    for count in range(5):
        for tokens in itertools.product(TOKENS, repeat=count):
            data = head + b"".join(tokens)
            whole = rows([data], variant)
            assert_whole(whole, data)
            for size in (1, 2, 3):
                # What stands before is fed at once: what is under test stands behind it.
                pieces = [head[:-3], *cut(data[max(0, len(head) - 3) :], size)]
                assert rows(pieces, variant) == whole, (data, size)


@given(data=mbox, size=st.integers(1, 5), variant=variants, limits=st.sampled_from([DEFAULT, NARROW, NEAR, FAR]))
def test_chunking_never_changes_the_events(data: bytes, size: int, variant: Variant, limits: Limits) -> None:
    whole = rows([data], variant, limits)
    assert_whole(whole, data)
    assert rows(cut(data, size), variant, limits) == whole


@given(data=mbox, size=st.integers(1, 5), variant=variants)
def test_peeking_is_as_good_as_looking_ahead_without_end(data: bytes, size: int, variant: Variant) -> None:
    none = msgspec.structs.replace(DEFAULT, mbox_lookahead_bytes=0)
    assert rows(cut(data, size), variant, none, lambda at, many: data[at : at + many]) == rows([data], variant, FAR)


@settings(max_examples=300)
@given(data=st.binary(max_size=300), size=st.integers(1, 9), variant=variants)
def test_any_bytes_are_an_mbox(data: bytes, size: int, variant: Variant) -> None:
    whole = rows([data], variant)
    assert_whole(whole, data)
    assert rows(cut(data, size), variant) == whole


# -- two plain readings, each of the whole mbox at once


BLANK = re.compile(rb"\r{0,2}\n")
LENGTH = re.compile(rb"^content-length[ \t]*:[ \t]*([^\n]*)", re.IGNORECASE | re.MULTILINE)


def is_separator(lines: list[bytes], number: int) -> bool:
    """Say whether a line is a separator: it looks like one, and before it is a blank line or nothing else."""
    before = lines[:number]
    blank = not before or BLANK.fullmatch(before[-1]) or all(BLANK.fullmatch(line) for line in before)
    return bool(blank and parse_from_line(lines[number]))


def by_lines(data: bytes, *, unquote: bool) -> list[bytes]:
    """Split an mbox without lengths, line by line."""
    lines = re.findall(rb"[^\n]*\n|[^\n]+", data)
    found: list[list[bytes]] = []
    bare = True
    for number, line in enumerate(lines):
        if is_separator(lines, number):
            if found and all(BLANK.fullmatch(one) for one in lines[:number]):
                found.clear()
            elif found:
                found[-1].pop()
            found.append([])
            bare = False
        else:
            found = found or [[]]
            found[-1].append(line)
    if found and found[-1] and not bare and BLANK.fullmatch(found[-1][-1]):
        found[-1].pop()
    return [b"".join(line[1:] if unquote and re.match(rb">+From ", line) else line for line in one) for one in found]


@given(data=mbox, variant=st.sampled_from(["mboxo", "mboxrd"]))
def test_messages_are_those_of_a_plain_reading(data: bytes, variant: Variant) -> None:
    data = data.replace(b"\xef\xbb\xbf", b"")
    assert messages(rows([data], variant)) == by_lines(data, unquote=variant == "mboxrd")


def by_length(data: bytes) -> list[bytes]:
    """Split an mbox with lengths: each message as its length has it, where that leads to a separator or to the end."""
    start = re.match(rb"(?:\r{0,2}\n)*From [^\n]*(?:\n|\Z)", data)
    if not data or not (start and parse_from_line(data[data.index(b"From ") : start.end()])):
        return [data] if data and b"From a" not in data and b"From c" not in data else []
    found = []
    place: int | None = start.end()
    while place is not None:
        end, place = _message(data, place)
        found.append(end)
    return found


def _message(data: bytes, begin: int) -> tuple[bytes, int | None]:
    """Give the message that begins at a place, and where the next begins."""
    head = re.compile(rb"\r{0,2}\n|(?:[^\n]*\n)*?[^\n]*\n\r{0,2}\n").match(data, begin)
    stated = LENGTH.search(head[0]) if head else None
    if head and stated and stated[1].strip().isdigit():
        target = head.end() + int(stated[1])
        gap = re.compile(rb"(?:\r{0,2}\n){0,2}").match(data, target) if target <= len(data) else None
        split = data[target - 1 : target] == b"\r" and data[target : target + 1] in (b"\r", b"\n")
        if gap and not split and gap.end() == len(data):
            return data[begin:target], None
        if gap and not split and (after := _separator(data, gap.end())):
            return data[begin:target], after
    for blank in re.compile(rb"(?<=\n)\r{0,2}\n(?=From )").finditer(data, begin):
        after = _separator(data, blank.end())
        if after:
            return data[begin : blank.start()], after
    last = re.compile(rb"(?<=\n)\r{0,2}\n\Z").search(data, begin)
    return data[begin : last.start() if last else len(data)], None


def _separator(data: bytes, place: int) -> int | None:
    """Give where a separator ends that begins at a place."""
    line = re.compile(rb"(?<=\n)From [^\n]*\n?").match(data, place)
    blank = re.search(rb"\n\r{0,2}\n\Z", data[:place])
    return line.end() if line and blank and parse_from_line(line[0]) else None


@given(rest=joined(TOKENS + MORE, 14))
def test_lengths_are_those_of_a_plain_reading(rest: bytes) -> None:
    data = (LINE + b"A: b\n" + rest).replace(b"\xef\xbb\xbf", b"")
    assert messages(rows([data], "auto", FAR)) == by_length(data)


def test_every_short_mbox_with_lengths_is_read_as_plainly() -> None:
    for count in range(5):
        for tokens in itertools.product([*TOKENS[1:2], *TOKENS[3:]], repeat=count):
            data = LINE + b"Content-Length: 3\n\n" + b"".join(tokens)
            assert messages(rows([data])) == by_length(data), data


# -- tables


@pytest.mark.parametrize(
    ("data", "variant", "found"),
    [
        pytest.param(LINE + b"A: b\n\nhi\n", "auto", [b"A: b\n\nhi\n"], id="one"),
        pytest.param(LINE + b"A: b\n\nhi\n\n", "auto", [b"A: b\n\nhi\n"], id="one and its blank line"),
        pytest.param(LINE + b"A: b\n\nhi", "auto", [b"A: b\n\nhi"], id="no line end"),
        pytest.param(
            LINE + b"A: b\n\nhi\n\n" + OTHER + b"C: d\r\n\r\nho", "auto", [b"A: b\n\nhi\n", b"C: d\r\n\r\nho"], id="two"
        ),
        pytest.param(b"\xef\xbb\xbf\n" + LINE + b"A: b\n", "auto", [b"A: b\n"], id="byte order mark and blank line"),
        pytest.param(LINE + b"\n" + LINE + b"\n", "auto", [b"", b""], id="empty messages"),
        pytest.param(LINE, "auto", [b""], id="a separator alone"),
        pytest.param(LINE[:-1], "auto", [b""], id="a separator without line end"),
        pytest.param(LINE + LINE + b"A: b\n", "auto", [LINE + b"A: b\n"], id="no blank line before"),
        pytest.param(
            LINE + b"A: b\n\nhi\n\n\n\n" + LINE, "auto", [b"A: b\n\nhi\n\n\n", b""], id="blank lines of the message"
        ),
        pytest.param(LINE + b"\n\nFrom here on\n", "auto", [b"\n\nFrom here on\n"], id="prose"),
        pytest.param(b"A: b\n\nhi\n\n", "auto", [b"A: b\n\nhi\n\n"], id="no mbox"),
        pytest.param(
            b"A: b\n\nhi\n\n" + LINE + b"C: d\n", "auto", [b"A: b\n\nhi\n", b"C: d\n"], id="no first separator"
        ),
        pytest.param(LINE + b"\n>From x\n>>From y\n", "mboxo", [b"\n>From x\n>>From y\n"], id="mboxo"),
        pytest.param(LINE + b"\n>From x\n>>From y\n", "mboxrd", [b"\nFrom x\n>From y\n"], id="mboxrd"),
        pytest.param(LINE + b">From x\n", "mboxrd", [b"From x\n"], id="mboxrd, the first line"),
        pytest.param(LINE + b"> From x\na>From y\n", "mboxrd", [b"> From x\na>From y\n"], id="mboxrd, not quoted"),
        pytest.param(
            LINE + b"\n" + b">" * 5000 + b"From \n", "mboxrd", [b"\n" + b">" * 4999 + b"From \n"], id="quoted often"
        ),
        pytest.param(b"", "auto", [], id="nothing"),
        pytest.param(b"\n\n", "auto", [b"\n\n"], id="blank lines alone"),
    ],
)
def test_messages(data: bytes, variant: Variant, found: list[bytes]) -> None:
    for size in (1, 7, 10_000):
        events = rows(cut(data, size), variant)
        assert_whole(events, data)
        assert messages(events) == found


INNER = b"one\n\n" + LINE + b"\ntwo\n"


def of_length(length: int, body: bytes, gap: bytes = b"\n", after: bytes = OTHER + b"C: d\n") -> bytes:
    """Make an mbox whose first message states a length."""
    return LINE + b"Content-Length: %d\n\n" % length + body + gap + after


@pytest.mark.parametrize(
    ("data", "count", "by", "code"),
    [
        pytest.param(of_length(len(INNER), INNER), 2, True, None, id="right"),
        pytest.param(of_length(len(INNER) + 1, INNER), 2, True, None, id="right with the blank line"),
        pytest.param(of_length(len(INNER) - 1, INNER), 2, True, None, id="right without the last line end"),
        pytest.param(of_length(len(INNER), INNER, b"\r\n"), 2, True, None, id="right before CRLF"),
        pytest.param(of_length(len(INNER), INNER, b"", b""), 1, True, None, id="right at the end"),
        pytest.param(of_length(len(INNER), INNER, b"\n", b""), 1, True, None, id="right at the end with a blank line"),
        pytest.param(of_length(len(INNER) + 2, INNER), 3, False, "mbox.length.wrong", id="too large by two"),
        pytest.param(of_length(len(INNER) - 2, INNER), 3, False, "mbox.length.wrong", id="too small"),
        pytest.param(of_length(10**5, INNER), 3, False, "mbox.length.wrong", id="beyond the end"),
        pytest.param(of_length(10**30, INNER), 3, False, "mbox.length.wrong", id="beyond all numbers"),
        pytest.param(of_length(0, INNER), 3, False, "mbox.length.wrong", id="zero"),
        pytest.param(of_length(len(INNER), INNER, b"", OTHER), 2, False, "mbox.length.wrong", id="no blank line there"),
        pytest.param(
            of_length(len(INNER), INNER, b"\n", b"From here on"), 2, False, "mbox.length.wrong", id="prose there"
        ),
    ],
)
def test_lengths(data: bytes, count: int, by: bool, code: str | None) -> None:  # noqa: FBT001 - a column of the table
    for size in (1, 5, 10_000):
        events = rows(cut(data, size))
        assert_whole(events, data)
        assert len(messages(events)) == count
        assert next(event.by_length for event in events if isinstance(event, MessageEnd)) is by
        assert [one for one in codes(events) if one.startswith("mbox.length")] == [code] * (code is not None)


def test_a_length_that_is_right_gives_the_body_to_the_byte() -> None:
    for length in (len(INNER) - 1, len(INNER), len(INNER) + 1):
        data = of_length(length, INNER)
        first = messages(rows([data]))[0]
        assert first.partition(b"\n\n")[2] == (INNER + b"\n")[:length]


@pytest.mark.parametrize("variant", ["mboxo", "mboxrd"])
def test_lengths_are_not_heeded_where_the_variant_has_none(variant: Variant) -> None:
    assert len(messages(rows([of_length(len(INNER), INNER)], variant))) == 3


def test_a_separator_counts_more_than_a_length_that_leads_far() -> None:
    limits = Limits(mbox_lookahead_bytes=1000)
    for size, count in ((900, 2), (1100, 3)):
        data = of_length(len(INNER) + size, INNER + b"x" * (size - 1) + b"\n")
        for piece in (1, 100, 10_000):
            events = rows(cut(data, piece), "auto", limits)
            assert len(messages(events)) == count
            assert codes(events) == ["limit.mbox_lookahead_bytes"] * (count == 3)
        assert len(messages(rows([data], "auto", limits, lambda at, many, box=data: box[at : at + many]))) == 2  # type: ignore[misc]


def test_input_that_is_not_what_peek_gave_is_read_all_the_same() -> None:
    data = of_length(len(INNER), INNER)
    for lie in (data + b"x", data[:-30]):
        for piece in (1, 10_000):
            events = rows(cut(lie[:60], piece), "auto", DEFAULT, lambda at, many: data[at : at + many])
            assert_whole(events, lie[:60])


@pytest.mark.parametrize(
    ("data", "variant", "limits", "code", "offset"),
    [
        pytest.param(b"\xef\xbb\xbf" + LINE, "auto", DEFAULT, "stream.bom", 0, id="byte order mark"),
        pytest.param(b"A: b\n\n" + LINE, "auto", DEFAULT, "mbox.separator.missing", 0, id="no first separator"),
        pytest.param(LINE + b"\n\nFrom x\n", "auto", DEFAULT, "mbox.from-line.unquoted", 36, id="prose"),
        pytest.param(LINE + b"x\n" + LINE, "auto", DEFAULT, "mbox.from-line.unquoted", 36, id="no blank line before"),
        pytest.param(of_length(1, b"xx\n"), "auto", DEFAULT, "mbox.length.wrong", 34, id="wrong length"),
        pytest.param(LINE + b"Content-Length: a\n\n", "auto", DEFAULT, "mbox.length.wrong", 34, id="no number"),
        pytest.param(LINE + b"A: b\n\n", "mboxcl2", DEFAULT, "mbox.length.missing", 34, id="no length"),
        pytest.param(
            LINE + b"\n\n" + LINE.replace(b"a@b", b"a" * 70), "auto", Limits(from_line_bytes=60), "limit.from_line_bytes", 36,
            id="a long line",
        ),
        pytest.param(LINE + b"\n\nFrom x" * 9, "auto", Limits(finding_count=3), "limit.finding_count", 60, id="findings"),
    ],
)  # fmt: skip
def test_findings(data: bytes, variant: Variant, limits: Limits, code: str, offset: int) -> None:
    for size in (1, 10_000):
        events = rows(cut(data, size), variant, limits)
        assert codes(events)[-1] == code
        assert dict(reversed(noticed(events)))[code] == offset
    assert code in CODES


def test_nothing_is_noticed_in_an_ordinary_mbox() -> None:
    data = (LINE + b"A: b\n\nhi\n>From here\n\n") * 3 + of_length(len(INNER), INNER)
    assert codes(rows([data])) == []


def test_separators_say_who_and_when() -> None:
    first, second = (event for event in rows([LINE + b"\n" + OTHER]) if isinstance(event, Separator))
    assert (first.raw, first.sender, first.date) == (LINE, "a@b", WHEN)
    assert (second.raw, second.sender) == (OTHER, "c@d")


def test_what_was_taken_away_is_told_with_its_place() -> None:
    events = rows([LINE + b"ab\n>From x\n>>From y\n"], "mboxrd")
    assert [event for event in events if isinstance(event, Removed)] == [
        Removed(37, 38, b">", 3),
        Removed(46, 47, b">", 11),
    ]


def test_stretches_are_views_of_the_chunk() -> None:
    chunk = LINE + b"A: b\n\n" + b"x" * 5000
    stretch = next(event for event in MboxSplitter().feed(chunk) if isinstance(event, Stretch))
    assert stretch.data.obj is chunk


@pytest.mark.parametrize("kind", [bytearray, memoryview])
def test_other_kinds_of_bytes(kind: type[bytearray | memoryview]) -> None:
    splitter = MboxSplitter()
    events = splitter.feed(kind(LINE + b"A: b\n\n")) + splitter.close()
    assert [type(event).__name__ for event in events] == ["Separator", "Stretch", "MessageEnd"]


def test_misuse() -> None:
    splitter = MboxSplitter()
    assert splitter.close() == splitter.close() == []
    with pytest.raises(ValueError, match="close"):
        splitter.feed(b"x")
    with pytest.raises(ValueError, match="mboxxy"):
        MboxSplitter(variant="mboxxy")  # type: ignore[arg-type]


def length_after_length(size: int) -> bytes:
    """Make messages that all state the same wrong end, far away, and are full of separators."""
    one = LINE + b"Content-Length: %d\n\n\n" % (size // 2)
    return repeat(one, size)


@pytest.mark.parametrize(
    ("unit", "variant"),
    [
        pytest.param(b"\nFrom ", "auto", id="From at line starts"),
        pytest.param(b"\n\nFrom x", "auto", id="prose after blank lines"),
        pytest.param(b"\n\nFrom 1:11", "auto", id="times after blank lines"),
        pytest.param(b"x\n" + LINE, "auto", id="separators without blank lines"),
        pytest.param(b"\n" + LINE, "auto", id="empty messages"),
        pytest.param(b"\n" + LINE + b"Content-Length: 999\n", "auto", id="wrong lengths"),
        pytest.param(b"Content-Length: 9\n", "auto", id="a header of lengths"),
        pytest.param(b"\n", "auto", id="blank lines"),
        pytest.param(b"\r", "auto", id="CR"),
        pytest.param(b">", "mboxrd", id="one line of quotes"),
        pytest.param(b"\n>", "mboxrd", id="quotes"),
        pytest.param(b">From ", "mboxrd", id="From in one line"),
        pytest.param(b"\n>From ", "mboxrd", id="quoted lines"),
    ],
)
def test_time_grows_with_the_size(unit: bytes, variant: Variant) -> None:
    def split(pieces: list[bytes]) -> None:
        splitter = MboxSplitter(variant=variant)
        for piece in pieces:
            splitter.feed(piece)
        splitter.close()

    make = flood(unit, LINE)
    assert_linear(split, lambda size: [make(size)])
    assert_linear(split, lambda size: cut(make(size), 1000))


def test_lengths_that_lead_far_cost_no_more_than_their_bytes() -> None:
    def split(data: bytes) -> None:
        splitter = MboxSplitter(Limits(mbox_lookahead_bytes=len(data)))
        for piece in cut(data, 500):
            splitter.feed(piece)
        splitter.close()

    assert_linear(split, length_after_length)
