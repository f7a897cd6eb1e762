"""GNU Mailman 3: the two functions that it takes from flufl.bounce, and its bounce runner with both and a ledger.

In mailman.cfg::

    [runner.bounces]
    class: mailkit.adapters.mailman.BounceRunner

Where every bounce is to be kept in a ledger as well, a section and a file of its own say so, for Mailman hands no
environment down to its runners::

    [plugin.mailkit]
    enabled: no
    configuration: /etc/mailman3/mailkit.cfg

    # /etc/mailman3/mailkit.cfg
    [mailkit]
    ledger: /var/lib/mailman3/bounces.db
    quarantine: /var/lib/mailman3/no-bounces

Sources: mailman 3.3.10 (mailman/runners/bounce.py, core/runner.py, bin/master.py) and flufl.bounce 6.0.0, run.
"""

from __future__ import annotations

import io
from collections.abc import Callable
from datetime import UTC, datetime
from email.generator import BytesGenerator
from email.message import Message
from email.policy import Compat32
from functools import cache
from pathlib import Path
from types import FunctionType
from typing import Any

from mailkit.bounce.classify import classify
from mailkit.bounce.result import Bounce
from mailkit.bounce.vocabularies import VOCABULARIES, name_of
from mailkit.lists import verp
from mailkit.message import parse
from mailkit.syntax.address import find_addresses

Failures = frozenset[bytes]
MAX_ADDRESS = 320
"""Characters of an address (RFC 5321 section 4.5.3.1); no member has more, and some databases take no more."""


def all_failures(msg: Message) -> tuple[Failures, Failures]:
    """Give the addresses that failed for now, and those that failed for good, as flufl.bounce does.

    For good: what is gone, and a final failure whose cause nobody tells. For now: delays, challenges, and failures
    that may heal or are the sender's, however final. Neither: answers of programs, receipts, complaints, deliveries.
    An address is the member's where the report tells who was written to, or where a return path names it. Letters are
    as the report has them; beyond ASCII they are UTF-8. Never raises on content.

    >>> import email
    >>> report = email.message_from_bytes(Path("corpora/mta/postfix-multi.eml").read_bytes())
    >>> sorted(all_failures(report)[1])
    [b'nosuchuser@local.test', b'userunknown@sink.test']
    """
    data = to_bytes(msg)
    bounce = classify(data, verp=verp.decode)
    found: dict[str, set[bytes]] = {"temporary": set(), "permanent": set()}
    if bounce.kind == "challenge":
        found["temporary"].update(_encoded(_challenger(bounce, data)))
    for recipient in bounce.recipients:
        if recipient.action in {"failed", "delayed"}:
            name = name_of(VOCABULARIES["mailman"], recipient)
            found[name].update(_encoded(recipient.original_address or recipient.address))
    return frozenset(found["temporary"] - found["permanent"]), frozenset(found["permanent"])


def scan_message(msg: Message) -> Failures:
    """Give the addresses that failed for good, as flufl.bounce does.

    >>> import email
    >>> scan_message(email.message_from_string("Subject: How are you?"))
    frozenset()
    """
    return all_failures(msg)[1]


def _challenger(bounce: Bounce, data: bytes) -> str | None:
    """Give who asks to confirm: the member of the return path, else the author."""
    told = next((one.detail for one in bounce.findings if one.code == "bounce.verp.member"), None)
    member = verp.decode(told) if told else None
    if member is not None:
        return member.recipient
    author = parse(data).root.header.get("from") or b""
    return next(iter(find_addresses(author.decode("utf-8", "replace"), 1)), None)


def _encoded(address: str | None) -> list[bytes]:
    """Give an address as bytes; nothing for what can be no member's, and would make a database fail."""
    if not address or len(address) > MAX_ADDRESS or "\0" in address:
        return []
    return [_raw(address)]


