"""The way to the wanted release: its hops, the COP files before each, and what agents meet at each stop."""

from collections.abc import Sequence

from markupsafe import Markup

from certlib.assess import Assessment, Cell, Hop, Statement
from certlib.inventory import every_endpoint
from certlib.knowledge import Knowledge, load
from certlib.show import states
from certlib.show.doubts import doubts
from certlib.show.markup import Child, Display, grouped_table, join, table, tag
from certlib.text import visible
from certlib.words import expected_text, outcome_text

NONE = "No upgrade is planned."


def hops(assessment: Assessment) -> Display:
    """Each hop with its basis and COP files, and what agents and nodes come to if the upgrade stops there."""
    knowledge, way = load(), assessment.hops
    if not way:
        return Display(html=join(tag("p", NONE), doubts(assessment, knowledge)), text=NONE)
    titles = {hop.to: f"{number}. To {visible(hop.to)}" for number, hop in enumerate(way, 1)}
    html = join(
        grouped_table(
            caption="The hops, in their order",
            columns=["Product", "Hop", "COP files to install before"],
            groups={_title(hop, titles): _legs(hop, knowledge) for hop in way},
            class_="findings",
        ),
        tag("ul", (tag("li", f"{titles[hop.to]}: ", _order(hop, knowledge)) for hop in way if hop.order)),
        tag("p", knowledge.rules["rule-cop-prefix"].text),
        _servers(assessment, titles, knowledge),
        table(
            caption="What agents meet if the upgrade stops there and nothing is done",
            columns=["What agents use", *titles.values()],
            rows=_experiences(way, knowledge),
            class_="experience",
        ),
        grouped_table(
            caption="What the releases on the way change for certificates",
            columns=["Release", "Change"],
            groups={titles[hop.to]: rows for hop in way if (rows := _changes(hop, knowledge))},
            class_="findings",
        ),
        grouped_table(
            caption="What the nodes hold then",
            columns=["Node", "Release", "Certificates"],
            groups={titles[hop.to]: _nodes(hop, knowledge) for hop in way},
            class_="findings",
        ),
        doubts(assessment, knowledge),
    )
    return Display(html=html, text=_text(way, titles, knowledge))


def _title(hop: Hop, titles: dict[str, str]) -> str:
    instead = f" ({' or '.join(hop.instead)} would serve as well)" if hop.instead else ""
    return f"{titles[hop.to]}{visible(instead)}"


def _order(hop: Hop, knowledge: Knowledge) -> Markup | None:
    return states.sentence(hop.order, knowledge) if hop.order else None


def _legs(hop: Hop, knowledge: Knowledge) -> list[list[Child]]:
    return [
        [
            leg.product,
            states.sentence(leg.statement, knowledge),
            states.sentence(leg.needs, knowledge),
        ]
        for leg in hop.legs
    ]


def _experiences(way: Sequence[Hop], knowledge: Knowledge) -> list[list[Child]]:
    rows: list[list[Child]] = []
    for gadget in knowledge.gadgets.values():
        met = [
            next((one for one in hop.scenario.experiences if one.gadget == gadget.id), None) for hop in way
        ]
        cells: list[Markup] = [
            states.outcome(one, knowledge) if one else states.state("none", "–", "none") for one in met
        ]
        if any(met):
            rows.append([gadget.title, *cells])
    return rows


def _changes(hop: Hop, knowledge: Knowledge) -> list[list[Child]]:
    """What is new from the oldest release that a hop leaves to the one that it reaches."""
    left = [knowledge.releases[leg.release] for leg in hop.legs if leg.release in knowledge.releases]
    since = min((release.order for release in left), default=0)
    return [
        [
            release.id,
            join(
                states.sentence(Statement(one.text, one.basis.kind, one.basis), knowledge),
                join(" ", tag("em", "Doubt: "), one.doubt) if one.doubt else None,
            ),
        ]
        for release in knowledge.releases.values()
        if since < release.order <= knowledge.releases[hop.to].order
        for one in release.changes
    ]


def _servers(assessment: Assessment, titles: dict[str, str], knowledge: Knowledge) -> Markup | None:
    """The web servers that a hop brings, takes away or leaves off, each told at the hop that does so."""
    places = {one.id: one for one in every_endpoint(assessment.site)}
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
        caption="Web servers that come, go or are off by default on the way",
        columns=["Web server, port", "Node", "What the release changes"],
        groups=groups,
        class_="findings",
    )


def _expected(cell: Cell) -> str:
    if not cell.expected:
        return cell.statement.text
    off = cell.presence is not None and cell.presence.kind == "off"
    return f"{'Where it is on, it' if off else 'It'} presents: {expected_text(cell.expected)}."


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
            lines += [f"   {visible(leg.statement.text)}", f"   {visible(leg.needs.text)}"]
        lines += [
            f"   {knowledge.gadgets[one.gadget].title}: {outcome_text(one)}"
            for one in hop.scenario.experiences
        ]
    return "\n".join(lines)
