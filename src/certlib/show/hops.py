"""The way to the wanted release: its hops, the COP files before each, and what agents meet at each stop."""

from collections.abc import Iterator, Sequence

from markupsafe import Markup

from certlib.assess import Assessment, EndpointState, Hop, Scenario, Statement
from certlib.inventory import list_every_endpoint
from certlib.knowledge import Knowledge, Release, load
from certlib.language import in_language_of_site, join_list, say
from certlib.show import states
from certlib.show.markup import BREAK, Child, Display, join, make_grouped_table, make_table, make_tag
from certlib.text import make_visible
from certlib.words import describe_expected, describe_outcome


@in_language_of_site
def hops(assessment: Assessment) -> Display:
    """Each hop with its basis and COP files, and what agents and nodes come to if the upgrade stops there."""
    knowledge, way = load(), assessment.hops
    if not way:
        none = say("No upgrade is planned.")
        return Display(html=make_tag("p", none), text=none)
    titles = {
        hop.to: say("{number}. To {release}", number=number, release=make_visible(hop.to))
        for number, hop in enumerate(way, 1)
    }
    html = join(
        make_grouped_table(
            caption=say("The hops in order"),
            columns=[say("Product"), say("Hop"), say("COP files to install before")],
            groups={_make_title(hop, titles): _render_steps(hop, knowledge) for hop in way},
            class_="findings",
        ),
        make_tag(
            "ul",
            (
                make_tag("li", f"{titles[hop.to]}: ", _render_order(hop, knowledge))
                for hop in way
                if hop.order
            ),
        ),
        make_tag("p", knowledge.rules["rule-cop-prefix"].text),
        _render_servers(assessment, titles, knowledge),
        make_table(
            caption=say("What agents meet if the upgrade stops there and nothing is done"),
            columns=[say("What agents use"), *titles.values()],
            rows=_render_experiences(way, knowledge),
            class_="experience",
            empty=say("Nothing to show."),
        ),
        make_grouped_table(
            caption=say("What the releases on the way change for certificates"),
            columns=[say("Release"), say("Change")],
            groups={titles[hop.to]: rows for hop in way if (rows := _render_changes(hop, knowledge))},
            class_="findings",
        ),
        make_grouped_table(
            caption=say("What the nodes hold then"),
            columns=[say("Node"), say("Release"), say("Certificates")],
            groups={titles[hop.to]: _render_nodes(hop, knowledge) for hop in way},
            class_="findings",
        ),
    )
    return Display(html=html, text=_render_text(way, titles, knowledge))


def list_statements(assessment: Assessment, knowledge: Knowledge) -> Iterator[Statement]:
    """Every statement on the way: hops and COP files, what the releases change, and each stop."""
    for hop in assessment.hops:
        yield from (hop.order,) if hop.order else ()
        yield from (one for leg in hop.legs for one in (leg.statement, leg.needs, leg.takes) if one)
        yield from (
            Statement(one.text, one.basis.kind, one.basis)
            for release in _find_reached(hop, knowledge)
            for one in release.changes
        )
        yield from list_scenario_statements(hop.scenario)


def list_scenario_statements(scenario: Scenario) -> Iterator[Statement]:
    """Every statement on a scenario."""
    yield from (node.statement for node in scenario.nodes)
    yield from (cell.statement for cell in scenario.cells)
    yield from (cell.presence.statement for cell in scenario.cells if cell.presence)
    yield from (one.statement for met in scenario.experiences for one in met.by_browser)


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


def _render_order(hop: Hop, knowledge: Knowledge) -> Markup | None:
    return states.render_sentence(hop.order, knowledge) if hop.order else None


def _render_steps(hop: Hop, knowledge: Knowledge) -> list[list[Child]]:
    return [
        [
            leg.product,
            states.render_sentence(leg.statement, knowledge),
            join(
                states.render_sentence(leg.needs, knowledge),
                join(BREAK, states.render_sentence(leg.takes, knowledge)) if leg.takes else None,
            ),
        ]
        for leg in hop.legs
    ]


