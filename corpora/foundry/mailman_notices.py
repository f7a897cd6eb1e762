"""Write down what Mailman 3 tells members and posters, by its own functions: no server, no MTA.

    python -m venv /srv/foundry/mailman && /srv/foundry/mailman/bin/pip install mailman==3.3.10
    /srv/foundry/mailman/bin/python mailman_notices.py --into /srv/foundry/store-mailman

Makes a site in a temporary folder with one list, lets the things happen that a list writes about, and keeps
what stands in the outgoing queue: one file a case. A file that is there already is an error.
"""

from __future__ import annotations

import argparse
import os
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

from mailman.app.bounces import bounce_message, send_probe
from mailman.app.lifecycle import create_list
from mailman.app.moderator import send_rejection
from mailman.app.notifications import send_admin_disable_notice, send_user_disable_warning
from mailman.chains.hold import autorespond_to_sender
from mailman.config import config
from mailman.core.chains import process
from mailman.core.initialize import initialize
from mailman.interfaces.bounce import IBounceProcessor
from mailman.interfaces.domain import IDomainManager
from mailman.interfaces.pipeline import RejectMessage
from mailman.interfaces.template import ITemplateLoader
from mailman.interfaces.usermanager import IUserManager
from mailman.testing.helpers import specialized_message_from_string as read
from zope.component import getUtility

POST = """\
From: Anne Person <anne@members.test>
To: crew@lists.test
Subject: minutes of the meeting
Message-ID: <minutes.1@members.test>
Date: Wed, 25 Nov 2026 09:00:00 +0000

Here they are.
"""
DSN = """\
From: Mail Delivery System <MAILER-DAEMON@mx.members.test>
To: crew-bounces@lists.test
Subject: Undelivered Mail Returned to Sender
Message-ID: <bounce.1@mx.members.test>
Date: Wed, 25 Nov 2026 10:00:00 +0000
MIME-Version: 1.0
Content-Type: text/plain

<bart@members.test>: host mx.members.test said: 550 5.1.1 User unknown
"""


def site(folder: str) -> Any:  # noqa: ANN401 - Mailman's own type, without annotations
    """Make a site with one list and two members."""
    settings = Path(folder, "mailman.cfg")
    settings.write_text(f"[mailman]\nsite_owner: owner@lists.test\nlayout: local\n[paths.local]\nvar_dir: {folder}\n")
    os.environ["MAILMAN_VAR_DIR"] = folder
    initialize(str(settings))
    getUtility(IDomainManager).add("lists.test")
    mlist = create_list("crew@lists.test")
    mlist.display_name = "Crew"
    for name in ("cate", "bart"):
        user = getUtility(IUserManager).create_user(f"{name}@members.test", name.title())
        mlist.subscribe(next(iter(user.addresses)))
    getUtility(IUserManager).create_user("anne@members.test", "Anne Person")
    return mlist


def cases(mlist: Any) -> dict[str, Callable[[], object]]:  # noqa: ANN401
    """Give the things that a list writes about."""
    bart = mlist.members.get_member("bart@members.test")
    event = getUtility(IBounceProcessor).register(mlist, "bart@members.test", read(DSN))
    reasons = ["The message is larger than the 40 KB maximum size"]
    template = getUtility(ITemplateLoader).get("list:user:notice:rejected", mlist)
    rejected = RejectMessage(template, reasons, {"listname": "Crew"})
    what = 'Posting of your message titled "minutes of the meeting"'
    return {
        "hold": lambda: process(
            mlist, read(POST), {"envsender": "anne@members.test"}, start_chain="default-posting-chain"
        ),
        "reject": lambda: bounce_message(mlist, read(POST), rejected),
        "reject-bare": lambda: bounce_message(mlist, read(POST)),
        "refuse": lambda: send_rejection(mlist, what, "anne@members.test", "Please use a plain text format."),
        "probe": lambda: send_probe(bart, read(DSN)),
        "disabled": lambda: send_user_disable_warning(mlist, "bart@members.test", mlist.preferred_language),
        "admin-disabled": lambda: send_admin_disable_notice(mlist, event, "Bart"),
        "no-more-today": lambda: [autorespond_to_sender(mlist, "anne@members.test") for _ in range(12)],
    }


def main() -> None:
    """Let each case happen, and keep what it queued."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--into", type=Path, required=True)
    args = parser.parse_args()
    args.into.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        for name, happen in cases(site(folder)).items():
            happen()
            number = 0
            for queue in ("virgin", "out"):
                switchboard = config.switchboards[queue]
                for base in switchboard.files:
                    message, _ = switchboard.dequeue(base)
                    switchboard.finish(base)
                    number += 1
                    target = args.into / f"mailman3-{name}{'' if number == 1 else f'.{number}'}.eml"
                    with target.open("xb") as file:
                        file.write(message.as_bytes())
            print(f"{name}: {number}")


if __name__ == "__main__":
    main()
