"""The upgrade path: its hops, and which certificates must be issued again."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime
from itertools import pairwise

from certlib.assess.context import Context
from certlib.assess.effects import apply_upgrade
from certlib.assess.faults import list_hosts, normalize_host
from certlib.assess.figures import get_expiry_steps
from certlib.assess.harm import ends_with_upgrade
from certlib.assess.model import Finding, Hop, NodeState, Reissue, Statement, UpgradeStep, make_statement
from certlib.assess.observed import find_identity, list_leaves
from certlib.assess.scenarios import describe_stop, find_release_id
from certlib.inventory import CONTEXT_ROLES
from certlib.knowledge import Basis, Knowledge, Start, Upgrade
from certlib.language import join_list, mark, say

HOPS_TEXTS = {
    "one-hop": mark("{product} goes from {since} to {to} in one hop."),
    "taken": mark(
        "{product} is taken to go from {since} to {to} in one hop; no document that says so "
        "was found, so ask Cisco before the maintenance window is planned."
    ),
}


def find_hops(context: Context) -> tuple[Hop, ...]:
    """The hops of the planned upgrade, in order; none when none is planned or its releases are not known."""
    knowledge = context.knowledge
    states = {state.node: state for state in context.scenarios[0].nodes}
    targets = {node.name: find_release_id(node.target_release, knowledge) for node in context.site.nodes}
    stops = _find_stops(states.values(), targets, knowledge)
    hops: list[Hop] = []
    for number, (stop, instead) in enumerate(stops.items(), 1):
        last = number == len(stops)
        to = {
            name: targets[name] if last else _find_next_release(state, targets[name], stop, knowledge)
            for name, state in states.items()
        }
        legs = _find_steps(states.values(), to, knowledge)
        states = {
            name: apply_upgrade(state, target=to[name], knowledge=knowledge) for name, state in states.items()
        }
        scenario = context.deciding if last else describe_stop(context, number, stop, states.values())
        hops.append(Hop(stop, instead, legs, _find_order(legs, knowledge), scenario))
    return tuple(hops)


def _find_stops(
    states: Collection[NodeState], targets: Mapping[str, str], knowledge: Knowledge
) -> dict[str, tuple[str, ...]]:
    """Every release at which the site stops, oldest first, each with those that would serve as well."""
    stops: dict[str, tuple[str, ...]] = {}
    for state in states:
        since, to = (knowledge.releases.get(name) for name in (state.release, targets[state.node]))
        if since and to and since.order < to.order and _find_product_roles(state.role, knowledge):
            stops = _find_best_way(state.role, since.id, to.id, knowledge) | stops
    return {stop: stops[stop] for stop in sorted(stops, key=lambda stop: knowledge.releases[stop].order)}


def _find_best_way(role: str, since: str, to: str, knowledge: Knowledge) -> dict[str, tuple[str, ...]]:
    """The stops of the best way for a role, each with those of equally good ways."""
    for reached in sorted(knowledge.releases.values(), key=lambda release: release.order, reverse=True):
        ways = list(_find_ways(role, since, reached.id, knowledge))
        if reached.order > knowledge.releases[to].order or not ways:
            continue
        costs = [_rank_way(role, (since, *way), knowledge) for way in ways]
        best = ways[costs.index(min(costs))]
        equal = [way for way, cost in zip(ways, costs, strict=True) if cost == min(costs)]
        alike = {
            stop: tuple(dict.fromkeys(way[place] for way in equal if way[place] != stop))
            for place, stop in enumerate(best)
        }
        return alike if reached.id == to else alike | {to: ()}
    return {to: ()}


def _find_ways(role: str, since: str, to: str, knowledge: Knowledge) -> Iterator[tuple[str, ...]]:
    """Every way for a role from a release to a newer one, as the stops after the first release."""
    for entry, start in _find_upgrades_into(role, to, knowledge):
        if start.release == since:
            yield (to,)
        for way in _find_ways(role, since, start.release, knowledge):
            yield (*way, entry.to)


def _find_upgrades_into(role: str, to: str, knowledge: Knowledge) -> Iterator[tuple[Upgrade, Start]]:
    for entry in knowledge.upgrades.values():
        if role in entry.roles and entry.to == to:
            yield from ((entry, start) for start in entry.starts)


def _rank_way(role: str, way: Sequence[str], knowledge: Knowledge) -> tuple[int, int]:
    """How many hops of a way are inferred, and how many there are."""
    kinds = [
        entry.basis.kind
        for since, to in pairwise(way)
        for entry, start in _find_upgrades_into(role, to, knowledge)
        if start.release == since
    ]
    return sum(kind != "documented" for kind in kinds), len(kinds)


def _find_next_release(state: NodeState, target: str, stop: str, knowledge: Knowledge) -> str:
    """Where a node goes when the site goes to a stop before the last: it may be there already, or beyond."""
    now, to = (knowledge.releases.get(name) for name in (state.release, target))
    if now is None or to is None or not _find_product_roles(state.role, knowledge):
        return state.release
    at = min(knowledge.releases[stop], to, key=lambda release: release.order)
    return at.id if at.order > now.order else state.release


def _find_product_roles(role: str, knowledge: Knowledge) -> tuple[str, ...]:
    """The roles that are upgraded together with a role; empty for a role that is context."""
    return next((entry.roles for entry in knowledge.upgrades.values() if role in entry.roles), ())


def _find_steps(
    states: Collection[NodeState], to: Mapping[str, str], knowledge: Knowledge
) -> tuple[UpgradeStep, ...]:
    """What moves in a hop, by product and releases; what goes first stands first."""
    moving: dict[tuple[tuple[str, ...], str, str], list[str]] = {}
    for state in states:
        roles = _find_product_roles(state.role, knowledge)
        if roles and to[state.node] != state.release:
            moving.setdefault((roles, state.release, to[state.node]), []).append(state.node)
    first = {role for entry in knowledge.upgrades.values() for role in entry.first}
    legs = [
        _make_step(roles, since, then, nodes, knowledge) for (roles, since, then), nodes in moving.items()
    ]
    return tuple(sorted(legs, key=lambda leg: first.isdisjoint(leg.roles)))


def _make_step(
    roles: tuple[str, ...], since: str, to: str, nodes: Sequence[str], knowledge: Knowledge
) -> UpgradeStep:
    product = _name_product(roles[0], since, knowledge)
    not_published = say(
        "Which COP files are needed before is not published; ask Cisco, or see the documents of {to}.", to=to
    )
    silence = Basis("inferred", rule="rule-not-published")
    known = [
        (entry, start)
        for entry, start in _find_upgrades_into(roles[0], to, knowledge)
        if start.release == since
    ]
    if not known:
        statement = make_statement(
            say(
                "Whether {product} goes from {since} to {to} in one hop is not published; ask Cisco "
                "before the maintenance window is planned.",
                product=product,
                since=since,
                to=to,
            ),
            silence,
        )
        needs = make_statement(not_published, silence)
        return UpgradeStep(product, roles, tuple(nodes), since, to, statement, (), needs, known=False)
    entry, start = known[0]
    basis = entry.cops_basis or silence
    text = _describe_cops_before(start.cops) if entry.cops_basis else not_published
    name = "taken" if entry.not_found else "one-hop"
    hop = say(HOPS_TEXTS[name], product=product, since=since, to=to)
    return UpgradeStep(
        product=product,
        roles=roles,
        nodes=tuple(nodes),
        release=since,
        to=to,
        statement=make_statement(_join_sentences(hop, start.doubt), entry.basis),
        cops=start.cops,
        needs=make_statement(_join_sentences(text, entry.cops_note), basis),
        taken=entry.not_found,
        doubt=start.doubt,
        takes=make_statement(entry.takes, entry.takes_basis) if entry.takes_basis else None,
    )


def _join_sentences(*sentences: str) -> str:
    return " ".join(sentence for sentence in sentences if sentence)


def _name_product(role: str, release: str, knowledge: Knowledge) -> str:
    """What a role's product is called in a release."""
    if role != "socialminer":
        return say("Unified CCX")
    known = knowledge.releases.get(release)
    return known.socialminer_name if known else say("SocialMiner")


