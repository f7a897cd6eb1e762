"""One message in, one answer out: the walk, and the verdict over what it found."""

from __future__ import annotations

from collections.abc import Callable

import msgspec

from mailkit.attachments.codes import DANGERS, Danger
from mailkit.attachments.policy import Policy
from mailkit.attachments.result import Attachment, AttachmentFinding, AttachmentReport, Unscanned, Verdict
from mailkit.attachments.walk import Walk
from mailkit.limits import Limits
from mailkit.message import Message


def check(message: Message, limits: Limits, policy: Policy, clock: Callable[[], float]) -> AttachmentReport:
    """Look at all attachments of a message; see `mailkit.attachments.check_attachments`."""
    walk = Walk(limits, policy, clock)
    ambiguous = walk.read_message(message)
    walk.run()
    order = sorted(walk.findings, key=lambda found: -DANGERS.index(found.severity))
    findings = tuple(order[: limits.finding_count])
    unscanned = tuple(walk.unscanned)
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
