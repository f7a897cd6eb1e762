"""Authentication-Results and Received-SPF, as the grammar has them and as hosts write them."""

from __future__ import annotations

import re

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailkit.syntax.authres import (
    MAX_RESULTS,
    MAX_VALUE_BYTES,
    AuthenticationResults,
    MethodResult,
    Property,
    ReceivedSpf,
    parse_authentication_results,
    parse_received_spf,
)
from tests.strategies import ROOT, SHARED, joined, mails
from tests.timing import assert_linear, flood

FIELD = re.compile(rb"(?mi)^(authentication-results|received-spf):([^\n]*\n(?:[ \t][^\n]*\n)*)")


def row(method: str, result: str, *pairs: str, **more: object) -> MethodResult:
    """Make a result; a pair is ``header.d=a.example``, or without a type ``action=none``."""
    properties = []
    for pair in pairs:
        name, _, value = pair.partition("=")
        ptype, dot, plain = name.partition(".")
        properties.append(Property(ptype=ptype if dot else None, name=plain or name, value=value))
    return msgspec.convert(
        {"method": method, "result": result, **more, "properties": [msgspec.to_builtins(pair) for pair in properties]},
        MethodResult,
    )


def read(text: str) -> AuthenticationResults:
    return parse_authentication_results(text.encode())


@pytest.mark.parametrize(
    ("text", "results"),
    [
        pytest.param("mx.example; none", [], id="nothing was done"),
        pytest.param("mx.example 1; none", [], id="nothing was done, by version 1"),
        pytest.param(
            "mx.example; spf=pass smtp.mailfrom=a.example", [row("spf", "pass", "smtp.mailfrom=a.example")], id="one"
        ),
        pytest.param(
            "mx.example; auth=pass (cram-md5) smtp.auth=ann@a.example; spf=fail smtp.mailfrom=a.example",
            [
                row("auth", "pass", "smtp.auth=ann@a.example", comments=("cram-md5",)),
                row("spf", "fail", "smtp.mailfrom=a.example"),
            ],
            id="two, and a comment",
        ),
        pytest.param(
            'mx.example; dkim=fail reason="the body; it (really) changed" header.i=@A.example header.b=Ab+/c==',
            [
                row(
                    "dkim",
                    "fail",
                    "header.i=@A.example",
                    "header.b=Ab+/c==",
                    reason="the body; it (really) changed",
                )
            ],
            id="reason in quotes; values keep their case",
        ),
        pytest.param(
            "mx.example (our own) 1 (one); (first) dkim (is) / (version) 1 = (so) PASS (key (2048; bit)) header (h)"
            ' . (i) i (=) = "@a.example" (end); (last) SPF=None',
            [
                row(
                    "dkim",
                    "pass",
                    "header.i=@a.example",
                    method_version=1,
                    comments=("first", "is", "version", "so", "key (2048; bit)", "h", "i", "=", "end"),
                ),
                row("spf", "none", comments=("last",)),
            ],
            id="comments wherever they may be",
        ),
        pytest.param(
            r'mx.example; smime=pass body.smime-identifier="ann \"a\" b"@a.example; x-y=pass x.z="a\"b c"',
            [
                row("smime", "pass", r'body.smime-identifier="ann \"a\" b"@a.example'),
                row("x-y", "pass", 'x.z=a"b c'),
            ],
            id="a quoted local part stays quoted, a quoted value does not",
        ),
        pytest.param(
            "mx.example; dkim=pass header.d=a.example header.d=b.example",
            [row("dkim", "pass", "header.d=a.example", "header.d=b.example")],
            id="a property twice",
        ),
        pytest.param(
            "mx.example; dmarc=pass (p=NONE sp=NONE dis=NONE) header.from=a.example policy.dmarc=none;"
            " iprev=pass policy.iprev=2001:db8::1; bimi=skipped (no policy); arc=pass (i=1) smtp.remote-ip=192.0.2.1",
            [
                row(
                    "dmarc", "pass", "header.from=a.example", "policy.dmarc=none", comments=("p=NONE sp=NONE dis=NONE",)
                ),
                row("iprev", "pass", "policy.iprev=2001:db8::1"),
                row("bimi", "skipped", comments=("no policy",)),
                row("arc", "pass", "smtp.remote-ip=192.0.2.1", comments=("i=1",)),
            ],
            id="later methods",
        ),
        pytest.param(
            'mx.example; spf=pass smtp.mailfrom="" smtp.helo=a.example',
            [row("spf", "pass", "smtp.mailfrom=", "smtp.helo=a.example")],
            id="the null sender in quotes",
        ),
        pytest.param(
            "mx.example; spf=pass smtp.mail= smtp.helo=a.example; dkim=pass header.i=",
            [row("spf", "pass", "smtp.mail=", "smtp.helo=a.example"), row("dkim", "pass", "header.i=")],
            id="no value at all",
        ),
        pytest.param(
            "mx.example; dkim=pass header.b= abc=",
            [row("dkim", "pass", "header.b=abc=")],
            id="a value behind a blank",
        ),
        pytest.param(
            "mx.example; spf=pass (=?utf-8?q?gr=C3=BCn?= \\) caf\u00e9)",
            [row("spf", "pass", comments=("gr\u00fcn ) caf\u00e9",))],
            id="an encoded word and UTF-8 in a comment",
        ),
    ],
)
def test_what_the_grammar_allows(text: str, results: list[MethodResult]) -> None:
    found = read(text)
    assert found.fault is None
    assert found.authserv_id == "mx.example"
    assert list(found.results) == results
    assert found.version == (1 if re.match(r"mx\.example[^;]* 1", text) else None)


