"""``mailkit explain``: what a code or a word of the answers means, with its source."""

from __future__ import annotations

import argparse
import sys

from mailkit.bounce.dialects import DIALECTS
from mailkit.bounce.matcher import RuleSet
from mailkit.bounce.reasons import REASONS, reason_of
from mailkit.findings import CODES
from mailkit.status import REPLY_CODES, Status

ADVICE = {
    "hard": "the address does not exist or has moved: drop it",
    "soft": "the recipient's side; may heal: keep the address and count",
    "block": "the sender's side (reputation, content, policy, rate): never count it against the recipient",
    "none": "no failure: nothing to do",
}
BASES = {
    "diagnostic": "an enhanced code in the remote server's own reply",
    "dsn": "the Status field of the report (RFC 3464 section 2.3.4)",
    "provider": "what a provider means by its codes and texts",
    "dialect": "what an MTA means by its own words",
    "phrase": "a wording",
    "trace": "the Received fields of the returned message",
    "reply": "the SMTP reply code and the stage alone",
    "action": "the class of the outcome alone",
}


def add(verbs: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Declare the verb."""
    parser = verbs.add_parser(
        "explain",
        help="say what 5.2.2, 550, full or mime.close.missing means",
        description="Explain a status code, reply code, reason, advice, basis, finding, rule or dialect.",
    )
    parser.add_argument("code", metavar="CODE")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Print what is known of a word; exit 2 where it is unknown."""
    lines = _lookup(args.code.strip())
    if lines:
        print("\n".join(lines))
        return 0
    import difflib  # noqa: PLC0415 - only for a mistyped word

    known = [*REASONS, *CODES, *ADVICE, *BASES, *REPLY_CODES, *(dialect.name for dialect in DIALECTS)]
    near = difflib.get_close_matches(args.code, known, 3)
    hint = (
        f"; did you mean {', '.join(near)}?"
        if near
        else "; give a status (5.2.2), a reply code, a reason, a finding, a rule or a dialect"
    )
    print(f"mailkit: {args.code!r} is unknown{hint}", file=sys.stderr)
    return 2


def _lookup(code: str) -> list[str]:
    status = Status.parse(code)
    if status:
        return _status(status)
    for explain in (_reason, _plain, _finding, _dialect, _rule):
        lines = explain(code)
        if lines:
            return lines
    return []


def _reason(code: str) -> list[str]:
    facts = next((facts for reason, facts in REASONS.items() if reason == code), None)
    if facts is None:
        return []
    return [
        f"{code}: {facts.title}.",
        f"codes {facts.transient} and {facts.permanent}, advice {facts.advice}: {ADVICE[facts.advice]}",
    ]


def _plain(code: str) -> list[str]:
    if code in REPLY_CODES:
        return [f"{code}: {REPLY_CODES[code]} (RFC 5321 section 4.2.3)"]
    text = ADVICE.get(code) or BASES.get(code)
    return [f"{code}: {text}"] if text else []


def _finding(code: str) -> list[str]:
    found = CODES.get(code)
    return [f"{code}: {found.title}.", f"severity {found.severity}, source {found.source}"] if found else []


def _dialect(code: str) -> list[str]:
    for dialect in DIALECTS:
        if dialect.name == code:
            return [f"{code}: a bounce format.", f"source: {dialect.source}"]
    return []


def _rule(code: str) -> list[str]:
    for rule in RuleSet.default().rules:
        if rule.id == code:
            words = [*rule.any, *(" … ".join(row) for row in rule.near)]
            head = f"{code}: {rule.reason}, {' or '.join(rule.status)}"
            return [head, *(f"  {word}" for word in words), f"source: {rule.source}", f"sample: {rule.sample}"]
    return []


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
