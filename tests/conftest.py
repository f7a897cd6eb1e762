"""How often a property is tried: a thousand times, or five thousand with ``--hypothesis-profile=thorough``."""

from __future__ import annotations

from hypothesis import settings

settings.register_profile("quick", max_examples=1_000, deadline=None)
settings.register_profile("thorough", max_examples=5_000, deadline=None)
settings.load_profile("quick")
