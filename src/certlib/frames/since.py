"""What changed since an earlier run, as a frame."""

from collections.abc import Iterator, Sequence

import pandas as pd

from certlib.assess import Assessment, Experience, Finding, NodeState, Observed
from certlib.assess.foreseen import ForecastResult
from certlib.assess.since import Since
from certlib.assess.since import compare_assessments as compared
from certlib.frames.table import Row, make_frame
from certlib.knowledge import Knowledge, find_option, load
from certlib.language import in_language_of_site, say
from certlib.terms import FINDING_STATES, VERDICTS, find_state
from certlib.text import make_visible
from certlib.words import describe_basis, describe_forecast, describe_offers, describe_outcome

SINCE = ("part", "node", "about", "change", "then", "foreseen", "now", "basis")


@in_language_of_site
def since(assessment: Assessment, earlier: Assessment) -> pd.DataFrame:
    """What changed since an earlier run: one row for each thing that is compared.

    `part` is verdict, node, agents, foreseen, certificate or finding; `change` what became of it. A row of
    foreseen has in `foreseen` what the earlier report said of a web server: if nothing is done, then after
    each recommended option.
    """
    knowledge = load()
    found = compared(earlier, assessment, knowledge=knowledge)
    return make_frame(_make_rows(found, knowledge), SINCE)


def _make_rows(found: Since, knowledge: Knowledge) -> Iterator[Row]:
    both = (found.then, found.now)
    words = [find_state(VERDICTS, one.verdict.word)[2] for one in both]
    yield _make_row(
        "verdict", found.verdict, words, basis=describe_basis(found.now.verdict.statement, knowledge)
    )
    for node in found.nodes:
        states = [_describe_node(one, knowledge) for one in (node.then, node.now)]
        yield _make_row("node", node.change, states, node=node.node, about=say("Release"))
    for met in found.experiences:
        told = [_describe_experience(one) for one in (met.then, met.now)]
        basis = describe_basis(met.now.statement, knowledge) if met.now else ""
        yield _make_row("agents", met.course, told, about=knowledge.gadgets[met.gadget].title, basis=basis)
    yield from (_describe_result(arrival, found, knowledge) for arrival in found.forecast.arrivals)
    observed = say("observed")
    for place in found.endpoints:
        got = [
            _describe_browser_leaf(one, each, knowledge)
            for one, each in ((place.then, both[0]), (place.now, both[1]))
        ]
        end = place.endpoint
        yield _make_row("certificate", place.change, got, node=end.node, about=end.title, basis=observed)
    for raised in found.findings:
        texts = [_describe_finding(one) for one in (raised.then, raised.now)]
        finding = raised.finding
        where, title = finding.endpoint or finding.node or "", knowledge.checks[finding.check].fault
        basis = describe_basis(finding.statement, knowledge)
        yield _make_row("finding", raised.change, texts, node=where, about=title, basis=basis)


def _make_row(
    part: str,
    change: str,
    both: Sequence[str],
    *,
    node: str = "",
    about: str = "",
    foreseen: str = "",
    basis: str = "",
) -> Row:
    told = (part, make_visible(node), make_visible(about), change, both[0], foreseen, both[1], basis)
    return dict(zip(SINCE, told, strict=True))


def _describe_node(state: NodeState | None, knowledge: Knowledge) -> str:
    """A node's release, and the COPs that its inventory names."""
    if state is None:
        return ""
    cops = [knowledge.cops[cop].title if cop in knowledge.cops else cop for cop in state.cops]
    return make_visible(", ".join(part for part in (state.release, *cops) if part))


def _describe_experience(experience: Experience | None) -> str:
    return describe_outcome(experience) if experience else ""


def _describe_result(forecast_result: ForecastResult, found: Since, knowledge: Knowledge) -> Row:
    heads = [
        find_option(knowledge, each.option, roles=found.then.roles).title
        if each.option
        else say("if nothing is done")
        for each in found.forecast.foreseen
    ]
    told = [
        say("{after}: {certificate}", after=head, certificate=describe_forecast(cell))
        for head, cell in zip(heads, forecast_result.cells, strict=True)
        if cell
    ]
    bases = dict.fromkeys(describe_basis(cell.statement, knowledge) for cell in forecast_result.cells if cell)
    return _make_row(
        "foreseen",
        forecast_result.came,
        ("", _describe_browser_leaf(forecast_result.observed, found.now, knowledge)),
        node=forecast_result.endpoint.node,
        about=forecast_result.endpoint.title,
        foreseen="; ".join(told),
        basis="; ".join(bases),
    )


def _describe_browser_leaf(observed: Observed | None, assessment: Assessment, knowledge: Knowledge) -> str:
    """What a browser got, with the whole fingerprint; or why nothing."""
    if observed is None:
        return ""
    text = describe_offers(observed, assessment.certificates, knowledge)[0][1]
    return f"{text}, SHA-256 {observed.browser}" if observed.browser else text


def _describe_finding(finding: Finding | None) -> str:
    if finding is None:
        return ""
    return f"{find_state(FINDING_STATES, finding.state)[2]}: {make_visible(finding.statement.text)}"
