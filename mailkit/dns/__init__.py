"""DNS for mail: exchangers and routes, blocklists, reverse names; nothing is asked but by a function of this package.

    Resolver().run(route("hoe@example.gr.jp"))                 waits
    await AsyncResolver().run(route("hoe@example.gr.jp"))      lets others run

Every lookup is a generator over `core`; who drives it decides where the replies come from.
"""

from __future__ import annotations

from mailkit.dns.blocklist import Blocklist, Health, Listing, check_all
from mailkit.dns.cache import Cache
from mailkit.dns.confirm import confirm
from mailkit.dns.hops import check_origin
from mailkit.dns.mx import Host, MailHosts, exchangers
from mailkit.dns.resolver import AsyncResolver, Resolver, Waits
from mailkit.dns.reverse import Reverse, reverse
from mailkit.dns.route import Route, route

__all__ = [
    "AsyncResolver",
    "Blocklist",
    "Cache",
    "Health",
    "Host",
    "Listing",
    "MailHosts",
    "Resolver",
    "Reverse",
    "Route",
    "Waits",
    "check_all",
    "check_origin",
    "confirm",
    "exchangers",
    "reverse",
    "route",
]
