"""Offers ask for one kind of key and let every chain through."""

import pytest

from certlib.tls import OFFERS
from certlib.tls.names import GROUPS, SIGNATURE_ALGORITHMS, SUITES, VERSIONS

OF_A_KEY = [offer for offer in OFFERS.values() if offer.key]


def test_every_offer_is_found_under_its_id_and_has_a_title():
    for name, offer in OFFERS.items():
        assert name == offer.id
        assert offer.title


@pytest.mark.parametrize("offer", OFFERS.values(), ids=lambda offer: offer.id)
def test_every_number_of_an_offer_has_a_name_and_stands_once(offer):
    for given, names in (
        (offer.versions, VERSIONS),
        ([suite for suite in offer.suites if suite != 0x00FF], SUITES),
        (offer.groups, GROUPS),
        (offer.signature_algorithms, SIGNATURE_ALGORITHMS),
        (offer.signature_algorithms_cert, SIGNATURE_ALGORITHMS),
    ):
        assert set(given) <= set(names)
        assert len(set(given)) == len(given)
    assert set(offer.key_shares) <= set(offer.groups)


@pytest.mark.parametrize("offer", OF_A_KEY, ids=lambda offer: offer.id)
def test_the_suites_of_an_offer_for_one_key_are_of_that_key(offer):
    names = [SUITES[suite] for suite in offer.suites]
    allowed = {"rsa": ("TLS_RSA_", "TLS_DHE_RSA_", "TLS_ECDHE_RSA_"), "ec": ("TLS_ECDHE_ECDSA_",)}[offer.key]
    assert all("_WITH_" not in name or name.startswith(allowed) for name in names)


@pytest.mark.parametrize(
    "offer", [offer for offer in OF_A_KEY if offer.signature_algorithms_cert], ids=lambda offer: offer.id
)
def test_an_offer_for_one_key_asks_for_its_signatures_and_lets_every_chain_through(offer):
    names = [SIGNATURE_ALGORITHMS[number] for number in offer.signature_algorithms]
    assert all(name.startswith({"rsa": "rsa_", "ec": "ecdsa_"}[offer.key]) for name in names)
    assert set(offer.signature_algorithms_cert) == set(SIGNATURE_ALGORITHMS)


def test_rsa_asks_for_every_way_to_sign_with_rsa():
    assert {0x0401, 0x0804, 0x0805, 0x0806, 0x0809, 0x080A, 0x080B} <= set(OFFERS["rsa"].signature_algorithms)


def test_offers_of_one_version_hold_that_version_alone():
    for name in ("rsa", "ecdsa"):
        assert OFFERS[f"{name}-tls12"].versions == (0x0303,)
        assert OFFERS[f"{name}-tls13"].versions == (0x0304,)
        assert all(suite >> 8 == 0x13 for suite in OFFERS[f"{name}-tls13"].suites)


def test_no_ecdsa_offer_holds_static_ecdh():
    for offer in OFFERS.values():
        if offer.key == "ec":
            assert not [suite for suite in offer.suites if "TLS_ECDH_" in SUITES[suite]]


def test_gentle_puts_rsa_key_exchange_first():
    kinds = [SUITES[suite].startswith("TLS_RSA_") for suite in OFFERS["rsa-gentle"].suites]
    assert kinds == sorted(kinds, reverse=True)
    assert set(kinds) == {True, False}
