"""Group F: messages that one reader takes apart in another way than the next. RFC 2045, RFC 2046, RFC 2231."""

from __future__ import annotations

from collections.abc import Iterator

from corpora.attachments import benign_files
from corpora.attachments.mime import (
    EOL,
    HARMLESS,
    WORDS,
    Case,
    attachment,
    b64,
    head,
    message,
    mixed,
    multipart,
    part,
    raw,
)
from corpora.attachments.programs import pe

D, S = "dangerous", "suspicious"
NAME, MAGIC = "EXT_EXECUTABLE 2", "MAGIC_EXECUTABLE 2"
BOTH = (NAME, MAGIC)
PROGRAM = attachment(pe(), "setup.exe")
NOTES = attachment(HARMLESS, "notes.txt", "text/plain")


def cases() -> Iterator[Case]:
    """Give them all."""
    for make in (boundaries, delimiters, fields_of_parts, carriers):
        for name, whole, verdict, findings, opaque in make():
            yield Case(name, whole, verdict, findings, opaque)


Row = tuple[str, bytes, str, tuple[str, ...], bool]


def boundaries() -> Iterator[Row]:
    """Give a Content-Type of the message that says in another way where its parts end."""
    malformed, twice, missing = "MIME_HEADER_MALFORMED 1", "MIME_DUP_PARAM 1", "MIME_BOUNDARY_MISSING 1"
    rows: list[tuple[str, str, tuple[str, ...]]] = [
        ("F-boundary-first-of-two", 'multipart/mixed; boundary="=_mk"; boundary="other"', (*BOTH, twice)),
        ("F-boundary-last-of-two", 'multipart/mixed; boundary="other"; boundary="=_mk"', (*BOTH, twice)),
        ("F-boundary-no-quotes", "multipart/mixed; boundary==_mk", BOTH),
        ("F-boundary-single-quotes", "multipart/mixed; boundary='=_mk'", BOTH),
        ("F-boundary-quote-not-closed", 'multipart/mixed; boundary="=_mk', (*BOTH, malformed)),
        ("F-boundary-blanks-around-equals", 'multipart/mixed; boundary = "=_mk"', BOTH),
        ("F-boundary-comment-in-type", 'multipart(all)/mixed(of it); boundary="=_mk" (the end)', BOTH),
        ("F-boundary-no-semicolon", 'multipart/mixed boundary="=_mk"', (*BOTH, malformed)),
        ("F-boundary-two-semicolons", 'multipart/mixed;; ; boundary="=_mk";', BOTH),
        ("F-boundary-2231-pieces", 'multipart/mixed; boundary*0="=_"; boundary*1="mk"', BOTH),
        ("F-boundary-2231-charset", "multipart/mixed; boundary*=us-ascii''%3D_mk", BOTH),
        ("F-boundary-2231-and-plain", "multipart/mixed; boundary=other; boundary*=us-ascii''%3D_mk", BOTH),
        ("F-boundary-encoded-word", 'multipart/mixed; boundary="=?us-ascii?Q?=3D=5Fmk?="', BOTH),
        ("F-boundary-folded", 'multipart/mixed;\r\n\tboundary=\r\n "=_mk"', BOTH),
        ("F-boundary-upper-case", 'MULTIPART/MIXED; BOUNDARY="=_mk"', BOTH),
        ("F-boundary-name-only", "multipart/mixed", (*BOTH, missing)),
        ("F-subtype-unknown", 'multipart/x-parcel; boundary="=_mk"', BOTH),
        ("F-type-with-blank", 'multipart / mixed; boundary="=_mk"', BOTH),
    ]
    for name, value, findings in rows:
        body = multipart([WORDS, PROGRAM])
        yield name, raw([*head(name), f"Content-Type: {value}"], body), D, findings, False
    name = "F-type-field-twice"
    both = ["Content-Type: text/plain", 'Content-Type: multipart/mixed; boundary="=_mk"']
    yield name, raw([*head(name), *both], multipart([WORDS, PROGRAM])), D, (*BOTH, "MIME_DUP_HEADER 1"), False
    name = "F-type-field-twice-first"
    yield name, raw([*head(name), *both[::-1]], multipart([WORDS, PROGRAM])), D, (*BOTH, "MIME_DUP_HEADER 1"), False
    name = "F-no-mime-version"
    yield name, raw([*head(name)[:-1], both[1]], multipart([WORDS, PROGRAM])), D, BOTH, False
    name = "F-blank-before-colon"
    yield (
        name,
        raw([*head(name), 'Content-Type : multipart/mixed; boundary="=_mk"'], multipart([WORDS, PROGRAM])),
        D,
        BOTH,
        False,
    )
    name = "F-boundary-empty"
    body = multipart([WORDS, PROGRAM], "")
    yield name, raw([*head(name), 'Content-Type: multipart/mixed; boundary=""'], body), D, BOTH, False


