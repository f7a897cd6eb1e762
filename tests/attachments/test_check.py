"""The walk: every branch is followed, every limit is said, and one branch's end is not the others'."""

from __future__ import annotations

import base64
import gzip
import io
import warnings
import zipfile
from collections.abc import Iterator
from typing import Any

import msgspec
import pytest

from mailkit import Limits, parse
from mailkit.attachments import check_attachments, parse_policy, strip_attachments
from mailkit.attachments.codes import CODES
from mailkit.attachments.pieces import Piece
from mailkit.attachments.result import AttachmentReport
from mailkit.attachments.walk import FAILED

PROGRAM = (
    b"MZ"
    + bytes(58)
    + (64).to_bytes(4, "little")
    + b"PE\0\0L\x01\x01\0"
    + bytes(120)
    + b"MAILKIT-BENIGN-LOOKALIKE-PAYLOAD"
)
HEAD = b"From: a@example.org\r\nSubject: files\r\nMIME-Version: 1.0\r\n"


def part(name: str, content: bytes, kind: str = "application/octet-stream") -> bytes:
    """Give a part with a file, in base64."""
    fields = f'Content-Type: {kind}; name="{name}"\r\nContent-Transfer-Encoding: base64\r\n\r\n'
    return fields.encode() + base64.encodebytes(content).replace(b"\n", b"\r\n")


def mail(*parts: bytes) -> bytes:
    """Give a message with a text and files."""
    text = b"Content-Type: text/plain\r\n\r\nHello.\r\n"
    return (
        HEAD
        + b'Content-Type: multipart/mixed; boundary="x"\r\n\r\n'
        + b"".join(b"--x\r\n" + one for one in (text, *parts))
        + b"--x--\r\n"
    )


