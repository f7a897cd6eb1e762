"""A mailbox on an IMAP server: what has no mark of ours is taken, committed and then marked; nothing else is changed.

The mark is the keyword ``$MailkitSeen`` (RFC 3501 section 2.3.2) where the server lets keywords be made, and a file with
the last UID for each UIDVALIDITY where it does not. Where a mark was lost, a message is taken again, and counted once.
"""

from __future__ import annotations

import binascii
import contextlib
import imaplib
import re
import ssl
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple
from urllib.parse import unquote, urlsplit

import msgspec

from mailkit.adapters.result import Ingested, cut, failed, now, take
from mailkit.errors import OutputError, SourceError
from mailkit.ledger.intake import Intake

KEYWORD = "$MailkitSeen"
TIMEOUT_SECONDS = 60.0
_AT_ONCE = 200
"""Messages whose sizes are asked for together."""
_LITERAL_ROOM = 65_536
"""What a server may send in one literal beyond what was asked for."""
_LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})
_UID = re.compile(rb"\bUID (\d{1,10})\b")
_SIZE = re.compile(rb"\bRFC822\.SIZE (\d{1,12})\b")
_SEARCHED = 20_000
"""Messages that are asked for their marks together: imaplib takes no answer of more than 1,000,000 bytes."""
_FAULTS = (imaplib.IMAP4.error, OSError, ValueError, LookupError, ArithmeticError, MemoryError)
"""What imaplib raises; its `abort` is an `error`, and of a broken answer it makes any of the others."""


class Place(NamedTuple):
    """Which mailbox."""

    host: str
    port: int
    user: str
    folder: str
    tls: bool
    """From the first byte; else STARTTLS."""

    def __str__(self) -> str:
        return f"{'imaps' if self.tls else 'imap'}://{self.user}@{self.host}:{self.port}/{self.folder}"


class Access(NamedTuple):
    """How to get in, and what may be done there."""

    password: str
    ca_file: str | None = None
    """Certificates that are trusted, in place of the system's."""
    insecure: bool = False
    """The password may go over the network unencrypted."""
    expunge: bool = False
    """What is safe is deleted from the server."""
    state: Path | None = None
    """The file with the last UID."""


class Seen(msgspec.Struct):
    """How far a mailbox was taken."""

    uidvalidity: int = 0
    uid: int = 0


class Mailbox(NamedTuple):
    """A mailbox that is selected, and what is to be done with it."""

    server: imaplib.IMAP4
    place: Place
    access: Access
    intake: Intake
    most: int
    """Bytes of a message that is read."""
    exists: int
    """Messages in it."""
    validity: int
    keywords: bool
    """The server lets our mark be made."""


def place_of(text: str) -> Place:
    """Read the URL of a mailbox (RFC 5092): ``imaps://user@host:port/folder``.

    >>> place_of("imaps://bounces%40lists.example@mail.example/INBOX.Bounces").user
    'bounces@lists.example'

    Raises ValueError for what is none, and for one with a password: every user of the machine could read that.
    """
    parts = urlsplit(text)
    if parts.scheme not in {"imap", "imaps"} or not parts.hostname or not parts.username:
        message = "it is no mailbox; give imaps://USER@HOST/FOLDER, with %40 for an @ in the user's name"
        raise ValueError(message)
    if parts.password is not None:
        message = "no password belongs into it; give --password-file, or MAILKIT_IMAP_PASSWORD in the environment"
        raise ValueError(message)
    tls = parts.scheme == "imaps"
    folder = unquote(parts.path.removeprefix("/")) or "INBOX"
    return Place(parts.hostname, parts.port or (993 if tls else 143), unquote(parts.username), folder, tls)


def take_new(
    intake: Intake, place: Place, access: Access, *, most: int, stopped: Callable[[], bool] = lambda: False
) -> Iterator[Ingested]:
    """Take what has no mark yet, the oldest first.

    Of a message of more than `most` bytes the beginning is taken. Raises SourceError where the server cannot be reached,
    does not let in, or goes away, and LedgerError or OutputError where nothing can be made safe: what was taken until
    then is safe, and marked but for the last one.
    """
    try:
        server = _opened(place, access)
        try:
            yield from _taken(_selected(server, place, access, intake, most), stopped)
        finally:
            with contextlib.suppress(*_FAULTS):
                server.logout()
    except _FAULTS as error:
        raise SourceError(str(place), _fault(error)) from error


