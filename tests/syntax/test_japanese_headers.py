"""Japanese in header fields as mail has it: cut words, wrong labels, raw bytes, names of files.

The expected text is what the writer meant. The bytes are made from text here, each fault on purpose.
"""

from __future__ import annotations

import base64
import itertools
from urllib.parse import quote_from_bytes

import pytest
from hypothesis import given

from mailkit.charsets.cells import from_sjis
from mailkit.message import parse
from mailkit.syntax.mailboxes import parse_addresses
from mailkit.syntax.params import parse_disposition
from mailkit.syntax.words import decode_words
from tests.strategies import joined

ASCII, KANJI, KANA = b"\x1b(B", b"\x1b$B", b"\x1b(I"
SJIS, EUC, UTF8 = "cp932", "euc_jp", "utf-8"


def cells(text: str) -> bytes:
    """Give the two bytes of each character in ISO-2022-JP, without escapes; NEC's and IBM's characters, too."""
    data = text.encode(SJIS)
    pairs = [from_sjis(lead, trail) for lead, trail in zip(data[::2], data[1::2], strict=True)]
    return bytes(byte + 32 for pair in pairs for byte in pair)


def halfwidth(text: str) -> bytes:
    """Give half-width kana in seven bits."""
    return bytes(byte & 0x7F for byte in text.encode(SJIS))


def jis(text: str) -> bytes:
    """Write text in ISO-2022-JP with all that Windows puts in."""
    out, state = [], ASCII
    for char in text:
        wanted = ASCII if char.isascii() else KANA if "｡" <= char <= "ﾟ" else KANJI
        if wanted != state:
            out.append(wanted)
            state = wanted
        out.append(char.encode() if wanted == ASCII else halfwidth(char) if wanted == KANA else cells(char))
    return b"".join([*out, ASCII if state != ASCII else b""])


def in_b(label: str, *pieces: bytes) -> bytes:
    """Write an encoded word with B for each piece."""
    return b" ".join([b"=?%b?B?%b?=" % (label.encode(), base64.b64encode(piece)) for piece in pieces])


def in_q(label: str, *pieces: bytes) -> bytes:
    """Write an encoded word with Q for each piece; every byte is escaped."""
    return b" ".join(
        [b"=?%b?Q?%b?=" % (label.encode(), b"".join(b"=%02X" % byte for byte in piece)) for piece in pieces]
    )


def texts(label: str, text: bytes, *cuts: int) -> bytes:
    """Write B words with a text that is cut at these places."""
    pieces = [text[start:end] for start, end in itertools.pairwise((0, *cuts, len(text)))]
    return b" ".join([b"=?%b?B?%b?=" % (label.encode(), piece) for piece in pieces])


def escaped(data: bytes) -> bytes:
    """Write bytes as RFC 2231 has them."""
    return quote_from_bytes(data, safe="").encode()


def test_the_bytes_are_those_that_are_meant() -> None:
    assert jis("あ") == b'\x1b$B$"\x1b(B'
    assert jis("①髙ｱa") == b"\x1b$B-!|b\x1b(I1\x1b(Ba"
    assert jis("日本語") == "日本語".encode("iso2022_jp")
    assert b"\\" in "ソ表能予申".encode(SJIS)
    assert cells(SPECIALS)[1::2] == b'"(),:;<>@[\\]'


SPECIALS = bytes(byte for sign in b'"(),:;<>@[\\]' for byte in (0xA4, sign | 0x80)).decode(EUC)
"""Hiragana whose second bytes in ISO-2022-JP are all that may be structure in a field."""
MEETING = "会議のご案内"
LONG = "第１２回「日本語」の会議の案内（東京）"
KANJI_ONLY = "会議室予約表"

RUN = cells("あいうえお")

