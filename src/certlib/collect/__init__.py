"""Evidence: from the network, asked live, or from files and saved command-line text."""

from certlib.collect.live import collect, collect_async
from certlib.collect.plan import Contact, Limits, make_limits, plan
from certlib.collect.progress import Progress, make_reporter
from certlib.collect.resolve import MOST_ADDRESSES

__all__ = [
    "MOST_ADDRESSES",
    "Contact",
    "Limits",
    "Progress",
    "collect",
    "collect_async",
    "make_limits",
    "make_reporter",
    "plan",
]
