"""Who failed, and which words are about whom: reports, the dialect's lines, and what is left to guess."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime

from mailkit.bounce import dsn
from mailkit.bounce.dialects.block import Block
from mailkit.bounce.dialects.engine import Dialect, read_blocks
from mailkit.bounce.lines import NOBODY, blocks_by_lines, shared
from mailkit.bounce.notice import Notice, TextView
from mailkit.bounce.result import Action
from mailkit.syntax.address import clean, domain_of, find_addresses
from mailkit.syntax.dates import parse_date

ACTIONS: dict[str, Action] = {
    "failed": "failed",
    "failure": "failed",
    "fail": "failed",
    "error": "failed",
    "hardfail": "failed",
    "softfail": "failed",
    "expired": "failed",
    "delayed": "delayed",
    "deferred": "delayed",
    "delay": "delayed",
    "delivered": "delivered",
    "deliverable": "delivered",
    "relayed": "relayed",
    "relay": "relayed",
    "expanded": "expanded",
}
"""Action as written (RFC 3464 section 2.3.3, and what MTAs write instead)."""

MAX_TEXT_CHARS = 4_096
_EXPANDED = re.compile(
    r"\((?:expanded from:?|ultimately generated from|generated from|originally addressed to)\s{0,20}([^)]{3,320})\)",
    re.IGNORECASE,
)


class Span:
    """Words about a recipient, with the place where they stand."""

    __slots__ = ("kind", "start", "stop", "text", "view")

    def __init__(self, kind: str, text: str, view: TextView | None, start: int, stop: int) -> None:
        self.kind = kind  # diagnostic, block or notice
        self.text = text[:MAX_TEXT_CHARS]
        self.view = view
        self.start = start
        self.stop = stop


class Case:
    """One recipient while the evidence is gathered."""

    __slots__ = (
        "action",
        "address",
        "cut_off",
        "given_up",
        "guessed",
        "original_address",
        "remote_mta",
        "reported",
        "retry_until",
        "spans",
        "status_span",
    )

    def __init__(self, address: str | None) -> None:
        self.address = address
        self.original_address: str | None = None
        self.action: Action | None = None
        self.reported = ""  # the Status field
        self.status_span: Span | None = None
        self.remote_mta: str | None = None
        self.retry_until: datetime | None = None
        self.guessed = False
        self.cut_off = False  # a server is named as the one that failed it, and its reply is empty
        self.given_up = False  # the report calls it delayed, and its format tells that nobody goes on trying
        self.spans: list[Span] = []


def gather(notice: Notice, reports: Sequence[dsn.Report], dialect: Dialect | None) -> list[Case]:
    """Give one case a recipient, with all words that are about it."""
    limit = notice.limits.recipient_count + 1  # the one too many tells that there are more
    cases = [_from_report(report, block) for report in reports for block in report.recipients][:limit]
    blocks = _rejoined(notice, read_blocks(notice, dialect, limit))
    if not blocks and not cases:
        cases = [Case(address) for address in find_addresses(notice.value("x-failed-recipients"), limit)]
        blocks = (
            []
            if len(cases) == 1
            else blocks_by_lines(notice, {address.lower() for address in _known(notice)}, _own(notice), limit)
        )
    if cases:
        cases = _once(cases)
        _attach(cases, blocks)
    else:
        cases = _from_blocks(shared(blocks))
    if not cases:
        cases = _guess(notice)
    _name(notice, cases)
    _add_notice(notice, cases)
    if dialect is not None and dialect.final:
        _give_up(cases, dialect.final, notice.words)
    return cases


def _give_up(cases: list[Case], words: tuple[str, ...], notice: str) -> None:
    """Call final what a format reports as a delay though the message has left the queue.

    What is said of single recipients holds for those, what is said of none in particular for all.
    """
    told = [case for case in cases if any(word in span.text.lower() for span in case.spans for word in words)]
    if not told and any(word in notice for word in words):
        told = cases
    for case in told:
        if case.action in {None, "delayed"} and case.retry_until is None:
            case.action, case.given_up = "failed", True


def gather_own(notice: Notice, address: str | None) -> list[Case]:
    """Give the case of an address that speaks of itself, with all words of the notice."""
    cases = [Case(address)]
    _add_notice(notice, cases)
    return cases


def _rejoined(notice: Notice, blocks: list[Block]) -> list[Block]:
    """Give a line that begins with the sender's own address back to the recipient whose reply it continues."""
    if len(blocks) < 2:
        return blocks
    own = _own(notice)
    kept: list[Block] = []
    for block in blocks:
        if kept and (block.address or "").lower() in own and kept[-1].view is block.view:
            last = kept[-1]
            text = block.view.text[last.start : block.stop].strip(" \t:")
            kept[-1] = Block(last.address, text, last.view, last.start, block.stop)
        else:
            kept.append(block)
    return kept


