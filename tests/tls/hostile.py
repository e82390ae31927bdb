"""A hostile server: a grab's conversation with any bytes at all, and what must hold at each step of it.

Driven by hypothesis in the property tests, and by coverage in `fuzz.py`.
"""

from collections.abc import Iterable

from certlib.reasons import Reason, describe_in_english
from certlib.tls import OFFERS, Answer, Grab, Keys
from tls import made

IDS = sorted(OFFERS)
MOST_BYTES = 3 << 19
LONGEST_MESSAGE = 1 << 20
SAME = Keys(randomness=bytes)  # every grab of an offer says the same hello
RETRY = made.server_hello(
    suite=0x1301, found={43: b"\x03\x04", 51: made.u16(made.X25519)}, random=made.RETRY_RANDOM
)


def holds(grab: Grab, answer: Answer) -> None:
    """What is true of a grab at any time."""
    assert isinstance(answer, Answer)
    assert bool(answer.chain) == (answer.reason in {None, Reason.WRONG_KEY_TYPE})
    assert grab.has_chain == bool(answer.chain)
    assert all(isinstance(der, bytes) and der for der in answer.chain)
    assert len(answer.chain) <= 100
    assert sum(map(len, answer.chain)) <= LONGEST_MESSAGE
    assert len(answer.alerts) <= 16
    assert len(answer.first_bytes) <= 64
    assert bool(answer.first_bytes) == (answer.reason is Reason.NOT_TLS)
    for text in (
        describe_in_english(answer.detail),
        *answer.alerts,
        answer.version,
        answer.suite,
        answer.group,
        answer.alpn,
    ):
        assert text is None or (text.isascii() and text.isprintable() and len(text) <= 80)
    assert grab.held <= MOST_BYTES + LONGEST_MESSAGE + 4 + 18_432


def converse(grab: Grab, chunks: Iterable[bytes], *, closes: bool = True) -> Answer:
    """The answer after the chunks; `holds` after each of them."""
    replies = 0
    for chunk in chunks:
        before = grab.answer() if grab.done else None
        reply = grab.receive(chunk)
        replies += bool(reply)
        assert len(reply) <= 16_384
        assert before is None or (not reply and grab.answer() == before)
        if before is None:
            holds(grab, grab.answer())
    assert replies <= 1
    if closes:
        grab.end()
        assert grab.done
        holds(grab, grab.answer())
    return grab.answer()


def pieces(data: bytes, size: int) -> list[bytes]:
    return [data[at : at + size] for at in range(0, len(data), size)]


def flight_from(
    shape: int, data: bytes, *, hello: bytes, first_hello: bytes = b"", retry: bytes = b""
) -> bytes:
    """Bytes of a server: raw, as handshake records, or sealed under the right key of TLS 1.3."""
    if shape % 3 == 0:
        return data
    if shape % 3 == 1:
        return made.records(data, 1 + shape * 64)
    suite = 0x1301 if retry else (0x1301, 0x1302, 0x1303, 0x1304, 0x1305)[shape % 5]
    first, seal = made.hello13(hello=hello, suite=suite, keys=SAME, first_hello=first_hello, retry=retry)
    return made.record(made.HANDSHAKE, first) + seal(data, size=1 + shape * 64, padding=shape % 7)


def one_input(data: bytes) -> None:
    """Offer, shape and size of the pieces from the first three bytes; the rest is what the server says.

    With the highest bit of the shape the server begins with a HelloRetryRequest.
    """
    if len(data) < 4:
        return
    (grab, hello), (at_once, _) = (made.grab(IDS[data[0] % len(IDS)], keys=SAME) for _ in range(2))
    shape, first_hello, retry = data[1] & 0x7F, b"", b""
    if data[1] & 0x80:
        reply = grab.receive(made.record(made.HANDSHAKE, RETRY))
        assert reply == at_once.receive(made.record(made.HANDSHAKE, RETRY))
        if reply:
            hello, first_hello, retry = reply[11:], hello, RETRY
    whole = flight_from(shape, data[3:], hello=hello, first_hello=first_hello, retry=retry)
    size = 1 + data[2] * 16 + len(whole) // 32
    assert converse(grab, pieces(whole, size)) == converse(at_once, [whole])


def seeds() -> list[bytes]:
    """Flights to start from, as inputs of `one_input`."""
    _, hello = made.grab("rsa", keys=SAME)
    offer = bytes((IDS.index("rsa"),))
    return [
        offer + b"\x00\xff" + made.tls12_flight(),
        offer + b"\x00\x00" + made.tls13_flight(hello, keys=SAME),
        offer + b"\x04\x10" + made.tls12_messages(),
        offer + b"\x05\x10" + made.tls13_messages(request=True),
        offer + b"\x08\x00" + made.tls13_messages(),
        offer + b"\x88\x40" + made.tls13_messages(),
        offer + b"\x00\x01" + made.alert(112, level=1) + made.alert(40),
        offer + b"\x00\x01HTTP/1.1 400 Bad Request\r\n",
    ]
