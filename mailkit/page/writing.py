"""The figures as one HTML file: every word of a stranger is escaped by jinja2, after `visible` has spelt out what hides."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Callable
from functools import partial
from typing import Any, cast

from mailkit.bounce import reasons
from mailkit.errors import MailkitError
from mailkit.page.faults import fault_in
from mailkit.page.formats import UNITS, about, cut_name, date_in, moment_in, number_in, percent_of, ticks_of, wait_in
from mailkit.page.result import Ranking, Summary, Words
from mailkit.page.texts import redacted, visible, without_marks, without_people
from mailkit.page.words import (
    ADVICE,
    COMPLAINTS,
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
from mailkit.syntax.domains import to_unicode

_NEEDS = "jinja2 is not installed; pip install 'mailkit-bounce[page]'"
TEMPLATE, STYLE = "report.html.j2", "report.css"
BROAD, NARROW = 940, 400
"""Units of the chart over time, where there is room for it and where there is not."""
MARKS: dict[str, tuple[int, ...]] = {
    "{n} s": (0, 1, 10),
    "{n} min": (60, 600),
    "{n} h": (3_600, 21_600),
    "{n} d": (86_400, 604_800, 2_592_000, 31_536_000),
}
"""Seconds at which the scale of waits has a mark, by the unit in which it is written."""


def render(  # noqa: PLR0913 - what a page may have
    summary: Summary,
    *,
    lang: Language = "en",
    addresses: bool = False,
    title: str | None = None,
    command: str = "",
    resume: str = "",
) -> str:
    """Give the page of a run. Raises MailkitError where jinja2, altair or vl-convert is not installed, ValueError for `lang`.

    `addresses` shows them in full; `command` is the line that lists those to drop, `resume` that which takes up a run that
    has not ended: with it, the page says so.
    """
    if lang not in LANGUAGES:
        message = f"lang={lang!r}: give one of {', '.join(LANGUAGES)}"
        raise ValueError(message)
    environment, markup = _environment(), _markup()
    style = environment.get_template(STYLE).render()
    t = partial(words_of, lang)
    page: str = environment.get_template(TEMPLATE).render(
        s=summary,
        lang=lang,
        title=visible(title, 200) or t("Bounces"),
        command=visible(command, 2_000),
        resume=visible(resume, 2_000),
        lede=_lede(summary, t),
        addresses=addresses,
        css=markup(style),
        css_hash="sha256-" + base64.b64encode(hashlib.sha256(style.encode()).digest()).decode(),
        charts={name: markup(drawn) for name, drawn in _charts(summary, t, lang).items()},
        advices=tuple(ADVICE.items()),
        total=dict(zip(ADVICE, summary.failed.parts, strict=True)),
        steps=STEPS,
        sections=_sections(summary, t),
        ways=tuple(zip(WAITS, summary.hops.totals, strict=False)),
        **_writers(summary, t, lang, addresses=addresses),
    )
    return page


def _writers(summary: Summary, t: Callable[..., str], lang: Language, *, addresses: bool) -> dict[str, object]:
    """Give the functions with which the template writes figures, times and words of strangers."""
    return {
        "t": t,
        "gap": "" if lang == "ja" else " ",
        "shown": visible,
        "name": _name,
        "n": number_in,
        "about": about,
        "percent": percent_of,
        "date": partial(date_in, lang),
        "moment": partial(moment_in, lang, summary.times.step),
        "wait": partial(wait_in, t),
        "person": lambda address: visible(address if addresses else redacted(address)),
        "fault": lambda why: _fault(why, lang, addresses=addresses),
        "prose": _prose,
        "feedback": lambda word: t(OTHER_FEEDBACK[word]) if word in OTHER_FEEDBACK else "",
        "said": partial(_said, addresses=addresses),
        "reason_name": lambda word: t(REASONS[word]) if word in REASONS else visible(word, 40),
        "kind_name": lambda word: t(KINDS[word]) if word in KINDS else visible(word, 40),
        "complaint_name": lambda word: t(COMPLAINTS[word]) if word in COMPLAINTS else visible(word, 60),
        "remedy": lambda word, table: t(_remedy(word, table)),
    }


def check_installed() -> None:
    """Raise MailkitError where a package lacks that the page is made with: better before a long run is read than after."""
    _environment()
    from mailkit.page import charts  # noqa: PLC0415 - as in `render`

    charts.check_installed()


def _environment() -> Any:  # noqa: ANN401 - an extra
    """Load the template's engine, in which nothing is markup that was not said to be."""
    try:
        import jinja2  # noqa: PLC0415 - an extra
    except ImportError:
        raise MailkitError(_NEEDS) from None
    return jinja2.Environment(
        loader=jinja2.PackageLoader("mailkit", "page"),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        keep_trailing_newline=True,
    )


