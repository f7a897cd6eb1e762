"""What the name of a file says: what Windows would run it as, and by which tricks that is hidden.

A name is read as Windows makes it: the last part of a path, without a stream behind a colon, without dots and blanks at
its end, without what nobody sees. What is left behind the last dot says how dangerous it is (`_extensions`). A name that
is still encoded, or that some programs end earlier, has more than one such reading; the worst counts.
"""

from __future__ import annotations

import functools
import html
import re
import unicodedata
import urllib.parse
from collections.abc import Collection, Iterator, Mapping
from typing import NamedTuple

from mailkit.attachments._extensions import ROWS
from mailkit.attachments.codes import CODES, DANGERS, Danger
from mailkit.attachments.lookalikes import BLANKS, DOTS, FILLERS, INVISIBLE, OVERRIDES, TURNING, fold, scripts
from mailkit.attachments.pieces import Note
from mailkit.attachments.sources import SCRIPTS, is_at_home
from mailkit.syntax.words import decode_words


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


BY_CLASS: dict[str, str] = {
    "executable": "EXT_EXECUTABLE",
    "script": "EXT_SCRIPT",
    "shortcut": "EXT_SHORTCUT",
    "installer": "EXT_INSTALLER",
    "config": "EXT_CONFIG",
    "macro-office": "EXT_MACRO",
    "database": "EXT_DATABASE",
    "disk-image": "EXT_CONTAINER",
    "archive-odd": "EXT_CONTAINER",
    "web": "EXT_WEB",
    "encoded": "EXT_ENCODED",
}
"""Class of an extension -> code; the other classes are named by no finding."""
_BY_CONTENT = frozenset({"web", "encoded", "archive-odd"})
"""Classes whose content is looked at, and decides."""
_CONTENT_DECIDES = _words("mat mar mag mas mad mam dot xlt pub plg its prg bas")
"""Extensions that ordinary files of other programs have, too: MATLAB's, templates without macros, source text, months."""
_LEADING = _words("url webloc")
"""Shortcuts to an address, which the systems open in a browser; their readers say where that leads."""
_DECOYS = _words(
    "7z avi bmp csv doc docx eml gif gz heic htm html ics jpeg jpg key md mov mp3 mp4 mpeg numbers odp ods odt pages pdf png "
    "pps ppt pptx rar rtf svg tar tif tiff txt wav webp wps xls xlsx xml zip"
)
"""Extensions that a reader takes for the true one."""
_NO_DECOYED = frozenset({"macro-office", "disk-image", "archive-odd"})
"""Classes before which another extension is everyday: ``backup.tar.iso``."""
_NO_WORDS = _words("bat cmd exe js pif scr vbs")
"""Endings that no sentence has behind a full stop and a blank."""
_PROGRAMS = frozenset({"pe", "elf", "macho", "com", "com-eicar", "script", "bat"})
_LONG_BLANK = 8
"""Blanks in a row that hide what follows in a narrow column (MailScanner 10)."""
LONG_NAME = 255
MOST = 4_096
"""Characters of a name that are looked at: half of them at its beginning, half at its end."""
_GAP = " " * _LONG_BLANK
_DEVICE = re.compile(r"(?:con|prn|aux|nul|com[0-9]|lpt[0-9])(?:\.|\Z)", re.IGNORECASE)
_USUAL = re.compile(rf"(?!(?i:{_DEVICE.pattern}))[^\W_][\w _()+,-]*(?:\.[\w _()+,-]*[\w)])*")
_CLSID = re.compile(r"\.\s*\{[0-9A-Fa-f]{8}-[0-9A-Fa-f]{1,4}[0-9A-Fa-f-]{0,40}\}?\Z")
_STREAM = re.compile(r"(?:\.([0-9A-Za-z_-]{1,16})[ .]{0,9}:(?=\S)|::?\$(?:DATA|INDEX))", re.IGNORECASE)
_MARK_OF_THE_WEB = re.compile(r":?(?:zone\.identifier|smartscreen)(?::\$DATA)?", re.IGNORECASE)
_DRIVE = re.compile(r"\A[A-Za-z]:")
_UNFIT = re.compile(r";[0-9]{0,5}\Z|[\"'<>|?*;]+")
_SLASHES = re.compile(r"[\\/]")
_ENTITY = re.compile(r"&(?:#[0-9xX]|[A-Za-z]{2,8};)")
_PERCENT = re.compile(r"(?:%(?!0[1-9A-Fa-f]|1[0-9A-Fa-f])[0-9A-Fa-f]{2})+")
_QUOTED = re.compile(r"=([2-7][0-9A-Fa-f])")
_ISO_2022 = re.compile(r"\x1b(?:\$[()*+-]?[@-Z]|[(-/][@-Z])")
"""What changes the alphabet in ISO-2022-JP, -KR and -CN (ISO/IEC 2022 section 13.2; ECMA-35)."""
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
_DOMAIN = re.compile(r"(?:[0-9A-Za-z-]{1,63}\.){1,8}[A-Za-z-]{2,63}|[\w.+-]{1,64}@[\w.-]{1,253}")
_BLANK_RUN = re.compile(f"[{''.join(map(re.escape, sorted(BLANKS)))}]{{{_LONG_BLANK},}}")
_LAST_DOT = re.compile(f"[{''.join(map(re.escape, sorted(DOTS)))}]")
_OTHER_DOTS = DOTS - {"."}
_UNSEEN = (INVISIBLE - TURNING) | FILLERS
_AROUND = "".join(BLANKS | INVISIBLE)
_ALTERED = (DOTS | BLANKS | INVISIBLE) - frozenset(". ")
"""What does not stand for itself in a name, printable or not."""


