"""``mailkit explain``: what a code or a word of the answers means, with its source."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator, Sequence

from mailkit.attachments.codes import CODES as ATTACHMENT_CODES
from mailkit.bounce.autoreply import AUTORESPONDER
from mailkit.bounce.dialects import DIALECTS, Dialect, load_dialects
from mailkit.bounce.matcher import Rule, RuleSet
from mailkit.bounce.reasons import REASONS, reason_of
from mailkit.bounce.vocabularies import VOCABULARIES, Vocabulary
from mailkit.cli.table import clean
from mailkit.cli.words import WORDS
from mailkit.findings import CODES
from mailkit.status import REPLY_CODES, Status
from mailkit.text.policies import POLICIES, severities


def add(verbs: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Declare the verb."""
    parser = verbs.add_parser(
        "explain",
        help="say what 5.2.2, 550, full or mime.close.missing means",
        description="Explain a status, a reply code, a finding, a rule, a dialect, or any other word of an answer, "
        "and what other products call it or mean by theirs.",
    )
    parser.add_argument("code", metavar="CODE")
    parser.add_argument("--rules", action="append", default=[], metavar="FILE", help="a TOML file of rules of your own")
    parser.add_argument(
        "--dialects", action="append", default=[], metavar="FILE", help="a TOML file of dialects of your own"
    )
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Print all that is known of a word; exit 2 where it is unknown."""
    word = args.code.strip()
    rules = (RuleSet.from_files(args.rules, before=RuleSet.default()) if args.rules else RuleSet.default()).rules
    dialects = (*(row for path in args.dialects for row in load_dialects(path)), *DIALECTS, AUTORESPONDER)
    found = [lines for lines in _meanings(word, rules, dialects) if lines]
    found = found or [lines for lines in _meanings(word.lower(), rules, dialects) if lines]
    if found:
        print("\n\n".join("\n".join(map(clean, lines)) for lines in found))
        return 0
    import difflib  # noqa: PLC0415 - only for a mistyped word

    known = [*REASONS, *CODES, *ATTACHMENT_CODES, *REPLY_CODES, *(row.name for row in dialects)]
    known += [name for group in WORDS.values() for name in group] + [rule.id for rule in rules]
    near = difflib.get_close_matches(word, dict.fromkeys(known), 3)
    hint = (
        f"; did you mean {', '.join(near)}?"
        if near
        else "; give a status (5.2.2), a reply code, a reason, a finding, a rule or a dialect"
    )
    print(f"mailkit: {args.code!r} is unknown{hint}", file=sys.stderr)
    return 2


def _meanings(word: str, rules: Sequence[Rule], dialects: Sequence[Dialect]) -> Iterator[list[str]]:
    """Give each meaning as lines; a word may have several."""
    status = Status.parse(word)
    if status:
        yield _status(status)
    yield _reason(word)
    if word in REPLY_CODES:
        yield [f"{word}: {REPLY_CODES[word]} (RFC 5321 section 4.2.3)"]
    for group, words in WORDS.items():
        for known in {word, word.upper()} & words.keys():
            yield [f"{known}: {words[known]}.", f"({group})"]
    yield _finding(word)
    yield _attachment(word.upper())
    yield _extension(word.lower())
    yield from (_dialect(row) for row in dialects if row.name == word)
    yield from (_rule(rule) for rule in rules if rule.id == word)
    for key, vocabulary in VOCABULARIES.items():
        yield _foreign(word, key, vocabulary)


def _reason(code: str) -> list[str]:
    reason, facts = next(((reason, facts) for reason, facts in REASONS.items() if reason == code), (None, None))
    if reason is None or facts is None:
        return []
    names = []
    for key, vocabulary in VOCABULARIES.items():
        name = vocabulary.names[reason]
        names.append(f"  {key}: {name if isinstance(name, str) else f'{name[0]} (4.Y.Z), {name[1]} (5.Y.Z)'}")
    return [
        f"{code}: {facts.title}.",
        f"codes {facts.transient} and {facts.permanent}, advice {facts.advice}: {WORDS['advice'][facts.advice]}",
        "elsewhere called",
        *names,
    ]


def _finding(code: str) -> list[str]:
    found = CODES.get(code)
    if found is None:
        return []
    if code.startswith("text."):
        return [f"{code}: {found.title}.", *_by_policy(code.removeprefix("text.")), f"source {found.source}"]
    return [f"{code}: {found.title}.", f"severity {found.severity}, source {found.source}"]


def _attachment(code: str) -> list[str]:
    found = ATTACHMENT_CODES.get(code)
    return [f"{code}: {found.title}.", f"{found.severity} in attachments, source {found.source}"] if found else []


def _extension(word: str) -> list[str]:
    """Say what an extension is worth, and who lists it."""
    from mailkit.attachments._extensions import SOURCES  # noqa: PLC0415 - only for a word with a dot before it
    from mailkit.attachments.codes import DANGERS  # noqa: PLC0415 - likewise
    from mailkit.attachments.names import EXTENSIONS, Surroundings, check_name  # noqa: PLC0415 - likewise

    row = EXTENSIONS.get(word.removeprefix("."))
    if not word.startswith(".") or row is None:
        return []
    found = check_name(f"file{word}", Surroundings())
    severity = max((one.severity for one in found), key=DANGERS.index, default="info")
    counts = "; what is in it counts" if severity == "info" else ""
    lists = [f"  {SOURCES[source]}" for source in row.sources]
    return [
        f"{word}: {severity} by name alone in attachments, class {row.class_}{counts}.",
        *(["listed by", *lists] if lists else ["on no list; mailkit's own choice"]),
    ]


def _by_policy(class_: str) -> list[str]:
    """Say how grave a class of text is, by the policies and charsets."""
    modern, strict = POLICIES
    rows = {
        f"{modern}, in ISO-2022-JP": severities(modern, "iso2022_jp"),
        f"{modern}, in UTF-8, Shift_JIS and EUC-JP": severities(modern, "utf-8"),
        f"{modern}, in the charsets of other countries": severities(modern, "cp1252"),
        strict: severities(strict, "iso2022_jp"),
    }
    return [f"  {said}: {table.get(class_, 'not minded')}" for said, table in rows.items()]


def _dialect(row: Dialect) -> list[str]:
    clues = [f"  {clue.where} has {clue.text!r}" for clue in row.clues]
    known = f", known by {row.need} of" if clues else "."
    return [f"{row.name}: a bounce format{known}", *clues, f"source: {row.source}"]


def _rule(rule: Rule) -> list[str]:
    words = [*rule.any, *(" … ".join(row) for row in rule.near)]
    head = f"{rule.id}: {rule.reason}, {' or '.join(rule.status)}"
    return [head, *(f"  {word}" for word in words), f"source: {rule.source}", f"sample: {rule.sample}"]


def _foreign(word: str, key: str, vocabulary: Vocabulary) -> list[str]:
    """Say what another product means by a name, or by a part of one."""
    lines = []
    for name, reason in vocabulary.reasons.items():
        if word.casefold() in {name.casefold(), *(part.casefold() for part in name.split("/"))}:
            lines.append(f"{name}: {vocabulary.title}'s name for {reason or 'what is no failure of a delivery'}.")
    return [*lines, f"source: {vocabulary.source} ({key})"] if lines else []


def _status(status: Status) -> list[str]:
    reason = reason_of(status)
    if not status.registered:
        return [
            f"{status}: not registered with IANA; a provider's own code under {status.title!r}.",
            f"class {status.class_}: {status.class_title}; read as {reason} where no wording says more",
        ]
    return [
        f"{status}: {status.title} ({status.reference}).",
        f"class {status.class_}: {status.class_title} (RFC 3463 section 2); reason {reason}, advice {REASONS[reason].advice}",
    ]
