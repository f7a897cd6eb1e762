"""Lines of delivery logs, our own in the true form of each MTA, and what they tell.

Each row: a name, the lines, and one expectation for each attempt; a key that is absent is not looked at.
"""

from __future__ import annotations

from typing import Any

Row = tuple[str, list[str], list[dict[str, Any]]]

P = "Nov 25 10:00:00 mx1 postfix/"
TO = "4FD1A20C8A3: to=<joe@example.org>, "
MX = "relay=mx.example.org[192.0.2.1]:25, delay=1.5, delays=0.1/0.2/0.7/0.5, "
SAID = "(host mx.example.org[192.0.2.1] said: "
RCPT = " (in reply to RCPT TO command))"
JOE = "joe@example.org"
POSTFIX: list[Row] = [
    (
        "bounced",
        [f"{P}smtp[9]: {TO}{MX}dsn=5.1.1, status=bounced {SAID}550 5.1.1 <joe@example.org>: User unknown{RCPT}"],
        [
            {
                "outcome": "bounced",
                "action": "failed",
                "line": 1,
                "queue_id": "4FD1A20C8A3",
                "recipient": JOE,
                "sender": None,
                "original_recipient": None,
                "relay": "mx.example.org",
                "relay_ip": "192.0.2.1",
                "reply": "550 5.1.1 <joe@example.org>: User unknown",
                "dsn": "5.1.1",
                "delay_seconds": 1.5,
                "time": None,
                "stamp": "Nov 25 10:00:00",
                "status": "5.1.1",
                "reason": "bad-mailbox",
                "advice": "hard",
            }
        ],
    ),
    (
        "sent, with its sender",
        [
            f"{P}qmgr[1]: 4FD1A20C8A3: from=<ann@example.com>, size=1234, nrcpt=1 (queue active)",
            f"{P}smtp[9]: {TO}{MX}dsn=2.0.0, status=sent (250 2.0.0 Ok: queued as 77AB)",
        ],
        [
            {
                "outcome": "sent",
                "action": "relayed",
                "line": 2,
                "sender": "ann@example.com",
                "reply": "250 2.0.0 Ok: queued as 77AB",
                "verdict": None,
            }
        ],
    ),
    (
        "the null sender",
        [
            f"{P}qmgr[1]: 4FD1A20C8A3: from=<>, size=1234, nrcpt=1 (queue active)",
            f"{P}smtp[9]: {TO}{MX}dsn=4.7.1, status=deferred {SAID}450 4.7.1 <joe@example.org>: Greylisted{RCPT}",
        ],
        [{"outcome": "deferred", "action": "delayed", "sender": "", "status": "4.7.1", "reason": "greylisted"}],
    ),
    (
        "no connection",
        [
            (
                f"{P}smtp[9]: {TO}relay=none, delay=30, delays=0/0/30/0, dsn=4.4.1, status=deferred (connect to "
                "mx.example.org[2001:db8::1]:25: Connection timed out)"
            )
        ],
        [{"relay": "mx.example.org", "relay_ip": "2001:db8::1", "status": "4.4.1", "reason": "network"}],
    ),
    (
        "no such domain",
        [
            (
                f"{P}smtp[9]: {TO}relay=none, delay=0.1, delays=0/0/0.1/0, dsn=5.4.4, status=bounced (Host or domain name "
                "not found. Name service error for name=example.org type=AAAA: Host not found)"
            )
        ],
        [{"outcome": "bounced", "relay": None, "relay_ip": None, "reason": "bad-domain", "advice": "hard"}],
    ),
    (
        "an alias, delivered here",
        [
            (
                f"{P}local[9]: 4FD1: to=<joe@example.org>, orig_to=<postmaster>, relay=local, delay=0.02, "
                "delays=0.01/0/0/0.01, dsn=2.0.0, status=sent (delivered to mailbox)"
            )
        ],
        [{"outcome": "sent", "action": "delivered", "original_recipient": "postmaster", "relay": "local"}],
    ),
    (
        "forwarded by an alias",
        [f"{P}local[9]: {TO}relay=local, delay=0, delays=0/0/0/0, dsn=2.0.0, status=sent (forwarded as 4FD2)"],
        [{"outcome": "expanded", "action": "expanded"}],
    ),
    (
        "an unknown user here",
        [f'{P}local[9]: {TO}relay=local, delay=0, delays=0/0/0/0, dsn=5.1.1, status=bounced (unknown user: "joe")'],
        [{"status": "5.1.1", "reason": "bad-mailbox"}],
    ),
    (
        "LMTP over a socket",
        [
            (
                f"{P}lmtp[9]: {TO}relay=mx1.example.org[private/dovecot-lmtp], delay=0.1, delays=0/0/0/0.1, dsn=5.2.2, "
                "status=bounced (host mx1.example.org[private/dovecot-lmtp] said: 552 5.2.2 <joe@example.org> Quota "
                "exceeded (mailbox for user is full) (in reply to end of DATA command))"
            )
        ],
        [
            {
                "relay": "mx1.example.org",
                "relay_ip": None,
                "reason": "full",
                "reply": "552 5.2.2 <joe@example.org> Quota exceeded (mailbox for user is full)",
            }
        ],
    ),
    (
        "a pipe, and its name",
        [f"{P}pipe[9]: {TO}relay=maildrop, delay=0.1, delays=0/0/0/0, dsn=2.0.0, status=sent (delivered via maildrop)"],
        [{"outcome": "sent", "action": "delivered", "relay": "maildrop"}],
    ),
    (
        "several instances, RFC 3339 times, several lines of a reply",
        [
            (
                f"2026-11-25T10:00:00.123456+01:00 mx1 postfix-out/smtp[9]: {TO}{MX}dsn=5.7.26, status=bounced {SAID}"
                "550-5.7.26 This mail has been blocked because the sender is unauthenticated. 550-5.7.26 DKIM = did not "
                "pass 550 5.7.26 SPF did not pass (in reply to end of DATA command))"
            )
        ],
        [{"stamp": "2026-11-25T10:00:00.123456+01:00", "status": "5.7.26", "reason": "auth-failed", "advice": "block"}],
    ),
    (
        "a greeting that refuses",
        [
            (
                f"{P}smtp[9]: {TO}{MX}dsn=4.7.1, status=deferred (host mx.example.org[192.0.2.1] refused to talk to me: "
                "554 5.7.1 Your access to this mail system has been rejected due to the sending MTA's poor reputation)"
            )
        ],
        [{"outcome": "deferred", "reason": "blocked", "advice": "block"}],
    ),
    (
        "lost connection",
        [
            (
                f"{P}smtp[9]: {TO}{MX}dsn=4.4.2, status=deferred (lost connection with mx.example.org[192.0.2.1] while "
                "sending RCPT TO)"
            )
        ],
        [{"status": "4.4.2", "reason": "network"}],
    ),
    (
        "expired",
        [
            f"{P}smtp[9]: {TO}{MX}dsn=4.2.2, status=deferred {SAID}452 4.2.2 The mailbox is over quota{RCPT}",
            f"{P}qmgr[1]: 4FD1A20C8A3: from=<ann@example.com>, status=expired, returned to sender",
        ],
        [
            {"outcome": "deferred", "sender": None},
            {
                "outcome": "expired",
                "action": "failed",
                "recipient": JOE,
                "sender": "ann@example.com",
                "reply": "452 4.2.2 The mailbox is over quota",
                "reason": "full",
            },
        ],
    ),
    (
        "expired, and nothing is known of it",
        [f"{P}qmgr[1]: 4FD1A20C8A3: from=<ann@example.com>, status=force-expired, returned to sender"],
        [{"outcome": "expired", "recipient": None, "status": "5.4.7", "reason": "expired"}],
    ),
    (
        "soft_bounce",
        [f"{P}smtp[9]: {TO}{MX}dsn=5.1.1, status=SOFTBOUNCE {SAID}550 5.1.1 No such user{RCPT}"],
        [{"outcome": "deferred", "action": "delayed", "reason": "bad-mailbox"}],
    ),
    (
        "probes",
        [
            f"{P}smtp[9]: {TO}{MX}dsn=5.1.1, status=undeliverable {SAID}550 5.1.1 No such user{RCPT}",
            f"{P}smtp[9]: {TO}{MX}dsn=2.1.5, status=deliverable (250 2.1.5 Ok)",
        ],
        [
            {"outcome": "undeliverable", "action": None, "reason": "bad-mailbox"},
            {"outcome": "deliverable", "action": None, "verdict": None},
        ],
    ),
    (
        "a quoted local part, a connection that is used again",
        [
            (
                f'{P}smtp[9]: 4FD1: to=<"a>, relay=b"@example.org>, relay=mx.example.org[192.0.2.1]:25, conn_use=2, '
                f"delay=1, delays=0/0/0/1, dsn=5.1.1, status=bounced {SAID}550 5.1.1 unknown{RCPT}"
            )
        ],
        [{"recipient": '"a>, relay=b"@example.org', "relay": "mx.example.org"}],
    ),
    (
        "an old Postfix",
        [f"{P}smtp[9]: {TO}relay=mx.example.org[192.0.2.1], delay=3, status=bounced {SAID}550 unknown user{RCPT}"],
        [{"outcome": "bounced", "dsn": None, "delay_seconds": 3.0, "reason": "bad-mailbox"}],
    ),
    (
        "cut in the reply",
        [f"{P}smtp[9]: {TO}{MX}dsn=5.2.2, status=bounced {SAID}552 5.2.2 Mailbox fu"],
        [{"outcome": "bounced", "status": "5.2.2", "reply": "552 5.2.2 Mailbox fu"}],
    ),
    (
        "smtpd refuses",
        [
            (
                f"{P}smtpd[9]: NOQUEUE: reject: RCPT from unknown[198.51.100.9]: 554 5.7.1 <joe@example.net>: Relay access "
                "denied; from=<eve@example.com> to=<joe@example.net> proto=ESMTP helo=<x>"
            )
        ],
        [
            {
                "outcome": "rejected",
                "action": None,
                "queue_id": None,
                "sender": "eve@example.com",
                "recipient": "joe@example.net",
                "relay": None,
                "relay_ip": "198.51.100.9",
                "reply": "554 5.7.1 <joe@example.net>: Relay access denied",
                "reason": "relay-denied",
            }
        ],
    ),
    (
        "postscreen refuses",
        [
            (
                f"{P}postscreen[9]: NOQUEUE: reject: RCPT from [198.51.100.9]:40123: 550 5.7.1 Service unavailable; client "
                "[198.51.100.9] blocked using zen.example.org; from=<eve@example.com>, to=<joe@example.org>, proto=ESMTP, helo=<x>"
            )
        ],
        [{"outcome": "rejected", "recipient": JOE, "relay_ip": "198.51.100.9", "reason": "blocked"}],
    ),
    (
        "a milter and a header check refuse",
        [
            (
                f"{P}cleanup[9]: 4FD1: milter-reject: END-OF-MESSAGE from client.example.com[198.51.100.9]: 5.7.1 Spam message "
                "rejected; from=<eve@example.com> to=<joe@example.org> proto=ESMTP helo=<x>"
            ),
            (
                f"{P}cleanup[9]: 4FD1: reject: header Subject: buy from now from client.example.com[198.51.100.9]; "
                "from=<eve@example.com> to=<joe@example.org> proto=ESMTP helo=<x>: 5.7.1 message content rejected"
            ),
        ],
        [
            {"outcome": "rejected", "queue_id": "4FD1", "relay": "client.example.com", "reason": "spam"},
            {"outcome": "rejected", "recipient": JOE, "reply": "5.7.1 message content rejected"},
        ],
    ),
    (
        "from the systemd journal",
        [
            '{"__REALTIME_TIMESTAMP":"1764061200000000","_HOSTNAME":"mx1","SYSLOG_IDENTIFIER":"postfix/smtp","MESSAGE":'
            f'"{TO}{MX}dsn=5.2.1, status=bounced {SAID}550 5.2.1 This account is disabled{RCPT}"' + "}"
        ],
        [{"stamp": "1764061200.000000", "reason": "disabled"}],
    ),
]

