"""What RAR compresses, undone where rarfile and a program it knows are installed: unrar, 7z, bsdtar or unar.

A program is then started on a temporary copy of members, with the rights of who called; who does not want that does not
install the extra. rarfile says how each program is called. It is started here, as rarfile (4.5) waits for it without
end and copies the whole archive for each member of a solid one. It stands in a session and a folder of its own, sees
nothing of the archive but the members that it has to unpack, and is killed when their bytes or the time are spent.
"""

from __future__ import annotations

import os
import shutil
import signal
import struct
import subprocess
import tempfile
import threading
import zlib
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

from mailkit.attachments import extras
from mailkit.attachments.budget import Budget
from mailkit.attachments.entries import TIME
from mailkit.attachments.pieces import Gap, Member, Piece, Reason

_TOOLS = ("UNRAR_CONFIG", "SEVENZIP_CONFIG", "SEVENZIP2_CONFIG", "BSDTAR_CONFIG", "UNAR_CONFIG")
"""How rarfile names what it knows of each; the quick ones first."""
_START = 1 << 13
"""Slow steps that a start counts as: 64 starts in a message."""
_STEP = 1 << 18
_DICTIONARY = 1 << 28
"""Bytes of memory that an archive may ask for."""
_FRAMES = {
    False: (
        b"Rar!\x1a\x07\x00\xcf\x90\x73\x00\x00\x0d\x00" + bytes(6),
        b"\xc4\x3d\x7b\x00\x40\x07\x00",
    ),
    True: (
        b"Rar!\x1a\x07\x01\x00" + struct.pack("<I", zlib.crc32(b"\x03\x01\x00\x00")) + b"\x03\x01\x00\x00",
        struct.pack("<I", zlib.crc32(b"\x03\x05\x00\x00")) + b"\x03\x05\x00\x00",
    ),
}
"""What stands before and behind the files, by whether it is RAR 5."""


class Packed(NamedTuple):
    """A file of an archive, and where it stands there."""

    name: str
    at: int
    end: int
    packed: int
    size: int | None
    """None where the archive does not know."""
    crc: int | None
    dictionary: int
    is_solid: bool
    """Whether it goes on with what the file before it left."""
    is_given: bool
    """Whether it is stored and was given already: what goes on behind it wants it."""


class _Output(NamedTuple):
    """What a program wrote."""

    data: bytes
    reason: Reason | None
    """TIME where it was killed for that."""


def undo(data: bytes, files: Sequence[Packed], budget: Budget, *, is_new: bool) -> Iterator[Piece]:
    """Give the files that were not given; each is unpacked alone, or with those that it goes on from."""
    if all(one.is_given for one in files):
        return
    commands = _commands()
    if not commands:
        yield from _unread(files, Gap("UNSUPPORTED", extras.hint(extras.RAR)))
        return
    for run in _runs(files):
        if budget.is_late():
            yield from _unread(run, TIME)
        else:
            yield from _undo(data, run, _FRAMES[is_new], commands, budget)


def _unread(files: Sequence[Packed], why: Gap) -> Iterator[Piece]:
    """Give names only, and why."""
    for one in files:
        if not one.is_given:
            yield Member(one.name, None, one.at)
            yield why._replace(size=one.packed, name=one.name)


def _runs(files: Sequence[Packed]) -> Iterator[list[Packed]]:
    """Divide the files where one does not go on with what was before."""
    run: list[Packed] = []
    for one in files:
        if run and not one.is_solid:
            yield run
            run = []
        run.append(one)
    if run:
        yield run


def _undo(
    data: bytes, run: list[Packed], frame: tuple[bytes, bytes], commands: list[list[str]], budget: Budget
) -> Iterator[Piece]:
    """Unpack the files of a run with the first program that can; each is cut out of what it writes by its size."""
    run, left, why = _allowed(run, budget)
    if any(not one.is_given for one in run):
        copy = frame[0] + b"".join(data[one.at : one.end] for one in run) + frame[1]
        output = _ask(commands, copy, run, budget)
        yield from _cut(output, run, budget)
    yield from _unread(left, why)


def _ask(commands: list[list[str]], copy: bytes, run: list[Packed], budget: Budget) -> _Output:
    """Ask one program after the other until one gives every file whole; else take what gave the most of them."""
    room = budget.reach(sum(one.packed for one in run))
    wanted = min(room, sum(room if one.size is None else one.size for one in run))
    best = _Output(b"", None)
    for command in commands:
        if budget.slow_steps < _START or budget.is_late():
            return best._replace(reason="TIME")
        budget.slow_steps -= _START
        found = extras.ask(partial(_run, command, copy, wanted, budget)) or _Output(b"", None)
        best = max(best, found, key=lambda one: (_whole(one.data, run), one.reason is not None))
        if _whole(best.data, run) == len(run):
            break
    return best


