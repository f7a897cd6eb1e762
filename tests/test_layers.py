"""Import layers and house rules, read from the source with `ast`: nothing of mailkit is imported here."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.strategies import ROOT

# Who may import whom, from the bottom up. A module belongs to the row of its longest prefix.
BOTTOM = frozenset({"_guard", "limits", "findings", "errors", "_registry", "status"})
VALUES = BOTTOM | {"charsets", "content", "syntax"}
STREAM = VALUES | {"stream"}
PART = STREAM | {"part"}
MESSAGE = PART | {"plain", "tree", "views", "message", "arrival"}
ALLOWED: dict[str, frozenset[str]] = {
    **dict.fromkeys(BOTTOM, BOTTOM),
    "charsets": VALUES,
    "content": VALUES,
    "syntax": VALUES,
    "stream": STREAM,
    "part": PART,
    "plain": PART | {"plain"},
    "tree": PART | {"tree"},
    "views": MESSAGE,
    "inspection": MESSAGE | {"inspection"},
    "message": MESSAGE,
    "arrival": MESSAGE,
    "envelope": MESSAGE | {"envelope"},
    "trace": MESSAGE | {"trace"},
    "edits": MESSAGE | {"edits"},
    "text": MESSAGE | {"edits", "text"},
    "attachments": MESSAGE | {"edits", "attachments"},
    "bounce": MESSAGE | {"trace", "bounce"},
    "lists": MESSAGE | {"lists"},
    "tables": VALUES | {"tables"},
    "dns": MESSAGE | {"trace", "bounce", "tables", "dns"},
    "sources": MESSAGE | {"envelope", "sources"},
    "report": MESSAGE | {"attachments", "bounce", "envelope", "text", "trace"},
    "rows": MESSAGE | {"bounce", "trace", "report"},
    "arrow": MESSAGE | {"bounce", "report", "rows"},
    "spark": MESSAGE | {"bounce", "report", "rows", "arrow", "sources"},
    "sinks": MESSAGE | {"bounce", "report", "rows", "arrow", "sinks"},
    "batch": MESSAGE | {"bounce", "report", "rows", "arrow", "sources", "sinks", "batch"},
    "page": MESSAGE | {"bounce", "report", "rows", "sinks", "page"},
    "ledger": MESSAGE | {"bounce", "ledger"},
    "adapters": MESSAGE | {"bounce", "lists", "ledger", "adapters"},
    "cli": MESSAGE
    | {
        "inspection",
        "envelope",
        "trace",
        "text",
        "attachments",
        "bounce",
        "lists",
        "tables",
        "dns",
        "sources",
        "report",
        "rows",
        "sinks",
        "batch",
        "page",
        "ledger",
        "adapters",
        "cli",
        "",
    },
    "": MESSAGE | {"attachments", "bounce", "envelope", "text", "trace", "report", "batch"},
    "__main__": frozenset({"cli"}),
}
"""Room -> rooms it may import; the room "" is the package itself, with the public names."""
MAY_OPEN = (
    *("message", "sources", "cli", "bounce.matcher", "bounce.rows", "bounce.page", "bounce.rules.__main__"),
    *("tables.text", "ledger.intake", "adapters", "sinks", "batch", "spark"),
    "attachments.archives.rarextra",  # the copy that a program reads
)
NEVER = frozenset({"email", "socket", "dns"})
MAY_ASK = ("dns",)
"""Rooms that may import dnspython."""
TAKES_MESSAGES = "adapters.mailman"
"""May import email: its callers hand over what that package has parsed, and nothing else in mailkit parses with it."""
LATE = frozenset({"chardet", "rich", "pyarrow", "pyspark", "jinja2", "altair", "vl_convert"})
OPENING = frozenset({"open", "read_text", "read_bytes", "write_text", "write_bytes", "mmap", "TemporaryFile"})
OPENING |= {"NamedTemporaryFile", "SpooledTemporaryFile", "mkstemp", "fdopen"}

MODULE_LINES = 400
FUNCTION_LINES = 40
GROUPS = ("services", "gateways", "providers", "asian", "lists", "unix", "groupware")
TABLES = frozenset(
    {
        *("_registry", "bounce._providers", "bounce.wordings", "bounce.vocabularies", "text._characters"),
        "page.words",
        *(f"bounce.dialects.{name}" for name in GROUPS),
    }
)
"""Modules whose body is mostly literal assignments: they may be as long as they like."""


def sources(package: Path) -> dict[str, ast.Module]:
    """Give every module of a package by its dotted name below it; the package's own is the empty one."""
    found = {}
    for path in sorted(package.rglob("*.py")):
        parts = path.relative_to(package).with_suffix("").parts
        name = ".".join(parts[:-1] if parts[-1] == "__init__" else parts)
        found[name] = ast.parse(path.read_text("utf-8"), str(path))
    assert found, f"{package} has no modules"
    return found