E = "2026-11-25 10:00:00 "
ID = "1tFabc-000001-AB"
EMX = "R=dnslookup T=remote_smtp H=mx.example.org [192.0.2.1]"
AFTER = "SMTP error from remote mail server after RCPT TO:<joe@example.org>: "
EXIM: list[Row] = [
    (
        "bounced",
        [f"{E}{ID} ** joe@example.org {EMX}: {AFTER}550 5.1.1 <joe@example.org>: User unknown"],
        [
            {
                "outcome": "bounced",
                "action": "failed",
                "queue_id": ID,
                "recipient": JOE,
                "relay": "mx.example.org",
                "relay_ip": "192.0.2.1",
                "reply": "550 5.1.1 <joe@example.org>: User unknown",
                "stamp": "2026-11-25 10:00:00",
                "status": "5.1.1",
                "reason": "bad-mailbox",
            }
        ],
    ),
    (
        "delivered, with its sender and times",
        [
            f"{E}{ID} <= ann@example.com H=(x) [198.51.100.5] P=esmtps X=TLS1.3:X:256 CV=no S=1234 id=1@example.com",
            f'{E}{ID} => joe@example.org {EMX} X=TLS1.3:ECDHE_RSA:256 CV=yes DN="/C=DE/CN=mx" C="250 2.0.0 Ok: queued" QT=1m2s DT=1s',
        ],
        [
            {
                "outcome": "sent",
                "action": "relayed",
                "sender": "ann@example.com",
                "reply": "250 2.0.0 Ok: queued",
                "delay_seconds": 62.0,
            }
        ],
    ),
    (
        "more than one recipient of a delivery, and cutthrough",
        [
            f'{E}{ID} -> eve@example.org {EMX} C="250 OK"',
            f'{E}{ID} >> joe@example.org {EMX} C="250 OK"',
        ],
        [{"outcome": "sent", "recipient": "eve@example.org"}, {"outcome": "sent", "recipient": JOE}],
    ),
    (
        "local, file, pipe and nowhere",
        [
            f"{E}{ID} => joe <joe@example.org> R=localuser T=local_delivery",
            f"{E}{ID} => /var/mail/joe <joe@example.org> R=file T=address_file",
            f"{E}{ID} => |/usr/bin/vacation -a joe <joe@example.org> R=filter T=address_pipe",
            f"{E}{ID} => :blackhole: <joe@example.org> R=alias",
        ],
        [{"outcome": "sent", "action": "delivered", "recipient": JOE, "original_recipient": None}] * 4,
    ),
    (
        "forwarded",
        [f'{E}{ID} => new@example.org (mid@example.net) <old@example.net> {EMX} C="250 OK"'],
        [{"recipient": "new@example.org", "original_recipient": "old@example.net", "action": "relayed"}],
    ),
    (
        "deferred",
        [
            f"{E}{ID} == joe@example.org R=dnslookup T=remote_smtp defer (-44) H=mx.example.org [192.0.2.1]: {AFTER}451 4.7.1 Greylisted"
        ],
        [{"outcome": "deferred", "relay": "mx.example.org", "reply": "451 4.7.1 Greylisted", "reason": "greylisted"}],
    ),
    (
        "deferred, with times and a star",
        [
            (
                f"{E}{ID} == joe@example.org R=dnslookup T=remote_smtp defer (-44) H=mx.example.org [192.0.2.1]:25* DT=1s: "
                f"{AFTER}452 4.2.2 Mailbox full"
            )
        ],
        [{"relay_ip": "192.0.2.1", "reply": "452 4.2.2 Mailbox full", "status": "4.2.2", "reason": "full"}],
    ),
    (
        "no connection",
        [f"{E}{ID} == joe@example.org R=dnslookup T=remote_smtp defer (110): Connection timed out"],
        [{"reply": "Connection timed out", "status": "4.4.1", "reason": "network", "relay": None}],
    ),
    (
        "old words that name the host",
        [
            (
                f"{E}{ID} ** joe@example.org R=dnslookup T=remote_smtp: SMTP error from remote mail server after RCPT "
                "TO:<joe@example.org>: host mx.example.org [192.0.2.1]: 550 unknown user joe"
            )
        ],
        [
            {
                "relay": "mx.example.org",
                "relay_ip": "192.0.2.1",
                "reply": "550 unknown user joe",
                "reason": "bad-mailbox",
            }
        ],
    ),
    (
        "a reply of several lines",
        [
            (
                f"{E}{ID} ** joe@example.org {EMX}: SMTP error from remote mail server after end of data: 550-5.7.26 DMARC "
                r"check failed.\n550 5.7.26 See the policy of example.com QT=3s DT=1s"
            )
        ],
        [
            {
                "reply": "550-5.7.26 DMARC check failed.\n550 5.7.26 See the policy of example.com",
                "status": "5.7.26",
                "delay_seconds": 3.0,
            }
        ],
    ),
    (
        "octal escapes",
        [rf"{E}{ID} ** joe@example.org {EMX}: {AFTER}550 5.1.1 Benutzer existiert nicht (gel\303\266scht)"],
        [{"reply": "550 5.1.1 Benutzer existiert nicht (gelöscht)", "reason": "bad-mailbox"}],
    ),
    (
        "never left",
        [f"{E}{ID} ** joe@nosuch.example: Unrouteable address"],
        [{"recipient": "joe@nosuch.example", "relay": None, "reply": "Unrouteable address", "advice": "hard"}],
    ),
    (
        "given up",
        [
            f"{E}{ID} == joe@example.org R=dnslookup T=remote_smtp defer (-44) H=mx.example.org [192.0.2.1]: {AFTER}452 4.2.2 Mailbox full",
            f"{E}{ID} ** joe@example.org: retry timeout exceeded",
        ],
        [
            {"outcome": "deferred"},
            {"outcome": "expired", "action": "failed", "reply": "452 4.2.2 Mailbox full", "reason": "full", "line": 2},
        ],
    ),
    (
        "given up, and nothing is known of it",
        [
            f"{E}{ID} ** joe@example.org R=dnslookup T=remote_smtp: retry time not reached for any host after a long failure period"
        ],
        [{"outcome": "expired", "advice": "soft"}],
    ),
    (
        "the new queue ids, a process id, milliseconds and a zone",
        [
            f"2026-11-25 10:00:00.123 +0100 [77] 1tFabc-00000001AbC-1a2b ** joe@example.org F=<ann@example.com> {EMX}: {AFTER}550 5.2.1 Account disabled"
        ],
        [
            {
                "queue_id": "1tFabc-00000001AbC-1a2b",
                "stamp": "2026-11-25 10:00:00.123 +0100",
                "sender": "ann@example.com",
                "reason": "disabled",
            }
        ],
    ),
    (
        "by way of syslog",
        [
            f"Nov 25 10:00:00 mx1 exim[77]: {E}{ID} ** joe@example.org {EMX}: {AFTER}550 5.1.1 unknown",
            f"Nov 25 10:00:00 mx1 exim4[77]: {ID} ** joe@example.org {EMX}: {AFTER}550 5.1.1 unknown",
        ],
        [
            {"stamp": "2026-11-25 10:00:00", "reason": "bad-mailbox"},
            {"stamp": "Nov 25 10:00:00", "reason": "bad-mailbox"},
        ],
    ),
    (
        "IPv6, a certificate with blanks",
        [
            f'{E}{ID} ** joe@example.org R=r T=t H=mx.example.org [2001:db8::1] X=TLS1.2:X:128 CV=yes DN="C=DE,O=A b: c": {AFTER}550 5.7.1 Relaying denied'
        ],
        [{"relay_ip": "2001:db8::1", "reply": "550 5.7.1 Relaying denied", "reason": "relay-denied"}],
    ),
    (
        "all that a log selector can add",
        [
            (
                f"{E}{ID} ** joe@example.org <joe@example.org> F=<ann@example.com> P=<ann@example.com> R=dnslookup T=remote_smtp "
                "S=1234 H=mx.example.org [192.0.2.1]:25 I=[198.51.100.4]:40123 TFO* X=TLS1.3:X:256 CV=yes A=plain K L M8S=0 "
                f'DN="CN=mx.example.org": {AFTER}550 5.1.1 unknown RT=1s QT=2s DT=1s'
            )
        ],
        [
            {
                "sender": "ann@example.com",
                "relay_ip": "192.0.2.1",
                "reply": "550 5.1.1 unknown",
                "delay_seconds": 2.0,
                "reason": "bad-mailbox",
            }
        ],
    ),
    (
        "a quoted local part",
        [f'{E}{ID} ** "joe smith"@example.org {EMX}: {AFTER}550 5.1.1 unknown'],
        [{"recipient": '"joe smith"@example.org', "status": "5.1.1"}],
    ),
    (
        "refused here",
        [
            f"{E}H=(x) [198.51.100.9] F=<eve@example.com> rejected RCPT <joe@example.org>: Unrouteable address",
            f"{E}H=client.example.com (x) [198.51.100.9]:4000 X=TLS1.3:X:256 F=<eve@example.com> temporarily rejected RCPT <joe@example.org>: greylisted",
            f"{E}{ID} H=client.example.com [198.51.100.9] F=<eve@example.com> rejected after DATA: This message scored 12 spam points",
        ],
        [
            {
                "outcome": "rejected",
                "action": None,
                "sender": "eve@example.com",
                "recipient": JOE,
                "relay": None,
                "relay_ip": "198.51.100.9",
            },
            {"outcome": "rejected", "relay": "client.example.com", "status": "4.7.1", "reason": "greylisted"},
            {"outcome": "rejected", "recipient": None, "reason": "spam"},
        ],
    ),
]

