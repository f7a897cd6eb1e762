"""``mailkit schema``: the JSON Schema of an answer."""

from __future__ import annotations

import argparse
import sys
from typing import Any

import msgspec

from mailkit.bounce.result import Bounce

DRAFT = "https://json-schema.org/draft/2020-12/schema"
ANSWERS = ("classify", "envelope", "inspect", "reply")


def add(verbs: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Declare the verb."""
    parser = verbs.add_parser(
        "schema",
        help="print the JSON Schema of an answer",
        description="Print the JSON Schema (2020-12) of one answer of a verb. Answers may get new keys within a "
        "version; a key that goes or changes its meaning makes a new one.",
    )
    parser.add_argument("verb", nargs="?", choices=ANSWERS, default="classify", help="default: classify")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Print the schema."""
    sys.stdout.write(msgspec.json.format(msgspec.json.encode(schema_of(args.verb)), indent=2).decode() + "\n")
    return 0


def schema_of(verb: str) -> dict[str, Any]:
    """Give the JSON Schema of one answer of a verb, with its title and version."""
    answer = _answer(verb)
    version = next((field.default for field in msgspec.structs.fields(answer) if field.name == "v"), 1)
    return {
        "$schema": DRAFT,
        "$id": f"urn:mailkit:{verb}:{version}",
        "title": f"An answer of mailkit {verb}, version {version}",
        **msgspec.json.schema(answer),
    }


def _answer(verb: str) -> type[msgspec.Struct]:
    """Give the type of a verb's answers."""
    if verb == "envelope":
        from mailkit.envelope import Envelope  # noqa: PLC0415 - other schemas do without

        return Envelope
    if verb == "inspect":
        from mailkit.inspection import Inspection  # noqa: PLC0415 - likewise

        return Inspection
    if verb == "reply":
        from mailkit.bounce.logs import Attempt  # noqa: PLC0415 - likewise

        return Attempt
    return Bounce
