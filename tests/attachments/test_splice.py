"""Taking parts out: the part's bytes and no other; what the standard library reads of the rest stays as it was."""

from __future__ import annotations

import email
import email.message
import email.policy
from collections.abc import Iterator, Sequence

import pytest

from mailkit import parse
from mailkit.attachments import check_attachments, parse_policy, strip_attachments

PROGRAM = "TVqQAAMAAAAEAAAA//8AALgAAAA=\r\n"
TEXT = "Content-Type: text/plain; charset=utf-8\r\n\r\nHello,\r\nthe file.\r\n"
BAD = f'Content-Type: application/octet-stream; name="setup.exe"\r\nContent-Transfer-Encoding: base64\r\n\r\n{PROGRAM}'
PICTURE = "Content-Type: image/png\r\nContent-Transfer-Encoding: base64\r\nContent-ID: <a@b>\r\n\r\niVBORw0KGgo=\r\n"


def multipart(*parts: str, kind: str = "mixed", mark: str = "x", fields: str = "") -> str:
    """Give a multipart as a part, its header included."""
    body = "".join(f"--{mark}\r\n{part}" for part in parts)
    return f'{fields}Content-Type: multipart/{kind}; boundary="{mark}"\r\n\r\nbefore\r\n{body}--{mark}--\r\nafter\r\n'


HEAD = "From: a@example.org\r\nTo: b@example.org\r\nSubject: files\r\nMIME-Version: 1.0\r\n"
WHOLE = {
    "in the middle": HEAD + multipart(TEXT, BAD, PICTURE),
    "last": HEAD + multipart(TEXT, BAD),
    "first": HEAD + multipart(BAD, TEXT),
    "twice": HEAD + multipart(BAD, TEXT, BAD),
    "the only one": HEAD + multipart(BAD),
    "deep": HEAD + multipart(TEXT, multipart(PICTURE, multipart(BAD, PICTURE, mark="z"), mark="y")),
    "in an alternative": HEAD + multipart(TEXT, BAD, kind="alternative"),
    "in a related": HEAD + multipart(TEXT, BAD, PICTURE, kind="related"),
    "the message itself": HEAD + BAD,
    "the message itself, fields between": HEAD.replace("MIME-V", BAD.partition("\r\n\r\n")[0] + "\r\nMIME-V")
    + "\r\n"
    + PROGRAM,
    "in a forwarded message": HEAD
    + multipart(TEXT, "Content-Type: message/rfc822\r\n\r\n" + HEAD + multipart(TEXT, BAD, mark="y")),
    "a forwarded message itself": HEAD + multipart(TEXT, "Content-Type: message/rfc822\r\n\r\n" + HEAD + BAD),
    "in a digest": HEAD + multipart(f"\r\n{HEAD}{BAD}", f"\r\n{HEAD}{TEXT}", kind="digest"),
    "in what is signed": HEAD
    + multipart(
        TEXT,
        multipart(
            multipart(TEXT, BAD, mark="z"),
            "Content-Type: application/pgp-signature\r\n\r\n--\r\n",
            kind="signed",
            mark="y",
        ),
    ),
    "all is signed": HEAD
    + multipart(
        multipart(TEXT, BAD, mark="z"), "Content-Type: application/pgp-signature\r\n\r\nsig\r\n", kind="signed"
    ),
    "uuencoded in a text": HEAD
    + multipart(TEXT, "Content-Type: text/plain\r\n\r\nbegin 644 setup.exe\r\n%35J0``,`\r\n`\r\nend\r\n"),
}
GONE = {
    "in the middle": ["2"],
    "last": ["2"],
    "in an alternative": ["2"],
    "in a related": ["2"],
    "uuencoded in a text": ["2"],
    "first": ["1"],
    "twice": ["1", "3"],
    "the only one": ["1"],
    "deep": ["2.2.1"],
    "the message itself": ["1"],
    "the message itself, fields between": ["1"],
    "in a forwarded message": ["2.1.2"],
    "a forwarded message itself": ["2.1"],
    "in a digest": ["1.1"],
    "in what is signed": ["2"],
    "all is signed": ["1"],
}


