"""How grave each class of finding is: the policies, as tables."""

from __future__ import annotations

from mailkit.charsets.codec import ISO2022_JP, JAPANESE
from mailkit.findings import Severity
from mailkit.text.result import Policy

_FAULTS = (
    *("odd-bytes", "cut-escape", "undecodable", "declared-charset-mismatch", "undefined-cell", "gaiji", "noncharacter"),
    *("emoji-docomo", "emoji-au", "emoji-softbank", "8bit"),
)
"""What no reader can be sure to read, whatever is right otherwise."""
_OUTSIDE = (
    *("kana-halfwidth", "nec-row13", "nec-ibm", "ibm-ext", "jisx0212", "jisx0213", "compat-symbol", "emoji"),
    *("not-in-jisx0208", "variation-selector", "decomposed-kana", "invisible", "control"),
)
"""What JIS X 0208 does not have."""
_SHIFTS = ("wrong-escape", "extra-escape", "other-iso2022", "line-not-ascii", "end-not-ascii", "split-character")

_WORTH_KNOWING = (
    *("mapping-variant", "kana-halfwidth", "variation-selector", "nec-row13", "nec-ibm", "ibm-ext", "empty-segment"),
    *("jisx0201-roman", "jis78-undefined", "jis78-swap", "charset-not-allowed"),
)

_STRICT: dict[str, Severity] = {
    **dict.fromkeys((*_FAULTS, *_OUTSIDE, *_SHIFTS, "empty-segment", "raw-header", "charset-not-allowed"), "error"),
    **dict.fromkeys(("mapping-variant", "jisx0201-roman", "jis78-undefined"), "warning"),
    "jis78-swap": "info",
}
_MODERN: dict[str, Severity] = {
    **dict.fromkeys(_FAULTS, "error"),
    **dict.fromkeys((*_SHIFTS, "raw-header", "decomposed-kana", "control"), "warning"),
    **dict.fromkeys(_WORTH_KNOWING, "info"),
}
"""Of a character that the charset has; a class that is not here is no finding: UTF-8 may hold what it likes."""
_MODERN_JIS: dict[str, Severity] = {
    **_MODERN,
    **dict.fromkeys(("kana-halfwidth", "nec-row13", "nec-ibm", "ibm-ext", "jisx0212", "jisx0213"), "warning"),
}
"""The same in ISO-2022-JP, which has none of them: strict decoders refuse the text."""
_JAPANESE_ONLY = frozenset(
    {"mapping-variant", "kana-halfwidth", "variation-selector", "nec-row13", "nec-ibm", "ibm-ext", "decomposed-kana"}
)
_MODERN_ELSEWHERE = {class_: severity for class_, severity in _MODERN.items() if class_ not in _JAPANESE_ONLY}
"""The same in charsets of other countries, which have some of these characters, and nobody to mind them."""
POLICIES: tuple[Policy, ...] = ("modern", "strict-jp-2001")
RIGHT: dict[Policy, frozenset[str]] = {
    "modern": frozenset({"ascii", "utf-8", "iso2022_jp", "iso2022_jp_ms"}),
    "strict-jp-2001": frozenset({"ascii", "iso2022_jp", "iso2022_jp_ms"}),
}
"""The codecs that a policy wants."""


def require(policy: str) -> None:
    """Raise ValueError for a policy that there is not."""
    if policy not in POLICIES:
        known = ", ".join(POLICIES)
        fault = f"there is no policy {policy!r}; there are {known}"
        raise ValueError(fault)


def severities(policy: Policy, codec: str) -> dict[str, Severity]:
    """Give class -> severity for text in a charset; a class that is not there is no finding.

    >>> severities("modern", "iso2022_jp")["nec-row13"], severities("modern", "utf-8")["nec-row13"]
    ('warning', 'info')
    """
    if policy == "strict-jp-2001":
        return _STRICT
    if codec in ISO2022_JP:
        return _MODERN_JIS
    return _MODERN if codec in JAPANESE or codec.startswith(("utf", "euc_jis", "shift_jis")) else _MODERN_ELSEWHERE
