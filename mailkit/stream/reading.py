"""How a parser decides what the RFCs leave open, or what real readers decide differently."""

from __future__ import annotations

from typing import Literal

import msgspec

from mailkit.syntax.fields import Junk


class Reading(msgspec.Struct, frozen=True, kw_only=True, repr_omit_defaults=True):
    """One way to read an ambiguous message; the default is the one that the RFCs ask for.

    Where two readers differ, an attachment that one shows may be hidden from the other. `Message.views`
    gives the message in every reading that makes a difference.
    """

    fields: Literal["first", "last"] = "first"
    """Which of several Content-Type, Content-Transfer-Encoding or Content-Disposition fields counts."""
    parameters: Literal["first", "last"] = "first"
    """Which of several boundary parameters counts."""
    delimiters: Literal["until-exact", "exact", "prefix"] = "until-exact"
    """Whether a line that goes on behind the boundary is a delimiter (RFC 2046 section 5.1.1 says so, most readers
    do not): until its multipart has had one that does not go on, never, or always."""
    reused: Literal["inner", "outer"] = "inner"
    """Whose delimiter it is where two multiparts inside one another have the same boundary."""
    after_close: bool = False
    """Whether parts behind the close delimiter count."""
    preamble: bool = False
    """Whether a preamble that begins with fields is a part."""
    guess_boundary: frozenset[int] = frozenset()
    """Multiparts, by the offset of their header, whose boundary is taken from their first line with two dashes."""
    composite_encoding: bool = False
    """Whether a multipart's transfer encoding is undone (RFC 2045 section 6.4 forbids it)."""
    encodings: Literal["known", "similar", "literal"] = "known"
    """Whether a malformed transfer encoding counts by its first known token, an unknown one by what it resembles,
    or neither."""
    junk: Junk = "between"
    """Which lines that are no fields a header may hold."""
    bare_cr: bool = False
    """Whether CR alone ends a line."""
    padding: Literal["go-on", "stop"] = "go-on"
    """Whether base64 goes on behind padding in its middle."""


FIRST = Reading()
"""The reading that the RFCs ask for."""
