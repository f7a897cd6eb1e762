"""An LMTP server (RFC 2033) that says 250 when a message is committed, and never that it refuses one for good.

It is written on asyncio alone. aiosmtpd 1.4.6, read in its source, gives one reply for all recipients, and refuses for
good a long line (500), a large message (552), an address that it cannot read (553) and parameters of RCPT (555), after
which a mail server throws the bounce away. No SIZE is offered: Postfix bounces by itself what is larger than that.
"""

from __future__ import annotations

import asyncio
import contextlib
import re
import signal
from collections.abc import AsyncIterator, Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import BinaryIO, NamedTuple

from mailkit.adapters.result import CHUNK_BYTES, Ingested, now, spool, take_file
from mailkit.errors import SourceError
from mailkit.ledger.intake import Intake

IDLE_SECONDS = 300.0
"""How long a client is waited for: RFC 5321 section 4.5.3.2.7."""
GRACE_SECONDS = 30.0
"""How long a message that is in work is waited for when the server ends."""
MOST_CLIENTS = 100
"""Clients at a time; Postfix opens 20 (default_destination_concurrency_limit)."""
MOST_RECIPIENTS = 100
"""Of a message: RFC 5321 section 4.5.3.1.8 asks for them; for more a client comes again."""
_PATH = re.compile(r"(?:TO|FROM):\s*<(.{0,1000})>(?:\s+[^<>]*)?", re.IGNORECASE | re.DOTALL)
_EXTENSIONS = ("PIPELINING", "8BITMIME", "SMTPUTF8", "ENHANCEDSTATUSCODES")
_REPLIES = {
    "RSET": "250 2.0.0 so be it",
    "NOOP": "250 2.0.0 so be it",
    "VRFY": "252 2.5.0 send it, and see",
    "HELO": "450 4.5.1 this is LMTP: say LHLO",  # RFC 2033 section 4.1 has 500, after which Postfix bounces the mail
    "EHLO": "450 4.5.1 this is LMTP: say LHLO",
    "DATA": "503 5.5.1 RCPT comes before",
}
_ROUTE = re.compile(r"(?:@[^@:,]{1,255},?)+:")


class Server(NamedTuple):
    """What all sessions share."""

    intake: Intake
    most: int
    """Bytes of a message that is read."""
    tell: Callable[[Ingested], None]
    worker: ThreadPoolExecutor
    """One thread, in which the ledger is used."""
    stop: asyncio.Event
    busy: set[asyncio.Task[None]]
    """Sessions that have a message in work."""
    sessions: set[asyncio.Task[None]]


class Place(NamedTuple):
    """Where to listen."""

    host: str
    port: int
    path: str

    def __str__(self) -> str:
        return (
            f"unix:{self.path}" if self.path else f"{f'[{self.host}]' if ':' in self.host else self.host}:{self.port}"
        )


def place_of(text: str) -> Place:
    """Read where to listen.

    >>> place_of("127.0.0.1:24"), place_of("unix:/run/mailkit/lmtp").path
    (Place(host='127.0.0.1', port=24, path=''), '/run/mailkit/lmtp')

    Raises ValueError for what is no place.
    """
    if text.startswith("unix:") and len(text) > len("unix:"):
        return Place("", 0, text.removeprefix("unix:"))
    host, _, port = text.rpartition(":")
    if not host or not port.isdecimal() or int(port) > 65_535:
        message = f"{text!r} is no place to listen; give HOST:PORT, as 127.0.0.1:2424, or unix:PATH"
        raise ValueError(message)
    return Place(host.strip("[]"), int(port), "")


def serve(
    intake: Intake, place: Place, *, most: int, tell: Callable[[Ingested], None], ready: Callable[[Place], None]
) -> None:
    """Take messages until SIGTERM or SIGINT comes; what is in work then is finished.

    `tell` hears of each message and recipient, `ready` where the server listens. Raises SourceError where it cannot.
    """
    with ThreadPoolExecutor(1, thread_name_prefix="ledger") as worker:
        asyncio.run(_serve(intake, place, most, tell, ready, worker))


