"""The corpora are whole, say what their README says, and are answered as expected; the foundry's sink works."""

from __future__ import annotations

import collections
import json
import os
import re
import signal
import smtplib
import subprocess
import sys
import tomllib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from mailkit import Recipient, classify
from mailkit.bounce.reasons import REASONS

CORPORA = Path(__file__).resolve().parent.parent / "corpora"
MTA = CORPORA / "mta"
FOUNDRY = CORPORA / "foundry"
README = (CORPORA / "README.md").read_text("utf-8")

Row = dict[str, Any]
EXPECTED: dict[str, Row] = json.loads((MTA / "expected.json").read_text("utf-8"))
MANIFEST: dict[str, Row] = json.loads((MTA / "manifest.json").read_text("utf-8"))
CASES: dict[str, dict[str, Row]] = tomllib.loads((FOUNDRY / "cases.toml").read_text("utf-8"))
FILES = sorted(path.name for path in MTA.glob("*.eml"))

# Messages that do not agree yet, and why. Strict: a message that agrees again must leave the table.
NOT_YET: dict[str, str] = {}


def file_of(key: str) -> str:
    """Give the file of a manifest key: generated/postfix/full.eml is postfix-full.eml."""
    return "-".join(key.split("/")[1:])


# The folder is whole.


def test_the_folder_is_not_empty() -> None:
    assert FILES, f"{MTA} has no messages"


def test_every_message_has_an_expected_answer_and_the_other_way_round() -> None:
    assert sorted(EXPECTED) == FILES


def test_every_message_has_a_manifest_row_and_the_other_way_round() -> None:
    assert sorted(map(file_of, MANIFEST)) == FILES


def test_manifest_rows_agree_with_their_keys() -> None:
    for key, row in MANIFEST.items():
        assert set(row) == {"mta", "case", "stage", "reply", "subject"}, key
        stem = re.sub(r"\.[0-9]+$", "", key.removesuffix(".eml"))
        assert stem == f"generated/{row['mta']}/{row['case']}", key


def test_expected_rows_have_known_keys_and_reasons() -> None:
    for name, want in EXPECTED.items():
        assert set(want) <= {"kind", "recipients"}, name
        for row in want.get("recipients", ()):
            assert set(row) <= {"address", "status", "class", "reply", "reasons", "hard"}, name
            assert set(row.get("reasons", ())) <= set(REASONS), name


def test_the_table_of_disagreements_names_messages() -> None:
    assert set(NOT_YET) <= set(FILES)


def test_git_never_touches_the_line_ends() -> None:
    assert "*.eml -text" in (CORPORA.parent / ".gitattributes").read_text("utf-8").splitlines()


# README.md tells the truth.


def test_readme_counts_every_case_of_every_mta() -> None:
    head, *rows = re.findall(
        r"^\| (case|[a-z0-9-]+|\*\*all\*\*) \| ([a-z0-9 |]+) \| (all|[0-9]+) \|$", README, re.MULTILINE
    )
    assert head[0] == "case"
    mtas = head[1].split(" | ")
    told = {(case, mta): int(n) for case, ns, _ in rows for mta, n in zip(mtas, ns.split(" | "), strict=True)}
    sums = {case: int(total) for case, _, total in rows}
    real = collections.Counter((row["case"], row["mta"]) for row in MANIFEST.values())
    real.update(("**all**", row["mta"]) for row in MANIFEST.values())
    assert {pair: count for pair, count in told.items() if count} == real
    assert sums == {
        **collections.Counter(row["case"] for row in MANIFEST.values()),
        "**all**": len(FILES),
    }


def test_readme_counts_the_folder() -> None:
    assert re.findall(r"^\| `mta/` \| ([0-9]+) \|", README, re.MULTILINE) == [str(len(FILES))]


def test_readme_names_only_messages_that_exist() -> None:
    named = re.findall(r"`([a-z0-9]+-[a-z0-9.-]+\.eml)`", README)
    assert named
    assert set(named) <= set(FILES)


def test_readme_is_right_about_line_ends() -> None:
    mixed = {name for name in FILES if re.search(rb"(?<!\r)\n|\r(?!\n)", (MTA / name).read_bytes())}
    assert mixed == {"dma-data-dmarc.eml", "dma-userunknown-multi.eml"}


def test_readme_is_right_about_unused_keys() -> None:
    used = {key for want in EXPECTED.values() for row in want.get("recipients", ()) for key in row}
    assert used == {"status", "class", "reasons", "hard"}


# Every message is answered as expected, where the answer is scored.


def known(recipient: Recipient) -> set[str]:
    """Give the addresses by which a recipient may be called."""
    return {address.lower() for address in (recipient.address, recipient.original_address) if address}


def pair(want: list[Row], got: tuple[Recipient, ...]) -> Iterator[tuple[Row, Recipient | None]]:
    """Pair expected and answered recipients: by address if the row has one that fits, else the first left."""
    left = list(got)
    for row in want:
        address = str(row.get("address") or "").lower()
        fits = [index for index, recipient in enumerate(left) if address and address in known(recipient)]
        yield row, left.pop(fits[0] if fits else 0) if left else None


