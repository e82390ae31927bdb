"""Every plan is walked over its site before it is printed, and one that would go wrong is not printed."""

from dataclasses import replace
from importlib import import_module

import pytest
from hypothesis import given, settings

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
from certlib import frames, show
from certlib.assess import Assessment, assess
from certlib.assess.model import STOPPING
from certlib.knowledge import load
from certlib.runbook import Plan, Rehearsal, rehearse, runbook
from sites.holdings import assessed, assessed_site
from sites.odd import odd_sites
from sites.samples import SAMPLES

NOTHING = "Nothing."


def site(*boxes: Box, **facts: object) -> Assessment:
    return assess(evidence(*boxes, **{**trusting(RSA_ROOT, EC_ROOT), **facts}))


ROW_4 = site(*three(presents=AUTOMATIC))
UPGRADE = site(*three(ecdsa=None, release="10.6(1)", target="11.5(1)"))


def rehearsed(found: Assessment, option: str | None) -> Rehearsal:
    (plan,) = runbook(found, options=(option,) if option else None).plans[:1]
    return rehearse(found, plan)


def met(tried: Rehearsal, phase: str) -> dict[str, str]:
    (moment,) = (one for one in tried.moments if one.phase == phase)
    return {one.gadget: one.outcome for one in moment.scenario.experiences}


def plans(found: Assessment) -> list[Plan]:
    """The plans of every option that is offered, and of those that are printed."""
    known = load().options
    offered = [one.option for one in found.options if one.scenario and not known[one.option].advised_against]
    return [*runbook(found, options=offered).plans, *runbook(found).plans]


@settings(max_examples=20)
@given(odd_sites())
def test_every_offered_options_plan_rehearses_to_its_promise(odd) -> None:
    described, holdings = odd
    found = assessed_site(described, holdings)
    for plan in plans(found):
        assert rehearse(found, plan).defects == (), plan.option


@pytest.mark.parametrize("name", SAMPLES)
def test_every_offered_options_plan_of_a_sample_site_rehearses_to_its_promise(name: str) -> None:
    found = assessed(name, SAMPLES[name].nodes, collected=SAMPLES[name].collected)
    for plan in plans(found):
        assert rehearse(found, plan).defects == (), plan.option


def test_a_plan_that_starts_a_node_anew_and_announces_no_interruption_is_found_out() -> None:
    (plan,) = runbook(ROW_4, options=("ec-ca",)).plans
    tasks = tuple(
        replace(one, interrupts=NOTHING) if one.procedure == "restart" else one for one in plan.tasks
    )
    found = [(one.procedure, one.text) for one in rehearse(ROW_4, replace(plan, tasks=tasks)).defects]
    assert found == [("restart", "it starts a node anew, and announces no interruption")] * 3


@settings(max_examples=20)
@given(odd_sites())
def test_one_may_not_stop_where_agents_could_not_work_who_can_today(odd) -> None:
    described, holdings = odd
    found = assessed_site(described, holdings)
    today = {one.gadget for one in found.now.experiences if one.outcome in STOPPING}
    for plan in plans(found):
        for moment in rehearse(found, plan).moments:
            stopped = {one.gadget for one in moment.scenario.experiences if one.outcome in STOPPING}
            assert stopped <= today or moment.hindrances


def test_after_the_upgrade_live_data_is_lost_until_the_signed_certificates_are_in_use() -> None:
    tried = rehearsed(UPGRADE, "ec-ca")
    assert met(tried, "upgrade")["live-data"] == "cannot-be-accepted"
    assert met(tried, "certificates")["live-data"] == "cannot-be-accepted"  # stored, and not in use yet
    assert {*met(tried, "restart").values()} == {"works"}


def test_one_may_not_stop_between_the_upgrade_and_the_restart_and_may_afterwards() -> None:
    hindrances = {one.phase: one.hindrances for one in rehearsed(UPGRADE, "ec-ca").moments}
    assert "agents" in hindrances["upgrade"]
    assert "waiting" in hindrances["certificates"]
    assert hindrances["restart"] == ()
    assert hindrances["prepare"] == ()


