"""What a program takes a text for by its name or its declared type, whatever it begins with."""

from __future__ import annotations

BY_EXTENSION: dict[str, str] = {
    **dict.fromkeys(("csv", "tsv"), "csv"),
    **dict.fromkeys(("iqy", "oqy", "dqy", "rqy"), "iqy"),
    **dict.fromkeys(("htm", "html", "xhtml", "shtml"), "html"),
    **dict.fromkeys(("xml", "xsl", "xslt"), "xml"),
    **dict.fromkeys(("url", "website"), "url"),
    **dict.fromkeys(("mht", "mhtml"), "mht"),
    **dict.fromkeys(("asc", "gpg", "pgp"), "pgp"),
    **{name: name for name in ("slk", "ics", "svg", "desktop", "eml", "rtf", "pdf")},
}
"""Extension -> kind."""
BY_TYPE: dict[str, str] = {
    "text/calendar": "ics",
    "text/html": "html",
    "image/svg+xml": "svg",
    "application/xhtml+xml": "html",
    "text/csv": "csv",
    "message/rfc822": "eml",
}
"""Declared media type -> kind."""
