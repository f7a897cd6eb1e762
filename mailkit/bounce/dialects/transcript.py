"""Transcripts of SMTP sessions, as sendmail prints them: commands, answers, and its own words on each address.

The server's answer outranks sendmail's own line below it: that one is made of the reply code alone
("550 5.1.1 <joe@example.org>... User unknown" also where the server spoke of a block list).
"""

from __future__ import annotations

import re

from mailkit.bounce.dialects.block import Block
from mailkit.bounce.notice import TextView
from mailkit.syntax.address import clean, find_addresses

Span = tuple[int, int]

_COMMAND = re.compile(r"^>>> ?(?P<command>[A-Za-z]{4})(?P<rest>[^\n]{0,600})", re.MULTILINE)
_ANSWER = re.compile(r"^<<< ?(?P<answer>[^\n]{0,1000})", re.MULTILINE)
_OWN = re.compile(
    r"^(?P<own>[245]\d\d[ \-](?:[245]\.\d{1,3}\.\d{1,3} )?(?:(?P<subject>[^\n]{1,400}?)\.\.\. ?)?[^\n]{0,1000}(?:\n[ \t]+[^\n]{1,400}){0,4})",
    re.MULTILINE,
)
_PROGRAM = re.compile(r"^(?P<program>[a-z][\w.\-/]{1,60}: [^\n]{1,400})", re.MULTILINE)
_HELD = re.compile(r"^(?P<held><[^\n]{3,400}?>)\.\.\. ?Deferred[^\n]{0,400}", re.MULTILINE)
_TRANSCRIPT = re.compile("|".join(row.pattern for row in (_COMMAND, _ANSWER, _OWN, _PROGRAM, _HELD)), re.MULTILINE)
_HOPS = re.compile(r"Too many hops [^\n]{1,300}?,? to (\S{3,320})\s*$", re.IGNORECASE)
_MARK = re.compile(r"^ {0,3}-{3,} ?transcript of session follows ?-{3,}[^\n]*$", re.IGNORECASE | re.MULTILINE)


class _Talk:
    """What a transcript says, recipient by recipient, and to all."""

    def __init__(self) -> None:
        self.answers: dict[str, list[Span]] = {}  # "" is what is said to all: the answer to MAIL or DATA
        self.own: dict[str, list[Span]] = {}
        self.noted: set[tuple[str, Span]] = set()  # commands that stand among an address's answers already
        self.local: dict[str, list[Span]] = {}  # of programs and mailboxes: "|/usr/bin/filter", \\joe
        self.common: tuple[Span, ...] = ()  # the last command that is not about one recipient, and its last answer
        self.program: Span | None = None  # what a program printed, which stands before the complaint about it
        self.named: list[str] = []  # addresses of sendmail's own complaints that are recipients whether listed or not
        self.command: Span | None = None
        self.asked = ""

    def answer(self, text: str, span: Span) -> None:
        """Note a server's answer with the command that it answers; an address in it tells whom it is about."""
        address = self.asked or (clean(text) if "<" in text else None) or ""
        key = address.lower()
        rows = self.answers.setdefault(key, [])
        # Pipelined, the answers to RCPT stand below DATA: one that names an address is no answer to that.
        answered = bool(self.asked) or not address
        if answered and self.command is not None and (key, self.command) not in self.noted:
            self.noted.add((key, self.command))
            rows.append(self.command)
        rows.append(span)
        if not key:
            self.common = (span,) if self.command is None else (self.command, span)

    def ask(self, command: str, rest: str, span: Span) -> None:
        """Note a command, with the recipient that it names."""
        self.command, self.common = span, ()
        self.asked = (clean(rest) or "") if command.upper() == "RCPT" else ""

    def complain(self, subject: str, address: str, span: Span) -> None:
        """Note a complaint of sendmail's own, with what a program had printed or a server had answered before it."""
        before = (self.program,) if self.program is not None else self.common if address else ()
        rows = [*before, span]
        self.program = None
        self.own.setdefault(address.lower(), []).extend(rows)
        if not address:
            self.local.setdefault(subject.strip().lower(), []).extend(rows)

    def rows(self, address: str) -> list[Span]:
        """Give what is said about an address, the server's words before sendmail's."""
        key = address.lower()
        return self.answers.get(key) or self.own.get(key) or self.answers.get("") or self.own.get("") or []


def read_transcript(view: TextView, listed: list[Block], limit: int) -> list[Block]:
    """Add what the transcript says to the recipients that are listed above it, or make recipients of it."""
    mark = _MARK.search(view.text, 0, view.end)
    talk = _Talk()
    for match in _TRANSCRIPT.finditer(view.text, mark.end() if mark else 0, view.end):
        if match["command"]:
            talk.ask(match["command"], match["rest"], match.span())
        elif match["program"]:
            talk.program = match.span()
        elif match["held"]:
            for address in find_addresses(match["held"]):
                talk.complain("", address, match.span())
        elif match["answer"] is None:
            hops = _HOPS.search(match["own"])  # here it names the address that it was given, not the listed one
            address = clean(hops[1] if hops else match["subject"] or "") or ""
            talk.complain(match["subject"] or "", address, match.span())
            if hops:
                talk.named.append(address)
        elif match["answer"][:1] in "45":
            talk.answer(match["answer"], match.span())
    return _merge(view, listed, talk)[:limit]


def _merge(view: TextView, listed: list[Block], talk: _Talk) -> list[Block]:
    blocks = [_completed(view, block, _rows(view, block, talk)) for block in listed]
    known = {(block.address or "").lower() for block in blocks}
    if listed:
        found = [address for address in talk.named if address.lower() not in known]
    else:
        found = [address for address in dict.fromkeys((*talk.answers, *talk.own)) if address]
        found = found or ([""] if talk.answers or talk.own else [])
    for address in found:
        rows = talk.rows(address)
        blocks.append(Block(address or None, _joined(view, rows), view, rows[0][0], rows[-1][1]))
    return blocks


def _rows(view: TextView, block: Block, talk: _Talk) -> list[Span]:
    """Give what the transcript says of a listed recipient; a program's line has the address that it came from behind it."""
    begin = view.text.rfind("\n", 0, max(block.start - 1, 0)) + 1
    line = view.text[begin : block.start].strip().lower()
    if line.startswith(("\\", "|", '"|', "/")):
        return talk.local.get(line, [])
    return talk.rows(block.address or "")


def _completed(view: TextView, block: Block, rows: list[Span]) -> Block:
    """Put what the transcript says behind what the list says."""
    mark = _MARK.search(block.text)
    own = (block.text[: mark.start()] if mark else block.text).strip()
    text = f"{own}\n{_joined(view, rows)}".strip()
    if rows and not own:
        return Block(block.address, text, view, rows[0][0], rows[-1][1])
    return Block(block.address, text, view, block.start, min(block.stop, block.start + len(own) + 1))


def _joined(view: TextView, rows: list[Span]) -> str:
    return "\n".join(view.text[start:stop].strip() for start, stop in rows)
