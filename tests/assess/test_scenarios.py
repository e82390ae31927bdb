"""Today, after the upgrade, after an option: what a site's certificates come to."""

import datetime as dt
from dataclasses import replace

import pytest

from assess.sites import (
    ALL_RSA,
    AUTOMATIC,
    EC_ROOT,
    ENGINE,
    MINER,
    PUBLISHER,
    RSA_ROOT,
    SOCIALMINER,
    SUBSCRIBER,
    UCCX,
    Box,
    evidence,
    three,
    trusting,
)
from certlib.assess import assess
from certlib.inventory.model import Report
from certlib.knowledge import load
from certlib.language import use_language
from certlib.reasons import Reason

COPS = {PUBLISHER: ("uccx-ecdsa-off",), SUBSCRIBER: ("uccx-ecdsa-off",), MINER: ("socialminer-ecdsa-off",)}


def outcomes(scenario):
    return {one.gadget: one.outcome for one in scenario.experiences}


def upgrade(**facts):
    boxes = three(ecdsa=None, presents=ALL_RSA, release="10.6(1)", target="11.5(1)")
    return assess(evidence(*boxes, **{**trusting(RSA_ROOT), **facts}))


def option(assessment, name):
    return next(one for one in assessment.options if one.option == name)


def test_before_11_5_everything_works_and_after_the_upgrade_live_data_cannot_be_accepted():
    found = upgrade()
    assert set(outcomes(found.now).values()) == {"works"}
    assert outcomes(found.after_upgrade) == {
        "finesse-desktop": "works",
        "live-data": "cannot-be-accepted",
        "chat-email": "prompt",
        "socialminer-page": "works",
    }
    met = {one.gadget: one for one in found.after_upgrade.experiences}
    assert met["chat-email"].prompts == 1
    assert met["live-data"].statement.kind == "documented"
    assert met["live-data"].web_server == "socketio"
    assert found.verdict.word == "not ready"
    assert found.verdict.rule == "verdict-gadget-blocked"
    assert "the Live Data gadgets" in found.verdict.statement.text


def test_the_new_self_signed_certificate_after_the_upgrade_is_an_inference_with_its_rule():
    for state in upgrade().after_upgrade.nodes:
        assert (state.tomcat, state.tomcat_ecdsa, state.row) == ("rsa-ca", "self-signed", "row-4")
        assert state.statement.kind == "inferred"
        assert state.statement.basis.rule == "rule-self-signed-after-upgrade"


@pytest.mark.parametrize(
    ("answer", "wanted"),
    [
        ("yes", ("ec-ca", "wait-with-cop")),
        ("unknown", ("ec-ca", "both-cops")),
        ("no", ("both-cops",)),
    ],
)
def test_the_advice_follows_what_the_ca_can_do(answer, wanted):
    assert upgrade(ca_signs_with_ec=answer).recommended == wanted


def test_the_recommended_options_make_everything_work():
    found = upgrade()
    for name in found.recommended:
        assert set(outcomes(option(found, name).scenario).values()) == {"works"}


def test_the_trap_of_an_rsa_signed_ecdsa_certificate_is_named():
    trap = option(upgrade(), "rsa-ca")
    assert outcomes(trap.scenario)["chat-email"] == "does-not-load"
    assert outcomes(trap.scenario)["socialminer-page"] == "does-not-load"
    assert not trap.recommended
    assert trap.statement.text.startswith("Do not do this")
    assert trap.statement.kind == "documented"


def test_each_cop_alone_cures_its_own_product():
    found = upgrade()
    assert outcomes(option(found, "uccx-cop").scenario)["live-data"] == "works"
    assert outcomes(option(found, "uccx-cop").scenario)["chat-email"] == "prompt"
    assert outcomes(option(found, "socialminer-cop").scenario)["live-data"] == "cannot-be-accepted"
    assert outcomes(option(found, "socialminer-cop").scenario)["chat-email"] == "works"


