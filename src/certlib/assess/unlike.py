"""Whether the answers of one web server fit together: a port has one leaf for each kind of key.

Where it gives different ones, a load balancer, a gateway that inspects TLS or a restart between two questions
has had a hand in it, and which of them the next client meets is chance (rule-one-leaf).
"""

from collections.abc import Iterable, Mapping, Sequence

from certlib.evidence import Presentation
from certlib.x509 import Certificate, Unreadable

KINDS = ("browser", "rsa", "ecdsa")
# Fall-backs that send the server's name, so that they may be compared with the others; `tls10-bare` does not.
FALL_BACKS = ("any", "tls12", "tls12-all")
BARE = "tls10-bare"
_ASKED_FOR = {"rsa": "rsa", "ecdsa": "ec"}


def find_contradictions(
    rows: Iterable[Presentation], certificates: Mapping[str, Certificate]
) -> tuple[Presentation, ...]:
    """The answers that brought different leaves of one kind of key; none where each kind has one leaf.

    Only the leaf counts, whatever chain was sent with it. One that can't be read is taken to be of the kind
    that its offer asked for, and of no kind that is known where the offer accepts all.
    """
    found: dict[str, list[Presentation]] = {}
    for one in rows:
        if one.leaf and one.offer != BARE:
            found.setdefault(_find_kind(one, certificates), []).append(one)
    unlike = (those for those in found.values() if len({one.leaf for one in those}) > 1)
    return tuple(one for those in unlike for one in those)


def is_of_agents(one: Presentation) -> bool:
    """Whether an offer is one that tells what the server has, and not a client that somebody described."""
    return one.offer.partition("-")[0] in KINDS or one.offer in (*FALL_BACKS, BARE)


def keep_current(
    rows: Iterable[Presentation], certificates: Mapping[str, Certificate]
) -> tuple[Presentation, ...]:
    """The answers without those of a leaf that was renewed before the others of its endpoint were given.

    An interrupted collection and its continuation may lie on two sides of a renewal. It counts as one only
    where the older answers all came before the new leaf was valid, and the newer ones all after: what a
    balancer gives by turns does neither.
    """
    each: dict[str, list[Presentation]] = {}
    rows = tuple(rows)
    for one in rows:
        if one.leaf:
            each.setdefault(one.endpoint, []).append(one)
    outdated = {
        (endpoint, old.leaf)
        for endpoint, given in each.items()
        for old in given
        for new in given
        if old.leaf != new.leaf and _is_renewed(old.leaf, new.leaf, given, certificates)
    }
    return tuple(one for one in rows if (one.endpoint, one.leaf) not in outdated)


def _is_renewed(
    old: str | None, new: str | None, rows: Sequence[Presentation], certificates: Mapping[str, Certificate]
) -> bool:
    before, after = (certificates.get(one or "") for one in (old, new))
    if before is None or after is None or _find_key(before) is None or _find_key(before) != _find_key(after):
        return False
    olds, news = ([one.started for one in rows if one.leaf == leaf] for leaf in (old, new))
    if not all((*olds, *news)) or isinstance(after.not_before, Unreadable):
        return False
    last = max(one for one in olds if one)
    return last < after.not_before and all(one > last for one in news if one)


def _find_kind(one: Presentation, certificates: Mapping[str, Certificate]) -> str:
    certificate = certificates.get(one.leaf or "")
    known = _find_key(certificate) if certificate else None
    return known or _ASKED_FOR.get(one.offer.partition("-")[0], "unreadable")


def _find_key(certificate: Certificate) -> str | None:
    key = certificate.key_type
    return None if isinstance(key, Unreadable) or key is None else f"{key}"
