"""The server's handshake messages up to its certificate: ServerHello, key agreement in TLS 1.3, the chain.

Knows neither records nor alerts: it takes the messages' bytes and gives the bytes of a second hello, should
the server want one.
"""

from certlib.tls import messages
from certlib.tls.hello import build_client_hello, choose_sni
from certlib.tls.keys import (
    Keys,
    Protection,
    derive_server_protection,
    hash_of,
    start_transcript_after_retry,
)
from certlib.tls.names import GROUPS, SUITES, TLS_1_3, VERSIONS, find_name
from certlib.tls.offers import Offer
from certlib.tls.records import make_malformed, make_not_offered, make_out_of_protocol, make_too_big

LONGEST_CERTIFICATE = 1_048_576  # its message; some 40,000 names fit into one
LONGEST_MESSAGE = 262_144  # any other
_LONGEST_COOKIE = 4_096
_MOST_MESSAGES = 64
_ALPN, _COOKIE, _KEY_SHARE = 16, 44, 51
_IGNORED_IN_TLS12 = {messages.HELLO_REQUEST, messages.CERTIFICATE_STATUS, messages.SUPPLEMENTAL_DATA}


class Handshake:
    """One handshake, never finished; its methods raise Broken where the server leaves the protocol."""

    __slots__ = (
        "_buffer",
        "_count",
        "_keys",
        "_name",
        "_offer",
        "_random",
        "_sent",
        "_session",
        "_transcript",
        "alpn",
        "chain",
        "client_certificate_requested",
        "complete",
        "group",
        "hello",
        "protection",
        "retried",
        "signature",
    )

    def __init__(self, *, offer: Offer, server_name: str | None, keys: Keys) -> None:
        self._offer = keys.able(offer)
        self._name = choose_sni(server_name)
        self._keys = keys
        self._random = keys.randomness(32)
        self._session = keys.randomness(32) if TLS_1_3 in offer.versions else b""
        self._sent = b""  # the hello that is to be answered
        self._transcript = b""  # what stands before it, after a HelloRetryRequest
        self._buffer = bytearray()
        self._count = 0
        self.hello: messages.ServerHello | None = None
        self.protection: Protection | None = None  # of the server's next records, in TLS 1.3
        self.chain: tuple[bytes, ...] = ()
        self.group: int | str | None = None
        self.signature: int | None = None
        self.alpn: str | None = None
        self.client_certificate_requested = False
        self.retried = False
        self.complete = False  # all that can be learnt from the handshake is there

    def start(self) -> bytes:
        """The ClientHello."""
        self._sent = self._client_hello(self._keys.shares(self._offer.key_shares), b"")
        return self._sent

    def feed(self, content: bytes) -> bytes:
        """Take in the content of a record; the second ClientHello if the server wants one, else nothing."""
        buffer, reply = self._buffer, b""
        buffer += content
        while not self.complete and len(buffer) >= 4:
            size = int.from_bytes(buffer[1:4], "big")
            certificate = self.hello is not None and buffer[0] == messages.CERTIFICATE
            most = LONGEST_CERTIFICATE if certificate else LONGEST_MESSAGE
            if size > most:
                code = "certificate-message" if certificate else "handshake-message"
                raise make_too_big(code, bytes=size, most=most)
            if len(buffer) < 4 + size:
                break
            message = bytes(buffer[: 4 + size])
            del buffer[: 4 + size]
            self._count += 1
            if self._count > _MOST_MESSAGES:
                raise make_too_big("many-messages", most=_MOST_MESSAGES)
            if self.hello is None:
                reply += self._before_hello(message)
            elif self.hello.version == TLS_1_3:
                self._in_tls13(message[0], message[4:])
            else:
                self._in_tls12(self.hello, message[0], message[4:])
        return reply

    @property
    def held(self) -> int:
        """How many bytes of a message that is not whole are kept."""
        return len(self._buffer)

    def drop(self) -> None:
        """Forget a message that will not be read."""
        self._buffer = bytearray()

    def _client_hello(self, shares: tuple[tuple[int, bytes], ...], cookie: bytes) -> bytes:
        return build_client_hello(
            offer=self._offer,
            server_name=self._name,
            random=self._random,
            session_id=self._session,
            shares=shares,
            cookie=cookie,
        )

    def _before_hello(self, message: bytes) -> bytes:
        """ServerHello or HelloRetryRequest, or a HelloRequest that may come before."""
        if message[0] == messages.HELLO_REQUEST:
            return b""
        if message[0] != messages.SERVER_HELLO:
            raise make_out_of_protocol("another message instead of ServerHello")
        hello = messages.read_server_hello(message[4:])
        if hello.retry:
            return self._retry(hello, message)
        self.hello = hello
        if hello.version not in self._offer.versions:
            raise make_not_offered("not-offered", find_name(hello.version, VERSIONS))
        if hello.suite not in self._offer.suites:
            raise make_not_offered("suite-not-offered", find_name(hello.suite, SUITES))
        if hello.version == TLS_1_3:
            self._agree(hello, message)
        else:
            self.alpn = messages.read_chosen_protocol(hello.extensions.get(_ALPN), self._offer.alpn)
        return b""

    def _retry(self, retry: messages.ServerHello, message: bytes) -> bytes:
        """Another key share, the server's cookie, or both: all else stays as it was."""
        if self.retried or retry.version not in self._offer.versions or hash_of(retry.suite) is None:
            raise make_out_of_protocol("a HelloRetryRequest out of place")
        shares = self._keys.shares(self._offer.key_shares)
        wanted, cookie = retry.extensions.get(_KEY_SHARE), retry.extensions.get(_COOKIE)
        if wanted is not None:
            group = messages.read_only_number(wanted, "group")
            share = self._keys.public(group) if group in self._offer.groups else None
            if share is None:
                raise make_not_offered("group-not-offered", find_name(group, GROUPS))
            shares = ((group, share),)
        elif cookie is None:
            raise make_out_of_protocol("a HelloRetryRequest that asks for nothing")
        if cookie is not None:
            cookie = messages.Reader(cookie, "cookie").vector(2)
            if len(cookie) > _LONGEST_COOKIE:
                raise make_too_big("long-cookie", bytes=len(cookie), most=_LONGEST_COOKIE)
        self._transcript = start_transcript_after_retry(
            suite=retry.suite, first_hello=self._sent, retry=message
        )
        self._sent = self._client_hello(shares, cookie or b"")
        self.retried = True
        return self._sent

    def _agree(self, hello: messages.ServerHello, message: bytes) -> None:
        """The key that opens the server's next records."""
        if hash_of(hello.suite) is None:
            raise make_out_of_protocol(f"{find_name(hello.suite, SUITES)} in TLS 1.3")
        if self._buffer:
            raise make_out_of_protocol("a message across a change of keys")
        reader = messages.Reader(hello.extensions.get(_KEY_SHARE, b""), "key share")
        self.group = group = reader.number(2)
        if group not in self._offer.groups:
            raise make_not_offered("group-not-offered", find_name(group, GROUPS))
        try:
            shared = self._keys.agree(group=group, peer=reader.vector(2))
        except ValueError:
            raise make_out_of_protocol("a key share that is none") from None
        self.protection = derive_server_protection(
            suite=hello.suite, shared=shared, transcript=self._transcript + self._sent + message
        )

    def _in_tls12(self, hello: messages.ServerHello, kind: int, body: bytes) -> None:
        if kind == messages.CERTIFICATE and not self.chain:
            self.chain = messages.read_certificates(body, tls13=False)
        elif kind == messages.SERVER_KEY_EXCHANGE:
            self.group, self.signature = messages.read_key_exchange(
                body, suite=hello.suite, version=hello.version
            )
        elif kind == messages.CERTIFICATE_REQUEST:
            self.client_certificate_requested = True
        elif kind == messages.SERVER_HELLO_DONE and self.chain:
            self.complete = True
        elif kind not in _IGNORED_IN_TLS12:
            raise make_malformed("no-certificate")

    def _in_tls13(self, kind: int, body: bytes) -> None:
        if kind == messages.ENCRYPTED_EXTENSIONS:
            block = messages.Reader(body, "EncryptedExtensions").vector(2)
            found = messages.read_extensions(block, "EncryptedExtensions")
            self.alpn = messages.read_chosen_protocol(found.get(_ALPN), self._offer.alpn)
        elif kind == messages.CERTIFICATE_REQUEST:
            self.client_certificate_requested = True
        elif kind == messages.CERTIFICATE and not self.chain:
            self.chain = messages.read_certificates(body, tls13=True)
        elif kind == messages.CERTIFICATE_VERIFY and self.chain:
            self.signature = messages.Reader(body, "CertificateVerify").number(2)
            self.complete = True
        else:
            raise make_malformed("no-certificate")