def test_with_a_cop_the_cells_it_changes_are_documented():
    cells = option(upgrade(), "both-cops").scenario.endpoints
    changed = {cell.web_server: cell for cell in cells if cell.web_server in AUTOMATIC}
    for cell in changed.values():
        assert [(one.identity, one.kind) for one in cell.expected] == [("tomcat", "rsa-ca")]
        assert cell.statement.kind == "documented"


def test_an_rsa_only_ca_whose_certificates_are_in_place_needs_the_socialminer_cop_and_not_the_uccx_cop():
    boxes = three(ecdsa="rsa-ca", answers_ecdsa={"uccx-tomcat": True, "socialminer-tomcat": True})
    found = assess(evidence(*boxes, ca_signs_with_ec="no", **trusting(RSA_ROOT)))
    assert found.recommended == ("socialminer-cop",)
    assert set(outcomes(option(found, "socialminer-cop").scenario).values()) == {"works"}
    why = option(found, "socialminer-cop").statement
    assert (why.kind, why.basis.source, why.basis.section) == ("documented", "cisco-210528", "table row 2")
    assert "none on UCCX" in why.text


def test_a_self_signed_site_gets_the_branch_for_self_signed_certificates():
    found = assess(evidence(*three(tomcat="self-signed", presents=AUTOMATIC)))
    assert found.recommended == ("self-signed-rollout", "accept", "both-cops")
    assert set(outcomes(option(found, "self-signed-rollout").scenario).values()) == {"works"}


def test_a_site_without_trouble_gets_no_advice():
    found = assess(evidence(*three(ecdsa="ec-ca", presents=AUTOMATIC), **trusting(RSA_ROOT, EC_ROOT)))
    assert found.recommended == ()
    assert found.verdict.word == "ready"


def test_an_option_that_does_not_apply_says_why():
    found = assess(evidence(*three(release="12.0(1)"), **trusting(RSA_ROOT)))
    for name in ("ec-ca", "both-cops", "accept", "rollback-cop"):
        assert not option(found, name).applies
        assert option(found, name).why_not
        assert option(found, name).scenario is None


def test_from_11_6_on_the_ecdsa_certificate_is_gone_and_agents_can_work():
    found = assess(evidence(*three(presents=AUTOMATIC, target="11.6(2)"), **trusting(RSA_ROOT)))
    assert outcomes(found.now)["live-data"] == "cannot-be-accepted"
    assert set(outcomes(found.after_upgrade).values()) == {"works"}
    assert {one.identity for cell in found.after_upgrade.endpoints for one in cell.expected} == {"tomcat"}
    # What is left is that no document tells how either product comes to 11.6(2).
    assert found.verdict.rule == "verdict-check-action"
    asked = [one.check for one in found.findings if one.state == "manual"]
    assert asked == ["way-published"] * 2
    assert "Today they cannot use the Live Data gadgets" in found.verdict.statement.text


def test_an_upgrade_into_the_opt_in_era_takes_rsa_and_says_so():
    found = assess(evidence(*three(release="12.5(1)SU1", target="12.5(1)SU3"), **trusting(RSA_ROOT)))
    assert set(outcomes(found.after_upgrade).values()) == {"works"}
    assert [one.check for one in found.findings if one.state == "after-upgrade"] == ["ca-pruning"]
    assert (found.verdict.word, found.verdict.rule) == ("ready with actions", "verdict-check-action")
    assert any(one.basis and one.basis.rule == "rule-cert-type-rsa-default" for one in found.not_checked)
    assert all(cell.statement.kind == "inferred" for cell in found.after_upgrade.endpoints)


def test_a_certificate_type_that_is_known_to_be_rsa_makes_an_ecdsa_certificate_a_difference():
    shown = dict.fromkeys((*UCCX, *SOCIALMINER), "tomcat-ECDSA")
    boxes = three(ecdsa="ec-ca", presents=shown, release="12.5(1)SU2", cert_type="rsa")
    found = assess(evidence(*boxes, **trusting(RSA_ROOT, EC_ROOT)))
    assert {cell.agrees for cell in found.now.endpoints} == {False}
    assert found.not_checked == ()


