"""The forms in which MTAs begin what they say of a recipient."""

from __future__ import annotations

ANGLE_COLON = r"[ \t]{0,8}<{address}>[ \t]*:"  # <joe@example.org>: host said ...
FLUSH = r"<{address}>[ \t]*:"  # the same, where indented lines are what the server said
ANGLE = r"[ \t]{0,12}<{address}>"
PLAIN_COLON = r"[ \t]{0,8}{address}[ \t]*:(?!//)"
PLAIN_LINE = r"[ \t]{0,12}{address}[ \t]*\r?$"
INDENTED = r"[ \t]{1,12}<?{address}>?(?=[ \t]*\r?$|:|[ \t]+\()"
