"""Signatures, made here with keys that are made here: good ones, and each way in which one is not."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import sys
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple
from urllib.parse import urlencode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailkit.adapters.webhooks import check_mailgun, check_sendgrid, check_sns, sns_certificate_url
from mailkit.adapters.webhooks.signatures import canonical
from mailkit.errors import MailkitError
from tests.adapters.payloads import AT, dump, sns

KEY = b"key-of-this-test"
TOKEN = "t" * 50
TOPIC = "arn:aws:sns:eu-west-1:123456789012:bounces"


def mailgun(*, stamp: str = str(AT), token: str = TOKEN, key: bytes = KEY, **change: object) -> bytes:
    signature = hmac.new(key, f"{stamp}{token}".encode(), hashlib.sha256).hexdigest()
    told = {"timestamp": stamp, "token": token, "signature": signature} | change
    return dump({"signature": told, "event-data": {"event": "delivered"}})


@pytest.mark.parametrize(
    ("body", "why"),
    [
        pytest.param(mailgun(), "", id="good"),
        pytest.param(mailgun(stamp=str(AT - 800)), "", id="within the window"),
        pytest.param(mailgun(stamp=str(AT - 1_000)), "1000 seconds ago", id="too old"),
        pytest.param(mailgun(stamp=str(AT + 1_000)), "1000 seconds from now", id="to come"),
        pytest.param(mailgun(stamp="soon"), "timestamp is none", id="no time"),
        pytest.param(mailgun(key=b"another"), "not of this key", id="another key"),
        pytest.param(mailgun(signature="0" * 64), "not of this key", id="another signature"),
        pytest.param(mailgun(timestamp=str(AT + 1)), "not of this key", id="a time that is changed"),
        pytest.param(mailgun(signature="\u00e9"), "not of this key", id="letters that are no hexadecimals"),
        pytest.param(mailgun(signature=""), "not signed", id="an empty one"),
        pytest.param(mailgun(signature=[1]), "not signed", id="an array"),
        pytest.param(dump({"event-data": {}}), "not signed", id="none"),
        pytest.param(b"[]", "not signed", id="no object"),
        pytest.param(b"\xff" * 100, "not signed", id="nonsense"),
        pytest.param(b"[" * 100_000, "not signed", id="deep"),
    ],
)
def test_mailgun(body: bytes, why: str) -> None:
    found = check_mailgun(body, KEY, now=AT)
    assert found.genuine == (not why)
    assert why in found.why


def test_a_form_of_mailgun_is_checked_too() -> None:
    told = json.loads(mailgun())["signature"]
    found = check_mailgun(urlencode({"event": "bounced", **told}).encode(), KEY, now=AT)
    assert found == (True, "", TOKEN)


def test_a_signature_without_a_key_is_the_callers_mistake() -> None:
    with pytest.raises(MailkitError, match="signing key"):
        check_mailgun(mailgun(), b"")


def library(name: str) -> Any:  # noqa: ANN401 - a module
    """Give a module of cryptography; a test that needs it skips without."""
    return pytest.importorskip(f"cryptography.{name}", reason="cryptography is not installed")


class Pair(NamedTuple):
    """A private key, and what is public of it: a certificate in PEM, or the key as SendGrid's settings show it."""

    private: Any
    public: bytes


@pytest.fixture(scope="module")
def amazon() -> Pair:
    """Make a key and a certificate of its own, as SNS has them."""
    x509, rsa = library("x509"), library("hazmat.primitives.asymmetric.rsa")
    hashes, serialization = library("hazmat.primitives.hashes"), library("hazmat.primitives.serialization")
    private = rsa.generate_private_key(public_exponent=65_537, key_size=2_048)
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "sns.test")])
    today = datetime.now(UTC)
    builder = x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(private.public_key())
    builder = builder.serial_number(7).not_valid_before(today).not_valid_after(today + timedelta(days=1))
    certificate = builder.sign(private, hashes.SHA256())
    return Pair(private, certificate.public_bytes(serialization.Encoding.PEM))


