"""Rules of one's own: every fault is found and named with file, rule, key and cure; what can never win is told."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailkit.bounce.lint import lint
from mailkit.bounce.matcher import Rule, RuleSet, Scope, read_rules
from mailkit.bounce.rows import read_rows
from mailkit.errors import RuleError
from tests.strategies import ROOT

FULL = Rule(
    id="x.full",
    status=("4.2.2", "5.2.2"),
    reason="full",
    source="the house",
    sample="552 the box is full",
    any=("is full",),
)
ROW = {
    "id": '"x.full"',
    "any": '["is full"]',
    "status": '["4.2.2", "5.2.2"]',
    "reason": '"full"',
    "source": '"the house"',
    "sample": '"552 the box is full"',
}


def rule(name: str, **changes: object) -> Rule:
    """Give a rule that is fine but for the changes."""
    return msgspec.structs.replace(FULL, id=name, **changes)


def written(folder: Path, **changes: str | None) -> Path:
    """Write a file with one rule; a key that is None is left out."""
    row = {key: value for key, value in {**ROW, **changes}.items() if value is not None}
    path = folder / "rules.toml"
    path.write_text("[[rule]]\n" + "".join(f"{key} = {value}\n" for key, value in row.items()))
    return path


def test_a_file_that_is_fine(tmp_path: Path) -> None:
    assert read_rules(written(tmp_path)) == (FULL,)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        pytest.param({"anyy": '["x"]'}, "rule x.full: the key 'anyy' is unknown: did you mean 'any'?", id="mistyped"),
        pytest.param({"nonsense": "1"}, "rule x.full: the key 'nonsense' is unknown: take it out", id="unknown"),
        pytest.param({"reason": None}, "rule x.full: the key 'reason' is missing", id="missing"),
        pytest.param({"id": None}, "rule number 1: the key 'id' is missing", id="no id"),
        pytest.param({"reason": '"fool"'}, "rule x.full: the key 'reason' is wrong", id="no reason"),
        pytest.param({"reason": '"fool"'}, "write one of bad-mailbox, bad-domain", id="the reasons there are"),
        pytest.param({"advice": '"harsh"'}, "write one of hard, soft, block, none", id="the advices there are"),
        pytest.param({"any": '"is full"'}, "rule x.full: the key 'any' is wrong: expected `array`", id="no list"),
        pytest.param({"any": '["is full", 3]'}, "rule x.full: the key 'any[1]' is wrong", id="no text in a list"),
        pytest.param({"status": '["5.2.2"]'}, "rule x.full: the key 'status' is wrong", id="one status"),
        pytest.param({"scope.remot": '["a.example"]'}, "unknown field `remot`", id="mistyped in a scope"),
        pytest.param({"gap": '"wide"'}, "rule x.full: the key 'gap' is wrong: expected `int`", id="no number"),
    ],
)
def test_a_wrong_key_is_named(tmp_path: Path, change: dict[str, str | None], words: str) -> None:
    path = written(tmp_path, **change)
    with pytest.raises(RuleError) as raised:
        read_rules(path)
    assert str(raised.value).startswith(f"{path}: rule ")
    assert words in str(raised.value)


def test_every_wrong_row_is_told_and_the_others_are_read(tmp_path: Path) -> None:
    path = tmp_path / "rules.toml"
    rows = [{**ROW, "id": f'"x.{number}"'} for number in range(4)]
    del rows[1]["source"], rows[3]["sample"]
    path.write_text("".join("[[rule]]\n" + "".join(f"{k} = {v}\n" for k, v in row.items()) for row in rows))
    read, faults = read_rows(path, Rule, "rule", "id")
    assert [one.id for one in read] == ["x.0", "x.2"]
    assert [fault.rule for fault in faults] == ["x.1", "x.3"]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        pytest.param("[[rule]\n", "is not TOML", id="no TOML"),
        pytest.param("", "has no row: begin each with [[rule]]", id="empty"),
        pytest.param("rule = 3\n", "has no row", id="no rows"),
        pytest.param("rule = [3]\n", "is no table", id="no table"),
        pytest.param('[[rules]]\nid = "x"\n', "the key 'rules' is unknown", id="another name"),
        pytest.param("a = " + "[" * 100_000, "nested too deeply", id="nested"),
        pytest.param("about = '\xff'\n", "not UTF-8", id="no UTF-8"),
    ],
)
def test_a_file_that_is_none(tmp_path: Path, text: str, words: str) -> None:
    path = tmp_path / "rules.toml"
    path.write_bytes(text.encode("latin-1"))
    _, faults = read_rows(path, Rule, "rule", "id")
    assert any(words in str(fault) for fault in faults)
    assert all(str(fault).startswith(str(path)) for fault in faults)


@pytest.mark.parametrize("form", ["\ufeff{}", "{}"], ids=["mark", "CR LF"])
def test_a_file_as_windows_writes_it(tmp_path: Path, form: str) -> None:
    path = written(tmp_path)
    path.write_bytes(form.format(path.read_text()).replace("\n", "\r\n").encode())
    read, faults = read_rows(path, Rule, "rule", "id")
    assert (len(read), faults) == (1, [])


@pytest.mark.parametrize(
    ("change", "words"),
    [
        pytest.param({"any": ("Is Full",)}, "is not folded: write 'is full'", id="not folded"),
        pytest.param({"any": ("x",)}, "too short", id="short"),
        pytest.param({"any": ()}, "no literal", id="nothing to look for"),
        pytest.param({"source": " "}, "the source is empty", id="no source"),
        pytest.param({"sample": ""}, "the sample is empty", id="no sample"),
        pytest.param({"sample": "552 no room"}, "does not answer its own sample", id="another sample"),
        pytest.param({"status": ("5.2.2", "5.2.2")}, "status '5.2.2' is no 4.Y.Z", id="two permanent ones"),
        pytest.param({"status": ("4.2.2", "5.2.x")}, "status '5.2.x' is no 5.Y.Z", id="no status"),
        pytest.param({"regex": "(?:x{1,9}){1,9}y"}, "ways", id="an expression that nests"),
        pytest.param({"regex": "x*"}, "unbounded", id="an expression without end"),
        pytest.param({"gap": -1}, "gap -1", id="a gap below nothing"),
        pytest.param({"gap": 5000}, "gap 5000", id="a gap over everything"),
        pytest.param({"id": " "}, "the id is empty", id="no id"),
    ],
)
def test_a_rule_with_a_fault(change: dict[str, object], words: str) -> None:
    (fault,) = lint([msgspec.structs.replace(FULL, **change)], "house.toml")
    assert words in fault.what
    assert fault.path == "house.toml"


def test_ids_that_stand_twice_or_are_ours() -> None:
    faults = lint([rule("a"), rule("a"), rule("en.full")], ["one.toml", "two.toml", "two.toml"], taken={"en.full"})
    assert [str(fault) for fault in faults] == [
        "two.toml: rule a: the id stands twice, first in one.toml: give another",
        "two.toml: rule en.full: the id is that of a rule of ours: give another",
    ]


@pytest.mark.parametrize(
    ("earlier", "later", "dead"),
    [
        pytest.param({}, {"any": ("the box is full", "no room")}, True, id="a part of it stands before"),
        pytest.param({}, {"any": ("is full", "no room")}, True, id="the same"),
        pytest.param({}, {"any": ("box is fuller", "no room")}, False, id="another word"),
        pytest.param({}, {"any": ("is full*", "no room")}, False, id="the word may go on"),
        pytest.param({}, {"any": ("box is full of*", "no room")}, True, id="what goes on lies behind it"),
        pytest.param({}, {"any": ("is not full", "no room")}, False, id="words between"),
        pytest.param({}, {"near": (("box", "is full"),), "any": ("no room",)}, True, id="in a row of near"),
        pytest.param({"scope": Scope(remote=("a.example",))}, {"any": ("box is full", "no room")}, False, id="scoped"),
        pytest.param({"reply": ("552",)}, {"any": ("box is full", "no room")}, False, id="with a reply code"),
        pytest.param({"unless": ("moon",)}, {"any": ("box is full", "no room")}, False, id="unless"),
        pytest.param({"regex": "box"}, {"any": ("box is full", "no room")}, False, id="with an expression"),
        pytest.param({}, {"any": ("if it is full", "no room")}, False, id="a condition inside"),
        pytest.param({}, {"any": ("box is full", "no room"), "conditional": True}, False, id="a condition is allowed"),
        pytest.param(
            {"conditional": True}, {"any": ("box is full", "no room"), "conditional": True}, True, id="in both"
        ),
        pytest.param(
            {"any": (), "near": (("box", "full"),)}, {"any": ("box is full", "no room")}, True, id="near before"
        ),
    ],
)
def test_a_literal_that_can_never_win(earlier: dict[str, object], later: dict[str, object], *, dead: bool) -> None:
    rules = [
        rule("a", sample="552 box is full", **earlier),
        rule("b", sample="552 no room", **later),
    ]
    if earlier.get("scope"):
        rules[0] = msgspec.structs.replace(rules[0], sample="552 the box is full")
    faults = [fault for fault in lint(rules) if "never win" in fault.what]
    assert [fault.rule for fault in faults] == (["b"] if dead else [])
    assert [fault for fault in lint(rules) if "never win" not in fault.what] == []


@pytest.mark.parametrize("word", ["the box is full", "is full"])
def test_what_is_said_to_never_win_never_wins(word: str) -> None:
    ruleset = RuleSet([rule("a"), rule("b", any=(word, "no room"), sample="552 no room")])
    for text in (word, f"552 {word}", f"552 ({word})", f"if {word}", f"it is not so: {word}!"):
        match = ruleset.match(text)
        assert match is None or match.rule.id == "a", text


# Words of rules and texts, with what negates, conditions, divides and goes on.
TOKENS = ["box", "is", "full", "not", "if", "so", ".", "-", "箱", "x"]
phrases = st.lists(st.sampled_from(TOKENS), min_size=1, max_size=4).map(" ".join).filter(lambda text: len(text) > 1)
texts = st.lists(st.tuples(st.sampled_from(TOKENS), st.sampled_from(["", " "])), max_size=12).map(
    lambda rows: "".join(word + gap for word, gap in rows)
)


@given(
    earlier=phrases, later=phrases, star=st.booleans(), conditional=st.tuples(st.booleans(), st.booleans()), text=texts
)
def test_what_can_never_win_never_does(
    earlier: str,
    later: str,
    star: bool,  # noqa: FBT001 - drawn
    conditional: tuple[bool, bool],
    text: str,
) -> None:
    rules = [
        rule("a", any=(earlier,), sample=earlier, conditional=conditional[0]),
        rule("b", any=(f"{later}*" if star else later, "zz"), sample="zz", conditional=conditional[1]),
    ]
    if any("never win" in fault.what for fault in lint(rules)):
        for one in (text, f"{text} {later}", f"{text}{later}x", f"{later} {text}"):
            match = RuleSet(rules).match(one)
            assert match is None or match.rule.id == "a", one


def test_several_files_are_checked_in_their_order(tmp_path: Path) -> None:
    one, two = tmp_path / "one.toml", tmp_path / "two.toml"
    one.write_text(written(tmp_path).read_text())
    two.write_text(written(tmp_path, id='"y.full"').read_text())
    with pytest.raises(RuleError, match=r"two.toml: rule y.full: its sample is answered by x.full"):
        RuleSet.from_files([one, two])
    with pytest.raises(RuleError, match=r"one.toml: rule x.full: its sample is answered by y.full"):
        RuleSet.from_files([two, one])
    assert RuleSet.from_files([one]).rules == (FULL,)


def test_every_key_is_documented() -> None:
    text = (ROOT / "docs" / "rules.md").read_text("utf-8")
    scope = [f"scope.{field.name}" for field in msgspec.structs.fields(Scope)]
    keys = [field.name for field in msgspec.structs.fields(Rule) if field.name != "scope"]
    assert [key for key in (*keys, *scope) if f"`{key}`" not in text and f"\n{key} = " not in text] == []