S = "Nov 25 10:00:00 mx1 sendmail[77]: "
Q = "6APJkmfF030308: "
REST = "ctladdr=<ann@example.com> (1000/1000), delay=00:00:02, xdelay=00:00:01, mailer=esmtp, pri=30083, relay=mx.example.org. [192.0.2.1], "
SENDMAIL: list[Row] = [
    (
        "bounced, with the reply",
        [
            f"{S}{Q}to=<joe@example.org>, {REST}dsn=5.1.1, reply=550 5.1.1 <joe@example.org>: User unknown, stat=User unknown"
        ],
        [
            {
                "outcome": "bounced",
                "queue_id": "6APJkmfF030308",
                "recipient": JOE,
                "relay": "mx.example.org",
                "relay_ip": "192.0.2.1",
                "reply": "550 5.1.1 <joe@example.org>: User unknown",
                "dsn": "5.1.1",
                "delay_seconds": 2.0,
                "reason": "bad-mailbox",
            }
        ],
    ),
    (
        "the reply, not what sendmail calls it",
        [f"{S}{Q}to=<joe@example.org>, {REST}dsn=5.1.1, reply=550 Message rejected as spam, stat=User unknown"],
        [{"reply": "550 Message rejected as spam", "reason": "spam"}],
    ),
    (
        "sent, with its sender",
        [
            f"{S}{Q}from=<ann@example.com>, size=83, class=0, nrcpts=1, msgid=<1@example.com>, relay=localhost",
            f"{S}{Q}to=<joe@example.org>, {REST}dsn=2.0.0, stat=Sent (ok 1234 qp 77)",
        ],
        [{"outcome": "sent", "action": "relayed", "sender": "ann@example.com", "reply": "ok 1234 qp 77"}],
    ),
    (
        "delivered here",
        [
            f"{S}{Q}to=joe, ctladdr=root (0/0), delay=00:00:00, xdelay=00:00:00, mailer=local, pri=30083, dsn=2.0.0, stat=Sent"
        ],
        [{"outcome": "sent", "action": "delivered", "recipient": "joe", "relay": None}],
    ),
    (
        "older lines without the reply",
        [f"{S}{Q}to=<joe@example.org>, {REST}dsn=5.1.1, stat=User unknown"],
        [{"reply": "User unknown", "status": "5.1.1", "reason": "bad-mailbox"}],
    ),
    (
        "deferred",
        [f"{S}{Q}to=<joe@example.org>, {REST}dsn=4.0.0, stat=Deferred: Connection refused by mx.example.org."],
        [{"outcome": "deferred", "reply": "Connection refused by mx.example.org.", "reason": "network"}],
    ),
    (
        "deferred, the last reply is that to QUIT",
        [
            f"{S}{Q}to=<joe@example.org>, {REST}dsn=4.7.0, reply=221 2.0.0 Bye, stat=Deferred: 421 4.7.0 Too many connections from your IP"
        ],
        [{"outcome": "deferred", "reply": "421 4.7.0 Too many connections from your IP", "reason": "rate-limited"}],
    ),
    (
        "several recipients, days",
        [
            f"{S}{Q}to=<joe@example.org>,<eve@example.org>, delay=2+03:04:05, xdelay=00:00:01, mailer=esmtp, pri=1, relay=mx.example.org. [192.0.2.1], dsn=4.2.2, stat=Deferred: 452 4.2.2 Mailbox full"
        ],
        [
            {"recipient": JOE, "delay_seconds": 183_845.0, "reason": "full"},
            {"recipient": "eve@example.org", "delay_seconds": 183_845.0, "reason": "full"},
        ],
    ),
    (
        "no such domain",
        [
            f"{S}{Q}to=<joe@nosuch.example>, delay=00:00:00, xdelay=00:00:00, mailer=esmtp, pri=1, relay=nosuch.example, dsn=5.1.2, stat=Host unknown (Name server: nosuch.example: host not found)"
        ],
        [{"relay": "nosuch.example", "relay_ip": None, "reason": "bad-domain", "advice": "hard"}],
    ),
    (
        "queued is no attempt",
        [f"{S}{Q}to=<joe@example.org>, delay=00:00:00, mailer=esmtp, pri=30083, stat=queued"],
        [],
    ),
    (
        "given up",
        [
            f"{S}{Q}to=<joe@example.org>, {REST}dsn=4.4.1, stat=Deferred: Connection timed out with mx.example.org.",
            f"{S}{Q}6APJl7Dm030875: DSN: Cannot send message for 5 days",
        ],
        [
            {"outcome": "deferred"},
            {"outcome": "expired", "action": "failed", "recipient": JOE, "reason": "network", "line": 2},
        ],
    ),
    (
        "given up, older words, nothing is known of it",
        [f"{S}{Q}6APJl7Dm030875: return to sender: Cannot send message for 5 days"],
        [{"outcome": "expired", "recipient": None, "reason": "expired"}],
    ),
    (
        "a warning is no failure",
        [f"{S}{Q}6APJl7Dm030875: sender notify: Warning: could not send message for past 4 hours"],
        [],
    ),
    (
        "octal escapes",
        [rf"{S}{Q}to=<joe@example.org>, {REST}dsn=5.1.1, reply=550 5.1.1 Bo\303\256te inconnue, stat=User unknown"],
        [{"reply": "550 5.1.1 Boîte inconnue"}],
    ),
    (
        "another name of the program, a program it does not know",
        [
            f"Nov 25 10:00:00 mx1 sm-mta[7]: {Q}to=<joe@example.org>, {REST}dsn=5.2.1, reply=550 5.2.1 disabled, stat=User unknown",
            f"Nov 25 10:00:00 mx1 outbound[7]: {Q}to=<joe@example.org>, {REST}dsn=5.2.1, reply=550 5.2.1 disabled, stat=User unknown",
        ],
        [{"reason": "disabled"}, {"reason": "disabled"}],
    ),
    (
        "Solaris",
        [
            f"Nov 25 10:00:00 mx1 sendmail[77]: [ID 801593 mail.info] {Q}to=<joe@example.org>, {REST}dsn=5.1.1, stat=User unknown"
        ],
        [{"queue_id": "6APJkmfF030308", "reason": "bad-mailbox"}],
    ),
    (
        "rule sets refuse",
        [
            f"{S}{Q}ruleset=check_rcpt, arg1=<joe@example.net>, relay=client.example.com [198.51.100.9], reject=550 5.7.1 <joe@example.net>... Relaying denied",
            f"{S}ruleset=check_relay, arg1=client.example.com, arg2=198.51.100.9, relay=client.example.com [198.51.100.9], reject=550 5.7.1 Mail from 198.51.100.9 refused by blackhole site zen.example.org",
            f"{S}{Q}ruleset=check_mail, arg1=<eve@nosuch.example>, relay=[198.51.100.9], reject=553 5.1.8 <eve@nosuch.example>... Domain of sender address eve@nosuch.example does not exist",
        ],
        [
            {
                "outcome": "rejected",
                "action": None,
                "recipient": "joe@example.net",
                "relay": "client.example.com",
                "reason": "relay-denied",
            },
            {
                "outcome": "rejected",
                "queue_id": None,
                "recipient": None,
                "relay_ip": "198.51.100.9",
                "reason": "blocked",
            },
            {
                "outcome": "rejected",
                "sender": "eve@nosuch.example",
                "recipient": None,
                "relay_ip": "198.51.100.9",
                "reason": "bad-sender",
            },
        ],
    ),
]

