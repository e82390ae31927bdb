"""What the certificates' own bytes prove: who signed whom, and whether a chain leads to a given CA.

Whether a chain leads there is asked of `cryptography`'s verifier (RFC 5280 and the public web's profile).
It refuses what old private CAs do, such as keys of 1024 bits or SHA-1; then the signatures are followed here,
with a verification that refuses no hash and no key: what browsers make of those is told elsewhere.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time
from functools import lru_cache
from typing import Literal

from cryptography import x509
from cryptography.x509.oid import ExtensionOID
from cryptography.x509.verification import Criticality, ExtensionPolicy, PolicyBuilder, Store

from certlib.evidence import Evidence
from certlib.x509 import (
    Certificate,
    Opened,
    Unreadable,
    is_signed_by,
    open_certificate,
    read,
    read_name,
    read_pem,
    read_public_key,
    silence_parser,
)

# More CA certificates than honest servers send would only keep the verifier busy with their combinations.
MOST_SENT, LONGEST = 8, 5

# Extensions have checks of their own; a CA certificate must say that it is one.
_LEAF = ExtensionPolicy.permit_all()
_CA = _LEAF.require_present(x509.BasicConstraints, Criticality.AGNOSTIC, None)


@dataclass(frozen=True, slots=True)
class TrustPath:
    """Whether a chain leads to one of the given CAs on a day, and who said so."""

    leads: bool
    by: Literal["verifier", "signatures"]
    ended: bool = False  # a CA certificate on the way is not valid on that day
    denied: bool = False  # the signatures lead there, but by what says that it is no CA's


@dataclass(frozen=True, slots=True)
class Proof:
    """The bytes that prove; they are asked, and never shown."""

    certificates: Mapping[str, bytes] = field(repr=False)  # DER by the SHA-256 that the evidence uses
    trusted: tuple[bytes, ...] = field(repr=False)  # PEM

    def certifies(self, issuer: str, member: str) -> bool:
        """Whether the issuer's name and key certify a member; False for what can't be read."""
        return any(_is_issuer(below, above) for below in self._read(member) for above in self._read(issuer))

    def find_path(self, chain: Sequence[str], *, on: date) -> TrustPath:
        """Whether a chain as it was sent leads to a trusted CA on a day, its leaf's own validity aside."""
        sent = tuple(opened for sha256 in chain for opened in self._read(sha256))
        if not sent or sent[0] not in self._read(chain[0]):
            return TrustPath(leads=False, by="signatures")
        return _find_path(sent, self._roots(), on)

    def is_anchored(self, sha256: str) -> bool:
        """Whether a certificate is a trusted CA's own, or was signed by one."""
        roots = self._roots()
        return any(
            opened in roots or any(_is_issuer(opened, root) for root in roots)
            for opened in self._read(sha256)
        )

    def _roots(self) -> tuple[Opened, ...]:
        return tuple(opened for pem in self.trusted for opened in _open_pem(pem))

    def _read(self, sha256: str) -> tuple[Opened, ...]:
        return _open_der(self.certificates.get(sha256, b""))


def read_proof(evidence: Evidence) -> Proof:
    """The proof that lies in evidence: the certificates as sent, and the CAs that its inventory trusts."""
    return Proof(
        certificates={sha256: certificate.der for sha256, certificate in evidence.certificates.items()},
        trusted=tuple(text.encode() for text in evidence.site.ca_certificates),
    )


@lru_cache(maxsize=1024)  # every scenario asks the same again
def _find_path(sent: tuple[Opened, ...], roots: tuple[Opened, ...], on: date) -> TrustPath:
    if _is_verified(sent, roots, on):
        return TrustPath(leads=True, by="verifier")
    leads = any(_walk(sent, roots, on))
    ended = not leads and any(_walk(sent, roots, None))
    denied = not leads and not ended and any(_walk(sent, roots, None, anyone=True))
    return TrustPath(leads=leads, by="signatures", ended=ended, denied=denied)


