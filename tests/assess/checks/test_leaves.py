"""Each check of a certificate's own fields, with a certificate that passes and one that does not.

One web server of a good site presents the certificate; the rest of the site stays as it is.
"""

import dataclasses
import datetime as dt
from types import SimpleNamespace

import pytest
from cryptography import x509 as crypto
from cryptography.x509.oid import ExtendedKeyUsageOID

from assess.sites import (
    AUTOMATIC,
    EC_ROOT,
    MINER,
    PUBLISHER,
    RSA_ROOT,
    SUBSCRIBER,
    Box,
    evidence,
    three,
    trusting,
)
from certlib import x509
from certlib.assess import assess
from certlib.evidence import Presentation
from certlib.knowledge import load
from certs import BR_POLICY, CLIENT, SERVER, build_certificate, build_key, ca, days, leaf

SOCKETIO = f"{PUBLISHER}/socketio"
WEB_PAGE = f"{MINER}/socialminer-tomcat"


def site(*, release="11.5(1)", target=None, **facts):
    era = AUTOMATIC if release.startswith("11.5") else {}
    boxes = three(ecdsa="ec-ca", presents=era, release=release, target=target)
    return evidence(*boxes, **{**trusting(RSA_ROOT, EC_ROOT), **facts})


def presenting(given, endpoint, *chain, offers=("browser", "rsa", "ecdsa")):
    """The evidence with another chain at one endpoint."""
    read = [x509.read(one.der) for one in chain]
    kept = [
        one for one in given.presentations
        if not (one.endpoint == endpoint and one.offer in ("browser", "rsa", "ecdsa"))
    ]  # fmt: skip
    shown = tuple(one.sha256 for one in read)
    fresh = [Presentation(endpoint, offer, shown, None, version="TLS 1.2") for offer in offers]
    return dataclasses.replace(
        given,
        presentations=(*kept, *fresh),
        certificates={**given.certificates, **{one.sha256: one for one in read}},
    )


def states(given, check, **on):
    """The states of a check's findings by node."""
    return {one.node: one.state for one in assess(given, **on).findings if one.check == check}


def text(given, check):
    return next(one.statement.text for one in assess(given).findings if one.check == check)


PASSES = {None: "pass"}
PASSING = ("pass", "not-applicable")


def relabelled(issued, oid):
    """A certificate with the OID of sha256WithRSAEncryption changed: libraries no longer sign with SHA-1."""
    was, now = (bytes.fromhex(f"06092a864886f70d0101{last}") for last in ("0b", oid))
    assert issued.der.count(was) == 2
    return SimpleNamespace(der=issued.der.replace(was, now))


# --- expiry


@pytest.mark.parametrize(
    ("left", "state"), [(0, "action"), (30, "action"), (31, "action"), (90, "action"), (91, "information"),
                        (200, "information"), (201, None)],
)  # fmt: skip
def test_a_certificate_that_expires_soon_is_told_by_the_days_left(left, state):
    end = dt.datetime(2026, 11, 23, 23, tzinfo=dt.UTC) + dt.timedelta(days=left)
    one = build_certificate(EC_ROOT, PUBLISHER, life=(dt.datetime(2026, 1, 1, tzinfo=dt.UTC), end))
    found = states(presenting(site(), SOCKETIO, one), "expires-soon")
    assert found == ({PUBLISHER: state} if state else PASSES)


def test_the_days_are_counted_from_the_upgrade_and_planned_for_after_it():
    one = build_certificate(EC_ROOT, PUBLISHER, life=days(120))
    given = presenting(
        site(release="11.5(1)", target="11.5(1)SU1", upgrade_date=dt.date(2026, 12, 30)), SOCKETIO, one
    )
    assert states(given, "expires-soon") == {PUBLISHER: "after-upgrade"}


def test_a_ca_certificate_of_the_chain_that_expires_is_told_too():
    issuing = build_certificate(EC_ROOT, "Example issuing CA", is_ca=True, life=days(20))
    given = presenting(site(), SOCKETIO, build_certificate(issuing, PUBLISHER), issuing)
    assert states(given, "expires-soon") == {PUBLISHER: "action"}
    assert "A CA certificate sent with the ECDSA certificate" in text(given, "expires-soon")


