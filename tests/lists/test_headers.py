"""List header fields: each program's own, as it writes them; RFC 2919, RFC 2369, RFC 8058, RFC 5064; floods."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailkit import parse
from mailkit.lists import MailingList, mailing_list
from mailkit.lists.drivers import DRIVERS
from mailkit.lists.headers import MAX_URIS, mail_address
from tests.strategies import ROOT, joined, shared
from tests.timing import assert_linear, flood

LETTER = b"From: Ann <ann@a.example>\nTo: hoe@ml.example\nSubject: hi\n\nhello\n"


def found(head: bytes) -> MailingList:
    """Read the list fields on top of an ordinary letter, of which there are some."""
    answer = mailing_list(head + LETTER)
    assert answer is not None
    return answer


def test_an_ordinary_letter_is_from_no_list() -> None:
    assert mailing_list(LETTER) is None
    assert mailing_list(b"") is None
    assert mailing_list(b"Precedence: bulk\nSender: joe@a.example\nX-Loop: hoe@ml.example\n" + LETTER) is None


# Programs. Each header is what the program puts on top of a post, or of a notice of its own.

FML = b"""\
X-ML-Name: hoe
X-Mail-Count: 00123
X-MLServer: fml [fml 4.0.3 release (20011202/4.0.3)]; post only (only members can post)
X-ML-Info: If you have a question, send e-mail with the body
	"help" (without quotes) to the address hoe-ctl@ml.example;
	help=<mailto:hoe-ctl@ml.example?body=help>
Precedence: list
List-Id: <hoe.ml.example>
"""
MAILMAN_2 = b"""\
Sender: hoe-bounces@ml.example
Errors-To: hoe-bounces@ml.example
X-BeenThere: hoe@ml.example
X-Mailman-Version: 2.1.39
Precedence: list
List-Id: Talk about hoes <hoe.ml.example>
List-Unsubscribe: <https://ml.example/mailman/options/hoe>,
 <mailto:hoe-request@ml.example?subject=unsubscribe>
List-Archive: <https://ml.example/pipermail/hoe/>
List-Post: <mailto:hoe@ml.example>
List-Help: <mailto:hoe-request@ml.example?subject=help>
List-Subscribe: <https://ml.example/mailman/listinfo/hoe>,
 <mailto:hoe-request@ml.example?subject=subscribe>
"""
MAILMAN_3 = b"""\
Message-ID-Hash: NTUKMEJ7WVZUKUQKIBI7SLKKVYNQJHYK
X-Message-ID-Hash: NTUKMEJ7WVZUKUQKIBI7SLKKVYNQJHYK
X-MailFrom: ann@a.example
X-Mailman-Version: 3.3.10
Precedence: list
List-Id: Talk about hoes <hoe.ml.example>
Archived-At: <https://ml.example/hyperkitty/list/hoe@ml.example/message/NTUKMEJ7/>
List-Archive: <https://ml.example/hyperkitty/list/hoe@ml.example/>
List-Help: <mailto:hoe-request@ml.example?subject=help>
List-Owner: <mailto:hoe-owner@ml.example>
List-Post: <mailto:hoe@ml.example>
List-Subscribe: <mailto:hoe-join@ml.example>
List-Unsubscribe: <mailto:hoe-leave@ml.example>
"""
EZMLM = b"""\
Return-Path: <hoe-return-123-sue=b.example@ml.example>
Mailing-List: contact hoe-help@ml.example; run by ezmlm
Precedence: bulk
List-Post: <mailto:hoe@ml.example>
List-Help: <mailto:hoe-help@ml.example>
List-Unsubscribe: <mailto:hoe-unsubscribe@ml.example>
List-Subscribe: <mailto:hoe-subscribe@ml.example>
Delivered-To: mailing list hoe@ml.example
"""
MLMMJ = b"""\
Return-Path: <hoe+bounces-123-sue=b.example@ml.example>
List-Unsubscribe: <mailto:hoe+unsubscribe@ml.example>
"""
SYMPA = b"""\
X-Loop: hoe@ml.example
X-Sequence: 123
Errors-To: hoe-owner@ml.example
Precedence: list
Precedence: bulk
Sender: hoe-request@ml.example
X-no-archive: yes
List-Id: <hoe.ml.example>
List-Help: <mailto:sympa@ml.example?subject=help>
List-Subscribe: <mailto:sympa@ml.example?subject=subscribe%20hoe>
List-Unsubscribe: <mailto:sympa@ml.example?subject=unsubscribe%20hoe>
List-Post: <mailto:hoe@ml.example>
List-Owner: <mailto:hoe-request@ml.example>
List-Archive: <https://ml.example/sympa/arc/hoe>
"""
SMARTLIST = b"""\
Old-Return-Path: <ann@a.example>
List-Id: <hoe.ml.example>
List-Post: <mailto:hoe@ml.example>
List-Help: <mailto:hoe-request@ml.example?subject=help>
Precedence: list
Resent-Sender: hoe-request@ml.example
X-Loop: hoe@ml.example
X-Mailing-List: <hoe@ml.example> archive/latest/123
"""
MAJORDOMO = b"""\
Sender: owner-hoe@ml.example
Precedence: bulk
"""
MAJORDOMO_2 = b"""\
List-Help: <mailto:majordomo@ml.example?body=help>
List-Id: <hoe.ml.example>
List-Owner: <mailto:hoe-owner@ml.example>
List-Post: <mailto:hoe@ml.example>
List-Unsubscribe: <mailto:majordomo@ml.example?body=unsub%20hoe>
Precedence: bulk
Sender: hoe-owner@ml.example
X-Mailing-List: hoe
X-Archive-Number: 202601/45
X-Sequence-Number: 123
"""
LISTSERV = b"""\
Received: from ml.example by ml.example (LISTSERV-TCP/IP release 16.5) with spool id 1234 for HOE@ML.EXAMPLE;
 Sat, 3 Jan 2026 01:02:03 +0000
