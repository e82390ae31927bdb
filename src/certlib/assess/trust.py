"""Whether an agent's browser takes a certificate without a question, as evidence and inventory tell."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

from certlib.assess.proof import Proof
from certlib.inventory import Site
from certlib.x509 import Certificate

Why = Literal[
    "assumed", "listed", "self-signed", "not-listed", "ca-ended", "expired", "not-yet-valid", "unknown",
    "new-ca",
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Trust:
    """Whether a leaf is taken without a question.

    `assumed`: the inventory lists no CA, so the PCs are taken to trust the one that signed; `new-ca`: a CA
    that will sign.
    """

    accepted: bool | None  # None: the certificate could not be read
    why: Why


ASSUMED, NEW_CA = Trust(accepted=True, why="assumed"), Trust(accepted=True, why="new-ca")
NEW_SELF_SIGNED = Trust(accepted=False, why="self-signed")
ROLLED_OUT = Trust(accepted=True, why="listed")


def judge(
    *, chain: Sequence[str], certificates: Mapping[str, Certificate], site: Site, proof: Proof, on: date
) -> Trust:
    """What the agents' browsers make of a chain as it was sent, on a given day.

    A certificate of a CA counts as listed when its chain leads to a CA of the inventory. A public CA that
    the inventory does not list counts as not listed, although the browsers may know it.
    """
    leaf = certificates.get(chain[0]) if chain else None
    if leaf is None or leaf.kind == "unreadable":
        return Trust(accepted=None, why="unknown")
    if isinstance(leaf.not_after, datetime) and leaf.not_after.date() < on:
        return Trust(accepted=False, why="expired")
    if isinstance(leaf.not_before, datetime) and leaf.not_before.date() > on:
        return Trust(accepted=False, why="not-yet-valid")
    if leaf.kind == "self-signed":
        return ROLLED_OUT if leaf.sha256 in site.agents.trusted_cas else NEW_SELF_SIGNED
    if not site.agents.trusted_cas:
        return ASSUMED
    way = proof.way(chain, on=on)
    if way.leads:
        return Trust(accepted=True, why="listed")
    return Trust(accepted=False, why="ca-ended" if way.ended else "not-listed")
