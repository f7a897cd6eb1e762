"""Files that hide in how a message holds its parts: behind long lines, floods, further messages and further texts."""

from __future__ import annotations

import base64
import contextlib
import email
import random
from collections.abc import Iterator
from pathlib import Path

import pytest

from mailkit.attachments import check_attachments
from tests.strategies import ROOT

HEAD = b"From: a@x.test\nMIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=x\n\n"
PROGRAM = base64.b64encode(b"MZ" + b"\x90\0" * 30 + b"MAILKIT-BENIGN-LOOKALIKE-PAYLOAD")
FILE = (
    b'Content-Type: application/octet-stream; name="setup.exe"\nContent-Transfer-Encoding: base64\n\n' + PROGRAM + b"\n"
)
TEXT = b"Content-Type: text/plain\n\nhello\n"
SCRIPT = b"<html><body><script>var a=new ActiveXObject('WScript.Shell');a.Run('x')</script></body></html>\n"
MESSAGE = HEAD + b"--x\n" + TEXT + b"--x\n" + FILE + b"--x--\n"


def multipart(*parts: bytes) -> bytes:
    """Give a message of some parts."""
    return HEAD + b"".join(b"--x\n" + part for part in parts) + b"--x--\n"


@pytest.mark.parametrize("size", [10, 1_200, 50_000, 70_000, 200_000])
@pytest.mark.parametrize("pad", [b" ", b"\t"])
def test_behind_a_long_delimiter_line(size: int, pad: bytes) -> None:
    report = check_attachments(HEAD + b"--x\n" + TEXT + b"--x" + pad * size + b"\n" + FILE + b"--x--\n")
    assert report.verdict in {"dangerous", "suspicious"}
    assert report.verdict == "dangerous" or not report.complete


@pytest.mark.parametrize("junk", [b"junk\nA: b\n", b"Content-Type: a/b; a=1; a=2\n", b"X: \0\n"])
def test_behind_a_flood_of_faults(junk: bytes) -> None:
    """The second boundary is that of some readers; a thousand other faults stand before it."""
    flood = b"".join(b"--x\n" + junk + b"\nz\n" for _ in range(1_500))
    inner = b"Content-Type: multipart/mixed; boundary=q; boundary=r\n\n--r\n" + FILE + b"--r--\n"
    report = check_attachments(HEAD + flood + b"--x\n" + inner + b"--x--\n")
    assert report.verdict == "dangerous"


def test_in_the_second_message_of_an_mbox() -> None:
    box = (
        b"From a@x.test Sat Jan  3 01:02:03 2026\nSubject: one\n\nhello\n\nFrom a@x.test Sat Jan  3 01:02:04 2026\n"
        + MESSAGE
    )
    part = b'Content-Type: application/mbox; name="box.mbox"\nContent-Transfer-Encoding: base64\n\n'
    report = check_attachments(multipart(TEXT, part + base64.encodebytes(box)))
    assert report.verdict == "dangerous"
    assert any("setup.exe" in (one.name or "") for one in report.attachments)


def test_very_many_messages_in_an_mbox() -> None:
    box = b"From a@x.test Sat Jan  3 01:02:03 2026\nSubject: one\n\nhello\n\n" * 5_000
    part = b'Content-Type: application/mbox; name="box.mbox"\nContent-Transfer-Encoding: base64\n\n'
    report = check_attachments(multipart(TEXT, part + base64.encodebytes(box)))
    assert (report.verdict, [one.reason for one in report.unscanned]) == ("unscannable", ["PARTS"])


@pytest.mark.parametrize("junk", [b"--", b"\r--", b"\n\r--\n", b"-_-", b"__", b"--=", b"-=-", b"=__", b"_"])
@pytest.mark.parametrize("at", range(9))
def test_behind_letters_of_another_alphabet(at: int, junk: bytes) -> None:
    """Dashes and underscores are letters to some (RFC 4648 section 5), and nothing at all to others (RFC 2045 section 6.8)."""
    body = PROGRAM[:at] + junk + b"\n" * (at == 0) + PROGRAM[at:]
    part = b'Content-Type: image/jpeg; name="photo.jpg"\nContent-Transfer-Encoding: base64\n\n' + body + b"\n"
    assert check_attachments(multipart(TEXT, part)).verdict == "dangerous"


@pytest.mark.parametrize("at", range(1, 9))
def test_behind_padding_inside_of_base64(at: int) -> None:
    """Some end the data there, some begin anew, and some, the standard library too, pass it over."""
    body = PROGRAM[:at] + b"=" + PROGRAM[at:]
    part = b'Content-Type: image/jpeg; name="photo.jpg"\nContent-Transfer-Encoding: base64\n\n' + body + b"\n"
    assert check_attachments(multipart(TEXT, part)).verdict == "dangerous"