SUBJECTS = [
    # Words that are whole.
    pytest.param(in_b("ISO-2022-JP", jis(MEETING)), MEETING, id="one word"),
    pytest.param(in_b("ISO-2022-JP", jis("会議の"), jis("ご案内")), MEETING, id="two words, each whole"),
    pytest.param(in_q("ISO-2022-JP", jis("会議の"), jis("ご案内")), MEETING, id="two words in Q, each whole"),
    pytest.param(in_b("ISO-2022-JP", jis("会議"), jis("の"), jis(""), jis("ご案内")), MEETING, id="four words, one empty"),
    pytest.param(in_b("iso-2022-jp", jis("A会議"), jis("のB")), "A会議のB", id="ASCII at the ends"),
    pytest.param(in_b("iso-2022-jp", jis("会議")) + b" x " + in_b("iso-2022-jp", jis("案内")), "会議 x 案内", id="text between"),
    pytest.param(in_b("iso-2022-jp", jis("会議")) + b"\r\n\t" + in_b("iso-2022-jp", jis("案内")), "会議案内", id="folded between"),
    # Cut in the middle of a character, of an escape, of a run.
    pytest.param(in_b("iso-2022-jp", KANJI + RUN[:3], RUN[3:] + ASCII), "あいうえお", id="ISO-2022-JP cut in a character, B"),
    pytest.param(in_q("iso-2022-jp", KANJI + RUN[:3], RUN[3:] + ASCII), "あいうえお", id="ISO-2022-JP cut in a character, Q"),
    pytest.param(in_b("iso-2022-jp", KANJI + RUN[:4], RUN[4:] + ASCII), "あいうえお", id="ISO-2022-JP cut in a run, B"),
    pytest.param(in_q("iso-2022-jp", KANJI + RUN[:4], RUN[4:6], RUN[6:] + ASCII), "あいうえお", id="ISO-2022-JP cut in a run, Q, twice"),
    pytest.param(in_b("iso-2022-jp", KANJI[:2], KANJI[2:] + RUN + ASCII[:1], ASCII[1:] + b"x"), "あいうえおx", id="ISO-2022-JP cut in its escapes"),
    pytest.param(in_b("iso-2022-jp", KANJI + RUN[:4], RUN[4:] + ASCII, jis("か")), "あいうえおか", id="a cut word, then one that is whole"),
    pytest.param(in_b("iso-2022-jp", jis("か"), KANJI + RUN[:4], RUN[4:] + ASCII), "かあいうえお", id="a whole word, then a cut one"),
    pytest.param(in_b("utf-8", *[MEETING.encode()[start : start + 4] for start in range(0, 18, 4)]), MEETING, id="UTF-8 cut in characters, B"),
    pytest.param(in_q("utf-8", *[MEETING.encode()[start : start + 1] for start in range(18)]), MEETING, id="UTF-8, a byte in each word, Q"),
    pytest.param(in_b("shift_jis", MEETING.encode(SJIS)[:5], MEETING.encode(SJIS)[5:]), MEETING, id="Shift_JIS cut in a character"),
    pytest.param(in_q("shift_jis", "表表".encode(SJIS)[:1], "表表".encode(SJIS)[1:]), "表表", id="Shift_JIS cut before its backslash"),
    pytest.param(in_b("euc-jp", MEETING.encode(EUC)[:5], MEETING.encode(EUC)[5:]), MEETING, id="EUC-JP cut in a character"),
    pytest.param(in_q("euc-jp", MEETING.encode(EUC)[:7], MEETING.encode(EUC)[7:]), MEETING, id="EUC-JP cut in a character, Q"),
    pytest.param(texts("iso-2022-jp", base64.b64encode(jis(MEETING)), 10), MEETING, id="base64 cut at 10 of 4"),
    pytest.param(texts("utf-8", base64.b64encode(MEETING.encode()), 7, 9), MEETING, id="base64 cut twice"),
    # Mixed.
    pytest.param(in_b("iso-2022-jp", jis("会議の")) + b" " + in_q("iso-2022-jp", jis("ご案内")), MEETING, id="B and Q, each whole"),
    pytest.param(in_b("iso-2022-jp", KANJI + RUN[:5]) + b" " + in_q("iso-2022-jp", RUN[5:] + ASCII), "あいうえお", id="B and Q, cut in a character"),
    pytest.param(in_b("ISO-2022-JP", KANJI + RUN[:5]) + b" " + in_b("iso-2022-jp", RUN[5:] + ASCII), "あいうえお", id="two cases of a charset"),
    pytest.param(in_b("iso-2022-jp", jis("会議")) + b" " + in_b("utf-8", "の".encode()) + b" " + in_b("Shift_JIS", "案内".encode(SJIS)), "会議の案内", id="three charsets"),
    # What ISO-2022-JP does not have.
    pytest.param(in_b("iso-2022-jp", jis("①②㈱")), "①②㈱", id="NEC row 13"),
    pytest.param(in_b("iso-2022-jp", jis("髙﨑")), "髙﨑", id="IBM's characters"),
    pytest.param(in_b("iso-2022-jp", jis("ﾃｽﾄとテスト")), "ﾃｽﾄとテスト", id="half-width kana by escape"),
    pytest.param(in_b("iso-2022-jp", KANA + halfwidth("ﾃｽ"), halfwidth("ﾄ") + ASCII), "ﾃｽﾄ", id="half-width kana, cut"),
    pytest.param(in_b("iso-2022-jp", b"\x0e" + halfwidth("ﾃｽﾄ") + b"\x0f"), "ﾃｽﾄ", id="half-width kana by SO and SI"),
    pytest.param(in_b("iso-2022-jp", b"\x1b$@" + cells("会議") + b"\x1b(J"), "会議", id="the escapes of 1978"),
    pytest.param(in_b("iso-2022-jp", b"\x1b$@" + cells("会議") + b"\x1b(J", b"\x1b$@" + cells("案内") + b"\x1b(J"), "会議案内", id="the escapes of 1978, two words"),
    pytest.param(in_b("iso-2022-jp", b"\x1b$(D" + bytes(byte & 0x7F for byte in "丂".encode(EUC)[1:]) + ASCII), "丂", id="JIS X 0212"),
    # Wrong labels.
    pytest.param(in_b("iso-2022-jp", MEETING.encode(SJIS)), MEETING, id="Shift_JIS that says ISO-2022-JP"),
    pytest.param(in_b("iso-2022-jp", MEETING.encode()), MEETING, id="UTF-8 that says ISO-2022-JP"),
    pytest.param(in_b("iso-2022-jp", MEETING.encode(EUC)), MEETING, id="EUC-JP that says ISO-2022-JP"),
    pytest.param(in_b("iso-2022-jp", MEETING.encode()[:4], MEETING.encode()[4:]), MEETING, id="UTF-8 that says ISO-2022-JP, cut"),
    pytest.param(in_b("us-ascii", jis(MEETING)), MEETING, id="ISO-2022-JP that says ASCII"),
    pytest.param(in_b("utf-8", jis(MEETING)), MEETING, id="ISO-2022-JP that says UTF-8"),
    pytest.param(in_b("iso-8859-1", jis(MEETING)), MEETING, id="ISO-2022-JP that says ISO-8859-1"),
    pytest.param(in_b("shift_jis", jis("①ﾃ" + MEETING)), "①ﾃ" + MEETING, id="ISO-2022-JP that says Shift_JIS"),
    pytest.param(in_b("utf-8", jis("会議の"), jis("ご案内")), MEETING, id="ISO-2022-JP that says UTF-8, two words"),
    pytest.param(in_b("utf-8", KANJI + RUN[:3], RUN[3:] + ASCII), "あいうえお", id="ISO-2022-JP that says UTF-8, cut"),
    pytest.param(in_b("us-ascii", jis("ﾃｽﾄ")), "ﾃｽﾄ", id="half-width kana that say ASCII"),
    pytest.param(in_b("shift_jis", MEETING.encode(EUC)), MEETING, id="EUC-JP that says Shift_JIS"),
    pytest.param(in_b("euc-jp", MEETING.encode(SJIS)), MEETING, id="Shift_JIS that says EUC-JP"),
    pytest.param(in_b("shift_jis", MEETING.encode()), MEETING, id="UTF-8 that says Shift_JIS"),
    pytest.param(in_b("x-unknown-jp", MEETING.encode(SJIS)), MEETING, id="Shift_JIS that says what nobody knows"),
    # Labels.
    *(
        pytest.param(in_b(label, "①髙ﾃｽﾄ表".encode(SJIS)), "①髙ﾃｽﾄ表", id=label)
        for label in ("shift_jis", "Shift-JIS", "cp932", "x-sjis", "windows-31j", "MS_Kanji", "CSWindows31J")
    ),
    *(
        pytest.param(in_b(label, jis("①髙"), jis("ﾃｽﾄ表")), "①髙ﾃｽﾄ表", id=label)
        for label in ("cp50220", "CP50221", "iso-2022-jp-ms", "_iso-2022-jp$sio", "x-windows-iso2022jp", "csISO2022JP")
    ),
    *(
        pytest.param(in_b(label, "表".encode(EUC) + b"\xad\xa1\x8e\xc3"), "表①ﾃ", id=label)
        for label in ("euc-jp", "cp51932", "eucjp-ms", "x-euc-jp", "eucJP")
    ),
    # Broken words.
    pytest.param(in_b("iso-2022-jp", KANJI + cells("会議")), "会議", id="no return to ASCII"),
    pytest.param(in_b("iso-2022-jp", KANJI + cells("会議"), KANJI + cells("案内")), "会議案内", id="no return to ASCII, and the next begins as if"),
    pytest.param(in_b("iso-2022-jp", KANJI + cells("会議"), KANJI + cells("案内") + ASCII, jis("の表")), "会議案内の表", id="no return to ASCII in the first of three"),
    pytest.param(in_b("iso-2022-jp", KANJI + cells("会議"), b"No. 5"), "会議No. 5", id="no return to ASCII, and ASCII follows"),
    pytest.param(in_b("iso-2022-jp", KANJI + cells("会議"), b"2024", b"abcd"), "会議2024abcd", id="no return to ASCII, and what follows may be characters"),
    pytest.param(in_b("iso-2022-jp", KANJI + cells("会議"), cells("のこと")), "会議のこと", id="cut in a run, and the end is lost"),
    pytest.param(in_b("iso-2022-jp", KANJI + cells("会議")) + b" (5)", "会議 (5)", id="no return to ASCII, and text follows"),
    pytest.param(in_b("iso-2022-jp", jis(MEETING))[:-2] + b"\\?=", MEETING, id="a backslash before the end"),
    pytest.param(b"Re:" + in_b("iso-2022-jp", jis(MEETING)) + b"(2)", "Re:" + MEETING + "(2)", id="text that touches"),
    pytest.param(b"[list:5]" + in_b("iso-2022-jp", jis("会議の")) + in_b("iso-2022-jp", jis("ご案内")), "[list:5]" + MEETING, id="words that touch"),
    pytest.param(in_b("iso-2022-jp", jis("会議") + b"\0"), "会議", id="NUL inside"),
    pytest.param(in_b("iso-2022-jp", jis("会議")) + b"\0", "会議", id="NUL behind"),
    pytest.param(in_b("iso-2022-jp", KANJI + cells("会議")[:3]), "会\ufffd", id="the text is cut in a character"),
    pytest.param(in_b("utf-8", "会議".encode()[:4]), "会\ufffd", id="UTF-8 is cut in a character"),
    pytest.param(in_b("iso-2022-jp", jis("会議")) + b" =?iso-2022-jp?B?GyRC", "会議 =?iso-2022-jp?B?GyRC", id="the value is cut in a word"),
    pytest.param(in_b("iso-2022-jp", jis("会議")).replace(b"B?", b"B?\r\n "), "会議", id="folded in a word"),
    pytest.param(b'"' + in_b("iso-2022-jp", jis("会議")) + b'"', '"会議"', id="a word in quotes"),
    pytest.param(b"=?iso-2022-jp?Q?" + jis("会議") + b"?=", "会議", id="raw escapes in Q"),
    pytest.param(b'=?iso-2022-jp?Q?=1B$B$"$$=1B(B?=', "あい", id="only ESC escaped in Q"),
    pytest.param(b"=?shift_jis?Q?" + "表の".encode(SJIS) + b"?=", "表の", id="raw Shift_JIS in Q"),
    # Raw bytes.
    pytest.param(jis(LONG), LONG, id="raw ISO-2022-JP"),
    pytest.param(b"Re: " + jis("①髙ﾃｽﾄ") + b" [1/2]", "Re: ①髙ﾃｽﾄ [1/2]", id="raw ISO-2022-JP with NEC's, IBM's and half-width"),
    pytest.param(jis("ﾃｽﾄ"), "ﾃｽﾄ", id="raw half-width kana by escape"),
    pytest.param(jis("会議の") + b"\r\n " + jis("ご案内"), "会議の ご案内", id="raw ISO-2022-JP, folded"),
    pytest.param(LONG.encode(SJIS), LONG, id="raw Shift_JIS"),
    pytest.param("ソ表能予申".encode(SJIS), "ソ表能予申", id="raw Shift_JIS with backslashes"),
    pytest.param(LONG.encode(EUC), LONG, id="raw EUC-JP"),
    pytest.param(LONG.encode(), LONG, id="raw UTF-8"),
    pytest.param(jis("会議") + b" " + in_b("iso-2022-jp", jis("案内")), "会議 案内", id="raw ISO-2022-JP before a word"),
    pytest.param(in_b("utf-8", "案内".encode()) + " 会議のこと".encode(SJIS), "案内 会議のこと", id="raw Shift_JIS behind a word"),
    pytest.param(KANJI + cells("会議"), "会議", id="raw ISO-2022-JP without its end"),
    pytest.param(KANJI + RUN[:4] + b"\r\n " + RUN[4:] + ASCII + b" x", "あいうえお x", id="raw ISO-2022-JP, folded in a run"),
    pytest.param(b"Re: " + KANJI + RUN[:3] + b"\r\n\t" + RUN[3:] + ASCII, "Re: あいうえお", id="raw ISO-2022-JP, folded in a character"),
]  # fmt: skip


