"""What certificates may be used for, and whether they can be read."""

import dataclasses

import pytest
from cryptography import x509 as crypto
from cryptography.x509.oid import ExtendedKeyUsageOID

from assess.checks.sound import PASSES, SOCKETIO, build_site, list_findings, presenting, states, text
from assess.sites import (
    EC_ROOT,
    PUBLISHER,
    RSA_ROOT,
)
from browsers import der
from certlib import x509
from certlib.assess import assess
from certlib.evidence import Presentation
from certs import CLIENT, SERVER, build_certificate


def test_a_certificate_that_cannot_be_read_is_reported_and_nothing_is_lost():
    given = build_site()
    broken = x509.read(b"\x30\x03\x02\x01\x00")
    bad = Presentation(f"{PUBLISHER}/socketio", "browser", (broken.sha256,), None)
    others = tuple(one for one in given.presentations if one.endpoint != bad.endpoint)
    given = dataclasses.replace(
        given, presentations=(*others, bad), certificates={**given.certificates, broken.sha256: broken}
    )
    one = list_findings(given, "certificate-readable")[0]
    assert (one.state, one.endpoint) == ("error", bad.endpoint)
    met = {one.gadget: one for one in assess(given).now.experiences}
    assert met["live-data"].outcome == "open"


def test_a_certificate_that_is_badly_formed_is_read_and_told():
    given = build_site()
    odd = x509.read(
        der.made(None, PUBLISHER, subject=der.name(b"*.example.test", der.PRINTABLE), names=(PUBLISHER,)).der
    )
    shown = Presentation(f"{PUBLISHER}/socketio", "browser", (odd.sha256,), None)
    others = tuple(one for one in given.presentations if one.endpoint != shown.endpoint)
    given = dataclasses.replace(
        given, presentations=(*others, shown), certificates={**given.certificates, odd.sha256: odd}
    )
    (one,) = list_findings(given, "certificate-readable")
    assert (one.state, one.endpoint) == ("information", shown.endpoint)
    assert "(issuer: not valid DER: invalid value and subject: not valid DER: invalid value)" in (
        one.statement.text
    )
    assert not [each for each in list_findings(given, "name-in-certificate") if each.node == PUBLISHER]


@pytest.mark.parametrize(
    ("release", "usages", "found"),
    [
        ("11.5(1)", (SERVER, CLIENT), PASSES),
        ("11.5(1)", (), PASSES),
        ("11.5(1)", (ExtendedKeyUsageOID.ANY_EXTENDED_KEY_USAGE,), PASSES),
        ("11.5(1)", (CLIENT,), {PUBLISHER: "outage"}),  # browsers refuse it, and no way on
        ("11.5(1)", (SERVER,), {PUBLISHER: "information"}),
        ("12.5(1)", (SERVER,), {PUBLISHER: "manual"}),  # a warning: browsers and agents are not affected
    ],
)
def test_the_usages_that_a_certificate_must_have(release, usages, found):
    one = build_certificate(RSA_ROOT, PUBLISHER, key="rsa", eku=usages)
    assert states(presenting(build_site(release=release), SOCKETIO, one), "extended-key-usage") == found


def test_a_ca_that_removed_data_encipherment_from_an_rsa_key_is_named():
    check = "key-usage-data-encipherment"
    kept = build_certificate(RSA_ROOT, PUBLISHER, key="rsa", usage=("digital_signature", "data_encipherment"))
    assert states(presenting(build_site(), SOCKETIO, kept), check) == PASSES
    lost = build_certificate(RSA_ROOT, PUBLISHER, key="rsa", usage=("digital_signature",))
    assert states(presenting(build_site(), SOCKETIO, lost), check) == {PUBLISHER: "information"}
    for other in (
        build_certificate(None, PUBLISHER, key="rsa", usage=("digital_signature",)),
        build_certificate(EC_ROOT, PUBLISHER, usage=("digital_signature",)),
    ):
        assert states(presenting(build_site(), SOCKETIO, other), check) == {None: "not-applicable"}


def test_a_critical_extension_beyond_two_is_named():
    usual = build_certificate(EC_ROOT, PUBLISHER, usage=("digital_signature",), critical=(crypto.KeyUsage,))
    assert states(presenting(build_site(), SOCKETIO, usual), "critical-extensions") == {
        None: "not-applicable"
    }
    odd = build_certificate(EC_ROOT, PUBLISHER, critical=(crypto.ExtendedKeyUsage,))
    given = presenting(build_site(), SOCKETIO, odd)
    assert states(given, "critical-extensions") == {PUBLISHER: "information"}
    assert "2.5.29.37" in text(given, "critical-extensions")
