"""What a content is against what its name and its declared type say."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence

from mailkit.attachments.codes import Danger
from mailkit.attachments.names import Named, as_windows, extension_of, named
from mailkit.attachments.sources import SHELLS
from mailkit.attachments.types import Sniffed


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


PROGRAMS = _words("pe elf macho dex class swf chm hlp")
"""What runs when it is opened; the pages of a help file do too."""
SCRIPTS = _words("script bat vbs js ps1 hta")
INSTALLERS = _words("rpm xar crx pkg-solaris")
_ARCHIVES = _words(
    "rar4 rar5 7z cab iso udf arj ace lzh vhd vhdx wim dmg vmdk tar cpio gzip bz2 xz lzma zst lz4 z zoo alz egg sit szdd ar"
)
_PICTURES = _words("png jpg jpeg jpe jfif gif bmp tif tiff webp ico heic psd")
_SOUNDS = _words("mp3 wav ogg flac m4a aac wma mid midi mp4 m4v avi mov mkv wmv mpg mpeg webm 3gp")
_TEXTS = _words(
    "txt text log md csv tsv ini cfg conf json xml yaml yml tex srt nfo html htm ics vcf eml diff patch c h cpp java sql "
    "cer crt pem"
)
_OFFICE = _words("doc docx dot rtf odt xls xlsx xlt ods ppt pptx pps ppsx odp pub vsd wps pages numbers hwp")
_PACKED = _words("zip rar 7z gz tgz tar bz2 xz lzh")
_SHOWN = _PICTURES | _SOUNDS | {"pdf"}
_HARMLESS = _SHOWN | _TEXTS | _OFFICE
"""Extensions of files that a program shows and that run nothing by themselves."""
_MATTERS: dict[str, frozenset[str]] = {
    **dict.fromkeys(PROGRAMS | INSTALLERS | {"lnk"}, _HARMLESS | _PACKED),
    **dict.fromkeys(_ARCHIVES, _HARMLESS),
    **dict.fromkeys(SCRIPTS, _SHOWN | _OFFICE | _PACKED),
    "zip": _SHOWN | _TEXTS,  # many formats are ZIP files, and Office opens its newer ones under the older names
    "ole": _SHOWN | (_TEXTS - {"csv"}),
    "rtf": _SHOWN,
    "html": _SHOWN,
    "mht": _SHOWN,
    "ps": _PICTURES,  # programs for pictures run it by its content
}
"""Kind -> the extensions under which it deceives. One picture under the name of another is everyday."""
_TRUE_NAMES: dict[str, frozenset[str]] = {
    "onenote": frozenset({"one", "onetoc2", "onepkg"}),
    "lnk": frozenset({"lnk"}),
}
"""Kind -> the extensions that it goes by: under any other it hides."""
_INTERPRETED = SHELLS | _words("pm php awk sed tcl lua r js mjs ts groovy")
"""Extensions of scripts with a first line that names their interpreter; how grave they are is the business of names."""
_PROSE = _words("md rst adoc tex log conf cfg ini in diff patch dist example sample bak orig old tmpl tpl j2")
"""Extensions of texts that speak of commands, or are made into a script; nothing runs them."""
_COMMANDS = _words("configure makefile gnumakefile rakefile dockerfile readme rules install profile hook bashrc zshrc")
"""Names without an extension that texts of commands go by."""
_RUN = _words("exe scr pif com bat cmd lnk vbs cpl")
_PLAYED = frozenset({"audio", "video"})
"""Media types that Internet Explorer 5 took for harmless and opened, whatever was in them (CVE-2001-0154)."""
_SOURCES = _words("zip tar 7z rar4 rar5 cpio ar lzh")
"""Archives in which source code is sent, with scripts and their tests."""


def check_type(sniffed: Sniffed, names: Sequence[str], media_type: str, *, inside: str = "") -> list[Named]:
    """Say what is dangerous about a type, and where it is not what it is said to be.

    `names` are all that a file goes by; `inside` is the kind of what it stands in, empty for a part of a message.

    >>> [found.note.code for found in check_type(Sniffed(("pe",)), ["photo.jpg"], "audio/x-wav")]
    ['MAGIC_EXECUTABLE', 'TYPE_AUTORUN', 'MAGIC_MISMATCH']
    """
    media_type = media_type.strip().lower()
    extensions = [extension_of(name) for name in names]
    found = list(_dangers(sniffed, names, media_type, inside))
    kind = sniffed.kinds[0] if sniffed.kinds else ""
    for extension in extensions:
        if extension and _contradicts(kind, extension, inside):
            return [*found, named("MAGIC_MISMATCH", f"{kind} as {extension}")]
    if _is_declared_wrong(kind, media_type, named=any(extensions)):
        found.append(named("MAGIC_MISMATCH", f"{kind} as {media_type}"))
    return found


def _dangers(sniffed: Sniffed, names: Sequence[str], media_type: str, inside: str) -> Iterator[Named]:
    """Give what is dangerous whatever the name."""
    kinds = frozenset(sniffed.kinds)
    if sniffed.eicar:
        yield named("EICAR")
    if programs := kinds & PROGRAMS:
        yield named("MAGIC_EXECUTABLE", min(programs))
    if (
        media_type.partition("/")[0] in _PLAYED
        and not inside
        and (programs or _RUN.intersection(map(extension_of, names)))
    ):
        yield named("TYPE_AUTORUN", media_type)
    if (scripts := kinds & SCRIPTS) and (grave := _as_script(scripts, names, media_type, inside)):
        yield named("MAGIC_SCRIPT", min(scripts), grave)
    if "lnk" in kinds:
        yield named("MAGIC_SHORTCUT")
    if installers := kinds & INSTALLERS:
        yield named("MAGIC_INSTALLER", min(installers))
    if sniffed.polyglot:
        yield named("POLYGLOT", " and ".join(sniffed.kinds))


def _as_script(kinds: Collection[str], names: Sequence[str], media_type: str, inside: str) -> Danger | None:
    """Say how grave a script is by where it stands; None for where one is expected.

    A text runs nowhere by a double click, and is pasted every day; but who hides a script calls it so. Where only some
    call in it speaks for one it may as well be about scripts.
    """
    extensions = [extension_of(name) for name in names]
    if inside in _SOURCES:
        return None if (_SHOWN | _OFFICE).isdisjoint(extensions) else "dangerous"
    if not names and not inside and media_type in {"", "text/plain"}:
        return None  # the text of a mail
    if any(extensions) and (_INTERPRETED | _PROSE).issuperset(extensions):
        return None
    if not (_TEXTS | _PROSE | _INTERPRETED | {""}).issuperset(extensions) or (inside and not names):
        return "dangerous"
    return "info" if "ps1" in kinds or (names and all(map(_speaks_of_scripts, names))) else "suspicious"


def _speaks_of_scripts(name: str) -> bool:
    """Say whether a name of a text says openly that it holds a script: ``Makefile``, ``run.sh.txt``."""
    stem, dot, _ = as_windows(name).rpartition(".")
    return extension_of(stem) in _INTERPRETED if stem and dot else as_windows(name).lower().lstrip(".") in _COMMANDS


def _contradicts(kind: str, extension: str, inside: str) -> bool:
    """Say whether no honest file of a kind goes by an extension."""
    if kind in SCRIPTS and inside in _SOURCES:
        return extension in _SHOWN | _OFFICE
    if kind in _TRUE_NAMES:
        return extension not in _TRUE_NAMES[kind]
    return extension in _MATTERS.get(kind, ())


def _is_declared_wrong(kind: str, media_type: str, *, named: bool) -> bool:
    """Say whether the declared type hides what a content is; where there is a name, that counts for all but programs."""
    family = media_type.partition("/")[0]
    if kind in PROGRAMS or kind == "lnk":
        return family in {"audio", "video", "image", "text"} or media_type == "application/pdf"
    if named or kind not in _MATTERS or kind in SCRIPTS:
        return False
    if family in _PLAYED or media_type == "application/pdf":
        return True
    return family == "image" or (family == "text" and kind in _ARCHIVES | {"zip"})
