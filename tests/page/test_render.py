"""The page: words in both languages, tables under charts, colours that can be read, strangers' words that stay text."""

from __future__ import annotations

import base64
import hashlib
import re
import string
import sys
from datetime import timedelta
from pathlib import Path

import pytest

pytest.importorskip("jinja2")
pytest.importorskip("altair")
pytest.importorskip("vl_convert")

from mailkit.bounce import reasons
from mailkit.bounce.result import Kind
from mailkit.errors import MailkitError
from mailkit.page import gather, render
from mailkit.page.charts import Bar, Span, bars, columns, spans
from mailkit.page.result import WAIT_ENDS, Summary
from mailkit.page.svg import COLOR, clean
from mailkit.page.words import (
    ADVICE,
    COMPLAINTS,
    JAPANESE,
    KINDS,
    LANGUAGES,
    NOT_FINAL,
    OTHER_FEEDBACK,
    REASONS,
    REMEDIES,
    STEPS,
    WAITS,
    Language,
    words_of,
)
from mailkit.report import analyze
from mailkit.rows import HopRow, Row, row_of
from tests.page.made import HOSTILE, NEW_YEAR, genuine, hostile, recipient, row
from tests.page.reading import Element, read
from tests.strategies import ROOT

ROOM = ROOT / "mailkit" / "page"
TEMPLATE = (ROOM / "report.html.j2").read_text("utf-8")
STYLE = (ROOM / "report.css").read_text("utf-8")
IN_TEMPLATE = re.findall(r'\bt\("((?:[^"\\]|\\.)*)"', TEMPLATE)
IN_CODE = re.findall(r'\bt\(\s*"((?:[^"\\]|\\.)*)"', (ROOM / "writing.py").read_text("utf-8"))
IN_TABLES = (
    *(*ADVICE, *ADVICE.values(), *KINDS.values(), *REASONS.values(), *REMEDIES.values(), *STEPS.values(), *WAITS),
    *(*COMPLAINTS.values(), *OTHER_FEEDBACK.values(), NOT_FINAL),
)
ELEMENTS = frozenset(
    (
        *(
            "html",
            "head",
            "meta",
            "title",
            "style",
            "body",
            "svg",
            "defs",
            "pattern",
            "rect",
            "line",
            "g",
            "path",
            "text",
            "header",
            "h1",
        ),
        *(
            "p",
            "nav",
            "ul",
            "li",
            "a",
            "main",
            "section",
            "h2",
            "div",
            "dl",
            "dt",
            "dd",
            "table",
            "caption",
            "thead",
            "tbody",
        ),
        *("tr", "th", "td", "code", "h3", "pre", "bdi", "wbr", "span", "b", "figure", "footer"),
    )
)
"""All that a page may hold."""


@pytest.fixture(scope="module")
def genuine_page() -> Summary:
    return gather(genuine(), top=12)


@pytest.fixture(scope="module", params=LANGUAGES)
def hostile_page(request: pytest.FixtureRequest) -> str:
    return render(gather(hostile()), lang=request.param, addresses=True, title=HOSTILE["script"], command="a 'b' <c>")


def holders(text: str) -> set[str]:
    """Give the placeholders of a text."""
    return {name for _, name, _, _ in string.Formatter().parse(text) if name}


def test_the_words_of_both_languages_are_the_same_ones() -> None:
    assert len(IN_TEMPLATE) > 60
    used = {*IN_TEMPLATE, *IN_CODE, *IN_TABLES}
    known = {text for text in JAPANESE if not text.startswith("{title}: ")}
    assert sorted(used - JAPANESE.keys()) == []
    assert sorted(known - used - {"{n} s", "{n} min", "{n} h", "{n} d"}) == []


@pytest.mark.parametrize("text", JAPANESE)
def test_a_translation_has_the_same_figures(text: str) -> None:
    many, _, one = text.partition("|")
    assert holders(many) == holders(JAPANESE[text])
    assert not one or holders(one) <= holders(many)
    assert re.search("[\u3001\u3040-\u30ff\u4e00-\u9fff（：]", JAPANESE[text])
    assert "|" not in JAPANESE[text]


