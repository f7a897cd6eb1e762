"""`mailkit schema` and the command as a whole: answers fit the schema, verbs have help and are documented."""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterator
from typing import Any

import msgspec
import pytest

from mailkit import classify
from mailkit.cli import _parser, main
from mailkit.cli.schema import schema_of
from tests.strategies import OWN, ROOT, mails, shared

TYPES: dict[str, type | tuple[type, ...]] = {
    "object": dict,
    "array": list,
    "string": str,
    "integer": int,
    "number": (int, float),
    "boolean": bool,
    "null": type(None),
}


def faults(value: object, schema: dict[str, Any], root: dict[str, Any], where: str = "$") -> Iterator[str]:
    """Say where a value does not fit: the part of JSON Schema that msgspec writes."""
    if "$ref" in schema:
        schema = root["$defs"][schema["$ref"].removeprefix("#/$defs/")]
    if "anyOf" in schema:
        if all(any(faults(value, one, root, where)) for one in schema["anyOf"]):
            yield f"{where} is none of {schema['anyOf']}"
        return
    kind = schema.get("type")
    if kind and (not isinstance(value, TYPES[kind]) or (kind == "integer" and isinstance(value, bool))):
        yield f"{where} is no {kind}: {value!r}"
        return
    if "enum" in schema and value not in schema["enum"]:
        yield f"{where} is none of {schema['enum']}: {value!r}"
    if isinstance(value, dict):
        yield from (f"{where} lacks {name}" for name in schema.get("required", ()) if name not in value)
        known = schema.get("properties", {})
        yield from (f"{where} has {name}, which is unknown" for name in value if name not in known)
        for name in value.keys() & known.keys():
            yield from faults(value[name], known[name], root, f"{where}.{name}")
    if isinstance(value, list):
        for number, item in enumerate(value):
            yield from faults(item, schema.get("items", {}), root, f"{where}[{number}]")


@pytest.fixture
def schema(capsys: pytest.CaptureFixture[str]) -> dict[str, Any]:
    """Give what the verb prints."""
    assert main(["schema"]) == 0
    value: dict[str, Any] = json.loads(capsys.readouterr().out)
    return value


@pytest.mark.parametrize("verb", ["attachments", "classify", "reply", "blocklist", "health", "strip"])
def test_every_key_is_described(verb: str) -> None:
    kinds = schema_of(verb)["$defs"].items()
    silent = [
        f"{name}.{key}"
        for name, kind in kinds
        for key, value in kind["properties"].items()
        if "description" not in value
    ]
    assert silent == []


def test_a_description_is_the_docstring_of_its_own_key() -> None:
    original = schema_of("classify")["$defs"]["Original"]["properties"]
    assert original["from"]["description"] == "Its From, as written, decoded."


def test_the_keys_of_the_contract(schema: dict[str, Any]) -> None:
    known = {name: set(row["properties"]) for name, row in schema["$defs"].items()}
    assert known["Bounce"] == {
        *("v", "source", "kind", "dialect", "reporting_mta", "arrival_date", "original", "recipients"),
        *("feedback", "findings", "complete", "why"),
    }
    assert known["Original"] == {"message_id", "from", "subject", "list_id", "envelope_id"}
    assert known["Evidence"] == {"what", "offset", "length"}
    assert known["Recipient"] >= {
        *("address", "original_address", "action", "status", "reported_status", "basis", "reason", "advice"),
        *("confidence", "reply", "stage", "diagnostic", "remote_mta", "retry_until", "rule", "evidence"),
    }
    assert known["Feedback"] >= {"type", "user_agent", "source_ip"}


