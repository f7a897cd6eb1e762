"""The table of extensions: as the script makes it from the shared data, and as the names read it."""

from __future__ import annotations

import json
import runpy

import pytest

from mailkit.attachments import _extensions
from mailkit.attachments.codes import CODES
from mailkit.attachments.names import BY_CLASS, EXTENSIONS
from tests.strategies import ROOT, SHARED

DATA = SHARED.parent / "data" / "extensions.json"
SEVERITIES = {1: "info", 2: "suspicious", 3: "dangerous"}


@pytest.mark.skipif(not DATA.is_file(), reason="the shared data on extensions are not beside the project")
def test_the_module_is_fresh() -> None:
    table = json.loads(DATA.read_text("utf-8"))["extensions"]
    text = (ROOT / "mailkit" / "attachments" / "_extensions.py").read_text("utf-8")
    assert runpy.run_path(str(ROOT / ".ci" / "make_extensions.py"))["module"](table) == text


@pytest.mark.skipif(not DATA.is_file(), reason="the shared data on extensions are not beside the project")
def test_every_row_of_the_data_is_read_as_it_stands() -> None:
    made = runpy.run_path(str(ROOT / ".ci" / "make_extensions.py"))
    table = {**made["OURS"], **json.loads(DATA.read_text("utf-8"))["extensions"]}
    wanted = {one: (row["class"], SEVERITIES[row["severity"]], set(row["sources"])) for one, row in table.items()}
    for one in made["LOWERED"]:
        class_, severity, sources = wanted[one]
        assert severity == "dangerous"  # else it has nothing to do there
        wanted[one] = (class_, "suspicious", sources)
    assert {one: (row.class_, row.severity, set(row.sources)) for one, row in EXTENSIONS.items()} == wanted


def test_sources_and_codes_are_known() -> None:
    assert {word for row in EXTENSIONS.values() for word in row.sources} <= set(_extensions.SOURCES)
    assert set(BY_CLASS.values()) <= set(CODES)
    assert set(BY_CLASS) <= {row.class_ for row in EXTENSIONS.values()}
