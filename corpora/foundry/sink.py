"""An SMTP server on loopback that refuses by the recipient's local part, and keeps the bounces that come back.

Mail to bounces.test is stored: one file a message, and a line in arrivals.jsonl with its envelope. Mail to
a case of cases.toml gets that case's reply. Everything else is accepted and thrown away. It ends by itself
after a time or a number of messages, or on SIGTERM; it listens on 127.0.0.1 and nowhere else.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import json
import os
import signal
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import ClassVar

from cases import RETURN_DOMAIN, Case, read_cases

HOST = "127.0.0.1"
LINE_BYTES = 1 << 20
"""Far over the 1,000 of RFC 5321 section 4.5.3.1.6: some MTAs return long lines unbroken."""
MESSAGE_BYTES = 10_000_000
IDLE_SECONDS = 30.0
GREETING = "220 sink.test ESMTP"
# No DSN here: so an MTA that was asked for NOTIFY=SUCCESS writes the report itself ("relayed", RFC 3461 section 5.2.2).
EXTENSIONS = ("sink.test", "8BITMIME", "ENHANCEDSTATUSCODES", "SMTPUTF8", f"SIZE {MESSAGE_BYTES}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Bounds:
    """When the sink has had enough."""

    seconds: float
    messages: int
    connections: int


@dataclass(slots=True)
class Sink:
    """The server's state: what came in, who is connected."""

    store: Path
    bounds: Bounds
    cases: Mapping[str, Case]
    done: asyncio.Event = field(default_factory=asyncio.Event)
    messages: int = 0
    stored: int = 0
    sessions: dict[asyncio.Task[None], asyncio.StreamWriter] = field(default_factory=dict)

    async def connected(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Hold one conversation, and close it whatever happens."""
        task = asyncio.current_task()
        assert task is not None
        try:
            if len(self.sessions) >= self.bounds.connections:
                writer.write(b"421 4.3.2 Too many connections\r\n")
                return
            self.sessions[task] = writer
            # A client may go away, be silent or send an endless line at any point: that ends its session only.
            # A message that cannot be stored is no such thing, and must be seen.
            with contextlib.suppress(ConnectionError, TimeoutError, ValueError):
                await Session(self, reader, writer).run()
        finally:
            self.sessions.pop(task, None)
            writer.close()

    def keep(self, raw: bytes, sender: str, recipients: list[str]) -> None:
        """Count a message; store it if it is a bounce come home."""
        home = [address for address in recipients if _domain(address) == RETURN_DOMAIN]
        if home:
            self.stored += 1
            name = f"{self.stored:04}.eml"
            with (self.store / name).open("xb") as file:
                file.write(raw)
            row = {"file": name, "sender": sender, "recipients": home}
            with (self.store / "arrivals.jsonl").open("a", encoding="utf-8") as log:
                log.write(json.dumps(row, ensure_ascii=False) + "\n")
        self.count()

    def count(self) -> None:
        """Count a message that was sent to its end, taken or refused."""
        self.messages += 1
        if self.messages >= self.bounds.messages:
            self.done.set()


class Session:
    """One SMTP conversation (RFC 5321), of which one transaction is open at most."""

    def __init__(self, sink: Sink, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.sink, self.reader, self.writer = sink, reader, writer
        self.sender: str | None = None
        self.recipients: list[str] = []
        self.refusal: str | None = None

    async def run(self) -> None:
        """Answer commands until one of them, or the client, ends the session."""
        await self._say(GREETING)
        while line := await self._line():
            verb, _, rest = line.decode("utf-8", "replace").strip().partition(" ")
            reply = await self.VERBS.get(verb.upper(), Session._unknown)(self, rest)
            if reply is None:
                return
            await self._say(reply)
            if verb.upper() == "QUIT":
                return

    async def _line(self) -> bytes:
        return await asyncio.wait_for(self.reader.readline(), IDLE_SECONDS)

    async def _say(self, reply: str) -> None:
        self.writer.write(reply.encode() + b"\r\n")
        await self.writer.drain()

    async def _hello(self, _rest: str) -> str:
        await self._reset("")
        return "\r\n".join([*(f"250-{line}" for line in EXTENSIONS[:-1]), f"250 {EXTENSIONS[-1]}"])

    async def _old_hello(self, _rest: str) -> str:
        await self._reset("")
        return "250 sink.test"

    async def _mail(self, rest: str) -> str:
        await self._reset("")
        if self.sink.done.is_set():
            return "421 4.3.2 Shutting down"
        self.sender = _path(rest)
        return "250 2.1.0 Ok"

    async def _rcpt(self, rest: str) -> str | None:
        if self.sender is None:
            return "503 5.5.1 MAIL first"
        address = _path(rest)
        case = None if _domain(address) == RETURN_DOMAIN else self.sink.cases.get(address.partition("@")[0])
        if case is not None and case.stage == "drop":
            return None
        if case is not None and case.stage == "rcpt":
            return case.answer(address)
        if case is not None and case.stage == "data":
            self.refusal = case.answer(address)
        self.recipients.append(address)
        return "250 2.1.5 Ok"

    async def _data(self, _rest: str) -> str | None:
        if self.sender is None or not self.recipients:
            return "503 5.5.1 No valid recipients"
        await self._say("354 End with a dot")
        body = bytearray()
        size = 0
        while (line := await self._line()) not in {b".\r\n", b".\n"}:
            if not line:  # the client went away in mid-message
                return None
            size += len(line)
            if size <= MESSAGE_BYTES:
                body += line.removeprefix(b".")  # RFC 5321 section 4.5.2
        if size > MESSAGE_BYTES:
            reply = "552 5.3.4 Message too big"
            self.sink.count()
        elif self.refusal is not None:
            reply = self.refusal
            self.sink.count()
        else:
            self.sink.keep(bytes(body), self.sender, self.recipients)
            reply = "250 2.0.0 Ok"
        await self._reset("")
        return reply

    async def _reset(self, _rest: str) -> str:
        self.sender, self.recipients, self.refusal = None, [], None
        return "250 2.0.0 Ok"

    async def _noop(self, _rest: str) -> str:
        return "250 2.0.0 Ok"

    async def _quit(self, _rest: str) -> str:
        return "221 2.0.0 Bye"

    async def _unknown(self, _rest: str) -> str:
        return "502 5.5.1 Not here"

    # None instead of a reply: close without a word.
    VERBS: ClassVar[Mapping[str, Callable[[Session, str], Awaitable[str | None]]]] = {
        "EHLO": _hello,
        "HELO": _old_hello,
        "MAIL": _mail,
        "RCPT": _rcpt,
        "DATA": _data,
        "RSET": _reset,
        "NOOP": _noop,
        "QUIT": _quit,
    }


def _path(rest: str) -> str:
    """Take the address out of ``FROM:<a@b> SIZE=1``; bare addresses are taken, too."""
    _, _, path = rest.partition(":")
    path = path.strip()
    return path[1:].partition(">")[0] if path.startswith("<") else path.partition(" ")[0]


def _domain(address: str) -> str:
    return address.rpartition("@")[2].lower()


async def serve(port: int, store: Path, bounds: Bounds) -> Sink:
    """Listen until a bound is reached or a signal comes; give the final state."""
    sink = Sink(store, bounds, read_cases())
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, sink.done.set)
    server = await asyncio.start_server(sink.connected, HOST, port, limit=LINE_BYTES)
    # The first line is for whoever started us: port 0 means any free one.
    print(f"listening on {HOST}:{server.sockets[0].getsockname()[1]} pid {os.getpid()}", flush=True)
    with contextlib.suppress(TimeoutError):
        await asyncio.wait_for(sink.done.wait(), bounds.seconds)
    server.close()
    # The last message's 250 is still under way when the count is reached.
    if sink.sessions:
        await asyncio.wait(tuple(sink.sessions), timeout=1)
    # Not cancelled: Python 3.11 would print a traceback for each. An aborted connection reads as ended.
    for writer in sink.sessions.values():
        writer.transport.abort()
    if sink.sessions:
        await asyncio.wait(tuple(sink.sessions), timeout=1)
    return sink


def main() -> None:
    """Run the sink."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--port", type=int, required=True, help="0 takes a free one and prints it")
    parser.add_argument("--store", type=Path, required=True, help="folder for the bounces that come back")
    parser.add_argument("--seconds", type=float, default=600.0, help="end after this time (default: %(default)s)")
    parser.add_argument("--messages", type=int, default=500, help="end after so many (default: %(default)s)")
    parser.add_argument("--connections", type=int, default=50, help="at the same time (default: %(default)s)")
    args = parser.parse_args()
    args.store.mkdir(parents=True, exist_ok=True)
    if any(args.store.iterdir()):
        parser.error(f"{args.store} is not empty: two runs in one folder cannot be told apart")
    bounds = Bounds(seconds=args.seconds, messages=args.messages, connections=args.connections)
    sink = asyncio.run(serve(args.port, args.store, bounds))
    print(f"{sink.messages} messages, {sink.stored} stored")


if __name__ == "__main__":
    main()
