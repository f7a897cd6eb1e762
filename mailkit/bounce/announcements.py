"""What the subject and the first words of a notice announce: all wordings in one pass."""

from __future__ import annotations

import functools
import re

import ahocorasick

from mailkit.bounce import wordings
from mailkit.bounce.fold import fold_literal

# Name of an announcement -> its literals, and where they count: at the beginning of the subject,
# anywhere in it, or anywhere in the text.
_TABLES: tuple[tuple[str, str, tuple[str, ...]], ...] = (
    ("failure", "begin", wordings.FAILURE_SUBJECTS),
    ("failure", "subject", wordings.FAILURE_SUBJECT_PHRASES),
    ("failure", "text", wordings.FAILURE_BODIES),
    ("delay", "begin", wordings.DELAY_SUBJECTS),
    ("delay", "text", wordings.DELAY_BODIES),
    ("success", "begin", wordings.SUCCESS_SUBJECTS),
    ("success", "text", wordings.SUCCESS_BODIES),
    ("auto-reply", "begin", wordings.AUTO_REPLY_SUBJECTS),
    ("auto-reply", "subject", wordings.AUTO_REPLY_SUBJECT_PHRASES),
    ("auto-reply", "text", wordings.AUTO_REPLY_BODIES),
    ("challenge", "begin", wordings.CHALLENGE_SUBJECTS),
    ("challenge", "text", wordings.CHALLENGE_BODIES),
    ("receipt", "begin", wordings.RECEIPT_SUBJECTS),
    ("feedback", "begin", wordings.FEEDBACK_SUBJECTS),
    ("feedback", "text", wordings.FEEDBACK_BODIES),
)
_BEGIN, _TEXT = "\x02", "\x03"  # what stands before a subject and before the text; no mail has them there
_FORWARD_PREFIX = re.compile(r"^(?:fwd?|wg|vs|tr|rv|enc|i|doorst|vl|转发|轉寄|転送)\s{0,3}[:：]")
_ANSWER_PREFIX = re.compile(
    r"^(?:(?:re|fwd?|aw|wg|sv|vs|antw|tr|rv|res|enc|odp|回复|答复|回覆|返信)\s{0,3}(?:\[\d+\])?[:：]\s{0,10}){1,5}"
)


def announcements(subject: str, text: str) -> frozenset[tuple[str, str]]:
    """Give what a subject and a folded text announce, each as (what, subject or text).

    >>> sorted(announcements("Undelivered Mail Returned to Sender", ""))
    [('failure', 'subject')]
    """
    folded = fold_literal(subject[:1000]).strip()
    bare = _ANSWER_PREFIX.sub("", folded)
    whole = f"{_BEGIN}{folded}"
    if bare != folded and not _FORWARD_PREFIX.match(folded):  # what a person passes on is not what it was
        whole += f"{_BEGIN}{bare}"
    start = len(whole)
    found = set()
    for end, rows in _automaton().iter(f"{whole}{_TEXT}{text}"):
        place = "text" if end >= start else "subject"
        for what, where in rows:
            if (where == "text") == (place == "text"):
                found.add((what, place))
    return frozenset(found)


def is_forward(subject: str) -> bool:
    """Say whether a subject has the prefix of a forwarded message: Fwd:, WG:, TR: ..."""
    return bool(_FORWARD_PREFIX.match(fold_literal(subject[:200]).strip()))


def is_answer(subject: str) -> bool:
    """Say whether a subject has the prefix of an answer: Re:, AW:, SV: ..."""
    return bool(_ANSWER_PREFIX.match(fold_literal(subject[:200]).strip()))


@functools.cache
def _automaton() -> ahocorasick.Automaton:
    rows: dict[str, set[tuple[str, str]]] = {}
    for what, where, literals in _TABLES:
        for literal in literals:
            key = _BEGIN + literal if where == "begin" else literal
            rows.setdefault(key, set()).add((what, where))
    automaton = ahocorasick.Automaton()
    for literal, owners in rows.items():
        automaton.add_word(literal, tuple(owners))
    automaton.make_automaton()
    return automaton
