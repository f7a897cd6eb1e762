"""Evidence stands where the answer says, in every corpus."""

from __future__ import annotations

import pytest

from mailkit import Message, classify, parse
from mailkit.bounce.result import Evidence
from tests.strategies import OWN, mails, shared


def stands(message: Message, data: bytes, one: Evidence) -> bool:
    """Say whether the words are there, or in an encoded part, where the place alone can be checked."""
    place = data[one.offset : one.offset + one.length]
    if not place or len(place) != one.length:
        return False
    parts = [part for part in message.walk() if not part.parts and part.body_start <= one.offset < part.body_end]
    encoded = any(part.encoding in {"base64", "quoted-printable"} for part in parts)
    words = one.what.split()
    return encoded or not one.what.isascii() or all(word.encode() in place for word in (words[0], words[-1]))


@pytest.mark.parametrize("corpus", ["own", "sisimai-public", "flufl-public"])
def test_evidence_stands_where_it_says(corpus: str) -> None:
    paths = sorted(OWN.parent.glob("*/*.eml")) if corpus == "own" else mails(shared(corpus))
    seen = 0
    wrong: list[tuple[str, Evidence]] = []
    for path in paths:
        data = path.read_bytes()
        message = parse(data)
        for recipient in classify(message).recipients:
            seen += len(recipient.evidence)
            wrong.extend((path.name, one) for one in recipient.evidence if not stands(message, data, one))
    assert wrong == []
    assert seen > 10
