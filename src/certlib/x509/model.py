"""What is known of a certificate."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

Kind = Literal["self-signed", "rsa-ca", "ec-ca", "other-ca", "unreadable"]
KeyType = Literal["rsa", "ec", "ed25519", "ed448", "other"]
SignatureKey = Literal["rsa", "ec", "other"]


@dataclass(frozen=True, slots=True)
class Unreadable:
    """Stands where a field could not be read."""

    reason: str

    def __str__(self) -> str:
        return f"unreadable ({self.reason})"


@dataclass(frozen=True, slots=True)
class Malformed:
    """A part of a certificate that is not formed as the standard has it: read leniently, or left out."""

    part: str  # "subject", "serial", "key" … or an extension's OID
    reason: str

    def __str__(self) -> str:
        return f"{self.part}: {self.reason}"


@dataclass(frozen=True, slots=True)
class Certificate:
    """One X.509 certificate. Names are RFC 4514 text, cut and made visible, yet hostile until escaped."""

    der: bytes
    sha256: str  # lower-case hex of the DER bytes
    subject: str | Unreadable
    subject_cn: str | None | Unreadable
    issuer: str | Unreadable
    issuer_cn: str | None | Unreadable
    serial: str | Unreadable  # upper-case hex
    not_before: datetime | Unreadable  # UTC, aware
    not_after: datetime | Unreadable
    key_type: KeyType | Unreadable
    key_bits: int | None | Unreadable
    curve: str | None | Unreadable
    signature_algorithm: str | Unreadable  # "sha256WithRSAEncryption"
    signature_hash: str | None | Unreadable  # "sha256"
    signature_key: SignatureKey | Unreadable  # the issuer's key, told by the signature's algorithm
    dns_names: tuple[str, ...] | Unreadable  # of the subject alternative name; empty when it has none
    ip_addresses: tuple[str, ...] | Unreadable
    is_ca: bool | Unreadable
    key_usage: tuple[str, ...] | None | Unreadable
    extended_key_usage: tuple[str, ...] | None | Unreadable
    subject_key_id: str | None | Unreadable
    authority_key_id: str | None | Unreadable
    key_sha256: str | Unreadable  # lower-case hex of the SubjectPublicKeyInfo: the same key, the same value
    extensions: tuple[str, ...] | Unreadable  # every extension's OID
    critical: tuple[str, ...] | Unreadable  # the OIDs of those that are marked critical
    policies: tuple[str, ...] | Unreadable  # the OIDs of the certificate policies
    self_signed: bool | Unreadable  # subject is issuer and its own key verifies the signature
    kind: Kind
    malformed: tuple[Malformed, ...] = ()  # what a strict reader refuses; the other fields are well formed
