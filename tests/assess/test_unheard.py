"""Who turns browsers away is known to fail with them; whom a browser's hello does not reach is not known."""

from dataclasses import replace

import pytest

from certlib.assess import assess
from certlib.reasons import Reason
from loopback import site


def assessed(reason, *, server="finesse-tomcat"):
    """The assessment of a site in order, one of whose web servers gives nothing to a browser."""
    evidence, _ = site("row-3")
    rows = tuple(
        replace(row, chain=(), reason=reason, detail=())
        if row.offer == "browser" and row.endpoint.endswith(f"/{server}")
        else row
        for row in evidence.presentations
    )
    return assess(replace(evidence, presentations=rows))


def outcomes_of(assessment):
    """The worst that agents meet today, by gadget."""
    return {one.gadget: one.outcome for one in assessment.scenarios[0].experiences}


@pytest.mark.parametrize("reason", [Reason.NO_ANSWER, Reason.STALLED, Reason.RESET, Reason.TOO_BIG])
def test_silence_to_a_browser_beside_answers_leaves_open_what_agents_meet(reason):
    made = assessed(reason)
    assert "does-not-load" not in outcomes_of(made).values()
    assert "open" in outcomes_of(made).values()
    assert made.verdict.word == "incomplete"
    said = [one for one in made.findings if one.check == "endpoint-answers" and one.state == "error"]
    assert {one.endpoint.partition("/")[2] for one in said} == {"finesse-tomcat"}
    assert not [
        one for one in made.findings if one.check == "presented-as-expected" and one.state == "outage"
    ]


@pytest.mark.parametrize("reason", [Reason.ALERT, Reason.CLOSED, Reason.NOT_OFFERED])
def test_a_refusal_of_browsers_beside_answers_is_a_page_that_does_not_load(reason):
    made = assessed(reason)
    assert "does-not-load" in outcomes_of(made).values()
    assert made.verdict.word == "not ready"