def _is_verified(sent: tuple[Opened, ...], roots: tuple[Opened, ...], on: date) -> bool:
    """Whether the verifier takes a chain.

    As a client's certificate, since names are another check's; at the day's beginning, or at the beginning
    of a leaf that is made on it.
    """
    # What the library does not take as it stands, its verifier can't be asked about.
    sent, roots = sent[:1] + _keep_readable(sent[1:]), _keep_readable(roots)
    if not roots or not _keep_readable(sent[:1]) or len(sent) > MOST_SENT + 1:
        return False
    try:
        with silence_parser():
            leaf, *above = (opened.cert for opened in sent)
            start = max(datetime.combine(on, time(), UTC), leaf.not_valid_before_utc)
            policy = (
                PolicyBuilder().store(Store([root.cert for root in roots])).time(start.replace(tzinfo=None))
            )
            policy = policy.extension_policies(ca_policy=_CA, ee_policy=_LEAF).max_chain_depth(LONGEST)
            policy.build_client_verifier().verify(leaf, above)
    except Exception:  # noqa: BLE001 - a hostile certificate may raise anything; then it is no proof
        return False
    return True


def _keep_readable(certificates: tuple[Opened, ...]) -> tuple[Opened, ...]:
    return tuple(opened for opened in certificates if not opened.malformed)


def _walk(
    sent: Sequence[Opened],
    roots: Sequence[Opened],
    on: date | None,
    *,
    anyone: bool = False,
) -> Iterator[bool]:
    """From the leaf upwards, issuer by issuer: whether a trusted CA certified each member.

    `on`: CA certificates that are not valid on that day do not count. `anyone`: what denies that it is a CA's
    counts too.
    """
    usable = [root for root in roots if _serves(root, on)]
    member, left = (
        sent[0],
        [issuer for issuer in sent[1:] if _serves(issuer, on) and (anyone or _can_sign(issuer))],
    )
    while True:
        yield member in roots or any(_is_issuer(member, root) for root in usable)
        above = next((issuer for issuer in left if _is_issuer(member, issuer)), None)
        if above is None:
            return
        left.remove(above)
        member = above


def _serves(opened: Opened, on: date | None) -> bool:
    begin, end = _get_facts(opened).not_before, _get_facts(opened).not_after
    if on is None:
        return True
    return isinstance(begin, datetime) and isinstance(end, datetime) and begin.date() <= on <= end.date()


def _can_sign(opened: Opened) -> bool:
    """Whether a certificate does not deny that it is a CA's; old ones say nothing."""
    facts = _get_facts(opened)
    if isinstance(facts.extensions, Unreadable) or isinstance(facts.is_ca, Unreadable):
        return False
    return facts.is_ca or ExtensionOID.BASIC_CONSTRAINTS.dotted_string not in facts.extensions


@lru_cache(maxsize=1024)
def _get_facts(opened: Opened) -> Certificate:
    return read(opened.der)


@lru_cache(maxsize=1024)
def _is_issuer(member: Opened, issuer: Opened) -> bool:
    """Whether the issuer's name stands in the member and its key made the signature."""
    try:
        with silence_parser():
            return read_name(member, "issuer") == read_name(issuer, "subject") and is_signed_by(
                member, read_public_key(issuer)
            )
    except Exception:  # noqa: BLE001 - a hostile certificate may raise anything; then it is no proof
        return False


@lru_cache(maxsize=1024)
def _open_der(der: bytes) -> tuple[Opened, ...]:
    with silence_parser():
        opened = open_certificate(der)
    return () if isinstance(opened, Unreadable) else (opened,)


@lru_cache(maxsize=1024)
def _open_pem(pem: bytes) -> tuple[Opened, ...]:
    return tuple(
        opened for block in read_pem(pem.decode("ascii", errors="replace")) for opened in _open_der(block.der)
    )
