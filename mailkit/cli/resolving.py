"""The words of every verb that asks the DNS: whom, how long, and which blocklists."""

from __future__ import annotations

import argparse
import ipaddress
import math
import re
from typing import TYPE_CHECKING

from mailkit.errors import ParseError

if TYPE_CHECKING:
    from mailkit.dns.blocklist import Blocklist
    from mailkit.dns.resolver import Resolver

DNS_PORT, MAX_PORT = 53, 65_535
TOTAL_SECONDS = 20.0
"""One lookup, with all its questions; as in `mailkit.dns.resolver.Waits`, which is not imported where DNS is not asked."""
MAX_SECONDS = 3_600


def add_resolver(parser: argparse.ArgumentParser, prefix: str = "") -> None:
    """Declare whom to ask and how long to wait: ``--server`` and ``--timeout``, or with a prefix ``--dns-server``."""
    parser.add_argument(
        f"--{prefix}server",
        dest="server",
        type=_server,
        metavar="ADDR",
        help="the DNS server to ask, ADDR or ADDR:PORT, of IPv6 [ADDR]:PORT (default: those of the system)",
    )
    parser.add_argument(
        f"--{prefix}timeout",
        dest="timeout",
        type=_seconds,
        default=TOTAL_SECONDS,
        metavar="S",
        help="seconds for one lookup with all its questions (default: %(default)g); what takes longer is unknown",
    )


def resolver_of(args: argparse.Namespace) -> Resolver:
    """Make the resolver that was asked for; dnspython is loaded here."""
    from mailkit.dns.resolver import WAITS, Resolver, Waits  # noqa: PLC0415 - only where DNS is asked

    waits = Waits(total=args.timeout, question=min(WAITS.question, args.timeout), once=min(WAITS.once, args.timeout))
    address, port = args.server or (None, DNS_PORT)
    return Resolver(() if address is None else (address,), port=port, waits=waits)


def add_lists(parser: argparse.ArgumentParser) -> None:
    """Declare the blocklists to ask."""
    parser.add_argument(
        "--list",
        action="append",
        default=[],
        type=_list,
        metavar="ZONE",
        help="a blocklist to ask; ZONE=127.0.0.2,127.0.0.4 where only these codes count, ZONE=mask:6 where only these bits do",
    )


def lists_of(args: argparse.Namespace) -> tuple[Blocklist, ...]:
    """Give the blocklists that were named, each once."""
    return tuple(dict.fromkeys(args.list))


def _list(text: str) -> Blocklist:
    """Read a blocklist from the command line."""
    from mailkit.dns.blocklist import Blocklist  # noqa: PLC0415 - only where a list is named

    zone, _, codes = text.partition("=")
    try:
        if codes.startswith("mask:"):
            return Blocklist(zone, mask=int(codes.removeprefix("mask:"), 0))
        return Blocklist(zone, match=tuple(filter(None, codes.split(","))))
    except ParseError as error:
        raise argparse.ArgumentTypeError(str(error)) from None
    except ValueError:
        message = f"{codes!r} is no mask; give the sum of the bits that count, as in mask:6"
        raise argparse.ArgumentTypeError(message) from None


def _server(text: str) -> tuple[str, int]:
    """Read the address of a server, with or without its port."""
    address, port = text, str(DNS_PORT)
    if text.startswith("["):
        address, _, rest = text[1:].partition("]")
        port = rest.removeprefix(":") if rest else port
    elif text.count(":") == 1:
        address, port = text.split(":")
    try:
        ipaddress.ip_address(address)
    except ValueError:
        message = f"{text!r} is no address of a server; give one like 192.0.2.1, 192.0.2.1:5300 or [2001:db8::1]:5300"
        raise argparse.ArgumentTypeError(message) from None
    if not (re.fullmatch("[0-9]{1,5}", port) and 0 < int(port) <= MAX_PORT):
        message = f"{port!r} is no port; give a number from 1 to {MAX_PORT}"
        raise argparse.ArgumentTypeError(message)
    return address, int(port)


def _seconds(text: str) -> float:
    """Read a number of seconds."""
    try:
        found = float(text)
    except ValueError:
        found = math.nan
    if not 0 < found <= MAX_SECONDS:
        message = f"{text!r} is no time; give seconds above 0, at most {MAX_SECONDS}"
        raise argparse.ArgumentTypeError(message)
    return found
