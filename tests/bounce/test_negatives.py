"""What is taken for a failure and is none, and failures that look like nothing; both folders are swept."""

from __future__ import annotations

import base64
import importlib.util
import json
import re
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailkit import Bounce, Recipient, classify, parse

CORPORA = Path(__file__).resolve().parent.parent.parent / "corpora"
FOLDERS = ("negatives", "positives-plain")
Row = dict[str, Any]
EXPECTED: dict[str, dict[str, Row]] = {
    folder: json.loads((CORPORA / folder / "expected.json").read_text("utf-8")) for folder in FOLDERS
}
BOUNCES = sorted(
    [*(CORPORA / "mta").glob("*.eml"), *(CORPORA / "positives-plain").glob("*.eml")], key=lambda path: path.name
)
DELIVERIES = {"failure", "delay", "success"}


def compose() -> ModuleType:
    """Import the script that makes the folders."""
    spec = importlib.util.spec_from_file_location("compose", CORPORA / "letters" / "compose.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


# The folders are whole, and what the readable texts say.


@pytest.mark.parametrize("folder", FOLDERS)
def test_every_message_has_an_answer_and_the_other_way_round(folder: str) -> None:
    assert EXPECTED[folder]
    assert sorted(EXPECTED[folder]) == sorted(path.name for path in (CORPORA / folder).glob("*.eml"))


@pytest.mark.parametrize("folder", FOLDERS)
def test_readme_counts_the_folder(folder: str) -> None:
    readme = (CORPORA / "README.md").read_text("utf-8")
    assert re.findall(rf"^\| `{folder}/` \| ([0-9]+) \|", readme, re.MULTILINE) == [str(len(EXPECTED[folder]))]


@pytest.mark.parametrize("begin", ["negatives", "positives"])
def test_the_messages_are_made_of_the_texts(begin: str) -> None:
    made = compose()
    folder = CORPORA / made.SETS[begin]
    names = []
    for path in sorted((CORPORA / "letters").glob(f"{begin}*.txt")):
        for name, kind, more, text in made.messages(path.read_text("utf-8")):
            data = made.compose(text, more.pop("eol", "lf"), more.pop("words", "utf-8/b"))
            assert (folder / f"{name}.eml").read_bytes() == data, name
            kinds = kind.split(",")
            assert EXPECTED[folder.name][f"{name}.eml"] == {"kind": kinds if len(kinds) > 1 else kind, **more}
            names.append(f"{name}.eml")
    assert sorted(names) == sorted(EXPECTED[folder.name])


def test_every_kind_is_among_the_negatives() -> None:
    kinds = {row["kind"] for row in EXPECTED["negatives"].values() if isinstance(row["kind"], str)}
    assert kinds == {"delay", "success", "feedback", "auto-reply", "challenge", "receipt", "other", "failure"}


# Every message is answered as expected.


def faults(row: Row, got: Recipient) -> dict[str, object]:
    """Tell what differs for one recipient; a key that is absent is not scored."""
    answers: dict[str, set[str | None]] = {
        "address": {address.lower() for address in (got.address, got.original_address) if address},
        "status": {got.status, got.reported_status},
        "class": {got.status[:1]},
        "reasons": {got.reason},
    }
    return {
        key: want
        for key, want in row.items()
        if answers[key].isdisjoint(want if isinstance(want, list) else {want.lower()})
    }


def check(bounce: Bounce, want: Row) -> None:
    """Compare an answer with what is expected."""
    assert bounce.kind in (want["kind"] if isinstance(want["kind"], list) else [want["kind"]])
    if bounce.kind not in DELIVERIES:
        assert bounce.recipients == ()
    for name, value in want.get("feedback", {}).items():
        assert getattr(bounce.feedback, name) == value
    if "recipients" in want:
        found = [faults(row, got) for row, got in zip(want["recipients"], bounce.recipients, strict=True)]
        assert found == [{}] * len(found)


@pytest.mark.parametrize(
    ("folder", "name"),
    [pytest.param(folder, name, id=name.removesuffix(".eml")) for folder in FOLDERS for name in EXPECTED[folder]],
)
def test_answer(folder: str, name: str) -> None:
    check(classify((CORPORA / folder / name).read_bytes()), EXPECTED[folder][name])


@pytest.mark.parametrize("folder", FOLDERS)
@pytest.mark.parametrize(
    "change",
    [
        pytest.param(lambda data: data.replace(b"\r\n", b"\n"), id="LF"),
        pytest.param(lambda data: data.replace(b"\r\n", b"\n").replace(b"\n", b"\r\n"), id="CRLF"),
        pytest.param(
            lambda data: b"X-Spam-Status: No\nDelivered-To: someone@example.org\n" + data, id="fields of the way"
        ),
    ],
)
def test_the_kind_survives_the_ways_of_mail(folder: str, change: Callable[[bytes], bytes]) -> None:
    for name, want in EXPECTED[folder].items():
        data = (CORPORA / folder / name).read_bytes()
        if not data.startswith(b"From "):
            kinds = want["kind"] if isinstance(want["kind"], list) else [want["kind"]]
            assert classify(change(data)).kind in kinds, name


BY_ENVELOPE_ALONE = {
    "ar-notes-ooo.eml",
    "noreply-null-unknown-title.eml",
    "second-es-null-no-code.eml",
    "second-policy-block-noreply.eml",
}
"""Messages that only their empty envelope tells from what a person writes."""


@pytest.mark.parametrize("folder", FOLDERS)
def test_the_kind_is_known_without_the_envelope(folder: str) -> None:
    for name, want in EXPECTED[folder].items():
        data = re.sub(rb"\AReturn-Path:[^\n]*\n", b"", (CORPORA / folder / name).read_bytes(), flags=re.IGNORECASE)
        kinds = want["kind"] if isinstance(want["kind"], list) else [want["kind"]]
        assert (classify(data).kind in kinds) == (name not in BY_ENVELOPE_ALONE), name


# Whoever passes a bounce on reports none.

PERSON = (
    b"From: Joe Doe <joe@person.example>\nTo: help@example.org\nDate: Tue, 3 Mar 2026 08:00:00 +0000\n"
    b"Message-ID: <w1@person.example>\nMIME-Version: 1.0\n"
)
MIXED = b'Content-Type: multipart/mixed; boundary="person-1"\n\n--person-1\n\n%s\n--person-1\n%s\n\n%s\n--person-1--\n'


def lines(data: bytes) -> bytes:
    """Quote a message as mail programs do."""
    return b"".join(b"> " + line + b"\n" for line in data.replace(b"\r\n", b"\n").split(b"\n"))


def subject(data: bytes) -> bytes:
    """Give the Subject of a message as it stands there."""
    return (parse(data).header.get("subject") or b"bounce").replace(b"\r\n", b"\n")


def quoted(data: bytes, intro: bytes, prefix: bytes) -> bytes:
    """Write above a quoted bounce."""
    return PERSON + b"Subject: " + prefix + subject(data) + b"\n\n" + intro + b"\n\n" + lines(data)


def answered(data: bytes, intro: bytes, prefix: bytes) -> bytes:
    """Write below a quoted bounce."""
    del prefix
    field = b"Subject: Re: " + subject(data) + b"\nIn-Reply-To: <1@example.org>\n\n"
    return PERSON + field + b"On Tuesday you wrote:\n" + lines(data) + b"\n" + intro + b"\n"


def asked(data: bytes, intro: bytes, prefix: bytes) -> bytes:
    """Quote a bounce under a subject of one's own."""
    del prefix
    return PERSON + b"Subject: please help\n\n" + intro + b"\n\n" + lines(data)


def attached(data: bytes, intro: bytes, prefix: bytes) -> bytes:
    """Attach a bounce as a message."""
    field = b"Subject: " + prefix + subject(data) + b"\n"
    return PERSON + field + MIXED % (intro, b"Content-Type: message/rfc822\nContent-Disposition: attachment", data)


def saved(data: bytes, intro: bytes, prefix: bytes) -> bytes:
    """Attach a bounce as a file."""
    kind = b'Content-Type: application/octet-stream; name="bounce.eml"\nContent-Transfer-Encoding: base64'
    return PERSON + b"Subject: " + prefix + b"a question\n" + MIXED % (intro, kind, base64.encodebytes(data))


def forwarded(data: bytes, intro: bytes, prefix: bytes) -> bytes:
    """Forward a bounce within the text, unquoted."""
    begin = b"\n\n---------- Forwarded message ---------\n"
    return PERSON + b"Subject: " + prefix + subject(data) + b"\n\n" + intro + begin + data


def digested(data: bytes, intro: bytes, prefix: bytes) -> bytes:
    """Send a bounce in the digest of a list."""
    del prefix
    header = b"From: list-request@example.org\nTo: list@example.org\nSubject: list Digest, Vol 1, Issue 2\n"
    kind = b"Content-Type: multipart/digest; boundary=digest-1"
    inner = b"--digest-1\n\n" + data + b"\n--digest-1--"
    return header + b"List-Id: <list.example.org>\nMIME-Version: 1.0\n" + MIXED % (intro, kind, inner)


def away(data: bytes, intro: bytes, prefix: bytes) -> bytes:
    """Answer a bounce by a machine that quotes it."""
    del prefix
    field = b"Auto-Submitted: auto-replied\nSubject: Out of office Re: " + subject(data) + b"\n\n"
    return b"Return-Path: <>\n" + PERSON + field + intro + b"\n\n" + lines(data)


WRAPPERS = (quoted, answered, asked, attached, saved, forwarded, digested, away)
FORWARDS = ("Fwd: ", "FW: ", "WG: ", "TR: ", "RV: ", "Enc: ", "PD: ", "VB: ", "[Fwd: ")


@pytest.mark.parametrize("wrapper", WRAPPERS, ids=lambda wrapper: wrapper.__name__)
def test_a_bounce_that_is_passed_on_is_none(wrapper: Callable[[bytes, bytes, bytes], bytes]) -> None:
    assert BOUNCES
    for path in BOUNCES:
        bounce = classify(wrapper(path.read_bytes(), b"Hi,\n\nwhat is this?", b"Fwd: "))
        assert (bounce.kind in DELIVERIES, bounce.recipients) == (False, ()), path.name


@given(
    path=st.sampled_from(BOUNCES),
    wrapper=st.sampled_from(WRAPPERS),
    intro=st.sampled_from(
        [
            "Please have a look.",
            "Die Mail kam zurück. Ist die Adresse falsch?",
            "Mon message n'a pas pu être remis, pourquoi ?",
            "Mi correo no se pudo entregar.",
            "メールが戻ってきました。",
            "Сообщение не доставлено. Что делать?",
            "550 5.1.1 User unknown: what does it mean?",
            "Your message could not be delivered, it says.\n\n-- \nJoe",
            "",
        ]
    ),
    prefix=st.sampled_from(FORWARDS),
)
def test_no_intro_makes_a_failure_of_it(
    path: Path, wrapper: Callable[[bytes, bytes, bytes], bytes], intro: str, prefix: str
) -> None:
    bounce = classify(wrapper(path.read_bytes(), intro.encode(), prefix.encode()))
    assert bounce.kind not in DELIVERIES
    assert bounce.recipients == ()
