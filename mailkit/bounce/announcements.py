"""What the subject and the first words of a notice announce: all wordings in one pass."""

from __future__ import annotations

import functools
import re

import ahocorasick

from mailkit.bounce import wordings
from mailkit.bounce.fold import fold_literal, unmarked

# Name of an announcement -> its literals, and where they count: at the beginning of the subject,
# anywhere in it, or anywhere in the text.
_TABLES: tuple[tuple[str, str, tuple[str, ...]], ...] = (
    ("failure", "begin", wordings.FAILURE_SUBJECTS),
    ("failure", "subject", wordings.FAILURE_SUBJECT_PHRASES),
    ("failure", "text", wordings.FAILURE_BODIES),
    ("failure", "text", wordings.REFUSED_BODIES),
    ("delay", "begin", wordings.DELAY_SUBJECTS),
    ("delay", "text", wordings.DELAY_BODIES),
    ("success", "begin", wordings.SUCCESS_SUBJECTS),
    ("success", "text", wordings.SUCCESS_BODIES),
    ("auto-reply", "begin", wordings.AUTO_REPLY_SUBJECTS),
    ("auto-reply", "subject", wordings.AUTO_REPLY_SUBJECT_PHRASES),
    ("auto-reply", "text", wordings.AUTO_REPLY_BODIES),
    ("refused", "text", wordings.REFUSED_BODIES),
    ("challenge", "begin", wordings.CHALLENGE_SUBJECTS),
    ("challenge", "text", wordings.CHALLENGE_BODIES),
    ("receipt", "begin", wordings.RECEIPT_SUBJECTS),
    ("feedback", "begin", wordings.FEEDBACK_SUBJECTS),
    ("feedback", "text", wordings.FEEDBACK_BODIES),
)
_BEGIN, _TEXT = "\x02", wordings.SUBJECT_END  # what stands before a subject and before the text; no mail has them there
# What mail programs put before a subject, in many languages: WG: (German), VB: (Swedish), PD: (Polish), İLT: (Turkish).
_FORWARDED = (
    "fwd?|wg|vs|vb|tr|rv|enc|i|doorst|vl|pd|ilt|trs|προωθ|πρθ|továbbítás|пересылка|"
    "הועבר|إعادة توجيه|전달|转发|轉寄|転送"
)
_ANSWERED = "re|aw|sv|vs|antw|res|r|rif|odp|ynt|απ|σχετ|vá|bls|ответ|отв|תגובה|رد|답장|回复|答复|回覆|回信|返信"
_COLON = r"\s{0,3}(?:\[\d{1,3}\])?[:：]"
_FORWARD_PREFIX = re.compile(
    rf"^(?:(?:{unmarked(_ANSWERED)}){_COLON}\s{{0,10}}){{0,4}}\[?(?:{unmarked(_FORWARDED)}){_COLON}"
)
_ANSWER_PREFIX = re.compile(rf"^(?:\[?(?:{unmarked(_FORWARDED)}|{unmarked(_ANSWERED)}){_COLON}\s{{0,10}}){{1,5}}")
_FORWARD_SUFFIX = "(fwd)"  # Pine's
_QUOTED = re.compile(r"^>(?!>> )[^\n]*\n?", re.MULTILINE)  # sendmail's transcripts have lines with ">>> "


def announcements(subject: str, text: str) -> frozenset[tuple[str, str]]:
    """Give what a subject and a folded text announce, each as (what, where): subject, its begin, text.

    >>> sorted(announcements("Undelivered Mail Returned to Sender", ""))
    [('failure', 'begin'), ('failure', 'subject')]
    """
    folded = fold_literal(subject[:1000]).strip()
    bare = _ANSWER_PREFIX.sub("", folded)
    whole = f"{_BEGIN}{folded}"
    if bare != folded and not _FORWARD_PREFIX.match(folded):  # what a person passes on is not what it was
        whole += f"{_BEGIN}{bare}"
    start = len(whole)
    found = set()
    for end, rows in _automaton().iter(f"{whole}{_TEXT}{text}"):
        place = "text" if end > start else "subject"
        for what, where in rows:
            if (where == "text") == (place == "text"):
                found.update({(what, place), (what, where)})
    return frozenset(found)


def wording(what: str, place: str, subject: str, text: str) -> str:
    """Give the words by which a subject or a folded text announces something; empty where it does not.

    >>> wording("failure", "subject", "Mail delivery failed: returning message to sender", "")
    'mail delivery failed'
    """
    folded = fold_literal(subject[:1000]).strip()
    bare = _ANSWER_PREFIX.sub("", folded)
    for name, where, literals in _TABLES:
        if name == what and (where == "text") == (place == "text"):
            for literal in map(unmarked, literals):
                begins = folded.startswith(literal) or bare.startswith(literal)
                if begins if where == "begin" else literal in (text if where == "text" else folded):
                    return literal
    return ""


def is_forward(subject: str) -> bool:
    """Say whether a subject has the prefix of a forwarded message: Fwd:, WG:, TR: ..."""
    folded = fold_literal(subject[:200]).strip()
    return bool(_FORWARD_PREFIX.match(folded)) or folded.endswith(_FORWARD_SUFFIX)


def is_answer(subject: str) -> bool:
    """Say whether a subject has the prefix of an answer: Re:, AW:, SV: ..."""
    return bool(_ANSWER_PREFIX.match(fold_literal(subject[:200]).strip()))


def unquoted(text: str) -> str:
    r"""Leave out the lines that somebody quotes, but for a text that is nothing else.

    >>> unquoted("Is this right?\n> Your message could not be delivered.")
    'Is this right?\n'
    """
    if not text.startswith(">") and "\n>" not in text:
        return text
    own = _QUOTED.sub("", text)
    return own if own.strip() else text


@functools.cache
def _automaton() -> ahocorasick.Automaton:
    rows: dict[str, set[tuple[str, str]]] = {}
    for what, where, literals in _TABLES:
        for literal in literals:
            key = _BEGIN + unmarked(literal) if where == "begin" else unmarked(literal)
            rows.setdefault(key, set()).add((what, where))
    automaton = ahocorasick.Automaton()
    for literal, owners in rows.items():
        automaton.add_word(literal, tuple(owners))
    automaton.make_automaton()
    return automaton
