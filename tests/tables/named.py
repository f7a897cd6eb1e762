"""Runs a command beside a name server on 127.0.0.1:53: `python -m tests.tables.named ZONES COMMAND...`.

Only for a network of its own, which the caller makes (`unshare --net`): the zones are all the DNS there is.
"""

from __future__ import annotations

import socket
import subprocess
import sys
import threading
from pathlib import Path

from mailkit.dns.core import Question, Reply
from tests.dns.loopback import _serve
from tests.dns.zones import TEMPORARY, Zones


def main() -> int:
    """Serve until the command ends; give its code."""
    zones = Zones(Path(sys.argv[1]))

    def ask(wanted: Question) -> Reply:
        known = wanted.name.endswith(tuple(TEMPORARY)) or wanted.rdtype in {"A", "AAAA", "MX", "PTR", "CNAME"}
        return zones(wanted) if known else Reply(state="no-data")

    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as server:
        server.bind(("127.0.0.1", 53))
        threading.Thread(target=_serve, args=(server, ask, 60), daemon=True).start()
        return subprocess.run(sys.argv[2:], check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