# --- hash and key


@pytest.mark.parametrize(("oid", "name"), [("05", "SHA-1"), ("04", "MD5")])
def test_a_weak_signature_is_found_in_the_leaf_and_in_the_ca_certificate_above_it(oid, name):
    weak = relabelled(leaf(RSA_ROOT, "ec", PUBLISHER), oid)
    given = presenting(site(), SOCKETIO, weak)
    assert states(given, "signature-hash") == {PUBLISHER: "action"}
    assert text(given, "signature-hash") == f"The ECDSA certificate of {PUBLISHER} is signed with {name}."
    issuing = ca("Example RSA issuing CA", "ec", issuer=RSA_ROOT)
    above = presenting(site(), SOCKETIO, leaf(issuing, "ec", PUBLISHER), relabelled(issuing, oid))
    assert "A CA certificate sent with" in text(above, "signature-hash")


def test_the_signature_of_a_root_itself_does_not_count():
    given = presenting(site(), SOCKETIO, leaf(RSA_ROOT, "ec", PUBLISHER), RSA_ROOT)
    old = dataclasses.replace(given.certificates[RSA_ROOT.sha256], signature_hash="sha1")
    given = dataclasses.replace(given, certificates={**given.certificates, old.sha256: old})
    assert states(given, "signature-hash") == PASSES


@pytest.mark.parametrize(("bits", "found"), [(1024, {MINER: "action"}), (2048, PASSES), (4096, PASSES)])
def test_an_rsa_key_below_2048_bits_is_found(bits, found):
    one = build_certificate(RSA_ROOT, MINER, key=f"rsa{bits}")
    assert states(presenting(site(), WEB_PAGE, one, offers=("browser", "rsa")), "rsa-key-size") == found


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
    given = presenting(site(release=release), WEB_PAGE, build_certificate(RSA_ROOT, MINER, key=f"rsa{bits}"))
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
    given = presenting(site(agents=agents), SOCKETIO, build_certificate(EC_ROOT, PUBLISHER, key=curve))
    assert states(given, "ec-curve") == found


# --- who signed


def test_a_self_signed_certificate_is_work_where_agents_meet_it_and_information_elsewhere():
    own = build_certificate(None, PUBLISHER)
    assert states(presenting(site(), SOCKETIO, own), "self-signed") == {PUBLISHER: "action"}
    platform = presenting(site(), f"{PUBLISHER}/uccx-tomcat", own)
    assert states(platform, "self-signed") == {PUBLISHER: "action"}
    hidden = presenting(site(release="12.5(1)"), f"{PUBLISHER}/notification", own)
    assert states(hidden, "self-signed") == {PUBLISHER: "information"}


def test_a_self_signed_certificate_that_the_pcs_trust_passes():
    own = build_certificate(None, PUBLISHER)
    known = trusting(RSA_ROOT, EC_ROOT, own)
    assert states(presenting(site(**known), SOCKETIO, own), "self-signed") == PASSES


def test_what_the_upgrade_takes_away_is_information():
    given = presenting(site(target="11.6(2)"), SOCKETIO, build_certificate(None, PUBLISHER))
    assert states(given, "self-signed") == {PUBLISHER: "information"}
    assert "After the upgrade no web server" in text(given, "self-signed")


# --- names


def test_a_wildcard_is_found_on_uccx_and_information_on_socialminer():
    on_uccx = presenting(site(), SOCKETIO, build_certificate(EC_ROOT, "*.example.test", PUBLISHER))
    assert states(on_uccx, "wildcard-name") == {PUBLISHER: "action"}
    on_miner = presenting(site(), WEB_PAGE, build_certificate(RSA_ROOT, "*.example.test", key="rsa"))
    assert states(on_miner, "wildcard-name") == {MINER: "information"}
    assert states(site(), "wildcard-name") == PASSES


