"""``mailkit schema``: the JSON Schema of an answer."""

from __future__ import annotations

import argparse
import importlib
import sys
from collections.abc import Iterator
from typing import Any, get_args, get_type_hints

import msgspec

DRAFT = "https://json-schema.org/draft/2020-12/schema"
ANSWERS = {
    "attachments": "attachments.AttachmentReport",
    "batch": "report.Report",
    "blocklist": "dns.blocklist.Listing",
    "classify": "bounce.result.Bounce",
    "dns": "dns.mx.MailHosts",
    "envelope": "envelope.Envelope",
    "health": "dns.blocklist.Health",
    "ingest": "adapters.result.Ingested",
    "inspect": "inspection.Inspection",
    "ledger": "ledger.scores.Standing",
    "reply": "bounce.logs.Attempt",
    "route": "dns.route.Route",
    "strip": "attachments.StripReport",
    "text": "text.TextReport",
    "trace": "trace.Trace",
}
"""Verb -> the type of its answers, below the package; health is `blocklist --health`."""


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
        **_described(msgspec.json.schema(answer), answer),
    }


def _described(schema: dict[str, Any], answer: type[msgspec.Struct]) -> dict[str, Any]:
    """Say of each key what its docstring says."""
    for kind in _structs(answer, set()):
        said = {name: text for base in reversed(kind.__mro__) for name, text in _docstrings(base).items()}
        properties = schema["$defs"][kind.__name__]["properties"]
        for field in msgspec.structs.fields(kind):
            if field.name in said:
                properties[field.encode_name]["description"] = said[field.name]
    return schema


def _structs(hint: object, seen: set[object]) -> Iterator[type[msgspec.Struct]]:
    """Give the structs that an annotation holds, each once."""
    if isinstance(hint, type) and issubclass(hint, msgspec.Struct) and hint not in seen:
        seen.add(hint)
        yield hint
        for inner in get_type_hints(hint).values():
            yield from _structs(inner, seen)
    for inner in get_args(hint):
        yield from _structs(inner, seen)


def _docstrings(kind: type) -> dict[str, str]:
    """Give the docstrings below the fields of a class, which only its source has."""
    import ast  # noqa: PLC0415 - only this verb reads source
    import inspect  # noqa: PLC0415 - likewise
    from itertools import pairwise  # noqa: PLC0415 - likewise

    if kind.__module__.partition(".")[0] != "mailkit":
        return {}
    (body,) = ast.parse(inspect.getsource(kind)).body
    assert isinstance(body, ast.ClassDef)
    return {
        field.target.id: " ".join(text.value.value.split()).replace("``", "`")
        for field, text in pairwise(body.body)
        if isinstance(field, ast.AnnAssign)
        and isinstance(field.target, ast.Name)
        and isinstance(text, ast.Expr)
        and isinstance(text.value, ast.Constant)
        and isinstance(text.value.value, str)
    }


def _answer(verb: str) -> type[msgspec.Struct]:
    """Give the type of a verb's answers; only its own module is loaded."""
    module, _, name = ANSWERS[verb].rpartition(".")
    found: type[msgspec.Struct] = getattr(importlib.import_module(f"mailkit.{module}"), name)
    return found