def _whole(data: bytes, run: list[Packed]) -> int:
    """Count the files that stand in an output with their size and checksum."""
    return sum(_is_whole(content, one) for one, content in _parts(data, run))


def _is_whole(content: bytes, one: Packed) -> bool:
    return one.size in {None, len(content)} and one.crc in {None, zlib.crc32(content)}


def _parts(data: bytes, run: list[Packed]) -> Iterator[tuple[Packed, bytes]]:
    """Cut an output by the sizes of the files."""
    at = 0
    for one in run:
        end = len(data) if one.size is None else at + one.size
        yield one, data[at:end]
        at = end


def _allowed(run: list[Packed], budget: Budget) -> tuple[list[Packed], list[Packed], Gap]:
    """Divide a run into what there is room for, by what its headers say, and what there is not, and why."""
    total = packed = 0
    for place, one in enumerate(run):
        total, packed = total + (one.size or 0), packed + one.packed
        why: Gap | None = None
        if one.dictionary > _DICTIONARY:
            why = Gap("BYTES", f"more than {_DICTIONARY >> 20} MiB of memory")
        elif max(one.size or 0, 0 if one.is_given else total) > budget.reach(packed):
            why = Gap("RATIO" if total > budget.usual(packed) else "BYTES", f"{one.packed} bytes become {one.size}")
        if why is not None:
            return run[:place], run[place:], why
    return run, [], TIME


def _cut(output: _Output, run: list[Packed], budget: Budget) -> Iterator[Piece]:
    """Give each file its bytes of an output, where they are whole; what else a program wrote may be its complaint."""
    why = Gap(output.reason or "UNSUPPORTED", "compressed by RAR: no program here unpacks it")
    for one, content in _parts(output.data, run):
        if one.is_given:
            continue
        if content and _is_whole(content, one):
            budget.spend(len(content), max(0, len(content) - budget.usual(one.packed)))
            yield Member(one.name, content, one.at)
        else:
            yield from _unread([one], why)


def _commands() -> list[list[str]]:
    """Say how the programs are called that are here, as rarfile knows; the name of the archive comes last."""
    rarfile = extras.load(extras.RAR)
    found: list[list[str]] = []
    for name in _TOOLS if rarfile is not None else ():
        command = extras.ask(_caller(rarfile, name))
        program = shutil.which(command[0]) if command else None
        if command and program:
            found.append([program, *(one for one in command[1:-1] if one != "--")])  # bsdtar takes it for a name
    return found


def _caller(rarfile: Any, name: str) -> Callable[[], list[str]]:  # noqa: ANN401 - a module
    return lambda: rarfile.ToolSetup(getattr(rarfile, name)).open_cmdline(None, "")


def _run(command: list[str], copy: bytes, wanted: int, budget: Budget) -> _Output:
    """Let a program write what it unpacks, in steps, to so many bytes; then, and when it is late, it is killed."""
    with tempfile.TemporaryDirectory(prefix="mailkit-") as folder:
        path = Path(folder, "a.rar")
        path.write_bytes(copy)
        program = subprocess.Popen(  # noqa: S603 - of rarfile's table, without a shell
            [*command, str(path)],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            cwd=folder,
            start_new_session=True,  # nothing that it starts outlives it, and it can ask nobody for a password
        )
        timer = threading.Timer(budget.seconds(), _kill, (program,))
        timer.start()
        try:
            data = _read(program, wanted, budget)
        finally:
            timer.cancel()
            timer.join()
            _kill(program)
            if program.stdout is not None:
                program.stdout.close()
            program.wait()
    return _Output(data, "TIME" if len(data) < wanted and budget.seconds() <= 0 else None)


def _read(program: subprocess.Popen[bytes], wanted: int, budget: Budget) -> bytes:
    found: list[bytes] = []
    while wanted > 0 and program.stdout is not None and not budget.is_late():
        step = os.read(program.stdout.fileno(), min(wanted, _STEP))
        if not step:
            break
        found.append(step)
        wanted -= len(step)
    return b"".join(found)


def _kill(program: subprocess.Popen[bytes]) -> None:
    """End a program and what it started; it has not been waited for, so the number is still its own."""
    if hasattr(os, "killpg"):
        try:
            os.killpg(program.pid, signal.SIGKILL)
        except OSError:  # it has ended
            return
    else:
        program.kill()
