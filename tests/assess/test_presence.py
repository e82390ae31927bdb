"""Web servers that come, go or are off with a release, by hand from the port lists that were found."""

import dataclasses

import pytest

from assess.sites import AUTOMATIC, ENGINE, RSA_ROOT, UCCX, evidence, three, trusting
from certlib import inventory
from certlib.assess import assess
from certlib.evidence import Presentation
from certlib.inventory import list_endpoints, list_every_endpoint
from certlib.knowledge import load
from certlib.reasons import Reason

# Which ports of a publisher are asked on a release, with nothing named in the inventory.
ASKED = {
    "10.6(1)": [8443, 7443, 12015, 8445, 8444],
    "11.5(1)": [8443, 7443, 12015, 8445, 8444],
    "11.6(2)": [8443, 7443, 12015, 8445, 8444],
    "12.0(1)": [8443, 7443, 12015, 8445, 8444],
    "12.5(1)": [8443, 7443, 12015, 8445, 8444],
    "12.5(1)SU3": [8443, 7443, 12015, 8445, 8444],
    "15.0(1)": [8443, 7443, 12015, 8445, 8444, 9443],
}
# What a way to a release says of the web servers that come with it or are off: (server, kind, basis).
OFF = ("notification", "off", "documented")
LISTED = ("engine", "new", "inferred")
WAYS = {
    ("10.6(1)", "11.5(1)"): set(),
    ("11.5(1)", "12.0(1)"): set(),
    ("11.6(2)", "12.5(1)SU2"): {OFF},
    ("12.5(1)SU1", "12.5(1)SU3"): {OFF},
    ("12.5(1)SU3", "15.0(1)"): {OFF, LISTED},
    ("11.6(2)", "15.0(1)"): {OFF, LISTED},
}


def planned(release, target=None, **state):
    return assess(evidence(*three(ecdsa=None, release=release, target=target, **state), **trusting(RSA_ROOT)))


def said(scenario):
    return {
        (cell.web_server, cell.presence.kind, cell.presence.statement.kind)
        for cell in scenario.endpoints
        if cell.presence
    }


@pytest.mark.parametrize("release", ASKED)
def test_a_site_is_asked_on_the_ports_of_its_release(release):
    site = evidence(*three(release=release)).site
    asked = [one.port for one in list_endpoints(site) if one.role == "uccx-publisher"]
    assert asked == ASKED[release]
    assert [one.port for one in list_endpoints(site) if one.role == "socialminer"] == [443, 7443]


@pytest.mark.parametrize(("release", "target"), WAYS)
def test_what_a_release_brings_or_switches_off_stands_in_the_scenario_after_the_upgrade(release, target):
    found = planned(release, target)
    assert said(found.after_upgrade) == WAYS[release, target]


def test_each_hop_says_what_it_brings():
    first, second = planned("11.6(2)", "15.0(1)").hops
    assert said(first.scenario) == {OFF}
    assert said(second.scenario) == {OFF, LISTED}


def test_a_web_server_that_a_release_brings_is_expected_by_its_rule_and_was_not_observed():
    found = planned("12.5(1)SU3", "15.0(1)")
    assert not [cell for cell in found.now.endpoints if cell.web_server == ENGINE]
    cells = [cell for cell in found.after_upgrade.endpoints if cell.web_server == ENGINE]
    assert [cell.node for cell in cells] == ["uccx1.example.test", "uccx2.example.test"]
    for cell in cells:
        assert [(one.identity, one.kind) for one in cell.expected] == [("tomcat", "rsa-ca")]
        assert cell.presence.label == "listed from 15.0(1) on"
        assert "was not found" in cell.presence.statement.text
        assert cell.observed is None
    assert [one.web_server for one in found.endpoints if one.node == "uccx1.example.test"] == [*UCCX, ENGINE]


def test_from_12_5_on_agents_do_not_need_7443_of_the_uccx_nodes():
    """Long polling is off by default, and the desktop's events come over 8445 (15.0 port guide)."""
    before = planned("12.0(1)", tomcat="self-signed")
    after = planned("12.5(1)", tomcat="self-signed")
    assert {one.gadget: one.prompts for one in before.now.experiences}["finesse-desktop"] == 2
    boxes = three(tomcat="self-signed", ecdsa=None, release="12.5(1)")
    firefox = assess(evidence(*boxes, agents=inventory.Agents(browsers=("firefox",))))
    assert {one.gadget: one.prompts for one in firefox.now.experiences}["finesse-desktop"] == 2  # 8445 twice
    assert said(before.now) == set()
    assert said(after.now) == {OFF}


@pytest.mark.parametrize(("release", "word", "state"), [
    ("12.0(1)", "incomplete", "error"),
    ("12.5(1)", "ready", "information"),
])  # fmt: skip
def test_silence_on_7443_counts_only_where_agents_need_it(release, word, state):
    found = planned(release, presents={"notification": Reason.REFUSED})
    assert found.verdict.word == word
    answers = [one for one in found.findings if one.check == "endpoint-answers"]
    assert {one.state for one in answers} == {state}
    assert all(
        ("off by default from 12.5(1) on" in one.statement.text) is (state == "information")
        for one in answers
    )


