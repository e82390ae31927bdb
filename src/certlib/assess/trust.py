"""What browsers make of a certificate: who vouches for it, and which of its faults each browser refuses."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from itertools import islice
from typing import Literal

from certlib.assess import faults
from certlib.assess.proof import Proof
from certlib.inventory import Site
from certlib.knowledge import BrowserFamily, Knowledge, Refusal, Treated
from certlib.knowledge.model import Treatment
from certlib.language import say
from certlib.x509 import Certificate

# From the best to the worst.
WORST: tuple[Treatment, ...] = ("loads", "can-proceed", "no-way-on", "no-page")
STOPS: tuple[Treatment, ...] = ("no-way-on", "no-page")
_MOST_WAYS = 32  # CA certificates that certify each other make more than any browser follows


@dataclass(frozen=True, slots=True)
class Refused:
    """What a browser does with a certificate. `treatment` None: not known, `fault` says what nobody tried."""

    treatment: Treatment | None
    fault: str = ""  # the one that decides; empty: none is needed to decide
    treated: Treated | None = None  # what is known of it


def find_refusal(
    *, chain: Sequence[str], certificates: Mapping[str, Certificate], host: str, proof: Proof, on: date
) -> tuple[str, ...]:
    """The faults of a chain as it was sent for a host on a day: ids of refusals.yaml, or NOT_TRIED.

    Of several ways from the leaf to a CA that the PCs trust, the one with the fewest faults counts, as
    browsers look for one that holds.
    """
    leaf = certificates[chain[0]]
    data = proof.certificates.get(chain[0], b"")
    if not data:
        return (faults.NOT_TRIED,)
    own = (*faults.find_name_faults(leaf, host), *faults.find_leaf_faults(data))
    if leaf.self_signed is True:
        return own
    return (*own, *_find_issuers_faults(chain, proof, on))


def find_treatment(
    seen: Iterable[str],
    *,
    browser: str,
    vouched: bool,
    accepted: bool | None,
    refusals: Mapping[str, Refusal],
) -> Refused:
    """What a browser does with a certificate that has these faults.

    `vouched`: the PC trusts whoever signed it. `accepted`: whether it would be taken without the faults;
    None: not known.
    """
    plain: Treatment = "loads" if accepted else "can-proceed"
    decided, open_ = Refused(plain), Refused(None) if accepted is None else None
    for fault in seen:
        entry = refusals.get(fault)
        known = (
            next((treated for treated in entry.treated if treated.browser == browser), None)
            if entry
            else None
        )
        if known is None:
            open_ = open_ or Refused(None, fault)
            continue
        what = known.trusted if vouched else known.untrusted
        if WORST.index(what) > WORST.index(decided.treatment or plain) or (
            what == decided.treatment != "loads" and not decided.fault
        ):
            decided = Refused(what, fault, known)
    return open_ if open_ and decided.treatment not in STOPS else decided


def describe_fault(fault: str, knowledge: Knowledge) -> str:
    """A fault as a sentence about the certificate that was named before."""
    entry = knowledge.refusals.get(fault)
    if entry:
        return entry.text
    return say("Something about it, or about a CA certificate sent with it, was not tried with this browser.")


def _find_issuers_faults(chain: Sequence[str], proof: Proof, on: date) -> tuple[str, ...]:
    sent = list(dict.fromkeys(sha256 for sha256 in chain[1:] if sha256 != chain[0]))
    judged = []
    for way in islice(_find_paths(chain[0], sent, proof), _MOST_WAYS):
        issuers = tuple(proof.certificates[sha256] for sha256 in way)
        own = [fault for issuer in issuers for fault in faults.find_issuer_faults(issuer, on)]
        of_way = tuple(dict.fromkeys((*own, *faults.find_path_faults(proof.certificates[chain[0]], issuers))))
        judged.append((not proof.is_anchored((chain[0], *way)[-1]), len(of_way), of_way))
    return min(judged)[2] if judged else ()


def _find_paths(member: str, left: Sequence[str], proof: Proof) -> Iterator[tuple[str, ...]]:
    """The CA certificates above a member, up to where the PCs trust or nothing more was sent, way by way."""
    if proof.is_anchored(member):
        yield ()
        return
    above = [
        issuer for issuer in left if proof.certifies(issuer, member) and not proof.certifies(issuer, issuer)
    ]
    for issuer in above:
        for rest in _find_paths(issuer, [other for other in left if other != issuer], proof):
            yield (issuer, *rest)
    if not above:
        yield ()


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

    def find_treatment(self, browser: BrowserFamily, knowledge: Knowledge) -> Refused:
        """What a browser does with the certificate."""
        return find_treatment(
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
    leaf_faults = find_refusal(chain=chain, certificates=certificates, host=host, proof=proof, on=on)
    if leaf.kind == "unreadable":
        return Trust(accepted=None, why="unknown", faults=leaf_faults)
    signed = replace(_judge_signed(chain, leaf, site, proof, on), faults=leaf_faults)
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
    way = proof.find_path(chain, on=on)
    if way.leads:
        return ROLLED_OUT
    vouched = way.ended or way.denied
    return Trust(accepted=False, why="ca-ended" if way.ended else "not-listed", vouched=vouched)