def test_the_tables_of_words_are_complete() -> None:
    assert REASONS.keys() == REMEDIES.keys() == reasons.REASONS.keys()
    assert {*ADVICE} == {*reasons.Advice.__args__}  # type: ignore[attr-defined] # of a Literal
    assert {*KINDS} == {*Kind.__args__}  # type: ignore[attr-defined] # likewise
    assert len(WAITS) == len(WAIT_ENDS) + 1
    assert max(map(len, REASONS.values())) <= 20


@pytest.mark.parametrize(
    ("n", "text"), [("1", "1 message has"), ("2", "2 messages have"), ("1,001", "1,001 messages have")]
)
def test_singular_and_plural(n: str, text: str) -> None:
    assert words_of("en", "{n} messages have no date.|{n} message has no date.", n=n) == f"{text} no date."


def test_the_page_is_all_of_one_piece(genuine_page: Summary) -> None:
    page = render(genuine_page, command="list them")
    tree = read(page)
    assert {one.tag for one in tree.all()} <= ELEMENTS
    (policy,) = (one.attributes["content"] for one in tree.all("meta") if "http-equiv" in one.attributes)
    (style,) = tree.all("style")
    digest = base64.b64encode(hashlib.sha256(style.text().encode()).digest()).decode()
    assert policy == f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'"
    names = [one.attributes["id"] for one in tree.all() if "id" in one.attributes]
    assert len(set(names)) == len(names)
    keys = {key for one in tree.all() for key in one.attributes}
    assert not [key for key in keys if key.startswith("on") or key in {"style", "src", "xlink:href", "srcset"}]
    links = [one.attributes["href"] or "" for one in tree.all() if "href" in one.attributes]
    assert {link.removeprefix("#") for link in links} <= {*names}
    assert all(link.startswith("#") for link in links)
    assert "http" not in STYLE
    assert re.findall(r"url\([^)]*\)", STYLE) == ["url(#stripes)"]


def test_every_table_has_its_caption_and_heads(genuine_page: Summary) -> None:
    tree = read(render(genuine_page))
    tables = tree.all("table")
    assert len(tables) >= 9
    for table in tables:
        (caption,) = table.all("caption")
        assert caption.text()
        assert all(cell.attributes.get("scope") for cell in table.all("th"))
        assert len({len(line.all("td", "th")) for line in table.all("tr") if not _spans(line)}) == 1


def _spans(line: Element) -> bool:
    return any("colspan" in cell.attributes for cell in line.all("td", "th"))


@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_chart_shows_the_rows_of_its_table(genuine_page: Summary, lang: Language) -> None:
    tree = read(render(genuine_page, lang=lang))
    for name in ("reasons", "domains", "providers", "times", "times-narrow"):
        chart, table = tree.find(name), tree.find(f"{name.partition('-')[0]}-table")
        assert chart.attributes["role"] == "img"
        assert len(tree.find(chart.attributes["aria-labelledby"] or "").text()) > 20
        lines = [line for line in table.all("tbody")[0].all("tr") if line.attributes.get("class") != "rest"]
        cells = [cell.text() for line in lines for cell in line.all("td")[1:-1]]
        bar = [one for one in chart.all("path") if "bar" in (one.attributes.get("class") or "")]
        assert len(bar) == sum(cell != "0" for cell in cells) > 0
        figures = {one.all("title")[0].text().rpartition(": ")[2] for one in bar}
        assert figures == {*cells} - {"0"}
    labels = [one.text() for one in tree.find("reasons").all("text")]
    assert words_of(lang, "No such mailbox") in labels


def test_the_texts_of_charts_are_text(genuine_page: Summary) -> None:
    page = render(genuine_page, lang="ja")
    assert '<text class="ink"' in page
    assert ">宛先不明</text>" in page


LIGHT, DARK, PRINT = (dict(re.findall(r"--([a-z]+): (#[0-9a-f]{3,6})", block)) for block in STYLE.split(":root")[1:4])


@pytest.mark.parametrize("colors", [LIGHT, DARK, PRINT], ids=["light", "dark", "print"])
def test_colours_can_be_told_from_the_paper(colors: dict[str, str]) -> None:
    for text in ("ink", "muted", "link"):
        assert contrast(colors[text], colors["paper"]) >= 4.5
        assert contrast(colors[text], colors["tint"]) >= 4.5
    for shape in ADVICE:
        assert contrast(colors[shape], colors["paper"]) >= 3
    assert contrast(colors["stripe"], colors["block"]) >= 3


