"""What the certificates of a site mean.

Expected beside observed, what agents meet, what to do, and the verdict.

Works on evidence alone: opens no socket, reads no file but the knowledge.
"""

from datetime import date
from importlib import import_module
from typing import TYPE_CHECKING, Any

from certlib.evidence import Evidence
from certlib.knowledge import Knowledge

if TYPE_CHECKING:  # who collects need not wait for them
    from certlib.assess.model import (
        Assessment,
        BrowserExperience,
        EndpointState,
        Experience,
        Finding,
        FindingState,
        Hop,
        NodeState,
        Observed,
        OptionOutcome,
        Scenario,
        Statement,
        UpgradeStep,
        Verdict,
        VerdictWord,
    )
    from certlib.assess.proof import Proof

__all__ = [
    "Assessment",
    "BrowserExperience",
    "EndpointState",
    "Experience",
    "Finding",
    "FindingState",
    "Hop",
    "NodeState",
    "Observed",
    "OptionOutcome",
    "Scenario",
    "Statement",
    "UpgradeStep",
    "Verdict",
    "VerdictWord",
    "assess",
]


def assess(
    evidence: Evidence,
    *,
    knowledge: Knowledge | None = None,
    today: date | None = None,
    proof: "Proof | None" = None,
) -> "Assessment":
    """Everything that a site's certificates mean, now, after its upgrade and after each option.

    `today` is the day on which certificates must be valid now (default: the day of the collection, so that
    the same evidence gives the same answer on any day). `proof`: the certificates' bytes, where the evidence
    itself holds none. Raises nothing for evidence that could be read.
    """
    from certlib.assess.assessed import assess_evidence  # noqa: PLC0415

    return assess_evidence(evidence, knowledge=knowledge, today=today, proof=proof)


def __getattr__(name: str) -> Any:
    """What an assessment consists of, loaded when it is first asked for."""
    if name in __all__:
        return getattr(import_module("certlib.assess.model"), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
