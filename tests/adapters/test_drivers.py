"""The recipes of docs/drivers.md, run as they stand there."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from email.message import Message
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from types import ModuleType

import pytest

from tests.adapters.venvs import installed, run
from tests.strategies import OWN, ROOT

RECIPES = (ROOT / "docs" / "drivers.md").read_text("utf-8")
GONE = OWN / "postfix-userunknown.eml"
FULL = OWN / "postfix-full.eml"
SEVERAL = OWN / "postfix-multi.eml"
AWAY = ROOT / "corpora" / "blind" / "n-tmda.eml"


def recipe(title: str, language: str) -> str:
    """Give the one block of a section that is a whole script."""
    section = RECIPES.partition(f"\n## {title}\n")[2].partition("\n## ")[0]
    blocks = re.findall(rf"^```{language}\n(.*?)^```$", section, re.MULTILINE | re.DOTALL)
    scripts = [block for block in blocks if not block.startswith(">>>")]
    assert len(scripts) == 1, title
    return str(scripts[0])


@pytest.fixture
def programs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Give a folder at the head of PATH, with `mailkit` and the filter in it."""
    folder = tmp_path / "bin"
    folder.mkdir()
    (folder / "mailkit").write_text(f'#!/bin/sh\nPYTHONPATH="{ROOT}" exec "{sys.executable}" -m mailkit "$@"\n')
    (folder / "hard-bounces").write_text(recipe("A filter", "sh"))
    for program in folder.iterdir():
        program.chmod(0o755)
    monkeypatch.setenv("PATH", str(folder), prepend=":")
    return folder


def piped(mail: Path, *words: str | Path) -> int:
    """Give a program a mail on its standard input; give its exit code."""
    with mail.open("rb") as file:
        return subprocess.run(words, stdin=file, capture_output=True, timeout=60, check=False).returncode


@pytest.mark.parametrize(
    ("mail", "passed"),
    [
        pytest.param(GONE, True, id="gone"),
        pytest.param(SEVERAL, True, id="one of several is gone"),
        pytest.param(FULL, False, id="full"),
        pytest.param(AWAY, False, id="a challenge"),
    ],
)
def test_the_filter_hands_on_what_is_gone(programs: Path, tmp_path: Path, mail: Path, passed: bool) -> None:  # noqa: FBT001
    taken = tmp_path / "taken"
    assert piped(mail, programs / "hard-bounces", "cp", "/dev/stdin", taken) == 0
    assert (taken.read_bytes() if taken.exists() else None) == (mail.read_bytes() if passed else None)


def test_the_filter_loses_nothing(programs: Path) -> None:
    assert piped(GONE, programs / "hard-bounces", "false") == 75
    (programs / "mailkit").write_text("#!/bin/sh\nexit 3\n")
    assert piped(GONE, programs / "hard-bounces", "true") == 75


class Mail(Message):
    """A message of Python 2, whose text is bytes."""

    def __init__(self, path: Path) -> None:
        super().__init__()
        self.path = path

    def as_string(self, *_: object, **__: object) -> str:
        return self.path.read_bytes()  # type: ignore[return-value]


def test_mailman_2_is_told_who_is_gone(programs: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    interface = ModuleType("Mailman.Bouncers.BouncerAPI")
    stop = interface.Stop = object()  # type: ignore[attr-defined]
    for name in ("Mailman", "Mailman.Bouncers"):
        monkeypatch.setitem(sys.modules, name, ModuleType(name))
    monkeypatch.setitem(sys.modules, interface.__name__, interface)
    module: dict[str, object] = {}
    exec(compile(recipe("Mailman 2.1", "python"), "Mailkit.py", "exec"), module)  # noqa: S102 - the text of our own document
    process = module["process"]
    assert callable(process)
    assert process(Mail(SEVERAL)) == ["nosuchuser@local.test", "userunknown@sink.test"]
    assert process(Mail(FULL)) is stop
    assert process(Mail(ROOT / "corpora" / "negatives" / "person-pine-fwd.eml")) is None
    (programs / "mailkit").write_text("#!/bin/sh\nexit 3\n")
    assert process(Mail(SEVERAL)) is None


@pytest.fixture
def webhook() -> Iterator[tuple[str, list[tuple[str, object]]]]:
    """Listen on loopback; give the URL and what was posted to it, with its authorisation."""
    posted: list[tuple[str, object]] = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            told = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            posted.append((self.headers["Authorization"], told))
            self.send_response(200)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}/webhooks/bounce", posted
        server.shutdown()
        thread.join(10)


def test_listmonk_is_told_by_its_webhook(tmp_path: Path, webhook: tuple[str, list[tuple[str, object]]]) -> None:
    url, posted = webhook
    script = tmp_path / "listmonk.py"
    script.write_text(recipe("Listmonk", "python"))
    assert piped(SEVERAL, sys.executable, script, url, "api:secret") == 0
    assert {sign for sign, _ in posted} == {"Basic YXBpOnNlY3JldA=="}
    told = [
        (one["email"], one["type"], json.loads(one["meta"])["status"]) for _, one in posted if isinstance(one, dict)
    ]
    assert told == [
        ("nosuchuser@local.test", "hard", "5.1.1"),
        ("full@sink.test", "soft", "5.2.2"),
        ("userunknown@sink.test", "hard", "5.1.1"),
    ]
    assert piped(SEVERAL, sys.executable, script, "http://127.0.0.1:9/", "api:secret") == 75


