"""Key exchange and the keys of a handshake in TLS 1.3."""

import hmac
import os
from collections.abc import Callable, Iterable
from dataclasses import replace
from functools import cache
from hashlib import new as new_hash

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric import ec, x448, x25519
from cryptography.hazmat.primitives.asymmetric.mlkem import MLKEM768PrivateKey, MLKEM1024PrivateKey
from cryptography.hazmat.primitives.ciphers.aead import AESCCM, AESGCM, ChaCha20Poly1305
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from certlib.tls.offers import Offer

# A public share, and what makes the shared secret from the server's (ValueError: it is none).
Share = tuple[bytes, Callable[[bytes], bytes]]

_CURVES: dict[int, type[ec.EllipticCurve]] = {
    23: ec.SECP256R1,
    24: ec.SECP384R1,
    25: ec.SECP521R1,
    31: ec.BrainpoolP256R1,
    32: ec.BrainpoolP384R1,
    33: ec.BrainpoolP512R1,
}


def _make_x25519() -> Share:
    key = x25519.X25519PrivateKey.generate()
    read = x25519.X25519PublicKey.from_public_bytes
    return key.public_key().public_bytes_raw(), lambda peer: key.exchange(read(peer))


def _make_x448() -> Share:
    key = x448.X448PrivateKey.generate()
    read = x448.X448PublicKey.from_public_bytes
    return key.public_key().public_bytes_raw(), lambda peer: key.exchange(read(peer))


def _make_curve(curve: type[ec.EllipticCurve]) -> Share:
    key = ec.generate_private_key(curve())
    point = key.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)

    def agree(peer: bytes) -> bytes:
        return key.exchange(ec.ECDH(), ec.EllipticCurvePublicKey.from_encoded_point(curve(), peer))

    return point, agree


def _make_hybrid(
    kem: MLKEM768PrivateKey | MLKEM1024PrivateKey, other: Share, *, sealed: int, kem_first: bool
) -> Share:
    """ML-KEM beside a curve; `sealed` is the size of ML-KEM's ciphertext in bytes."""
    kem_public = kem.public_key().public_bytes_raw()
    public, agree_other = other

    def agree(peer: bytes) -> bytes:
        cut = sealed if kem_first else len(public)
        first, second = peer[:cut], peer[cut:]
        if kem_first:
            return kem.decapsulate(first) + agree_other(second)
        return agree_other(first) + kem.decapsulate(second)

    return (kem_public + public if kem_first else public + kem_public), agree


@cache
def compute_ffdhe_prime(bits: int) -> int:
    """The prime of RFC 7919: 2^b - 2^(b-64) + (floor(2^(b-130) e) + X) 2^64 - 1, with e as a series."""
    added = {2048: 560316, 3072: 2625351, 4096: 5736041, 6144: 15705020, 8192: 10965728}[bits]
    guard = 64  # further bits, so that the cut-off terms of the series don't reach the last one kept
    term = total = 1 << (bits - 130 + guard)
    count = 1
    while term:
        term //= count
        total += term
        count += 1
    return (1 << bits) - (1 << (bits - 64)) + (((total >> guard) + added) << 64) - 1


