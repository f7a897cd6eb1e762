"""Rules: what matches and what does not, what lint refuses, and that the shipped set is whole and packed."""

from __future__ import annotations

import pickle
from datetime import date
from pathlib import Path

import msgspec
import pytest

from mailkit.bounce.lint import lint, sample_context
from mailkit.bounce.matcher import Context, Rule, RuleSet, Scope, read_rules
from mailkit.bounce.rules.__main__ import HERE, pack
from mailkit.errors import RuleError

FULL = Rule(
    id="x.full",
    status=("4.2.2", "5.2.2"),
    reason="full",
    source="the house",
    sample="552 the user is over quota",
    any=("over quota",),
)


DAY = date(2025, 3, 12)


def rule(**changes: object) -> Rule:
    """Give a rule that is fine but for the changes."""
    return msgspec.structs.replace(FULL, **changes)


def found(text: str, *rules: Rule, context: Context | None = None) -> str | None:
    """Give the id of the rule that a text is answered by."""
    match = RuleSet(rules or (FULL,)).match(text, context)
    return match.rule.id if match else None


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("552 over quota", id="plain"),
        pytest.param("Over\r\n  QUOTA", id="case and folds"),
        pytest.param("over quota", id="alone"),
        pytest.param("<joe@example.org> is over quota.", id="full stop"),
        pytest.param("it is not here; over quota", id="a negation of something else"),
        pytest.param("if you read this: over quota", id="a condition that ends"),
        pytest.param("ｏｖｅｒ ｑｕｏｔａ", id="full width"),
        pytest.param("not over quota before, now over quota", id="negated once, then stated"),
    ],
)
def test_literals_match(text: str) -> None:
    assert found(text) == "x.full"


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("", id="empty"),
        pytest.param("moreover quota", id="in a word"),
        pytest.param("over quotas", id="a longer word"),
        pytest.param("over the quota", id="a word between"),
        pytest.param("the user is not over quota", id="not"),
        pytest.param("the user isn't over quota", id="isn't"),
        pytest.param("the user isn’t over quota", id="isn't in typography"),
        pytest.param("was never over quota", id="never"),
        pytest.param("if the mailbox is over quota, try later", id="if"),
        pytest.param("unless he is over quota", id="unless"),
        pytest.param("check whether the user is over quota", id="whether"),
        pytest.param("in case the user is over quota", id="in case"),
        pytest.param("over.quota@example.org", id="in an address"),
        pytest.param("over-quota.example.org", id="in a host"),
    ],
)
def test_literals_do_not_match(text: str) -> None:
    assert found(text) is None


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("552 <joe@example.org> is not over quota", id="not over quota"),
        pytest.param(
            "550 Requested action not taken. If the mailbox is full, wait a day.", id="if the mailbox is full"
        ),
        pytest.param("550 please check whether the user is unknown", id="whether the user is unknown"),
    ],
)
def test_the_shipped_rules_heed_negation_and_condition(text: str) -> None:
    match = RuleSet.default().match(text)
    assert match is None or match.rule.reason != "full" or match.rule.conditional


def test_a_condition_may_be_allowed() -> None:
    assert found("if the user is over quota", rule(conditional=True)) == "x.full"


@pytest.mark.parametrize(
    ("change", "text", "matches"),
    [
        pytest.param({"any": ("quota*",)}, "quotas exceeded", True, id="star lifts the border"),
        pytest.param({"any": ("quota*",)}, "overquota", False, id="star lifts only its own"),
        pytest.param({"any": ("満杯",)}, "箱が満杯です", True, id="no borders between ideographs"),
        pytest.param({"any": ("(quota)",)}, "x(quota)x", True, id="no border at a sign"),
        pytest.param({"any": (), "near": (("user", "quota"),)}, "the user has no quota", True, id="near"),
        pytest.param({"any": (), "near": (("user", "quota"),)}, "quota of user", False, id="near, out of order"),
        pytest.param({"any": (), "near": (("user", "quota"),), "gap": 5}, "user aaaaaaaa quota", False, id="near, too far"),
        pytest.param({"any": (), "near": (("user", "quota"),), "gap": 5}, "user aaaaaaaaa user a quota", True, id="near, the second"),
        pytest.param({"any": (), "near": (("user", "quota"), ("box", "full"))}, "box is full", True, id="near, another row"),
        pytest.param({"unless": ("sender",)}, "sender is over quota", False, id="unless"),
        pytest.param({"unless": ("sender",)}, "senders are over quota", True, id="unless is a word"),
        pytest.param({"unless": ("sender*",)}, "senders are over quota", False, id="unless with a star"),
        pytest.param({"regex": r"\b\d{1,4}mb\b"}, "over quota by 20mb", True, id="expression"),
        pytest.param({"regex": r"\b\d{1,4}mb\b"}, "over quota", False, id="expression that is missing"),
    ],
)  # fmt: skip
def test_parts_of_a_rule(change: dict[str, object], text: str, *, matches: bool) -> None:
    assert (found(text, rule(**change)) == "x.full") == matches


