"""What does not matter does not change the answer: line ends, encodings, charsets, case, folding, who the addressee is."""

from __future__ import annotations

import base64
import quopri
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from mailkit import Message, Part, classify, parse
from mailkit.bounce.notice import TextView
from mailkit.bounce.result import Bounce
from tests.strategies import OWN, mails, shared

CORPORA = ("own", "sisimai-public", "flufl-public")


def bounces(corpus: str) -> list[Path]:
    """Give the messages of a corpus; skips where it is not there."""
    return sorted(OWN.parent.glob("*/*.eml")) if corpus == "own" else mails(shared(corpus))


Change = Callable[[bytes], bytes | None]
"""Gives the changed message; None where there is nothing to change in it."""


def answer(bounce: Bounce) -> tuple[Any, ...]:
    """Give what must stay: all but places, and the case of words that are given as they stand."""
    rows = [
        (
            (one.address or "").lower(),
            (one.original_address or "").lower(),
            one.action,
            one.status,
            one.reported_status,
            one.basis,
            one.reason,
            one.advice,
            one.confidence,
            one.reply,
            one.stage,
            one.rule,
        )
        for one in bounce.recipients
    ]
    return bounce.kind, bounce.dialect, rows


def leaves(message: Message) -> Iterator[Part]:
    """Give the texts and reports of a message outside of what came back."""
    stack = [message.root]
    while stack:
        part = stack.pop()
        if part.type in {"message/rfc822", "text/rfc822-headers", "message/global"} and part is not message.root:
            continue
        if part.parts:
            stack.extend(part.parts)
        elif part.type in {"text/plain", "message/delivery-status", "message/global-delivery-status"}:
            yield part


def with_bodies(data: bytes, change: Callable[[Part], tuple[bytes, dict[bytes, bytes]] | None]) -> bytes | None:
    """Give the message with the bodies and fields of its leaves changed."""
    message = parse(data)
    changed = [(part, new) for part in leaves(message) if (new := change(part)) is not None]
    if not changed:
        return None
    out = data
    for part, (body, fields) in sorted(changed, key=lambda pair: -pair[0].body_start):
        head = out[part.start : part.body_start]
        names = b"|".join(re.escape(name) for name in fields)
        head = re.sub(rb"(?mi)^(?:" + names + rb"):[^\n]*\n(?:[ \t][^\n]*\n)*", b"", head)
        more = b"".join(name + b": " + value + b"\n" for name, value in fields.items())
        line = head.find(b"\n") + 1 if head.startswith((b"From ", b">From ")) else 0
        out = out[: part.start] + head[:line] + more + head[line:] + body + out[part.body_end :]
    return out


def crlf(data: bytes) -> bytes:
    return re.sub(rb"\r?\n", b"\r\n", data)


def lf(data: bytes) -> bytes:
    return data.replace(b"\r\n", b"\n")


def encoded(name: bytes, encode: Callable[[bytes], bytes]) -> Change:
    """Give a change of the transfer encoding."""

    def change(part: Part) -> tuple[bytes, dict[bytes, bytes]] | None:
        kind = part.header.get("content-type") or b"text/plain"
        return encode(part.content(1 << 20)), {b"Content-Transfer-Encoding": name, b"Content-Type": kind.strip()}

    return lambda data: with_bodies(data, change)


def quoted(data: bytes) -> bytes:
    return quopri.encodestring(data.replace(b"\r\n", b"\n"))


def in_charset(charset: str) -> Change:
    """Give a change of the charset of all texts that it can write."""

    def change(part: Part) -> tuple[bytes, dict[bytes, bytes]] | None:
        text = TextView(part, 1 << 20).text  # which knows a wrong label
        try:
            body = text.encode(charset)
        except UnicodeEncodeError:
            return None
        if part.type != "text/plain" or "\ufffd" in text:
            return None
        kind = b"text/plain; charset=" + charset.encode()
        return base64.encodebytes(body), {b"Content-Transfer-Encoding": b"base64", b"Content-Type": kind}

    return lambda data: with_bodies(data, change)


