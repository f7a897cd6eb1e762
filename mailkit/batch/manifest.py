"""The manifest of a run: what it was asked, which units there are, which are done. Lines are only added.

A line ``{"run": ...}`` stands first, with all that a run must be given again to be taken up. ``{"unit": N, ...}`` says what
a unit is, before it is worked on; ``{"done": N, "part": ...}`` that its part is safe, and is written behind the part: a part
without that line is made again, and is the same. ``{"end": ...}`` says that all is done. A line that was cut off by a crash
counts as not written.
"""

from __future__ import annotations

import fcntl
import json
import os
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import msgspec

from mailkit.batch.frames import Done, Tally
from mailkit.errors import MailkitError, OutputError
from mailkit.sinks import lacking, sync_folder
from mailkit.sources.units import Unit

NAME = "manifest.jsonl"
VERSION = 1
_BEGINNING = b'{"run":'


class Manifest:
    """The manifest of a folder, open; no other process may have it open.

    Its lines are JSON in ASCII, so that names that are not UTF-8 come back as they were.
    """

    def __init__(self, folder: Path, run: dict[str, Any], *, resume: bool) -> None:
        """Open it, or make it. Raises MailkitError where there is one already that is not to be taken up, or of another run."""
        self.folder, self.path = folder, folder / NAME
        self.units: dict[int, Unit] = {}
        self.done: dict[int, dict[str, Any]] = {}
        self.ended = False
        self.size: dict[str, int] = run["size"]
        """How large units are: as in the run that is taken up."""
        try:
            folder.mkdir(parents=True, exist_ok=True)
            self._file = os.open(self.path, os.O_RDWR | os.O_CREAT | os.O_APPEND, 0o666)
        except OSError as error:
            what = f"cannot be a folder of answers ({error.strerror or error}); name another one"
            raise OutputError(str(folder), what) from None
        try:
            fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            os.close(self._file)
            if not isinstance(error, BlockingIOError):
                raise OutputError(
                    str(folder), f"has no locks ({error.strerror}); name a folder on another disk"
                ) from None
            message = f"{folder}: another run is writing into it; wait for it, or name another folder"
            raise MailkitError(message) from None
        try:
            self._begin(run, resume=resume)
        except BaseException:
            self.close()
            raise

    def _begin(self, run: dict[str, Any], *, resume: bool) -> None:
        """Take up what is there, or begin."""
        old = self._read()
        if old is not None and not (self.done or self.ended or resume):
            self._clear()  # nothing was answered, as where a choice was wrong
            old = None
        if old is None:
            self._check_empty()
            self.write({"run": {"v": VERSION, **run}})
            try:
                sync_folder(self.folder)
            except OSError as error:  # as where it may be written but not read
                raise self._fault(error) from None
        elif not resume:
            what = "a run that is complete" if self.ended else "a run that can be taken up with --resume"
            message = f"{self.folder}: holds {what}; name another folder, or remove it"
            raise MailkitError(message)
        else:
            self._check_same(old, run)
            self._forget_missing()

    def _clear(self) -> None:
        """Take away a run of which no unit was noted as done."""
        try:
            for path in (*self.folder.glob("part-*"), *self.folder.glob("answers.sqlite*")):
                path.unlink()
            os.ftruncate(self._file, 0)
        except OSError as error:
            raise self._fault(error) from None
        self.units.clear()

    def close(self) -> None:
        """Let others have it."""
        os.close(self._file)

    def write(self, line: dict[str, Any]) -> None:
        """Add a line; it is on the disk when this returns. Raises OutputError, also where the folder is not there any more."""
        data = json.dumps(line, separators=(",", ":")).encode("ascii") + b"\n"
        try:
            size = os.fstat(self._file).st_size
            self._check_there()
            try:
                while data:
                    data = data[os.write(self._file, data) :]
                os.fdatasync(self._file)
            except OSError:
                os.ftruncate(self._file, size)
                raise
        except OSError as error:
            raise self._fault(error) from None

    def _check_there(self) -> None:
        """Refuse to go on where the folder was taken away: what is written would be lost, or would be in another run's."""
        with suppress(FileNotFoundError):
            if os.path.samestat(self.path.stat(), os.fstat(self._file)):
                return
        raise OutputError(str(self.path), "is not there any more, or is another's; begin again in a folder of its own")

    def plan(self, number: int, unit: Unit) -> None:
        """Note a unit."""
        self.write({"unit": number, **msgspec.to_builtins(unit)})

    def finish(self, done: Done) -> None:
        """Note that a unit is done."""
        line = {"done": done.number, "part": done.part, "size": done.size, **msgspec.to_builtins(done.tally)}
        self.write(line)
        self.done[done.number] = line

    def tally(self) -> Tally:
        """Give what all units that are done have counted."""
        total = Tally()
        for line in self.done.values():
            total.add(msgspec.convert(line, Tally))  # what is no count is passed over
        return total

    def _read(self) -> dict[str, Any] | None:
        """Read what is there, and cut off a line that is not whole; None where nothing is."""
        try:
            data = self.path.read_bytes()
            whole = data.rfind(b"\n") + 1
            lines = _lines(data[:whole] or data)
            if whole < len(data):
                os.ftruncate(self._file, whole)
            for line in lines:
                if "unit" in line:
                    self.units[line["unit"]] = msgspec.convert({k: v for k, v in line.items() if k != "unit"}, Unit)
                elif "done" in line:
                    self.done[line["done"]] = line
                elif "end" in line:  # which a unit has too
                    self.ended = True
            return lines[0]["run"] if lines else None
        except OSError as error:
            raise self._fault(error) from None
        except (ValueError, KeyError, TypeError, msgspec.ValidationError) as error:
            message = f"{self.path}: is no manifest of a run ({error}); name another folder"
            raise MailkitError(message) from None

    def _forget_missing(self) -> None:
        """Take parts that are not there any more for not done, so that they are made again."""
        gone = lacking(self.folder, {number: (line["part"], line["size"]) for number, line in self.done.items()})
        self.done = {number: line for number, line in self.done.items() if number not in gone}
        self.ended = self.ended and not gone

    def _check_empty(self) -> None:
        """Refuse a folder with answers of which nothing is known."""
        found = sorted(path.name for path in self.folder.glob("part-*")) + sorted(
            path.name for path in self.folder.glob("answers.sqlite")
        )
        if found:
            self.path.unlink()
            message = f"{self.folder}: has {found[0]}, but no manifest; name another folder"
            raise MailkitError(message)

    def _check_same(self, old: dict[str, Any], run: dict[str, Any]) -> None:
        """Refuse to take up a run with other choices."""
        self.size = old.get("size", self.size)
        given = json.loads(json.dumps({"v": VERSION, **run, "size": self.size}))
        for name, was, now in _differing("", old, given):
            message = f"{self.folder}: the run was begun with {name} {was!r}, not {now!r}; give the same, or name another folder"
            raise MailkitError(message)

    def _fault(self, error: OSError) -> OutputError:
        return OutputError(
            str(self.path), f"cannot be written ({error.strerror or error}); the run can be taken up with --resume"
        )


def _differing(name: str, old: object, new: object) -> Iterator[tuple[str, object, object]]:
    """Give what differs, and its name."""
    if isinstance(old, dict) and isinstance(new, dict):
        for key in sorted({*old, *new}):
            yield from _differing(key, old.get(key), new.get(key))
    elif old != new:
        yield name, old, new


def begun(folder: Path) -> dict[str, Any] | None:
    """Give what the run of a folder was asked; None where there is none."""
    try:
        with (folder / NAME).open("rb") as file:
            found: dict[str, Any] = json.loads(file.readline())["run"]
            return found
    except (OSError, ValueError, KeyError, TypeError):  # whoever takes it up says what is wrong
        return None


def _lines(data: bytes) -> list[dict[str, Any]]:
    """Read whole lines, or none where the first one was cut off. Raises ValueError where it is something else."""
    if not data.startswith(_BEGINNING[: len(data)]):
        message = "it does not begin as one"
        raise ValueError(message)
    return [json.loads(line) for line in data.splitlines() if data.endswith(b"\n")]