@pytest.mark.parametrize(
    ("change", "context", "matches"),
    [
        pytest.param({"scope": Scope(remote=("example.org",))}, Context(remote="mx.example.org"), True, id="parent"),
        pytest.param({"scope": Scope(remote=("example.org",))}, Context(remote="Example.ORG."), True, id="itself"),
        pytest.param({"scope": Scope(remote=("example.org",))}, Context(domain="example.org"), True, id="recipient"),
        pytest.param({"scope": Scope(remote=("example.org",))}, Context(remote="badexample.org"), False, id="suffix"),
        pytest.param({"scope": Scope(remote=("example.org",))}, Context(), False, id="no host"),
        pytest.param({"scope": Scope(reporter=("a.example",))}, Context(reporter="mx.a.example"), True, id="reporter"),
        pytest.param({"scope": Scope(reporter=("a.example",))}, Context(remote="a.example"), False, id="no reporter"),
        pytest.param({"scope": Scope(dialect=("exim",))}, Context(dialect="exim"), True, id="dialect"),
        pytest.param({"scope": Scope(dialect=("exim",))}, Context(dialect="qmail"), False, id="another dialect"),
        pytest.param({"scope": Scope(before=DAY)}, Context(date=date(2025, 3, 11)), True, id="the day before"),
        pytest.param({"scope": Scope(before=DAY)}, Context(date=DAY), False, id="the day itself"),
        pytest.param({"scope": Scope(before=DAY)}, Context(), True, id="no day"),
        pytest.param({"stage": ("rcpt",)}, Context(stage="rcpt"), True, id="stage"),
        pytest.param({"stage": ("rcpt",)}, Context(stage="data"), False, id="another stage"),
        pytest.param({"stage": ("rcpt",)}, Context(), False, id="no stage"),
        pytest.param({"reply": ("55", "452")}, Context(reply="552"), True, id="beginning of a reply code"),
        pytest.param({"reply": ("55", "452")}, Context(reply="450"), False, id="another reply code"),
    ],
)
def test_scope(change: dict[str, object], context: Context, *, matches: bool) -> None:
    assert (found("over quota", rule(**change), context=context) == "x.full") == matches


def test_earlier_rules_win_whatever_stands_first() -> None:
    rules = (rule(id="b", any=("second",)), rule(id="a", any=("first",)))
    assert found("first and second", *rules) == "b"
    assert found("first and second", *reversed(rules)) == "a"


def test_a_rule_out_of_scope_leaves_the_place_to_the_next() -> None:
    rules = (rule(id="a", scope=Scope(remote=("example.org",))), rule(id="b"))
    ruleset = RuleSet(rules)
    for _ in range(2):  # what is remembered of a text does not hold for another host
        assert [
            match.rule.id if (match := ruleset.match("over quota", Context(remote=host))) else None
            for host in ("example.org", "example.com")
        ] == ["a", "b"]


def test_the_span_is_the_words() -> None:
    text = "552 <joe@example.org>: Over\r\n Quota"
    match = RuleSet([FULL]).match(text)
    assert match is not None
    assert text[match.start : match.stop] == "Over\r\n Quota"


def test_no_rules_match_nothing() -> None:
    assert RuleSet(()).match("over quota") is None


def test_a_fine_rule_has_no_faults() -> None:
    assert lint([FULL]) == []


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        pytest.param([{"regex": "a*"}], "unbounded", id="star"),
        pytest.param([{"regex": "a+"}], "unbounded", id="plus"),
        pytest.param([{"regex": "a{2,}"}], "unbounded", id="open range"),
        pytest.param([{"regex": "[a-z]+"}], "unbounded", id="class with plus"),
        pytest.param([{"regex": "(ab)*"}], "unbounded", id="group with star"),
        pytest.param([{"regex": "("}], "no expression", id="broken expression"),
        pytest.param([{"any": ("Over Quota",)}], "not folded: write 'over quota'", id="capitals"),
        pytest.param([{"any": ("over  quota",)}], "not folded", id="two blanks"),
        pytest.param([{"any": ("over quota", "ｆｕｌｌ")}], "not folded", id="full width"),
        pytest.param([{"unless": ("Sender",)}], "not folded", id="unless"),
        pytest.param([{"near": (("User", "quota"),)}], "not folded", id="near"),
        pytest.param([{"any": ("q",)}], "too short", id="one letter"),
        pytest.param([{"any": ("*",)}], "too short", id="a star"),
        pytest.param([{"any": ("",)}], "too short", id="no letter"),
        pytest.param([{"any": ()}], "no literal", id="no literal"),
        pytest.param([{"sample": ""}], "sample", id="no sample"),
        pytest.param([{"source": ""}], "source", id="no source"),
        pytest.param([{"sample": "550 user unknown"}], "does not answer its own sample", id="foreign sample"),
        pytest.param([{"status": ("4.2.2", "nonsense")}], "'nonsense' is no 5.Y.Z", id="no status"),
        pytest.param([{"status": ("5.2.2", "5.2.2")}], "'5.2.2' is no 4.Y.Z", id="wrong class"),
        pytest.param([{"status": ("4.2.2", "5.2")}], "'5.2' is no 5.Y.Z", id="short status"),
        pytest.param([{"reason": "fool"}], "'fool' is unknown", id="unknown reason"),
        pytest.param([{}, {}], "twice", id="one id twice"),
        pytest.param([{}, {"id": "y"}], "answered by x.full, which stands before it: move one of them", id="shadowed"),
    ],
)
def test_lint_refuses(changes: list[dict[str, object]], words: str) -> None:
    faults = lint([rule(**change) for change in changes], "house.toml")
    assert any(words in fault.what for fault in faults), [str(fault) for fault in faults]
    assert all(str(fault).startswith("house.toml: rule ") for fault in faults)


