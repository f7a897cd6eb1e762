"""Check the text of a message: every field and every part of type text, in the charset that it is in."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain

from mailkit.charsets import NAMES, Basis, codec_of, decode
from mailkit.charsets.codec import ISO2022_JP
from mailkit.findings import CODES, SEVERITIES, Finding, Severity
from mailkit.message import Message
from mailkit.part import Part
from mailkit.text.carriers import carrier_of
from mailkit.text.fields import crowded_fields, field_spots
from mailkit.text.look import agree, is_clean, spots_of
from mailkit.text.policies import RIGHT, require, severities
from mailkit.text.result import Policy, TextFinding, TextPart, TextReport
from mailkit.text.spots import Spot


def check(message: Message, policy: Policy) -> TextReport:
    """Do what `mailkit.text.check_text` says."""
    require(policy)
    gathered = _Gathered(policy, message)
    for part, sender in texts(message):
        gathered.add_fields(part, sender)
        if has_text(part):
            gathered.add_body(part, sender)
    return gathered.report()


def texts(message: Message) -> Iterator[tuple[Part, str | None]]:
    """Give every part, in order, with the carrier whose customer wrote the message that it is in, if any."""
    stack: list[tuple[Part, str | None]] = [(message.root, None)]
    while stack:
        part, sender = stack.pop()
        sender = _sender(part) if "from" in part.header else sender
        yield part, sender
        stack.extend((child, sender) for child in reversed(part.parts))


def has_text(part: Part) -> bool:
    """Say whether the body of a part is text that is to be read: of type text, and no attachment."""
    return part.content_type.maintype == "text" and not part.parts and not _is_attachment(part)


def _sender(part: Part) -> str | None:
    """Say whose customer wrote a message."""
    addresses = part.addresses("from")
    address = addresses.mailboxes[0].address if addresses and addresses.mailboxes else ""
    return carrier_of(address.rpartition("@")[2])


def _is_attachment(part: Part) -> bool:
    disposition = part.disposition
    return disposition is not None and disposition.type == "attachment"


class _Gathered:
    """What was found so far: as many findings as may be kept, and the count of all."""

    def __init__(self, policy: Policy, message: Message) -> None:
        self._policy = policy
        self._most = message.limits.finding_count
        self._findings: list[TextFinding] = []
        self._parts: list[TextPart] = []
        self._counts: dict[str, int] = {}
        self._worst = -1
        self._met = [found for found in message.findings if found.code.startswith("limit.")]
        self._full = False

    def add_fields(self, part: Part, sender: str | None) -> None:
        """Add what stands in the fields of a part."""
        for field in crowded_fields(part):
            self._meet("limit.encoded_word_count", field.offset)
        for field, codec, spot in field_spots(part, sender):
            if is_minded(spot, codec, self._policy):
                self._add(part, spot, severities(self._policy, codec), field.name.decode("latin-1"))

    def add_body(self, part: Part, sender: str | None) -> None:
        """Add what stands in the body of a part."""
        data = part.content()
        declared = part.charset
        codec, basis, spotless = read_as(data, declared or "")
        here = TextPart(
            part=part.path,
            type=part.type,
            encoding=part.encoding,
            declared=declared,
            charset=NAMES[codec],
            basis=basis,
            bytes=len(data),
        )
        self._parts.append(here)
        table = severities(self._policy, codec)
        spots = iter(()) if spotless else spots_of(data, codec, sender)
        for spot in chain(whole_spots(data, part, codec, basis, self._policy), spots):
            self._add(part, spot, table)

    def _add(self, part: Part, spot: Spot, table: dict[str, Severity], field: str | None = None) -> None:
        """Add one spot, where the policy minds it."""
        severity = table.get(spot.class_)
        if severity is None:
            return
        self._counts[spot.class_] = self._counts.get(spot.class_, 0) + 1
        self._worst = max(self._worst, SEVERITIES.index(severity))
        if len(self._findings) >= self._most:
            if not self._full:
                self._meet("limit.finding_count", part.start if field else part.body_start)
            self._full = True
            return
        self._findings.append(finding_of(part, spot, severity, field))

    def _meet(self, code: str, offset: int) -> None:
        """Note that a limit was met."""
        self._met.append(Finding(code=code, severity=CODES[code].severity, offset=offset, source=CODES[code].source))

    def report(self) -> TextReport:
        """Give the whole."""
        return TextReport(
            policy=self._policy,
            parts=tuple(self._parts),
            findings=tuple(self._findings),
            counts=dict(sorted(self._counts.items())),
            worst=SEVERITIES[self._worst] if self._worst >= 0 else None,
            limits=tuple(self._met),
            complete=not self._met,
        )


def is_minded(spot: Spot, codec: str, policy: Policy) -> bool:
    """Say whether a policy has something against a charset, or against what stands in it."""
    return spot.class_ != "charset-not-allowed" or codec not in RIGHT[policy]


def read_as(data: bytes, label: str) -> tuple[str, Basis, bool]:
    """Say in which codec a body is, how that is known, and whether it is known that it has no spots."""
    codec = codec_of(label)
    if codec and is_clean(data, codec):
        return "ascii" if data.isascii() and b"\x1b" not in data else codec, "declared", True
    if codec in ISO2022_JP and data.isascii() and b"\x1b" in data and b"\x1b$)C" not in data:
        return codec, "declared", False  # `decode` says the same, and decodes
    return *decode(data, label)[1:], False


def finding_of(part: Part, spot: Spot, severity: Severity, field: str | None = None) -> TextFinding:
    """Give a spot as a finding of a part's body, or of one of its fields."""
    return TextFinding(
        class_=spot.class_,
        severity=severity,
        part=part.path,
        field=field,
        line=spot.line,
        column=spot.column,
        offset=spot.start,
        length=spot.end - spot.start,
        text=spot.text,
        cell=spot.cell,
        suggestion=spot.suggestion,
        safe=spot.safe,
        also=spot.also,
        detail=spot.detail,
    )


def whole_spots(data: bytes, part: Part, codec: str, basis: Basis, policy: Policy) -> Iterator[Spot]:
    """Give what is to be said of a body as a whole: its charset, and bytes that its transfer encoding does not allow."""
    declared = codec_of(part.charset or "us-ascii")
    if not agree(declared, codec):
        said = f"declared {part.charset}" if part.charset else "no charset declared"
        yield Spot(0, 0, 1, 1, "declared-charset-mismatch", detail=f"{said}, found {NAMES[codec]} ({basis})")
    elif codec not in RIGHT[policy]:
        yield Spot(0, 0, 1, 1, "charset-not-allowed", detail=(declared == codec and part.charset) or NAMES[codec])
    if part.encoding in {"", "7bit"} and codec not in ISO2022_JP and not data.isascii():
        start = len(data) - len(data.lstrip(_SEVEN_BIT))
        line_start = data.rfind(b"\n", 0, start) + 1
        column = len(decode(data[line_start:start], part.charset or "")[0]) + 1
        high = len(data) - len(data.translate(None, _HIGH))
        yield Spot(start, start + 1, data.count(b"\n", 0, start) + 1, column, "8bit", detail=f"{high} bytes")


_SEVEN_BIT = bytes(range(128))
_HIGH = bytes(range(128, 256))
