"""`mailkit blocklist`: usage, tables and JSON, exit codes; the lists answer on a loopback port."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator

import msgspec
import pytest

from mailkit.cli import main
from mailkit.cli.resolving import _server
from mailkit.cli.schema import schema_of
from mailkit.dns.core import Question, Reply
from tests.cli.running import Run, command
from tests.cli.test_schema import faults
from tests.dns.loopback import serving
from tests.dns.test_blocklist import REPLIES, Asked, table_of

WILDCARDS = {"all": "listed", "dead": "dead", "refused": "refused", "timeout": "timeout"}


def answers(wanted: Question) -> Reply:
    """Answer for a sound list and for some that are not."""
    for zone, reply in WILDCARDS.items():
        if wanted.name.endswith(f"{zone}.example"):
            return REPLIES[reply]
    if wanted.name == "nozone.example":
        return REPLIES["no-name"]
    return Asked(table_of("listed", "listed", "no-name"))(wanted)


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    """Serve the lists."""
    with serving(answers) as port:
        yield f"127.0.0.1:{port}"


Ask = Callable[..., list[dict[str, object]]]


@pytest.fixture
def ask(server: str, capfd: pytest.CaptureFixture[str]) -> Ask:
    """Run the verb; give its answers."""

    def run(*words: str, code: int = 0) -> list[dict[str, object]]:
        assert main(["blocklist", *words, "--server", server, "--timeout", "0.5", "--format", "jsonl"]) == code
        return [json.loads(line) for line in capfd.readouterr().out.splitlines()]

    return run


@pytest.mark.parametrize(
    ("zone", "state", "why"),
    [
        pytest.param("bl.example", "listed", "", id="sound"),
        pytest.param("BL.example.", "listed", "", id="in capitals"),
        pytest.param("bl.example=127.0.0.2,127.0.0.3", "listed", "", id="code that counts"),
        pytest.param("bl.example=127.0.0.4", "clear", "other-codes", id="other code"),
        pytest.param("bl.example=mask:6", "listed", "", id="bits that count"),
        pytest.param("bl.example=mask:0x4", "clear", "other-codes", id="other bits"),
        pytest.param("bl.example=", "listed", "", id="no codes named"),
        pytest.param("all.example", "broken", "lists-all", id="lists everybody"),
        pytest.param("dead.example", "broken", "dead", id="dead"),
        pytest.param("refused.example", "refused", "refused", id="refused"),
        pytest.param("nozone.example", "broken", "no-zone", id="no zone"),
        pytest.param("timeout.example", "unknown", "timeout", id="no answer"),
    ],
)
def test_lists(ask: Ask, zone: str, state: str, why: str) -> None:
    (found,) = ask("192.0.2.7", "--list", zone)
    assert (found["state"], found["why"]) == (state, why)
    assert list(faults(found, schema_of("blocklist"), schema_of("blocklist"))) == []


def test_several_lists_and_addresses_keep_their_order(ask: Ask) -> None:
    lists = ("--list", "bl.example", "--list", "dead.example", "--list", "bl.example")
    found = ask("192.0.2.7", "10.0.0.1", "spam.example", *lists)
    assert [(one["about"], one["zone"], one["state"]) for one in found] == [
        ("192.0.2.7", "bl.example", "listed"),
        ("192.0.2.7", "dead.example", "broken"),
        ("10.0.0.1", "bl.example", "unasked"),
        ("10.0.0.1", "dead.example", "unasked"),
        ("spam.example", "bl.example", "broken"),
        ("spam.example", "dead.example", "broken"),
    ]
    assert found[0]["texts"] == ["spam seen"]
    assert found[2]["why"] == "private"


def test_health_of_all_kinds_and_of_those_named(ask: Ask) -> None:
    found = ask("--health", "--list", "bl.example", "--list", "all.example")
    assert [(one["zone"], one["kind"], one["state"]) for one in found] == [
        ("bl.example", "ipv4", "ok"),
        ("bl.example", "ipv6", "no-test"),
        ("bl.example", "domain", "no-test"),
        *(("all.example", kind, "lists-all") for kind in ("ipv4", "ipv6", "domain")),
    ]
    assert all(not list(faults(one, schema_of("health"), schema_of("health"))) for one in found)
    assert [one["kind"] for one in ask("--health", "--list", "bl.example", "192.0.2.1", "::ffff:192.0.2.1")] == ["ipv4"]


@pytest.mark.parametrize(
    ("zone", "state", "code"),
    [
        pytest.param("bl.example", "listed", 1, id="met"),
        pytest.param("bl.example", "broken", 0, id="not met"),
        pytest.param("all.example", "broken", 1, id="a state"),
        pytest.param("all.example", "lists-all", 1, id="its reason"),
        pytest.param("all.example", "listed", 0, id="a list of everybody lists nobody"),
        pytest.param("timeout.example", "listed", 0, id="no answer is none"),
        pytest.param("timeout.example", "unknown", 1, id="no answer"),
    ],
)
def test_fail_on(ask: Ask, zone: str, state: str, code: int) -> None:
    assert ask("192.0.2.7", "--list", zone, "--fail-on", state, code=code)


def test_the_table(server: str, here: Run) -> None:
    words = ("--list", "bl.example", "--list", "all.example", "--server", server, "--format", "table")
    lines = here("blocklist", "192.0.2.7", "192.0.2.8", "10.1.1.1", *words).stdout.splitlines()
    assert [line.split()[:3] for line in lines] == [
        ["about", "list", "state"],
        ["192.0.2.7", "bl.example", "listed"],
        ["192.0.2.7", "all.example", "broken"],
        ["192.0.2.8", "bl.example", "clear"],
        ["192.0.2.8", "all.example", "broken"],
        ["10.1.1.1", "bl.example", "unasked"],
        ["10.1.1.1", "all.example", "unasked"],
    ]
    assert lines[1].endswith("127.0.0.2  spam seen")
    assert "it lists everybody" in lines[2]
    assert lines[5].endswith("not asked: private")
    health = here("blocklist", "--health", *words).stdout.splitlines()
    assert health[1].split()[:3] == ["ipv4", "bl.example", "ok"]


def test_a_strangers_text_is_no_command_to_the_terminal(here: Run) -> None:
    ask = Asked(table_of("listed", "listed", "no-name"), texts=("\\027[2Jgone \\226\\128\\174",))
    with serving(ask) as port:
        done = here(
            "blocklist", "192.0.2.7", "--list", "bl.example", "--server", f"127.0.0.1:{port}", "--format", "table"
        )
    assert "gone" in done.stdout
    assert "\x1b" not in done.stdout
    assert "\u202e" not in done.stdout


@pytest.mark.parametrize(
    ("words", "said"),
    [
        pytest.param(("192.0.2.7",), "no list was named: add --list ZONE. None is built in", id="no list"),
        pytest.param((), "no list was named", id="nothing at all"),
        pytest.param(("--health",), "no list was named", id="health of nothing"),
        pytest.param(("--list", "bl.example"), "give an address or a domain, or --health", id="nothing to ask about"),
        pytest.param(("192.0.2.7", "--list", "http://bl.example/"), "a name like bl.example", id="zone is a URL"),
        pytest.param(("192.0.2.7", "--list", ""), "a name like bl.example", id="zone is empty"),
        pytest.param(("192.0.2.7", "--list", "bl.example=2"), "127.0.0.0/8", id="code in short"),
        pytest.param(("192.0.2.7", "--list", "bl.example=mask:two"), "mask:6", id="mask is a word"),
        pytest.param(("192.0.2.7", "--list", "bl.example=mask:99999999"), "sum of bits", id="mask too large"),
        pytest.param(("--server", "dns.example", "--list", "b", "x"), "192.0.2.1:5300", id="server is a name"),
        pytest.param(("--server", "192.0.2.1:0", "--list", "b", "x"), "is no port", id="port 0"),
        pytest.param(("--server", "192.0.2.1:65536", "--list", "b", "x"), "is no port", id="port too high"),
        pytest.param(("--server", "[::1]x", "--list", "b", "x"), "is no port", id="junk behind the bracket"),
        pytest.param(("--timeout", "0", "--list", "b", "x"), "seconds above 0", id="no time"),
        pytest.param(("--timeout", "nan", "--list", "b", "x"), "seconds above 0", id="no number"),
        pytest.param(("--timeout", "inf", "--list", "b", "x"), "seconds above 0", id="no end"),
    ],
)
def test_usage(here: Run, words: tuple[str, ...], said: str) -> None:
    done = here("blocklist", *words)
    assert done.returncode == 2
    assert said in done.stderr
    assert done.stdout == ""


@pytest.mark.parametrize(
    ("text", "server"),
    [
        pytest.param("192.0.2.1", ("192.0.2.1", 53), id="IPv4"),
        pytest.param("192.0.2.1:5300", ("192.0.2.1", 5300), id="IPv4 and port"),
        pytest.param("2001:db8::1", ("2001:db8::1", 53), id="IPv6"),
        pytest.param("[2001:db8::1]", ("2001:db8::1", 53), id="IPv6 in brackets"),
        pytest.param("[2001:db8::1]:5300", ("2001:db8::1", 5300), id="IPv6 and port"),
    ],
)
def test_servers(text: str, server: tuple[str, int]) -> None:
    assert _server(text) == server


def test_addresses_from_standard_input(server: str) -> None:
    lines = b"192.0.2.7\n\n  192.0.2.8  \r\nno address\n"
    done = command("blocklist", "-", "10.0.0.1", "--list", "bl.example", "--server", server, stdin=lines)
    states = [msgspec.json.decode(line)["state"] for line in done.stdout.splitlines()]
    assert states == ["listed", "clear", "unasked", "unasked"]


def test_as_a_process_of_its_own(server: str) -> None:
    done = command("blocklist", "192.0.2.7", "--list", "bl.example", "--server", server)
    assert (done.returncode, done.stderr) == (0, "")
    assert msgspec.json.decode(done.stdout)["state"] == "listed"
