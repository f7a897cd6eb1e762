"""The command: ``python -m mailkit VERB``. One file a verb; it parses words, calls, prints."""

from __future__ import annotations

import argparse
import importlib
import io
import os
import sys
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

from mailkit._guard import ARMED
from mailkit.errors import MailkitError, OutputError

VERBS = (
    *("classify", "reply", "inspect", "envelope", "trace", "text", "attachments", "strip", "dns", "route", "blocklist"),
    *("batch", "page", "ingest", "ledger", "rules", "dialects", "explain", "schema"),
)
"""Each is a module of this package."""
EXIT_FOUND, EXIT_USAGE, EXIT_UNREAD, EXIT_STOPPED, EXIT_CLOSED = 1, 2, 3, 130, 141
"""The last two are what a shell gives for a program that SIGINT or SIGPIPE has ended."""


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command. Exit codes: 0 done, 1 found what --fail-on names, 2 usage, 3 an input could not be read.

    Where the reader of the output goes away (``| head``), nothing is said and the code is 141.
    """
    if sys.stdout is None and ARMED:  # a mail server that wants to hear nothing
        sys.stdout = open(os.devnull, "w", encoding="utf-8")  # noqa: PTH123, SIM115 - to the end
    if sys.stdout is None:
        if sys.stderr is not None:
            print("mailkit: standard output is closed; give it a file or a pipe", file=sys.stderr)
        return EXIT_UNREAD
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")  # a terminal that lacks a character is no reason to stop
    words = [*(sys.argv[1:] if argv is None else argv)]
    parser = _parser(*words[:1])
    if words and not words[0].startswith("-") and words[0] not in VERBS:
        parser.error(_no_verb(words[0]))
    args = parser.parse_args(words)
    if "run" not in args:
        parser.print_help(sys.stderr)
        return EXIT_USAGE
    return _guarded(args)


def _guarded(args: argparse.Namespace) -> int:
    """Run a verb; what goes wrong outside of messages becomes one line and an exit code."""
    try:
        code: int = args.run(args)
        sys.stdout.flush()
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)  # or the interpreter complains when it flushes at its end
        return EXIT_CLOSED
    except MailkitError as error:
        what, code = str(error), EXIT_UNREAD if isinstance(error, OutputError) else EXIT_USAGE
    except KeyboardInterrupt:
        what, code = "stopped", EXIT_STOPPED
    except OSError as error:
        what, code = f"cannot write the output ({error.strerror or error})", EXIT_UNREAD
    else:
        return code
    complain(what)
    return code


def complain(text: str) -> None:
    """Say one line on standard error, if anybody listens; what would be a command to a terminal is spelt out."""
    if sys.stderr is not None:
        with suppress(OSError):  # there is no room for it; that is no reason to stop
            print(complaint(text), file=sys.stderr)


def complaint(text: str) -> str:
    """Give the line that is said."""
    line = "".join(c if c.isprintable() else c.encode("unicode_escape").decode("ascii") for c in text)
    return f"mailkit: {line}"


def _no_verb(word: str) -> str:
    """Say that a word is no verb, and what was probably meant."""
    import difflib  # noqa: PLC0415 - only for a mistyped word

    near = difflib.get_close_matches(word, VERBS, 1)
    if near:
        return f"{word!r} is no verb; did you mean {near[0]}?"
    if Path(word).exists():
        return f"{word!r} is no verb; did you mean mailkit classify {word!r}?"
    return f"{word!r} is no verb; give one of {', '.join(VERBS)}"


def _parser(word: str = "") -> argparse.ArgumentParser:
    """Make the parser: with the verb that was given alone, for the modules of the others cost time, else with all."""
    parser = argparse.ArgumentParser(
        prog="mailkit",
        description="Reads bounced mail: for whom delivery failed, with which status, why, and what to do about it.",
    )
    from mailkit import __version__  # noqa: PLC0415

    parser.add_argument("-V", "--version", action="version", version=f"mailkit {__version__}")
    verbs = parser.add_subparsers(title="verbs", metavar="VERB")
    for verb in (word,) if word in VERBS else VERBS:  # a verb's module is not the package's business
        importlib.import_module(f"mailkit.cli.{verb}").add(verbs)
    return parser
