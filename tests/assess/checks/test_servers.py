"""What web servers answer, whether that is expected of them, and the TLS versions that they speak."""

import pytest

from assess.checks.sound import build_site, list_findings, speaking
from assess.sites import (
    AUTOMATIC,
    MINER,
    PUBLISHER,
    ROLES,
    RSA_ROOT,
    UCCX,
    Box,
    evidence,
    three,
    trusting,
)
from certlib.assess import assess
from certlib.knowledge import load
from certlib.reasons import Reason


def test_a_silent_endpoint_is_an_error_with_its_reason_and_the_hint_for_it():
    boxes = three(ecdsa="ec-ca", presents={**AUTOMATIC, "cuic-tomcat": Reason.REFUSED})
    one = list_findings(evidence(*boxes), "endpoint-answers")[0]
    assert (one.state, one.endpoint) == ("error", f"{PUBLISHER}/cuic-tomcat")
    assert load().reasons["refused"].sentence in one.statement.text
    assert one.remedy == load().reasons["refused"].hint


def test_a_node_of_which_nothing_answers_is_one_finding_that_names_its_ports():
    dead = dict.fromkeys(UCCX, Reason.CONNECT_TIMEOUT) | {"socketio": Reason.REFUSED}
    given = evidence(Box(PUBLISHER, presents=dead), Box(MINER))
    (one,) = list_findings(given, "endpoint-answers")
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
    one = list_findings(evidence(*boxes, **trusting(RSA_ROOT)), "presented-as-expected")[0]
    assert (one.state, one.endpoint) == (state, f"{PUBLISHER}/notification")


@pytest.mark.parametrize(
    ("release", "versions", "state"),
    [
        ("11.5(1)", ("TLS 1.2",), "pass"),
        ("11.5(1)", ("TLS 1.0", "TLS 1.2"), "pass"),
        ("11.5(1)", ("TLS 1.0",), "action"),
        ("11.5(1)", ("TLS 1.3", "TLS 1.2"), "information"),
        ("12.5(1)", ("TLS 1.1", "TLS 1.2"), "information"),
        ("12.0(1)", ("TLS 1.3",), "pass"),  # no document says what this release speaks
    ],
)
def test_the_versions_seen_are_compared_with_those_that_are_documented(release, versions, state):
    given = speaking(build_site(release=release), f"{PUBLISHER}/finesse-tomcat", *versions)
    assert {one.state for one in list_findings(given, "tls-versions")} == {state}
