"""The file of keys: what is wrong with it is said with its place, and never with a secret."""

from __future__ import annotations

from datetime import date

import pytest

from mailkit.errors import RuleError
from mailkit.lists import Tokens
from mailkit.lists.keys import parse_keys

KEY = "30313233343536373839616263646566"


def test_the_driver_and_the_reader_agree() -> None:
    tokens = parse_keys(f'days = 5\nmark = "-b"\n[keys]\na = "{KEY}"\nb = "{KEY}00"')
    same = Tokens({"a": bytes.fromhex(KEY), "b": bytes.fromhex(KEY + "00")}, days=5, mark="-b")
    path = tokens.encode("news@lists.test", "joe@example.org", today=date(2026, 11, 1))
    told = same.decode(path, today=date(2026, 11, 2))
    assert told is not None
    assert told.genuine
    assert "=b" in path  # the last one signs


@pytest.mark.parametrize(
    ("text", "words"),
    [
        pytest.param("", "k.toml: key keys: it names no key", id="empty"),
        pytest.param("[keys", "k.toml: it is no TOML", id="no TOML"),
        pytest.param(f'[key]\na = "{KEY}"', "key key: it is unknown", id="another table"),
        pytest.param('[keys]\na = "xyzxyz"', "key keys.a: it is not hexadecimal", id="not hexadecimal"),
        pytest.param("[keys]\na = 12", "key keys.a: it is not hexadecimal", id="a number"),
        pytest.param('[keys]\na = "3031"', "the key 'a' has 2 bytes", id="short"),
        pytest.param(f'[keys]\nlong = "{KEY}"', "names no key", id="a long name"),
        pytest.param(f'days = 0\n[keys]\na = "{KEY}"', "days of 1 or more", id="no days"),
        pytest.param(f'days = "5"\n[keys]\na = "{KEY}"', "key days: it is no whole number", id="days in words"),
        pytest.param(f'mark = ""\n[keys]\na = "{KEY}"', "key mark: it is no text", id="no mark"),
    ],
)
def test_faults(text: str, words: str) -> None:
    with pytest.raises(RuleError) as caught:
        parse_keys(text, "k.toml")
    assert words in str(caught.value)
    assert "xyzxyz" not in str(caught.value)
    assert KEY not in str(caught.value)
