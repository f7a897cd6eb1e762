"""Posts of every provider, written from the names of the fields in their documentation; no sample is copied.

One row a record: what is posted, and what it is to tell.
"""

from __future__ import annotations

import json
from typing import Any, NamedTuple
from urllib.parse import urlencode

JOE = "joe@example.org"
AT = 1_780_000_000
"""2026-05-28 20:26:40 UTC."""
STAMP = "2026-05-28T20:26:40.000Z"


class Post(NamedTuple):
    """A record, and what it tells: kind, reason, advice, basis, confidence; of feedback its type; or why it is aside."""

    name: str
    provider: str
    body: bytes
    told: tuple[str, ...]
    address: str | None = JOE
    id: str = ""
    """The provider's own, where it has one."""


def dump(value: object) -> bytes:
    return json.dumps(value).encode()


def ses(kind: str, body: dict[str, Any], *, style: str = "eventType") -> dict[str, Any]:
    """Write a notification of either key style."""
    mail = {
        "timestamp": STAMP,
        "messageId": "0100-ses",
        "source": "news@lists.example",
        "destination": [JOE],
        "headers": [
            {"name": "From", "value": "news@lists.example"},
            {"name": "List-Id", "value": "News <news.lists.example>"},
        ],
        "commonHeaders": {"messageId": "<m1@lists.example>", "subject": "May", "from": ["news@lists.example"]},
        "tags": {"ses:configuration-set": ["main"], "campaign": ["may"]},
    }
    key = kind[:1].lower() + kind[1:]
    return {style: kind, "mail": mail, key: {"timestamp": STAMP, **body}}


def sns(inner: object) -> dict[str, Any]:
    """Write SNS's envelope."""
    return {
        "Type": "Notification",
        "MessageId": "sns-1",
        "TopicArn": "arn:aws:sns:eu-west-1:123456789012:bounces",
        "Message": inner if isinstance(inner, str) else json.dumps(inner),
        "Timestamp": STAMP,
        "SignatureVersion": "1",
        "Signature": "",
        "SigningCertURL": "https://sns.eu-west-1.amazonaws.com/SimpleNotificationService-1.pem",
    }


def ses_bounce(kind: str, sub: str, diagnostic: str = "", status: str = "") -> dict[str, Any]:
    row = {"emailAddress": JOE, "action": "failed"}
    row |= {"diagnosticCode": diagnostic} if diagnostic else {}
    row |= {"status": status} if status else {}
    return {"bounceType": kind, "bounceSubType": sub, "feedbackId": "f1", "bouncedRecipients": [row]}


