"""Suppression lists in and out: as SES, Mailgun, SendGrid and Postmark write and take them, and as plain CSV and JSON lines.

Each provider takes so many addresses at a time (`FORMATS`): what is longer is cut into several files.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import UTC, date, datetime, time
from itertools import islice
from typing import Literal, NamedTuple

import msgspec

from mailkit.errors import SourceError
from mailkit.ledger.events import Event, What, event_id, is_kept, key_of, list_of
from mailkit.ledger.scores import Standing
from mailkit.syntax.dates import parse_date

Name = Literal["csv", "jsonl", "ses", "mailgun-bounces", "mailgun-complaints", "sendgrid", "postmark"]
_Row = dict[str, str]


class Format(NamedTuple):
    """How a provider writes the addresses to which it does not send."""

    columns: tuple[str, ...]
    """The columns of its CSV, or the keys of its JSON lines; empty: CSV without a header."""
    row: Callable[[Standing], _Row]
    """What stands in them."""
    most: int
    """Addresses in one file."""
    source: str
    only: frozenset[str] = frozenset({"hard", "soft", "complaint", "suppress"})
    """Causes that belong into it."""
    json: bool = False
    header: bool = True


def _day(standing: Standing) -> date:
    return standing.since or date(1970, 1, 1)


def _stamp(standing: Standing) -> str:
    return datetime.combine(_day(standing), time(), UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _plain(standing: Standing) -> _Row:
    return {
        "list": standing.list,
        "address": standing.address,
        "cause": standing.cause or "",
        "since": str(_day(standing)),
        "until": str(standing.until or ""),
    }


def _ses(standing: Standing) -> _Row:
    return {"address": standing.address, "reason": "COMPLAINT" if standing.cause == "complaint" else "BOUNCE"}


def _mailgun(standing: Standing) -> _Row:
    code = "450" if standing.cause == "soft" else "550"
    created = datetime.combine(_day(standing), time(), UTC).strftime("%a, %d %b %Y %H:%M:%S UTC")
    return {"address": standing.address, "code": code, "error": f"mailkit: {standing.cause}", "created_at": created}


def _sendgrid(standing: Standing) -> _Row:
    return {"email": standing.address}


def _postmark(standing: Standing) -> _Row:
    reason = {"complaint": "SpamComplaint", "suppress": "ManualSuppression"}.get(standing.cause or "", "HardBounce")
    return {"EmailAddress": standing.address, "SuppressionReason": reason, "CreatedAt": _stamp(standing)}


_FAILED = frozenset({"hard", "soft", "suppress"})
_COLUMNS = ("list", "address", "cause", "since", "until")
_NO_LIMIT = 1_000_000_000
FORMATS: dict[Name, Format] = {
    "csv": Format(_COLUMNS, _plain, _NO_LIMIT, "of our own"),
    "jsonl": Format(_COLUMNS, _plain, _NO_LIMIT, "of our own", json=True),
    "ses": Format(
        ("address", "reason"),
        _ses,
        100_000,
        "Amazon SES developer guide, account-level suppression list: bulk import of address,BOUNCE|COMPLAINT",
        header=False,
    ),
    "mailgun-bounces": Format(
        ("address", "code", "error", "created_at"),
        _mailgun,
        1_000,
        "Mailgun API, suppressions: import of bounces; a thousand records at a time",
        _FAILED,
    ),
    "mailgun-complaints": Format(
        ("address", "created_at"),
        _mailgun,
        1_000,
        "Mailgun API, suppressions: import of complaints; a thousand records at a time",
        frozenset({"complaint"}),
    ),
    "sendgrid": Format(
        ("email",),
        _sendgrid,
        10_000,
        "SendGrid documentation, upload of suppressions as CSV; the limit is knowledge, not seen",
    ),
    "postmark": Format(
        ("EmailAddress", "SuppressionReason", "CreatedAt"),
        _postmark,
        50,
        "Postmark API, suppressions: columns of the export; fifty addresses at a time are taken",
    ),
}
"""The formats. Addresses of all lists go into one file of a provider, each once."""


def write(standings: Iterable[Standing], name: Name) -> Iterator[bytes]:
    r"""Give the files of a format for the addresses that are suppressed; none where no address is.

    >>> gone = Standing(list="news", address="joe@x.test", state="suppressed", score=5.0, cause="hard", since=date(2026, 3, 5))
    >>> [*write([gone], "ses")]
    [b'joe@x.test,BOUNCE\r\n']
    """
    form = FORMATS[name]
    rows = (one for one in standings if one.state == "suppressed" and one.cause in form.only)
    chosen = rows if form.row is _plain else _once(rows)
    while batch := [*islice(chosen, form.most)]:
        yield _file(form, [form.row(one) for one in batch])


def _once(standings: Iterable[Standing]) -> Iterator[Standing]:
    """Give each address once, a complaint before a failure."""
    found: dict[str, Standing] = {}
    for one in standings:
        if one.address not in found or one.cause == "complaint":
            found[one.address] = one
    return iter(found.values())


def _file(form: Format, rows: list[_Row]) -> bytes:
    if form.json:
        return b"".join(msgspec.json.encode({key: row[key] or None for key in form.columns}) + b"\n" for row in rows)
    text = io.StringIO(newline="")
    writer = csv.DictWriter(text, form.columns, extrasaction="ignore")
    if form.header:
        writer.writeheader()
    guard = _safe if form.row is _plain else str  # providers take a cell as it stands
    writer.writerows({key: guard(value) for key, value in row.items()} for row in rows)
    return text.getvalue().encode("utf-8", "replace")


_FORMULA = frozenset({"=", "+", "-", "@", "\t", "\r"})


def _safe(cell: str) -> str:
    """Keep a spreadsheet from taking an address for a formula (``=cmd|...@x``)."""
    return f"'{cell}" if cell[:1] in _FORMULA else cell


_MILLISECONDS = 1e11
"""Above it a number counts milliseconds: in seconds it would be the year 5138."""
_MOST_DIGITS = 20
_LAST_SECOND = 253_402_214_400
"""The last day of the year 9999."""
_ADDRESS = ("address", "email", "emailaddress", "email_address", "recipient")
_TIME = ("created_at", "createdat", "created", "lastupdatetime", "lastupdatedtime", "since", "timestamp")
_WHY = ("reason", "suppressionreason", "cause", "type", "error")
_LIST = ("list",)
_COMPLAINTS = frozenset({"complaint", "spamcomplaint", "spam_complaint", "spamreport", "spam", "abuse"})


def read(data: bytes, *, at: int, list: str = "", name: str = "list") -> Iterator[Event]:  # noqa: A002 - the field's name
    r"""Give the suppressions of a list that a provider, or `write`, has made.

    Known by its content: CSV with a header that names an address, CSV of addresses and reasons without one, JSON lines,
    or one JSON array. `at` is for rows without a time; `list` for those without a list; `name` for messages. Read twice it
    counts once. Raises SourceError, with the line, for what is none of these: then nothing of it should be taken.

    >>> [(e.address, e.what) for e in read(b"email,reason\njoe@x.test,spam\n", at=0)]
    [('joe@x.test', 'complaint')]
    """
    text = data.decode("utf-8-sig", "replace")
    rows = _json_rows(text, name) if text.lstrip()[:1] in {"{", "["} else _csv_rows(text, name)
    for place, row in rows:
        address = _first(row, _ADDRESS)
        address = address[1:] if address[:1] == "'" and address[1:2] in _FORMULA else address  # as `_safe` wrote it
        if not address:
            continue
        if "@" not in address or not address.isprintable() or not is_kept(address):
            raise SourceError(place, f"{address[:80]!r} is no address; mend the line or take it out")
        why = _first(row, _WHY)
        what: What = "complaint" if why.lower().replace(" ", "") in _COMPLAINTS else "suppress"
        when = _instant(_first(row, _TIME))
        belongs, key = list_of(_first(row, _LIST) or list), key_of(address)
        yield Event(
            id=event_id("import", what, belongs, key, str(when or "")),
            list=belongs,
            address=key,
            at=at if when is None else when,
            what=what,
            reason=why[:200] or "imported",
        )


def _first(row: _Row, names: tuple[str, ...]) -> str:
    """Give the first cell of some names that holds something."""
    return next((row[name].strip() for name in names if row.get(name, "").strip()), "")


def _json_rows(text: str, name: str) -> Iterator[tuple[str, _Row]]:
    """Give the rows of one value, as the interfaces of providers answer, or of one value a line."""
    values = _json(text)
    lines = (
        [(1, values)]
        if values is not None
        else [(n, _json(line)) for n, line in enumerate(text.split("\n"), 1) if line.strip()]
    )
    for number, value in lines:
        place = f"{name}:{number}"
        if value is None:
            raise SourceError(place, "it is no JSON; give one object a line, or one array")
        for one in _unwrapped(value):
            row = {"address": one} if isinstance(one, str) else one
            if not isinstance(row, dict):
                raise SourceError(place, "an object or an address belongs here")
            cells = {
                str(key).lower(): str(cell) if isinstance(cell, str | int | float) else "" for key, cell in row.items()
            }
            if not _first(cells, _ADDRESS):
                raise SourceError(place, f"no key is any of {', '.join(_ADDRESS)}")
            yield place, cells


def _json(text: str) -> object | None:
    try:
        found: object = json.loads(text)
    except (ValueError, RecursionError):
        return None
    return found


def _unwrapped(value: object) -> Sequence[object]:
    """Give the rows of an answer: an array, or the one array that an object holds (Suppressions, items)."""
    if isinstance(value, Sequence) and not isinstance(value, str):
        return value
    if isinstance(value, dict) and {str(key).lower() for key in value}.isdisjoint(_ADDRESS):
        arrays = [one for one in value.values() if isinstance(one, Sequence) and not isinstance(one, str)]
        if len(arrays) == 1:
            return arrays[0]
    return [value]


def _csv_rows(text: str, name: str) -> Iterator[tuple[str, _Row]]:
    reader = csv.reader(io.StringIO(text, newline=""))
    names: tuple[str, ...] | None = None
    place = name
    try:
        for cells in reader:
            place = f"{name}:{reader.line_num}"
            if not any(cell.strip() for cell in cells):
                continue
            if names is None:
                names = tuple(cell.strip().lower().replace(" ", "_") for cell in cells)
                if not set(names).isdisjoint(_ADDRESS):
                    continue
                if "@" not in cells[0]:
                    known = ", ".join(_ADDRESS)
                    raise SourceError(place, f"no column is called any of {known}, and the first holds no address")
                names = ("address", "reason")
            yield place, dict(zip(names, cells, strict=False))
    except csv.Error as error:
        raise SourceError(place, f"it is no CSV ({error})") from None


def _instant(text: str) -> int | None:
    """Read a time: seconds, a date of ISO 8601, or one of RFC 5322; None where it is none."""
    if not text:
        return None
    if text.isascii() and text.replace(".", "", 1).isdigit():
        number = float(text[:_MOST_DIGITS])
        number = number / 1_000 if number > _MILLISECONDS else number
        return int(number) if number <= _LAST_SECOND else None
    try:
        found: datetime | None = datetime.fromisoformat(text)
    except ValueError:
        found = parse_date(text)
    if found is None:
        return None
    second = int((found if found.tzinfo else found.replace(tzinfo=UTC)).timestamp())
    return second if 0 <= second <= _LAST_SECOND else None
