"""The public names: what is promised is there and says what it is; importing costs and changes nothing."""

from __future__ import annotations

import ast
import inspect
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import msgspec
import pytest

import mailkit
from mailkit.bounce.logs import read_log
from mailkit.bounce.matcher import RuleSet
from tests.strategies import OWN, ROOT

HEAVY = ("chardet", "rich", "dns", "email", "tomllib", "socket", "ssl", "asyncio", "multiprocessing", "logging")
RFCS = ROOT / "docs" / "rfcs.md"


def test_all_is_what_is_importable() -> None:
    public = {
        name
        for name, value in vars(mailkit).items()
        if not name.startswith("_") and not inspect.ismodule(value) and getattr(value, "__module__", "") != "typing"
    }
    assert sorted(mailkit.__all__) == mailkit.__all__
    assert len(set(mailkit.__all__)) == len(mailkit.__all__)
    assert set(mailkit.__all__) == public


def test_the_names_that_the_design_promises() -> None:
    promised = {
        "parse",
        "read",
        "envelope",
        "classify",
        "classify_reply",
        "StreamParser",
        "Limits",
        "Status",
        "Finding",
    }
    assert promised <= set(mailkit.__all__)


def members(name: str) -> Iterator[tuple[str, object]]:
    """Give a public object and its own public functions and properties."""
    value = getattr(mailkit, name)
    yield name, value
    if inspect.isclass(value):
        for key in dir(value):
            member = inspect.getattr_static(value, key)
            if key.startswith("_") or not _ours(value, key):
                continue
            if isinstance(member, staticmethod | classmethod):
                member = member.__func__
            if isinstance(member, property) or inspect.isfunction(member):
                yield f"{name}.{key}", member


def _ours(value: type, key: str) -> bool:
    owner = next((base for base in value.__mro__ if key in vars(base)), value)
    return owner.__module__.startswith("mailkit")


PUBLIC = dict(pair for name in mailkit.__all__ for pair in members(name))


@pytest.mark.parametrize("name", PUBLIC)
def test_every_public_name_has_a_docstring(name: str) -> None:
    text = inspect.getdoc(PUBLIC[name])
    assert text
    first = text.splitlines()[0]
    assert first[0].isupper()
    assert first.endswith((".", ":", ";", ",")) or len(first) > 60, first
    assert ":param" not in text
    assert "Args:" not in text


@pytest.mark.parametrize("name", [name for name, value in PUBLIC.items() if inspect.isfunction(value)])
def test_every_public_function_is_annotated(name: str) -> None:
    signature = inspect.signature(PUBLIC[name])  # type: ignore[arg-type]
    assert signature.return_annotation is not inspect.Signature.empty
    bare = [
        one for one in signature.parameters.values() if one.annotation is one.empty and one.name not in ("self", "cls")
    ]
    assert bare == []


@pytest.mark.parametrize("name", [name for name, value in PUBLIC.items() if inspect.isfunction(value)])
def test_a_signature_is_short_enough_to_be_read(name: str) -> None:
    assert len(str(inspect.signature(PUBLIC[name]))) < 400  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "name", ["Bounce", "Envelope", "Evidence", "Feedback", "Finding", "Limits", "Original", "Recipient", "Verdict"]
)
def test_results_are_frozen(name: str) -> None:
    kind = getattr(mailkit, name)
    assert issubclass(kind, msgspec.Struct)
    assert kind.__struct_config__.frozen


@pytest.mark.parametrize("name", ["MailkitError", "ParseError", "RuleError", "SourceError"])
def test_errors_are_one_family(name: str) -> None:
    assert issubclass(getattr(mailkit, name), mailkit.MailkitError)


def loaded(statement: str) -> set[str]:
    """Give the modules that a statement loads in a new interpreter."""
    code = f"import sys\nbefore = set(sys.modules)\n{statement}\nprint(*sorted(set(sys.modules) - before))"
    done = subprocess.run(
        [sys.executable, "-S", "-c", f"import sys; sys.path[:0] = {sys.path!r}\n{code}"],
        capture_output=True,
        text=True,
        check=True,
        cwd=ROOT,
        timeout=60,
    )
    assert done.stderr == ""
    return set(done.stdout.split())


def test_importing_loads_nothing_heavy() -> None:
    names = loaded("import mailkit")
    assert "mailkit.message" in names
    assert sorted(names & set(HEAVY)) == []


@pytest.mark.parametrize("file", ["postfix-full.eml", "dma-japanese.eml", "exim-full.eml"])
def test_classifying_loads_nothing_heavy(file: str) -> None:
    path = ROOT / "corpora" / "mta" / file
    names = loaded(f"import mailkit\nmailkit.classify(open({str(path)!r}, 'rb').read())")
    assert sorted(names & {"chardet", "rich", "dns", "email", "tomllib", "socket"}) == []


