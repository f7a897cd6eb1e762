"""Dangerous attachments: found however they are hidden, and taken out without touching the rest.

    Message, all its readings -> leaves -> walk (names, types, readers; one Budget) -> check_attachments -> AttachmentReport
                                                                                       strip_attachments -> Stripped

What could not be looked at is said, never called clean; no file is started, no address is asked.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from typing import Literal, get_args

from mailkit.attachments.policy import STANDARD, Policy, parse_policy
from mailkit.attachments.result import (
    Attachment,
    AttachmentFinding,
    AttachmentReport,
    Refusal,
    Removed,
    Stripped,
    StripReport,
    Unscanned,
)
from mailkit.limits import DEFAULT, Limits
from mailkit.message import Message, parse

__all__ = [
    "Attachment",
    "AttachmentFinding",
    "AttachmentReport",
    "Policy",
    "Refusal",
    "Removed",
    "StripReport",
    "Stripped",
    "Unscanned",
    "check_attachments",
    "parse_policy",
    "strip_attachments",
]


def check_attachments(
    message: Message | bytes,
    *,
    limits: Limits = DEFAULT,
    policy: Policy = STANDARD,
    clock: Callable[[], float] = time.monotonic,
) -> AttachmentReport:
    r"""Say what the attachments of a message are: every file in every reading of it, archives and documents opened.

    The verdict is the worst that was found; ``clean`` means that all was looked at, ``unscannable`` that something was
    not. `clock` gives seconds, for `Limits.walk_seconds`. Never raises on content.

    >>> raw = b"Content-Type: application/octet-stream; name=\"invoice.pdf .scr\"\n\nMZ\n"
    >>> report = check_attachments(raw)
    >>> report.verdict, [(found.code, found.path) for found in report.findings if found.severity == "dangerous"]
    ('dangerous', [('EXT_EXECUTABLE', '1')])
    """
    from mailkit.attachments.check import check  # noqa: PLC0415 - whoever reads bounces alone needs none of the tables

    return check(message if isinstance(message, Message) else parse(message, limits=limits), limits, policy, clock)


def strip_attachments(  # noqa: PLR0913 - what a site may wish for
    message: Message | bytes,
    report: AttachmentReport | None = None,
    *,
    least: Literal["suspicious", "dangerous"] = "dangerous",
    unscannable: bool = False,
    languages: Sequence[str] | str = ("en",),
    limits: Limits = DEFAULT,
    policy: Policy = STANDARD,
) -> Stripped:
    r"""Take the dangerous parts out of a message; a notice stands in their place, every other byte is as it was.

    `least` says how grave a part must be; with `unscannable` what could not be looked at goes too. `report` is the answer
    of `check_attachments`, where it was asked before with the same limits and policy. The notice has a paragraph in each
    of `languages`, tags as ``de`` or ``de-AT``. What stands in multipart/signed, in a part that is encoded as a whole, or in an archive
    goes with all of that. Where readers cut a part out in different ways nothing is changed: `Stripped.refused` says why.
    Never raises on content; raises ValueError for a language that there is not, where none is named, and for `least` of
    ``info``: everything would go.

    >>> raw = b"Content-Type: multipart/mixed; boundary=x\n\n--x\n\nhi\n--x\nContent-Type: text/plain; name=a.exe\n\nMZ\n--x--\n"
    >>> stripped = strip_attachments(raw)
    >>> [(one.path, one.name) for one in stripped.removed], stripped.data.startswith(raw[:60]), stripped.report.verdict
    ([('2', 'a.exe')], True, 'clean')
    """
    from mailkit.attachments.notices import known_languages  # noqa: PLC0415 - likewise
    from mailkit.attachments.splice import Least, Wish, strip  # noqa: PLC0415 - likewise

    if least not in get_args(Least):
        wrong = f"least is {least!r}; give {' or '.join(get_args(Least))}"
        raise ValueError(wrong)
    written = known_languages(languages)
    whole = message if isinstance(message, Message) else parse(message, limits=limits)
    before = report or check_attachments(whole, limits=limits, policy=policy)
    return strip(whole, before, Wish(least, unscannable, written, limits, policy))
