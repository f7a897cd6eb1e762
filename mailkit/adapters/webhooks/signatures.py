"""Whether a post is genuine: Mailgun's by the standard library, SNS's and SendGrid's where `cryptography` is installed.

Sources: Mailgun documentation, "Securing webhooks"; Amazon SNS developer guide, "Verifying the signatures of Amazon SNS
messages"; Twilio SendGrid documentation, "Event Webhook security features". Postmark, SparkPost, KumoMTA and PowerMTA
sign nothing: give them a URL with a user and a password, and compare these. Nothing is fetched here.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import re
import time
from collections.abc import Collection, Mapping
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import urlsplit

from mailkit.adapters.webhooks.mailgun import form
from mailkit.adapters.webhooks.values import Object, load, obj, text
from mailkit.errors import SourceError

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.hashes import HashAlgorithm

WINDOW_SECONDS = 900
"""How far the time of a signature may lie from now, either way; Mailgun tries again with a new one."""
_SNS_HOST = re.compile(r"sns\.[a-z0-9\-]{1,40}\.amazonaws\.com(?:\.cn)?")
_SNS_NOTIFICATION = ("Message", "MessageId", "Subject", "Timestamp", "TopicArn", "Type")
_SNS_CONFIRMATION = ("Message", "MessageId", "SubscribeURL", "Timestamp", "Token", "TopicArn", "Type")
_SENDGRID_SIGNATURE = "x-twilio-email-event-webhook-signature"
_SENDGRID_TIMESTAMP = "x-twilio-email-event-webhook-timestamp"
_MAILGUN, _SES, _SENDGRID = "mailgun", "ses", "sendgrid"
_MAX_BYTES = 4_096
"""Of a signature, a token or a timestamp."""


class Signed(NamedTuple):
    """What a signature is worth."""

    genuine: bool
    why: str = ""
    """What is wrong; empty where nothing is."""
    token: str = ""
    """Mailgun's token: one that was seen before is a copy."""


def check_mailgun(
    body: bytes,
    key: bytes,
    *,
    content_type: str = "",
    now: float | None = None,
    window: int = WINDOW_SECONDS,
) -> Signed:
    """Check a post of Mailgun's by the account's signing key: HMAC (RFC 2104) of SHA-256 over timestamp and token.

    The body itself is not signed: keep the tokens of a window, and refuse one that comes twice.
    """
    if not key:
        raise _mistake(_MAILGUN, "a signature is checked by a key: give the HTTP webhook signing key")
    value = load(body)
    value = form(body, content_type) if value is None else value
    whole = value if isinstance(value, dict) else {}
    told = obj(whole, "signature") or whole
    stamp, token, signature = (_raw(told, name) for name in ("timestamp", "token", "signature"))
    if not stamp or not token or not signature:
        return Signed(genuine=False, why="it is not signed")
    expected = hmac.new(key, (stamp + token).encode("utf-8", "replace"), hashlib.sha256).hexdigest()
    if not hmac.compare_digest(expected.encode(), signature.lower().encode("utf-8", "replace")):
        return Signed(genuine=False, why="its signature is not of this key", token=token)
    why = _stale(stamp, now, window)
    return Signed(genuine=not why, why=why, token=token)


def _raw(told: Object, name: str) -> str:
    """Give a value exactly as it is signed."""
    found = told.get(name)
    return found[:_MAX_BYTES] if isinstance(found, str) else text(told, name)


def _stale(stamp: str, now: float | None, window: int) -> str:
    """Say why a time is out of the window; nothing where it is in."""
    if not (stamp.isascii() and stamp.isdigit() and len(stamp) <= 12):
        return "its timestamp is none"
    age = (time.time() if now is None else now) - int(stamp)
    return f"it was signed {abs(age):.0f} seconds {'ago' if age > 0 else 'from now'}" if abs(age) > window else ""


def sns_certificate_url(body: bytes) -> str:
    """Give the URL of the certificate that a post of SNS names; empty where it names none of Amazon's.

    Only https and the host of SNS itself are taken. Fetch it yourself, once, and keep it.
    """
    value = load(body)
    return _certificate_url(value) if isinstance(value, dict) else ""


def _certificate_url(value: Object) -> str:
    url = text(value, "SigningCertURL", "SigningCertUrl")
    try:
        parts = urlsplit(url)
        plain = parts.scheme == "https" and parts.port is None and "@" not in parts.netloc
        genuine = plain and bool(_SNS_HOST.fullmatch(parts.hostname or "")) and parts.path.endswith(".pem")
    except ValueError:
        return ""
    return url if genuine else ""


