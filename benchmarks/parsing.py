"""Measure taking messages apart: bounces, a large mail, a thousand parts, each beside its peers in the same run.

    python benchmarks/parsing.py [FOLDER] [--repeat N]

Structure is the tree with its header blocks split; full is Subject, From, To, Date, every file name
and every leaf decoded, text to characters. Seconds are CPU seconds, the best of N rounds taken in turn; resident memory
is the growth of the peak in a process of its own, beyond the input where it is read into memory.
"""

from __future__ import annotations

import argparse
import base64
import binascii
import contextlib
import email
import email.header
import email.policy
import email.utils
import functools
import io
import logging
import os
import platform
import random
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from mailkit.content import decoder
from mailkit.message import parse
from mailkit.stream.events import Data
from mailkit.stream.parser import StreamParser

HERE = Path(__file__).resolve().parent
DEFAULT = HERE.parent / "corpora" / "mta"
PIECE = 65_536
BIG_BYTES = 52_000_000
Subject = Callable[[bytes], object]


def mailkit_full(data: bytes) -> None:
    """Decode everything with mailkit."""
    message = parse(data)
    root = message.root
    _ = (root.subject, root.addresses("from"), root.addresses("to"), root.date)
    for part in message.walk():
        _ = part.filename
        if not part.parts:
            _ = part.text() if part.type.startswith("text/") else part.content()


def compat32_full(data: bytes) -> None:
    """Decode everything with the standard library's first API, and the functions that go with it."""
    message = email.message_from_bytes(data)
    with contextlib.suppress(Exception):  # an unknown charset raises
        _ = str(email.header.make_header(email.header.decode_header(message["subject"] or "")))
    for name in ("from", "to"):
        for phrase, _address in email.utils.getaddresses(map(str, message.get_all(name, []))):
            with contextlib.suppress(Exception):
                _ = str(email.header.make_header(email.header.decode_header(phrase)))
    with contextlib.suppress(Exception):
        email.utils.parsedate_to_datetime(message["date"])
    for part in message.walk():
        part.get_filename()
        if not part.is_multipart():
            content = part.get_payload(decode=True)
            if part.get_content_maintype() == "text" and isinstance(content, bytes):
                with contextlib.suppress(LookupError):
                    content.decode(part.get_content_charset("utf-8"), "replace")


def policy_full(data: bytes) -> None:
    """Decode everything with the standard library's second API."""
    message = email.message_from_bytes(data, policy=email.policy.default)
    for name in ("subject", "from", "to", "date"):
        with contextlib.suppress(Exception):  # it raises on some real mail; that costs less than an answer
            _ = message[name]
    for part in message.walk():
        part.get_filename()
        if not part.is_multipart():
            with contextlib.suppress(Exception):
                part.get_content()


def subjects(*, full: bool) -> dict[str, Subject]:
    """Give what is measured, by name; a peer that is not installed is said to be missing."""
    chosen: dict[str, Subject] = {
        "mailkit": mailkit_full if full else parse,
        "email compat32": compat32_full if full else email.message_from_bytes,
        "email policy.default": policy_full
        if full
        else functools.partial(email.message_from_bytes, policy=email.policy.default),
    }
    try:
        import mailparser  # type: ignore[import-untyped]  # noqa: PLC0415
    except ImportError:
        print("mail-parser is not installed", file=sys.stderr)
    else:
        chosen["mail-parser"] = _quiet(mailparser.parse_from_bytes)
    try:
        import fast_mail_parser  # noqa: PLC0415
    except ImportError:
        print("fast-mail-parser is not installed", file=sys.stderr)
    else:
        chosen["fast-mail-parser"] = _quiet(
            fast_mail_parser.parse_email if full else functools.partial(fast_mail_parser.parse_email_tree, mode="lazy")
        )
    return chosen


def _quiet(subject: Subject) -> Subject:
    """Go on where a peer raises."""

    def guarded(data: bytes) -> None:
        with contextlib.suppress(Exception):  # what a peer cannot read still cost it time
            subject(data)

    return guarded


def best_of(chosen: dict[str, Subject], messages: Sequence[bytes], repeat: int) -> dict[str, float]:
    """Give the best CPU seconds of a round over all messages, by subject, rounds taken in turn."""
    best = dict.fromkeys(chosen, float("inf"))
    for _ in range(repeat):
        for name, subject in chosen.items():
            start = time.process_time()
            for data in messages:
                subject(data)
            best[name] = min(best[name], time.process_time() - start)
    return best


