"""From a message to the answer: kind, then who failed, then status, reason and advice for each."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import NamedTuple

import msgspec

from mailkit.bounce import dsn
from mailkit.bounce.arf import read_feedback
from mailkit.bounce.autoreply import AUTORESPONDER, gives_up, is_auto_reply, is_refused, own_address
from mailkit.bounce.decide import decide
from mailkit.bounce.dialects import DIALECTS, Dialect, recognise
from mailkit.bounce.evidence import Facts
from mailkit.bounce.extract import Case, gather, gather_own
from mailkit.bounce.hops import Way
from mailkit.bounce.kinds import announced, fill_actions, kind_of_report, kind_without_report, passes_on
from mailkit.bounce.matcher import RuleSet
from mailkit.bounce.member import Verp, about, find_member
from mailkit.bounce.notice import Notice, TextView
from mailkit.bounce.origin import Ours, find_origin
from mailkit.bounce.replies import best_reply
from mailkit.bounce.result import Action, Bounce, Feedback, Kind, Original, Recipient
from mailkit.bounce.ses import read_ses
from mailkit.bounce.whykind import with_why
from mailkit.bounce.wrapped import Wrapped, find_enclosed, find_wrapped, moved
from mailkit.findings import Finding, finding
from mailkit.message import Message, parse
from mailkit.syntax.dates import parse_date
from mailkit.syntax.params import decode_raw
from mailkit.syntax.words import decode_words

_ABOUT_A_MESSAGE: frozenset[Kind] = frozenset({"failure", "delay", "success", "feedback"})
_OUTCOMES: dict[Kind, Action] = {"failure": "failed", "delay": "delayed"}


def classify(  # noqa: PLR0913 - each is a choice of the caller
    message: Message | bytes,
    *,
    rules: RuleSet | None = None,
    dialects: Sequence[Dialect] | None = None,
    source: str | None = None,
    explain: bool = False,
    ours: Ours | None = None,
    verp: Verp | None = None,
    envelope_to: Sequence[str] = (),
) -> Bounce:
    """Tell what a message says of a delivery: for whom, with which status, why, on what evidence.

    Never raises on content. Rules and dialects are the shipped ones where none are given
    (`docs/rules.md`, `docs/dialects.md`). With `explain` every piece of evidence that was weighed is kept; with
    `ours` a finding tells whether the bounce is about a message of ours (``bounce.origin.genuine``, ``forged``, ``unknown``).
    `verp` reads return paths (`mailkit.lists.verp.decode`, ``Tokens(...).decode``): the member that one names is the
    recipient where the report names none, and the original address where it names another; ``bounce.verp.member`` and
    ``bounce.verp.forged`` tell. It is asked with `envelope_to`, what the SMTP dialogue says, before any field. Sources: RFC 3464, RFC 3463, RFC 5965, RFC 3834, RFC 8098, and the dialects' own.

    >>> from pathlib import Path
    >>> bounce = classify(Path("corpora/mta/postfix-full.eml").read_bytes())
    >>> bounce.kind, [(r.address, r.status, r.reason, r.advice) for r in bounce.recipients]
    ('failure', [('full@sink.test', '5.2.2', 'full', 'soft')])
    """
    if not isinstance(message, Message):
        message = parse(message)
    _check_choices(rules, dialects, ours)
    work = _Work(Notice(message), rules or RuleSet.default(), list(message.findings), source, explain, ours)
    formats = DIALECTS if dialects is None else tuple(dialects)
    try:
        if verp is not None:
            member, told = find_member(work.notice, verp, envelope_to)
            work = work._replace(member=member, told=told)
        enclosed = find_enclosed(work.notice)
        answer = _unwrapped(work, formats, enclosed) if enclosed else _classify(work, formats)
        return with_why(answer, work.notice, formats) if explain else answer
    except Exception as error:  # noqa: BLE001 - a message never raises; the tests hold that this never happens
        work.findings.append(finding("bounce.internal", message.root.start, repr(error)[:200]))
        return Bounce(source=source, kind="other", findings=tuple(work.findings), complete=False)


def _check_choices(rules: object, dialects: Sequence[object] | None, ours: object) -> None:
    """Refuse what a caller must not give, which else would look like a message that says nothing."""
    if not isinstance(rules, RuleSet | None):
        message = f"rules= takes a RuleSet of mailkit.bounce.matcher, not {type(rules).__name__}; RuleSet.from_files reads one"
        raise TypeError(message)
    wrong = next((row for row in dialects or () if not isinstance(row, Dialect)), None)
    if wrong is not None:
        message = f"dialects= takes rows, not {type(wrong).__name__}; mailkit.bounce.dialects.load_dialects reads them"
        raise TypeError(message)
    if not isinstance(ours, Ours | None):
        message = f"ours= takes an Ours, not {type(ours).__name__}: Ours(domains=('example.org',))"
        raise TypeError(message)


class _Work(NamedTuple):
    """One message while it is classified."""

    notice: Notice
    rules: RuleSet
    findings: list[Finding]
    source: str | None
    explain: bool
    ours: Ours | None = None
    member: str | None = None
    """Whom the return path names."""
    told: Finding | None = None
    """What it says of itself."""
    wrapped: bool = False
    """Whether it is itself what another message wraps: then no further one is looked for."""


def _classify(work: _Work, dialects: tuple[Dialect, ...]) -> Bounce:
    notice = work.notice
    feedback = read_feedback(notice)
    if feedback is not None:
        return _answer(work, "feedback", feedback=feedback)
    told = read_ses(notice)
    if told is not None:
        return _answer(work, told.kind, recipients=_recipients(work, told.cases, told.kind), feedback=told.feedback)
    reports = _reports(notice, work.findings)
    dialect = recognise(notice, dialects)
    kind: Kind
    if any(report.recipients for report in reports) and not passes_on(notice, dialect):
        cases = gather(notice, reports, dialect)
        fill_actions(notice, dialect, cases)
        kind = kind_of_report(cases)
    else:
        kind = kind_without_report(notice, dialect)
        if kind in {"auto-reply", "challenge", "receipt", "other"}:
            return _answer(work, kind)
        if dialect is None and gives_up(notice):
            dialect, cases = AUTORESPONDER, gather_own(notice, own_address(notice))
        else:
            cases = gather(notice, reports, dialect)
        is_ours = work.member is not None and notice.null_sender
        if kind != "success" and not is_ours and _says_nothing(notice, dialect, cases):
            return _answer(work, "auto-reply" if is_auto_reply(notice) else "other")
        if any(case.given_up for case in cases):
            kind = "failure"
        nobody = not work.wrapped and all(case.guessed or not case.address for case in cases)
        wrapped = find_wrapped(notice) if nobody else None
        if wrapped is not None:
            return _unwrapped(work, dialects, wrapped)
        if kind == "success":
            cases = [case for case in cases if case.address and not case.guessed]
    _tell_limits(work, cases)
    recipients = _recipients(work, cases, kind, reports, dialect)
    return _answer(work, kind, reports=reports, dialect=dialect, recipients=recipients)


def _unwrapped(work: _Work, dialects: tuple[Dialect, ...], found: Wrapped) -> Bounce:
    """Answer with the report that a relay has put into its own text, or into an envelope."""
    inner = parse(found.data, limits=work.notice.limits)
    bounce = _classify(work._replace(notice=Notice(inner), findings=[], ours=None, wrapped=True), dialects)
    if bounce.kind in _ABOUT_A_MESSAGE:
        work.findings.append(finding("bounce.report.wrapped", found.offset, bounce.dialect or ""))
    if work.ours is not None:
        work.findings.append(find_origin(Notice(inner), work.ours))
    if work.told is not None:
        work.findings.append(work.told)
    return msgspec.structs.replace(bounce, recipients=moved(bounce, found), findings=tuple(work.findings))


def _tell_limits(work: _Work, cases: list[Case]) -> None:
    """Drop the recipients past the limit, and say what is left unread and unanswered."""
    notice = work.notice
    for view in notice.views:
        if view.cut:
            work.findings.append(finding("limit.notice_bytes", view.part.body_start, str(notice.limits.notice_bytes)))
    limit = notice.limits.recipient_count
    if len(cases) > limit:
        del cases[limit:]
        work.findings.append(finding("limit.recipient_count", notice.message.root.start, str(limit)))


def _says_nothing(notice: Notice, dialect: Dialect | None, cases: list[Case]) -> bool:
    """Say whether a mail with the title of a bounce names no recipient and no reply, and came from a mailbox.

    Such mail asks its reader to do something: the title is bait. Where the envelope is empty, it must name nobody
    at all, in no known form.
    """
    if notice.is_report or notice.reports or "x-failed-recipients" in notice.header:
        return False
    if dialect is not None and (notice.null_sender or dialect.anyone):
        return False
    if any(case.address and not case.guessed for case in cases) or best_reply(notice.words) is not None:
        return False
    if notice.null_sender or (notice.daemon_name and "return-path" not in notice.header):
        return notice.original_header is None and not any(case.address for case in cases)
    return True


def _reports(notice: Notice, findings: list[Finding]) -> list[dsn.Report]:
    """Read every delivery report of the message, wherever it stands."""
    limits = notice.limits
    reports = []
    refusals = notice.receipts if notice.receipts and is_refused(notice) else []
    for part in [*notice.reports, *refusals][:100]:
        view = TextView(part, limits.report_bytes)
        if view.cut:
            findings.append(finding("limit.report_bytes", part.body_start))
        reports.append(dsn.read_report(view, limits.recipient_count + 1))
    if not any(report.recipients for report in reports):
        for view in notice.views:
            if view in notice.mislabelled or _has_report(view):
                report = dsn.read_report(view, limits.recipient_count + 1)
                if any(_speaks(block) for block in report.recipients):
                    findings.append(finding("bounce.report.mislabelled", view.part.start, view.part.type))
                    reports.append(report)
    if notice.is_report and not reports:
        findings.append(finding("bounce.report.part-missing", notice.message.root.start))
    return reports


def _has_report(view: TextView) -> bool:
    """Say whether a text that is no report has the fields of one."""
    lower = view.lower
    return "final-recipient:" in lower and ("action:" in lower or "status:" in lower)


def _speaks(block: dsn.Block) -> bool:
    return "final-recipient" in block and ("action" in block or "status" in block)


def _recipients(
    work: _Work,
    cases: list[Case],
    kind: Kind,
    reports: Sequence[dsn.Report] = (),
    dialect: Dialect | None = None,
) -> tuple[Recipient, ...]:
    """Decide for each recipient."""
    notice = work.notice
    if work.member is not None:
        cases = about(work.member, cases)
    action = _OUTCOMES.get(kind)
    if any(case.action is None for case in cases):
        action = announced(notice, dialect) or action
        if kind in {"failure", "delay"} and action not in {"failed", "delayed"}:
            action = _OUTCOMES[kind]
    facts = Facts(
        reporter=_fields(reports).host("reporting-mta") or "",
        dialect=dialect.name if dialect else "",
        action=action,
        way=Way(notice.original_header),
        silence=dialect.silence if dialect else None,
        day=_day(notice, reports),
    )
    rows = []
    for case in cases:
        row = decide(case, facts, work.rules, explain=work.explain)
        rows.append(row)
        _note(notice, case, row, work.findings)
    return tuple(rows)


def _day(notice: Notice, reports: Sequence[dsn.Report]) -> date | None:
    """Give the day of a report: its own Date, else when the message came to the MTA that gave up."""
    written = parse_date(notice.value("date")) or parse_date(_fields(reports).text("arrival-date"))
    return written.date() if written else None


def _fields(reports: Sequence[dsn.Report]) -> dsn.Block:
    """Give the fields that reports have about the message as a whole."""
    if len(reports) == 1:
        return reports[0].message
    fields = dsn.Block()
    for report in reports:
        for name, value in report.message.items():
            fields.setdefault(name, value)
    return fields


def _note(notice: Notice, case: Case, row: Recipient, findings: list[Finding]) -> None:
    """Add what is odd about a recipient's block."""
    stated = case.reported
    odd: list[tuple[str, str]] = []
    if case.guessed:
        odd.append(("bounce.recipient.guessed", case.address or ""))
    if case.borrowed:
        odd.append(("bounce.reply.borrowed", ""))
    if row.basis == "trace":
        odd.append(("bounce.loop.trace", ""))
    if case.status_span and not stated[:1].isdigit():
        odd.append(("bounce.status.invalid", stated[:40]))
    if row.action == "failed" and stated.startswith("4"):
        odd.append(("bounce.status.class", f"failed with {stated[:40]}"))
    if row.basis == "diagnostic" and stated and not stated.startswith(row.status) and ".0.0" not in stated[:6]:
        odd.append(("bounce.status.contradiction", f"{stated[:40]} against {row.status}"))
    if odd:
        place = case.status_span
        offset = notice.message.root.start
        if place and place.view:
            offset = place.view.locate(place.start, place.stop)[0]
        findings.extend(finding(code, offset, detail) for code, detail in odd)


