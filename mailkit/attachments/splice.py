"""Dangerous parts taken out of a message: each one's bytes, and not one other, make way for a notice.

What the change cannot be sure of is refused: a part that readers cut out of a message in different ways has no byte
range that is right for all of them.
"""

from __future__ import annotations

import base64
import time
from collections.abc import Iterator
from typing import Literal, NamedTuple, get_args

from mailkit.attachments.check import check
from mailkit.attachments.codes import DANGERS
from mailkit.attachments.leaves import deepened
from mailkit.attachments.notice_words import Why
from mailkit.attachments.notices import Notice, Whole, notice_text, why_of
from mailkit.attachments.pieces import Reason
from mailkit.attachments.policy import Policy
from mailkit.attachments.result import AttachmentReport, Refusal, Removed, Stripped
from mailkit.edits import Edit, apply, broken
from mailkit.limits import Limits
from mailkit.message import Message, parse
from mailkit.part import Part

Least = Literal["suspicious", "dangerous"]
_LINE = 76
"""Characters of a line of base64 (RFC 2045 section 6.8)."""
_SMIME = frozenset({"application/pkcs7-mime", "application/x-pkcs7-mime"})
_REASONS = frozenset(get_args(Reason))
_UNSEEN: frozenset[Why] = frozenset({"encrypted", "unread"})
"""Where a finding says no more than that: a policy may make it one for which a part goes."""
_DESCRIBES = b"content-"
"""How the names of fields begin that describe the body (RFC 2045 section 9)."""


class Wish(NamedTuple):
    """What is to go, and what is to be written in its place."""

    least: Least
    unscannable: bool
    languages: tuple[str, ...]
    limits: Limits
    policy: Policy


class _Wanted(NamedTuple):
    """What has to go: why, and for the sake of which files in it."""

    codes: tuple[str, ...]
    inside: tuple[str, ...]


class _Target(NamedTuple):
    """A part that goes."""

    part: Part
    codes: tuple[str, ...]
    name: str | None
    """That of the file; of what goes as a whole there is none."""
    size: int | None
    """Bytes of the file, decoded; None for what goes as a whole."""
    inside: tuple[str, ...]
    """The names of the files in it for which it goes."""
    is_message: bool
    """Whether its header is a message's, and not that of a part of a multipart."""


def strip(message: Message, report: AttachmentReport, wish: Wish) -> Stripped:
    """Take out of a message what is to go; see `mailkit.attachments.strip_attachments`."""
    message = deepened(message)  # as the check has it
    source = bytes(message.source)
    wanted = _wanted(report, wish)
    if not wanted:
        return Stripped(data=source, report=report)
    refusals = list(_refusals(message, report, wanted))
    if refusals:
        return Stripped(data=source, refused=tuple(refusals), report=report)
    targets = _targets(message.root, wanted, report)
    refusals = list(_unsure(message, report, targets))
    if refusals:
        return Stripped(data=source, refused=tuple(refusals), report=report)
    edits: list[Edit] = []
    removed: list[Removed] = []
    for target in targets:
        made = _edits(source, target, wish.languages)
        edits += made
        removed.append(
            Removed(
                path=target.part.path or "1",
                name=target.name or next(iter(target.inside), None),
                codes=target.codes,
                offset=made[0][0],
                length=made[-1][1] - made[0][0],
            )
        )
    data = apply(source, edits)
    again = deepened(parse(data, limits=wish.limits))
    after = check(again, wish.limits, wish.policy, time.monotonic)
    left = sorted(_wanted(after, wish)) or _moved(message, again, targets)
    if left:
        refused = tuple(Refusal(path=path, reason="remains") for path in left)
        return Stripped(data=source, refused=refused, report=report)
    return Stripped(
        data=data, removed=tuple(removed), breaks=tuple(dict.fromkeys(broken(message, edits))), report=after
    )


