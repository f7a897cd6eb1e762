"""What flufl.bounce 6.0.0 finds, mailkit finds: on every corpus, but for what is listed here, with the reason."""

from __future__ import annotations

import email
import logging
from email.message import Message
from pathlib import Path

import pytest

from mailkit.adapters import mailman
from tests.strategies import ROOT, shared

flufl = pytest.importorskip("flufl.bounce", reason="flufl.bounce is not installed: pip install flufl.bounce==6.0.0")

CORPORA = (
    *("asian", "blind", "gateways", "groupware", "lists", "mta", "negatives", "positives-plain", "providers"),
    *(
        "services",
        "unix",
        "shared/flufl-public",
        "shared/mime-public",
        "shared/mta",
        "shared/sisimai-public",
    ),
)
NOT_FAILED: dict[str, tuple[str, ...]] = {
    "a person or a program quotes, forwards or announces a bounce of somebody else": (
        *("blind/n-person-forwards-bounce", "lists/ezmlm-bouncing", "negatives/github-issue-about-bounces"),
        *("negatives/list-digest-mime", "negatives/list-digest-plain", "negatives/list-digest-yahoogroups-like"),
        *("negatives/list-unsubscribed-notice", "negatives/mailman-bounce-action", "negatives/mailman-held-post"),
        *("negatives/person-alternating-attachment-first", "negatives/person-digest-of-two-bounces"),
        *("negatives/person-forward-as-root-rfc822", "negatives/person-forward-only-attachment"),
        *("negatives/person-fwd-attached-rfc822", "negatives/person-fwd-eml-message-type"),
        *("negatives/person-fwd-whole-dsn-quoted", "negatives/person-intro-then-dsn-parts"),
        *("negatives/person-pine-fwd", "negatives/person-postmaster-answers-user", "negatives/person-quotes-delay"),
        *("negatives/person-squirrelmail-bracket-fwd", "negatives/rt-correspondence", "negatives/usenet-mail-gateway"),
    ),
    "the message was delivered": ("groupware/exchange-55-delivered",),
    "an automatic reply; the address is whom to write to once the mailbox is closed": (
        "negatives/second-ooo-mailbox-disabled-soon",
    ),
    "the message that came back is a bounce, too; the outer one counts": (
        *("negatives/bounce-of-a-bounce", "unix/postfix-postmaster-2bounce"),
    ),
    "from the header of the message that came back: its author, its Message-ID, another recipient": (
        *("mta/dma-multi", "mta/dma-multi.3", "shared/mta/dma-multi", "shared/mta/dma-multi.3"),
        *("providers/zoho-invalid-address", "providers/zoho-two", "providers/zoho-unknown"),
        "shared/sisimai-public/lhost-zoho-03",
    ),
    "no address, or a piece of one: nothing, quotes, brackets, JSON, a command, uuencoded lines": (
        *("blind/mmdf-sco", "unix/mmdf-failed", "groupware/exchange-2013-imceaex", "services/haraka-multi"),
        *("services/ses-sns-complaint", "services/ses-sns-permanent", "services/ses-sns-transient"),
        *("shared/sisimai-public/lhost-amazonses-11", "shared/sisimai-public/lhost-amazonses-12"),
        *("shared/sisimai-public/lhost-exim-44", "shared/sisimai-public/lhost-sendmail-25"),
        *("shared/mime-public/stalwart/legacy-016-crlf", "shared/mime-public/stalwart/legacy-049-crlf"),
        *("unix/chasquid-agent", "unix/chasquid-data-dmarc", "unix/chasquid-full", "unix/chasquid-japanese"),
        *("unix/chasquid-several", "unix/chasquid-userunknown", "unix/chasquid-userunknown-multi"),
    ),
    "Original-Recipient is in xtext (RFC 3461 section 4): +2B stands for a plus sign": (
        *("mta/exim-orcpt", "shared/mta/exim-orcpt"),
    ),
    "where the mail was forwarded to; the report tells who was written to, and that is the member": (
        *("blind/exim4-child-of", "shared/sisimai-public/lhost-exim-08", "shared/sisimai-public/lhost-exim-58"),
    ),
}
"""Why what flufl.bounce gives did not fail, or is no member: the messages in which mailkit does not give it."""
LISTED = {message for messages in NOT_FAILED.values() for message in messages}


def _folder(corpus: str) -> Path:
    place, _, name = corpus.rpartition("/")
    return shared(name) if place else ROOT / "corpora" / name


def _found(module: object, message: Message) -> set[bytes]:
    temporary, permanent = module.all_failures(message)  # type: ignore[attr-defined]
    return {address.lower() for address in temporary | permanent}


@pytest.fixture(autouse=True)
def _quiet() -> None:
    logging.getLogger("flufl.bounce").setLevel(logging.CRITICAL)


@pytest.mark.parametrize("corpus", [pytest.param(name, id=name) for name in CORPORA])
def test_mailkit_finds_what_flufl_bounce_finds(corpus: str) -> None:
    folder, lacking, told = _folder(corpus), set(), 0
    for path in sorted(folder.rglob("*")):
        if path.suffix not in {".eml", ".txt"}:
            continue
        message = email.message_from_bytes(path.read_bytes())
        ours = _found(mailman, message)
        try:
            theirs = _found(flufl, message)
        except IndexError:  # a From that holds no address
            continue
        told += len(theirs)
        if theirs - ours:
            lacking.add(f"{corpus}/{path.relative_to(folder).with_suffix('')}")
    assert told
    assert lacking == {message for message in LISTED if message.startswith(f"{corpus}/")}


def test_the_table_names_each_message_once() -> None:
    assert sum(map(len, NOT_FAILED.values())) == len(LISTED)
