"""KumoMTA's log records: an object a line.

Source: KumoMTA's documentation, "Log Record Format" (docs.kumomta.com/reference/log_record/).
"""

from __future__ import annotations

import re

from mailkit.bounce.logs.attempt import Outcome, Told
from mailkit.bounce.logs.clock import Clock
from mailkit.bounce.logs.head import Head
from mailkit.bounce.logs.memory import Memory

OUTCOMES: dict[str, Outcome] = {
    "Delivery": "sent",
    "Bounce": "bounced",
    "TransientFailure": "deferred",
    "Expiration": "expired",
    "AdminBounce": "bounced",
    "OOB": "bounced",
    "Rejection": "rejected",
    "Feedback": "complained",
}
"""Type -> outcome; Reception, Delayed and the Rebinds are no attempts."""
OWN_CODES = frozenset({"AdminBounce", "Expiration"})
"""Types whose reply code is KumoMTA's own 551, and not a server's that names another address."""
MAX_RECIPIENTS = 1_000
"""Recipients of one record."""
_ADDRESS = re.compile(r"\[?(?P<ip>[\da-fA-F:]{2,39}(?=\]:|\]$)|[\d.]{7,15}(?=:\d|$)|[\da-fA-F:.]{2,45}$)", re.ASCII)


def fits_value(value: dict[str, object]) -> bool:
    """Say whether an object is a record of KumoMTA."""
    return value.get("type") in OUTCOMES and "recipient" in value


def read(head: Head, memory: Memory) -> list[Told]:
    """Read one record."""
    del memory  # every record tells all
    value = head.value or {}
    outcome = OUTCOMES.get(_text(value, "type"))
    if outcome is None:
        return []
    response, peer = _object(value, "response"), _object(value, "peer_address")
    reply = _reply(response)
    said = _text(response, "content") if value.get("type") in OWN_CODES else reply
    command = _text(response, "command")
    stamp = _time(value, "event_time", "timestamp")
    begun, done = Clock().read(_time(value, "created_time", "created")), Clock().read(stamp)
    recipients = value.get("recipient")
    rows = recipients if isinstance(recipients, list) else [recipients]
    return [
        Told(
            outcome=outcome,
            final=_text(value, "delivery_protocol").upper() in {"LMTP", "MAILDIR"},
            stamp=stamp,
            queue_id=_text(value, "id") or None,
            sender=_text(value, "sender") if isinstance(value.get("sender"), str) else None,
            recipient=row if isinstance(row, str) and row else None,
            relay=_text(peer, "name").rstrip(".") or None,
            relay_ip=_ip(_text(peer, "addr")),
            text=f"{said} (in reply to {command})" if command and outcome != "sent" else said,
            reply=reply,
            dsn=_enhanced(response),
            delay_seconds=max(0.0, (done - begun).total_seconds()) if begun and done else None,
        )
        for row in rows[:MAX_RECIPIENTS]
    ]


def _text(value: dict[str, object], key: str) -> str:
    found = value.get(key)
    return found if isinstance(found, str) else ""


def _object(value: dict[str, object], key: str) -> dict[str, object]:
    found = value.get(key)
    return found if isinstance(found, dict) else {}


def _time(value: dict[str, object], exact: str, seconds: str) -> str:
    """Give a time as text: newer records have it to the microsecond, all have it in seconds."""
    found = value.get(seconds)
    return _text(value, exact) or (str(found) if isinstance(found, int | str) else "")


def _enhanced(response: dict[str, object]) -> str | None:
    code = _object(response, "enhanced_code")
    numbers = [code.get(part) for part in ("class", "subject", "detail")]
    return ".".join(map(str, numbers)) if all(isinstance(one, int) for one in numbers) else None


def _reply(response: dict[str, object]) -> str:
    """Put the reply together again: code, enhanced code, words."""
    code = response.get("code")
    words = [str(code) if isinstance(code, int) and code else "", _enhanced(response) or "", _text(response, "content")]
    return " ".join(word for word in words if word)


def _ip(text: str) -> str | None:
    """Give the address of ``192.0.2.1:25`` and ``[2001:db8::1]:25``."""
    match = _ADDRESS.match(text)
    return match["ip"] if match else None
