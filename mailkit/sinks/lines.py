"""JSON lines: one `Report` a line, with all that was wanted."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

import msgspec

from mailkit.report import Report
from mailkit.sinks.files import damaged, encoded


class Lines:
    """Answers as JSON lines."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file

    def add(self, report: Report) -> None:
        """Write an answer."""
        self._file.write(encoded(report) + b"\n")

    def finish(self) -> None:
        """Write nothing: a line is whole."""

    drop = finish


def read_lines(path: Path) -> Iterator[Report]:
    """Give the answers of a part. Raises SourceError, with the line, where it is damaged."""
    decoder = msgspec.json.Decoder(Report)
    number = 0
    try:
        with path.open("rb") as file:
            for number, line in enumerate(file, 1):  # noqa: B007 - named in the error
                yield decoder.decode(line)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise damaged(path, number, error) from error
