"""Write a message again with what is safe to write instead of what some reader cannot read; all else byte for byte."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from itertools import chain, groupby, islice

from mailkit.charsets import decode
from mailkit.edits import Edit, apply, broken, difference
from mailkit.limits import DEFAULT, Limits
from mailkit.message import Message
from mailkit.part import Part
from mailkit.syntax.fields import Field
from mailkit.syntax.words import Piece
from mailkit.text.check import finding_of, has_text, is_minded, read_as, texts, whole_spots
from mailkit.text.fields import WITH_PARAMETERS, field_spots, is_whole, raw_label, runs, units
from mailkit.text.guard import guarded
from mailkit.text.look import spots_of
from mailkit.text.policies import require, severities
from mailkit.text.result import Fixed, Left, Policy, Reason, TextFinding
from mailkit.text.rewrite import can_write, edits_of
from mailkit.text.spots import Spot
from mailkit.text.transfer import body_edits
from mailkit.text.words import WORD, words_of

_SEALED = frozenset(
    {"multipart/encrypted", "application/pkcs7-mime", "application/x-pkcs7-mime", "application/pkcs7-signature"}
)
"""What is no text to anyone but whom it is for (RFC 1847, RFC 8551)."""
_FREE = frozenset({b"subject", b"comments", b"content-description", b"thread-topic"})
"""Fields in which no character means anything by itself (RFC 5322 section 2.2.1)."""
_NO_TEXT = frozenset(
    {b"message-id", b"in-reply-to", b"references", b"resent-message-id", b"content-id", b"received", b"return-path"}
)
"""Fields in which no word is text, whatever stands there (RFC 5322 sections 3.6.4 and 3.6.7)."""
_CLEAR_SIGNED = b"-----BEGIN PGP SIGNED MESSAGE-----"
"""The text behind it is signed (RFC 9580 section 7)."""
_ROUNDS = 3
"""How often is looked again: what was apart may form a character when what stood between is gone."""
_DELIMITER = DEFAULT.delimiter_line_bytes
_MANY = 64
"""Boundaries that are compared one by one."""


def fix(message: Message, policy: Policy) -> Fixed:
    """Do what `mailkit.text.fix_text` says."""
    require(policy)
    fixing = _Fixing(policy, message.limits)
    covered: str | None = None
    boundaries = []
    for part, sender in texts(message):
        inside = covered is not None and part.path.startswith(covered)
        kind = part.type
        sealed = inside or kind in _SEALED
        fixing.bar = "signed" if sealed else "encoding" if part.encoded_depth else None
        fixing.add_fields(part, sender)
        if part.content_type.boundary:
            boundaries.append(b"--" + part.content_type.boundary)
        if has_text(part):
            fixing.add_body(part, sender, boundaries)
        if not inside and (sealed or kind == "multipart/signed"):
            covered = f"{part.path}." if part.path else ""
    return fixing.result(message)


class _Fixing:
    """The changes so far, and what is to be said of them."""

    def __init__(self, policy: Policy, limits: Limits) -> None:
        self.bar: Reason | None = None
        """Why nothing may be changed in the part at hand."""
        self._policy = policy
        self._most = limits.finding_count
        self._most_edits = limits.text_edit_count
        self._edits: list[Edit] = []
        self._replaced: list[TextFinding] = []
        self._counts: dict[str, int] = {}
        self._left: list[Left] = []

    def add_body(self, part: Part, sender: str | None, boundaries: Sequence[bytes]) -> None:
        """Change the body of a part."""
        data, label = part.content(), part.charset or ""
        codec, basis, spotless = read_as(data, label)
        table = severities(self._policy, codec)
        inside = iter(()) if spotless else spots_of(data, codec, sender)
        found = chain(whole_spots(data, part, codec, basis, self._policy), inside)
        spots = list(islice((spot for spot in found if spot.class_ in table), self._most_edits + 1))
        wanted = [spot for spot in spots if self._is_wanted(spot, codec)]
        reason: Reason | None = self.bar or ("signed" if _CLEAR_SIGNED in data else None)
        if len(spots) > self._most_edits:
            reason = reason or "limit"
        stays: set[int] = set()
        if wanted and not reason:
            stays = guarded(data, codec, part.type, wanted)
            if len(stays) < len(wanted):
                edits = self._text_edits(data, label, codec, sender, part.type)
                reason = "charset" if edits is None else self._change_body(part, data, edits, boundaries)
        for spot in spots:
            self._note(finding_of(part, spot, table[spot.class_]), codec, "syntax" if spot.start in stays else reason)

    def _change_body(
        self, part: Part, data: bytes, edits: Sequence[Edit], boundaries: Sequence[bytes]
    ) -> Reason | None:
        """Change the body as it stands; say why it cannot be done."""
        found = body_edits(part, data, edits)
        if found is None:
            return "encoding"
        if not _ends_in_blank_line(part) or (boundaries and _delimits(part.body, found, boundaries)):
            return "structure"
        self._edits += _moved(found, part.body_start)
        return None

    def add_fields(self, part: Part, sender: str | None) -> None:
        """Change the fields of a part."""
        for _, group in groupby(field_spots(part, sender), key=lambda one: one[0].offset):
            found = [one for one in group if one[2].class_ in severities(self._policy, one[1])]
            found = [one for one in found if is_minded(one[2], one[1], self._policy)]
            reasons: dict[int, Reason | None] = {}
            if not self.bar and any(self._is_wanted(spot, codec) for _, codec, spot in found):
                reasons = dict(self._change_field(part, found[0][0], sender))
            starts = list(reasons)
            for field, codec, spot in found:
                at = bisect_right(starts, spot.start) - 1
                reason = self.bar or (reasons[starts[at]] if at >= 0 else None)
                severity = severities(self._policy, codec)[spot.class_]
                self._note(finding_of(part, spot, severity, field.name.decode("latin-1")), codec, reason)

    def _change_field(self, part: Part, field: Field, sender: str | None) -> Iterator[tuple[int, Reason | None]]:
        """Change a field, one by one what of it is read at once; say where each begins, and why it stays, if it does."""
        for words in runs(field.raw, parameters=field.name.lower() in WITH_PARAMETERS):
            groups = units(words)
            torn = len(words) > 1 and not all(map(_is_whole, groups))
            for group in groups:
                yield group[0].start, "word" if torn else self._change_unit(part, field, group, sender)

    def _change_unit(self, part: Part, field: Field, group: Sequence[Piece], sender: str | None) -> Reason | None:
        """Change words that are read at once, or text outside of words; say why it cannot be done."""
        first, last = group[0], group[-1]
        data, label = b"".join([piece.data for piece in group]), first.label or raw_label(part.charset or "")
        _, codec, basis = decode(data, label)
        wanted = self._wanted(data, codec, sender)
        reason = _bar(part, field, group) if wanted else None
        if not wanted or reason:
            return reason
        edits = self._text_edits(data, label, codec, sender)
        if edits is None or (not first.label and basis in {"kana", "guessed"}):
            return "charset"
        if first.label:
            text = _word_text(field, first, codec, apply(data, edits))
            if text is None:
                return "word"
            edits = [(0, last.end - first.start, text)]
        self._edits += _moved(edits, field.value_offset + first.start)
        return None

    def _wanted(self, data: bytes, codec: str, sender: str | None, kind: str = "") -> list[Spot]:
        """Give the spots of a text that are to be replaced; of a body, whose media type it is, not what has a meaning there."""
        spots = [spot for spot in spots_of(data, codec, sender) if self._is_wanted(spot, codec)]
        stays = guarded(data, codec, kind, spots) if kind and spots else set()
        return [spot for spot in spots if spot.start not in stays]

    def _is_wanted(self, spot: Spot, codec: str) -> bool:
        """Say whether a spot is to be replaced, and can be: the policy minds it, and what to write is safe."""
        if not spot.safe or spot.suggestion is None or not can_write(spot.suggestion, codec):
            return False
        return severities(self._policy, codec).get(spot.class_, "info") != "info"

    def _text_edits(self, data: bytes, label: str, codec: str, sender: str | None, kind: str = "") -> list[Edit] | None:
        """Give the changes that leave nothing to be replaced; None where they cannot be made."""
        edits = edits_of(data, label, codec, self._wanted(data, codec, sender, kind))
        if edits is None:
            return None
        new = apply(data, edits)
        for _ in range(_ROUNDS):
            wanted = self._wanted(new, codec, sender, kind)
            further = edits_of(new, label, codec, wanted) if wanted else None
            if not further:
                break
            new = apply(new, further)
            edits = [difference(data, new)]
        return edits

    def _note(self, finding: TextFinding, codec: str, reason: Reason | None) -> None:
        """Say what became of a finding."""
        if finding.suggestion is None:
            reason = "no-suggestion"
        elif not finding.safe:
            reason = "unsafe"
        elif finding.severity == "info":
            reason = "allowed"
        elif reason is None and not can_write(finding.suggestion, codec):
            reason = "charset"
        if reason is None:
            self._counts[finding.class_] = self._counts.get(finding.class_, 0) + 1
            if len(self._replaced) < self._most:
                self._replaced.append(finding)
        elif len(self._left) < self._most:
            self._left.append(Left(finding=finding, reason=reason))

    def result(self, message: Message) -> Fixed:
        """Give the whole."""
        old = bytes(message)
        return Fixed(
            data=apply(old, self._edits) if self._edits else old,
            changed=bool(self._edits),
            replaced=tuple(self._replaced),
            counts=dict(sorted(self._counts.items())),
            left=tuple(self._left),
            breaks=tuple(dict.fromkeys(broken(message, self._edits))) if self._edits else (),
        )


def _is_whole(group: Sequence[Piece]) -> bool:
    return is_whole(group[0]._replace(data=b"".join([piece.data for piece in group])))


def _moved(edits: Sequence[Edit], offset: int) -> list[Edit]:
    return [(start + offset, end + offset, text) for start, end, text in edits]


def _bar(part: Part, field: Field, group: Sequence[Piece]) -> Reason | None:
    """Say why nothing may be changed in what is read at once, if so."""
    name = field.name.lower()
    is_text = not group[0].label
    if not is_text and not all(piece.encoding in {"b", "q"} for piece in group):
        return "parameter"
    if name in WITH_PARAMETERS and (is_text or part.content_type.maintype == "multipart"):
        return "parameter"
    return "syntax" if name in _NO_TEXT or (is_text and name not in _FREE) else None


def _word_text(field: Field, first: Piece, codec: str, data: bytes) -> bytes | None:
    """Write encoded words anew, as those that stood there; None where they cannot be cut."""
    raw, start = field.raw, first.start
    if not data:
        line = raw.rfind(b"\n", 0, start) + 1
        rest = raw[line:start] + raw[first.end :].partition(b"\n")[0]
        return b"" if not line or rest.strip() else None  # a fold with nothing in it is none (RFC 5322 section 3.2.2)
    _, charset, encoding, _ = raw[start : first.end].split(b"?", 3)
    head = b"=?%b?%b?" % (charset.strip(), encoding.strip())
    line = raw.rfind(b"\n", max(start - WORD, 0), start) + 1
    column = start - line if line else field.value_offset - field.offset + start
    fold = raw.find(b"\n", 0, -1)
    blank = raw[fold + 1 : fold + 2] if fold >= 0 else b" "
    newline = b"\r\n" if raw[max(fold - 1, 0) : fold] == b"\r" or raw.endswith(b"\r\n") else b"\n"
    text = words_of(data, head, codec, max(WORD + 1 - column, first.end - start), newline + blank)
    in_quotes = field.name.lower() in WITH_PARAMETERS or raw.count(b'"', 0, start) % 2 == 1
    return None if text and b"\n" in text and in_quotes else text


def _ends_in_blank_line(part: Part) -> bool:
    """Say whether the header of a part ends as it should: else the beginning of the body decides where it ends."""
    head = bytes(part.source[max(part.start, part.body_start - 3) : part.body_start])
    return head.endswith((b"\n\n", b"\n\r\n")) or head in {b"\n", b"\r\n"}


def _delimits(body: bytes, edits: Sequence[Edit], boundaries: Sequence[bytes]) -> bool:
    """Say whether a line that was changed is a delimiter now, or might be taken for one."""
    new = apply(body, edits)
    marks = (b"--",) if len(boundaries) > _MANY else tuple(boundaries)
    moved = 0
    for start, end, text in edits:
        place = start + moved
        before = max(place - _DELIMITER, 0)
        begin = new.rfind(b"\n", before, place) + 1
        behind = place + len(text) + _DELIMITER
        line_end = new.find(b"\n", place + len(text), behind)
        lines = new[begin or before : behind if line_end < 0 else line_end].split(b"\n")
        if any(line.startswith(marks) for line in lines[1 if before and not begin else 0 :]):
            return True
        moved += len(text) - (end - start)
    return False
