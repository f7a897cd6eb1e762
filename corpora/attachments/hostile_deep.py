"""Group H: more levels, parts and header than a reader wants to look at, with a file at the end of them."""

from __future__ import annotations

from collections.abc import Iterator

from corpora.attachments import zips
from corpora.attachments.mime import EOL, HARMLESS, WORDS, Case, attachment, case, head, message, mixed, multipart, raw
from corpora.attachments.programs import pe

D, S = "dangerous", "suspicious"
EXE = ("EXT_EXECUTABLE 2", "MAGIC_EXECUTABLE 2")


def cases() -> Iterator[Case]:
    """Give them all."""
    program = attachment(pe(), "setup.exe")
    for count in (10, 25):
        whole = carried(program, count)
        path = "1." * count + "2"
        yield Case(f"H-rfc822-{count}", whole, D, (f"EXT_EXECUTABLE {path}",))
        path = ".".join(["2"] + ["1"] * (count - 1)) if count > 1 else "2"
        yield Case(
            f"H-multipart-{count}",
            message(f"H-multipart-{count}", [wrapped(program, count)]),
            D,
            (f"EXT_EXECUTABLE {path}",),
        )
    for count in (300, 450):
        name = f"H-multipart-{count}"
        yield Case(name, message(name, [wrapped(program, count)]), S, ("MIME_DEPTH 2",), opaque=True)
    deep = wrapped(attachment(HARMLESS, "notes.txt"), 400)
    note = "the end of a deep branch does not end the ones beside it"
    yield Case(
        "H-deep-then-program",
        message("H-deep-then-program", [deep, program]),
        D,
        ("EXT_EXECUTABLE 3", "MIME_DEPTH 2"),
        opaque=True,
        note=note,
    )
    yield Case(
        "H-program-then-deep", message("H-program-then-deep", [program, deep]), D, (*EXE, "MIME_DEPTH 3"), opaque=True
    )
    small = [raw(["Content-Type: text/plain"], b"x") for _ in range(300)]
    yield Case("H-300-parts-before", message("H-300-parts-before", [*small, program]), D, ("EXT_EXECUTABLE 302",))
    fields = [f"X-Filler-{index}: {index:060}" for index in range(300)]
    many = raw(
        [*head("H-300-fields"), *fields, 'Content-Type: multipart/mixed; boundary="=_mk"'], multipart([WORDS, program])
    )
    yield Case("H-300-fields", many, D, EXE)
    long = attachment(pe(), "a" * 900 + ".pdf.exe")
    yield Case("H-long-name", message("H-long-name", [long]), D, EXE)
    split = "; ".join(f"filename*{index}=a" for index in range(200)) + "; filename*200=.exe"
    one = raw(["Content-Type: application/octet-stream", f"Content-Disposition: attachment; {split}"], HARMLESS)
    yield Case("H-2231-201-pieces", message("H-2231-201-pieces", [one]), S, ("MIME_HEADER_MALFORMED 2",))
    alternating = attachment(pe(), "setup.exe")
    for index in range(3):
        inner = message(f"H-inner-{index}", [alternating], f"=_h{index}")
        alternating = attachment(zips.one("letter.eml", inner, zips.STORED), f"level{index}.zip", "application/zip")
    yield Case("H-eml-zip-3", message("H-eml-zip-3", [alternating]), S, ("ARCHIVE_MEMBER 2!...",))
    kind = "application/zip"
    yield case("H-zip-in-zip-3", nested(3), "outer.zip", D, "EXT_EXECUTABLE 2!...", media_type=kind)
    yield case("H-zip-in-zip-30", nested(30), "outer.zip", S, "ARCHIVE_DEPTH 2!...", media_type=kind, opaque=True)


def nested(count: int) -> bytes:
    """Put archives into one another."""
    data = zips.one("setup.exe", pe())
    for index in range(count):
        data = zips.one(f"level{index}.zip", data, zips.STORED)
    return data


def wrapped(one: bytes, count: int) -> bytes:
    """Put a part into multiparts: each has it alone."""
    for index in range(count):
        one = mixed([one], f"=_{index}")
    return one


def carried(one: bytes, count: int) -> bytes:
    """Put a message with a part into messages."""
    inner = message("H-innermost", [one], "=_in")
    for index in range(count):
        top = head(f"H-{index}") if index == count - 1 else [f"Subject: level {index}"]
        inner = raw([*top, "Content-Type: message/rfc822"], inner) + EOL
    return inner
