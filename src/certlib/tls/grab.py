"""A connection's bytes in any chunking, and the answer that they come to."""

from dataclasses import dataclass

from certlib.reasons import Detail, Reason, make_detail, make_verbatim
from certlib.tls import records
from certlib.tls.handshake import Handshake
from certlib.tls.keys import Keys
from certlib.tls.messages import read_key_type
from certlib.tls.names import GROUPS, SIGNATURE_ALGORITHMS, SUITES, VERSIONS, find_name, name_alert
from certlib.tls.offers import Offer
from certlib.tls.records import ALERT, HANDSHAKE, Broken, Records, make_out_of_protocol, make_too_big


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


_MOST_ALERTS = 16
_WARNING, _CLOSE_NOTIFY = 1, 0
# What a warning may be about without being the end: name not known, no renegotiation, cancelled by the user.
# It is the end all the same when nothing comes after it.
_HARMLESS = {90, 100, 112}
_CHANGE_CIPHER_SPEC = b"\x14\x03\x03\x00\x01\x01"


class Grab:
    """One connection's conversation, in the terms of one offer.

    The name is sent as SNI unless it is an address; ValueError if it can be no name. Nothing is raised
    later.
    """

    __slots__ = (
        "_alert",
        "_alerts",
        "_done",
        "_fault",
        "_handshake",
        "_head",
        "_key",
        "_records",
        "_suspect",
        "_tls",
    )

    def __init__(self, *, offer: Offer, server_name: str | None, keys: Keys) -> None:
        self._key = offer.key
        self._handshake = Handshake(offer=offer, server_name=server_name, keys=keys)
        self._records = Records()
        self._head = b""  # the stream's start, as far as it is held back or kept
        self._tls: bool | None = None  # None: not known yet
        self._alert = b""  # half an alert
        self._alerts: list[str] = []
        self._suspect = ""  # a warning that would explain why the server hangs up
        self._fault: tuple[Reason, tuple[Detail, ...]] | None = None
        self._done = False

    @property
    def done(self) -> bool:
        """Whether nothing more can be learnt."""
        return self._done

    @property
    def has_chain(self) -> bool:
        """Whether the chain is there; only the signature algorithm may still follow."""
        return bool(self._handshake.chain)

    @property
    def held(self) -> int:
        """How many bytes that the server sent are kept, of records and of messages that are not whole yet."""
        return self._records.held + self._handshake.held

    def start(self) -> bytes:
        """The ClientHello to send."""
        hello = self._handshake.start()
        return b"\x16\x03\x01" + len(hello).to_bytes(2, "big") + hello

    def receive(self, data: bytes) -> bytes:
        """Feed received bytes in any chunking; return bytes to send, usually none."""
        if self._done or not data:
            return b""
        try:
            return self._read(data) if self._tls or (data := self._sniff(data)) else b""
        except Broken as broken:
            self._finish(broken.reason, broken.detail)
            return b""

    def end(self) -> None:
        """The server closed the connection."""
        if self._done:
            return
        if self._tls is False:
            self._finish(Reason.NOT_TLS, make_verbatim(records.name_protocol(self._head)))
        elif self._suspect:
            self._finish(Reason.ALERT, make_verbatim(self._suspect))
        else:
            self._finish(Reason.CLOSED, ())

    def answer(self) -> Answer:
        """What is known now. Before the end the reason is NO_ANSWER, STALLED or NOT_TLS."""
        handshake = self._handshake
        reason, details = self._verdict()
        hello, group, signature = handshake.hello, handshake.group, handshake.signature
        return Answer(
            chain=handshake.chain,
            reason=reason,
            detail=details,
            version=find_name(hello.version, VERSIONS) if hello else None,
            suite=find_name(hello.suite, SUITES) if hello else None,
            group=find_name(group, GROUPS) if isinstance(group, int) else group,
            signature_algorithm=None if signature is None else find_name(signature, SIGNATURE_ALGORITHMS),
            alpn=handshake.alpn,
            client_certificate_requested=handshake.client_certificate_requested,
            alerts=tuple(self._alerts),
            retried=handshake.retried,
            first_bytes=self._head if self._tls is False else b"",
        )

    def _verdict(self) -> tuple[Reason | None, tuple[Detail, ...]]:
        if self._handshake.chain:
            kind = read_key_type(self._handshake.chain[0])
            if self._key is None or kind in (None, self._key):
                return None, ()
            return Reason.WRONG_KEY_TYPE, (make_detail("key-given", key=kind),)
        if self._fault:
            return self._fault
        if self._tls is False:
            return Reason.NOT_TLS, make_verbatim(records.name_protocol(self._head))
        return (Reason.STALLED if self._tls or self._head else Reason.NO_ANSWER), ()

    def _finish(self, reason: Reason, details: tuple[Detail, ...]) -> None:
        """Nothing more can be learnt; a chain that is there stays the answer."""
        self._fault = (reason, details)
        self._stop()

    def _stop(self) -> None:
        self._done = True
        self._records.drop()
        self._handshake.drop()

    def _sniff(self, data: bytes) -> bytes:
        """Hold the first bytes back until it is known what they are; gives what is to be read as TLS."""
        self._head += data[: records.FIRST_BYTES] if self._tls is False else data
        if self._tls is None:
            self._tls = records.is_tls(self._head)
        if self._tls:
            data, self._head = self._head, b""
            return data
        if self._tls is False:
            self._head, whole = records.keep_first(self._head)
            if whole:
                self._finish(Reason.NOT_TLS, make_verbatim(records.name_protocol(self._head)))
        return b""

    def _read(self, data: bytes) -> bytes:
        records, handshake, reply = self._records, self._handshake, b""
        records.feed(data)
        while not self._done and (record := records.take()):
            kind, content = record
            if kind == HANDSHAKE:
                hello = handshake.feed(content)
                if hello:
                    reply += _CHANGE_CIPHER_SPEC + b"\x16\x03\x03" + len(hello).to_bytes(2, "big") + hello
                records.protection = handshake.protection
                if handshake.complete:
                    self._stop()
            elif kind == ALERT:
                self._on_alert(content)
            else:
                raise make_out_of_protocol("application data in the handshake")
        return reply

    def _on_alert(self, content: bytes) -> None:
        self._alert += content
        while len(self._alert) >= 2 and not self._done:
            level, number = self._alert[:2]
            self._alert = self._alert[2:]
            name = name_alert(number)
            self._alerts.append(name)
            harmless = number in _HARMLESS
            if number == _CLOSE_NOTIFY:
                reason = Reason.ALERT if self._suspect else Reason.CLOSED
                self._finish(reason, make_verbatim(self._suspect or name))
            elif level != _WARNING or (self._records.protection and not harmless):
                self._finish(Reason.ALERT, make_verbatim(name))
            elif len(self._alerts) >= _MOST_ALERTS:
                raise make_too_big("many-warnings", most=_MOST_ALERTS)
            elif not (harmless and self._suspect):
                self._suspect = name
