"""How each list manager is known by the header of what it sends: the table behind `mailing_list`."""

from __future__ import annotations

import re
from typing import Literal, NamedTuple

Confidence = Literal["stated", "inferred"]

_UNSEEN = "knowledge, not seen"


class Driver(NamedTuple):
    """A field by which a program is known."""

    name: str
    field: str
    """In lower case."""
    pattern: re.Pattern[bytes] | None
    """What its value must hold; the group ``version`` is the program's. None: the field alone tells."""
    source: str
    confidence: Confidence = "stated"
    """stated = the program names itself, or the field is no other's; inferred = the form of an address or id tells."""
    also: str = ""
    """A field that must stand there, too."""


def _has(pattern: bytes) -> re.Pattern[bytes]:
    return re.compile(pattern, re.IGNORECASE)


_FML = "fml 4.0.3; seen in bounces"
_SLIDE = "fields of Japanese list managers, as taught in 2001"
_MAILMAN = "Mailman 2.0 to 2.1 seen in bounces; Mailman 3.3.10, run"
_EZMLM = "ezmlm, seen in bounces"
_SYMPA = "Sympa 6.2.70, read in its source"
_SMARTLIST = "SmartList 3.15, read in its rules"
_MLMMJ = "mlmmj 1.3.0, run on loopback"