T = "@400000006925720a075bcd15 "
QMAIL: list[Row] = [
    (
        "failure",
        [
            f"{T}new msg 4711",
            f"{T}info msg 4711: bytes 1234 from <ann@example.com> qp 99 uid 1000",
            f"{T}starting delivery 7: msg 4711 to remote joe@example.org",
            f"{T}status: local 0/10 remote 1/20",
            f"{T}delivery 7: failure: 192.0.2.1_does_not_like_recipient./Remote_host_said:_550_5.1.1_No_such_user/Giving_up_on_192.0.2.1./",
        ],
        [
            {
                "outcome": "bounced",
                "action": "failed",
                "line": 5,
                "stamp": "@400000006925720a075bcd15",
                "queue_id": "4711",
                "sender": "ann@example.com",
                "recipient": JOE,
                "relay": None,
                "relay_ip": "192.0.2.1",
                "reply": "550 5.1.1 No such user",
                "reason": "bad-mailbox",
            }
        ],
    ),
    (
        "success, remote",
        [
            f"{T}starting delivery 7: msg 4711 to remote joe@example.org",
            f"{T}delivery 7: success: 192.0.2.1_accepted_message./Remote_host_said:_250_2.0.0_Ok/",
        ],
        [{"outcome": "sent", "action": "relayed", "recipient": JOE, "reply": "250 2.0.0 Ok"}],
    ),
    (
        "success, local",
        [f"{T}starting delivery 8: msg 4711 to local joe@example.org", f"{T}delivery 8: success: did_1+0+0/"],
        [{"outcome": "sent", "action": "delivered", "recipient": JOE, "relay_ip": None}],
    ),
    (
        "no connection",
        [f"{T}delivery 7: deferral: Sorry,_I_wasn't_able_to_establish_an_SMTP_connection._(#4.4.1)/"],
        [{"outcome": "deferred", "recipient": None, "status": "4.4.1", "reason": "network"}],
    ),
    (
        "no such domain",
        [f"{T}delivery 7: failure: Sorry,_I_couldn't_find_any_host_named_nosuch.example._(#5.1.2)/"],
        [{"outcome": "bounced", "status": "5.1.2", "reason": "bad-domain"}],
    ),
    (
        "no such mailbox here",
        [
            f"{T}starting delivery 9: msg 4711 to local joe@example.org",
            f"{T}delivery 9: failure: Sorry,_no_mailbox_here_by_that_name._(#5.1.1)/",
        ],
        [{"status": "5.1.1", "reason": "bad-mailbox", "recipient": JOE}],
    ),
    (
        "greeting",
        [
            f"{T}delivery 7: deferral: Connected_to_192.0.2.1_but_greeting_failed./Remote_host_said:_554_5.7.1_Your_IP_is_blocked_using_zen.example.org/"
        ],
        [
            {
                "outcome": "deferred",
                "relay_ip": "192.0.2.1",
                "reply": "554 5.7.1 Your IP is blocked using zen.example.org",
                "reason": "blocked",
            }
        ],
    ),
    (
        "after the message",
        [
            f"{T}delivery 7: failure: 192.0.2.1_failed_after_I_sent_the_message./Remote_host_said:_552_5.2.2_Mailbox_full/"
        ],
        [{"outcome": "bounced", "status": "5.2.2", "reason": "full"}],
    ),
    (
        "given up",
        [
            (
                f"{T}delivery 7: failure: Connected_to_192.0.2.1_but_sender_was_rejected./Remote_host_said:_450_4.7.1_Greylisted/"
                "I'm_not_going_to_try_again;_this_message_has_been_in_the_queue_too_long./"
            )
        ],
        [{"outcome": "expired", "action": "failed", "relay_ip": "192.0.2.1"}],
    ),
    (
        "by splogger",
        [
            "Nov 25 10:00:00 mx1 qmail: 1764061200.123456 starting delivery 7: msg 4711 to remote joe@example.org",
            "Nov 25 10:00:00 mx1 qmail: 1764061201.123456 delivery 7: failure: 192.0.2.1_does_not_like_recipient./Remote_host_said:_550_unknown_user/",
        ],
        [{"stamp": "1764061201.123456", "recipient": JOE, "reason": "bad-mailbox"}],
    ),
    (
        "svlogd's readable time",
        [
            "2026-11-25_10:00:00.12345 delivery 7: failure: 192.0.2.1_does_not_like_recipient./Remote_host_said:_550_unknown_user/"
        ],
        [{"stamp": "2026-11-25_10:00:00.12345", "reason": "bad-mailbox"}],
    ),
    (
        "without a time",
        ["delivery 7: failure: 192.0.2.1_does_not_like_recipient./Remote_host_said:_550_5.7.1_Relaying_denied/"],
        [{"stamp": None, "time": None, "reason": "relay-denied"}],
    ),
    (
        "numbers are used again",
        [
            f"{T}starting delivery 7: msg 1 to remote joe@example.org",
            f"{T}delivery 7: success: 192.0.2.1_accepted_message./",
            f"{T}end msg 1",
            f"{T}starting delivery 7: msg 1 to remote eve@example.org",
            f"{T}delivery 7: success: 192.0.2.1_accepted_message./",
        ],
        [{"recipient": JOE}, {"recipient": "eve@example.org", "sender": None}],
    ),
]

