"""What browsers do with a certificate for what is wrong with it and its chain, by knowledge/refusals.yaml."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import islice

from certlib.assess import faults
from certlib.assess.proof import Proof
from certlib.knowledge import Knowledge, Refusal, Treated
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
        known = next((one for one in entry.treated if one.browser == browser), None) if entry else None
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
    return entry.text if entry else _describe_not_tried()


def _describe_not_tried() -> str:
    return say("Something about it, or about a CA certificate sent with it, was not tried with this browser.")


def _find_issuers_faults(chain: Sequence[str], proof: Proof, on: date) -> tuple[str, ...]:
    sent = list(dict.fromkeys(one for one in chain[1:] if one != chain[0]))
    judged = []
    for way in islice(_find_paths(chain[0], sent, proof), _MOST_WAYS):
        issuers = tuple(proof.certificates[one] for one in way)
        own = [fault for one in issuers for fault in faults.find_issuer_faults(one, on)]
        of_way = tuple(dict.fromkeys((*own, *faults.find_path_faults(proof.certificates[chain[0]], issuers))))
        judged.append((not proof.anchored((chain[0], *way)[-1]), len(of_way), of_way))
    return min(judged)[2] if judged else ()


def _find_paths(member: str, left: Sequence[str], proof: Proof) -> Iterator[tuple[str, ...]]:
    """The CA certificates above a member, up to where the PCs trust or nothing more was sent, way by way."""
    if proof.anchored(member):
        yield ()
        return
    above = [one for one in left if proof.signed(one, member) and not proof.signed(one, one)]
    for one in above:
        for rest in _find_paths(one, [other for other in left if other != one], proof):
            yield (one, *rest)
    if not above:
        yield ()
