"""Filters that stand before a mail server."""

from __future__ import annotations

from mailkit.bounce.dialects.engine import Dialect

GATEWAYS: tuple[Dialect, ...] = ()