def to_bytes(msg: Message) -> bytes:
    """Write a message down again as it came; nothing where it holds what cannot be written, which no parser makes.

    `Message.as_bytes` folds fields anew, and raises for text beyond ASCII and for bare carriage returns in fields.
    """
    if not isinstance(msg, Message):
        what = f"mailkit.adapters.mailman reads an email.message.Message, not {type(msg).__name__}"
        raise TypeError(what)
    file = io.BytesIO()
    try:
        writer = _AsItCame(file, mangle_from_=False, policy=_Unfolded())
        writer.flatten(msg, unixfrom=msg.get_unixfrom() is not None)
    except Exception:  # noqa: BLE001 - parts that other programs made may be anything, and nest as deep as they like
        return b""
    return file.getvalue()


def _raw(text: str) -> bytes:
    """Undo how the email package keeps bytes beyond ASCII; other text is UTF-8."""
    try:
        return text.encode("utf-8", "surrogateescape")
    except UnicodeEncodeError:
        return text.encode("utf-8", "replace")


class _Unfolded(Compat32):
    """Fields are written as they are kept: lines, blanks and bytes."""

    verify_generated_headers = False

    def fold_binary(self, name: str, value: str) -> bytes:
        return _raw(f"{name}: {value}\n" if value else f"{name}:\n")


class _AsItCame(BytesGenerator):
    """Text is written byte for byte."""

    def write(self, s: str) -> None:
        self._fp.write(_raw(s))  # type: ignore[attr-defined] # as BytesGenerator does, which encodes as ASCII


@cache
def _bounce_runner() -> Any:  # noqa: ANN401 - a class of Mailman, which ships no types
    """Make the runner: Mailman's own, whose decision asks mailkit, after the ledger has the bounce."""
    from mailman.runners import bounce  # noqa: PLC0415 - Mailman is no dependency

    decide = bounce.BounceRunner._dispose  # noqa: SLF001 - the seam
    if all_failures.__name__ not in decide.__code__.co_names:
        what = "the bounce runner of this Mailman does not ask all_failures(); 3.3.10 does: leave its class as it was"
        raise ImportError(what)
    asking = FunctionType(decide.__code__, {**vars(bounce), all_failures.__name__: all_failures})

    class BounceRunner(bounce.BounceRunner):  # type: ignore[misc] # Mailman ships no types
        """Mailman's bounce runner, with mailkit in the place of flufl.bounce."""

        def __init__(self, name: str, slice: int | None = None) -> None:  # noqa: A002 - Mailman's name
            super().__init__(name, slice)
            self._record = _recorder()

        def _dispose(self, mlist: Any, msg: Message, msgdata: dict[str, object]) -> bool:  # noqa: ANN401
            if self._record is not None and mlist.process_bounces:
                # What it raises puts the mail into the shunt queue.
                self._record(mlist.posting_address, msg, msgdata.get("received_time"))
            return bool(asking(self, mlist, msg, msgdata))

    return BounceRunner


def _recorder() -> Callable[[str, Message, object], object] | None:
    """Give what writes a bounce of a list into the ledger that the configuration names; None where it names none."""
    from mailman.config import config  # noqa: PLC0415 - Mailman is no dependency
    from mailman.config.config import external_configuration  # noqa: PLC0415

    path = next((plugin["configuration"] for name, plugin in config.plugin_configs if name == "mailkit"), "").strip()
    if not path:
        return None
    from mailkit.ledger import Ledger  # noqa: PLC0415 - only for who keeps one
    from mailkit.ledger.intake import Intake  # noqa: PLC0415

    told = external_configuration(path)["mailkit"]
    ledger = Ledger(told["ledger"])
    quarantine = Path(told["quarantine"]) if "quarantine" in told else None

    def record(name: str, msg: Message, came: object) -> object:
        when = came.replace(tzinfo=UTC) if isinstance(came, datetime) else datetime.now(UTC)  # Mailman's are naive UTC
        intake = Intake(ledger, verp=verp.decode, list=name, quarantine=quarantine)
        return intake.take(to_bytes(msg), at=int(when.timestamp()))

    return record


def __getattr__(name: str) -> Any:  # noqa: ANN401 - of any module
    """Make the runner when Mailman asks for it."""
    if name == "BounceRunner":
        return _bounce_runner()
    what = f"module {__name__!r} has no attribute {name!r}"
    raise AttributeError(what)