def cases() -> Iterator[object]:
    """Give every message with CRLF and with LF."""
    for name, text in WHOLE.items():
        yield pytest.param(text.encode(), GONE[name], id=f"{name}, CRLF")
        yield pytest.param(text.replace("\r\n", "\n").encode(), GONE[name], id=f"{name}, LF")


@pytest.mark.parametrize(("data", "gone"), [*cases()])
def test_only_the_part_goes(data: bytes, gone: list[str]) -> None:
    stripped = strip_attachments(data)
    assert [one.path for one in stripped.removed] == gone
    assert not stripped.refused
    assert (stripped.report.verdict, stripped.report.complete) == ("clean", True)
    assert b"TVqQ" not in stripped.data
    rest, at = b"", 0
    for one in stripped.removed:  # what stands outside of the ranges is there byte for byte, in order
        outside = data[at : one.offset]
        where = stripped.data.find(outside, len(rest))
        assert where >= 0
        rest = stripped.data[: where + len(outside)]
        at = one.offset + one.length
    assert stripped.data.endswith(data[at:])
    newline = b"\r\n" if b"\r\n" in data else b"\n"
    assert stripped.data.count(b"\n") == stripped.data.count(newline)


@pytest.mark.parametrize(("data", "gone"), [*cases()])
def test_another_library_reads_the_rest_as_before(data: bytes, gone: list[str]) -> None:
    before, after = outline(data), outline(strip_attachments(data).data)
    assert len(after) <= len(before)
    kept = [row for row in after if "may be dangerous" not in str(row[-1])]
    assert [row for row in kept if row not in before] == []
    assert len(after) - len(kept) == len(gone)


def outline(data: bytes) -> list[tuple[object, ...]]:
    """Give what the standard library makes of the leaves: header and content."""
    message = email.message_from_bytes(data, policy=email.policy.compat32)
    found: list[tuple[object, ...]] = []
    for part in message.walk():
        if not part.is_multipart():
            content = part.get_payload(decode=True)
            found.append(
                (tuple(part.items()), content.decode("utf-8", "replace") if isinstance(content, bytes) else "")
            )
    return found


@pytest.mark.parametrize(
    "data",
    [
        pytest.param((HEAD + multipart(TEXT, PICTURE)).encode(), id="clean"),
        pytest.param(b"", id="empty"),
        pytest.param(b"no header at all", id="no header"),
    ],
)
def test_a_clean_message_stays(data: bytes) -> None:
    stripped = strip_attachments(data)
    assert (stripped.data, stripped.changed, stripped.refused) == (data, False, ())


def test_what_readers_see_differently_is_refused() -> None:
    data = (HEAD + multipart(TEXT, BAD)).replace("--x--\r\n", "--x--\r\n--x\r\n" + BAD + "--x--\r\n", 1).encode()
    stripped = strip_attachments(data)
    assert {one.reason for one in stripped.refused} == {"ambiguous"}
    assert stripped.data == data
    assert not stripped.removed


def test_what_stands_at_one_place_in_all_readings_goes() -> None:
    data = (HEAD + multipart(TEXT, BAD, PICTURE)).replace("--x--\r\n", "--x--\r\n--x\r\n" + PICTURE + "--x--\r\n", 1)
    stripped = strip_attachments(data.encode())
    assert check_attachments(data.encode()).ambiguous
    assert (stripped.refused, [one.path for one in stripped.removed]) == ((), ["2"])
    start, end = data.index(BAD), data.index(BAD) + len(BAD)
    assert stripped.data.startswith(data[:start].encode())
    assert stripped.data.endswith(data[end:].encode())
    assert b'setup.exe"' not in stripped.data
    assert stripped.report.ambiguous


def test_what_ends_elsewhere_in_another_reading_is_refused() -> None:
    part = BAD + "--x junk\r\n" + PICTURE
    stripped = strip_attachments((HEAD + multipart(TEXT, part)).encode())
    assert {one.reason for one in stripped.refused} == {"ambiguous"}