def test_a_certificate_for_uccx_and_socialminer_together_is_found_on_each():
    shared = build_certificate(RSA_ROOT, PUBLISHER, SUBSCRIBER, MINER.upper(), key="rsa")
    given = presenting(presenting(site(release="11.6(2)"), SOCKETIO, shared), WEB_PAGE, shared)
    assert states(given, "san-shared-with-socialminer") == {PUBLISHER: "action", MINER: "action"}


def test_a_certificate_for_both_uccx_nodes_is_fine_from_11_6_2_on():
    both = build_certificate(RSA_ROOT, PUBLISHER, SUBSCRIBER, key="rsa")
    asked = {PUBLISHER: "manual"}
    for release, found in (("11.6(2)", {None: "not-applicable"}), ("11.6(1)", asked), ("11.5(1)", asked)):
        given = presenting(site(release=release), SOCKETIO, both)
        assert states(given, "san-shared-with-socialminer") == PASSES
        assert states(given, "san-of-both-uccx-nodes") == found
    assert states(site(), "san-of-both-uccx-nodes") == PASSES


# --- extensions


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
    assert states(presenting(site(release=release), SOCKETIO, one), "extended-key-usage") == found


def test_a_ca_that_removed_data_encipherment_from_an_rsa_key_is_named():
    check = "key-usage-data-encipherment"
    kept = build_certificate(RSA_ROOT, PUBLISHER, key="rsa", usage=("digital_signature", "data_encipherment"))
    assert states(presenting(site(), SOCKETIO, kept), check) == PASSES
    lost = build_certificate(RSA_ROOT, PUBLISHER, key="rsa", usage=("digital_signature",))
    assert states(presenting(site(), SOCKETIO, lost), check) == {PUBLISHER: "information"}
    for other in (
        build_certificate(None, PUBLISHER, key="rsa", usage=("digital_signature",)),
        build_certificate(EC_ROOT, PUBLISHER, usage=("digital_signature",)),
    ):
        assert states(presenting(site(), SOCKETIO, other), check) == {None: "not-applicable"}


def test_a_critical_extension_beyond_two_is_named():
    usual = build_certificate(EC_ROOT, PUBLISHER, usage=("digital_signature",), critical=(crypto.KeyUsage,))
    assert states(presenting(site(), SOCKETIO, usual), "critical-extensions") == {None: "not-applicable"}
    odd = build_certificate(EC_ROOT, PUBLISHER, critical=(crypto.ExtendedKeyUsage,))
    given = presenting(site(), SOCKETIO, odd)
    assert states(given, "critical-extensions") == {PUBLISHER: "information"}
    assert "2.5.29.37" in text(given, "critical-extensions")


# --- chain


def test_an_intermediate_that_only_another_web_server_sends_is_missing():
    issuing = ca("Example issuing CA", "ec", issuer=EC_ROOT)
    one = leaf(issuing, "ec384", PUBLISHER)
    given = presenting(presenting(site(), SOCKETIO, one), f"{MINER}/socialminer-openfire",
                       leaf(issuing, "ec384", MINER), issuing)  # fmt: skip
    assert states(given, "chain-complete") == {PUBLISHER: "action"}
    whole = presenting(given, SOCKETIO, one, issuing)
    assert states(whole, "chain-complete") == PASSES


@pytest.mark.parametrize(
    ("order", "said"),
    [
        ((0, 1, 2, 3), None),
        ((0, 1, 2), None),
        ((0, 2, 1), "not in order"),
        ((0, 1, 1, 2), "twice"),
        ((0, 1, 2, 4), "signed none of the others"),
    ],
)
def test_a_chain_is_sent_in_order_and_without_anything_else(order, said):
    first = ca("Example policy CA", "ec", issuer=EC_ROOT)
    issuing = ca("Example issuing CA 2", "ec", issuer=first)
    members = (leaf(issuing, "ec384", PUBLISHER), issuing, first, EC_ROOT, ca("Example stranger", "ec"))
    given = presenting(site(), SOCKETIO, *(members[index] for index in order))
    assert states(given, "chain-complete") == ({PUBLISHER: "information"} if said else PASSES)
    assert said is None or said in text(given, "chain-complete")