def _describe_cops_before(cops: Sequence[str]) -> str:
    return (
        say(
            "Needed beforehand on each of these nodes, in any order: the COP files whose names "
            "begin with {cops}. Without them the upgrade fails.",
            cops=join_list(*cops),
        )
        if cops
        else say("Cisco lists no COP file to install before.")
    )


def _find_order(legs: Sequence[UpgradeStep], knowledge: Knowledge) -> Statement | None:
    """Which product goes first where several move; None when one moves alone."""
    first = {role for entry in knowledge.upgrades.values() for role in entry.first}
    before = [leg for leg in legs if not first.isdisjoint(leg.roles)]
    after = [leg for leg in legs if first.isdisjoint(leg.roles)]
    if not before or not after:
        return None
    entries = [entry for leg in after for entry, _ in _find_upgrades_into(leg.roles[0], leg.to, knowledge)]
    basis = (entries[0].first_basis if entries else None) or Basis("inferred", rule="rule-socialminer-first")
    text = say(
        "{before} first, then {after}, in the same maintenance window.",
        before=before[0].product,
        after=after[0].product,
    )
    return make_statement(text, basis)


# Findings that ask for a new certificate now; one that may wait until after the upgrade does not.
REISSUED = ("blocks", "outage", "error", "action")
DATES = ("valid-on-upgrade-day", "expires-soon")