class Row(NamedTuple):
    """What is known of an extension."""

    class_: str
    severity: Danger
    sources: tuple[str, ...]


def _rows() -> Iterator[tuple[str, Row]]:
    dangers: dict[str, Danger] = {danger: danger for danger in DANGERS}
    for line in ROWS.strip().splitlines():
        extension, class_, severity, *sources = line.partition(" #")[0].split()
        yield extension, Row(class_, dangers[severity], tuple(sources))


EXTENSIONS: dict[str, Row] = dict(_rows())
"""Extension in lower case, without dot -> what is known of it."""


def listed_by(extension: str) -> str:
    """Say which lists have an extension; nothing for one that is mailkit's own choice, or unknown.

    >>> listed_by("scr").split()[:3]
    ['gmail', 'owa', 'outlook']
    """
    row = EXTENSIONS.get(extension)
    return " ".join(row.sources) if row else ""


class Named(NamedTuple):
    """What was found of a name."""

    note: Note
    severity: Danger


class Surroundings(NamedTuple):
    """What is known of a file besides its name."""

    kinds: frozenset[str] = frozenset()
    """What its content is."""
    inside: str = ""
    """The kind of what it stands in; empty for a part of a message."""
    neighbours: Collection[str] = ()
    """The names of all that stands there."""
    extensions: Mapping[str, Danger] = {}
    """What the site has to say of extensions."""
    content: bytes = b""
    path: str = ""
    """Its name with the folders of the archive; `check_name` sets it."""


ALONE = Surroundings()


def check_name(name: str, around: Surroundings = ALONE) -> list[Named]:
    r"""Say what a name is and hides.

    >>> [(found.note.code, found.severity) for found in check_name("invoice.pdf .SCR")]
    [('EXT_EXECUTABLE', 'dangerous'), ('NAME_DOUBLE_EXT', 'suspicious')]
    >>> check_name("U.S.A. tax form no.12.pdf")
    []
    """
    if around.inside:
        around = around._replace(path=name)
    if len(name) <= LONG_NAME and _USUAL.fullmatch(name) and _GAP not in name and ". " not in name:
        stem, _, extension = name.rpartition(".")
        extension = extension.lower()
        if name.isascii():
            return _by_extension(stem, extension, around) if stem else []
        if extension.isascii() and extension not in EXTENSIONS and not around.extensions:
            return []
    short = _ends(name)
    found = _read(short, around)
    decoded = _ends(_decoded(short))
    if decoded != short:
        found += _read(decoded, around)
    length = len(name) - 1 - max(name.rfind("/"), name.rfind("\\"))
    if length > LONG_NAME:
        found.append(named("NAME_LONG", str(length)))
    worst: dict[str, Named] = {}
    for one in found:
        if one.note.code not in worst or DANGERS.index(one.severity) > DANGERS.index(worst[one.note.code].severity):
            worst[one.note.code] = one
    return list(worst.values())


def as_windows(name: str) -> str:
    r"""Give a name as Windows would write the file.

    >>> as_windows("..\\a.txt\x00/setup.exe::$DATA"), as_windows("setup.exe . ")
    ('setup.exe', 'setup.exe')
    """
    return _file(_last(_ends(name)))


