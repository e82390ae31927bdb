"""Each sample site's report says what a Cisco engineer expects, and nothing else."""

from pathlib import Path

import pytest

from certlib import show
from certlib.assess import Assessment, Scenario
from certlib.knowledge import load
from certlib.show.method import list_doubts
from certlib.translations import collect_texts
from sites.holdings import FOLDER, assessed
from sites.samples import SAMPLES, Sample

NOTEBOOK = Path(__file__).parents[2] / "notebooks" / "02-readiness.ipynb"
QUIET = ("pass", "not-applicable", "information")
GADGETS = ("finesse-desktop", "live-data", "chat-email", "socialminer-page")


@pytest.fixture(scope="module", params=SAMPLES)
def sample(request) -> tuple[Sample, Assessment]:
    one = SAMPLES[request.param]
    return one, assessed(request.param, one.nodes, collected=one.collected)


def met(scenario: Scenario | None) -> tuple[str, ...]:
    """What agents meet, in the order of the gadgets."""
    outcomes = {one.gadget: one.outcome for one in scenario.experiences} if scenario else {}
    return tuple(outcomes[gadget] for gadget in GADGETS if gadget in outcomes)


def told(assessment: Assessment) -> str:
    """All that page one and the findings tell a reader."""
    displays = (
        show.summary(assessment), show.what_to_do(assessment), show.not_checked(assessment),
        show.findings(assessment), show.hops(assessment), show.options(assessment),
    )  # fmt: skip
    texts = [show.summary_text(assessment), str(list_doubts(assessment))]
    texts += [text for one in displays for text in (one.text, str(one.html))]
    texts += [one.statement.text for one in assessment.findings]
    texts += [load().checks[one.check].risk for one in assessment.findings if one.state not in QUIET]
    return "\n".join(texts)


def test_the_verdict_and_the_rule_that_decides_are_the_expected_ones(sample):
    expected, assessment = sample
    assert f"{assessment.verdict.word}: {assessment.verdict.rule}" == expected.verdict


def test_agents_meet_what_is_expected_now_after_the_upgrade_and_after_the_cure(sample):
    expected, assessment = sample
    assert met(assessment.now) == expected.today
    assert met(assessment.after_upgrade) == expected.after
    assert met(assessment.after_recommended) == expected.cured


def test_the_recommended_options_are_those_of_the_note_in_their_order(sample):
    expected, assessment = sample
    assert assessment.recommended == expected.options


def test_the_way_has_the_expected_hops(sample):
    expected, assessment = sample
    assert tuple(hop.to for hop in assessment.hops) == expected.hops


def test_the_expected_findings_are_there(sample):
    expected, assessment = sample
    there = {
        text
        for one in assessment.findings
        for node in ("", f" {(one.node or '').partition('.')[0]}")
        for text in (f"{one.state} {one.check}{node}",)
    }
    assert set(expected.found) <= there


def test_checks_without_a_fault_ask_for_nothing(sample):
    expected, assessment = sample
    assert expected.quiet
    assert not {one.check for one in assessment.findings if one.state not in QUIET} & {*expected.quiet}


def test_the_decisive_statements_rest_on_what_is_expected(sample):
    expected, assessment = sample
    deciding = assessment.after_upgrade or assessment.now
    kinds = {one.gadget: one.statement.kind for one in deciding.experiences}
    assert {gadget: kinds[gadget] for gadget in expected.basis} == expected.basis


def test_the_report_says_what_its_reader_needs_and_nothing_untrue(sample):
    expected, assessment = sample
    text = told(assessment)
    assert [one for one in expected.says if one not in text] == []
    assert [one for one in expected.never if one in text] == []


def test_no_site_is_told_that_an_rsa_ca_may_sign_its_ecdsa_certificate(sample):
    _, assessment = sample
    (option,) = (one for one in assessment.options if one.option == "rsa-ca")
    assert not option.recommended
    assert not option.applies or option.statement.text.startswith(("Never.", "Do not do this", "Not enough"))


def test_page_one_says_that_nothing_need_be_done_only_where_nothing_is_recommended_or_asked_for(sample):
    expected, assessment = sample
    asking = [one for one in assessment.findings if one.state not in QUIET and one.waiver is None]
    assert ("No certificate needs to be changed" in show.what_to_do(assessment).text) is not bool(
        asking or expected.options
    )


def test_every_inventory_beside_this_test_is_a_sample():
    assert {path.stem for path in FOLDER.glob("*.yaml")} == {*SAMPLES}


def test_what_a_report_must_not_say_is_something_that_one_could_say():
    texts = "\n".join(text for _, text in collect_texts(NOTEBOOK))
    forbidden = {phrase for sample in SAMPLES.values() for phrase in sample.never}
    assert sorted(phrase for phrase in forbidden if phrase not in texts) == []
