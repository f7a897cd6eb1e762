"""ISO-2022-JP: as the standard decodes it, as mail has it, however it is cut."""

from __future__ import annotations

import itertools
import json
from collections.abc import Iterable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mailkit.charsets import IncrementalText, decode_as
from mailkit.charsets.cells import GETA, character_at, class_of, from_sjis, table, to_sjis
from mailkit.charsets.escapes import ESCAPES, TWO_BYTE
from mailkit.charsets.iso2022jp import Iso2022Jp, Span, decode_clean, decode_iso2022jp
from tests.charsets import standard
from tests.strategies import SHARED

# What the standard reads as we do: no end of a line or control inside a two-byte run, and none of the others' escapes.
STANDARD = [
    b"\x1b$B",
    b"\x1b$@",
    b"\x1b(B",
    b"\x1b(J",
    b"\x1b(I",
    b"\x1b",
    b"$",
    b"(",
    b'$"',
    b"-!",
    b"a",
    b"1",
    b"\\",
    b"\xe3",
]
# And the rest of what trips a decoder.
TOKENS = [
    *STANDARD,
    b"\n",
    b"\r\n",
    b"\r",
    b"\x0e",
    b"\x0f",
    b"~",
    b"\x7f",
    b" ",
    b"|b",
    b"u!",
    b"!!",
    b"\x1b$(D",
    b"0!",
]
TOKENS += [
    b"\x1b$(B",
    b"\x1b(H",
    b"\x1b$A",
    b"\x1b$(C",
    b"\x1b.A",
    b"\x1bN",
    b"\x1b&@",
    b"\x1b$G",
    b"\x1b$)C",
    b"\x1b$(Q",
]


def sentences(tokens: list[bytes], most: int) -> Iterable[bytes]:
    """Give every sequence of up to `most` tokens."""
    return (b"".join(some) for count in range(most + 1) for some in itertools.product(tokens, repeat=count))


def in_pieces(data: bytes, label: str, size: int) -> str:
    """Decode in pieces of a size."""
    decoder = IncrementalText(label)
    return "".join([decoder.feed(data[at : at + size]) for at in range(0, len(data), size)]) + decoder.close()


def test_every_short_text_is_decoded_as_the_standard_does() -> None:
    count = 0
    for data in sentences(STANDARD, 4):
        count += 1
        assert decode_iso2022jp(data) == standard.iso2022jp(data), data
    assert count == sum(len(STANDARD) ** most for most in range(5))


@pytest.mark.parametrize("size", [1, 2, 3])
def test_every_short_text_is_the_same_in_pieces(size: int) -> None:
    for data in sentences(TOKENS, 3):
        assert in_pieces(data, "iso-2022-jp", size) == decode_iso2022jp(data), data


@settings(max_examples=2_000, deadline=None)
@given(data=st.lists(st.sampled_from(TOKENS), max_size=14).map(b"".join), size=st.integers(1, 30))
def test_the_fast_way_the_machine_and_the_pieces_agree(data: bytes, size: int) -> None:
    spans = list(Iso2022Jp().spans(data))
    text = "".join(span.text for span in spans)
    assert decode_clean(data) in {None, text}
    assert decode_iso2022jp(data) == text
    assert in_pieces(data, "iso-2022-jp", size) == text
    edges = [0, *(span.end for span in spans)]
    assert [span.start for span in spans] == edges[:-1]
    assert edges[-1] == len(data)