@pytest.mark.parametrize(("raw", "text"), SUBJECTS)
def test_subjects(raw: bytes, text: str) -> None:
    assert decode_words(raw) == text
    assert decode_words(raw, []) == text
    assert parse(b"Subject: " + raw + b"\n\n").subject == text


@pytest.mark.parametrize(
    ("raw", "charset"),
    [
        pytest.param(KANJI_ONLY.encode(SJIS), "Shift_JIS", id="Shift_JIS"),
        pytest.param(KANJI_ONLY.encode(EUC), "EUC-JP", id="EUC-JP"),
        pytest.param(KANJI_ONLY.encode(SJIS), "ISO-2022-JP", id="Shift_JIS under ISO-2022-JP"),
        pytest.param(KANJI_ONLY.encode(), "ISO-2022-JP", id="UTF-8 under ISO-2022-JP"),
        pytest.param(jis(KANJI_ONLY), "UTF-8", id="ISO-2022-JP under UTF-8"),
    ],
)
def test_raw_bytes_are_read_as_the_body_is(raw: bytes, charset: str) -> None:
    head = b"Content-Type: text/plain; charset=" + charset.encode() + b"\n"
    message = parse(
        head + b"Subject: " + raw + b'\nFrom: "' + raw + b'" <joe@example.jp>\n'
        b'Content-Disposition: attachment; filename="' + raw + b'.txt"\n\n'
    )
    assert message.subject == KANJI_ONLY
    sender = message.root.addresses("from")
    assert sender is not None
    assert [(one.name, one.address) for one in sender.mailboxes] == [(KANJI_ONLY, "joe@example.jp")]
    assert message.root.filename == KANJI_ONLY + ".txt"


