"""What changed since an earlier run: a row for each thing that is compared."""

from collections.abc import Iterator, Mapping, Sequence

from certlib.assess import Assessment, Experience, Finding, NodeState, Observed
from certlib.changes.comparison import Comparison, compare_assessments
from certlib.changes.forecast import ForecastResult
from certlib.knowledge import Knowledge, find_option
from certlib.language import mark, say
from certlib.tables.cells import Cell, Line, Table, make_cell
from certlib.terms import (
    COURSES,
    ENDPOINT_COURSES,
    FINDING_COURSES,
    FINDING_STATES,
    FORECAST_RESULTS,
    NODE_COURSES,
    VERDICTS,
    Terms,
    find_state,
)
from certlib.text import make_visible
from certlib.words import describe_basis, describe_forecast, describe_offers, describe_outcome

SINCE = ("part", "node", "about", "change", "then", "foreseen", "now", "basis")
PARTS: dict[str, tuple[str, Terms]] = {  # what is compared: its name, and what may become of it
    "verdict": (mark("Verdict"), COURSES),
    "node": (mark("Node"), NODE_COURSES),
    "agents": (mark("What agents meet"), COURSES),
    "foreseen": (mark("What was foreseen"), FORECAST_RESULTS),
    "certificate": (mark("Browser gets"), ENDPOINT_COURSES),
    "finding": (mark("Finding"), FINDING_COURSES),
}


Row = Mapping[str, Cell]


def make_changes(assessment: Assessment, earlier: Assessment) -> Table:
    """What became of the verdict, nodes, what agents meet, forecasts, certificates and findings."""
    found = compare_assessments(earlier, assessment)
    return Table(SINCE, tuple(_make_rows(found)))


def _make_rows(found: Comparison) -> Iterator[Row]:
    knowledge = found.now.knowledge
    both = (found.then, found.now)
    words = [find_state(VERDICTS, run.verdict.word)[2] for run in both]
    yield _make_row(
        "verdict", found.verdict, words, basis=describe_basis(found.now.verdict.statement, knowledge)
    )
    for node in found.nodes:
        states = [_describe_node(node_state, knowledge) for node_state in (node.then, node.now)]
        yield _make_row("node", node.change, states, node=node.node, about=say("Release"))
    for met in found.experiences:
        told = [_describe_experience(experience) for experience in (met.then, met.now)]
        basis = describe_basis(met.now.statement, knowledge) if met.now else ""
        yield _make_row("agents", met.course, told, about=knowledge.gadgets[met.gadget].title, basis=basis)
    yield from (_describe_result(arrival, found) for arrival in found.forecast.results)
    observed = say("observed")
    for place in found.endpoints:
        got = [
            _describe_browser_leaf(one, each) for one, each in ((place.then, both[0]), (place.now, both[1]))
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
    title, terms = PARTS[part]
    texts = (make_visible(node), make_visible(about), both[0], foreseen, both[1], basis)
    names = ("node", "about", "then", "foreseen", "now", "basis")
    return {
        "part": Cell(part, (Line(say(title)),)),
        "change": make_cell(find_state(terms, change), value=change),
        **{name: Cell(text) for name, text in zip(names, texts, strict=True)},
    }


def _describe_node(state: NodeState | None, knowledge: Knowledge) -> str:
    """A node's release, and the COPs that its inventory names."""
    if state is None:
        return ""
    cops = [knowledge.cops[cop].title if cop in knowledge.cops else cop for cop in state.cops]
    return make_visible(", ".join(part for part in (state.release, *cops) if part))


def _describe_experience(experience: Experience | None) -> str:
    return describe_outcome(experience) if experience else ""


def _describe_result(forecast_result: ForecastResult, found: Comparison) -> Row:
    knowledge = found.now.knowledge
    heads = [
        find_option(knowledge, each.option, roles=found.then.roles).title
        if each.option
        else say("if nothing is done")
        for each in found.forecast.scenarios
    ]
    told = [
        say("{after}: {certificate}", after=head, certificate=describe_forecast(cell))
        for head, cell in zip(heads, forecast_result.expected, strict=True)
        if cell
    ]
    bases = dict.fromkeys(
        describe_basis(cell.statement, knowledge) for cell in forecast_result.expected if cell
    )
    return _make_row(
        "foreseen",
        forecast_result.result,
        ("", _describe_browser_leaf(forecast_result.observed, found.now)),
        node=forecast_result.endpoint.node,
        about=forecast_result.endpoint.title,
        foreseen="; ".join(told),
        basis="; ".join(bases),
    )


def _describe_browser_leaf(observed: Observed | None, assessment: Assessment) -> str:
    """What a browser got, with the whole fingerprint; or why nothing."""
    if observed is None:
        return ""
    text = describe_offers(observed, assessment.certificates, assessment.knowledge)[0][1]
    return f"{text}, SHA-256 {observed.browser}" if observed.browser else text


def _describe_finding(finding: Finding | None) -> str:
    if finding is None:
        return ""
    return f"{find_state(FINDING_STATES, finding.state)[2]}: {make_visible(finding.statement.text)}"
