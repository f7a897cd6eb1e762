"""What is written in the place of a part that was taken out: in English, and in the language of the site."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal, NamedTuple

from mailkit.attachments.notice_words import LANGUAGES, WHYS, Why, Words
from mailkit.attachments.printable import printable

NAME_CHARACTERS = 100
"""Of a name, as much is told; the sender chose it."""
NAME_COUNT = 3
"""Of the files inside, so many are named."""

_WHY: dict[str, Why] = {
    "EXT_EXECUTABLE": "program",
    "EXT_INSTALLER": "program",
    "MAGIC_EXECUTABLE": "program",
    "MAGIC_INSTALLER": "program",
    "TYPE_AUTORUN": "program",
    "EICAR": "program",
    "EXT_SCRIPT": "script",
    "MAGIC_SCRIPT": "script",
    "HTML_SMUGGLING": "script",
    "HTML_SCRIPT": "script",
    "SVG_SCRIPT": "script",
    "XML_SCRIPT": "script",
    "PDF_JAVASCRIPT": "script",
    "EXT_MACRO": "macro",
    "OFFICE_VBA": "macro",
    "OFFICE_VBA_AUTO": "macro",
    "OFFICE_XLM": "macro",
    "OFFICE_XLM_AUTO": "macro",
    "SLK_MACRO": "macro",
    "MAGIC_MISMATCH": "disguise",
    "EXT_SHORTCUT": "shortcut",
    "MAGIC_SHORTCUT": "shortcut",
    "URL_FILE": "shortcut",
    "EXT_CONFIG": "active",
    "EXT_DATABASE": "active",
    "OFFICE_OLE_PACKAGE": "active",
    "OFFICE_DDE": "active",
    "OFFICE_ACTIVEX": "active",
    "OFFICE_CUSTOM_UI": "active",
    "OFFICE_EQUATION": "active",
    "RTF_OBJECT": "active",
    "ONENOTE_EMBEDDED": "active",
    "PDF_LAUNCH": "active",
    "PDF_ACTION": "active",
    "PDF_EMBEDDED": "active",
    "HTML_FORM": "active",
    "HTML_OBJECT": "active",
    "CSV_DDE": "active",
    "ICS_ATTACH": "active",
    "OFFICE_EXTERNAL_OLE": "elsewhere",
    "OFFICE_EXTERNAL_LINK": "elsewhere",
    "OFFICE_LINKED_BOOK": "elsewhere",
    "OFFICE_TEMPLATE": "elsewhere",
    "HTML_REDIRECT": "elsewhere",
    "QUERY_FILE": "elsewhere",
    "MIME_EXTERNAL": "elsewhere",
    "EXTERNAL": "elsewhere",
    "ARCHIVE_ENCRYPTED": "encrypted",
    "OFFICE_ENCRYPTED": "encrypted",
    "PDF_ENCRYPTED": "encrypted",
    "CRYPTO_OPAQUE": "encrypted",
    "ENCRYPTED": "encrypted",
    "UNSUPPORTED": "unread",
    "MIME_PARTIAL": "unread",
    "PARTIAL": "unread",
    "MIME_DEPTH": "large",
    "MIME_PARTS": "large",
    "MIME_LIMIT": "large",
    "ARCHIVE_DEPTH": "large",
    "ARCHIVE_BOMB": "large",
    "DEPTH": "large",
    "PARTS": "large",
    "BYTES": "large",
    "RATIO": "large",
    "TIME": "large",
    "POLYGLOT": "malformed",
    "XML_ENTITY": "malformed",
    "OFFICE_MALFORMED": "malformed",
    "TNEF_MALFORMED": "malformed",
    "TNEF_CHECKSUM": "malformed",
    "MALFORMED": "malformed",
    "AMBIGUOUS": "malformed",
}
"""Code of a finding, or reason of a gap -> why, in words of a person."""
_WHY_BEGINS: dict[str, Why] = {"NAME_": "disguise", "ARCHIVE_": "malformed", "MIME_": "malformed"}
"""The same of codes that begin so, where the table has none."""
_CARRIERS = frozenset({"ARCHIVE_MEMBER", "TNEF_MEMBER", "UU_IN_TEXT"})
"""Codes that say only where something stands; what it is has a code of its own."""

Whole = Literal["", "signed", "text"]


class Notice(NamedTuple):
    """What a notice tells."""

    name: str | None
    size: int | None
    """Bytes of the file, decoded; None where nobody knows."""
    found: tuple[str, ...]
    """Codes of findings, and reasons of gaps."""
    is_opaque: bool = False
    """Whether it went only because it could not be looked at."""
    inside: tuple[str, ...] = ()
    """The names of the files in it for which it went."""
    whole: Whole = ""
    """What went with them: all that is signed, or the text in which they stood."""


def known_languages(wanted: Sequence[str] | str) -> tuple[str, ...]:
    """Give the languages of some tags, each once: case, region and script do not matter. Raises ValueError.

    >>> known_languages("de-AT,EN"), known_languages(("zh_TW", "zh-Hans"))
    (('de', 'en'), ('zh',))
    """
    words = [word.strip() for text in ([wanted] if isinstance(wanted, str) else wanted) for word in text.split(",")]
    found = {word.replace("_", "-").partition("-")[0].lower(): word for word in words}
    unknown = [word for language, word in found.items() if language not in LANGUAGES]
    if unknown or not found:
        wrong = f"there is no notice in {unknown[0]!r}" if unknown else "no language is named"
        message = f"{wrong}; give one or more of {', '.join(LANGUAGES)}"
        raise ValueError(message)
    return tuple(found)


def why_of(found: Sequence[str]) -> tuple[Why, ...]:
    """Give why a part went, in words of a person, each once.

    >>> why_of(["EXT_EXECUTABLE", "NAME_RTLO", "ARCHIVE_MEMBER"]), why_of(["ARCHIVE_MEMBER"])
    (('program', 'disguise'), ('other',))
    """
    whys = dict.fromkeys(_why(code) for code in found if code not in _CARRIERS)
    return tuple(whys) or ("other",)


def _why(code: str) -> Why:
    begins = code.partition("_")[0] + "_"
    return _WHY.get(code) or _WHY_BEGINS.get(begins, "other")


def notice_text(notice: Notice, languages: tuple[str, ...]) -> str:
    r"""Give the text of a notice, one paragraph a language; names are fit to be printed, and cut.

    >>> print(notice_text(Notice("a\u202egnp.exe", 1024, ("EXT_EXECUTABLE", "NAME_RTLO")), ("en",)), end="")
    A part of this message was removed here because it may be dangerous.
    Name: a<U+202E>gnp.exe
    Size (bytes): 1024
    Reason: program, disguised name
    """
    return "\n".join(_paragraph(LANGUAGES[language], notice) for language in languages)


def _paragraph(words: Words, notice: Notice) -> str:
    lines = [words.opaque if notice.is_opaque else words.head]
    if notice.whole:
        lines.append(words.signed if notice.whole == "signed" else words.text)
    if notice.name:
        lines.append(words.name + printable(notice.name, NAME_CHARACTERS))
    if notice.inside:
        more = ["…"] if len(notice.inside) > NAME_COUNT else []
        names = [printable(name, NAME_CHARACTERS) for name in notice.inside[:NAME_COUNT]]
        lines.append(words.inside + words.comma.join(names + more))
    if notice.size is not None:
        lines.append(f"{words.size}{notice.size}")
    whys = dict(zip(WHYS, words.whys.split("|"), strict=True))
    lines.append(words.reason + words.comma.join(whys[why] for why in why_of(notice.found)))
    return "\n".join([*lines, ""])
