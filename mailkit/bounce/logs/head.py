"""The head of a line: when, and which program. Several may stand one in the other (Exim by way of syslog).

Sources: RFC 3164 section 4.1, RFC 5424 section 6, rsyslog's RSYSLOG_FileFormat, Solaris syslogd, FreeBSD
syslogd -v, systemd's journalctl (short, short-iso, json); docker and Kubernetes as they print and store lines.
"""

from __future__ import annotations

import re
from typing import NamedTuple

import msgspec

LINE_CHARS = 65_536
"""What is read of one line; Postfix logs at most 2,000 characters of a reply, syslog lines are shorter still."""

_BSD = r"[A-Z][a-z]{2} [ \d]\d (?:\d{4} )?\d\d:\d\d:\d\d(?:\.\d{1,9})?(?: \d{4})?|\d{4} [A-Z][a-z]{2} [ \d]\d \d\d:\d\d:\d\d"
_ISO = r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:[.,]\d{1,9})?(?:Z|[+-]\d\d:?\d\d)?"
_TAG = r"(?P<tag>[^\s\[\]:,=]{1,100})"
_SYSLOG = re.compile(
    rf"(?:<\d{{1,3}}>)?(?P<stamp>{_BSD}|{_ISO}) (?:<[a-z\d.]{{1,24}}> )?(?P<host>[^\s,\[]{{1,255}}) "
    rf"(?:[a-z\d]{{2,8}}\.[a-z]{{3,7}} )?{_TAG}(?:\[\d{{1,10}}\])?: ?(?:\[ID \d{{1,10}} \w{{1,12}}\.\w{{1,12}}\] )?",
    re.ASCII,
)
_RFC5424 = re.compile(
    rf"<\d{{1,3}}>1 (?P<stamp>{_ISO}|-) (?P<host>\S{{1,255}}) {_TAG} \S{{1,128}} \S{{1,32}} "
    r"(?:-|(?:\[[^\]]{0,2000}\]){1,20}) ?(?:\ufeff|\u00ef\u00bb\u00bf)?",
    re.ASCII,
)
_BARE = re.compile(r"(?P<tag>[A-Za-z][\w.+\-]{0,40}(?:/[\w\-]{1,40}){0,3})\[\d{1,10}\]: ", re.ASCII)

_WRAPPED = re.compile(
    rf"[\w.\-]{{1,64}}\s{{1,32}}\| |(?P<stamp>{_ISO}) (?:std(?:out|err) [FP] )?(?=[A-Z][a-z]{{2}} [ \d]\d \d\d:)",
    re.ASCII,
)
"""What containers set before a line: docker compose its name, docker and Kubernetes their time."""


class Head(NamedTuple):
    """A line without its head."""

    body: str
    tag: str = ""
    """The program as syslog names it: ``postfix/smtp``."""
    host: str = ""
    stamp: str = ""
    value: dict[str, object] | None = None
    """The object that the line holds as JSON."""


def read_head(line: str) -> Head:
    """Take the head off a line.

    >>> read_head("Nov 25 10:00:00 mx1 postfix/smtp[77]: 4FD1: to=<...")[:4]
    ('4FD1: to=<...', 'postfix/smtp', 'mx1', 'Nov 25 10:00:00')
    """
    line = line[:LINE_CHARS]
    wrapped = _WRAPPED.match(line)
    if wrapped is not None:
        inner = _inner(line[wrapped.end() :])
        return inner._replace(stamp=wrapped["stamp"]) if wrapped["stamp"] else inner  # it has its year
    return _inner(line)


def _inner(line: str) -> Head:
    match = _SYSLOG.match(line)
    if match is None and line[:1] == "<":
        match = _RFC5424.match(line)
    if match is not None:
        body = line[match.end() :].rstrip("\r\n")
        value = _of_json(body).value if body[:1] == "{" else None
        return Head(body, match["tag"], match["host"], match["stamp"].strip("-"), value)
    line = line.strip("\r\n\ufeff\0 ")
    if line[:1] == "{":
        return _of_json(line)
    bare = _BARE.match(line)
    return Head(line[bare.end() :], bare["tag"]) if bare else Head(line)


def _of_json(line: str) -> Head:
    """Read a line of JSON; one of the systemd journal, or of docker, holds a line of another log."""
    try:
        value = msgspec.json.decode(line.encode("utf-8", "replace"))
    except (msgspec.DecodeError, RecursionError):
        return Head(line)
    if not isinstance(value, dict):
        return Head(line)
    message, stored = value.get("MESSAGE"), value.get("log")
    if isinstance(stored, str) and "stream" in value and stored[:1] != "{":
        return _inner(stored)
    if not isinstance(message, str):
        return Head(line, value=value)
    tag, host, stamp = (value.get(name) for name in ("SYSLOG_IDENTIFIER", "_HOSTNAME", "__REALTIME_TIMESTAMP"))
    micros = stamp if isinstance(stamp, str) and stamp.isascii() and stamp.isdigit() and len(stamp) > 6 else ""
    seconds = f"{micros[:-6]}.{micros[-6:]}" if micros else ""
    return Head(message, tag if isinstance(tag, str) else "", host if isinstance(host, str) else "", seconds)
