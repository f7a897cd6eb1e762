"""Addresses: what stands in address fields, in reports and in the text of notices.

Real recipients break the grammar of RFC 5321 section 4.1.2 (``a..b.@docomo.ne.jp``), so what counts
here is what MTAs print: something, an at sign, a domain.
"""

from __future__ import annotations

import re

_NOT = r"\s<>\"'()\[\],;:@\u3000-\u3003\u3008-\u3011\uff08\uff09\uff1a\uff1b\uff1c\uff1e\uff0c\uff02"
_NOT_INSIDE = _NOT.replace("'", "")
# An apostrophe is a letter of an address (o'brien@example.org), but not its first: there it quotes the whole.
ADDRESS = (
    rf"(?:(?<![^{_NOT}])[^{_NOT}][^{_NOT_INSIDE}]{{0,127}}+|\"(?:[^\"\\\r\n]|\\.){{1,128}}\")"
    rf"@(?:[^{_NOT}=?!*]{{1,255}}+|\[[0-9A-Fa-f.:IPv]{{3,60}}\])"
)
"""What an address looks like in running text, as a pattern without groups."""

MAX_CHARS = 2_000
"""Characters of a text in which one address is looked for."""
_ADDRESS = re.compile(ADDRESS)
_ANGLE = re.compile(r"<([^<>\s]*@[^<>\s]+|\"[^\"<>]{1,128}\"@[^<>\s]+)>")
_SPACED = re.compile(r"<\s*([^<>]{1,320}@[^<>]{1,255}?)\s*>")
_TYPED = re.compile(r"\s*([A-Za-z0-9\-]{1,40})\s*;\s*(.*)", re.DOTALL)
# What follows an ASCII domain without a blank, in a script that has none: joe@example.jp様
_ASCII_DOMAIN = re.compile(r"(@[A-Za-z0-9.\-]{1,253}\.[A-Za-z]{2,24})[^\x00-\x7f].*", re.DOTALL)
_XTEXT = re.compile(r"\+([0-9A-F]{2})")
_UTF8_XTEXT = re.compile(r"\\x\{([0-9A-Fa-f]{2,6})\}")
_X400_SMTP = re.compile(r"IMCEA(?:EX|SMTP|INVALID)-(\S{1,512})@", re.IGNORECASE)


def clean(text: str) -> str | None:
    """Give the address that a text holds, without brackets, route, quotes around the whole, or junk behind.

    >>> clean("<@a.example,@b.example:joe@c.example>"), clean("rfc822; none")
    ('joe@c.example', None)
    """
    text = text[:MAX_CHARS].strip().strip("\0")
    if "@" not in text:
        return None
    match = _ANGLE.search(text) or _SPACED.search(text)
    if match:
        text = match[1]
    if text.startswith("@") and ":" in text:  # a source route (RFC 5321 appendix C)
        text = text.rpartition(":")[2]
    text = text.removeprefix("mailto:").removeprefix("MAILTO:")
    found = _ADDRESS.search(text)
    if not found:
        return None
    address = _ASCII_DOMAIN.sub(r"\1", found[0])
    return address if address.endswith("]") and "@[" in address else address.rstrip(".>,;:)]}'\"") or None


def typed_address(value: str) -> tuple[str, str]:
    """Read ``rfc822; joe@example.org`` into type and address (RFC 3464 section 2.3.1, RFC 6533 section 3).

    Without a type, rfc822 is taken. The address is as clean as it can be made; where there is none,
    the text itself is given.
    """
    match = _TYPED.match(value)
    kind, text = (match[1].lower(), match[2]) if match else ("rfc822", value)
    text = text.strip()
    if kind == "utf-8":
        text = _UTF8_XTEXT.sub(lambda m: _character(m[1]), text)
    inner = _TYPED.match(text) if kind == "rfc822" and ";" in text else None
    if inner and inner[1].lower() == "rfc822":  # written twice: rfc822;rfc822;joe@example.org
        text = inner[2]
    return kind, clean(text) or text.strip("<> ")


def xtext(text: str) -> str:
    """Undo xtext, as an ORCPT has it (RFC 3461 section 4)."""
    return _XTEXT.sub(lambda m: chr(int(m[1], 16)), text) if "+" in text else text


def find_addresses(text: str, limit: int = 100) -> list[str]:
    """Give the distinct addresses of a text, in order, at most `limit`."""
    if "@" not in text:
        return []
    found: dict[str, None] = {}
    for match in _ADDRESS.finditer(text):
        address = clean(match[0])
        if address:
            found[address] = None
            if len(found) >= limit:
                break
    return list(found)


def domain_of(address: str | None) -> str:
    """Give the domain of an address in lower case; empty where there is none."""
    return (address or "").rpartition("@")[2].lower()


def unwrap_encapsulated(address: str) -> str:
    """Undo IMCEA encapsulation where an SMTP address is inside (IMCEASMTP-joe+40example+2Eorg@gateway).

    >>> unwrap_encapsulated("IMCEASMTP-joe+40example+2Eorg@gw.example")
    'joe@example.org'
    """
    match = _X400_SMTP.match(address)
    if not match:
        return address
    inner = clean(_XTEXT.sub(lambda m: chr(int(m[1], 16)), match[1]))
    return inner or address


def _character(digits: str) -> str:
    number = int(digits, 16)
    return chr(number) if number < 0x110000 and not 0xD800 <= number < 0xE000 else "\ufffd"
