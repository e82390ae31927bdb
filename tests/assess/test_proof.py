"""Whether a chain leads to a given CA: the verifier's answer, and where it refuses, the signatures'."""

import datetime as dt
import warnings

import pytest
from cryptography import x509
from hypothesis import given
from hypothesis import strategies as st

from assess.sites import EC_ROOT, RSA_ROOT
from browsers import der
from certlib.assess import faults
from certlib.assess.proof import MOST_SENT, Proof, TrustPath
from certs import NOT_BEFORE, build_certificate, build_key, ca, leaf, sign_with_sha1

DAY = dt.date(2026, 11, 23)
NAME = "uccx1.example.test"
# An issuer's name with a country of more letters than the two that it may have.
LONG_COUNTRY = der.seq(
    der.tlv(0x31, der.seq(der.oid("2.5.4.6"), der.tlv(der.PRINTABLE, b"Germany"))),
    der.tlv(0x31, der.seq(der.oid("2.5.4.3"), der.tlv(der.UTF8, b"Example root"))),
)
PAST = NOT_BEFORE, dt.datetime(2026, 11, 1, tzinfo=dt.UTC)


def way(*chain, trusted=(RSA_ROOT,), on=DAY):
    proof = Proof(
        certificates={one.sha256: one.der for one in chain}, trusted=tuple(one.pem for one in trusted)
    )
    return proof.find_path([one.sha256 for one in chain], on=on)


def below(root, name="Example issuing CA", **facts):
    return build_certificate(root, name, is_ca=True, key="rsa", **facts)


@pytest.mark.parametrize(
    "facts",
    [
        {},
        {"eku": ()},
        {"key": "rsa1024"},
        {"critical": (x509.ExtendedKeyUsage,)},
        {"usage": ("crl_sign",)},
    ],
    ids=["as asked for", "no extended usage", "a short key", "a critical usage", "an odd usage"],
)
def test_the_verifier_confirms_what_leads_to_a_trusted_ca_whatever_the_leafs_extensions_say(facts):
    assert way(build_certificate(RSA_ROOT, NAME, **facts)) == TrustPath(leads=True, by="verifier")


def test_intermediates_are_taken_from_what_was_sent_in_any_order():
    first = below(RSA_ROOT)
    second = below(first, "Example second CA")
    for sent in ((second, first), (first, second)):
        assert way(build_certificate(second, NAME), *sent) == TrustPath(leads=True, by="verifier")
    assert not way(build_certificate(second, NAME), second).leads


def test_a_trusted_intermediate_is_enough():
    issuing = below(RSA_ROOT)
    assert way(build_certificate(issuing, NAME), trusted=(issuing,)).leads


def test_a_ca_with_a_short_key_is_refused_by_the_verifier_and_led_to_by_the_signatures():
    old = ca("Example old root", "rsa1024")
    assert way(leaf(old, "rsa", NAME), trusted=(old,)) == TrustPath(leads=True, by="signatures")


def test_a_chain_signed_with_sha_1_leads_to_its_ca_by_the_signatures():
    old = sign_with_sha1(build_certificate(RSA_ROOT, NAME, key="rsa"))
    assert way(old) == TrustPath(leads=True, by="signatures")
    issuing = sign_with_sha1(below(RSA_ROOT))
    assert way(build_certificate(issuing, NAME), issuing) == TrustPath(leads=True, by="signatures")


def test_a_root_that_is_not_trusted_is_not_led_to_although_it_was_sent():
    found = way(leaf(EC_ROOT, "ec384", NAME), EC_ROOT)
    assert (found.leads, found.ended) == (False, False)


def test_a_namesake_of_the_trusted_ca_proves_nothing():
    false = build_certificate(None, "Example namesake", is_ca=True, key="rsa")
    true = build_certificate(None, "Example namesake", is_ca=True, key="rsa")
    assert not way(build_certificate(false, NAME), false, trusted=(true,)).leads


def test_a_ca_certificate_that_has_ended_leads_nowhere_and_is_told_apart():
    issuing = below(RSA_ROOT, life=PAST)
    one = build_certificate(issuing, NAME)
    assert way(one, issuing).ended
    assert not way(one, issuing).leads
    assert way(one, issuing, on=dt.date(2026, 10, 1)) == TrustPath(leads=True, by="verifier")


def test_a_leaf_is_not_taken_for_a_ca():
    issuers = [build_certificate(RSA_ROOT, "other.example.test") for _ in range(2)]
    assert not way(build_certificate(issuers[0], NAME), issuers[1]).leads
    other = build_certificate(RSA_ROOT, "other.example.test", key="rsa")
    assert not way(build_certificate(other, NAME), other).leads


