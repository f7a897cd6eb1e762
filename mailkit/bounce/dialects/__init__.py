"""Dialects: one bounce format, one row; one engine reads them all.

A row says by which words a format is known, where in its text the recipients stand, and what its
own lines look like. A format that is no table names a reader, which is a function of this package.
"""

from mailkit.bounce.dialects.block import Block
from mailkit.bounce.dialects.engine import Clue, Dialect, read_blocks, recognise
from mailkit.bounce.dialects.load import load_dialects
from mailkit.bounce.dialects.table import DIALECTS

__all__ = ["DIALECTS", "Block", "Clue", "Dialect", "load_dialects", "read_blocks", "recognise"]