_NO_USER = "smtp; 550 5.1.1 <joe@example.org>: Recipient address rejected: User unknown"
_SES = [
    Post(
        "bounce, raw",
        "ses",
        dump(ses("Bounce", ses_bounce("Permanent", "General", _NO_USER, "5.1.1"))),
        ("failure", "bad-mailbox", "hard", "diagnostic", "stated"),
        id="f1",
    ),
    Post(
        "bounce, in the envelope, the other style",
        "ses",
        dump(sns(ses("Bounce", ses_bounce("Permanent", "General", _NO_USER, "5.1.1"), style="notificationType"))),
        ("failure", "bad-mailbox", "hard", "diagnostic", "stated"),
        id="f1",
    ),
    Post(
        "permanent, and the text says that we are blocked",
        "ses",
        dump(ses("Bounce", ses_bounce("Permanent", "General", "smtp; 554 5.7.1 blocked using zen.spamhaus.org"))),
        ("failure", "blocked", "block", "diagnostic", "stated"),
        id="f1",
    ),
    Post(
        "no text at all",
        "ses",
        dump(ses("Bounce", ses_bounce("Permanent", "General"))),
        ("failure", "bad-mailbox", "hard", "provider", "inferred"),
        id="f1",
    ),
    Post(
        "full, by its name alone",
        "ses",
        dump(ses("Bounce", ses_bounce("Transient", "MailboxFull"))),
        ("failure", "full", "soft", "provider", "inferred"),
        id="f1",
    ),
    Post(
        "undetermined",
        "ses",
        dump(ses("Bounce", ses_bounce("Undetermined", "Undetermined"))),
        ("failure", "undefined", "soft", "action", "guessed"),
        id="f1",
    ),
    Post(
        "unsubscribed recipient",
        "ses",
        dump(ses("Bounce", ses_bounce("Permanent", "UnsubscribedRecipient"))),
        ("feedback", "opt-out"),
        id="f1",
    ),
    Post(
        "complaint",
        "ses",
        dump(
            ses(
                "Complaint",
                {
                    "feedbackId": "f2",
                    "complainedRecipients": [{"emailAddress": JOE}],
                    "complaintFeedbackType": "abuse",
                    "userAgent": "loop/1",
                },
                style="notificationType",
            )
        ),
        ("feedback", "abuse"),
        id="f2",
    ),
    Post(
        "delivery",
        "ses",
        dump(ses("Delivery", {"recipients": [JOE], "smtpResponse": "250 2.6.0 ok", "remoteMtaIp": "192.0.2.1"})),
        ("success",),
        id=f"0100-ses/Delivery/{STAMP}",
    ),
    Post(
        "delay",
        "ses",
        dump(
            ses(
                "DeliveryDelay",
                {
                    "delayType": "TransientCommunicationFailure",
                    "expirationTime": "2026-05-29T20:26:40.000Z",
                    "delayedRecipients": [
                        {
                            "emailAddress": JOE,
                            "status": "4.4.1",
                            "diagnosticCode": "smtp; 421 4.4.1 Connection timed out",
                        }
                    ],
                },
            )
        ),
        ("delay", "network", "soft", "diagnostic", "stated"),
        id=f"0100-ses/DeliveryDelay/{STAMP}",
    ),
    Post(
        "delay without words",
        "ses",
        dump(ses("DeliveryDelay", {"delayType": "MailboxFull", "delayedRecipients": [{"emailAddress": JOE}]})),
        ("delay", "full", "soft", "provider", "inferred"),
        id=f"0100-ses/DeliveryDelay/{STAMP}",
    ),
    Post(
        "reject",
        "ses",
        dump(ses("Reject", {"reason": "Bad content"})),
        ("failure", "virus", "block", "provider", "inferred"),
        id=f"0100-ses/Reject/{STAMP}",
    ),
    Post(
        "subscription ended",
        "ses",
        dump(ses("Subscription", {"contactList": "news", "newTopicPreferences": {"unsubscribeAll": True}})),
        ("feedback", "opt-out"),
        id=f"0100-ses/Subscription/{STAMP}",
    ),
    Post("open", "ses", dump(ses("Open", {"ipAddress": "192.0.2.1"})), ("aside", "no word about a delivery"), None),
    Post("message of words", "ses", dump(sns("the topic works")), ("aside", "no object"), None),
    Post(
        "subscription asked",
        "ses",
        dump({**sns(""), "Type": "SubscriptionConfirmation", "Token": "t", "SubscribeURL": "https://sns.example/?a=1"}),
        ("aside", "ask the URL"),
        None,
        "sns-1",
    ),
]


def sendgrid(event: str, **more: object) -> bytes:
    row = {
        "email": JOE,
        "timestamp": AT,
        "event": event,
        "smtp-id": "<m1@lists.example>",
        "sg_event_id": "sg1",
        "sg_message_id": "msg.filter",
        "category": ["may"],
        "list": "news",
    }
    return dump([row | more])