def faults(row: Row, got: Recipient | None) -> dict[str, object]:
    """Tell what differs for one recipient; a key that is absent or null is not scored."""
    if got is None:
        return {"found": False}
    checks: dict[str, Callable[[Any], bool]] = {
        "address": lambda want: want.lower() in known(got),
        "status": lambda want: want in {got.status, got.reported_status},
        "class": lambda want: got.status[:1] == want,
        "reply": lambda want: got.reply == want,
        "reasons": lambda want: got.reason in want,
        "hard": lambda want: (got.advice == "hard") == want,
    }
    return {key: want for key, want in row.items() if want is not None and not checks[key](want)}


@pytest.mark.parametrize(
    "name",
    [
        pytest.param(
            name, id=name, marks=[pytest.mark.xfail(reason=NOT_YET[name], strict=True)] if name in NOT_YET else []
        )
        for name in FILES
    ],
)
def test_answer(name: str) -> None:
    want = EXPECTED[name]
    got = classify((MTA / name).read_bytes())
    kinds = want["kind"] if isinstance(want["kind"], list) else [want["kind"]]
    assert got.kind in kinds
    for row, recipient in pair(want.get("recipients", []), got.recipients):
        assert faults(row, recipient) == {}, recipient


# The foundry.


def test_cases_are_those_of_the_manifest() -> None:
    for key, row in MANIFEST.items():
        case = CASES["sink"].get(row["case"], {})
        assert case or row["case"] in CASES["route"], key
        assert (case.get("stage", ""), "\r\n".join(case.get("reply", ()))) == (row["stage"], row["reply"]), key


@pytest.fixture
def sink(tmp_path: Path) -> Iterator[tuple[int, Path]]:
    """Start the sink on a free port; give the port and its folder."""
    store = tmp_path / "store"
    bounds = ["--seconds", "60", "--messages", "100"]
    command = [sys.executable, str(FOUNDRY / "sink.py"), "--port", "0", "--store", str(store), *bounds]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            line = process.stdout.readline()
            found = re.fullmatch(r"listening on 127\.0\.0\.1:([0-9]+) pid ([0-9]+)\n", line)
            assert found, line
            assert int(found[2]) == process.pid
            yield int(found[1]), store
        finally:
            if process.poll() is None:
                os.kill(process.pid, signal.SIGTERM)
            assert process.wait(timeout=10) == 0


def connect(port: int) -> smtplib.SMTP:
    """Greet the sink."""
    client = smtplib.SMTP("127.0.0.1", port, local_hostname="client.bounces.test", timeout=10)
    client.ehlo()
    return client


def as_told(reply: list[str], recipient: str) -> tuple[int, bytes]:
    """Write a canned reply as smtplib gives it: one code, the texts of the lines."""
    return int(reply[0][:3]), "\n".join(line[4:].strip() for line in reply).replace("{r}", recipient).encode()


def test_sink_gives_the_canned_replies(sink: tuple[int, Path]) -> None:
    port, store = sink
    for name, case in CASES["sink"].items():
        recipient = f"{name}@sink.test"
        with connect(port) as client:
            assert client.mail(f"sender+{name}@bounces.test")[0] == 250
            if case["stage"] == "drop":
                with pytest.raises(smtplib.SMTPServerDisconnected):
                    client.rcpt(recipient)
            elif case["stage"] == "rcpt":
                assert client.rcpt(recipient) == as_told(case["reply"], recipient)
            else:
                assert client.rcpt(recipient)[0] == 250
                assert client.data(b"A: b\r\n\r\nc\r\n") == as_told(case["reply"], recipient)
    assert list(store.iterdir()) == []


def test_injector_gets_every_case_through(sink: tuple[int, Path]) -> None:
    command = [sys.executable, str(FOUNDRY / "inject.py"), "smtp", "--mta", "direct", "--port", str(sink[0])]
    done = subprocess.run(command, capture_output=True, text=True, encoding="utf-8", timeout=60, check=True)
    told = {line.partition(":")[0] for line in done.stdout.splitlines()[:-1]}
    # The sink takes what is routed elsewhere; it offers no DSN, so those cases are skipped, and said so.
    assert told == {*CASES["sink"], "multi", "dsn-success", "orcpt", "hdrs-only"}
    assert done.stdout.splitlines()[-1] == "1 dropped, 28 refused, 3 skipped, 6 taken"


def test_what_comes_back_is_collected_unchanged(sink: tuple[int, Path], tmp_path: Path) -> None:
    port, store = sink
    dma = {key: row for key, row in MANIFEST.items() if row["mta"] == "dma"}
    with connect(port) as client:
        for key, row in dma.items():
            client.mail("")
            assert client.rcpt(f"sender+{row['case']}@bounces.test")[0] == 250
            assert client.data((MTA / file_of(key)).read_bytes())[0] == 250
    into = tmp_path / "collected"
    command = [sys.executable, str(FOUNDRY / "collect.py"), "--mta", "dma", "--store", str(store), "--into", str(into)]
    subprocess.run(command, capture_output=True, timeout=60, check=True)
    assert json.loads((into / "manifest.json").read_text("utf-8")) == dma
    for key in dma:
        assert (into / file_of(key)).read_bytes() == (MTA / file_of(key)).read_bytes(), key
    again = subprocess.run(command, capture_output=True, timeout=60, check=False)
    assert again.returncode == 1, "collect.py must not overwrite"
