"""A hello says what its offer says, and nothing more."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from certlib.tls import OFFERS, Keys, Offer
from certlib.tls.hello import build_client_hello, choose_sni

RANDOM, SESSION = bytes(range(32)), bytes(range(32, 64))
KEYS = Keys()


def hello(offer: Offer, *, server_name: str | None = "uccx1.example.test", **more) -> bytes:
    return build_client_hello(
        offer=offer,
        server_name=server_name,
        random=RANDOM,
        session_id=SESSION,
        **{"shares": KEYS.shares(offer.key_shares), **more},
    )


def parts(message: bytes) -> tuple[int, bytes, dict[int, bytes]]:
    """Version, suites and extensions of a ClientHello; every length must fit."""
    assert message[0] == 1
    assert int.from_bytes(message[1:4], "big") == len(message) - 4
    at = 4 + 2 + 32
    at += 1 + message[at]
    size = int.from_bytes(message[at : at + 2], "big")
    suites = message[at + 2 : at + 2 + size]
    at += 2 + size
    assert message[at : at + 2] == b"\x01\x00"
    at += 2
    found: dict[int, bytes] = {}
    if at < len(message):
        assert int.from_bytes(message[at : at + 2], "big") == len(message) - at - 2
        at += 2
    while at < len(message):
        number, size = (
            int.from_bytes(message[at : at + 2], "big"),
            int.from_bytes(message[at + 2 : at + 4], "big"),
        )
        assert number not in found
        found[number] = message[at + 4 : at + 4 + size]
        at += 4 + size
    assert at == len(message)
    return int.from_bytes(message[4:6], "big"), suites, found


def numbers(content: bytes, *, skip: int = 2) -> list[int]:
    content = content[skip:]
    return [int.from_bytes(content[at : at + 2], "big") for at in range(0, len(content), 2)]


@pytest.mark.parametrize("offer", OFFERS.values(), ids=lambda offer: offer.id)
def test_the_same_offer_and_randomness_make_the_same_bytes(offer):
    assert hello(offer) == hello(offer)


@pytest.mark.parametrize("offer", [o for o in OFFERS.values() if not o.bare], ids=lambda offer: offer.id)
def test_a_hello_holds_what_the_offer_says(offer):
    version, suites, found = parts(hello(offer))
    made_up = 1 if offer.grease else 0
    assert version == min(max(offer.versions), 0x0303)
    assert numbers(suites, skip=0)[made_up:] == list(offer.suites)
    assert numbers(found[10])[made_up:] == list(offer.groups)
    assert numbers(found[13])[made_up:] == list(offer.signature_algorithms)
    assert (50 in found) == bool(offer.signature_algorithms_cert)
    if 50 in found:
        assert numbers(found[50]) == list(offer.signature_algorithms_cert)
    assert (43 in found) == (51 in found) == (0x0304 in offer.versions)
    if 43 in found:
        assert numbers(found[43], skip=1)[made_up:] == list(offer.versions)
    assert found[0][5:] == b"uccx1.example.test"


def test_no_hello_accepts_compressed_certificates():
    for offer in OFFERS.values():
        assert 27 not in parts(hello(offer))[2]


def test_the_browser_hello_is_chromiums():
    _, suites, found = parts(hello(OFFERS["browser"]))
    suite_numbers = "1301 1302 1303 c02b c02f c02c c030 cca9 cca8 c013 c014 009c 009d 002f 0035"
    assert suites[2:].hex(" ", 2) == suite_numbers
    assert found[10][4:].hex(" ", 2) == "11ec 001d 0017 0018"
    assert found[13][4:].hex(" ", 2) == "0904 0905 0906 0403 0804 0401 0503 0805 0501 0806 0601"
    assert found[16] == b"\x00\x0c\x02h2\x08http/1.1"
    assert found[43][3:].hex(" ", 2) == "0304 0303"
    assert found[51][2:7].hex() == "9a9a000100"
    assert {0xAAAA, 0, 23, 65281, 10, 11, 35, 16, 5, 13, 18, 51, 45, 43, 0xBABA} == set(found)


def test_a_bare_hello_has_no_extension_and_no_name():
    version, _, found = parts(hello(OFFERS["tls10-bare"]))
    assert (version, found) == (0x0301, {})


def test_a_bare_hello_is_below_256_bytes():
    assert len(hello(OFFERS["tls10-bare"])) < 256


@given(st.sampled_from(list(OFFERS.values())), st.integers(1, 255), st.integers(0, 90))
def test_no_hello_has_from_256_to_511_bytes(offer, name, suites):
    smaller = replace(offer, suites=offer.suites[: suites + 1], signature_algorithms_cert=())
    message = hello(smaller, server_name="x" * name)
    parts(message)
    assert not 256 <= len(message) < 512


def test_the_name_of_an_address_is_never_sent():
    for address in ("192.0.2.1", "2001:db8::1", "[2001:db8::1]", "fe80::1%eth0", "", None):
        assert choose_sni(address) is None
        assert 0 not in parts(hello(OFFERS["rsa"], server_name=choose_sni(address)))[2]


@pytest.mark.parametrize(
    ("written", "sent"),
    [
        ("UCCX1.Example.Test.", "uccx1.example.test"),
        ("bücher.example", "xn--bcher-kva.example"),
        ("a_b", "a_b"),
    ],
)
def test_a_name_is_sent_as_dns_writes_it(written, sent):
    assert choose_sni(written) == sent


@given(st.text(max_size=300))
def test_any_text_is_a_name_of_visible_ascii_or_refused(text):
    try:
        name = choose_sni(text)
    except ValueError:
        return
    assert name is None or (name.isascii() and name.isprintable() and " " not in name and len(name) <= 255)


def test_a_second_hello_differs_in_the_share_and_the_cookie_alone():
    _, suites, first = parts(hello(OFFERS["browser"]))
    again = hello(OFFERS["browser"], shares=KEYS.shares((24,)), cookie=b"crumbs")
    _, suites_again, second = parts(again)
    assert suites == suites_again
    assert second.pop(44) == b"\x00\x06crumbs"
    assert second.pop(51).startswith(b"\x00\x65\x00\x18\x00\x61\x04")
    first.pop(51)
    second.pop(21)  # padding may change, for the sake of the size
    assert first == second