_SENDGRID = [
    Post(
        "bounce",
        "sendgrid",
        sendgrid("bounce", type="bounce", status="5.1.1", reason="550 5.1.1 The email account does not exist"),
        ("failure", "bad-mailbox", "hard", "diagnostic", "stated"),
        id="sg1",
    ),
    Post(
        "blocked type, and the text names a full mailbox",
        "sendgrid",
        sendgrid("bounce", type="blocked", status="5.2.2", reason="552 5.2.2 mailbox full"),
        ("failure", "full", "soft", "diagnostic", "stated"),
        id="sg1",
    ),
    Post(
        "no text, a class",
        "sendgrid",
        sendgrid("bounce", type="blocked", bounce_classification="Reputation"),
        ("failure", "blocked", "block", "provider", "inferred"),
        id="sg1",
    ),
    Post(
        "dropped, bounced before",
        "sendgrid",
        sendgrid("dropped", reason="Bounced Address"),
        ("failure", "bad-mailbox", "hard", "provider", "inferred"),
        id="sg1",
    ),
    Post(
        "dropped, complained",
        "sendgrid",
        sendgrid("dropped", reason="Spam Reporting Address"),
        ("feedback", "abuse"),
        id="sg1",
    ),
    Post(
        "dropped, gone",
        "sendgrid",
        sendgrid("dropped", reason="Unsubscribed Address"),
        ("feedback", "opt-out"),
        id="sg1",
    ),
    Post(
        "dropped, our fault",
        "sendgrid",
        sendgrid("dropped", reason="Recipient List over Package Quota"),
        ("failure", "policy", "block", "provider", "inferred"),
        id="sg1",
    ),
    Post(
        "deferred",
        "sendgrid",
        sendgrid("deferred", response="451 4.7.1 Greylisting in action, please come back later", attempt="3"),
        ("delay", "greylisted", "soft", "diagnostic", "stated"),
        id="sg1",
    ),
    Post("spamreport", "sendgrid", sendgrid("spamreport"), ("feedback", "abuse"), id="sg1"),
    Post("delivered", "sendgrid", sendgrid("delivered", response="250 OK"), ("success",), id="sg1"),
    Post("unsubscribe", "sendgrid", sendgrid("unsubscribe"), ("feedback", "opt-out"), id="sg1"),
    Post(
        "of a group", "sendgrid", sendgrid("group_unsubscribe", asm_group_id=7), ("feedback", "opt-out-list"), id="sg1"
    ),
    Post("open", "sendgrid", sendgrid("open"), ("aside", "no word about a delivery"), None),
]


def mailgun(event: str, **more: object) -> bytes:
    data = {
        "event": event,
        "id": "mg1",
        "timestamp": AT + 0.5,
        "recipient": JOE,
        "message": {"headers": {"message-id": "m1@lists.example", "from": "news@lists.example", "subject": "May"}},
        "tags": ["may"],
        "user-variables": {"list": "news"},
    }
    return dump({"signature": {"timestamp": str(AT), "token": "t", "signature": "s"}, "event-data": data | more})


def mailgun_failed(severity: str, reason: str, code: int, said: str) -> bytes:
    status = {"code": code, "message": said, "description": "", "attempt-no": 1, "mx-host": "mx.example.org"}
    return mailgun("failed", severity=severity, reason=reason, **{"delivery-status": status})


def mailgun_form(event: str, **more: str) -> bytes:
    row = {
        "event": event,
        "recipient": JOE,
        "timestamp": str(AT),
        "token": "tok1",
        "signature": "s",
        "message-headers": json.dumps([["Message-Id", "<m1@lists.example>"], ["List-Id", "<news.lists.example>"]]),
    }
    return urlencode(row | more).encode()