@pytest.mark.parametrize("kind", [b"message/rfc822", b"multipart/mixed; boundary=x"])
@pytest.mark.parametrize("encoding", [b"base64", b"quoted-printable", b"x-uuencode"])
def test_in_what_says_that_it_is_encoded_and_is_not(kind: bytes, encoding: bytes) -> None:
    head = b"Content-Type: " + kind + b"\nContent-Transfer-Encoding: " + encoding + b"\n\n"
    body = MESSAGE if kind.startswith(b"message") else MESSAGE.partition(b"\n\n")[2]
    assert check_attachments(b"A: b\n" + head + body).verdict == "dangerous"
    inner = b"Content-Type: multipart/mixed; boundary=o\n\n--o\n" + head + body + b"\n--o--\n"
    assert check_attachments(inner).verdict == "dangerous"


PAGE = b"Content-Type: text/html\n\n"


@pytest.mark.parametrize(
    ("parts", "verdict"),
    [
        pytest.param((PAGE + SCRIPT,), "clean", id="the message itself"),
        pytest.param((TEXT, PAGE + SCRIPT), "dangerous", id="a further page"),
        pytest.param((TEXT, PAGE + b"<p>You get this from a list.</p>\n"), "clean", id="a footer"),
        pytest.param(
            (
                b"Content-Type: multipart/alternative; boundary=y\n\n--y\n"
                + TEXT
                + b"--y\n"
                + PAGE
                + SCRIPT
                + b"--y--\n",
            ),
            "clean",
            id="an alternative",
        ),
        pytest.param(
            (
                b"Content-Type: multipart/alternative; boundary=y\n\n--y\n" + TEXT + b"--y\n"
                b"Content-Type: multipart/related; boundary=z\n\n--z\n" + PAGE + SCRIPT + b"--z--\n--y--\n",
                TEXT,
            ),
            "clean",
            id="a page with its pictures",
        ),
    ],
)
def test_a_page_without_a_name(parts: tuple[bytes, ...], verdict: str) -> None:
    assert check_attachments(multipart(*parts)).verdict == verdict


FOLDERS = (ROOT / "corpora/attachments/hostile", ROOT.parent / "shared/corpora/attachments-public")


def programs(data: bytes) -> Iterator[bytes]:
    """Give what the standard library takes for programs in a message: a peer that knows nothing of us."""
    try:
        parts = [*email.message_from_bytes(data).walk()]
    except Exception:  # noqa: BLE001 - it raises on some
        return
    for part in parts:
        with contextlib.suppress(Exception):  # likewise
            content = part.get_payload(decode=True)
            if isinstance(content, bytes) and content.startswith(b"MZ") and content[2:64].count(0) > 8:
                yield content


def changed(data: bytes, noise: random.Random) -> bytes:
    """Give a message with a few lines cut, doubled, moved or changed."""
    lines = data.split(b"\n")
    for _ in range(noise.randrange(1, 4)):
        place = noise.randrange(min(len(lines), 60))
        what = noise.randrange(6)
        if what == 0:
            lines.insert(place, lines[place])
        elif what == 1:
            del lines[place]
        elif what == 2:
            other = noise.randrange(min(len(lines), 60))
            lines[place : place + 1] = [lines[other], lines[place]]
        elif what == 3:
            lines[place] += noise.choice([b" ", b";", b'"', b"\r", b"\t x", b"--", b" " * 1_500, b"=", b"\0"])
        elif what == 4:
            lines[place] = lines[place].swapcase()
        elif lines[place]:
            at = noise.randrange(len(lines[place]))
            lines[place] = (
                lines[place][:at] + noise.choice([b" ", b"\0", b'"', b"=", b":", b"\n", b""]) + lines[place][at + 1 :]
            )
        if not lines:
            return b""
    return b"\n".join(lines)


def hidden(rounds: int, seed: int) -> list[str]:
    """Give the changed messages in which the standard library reads a program and a check says that all is well."""
    noise = random.Random(seed)
    found = []
    for folder in FOLDERS:
        for path in sorted(Path(folder).glob("*.eml")):
            data = path.read_bytes()
            if len(data) > 60_000 or not any(programs(data)):
                continue
            for number in range(rounds):
                one = changed(data, noise)
                if any(programs(one)):
                    report = check_attachments(one)
                    if report.verdict == "clean":
                        found.append(f"{path.name} {number}")
    return found


def test_what_the_standard_library_reads_is_found() -> None:
    assert hidden(3, 1) == []


@pytest.mark.slow
def test_what_the_standard_library_reads_is_found_in_very_many() -> None:
    assert hidden(25, 2) == []