O = "Nov 25 10:00:00 mx1 smtpd[77]: "  # noqa: E741 - OpenSMTPD's
MTA = '7c3cf5a8b09fb243 mta delivery evpid=c1e2f9e498cc524b from=<ann@example.com> to=<joe@example.org> rcpt=<-> source="198.51.100.4" relay="192.0.2.1 (mx.example.org)" delay=1m2s '
OPENSMTPD: list[Row] = [
    (
        "PermFail",
        [f'{O}{MTA}result="PermFail" stat="550 5.1.1 <joe@example.org>: User unknown"'],
        [
            {
                "outcome": "bounced",
                "action": "failed",
                "queue_id": "c1e2f9e498cc524b",
                "sender": "ann@example.com",
                "recipient": JOE,
                "original_recipient": None,
                "relay": "mx.example.org",
                "relay_ip": "192.0.2.1",
                "reply": "550 5.1.1 <joe@example.org>: User unknown",
                "delay_seconds": 62.0,
                "reason": "bad-mailbox",
            }
        ],
    ),
    (
        "Ok",
        [f'{O}{MTA}result="Ok" stat="250 2.0.0 Ok: queued as 77AB"'],
        [{"outcome": "sent", "action": "relayed", "reply": "250 2.0.0 Ok: queued as 77AB"}],
    ),
    (
        "TempFail",
        [f'{O}{MTA}result="TempFail" stat="451 4.7.1 Greylisting in action"'],
        [{"outcome": "deferred", "status": "4.7.1", "reason": "greylisted"}],
    ),
    (
        "no connection",
        [
            f'{O}0000000000000000 mta delivery evpid=c1e2f9e498cc524b from=<> to=<joe@example.org> rcpt=<-> source="-" relay="192.0.2.1" delay=31s result="TempFail" stat="Network error on destination MXs"'
        ],
        [{"sender": "", "relay": None, "relay_ip": "192.0.2.1", "reason": "network"}],
    ),
    (
        "no such domain",
        [
            f'{O}0000000000000000 mta delivery evpid=c1e2f9e498cc524b from=<ann@example.com> to=<joe@nosuch.example> rcpt=<-> source="-" relay="nosuch.example" delay=0s result="PermFail" stat="Domain does not exist"'
        ],
        [{"relay": None, "relay_ip": None, "reason": "bad-domain"}],
    ),
    (
        "delivered here, by an alias",
        [
            f"{O}7c3cf5a8b09fb243 mda delivery evpid=c1e2f9e498cc524b from=<ann@example.com> to=<joe@example.org> rcpt=<all@example.org> user=joe delay=0s result=Ok stat=Delivered"
        ],
        [{"outcome": "sent", "action": "delivered", "original_recipient": "all@example.org", "reply": "Delivered"}],
    ),
    (
        "the mailbox is full here",
        [
            f'{O}7c3cf5a8b09fb243 mda delivery evpid=c1e2f9e498cc524b from=<ann@example.com> to=<joe@example.org> rcpt=<-> user=joe delay=0s result=TempFail stat=Error ("mail.local: quota exceeded")'
        ],
        [{"outcome": "deferred", "reason": "full"}],
    ),
    (
        "expired, with what was last said",
        [
            f'{O}{MTA}result="TempFail" stat="452 4.2.2 Mailbox full"',
            f"{O}relay: Expire for c1e2f9e498cc524b: from=<ann@example.com>, to=<joe@example.org>, rcpt=<->, delay=4d, stat=Envelope expired",
        ],
        [
            {"outcome": "deferred"},
            {
                "outcome": "expired",
                "action": "failed",
                "reply": "452 4.2.2 Mailbox full",
                "reason": "full",
                "delay_seconds": 345_600.0,
            },
        ],
    ),
    (
        "expired, and nothing is known of it",
        [
            f"{O}relay: Expire for c1e2f9e498cc524b: from=<ann@example.com>, to=<joe@example.org>, rcpt=<->, delay=4d, stat=Envelope expired"
        ],
        [{"outcome": "expired", "recipient": JOE, "reply": "Envelope expired", "advice": "soft"}],
    ),
    (
        "OpenSMTPD 6.0",
        [f'{O}{MTA.replace("mta delivery", "mta event=delivery")}result=PermFail stat="550 5.2.1 Account disabled"'],
        [{"outcome": "bounced", "reason": "disabled"}],
    ),
    (
        "OpenSMTPD 5.4",
        [
            f"{O}relay: PermFail for c1e2f9e498cc524b: session=7c3cf5a8b09fb243, from=<ann@example.com>, to=<joe@example.org>, rcpt=<->, source=198.51.100.4, relay=192.0.2.1 (mx.example.org), delay=1s, stat=550 5.1.1 no such user"
        ],
        [
            {
                "outcome": "bounced",
                "queue_id": "c1e2f9e498cc524b",
                "recipient": JOE,
                "relay_ip": "192.0.2.1",
                "reason": "bad-mailbox",
            }
        ],
    ),
    (
        "OpenSMTPD 5.4, delivered here",
        [
            f"{O}delivery: Ok for c1e2f9e498cc524b: from=<ann@example.com>, to=<joe@example.org>, user=joe, method=mbox, delay=0s, stat=Delivered"
        ],
        [{"outcome": "sent", "action": "delivered"}],
    ),
    (
        "on standard error, without a head",
        [f'{MTA}result="PermFail" stat="552 5.3.4 Message too large"'],
        [{"stamp": None, "reason": "too-large"}],
    ),
    (
        "refused here",
        [
            f'{O}7c3cf5a8b09fb243 smtp failed-command command="RCPT TO:<nobody@example.org>" result="550 Invalid recipient: <nobody@example.org>"',
            f'{O}7c3cf5a8b09fb243 smtp failed-command command="MAIL FROM:<eve@example.com>" result="530 5.5.1 Invalid command: Must issue an AUTH command first"',
        ],
        [
            {"outcome": "rejected", "action": None, "recipient": "nobody@example.org", "reason": "bad-mailbox"},
            {"outcome": "rejected", "sender": "eve@example.com", "recipient": None},
        ],
    ),
]