def delimiters() -> Iterator[Row]:
    """Move and spoil the delimiters: the lines that divide the parts are where they should not be, or not what they should be."""

    def whole(name: str, body: bytes) -> bytes:
        return raw([*head(name), 'Content-Type: multipart/mixed; boundary="=_mk"'], body)

    usual = multipart([WORDS, PROGRAM])
    mark = b"--=_mk"
    bodies: list[tuple[str, bytes, str, tuple[str, ...]]] = [
        ("F-after-close", multipart([WORDS]) + multipart([PROGRAM]), D, (*BOTH, "MIME_AFTER_CLOSE 1")),
        ("F-after-close-text", multipart([WORDS]) + PROGRAM, S, ("MIME_AFTER_CLOSE 1",)),
        ("F-before-first", PROGRAM + EOL + multipart([WORDS]), S, ("MIME_PREAMBLE_PART 1",)),
        ("F-no-close", multipart([WORDS, PROGRAM], close=b""), D, BOTH),
        ("F-cut-in-close", multipart([WORDS, PROGRAM], close=b"--=_m"), D, BOTH),
        ("F-delimiter-blanks", usual.replace(mark + EOL, mark + b" \t" + EOL), D, BOTH),
        ("F-delimiter-bare-lf", usual.replace(EOL, b"\n"), D, BOTH),
        ("F-delimiter-bare-cr", usual.replace(EOL, b"\r"), S, BOTH),
        ("F-close-then-parts-of-inner", multipart([mixed([WORDS], "=_mk2"), PROGRAM]), D, BOTH),
        (
            "F-inner-not-closed",
            multipart([raw(['Content-Type: multipart/mixed; boundary="=_in"'], b"--=_in\r\n" + WORDS), PROGRAM]),
            D,
            BOTH,
        ),
        ("F-inner-longer-boundary", multipart([WORDS, mixed([PROGRAM], "=_mk-inner")]), D, ("EXT_EXECUTABLE 2.1",)),
        ("F-same-boundary-inside", multipart([WORDS, mixed([PROGRAM], "=_mk")]), D, ()),
        (
            "F-delimiter-in-base64",
            multipart([WORDS, PROGRAM.replace(EOL + EOL, EOL + EOL + b"--=_mkx" + EOL, 1)]),
            D,
            (NAME,),
        ),
        ("F-empty-parts", multipart([b"", EOL, WORDS, PROGRAM]), D, ("EXT_EXECUTABLE 4",)),
    ]
    for name, body, verdict, findings in bodies:
        yield name, whole(name, body), verdict, findings, False


def fields_of_parts() -> Iterator[Row]:
    """Give parts whose header says two things, or says them badly."""
    encoded = b64(pe())
    kind, cte = "Content-Type: application/octet-stream", "Content-Transfer-Encoding: base64"
    named = 'Content-Disposition: attachment; filename="setup.exe"'
    picture = 'Content-Disposition: attachment; filename="photo.jpg"'
    rows: list[tuple[str, list[str | bytes], str, tuple[str, ...]]] = [
        ("F-cte-twice", [kind, "Content-Transfer-Encoding: 7bit", cte, named], D, (NAME, "MIME_DUP_HEADER 2")),
        ("F-cte-twice-first", [kind, cte, "Content-Transfer-Encoding: 7bit", named], D, (NAME, "MIME_DUP_HEADER 2")),
        ("F-cte-folded", [kind, "Content-Transfer-Encoding:\r\n base64", named], D, BOTH),
        ("F-cte-comment", [kind, "Content-Transfer-Encoding: base64 (of course)", named], D, BOTH),
        ("F-cte-semicolon", [kind, "Content-Transfer-Encoding: base64;", named], D, BOTH),
        ("F-cte-unknown", [kind, "Content-Transfer-Encoding: base-64", named], D, (NAME, "MIME_CTE_UNKNOWN 2")),
        ("F-disposition-twice", [kind, cte, picture, named], D, (NAME, "MIME_DUP_HEADER 2")),
        ("F-disposition-twice-first", [kind, cte, named, picture], D, (NAME, "MIME_DUP_HEADER 2")),
        ("F-name-against-filename", ["Content-Type: application/octet-stream; name=setup.exe", cte, picture], D, ("NAME_CONFLICT 2", NAME)),
        ("F-field-without-colon", ["This is no field", kind, cte, named], D, ()),
        ("F-blank-before-colon-in-part", ["Content-Type : application/octet-stream", "Content-Transfer-Encoding : base64", named], D, (NAME,)),
        ("F-inline-program", [kind, cte, named.replace("attachment", "inline")], D, BOTH),
        ("F-disposition-unknown", [kind, cte, named.replace("attachment", "x-parcel")], D, BOTH),
        ("F-text-type", ["Content-Type: text/plain", cte, named], D, BOTH),
        ("F-location-names", [kind, cte, "Content-Location: http://files.sender.example/setup.exe"], D, (MAGIC,)),
    ]  # fmt: skip
    for name, fields, verdict, findings in rows:
        yield name, message(name, [raw(fields, encoded)]), verdict, findings, False


