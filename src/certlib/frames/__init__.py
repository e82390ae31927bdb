"""Evidence and assessment as DataFrames: a question in, a frame with fixed columns out, also when empty.

Every frame is made of plain text, numbers and dates, so that it can be filtered, counted and written as CSV.
"""

from certlib.frames.assessed import (
    CHANGES,
    EXPERIENCES,
    FINDINGS,
    MATRIX,
    OPTIONS,
    REHEARSAL,
    RUNBOOK,
    SITE_MATRIX,
    changes,
    experiences,
    findings,
    matrix,
    options,
    rehearsal,
    runbook,
    since,
    site_matrix,
)
from certlib.frames.collected import (
    CERTIFICATES,
    EXPIRY,
    EXPIRY_BY_NODE,
    PRESENTATIONS,
    SIGNERS,
    certificates,
    expiry,
    expiry_by_node,
    find_day_that_counts,
    presentations,
    signers,
)
from certlib.tables.changes import SINCE
from certlib.tables.matrix import OFFERS

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
    "REHEARSAL",
    "RUNBOOK",
    "SIGNERS",
    "SINCE",
    "SITE_MATRIX",
    "certificates",
    "changes",
    "experiences",
    "expiry",
    "expiry_by_node",
    "find_day_that_counts",
    "findings",
    "matrix",
    "options",
    "presentations",
    "rehearsal",
    "runbook",
    "signers",
    "since",
    "site_matrix",
]