_MAILGUN = [
    Post(
        "failed for good",
        "mailgun",
        mailgun_failed("permanent", "bounce", 550, "5.1.1 No such user"),
        ("failure", "bad-mailbox", "hard", "diagnostic", "stated"),
        id="mg1",
    ),
    Post(
        "failed for now",
        "mailgun",
        mailgun_failed("temporary", "generic", 452, "4.2.2 The email account is over quota"),
        ("delay", "full", "soft", "diagnostic", "stated"),
        id="mg1",
    ),
    Post(
        "suppressed",
        "mailgun",
        mailgun_failed("permanent", "suppress-bounce", 605, "Not delivering to previously bounced address"),
        ("failure", "bad-mailbox", "hard", "provider", "inferred"),
        id="mg1",
    ),
    Post(
        "suppressed after a complaint",
        "mailgun",
        mailgun_failed("permanent", "suppress-complaint", 607, "Not delivering"),
        ("feedback", "abuse"),
        id="mg1",
    ),
    Post(
        "suppressed after leaving",
        "mailgun",
        mailgun_failed("permanent", "suppress-unsubscribe", 606, "Not delivering"),
        ("feedback", "opt-out"),
        id="mg1",
    ),
    Post(
        "too old, without words",
        "mailgun",
        mailgun_failed("permanent", "old", 602, ""),
        ("failure", "expired", "soft", "provider", "inferred"),
        id="mg1",
    ),
    Post("complained", "mailgun", mailgun("complained"), ("feedback", "abuse"), id="mg1"),
    Post("unsubscribed", "mailgun", mailgun("unsubscribed"), ("feedback", "opt-out"), id="mg1"),
    Post("delivered", "mailgun", mailgun("delivered"), ("success",), id="mg1"),
    Post(
        "rejected",
        "mailgun",
        mailgun("rejected", reject={"reason": "Sandbox", "description": ""}),
        ("failure", "policy", "block", "provider", "inferred"),
        id="mg1",
    ),
    Post("opened", "mailgun", mailgun("opened"), ("aside", "no word about a delivery"), None),
    Post(
        "form, bounced",
        "mailgun",
        mailgun_form("bounced", code="550", error="5.1.1 No such user here"),
        ("failure", "bad-mailbox", "hard", "diagnostic", "stated"),
        id=f"<m1@lists.example>/bounced/{JOE}",
    ),
    Post(
        "form, dropped",
        "mailgun",
        mailgun_form("dropped", reason="hardfail", code="605", description=""),
        ("failure", "bad-mailbox", "hard", "provider", "inferred"),
        id=f"<m1@lists.example>/dropped/{JOE}",
    ),
    Post(
        "form, complained",
        "mailgun",
        mailgun_form("complained"),
        ("feedback", "abuse"),
        id=f"<m1@lists.example>/complained/{JOE}",
    ),
    Post(
        "form, delivered", "mailgun", mailgun_form("delivered"), ("success",), id=f"<m1@lists.example>/delivered/{JOE}"
    ),
    Post("form, opened", "mailgun", mailgun_form("opened"), ("aside", "no word about a delivery"), None),
]


def postmark(record: str, **more: object) -> bytes:
    row = {
        "RecordType": record,
        "MessageID": "pm-uuid",
        "MessageStream": "news",
        "Metadata": {"list": "news"},
        "Tag": "may",
    }
    return dump(row | more)


def postmark_bounce(code: int, kind: str, details: str = "") -> bytes:
    return postmark(
        "Bounce",
        ID=42,
        Type=kind,
        TypeCode=code,
        Email=JOE,
        From="news@lists.example",
        Subject="May",
        BouncedAt="2026-05-28T20:26:40.1234567Z",
        Details=details,
        Description="The server was unable to deliver your message (ex: unknown user, mailbox not found).",
    )


