"""Names of addresses that are no person's: the tables behind `role_of`."""

from __future__ import annotations

import re
from typing import Literal, NamedTuple

Group = Literal["business", "network", "services", "list", "custom", "address"]

_BUSINESS = "RFC 2142 section 3"
_NETWORK = "RFC 2142 section 4"
_SERVICES = "RFC 2142 section 5"
_MAILMAN = "Mailman 3.3.10, read in its source; Mailman 2.1 documentation"
_MLMMJ = "mlmmj 1.3.0, run on loopback and read in its documents"
_EZMLM = "ezmlm(5) and ezmlm-idx documentation"
_SYMPA = "Sympa 6.2.70, read in its source"
_FML = "fml 4 documentation"
_LISTSERV = "LISTSERV manuals"
_LYRIS = "Lyris ListManager documentation"
_GOOGLE = "Google Groups help"
_GROUPS_IO = "Groups.io help"
_CUSTOM = "custom"
_VACATION = "custom; vacation(1) answers it not"
_UNSEEN = "knowledge, not seen"


class Name(NamedTuple):
    """A local part that is a role."""

    group: Group
    purpose: str
    """Empty where the name says it."""
    source: str
    service: str = ""
    """With which service it ought to exist."""
    machine: bool = False
    """Whether programs send under it."""
    program: str = ""


NAMES: dict[str, Name] = {
    "info": Name("business", "", _BUSINESS, "business"),
    "marketing": Name("business", "", _BUSINESS, "business"),
    "sales": Name("business", "", _BUSINESS, "business"),
    "support": Name("business", "", _BUSINESS, "business"),
    "abuse": Name("network", "", _NETWORK, "network"),
    "noc": Name("network", "", _NETWORK, "network"),
    "security": Name("network", "", _NETWORK, "network"),
    "postmaster": Name("services", "", "RFC 5321 section 4.5.1, RFC 2142 section 5", "smtp", machine=True),
    "hostmaster": Name("services", "", _SERVICES, "dns"),
    "usenet": Name("services", "", _SERVICES, "nntp"),
    "news": Name("services", "usenet", _SERVICES, "nntp"),
    "webmaster": Name("services", "", _SERVICES, "http"),
    "www": Name("services", "webmaster", _SERVICES, "http"),
    "uucp": Name("services", "", _SERVICES, "uucp", machine=True),
    "ftp": Name("services", "", _SERVICES, "ftp"),
}
"""Local part in lower case -> role: the mailbox names of RFC 2142."""

EVERYDAY: dict[str, Name] = {
    "mailer-daemon": Name("custom", "mailer-daemon", "custom; named by RFC 3834 section 2", machine=True),
    "mailer_daemon": Name("custom", "mailer-daemon", _CUSTOM, machine=True),
    "mailerdaemon": Name("custom", "mailer-daemon", _CUSTOM, machine=True),
    "mail-daemon": Name("custom", "mailer-daemon", _CUSTOM, machine=True),
    "mdaemon": Name("custom", "mailer-daemon", "MDaemon; seen in bounces", machine=True, program="MDaemon"),
    "mailer": Name("custom", "mailer-daemon", _VACATION, machine=True),
    "post_master": Name("custom", "postmaster", _CUSTOM, machine=True),
    "postmast": Name("custom", "postmaster", _CUSTOM, machine=True),
    "microsoftexchange329e71ec88ae4615bbc36ab6ce41109e": Name(
        "custom", "postmaster", "Exchange 2007 and later; seen in bounces", machine=True, program="Exchange"
    ),
    "bounce": Name("custom", "bounces", _CUSTOM, machine=True),
    "bounces": Name("custom", "bounces", _CUSTOM, machine=True),
    "returns": Name("custom", "bounces", _CUSTOM, machine=True),
    "root": Name("custom", "root", _CUSTOM, machine=True),
    "daemon": Name("custom", "root", _CUSTOM, machine=True),
    "nobody": Name("custom", "root", _CUSTOM, machine=True),
    "admin": Name("custom", "administrator", _CUSTOM),
    "administrator": Name("custom", "administrator", _CUSTOM),
    "contact": Name("custom", "contact", _CUSTOM),
    "helpdesk": Name("custom", "support", _CUSTOM),
    "notification": Name("custom", "notifications", _CUSTOM),
    "notifications": Name("custom", "notifications", _CUSTOM),
    "newsletter": Name("custom", "notifications", _CUSTOM),
    "listmaster": Name("list", "master", _SYMPA, program="Sympa and others"),
    "majordomo": Name("list", "commands", "Majordomo documentation", machine=True, program="Majordomo"),
    "listserv": Name("list", "commands", _LISTSERV, machine=True, program="LISTSERV"),
    "listproc": Name("list", "commands", "ListProc documentation", machine=True, program="ListProc"),
    "sympa": Name("list", "commands", _SYMPA, machine=True, program="Sympa"),
    "ecartis": Name("list", "commands", "Ecartis documentation", machine=True, program="Ecartis"),
    "listar": Name("list", "commands", "Listar documentation", machine=True, program="Listar"),
    "lyris": Name("list", "commands", _LYRIS, machine=True, program="Lyris"),
}
"""Local part in lower case -> role: names that are usual, and those of list managers."""

