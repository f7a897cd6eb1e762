"""What the comments of a Received field tell: encryption, authentication, the envelope's sender, the program."""

from __future__ import annotations

import re
from collections.abc import Sequence

import msgspec

from mailkit.syntax.received_cut import Clauses

_TLS = (
    # Postfix: (using TLSv1.3 with cipher TLS_AES_256_GCM_SHA384 (256/256 bits))
    re.compile(r"using (?P<version>(?:TLS|SSL)\S{0,12}) with cipher (?P<cipher>[\w.\-]{1,80})"),
    # sendmail, Google, Exchange, Haraka: (version=TLS1_3 cipher=TLS_AES_256_GCM_SHA384 bits=256 verify=NO)
    re.compile(r"version=(?P<version>(?:TLS|SSL)[^\s,;]{0,20}),? cipher=(?P<cipher>[\w.\-]{1,80})", re.IGNORECASE),
    # Exim: (TLS1.3) tls TLS_AES_256_GCM_SHA384; (TLS1.2:ECDHE_RSA:256); older: (TLS-1.0:DHE_RSA_3DES_EDE_CBC_SHA:24)
    re.compile(r"^(?P<version>(?:TLS|SSL)[v\-]?\d[\d._]{0,4})(?:(?::| (?=TLS_))(?P<cipher>[\w.\-]{1,100}))?"),
    # OpenSMTPD: (TLSv1.3:TLS_AES_256_GCM_SHA384:256:NO); Courier: (TLS: TLSv1/SSLv3,256bits,AES256-SHA)
    re.compile(r"(?:^|, )TLS:? (?P<version>(?:TLS|SSL)[^\s,;]{0,20}),(?:\d{1,4}bits,)?(?P<cipher>[\w.\-]{1,80})"),
    re.compile(r"\b(?P<version>TLSv?1(?:[._]\d)?)\b(?:.{0,20}?cipher[= ](?P<cipher>[\w.\-]{1,80}))?"),
    re.compile(r"^(?P<cipher>[A-Z0-9]{2,12}(?:-[A-Z0-9]{2,12}){2,6}) encrypted"),  # qmail with the TLS patch
    re.compile(r"^(?:TLS|SSL)\Z"),  # Exchange, IceWarp
)
# ESMTP-TLS, ESMTP/TLS/AES256-SHA, AES256-SHA encrypted SMTP
_OVER_TLS = re.compile(
    r"E?SMTP[/\-]TLS(?:/(?P<cipher>[\w.\-]{1,80}))?\Z|(?P<suite>[A-Z0-9]{2,12}(?:-[A-Z0-9]{2,12}){1,6}) encrypted "
)
_GREETINGS = ("helo", "ehlo", "lhlo")
_CLAIMS: tuple[tuple[re.Pattern[str], str | None], ...] = (
    (re.compile(r"AUTH: ([A-Z0-9\-]{3,20})(?: |\Z)"), None),  # Courier
    (re.compile(r"Authenticated sender: "), "Postfix"),
    # Yahoo: (ann@192.0.2.1 with plain)
    (re.compile(r"[^\s\[\]]{1,128}@[0-9.]{7,15} with (plain|login)\Z"), None),
    (re.compile(r"smtp-auth username \S{1,128}, mechanism ([a-z0-9\-]{3,20})\Z"), None),  # qpsmtpd
    (re.compile(r"account "), "CommuniGate"),
    # sendmail: (authenticated bits=0), (authenticated (0 bits)), (user=ann mech=LOGIN bits=0); (Webmail authenticated user ann)
    (
        re.compile(
            r"(?![^\[]{0,400}\[|(?i:helo|[el]hlo)[= ])(?:(?:\S{1,40} )?authenticated"
            r"(?:[ :=](?:\(?\d{1,4} bits\)?|bits=\d|as |user|sender|\S{1,128}@)|\Z)|user=\S{1,128} mech=)",
            re.IGNORECASE,
        ),
        "Sendmail",
    ),
)
"""What a comment begins with that tells of authentication -> who says so; None where the mechanism is in it."""
_BEHIND_BY = 2
"""So many of them count in the comments of other clauses, too."""
_ENVELOPE = re.compile(r"(?:\A|, )envelope[\- ](?:from|sender)[ :]{1,3}[<\"]{0,2}([^\s<>()\"]{0,320})", re.IGNORECASE)
_CRITICAL_PATH = re.compile(r"\A\d{1,2}\.\d\.\d{3}(?:\.\d{1,3})?\Z")
# Each begins with a letter of its own and not with a group, so that the search passes over all other letters at once.
_PROGRAM = re.compile(
    r"(?P<name>Exim|Postfix|OpenSMTPD|Haraka/?|KumoMTA|ecelerity|PowerMTA\(TM\)|Stalwart ?SMTP|chasquid|masqmail|qpsmtpd/|qmail-ldap-"
    r"|Cyrus|Dovecot|amavisd-new|fetchmail-|getmail|DragonFly Mail Agent|CommuniGate Pro|Scalix SMTP Relay|MDaemon(?:[. ]PRO)?|Merak"
    r"|IceWarp|Axigen|Kerio Connect|Kerio MailServer|hMailServer|ArGoSoft Mail Server|MailEnable|VisNetic\.MailServer|Mercury/32"
    r"|SMTPD32-|Lotus Domino Release|GroupWise|LSMTP for (?:Windows NT|OpenVMS)|Netscape Mail Server|Post\.Office MTA|NPlex|SLmail"
    r"|JAMES SMTP Server|James SMTP Server|Sun Java System Messaging Server|Sun ONE Messaging Server|iPlanet Messaging Server"
    r"|Oracle Communications Messaging Server|PMDF|MOS(?= \d)|XMail|Smail|Coremail|Nemesis|Clearswift SMTPRS|EMWAC SMTPRS"
    r"|Content Technologies SMTPRS|NAVGW|F-Secure Anti-Virus for Internet Mail|NetIQ MailMarshal|MailMarshal|MAILFOUNDRY)"
    r"(?: SMTP| XIMSS)?[ ,.]{0,2}(?P<version>[vV]?\d[\w.\-]{0,30})?"
)
_MINE = re.compile(r"envelope|version=|using |TLS")
"""Comments that tell of something else than the program."""
_SENDMAIL = re.compile(r"\A(?P<version>8\.\d{1,2}[\w.\-+]{0,16})/[\w.\-+/ ]{0,60}\Z")
_MICROSOFT = re.compile(
    r"Microsoft (?:SMTPSVC|SMTP Server|Exchange(?: Server)?(?: Internet Mail \w{7,9})?)|Internet Mail Service"
)

