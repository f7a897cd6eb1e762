"""Name what the sink stored and write the manifest: MTA, case, and the reply that the sink gave.

    collect.py --mta postfix --store /srv/foundry/store-postfix --into corpora/mta

A message becomes MTA-CASE.eml, the second of its case MTA-CASE.2.eml; the bytes stay as they arrived. The
case is read from the envelope recipient that the sink noted, not from the mail. A file that is there already
is an error, found before anything is written.
"""

from __future__ import annotations

import argparse
import collections
import email
import json
import re
import sys
from dataclasses import dataclass
from pathlib import Path

from cases import TABLE, Case, case_of, read_cases

Row = dict[str, str]


@dataclass(frozen=True, slots=True)
class Found:
    """One bounce with its name."""

    name: str
    key: str
    raw: bytes
    row: Row


def collect(store: Path, mta: str, table: Path) -> list[Found]:
    """Name the messages of one MTA, in the order in which they came."""
    cases = read_cases(table)
    seen: collections.Counter[str] = collections.Counter()
    found = []
    for line in (store / "arrivals.jsonl").read_text("utf-8").splitlines():
        arrival = json.loads(line)
        raw = (store / arrival["file"]).read_bytes()
        name = case_of(arrival["recipients"][0])
        seen[name] += 1
        stem = name if seen[name] == 1 else f"{name}.{seen[name]}"
        row = describe(mta, name, raw, cases.get(name))
        found.append(Found(f"{mta}-{stem}.eml", f"generated/{mta}/{stem}.eml", raw, row))
    return found


def describe(mta: str, name: str, raw: bytes, case: Case | None) -> Row:
    """Write the manifest's row of a message."""
    return {
        "mta": mta,
        "case": name,
        "stage": case.stage if case else "",
        "reply": "\r\n".join(case.reply) if case else "",
        "subject": str(email.message_from_bytes(raw).get("subject", "")),
    }


def main() -> int:
    """Collect one store into a folder."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--mta", required=True)
    parser.add_argument("--store", type=Path, required=True, help="the sink's folder")
    parser.add_argument("--into", type=Path, required=True, help="folder of the messages and manifest.json")
    parser.add_argument("--table", type=Path, default=TABLE, help="the cases (default: cases.toml)")
    args = parser.parse_args()
    if not re.fullmatch(r"[a-z][a-z0-9]*", args.mta):
        parser.error("--mta is small letters and digits: it becomes a part of file names")
    args.into.mkdir(parents=True, exist_ok=True)
    manifest_path = args.into / "manifest.json"
    manifest: dict[str, Row] = json.loads(manifest_path.read_text("utf-8")) if manifest_path.exists() else {}
    found = collect(args.store, args.mta, args.table)
    there = [one.name for one in found if one.key in manifest or (args.into / one.name).exists()]
    if there:
        print(f"there already, nothing written: {', '.join(there)}", file=sys.stderr)
        return 1
    for one in found:
        (args.into / one.name).write_bytes(one.raw)
        manifest[one.key] = one.row
    manifest_path.write_text(json.dumps(manifest, indent=1, ensure_ascii=False), "utf-8", newline="\n")
    print(f"{len(found)} messages of {args.mta}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
