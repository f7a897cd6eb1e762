"""Calendars and cards: the files in them, and where they lead."""

from __future__ import annotations

import base64

import pytest

from mailkit.attachments.pages.calendar import read_ics
from tests.attachments.builders_web import PROGRAM, PROGRAM_64, codes, members, pieces
from tests.timing import assert_linear, flood

HEAD, TAIL = "BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\n", "\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n"
ATTACH = f'ATTACH;FMTTYPE=application/octet-stream;ENCODING=BASE64;VALUE=BINARY;X-FILENAME="setup.exe":{PROGRAM_64}'


def event(line: str) -> bytes:
    """Make an appointment with one line, folded."""
    folded = "\r\n ".join(line[at : at + 70] for at in range(0, len(line), 70))
    return (HEAD + folded + TAIL).encode()


def test_a_file() -> None:
    found = members(read_ics, event(ATTACH))
    assert [(one.name, one.data, one.media_type) for one in found] == [
        ("setup.exe", PROGRAM, "application/octet-stream")
    ]
    assert codes(read_ics, event(ATTACH)) == {"ICS_ATTACH"}


@pytest.mark.parametrize(
    "line",
    [
        f"ATTACH;VALUE=BINARY;ENCODING=BASE64:{PROGRAM_64}",
        f"ATTACH:{PROGRAM_64}",
        f"IMAGE;VALUE=BINARY;ENCODING=BASE64;FMTTYPE=application/x:{PROGRAM_64}",
        f"STRUCTURED-DATA;VALUE=BINARY;ENCODING=BASE64:{PROGRAM_64}",
        f"PHOTO;ENCODING=b;TYPE=JPEG:{PROGRAM_64}",
        f"PHOTO;BASE64;JPEG:{PROGRAM_64}",
        f"LOGO:data:application/octet-stream;base64,{PROGRAM_64}",
        f"X-FOO;ENCODING=BASE64;VALUE=BINARY:{PROGRAM_64}",
        "ATTACH:file://example.org/a/b.txt",
        "ATTACH;FMTTYPE=application/x-msdownload:https://example.org/setup.exe",
        f"ATTACH:data:application/octet-stream;base64,{PROGRAM_64}",
        "attach:\\\\example.org\\a\\b",
        "X-ALT-DESC;FMTTYPE=text/html:<html><script>x</script></html>",
    ],
)
def test_hostile(line: str) -> None:
    assert codes(read_ics, event(line)) == {"ICS_ATTACH"}


@pytest.mark.parametrize(
    "line",
    [
        "DESCRIPTION:Join at https://example.org/j/1\\n",
        "ATTACH;FMTTYPE=application/pdf:https://example.org/agenda.pdf",
        'X-ALT-DESC;FMTTYPE=text/html:<html><body><a href="https://example.org/">a</a></body></html>',
        "URL:https://example.org/",
        "ATTACH:file:///C:/agenda.pdf",
        "ATTACH:CID:part3.1@example.com",
        "ORGANIZER;CN=A:mailto:a@example.org",
    ],
)  # fmt: skip
def test_everyday(line: str) -> None:
    assert pieces(read_ics, event(line)) == []


@pytest.mark.parametrize("content", [b"%PDF-1.4\n" + bytes(99), b"PK\x05\x06" + bytes(18), b"Agenda\n" * 9])
@pytest.mark.parametrize(
    "parameters", ["", ";FMTTYPE=application/octet-stream", ";FMTTYPE=application/pdf;X-FILENAME=a.pdf"]
)
def test_everyday_files(content: bytes, parameters: str) -> None:
    line = f"ATTACH{parameters};ENCODING=BASE64;VALUE=BINARY:{base64.b64encode(content).decode()}"
    assert codes(read_ics, event(line)) == set()
    assert [one.data for one in members(read_ics, event(line))] == [content]


def test_an_address_book() -> None:
    picture = base64.b64encode(b"\xff\xd8\xff\xe0" + bytes(200)).decode()
    card = f"BEGIN:VCARD\r\nFN:A\r\nPHOTO;ENCODING=b;TYPE=JPEG:{picture}\r\nURL:https://example.org/\r\nEND:VCARD\r\n"
    assert pieces(read_ics, card.encode() * 5_000) == []


def test_a_card_with_a_picture() -> None:
    picture = base64.b64encode(b"\xff\xd8\xff\xe0" + bytes(200)).decode()
    card = f"BEGIN:VCARD\r\nFN:A\r\nPHOTO;ENCODING=b;TYPE=JPEG:{picture}\r\nURL:https://example.org/\r\nEND:VCARD\r\n"
    assert pieces(read_ics, card.encode()) == []


def test_damage_never_raises() -> None:
    data = event(ATTACH)
    for end in range(len(data)):
        pieces(read_ics, data[:end])


@pytest.mark.parametrize("unit", [b"ATTACH;A=B", b"ATTACH;VALUE=BINARY:TVqQ\n", b"\n ", b"X-ALT-DESC:<script"])
def test_floods_are_linear(unit: bytes) -> None:
    assert_linear(lambda data: pieces(read_ics, data), flood(unit), most=1 << 17)