LIST = "news@lists.example"


@pytest.fixture
def mlmmj(tmp_path: Path) -> Path:
    """Make a list of mlmmj with two members; give its folder."""
    if shutil.which("/usr/bin/mlmmj-receive") is None:
        pytest.skip("mlmmj is not installed")
    folder = tmp_path / "lists" / "news"
    answers = "lists.example\nowner@lists.example\nen\nn\nn\n"
    words = ["/usr/bin/mlmmj-make-ml", "-L", "news", "-s", str(folder.parent)]
    subprocess.run(words, input=answers, text=True, capture_output=True, timeout=60, check=True)
    for member in ("full@sink.test", "nosuchuser@local.test"):
        done = run("/usr/bin/mlmmj-sub", "-L", folder, "-a", member, "-q", "-s", "-f")
        assert done.returncode == 0, done.stderr
    assert members(folder) == ["full@sink.test", "nosuchuser@local.test"]
    return folder


def members(folder: Path) -> list[str]:
    return sorted("".join(path.read_text() for path in (folder / "subscribers.d").iterdir()).split())


def returned(mail: Path, member: str, folder: Path) -> Path:
    """Write a bounce as it comes from the mail server to the return path of a member."""
    local = member.replace("@", "=")
    front = f"Return-Path: <MAILER-DAEMON@mx.example>\nDelivered-To: news+bounces-1-{local}@lists.example\n"
    path = folder / "bounce.eml"
    path.write_bytes(front.encode() + mail.read_bytes())
    return path


@pytest.mark.slow
def test_mlmmj_hears_of_who_is_gone_alone(programs: Path, mlmmj: Path, tmp_path: Path) -> None:
    behind = (programs / "hard-bounces", "/usr/bin/mlmmj-receive", "-F", "-L", mlmmj)
    assert piped(returned(FULL, "full@sink.test", tmp_path), *behind) == 0
    assert piped(returned(SEVERAL, "nosuchuser@local.test", tmp_path), *behind) == 0
    ends = time.monotonic() + 10
    while not (found := {path.name for path in (mlmmj / "bounce").iterdir() if path.suffix != ".lastmsg"}):
        assert time.monotonic() < ends
        time.sleep(0.1)
    assert found == {"nosuchuser=local.test"}


@pytest.mark.slow
def test_the_ledger_drops_a_member_of_mlmmj(programs: Path, mlmmj: Path, tmp_path: Path) -> None:
    ledger = tmp_path / "bounces.db"
    for mail, member in ((SEVERAL, "nosuchuser@local.test"), (FULL, "full@sink.test")):
        path = returned(mail, member, tmp_path)
        assert piped(path, programs / "mailkit", "ingest", "--pipe", "--ledger", ledger) == 0
    done = run(programs / "mailkit", "ledger", "policy", "esp", "--ledger", ledger)
    assert done.returncode == 0, done.stderr
    script = recipe("mlmmj", "sh")
    done = run("sh", "-c", script, LEDGER=str(ledger), LIST=LIST, FOLDER=str(mlmmj))
    assert done.returncode == 0, done.stderr
    assert members(mlmmj) == ["full@sink.test"]


@pytest.mark.slow
def test_a_receiver_of_anymail_hears_of_bounces(tmp_path_factory: pytest.TempPathFactory, tmp_path: Path) -> None:
    folder = installed(tmp_path_factory, "django", "django-anymail==15.2")
    receiver = (
        "import django, pathlib, sys\n"
        "from django.conf import settings\n"
        "settings.configure(INSTALLED_APPS=['anymail'])\n"
        "django.setup()\n"
        "from anymail.signals import tracking\n"
        "import bounces\n"
        "def hear(sender, event, esp_name, **more):\n"
        "    print(esp_name, event.event_type, event.recipient, event.reject_reason, event.message_id)\n"
        "tracking.connect(hear)\n"
        "bounces.tell(pathlib.Path(sys.argv[1]).read_bytes())\n"
    )
    (tmp_path / "bounces.py").write_text(recipe("Django", "python"))
    (tmp_path / "receiver.py").write_text(receiver)
    done = run(folder / "venv" / "bin" / "python", tmp_path / "receiver.py", SEVERAL)
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines() == [
        "mailkit bounced nosuchuser@local.test bounced <multi.postfix@bounces.test>",
        "mailkit bounced full@sink.test timed_out <multi.postfix@bounces.test>",
        "mailkit bounced rbl@sink.test blocked <multi.postfix@bounces.test>",
        "mailkit bounced userunknown@sink.test bounced <multi.postfix@bounces.test>",
    ]
