"""What a part is called, and what it says of itself."""

from __future__ import annotations

import pytest

from mailkit.message import parse


@pytest.mark.parametrize(
    ("head", "names"),
    [
        pytest.param("Content-Disposition: attachment; filename=a", ("a",), id="file name"),
        pytest.param("Content-Type: a/b; name=a", ("a",), id="name"),
        pytest.param("Content-Type: a/b; name=n\nContent-Disposition: inline; filename=f", ("f", "n"), id="both"),
        pytest.param("Content-Type: a/b; name=f\nContent-Disposition: inline; filename=f", ("f",), id="each once"),
        pytest.param(
            "Content-Type: a/b; name=n; name*=''N\nContent-Disposition: inline; filename=f; filename*=''F",
            ("F", "f", "N", "n"),
            id="extended, plain, extended name, plain name",
        ),
        pytest.param("Content-Disposition: inline; filename=a; filename=b", ("a", "b"), id="twice"),
        pytest.param(
            'Content-Disposition: inline; filename="C:\\TEMP\\a.png"', ("C:TEMPa.png", "C:\\TEMP\\a.png"), id="path"
        ),
        pytest.param('Content-Type: a/b; name=n\nContent-Disposition: inline; filename=""', ("n",), id="empty"),
        pytest.param("Content-Type: a/b; filename=f", ("f",), id="in the wrong field"),
        pytest.param("Content-Disposition: inline; name=n", ("n",), id="in the other wrong field"),
        pytest.param("Content-Disposition: form-data; name=n", (), id="a field of a form"),
        pytest.param('Content-Disposition: form-data; name=n; filename="f"', ("f",), id="a file of a form"),
        pytest.param("Content-Type: a/b; x=y\nContent-Disposition: inline; x*=''y; x=z", (), id="none"),
        pytest.param("Subject: a", (), id="no fields"),
        pytest.param(
            "Content-Type: a/b; charset=koi8-r\nContent-Disposition: inline; filename=\udcc1", ("а",), id="raw"
        ),
    ],
)
def test_names(head: str, names: tuple[str, ...]) -> None:
    part = parse(head.encode("utf-8", "surrogateescape") + b"\n\n").root
    assert part.filenames == names
    assert part.filename == (names[0] if names else None)


@pytest.mark.parametrize(
    ("raw", "subject"),
    [
        pytest.param(b"Subject: =?utf-8?B?44GC?=\n =?utf-8?B?44GE?=", "あい", id="words"),
        pytest.param(b"Subject: =?utf-8?Q?Hello\n _there?=", "Hello there", id="folded inside"),
        pytest.param(b"Subject:\r\n a\r\n b\r\n", "a b", id="folded"),
        pytest.param(b"Subject: \xe4\nContent-Type: text/plain; charset=utf-8", "ä", id="Latin-1, declared UTF-8"),
        pytest.param(b"Subject: \xc1\nContent-Type: text/plain; charset=koi8-r", "а", id="as the body declares"),
        pytest.param(b"Subject: \xc3\xa4\nContent-Type: text/plain; charset=koi8-r", "ä", id="UTF-8 all the same"),
        pytest.param(b"Subject: \xe4", "ä", id="nothing declared"),
        pytest.param(b"Subject:", "", id="empty"),
        pytest.param(b"To: a", None, id="none"),
    ],
)
def test_subject(raw: bytes, subject: str | None) -> None:
    assert parse(raw + b"\n\n").root.subject == subject


def test_charset_is_as_written() -> None:
    assert parse(b"Content-Type: text/plain; charset=UTF-8\n\n").root.charset == "UTF-8"
    assert parse(b"Content-Type: text/plain\n\n").root.charset is None
