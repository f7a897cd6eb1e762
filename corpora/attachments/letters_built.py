"""Group K, what is built in a way of its own: signed, forwarded, bounced, nested, cut and talked about."""

from __future__ import annotations

import base64
from collections.abc import Iterator

from corpora.attachments import benign_files as files
from corpora.attachments import tnefs
from corpora.attachments.letters import WORDS, head, letter, words
from corpora.attachments.mime import EOL, Case, attachment, b64, mixed, multipart, part, raw


def cases() -> Iterator[Case]:
    """Give them all."""
    for make in (signed, pages, forwarded, texts, odd):
        for name, language, message in make():
            yield Case(name, message, "clean", language=language)


Letter = tuple[str, str, bytes]
PDF = "application/pdf"
SIGNATURE = (
    b"-----BEGIN PGP SIGNATURE-----\r\n\r\n" + b64(bytes(index * 37 % 256 for index in range(90)), 64)
    + b"\r\n=0mkX\r\n-----END PGP SIGNATURE-----\r\n"
)  # fmt: skip


def signed() -> Iterator[Letter]:
    """Signatures of both kinds. RFC 8551, RFC 3156."""
    smime = attachment(files.p7(2), "smime.p7s", "application/pkcs7-signature; name=smime.p7s")
    pgp = raw(["Content-Type: application/pgp-signature; name=signature.asc"], SIGNATURE)
    how = '; protocol="application/pkcs7-signature"; micalg=sha-256'
    other = '; protocol="application/pgp-signature"; micalg=pgp-sha256'
    yield "K-signed-smime", "de", letter("K-signed-smime", "de", [words("de"), smime], "signed", how)
    inner = mixed([words("fr"), attachment(files.pdf("Contrat"), "contrat.pdf", PDF)], "=_in")
    yield "K-signed-smime-file", "fr", letter("K-signed-smime-file", "fr", [inner, smime], "signed", how)
    yield "K-signed-pgp", "en", letter("K-signed-pgp", "en", [words("en"), pgp], "signed", other)
    inner = mixed([words("it"), attachment(files.docx("Contratto"), "contratto.docx")], "=_in")
    yield "K-signed-pgp-file", "it", letter("K-signed-pgp-file", "it", [inner, pgp], "signed", other)
    key = b"-----BEGIN PGP PUBLIC KEY BLOCK-----" + SIGNATURE[29:-31] + b"-----END PGP PUBLIC KEY BLOCK-----\r\n"
    one = raw(["Content-Type: application/pgp-keys", 'Content-Disposition: attachment; filename="0x17.asc"'], key)
    yield "K-pgp-key", "en", letter("K-pgp-key", "en", [words("en"), one])
    text = "-----BEGIN PGP SIGNED MESSAGE-----\nHash: SHA256\n\nThe meeting is on Monday.\n"
    body = text.encode() + SIGNATURE
    fields = [*head("K-pgp-clear", "en"), "Content-Type: text/plain; charset=us-ascii"]
    yield "K-pgp-clear", "en", part(fields, body)


def pages() -> Iterator[Letter]:
    """Letters in HTML with the images that stand in them."""
    html = b'<html><body><p>Hello</p><img src="cid:logo@sender.example"><a href="https://www.shop.example/">shop</a></body></html>'
    page = raw(["Content-Type: text/html; charset=utf-8"], html + EOL)
    fields = ["Content-Type: image/png; name=image001.png", "Content-Transfer-Encoding: base64"]
    image = raw(
        [*fields, "Content-ID: <logo@sender.example>", "Content-Disposition: inline; filename=image001.png"],
        b64(files.png()),
    )
    related = mixed([page, image], "=_rel", "related")
    both = mixed([words("nl"), related], "=_alt", "alternative")
    deep = mixed([both, attachment(files.pdf("Offerte"), "offerte.pdf", PDF)], "=_mix")
    yield "K-alternative", "nl", letter("K-alternative", "nl", [words("nl"), page], "alternative")
    yield "K-related", "nl", letter("K-related", "nl", [page, image], "related")
    yield "K-related-in-mixed", "nl", letter("K-related-in-mixed", "nl", [deep])
    invitation = raw(
        ["Content-Type: text/calendar; charset=utf-8; method=REQUEST", "Content-Transfer-Encoding: 8bit"],
        files.ics("Møde"),
    )
    yield "K-invitation", "sv", letter("K-invitation", "sv", [words("sv"), page, invitation], "alternative")
    styled = b"<html><head><style>p{margin:0}</style></head><body><p>News</p></body></html>\r\n"
    yield "K-html-only", "es", raw([*head("K-html-only", "es"), "Content-Type: text/html; charset=utf-8"], styled)