_HARD = "Bounce/42"
_POSTMARK = [
    Post(
        "hard",
        "postmark",
        postmark_bounce(1, "HardBounce", "smtp;550 5.1.1 User unknown"),
        ("failure", "bad-mailbox", "hard", "diagnostic", "stated"),
        id=_HARD,
    ),
    Post(
        "hard by its name, and the text says spam",
        "postmark",
        postmark_bounce(1, "HardBounce", "smtp;554 5.7.1 Message rejected as spam"),
        ("failure", "spam", "block", "diagnostic", "stated"),
        id=_HARD,
    ),
    Post(
        "hard without details: the description is nobody's reply",
        "postmark",
        postmark_bounce(1, "HardBounce"),
        ("failure", "bad-mailbox", "hard", "provider", "inferred"),
        id=_HARD,
    ),
    Post(
        "blocked",
        "postmark",
        postmark_bounce(100006, "Blocked"),
        ("failure", "blocked", "block", "provider", "inferred"),
        id=_HARD,
    ),
    Post(
        "soft",
        "postmark",
        postmark_bounce(4096, "SoftBounce"),
        ("failure", "system", "soft", "provider", "inferred"),
        id=_HARD,
    ),
    Post(
        "transient",
        "postmark",
        postmark_bounce(2, "Transient"),
        ("delay", "network", "soft", "provider", "inferred"),
        id=_HARD,
    ),
    Post("auto-reply", "postmark", postmark_bounce(64, "AutoResponder"), ("aside", "auto-reply"), id=_HARD),
    Post("challenge", "postmark", postmark_bounce(16384, "ChallengeVerification"), ("aside", "challenge"), id=_HARD),
    Post(
        "complaint by a bounce", "postmark", postmark_bounce(100001, "SpamComplaint"), ("feedback", "abuse"), id=_HARD
    ),
    Post("left by a bounce", "postmark", postmark_bounce(16, "Unsubscribe"), ("feedback", "opt-out"), id=_HARD),
    Post(
        "complaint",
        "postmark",
        postmark("SpamComplaint", ID=43, Type="SpamComplaint", TypeCode=100001, Email=JOE, BouncedAt=STAMP),
        ("feedback", "abuse"),
        id="SpamComplaint/43",
    ),
    Post(
        "delivery",
        "postmark",
        postmark("Delivery", Recipient=JOE, DeliveredAt=STAMP, Details="250 ok"),
        ("success",),
        id=f"Delivery/pm-uuid/{JOE}/{STAMP}",
    ),
    Post(
        "left",
        "postmark",
        postmark(
            "SubscriptionChange",
            Recipient=JOE,
            ChangedAt=STAMP,
            SuppressSending=True,
            SuppressionReason="ManualSuppression",
            Origin="Recipient",
        ),
        ("feedback", "opt-out"),
        id=f"SubscriptionChange/pm-uuid/{JOE}/{STAMP}",
    ),
    Post(
        "suppressed for a bounce",
        "postmark",
        postmark(
            "SubscriptionChange", Recipient=JOE, ChangedAt=STAMP, SuppressSending=True, SuppressionReason="HardBounce"
        ),
        ("failure", "bad-mailbox", "hard", "provider", "inferred"),
        id=f"SubscriptionChange/pm-uuid/{JOE}/{STAMP}",
    ),
    Post(
        "sent to again",
        "postmark",
        postmark("SubscriptionChange", Recipient=JOE, ChangedAt=STAMP, SuppressSending=False),
        ("aside", "again"),
        None,
    ),
    Post("open", "postmark", postmark("Open", Recipient=JOE), ("aside", "no word about a delivery"), None),
]


def sparkpost(kind: str, wrapper: str = "message_event", **more: object) -> bytes:
    row = {
        "type": kind,
        "event_id": "sp1",
        "timestamp": str(AT),
        "rcpt_to": JOE,
        "message_id": "000sp",
        "rcpt_meta": {"list": "news"},
        "rcpt_tags": ["may"],
        "friendly_from": "news@lists.example",
        "subject": "May",
    }
    return dump([{"msys": {wrapper: row | more}}])