@pytest.mark.parametrize(
    ("text", "name", "results", "fault"),
    [
        pytest.param(
            "spf=pass (sender IP is 192.0.2.1) smtp.mailfrom=a.example; b.example; dkim=none (message not signed)"
            " header.d=none;b.example; dmarc=bestguesspass action=none header.from=a.example;compauth=pass reason=109",
            None,
            [
                row("spf", "pass", "smtp.mailfrom=a.example", comments=("sender IP is 192.0.2.1",)),
                row("dkim", "none", "header.d=none", comments=("message not signed",)),
                row("dmarc", "bestguesspass", "action=none", "header.from=a.example"),
                row("compauth", "pass", reason="109"),
            ],
            "no name of the host",
            id="Exchange Online",
        ),
        pytest.param(
            "mta.example from=a.example; domainkeys=neutral (no sig); from=b.example; dkim=pass (ok)",
            "mta.example",
            [
                row("domainkeys", "neutral", "from=a.example", comments=("no sig",)),
                row("dkim", "pass", "from=b.example", comments=("ok",)),
            ],
            "no semicolon behind the name of the host",
            id="Yahoo",
        ),
        pytest.param(
            "mta.example; dkim=permerror (bad sig); header.i=@a.example",
            "mta.example",
            [row("dkim", "permerror", "header.i=@a.example", comments=("bad sig",))],
            "a property without a result",
            id="a semicolon too many",
        ),
        pytest.param(
            "mx.example; spf=pass (ok) client-ip=192.0.2.1; envelope-from=ann@a.example; helo=b.example;",
            "mx.example",
            [
                row(
                    "spf",
                    "pass",
                    "client-ip=192.0.2.1",
                    "envelope-from=ann@a.example",
                    "helo=b.example",
                    comments=("ok",),
                )
            ],
            "a property without a type",
            id="Amazon SES",
        ),
        pytest.param(
            "mx.example; dkim=pass (one) header.d=a.example dkim=fail (two) header.d=b.example",
            "mx.example",
            [
                row("dkim", "pass", "header.d=a.example", comments=("one",)),
                row("dkim", "fail", "header.d=b.example", comments=("two",)),
            ],
            "no semicolon before a result",
            id="no semicolon between two",
        ),
        pytest.param(
            "mx.example; spf=pass own=x smtp.helo=a",
            "mx.example",
            [row("spf", "pass", "own=x", "smtp.helo=a")],
            "a property without a type",
            id="a name alone that is no method",
        ),
        pytest.param(
            "mta.example; dkim=pass; from=a.example",
            "mta.example",
            [row("dkim", "pass", "from=a.example")],
            "a property without a type",
            id="Yahoo's pair at the end",
        ),
        pytest.param(
            "mta.example; from=a.example; smtp.helo=b", "mta.example", [], "a property without a type", id="no method"
        ),
        pytest.param("", None, [], "no name of the host", id="nothing"),
        pytest.param("mx.example", "mx.example", [], "no result", id="the name alone"),
        pytest.param("mx.example;", "mx.example", [], "no result", id="the name and a semicolon"),
        pytest.param("mx.example; spf", "mx.example", [], "no result", id="a method without a result"),
        pytest.param("mx.example; spf=", "mx.example", [row("spf", "")], None, id="an empty result"),
        pytest.param(
            "mx.example; spf=pass none",
            "mx.example",
            [row("spf", "pass")],
            "words that belong to nothing",
            id="a word that is nothing",
        ),
        pytest.param(
            "mx.example; spf=pass (cut off; dkim=fail",
            "mx.example",
            [row("spf", "pass"), row("dkim", "fail")],
            "a comment or quote has no end",
            id="a comment without an end is none",
        ),
        pytest.param(
            'mx.example; spf=pass smtp.mailfrom="cut; dkim=fail',
            "mx.example",
            [row("spf", "pass", 'smtp.mailfrom="cut'), row("dkim", "fail")],
            "a comment or quote has no end",
            id="a quote without an end is none",
        ),
    ],
)
def test_what_hosts_write(text: str, name: str | None, results: list[MethodResult], fault: str | None) -> None:
    found = read(text)
    assert list(found.results) == results
    assert (found.authserv_id, found.fault) == (name, fault)