def forwarded() -> Iterator[Letter]:
    """Messages in messages."""
    parts = [words("pl"), attachment(files.pdf("Umowa"), "umowa.pdf", PDF)]
    original = letter("K-original", "pl", parts, boundary="=_original")
    carried = raw(
        ["Content-Type: message/rfc822", 'Content-Disposition: attachment; filename="Fwd: umowa.eml"'], original
    )
    yield "K-forwarded", "pl", letter("K-forwarded", "pl", [words("pl"), carried])
    digest = [
        raw(["Content-Type: message/rfc822"], raw([*head(f"d{index}", "en"), ""], b"Item %d\r\n" % index))
        for index in (1, 2, 3)
    ]
    yield "K-digest", "en", letter("K-digest", "en", [words("en"), mixed(digest, "=_dig", "digest")])
    report = part(
        ["Content-Type: message/delivery-status"],
        "Reporting-MTA: dns; mx.example\n\nFinal-Recipient: rfc822; nobody@lists.example\nAction: failed\nStatus: 5.1.1\n",
    )
    cut = raw(["Content-Type: message/rfc822"], original[: original.index(b"JVBER") + 120])
    told = part(["Content-Type: text/plain; charset=us-ascii"], "The address does not exist.\n")
    how = "; report-type=delivery-status"
    yield "K-bounce-cut", "en", letter("K-bounce-cut", "en", [told, report, cut], "report", how)
    headers = raw(["Content-Type: text/rfc822-headers"], original[: original.index(b"\r\n\r\n") + 2])
    yield "K-bounce-headers", "en", letter("K-bounce-headers", "en", [told, report, headers], "report", how)


def texts() -> Iterator[Letter]:
    """Texts that speak of files."""
    said = {
        "K-about-uuencode": "A file starts with a line such as\n\nbegin 644 readme.txt\n\nand ends with the word end. See begin 644 lines.\n",
        "K-about-begin": "begin 2 plan the summer now, please.\nWe begin 755 things and end few.\nend\n",
        "K-about-macros": "Sub AutoOpen() is what runs first; Shell and CreateObject are what to look for.\n",
        "K-about-pdf": "In PDF /JavaScript and /Launch and /OpenAction are the names to know.\n%PDF-1.4 is how it starts.\n",
        "K-about-formulas": "Write =SUM(A1:A3) or =HYPERLINK(...) there.\n-1\n+49 30 555 0134\n",
        "K-about-script": "Put <script>alert(1)</script> into the page and see. MZ is how programs start.\n",
        "K-about-boundary": "--=_mk is no delimiter here.\n--not-one\nContent-Type: application/x-msdownload\n\nhm.\n",
    }
    for name, text in said.items():
        fields = [*head(name, "en"), "Content-Type: text/plain; charset=us-ascii"]
        yield name, "en", part(fields, text)
    jis = part(
        [*head("K-ja-letter-jis", "ja"), "Content-Type: text/plain; charset=iso-2022-jp"],
        WORDS["ja"][1].encode("iso-2022-jp"),
    )
    yield "K-ja-letter-jis", "ja", jis
    fields = ["From: dora@sender.example", "To: board@lists.example", "Subject: =?iso-2022-jp?B?GyRCO3FOQRsoQg==?="]
    yield "K-ja-letter-bare", "ja", part(fields, WORDS["ja"][1].encode("iso-2022-jp"))
    yield (
        "K-ru-letter-koi8",
        "ru",
        part(
            [*head("K-ru-letter-koi8", "ru"), "Content-Type: text/plain; charset=koi8-r"],
            WORDS["ru"][1].encode("koi8-r"),
        ),
    )


def odd() -> Iterator[Letter]:
    """Give what lists, gateways and old mailers do to a message, and what Outlook does."""
    footer = b"\r\n_______________________________________________\r\nBoard mailing list\r\nBoard@lists.example\r\n"
    one = attachment(files.pdf("Rechnung"), "Rechnung.pdf", PDF) + footer
    yield "K-list-footer", "de", letter("K-list-footer", "de", [words("de"), one])
    fields = [*head("K-no-close", "pt"), 'Content-Type: multipart/mixed; boundary="=_mk"']
    body = multipart([words("pt"), attachment(files.jpeg(), "foto.jpg", "image/jpeg")], close=b"")
    yield "K-no-close", "pt", raw(fields, body)
    text = base64.encodebytes(WORDS["zh"][1].encode())
    fields = [
        *head("K-base64-text", "zh"),
        "Content-Type: text/plain; charset=utf-8",
        "Content-Transfer-Encoding: base64",
    ]
    yield "K-base64-text", "zh", part(fields, text)
    fields = ["Content-Type: application/pdf; name=Bericht.pdf", "Content-Transfer-Encoding: base64"]
    both = raw(
        [*fields, "Content-Disposition: attachment; filename=Bericht.pdf; size=900"], b64(files.pdf("Bericht"), 60)
    )
    yield "K-both-names", "de", letter("K-both-names", "de", [words("de"), both])
    outlook = attachment(tnefs.tnef({"notes.txt": b"Nothing but notes.\r\n"}), "winmail.dat", "application/ms-tnef")
    yield "K-winmail", "en", letter("K-winmail", "en", [words("en"), outlook])
    fields = ["Content-Type: text/plain; name=notes.txt", "Content-Transfer-Encoding: quoted-printable"]
    yield (
        "K-qp-notes",
        "fr",
        letter("K-qp-notes", "fr", [words("fr"), raw(fields, b"Les r=C3=A9sultats sont bons.=\r\n Voil=C3=A0.\r\n")]),
    )
    empty = attachment(b"", "empty.txt", "text/plain")
    yield "K-empty-file", "en", letter("K-empty-file", "en", [words("en"), empty])
    many = [attachment(files.jpeg(b"%d" % index), f"IMG_{index:04}.jpg", "image/jpeg") for index in range(20)]
    yield "K-twenty-photos", "it", letter("K-twenty-photos", "it", [words("it"), *many])