def big() -> bytes:
    """Make a mail with one large attachment in base64."""
    body = base64.encodebytes(random.Random(1).randbytes(BIG_BYTES * 57 // 77))
    head = b"From: a@b.example\nSubject: big\nContent-Type: multipart/mixed; boundary=_b1\n\n--_b1\n\nhi\n--_b1\n"
    return head + b"Content-Type: application/zip\nContent-Transfer-Encoding: base64\n\n" + body + b"--_b1--\n"


def many() -> bytes:
    """Make a mail with a thousand parts in base64."""
    part = b"--_b1\nContent-Type: image/png; name=%d.png\nContent-Transfer-Encoding: base64\n\n"
    body = base64.encodebytes(bytes(range(256)) * 8)
    return (
        b"From: a@b.example\nSubject: many\nContent-Type: multipart/mixed; boundary=_b1\n\n"
        + b"".join(part % number + body for number in range(1000))
        + b"--_b1--\n"
    )


def stream(data: bytes) -> None:
    """Feed a mail in pieces."""
    parser = StreamParser()
    view = memoryview(data)
    for start in range(0, len(data), PIECE):
        parser.feed(view[start : start + PIECE])
    parser.close()


def stream_decoded(data: bytes) -> None:
    """Feed a mail in pieces, and decode its base64."""
    parser = StreamParser()
    undo = decoder("base64")
    for start in range(0, len(data), PIECE):
        for event in parser.feed(data[start : start + PIECE]):
            if type(event) is Data:
                undo.feed(event.data)
    parser.close()
    undo.close()


def decoded(encoding: str) -> Subject:
    """Give a subject that undoes a transfer encoding in pieces."""

    def decode(body: bytes) -> None:
        undo = decoder(encoding)
        for start in range(0, len(body), PIECE):
            undo.feed(body[start : start + PIECE])
        undo.close()

    return decode


def show_decoders(repeat: int) -> None:
    """Print how fast bodies are decoded, beside the standard library, which does it at once and finds no faults."""
    lines = base64.encodebytes(random.Random(1).randbytes(2_000_000))
    text = b"A line of text of the usual length, with caf=C3=A9 and a soft line end behind=\n it.\n" * 25_000
    rows: list[tuple[str, str, bytes, Subject]] = [
        ("base64, LF", "base64", lines, binascii.a2b_base64),
        ("base64, CRLF", "base64", lines.replace(b"\n", b"\r\n"), binascii.a2b_base64),
        ("quoted-printable", "quoted-printable", text, binascii.a2b_qp),
    ]
    for title, encoding, body, theirs in rows:
        show(title, best_of({"mailkit in pieces": decoded(encoding), "binascii": theirs}, [body], repeat), [body])


def find(data: bytes) -> None:
    """Look for the beginning of a delimiter in pieces: what streaming cannot do without."""
    for start in range(0, len(data), PIECE):
        data[start : start + PIECE].find(b"\n--")


def resident(work: Callable[[str], object], path: str) -> float:
    """Give the growth of the peak of resident memory over a piece of work in a child process, in MB."""
    ends = os.pipe()
    child = os.fork()
    if not child:
        before = _peak()
        work(path)
        os.write(ends[1], str(_peak() - before).encode())
        os._exit(0)
    os.waitpid(child, 0)
    os.close(ends[1])
    return int(os.read(ends[0], 64)) / 1e6


def _peak() -> int:
    """Give the most memory that was resident so far, in bytes."""
    return int(Path("/proc/self/status").read_text("ascii").partition("VmHWM:")[2].split()[0]) * 1024


def stream_file(path: str) -> None:
    """Feed a file in pieces."""
    parser = StreamParser()
    with open(path, "rb") as file:  # noqa: PTH123
        while piece := file.read(PIECE):
            parser.feed(piece)
    parser.close()


def compat32_file(path: str) -> None:
    """Read a file with the standard library."""
    with open(path, "rb") as file:  # noqa: PTH123
        email.message_from_binary_file(file)


def show(title: str, best: dict[str, float], messages: Sequence[bytes]) -> None:
    """Print one table."""
    size = sum(map(len, messages))
    print(f"\n{title}: {len(messages)} messages, {size / len(messages):,.0f} bytes on average")
    peer = best.get("email compat32") or best.get("binascii") or next(iter(best.values()))
    for name, seconds in best.items():
        each = seconds / len(messages)
        print(f"  {name:32} {each * 1e6:12,.1f} us each {size / seconds / 1e6:9,.1f} MB/s {peer / seconds:7.2f} x")


def measure_memory(data: bytes) -> None:
    """Print how much memory a large mail takes, streamed, and read by the standard library."""
    with tempfile.NamedTemporaryFile() as file:
        file.write(data)
        file.flush()
        del data
        rows = {"mailkit streamed": stream_file, "email compat32": compat32_file}
        print("\npeak of resident memory, beyond what was resident before")
        for name, work in rows.items():
            print(f"  {name:32} {resident(work, file.name):12,.1f} MB")


def main() -> int:
    """Print the tables."""
    ap = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    ap.add_argument("folder", nargs="?", type=Path, default=DEFAULT)
    ap.add_argument("--repeat", type=int, default=7)
    args = ap.parse_args()
    logging.disable()  # mail-parser complains of bounces
    files = sorted(path for path in args.folder.rglob("*") if path.suffix in {".eml", ".txt"})
    if not files:
        print(f"{args.folder}: no messages there", file=sys.stderr)
        return 2
    print(f"Python {platform.python_version()}, {platform.machine()}, best of {args.repeat} rounds, CPU time")
    bounces = [path.read_bytes() for path in files]
    show(f"{args.folder.name}, structure", best_of(subjects(full=False), bounces, args.repeat), bounces)
    show(f"{args.folder.name}, full", best_of(subjects(full=True), bounces, args.repeat), bounces)
    parts = [many()]
    show("1,000 parts, structure", best_of(subjects(full=False), parts, args.repeat), parts)
    show("1,000 parts, full", best_of(subjects(full=True), parts, args.repeat), parts)
    show_decoders(args.repeat)
    large = [big()]
    streams: dict[str, Subject] = {
        "bytes.find in pieces": find,
        "mailkit streamed": stream,
        "mailkit streamed, base64 decoded": stream_decoded,
        "mailkit structure": parse,
        "email compat32": lambda data: email.message_from_binary_file(io.BytesIO(data)),
    }
    show("one large attachment", best_of(streams, large, min(args.repeat, 3)), large)
    measure_memory(large[0])
    return 0


if __name__ == "__main__":
    sys.exit(main())
