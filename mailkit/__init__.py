"""mailkit reads the mail nobody wants to read: bounces.

    bytes -> stream.StreamParser -> message.Message -> bounce.classify -> Bounce
                                                       envelope, trace, check_text -> Envelope, Trace, TextReport
                                                       check_attachments -> AttachmentReport, strip_attachments -> Stripped
                                                       analyze -> Report: all of these; analyze_many: of many messages

>>> from mailkit import classify
>>> from pathlib import Path
>>> [r.status for r in classify(Path("corpora/mta/postfix-userunknown.eml").read_bytes()).recipients]
['5.1.1']
"""

from mailkit import _guard  # noqa: F401 - the first: it watches over what the others do while they are loaded
from mailkit.attachments import AttachmentReport, Stripped, check_attachments, strip_attachments
from mailkit.batch import analyze_many
from mailkit.bounce.classify import classify
from mailkit.bounce.details import Details
from mailkit.bounce.origin import Ours
from mailkit.bounce.reply import classify_reply
from mailkit.bounce.result import Bounce, Evidence, Feedback, Original, Recipient, Verdict
from mailkit.envelope import Envelope, envelope
from mailkit.errors import MailkitError, ParseError, RuleError, SourceError
from mailkit.findings import Finding
from mailkit.limits import Limits
from mailkit.message import Message, parse, read
from mailkit.part import Part
from mailkit.report import Report, analyze
from mailkit.status import Status
from mailkit.stream.parser import StreamParser
from mailkit.text import TextReport, check_text
from mailkit.trace import Trace, trace

__version__ = "0.1.0"

__all__ = [
    "AttachmentReport",
    "Bounce",
    "Details",
    "Envelope",
    "Evidence",
    "Feedback",
    "Finding",
    "Limits",
    "MailkitError",
    "Message",
    "Original",
    "Ours",
    "ParseError",
    "Part",
    "Recipient",
    "Report",
    "RuleError",
    "SourceError",
    "Status",
    "StreamParser",
    "Stripped",
    "TextReport",
    "Trace",
    "Verdict",
    "analyze",
    "analyze_many",
    "check_attachments",
    "check_text",
    "classify",
    "classify_reply",
    "envelope",
    "parse",
    "read",
    "strip_attachments",
    "trace",
]