@pytest.mark.parametrize("corpus", ["ours", "sisimai-public", "flufl-public", "mime-public"])
@pytest.mark.parametrize("explain", [False, True], ids=["plain", "explained"])
def test_answers_fit(schema: dict[str, Any], corpus: str, *, explain: bool) -> None:
    for path in mails(OWN if corpus == "ours" else shared(corpus)):
        answer = json.loads(msgspec.json.encode(classify(path.read_bytes(), source=str(path), explain=explain)))
        assert list(faults(answer, schema, schema)) == [], path


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        pytest.param({"kind": "nonsense"}, "$.kind", id="no kind"),
        pytest.param({"v": "1"}, "$.v", id="no integer"),
        pytest.param({"more": 1}, "more", id="unknown key"),
        pytest.param({"recipients": [{}]}, "$.recipients[0] lacks", id="a key is missing"),
        pytest.param({"complete": 1}, "$.complete", id="no boolean"),
    ],
)
def test_the_check_sees_faults(schema: dict[str, Any], change: dict[str, Any], fault: str) -> None:
    answer = json.loads(msgspec.json.encode(classify(b"Subject: hi\n\nhello\n")))
    assert list(faults(answer, schema, schema)) == []
    assert any(fault in found for found in faults({**answer, **change}, schema, schema))


@pytest.mark.parametrize(
    ("verb", "kind"),
    [
        ("classify", "Bounce"),
        ("envelope", "Envelope"),
        ("inspect", "Inspection"),
        ("reply", "Attempt"),
        ("blocklist", "Listing"),
        ("health", "Health"),
    ],
)
def test_each_kind_of_answer_has_a_schema(verb: str, kind: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["schema", verb]) == 0
    value = json.loads(capsys.readouterr().out)
    assert value["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    assert value["$id"] == f"urn:mailkit:{verb}:1"
    assert verb in value["title"]
    assert value["$ref"] == f"#/$defs/{kind}"


def test_answers_to_replies_fit_theirs(capsys: pytest.CaptureFixture[str]) -> None:
    root = schema_of("reply")
    assert main(["reply", "--explain", "--format", "jsonl", "550 5.1.1 User unknown", "452 4.2.2 quota"]) == 0
    for line in capsys.readouterr().out.splitlines():
        assert list(faults(json.loads(line), root, root)) == []


@pytest.mark.parametrize("verb", ["envelope", "inspect"])
def test_other_answers_fit_theirs(verb: str, capsys: pytest.CaptureFixture[str]) -> None:
    root = schema_of(verb)
    for path in mails(OWN)[:20]:
        assert main([verb, "--format", "jsonl", str(path)]) == 0
        answer = json.loads(capsys.readouterr().out)
        assert answer["source"] == str(path)
        assert list(faults(answer, root, root)) == [], path


def verbs() -> dict[str, argparse.ArgumentParser]:
    """Give every verb with its parser."""
    action = next(one for one in _parser()._actions if isinstance(one, argparse._SubParsersAction))
    assert {"classify", "explain", "schema"} <= set(action.choices)
    return dict(action.choices)


@pytest.mark.parametrize("verb", verbs())
def test_every_verb_has_help(verb: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as stopped:
        main([verb, "--help"])
    assert stopped.value.code == 0
    out = capsys.readouterr().out
    assert f"usage: mailkit {verb}" in out
    options = [one for one in verbs()[verb]._actions if one.option_strings]
    assert [one.option_strings for one in options if not one.help] == []
    assert verbs()[verb].description


def test_the_list_of_verbs_has_help(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["--help"])
    lines = capsys.readouterr().out.splitlines()
    for verb in verbs():
        assert any(line.split()[:1] == [verb] and len(line.split()) > 3 for line in lines), verb


def test_every_verb_is_documented() -> None:
    text = (ROOT / "README.md").read_text("utf-8")
    assert [verb for verb in verbs() if f"mailkit {verb}" not in text] == []


def test_every_option_of_classify_is_documented() -> None:
    text = (ROOT / "README.md").read_text("utf-8")
    names = [name for one in verbs()["classify"]._actions for name in one.option_strings if name.startswith("--")]
    assert [name for name in names if name != "--help" and name not in text] == []


def test_version(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as stopped:
        main(["--version"])
    assert stopped.value.code == 0
    assert capsys.readouterr().out.startswith("mailkit ")