@pytest.fixture(scope="module")
def twilio() -> Pair:
    """Make a key as SendGrid has them."""
    ec, serialization = library("hazmat.primitives.asymmetric.ec"), library("hazmat.primitives.serialization")
    private = ec.generate_private_key(ec.SECP256R1())
    form = serialization.PublicFormat.SubjectPublicKeyInfo
    der = private.public_key().public_bytes(serialization.Encoding.DER, form)
    return Pair(private, base64.b64encode(der))


def signed(pair: Pair, version: str = "2", **change: object) -> dict[str, Any]:
    """Write a post of SNS's and sign it as it does; what is changed is signed, too."""
    hashes, padding = library("hazmat.primitives.hashes"), library("hazmat.primitives.asymmetric.padding")
    value = sns({"eventType": "Open"}) | {"SignatureVersion": version} | change
    digest = hashes.SHA256() if version == "2" else hashes.SHA1()
    signature = pair.private.sign(canonical(value), padding.PKCS1v15(), digest)
    return value | {"Signature": base64.b64encode(signature).decode()}


CONFIRMATION = {"Type": "SubscriptionConfirmation", "Token": "t", "SubscribeURL": "https://sns.example/"}


@pytest.mark.parametrize("version", ["1", "2"])
@pytest.mark.parametrize(
    "change", [{}, {"Subject": "May"}, CONFIRMATION], ids=["plain", "with a subject", "confirmation"]
)
def test_sns(amazon: Pair, version: str, change: dict[str, object]) -> None:
    value = signed(amazon, version, **change)
    assert check_sns(dump(value), amazon.public, topics=[TOPIC]) == (True, "", "")


@pytest.mark.parametrize(
    ("change", "why"),
    [
        pytest.param({"Message": "{}"}, "not of this certificate", id="another message"),
        pytest.param({"Timestamp": "2026-05-29T20:26:40.000Z"}, "not of this certificate", id="another time"),
        pytest.param({"Subject": "May"}, "not of this certificate", id="a subject that was not there"),
        pytest.param({"SignatureVersion": "1"}, "not of this certificate", id="the other digest"),
        pytest.param({"SignatureVersion": "3"}, "not known", id="another version"),
        pytest.param({"Signature": "!"}, "not signed", id="no base64"),
        pytest.param({"Signature": ""}, "not signed", id="none"),
        pytest.param({"Signature": "AAAA"}, "not of this certificate", id="a short one"),
        pytest.param({"TopicArn": "arn:aws:sns:eu-west-1:666:evil"}, "none of the topics", id="another topic"),
        pytest.param({"SigningCertURL": "https://evil.example/a.pem"}, "not Amazon's", id="another host"),
        pytest.param({"SigningCertURL": 7}, "not Amazon's", id="a number as an URL"),
    ],
)
def test_an_sns_post_that_is_not_genuine(amazon: Pair, change: dict[str, object], why: str) -> None:
    found = check_sns(dump(signed(amazon) | change), amazon.public, topics=[TOPIC])
    assert not found.genuine
    assert why in found.why


def test_anyones_topic_has_good_signatures(amazon: Pair) -> None:
    value = signed(amazon, TopicArn="arn:aws:sns:eu-west-1:666:evil")
    assert "none of the topics" in check_sns(dump(value), amazon.public, topics=[TOPIC]).why


@pytest.mark.parametrize("body", [b"", b"[]", b"\xff", b"[" * 100_000, b"{}"])
def test_what_is_no_post_of_sns(amazon: Pair, body: bytes) -> None:
    assert not check_sns(body, amazon.public, topics=[TOPIC]).genuine


def test_a_certificate_that_is_none_is_the_callers_mistake(amazon: Pair, twilio: Pair) -> None:
    for wrong in (b"", b"-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n", twilio.public):
        with pytest.raises(MailkitError, match="certificate is none"):
            check_sns(dump(signed(amazon)), wrong, topics=[TOPIC])


