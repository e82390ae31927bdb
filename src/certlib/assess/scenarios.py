"""The states of a site that the report compares.

Now, after the upgrade if nothing is done, after an option.
"""

from collections.abc import Collection, Iterable
from dataclasses import replace

from certlib.assess import words
from certlib.assess.acceptance import ServedCertificate
from certlib.assess.context import Context
from certlib.assess.covered import find_coverage, find_unlike_table
from certlib.assess.effects import apply_option, apply_repairs, apply_upgrade
from certlib.assess.eras import find_cops_off
from certlib.assess.expect import compare_presented, expect_presented, find_presence, is_one_row
from certlib.assess.experience import find_experiences
from certlib.assess.model import EndpointState, NodeState, Scenario, Statement
from certlib.assess.observed import observe_node
from certlib.assess.trust import NEW_CA, NEW_SELF_SIGNED, ROLLED_OUT, Trust
from certlib.inventory import Endpoint, list_endpoints, list_every_endpoint
from certlib.knowledge import Cop, Expected, Knowledge, Option, find_in_release
from certlib.knowledge.lookup import find_release
from certlib.language import join_list, say
from certlib.x509 import Kind


def describe_now(context: Context) -> Scenario:
    """The site as the evidence shows it; what was observed counts, also where something else is expected."""
    states = [
        observe_node(
            node=node,
            seen=context.list_observed(node.name),
            certificates=context.evidence.certificates,
            knowledge=context.knowledge,
        )
        for node in context.site.nodes
    ]
    return _make_scenario(context, "now", say("today"), states)


def describe_upgraded(context: Context) -> Scenario | None:
    """The site after its upgrade if nothing is done; None when no node is to change its release."""
    before = context.scenarios[0]
    targets = {
        node.name: find_release_id(node.target_release, context.knowledge) for node in context.site.nodes
    }
    if all(targets[state.node] == state.release for state in before.nodes):
        return None
    states = [
        apply_upgrade(state, target=targets[state.node], knowledge=context.knowledge)
        for state in before.nodes
    ]
    title = say(
        "after the upgrade to {releases}, if nothing is done",
        releases=join_list(*list_wanted_releases(states)),
    )
    return _make_scenario(context, "upgraded", title, states)


def list_wanted_releases(states: Collection[NodeState]) -> list[str]:
    """The releases that nodes have after an upgrade: of those that Cisco's table speaks of, else of all."""
    return sorted({state.release for state in states if state.era} or {state.release for state in states})


def describe_stop(context: Context, number: int, release: str, states: Iterable[NodeState]) -> Scenario:
    """The site at a stop on the way of an upgrade in several hops, if nothing is done there."""
    title = say("if the upgrade stops at {release}, and nothing is done", release=release)
    return _make_scenario(context, f"hop:{number}", title, states)


def describe_repaired(context: Context) -> Scenario:
    """The deciding scenario after what must be reissued or restarted; itself where there is nothing."""
    base = context.deciding
    if not context.reissues and not context.stale:
        return base
    states = apply_repairs(
        base.nodes, reissues=context.reissues, stale=context.stale, knowledge=context.knowledge
    )
    title = say("{scenario}, with the certificates that must be made anew", scenario=base.title)
    return _make_scenario(context, "repaired", title, states)


def describe_option(context: Context, option: Option, *, base: Scenario) -> Scenario:
    """A scenario after an option was carried out."""
    states = apply_option(
        base.nodes, option=option, right=_find_right_nodes(context, base), knowledge=context.knowledge
    )
    title = say("after: {option}", option=option.title)
    return _make_scenario(context, f"option:{option.id}", title, states, rolled_out=option.trusts_self_signed)


def describe_states(
    context: Context, *, ident: str, title: str, states: Iterable[NodeState], rolled_out: bool = False
) -> Scenario:
    """Any state of the site as a scenario."""
    return _make_scenario(context, ident, title, states, rolled_out=rolled_out)


