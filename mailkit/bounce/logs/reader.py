"""Lines in, attempts out: streaming, in memory that does not grow with the log."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import UTC, tzinfo

from mailkit.bounce.decide import weigh_text
from mailkit.bounce.logs.attempt import ACTIONS, Attempt, FormName, Outcome, Told
from mailkit.bounce.logs.clock import Clock
from mailkit.bounce.logs.forms import BY_NAME, Form, Sniffer
from mailkit.bounce.logs.head import read_head
from mailkit.bounce.logs.memory import Memory
from mailkit.bounce.matcher import RuleSet
from mailkit.bounce.result import Action

_FAILED: frozenset[Outcome] = frozenset({"deferred", "bounced", "expired", "rejected", "undeliverable"})
MAX_REPLY_CHARS = 1_000


class LogReader:
    """Reads logs that belong together: what one file says of a queue id holds for the next.

    `form` is asked for every line where it is given; else each line tells its form itself. `year` is that of the
    first line, for logs that do not name it; `zone` is that of lines that name none.
    """

    def __init__(
        self,
        *,
        form: FormName | None = None,
        rules: RuleSet | None = None,
        year: int | None = None,
        zone: tzinfo = UTC,
        explain: bool = False,
    ) -> None:
        self._form: Form | None = BY_NAME[form] if form else None
        self._rules = rules or RuleSet.default()
        self._clock = Clock(year, zone)
        self._explain = explain
        self._sniffer = Sniffer()
        self._memory = Memory()

    def read(self, lines: Iterable[str], source: str | None = None) -> Iterator[Attempt]:
        """Give one answer for each delivery attempt, in the order of the lines. Never raises for a line."""
        if isinstance(lines, str):
            message = "read() takes the lines of a log, not one text: open the file, or split the text"
            raise TypeError(message)
        for number, line in enumerate(lines, start=1):
            head = read_head(line)
            form = self._form or self._sniffer.form_of(head)
            if form is not None:
                for told in form.read(head, self._memory):
                    yield self._attempt(form, told, head.stamp, number, source)

    def _attempt(self, form: Form, told: Told, stamp: str, number: int, source: str | None) -> Attempt:
        """Answer for one attempt."""
        stamp = told.stamp or stamp
        time = self._clock.read(stamp)
        verdict = None
        action: Action | None = ACTIONS[told.outcome]
        if told.outcome == "sent" and told.final:
            action = "delivered"
        if told.outcome in _FAILED:
            verdict = weigh_text(
                told.text,
                (told.relay or "") if told.outcome != "rejected" else "",
                self._rules,
                address=told.recipient,
                stated=told.dsn or "",
                action=action or "failed",
                silence="expired" if told.outcome == "expired" else None,
                day=time.date() if time else None,
                explain=self._explain,
            )
        return Attempt(
            source=source,
            line=number,
            form=form.name,
            time=time,
            stamp=stamp or None,
            outcome=told.outcome,
            action=action,
            queue_id=told.queue_id,
            sender=told.sender,
            recipient=told.recipient,
            original_recipient=_other(told.original, told.recipient),
            relay=told.relay or None,
            relay_ip=told.relay_ip,
            reply=told.reply[:MAX_REPLY_CHARS] if told.reply else None,
            dsn=told.dsn,
            delay_seconds=told.delay_seconds,
            verdict=verdict,
        )


def _other(original: str | None, recipient: str | None) -> str | None:
    """Give the first address where it is another one; some MTAs change nothing but the case."""
    return original if (original or "").lower() != (recipient or "").lower() else None


def read_log(  # noqa: PLR0913 - what the caller knows of the log
    lines: Iterable[str],
    *,
    form: FormName | None = None,
    rules: RuleSet | None = None,
    year: int | None = None,
    zone: tzinfo = UTC,
    source: str | None = None,
) -> Iterator[Attempt]:
    """Read a delivery log: one answer for each attempt, while the lines come. Never raises for a line.

    Each line tells its form, so a syslog of several MTAs is read as well; `form` says it for all of them.
    Logs that belong together are read by one `LogReader`.
    """
    return LogReader(form=form, rules=rules, year=year, zone=zone).read(lines, source)


def is_log_line(text: str) -> bool:
    """Say whether a text is a line of a log that is known, and not a bare reply.

    >>> is_log_line("550 5.1.1 User unknown"), is_log_line("delivery 7: failure: Sorry./")
    (False, True)
    """
    head = read_head(text)
    return bool(head.tag) or Sniffer().form_of(head) is not None
