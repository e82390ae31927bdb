"""Whether an agent's browser takes a certificate without a question, as evidence and inventory tell."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from typing import Literal

from cryptography import x509

from certlib.inventory import Site
from certlib.x509 import Certificate

Why = Literal[
    "assumed", "listed", "self-signed", "not-listed", "expired", "not-yet-valid", "unknown", "new-ca"
]


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


def judge(*, chain: Sequence[str], certificates: Mapping[str, Certificate], site: Site, on: date) -> Trust:
    """What the agents' browsers make of a chain as it was sent, on a given day.

    The chain is followed from the leaf upwards, issuer by issuer, until a CA of the inventory certified a
    member. A public CA that the inventory does not list counts as not listed, although the browsers may
    know it.
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
    return (
        Trust(accepted=True, why="listed")
        if _leads_to_listed(chain, certificates, site)
        else Trust(accepted=False, why="not-listed")
    )


def signed_by(certificate: Certificate, issuer: Certificate) -> bool:
    """Whether the issuer's name and key certify a certificate; False for what can't be read."""
    return any(
        _issued(member, above) for member in _from_der(certificate.der) for above in _from_der(issuer.der)
    )


def _leads_to_listed(chain: Sequence[str], certificates: Mapping[str, Certificate], site: Site) -> bool:
    roots = [ca for text in site.ca_certificates for ca in _from_pem(text)]
    sent = [member for sha in chain if sha in certificates for member in _from_der(certificates[sha].der)]
    member, left = (sent[0], sent[1:]) if sent else (None, [])
    while member is not None:
        if member in roots or any(_issued(member, root) for root in roots):
            return True
        member_now = member
        member = next((above for above in left if _issued(member_now, above)), None)
        left = [above for above in left if above is not member]
    return False


@lru_cache(maxsize=1024)  # every scenario asks the same again
def _issued(member: x509.Certificate, issuer: x509.Certificate) -> bool:
    try:
        member.verify_directly_issued_by(issuer)
    except Exception:  # noqa: BLE001 - a hostile certificate may raise anything; then it is no proof
        return False
    return True


@lru_cache(maxsize=1024)
def _from_der(der: bytes) -> tuple[x509.Certificate, ...]:
    try:
        return (x509.load_der_x509_certificate(der),)
    except Exception:  # noqa: BLE001 - the same
        return ()


@lru_cache(maxsize=1024)
def _from_pem(text: str) -> tuple[x509.Certificate, ...]:
    try:
        return tuple(x509.load_pem_x509_certificates(text.encode()))
    except Exception:  # noqa: BLE001 - the same
        return ()