@pytest.mark.parametrize(
    "regex",
    [r"\ba{1,4}\b", r"a\*b", r"[*+]", "a?", "a{3}", r"a\+"],
    ids=["range", "star", "class", "may", "count", "plus"],
)
def test_lint_lets_bounded_expressions_pass(regex: str) -> None:
    assert not any("unbounded" in fault.what for fault in lint([rule(regex=regex)]))


HEAD = (
    '[[rule]]\nid = "a"\nany = ["over quota"]\nstatus = ["4.2.2", "5.2.2"]\nsource = "b"\nsample = "552 over quota"\n'
)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        pytest.param(None, ["cannot be read", "check its path"], id="missing"),
        pytest.param("[[rule]\n", ["is not TOML", "line 1"], id="no TOML"),
        pytest.param("\ufeff\x00", ["is not TOML"], id="no text"),
        pytest.param(HEAD, ["rule a: ", "'reason' is missing", "add it"], id="no reason"),
        pytest.param(
            HEAD + 'reason = "full"\nnonsense = 1\n', ["rule a: ", "'nonsense' is unknown", "take it out"], id="key"
        ),
        pytest.param(
            HEAD + 'reason = "fool"\n', ["rule a: ", "'fool'", "write one of bad-mailbox"], id="unknown reason"
        ),
        pytest.param(
            HEAD.replace('["4.2.2", "5.2.2"]', '"5.2.2"') + 'reason = "full"\n',
            ["rule a: ", "'status'", "docs/rules.md"],
            id="one status",
        ),
        pytest.param("rule = 1\n", ["no row", "[[rule]]"], id="no table"),
    ],
)
def test_errors_name_file_and_cure(tmp_path: Path, text: str | None, words: list[str]) -> None:
    path = tmp_path / "house.toml"
    if text is not None:
        path.write_text(text, "utf-8")
    with pytest.raises(RuleError) as caught:
        read_rules(path)
    message = str(caught.value)
    assert message.startswith(str(path))
    assert [word for word in words if word not in message] == []
    assert str(pickle.loads(pickle.dumps(caught.value))) == message  # noqa: S301 - our own


def test_bytes_that_are_no_text_are_an_error_of_the_file(tmp_path: Path) -> None:
    path = tmp_path / "house.toml"
    path.write_bytes(b"\xff\xfe")
    with pytest.raises(RuleError, match="is not TOML"):
        read_rules(path)


def test_files_in_order_before_ours(tmp_path: Path) -> None:
    for name in ("a", "b"):
        path = tmp_path / f"{name}.toml"
        path.write_text(
            HEAD.replace('"a"', f'"{name}"').replace("over quota", f"{name}{name} quota") + 'reason = "full"\n'
        )
    ruleset = RuleSet.from_files([tmp_path / "b.toml", tmp_path / "a.toml"], before=RuleSet((FULL,)))
    assert [one.id for one in ruleset.rules] == ["b", "a", "x.full"]
    assert [ruleset.order(one) for one in ruleset.rules] == [0, 1, 2]


def test_the_packed_rules_are_fresh_and_without_fault() -> None:
    packed, faults = pack()
    assert faults == []
    fresh = {name: (HERE / name).read_bytes() == data for name, data in packed.items()}
    assert fresh == {"rules.json": True, "words.json": True}, "run python -m mailkit.bounce.rules"
    assert len(RuleSet.default().rules) > 100


def test_every_shipped_rule_answers_its_sample_alone() -> None:
    silent = [one.id for one in RuleSet.default().rules if not RuleSet([one]).match(one.sample, sample_context(one))]
    assert silent == []


def test_the_shipped_set_is_read_once() -> None:
    assert RuleSet.default() is RuleSet.default()
