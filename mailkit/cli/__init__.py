"""The command: ``python -m mailkit VERB``. One file a verb; it parses words, calls, prints."""

from __future__ import annotations

import argparse
import io
import os
import sys
from collections.abc import Sequence

from mailkit.errors import MailkitError

EXIT_FOUND, EXIT_USAGE, EXIT_UNREAD, EXIT_STOPPED = 1, 2, 3, 130


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command. Exit codes: 0 done, 1 found what --fail-on names, 2 usage, 3 an input could not be read."""
    if sys.stdout is None:
        if sys.stderr is not None:
            print("mailkit: standard output is closed; give it a file or a pipe", file=sys.stderr)
        return EXIT_UNREAD
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")  # a terminal that lacks a character is no reason to stop
    parser = _parser()
    args = parser.parse_args(argv)
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
        what, code = "the output was closed before all of it was written", EXIT_UNREAD
    except MailkitError as error:
        what, code = str(error), EXIT_USAGE
    except KeyboardInterrupt:
        what, code = "stopped", EXIT_STOPPED
    except OSError as error:
        what, code = f"cannot write the output ({error.strerror or error})", EXIT_UNREAD
    else:
        return code
    complain(what)
    return code


def complain(text: str) -> None:
    """Say one line on standard error; what would be a command to a terminal is spelt out."""
    line = "".join(c if c.isprintable() else c.encode("unicode_escape").decode("ascii") for c in text)
    print(f"mailkit: {line}", file=sys.stderr)


def _parser() -> argparse.ArgumentParser:
    from mailkit.cli import classify, envelope, explain, inspect, schema  # noqa: PLC0415 - a verb's module is not the package's business

    parser = argparse.ArgumentParser(
        prog="mailkit",
        description="Reads bounced mail: for whom delivery failed, with which status, why, and what to do about it.",
    )
    from mailkit import __version__  # noqa: PLC0415

    parser.add_argument("--version", action="version", version=f"mailkit {__version__}")
    verbs = parser.add_subparsers(title="verbs", metavar="VERB")
    for verb in (classify, inspect, envelope, explain, schema):
        verb.add(verbs)
    return parser