NO_REPLY_ROLE = Name("custom", "no-reply", _CUSTOM, machine=True)
_AUTO_REPLY = Name("custom", "auto-reply", _CUSTOM, machine=True)
SQUEEZED: dict[str, Name] = {
    **dict.fromkeys(("noreply", "noreplies", "donotreply", "dontreply", "noresponse"), NO_REPLY_ROLE),
    **dict.fromkeys(("nichtantworten", "keineantwort", "nepasrepondre", "nonrispondere"), NO_REPLY_ROLE),
    **dict.fromkeys(("noresponder", "naoresponda", "naoresponder"), NO_REPLY_ROLE),
    **dict.fromkeys(("autoreply", "autoresponder", "autoresponse"), _AUTO_REPLY),
}
"""Local part without dashes, dots and underscores -> role: names of programs that want no answer."""
NO_REPLY = re.compile(r"(?:.{1,64}[\-_.])?(?:no|do[\-_.]?not)[\-_.]?reply(?:[\-_.].{1,64})?", re.IGNORECASE | re.DOTALL)
"""The same among other words: ``noreply-dmarc``, ``forwarding-noreply``."""


class Form(NamedTuple):
    """A way in which the name of a list and a word make an address."""

    pattern: re.Pattern[str]
    """What stands behind the name of the list, or the whole local part; ``detail`` is what follows."""
    purpose: str
    program: str
    source: str
    machine: bool = False
    """Whether programs send under it: bounces and answers of the list manager."""
    ordinary: bool = False
    """Whether its words are those of ordinary addresses, so that it counts for known lists alone."""


def _form(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern, re.IGNORECASE | re.DOTALL)


_END = r"(?P<detail>(?!))?"  # nothing follows
_REQUEST = (
    r"(?:(?:[+=](?=.)|-(?=(?:digest|nomail|both|request)\Z|[^=]+=))(?P<detail>.+))?"  # a token, a kind, or for whom
)
PREFIXES: tuple[Form, ...] = (
    Form(
        _form(r"owner-(?P<list>[^*]+)(?:\*(?P<detail>.+))?"),
        "owner",
        "sendmail, Majordomo, LISTSERV",
        "aliases(5) of sendmail; LISTSERV's probes: LISTSERV manuals",
        machine=True,
    ),
    Form(
        _form(r"bounce-(?P<list>[a-z].*?)-(?P<detail>\d+[a-z]?)"),
        "bounces",
        "Lyris",
        _LYRIS,
        machine=True,
    ),
    Form(_form(r"(?P<list>(?!))?(?:bounces?|returns?)[\-_=](?P<detail>.+)"), "bounces", "", _CUSTOM, machine=True),
    Form(
        _form(r"(?P<list>(?!))?sentto-(?P<detail>\d+-\d+-\d+(?:-.+)?)"),
        "bounces",
        "Yahoo! Groups",
        _UNSEEN,
        machine=True,
    ),
    Form(
        _form(r"bounce\+(?P<detail>[^@=]+==a==[^=]+)==(?P<list>.+)"),
        "bounces",
        "Sympa",
        _SYMPA,
        machine=True,
    ),
    Form(
        _form(r"(?:leave|unsubscribe)-(?P<list>.+?)(?:-(?P<detail>\d+[a-z]?))?"),
        "unsubscribe",
        "Lyris",
        _LYRIS,
        ordinary=True,
    ),
    Form(_form(rf"(?:join|subscribe)-(?P<list>.+){_END}"), "subscribe", "Lyris", _LYRIS, ordinary=True),
)
"""Forms in which the word stands before the list."""

