"""How long certificates are valid, and what public CAs change."""

import dataclasses
import datetime as dt

import pytest
from cryptography import x509 as crypto

from assess.checks.sound import (
    PASSES,
    SOCKETIO,
    WEB_PAGE,
    build_site,
    list_findings,
    presenting,
    states,
    text,
)
from assess.sites import (
    EC_ROOT,
    MINER,
    PUBLISHER,
    RSA_ROOT,
)
from certlib.assess import assess
from certs import BR_POLICY, CLIENT, SERVER, build_certificate, days


def test_a_certificate_that_expired_today_is_an_outage_and_one_that_will_have_by_the_upgrade_blocks():
    far = dt.date(2045, 6, 1)
    assert {one.state for one in list_findings(build_site(upgrade_date=far), "valid-on-upgrade-day")} == {
        "blocks"
    }
    late = assess(build_site(), today=far)
    assert {one.state for one in late.findings if one.check == "valid-on-upgrade-day"} == {"outage"}
    assert late.verdict.word == "not ready"


def test_a_certificate_is_valid_on_its_last_day():
    last = dt.date(2044, 1, 1)
    assert {one.state for one in list_findings(build_site(upgrade_date=last), "valid-on-upgrade-day")} == {
        "pass"
    }


@pytest.mark.parametrize(
    ("left", "state"), [(0, "action"), (30, "action"), (31, "action"), (90, "action"), (91, "information"),
                        (200, "information"), (201, None)],
)  # fmt: skip
def test_a_certificate_that_expires_soon_is_told_by_the_days_left(left, state):
    end = dt.datetime(2026, 11, 23, 23, tzinfo=dt.UTC) + dt.timedelta(days=left)
    one = build_certificate(EC_ROOT, PUBLISHER, life=(dt.datetime(2026, 1, 1, tzinfo=dt.UTC), end))
    found = states(presenting(build_site(), SOCKETIO, one), "expires-soon")
    assert found == ({PUBLISHER: state} if state else PASSES)


def test_the_days_are_counted_from_the_upgrade_and_planned_for_after_it():
    one = build_certificate(EC_ROOT, PUBLISHER, life=days(120))
    given = presenting(
        build_site(release="11.5(1)", target="11.5(1)SU1", upgrade_date=dt.date(2026, 12, 30)), SOCKETIO, one
    )
    assert states(given, "expires-soon") == {PUBLISHER: "after-upgrade"}


def test_a_ca_certificate_of_the_chain_that_expires_is_told_too():
    issuing = build_certificate(EC_ROOT, "Example issuing CA", is_ca=True, life=days(20))
    given = presenting(build_site(), SOCKETIO, build_certificate(issuing, PUBLISHER), issuing)
    assert states(given, "expires-soon") == {PUBLISHER: "action"}
    assert "A CA certificate sent with the ECDSA certificate" in text(given, "expires-soon")


def public(*, life=None, eku=(SERVER, CLIENT), policies=(BR_POLICY,)):
    return build_certificate(RSA_ROOT, MINER, key="rsa", eku=eku, policies=policies, life=life or days(199))


@pytest.mark.parametrize(
    ("release", "certificate", "found"),
    [
        ("15.0(1)", {}, {MINER: "action"}),
        ("15.0(1)", {"eku": (SERVER,)}, PASSES),
        ("15.0(1)", {"policies": ()}, PASSES),
        ("15.0(1)", {"policies": (crypto.ObjectIdentifier("1.2.3.4"),)}, PASSES),
        ("11.5(1)", {}, {None: "not-applicable"}),
    ],
)
def test_a_public_certificate_with_the_client_usage_is_to_be_planned_for_from_12_5_on(
    release, certificate, found
):
    given = presenting(build_site(release=release), WEB_PAGE, public(**certificate))
    assert states(given, "public-ca-client-authentication") == found


@pytest.mark.parametrize(
    ("start", "lasts", "state"),
    [
        ((2026, 3, 14), 397, "information"),
        ((2026, 3, 15), 199, "information"),
        ((2026, 3, 15), 200, "action"),  # one second longer than 200 days
        ((2026, 11, 1), 199, "information"),
        ((2026, 11, 1), 366, "action"),
    ],
)
def test_how_long_a_public_certificate_may_last_depends_on_the_day_of_issue(start, lasts, state):
    one = public(life=days(lasts, start=dt.datetime(*start, tzinfo=dt.UTC)))
    assert states(presenting(build_site(), WEB_PAGE, one), "public-ca-validity") == {MINER: state}


def test_the_next_public_certificate_may_last_as_long_as_its_own_day_allows():
    one = public(life=days(199))  # until May 2027
    assert "may last 100 days" in text(presenting(build_site(), WEB_PAGE, one), "public-ca-validity")
    assert states(build_site(), "public-ca-validity") == PASSES


def test_signed_certificate_timestamps_mark_a_public_ca_too():
    given = presenting(build_site(), WEB_PAGE, public(policies=()))
    assert states(given, "public-ca-validity") == PASSES
    shown = next(one.leaf for one in given.presentations if one.endpoint == WEB_PAGE)
    certificate = given.certificates[shown]
    marked = dataclasses.replace(certificate, extensions=(*certificate.extensions, "1.3.6.1.4.1.11129.2.4.2"))
    given = dataclasses.replace(given, certificates={**given.certificates, shown: marked})
    assert states(given, "public-ca-validity") == {MINER: "information"}
