"""Internationalised domains: A-labels and U-labels (RFC 5890 section 2.3.2.1, RFC 3492).

Characters are mapped as everyone does: lower case, NFKC, ideographic full stops are dots. What has no
other form stays as it is, so that nothing raises; labels are short, so that Punycode stays cheap.
"""

from __future__ import annotations

import unicodedata

MAX_LABEL = 63
"""Octets of a label (RFC 5890 section 2.3.2.1)."""
MAX_DOMAIN = 255
"""Characters of a domain that is converted (RFC 5321 section 4.5.3.1.2)."""


def to_ascii(domain: str) -> str:
    """Give a domain with A-labels, as DNS has it.

    >>> to_ascii("Bücher.example"), to_ascii("joe.example"), to_ascii("straße.example")
    ('xn--bcher-kva.example', 'joe.example', 'xn--strae-oqa.example')
    """
    if domain.isascii() or len(domain) > MAX_DOMAIN:
        return domain
    mapped = unicodedata.normalize("NFKC", domain.lower()).replace("\u3002", ".")
    labels = [_a_label(label) for label in mapped.split(".")] if len(mapped) <= MAX_DOMAIN else [None]
    return ".".join(label for label in labels if label is not None) if None not in labels else domain


def to_unicode(domain: str) -> str:
    """Give a domain with U-labels, as people read it.

    >>> to_unicode("xn--bcher-kva.example"), to_unicode("xn--a.example")
    ('bücher.example', 'xn--a.example')
    """
    if "xn--" not in domain.lower() or len(domain) > MAX_DOMAIN:
        return domain
    return ".".join([_u_label(label) for label in domain.split(".")])


def _a_label(label: str) -> str | None:
    """Encode one mapped label; None where it has no A-label."""
    if label.isascii():
        return label
    if (
        len(label) > MAX_LABEL
        or label.startswith("xn--")
        or any(char.isspace() or not char.isprintable() for char in label)
    ):
        return None
    found = "xn--" + label.encode("punycode").decode("ascii")
    return found if len(found) <= MAX_LABEL else None


def _u_label(label: str) -> str:
    """Decode one label; only what comes back to the same A-label is taken (RFC 5891 section 5.4)."""
    lower = label.lower()
    if not lower.startswith("xn--") or len(label) > MAX_LABEL or not label.isascii():
        return label
    try:
        found = lower[4:].encode("ascii").decode("punycode")
        same = to_ascii(found) == lower
    except ValueError:
        return label
    return found if same else label
