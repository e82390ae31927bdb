"""What was not seen never passes: the check says so, and how to look."""

import dataclasses

import pytest
from cryptography import x509 as crypto

from assess.sites import (
    AUTOMATIC,
    EC_ROOT,
    PUBLISHER,
    RSA_ROOT,
    SUBSCRIBER,
    UCCX,
    Box,
    evidence,
    three,
    trusting,
)
from certlib import x509
from certlib.assess import assess
from certlib.assess.checks import CHECKS
from certlib.evidence import Presentation
from certlib.inventory import FurtherEndpoint, Node
from certlib.reasons import Reason
from certs import build_certificate

TRUST = trusting(RSA_ROOT, EC_ROOT)
# Those that are about the inventory, the releases or what answers at all, not about certificates.
NOT_OF_CERTIFICATES = {
    "dns-name", "waivers-current", "way-published", "trust-uploads", "ca-pruning", "certificate-readable",
    "agents-can-work", "cop-published",
}  # fmt: skip
CUCM = "cucm1.example.test"


def states(given, check):
    return {one.state for one in assess(given).findings if one.check == check}


def with_cucm(given, *, endpoint=None):
    cucm = Node(role="cucm", name=CUCM, address=CUCM, release="14", target_release="14")
    site = dataclasses.replace(given.site, nodes=(*given.site.nodes, cucm))
    if endpoint is None:
        return dataclasses.replace(given, site=site)
    listed = FurtherEndpoint("call manager", "other", CUCM, 8443, CUCM)
    site = dataclasses.replace(site, further_endpoints=(listed,))
    shown = Presentation("call manager/other", "browser", (x509.read(endpoint.der).sha256,), None)
    certificates = {**given.certificates, shown.chain[0]: x509.read(endpoint.der)}
    return dataclasses.replace(
        given, site=site, presentations=(*given.presentations, shown), certificates=certificates
    )


@pytest.mark.parametrize("check", sorted(set(CHECKS) - NOT_OF_CERTIFICATES))
def test_no_check_of_certificates_passes_while_a_node_is_silent(check):
    silent = dict.fromkeys(UCCX, Reason.CONNECT_TIMEOUT)
    boxes = (
        Box(PUBLISHER, ecdsa="ec-ca", presents=AUTOMATIC),
        Box(SUBSCRIBER, ecdsa="ec-ca", presents=silent),
    )
    assert "pass" not in states(evidence(*boxes, **TRUST), check)


@pytest.mark.parametrize("check", sorted(set(CHECKS) - NOT_OF_CERTIFICATES - {"endpoint-answers"}))
def test_nor_while_a_certificate_cannot_be_read(check):
    given = evidence(*three(ecdsa="ec-ca", presents=AUTOMATIC), **TRUST)
    broken = x509.read(b"\x30\x03\x02\x01\x00")
    place = f"{PUBLISHER}/socketio"
    others = tuple(one for one in given.presentations if one.endpoint != place)
    given = dataclasses.replace(
        given, presentations=(*others, Presentation(place, "browser", (broken.sha256,), None)),
        certificates={**given.certificates, broken.sha256: broken},
    )  # fmt: skip
    assert "pass" not in states(given, check)


@pytest.mark.parametrize("check", ["chain-complete", "signature-hash", "expires-soon"])
def test_a_ca_certificate_that_cannot_be_read_leaves_a_chain_unchecked(check):
    given = evidence(*three(ecdsa="ec-ca", presents=AUTOMATIC), **TRUST)
    broken = x509.read(b"\x30\x03\x02\x01\x00")
    sent = tuple(
        dataclasses.replace(one, chain=(*one.chain, broken.sha256)) if one.chain else one
        for one in given.presentations
    )
    given = dataclasses.replace(
        given, presentations=sent, certificates={**given.certificates, broken.sha256: broken}
    )
    assert "pass" not in states(given, check)


def test_one_web_server_that_answers_alone_is_compared_with_nothing():
    silent = dict.fromkeys(UCCX[1:], Reason.REFUSED)
    given = evidence(Box(PUBLISHER, ecdsa=None, release="12.0(1)", presents=silent), **TRUST)
    assert states(given, "same-certificate-on-node") == {"manual"}


def test_some_that_do_not_answer_are_named_and_the_others_compared():
    given = evidence(
        Box(PUBLISHER, ecdsa=None, release="12.0(1)", presents={"socketio": Reason.REFUSED}), **TRUST
    )
    (one,) = (one for one in assess(given).findings if one.check == "same-certificate-on-node")
    assert one.state == "information"
    assert f"Not checked: {PUBLISHER}/socketio" in one.statement.text


# --- CUCM's certificate


def opted(release="12.5(1)SU1", target=None):
    return evidence(*three(ecdsa=None, release=release, target=target), **TRUST)


def test_without_cucm_in_the_inventory_critical_extensions_are_not_said_to_be_checked():
    assert states(opted(), "critical-extensions") == {"not-applicable"}


def test_cucms_certificate_that_was_not_seen_is_to_be_looked_at_before_uccx_begins_to_verify_it():
    given = with_cucm(opted("11.6(2)", "12.5(1)SU3"))
    (one,) = (one for one in assess(given).findings if one.check == "critical-extensions")
    assert one.state == "manual"
    assert "show cert own tomcat" in one.remedy
    assert CUCM in one.statement.text


def test_where_uccx_verifies_it_already_it_is_said_not_to_have_been_checked_and_does_not_pass():
    (one,) = (one for one in assess(with_cucm(opted())).findings if one.check == "critical-extensions")
    assert one.state == "information"
    assert one.statement.text.startswith("Not checked")


def test_cucms_certificate_that_was_seen_is_judged():
    fine = build_certificate(RSA_ROOT, CUCM, key="rsa")
    assert states(with_cucm(opted(), endpoint=fine), "critical-extensions") == {"pass"}
    odd = build_certificate(RSA_ROOT, CUCM, key="rsa", critical=(crypto.ExtendedKeyUsage,))
    assert states(with_cucm(opted(), endpoint=odd), "critical-extensions") == {"action"}
