"""What a site allows: read strictly, applied to names, findings and gaps."""

from __future__ import annotations

import base64
import gzip
import io
import re
import zipfile
from pathlib import Path

import pytest

from mailkit.attachments import Policy, check_attachments, parse_policy, strip_attachments
from mailkit.errors import RuleError

HEAD = "From: a@example.org\nMIME-Version: 1.0\n"


def mail(name: str, body: str = "AAAA", kind: str = "application/octet-stream") -> bytes:
    """Give a message that is one file."""
    return f'{HEAD}Content-Type: {kind}; name="{name}"\nContent-Transfer-Encoding: base64\n\n{body}\n'.encode()


OPAQUE = "MBMGCSqGSIb3DQEHA6AGMAQCAQAwAA=="


@pytest.mark.parametrize(
    ("name", "text", "verdict"),
    [
        pytest.param("a.iso", "", "suspicious", id="as the project has it"),
        pytest.param("a.iso", '[extensions]\niso = "dangerous"', "dangerous", id="graver"),
        pytest.param("a.iso", '[extensions]\n".ISO" = "info"', "clean", id="allowed, written otherwise"),
        pytest.param("a.exe", '[extensions]\nexe = "info"', "clean", id="even programs, by name"),
        pytest.param("a.xyzzy", '[extensions]\nxyzzy = "suspicious"', "suspicious", id="one that no list has"),
        pytest.param("a.docm", '[codes]\nEXT_MACRO = "info"', "clean", id="a code"),
        pytest.param("a.xyzzy", "", "clean", id="nothing"),
    ],
)
def test_names(name: str, text: str, verdict: str) -> None:
    assert check_attachments(mail(name), policy=parse_policy(text)).verdict == verdict


def test_a_reason_that_is_accepted_stays_told() -> None:
    data = mail("smime.p7m", OPAQUE, "application/pkcs7-mime")
    assert check_attachments(data).verdict == "unscannable"
    report = check_attachments(data, policy=parse_policy('accept = ["ENCRYPTED"]'))
    assert (report.verdict, report.complete) == ("clean", False)
    assert [gap.reason for gap in report.unscanned] == ["ENCRYPTED"]


@pytest.mark.parametrize(
    ("body", "verdict"),
    [
        pytest.param(b"#!/bin/sh\necho hello\n", "clean", id="a script"),
        pytest.param(
            b"MZ" + bytes(58) + b"\x40\0\0\0PE\0\0" + bytes(64) + b"MAILKIT-BENIGN-LOOKALIKE-PAYLOAD",
            "dangerous",
            id="a program called a script",
        ),
    ],
)
@pytest.mark.parametrize("kind", ["application/octet-stream", "application/x-sh", "text/x-shellscript", "text/plain"])
def test_a_developers_site_takes_scripts_of_a_shell_and_no_program(kind: str, body: bytes, verdict: str) -> None:
    data = mail("build.sh", base64.encodebytes(body).decode(), kind)
    assert check_attachments(data, policy=parse_policy('[extensions]\nsh = "info"')).verdict == verdict


def test_what_unpacks_to_many_times_its_size_is_let_in_where_that_is_accepted() -> None:
    data = mail("a.gz", base64.encodebytes(gzip.compress(bytes(1 << 24))).decode(), "application/gzip")
    policy = parse_policy('accept = ["RATIO"]')
    assert check_attachments(data).verdict == "suspicious"
    report = check_attachments(data, policy=policy)
    assert (report.verdict, [gap.reason for gap in report.unscanned]) == ("clean", ["RATIO"])
    assert strip_attachments(data, unscannable=True).changed
    assert not strip_attachments(data, unscannable=True, policy=policy).changed


DOCUMENT = Path(__file__).parents[2].joinpath("docs", "attachments.md").read_text("utf-8")
EXAMPLES = dict(re.findall(r"```toml\n# (\w+)\.toml\n(.*?)```", DOCUMENT, re.DOTALL))
PROGRAM = b"MZ" + bytes(58) + b"\x40\0\0\0PE\0\0" + bytes(64) + b"MAILKIT-BENIGN-LOOKALIKE-PAYLOAD"