@pytest.mark.parametrize(
    ("url", "good"),
    [
        ("https://sns.eu-west-1.amazonaws.com/SimpleNotificationService-1.pem", True),
        ("https://sns.cn-north-1.amazonaws.com.cn/a.pem", True),
        ("http://sns.eu-west-1.amazonaws.com/a.pem", False),
        ("https://sns.eu-west-1.amazonaws.com.evil.example/a.pem", False),
        ("https://sns.eu-west-1.amazonaws.com@evil.example/a.pem", False),
        ("https://evil.example@sns.eu-west-1.amazonaws.com/a.pem", False),
        ("https://evil.example/sns.eu-west-1.amazonaws.com/a.pem", False),
        ("https://sns.eu-west-1.amazonaws.com:8443/a.pem", False),
        ("https://sns.eu-west-1.amazonaws.com/a.exe", False),
        ("https://bucket.s3.amazonaws.com/a.pem", False),
        ("https://[sns/a.pem", False),
        ("https://sns.eu-west-1.amazonaws.com:x/a.pem", False),
        ("file:///etc/passwd", False),
        ("", False),
    ],
)
def test_the_url_of_a_certificate(url: str, good: bool) -> None:  # noqa: FBT001 - a row of a table
    assert sns_certificate_url(dump({"SigningCertURL": url})) == (url if good else "")


def post(pair: Pair, body: bytes, stamp: str = str(AT)) -> dict[str, str]:
    """Sign a body as SendGrid does: the headers."""
    ec, hashes = library("hazmat.primitives.asymmetric.ec"), library("hazmat.primitives.hashes")
    signature = pair.private.sign(stamp.encode() + body, ec.ECDSA(hashes.SHA256()))
    return {
        "X-Twilio-Email-Event-Webhook-Signature": base64.b64encode(signature).decode(),
        "X-Twilio-Email-Event-Webhook-Timestamp": stamp,
    }


BODY = b'[{"event": "delivered"}]\r\n'


def test_sendgrid(twilio: Pair) -> None:
    public = twilio.public.decode()
    headers = post(twilio, BODY)
    assert check_sendgrid(BODY, headers, public, now=AT + 5) == (True, "", "")
    lower = {key.lower(): value for key, value in headers.items()}
    assert check_sendgrid(BODY, lower, public, now=AT).genuine
    assert check_sendgrid(BODY.strip(), headers, public, now=AT).why == "its signature is not of this key"
    assert check_sendgrid(BODY, headers, public, now=AT + 1_000).why == "it was signed 1000 seconds ago"
    assert check_sendgrid(BODY, {}, public, now=AT).why == "it is not signed"
    assert check_sendgrid(BODY, post(twilio, BODY, "soon"), public, now=AT).why == "its timestamp is none"
    later = headers | {"X-Twilio-Email-Event-Webhook-Timestamp": str(AT + 1)}
    assert check_sendgrid(BODY, later, public, now=AT).why == "its signature is not of this key"


@pytest.mark.parametrize("wrong", ["", "AAAA", "no base64!"])
def test_a_public_key_that_is_none_is_the_callers_mistake(twilio: Pair, wrong: str) -> None:
    with pytest.raises(MailkitError, match="public key is none"):
        check_sendgrid(BODY, post(twilio, BODY), wrong, now=AT)


def test_without_the_library_the_error_names_the_cure(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("cryptography", "cryptography.x509", "cryptography.hazmat.primitives.asymmetric.ec"):
        monkeypatch.setitem(sys.modules, name, None)
    value = sns("m") | {"Signature": "AAAA"}
    with pytest.raises(MailkitError, match="pip install"):
        check_sns(dump(value), b"", topics=[TOPIC])
    headers = {
        "X-Twilio-Email-Event-Webhook-Signature": "AAAA",
        "X-Twilio-Email-Event-Webhook-Timestamp": str(AT),
    }
    with pytest.raises(MailkitError, match="pip install"):
        check_sendgrid(BODY, headers, "AAAA", now=AT)
    assert check_mailgun(mailgun(), KEY, now=AT).genuine  # needs none


@given(st.binary(max_size=60), st.text(max_size=10), st.text(max_size=10))
def test_nothing_that_is_posted_raises(body: bytes, signature: str, stamp: str) -> None:
    told = {"timestamp": stamp, "token": signature, "signature": signature}
    for one in (body, dump({"signature": told}), dump(sns(stamp) | {"Signature": signature, "SigningCertURL": stamp})):
        assert not check_mailgun(one, KEY).genuine
        assert not check_sns(one, b"", topics=[]).genuine
        assert not sns_certificate_url(one)
