"""Scripts that are at home where they stand: in the sources of a program, in a page with its folder.

Everybody sends archives of sources, and scripts stand in them; who sends one for a victim to open puts it where it is
seen, under a name that asks for it. So the names around a script have to be those of sources, and its own may not be
a lure. What a script of Windows does that a build or a page never needs takes it out of all this.
"""

from __future__ import annotations

import functools
import re


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


SHELLS = _words("bash csh ksh sh zsh pl py pyc pyo pyw pyz pyzw rb")
"""Scripts that no Windows runs by itself: those of the shells of Unix, and what an interpreter has to be installed for."""
_RUN_BY_WINDOWS = _words("bat cmd js ps1 psd1 psm1")
_PROJECTS = _words("csproj fsproj vbproj vcxproj proj targets")
_OTHERS = _words("class mjs") | _PROJECTS
SCRIPTS = SHELLS | _RUN_BY_WINDOWS | _OTHERS
"""Extensions that stand in archives of sources."""
_BATCHES = _RUN_BY_WINDOWS - {"js"} | _words("bash csh ksh sh zsh")
_UNIX_ARCHIVES = frozenset({"tar", "cpio", "ar"})
_CODE = (SCRIPTS - _BATCHES) | _words(
    "asm c cc clj cpp cs cshtml css cxx dart el elm erl ex exs f90 frag fs go gradle groovy h hh hpp hs htm html hxx ino "
    "ipynb java jl jsx kt kts less lua m m4 ml mm php pas properties proto pyi pyx r rs sass scala scss sol sql svelte "
    "swift tex tf ts tsx v vert vhd vhdl vue zig"
)
"""Extensions of source text."""
_PAGES = _words("css htm html hxx js less mjs sass scss")
"""Those of pages, which go with anything."""
_CONFIG = _words("cfg ini json lock toml xml yaml yml")
_DOCUMENTS = _words(
    "bmp csv doc docx gif heic jpeg jpg odp ods odt pages pdf png pps ppt pptx rtf tif tiff webp xls xlsx zip"
)
"""What a script is hidden among."""
_BUILD_FILES = _words(
    ".editorconfig .gitattributes .gitignore .gitmodules .npmignore angular.json build.gradle build.gradle.kts build.sbt "
    "build.xml cargo.toml cmakelists.txt composer.json configure configure.ac deno.json dockerfile gemfile gnumakefile "
    "go.mod gulpfile.js makefile makefile.am makefile.in makefile.pl manifest.in manifest.json meson.build mix.exs "
    "package.json package.swift pipfile pom.xml pubspec.yaml pyproject.toml rakefile requirements.txt sconstruct "
    "settings.gradle setup.cfg setup.py tox.ini tsconfig.json vite.config.js webpack.config.js"
)
"""What a program is built with."""
_BUILD_ENDS = _words("csproj gemspec nimble rockspec sln vcxproj xcodeproj")
_TREE = 3
"""So many files of source text, and one to build them with: the sources of a program."""
_FLAT = 2
"""So many files of sources in all, and no documents beside them: scripts that belong together."""
_PAGE_SCRIPTS = _words("app bundle custom functions game index jquery jquery.min main script scripts site")
"""Names of a script beside its page, whatever is in it; of those in a folder below it, any."""
_LURES = re.compile(
    r"(?<![a-z])(?:invoice|receipt|payment|remittance|order|quote|quotation|bill|statement|contract|document|scan|fax|voice|"
    r"voicemail|photo|picture|resume|cv|password|click|open|urgent|delivery|parcel|dhl|fedex|ups|bank|tax|salary|bonus|"
    r"rechnung|mahnung|bestellung|angebot|vertrag|lohn|bewerbung|dokument|facture|paiement|commande|devis|factura|pago|"
    r"pedido|fattura|pagamento|ordine|fatura|boleto|comprovante|factuur|faktura)(?:s|en|e)?(?![a-z])|"
    r"счет|счёт|оплат|договор|請求|注文|見積|発票|发票|發票|订单|付款|청구|송장|فاتورة|חשבונית",
    re.IGNORECASE,
)
"""What asks to be opened, in a name at the top of an archive."""
_HIDDEN = 3
"""Steps of a path from which on nobody sees a file who opens the archive."""
_MOST = 4 << 20
"""Bytes of a script that are looked at; none of those that everybody sends is larger."""
_ACTS = (
    *(b"wscript", b"activexobject", b"powershell", b"mshta", b"regsvr32", b"certutil", b"bitsadmin", b"start-process"),
    *(b"encodedcommand", b"frombase64string", b"downloadstring", b"downloadfile", b"invoke-expression", b"rundll32"),
)
"""What a build seldom says, and a script that fetches something or starts it says mostly."""


def _patterns(*patterns: bytes) -> tuple[re.Pattern[bytes], ...]:
    """Compile patterns, each with a literal in front, which is faster than all in one."""
    return tuple(map(re.compile, patterns))