def test_a_cross_signed_ca_in_the_chain_is_named():
    key = build_key("ec384")
    roots = (EC_ROOT, RSA_ROOT)
    one, other = (build_certificate(root, "Example crossed CA", key=key, is_ca=True) for root in roots)
    given = presenting(site(), SOCKETIO, build_certificate(one, PUBLISHER), one, other)
    assert "cross-signed" in text(given, "chain-complete")


# --- one key on two nodes


def test_one_key_on_two_nodes_is_found_unless_its_certificate_names_both():
    check, key = "same-key-on-two-nodes", build_key("rsa")
    on_both = f"{PUBLISHER}/uccx-tomcat", f"{SUBSCRIBER}/uccx-tomcat"
    copied = [build_certificate(RSA_ROOT, name, key=key) for name in (PUBLISHER, SUBSCRIBER)]
    given = presenting(presenting(site(), on_both[0], copied[0]), on_both[1], copied[1])
    assert states(given, check) == {SUBSCRIBER: "manual"}
    shared = build_certificate(RSA_ROOT, PUBLISHER, SUBSCRIBER, key=key)
    given = presenting(presenting(site(), on_both[0], shared), on_both[1], shared)
    assert states(given, check) == PASSES
    assert states(evidence(Box(PUBLISHER)), check) == {None: "not-applicable"}


# --- public CAs


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
    given = presenting(site(release=release), WEB_PAGE, public(**certificate))
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
    assert states(presenting(site(), WEB_PAGE, one), "public-ca-validity") == {MINER: state}


def test_the_next_public_certificate_may_last_as_long_as_its_own_day_allows():
    one = public(life=days(199))  # until May 2027
    assert "may last 100 days" in text(presenting(site(), WEB_PAGE, one), "public-ca-validity")
    assert states(site(), "public-ca-validity") == PASSES


def test_signed_certificate_timestamps_mark_a_public_ca_too():
    given = presenting(site(), WEB_PAGE, public(policies=()))
    assert states(given, "public-ca-validity") == PASSES
    shown = next(one.leaf for one in given.presentations if one.endpoint == WEB_PAGE)
    certificate = given.certificates[shown]
    marked = dataclasses.replace(certificate, extensions=(*certificate.extensions, "1.3.6.1.4.1.11129.2.4.2"))
    given = dataclasses.replace(given, certificates={**given.certificates, shown: marked})
    assert states(given, "public-ca-validity") == {MINER: "information"}


# --- the figures


def test_the_figures_that_a_check_goes_by_are_those_of_its_entry():
    known = load()
    stricter = {
        "rsa-key-size": {"value": 3072},
        "rsa-key-over-2048": {"value": 1024},
        "signature-hash": {"value": ("sha256",)},
        "ec-curve": {"value": ("secp256r1",)},
        "tls-versions": {"value": ("1.9",)},
        "expires-soon": {"value": 10_000},
    }
    checks = dict(known.checks)
    for name, change in stricter.items():
        limits = tuple(dataclasses.replace(one, **change) for one in checks[name].limits)
        checks[name] = dataclasses.replace(checks[name], limits=limits)
    found = assess(site(), knowledge=dataclasses.replace(known, checks=checks)).findings
    told = {one.check for one in found if one.state not in ("pass", "not-applicable")}
    assert set(stricter) <= told
    assert not set(stricter) & {one.check for one in assess(site()).findings if one.state not in PASSING}


@pytest.mark.parametrize("check", [name for name, entry in load().checks.items() if entry.limits])
def test_what_the_knowledge_says_in_words_holds_the_figures_of_the_check(check):
    entry = load().checks[check]
    rule = load().rules[entry.basis.rule].text if entry.basis.rule else ""
    words = f"{entry.title} {entry.risk} {entry.remedy} {entry.doubt} {rule}"
    for limit in entry.limits:
        if isinstance(limit.value, int) and limit.value != 398:  # the life of before, which nobody is told of
            assert str(limit.value) in words
        if isinstance(limit.value, dt.date):
            assert f"{limit.value:%-d %B %Y}" in f"{words} {load().checks['extended-key-usage'].remedy}"