def test_whether_a_certificate_type_survives_the_upgrade_is_open():
    boxes = three(ecdsa=None, release="12.5(1)SU2", target="12.5(1)SU3", cert_type="ecdsa")
    found = assess(evidence(*boxes, **trusting(RSA_ROOT)))
    assert {len(cell.expected) for cell in found.after_upgrade.endpoints} == {4}
    assert set(outcomes(found.after_upgrade).values()) == {"open"}
    assert {cell.statement.basis.rule for cell in found.after_upgrade.endpoints} == {
        "rule-cert-type-after-upgrade"
    }
    assert any(one.basis and one.basis.rule == "rule-cert-type-after-upgrade" for one in found.not_checked)
    boxes = three(ecdsa=None, release="12.5(1)SU2", target="12.5(1)SU3", cert_type="rsa")
    found = assess(evidence(*boxes, **trusting(RSA_ROOT)))
    assert {state.cert_type for state in found.after_upgrade.nodes} == {"unknown"}
    assert any(one.basis and one.basis.rule == "rule-cert-type-rsa-default" for one in found.not_checked)


def test_a_node_that_gives_browsers_ecdsa_though_its_type_is_not_known_is_taken_as_set_to_it():
    shown = dict.fromkeys((*UCCX, ENGINE, *SOCIALMINER), "tomcat-ECDSA")
    boxes = three(ecdsa="ec-ca", presents=shown, release="15.0(1)")
    found = assess(evidence(*boxes, **trusting(RSA_ROOT, EC_ROOT)))
    assert all(len(cell.expected) == 1 and cell.agrees for cell in found.now.endpoints)
    assert {state.cert_type for state in found.now.nodes} == {"ecdsa"}
    assert {cell.statement.basis.rule for cell in found.now.endpoints} == {"rule-cert-type-observed"}
    assert any(one.basis and one.basis.rule == "rule-cert-type-observed" for one in found.not_checked)


def test_without_an_upgrade_there_is_no_second_scenario():
    assert assess(evidence(*three(presents=AUTOMATIC))).after_upgrade is None


def test_nodes_of_different_releases_are_upgraded_one_by_one():
    boxes = (
        Box(PUBLISHER, ecdsa=None, release="10.6(1)", target="11.5(1)"),
        Box(SUBSCRIBER, ecdsa=None, release="10.6(1)", target="11.5(1)"),
        Box(MINER, presents=AUTOMATIC, target="11.5(1)"),
    )
    found = assess(evidence(*boxes, **trusting(RSA_ROOT)))
    assert outcomes(found.now) == {
        "finesse-desktop": "works", "live-data": "works", "chat-email": "prompt", "socialminer-page": "works",
    }  # fmt: skip
    assert outcomes(found.after_upgrade)["live-data"] == "cannot-be-accepted"


def test_unlike_nodes_are_not_covered_by_the_table_and_the_worse_one_counts():
    boxes = (
        Box(PUBLISHER, ecdsa="ec-ca", presents=AUTOMATIC),
        Box(SUBSCRIBER, presents=AUTOMATIC),
        Box(MINER, ecdsa="ec-ca", presents=AUTOMATIC),
    )
    found = assess(evidence(*boxes, **trusting(RSA_ROOT, EC_ROOT)))
    met = {one.gadget: one for one in found.now.experiences}
    assert (met["live-data"].outcome, met["live-data"].node) == ("cannot-be-accepted", SUBSCRIBER)
    assert met["live-data"].statement.kind == "inferred"
    own = {"finesse-tomcat", "cuic-tomcat"}  # what they share with Tomcat is documented of its own
    assert {cell.statement.kind for cell in found.now.endpoints if cell.web_server not in own} == {"inferred"}
    assert f"On {PUBLISHER} it works" in met["live-data"].why
    states = {one.check: one.state for one in found.findings}
    assert states["nodes-alike"] == "action"
    assert states["covered-by-table"] == "information"