def contrast(one: str, other: str) -> float:
    """Give the contrast of two colours as WCAG 2 has it."""

    def light(color: str) -> float:
        digits = color[1:] if len(color) == 7 else "".join(digit * 2 for digit in color[1:])
        parts = [int(digits[at : at + 2], 16) / 255 for at in (0, 2, 4)]
        red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
        return 0.2126 * red + 0.7152 * green + 0.0722 * blue

    low, high = sorted((light(one), light(other)))
    return (high + 0.05) / (low + 0.05)


def test_what_strangers_wrote_stays_text(hostile_page: str) -> None:
    tree = read(hostile_page)
    assert {one.tag for one in tree.all()} <= ELEMENTS
    keys = {key for one in tree.all() for key in one.attributes}
    assert not [key for key in keys if key.startswith("on") or key == "style"]
    text = tree.find("diagnostics-table").text() + tree.find("problems-table").text() + tree.find("drops-table").text()
    for words in ("<script>window.hit=1</script>", "{{7*7}} {% raw %}", "]]> --> <![CDATA[", "&quot; &#60;b&#62;"):
        assert words in text
    for spelt in ("\\u202e", "\\x00", "\\x1b[31m", "\\u200b", "\\u2028"):
        assert spelt in text
    assert tree.all("title")[0].text() == HOSTILE["script"]


def test_no_character_of_a_page_moves_or_hides_others(hostile_page: str) -> None:
    body = hostile_page.replace("\n", "").replace("\u3000", "")
    assert [char for char in body if not char.isprintable()] == []
    assert len(hostile_page) < 1_000_000
    hostile_page.encode()


def test_addresses_are_shown_only_where_that_was_asked_for() -> None:
    said = {"diagnostic": "550 <johanna.doe@example.org>: Johanna.Doe is unknown, see https://a.example/?m=johanna.doe"}
    rows = [
        row(recipient("johanna.doe@example.org", **said, **kind))
        for kind in ({}, {"advice": "block", "reason": "spam"})
    ]
    summary = gather(rows)
    for lang in LANGUAGES:
        page = render(summary, lang=lang)
        assert "johanna" not in page.lower()
        assert "j…@example.org" in page
        assert "johanna.doe@example.org" in render(summary, lang=lang, addresses=True)


def lines(tree: Element, name: str) -> list[list[str]]:
    """Give the cells of a table's body."""
    bodies = tree.find(f"{name}-table").all("tbody")
    return [[cell.text().strip() for cell in line.all("th", "td")] for body in bodies for line in body.all("tr")]


@pytest.mark.parametrize(
    ("lang", "words"),
    [
        (
            "en",
            "6 deliveries failed: 3 for good (2 addresses to drop), 1 on the sender's side, 1 may heal, 1 with nothing to do.",
        ),
        (
            "ja",
            "6件の配信が失敗しました。内訳は恒久的な失敗3件（削除すべきアドレス2件）、送信側の問題1件、回復待ち1件、対応不要1件です。",
        ),
    ],
)
def test_the_first_sentence_adds_up(lang: Language, words: str) -> None:
    failed = [recipient(f"{name}@a.example") for name in ("joe", "joe", "ann")]
    failed += [recipient(advice=advice, reason=reason) for advice, reason in (("block", "spam"), ("soft", "full"))]
    failed += [recipient(advice="none", reason="undefined")]
    late = [recipient(action="delayed", advice="soft", reason="network")] * 2
    tree = read(render(gather([row(*failed, *late)]), lang=lang))
    assert next(one.text() for one in tree.all("p") if one.attributes.get("class") == "lede").startswith(words)
    late_words = {"en": " 2 more are delayed.", "ja": "ほかに2件が遅延中です。"}
    assert late_words[lang] in tree.all("header")[0].text()


