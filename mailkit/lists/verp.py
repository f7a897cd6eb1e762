"""Variable envelope return paths: who a message was for, told by the address to which its bounce comes.

Each list manager writes the member into its envelope sender in a way of its own (`FORMS`); forwarders and signers wrap
that sender once more (SRS, BATV), and `unwrap` undoes it. Unlike the readings of `mailkit.syntax.rewrites`, which take
whatever might be meant, these forms are exact: what is written is what is read.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Literal, NamedTuple

import msgspec

from mailkit.syntax.rewrites import readings

Form = Literal["mailman", "sympa", "ezmlm", "mlmmj", "qmail", "listserv", "plus", "token"]

MAX_ADDRESS = 1_000
"""Characters of an address that is read; RFC 5321 section 4.5.3.1 allows 320."""


class Returned(msgspec.Struct, frozen=True, kw_only=True):
    """What the address of a bounce tells."""

    recipient: str
    """The member that the message was for; empty where a token of ours is not genuine."""
    list: str = ""
    """The address of the list; empty where the form does not name it."""
    form: Form
    """How it was written."""
    message: str = ""
    """The number of the message in the archive of the list (ezmlm, mlmmj), or which mailing it was (Sympa: w, r, v)."""
    genuine: bool | None = None
    """Whether a token of ours vouches for it; None for forms that have none, and that anybody can write."""
    why: str = ""
    """What is wrong with a token that is not genuine."""


class VerpForm(NamedTuple):
    """A way to write a member into an envelope sender."""

    write: str
    """The local part, with ``{list}``, ``{user}``, ``{host}`` and ``{message}``."""
    read: re.Pattern[str]
    """The same to be read, with groups of those names."""
    source: str


def _form(write: str, pattern: str, source: str) -> VerpForm:
    return VerpForm(write, re.compile(pattern, re.IGNORECASE | re.DOTALL), source)


_USER = r"(?P<user>.+)"
_HOST = r"(?P<host>[^=*@]+)"
_LIST = r"(?P<list>.+?)"
FORMS: dict[Form, VerpForm] = {
    "sympa": _form(
        "bounce+{user}==a=={host}=={list}",
        rf"bounce\+{_USER}==a=={_HOST}==(?P<list>(?:(?!==).)+)(?:==(?P<message>[wrv]))?",
        "Sympa 6.2.70, read in its source",
    ),
    "mlmmj": _form(
        "{list}+bounces-{message}-{user}={host}",
        rf"{_LIST}\+bounces-(?P<message>\d+)-{_USER}={_HOST}",
        "mlmmj 1.3.0, run on loopback",
    ),
    "ezmlm": _form(
        "{list}-return-{message}-{user}={host}",
        rf"{_LIST}-return-(?P<message>\d+)-{_USER}={_HOST}",
        "ezmlm-send(1); also written by mlmmj with - as delimiter",
    ),
    "mailman": _form(
        "{list}-bounces+{user}={host}",
        rf"{_LIST}-bounces\+{_USER}={_HOST}",
        "Mailman 2.1 and 3.3.10: verp_format, verp_regexp",
    ),
    "qmail": _form(
        "{list}-owner-{user}={host}",
        rf"{_LIST}-(?:owner|return)-{_USER}={_HOST}",
        "qmail-send(8): an envelope sender that ends in -@host-@[]",
    ),
    "listserv": _form(
        "owner-{list}*{user}**{host}",
        rf"owner-(?P<list>[^*]+)\*{_USER}\*\*{_HOST}",
        "LISTSERV manuals: probes; knowledge, not seen",
    ),
    "plus": _form(
        "{list}+{user}={host}",
        rf"{_LIST}\+{_USER}={_HOST}",
        "Postfix: VERP_README, default_verp_delimiters",
    ),
}
"""The forms, the most telling first: the last one is tried for known bases alone."""
BASES = frozenset({"bounce", "bounces", "return", "returns", "verp", "errors", "owner"})
"""Local parts before a plain ``+`` that receive nothing but bounces."""
_ATOM = re.compile(r"[\w!#$%&'*+/=?^`{|}~.\-]+")  # RFC 5321 section 4.1.2 Dot-string, with RFC 6531


def split_address(address: str) -> tuple[str, str]:
    """Split an address at its last at sign, without brackets and blanks around.

    >>> split_address("<News-bounces+joe=example.org@lists.example>")
    ('News-bounces+joe=example.org', 'lists.example')
    """
    local, _, domain = address.strip().strip("<>").rpartition("@")
    return local, domain


def unwrap(address: str) -> str:
    """Undo what forwarders (SRS) and signers (BATV) did to an envelope sender.

    The hashes in it are those of other hosts: nothing here says that they are right. Source: the Sender Rewriting
    Scheme of 2003 (SRS0 and SRS1 in the guarded format), draft-levine-smtp-batv-01.

    >>> unwrap("SRS0=HHH=TT=example.org=joe@forwarder.example")
    'joe@example.org'
    >>> unwrap("prvs=2834ab1c2d=joe@example.org")
    'joe@example.org'
    """
    if len(address) > MAX_ADDRESS:
        return address
    inside = [one.address for one in readings(address.strip().strip("<>")) if one.scheme != "verp" and one.address]
    return inside[-1] if inside else address


def encode(list_address: str, recipient: str, form: Form = "mailman", *, message: str | int = "") -> str:
    """Write the envelope sender for a message of a list to one recipient.

    >>> encode("news@lists.example", "joe@example.org")
    'news-bounces+joe=example.org@lists.example'
    >>> encode("news@lists.example", "joe@example.org", "ezmlm", message=12)
    'news-return-12-joe=example.org@lists.example'

    Raises ValueError for an address that the form cannot hold (a quoted local part, an address literal): a token can.
    """
    row = FORMS.get(form)
    if row is None:
        message_ = f"{form!r} is no form; give one of {', '.join(FORMS)}"
        raise ValueError(message_)
    base, domain = split_address(list_address)
    user, host = split_address(recipient)
    if not (base and domain and _ATOM.fullmatch(user) and host and "[" not in host):
        message_ = f"{recipient!r} cannot be written into a return path of {list_address!r}: use mailkit.lists.Tokens"
        raise ValueError(message_)
    if "{message}" in row.write and not str(message).isdigit():
        message_ = f"a return path of {form} names the number of the message: give message=12"
        raise ValueError(message_)
    written = row.write.format(list=base, user=user, host=host, message=message) + f"@{domain}"
    told = decode(written, bases=(base,))
    if told is None or (told.recipient, told.form) != (f"{user}@{host}", form):
        message_ = f"{recipient!r} would not be read back from {written!r}: use mailkit.lists.Tokens"
        raise ValueError(message_)
    return written


def decode(address: str, *, bases: Iterable[str] = ()) -> Returned | None:
    """Read who a message was for from the address to which its bounce came; None where it says nothing.

    `bases` are local parts of your own, or whole addresses, that stand before a plain ``+``. What wraps the address is
    undone first. Nobody vouches for what is read: with tokens (`mailkit.lists.Tokens`) you do.

    >>> decode("news-bounces+joe=example.org@lists.example").recipient
    'joe@example.org'
    >>> decode("bounce+joe==a==example.org==news@lists.example").list
    'news@lists.example'
    >>> decode("joe=smith@example.org")
    """
    address = unwrap(address)
    local, domain = split_address(address)
    if not domain or len(address) > MAX_ADDRESS or not any(mark in local for mark in "=*"):
        return None
    for form, row in FORMS.items():
        found = row.read.fullmatch(local)
        if found is None or (form == "plus" and not _is_base(found["list"], domain, bases)):
            continue
        user, host = found["user"], found["host"]
        if not _is_host(host):
            continue
        named = "" if form == "plus" else f"{found['list']}@{domain}"
        number = found["message"] if "message" in found.re.groupindex else None
        return Returned(recipient=f"{user}@{host}", list=named, form=form, message=number or "")
    return None


def _is_base(base: str, domain: str, bases: Iterable[str]) -> bool:
    """Say whether a local part receives bounces."""
    own = {name.lower() for name in ([bases] if isinstance(bases, str) else bases)}
    return base.lower() in BASES or base.lower() in own or f"{base}@{domain}".lower() in own


def _is_host(host: str) -> bool:
    """Say whether a text can be the domain of a member."""
    return "." in host.strip(".") and not re.search(r"[\s\"<>()\[\],;:]", host)