def _render_experiences(way: Sequence[Hop], knowledge: Knowledge) -> list[list[Child]]:
    rows: list[list[Child]] = []
    none = say("none")
    for gadget in knowledge.gadgets.values():
        met = [
            next(
                (experience for experience in hop.scenario.experiences if experience.gadget == gadget.id),
                None,
            )
            for hop in way
        ]
        cells: list[Markup] = [
            states.render_outcome(one, knowledge) if one else states.render_state("none", "–", none)
            for one in met
        ]
        if any(met):
            rows.append([gadget.title, *cells])
    return rows


def _render_changes(hop: Hop, knowledge: Knowledge) -> list[list[Child]]:
    """What is new in the releases of a hop."""
    return [
        [
            release.id,
            join(
                states.render_sentence(Statement(one.text, one.basis.kind, one.basis), knowledge),
                join(" ", make_tag("em", say("Doubt:"), " "), one.doubt) if one.doubt else None,
            ),
        ]
        for release in _find_reached(hop, knowledge)
        for one in release.changes
    ]


def _find_reached(hop: Hop, knowledge: Knowledge) -> list[Release]:
    """The releases after the oldest that a hop leaves, up to the one that it reaches."""
    left = [knowledge.releases[leg.release] for leg in hop.legs if leg.release in knowledge.releases]
    since = min((release.order for release in left), default=0)
    last = knowledge.releases[hop.to].order
    return [one for one in knowledge.releases.values() if since < one.order <= last]


def _render_servers(assessment: Assessment, titles: dict[str, str], knowledge: Knowledge) -> Markup | None:
    """The web servers that a hop brings, takes away or leaves off, each told at the hop that does so."""
    places = {one.id: one for one in list_every_endpoint(assessment.site)}
    told: set[tuple[str, str]] = set()
    groups: dict[str, list[list[Child]]] = {}
    for hop in assessment.hops:
        for cell in hop.scenario.cells:
            said = cell.presence
            moved = any(cell.node in leg.nodes for leg in hop.legs)
            if said is None or not moved or (cell.endpoint, said.label) in told:
                continue
            told.add((cell.endpoint, said.label))
            then = (" ", _render_expected(cell), " ", states.render_basis_brief(cell.statement, knowledge))
            row: list[Child] = [
                f"{places[cell.endpoint].title}, {places[cell.endpoint].port}",
                cell.node,
                join(
                    said.statement.text,
                    " ",
                    states.render_basis_brief(said.statement, knowledge),
                    *(() if said.kind == "gone" else then),
                ),
            ]
            groups.setdefault(titles[hop.to], []).append(row)
    if not groups:
        return None
    return make_grouped_table(
        caption=say("Web servers that come, go or are off by default on the way"),
        columns=[
            say("Web server, port"),
            say("Node"),
            say("What the release changes"),
        ],
        groups=groups,
        class_="findings",
    )


def _render_expected(cell: EndpointState) -> str:
    if not cell.expected:
        return cell.statement.text
    given = describe_expected(cell.expected)
    if cell.presence is not None and cell.presence.kind == "off":
        return say("Where it is on, it presents: {certificates}.", certificates=given)
    return say("It presents: {certificates}.", certificates=given)


def _render_nodes(hop: Hop, knowledge: Knowledge) -> list[list[Child]]:
    return [
        [
            state.node,
            state.release,
            join(state.statement.text, " ", states.render_basis_brief(state.statement, knowledge)),
        ]
        for state in hop.scenario.nodes
    ]


def _render_text(way: Sequence[Hop], titles: dict[str, str], knowledge: Knowledge) -> str:
    lines = []
    for hop in way:
        lines.append(_make_title(hop, titles))
        for leg in hop.legs:
            lines += [f"   {make_visible(leg.statement.text)}", f"   {make_visible(leg.needs.text)}"]
            lines += [f"   {make_visible(leg.takes.text)}"] if leg.takes else []
        lines += [
            f"   {knowledge.gadgets[experience.gadget].title}: {describe_outcome(experience)}"
            for experience in hop.scenario.experiences
        ]
    return "\n".join(lines)
