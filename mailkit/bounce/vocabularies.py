"""What other products call the reasons: names for exports, and their names read as ours.

Where a product has no word for a reason, it gets the nearest one that leads to the same treatment; a
name is therefore not always read back as the reason that it was written for. `Vocabulary.source` says
where the names stand; none of them was checked against a running product.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from mailkit.bounce.reasons import REASONS, Reason
from mailkit.bounce.result import Recipient

Name = str | tuple[str, str]
"""A name, or the one of a transient and the one of a permanent failure (the class of the status)."""


class Vocabulary(NamedTuple):
    """The names of one product."""

    title: str
    source: str
    fields: tuple[str, ...]
    """The keys under which the product writes a name; a name of several parts has them apart by a slash."""
    names: Mapping[Reason, Name]
    reasons: Mapping[str, Reason | None]
    """Every name of the product, as one of our reasons; None where it names no failure of a delivery."""
    by_status: Mapping[str, str] = {}
    """Names that a status decides, without its class."""


_SISIMAI = Vocabulary(
    "Sisimai",
    "libsisimai.org, 'Bounce reason list'; knowledge of the product",
    ("reason",),
    {
        "bad-mailbox": "userunknown",
        "bad-domain": "hostunknown",
        "bad-syntax": "userunknown",
        "disabled": "suspend",
        "moved": "hasmoved",
        "full": "mailboxfull",
        "too-large": "mesgtoobig",
        "not-authorised": "rejected",
        "relay-denied": "norelaying",
        "bad-sender": "rejected",
        "blocked": "blocked",
        "spam": "spamdetected",
        "virus": "virusdetected",
        "content": "contenterror",
        "auth-failed": "authfailure",
        "rdns": "requireptr",
        "policy": "policyviolation",
        "rate-limited": "speeding",
        "greylisted": "blocked",
        "network": "networkerror",
        "dns": "networkerror",
        "loop": "networkerror",
        "expired": "expired",
        "system": "systemerror",
        "protocol": "syntaxerror",
        "unsupported": "systemerror",
        "undefined": "undefined",
    },
    {
        "authfailure": "auth-failed",
        "badreputation": "blocked",
        "blocked": "blocked",
        "contenterror": "content",
        "emailtoolarge": "too-large",
        "exceedlimit": "too-large",
        "expired": "expired",
        "failedstarttls": "policy",
        "filtered": "not-authorised",
        "hasmoved": "moved",
        "hostunknown": "bad-domain",
        "mailboxfull": "full",
        "mailererror": "system",
        "mesgtoobig": "too-large",
        "networkerror": "network",
        "norelaying": "relay-denied",
        "notaccept": "bad-domain",
        "notcompliantrfc": "content",
        "onhold": "undefined",
        "policyviolation": "policy",
        "ratelimited": "rate-limited",
        "rejected": "bad-sender",
        "requireptr": "rdns",
        "securityerror": "policy",
        "spamdetected": "spam",
        "speeding": "rate-limited",
        "suspend": "disabled",
        "suppressed": "disabled",
        "syntaxerror": "protocol",
        "systemerror": "system",
        "systemfull": "system",
        "toomanyconn": "rate-limited",
        "undefined": "undefined",
        "userunknown": "bad-mailbox",
        "virusdetected": "virus",
        "delivered": None,
        "feedback": None,
        "vacation": None,
    },
    {
        "1.10": "notaccept",
        "3.1": "systemfull",
        "5.3": "toomanyconn",
        "7.10": "failedstarttls",
        "7.11": "failedstarttls",
    },
)
_KUMOMTA = Vocabulary(
    "KumoMTA",
    "KumoMTA user guide, 'Configuring Bounce Classification'; names as remembered",
    ("bounce_classification",),
    {
        "bad-mailbox": "InvalidRecipient",
        "bad-domain": "BadDomain",
        "bad-syntax": "InvalidRecipient",
        "disabled": "InactiveMailbox",
        "moved": "InvalidRecipient",
        "full": "QuotaIssues",
        "too-large": "ContentRelated",
        "not-authorised": "PolicyRelated",
        "relay-denied": "RelayDenied",
        "bad-sender": "InvalidSender",
        "blocked": "SpamBlock",
        "spam": "SpamContent",
        "virus": "VirusRelated",
        "content": "ContentRelated",
        "auth-failed": "AuthenticationFailed",
        "rdns": "BadConfiguration",
        "policy": "PolicyRelated",
        "rate-limited": ("TransientFailure", "PolicyRelated"),
        "greylisted": "TransientFailure",
        "network": ("BadConnection", "NoAnswerFromHost"),
        "dns": "DNSFailure",
        "loop": "RoutingErrors",
        "expired": "MessageExpired",
        "system": ("TransientFailure", "BadConfiguration"),
        "protocol": "ProtocolErrors",
        "unsupported": "ProtocolErrors",
        "undefined": "Uncategorized",
    },
    {
        "AuthenticationFailed": "auth-failed",
        "AutoReply": None,
        "BadConfiguration": "system",
        "BadConnection": "network",
        "BadDomain": "bad-domain",
        "ChallengeResponse": None,
        "ContentRelated": "content",
        "DNSFailure": "dns",
        "InactiveMailbox": "disabled",
        "InvalidRecipient": "bad-mailbox",
        "InvalidSender": "bad-sender",
        "MessageExpired": "expired",
        "NoAnswerFromHost": "network",
        "PolicyRelated": "policy",
        "ProhibitedAttachment": "content",
        "ProtocolErrors": "protocol",
        "QuotaIssues": "full",
        "RelayDenied": "relay-denied",
        "RoutingErrors": "loop",
        "SpamBlock": "blocked",
        "SpamContent": "spam",
        "Subscribe": None,
        "TransientFailure": "undefined",
        "Uncategorized": "undefined",
        "Unsubscribe": None,
        "VirusRelated": "virus",
    },
)
_SPARKPOST = Vocabulary(
    "SparkPost",
    "SparkPost documentation, 'Bounce Classification Codes'",
    ("bounce_class", "description"),
    {
        "bad-mailbox": "10/Invalid Recipient",
        "bad-domain": "10/Invalid Recipient",
        "bad-syntax": "10/Invalid Recipient",
        "disabled": ("20/Soft Bounce", "10/Invalid Recipient"),
        "moved": "10/Invalid Recipient",
        "full": "22/Mailbox Full",
        "too-large": "23/Too Large",
        "not-authorised": "50/Mail Block",
        "relay-denied": "54/Relaying Denied",
        "bad-sender": "50/Mail Block",
        "blocked": "51/Spam Block",
        "spam": "52/Spam Content",
        "virus": "50/Mail Block",
        "content": "53/Prohibited Attachment",
        "auth-failed": "50/Mail Block",
        "rdns": "50/Mail Block",
        "policy": "50/Mail Block",
        "rate-limited": "70/Transient Failure",
        "greylisted": "70/Transient Failure",
        "network": "24/Timeout",
        "dns": "21/DNS Failure",
        "loop": "40/Generic Bounce",
        "expired": "24/Timeout",
        "system": "20/Soft Bounce",
        "protocol": "40/Generic Bounce",
        "unsupported": "40/Generic Bounce",
        "undefined": "1/Undetermined",
    },
    {
        "1/Undetermined": "undefined",
        "10/Invalid Recipient": "bad-mailbox",
        "20/Soft Bounce": "system",
        "21/DNS Failure": "dns",
        "22/Mailbox Full": "full",
        "23/Too Large": "too-large",
        "24/Timeout": "expired",
        "25/Admin Failure": "policy",
        "26/Smart Send Suppression": "policy",
        "30/Generic Bounce: No RCPT": "bad-mailbox",
        "40/Generic Bounce": "undefined",
        "50/Mail Block": "blocked",
        "51/Spam Block": "blocked",
        "52/Spam Content": "spam",
        "53/Prohibited Attachment": "content",
        "54/Relaying Denied": "relay-denied",
        "60/Auto-Reply": None,
        "70/Transient Failure": "undefined",
        "80/Subscribe": None,
        "90/Unsubscribe": None,
        "100/Challenge-Response": None,
    },
)
_POWERMTA = Vocabulary(
    "PowerMTA",
    "PowerMTA user's guide, 'Bounce categories' (bounceCat of the accounting file)",
    ("bounceCat",),
    {
        "bad-mailbox": "bad-mailbox",
        "bad-domain": "bad-domain",
        "bad-syntax": "bad-mailbox",
        "disabled": "inactive-mailbox",
        "moved": "bad-mailbox",
        "full": "quota-issues",
        "too-large": "content-related",
        "not-authorised": "policy-related",
        "relay-denied": "relaying-issues",
        "bad-sender": "invalid-sender",
        "blocked": "spam-related",
        "spam": "spam-related",
        "virus": "virus-related",
        "content": "content-related",
        "auth-failed": "policy-related",
        "rdns": "bad-configuration",
        "policy": "policy-related",
        "rate-limited": "policy-related",
        "greylisted": "policy-related",
        "network": ("bad-connection", "no-answer-from-host"),
        "dns": "routing-errors",
        "loop": "routing-errors",
        "expired": "message-expired",
        "system": "bad-configuration",
        "protocol": "protocol-errors",
        "unsupported": "protocol-errors",
        "undefined": "other",
    },
    {
        "bad-configuration": "system",
        "bad-connection": "network",
        "bad-domain": "bad-domain",
        "bad-mailbox": "bad-mailbox",
        "content-related": "content",
        "inactive-mailbox": "disabled",
        "invalid-sender": "bad-sender",
        "message-expired": "expired",
        "no-answer-from-host": "network",
        "other": "undefined",
        "policy-related": "policy",
        "protocol-errors": "protocol",
        "quota-issues": "full",
        "relaying-issues": "relay-denied",
        "routing-errors": "dns",
        "spam-related": "spam",
        "virus-related": "virus",
    },
)
_SES = Vocabulary(
    "Amazon SES",
    "Amazon SES developer guide, 'Bounce types'; NoEmail means there that the mail names no address",
    ("bounceType", "bounceSubType"),
    {
        "bad-mailbox": ("Transient/General", "Permanent/General"),
        "bad-domain": ("Transient/General", "Permanent/General"),
        "bad-syntax": ("Transient/General", "Permanent/General"),
        "disabled": ("Transient/General", "Permanent/General"),
        "moved": ("Transient/General", "Permanent/General"),
        "full": "Transient/MailboxFull",
        "too-large": "Transient/MessageTooLarge",
        "not-authorised": "Transient/General",
        "relay-denied": "Transient/General",
        "bad-sender": "Transient/General",
        "blocked": "Transient/General",
        "spam": "Transient/ContentRejected",
        "virus": "Transient/AttachmentRejected",
        "content": "Transient/ContentRejected",
        "auth-failed": "Transient/General",
        "rdns": "Transient/General",
        "policy": "Transient/General",
        "rate-limited": "Transient/General",
        "greylisted": "Transient/General",
        "network": "Transient/General",
        "dns": "Transient/General",
        "loop": "Transient/General",
        "expired": "Transient/General",
        "system": "Transient/General",
        "protocol": "Transient/General",
        "unsupported": "Transient/General",
        "undefined": "Undetermined/Undetermined",
    },
    {
        "Undetermined/Undetermined": "undefined",
        "Permanent/General": "bad-mailbox",
        "Permanent/NoEmail": "bad-mailbox",
        "Permanent/Suppressed": "bad-mailbox",
        "Permanent/OnAccountSuppressionList": "bad-mailbox",
        "Permanent/UnsubscribedRecipient": None,
        "Transient/General": "undefined",
        "Transient/MailboxFull": "full",
        "Transient/MessageTooLarge": "too-large",
        "Transient/CustomTimeoutExceeded": "expired",
        "Transient/ContentRejected": "content",
        "Transient/AttachmentRejected": "content",
    },
)
_MAILGUN = Vocabulary(
    "Mailgun",
    "Mailgun documentation, 'Events', failed; the reasons as remembered",
    ("severity", "reason"),
    {
        "bad-mailbox": ("temporary/generic", "permanent/bounce"),
        "bad-domain": ("temporary/generic", "permanent/bounce"),
        "bad-syntax": ("temporary/generic", "permanent/bounce"),
        "disabled": ("temporary/generic", "permanent/bounce"),
        "moved": ("temporary/generic", "permanent/bounce"),
        "full": ("temporary/generic", "permanent/generic"),
        "too-large": ("temporary/generic", "permanent/generic"),
        "not-authorised": ("temporary/generic", "permanent/generic"),
        "relay-denied": ("temporary/generic", "permanent/generic"),
        "bad-sender": ("temporary/espblock", "permanent/espblock"),
        "blocked": ("temporary/espblock", "permanent/espblock"),
        "spam": ("temporary/espblock", "permanent/espblock"),
        "virus": ("temporary/generic", "permanent/generic"),
        "content": ("temporary/generic", "permanent/generic"),
        "auth-failed": ("temporary/espblock", "permanent/espblock"),
        "rdns": ("temporary/espblock", "permanent/espblock"),
        "policy": ("temporary/espblock", "permanent/espblock"),
        "rate-limited": ("temporary/espblock", "permanent/espblock"),
        "greylisted": ("temporary/greylisted", "permanent/greylisted"),
        "network": ("temporary/generic", "permanent/generic"),
        "dns": ("temporary/generic", "permanent/generic"),
        "loop": ("temporary/generic", "permanent/generic"),
        "expired": ("temporary/generic", "permanent/old"),
        "system": ("temporary/generic", "permanent/generic"),
        "protocol": ("temporary/generic", "permanent/generic"),
        "unsupported": ("temporary/generic", "permanent/generic"),
        "undefined": ("temporary/generic", "permanent/generic"),
    },
    {
        "permanent/bounce": "bad-mailbox",
        "permanent/espblock": "blocked",
        "permanent/generic": "undefined",
        "permanent/greylisted": "greylisted",
        "permanent/old": "expired",
        "permanent/suppress-bounce": "bad-mailbox",
        "permanent/suppress-complaint": None,
        "permanent/suppress-unsubscribe": None,
        "temporary/espblock": "blocked",
        "temporary/generic": "undefined",
        "temporary/greylisted": "greylisted",
    },
)
_POSTMARK = Vocabulary(
    "Postmark",
    "Postmark developer documentation, 'Bounce API', bounce types",
    ("TypeCode", "Type"),
    {
        "bad-mailbox": ("4096/SoftBounce", "1/HardBounce"),
        "bad-domain": ("256/DnsError", "1/HardBounce"),
        "bad-syntax": "100000/BadEmailAddress",
        "disabled": ("4096/SoftBounce", "1/HardBounce"),
        "moved": "128/AddressChange",
        "full": "4096/SoftBounce",
        "too-large": "4096/SoftBounce",
        "not-authorised": "100006/Blocked",
        "relay-denied": "100006/Blocked",
        "bad-sender": "100006/Blocked",
        "blocked": "100006/Blocked",
        "spam": "512/SpamNotification",
        "virus": "8192/VirusNotification",
        "content": "100006/Blocked",
        "auth-failed": "100009/DMARCPolicy",
        "rdns": "100006/Blocked",
        "policy": "100006/Blocked",
        "rate-limited": ("2/Transient", "100006/Blocked"),
        "greylisted": "2/Transient",
        "network": "2/Transient",
        "dns": "256/DnsError",
        "loop": "4096/SoftBounce",
        "expired": "2/Transient",
        "system": "4096/SoftBounce",
        "protocol": "4096/SoftBounce",
        "unsupported": "4096/SoftBounce",
        "undefined": "2048/Unknown",
    },
    {
        "1/HardBounce": "bad-mailbox",
        "2/Transient": "network",
        "16/Unsubscribe": None,
        "32/Subscribe": None,
        "64/AutoResponder": None,
        "128/AddressChange": "moved",
        "256/DnsError": "dns",
        "512/SpamNotification": "spam",
        "1024/OpenRelayTest": None,
        "2048/Unknown": "undefined",
        "4096/SoftBounce": "system",
        "8192/VirusNotification": "virus",
        "16384/ChallengeVerification": None,
        "100000/BadEmailAddress": "bad-syntax",
        "100001/SpamComplaint": None,
        "100002/ManuallyDeactivated": "disabled",
        "100003/Unconfirmed": None,
        "100006/Blocked": "blocked",
        "100007/SMTPApiError": "protocol",
        "100008/InboundError": None,
        "100009/DMARCPolicy": "auth-failed",
        "100010/TemplateRenderingFailed": None,
    },
)
_SENDGRID = Vocabulary(
    "SendGrid",
    "Twilio SendGrid documentation, 'Event Webhook', bounce_classification; knowledge of the product",
    ("bounce_classification", "type"),
    {
        "bad-mailbox": "Invalid Address/bounce",
        "bad-domain": "Invalid Address/bounce",
        "bad-syntax": "Invalid Address/bounce",
        "disabled": "Mailbox Unavailable/bounce",
        "moved": "Invalid Address/bounce",
        "full": "Mailbox Unavailable/bounce",
        "too-large": "Content/blocked",
        "not-authorised": "Mailbox Unavailable/blocked",
        "relay-denied": "Technical/blocked",
        "bad-sender": "Reputation/blocked",
        "blocked": "Reputation/blocked",
        "spam": "Content/blocked",
        "virus": "Content/blocked",
        "content": "Content/blocked",
        "auth-failed": "Technical/blocked",
        "rdns": "Technical/blocked",
        "policy": "Reputation/blocked",
        "rate-limited": "Frequency or Volume Too High/blocked",
        "greylisted": "Technical/blocked",
        "network": "Technical/blocked",
        "dns": "Technical/blocked",
        "loop": "Technical/blocked",
        "expired": "Technical/blocked",
        "system": "Technical/blocked",
        "protocol": "Technical/blocked",
        "unsupported": "Technical/blocked",
        "undefined": "Unclassified/blocked",
    },
    {
        "Content/blocked": "content",
        "Frequency or Volume Too High/blocked": "rate-limited",
        "Invalid Address/bounce": "bad-mailbox",
        "Mailbox Unavailable/blocked": "not-authorised",
        "Mailbox Unavailable/bounce": "full",
        "Reputation/blocked": "blocked",
        "Technical/blocked": "system",
        "Technical/bounce": "system",
        "Unclassified/blocked": "undefined",
        "Unclassified/bounce": "undefined",
    },
)
_MAILMAN = Vocabulary(
    "Mailman",
    "GNU Mailman 3.3.10 and flufl.bounce 6: (temporary, permanent); the advice decides, and what failed for no told cause is permanent",
    ("category",),
    {reason: "permanent" if facts.advice == "hard" else "temporary" for reason, facts in REASONS.items()},
    {"permanent": "bad-mailbox", "temporary": "undefined"},
)
VOCABULARIES: Mapping[str, Vocabulary] = {
    "sisimai": _SISIMAI,
    "kumomta": _KUMOMTA,
    "sparkpost": _SPARKPOST,
    "powermta": _POWERMTA,
    "ses": _SES,
    "mailgun": _MAILGUN,
    "postmark": _POSTMARK,
    "sendgrid": _SENDGRID,
    "mailman": _MAILMAN,
}
"""Every vocabulary, by the word that the command and `export_names` take."""


def export_names(
    recipient: Recipient, vocabularies: Sequence[str] = tuple(VOCABULARIES)
) -> dict[str, dict[str, str | int]]:
    """Give what other products call a recipient's outcome, under the keys that they use; nothing for a delivery.

    >>> one = Recipient(address=None, action="failed", status="5.2.2", basis="dsn", reason="full", advice="soft",
    ...     confidence="stated")
    >>> export_names(one, ["ses"]), export_names(one, ["sparkpost"])["sparkpost"]["bounce_class"]
    ({'ses': {'bounceType': 'Transient', 'bounceSubType': 'MailboxFull'}}, '22')
    """
    if recipient.action not in {"failed", "delayed"}:
        return {}
    found: dict[str, dict[str, str | int]] = {}
    for key in vocabularies:
        vocabulary = VOCABULARIES[key]
        found[key] = under_keys(vocabulary, name_of(vocabulary, recipient))
    return found


def under_keys(vocabulary: Vocabulary, name: str) -> dict[str, str | int]:
    """Give the parts of a name under the keys that the product writes them by.

    >>> under_keys(VOCABULARIES["postmark"], "1/HardBounce")
    {'TypeCode': 1, 'Type': 'HardBounce'}
    """
    named = zip(vocabulary.fields, name.split("/", len(vocabulary.fields) - 1), strict=False)
    return {key: int(part) if key == "TypeCode" and part.isdecimal() else part for key, part in named}


def name_of(vocabulary: Vocabulary, recipient: Recipient) -> str:
    """Give the name of a failure or delay in a vocabulary, its parts apart by slashes."""
    if vocabulary is _MAILMAN:
        untold = recipient.reason == "undefined" and recipient.status.startswith("5")
        for_good = recipient.action == "failed" and (recipient.advice == "hard" or untold)
        return "permanent" if for_good else "temporary"
    class_, _, rest = recipient.status.partition(".")
    name = vocabulary.by_status.get(rest) or vocabulary.names[recipient.reason]
    transient = recipient.action == "delayed" or class_ == "4"
    return name if isinstance(name, str) else name[0 if transient else 1]


def reason_named(vocabulary: str, name: str) -> Reason | None:
    """Read another product's name as one of our reasons; None where it names no failure, or is unknown.

    >>> reason_named("powermta", "quota-issues"), reason_named("ses", "Transient/MailboxFull")
    ('full', 'full')
    """
    return VOCABULARIES[vocabulary].reasons.get(name)
