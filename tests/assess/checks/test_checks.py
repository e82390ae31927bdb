"""Each check with a site that passes and one that does not."""

import dataclasses
import datetime as dt
from pathlib import Path

import pytest

from assess.sites import (
    AUTOMATIC,
    COLLECTED,
    EC_ROOT,
    MINER,
    PUBLISHER,
    ROLES,
    RSA_ROOT,
    SUBSCRIBER,
    UCCX,
    Box,
    evidence,
    three,
    trusting,
)
from browsers import der
from certlib import x509
from certlib.assess import assess, checks
from certlib.assess.checks import CHECKS, ORDER
from certlib.evidence import Presentation
from certlib.inventory import FurtherEndpoint
from certlib.knowledge import load
from certlib.reasons import Reason
from certs import NOT_BEFORE, build_certificate, ca, leaf
from imports import imports_of

TOMCAT = f"{MINER}/socialminer-tomcat"


def good(**facts):
    boxes = three(ecdsa="ec-ca", presents=AUTOMATIC)
    return evidence(*boxes, **{**trusting(RSA_ROOT, EC_ROOT), **facts})


def found(given, check):
    return [one for one in assess(given).findings if one.check == check]


def with_leaf(given, endpoint, other, *above):
    """The evidence with another RSA leaf at one endpoint, and the CA certificates sent with it."""
    fresh = x509.read(other.der)
    read = {one.sha256: x509.read(one.der) for one in above}
    changed = tuple(
        dataclasses.replace(one, chain=(fresh.sha256, *read, *one.chain[1:]))
        if one.endpoint == endpoint and one.offer in ("browser", "rsa") else one
        for one in given.presentations
    )  # fmt: skip
    certificates = {**given.certificates, fresh.sha256: fresh, **read}
    return dataclasses.replace(given, presentations=changed, certificates=certificates)


def made_ca(issuer, name, *, ends):
    return build_certificate(issuer, name, is_ca=True, key="rsa", life=(NOT_BEFORE, ends))


def test_no_check_looks_at_the_verdict_and_every_check_has_its_entry():
    folder = Path(checks.__file__).parent
    seen = {module for path in folder.glob("*.py") for _, module in imports_of(path)}
    assert not any(module.startswith("certlib.assess.verdict") for module in seen)
    assert CHECKS.keys() == load().checks.keys()


def test_every_check_of_the_knowledge_is_made_and_every_check_made_is_explained():
    assert set(CHECKS) == set(load().checks)


@pytest.mark.parametrize("check", CHECKS)
def test_a_good_site_passes_each_check_or_it_does_not_apply(check):
    assert {one.state for one in found(good(), check)} <= {"pass", "not-applicable"}


def test_a_pass_shows_what_was_judged():
    for one in assess(good()).findings:
        if one.state == "pass":
            assert one.statement.evidence or one.statement.basis


def test_findings_come_worst_first():
    silent = {"uccx-tomcat": Reason.REFUSED}
    boxes = [Box(PUBLISHER, presents=silent), Box(SUBSCRIBER, tomcat="self-signed"), Box(MINER)]
    states = [ORDER.index(one.state) for one in assess(evidence(*boxes)).findings]
    assert states == sorted(states)


def test_a_silent_endpoint_is_an_error_with_its_reason_and_the_hint_for_it():
    boxes = three(ecdsa="ec-ca", presents={**AUTOMATIC, "cuic-tomcat": Reason.REFUSED})
    one = found(evidence(*boxes), "endpoint-answers")[0]
    assert (one.state, one.endpoint) == ("error", f"{PUBLISHER}/cuic-tomcat")
    assert load().reasons["refused"].sentence in one.statement.text
    assert one.remedy == load().reasons["refused"].hint


def test_a_node_of_which_nothing_answers_is_one_finding_that_names_its_ports():
    dead = dict.fromkeys(UCCX, Reason.CONNECT_TIMEOUT) | {"socketio": Reason.REFUSED}
    given = evidence(Box(PUBLISHER, presents=dead), Box(MINER))
    (one,) = found(given, "endpoint-answers")
    assert (one.state, one.node, one.endpoint) == ("error", PUBLISHER, None)
    assert one.statement.text.startswith(f"None of the 5 web servers of {PUBLISHER} answered. Ports 8443 (")
    assert load().reasons["connect-timeout"].sentence in one.statement.text
    assert all(
        hint in one.remedy
        for hint in (load().reasons["refused"].hint, load().reasons["connect-timeout"].hint)
    )
    assert set(one.statement.evidence) == {f"{PUBLISHER}/{server}" for server in UCCX}
    said = [each.text for each in assess(given).not_checked if each.text == one.statement.text]
    assert len(said) == 1


