"""What the grammar of mail can trip over, as tokens and as strategies; and where the corpora are."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import AnyStr

import pytest
from hypothesis import strategies as st

ROOT = Path(__file__).resolve().parent.parent
OWN = ROOT / "corpora" / "mta"
SHARED = ROOT.parent / "shared" / "corpora"

TOKENS = [b"--x", b"--x--", b"--", b"-", b"x", b"\r\n", b"\n", b"\r"]
MULTIPART = b"Content-Type: multipart/mixed; boundary=x\r\n\r\n"
INSIDE_A_PART = MULTIPART + b"--x\r\n\r\n"
NESTED = INSIDE_A_PART[:-2] + b"Content-Type: multipart/mixed; boundary=xx\r\n\r\n--xx\n\n"
MESSAGE_BEGINS = MULTIPART + b"--x\r\nContent-Type: message/rfc822\r\n\r\n"
MESSAGE_IN_PART = MESSAGE_BEGINS + b"A: b\r\n\r\n"
HEADS = [
    b"A: b\r\n c",
    MULTIPART,
    INSIDE_A_PART,
    INSIDE_A_PART,
    NESTED,
    MESSAGE_IN_PART,
    MESSAGE_BEGINS,
    b"",
    b"From a@b 1\n",
]


def joined(tokens: Sequence[AnyStr], most: int) -> st.SearchStrategy[AnyStr]:
    """Give up to so many tokens, joined without separators: separators hide bugs.

    They are drawn as one text whose letters stand for them: a list is drawn one by one, at twice the cost.
    """
    of_letter = {chr(number): token for number, token in enumerate(tokens)}
    none = tokens[0][:0]
    return st.text(list(of_letter), max_size=most).map(lambda text: none.join([of_letter[letter] for letter in text]))


mail = st.builds(
    bytes.__add__,
    st.sampled_from(HEADS),
    joined([*TOKENS, b"A: b\n", b"To: b\n", b" ", b"\n\n", b"--xx"], 14),
)


def cut(data: bytes, size: int) -> list[bytes]:
    """Cut data into pieces of a size."""
    return [data[start : start + size] for start in range(0, len(data), size)]


def shared(name: str) -> Path:
    """Give a folder of the shared corpora, or skip the test, saying so."""
    folder = SHARED / name
    if not folder.is_dir():
        pytest.skip(f"the corpus {name} is not beside the project")
    return folder


def mails(folder: Path) -> list[Path]:
    """Give every message of a corpus folder; an empty folder fails, so that a moved one cannot pass."""
    found = sorted(path for path in folder.rglob("*") if path.suffix in {".eml", ".txt", ".msg", ".mbox"})
    assert found, f"{folder} has no messages"
    return found
