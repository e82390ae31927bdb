"""The way to the target release: its hops, their basis, their COP files, and what each stop brings."""

import datetime as dt

import pytest

from assess.sites import AUTOMATIC, MINER, PUBLISHER, RSA_ROOT, SUBSCRIBER, Box, evidence, three, trusting
from certlib.assess import assess


def planned(release, target, **state):
    """A pair with SocialMiner whose tomcat an RSA CA signed, on the way from a release to another."""
    return assess(
        evidence(
            *three(**{"ecdsa": None, "release": release, "target": target, **state}), **trusting(RSA_ROOT)
        )
    )


def way(assessment):
    return [hop.to for hop in assessment.hops]


def kinds(assessment, product="Unified CCX"):
    """For each hop, why a product can make it; `unknown`: no source tells."""
    return [
        leg.statement.kind if leg.known else "unknown"
        for hop in assessment.hops
        for leg in hop.steps
        if leg.product == product
    ]


def outcomes(scenario):
    return {one.gadget: one.outcome for one in scenario.experiences}


# From, to, the stops, and why UCCX can make each hop. Written by hand from Cisco's lists.
WAYS = [
    ("10.6(1)", "11.5(1)", ["11.5(1)"], ["documented"]),
    ("11.0(1)", "11.5(1)", ["11.5(1)"], ["documented"]),
    ("10.6(1)", "11.6(2)", ["11.5(1)", "11.6(2)"], ["documented", "inferred"]),
    ("11.5(1)", "12.0(1)", ["12.0(1)"], ["inferred"]),
    ("11.6(2)", "12.5(1)SU2", ["12.5(1)SU2"], ["documented"]),
    ("11.5(1)SU1", "12.5(1)SU2", ["11.6(2)", "12.5(1)SU2"], ["inferred", "documented"]),
    ("11.6(1)", "12.5(1)SU2", ["12.5(1)SU1", "12.5(1)SU2"], ["documented", "documented"]),
    ("12.5(1)SU2", "12.5(1)SU3", ["12.5(1)SU3"], ["documented"]),
    ("11.6(1)", "12.5(1)SU3", ["12.5(1)SU3"], ["documented"]),
    ("11.6(2)", "12.5(1)SU3", ["12.5(1)SU3"], ["documented"]),
    ("11.6(2)", "12.5(1)SU1", ["12.5(1)SU1"], ["documented"]),
    ("11.6(2)", "15.0(1)", ["12.5(1)SU3", "15.0(1)"], ["documented", "documented"]),
    ("12.5(1)", "15.0(1)", ["15.0(1)"], ["documented"]),
    ("12.5(1)SU1", "15.0(1)", ["15.0(1)"], ["documented"]),
    ("12.5(1)SU2", "15.0(1)", ["15.0(1)"], ["documented"]),
    ("12.5(1)SU3", "15.0(1)", ["15.0(1)"], ["documented"]),
    ("10.6(1)SU3", "11.6(2)", ["11.6(2)"], ["unknown"]),
    ("10.0(1)", "11.5(1)", ["11.5(1)"], ["unknown"]),
    ("12.0(1)", "12.5(1)", ["12.5(1)"], ["documented"]),
    ("11.6(1)", "12.5(1)", ["12.5(1)"], ["documented"]),
]


@pytest.mark.parametrize(("release", "target", "stops", "why"), WAYS)
def test_the_best_way_has_the_stops_that_cisco_names(release, target, stops, why):
    found = planned(release, target)
    assert way(found) == stops
    assert kinds(found) == why


@pytest.mark.parametrize("target", ["12.5(1)SU2", "12.5(1)SU3"])
def test_a_release_that_would_serve_as_well_is_named(target):
    first, *rest = planned("11.5(1)", target, ecdsa="self-signed", presents=AUTOMATIC).hops
    assert (first.to, first.instead) == ("11.6(2)", ("12.0(1)",))
    assert all(not hop.instead for hop in rest)


def test_each_hop_is_assessed_and_not_the_target_alone():
    found = planned("10.6(1)", "11.6(2)")
    at_11_5, at_11_6 = (hop.scenario for hop in found.hops)
    assert outcomes(at_11_5) == {
        "finesse-desktop": "works",
        "live-data": "cannot-be-accepted",
        "chat-email": "prompt",
        "socialminer-page": "works",
    }
    assert [state.tomcat_ecdsa for state in at_11_5.nodes] == ["self-signed"] * 3
    assert [state.release for state in at_11_5.nodes] == ["11.5(1)"] * 3
    assert set(outcomes(at_11_6).values()) == {"works"}
    assert [state.tomcat_ecdsa for state in at_11_6.nodes] == [None] * 3
    assert at_11_5.title == "if the upgrade stops at 11.5(1), and nothing is done"


@pytest.mark.parametrize(("release", "target"), [one[:2] for one in WAYS])
def test_the_last_hop_is_the_scenario_after_the_upgrade(release, target):
    found = planned(release, target)
    assert found.hops[-1].scenario is found.after_upgrade
    assert len(found.scenarios) == 2
    assert {state.release for state in found.hops[-1].scenario.nodes} == {target}


def test_a_hop_that_no_source_tells_of_is_asked_for_and_never_invented():
    said = [one.text for one in planned("12.0(1)", "12.5(1)").not_checked]
    assert (
        sum("SocialMiner goes from 12.0(1) to 12.5(1) in one hop is not published" in one for one in said)
        == 1
    )
    assert not any("Unified CCX goes" in one for one in said)