PROTOCOLS: dict[str, tuple[bool, bool]] = {
    "SMTP": (False, False),
    "ESMTP": (False, False),
    "ESMTPA": (False, True),
    "ESMTPS": (True, False),
    "ESMTPSA": (True, True),
    "LMTP": (False, False),
    "LMTPA": (False, True),
    "LMTPS": (True, False),
    "LMTPSA": (True, True),
    "UTF8SMTP": (False, False),
    "UTF8SMTPA": (False, True),
    "UTF8SMTPS": (True, False),
    "UTF8SMTPSA": (True, True),
    "UTF8LMTP": (False, False),
    "UTF8LMTPA": (False, True),
    "UTF8LMTPS": (True, False),
    "UTF8LMTPSA": (True, True),
    "MMS": (False, False),
    "SMTPS": (True, False),
    "ASMTP": (False, True),
    "HTTP": (False, True),
    "HTTPS": (True, True),
    "HTTPU": (False, True),
}
"""Transmission type -> whether TLS, whether authenticated (IANA mail parameters, RFC 3848, RFC 6531; the last five by custom)."""


class Secured(msgspec.Struct, frozen=True, gc=False):
    """How a connection was encrypted."""

    version: str | None = None
    """As written: TLSv1.3, TLS1_3, TLS-1.0."""
    cipher: str | None = None


