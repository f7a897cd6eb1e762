"""The fields of ARC, and whether they form a chain."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from itertools import product

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailkit.syntax.arc import (
    MAX_FIELDS,
    MAX_INSTANCE,
    ArcChain,
    ArcSet,
    arc_chain,
    parse_arc_results,
    parse_arc_tags,
)
from mailkit.syntax.authres import MethodResult
from mailkit.syntax.fields import Header
from tests.strategies import ROOT, SHARED, joined, mails
from tests.timing import assert_linear, flood

TAGS = "a=rsa-sha256; d=a.example; s=k1; "


def seal(number: int, cv: str = "") -> str:
    cv = cv or ("none" if number == 1 else "pass")
    return f"ARC-Seal: i={number}; {TAGS}t=1790000000; cv={cv}; b=aGk=\n"


def signature(number: int) -> str:
    return f"ARC-Message-Signature: i={number}; {TAGS}h=from:to; bh=aGk=; b=aGk=\n"


def results(number: int) -> str:
    return f"ARC-Authentication-Results: i={number}; mx{number}.example; spf=pass\n"


def whole(number: int) -> str:
    return seal(number) + signature(number) + results(number)


def chain(*fields: str) -> ArcChain:
    found = arc_chain(Header("".join(fields).encode(), 0))
    assert found is not None
    return found


def test_a_whole_chain() -> None:
    found = chain(whole(2), "Subject: x\n", whole(1))
    sets = tuple(
        ArcSet(
            instance=number,
            domain="a.example",
            cv=cv,
            time=datetime(2026, 9, 21, 14, 13, 20, tzinfo=UTC),
            authserv_id=f"mx{number}.example",
            results=(MethodResult(method="spf", result="pass"),),
        )
        for number, cv in ((1, "none"), (2, "pass"))
    )
    assert found == ArcChain(instance=2, cv="pass", sets=sets, whole=True)


def test_no_arc_at_all() -> None:
    assert arc_chain(Header(b"Subject: x\nX-ARC-Seal: i=1\n", 0)) is None
    assert arc_chain(Header(b"", 0)) is None


@pytest.mark.parametrize(
    ("fields", "instance", "cv", "fault"),
    [
        pytest.param(
            [seal(1), signature(1)], 1, "none", "no ARC-Authentication-Results of instance 1", id="no results"
        ),
        pytest.param([results(1)], 1, None, "no ARC-Seal of instance 1", id="results alone"),
        pytest.param([whole(2)], 2, "pass", "no ARC-Seal of instance 1", id="it begins with 2"),
        pytest.param([whole(3), whole(1)], 3, "pass", "no ARC-Seal of instance 2", id="2 is missing"),
        pytest.param([whole(1), seal(1)], 1, "none", "ARC-Seal of instance 1 stands twice", id="two seals"),
        pytest.param(
            [whole(1), results(1)], 1, "none", "ARC-Authentication-Results of instance 1 stands twice", id="two results"
        ),
        pytest.param(
            [seal(1, "pass"), signature(1), results(1)], 1, "pass", "cv=pass in the seal of instance 1", id="pass at 1"
        ),
        pytest.param(
            [whole(1), seal(2, "none"), signature(2), results(2)],
            2,
            "none",
            "cv=none in the seal of instance 2",
            id="none at 2",
        ),
        pytest.param(
            [whole(1), seal(2, "Fail"), signature(2), results(2)],
            2,
            "fail",
            "cv=fail in the seal of instance 2",
            id="fail at 2",
        ),
        pytest.param(
            [whole(1), whole(2).replace("cv=pass;", "")], 2, None, "cv= in the seal of instance 2", id="no cv at 2"
        ),
        pytest.param([whole(1), seal(0)], 1, "none", "ARC-Seal without an instance from 1 to 50", id="instance 0"),
        pytest.param(
            [whole(1), signature(51)], 1, "none", "ARC-Message-Signature without an instance from 1 to 50", id="51"
        ),
        pytest.param(
            ["ARC-Authentication-Results: mx.example; spf=pass\n"],
            0,
            None,
            "ARC-Authentication-Results without an instance from 1 to 50",
            id="no instance",
        ),
        pytest.param(
            [whole(1).replace("cv=none;", "cv=none; h=from;")],
            1,
            "none",
            "ARC-Seal of instance 1: h= in a seal",
            id="h= in a seal",
        ),
        pytest.param(
            [whole(1).replace("h=from:to;", "h=from; h=to;")],
            1,
            "none",
            "ARC-Message-Signature of instance 1: h= stands twice",
            id="a tag twice",
        ),
    ],
)
def test_broken_chains(fields: Sequence[str], instance: int, cv: str | None, fault: str) -> None:
    for ordered in (fields, fields[::-1]):
        found = chain(*ordered)
        assert (found.instance, found.cv, found.whole, found.fault) == (instance, cv, False, fault)


@pytest.mark.parametrize("count", [1, MAX_INSTANCE, MAX_INSTANCE + 1])
def test_the_longest_chain(count: int) -> None:
    found = chain(*(whole(number) for number in range(1, count + 1)))
    assert found.whole == (count <= MAX_INSTANCE)
    assert len(found.sets) == min(count, MAX_INSTANCE)


def test_every_choice_of_six_fields() -> None:
    """Of two sets, all but four choices of fields are broken: none of the two, the first, both."""
    makers = [(make, number) for number in (1, 2) for make in (seal, signature, results)]
    good = 0
    for chosen in product((False, True), repeat=6):
        fields = [make(number) for (make, number), take in zip(makers, chosen, strict=True) if take]
        found = arc_chain(Header("".join(fields).encode(), 0))
        assert (found is None) == (not fields)
        good += found is not None and found.whole
        if found is not None:
            assert found.whole == (chosen in {(True,) * 3 + (False,) * 3, (True,) * 6})
    assert good == 2


@pytest.mark.parametrize(
    ("raw", "instance", "name"),
    [
        pytest.param(b"i=1; mx.example; none", 1, "mx.example", id="plain"),
        pytest.param(b"\r\n I = 12 (twelve) ;\r\n mx.example; none", 12, "mx.example", id="folds and a comment"),
        pytest.param(b"i=1 mx.example; none", 1, "mx.example", id="no semicolon"),
        pytest.param(b"i=1; spf=pass", 1, None, id="no name"),
        pytest.param(b"i=0; mx.example; none", None, "mx.example", id="0"),
        pytest.param(b"i=99999; mx.example; none", None, None, id="too large"),
        pytest.param(b"mx.example; none", None, "mx.example", id="no instance"),
        pytest.param(b"", None, None, id="nothing"),
    ],
)
def test_results(raw: bytes, instance: int | None, name: str | None) -> None:
    found = parse_arc_results(raw)
    assert (found.instance, found.read.authserv_id) == (instance, name)


def test_a_seal() -> None:
    found = parse_arc_tags(b" i=3; a=RSA-SHA256; t=1790000000;\r\n cv=PASS; d=a.example; s=k1; b=aGk=")
    assert (found.instance, found.algorithm, found.cv, found.selector) == (3, "rsa-sha256", "pass", "k1")
    assert parse_arc_tags(b"").fault == "no tag"


def test_a_flood_of_fields_is_cut() -> None:
    found = chain(whole(1), seal(2) * 20_000)
    assert not found.whole
    assert len(found.sets) == 2
    assert chain(whole(1), results(1) * MAX_FIELDS).fault == "ARC-Authentication-Results of instance 1 stands twice"
    assert_linear(lambda raw: arc_chain(Header(raw, 0)), flood(seal(2).encode()))


names = st.sampled_from(["ARC-Seal", "arc-message-signature", "ARC-Authentication-Results", "Subject"])
values = joined(
    ["i=", "1", "2", "51", ";", " ", "cv=", "none", "pass", "mx.example", "spf=", "(", ")", "\n ", "h=", "\0"], 10
)


@given(st.lists(st.tuples(names, values), max_size=6))
def test_any_fields_are_read(fields: list[tuple[str, str]]) -> None:
    raw = "".join(f"{name}:{value}\n" for name, value in fields).encode()
    found = arc_chain(Header(raw, 0))
    if found is not None:
        msgspec.json.encode(found).decode()
        assert found.whole == (found.fault is None)
        assert found.instance == (found.sets[-1].instance if found.sets else 0)
        assert [one.instance for one in found.sets] == sorted({one.instance for one in found.sets})


def test_chains_of_every_corpus() -> None:
    """Most returned headers are cut, yet Google seals each mail: a chain of one."""
    folders = [folder for folder in (ROOT / "corpora", SHARED / "sisimai-public") if folder.is_dir()]
    # those of corpora/trace arrived whole, and tests/trace/test_chains.py knows their chains
    paths = [path for folder in folders for path in mails(folder) if path.parent.name != "trace"]
    blocks = [block for path in paths for block in path.read_bytes().replace(b"\r\n", b"\n").split(b"\n\n")]
    chains = [arc_chain(Header(block + b"\n", 0)) for block in blocks if b"ARC-" in block]
    seen = [found for found in chains if found]
    if not seen:
        pytest.skip("no corpus with ARC is beside the project")
    assert all(found.instance == 1 for found in seen)
    assert sum(found.whole for found in seen) >= 5