@pytest.mark.parametrize(
    ("data", "text"),
    [
        pytest.param(b"\x1b$B-!\x1b(B", "①", id="NEC's row 13"),
        pytest.param(b"\x1b$B-`\x1b(B", "〝", id="NEC's row 13, behind the hole"),
        pytest.param(b"\x1b$B|b\x1b(B", "髙", id="NEC's selection of IBM's"),
        pytest.param(b"\x1b$B)!\x1b(B", "\ufffd", id="an undefined cell"),
        pytest.param(b"\x1b(I1^\x1b(B", "ｱﾞ", id="half-width kana"),
        pytest.param(b"a\x0e1\x0fb", "aｱb", id="half-width kana by SO and SI"),
        pytest.param(b"a\x0e1\nb", "a\ufffd1\nb", id="SO without SI"),
        pytest.param(b"\x1b$(D0!\x1b(B", "丂", id="JIS X 0212"),
        pytest.param(b"\x1b$(D", "\ufffd$(D", id="JIS X 0212 that is not used"),
        pytest.param(b"\x1b$(Q.!\x1b(B", "俱", id="JIS X 0213:2004"),
        pytest.param(b"\x1b$(P!!\x1b(B", "𠂉", id="JIS X 0213 plane 2"),
        pytest.param(b"\x1b$(Q%w\x1b(B", "カ゚", id="a cell of two code points"),
        pytest.param(b'\x1b$A?*7"\x1b(B', "开发", id="GB 2312"),
        pytest.param(b"\x1b$(C0!\x1b(B", "가", id="KS X 1001"),
        pytest.param(b"\x1b.A\x1bNd", "ä", id="ISO 8859-1 by a single shift"),
        pytest.param(b"\x1b.F\x1bNa", "α", id="ISO 8859-7 by a single shift"),
        pytest.param(b"\x1bNa", "\ufffdNa", id="a single shift to nothing"),
        pytest.param(b"\x1b.A\n\x1bNd", "\n\ufffdNd", id="G2 ends with the line"),
        pytest.param(b"\x1b$B$\x1b(Btail", "\ufffdtail", id="an odd byte"),
        pytest.param(b'\x1b$B$"\nabc', "あ\nabc", id="no return before the end of a line"),
        pytest.param(b'\x1b$B$"\r\nabc', "あ\r\nabc", id="no return before CRLF"),
        pytest.param(b'\x1b$B$"', "あ", id="no return at the end"),
        pytest.param(b"\x1b(Ja\\~\nb\\", "a¥‾\nb¥", id="Roman stays on behind the end of a line"),
        pytest.param(b"\x1b$B\x1b(Ba", "\ufffda", id="an empty segment"),
        pytest.param(b'\x1b$(B$"\x1b(H.', "あ.", id="escapes that are wrong, and known"),
        pytest.param(b'\x1b&@\x1b$B$"\x1b(B', "あ", id="the announcer of 1990"),
        pytest.param(b"\x1b$G!!\x0f.", GETA * 2 + ".", id="SoftBank's web code"),
        pytest.param(b"\x1b$P!!\x1b(B", "\ufffd$P!!", id="SoftBank's web code without its end"),
        pytest.param(b"\x1b[31mred", "\ufffd[31mred", id="colours of a terminal"),
        pytest.param("あ".encode(), "\ufffd" * 3, id="UTF-8"),
        pytest.param(b'\x1b$B$"\t$$\x1b(B', "あ\tい", id="a tab between characters"),
    ],
)
def test_what_mail_has(data: bytes, text: str) -> None:
    assert decode_iso2022jp(data) == text
    for size in (1, 2, 3):
        assert in_pieces(data, "cp50221", size) == text


def test_users_cells_are_private_where_the_label_says_so() -> None:
    data = b"\x1b$Bu!~~|b\x1b$(Du!s!\x1b(B"
    assert decode_as(data, "iso-2022-jp-ms") == "\ue000\ue3ab髙\ue3acⅰ"
    assert decode_as(data, "iso-2022-jp") == "\ufffd\ufffd髙\ufffdⅰ"


def faults(data: bytes) -> list[tuple[int, int, str]]:
    """Give the spans at fault."""
    return [(span.start, span.end, span.fault) for span in Iso2022Jp().spans(data) if span.fault]


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        pytest.param(b'a\x1b$B$"\x1b(B\n\x1b$@$"\x1b(Jb\x1b(B', [], id="RFC 1468"),
        pytest.param(b"\x1b$B$\x1b(B", [(3, 4, "odd-bytes")], id="an odd byte"),
        pytest.param(b'\x1b$B$"\n', [(5, 6, "line-not-ascii")], id="no return"),
        pytest.param(b"\x1b$B\x1b(B", [(3, 3, "empty-segment")], id="an empty segment"),
        pytest.param(b"a\x1b", [(1, 2, "cut-escape")], id="a lone ESC at the end"),
        pytest.param(b"a\x1b$", [(1, 2, "cut-escape")], id="half an escape"),
        pytest.param(b"\x1b$)C\x0e", [(0, 1, "other-iso2022"), (4, 5, "control")], id="Korean"),
        pytest.param(b"\xe3\x81", [(0, 2, "8bit")], id="eight bits"),
        pytest.param(b"\x0e1\x0f", [(0, 3, "kana-halfwidth")], id="SO and SI"),
        pytest.param(b"\x1b$G!\x0f", [(0, 5, "emoji-softbank")], id="web code"),
    ],
)
def test_faults(data: bytes, expected: list[tuple[int, int, str]]) -> None:
    assert faults(data) == expected