def carriers() -> Iterator[Row]:
    """Messages, pieces of messages, and what lies elsewhere."""
    inner = message("F-carried", [PROGRAM], "=_in")
    bounced = multipart([WORDS, raw(["Content-Type: message/rfc822"], inner)], "=_r")
    fields = ['Content-Type: multipart/report; report-type=delivery-status; boundary="=_r"']
    yield (
        "F-in-a-bounce",
        raw([*head("F-in-a-bounce"), *fields], bounced),
        D,
        ("EXT_EXECUTABLE 2.2", "MAGIC_EXECUTABLE 2.2"),
        False,
    )
    digest = raw(['Content-Type: multipart/digest; boundary="=_d"'], multipart([EOL + inner], "=_d"))
    yield "F-in-a-digest", message("F-in-a-digest", [digest]), D, ("EXT_EXECUTABLE 2.1.2",), False
    attached = attachment(inner, "letter.eml", "application/octet-stream")
    yield "F-message-as-file", message("F-message-as-file", [attached]), D, (), False
    wide = raw(["Content-Type: message/global"], inner)
    yield "F-message-global", message("F-message-global", [wide]), D, ("EXT_EXECUTABLE 2.2",), False
    piece = raw(['Content-Type: message/partial; id="17@sender.example"; number=1; total=3'], inner[:700])
    name = "F-partial-first"
    yield name, message(name, [piece]), S, ("MIME_PARTIAL 2",), True
    middle = raw(['Content-Type: message/partial; id="17@sender.example"; number=2; total=3'], b64(pe())[:400])
    yield "F-partial-middle", message("F-partial-middle", [middle]), S, ("MIME_PARTIAL 2",), True
    far = part(
        ['Content-Type: message/external-body; access-type=anon-ftp; site="ftp.sender.example"; name="setup.exe"'],
        "Content-Type: application/octet-stream\n\n",
    )
    yield "F-external-body", message("F-external-body", [far]), S, ("MIME_EXTERNAL 2",), True
    opaque = attachment(benign_files.p7(3), "smime.p7m", "application/pkcs7-mime; smime-type=enveloped-data")
    yield "F-smime-enveloped-part", message("F-smime-enveloped-part", [opaque]), S, ("CRYPTO_OPAQUE 2",), True
    control = part(["Content-Type: application/pgp-encrypted"], "Version: 1\n")
    text = b"-----BEGIN PGP MESSAGE-----\r\n\r\n" + b64(bytes(range(200)), 64) + b"\r\n-----END PGP MESSAGE-----\r\n"
    data = raw(["Content-Type: application/octet-stream; name=encrypted.asc"], text)
    kind = 'Content-Type: multipart/encrypted; protocol="application/pgp-encrypted"; boundary="=_mk"'
    yield (
        "F-pgp-encrypted",
        raw([*head("F-pgp-encrypted"), kind], multipart([control, data])),
        S,
        ("CRYPTO_OPAQUE 1",),
        True,
    )
    signed = 'Content-Type: multipart/signed; protocol="application/pkcs7-signature"; micalg=sha-256; boundary="=_mk"'
    mark = attachment(benign_files.p7(2), "smime.p7s", "application/pkcs7-signature")
    name = "F-program-in-signed"
    whole = raw([*head(name), signed], multipart([mixed([WORDS, PROGRAM], "=_in"), mark]))
    yield name, whole, D, ("EXT_EXECUTABLE 1.2", "MAGIC_EXECUTABLE 1.2"), False
    name = "F-third-part-in-signed"
    yield name, raw([*head(name), signed], multipart([WORDS, mark, PROGRAM])), D, ("EXT_EXECUTABLE 3",), False
    name = "F-alternative-program"
    body = multipart([WORDS, PROGRAM])
    yield name, raw([*head(name), 'Content-Type: multipart/alternative; boundary="=_mk"'], body), D, BOTH, False
