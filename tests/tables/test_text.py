"""Text tables: what makemap takes and what it refuses."""

from __future__ import annotations

import pickle
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailkit.errors import MailkitError, TableError
from mailkit.tables.access import read_access
from mailkit.tables.mailertable import parse_mailertable, read_mailertable
from mailkit.tables.text import Entry, parse_table, read_table


@pytest.mark.parametrize(
    ("text", "entries"),
    [
        pytest.param("", [], id="empty"),
        pytest.param("# a b\n\n", [], id="comment and empty line"),
        pytest.param("   \n\t\n", [], id="blank lines, which makemap complains of"),
        pytest.param("A.Test\tOK\n", [Entry("a.test", "OK", 1)], id="keys in lower case"),
        pytest.param("#\na.test  \t x y  \n", [Entry("a.test", "x y", 2)], id="blanks around a value"),
        pytest.param("a.test OK", [Entry("a.test", "OK", 1)], id="no line end"),
        pytest.param("\ufeffa.test OK\n", [Entry("a.test", "OK", 1)], id="byte order mark"),
        pytest.param("\ufeff# a b\n", [], id="byte order mark before a comment"),
        pytest.param("a.test OK\r\nb.test OK\r\n", [Entry("a.test", "OK", 1), Entry("b.test", "OK", 2)], id="CRLF"),
        pytest.param(
            "a.test OK\\\nb.test OK\n", [Entry("a.test", "OK\\", 1), Entry("b.test", "OK", 2)], id="no joining"
        ),
        pytest.param("a OK # b\n", [Entry("a", "OK # b", 1)], id="no comment behind a value"),
    ],
)
def test_what_is_read(text: str, entries: list[Entry]) -> None:
    assert list(parse_table(text).entries.values()) == entries


@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        pytest.param("a OK\n b OK\n", 2, ("blank", "one line"), id="leading blank"),
        pytest.param("\tREJECT\n", 1, ("blank",), id="leading tab"),
        pytest.param("a\n", 1, ("'a'", "no value"), id="no value"),
        pytest.param("#\na  \n", 2, ("'a'", "no value"), id="blanks for a value"),
        pytest.param("a OK\nA REJECT\n", 2, ("'A'", "line 1"), id="twice"),
    ],
)
def test_what_is_wrong_is_named(text: str, line: int, words: tuple[str, ...], tmp_path: Path) -> None:
    path = tmp_path / "access"
    path.write_text(text)
    for read in (read_table, read_access):
        with pytest.raises(TableError) as caught:
            read(path)
        assert (caught.value.path, caught.value.line) == (str(path), line)
        assert str(caught.value).startswith(f"{path}:{line}: ")
        assert all(word in str(caught.value) for word in words)
    assert isinstance(caught.value, MailkitError | ValueError)
    assert str(pickle.loads(pickle.dumps(caught.value))) == str(caught.value)  # noqa: S301 - our own


@pytest.mark.parametrize("value", ["[in.test]", "in.test", "[IPv6:2001:db8::1]"])
def test_a_mailertable_without_a_mailer(value: str, tmp_path: Path) -> None:
    path = tmp_path / "mailertable"
    path.write_text(f"#\na.test {value}\n")
    with pytest.raises(TableError, match=r"names no mailer.*write 'smtp:") as caught:
        read_mailertable(path)
    assert caught.value.line == 2
    path.write_text(f"a.test smtp:{value}\n")
    assert read_mailertable(path).entries == parse_mailertable(f"a.test smtp:{value}\n").entries


@given(st.lists(st.sampled_from(["a", "B", " ", "\t", "#", "\n", "\r\n", "x:y", "\\", "é"]), max_size=12).map("".join))
def test_a_text_is_read_or_its_line_is_named(text: str) -> None:
    lines = text.split("\n")
    try:
        entries = parse_table(text).entries
    except TableError as error:
        assert lines[error.line - 1].strip()  # noqa: PT017 - either way is right
    else:
        for key, entry in entries.items():
            assert key == entry.key == key.lower()
            assert lines[entry.line - 1].lower().startswith(key)
            assert entry.value
            assert lines[entry.line - 1].strip().endswith(entry.value)


def test_bytes_are_no_text() -> None:
    with pytest.raises(TypeError, match="from its text"):
        parse_table(b"a.test OK")  # type: ignore[arg-type]
