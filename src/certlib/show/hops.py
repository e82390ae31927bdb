"""The way to the wanted release: its hops, the COP files before each, and what agents meet at each stop."""

from collections.abc import Iterator, Sequence

from markupsafe import Markup

from certlib.assess import Assessment, EndpointState, Hop, Scenario, Statement
from certlib.inventory import list_every_endpoint
from certlib.knowledge import Knowledge, Release, load
from certlib.language import in_language_of_site, join_list, say
from certlib.show import states
from certlib.show.markup import BREAK, Child, Display, grouped_table, join, table, tag
from certlib.text import make_visible
from certlib.words import describe_expected, describe_outcome


@in_language_of_site
def hops(assessment: Assessment) -> Display:
    """Each hop with its basis and COP files, and what agents and nodes come to if the upgrade stops there."""
    knowledge, way = load(), assessment.hops
    if not way:
        none = say("No upgrade is planned.")
        return Display(html=tag("p", none), text=none)
    titles = {
        hop.to: say("{number}. To {release}", number=number, release=make_visible(hop.to))
        for number, hop in enumerate(way, 1)
    }
    html = join(
        grouped_table(
            caption=say("The hops in order"),
            columns=[say("Product"), say("Hop"), say("COP files to install before")],
            groups={_title(hop, titles): _legs(hop, knowledge) for hop in way},
            class_="findings",
        ),
        tag("ul", (tag("li", f"{titles[hop.to]}: ", _order(hop, knowledge)) for hop in way if hop.order)),
        tag("p", knowledge.rules["rule-cop-prefix"].text),
        _servers(assessment, titles, knowledge),
        table(
            caption=say("What agents meet if the upgrade stops there and nothing is done"),
            columns=[say("What agents use"), *titles.values()],
            rows=_experiences(way, knowledge),
            class_="experience",
            empty=say("Nothing to show."),
        ),
        grouped_table(
            caption=say("What the releases on the way change for certificates"),
            columns=[say("Release"), say("Change")],
            groups={titles[hop.to]: rows for hop in way if (rows := _changes(hop, knowledge))},
            class_="findings",
        ),
        grouped_table(
            caption=say("What the nodes hold then"),
            columns=[say("Node"), say("Release"), say("Certificates")],
            groups={titles[hop.to]: _nodes(hop, knowledge) for hop in way},
            class_="findings",
        ),
    )
    return Display(html=html, text=_text(way, titles, knowledge))


def said_of_hops(assessment: Assessment, knowledge: Knowledge) -> Iterator[Statement]:
    """Every statement on the way: hops and COP files, what the releases change, and each stop."""
    for hop in assessment.hops:
        yield from (hop.order,) if hop.order else ()
        yield from (one for leg in hop.legs for one in (leg.statement, leg.needs, leg.takes) if one)
        yield from (
            Statement(one.text, one.basis.kind, one.basis)
            for release in _reached(hop, knowledge)
            for one in release.changes
        )
        yield from said_of(hop.scenario)


def said_of(scenario: Scenario) -> Iterator[Statement]:
    """Every statement on a scenario."""
    yield from (node.statement for node in scenario.nodes)
    yield from (cell.statement for cell in scenario.cells)
    yield from (cell.presence.statement for cell in scenario.cells if cell.presence)
    yield from (one.statement for met in scenario.experiences for one in met.by_browser)


def _title(hop: Hop, titles: dict[str, str]) -> str:
    if not hop.instead:
        return titles[hop.to]
    return make_visible(
        say(
            "{title} ({releases} would serve as well)",
            title=titles[hop.to],
            releases=join_list(*hop.instead, last="or"),
        )
    )


def _order(hop: Hop, knowledge: Knowledge) -> Markup | None:
    return states.sentence(hop.order, knowledge) if hop.order else None


def _legs(hop: Hop, knowledge: Knowledge) -> list[list[Child]]:
    return [
        [
            leg.product,
            states.sentence(leg.statement, knowledge),
            join(
                states.sentence(leg.needs, knowledge),
                join(BREAK, states.sentence(leg.takes, knowledge)) if leg.takes else None,
            ),
        ]
        for leg in hop.legs
    ]


def _experiences(way: Sequence[Hop], knowledge: Knowledge) -> list[list[Child]]:
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
            states.outcome(one, knowledge) if one else states.state("none", "–", none) for one in met
        ]
        if any(met):
            rows.append([gadget.title, *cells])
    return rows


def _changes(hop: Hop, knowledge: Knowledge) -> list[list[Child]]:
    """What is new in the releases of a hop."""
    return [
        [
            release.id,
            join(
                states.sentence(Statement(one.text, one.basis.kind, one.basis), knowledge),
                join(" ", tag("em", say("Doubt:"), " "), one.doubt) if one.doubt else None,
            ),
        ]
        for release in _reached(hop, knowledge)
        for one in release.changes
    ]


def _reached(hop: Hop, knowledge: Knowledge) -> list[Release]:
    """The releases after the oldest that a hop leaves, up to the one that it reaches."""
    left = [knowledge.releases[leg.release] for leg in hop.legs if leg.release in knowledge.releases]
    since = min((release.order for release in left), default=0)
    last = knowledge.releases[hop.to].order
    return [one for one in knowledge.releases.values() if since < one.order <= last]


def _servers(assessment: Assessment, titles: dict[str, str], knowledge: Knowledge) -> Markup | None:
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
            then = (" ", _expected(cell), " ", states.basis_brief(cell.statement, knowledge))
            row: list[Child] = [
                f"{places[cell.endpoint].title}, {places[cell.endpoint].port}",
                cell.node,
                join(
                    said.statement.text,
                    " ",
                    states.basis_brief(said.statement, knowledge),
                    *(() if said.kind == "gone" else then),
                ),
            ]
            groups.setdefault(titles[hop.to], []).append(row)
    if not groups:
        return None
    return grouped_table(
        caption=say("Web servers that come, go or are off by default on the way"),
        columns=[
            say("Web server, port"),
            say("Node"),
            say("What the release changes"),
        ],
        groups=groups,
        class_="findings",
    )


def _expected(cell: EndpointState) -> str:
    if not cell.expected:
        return cell.statement.text
    given = describe_expected(cell.expected)
    if cell.presence is not None and cell.presence.kind == "off":
        return say("Where it is on, it presents: {certificates}.", certificates=given)
    return say("It presents: {certificates}.", certificates=given)


def _nodes(hop: Hop, knowledge: Knowledge) -> list[list[Child]]:
    return [
        [
            state.node,
            state.release,
            join(state.statement.text, " ", states.basis_brief(state.statement, knowledge)),
        ]
        for state in hop.scenario.nodes
    ]


def _text(way: Sequence[Hop], titles: dict[str, str], knowledge: Knowledge) -> str:
    lines = []
    for hop in way:
        lines.append(_title(hop, titles))
        for leg in hop.legs:
            lines += [f"   {make_visible(leg.statement.text)}", f"   {make_visible(leg.needs.text)}"]
            lines += [f"   {make_visible(leg.takes.text)}"] if leg.takes else []
        lines += [
            f"   {knowledge.gadgets[experience.gadget].title}: {describe_outcome(experience)}"
            for experience in hop.scenario.experiences
        ]
    return "\n".join(lines)
