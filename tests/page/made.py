"""Rows for the page: made by hand, and of the corpora; and what strangers put into them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

from mailkit.report import analyze
from mailkit.rows import HopRow, RecipientRow, Row, row_of
from tests.strategies import OWN, ROOT

NEW_YEAR = datetime(2026, 1, 1, tzinfo=UTC)
HOSTILE = {
    "script": "550 <script>window.hit=1</script><img src=x onerror=window.hit=1>",
    "quotes": "550 \" onclick='window.hit=1' `${window.hit=1}` &quot; &#60;b&#62;",
    "sections": "550 ]]> --> <![CDATA[ <!-- <style>*{display:none}</style> </title></svg></bdi></table>",
    "template": "550 {{7*7}} {% raw %} {n} {title} %s ${7*7}",
    "bidi": "550 \u202egnp.exe\u2066 abc \u200f\u200e",
    "controls": "550 a\x00b\x07\x1b[31m\x7f\x85\u2028\u2029",
    "widths": "550 zero\u200bwidth\u2060joiner\ufeff\u00ad",
    "marks": "\u0301550 " + "Z" + "\u0335" * 40 + "\u0301",
    "emoji": "550 \U0001f468\u200d\U0001f469\u200d\U0001f467 gone \U0001f1ef\U0001f1f5",
    "surrogates": "550 \udcff\ud800 no",
    "line": "550 " + "x" * 10_000,
    "css": "550 url(https://example.org/x) @import 'y'; expression(1) javascript:alert(1)",
}
"""What a server may say to get out of its cell."""


def recipient(address: str | None = "joe@example.org", **fields: object) -> RecipientRow:
    """Make a recipient that failed for good."""
    domain = address.rpartition("@")[2] if address else None
    plain = {"action": "failed", "status": "5.1.1", "basis": "diagnostic", "reason": "bad-mailbox", "advice": "hard"}
    return RecipientRow(**{"address": address, "domain": domain, "confidence": "stated", **plain, **fields})  # type: ignore[arg-type] # the keys are those of the row


def row(*recipients: RecipientRow, when: datetime | None = NEW_YEAR, **fields: object) -> Row:
    """Make a failure."""
    return Row(**{"source": "a.eml", "kind": "failure", "date": when, "recipients": recipients, **fields})  # type: ignore[arg-type] # likewise


def hostile() -> Iterator[Row]:
    """Give rows with all that strangers put into diagnostics, addresses, domains, hosts, reasons and names."""
    for number, (name, text) in enumerate(HOSTILE.items()):
        short = text[:200]
        for reason, advice in (("bad-mailbox", "hard"), ("blocked", "block"), ("full", "soft")):
            one = recipient(
                f"{short}@{short}",
                domain=short,
                diagnostic=f"{text} {name}",
                reason=reason,
                advice=advice,
                provider=short,
            )
            hops = (HopRow(by=short, date=NEW_YEAR, delay_seconds=float(number)),)
            when = NEW_YEAR + timedelta(days=number)
            yield row(one, when=when, hops=hops, total_seconds=float(number))
        yield Row(error=text, source=short)
        yield Row(kind="feedback", feedback_type=short, feedback_reported_domain=short, feedback_source_ip=short)
        yield row(recipient(reason=short, advice=short, status=short, diagnostic=text), kind=short)


def genuine() -> Iterator[Row]:
    """Give the rows of what mail servers wrote."""
    for path in sorted([*OWN.glob("*.eml"), *(ROOT / "corpora" / "providers").rglob("*.eml")]):
        yield row_of(analyze(path.read_bytes(), want=("bounce", "trace"), source=path.name))
