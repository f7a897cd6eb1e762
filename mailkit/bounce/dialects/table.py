"""The dialects, in the order in which they are tried: the unmistakable before the general.

To add a format: put the message and its expected answer into the corpus, add a row to the file of its kind, run the tests.
"""

from __future__ import annotations

from mailkit.bounce.dialects.asian import ASIAN
from mailkit.bounce.dialects.engine import Dialect
from mailkit.bounce.dialects.gateways import GATEWAYS
from mailkit.bounce.dialects.groupware import GROUPWARE
from mailkit.bounce.dialects.lists import LISTS
from mailkit.bounce.dialects.providers import PROVIDERS
from mailkit.bounce.dialects.services import SERVICES
from mailkit.bounce.dialects.unix import UNIX

DIALECTS: tuple[Dialect, ...] = (*SERVICES, *GATEWAYS, *PROVIDERS, *ASIAN, *LISTS, *UNIX, *GROUPWARE)
"""Every dialect, in order; the first whose clues are there reads the notice."""