JOE = b" <joe@example.jp>"
SENDERS = [
    pytest.param(in_b("iso-2022-jp", jis("山田"), jis("太郎")) + JOE, "山田太郎", id="words"),
    pytest.param(b'"' + in_b("iso-2022-jp", jis("山田"), jis("太郎")) + b'"' + JOE, "山田太郎", id="words in quotes"),
    pytest.param(in_b("iso-2022-jp", jis("山田")) + b"<joe@example.jp>", "山田", id="a word that touches the address"),
    pytest.param(in_b("iso-2022-jp", KANJI + RUN[:3], RUN[3:] + ASCII) + JOE, "あいうえお", id="words cut in a character"),
    pytest.param(in_b("iso-2022-jp", jis("髙﨑①")) + JOE, "髙﨑①", id="IBM's and NEC's characters"),
    pytest.param(b"=?iso-2022-jp?Q?=1B$B" + cells(SPECIALS) + b"=1B(B?=" + JOE, SPECIALS, id="specials in Q"),
    pytest.param(b'"' + jis(SPECIALS) + b'"' + JOE, SPECIALS, id="raw ISO-2022-JP in quotes"),
    pytest.param(jis(SPECIALS) + JOE, SPECIALS, id="raw ISO-2022-JP without quotes"),
    pytest.param(jis("山田") + b" " + jis("太郎") + JOE, "山田 太郎", id="raw ISO-2022-JP, two names"),
    pytest.param(jis("山田　太郎①") + JOE, "山田　太郎①", id="raw ISO-2022-JP with a wide blank"),
    pytest.param(jis("ﾔﾏﾀﾞ｢ﾀﾛｳ｣") + JOE, "ﾔﾏﾀﾞ｢ﾀﾛｳ｣", id="raw half-width kana: brackets are the bytes of quotes"),
    pytest.param(b'"' + jis("ﾔﾏﾀﾞ｢ﾀﾛｳ｣ｦ") + b'"' + JOE, "ﾔﾏﾀﾞ｢ﾀﾛｳ｣ｦ", id="raw half-width kana in quotes"),
    pytest.param(b"\x1b$@" + cells("あえ") + b"\x1b(J" + JOE, "あえ", id="raw, the escapes of 1978"),
    pytest.param(b'"' + KANJI + cells("山田") + b'"' + JOE, "山田", id="raw ISO-2022-JP in quotes, without its end"),
    pytest.param(b'"' + KANJI + RUN[:4] + b"\r\n " + RUN[4:] + ASCII + b'"' + JOE, "あいうえお", id="raw ISO-2022-JP in quotes, folded in a run"),
    pytest.param(KANJI + RUN[:4] + b"\r\n " + RUN[4:] + ASCII + JOE, "あいうえお", id="raw ISO-2022-JP without quotes, folded in a run"),
    pytest.param(b'"\x1b$(D' + b'0"' + ASCII + b'"' + JOE, "丄", id="raw JIS X 0212 in quotes"),
    pytest.param(b'"' + "ソ表能予申かな".encode(SJIS) + b'"' + JOE, "ソ表能予申かな", id="raw Shift_JIS in quotes"),
    pytest.param('"かなソ表"'.encode(SJIS) + JOE, "かなソ表", id="raw Shift_JIS in quotes, the last is a backslash"),
    pytest.param("ソ表能予申かな".encode(SJIS) + JOE, "ソ表能予申かな", id="raw Shift_JIS without quotes"),
    pytest.param("やまだ　太郎".encode(SJIS) + JOE, "やまだ　太郎", id="raw Shift_JIS with a wide blank: it ends in an at sign"),
    pytest.param("ァーブゼア機".encode(SJIS) + JOE, "ァーブゼア機", id="raw Shift_JIS with at signs and brackets"),
    pytest.param('"やまだ" (表)'.encode(SJIS) + JOE, "やまだ", id="raw Shift_JIS in a comment beside"),
    pytest.param('"山田太郎です"'.encode(EUC) + JOE, "山田太郎です", id="raw EUC-JP in quotes"),
    pytest.param("山田太郎です".encode(EUC) + JOE, "山田太郎です", id="raw EUC-JP without quotes"),
    pytest.param('"山田太郎"'.encode() + JOE, "山田太郎", id="raw UTF-8 in quotes"),
    pytest.param("山田　太郎".encode() + JOE, "山田　太郎", id="raw UTF-8 without quotes"),
    pytest.param(b"joe@example.jp (" + jis(SPECIALS) + b")", SPECIALS, id="raw ISO-2022-JP in a comment"),
    pytest.param(b"joe@example.jp (" + jis("会｢ﾀﾛｳ｣ｨｩ議") + b")", "会｢ﾀﾛｳ｣ｨｩ議", id="half-width kana in a comment"),
    pytest.param("joe@example.jp (ソ表能かな)".encode(SJIS), "ソ表能かな", id="raw Shift_JIS in a comment"),
    pytest.param("joe@example.jp (かなソ表)".encode(SJIS), "かなソ表", id="raw Shift_JIS in a comment, the last is a backslash"),
    pytest.param(b"joe@example.jp (" + in_b("iso-2022-jp", jis("山田"), jis("太郎")) + b")", "山田太郎", id="words in a comment"),
]  # fmt: skip