@pytest.mark.parametrize(
    ("of_root", "of_leaf"),
    [({}, {"serial": 0}), ({}, {"serial": -5}), ({"serial": -5}, {}), ({"subject": LONG_COUNTRY}, {})],
    ids=["serial 0", "negative serial", "a root with a negative serial", "a root with a long country"],
)
def test_what_the_parser_only_complains_of_hides_no_way(of_root, of_leaf):
    """Warnings are errors in these tests: none may come out, whoever listens."""
    root = der.made(None, "Example root", ca=True, **of_root)
    one = der.made(root, NAME, **of_leaf)
    proof = Proof(certificates={"leaf": one.der, "root": root.der}, trusted=(root.pem,))
    assert proof.find_path(["leaf"], on=dt.datetime.now(dt.UTC).date()).leads
    assert proof.certifies("root", "leaf")
    assert proof.is_anchored("leaf")


def test_a_way_by_what_denies_that_it_is_a_ca_is_told_apart_from_none():
    denies = build_certificate(RSA_ROOT, "other.example.test", key="rsa")
    chain = build_certificate(denies, NAME), denies
    assert way(*chain) == TrustPath(leads=False, by="signatures", denied=True)
    assert way(*chain, trusted=(EC_ROOT,)) == TrustPath(leads=False, by="signatures")
    beyond = build_certificate(EC_ROOT, "other.example.test", key="rsa", life=PAST)
    assert way(build_certificate(beyond, NAME), beyond, trusted=(EC_ROOT,)).denied


def test_on_the_day_on_which_a_leaf_is_made_its_chain_is_confirmed():
    begin = dt.datetime(2026, 11, 23, 15, tzinfo=dt.UTC)
    one = build_certificate(RSA_ROOT, NAME, life=(begin, begin + dt.timedelta(days=90)))
    assert way(one).by == "verifier"


def test_a_swarm_of_ca_certificates_is_not_given_to_the_verifier():
    key = build_key("ec384")
    root = build_certificate(None, "Example swarm", key=key, is_ca=True)
    swarm = [build_certificate(root, "Example swarm", key=key, is_ca=True) for _ in range(MOST_SENT + 1)]
    node = build_certificate(root, NAME)
    assert way(node, *swarm[:-1], trusted=(root,)).by == "verifier"
    assert way(node, *swarm, trusted=(root,)) == TrustPath(leads=True, by="signatures")


@pytest.mark.parametrize("sent", [0, MOST_SENT])
def test_cas_that_certify_each_other_come_to_an_end(sent):
    key = build_key("ec384")
    root = build_certificate(None, "Example swarm", key=key, is_ca=True)
    swarm = [build_certificate(root, "Example swarm", key=key, is_ca=True) for _ in range(sent)]
    assert way(build_certificate(root, NAME), *swarm, trusted=(root,)).leads


@given(st.lists(st.binary(max_size=60), max_size=3))
def test_bytes_that_are_no_certificate_are_no_proof(blobs):
    proof = Proof(
        certificates={str(at): blob for at, blob in enumerate(blobs)}, trusted=(b"-----BEGIN", *blobs)
    )
    assert not proof.find_path([*map(str, range(len(blobs))), "missing"], on=DAY).leads
    assert not proof.certifies("0", "missing")


ODD_NAME = der.name(b"*.example.test & Co", der.PRINTABLE)


@pytest.mark.parametrize(
    "facts", [{"subject": ODD_NAME}, {"seconds": False, "common_name": "Example root"}, {"serial": 0}]
)
def test_a_chain_that_the_library_does_not_read_leads_to_its_root_all_the_same(facts):
    named = {"common_name": "Example root", **facts}
    root = der.made(None, ca=True, **named)
    middle = der.made(root, "Example issuing CA", ca=True)
    node = der.made(middle, NAME, more=(der.extension("2.5.29.17", b"junk"),), names=())
    sent = {str(at): one.der for at, one in enumerate((node, middle))}
    proof = Proof(certificates=sent, trusted=(root.pem,))
    assert proof.find_path(["0", "1"], on=dt.datetime.now(dt.UTC).date()).leads
    assert proof.certifies("1", "0")
    assert proof.is_anchored("1")
    assert not proof.is_anchored("0")


def test_another_root_of_the_same_odd_name_has_not_signed_it():
    root, other = (der.made(None, subject=ODD_NAME, ca=True, key=f"rsa{bits}") for bits in (2048, 3072))
    proof = Proof(certificates={"0": der.made(root, NAME).der}, trusted=(other.pem,))
    assert not proof.is_anchored("0")
    assert not proof.find_path(["0"], on=dt.datetime.now(dt.UTC).date()).leads


def test_no_warning_of_the_library_leaves_the_proof():
    country = der.seq(der.tlv(0x31, der.seq(der.oid("2.5.4.6"), der.tlv(der.PRINTABLE, b"Germany"))))
    root = der.made(None, subject=country, ca=True, serial=0)
    node = der.made(der.made(root, "Example issuing CA", ca=True, serial=-7), NAME, serial=0)
    sent = {str(at): one.der for at, one in enumerate(node.chain)}
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        proof = Proof(certificates=sent, trusted=(root.pem,))
        assert proof.find_path(["0", "1"], on=dt.datetime.now(dt.UTC).date()).leads
        assert proof.certifies("1", "0")
        assert faults.find_leaf_faults(node.der) == ()
        assert faults.find_issuer_faults(node.issuer.der, dt.datetime.now(dt.UTC).date()) == ()
