"""`mailkit ingest`: mistakes on the command line are one clear line."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.running import Run, assert_one_clear_line

LEDGER = ("ingest", "--ledger", "sqlite://")


@pytest.mark.parametrize(
    ("words", "said"),
    [
        pytest.param(["--lmtp", "nowhere"], "give HOST:PORT", id="no place"),
        pytest.param(["--lmtp", "192.0.2.1:24"], "cannot be listened at", id="an address of others"),
        pytest.param(["--imap", "imap://u:p@h/"], "no password belongs into it", id="a password in the URL"),
        pytest.param(["--imap", "http://h/"], "it is no mailbox", id="no mailbox"),
        pytest.param(["--imap", "imaps://u@h/"], "needs a password", id="no password"),
        pytest.param(["--maildir", "/nowhere", "--once"], "is no Maildir", id="no Maildir"),
        pytest.param(["--lmtp", "127.0.0.1:0", "--once"], "--once goes with --maildir or --imap", id="of another way"),
        pytest.param(["--maildir", ".", "--signed"], "--signed needs --keys", id="no keys"),
        pytest.param(["--maildir", ".", "--keys", "/nowhere"], "/nowhere: it cannot be read", id="no file of keys"),
    ],
)
def test_mistakes(words: list[str], said: str, here: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("MAILKIT_IMAP_PASSWORD", raising=False)
    assert_one_clear_line(here(*LEDGER, *words), 2, said)


def test_keys_that_everybody_may_read_are_named(tmp_path: Path, here: Run) -> None:
    keys = tmp_path / "keys.toml"
    keys.write_text('[keys]\na = "30313233343536373839616263646566"\n')
    for name in ("new", "cur"):
        (tmp_path / name).mkdir()
    for mode, said in ((0o644, True), (0o600, False)):
        keys.chmod(mode)
        done = here(*LEDGER, "--maildir", str(tmp_path), "--once", "--keys", str(keys))
        assert done.returncode == 0
        assert ("chmod o= takes that away" in done.stderr) is said
