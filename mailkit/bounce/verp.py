"""Which member a list's own envelope sender names (VERP): the address that a bounce comes back to tells for whom it was."""

from __future__ import annotations

import re

from mailkit.syntax.address import clean, find_addresses
from mailkit.syntax.fields import Header
from mailkit.syntax.params import decode_raw

_FIELDS = ("x-original-to", "delivered-to", "envelope-to", "to")
_FORMS = (
    re.compile(r"^[^@]{0,64}?bounce\+(?P<user>[^@=]{1,64})==a==(?P<host>[a-z0-9.\-]{1,255})==", re.IGNORECASE),
    re.compile(
        r"^[^@+]{1,64}?(?:\+|-return-\d{1,10}-)(?P<user>[^@=]{1,64})=(?P<host>[a-z0-9.\-]{1,255}\.[a-z0-9\-]{2,63})@",
        re.IGNORECASE,
    ),
)
"""``bounce+joe==a==example.com==rowing@`` of Sympa; ``rowing-bounces+joe=example.com@`` of Mailman and
``rowing-return-117-joe=example.com@`` of ezmlm and mlmmj, by their documentation."""


def verp_member(header: Header) -> str | None:
    r"""Give the member whom the address names that a bounce was sent to; None where it names none.

    >>> from mailkit import parse
    >>> verp_member(parse(b"To: rowing-bounces+joe=example.com@lists.example.org\r\n\r\n").header)
    'joe@example.com'
    """
    for name in _FIELDS:
        for address in find_addresses(decode_raw(header.get(name) or b""), 3):
            for form in _FORMS:
                match = form.match(address)
                if match:
                    return clean(f"{match['user']}@{match['host']}")
    return None
