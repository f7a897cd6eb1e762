"""What a site allows and what it does not: a TOML file beside the tables of the project.

A file may hold three tables::

    accept = ["ENCRYPTED"]      # reasons for which something may stay unscanned: the verdict is clean all the same

    [extensions]                # how grave a name is that ends so: info, suspicious or dangerous
    iso = "dangerous"
    html = "info"

    [codes]                     # how grave a finding is
    OFFICE_VBA = "info"
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, get_args

import msgspec

from mailkit.attachments.codes import CODES, DANGERS, Danger
from mailkit.attachments.pieces import Reason
from mailkit.errors import RuleError

_KEYS = ("accept", "codes", "extensions")


class Policy(msgspec.Struct, frozen=True, kw_only=True):
    """How grave a site takes what is found; what it does not name stays as the project has it.

    >>> Policy(codes={"OFFICE_VBA": "info"}).codes["OFFICE_VBA"]
    'info'
    """

    extensions: dict[str, Danger] = {}
    """Extension in lower case, without dot -> how grave."""
    codes: dict[str, Danger] = {}
    """Code of a finding -> how grave."""
    accept: frozenset[Reason] = frozenset()
    """Reasons for which something may stay unscanned without the verdict being so."""


STANDARD = Policy()
"""As the project has it."""


def parse_policy(text: str, file: str = "<policy>") -> Policy:
    r"""Read a policy. Raises RuleError, naming the file, the key and the cure, for what is none.

    >>> parse_policy('[extensions]\niso = "dangerous"').extensions
    {'iso': 'dangerous'}
    """
    import tomllib  # noqa: PLC0415 - only for who has a policy

    try:
        rows = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise RuleError(file, "", f"it is no TOML: {error}", "key") from None
    for key in rows:
        _known(key, _KEYS, file, key)
    accept = rows.get("accept", [])
    if not isinstance(accept, list):
        raise RuleError(file, "accept", f"a list of reasons belongs here, as [{get_args(Reason)[5]!r}]", "key")
    for reason in accept:
        _known(reason, get_args(Reason), file, "accept")
    codes = _dangers(rows, "codes", file)
    for code in codes:
        _known(code, CODES, file, f"codes.{code}")
    extensions = {name.lower().lstrip("."): danger for name, danger in _dangers(rows, "extensions", file).items()}
    return Policy(extensions=extensions, codes=codes, accept=frozenset(accept))


def _dangers(rows: dict[str, Any], table: str, file: str) -> dict[str, Danger]:
    """Read a table of names and how grave they are."""
    found = rows.get(table, {})
    if not isinstance(found, dict):
        raise RuleError(
            file, table, f"a table belongs here: [{table}], and lines as name = {DANGERS[1]!r} below it", "key"
        )
    for name, danger in found.items():
        _known(danger, DANGERS, file, f"{table}.{name}")
    return found


def _known(word: object, words: Iterable[str], file: str, key: str) -> None:
    """Raise where a word is none of some."""
    known = list(words)
    if word not in known:
        import difflib  # noqa: PLC0415 - only for a mistyped word

        near = difflib.get_close_matches(str(word), known, 1)
        hint = f"did you mean {near[0]!r}?" if near else f"give one of {', '.join(known[:20])}"
        raise RuleError(file, key, f"{word!r} is unknown; {hint}", "key")
