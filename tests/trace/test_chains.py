"""Whole headers as providers, filters, lists and programs leave them: corpora/trace, with the facts that are in them."""

from __future__ import annotations

import json
from typing import Any

import pytest

from mailkit.syntax.widths import width_of
from mailkit.trace import trace
from mailkit.trace.picture import draw
from tests.strategies import ROOT

FOLDER = ROOT / "corpora" / "trace"
EXPECTED: dict[str, dict[str, Any]] = json.loads((FOLDER / "expected.json").read_text("utf-8"))


def test_every_message_has_a_row_and_the_other_way_round() -> None:
    assert sorted(EXPECTED) == sorted(path.name for path in FOLDER.glob("*.eml"))
    assert len(EXPECTED) > 45


@pytest.mark.parametrize("name", EXPECTED)
def test_a_chain(name: str) -> None:
    row = EXPECTED[name]
    found = trace((FOLDER / name).read_bytes())
    assert {
        "hops": [hop.kind for hop in found.hops],
        "delays": [hop.delay_seconds for hop in found.hops],
        "slowest": found.slowest,
        "loop": list(found.loop),
        "trust": [stated.trust for stated in found.authentication],
        "arc": [found.arc.instance, found.arc.cv] if found.arc else None,
        "findings": sorted({one.code for one in found.findings if one.severity != "info"}),
    } == {key: row[key] for key in row if key not in {"kind", "origins"}}
    origins = [(trusted, found.origin(trusted)) for trusted, _ in row["origins"]]
    assert [[trusted, origin and origin.ip] for trusted, origin in origins] == row["origins"]


@pytest.mark.parametrize("columns", [80, 120, 200])
def test_their_pictures_fit(columns: int) -> None:
    for name in EXPECTED:
        lines = draw(trace((FOLDER / name).read_bytes()), columns).partition("\n\n")[0].splitlines()
        assert max(map(width_of, lines)) <= columns, name
