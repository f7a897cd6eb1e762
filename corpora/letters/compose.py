"""Make the messages of negatives/ and positives-plain/ out of the readable texts beside this file.

A text file holds many messages. Each begins with a line `==== NAME KIND {more}`: KIND goes into
expected.json (several, with commas between, are all right), and so does the JSON object behind it;
its keys `eol` (crlf) and `words` (CHARSET/b, CHARSET/q or raw) say how the message is written. Below stands
the message as a reader sees it. Here it is encoded as its own fields say: bodies by Content-Type and
Content-Transfer-Encoding, fields by RFC 2047. A line `@@ mta/FILE` stands for that message of the
corpora, and `@@> mta/FILE` for the same with `> ` before each line.

    python corpora/letters/compose.py
"""

from __future__ import annotations

import base64
import json
import quopri
import re
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
CORPORA = HERE.parent
SETS = {"negatives": "negatives", "positives": "positives-plain"}
"""How the names of the text files begin, and the folder that their messages go to."""

_HEAD = re.compile(r"^==== (\S+) (\S+)(?: (\{.*\}))?\n", re.MULTILINE)
_INCLUDE = re.compile(r"^@@(>?) (\S+)$", re.MULTILINE)
_TYPE = re.compile(r"^Content-Type:\s*([\w.+/\-]+)(.*(?:\n[ \t].*)*)", re.MULTILINE | re.IGNORECASE)
_ENCODING = re.compile(r"^Content-Transfer-Encoding:\s*([\w\-]+)", re.MULTILINE | re.IGNORECASE)
_ADDRESSED = re.compile(r"^(?:from|to|cc|sender|reply-to):", re.IGNORECASE)
_WORD_BYTES = 36


def main() -> None:
    """Write every message and the two tables of expected answers."""
    for begin, folder in SETS.items():
        into = CORPORA / folder
        into.mkdir(exist_ok=True)
        expected: dict[str, Any] = {}
        for path in sorted(HERE.glob(f"{begin}*.txt")):
            for name, kind, more, text in messages(path.read_text("utf-8")):
                assert f"{name}.eml" not in expected, name
                (into / f"{name}.eml").write_bytes(compose(text, more.pop("eol", "lf"), more.pop("words", "utf-8/b")))
                kinds = kind.split(",")
                expected[f"{name}.eml"] = {"kind": kinds if len(kinds) > 1 else kind, **more}
        table = json.dumps(expected, ensure_ascii=False, indent=1, sort_keys=True)
        (into / "expected.json").write_text(table + "\n", "utf-8")


def messages(text: str) -> list[tuple[str, str, dict[str, Any], str]]:
    """Give name, kind, further expectations and text of each message of a text file."""
    heads = list(_HEAD.finditer(text))
    ends = [head.start() for head in heads[1:]] + [len(text)]
    rows = []
    for head, end in zip(heads, ends, strict=True):
        body = text[head.end() : end]
        rows.append(
            (head[1], head[2], json.loads(head[3] or "{}"), body.removesuffix("\n\n") + "\n" * body.endswith("\n\n"))
        )
    return rows


def compose(text: str, eol: str, words: str) -> bytes:
    """Encode one message."""
    data = _entity(_INCLUDE.sub(_included, text), words)
    return data.replace(b"\n", b"\r\n") if eol == "crlf" else data


def _included(match: re.Match[str]) -> str:
    data = (CORPORA / match[2]).read_bytes().replace(b"\r\n", b"\n")
    text = data.decode("utf-8", "surrogateescape").removesuffix("\n")
    return "\n".join(f"> {line}".rstrip() for line in text.split("\n")) if match[1] else text


def _entity(text: str, words: str) -> bytes:
    """Encode a message or a part: its header, then its body by what the header says."""
    header, gap, body = text.partition("\n\n")
    if text.startswith("\n"):
        header, gap, body = "", "\n", text[1:]
    found = _TYPE.search(header)
    kind = found[1].lower() if found else "text/plain"
    rest = found[2] if found else ""
    boundary = re.search(r"boundary=\"?([^\";\s]+)", rest)
    encoding = _ENCODING.search(header)
    transfer = encoding[1].lower() if encoding else "7bit"
    head = _header(header, words)
    if kind.startswith("multipart/") and boundary:
        return head + gap.encode() + _parts(body, boundary[1], words)
    if kind == "message/rfc822" and transfer != "base64":
        return head + gap.encode() + _entity(body, words)
    charset = re.search(r"charset=\"?([\w.\-]+)", rest)
    return head + gap.encode() + _transfer(_charset(body, charset[1] if charset else "utf-8"), transfer)


def _parts(body: str, boundary: str, words: str) -> bytes:
    made = []
    lines = body.split("\n")
    marks = [n for n, line in enumerate(lines) if line.rstrip() in {f"--{boundary}", f"--{boundary}--"}]
    made.append("\n".join([*lines[: marks[0]], ""]).encode() if marks and marks[0] else b"")
    for number, place in enumerate(marks):
        made.append(lines[place].encode() + b"\n")
        end = marks[number + 1] if number + 1 < len(marks) else len(lines)
        inner = "\n".join(lines[place + 1 : end])
        if lines[place].rstrip() == f"--{boundary}--":
            made.append(inner.encode())
        else:
            made.append(_entity(inner, words).removesuffix(b"\n") + b"\n")
    return b"".join(made)


def _charset(text: str, charset: str) -> bytes:
    try:
        return text.encode(charset, "surrogateescape")
    except (LookupError, UnicodeEncodeError):
        return text.encode("utf-8", "surrogateescape")


def _transfer(data: bytes, encoding: str) -> bytes:
    if encoding == "base64":
        return base64.encodebytes(data)
    return quopri.encodestring(data) if encoding == "quoted-printable" else data


def _header(header: str, words: str) -> bytes:
    charset, _, form = words.partition("/")
    if charset == "raw" or header.isascii():
        return header.encode("utf-8", "surrogateescape")
    return "\n".join(
        line if line.isascii() else _field(line, charset, form or "b") for line in header.split("\n")
    ).encode("ascii")


def _field(line: str, charset: str, form: str) -> str:
    """Write what is not ASCII in a field as encoded words: display names, or everything from the first such word."""
    name, colon, value = re.match(r"([^:]*)(:?\s*|)(.*)", line, re.DOTALL).groups()  # type: ignore[union-attr]
    if _ADDRESSED.match(line):
        return (
            name
            + colon
            + re.sub(
                r"\"?([^<>\",@]*[^\x00-\x7f][^<>\",@]*?)\"?(?=\s*<|,|$)", lambda m: _encoded(m[1], charset, form), value
            )
        )
    if name.lower() in {"content-type", "content-disposition"}:
        return re.sub(r"[^\x00-\x7f]+", "_", line)
    return name + colon + _encoded(value, charset, form)


def _encoded(text: str, charset: str, form: str) -> str:
    pieces, piece = [], ""
    for character in text:
        if piece and len(_charset(piece + character, charset)) > _WORD_BYTES:
            pieces.append(piece)
            piece = ""
        piece += character
    return "\n ".join(f"=?{charset}?{form.upper()}?{_word(one, charset, form)}?=" for one in [*pieces, piece])


def _word(text: str, charset: str, form: str) -> str:
    data = _charset(text, charset)
    if form == "b":
        return base64.b64encode(data).decode()
    return "".join("_" if b == 32 else chr(b) if chr(b).isascii() and chr(b).isalnum() else f"={b:02X}" for b in data)


if __name__ == "__main__":
    main()
