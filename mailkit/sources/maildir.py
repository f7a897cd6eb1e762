"""Mail in a Maildir moves while it is read: from ``new`` to ``cur``, and to another name when its flags change.

The part of a name before the colon stays; behind it stand ``2,`` and the flags D F P R S T in that order, and small letters
for what a user has called so (D. J. Bernstein, "Using maildir format"; Dovecot, "Maildir mailbox format").
"""

from __future__ import annotations

import os
from functools import lru_cache
from itertools import combinations

FOLDERS = ("cur", "new")
"""In which its messages lie."""
_FLAGS = [":2," + "".join(some) for count in range(7) for some in combinations("DFPRST", count)]


def unique_part(name: str) -> str:
    """Give the part of a file's name that stays.

    >>> unique_part("1764000000.M1P2.mx,S=2009:2,RS")
    '1764000000.M1P2.mx,S=2009'
    """
    return name.partition(":")[0]


def found_again(name: str) -> str | None:
    """Give where a message of a Maildir is now that is no longer under its name; None where it is gone, or in no Maildir."""
    folder, base = os.path.split(name)
    above, last = os.path.split(folder)
    if last not in FOLDERS or not base:
        return None
    unique = unique_part(base)
    places = [os.path.join(above, "cur", unique + flags) for flags in _FLAGS] + [os.path.join(above, "new", unique)]  # noqa: PTH118 - a name is kept as it was given
    found = next((place for place in places if os.path.lexists(place)), None)
    if found is None:
        for one in FOLDERS:
            place = os.path.join(above, one)  # noqa: PTH118 - likewise
            try:
                found = _listing(place, os.stat(place).st_mtime_ns).get(unique)  # noqa: PTH116 - likewise
            except OSError:
                continue
            if found is not None:
                return os.path.join(place, found)  # noqa: PTH118 - likewise
    return found


@lru_cache(maxsize=2)
def _listing(folder: str, _changed: int) -> dict[str, str]:
    """Give the names in a folder by their unique part, as long as it does not change."""
    with os.scandir(folder) as entries:
        return {unique_part(entry.name): entry.name for entry in entries}
