"""A certificate opened part by part, and who signed it."""

import re
import threading
import warnings
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Literal, TypeVar

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric import dsa, ec, ed448, ed25519, padding, rsa
from cryptography.x509.oid import SignatureAlgorithmOID

from certlib.der import Parts, read_parts
from certlib.text import cut, make_visible
from certlib.x509.mend import PLAIN, REWRITTEN, assemble_certificate
from certlib.x509.model import EC_SIGNATURES, KEYS, RSA_SIGNATURES, Malformed, SignatureKey, Unreadable

T = TypeVar("T")

# What warnings are shown is a setting of the process: one reader at a time may change it.
_QUIET = threading.RLock()
_LATE: dict[str, Callable[[x509.Certificate], object]] = {  # what the library looks at only when asked
    "issuer": lambda cert: cert.issuer,
    "subject": lambda cert: cert.subject,
    "not_before": lambda cert: cert.not_valid_before_utc,
    "not_after": lambda cert: cert.not_valid_after_utc,
}


@dataclass(frozen=True, slots=True)
class Opened:
    """A certificate that can be asked for its parts."""

    der: bytes
    cert: x509.Certificate = field(compare=False)  # with other bytes than `der` where a part was refused
    signed: bytes = field(compare=False)  # what the signature is made over
    lost: Mapping[str, Unreadable] = field(default_factory=dict, compare=False)  # parts that `cert` lacks
    malformed: tuple[Malformed, ...] = field(default=(), compare=False)

    @property
    def parts(self) -> Parts:
        """Its bytes taken apart. Raises ValueError when that is not possible."""
        return _read_parts(self.der)


@contextmanager
def silence_parser() -> Iterator[None]:
    """Keeps the parser's complaints to itself, such as of a negative serial number or a long country.

    What stands in a certificate is shown and judged; where warnings are errors, they would hide it.
    """
    with _QUIET, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield


def guard(reading: Callable[[], T]) -> T | Unreadable:
    """What a reading gives, or why it failed; the parser raises late and in many ways."""
    try:
        return reading()
    except Exception as error:  # noqa: BLE001 - whatever a hostile certificate provokes becomes the field's reason
        return Unreadable(_describe_failure(error))
    except BaseException as error:
        if type(error).__name__ != "PanicException":  # a panic of the parser's Rust code
            raise
        return Unreadable("the parser gave up")


def open_certificate(der: bytes) -> Opened | Unreadable:
    """A certificate to be asked; Unreadable where the bytes are none.

    To be called, and the result asked, within `quietly`.
    """
    whole = guard(lambda: _load(der, *_LATE))
    if isinstance(whole, x509.Certificate):
        return Opened(der, whole, whole.tbs_certificate_bytes)
    pieces = guard(lambda: _read_parts(der))
    if isinstance(pieces, Unreadable):
        return whole
    mended = guard(lambda: _mend_certificate(der, pieces, whole.reason))
    return whole if isinstance(mended, Unreadable) else mended


def _mend_certificate(der: bytes, pieces: Parts, reason: str) -> Opened:
    taken: dict[str, bytes] = {}
    lost: dict[str, Unreadable] = {}
    malformed = [Malformed("certificate", odd) for odd in pieces.odd]
    for name, own in pieces.named.items():
        refused = _explain_refusal(name, own)
        if refused is None:
            taken[name] = own
            continue
        malformed.append(Malformed(name, refused))
        rewrite = REWRITTEN.get(name)
        anew = guard(lambda: rewrite(own)) if rewrite else None  # noqa: B023 - called at once
        if isinstance(anew, bytes) and _explain_refusal(name, anew) is None:
            taken[name] = anew
        else:
            lost[name] = Unreadable(refused)
    for extension in pieces.extensions:
        refused = _explain_refusal("extensions", extension.whole)
        if refused is not None:
            malformed.append(Malformed(extension.oid, refused))
    cert = _load(assemble_certificate({**PLAIN, **taken}))
    return Opened(der, cert, pieces.signed, lost, tuple(malformed) or (Malformed("certificate", reason),))


def _explain_refusal(name: str, own: bytes) -> str | None:
    """Why the library refuses a part that stands among plain ones; None where it takes it."""
    found = guard(lambda: _load(assemble_certificate({**PLAIN, name: own}), name))
    return found.reason if isinstance(found, Unreadable) else None


def _load(der: bytes, *late: str) -> x509.Certificate:
    cert = x509.load_der_x509_certificate(der)
    for name in late:
        if look := _LATE.get(name):
            look(cert)
    return cert


@lru_cache(maxsize=4)  # each field asks anew
def _read_parts(der: bytes) -> Parts:
    return read_parts(der)


def _describe_failure(error: Exception) -> str:
    """Why a reading failed, without the parser's inner places: "not valid DER: short data"."""
    kind = re.search(r"ParseError \{ kind: ([A-Z]\w+)", f"{error}")
    if kind:
        return f"not valid DER: {re.sub('(?<!^)(?=[A-Z])', ' ', kind[1]).lower()}"
    return make_visible(cut(f"{error}" or type(error).__name__, 200))


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