_HOSTS = _patterns(
    rb"wscript\s{0,9}[.\[]",
    rb"getobject\s{0,9}\(\s{0,9}[\"']",
    rb"shell\.application",
    rb"scripting\.filesystem",
    rb"adodb",
    rb"winmgmts",
    rb"activexobject\s{0,9}[(\]](?!\s{0,9}[\"'](?:htmlfile|microsoft\.xml|msxml|shockwaveflash))",
)
"""What leads out of a browser; the libraries of pages ask old browsers for the few objects that stand there."""
_MADE = _patterns(
    rb"eval\s{0,9}\(",
    rb"fromcharcode",
    rb"unescape\s{0,9}\(",
    rb"atob\s{0,9}\(",
    rb"this\s{0,9}\[",
    rb"self\s{0,9}\[",
    rb"window\s{0,9}\[",
    rb"function\s{0,9}\(\s{0,9}[\"'`]",
)
"""What makes code, or finds by a made name what it does not call; the scripts of a manual do neither."""
_SLASHES = re.compile(r"[\\/]")


def is_at_home(name: str, inside: str, neighbours: tuple[str, ...], content: bytes = b"") -> bool:
    """Say whether a script in an archive is one of the sources that it came with.

    >>> tree = ("a/setup.py", "a/src/x.c", "a/src/y.c", "a/src/z.h", "a/build.bat", "a/Open Invoice.bat")
    >>> [is_at_home(name, "zip", tree) for name in tree[4:]], is_at_home("run.sh", "tar", ("run.sh",))
    ([True, False], True)
    """
    path = _SLASHES.split(name.lower())
    stem, _, extension = path[-1].rpartition(".")
    if extension not in SCRIPTS or " " in stem.strip():
        return False
    if len(path) < _HIDDEN and extension in _RUN_BY_WINDOWS and _LURES.search(stem):
        return False
    if extension in SHELLS and inside in _UNIX_ARCHIVES:
        return True
    return _is_home(path, extension, _surveyed(neighbours), content) and not acts(extension, content)


def acts(extension: str, content: bytes) -> bool:
    """Say whether a script of Windows does what sources never need.

    >>> acts("bat", b"powershell -c x"), acts("js", b"if (window.ActiveXObject) new ActiveXObject('Msxml2.XMLHTTP')")
    (True, False)
    """
    if extension not in _RUN_BY_WINDOWS:
        return False
    if len(content) > _MOST:
        return True
    small = content.replace(b"\0", b"").lower()
    if not any(word in small for word in _ACTS):
        return False
    return extension != "js" or any(host.search(small) for host in _HOSTS)


class _Survey:
    """What the names in an archive say together."""

    def __init__(self, names: tuple[str, ...]) -> None:
        paths = [_SLASHES.split(name.lower()) for name in names if name and name[-1] not in "/\\"]
        files = [path[-1] for path in paths]
        ends = [file.rpartition(".")[2] for file in files]
        code = [end for end in ends if end in _CODE]
        is_built = not _BUILD_FILES.isdisjoint(files) or not _BUILD_ENDS.isdisjoint(ends)
        self.is_built = is_built or any({".git", ".github"} & set(path[:-1]) for path in paths)
        self.is_tree = self.is_built and len(code) >= _TREE
        self.is_program = sum(end not in _PAGES for end in code) >= _TREE
        self.is_flat = sum(end in SCRIPTS or end in _CODE or end in _CONFIG for end in ends) >= _FLAT
        self.is_flat = self.is_flat and _DOCUMENTS.isdisjoint(ends)
        self.pages = {
            tuple(path[:-1]) for path, end in zip(paths, ends, strict=True) if end in {"html", "htm", "xhtml"}
        }
        self.indexed = {tuple(path[:-1]) for path in paths if path[-1] in {"index.html", "index.htm"}}
        self.is_styled = "css" in ends


@functools.lru_cache(maxsize=2)  # every script of an archive asks
def _surveyed(names: tuple[str, ...]) -> _Survey:
    return _Survey(names)


def _is_home(path: list[str], extension: str, survey: _Survey, content: bytes) -> bool:
    """Say whether a script is in the sources of a program, among others of its kind, or below its page."""
    if survey.is_tree or (extension in SHELLS | _PROJECTS and (survey.is_flat or survey.is_built)):
        return True
    if extension not in {"js", "mjs"}:
        return False
    if len(path) >= _HIDDEN and survey.is_program:
        return True
    folder = tuple(path[:-1])
    if any(folder[:depth] in survey.pages for depth in range(len(folder))):
        return True
    if folder not in survey.pages or not survey.is_styled:
        return False
    is_usual = path[-1].rpartition(".")[0] in _PAGE_SCRIPTS
    small = content[:_MOST].lower()
    return is_usual or (folder in survey.indexed and not any(made.search(small) for made in _MADE))
