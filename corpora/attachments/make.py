"""Write the messages of hostile/ and benign/ and the answers that are expected: the same bytes each time.

    python -m corpora.attachments.make

Nothing in them does anything: what looks like a program is a header and a text, macros and scripts are comments. The
answers come from the specifications that the modules name, and were written before mailkit was first run on them; but for
a shell script under the name of a text and a webloc, which were dangerous then and are suspicious.
"""

from __future__ import annotations

import json
from importlib import import_module
from pathlib import Path

from corpora.attachments.mime import Case

HERE = Path(__file__).resolve().parent
GROUPS = (
    "hostile_names",
    "hostile_types",
    "hostile_coded",
    "hostile_deep",
    "hostile_mime",
    "hostile_pages",
    "hostile_macros",
    "hostile_office",
    "hostile_zips",
    "hostile_archives",
    "letters",
    "letters_built",
)
"""The modules that give cases."""


def cases() -> list[Case]:
    """Give every case, in the order of the names."""
    found: list[Case] = []
    for group in GROUPS:
        found += import_module(f"corpora.attachments.{group}").cases()
    names = [one.name for one in found]
    twice = {name for name in names if names.count(name) > 1}
    assert not twice, twice
    return sorted(found)


def files() -> dict[str, bytes]:
    """Give the files of the corpus by their paths below this folder."""
    made = cases()
    rows = [json.dumps(one.row(), ensure_ascii=False) for one in made]
    table = "[\n " + ",\n ".join(rows) + "\n]\n"
    folders = {one.name: "benign" if one.expected == "clean" else "hostile" for one in made}
    return {"expected.json": table.encode()} | {f"{folders[one.name]}/{one.name}.eml": one.message for one in made}


def main() -> None:
    """Write the files, and take away what is no longer made."""
    made = files()
    for folder in ("hostile", "benign"):
        (HERE / folder).mkdir(exist_ok=True)
        for path in (HERE / folder).glob("*.eml"):
            if f"{folder}/{path.name}" not in made:
                path.unlink()
    for name, data in made.items():
        (HERE / name).write_bytes(data)
    print(f"{len(made) - 1} messages, {sum(map(len, made.values())):,} bytes")


if __name__ == "__main__":
    main()
