"""Evidence and assessment as DataFrames: a question in, a frame with fixed columns out, also when empty.

Every frame is made of plain text, numbers and dates, so that it can be filtered, counted and written as CSV.
"""

from certlib.frames.assessed import (
    CHANGES,
    EXPERIENCES,
    FINDINGS,
    MATRIX,
    OFFERS,
    OPTIONS,
    RUNBOOK,
    SITE_MATRIX,
    changes,
    experiences,
    findings,
    matrix,
    options,
    runbook,
    site_matrix,
)
from certlib.frames.collected import (
    CERTIFICATES,
    EXPIRY,
    EXPIRY_BY_NODE,
    PRESENTATIONS,
    SIGNERS,
    certificates,
    day_that_counts,
    expiry,
    expiry_by_node,
    presentations,
    signers,
)
from certlib.frames.since import SINCE, since

__all__ = [
    "CERTIFICATES",
    "CHANGES",
    "EXPERIENCES",
    "EXPIRY",
    "EXPIRY_BY_NODE",
    "FINDINGS",
    "MATRIX",
    "OFFERS",
    "OPTIONS",
    "PRESENTATIONS",
    "RUNBOOK",
    "SIGNERS",
    "SINCE",
    "SITE_MATRIX",
    "certificates",
    "changes",
    "day_that_counts",
    "experiences",
    "expiry",
    "expiry_by_node",
    "findings",
    "matrix",
    "options",
    "presentations",
    "runbook",
    "signers",
    "since",
    "site_matrix",
]