def imports(tree: ast.AST, module: str, package: str) -> Iterator[str]:
    """Give the full names of all that a module imports, wherever the statement stands."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = node.module or ""
            if node.level:
                above = [package, *module.split(".")][: -node.level] if module else [package]
                base = ".".join([*above, base] if base else above)
            yield from (f"{base}.{alias.name}" for alias in node.names)


def room(module: str) -> str:
    """Give the room of a module: the first part of its name below the package."""
    return module.partition(".")[0]


def layer_faults(package: Path) -> list[str]:
    """Say which imports go up."""
    modules = sources(package)
    found = []
    for module, tree in modules.items():
        allowed = ALLOWED.get(room(module))
        if allowed is None:
            found.append(f"{module} has no layer: give it one in ALLOWED")
            continue
        for target in imports(tree, module, package.name):
            if target.partition(".")[0] != package.name:
                continue
            below = room(target.removeprefix(package.name).removeprefix("."))
            below = below if below in ALLOWED or below in map(room, modules) else ""  # a name of the package itself
            if below not in allowed:
                found.append(f"{module} imports {target}")
    return found


def at_module_level(tree: ast.Module) -> Iterator[ast.AST]:
    """Give the statements that run on import."""
    waiting: list[ast.AST] = list(tree.body)
    while waiting:
        node = waiting.pop()
        yield node
        types = isinstance(node, ast.If) and isinstance(node.test, ast.Name) and node.test.id == "TYPE_CHECKING"
        if not types and not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda):
            waiting.extend(ast.iter_child_nodes(node))


def top_names(node: ast.AST) -> set[str]:
    """Give the distributions that an import statement names."""
    if isinstance(node, ast.Import):
        return {alias.name.partition(".")[0] for alias in node.names}
    if isinstance(node, ast.ImportFrom) and not node.level:
        return {(node.module or "").partition(".")[0]}
    return set()


def opens(tree: ast.AST) -> list[str]:
    """Give the calls of a module that open, read or write files."""
    found = []
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            name = node.func.id if isinstance(node.func, ast.Name) else getattr(node.func, "attr", "")
            if name in OPENING:
                found.append(f"{name} in line {node.lineno}")
    return found


def house_faults(package: Path) -> list[str]:
    """Say what breaks the rules on files, networks, heavy imports and module state."""
    found = []
    for module, tree in sources(package).items():
        for node in ast.walk(tree):
            never = NEVER - ({"dns"} if room(module) in MAY_ASK else set())
            never -= {"email"} if module == TAKES_MESSAGES else set()
            found += [f"{module} imports {name}" for name in top_names(node) & never]
            if isinstance(node, ast.Global):
                found.append(f"{module} assigns {', '.join(node.names)} by global")
        for node in at_module_level(tree):
            found += [f"{module} imports {name} at module level" for name in top_names(node) & LATE]
        if not any(module == name or module.startswith(name + ".") for name in MAY_OPEN):
            found += [f"{module} opens files: {call}" for call in opens(tree)]
    return found


MAILKIT = ROOT / "mailkit"
MODULES = sources(MAILKIT)


def test_layers() -> None:
    assert layer_faults(MAILKIT) == []


def test_house_rules() -> None:
    assert house_faults(MAILKIT) == []


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    """Make a small package that keeps the rules."""
    package = tmp_path / "mailkit"
    for name, text in {
        "__init__": "from mailkit.bounce.classify import classify\n",
        "__main__": "from mailkit.cli import main\n",
        "limits": "",
        "errors": "",
        "charsets": "def f():\n    import chardet\n",
        "syntax/fields": "from mailkit.limits import KIB\n",
        "stream/parser": "from mailkit.syntax.fields import Header\n",
        "message": "from mailkit.stream import parser\ndef read(path):\n    return open(path)\n",
        "bounce/__init__": "",
        "bounce/classify": "from mailkit import message\n",
        "sources/files": "from mailkit.message import parse\n",
        "cli/__init__": "from mailkit import __version__\nfrom mailkit.sources import files\n",
    }.items():
        path = package / f"{name}.py"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return package


def test_the_check_passes_what_is_right(tree: Path) -> None:
    assert layer_faults(tree) + house_faults(tree) == []


@pytest.mark.parametrize(
    ("module", "line", "fault"),
    [
        pytest.param("limits", "from mailkit.syntax.fields import Header", "limits imports", id="bottom"),
        pytest.param("limits", "import mailkit.message", "limits imports", id="import as a whole"),
        pytest.param("syntax/fields", "from mailkit.stream.parser import X", "syntax.fields imports", id="values"),
        pytest.param("stream/parser", "from mailkit.message import parse", "stream.parser imports", id="stream"),
        pytest.param("stream/parser", "from ..message import parse", "stream.parser imports", id="relative"),
        pytest.param("stream/parser", "from .. import message", "stream.parser imports", id="relative to the package"),
        pytest.param("message", "from mailkit.bounce.classify import x", "message imports", id="message"),
        pytest.param("message", "from mailkit import bounce", "message imports", id="a room from the package"),
        pytest.param("message", "from mailkit import classify", "message imports", id="a name from the package"),
        pytest.param("message", "def f():\n    import mailkit.cli", "message imports", id="in a function"),
        pytest.param("bounce/classify", "from mailkit.sources import files", "bounce.classify imports", id="bounce"),
        pytest.param(
            "bounce/classify", "from mailkit.cli import main", "bounce.classify imports", id="nobody asks cli"
        ),
        pytest.param("sources/files", "from mailkit.bounce import classify", "sources.files imports", id="sources"),
        pytest.param("__init__", "from mailkit.cli import main", "imports mailkit.cli", id="the package asks cli"),
        pytest.param("news/feed", "", "news.feed has no layer", id="a room that is new"),
    ],
)
def test_the_check_sees_a_reversed_import(tree: Path, module: str, line: str, fault: str) -> None:
    path = tree / f"{module}.py"
    path.parent.mkdir(exist_ok=True)
    path.write_text((path.read_text() if path.exists() else "") + line + "\n")
    assert any(fault in found for found in layer_faults(tree))


@pytest.mark.parametrize(
    ("module", "line", "fault"),
    [
        pytest.param("message", "import email.parser", "message imports email", id="email"),
        pytest.param("message", "def f():\n    from email import policy", "imports email", id="email in a function"),
        pytest.param("sources/files", "import socket", "imports socket", id="socket"),
        pytest.param("bounce/classify", "import dns.resolver", "imports dns", id="dns"),
        pytest.param("charsets", "import chardet", "imports chardet at module level", id="chardet"),
        pytest.param(
            "cli/__init__", "try:\n    from rich import box\nexcept ImportError:\n    pass", "rich", id="rich"
        ),
        pytest.param("cli/__init__", "class A:\n    import rich", "rich", id="in a class"),
        pytest.param("limits", "X = 1\ndef f():\n    global X\n    X = 2", "limits assigns X by global", id="global"),
        pytest.param("bounce/classify", "open('a')", "bounce.classify opens files", id="open"),
        pytest.param("syntax/fields", "import p\np.Path('a').read_text()", "syntax.fields opens", id="read_text"),
    ],
)
def test_the_check_sees_a_broken_rule(tree: Path, module: str, line: str, fault: str) -> None:
    path = tree / f"{module}.py"
    path.write_text(path.read_text() + line + "\n")
    assert any(fault in found for found in house_faults(tree))


def length(tree: ast.Module) -> int:
    """Give the last line on which a module has code."""
    return max((getattr(node, "end_lineno", 0) or 0 for node in tree.body), default=0)


def literal_lines(tree: ast.Module) -> int:
    """Count the lines of a module's assignments to constants."""
    rows = [node for node in tree.body if isinstance(node, ast.Assign | ast.AnnAssign)]
    return sum((node.end_lineno or node.lineno) - node.lineno + 1 for node in rows)


def functions(tree: ast.AST, prefix: str) -> Iterator[tuple[str, int]]:
    """Give every function with its lines, docstring and signature included."""
    for node in ast.iter_child_nodes(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield f"{prefix}.{node.name}", (node.end_lineno or node.lineno) - node.lineno + 1
        name = getattr(node, "name", None)
        yield from functions(node, f"{prefix}.{name}" if isinstance(name, str) else prefix)


@pytest.mark.parametrize("module", [pytest.param(name, id=name or "mailkit") for name in MODULES if name not in TABLES])
def test_no_module_is_too_long(module: str) -> None:
    assert length(MODULES[module]) <= MODULE_LINES


@pytest.mark.parametrize("module", sorted(TABLES))
def test_a_table_is_one(module: str) -> None:
    tree = MODULES[module]
    assert literal_lines(tree) > 0.7 * length(tree)


def test_no_function_is_too_long() -> None:
    found = {name: lines for module, tree in MODULES.items() for name, lines in functions(tree, module or "mailkit")}
    assert len(found) > 100
    assert {name: lines for name, lines in found.items() if lines > FUNCTION_LINES} == {}
