"""Scripts in archives: what everybody sends is told and no more, and what is put there to be opened is dangerous."""

from __future__ import annotations

import io
import zipfile

import pytest

from mailkit.attachments import AttachmentReport, check_attachments
from mailkit.attachments.names import Surroundings, check_name
from mailkit.attachments.sources import SCRIPTS, acts, is_at_home
from tests.timing import assert_linear

BATCH, PAGE, JS = (
    b"@echo off\r\nrem MAILKIT-BENIGN-LOOKALIKE-PAYLOAD\r\n",
    b"<!doctype html><p>A page",
    b"export default 1\n",
)
CORE = b"try { new ActiveXObject('htmlfile') } catch (e) {}; names.push('powershell');\n"
JQUERY = b'window.ActiveXObject ? new ActiveXObject("Microsoft.XMLHTTP") : new XMLHttpRequest\n'
NODE = {
    "app/package.json": b"{}",
    "app/index.js": JS,
    "app/lib/a.js": JS,
    "app/lib/invoice.js": JS,
    "app/test/a.test.js": JS,
    "app/README.md": b"# App\n",
}
PYTHON = {
    "tool-1.0/pyproject.toml": b"[project]\n",
    "tool-1.0/tool/__init__.py": b"",
    "tool-1.0/tool/main.py": b"#!/usr/bin/env python3\n",
    "tool-1.0/tests/test_main.py": b"",
    "tool-1.0/run.bat": BATCH,
    "tool-1.0/run.sh": b"#!/bin/sh\n",
    "tool-1.0/docs/make.bat": BATCH,
}