def _fault(error: Exception) -> str:
    said = error.args[0] if len(error.args) == 1 else error
    return said.decode("utf-8", "replace") if isinstance(said, bytes) else str(said) or type(error).__name__


def _opened(place: Place, access: Access) -> imaplib.IMAP4:
    """Connect, encrypt, and log in."""
    context = ssl.create_default_context(cafile=access.ca_file)
    server: imaplib.IMAP4
    if place.tls:
        server = imaplib.IMAP4_SSL(place.host, place.port, ssl_context=context, timeout=TIMEOUT_SECONDS)
    else:
        server = imaplib.IMAP4(place.host, place.port, timeout=TIMEOUT_SECONDS)
        if "STARTTLS" in server.capabilities and not access.insecure:
            server.starttls(context)
        elif not access.insecure and place.host not in _LOOPBACK:
            server.shutdown()
            raise SourceError(
                str(place), "it offers no STARTTLS; give imaps://, or --insecure to send the password bare"
            )
    if "AUTH=PLAIN" in server.capabilities:  # LOGIN takes ASCII alone
        server.authenticate("PLAIN", lambda _: f"\0{place.user}\0{access.password}".encode())
    else:
        server.login(place.user, access.password)
    server.capability()  # some tell all of them only now
    return server


def _taken(box: Mailbox, stopped: Callable[[], bool]) -> Iterator[Ingested]:
    """Take message after message, and mark each."""
    uids = _unmarked(box)
    for start in range(0, len(uids), _AT_ONCE):
        batch = uids[start : start + _AT_ONCE]
        sizes = _sizes(box.server, batch)
        for uid in batch:
            if stopped():
                return
            answer, whole = _take_one(box, uid, *sizes[uid]) if uid in sizes else (None, False)
            if answer is None:  # somebody has deleted it meanwhile
                continue
            if answer.outcome != "failed":
                _mark(box, uid, answer, whole=whole)
            yield answer


def _mark(box: Mailbox, uid: int, answer: Ingested, *, whole: bool) -> None:
    """Mark a message that is safe; delete it where that was asked for and nothing of it is lost."""
    if box.keywords:
        _done(box.server, "STORE", str(uid), "+FLAGS.SILENT", f"({KEYWORD})")
    _write_state(box.access.state, Seen(box.validity, uid))
    kept = answer.outcome != "aside" or box.intake.quarantine is not None
    if box.access.expunge and whole and kept:
        _done(box.server, "STORE", str(uid), "+FLAGS.SILENT", r"(\Deleted)")
        _done(box.server, "EXPUNGE", str(uid))


def _capabilities(server: imaplib.IMAP4) -> frozenset[str]:
    _, told = server.capability()
    return frozenset(word.decode("ascii", "replace").upper() for line in told if line for word in line.split())


def _selected(server: imaplib.IMAP4, place: Place, access: Access, intake: Intake, most: int) -> Mailbox:
    """Select the mailbox; see that it can do what is needed."""
    state, told = server.select(mailbox_name(place.folder))
    if state != "OK":
        raise SourceError(str(place), f"it cannot be opened ({(told[0] or b'').decode('utf-8', 'replace')})")
    _, numbers = server.response("UIDVALIDITY")
    _, flags = server.response("PERMANENTFLAGS")
    first = numbers[0] if numbers else None
    validity = int(first) if isinstance(first, bytes) and first.isdigit() else 0
    may = b" ".join(one for one in flags if isinstance(one, bytes)).lower()
    keywords = rb"\*" in may or KEYWORD.lower().encode() in may
    if not keywords and access.state is None:
        raise SourceError(str(place), "it lets no keyword be made; give --state FILE, in which the last UID is kept")
    if access.expunge and "UIDPLUS" not in _capabilities(server):
        raise SourceError(str(place), "it lacks UIDPLUS, without which others' messages would be expunged, too")
    count = int(told[0]) if isinstance(told[0], bytes) and told[0].isdigit() else 0
    return Mailbox(server, place, access, intake, most, count, validity, keywords)


