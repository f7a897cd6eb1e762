"""The exit code of ``mailkit ingest --pipe``, whatever happens: 75 until the message is safe, then 0.

A mail server loses the bounce when the program that it starts for it ends with any other code, and whatever the package
loads may fail: a library that an upgrade took away, a file that is half written, memory. So the package loads this
module first, and this module alone does something when it is loaded; where the command is another one, nothing.
"""

from __future__ import annotations

import atexit
import contextlib
import os
import sys
from collections.abc import Sequence

EXIT_AGAIN = 75
"""EX_TEMPFAIL of sysexits.h: the mail server keeps the message and comes again."""
LONGEST_SECONDS = 600
"""After them it ends with 75: Postfix bounces what takes longer than its command_time_limit, 1000 seconds."""
_OTHERS = ("--lmtp", "--maildir", "--imap", "--files", "--webhook", "-h", "--help")
_ENDING = ("SIGTERM", "SIGINT", "SIGHUP", "SIGQUIT", "SIGALRM", "SIGXCPU", "SIGUSR1", "SIGUSR2")


def is_pipe(given: Sequence[str], words: Sequence[str]) -> bool:
    """Say whether a command line is that of ``mailkit ingest --pipe``, or may have been meant so.

    >>> is_pipe(["python3", "-m", "mailkit", "ingest", "--pipe"], ["-m", "ingest", "--pipe"])
    True
    >>> is_pipe(["python3", "-m", "other", "ingest", "--pipe"], ["-m", "ingest", "--pipe"])
    False
    """
    program, rest = words[0] if words else "", [*words[1:]]
    if program == "-m":  # as long as the module is searched for
        before = given[len(given) - len(rest) - 1] if len(given) > len(rest) else ""
        ours = before == "mailkit" or (before.startswith("-") and before.endswith("mmailkit"))
    else:
        ours = program.rpartition("/")[2] == "mailkit"
    others = any(word.partition("=")[0] in _OTHERS for word in rest)
    return ours and ("--pipe" in rest or (rest[:1] == ["ingest"] and not others))


ARMED = is_pipe(sys.orig_argv, sys.argv)


def safe() -> None:
    """Say that the message is safe: from now on the code is 0, whatever happens."""
    if ARMED:
        atexit.register(_leave, 0)  # the last one that is registered is the first that is called


def _leave(code: int) -> None:
    """End at once; what cannot be written any more changes nothing."""
    for stream in (sys.stdout, sys.stderr):
        with contextlib.suppress(AttributeError, OSError, ValueError):
            stream.flush()
    os._exit(code)


def _tell(kind: type[BaseException], error: BaseException, _trace: object) -> None:
    """Say in one line what nobody caught; Postfix takes one that begins with 5.1.1 for a reason to bounce."""
    line = " ".join(f"{kind.__name__}: {error}".split())
    print(f"mailkit: {line}; the message stays with the mail server", file=sys.stderr)  # noqa: T201 - the command's


def _arm() -> None:
    import signal  # noqa: PLC0415 - for this command alone

    atexit.register(_leave, EXIT_AGAIN)
    sys.excepthook = _tell
    for name in _ENDING:
        signal.signal(getattr(signal, name), lambda *_: os._exit(EXIT_AGAIN))
    signal.setitimer(signal.ITIMER_REAL, LONGEST_SECONDS)


if ARMED:
    _arm()
