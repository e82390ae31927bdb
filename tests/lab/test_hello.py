import ssl
import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from certlib.lab.policy import LIMIT, BadHello, parse_hello
from lab.clients import client_hello

SIGNATURES = (13, b"\x00\x04\x04\x03\x08\x04")
GROUPS = (10, b"\x00\x02\x00\x18")
VERSIONS = (43, b"\x04\x03\x04\x03\x03")


def hello_of_openssl() -> bytes:
    outgoing = ssl.MemoryBIO()
    client = ssl.create_default_context().wrap_bio(ssl.MemoryBIO(), outgoing, server_hostname="a.example")
    with pytest.raises(ssl.SSLWantReadError):
        client.do_handshake()
    return outgoing.read()


def test_versions_suites_signatures_and_groups_are_read():
    hello = parse_hello(client_hello(suites=(0x1301, 0xC02B), extensions=[VERSIONS, SIGNATURES, GROUPS]))
    assert hello is not None
    assert hello.versions == (0x0304, 0x0303)
    assert hello.suites == (0x1301, 0xC02B)
    assert hello.signature_algorithms == (0x0403, 0x0804)
    assert hello.groups == (24,)


def test_a_hello_without_extensions_says_its_version_and_nothing_of_signatures():
    hello = parse_hello(client_hello(version=0x0301))
    assert hello is not None
    assert (hello.versions, hello.signature_algorithms, hello.groups) == ((0x0301,), None, None)


def test_the_hello_of_a_real_client_is_read():
    hello = parse_hello(hello_of_openssl())
    assert hello is not None
    assert {0x0303, 0x0304} <= set(hello.versions)
    assert 0x0804 in (hello.signature_algorithms or ())


@pytest.mark.parametrize("fragment", [1, 5, 100])
def test_a_hello_in_many_records_reads_as_in_one(fragment):
    whole = client_hello(extensions=[SIGNATURES])
    assert parse_hello(client_hello(extensions=[SIGNATURES], fragment=fragment)) == parse_hello(whole)


def test_an_incomplete_hello_asks_for_more():
    data = hello_of_openssl()
    assert [parse_hello(data[:end]) for end in range(len(data))] == [None] * len(data)


@pytest.mark.parametrize(
    "data",
    [
        b"GET / HTTP/1.1\r\n",
        b"\x16\x02",
        b"\x16\x03\x01\x00\x00",
        b"\x16\x03\x01\x40\x01",
        b"\x16\x03\x01\x00\x04\x02\x00\x00\x00",
        b"\x16\x03\x01\x00\x04\x01\x00\x00\x00",
        struct.pack("!BHHI", 22, 0x0301, 4, 0x01000000 + LIMIT),
        client_hello(extensions=[(13, b"\x00\x08\x04\x03")]),
        client_hello(extensions=[(13, b"\x00\x03\x04\x03\x04")]),
    ],
    ids=[
        "http",
        "version",
        "empty record",
        "long record",
        "other message",
        "empty hello",
        "huge",
        "short vector",
        "odd vector",
    ],
)
def test_what_is_no_hello_is_refused(data):
    with pytest.raises(BadHello):
        parse_hello(data)


def test_endless_records_are_refused_at_the_limit():
    opening = b"\x16\x03\x01\x00\x04" + b"\x01" + (LIMIT - 4).to_bytes(3)
    with pytest.raises(BadHello):
        parse_hello(opening + b"\x16\x03\x01\x00\x01\x00" * (LIMIT // 6))


@given(st.binary(max_size=400), st.integers(0, 200))
def test_broken_bytes_bring_a_hello_a_wait_or_a_refusal_and_nothing_else(noise, at):
    data = client_hello(extensions=[VERSIONS, SIGNATURES, GROUPS])
    try:
        parse_hello(noise)
        parse_hello(data[:at] + noise + data[at + len(noise) :])
    except BadHello:
        pass
