"""Whether an agent's browser takes a certificate without a question, as evidence and inventory tell."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Literal

from certlib.assess import refusal
from certlib.assess.proof import Proof
from certlib.assess.refusal import Refused
from certlib.inventory import Site
from certlib.knowledge import BrowserFamily, Knowledge
from certlib.x509 import Certificate

Why = Literal[
    "assumed",
    "listed",
    "self-signed",
    "not-listed",
    "ca-ended",
    "expired",
    "not-yet-valid",
    "unknown",
    "new-ca",
]


@dataclass(frozen=True, slots=True)
class Trust:
    """Whether a leaf is trusted by whom it is signed and by its days, and what else is wrong with it.

    `assumed`: the inventory lists no CA, so the PCs are taken to trust the one that signed; `new-ca`: a CA
    that will sign. What a browser makes of the faults is another question: see `refused`.
    """

    accepted: bool | None  # None: the certificate could not be read
    why: Why
    vouched: bool = False  # the PCs trust whoever signed it, whatever the day
    faults: tuple[str, ...] = ()  # ids of knowledge/refusals.yaml, or faults.NOT_TRIED

    def refused(self, browser: BrowserFamily, knowledge: Knowledge) -> Refused:
        """What a browser does with the certificate."""
        return refusal.find_treatment(
            self.faults,
            browser=browser.id,
            vouched=self.vouched,
            accepted=self.accepted,
            refusals=knowledge.refusals,
        )


ASSUMED = Trust(accepted=True, why="assumed", vouched=True)
NEW_CA = Trust(accepted=True, why="new-ca", vouched=True)
NEW_SELF_SIGNED = Trust(accepted=False, why="self-signed")
ROLLED_OUT = Trust(accepted=True, why="listed", vouched=True)


def judge(
    *,
    chain: Sequence[str],
    certificates: Mapping[str, Certificate],
    host: str,
    site: Site,
    proof: Proof,
    on: date,
) -> Trust:
    """What the agents' browsers make of a chain as it was sent for a host, on a given day.

    A certificate of a CA counts as listed when its chain leads to a CA of the inventory. A public CA that
    the inventory does not list counts as not listed, although the browsers may know it.
    """
    leaf = certificates.get(chain[0]) if chain else None
    if leaf is None:
        return Trust(accepted=None, why="unknown")
    found = refusal.find_refusal(chain=chain, certificates=certificates, host=host, proof=proof, on=on)
    if leaf.kind == "unreadable":
        return Trust(accepted=None, why="unknown", faults=found)
    signed = replace(_judge_signed(chain, leaf, site, proof, on), faults=found)
    if isinstance(leaf.not_after, datetime) and leaf.not_after.date() < on:
        return replace(signed, accepted=False, why="expired")
    if isinstance(leaf.not_before, datetime) and leaf.not_before.date() > on:
        return replace(signed, accepted=False, why="not-yet-valid")
    return signed


def _judge_signed(chain: Sequence[str], leaf: Certificate, site: Site, proof: Proof, on: date) -> Trust:
    """What follows from who signed it."""
    if leaf.kind == "self-signed":
        return ROLLED_OUT if leaf.sha256 in site.agents.trusted_cas else NEW_SELF_SIGNED
    if not site.agents.trusted_cas:
        return ASSUMED
    way = proof.way(chain, on=on)
    if way.leads:
        return ROLLED_OUT
    vouched = way.ended or way.denied
    return Trust(accepted=False, why="ca-ended" if way.ended else "not-listed", vouched=vouched)
