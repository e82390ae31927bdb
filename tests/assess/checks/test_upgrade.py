"""Checks that hang on the releases: TLS versions, and what an upgrade wants before and after it."""

import dataclasses

import pytest

from assess.sites import EC_ROOT, MINER, PUBLISHER, RSA_ROOT, evidence, three, trusting
from certlib.assess import assess
from certlib.evidence import LookUp
from certlib.inventory import Node
from certlib.reasons import make_verbatim

NOT_APPLICABLE = {"not-applicable"}


def site(release, target=None):
    return evidence(*three(release=release, target=target), **trusting(RSA_ROOT, EC_ROOT))


def found(given, check):
    return [one for one in assess(given).findings if one.check == check]


def speaking(given, endpoint, *versions):
    """The evidence with an endpoint whose offers were answered in these versions in turn."""
    seen = iter(versions * 3)
    changed = tuple(
        dataclasses.replace(one, version=next(seen)) if one.endpoint == endpoint and one.leaf else one
        for one in given.presentations
    )
    return dataclasses.replace(given, presentations=changed)


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
    given = speaking(site(release), f"{PUBLISHER}/finesse-tomcat", *versions)
    assert {one.state for one in found(given, "tls-versions")} == {state}


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
    assert [one.state for one in found(site(release, target), "trust-uploads")] == [state]


def test_trust_uploads_name_the_peers_of_the_inventory():
    given = site("11.6(2)", "12.5(1)SU3")
    cucm = Node(role="cucm", name="cucm1.example.test", address="cucm1.example.test", release="14",
                target_release="14")  # fmt: skip
    given = dataclasses.replace(given, site=dataclasses.replace(given.site, nodes=(*given.site.nodes, cucm)))
    one = found(given, "trust-uploads")[0]
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
    assert [one.state for one in found(site(release, target), "ca-pruning")] == [state]


def resolving(address, seen, *others):
    """The evidence of a site whose publisher has an address of its own, and what names resolved to."""
    given = site("11.5(1)")
    first, *rest = given.site.nodes
    nodes = (dataclasses.replace(first, address=address), *rest)
    names = (LookUp(PUBLISHER, seen, () if seen else make_verbatim("the name is not known")), *others)
    return dataclasses.replace(given, site=dataclasses.replace(given.site, nodes=nodes), names=names)


@pytest.mark.parametrize(
    ("address", "seen", "state"),
    [
        ("10.1.2.3", ("10.1.2.3",), "pass"),
        ("10.1.2.3", ("10.9.9.9", "10.1.2.3"), "pass"),
        ("2001:db8::7", ("2001:db8::7",), "pass"),
        ("10.1.2.3", ("10.9.9.9",), "action"),
        ("10.1.2.3", (), "information"),
        ("inside.example.test", ("10.1.2.3",), "pass"),
        ("outside.example.test", ("10.1.2.3",), "action"),
    ],
)
def test_a_name_that_leads_elsewhere_than_the_inventorys_address_is_found(address, seen, state):
    others = LookUp("inside.example.test", ("10.1.2.3",)), LookUp("outside.example.test", ("192.0.2.1",))
    (one,) = found(resolving(address, seen, *others), "dns-name")
    assert (one.state, one.statement.evidence) == (state, (f"{PUBLISHER}/uccx-tomcat",))
    if state == "action":
        assert f"{PUBLISHER} resolves to {seen[0]}; it was queried at {address}" in one.statement.text


def test_names_that_the_name_server_does_not_know_are_one_finding_that_names_them():
    given = resolving("10.1.2.3", ())
    first, *rest = given.site.nodes
    nodes = (first, *(dataclasses.replace(one, address=f"10.1.2.{4 + n}") for n, one in enumerate(rest)))
    names = tuple(LookUp(one.name, (), make_verbatim("the name is not known")) for one in nodes)
    given = dataclasses.replace(given, site=dataclasses.replace(given.site, nodes=nodes), names=names)
    (one,) = found(given, "dns-name")
    assert (one.state, one.node, len(one.statement.evidence)) == ("information", None, len(nodes))
    assert all(node.name in one.statement.text for node in nodes)


def test_without_an_address_beside_the_name_or_a_look_up_there_is_nothing_to_compare():
    assert [one.state for one in found(site("11.5(1)"), "dns-name")] == ["not-applicable"]
    nobody = dataclasses.replace(resolving("10.1.2.3", ()), names=())
    assert [one.state for one in found(nobody, "dns-name")] == ["not-applicable"]


def test_a_hop_that_no_source_tells_is_to_be_asked_for():
    asked = found(
        evidence(*three(release="12.0(1)", target="12.5(1)"), **trusting(RSA_ROOT)), "way-published"
    )
    assert {(one.node, one.state) for one in asked} == {(MINER, "manual")}
    assert "12.5(1)" in asked[0].statement.text


def test_a_hop_that_is_only_taken_for_granted_or_told_in_two_ways_is_to_be_asked_for_too():
    taken = found(
        evidence(*three(release="11.5(1)", target="11.6(2)")[:2], **trusting(RSA_ROOT)), "way-published"
    )
    assert [(one.node, one.state, one.statement.kind) for one in taken] == [(PUBLISHER, "manual", "inferred")]
    assert "no document that says so was found" in taken[0].statement.text
    doubted = found(
        evidence(*three(release="11.6(1)", target="12.5(1)SU3")[:2], **trusting(RSA_ROOT)), "way-published"
    )
    assert [(one.state, one.statement.kind) for one in doubted] == [("manual", "documented")]
    assert "the compatibility matrix 11.6(2) alone" in doubted[0].statement.text


def test_a_way_that_is_known_passes_and_without_an_upgrade_there_is_none():
    known = found(
        evidence(*three(release="12.5(1)SU1", target="12.5(1)SU3"), **trusting(RSA_ROOT)), "way-published"
    )
    assert [one.state for one in known] == ["pass"]
    assert [one.state for one in found(evidence(*three()), "way-published")] == ["not-applicable"]
