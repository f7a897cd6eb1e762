"""The walk through all that a message holds: breadth first, with a queue, under one budget.

A branch that ends at a limit does not end its siblings, and what was not looked at is always said.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator
from functools import partial
from typing import NamedTuple

import msgspec

from mailkit.attachments.budget import Budget
from mailkit.attachments.codes import CODES, DANGERS, Danger
from mailkit.attachments.leaves import Leaf, deepened, readings_of
from mailkit.attachments.mismatch import check_type
from mailkit.attachments.names import LONG_NAME, Surroundings, extension_of, listed_by
from mailkit.attachments.naming import declared_names, is_volume, judge_names, member_names
from mailkit.attachments.pieces import Gap, Member, Note, Piece, Reason
from mailkit.attachments.plain import as_text, is_text
from mailkit.attachments.policy import Policy
from mailkit.attachments.printable import printable, segment
from mailkit.attachments.readers import BLOCKS, READERS, TEXT, Opener
from mailkit.attachments.result import Attachment, AttachmentFinding, Unscanned
from mailkit.attachments.structure import Oddity, oddities, path_of
from mailkit.attachments.textual import HINTS, TYPES
from mailkit.attachments.types import Sniffed, is_raw_code, sniff
from mailkit.content import embedded_files
from mailkit.limits import Limits
from mailkit.message import Message, parse
from mailkit.stream.filters import MessageEnd, Stretch
from mailkit.stream.mbox import MboxSplitter
from mailkit.syntax.from_line import parse_from_line

_BY_REASON: dict[Reason, str] = {"RATIO": "ARCHIVE_BOMB", "DEPTH": "ARCHIVE_DEPTH", "UNSUPPORTED": "UNSUPPORTED"}
_UNDIVIDED = {"preamble": "MIME_PREAMBLE_PART", "epilogue": "MIME_AFTER_CLOSE"}
"""Where a part stands that no delimiter divides -> code."""
_MESSAGE_KINDS = frozenset({"eml", "mht"})
_TEXT_HEAD = 4_096
_FROM = b"From "
_FROM_BYTES = 1_000
FAILED = "its reader failed"
"""Said where a reader raised: a fault of mailkit, and never clean."""
_MANY = 4_000
"""Findings, gaps and files that are kept each; beyond them only the first of a code in a part is."""


class Item(NamedTuple):
    """Something that waits to be looked at."""

    path: str
    names: tuple[str, ...]
    leaf: Leaf
    """The leaf of a message that it is, or stands in."""
    data: bytes | None = None
    """Its content; None for a leaf, which is decoded when its turn comes, and for a member that is known by name only."""
    is_leaf: bool = True
    media_type: str = ""
    above: tuple[bytes, ...] = ()
    """The contents of the archives, documents and messages around it."""
    messages: int = 0
    """How many of those are messages."""
    opener: Opener | None = None
    """What it was found in."""
    inside: str = ""
    """The kind of that."""
    neighbours: tuple[str, ...] = ()
    """The names of all that was found there."""


class Walk:
    """One walk; its lists are the answer."""

    def __init__(self, limits: Limits, policy: Policy, clock: Callable[[], float]) -> None:
        self.limits = limits
        self.policy = policy
        self.budget = Budget(limits, clock)
        self.findings: list[AttachmentFinding] = []
        self.unscanned: list[Unscanned] = []
        self.attachments: list[Attachment] = []
        self._queue: deque[Item] = deque()
        self._seen: set[tuple[object, ...]] = set()
        self._paths: dict[str, int] = {}

    def read_message(self, message: Message, around: Item | None = None) -> bool:
        """Let the leaves of a message wait for their turn, in all its readings; say whether these differ in files.

        `around` is what the message stands in, where that is an archive or a document.
        """
        found = readings_of(deepened(message))
        for reading in found.messages:
            for odd in oddities(reading):
                self._oddity(odd, around)
        self._queue.extend(_waiting(leaf, around) for leaf in found.leaves)
        if (found.hidden or found.cut) and found.leaves:
            whole = _waiting(found.leaves[0]._replace(path=path_of(message.root), offset=message.root.start), around)
            if found.hidden:
                self.note(whole, Note("MIME_AMBIGUOUS", "; ".join(found.hidden)))
            if found.cut:
                self._gap(whole, Gap("AMBIGUOUS", "more readings than are tried"))
        return bool(found.hidden)

    def run(self) -> None:
        """Look at all that waits, and at all that comes out of it."""
        while self._queue:
            item = self._queue.popleft()
            if self.budget.is_late():
                self._gap(item, Gap("TIME", f"more than {self.limits.walk_seconds:g} s"))
            else:
                self._look(item)

    def note(self, item: Item, note: Note, severity: Danger | None = None, path: str = "") -> Danger:
        """Keep a finding, as grave as the policy has it; of very many, the first of a code in a part."""
        mark, first = (note.code, path or item.path, note.detail, note.at), (note.code, item.leaf.path)
        found = self._graded(note, severity, path or item.path, item.leaf)
        if mark not in self._seen and (len(self.findings) < _MANY or first not in self._seen):
            self._seen |= {mark, first}
            self.findings.append(found)
        return found.severity

    def _oddity(self, odd: Oddity, around: Item | None) -> None:
        """Keep what is odd about how a message holds its parts, each once for a part, whatever the reading."""
        path = f"{around.path}!{odd.path}" if around else odd.path
        if odd.gap is not None and len(self.unscanned) < _MANY:
            self.unscanned.append(Unscanned(path=path, reason=odd.gap.reason, detail=odd.gap.detail))
        mark = (odd.code, path, None)
        if mark not in self._seen:
            self._seen.add(mark)
            found = self._graded(Note(odd.code, odd.detail), odd.severity, path, around.leaf if around else None)
            self.findings.append(found if around else msgspec.structs.replace(found, offset=odd.offset))

    def _graded(self, note: Note, severity: Danger | None, path: str, leaf: Leaf | None) -> AttachmentFinding:
        """Give a finding of something in a leaf, or about a whole message."""
        meaning = CODES[note.code]
        return AttachmentFinding(
            code=note.code,
            severity=self.policy.codes.get(note.code, severity or meaning.severity),
            path=path,
            offset=leaf.offset if leaf else 0,
            at=note.at,
            detail=printable(note.detail),
            source=_source(note) or meaning.source,
            reading=leaf.reading if leaf else "",
        )

    def _gap(self, item: Item, gap: Gap) -> None:
        """Keep what was not looked at, with the finding that goes with it."""
        path = f"{item.path}!{segment(gap.name)}" if gap.name else item.path
        code = _BY_REASON.get(gap.reason)
        if code is not None:
            accepted: Danger | None = "info" if gap.reason in self.policy.accept else None
            self.note(item, Note(code, gap.detail, gap.at), accepted, path)
        if len(self.unscanned) < _MANY:
            self.unscanned.append(Unscanned(path=path, reason=gap.reason, bytes=gap.size, detail=printable(gap.detail)))

    def _look(self, item: Item) -> None:
        """Look at one file: its names, its type, what is inside."""
        data = self._decode(item) if item.is_leaf else item.data
        sniffed = Sniffed() if data is None else hinted(sniff(data), data, item)
        grave = self._judge(item, data, sniffed)
        opener = item.opener
        if opener and opener.member and grave != "info":
            least: Danger = "info" if opener.is_archive else CODES[opener.member].severity
            name = item.names[0] if item.names else ""
            self.note(item, Note(opener.member, name), max(grave, least, key=DANGERS.index))
        if (item.names or not item.leaf.is_body or grave != "info") and len(self.attachments) < _MANY:
            self.attachments.append(
                Attachment(
                    path=item.path,
                    name=printable(item.names[0], LONG_NAME) if item.names else None,
                    type=item.media_type,
                    kinds=sniffed.kinds,
                    bytes=None if data is None else len(data),
                    severity="info",
                    offset=item.leaf.offset,
                )
            )
        if data and not sniffed.kinds and is_volume(item.names):
            self._gap(item, Gap("PARTIAL", "part of a split archive", len(data)))
        if data:
            self._open(item, data, sniffed)

    def _decode(self, item: Item) -> bytes:
        """Undo the transfer encoding of a leaf, and say what was odd about it."""
        content = item.leaf.content(self.limits.unpacked_bytes)
        if item.media_type == "message/rfc822" and (code := _UNDIVIDED.get(item.leaf.path.rpartition(".")[2])):
            self.note(item, Note(code, "without a delimiter"))
        for note in content.notes:
            self.note(item, note)
        for gap in content.gaps:
            self._gap(item, gap)
        self._queue += (item._replace(data=one, is_leaf=False) for one in content.others)
        return content.data

    def _judge(self, item: Item, data: bytes | None, sniffed: Sniffed) -> Danger:
        """Tell what the names and the bytes of a file say of what it is; give the worst."""
        kinds = sniffed.kinds or (("text",) if data and is_text(data[:_TEXT_HEAD]) else ())
        around = Surroundings(frozenset(kinds), item.inside, item.neighbours, self.policy.extensions, data or b"")
        names = item.names if sniffed.kinds else declared_names(item.names, item.media_type)
        found = judge_names(names, around)
        if data is not None:
            found += check_type(sniffed, item.names, item.media_type, inside=item.inside)
        if "html" in kinds and len(item.neighbours) == 1 and item.opener and item.opener.is_archive:
            found.append((Note("EXT_WEB", "a page alone in an archive"), "suspicious"))
        return max((self.note(item, note, severity) for note, severity in found), key=DANGERS.index, default="info")

    def _open(self, item: Item, data: bytes, sniffed: Sniffed) -> None:
        """Read what stands inside a file, in every kind that it is."""
        if data in item.above:
            if not item.is_leaf:  # else it is no message, and was looked at as what it is
                self._gap(item, Gap("DEPTH", "it holds itself", len(data)))
            return
        if item.media_type == "message/rfc822" or not _MESSAGE_KINDS.isdisjoint(sniffed.kinds) or _is_box(data):
            self._open_message(item, data)
        for kind in sniffed.kinds:
            for opener in READERS.get(kind, ()):
                self._read(item, data, kind, opener)
        if (text := as_text(data)) is not None:
            self._texts(item, text)
            if _MESSAGE_KINDS.isdisjoint(sniffed.kinds):  # their parts were
                self._read(item, text, "text", BLOCKS)

    def _read(self, item: Item, data: bytes, kind: str, opener: Opener) -> None:
        """Read a file with one reader; its members wait for their turn."""
        if kind == "html" and item.leaf.is_body and item.is_leaf and not item.messages:
            return  # it is the message; no mail program runs what stands in it, but browsers open pages that were saved so
        if len(item.above) - item.messages > self.limits.container_depth:
            if opener.is_archive:
                self._gap(item, Gap("DEPTH", f"container_depth {self.limits.container_depth}", len(data)))
            return
        members = list(self._members(item, opener.read(data, self.budget)))
        neighbours = tuple(member.name for member in members)
        around = item._replace(above=(*item.above, data), opener=opener, inside=kind, neighbours=neighbours)
        self._queue.extend(self._inside(around, member) for member in members)

    def _members(self, item: Item, pieces: Iterator[Piece]) -> Iterator[Member]:
        """Keep the notes and gaps of a reader, and give its members."""
        try:
            for piece in pieces:
                if isinstance(piece, Member):
                    yield piece
                elif isinstance(piece, Note):
                    is_cut = piece.code == "ARCHIVE_MALFORMED" and is_volume(item.names)
                    self.note(item, piece, "info" if is_cut else None)
                else:
                    self._gap(item, piece)
                if self.budget.is_late():
                    self._gap(item, Gap("TIME", f"more than {self.limits.walk_seconds:g} s"))
                    return
        except Exception as error:  # noqa: BLE001 - one reader of forty must not end the walk; the tests look for this
            self._gap(item, Gap("MALFORMED", f"{FAILED}: {type(error).__name__}: {error}"))

    def _inside(self, around: Item, member: Member) -> Item:
        """Give a member of a file as something that waits; `around` is the file, with itself already in what is above.

        Of several that go by one name the later ones are counted.
        """
        names = member_names(member, around.names, around.inside)
        path = first = f"{around.path}!{segment(names[0] if names else '')}"
        while path in self._paths:
            self._paths[first] += 1
            path = f"{first} ({self._paths[first]})"
        self._paths[path] = 1
        return around._replace(path=path, names=names, data=member.data, is_leaf=False, media_type=member.media_type)

    def _open_message(self, item: Item, data: bytes) -> None:
        """Take a message apart that stands in a file."""
        if item.messages > self.limits.container_depth:
            self._gap(item, Gap("DEPTH", f"container_depth {self.limits.container_depth}", len(data)))
            return
        around = item._replace(above=(*item.above, data), messages=item.messages + 1)
        for place, one in enumerate(_messages(data, self.limits)):
            if place and (not self.budget.take_member() or self.budget.is_late()):
                self._gap(item, Gap("PARTS", f"member_count {self.limits.member_count}"))
                return
            inside = around._replace(path=f"{item.path}!{place + 1}") if place else around
            self.read_message(parse(one, limits=self.limits), inside)

    def _texts(self, item: Item, data: bytes) -> None:
        """Look for files that stand encoded in a text: uuencode, yEnc, BinHex."""
        around = item._replace(above=(*item.above, data), opener=TEXT, inside="text", neighbours=())
        faults: list[tuple[str, int]] = []
        for found in embedded_files(data, self.limits, faults):
            if not self.budget.take_member() or self.budget.is_late():
                self._gap(item, Gap("PARTS", f"member_count {self.limits.member_count}"))
                return
            member = Member(found.name, None, found.offset)
            self.note(item, Note("UU_IN_TEXT", found.kind, found.offset), path=f"{item.path}!{segment(found.name)}")
            if found.size <= self.budget.room(found.end - found.offset):
                self.budget.spend(found.size)
                member = member._replace(data=found.content())
            else:
                self._gap(item, Gap("BYTES", "unpacked_bytes", found.size, found.name))
            self._queue.append(self._inside(around, member))
        for code, at in faults:
            self._gap(item, Gap("PARTS", code, len(data) - at, at=at))


def _is_box(data: bytes) -> bool:
    """Say whether a file begins as an mbox does (RFC 4155)."""
    return data.startswith(_FROM) and parse_from_line(data[: data.find(b"\n", 0, _FROM_BYTES) + 1]) is not None


def _messages(data: bytes, limits: Limits) -> Iterator[bytes]:
    """Give the messages of an mbox, one after the other; what is none is one message."""
    if b"\n" + _FROM not in data or not _is_box(data):
        yield data
        return
    splitter = MboxSplitter(limits)
    stretches: list[bytes] = []
    for give in (partial(splitter.feed, data), splitter.close):
        for event in give():
            if isinstance(event, Stretch):
                stretches.append(bytes(event.data))
            elif isinstance(event, MessageEnd):
                yield b"".join(stretches)
                stretches = []


def _source(note: Note) -> str:
    """Say who lists an extension, where that is what was found."""
    lists = listed_by(note.detail) if note.code.startswith("EXT_") else ""
    return f"extensions: {lists}" if lists else ""


def hinted(sniffed: Sniffed, data: bytes, item: Item) -> Sniffed:
    """Add what a program takes a text for by its name or declared type, whatever it begins with."""
    if "com" in map(extension_of, item.names) and is_raw_code(data):
        return sniffed._replace(kinds=(*sniffed.kinds, "com"))
    if b"\0" in data[:_TEXT_HEAD] and not data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return sniffed
    kinds = [HINTS.get(extension_of(name), "") for name in item.names]
    kinds.append(TYPES.get(item.media_type, ""))
    more = [kind for kind in dict.fromkeys(kinds) if kind and kind not in sniffed.kinds]
    return sniffed._replace(kinds=(*sniffed.kinds, *more)) if more else sniffed


def _waiting(leaf: Leaf, around: Item | None) -> Item:
    """Give a leaf as something that waits, with what stands around its message."""
    if around is None:
        return Item(leaf.path, leaf.names, leaf, media_type=leaf.media_type)
    path = f"{around.path}!{leaf.path}"
    leaf = leaf._replace(path=path, offset=around.leaf.offset, reading=leaf.reading or around.leaf.reading)
    return around._replace(
        path=path, names=leaf.names, leaf=leaf, data=None, is_leaf=True, media_type=leaf.media_type, neighbours=()
    )
