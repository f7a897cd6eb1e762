"""Received fields as many programs write them: who the client was, by what the server says.

The layouts are knowledge of the programs; names and addresses are invented.
"""

from __future__ import annotations

import msgspec
import pytest

from mailkit.syntax.received import parse_received

DATE = "; Tue, 24 Nov 2026 20:10:46 +0100"
COLUMNS = ("kind", "helo", "rdns", "ip", "ident", "by", "id", "envelope_from", "auth")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param(
            "from relay.example.net (HELO pc7) (ann@192.0.2.9 with plain) by smtp.mail.example.com with SMTP",
            {
                "kind": "smtp",
                "helo": "pc7",
                "rdns": "relay.example.net",
                "ip": "192.0.2.9",
                "ident": "ann",
                "by": "smtp.mail.example.com",
                "auth": "plain",
            },
            id="Yahoo, with the mechanism of AUTH",
        ),
        pytest.param(
            "from relay.example.net(192.0.2.9) by gw.example.com via smap (V1.3) id sma012345",
            {"kind": "smtp", "rdns": "relay.example.net", "ip": "192.0.2.9", "by": "gw.example.com", "id": "sma012345"},
            id="smap",
        ),
        pytest.param(
            "from relay.example.net(192.0.2.9, HELO smtp.example.org) by gw.example.com via smap (V1.3) id sma012345",
            {
                "kind": "smtp",
                "helo": "smtp.example.org",
                "rdns": "relay.example.net",
                "ip": "192.0.2.9",
                "by": "gw.example.com",
                "id": "sma012345",
            },
            id="smap, with HELO",
        ),
        pytest.param(
            "from nodnsquery(192.0.2.12) by gw.example.com via csmap (V4.1) id srcAAAyHaywy",
            {"kind": "smtp", "ip": "192.0.2.12", "by": "gw.example.com", "id": "srcAAAyHaywy"},
            id="csmap, which has not asked",
        ),
        pytest.param(
            "from PC7 by gw.example.com via smtpd (for mail.example.net [198.51.100.219]) with SMTP",
            {"kind": "smtp", "helo": "PC7", "by": "gw.example.com"},
            id="smtpd of a firewall, which names no client",
        ),
        pytest.param(
            "from [192.0.2.9]:50999 (HELO mail.example.net) by av2 ([198.51.100.74]:25) (F-Secure Anti-Virus for Internet Mail 6.0.34 Release) with SMTP",
            {"kind": "smtp", "helo": "mail.example.net", "ip": "192.0.2.9", "by": "av2"},
            id="F-Secure",
        ),
        pytest.param(
            "from dsl-45.pools.example.net (EHLO homepc) [192.0.2.45] by mail.example.com (mp010) with SMTP",
            {
                "kind": "smtp",
                "helo": "homepc",
                "rdns": "dsl-45.pools.example.net",
                "ip": "192.0.2.45",
                "by": "mail.example.com",
            },
            id="GMX",
        ),
        pytest.param(
            "from branch7 [192.0.2.95] by mailscan.example.net [198.51.100.27] with SMTP (MDaemon.PRO.v5.0.6.R) for <joe@example.net>",
            {"kind": "smtp", "helo": "branch7", "ip": "192.0.2.95", "by": "mailscan.example.net"},
            id="MDaemon 5",
        ),
        pytest.param(
            "from pc8q (unknown[192.0.2.17]) by mx.example.com (Postfix) with ESMTP id 62F9114047",
            {"kind": "smtp", "helo": "pc8q", "ip": "192.0.2.17", "by": "mx.example.com", "id": "62F9114047"},
            id="no blank before the bracket",
        ),
        pytest.param(
            "from host.example.com (host.example.com[192.0.2.7](untrusted sender)) by in11 (in11) with SMTP id 12",
            {
                "kind": "smtp",
                "helo": "host.example.com",
                "rdns": "host.example.com",
                "ip": "192.0.2.7",
                "by": "in11",
                "id": "12",
            },
            id="AT&T",
        ),
        pytest.param(
            "from pool47.nj.isp.example([192.0.2.61]) (misconfigured sender) by isp.example (in11) with SMTP id <2003091>",
            {"kind": "smtp", "helo": "pool47.nj.isp.example", "ip": "192.0.2.61", "by": "isp.example", "id": "2003091"},
            id="Comcast",
        ),
        pytest.param(
            "from [192.0.2.30] (account kim [192.0.2.30] verified) by x.example.net (CommuniGate Pro SMTP 4.0.3) with ESMTP-TLS id 5026665 for wilma@example.net",
            {
                "kind": "smtp",
                "helo": "[192.0.2.30]",
                "ip": "192.0.2.30",
                "by": "x.example.net",
                "id": "5026665",
                "auth": "CommuniGate",
            },
            id="CommuniGate, an account",
        ),
        pytest.param(
            "from cathy.example.si by cathy.example.si (PMDF V4.3-10 #8779) id <01H@cathy.example.si>",
            {"kind": "smtp", "helo": "cathy.example.si", "by": "cathy.example.si", "id": "01H@cathy.example.si"},
            id="PMDF",
        ),
        pytest.param(
            "from relay7.example.edu (relay7.example.edu [192.0.2.64]) via ESMTP by mrelay1.example.edu (8.12.1/) id h06GHYLZ022481",
            {
                "kind": "smtp",
                "helo": "relay7.example.edu",
                "rdns": "relay7.example.edu",
                "ip": "192.0.2.64",
                "by": "mrelay1.example.edu",
                "id": "h06GHYLZ022481",
            },
            id="via before by",
        ),
        pytest.param(
            "from Unknown/Local ([?.?.?.?]) by mx.example",
            {"kind": "smtp", "helo": "Unknown/Local", "by": "mx.example"},
            id="no address at all",
        ),
        pytest.param(
            "from host.example.com (IDENT:foo@gate.example.com [192.0.2.8]) by mx.example.com (8.9.3/8.9.3) with ESMTP id KAA1",
            {
                "kind": "smtp",
                "helo": "host.example.com",
                "rdns": "gate.example.com",
                "ip": "192.0.2.8",
                "ident": "foo",
                "by": "mx.example.com",
                "id": "KAA1",
            },
            id="sendmail 8.9, ident",
        ),
        pytest.param(
            "from host.example.com (root@[192.0.2.8]) by mx.example.com (8.9.3/8.9.3) with ESMTP id KAA1",
            {
                "kind": "smtp",
                "helo": "host.example.com",
                "ip": "192.0.2.8",
                "ident": "root",
                "by": "mx.example.com",
                "id": "KAA1",
            },
            id="sendmail, ident without a name",
        ),
        pytest.param(
            "from mx.example.net (root@mx.example.net [192.0.2.7] (may be forged)) by mx.example.com (8.8.8/8.8.8) with SMTP id 1",
            {
                "kind": "smtp",
                "helo": "mx.example.net",
                "rdns": "mx.example.net",
                "ip": "192.0.2.7",
                "ident": "root",
                "by": "mx.example.com",
                "id": "1",
            },
            id="sendmail, may be forged",
        ),
        pytest.param(
            "from pc (pc.example.net [192.0.2.7]) (user=joe mech=LOGIN bits=0) by mx.example.com (8.12.3/8.12.3) with ESMTP id A1",
            {
                "kind": "smtp",
                "helo": "pc",
                "rdns": "pc.example.net",
                "ip": "192.0.2.7",
                "by": "mx.example.com",
                "id": "A1",
                "auth": "Sendmail",
            },
            id="sendmail, a mechanism",
        ),
        pytest.param(
            "from pc (pc.example.net [192.0.2.7]) (authenticated (0 bits)) by mx.example.com (8.11.6/8.11.6) with ESMTP id A1",
            {
                "kind": "smtp",
                "helo": "pc",
                "rdns": "pc.example.net",
                "ip": "192.0.2.7",
                "by": "mx.example.com",
                "id": "A1",
                "auth": "Sendmail",
            },
            id="sendmail 8.11, authenticated",
        ),
        pytest.param(
            "from pc (pc.example.net [192.0.2.7]) (authenticated) by mx.example.com (8.11.6/8.11.6) with ESMTP id A1",
            {
                "kind": "smtp",
                "helo": "pc",
                "rdns": "pc.example.net",
                "ip": "192.0.2.7",
                "by": "mx.example.com",
                "id": "A1",
                "auth": "Sendmail",
            },
            id="sendmail, authenticated and no more",
        ),
        pytest.param(
            "from localhost (localhost) by mx.example.com (8.15.2/8.15.2) id m61J12TM028174",
            {"kind": "local", "helo": "localhost", "by": "mx.example.com", "id": "m61J12TM028174"},
            id="sendmail, a queued bounce",
        ),
        pytest.param(
            "from [192.0.2.134] by web40310.mail.example.com via HTTP",
            {"kind": "smtp", "ip": "192.0.2.134", "by": "web40310.mail.example.com", "auth": "HTTP"},
            id="web mail over HTTP",
        ),
        pytest.param(
            "from 192.0.2.44 (proxying for 10.1.2.3) (SquirrelMail authenticated user joe) by webmail.example.com with HTTP",
            {"kind": "smtp", "ip": "192.0.2.44", "by": "webmail.example.com", "auth": "HTTP"},
            id="SquirrelMail behind a proxy",
        ),
        pytest.param(
            "from pc9 (pc9.example.net [192.0.2.44]) by webmail.example.com (IMP) with HTTP for <joe@localhost>",
            {
                "kind": "smtp",
                "helo": "pc9",
                "rdns": "pc9.example.net",
                "ip": "192.0.2.44",
                "by": "webmail.example.com",
                "auth": "HTTP",
            },
            id="IMP",
        ),
        pytest.param(
            "from DB3.example.com (2001:db8:10::5) by AM6.example.com with HTTPS via AM6CA01.example.com",
            {
                "kind": "smtp",
                "helo": "DB3.example.com",
                "ip": "2001:db8:10::5",
                "by": "AM6.example.com",
                "auth": "HTTPS",
            },
            id="Outlook on the web",
        ),
        pytest.param(
            "from relay.example.net (Not Verified[192.0.2.6]) by mm.example.com with NetIQ MailMarshal (v5.5.6.7) id <B1>",
            {"kind": "smtp", "helo": "relay.example.net", "ip": "192.0.2.6", "by": "mm.example.com", "id": "B1"},
            id="MailMarshal",
        ),
        pytest.param(
            "from [192.0.2.77] (port=4321 helo=dev) by mx.example.com with esmtps (TLSv1:AES256-SHA:256) (Exim 4.54) id 1Ffsh-1",
            {"kind": "smtp", "helo": "dev", "ip": "192.0.2.77", "by": "mx.example.com", "id": "1Ffsh-1"},
            id="Exim, no reverse name",
        ),
        pytest.param(
            "from [192.0.2.77] (helo=ehlo_x ident=user) by mx.example.com with smtp (Exim 4.10) id 1Ffsh-1",
            {
                "kind": "smtp",
                "helo": "ehlo_x",
                "ip": "192.0.2.77",
                "ident": "user",
                "by": "mx.example.com",
                "id": "1Ffsh-1",
            },
            id="Exim, no reverse name, ident",
        ),
        pytest.param(
            "from pool7.isp.example ([192.0.2.77] helo=dev ident=bob) by mx.example.com with asmtp (Exim 4.10) id 1Ffsh-1",
            {
                "kind": "smtp",
                "helo": "dev",
                "rdns": "pool7.isp.example",
                "ip": "192.0.2.77",
                "ident": "bob",
                "by": "mx.example.com",
                "id": "1Ffsh-1",
                "auth": "ASMTP",
            },
            id="Exim, helo and ident",
        ),
        pytest.param(
            "from [192.0.2.5] (helo=[10.1.1.1]) by mx.example.com with asmtp (Exim 3.36 #1) id 1",
            {
                "kind": "smtp",
                "helo": "[10.1.1.1]",
                "ip": "192.0.2.5",
                "by": "mx.example.com",
                "id": "1",
                "auth": "ASMTP",
            },
            id="Exim, helo is a literal",
        ),
        pytest.param(
            "from unknown ([192.0.2.9] port=2221 helo=x.example) by mx.example.com with smtp (Exim 4.24) id 1",
            {"kind": "smtp", "helo": "x.example", "ip": "192.0.2.9", "by": "mx.example.com", "id": "1"},
            id="Exim, port and helo",
        ),
        pytest.param(
            "from 192.0.2.7 by mx.example.com with smtp (Exim 3.12 #1 (Debian)) id 1",
            {"kind": "smtp", "ip": "192.0.2.7", "by": "mx.example.com", "id": "1"},
            id="Exim 3, an address alone",
        ),
        pytest.param(
            "from mx.example.net (foo.example) [192.0.2.7] by mx.example.com with smtp (Exim 3.12 #1 (Debian)) id 1",
            {
                "kind": "smtp",
                "helo": "foo.example",
                "rdns": "mx.example.net",
                "ip": "192.0.2.7",
                "by": "mx.example.com",
                "id": "1",
            },
            id="Exim 3, helo in a comment",
        ),
        pytest.param(
            "from mail.example.net ([192.0.2.10]) by mx.example.com with esmtps (TLS1.3) tls TLS_AES_256_GCM_SHA384 (Exim 4.96) (envelope-from <a@b.example>) id 1oy9Zk-1 for joe@example.com",
            {
                "kind": "smtp",
                "helo": "mail.example.net",
                "rdns": "mail.example.net",
                "ip": "192.0.2.10",
                "by": "mx.example.com",
                "id": "1oy9Zk-1",
                "envelope_from": "a@b.example",
            },
            id="Exim 4.96, tls clause",
        ),
        pytest.param(
            "from bnr-84.isp.example (EHLO fw1) ([192.0.2.77]) by mail.example.net (MOS 3.10.4-GA FastPath) with ESMTP id ABC12345",
            {
                "kind": "smtp",
                "helo": "fw1",
                "rdns": "bnr-84.isp.example",
                "ip": "192.0.2.77",
                "by": "mail.example.net",
                "id": "ABC12345",
            },
            id="Mirapoint",
        ),
        pytest.param(
            "from 127.0.0.1 (AVG SMTP 7.1.375 [267.7.2/x])",
            {"kind": "internal", "ip": "127.0.0.1"},
            id="AVG, which is no hop",
        ),
        pytest.param(
            "from unknown[192.0.2.9](HELO pc) by mx.example.com with SMTP",
            {"kind": "smtp", "helo": "pc", "ip": "192.0.2.9", "by": "mx.example.com"},
            id="everything glued",
        ),
        pytest.param(
            "from mail.example.com[192.0.2.9] by mx.example.com with SMTP",
            {"kind": "smtp", "rdns": "mail.example.com", "ip": "192.0.2.9", "by": "mx.example.com"},
            id="name and address glued",
        ),
        pytest.param(
            "from postbox (unverified [192.0.2.9]) by gw.example.com (EMWAC SMTPRS 0.83) with SMTP id <B0@gw.example.com>",
            {"kind": "smtp", "helo": "postbox", "ip": "192.0.2.9", "by": "gw.example.com", "id": "B0@gw.example.com"},
            id="EMWAC",
        ),
        pytest.param(
            "from mail.example.net [192.0.2.10] by gw.example.com with ESMTP (SMTPD32-7.07) id A1",
            {"kind": "smtp", "helo": "mail.example.net", "ip": "192.0.2.10", "by": "gw.example.com", "id": "A1"},
            id="IMail",
        ),
        pytest.param(
            "from unknown [192.0.2.7] by mx.example.com with ESMTP",
            {"kind": "smtp", "ip": "192.0.2.7", "by": "mx.example.com"},
            id="an unknown client",
        ),
        pytest.param(
            "from mail.example.net ([192.0.2.10]) by notes.example.com (Lotus Domino Release 5.0.8) with ESMTP id 2002",
            {"kind": "smtp", "helo": "mail.example.net", "ip": "192.0.2.10", "by": "notes.example.com", "id": "2002"},
            id="Lotus Domino",
        ),
        pytest.param(
            "from mail.example.net (192.0.2.10) by merc.example.com (Mercury/32 v4.52) with ESMTP ID MG1",
            {"kind": "smtp", "helo": "mail.example.net", "ip": "192.0.2.10", "by": "merc.example.com", "id": "MG1"},
            id="Mercury, ID",
        ),
        pytest.param(
            "from mail.example.net (mail.example.net [192.0.2.10]) by mx.example.com (Haraka/2.8.28) with ESMTPS id 1 envelope-from <a@b.example> tls TLS_AES_128_GCM_SHA256",
            {
                "kind": "smtp",
                "helo": "mail.example.net",
                "rdns": "mail.example.net",
                "ip": "192.0.2.10",
                "by": "mx.example.com",
                "id": "1",
                "envelope_from": "a@b.example",
            },
            id="Haraka",
        ),
        pytest.param(
            "from DB3.example.com (2001:db8:10::5) by AM6.example.com (2001:db8:20::6) with Microsoft SMTP Server (version=TLS1_2, cipher=TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384) id 15.20.4649.15 via Frontend Transport",
            {
                "kind": "smtp",
                "helo": "DB3.example.com",
                "ip": "2001:db8:10::5",
                "by": "AM6.example.com",
                "id": "15.20.4649.15",
            },
            id="Exchange 365",
        ),
        pytest.param(
            "from DB3.example.com ([2001:db8:10::5]) by AM6.example.com ([2001:db8:20::6%4]) with mapi id 15.20.4649.015",
            {
                "kind": "internal",
                "helo": "DB3.example.com",
                "ip": "2001:db8:10::5",
                "by": "AM6.example.com",
                "id": "15.20.4649.015",
            },
            id="Exchange, between its programs",
        ),
        pytest.param(
            "from EXCH1 ([192.0.2.7] RDNS failed) by mx.example.com with Microsoft SMTPSVC(6.0.3790.3959)",
            {"kind": "smtp", "helo": "EXCH1", "ip": "192.0.2.7", "by": "mx.example.com"},
            id="Exchange 2000",
        ),
        pytest.param(
            "by EXCH with Internet Mail Service (5.5.2653.19) id <ABC>",
            {"kind": "internal", "by": "EXCH", "id": "ABC"},
            id="Exchange 5.5",
        ),
        pytest.param(
            "from BLU004.example.com ([192.0.2.116]) by BAY004.example.com over TLS secured channel with Microsoft SMTPSVC(7.5.7601.22751)",
            {"kind": "smtp", "helo": "BLU004.example.com", "ip": "192.0.2.116", "by": "BAY004.example.com"},
            id="Hotmail, over TLS",
        ),
        pytest.param(
            "from 1234 named unknown by gmailapi.example.com with HTTPREST",
            {"kind": "smtp", "helo": "1234", "by": "gmailapi.example.com"},
            id="Gmail's programming interface",
        ),
        pytest.param(
            "by 10.100.1.2 with HTTP", {"kind": "internal", "by": "10.100.1.2", "auth": "HTTP"}, id="Gmail over HTTP"
        ),
        pytest.param(
            "from mail-x.example.com (mail-x.example.com. [2001:db8:b0::22e]) by mx.example.com with ESMTPS id y1 for <joe@example.com> (version=TLS1_3 cipher=TLS_AES_128_GCM_SHA256 bits=128/128)",
            {
                "kind": "smtp",
                "helo": "mail-x.example.com",
                "rdns": "mail-x.example.com",
                "ip": "2001:db8:b0::22e",
                "by": "mx.example.com",
                "id": "y1",
            },
            id="Google, IPv6",
        ),
        pytest.param(
            "from [192.0.2.1] by nm1.bullet.mail.example.com with NNFMP",
            {"kind": "smtp", "helo": "[192.0.2.1]", "ip": "192.0.2.1", "by": "nm1.bullet.mail.example.com"},
            id="Yahoo, between its hosts",
        ),
        pytest.param(
            "from 127.0.0.1 (EHLO mx.example.net) (192.0.2.225) by mta1.mail.example.com with SMTPS",
            {"kind": "smtp", "helo": "mx.example.net", "ip": "192.0.2.225", "by": "mta1.mail.example.com"},
            id="Yahoo, an address for a name",
        ),
        pytest.param(
            "from mx.example.com ([127.0.0.1]) by localhost (mx.example.com [127.0.0.1]) (amavisd-new, port 10024) with ESMTP id 01234-05 for <joe@example.com>",
            {"kind": "smtp", "helo": "mx.example.com", "ip": "127.0.0.1", "by": "localhost", "id": "01234-05"},
            id="amavis",
        ),
        pytest.param(
            "from unknown by localhost (amavisd-new, unix socket) id client-XXabc",
            {"kind": "local", "helo": "unknown", "by": "localhost", "id": "client-XXabc"},
            id="amavis, by a socket",
        ),
        pytest.param(
            "from mx.example.com ([unix socket]) by mx.example.com (Cyrus v2.2.12) with LMTPA",
            {"kind": "local", "helo": "mx.example.com", "by": "mx.example.com", "auth": "LMTPA"},
            id="Cyrus, by a socket",
        ),
        pytest.param(
            "from mail.example.net (smtp.mail.example [192.0.2.7]) by mx.example.com (Cyrus v2.3) with LMTPA",
            {
                "kind": "smtp",
                "helo": "mail.example.net",
                "rdns": "smtp.mail.example",
                "ip": "192.0.2.7",
                "by": "mx.example.com",
                "auth": "LMTPA",
            },
            id="Cyrus, by a host",
        ),
        pytest.param(
            "from uucp by gw.example.com with local-rmail (Exim 4.10) id 1",
            {"kind": "local", "helo": "uucp", "by": "gw.example.com", "id": "1"},
            id="rmail",
        ),
        pytest.param("by gw.example.com via uucp", {"kind": "internal", "by": "gw.example.com"}, id="UUCP"),
        pytest.param(
            "from mail.example.net (mail.example.net [IPv6:2001:db8::25]) by mx.example.com (Postfix) with ESMTPS id A1",
            {
                "kind": "smtp",
                "helo": "mail.example.net",
                "rdns": "mail.example.net",
                "ip": "2001:db8::25",
                "by": "mx.example.com",
                "id": "A1",
            },
            id="Postfix, IPv6",
        ),
        pytest.param(
            "from [IPv6:2001:db8::25] (unknown [IPv6:2001:db8::25]) by mx.example.com (Postfix) with ESMTPSA id A1",
            {
                "kind": "smtp",
                "helo": "[IPv6:2001:db8::25]",
                "ip": "2001:db8::25",
                "by": "mx.example.com",
                "id": "A1",
                "auth": "ESMTPSA",
            },
            id="Postfix, IPv6 literal",
        ),
        pytest.param(
            "from pc (pc.example.net [192.0.2.7]) (Authenticated sender: joe) by mx.example.com (Postfix) with ESMTPA id A1",
            {
                "kind": "smtp",
                "helo": "pc",
                "rdns": "pc.example.net",
                "ip": "192.0.2.7",
                "by": "mx.example.com",
                "id": "A1",
                "auth": "ESMTPA",
            },
            id="Postfix, authenticated",
        ),
        pytest.param(
            "from unknown (HELO ?192.168.1.5?) (joe@example.com@192.0.2.7) by mx.example.com with ESMTPA",
            {
                "kind": "smtp",
                "helo": "?192.168.1.5?",
                "ip": "192.0.2.7",
                "ident": "joe@example.com",
                "by": "mx.example.com",
                "auth": "ESMTPA",
            },
            id="qmail, the user of AUTH",
        ),
        pytest.param(
            "from mail.example.net (HELO mail.example.net) (192.0.2.7) by mx.example.com with (DHE-RSA-AES256-SHA encrypted) SMTP",
            {
                "kind": "smtp",
                "helo": "mail.example.net",
                "rdns": "mail.example.net",
                "ip": "192.0.2.7",
                "by": "mx.example.com",
            },
            id="qmail with TLS",
        ),
        pytest.param(
            "from unknown (HELO pc) (joe@example.net@[192.0.2.7]) (envelope-sender <joe@example.net>) by mx.example.com (qmail-ldap-1.03) with AES256-SHA encrypted SMTP for <x@example.com>",
            {
                "kind": "smtp",
                "helo": "pc",
                "ip": "192.0.2.7",
                "ident": "joe@example.net",
                "by": "mx.example.com",
                "envelope_from": "joe@example.net",
            },
            id="qmail-ldap with TLS",
        ),
        pytest.param(
            "from mail.example.net (HELO x) (192.0.2.7) (smtp-auth username joe@example.com, mechanism plain) by mx.example.com (qpsmtpd/0.31) with ESMTP",
            {
                "kind": "smtp",
                "helo": "x",
                "rdns": "mail.example.net",
                "ip": "192.0.2.7",
                "by": "mx.example.com",
                "auth": "plain",
            },
            id="qpsmtpd",
        ),
        pytest.param(
            "from mx.example.net ([::ffff:192.0.2.7]) (AUTH: LOGIN joe@example.com, TLS: TLSv1/SSLv3,256bits,AES256-SHA) by mx.example.com with esmtp",
            {"kind": "smtp", "helo": "mx.example.net", "ip": "192.0.2.7", "by": "mx.example.com", "auth": "LOGIN"},
            id="Courier",
        ),
        pytest.param(
            "from localhost (localhost [127.0.0.1]) (ftp://ftp.isi.edu/in-notes/rfc1894.txt) by mx.example.com with dsn id 0000",
            {
                "kind": "internal",
                "helo": "localhost",
                "rdns": "localhost",
                "ip": "127.0.0.1",
                "by": "mx.example.com",
                "id": "0000",
            },
            id="Courier, a report",
        ),
        pytest.param(
            "from [192.168.1.104] ([192.0.2.7]) (authenticated user joe@example.com) by mail.example.com (Kerio MailServer 6.7.3) with ESMTPSA",
            {"kind": "smtp", "helo": "[192.168.1.104]", "ip": "192.0.2.7", "by": "mail.example.com", "auth": "ESMTPSA"},
            id="Kerio",
        ),
        pytest.param(
            "from mx.example.net ([192.0.2.7]) by mx.example.com (IceWarp 10.4.5) with ESMTP (SSL) id ABC1",
            {"kind": "smtp", "helo": "mx.example.net", "ip": "192.0.2.7", "by": "mx.example.com", "id": "ABC1"},
            id="IceWarp",
        ),
        pytest.param(
            "from mx.example.net ([192.0.2.7]) by mx.example.com (Sun Java System Messaging Server 6.2-4.02 (built Sep 9 2005)) with ESMTP id <0IZ@mx.example.com>",
            {
                "kind": "smtp",
                "helo": "mx.example.net",
                "ip": "192.0.2.7",
                "by": "mx.example.com",
                "id": "0IZ@mx.example.com",
            },
            id="Sun Messaging",
        ),
        pytest.param(
            "from mx.example.net (mx.example.net [192.0.2.7]) (using TLSv1.3 with cipher TLS13_AES_128_GCM_SHA256) by mx.example.com (Stalwart SMTP) with ESMTPS id 3A",
            {
                "kind": "smtp",
                "helo": "mx.example.net",
                "rdns": "mx.example.net",
                "ip": "192.0.2.7",
                "by": "mx.example.com",
                "id": "3A",
            },
            id="Stalwart",
        ),
        pytest.param(
            "from mx.example.net (mx.example.net. [192.0.2.7]) by mx.example.com (envelope-sender <a@b.example>) with UTF8ESMTPS id 0a1",
            {
                "kind": "smtp",
                "helo": "mx.example.net",
                "rdns": "mx.example.net",
                "ip": "192.0.2.7",
                "by": "mx.example.com",
                "id": "0a1",
                "envelope_from": "a@b.example",
            },
            id="maddy",
        ),
        pytest.param(
            "from mx.example.net (mx.example.net [192.0.2.7]) by mx.example.com ([198.51.100.1]) via tcp with ESMTPS id 1 (TLS1.3 TLS_AES_128_GCM_SHA256) for <joe@example.com>",
            {
                "kind": "smtp",
                "helo": "mx.example.net",
                "rdns": "mx.example.net",
                "ip": "192.0.2.7",
                "by": "mx.example.com",
                "id": "1",
            },
            id="mox",
        ),
        pytest.param(
            "from mx.example.net (mx.example.net [192.0.2.7]) by mx.example.com (OpenSMTPD) with ESMTPS id 1 (TLSv1.3:TLS_AES_256_GCM_SHA384:256:NO) for <joe@example.com>",
            {
                "kind": "smtp",
                "helo": "mx.example.net",
                "rdns": "mx.example.net",
                "ip": "192.0.2.7",
                "by": "mx.example.com",
                "id": "1",
            },
            id="OpenSMTPD",
        ),
        pytest.param(
            "from mx.example.com (localhost [local]) by mx.example.com (OpenSMTPD) with ESMTPA id 39649ba5 for <joe@example.com>",
            {"kind": "local", "helo": "mx.example.com", "by": "mx.example.com", "id": "39649ba5", "auth": "ESMTPA"},
            id="OpenSMTPD, from a program",
        ),
        pytest.param(
            "from root id e0724 by df.example.jp (DragonFly Mail Agent v0.13)",
            {"kind": "local", "helo": "root", "by": "df.example.jp", "id": "e0724"},
            id="DragonFly",
        ),
        pytest.param(
            "from joe (uid 1000) by mx.example.com (masqmail 0.2.27) id 1",
            {"kind": "local", "helo": "joe", "by": "mx.example.com", "id": "1"},
            id="masqmail",
        ),
        pytest.param(
            "from [10.1.2.3] (unknown [192.0.2.7]) by geopod-ismtpd-1 (SG) with ESMTP id 0xYz for <joe@example.com>",
            {"kind": "smtp", "helo": "[10.1.2.3]", "ip": "192.0.2.7", "by": "geopod-ismtpd-1", "id": "0xYz"},
            id="SendGrid",
        ),
        pytest.param(
            "from mx.example.net (mx.example.net [192.0.2.7]) by us-mta-1.example.com with ESMTP with STARTTLS (version=TLSv1.3 cipher=TLS_AES_256_GCM_SHA384) id us-mta-1",
            {
                "kind": "smtp",
                "helo": "mx.example.net",
                "rdns": "mx.example.net",
                "ip": "192.0.2.7",
                "by": "us-mta-1.example.com",
                "id": "us-mta-1",
            },
            id="Mimecast",
        ),
        pytest.param(
            "from mx.example.net ([192.0.2.7]) by ironport.example.com with ESMTP/TLS/ECDHE-RSA-AES128-GCM-SHA256",
            {"kind": "smtp", "helo": "mx.example.net", "ip": "192.0.2.7", "by": "ironport.example.com"},
            id="Ironport",
        ),
        pytest.param(
            "from mx.example.net [192.0.2.7] by barracuda.example.com with ESMTP (Barracuda) id 1",
            {"kind": "smtp", "helo": "mx.example.net", "ip": "192.0.2.7", "by": "barracuda.example.com", "id": "1"},
            id="Barracuda",
        ),
        pytest.param(
            "from [192.0.2.7] ([192.0.2.7:41234] helo=mx.example.net) by mx.example.com (envelope-from <a@b.example>) (ecelerity 3.6.9.48312 r(Core:3.6.9.0)) with ESMTPS (cipher=AES256-SHA) id 1",
            {
                "kind": "smtp",
                "helo": "mx.example.net",
                "ip": "192.0.2.7",
                "by": "mx.example.com",
                "id": "1",
                "envelope_from": "a@b.example",
            },
            id="ecelerity",
        ),
        pytest.param(
            "from mx.example.net (192.0.2.7) by mx.example.com (PowerMTA(TM) v3.2r23) id h1 for <joe@example.com>",
            {"kind": "smtp", "helo": "mx.example.net", "ip": "192.0.2.7", "by": "mx.example.com", "id": "h1"},
            id="PowerMTA",
        ),
        pytest.param(
            "from mx.example.net (LHLO mx.example.net) (192.0.2.7) by zimbra.example.com with LMTP",
            {
                "kind": "smtp",
                "helo": "mx.example.net",
                "rdns": "mx.example.net",
                "ip": "192.0.2.7",
                "by": "zimbra.example.com",
            },
            id="Zimbra",
        ),
        pytest.param(
            'from mx.example.net ([192.0.2.7]:1234 "EHLO mx.example.net") by lists.example.org with ESMTP id S1',
            {
                "kind": "smtp",
                "helo": "mx.example.net",
                "rdns": "mx.example.net",
                "ip": "192.0.2.7",
                "by": "lists.example.org",
                "id": "S1",
            },
            id="XMail, listar",
        ),
        pytest.param(
            "from mail.example.net ([192.0.2.7]:3412) by mx.example.com with [XMail 1.22 ESMTP Server] id <S1A2F4> for <joe@example.com> from <a@b.example>",
            {"kind": "smtp", "helo": "mail.example.net", "ip": "192.0.2.7", "by": "mx.example.com", "id": "S1A2F4"},
            id="XMail",
        ),
        pytest.param(
            "from pc ([10.0.0.1]) by mx.example.com (JAMES SMTP Server 2.3.2) with SMTP ID 17 for <joe@example.com>",
            {"kind": "smtp", "helo": "pc", "ip": "10.0.0.1", "by": "mx.example.com", "id": "17"},
            id="James",
        ),
        pytest.param(
            "from mail.example.net ([192.0.2.7]) by mx.example.com (hMailServer) with ESMTP",
            {"kind": "smtp", "helo": "mail.example.net", "ip": "192.0.2.7", "by": "mx.example.com"},
            id="hMailServer",
        ),
        pytest.param(
            "from ann-pc ([192.0.2.7]) by mail.example.com (Merak 8.9.1) with ASMTP id ABC",
            {
                "kind": "smtp",
                "helo": "ann-pc",
                "ip": "192.0.2.7",
                "by": "mail.example.com",
                "id": "ABC",
                "auth": "ASMTP",
            },
            id="Merak",
        ),
        pytest.param(
            "by slmail.example.com from seth (192.0.2.30::mail daemon; unverified,SLmail V2.0)",
            {"kind": "smtp", "helo": "seth", "ip": "192.0.2.30", "by": "slmail.example.com"},
            id="SLmail, by before from",
        ),
        pytest.param(
            "by mx.example.com; (5.65/1.37) id AA01376",
            {"kind": "internal", "by": "mx.example.com", "id": "AA01376"},
            id="Ultrix, two semicolons",
        ),
        pytest.param(
            'from [192.0.2.7] (client.example) by mx.example.com (chasquid) with ESMTP (over SMTP, plain text!, envelope from "a@b.example")',
            {
                "kind": "smtp",
                "helo": "client.example",
                "ip": "192.0.2.7",
                "by": "mx.example.com",
                "envelope_from": "a@b.example",
            },
            id="chasquid",
        ),
        pytest.param(
            "indimail-mta queue 58965 by host mx.example.jp (invoked by alias)",
            {"kind": "internal", "by": "mx.example.jp"},
            id="indimail, between its programs",
        ),
        pytest.param(
            "(nullmailer pid 14760 invoked by uid 8)", {"kind": "internal"}, id="nullmailer, between its programs"
        ),
        pytest.param(
            "from mail pickup service by mx.example.com with Microsoft SMTPSVC",
            {"kind": "internal", "by": "mx.example.com"},
            id="pickup",
        ),
        pytest.param(
            "from [203.0.113.146:55612] by server-7.example.com id 5A/3C-17624-56454135",
            {"kind": "smtp", "ip": "203.0.113.146", "by": "server-7.example.com", "id": "5A/3C-17624-56454135"},
            id="MessageLabs, a port in the bracket",
        ),
        pytest.param(
            "from pc.example.de (ann@mail.example.de) by relay.example.de (8.6.10/3) with SMTP id SAA30680",
            {
                "kind": "smtp",
                "helo": "pc.example.de",
                "rdns": "mail.example.de",
                "ident": "ann",
                "by": "relay.example.de",
                "id": "SAA30680",
            },
            id="sendmail 8.6, ident alone",
        ),
        pytest.param(
            "by fallback7.example.ru (mPOP.Fallback_MX) id 8572B11F987B1",
            {"kind": "internal", "by": "fallback7.example.ru", "id": "8572B11F987B1"},
            id="mPOP, which fetches nothing",
        ),
        pytest.param(
            "from mx.example.net [192.0.2.7] (ann) by mx.example.com with smtp (Exim 3.12 #1) id 1",
            {"kind": "smtp", "helo": "mx.example.net", "ip": "192.0.2.7", "by": "mx.example.com", "id": "1"},
            id="Exim 3, an ident behind",
        ),
        pytest.param(
            "from unknown (HELO x) (192.0.2.7:4321) by mx.example.com with SMTP",
            {"kind": "smtp", "helo": "x", "ip": "192.0.2.7", "by": "mx.example.com"},
            id="qmail, a port",
        ),
        pytest.param(
            'from mx.example.net (mx.example.net [192.0.2.1]) (using TLSv1.2 with cipher X (256/256 bits)) (Client CN "mx.example.net", Issuer "Y (Z)" (verified OK)) by mx.example.com (Postfix) with ESMTPS id 1 for <j@d.example>',
            {
                "kind": "smtp",
                "helo": "mx.example.net",
                "rdns": "mx.example.net",
                "ip": "192.0.2.1",
                "by": "mx.example.com",
                "id": "1",
            },
            id="Postfix, a client certificate",
        ),
    ],
)
def test_layouts(text: str, expected: dict[str, str]) -> None:
    hop = parse_received((text + DATE).encode())
    found = msgspec.structs.asdict(hop)
    assert {name: found[name] for name in COLUMNS if found[name] is not None} == expected
    assert hop.date is not None
