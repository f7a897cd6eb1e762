"""Address fields (RFC 5322 sections 3.4 and 4.4), as they should be and as mail has them."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailkit.charsets import WESTERN
from mailkit.findings import CODES
from mailkit.limits import DEFAULT
from mailkit.syntax.mailboxes import Group, Mailbox, _Reader, parse_addresses
from tests.strategies import joined
from tests.timing import assert_linear, flood


def pairs(raw: bytes) -> list[tuple[str | None, str]]:
    """Give name and address of each mailbox."""
    return [(one.name, one.address) for one in parse_addresses(raw).mailboxes]


def codes(raw: bytes) -> set[str]:
    """Give the codes of what is odd."""
    return {code for code, _ in parse_addresses(raw).faults}


SUE = (None, "sue@x.example")
JOE = ("Joe", "joe@x.example")


@pytest.mark.parametrize(
    ("raw", "found"),
    [
        pytest.param(b"", [], id="empty"),
        pytest.param(b" \r\n", [], id="white space"),
        pytest.param(b"sue@x.example", [SUE], id="address"),
        pytest.param(b" sue@x.example\r\n", [SUE], id="address in white space"),
        pytest.param(b"<sue@x.example>", [SUE], id="angle"),
        pytest.param(b"< sue@x.example\t>", [SUE], id="blanks in the angle"),
        pytest.param(b"Joe <joe@x.example>", [JOE], id="name"),
        pytest.param(b"Joe<joe@x.example>", [JOE], id="no blank"),
        pytest.param(b"Joe\r\n <joe@x.example>", [JOE], id="fold before the angle"),
        pytest.param(b'"Joe" <joe@x.example>', [JOE], id="quoted name"),
        pytest.param(b'"Joe"<joe@x.example>', [JOE], id="quoted name, no blank"),
        pytest.param(b'"Doe, Joe" <joe@x.example>', [("Doe, Joe", "joe@x.example")], id="quoted comma"),
        pytest.param(b'"Doe; <a@b>: (Joe)" <j@x>', [("Doe; <a@b>: (Joe)", "j@x")], id="quoted specials"),
        pytest.param(b'"Joe \\"J\\" Doe" <j@x>', [('Joe "J" Doe', "j@x")], id="quoted quotes"),
        pytest.param(b'"Joe \\\\ Doe" <j@x>', [("Joe \\ Doe", "j@x")], id="quoted backslash"),
        pytest.param(b'"\\J\\oe" <j@x>', [("Joe", "j@x")], id="needless quoted pairs"),
        pytest.param(b'"Joe\r\n Doe" <j@x>', [("Joe Doe", "j@x")], id="fold in quotes"),
        pytest.param(b"Joe  B.\r\n\tDoe <j@x>", [("Joe B. Doe", "j@x")], id="white space in a name"),
        pytest.param(b"J.R.R. Doe <j@x>", [("J.R.R. Doe", "j@x")], id="dots in a name"),
        pytest.param(b".Joe. Doe. <j@x>", [(".Joe. Doe.", "j@x")], id="dots at the ends of a name"),
        pytest.param(b'Joe "J" Doe <j@x>', [("Joe J Doe", "j@x")], id="quotes within a name"),
        pytest.param(b'Joe"J"Doe <j@x>', [("Joe J Doe", "j@x")], id="quotes that touch"),
        pytest.param(b'"" <j@x>', [(None, "j@x")], id="empty quotes"),
        pytest.param(b'" " <j@x>', [(None, "j@x")], id="blank quotes"),
        pytest.param(b"Joe <joe@x.example>, sue@x.example", [JOE, SUE], id="list"),
        pytest.param(b"Joe <joe@x.example>,sue@x.example", [JOE, SUE], id="list without blanks"),
        pytest.param(b"Joe <joe@x.example>,\r\n\tsue@x.example\r\n", [JOE, SUE], id="list with folds"),
        pytest.param(b"o'b+r%i=e/n@x-y.example", [(None, "o'b+r%i=e/n@x-y.example")], id="atext"),
        pytest.param(b"a!b!joe@x", [(None, "a!b!joe@x")], id="UUCP path"),
        pytest.param(b"joe@[192.0.2.1]", [(None, "joe@[192.0.2.1]")], id="domain literal"),
        pytest.param(b"Joe <joe@[IPv6:2001:db8::1]>", [("Joe", "joe@[IPv6:2001:db8::1]")], id="IPv6 literal"),
        pytest.param(b"joe@[ 192.0.2.1 ], sue@x.example", [(None, "joe@[192.0.2.1]"), SUE], id="blanks in a literal"),
    ],
)
def test_lists_as_they_should_be(raw: bytes, found: list[tuple[str | None, str]]) -> None:
    assert pairs(raw) == found
    assert codes(raw) == set()


@pytest.mark.parametrize(
    ("raw", "address"),
    [
        pytest.param(b'"joe"@x', "joe@x", id="needless quotes"),
        pytest.param(b'"jo\\e"@x', "joe@x", id="needless quoted pair"),
        pytest.param(b'"joe.doe"@x', "joe.doe@x", id="needless quotes around dots"),
        pytest.param(b'"joe doe"@x', '"joe doe"@x', id="blank"),
        pytest.param(b'"joe..doe"@x', '"joe..doe"@x', id="two dots"),
        pytest.param(b'"joe@home"@x', '"joe@home"@x', id="at sign"),
        pytest.param(b'"joe\\"s"@x', '"joe\\"s"@x', id="quote"),
        pytest.param(b'"joe\\\\s"@x', '"joe\\\\s"@x', id="backslash"),
        pytest.param(b'"<joe>, (sue)"@x', '"<joe>, (sue)"@x', id="specials"),
        pytest.param(b'""@x', '""@x', id="nothing"),
        pytest.param(b'"joe"."doe"@x', "joe.doe@x", id="words with dots between"),
        pytest.param(b'"joe s".doe@x', '"joe s.doe"@x', id="word and atom"),
        pytest.param(b'joe"s s"doe@x', '"joes sdoe"@x', id="quotes in the middle"),
    ],
)
def test_local_parts_keep_the_quotes_they_need(raw: bytes, address: str) -> None:
    assert pairs(raw) == [(None, address)]
    assert pairs(b"<" + raw + b">") == [(None, address)]
    assert pairs(b"Joe <" + raw + b">, sue@x.example") == [("Joe", address), SUE]
    assert pairs(address.encode()) == [(None, address)]


@pytest.mark.parametrize(
    ("raw", "found", "comments"),
    [
        pytest.param(b"joe@x.example (Joe)", [JOE], ["Joe"], id="the old form"),
        pytest.param(b"joe@x.example(Joe)", [JOE], ["Joe"], id="no blank"),
        pytest.param(b"<joe@x.example> (Joe)", [JOE], ["Joe"], id="angle"),
        pytest.param(b"(Joe) joe@x.example", [JOE], ["Joe"], id="in front"),
        pytest.param(b"(Joe) <joe@x.example>", [JOE], ["Joe"], id="in front of the angle"),
        pytest.param(b"joe@x.example (Joe (J) Doe)", [("Joe (J) Doe", "joe@x.example")], ["Joe (J) Doe"], id="nested"),
        pytest.param(b"j@x (Joe\r\n  Doe)", [("Joe Doe", "j@x")], ["Joe Doe"], id="fold"),
        pytest.param(b"j@x (a\\) b\\\\)", [("a) b\\", "j@x")], ["a) b\\"], id="quoted pairs"),
        pytest.param(b'j@x (Joe "J" Doe)', [('Joe "J" Doe', "j@x")], ['Joe "J" Doe'], id="quotes"),
        pytest.param(b"j@x ()", [(None, "j@x")], [], id="empty"),
        pytest.param(b"j@x (Joe) (Doe)", [("Joe Doe", "j@x")], ["Joe", "Doe"], id="two"),
        pytest.param(b"Joe (at work) <joe@x.example>", [JOE], ["at work"], id="beside a name"),
        pytest.param(b"Joe <joe@x.example> (at work)", [JOE], ["at work"], id="behind a name"),
        pytest.param(b"j(a)@(b)x(c) . (d)y (Joe)", [("Joe", "j@x.y")], ["a", "b", "c", "d", "Joe"], id="inside"),
        pytest.param(b"Joe <(a)joe@x(b).example(c)>", [JOE], ["a", "b", "c"], id="inside of the angle"),
        pytest.param(b'"" (Joe) <joe@x.example>', [JOE], ["Joe"], id="the name is empty"),
        pytest.param(b"root (Joe)", [("Joe", "root")], ["Joe"], id="no domain"),
        pytest.param(b"(nobody)", [], [], id="alone"),
        pytest.param(b"(a), (b) ,(c)", [], [], id="list of comments"),
        pytest.param("j@x (Jürgen)".encode(), [("Jürgen", "j@x")], ["Jürgen"], id="UTF-8"),
        pytest.param(b"j@x (=?utf-8?Q?J=C3=BCrgen?=)", [("Jürgen", "j@x")], ["Jürgen"], id="encoded word"),
        pytest.param(b"j@x (a), s@y (b)", [("a", "j@x"), ("b", "s@y")], ["a", "b"], id="each its own"),
        pytest.param(b"<j@x> (a) <s@y> (b)", [("a", "j@x"), ("b", "s@y")], ["a", "b"], id="no comma"),
    ],
)
def test_comments(raw: bytes, found: list[tuple[str | None, str]], comments: list[str]) -> None:
    assert pairs(raw) == found
    assert [text for one in parse_addresses(raw).mailboxes for text in one.comments] == comments


@pytest.mark.parametrize(
    ("raw", "names", "found", "faults"),
    [
        pytest.param(b"Crew: a@x, Joe <joe@x.example>;", [("Crew", 2)], [(None, "a@x"), JOE], [], id="group"),
        pytest.param(b"Nobody:;", [("Nobody", 0)], [], [], id="empty"),
        pytest.param(b"The crew : ;", [("The crew", 0)], [], [], id="empty, blanks"),
        pytest.param(b'"The \\"crew\\"": a@x;', [('The "crew"', 1)], [(None, "a@x")], [], id="quoted name"),
        pytest.param(b"=?utf-8?Q?=C3=89?=: a@x;", [("É", 1)], [(None, "a@x")], [], id="encoded name"),
        pytest.param(b"(x)Crew(y):(z);(q)", [("Crew", 0)], [], [], id="comments"),
        pytest.param(b"A:a@x;, B:;, b@x", [("A", 1), ("B", 0)], [(None, "a@x"), (None, "b@x")], [], id="list"),
        pytest.param(b"A:a@x; B:b@x;", [("A", 1), ("B", 1)], [(None, "a@x"), (None, "b@x")], [], id="no commas"),
        pytest.param(b"A:a@x; b@x", [("A", 1)], [(None, "a@x"), (None, "b@x")], [], id="mailbox behind"),
        pytest.param(b"b@x, A:a@x;", [("A", 1)], [(None, "b@x"), (None, "a@x")], [], id="mailbox before"),
        pytest.param(
            b"A: B: a@x; b@x;, c@x",
            [("A", 2)],
            [(None, "a@x"), (None, "b@x"), (None, "c@x")],
            ["address.group.nested"],
            id="nested",
        ),
        pytest.param(b"A: a@x, b@x", [("A", 2)], [(None, "a@x"), (None, "b@x")], ["address.group.unclosed"], id="open"),
        pytest.param(b"A:", [("A", 0)], [], ["address.group.unclosed"], id="open and empty"),
        pytest.param(b": a@x", [], [(None, "a@x")], ["address.group.nameless"], id="no name"),
        pytest.param(
            b"A:a@x;;b@x", [("A", 1)], [(None, "a@x"), (None, "b@x")], ["address.separator.wrong"], id="two ends"
        ),
        pytest.param(
            b"A :: Joe <joe@x.example>",
            [("A", 1)],
            [JOE],
            ["address.group.nameless", "address.group.unclosed"],
            id="two colons",
        ),
        pytest.param(
            b"Locals: joe, sue;",
            [("Locals", 2)],
            [(None, "joe"), (None, "sue")],
            ["address.domain.missing"],
            id="accounts",
        ),
    ],
)
def test_groups(
    raw: bytes, names: list[tuple[str, int]], found: list[tuple[str | None, str]], faults: list[str]
) -> None:
    addresses = parse_addresses(raw)
    assert [(group.name, len(group.mailboxes)) for group in addresses.groups] == names
    assert pairs(raw) == found
    assert codes(raw) == set(faults)


def test_a_group_holds_what_the_list_holds() -> None:
    addresses = parse_addresses(b"a@x, Crew: b@x, Joe <joe@x.example>;, c@x")
    assert addresses.groups == (Group("Crew", addresses.mailboxes[1:3]),)


@pytest.mark.parametrize(
    ("raw", "found", "fault"),
    [
        pytest.param(b"joe . doe @ x . y", [(None, "joe.doe@x.y")], "form.obsolete", id="blanks around dots"),
        pytest.param(b"joe\r\n .doe@x.\r\n y", [(None, "joe.doe@x.y")], "form.obsolete", id="folds"),
        pytest.param(b"j. (c) d@x", [(None, "j.d@x")], "form.obsolete", id="comment behind a dot"),
        pytest.param(b",,a@x,, b@x,", [(None, "a@x"), (None, "b@x")], "form.obsolete", id="empty elements"),
        pytest.param(b"(c), a@x", [(None, "a@x")], "form.obsolete", id="element of a comment"),
        pytest.param(b"Joe <@a.example:joe@x.example>", [JOE], "form.obsolete", id="route"),
        pytest.param(b"<@a,@b , @c:sue@x.example>", [SUE], "form.obsolete", id="long route"),
        pytest.param(b"<@a,,@b:sue@x.example>", [SUE], "form.obsolete", id="route with empty elements"),
        pytest.param(b"<@a@b:sue@x.example>", [SUE], "form.obsolete", id="route without commas"),
        pytest.param(b'<@a:"j d"@x>', [(None, '"j d"@x')], "form.obsolete", id="route and quotes"),
        pytest.param(b"<@a:joe>", [(None, "joe")], "form.obsolete", id="route to an account"),
        pytest.param(b"<sue@x.example", [SUE], "angle.unbalanced", id="no end"),
        pytest.param(b"Joe <joe@x.example", [JOE], "angle.unbalanced", id="name, no end"),
        pytest.param(b"Joe <joe@x.example, sue@x.example", [JOE, SUE], "angle.unbalanced", id="no end, list"),
        pytest.param(b"Joe <joe@x.example; sue@x.example", [JOE, SUE], "angle.unbalanced", id="no end, semicolon"),
        pytest.param(b"<@a:sue@x.example", [SUE], "angle.unbalanced", id="route, no end"),
        pytest.param(b"sue@x.example>", [SUE], "angle.unbalanced", id="no beginning"),
        pytest.param(b"Joe joe@x.example>", [JOE], "angle.unbalanced", id="name, no beginning"),
        pytest.param(b">sue@x.example", [SUE], "angle.unbalanced", id="end in front"),
        pytest.param(b"<<sue@x.example>>", [SUE], "angle.unbalanced", id="two"),
        pytest.param(b"Joe <<<joe@x.example>>>, sue@x.example", [JOE, SUE], "angle.unbalanced", id="three"),
        pytest.param(b"Joe < x <joe@x.example>", [JOE], "angle.unbalanced", id="one too many"),
        pytest.param(b"<a@b<mailto:sue@x.example>>", [SUE], "angle.unbalanced", id="address and link"),
        pytest.param(b'"Joe <joe@x.example>', [JOE], "quote.unclosed", id="quote without end"),
        pytest.param(b'Joe" <joe@x.example>, sue@x.example', [JOE, SUE], "quote.unclosed", id="quote without beginning"),
        pytest.param(b'<"sue@x.example>', [SUE], "quote.unclosed", id="quote in the angle"),
        pytest.param(b"joe@x.example (Joe", [JOE], "comment.unbalanced", id="comment without end"),
        pytest.param(b"joe@x.example (Joe, s@y (S)", [JOE, ("S", "s@y")], "comment.unbalanced", id="comment, list"),
        pytest.param(b"Joe (:-( <joe@x.example>", [JOE], "comment.unbalanced", id="sad"),
        pytest.param(b"sue@x.example)", [SUE], "comment.unbalanced", id="comment without beginning"),
        pytest.param(b"<sue@x.example)>", [SUE], "comment.unbalanced", id="parenthesis in the angle"),
        pytest.param(b"Joe <joe@x.example>; sue@x.example", [JOE, SUE], "separator.wrong", id="semicolon"),
        pytest.param(b"sue@x.example;", [SUE], "separator.wrong", id="semicolon behind"),
        pytest.param(b"Joe <joe@x.example> sue@x.example", [JOE, SUE], "separator.wrong", id="no comma"),
        pytest.param(b"sue@x.example joe@x.example (Joe)", [SUE, JOE], "separator.wrong", id="no comma, bare"),
        pytest.param(b"sue@x.example Joe joe@x.example", [SUE, JOE], "separator.wrong", id="no comma, name"),
        pytest.param(b"<sue@x.example>Joe<joe@x.example>", [SUE, JOE], "separator.wrong", id="no comma, angles"),
        pytest.param(b"sue@x.example\r\n Joe <joe@x.example>", [("sue@x.example Joe", "joe@x.example")], "phrase.unquoted", id="fold"),
        pytest.param(b"sue@x.example: joe@x.example (Joe)", [SUE, JOE], "separator.wrong", id="colon"),
        pytest.param(b"Doe, Joe <j@x>", [("Doe, Joe", "j@x")], "phrase.unquoted", id="comma"),
        pytest.param(b"Doe, Joe <j@x>, Roe, Ann, MD <a@x>", [("Doe, Joe", "j@x"), ("Roe, Ann, MD", "a@x")], "phrase.unquoted", id="commas"),
        pytest.param(b"a@x, Doe, Joe j@x", [(None, "a@x"), ("Doe, Joe", "j@x")], "phrase.unquoted", id="comma, bare"),
        pytest.param(b"j@x <j@x>", [("j@x", "j@x")], "phrase.unquoted", id="address as name"),
        pytest.param(b"'j@x' <j@x>", [("'j@x'", "j@x")], "phrase.unquoted", id="address as name in apostrophes"),
        pytest.param(b"Joe @ Home <j@x>", [("Joe @ Home", "j@x")], "phrase.unquoted", id="at sign"),
        pytest.param(b"a > b <j@x>", [("a > b", "j@x")], "phrase.unquoted", id="greater than"),
        pytest.param(b"joe doe <j@x", [("joe doe", "j@x")], "angle.unbalanced", id="words, no end"),
        pytest.param(b"root", [(None, "root")], "domain.missing", id="account"),
        pytest.param(b"Joe <joe>", [("Joe", "joe")], "domain.missing", id="account in an angle"),
        pytest.param(b"root, sue@x.example", [(None, "root"), SUE], "domain.missing", id="account and address"),
        pytest.param(b"root, <sue@x.example>", [(None, "root"), SUE], "domain.missing", id="account and angle"),
        pytest.param(b"Joe Doe", [("Joe Doe", "")], "mailbox.missing", id="name"),
        pytest.param(b"<Joe Doe>", [("Joe Doe", "")], "mailbox.missing", id="name in an angle"),
        pytest.param(b"Joe <Joe Doe> <joe>", [("Joe Joe Doe", "joe")], "domain.missing", id="name in an angle before one"),
        pytest.param(b'"Joe"', [("Joe", "")], "mailbox.missing", id="quoted name alone"),
        pytest.param(b'""', [], "mailbox.missing", id="quotes alone"),
        pytest.param("宛先".encode(), [("宛先", "")], "mailbox.missing", id="name of one word in UTF-8"),
        pytest.param(b"=?utf-8?Q?=C3=89?=", [("É", "")], "mailbox.missing", id="encoded name alone"),
        pytest.param(b"=?utf-8?Q?Joe_<j@x>?=", [("Joe <j@x>", "")], "mailbox.missing", id="all in an encoded word"),
        pytest.param(b'"sue@x.example"', [SUE], "mailbox.malformed", id="address in quotes"),
        pytest.param(b"'sue@x.example'", [SUE], "mailbox.malformed", id="address in apostrophes"),
        pytest.param(b"<'sue@x.example'>", [SUE], "mailbox.malformed", id="apostrophes in the angle"),
        pytest.param(b"a@b@c", [(None, "a@b@c")], "mailbox.malformed", id="two at signs"),
        pytest.param(b'<"a b"@c@d>', [(None, '"a b"@c@d')], "mailbox.malformed", id="two at signs, quotes"),
        pytest.param(b"joe@", [(None, "joe@")], "mailbox.malformed", id="nothing behind the at sign"),
        pytest.param(b"@x", [(None, "@x")], "mailbox.malformed", id="nothing before the at sign"),
        pytest.param(b"@", [(None, "@")], "mailbox.malformed", id="at sign alone"),
        pytest.param(b"<@route>", [(None, "@route")], "mailbox.malformed", id="route alone"),
        pytest.param(b"sue@x.example.", [SUE], "mailbox.malformed", id="dot behind"),
        pytest.param(b"<sue@x.example.>", [SUE], "mailbox.malformed", id="dot behind in the angle"),
        pytest.param(b"<joe doe@x>", [(None, '"joe doe"@x')], "mailbox.malformed", id="blank in the local part"),
        pytest.param(b"joe doe  @x", [(None, '"joe doe"@x')], "mailbox.malformed", id="blanks before the at sign"),
        pytest.param(b"joe@[192.0.2.1", [(None, "joe@[192.0.2.1")], None, id="literal without end"),
        pytest.param(b"a..b.@x.example", [(None, "a..b.@x.example")], None, id="dots where none may be"),
        pytest.param(b"mailto:sue@x.example", [SUE], None, id="mailto"),
        pytest.param(b"Joe <mailto:joe@x.example>", [JOE], None, id="mailto in the angle"),
        pytest.param(b"<sue@x.exa\r\n mple>", [SUE], "form.obsolete", id="folded in the middle"),
        pytest.param(b"sue@x.example Joe", [("Joe", "sue@x.example")], None, id="name behind"),
        pytest.param(b"Joe joe@x.example", [JOE], None, id="no angle"),
        pytest.param(b'"Joe" joe@x.example', [JOE], None, id="no angle, quotes"),
        pytest.param(b"Joe B. joe@x.example", [("Joe B.", "joe@x.example")], None, id="no angle, dot"),
        pytest.param(b"Joe <joe@x.example> Doe", [("Joe Doe", "joe@x.example")], None, id="name around"),
        pytest.param(b"<>", [(None, "")], None, id="null"),
        pytest.param(b"Joe <>", [("Joe", "")], None, id="name and null"),
        pytest.param(b"[x] Joe <j@x>", [("[x] Joe", "j@x")], None, id="square brackets"),
        pytest.param(b"Joe\\, Doe <j@x>", [("Joe, Doe", "j@x")], None, id="quoted pair in a name"),
        pytest.param(b"DOM\\joe <j@x>", [("DOM\\joe", "j@x")], None, id="backslash in a name"),
        pytest.param(b"DOM\\\\joe <j@x>", [("DOM\\\\joe", "j@x")], None, id="backslashes in a name"),
        pytest.param(b"Joe \\", [("Joe \\", "")], "mailbox.missing", id="backslash at the end"),
        pytest.param(b"Joe\\ Doe <j@x>", [("Joe\\ Doe", "j@x")], None, id="backslash before a blank"),
        pytest.param(b"sue\0@x.example", [SUE], "form.obsolete", id="NUL"),
    ],
)  # fmt: skip
def test_lists_as_mail_has_them(raw: bytes, found: list[tuple[str | None, str]], fault: str | None) -> None:
    assert pairs(raw) == found
    assert codes(raw) >= {f"address.{fault}"} if fault else codes(raw) == set()


@pytest.mark.parametrize(
    ("raw", "found"),
    [
        pytest.param(b"=?utf-8?Q?J=C3=BCrgen?= <j@x>", [("Jürgen", "j@x")], id="Q"),
        pytest.param(b"=?utf-8?B?SsO8cmdlbg==?= <j@x>", [("Jürgen", "j@x")], id="B"),
        pytest.param(b"=?utf-8*de?Q?J=C3=BCrgen?=<j@x>", [("Jürgen", "j@x")], id="language"),
        pytest.param(b"J. =?iso-8859-1?Q?M=FCller?= (x) <j@x>", [("J. Müller", "j@x")], id="among words"),
        pytest.param(b"=?utf-8?Q?J?= =?utf-8?Q?o?=\r\n =?utf-8?Q?e?= <j@x>", [("Joe", "j@x")], id="several"),
        pytest.param(b'"=?utf-8?Q?J=C3=BCrgen?=" <j@x>', [("Jürgen", "j@x")], id="in quotes"),
        pytest.param(b'"Doe, =?utf-8?Q?J=C3=BCrgen?=" <j@x>', [("Doe, Jürgen", "j@x")], id="in quotes, among words"),
        pytest.param(b'"Doe, J" =?utf-8?Q?=C3=BC?= <j@x>', [("Doe, J ü", "j@x")], id="behind quotes"),
        pytest.param(b"=?utf-8?Q?Doe,_J?= <j@x>", [("Doe, J", "j@x")], id="a comma that is not encoded"),
        pytest.param(b"=?utf-8?Q?J_(x)?= <j@x>", [("J (x)", "j@x")], id="parentheses that are not encoded"),
        pytest.param(b"=?utf-8?Q?a@b?= <j@x>", [("a@b", "j@x")], id="an address inside is none"),
        pytest.param(b"=?utf-8?Q?=22a=22_<a@b>?= <j@x>", [('"a" <a@b>', "j@x")], id="a mailbox inside is none"),
        pytest.param(b"=?utf-8?Q?a, b@x", [(None, "=?utf-8?Q?a"), (None, "b@x")], id="not closed"),
        pytest.param(b"<=?utf-8?Q?joe?=@x>", [(None, "=?utf-8?Q?joe?=@x")], id="no word in an address"),
        pytest.param(b"=?utf-8?Q?a\r\n b?=@x", [(None, "=?utf-8?Q?a b?=@x")], id="a folded word in an address: no line end stays"),
        pytest.param("Jürgen Müller <j@x>".encode(), [("Jürgen Müller", "j@x")], id="UTF-8"),
        pytest.param('"Müller, J" <j@x>'.encode(), [("Müller, J", "j@x")], id="UTF-8 in quotes"),
        pytest.param("jürgen@bücher.example".encode(), [(None, "jürgen@bücher.example")], id="UTF-8 address"),
        pytest.param('"日 本"@日本.example'.encode(), [(None, '"日 本"@日本.example')], id="UTF-8 in a quoted local part"),
        pytest.param(b"J\xfcrgen <j@x>", [("Jürgen", "j@x")], id="Windows-1252"),
        pytest.param(b"j\xfcrgen@x", [(None, "jürgen@x")], id="Windows-1252 in an address"),
        pytest.param(b"\x1b$B;3ED\x1b(B <j@x>", [("山田", "j@x")], id="ISO-2022-JP"),
        pytest.param(b'\x1b$B$"$(\x1b(B <j@x>', [("あえ", "j@x")], id="ISO-2022-JP with a quote and a parenthesis"),
        pytest.param(b'"\x1b$B$"$\\\x1b(B" <j@x>', [("あぼ", "j@x")], id="ISO-2022-JP in quotes, with quote and backslash"),
    ],
)  # fmt: skip
def test_charsets(raw: bytes, found: list[tuple[str | None, str]]) -> None:
    assert pairs(raw) == found


def test_bytes_of_no_charset_are_read_as_asked() -> None:
    raw = b"\xef\xfc <j@x>, j\xfc@x"
    addresses = parse_addresses(raw, fallback="iso-8859-5")
    assert [(one.name, one.address) for one in addresses.mailboxes] == [("яќ", "j@x"), (None, "jќ@x")]
    assert addresses.faults == (("header.charset.undeclared", 0),)
    assert parse_addresses(raw, fallback="utf-8").mailboxes[0].name == "\ufffd\ufffd"


@pytest.mark.parametrize(
    ("raw", "route"),
    [
        pytest.param(b"<j@x>", (), id="none"),
        pytest.param(b"<@a.example:j@x>", ("a.example",), id="one"),
        pytest.param(b"<@a,@b,,@c:j@x>", ("a", "b", "c"), id="three"),
        pytest.param(b"<@[192.0.2.1]:j@x>", ("[192.0.2.1]",), id="literal"),
        pytest.param("<@bücher.example:j@x>".encode(), ("bücher.example",), id="UTF-8"),
    ],
)
def test_routes(raw: bytes, route: tuple[str, ...]) -> None:
    assert parse_addresses(raw).mailboxes == (Mailbox(None, "j@x", route),)


@pytest.mark.parametrize(
    ("raw", "code", "offset"),
    [
        pytest.param(b" a@x, b@x; c@x", "address.separator.wrong", 9, id="separator"),
        pytest.param(b" a@x, <b@x, c@x", "address.angle.unbalanced", 6, id="angle"),
        pytest.param(b'a@x, "b <b@x>', "address.quote.unclosed", 5, id="quote"),
        pytest.param(b"a@x (b", "address.comment.unbalanced", 4, id="comment"),
        pytest.param(b"a@x, G: b@x", "address.group.unclosed", 5, id="group"),
        pytest.param(b"G: H: b@x;;", "address.group.nested", 3, id="nested group"),
        pytest.param(b"a@x, b c, d@x", "address.mailbox.missing", 5, id="name"),
        pytest.param(b"a@x, b, d@x", "address.domain.missing", 5, id="account"),
        pytest.param(b"a@x, Doe, Joe <j@x>", "address.phrase.unquoted", 14, id="comma"),
        pytest.param(b"a@x, \xff <j@x>", "header.charset.undeclared", 5, id="charset"),
        pytest.param(b"a@x, '\xff' <j@x>", "header.charset.undeclared", 6, id="charset behind an apostrophe"),
        pytest.param(b'a@x, "\xff" <j@x>', "header.charset.undeclared", 6, id="charset in quotes"),
        pytest.param(b"a@x, b@x (\xff)", "header.charset.undeclared", 10, id="charset in a comment"),
        pytest.param(b"a@x, b@c@d", "address.mailbox.malformed", 5, id="address"),
    ],
)
def test_faults_say_where(raw: bytes, code: str, offset: int) -> None:
    assert parse_addresses(raw).faults == ((code, offset),)


def test_a_name_with_a_comma_has_an_address() -> None:
    assert codes(b"Doe, Joe <j@x>") == {"address.phrase.unquoted"}
    assert codes(b"Doe, <j@x>") == {"address.domain.missing"}


def test_a_mailbox_has_parts() -> None:
    (mailbox,) = parse_addresses('"j@d"@Bücher.example'.encode()).mailboxes
    assert (mailbox.local, mailbox.domain) == ('"j@d"', "Bücher.example")
    assert (mailbox.ascii_domain, mailbox.unicode_domain) == ("xn--bcher-kva.example", "Bücher.example")
    assert (Mailbox(None, "root").local, Mailbox(None, "root").domain) == ("root", "")
    assert Mailbox(None, "a@xn--bcher-kva.example").unicode_domain == "bücher.example"


@pytest.mark.parametrize(
    ("raw", "count", "faults"),
    [
        pytest.param(b"a@x, b@x", 2, (), id="as many"),
        pytest.param(b"a@x, b@x, c@x, d@x", 2, (("limit.address_count", 10),), id="more"),
        pytest.param(b"a@x, <b@x>; c@x", 2, (("address.separator.wrong", 10), ("limit.address_count", 12)), id="odd"),
        pytest.param(b"A: a@x, b@x, c@x", 2, (("limit.address_count", 13),), id="in a group"),
        pytest.param(b"A:; B:; C:; D:;", 0, (("limit.address_count", 8),), id="groups"),
    ],
)
def test_mailboxes_are_bounded(raw: bytes, count: int, faults: tuple[tuple[str, int], ...]) -> None:
    addresses = parse_addresses(raw, limit=2)
    assert (len(addresses.mailboxes), addresses.faults) == (count, faults)


@pytest.mark.parametrize("piece", [b"a ", b"(a)", b"@ ", b"<a@b>", b'"a"'], ids=repr)
def test_words_are_bounded(piece: bytes) -> None:
    raw = piece * (DEFAULT.address_word_count + 10)
    assert "limit.address_word_count" in codes(raw + b", z@x")
    assert "limit.address_word_count" in codes(b"<" + raw + b", z@x") or piece == b"<a@b>"
    assert (None, "z@x") not in pairs(raw + b", z@x")


TOKENS = [b"a", b"b.c", b"@", b"x.example", b"<", b">", b",", b" ", b"  ", b"\r\n ", b"\n", b'"', b'"q r"', b"(", b")"]
TOKENS += [b"(c)", b":", b";", b".", b"\\", b"[", b"]", b"'", b"[1]", b"=?", b"=?utf-8?Q?=C3=A9?=", b"=?utf-8?Q?a,?="]
TOKENS += [
    b"\xc3\xa9",
    b"\xff",
    b"\0",
    b"\x1b$B",
    b"\x1b(B",
    b"mailto:",
    b"j@x",
    b"<j@x>",
    b"Joe ",
    b"=?utf-7?Q?+2D0-?=",
]
soups = joined(TOKENS, 14)


def check(raw: bytes) -> None:
    """See that what holds for any bytes holds."""
    addresses = parse_addresses(raw)
    assert addresses == _Reader(raw, DEFAULT.address_count, WESTERN).read()
    for mailbox in addresses.mailboxes:
        for text in (mailbox.name or "", mailbox.address, mailbox.ascii_domain, mailbox.unicode_domain):
            text.encode("utf-8")
        assert mailbox.name is None or mailbox.name == mailbox.name.strip() != ""
        assert mailbox.name or mailbox.address or b"<" in raw
        assert mailbox.local + "@" + mailbox.domain == mailbox.address or "@" not in mailbox.address
    inside = [mailbox for group in addresses.groups for mailbox in group.mailboxes]
    assert len(inside) <= len(addresses.mailboxes)
    for code, offset in addresses.faults:
        assert code in CODES
        assert 0 <= offset <= len(raw)


@given(st.one_of(soups, st.binary(max_size=40)))
def test_any_bytes_are_a_list_and_the_quick_way_is_the_long_way(raw: bytes) -> None:
    check(raw)


def test_all_short_lists() -> None:
    for size in range(5):
        for letters in itertools.product(b'a@<>,"( ):;.', repeat=size):
            check(bytes(letters))


@given(joined([token for token in TOKENS if token not in {b"\\", b"=?", b"\n"}], 12))
def test_folding_says_nothing(raw: bytes) -> None:
    assert pairs(raw.replace(b"\r\n ", b" ").replace(b" ", b"\r\n ")) == pairs(raw.replace(b"\r\n ", b" "))


names = st.text(st.characters(codec="utf-8", categories=["L", "N", "P", "S", "Zs"]), max_size=12).map(
    lambda text: " ".join(text.replace("=", "").split())
)


def dotted(letters: str) -> st.SearchStrategy[str]:
    """Give words of some letters, with dots between them."""
    return st.text(letters + "...", max_size=12).map(lambda text: ".".join(filter(None, text.split("."))) or letters[0])


locals_ = st.one_of(dotted("abcXYZ019!#$%&*+-/=?^_`{|}~éä日"), st.text('a "\\@.,<>()', max_size=6))
domains = st.one_of(dotted("abz09-é"), st.just("[192.0.2.1]"))
lists = st.lists(st.tuples(names, locals_, domains), max_size=4)


def quoted(text: str) -> str:
    """Write a quoted string."""
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def rendered(name: str, local: str, domain: str, form: int) -> tuple[str, tuple[str | None, str]]:
    """Write a mailbox, and say what is to be read."""
    plain = all(local.split(".")) and not set(local) & set(' "\\@,<>()')
    address = f"{local if plain else quoted(local)}@{domain}"
    if not name:
        return (address if form else f"<{address}>"), (None, address)
    if form == 1:
        inner = name.replace("\\", "\\\\").replace("(", "\\(").replace(")", "\\)")
        return f"{address} ({inner})", (name, address)
    return f"{quoted(name)} <{address}>", (name, address)


@given(lists, st.integers(0, 2), st.sampled_from([", ", ",", ",\r\n\t"]), st.booleans())
def test_what_is_written_is_read(
    boxes: list[tuple[str, str, str]],
    form: int,
    comma: str,
    grouped: bool,  # noqa: FBT001 - drawn
) -> None:
    rows = [rendered(*box, form) for box in boxes]
    text = comma.join(row[0] for row in rows)
    raw = (f'"The group": {text};' if grouped else text).encode()
    addresses = parse_addresses(raw)
    assert [(one.name, one.address) for one in addresses.mailboxes] == [row[1] for row in rows]
    assert addresses.faults == ()
    assert addresses.groups == ((Group("The group", addresses.mailboxes),) if grouped else ())


FLOODS = [
    b"a@b.example, ",
    b'"n" <a@b>, ',
    b"n <a@b> ",
    b"(",
    b")",
    b"()",
    b"(a)",
    b'"',
    b'""',
    b'"\\',
    b"<",
    b"<a",
    b"<>",
]
FLOODS += [
    b"<a@b>",
    b"g:;",
    b"g:",
    b"a:b@c;",
    b"a:b:c;;",
    b":",
    b";",
    b",",
    b".",
    b". ",
    b"a. ",
    b"@",
    b"@ ",
    b"a@",
    b"a @ ",
]
FLOODS += [
    b"@a,",
    b"<@a,",
    b"<@a:",
    b"=?utf-8?Q?a?= ",
    b"=?utf-8?Q?a?= <a@b>,",
    b"=?utf-8?Q?a",
    b"=?",
    b"=?a?q?,",
    b"\\",
    b"\\ ",
]
FLOODS += [
    b"[",
    b"@[",
    b"\x1b$B",
    b'\x1b$B"',
    b"\xff ",
    b"\0",
    b" ",
    b"\r\n ",
    b"a ",
    b"a",
    b"a,",
    b"(,",
    b"(<",
    b'"<',
    b'<"',
    b"'",
]
FLOODS += [b"D, J <a@b>, ", b"x <@a@b:c@d>, ", b"a@b c@d ", b"a@b. ", b"mailto:", b"a(b)", b"a@b("]


STARTS = (b"", b'"', b"a@b (", b"J <")


@pytest.mark.parametrize("piece", FLOODS, ids=repr)
def test_floods_are_linear(piece: bytes) -> None:
    assert_linear(
        lambda raws: [parse_addresses(raw) for raw in raws],
        lambda size: [flood(piece, start)(size) for start in STARTS],
    )


def test_a_flood_of_any_size_is_bounded() -> None:
    addresses = parse_addresses(b"a@b.example, " * 100_000)
    assert len(addresses.mailboxes) == DEFAULT.address_count
    assert addresses.faults == (("limit.address_count", 13 * DEFAULT.address_count),)
