"""Whether publisher and subscriber are in the same state, so that agents meet the same on both."""

from collections.abc import Iterator
from itertools import pairwise

from certlib.assess import words
from certlib.assess.checks.finding import all_well, finding
from certlib.assess.context import Context, answered
from certlib.assess.model import Cell, Finding, NodeState, Scenario
from certlib.assess.observed import ecdsa_off
from certlib.knowledge import Basis
from certlib.knowledge import release as find_release

CHECK = "nodes-alike"
_PAIR = ("uccx-publisher", "uccx-subscriber")


def check(context: Context) -> tuple[Finding, ...]:
    """Two UCCX nodes that differ, or present unlike kinds, today or after the upgrade, are a finding.

    Cisco documents that the certificate type of all nodes of a cluster must be the same. What was not seen of
    one node, or is not known of its type, is to be looked up.
    """
    pair = [one for one in context.scenarios[0].nodes if one.role in _PAIR]
    faults = [fault for first, second in pairwise(pair) for fault in _unlike(context, first, second)]
    judged = [one.node for one in pair] if len(pair) > 1 else []
    text = context.knowledge.say("check-nodes-alike.pass")
    return all_well(context=context, check=CHECK, faults=faults, judged=judged, text=text)


def _unlike(context: Context, first: NodeState, second: NodeState) -> list[Finding]:
    """What is unlike today; else what will be; else what was not seen."""
    for search in (_today, _later, _unseen):
        if found := list(search(context, first, second)):
            return found
    return []


def _today(context: Context, first: NodeState, second: NodeState) -> Iterator[Finding]:
    say = context.knowledge.say
    servers = _presenting(context, context.scenarios[0], first, second)
    by_type = _types(context, first, second, unlike=bool(servers))
    if by_type:
        yield by_type
    unlike = _differing(context, first, second)
    if servers and not unlike and not by_type:
        unlike = [say("check-nodes-alike.presents", web_servers=say.listed(*servers))]
    if unlike:
        yield finding(
            context=context, check=CHECK, state="action", node=second.node,
            text=say(
                "check-nodes-alike.differ",
                first=first.node, second=second.node, what=say.listed(*unlike),
                first_state=words.state(first, context.knowledge),
                second_state=words.state(second, context.knowledge),
            ),
            evidence=(*first.statement.evidence, *second.statement.evidence),
        )  # fmt: skip


def _differing(context: Context, first: NodeState, second: NodeState) -> list[str]:
    """What is known of both and not the same; a tomcat-ECDSA counts where a node presents it by itself."""
    say = context.knowledge.say
    pairs: list[tuple[str, object, object]] = [
        (say("check-nodes-alike.release"), first.release, second.release),
        ("tomcat", first.tomcat, second.tomcat),
        ("tomcat-ECDSA", _by_itself(context, first), _by_itself(context, second)),
        (say("check-nodes-alike.cops"), sorted(first.cops), sorted(second.cops)),
    ]
    return [what for what, one, other in pairs if one != other and None not in (one, other)]


def _by_itself(context: Context, state: NodeState) -> str | None:
    off = ecdsa_off(role=state.role, cops=state.cops, knowledge=context.knowledge)
    return None if state.era != "automatic" or off else state.tomcat_ecdsa or state.ecdsa_deduced


def _types(context: Context, first: NodeState, second: NodeState, *, unlike: bool) -> Finding | None:
    """Certificate types that differ; one not known beside ecdsa does where the nodes present unlike kinds."""
    types = {first.cert_type, second.cert_type}
    if (first.era, second.era) != ("opt-in", "opt-in") or types not in (
        {"rsa", "ecdsa"},
        {"unknown", "ecdsa"},
    ):
        return None
    say = context.knowledge.say
    told, other = (second, first) if first.cert_type == "unknown" else (first, second)
    name = "type" if "unknown" not in types else "type-by-what-is-seen" if unlike else "type-not-known"
    release = find_release(context.knowledge, told.release)
    documented: Basis | None = release.basis if release and release.basis.kind == "documented" else None
    return finding(
        context=context, check=CHECK, state="manual" if name == "type-not-known" else "action",
        node=other.node, basis=documented,
        text=say(
            f"check-nodes-alike.{name}",
            first=told.node, type=told.cert_type, second=other.node, other=other.cert_type,
        ),
        remedy=say(f"check-nodes-alike.{'look' if name == 'type-not-known' else 'one-type'}"),
    )  # fmt: skip


def _later(context: Context, first: NodeState, second: NodeState) -> Iterator[Finding]:
    """Unlike after the upgrade, though not today."""
    if context.deciding.id == "now":
        return
    say = context.knowledge.say
    then = {state.node: state for state in context.deciding.nodes}
    unlike = []
    if then[first.node].release != then[second.node].release:
        unlike.append(say("check-nodes-alike.release"))
    if servers := _presenting(context, context.deciding, first, second):
        unlike.append(say("check-nodes-alike.presents", web_servers=say.listed(*servers)))
    if unlike:
        text = say(
            "check-nodes-alike.differ-then", first=first.node, second=second.node, what=say.listed(*unlike)
        )
        yield finding(context=context, check=CHECK, state="action", node=second.node, text=text)


def _unseen(context: Context, first: NodeState, second: NodeState) -> Iterator[Finding]:
    """A node of which no certificate was seen, or no tomcat-ECDSA beside one that showed its own."""
    say = context.knowledge.say
    pair = (first, second)
    silent = [one for one in pair if one.tomcat is None and one.tomcat_ecdsa is None]
    without = [
        one
        for one in pair
        if one.tomcat_ecdsa is None and not one.ecdsa_known and not one.ecdsa_deduced and not one.cops
    ]
    if silent:
        missing, text = (
            silent,
            say("check-nodes-alike.silent", nodes=say.listed(*(one.node for one in silent))),
        )
    elif len(without) == 1:
        shown = second if without[0] is first else first
        missing, text = without, say("check-nodes-alike.one-ecdsa", first=shown.node, second=without[0].node)
    else:
        return
    yield finding(
        context=context, check=CHECK, state="manual", node=missing[0].node, text=text,
        remedy=say("check-nodes-alike.look"),
    )  # fmt: skip


def _presenting(context: Context, scenario: Scenario, first: NodeState, second: NodeState) -> list[str]:
    """The web servers that give a browser unlike kinds on two nodes: as seen today, as expected later."""
    cells = {(cell.node, cell.web_server): cell for cell in scenario.cells}
    found = []
    for name, server in context.knowledge.web_servers.items():
        one, other = cells.get((first.node, name)), cells.get((second.node, name))
        if (
            one
            and other
            and (given := _given(one))
            and (beside := _given(other))
            and given.isdisjoint(beside)
        ):
            found.append(server.short)
    return found


def _given(cell: Cell) -> set[tuple[str | None, str | None]]:
    """The kinds that a web server gives a browser; empty: not known; nothing at all is a kind of its own."""
    if cell.scenario != "now":
        return {(one.identity, one.kind) for one in cell.expected}
    if cell.observed is None or not answered(cell.observed) or cell.observed.unheard:
        return set()
    return {(cell.observed.identity, cell.observed.kind)}