def test_an_ecdsa_certificate_that_nobody_was_given_is_not_known_and_what_follows_is_inferred():
    found = assess(evidence(*three(ecdsa="rsa-ca"), **trusting(RSA_ROOT)))
    for state in found.now.nodes:
        assert state.tomcat_ecdsa is None
        assert not state.ecdsa_known
        assert state.ecdsa_deduced == "rsa-ca"
        assert state.row is None
    met = {one.gadget: one for one in found.now.experiences}
    assert met["chat-email"].outcome == "does-not-load"
    assert met["chat-email"].statement.kind == "inferred"
    assert "COP" in met["chat-email"].doubt
    assert all(cell.agrees for cell in found.now.endpoints)


def test_an_unseen_ecdsa_certificate_leaves_a_set_of_outcomes():
    silent = dict.fromkeys(AUTOMATIC, Reason.CONNECT_TIMEOUT)
    cells = {cell.web_server: cell for cell in assess(evidence(*three(presents=silent))).now.endpoints}
    assert {(one.identity, one.kind) for one in cells["socketio"].expected} == {
        ("tomcat", "rsa-ca"), ("tomcat-ECDSA", "self-signed"), ("tomcat-ECDSA", "ec-ca"),
    }  # fmt: skip
    assert cells["socketio"].agrees is None


def test_an_installed_cop_makes_rsa_of_every_web_server():
    found = assess(evidence(*(Box(name, cops=cops) for name, cops in COPS.items()), **trusting(RSA_ROOT)))
    assert set(outcomes(found.now).values()) == {"works"}
    assert all(cell.agrees for cell in found.now.endpoints)
    assert found.verdict.word == "ready"


def test_a_cop_does_not_count_after_an_upgrade_and_the_report_says_so():
    boxes = (Box(name, cops=cops, target="11.5(1)SU1") for name, cops in COPS.items())
    found = assess(evidence(*boxes, **trusting(RSA_ROOT)))
    assert all(state.cops == () for state in found.after_upgrade.nodes)
    lost = [one for one in found.not_checked if one.basis and one.basis.rule == "rule-cop-after-upgrade"]
    assert len(lost) == 3


def test_the_rollback_cop_brings_the_ecdsa_certificate_back():
    boxes = (Box(name, cops=cops, answers_ecdsa={"uccx-tomcat": True}) for name, cops in COPS.items())
    found = assess(evidence(*boxes, **trusting(RSA_ROOT)))
    after = option(found, "rollback-cop").scenario
    assert all(state.cops == () for state in after.nodes)
    assert outcomes(after)["live-data"] == "cannot-be-accepted"


def test_what_was_observed_beats_what_is_documented():
    boxes = three(ecdsa="rsa-ca", presents={"socketio": "tomcat-ECDSA"})
    found = assess(evidence(*boxes, **trusting(RSA_ROOT)))
    cell = next(one for one in found.now.endpoints if one.web_server == "socketio")
    assert cell.agrees is False
    assert "newer Java" in cell.remark
    met = {one.gadget: one for one in found.now.experiences}
    assert met["live-data"].outcome == "works"
    assert met["live-data"].statement.kind == "inferred"
    clash = [one for one in found.findings if one.check == "presented-as-expected"]
    assert {one.state for one in clash} == {"manual"}
    assert all(one.statement.kind == "observed" for one in clash)


def test_a_web_server_that_fails_with_browsers_alone_does_not_load_by_observation():
    refusing = dict.fromkeys(SOCIALMINER, "refuses browsers")
    boxes = [Box(box.name, ecdsa="rsa-ca", presents=refusing if box.name == MINER else {}) for box in three()]
    found = assess(evidence(*boxes, **trusting(RSA_ROOT)))
    met = {one.gadget: one for one in found.now.experiences}
    assert met["socialminer-page"].outcome == "does-not-load"
    assert met["socialminer-page"].statement.kind == "observed"
    assert next(state for state in found.now.nodes if state.node == MINER).ecdsa_deduced == "rsa-ca"
    assert {one.state for one in found.findings if one.check == "presented-as-expected"} == {"outage"}
    assert (
        outcomes(option(found, "uccx-cop").scenario)["chat-email"] == "does-not-load"
    )  # SocialMiner is as before
    assert outcomes(option(found, "socialminer-cop").scenario)["chat-email"] == "works"