def test_what_was_encoded_as_a_whole_goes_as_a_whole() -> None:
    import base64  # noqa: PLC0415 - only here

    inner = base64.encodebytes((HEAD + multipart(TEXT, BAD, mark="y")).encode()).decode().replace("\n", "\r\n")
    part = f"Content-Type: message/rfc822\r\nContent-Transfer-Encoding: base64\r\n\r\n{inner}"
    stripped = strip_attachments((HEAD + multipart(TEXT, part, PICTURE)).encode())
    assert [one.path for one in stripped.removed] == ["2"]
    assert stripped.report.verdict == "clean"


def test_the_name_in_a_notice_is_harmless() -> None:
    name = "=?utf-8?Q?a=E2=80=AEgnp=0D=0A=0D=0A--x--.exe?="
    data = (HEAD + multipart(TEXT, BAD.replace("setup.exe", name))).encode()
    stripped = strip_attachments(data, languages=("en", "ja"))
    assert stripped.removed
    text = [part for part in parse(stripped.data).walk() if not part.parts][-1].text()
    assert "a<U+202E>gnp" in text
    assert "メッセージの一部" in text
    assert "\u202e" not in text
    assert "\n--x" not in text


def test_what_went_unscanned_is_told_as_that() -> None:
    part = "Content-Type: application/pkcs7-mime; name=smime.p7m\r\nContent-Transfer-Encoding: base64\r\n\r\nMBMGCSqGSIb3DQEHA6AGMAQCAQAwAA==\r\n"
    text = strip_attachments((HEAD + multipart(TEXT, part)).encode(), unscannable=True).data
    assert b"could not be examined" in text
    assert b"dangerous" not in text


def test_a_file_in_a_text_is_named() -> None:
    stripped = strip_attachments(WHOLE["uuencoded in a text"].encode())
    assert [one.name for one in stripped.removed] == ["setup.exe"]


def test_a_part_that_stands_deep_goes() -> None:
    inner = HEAD + multipart(TEXT, BAD)
    for _ in range(25):
        inner = f"{HEAD}Content-Type: message/rfc822\r\n\r\n{inner}"
    stripped = strip_attachments(inner.encode())
    assert (stripped.refused, len(stripped.removed), stripped.report.verdict) == ((), 1, "clean")
    assert stripped.data.startswith(inner.partition(BAD)[0].encode())


def test_everything_is_not_taken_out() -> None:
    with pytest.raises(ValueError, match="least is 'info'; give suspicious or dangerous"):
        strip_attachments(WHOLE["last"].encode(), least="info")  # type: ignore[arg-type]


def test_a_language_without_notice_is_an_error() -> None:
    with pytest.raises(ValueError, match="give one or more of en"):
        strip_attachments(b"", languages=("xx",))


@pytest.mark.parametrize("languages", [(), "", "de,", ("de", "")])
def test_a_language_is_named(languages: Sequence[str] | str) -> None:
    with pytest.raises(ValueError, match="give one or more of en"):
        strip_attachments(b"", languages=languages)


@pytest.mark.parametrize("languages", ["de", "DE-at", "de_AT", ("de-CH", "DE"), ["de"]])
def test_case_and_region_of_a_language_do_not_matter(languages: Sequence[str] | str) -> None:
    data = (HEAD + multipart(TEXT, BAD)).encode()
    assert strip_attachments(data, languages=languages).data == strip_attachments(data, languages=("de",)).data


def test_languages_as_a_list_in_one_text() -> None:
    data = (HEAD + multipart(TEXT, BAD)).encode()
    assert strip_attachments(data, languages="de, en").data == strip_attachments(data, languages=("de", "en")).data


def test_what_no_longer_holds_is_named() -> None:
    fields = "DKIM-Signature: v=1; a=rsa-sha256; bh=x; b=y\r\nContent-Length: 400\r\nLines: 9\r\nContent-MD5: a==\r\n"
    stripped = strip_attachments((fields + HEAD + multipart(TEXT, BAD)).encode())
    assert stripped.breaks == ("DKIM-Signature", "Content-MD5", "Content-Length", "Lines")