def _once(cases: list[Case]) -> list[Case]:
    """Leave out blocks that say the same of the same recipient again, as some MTAs write one for each attempt."""
    if len(cases) < 2:
        return cases
    kept: dict[tuple[str, ...], Case] = {}
    for case in cases:
        said = case.spans[0].text if case.spans else ""
        key = (
            (case.address or "").lower(),
            (case.original_address or "").lower(),
            case.action or "",
            case.reported,
            said,
        )
        kept.setdefault(key, case)
    return list(kept.values())


def _from_report(report: dsn.Report, block: dsn.Block) -> Case:
    final, original = dsn.addresses(block)
    case = Case(final)
    case.original_address = original
    word = block.text("action").split("(")[0].split(";")[-1].strip().lower()
    case.action = ACTIONS.get(word.split()[0].rstrip(".,;:") if word else "")
    case.reported = block.text("status")
    if "status" in block:
        value = block["status"]
        case.status_span = Span("status", value.text, report.view, value.start, value.stop)
    case.remote_mta = dsn.host_of(block.text("remote-mta")) if "remote-mta" in block else None
    case.retry_until = parse_date(block.text("will-retry-until"))
    kind, text = dsn.diagnostic(block)
    case.cut_off = kind == "smtp" and not text and case.remote_mta is not None
    if text:
        value = block["diagnostic-code"]
        case.spans.append(Span("diagnostic", text, report.view, value.start, value.stop))
    if case.status_span and "(" in case.reported:  # 4.0.0 (mx.example.org: host name lookup failure)
        value = block["status"]
        case.spans.append(Span("comment", value.text.partition("(")[2], report.view, value.start, value.stop))
    for name in ("x-supplementary-info", "localized-diagnostic-code"):
        if name in block and block[name].text:
            value = block[name]
            case.spans.append(Span("block", value.text, report.view, value.start, value.stop))
    return case


def _attach(cases: list[Case], blocks: list[Block]) -> None:
    """Give each recipient of a report what the text says of it: by address, else by place."""
    by_address: dict[str, list[Block]] = {}
    for block in blocks:
        by_address.setdefault((block.address or "").lower(), []).append(block)
    for number, case in enumerate(cases):
        mine = by_address.get((case.address or "").lower()) or by_address.get((case.original_address or "").lower())
        if not mine and len(blocks) == len(cases):
            mine = [blocks[number]]
        for block in mine or ():
            if block.text.strip():
                case.spans.append(Span("block", dsn.unescape_octal(block.text), block.view, block.start, block.stop))
        if mine and not case.address:
            case.address = mine[0].address
        _expanded(case)


def _from_blocks(blocks: list[Block]) -> list[Case]:
    cases: dict[str, Case] = {}
    for block in blocks:
        key = (block.address or "").lower()
        case = cases.get(key)
        if case is None:
            case = cases[key] = Case(block.address)
        _add(case, block)
    for case in cases.values():
        _expanded(case)
        if case.original_address and case.original_address.lower() in cases:
            case.original_address = None  # it is answered for itself
    return list(cases.values())


