"""What a list driver asks of a message.

Which address is what (`role_of`, `expected_roles`), from which list it came (`mailing_list`), whether a program made
it (`automatic`, `precedence`) and one may answer it (`may_reply`), whether it goes in a circle, comes too often or is
too large (`Flood`, `wire_size`, `too_large`). All is read from the header; nothing is looked up. Whom a bounce is for
stands in the address it comes to: `mailkit.lists.verp` writes and reads the forms of the field, `Tokens` signed ones.
"""

from __future__ import annotations

from mailkit.lists.flood import Flood, Verdict
from mailkit.lists.headers import MailingList, mailing_list
from mailkit.lists.policy import Automatic, MayReply, automatic, may_reply, precedence
from mailkit.lists.roles import Role, expected_roles, role_of
from mailkit.lists.signs import REASONS, Reason
from mailkit.lists.size import too_large, wire_size
from mailkit.lists.tokens import Tokens
from mailkit.lists.verp import Returned, unwrap

__all__ = [
    "REASONS",
    "Automatic",
    "Flood",
    "MailingList",
    "MayReply",
    "Reason",
    "Returned",
    "Role",
    "Tokens",
    "Verdict",
    "automatic",
    "expected_roles",
    "mailing_list",
    "may_reply",
    "precedence",
    "role_of",
    "too_large",
    "unwrap",
    "wire_size",
]