def test_what_was_not_looked_at_goes_where_that_is_wanted() -> None:
    opaque = "Content-Type: application/pkcs7-mime; name=smime.p7m\r\nContent-Transfer-Encoding: base64\r\n\r\nMBMGCSqGSIb3DQEHA6AGMAQCAQAwAA==\r\n"
    data = (HEAD + multipart(TEXT, opaque)).encode()
    assert check_attachments(data).verdict == "unscannable"
    assert not strip_attachments(data).changed
    stripped = strip_attachments(data, unscannable=True)
    assert [(one.path, one.codes) for one in stripped.removed] == [("2", ("ENCRYPTED",))]
    assert stripped.report.verdict == "clean"


def test_suspicious_parts_go_where_that_is_wanted() -> None:
    data = (HEAD + multipart(TEXT, BAD.replace("setup.exe", "a.iso").replace(PROGRAM, "AAAA\r\n"))).encode()
    assert check_attachments(data).verdict == "suspicious"
    assert not strip_attachments(data).changed
    assert [one.name for one in strip_attachments(data, least="suspicious").removed] == ["a.iso"]


FOLDED = 'Content-Type: application/octet-stream;\r\n\tname="setup.exe"; x="Reply-To: e@example.org"\r\n'
CODED = "Content-Transfer-Encoding: base64\r\n"
SHOWN = 'Content-Disposition: attachment; filename="setup.exe"; x=Reply-To: e@example.org\r\n'


@pytest.mark.parametrize(
    "fields", [(FOLDED, CODED, SHOWN), (CODED, SHOWN, FOLDED), (SHOWN, FOLDED, CODED), (FOLDED,), (CODED, FOLDED)]
)
@pytest.mark.parametrize("place", [0, 1, 3, 4])
@pytest.mark.parametrize("newline", ["\r\n", "\n"])
def test_of_a_message_that_is_one_file_the_other_fields_stay(fields: tuple[str, ...], place: int, newline: str) -> None:
    others = HEAD.splitlines(keepends=True)
    text = "".join([*others[:place], *fields, *others[place:], "\r\n", PROGRAM]).replace("\r\n", newline)
    stripped = strip_attachments(text.encode())
    assert stripped.removed
    after = email.message_from_bytes(stripped.data, policy=email.policy.compat32)
    names = [name for name in after.keys() if not name.startswith("Content-")]  # noqa: SIM118 - a message may repeat names
    assert names == ["From", "To", "Subject", "MIME-Version"]
    assert sorted(name for name in set(after.keys()) - set(names)) == [
        "Content-Disposition",
        "Content-Transfer-Encoding",
        "Content-Type",
    ]
    assert not after.defects
    assert "setup.exe" in str(after.get_payload(decode=True))


def test_what_a_site_accepts_unscanned_stays() -> None:
    part = "Content-Type: application/pkcs7-mime; name=smime.p7m\r\nContent-Transfer-Encoding: base64\r\n\r\nMBMGCSqGSIb3DQEHA6AGMAQCAQAwAA==\r\n"
    data = (HEAD + multipart(TEXT, part)).encode()
    assert not strip_attachments(data, unscannable=True, policy=parse_policy('accept = ["ENCRYPTED"]')).changed


def test_more_parts_go_than_findings_are_kept() -> None:
    stripped = strip_attachments((HEAD + multipart(TEXT, *[BAD] * 1_100)).encode())
    assert (len(stripped.removed), stripped.report.verdict) == (1_100, "clean")


def test_more_parts_than_are_kept_are_refused() -> None:
    data = (HEAD + multipart(TEXT, *[BAD] * 4_100)).encode()
    stripped = strip_attachments(data)
    assert (stripped.data, stripped.removed) == (data, ())
    assert {one.reason for one in stripped.refused} == {"remains"}
