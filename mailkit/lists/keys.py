r"""A file with the keys of signed return paths: the driver signs with it, and `mailkit ingest` reads with it.

::

    days = 30           # how long a return path is good for
    mark = "-bounces"   # what stands behind the name of the list
    [keys]              # of one letter each; the last one signs, all are read, and one that is taken out is void
    a = "8f4c..."       # hexadecimal, 16 bytes or more, as `openssl rand -hex 32` writes it
"""

from __future__ import annotations

import re

from mailkit.errors import RuleError
from mailkit.lists.tokens import Tokens

_KNOWN = ("days", "mark", "keys")
_HEXADECIMAL = re.compile(r"(?:[0-9A-Fa-f]{2})+")


def parse_keys(text: str, file: str = "<keys>") -> Tokens:
    r"""Read the keys from TOML.

    >>> tokens = parse_keys('[keys]\na = "30313233343536373839616263646566"')
    >>> tokens.encode("news@lists.example", "joe@example.org").partition("=")[0]
    'news-bounces+joe'

    Raises RuleError, naming the file, the key and the cure but never a secret, for what is none.
    """
    import tomllib  # noqa: PLC0415 - only for who has a file

    try:
        rows = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise RuleError(file, "", f"it is no TOML: {error}", "key") from None
    unknown = next((key for key in rows if key not in _KNOWN), None)
    if unknown is not None:
        raise RuleError(file, unknown, f"it is unknown; give one of {', '.join(_KNOWN)}", "key")
    days, mark, keys = rows.get("days", 30), rows.get("mark", "-bounces"), rows.get("keys", {})
    if not isinstance(days, int) or isinstance(days, bool):
        raise RuleError(file, "days", "it is no whole number", "key")
    if not isinstance(mark, str) or not mark:
        raise RuleError(file, "mark", "it is no text; the default is -bounces", "key")
    if not isinstance(keys, dict) or not keys:
        raise RuleError(
            file, "keys", 'it names no key; give [keys], and below it a = "...", of openssl rand -hex 32', "key"
        )
    for name, value in keys.items():
        if not isinstance(value, str) or not _HEXADECIMAL.fullmatch(value):
            raise RuleError(file, f"keys.{name}", "it is not hexadecimal; openssl rand -hex 32 writes one", "key")
    try:
        return Tokens({name: bytes.fromhex(value) for name, value in keys.items()}, days=days, mark=mark)
    except ValueError as error:
        raise RuleError(file, "keys", str(error), "key") from None