def checked(files: dict[str, bytes]) -> AttachmentReport:
    """Look at a message that is one archive."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    head = b"From: a@example.org\nMIME-Version: 1.0\nContent-Type: application/zip; name=a.zip\n"
    return check_attachments(head + b"Content-Transfer-Encoding: binary\n\n" + target.getvalue())


EVERYDAY: dict[str, dict[str, bytes]] = {
    "Node": NODE,
    "Python": PYTHON,
    "flat": {"test.py": b"import lib\n", "lib.py": b"", "run.sh": b"#!/bin/sh\n", "notes.txt": b"x"},
    "one script and its makefile": {"a/main.tex": b"x", "a/a.png": b"x", "a/Makefile": b"all:\n", "a/build.sh": b""},
    "web build": {"index.html": PAGE, "assets/i-3f2a.js": CORE, "assets/vendor.js": JQUERY, "assets/i.css": b"a{}"},
    "saved page": {"A page.html": PAGE, "A page_files/jquery.js": JQUERY, "A page_files/a.css": b"a{}"},
    "first page": {"index.html": PAGE, "style.css": b"a{}", "script.js": JS, "img/cat.jpg": b"x"},
    "Maven": {
        "shop/pom.xml": b"<project/>",
        "shop/mvnw.cmd": BATCH,
        "shop/mvnw": b"#!/bin/sh\n",
        **{f"shop/src/{name}.java": b"class A {}" for name in "ABC"},
    },
    "C": {"lab/Makefile": b"all:\n", "lab/a.c": b"", "lab/b.c": b"", "lab/b.h": b"", "lab/build.bat": BATCH},
    "solution": {"G/G.sln": b"x", "G/Program.cs": b"", "G/A.cs": b"", "G/B.cs": b"", "G/deploy.ps1": b"param($x)\n"},
    "plugin": {"p/p.php": b"<?php", "p/inc/a.php": b"<?php", "p/inc/b.php": b"<?php", "p/assets/app.js": JQUERY},
    "dotfiles": {".bashrc": b"x", "bin/up.sh": b"#!/bin/sh\n", "bin/x.py": b"", ".vimrc": b"x"},
    "roles": {"site.yml": b"-", "roles/a/tasks/main.yml": b"-", "roles/a/files/run.sh": b"#!/bin/sh\n", "a.j2": b"x"},
    "manual": {
        "html/index.html": PAGE,
        "html/menu.js": JS,
        "html/jquery.js": JQUERY,
        "html/a.css": b"",
        "html/b.js": JS,
    },
    "index": {
        "index.html": PAGE,
        "_static/tools.js": JS,
        "_static/basic.css": b"",
        "searchindex.js": b"Search.set({})",
    },
    "Windows paths": {"G\\package.json": b"{}", **{f"G\\{name}.ts": b"" for name in "abc"}, "G\\run.cmd": BATCH},
}


@pytest.mark.parametrize("files", EVERYDAY.values(), ids=EVERYDAY)
def test_archives_of_sources_are_clean(files: dict[str, bytes]) -> None:
    report = checked(files)
    assert (report.verdict, [found for found in report.findings if found.severity != "info"]) == ("clean", [])


LURES: dict[str, dict[str, bytes]] = {
    "alone": {"invoice.js": JS},
    "among style sheets": {"a/Open Invoice.bat": BATCH, "a/a.css": b"", "a/b.css": b"", "a/readme.md": b"x"},
    "a lure with a manifest": {"package.json": b"{}", "a.css": b"", "b.css": b"", "c.ts": b"", "invoice.bat": BATCH},
    "no manifest": {"a/run.bat": BATCH, "a/a.c": b"", "a/b.c": b"", "a/c.c": b""},
    "too few": {"a/run.bat": BATCH, "a/Makefile": b"", "a/a.c": b"", "a/b.c": b""},
    "shells are no sources": {"a/Makefile": b"", **{f"a/{name}.bat": BATCH for name in "abcd"}, "a/d.ps1": b"x"},
    "PowerShell": {**PYTHON, "tool-1.0/run.bat": b"@echo off\r\npowershell -enc AAAA\r\n"},
    "download": {**PYTHON, "tool-1.0/run.cmd": b"@certutil -urlcache\r\n"},
    "host": {**NODE, "app/index.js": b"var s = WScript.CreateObject('x')\n"},
    "control": {**NODE, "app/index.js": b"var s = new ActiveXObject('WScript.Shell')\n"},
    "far behind": {**NODE, "app/index.js": b"//" + b" " * 2_000_000 + b"\nnew ActiveXObject(a)\n"},
    "behind all that is looked at": {**NODE, "app/index.js": b" " * 5_000_000},
    "in UTF-16": {**NODE, "app/index.js": "var s = new ActiveXObject(a)\n".encode("utf-16")},
    "in a page": {"index.html": PAGE, "assets/x.js": b"new ActiveXObject('Scripting.FileSystemObject')\n"},
    "beside a page": {"index.html": PAGE, "a.css": b"", "Rechnung.js": JS},
    "code that is made, beside a page": {"index.html": PAGE, "a.css": b"", "x.js": b"this['Act' + 'iveXObject']"},
    "beside a page of its own name": {"Steuer.html": PAGE, "a.css": b"", "Steuer.js": JS},
    "two endings": {**PYTHON, "tool-1.0/readme.txt.js": JS},
    "VBScript": {**PYTHON, "tool-1.0/a.vbs": b"x"},
    "blanks": {**PYTHON, "tool-1.0/read me first.js": JS},
    "an application below a page": {"index.html": PAGE, "assets/a.hta": b"<p>"},
    "a dot behind it": {**NODE, "app/x.js.": JS},
    "turned around": {**NODE, "app/a\u202ecod.jse": JS},
}


@pytest.mark.parametrize("files", LURES.values(), ids=LURES)
def test_what_is_put_there_to_be_opened_is_dangerous(files: dict[str, bytes]) -> None:
    assert checked(files).verdict == "dangerous"


@pytest.mark.parametrize(
    ("name", "inside", "severity"),
    [
        *((f"test.{end}", "", "suspicious") for end in ("py", "sh", "pl", "csh", "ksh", "pyw", "webloc")),
        ("run.bat", "", "dangerous"),
        ("run.sh", "zip", "suspicious"),
        ("run.sh", "tar", "info"),
        ("invoice.pdf.sh", "tar", "suspicious"),
        ("backups.sh", "tar", "info"),
    ],
)
def test_what_no_windows_runs_is_suspicious_at_most(name: str, inside: str, severity: str) -> None:
    found = check_name(name, Surroundings(inside=inside, neighbours=(name,)))
    assert found[0].severity == severity


TREE = ("a/Makefile", "a/x.c", "a/y.c", "a/z.c")


def test_a_lure_is_a_word() -> None:
    for name in ("backups", "border", "scanner", "openapi", "syntax"):
        assert is_at_home(f"a/{name}.bat", "zip", TREE)
    for name in ("Orders", "scan_01", "open-me", "請求書", "Rechnungen"):
        assert not is_at_home(f"a/{name}.bat", "zip", TREE)


def test_only_scripts_are_at_home() -> None:
    for end in ("exe", "scr", "vbs", "jse", "wsf", "lnk", "hta", "j\u0455", "js ", ""):
        assert not is_at_home(f"a/b.{end}", "zip", TREE)
    for end in SCRIPTS:
        assert is_at_home(f"a/b.{end}", "zip", TREE)


def test_long_scripts_and_lists_are_linear() -> None:
    assert_linear(lambda data: acts("js", data), lambda size: b"wscript activexobject(" * (size // 22))
    assert_linear(
        lambda names: [is_at_home(name, "zip", names) for name in names[:50]],
        lambda size: tuple(f"{number}/a.js" for number in range(size // 20)),
    )
