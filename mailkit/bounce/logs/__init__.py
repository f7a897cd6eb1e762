"""Delivery logs: one answer for every attempt that an MTA wrote down.

    lines -> head (when, who) -> a form (what happened) -> Attempt

>>> from mailkit.bounce.logs import read_log
>>> line = (
...     "Nov 25 10:00:00 mx postfix/smtp[9]: 4FD1: to=<joe@example.org>, relay=mx.example.org[192.0.2.1]:25, "
...     "delay=0.5, dsn=5.1.1, status=bounced (host mx.example.org[192.0.2.1] said: 550 5.1.1 User unknown)"
... )
>>> for attempt in read_log([line]):
...     attempt.form, attempt.outcome, attempt.recipient, attempt.verdict.reason
('postfix', 'bounced', 'joe@example.org', 'bad-mailbox')
"""

from mailkit.bounce.logs.attempt import ACTIONS, Attempt, FormName, Outcome
from mailkit.bounce.logs.reader import LogReader, is_log_line, read_log

__all__ = ["ACTIONS", "Attempt", "FormName", "LogReader", "Outcome", "is_log_line", "read_log"]
