"""What mailkit raises, and when: for a caller's mistake or a broken rule file, never for a message.

MailkitError
 +-- ParseError      text that must follow a grammar does not (also a ValueError)
 +-- RuleError       a rule file or a dialect table is broken
 +-- TableError      a text table of a mail server is broken (also a ValueError)
 +-- SourceError     an input could not be read
 +-- OutputError     what was asked for could not be written
 +-- LedgerError     the ledger's database cannot be used, or is not installed
"""

from __future__ import annotations


class MailkitError(Exception):
    """The root of everything that mailkit raises on its own account."""


class ParseError(MailkitError, ValueError):
    """Text that must follow a grammar does not; says what, where and by which source."""

    def __init__(self, what: str, raw: bytes, offset: int, source: str) -> None:
        super().__init__(what, raw, offset, source)  # args are the parameters, so it pickles for batch workers
        self.what, self.raw, self.offset, self.source = what, raw, offset, source

    def __str__(self) -> str:
        seen = self.raw[self.offset : self.offset + 20]
        return f"{self.what} at byte {self.offset}, near {seen!r} ({self.source})"


class RuleError(MailkitError):
    """A file of rules or dialects cannot be used; names the file, the row, what is wrong and the cure."""

    def __init__(self, path: str, rule: str, what: str, table: str = "rule") -> None:
        super().__init__(path, rule, what, table)
        self.path, self.rule, self.what, self.table = path, rule, what, table

    def __str__(self) -> str:
        where = f"{self.path}: {self.table} {self.rule}" if self.rule else self.path
        return f"{where}: {self.what}"


class TableError(MailkitError, ValueError):
    """A line of a text table cannot be used; names the file, the line, what is wrong and the cure."""

    def __init__(self, path: str, line: int, what: str) -> None:
        super().__init__(path, line, what)
        self.path, self.line, self.what = path, line, what

    def __str__(self) -> str:
        return f"{self.path}:{self.line}: {self.what}"


class SourceError(MailkitError):
    """An input could not be read as mail; names it, the reason and the cure."""

    def __init__(self, source: str, what: str) -> None:
        super().__init__(source, what)
        self.source, self.what = source, what

    def __str__(self) -> str:
        return f"{self.source}: {self.what}"


class OutputError(MailkitError):
    """Something that was asked for could not be written; names it and the reason."""

    def __init__(self, target: str, what: str) -> None:
        super().__init__(target, what)
        self.target, self.what = target, what

    def __str__(self) -> str:
        return f"{self.target}: {self.what}"


class LedgerError(MailkitError):
    """The database of a ledger cannot be used; names it, the reason and the cure. Nothing of the batch was committed."""

    def __init__(self, where: str, what: str) -> None:
        super().__init__(where, what)
        self.where, self.what = where, what

    def __str__(self) -> str:
        return f"{self.where}: {self.what}"