def test_nothing_that_answers_is_still_nothing_where_a_port_is_off():
    silent = dict.fromkeys((*UCCX, "socialminer-tomcat", "socialminer-openfire"), Reason.REFUSED)
    found = planned("12.5(1)", presents=silent)
    assert found.verdict.statement.text.startswith("No endpoint of the site gave a certificate")


def named(site, **ports):
    """The same site, whose inventory gives the publisher's ports."""
    first, *rest = site.nodes
    return dataclasses.replace(site, nodes=(dataclasses.replace(first, ports=tuple(ports.items())), *rest))


def test_what_not_every_site_has_is_asked_where_the_inventory_gives_its_port():
    site = evidence(*three(release="15.0(1)")).site
    asked = {one.id.partition("/")[2]: one.port for one in list_endpoints(named(site, informix=9089))}
    assert asked["informix"] == 9089
    assert "informix" not in {one.web_server for one in list_endpoints(site)}
    early = named(evidence(*three(release="12.5(1)")).site, engine=9443)
    assert [one.node for one in list_endpoints(early) if one.web_server == "engine"] == ["uccx1.example.test"]


def test_single_sign_on_makes_the_identity_service_one_that_the_desktop_needs():
    given = evidence(*three(tomcat="self-signed", ecdsa=None, release="12.5(1)"))
    site = named(given.site, **{"identity-service": 8553})
    found = assess(dataclasses.replace(given, site=site))
    assert found.verdict.word == "incomplete"  # nobody asked it
    assert "Identity Service on uccx1.example.test" in found.verdict.statement.text


def test_a_certificate_of_its_own_is_nobody_elses_and_no_difference():
    given = evidence(*three(release="15.0(1)", ecdsa=None), **trusting(RSA_ROOT))
    own = evidence(*three(tomcat="self-signed", ecdsa=None, release="15.0(1)"))
    leaf = next(one.chain for one in own.presentations if one.chain)
    shown = Presentation("uccx1.example.test/informix", "browser", leaf, None, version="TLSv1.2")
    found = assess(
        dataclasses.replace(
            given,
            site=named(given.site, informix=9089),
            presentations=(*given.presentations, shown),
            certificates={**given.certificates, **own.certificates},
        )
    )
    cell = next(cell for cell in found.now.endpoints if cell.web_server == "informix")
    assert (cell.expected, cell.agrees) == ((), None)
    assert "of its own" in cell.statement.text
    states = {one.check: one.state for one in found.findings}
    assert states["same-certificate-on-node"] == "pass"
    assert {state.tomcat for state in found.now.nodes} == {"rsa-ca"}


def test_evidence_of_a_web_server_that_the_release_does_not_have_stays_readable_and_is_shown(monkeypatch):
    """Knowledge changes; what was collected before does not."""
    known = load()
    gone = dataclasses.replace(
        known.web_servers["socketio"], until="11.0(1)", until_basis=known.web_servers["socketio"].basis
    )
    changed = dataclasses.replace(known, web_servers={**known.web_servers, "socketio": gone})
    monkeypatch.setitem(inventory.list_endpoints.__wrapped__.__globals__, "load_knowledge", lambda: changed)
    given = evidence(*three(presents=AUTOMATIC), **trusting(RSA_ROOT))
    assert "socketio" not in {one.web_server for one in list_endpoints(given.site)}
    assert "socketio" in {one.web_server for one in list_every_endpoint(given.site)}
    cells = [cell for cell in assess(given, knowledge=changed).now.endpoints if cell.web_server == "socketio"]
    assert [(cell.presence.kind, cell.presence.label) for cell in cells] == [
        ("gone", "does not exist on 11.5(1)")
    ] * 2
    assert all(cell.observed.kind == "self-signed" for cell in cells)
    assert all(cell.expected == () and cell.agrees is None for cell in cells)


def test_a_web_server_that_the_wanted_release_does_not_have_is_said_to_be_gone(monkeypatch):
    known = load()
    gone = dataclasses.replace(
        known.web_servers["notification"],
        until="12.0(1)",
        until_basis=known.web_servers["notification"].basis,
    )
    changed = dataclasses.replace(known, web_servers={**known.web_servers, "notification": gone})
    monkeypatch.setitem(inventory.list_endpoints.__wrapped__.__globals__, "load_knowledge", lambda: changed)
    given = evidence(*three(ecdsa=None, release="12.0(1)", target="12.5(1)SU2"), **trusting(RSA_ROOT))
    found = assess(given, knowledge=changed)
    (label,) = {
        cell.presence.label for cell in found.after_upgrade.endpoints if cell.web_server == "notification"
    }
    assert label == "does not exist on 12.5(1)SU2"
    assert not any(cell.expected for cell in found.after_upgrade.endpoints if cell.presence)
    assert {one.outcome for one in found.after_upgrade.experiences} == {"works"}