def secured(clauses: Clauses, protocol: str) -> Secured | None:
    """Give version and cipher; both absent where the protocol alone tells that TLS was used (RFC 3848)."""
    over = _over_tls(clauses.text)
    found = _told(clauses) if over else None
    suite = clauses.tls
    if suite:  # RFC 8314 section 4.3
        return Secured(found.version if found else None, suite)
    if found or not protocol:
        return found
    if protocol in PROTOCOLS and PROTOCOLS[protocol][0]:
        return Secured()
    if over and (way := _OVER_TLS.match(clauses.way)):
        return Secured(None, way["cipher"] or way["suite"])
    return Secured() if over and clauses.via in {"SSL", "TLS"} else None


def _over_tls(text: str) -> bool:
    return "TLS" in text or "SSL" in text or "encrypted" in text


def _of_peer(text: str) -> bool:
    """Say whether the client may have its word in a comment."""
    text = text.lower()
    return "[" in text or any(map(text.__contains__, _GREETINGS))


def _told(clauses: Clauses) -> Secured | None:
    """Give what the comments tell; not those in which the client has its word."""
    said = [text for text in clauses.said if _over_tls(text) and not _of_peer(text)]
    comments = [*said, *filter(_over_tls, clauses.notes)]
    for pattern in _TLS:
        for text in comments:
            match = pattern.search(text)
            if match:
                found = match.groupdict()
                return Secured(found.get("version"), found.get("cipher"))
    return None


def authentication(clauses: Clauses, protocol: str) -> str | None:
    """Say what tells that the client had authenticated."""
    if protocol in PROTOCOLS and PROTOCOLS[protocol][1]:
        return protocol
    told, said = clauses.text, clauses.said
    if not (
        "uth" in told
        or "AUTH: " in told
        or (said and ("account " in told or " with plain" in told or " with login" in told or "mech=" in told))
    ):
        return "HTTP-DAV" if protocol.startswith("HTTP-DAV") else None
    claims = _claims(said, _CLAIMS) or _claims(clauses.notes, _CLAIMS[:_BEHIND_BY])
    if claims:
        return claims[0]
    critical = any(map(_CRITICAL_PATH.match, clauses.notes))
    return "CriticalPath" if critical and any(text.startswith("authenticated as ") for text in clauses.notes) else None


def _claims(comments: Sequence[str], known: Sequence[tuple[re.Pattern[str], str | None]]) -> list[str]:
    return [who or match[1] for text in comments for pattern, who in known if (match := pattern.match(text))]


def envelope_sender(clauses: Clauses) -> str | None:
    """Give the sender that a comment names, or Haraka's clause; empty for the null sender."""
    if "nvelope" not in clauses.text and "ENVELOPE" not in clauses.text:
        return None
    for text in (*clauses.said, *clauses.notes):
        if match := _ENVELOPE.search(text):
            return match[1]
    return clauses.sender


def software(notes: Sequence[str], way: str) -> str | None:
    """Give the program that wrote the field, with its version, by its comments or the words behind ``with``.

    What stands in the from-clause says nothing of it: there the client has its word.
    """
    for text in notes:
        if text == "Postfix":  # the commonest
            return text
        if sendmail := _SENDMAIL.match(text):
            return f"sendmail {sendmail['version']}"
        if not _MINE.match(text) and (program := _program(text)):
            return program
    return _program(way) if " " in way else None  # a word alone is the protocol


def _program(text: str) -> str | None:
    if match := _PROGRAM.search(text):
        return f"{match['name'].rstrip('-/')} {match['version'] or ''}".strip()
    match = _MICROSOFT.search(text)
    return match[0] if match else None
