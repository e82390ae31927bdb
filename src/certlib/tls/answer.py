"""What one offer brought, as plain data."""

from dataclasses import dataclass

from certlib.reasons import Detail, Reason


@dataclass(frozen=True, slots=True)
class Answer:
    """A chain, or the reason why there is none, with what the server chose and said on the way.

    `chain` holds the certificates' DER as sent, in their order and with doubles; it is empty when there is
    a reason, but for WRONG_KEY_TYPE: then it is the chain of the other key that the server gave. `detail`
    is the alert's name, the protocol spoken instead, the key given, or what is wrong.
    `first_bytes` are at most 64 bytes of a stream that is not TLS.
    """

    chain: tuple[bytes, ...]
    reason: Reason | None  # None when the chain is there
    detail: tuple[Detail, ...] = ()
    version: str | None = None  # "TLS 1.3"
    suite: str | None = None  # IANA's name, or 0xNNNN
    group: str | None = None  # IANA's name, or dh2048 (a finite field of the server's own, TLS 1.2)
    signature_algorithm: str | None = None  # of the handshake's signature, when it was seen
    alpn: str | None = None
    client_certificate_requested: bool = False
    alerts: tuple[str, ...] = ()
    retried: bool = False  # a HelloRetryRequest came and was answered
    first_bytes: bytes = b""