@pytest.mark.parametrize(("release", "state"), [("11.5(1)", "outage"), ("12.5(1)", "manual")])
def test_a_port_that_browsers_cannot_open_is_an_outage_only_in_releases_whose_agents_use_it(release, state):
    boxes = [
        Box(name, release=release, presents={"notification": "refuses browsers"} if name == PUBLISHER else {})
        for name in ROLES
    ]
    one = found(evidence(*boxes, **trusting(RSA_ROOT)), "presented-as-expected")[0]
    assert (one.state, one.endpoint) == (state, f"{PUBLISHER}/notification")


def test_a_certificate_that_expired_today_is_an_outage_and_one_that_will_have_by_the_upgrade_blocks():
    far = dt.date(2045, 6, 1)
    assert {one.state for one in found(good(upgrade_date=far), "valid-on-upgrade-day")} == {"blocks"}
    late = assess(good(), today=far)
    assert {one.state for one in late.findings if one.check == "valid-on-upgrade-day"} == {"outage"}
    assert late.verdict.word == "not ready"


def test_a_certificate_is_valid_on_its_last_day():
    last = dt.date(2044, 1, 1)
    assert {one.state for one in found(good(upgrade_date=last), "valid-on-upgrade-day")} == {"pass"}


def test_an_rsa_signed_ecdsa_certificate_blocks_on_socialminer_and_is_information_on_uccx():
    boxes = three(ecdsa="rsa-ca", answers_ecdsa={"uccx-tomcat": True, "socialminer-tomcat": True})
    states = {one.node: one.state for one in found(evidence(*boxes), "ecdsa-signed-by-rsa")}
    assert states == {PUBLISHER: "information", SUBSCRIBER: "information", MINER: "blocks"}


def test_an_ecdsa_certificate_that_was_not_seen_is_to_be_looked_up_on_socialminer():
    states = {one.node: one.state for one in found(evidence(*three(ecdsa="rsa-ca")), "ecdsa-signed-by-rsa")}
    assert states[MINER] == "manual"


def test_a_cop_that_lets_ecdsa_through_is_found_with_the_tls_version():
    boxes = [Box(MINER, cops=("socialminer-ecdsa-off",), answers_ecdsa={"socialminer-openfire": True})]
    one = found(evidence(*boxes), "cop-effective")[0]
    assert one.state == "action"
    assert "TLSv1.2" in one.statement.text


def test_a_cop_that_keeps_ecdsa_away_passes():
    states = [
        one.state for one in found(evidence(Box(MINER, cops=("socialminer-ecdsa-off",))), "cop-effective")
    ]
    assert states == ["pass"]


def test_a_web_server_with_another_certificate_than_its_node_was_not_restarted():
    old = leaf(RSA_ROOT, "rsa", PUBLISHER, "old.example.test")
    one = found(with_leaf(good(), f"{PUBLISHER}/cuic-tomcat", old), "same-certificate-on-node")[0]
    assert (one.state, one.endpoint) == ("action", f"{PUBLISHER}/cuic-tomcat")


@pytest.mark.parametrize(
    ("browsers", "state"),
    [((), "outage"), (("chrome",), "outage"), (("firefox",), "action")],
    ids=["browsers not given", "Chromium forgets what was accepted", "Firefox keeps it for the port"],
)
def test_a_certificate_without_the_nodes_name_beside_a_good_one_stops_who_forgets(browsers, state):
    wrong = leaf(RSA_ROOT, "rsa", "somewhere.example.test")
    trust = trusting(RSA_ROOT, EC_ROOT)
    agents = dataclasses.replace(trust["agents"], browsers=browsers)
    given = with_leaf(good(**{**trust, "agents": agents}), TOMCAT, wrong)
    one = found(given, "name-in-certificate")[0]
    assert (one.state, one.node) == (state, MINER)


def test_a_certificate_without_the_nodes_name_on_each_of_its_ports_is_accepted_by_hand():
    wrong = leaf(RSA_ROOT, "rsa", "somewhere.example.test")
    given = with_leaf(with_leaf(good(), TOMCAT, wrong), f"{MINER}/socialminer-openfire", wrong)
    assert {(one.state, one.node) for one in found(given, "name-in-certificate")} == {("action", MINER)}


def test_the_finding_says_that_the_verifier_confirmed_the_chains():
    (one,) = found(good(upgrade_date=dt.date(2027, 2, 6)), "chain-root-trusted-by-agents")
    assert one.state == "pass"
    assert (
        "the verifier of the library cryptography confirmed each chain for 6 February 2027."
        in one.statement.text
    )


def test_a_chain_that_the_verifier_refuses_is_led_to_by_the_signatures_without_the_verifiers_words():
    old = ca("Example old root", "rsa1024")
    given = with_leaf(good(**trusting(RSA_ROOT, EC_ROOT, old)), TOMCAT, leaf(old, "rsa", MINER))
    (one,) = found(given, "chain-root-trusted-by-agents")
    assert (one.state, one.node) == ("information", MINER)
    assert one.statement.text.endswith(
        "leads to a CA which the inventory lists, by the CAs' names and signatures, on 23 November 2026; by "
        "the stricter rules of the public web, which are tried first, the chain does not hold."
    )
    assert {met.outcome for met in assess(given).now.experiences} == {"works"}