def mailbox_name(folder: str) -> str:
    r"""Write the name of a mailbox as IMAP wants it: modified UTF-7 (RFC 3501 section 5.1.3), quoted.

    >>> mailbox_name("INBOX/Rückläufer & Co")
    '"INBOX/R&APw-ckl&AOQ-ufer &- Co"'
    """
    pieces = []
    for plain, other in re.findall(r"([\x20-\x7e]+)|([^\x20-\x7e]+)", folder):
        if plain:
            pieces.append(plain.replace("&", "&-"))
        else:
            raw = binascii.b2a_base64(other.encode("utf-16-be", "replace"), newline=False)
            pieces.append("&" + raw.decode().rstrip("=").replace("/", ",") + "-")
    written = "".join(pieces).replace("\\", "\\\\").replace('"', '\\"')
    return f'"{written}"'


def _done(server: imaplib.IMAP4, *words: str) -> list[bytes | tuple[bytes, bytes]]:
    """Run a command on UIDs; raise where the server says no."""
    state, told = server.uid(*words)
    if state != "OK":
        message = f"UID {words[0]}: {told[0]!r}"
        raise imaplib.IMAP4.error(message)
    return [one for one in told if one is not None]


def _unmarked(box: Mailbox) -> list[int]:
    """Give the UIDs that are to be taken, in order.

    Where there are keywords they alone decide: a mark may have been taken off to have a message read again.
    """
    last = 0 if box.keywords else _read_state(box.access.state, box.validity).uid
    words = f"UNKEYWORD {KEYWORD}" if box.keywords else f"UID {last + 1}:*"
    found: set[int] = set()
    for start in range(1, box.exists + 1, _SEARCHED):
        numbers = f"{start}:{min(start + _SEARCHED - 1, box.exists)}"
        told = _done(box.server, "SEARCH", numbers, words, "UNDELETED")
        found.update(int(uid) for one in told if isinstance(one, bytes) for uid in one.split() if uid.isdigit())
    return sorted(uid for uid in found if uid > last)  # n:* has the last one


def _sizes(server: imaplib.IMAP4, uids: list[int]) -> dict[int, tuple[int, int]]:
    """Give size and arrival of messages."""
    found = {}
    for line in _done(server, "FETCH", ",".join(map(str, uids)), "(UID RFC822.SIZE INTERNALDATE)"):
        told = line if isinstance(line, bytes) else line[0]
        uid, size = _UID.search(told), _SIZE.search(told)
        if uid and size:
            found[int(uid[1])] = int(size[1]), _arrival(told)
    return found


def _arrival(told: bytes) -> int:
    """Give when a message came; now, where the server tells no date that there is."""
    try:
        date = imaplib.Internaldate2tuple(told)
        return int(time.mktime(date)) if date else now()
    except (ValueError, LookupError, ArithmeticError):
        return now()


def _take_one(box: Mailbox, uid: int, size: int, at: int) -> tuple[Ingested | None, bool]:
    """Fetch one message without marking it as read, and take it, and say whether that was all of it; None: it is gone.

    The size is told to a person alone: some servers guess it (Exchange, where EnableExactRFC822Size is off).
    """
    source = f"{box.place};UIDVALIDITY={box.validity};UID={uid}"
    asked = box.most + 1
    told = _done(box.server, "FETCH", str(uid), f"(UID BODY.PEEK[]<0.{asked}>)")
    data = next((line[1] for line in told if isinstance(line, tuple)), None)
    if data is None:
        return None, False
    if len(data) > asked + _LITERAL_ROOM:
        return failed(source, f"the server sent {len(data):,} bytes where {asked:,} were asked for", at=at), False
    whole = len(data) <= box.most
    answer = take(box.intake, data[: box.most], at=at, source=source)
    if whole or answer.outcome == "failed":
        return answer, whole
    return cut(answer, max(size, len(data)), box.most), False


def _read_state(path: Path | None, validity: int) -> Seen:
    """Give how far a mailbox was taken; from the start where its UIDs are new ones."""
    if path is None or not path.exists():
        return Seen(validity)
    try:
        seen = msgspec.json.decode(path.read_bytes(), type=Seen)
    except (OSError, msgspec.MsgspecError) as error:
        raise SourceError(
            str(path), f"it is no state of a mailbox ({error}); remove it, and all is taken again"
        ) from error
    return seen if seen.uidvalidity == validity else Seen(validity)


def _write_state(path: Path | None, seen: Seen) -> None:
    """Keep how far a mailbox was taken; what a crash loses of it is taken again."""
    if path is None:
        return
    try:
        beside = path.with_name(f".{path.name}.part")
        beside.write_bytes(msgspec.json.encode(seen))
        beside.replace(path)
    except OSError as error:
        raise OutputError(str(path), error.strerror or str(error)) from error
