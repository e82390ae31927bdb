"""Evidence: from the network, asked live, or from files and saved command-line text."""

from certlib.collect.limits import Limits
from certlib.collect.live import collect, collect_async
from certlib.collect.plan import Contact, plan
from certlib.collect.progress import Progress, reporter

__all__ = ["Contact", "Limits", "Progress", "collect", "collect_async", "plan", "reporter"]