async def _serve(  # noqa: PLR0913, PLR0917 - those of serve
    intake: Intake,
    place: Place,
    most: int,
    tell: Callable[[Ingested], None],
    ready: Callable[[Place], None],
    worker: ThreadPoolExecutor,
) -> None:
    shared = Server(intake, most, tell, worker, asyncio.Event(), set(), set())
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, shared.stop.set)
    async with _listening(shared, place) as bound:
        ready(bound)
        await shared.stop.wait()
    for task in shared.sessions - shared.busy:
        task.cancel()
    if shared.sessions:
        _, late = await asyncio.wait(shared.sessions, timeout=GRACE_SECONDS)
        for task in late:
            task.cancel()
        await asyncio.gather(*late, return_exceptions=True)


@contextlib.asynccontextmanager
async def _listening(shared: Server, place: Place) -> AsyncIterator[Place]:
    """Listen; a socket in the file system may be used by whoever may enter its folder."""

    async def client(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        shared.sessions.add(task)
        try:
            await Session(shared, reader, writer).run()
        finally:
            shared.sessions.discard(task)

    try:
        if place.path:
            server = await asyncio.start_unix_server(client, place.path, limit=CHUNK_BYTES)
            Path(place.path).chmod(0o666)  # noqa: ASYNC240 - before anybody is served
        else:
            server = await asyncio.start_server(client, place.host, place.port, limit=CHUNK_BYTES)
    except OSError as error:
        raise SourceError(str(place), f"it cannot be listened at ({error.strerror or error})") from error
    try:
        yield place if place.path else place._replace(port=server.sockets[0].getsockname()[1])
    finally:
        server.close()
        if place.path:
            Path(place.path).unlink(missing_ok=True)  # noqa: ASYNC240 - nobody is served any more


class Session:
    """One client."""

    def __init__(self, shared: Server, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.shared, self.reader, self.writer = shared, reader, writer
        peer = writer.get_extra_info("peername")
        self.peer = f"{peer[0]}:{peer[1]}" if isinstance(peer, tuple) else "unix"
        self.greeted = self.begun = False
        self.recipients: list[str] = []

    async def run(self) -> None:
        """Answer a client until it, or the server, ends."""
        try:
            if len(self.shared.sessions) > MOST_CLIENTS:
                await self.say("421 4.3.2 too many clients at a time, come again")
                return
            await self.say("220 mailkit LMTP ready")
            while not self.shared.stop.is_set() and await self._step():
                pass
            if self.shared.stop.is_set():
                await self.say("421 4.3.2 the server ends, come again")
        except TimeoutError:
            with contextlib.suppress(OSError):
                await self.say("421 4.4.2 nothing came for too long")
        except asyncio.CancelledError:  # it is idle, and the server ends
            with contextlib.suppress(OSError):
                self.writer.write(b"421 4.3.2 the server ends, come again\r\n")
        except (OSError, asyncio.IncompleteReadError):
            pass  # whoever goes away has not heard 250, and comes again
        finally:
            self.writer.close()

    async def say(self, *lines: str) -> None:
        """Send replies."""
        text = "".join("".join(c if c.isprintable() else " " for c in line)[:500] + "\r\n" for line in lines)
        self.writer.write(text.encode("utf-8", "replace"))
        await self.writer.drain()

    async def _step(self) -> bool:
        """Answer one command; False after the last."""
        line, whole = await self._line()
        while not whole:
            line, (_, whole) = b"\0", await self._line()
        word, _, rest = line.decode("utf-8", "replace").strip().partition(" ")
        word = word.upper()
        if word == "DATA" and self.recipients:
            await self._data()
        elif word == "QUIT":
            await self.say("221 2.0.0 bye")
            return False
        else:
            await self.say(*self._reply(word, rest.strip()))
        return True

    def _reply(self, word: str, rest: str) -> tuple[str, ...]:
        """Give the answer to what is no message."""
        if word == "LHLO":
            self.greeted = True
            self._forget()
            return ("250-mailkit", *(f"250-{one}" for one in _EXTENSIONS[:-1]), f"250 {_EXTENSIONS[-1]}")
        if word == "RSET":
            self._forget()
        told = {"MAIL": self._mail, "RCPT": self._rcpt}.get(word)
        return (told(rest) if told else _REPLIES.get(word, "500 5.5.2 there is no such command"),)

    def _forget(self) -> None:
        self.begun, self.recipients = False, []

    def _mail(self, rest: str) -> str:
        if not self.greeted:
            return "503 5.5.1 LHLO comes before"
        if self.begun:
            return "503 5.5.1 a message is begun; RSET forgets it"
        if not _PATH.fullmatch(rest):
            return "451 4.5.2 it is no MAIL FROM:<address>"
        self.begun = True
        return "250 2.1.0 so be it"

    def _rcpt(self, rest: str) -> str:
        """Take any recipient, with whatever parameters: who it is for decides the ledger."""
        path = _PATH.fullmatch(rest)
        if not self.begun:
            return "503 5.5.1 MAIL comes before"
        if not path or not path[1]:
            return "451 4.5.2 it is no RCPT TO:<address>"
        if len(self.recipients) >= MOST_RECIPIENTS:
            return "452 4.5.3 too many recipients, come again with the others"
        self.recipients.append(_ROUTE.sub("", path[1], count=1) if path[1].startswith("@") else path[1])
        return "250 2.1.5 so be it"

    async def _data(self) -> None:
        """Take a message and answer for each recipient; the session counts as busy until then."""
        task = asyncio.current_task()
        assert task is not None
        self.shared.busy.add(task)
        try:
            await self.say("354 send it")
            with spool() as file:
                fault = await self._message(file)
                for recipient in self.recipients:
                    await self._answer(file, recipient, fault)
        finally:
            self.shared.busy.discard(task)
        self._forget()

    async def _answer(self, file: BinaryIO, recipient: str, fault: str) -> None:
        """Take the message for one recipient, in the ledger's thread, and say how that went."""
        if fault:
            await self.say(f"452 4.3.1 {fault}")
            return
        loop, shared = asyncio.get_running_loop(), self.shared
        source = f"{self.peer} for {recipient}"
        done = await asyncio.shield(
            loop.run_in_executor(
                shared.worker,
                lambda: take_file(
                    shared.intake, file, most=shared.most, at=now(), source=source, envelope_to=[recipient]
                ),
            )
        )
        if done.outcome == "failed":
            await self.say(f"451 4.3.0 not taken, come again: {done.why}")
        else:
            await self.say(f"250 2.0.0 {done.outcome}")
        try:
            shared.tell(done)
        except OSError:  # nobody hears it any more
            shared.stop.set()

    async def _message(self, file: BinaryIO) -> str:
        """Read a message to its end, without the dots that stand before dots; give why it could not be kept."""
        fault, starts = "", True
        while True:
            line, whole = await self._line()
            if starts and whole and line == b".\r\n":
                return fault
            try:
                if not fault:
                    file.write(line[1:] if starts and line.startswith(b".") else line)
            except OSError as error:
                fault = f"it cannot be kept ({error.strerror or error})"
            if self.shared.intake.quarantine is None and file.tell() > self.shared.most:  # nor would it be taken
                fault = f"it has more than {self.shared.most:,} bytes (--max-bytes), and no --quarantine takes it"
            starts = whole

    async def _line(self) -> tuple[bytes, bool]:
        """Give a line, or a piece of a long one and False. Only CR LF ends one: a dot between bare LFs ends nothing."""
        async with asyncio.timeout(IDLE_SECONDS):
            try:
                return await self.reader.readuntil(b"\r\n"), True
            except asyncio.LimitOverrunError as error:
                return await self.reader.read(error.consumed), False