def test_going_back_costs_nothing_at_first_then_the_old_release_and_never_less_later() -> None:
    costs = [(one.phase, one.going_back) for one in rehearsed(UPGRADE, "ec-ca").moments]
    assert dict(costs)["prepare"] == "nothing"
    assert dict(costs)["upgrade"] == "switch-back"
    ranks = [("nothing", "undo", "switch-back", "restore").index(cost) for _, cost in costs]
    assert ranks == sorted(ranks)


def test_the_cops_let_agents_work_at_once_and_the_ca_is_waited_for_without_an_outage() -> None:
    tried = rehearsed(ROW_4, "wait-with-cop")
    assert {*met(tried, "cop").values()} == {"works"}
    assert {*met(tried, "restart").values()} == {"works"}
    assert [one.phase for one in tried.moments].index("cop") < [one.phase for one in tried.moments].index(
        "requests"
    )


def test_a_plan_without_its_restarts_is_found_out() -> None:
    (plan,) = runbook(ROW_4, options=("ec-ca",)).plans
    without = replace(plan, tasks=tuple(one for one in plan.tasks if one.procedure != "restart"))
    texts = [one.text for one in rehearse(ROW_4, without).defects]
    assert texts.count("something is stored that no restart puts into use") == 3


def test_a_plan_that_uploads_before_the_ca_has_answered_is_found_out() -> None:
    (plan,) = runbook(ROW_4, options=("ec-ca",)).plans
    without = replace(plan, tasks=tuple(one for one in plan.tasks if one.procedure != "signing"))
    found = {(one.procedure, one.text) for one in rehearse(ROW_4, without).defects}
    assert ("ca-reply", "it needs reply-arrived, which no step before it has done") in found


def test_a_plan_that_leaves_a_node_behind_is_found_out() -> None:
    (plan,) = runbook(UPGRADE, options=("ec-ca",)).plans
    tasks = tuple(one for one in plan.tasks if (one.procedure, one.node) != ("switch", SUBSCRIBER))
    defects = rehearse(UPGRADE, replace(plan, tasks=tasks)).defects
    assert any(one.node == SUBSCRIBER and "inactive partition" in one.text for one in defects)


def test_a_plan_that_would_go_wrong_is_not_told(monkeypatch: pytest.MonkeyPatch) -> None:
    shown = import_module("certlib.show.runbook")
    (plan,) = runbook(ROW_4, options=("ec-ca",)).plans
    broken = rehearse(ROW_4, replace(plan, tasks=plan.tasks[:-4]))
    assert broken.defects
    monkeypatch.setattr(shown, "rehearse", lambda assessment, plan: replace(broken, plan=plan))
    text = str(show.runbook(ROW_4).html)
    assert "did not pass its rehearsal" in text
    assert "Generate CSR" not in text


def test_the_runbook_tells_after_each_phase_what_agents_meet_and_whether_one_may_stop() -> None:
    text = str(show.runbook(UPGRADE).html)
    phases = {task.phase for task in runbook(UPGRADE).plans[0].tasks} - {"roll-back"}
    assert text.count("From here on:") >= len(phases)
    assert "Do not stop here: agents could not work" in text
    assert "You may stop here for the night." in text


def test_the_walk_is_a_frame_with_a_row_for_each_phase_and_gadget() -> None:
    frame = frames.rehearsal(UPGRADE, "ec-ca")
    row = frame[(frame.phase == "upgrade") & (frame.gadget == load().gadgets["live-data"].title)].iloc[0]
    assert (row.outcome, row.going_back, bool(row.may_stop)) == ("cannot-be-accepted", "switch-back", False)
    assert tuple(frame.columns) == frames.REHEARSAL
    assert not frame.defects.any()


def test_an_option_that_does_not_apply_is_refused_with_those_that_do() -> None:
    with pytest.raises(ValueError, match="options that apply here: ec-ca"):
        frames.rehearsal(ROW_4, "cert-type-rsa")


def test_socialminer_is_wholly_upgraded_first_then_both_uccx_nodes_before_either_is_switched() -> None:
    tasks = [(one.procedure, one.node) for one in runbook(UPGRADE, options=("ec-ca",)).plans[0].tasks]
    upgrade = [one for one in tasks if one[0] in ("upgrade", "switch")]
    assert upgrade == [
        ("upgrade", MINER),
        ("switch", MINER),
        ("upgrade", PUBLISHER),
        ("upgrade", SUBSCRIBER),
        ("switch", PUBLISHER),
        ("switch", SUBSCRIBER),
    ]
