"""Write docs/bounces.md, what is known of bounces, from the tables: ``python -m mailkit.bounce.page``."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from mailkit.bounce.dialects import DIALECTS, Dialect, recognise
from mailkit.bounce.matcher import Rule, RuleSet
from mailkit.bounce.notice import Notice
from mailkit.bounce.reasons import REASONS
from mailkit.message import parse

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "bounces.md"
LINES, COLUMNS = 4, 100
"""Lines that are shown of a message, and columns of each."""
GENUINE = "mta"
"""The corpus whose messages MTAs wrote."""
LANGUAGES = {
    "ar": "Arabic",
    "bg": "Bulgarian",
    "ca": "Catalan",
    "cs": "Czech",
    "da": "Danish",
    "de": "German",
    "el": "Greek",
    "en": "English",
    "es": "Spanish",
    "et": "Estonian",
    "fa": "Persian",
    "fi": "Finnish",
    "fr": "French",
    "he": "Hebrew",
    "hi": "Hindi",
    "hr": "Croatian",
    "hu": "Hungarian",
    "id": "Indonesian",
    "it": "Italian",
    "ja": "Japanese",
    "ko": "Korean",
    "lt": "Lithuanian",
    "lv": "Latvian",
    "ms": "Malay",
    "nb": "Norwegian",
    "nl": "Dutch",
    "pl": "Polish",
    "pt": "Portuguese",
    "ro": "Romanian",
    "ru": "Russian",
    "sk": "Slovak",
    "sl": "Slovenian",
    "sr": "Serbian",
    "sv": "Swedish",
    "th": "Thai",
    "tr": "Turkish",
    "uk": "Ukrainian",
    "vi": "Vietnamese",
    "zh-Hans": "Chinese, simplified",
    "zh-Hant": "Chinese, traditional",
}
_BEGIN = """# Bounces: what is known

Written by `python -m mailkit.bounce.page` from the tables; change those, not this page. `mailkit explain WORD` says the
same of one word, `mailkit rules list` and `mailkit dialects list` give the tables themselves.
"""


def page() -> str:
    """Give the page; the same tables and messages give the same page."""
    rules = RuleSet.default().rules
    parts = [
        _BEGIN,
        "\n".join(["## In which order evidence counts", "", *_order(), "", "`evidence.md` says more.", ""]),
        "\n".join(["## Reasons", "", *_reasons(rules), ""]),
        "\n".join(["## Providers", "", *_providers(rules), ""]),
        "\n".join(["## Languages", "", *_languages(rules), ""]),
        "\n".join(["## Dialects", "", *_dialects()]),
    ]
    return "\n".join(parts).rstrip("\n") + "\n"


def _order() -> list[str]:
    """Give the table of docs/evidence.md, where the order is written down."""
    text = (ROOT / "docs" / "evidence.md").read_text("utf-8")
    return [line for line in text.splitlines() if line.startswith("|")]


def _reasons(rules: Sequence[Rule]) -> Iterator[str]:
    yield from _table_head("reason", "codes", "advice", "meaning", "for example")
    for reason, facts in REASONS.items():
        mine = [rule for rule in rules if rule.reason == reason]
        plain = [rule for rule in mine if rule.lang == "en" and not rule.provider and not rule.generic] or mine
        usual = (rule for rule in plain if facts.permanent in rule.sample or facts.transient in rule.sample)
        example = next(usual, plain[0] if plain else None)
        codes = f"{facts.transient}, {facts.permanent}"
        yield _row(f"`{reason}`", codes, f"**{facts.advice}**", facts.title, _sample(example))


def _providers(rules: Sequence[Rule]) -> Iterator[str]:
    """Give a line for each group of rules that are a provider's own or hold at one alone."""
    groups: dict[str, list[Rule]] = {}
    for rule in rules:
        if rule.provider or rule.scope.remote:
            groups.setdefault(rule.id.partition(".")[0], []).append(rule)
    yield from _table_head("rules", "number", "where", "for example", "means", "source")
    for name, mine in sorted(groups.items()):
        domains = sorted({domain for rule in mine for domain in rule.scope.remote})
        where = ", ".join(domains[:3]) + (" ..." if len(domains) > 3 else "")
        first = mine[0]
        meaning = f"{first.status[1]} {first.reason}"
        yield _row(f"`{name}.`", str(len(mine)), where or "by its words", _sample(first), meaning, first.source)


def _languages(rules: Sequence[Rule]) -> Iterator[str]:
    groups: dict[str, list[Rule]] = {}
    for rule in rules:
        groups.setdefault(rule.lang, []).append(rule)
    yield from _table_head("language", "name", "rules", "reasons", "for example", "means")
    for lang, mine in sorted(groups.items()):
        reasons = {rule.reason for rule in mine}
        first = next((rule for rule in mine if rule.reason == "bad-mailbox"), mine[0])
        name = LANGUAGES.get(lang, lang)
        yield _row(f"`{lang}`", name, str(len(mine)), str(len(reasons)), _sample(first), first.reason)


def _dialects() -> Iterator[str]:
    """Give each dialect with the first words of a message of its own."""
    examples = _examples(ROOT / "corpora")
    yield f"{len(DIALECTS)} formats, in the order in which they are tried."
    for row in DIALECTS:
        yield from ("", f"### {row.name}", "", f"{row.source}.")
        if row.name in examples:
            path, lines = examples[row.name]
            yield from ("", f"`{path}`:", "", "```text", *lines, "```")


def _examples(folder: Path) -> dict[str, tuple[str, list[str]]]:
    """Find a message for each dialect: a genuine one before others, then one that is named after it, then by name."""
    found: dict[str, tuple[bool, bool, str, Notice]] = {}
    for path in sorted(folder.glob("*/*.eml")):
        notice = Notice(parse(path.read_bytes()))
        row: Dialect | None = recognise(notice, DIALECTS)
        if row is not None:
            genuine, named = path.parent.name == GENUINE, path.name.startswith(row.name)
            one = (not genuine, not named, path.relative_to(folder.parent).as_posix(), notice)
            found[row.name] = min(found.get(row.name, one), one, key=lambda known: known[:3])
    return {name: (path, list(_first_lines(notice))) for name, (_, _, path, notice) in found.items()}


def _first_lines(notice: Notice) -> Iterator[str]:
    """Give the Subject and the first lines of the words; lines that look like an example of Python are left out."""
    yield _clean(f"Subject: {notice.subject}")
    shown = 0
    for view in notice.views:
        for line in view.notice[:8192].splitlines():
            text = _clean(line)
            if text and not text.startswith((">>>", "```")) and shown < LINES:
                shown += 1
                yield text


def _clean(line: str) -> str:
    text = " ".join("".join(c if c.isprintable() else " " for c in line).split())
    return text if len(text) <= COLUMNS else text[: COLUMNS - 1] + "…"


def _sample(rule: Rule | None) -> str:
    """Give a rule's sample as a cell."""
    if rule is None:
        return ""
    text = _clean(rule.sample)
    return f"`` {text} ``" if "`" in text else f"`{text}`"


def _table_head(*names: str) -> tuple[str, str]:
    return _row(*names), "|" + "---|" * len(names)


def _row(*cells: str) -> str:
    return f"| {' | '.join(_cell(cell) for cell in cells)} |"


def _cell(text: str) -> str:
    return text.replace("|", "\\|")


def main(words: Iterable[str] = ()) -> int:
    """Write the page; with --check say whether it is fresh."""
    text = page()
    if "--check" in words:
        return int(not PAGE.exists() or PAGE.read_text("utf-8") != text)
    PAGE.write_text(text, "utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