HEAD = "type,timeLogged,timeQueued,orig,rcpt,orcpt,dsnAction,dsnStatus,dsnDiag,dsnMta,bounceCat,srcType,srcMta,dlvType,dlvSourceIp,dlvDestinationIp"
TIMES = "2026-11-25 10:00:00+0100,2026-11-25 09:59:00+0100,ann@example.com,joe@example.org,"
POWERMTA: list[Row] = [
    (
        "a bounce",
        [
            HEAD,
            f'b,{TIMES},failed,"5.1.1 (bad destination mailbox address)","smtp;550 5.1.1 User unknown, sorry","mx.example.org (192.0.2.1)",bad-mailbox,smtp',
        ],
        [
            {
                "outcome": "bounced",
                "action": "failed",
                "line": 2,
                "stamp": "2026-11-25 10:00:00+0100",
                "sender": "ann@example.com",
                "recipient": JOE,
                "relay": "mx.example.org",
                "relay_ip": "192.0.2.1",
                "reply": "550 5.1.1 User unknown, sorry",
                "dsn": "5.1.1",
                "delay_seconds": 60.0,
                "reason": "bad-mailbox",
            }
        ],
    ),
    (
        "without the header",
        [
            f"b,{TIMES},failed,5.2.2 (mailbox full),smtp;552 5.2.2 over quota,mx.example.org (192.0.2.1),quota-issues,smtp"
        ],
        [{"recipient": JOE, "reason": "full"}],
    ),
    (
        "delivered",
        [
            HEAD,
            f"d,{TIMES},relayed,2.0.0 (success),smtp;250 2.0.0 Ok: queued as 77AB,mx.example.org (192.0.2.1),,smtp,,smtp,198.51.100.4,192.0.2.1",
        ],
        [{"outcome": "sent", "action": "relayed", "reply": "250 2.0.0 Ok: queued as 77AB", "verdict": None}],
    ),
    (
        "a transient error",
        [
            HEAD,
            f"T,{TIMES},x",
            f't,{TIMES},delayed,4.7.1 (delivery not authorized),"smtp;421 4.7.1 [TSS04] Messages from 198.51.100.4 temporarily deferred",mx.example.org (192.0.2.1),,smtp',
        ],
        [{"outcome": "deferred", "action": "delayed", "line": 3}],
    ),
    (
        "a queue's error names nobody",
        [
            "type,timeLogged,queue,dsnStatus,dsnDiag",
            "tq,2026-11-25 10:00:00+0100,example.org/vmta1,4.4.1 (no answer from host),smtp;no answer",
        ],
        [],
    ),
    (
        "expired",
        [HEAD, f"b,{TIMES},failed,4.4.7 (delivery time expired),,,message-expired,smtp"],
        [{"outcome": "expired", "action": "failed", "dsn": "4.4.7", "reason": "expired"}],
    ),
    (
        "a remote bounce",
        [
            HEAD,
            f"rb,{TIMES},failed,5.1.1 (bad destination mailbox address),smtp;550 No such user,mx.example.org (192.0.2.1),bad-mailbox,smtp",
        ],
        [{"outcome": "bounced", "reason": "bad-mailbox"}],
    ),
    (
        "a complaint",
        ["type,timeLogged,orig,rcpt,feedbackType", "f,2026-11-25 10:00:00+0100,ann@example.com,joe@example.org,abuse"],
        [{"outcome": "complained", "action": None, "sender": "ann@example.com", "recipient": JOE, "verdict": None}],
    ),
    (
        "other columns in another order",
        [
            "type,rcpt,dsnStatus,dsnDiag,timeLogged",
            "b,joe@example.org,5.7.1 (delivery not authorized),smtp;554 5.7.1 Blocked - see zen.example.org,2026-11-25 10:00:00+0100",
        ],
        [{"recipient": JOE, "sender": None, "relay": None, "reason": "blocked", "delay_seconds": None}],
    ),
    (
        "the address that was written to",
        [
            HEAD,
            "b,2026-11-25 10:00:00+0100,2026-11-25 10:00:00+0100,ann@example.com,joe@example.org,rfc822;old@example.net,failed,5.2.1 (mailbox disabled),smtp;550 5.2.1 disabled,,inactive-mailbox,smtp",
        ],
        [{"original_recipient": "old@example.net", "reason": "disabled"}],
    ),
    (
        "nothing but a status",
        [HEAD, f"b,{TIMES},failed,5.4.4 (unable to route),,,routing-errors,smtp"],
        [{"dsn": "5.4.4", "status": "5.4.4"}],
    ),
    (
        "a header line of another file",
        [HEAD, f"b,{TIMES},failed,5.1.1 (x),smtp;550 unknown user,,bad-mailbox,smtp", "type,rcpt", "b,eve@example.org"],
        [{"recipient": JOE}, {"recipient": "eve@example.org", "sender": None}],
    ),
    (
        "quotes in quotes",
        [HEAD, f'b,{TIMES},failed,5.1.1 (x),"smtp;550 5.1.1 ""joe"" unknown, really",,bad-mailbox,smtp'],
        [{"reply": '550 5.1.1 "joe" unknown, really'}],
    ),
    (
        "a receipt is no attempt",
        [HEAD, f"r,{TIMES},,,,,,smtp"],
        [],
    ),
]

PEER = '"peer_address":{"name":"mx.example.org.","addr":"192.0.2.1:25"}'
KEYS = '"id":"5877ea264cf5","sender":"ann@example.com","recipient":"joe@example.org","timestamp":1764061200,"created":1764061190'
NO_USER = '"response":{"code":550,"enhanced_code":{"class":5,"subject":1,"detail":1},"content":"User unknown","command":"RCPT TO:<joe@example.org>"}'
KUMOMTA: list[Row] = [
    (
        "Bounce",
        [f'{{"type":"Bounce",{KEYS},{NO_USER},{PEER},"bounce_classification":"InvalidRecipient"}}'],
        [
            {
                "outcome": "bounced",
                "action": "failed",
                "stamp": "1764061200",
                "queue_id": "5877ea264cf5",
                "sender": "ann@example.com",
                "recipient": JOE,
                "relay": "mx.example.org",
                "relay_ip": "192.0.2.1",
                "reply": "550 5.1.1 User unknown",
                "dsn": "5.1.1",
                "delay_seconds": 10.0,
                "reason": "bad-mailbox",
            }
        ],
    ),
    (
        "Delivery",
        [
            f'{{"type":"Delivery",{KEYS},"response":{{"code":250,"enhanced_code":null,"content":"OK ids=8a5","command":"."}},{PEER},"delivery_protocol":"ESMTP"}}'
        ],
        [{"outcome": "sent", "action": "relayed", "reply": "250 OK ids=8a5", "verdict": None}],
    ),
    (
        "TransientFailure",
        [
            f'{{"type":"TransientFailure",{KEYS},"response":{{"code":451,"enhanced_code":{{"class":4,"subject":7,"detail":1}},"content":"Greylisted","command":"RCPT TO:<joe@example.org>"}},{PEER}}}'
        ],
        [{"outcome": "deferred", "action": "delayed", "status": "4.7.1", "reason": "greylisted"}],
    ),
    (
        "no connection",
        [
            f'{{"type":"TransientFailure",{KEYS},"response":{{"code":400,"enhanced_code":null,"content":"KumoMTA internal: failed to connect to any candidate hosts: Connection timed out","command":null}},"peer_address":null}}'
        ],
        [{"outcome": "deferred", "relay": None, "relay_ip": None, "reason": "network"}],
    ),
    (
        "Expiration",
        [
            f'{{"type":"Expiration",{KEYS},"response":{{"code":551,"enhanced_code":{{"class":5,"subject":4,"detail":7}},"content":"Next delivery time would be at 2026-11-26T10:00:00Z which exceeds the expiry time"}}}}'
        ],
        [{"outcome": "expired", "action": "failed", "status": "5.4.7", "reason": "expired"}],
    ),
    (
        "AdminBounce",
        [
            f'{{"type":"AdminBounce",{KEYS},"response":{{"code":551,"enhanced_code":{{"class":5,"subject":7,"detail":1}},"content":"Administrator bounced with reason: cleanup"}}}}'
        ],
        [{"outcome": "bounced", "action": "failed"}],
    ),
    (
        "OOB",
        [
            f'{{"type":"OOB",{KEYS},"response":{{"code":550,"enhanced_code":{{"class":5,"subject":2,"detail":2}},"content":"smtp; 552 5.2.2 Mailbox full"}}}}'
        ],
        [{"outcome": "bounced", "reason": "full"}],
    ),
    (
        "Feedback",
        [f'{{"type":"Feedback",{KEYS},"feedback_report":{{"feedback_type":"abuse"}}}}'],
        [{"outcome": "complained", "action": None, "verdict": None}],
    ),
    (
        "Rejection",
        [
            '{"type":"Rejection","id":"","sender":"eve@example.com","recipient":"joe@example.net","response":{"code":550,"enhanced_code":{"class":5,"subject":7,"detail":1},"content":"relaying not permitted"},"timestamp":1764061200}'
        ],
        [{"outcome": "rejected", "action": None, "queue_id": None, "reason": "relay-denied"}],
    ),
    (
        "several recipients",
        [
            f'{{"type":"Bounce",{KEYS.replace(chr(34) + JOE + chr(34), "[" + chr(34) + JOE + chr(34) + "," + chr(34) + "eve@example.org" + chr(34) + "]")},{NO_USER},{PEER}}}'
        ],
        [{"recipient": JOE, "reason": "bad-mailbox"}, {"recipient": "eve@example.org", "reason": "bad-mailbox"}],
    ),
    (
        "times to the microsecond, IPv6, the null sender",
        [
            f'{{"type":"Bounce","id":"a","sender":"","recipient":"joe@example.org","event_time":"2026-11-25T10:00:05.250000Z","created_time":"2026-11-25T10:00:00Z",{NO_USER},"peer_address":{{"name":"mx","addr":"[2001:db8::1]:25"}}}}'
        ],
        [{"stamp": "2026-11-25T10:00:05.250000Z", "delay_seconds": 5.25, "relay_ip": "2001:db8::1", "sender": ""}],
    ),
    (
        "fields of other types",
        ['{"type":"Bounce","recipient":7,"response":[],"peer_address":"x","timestamp":{}}'],
        [{"outcome": "bounced", "recipient": None, "reply": None, "stamp": None}],
    ),
    (
        "by way of syslog",
        [f'Nov 25 10:00:00 mx1 kumod[7]: {{"type":"Bounce",{KEYS},{NO_USER},{PEER}}}'],
        [{"stamp": "1764061200", "reason": "bad-mailbox"}],
    ),
]

