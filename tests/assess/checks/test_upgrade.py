"""What the upgrade brings: whether agents can work, and what it wants before and after it."""

import dataclasses

import pytest

from assess.checks.sound import list_findings
from assess.sites import (
    AUTOMATIC,
    EC_ROOT,
    MINER,
    PUBLISHER,
    RSA_ROOT,
    evidence,
    three,
    trusting,
)
from certlib.inventory import Node

NOT_APPLICABLE = {"not-applicable"}


def site(release, target=None):
    return evidence(*three(release=release, target=target), **trusting(RSA_ROOT, EC_ROOT))


@pytest.mark.parametrize(
    ("release", "target", "state"),
    [
        ("11.6(2)", "12.5(1)SU3", "manual"),
        ("12.5(1)SU2", "15.0(1)", "information"),
        ("12.5(1)", None, "not-applicable"),
        ("10.6(1)", "11.5(1)", "not-applicable"),
        ("11.6(2)", "12.0(1)", "not-applicable"),
    ],
)
def test_trust_uploads_are_asked_for_before_the_first_upgrade_to_12_5_and_later(release, target, state):
    assert [one.state for one in list_findings(site(release, target), "trust-uploads")] == [state]


def test_trust_uploads_name_the_peers_of_the_inventory():
    given = site("11.6(2)", "12.5(1)SU3")
    cucm = Node(role="cucm", name="cucm1.example.test", address="cucm1.example.test", release="14",
                target_release="14")  # fmt: skip
    given = dataclasses.replace(given, site=dataclasses.replace(given.site, nodes=(*given.site.nodes, cucm)))
    one = list_findings(given, "trust-uploads")[0]
    assert f"{MINER} and cucm1.example.test" in one.statement.text
    assert (one.statement.kind, one.statement.basis.source) == ("documented", "cisco-release-notes-12.5")


@pytest.mark.parametrize(
    ("release", "target", "state"),
    [
        ("11.6(2)", "12.5(1)", "after-upgrade"),
        ("12.5(1)SU1", "12.5(1)SU3", "after-upgrade"),
        ("12.5(1)SU3", None, "not-applicable"),
        ("10.6(1)", "11.5(1)", "not-applicable"),
    ],
)
def test_cas_that_an_upgrade_removes_are_put_back_after_it(release, target, state):
    assert [one.state for one in list_findings(site(release, target), "ca-pruning")] == [state]


def test_a_hop_that_no_source_tells_is_to_be_asked_for():
    asked = list_findings(
        evidence(*three(release="12.0(1)", target="12.5(1)"), **trusting(RSA_ROOT)), "way-published"
    )
    assert {(one.node, one.state) for one in asked} == {(MINER, "manual")}
    assert "12.5(1)" in asked[0].statement.text


def test_a_hop_that_is_only_taken_for_granted_or_told_in_two_ways_is_to_be_asked_for_too():
    taken = list_findings(
        evidence(*three(release="11.5(1)", target="11.6(2)")[:2], **trusting(RSA_ROOT)), "way-published"
    )
    assert [(one.node, one.state, one.statement.kind) for one in taken] == [(PUBLISHER, "manual", "inferred")]
    assert "no document that says so was found" in taken[0].statement.text
    doubted = list_findings(
        evidence(*three(release="11.6(1)", target="12.5(1)SU3")[:2], **trusting(RSA_ROOT)), "way-published"
    )
    assert [(one.state, one.statement.kind) for one in doubted] == [("manual", "documented")]
    assert "the compatibility matrix 11.6(2) alone" in doubted[0].statement.text


def test_a_way_that_is_known_passes_and_without_an_upgrade_there_is_none():
    known = list_findings(
        evidence(*three(release="12.5(1)SU1", target="12.5(1)SU3"), **trusting(RSA_ROOT)), "way-published"
    )
    assert [one.state for one in known] == ["pass"]
    assert [one.state for one in list_findings(evidence(*three()), "way-published")] == ["not-applicable"]


def test_a_gadget_that_agents_cannot_use_blocks_and_one_that_asks_is_an_action():
    self_signed = evidence(*three(ecdsa="self-signed", presents=AUTOMATIC), **trusting(RSA_ROOT, EC_ROOT))
    states = {(one.node, one.state) for one in list_findings(self_signed, "agents-can-work")}
    assert (PUBLISHER, "blocks") in states
    assert (MINER, "action") in states
