"""``mailkit schema``: the JSON Schema of an answer."""

from __future__ import annotations

import argparse
import sys

import msgspec

from mailkit.bounce.result import Bounce


def add(verbs: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Declare the verb."""
    parser = verbs.add_parser(
        "schema",
        help="print the JSON Schema of an answer",
        description="Print the JSON Schema (2020-12) of one answer of classify.",
    )
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Print the schema."""
    del args
    sys.stdout.write(msgspec.json.format(msgspec.json.encode(msgspec.json.schema(Bounce)), indent=2).decode() + "\n")
    return 0