def _wanted(report: AttachmentReport, wish: Wish) -> dict[str, _Wanted]:
    """Give the parts that have to go, by their path in the tree, with what was found in them, and in which files."""
    least = DANGERS.index(wish.least)
    reasons = [(one.path, one.code) for one in report.findings if DANGERS.index(one.severity) >= least]
    if wish.unscannable:
        reasons += [(gap.path, gap.reason) for gap in report.unscanned if gap.reason not in wish.policy.accept]
    names = {one.path: one.name for one in report.attachments}
    codes: dict[str, dict[str, None]] = {}
    inside: dict[str, dict[str, None]] = {}
    for path, code in reasons:
        top, _, rest = path.partition("!")
        codes.setdefault(top, {})[code] = None
        if rest and (name := names.get(path)):
            inside.setdefault(top, {})[name] = None
    for one in report.attachments:  # of many findings not all are kept
        if DANGERS.index(one.severity) >= least:
            codes.setdefault(one.path.partition("!")[0], {})
    return {path: _Wanted(tuple(found), tuple(inside.get(path, ()))) for path, found in codes.items()}


def _refusals(message: Message, report: AttachmentReport, wanted: dict[str, _Wanted]) -> Iterator[Refusal]:
    """Say what cannot be taken out, and why."""
    paths = {part.path or "1": part for part in message.walk()}
    for path, (codes, _) in wanted.items():
        if any(one.reading for one in report.findings if one.path.partition("!")[0] == path):
            yield Refusal(path=path, reason="ambiguous", codes=codes)
        elif path not in paths or paths[path].parts:
            yield Refusal(path=path, reason="ambiguous" if report.ambiguous else "structure", codes=codes)


def _unsure(message: Message, report: AttachmentReport, targets: list[_Target]) -> Iterator[Refusal]:
    """Say which parts do not stand at the same place in every reading of the message."""
    if not report.ambiguous:
        return
    is_cut = any(gap.reason == "AMBIGUOUS" for gap in report.unscanned)
    views = () if is_cut else message.views()
    is_cut = is_cut or len(views) >= message.limits.view_count
    places = [{_place(part) for part in view.message.walk()} for view in views]
    for target in targets:
        place = _place(target.part)
        if is_cut or target.is_message or not all(place in found for found in places):
            yield Refusal(path=target.part.path or "1", reason="ambiguous", codes=target.codes)


def _place(part: Part) -> tuple[object, ...]:
    """Give where a part stands, in the tree and in bytes, and whether it has parts."""
    return part.path, part.encoded_depth, part.start, part.body_start, part.body_end, bool(part.parts)


def _targets(root: Part, wanted: dict[str, _Wanted], report: AttachmentReport) -> list[_Target]:
    """Give the parts that go, in order: of what is signed or encoded as a whole, the whole (RFC 1847 section 2.1)."""
    files = {one.path: one for one in reversed(report.attachments)}
    found: dict[int, _Target] = {}
    stack: list[tuple[Part, _Target | None, bool]] = [(root, None, True)]
    while stack:
        part, whole, is_message = stack.pop()
        if whole is None and (part.type == "multipart/signed" or _is_wrapper(part)):
            whole = _Target(part, (), None, None, (), is_message)
        path = part.path or "1"
        if path in wanted and not part.parts:
            codes, inside = wanted[path]
            file = files.get(path)
            name, size = (file.name, file.bytes) if file else (None, None)
            if whole is None:
                goes = _Target(part, (), name, size, (), is_message)
            else:
                goes = found.get(whole.part.start, whole)
                inside = (name, *inside) if name else inside
            found[goes.part.start] = goes._replace(
                codes=tuple(dict.fromkeys((*goes.codes, *codes))), inside=tuple(dict.fromkeys((*goes.inside, *inside)))
            )
        below = part.content_type.maintype == "message"
        stack.extend((child, whole, below) for child in part.parts)
    return [found[start] for start in sorted(found)]


def _is_wrapper(part: Part) -> bool:
    """Say whether what stands in a part is encoded as a whole: then it has no bytes in the message of its own."""
    return any(child.encoded_depth > part.encoded_depth for child in part.parts)


