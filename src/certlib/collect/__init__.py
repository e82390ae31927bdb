"""Evidence: from the network, asked live, or from files and saved command-line text."""

from certlib.collect.live import collect, collect_async
from certlib.collect.plan import Contact, Limits, limits_for, plan
from certlib.collect.progress import Progress, reporter
from certlib.collect.resolve import MOST_ADDRESSES

__all__ = [
    "MOST_ADDRESSES",
    "Contact",
    "Limits",
    "Progress",
    "collect",
    "collect_async",
    "limits_for",
    "plan",
    "reporter",
]
