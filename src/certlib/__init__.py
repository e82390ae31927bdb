"""Certificate readiness of Cisco contact centers: what every server presents, and what that means."""

from certlib.assess import assess
from certlib.collect import collect
from certlib.evidence import read as read_evidence
from certlib.evidence import write as write_evidence
from certlib.inventory import list_endpoints
from certlib.inventory import load as load_site
from certlib.version import VERSION

__version__ = VERSION

__all__ = [
    "__version__",
    "assess",
    "collect",
    "list_endpoints",
    "load_site",
    "read_evidence",
    "write_evidence",
]