def packed(**members: bytes) -> bytes:
    """Give a ZIP; of a name with __ the last becomes a dot."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name.replace("__", "."), content)
    return out.getvalue()


def codes(report: AttachmentReport) -> set[tuple[str, str]]:
    """Give what was found, with where."""
    return {(one.code, one.path) for one in report.findings}


def test_a_member_has_a_path_and_its_container_a_code() -> None:
    report = check_attachments(mail(part("a.zip", packed(setup__exe=PROGRAM))))
    assert report.verdict == "dangerous"
    assert {
        ("EXT_EXECUTABLE", "2!setup.exe"),
        ("MAGIC_EXECUTABLE", "2!setup.exe"),
        ("ARCHIVE_MEMBER", "2!setup.exe"),
    } <= codes(report)
    assert [(one.path, one.severity) for one in report.attachments] == [
        ("2", "dangerous"),
        ("2!setup.exe", "dangerous"),
    ]
    assert report.findings[0].severity == "dangerous"


def test_every_step_of_a_path_is_named() -> None:
    inner = mail(part("b.zip", packed(c__gz=gzip.compress(PROGRAM))))
    report = check_attachments(mail(part("a.zip", packed(d__eml=inner))))
    assert ("MAGIC_EXECUTABLE", "2!d.eml!2!c.gz!c") in codes(report)


def test_offsets_lead_to_the_part() -> None:
    data = mail(part("a.txt", b"hello"), part("a.exe", PROGRAM))
    report = check_attachments(data)
    at = next(one.offset for one in report.findings if one.code == "MAGIC_EXECUTABLE")
    assert data[at:].startswith(base64.encodebytes(PROGRAM)[:60])


@pytest.mark.parametrize("depth", [1, 2, 5])
def test_archives_are_opened_so_deep_and_the_siblings_all_the_same(depth: int) -> None:
    content = PROGRAM
    for _ in range(depth + 3):
        content = packed(a__zip=content)
    data = mail(part("deep.zip", content), part("b.zip", packed(setup__exe=PROGRAM)))
    report = check_attachments(data, limits=Limits(container_depth=depth))
    assert ("ARCHIVE_MEMBER", "3!setup.exe") in codes(report)
    assert ("ARCHIVE_DEPTH", "2" + "!a.zip" * (depth + 1)) in codes(report)
    assert [gap.reason for gap in report.unscanned] == ["DEPTH"]
    assert not report.complete


def test_a_program_one_level_further_is_still_known() -> None:
    content = packed(setup__exe=PROGRAM)
    for _ in range(2):
        content = packed(a__zip=content)
    report = check_attachments(mail(part("deep.zip", content)), limits=Limits(container_depth=2))
    assert ("MAGIC_EXECUTABLE", "2!a.zip!a.zip!setup.exe") in codes(report)
    assert report.complete


def test_bombs_end_by_their_ratio() -> None:
    bomb = packed(a__txt=bytes(40_000_000))
    report = check_attachments(mail(part("a.zip", bomb)))
    assert report.verdict == "suspicious"
    assert ("ARCHIVE_BOMB", "2!a.txt") in codes(report) or ("ARCHIVE_BOMB", "2") in codes(report)
    assert {gap.reason for gap in report.unscanned} == {"RATIO"}


def test_the_middle_of_a_split_archive_was_not_looked_at() -> None:
    report = check_attachments(mail(part("photos.z02", bytes(range(256)) * 9)))
    assert (report.verdict, [gap.reason for gap in report.unscanned]) == ("unscannable", ["PARTIAL"])


def test_names_are_fit_to_be_printed_and_paths_are_unique() -> None:
    target = io.BytesIO()
    long = "a" * 400 + "\u202e" + "b" * 400 + "\u202etxt.exe"
    with warnings.catch_warnings(), zipfile.ZipFile(target, "w") as archive:
        warnings.simplefilter("ignore")
        for name in ("a.txt", "a.txt", "a.txt (2)", "a.txt", long, long.replace("\u202eb", "\u202ec")):
            archive.writestr(name, name + str(len(archive.filelist)))
    report = check_attachments(mail(part("a.zip", target.getvalue())))
    paths = [one.path for one in report.attachments]
    assert len(paths) == len(set(paths)) == 7
    assert {"2!a.txt", "2!a.txt (2)", "2!a.txt (3)", "2!a.txt (2) (2)"} <= set(paths)
    assert all(name.isprintable() and name.endswith(".exe") for name in [report.attachments[-1].name or ""])
    assert max(len(one.name or "") for one in report.attachments) < 300
    assert max(map(len, paths)) < 200


@pytest.mark.parametrize("name", ["a.zip.001", "a.zip"])
def test_the_beginning_of_an_archive_is_damaged_where_it_is_no_volume(name: str) -> None:
    whole = packed(a__txt=bytes(range(256)) * 9, b__txt=bytes(range(255, -1, -1)) * 9)
    report = check_attachments(mail(part(name, whole[: len(whole) // 3])))
    assert not report.complete
    assert report.verdict == ("suspicious" if name == "a.zip" else "unscannable")


def test_a_site_may_take_bombs_unread() -> None:
    report = check_attachments(
        mail(part("a.zip", packed(a__txt=bytes(40_000_000)))), policy=parse_policy('accept = ["RATIO"]')
    )
    assert (report.verdict, report.complete) == ("clean", False)


def test_members_are_counted_over_all_archives() -> None:
    one = packed(**{f"{number}__txt": b"x" for number in range(60)})
    report = check_attachments(mail(part("a.zip", one), part("b.zip", one)), limits=Limits(member_count=100))
    assert "PARTS" in {gap.reason for gap in report.unscanned}
    assert sum(one.path.count("!") for one in report.attachments) == 100
    assert report.verdict == "unscannable"


def test_time_ends_a_walk_and_says_so() -> None:
    ticks = iter(range(10_000))
    data = mail(*(part(f"{number}.zip", packed(a__txt=b"x")) for number in range(40)))
    report = check_attachments(data, clock=lambda: float(next(ticks)))
    assert "TIME" in {gap.reason for gap in report.unscanned}
    assert report.verdict == "unscannable"


@pytest.mark.parametrize(
    ("fields", "body", "code", "reason"),
    [
        pytest.param("message/partial; id=a; number=1; total=2", b"x", "MIME_PARTIAL", "PARTIAL", id="partial"),
        pytest.param("message/external-body; access-type=URL", b"x", "MIME_EXTERNAL", "EXTERNAL", id="external"),
        pytest.param(
            "text/plain", b"-----BEGIN PGP MESSAGE-----\r\n\r\nhQ==\r\n", "CRYPTO_OPAQUE", "ENCRYPTED", id="PGP"
        ),
    ],
)
def test_what_cannot_be_looked_at_is_told(fields: str, body: bytes, code: str, reason: str) -> None:
    report = check_attachments(HEAD + f"Content-Type: {fields}\r\n\r\n".encode() + body)
    assert (code, "1") in codes(report)
    assert [gap.reason for gap in report.unscanned] == [reason]
    assert report.verdict != "clean"


def test_another_reading_is_walked_and_named() -> None:
    data = mail(part("a.txt", b"hello")) + b"--x\r\n" + part("setup.exe", PROGRAM) + b"--x--\r\n"
    report = check_attachments(data)
    assert (report.verdict, report.ambiguous) == ("dangerous", True)
    assert "after_close=True" in {one.reading for one in report.findings if one.code == "EXT_EXECUTABLE"}
    assert ("MIME_AMBIGUOUS", "1") in codes(report)


def test_a_message_that_was_parsed_or_not_is_the_same() -> None:
    data = mail(part("a.zip", packed(setup__exe=PROGRAM)))
    assert check_attachments(parse(data)) == check_attachments(data)


def test_the_answer_is_json() -> None:
    report = check_attachments(mail(part("a.zip", packed(setup__exe=PROGRAM))))
    value: Any = msgspec.json.decode(msgspec.json.encode(report))
    assert value["verdict"] == "dangerous"
    assert {"code", "severity", "path", "offset", "at", "detail", "source", "reading"} == set(value["findings"][0])


def test_findings_are_bounded() -> None:
    data = mail(*(part("a.exe", PROGRAM) for _ in range(2_000)))
    report = check_attachments(data)
    assert len(report.findings) <= Limits().finding_count
    assert report.verdict == "dangerous"


@pytest.mark.parametrize("code", CODES)
def test_every_code_says_what_it_means_and_where_that_is_known_from(code: str) -> None:
    meaning = CODES[code]
    assert meaning.title[0].isupper()
    assert not meaning.title.endswith(".")
    assert meaning.source


def test_a_reader_that_fails_is_never_clean(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("mailkit.attachments.archives.ziparchive.read_zip", _raising)
    report = check_attachments(mail(part("a.zip", packed(a__txt=b"x"))))
    assert report.verdict == "unscannable"
    assert report.unscanned[0].detail.startswith(FAILED)


def _raising(_data: bytes, _budget: object) -> Iterator[Piece]:
    yield from ()
    message = "oops"
    raise ValueError(message)


def test_a_page_alone_in_an_archive_is_a_carrier() -> None:
    page = b"<html><body>Please sign in.</body></html>"
    report = check_attachments(mail(part("a.zip", packed(invoice__html=page))))
    assert ("ARCHIVE_MEMBER", "2!invoice.html") in codes(report)
    assert report.verdict == "suspicious"
    assert (
        check_attachments(mail(part("a.zip", packed(invoice__html=page, logo__png=b"\x89PNG\r\n\x1a\n")))).verdict
        == "clean"
    )


@pytest.mark.parametrize("boundary", ['""', "", "other", '"%78"'])
def test_parts_of_a_multipart_whose_boundary_is_not_found_are_looked_at(boundary: str) -> None:
    data = (
        mail(part("setup.exe", PROGRAM))
        .replace(b'boundary="x"', f"boundary={boundary}".encode())
        .replace(b"--x\r\n", b"--\r\n")
    )
    report = check_attachments(data)
    assert report.verdict == "dangerous"
    assert "EXT_EXECUTABLE" in {one.code for one in report.findings}


@pytest.mark.parametrize("where", ["preamble", "epilogue"])
def test_files_around_the_parts_are_found(where: str) -> None:
    packed_file = b"begin 644 b.exe\r\n#0V%T\r\n`\r\nend\r\n"
    data = mail(part("a.txt", b"hello"))
    data = (
        data.replace(b"\r\n\r\n--x", b"\r\n\r\n" + packed_file + b"--x", 1)
        if where == "preamble"
        else data + packed_file
    )
    report = check_attachments(data)
    assert ("UU_IN_TEXT", f"{where}!b.exe") in codes(report)
    assert report.verdict == "dangerous"
    stripped = strip_attachments(data)
    assert (stripped.changed, {one.reason for one in stripped.refused}) == (False, {"structure"})


def test_more_files_in_a_text_than_are_looked_at_are_told() -> None:
    text = b"begin 644 a.txt\n#0V%T\n`\nend\n" * 5 + b"begin 644 a.exe\n#0V%T\n`\nend\n"
    report = check_attachments(b"\n" + text, limits=Limits(embedded_count=5))
    assert (report.verdict, [gap.reason for gap in report.unscanned]) == ("unscannable", ["PARTS"])


def test_a_flood_of_findings_is_told() -> None:
    odd = b"--x\r\nContent-Type: text/plain; a\r\n\r\nx\r\n"
    data = HEAD + b'Content-Type: multipart/mixed; boundary="x"\r\n\r\n' + odd * 1_100 + b"--x--\r\n"
    report = check_attachments(data)
    assert report.verdict == "suspicious"
    assert "AMBIGUOUS" in {gap.reason for gap in report.unscanned}


@pytest.mark.parametrize(
    "kind",
    [
        pytest.param("multipart", id="no subtype"),
        pytest.param("multipart/", id="empty subtype"),
        pytest.param("mulitpart/mixed", id="mistyped"),
        pytest.param("x-multipart/mixed", id="x"),
        pytest.param("text/plain", id="text"),
        pytest.param("application/x", id="another type"),
        pytest.param('"multipart/mixed"', id="quoted"),
    ],
)
def test_a_boundary_makes_parts_whatever_the_type(kind: str) -> None:
    data = mail(part("setup.exe", PROGRAM)).replace(b"multipart/mixed", kind.encode(), 1)
    assert "MAGIC_EXECUTABLE" in {one.code for one in check_attachments(data).findings}


def test_blanks_before_delimiters() -> None:
    data = mail(part("setup.exe", PROGRAM)).replace(b"--x", b" --x")
    assert "MAGIC_EXECUTABLE" in {one.code for one in check_attachments(data).findings}


@pytest.mark.parametrize("where", ["preamble", "epilogue"])
@pytest.mark.parametrize("line", [b"", b"\r\n", b"--y\r\n", b"--\r\n"])
def test_parts_around_the_parts_are_found(where: str, line: bytes) -> None:
    hidden = line + part("setup.exe", PROGRAM)
    data = mail(part("a.txt", b"hello"))
    data = data.replace(b"\r\n\r\n--x", b"\r\n\r\n" + hidden + b"--x", 1) if where == "preamble" else data + hidden
    report = check_attachments(data)
    assert report.verdict == "dangerous"
    assert not strip_attachments(data).changed


def test_mail_that_quotes_a_part_is_clean_unless_a_program_is_there() -> None:
    said = b"Content-Type: text/plain\r\n\r\nIt said:\r\n\r\n--x9\r\n"
    assert check_attachments(HEAD + said + part("setup.exe", b"MZ, it begins so")).verdict == "clean"
    assert check_attachments(HEAD + said + part("notes.zip", packed(a__txt=b"hello" * 99))).verdict == "clean"
    assert check_attachments(HEAD + said + part("setup.exe", PROGRAM)).verdict == "dangerous"


@pytest.mark.parametrize(
    "field",
    [
        "Content-Description: setup.exe",
        "Content-Location: https://example.org/a/setup.exe?x=1",
        "Content-Location: file:///c:/setup.exe",
    ],
)
def test_a_nameless_part_is_named_by_other_fields(field: str) -> None:
    data = mail(f"Content-Type: application/octet-stream\r\n{field}\r\n\r\nhello\r\n".encode())
    assert ("EXT_EXECUTABLE", "2") in codes(check_attachments(data))


@pytest.mark.parametrize("name", ["README.md", "install.rst", "session.log"])
def test_texts_that_speak_of_commands_are_clean(name: str) -> None:
    text = b"# Install\n\niex (iwr https://example.org/x.ps1)\nStart-Process notepad\n"
    assert check_attachments(mail(part(name, text, "text/plain"))).verdict == "clean"