def test_what_is_quoted_or_a_comment_makes_no_result() -> None:
    """A stranger chooses his address and his HELO: neither may end a result."""
    for inside in ("; dkim=pass header.d=bank.example;", '\\"; dkim=pass', "(; dkim=pass"):
        for outer in (f'smtp.mailfrom="{inside}"@a.example', f"({inside.replace('(', '')}) smtp.helo=a"):
            assert [result.method for result in read(f"mx.example; spf=fail {outer}").results] == ["spf"]


def test_a_long_field_is_cut_and_says_so() -> None:
    found = read("mx.example; " + "spf=pass; " * (MAX_RESULTS + 1))
    assert (len(found.results), found.fault) == (MAX_RESULTS, "too many results")
    found = read("mx.example; spf=pass (" + "x" * MAX_VALUE_BYTES + ")")
    assert (found.results[0].result, found.fault) == ("pass", "longer than what is read")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param(
            "Pass (mx.example: domain of a.example allows 192.0.2.1 (it does)) client-ip=192.0.2.1;"
            ' envelope-from="ann@a.example"; helo=b.example; receiver=mx.example; identity=mailfrom; mechanism=ip4:192.0.2.0/24',
            ReceivedSpf(
                result="pass",
                comment="mx.example: domain of a.example allows 192.0.2.1 (it does)",
                client_ip="192.0.2.1",
                envelope_from="ann@a.example",
                helo="b.example",
                receiver="mx.example",
                identity="mailfrom",
                mechanism="ip4:192.0.2.0/24",
            ),
            id="all keys",
        ),
        pytest.param(
            'permerror client-ip=2001:db8::1 envelope-from=<> problem="two records" x-what=so',
            ReceivedSpf(
                result="permerror",
                client_ip="2001:db8::1",
                envelope_from="",
                problem="two records",
                others=(Property(ptype=None, name="x-what", value="so"),),
            ),
            id="no semicolons, the null path",
        ),
        pytest.param("none (no record)", ReceivedSpf(result="none", comment="no record"), id="no keys"),
        pytest.param("None (cut off at", ReceivedSpf(result="none"), id="a comment without an end"),
        pytest.param("", ReceivedSpf(result=""), id="nothing"),
        pytest.param("helo=a.example", ReceivedSpf(result="", helo="a.example"), id="no result"),
    ],
)
def test_received_spf(text: str, expected: ReceivedSpf) -> None:
    assert parse_received_spf(text.encode()) == expected


def test_received_spf_as_a_result() -> None:
    found = parse_received_spf(b"fail (why) client-ip=192.0.2.1; envelope-from=<>; helo=a.example; identity=helo; k=v")
    assert found.as_result() == row(
        "spf",
        "fail",
        "smtp.mailfrom=",
        "smtp.helo=a.example",
        "smtp.remote-ip=192.0.2.1",
        "identity=helo",
        "k=v",
        comments=("why",),
    )


