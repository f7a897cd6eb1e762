"""What points a bounce has and what follows from them: data, so that a change of mind needs no change of the ledger.

A file holds one table of numbers; what it leaves out is as the preset of its first line has it::

    preset = "list"
    threshold = 3.0
    stale_days = 14
"""

from __future__ import annotations

import msgspec

from mailkit.errors import RuleError

MOST_DAYS = 36_500


class Policy(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How events become a decision. What is guessed, blocks, delays and auto-replies have no points in any policy.

    >>> Policy(threshold=3.0).hard
    1.0
    """

    hard: float = 1.0
    """Points of a day with a failure for good: no such mailbox or domain, moved, closed."""
    soft: float = 0.25
    """Points of a day with a failure that may heal, and none for good."""
    threshold: float = 5.0
    """With so many points an address is probed or suppressed."""
    stale_days: int = 7
    """After more days than these without a failure the points are gone; 0: never."""
    erosion: float = 0.0
    """What a day with a delivery and no failure takes off."""
    probe_days: int = 0
    """How long a failure of the probe is waited for; 0: suppressed without one."""
    hard_days: int = 0
    """How long an address stays suppressed that failed for good; 0: until somebody releases it."""
    soft_days: int = 0
    """The same where no failure was for good."""
    warnings: int = 0
    """How often a suppressed member is told before the membership ends; 0: never told, never ended."""
    warning_days: int = 7
    """Days from one telling to the next, and from the last to the end."""

    def __post_init__(self) -> None:
        """Refuse what would suppress everybody or nobody."""
        wrong = _fault(self)
        if wrong:
            raise ValueError(wrong)


def _fault(policy: Policy) -> str:
    """Say what of a policy makes no sense; nothing where all does."""
    for name in Policy.__struct_fields__:
        value = getattr(policy, name)
        if not 0 <= value <= MOST_DAYS:  # also true of what is no number
            return f"{name} = {value}: give a number from 0 to {MOST_DAYS}"
    if policy.threshold == 0:
        return "threshold = 0 would suppress every address: give more than 0"
    return ""


PRESETS: dict[str, Policy] = {
    "list": Policy(warnings=3),
    "esp": Policy(threshold=1.0, stale_days=30, erosion=0.25, soft_days=14),
}
"""list: as Mailman 3.3 has it by default (a point a day, five of them, seven days, three warnings), and a quarter for
what may heal. esp: the first failure for good suppresses, four days of others do for a fortnight."""


def parse_policy(text: str, file: str = "<policy>") -> Policy:
    r"""Read a policy from TOML.

    >>> parse_policy('preset = "list"\nthreshold = 3').threshold
    3.0

    Raises RuleError, naming the file, the key and the cure, for what is none.
    """
    import tomllib  # noqa: PLC0415 - only for who has a file

    try:
        rows = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise RuleError(file, "", f"it is no TOML: {error}", "key") from None
    preset = rows.pop("preset", "list")
    if preset not in PRESETS:
        raise RuleError(file, "preset", f"{preset!r} is unknown; give one of {', '.join(PRESETS)}", "key")
    unknown = next((key for key in rows if key not in Policy.__struct_fields__), None)
    if unknown is not None:
        known = ", ".join(("preset", *Policy.__struct_fields__))
        raise RuleError(file, unknown, f"it is unknown; give one of {known}", "key")
    try:
        return msgspec.convert({**msgspec.to_builtins(PRESETS[preset]), **rows}, Policy)
    except msgspec.ValidationError as error:
        raise RuleError(file, "", str(error), "key") from None