@pytest.mark.parametrize(("raw", "name"), SENDERS)
def test_senders(raw: bytes, name: str) -> None:
    for value in (raw, b"Sue <sue@example.jp>, " + raw, raw + b", sue@example.jp"):
        found = {one.address: one.name for one in parse_addresses(value).mailboxes}
        assert found.pop("joe@example.jp") == name
        assert found in ({}, {"sue@example.jp": "Sue"}, {"sue@example.jp": None})


def test_one_name_tells_how_the_others_are_to_be_read() -> None:
    for codec in (SJIS, EUC):
        raw = '"山田太郎" <a@example.jp>, 鈴木表 <b@example.jp>, "かな" <c@example.jp>'.encode(codec)
        assert [one.name for one in parse_addresses(raw).mailboxes] == ["山田太郎", "鈴木表", "かな"]


@pytest.mark.parametrize(
    ("raw", "found"),
    [
        pytest.param(b"andr\xe9@example.com", [(None, "andré@example.com")], id="an address"),
        pytest.param(b'"Andr\xe9 [x]" <a@example.com>', [("André [x]", "a@example.com")], id="a bracket"),
        pytest.param(b'"Andr\xe9\\"s" <a@example.com>', [('André"s', "a@example.com")], id="a quoted pair"),
        pytest.param(b"J\xfc\\, b <a@example.com>", [("Jü, b", "a@example.com")], id="a pair without quotes"),
    ],
)
def test_what_is_no_shift_jis(raw: bytes, found: list[tuple[str | None, str]]) -> None:
    assert [(one.name, one.address) for one in parse_addresses(raw).mailboxes] == found


