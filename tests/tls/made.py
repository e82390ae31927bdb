"""A server in memory: the bytes of any first flight, sealed for TLS 1.3 like a real one's."""

from collections.abc import Iterable, Sequence

from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey

from certlib.tls import OFFERS, Grab, Keys, Offer
from certlib.tls.keys import Protection, derive_server_protection, start_transcript_after_retry
from certs import Issued, ca, leaf
from tls.conversation import KEYS, NAME

RSA_CA = ca("Example RSA CA", "rsa", issuer=ca("Example RSA root", "rsa"))
EC_CA = ca("Example EC CA", "ec", issuer=ca("Example EC root", "ec"))
OF_RSA = leaf(RSA_CA, "rsa")
OF_EC = leaf(RSA_CA, "ec")

ALERT, HANDSHAKE = 21, 22
RETRY_RANDOM = bytes.fromhex("cf21ad74e59a6111be1d8c021e65b891c2a211167abb8c5e079e09e2c8a8339c")
X25519, P384 = 29, 24
_SECRET = X25519PrivateKey.generate()


def u16(number: int) -> bytes:
    return number.to_bytes(2, "big")


def u24(number: int) -> bytes:
    return number.to_bytes(3, "big")


def vector(content: bytes, size: int) -> bytes:
    return len(content).to_bytes(size, "big") + content


def record(kind: int, content: bytes, *, version: int = 0x0303) -> bytes:
    return bytes((kind,)) + u16(version) + vector(content, 2)


def records(content: bytes, size: int) -> bytes:
    """Handshake bytes in records of `size` bytes each."""
    return b"".join(record(HANDSHAKE, content[at : at + size]) for at in range(0, len(content), size))


def message(kind: int, body: bytes) -> bytes:
    return bytes((kind,)) + vector(body, 3)


def alert(number: int, *, level: int = 2) -> bytes:
    return record(ALERT, bytes((level, number)))


def extensions(found: dict[int, bytes]) -> bytes:
    return vector(b"".join(u16(number) + vector(content, 2) for number, content in found.items()), 2)


def server_hello(
    *, suite: int, version: int = 0x0303, found: dict[int, bytes] | None = None, random: bytes = bytes(32)
) -> bytes:
    tail = b"" if found is None else extensions(found)
    return message(2, u16(version) + random + b"\x00" + u16(suite) + b"\x00" + tail)


def der(chain: Iterable[Issued | bytes]) -> list[bytes]:
    return [one if isinstance(one, bytes) else one.der for one in chain]


def certificate(chain: Iterable[Issued | bytes]) -> bytes:
    return message(11, vector(b"".join(vector(one, 3) for one in der(chain)), 3))


def certificate13(chain: Iterable[Issued | bytes]) -> bytes:
    return message(11, b"\x00" + vector(b"".join(vector(one, 3) + b"\x00\x00" for one in der(chain)), 3))


ECDHE = message(12, b"\x03" + u16(X25519) + vector(bytes(32), 1) + u16(0x0804) + vector(bytes(256), 2))
HELLO_DONE = message(14, b"")
CERTIFICATE_REQUEST = message(13, b"\x01\x01\x00\x02\x04\x01\x00\x00")


def tls12_messages(chain: Sequence[Issued | bytes] = (OF_RSA,), *, suite: int = 0xC02F) -> bytes:
    return server_hello(suite=suite, found={}) + certificate(chain) + ECDHE + HELLO_DONE


def tls13_messages(chain: Sequence[Issued | bytes] = (OF_RSA,), *, request: bool = False) -> bytes:
    encrypted = message(8, extensions({16: vector(vector(b"h2", 1), 2)}))
    asked = message(13, b"\x00" + extensions({})) if request else b""
    verify = message(15, u16(0x0804) + vector(bytes(256), 2))
    return encrypted + asked + certificate13(chain) + verify + message(20, bytes(32))


def grab(
    offer: str | Offer = "rsa", *, keys: Keys = KEYS, server_name: str | None = NAME
) -> tuple[Grab, bytes]:
    """A grab that has started, with its hello (the handshake message)."""
    started = Grab(
        offer=offer if isinstance(offer, Offer) else OFFERS[offer], server_name=server_name, keys=keys
    )
    return started, started.start()[5:]


class Sealer:
    """The server's side of a Protection: seals records with its key, one after the other."""

    def __init__(self, protection: Protection, *, tag: int = 16) -> None:
        self._aead, self._iv, self._tag, self._count = protection.aead, protection.iv, tag, 0

    def __call__(
        self, content: bytes, *, kind: int = HANDSHAKE, size: int = 16_000, padding: int = 0
    ) -> bytes:
        """Records with at most `size` bytes of content each."""
        out = b""
        for at in range(0, len(content), size):
            inner = content[at : at + size] + bytes((kind,)) + bytes(padding)
            header = b"\x17\x03\x03" + u16(len(inner) + self._tag)
            nonce = (self._iv ^ self._count).to_bytes(12, "big")
            out += header + self._aead.encrypt(nonce, inner, header)
            self._count += 1
        return out


def hello13(
    *, hello: bytes, suite: int = 0x1301, keys: Keys = KEYS, first_hello: bytes = b"", retry: bytes = b""
) -> tuple[bytes, Sealer]:
    """The ServerHello of TLS 1.3 for a ClientHello, and what seals the server's records after it."""
    share = u16(X25519) + vector(_SECRET.public_key().public_bytes_raw(), 2)
    answer = server_hello(suite=suite, found={43: u16(0x0304), 51: share})
    public = keys.public(X25519)
    assert public is not None
    before = start_transcript_after_retry(suite=suite, first_hello=first_hello, retry=retry) if retry else b""
    shared = _SECRET.exchange(X25519PublicKey.from_public_bytes(public))
    protection = derive_server_protection(suite=suite, shared=shared, transcript=before + hello + answer)
    return answer, Sealer(protection, tag=8 if suite == 0x1305 else 16)


def tls12_flight(chain: Sequence[Issued | bytes] = (OF_RSA,)) -> bytes:
    return record(HANDSHAKE, tls12_messages(chain))


def tls13_flight(
    hello: bytes, chain: Sequence[Issued | bytes] = (OF_RSA,), *, keys: Keys = KEYS, size: int = 16_000
) -> bytes:
    answer, seal = hello13(hello=hello, keys=keys)
    return record(HANDSHAKE, answer) + record(20, b"\x01") + seal(tls13_messages(chain), size=size)