H = "[NOTICE] [8A5F2C1B-0D3E-4F6A-9B7C-1D2E3F4A5B6C.1.1] [outbound] "
WENT = "delivered file=1764061200_1764061200_0_77_AbCdEf_1_mx1 domain=example.org host=mx.example.org ip=192.0.2.1 port=25 mode=SMTP tls=Y auth=N "
HARAKA: list[Row] = [
    (
        "rejected",
        [f"{H}recipient <joe@example.org> rejected: 550 5.1.1 User unknown"],
        [
            {
                "outcome": "bounced",
                "action": "failed",
                "queue_id": "8A5F2C1B-0D3E-4F6A-9B7C-1D2E3F4A5B6C.1.1",
                "recipient": JOE,
                "reply": "550 5.1.1 User unknown",
                "stamp": None,
                "reason": "bad-mailbox",
            }
        ],
    ),
    (
        "deferred, with a time",
        [f"2026-11-25T10:00:00.123Z {H}recipient <joe@example.org> deferred: 451 4.7.1 Greylisted"],
        [{"outcome": "deferred", "action": "delayed", "stamp": "2026-11-25T10:00:00.123Z", "reason": "greylisted"}],
    ),
    (
        "delivered",
        [f'{H}{WENT}response="2.0.0 Ok: queued as 77AB" delay=0.75 fails=0 rcpts=1/0/0'],
        [
            {
                "outcome": "sent",
                "action": "relayed",
                "recipient": None,
                "relay": "mx.example.org",
                "relay_ip": "192.0.2.1",
                "reply": "2.0.0 Ok: queued as 77AB",
                "delay_seconds": 0.75,
            }
        ],
    ),
    (
        "delivered by LMTP",
        [f"{H}{WENT.replace('mode=SMTP', 'mode=LMTP')}response=ok delay=1 fails=0 rcpts=1/0/0"],
        [{"outcome": "sent", "action": "delivered", "reply": "ok", "delay_seconds": 1.0}],
    ),
    (
        "no host answers",
        [
            "[INFO] [8A5F.1.1] [outbound] Temp failing 1764061200_1764061200_0_77_AbCdEf_1_mx1 for 64 seconds: Tried all MXs"
        ],
        [{"outcome": "deferred", "recipient": None, "advice": "soft"}],
    ),
    (
        "a reply to the message as a whole",
        [
            "[INFO] [8A5F.1.1] [outbound] Temp failing 1764061200_1764061200_0_77_AbCdEf_1_mx1 for 64 seconds: Upstream error: 421 4.7.0 Too many connections from your IP"
        ],
        [{"outcome": "deferred", "status": "4.7.0", "reason": "rate-limited"}],
    ),
    (
        "bounced as a whole",
        ["[INFO] [8A5F.1.1] [outbound] bouncing mail: 554 5.7.1 Message rejected as spam"],
        [{"outcome": "bounced", "reason": "spam"}],
    ),
    (
        "no such domain",
        ["[INFO] [8A5F.1.1] [outbound] bouncing mail: No Such Domain: nosuch.example"],
        [{"outcome": "bounced", "reason": "bad-domain"}],
    ),
    (
        "recipients that had lines of their own",
        [
            f"{H}recipient <joe@example.org> rejected: 550 5.1.1 User unknown",
            "[INFO] [8A5F.1.1] [outbound] bouncing mail: Some recipients failed: <joe@example.org>",
            "[INFO] [8A5F.1.1] [outbound] Temp failing x for 64 seconds: Some recipients temp failed: <joe@example.org>",
        ],
        [{"recipient": JOE}],
    ),
    (
        "a double bounce",
        ["[NOTICE] [8A5F.1.1] [outbound] Double bounce: 550 5.1.1 User unknown"],
        [{"outcome": "bounced", "reason": "bad-mailbox"}],
    ),
    (
        "as logfmt",
        [
            'level=NOTICE uuid=8A5F.1.1 origin=outbound message="recipient <joe@example.org> rejected: 552 5.2.2 Mailbox full"',
            f'level=NOTICE uuid=8A5F.1.1 origin=outbound message="" {WENT}response="ok then" delay=1 fails=0 rcpts=1/0/0',
        ],
        [
            {"queue_id": "8A5F.1.1", "reply": "552 5.2.2 Mailbox full", "reason": "full"},
            {"outcome": "sent", "reply": "ok then"},
        ],
    ),
    (
        "as JSON",
        [
            '{"level":"NOTICE","uuid":"8A5F.1.1","origin":"outbound","message":"recipient <joe@example.org> rejected: 550 5.2.1 disabled"}',
            '{"level":"NOTICE","uuid":"8A5F.1.1","origin":"outbound","message":"","delivered file":"x","host":"mx.example.org","ip":"192.0.2.1","mode":"SMTP","response":"ok","delay":1.5}',
        ],
        [
            {"queue_id": "8A5F.1.1", "reason": "disabled"},
            {"outcome": "sent", "relay": "mx.example.org", "delay_seconds": 1.5},
        ],
    ),
    (
        "by way of syslog",
        [f"Nov 25 10:00:00 mx1 haraka[7]: {H}recipient <joe@example.org> rejected: 550 5.1.1 User unknown"],
        [{"stamp": "Nov 25 10:00:00", "reason": "bad-mailbox"}],
    ),
    (
        "sender and recipient, from the lines of the connection",
        [
            '[NOTICE] [8A5F.1] [core] sender <ann@example.com> code=CONT msg=""',
            '[NOTICE] [8A5F.1] [core] recipient <joe@example.org> code=OK msg="" sender=ann@example.com',
            "[INFO] [8A5F.1.1] [outbound] bouncing mail: 552 5.3.4 Message too large",
            f"[NOTICE] [8A5F.1.1] [outbound]  {WENT}response=ok delay=1 fails=0 rcpts=1/0/0",
        ],
        [
            {"outcome": "bounced", "sender": "ann@example.com", "recipient": JOE, "reason": "too-large"},
            {"outcome": "sent", "sender": "ann@example.com", "recipient": JOE, "relay": "mx.example.org"},
        ],
    ),
    (
        "which of several recipients, nobody can tell",
        [
            '[NOTICE] [8A5F.1] [core] sender <> code=CONT msg=""',
            '[NOTICE] [8A5F.1] [core] recipient <joe@example.org> code=OK msg="" sender=',
            '[NOTICE] [8A5F.1] [core] recipient <eve@example.org> code=OK msg="" sender=',
            "[INFO] [8A5F.1.1] [outbound] bouncing mail: 552 5.3.4 Message too large",
        ],
        [{"outcome": "bounced", "sender": "", "recipient": None}],
    ),
    (
        "refused here",
        [
            '[NOTICE] [8A5F.1] [core] recipient <joe@example.net> code=DENY msg="relaying denied" sender=eve@example.com',
            '[NOTICE] [8A5F.1] [core] recipient <joe@example.net> code=DENYSOFT msg="greylisted" sender=eve@example.com',
        ],
        [
            {"outcome": "rejected", "action": None, "recipient": "joe@example.net", "reason": "relay-denied"},
            {"outcome": "rejected", "status": "4.7.1", "reason": "greylisted"},
        ],
    ),
    (
        "given up",
        [
            "[NOTICE] [8A5F.1.1] [outbound] recipient <joe@example.org> deferred: 452 4.2.2 Mailbox full",
            "[INFO] [8A5F.1.1] [outbound] Temp failing x for 64 seconds: Some recipients temp failed: <joe@example.org>",
            "[INFO] [8A5F.1.1] [outbound] bouncing mail: Too many failures (Some recipients temp failed: <joe@example.org>)",
            "[INFO] [8A60.1.1] [outbound] bouncing mail: Too many failures (Tried all MXs)",
        ],
        [
            {"outcome": "deferred", "line": 1},
            {"outcome": "expired", "recipient": JOE, "reply": "452 4.2.2 Mailbox full", "reason": "full", "line": 3},
            {"outcome": "expired", "recipient": None, "reply": "Tried all MXs", "line": 4},
        ],
    ),
    (
        "other plugins",
        ["[NOTICE] [8A5F.1] [rcpt_to.in_host_list] recipient <joe@example.org> rejected: 550 no"],
        [],
    ),
]