@pytest.mark.parametrize("row", [pytest.param(row, id=row.sequence[1:].hex(" ")) for row in ESCAPES])
def test_every_escape(row: object) -> None:
    assert row in ESCAPES
    sequence, charset, fault, _ = row  # type: ignore[misc] - a row is a tuple
    character = b"0!" if charset in TWO_BYTE else b"!"
    behind = b"\x1bNa" if charset.startswith("g2:") else character
    before = b"\x1b.A" if charset == "g2" else b""
    found = [span for span in Iso2022Jp().spans(before + sequence + behind) if span.start == len(before)]
    assert found[0].fault == fault
    for cut in range(1, len(sequence)):
        spans: list[Span] = list(Iso2022Jp().spans(b"a" + sequence[:cut] + b"\x80"))
        assert "cut-escape" in {span.fault for span in spans} or sequence[:cut] in {one.sequence for one in ESCAPES}


def test_every_cell_of_the_two_planes() -> None:
    rows = {}
    for row, cell in itertools.product(range(1, 95), repeat=2):
        pair = bytes((row + 32, cell + 32))
        text = decode_iso2022jp(b"\x1b$B" + pair + b"\x1b(B")
        rows[row, cell] = text
        assert text == decode_as(bytes((row + 160, cell + 160)), "euc-jp") == character_at(row, cell)
        wide = decode_as(to_sjis(row, cell), "shift_jis")
        same = {"〜": "～", "‖": "∥", "−": "－", "¢": "￠", "£": "￡", "¬": "￢"}.get(text, text)
        assert wide.startswith(same)
        assert from_sjis(*to_sjis(row, cell)) == (row, cell)
        assert decode_iso2022jp(b"\x1b$(D" + pair + b"\x1b(B") == table("jisx0212")[(row - 1) * 94 + cell - 1]
    assert len(rows) == 8_836
    assert sum(text != "\ufffd" for text in rows.values()) == 7_336


def test_the_shared_facts_on_cells() -> None:
    path = SHARED.parent / "data" / "jp_characters.json"
    if not path.is_file():
        pytest.skip(f"{path.name} is not there")
    cells = json.loads(path.read_text("utf-8"))["cells"]
    assert len(cells) == 845
    for name, known in cells.items():
        row, cell = map(int, name.split("-"))
        assert character_at(row, cell) == known["char"]
        assert class_of(row) == known["class"]
        assert to_sjis(row, cell).hex().upper() == known["sjis"]


@pytest.mark.parametrize(
    "flood",
    [
        pytest.param(b"\x1b$B\x1b(B", id="empty segments"),
        pytest.param(b"\x1b", id="ESC"),
        pytest.param(b"\x0e11", id="SO"),
        pytest.param(b"\x1b$G!!", id="web code that does not end"),
        pytest.param(b"\x1b$B-!", id="designations"),
        pytest.param(b"\x1b$B$\n", id="odd bytes"),
        pytest.param(b"\xe3", id="eight bits"),
    ],
)
def test_floods_make_no_more_spans_than_bytes(flood: bytes) -> None:
    small, large = (sum(1 for _ in Iso2022Jp().spans(flood * times)) for times in (2_000, 4_000))
    assert large <= 2 * small + 2
    machine = Iso2022Jp()
    kept = 0
    for _ in range(2_000):
        machine.feed(flood)
        kept = max(kept, len(machine.held))
    assert kept < 140