def test_domains_stand_where_addresses_are_not_shown() -> None:
    rows = [row(recipient(f"joe{number}@d{number % 3}.example")) for number in range(7)]
    rows += [row(recipient("old@d0.example", reason="disabled"), when=NEW_YEAR.replace(year=2020))]
    summary = gather(rows, top=2)
    hidden, named = read(render(summary)), read(render(summary, addresses=True))
    assert lines(hidden, "drops") == [
        ["d0.exampleNo such mailbox 3, Mailbox closed 1", "4", "1 Jan 2026"],
        ["d1.exampleNo such mailbox", "2", "1 Jan 2026"],
        ["others (1)", "2", ""],
    ]
    assert lines(named, "drops")[0][0] == "joe0@d0.example"
    assert lines(named, "drops")[-1] == ["8 in all"]
    assert "1 of these addresses failed last more than a year before" in hidden.find("drop").text()
    assert "1 Jan 2020 (old)" in read(render(gather(rows), addresses=True)).find("drops-table").text()


@pytest.mark.parametrize(
    ("days", "reason", "names"),
    [
        pytest.param({"ann": [9], "joe": [9]}, "bad-domain", True, id="gone since the last day"),
        pytest.param({"ann": [9, 9], "joe": [9, None]}, "bad-domain", True, id="twice, and once without a date"),
        pytest.param({"ann": [9, 4], "joe": [9]}, "bad-domain", False, id="before, in another order"),
        pytest.param({"ann": [9]}, "bad-domain", False, id="one address"),
        pytest.param({"ann": [9], "joe": [9]}, "bad-mailbox", False, id="another reason"),
        pytest.param({"ann": [None], "joe": [None]}, "bad-domain", False, id="no dates"),
        pytest.param({"ann": [8], "joe": [8]}, "bad-domain", False, id="the day before"),
    ],
)
def test_domains_that_may_come_back_are_named(days: dict[str, list[int | None]], reason: str, *, names: bool) -> None:
    rows = [
        row(
            recipient(f"{who}@gone.example", reason=reason),
            when=None if day is None else NEW_YEAR + timedelta(days=day, hours=3),
        )
        for who, found in days.items()
        for day in found
    ]
    rows += [row(recipient("eve@b.example"), when=NEW_YEAR + timedelta(days=day)) for day in (1, 9)]
    for lang in LANGUAGES:
        drop = read(render(gather(rows), lang=lang)).find("drop")
        notes = [one.text() for one in drop.all("p") if one.text().endswith("gone.example")]
        assert len(notes) == names
    today = [one for one in rows if one.date and one.date.day == 10]
    assert gather(today).drops_new == ()


def test_the_columns_of_a_table_add_up() -> None:
    kinds = [("hard", "bad-mailbox"), ("soft", "full"), ("block", "spam")]
    rows = [
        row(recipient(f"joe@d{n}.example", advice=one, reason=why)) for n in range(7) for one, why in kinds[: n + 1]
    ]
    rows += [row(recipient(None, domain=None, advice="soft", reason="full"))]
    summary = gather(rows, top=2)
    found = [cells[1:-1] for cells in lines(read(render(summary)), "domains")]
    assert len(found) == 4
    sums = [sum(int(cells[place]) for cells in found) for place in range(4)]
    assert sums == [summary.failed.total, summary.failed.hard, summary.failed.block, summary.failed.soft]


def test_every_reason_has_its_figures_and_the_rest_of_them() -> None:
    rows = [row(recipient(f"joe@d{n}.example", advice="block", reason="blocked")) for n in range(9)]
    rows += [row(recipient(advice="block", reason="rdns", action="delayed"))]
    found = lines(read(render(gather(rows))), "problems")
    assert [cells[1:] for cells in found] == [["9", "0"], *[["1", "0"]] * 5, ["4", "0"], ["0", "1"], ["0", "1"]]
    assert found[0][0].startswith("Host blocked")
    assert found[6][0] == "others (4)"


