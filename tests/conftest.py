"""How often a property is tried: four hundred times, or five thousand with ``--hypothesis-profile=thorough``.

Where CI runs, the examples are the same every time: what fails there can be made to fail again.
"""

from __future__ import annotations

import os

from hypothesis import settings

ALWAYS_THE_SAME = "CI" in os.environ
settings.register_profile("quick", max_examples=400, deadline=None, derandomize=ALWAYS_THE_SAME)
settings.register_profile("thorough", max_examples=5_000, deadline=None, derandomize=ALWAYS_THE_SAME)
settings.load_profile("quick")
