"""One site through the notebooks: a folder with evidence, findings, report and what is needed to trust them.

`run.json` is written first and closed last. The folder carries `.unfinished` in its name until the run is
whole, so a run that was killed can be told from one that came to its end, and what it collected is kept.
"""

from certlib.run.folder import SCHEMA_VERSION, Progress, Run
from certlib.run.reporting import COLLECT, NOTEBOOKS, READINESS, SHARED, report, report_again

__all__ = [
    "COLLECT",
    "NOTEBOOKS",
    "READINESS",
    "SCHEMA_VERSION",
    "SHARED",
    "Progress",
    "Run",
    "report",
    "report_again",
]
