"""The real sendmail in its test mode (``sendmail -bt``): configurations are built by m4, tables by makemap.

MAILKIT_SENDMAIL names the folder into which Debian's sendmail-bin and sendmail-cf are unpacked (see .ci/sendmail);
without it the folder .sendmail of the checkout is looked at.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from tests.strategies import ROOT

FOLDER = Path(os.environ.get("MAILKIT_SENDMAIL", ROOT / ".sendmail")).resolve()
PROGRAMS = FOLDER / "usr/libexec/sendmail"
CF = FOLDER / "usr/share/sendmail/cf"
SAFE = "GroupWritableDirPathSafe,MapInUnsafeDirPath,ClassFileInUnsafeDirPath,WorldWritableDirPathSafe"
HEAD = f"""divert(0)dnl
OSTYPE(linux)dnl
define(`confDONT_BLAME_SENDMAIL',`{SAFE}')dnl
define(`confCW_FILE',`./cw')dnl
define(`ALIAS_FILE',`./aliases')dnl
define(`QUEUE_DIR',`./q')dnl
FEATURE(`use_cw_file')dnl
FEATURE(`nocanonify')dnl
"""
MAPS = "LOCAL_CONFIG\nKhost null\n"
"""Names are not looked up in the DNS."""
TAIL = """MAILER(local)dnl
MAILER(smtp)dnl
Djgw.example.org
LOCAL_RULESETS
Strans
R$* $$| $*\t\t$: $1 $| $2
R$* $| $*\t\t$: $1 $| $2
"""
"""check_relay asks for two arguments with a token between them that test mode cannot type: trans makes it."""
RENAMED = ("unshare", "--uts", "sh", "-c", 'hostname gw.example.org; exec "$@"', "sh")
"""sendmail sleeps a minute at its start on a host whose name has no dot; so it gets one, which needs root."""
HURRY = {**os.environ, "RES_OPTIONS": "timeout:1 attempts:1"}
"""At its start it looks up its own name, which need not be known."""
SECONDS = 120
LINES = 1_000
"""A configuration has more; m4 ends with 1 for a harmless warning, too."""


class Said(NamedTuple):
    """What a rule set returns."""

    mailer: str | None
    """Of ``$#``: error, discard, a mailer; None for plain text."""
    host: str | None
    """Of ``$@``: a host, or the status of an error; without blanks."""
    rest: str
    """Of ``$:``, or the plain text; with the blanks between tokens."""


def missing() -> str | None:
    """Say why sendmail cannot be asked; None if it can."""
    program = PROGRAMS / "sendmail"
    if not program.exists():
        return f"no sendmail in {FOLDER} (see .ci/sendmail, MAILKIT_SENDMAIL)"
    if shutil.which("m4") is None or shutil.which("unshare") is None:
        return "m4 or unshare is not installed: sendmail's configuration cannot be built, or its host not be named"
    argv = [*RENAMED, program, "-d0.1", "-bt", "-C", os.devnull]
    done = subprocess.run(argv, env=HURRY, input="", capture_output=True, text=True, check=False)
    return None if "Version" in done.stdout else f"sendmail does not run: {done.stderr.strip()[:200]}"


def build(folder: Path, mc: str, tables: Mapping[str, str], names: Iterable[str], maps: str = MAPS) -> None:
    """Build a configuration in a folder, of words of our own between the head and the mailers."""
    (folder / "cw").write_text("".join(f"{name}\n" for name in names))
    (folder / "aliases").write_text("")
    (folder / "q").mkdir(exist_ok=True)
    (folder / "x.mc").write_text(HEAD + mc + maps + TAIL)
    argv = [shutil.which("m4") or "m4", f"-D_CF_DIR_={CF}/", CF / "m4/cf.m4", "x.mc"]
    cf = subprocess.run(argv, cwd=folder, capture_output=True, check=False)
    assert cf.stdout.count(b"\n") > LINES, cf.stderr
    (folder / "x.cf").write_bytes(cf.stdout)
    for name, text in tables.items():
        subprocess.run(
            [PROGRAMS / "makemap", "-C", "x.cf", "hash", name], cwd=folder, input=text, text=True, check=True
        )


def ask(folder: Path, lines: list[str], around: Sequence[str] = RENAMED) -> list[list[str]]:
    """Type lines into test mode, which runs within another command; give what is printed for each."""
    argv = [*around, PROGRAMS / "sendmail", "-bt", "-C", "x.cf"]
    typed = "".join(f"{line}\n" for line in lines)
    done = subprocess.run(
        argv, cwd=folder, env=HURRY, input=typed, capture_output=True, text=True, timeout=SECONDS, check=False
    )
    printed: list[list[str]] = []
    for line in done.stdout.split("\n"):
        text = line
        while text.startswith("> "):
            printed.append([])
            text = text[2:]
        if printed:
            printed[-1].append(text)
    assert len(printed) == len(lines) + 1, f"{len(printed)} {len(lines)} {done.stdout[-600:]} {done.stderr}"
    return printed[:-1]


def returned(printed: list[str], ruleset: str) -> Said:
    """Read what a rule set returned at last."""
    text = next(line for line in reversed(printed) if re.match(rf"{ruleset} +returns:", line)).partition("returns:")[2]
    match = re.match(r" *\$# *(\S+)(?: \$@ (.*?))?(?: \$: (.*))?$", text)
    if match is None:
        return Said(None, None, text.strip())
    return Said(match[1], match[2].replace(" ", "") if match[2] else None, match[3] or "")


def rewritten(printed: list[str]) -> str:
    """Read what ``/try`` made of an address."""
    return next(line for line in printed if line.startswith("Rcode")).partition("addr = ")[2]
