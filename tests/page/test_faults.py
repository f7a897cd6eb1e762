"""Why something could not be read, in Japanese: whatever the code can say has its words, or is left out on purpose."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailkit.limits import Limits
from mailkit.page.faults import FAULTS, fault_in
from mailkit.page.texts import normal_form, without_marks
from mailkit.sources.files import read_raw
from tests.strategies import ROOT

MODULES = (
    *("arrow", "batch/pool", "batch/worker", "sources/files", "sources/items", "sources/lines", "sources/maildir"),
    *("sources/mbox", "sources/packed", "sources/parquet", "sources/sniff", "sources/tars", "sources/units"),
    "sources/zips",
)
"""Where it is said why an input was not read."""
CHANGED = (
    "has changed since it was cut: from byte 99 on it gives 3 of 17 messages; read it again when nobody writes into it"
)
LARGE_ROWS = (
    "is too large, or one of the 9 rows of its row group is, which are not read: 9,000 bytes together,"
    " the limit of a message is 1,000; raise it with --max-bytes"
)
NO_HEADER = "it does not begin with header fields; give a message as it came, with its header"
NO_ZIP = "it is no whole zip archive: there is no directory at its end; fetch it again, or `zip -FF` mends it"

SAID: dict[str, str] = {
    # of a row
    "is no message but {}": "is no message but int64",
    "is null": "is null",
    "has no message: no column {}, or it is null; there is {}": "has no message: no column raw, or it is null; there is id",
    "has no message in its column but {}": "has no message in its column but list",
    "is no JSON object but {}": "is no JSON object but list",
    "is no JSON ({})": "is no JSON (JSON is malformed: invalid character (byte 25))",
    "more than can be named here": "has no message: no column raw, or it is null; there is more than can be named here",
    "{}: Parquet without a column {} of binary or text{}": (
        "is no mail: Parquet without a column raw of binary or text; there is id, body"
    ),
    "has no ids: no column {}{}": "has no ids: no column id; there is raw",
    "; there is {}": "has no ids: no column id; there is raw",
    "has no ids: its column {} holds {}": "has no ids: its column id holds list",
    "is too large, or one of the {} rows of its row group is, which are not read: {} bytes together": LARGE_ROWS,
    "{}, the limit of a message is {}; raise it with --max-bytes": LARGE_ROWS,
    "is Parquet, which needs pyarrow: pip install 'mailkit-bounce[parquet]'": (
        "is Parquet, which needs pyarrow: pip install 'mailkit-bounce[parquet]'"
    ),
    "cannot be read (it is damaged: {})": "cannot be read (it is damaged: Corrupt input data)",
    "{}, nor can the rest of its row group": (
        "cannot be read (it is damaged: Corrupt input data), nor can the rest of its row group"
    ),
    "a row group of {} rows": "cannot be read (it is damaged: a row group of -1 rows)",
    # of a process
    "the process that read it {}": "the process that read it took more than 60 seconds",
    "took more than {} seconds": "the process that read it took more than 0.5 seconds",
    "was killed (signal 9): was there no memory left?": (
        "the process that read it was killed (signal 9): was there no memory left?"
    ),
    "was killed (signal {})": "the process that read it was killed (signal 11)",
    "ended with exit code {}": "the process that read it ended with exit code 1",
    "mailkit failed: {}: {}": "mailkit failed: ValueError: 17",
    # of a file
    "no such file or folder; check the path": "no such file or folder; check the path",
    "no such file, but it looks like an SMTP reply: `mailkit reply` classifies those": (
        "no such file, but it looks like an SMTP reply: `mailkit reply` classifies those"
    ),
    "is no name of a file ({})": "is no name of a file (embedded null byte)",
    "cannot be read ({}); check its permissions": "cannot be read (Permission denied); check its permissions",
    "{}cannot be read ({})": "cannot be read (Input/output error)",
    "standard input ": "standard input cannot be read (Input/output error)",
    "standard input cannot be read ({})": "standard input cannot be read (Is a directory)",
    "standard input is closed; pipe a message into it or name a file": (
        "standard input is closed; pipe a message into it or name a file"
    ),
    "is a queue file or record of SMTP ({}); `mailkit envelope` reads it": (
        "is a queue file or record of SMTP (exim); `mailkit envelope` reads it"
    ),
    "is too large: {}{} bytes, the limit is {}; raise it with --max-bytes": (
        "is too large: 2,000 bytes, the limit is 1,000; raise it with --max-bytes"
    ),
    "more than ": "is too large: more than 1,000 bytes, the limit is 1,000; raise it with --max-bytes",
    "has changed since it was cut: from byte {} on it gives {} of {} messages": CHANGED,
    "{}; read it again when nobody writes into it": CHANGED,
    # no mail
    "is no mail": "is no mail: empty",
    "holds no mail": "holds no mail: binary data",
    "was delivered here, but {}": "was delivered here, but is no mail: empty",
    "{}: a link that leads nowhere": "is no mail: a link that leads nowhere",
    "{}: {} inside others": "is no mail: a packed file inside others; unpack it",
    "{}; unpack it": "is no mail: a tar archive inside others; unpack it",
    "{}, or in a pipe; name the file": "is no mail: a zip archive inside others, or in a pipe; name the file",
    "a packed file": "is no mail: a packed file inside others, or in a pipe; name the file",
    "a {} archive": "is no mail: a parquet archive inside others; unpack it",
    "a zip archive": "is no mail: a zip archive without mail (1 file: x)",
    "a tar archive": "is no mail: a tar archive without mail (2 files: x, y)",
    "an empty ": "is no mail: an empty zip archive",
    "{} file{}": "is no mail: a zip archive without mail (6 files: x, y)",
    " and more": "is no mail: a tar archive without mail (6 files: x, y and more)",
    "{} without mail ({}: {})": "is no mail: a zip archive without mail (1 file: x)",
    "{}: empty": "is no mail: empty",
    "{}: binary data": "is no mail: binary data",
    "{}: lines of a log; `mailkit reply --log` reads those": (
        "is no mail: lines of a log; `mailkit reply --log` reads those"
    ),
    "{}: it does not begin with header fields; give a message as it came, with its header": f"is no mail: {NO_HEADER}",
    **{
        what: f"is no mail: {what}"
        for what in (
            *("a 7z archive; unpack it", "a PDF document", "a PNG picture", "a JPEG picture", "a GIF picture"),
            *("a program", "a Windows program", "a SQLite database"),
            "zstd data; pipe it: zstdcat FILE | mailkit classify -",
            "JSON, but not lines that have each a message in a column called raw",
            "an Outlook .pst file; readpst makes mboxes of it",
            "an Outlook .msg or Office file; save it as .eml",
            *("a device", "a pipe", "a list of files", "the rest of a file on another volume", "the name of a volume"),
        )
    },
    "a link to ": "is no mail: a link to ../x",
    # packed
    "cannot be read further ({})": "cannot be read further (it is damaged: CRC check failed 0x1f2e != 0x2)",
    "it is damaged: {}": "cannot be read (it is damaged: Error -3 while decompressing data: Corrupt input data)",
    "it is cut short": "cannot be read further (it is cut short)",
    "is a file with holes; unpack the archive": "is a file with holes; unpack the archive",
    "the header at byte {} is {}": "cannot be read further (the header at byte 512 is damaged)",
    "missing, for the archive is cut short": (
        "cannot be read further (the header at byte 1024 is missing, for the archive is cut short)"
    ),
    "the header at byte {} is damaged: a size of {}": (
        "cannot be read further (the header at byte 512 is damaged: a size of b'9')"
    ),
    "the header at byte {} is damaged: records of {} bytes": (
        "cannot be read further (the header at byte 512 is damaged: records of 9,000,000 bytes)"
    ),
    "cannot be read ({})": "cannot be read (it is cut short)",
    "cannot be read{} ({})": f"cannot be read ({NO_ZIP})",
    NO_ZIP: f"cannot be read further ({NO_ZIP})",
    "is encrypted; unpack the archive with its password": "is encrypted; unpack the archive with its password",
    "is packed by method {}; unpack the archive": "is packed by method 97; unpack the archive",
    **{
        what: f"cannot be read ({what})"
        for what in (
            "there is no member at the place that the directory says",
            "it is damaged: its properties are none of LZMA",
            "it is damaged: it is smaller than the directory says",
            "it is damaged: checksum",
            "it is larger than the directory says",
            "it is one of several parts; join them",
        )
    },
    "it needs {} bytes of memory; unpack the archive": (
        "cannot be read (it needs 99,000,000 bytes of memory; unpack the archive)"
    ),
    "its members overlap one another, from {} on; unpack it, if you trust it": (
        "cannot be read further (its members overlap one another, from x on; unpack it, if you trust it)"
    ),
    "its directory is damaged at byte {}": "cannot be read further (its directory is damaged at byte 77)",
}
"""What the modules say, as it stands there, and a whole reason in which it is said."""

LEFT_OUT = frozenset(
    {
        # to the caller of a function
        "pyarrow is not installed; pip install 'mailkit-bounce[parquet]'",
        "{} processes cannot be started ({}); give fewer with --jobs",
        *("keep={}: give a tuple of names", "{} {} in the batch: it has {}", "{} columns", "no column"),
        # on the terminal, while a batch runs
        *("{}: {}, also {}; leave this input out", "{}; {}", "without this message", "twice before", "a message"),
        *("the others go on without it", "it is tried again", "{}: {}", "{}: is empty"),
        "{} passed over, no mail: {}",
        *("{} not taken for the beginning of a message: {}, at byte {}", "{} lines that begin with From were"),
        "has no ids: no column {} in its first row{}; there is {}",
        *("a From line was", "has an id of more than {} bytes, which is left out"),
        # where a folder is read without a batch
        "a folder",
    }
)
"""What never stands in an answer as the reason why an input was not read."""
VALUES = frozenset(
    (
        *("raw", "id", "body", "list", "int64", "null", "exim", "zip", "tar", "parquet", "mbox", "mailkit", "readpst"),
        *("pst", "msg", "eml", "zstd", "pyarrow"),
    )
)
"""Names that are the same in every language."""


def skeletons(tree: ast.Module) -> Iterator[str]:
    """Give the texts of a module that are no documentation and no mere word, with braces for what is put into them."""
    parts = {id(one) for node in ast.walk(tree) if isinstance(node, ast.JoinedStr) for one in node.values}
    parts |= {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    for node in ast.walk(tree):
        if id(node) in parts:
            continue
        if isinstance(node, ast.JoinedStr):
            yield "".join(str(one.value) if isinstance(one, ast.Constant) else "{}" for one in node.values)
        elif isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node.value


def said_by_the_code() -> set[str]:
    """Give all that the modules may say: a text with a blank between words, and no pattern."""
    trees = [ast.parse((ROOT / "mailkit" / f"{module}.py").read_text("utf-8")) for module in MODULES]
    return {text for tree in trees for text in skeletons(tree) if " " in text.strip() and "\\" not in text}


def test_all_that_the_code_can_say_has_its_words_or_is_left_out() -> None:
    found = said_by_the_code()
    assert sorted(found - SAID.keys() - LEFT_OUT) == [], (
        "put them into mailkit/page/faults.py and SAID, or into LEFT_OUT"
    )
    assert sorted((SAID.keys() | LEFT_OUT) - found) == [], "the code does not say these any more"


@pytest.mark.parametrize("reason", sorted({*SAID.values()}))
def test_nothing_english_is_left_of_a_reason(reason: str) -> None:
    for text in (reason, without_marks(normal_form(reason))):
        said = fault_in("ja", text)
        assert re.search("[\u3040-\u30ff\u4e00-\u9fff]", said)
        words = re.findall(r"[a-z]+[0-9]*", re.sub(r"`[^`]*`|\w*[A-Z]\w*", "", said))
        assert {word for word in words if len(word) > 1} <= VALUES
        assert fault_in("en", text) == text


def test_what_differs_is_kept() -> None:
    large = "is too large: more than 12,345 bytes, the limit is 1,000; raise it with --max-bytes"
    assert re.findall(r"[\d,]{2,}|--[\w-]+", fault_in("ja", large)) == ["12,345", "1,000", "--max-bytes"]
    assert "…" in fault_in("ja", without_marks(normal_form(large)))
    named = "is no mail: a tar archive without mail (2 files: 請求.pdf, b)"
    assert "請求.pdf, b" in fault_in("ja", named)


@pytest.mark.parametrize("text", FAULTS)
def test_a_translation_has_the_same_fields(text: str) -> None:
    fields = re.findall(r"\{\w+\}", text)
    assert len({*fields}) == len(fields)
    assert {*re.findall(r"\{\w+\}", FAULTS[text])} <= {*fields}
    assert FAULTS[text].count("`") % 2 == 0
    assert re.search("[\u3040-\u30ff\u4e00-\u9fff]", FAULTS[text])


@pytest.mark.parametrize(
    "text", ["", "of a kind that nobody knows", "cannot be read (", "is no mail: ", "{why}", "(" * 2_000]
)
def test_what_is_not_known_stays(text: str) -> None:
    assert fault_in("ja", text) == text


@given(
    st.lists(st.sampled_from([*FAULTS, *SAID.values(), "an empty ", " and more", "(", ")", "{why}", "x"]), max_size=12)
)
def test_any_words_have_an_answer(pieces: list[str]) -> None:
    assert fault_in("ja", "".join(pieces)[:1_000]) or not pieces


def test_reasons_of_real_files(tmp_path: Path) -> None:
    (tmp_path / "a.pdf").write_bytes(b"%PDF-1.4 ...")
    (tmp_path / "a.zip").write_bytes(b"PK\x03\x04 and no more")
    (tmp_path / "a.gz").write_bytes(b"\x1f\x8b\x08\0\0\0\0\0\0\x03\x01")
    (tmp_path / "a.eml").write_bytes(b"Subject: hi\n\n" + b"x" * 99)
    (tmp_path / "a.jsonl").write_bytes(b'{"raw": 1}\n[]\n')
    names = [str(tmp_path / f"a.{kind}") for kind in ("pdf", "zip", "gz", "eml", "jsonl", "none")]
    found = [str(raw.error.what) for raw in read_raw(names, Limits(message_bytes=64)) if raw.error]
    assert len(found) == len(names) + 1
    assert [text for text in found if fault_in("ja", text) == text] == []
    assert fault_in("ja", found[1]).startswith("読み取れません（完全なzipアーカイブではなく")