def _markup() -> Any:  # noqa: ANN401 - a type of an extra
    """Give what says of a text that it is markup."""
    from markupsafe import Markup  # noqa: PLC0415 - comes with jinja2

    return Markup


def _name(name: str) -> str:
    """Give the name of a host or a domain, which may be broken at its dots; behind A-labels stands how they are read."""
    markup = _markup()
    shown: str = markup(".<wbr>").join(visible(name, 255).split("."))
    read = visible(to_unicode(name), 255)
    return shown if read == visible(name, 255) else shown + markup(" (<bdi>{}</bdi>)").format(read)


def _said(words: Words, *, addresses: bool) -> str:
    """Give the example of a sentence as it may be shown."""
    return visible(words.text if addresses else without_people(words.text, words.addresses))


def _fault(why: str, lang: Language, *, addresses: bool) -> str:
    """Give in a language why something could not be read."""
    text = without_marks(why)
    return _prose(visible(fault_in(lang, text if addresses else without_people(text))))


def _prose(text: str) -> str:
    """Give a text as markup, in which what stands in backquotes is typed as it is; a single word is not broken at hyphens."""
    markup = _markup()
    pieces = text.split("`")
    if len(pieces) % 2 == 0:  # the last one has no other
        pieces[-2:] = ["`".join(pieces[-2:])]
    said: str = markup("").join(
        piece
        if at % 2 == 0
        else (markup("<code>{}</code>") if " " in piece else markup('<code class="option">{}</code>')).format(piece)
        for at, piece in enumerate(pieces)
    )
    return said


def _remedy(reason: str, table: str) -> str:
    """Give what to do about a reason; to drop an address is too early where it may heal."""
    facts = reasons.REASONS.get(cast("reasons.Reason", reason))
    if table == "waiting" and facts is not None and facts.advice == "hard":
        return NOT_FINAL
    return REMEDIES.get(reason, "")


def _sections(summary: Summary, t: Callable[..., str]) -> list[tuple[str, str]]:
    """Give what the page has, for the line of links at its head."""
    found = [("run", t("The run in figures"))]
    if summary.failed.total or summary.delayed or summary.complaints or summary.feedback_others:
        found.append(("do", t("What to do first")))
    if summary.unread:
        found.append(("unread", t("What could not be read")))
    if summary.failed.total:
        found += [("failures", t("Failures")), ("words", t("What the servers said"))]
    return [*found, ("hops", t("Delays on the way"))] if summary.messages else found


def _lede(summary: Summary, t: Callable[..., str]) -> list[str]:
    """Say how many deliveries failed and what is to be done about them: the parts make the whole."""
    failed, delayed = summary.failed, number_in(summary.delayed)
    if not failed.total:
        return [t("{n} deliveries are delayed; none failed.|{n} delivery is delayed; none failed.", n=delayed)]
    good = number_in(failed.hard)
    if summary.drops_all.count:
        drops = t("{n} addresses to drop|{n} address to drop", n=about(summary.drops_all))
        first = t("{n} for good ({drops})", n=good, drops=drops)
    else:
        first = t("{n} for good", n=good)
    parts = [
        first if failed.hard else "",
        t("{n} on the sender's side", n=number_in(failed.block)) if failed.block else "",
        t("{n} may heal", n=number_in(failed.soft)) if failed.soft else "",
        t("{n} with nothing to do", n=number_in(failed.none)) if failed.none else "",
    ]
    said = t(", ").join(filter(None, parts))
    whole = t("{n} deliveries failed: {parts}.|{n} delivery failed: {parts}.", n=number_in(failed.total), parts=said)
    return [whole, *([t("{n} more are delayed.|{n} more is delayed.", n=delayed)] if summary.delayed else [])]


