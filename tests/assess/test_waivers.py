"""Findings that the inventory accepts: shown with their owner, not counted until their day has passed."""

import datetime as dt

import pytest

from assess.checks.sound import presenting
from assess.sites import AUTOMATIC, COLLECTED, EC_ROOT, MINER, PUBLISHER, RSA_ROOT, evidence, three, trusting
from certlib import frames, show
from certlib.assess import assess
from certlib.inventory import Waiver
from certlib.runbook import runbook
from certs import build_certificate, days

TODAY = COLLECTED.date()
SOCKETIO = f"{PUBLISHER}/socketio"
CHECK = "expires-soon"


def given(*waivers, upgrade_date=None):
    """A site that is ready but for one certificate that expires in 20 days."""
    boxes = three(ecdsa="ec-ca", presents=AUTOMATIC)
    site = evidence(*boxes, waivers=waivers, upgrade_date=upgrade_date, **trusting(RSA_ROOT, EC_ROOT))
    return presenting(site, SOCKETIO, build_certificate(EC_ROOT, PUBLISHER, life=days(42)))


def waiver(**changes):
    facts = {"check": CHECK, "owner": "A. Person", "reason": "renewed in May", "until": TODAY}
    return Waiver(**{**facts, **changes})


def found(assessment, check=CHECK):
    return next(one for one in assessment.findings if one.check == check)


def test_without_a_waiver_the_finding_counts():
    assessment = assess(given())
    assert (found(assessment).state, found(assessment).waiver) == ("action", None)
    assert assessment.verdict.word == "ready with actions"
    assert found(assessment, "waivers-current").state == "not-applicable"


@pytest.mark.parametrize("where", [{}, {"node": PUBLISHER}, {"endpoint": SOCKETIO}])
def test_an_accepted_finding_keeps_its_state_and_does_not_count(where):
    one = waiver(**where)
    assessment = assess(given(one))
    assert (found(assessment).state, found(assessment).waiver) == ("action", one)
    assert assessment.verdict.word == "ready"
    assert "One finding is accepted and not counted." in assessment.verdict.statement.text
    assert found(assessment, "waivers-current").state == "pass"


@pytest.mark.parametrize(
    "other", [{"node": MINER}, {"endpoint": f"{PUBLISHER}/notification"}, {"check": "signature-hash"}]
)
def test_a_waiver_for_something_else_changes_nothing(other):
    assessment = assess(given(waiver(**other)))
    assert found(assessment).waiver is None
    assert assessment.verdict.word == "ready with actions"


def test_what_passed_is_not_marked_as_accepted():
    assessment = assess(given(waiver(check="signature-hash")))
    assert found(assessment, "signature-hash").waiver is None


def test_a_waiver_that_ended_is_told_and_its_finding_counts_again():
    assessment = assess(given(waiver(until=TODAY - dt.timedelta(days=1))))
    assert found(assessment).waiver is None
    assert assessment.verdict.word == "ready with actions"
    ended = found(assessment, "waivers-current")
    assert ended.state == "information"
    assert "by A. Person ended on 22 November 2026" in ended.statement.text


def test_of_two_waivers_the_one_that_holds_longest_is_shown():
    longer = waiver(until=dt.date(2027, 5, 1), owner="B. Person")
    assert found(assess(given(waiver(), longer))).waiver == longer


def test_a_fault_that_blocks_can_be_accepted_too():
    late = dt.date(2026, 12, 30)
    blocking = assess(given(upgrade_date=late))
    assert blocking.verdict.rule == "verdict-check-blocks"
    assert assess(given(waiver(check="valid-on-upgrade-day"), upgrade_date=late)).verdict.word == "ready"


def test_what_agents_meet_counts_whatever_is_accepted():
    boxes = three(ecdsa="self-signed", presents=AUTOMATIC)
    site = evidence(*boxes, waivers=(waiver(check="agents-can-work"),), **trusting(RSA_ROOT, EC_ROOT))
    assert assess(site).verdict.rule == "verdict-gadget-blocked"


def test_an_accepted_finding_is_no_task_of_the_runbook():
    tasks = {len(waivers): runbook(assess(given(*waivers))).plans for waivers in ((), (waiver(),))}
    told = [task.procedure for plan in tasks[0] for task in plan.tasks]
    assert told == ["backup", "renew-in-window", "restart", "verify"]
    assert tasks[1] == ()


def test_an_accepted_finding_is_never_hidden_and_says_who_answers_for_it():
    assessment = assess(given(waiver(owner="<b>=A</b>")))
    frame = frames.findings(assessment)
    row = frame[frame["check"] == CHECK].iloc[0]
    assert row["state"] == "action"
    assert row["waived"] == "accepted by <b>=A</b> until 23 November 2026: renewed in May"
    html = show.findings(assessment).html
    assert "Accepted by &lt;b&gt;=A&lt;/b&gt; until 23 November 2026" in html
    assert "Accepted" not in show.findings(assess(given())).html
