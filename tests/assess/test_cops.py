"""A COP counts on the releases that it was published for, and where nothing denies its effect."""

import dataclasses

import pytest

from assess.sites import MINER, PUBLISHER, RSA_ROOT, SUBSCRIBER, Box, evidence, trusting
from certlib.assess import assess
from certlib.reasons import Reason

OFF = {PUBLISHER: "uccx-ecdsa-off", SUBSCRIBER: "uccx-ecdsa-off", MINER: "socialminer-ecdsa-off"}
BACK = {PUBLISHER: "uccx-ecdsa-rollback", MINER: "socialminer-ecdsa-rollback"}


def site(release, target=None, *, names=(PUBLISHER, MINER), back=False, **facts):
    boxes = [
        Box(name, ecdsa=None, release=release, target=target, cops=((BACK if back else OFF)[name],), **facts)
        for name in names
    ]
    return assess(evidence(*boxes, **trusting(RSA_ROOT)))


def found(assessment, check):
    return [one for one in assessment.findings if one.check == check]


@pytest.mark.parametrize("back", [False, True], ids=["COP", "rollback COP"])
@pytest.mark.parametrize(
    "release", ["10.6(1)", "11.0(1)", "11.6(1)", "12.0(1)", "12.5(1)", "12.5(1)SU3", "15.0(1)"]
)
def test_a_cop_on_a_release_that_it_was_not_published_for_is_found_and_does_not_count(release, back):
    assessment = site(release, back=back)
    assert [(one.node, one.state) for one in found(assessment, "cop-published")] == [
        (PUBLISHER, "manual"), (MINER, "manual"),
    ]  # fmt: skip
    assert {state.cops for state in assessment.now.nodes} == {()}
    assert [one.state for one in found(assessment, "cop-effective")] == ["not-applicable"]
    assert assessment.verdict.word != "ready"


def test_one_that_is_listed_before_an_upgrade_to_11_5_promises_nothing_of_the_time_after():
    assessment = site("11.0(1)", "11.5(1)")
    live = {one.gadget: one.outcome for one in assessment.after_upgrade.experiences}["live-data"]
    assert live == "cannot-be-accepted"
    assert not any(one.basis and one.basis.rule == "rule-cop-after-upgrade" for one in assessment.not_checked)


def test_on_its_release_it_passes_and_on_a_service_update_it_counts_with_a_doubt():
    (one,) = found(site("11.5(1)"), "cop-published")
    assert one.state == "pass"
    update = site("11.5(1)SU1")
    assert {one.state for one in found(update, "cop-published")} == {"information"}
    assert all(state.cops for state in update.now.nodes)
    assert update.verdict.word != "ready"


def test_a_rollback_cop_without_its_cop_is_told():
    assert {one.state for one in found(site("11.5(1)", back=True), "cop-published")} == {"information"}


def test_a_cop_whose_rollback_cop_is_listed_too_counts_as_undone():
    box = Box(PUBLISHER, ecdsa="self-signed", presents={"socketio": "tomcat-ECDSA"},
              cops=("uccx-ecdsa-off", "uccx-ecdsa-rollback"))  # fmt: skip
    assessment = assess(evidence(box, **trusting(RSA_ROOT)))
    assert [one.state for one in found(assessment, "cop-effective")] == ["not-applicable"]
    assert [one.state for one in found(assessment, "presented-as-expected")] == ["pass"]
    assert {cell.agrees for cell in assessment.now.endpoints} == {True}


def test_that_a_cop_works_is_not_said_of_a_web_server_that_did_not_answer():
    silent = {"socketio": Reason.CONNECT_TIMEOUT}
    boxes = [Box(PUBLISHER, ecdsa=None, cops=("uccx-ecdsa-off",), presents=silent)]
    (one,) = found(assess(evidence(*boxes, **trusting(RSA_ROOT))), "cop-effective")
    assert one.state == "manual"
    assert one.statement.evidence == (f"{PUBLISHER}/socketio",)


@pytest.mark.parametrize("reason", [Reason.NOT_ASKED, Reason.CONNECT_TIMEOUT, Reason.STALLED])
def test_nor_where_nobody_asked_for_ecdsa_or_the_question_got_no_answer(reason):
    given = evidence(Box(PUBLISHER, ecdsa=None, cops=("uccx-ecdsa-off",)), **trusting(RSA_ROOT))
    answers = tuple(
        dataclasses.replace(one, reason=reason, detail=()) if one.offer == "ecdsa" else one
        for one in given.presentations
    )
    (one,) = found(assess(dataclasses.replace(given, presentations=answers)), "cop-effective")
    assert one.state == "manual"
