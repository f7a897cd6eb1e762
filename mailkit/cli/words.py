"""What the words of the answers mean, group by group; each group is one key of an answer."""

from __future__ import annotations

from collections.abc import Mapping

WORDS: Mapping[str, Mapping[str, str]] = {
    "kind of a message": {
        "failure": "a message was not delivered, for good",
        "delay": "a message was not delivered yet; the reporting MTA goes on trying",
        "success": "a message was delivered, passed on or expanded, as its sender wanted to be told (RFC 3461)",
        "feedback": "a recipient complains, or a provider does for him (RFC 5965)",
        "auto-reply": "an answer that no person wrote: away, address changed, ticket opened (RFC 3834)",
        "challenge": "the recipient's side wants proof that the sender is a person",
        "receipt": "the message was displayed, or deleted without (RFC 8098)",
        "other": "no report on a delivery: a person's mail, a newsletter, a log",
    },
    "advice": {
        "hard": "the address does not exist, is closed or has moved: drop it",
        "soft": "the recipient's side; may heal: keep the address and count",
        "block": "the sender's side (reputation, content, policy, rate): never count it against the recipient",
        "none": "no failure: nothing to do",
    },
    "basis, what decided the status": {
        "diagnostic": "an enhanced code in the remote server's own reply",
        "dsn": "the Status field of the report (RFC 3464 section 2.3.4)",
        "provider": "what a provider means by its codes and texts",
        "dialect": "what an MTA means by its own words",
        "phrase": "a wording",
        "trace": "the Received fields of the returned message",
        "reply": "the SMTP reply code and the stage alone",
        "action": "the class of the outcome alone",
        "none": "nothing",
    },
    "confidence": {
        "stated": "the mail says it in a place meant for it",
        "inferred": "taken from a wording, or from the words of a field",
        "guessed": "from the class or by default alone; of an envelope: the message's own sender may have written it",
    },
    "action, what became of a recipient (RFC 3464 section 2.3.3)": {
        "failed": "not delivered, for good",
        "delayed": "not delivered yet",
        "delivered": "delivered to the mailbox",
        "relayed": "passed on to a host that sends no reports",
        "expanded": "delivered to a list or an alias, and sent on to its members",
    },
    "stage, the SMTP command at which the server refused (RFC 5321 section 3)": {
        "connect": "before the first command: at the greeting",
        "helo": "at HELO or EHLO, also TLS and AUTH",
        "mail": "at MAIL: the sender or the sending host is meant",
        "rcpt": "at RCPT: mostly the recipient is meant",
        "data": "at DATA or behind the message: its content is meant, or all its recipients",
    },
    "envelope: who wrote the place": {
        "given": "the caller knows it, for example from the SMTP dialogue",
        "spool": "the queue of an MTA",
        "journal": "a journal report of Exchange",
        "from-line": "the From line of an mbox",
        "trace": "a field that an MTA adds on delivery: Return-Path, Delivered-To, X-Original-To",
        "received": "the words of a Received field: for, envelope-from",
    },
    "envelope: role of the place": {
        "sender": "the reverse-path: MAIL FROM",
        "recipient": "a forward-path: RCPT TO",
        "date": "when the message was taken or delivered",
        "client": "the host that gave the message",
    },
    "envelope: trust in the place": {
        "transport": "the SMTP dialogue itself, or a queue",
        "journal": "the tenant's own server",
        "host": "the last host, above its Received field",
        "relay": "some host on the way",
        "none": "whoever sent the message may have written it",
    },
    "envelope: state of a recipient": {
        "accepted": "the server took the recipient; the message is queued for him",
        "delivered": "the queue has delivered to him",
        "refused": "the server refused the recipient",
    },
    "envelope: difference between envelope and header": {
        "bcc": "a recipient stands in no To or Cc",
        "list": "a list or mailer takes the bounces",
        "forwarded": "the message went on from one recipient to another",
        "null-sender": "a person's mail that wants no bounces",
        "other-domain": "the sender's domain is not From's, but a host of it handled the message",
        "unrelated-domain": "the sender's domain is not From's and is nowhere else in the message",
    },
    "blocklist: what it says": {
        "listed": "the list has an entry that counts, and works",
        "clear": "the list has no entry that counts, and works",
        "unknown": "nobody can say at present: ask again later",
        "refused": "the list does not answer this asker: too many questions, or asked through a public resolver",
        "broken": "the list is closed or does not work: take it out",
        "unasked": "nothing was asked: the address is private or reserved, or it is neither address nor domain",
    },
    "blocklist: whether it works": {
        "ok": "it has its test entry, and not what no list may have (RFC 5782 section 5)",
        "dead": "its answers lie outside 127.0.0.0/8, as those of a domain that was sold",
        "lists-all": "it lists everybody: it has 127.0.0.1, or for domains INVALID",
        "refused": "it does not answer this asker: too many questions, or asked through a public resolver",
        "no-test": "its test entry is not there: it is empty, or serves other kinds of entries",
        "no-zone": "there is no such zone",
        "unknown": "nobody can say at present: ask again later",
    },
}
"""Group -> word -> meaning; the words are those of the answers' types."""
