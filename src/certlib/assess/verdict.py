"""The answer of page one: the first rule that applies decides, and is printed with it."""

from collections.abc import Sequence

from certlib.assess import conclusions, words
from certlib.assess.context import Context, answered
from certlib.assess.model import Cell, Finding, Scenario, Statement, Verdict
from certlib.knowledge import Basis
from certlib.knowledge.model import Outcome

_GOOD = ("verdict-ready", "verdict-check-action", "verdict-stop-on-the-way")  # agents simply work


def verdict(context: Context, *, findings: Sequence[Finding]) -> Verdict:
    """Ready or not, by the verdict rules of knowledge/rules.yaml in their order.

    Findings that the inventory accepts do not count and are mentioned.
    """
    rule, text = _decided(context, [one for one in findings if one.waiver is None])
    if rule in _GOOD and _inferred_alone(context):
        text += conclusions.by_inference(context.deciding)
    text += conclusions.waived(sum(1 for one in findings if one.waiver and one.state != "information"))
    text += conclusions.stopping(_bad_stops(context))
    if context.knowledge.rules[rule].verdict != "not ready":
        text += conclusions.until_then(
            _mentions(context, context.scenarios[0], "cannot-be-accepted", "does-not-load")
        )
    word = context.knowledge.rules[rule].verdict
    return Verdict(
        word=word or "incomplete",
        rule=rule,
        statement=Statement(text, "inferred", Basis("inferred", rule=rule)),
    )


def silent_endpoints(context: Context, *, agent_facing: bool | None = None) -> list[Cell]:
    """The endpoints that gave no certificate to any offer, without those that are off by default."""
    silent = []
    facing = {
        one.id: server.agent_facing
        for one in context.endpoints
        if (server := context.server(one)) is not None
    }
    for cell in context.scenarios[0].cells:
        wanted = agent_facing is None or facing.get(cell.endpoint) is agent_facing
        if wanted and not answered(cell.observed) and cell.presence is None:
            silent.append(cell)
    return silent


def silent_nodes(context: Context) -> list[tuple[str, bool, list[Cell]]]:
    """The nodes with silent endpoints: the name, whether none of several answered, and those endpoints.

    A further endpoint is like a node with one web server.
    """
    silent: dict[str, list[Cell]] = {}
    for cell in silent_endpoints(context):
        silent.setdefault(cell.node, []).append(cell)
    alive = {cell.node for cell in context.scenarios[0].cells if answered(cell.observed)}
    return [(node, len(cells) > 1 and node not in alive, cells) for node, cells in silent.items()]


def _decided(context: Context, findings: Sequence[Finding]) -> tuple[str, str]:
    """The first rule that applies, and what it says of this site."""
    return (
        _blocked(context, findings)
        or _unknown(context)
        or _to_do(context, findings)
        or ("verdict-ready", conclusions.ready(conclusions.when(context.deciding)))
    )


def _blocked(context: Context, findings: Sequence[Finding]) -> tuple[str, str] | None:
    unaccepted, broken = _with(context, "cannot-be-accepted"), _with(context, "does-not-load")
    if unaccepted or broken:
        return "verdict-gadget-blocked", conclusions.blocked(
            conclusions.when(context.deciding), unaccepted, broken
        )
    if faults := [one.statement.text for one in findings if one.state in ("blocks", "outage")]:
        return "verdict-check-blocks", conclusions.first_of(faults)
    return None


def _unknown(context: Context) -> tuple[str, str] | None:
    servers = context.knowledge.web_servers
    cells, silent = context.scenarios[0].cells, silent_endpoints(context)
    if not any(cell.web_server for cell in cells):
        return "verdict-incomplete", conclusions.NOTHING_TO_ASK
    if len(silent) == sum(cell.presence is None for cell in cells):
        return "verdict-incomplete", conclusions.NOTHING_ANSWERED
    if for_agents := silent_endpoints(context, agent_facing=True):
        places = [words.place(servers[cell.web_server], cell.node) for cell in for_agents]
        return "verdict-incomplete", conclusions.incomplete(places)
    if unclear := _with(context, "open"):
        return "verdict-open", conclusions.open_for(conclusions.when(context.deciding), unclear)
    return None


def _to_do(context: Context, findings: Sequence[Finding]) -> tuple[str, str] | None:
    when = conclusions.when(context.deciding)
    if asking := _with(context, "prompt"):
        return "verdict-prompts", conclusions.prompts(when, asking)
    if any(one.check == "covered-by-table" and one.state == "information" for one in findings):
        return "verdict-not-covered", conclusions.uncovered(when)
    wanted = ("action", "manual", "error", "after-upgrade")
    todo = [one.statement.text for one in findings if one.state in wanted]
    if _bad_stops(context):
        text = f"{conclusions.works_but_for_stops(when)}{conclusions.more_to_do(todo)}"
        return "verdict-stop-on-the-way", text
    return ("verdict-check-action", conclusions.todo(when, todo)) if todo else None


def _bad_stops(context: Context) -> list[tuple[str, list[str]]]:
    """The releases on the way at which agents could not work, each with what they could not use."""
    found = (
        (hop.to, _mentions(context, hop.scenario, "cannot-be-accepted", "does-not-load"))
        for hop in context.hops[:-1]
    )
    return [(release, gadgets) for release, gadgets in found if gadgets]


def _inferred_alone(context: Context) -> bool:
    """Whether no release of 11.5 is left, of which Cisco's table speaks, and nothing else is documented."""
    base = context.deciding
    return all(state.era != "automatic" for state in base.nodes) and all(
        one.statement.kind != "documented" for one in base.experiences
    )


def _with(context: Context, outcome: Outcome) -> list[str]:
    """The gadgets with an outcome in the deciding scenario, as a sentence mentions them."""
    return _mentions(context, context.deciding, outcome)


def _mentions(context: Context, scenario: Scenario, *outcomes: Outcome) -> list[str]:
    met = [one for one in scenario.experiences if one.outcome in outcomes]
    return [words.with_browsers(context.knowledge.gadgets[one.gadget].mention, one) for one in met]
