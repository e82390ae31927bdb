"""TLS 1.3 from the shared secret to the server's handshake messages in the clear (RFC 8446, section 7).

Only the server's handshake traffic key is made: nothing is ever sent or proven, and no later key is needed.
"""

import hmac
from collections.abc import Callable
from functools import cache
from hashlib import new as new_hash

from cryptography.hazmat.primitives.ciphers.aead import AESCCM, AESGCM, ChaCha20Poly1305

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

    __slots__ = ("_aead", "_iv", "_sequence")

    def __init__(self, aead: Aead, iv: bytes) -> None:
        self._aead = aead
        self._iv = int.from_bytes(iv, "big")
        self._sequence = 0

    def open(self, header: bytes, body: bytes) -> bytes:
        """The next record's content with its type and padding; raises cryptography's InvalidTag."""
        nonce = (self._iv ^ self._sequence).to_bytes(12, "big")
        self._sequence += 1
        return self._aead.decrypt(nonce, body, header)


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
def _compute_salt(digest: str) -> bytes:
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
    handshake = hmac.digest(_compute_salt(digest), shared, digest)
    hashed = new_hash(digest, transcript).digest()
    secret = expand_label(digest, handshake, b"s hs traffic", hashed, len(hashed))
    key = expand_label(digest, secret, b"key", b"", key_length)
    return Protection(make(key), expand_label(digest, secret, b"iv", b"", 12))