def test_importing_changes_nothing() -> None:
    code = (
        "import sys, os, codecs, signal, warnings, locale\n"
        "def state():\n"
        "    return (dict(os.environ), os.getcwd(), signal.getsignal(signal.SIGINT), list(warnings.filters),\n"
        "            sys.getrecursionlimit(), locale.setlocale(locale.LC_ALL), sys.excepthook, list(sys.path),\n"
        "            list(sys.meta_path), sys.stdout, sys.stderr)\n"
        "before = state()\nimport mailkit\nassert state() == before\n"
    )
    subprocess.run([sys.executable, "-c", code], check=True, cwd=ROOT, timeout=60)


CITED = re.compile(r"\bRFC (\d{3,5})\b")
NAMED = re.compile(r"\bRFC ?(\d{3,5})\b")  # the registry that IANA publishes writes them in one word


def cited(form: re.Pattern[str] = CITED) -> dict[str, list[str]]:
    """Give every RFC that a source file names, with the files."""
    found: dict[str, list[str]] = {}
    for path in sorted((ROOT / "mailkit").rglob("*.py")):
        for number in form.findall(path.read_text("utf-8")):
            found.setdefault(number, []).append(str(path.relative_to(ROOT)))
    assert found
    return found


def listed() -> set[str]:
    """Give every RFC in the first cell of a row of the table of docs/rfcs.md."""
    rows = [line for line in RFCS.read_text("utf-8").splitlines() if line.startswith("|")]
    found = {number for row in rows for number in re.findall(r"\b(\d{3,5})\b", row.split("|")[1])}
    assert found, f"{RFCS} has no table of RFCs"
    return found


def test_every_rfc_that_is_cited_is_in_the_table() -> None:
    known = listed()
    assert {number: sorted(set(files)) for number, files in cited().items() if number not in known} == {}


def test_every_rfc_in_the_table_is_cited() -> None:
    assert sorted(listed() - cited(NAMED).keys()) == []


def test_every_module_says_what_it_is() -> None:
    silent = [
        str(path.relative_to(ROOT))
        for path in sorted((ROOT / "mailkit").rglob("*.py"))
        if path.read_text("utf-8").strip() and not ast.get_docstring(ast.parse(path.read_text("utf-8")))
    ]
    assert silent == []


def test_the_package_is_typed() -> None:
    assert (Path(mailkit.__file__).parent / "py.typed").exists()


@pytest.mark.parametrize(
    ("call", "cure"),
    [
        pytest.param(lambda: mailkit.parse("Subject: hi"), "takes the bytes of a message, not str", id="parse"),  # type: ignore[arg-type]
        pytest.param(lambda: mailkit.read("it.eml"), "takes a file opened in binary mode, not str", id="read"),  # type: ignore[arg-type]
        pytest.param(lambda: mailkit.classify(Path("it.eml")), "not PosixPath", id="classify"),  # type: ignore[arg-type]
        pytest.param(lambda: mailkit.StreamParser().feed("hi"), "bytes-like", id="feed"),  # type: ignore[arg-type]
        pytest.param(lambda: mailkit.envelope("it.eml"), "takes the bytes of a message, not str", id="envelope"),  # type: ignore[arg-type]
        pytest.param(lambda: mailkit.classify_reply(b"550 no"), "decode bytes with 'replace'", id="reply"),  # type: ignore[arg-type]
        pytest.param(lambda: mailkit.classify(b"", rules="a.toml"), "RuleSet.from_files reads one", id="rules"),  # type: ignore[arg-type]
        pytest.param(lambda: list(read_log("mail.log")), "open the file, or split the text", id="log"),
        pytest.param(lambda: RuleSet.from_files("a.toml"), r"\['a.toml'\]", id="from_files"),
        pytest.param(lambda: mailkit.classify(b"", dialects="a.toml"), "load_dialects reads them", id="dialects"),  # type: ignore[arg-type]
        pytest.param(lambda: mailkit.classify(b"", ours="example.org"), "takes an Ours, not str", id="ours"),  # type: ignore[arg-type]
        pytest.param(lambda: mailkit.Ours(domains="example.org"), r"\('example.org',\)", id="domains"),  # type: ignore[arg-type]
    ],
)
def test_bad_usage_is_said_with_its_cure(call: Callable[[], object], cure: str) -> None:
    with pytest.raises(TypeError, match=cure):
        call()


def test_what_a_prompt_shows_is_short() -> None:
    message = mailkit.parse((OWN / "exim-full.eml").read_bytes())
    assert repr(message) == "<Message of 2009 bytes, multipart/report, 0 findings>"
    assert repr(message.root.parts[0]) == "<Part 1 text/plain [648:1097]>"
    assert len(repr(message.header)) < 80
    assert repr(mailkit.Limits(depth=3)) == "Limits(depth=3)"