def find_reissues(context: Context, findings: Iterable[Finding]) -> tuple[Reissue, ...]:
    """Each certificate once, in the order of the nodes; both UCCX nodes together where they share it."""
    asked: dict[str, list[Finding]] = {}
    for finding in findings:
        check = context.knowledge.checks[finding.check]
        seen = context.observed.get(finding.endpoint or "")
        if seen and seen.unsure:
            continue  # whose certificate it is, nobody knows
        if check.reissue and finding.state in REISSUED and finding.waiver is None:
            for sha256 in finding.statement.evidence:
                asked.setdefault(sha256, []).append(finding)
    reissues = [reissue for sha256, why in asked.items() for reissue in _make_reissues(context, sha256, why)]
    order = [node.name for node in context.site.nodes]
    return tuple(sorted(reissues, key=lambda reissue: (order.index(reissue.nodes[0]), reissue.identity)))


def find_stale_leaves(context: Context) -> dict[str, tuple[str, ...]]:
    """By node, the leaves that some web server still presents while most of its node present another.

    Source: rule-shared-store; such a web server was not restarted since the certificate was replaced.
    """
    stale: dict[str, dict[str, None]] = {}
    for node in context.site.nodes:
        for leaf in (leaf for seen in context.list_observed(node.name) for leaf in list_leaves(seen)):
            identity = find_identity(context.evidence.certificates.get(leaf))
            if identity and leaf != context.find_identity_leaf(node.name, identity):
                stale.setdefault(node.name, {})[leaf] = None
    return {node: tuple(leaves) for node, leaves in stale.items()}


def _make_reissues(context: Context, sha256: str, why: list[Finding]) -> Iterator[Reissue]:
    certificate = context.evidence.certificates.get(sha256)
    identity = find_identity(certificate)
    if certificate is None or identity is None:
        return
    ends = certificate.not_after.date() if isinstance(certificate.not_after, datetime) else None
    counted = [finding for finding in why if finding.check not in DATES or _ends(context, ends)]
    ended = any(finding.check in DATES for finding in counted)
    nodes = [
        node.name
        for node in context.site.nodes
        if node.role not in CONTEXT_ROLES
        and sha256 not in context.stale.get(node.name, ())  # its restart is enough
        and not ends_with_upgrade(context, node.name, sha256)
        and any(finding.node == node.name for finding in counted)
    ]
    if not nodes:
        return
    stops = any(finding.state == "outage" for finding in counted)
    reissue = Reissue(
        nodes=tuple(nodes),
        identity=identity,
        sha256=sha256,
        checks=tuple(dict.fromkeys(finding.check for finding in counted)),
        ends=ends if ended else None,
        by_itself=certificate.kind == "self-signed",
        before=stops or bool(ended and ends and ends < context.day),
    )
    if len(nodes) == 1 or list_hosts(certificate) >= {*map(normalize_host, nodes)}:
        yield reissue
        return
    for node in nodes:  # one certificate that was copied is made anew for each
        yield Reissue(
            (node,), identity, sha256, reissue.checks, reissue.ends, reissue.by_itself, reissue.before
        )


def _ends(context: Context, ends: date | None) -> bool:
    """Whether the certificate itself ends before long, and not a CA's above it."""
    _, soon, _ = get_expiry_steps(context.knowledge)
    return ends is not None and (ends - context.day).days <= soon