NAME = "会議①の髙表.txt"
HALVES = (jis(NAME)[:8], jis(NAME)[8:15], jis(NAME)[15:])
FILES = [
    # Raw.
    pytest.param(b'filename="' + jis("あ表ソ.txt") + b'"', "あ表ソ.txt", id="raw ISO-2022-JP: a quote and a backslash"),
    pytest.param(b'filename="' + jis(SPECIALS) + b'.txt"; size=5', SPECIALS + ".txt", id="raw ISO-2022-JP: all specials"),
    pytest.param(b"filename=" + jis(SPECIALS + ".txt") + b"; size=5", SPECIALS + ".txt", id="raw ISO-2022-JP without quotes"),
    pytest.param(b'filename="' + jis("｢ﾃｽﾄ｣ｦﾜ.txt") + b'"; size=5', "｢ﾃｽﾄ｣ｦﾜ.txt", id="raw half-width kana: quotes"),
    pytest.param(b'filename="' + jis("ﾜ") + b'"; size=5', "ﾜ", id="raw half-width kana: a backslash"),
    pytest.param(b"filename=" + jis("ｻﾝﾌﾟﾙ｡｢｣ｨｩｻ.txt") + b"; size=5", "ｻﾝﾌﾟﾙ｡｢｣ｨｩｻ.txt", id="raw half-width kana without quotes: a semicolon"),
    pytest.param(b'filename="\x1b$(D0"0\\' + ASCII + b'.txt"', "丄伙.txt", id="raw JIS X 0212"),
    pytest.param(b'filename="' + KANJI + cells("会議の案内") + b'"; size=5', "会議の案内", id="raw ISO-2022-JP without its end"),
    pytest.param(b'filename="' + jis("会議①") + b'"; size=5', "会議①", id="raw ISO-2022-JP with NEC row 13"),
    pytest.param('filename="ソ表能予申の件.txt"; size=5'.encode(SJIS), "ソ表能予申の件.txt", id="raw Shift_JIS"),
    pytest.param('filename="件の予定表"; size=5'.encode(SJIS), "件の予定表", id="raw Shift_JIS, the last is a backslash"),
    pytest.param("filename=ソ表能予申の件.txt; size=5".encode(SJIS), "ソ表能予申の件.txt", id="raw Shift_JIS without quotes"),
    pytest.param('filename="会議の件.txt"'.encode(EUC), "会議の件.txt", id="raw EUC-JP"),
    pytest.param("filename=会議の件.txt".encode(EUC), "会議の件.txt", id="raw EUC-JP without quotes"),
    pytest.param('filename="会議の件①.txt"'.encode(), "会議の件①.txt", id="raw UTF-8"),
    # RFC 2231.
    pytest.param(b"filename*=iso-2022-jp'ja'" + escaped(jis(NAME)), NAME, id="RFC 2231"),
    pytest.param(b"filename*=ISO-2022-JP''" + escaped(KANJI + cells("①②")), "①②", id="RFC 2231 without its end"),
    pytest.param(b"filename*0*=iso-2022-jp''" + escaped(HALVES[0]) + b"; filename*1*=" + escaped(HALVES[1]) + b"; filename*2*=" + escaped(HALVES[2]), NAME, id="RFC 2231 cut in the run and in a character"),
    pytest.param(b"filename*0*=iso-2022-jp''" + escaped(jis("会議")) + b"; filename*1*=" + escaped(jis("案内")), "会議案内", id="RFC 2231, each segment whole"),
    pytest.param(b"filename*1*=" + escaped(HALVES[1]) + b"; filename*0*=iso-2022-jp''" + escaped(HALVES[0]) + b"; filename*2*=" + escaped(HALVES[2]), NAME, id="RFC 2231, segments not in order"),
    pytest.param(b"filename*0*=iso-2022-jp''" + escaped(jis("会議の")) + b'; filename*1=".tx"; filename*2=t', "会議の.txt", id="RFC 2231, plain segments behind"),
    pytest.param(b'filename*0="a-"; filename*1*=' + escaped(jis("会議")), "a-会議", id="RFC 2231, a plain segment before, no charset"),
    pytest.param(b"filename*0*=utf-8''" + escaped(NAME.encode()[:5]) + b"; filename*1*=" + escaped(NAME.encode()[5:]), NAME, id="RFC 2231 in UTF-8, cut in a character"),
    pytest.param(b"filename*0*=shift_jis''" + escaped(NAME.encode(SJIS)[:5]) + b"; filename*1*=" + escaped(NAME.encode(SJIS)[5:]), NAME, id="RFC 2231 in Shift_JIS, cut in a character"),
    pytest.param(b"filename*=cp932''" + escaped(NAME.encode(SJIS)), NAME, id="RFC 2231 in cp932"),
    pytest.param(b"filename*=''" + escaped(jis(NAME)), NAME, id="RFC 2231, no charset"),
    pytest.param(b"filename*=us-ascii''" + escaped(jis(NAME)), NAME, id="RFC 2231 that says ASCII"),
    pytest.param(b"filename*=utf-8''" + escaped(jis(NAME)), NAME, id="RFC 2231, ISO-2022-JP that says UTF-8"),
    pytest.param(b"filename*=iso-2022-jp''" + escaped("会議の.txt".encode()), "会議の.txt", id="RFC 2231, UTF-8 that says ISO-2022-JP"),
    pytest.param(b"filename*=iso-2022-jp''" + escaped("会議の.txt".encode(SJIS)), "会議の.txt", id="RFC 2231, Shift_JIS that says ISO-2022-JP"),
    pytest.param(b"filename*=\"iso-2022-jp''" + escaped(jis(NAME)) + b'"', NAME, id="RFC 2231 in quotes"),
    pytest.param(b"filename*=iso-2022-jp''%1b$B%32%71%35%44%1b(B", "会議", id="RFC 2231, not all escaped"),
    # Encoded words, as Outlook has them.
    pytest.param(b'filename="' + in_b("ISO-2022-JP", jis(NAME)) + b'"', NAME, id="a word in quotes"),
    pytest.param(b"filename=" + in_b("ISO-2022-JP", jis(NAME)), NAME, id="a word without quotes"),
    pytest.param(b'filename="' + in_b("ISO-2022-JP", jis("会議"), jis("の件"), jis("①.txt")) + b'"', "会議の件①.txt", id="several words in quotes"),
    pytest.param(b'filename="' + in_b("ISO-2022-JP", jis("会議"), jis("の件"), jis("①.txt")).replace(b" ", b"\r\n\t") + b'"', "会議の件①.txt", id="several words, folded"),
    pytest.param(b'filename="' + in_b("ISO-2022-JP", KANJI + RUN[:3], RUN[3:] + ASCII) + b'"', "あいうえお", id="several words, cut in a character"),
    pytest.param(b'filename="' + in_b("ISO-2022-JP", jis(NAME)).replace(b"B?", b"B?\r\n ") + b'"', NAME, id="folded in a word"),
    pytest.param(b'filename="' + in_b("ISO-2022-JP", jis("会議")) + b'.txt"', "会議.txt", id="the suffix behind a word"),
    pytest.param(b'filename="' + in_q("shift_jis", "予定表".encode(SJIS)) + b'"', "予定表", id="Q in Shift_JIS"),
    pytest.param(b'filename="' + in_b("utf-8", NAME.encode()[:10], NAME.encode()[10:]) + b'"', NAME, id="UTF-8, cut in a character"),
    # Both.
    pytest.param(b'filename="' + in_b("ISO-2022-JP", jis("会議.txt")) + b"\"; filename*=utf-8''" + escaped("会議①.txt".encode()), "会議①.txt", id="a word, and RFC 2231"),
    pytest.param(b'filename="' + jis("会議.txt") + b"\"; filename*0*=iso-2022-jp''" + escaped(HALVES[0] + HALVES[1]) + b"; filename*1*=" + escaped(HALVES[2]), NAME, id="raw, and RFC 2231 in segments"),
    # Folded.
    pytest.param(b'filename="' + KANJI + RUN[:3] + b"\r\n " + RUN[3:] + ASCII + b'.txt"', "あいうえお.txt", id="raw ISO-2022-JP, folded in a character"),
    pytest.param(b'filename="' + jis("会議の") + b"\r\n " + jis("件.txt") + b'"', "会議の 件.txt", id="raw ISO-2022-JP, folded in quotes"),
    pytest.param(b"\r\n filename*0*=iso-2022-jp''" + escaped(HALVES[0]) + b";\r\n\tfilename*1*=" + escaped(HALVES[1]) + b";\r\n filename*2*=" + escaped(HALVES[2]) + b"\r\n", NAME, id="RFC 2231, folded"),
]  # fmt: skip