def check_sns(body: bytes, certificate: bytes, *, topics: Collection[str]) -> Signed:
    """Check a post of SNS's by the certificate (PEM) that you fetched from `sns_certificate_url` before.

    `topics` are the ARNs of yours: anyone's topic has good signatures. Raises SourceError where the certificate is
    none, or `cryptography` is not installed.
    """
    value = load(body)
    if not isinstance(value, dict):
        return Signed(genuine=False, why="it is no post of SNS's")
    if not _certificate_url(value):
        return Signed(genuine=False, why="the URL of its certificate is not Amazon's")
    if text(value, "TopicArn") not in topics:
        return Signed(genuine=False, why="it is of none of the topics")
    signature = _decoded(text(value, "Signature"))
    version = text(value, "SignatureVersion")
    if not signature or version not in {"1", "2"}:
        return Signed(genuine=False, why="it is not signed, or in a way that is not known")
    good = _rsa(certificate, signature, canonical(value), sha256=version == "2")
    return Signed(good, "" if good else "its signature is not of this certificate")


def canonical(value: Object) -> bytes:
    r"""Give what SNS signs: names and values, each on a line of its own.

    >>> canonical({"Type": "Notification", "Message": "m", "MessageId": "1", "Timestamp": "t", "TopicArn": "a"})
    b'Message\nm\nMessageId\n1\nTimestamp\nt\nTopicArn\na\nType\nNotification\n'
    """
    names = _SNS_NOTIFICATION if value.get("Type") == "Notification" else _SNS_CONFIRMATION
    told = ((name, value[name]) for name in names if isinstance(value.get(name), str))
    return "".join(f"{name}\n{one}\n" for name, one in told).encode("utf-8", "replace")


def check_sendgrid(
    body: bytes,
    headers: Mapping[str, str],
    public_key: str,
    *,
    now: float | None = None,
    window: int = WINDOW_SECONDS,
) -> Signed:
    """Check a post of SendGrid's by the public key of the settings: ECDSA, P-256 and SHA-256, over timestamp and body.

    The body must be the bytes that came. Raises SourceError where the key is none, or `cryptography` is not installed.
    """
    told = {key.lower(): value for key, value in headers.items()}
    signature, stamp = _decoded(told.get(_SENDGRID_SIGNATURE, "")), told.get(_SENDGRID_TIMESTAMP, "")[:_MAX_BYTES]
    if not signature or not stamp:
        return Signed(genuine=False, why="it is not signed")
    if not _ecdsa(public_key, signature, stamp.encode("utf-8", "replace") + bytes(body)):
        return Signed(genuine=False, why="its signature is not of this key")
    why = _stale(stamp, now, window)
    return Signed(genuine=not why, why=why)


def _decoded(signature: str) -> bytes:
    try:
        return base64.b64decode(signature[:_MAX_BYTES].encode("ascii"), validate=True)
    except (ValueError, binascii.Error):
        return b""


def _mistake(provider: str, what: str) -> SourceError:
    return SourceError(f"webhook {provider}", what)


def _missing(provider: str) -> SourceError:
    return _mistake(provider, "its signatures need a package: pip install 'mailkit-bounce[webhooks]' (cryptography)")


def _rsa(certificate: bytes, signature: bytes, signed: bytes, *, sha256: bool) -> bool:
    try:
        from cryptography import x509  # noqa: PLC0415 - an extra
        from cryptography.exceptions import InvalidSignature  # noqa: PLC0415 - an extra
        from cryptography.hazmat.primitives import hashes  # noqa: PLC0415 - an extra
        from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15  # noqa: PLC0415 - an extra
        from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey  # noqa: PLC0415 - an extra
    except Exception:  # noqa: BLE001 - a library that is broken is one that is missing
        raise _missing(_SES) from None
    try:
        key = x509.load_pem_x509_certificate(certificate).public_key()
    except Exception:  # noqa: BLE001 - whatever the library makes of a certificate that is none
        key = None
    if not isinstance(key, RSAPublicKey):
        raise _mistake(_SES, "the certificate is none of RSA in PEM; fetch it from sns_certificate_url()")
    digest: HashAlgorithm = hashes.SHA256() if sha256 else hashes.SHA1()  # noqa: S303 - what SignatureVersion 1 is
    try:
        key.verify(signature, signed, PKCS1v15(), digest)
    except InvalidSignature:
        return False
    except Exception:  # noqa: BLE001 - a signature that the library cannot work with is none
        return False
    return True


def _ecdsa(public_key: str, signature: bytes, signed: bytes) -> bool:
    try:
        from cryptography.hazmat.primitives.asymmetric.ec import (  # noqa: PLC0415 - an extra
            ECDSA,
            EllipticCurvePublicKey,
        )
        from cryptography.hazmat.primitives.hashes import SHA256  # noqa: PLC0415 - an extra
        from cryptography.hazmat.primitives.serialization import load_der_public_key  # noqa: PLC0415 - an extra
    except Exception:  # noqa: BLE001 - a library that is broken is one that is missing
        raise _missing(_SENDGRID) from None
    try:
        key = load_der_public_key(base64.b64decode(public_key))
    except Exception:  # noqa: BLE001 - whatever the library makes of a key that is none
        key = None
    if not isinstance(key, EllipticCurvePublicKey):
        raise _mistake(_SENDGRID, "the public key is none; copy it whole from the settings of the webhook")
    try:
        key.verify(signature, signed, ECDSA(SHA256()))
    except Exception:  # noqa: BLE001 - the library's own word for a wrong one, and what it cannot work with
        return False
    return True
