"""One SMTP reply or log line without a mail: what it means."""

from __future__ import annotations

import re

from mailkit.bounce.decide import weigh_text
from mailkit.bounce.matcher import RuleSet
from mailkit.bounce.result import Verdict

_LOGGED = re.compile(
    r"\s{0,8}(?:(?:<\d{1,3}>)?(?:1 )?(?:[A-Z][a-z]{2} [ \d]\d \d\d:|\d{4}-\d\d-\d\d[T_ ])|@4[\da-f]{23} |\{\")",
    re.ASCII,
)
"""How a line of a log begins, and no reply."""


def classify_reply(
    text: str, *, host: str | None = None, rules: RuleSet | None = None, explain: bool = False
) -> Verdict:
    """Classify one SMTP reply or log line; `host` is the server that gave it, where known. Never raises.

    A reply of several lines is one text. A line of a delivery log (`mailkit.bounce.logs`) is answered
    as that attempt.

    >>> verdict = classify_reply("552 5.2.2 Mailbox full")
    >>> verdict.status, verdict.reason, verdict.advice
    ('5.2.2', 'full', 'soft')
    """
    if not isinstance(text, str):
        message = f"classify_reply() takes the text of a reply, not {type(text).__name__}; decode bytes with 'replace'"
        raise TypeError(message)
    rules = rules or RuleSet.default()
    if _LOGGED.match(text):
        from mailkit.bounce.logs.reader import LogReader  # noqa: PLC0415 - replies do without

        for attempt in LogReader(rules=rules, explain=explain).read([text]):
            if attempt.verdict is not None:
                return attempt.verdict
    return weigh_text(text, host or "", rules, explain=explain)