@functools.lru_cache(maxsize=64)  # of one file it is asked several times
def extension_of(name: str) -> str:
    """Give the extension of a name as Windows would have it, in lower case; empty where there is none.

    >>> extension_of("Setup.EXE "), extension_of("README")
    ('exe', '')
    """
    stem, _, extension = as_windows(name).rpartition(".")
    return extension.lower() if stem else ""


def _ends(name: str) -> str:
    """Give what is looked at of a name."""
    return name if len(name) <= MOST else name[: MOST // 2] + name[-MOST // 2 :]


def _last(name: str) -> str:
    """Give the last part of a path, with all that is seen of it."""
    shown = name if name.isprintable() and _ALTERED.isdisjoint(name) else "".join(map(_plain, name))
    return _DRIVE.sub("", _SLASHES.split(shown.rstrip("\\/"))[-1])


def _plain(letter: str) -> str:
    """Give a letter as it counts in a name: dots and blanks of all kinds as the plain ones, nothing for the unseen."""
    if letter in DOTS:
        return "."
    if letter in BLANKS:
        return " "
    return "" if letter in INVISIBLE or unicodedata.category(letter) in {"Cc", "Cf"} else letter


def _file(last: str) -> str:
    """Give the file that the last part of a path names."""
    return _UNFIT.sub("", last[: _colon(last)]).lstrip(" ").rstrip(" .")


def _colon(last: str) -> int | None:
    """Find the colon behind which a stream of a file is named; the one of a time of day or of ``Re:`` is none."""
    found = _STREAM.search(last) if ":" in last else None
    if found is None or (found[1] and found[1].lower() not in EXTENSIONS and found[1].lower() not in _DECOYS):
        return None
    return last.index(":", found.start())


def _decoded(name: str) -> str:
    """Undo what a mail or a page encodes a name with, where that was left in it."""
    if "=?" in name:
        name = decode_words(name.encode("utf-8", "surrogatepass"), fallback="utf-8") or ""
    if "&" in name and _ENTITY.search(name):
        name = html.unescape(name)
    if "%" in name:
        name = _PERCENT.sub(lambda one: urllib.parse.unquote(one[0], errors="replace"), name)
    if "=" in name:
        name = _QUOTED.sub(lambda one: chr(int(one[1], 16)), name)
    return name


def named(code: str, detail: str = "", severity: Danger | None = None) -> Named:
    """Give something that was found, as grave as its code is where nothing else is said."""
    return Named(Note(code, detail), severity or CODES[code].severity)


def _read(name: str, around: Surroundings) -> list[Named]:
    """Say what a name is and hides as it stands; what programs end at NUL or behind a colon is read both ways."""
    last = _last(name)
    colon = _colon(last)
    readings = [_file(last)]
    if colon is not None:
        readings.append(last[colon + 1 :].partition(":")[0].strip(" ."))
    if "\0" in name:
        readings.append(_file(_last(name.partition("\0")[0])))
    worse = [found for reading in readings for found in _by_end(reading, around)]
    found = [*worse, *_tricks(name, last, colon)]
    if not _UNSEEN.isdisjoint(name):
        found += _unseen(name)
    if any(one.severity != "info" for one in worse):
        found += _hidings(name)
        if _LAST_DOT.findall(name)[-1:] not in ([], ["."]):  # Windows knows no other dot
            found = [one._replace(severity=min(one.severity, "suspicious", key=DANGERS.index)) for one in found]
    return found


def _by_end(file: str, around: Surroundings) -> list[Named]:
    """Say what the end of a file's name says, or what it is taken for."""
    stem, dot, end = file.rpartition(".")
    if not dot:
        return []
    extension = end.strip(" ")
    taken = around if extension.isascii() else around._replace(kinds=frozenset({"pe"}))  # what it is taken for counts
    found = _by_extension(stem, fold(extension).lower(), taken)
    if not found or (extension.isascii() and end == extension):
        return found
    if extension.isascii():
        return [one._replace(severity="suspicious") for one in found if extension.lower() in _NO_WORDS]
    own = scripts(extension)
    theirs = scripts(stem)
    if len(own) == 1 and own <= theirs and "LATIN" not in own | theirs:
        return []  # a word
    worse = [one._replace(severity="suspicious") for one in found if one.severity != "info"]
    return [*worse, named("NAME_HOMOGLYPH", extension)] if worse else []


def _by_extension(stem: str, extension: str, around: Surroundings) -> list[Named]:
    """Say how dangerous an ending is, and whether a harmless one before it hides that."""
    row = EXTENSIONS.get(extension)
    asked = around.extensions.get(extension)
    if row is None or row.class_ not in BY_CLASS:
        return [] if asked is None else [named("EXT_OTHER", extension, asked)]
    before = stem.rpartition(".")[2].strip().lower() if "." in stem else ""
    severity = asked or _severity(stem, before, extension, around)
    found = [named(BY_CLASS[row.class_], extension, severity)]
    if severity != "info" and before in _DECOYS and row.class_ not in _NO_DECOYED:
        found.append(named("NAME_DOUBLE_EXT", f"{before}.{extension}"))
    return found


def _severity(stem: str, before: str, extension: str, around: Surroundings) -> Danger:
    """Give how dangerous an extension is where the file stands."""
    row = EXTENSIONS[extension]
    if row.class_ in _BY_CONTENT or extension in _CONTENT_DECIDES:
        return "suspicious" if extension == "ace" else "info"
    if extension == "com" and _is_domain(stem, before, around.kinds):
        return "info"
    if extension in _LEADING:
        return "suspicious"  # where it leads to counts
    may_be = extension in SCRIPTS and around.inside and before not in _DECOYS
    if may_be and is_at_home(around.path, around.inside, tuple(around.neighbours), around.content):
        return "info"
    return row.severity


def _is_domain(stem: str, before: str, kinds: frozenset[str]) -> bool:
    """Say whether a name on .com is that of a domain: its content is no program, or it looks like one."""
    if kinds:
        return _PROGRAMS.isdisjoint(kinds)
    return before not in _DECOYS and before not in EXTENSIONS and bool(_DOMAIN.fullmatch(stem))


def _tricks(name: str, last: str, colon: int | None) -> Iterator[Named]:
    """Find what is odd about a name whatever it ends in."""
    if not name.isprintable():
        yield from _controls(name)
    if ".." in name and ".." in [part.strip() for part in _SLASHES.split(name)]:
        yield named("NAME_PATH", name)
    elif name.startswith("\\\\"):
        yield named("NAME_PATH", name, "info")
    if "{" in last and _CLSID.search(_file(last)):
        yield named("NAME_CLSID", name)
    if colon is not None:
        yield named("NAME_ADS", name, "info" if _MARK_OF_THE_WEB.fullmatch(last, colon + 1) else None)
    if _DEVICE.match(last):
        yield named("NAME_RESERVED", name)


def _controls(name: str) -> Iterator[Named]:
    """Find what turns a name around, and controls; the escapes of Asian charsets are none, nor is cp1252 read as Latin-1."""
    if not OVERRIDES.isdisjoint(name):
        yield named("NAME_RTLO", name)
    if "\x1b" in name:
        name = _ISO_2022.sub("", name.replace("\x0e", "").replace("\x0f", "") if "\x1b$)" in name else name)
    if _CONTROL.search(name):
        yield named("NAME_CONTROL", name)
    elif any("\x80" <= letter < "\xa0" for letter in name):
        yield named("NAME_CONTROL", name, "info")


def _unseen(name: str) -> Iterator[Named]:
    """Find invisible characters inside an ending that some program or reader knows."""
    ends = _LAST_DOT.split(name)[1:]
    end = ends[-1].strip(_AROUND) if ends else ""
    if not _UNSEEN.isdisjoint(end):
        extension = fold("".join(letter for letter in end if letter not in INVISIBLE | FILLERS)).lower()
        if extension in EXTENSIONS or extension in _DECOYS:
            yield named("NAME_INVISIBLE", end)


def _hidings(name: str) -> Iterator[Named]:
    """Find what hides the end of a dangerous name, and is everyday in others."""
    if not TURNING.isdisjoint(name):
        yield named("NAME_RTLO", name)
    gap = _BLANK_RUN.search(name.strip())
    if gap:
        yield named("NAME_LONG_SPACES", str(len(gap[0])))
    if name.rstrip().rstrip(".\u00a0 ") != name:
        yield named("NAME_TRAILING_DOT", name)
    if not _OTHER_DOTS.isdisjoint(name):
        yield named("NAME_HOMOGLYPH", name)
    if any(letter in _UNSEEN or (letter not in TURNING and unicodedata.category(letter) == "Cf") for letter in name):
        yield named("NAME_INVISIBLE", name)
    if "\n" in name or "\r" in name:
        yield named("NAME_CONTROL", name)
