"""How the report was made: what its words mean, its rules and sources, what is in doubt."""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from certlib.assess import Assessment, Statement
from certlib.language import in_language_of_site, say
from certlib.runbook import list_bases
from certlib.show.faq import list_answers
from certlib.show.hops import list_scenario_statements, list_statements
from certlib.show.note import list_note_statements
from certlib.show.render import Display, render
from certlib.show.since import list_statements as list_changes
from certlib.version import VERSION


class Doubt(NamedTuple):
    """A doubt about what agents meet in a gadget, and the browsers that it is about."""

    gadget: str
    text: str
    browsers: list[str]


@in_language_of_site
def method(assessment: Assessment, earlier: Assessment | None = None, *, shared: bool = False) -> Display:
    """What the words mean, which rules and sources this report used, and what made it.

    `earlier`: of an earlier run, with which the report compares. `shared`: the names are replaced, and the
    report says so.
    """
    statements = (*_list_statements(assessment), *list_changes(assessment, earlier))
    bases = [statement.basis for statement in statements if statement.basis]
    bases += list_bases(assessment)
    rules = dict.fromkeys(basis.rule for basis in bases if basis.rule)
    rules[assessment.verdict.rule] = None
    html = render(
        "method",
        assessment.site,
        doubts=list_doubts(assessment),
        rules=list(rules),
        sources=list(dict.fromkeys(basis.source for basis in bases if basis.source)),
        shared=shared,
        version=VERSION,
    )
    return Display(html=html, text=say("Method, rules and sources"))


def list_doubts(assessment: Assessment) -> Sequence[Doubt]:
    """The doubts about what agents meet, now and at every stop of the way."""
    scenarios = [*assessment.scenarios, *(hop.scenario for hop in assessment.hops)]
    doubts: dict[tuple[str, str], Doubt] = {}
    for experience in (met for scenario in scenarios for met in scenario.experiences):
        for met in experience.by_browser:
            if not met.doubt:
                continue
            title = assessment.knowledge.gadgets[experience.gadget].title
            doubt = doubts.setdefault((experience.gadget, met.doubt), Doubt(title, met.doubt, []))
            if met.title not in doubt.browsers:
                doubt.browsers.append(met.title)
    return [*doubts.values()]


def _list_statements(assessment: Assessment) -> Iterator[Statement]:
    knowledge = assessment.knowledge
    yield from (Statement("", check.basis.kind, check.basis) for check in knowledge.checks.values())
    for scenario in [
        *assessment.scenarios,
        *(option.scenario for option in assessment.options if option.scenario),
    ]:
        yield from list_scenario_statements(scenario)
    yield from list_statements(assessment)
    yield from list_answers(assessment)
    yield from list_note_statements(knowledge)
    yield from (option.statement for option in assessment.options)
    yield from (finding.statement for finding in assessment.findings)
    yield from assessment.not_checked
    yield from assessment.browsers
    yield assessment.verdict.statement
