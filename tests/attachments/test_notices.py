"""Notices: every language says all there is to say, plainly; nothing of the sender's does harm in them."""

from __future__ import annotations

import base64
import email
import email.policy
import io
import unicodedata
import zipfile
from typing import get_args

import pytest

from mailkit import parse
from mailkit.attachments import parse_policy, strip_attachments
from mailkit.attachments.codes import CODES
from mailkit.attachments.notice_words import LANGUAGES, WHYS
from mailkit.attachments.notices import NAME_CHARACTERS, Notice, Whole, notice_text, why_of
from mailkit.attachments.pieces import Reason

PROGRAM = b"MZ" + bytes(58) + b"\x40\0\0\0PE\0\0" + bytes(64) + b"MAILKIT-BENIGN-LOOKALIKE-PAYLOAD"
EVERY = tuple(LANGUAGES)
MOST_BYTES = 1_600
"""Of a notice in one language, with the longest names, in UTF-8."""


def mail(*parts: str) -> bytes:
    """Give a message of some parts behind a text."""
    body = "".join(f"--x\n{part}\n" for part in ("Content-Type: text/plain\n\nhello", *parts))
    return f"MIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=x\n\n{body}--x--\n".encode()


def part(name: str, data: bytes, kind: str = "application/octet-stream") -> str:
    """Give a file as a part."""
    return (
        f'Content-Type: {kind}; name="{name}"\nContent-Transfer-Encoding: base64\n\n{base64.encodebytes(data).decode()}'
    )