def test_complaints_of_people_stand_apart_from_other_reports() -> None:
    who = {"feedback_original_recipient": "johanna.doe@example.org"}
    types = ("abuse", "abuse", "not-spam", "auth-failure", None)
    rows = [Row(kind="feedback", feedback_type=type_, **who) for type_ in types]  # type: ignore[arg-type] # keys of the row
    rows += [Row(kind="feedback", feedback_type="abuse", feedback_incidents=4, feedback_source_ip="192.0.2.1")]
    summary = gather(rows)
    tree = read(render(summary))
    tiles = {one.all("dt")[0].text(): one.all("dd")[0].text() for one in tree.all("dl")[0].all("div")}
    assert tiles["complaints, in 4 reports"] == "7"
    assert tiles["other feedback"] == "2"
    abuse = "Unwanted mail abuse"
    assert [cells[:2] for cells in lines(tree, "complaints")] == [[abuse, "4"], [abuse, "2"], ["not told", "1"]]
    assert [cells[:2] for cells in lines(tree, "feedback")] == [["auth-failure", "1"], ["not-spam", "1"]]
    assert "1 person is named" in tree.find("complaints").text()
    assert "johanna" not in tree.text()
    named = read(render(summary, addresses=True))
    assert lines(named, "complainers") == [["johanna.doe@example.org", "3"]]
    assert lines(read(render(gather(rows, top=1))), "complaints")[-1][:2] == ["others (2)", "3"]


def test_what_could_not_be_read_stands_behind_what_to_do() -> None:
    rows = [Row(error=f"a broken line at byte {at}", source="a.mbox") for at in (7, 9)]
    tree = read(render(gather([*rows, row(recipient())])))
    assert [one.attributes["id"] for one in tree.all("section")][:3] == ["run", "do", "unread"]
    assert lines(tree, "unread") == [["a broken line at byte …a.mbox", "2"]]


def test_why_something_could_not_be_read_is_told_in_its_own_words_where_they_are_the_same() -> None:
    said = ["is no mail: a 7z archive; unpack it"] * 2 + ["cannot be read (`zip -FF` mends joe.doe@example.org)"]
    said += [f"the process that read it was killed (signal {signal})" for signal in (11, 6)]
    summary = gather([Row(error=text, source=f"{number}.x") for number, text in enumerate(said)])
    assert lines(read(render(summary)), "unread") == [
        ["is no mail: a 7z archive; unpack it0.x", "2"],
        ["the process that read it was killed (signal …)3.x", "2"],
        ["cannot be read (zip -FF mends j…@example.org)2.x", "1"],
    ]
    assert "<code>zip -FF</code> mends joe.doe@example.org" in render(summary, addresses=True)
    assert lines(read(render(summary, lang="ja")), "unread") == [
        ["メールではありません（7zアーカイブ）。展開してください0.x", "2"],
        ["読み取り中のプロセスが強制終了されました（シグナル…）3.x", "2"],
        ["読み取れません（zip -FF mends j…@example.org）2.x", "1"],
    ]


@pytest.mark.parametrize("text", ["`", "a ` b", "`a` ` <b>", "``", "` ` `"])
def test_a_stray_backquote_stays_where_it_is(text: str) -> None:
    (cell,) = lines(read(render(gather([Row(error=text, source="")]))), "unread")
    assert cell[0] in {text.strip(), text.replace("`", "", 2).strip()}


@pytest.mark.parametrize("reason", [word for word, facts in reasons.REASONS.items() if facts.advice == "hard"])
def test_no_address_is_dropped_as_long_as_it_may_heal(reason: str) -> None:
    summary = gather([row(recipient(advice="soft", reason=reason, action=action)) for action in ("failed", "delayed")])
    for lang in LANGUAGES:
        found = read(render(summary, lang=lang)).find("waiting-table").text()
        assert words_of(lang, NOT_FINAL) in found
        assert words_of(lang, REMEDIES[reason]) not in found


def test_what_was_read_in_part_is_not_blamed_on_a_limit_alone() -> None:
    report = analyze(b"From: a@b\nContent-Type: multipart/mixed; boundary=x\n\n--x\n\nhi\n")
    assert "1 message lacks its end or met a limit" in read(render(gather([row_of(report)]))).find("run").text()


def test_an_option_is_not_broken_at_its_hyphens() -> None:
    for lang in LANGUAGES:
        footer = render(gather([row(recipient())]), lang=lang).partition("<footer>")[2]
        assert '<code class="option">--addresses</code>' in footer
        assert "`" not in footer