DRIVERS: tuple[Driver, ...] = (
    Driver("fml", "x-mlserver", _has(rb"\Afml(?:[ \t]*\[fml[ \t]+(?P<version>\d[\w.\-]*))?"), _FML),
    Driver("quickml", "x-quickml", None, f"QuickML; {_UNSEEN}"),
    Driver("quickml", "x-mlserver", _has(rb"\AQuickML(?:[ /](?P<version>[\d.]+))?"), f"QuickML; {_UNSEEN}"),
    Driver("ppml", "x-ml-system", _has(rb"\Appml\b(?:[^\d]{0,20}(?P<version>\d[\w.\-]*))?"), _SLIDE),
    Driver("kkml", "x-ml-version", _has(rb"\Akkml\b(?:[^\d]{0,20}(?P<version>\d[\w.\-]*))?"), _SLIDE),
    Driver("distribute", "x-distribute", _has(rb"\Adistribute\b(?:[^\d]{0,20}(?P<version>\d[\w.\-]*))?"), _SLIDE),
    Driver("googlegroups", "x-google-group-id", None, "Google Groups; seen in corpora"),
    Driver("googlegroups", "mailing-list", _has(rb"contact \S{1,128}\+(?:owners|managers)@googlegroups\."), _UNSEEN),
    Driver("groups.io", "mailing-list", _has(rb"contact \S{1,128}\+owner@[\w.\-]{0,64}groups\.io\b"), _UNSEEN),
    Driver("groups.io", "x-groupsio-msgnum", None, _UNSEEN),
    Driver("groups.io", "x-groupsio-url", None, _UNSEEN),
    Driver("yahoogroups", "mailing-list", _has(rb"\blist \S{1,128}@(?:yahoogroups|egroups|onelist)\."), _UNSEEN),
    Driver("yahoogroups", "x-yahoo-newman-property", _has(rb"groups"), _UNSEEN),
    Driver("yahoogroups", "x-egroups-return", None, _UNSEEN),
    Driver("ezmlm", "mailing-list", _has(rb"\brun by ezmlm"), _EZMLM),
    Driver("mailman", "x-mailman-version", _has(rb"\A(?P<version>\d[\w.\-+]*)?"), _MAILMAN),
    Driver("mailman", "message-id", _has(rb"<mailman\.\d+\.\d+\."), "Mailman 2.1, seen in bounces"),
    Driver("mailman", "x-message-id-hash", None, "Mailman 3.3.10, read in its source", also="list-id"),
    Driver("listserv", "x-lsv-listid", None, "LISTSERV; seen in corpora"),
    Driver("listserv", "message-id", _has(rb"<LISTSERV%"), "LISTSERV; seen in corpora"),
    Driver(
        "listserv",
        "received",
        _has(rb"\(LISTSERV(?:-TCP/IP)? release (?P<version>[\d.]+\w?)\)"),
        f"LISTSERV; {_UNSEEN}",
    ),
    Driver("listproc", "x-listprocessor-version", _has(rb"\A(?P<version>\d[\w.\-]*)?"), f"ListProc; {_UNSEEN}"),
    Driver("ecartis", "x-ecartis-version", _has(rb"\A(?:Ecartis)?[ \t]*v?(?P<version>\d[\w.\-]*)?"), _UNSEEN),
    Driver("listar", "x-listar-version", _has(rb"\A(?:Listar)?[ \t]*v?(?P<version>\d[\w.\-]*)?"), _UNSEEN),
    Driver("lyris", "message-id", _has(rb"<(?:LYRIS|LISTMANAGER)-\d"), f"Lyris ListManager; {_UNSEEN}"),
    Driver("lyris", "x-lyris-message-id", None, f"Lyris ListManager; {_UNSEEN}"),
    Driver("mlmmj", "message-id", _has(rb"-mlmmj-[0-9a-f]{4,16}@"), _MLMMJ),
    Driver("discourse", "x-discourse-topic-id", None, _UNSEEN),
    Driver("discourse", "x-discourse-post-id", None, _UNSEEN),
    Driver("listmonk", "x-listmonk-campaign", None, _UNSEEN),
    Driver("listmonk", "x-listmonk-subscriber", None, _UNSEEN),
    Driver("listmonk", "user-agent", _has(rb"\Alistmonk\b(?:[ /]v?(?P<version>\d[\w.\-]*))?"), _UNSEEN),
    Driver("phplist", "x-phplist-version", _has(rb"\A(?P<version>\d[\w.\-]*)?"), _UNSEEN),
    Driver("phplist", "x-mailer", _has(rb"\Aphplist\b(?:[^\d]{0,10}(?P<version>\d[\w.\-]*))?"), _UNSEEN),
    Driver("phplist", "x-listmember", None, _UNSEEN, also="x-messageid"),
    Driver("mailchimp", "x-mc-user", None, f"Mailchimp; {_UNSEEN}"),
    Driver("mailchimp", "x-mailer", _has(rb"\AMailChimp Mailer\b"), f"Mailchimp; {_UNSEEN}"),
    Driver("dada-mail", "x-mailer", _has(rb"\ADada Mail\b(?:[^\d]{0,10}(?P<version>\d[\w.\-]*))?"), _UNSEEN),
    Driver("letterrip", "list-software", _has(rb"\ALetterRip\b(?:[^\d]{0,10}(?P<version>\d[\w.\-]*))?"), _UNSEEN),
    Driver(
        "communigate",
        "list-software",
        _has(rb"\ACommuniGate\b(?:[^\d]{0,20}(?P<version>\d[\w.\-]*))?"),
        _UNSEEN,
    ),
    Driver("communigate", "x-mailer", _has(rb"\ACommuniGate Pro (?:LIST|DIGEST)"), _UNSEEN),
    Driver("communigate", "received", _has(rb"\(CommuniGate Pro LIST (?P<version>[\d.]+\w*)\)"), _UNSEEN),
    Driver("github", "x-github-reason", None, _UNSEEN),
    Driver("gitlab", "x-gitlab-project", None, _UNSEEN),
    # From here on forms tell, not names.
    Driver("sympa", "list-help", _has(rb"<mailto:sympa@"), _SYMPA),
    Driver("sympa", "list-unsubscribe", _has(rb"<mailto:sympa@"), _SYMPA),
    Driver("sympa", "message-id", _has(rb"<sympa\.\d"), "Sympa, seen in corpora"),
    Driver("sympa", "list-archive", _has(rb"/(?:sympa|wws)/arc/"), _SYMPA, "inferred"),
    Driver("sympa", "x-sequence", _has(rb"\A\d"), _SYMPA, "inferred", also="x-loop"),
    Driver("sympa", "x-loop", _has(rb"\Asympa@"), "Sympa; seen in corpora", "inferred"),
    Driver("smartlist", "x-mailing-list", _has(rb"\A<[^<>\s]{1,254}> archive/"), _SMARTLIST),
    Driver("smartlist", "from", _has(rb"\ASmartList <"), _SMARTLIST),
    Driver("majordomo", "x-majordomo-version", _has(rb"(?P<version>\d[\w.\-]*)?"), _UNSEEN),
    Driver("majordomo", "x-sequence-number", _has(rb"\A\d"), f"Majordomo 2; {_UNSEEN}", also="x-archive-number"),
    Driver("majordomo", "list-help", _has(rb"<mailto:majordomo@"), _UNSEEN),
    Driver("majordomo", "list-unsubscribe", _has(rb"<mailto:majordomo@"), _UNSEEN),
    Driver("majordomo", "from", _has(rb"(?:\A|<)majordomo@"), "Majordomo; seen in corpora", "inferred"),
    Driver("listserv", "list-help", _has(rb"<mailto:listserv@"), _UNSEEN),
    Driver("listserv", "from", _has(rb"(?:\A|<)listserv@"), "LISTSERV; seen in corpora", "inferred"),
    Driver(
        "mlmmj", "return-path", _has(rb"\+bounces-\d{1,10}(?:-[^<>@\s]{1,320}=[^<>@\s]{1,255})?@"), _MLMMJ, "inferred"
    ),
    Driver("ezmlm", "return-path", _has(rb"-return-\d{1,10}-[^<>@\s]{0,320}@"), _EZMLM, "inferred"),
    Driver("mailman", "x-beenthere", None, _MAILMAN, "inferred"),
    Driver("majordomo", "sender", _has(rb"\bowner-[^<>@\s]{1,128}@"), _UNSEEN, "inferred", also="precedence"),
)
"""The programs, the most telling field first."""
FIELDS = frozenset({row.field for row in DRIVERS} | {row.also for row in DRIVERS} - {""})
