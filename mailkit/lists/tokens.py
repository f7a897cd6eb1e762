"""Return paths that are signed: a bounce names the member even where nothing in it can be read, and a forged one does not.

``news-bounces+joe=example.org=1a5fr7k2m...@lists.example``: the member, then one segment with the key's letter, the day
and a keyed digest (RFC 2104) over list, member and day. All letters are lower case, for some hosts fold the local part.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import re
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime, timedelta

from mailkit.lists.verp import MAX_ADDRESS, Returned, split_address, unwrap

_LETTERS = "abcdefghijklmnopqrstuvwxyz234567"  # RFC 4648 section 6, in lower case
_DAY_LETTERS = 4
_MAC_LETTERS = 16
_EPOCH = date(1970, 1, 1)
_KEY_NAME = re.compile(r"[a-z2-7]")
_SIGNED = rf"\+(?P<member>.+)=(?P<key>[a-z2-7])(?P<day>[a-z2-7]{{{_DAY_LETTERS}}})(?P<mac>[a-z2-7]{{{_MAC_LETTERS}}})"
_PLAIN = re.compile(r"[a-z0-9!#$%&'*+/?^_`{|}~.\-]+@[a-z0-9.\-]+")
_HIDDEN = "x--"
"""Before a member that is written in base32, for its letters may not stand in a local part."""
LEAST_KEY = 16
"""Bytes of a key: RFC 2104 section 3 discourages fewer than the digest has; with fewer than these it could be tried out."""


class Tokens:
    """Writes and reads signed return paths.

    >>> tokens = Tokens({"a": b"a secret of 16 bytes or more"}, days=30)
    >>> path = tokens.encode("news@lists.example", "joe@example.org", today=date(2026, 11, 1))
    >>> tokens.decode(path, today=date(2026, 11, 5)).recipient
    'joe@example.org'
    >>> tokens.decode(path.replace("joe", "ann"), today=date(2026, 11, 5)).why
    'its signature is of no key'
    """

    def __init__(self, keys: Mapping[str, bytes], *, days: int = 30, mark: str = "-bounces") -> None:
        """Take the keys by their names of one letter: the last one signs, all are read, and one that is left out is void.

        `days` is how long a return path is good for; bounces come for five days, those of auto-replies for longer.
        `mark` stands behind the name of the list. Raises ValueError for a name or a key that is of no use.
        """
        for name, key in keys.items():
            if not _KEY_NAME.fullmatch(name):
                message = f"{name!r} names no key: give one letter from a to z, or one digit from 2 to 7"
                raise ValueError(message)
            if len(key) < LEAST_KEY:
                message = (
                    f"the key {name!r} has {len(key)} bytes: give {LEAST_KEY} or more, as secrets.token_bytes(32) does"
                )
                raise ValueError(message)
        if not keys or days < 1:
            message = "tokens need a key, and days of 1 or more"
            raise ValueError(message)
        self._keys, self._days, self._mark = dict(keys), days, mark.lower()
        self._form = re.compile(rf"(?P<base>.+?{re.escape(self._mark)}){_SIGNED}", re.DOTALL)
        self._newest = list(self._keys)[-1]

    def encode(self, list_address: str, member: str, *, today: date | None = None) -> str:
        """Write the return path of a message from a list to a member.

        `member` is an address, or whatever you call a member by. Letters are folded to lower case.
        """
        base, domain = split_address(list_address)
        name = member.strip().lower()
        if not base or not domain or not name:
            message = f"a return path needs the address of a list and a member, not {list_address!r} and {member!r}"
            raise ValueError(message)
        written = (
            name.replace("@", "=")
            if _PLAIN.fullmatch(name)
            else _HIDDEN + _base32(name.encode("utf-8", "surrogatepass"))
        )
        day = _day_letters((today or _today()) - _EPOCH)
        front = f"{base}{self._mark}".lower()
        mac = self._mac(self._newest, front, domain, written, day)
        return f"{front}+{written}={self._newest}{day}{mac}@{domain}"

    def decode(self, address: str, *, today: date | None = None) -> Returned | None:
        """Read a return path; None for what has not the form of one.

        Where the form is ours and the signature or the day is not, `genuine` is False, the recipient is empty and
        `why` says what is wrong. Constant in time for a signature.
        """
        local, domain = split_address(unwrap(address))
        match = self._form.fullmatch(local.lower()) if len(address) <= MAX_ADDRESS else None
        if match is None:
            return None
        if match["key"] not in self._keys or not hmac.compare_digest(
            self._mac(match["key"], match["base"], domain, match["member"], match["day"]), match["mac"]
        ):
            return Returned(recipient="", form="token", genuine=False, why="its signature is of no key")
        signed = _EPOCH + timedelta(days=_day_number(match["day"]))
        age = ((today or _today()) - signed).days
        if age < -1:  # a day of grace for clocks
            return Returned(recipient="", form="token", genuine=False, why=f"it is of {signed}, which is to come")
        if age > self._days:
            return Returned(recipient="", form="token", genuine=False, why=f"it is of {signed}, {age} days ago")
        named = f"{match['base'].removesuffix(self._mark)}@{domain}"
        return Returned(recipient=_member(match["member"]), list=named, form="token", genuine=True)

    def _mac(self, key: str, *facts: str) -> str:
        """Give the keyed digest over facts that no other facts have."""
        text = "\0".join(("mailkit return path 1", *facts)).lower().encode("utf-8", "surrogatepass")
        return _base32(hmac.new(self._keys[key], text, hashlib.sha256).digest())[:_MAC_LETTERS]


def reader(*decoders: Callable[[str], Returned | None]) -> Callable[[str], Returned | None]:
    """Make one reader of several, for ``classify(..., verp=...)``: the first that knows an address answers.

    >>> from mailkit.lists import verp
    >>> reader(Tokens({"a": b"0123456789abcdef"}).decode, verp.decode)("news-bounces+joe=example.org@lists.example").form
    'mailman'
    """

    def read(address: str) -> Returned | None:
        return next((told for decode in decoders if (told := decode(address)) is not None), None)

    return read


def _member(written: str) -> str:
    """Undo how a member is written."""
    if written.startswith(_HIDDEN) and "=" not in written:
        raw = written.removeprefix(_HIDDEN).upper()
        return base64.b32decode(raw + "=" * (-len(raw) % 8)).decode("utf-8", "surrogatepass")
    user, _, host = written.rpartition("=")
    return f"{user}@{host}"


def _base32(raw: bytes) -> str:
    return base64.b32encode(raw).decode().rstrip("=").lower()


def _day_letters(since: timedelta) -> str:
    number, letters = since.days, ""
    for _ in range(_DAY_LETTERS):
        number, rest = divmod(number, len(_LETTERS))
        letters = _LETTERS[rest] + letters
    return letters


def _day_number(letters: str) -> int:
    number = 0
    for letter in letters:
        number = number * len(_LETTERS) + _LETTERS.index(letter)
    return number


def _today() -> date:
    return datetime.now(UTC).date()
