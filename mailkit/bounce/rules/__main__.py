"""Check the rule files and pack them: ``python -m mailkit.bounce.rules``."""

from __future__ import annotations

import sys
from pathlib import Path

import msgspec

from mailkit.bounce.lint import lint
from mailkit.bounce.matcher import Rule, read_rules

HERE = Path(__file__).parent


def pack() -> tuple[bytes, list[str]]:
    """Read every file in order; give the packed rules and what is wrong with them."""
    rules: list[Rule] = []
    for path in sorted(HERE.glob("*.toml")):
        rules.extend(read_rules(path))
    faults = [str(fault) for fault in lint(rules, HERE.name)]
    rows = [msgspec.json.encode(rule) for rule in rules]
    return b"[\n" + b",\n".join(rows) + b"\n]\n", faults


def main() -> int:
    """Write rules.json; exit 1 where a rule is wrong."""
    packed, faults = pack()
    for fault in faults:
        print(fault, file=sys.stderr)  # noqa: T201
    if not faults:
        (HERE / "rules.json").write_bytes(packed)
        print(f"{len(packed.splitlines()) - 2} rules packed")  # noqa: T201
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
