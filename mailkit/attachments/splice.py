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
from mailkit.attachments.notices import Notice, notice_text
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
_MANY_CODES = 8
_REASONS = frozenset(get_args(Reason))
_DESCRIBES = b"content-"
"""How the names of fields begin that describe the body (RFC 2045 section 9)."""


class Wish(NamedTuple):
    """What is to go, and what is to be written in its place."""

    least: Least
    unscannable: bool
    languages: tuple[str, ...]
    limits: Limits
    policy: Policy


class _Target(NamedTuple):
    """A part that goes."""

    part: Part
    codes: tuple[str, ...]
    name: str | None
    size: int | None
    """Bytes of the file, decoded; None for what goes as a whole."""
    is_message: bool
    """Whether its header is a message's, and not that of a part of a multipart."""


def strip(message: Message, report: AttachmentReport, wish: Wish) -> Stripped:
    """Take out of a message what is to go; see `mailkit.attachments.strip_attachments`."""
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
                name=target.name,
                codes=target.codes,
                offset=made[0][0],
                length=made[-1][1] - made[0][0],
            )
        )
    data = apply(source, edits)
    again = parse(data, limits=wish.limits)
    after = check(again, wish.limits, wish.policy, time.monotonic)
    left = sorted(_wanted(after, wish)) or _moved(message, again, targets)
    if left:
        refused = tuple(Refusal(path=path, reason="remains") for path in left)
        return Stripped(data=source, refused=refused, report=report)
    return Stripped(
        data=data, removed=tuple(removed), breaks=tuple(dict.fromkeys(broken(message, edits))), report=after
    )


def _wanted(report: AttachmentReport, wish: Wish) -> dict[str, tuple[str, ...]]:
    """Give the parts that have to go, by their path in the tree, with what was found in them."""
    found: dict[str, list[str]] = {}
    for one in report.findings:
        if DANGERS.index(one.severity) >= DANGERS.index(wish.least):
            found.setdefault(one.path.partition("!")[0], []).append(one.code)
    for file in report.attachments:  # of many findings not all are kept
        if DANGERS.index(file.severity) >= DANGERS.index(wish.least):
            found.setdefault(file.path.partition("!")[0], [])
    if wish.unscannable:
        for gap in report.unscanned:
            if gap.reason in wish.policy.accept:
                continue
            found.setdefault(gap.path.partition("!")[0], []).append(gap.reason)
    return {path: tuple(dict.fromkeys(codes)) for path, codes in found.items()}


def _refusals(message: Message, report: AttachmentReport, wanted: dict[str, tuple[str, ...]]) -> Iterator[Refusal]:
    """Say what cannot be taken out, and why."""
    paths = {part.path or "1": part for part in message.walk()}
    for path, codes in wanted.items():
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


def _targets(root: Part, wanted: dict[str, tuple[str, ...]], report: AttachmentReport) -> list[_Target]:
    """Give the parts that go, in order: of what is signed or encoded as a whole, the whole (RFC 1847 section 2.1)."""
    files = {one.path: one for one in reversed(report.attachments)}
    inside = {
        one.path.partition("!")[0]: one.name for one in reversed(report.attachments) if one.severity == "dangerous"
    }
    found: dict[int, _Target] = {}
    stack: list[tuple[Part, _Target | None, bool]] = [(root, None, True)]
    while stack:
        part, whole, is_message = stack.pop()
        if whole is None and (part.type == "multipart/signed" or _is_wrapper(part)):
            whole = _Target(part, (), None, None, is_message)
        path = part.path or "1"
        if path in wanted and not part.parts:
            file = files.get(path)
            alone = _Target(part, (), None, file.bytes if file else None, is_message)
            goes = found.get(whole.part.start if whole else part.start, whole) or alone
            codes = tuple(dict.fromkeys((*goes.codes, *wanted[path])))
            name = goes.name or (file and file.name) or inside.get(path)
            found[goes.part.start] = goes._replace(codes=codes, name=name)
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
    notice = Notice(target.name, target.size, target.codes[:_MANY_CODES], _REASONS.issuperset(target.codes))
    fields, body = _notice(notice_text(notice, languages), newline)
    if target.is_message:
        return [*_field_edits(source, part, fields, newline), (part.body_start, part.body_end, body)]
    return [(part.start, part.body_end, fields + newline + body.removesuffix(newline))]


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
    """Give the fields and the body of a notice; what is not ASCII goes in base64, so that no channel breaks it."""
    lines = [b"Content-Type: text/plain; charset=utf-8", b"Content-Disposition: inline"]
    if text.isascii():
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