def test_a_way_into_11_6_or_12_0_is_taken_for_granted_and_asked_for():
    said = [one.text for one in planned("11.5(1)", "12.5(1)SU3", presents=AUTOMATIC).not_checked]
    assert sum("Unified CCX is taken to go from 11.5(1) to 11.6(2) in one hop" in one for one in said) == 1
    documented = [one.text for one in planned("12.5(1)SU3", "15.0(1)").not_checked]
    assert [text for text in documented if "in one hop" in text] == []


# By the upgrade guide of 15.0(1): one file of the platform by the release that is left, none from 12.5(1)SU3.
COPS_TO_15 = {
    "12.5(1)": ("ucos.keymanagement.v01",),
    "12.5(1)SU1": ("ucos.keymanagement.v02",),
    "12.5(1)SU2": ("ucos.keymanagement.v02",),
    "12.5(1)SU3": (),
}


@pytest.mark.parametrize("release", COPS_TO_15)
def test_the_cop_files_before_15_0_are_those_of_its_guide_and_the_solandra_file_has_both_spellings(release):
    (hop,) = planned(release, "15.0(1)").hops
    platform, uccx = hop.steps
    assert uccx.cops == COPS_TO_15[release]
    assert uccx.needs.kind == "documented"
    assert "ciscouccx.fips.1501.PREUPGRADE" in uccx.needs.text
    assert "ciscoccp.1501.PREUPGRADE" in platform.needs.text
    assert "ciscoccp.15.0.PREUPGRADE" in platform.needs.text


def test_how_long_an_upgrade_takes_is_told_where_a_source_says_so():
    (hop,) = planned("12.5(1)SU3", "15.0(1)").hops
    platform, uccx = hop.steps
    assert "more than two hours" in platform.takes.text
    assert (platform.takes.kind, platform.takes.basis.source) == ("documented", "cisco-ccp-upgrade-15.0")
    assert "about 30 minutes longer" in uccx.takes.text
    assert (uccx.takes.kind, uccx.takes.basis.source) == ("documented", "cisco-upgrade-15.0")
    (old,) = planned("10.6(1)", "11.5(1)").hops
    assert {leg.takes for leg in old.steps} == {None}


def test_the_cop_files_before_a_hop_are_named_by_their_beginnings_and_documented():
    (hop,) = planned("12.5(1)SU1", "12.5(1)SU3").hops
    platform, uccx = hop.steps
    assert uccx.cops == ("ciscouccx.1251.SU1.1251SU3PREUPGRADE", "ucos.keymanagement.v02")
    assert platform.cops == ("ciscoccp.keymanagement.v02",)
    assert uccx.needs.kind == platform.needs.kind == "documented"
    assert all(cop in uccx.needs.text for cop in uccx.cops)


def test_where_no_list_of_cop_files_is_known_none_is_invented():
    (hop,) = planned("10.6(1)", "11.5(1)").hops
    assert all(not leg.cops for leg in hop.steps)
    assert {leg.needs.basis.rule for leg in hop.steps} == {"rule-not-published"}


def test_socialminer_goes_first_which_is_documented_from_12_5_on():
    for target in ("12.5(1)", "12.5(1)SU1", "12.5(1)SU3", "15.0(1)"):
        assert planned("11.6(2)", target).hops[-1].order.kind == "documented"
    found = planned("11.5(1)", "12.5(1)SU2")
    assert [hop.order.kind for hop in found.hops] == ["inferred", "documented"]
    for hop in found.hops:
        assert [leg.roles for leg in hop.steps] == [("socialminer",), ("uccx-publisher", "uccx-subscriber")]
        assert hop.steps[1].nodes == (PUBLISHER, SUBSCRIBER)


def test_the_product_has_the_name_of_the_release_that_is_left():
    first, second = planned("11.6(2)", "15.0(1)").hops
    assert first.steps[0].product == "SocialMiner"
    assert second.steps[0].product == "Customer Collaboration Platform"


def test_a_node_that_is_ahead_waits_for_the_others():
    boxes = [Box(box.name, ecdsa=None, release="10.6(1)", target="11.6(2)") for box in three()[:2]]
    miner = Box(MINER, presents=AUTOMATIC, release="11.5(1)", target="11.6(2)")
    first, second = assess(evidence(*boxes, miner, **trusting(RSA_ROOT))).hops
    assert [leg.nodes for leg in first.steps] == [(PUBLISHER, SUBSCRIBER)]
    assert first.order is None
    assert [leg.nodes for leg in second.steps] == [(MINER,), (PUBLISHER, SUBSCRIBER)]


def test_a_node_stops_at_its_own_target():
    boxes = [Box(box.name, release="11.6(2)", target="12.5(1)SU3", ecdsa=None) for box in three()[:2]]
    miner = Box(MINER, release="11.6(2)", target="15.0(1)", ecdsa=None)
    first, second = assess(evidence(*boxes, miner)).hops
    assert [leg.nodes for leg in second.steps] == [(MINER,)]
    assert {state.release for state in first.scenario.nodes} == {"12.5(1)SU3"}


def test_without_an_upgrade_there_is_no_hop():
    assert assess(evidence(*three(presents=AUTOMATIC))).hops == ()


def test_a_stop_counts_the_day_of_the_upgrade():
    (early, _) = planned("10.6(1)", "11.6(2)").hops
    boxes = three(ecdsa=None, release="10.6(1)", target="11.6(2)")
    late = assess(evidence(*boxes, **trusting(RSA_ROOT), upgrade_date=dt.date(2045, 1, 1))).hops[0]
    assert outcomes(early.scenario)["finesse-desktop"] == "works"
    assert outcomes(late.scenario)["finesse-desktop"] == "prompt"