def test_hosts_that_took_few_messages_are_put_together() -> None:
    hops = [HopRow(by=by, delay_seconds=31.0) for by in ("a.example", "a.example", "a.example", "b.example")]
    tree = read(render(gather([Row(kind="failure", hops=(hop,), total_seconds=31.0) for hop in hops])))
    assert lines(tree, "hosts") == [
        ["a.example", "3", "31 s", "31 s"],
        ["others (1), and hosts with fewer than 3 messages", "1", "", ""],
    ]
    few = read(render(gather([Row(kind="failure", hops=(hops[0],))]))).find("hops").text()
    assert "No host took 3 messages or more." in few


@pytest.mark.parametrize(
    ("rows", "words"),
    [
        pytest.param([], "Nothing was read", id="nothing"),
        pytest.param([Row(kind="other")], "No delivery failed in this run", id="no failure"),
        pytest.param([Row(error="is no mail")], "What could not be read", id="unread"),
        pytest.param(
            [row(recipient(action="delayed"), kind="delay")], "1 delivery is delayed; none failed.", id="delayed"
        ),
        pytest.param([Row(kind="feedback", feedback_type="abuse")], "Whoever complains", id="complaint"),
        pytest.param(
            [row(recipient(None, domain=None), when=None)], "1 failure for good names no address", id="no address"
        ),
        pytest.param([row(recipient())], "--want bounce,trace", id="no hops"),
        pytest.param([row(recipient(), hops=(HopRow(by="a"),))], "Delays on the way", id="hops without dates"),
    ],
)
def test_pages_with_little_on_them(rows: list[Row], words: str) -> None:
    summary = gather(rows)
    for lang in LANGUAGES:
        page = render(summary, lang=lang)
        read(page)
        assert (words in page) == (lang == "en" or words.startswith("--"))


