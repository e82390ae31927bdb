"""The matrix: web server by certificate, what each offer got and what is expected now and later."""

from collections.abc import Iterator, Mapping

from certlib.assess import Assessment, EndpointState, Scenario
from certlib.assess.model import STOPPING
from certlib.language import say
from certlib.tables.cells import Cell, Line, Table, make_cell, make_empty_cell
from certlib.terms import SYMBOLS, State
from certlib.text import make_visible
from certlib.words import describe_expected, describe_expected_in, describe_offers, find_kind_state

OFFERS = ("browser_gets", "rsa_offer_gets", "ecdsa_offer_gets")
LATER = ("after_upgrade", "after_recommended")
COLUMNS = ("node", "web_server", "port", *OFFERS, "expected_now", "agrees", *LATER)
EMPTY = Cell()


def make_matrix(assessment: Assessment, *, node: str | None = None) -> Table:
    """A row for each web server of each node, or of one node; also for those that only the upgrade brings."""
    scenarios = (assessment.now, assessment.after_upgrade, assessment.after_recommended)
    now, *later = map(_index_by_endpoint, scenarios)
    rows = []
    for place in assessment.endpoints:
        if node not in (None, place.node):
            continue
        state = now.get(place.id)
        rows.append(
            {
                "node": Cell(make_visible(place.node)),
                "web_server": Cell(make_visible(place.title)),
                "port": Cell(place.port),
                **dict(zip(OFFERS, make_offer_cells(state, assessment), strict=True)),
                "expected_now": make_expected_cell(state),
                "agrees": Cell({True: "yes", False: "no", None: ""}[state.agrees if state else None]),
                **{
                    column: _make_later_cell(scenario, states.get(place.id)) if scenario else EMPTY
                    for column, scenario, states in zip(LATER, scenarios[1:], later, strict=True)
                },
            }
        )
    return Table(COLUMNS, tuple(rows))


def make_offer_cells(state: EndpointState | None, assessment: Assessment) -> Iterator[Cell]:
    """What the offers `browser`, `rsa` and `ecdsa` got."""
    observed = state.observed if state else None
    for name, text in describe_offers(observed, assessment.certificates, assessment.knowledge):
        yield make_cell(State(name, SYMBOLS[name], text))


def make_expected_cell(state: EndpointState | None) -> Cell:
    """What is expected of a web server today, and whether it presents this."""
    if state is None:
        return Cell("", make_empty_cell(say("not present, or not known to be")).lines)
    if not state.web_server:
        return Cell("", make_empty_cell(say("no rule for this endpoint")).lines, state.statement)
    value = describe_expected_in(state)
    if state.presence and state.presence.kind == "gone":
        return Cell(value, make_empty_cell(state.presence.label).lines, state.statement)
    symbol = "≠" if state.agrees is False else "=" if state.agrees else "–"
    text = f"{symbol} {describe_expected(state.expected)}"
    return Cell(value, (Line(text, "bad" if state.agrees is False else "none"),), state.statement)


def _make_later_cell(scenario: Scenario, state: EndpointState | None) -> Cell:
    """What a web server would present in a scenario, and that it comes, goes or is off with its release."""
    if state is None:
        return Cell("", (Line("? " + say("not known"), "open"),))
    value = describe_expected_in(state) if state.web_server else ""
    presence = state.presence
    coming = (Line(f"– {presence.label}", "none", presence.statement),) if presence else ()
    if presence and presence.kind == "gone":
        return Cell(value, coming, state.statement)
    if not state.expected:
        unknown = Line("? " + say("what it presents is not known"), "open")
        return Cell(value, (unknown, *coming), state.statement)
    name = find_kind_state(state.expected[0].kind) if len(state.expected) == 1 else "open"
    if _stops_agents(scenario, state):
        name = "bad"
    line = Line(f"{SYMBOLS[name]} {describe_expected(state.expected)}", name, state.statement)
    return Cell(value, (line, *coming), state.statement)


def _stops_agents(scenario: Scenario, state: EndpointState) -> bool:
    """Whether agents can't use a gadget because of what this web server presents."""
    return any(met.web_server == state.web_server and met.outcome in STOPPING for met in scenario.experiences)


def _index_by_endpoint(scenario: Scenario | None) -> Mapping[str, EndpointState]:
    return {state.endpoint: state for state in scenario.endpoints} if scenario else {}


def merge_nodes(table: Table, column: str) -> Mapping[str, list[str]]:
    """By web server, what a column says of it: once where its nodes agree, else with the nodes of each."""
    found: dict[str, dict[str, list[str]]] = {}
    for row in table.rows:
        values = found.setdefault(str(row["web_server"].value), {})
        values.setdefault(str(row[column].value), []).append(str(row["node"].value))
    return {
        server: [*values]
        if len(values) == 1
        else [f"{value} ({', '.join(nodes)})" for value, nodes in values.items()]
        for server, values in found.items()
    }
