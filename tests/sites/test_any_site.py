"""No report of any site contradicts itself, promises what does not help, or cites what does not cover it."""

import re

from bs4 import BeautifulSoup
from hypothesis import given, settings

from certlib import show
from certlib.assess import Assessment
from certlib.knowledge import load
from sites.holdings import COLLECTED, assessed_site, evidence_of
from sites.odd import odd_sites, scenarios, statements

ASKING = ("blocks", "outage", "action", "manual", "error", "after-upgrade")
UNUSABLE = ("cannot-be-accepted", "does-not-load")
OFTEN = settings(max_examples=25)
SELDOM = settings(max_examples=10)  # makes whole pages


def assess(odd) -> Assessment:
    described, holdings = odd
    return assessed_site(described, holdings, collected=COLLECTED)


def stopped(scenario) -> set[str]:
    return {one.gadget for one in scenario.experiences if one.outcome in UNUSABLE}


def asking(found):
    return [one for one in found.findings if one.state in ASKING and one.waiver is None]


@OFTEN
@given(odd_sites())
def test_the_verdict_agrees_with_what_agents_meet_and_with_the_findings(odd):
    found = assess(odd)
    deciding = found.scenarios[-1]
    assert (found.verdict.rule == "verdict-gadget-blocked") is bool(stopped(deciding))
    blocking = [one for one in found.findings if one.state in ("blocks", "outage")]
    assert found.verdict.word == "not ready" or not blocking
    assert found.verdict.word != "ready" or not asking(found)
    if found.verdict.word == "ready":
        assert {one.outcome for one in deciding.experiences} <= {"works"}


@OFTEN
@given(odd_sites())
def test_what_is_recommended_applies_helps_and_is_nowhere_advised_against(odd):
    found = assess(odd)
    base, options = found.scenarios[-1], {one.option: one for one in found.options}
    for name in found.recommended:
        option = options[name]
        assert option.applies
        assert option.recommended
        left = stopped(option.scenario)
        assert not left or len(left) < len(stopped(base))
        assert not left or "Not enough: " in option.statement.text
        against = (
            "Do not",
            "Never",
            "Not alone",
            "Not enough",
            "Agents would still",
            "What agents would meet",
        )
        assert not option.statement.text.startswith(against)
    assert {one.option for one in found.options if one.recommended} == {*found.recommended}
    assert "rsa-ca" not in found.recommended


@OFTEN
@given(odd_sites())
def test_an_option_that_is_said_to_work_leaves_nothing_to_accept_and_nothing_open(odd):
    found = assess(odd)
    for option in found.options:
        if option.statement.text.startswith("It would work"):
            assert {one.outcome for one in option.scenario.experiences} <= {"works"}
            assert option.statement.kind == "inferred"


@OFTEN
@given(odd_sites())
def test_ciscos_table_is_cited_only_where_every_node_is_on_the_release_that_it_describes(odd):
    found = assess(odd)
    for scenario in scenarios(found):
        releases = {state.release for state in scenario.nodes}
        for one in statements(scenario):
            if one.basis and one.kind == "documented" and "table row" in one.basis.section:
                assert releases == {"11.5(1)"}


@OFTEN
@given(odd_sites())
def test_every_statement_has_evidence_or_a_basis_of_its_kind_and_no_future_is_observed(odd):
    found = assess(odd)
    told = [one for scenario in scenarios(found) for one in statements(scenario)]
    told += [one.statement for one in (*found.options, *found.findings, found.verdict)]
    told += [*found.not_checked, *found.browsers]
    for one in told:
        assert one.basis is None if one.kind == "observed" else one.basis.kind == one.kind
    assert all(one.statement.evidence for one in found.findings if one.statement.kind == "observed")
    assert all(one.statement.kind != "observed" for one in found.options)
    later = [cell for scenario in scenarios(found) if scenario.id != "now" for cell in scenario.endpoints]
    assert not [cell for cell in later if cell.observed]


@OFTEN
@given(odd_sites())
def test_the_verdict_counts_the_findings_that_it_does_not_name(odd):
    found = assess(odd)
    more = re.search(r"(\d+) more findings? needs? attention", found.verdict.statement.text)
    if found.verdict.rule == "verdict-check-action":
        assert int(more[1]) == len(asking(found)) - 1 if more else len(asking(found)) == 1


@OFTEN
@given(odd_sites())
def test_page_one_has_something_to_do_unless_the_site_is_ready_or_must_only_not_stop(odd):
    found = assess(odd)
    said = show.what_to_do(found).text
    nothing = said.startswith("No certificate needs to be changed")
    assert nothing is not bool(found.recommended or asking(found) or "not-covered" in found.verdict.rule)
    if nothing and found.verdict.word != "ready":
        assert "does not stop at" in said
    for position, name in enumerate(found.recommended, 1):
        assert f"{position}. " in said
        assert f'id="runbook-{name}"' in str(show.runbook(found).html)


@SELDOM
@given(odd_sites())
def test_every_link_leads_somewhere_and_every_rule_and_source_stands_in_the_last_chapter(odd):
    found = assess(odd)
    parts = (
        show.summary, show.what_to_do, show.not_checked, show.matrix, show.nodes, show.hops, show.options,
        show.runbook, show.faq, show.findings, show.method,
    )  # fmt: skip
    shown = [
        *(part(found) for part in parts),
        show.answers(evidence_of(*odd)),
        show.certificates(evidence_of(*odd)),
    ]
    page = BeautifulSoup("".join(str(part.html) for part in shown), "html.parser")
    there = {one["id"] for one in page.find_all(id=True)}
    links = {one["href"][1:] for one in page.find_all("a", href=True) if one["href"].startswith("#")}
    assert links - there == set()
    last = BeautifulSoup(str(show.method(found).html), "html.parser")
    rules = {one["id"] for one in last.find_all(id=True)}
    titles, knowledge = last.get_text(" "), load()
    for one in (each for scenario in scenarios(found) for each in statements(scenario)):
        if one.basis and one.basis.rule:
            assert one.basis.rule in rules
        if one.basis and one.basis.source:
            assert knowledge.sources[one.basis.source].title in titles
