"""S/MIME and OpenPGP: what is signed is taken out, what is encrypted is said to be."""

from __future__ import annotations

import random
import zlib

import pytest

from mailkit.attachments.documents.crypto import read_p7, read_pgp
from mailkit.attachments.pieces import Member
from tests.attachments.builders_archives import codes, contents, pieces, reasons
from tests.attachments.builders_ole import DATA, cms, der
from tests.timing import assert_linear, flood

MAIL = b"Content-Type: text/plain\r\n\r\nhello\r\n" * 9
OCTETS = der(4, MAIL)
BUILT = der(0x24, der(4, MAIL[:100]), der(0x24, der(4, MAIL[100:])))
OPAQUE = {"CRYPTO_OPAQUE"}


@pytest.mark.parametrize(
    "data",
    [
        pytest.param(cms(2, OCTETS), id="definite"),
        pytest.param(cms(2, OCTETS, indefinite=True), id="indefinite"),
        pytest.param(cms(2, BUILT), id="built of others"),
        pytest.param(cms(2, der(0x24, der(4, MAIL[:9]), der(4, MAIL[9:]), indefinite=True), indefinite=True), id="streamed"),
    ],
)  # fmt: skip
def test_signed(data: bytes) -> None:
    assert contents(read_p7, data) == {"smime.eml": MAIL}
    assert (codes(read_p7, data), reasons(read_p7, data)) == (set(), set())
    assert [one.media_type for one in pieces(read_p7, data) if isinstance(one, Member)] == ["message/rfc822"]


def test_compressed() -> None:
    data = cms(9, der(4, zlib.compress(MAIL)))
    assert contents(read_p7, data) == {"smime.eml": MAIL}
    assert (codes(read_p7, data), reasons(read_p7, data)) == (set(), set())


@pytest.mark.parametrize(
    ("data", "found", "why"),
    [
        pytest.param(cms(3, OCTETS), OPAQUE, {"ENCRYPTED"}, id="enveloped"),
        pytest.param(cms(3, OCTETS, indefinite=True), OPAQUE, {"ENCRYPTED"}, id="enveloped, indefinite"),
        pytest.param(cms(23, OCTETS), OPAQUE, {"ENCRYPTED"}, id="enveloped and authenticated"),
        pytest.param(cms(9, OCTETS), OPAQUE, {"UNSUPPORTED"}, id="compressed"),
        pytest.param(cms(2, None), set(), set(), id="detached"),
        pytest.param(cms(2, der(4)), set(), set(), id="empty"),
        pytest.param(der(0x30, der(6, b"\x2a\x03"), der(0xA0)), set(), set(), id="another type"),
        pytest.param(der(0x30, der(2, b"\3"), der(0x30, DATA)), set(), set(), id="PKCS 12"),
        pytest.param(
            der(0x30, der(6, bytes.fromhex("2a864886f70d010706")), der(0xA0)), OPAQUE, {"ENCRYPTED"}, id="encrypted"
        ),
        pytest.param(b"", set(), {"MALFORMED"}, id="nothing"),
        pytest.param(b"\x30\x84\xff\xff\xff\xff", set(), {"MALFORMED"}, id="head alone"),
        pytest.param(b"\x30\xff" + bytes(200), set(), {"MALFORMED"}, id="length of 127 bytes"),
        pytest.param(bytes(range(256)), set(), {"MALFORMED"}, id="garbage"),
    ],
)
def test_what_is_told(data: bytes, found: set[str], why: set[str]) -> None:
    assert (codes(read_p7, data), reasons(read_p7, data), contents(read_p7, data)) == (found, why, {})


@pytest.mark.parametrize(
    ("data", "found"),
    [
        (b"-----BEGIN PGP MESSAGE-----\n\nhQ==\n", OPAQUE),
        (b"hello\n-----BEGIN PGP MESSAGE-----\n", OPAQUE),
        (b"-----BEGIN PGP SIGNATURE-----\n", set()),
        (b"-----BEGIN PGP PUBLIC KEY BLOCK-----\n", set()),
        (b"\x85\x01\x0c\x03", OPAQUE),
        (b"\xc1\xc0\x4c\x03", OPAQUE),
        (b"\xd2\x01", OPAQUE),
        (b"\x99\x01\x0d\x04", set()),
        (b"", set()),
    ],
    ids=["armour", "text before", "signature", "key", "old packet", "new packet", "SEIPD", "binary key", "nothing"],
)
def test_openpgp(data: bytes, found: set[str]) -> None:
    assert (codes(read_pgp, data), bool(reasons(read_pgp, data))) == (found, bool(found))


def test_every_prefix_and_flips() -> None:
    for data in (cms(2, BUILT), cms(2, BUILT, indefinite=True)):
        for end in range(len(data)):
            assert all(MAIL.startswith(one or b"") for one in contents(read_p7, data[:end]).values())
        chance = random.Random(4)
        for _ in range(3000):
            hurt = bytearray(data)
            hurt[chance.randrange(80)] = chance.randrange(256)
            assert len(pieces(read_p7, bytes(hurt))) < 3


@pytest.mark.parametrize("unit", [b"\x04\x00", b"\x24\x80", b"\x24\x80\x04\x01a", b"\x04\x01a", b"\x30\x80", b"\xff"])
def test_floods(unit: bytes) -> None:
    assert_linear(lambda data: pieces(read_p7, data), lambda size: cms(2, flood(unit)(size)))
    assert_linear(lambda data: pieces(read_pgp, data), flood(unit, b"-----BEGIN PGP "))