def _charts(summary: Summary, t: Callable[..., str], lang: Language) -> dict[str, str]:
    """Draw what there is to draw."""
    drawn: dict[str, str] = {}
    said = [t(advice) for advice in ADVICE]
    if summary.failed.total:
        reasons: dict[str | None, str] = {word: t(text) for word, text in REASONS.items()}
        drawn["reasons"] = _ranked("reasons", t("Failed recipients by reason"), summary.reasons, reasons, said, t)
        drawn["domains"] = _ranked("domains", t("Failed recipients by domain"), summary.domains, {}, said, t)
        drawn["providers"] = _ranked("providers", t("Failed recipients by provider"), summary.providers, {}, said, t)
        drawn |= _times(summary, said, t, lang)
    return drawn | _hops(summary, t)


def _ranked(  # noqa: PLR0913, PLR0917 - a chart is made of them
    name: str, title: str, ranking: Ranking, names: dict[str | None, str], said: list[str], t: Callable[..., str]
) -> str:
    from mailkit.page.charts import Bar, bars  # noqa: PLC0415 - where nothing failed there is no chart

    rows = [
        Bar(cut_name(visible(names.get(row.name, row.name), 255)), row.parts, number_in(row.total, row.missed))
        for row in ranking.rows
    ]
    if not rows:
        return ""
    return bars(rows, said, name=name, title=_of_bars(t, title, [(row.label, row.shown) for row in rows]))


def _of_bars(t: Callable[..., str], title: str, rows: list[tuple[str, str]]) -> str:
    """Say what a chart of bars shows, of which the first is the longest."""
    text = (
        "{title}: {n} bars, the longest is {name} with {most}. The table below has all figures."
        "|{title}: one bar, {name} with {most}. The table below has all figures."
    )
    return t(text, title=title, n=len(rows), name=rows[0][0], most=rows[0][1])


def _times(summary: Summary, said: list[str], t: Callable[..., str], lang: Language) -> dict[str, str]:
    from mailkit.page.charts import Bar, columns  # noqa: PLC0415 - likewise

    step, slots = summary.times.step, summary.times.slots
    if not slots:
        return {}
    rows = [Bar(moment_in(lang, step, slot.start), slot.count.parts) for slot in slots]
    highest = max(rows, key=lambda row: sum(row.parts))
    first = [(highest.label, number_in(sum(highest.parts)))]
    heading = _of_bars(t, t("Failed recipients over time"), first * len(rows))
    draw = partial(columns, rows, said=said, title=heading, number=number_in)
    starts = [slot.start for slot in slots]
    return {
        "times": draw(ticks_of(lang, step, starts, 9), name="times", width=BROAD),
        "times_narrow": draw(ticks_of(lang, step, starts, 4), name="times-narrow", width=NARROW),
    }


def _hops(summary: Summary, t: Callable[..., str]) -> dict[str, str]:
    from mailkit.page.charts import Bar, Span, bars, spans  # noqa: PLC0415 - likewise

    drawn: dict[str, str] = {}
    hops = summary.hops
    if hops.hosts:
        slowest = max(hops.hosts, key=lambda one: one.high)
        text = (
            "{title}: a line from the median to the 95th percentile for each of {n} hosts;"
            " the slowest is {name}, {most}. The table below has all figures."
        )
        label, most = cut_name(visible(slowest.by, 255)), wait_in(t, slowest.high)
        title = t(text, title=t("How long mail waited before each host"), n=len(hops.hosts), name=label, most=most)
        rows = [
            Span(
                cut_name(visible(one.by, 255)),
                one.median,
                one.high,
                f"{wait_in(t, one.median)}, {wait_in(t, one.high)}",
            )
            for one in hops.hosts
        ]
        marks = [(at, t(text, n=at // size)) for size, _, text in UNITS for at in MARKS[text]]
        drawn["hosts"] = spans(rows, marks, name="hosts", title=title)
    if hops.totals:
        ways = [Bar(t(name), (count,), number_in(count)) for name, count in zip(WAITS, hops.totals, strict=True)]
        longest = max(ways, key=lambda row: row.parts)
        title = _of_bars(t, t("How long the whole way took"), [(longest.label, longest.shown)] * len(ways))
        drawn["totals"] = bars(ways, [""], name="totals", title=title, colors=["one"])
    return drawn
