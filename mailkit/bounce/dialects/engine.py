"""The engine that reads dialects: which row fits a notice, and what it says of each recipient."""

from __future__ import annotations

import functools
import re
from collections.abc import Iterable, Iterator
from typing import Literal, NamedTuple

import ahocorasick
import msgspec

from mailkit.bounce.dialects.block import Block
from mailkit.bounce.dialects.transcript import read_transcript
from mailkit.bounce.notice import Notice, TextView
from mailkit.bounce.reasons import Reason
from mailkit.bounce.result import Action
from mailkit.syntax.address import ADDRESS, clean
from mailkit.syntax.fields import Header

Where = Literal["subject", "from", "body", "report", "reporter", "boundary", "field", "message-id", "mailer"]
"""Places of clues: `report` is the whole of the delivery reports, `reporter` their Reporting-MTA alone."""

SURE: tuple[Where, ...] = ("reporter", "report", "boundary")
"""Places that only the MTA writes: a clue in one of them needs no other."""


class Clue(NamedTuple):
    """Words in a place of the message by which a format is known; compared without case."""

    where: Where
    text: str


class Dialect(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """One bounce format."""

    name: str
    source: str
    """Where the format is documented or was seen."""
    clues: tuple[Clue, ...]
    need: int = 1
    """How many of the clues must be there."""
    begin: tuple[str, ...] = ()
    """Words behind which the recipients stand; without them, or where they are missing, the whole notice."""
    end: tuple[str, ...] = ()
    """Words at which the recipients end, where the notice itself does not."""
    recipient: tuple[str, ...] = ()
    """Expressions for the beginning of a line that names a recipient, with a group `addr`; `{address}` stands for one."""
    domain: str = ""
    """The domain of the recipients, where the format names them by their local parts."""
    whole: bool = False
    """Whether the cause stands on that line, before the address: ``Unknown user: joe@example.org``."""
    quotes: tuple[str, ...] = ()
    """Words behind which the server's own stand: what the format says before them of every refusal is left out."""
    reader: Literal["", "transcript"] = ""
    """The function for what is no table."""
    action: Action | None = None
    """What the format means by itself, where it announces only one outcome."""
    anyone: bool = False
    """Whether it comes from an address that is no mail system's, as the notices of list managers do."""
    delayed: tuple[str, ...] = ()
    """Words by which the format announces a delay."""
    final: tuple[str, ...] = ()
    """Words by which a notice that calls itself delayed tells that the queue has given up all the same."""
    silence: Reason | None = None
    """What it means where the format, which always quotes a server's reply, quotes none."""


def recognise(notice: Notice, dialects: tuple[Dialect, ...]) -> Dialect | None:
    """Give the first dialect whose clues are there."""
    clues = _by_place(dialects)
    places = Places(notice)
    found = set(clues.sure.find(places))
    sure = _first(found, dialects)
    if sure is not None:
        return sure
    found.update(clues.others.find(places))
    if len(clues.body):
        found.update(row for _, rows in clues.body.iter(notice.words) for row in rows)
    for name in notice.header.names & clues.fields.keys():
        found.update(clues.fields[name])
    return _first(found, dialects)


_Row = tuple[Where, str, int]
"""A clue, and the number of the dialect that it speaks for."""


def _first(found: set[_Row], dialects: tuple[Dialect, ...]) -> Dialect | None:
    """Give the first dialect of which enough clues were found."""
    numbers = [number for _, _, number in found]
    for number in sorted(set(numbers)):
        if numbers.count(number) >= dialects[number].need:
            return dialects[number]
    return None


class _Spotter:
    """Finds the clues of several short places in one pass over all of them."""

    def __init__(self, rows: Iterable[_Row]) -> None:
        owners: dict[str, list[_Row]] = {}
        for row in rows:
            owners.setdefault(row[1], []).append(row)
        self._places = tuple(dict.fromkeys(where for rows in owners.values() for where, _, _ in rows))
        self._automaton = _automaton(owners)

    def find(self, places: Places) -> Iterator[_Row]:
        """Give the clues that stand in their places."""
        if not self._places:
            return
        texts = [str(places[where]) for where in self._places]
        for end, rows in self._automaton.iter(_BETWEEN.join(texts)):
            where = self._at(texts, end)
            yield from (row for row in rows if row[0] == where)

    def _at(self, texts: list[str], end: int) -> Where:
        """Say to which place a place in the joined texts belongs."""
        for where, text in zip(self._places, texts, strict=True):
            if end < len(text):
                return where
            end -= len(text) + 1
        raise AssertionError(end)


_BETWEEN = "\x00"


class _Clues(NamedTuple):
    """All clues, by the place in which they are looked for."""

    sure: _Spotter
    others: _Spotter
    fields: dict[bytes, list[_Row]]
    body: ahocorasick.Automaton


@functools.lru_cache(maxsize=16)
def _by_place(dialects: tuple[Dialect, ...]) -> _Clues:
    """Sort all clues by the place in which they are looked for."""
    rows = [(*clue, number) for number, dialect in enumerate(dialects) for clue in dialect.clues]
    words: dict[str, list[_Row]] = {}
    fields: dict[bytes, list[_Row]] = {}
    for row in rows:
        if row[0] == "body":
            words.setdefault(row[1], []).append(row)
        elif row[0] == "field":
            fields.setdefault(row[1].encode(), []).append(row)
    short = [row for row in rows if row[0] not in {"body", "field"}]
    sure = _Spotter(row for row in short if row[0] in SURE)
    return _Clues(sure, _Spotter(row for row in short if row[0] not in SURE), fields, _automaton(words))


def _automaton(owners: dict[str, list[_Row]]) -> ahocorasick.Automaton:
    automaton = ahocorasick.Automaton()
    for word, rows in owners.items():
        automaton.add_word(word, tuple(rows))
    automaton.make_automaton()
    return automaton


class Places(dict[Where, "str | Header"]):
    """The places in which clues are looked for, each made on first use."""

    def __init__(self, notice: Notice) -> None:
        super().__init__()
        self["field"] = notice.header
        self.notice = notice

    def __missing__(self, where: Where) -> str | Header:
        made = self[where] = self._make(where)
        return made

    def _make(self, where: Where) -> str:
        notice = self.notice
        if where == "report":
            return "\n".join([part.content(8192).decode("latin-1") for part in notice.reports]).lower()
        if where == "reporter":
            return "\n".join(_REPORTER.findall(str(self["report"])))
        if where == "from":
            return notice.sender
        if where == "subject":
            return notice.subject.lower()
        if where == "boundary":
            return notice.message.root.content_type.boundary.decode("latin-1").lower()
        return "\n".join([notice.value(name) for name in FIELDS[where]]).lower()


_REPORTER = re.compile(r"^reporting-mta:([^\n]{0,400})", re.MULTILINE)
FIELDS: dict[Where, tuple[str, ...]] = {
    "mailer": ("x-mailer", "user-agent", "content-class"),
    "message-id": ("message-id",),
}
"""The fields that a place of clues consists of."""


def read_blocks(notice: Notice, dialect: Dialect | None, limit: int) -> list[Block]:
    """Give what the texts of a notice say of each recipient, by a dialect's own lines."""
    if dialect is None:
        return []
    for view in notice.views:
        blocks = _table(view, dialect, limit)
        if dialect.reader == "transcript":
            blocks = read_transcript(view, blocks, limit)
        if blocks:
            return blocks
    return []


def region(view: TextView, dialect: Dialect) -> tuple[int, int]:
    """Give the stretch of a view in which a dialect's recipients stand."""
    lower = view.lower
    start = -1
    for word in dialect.begin:
        place = lower.find(word)
        if place >= 0 and (start < 0 or place + len(word) < start):
            start = place + len(word)
    start = max(start, 0)
    ends = [place for word in dialect.end if (place := lower.find(word, start)) >= 0]
    return start, min(ends, default=view.end)


@functools.cache
def _expression(dialect: Dialect) -> re.Pattern[str]:
    address = rf"(?P<addr>{ADDRESS})"
    rows = [row.replace("{address}", address) for row in dialect.recipient]
    joined = "|".join(f"(?:{row.replace('?P<addr>', f'?P<addr{number}>')})" for number, row in enumerate(rows))
    return re.compile(rf"^(?:{joined})", re.MULTILINE | re.IGNORECASE)


def _table(view: TextView, dialect: Dialect, limit: int) -> list[Block]:
    """Read the lines that name a recipient, and what stands below each."""
    if not dialect.recipient:
        return []
    start, stop = region(view, dialect)
    at = f"@{dialect.domain}" if dialect.domain else ""
    blocks = blocks_between(view, _expression(dialect), start, stop, limit, whole=dialect.whole, at=at)
    return [_quoted(block, dialect.quotes) for block in blocks] if dialect.quotes else blocks


def _quoted(block: Block, words: tuple[str, ...]) -> Block:
    """Leave out what stands before the words of the server, where a block quotes them."""
    for word in words:
        place = block.view.lower.find(word, block.start, block.stop)
        if place >= 0:
            start = place + len(word)
            return block._replace(text=block.view.text[start : block.stop].strip(), start=start)
    return block


def blocks_between(  # noqa: PLR0913
    view: TextView, expression: re.Pattern[str], start: int, stop: int, limit: int, *, whole: bool = False, at: str = ""
) -> list[Block]:
    """Give a block for each line of a region that names a recipient: up to the next such line.

    With `whole` the line itself belongs to the block, for words may stand before the address. `at` is
    what is missing behind it.
    """
    matches = []
    for match in expression.finditer(view.text, start, stop):
        matches.append(match)
        if len(matches) > limit:
            break
    blocks = []
    for number, match in enumerate(matches):
        end = matches[number + 1].start() if number + 1 < len(matches) else stop
        address = next((clean(text + at) for text in match.groupdict().values() if text), None)
        begin = match.end() if address and not whole else match.start()
        blocks.append(Block(address, view.text[begin:end].strip(" \t:"), view, begin, end))
    return blocks