def _make_ffdhe(bits: int) -> Share:
    prime = compute_ffdhe_prime(bits)
    secret = int.from_bytes(os.urandom(32), "big")

    def agree(peer: bytes) -> bytes:
        number = int.from_bytes(peer, "big")
        if len(peer) != bits // 8 or not 1 < number < prime - 1:
            raise ValueError(bits)
        return pow(number, secret, prime).to_bytes(bits // 8, "big")

    return pow(2, secret, prime).to_bytes(bits // 8, "big"), agree


def _make(group: int) -> Share:
    """Raises KeyError for a group that isn't known, UnsupportedAlgorithm for one that the library lacks."""
    if group in _CURVES:
        return _make_curve(_CURVES[group])
    makers: dict[int, Callable[[], Share]] = {
        29: _make_x25519,
        30: _make_x448,
        0x11EC: lambda: _make_hybrid(
            MLKEM768PrivateKey.generate(), _make_x25519(), sealed=1088, kem_first=True
        ),
        0x11EB: lambda: _make_hybrid(
            MLKEM768PrivateKey.generate(), _make_curve(ec.SECP256R1), sealed=1088, kem_first=False
        ),
        0x11ED: lambda: _make_hybrid(
            MLKEM1024PrivateKey.generate(), _make_curve(ec.SECP384R1), sealed=1568, kem_first=False
        ),
        256: lambda: _make_ffdhe(2048),
        257: lambda: _make_ffdhe(3072),
        258: lambda: _make_ffdhe(4096),
        259: lambda: _make_ffdhe(6144),
        260: lambda: _make_ffdhe(8192),
    }
    return makers[group]()


class Keys:
    """One set of key shares for a whole run, each made when it is first needed.

    `randomness(n)` gives the n random bytes of each hello; a test passes its own to get the same hello
    again.
    """

    def __init__(self, *, randomness: Callable[[int], bytes] = os.urandom) -> None:
        self.randomness = randomness
        self._shares: dict[int, Share | None] = {}

    def _share(self, group: int) -> Share | None:
        if group not in self._shares:
            try:
                self._shares[group] = _make(group)
            except (KeyError, UnsupportedAlgorithm):
                self._shares[group] = None
        return self._shares[group]

    def public(self, group: int) -> bytes | None:
        """The public share of a group, or None if it can't be made here."""
        share = self._share(group)
        return share[0] if share else None

    def agree(self, *, group: int, peer: bytes) -> bytes:
        """The secret shared with a server's share; raises ValueError if that is no share of the group."""
        share = self._share(group)
        if share is None:
            raise ValueError(group)
        return share[1](peer)

    def shares(self, groups: Iterable[int]) -> tuple[tuple[int, bytes], ...]:
        """Pairs of group and public share, without the groups that can't be made here."""
        return tuple((group, share[0]) for group in groups if (share := self._share(group)))

    def able(self, offer: Offer) -> Offer:
        """The offer without groups whose share is to be sent at once but can't be made here."""
        missing = {group for group in offer.key_shares if self._share(group) is None}
        if not missing:
            return offer
        return replace(
            offer,
            groups=tuple(group for group in offer.groups if group not in missing),
            key_shares=tuple(group for group in offer.key_shares if group not in missing),
        )


Aead = AESGCM | AESCCM | ChaCha20Poly1305

# suite -> hash, bytes of the key, cipher
_CIPHERS: dict[int, tuple[str, int, Callable[[bytes], Aead]]] = {
    0x1301: ("sha256", 16, AESGCM),
    0x1302: ("sha384", 32, AESGCM),
    0x1303: ("sha256", 32, ChaCha20Poly1305),
    0x1304: ("sha256", 16, AESCCM),
    0x1305: ("sha256", 16, lambda key: AESCCM(key, tag_length=8)),
}


class Protection:
    """One direction's key with the count of its records."""

    __slots__ = ("_sequence", "aead", "iv")

    def __init__(self, aead: Aead, iv: bytes) -> None:
        self.aead = aead
        self.iv = int.from_bytes(iv, "big")
        self._sequence = 0

    def open(self, header: bytes, body: bytes) -> bytes:
        """The next record's content with its type and padding; raises cryptography's InvalidTag."""
        nonce = (self.iv ^ self._sequence).to_bytes(12, "big")
        self._sequence += 1
        return self.aead.decrypt(nonce, body, header)


def hash_of(suite: int) -> str | None:
    """The name of a suite's hash, or None if it is no suite of TLS 1.3."""
    cipher = _CIPHERS.get(suite)
    return cipher[0] if cipher else None


def expand_label(digest: str, secret: bytes, label: bytes, context: bytes, length: int) -> bytes:
    """HKDF-Expand-Label, for lengths within one output of the hash."""
    label = b"tls13 " + label
    info = b"%b%c%b%c%b\x01" % (length.to_bytes(2, "big"), len(label), label, len(context), context)
    return hmac.digest(secret, info, digest)[:length]


@cache
def compute_salt(digest: str) -> bytes:
    """The salt of the handshake secret: the same for every connection without a pre-shared key."""
    empty = new_hash(digest)
    zeros = bytes(empty.digest_size)
    early = hmac.digest(zeros, zeros, digest)
    return expand_label(digest, early, b"derived", empty.digest(), empty.digest_size)


def start_transcript_after_retry(*, suite: int, first_hello: bytes, retry: bytes) -> bytes:
    """The start of the transcript when a HelloRetryRequest came: the first hello stands as its hash."""
    digest = new_hash(_CIPHERS[suite][0], first_hello).digest()
    return b"\xfe\x00\x00%c%b%b" % (len(digest), digest, retry)


def derive_server_protection(*, suite: int, shared: bytes, transcript: bytes) -> Protection:
    """The key of the server's handshake records; `transcript` reaches from ClientHello to ServerHello."""
    digest, key_length, make = _CIPHERS[suite]
    handshake = hmac.digest(compute_salt(digest), shared, digest)
    hashed = new_hash(digest, transcript).digest()
    secret = expand_label(digest, handshake, b"s hs traffic", hashed, len(hashed))
    key = expand_label(digest, secret, b"key", b"", key_length)
    return Protection(make(key), expand_label(digest, secret, b"iv", b"", 12))
