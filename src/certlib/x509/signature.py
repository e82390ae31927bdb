"""Who signed a certificate, as far as its own bytes tell."""

from typing import Literal

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric import dsa, ec, ed448, ed25519, padding, rsa
from cryptography.x509.oid import SignatureAlgorithmOID

from certlib.x509.algorithms import EC_SIGNATURES, KEYS, RSA_SIGNATURES
from certlib.x509.model import SignatureKey, Unreadable
from certlib.x509.opened import Opened, guard


def is_self_signed(
    opened: Opened, *, own_id: str | Unreadable | None, signer_id: str | Unreadable | None
) -> bool:
    """Whether subject is issuer and the certificate's own key verifies its signature.

    Where the signature can't be verified here (an unknown curve or algorithm), the names and the key
    identifiers decide: subject is issuer, and the two identifiers do not contradict each other. Where the
    names can't be read, the signature alone decides. Raises when neither can be told.
    """
    same_name = guard(lambda: read_name(opened, "subject") == read_name(opened, "issuer"))
    if same_name is False:
        return False
    verified = guard(lambda: is_signed_by(opened, read_public_key(opened)))
    if not isinstance(verified, Unreadable):
        return verified
    if same_name is not True:
        raise ValueError(f"the names: {same_name}")
    return own_id == signer_id or not (isinstance(own_id, str) and isinstance(signer_id, str))


def read_name(opened: Opened, which: Literal["subject", "issuer"]) -> x509.Name:
    """The subject or the issuer. Raises ValueError when it can't be read."""
    _require(opened, which)
    return opened.cert.subject if which == "subject" else opened.cert.issuer


def read_public_key(opened: Opened) -> object:
    """The key that a certificate holds. Raises when the library does not read it."""
    _require(opened, "key")
    return opened.cert.public_key()


def _require(opened: Opened, *parts: str) -> None:
    for part in parts:
        if part in opened.lost:
            raise ValueError(opened.lost[part].reason)


def is_signed_by(opened: Opened, key: object) -> bool:
    """Whether a key made a certificate's signature, whatever the hash and the key's length.

    Raises when this can't be told.
    """
    _require(opened, "signature_algorithm", "signature")
    cert = opened.cert
    parameters = cert.signature_algorithm_parameters
    if parameters is None and cert.signature_algorithm_oid == SignatureAlgorithmOID.RSA_WITH_MD5:
        parameters = padding.PKCS1v15()
    signature, signed = cert.signature, opened.signed
    try:
        if isinstance(key, rsa.RSAPublicKey) and isinstance(parameters, padding.PKCS1v15 | padding.PSS):
            digest = cert.signature_hash_algorithm
            if digest is None:
                raise ValueError("no hash")
            key.verify(signature, signed, parameters, digest)
        elif isinstance(key, ec.EllipticCurvePublicKey) and isinstance(parameters, ec.ECDSA):
            key.verify(signature, signed, parameters)
        elif isinstance(key, ed25519.Ed25519PublicKey | ed448.Ed448PublicKey) and parameters is None:
            key.verify(signature, signed)
        elif isinstance(key, dsa.DSAPublicKey) and cert.signature_hash_algorithm is not None:
            key.verify(signature, signed, cert.signature_hash_algorithm)
        else:
            return _is_same_family(opened)
    except InvalidSignature:
        return False
    return True


def _is_same_family(opened: Opened) -> bool:
    """False when another kind of key made the signature; raises when the key can't be told."""
    _require(opened, "key")
    own, signer = KEYS.get(opened.cert.public_key_algorithm_oid), find_signature_key(opened.cert)
    if own in ("rsa", "ec") and signer not in ("other", own):
        return False
    raise ValueError("the signature can't be verified")


def find_signature_key(cert: x509.Certificate) -> SignatureKey:
    """The kind of key that signs by a certificate's signature algorithm."""
    oid = cert.signature_algorithm_oid
    return "rsa" if oid in RSA_SIGNATURES else "ec" if oid in EC_SIGNATURES else "other"
