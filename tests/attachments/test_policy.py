"""What a site allows: read strictly, applied to names, findings and gaps."""

from __future__ import annotations

import base64
import gzip

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
