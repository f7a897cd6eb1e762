"""A run on one page, for a postmaster: what to do first, what failed, and why.

`gather` counts rows in bounded memory, `render` makes one HTML file of the figures: without script, without a request.
`dead_addresses` lists those to drop.
"""

from mailkit.page.dead import dead_addresses
from mailkit.page.result import Summary
from mailkit.page.tallies import gather
from mailkit.page.writing import check_installed, render

__all__ = ["Summary", "check_installed", "dead_addresses", "gather", "render"]