def find_shown_kinds(context: Context, scenario: Scenario) -> set[Kind | None]:
    """How the certificates are signed that web servers present, as observed where a node stays as it is."""
    today = context.scenarios[0]
    observed = {cell.endpoint: cell.observed for cell in today.endpoints}
    kinds: set[Kind | None] = set()
    for cell in scenario.endpoints:
        state = next((node for node in scenario.nodes if node.node == cell.node), None)
        seen = observed.get(cell.endpoint) if state in today.nodes else None
        kinds |= {seen.kind} if seen else {expected.kind for expected in cell.expected}
    return kinds


def _find_right_nodes(context: Context, base: Scenario) -> set[str]:
    """The nodes whose tomcat-ECDSA is signed by an EC CA and taken by agents' browsers."""
    wanted = Expected("tomcat-ECDSA", "ec-ca")
    return {
        state.node
        for state in base.nodes
        if state.tomcat_ecdsa == "ec-ca"
        and not find_cops_off(state, context.knowledge)
        and _expect_trust(context, context.scenarios[0], state, wanted).accepted
    }


def _make_scenario(
    context: Context, ident: str, title: str, states: Iterable[NodeState], *, rolled_out: bool = False
) -> Scenario:
    by_node = {state.node: state for state in states}
    day = context.day if context.scenarios else context.today
    covered = is_one_row(by_node.values()) or find_coverage(by_node.values(), context.knowledge) is not None
    covered = covered and not find_unlike_table(context, by_node.values(), on=day)
    reached = {
        endpoint.id: endpoint
        for endpoint in list_endpoints(
            context.site, releases={state.node: state.release for state in by_node.values()}
        )
    }
    today = {endpoint.id: endpoint for endpoint in context.endpoints}
    cells, served = [], []
    for endpoint in (
        candidate
        for candidate in list_every_endpoint(context.site)
        if candidate.id in today or candidate.id in reached
    ):
        state = by_node.get(endpoint.node) if endpoint.web_server else None
        cell = _make_cell(context, ident, endpoint, state, covered=covered, existing=reached)
        if cell is None:
            continue
        cells.append(cell)
        if state is not None and (cell.presence is None or cell.presence.kind != "gone" or cell.observed):
            at = reached.get(endpoint.id, endpoint)
            served.append(_find_served(context, cell, at, state, rolled_out=rolled_out))
    return Scenario(
        id=ident,
        title=title,
        nodes=tuple(by_node.values()),
        endpoints=tuple(cells),
        experiences=find_experiences(
            ident, by_node, served, covered=covered, knowledge=context.knowledge, site=context.site
        ),
    )


def _make_cell(
    context: Context,
    ident: str,
    endpoint: Endpoint,
    state: NodeState | None,
    *,
    covered: bool,
    existing: Collection[str],
) -> EndpointState | None:
    """One web server in one scenario; None when nothing can be foretold of it."""
    server = context.knowledge.web_servers.get(endpoint.web_server or "")
    observed = context.observed.get(endpoint.id) if ident == "now" else None
    if server is None or state is None:
        if ident != "now":
            return None
        statement = Statement(
            say("Observed only; Cisco's table does not cover this endpoint."),
            "observed",
            evidence=(endpoint.id,),
        )
        return EndpointState(ident, endpoint.id, endpoint.node, "", (), statement, observed, None)
    server = find_in_release(server, state.release, context.knowledge)
    presence = find_presence(
        endpoint=endpoint.id,
        server=server,
        release=state.release,
        existing=existing,
        today={known.id for known in context.endpoints},
        knowledge=context.knowledge,
    )
    if presence and presence.kind == "gone":
        return EndpointState(
            ident, endpoint.id, endpoint.node, server.id, (), presence.statement, observed, None, "", presence
        )
    presented = expect_presented(state=state, server=server, knowledge=context.knowledge, covered=covered)
    match = compare_presented(presented.expected, observed, key_open=presented.key_open)
    clash = words.describe_clash(observed, presented.expected) if match is False and observed else ""
    remark = " ".join(part for part in (clash, presented.remark) if part)
    return EndpointState(
        scenario=ident,
        endpoint=endpoint.id,
        node=endpoint.node,
        web_server=server.id,
        expected=presented.expected,
        statement=presented.statement,
        observed=observed,
        agrees=match,
        remark=remark,
        presence=presence,
    )


