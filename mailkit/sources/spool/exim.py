"""Spool files of Exim: `-H` with envelope and header, `-D` with the body, `-J` with who is done meanwhile.

Source: the Exim specification, chapter "Format of spool files". It calls them no interface; they have been
the same since Exim 4 but for what was added.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from mailkit.envelope import Rcpt
from mailkit.limits import DEFAULT, Limits
from mailkit.sources.spool.queued import Draft, Queued, epoch, notify
from mailkit.syntax.params import decode_raw
from mailkit.syntax.paths import original_recipient, parse_path

_COUNTED = re.compile(
    rb"--?(?:\([^()\n]*+\))?acl[cm]? [^ \n]*+ (\d{1,9})\r?\Z|--?(?:\([^()\n]*+\))?acl (\d{1,4}) (\d{1,9})\r?\Z"
)
_NODE = re.compile(rb"([YN])([YN]) (.*)", re.DOTALL)
_PARENT = re.compile(rb" (\d{1,6}),(-?\d{1,6})#(\d{1,3})\Z")
_DSN = re.compile(rb" (\d{1,6}),(\d{1,6})\Z")
_OLD_PARENT = re.compile(rb" \d{1,9},\d{1,9},\d{1,9}\Z")
_HEADER = re.compile(rb"(\d{3,9})([^\n\d]) ")
NOTIFY = {2: "NEVER", 4: "SUCCESS", 8: "FAILURE", 16: "DELAY"}
RET = {"1": "FULL", "2": "HDRS"}
HAS_PARENT, HAS_DSN = 1, 2


def read_exim(control: bytes, body: bytes | None, journal: bytes | None = None, *, limits: Limits = DEFAULT) -> Queued:
    """Read a `-H` file with its `-D` and `-J` files, None where there is none. Never raises."""
    draft = Draft(limits)
    reader = _Control(control, draft)
    reader.read()
    reader.done.update(line.strip().lower() for line in (journal or b"").split(b"\n"))
    draft.paths += reader.paths()
    draft.parameters.update(reader.parameters())
    if b"frozen" in reader.variables:
        draft.note("frozen")
    if body is None:
        return draft.queued("exim", None, len(control))
    header = b"".join([*reader.fields, b"\n"])
    if b"spool_file_wireformat" in reader.variables:  # on the wire the line end is CRLF; dots are not stuffed there
        header = header.replace(b"\n", b"\r\n")
    return draft.queued("exim", header + body.partition(b"\n")[2])


class _Control:
    """Reads a control file from its beginning to its end."""

    def __init__(self, control: bytes, draft: Draft) -> None:
        self.control, self.draft = control, draft
        self.at = 0
        self.variables: dict[bytes, bytes] = {}
        self.done: set[bytes] = set()
        """Addresses to which nothing more is delivered."""
        self.rows: list[bytes] = []
        self.fields: list[bytes] = []

    def fault(self, code: str) -> None:
        self.draft.fault(code, min(self.at, len(self.control)))

    def line(self) -> bytes:
        """Give the next line without its end."""
        end = self.control.find(b"\n", self.at)
        stop = len(self.control) if end < 0 else end
        line = self.control[self.at : stop]
        self.at = stop + 1
        return line.removesuffix(b"\r")

    def peek(self, size: int) -> bytes:
        return self.control[self.at : self.at + size]

    def read(self) -> None:
        """Take the whole file."""
        self.draft.queue_id = decode_raw(self.line()).removesuffix("-H") or None
        self.line()  # login name, uid and gid of who sent it
        sender = self.line()
        self.draft.sender = parse_path(sender) if sender[:1] == b"<" else None
        self.draft.date = epoch(self.line().split(b" ")[0])
        while self.peek(1) == b"-":
            self._variable(self.line())
        self._tree()
        self._recipients()
        if self.at <= len(self.control) and self.line():
            self.fault("spool.record.malformed")
        self._fields()

    def _variable(self, line: bytes) -> None:
        counted = _COUNTED.match(line)
        if counted:  # an ACL variable: its value is so many bytes, line ends and all
            self.at += int(counted[1] or counted[3]) + 1
            return
        name, _, value = line.lstrip(b"-").partition(b" ")
        self.variables[name] = value

    def _tree(self) -> None:
        """Read the addresses that are done: a binary tree, each node saying whether a left and a right one follow."""
        if self.peek(2) == b"XX":
            self.line()
            return
        waiting = 1
        while waiting and self.at < len(self.control):
            node = _NODE.match(self.line())
            if node is None:
                self.fault("spool.record.malformed")
                return
            waiting += (node[1] == b"Y") + (node[2] == b"Y") - 1
            self.done.add(node[3].lower())

    def _recipients(self) -> None:
        count = self.line()
        if not count.isdigit() or len(count) > 9:
            self.fault("spool.record.malformed")
            return
        for _ in range(int(count)):
            if self.at >= len(self.control):
                self.fault("spool.end.missing")
                return
            self.rows.append(self.line())

    def _fields(self) -> None:
        """Read the header: the length of each field and a letter stand before it; `*` is one that was deleted."""
        while self.at < len(self.control):
            match = _HEADER.match(self.control, self.at)
            if match is None:
                self.fault("spool.record.malformed")
                return
            end = match.end() + int(match[1])
            if end > len(self.control):
                self.fault("spool.end.missing")
            if match[2] != b"*":
                self.fields.append(self.control[match.end() : end])
            self.at = end

    def paths(self) -> Iterator[Rcpt]:
        """Give the recipients."""
        known: list[str] = []
        for row in self.rows:
            address, orcpt, flags, parent = _recipient(row)
            known.append(address)
            parameters: list[tuple[str, str | None]] = []
            words = notify(flags, NOTIFY)
            if words:
                parameters.append(("NOTIFY", words))
            if orcpt:
                parameters.append(("ORCPT", orcpt))
            above = known[parent] if 0 <= parent < len(known) - 1 else None
            if address:
                yield Rcpt(
                    address=address,
                    original=original_recipient(orcpt) or above,
                    parameters=tuple(parameters),
                    state="delivered" if address.lower().encode() in self.done else "accepted",
                )

    def parameters(self) -> Iterator[tuple[str, str | None]]:
        """Give the parameters of MAIL."""
        for name, keyword in ((b"dsn_envid", "ENVID"), (b"body_8bitmime", "BODY")):
            if name in self.variables:
                yield keyword, "8BITMIME" if keyword == "BODY" else decode_raw(self.variables[name])
        ret = RET.get(decode_raw(self.variables.get(b"dsn_ret", b"")))
        if ret:
            yield "RET", ret
        if b"smtputf8" in self.variables:
            yield "SMTPUTF8", None


def _recipient(row: bytes) -> tuple[str, str | None, int, int]:
    """Read a recipient from its end: flags, parent and errors address, DSN flags and ORCPT, then the address.

    Texts stand before their lengths, because they may hold anything.
    """
    parent, flags, orcpt = -1, 0, None
    match = _PARENT.search(row)
    if match:
        kinds = int(match[3])
        parent = int(match[2]) if kinds & HAS_PARENT else -1
        row = row[: max(0, match.start() - int(match[1]) - 1)]
        match = _DSN.search(row) if kinds & HAS_DSN else None
        if match:
            flags, size = int(match[2]), int(match[1])
            orcpt = decode_raw(row[match.start() - size : match.start()]) if 0 < size < match.start() else None
            row = row[: max(0, match.start() - size - 1)]
    elif match := _OLD_PARENT.search(row):
        row = row[: match.start()]
    return decode_raw(row.strip()), orcpt, flags, parent