def test_what_was_observed_holds_after_an_option_that_does_not_touch_the_node():
    presents = {MINER: {**AUTOMATIC, "socialminer-tomcat": "refuses browsers"}}
    boxes = [Box(box.name, presents=presents.get(box.name, AUTOMATIC)) for box in three()]
    found = assess(evidence(*boxes, **trusting(RSA_ROOT)))
    assert outcomes(found.now)["socialminer-page"] == "does-not-load"
    assert outcomes(option(found, "uccx-cop").scenario)["socialminer-page"] == "does-not-load"


def test_a_certificate_is_trusted_on_its_last_day():
    found = upgrade(upgrade_date=dt.date(2044, 1, 1))
    assert outcomes(found.after_upgrade)["finesse-desktop"] == "works"


def test_a_certificate_that_expires_before_the_upgrade_is_no_longer_trusted_then():
    found = upgrade(upgrade_date=dt.date(2045, 1, 1))
    assert outcomes(found.now)["finesse-desktop"] == "works"
    assert outcomes(found.after_upgrade)["finesse-desktop"] == "prompt"


def test_a_ca_that_the_inventory_does_not_list_is_not_taken_as_trusted():
    found = assess(evidence(*three(ecdsa="ec-ca", presents=AUTOMATIC), **trusting(EC_ROOT)))
    assert outcomes(found.now)["finesse-desktop"] == "cannot-be-accepted"
    assert any(
        one.check == "chain-root-trusted-by-agents" and one.state == "action" for one in found.findings
    )


def test_without_a_list_of_cas_trust_is_assumed_and_the_assumption_is_named():
    found = assess(evidence(*three(ecdsa="ec-ca", presents=AUTOMATIC)))
    assert set(outcomes(found.now).values()) == {"works"}
    assert any(one.basis and one.basis.rule == "rule-asterisk" for one in found.not_checked)
    assert found.verdict.rule == "verdict-check-action"


def test_an_assessment_speaks_the_language_of_its_report():
    said = upgrade(report=Report(language="de")).verdict.statement.text
    english = load().gadgets["live-data"].mention
    with use_language("de"):
        german = load().gadgets["live-data"].mention
    assert german != english
    assert german in said
    assert english in upgrade().verdict.statement.text


def test_a_good_verdict_names_all_wanted_releases():
    boxes = three(release="12.0(1)", ecdsa=None, presents=ALL_RSA)
    targets = ("12.5(1)", "12.5(1) SU1", "12.5(1) SU3")
    boxes = [replace(box, target=target) for box, target in zip(boxes, targets, strict=True)]
    said = assess(evidence(*boxes, **trusting(RSA_ROOT))).verdict.statement.text
    assert said.startswith("After the upgrade to 12.5(1), 12.5(1)SU1 and 12.5(1)SU3, no agent is stopped")


def test_the_table_covers_no_site_of_which_a_part_is_on_another_release():
    boxes = (
        Box(PUBLISHER, ecdsa=None, release="10.6(1)", target="11.5(1)"),
        Box(MINER, presents=AUTOMATIC, target="11.5(1)"),
    )
    found = assess(evidence(*boxes, **trusting(RSA_ROOT)))
    now, later = (
        next(one for one in each.experiences if one.gadget == "chat-email").statement
        for each in found.scenarios
    )
    assert (now.kind, now.basis.rule) == ("inferred", "rule-worst-node")
    assert later.kind == "documented"
    miners = {cell.statement.kind for cell in found.now.endpoints if cell.node == MINER}
    assert miners == {"inferred"}  # that 10.6(1) has tomcat alone is documented of its own


def test_a_pair_in_the_middle_of_its_upgrade_is_not_covered_and_the_other_release_is_named():
    boxes = (Box(PUBLISHER, presents=AUTOMATIC), Box(SUBSCRIBER, ecdsa=None, release="11.0(1)"))
    found = assess(evidence(*boxes, **trusting(RSA_ROOT)))
    (covered,) = (one for one in found.findings if one.check == "covered-by-table")
    assert covered.state == "information"
    assert "11.0(1)" in covered.statement.text
