"""One message in, one answer out: the walk, and the verdict over what it found."""

from __future__ import annotations

import re
from collections.abc import Callable

import msgspec

from mailkit.attachments.bounds import said
from mailkit.attachments.codes import DANGERS, Danger
from mailkit.attachments.leaves import ENCODED_DEPTH, MESSAGE_DEPTH
from mailkit.attachments.pieces import Reason
from mailkit.attachments.policy import Policy
from mailkit.attachments.result import Attachment, AttachmentFinding, AttachmentReport, Unscanned, Verdict
from mailkit.attachments.walk import Walk
from mailkit.limits import Limits
from mailkit.message import Message

_ENDED: dict[Reason, str] = {
    "PARTS": "member_count",
    "BYTES": "member_bytes or unpacked_bytes",
    "RATIO": "unpack_ratio",
    "TIME": "walk_seconds",
}
"""Which limit ended the look, where the detail names none."""
_OWN = "more than "
"""How a detail begins that tells of a bound of a reader's own, which nobody sets."""
_NAMED = re.compile(
    rf"\blimit\.({'|'.join(Limits.__struct_fields__)})\b"
    rf"|\b({'|'.join(name for name in Limits.__struct_fields__ if '_' in name)})\b(?: [0-9]{{1,20}}\b)?"
)


def check(message: Message, limits: Limits, policy: Policy, clock: Callable[[], float]) -> AttachmentReport:
    """Look at all attachments of a message; see `mailkit.attachments.check_attachments`."""
    walk = Walk(limits, policy, clock)
    ambiguous = walk.read_message(message)
    walk.run()
    order = sorted(walk.findings, key=lambda found: -DANGERS.index(found.severity))
    findings = tuple(order[: limits.finding_count])
    unscanned = tuple(_named(gap, limits) for gap in walk.unscanned)
    return AttachmentReport(
        verdict=_verdict(findings, unscanned, policy),
        complete=not unscanned,
        findings=findings,
        unscanned=unscanned,
        attachments=_graded(walk.attachments, order),
        ambiguous=ambiguous,
    )


def _verdict(findings: tuple[AttachmentFinding, ...], unscanned: tuple[Unscanned, ...], policy: Policy) -> Verdict:
    """Give the worst that was found; where nothing was, whether all was looked at."""
    worst: Danger = max((found.severity for found in findings), key=DANGERS.index, default="info")
    if worst != "info":
        return worst
    return "clean" if all(gap.reason in policy.accept for gap in unscanned) else "unscannable"


def _graded(attachments: list[Attachment], findings: list[AttachmentFinding]) -> tuple[Attachment, ...]:
    """Give each file the worst that was found in it or in what stands inside it."""
    worst: dict[str, Danger] = {}
    for found in findings:
        path = found.path
        while path and DANGERS.index(found.severity) > DANGERS.index(worst.get(path, "info")):
            worst[path] = found.severity
            path = path.rpartition("!")[0]
    return tuple(
        msgspec.structs.replace(one, severity=worst[one.path]) if one.path in worst else one for one in attachments
    )


def _named(gap: Unscanned, limits: Limits) -> Unscanned:
    """Give a gap whose detail names the limit that ended the look, with its value."""
    tried = msgspec.structs.replace(
        limits,
        message_depth=max(limits.message_depth, MESSAGE_DEPTH),
        encoded_depth=max(limits.encoded_depth, ENCODED_DEPTH),
    )
    detail, ended = gap.detail, _ENDED.get(gap.reason)
    if gap.reason == "TIME" and detail.startswith(_OWN):
        detail = ""
    if ended and not detail.startswith(_OWN) and not _NAMED.search(detail):
        detail = f"{detail}; {ended}" if detail else ended
    detail = _NAMED.sub(lambda found: said(found[1] or found[2], tried), detail)
    return gap if detail == gap.detail else msgspec.structs.replace(gap, detail=detail)