def _answer(  # noqa: PLR0913 - each is a part of the answer
    work: _Work,
    kind: Kind,
    *,
    reports: Sequence[dsn.Report] = (),
    dialect: Dialect | None = None,
    recipients: tuple[Recipient, ...] = (),
    feedback: Feedback | None = None,
) -> Bounce:
    fields = _fields(reports)
    if work.ours is not None and kind in _ABOUT_A_MESSAGE:
        work.findings.append(find_origin(work.notice, work.ours))
    if work.told is not None:
        work.findings.append(work.told)
    if feedback is not None and work.member is not None:
        feedback = msgspec.structs.replace(feedback, original_recipient=work.member)
    return Bounce(
        source=work.source,
        kind=kind,
        dialect=dialect.name if dialect else None,
        reporting_mta=fields.host("reporting-mta"),
        arrival_date=parse_date(fields.text("arrival-date")),
        original=_original(work.notice, fields),
        recipients=recipients,
        feedback=feedback,
        findings=tuple(work.findings),
        complete=work.notice.message.complete,
    )


def _original(notice: Notice, fields: dsn.Block) -> Original:
    """Tell what is known of the message that was sent."""
    header = notice.original_header
    envelope_id = fields.text("original-envelope-id") or None
    if header is None:
        return Original(envelope_id=envelope_id)
    raw_id = header.get("message-id")
    list_id = header.get("list-id")
    return Original(
        message_id=decode_raw(raw_id) if raw_id else None,
        from_=decode_words(header.get("from")),
        subject=decode_words(header.get("subject")),
        list_id=decode_raw(list_id) if list_id else None,
        envelope_id=envelope_id,
    )
