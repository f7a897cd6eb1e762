"""A large mailbox made of the corpora: messages repeated, each with ids, addresses and a queue id of its own.

    python benchmarks/bigbox.py 100000 big.mbox

The same number gives the same bytes. Messages of the corpora are small, their headers being cut to what matters; so each gets
fields of its own in front, as signatures and filters add them, and has 4.5 kB on average.
"""

from __future__ import annotations

import base64
import hashlib
import re
import sys
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
FOLDERS = (ROOT / "corpora", ROOT.parent / "shared" / "corpora")
LEFT_OUT = frozenset({"attachments", "attachments-public", "spool", "text", "japanese-public"})
"""Corpora that are not about deliveries."""
MOST_BYTES = 60_000
FIELD_BYTES = 2_500
SEPARATOR = b"From MAILER-DAEMON Thu Nov 26 10:00:%02d 2026\n"
_FROM = re.compile(rb"^(>*From )", re.MULTILINE)
_ADDRESS = re.compile(rb"(?<![\w.+-])([a-z][\w.+-]{1,40})@(?=[\w-]+\.[\w.-]+)")


def samples() -> list[bytes]:
    """Give the messages that are repeated."""
    paths = [path for folder in FOLDERS for path in sorted(folder.rglob("*.eml")) if not LEFT_OUT & set(path.parts)]
    found = [
        data for path in paths if len(data := path.read_bytes()) <= MOST_BYTES and b"\n\n" in data.replace(b"\r", b"")
    ]
    assert found, "no corpora"
    return found


def messages(count: int) -> Iterator[bytes]:
    """Give so many messages, all different."""
    known = samples()
    for number in range(count):
        data = _ADDRESS.sub(rb"\1.n%d@" % number, known[number % len(known)], count=8)
        yield b"X-Number: %d\n" % number + _fields(number) + data


def _fields(number: int) -> bytes:
    """Give header fields that say nothing."""
    text = base64.b64encode(hashlib.shake_128(b"%d" % number).digest(FIELD_BYTES * 3 // 4))
    lines = [text[at : at + 72] for at in range(0, len(text), 72)]
    return b"".join(
        b"X-Filter-Signature-%d: v=1; b=%s\n" % (at, b"\n\t".join(lines[at : at + 8])) for at in range(0, len(lines), 8)
    )


def mbox(count: int) -> Iterator[bytes]:
    """Give an mbox of so many messages, From lines quoted as mboxrd has them."""
    for number, data in enumerate(messages(count)):
        yield SEPARATOR % (number % 60) + _FROM.sub(rb">\1", data) + (b"\n" if data.endswith(b"\n") else b"\n\n")


if __name__ == "__main__":
    with Path(sys.argv[2]).open("wb") as file:
        file.writelines(mbox(int(sys.argv[1])))
