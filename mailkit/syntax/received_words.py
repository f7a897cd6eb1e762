"""What the comments of a Received field tell: encryption, authentication, the envelope's sender, the program."""

from __future__ import annotations

import re
from collections.abc import Sequence

import msgspec

_TLS = (
    # Postfix: (using TLSv1.3 with cipher TLS_AES_256_GCM_SHA384 (256/256 bits))
    re.compile(r"using (?P<version>(?:TLS|SSL)\S{0,12}) with cipher (?P<cipher>[\w.\-]{1,80})"),
    # sendmail, Google, Exchange, Haraka: (version=TLS1_3 cipher=TLS_AES_256_GCM_SHA384 bits=256 verify=NO)
    re.compile(r"version=(?P<version>(?:TLS|SSL)[^\s,;]{0,20}),? cipher=(?P<cipher>[\w.\-]{1,80})", re.IGNORECASE),
    # Exim: (TLS1.3) tls TLS_AES_256_GCM_SHA384; (TLS1.2:ECDHE_RSA:256); older: (TLS-1.0:DHE_RSA_3DES_EDE_CBC_SHA:24)
    re.compile(r"^(?P<version>(?:TLS|SSL)[v\-]?\d[\d._]{0,4})(?::(?P<cipher>[\w.\-]{1,100}))?"),
    # OpenSMTPD: (TLSv1.3:TLS_AES_256_GCM_SHA384:256:NO); Courier: (TLS: TLSv1/SSLv3,256bits,AES256-SHA)
    re.compile(r"^TLS:? (?P<version>(?:TLS|SSL)[^\s,;]{0,20}),(?:\d{1,4}bits,)?(?P<cipher>[\w.\-]{1,80})"),
    re.compile(r"\b(?P<version>TLSv?1(?:[._]\d)?)\b(?:.{0,20}?cipher[= ](?P<cipher>[\w.\-]{1,80}))?"),
    re.compile(r"^(?P<cipher>[A-Z0-9]{2,12}(?:-[A-Z0-9]{2,12}){2,6}) encrypted"),  # qmail with the TLS patch
    re.compile(r"^TLS\Z"),  # Exchange
)
_MECHANISM = re.compile(r"\AAUTH: (LOGIN|PLAIN|DIGEST-MD5|CRAM-MD5|[A-Z0-9\-]{3,20}) ", re.IGNORECASE)
_VIA_HTTP = re.compile(r"\Avia (HTTP.?)\Z", re.IGNORECASE)
_ENVELOPE = re.compile(r"envelope-(?:from|sender)[ :]{1,3}<?([^\s<>()]{0,320})>?", re.IGNORECASE)
_CRITICAL_PATH = re.compile(r"\A\d{1,2}\.\d\.\d{3}(?:\.\d{1,3})?\Z")
_PROGRAM = re.compile(
    r"(?P<name>Exim|Postfix|ecelerity|PowerMTA\(TM\)|CommuniGate Pro|OpenSMTPD|Haraka/?|KumoMTA|Scalix SMTP Relay|MDaemon(?: PRO)?|Merak"
    r"|LSMTP for Windows NT|Sun Java System Messaging Server|Oracle Communications Messaging Server|iPlanet Messaging Server"
    r"|Clearswift SMTPRS|NAVGW|VisNetic\.MailServer|Mercury/32|qmail-ldap-|IceWarp|Kerio Connect|hMailServer|Lotus Domino Release|NPlex"
    r"|Haraka|Cyrus|Dovecot|amavisd-new|ArGoSoft Mail Server|MailEnable|Stalwart SMTP|GroupWise|James SMTP Server|fetchmail-|getmail)"
    r"[ ,]{0,2}(?P<version>v?\d[\w.\-]{0,30})?"
)
_SENDMAIL = re.compile(r"\A(?P<version>8\.\d{1,2}[\w.]{0,10})/[\w.\-+/ ]{1,60}\Z")
_MICROSOFT = re.compile(r"Microsoft (?:SMTPSVC|SMTP Server|Exchange Server)\S{0,40}")


class Secured(msgspec.Struct, frozen=True):
    """How a connection was encrypted."""

    version: str | None = None
    """As written: TLSv1.3, TLS1_3, TLS-1.0."""
    cipher: str | None = None


def secured(comments: Sequence[str], protocol: str) -> Secured | None:
    """Give version and cipher; both absent where the protocol alone tells that TLS was used (RFC 3848)."""
    for pattern in _TLS:
        for text in comments:
            match = pattern.search(text)
            if match:
                found = match.groupdict()
                return Secured(found.get("version"), found.get("cipher"))
    return Secured() if protocol.removesuffix("A").endswith("S") and protocol.isupper() else None


def authentication(comments: Sequence[str], peer: Sequence[str], protocol: str) -> str | None:
    """Say what tells that the client had authenticated; `peer` are the comments of the from-clause."""
    if protocol.isupper() and (protocol.endswith("A") or protocol in {"ASMTP", "HTTP", "HTTPS", "HTTPU"}):
        return protocol
    mechanism = next((match for text in comments if (match := _MECHANISM.match(text) or _VIA_HTTP.match(text))), None)
    if mechanism:
        return mechanism[1]
    return _claimed(comments, peer) or ("HTTP-DAV" if "HTTP-DAV" in protocol else None)


def _claimed(comments: Sequence[str], peer: Sequence[str]) -> str | None:
    """Give the program in whose words a comment says so."""
    if any(text.startswith("Authenticated sender: ") for text in comments):
        return "Postfix"
    if any(text.startswith("authenticated as ") for text in comments) and any(map(_CRITICAL_PATH.match, comments)):
        return "CriticalPath"
    if any("authenticated" in text.lower() for text in peer):
        return "Sendmail"
    return "CommuniGate" if any(text.startswith("account ") for text in peer) else None


def envelope_sender(comments: Sequence[str], text: str) -> str | None:
    """Give the sender that a comment names, or Haraka's clause; empty for the null sender."""
    for one in (*comments, text):
        match = _ENVELOPE.search(one)
        if match:
            return match[1]
    return None


def software(comments: Sequence[str], words: str) -> str | None:
    """Give the program that wrote the field, with its version, by its comments or the words behind ``with``."""
    for text in (*comments, words):
        sendmail = _SENDMAIL.match(text)
        if sendmail:
            return f"sendmail {sendmail['version']}"
        match = _PROGRAM.search(text)
        if match:
            return f"{match['name'].rstrip('-/')} {match['version'] or ''}".strip()
    match = _MICROSOFT.search(words)
    return match[0] if match else None
