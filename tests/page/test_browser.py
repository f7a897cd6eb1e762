"""The page in a browser without network: what it shows, what it does not do, at every width, in light, dark and on paper."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

pytest.importorskip("jinja2")
pytest.importorskip("altair")
pytest.importorskip("vl_convert")

from mailkit.page import gather, render
from mailkit.page.words import LANGUAGES, Language
from mailkit.rows import Row
from tests.page.browser import CHROMIUM, Browser, is_installed
from tests.page.made import HOSTILE, genuine, hostile

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not is_installed(), reason=f"{CHROMIUM} is not installed"),
]

BARS = """(name => [...document.querySelectorAll('#' + name + ' .bar')].map(bar => {
    const box = bar.getBBox(), style = getComputedStyle(bar);
    return {width: box.width, height: box.height, left: box.x, said: bar.querySelector('title').textContent,
            fill: style.fill, kind: bar.getAttribute('class').split(' ')[1]};
}))"""
CELLS = """(name => [...document.querySelectorAll('#' + name + '-table tbody tr:not(.rest)')].map(row =>
    [...row.querySelectorAll('th, td')].map(cell => cell.textContent.trim())))"""
OUT_OF_SIGHT = """[...document.querySelectorAll('svg[role=img] text')].filter(text => {
    const box = text.getBoundingClientRect();
    return box.width && (box.left < -0.5 || box.right > document.documentElement.clientWidth + 0.5);
}).map(text => text.textContent)"""
COLORS = """[...document.querySelectorAll('body *')].filter(one => one.checkVisibility() && !one.closest('svg') &&
    [...one.childNodes].some(node => node.nodeType === 3 && node.data.trim())).map(one => {
    let ground = one;
    while (ground && getComputedStyle(ground).backgroundColor === 'rgba(0, 0, 0, 0)') ground = ground.parentElement;
    return [getComputedStyle(one).color, ground ? getComputedStyle(ground).backgroundColor : 'rgb(255, 255, 255)',
            one.textContent.trim().slice(0, 30)];
})"""


@pytest.fixture(scope="module")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    started = Browser(tmp_path_factory.mktemp("profile"))
    yield started
    started.end()


@pytest.fixture(scope="module")
def pages(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    folder = tmp_path_factory.mktemp("pages")
    found = {}
    for lang in LANGUAGES:
        for name, rows in (("genuine", genuine()), ("hostile", hostile())):
            page = render(gather(rows, top=12), lang=lang, addresses=name == "hostile", command="jq . 'a b'")
            found[f"{name}-{lang}"] = folder / f"{name}-{lang}.html"
            found[f"{name}-{lang}"].write_text(page, "utf-8")
    return found


def wrong(browser: Browser) -> list[str]:
    """Give what a page that is only read must not cause: requests, messages, violations of its policy, dialogues."""
    found = []
    for event in browser.events:
        method, params = event["method"], event["params"]
        if method == "Network.requestWillBeSent" and params["documentURL"] != params["request"]["url"]:
            found.append(params["request"]["url"])
        if method in {
            "Log.entryAdded",
            "Runtime.consoleAPICalled",
            "Runtime.exceptionThrown",
            "Page.javascriptDialogOpening",
        }:
            found.append(str(params))
        if method == "Audits.issueAdded":
            found.append(str(params["issue"]["code"]))
    return found


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("name", ["genuine", "hostile"])
def test_nothing_is_requested_and_nothing_is_wrong(
    name: str, lang: Language, browser: Browser, pages: dict[str, Path]
) -> None:
    browser.open(pages[f"{name}-{lang}"])
    requests = [event for event in browser.events if event["method"] == "Network.requestWillBeSent"]
    assert len(requests) == 1
    assert wrong(browser) == []
    assert browser.value("document.compatMode + ' ' + document.characterSet") == "CSS1Compat UTF-8"
    assert browser.value("performance.getEntriesByType('resource').length") == 0


def test_the_check_sees_what_is_wrong(browser: Browser, tmp_path: Path) -> None:
    page = render(gather(genuine(), top=3)).replace(
        "<main>", '<main><img src="https://example.org/a.png"><p style="color:red">x</p>'
    )
    path = tmp_path / "wrong.html"
    path.write_text(page, "utf-8")
    browser.open(path)
    assert wrong(browser)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_bars_are_as_long_as_the_figures_of_the_table(lang: Language, browser: Browser, pages: dict[str, Path]) -> None:
    browser.show(1280)
    browser.open(pages[f"genuine-{lang}"])
    for name in ("reasons", "domains", "providers"):
        bars, rows = browser.value(f"{BARS}('{name}')"), browser.value(f"{CELLS}('{name}')")
        figures = [int(cell.replace(",", "")) for row in rows for cell in row[2:-1] if cell != "0"]
        assert len(bars) == len(figures) > 3
        scale = bars[0]["width"] / figures[0]
        for bar, figure in zip(bars, figures, strict=True):
            assert bar["width"] == pytest.approx(figure * scale, rel=0.02, abs=0.05)
            assert bar["height"] > 8
            assert bar["said"].endswith(f": {figure:,}")
        assert len({bar["fill"] for bar in bars}) == len({bar["kind"] for bar in bars})
    assert len(browser.value(f"{BARS}('totals')")) == len(
        [row for row in browser.value(f"{CELLS}('totals')") if row[1] != "0"]
    )
    dots = [bar for bar in browser.value(f"{BARS}('hosts')") if bar["height"] > 8]
    assert len(dots) == len(browser.value(f"{CELLS}('hosts')")) >= 2
    assert all(bar["width"] > 0 for name in ("hosts", "totals") for bar in browser.value(f"{BARS}('{name}')"))


@pytest.mark.parametrize("lang", LANGUAGES)
def test_columns_stand_for_what_happened_when(lang: Language, browser: Browser, pages: dict[str, Path]) -> None:
    browser.open(pages[f"genuine-{lang}"])
    for width, name in ((1280, "times"), (400, "times-narrow")):
        browser.show(width)
        bars, rows = browser.value(f"{BARS}('{name}')"), browser.value(f"{CELLS}('times')")
        figures = [int(cell.replace(",", "")) for row in rows for cell in row[2:-1] if cell != "0"]
        assert sorted(int(bar["said"].rpartition(": ")[2].replace(",", "")) for bar in bars) == sorted(figures)
        assert all(bar["width"] > 0 and bar["height"] > 0 for bar in bars)
        other = "times" if name == "times-narrow" else "times-narrow"
        assert browser.value(f"document.getElementById('{name}').checkVisibility()")
        assert not browser.value(f"document.getElementById('{other}').checkVisibility()")


@pytest.mark.parametrize("lang", LANGUAGES)
def test_what_strangers_wrote_is_text(lang: Language, browser: Browser, pages: dict[str, Path]) -> None:
    browser.show(1280)
    browser.open(pages[f"hostile-{lang}"])
    assert browser.value("window.hit") is None
    assert (
        browser.value("document.querySelectorAll('script, img, iframe, object, embed, link, base, form').length") == 0
    )
    assert browser.value("document.querySelectorAll('style').length") == 1
    assert (
        browser.value(
            "[...document.querySelectorAll('*')].filter(o => [...o.attributes].some(a => /^on|^style$/.test(a.name))).length"
        )
        == 0
    )
    shown = browser.value("[...document.querySelectorAll('bdi')].map(one => one.textContent)")
    assert HOSTILE["script"] + " script" in shown
    assert any("{{7*7}} {% raw %} {n} {title} %s ${7*7}" in text for text in shown)
    assert any("\\u202egnp.exe" in text for text in shown)
    assert all(text.isprintable() for text in shown)
    # what follows a text full of directions stands where it would without them
    assert browser.value(
        "[...document.querySelectorAll('td.n')].every(one => getComputedStyle(one).direction === 'ltr')"
    )


@pytest.mark.parametrize("name", ["genuine-en", "genuine-ja", "hostile-en", "hostile-ja"])
@pytest.mark.parametrize("width", [320, 768, 1280])
def test_no_page_is_wider_than_its_window(name: str, width: int, browser: Browser, pages: dict[str, Path]) -> None:
    browser.show(width)
    browser.open(pages[name])
    assert browser.value("document.documentElement.scrollWidth") <= width
    assert browser.value("document.body.scrollWidth") <= width
    if name.startswith("genuine"):
        assert browser.value(OUT_OF_SIGHT) == []


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize("lang", LANGUAGES)
def test_all_words_can_be_read(lang: Language, browser: Browser, pages: dict[str, Path], *, dark: bool) -> None:
    browser.show(1280, dark=dark)
    browser.open(pages[f"genuine-{lang}"])
    found = browser.value(COLORS)
    assert len(found) > 200
    faint = [(words, color, ground) for color, ground, words in found if contrast(color, ground) < 4.5]
    assert faint == []
    paper = browser.value("getComputedStyle(document.body).backgroundColor")
    assert (light(paper) < 0.1) == dark
    ink = browser.value("getComputedStyle(document.querySelector('svg .ink')).fill")
    assert contrast(ink, paper) >= 7


def light(color: str) -> float:
    """Give the luminance of a colour (WCAG 2)."""
    parts = [int(part) / 255 for part in re.findall(r"\d+", color)[:3]]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    """Give the contrast of two colours."""
    low, high = sorted((light(one), light(other)))
    return (high + 0.05) / (low + 0.05)


def test_on_paper_nothing_is_cut_and_nothing_is_dark(browser: Browser, pages: dict[str, Path]) -> None:
    browser.open(pages["genuine-en"])
    browser.show(700, dark=True, media="print")
    assert browser.value("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
    assert browser.value("getComputedStyle(document.querySelector('nav')).display") == "none"
    cut = "[...document.querySelectorAll('.scroll')].filter(box => box.scrollHeight > box.clientHeight + 1).length"
    assert browser.value(cut) == 0
    browser.show(700)
    assert browser.value("document.querySelector('.tall').clientHeight") <= 400
    found = browser.call("Page.printToPDF", preferCSSPageSize=True)
    assert len(found["data"]) > 50_000


def test_a_heading_is_not_parted_from_its_chart(browser: Browser, pages: dict[str, Path]) -> None:
    browser.open(pages["genuine-en"])
    browser.show(700, media="print")
    parts = "[...document.querySelectorAll('svg[role=img]')].map(one => one.closest('.chart'))"
    assert browser.value(f"{parts}.length") >= 5
    assert browser.value(
        f"{parts}.every(one => one.querySelector('h3') && getComputedStyle(one).breakInside === 'avoid')"
    )


@pytest.mark.parametrize("lang", LANGUAGES)
def test_what_to_drop_is_in_sight_on_a_telephone(lang: Language, browser: Browser, pages: dict[str, Path]) -> None:
    browser.show(390)
    browser.open(pages[f"genuine-{lang}"])
    assert browser.value("document.querySelector('#drops-table').parentNode.scrollWidth") <= 390


@pytest.mark.parametrize("lang", LANGUAGES)
def test_how_many_complain_is_in_sight_on_a_telephone(lang: Language, browser: Browser, tmp_path: Path) -> None:
    said = {"feedback_type": "abuse", "feedback_source_ip": "2001:db8::1234:5678:9abc", "feedback_incidents": 12_345}
    domain = "a-department.of-a-university.with-a-long-name.example"
    row = Row(kind="feedback", feedback_reported_domain=domain, **said)  # type: ignore[arg-type] # keys of the row
    path = tmp_path / "complaint.html"
    path.write_text(render(gather([row]), lang=lang), "utf-8")
    browser.show(390)
    browser.open(path)
    assert browser.value("document.querySelector('#complaints-table td.n').textContent") == "12,345"
    assert browser.value("document.querySelector('#complaints-table td.n').getBoundingClientRect().right") < 390
    assert browser.value("document.querySelector('#complaints-table').parentNode.scrollWidth") <= 390


def test_the_page_can_be_read_without_its_colours(browser: Browser, pages: dict[str, Path]) -> None:
    browser.open(pages["genuine-en"])
    fills = "[...new Set([...document.querySelectorAll('#domains .bar')].map(bar => getComputedStyle(bar).fill))]"
    found = browser.value(fills)
    assert any("url(" in fill for fill in found)
    solid = sorted(light(fill) for fill in found if "url(" not in fill)
    assert solid[1] - solid[0] > 0.15
    described = browser.call("Accessibility.getFullAXTree")["nodes"]
    names = [
        node.get("name", {}).get("value", "") for node in described if node.get("role", {}).get("value") == "image"
    ]
    assert sum("The table below has all figures." in name for name in names) >= 5
    roles = [node.get("role", {}).get("value") for node in described]
    assert roles.count("table") >= 9
    assert {"banner", "main", "navigation", "contentinfo"} <= {*roles}