_SPARKPOST = [
    Post(
        "bounce",
        "sparkpost",
        sparkpost(
            "bounce",
            bounce_class="10",
            error_code="550",
            raw_reason="550 5.1.1 No such user",
            reason="550 No such user",
        ),
        ("failure", "bad-mailbox", "hard", "diagnostic", "stated"),
        id="sp1",
    ),
    Post(
        "bounce by its class",
        "sparkpost",
        sparkpost("bounce", bounce_class="22"),
        ("failure", "full", "soft", "provider", "inferred"),
        id="sp1",
    ),
    Post(
        "out of band",
        "sparkpost",
        sparkpost(
            "out_of_band", bounce_class="10", error_code="550", reason="550 [internal] [oob] The recipient is invalid."
        ),
        ("failure", "bad-mailbox", "hard", "phrase", "inferred"),
        id="sp1",
    ),
    Post(
        "out of band, an auto-reply",
        "sparkpost",
        sparkpost("out_of_band", bounce_class="60", reason="out of office"),
        ("aside", "auto-reply"),
        id="sp1",
    ),
    Post(
        "out of band, one who leaves",
        "sparkpost",
        sparkpost("out_of_band", bounce_class="90"),
        ("feedback", "opt-out"),
        id="sp1",
    ),
    Post(
        "delay",
        "sparkpost",
        sparkpost(
            "delay", bounce_class="21", error_code="454", raw_reason="454 4.4.4 [internal] no MX or A for domain"
        ),
        ("delay", "bad-domain", "soft", "diagnostic", "stated"),
        id="sp1",
    ),
    Post(
        "policy rejection",
        "sparkpost",
        sparkpost("policy_rejection", bounce_class="25"),
        ("failure", "policy", "block", "provider", "inferred"),
        id="sp1",
    ),
    Post(
        "complaint",
        "sparkpost",
        sparkpost("spam_complaint", fbtype="abuse", report_by="isp.example"),
        ("feedback", "abuse"),
        id="sp1",
    ),
    Post("delivery", "sparkpost", sparkpost("delivery"), ("success",), id="sp1"),
    Post(
        "list unsubscribe",
        "sparkpost",
        sparkpost("list_unsubscribe", "unsubscribe_event", mailfrom=JOE),
        ("feedback", "opt-out-list"),
        id="sp1",
    ),
    Post("open", "sparkpost", sparkpost("open", "track_event"), ("aside", "no word about a delivery"), None),
    Post("a try", "sparkpost", dump([{"msys": {}}]), ("aside", "no event"), None),
]


def kumomta(kind: str, code: int = 0, content: str = "", enhanced: str = "", **more: object) -> bytes:
    numbers = (
        dict(zip(("class", "subject", "detail"), map(int, enhanced.split(".")), strict=True)) if enhanced else None
    )
    row = {
        "type": kind,
        "id": "km1",
        "sender": "news-bounces@lists.example",
        "recipient": JOE,
        "queue": "example.org",
        "event_time": "2026-05-28T20:26:40.123456Z",
        "num_attempts": 2,
        "response": {"code": code, "enhanced_code": numbers, "content": content, "command": None},
        "peer_address": {"name": "mx.example.org.", "addr": "192.0.2.1:25"},
        "bounce_classification": "Uncategorized",
        "tenant": "acme",
        "meta": {"list": "news"},
        "headers": {"List-Id": "<news.lists.example>", "Message-ID": "<m1@lists.example>"},
    }
    return dump(row | more) + b"\n"


def km_id(kind: str) -> str:
    return f"km1/{kind}/2026-05-28T20:26:40.123456Z/2"


