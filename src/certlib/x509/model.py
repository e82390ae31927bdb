"""A certificate as its facts: each a value, or the reason why it cannot be read."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from cryptography import x509
from cryptography.x509.oid import ExtendedKeyUsageOID, PublicKeyAlgorithmOID, SignatureAlgorithmOID

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


# The algorithms' names as OpenSSL prints them, by the kind of key that signs so.
RSA_SIGNATURES = {
    SignatureAlgorithmOID.RSA_WITH_MD5: "md5WithRSAEncryption",
    SignatureAlgorithmOID.RSA_WITH_SHA1: "sha1WithRSAEncryption",
    SignatureAlgorithmOID.RSA_WITH_SHA224: "sha224WithRSAEncryption",
    SignatureAlgorithmOID.RSA_WITH_SHA256: "sha256WithRSAEncryption",
    SignatureAlgorithmOID.RSA_WITH_SHA384: "sha384WithRSAEncryption",
    SignatureAlgorithmOID.RSA_WITH_SHA512: "sha512WithRSAEncryption",
    SignatureAlgorithmOID.RSA_WITH_SHA3_224: "RSA-SHA3-224",
    SignatureAlgorithmOID.RSA_WITH_SHA3_256: "RSA-SHA3-256",
    SignatureAlgorithmOID.RSA_WITH_SHA3_384: "RSA-SHA3-384",
    SignatureAlgorithmOID.RSA_WITH_SHA3_512: "RSA-SHA3-512",
    SignatureAlgorithmOID.RSASSA_PSS: "rsassaPss",
}
EC_SIGNATURES = {
    SignatureAlgorithmOID.ECDSA_WITH_SHA1: "ecdsa-with-SHA1",
    SignatureAlgorithmOID.ECDSA_WITH_SHA224: "ecdsa-with-SHA224",
    SignatureAlgorithmOID.ECDSA_WITH_SHA256: "ecdsa-with-SHA256",
    SignatureAlgorithmOID.ECDSA_WITH_SHA384: "ecdsa-with-SHA384",
    SignatureAlgorithmOID.ECDSA_WITH_SHA512: "ecdsa-with-SHA512",
    SignatureAlgorithmOID.ECDSA_WITH_SHA3_224: "ecdsa-with-SHA3-224",
    SignatureAlgorithmOID.ECDSA_WITH_SHA3_256: "ecdsa-with-SHA3-256",
    SignatureAlgorithmOID.ECDSA_WITH_SHA3_384: "ecdsa-with-SHA3-384",
    SignatureAlgorithmOID.ECDSA_WITH_SHA3_512: "ecdsa-with-SHA3-512",
}
OTHER_SIGNATURES = {
    SignatureAlgorithmOID.DSA_WITH_SHA1: "dsa-with-SHA1",
    SignatureAlgorithmOID.DSA_WITH_SHA224: "dsa-with-SHA224",
    SignatureAlgorithmOID.DSA_WITH_SHA256: "dsa-with-SHA256",
    SignatureAlgorithmOID.DSA_WITH_SHA384: "dsa-with-SHA384",
    SignatureAlgorithmOID.DSA_WITH_SHA512: "dsa-with-SHA512",
    SignatureAlgorithmOID.ED25519: "Ed25519",
    SignatureAlgorithmOID.ED448: "Ed448",
}
SIGNATURES = RSA_SIGNATURES | EC_SIGNATURES | OTHER_SIGNATURES
KEYS: dict[x509.ObjectIdentifier, KeyType] = {
    PublicKeyAlgorithmOID.RSAES_PKCS1_v1_5: "rsa",
    PublicKeyAlgorithmOID.RSASSA_PSS: "rsa",
    PublicKeyAlgorithmOID.EC_PUBLIC_KEY: "ec",
    PublicKeyAlgorithmOID.ED25519: "ed25519",
    PublicKeyAlgorithmOID.ED448: "ed448",
}
EXTENDED_USAGES: dict[str, str] = {
    ExtendedKeyUsageOID.SERVER_AUTH.dotted_string: "serverAuth",
    ExtendedKeyUsageOID.CLIENT_AUTH.dotted_string: "clientAuth",
    ExtendedKeyUsageOID.CODE_SIGNING.dotted_string: "codeSigning",
    ExtendedKeyUsageOID.EMAIL_PROTECTION.dotted_string: "emailProtection",
    ExtendedKeyUsageOID.TIME_STAMPING.dotted_string: "timeStamping",
    ExtendedKeyUsageOID.OCSP_SIGNING.dotted_string: "OCSPSigning",
    ExtendedKeyUsageOID.ANY_EXTENDED_KEY_USAGE.dotted_string: "anyExtendedKeyUsage",
    ExtendedKeyUsageOID.IPSEC_IKE.dotted_string: "ipsecIKE",
    "1.3.6.1.5.5.7.3.5": "ipsecEndSystem",  # CUCM and UCCX put it into their CSRs
}
