"""DNS without I/O: a lookup is a generator that yields questions and is sent replies.

    def addresses_of(name: str) -> Asking[tuple[str, ...]]:
        reply = yield Question(name, "A")
        return tuple(record.text for record in reply.records)

Who drives it decides where the replies come from: `resolver.Resolver` asks servers and waits, `resolver.AsyncResolver`
asks them and lets others run, a test takes them from zone files. No lookup knows a socket, a clock or dnspython.
"""

from __future__ import annotations

from collections.abc import Callable, Generator
from typing import Literal, NamedTuple, TypeVar

import msgspec

from mailkit.syntax.domains import to_ascii

MAX_NAME = 253
MAX_LABEL = 63
"""Characters of a name without its last dot, and of a label (RFC 1035 section 2.3.4)."""
_NOT_IN_NAMES = frozenset(" @\\")

RdataType = Literal["A", "AAAA", "CNAME", "MX", "NS", "PTR", "SOA", "TXT"]
State = Literal["answer", "no-data", "no-name", "temporary"]


class Question(NamedTuple):
    """A name and the type of the records that are wanted."""

    name: str
    """In lower case with A-labels, without the dot at the end; see `question`."""
    rdtype: RdataType


class Record(msgspec.Struct, frozen=True, kw_only=True):
    """One record, in words."""

    name: str
    rdtype: str
    text: str
    """An address, a name in lower case without the dot at its end (the root is ``.``), or the joined text of a TXT."""
    preference: int = 0
    """Of an MX; the lowest is asked first (RFC 5321 section 5.1)."""


class Reply(msgspec.Struct, frozen=True, kw_only=True):
    """What the DNS says to one question."""

    state: State
    """answer = there are records; no-data = the name is there, without records of this type; no-name = there is no such
    name (RFC 8020); temporary = nobody can say at present: ask again later (RFC 5321 section 5.1)."""
    records: tuple[Record, ...] = ()
    """Of the type that was asked for, in the order of the server."""
    aliases: tuple[str, ...] = ()
    """The names that the question's name is an alias of, one behind the other (CNAME)."""
    additional: tuple[Record, ...] = ()
    """Addresses that came without being asked for (RFC 1035 section 3.3.9); their absence tells nothing."""
    why: str = ""
    """Of a temporary reply: ``timeout``, ``SERVFAIL``, ``REFUSED``, ``alias-loop``, ``lame`` or another word."""
    ttl_seconds: int = 0
    """How long the reply may be kept (RFC 2308 for the ones without records)."""


T = TypeVar("T")
Asking = Generator[Question, Reply, T]
"""A lookup: it yields questions, is sent replies, and returns its answer."""


def question(name: str, rdtype: RdataType) -> Question | None:
    r"""Make a question of a name as people write it; None where no name looks so, or only one of a zone file (``@``, ``\\``).

    >>> question("Bücher.example.", "MX")
    Question(name='xn--bcher-kva.example', rdtype='MX')
    >>> question("a..example", "MX") is None
    True
    """
    plain = to_ascii(name.strip()).lower().removesuffix(".")
    labels = plain.split(".")
    if not plain.isascii() or not plain.isprintable() or len(plain) > MAX_NAME:
        return None
    if not _NOT_IN_NAMES.isdisjoint(plain) or not all(0 < len(label) <= MAX_LABEL for label in labels):
        return None
    return Question(plain, rdtype)


def answer(asking: Asking[T], ask: Callable[[Question], Reply]) -> T:
    """Drive a lookup with a function that answers questions: the shortest driver, for tests and for zone files."""
    try:
        wanted = next(asking)
        while True:
            wanted = asking.send(ask(wanted))
    except StopIteration as end:
        found: T = end.value
        return found