FIELDS = (
    "#Fields: date-time,client-ip,client-hostname,server-ip,server-hostname,source-context,connector-id,source,event-id,"
    "internal-message-id,message-id,network-message-id,recipient-address,recipient-status,total-bytes,recipient-count,"
    "related-recipient-address,reference,message-subject,sender-address,return-path,message-info"
)


def exchange(  # noqa: PLR0913 - the columns that differ
    event: str, recipients: str, status: str, *, source: str = "SMTP", context: str = "", path: str = "ann@example.com"
) -> str:
    """Write a row of a tracking log."""
    return (
        f"2026-11-25T10:00:00.123Z,198.51.100.4,ex1,192.0.2.1,mx.example.org,{context},Internet,{source},{event},4711,"
        f"<1@example.com>,3c0f,{recipients},{status},2048,1,,,Hello,ann@example.com,{path},"
    )


LED = '"[{{LRT=}};{{LED={}}};{{FQDN=mx.example.net}};{{IP=192.0.2.9}}]"'
EXCHANGE: list[Row] = [
    (
        "FAIL",
        [FIELDS, exchange("FAIL", JOE, LED.format("550 5.1.1 User unknown"), source="ROUTING")],
        [
            {
                "outcome": "bounced",
                "action": "failed",
                "line": 2,
                "stamp": "2026-11-25T10:00:00.123Z",
                "queue_id": "4711",
                "sender": "ann@example.com",
                "recipient": JOE,
                "relay": "mx.example.net",
                "relay_ip": "192.0.2.9",
                "reply": "550 5.1.1 User unknown",
                "reason": "bad-mailbox",
            }
        ],
    ),
    (
        "FAIL of older versions",
        [exchange("FAIL", JOE, "550 5.1.1 RESOLVER.ADR.RecipNotFound; not found", source="ROUTING")],
        [{"outcome": "bounced", "reason": "bad-mailbox"}],
    ),
    (
        "SEND",
        [FIELDS, exchange("SEND", JOE, "250 2.1.5 Recipient OK")],
        [
            {
                "outcome": "sent",
                "action": "relayed",
                "relay": "mx.example.org",
                "relay_ip": "192.0.2.1",
                "reply": "250 2.1.5 Recipient OK",
            }
        ],
    ),
    (
        "SENDEXTERNAL",
        [FIELDS, exchange("SENDEXTERNAL", JOE, "250 2.1.5 Ok")],
        [{"outcome": "sent", "action": "relayed"}],
    ),
    (
        "DELIVER",
        [FIELDS, exchange("DELIVER", JOE, "", source="STOREDRIVER")],
        [{"outcome": "sent", "action": "delivered", "reply": None}],
    ),
    (
        "EXPAND",
        [FIELDS, exchange("EXPAND", "joe@example.org;eve@example.org", ";", source="ROUTING")],
        [{"outcome": "expanded", "action": "expanded", "recipient": JOE}, {"recipient": "eve@example.org"}],
    ),
    (
        "DEFER",
        [
            FIELDS,
            exchange(
                "DEFER",
                JOE,
                "",
                context="451 4.4.0 Primary target IP address responded with: 421 4.4.2 Connection dropped due to SocketError",
            ),
        ],
        [{"outcome": "deferred", "action": "delayed", "reason": "network"}],
    ),
    (
        "several recipients, each with its status",
        [FIELDS, exchange("FAIL", "joe@example.org;eve@example.org", "550 5.1.1 User unknown;552 5.2.2 Mailbox full")],
        [{"recipient": JOE, "reason": "bad-mailbox"}, {"recipient": "eve@example.org", "reason": "full"}],
    ),
    (
        "several recipients, each with its error",
        [
            FIELDS,
            exchange(
                "FAIL",
                "joe@example.org;eve@example.org",
                '"[{LED=550 5.1.1 User unknown}];[{LED=550 5.7.1 Relaying denied; sorry}]"',
            ),
        ],
        [{"recipient": JOE, "reason": "bad-mailbox"}, {"recipient": "eve@example.org", "reason": "relay-denied"}],
    ),
    (
        "expired",
        [FIELDS, exchange("FAIL", JOE, LED.format("550 4.4.7 QUEUE.Expired; message expired"), source="QUEUE")],
        [{"outcome": "expired", "action": "failed", "reason": "expired"}],
    ),
    (
        "the null sender",
        [FIELDS, exchange("FAIL", JOE, LED.format("550 5.2.1 Account disabled"), path="<>")],
        [{"sender": "", "reason": "disabled"}],
    ),
    (
        "a header line without its mark, other columns",
        [
            "date-time,event-id,recipient-address,recipient-status",
            '2026-11-25T10:00:00.123Z,FAIL,joe@example.org,"550 5.7.1 TRANSPORT.RULES.RejectMessage; the message was rejected by organization policy"',
        ],
        [{"recipient": JOE, "sender": None, "advice": "block"}],
    ),
    (
        "steps on the way",
        [
            "#Software: Microsoft Exchange Server",
            "#Log-type: Message Tracking Log",
            FIELDS,
            exchange("RECEIVE", JOE, ""),
            exchange("SUBMIT", JOE, ""),
            exchange("DSN", JOE, ""),
        ],
        [],
    ),
    (
        "a poisoned message",
        [FIELDS, exchange("POISONMESSAGE", JOE, "")],
        [{"outcome": "bounced"}],
    ),
]

LINES: dict[str, list[Row]] = {
    "postfix": POSTFIX,
    "exim": EXIM,
    "sendmail": SENDMAIL,
    "qmail": QMAIL,
    "opensmtpd": OPENSMTPD,
    "powermta": POWERMTA,
    "kumomta": KUMOMTA,
    "haraka": HARAKA,
    "exchange": EXCHANGE,
}