def test_a_chain_to_a_ca_that_the_inventory_does_not_list_is_an_action():
    given = with_leaf(good(), TOMCAT, leaf(ca("Example stranger", "rsa"), "rsa", MINER))
    (one,) = found(given, "chain-root-trusted-by-agents")
    assert (one.state, one.node) == ("action", MINER)
    assert "does not lead to a CA which the inventory lists" in one.statement.text
    assert "a CA certificate on the way is not valid then" not in one.statement.text


def test_a_ca_certificate_that_ends_before_the_upgrade_breaks_the_way_to_the_root():
    ended = made_ca(RSA_ROOT, "Example issuing CA", ends=dt.datetime(2027, 1, 1, tzinfo=dt.UTC))
    given = with_leaf(
        good(upgrade_date=dt.date(2027, 2, 6), **trusting(RSA_ROOT, EC_ROOT)), TOMCAT,
        build_certificate(ended, MINER, key="rsa"), ended,
    )  # fmt: skip
    (one,) = found(given, "chain-root-trusted-by-agents")
    assert (one.state, one.node) == ("action", MINER)
    assert "on 6 February 2027: a CA certificate on the way is not valid then" in one.statement.text


def test_a_wildcard_covers_one_label():
    wild = leaf(RSA_ROOT, "rsa", "*.example.test")
    states = {
        one.state
        for one in found(with_leaf(good(), f"{MINER}/socialminer-tomcat", wild), "name-in-certificate")
    }
    assert states == {"pass"}


def test_publisher_and_subscriber_that_differ_are_found_with_what_differs():
    boxes = (Box(PUBLISHER, presents=AUTOMATIC), Box(SUBSCRIBER, tomcat="self-signed", presents=AUTOMATIC))
    one = found(evidence(*boxes), "nodes-alike")[0]
    assert one.state == "action"
    assert "differ in tomcat." in one.statement.text


def test_a_certificate_that_cannot_be_read_is_reported_and_nothing_is_lost():
    given = good()
    broken = x509.read(b"\x30\x03\x02\x01\x00")
    bad = Presentation(f"{PUBLISHER}/socketio", "browser", (broken.sha256,), None)
    others = tuple(one for one in given.presentations if one.endpoint != bad.endpoint)
    given = dataclasses.replace(
        given, presentations=(*others, bad), certificates={**given.certificates, broken.sha256: broken}
    )
    one = found(given, "certificate-readable")[0]
    assert (one.state, one.endpoint) == ("error", bad.endpoint)
    met = {one.gadget: one for one in assess(given).now.experiences}
    assert met["live-data"].outcome == "open"


def test_a_certificate_that_is_badly_formed_is_read_and_told():
    given = good()
    odd = x509.read(
        der.made(None, PUBLISHER, subject=der.name(b"*.example.test", der.PRINTABLE), names=(PUBLISHER,)).der
    )
    shown = Presentation(f"{PUBLISHER}/socketio", "browser", (odd.sha256,), None)
    others = tuple(one for one in given.presentations if one.endpoint != shown.endpoint)
    given = dataclasses.replace(
        given, presentations=(*others, shown), certificates={**given.certificates, odd.sha256: odd}
    )
    (one,) = found(given, "certificate-readable")
    assert (one.state, one.endpoint) == ("information", shown.endpoint)
    assert "(issuer: not valid DER: invalid value and subject: not valid DER: invalid value)" in (
        one.statement.text
    )
    assert not [each for each in found(given, "name-in-certificate") if each.node == PUBLISHER]


def test_a_further_endpoint_is_observed_only():
    given = good(
        further_endpoints=(FurtherEndpoint("lb.example.test", "load-balancer", "lb.example.test", 443),)
    )
    certificate = given.presentations[0].chain
    given = dataclasses.replace(
        given,
        presentations=(
            *given.presentations,
            Presentation("lb.example.test/load-balancer", "browser", certificate, None),
        ),
    )
    cell = assess(given).now.endpoints[-1]
    assert (cell.web_server, cell.expected, cell.agrees) == ("", (), None)
    assert cell.statement.kind == "observed"
    assert cell.observed.browser == certificate[0]


def test_the_day_of_the_collection_counts_as_today_unless_another_is_given():
    given = good()
    assert assess(given) == assess(given, today=COLLECTED.date())


def test_a_gadget_that_agents_cannot_use_blocks_and_one_that_asks_is_an_action():
    self_signed = evidence(*three(ecdsa="self-signed", presents=AUTOMATIC), **trusting(RSA_ROOT, EC_ROOT))
    states = {(one.node, one.state) for one in found(self_signed, "agents-can-work")}
    assert (PUBLISHER, "blocks") in states
    assert (MINER, "action") in states