_KUMOMTA = [
    Post(
        "bounce",
        "kumomta",
        kumomta("Bounce", 550, "User unknown", "5.1.1"),
        ("failure", "bad-mailbox", "hard", "diagnostic", "stated"),
        id=km_id("Bounce"),
    ),
    Post(
        "transient",
        "kumomta",
        kumomta("TransientFailure", 452, "mailbox full", "4.2.2"),
        ("delay", "full", "soft", "diagnostic", "stated"),
        id=km_id("TransientFailure"),
    ),
    Post(
        "given up by the operator",
        "kumomta",
        kumomta("AdminBounce", 551, "Administrator bounced with reason: cleaning"),
        ("failure", "policy", "block", "provider", "inferred"),
        id=km_id("AdminBounce"),
    ),
    Post(
        "out of band, by its class",
        "kumomta",
        kumomta("OOB", 0, "", bounce_classification="InvalidRecipient"),
        ("failure", "bad-mailbox", "hard", "provider", "inferred"),
        id=km_id("OOB"),
    ),
    Post(
        "out of band, an auto-reply",
        "kumomta",
        kumomta("OOB", 0, "", bounce_classification="AutoReply"),
        ("aside", "auto-reply"),
        id=km_id("OOB"),
    ),
    Post(
        "complaint",
        "kumomta",
        kumomta(
            "Feedback",
            recipient="fbl@lists.example",
            feedback_report={"feedback_type": "abuse", "user_agent": "loop/1", "original_rcpt_to": [JOE]},
        ),
        ("feedback", "abuse"),
        id=km_id("Feedback"),
    ),
    Post(
        "complaint of nobody",
        "kumomta",
        kumomta("Feedback", recipient="fbl@lists.example", feedback_report={"feedback_type": "abuse"}),
        ("aside", "names nobody"),
        None,
        km_id("Feedback"),
    ),
    Post("delivery", "kumomta", kumomta("Delivery", 250, "ok"), ("success",), id=km_id("Delivery")),
    Post(
        "expired",
        "kumomta",
        kumomta("Expiration", 551, "Next delivery time would be at 2026"),
        ("failure", "expired", "soft", "provider", "inferred"),
        id=km_id("Expiration"),
    ),
    Post("reception", "kumomta", kumomta("Reception", 250, "OK"), ("aside", "no word about a delivery"), None),
]
_HEADER = (
    "type,timeLogged,timeQueued,orig,rcpt,orcpt,dsnAction,dsnStatus,dsnDiag,dsnMta,bounceCat,jobId,envId,header_List-Id"
)


def powermta(kind: str, action: str = "", status: str = "", diagnostic: str = "", category: str = "") -> bytes:
    row = [
        kind,
        "2026-05-28 20:26:40+0000",
        "2026-05-28 20:26:00+0000",
        "news-bounces@lists.example",
        JOE,
        "",
        action,
        status,
        diagnostic,
        "mx.example.org (192.0.2.1)",
        category,
        "job7",
        "env9",
        "<news.lists.example>",
    ]
    return f"{_HEADER}\r\n{','.join(row)}\r\n".encode()


_POWERMTA = [
    Post(
        "bounce",
        "powermta",
        powermta(
            "b", "failed", "5.1.1 (bad destination mailbox address)", "smtp;550 5.1.1 User unknown", "bad-mailbox"
        ),
        ("failure", "bad-mailbox", "hard", "diagnostic", "stated"),
    ),
    Post(
        "bounce by its category",
        "powermta",
        powermta("b", "failed", "5.0.0", "", "spam-related"),
        ("failure", "spam", "block", "provider", "inferred"),
    ),
    Post(
        "transient",
        "powermta",
        powermta("t", "delayed", "4.2.2", "smtp;452 4.2.2 mailbox full", "quota-issues"),
        ("delay", "full", "soft", "diagnostic", "stated"),
    ),
    Post(
        "of a queue",
        "powermta",
        powermta("tq", "delayed", "4.4.1", "smtp;421 4.4.1 no answer from host", "no-answer-from-host"),
        ("delay", "network", "soft", "diagnostic", "stated"),
    ),
    Post(
        "remote bounce",
        "powermta",
        powermta("rb", "failed", "5.2.2", "smtp;552 5.2.2 over quota", "quota-issues"),
        ("failure", "full", "soft", "diagnostic", "stated"),
    ),
    Post("delivery", "powermta", powermta("d", "relayed", "2.0.0", "smtp;250 ok"), ("success",)),
    Post("feedback", "powermta", powermta("f"), ("feedback", "abuse")),
    Post("received", "powermta", powermta("r"), ("aside", "no word about a delivery"), None),
]
POSTS = [*_SES, *_SENDGRID, *_MAILGUN, *_POSTMARK, *_SPARKPOST, *_KUMOMTA, *_POWERMTA]