Sender: Talk about hoes <HOE@ML.EXAMPLE>
List-Help: <https://ml.example/scripts/wa.exe?LIST=HOE>, <mailto:LISTSERV@ML.EXAMPLE?body=INFO%20HOE>
List-Owner: <mailto:HOE-request@ML.EXAMPLE>
"""
GOOGLE = b"""\
Precedence: list
Mailing-list: list hoe@googlegroups.com; contact hoe+owners@googlegroups.com
List-ID: <hoe.googlegroups.com>
X-Google-Group-Id: 1234567890
List-Post: <https://groups.google.com/group/hoe/post>, <mailto:hoe@googlegroups.com>
"""
GROUPS_IO = b"""\
List-Unsubscribe-Post: List-Unsubscribe=One-Click
List-Unsubscribe: <https://groups.io/g/hoe/unsub>
Precedence: Bulk
List-Id: <hoe.groups.io>
Mailing-List: list hoe@groups.io; contact hoe+owner@groups.io
X-Groupsio-MsgNum: 123
"""
YAHOO = b"""\
Return-Path: <sentto-1-123-456-sue=b.example@returns.groups.yahoo.com>
X-Yahoo-Newman-Property: groups-email
Mailing-List: list hoe@yahoogroups.com; contact hoe-owner@yahoogroups.com
Delivered-To: mailing list hoe@yahoogroups.com
List-Id: <hoe.yahoogroups.com>
"""

PROGRAMS = [
    pytest.param(FML, "fml", "4.0.3", "stated", "hoe@ml.example", 123, id="fml"),
    pytest.param(b"X-MLServer: fml [fml-devel 8.0]\n", "fml", None, "stated", None, None, id="fml in another form"),
    pytest.param(b"X-MLServer: fml\n", "fml", None, "stated", None, None, id="fml without a version"),
    pytest.param(b"X-ML-System: ppml 2.0\nX-ML-Name: hoe\n", "ppml", "2.0", "stated", None, None, id="PPML"),
    pytest.param(b"X-ML-System: ppml\n", "ppml", None, "stated", None, None, id="PPML as the slide has it"),
    pytest.param(b"X-Ml-Version: kkml 1.5\n", "kkml", "1.5", "stated", None, None, id="kkml"),
    pytest.param(
        b"X-Distribute: distribute version 2.1.24\nX-Sequence: hoe 12\n",
        *("distribute", "2.1.24", "stated", None, None),
        id="distribute",
    ),
    pytest.param(
        b"X-QuickML: true\nX-ML-Name: hoe\nX-Mail-Count: 7\n", "quickml", None, "stated", None, 7, id="QuickML"
    ),
    pytest.param(b"X-MLServer: QuickML 0.7\n", "quickml", "0.7", "stated", None, None, id="QuickML by its server"),
    pytest.param(MAILMAN_2, "mailman", "2.1.39", "stated", "hoe@ml.example", None, id="Mailman 2"),
    pytest.param(MAILMAN_3, "mailman", "3.3.10", "stated", "hoe@ml.example", None, id="Mailman 3"),
    pytest.param(
        MAILMAN_3.replace(b"X-Mailman-Version: 3.3.10\n", b""),
        *("mailman", None, "stated", "hoe@ml.example", None),
        id="Mailman 3 by its hash",
    ),
    pytest.param(b"X-Mailman-Version: 2.0.1 (101270)\n", "mailman", "2.0.1", "stated", None, None, id="Mailman 2.0"),
    pytest.param(b"X-Mailman-Version: 2.1rc1+\n", "mailman", "2.1rc1+", "stated", None, None, id="Mailman, candidate"),
    pytest.param(
        b"X-BeenThere: hoe@ml.example\n", "mailman", None, "inferred", "hoe@ml.example", None, id="X-BeenThere"
    ),
    pytest.param(
        b"Message-ID: <mailman.4.1795509000.1234.hoe@ml.example>\n",
        *("mailman", None, "stated", None, None),
        id="Mailman by its Message-ID",
    ),
    pytest.param(EZMLM, "ezmlm", None, "stated", "hoe@ml.example", 123, id="ezmlm"),
    pytest.param(
        b"Mailing-List: contact hoe-help@ml.example; run by ezmlm-idx\n",
        *("ezmlm", None, "stated", "hoe@ml.example", None),
        id="ezmlm by its contact",
    ),
    pytest.param(
        b"Return-Path: <hoe-return-5-sue=b.example@ml.example>\n",
        *("ezmlm", None, "inferred", "hoe@ml.example", 5),
        id="ezmlm by its sender",
    ),
    pytest.param(MLMMJ, "mlmmj", None, "inferred", "hoe@ml.example", 123, id="mlmmj"),
    pytest.param(
        b"Return-Path: <hoe+bounces-1@ml.example>\n",
        *("mlmmj", None, "inferred", "hoe@ml.example", 1),
        id="mlmmj before its MTA writes the recipient",
    ),
    pytest.param(
        b"Message-ID: <1795636117-381-mlmmj-1e2199b2@ml.example>\nFrom: hoe+owner@ml.example\n",
        *("mlmmj", None, "stated", "hoe@ml.example", None),
        id="mlmmj, a notice",
    ),
    pytest.param(SYMPA, "sympa", None, "stated", "hoe@ml.example", 123, id="Sympa"),
    pytest.param(
        b"X-Loop: hoe@ml.example\nX-Sequence: 5\n",
        *("sympa", None, "inferred", "hoe@ml.example", 5),
        id="Sympa by its number",
    ),
    pytest.param(
        b"List-Archive: <https://ml.example/wws/arc/hoe>\n",
        *("sympa", None, "inferred", None, None),
        id="Sympa by its archive",
    ),
    pytest.param(
        b"Message-ID: <sympa.1795510800.4711.238@ml.example>\n",
        "sympa",
        None,
        "stated",
        None,
        None,
        id="Sympa, a notice",
    ),
    pytest.param(b"X-Loop: sympa@ml.example\n", "sympa", None, "inferred", None, None, id="Sympa by its loop"),
    pytest.param(
        b"List-Unsubscribe: <mailto:sympa@ml.example?subject=sig%20hoe>\n",
        *("sympa", None, "stated", None, None),
        id="Sympa by leaving",
    ),
    pytest.param(SMARTLIST, "smartlist", None, "stated", "hoe@ml.example", 123, id="SmartList"),
    pytest.param(
        b"From: SmartList <hoe-request@ml.example>\n",
        "smartlist",
        None,
        "stated",
        "hoe@ml.example",
        None,
        id="SmartList, a notice",
    ),
    pytest.param(MAJORDOMO, "majordomo", None, "inferred", "hoe@ml.example", None, id="Majordomo"),
    pytest.param(MAJORDOMO_2, "majordomo", None, "stated", "hoe@ml.example", 123, id="Majordomo 2"),
    pytest.param(
        b"X-Majordomo-Version: 1.94.5\n", "majordomo", "1.94.5", "stated", None, None, id="Majordomo, patched"
    ),
    pytest.param(b"From: Majordomo@ml.example\n", "majordomo", None, "inferred", None, None, id="Majordomo, a result"),
    pytest.param(
        b"List-Help: <mailto:majordomo@ml.example?body=help>\n",
        *("majordomo", None, "stated", None, None),
        id="Majordomo by its help",
    ),
    pytest.param(
        b"List-Unsubscribe: <mailto:majordomo@ml.example?body=unsub>\n",
        *("majordomo", None, "stated", None, None),
        id="Majordomo by leaving",
    ),
    pytest.param(LISTSERV, "listserv", "16.5", "stated", None, None, id="LISTSERV"),
    pytest.param(b"X-LSV-ListID: HOE\n", "listserv", None, "stated", None, None, id="LISTSERV by its id"),
    pytest.param(
        b"Message-ID: <LISTSERV%202611240420001236@ML.EXAMPLE>\n",
        "listserv",
        None,
        "stated",
        None,
        None,
        id="LISTSERV, a notice",
    ),
    pytest.param(
        b"List-Help: <mailto:LISTSERV@ML.EXAMPLE?body=INFO>\n",
        "listserv",
        None,
        "stated",
        None,
        None,
        id="LISTSERV by its help",
    ),
    pytest.param(
        b'From: "L-Soft list server (16.0)" <LISTSERV@ML.EXAMPLE>\n',
        *("listserv", None, "inferred", None, None),
        id="LISTSERV by its sender",
    ),
    pytest.param(
        b"X-Listprocessor-Version: 8.2.07 -- ListProc(tm) by CREN\n",
        "listproc",
        "8.2.07",
        "stated",
        None,
        None,
        id="ListProc",
    ),
    pytest.param(
        b"X-ecartis-version: Ecartis v1.0.0\nX-list: hoe\n", "ecartis", "1.0.0", "stated", None, None, id="Ecartis"
    ),
    pytest.param(
        b"X-listar-version: Listar v0.129a\nX-list: hoe\n", "listar", "0.129a", "stated", None, None, id="Listar"
    ),
    pytest.param(
        b"Message-ID: <LYRIS-12345-678-2001.01.02-03.04.05--x#b@ml.example>\n",
        "lyris",
        None,
        "stated",
        None,
        None,
        id="Lyris",
    ),
    pytest.param(
        b"Message-ID: <LISTMANAGER-12-34@ml.example>\n", "lyris", None, "stated", None, None, id="ListManager"
    ),
    pytest.param(
        b"X-Lyris-Message-Id: <LYRIS-1-2@ml.example>\n", "lyris", None, "stated", None, None, id="Lyris by its field"
    ),
    pytest.param(GOOGLE, "googlegroups", None, "stated", "hoe@googlegroups.com", None, id="Google Groups"),
    pytest.param(
        b"Mailing-list: list hoe@googlegroups.com; contact hoe+owners@googlegroups.com\n",
        *("googlegroups", None, "stated", "hoe@googlegroups.com", None),
        id="Google Groups by its contact",
    ),
    pytest.param(GROUPS_IO, "groups.io", None, "stated", "hoe@groups.io", 123, id="Groups.io"),
    pytest.param(b"X-Groupsio-MsgNum: 9\n", "groups.io", None, "stated", None, 9, id="Groups.io by its number"),
    pytest.param(
        b"X-Groupsio-URL: https://groups.io/g/hoe\n", "groups.io", None, "stated", None, None, id="Groups.io by its URL"
    ),
    pytest.param(YAHOO, "yahoogroups", None, "stated", "hoe@yahoogroups.com", None, id="Yahoo! Groups"),
    pytest.param(
        b"X-Yahoo-Newman-Property: groups-system\n",
        "yahoogroups",
        None,
        "stated",
        None,
        None,
        id="Yahoo! Groups, a notice",
    ),
    pytest.param(
        b"X-eGroups-Return: sentto-1-2-3@returns.example\n", "yahoogroups", None, "stated", None, None, id="eGroups"
    ),
    pytest.param(
        b"X-Discourse-Topic-Id: 12\nList-ID: <forum.example>\n", "discourse", None, "stated", None, None, id="Discourse"
    ),
    pytest.param(b"X-Discourse-Post-Id: 12\n", "discourse", None, "stated", None, None, id="Discourse by its post"),
    pytest.param(b"X-Listmonk-Campaign: 1-2\n", "listmonk", None, "stated", None, None, id="Listmonk"),
    pytest.param(b"X-Listmonk-Subscriber: 1-2\n", "listmonk", None, "stated", None, None, id="Listmonk by its reader"),
    pytest.param(
        b"User-Agent: listmonk/v2.3.0\n", "listmonk", "2.3.0", "stated", None, None, id="Listmonk by its agent"
    ),
    pytest.param(
        b"X-Mailer: phplist v2.10.13\nX-ListMember: a@b\nX-MessageID: 5\n",
        "phplist",
        "2.10.13",
        "stated",
        None,
        None,
        id="phpList 2",
    ),
    pytest.param(
        b"X-phpList-version: 3.6.15\nX-MessageID: 5\n", "phplist", "3.6.15", "stated", None, None, id="phpList 3"
    ),
    pytest.param(
        b"X-ListMember: a@b.example\nX-MessageID: 5\n",
        "phplist",
        None,
        "stated",
        None,
        None,
        id="phpList by its member",
    ),
    pytest.param(b"X-MC-User: 0a1b\n", "mailchimp", None, "stated", None, None, id="Mailchimp"),
    pytest.param(
        b"X-Mailer: MailChimp Mailer - **CID12**\n",
        "mailchimp",
        None,
        "stated",
        None,
        None,
        id="Mailchimp by its mailer",
    ),
    pytest.param(b"X-Mailer: Dada Mail 4.0.5\n", "dada-mail", "4.0.5", "stated", None, None, id="Dada Mail"),
    pytest.param(
        b"List-Software: LetterRip Pro 3.0.7 by Fog City Software, Inc.\n",
        "letterrip",
        "3.0.7",
        "stated",
        None,
        None,
        id="LetterRip",
    ),
    pytest.param(b"List-Software: CommuniGate Pro 6.2\n", "communigate", "6.2", "stated", None, None, id="CommuniGate"),
    pytest.param(
        b"X-Mailer: CommuniGate Pro LIST 6.2\n",
        "communigate",
        None,
        "stated",
        None,
        None,
        id="CommuniGate by its mailer",
    ),
    pytest.param(
        b"Received: from a by b (CommuniGate Pro LIST 6.2.1) with LIST id 5; x\n",
        "communigate",
        "6.2.1",
        "stated",
        None,
        None,
        id="CommuniGate by its trace",
    ),
    pytest.param(
        b"X-GitHub-Reason: mention\nList-ID: o/r <r.o.github.example>\n",
        "github",
        None,
        "stated",
        None,
        None,
        id="GitHub",
    ),
    pytest.param(b"X-GitLab-Project: hoe\n", "gitlab", None, "stated", None, None, id="GitLab"),
]


@pytest.mark.parametrize(("head", "driver", "version", "confidence", "address", "sequence"), PROGRAMS)
def test_a_program_is_known(  # noqa: PLR0913, PLR0917 - one row of the table
    head: bytes, driver: str, version: str | None, confidence: str, address: str | None, sequence: int | None
) -> None:
    answer = found(head)
    assert (answer.driver, answer.version, answer.confidence) == (driver, version, confidence)
    assert (answer.address, answer.sequence) == (address, sequence)
    assert answer.source
    assert found(head.replace(b"\n", b"\r\n")).driver == driver
    names = b"\n".join(
        line if line[:1] in b" \t" else line.partition(b":")[0].upper() + b":" + line.partition(b":")[2]
        for line in head.split(b"\n")
    )
    assert found(names.rstrip(b":\n") + b"\n") == answer


def test_every_row_of_the_table_is_what_some_program_above_is_known_by() -> None:
    by = {
        (answer.driver, (answer.source or "").partition(":")[0])
        for case in PROGRAMS
        if (answer := found(case.values[0]))  # type: ignore[arg-type]
    }
    assert {(row.name, row.field) for row in DRIVERS} - by == set()


# RFC 2369: the commands, in order.


def test_the_commands_of_a_list() -> None:
    answer = found(MAILMAN_2)
    assert answer.unsubscribe == (
        "https://ml.example/mailman/options/hoe",
        "mailto:hoe-request@ml.example?subject=unsubscribe",
    )
    assert answer.subscribe[1] == "mailto:hoe-request@ml.example?subject=subscribe"
    assert answer.help == ("mailto:hoe-request@ml.example?subject=help",)
    assert answer.archive == ("https://ml.example/pipermail/hoe/",)
    assert (answer.post, answer.open) == (("mailto:hoe@ml.example",), True)
    assert (answer.id, answer.name, answer.owner, answer.archived_at) == ("hoe.ml.example", "Talk about hoes", (), None)
    answer = found(MAILMAN_3)
    assert answer.owner == ("mailto:hoe-owner@ml.example",)
    assert answer.archived_at == "https://ml.example/hyperkitty/list/hoe@ml.example/message/NTUKMEJ7/"
    assert answer.fields[0] == "list-id"


URIS = [
    pytest.param(b"<mailto:a@b>", ("mailto:a@b",), [], id="one"),
    pytest.param(b"<mailto:a@b>, <http://b/c>", ("mailto:a@b", "http://b/c"), [], id="two"),
    pytest.param(b"<http://b/c>,<mailto:a@b>", ("http://b/c", "mailto:a@b"), [], id="order is kept"),
    pytest.param(b"(Use this:) <mailto:a@b> (or not)", ("mailto:a@b",), [], id="comments"),
    pytest.param(b"(<http://no>) <mailto:a@b>", ("mailto:a@b",), [], id="brackets in a comment"),
    pytest.param(b"(a (b) <http://no>) <mailto:a@b>", ("mailto:a@b",), [], id="nested comments"),
    pytest.param(b"<http://b/(c)>", ("http://b/(c)",), [], id="parentheses in a URI"),
    pytest.param(b"(open <mailto:a@b>", ("mailto:a@b",), [], id="a comment that never ends"),
    pytest.param(b"<mailto:a@b\n ?subject=x>", ("mailto:a@b?subject=x",), [], id="white space inside does not count"),
    pytest.param(b"<mailto:a@b> <mailto:c@b>", ("mailto:a@b", "mailto:c@b"), [], id="no comma"),
    pytest.param(b"<mailto:a@b>,<mailto:a@b>", ("mailto:a@b",), [], id="twice the same"),
    pytest.param(b"mailto:a@b", ("mailto:a@b",), ["list.field.malformed"], id="no brackets"),
    pytest.param(
        b"mailto:a@b, http://b/c", ("mailto:a@b", "http://b/c"), ["list.field.malformed"], id="no brackets, two"
    ),
    pytest.param(b"<mailto:a@b", ("mailto:a@b",), ["list.field.malformed"], id="a bracket that never ends"),
    pytest.param(b"write to the owner", (), ["list.field.malformed"], id="prose"),
    pytest.param(b"", (), ["list.field.malformed"], id="empty"),
    pytest.param(b"<>", (), ["list.field.malformed"], id="empty brackets"),
    pytest.param("<http://b/\u00fc>".encode(), ("http://b/\u00fc",), [], id="UTF-8"),
]


@pytest.mark.parametrize("name", ["help", "subscribe", "unsubscribe", "owner", "archive", "post"])
@pytest.mark.parametrize(("value", "uris", "codes"), URIS)
def test_the_uris_of_a_field(name: str, value: bytes, uris: tuple[str, ...], codes: list[str]) -> None:
    answer = found(b"List-%b: %b\n" % (name.title().encode(), value))
    assert getattr(answer, name) == uris
    assert [one.code for one in answer.findings] == codes
    assert all(one.offset == 0 for one in answer.findings)


def test_several_fields_of_a_name_are_one() -> None:
    answer = found(b"List-Archive: <http://a>\nList-Archive: <http://b>, <http://a>\n")
    assert answer.archive == ("http://a", "http://b")


@pytest.mark.parametrize(
    ("value", "is_open"),
    [
        pytest.param(b"NO", False, id="NO"),
        pytest.param(b"no", False, id="lower case"),
        pytest.param(b"NO (posting not allowed on this list)", False, id="NO with a comment"),
        pytest.param(b"<mailto:hoe@ml.example>", True, id="open"),
        pytest.param(b"<mailto:moderator@ml.example> (moderated)", True, id="moderated"),
        pytest.param(b"nobody", True, id="another word"),
    ],
)
def test_whether_one_may_post(value: bytes, is_open: bool) -> None:  # noqa: FBT001
    answer = found(b"List-Post: " + value + b"\n")
    assert answer.open is is_open
    assert is_open or answer.post == ()
    assert found(b"List-Id: <a.b>\n").open is None


@pytest.mark.parametrize(
    ("uri", "address"),
    [
        pytest.param("mailto:a@b.example", "a@b.example", id="plain"),
        pytest.param("MAILTO:a@b.example?subject=x&body=y", "a@b.example", id="header fields"),
        pytest.param("mailto:a%2Bb@c.example", "a+b@c.example", id="percent"),
        pytest.param("mailto:a@b.example,c@d.example", "a@b.example", id="two"),
        pytest.param("mailto:?to=a@b.example", None, id="none"),
        pytest.param("mailto:%", None, id="broken"),
        pytest.param("https://a@b.example/", None, id="https"),
        pytest.param("", None, id="empty"),
    ],
)
def test_the_address_of_a_uri(uri: str, address: str | None) -> None:
    assert mail_address(uri) == address


# RFC 2919.


@pytest.mark.parametrize(
    ("value", "identifier", "name", "malformed"),
    [
        pytest.param(b"<hoe.ml.example>", "hoe.ml.example", None, False, id="id alone"),
        pytest.param(b"Talk <hoe.ml.example>", "hoe.ml.example", "Talk", False, id="a phrase"),
        pytest.param(
            b'"Talk, <loud>" <hoe.ml.example>', "hoe.ml.example", "Talk, <loud>", False, id="brackets in the phrase"
        ),
        pytest.param(b"Talk <hoe.ml.example> (old)", "hoe.ml.example", "Talk", False, id="a comment behind"),
        pytest.param(b"=?utf-8?B?44GL?= <hoe.ml.example>", "hoe.ml.example", "\u304b", False, id="encoded words"),
        pytest.param(b"Talk\n <hoe.ml.example>", "hoe.ml.example", "Talk", False, id="folded"),
        pytest.param(b"<hoe.\n ml.example>", "hoe.ml.example", None, False, id="folded inside"),
        pytest.param(b"<Hoe.ML.Example>", "Hoe.ML.Example", None, False, id="case is kept"),
        pytest.param(b"<hoe.05C3.localhost>", "hoe.05C3.localhost", None, False, id="localhost"),
        pytest.param(b"hoe.ml.example", "hoe.ml.example", None, True, id="no brackets"),
        pytest.param(b"<hoe@ml.example>", "hoe@ml.example", None, True, id="an address"),
        pytest.param(b"<hoe>", "hoe", None, True, id="no dot"),
        pytest.param(b"hoe.ml.example>", "hoe.ml.example", None, True, id="one bracket"),
        pytest.param(b"Talk about hoes", None, "Talk about hoes", True, id="a phrase alone"),
        pytest.param(b"<>", None, None, True, id="empty brackets"),
        pytest.param(b"", None, None, True, id="empty"),
    ],
)
def test_a_list_id(value: bytes, identifier: str | None, name: str | None, malformed: bool) -> None:  # noqa: FBT001
    answer = found(b"List-Id: " + value + b"\n")
    assert (answer.id, answer.name) == (identifier, name)
    assert [one.code for one in answer.findings] == ["list.id.malformed"] * malformed


# RFC 8058.

HTTPS = b"List-Unsubscribe: <mailto:u@a.example>, <https://a.example/u/1>\n"
POST = b"List-Unsubscribe-Post: List-Unsubscribe=One-Click\n"


@pytest.mark.parametrize(
    ("head", "uri", "codes"),
    [
        pytest.param(HTTPS + POST, "https://a.example/u/1", [], id="both"),
        pytest.param(POST.lower() + HTTPS.replace(b"https", b"HTTPS"), "HTTPS://a.example/u/1", [], id="case"),
        pytest.param(HTTPS, None, [], id="without Post"),
        pytest.param(b"X-List: a\n" + POST, None, ["list.one-click.incomplete"], id="Post alone"),
        pytest.param(b"List-Unsubscribe: <http://a/u>\n" + POST, None, ["list.one-click.incomplete"], id="http"),
        pytest.param(b"List-Unsubscribe: <mailto:u@a>\n" + POST, None, ["list.one-click.incomplete"], id="mailto"),
        pytest.param(HTTPS + POST.replace(b"One", b"Two"), None, ["list.one-click.incomplete"], id="another value"),
    ],
)
def test_one_click(head: bytes, uri: str | None, codes: list[str]) -> None:
    answer = found(head)
    assert answer.one_click == uri
    assert [one.code for one in answer.findings] == codes


# As a value; any input; floods.


def test_a_list_is_json_and_back() -> None:
    for case in PROGRAMS:
        answer = found(case.values[0])  # type: ignore[arg-type]
        assert msgspec.json.decode(msgspec.json.encode(answer), type=MailingList) == answer


TOKENS = [
    *(b"List-Id: ", b"List-Post: ", b"List-Unsubscribe: ", b"List-Unsubscribe-Post: ", b"Mailing-List: ", b"X-Loop: "),
    *(b"X-Mailing-List: ", b"Return-Path: ", b"X-MLServer: fml [", b"X-BeenThere: ", b"X-Sequence: ", b"Received: "),
    *(
        b"<",
        b">",
        b"(",
        b")",
        b"\\",
        b'"',
        b",",
        b";",
        b"\n",
        b"\r\n ",
        b" ",
        b"NO",
        b"mailto:",
        b"https://a",
        b"a@b.example",
    ),
    *(b"contact a-help@b", b"run by ezmlm", b"%4", b"\xff", b"\0", b"=?utf-8?Q?=41?=", b"9", b"a-return-1-", b"/1"),
]


@given(data=joined(TOKENS, 14) | st.binary(max_size=40))
def test_any_bytes_are_read(data: bytes) -> None:
    answer = mailing_list(data)
    if answer is not None:
        assert answer.fields or answer.driver
        assert (answer.driver is None) == (answer.confidence is None) == (answer.source is None)
        assert len(answer.unsubscribe) <= MAX_URIS
        assert mailing_list(parse(data + b"\n\nbody")) is not None


@pytest.mark.parametrize(
    "unit",
    [
        *(b"List-Id: <a.b>\n", b"List-Unsubscribe: <a:b>\n", b"Received: (LISTSERV \n", b"X-Loop: a\n", b"A: b\n"),
        *(b"X-Mailing-List: <a@b>\n", b"Return-Path: <a-return-1-b@c>\n", b"List-Post: a@b\n", b"From: a-owner@b\n"),
    ],
)
def test_many_fields_cost_no_more(unit: bytes) -> None:
    assert_linear(mailing_list, flood(unit))


@pytest.mark.parametrize(
    "name", [b"List-Id", b"List-Unsubscribe", b"Mailing-List", b"X-Mailing-List", b"X-Loop", b"Received"]
)
@pytest.mark.parametrize(
    "unit", [b"<", b">", b"(", b"()", b"<a:b>,", b"a:", b"contact ", b" \n ", b"=?utf-8?Q?a?= ", b"9", b"-return-"]
)
def test_a_long_field_costs_no_more(name: bytes, unit: bytes) -> None:
    assert_linear(mailing_list, flood(unit, name + b": ", b"\n\n"))


# Sweeps.

KNOWN: dict[str, str] = {"mailman": "mailman", "mlmmj": "mlmmj", "sympa": "sympa", "ezmlm": "ezmlm", "fml": "fml"}


def test_the_notices_of_list_managers_are_known_by_their_program() -> None:
    """corpora/lists: the files are named for the program that wrote them."""
    silent = []
    paths = sorted((ROOT / "corpora" / "lists").glob("*.eml"))
    assert len(paths) > 50
    for path in paths:
        answer = mailing_list(parse(path.read_bytes()))
        wanted = path.name.partition("-")[0].rstrip("23")
        if answer is None or answer.driver is None:
            silent.append(path.name)
        else:
            assert answer.driver == wanted, path.name
    # A bounce to an owner is another program's; Mailman 3.3 and Discourse mark only what they distribute.
    assert {name.partition("-")[0] for name in silent} <= {"discourse", "mailman3", "majordomo"}


def test_genuine_bounces_to_mailman_tell_its_version() -> None:
    answers: list[Any] = [
        mailing_list(parse(path.read_bytes())) for path in sorted(shared("flufl-public").glob("*.txt"))
    ]
    seen = [answer for answer in answers if answer is not None]
    assert len(seen) == 19
    assert {answer.driver for answer in seen} == {"mailman"}
    assert all(answer.version and answer.version.startswith("2.") and answer.id and answer.address for answer in seen)