def zipped(**files: bytes) -> bytes:
    """Give an archive."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        for name, data in files.items():
            archive.writestr(name.replace("_", "."), data)
    return target.getvalue()


def notice(data: bytes, language: str = "en", *, unscannable: bool = False) -> list[str]:
    """Give the lines of the notice that stands behind the text of a message, as the standard library reads it."""
    stripped = strip_attachments(data, languages=language, unscannable=unscannable)
    assert stripped.removed
    message = email.message_from_bytes(stripped.data, policy=email.policy.default)
    last = [one for one in message.walk() if not one.is_multipart()][-1]
    assert not last.defects
    return str(last.get_content()).splitlines()


SIGNED = (
    "Content-Type: multipart/signed; boundary=y; protocol=application/pgp-signature\n\n--y\n"
    + part("setup.exe", PROGRAM)
    + "--y\nContent-Type: application/pgp-signature\n\nsig\n--y--\n"
)
CASES = {
    "a file": (part("setup.exe", PROGRAM), ["Name: setup.exe", f"Size (bytes): {len(PROGRAM)}", "Reason: program"]),
    "in what is signed": (
        SIGNED,
        ["The part was signed, so all of it was removed.", "Contains: setup.exe", "Reason: program"],
    ),
    "in a text": (
        "Content-Type: text/plain\n\nSee:\nbegin 644 setup.exe\n%35J0``,`\n`\nend\n",
        [
            "The text and the files in it were removed together.",
            "Contains: setup.exe",
            "Reason: program",
        ],
    ),
}


@pytest.mark.parametrize("case", CASES)
def test_a_notice_tells_what_went_and_why(case: str) -> None:
    text, lines = CASES[case]
    assert notice(mail(text)) == [LANGUAGES["en"].head, *lines]


def test_the_file_in_an_archive_is_named() -> None:
    lines = notice(mail(part("docs.zip", zipped(a_txt=b"hi", setup_exe=PROGRAM))))
    assert lines[1:3] == ["Name: docs.zip", "Contains: setup.exe"]
    assert lines[-1] == "Reason: program"


def test_of_many_files_the_first_are_named() -> None:
    files = {f"a{number}_exe": PROGRAM for number in range(9)}
    assert "Contains: a0.exe, a1.exe, a2.exe, …" in notice(mail(part("docs.zip", zipped(**files))))


OPAQUE = base64.b64decode("MBMGCSqGSIb3DQEHA6AGMAQCAQAwAA==")
UNSCANNED = {
    "encrypted": (part("smime.p7m", OPAQUE, "application/pkcs7-mime"), "Reason: encrypted"),
    "elsewhere": ("Content-Type: message/external-body; access-type=x\n\n\n", "Reason: content from elsewhere"),
    "a piece": ("Content-Type: message/partial; id=a; number=2\n\nabc\n", "Reason: could not be read"),
}


@pytest.mark.parametrize("case", UNSCANNED)
def test_what_could_not_be_examined_is_told_as_that(case: str) -> None:
    text, why = UNSCANNED[case]
    lines = notice(mail(text), unscannable=True)
    assert lines[0] == LANGUAGES["en"].opaque
    assert lines[-1] == why
    assert "dangerous" not in "\n".join(lines)


def test_what_a_policy_holds_for_being_encrypted_is_told_as_that() -> None:
    policy = parse_policy('[codes]\nCRYPTO_OPAQUE = "dangerous"')
    data = strip_attachments(mail(UNSCANNED["encrypted"][0]), policy=policy).data
    assert (b"not be examined" in data, b"dangerous" in data) == (True, False)


def test_a_part_whose_findings_are_not_kept_is_called_dangerous() -> None:
    stripped = strip_attachments(mail(*[part("setup.exe", PROGRAM)] * 1_100))
    assert (stripped.data.count(b"may be dangerous"), b"not be examined" in stripped.data) == (1_100, False)


@pytest.mark.parametrize("language", EVERY)
def test_every_language_has_every_text(language: str) -> None:
    words = LANGUAGES[language]
    assert all(text.strip() for text in words)
    assert len(words.whys.split("|")) == len(WHYS)
    assert len({why.strip() for why in words.whys.split("|")} - {""}) == len(WHYS)
    sentences = words[:4]
    assert len(set(sentences)) == len(sentences)
    assert all(text[-1] in ".。" and len(text) < 100 for text in sentences)
    assert all(text[-1] in " ：" for text in (words.name, words.inside, words.size, words.reason))
    if language != "en":
        assert set(sentences).isdisjoint(LANGUAGES["en"])


@pytest.mark.parametrize("whole", get_args(Whole))
@pytest.mark.parametrize("is_opaque", [False, True])
@pytest.mark.parametrize("language", EVERY)
def test_no_placeholder_is_left(language: str, is_opaque: bool, whole: Whole) -> None:  # noqa: FBT001 - a parameter
    told = Notice("{name}.exe", 4_711, (*CODES, *get_args(Reason)), is_opaque, ("{0}", "b"), whole)
    text = notice_text(told, (language,))
    assert text.replace("{name}", "").replace("{0}", "").isprintable() is False  # line ends alone
    assert not set("{}|") & set(text.replace("{name}", "").replace("{0}", ""))
    assert "4711" in text
    assert not any(code in text for code in CODES if "_" in code)
    assert text.endswith("\n")
    assert "\n\n" not in text


EVIL = "a\u202egnp\r\n--x--\r\n\0\x1b[31m\u2028\u2066\u200b.exe"


@pytest.mark.parametrize("language", EVERY)
def test_names_do_no_harm(language: str) -> None:
    text = notice_text(Notice(EVIL, 1, ("EXT_EXECUTABLE",), inside=(EVIL, EVIL)), (language,))
    assert {one for one in text if unicodedata.category(one) in {"Cc", "Cf", "Zl", "Zp"}} == {"\n"}
    assert len(text.splitlines()) == len(notice_text(Notice("a", 1, ("X",), inside=("b",)), (language,)).splitlines())


@pytest.mark.parametrize("language", EVERY)
@pytest.mark.parametrize("name", ["a.exe", "b" * 300 + ".exe", "=?utf-8?B?44GC?=.exe"])
def test_lines_and_sizes(language: str, name: str) -> None:
    stripped = strip_attachments(mail(part(name, PROGRAM)), languages=language)
    (gone,) = stripped.removed
    raw = stripped.data[gone.offset :].partition(b"\n--x--")[0]
    assert raw.isascii()
    assert max(map(len, raw.split(b"\n"))) <= 76
    assert len(raw) < MOST_BYTES


def test_the_longest_notice_is_short() -> None:
    told = Notice("\u202e" * 900, 1 << 40, tuple(CODES), inside=("\u202e" * 900,) * 900, whole="signed")
    for language in EVERY:
        text = notice_text(told, (language,))
        assert len(text) < 4 * 8 * (NAME_CHARACTERS + 1) + MOST_BYTES


def test_languages_stand_one_below_the_other() -> None:
    text = notice_text(Notice("a.exe", 1, ("EXT_EXECUTABLE",)), EVERY)
    assert text.split("\n\n")[0].splitlines()[0] == LANGUAGES["en"].head
    assert len(text.split("\n\n")) == len(EVERY)


@pytest.mark.parametrize("code", [*(code for code, one in CODES.items() if one.severity != "info"), *get_args(Reason)])
def test_every_code_has_a_reason_in_plain_words(code: str) -> None:
    carriers = {"ARCHIVE_MEMBER", "TNEF_MEMBER", "EXT_CONTAINER"}
    assert (why_of([code]) == ("other",)) == (code in carriers)


def test_the_reader_gets_the_notice_in_its_language() -> None:
    data = strip_attachments(mail(part("setup.exe", PROGRAM)), languages=EVERY).data
    text = [one for one in parse(data).walk() if not one.parts][-1].text()
    assert all(words.head in text for words in LANGUAGES.values())
