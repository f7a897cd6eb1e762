"""The pictures of a chain: text for a terminal, SVG for a page."""

from __future__ import annotations

import re
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailkit.syntax.widths import width_of
from mailkit.trace import trace
from mailkit.trace.picture import BAR, CLOCK, bar_of, draw, middle
from mailkit.trace.svg import MAX_ROWS, draw_svg
from tests.trace.test_trace import CHAIN, TOKENS, hop, mail

SVG = "{http://www.w3.org/2000/svg}"

FOUR = mail(
    "Received: from localhost (localhost [127.0.0.1]) by wni.example with ESMTP id 4; Sat, 15 Dec 2001 13:59:38 +0900",
    "Received: from gateway.example.gr.jp (gateway.example.gr.jp [202.250.31.150]) (using TLSv1.3 with cipher X-Y-Z "
    "(256/256 bits)) by wni.example (Postfix) with ESMTPS id 3; Sat, 15 Dec 2001 13:59:41 +0900",
    "Received: from mbox1.example.gr.jp (mbox1.example.gr.jp [10.1.0.5]) by gateway.example.gr.jp with ESMTP id 2; "
    "Sat, 15 Dec 2001 13:58:21 +0900",
    "Received: from pc7 (pc7 [192.168.10.7]) by mbox1.example.gr.jp with ESMTPA id 1; Sat, 15 Dec 2001 13:58:20 +0900",
)
PICTURE = """\
#  time (own zone)             wait                    from                                            by                      how
1  2001-12-15 13:58:20 +0900                           pc7 [192.168.10.7 private]                   →  mbox1.example.gr.jp     ESMTPA auth
2  2001-12-15 13:58:21 +0900    +1s  ██▌               mbox1.example.gr.jp [10.1.0.5 private]       →  gateway.example.gr.jp   ESMTP
─── outside, above: claims of strangers"""


def test_the_picture() -> None:
    lines = str(trace(FOUR)).splitlines()
    assert [line.split() for line in lines[:3]] == [line.split() for line in PICTURE.splitlines()[:3]]
    assert lines[3].startswith("─── outside, above: claims of strangers ───")
    assert lines[4].split()[4:6] == ["+1m20s", "█" * BAR]
    assert "ESMTPS TLSv1.3" in lines[4]
    assert f"−3s  {CLOCK}".replace("−", "\N{MINUS SIGN}") in lines[5]
    assert lines[7] == (
        "4 hops, 1m18s; waited longest (1m20s) at gateway.example.gr.jp; "
        "came from gateway.example.gr.jp [202.250.31.150]"
    )


def test_columns_stand_below_one_another() -> None:
    lines = [line for line in str(trace(FOUR)).splitlines() if "→" in line]
    assert len({width_of(line[: line.index("→")]) for line in lines}) == 1


LONG = mail(
    hop("db3.outbound.protection.example.com (a.rather.long.name.of.a.host.example.com [2001:db8:77:0:1234:5678:9abc:def0])",
        "du6pepf00009529.mail.protection.example.net", "00:00:05", "with ESMTPSA id 3"),
    hop("pc ([192.168.10.7])", "db3", "00:00:00"),
)  # fmt: skip


@pytest.mark.parametrize("columns", [60, 72, 80, 120, 130, 140, 150, 160, 170])
def test_a_terminal_is_not_left(columns: int) -> None:
    lines = draw(trace(LONG), columns).partition("\n\n")[0].splitlines()
    assert max(map(width_of, lines)) <= columns
    assert columns > 120 or "…" in "".join(lines)
    assert columns < 72 or "2001:db8:77:0:1234:5678:9abc:def0" in "".join(lines)


def test_a_wide_terminal_and_a_file_show_the_same() -> None:
    assert draw(trace(LONG), 300) == draw(trace(LONG)) == str(trace(LONG))
    assert "…" not in str(trace(LONG))


def test_names_have_a_line_of_their_own_where_it_is_narrow() -> None:
    lines = draw(trace(FOUR), 80).splitlines()
    assert lines[1].split() == ["1", "2001-12-15", "13:58:20", "+0900", "ESMTPA", "auth"]
    assert lines[2] == "   pc7 [192.168.10.7 private] → mbox1.example.gr.jp"


@given(text=st.text("ab.[]: \u65e5", max_size=40), size=st.integers(1, 40))
def test_a_cut_text_is_never_longer(text: str, size: int) -> None:
    cut = middle(text, size)
    assert cut == text if width_of(text) <= size else len(cut) <= size


def test_clocks_that_are_apart_are_no_time() -> None:
    behind = trace(mail(hop("b ([203.0.113.1])", "c", "00:00:00"), hop("a ([203.0.113.2])", "b", "01:00:00")))
    assert behind.total_seconds == -3600
    assert "2 hops, its clocks 1h apart; came from" in str(behind)
    assert "its clocks 1h apart" in draw_svg(behind)


@pytest.mark.parametrize(
    ("delay", "longest", "columns"),
    [(1, 1, BAR), (80, 80, BAR), (1, 80, 3), (80, 63_072_000, 4), (0.001, 1e9, 1)],
)
def test_a_bar_is_never_hidden_and_never_too_long(delay: float, longest: float, columns: int) -> None:
    assert len(bar_of(delay, longest)) == columns


@given(
    tokens=st.lists(
        st.sampled_from([*TOKENS, "\x1b[31m", "\u202e", "<script>alert(1)</script>", "日本語", '"', "&"]), max_size=30
    )
)
def test_any_chain_is_drawn_and_hostile_words_stay_words(tokens: list[str]) -> None:
    found = trace(("Received: " + "".join(tokens)).encode())
    text = str(found)
    assert not re.search("[\x00-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]", text)
    drawn = draw_svg(found)
    assert {element.tag.removeprefix(SVG) for element in ET.fromstring(drawn).iter()} <= {
        *("svg", "style", "title", "text", "rect", "path", "line", "g"),
    }


def test_svg_has_a_row_for_each_hop() -> None:
    drawn = draw_svg(trace(CHAIN))
    root = ET.fromstring(drawn)
    assert len(root.findall(f"{SVG}g")) == 3
    assert len(root.findall(f".//{SVG}rect")) == 2
    assert "outside, above: claims of strangers" in drawn
    assert "http" not in drawn.replace("http://www.w3.org/2000/svg", "")


def test_svg_marks_clocks_and_long_chains() -> None:
    behind = mail(hop("b ([203.0.113.1])", "c", "00:00:00"), hop("a ([203.0.113.2])", "b", "00:00:05"))
    assert "5s, clock" in draw_svg(trace(behind))
    many = mail(*[hop(f"h{n} ([203.0.113.1])", f"h{n + 1}", "00:00:00") for n in range(MAX_ROWS + 9)])
    assert len(ET.fromstring(draw_svg(trace(many))).findall(f"{SVG}g")) == MAX_ROWS
    assert "no Received field" in draw_svg(trace(b""))