@pytest.mark.parametrize(("kept", "names"), [(4_096, r"301"), (256, r"≈ [23]\d\d")], ids=["counted", "estimated"])
def test_a_run_with_more_names_than_are_held_says_so(kept: int, names: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("mailkit.page.tallies.HELD", 50)
    monkeypatch.setattr("mailkit.page.heavy.KEPT", kept)
    rows = [row(recipient(f"joe{number}@d{number}.example")) for number in range(300)]
    rows += [row(recipient("ann@often.example"))] * 200
    page = render(gather(rows))
    assert re.search(f"{re.escape('(')}{names} addresses to drop", page)
    assert ">≥ " in page
    assert "more names than are counted at once (50)" in page


def test_a_name_is_cut_from_its_front_between_its_parts() -> None:
    long = "mail.department-of-everything.university.example.ac.jp"
    page = render(gather([row(recipient(f"joe@{long}"))]))
    assert ">…university.example.ac.jp</text>" in page
    assert long in read(page).find("domains-table").text()


@pytest.mark.parametrize(
    ("domain", "shown"),
    [
        pytest.param("xn--r8jz45g.xn--zckzah", "xn--r8jz45g.xn--zckzah (例え.テスト)", id="A-labels"),
        pytest.param("例え.テスト", "例え.テスト", id="U-labels"),
        pytest.param("xn--a.example", "xn--a.example", id="none that can be read"),
        pytest.param("\u05d0\u05d1.example", "\u05d0\u05d1.example", id="from right to left"),
    ],
)
def test_internationalised_domains(domain: str, shown: str) -> None:
    table = read(render(gather([row(recipient(f"joe@{domain}"))]))).find("domains-table")
    assert table.all("tbody")[0].all("th")[0].text() == shown
    assert table.all("tbody")[0].all("bdi")


SVG = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 1 1">{}</svg>'


@pytest.mark.parametrize(
    "inner",
    [
        pytest.param("<script>1</script>", id="script"),
        pytest.param("<foreignObject/>", id="foreign object"),
        pytest.param("<style>@import 'x'</style>", id="style"),
        pytest.param('<a href="https://x"/>', id="link"),
        pytest.param('<path xmlns:xlink="http://www.w3.org/1999/xlink" xlink:href="#a"/>', id="reference"),
        pytest.param("<image/>", id="image"),
        pytest.param('<path onclick="1"/>', id="handler"),
        pytest.param('<path style="fill:red"/>', id="inline style"),
        pytest.param('<path fill="url(https://x)"/>', id="url"),
        pytest.param("<animate/>", id="animation"),
        pytest.param("<!-- c -->", id="comment"),
        pytest.param("<![CDATA[x]]>", id="section"),
        pytest.param("<path>", id="not closed"),
        pytest.param('<h:script xmlns:h="http://www.w3.org/1999/xhtml"/>', id="another language"),
    ],
)
def test_a_drawing_that_could_do_anything_is_refused(inner: str) -> None:
    with pytest.raises(MailkitError, match="not put into the page"):
        clean(SVG.format(inner), name="c", title="t")


def test_a_declaration_is_refused() -> None:
    with pytest.raises(MailkitError, match="declaration"):
        clean('<!DOCTYPE svg [<!ENTITY a "b">]><svg/>', name="c", title="t")


def test_a_drawing_is_written_again_with_classes() -> None:
    inner = (
        f'<g class="mark-rect"><path fill="{COLOR["hard"]}" d="M0,0.123456h1" aria-label="a &lt;b&gt;" role="x"/></g>'
    )
    drawn = clean(SVG.format(inner), name="c", title="x <y>")
    assert drawn == (
        '<svg id="c" viewBox="0 0 1 1" role="img" aria-labelledby="c-title"><title id="c-title">x &lt;y&gt;</title>'
        '<path class="bar hard" d="M0,0.12h1"><title>a &lt;b&gt;</title></path></svg>'
    )


def test_charts_of_one_row() -> None:
    one = bars([Bar("a", (1, 0, 0, 0), "1")], [*"abcd"], name="a", title="t")
    two = columns([Bar("a", (0, 2, 0, 0))], [(0, "x")], [*"abcd"], name="b", title="t", width=400, number=str)
    three = spans([Span("a", 0, 0, "0 s")], [(0, "0"), (1, "1"), (10, "10")], name="c", title="t")
    assert [drawn.count('class="bar') for drawn in (one, two, three)] == [1, 1, 1]


def test_the_parts_of_a_bar_lie_side_by_side_and_are_as_long_as_their_figures() -> None:
    rows = [Bar("a", (30, 10, 0, 20), "60"), Bar("b", (0, 15, 15, 0), "30")]
    drawn = bars(rows, [*"wxyz"], name="a", title="t")
    found = [(float(x), float(y), float(w)) for x, y, w in re.findall(r'd="M([\d.]+),([\d.]+)h([\d.]+)v', drawn)]
    unit = sum(width for _, _, width in found) / 90
    assert [round(x / unit) for x, _, _ in found] == [0, 30, 40, 0, 15]
    assert [round(width / unit) for _, _, width in found] == [30, 10, 20, 15, 15]
    assert len({y for _, y, _ in found}) == 2
    assert re.findall(r"<title>([abwxyz, :0-9]+)</title>", drawn)[0] == "a, w: 30"


def test_columns_stand_on_each_other() -> None:
    rows = [Bar("a", (30, 10, 0, 20)), Bar("b", (0, 0, 0, 0)), Bar("c", (0, 15, 15, 0))]
    drawn = columns(rows, [(0, "a"), (2, "c")], [*"wxyz"], name="a", title="t", width=400, number=str)
    found = [(float(x), float(y), float(h)) for x, y, h in re.findall(r'd="M([\d.]+),([\d.]+)h[\d.]+v([\d.]+)', drawn)]
    unit = sum(height for _, _, height in found) / 90
    assert [round((180 - y) / unit) for _, y, _ in found] == [30, 40, 60, 15, 30]
    assert len({x for x, _, _ in found}) == 2


@pytest.mark.parametrize("package", ["jinja2", "altair", "vl_convert"])
def test_a_package_that_lacks_is_named_with_its_cure(package: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, package, None)
    with pytest.raises(MailkitError, match=re.escape("pip install 'mailkit-bounce[page]'")):
        render(gather([row(recipient())]))


def test_a_language_that_is_not_spoken() -> None:
    with pytest.raises(ValueError, match="give one of en, ja"):
        render(Summary(), lang="de")  # type: ignore[arg-type] # that is the mistake


def test_the_same_rows_make_the_same_page() -> None:
    assert render(gather(genuine())) == render(gather(genuine()))


def test_the_files_of_the_page_lie_in_the_package() -> None:
    assert {path.name for path in Path(ROOM).iterdir() if path.suffix in {".j2", ".css"}} == {
        "report.html.j2",
        "report.css",
    }
    assert NEW_YEAR.year == 2026