def _add(case: Case, block: Block) -> None:
    """Add a block; what follows a block of the same recipient without a gap is its continuation."""
    if not block.text.strip():
        return
    text = dsn.unescape_octal(block.text)
    last = case.spans[-1] if case.spans else None
    if last is not None and last.view is block.view and last.stop <= block.start and len(last.text) < MAX_TEXT_CHARS:
        joined = f"{last.text}\n{block.view.text[last.stop : block.start]}{text}"
        case.spans[-1] = Span("block", joined, block.view, last.start, block.stop)
    else:
        case.spans.append(Span("block", text, block.view, block.start, block.stop))


def _expanded(case: Case) -> None:
    """Keep the address that was written to, where the notice says from which one the failed one came."""
    if case.original_address is None:
        for span in case.spans:
            match = _EXPANDED.search(span.text[:2000]) if span.kind == "block" else None
            address = clean(match[1]) if match else None
            if address and address.lower() != (case.address or "").lower():
                case.original_address = address
                return


def _known(notice: Notice) -> list[str]:
    """Give the addresses that the header of the bounce, or the message that came back, names as recipients."""
    found = find_addresses(notice.value("x-failed-recipients"))
    header = notice.original_header
    if header is not None:
        for name in ("to", "cc", "x-original-to", "delivered-to", "envelope-to"):
            for value in header.all(name)[:20]:
                found.extend(find_addresses(value.decode("utf-8", "replace")))
    return found


def _own(notice: Notice) -> set[str]:
    """Give the addresses that cannot have failed: the bounce's own sender and recipient."""
    own = set(find_addresses(notice.sender)) | {a.lower() for a in find_addresses(notice.value("to"))}
    header = notice.original_header
    if header is not None:
        for name in ("from", "return-path", "sender", "reply-to"):
            own.update(a.lower() for a in find_addresses((header.get(name) or b"").decode("utf-8", "replace")))
        own -= {a.lower() for a in find_addresses((header.get("to") or b"").decode("utf-8", "replace"))}
    return own - {a.lower() for a in find_addresses(notice.value("x-failed-recipients"))}


def _guess(notice: Notice) -> list[Case]:
    """Name recipients where the notice has no line for one: a header field, the returned message, any address."""
    text = "\n".join(view.notice[:16384] for view in notice.views)
    mentioned = [a for a in find_addresses(text) if not NOBODY.match(a)]
    known = _known(notice)
    lower = {a.lower() for a in mentioned}
    both = [a for a in dict.fromkeys(known) if a.lower() in lower]
    own = _own(notice)
    others = [a for a in mentioned if a.lower() not in own]
    chosen = both or others[:1] or known[:1]
    cases = [Case(address) for address in dict.fromkeys(chosen)]
    for case in cases:
        case.guessed = case.address in known and not both
    return cases or [Case(None)]


def _name(notice: Notice, cases: list[Case]) -> None:
    """Name the member: where a header field names another address than the report, keep both."""
    failed = find_addresses(notice.value("x-failed-recipients"), notice.limits.recipient_count)
    lost = [case for case in cases if not case.address or "@" not in case.address]
    if failed and lost and len(lost) == len(cases):
        for case, address in zip(lost, failed, strict=False):
            case.original_address = case.original_address or case.address
            case.address = address
    elif len(failed) == len(cases) == 1 and failed[0].lower() != (cases[0].address or "").lower():
        cases[0].original_address = cases[0].original_address or failed[0]
    if len(cases) == 1 and not cases[0].address:
        known = _known(notice)
        if known:
            cases[0].address, cases[0].guessed = known[0], True


def _add_notice(notice: Notice, cases: list[Case]) -> None:
    """Let the whole notice speak for a recipient about whom nothing else is said."""
    if len(cases) > 1 and any(case.spans for case in cases):
        return
    for view in notice.views:
        text = view.notice
        if not text.strip():
            continue
        for case in cases:
            case.spans.append(Span("notice", text, view, 0, view.end))


def remote_of(case: Case) -> str:
    """Give the domain whose server spoke: the remote MTA's, else the recipient's."""
    return (case.remote_mta or "").lower() or domain_of(case.address)