TOKENS = [
    *("mx.example", "1", ";", "=", ".", "/", " ", "(", ")", '"', "\\", "spf", "dkim", "pass", "none", "reason", "from"),
    *(
        "header.d",
        "smtp.mailfrom=",
        "client-ip=",
        "<>",
        "a@b",
        "\u3042",
        "=?utf-8?q?a?=",
        "\r\n ",
        "\n\t",
        "\x1b$B",
        "\0",
    ),
]
texts = joined(TOKENS, 16)


@given(texts)
def test_any_tokens_are_read(text: str) -> None:
    raw = text.encode()
    for found in (parse_authentication_results(raw), parse_received_spf(raw)):
        msgspec.json.encode(found).decode()
    assert all(len(result.method) <= 100 for result in read(text).results)


@given(st.binary(max_size=100))
def test_any_bytes_are_read(data: bytes) -> None:
    msgspec.json.encode(parse_authentication_results(b"a; spf=pass " + data)).decode()
    msgspec.json.encode(parse_received_spf(data)).decode()


word = st.sampled_from(["a.example", "@A.example", '"x; y (z)"', "192.0.2.1", "Ab+/=="])
result_texts = st.builds(
    lambda method, result, pairs: [f"{method}=", result, *(piece for pair in pairs for piece in pair)],
    st.sampled_from(["spf", "dkim", "x-own"]),
    st.sampled_from(["pass", "Fail"]),
    st.lists(st.tuples(st.sampled_from(["header.d=", "smtp.helo=", "policy.x="]), word), max_size=3),
)
fillers = st.sampled_from([" ", "\r\n ", "\n\t", " (c) ", "(c; (d=e) f=g)", '( " )', " (\\)) \r\n "])


@given(st.lists(result_texts, min_size=1, max_size=4), st.data())
def test_folds_and_comments_never_change_results(results: list[list[str]], data: st.DataObject) -> None:
    """Between any two words of a field may stand white space and comments (RFC 8601 section 2.2)."""

    def written(filler: st.SearchStrategy[str]) -> AuthenticationResults:
        pieces = ["mx.example"]
        for pairs in results:
            pieces.append(data.draw(filler).strip(" ") + ";")
            pieces += [data.draw(filler) + piece for piece in pairs]
        found = read("".join(pieces))
        bare = tuple(msgspec.structs.replace(result, comments=()) for result in found.results)
        return msgspec.structs.replace(found, results=bare)

    plain = written(st.just(" "))
    assert plain.fault is None
    assert len(plain.results) == len(results)
    assert written(fillers) == plain


@pytest.mark.parametrize(
    "unit",
    [
        *("(", ")", "()", "((", "\\(", '"', '"\\', '\\"', "(\\", ";", "=", ".", "a.", "a.b=", "a= ", "/1", " ", "a "),
        *("spf=pass;", "spf=pass ", "from=a;", "(a)spf=b;", '"a"', "=?utf-8?q?a?=", "a.b= a.b=c ", "\r\n "),
    ],
)
def test_floods_cost_linear_time(unit: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("mailkit.syntax.authres.MAX_VALUE_BYTES", 1 << 30)
    for start in ("mx; spf=pass ", "mx; spf=pass ("):
        assert_linear(parse_authentication_results, flood(unit.encode(), start.encode()))
    assert_linear(parse_received_spf, flood(unit.encode(), b"pass "))


def test_ten_thousand_parentheses() -> None:
    for text in ("(" * 10_000, ")" * 10_000, "(" * 5_000 + ")" * 5_000):
        found = read(f"mx.example; spf=pass smtp.helo=a {text}")
        assert found.results[0].get("smtp", "helo") == "a"


def test_fields_of_every_corpus_are_read() -> None:
    """Whatever stands in mail gives its results: Exchange and Yahoo are the ones that break the grammar."""
    seen = broken = 0
    for folder in (ROOT / "corpora", SHARED / "sisimai-public"):
        for path in mails(folder) if folder.is_dir() else ():
            for name, raw in FIELD.findall(path.read_bytes()):
                if name.lower() == b"received-spf":
                    assert parse_received_spf(raw).result, (path.name, raw)
                    continue
                found = parse_authentication_results(raw)
                assert found.results or not raw.strip(), (path.name, raw)
                assert all(result.result and result.method for result in found.results), (path.name, raw)
                assert found.authserv_id or found.fault == "no name of the host" or b"=3D" in raw, (path.name, raw)
                seen += 1
                broken += found.fault is not None
    assert seen
    assert broken < seen