def zipped(name: str, data: bytes, flags: int = 0) -> bytes:
    """Give an archive of one file; with flags 1 it says that it is encrypted."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        archive.writestr(name, data)
    raw = bytearray(target.getvalue())
    for mark, place in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        raw[raw.index(mark) + place] |= flags
    return bytes(raw).replace(data, bytes(byte ^ flags * 0x5A for byte in data))


FILES = {
    "a script": ("build.sh", b"#!/bin/sh\nmake\n"),
    "a script of Python": ("a.py", b"#!/usr/bin/python\nprint(1)\n"),
    "JavaScript": ("a.js", b"console.log(1)\n"),
    "a patch": ("a.patch", b"--- a\n+++ b\n@@ -1 +1 @@\n-a\n+b\n"),
    "a batch file": ("a.bat", b"@echo off\nmake\n"),
    "a program": ("a.exe", PROGRAM),
    "a program as a script": ("a.sh", PROGRAM),
    "a program in an archive": ("a.zip", zipped("a.exe", PROGRAM)),
    "zeros": ("a.gz", gzip.compress(bytes(1 << 24))),
    "encrypted": ("a.zip", zipped("a.txt", b"0123456789ab" * 9, 1)),
    "an odd format": ("a.ace", b"\0" * 7 + b"**ACE**" + bytes(40)),
    "a text": ("a.txt", b"hello\n"),
    "with macros": ("a.docm", b"hello\n"),
    "an image": ("a.iso", b"hello\n"),
    "a page": ("a.html", b"<p>hello</p>\n"),
}
GRAVE = {
    "developers": {
        "clean": ("a script", "a script of Python", "JavaScript", "a patch", "zeros", "a text", "a page"),
        "dangerous": ("a batch file", "a program", "a program as a script", "a program in an archive"),
        "unscannable": ("encrypted",),
        "suspicious": ("with macros", "an image"),
    },
    "company": {
        "clean": ("a text", "a patch", "encrypted"),
        "dangerous": ("a program", "a program in an archive", "JavaScript", "with macros", "an image"),
        "suspicious": ("zeros", "a script", "a page"),
    },
    "hold": {
        "clean": ("a text", "a patch", "a page"),
        "dangerous": ("a program", "JavaScript"),
        "suspicious": ("encrypted", "an odd format", "zeros", "a script"),
    },
}


def test_every_example_is_tried() -> None:
    assert list(EXAMPLES) == list(GRAVE)
    assert DOCUMENT.count("```toml") == len(EXAMPLES)


@pytest.mark.parametrize(
    ("example", "file", "verdict"),
    [
        pytest.param(example, file, verdict, id=f"{example}, {file}")
        for example, rows in GRAVE.items()
        for verdict, files in rows.items()
        for file in files
    ],
)
def test_the_examples_of_the_document(example: str, file: str, verdict: str) -> None:
    name, data = FILES[file]
    policy = parse_policy(EXAMPLES[example])
    assert check_attachments(mail(name, base64.encodebytes(data).decode()), policy=policy).verdict == verdict


@pytest.mark.parametrize(
    ("text", "said"),
    [
        pytest.param("a = ", "it is no TOML", id="no TOML"),
        pytest.param("[extension]", "did you mean 'extensions'", id="an unknown table"),
        pytest.param(
            '[extensions]\nexe = "bad"', "key extensions.exe: 'bad' is unknown; give one of info", id="a word"
        ),
        pytest.param("[extensions]\nexe = 1", "key extensions.exe", id="a number"),
        pytest.param("extensions = 1", "a table belongs here", id="no table"),
        pytest.param('[codes]\nOFFICE_VBB = "info"', "did you mean 'OFFICE_VBA'", id="an unknown code"),
        pytest.param('accept = "ENCRYPTED"', "a list of reasons", id="no list"),
        pytest.param('accept = ["OPAQUE"]', "key accept: 'OPAQUE' is unknown", id="an unknown reason"),
    ],
)
def test_a_broken_policy_names_place_and_cure(text: str, said: str) -> None:
    with pytest.raises(RuleError, match=r"site\.toml") as caught:
        parse_policy(text, "site.toml")
    assert said in str(caught.value)


def test_the_standard_is_an_empty_policy() -> None:
    assert parse_policy("") == Policy()
