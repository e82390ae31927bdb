"""The same answer however the bytes are cut; whatever they are, nothing raises and no bound gives way."""

from itertools import pairwise

from hypothesis import given, settings
from hypothesis import strategies as st

from certlib.tls import Answer
from tls import made
from tls.hostile import IDS, SAME, converse, flight_from, one_input, seeds

CHAIN = [made.OF_RSA, made.RSA_CA]
RETRY = made.server_hello(suite=0x1301, found={43: b"\x03\x04", 51: b"\x00\x18"}, random=made.RETRY_RANDOM)

PLAIN_FLIGHTS = {
    "tls 1.2": made.tls12_flight(CHAIN),
    "small records": made.records(made.tls12_messages(CHAIN), 100),
    "warning, then chain": made.alert(112, level=1) + made.tls12_flight(),
    "alert": made.alert(40),
    "retry, then alert": made.record(made.HANDSHAKE, RETRY) + made.alert(47),
    "other kind": made.tls12_flight([made.OF_EC]),
    "http": b"HTTP/1.1 400 Bad Request\r\nServer: nginx\r\n\r\n<html>" + b"x" * 100,
    "one long line": b"220 " + b"x" * 100,
    "binary": bytes(range(1, 30)),
    "too big": b"\x16\x03\x03\xff\xff",
    "half a flight": made.tls12_flight(CHAIN)[:700],
    "garbage after an alert": made.alert(112, level=1) + b"\x00" * 40,
}

cuts = st.lists(st.integers(0, 3_000), max_size=12)


def cut(data: bytes, at: list[int]) -> list[bytes]:
    places = [0, *sorted(place % (len(data) + 1) for place in at), len(data)]
    return [data[start:stop] for start, stop in pairwise(places)]


def told(offer: str, chunks: list[bytes], *, closes: bool) -> Answer:
    return converse(made.grab(offer)[0], chunks, closes=closes)


@given(st.sampled_from(sorted(PLAIN_FLIGHTS)), cuts, st.booleans())
def test_the_answer_is_the_same_however_a_flight_is_cut(name, at, closes):
    flight = PLAIN_FLIGHTS[name]
    assert told("rsa", cut(flight, at), closes=closes) == told("rsa", [flight], closes=closes)


@given(cuts, st.integers(1, 400), st.integers(0, 20))
def test_the_answer_is_the_same_however_a_flight_of_tls_1_3_is_cut(at, size, padding):
    grab, hello = made.grab("rsa")
    first, seal = made.hello13(hello=hello)
    flight = made.record(made.HANDSHAKE, first) + seal(made.tls13_messages(CHAIN), size=size, padding=padding)
    answer = converse(grab, cut(flight, at))
    assert answer.chain == tuple(one.der for one in CHAIN)
    assert (answer.reason, answer.version, answer.group) == (None, "TLS 1.3", "x25519")
    assert answer.signature_algorithm == "rsa_pss_rsae_sha256"


@given(
    st.sampled_from(IDS),
    st.sampled_from(sorted(PLAIN_FLIGHTS)),
    st.lists(st.tuples(st.integers(0, 3_000), st.integers(0, 255)), min_size=1, max_size=8),
    cuts,
)
def test_a_flight_with_changed_bytes_never_raises(offer, name, changes, at):
    flight = bytearray(PLAIN_FLIGHTS[name])
    for place, byte in changes:
        flight[place % len(flight)] = byte
    converse(made.grab(offer)[0], cut(bytes(flight), at))


@given(
    st.lists(st.tuples(st.integers(0, 3_000), st.integers(0, 255)), min_size=1, max_size=8),
    st.integers(0, 255),
    cuts,
)
def test_messages_with_changed_bytes_under_the_right_key_never_raise(changes, shape, at):
    messages = bytearray(made.tls13_messages(CHAIN, request=True))
    for place, byte in changes:
        messages[place % len(messages)] = byte
    grab, hello = made.grab("any", keys=SAME)
    converse(grab, cut(flight_from(shape, bytes(messages), hello=hello), at))


@given(st.binary(max_size=2_000))
@settings(max_examples=100)
def test_any_bytes_never_raise(data):
    one_input(data)


def test_the_seeds_of_the_coverage_guided_run_hold():
    for seed in seeds():
        one_input(seed)