def _find_served(
    context: Context, cell: EndpointState, endpoint: Endpoint, state: NodeState, *, rolled_out: bool
) -> ServedCertificate:
    """What agents' browsers get.

    What was observed while the node's state is today's, else what is expected.
    """
    server = context.knowledge.web_servers[cell.web_server]
    served = ServedCertificate(
        state=cell,
        port=server.agents_port if server.agents_port and endpoint.port == server.port else endpoint.port,
        agent_facing=find_in_release(server, state.release, context.knowledge).agent_facing,
        trusts=(),
        hsts=any(hst.max_age for hst in context.evidence.hsts if hst.endpoint == cell.endpoint),
    )
    today = context.scenarios[0] if context.scenarios else None
    seen = context.observed.get(cell.endpoint)
    if seen and seen.unsure:  # whatever stands before the node may stay there
        return replace(served, unsure=seen.unsure)
    if today is not None and state not in today.nodes:
        trusts = (_expect_trust(context, today, state, expected) for expected in cell.expected)
        shown = frozenset(expected.identity for expected in cell.expected)
        return replace(
            served,
            trusts=tuple(_trust_afterwards(trust, rolled_out=rolled_out) for trust in trusts),
            shown=shown,
        )
    if today is not None:
        cell = next(present for present in today.endpoints if present.endpoint == cell.endpoint)
    leaf = cell.observed.browser if cell.observed else None
    if leaf is None:
        return replace(served, state=cell, refused=cell.observed is not None and cell.observed.refuses)
    trust = context.judge_leaf([cell.endpoint], leaf, on=context.day if today else context.today)
    return replace(
        served,
        state=cell,
        trusts=(_trust_afterwards(trust, rolled_out=rolled_out),),
        shown=frozenset((leaf,)),
    )


def _expect_trust(context: Context, today: Scenario, state: NodeState, expected: Expected) -> Trust:
    """How a browser will take what is expected.

    As today's leaf where it stays the same, else as one newly made; a CA that the PCs do not trust today will
    not be trusted because it signs again.
    """
    leaf = context.find_identity_leaf(state.node, expected.identity)
    before = next(node for node in today.nodes if node.node == state.node)
    kind = before.tomcat if expected.identity == "tomcat" else before.tomcat_ecdsa
    newly = NEW_SELF_SIGNED if expected.kind == "self-signed" else NEW_CA
    if not leaf or kind != expected.kind:
        return newly
    trust = context.judge_leaf(
        [endpoint.id for endpoint in context.list_endpoints_of(state.node)], leaf, on=context.day
    )
    if expected.identity not in state.renewed:
        return trust
    return trust if trust.why in ("not-listed", "ca-ended") else newly


def _trust_afterwards(trust: Trust, *, rolled_out: bool) -> Trust:
    return replace(ROLLED_OUT, faults=trust.faults) if rolled_out and trust.why == "self-signed" else trust


def find_release_id(release: str, knowledge: Knowledge) -> str:
    """A release's id, from any of its spellings; an unknown one as it is."""
    known = find_release(knowledge, release)
    return known.id if known else release


def find_lost_cops(context: Context) -> list[tuple[str, tuple[Cop, ...]]]:
    """The nodes whose COP may not survive the planned upgrade, with those COPs."""
    return [
        (today.node, off)
        for today, later in zip(context.scenarios[0].nodes, context.deciding.nodes, strict=True)
        if (off := find_cops_off(today, context.knowledge)) and later.era == "automatic" and not later.cops
    ]
