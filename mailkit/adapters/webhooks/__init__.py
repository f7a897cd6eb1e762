"""Webhooks of mail providers: what they post, as the answers of `classify`, and as events of a ledger.

    body -> read_events -> Told (Bounce, id, time, list, tags) -> ledger_events -> Event

>>> from mailkit.adapters.webhooks import read_events
>>> body = b'[{"event": "bounce", "email": "joe@example.org", "reason": "550 5.1.1 no such user", "sg_event_id": "e1"}]'
>>> for told in read_events("sendgrid", body):
...     told.id, told.bounce.recipients[0].reason, told.bounce.recipients[0].advice
('e1', 'bad-mailbox', 'hard')

The SMTP text decides; the provider's own class does only where the text says nothing. No URL is ever fetched.
"""

from mailkit.adapters.webhooks.front import PROVIDERS, convert, read_events
from mailkit.adapters.webhooks.signatures import Signed, check_mailgun, check_sendgrid, check_sns, sns_certificate_url
from mailkit.adapters.webhooks.told import LIST_KEYS, Told, ledger_events

__all__ = [
    "LIST_KEYS",
    "PROVIDERS",
    "Signed",
    "Told",
    "check_mailgun",
    "check_sendgrid",
    "check_sns",
    "convert",
    "ledger_events",
    "read_events",
    "sns_certificate_url",
]
