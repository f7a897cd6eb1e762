"""One SMTP reply or log line without a mail: what it means."""

from __future__ import annotations

from mailkit.bounce.decide import weigh_text
from mailkit.bounce.matcher import RuleSet
from mailkit.bounce.result import Verdict


def classify_reply(text: str, *, host: str | None = None, rules: RuleSet | None = None) -> Verdict:
    """Classify one SMTP reply or log line; `host` is the server that gave it, where known. Never raises.

    >>> verdict = classify_reply("552 5.2.2 Mailbox full")
    >>> verdict.status, verdict.reason, verdict.advice
    ('5.2.2', 'full', 'soft')
    """
    return weigh_text(text, host or "", rules or RuleSet.default())