def _edits(source: bytes, target: _Target, languages: tuple[str, ...]) -> list[Edit]:
    """Give the changes that put a notice in the place of a part.

    A part of a multipart goes with its header; of a message only the fields that describe the body go (RFC 2045
    section 3), for the others are the message's.
    """
    part = target.part
    newline = b"\r\n" if source[part.start : part.body_end].count(b"\r\n") else b"\n"
    if b"\n" not in source[part.start : part.body_end]:
        newline = b"\r\n" if source[: part.start].endswith(b"\r\n") else b"\n"
    fields, body = _notice(notice_text(_told(target), languages), newline)
    if target.is_message:
        return [*_field_edits(source, part, fields, newline), (part.body_start, part.body_end, body)]
    return [(part.start, part.body_end, fields + newline + body.removesuffix(newline))]


def _told(target: _Target) -> Notice:
    """Give what a notice tells of a part."""
    part, codes = target.part, target.codes
    is_opaque = bool(codes) and all(code in _REASONS or _UNSEEN.issuperset(why_of([code])) for code in codes)
    is_text = part.content_type.maintype == "text" and target.inside
    whole: Whole = "signed" if _is_signed(part) else "text" if is_text else ""
    return Notice(target.name, target.size, codes, is_opaque, target.inside, whole)


def _is_signed(part: Part) -> bool:
    """Say whether a part is signed as a whole (RFC 1847 section 2.1, RFC 8551 section 3.5)."""
    return part.type == "multipart/signed" or (
        part.type in _SMIME and part.content_type.params.get("smime-type", "").lower() == "signed-data"
    )


def _field_edits(source: bytes, part: Part, fields: bytes, newline: bytes) -> Iterator[Edit]:
    """Put the notice's fields in the place of those that describe the body."""
    old = [field for field in part.header if field.name.lower().startswith(_DESCRIBES)]
    for number, field in enumerate(old):
        end = field.value_offset + len(field.raw)
        yield field.offset, end, b"" if number else fields
    if not old:
        at = part.body_start
        blank = source[part.start : at].endswith(newline * 2)
        yield (at - len(newline), at - len(newline), fields) if blank else (at, at, fields + newline)


def _notice(text: str, newline: bytes) -> tuple[bytes, bytes]:
    """Give the fields and the body of a notice; what is not ASCII, or long, goes in base64: no channel breaks that."""
    lines = [b"Content-Type: text/plain; charset=utf-8", b"Content-Disposition: inline"]
    if text.isascii() and max(map(len, text.split("\n"))) <= _LINE:
        encoding, body = b"7bit", text.encode().replace(b"\n", newline)
    else:
        raw = base64.b64encode(text.encode().replace(b"\n", b"\r\n"))
        encoding = b"base64"
        body = b"".join(raw[at : at + _LINE] + newline for at in range(0, len(raw), _LINE))
    lines.append(b"Content-Transfer-Encoding: " + encoding)
    return b"".join(line + newline for line in lines), body


def _moved(before: Message, after: Message, targets: list[_Target]) -> list[str]:
    """Give the parts that a reader finds elsewhere or otherwise than before, the ones that went aside."""
    gone = {target.part.path: target.is_message for target in targets}
    old = _outline(before.root, gone)
    new = _outline(after.root, gone)
    return [path or "1" for path in old.keys() | new.keys() if old.get(path) != new.get(path)]


def _outline(root: Part, gone: dict[str, bool]) -> dict[str, bytes | None]:
    """Give what stands where: the bytes of a leaf, of a message that went its other fields, else None."""
    found: dict[str, bytes | None] = {}
    stack = [root]
    while stack:
        part = stack.pop()
        if part.path in gone:
            found[part.path] = _other_fields(part) if gone[part.path] else None
            continue
        found[part.path] = None if part.parts else part.raw
        stack.extend(part.parts)
    return found


def _other_fields(part: Part) -> bytes:
    """Give the fields that do not describe the body."""
    return b"".join(
        field.name + b":" + field.raw for field in part.header if not field.name.lower().startswith(_DESCRIBES)
    )
