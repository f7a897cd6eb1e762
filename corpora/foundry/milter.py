"""A milter that changes what can be changed: fields, body, sender and recipients; for `spool.py`.

Postfix writes such changes to the end of its queue file and leaves pointers to them. The protocol is that of
sendmail's libmilter, version 6: a length, a letter, data. Listens on 127.0.0.1 only.
"""

from __future__ import annotations

import socket
import struct
import threading
from types import TracebackType
from typing import Self

ADD_FIELDS, CHANGE_BODY, ADD_RCPT, DELETE_RCPT, CHANGE_FIELDS, CHANGE_FROM = 0x01, 0x02, 0x04, 0x08, 0x10, 0x40
ACTIONS = ADD_FIELDS | CHANGE_BODY | ADD_RCPT | DELETE_RCPT | CHANGE_FIELDS | CHANGE_FROM
VERSION = 6
CHANGES = (
    b"m" + struct.pack(">I", 1) + b"Subject\0changed by a milter, and longer than it was before\0",
    b"m" + struct.pack(">I", 1) + b"X-Folded\0\0",  # an empty value deletes
    b"h" + b"X-Milter\0added\0",
    b"i" + struct.pack(">I", 0) + b"X-First\0inserted\0",
    b"+" + b"<added@example.test>\0",
    b"-" + b"<hidden@example.test>\0",
    b"e" + b"<changed@example.test>\0",
    b"b" + b"another body\r\n.\r\nand its end\r\n",
    b"c",
)


class Milter:
    """Serves one connection after another while the block runs; `port` is where."""

    def __enter__(self) -> Self:
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]
        self.thread = threading.Thread(target=self._serve, daemon=True)
        self.thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.listener.shutdown(socket.SHUT_RDWR)
        self.listener.close()
        self.thread.join()

    def _serve(self) -> None:
        while True:
            try:
                client, _ = self.listener.accept()
            except OSError:  # closed
                return
            with client, client.makefile("rb") as stream:
                while head := stream.read(4):
                    packet = stream.read(struct.unpack(">I", head)[0])
                    for reply in _replies(packet[:1]):
                        client.sendall(struct.pack(">I", len(reply)) + reply)


def _replies(command: bytes) -> tuple[bytes, ...]:
    if command == b"O":  # what is wanted: all that is offered, with an answer to each
        return (b"O" + struct.pack(">III", VERSION, ACTIONS, 0),)
    if command in {b"D", b"A", b"Q", b"K"}:  # macros and the ends of things have no answer
        return ()
    return CHANGES if command == b"E" else (b"c",)
