"""The keys of certificates and the hashes that they are signed with."""

import dataclasses
from types import SimpleNamespace

import pytest

from assess.checks.sound import PASSES, SOCKETIO, WEB_PAGE, build_site, presenting, states, text
from assess.sites import (
    EC_ROOT,
    MINER,
    PUBLISHER,
    RSA_ROOT,
    SUBSCRIBER,
    Box,
    evidence,
    trusting,
)
from certlib.knowledge import load
from certs import build_certificate, build_key, ca, leaf


def relabelled(issued, oid):
    """A certificate with the OID of sha256WithRSAEncryption changed: libraries no longer sign with SHA-1."""
    was, now = (bytes.fromhex(f"06092a864886f70d0101{last}") for last in ("0b", oid))
    assert issued.der.count(was) == 2
    return SimpleNamespace(der=issued.der.replace(was, now))


@pytest.mark.parametrize(("oid", "name"), [("05", "SHA-1"), ("04", "MD5")])
def test_a_weak_signature_is_found_in_the_leaf_and_in_the_ca_certificate_above_it(oid, name):
    weak = relabelled(leaf(RSA_ROOT, "ec", PUBLISHER), oid)
    given = presenting(build_site(), SOCKETIO, weak)
    assert states(given, "signature-hash") == {PUBLISHER: "action"}
    assert text(given, "signature-hash") == f"The ECDSA certificate of {PUBLISHER} is signed with {name}."
    issuing = ca("Example RSA issuing CA", "ec", issuer=RSA_ROOT)
    above = presenting(build_site(), SOCKETIO, leaf(issuing, "ec", PUBLISHER), relabelled(issuing, oid))
    assert "A CA certificate sent with" in text(above, "signature-hash")


def test_the_signature_of_a_root_itself_does_not_count():
    given = presenting(build_site(), SOCKETIO, leaf(RSA_ROOT, "ec", PUBLISHER), RSA_ROOT)
    old = dataclasses.replace(given.certificates[RSA_ROOT.sha256], signature_hash="sha1")
    given = dataclasses.replace(given, certificates={**given.certificates, old.sha256: old})
    assert states(given, "signature-hash") == PASSES


@pytest.mark.parametrize(("bits", "found"), [(1024, {MINER: "action"}), (2048, PASSES), (4096, PASSES)])
def test_an_rsa_key_below_2048_bits_is_found(bits, found):
    one = build_certificate(RSA_ROOT, MINER, key=f"rsa{bits}")
    assert states(presenting(build_site(), WEB_PAGE, one, offers=("browser", "rsa")), "rsa-key-size") == found


@pytest.mark.parametrize(
    ("release", "bits", "found"),
    [
        ("11.5(1)", 2048, PASSES),
        ("11.5(1)", 4096, {MINER: "manual"}),
        ("12.5(1)", 4096, {MINER: "manual"}),
        ("12.5(1)SU1", 4096, {None: "not-applicable"}),
        ("12.5(1)SU2", 4096, {None: "not-applicable"}),
    ],
)
def test_a_large_rsa_key_is_told_with_the_doubt_before_12_5_su1_alone(release, bits, found):
    given = presenting(
        build_site(release=release), WEB_PAGE, build_certificate(RSA_ROOT, MINER, key=f"rsa{bits}")
    )
    assert states(given, "rsa-key-over-2048") == found
    if MINER in found:
        assert load().checks["rsa-key-over-2048"].doubt in text(given, "rsa-key-over-2048")


@pytest.mark.parametrize(
    ("curve", "browsers", "found"),
    [
        ("ec", (), PASSES),
        ("ec384", (), PASSES),
        ("ec521", (), {PUBLISHER: "outage"}),
        ("ec521", ("firefox", "chrome"), {PUBLISHER: "outage"}),
        ("ec521", ("firefox",), PASSES),
        ("secp256k1", ("firefox",), {PUBLISHER: "outage"}),
    ],
)
def test_a_curve_that_the_agents_browsers_do_not_take_stops_them(curve, browsers, found):
    trust = trusting(RSA_ROOT, EC_ROOT)
    agents = dataclasses.replace(trust["agents"], browsers=browsers)
    given = presenting(build_site(agents=agents), SOCKETIO, build_certificate(EC_ROOT, PUBLISHER, key=curve))
    assert states(given, "ec-curve") == found


def test_one_key_on_two_nodes_is_found_unless_its_certificate_names_both():
    check, key = "same-key-on-two-nodes", build_key("rsa")
    on_both = f"{PUBLISHER}/uccx-tomcat", f"{SUBSCRIBER}/uccx-tomcat"
    copied = [build_certificate(RSA_ROOT, name, key=key) for name in (PUBLISHER, SUBSCRIBER)]
    given = presenting(presenting(build_site(), on_both[0], copied[0]), on_both[1], copied[1])
    assert states(given, check) == {SUBSCRIBER: "manual"}
    shared = build_certificate(RSA_ROOT, PUBLISHER, SUBSCRIBER, key=key)
    given = presenting(presenting(build_site(), on_both[0], shared), on_both[1], shared)
    assert states(given, check) == PASSES
    assert states(evidence(Box(PUBLISHER)), check) == {None: "not-applicable"}