@pytest.mark.parametrize(("params", "name"), FILES)
def test_names_of_files(params: bytes, name: str) -> None:
    disposition = parse(b"Content-Disposition: attachment; " + params + b"\n\n").root
    assert disposition.filename == name
    kind = parse(b"Content-Type: text/plain; " + params.replace(b"filename", b"name") + b"\n\n").root
    assert kind.filename == name
    if b"size=5" in params:
        assert disposition.disposition is not None
        assert disposition.disposition.params["size"] == kind.content_type.params["size"] == "5"


def test_each_field_has_a_charset_of_its_own() -> None:
    part = parse(
        b'Content-Type: text/plain; name="' + in_b("iso-2022-jp", jis("会議①.txt")) + b'"\n'
        b'Content-Disposition: attachment; filename="' + "会議の①.txt".encode(SJIS) + b'"\n\n'
    ).root
    assert part.filenames == ("会議の①.txt", "会議①.txt")


TOKENS = [
    KANJI,
    ASCII,
    KANA,
    b"\x1b(J",
    b"\x1b$@",
    b"\x1b",
    b'$"',
    b"$",
    b"\x81@",
    b"\x95\\",
    b"\x82\xa0",
    b"ab",
    b"x@y",
]
TOKENS += [
    b"\r\n ",
    b"\n\t",
    b" ",
    b'"',
    b"\\",
    b"(",
    b")",
    b"<",
    b">",
    b"@",
    b",",
    b";",
    b"=",
    b"x=",
    b"=?a?Q?b\r\n c?=",
]


@given(raw=joined(TOKENS, 14))
def test_no_line_end_is_left_anywhere(raw: bytes) -> None:
    for one in parse_addresses(raw).mailboxes:
        assert "\n" not in "".join([one.name or "", one.address, *one.comments, *one.route])
        assert one.name or one.address or b"<" in raw
    value = parse_disposition(b"inline; x=" + raw)
    assert value is not None
    assert "\n" not in "".join([*value.params, *value.params.values(), *[other.value for other in value.alternatives]])
    assert "\n" not in (decode_words(raw) or "")
