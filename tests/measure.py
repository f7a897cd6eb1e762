"""Measures what attacks cost, each in a process of its own; prints one JSON object a line.

    python -m tests.measure whole|stream [NAME ...]

`whole` has the message in memory, takes it apart and decodes everything; `stream` feeds a file in
pieces of 16 KiB to the stream parser. Growth is that of the peak of resident memory, in bytes, beyond
what was resident before: the input, where it is in memory.
"""

from __future__ import annotations

import json
import os
import sys
import tempfile
import time
from collections.abc import Callable
from typing import Any, BinaryIO

from mailkit.inspection import inspect
from mailkit.message import parse
from mailkit.stream.parser import StreamParser
from tests.attacks import ATTACKS
from tests.memory import resident

PIECE = 16_384
"""What is fed at once: the events that one call completes are its caller's, and of parts of six bytes they are many."""
WARM = b"From: \xe4\xf6@b\nContent-Type: multipart/mixed; boundary=x\n\n--x\n\n=?utf-8?Q?a?= \xe4\xf6\xfc\x81 \n--x--\n"
"""A message for which all is loaded that is loaded on first use."""


def whole(file: BinaryIO) -> dict[str, Any]:
    """Take a message apart; say what was found."""
    data = file.read()
    before = resident("VmHWM")
    start = time.process_time()
    seen = inspect(parse(data))
    seconds = time.process_time() - start
    return {
        "growth": resident("VmHWM") - before,
        "seconds": seconds,
        "codes": sorted({found.code for found in seen.findings}),
    }


def stream(file: BinaryIO) -> dict[str, Any]:
    """Feed a file; count the events."""
    parser = StreamParser()
    before = resident("VmHWM")
    start = time.process_time()
    count = 0
    while piece := file.read(PIECE):
        count += len(parser.feed(piece))
    count += len(parser.close())
    return {"growth": resident("VmHWM") - before, "seconds": time.process_time() - start, "events": count}


def apart(work: Callable[[BinaryIO], dict[str, Any]], file: BinaryIO) -> dict[str, Any]:
    """Do a piece of work in a child process, whose peak is its own."""
    ends = os.pipe()
    child = os.fork()
    if not child:
        os.close(ends[0])
        with os.fdopen(ends[1], "w") as out:
            json.dump(work(file), out)
        os._exit(0)
    os.close(ends[1])
    with os.fdopen(ends[0]) as answer:
        text = answer.read()
    os.waitpid(child, 0)
    found: dict[str, Any] = json.loads(text) if text else {"died": True}
    return found


def main() -> None:
    """Measure what the words name."""
    kind, *names = sys.argv[1:]
    work = {"whole": whole, "stream": stream}[kind]
    inspect(parse(WARM))
    for name in names or ATTACKS:
        with tempfile.TemporaryFile() as file:
            size = file.write(ATTACKS[name].make(ATTACKS[name].full))
            file.seek(0)
            row = {"name": name, "size": size, **apart(work, file)}
            print(json.dumps(row), flush=True)  # noqa: T201 - it is a command


if __name__ == "__main__":
    main()