FORMS: tuple[Form, ...] = (
    Form(_form(rf"[+\-]request{_END}"), "request", "Mailman, SmartList, Majordomo", "RFC 2142 section 6", machine=True),
    Form(
        _form(r"[+\-]bounces(?:[+\-](?P<detail>.+))?"),
        "bounces",
        "Mailman, mlmmj",
        f"{_MAILMAN}; {_MLMMJ}",
        machine=True,
    ),
    Form(_form(r"[+\-]bounce(?:[+\-](?P<detail>.+))?"), "bounces", "Ecartis", f"{_CUSTOM}; {_UNSEEN}", machine=True),
    Form(_form(r"\+(?P<detail>bnc[a-z0-9]{4,}.*)"), "bounces", "Google Groups", _UNSEEN, machine=True),
    Form(_form(r"-return-(?P<detail>.*)"), "bounces", "ezmlm", _EZMLM, machine=True),
    Form(
        _form(rf"[+\-]owners?{_END}"),
        "owner",
        "Mailman, ezmlm, mlmmj, Sympa, Google Groups, Groups.io",
        f"{_MAILMAN}; {_MLMMJ}; {_SYMPA}; {_EZMLM}",
        machine=True,
    ),
    Form(_form(rf"-errors?-?to{_END}"), "errors", "", _CUSTOM, machine=True),
    Form(_form(rf"-errors?{_END}"), "errors", "fml 8", _UNSEEN, machine=True),
    Form(_form(r"-confirm(?:[+\-](?P<detail>.+))?"), "confirm", "Mailman, CommuniGate Pro", _MAILMAN, machine=True),
    Form(_form(r"-[sutc]c\.(?P<detail>\d+\..+)"), "confirm", "ezmlm", _EZMLM, machine=True),
    Form(
        _form(r"\+(?:conf(?:un)?sub|subconf|unsubconf)(?:-(?:digest|nomail|both))?-(?P<detail>.+)"),
        "confirm",
        "mlmmj",
        _MLMMJ,
        machine=True,
    ),
    Form(_form(rf"-admin{_END}"), "admin", "Mailman 2.0, fml", f"{_FML}; Mailman 2.0", machine=True),
    Form(_form(rf"-ctl{_END}"), "commands", "fml", _FML, machine=True),
    Form(_form(rf"-server{_END}"), "commands", "LISTSERV, PMDF", _UNSEEN, ordinary=True),
    Form(
        _form(rf"[+\-](?:digest-)?(?:subscribe|join){_REQUEST}"),
        "subscribe",
        "Mailman, ezmlm, mlmmj, Sympa, Google Groups, Groups.io",
        f"{_MAILMAN}; {_MLMMJ}; {_SYMPA}; {_EZMLM}",
    ),
    Form(
        _form(rf"[+\-](?:digest-)?(?:unsubscribe|leave|signoff){_REQUEST}"),
        "unsubscribe",
        "Mailman, ezmlm, mlmmj, Sympa, LISTSERV, Google Groups, Groups.io",
        f"{_MAILMAN}; {_MLMMJ}; {_SYMPA}; {_EZMLM}",
    ),
    Form(_form(r"[+\-](?:accept|release|permit)-(?P<detail>.+)"), "accept", "ezmlm, mlmmj", f"{_EZMLM}; {_MLMMJ}"),
    Form(_form(r"[+\-](?:reject|obstruct)-(?P<detail>.+)"), "reject", "ezmlm, mlmmj", f"{_EZMLM}; {_MLMMJ}"),
    Form(_form(r"\+moderate-(?P<detail>.+)"), "accept", "mlmmj", _MLMMJ),
    Form(_form(r"[+\-](?:get|index|thread)[\-._](?P<detail>\d.*)"), "get", "ezmlm, mlmmj", f"{_EZMLM}; {_MLMMJ}"),
    Form(_form(rf"[+\-](?:get|index){_END}"), "get", "ezmlm, mlmmj", f"{_EZMLM}; {_MLMMJ}", ordinary=True),
    Form(_form(rf"[+\-]help{_END}"), "help", "ezmlm, mlmmj, Groups.io", f"{_EZMLM}; {_MLMMJ}; {_GROUPS_IO}"),
    Form(_form(rf"[+\-](?:faq|info){_END}"), "help", "ezmlm, mlmmj", f"{_EZMLM}; {_MLMMJ}", ordinary=True),
    Form(
        _form(r"[+\-]digest(?:-(?P<detail>.+))?"),
        "digest",
        "ezmlm, Groups.io, CommuniGate Pro",
        f"{_EZMLM}; {_GROUPS_IO}",
    ),
    Form(
        _form(rf"[+\-](?:list|query|edit|log){_END}"), "commands", "ezmlm, mlmmj", f"{_EZMLM}; {_MLMMJ}", ordinary=True
    ),
    Form(
        _form(rf"[+\-](?:editor|moderators?|managers?|approval){_END}"),
        "moderator",
        "Sympa, mlmmj, Majordomo, Google Groups",
        f"{_SYMPA}; {_MLMMJ}; {_GOOGLE}",
        ordinary=True,
    ),
    Form(_form(rf"-outgoing{_END}"), "outgoing", "Majordomo", "Majordomo documentation", ordinary=True),
    Form(_form(rf"-(?:on|off|index|feed|null|report){_END}"), "commands", "CommuniGate Pro", _UNSEEN, ordinary=True),
)
"""Forms in which it stands behind, the most telling first."""
