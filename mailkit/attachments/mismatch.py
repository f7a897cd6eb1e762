"""What a content is against what its name and its declared type say."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from mailkit.attachments.names import extension_of
from mailkit.attachments.pieces import Note
from mailkit.attachments.types import Sniffed

PROGRAMS = frozenset({"pe", "elf", "macho", "dex", "class", "swf", "chm", "hlp"})
"""What runs when it is opened; the pages of a help file do too."""
SCRIPTS = frozenset({"script", "bat", "vbs", "js", "ps1", "hta"})
INSTALLERS = frozenset({"rpm", "xar", "crx", "pkg-solaris"})
_ARCHIVES = frozenset(
    {
        *(
            "rar4",
            "rar5",
            "7z",
            "cab",
            "iso",
            "udf",
            "arj",
            "ace",
            "lzh",
            "vhd",
            "vhdx",
            "wim",
            "dmg",
            "vmdk",
            "tar",
            "cpio",
        ),
        *("gzip", "bz2", "xz", "lzma", "zst", "lz4", "z", "zoo", "alz", "egg", "sit", "szdd", "ar"),
    }
)
_PICTURES = frozenset({"png", "jpg", "jpeg", "jpe", "jfif", "gif", "bmp", "tif", "tiff", "webp", "ico", "heic", "psd"})
_SOUNDS = frozenset(
    {
        *("mp3", "wav", "ogg", "flac", "m4a", "aac", "wma", "mid", "midi", "mp4", "m4v", "avi", "mov", "mkv", "wmv"),
        *("mpg", "mpeg", "webm", "3gp"),
    }
)
_TEXTS = frozenset(
    {
        *("txt", "text", "log", "md", "csv", "tsv", "ini", "cfg", "conf", "json", "xml", "yaml", "yml", "tex", "srt"),
        *(
            "nfo",
            "html",
            "htm",
            "ics",
            "vcf",
            "eml",
            "diff",
            "patch",
            "c",
            "h",
            "cpp",
            "java",
            "sql",
            "cer",
            "crt",
            "pem",
        ),
    }
)
_OFFICE = frozenset(
    {
        *("doc", "docx", "dot", "rtf", "odt", "xls", "xlsx", "xlt", "ods", "ppt", "pptx", "pps", "ppsx", "odp"),
        *("pub", "vsd", "wps", "pages", "numbers", "hwp"),
    }
)
_PACKED = frozenset({"zip", "rar", "7z", "gz", "tgz", "tar", "bz2", "xz", "lzh"})
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
_INTERPRETED = frozenset(
    {"py", "pyw", "pl", "pm", "rb", "php", "awk", "sed", "tcl", "lua", "r", "js", "mjs", "ts", "groovy"}
)
"""Extensions of scripts with a first line that names their interpreter; how grave they are is the business of names."""
_RUN = frozenset({"exe", "scr", "pif", "com", "bat", "cmd", "lnk", "vbs", "cpl"})
_PLAYED = frozenset({"audio", "video"})
"""Media types that Internet Explorer 5 took for harmless and opened, whatever was in them (CVE-2001-0154)."""
_SOURCES = frozenset({"zip", "tar", "7z", "rar4", "rar5", "cpio", "ar", "lzh"})
"""Archives in which source code is sent, with scripts and their tests."""


def check_type(sniffed: Sniffed, names: Sequence[str], media_type: str, *, inside: str = "") -> list[Note]:
    """Say what is dangerous about a type, and where it is not what it is said to be.

    `names` are all that a file goes by; `inside` is the kind of what it stands in, empty for a part of a message.

    >>> [note.code for note in check_type(Sniffed(("pe",)), ["photo.jpg"], "audio/x-wav")]
    ['MAGIC_EXECUTABLE', 'TYPE_AUTORUN', 'MAGIC_MISMATCH']
    """
    media_type = media_type.strip().lower()
    extensions = [extension_of(name) for name in names]
    found = list(_dangers(sniffed, extensions, media_type, inside))
    kind = sniffed.kinds[0] if sniffed.kinds else ""
    for extension in extensions:
        if extension and _contradicts(kind, extension, inside):
            return [*found, Note("MAGIC_MISMATCH", f"{kind} as {extension}")]
    if _is_declared_wrong(kind, media_type, named=any(extensions)):
        found.append(Note("MAGIC_MISMATCH", f"{kind} as {media_type}"))
    return found


def _dangers(sniffed: Sniffed, extensions: Sequence[str], media_type: str, inside: str) -> Iterator[Note]:
    """Give what is dangerous whatever the name."""
    kinds = frozenset(sniffed.kinds)
    if sniffed.eicar:
        yield Note("EICAR")
    if programs := kinds & PROGRAMS:
        yield Note("MAGIC_EXECUTABLE", min(programs))
    if media_type.partition("/")[0] in _PLAYED and not inside and (programs or _RUN.intersection(extensions)):
        yield Note("TYPE_AUTORUN", media_type)
    if (scripts := kinds & SCRIPTS) and _is_out_of_place(extensions, media_type, inside):
        yield Note("MAGIC_SCRIPT", min(scripts))
    if "lnk" in kinds:
        yield Note("MAGIC_SHORTCUT")
    if installers := kinds & INSTALLERS:
        yield Note("MAGIC_INSTALLER", min(installers))
    if sniffed.polyglot:
        yield Note("POLYGLOT", " and ".join(sniffed.kinds))


_PROSE = frozenset({"md", "rst", "adoc", "tex", "log"})
"""Extensions of texts that speak of commands; nothing runs them."""


def _is_out_of_place(extensions: Sequence[str], media_type: str, inside: str) -> bool:
    """Say whether a script is one that nobody expects: not in source code, not under its own name, not a mail's text."""
    if inside in _SOURCES:
        return not (_SHOWN | _OFFICE).isdisjoint(extensions)
    if not any(extensions):
        return bool(extensions or inside) or media_type not in {"", "text/plain"}
    return not (_INTERPRETED | _PROSE).issuperset(extensions)


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
