"""The way to the wanted release: its hops, the COP files before each, and what agents meet at each stop."""

from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from certlib.assess import Assessment, EndpointState, Hop, Scenario, Statement
from certlib.inventory import list_every_endpoint
from certlib.knowledge import Basis, Knowledge, Release
from certlib.language import in_language_of_site, join_list, say
from certlib.show.render import Display, render
from certlib.tables.cells import list_agent_rows
from certlib.text import make_visible
from certlib.words import describe_expected, describe_outcome


class _Change(NamedTuple):
    """What is new in a release."""

    release: str
    text: str
    basis: Basis
    doubt: str


class _Server(NamedTuple):
    """A web server that a hop brings, takes away or leaves off; what it presents then, unless it is gone."""

    server: str
    state: EndpointState
    expected: str


@in_language_of_site
def hops(assessment: Assessment) -> Display:
    """Each hop with its basis and COP files, and what agents and nodes come to if the upgrade stops there."""
    knowledge, way = assessment.knowledge, assessment.hops
    titles = {
        hop.to: say("{number}. To {release}", number=number, release=make_visible(hop.to))
        for number, hop in enumerate(way, 1)
    }
    html = render(
        "hops",
        assessment.site,
        hops=way,
        titles=titles,
        steps={_make_title(hop, titles): hop.steps for hop in way},
        servers=_list_servers(assessment, titles),
        experiences=list_agent_rows([hop.scenario for hop in way], knowledge),
        changes={titles[hop.to]: changes for hop in way if (changes := _list_changes(hop, knowledge))},
        nodes={titles[hop.to]: hop.scenario.nodes for hop in way},
    )
    text = _render_text(way, titles, knowledge) if way else say("No upgrade is planned.")
    return Display(html=html, text=text)


def list_statements(assessment: Assessment) -> Iterator[Statement]:
    """Every statement on the way: hops and COP files, what the releases change, and each stop."""
    for hop in assessment.hops:
        yield from (hop.order,) if hop.order else ()
        yield from (
            statement for leg in hop.steps for statement in (leg.statement, leg.needs, leg.takes) if statement
        )
        yield from (
            Statement(change.text, change.basis.kind, change.basis)
            for release in _find_reached(hop, assessment.knowledge)
            for change in release.changes
        )
        yield from list_scenario_statements(hop.scenario)


def list_scenario_statements(scenario: Scenario) -> Iterator[Statement]:
    """Every statement on a scenario."""
    yield from (node.statement for node in scenario.nodes)
    yield from (cell.statement for cell in scenario.endpoints)
    yield from (cell.presence.statement for cell in scenario.endpoints if cell.presence)
    yield from (experience.statement for met in scenario.experiences for experience in met.by_browser)


def _make_title(hop: Hop, titles: dict[str, str]) -> str:
    if not hop.instead:
        return titles[hop.to]
    return make_visible(
        say(
            "{title} ({releases} would serve as well)",
            title=titles[hop.to],
            releases=join_list(*hop.instead, last="or"),
        )
    )


def _list_changes(hop: Hop, knowledge: Knowledge) -> list[_Change]:
    return [
        _Change(release.id, change.text, change.basis, change.doubt)
        for release in _find_reached(hop, knowledge)
        for change in release.changes
    ]


def _find_reached(hop: Hop, knowledge: Knowledge) -> list[Release]:
    """The releases after the oldest that a hop leaves, up to the one that it reaches."""
    left = [knowledge.releases[leg.release] for leg in hop.steps if leg.release in knowledge.releases]
    since = min((release.order for release in left), default=0)
    last = knowledge.releases[hop.to].order
    return [entry for entry in knowledge.releases.values() if since < entry.order <= last]


def _list_servers(assessment: Assessment, titles: Mapping[str, str]) -> Mapping[str, list[_Server]]:
    """By hop, the web servers that it brings, takes away or leaves off, each told at the hop that does so."""
    places = {endpoint.id: endpoint for endpoint in list_every_endpoint(assessment.site)}
    told: set[tuple[str, str]] = set()
    groups: dict[str, list[_Server]] = {}
    for hop in assessment.hops:
        for state in hop.scenario.endpoints:
            moved = any(state.node in step.nodes for step in hop.steps)
            if state.presence is None or not moved or (state.endpoint, state.presence.label) in told:
                continue
            told.add((state.endpoint, state.presence.label))
            server = f"{places[state.endpoint].title}, {places[state.endpoint].port}"
            expected = "" if state.presence.kind == "gone" else _describe_expected(state)
            groups.setdefault(titles[hop.to], []).append(_Server(server, state, expected))
    return groups


def _describe_expected(cell: EndpointState) -> str:
    if not cell.expected:
        return cell.statement.text
    given = describe_expected(cell.expected)
    if cell.presence is not None and cell.presence.kind == "off":
        return say("Where it is on, it presents: {certificates}.", certificates=given)
    return say("It presents: {certificates}.", certificates=given)


def _render_text(way: Sequence[Hop], titles: dict[str, str], knowledge: Knowledge) -> str:
    lines = []
    for hop in way:
        lines.append(_make_title(hop, titles))
        for leg in hop.steps:
            lines += [f"   {make_visible(leg.statement.text)}", f"   {make_visible(leg.needs.text)}"]
            lines += [f"   {make_visible(leg.takes.text)}"] if leg.takes else []
        lines += [
            f"   {knowledge.gadgets[experience.gadget].title}: {describe_outcome(experience)}"
            for experience in hop.scenario.experiences
        ]
    return "\n".join(lines)