def upper(data: bytes) -> bytes | None:
    def change(part: Part) -> tuple[bytes, dict[bytes, bytes]] | None:
        if (
            part.encoding not in {"7bit", "8bit", "binary"}
            or b"\x1b" in part.body
            or b'"notificationType"' in part.body
            or part.content_type.params.get("charset", "").lower() in {"shift_jis", "big5", "gbk", "gb18030"}
        ):
            return None  # escape sequences, the keys of JSON and second bytes that look like letters have no other case
        return part.body.upper(), {b"X-Case": b"upper"}

    return with_bodies(data, change)


def folded(data: bytes) -> bytes | None:
    """Fold the replies that the report quotes, at every blank (RFC 5322 section 2.2.3)."""

    def change(part: Part) -> tuple[bytes, dict[bytes, bytes]] | None:
        if part.type == "text/plain" or part.encoding == "base64":
            return None
        body = re.sub(rb"(?mi)^diagnostic-code:[^\n]*\n(?:[ \t][^\n]*\n)*", fold, part.body)
        return (body, {b"X-Folded": b"yes"}) if body != part.body else None

    def fold(match: re.Match[bytes]) -> bytes:
        words = match[0].split()
        return b" ".join(words[:3]) + b"".join(b"\n " + word for word in words[3:]) + b"\n"

    return with_bodies(data, change)


NAMES = ("user.unknown", "mailbox-full_over.quota", "spam", "blocked-5.1.1", "550", "x" * 60, "greylist=a.b")
"""Local parts that say something, and must not be heard."""


def encoded_texts(data: bytes) -> str:
    """Give the texts of parts whose bytes are encoded."""
    parts = [
        part for part in parse(data).root.walk() if part.encoding in {"base64", "quoted-printable"} and not part.parts
    ]
    return "\n".join(part.content(1 << 20).decode("latin-1") for part in parts)


@pytest.mark.parametrize("corpus", CORPORA)
@pytest.mark.parametrize("name", NAMES)
def test_the_name_of_the_addressee_does_not_matter(name: str, corpus: str) -> None:
    tried, wrong = 0, []
    for path in bounces(corpus):
        data = path.read_bytes()
        bounce = classify(data)
        addresses = {one.address for one in bounce.recipients if one.address and "@" in one.address}
        if len(addresses) != 1 or len(bounce.recipients) != 1 or bounce.recipients[0].original_address:
            continue
        address = addresses.pop()
        local, _, domain = address.rpartition("@")
        old, new = address.encode(), f"{name}@{domain}".encode()
        if len(local) < 4 or data.count(local.encode()) != data.count(old) or address in encoded_texts(data):
            continue  # the name stands elsewhere as well: in a VERP address, in an encoded part
        tried += 1
        other = classify(data.replace(old, new))
        expected = answer(bounce)
        expected = (*expected[:2], [(new.decode().lower(), *row[1:]) for row in expected[2]])
        if answer(other) != expected:
            wrong.append((path.name, expected, answer(other)))
    assert wrong == []
    if not tried:
        pytest.skip(f"no message of {corpus} has anything of this kind to change")


CHANGES: dict[str, Change] = {
    "CRLF": crlf,
    "LF": lf,
    "base64": encoded(b"base64", base64.encodebytes),
    "quoted-printable": encoded(b"quoted-printable", quoted),
    "8bit": encoded(b"8bit", bytes),
    "UTF-8": in_charset("utf-8"),
    "UTF-16": in_charset("utf-16"),
    "ISO-8859-1": in_charset("iso-8859-1"),
    "ISO-2022-JP": in_charset("iso-2022-jp"),
    "Shift_JIS": in_charset("shift_jis"),
    "EUC-JP": in_charset("euc-jp"),
    "GB18030": in_charset("gb18030"),
    "EUC-KR": in_charset("euc-kr"),
    "KOI8-R": in_charset("koi8-r"),
    "upper case": upper,
    "folded replies": folded,
}


@pytest.mark.parametrize("corpus", CORPORA)
@pytest.mark.parametrize("change", CHANGES)
def test_what_does_not_matter(change: str, corpus: str) -> None:
    tried, wrong = 0, []
    for path in bounces(corpus):
        data = path.read_bytes()
        other = CHANGES[change](data)
        if other is None or other == data:
            continue
        tried += 1
        if answer(classify(data)) != answer(classify(other)):
            wrong.append(path.name)
    assert wrong == []
    if not tried:
        pytest.skip(f"no message of {corpus} has anything of this kind to change")
