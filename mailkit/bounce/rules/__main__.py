"""Check the rule files and pack them: ``python -m mailkit.bounce.rules``."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from pathlib import Path

import msgspec

from mailkit.bounce.lint import lint
from mailkit.bounce.matcher import Rule, read_rules, words_of

HERE = Path(__file__).parent


def pack() -> tuple[dict[str, bytes], list[str]]:
    """Read every file in order; give the packed files by name, and what is wrong with the rules."""
    rules: list[Rule] = []
    for path in sorted(HERE.glob("*.toml")):
        rules.extend(read_rules(path))
    faults = [str(fault) for fault in lint(rules, HERE.name)]
    return {"rules.json": _packed(rules), "words.json": _packed([] if faults else words_of(rules))}, faults


def _packed(rows: Iterable[object]) -> bytes:
    return b"[\n" + b",\n".join(map(msgspec.json.encode, rows)) + b"\n]\n"


def main() -> int:
    """Write the packed files; exit 1 where a rule is wrong."""
    packed, faults = pack()
    for fault in faults:
        print(fault, file=sys.stderr)  # noqa: T201
    if not faults:
        for name, data in packed.items():
            (HERE / name).write_bytes(data)
        print(f"{len(packed['rules.json'].splitlines()) - 2} rules packed")  # noqa: T201
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
